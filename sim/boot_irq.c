// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot: interrupt controllers and timers (FACTS L9, rows 7 to 11), and MSIs.
 */
#include "sim/boot_access.h"

#define ITS_DOORBELL UINT64_C(0x10040) /* GITS_TRANSLATER */

/* gic_v2_acpi_init(): CPU interface, then distributor; then gic_init_bases() reads how many
 * interrupts there are and gic_cpu_init() writes the priority mask. */
static bool gic_v2(struct dom0 *d)
{
	static const char *const by = "gic_v2_acpi_init";
	const struct platform *p = d->plat;

	if (!dom0_ioremap(d, by, p->gicc, p->gicc_size, DOM0_API_IOREMAP) ||
	    !dom0_ioremap(d, by, p->gicd, PAGE_SIZE, DOM0_API_IOREMAP))
		return false;
	return read_at(d, "gic_init_bases", p->gicd + 4, 4) &&
	       touch(d, "gic_cpu_init", p->gicc + 4, 4, true, DOM0_API_IOREMAP, NULL);
}

bool boot_gicd(struct dom0 *d)
{
	const struct platform *p = d->plat;

	if (!p->gicd)
		return true;
	if (p->gic_version == 2)
		return gic_v2(d);
	return map_and_read(d, "gic_acpi_init", p->gicd, p->gicd_size, 0xffe8) &&
	       read_at(d, "gic_acpi_init", p->gicd + 4, 4);
}

bool boot_redists(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->redists.count; i++) {
		const struct gic_redist *r = &d->plat->redists.items[i];
		const char *by =
			r->per_cpu ? "gic_acpi_parse_madt_gicc" : "gic_acpi_parse_madt_redist";

		if (!map_and_read(d, by, r->base, r->size, 8))
			return false;
	}
	return true;
}

/* its_reset_one() maps and unmaps each ITS before its_probe_one() maps it (5.x and later). */
bool boot_its(struct dom0 *d)
{
	uint64_t bytes = d->lnx->its_map_bytes;

	/* Without a vITS the MADT that Xen makes for Dom0 lists no ITS (gic_make_hwdom_madt). */
	if (!d->xen->version->its_emulated)
		return true;
	for (unsigned int pass = d->lnx->its_reset_maps ? 0 : 1; pass < 2; pass++)
		for (size_t i = 0; i < d->plat->its.count; i++) {
			uint64_t base = d->plat->its.items[i];

			if (!map_and_read(d, "its_map_one", base, bytes, 0xffe8))
				return false;
			if (pass == 0)
				dom0_iounmap(d, "its_reset_one", base, bytes, DOM0_API_IOREMAP);
		}
	return true;
}

bool boot_v2m(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->v2m.count; i++)
		if (!map_and_read(d, "gicv2m_init_one", d->plat->v2m.items[i], PAGE_SIZE, 8))
			return false;
	return true;
}

bool boot_gtdt_frames(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->gtdt_frames.count; i++)
		if (!map_and_read(d, "arch_timer_mem_acpi_init", d->plat->gtdt_frames.items[i],
				  PAGE_SIZE, 0))
			return false;
	return true;
}

static bool uses_its(const struct dom0 *d)
{
	return d->plat->its.count && d->xen->version->its_emulated;
}

bool boot_has_msis(const struct dom0 *d)
{
	return uses_its(d) || d->plat->v2m.count;
}

/* Each MSI-X device behind an SMMU that Xen drives signals once: no CPU ever touches the page. */
bool boot_doorbells(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->devices.count && uses_its(d); i++) {
		const struct device *dev = &d->plat->devices.items[i];
		struct dma_event ev = {
			.cycle = d->charge->cycle,
			.device = dev,
			.addr = d->plat->its.items[0] + ITS_DOORBELL,
			.bytes = 4,
			.write = true,
			.msi = true,
			.step = d->step,
		};

		if (dev->msix_bar >= DEVICE_RES_MAX || dev->hotplug || !dev->behind_smmu ||
		    !d->plat->smmu_stage2)
			continue;
		if (dma_post(d->dma, ev))
			return false;
		dma_run_due(d->dma);
	}
	return true;
}
