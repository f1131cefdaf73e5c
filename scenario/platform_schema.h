/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform_schema.h: platform and machine files as they are written, before anything is resolved.
 */
#ifndef P2MLAB_PLATFORM_SCHEMA_H
#define P2MLAB_PLATFORM_SCHEMA_H

#include "scenario/schema.h"
#include "sim/platform.h"
#include "sim/timing/profile.h"

struct raw_range {
	struct schema_head head;
	uint64_t base, size;
};

struct raw_redist {
	struct schema_head head;
	uint64_t base, size;
	bool per_cpu;
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
	const char *sig;
	uint64_t at, len;
};

struct raw_ecam {
	struct schema_head head;
	uint64_t base;
	uint16_t segment;
	struct schema_numbers buses;
};

struct raw_opregion {
	struct schema_head head;
	const char *path;
	uint64_t base, size;
	unsigned int width; /* log2 of bytes */
	bool touched_at_boot, dynamic;
	uint64_t boot_accesses;
};

struct raw_access {
	struct schema_head head;
	unsigned int res;
	uint64_t offset, bytes;
	unsigned int width; /* log2 of bytes */
	const char *by;
};

struct raw_touch {
	struct schema_head head;
	struct raw_access access[4]; /* by enum touch_kind */
	unsigned int stage;
};

struct raw_msix {
	struct schema_head head;
	unsigned int bar;
	uint64_t offset;
};

struct raw_device {
	struct schema_head head;
	const char *name, *hid, *pci, *driver;
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
	const char *hid;
	uint16_t vendor, device;
};

struct raw_driver {
	struct schema_head head;
	const char *name;
	struct raw_match match;
	struct schema_list touches;
};

struct raw_region {
	struct schema_head head;
	const char *name;
	uint64_t base, size;
	unsigned int is; /* enum truth */
};

struct raw_import {
	struct schema_head head;
	const char *acpidump, *iomem, *pci;
};

struct raw_platform {
	struct schema_head head;
	unsigned int kind, p2mlab;
	const char *name, *about, *cpu;
	unsigned int pa_bits;
	struct raw_import import;
	struct raw_range dom0_ram, xen_text, xen_heap, bert;
	uint64_t heap_dirty, heap_phase, spcr;
	struct raw_gic gic;
	struct schema_numbers gtdt_frames;
	struct raw_smmu smmu;
	struct schema_list tables, ecams, opregions, devices, drivers, regions;
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
	schema_opregion, schema_machine, schema_param;

#endif
