// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot: what drivers do to their devices (FACTS L9, row 35).
 */
#include <string.h>

#include "base/check.h"
#include "sim/boot_access.h"

static const enum dom0_api touch_apis[TOUCH_API_COUNT] = {
	[TOUCH_API_IOREMAP] = DOM0_API_IOREMAP, [TOUCH_API_NP] = DOM0_API_IOREMAP_NP,
	[TOUCH_API_WC] = DOM0_API_IOREMAP_WC,	[TOUCH_API_CACHE] = DOM0_API_IOREMAP_CACHE,
	[TOUCH_API_USER] = DOM0_API_USER_MMAP,
};

/* What an access goes through: what the profile says, else the newest mapping of a driver that
 * holds it. */
static enum dom0_api access_api(const struct dom0 *d, const struct device *dev,
				const struct touch *t)
{
	uint64_t at = dev->res[t->res].base + t->offset;

	if (dev->res[t->res].io)
		return DOM0_API_REMAP_IOSPACE;
	if (t->api != TOUCH_API_IOREMAP)
		return touch_apis[t->api];
	for (size_t i = d->maps.count; i-- > 0;) {
		const struct dom0_mapping *m = &d->maps.items[i];

		for (unsigned int api = 0; api < TOUCH_API_COUNT; api++)
			if (m->api == touch_apis[api] && range_has(m->phys, m->bytes, at))
				return m->api;
	}
	return DOM0_API_IOREMAP;
}

/* ioremap or iounmap. I/O ports are not ioremapped: their bridge's window is there for good. */
static bool run_mapping(struct dom0 *d, const struct device *dev, const struct touch *t,
			const char *by)
{
	uint64_t at = dev->res[t->res].base + t->offset;
	uint64_t bytes = t->bytes ? t->bytes : dev->res[t->res].size - t->offset;
	unsigned int row = d->row;
	bool ok;

	if (dev->res[t->res].io)
		return true;
	if (t->kind == TOUCH_IOUNMAP) {
		dom0_iounmap(d, by, at, bytes, touch_apis[t->api]);
		return true;
	}
	if (d->row && t->api == TOUCH_API_USER)
		d->row = 37;
	ok = dom0_ioremap(d, by, at, bytes, touch_apis[t->api]);
	d->row = row;
	return ok;
}

static bool has_msix(const struct device *dev)
{
	return dev->msix_bar < dev->res_count && dev->res[dev->msix_bar].size &&
	       !dev->res[dev->msix_bar].io;
}

/* msix_map_region(), then the first vector's control word; that no MSI domain is there is noticed
 * behind the former or behind both. */
static bool run_msix(struct dom0 *d, const struct device *dev)
{
	static const char by[] = "__pci_enable_msix_range";
	uint64_t at = dev->res[dev->msix_bar].base + dev->msix_offset;
	uint64_t bytes = 16 * (dev->msix_vectors ? dev->msix_vectors : 1);

	if (boot_has_msis(d))
		return map_and_read(d, by, at, bytes, 0xc);
	if (d->lnx->msix_read_before_domain ? !map_and_read(d, by, at, bytes, 0xc)
					    : !dom0_ioremap(d, by, at, bytes, DOM0_API_IOREMAP))
		return false;
	dom0_iounmap(d, by, at, bytes, DOM0_API_IOREMAP);
	return true;
}

static bool run_touch(struct dom0 *d, const struct device *dev, const struct touch *t)
{
	uint64_t at = dev->res[t->res].base + t->offset;
	const char *by = t->by ? t->by : "__devm_ioremap_resource";

	if (t->intx && has_msix(dev) && boot_has_msis(d))
		return true;
	switch (t->kind) {
	case TOUCH_IOREMAP:
	case TOUCH_IOUNMAP:
		return run_mapping(d, dev, t, by);
	case TOUCH_READ:
	case TOUCH_WRITE:
		return touch(d, by, at, (unsigned int)t->bytes, t->kind == TOUCH_WRITE,
			     access_api(d, dev, t), NULL);
	case TOUCH_MSIX:
		return run_msix(d, dev);
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

/* sbsa_gwdt_probe(): control frame, then refresh frame; the status is read. */
static const struct touch watchdog[] = {
	{.kind = TOUCH_IOREMAP, .res = 0, .by = "sbsa_gwdt_probe"},
	{.kind = TOUCH_IOREMAP, .res = 1, .by = "sbsa_gwdt_probe"},
	{.kind = TOUCH_READ, .res = 0, .bytes = 4, .by = "sbsa_gwdt_probe"},
};

/* What any PCI driver with MSI-X does behind its first access. */
static const struct touch pci_msix = {.kind = TOUCH_MSIX};

/* drivers/pnp/system.c only reserves the resources of these. */
static bool only_reserves(const struct device *dev)
{
	static const char *const ids[] = {"PNP0C01", "PNP0C02"};

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++)
		if (!strncmp(dev->hid, ids[i], 7) || (dev->cid && !strcmp(dev->cid, ids[i])))
			return true;
	return false;
}

static bool run_touches(struct dom0 *d, const struct device *dev, const struct touch *touches,
			size_t count, enum touch_stage stage)
{
	for (size_t i = 0; i < count; i++)
		if (touches[i].stage == stage && !run_touch(d, dev, &touches[i]))
			return false;
	return true;
}

/* PCI: the first word of each memory BAR, then the MSI-X table. */
static bool run_default_pci(struct dom0 *d, const struct device *dev)
{
	for (unsigned int i = 0; i < dev->res_count; i++)
		if (dev->res[i].size && !dev->res[i].io &&
		    !map_and_read(d, "pci_iomap_range", dev->res[i].base,
				  dev->res[i].size < PAGE_SIZE ? dev->res[i].size : PAGE_SIZE, 0))
			return false;
	return !has_msix(dev) || run_touch(d, dev, &pci_msix);
}

static bool run_default(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	enum device_bus bus = boot_bus_of(d, dev);

	if (bus == BUS_PCI)
		return stage != STAGE_MODULE || run_default_pci(d, dev);
	if (bus == BUS_PCI_ROOT || !dev->res_count || only_reserves(dev))
		return true;
	if (!strcmp(dev->hid, "arm-smmu-v3") && d->lnx->smmu_v3_two_windows &&
	    dev->res[0].size >= SMMU_V3_BYTES)
		return run_touches(d, dev, smmu_v3, ARRAY_SIZE(smmu_v3), stage);
	if (!strcmp(dev->hid, "sbsa-gwdt") && dev->res_count >= 2)
		return run_touches(d, dev, watchdog, ARRAY_SIZE(watchdog), stage);
	return run_touches(d, dev, default_platform, ARRAY_SIZE(default_platform), stage);
}

/* Profiles of quirks say nothing of what the driver does. */
static bool is_described(const struct device *dev)
{
	for (size_t i = 0; i < dev->touches.count; i++)
		if (!dev->profile || dev->touches.items[i].stage != STAGE_QUIRK)
			return true;
	return false;
}

/* False the first time that a device comes to a stage in a run: it is probed once. */
static bool is_done(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	uint8_t *stages = &d->driven.items[dev - d->plat->devices.items];
	bool done = *stages >> stage & 1;

	*stages |= (uint8_t)(1u << stage);
	return done;
}

/*
 * Quirks are the PCI core's: they need no driver. Where ioremap gives NULL a probe fails, and the
 * boot goes on with the next device.
 */
static bool run_driver(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	uint64_t aborts = dom0_read_log(d).abort_count;
	unsigned int row = d->row;
	bool ok;

	if (is_done(d, dev, stage) || (dev->driverless && stage != STAGE_QUIRK) ||
	    !boot_is_seen(d, dev))
		return true;
	if (row)
		d->row = boot_row_of(d, dev);
	if (stage == STAGE_QUIRK || is_described(dev))
		ok = run_touches(d, dev, dev->touches.items, dev->touches.count, stage);
	else
		ok = run_default(d, dev, stage);
	d->row = row;
	return ok || (!dom0_stopped(d) && dom0_read_log(d).abort_count == aborts);
}

/*
 * Which devices a stage of modules runs together: a driver that is registered probes all of its
 * devices. One of no known name is one of its own.
 */
static const char *driver_in(const struct device *dev, enum touch_stage stage)
{
	return stage == STAGE_BIND ? dev->child_driver : dev->driver;
}

/* kmod's rule: '-' and '_' are the same in the name of a module. */
static bool same_module(const char *a, const char *b)
{
	for (; *a && (*a == *b || (*a == '-' && *b == '_') || (*a == '_' && *b == '-')); a++)
		b++;
	return *a == *b;
}

/* True if the module called `name` has the driver of the device. */
static bool is_in_module(const struct device *dev, const char *name, enum touch_stage stage)
{
	const char *driver = driver_in(dev, stage);

	return (driver && same_module(driver, name)) ||
	       (stage == STAGE_MODULE && dev->profile && same_module(dev->profile, name));
}

/* True if the driver of what the device makes is among the first modules of the list. */
static bool is_child_loaded(const struct dom0 *d, const struct device *dev, size_t loaded)
{
	for (size_t i = 0; dev->child_driver && i < loaded; i++)
		if (same_module(dev->child_driver, d->plat->modules.items[i]))
			return true;
	return false;
}

/* The device's module is there; so may be, as the first of the list, that of what it makes. */
static bool run_module(struct dom0 *d, const struct device *dev, size_t loaded)
{
	return run_driver(d, dev, STAGE_MODULE) &&
	       (!is_child_loaded(d, dev, loaded) || run_driver(d, dev, STAGE_BIND));
}

/* True if the device's own driver has made what another one can take. */
static bool is_made(const struct dom0 *d, const struct device *dev)
{
	if (d->driven.items[dev - d->plat->devices.items] >> STAGE_MODULE & 1)
		return true;
	for (size_t i = 0; i < dev->touches.count; i++)
		if (dev->touches.items[i].stage == STAGE_MODULE)
			return false;
	return true;
}

/* The n-th module of the list. */
static bool load_listed(struct dom0 *d, size_t n)
{
	const char *name = d->plat->modules.items[n];

	for (size_t i = 0; i < d->order->added.count; i++) {
		const struct device *dev = &d->plat->devices.items[d->order->added.items[i]];

		if (dev->hotplug)
			continue;
		if (is_in_module(dev, name, STAGE_MODULE) && !run_module(d, dev, n))
			return false;
		if (is_in_module(dev, name, STAGE_BIND) && is_made(d, dev) &&
		    !run_driver(d, dev, STAGE_BIND))
			return false;
	}
	return true;
}

static bool run_loaded(struct dom0 *d, const struct device *dev, enum touch_stage stage)
{
	return stage == STAGE_MODULE ? run_module(d, dev, d->plat->modules.count)
				     : run_driver(d, dev, stage);
}

/* The module that comes for a device: all the devices of its driver. */
static bool load_for(struct dom0 *d, const struct device *leader, enum touch_stage stage)
{
	const char *driver = driver_in(leader, stage);

	if (!driver)
		return run_loaded(d, leader, stage);
	for (size_t i = 0; i < d->order->added.count; i++) {
		const struct device *dev = &d->plat->devices.items[d->order->added.items[i]];
		const char *own = driver_in(dev, stage);

		if (!dev->hotplug && own && strcmp(own, driver) == 0 && !run_loaded(d, dev, stage))
			return false;
	}
	return true;
}

/* udev's coldplug, for what no module of the list took. */
static bool load_modules(struct dom0 *d, enum touch_stage stage)
{
	for (size_t i = 0; i < d->order->coldplug.count; i++) {
		uint32_t index = d->order->coldplug.items[i];
		const struct device *dev = &d->plat->devices.items[index];

		if (!dev->hotplug && !(d->driven.items[index] >> stage & 1) &&
		    !load_for(d, dev, stage))
			return false;
	}
	return true;
}

/* A stage of what is built in, or of interrupts: device by device. */
static bool run_stage(struct dom0 *d, enum touch_stage stage)
{
	for (size_t i = 0; i < d->order->added.count; i++) {
		const struct device *dev = &d->plat->devices.items[d->order->added.items[i]];

		if (!dev->hotplug && !run_driver(d, dev, stage))
			return false;
	}
	return true;
}

/*
 * The stages of what is built in. drivers/pci, of the first two stages, is linked before
 * drivers/iommu, whose clients among them are deferred.
 */
static bool run_built_in(struct dom0 *d, bool deferred)
{
	static const enum touch_stage stages[] = {STAGE_PORT, STAGE_SLOT, STAGE_PROBE};
	bool waits = boot_drives_smmu(d);

	for (unsigned int s = 0; s < ARRAY_SIZE(stages); s++)
		for (size_t i = 0; i < d->order->added.count; i++) {
			uint32_t index = d->order->added.items[i];
			const struct device *dev = &d->plat->devices.items[index];
			bool defer = waits && dev->behind_smmu && stages[s] != STAGE_PROBE;

			if (!dev->hotplug && defer == deferred && !run_driver(d, dev, stages[s]))
				return false;
		}
	return true;
}

/* pci_apply_final_quirks(): quirk_usb_early_handoff() and the like. */
bool boot_quirks(struct dom0 *d)
{
	return run_stage(d, STAGE_QUIRK);
}

bool boot_probes(struct dom0 *d)
{
	return run_built_in(d, false);
}

bool boot_deferred_probes(struct dom0 *d)
{
	return run_built_in(d, true);
}

bool boot_binds(struct dom0 *d)
{
	return load_modules(d, STAGE_BIND);
}

bool boot_modules(struct dom0 *d)
{
	for (size_t i = 0; i < d->plat->modules.count; i++)
		if (!load_listed(d, i))
			return false;
	return load_modules(d, STAGE_MODULE);
}

bool boot_interrupts(struct dom0 *d)
{
	return run_stage(d, STAGE_IRQ);
}

bool boot_drive(struct dom0 *d, const struct device *dev)
{
	static const enum touch_stage order[] = {STAGE_QUIRK,  STAGE_PORT, STAGE_SLOT, STAGE_PROBE,
						 STAGE_MODULE, STAGE_BIND, STAGE_IRQ};

	d->driven.items[dev - d->plat->devices.items] = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++)
		if (!run_driver(d, dev, order[i]))
			return false;
	return true;
}
