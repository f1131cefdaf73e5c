/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device_order.h: the orders in which Linux comes to a platform's devices.
 *
 * A driver that is registered probes its devices in the order in which they were added to their
 * bus. Modules are loaded in another one: udev asks for them by walking sysfs (coldplug), so the
 * first device on that way decides when a module comes.
 */
#ifndef P2MLAB_DEVICE_ORDER_H
#define P2MLAB_DEVICE_ORDER_H

#include "base/vec.h"
#include "sim/platform.h"

struct device_order {
	/*
	 * Indices into platform.devices. added: what is not PCI as the platform lists it (the
	 * namespace's order), then PCI functions as they are scanned: host bridges in the order of
	 * the platform's ECAMs, buses and functions by number (pci_scan_child_bus() gives numbers
	 * depth first). coldplug: by path in /sys/devices: ACPI devices by name, PCI functions
	 * each before what is behind it, what no firmware describes.
	 */
	VEC(uint32_t) added, coldplug;
};

/* *o is zeroed or from before. 0 or -ENOMEM. */
int device_order_init(struct device_order *o, const struct platform *plat);
void device_order_fini(struct device_order *o);

#endif
