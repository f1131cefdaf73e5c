// SPDX-License-Identifier: GPL-2.0-only
#include "sim/boot.h"

#include <string.h>

#include "sim/boot_access.h"
#include "sim/check.h"

#define ITS_DOORBELL UINT64_C(0x10040) /* GITS_TRANSLATER */

static bool read_at(struct dom0 *d, const char *by, uint64_t phys, unsigned int width)
{
	return touch(d, by, phys, width, false, DOM0_API_IOREMAP, NULL);
}

static bool map_and_read(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes,
			 uint64_t offset)
{
	if (!dom0_ioremap(d, by, phys, bytes, DOM0_API_IOREMAP))
		return false;
	return read_at(d, by, phys + offset, 4);
}

/* --- tables -------------------------------------------------------------------------- */

/* Signatures whose host copy Dom0 never sees: Xen's XSDT points at its own. */
static bool is_replaced(const char *sig)
{
	static const char *const own[] = {"FACP", "APIC", "XSDT", "RSDP", "STAO"};

	for (unsigned int i = 0; i < ARRAY_SIZE(own); i++)
		if (!strcmp(sig, own[i]))
			return true;
	return false;
}

/* acpi_boot_table_init(): each table's header, through early_memremap. */
static bool read_header(struct dom0 *d, uint64_t addr, uint64_t len)
{
	dom0_ioremap(d, "acpi_tb_init_table_descriptor", addr, len, DOM0_API_LINEAR);
	return touch(d, "acpi_tb_init_table_descriptor", addr + 4, 4, false, DOM0_API_LINEAR, NULL);
}

/* A table is not in the linear map: 4.9 keeps ACPI memory out of it, all releases what an initrd
 * brought (arch_reserve_mem_area()). */
static bool is_nomap(const struct dom0 *d, uint64_t addr)
{
	return d->lnx->tables_are_ioremapped ||
	       range_has(d->plat->dom0_ram, d->plat->dom0_ram_size, addr);
}

/* acpi_tb_verify_checksum(): a byte of each page, and the last. */
static bool read_all(struct dom0 *d, uint64_t addr, uint64_t len)
{
	bool ok = true;

	if (is_nomap(d, addr))
		return true;
	for (uint64_t at = addr; at < addr + len && ok; at = (at & PAGE_MASK) + PAGE_SIZE)
		ok = touch(d, "acpi_tb_verify_checksum", at, 1, false, DOM0_API_LINEAR, NULL);
	return ok &&
	       touch(d, "acpi_tb_verify_checksum", addr + len - 1, 1, false, DOM0_API_LINEAR, NULL);
}

static bool each_table(struct dom0 *d, bool (*fn)(struct dom0 *, uint64_t, uint64_t))
{
	for (unsigned int i = 0; i < d->xen->crafted_count; i++)
		if (!fn(d, d->xen->crafted[i].gpa, d->xen->crafted[i].len))
			return false;
	for (size_t i = 0; i < d->plat->tables.count; i++) {
		const struct acpi_table *t = &d->plat->tables.items[i];

		if (!is_replaced(t->sig) && !fn(d, t->addr, t->len))
			return false;
	}
	for (size_t i = 0; i < d->plat->dom0_tables.count; i++)
		if (!fn(d, d->plat->dom0_tables.items[i].addr, d->plat->dom0_tables.items[i].len))
			return false;
	return true;
}

static bool run_tables(struct dom0 *d)
{
	return each_table(d, read_header);
}

static bool run_checksums(struct dom0 *d)
{
	return each_table(d, read_all);
}

/* acpi_get_table() where ACPI memory is NOMAP: a real ioremap through acpi_os_ioremap. */
static bool ioremap_table(struct dom0 *d, uint64_t addr, uint64_t len)
{
	static const char *const by = "acpi_tb_acquire_table";
	uint64_t value = 0, va;
	bool ok;

	if (!is_nomap(d, addr))
		return true;
	va = dom0_acpi_map(d, by, addr, len);
	ok = va && answered(d, dom0_access_at(d, by, addr, va, DOM0_LDR32, &value));
	if (va)
		dom0_acpi_unmap(d, by, va, len);
	return ok;
}

static bool run_table_ioremap(struct dom0 *d)
{
	return each_table(d, ioremap_table);
}

/* --- interrupt controllers and timers ------------------------------------------------ */

static bool run_gicd(struct dom0 *d)
{
	const struct platform *p = d->plat;

	if (!p->gicd)
		return true;
	if (p->gic_version == 2)
		return map_and_read(d, "gic_v2_acpi_init", p->gicc, p->gicc_size, 0) &&
		       map_and_read(d, "gic_v2_acpi_init", p->gicd, p->gicd_size, 4);
	return map_and_read(d, "gic_acpi_init", p->gicd, p->gicd_size, 0xffe8) &&
	       read_at(d, "gic_acpi_init", p->gicd + 4, 4);
}

static bool run_redists(struct dom0 *d)
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
static bool run_its(struct dom0 *d)
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

static bool run_v2m(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->v2m.count; i++)
		if (!map_and_read(d, "gicv2m_init_one", d->plat->v2m.items[i], PAGE_SIZE, 8))
			return false;
	return true;
}

static bool run_gtdt(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->gtdt_frames.count; i++)
		if (!map_and_read(d, "arch_timer_mem_acpi_init", d->plat->gtdt_frames.items[i],
				  PAGE_SIZE, 0))
			return false;
	return true;
}

static bool maps_gtdt(const struct linux_version *lnx)
{
	return lnx->gtdt_frames_mapped;
}

/* --- namespace ----------------------------------------------------------------------- */

/* AML reads the region's first field. */
static bool touch_opregion(struct dom0 *d, const struct opregion *r)
{
	enum dom0_access read = dom0_plain_access(r->width, false);
	uint64_t value = 0;

	for (uint64_t i = 0; i < r->boot_accesses; i++)
		if (!answered(d, opregion_access(d, r->base, read, &value)))
			return false;
	return true;
}

static bool run_opregions(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->opregions.count; i++)
		if (d->plat->opregions.items[i].touched_at_boot &&
		    !touch_opregion(d, &d->plat->opregions.items[i]))
			return false;
	return true;
}

/* amba_read_periphid(): before device_add(), so before any notifier (FACTS L2). */
static bool amba_identify(struct dom0 *d, const struct device *dev)
{
	uint64_t base = dev->res[0].base, size = dev->res[0].size;
	bool ok = true;

	if (!dom0_ioremap(d, "amba_read_periphid", base, size, DOM0_API_IOREMAP))
		return false;
	for (uint64_t off = size - 0x20; off < size && ok; off += 4)
		ok = read_at(d, "amba_read_periphid", base + off, 4);
	if (ok)
		dom0_iounmap(d, "amba_read_periphid", base, size, DOM0_API_IOREMAP);
	return ok;
}

static enum device_bus bus_of(const struct dom0 *d, const struct device *dev)
{
	return dev->bus_by_hid ? linux_bus_of(d->lnx, dev->hid) : dev->bus;
}

static bool is_smmu(const struct device *dev)
{
	return !strncmp(dev->hid, "arm-smmu", 8);
}

/* acpi_device_should_be_hidden(): Xen's STAO says that the UART of SPCR is not Dom0's. */
static bool is_hidden(const struct dom0 *d, const struct device *dev)
{
	return d->plat->spcr && dev->bus != BUS_PCI && dev->res_count &&
	       dev->res[0].base == d->plat->spcr;
}

/* SMMUs become platform devices, and so notifier requests, since 4.10 (iort.c). */
static bool is_seen(const struct dom0 *d, const struct device *dev)
{
	return !is_hidden(d, dev) && (!is_smmu(dev) || d->lnx->iort_platform_smmu);
}

/* The driver core's BUS_NOTIFY_ADD_DEVICE is heard on these buses. */
static bool is_notified(const struct dom0 *d, const struct device *dev)
{
	enum device_bus bus = bus_of(d, dev);

	return (bus == BUS_PLATFORM || bus == BUS_AMBA) && is_seen(d, dev) &&
	       strategy_has(d->strategy, MECH_NOTIFIER);
}

static bool add_device(struct dom0 *d, const struct device *dev)
{
	if (bus_of(d, dev) == BUS_AMBA && is_seen(d, dev) && dev->res_count &&
	    dev->res[0].size >= 0x20 && !amba_identify(d, dev))
		return false;
	if (is_notified(d, dev))
		dom0_notify_add(d, dev);
	return true;
}

/* Devices in namespace order: a host bridge's buses are scanned where acpi_scan reaches it. */
static bool run_devices(struct dom0 *d)
{
	size_t roots = 0;

	for (size_t i = 0; i < d->plat->devices.count; i++) {
		const struct device *dev = &d->plat->devices.items[i];

		if (dev->hotplug)
			continue;
		if (!add_device(d, dev))
			return false;
		if (bus_of(d, dev) == BUS_PCI_ROOT && roots < d->plat->ecams.count &&
		    !boot_scan_ecam(d, roots++))
			return false;
	}
	for (; roots < d->plat->ecams.count; roots++)
		if (!boot_scan_ecam(d, roots))
			return false;
	return true;
}

/* --- drivers ------------------------------------------------------------------------- */

static const enum dom0_api touch_apis[TOUCH_API_COUNT] = {
	[TOUCH_API_IOREMAP] = DOM0_API_IOREMAP, [TOUCH_API_NP] = DOM0_API_IOREMAP_NP,
	[TOUCH_API_WC] = DOM0_API_IOREMAP_WC,	[TOUCH_API_CACHE] = DOM0_API_IOREMAP_CACHE,
	[TOUCH_API_USER] = DOM0_API_USER_MMAP,
};

static bool run_touch(struct dom0 *d, const struct device *dev, const struct touch *t)
{
	uint64_t base = dev->res[t->res].base, size = dev->res[t->res].size;
	uint64_t at = base + t->offset;
	const char *by = t->by ? t->by : "__devm_ioremap_resource";

	switch (t->kind) {
	case TOUCH_IOREMAP:
		return dom0_ioremap(d, by, at, t->bytes ? t->bytes : size - t->offset,
				    touch_apis[t->api]);
	case TOUCH_IOUNMAP:
		dom0_iounmap(d, by, at, t->bytes ? t->bytes : size - t->offset, touch_apis[t->api]);
		return true;
	case TOUCH_READ:
		return read_at(d, by, at, (unsigned int)t->bytes);
	case TOUCH_WRITE:
		return touch(d, by, at, (unsigned int)t->bytes, true, DOM0_API_IOREMAP, NULL);
	case TOUCH_MSIX:
		/* msix_map_region(), then the first vector's control word. */
		at = dev->res[dev->msix_bar].base + dev->msix_offset;
		return map_and_read(d, "__pci_enable_msix_range", at,
				    16 * (dev->msix_vectors ? dev->msix_vectors : 1), 0xc);
	case TOUCH_KIND_COUNT:
		break;
	}
	return true;
}

/* arm_smmu_ioremap(): the registers of page 0 and, 64 KiB on, of page 1, whose event queue
 * arm_smmu_device_reset() sets up. */
#define SMMU_V3_PAGE_1 0x10000
#define SMMU_V3_BYTES  (2 * SMMU_V3_PAGE_1)
#define SMMU_V3_REGS   0xe00
static const struct touch smmu_v3[] = {
	{.kind = TOUCH_IOREMAP, .bytes = SMMU_V3_REGS, .by = "arm_smmu_ioremap"},
	{.kind = TOUCH_IOREMAP,
	 .offset = SMMU_V3_PAGE_1,
	 .bytes = SMMU_V3_REGS,
	 .by = "arm_smmu_ioremap"},
	{.kind = TOUCH_READ, .bytes = 4, .by = "arm_smmu_device_hw_probe"},
	{.kind = TOUCH_WRITE,
	 .offset = SMMU_V3_PAGE_1 + 0xa8,
	 .bytes = 4,
	 .by = "arm_smmu_device_reset"},
};

/* What a driver does that no profile describes: its first resource, whole, and a first read. */
static const struct touch default_platform[] = {
	{.kind = TOUCH_IOREMAP, .stage = STAGE_PROBE, .by = "__devm_ioremap_resource"},
	{.kind = TOUCH_READ, .stage = STAGE_PROBE, .bytes = 4, .by = "probe"},
};

/* drivers/pnp/system.c only reserves the resources of these. */
static bool only_reserves(const struct device *dev)
{
	return !strncmp(dev->hid, "PNP0C01", 7) || !strncmp(dev->hid, "PNP0C02", 7);
}

static bool run_touches(struct dom0 *d, const struct device *dev, const struct touch *touches,
			size_t count, enum touch_stage stage)
{
	for (size_t i = 0; i < count; i++)
		if (touches[i].stage == stage && !run_touch(d, dev, &touches[i]))
			return false;
	return true;
}

/* PCI: the first word of each memory BAR. */
static bool run_default_pci(struct dom0 *d, const struct device *dev)
{
	for (unsigned int i = 0; i < dev->res_count; i++)
		if (dev->res[i].size &&
		    !map_and_read(d, "pci_iomap_range", dev->res[i].base,
				  dev->res[i].size < PAGE_SIZE ? dev->res[i].size : PAGE_SIZE, 0))
			return false;
	return true;
}

static bool run_default(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	enum device_bus bus = bus_of(d, dev);

	if (bus == BUS_PCI)
		return stage != STAGE_PROBE || run_default_pci(d, dev);
	if (bus == BUS_PCI_ROOT || !dev->res_count || only_reserves(dev))
		return true;
	if (!strcmp(dev->hid, "arm-smmu-v3") && d->lnx->smmu_v3_two_windows &&
	    dev->res[0].size >= SMMU_V3_BYTES)
		return run_touches(d, dev, smmu_v3, ARRAY_SIZE(smmu_v3), stage);
	return run_touches(d, dev, default_platform, ARRAY_SIZE(default_platform), stage);
}

static bool run_driver(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	if (dev->driverless || !is_seen(d, dev))
		return true;
	if (!dev->touches.count)
		return run_default(d, dev, stage);
	return run_touches(d, dev, dev->touches.items, dev->touches.count, stage);
}

static bool run_stage(struct dom0 *d, enum touch_stage stage)
{
	for (size_t i = 0; i < d->plat->devices.count; i++)
		if (!d->plat->devices.items[i].hotplug &&
		    !run_driver(d, &d->plat->devices.items[i], stage))
			return false;
	return true;
}

static bool run_probe(struct dom0 *d)
{
	return run_stage(d, STAGE_PROBE);
}

static bool run_bind(struct dom0 *d)
{
	return run_stage(d, STAGE_BIND);
}

static bool run_modules(struct dom0 *d)
{
	return run_stage(d, STAGE_MODULE);
}

static bool uses_its(const struct dom0 *d)
{
	return d->plat->its.count && d->xen->version->its_emulated;
}

/* Each MSI-X device behind an SMMU that Xen drives signals once: no CPU ever touches the page. */
static bool run_doorbell(struct dom0 *d)
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

/* bert_init(): ioremap_cache of the region, its status word, iounmap (row 28). */
static bool run_bert(struct dom0 *d)
{
	uint64_t value = 0;
	bool ok;

	if (!d->plat->bert_size)
		return true;
	if (!dom0_ioremap(d, "bert_init", d->plat->bert, d->plat->bert_size,
			  DOM0_API_IOREMAP_CACHE))
		return false;
	ok = touch(d, "bert_init", d->plat->bert, 4, false, DOM0_API_IOREMAP_CACHE, &value);
	if (ok)
		dom0_iounmap(d, "bert_init", d->plat->bert, d->plat->bert_size,
			     DOM0_API_IOREMAP_CACHE);
	return ok;
}

/* SPCR earlycon: Xen keeps the UART, so the access is refused however it is mapped (row 4). */
static bool run_earlycon(struct dom0 *d)
{
	if (!d->earlycon || !d->plat->spcr)
		return true;
	return touch(d, "pl011_early_write", d->plat->spcr + 0x18, 4, false, DOM0_API_FIXMAP, NULL);
}

/* --- the table ----------------------------------------------------------------------- */

const struct mapper mappers[] = {
	{3, PHASE_SETUP_ARCH, "ACPI table headers", NULL, run_tables},
	{4, PHASE_SETUP_ARCH, "SPCR earlycon", NULL, run_earlycon},
	{7, PHASE_INIT_IRQ, "GIC distributor", NULL, run_gicd},
	{8, PHASE_INIT_IRQ, "GIC redistributors", NULL, run_redists},
	{10, PHASE_INIT_IRQ, "ITS control frame", NULL, run_its},
	{9, PHASE_INIT_IRQ, "GICv2m frames", NULL, run_v2m},
	{11, PHASE_TIME_INIT, "GTDT timer frames", maps_gtdt, run_gtdt},
	{12, PHASE_ACPI_EARLY, "ACPI tables by ioremap", NULL, run_table_ioremap},
	{12, PHASE_ACPI_EARLY, "ACPI table checksums", NULL, run_checksums},
	{15, PHASE_SUBSYS, "OperationRegions", NULL, run_opregions},
	{17, PHASE_SUBSYS, "namespace devices, ECAM and bus scan (20)", NULL, run_devices},
	{35, PHASE_DEVICE, "driver probes", NULL, run_probe},
	{28, PHASE_LATE, "BERT", NULL, run_bert},
	{35, PHASE_MODULE, "BARs and MSI-X", NULL, run_bind},
	{35, PHASE_MODULE, "ITS doorbell", NULL, run_doorbell},
	{35, PHASE_MODULE, "modules", NULL, run_modules},
};
const unsigned int mapper_count = ARRAY_SIZE(mappers);

/* Interrupts are on from start_kernel()'s local_irq_enable(), behind time_init(). */
static void enter_phase(struct dom0 *d, enum boot_phase phase)
{
	uint64_t hz = d->charge->profile->p[PARAM_TICK_HZ].value;

	d->irqs_off = phase <= PHASE_TIME_INIT;
	if (d->irqs_off || d->tick_cycles || !hz)
		return;
	d->tick_cycles = charge_ns(d->charge, UINT64_C(1000000000) / hz);
	d->xen->timer_at = d->charge->cycle + d->tick_cycles;
}

bool boot_run(struct dom0 *d, int from, enum boot_phase until, enum boot_phase *at)
{
	for (int phase = from + 1; phase <= (int)until; phase++) {
		enter_phase(d, (enum boot_phase)phase);
		for (unsigned int i = 0; i < mapper_count && !dom0_stopped(d); i++) {
			const struct mapper *m = &mappers[i];

			if (m->phase != (enum boot_phase)phase ||
			    (m->present && !m->present(d->lnx)) || m->run(d) || d->keep_going)
				continue;
			*at = (enum boot_phase)phase;
			return false;
		}
	}
	return true;
}

bool boot_plug(struct dom0 *d, const struct device *dev)
{
	return add_device(d, dev) && run_driver(d, dev, STAGE_PROBE) &&
	       run_driver(d, dev, STAGE_BIND) && run_driver(d, dev, STAGE_MODULE);
}

void boot_unplug(struct dom0 *d, const struct device *dev)
{
	if (is_notified(d, dev))
		dom0_notify_del(d, dev);
	verdict_unplug(d->verdict, d->xen, dev, d->step, SIZE_MAX);
}
