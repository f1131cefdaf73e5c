// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot: memory that static tables name and no device has (FACTS L9, rows 4, 13, 24 to 30,
 * 34 and 36).
 *
 * Nothing here is missed so much that Linux stops when a mapping cannot be had (RAM, no space): it
 * goes on without the table. Only an access that aborts ends the boot.
 */
#include "base/check.h"
#include "sim/boot_access.h"

/* The widest access that is aligned there and fits. */
static unsigned int width_of(const struct area *a)
{
	unsigned int width = 8;

	while (width > 1 && (a->base % width || width > a->size))
		width /= 2;
	return width;
}

/* Maps each area of that use for good. */
static bool map_areas(struct dom0 *d, enum area_use use, const char *by, enum dom0_api api)
{
	for (size_t i = 0; i < d->plat->areas.count && !dom0_stopped(d); i++) {
		const struct area *a = &d->plat->areas.items[i];

		if (a->use == use)
			dom0_ioremap(d, by, a->base, a->size, api);
	}
	return !dom0_stopped(d);
}

/* One access to the first bytes of each area of that use that map_areas() could map. */
static bool touch_areas(struct dom0 *d, enum area_use use, const char *by, enum dom0_api api,
			bool write)
{
	for (size_t i = 0; i < d->plat->areas.count; i++) {
		const struct area *a = &d->plat->areas.items[i];

		if (a->use == use && dom0_va(d, a->base, api) &&
		    !touch(d, by, a->base, width_of(a), write, api, NULL))
			return false;
	}
	return true;
}

/* acpi_os_map_generic_address(): through the map cache, for good. */
static bool acpi_map_areas(struct dom0 *d, enum area_use use, const char *by)
{
	for (size_t i = 0; i < d->plat->areas.count && !dom0_stopped(d); i++) {
		const struct area *a = &d->plat->areas.items[i];

		if (a->use == use)
			dom0_acpi_map(d, by, a->base, a->size);
	}
	return !dom0_stopped(d);
}

/* apei_read() and its like: finds what is mapped in the cache. */
static bool acpi_read_areas(struct dom0 *d, enum area_use use, const char *by)
{
	for (size_t i = 0; i < d->plat->areas.count; i++) {
		const struct area *a = &d->plat->areas.items[i];
		enum dom0_access read = dom0_plain_access(width_of(a), false);
		uint64_t value = 0, va;
		bool ok;

		if (a->use != use)
			continue;
		va = dom0_acpi_map(d, by, a->base, a->size);
		if (dom0_stopped(d))
			return false;
		if (!va)
			continue;
		ok = answered(d, dom0_access_at(d, by, a->base, va, read, &value));
		dom0_acpi_unmap(d, by, va, a->size);
		if (!ok)
			return false;
	}
	return true;
}

/* --- console and screen -------------------------------------------------------------- */

/* SPCR earlycon: Xen keeps the UART and emulates one for Dom0 in its place (FACTS X23). */
bool boot_earlycon(struct dom0 *d)
{
	if (!d->earlycon || !d->plat->spcr)
		return true;
	return touch(d, "pl011_early_write", d->plat->spcr + 0x18, 4, false, DOM0_API_FIXMAP, NULL);
}

/* sysfb_create_simplefb(): the device has the frame buffer as its resource. */
bool boot_framebuffer_device(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->areas.count; i++) {
		const struct area *a = &d->plat->areas.items[i];
		struct device fb = {
			.name = "simple-framebuffer.0",
			.hid = "",
			.res = {{.base = a->base, .size = a->size}},
			.res_count = 1,
		};

		if (a->use == AREA_FRAMEBUFFER && boot_is_notified(d, &fb))
			dom0_notify_add(d, &fb);
	}
	return !dom0_stopped(d);
}

bool boot_framebuffer(struct dom0 *d)
{
	const char *by = d->lnx->framebuffer_has_resource ? "simplefb_probe" : "efifb_probe";

	return map_areas(d, AREA_FRAMEBUFFER, by, DOM0_API_IOREMAP_WC) &&
	       touch_areas(d, AREA_FRAMEBUFFER, by, DOM0_API_IOREMAP_WC, true);
}

/* --- PCC and CPPC -------------------------------------------------------------------- */

/* acpi_os_ioremap() itself, not acpi_os_map_iomem(): two doorbells in a page are two mappings. */
bool boot_pcc_registers(struct dom0 *d)
{
	const char *by = d->lnx->pcc_mapped_in_probe ? "pcc_mbox_probe" : "acpi_pcc_probe";

	return map_areas(d, AREA_PCC_REGISTER, by, DOM0_API_ACPI);
}

/* acpi_cppc_processor_probe(): each register, and the shared memory of its PCC channel. */
bool boot_cppc(struct dom0 *d)
{
	return map_areas(d, AREA_PCC_SHMEM, "register_pcc_channel", DOM0_API_ACPI) &&
	       map_areas(d, AREA_CPPC_REGISTER, "acpi_cppc_processor_probe", DOM0_API_IOREMAP);
}

/* cppc_get_perf_caps(): a read command (command word, then doorbell), then the registers. */
bool boot_cppc_use(struct dom0 *d)
{
	return touch_areas(d, AREA_PCC_SHMEM, "check_pcc_chan", DOM0_API_ACPI, false) &&
	       touch_areas(d, AREA_PCC_SHMEM, "send_pcc_cmd", DOM0_API_ACPI, true) &&
	       touch_areas(d, AREA_PCC_REGISTER, "pcc_send_data", DOM0_API_ACPI, false) &&
	       touch_areas(d, AREA_PCC_REGISTER, "pcc_send_data", DOM0_API_ACPI, true) &&
	       touch_areas(d, AREA_CPPC_REGISTER, "cpc_read", DOM0_API_IOREMAP, false);
}

/* --- error reporting ----------------------------------------------------------------- */

/* ghes_new(). A GHESv2's acknowledge register is written only once there was an error. */
bool boot_ghes(struct dom0 *d)
{
	return acpi_map_areas(d, AREA_GHES_STATUS, "ghes_new") &&
	       (!d->lnx->ghes_acknowledges || acpi_map_areas(d, AREA_GHES_ACK, "map_gen_v2"));
}

/*
 * ghes_read_estatus(): where the block is, then its header, a page at a time and only while it is
 * read. Both ways of mapping work in an interrupt or NMI, where no hook of ioremap can: 4.9's
 * ghes_ioremap_pfn_irq() fills a page table entry, later kernels have slots in the fixmap.
 */
bool boot_ghes_blocks(struct dom0 *d)
{
	const char *by = d->lnx->ghes_fixmap ? "ghes_map" : "ghes_ioremap_pfn_irq";

	if (!acpi_read_areas(d, AREA_GHES_STATUS, "ghes_read_estatus"))
		return false;
	for (size_t i = 0; i < d->plat->areas.count; i++) {
		const struct area *a = &d->plat->areas.items[i];

		if (a->use != AREA_GHES_BLOCK)
			continue;
		if (!touch(d, by, a->base, width_of(a), false, DOM0_API_FIXMAP, NULL))
			return false;
		dom0_iounmap(d, by, a->base, width_of(a), DOM0_API_FIXMAP);
	}
	return true;
}

/* erst_init(): registers by apei_exec_pre_map_gars(), the operations that find the log, the log.
 * An empty log is not read. */
bool boot_erst(struct dom0 *d)
{
	return acpi_map_areas(d, AREA_ERST_REGISTER, "apei_exec_pre_map_gars") &&
	       acpi_read_areas(d, AREA_ERST_REGISTER, "erst_get_erange") &&
	       map_areas(d, AREA_ERST_RANGE, "erst_init", DOM0_API_IOREMAP_CACHE);
}

bool boot_einj(struct dom0 *d)
{
	return acpi_map_areas(d, AREA_EINJ_REGISTER, "apei_exec_pre_map_gars") &&
	       acpi_read_areas(d, AREA_EINJ_REGISTER, "einj_get_available_error_type");
}

/* bert_init(): ioremap_cache of the region, its status word, iounmap. */
bool boot_bert(struct dom0 *d)
{
	const struct platform *p = d->plat;
	uint64_t value = 0;
	bool ok;

	if (!p->bert_size)
		return true;
	if (!dom0_ioremap(d, "bert_init", p->bert, p->bert_size, DOM0_API_IOREMAP_CACHE))
		return !dom0_stopped(d);
	ok = touch(d, "bert_init", p->bert, 4, false, DOM0_API_IOREMAP_CACHE, &value);
	if (ok)
		dom0_iounmap(d, "bert_init", p->bert, p->bert_size, DOM0_API_IOREMAP_CACHE);
	return ok;
}

/* --- TPM and persistent memory ------------------------------------------------------- */

/* tpm_read_log_acpi(): maps the log, copies all of it, unmaps it. */
static bool copy_log(struct dom0 *d, const struct area *a)
{
	static const char *const by = "tpm_read_log_acpi";
	uint64_t va = dom0_acpi_map(d, by, a->base, a->size);
	bool ok = true;

	for (uint64_t at = 0; va && at < a->size && ok;
	     at = ((a->base + at) & PAGE_MASK) + PAGE_SIZE - a->base) {
		uint64_t value = 0;

		ok = answered(d, dom0_access_at(d, by, a->base + at, va + at, DOM0_LDR8, &value));
	}
	if (va && ok)
		dom0_acpi_unmap(d, by, va, a->size);
	return ok && !dom0_stopped(d);
}

/* crb_map_res() of what is not in the device's own resources; then the event log. */
bool boot_tpm(struct dom0 *d)
{
	if (!map_areas(d, AREA_TPM_BUFFER, "crb_map_res", DOM0_API_IOREMAP) ||
	    !touch_areas(d, AREA_TPM_BUFFER, "crb_map_io", DOM0_API_IOREMAP, false))
		return false;
	for (size_t i = 0; i < d->plat->areas.count && d->lnx->tpm2_log; i++)
		if (d->plat->areas.items[i].use == AREA_TPM_LOG &&
		    !copy_log(d, &d->plat->areas.items[i]))
			return false;
	return true;
}

/* What devm_memremap_pages() can take: whole subsections of the linear map. */
#define SUBSECTION (UINT64_C(1) << 21)

static struct area linear_part(const struct area *a)
{
	uint64_t end = (a->base + a->size) & ~(SUBSECTION - 1);
	struct area part = *a;

	part.base = (a->base + SUBSECTION - 1) & ~(SUBSECTION - 1);
	part.size = end > part.base ? end - part.base : 0;
	return part;
}

/*
 * pmem_attach_disk(): the linear map grows by the range, by arch_add_memory(), so that no hook of
 * ioremap sees it; the first sector is read. nd_region_activate() maps flush hints, the first flush
 * writes them.
 */
bool boot_nvdimm(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->areas.count; i++) {
		struct area part = linear_part(&d->plat->areas.items[i]);

		if (part.use != AREA_PMEM || !part.size)
			continue;
		if (dom0_ioremap(d, "devm_memremap_pages", part.base, part.size, DOM0_API_LINEAR) &&
		    !touch(d, "pmem_do_read", part.base, 8, false, DOM0_API_LINEAR, NULL))
			return false;
	}
	return map_areas(d, AREA_FLUSH_HINT, "nd_region_activate", DOM0_API_IOREMAP) &&
	       touch_areas(d, AREA_FLUSH_HINT, "nvdimm_flush", DOM0_API_IOREMAP, true);
}
