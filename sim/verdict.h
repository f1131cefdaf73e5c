/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h: what a run showed: findings against the ground truth, and what it cost.
 *
 * Findings are raised while the run goes on, by the module that sees the fact (verdict_find), and
 * from a last look at the tables (verdict_close). A finding names a code that stays stable, the
 * step, the event and the address.
 */
#ifndef P2MLAB_VERDICT_H
#define P2MLAB_VERDICT_H

#include "sim/platform.h"
#include "sim/record.h"
#include "sim/xen_model.h"

enum finding_code {
	FIND_ABORT,	/* a legitimate access was aborted */
	FIND_DMA,	/* a legitimate DMA faulted */
	FIND_SILENT,	/* a request reported success and mapped nothing */
	FIND_TARGET,	/* an access reached the wrong page */
	FIND_EXPOSED,	/* Dom0 reached what it must not */
	FIND_EMULATION, /* a mapping hides an emulated region */
	FIND_ATTR,	/* the effective memory type is not the one asked for */
	FIND_LEAK,	/* a mapping outlived its device */
	FIND_EXTERNAL,	/* a hole was mapped, then aborted */
	FIND_HIDDEN,	/* a table was withheld */
	FIND_COUNT,
};

/* "abort", "dma", ... and a sentence for `list --what=findings`. */
extern const char *const finding_name[FIND_COUNT];
extern const char *const finding_help[FIND_COUNT];

struct finding {
	enum finding_code code;
	int step;	    /* index into the script, -1 none */
	size_t event;	    /* index into the record; SIZE_MAX none */
	uint64_t addr;	    /* IPA */
	uint64_t pages;	    /* how many pages it stands for */
	uint64_t pc;	    /* of the access, 0 if none */
	uint32_t insn;	    /* and its word */
	const char *by;	    /* Dom0 function or master, "" if unknown */
	const char *region; /* name of the region at addr, "hole" if none */
	enum truth truth;   /* what is at addr */
};

/* Integers that a run ends with; the order of output. */
enum metric {
	METRIC_HYPERCALLS, /* hypercalls Dom0 made (a continued one counts once) */
	METRIC_TRAPS,	   /* entries to Xen: hypercalls, continuations, aborts */
	METRIC_CONTINUATIONS,
	METRIC_PAGES,  /* pages requested by hypercalls */
	METRIC_DENIED, /* of them refused by iomem rights */
	METRIC_DEMAND_MAPS,
	METRIC_RESOLVED,
	METRIC_EMULATED,
	METRIC_INJECTED,
	METRIC_EXTERNAL,
	METRIC_DMA,	   /* EV_DMA: reached its target */
	METRIC_DMA_FAULTS, /* EV_DMA_FAULT: did not */
	METRIC_IOREMAPS,
	METRIC_TABLE_PAGES, /* p2m table pages at the end, root included */
	METRIC_TABLES_NEW,  /* allocated since Dom0 started */
	METRIC_TLBI,
	METRIC_MAPPED_MMIO, /* 4K pages of MMIO types in stage 2 at the end */
	METRIC_XEN_INSNS,   /* Xen instructions of all traps */
	METRIC_DOM0_INSNS,
	METRIC_CYCLES,
	METRIC_COUNT,
};
extern const char *const metric_name[METRIC_COUNT];
extern const char *const metric_help[METRIC_COUNT];

struct verdict {
	VEC(struct finding) findings;
	unsigned int codes;	   /* bit per finding_code seen */
	size_t latest[FIND_COUNT]; /* index + 1 of the latest finding of a code, 0 none */
	uint64_t metrics[METRIC_COUNT];
	bool lost; /* memory ran out */
};

void verdict_init(struct verdict *v);
void verdict_reset(struct verdict *v);
void verdict_fini(struct verdict *v);

/*
 * Adds a finding. The latest of the same code grows instead if it has the same step, `by` and
 * truth and the new one lies in its page run or continues it. O(1).
 */
void verdict_find(struct verdict *v, const struct finding *f);

/*
 * Judges one request: pages that reported success but are not mapped as asked are `silent`; pages
 * that replaced something they must not are `target`, `emulation` or `exposed`; own RAM of Dom0
 * that was mapped onto itself as MMIO is `attr`: still its page, no longer RAM.
 * errs_read: the caller looks at errs[]. Dom0's own code frees them unread (FACTS X7), so what
 * a call that returned 0 left unmapped is then `silent` whatever errs say.
 * Called right after the request returned. first_gfn/first_mfn/pages describe what was asked, which
 * need not be what a uint16 made of it; both frames count up. Its entries are the add_to_physmap
 * events from `event` to the end of xen->record: continuations, and further calls where the
 * request was made in chunks. Without any, all pages count as asked for and reported as done.
 * Cost: linear in pages, one descriptor read each.
 */
void verdict_request(struct verdict *v, struct xen *xen, size_t event, uint64_t first_gfn,
		     uint64_t first_mfn, uint64_t pages, bool errs_read);

/* An access of Dom0's CPU that was meant for physical address `addr` ended. */
struct access_report {
	uint64_t addr; /* what Dom0 meant to reach: IPA = PA in its view */
	uint64_t pc;
	uint32_t insn;
	unsigned int s1_attr; /* MAIR byte Dom0 asked for; 0x100: do not judge the type */
	bool aborted, external, reached, emulated;
	pa_t target;	 /* where it went, if reached */
	uint64_t s2_pte; /* leaf in force, 0 if none */
	const char *by;
	int step;
	size_t event;
};
void verdict_access(struct verdict *v, struct xen *xen, const struct access_report *a);

/*
 * A DMA ended. It is legitimate where the master could go on bare metal: Dom0's RAM, MMIO,
 * firmware's memory, tables and an ITS doorbell. Where it went is the event's target_pa if that
 * was reached, else `addr`.
 */
void verdict_dma(struct verdict *v, struct xen *xen, uint64_t addr, uint64_t bytes, bool faulted,
		 bool external, const char *by, int step, size_t event);

/*
 * A device went away: its pages that stage 2 still maps 1:1 are `leak`, but for pages that it
 * shares with another device of the platform.
 */
void verdict_unplug(struct verdict *v, struct xen *xen, const struct device *dev, int step,
		    size_t event);

/* Metrics from the record and the model's counters. Call once, at the end. */
void verdict_close(struct verdict *v, const struct xen *xen, const struct record *rec,
		   uint64_t ioremaps);

#endif
