// SPDX-License-Identifier: GPL-2.0-only
#include "sim/device_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 256 /* as many as there are buses in a segment: each is above its bridge's */

enum subtree {
	SUBTREE_ACPI,	 /* /sys/devices/LNXSYSTM:00 */
	SUBTREE_PCI,	 /* /sys/devices/pciSSSS:BB */
	SUBTREE_PLATFORM /* /sys/devices/platform */
};

/* A device and what it is ordered by. */
struct key {
	const struct device *dev;
	uint32_t index;
	enum subtree subtree;
	uint32_t ecam; /* PCI: which one it is in; their number if none */
	/* PCI: from the root bus down, bus << 8 | device << 3 | function */
	uint16_t path[DEPTH_MAX];
	unsigned int depth;
};

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static uint16_t own_number(const struct device *dev)
{
	return (uint16_t)(dev->pci_bus << 8 | dev->pci_dev << 3 | dev->pci_fn);
}

/* Bridges by the bus that they lead to; the platform's order where two lead to one. */
struct bridge {
	uint32_t bus; /* segment << 8 | bus */
	uint32_t index;
};

struct bridges {
	VEC(struct bridge) list;
};

static int by_bus(const void *pa, const void *pb)
{
	const struct bridge *a = pa, *b = pb;
	int order = compare(a->bus, b->bus);

	return order ? order : compare(a->index, b->index);
}

static int find_bridges(struct bridges *b, const struct platform *plat)
{
	int err = 0;

	for (size_t i = 0; i < plat->devices.count && !err; i++) {
		const struct device *dev = &plat->devices.items[i];
		struct bridge bridge = {(uint32_t)dev->segment << 8 | dev->secondary_bus,
					(uint32_t)i};

		if (dev->bus == BUS_PCI && dev->pci_bus < dev->secondary_bus)
			err = vec_push(&b->list, bridge);
	}
	if (b->list.count)
		qsort(b->list.items, b->list.count, sizeof(*b->list.items), by_bus);
	return err;
}

/* The bridge that leads to a bus; NULL for a root bus. */
static const struct device *bridge_to(const struct bridges *b, const struct platform *plat,
				      uint32_t bus)
{
	size_t low = 0, high = b->list.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b->list.items[mid].bus < bus)
			low = mid + 1;
		else
			high = mid;
	}
	return low < b->list.count && b->list.items[low].bus == bus
		       ? &plat->devices.items[b->list.items[low].index]
		       : NULL;
}

static void find_path(struct key *key, const struct bridges *b, const struct platform *plat)
{
	uint16_t up[DEPTH_MAX];
	unsigned int n = 0;

	for (const struct device *at = key->dev; at && n < DEPTH_MAX;
	     at = bridge_to(b, plat, (uint32_t)at->segment << 8 | at->pci_bus))
		up[n++] = own_number(at);
	for (unsigned int i = 0; i < n; i++)
		key->path[i] = up[n - 1 - i];
	key->depth = n;
}

static uint32_t find_ecam(const struct device *dev, const struct platform *plat)
{
	uint32_t n = 0;

	while (n < plat->ecams.count && (plat->ecams.items[n].segment != dev->segment ||
					 dev->pci_bus < plat->ecams.items[n].bus_first ||
					 dev->pci_bus > plat->ecams.items[n].bus_last))
		n++;
	return n;
}

static struct key key_of(const struct platform *plat, const struct bridges *b, uint32_t index)
{
	const struct device *dev = &plat->devices.items[index];
	struct key key = {.dev = dev, .index = index};

	if (dev->bus == BUS_PCI) {
		key.subtree = SUBTREE_PCI;
		key.ecam = find_ecam(dev, plat);
		find_path(&key, b, plat);
	} else {
		key.subtree = isupper((unsigned char)dev->hid[0]) ? SUBTREE_ACPI : SUBTREE_PLATFORM;
	}
	return key;
}

static int by_adding(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;
	int order = compare(a->dev->bus == BUS_PCI, b->dev->bus == BUS_PCI);

	if (!order && a->dev->bus == BUS_PCI) {
		order = compare(a->ecam, b->ecam);
		if (!order)
			order = compare(own_number(a->dev), own_number(b->dev));
	}
	return order ? order : compare(a->index, b->index);
}

static int by_path(const struct key *a, const struct key *b)
{
	unsigned int common = a->depth < b->depth ? a->depth : b->depth;
	int order = compare(a->dev->segment, b->dev->segment);

	for (unsigned int i = 0; i < common && !order; i++)
		order = compare(a->path[i], b->path[i]);
	return order ? order : compare(a->depth, b->depth);
}

static int by_coldplug(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;
	int order = compare(a->subtree, b->subtree);

	if (!order && a->subtree == SUBTREE_PCI)
		order = by_path(a, b);
	else if (!order && a->subtree == SUBTREE_ACPI)
		order = strcmp(a->dev->name, b->dev->name);
	return order ? order : compare(a->index, b->index);
}

int device_order_init(struct device_order *o, const struct platform *plat)
{
	size_t count = plat->devices.count;
	struct key *keys = calloc(count + 1, sizeof(*keys));
	struct bridges bridges = {0};
	int err = keys ? find_bridges(&bridges, plat) : -ENOMEM;

	o->added.count = o->coldplug.count = 0;
	for (size_t i = 0; !err && i < count; i++)
		keys[i] = key_of(plat, &bridges, (uint32_t)i);
	if (!err)
		qsort(keys, count, sizeof(*keys), by_adding);
	for (size_t i = 0; !err && i < count; i++)
		err = vec_push(&o->added, keys[i].index);
	if (!err)
		qsort(keys, count, sizeof(*keys), by_coldplug);
	for (size_t i = 0; !err && i < count; i++)
		err = vec_push(&o->coldplug, keys[i].index);
	free(keys);
	vec_fini(&bridges.list);
	return err;
}

void device_order_fini(struct device_order *o)
{
	vec_fini(&o->added);
	vec_fini(&o->coldplug);
}
