// SPDX-License-Identifier: GPL-2.0-only
/* What is done often enough to tell, by a clock of 16 instructions, what it costs Xen. */
#include "reference/xen_steps.h"

#define RTC    UINT64_C(0x9010)
#define UART   UINT64_C(0x9000)	   /* Xen's own: denied */
#define GICD   UINT64_C(0x8000300) /* a register that reads as 0 */
#define WINDOW UINT64_C(0x300000)  /* guest frames that nothing else uses */

static void cost_batch(struct xr_request *r, const char *what, uint16_t size, uint64_t mfn,
		       uint64_t gfn, uint64_t times, uint64_t move)
{
	struct xen_add_to_physmap_batch arg = {
		XEN_DOMID_SELF,	    5, size, 0, r->ram + XR_AT_IDXS, r->ram + XR_AT_GPFNS,
		r->ram + XR_AT_ERRS};
	struct xr_call call = {.nr = XEN_NR_MEMORY_OP,
			       .args = {XENMEM_ADD_TO_PHYSMAP_BATCH, r->ram + XR_AT_STRUCT}};

	if (move) {
		call.bump = r->ram + XR_AT_STRUCT + 16; /* the handle of gpfns */
		call.by = 8 * (uint64_t)size;
		xr_fill(r, r->ram + XR_AT_GPFNS, times * size, gfn, 1, 8);
	} else {
		xr_fill(r, r->ram + XR_AT_GPFNS, size, gfn, 1, 8);
	}
	xr_fill(r, r->ram + XR_AT_IDXS, size, mfn, 0, 8);
	xr_store(r, r->ram + XR_AT_STRUCT, &arg, sizeof(arg) / sizeof(uint64_t));
	xr_call(r, what, &call);
	xr_costed(r, times, size);
}

void xr_steps_costs(struct xr_request *r)
{
	const uint64_t gfn = WINDOW;
	const struct xen_add_to_physmap over = {XEN_DOMID_SELF, 0, 5, RTC, gfn};
	const struct xen_add_to_physmap denied = {XEN_DOMID_SELF, 0, 5, UART, gfn};
	const struct xen_remove_from_physmap page = {XEN_DOMID_SELF, {0}, gfn};
	const struct xr_call none = {.nr = 99};

	xr_call(r, "a hypercall that does not exist", &none);
	xr_costed(r, 1000, 0);
	/* It stays pending, as calls are made with interrupts masked. */
	xr_tick(r, 1);
	xr_call(r, "the same, a virtual interrupt pending", &none);
	xr_costed(r, 1000, 0);
	xr_access(r, "a read that aborts, one pending", 0x8030000, XR_LDR32, 0);
	xr_costed(r, 256, 0);
	xr_tick(r, 0);
	cost_batch(r, "batch, size 0", 0, RTC, gfn, 256, 0);
	cost_batch(r, "batch, 1 page, denied", 1, UART, gfn, 256, 0);
	cost_batch(r, "batch, 1 page, makes two tables", 1, RTC, gfn, 1, 0);
	cost_batch(r, "batch, 1 page, fresh", 1, RTC, gfn + 1, 256, 1);
	cost_batch(r, "batch, 1 page, over itself", 1, RTC, gfn, 256, 0);
	cost_batch(r, "batch, 16 pages, over themselves", 16, RTC, gfn, 64, 0);
	cost_batch(r, "batch, 256 pages, over themselves", 256, RTC, gfn, 16, 0);
	cost_batch(r, "batch, 512 pages, each with a new table", 512, RTC, gfn + 512, 32, 1);
	cost_batch(r, "batch, 512 pages, over themselves", 512, RTC, gfn + 512, 16, 0);
	xr_add(r, "op 7, over itself", &over, false);
	xr_costed(r, 256, 1);
	xr_add(r, "op 7, denied", &denied, false);
	xr_costed(r, 256, 1);
	xr_remove(r, "remove a device's page", &page, false);
	xr_costed(r, 256, 1);
	xr_access(r, "a read that aborts", 0x8030000, XR_LDR32, 0);
	xr_costed(r, 256, 0);
	for (unsigned int k = 0; k < 3; k++) {
		xr_access(r, k ? "the first read of the next page" : "the first read of a hole",
			  UINT64_C(0xb200000) + 0x1000 * (uint64_t)k, XR_LDR32, 0);
		xr_costed(r, 1, 0);
	}
	xr_pages(r, "the first reads of 64 pages more", 0xb300000, 64);
	xr_access(r, "a read of the emulated GICD", GICD, XR_LDR32, 0);
	xr_costed(r, 256, 0);
	xr_access(r, "the same with post-index", GICD, XR_LDR32_POST, 0);
	xr_costed(r, 256, 0);
	xr_access(r, "a fetch that aborts", 0x8030000, XR_FETCH, 0);
	xr_costed(r, 256, 0);
}
