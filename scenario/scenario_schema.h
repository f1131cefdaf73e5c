/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scenario_schema.h: scenario files as they are written, before anything is resolved.
 */
#ifndef P2MLAB_SCENARIO_SCHEMA_H
#define P2MLAB_SCENARIO_SCHEMA_H

#include "platform/schema.h"
#include "sim/script.h"

struct raw_want {
	struct schema_head head;
	unsigned int outcome;
	int64_t rc, err;
	uint64_t value, esr, mapped;
};

/* How a read or write is done: the words of `how`, with what they become. */
struct access_how {
	enum dom0_access access[4]; /* by log2 of the width; DOM0_ACCESS_COUNT: not possible */
	unsigned int def_width;	    /* log2 */
};
#define READ_HOW_COUNT	5
#define WRITE_HOW_COUNT 3
extern const struct access_how read_how[READ_HOW_COUNT], write_how[WRITE_HOW_COUNT];

/* All kinds of steps share one struct; the schema of a kind says which members it uses. */
struct raw_step {
	struct schema_head head; /* head.choice: enum raw_step_kind */
	unsigned int until;
	bool keep_going, earlycon, irqs_off, null_handles, background;
	const struct node *at, *to, *gfn, *mfn;
	uint64_t bytes, pages, value, delay, cycles, nr;
	unsigned int api, width, how, op, space;
	uint16_t domid, res0;
	struct schema_numbers args;
	const char *device;
	struct raw_want want;
};

enum raw_step_kind {
	RAW_BOOT,
	RAW_IOREMAP,
	RAW_READ,
	RAW_WRITE,
	RAW_FETCH,
	RAW_REQUEST,
	RAW_REMOVE,
	RAW_HYPERCALL,
	RAW_PLUG,
	RAW_UNPLUG,
	RAW_DMA,
	RAW_MSI,
	RAW_WAIT,
	RAW_ACPI,
	RAW_STEP_COUNT,
};

struct raw_matrix {
	struct schema_head head;
	struct schema_texts strategy, xen, lnx;
};

struct raw_expect {
	struct schema_head head;
	struct raw_matrix when;
	unsigned int findings;
	bool no_dom0;
	const struct node *metrics;
};

struct raw_limits {
	struct schema_head head;
	uint64_t min, max;
};

struct raw_scenario {
	struct schema_head head;
	unsigned int p2mlab;
	const char *name, *about, *claim, *machine;
	struct schema_texts tags;
	const struct node *platform;
	struct raw_matrix matrix;
	bool survey;
	uint64_t heap_limit, max_cycles, heap_dirty;
	struct raw_smmu smmu;
	struct schema_list devices, drivers, tables, opregions, regions, areas, steps, expect;
};

extern const struct schema schema_scenario, schema_steps, schema_expect, schema_limits;

#endif
