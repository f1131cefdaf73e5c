// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions: BARs, drivers, what is behind bridges, which SMMU sees them.
 */
#include <limits.h>
#include <string.h>

#include "platform/import_parts.h"

#define BARS_AND_ROM 7 /* of the lines of `resource` */

void import_read_pci(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_PCI];
	const struct diag_file *config = im->files[COLLECTED_PCI_CONFIG];
	struct import_log to;
	struct acpi_log log = import_log(&to, im, file);

	if (file && pci_text_parse(&im->pci, file->text, file->len, &log))
		im->b->lost = true;
	log = import_log(&to, im, config);
	if (config && pci_config_parse(&im->config, config->text, config->len, &log))
		im->b->lost = true;
}

/* --- a function ---------------------------------------------------------------------- */

/* Where the port is in memory: Linux numbers ports window by window (logic_pio.c). */
static bool port_address(const struct importing *im, uint64_t port, uint64_t size, uint64_t *base)
{
	for (size_t i = 0; i < im->io.count; i++) {
		const struct import_io *io = &im->io.items[i];

		if (!range_has(io->port, io->size, port) || size > io->size - (port - io->port))
			continue;
		*base = io->base + (port - io->port);
		return true;
	}
	return false;
}

static void take_bars(const struct importing *im, const struct pci_function *fn, struct device *dev)
{
	for (unsigned int i = 0; i < BARS_AND_ROM; i++) {
		uint64_t base = fn->res[i].first, size = fn->res[i].last - base + 1;
		bool io = fn->res[i].flags & IORESOURCE_IO;

		if (fn->res[i].last < base || !size ||
		    !(fn->res[i].flags & (IORESOURCE_MEM | IORESOURCE_IO)))
			continue;
		if (io && !port_address(im, base, size, &base))
			continue;
		dev->res[i].base = base;
		dev->res[i].size = size;
		dev->res[i].io = io;
		dev->res_count = i + 1;
	}
}

/* Device/port types of the PCI Express capability (PCI Express Base 5.0, 7.5.3.2). */
static enum pci_port port_of(unsigned int type)
{
	switch (type) {
	case 4:
		return PORT_ROOT;
	case 5:
		return PORT_UPSTREAM;
	case 6:
		return PORT_DOWNSTREAM;
	default:
		return PORT_CONVENTIONAL;
	}
}

static void take_config(const struct importing *im, struct device *dev)
{
	for (size_t i = 0; i < im->config.functions.count; i++) {
		const struct pci_config *c = &im->config.functions.items[i];

		if (c->segment != dev->segment || c->bus != dev->pci_bus ||
		    c->dev != dev->pci_dev || c->fn != dev->pci_fn)
			continue;
		if (c->header_type == 1) {
			dev->secondary_bus = c->secondary_bus;
			dev->port = port_of(c->port_type);
		}
		if (c->has_msix && c->msix_bar < dev->res_count && dev->res[c->msix_bar].size &&
		    c->msix_offset < dev->res[c->msix_bar].size && c->msix_vectors &&
		    c->msix_vectors <= 2048) {
			dev->msix_bar = c->msix_bar;
			dev->msix_offset = c->msix_offset;
			dev->msix_vectors = c->msix_vectors;
		}
		return;
	}
}

static void take_stream(const struct importing *im, struct device *dev)
{
	uint32_t rid = (uint32_t)dev->pci_bus << 8 | (uint32_t)dev->pci_dev << 3 | dev->pci_fn;
	size_t smmu;

	dev->behind_smmu = acpi_iort_stream(&im->facts, dev->segment, rid, &dev->stream, &smmu);
	if (!dev->behind_smmu)
		dev->stream = 0;
}

/* False: it is not taken. */
static bool take_function(struct importing *im, const struct pci_function *fn)
{
	struct platform_builder *b = im->b;
	const char *name =
		arena_printf(b->arena, "%04x:%02x:%02x.%x", fn->segment, fn->bus, fn->dev, fn->fn);
	const char *bound = import_word(im, fn->driver);
	struct where w = import_where(im, COLLECTED_PCI, "pci:%s", name ? name : "");
	struct device_note note = {.where = w, .unbound = !fn->driver[0]};
	struct device dev = {.name = name,
			     .hid = "",
			     .bus = BUS_PCI,
			     .msix_bar = DEVICE_RES_MAX,
			     .segment = fn->segment,
			     .pci_bus = fn->bus,
			     .pci_dev = fn->dev,
			     .pci_fn = fn->fn,
			     .vendor = fn->vendor,
			     .device_id = fn->device,
			     .class_code = fn->class_code & 0xffffff,
			     .origin = w.origin};

	if (!name || !bound || b->lost) {
		b->lost = true;
		return false;
	}
	note.where.at = (struct src){fn->line, fn->line ? 1 : 0};
	note.bound = note.unbound ? NULL : bound;
	if (import_device(im, name)) {
		import_warn(im, &note.where, "the function is listed twice");
		return false;
	}
	take_bars(im, fn, &dev);
	take_config(im, &dev);
	take_stream(im, &dev);
	return import_room(im, 400 + 60 * (size_t)dev.res_count) && builder_device(b, &dev, &note);
}

/* --- what is behind bridges ---------------------------------------------------------- */

#define CLASS_PCI_BRIDGE 0x0604u
#define BRIDGE_WINDOWS	 7 /* of the lines of `resource`; SR-IOV BARs, which bridges lack, too */

static bool is_bridge(const struct pci_function *fn)
{
	return fn->class_code >> 8 == CLASS_PCI_BRIDGE;
}

/* One of fn's memory ranges lies in a window of the bridge. */
static bool is_behind(const struct pci_function *fn, const struct pci_function *bridge)
{
	for (unsigned int w = BRIDGE_WINDOWS; w < PCI_RES_MAX; w++)
		for (unsigned int i = 0; i < PCI_RES_MAX; i++)
			if (bridge->res[w].flags & fn->res[i].flags & IORESOURCE_MEM &&
			    fn->res[i].first >= bridge->res[w].first &&
			    fn->res[i].last <= bridge->res[w].last)
				return true;
	return false;
}

/* The nearest bus with a function behind the bridge, by its windows; 0: they tell nothing. */
static unsigned int bus_in_windows(const struct pci_text *text, const struct pci_function *bridge)
{
	unsigned int nearest = 0;

	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_function *fn = &text->functions.items[i];

		if (fn->segment == bridge->segment && fn->bus > bridge->bus &&
		    (!nearest || fn->bus < nearest) && is_behind(fn, bridge))
			nearest = fn->bus;
	}
	return nearest;
}

/* Functions in the order of their file, and their devices. */
struct pci_import {
	const struct pci_text *text;
	struct device **devices; /* NULL: not taken */
	unsigned int segment;
	unsigned int last; /* the highest bus number given so far */
	bool known[256];   /* buses that a window told */
};

/* pci_scan_bridge(): each bridge in turn gets the next number, then those behind it. */
static void number_buses(struct pci_import *pi, unsigned int bus)
{
	for (unsigned int devfn = 0; devfn < 256; devfn++)
		for (size_t i = 0; i < pi->text->functions.count; i++) {
			const struct pci_function *fn = &pi->text->functions.items[i];
			struct device *dev = pi->devices[i];

			if (!dev || !is_bridge(fn) || fn->segment != pi->segment ||
			    fn->bus != bus || (fn->dev << 3 | fn->fn) != (int)devfn)
				continue;
			while (!dev->secondary_bus && pi->last < 255)
				if (!pi->known[++pi->last])
					dev->secondary_bus = (uint8_t)pi->last;
			if (pi->last < dev->secondary_bus)
				pi->last = dev->secondary_bus;
			if (dev->secondary_bus > bus)
				number_buses(pi, dev->secondary_bus);
		}
}

static bool has_functions(const struct pci_import *pi, unsigned int bus)
{
	for (size_t i = 0; i < pi->text->functions.count; i++)
		if (pi->text->functions.items[i].segment == pi->segment &&
		    pi->text->functions.items[i].bus == bus)
			return true;
	return false;
}

/* The files do not tell a bridge's buses: its windows do, or else the order of Linux's numbers. */
static void find_secondary_buses(struct pci_import *pi)
{
	const struct pci_text *text = pi->text;
	int numbered = -1; /* buses up to here are root buses or behind a bridge */

	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_function *fn = &text->functions.items[i];
		unsigned int bus = is_bridge(fn) ? bus_in_windows(text, fn) : 0;

		if (fn->segment != pi->segment || !pi->devices[i])
			continue;
		/* configuration space knows better */
		if (pi->devices[i]->secondary_bus)
			bus = pi->devices[i]->secondary_bus;
		pi->devices[i]->secondary_bus = (uint8_t)bus;
		if (bus)
			pi->known[bus] = true;
	}
	/* a root bus is one that no bridge leads to */
	for (int bus = 0; bus < 256; bus++) {
		if (bus <= numbered || pi->known[bus] || !has_functions(pi, (unsigned int)bus))
			continue;
		pi->last = (unsigned int)bus;
		number_buses(pi, pi->last);
		numbered = (int)pi->last;
	}
}

/* The lowest segment from `from` on that has functions; UINT_MAX: none. */
static unsigned int next_segment(const struct pci_text *text, unsigned int from)
{
	unsigned int next = UINT_MAX;

	for (size_t i = 0; i < text->functions.count; i++) {
		unsigned int segment = text->functions.items[i].segment;

		if (segment >= from && segment < next)
			next = segment;
	}
	return next;
}

static void take_bridges(struct importing *im, struct device **devices)
{
	for (unsigned int segment = next_segment(&im->pci, 0); segment != UINT_MAX;
	     segment = next_segment(&im->pci, segment + 1)) {
		struct pci_import pi = {.text = &im->pci, .devices = devices, .segment = segment};

		find_secondary_buses(&pi);
	}
}

void import_functions(struct importing *im)
{
	size_t count = im->pci.functions.count, first = im->b->plat->devices.count, taken = first;
	bool *has = arena_alloc(im->b->arena, count + 1);
	struct device **devices = arena_alloc(im->b->arena, (count + 1) * sizeof(struct device *));

	if (!has || !devices)
		im->b->lost = true;
	for (size_t i = 0; i < count && !im->b->lost; i++)
		has[i] = !im->full && take_function(im, &im->pci.functions.items[i]);
	for (size_t i = 0; i < count && !im->b->lost; i++)
		if (has[i])
			devices[i] = &im->b->plat->devices.items[taken++];
	if (count && !im->full && !im->b->lost)
		take_bridges(im, devices);
}
