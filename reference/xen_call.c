// SPDX-License-Identifier: GPL-2.0-only
/* Hypercalls by their bytes, as steps. */
#include "reference/xen_request.h"

static void memory_op(struct xr_request *r, const char *what, uint64_t op, const void *arg,
		      size_t bytes, bool irqs)
{
	struct xr_call call = {
		.nr = XEN_NR_MEMORY_OP, .args = {op, r->ram + XR_AT_STRUCT}, .irqs = irqs};

	xr_store(r, r->ram + XR_AT_STRUCT, arg, bytes / sizeof(uint64_t));
	xr_call(r, what, &call);
}

void xr_add(struct xr_request *r, const char *what, const struct xen_add_to_physmap *arg, bool irqs)
{
	memory_op(r, what, XENMEM_ADD_TO_PHYSMAP, arg, sizeof(*arg), irqs);
}

void xr_remove(struct xr_request *r, const char *what, const struct xen_remove_from_physmap *arg,
	       bool irqs)
{
	memory_op(r, what, XENMEM_REMOVE_FROM_PHYSMAP, arg, sizeof(*arg), irqs);
}
