/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/schema.h: platform and machine files as they are written, before anything is resolved.
 */
#ifndef P2MLAB_PLATFORM_SCHEMA_H
#define P2MLAB_PLATFORM_SCHEMA_H

#include "sim/platform.h"
#include "sim/timing/profile.h"
#include "yaml/schema.h"

struct raw_range {
	struct schema_head head;
	uint64_t base, size;
	bool io; /* resources */
	const char *origin;
};

struct raw_redist {
	struct schema_head head;
	uint64_t base, size;
	bool per_cpu;
	const char *origin;
};

struct raw_gic {
	struct schema_head head;
	unsigned int version; /* 0: GICv2, 1: GICv3 */
	struct raw_range gicd, gicc, gich, gicv;
	struct schema_list redists;
	struct schema_numbers its, v2m;
};

struct raw_smmu {
	struct schema_head head;
	bool stage2, coherent;
};

struct raw_table {
	struct schema_head head;
	const char *sig, *origin;
	uint64_t at, len;
};

struct raw_ecam {
	struct schema_head head;
	uint64_t base;
	uint16_t segment;
	struct schema_numbers buses;
	const char *origin;
};

struct raw_opregion {
	struct schema_head head;
	const char *path, *origin;
	uint64_t base, size;
	unsigned int width; /* log2 of bytes */
	bool touched_at_boot, by_driver, dynamic;
	uint64_t boot_accesses;
};

struct raw_access {
	struct schema_head head;
	unsigned int res;
	uint64_t offset, bytes;
	unsigned int width; /* log2 of bytes */
	unsigned int api;
	const char *by;
};

struct raw_touch {
	struct schema_head head;
	struct raw_access access[TOUCH_KIND_COUNT]; /* by enum touch_kind */
	unsigned int stage;
	bool intx;
};

struct raw_msix {
	struct schema_head head;
	unsigned int bar;
	uint64_t offset;
	unsigned int vectors;
};

struct raw_device {
	struct schema_head head;
	const char *name, *hid, *cid, *path, *pci, *driver, *bound, *origin;
	unsigned int bus;
	struct schema_list res;
	uint32_t stream;
	bool behind_smmu, hotplug;
	uint16_t vendor, device;
	uint32_t class_code;
	uint8_t secondary_bus;
	unsigned int port;
	struct raw_msix msix;
	struct schema_list touches;
};

struct raw_match {
	struct schema_head head;
	const char *hid, *driver;
	uint16_t vendor, device;
	uint32_t class_code;
};

struct raw_driver {
	struct schema_head head;
	const char *name, *about, *driver, *child_driver;
	bool touches_unbound;
	struct raw_match match;
	struct raw_msix msix;
	struct schema_list touches;
};

struct raw_region {
	struct schema_head head;
	const char *name, *origin;
	uint64_t base, size;
	unsigned int is; /* enum truth */
};

struct raw_area {
	struct schema_head head;
	const char *origin;
	uint64_t base, size;
	unsigned int use; /* enum area_use */
};

struct raw_io_window {
	struct schema_head head;
	const char *origin;
	uint64_t base, size;
	uint16_t segment;
};

/* A file of driver profiles: drivers/NAME.yaml. */
struct raw_driver_file {
	struct schema_head head;
	unsigned int kind, p2mlab;
	const char *about;
	struct schema_list drivers;
};

struct raw_import {
	struct schema_head head;
	const char *acpidump, *iomem, *pci, *pci_config, *xen_build, *collection;
	struct schema_texts tables;
};

struct raw_platform {
	struct schema_head head;
	unsigned int kind, p2mlab;
	const char *name, *about, *cpu;
	unsigned int pa_bits, boot;
	struct raw_import import;
	struct raw_range dom0_ram, xen_text, xen_heap, bert;
	uint64_t heap_dirty, heap_phase, spcr;
	struct raw_gic gic;
	struct schema_numbers gtdt_frames;
	struct schema_texts modules;
	struct raw_smmu smmu;
	struct schema_list tables, ecams, opregions, devices, drivers, regions, areas, io_windows;
};

struct raw_param {
	struct schema_head head;
	uint64_t value;
	struct schema_numbers range;
	unsigned int basis;
	const char *source;
};

struct raw_machine {
	struct schema_head head;
	unsigned int kind, p2mlab;
	const char *name, *about;
	const struct node *params;
};

extern const struct schema schema_platform, schema_smmu, schema_device, schema_region,
	schema_driver, schema_touch, schema_range, schema_redist, schema_table, schema_ecam,
	schema_opregion, schema_machine, schema_param, schema_area, schema_io_window,
	schema_driver_file;

#endif
