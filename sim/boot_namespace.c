// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot: what the walk of the namespace brings (FACTS L9, rows 15 to 20).
 */
#include <string.h>

#include "sim/boot_access.h"

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

static bool touch_opregions(struct dom0 *d, bool by_driver)
{
	for (size_t i = 0; i < d->plat->opregions.count; i++) {
		const struct opregion *r = &d->plat->opregions.items[i];

		if (r->touched_at_boot && r->by_driver == by_driver && !touch_opregion(d, r))
			return false;
	}
	return true;
}

bool boot_opregions(struct dom0 *d)
{
	return touch_opregions(d, false);
}

bool boot_driver_opregions(struct dom0 *d)
{
	return touch_opregions(d, true);
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

enum device_bus boot_bus_of(const struct dom0 *d, const struct device *dev)
{
	return dev->bus_by_hid ? linux_bus_of(d->lnx, dev->hid, dev->cid) : dev->bus;
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

/* A watchdog of GTDT, as acpi/arm64/gtdt.c names its platform device. */
static bool is_watchdog(const struct device *dev)
{
	return !strcmp(dev->hid, "sbsa-gwdt");
}

/* SMMUs become platform devices, and so notifier requests, since 4.10 (iort.c); watchdogs since
 * 4.12 (gtdt.c). */
bool boot_is_seen(const struct dom0 *d, const struct device *dev)
{
	return !is_hidden(d, dev) && (!is_smmu(dev) || d->lnx->iort_platform_smmu) &&
	       (!is_watchdog(dev) || d->lnx->gtdt_watchdogs);
}

/* The driver core's BUS_NOTIFY_ADD_DEVICE is heard on these buses. */
bool boot_is_notified(const struct dom0 *d, const struct device *dev)
{
	enum device_bus bus = boot_bus_of(d, dev);

	return (bus == BUS_PLATFORM || bus == BUS_AMBA) && boot_is_seen(d, dev) &&
	       strategy_has(d->strategy, MECH_NOTIFIER);
}

bool boot_drives_smmu(const struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->devices.count; i++) {
		const struct device *smmu = &d->plat->devices.items[i];

		if (is_smmu(smmu) && !smmu->driverless && boot_is_seen(d, smmu))
			return true;
	}
	return false;
}

unsigned int boot_row_of(const struct dom0 *d, const struct device *dev)
{
	switch (boot_bus_of(d, dev)) {
	case BUS_AMBA:
		return 18;
	case BUS_PNP:
		return 19;
	case BUS_PCI:
		return 35;
	case BUS_PCI_ROOT:
		return 20;
	case BUS_PLATFORM:
		break;
	}
	if (is_watchdog(dev))
		return 31;
	return is_smmu(dev) ? 16 : 17;
}

bool boot_add_device(struct dom0 *d, const struct device *dev)
{
	enum device_bus bus = boot_bus_of(d, dev);
	unsigned int row = d->row;
	bool ok = true;

	if (row)
		d->row = boot_row_of(d, dev);
	if (bus == BUS_AMBA && boot_is_seen(d, dev) && dev->res_count && !dev->res[0].io &&
	    dev->res[0].size >= 0x20)
		ok = amba_identify(d, dev);
	if (ok && boot_is_notified(d, dev))
		dom0_notify_add(d, dev);
	d->row = row;
	return ok;
}

/* Devices in namespace order: a host bridge's buses are scanned where acpi_scan reaches it. */
bool boot_devices(struct dom0 *d)
{
	size_t roots = 0;

	for (size_t i = 0; i < d->plat->devices.count; i++) {
		const struct device *dev = &d->plat->devices.items[i];

		if (dev->hotplug || is_watchdog(dev))
			continue;
		if (!boot_add_device(d, dev))
			return false;
		if (boot_bus_of(d, dev) == BUS_PCI_ROOT && roots < d->plat->ecams.count &&
		    !boot_scan_ecam(d, roots++))
			return false;
	}
	for (; roots < d->plat->ecams.count; roots++)
		if (!boot_scan_ecam(d, roots))
			return false;
	return true;
}

/* gtdt_sbsa_gwdt_init(): a device_initcall, behind the walk of the namespace. */
bool boot_watchdogs(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->devices.count; i++) {
		const struct device *dev = &d->plat->devices.items[i];

		if (!dev->hotplug && is_watchdog(dev) && !boot_add_device(d, dev))
			return false;
	}
	return true;
}
