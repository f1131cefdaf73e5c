/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * regions.h: every region of a machine: where it is known from, who maps it, which strategy covers
 * it.
 *
 * Nothing here is looked up in a list: Linux's boot is replayed with all mappings on demand, once
 * per kernel, to see which functions map what; then once per strategy, to see what of it reaches
 * stage 2.
 */
#ifndef P2MLAB_REGIONS_H
#define P2MLAB_REGIONS_H

#include "base/buf.h"
#include "scenario/scenario.h"

/* What Xen could do to know a region before it starts Dom0. */
enum region_known {
	KNOWN_TABLE, /* a static table says it */
	KNOWN_SCAN,  /* it is a BAR: found by scanning the buses */
	KNOWN_AML,   /* constant AML says it: by a reader */
	KNOWN_NEVER, /* a method must run, or nothing but Linux tells */
	KNOWN_OWN,   /* Xen's own: what it emulates, keeps, or made */
	KNOWN_FILE,  /* the platform file does not say where it is known from */
	KNOWN_COUNT
};
extern const char *const region_known_name[KNOWN_COUNT];

/* What a strategy makes of a region in a boot. */
enum region_cover {
	COVER_ALL,    /* every page is mapped */
	COVER_PART,   /* some are, and no access failed */
	COVER_NONE,   /* nothing is mapped, and nothing was accessed in vain */
	COVER_SILENT, /* a request reported success and mapped nothing */
	COVER_ABORTS, /* an access failed */
	COVER_COUNT
};

struct region_mapper {
	const char *by;
	enum dom0_api api;
	bool notified;	      /* a request of the bus notifier */
	unsigned int kernels; /* bit per entry of regions_query.kernels */
};

struct region_strategy {
	enum region_cover cover;
	uint64_t mapped; /* pages in stage 2 behind the boot */
};

#define REGIONS_STRATEGIES_MAX 16
#define REGIONS_KERNELS_MAX    8

struct region_row {
	struct region region; /* also one that lies in another: an OperationRegion, a resource */
	enum region_known known;
	uint64_t pages; /* touched by [base, base + size) */
	VEC(struct region_mapper) mappers;
	struct region_strategy strategies[REGIONS_STRATEGIES_MAX];
};

struct regions_query {
	const struct scenario *scenario; /* one boot that keeps going */
	const struct xen_version *xen;
	const struct linux_version *kernels[REGIONS_KERNELS_MAX]; /* the last one for strategies */
	unsigned int kernel_count;
	const struct strategy *strategies[REGIONS_STRATEGIES_MAX];
	unsigned int strategy_count;
};

struct regions {
	VEC(struct region_row) rows; /* by address; without RAM */
};

/* 0, or -errno with a sentence in why[len]. regions_fini() in every case. */
int regions_find(struct regions *out, const struct regions_query *query, char *why, size_t len);
void regions_fini(struct regions *r);

/* A table for people. */
void regions_text(const struct regions *r, const struct regions_query *query, struct buf *out);
/* A line per region (p2mlab.regions/1), for programs. */
void regions_jsonl(const struct regions *r, const struct regions_query *query, struct buf *out);

#endif
