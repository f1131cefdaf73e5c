// SPDX-License-Identifier: GPL-2.0-only
#include "sim/device_order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32 /* bridges above a function; what is deeper is ordered by the first 32 */

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

static uint16_t own_number(const struct device *dev)
{
	return (uint16_t)(dev->pci_bus << 8 | dev->pci_dev << 3 | dev->pci_fn);
}

/* The bridge that leads to a bus; NULL for a root bus. */
static const struct device *bridge_to(const struct platform *plat, uint16_t segment, uint8_t bus)
{
	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *dev = &plat->devices.items[i];

		if (dev->bus == BUS_PCI && dev->segment == segment && dev->secondary_bus == bus &&
		    bus && dev->pci_bus < bus)
			return dev;
	}
	return NULL;
}

static void find_path(struct key *key, const struct platform *plat)
{
	uint16_t up[DEPTH_MAX];
	unsigned int n = 0;

	for (const struct device *at = key->dev; at && n < DEPTH_MAX;
	     at = bridge_to(plat, at->segment, at->pci_bus))
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

static struct key key_of(const struct platform *plat, uint32_t index)
{
	const struct device *dev = &plat->devices.items[index];
	struct key key = {.dev = dev, .index = index};

	if (dev->bus == BUS_PCI) {
		key.subtree = SUBTREE_PCI;
		key.ecam = find_ecam(dev, plat);
		find_path(&key, plat);
	} else {
		key.subtree = isupper((unsigned char)dev->hid[0]) ? SUBTREE_ACPI : SUBTREE_PLATFORM;
	}
	return key;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
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
	int err = keys ? 0 : -ENOMEM;

	o->added.count = o->coldplug.count = 0;
	for (size_t i = 0; !err && i < count; i++)
		keys[i] = key_of(plat, (uint32_t)i);
	if (!err)
		qsort(keys, count, sizeof(*keys), by_adding);
	for (size_t i = 0; !err && i < count; i++)
		err = vec_push(&o->added, keys[i].index);
	if (!err)
		qsort(keys, count, sizeof(*keys), by_coldplug);
	for (size_t i = 0; !err && i < count; i++)
		err = vec_push(&o->coldplug, keys[i].index);
	free(keys);
	return err;
}

void device_order_fini(struct device_order *o)
{
	vec_fini(&o->added);
	vec_fini(&o->coldplug);
}
