// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's scan of PCI buses, as far as it touches configuration space (drivers/pci/probe.c).
 */
#include "sim/boot_access.h"

#define CFG_ABSENT	UINT32_MAX
#define CFG_HEADER_TYPE 0xe
#define CFG_BUSES	0x18 /* primary, secondary, subordinate */
#define SLOTS		32
#define FUNCTIONS	8

/* A bus being scanned. */
struct pci_bus {
	const struct ecam *ecam;
	unsigned int number;
	enum pci_port above; /* what leads to it; PORT_BY_PLACE: it is a root bus */
};

static uint64_t cfg_addr(const struct pci_bus *bus, unsigned int dev, unsigned int fn)
{
	return bus->ecam->base +
	       ((uint64_t)(bus->number - bus->ecam->bus_first) << 20 | dev << 15 | fn << 12);
}

static bool cfg_read(struct dom0 *d, uint64_t addr, unsigned int width, uint64_t *value)
{
	*value = 0;
	return touch(d, "pci_generic_config_read", addr, width, false, DOM0_API_IOREMAP_NP, value);
}

/* pci_scan_slot(): identity and header type of each function. *bridges: a bit for each bridge. */
static bool scan_slot(struct dom0 *d, const struct pci_bus *bus, unsigned int dev, uint8_t *bridges)
{
	unsigned int count = FUNCTIONS;

	*bridges = 0;
	for (unsigned int fn = 0; fn < count; fn++) {
		uint64_t at = cfg_addr(bus, dev, fn), id, type;

		if (!cfg_read(d, at, 4, &id))
			return false;
		if ((uint32_t)id == CFG_ABSENT) {
			if (fn == 0)
				break;
			continue;
		}
		if (!cfg_read(d, at + CFG_HEADER_TYPE, 1, &type))
			return false;
		if (fn == 0 && !(type & 0x80))
			count = 1;
		if ((type & 0x7f) == 1)
			*bridges |= (uint8_t)(1u << fn);
	}
	return true;
}

/* What a bridge on that bus is, if the platform does not say. */
static enum pci_port port_by_place(enum pci_port above)
{
	switch (above) {
	case PORT_BY_PLACE:
		return PORT_ROOT;
	case PORT_ROOT:
	case PORT_DOWNSTREAM:
		return PORT_UPSTREAM;
	case PORT_UPSTREAM:
		return PORT_DOWNSTREAM;
	case PORT_CONVENTIONAL:
		break;
	}
	return PORT_CONVENTIONAL;
}

static enum pci_port port_of(const struct dom0 *d, const struct pci_bus *bus, unsigned int dev,
			     unsigned int fn)
{
	const struct device *bridge =
		platform_pci_function(d->plat, bus->ecam->segment, bus->number, dev, fn);

	return bridge && bridge->port ? bridge->port : port_by_place(bus->above);
}

static bool scan_bus(struct dom0 *d, const struct pci_bus *bus);

/* pci_scan_bridge(): its bus numbers, then the bus below it. */
static bool scan_bridge(struct dom0 *d, const struct pci_bus *bus, unsigned int dev,
			unsigned int fn)
{
	struct pci_bus below = {.ecam = bus->ecam, .above = port_of(d, bus, dev, fn)};
	uint64_t numbers;

	if (!cfg_read(d, cfg_addr(bus, dev, fn) + CFG_BUSES, 4, &numbers))
		return false;
	below.number = numbers >> 8 & 0xff;
	if (below.number <= bus->number || below.number > bus->ecam->bus_last)
		return true;
	return scan_bus(d, &below);
}

/*
 * pci_scan_child_bus(): first all slots, then the bridges found. only_one_child(): a link below a
 * root or downstream port leads to one device; elsewhere every device number is tried.
 */
static bool scan_bus(struct dom0 *d, const struct pci_bus *bus)
{
	bool one_child = bus->above == PORT_ROOT || bus->above == PORT_DOWNSTREAM;
	unsigned int slots = one_child ? 1 : SLOTS;
	uint8_t bridges[SLOTS];

	for (unsigned int dev = 0; dev < slots; dev++)
		if (!scan_slot(d, bus, dev, &bridges[dev]))
			return false;
	for (unsigned int dev = 0; dev < slots; dev++)
		for (unsigned int fn = 0; fn < FUNCTIONS; fn++)
			if (bridges[dev] >> fn & 1 && !scan_bridge(d, bus, dev, fn))
				return false;
	return true;
}

/* True if no earlier ECAM is of that segment: its root bridge is the first. */
static bool is_first_of_segment(const struct dom0 *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (d->plat->ecams.items[i].segment == d->plat->ecams.items[n].segment)
			return false;
	return true;
}

/*
 * acpi_pci_root_remap_iospace() of each I/O window; nothing is touched by it, and a window that
 * cannot be mapped is given up. A window is known by its segment alone: the first bridge has it.
 */
static void remap_io_windows(struct dom0 *d, size_t n)
{
	unsigned int row = d->row;

	d->row = 22;
	for (size_t i = 0; i < d->plat->io_windows.count && is_first_of_segment(d, n); i++) {
		const struct io_window *w = &d->plat->io_windows.items[i];

		if (w->segment == d->plat->ecams.items[n].segment)
			dom0_ioremap(d, "pci_remap_iospace", w->base, w->size,
				     DOM0_API_REMAP_IOSPACE);
	}
	d->row = row;
}

bool boot_scan_ecam(struct dom0 *d, size_t n)
{
	const struct ecam *e = &d->plat->ecams.items[n];
	struct pci_bus root = {.ecam = e, .number = e->bus_first};
	uint64_t bytes = (uint64_t)(e->bus_last - e->bus_first + 1) << 20;
	unsigned int row = d->row;
	bool ok;

	/* Without its ECAM there is no bridge, but a boot. */
	d->row = 20;
	ok = !dom0_ioremap(d, "pci_ecam_create", e->base, bytes, DOM0_API_IOREMAP_NP);
	if (!ok) {
		remap_io_windows(d, n);
		ok = scan_bus(d, &root);
	}
	d->row = row;
	return ok && !dom0_stopped(d);
}
