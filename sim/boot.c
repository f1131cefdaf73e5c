// SPDX-License-Identifier: GPL-2.0-only
#include "sim/boot.h"

#include "base/check.h"
#include "sim/boot_access.h"

static bool gtdt_frames(const struct linux_version *lnx)
{
	return lnx->gtdt_frames_mapped;
}

static bool gtdt_watchdogs(const struct linux_version *lnx)
{
	return lnx->gtdt_watchdogs;
}

static bool ghes_in_acpi_init(const struct linux_version *lnx)
{
	return lnx->ghes_in_acpi_init;
}

static bool ghes_by_initcall(const struct linux_version *lnx)
{
	return !lnx->ghes_in_acpi_init;
}

static bool ghes_read_at_probe(const struct linux_version *lnx)
{
	return lnx->ghes_read_at_probe;
}

static bool framebuffer_has_resource(const struct linux_version *lnx)
{
	return lnx->framebuffer_has_resource;
}

const struct mapper mappers[] = {
	{3, PHASE_SETUP_ARCH, "ACPI table headers", "early_memremap", NULL, boot_table_headers},
	{4, PHASE_SETUP_ARCH, "SPCR earlycon", "fixmap", NULL, boot_earlycon},
	{7, PHASE_INIT_IRQ, "GIC distributor", "ioremap", NULL, boot_gicd},
	{8, PHASE_INIT_IRQ, "GIC redistributors", "ioremap", NULL, boot_redists},
	{10, PHASE_INIT_IRQ, "ITS control frame", "ioremap", NULL, boot_its},
	{9, PHASE_INIT_IRQ, "GICv2m frames", "ioremap", NULL, boot_v2m},
	{11, PHASE_TIME_INIT, "GTDT timer frames", "ioremap", gtdt_frames, boot_gtdt_frames},
	{12, PHASE_ACPI_EARLY, "ACPI tables by ioremap", "acpi_os_ioremap", NULL,
	 boot_table_ioremaps},
	{12, PHASE_ACPI_EARLY, "ACPI table checksums", "linear map", NULL, boot_table_checksums},
	{13, PHASE_POSTCORE, "PCC registers", "acpi_os_ioremap", NULL, boot_pcc_registers},
	{15, PHASE_SUBSYS, "OperationRegions", "acpi_os_ioremap", NULL, boot_opregions},
	{24, PHASE_SUBSYS, "GHES status and acknowledge registers", "acpi_os_map_iomem",
	 ghes_in_acpi_init, boot_ghes},
	{25, PHASE_SUBSYS, "GHES status blocks, when probed", "fixmap", ghes_read_at_probe,
	 boot_ghes_blocks},
	{17, PHASE_SUBSYS, "namespace devices, ECAM and bus scan (16, 18, 19, 20, 22)",
	 "ioremap, pci_remap_cfgspace, pci_remap_iospace", NULL, boot_devices},
	{35, PHASE_FS, "quirks of PCI devices", "ioremap", NULL, boot_quirks},
	{24, PHASE_DEVICE, "GHES status and acknowledge registers", "acpi_os_map_iomem",
	 ghes_by_initcall, boot_ghes},
	{31, PHASE_DEVICE, "GTDT watchdogs become devices", "notifier", gtdt_watchdogs,
	 boot_watchdogs},
	{34, PHASE_DEVICE, "framebuffer becomes a device", "notifier", framebuffer_has_resource,
	 boot_framebuffer_device},
	{26, PHASE_DEVICE, "ERST registers and error log", "acpi_os_map_iomem, ioremap_cache", NULL,
	 boot_erst},
	{29, PHASE_DEVICE, "CPPC registers and PCC shared memory", "ioremap, acpi_os_ioremap", NULL,
	 boot_cppc},
	{30, PHASE_DEVICE, "TPM control area and log", "ioremap, acpi_os_map_iomem", NULL,
	 boot_tpm},
	{34, PHASE_DEVICE, "framebuffer", "ioremap_wc", NULL, boot_framebuffer},
	{35, PHASE_DEVICE, "driver probes", "ioremap family", NULL, boot_probes},
	{28, PHASE_LATE, "BERT", "ioremap_cache", NULL, boot_bert},
	{35, PHASE_LATE, "driver probes that waited for an SMMU", "ioremap family", NULL,
	 boot_deferred_probes},
	{29, PHASE_LATE, "CPPC capabilities", "mapped before", NULL, boot_cppc_use},
	{15, PHASE_MODULE, "OperationRegions of methods that drivers evaluate", "acpi_os_ioremap",
	 NULL, boot_driver_opregions},
	{35, PHASE_MODULE, "modules", "ioremap family", NULL, boot_modules},
	{35, PHASE_MODULE, "modules for what modules found", "ioremap family", NULL, boot_binds},
	{35, PHASE_MODULE, "ITS doorbell", "none", NULL, boot_doorbells},
	{27, PHASE_MODULE, "EINJ registers", "acpi_os_map_iomem", NULL, boot_einj},
	{36, PHASE_MODULE, "persistent memory and flush hints", "memremap_pages, ioremap", NULL,
	 boot_nvdimm},
	{35, PHASE_MODULE, "first interrupts", "ioremap family", NULL, boot_interrupts},
	{25, PHASE_MODULE, "GHES status blocks, at run time", "fixmap", NULL, boot_ghes_blocks},
};
const unsigned int mapper_count = ARRAY_SIZE(mappers);

/* Interrupts are on from start_kernel()'s local_irq_enable(), behind time_init(). */
static void enter_phase(struct dom0 *d, enum boot_phase phase)
{
	uint64_t hz = d->charge->profile->p[PARAM_TICK_HZ].value;

	d->phase = phase;
	d->irqs_off = phase <= PHASE_TIME_INIT;
	if (d->irqs_off || d->tick_cycles || !hz)
		return;
	d->tick_cycles = charge_ns(d->charge, UINT64_C(1000000000) / hz);
	d->xen->timer_at = d->charge->cycle + d->tick_cycles;
}

/* False if an abort ends the boot here. */
static bool run_row(struct dom0 *d, const struct mapper *m, enum boot_phase phase)
{
	bool ok;

	if (m->phase != phase || (m->present && !m->present(d->lnx)))
		return true;
	d->row = m->row;
	ok = m->run(d);
	d->row = 0;
	return ok || d->keep_going;
}

bool boot_run(struct dom0 *d, int from, enum boot_phase until, enum boot_phase *at)
{
	for (int phase = from + 1; phase <= (int)until; phase++) {
		enter_phase(d, (enum boot_phase)phase);
		for (unsigned int i = 0; i < mapper_count && !dom0_stopped(d); i++) {
			if (run_row(d, &mappers[i], (enum boot_phase)phase))
				continue;
			*at = (enum boot_phase)phase;
			return false;
		}
	}
	return true;
}

bool boot_plug(struct dom0 *d, const struct device *dev)
{
	return boot_add_device(d, dev) && boot_drive(d, dev);
}

void boot_unplug(struct dom0 *d, const struct device *dev)
{
	if (boot_is_notified(d, dev))
		dom0_notify_del(d, dev);
	verdict_unplug(d->verdict, d->xen, dev, d->step, SIZE_MAX);
}
