// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dom0's requests to Xen: what drivers/xen/arm-device.c does for a bus device, defects included
 * (one call per resource, a 16-bit size, the page offset ignored, errs unread), and what the
 * recorded option (b) hook did for an ioremap.
 */
#include "dom0/dom0.h"

int64_t xen_request(uint64_t first_mfn, uint64_t first_gfn, uint64_t pages)
{
	struct xen_add_to_physmap_batch xatp = {0};
	uint64_t *gpfns = kcalloc(pages, sizeof(*gpfns));
	uint64_t *idxs = kcalloc(pages, sizeof(*idxs));
	int32_t *errs = kcalloc(pages, sizeof(*errs));
	int64_t rc = -XEN_ENOMEM;

	if (gpfns && idxs && errs) {
		for (uint64_t j = 0; j < pages; j++) {
			gpfns[j] = first_gfn + j;
			idxs[j] = first_mfn + j;
		}
		xatp.domid = XEN_DOMID_SELF;
		xatp.space = XENMAPSPACE_DEV_MMIO;
		xatp.size = (uint16_t)pages;
		xatp.gpfns = (uint64_t)gpfns;
		xatp.idxs = (uint64_t)idxs;
		xatp.errs = (uint64_t)errs;
		rc = dom0_hypercall(XEN_NR_MEMORY_OP, XENMEM_ADD_TO_PHYSMAP_BATCH, (uint64_t)&xatp,
				    0, 0, 0);
		for (uint64_t j = 0; j < DOM0_LOG_ERRS; j++)
			dom0_log.errs[j] = j < pages ? errs[j] : 0;
	}
	kfree(gpfns);
	kfree(idxs);
	kfree(errs);
	dom0_log.request_rc = (uint64_t)rc;
	return rc;
}

int64_t dom0_request(uint64_t mfn, uint64_t gfn, uint64_t pages)
{
	return xen_request(mfn, gfn, pages);
}

/* xen_map_device_mmio(): pages come from the size alone, whatever the start's offset. */
int64_t dom0_notifier_map(uint64_t start, uint64_t bytes)
{
	uint64_t pages = (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;

	if (!pages)
		return 0;
	return xen_request(start >> PAGE_SHIFT, start >> PAGE_SHIFT, pages);
}

/* xen_unmap_device_mmio(): a call per page, the first error ends it. */
int64_t dom0_notifier_unmap(uint64_t start, uint64_t bytes)
{
	uint64_t pages = (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
	int64_t rc = 0;

	for (uint64_t j = 0; j < pages && !rc; j++) {
		struct xen_remove_from_physmap xrp = {
			.domid = XEN_DOMID_SELF,
			.gpfn = (start >> PAGE_SHIFT) + j,
		};

		rc = dom0_hypercall(XEN_NR_MEMORY_OP, XENMEM_REMOVE_FROM_PHYSMAP, (uint64_t)&xrp, 0,
				    0, 0);
	}
	return rc;
}

int64_t xen_hook(uint64_t phys, uint64_t bytes)
{
	uint64_t pages = bytes >> PAGE_SHIFT;
	uint64_t pfn = phys >> PAGE_SHIFT;
	uint64_t chunk = dom0_config.hook_chunk ? dom0_config.hook_chunk : pages;
	int64_t rc = 0;

	while (pages && !rc) {
		uint64_t n = pages < chunk ? pages : chunk;

		dom0_log.hook_calls++;
		dom0_log.hook_pages += n;
		rc = xen_request(pfn, pfn, n);
		pfn += n;
		pages -= n;
	}
	return rc;
}
