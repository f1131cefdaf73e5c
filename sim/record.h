/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.h: the one module that records: every protocol event of a run, in order.
 *
 * Kinds and fields are those of a recorded real run, so that both can be compared line by line.
 * The record owns no text: `by` and `denied_by` point at strings with static or world lifetime.
 * Nothing reads the record while the simulation runs except the verdict.
 */
#ifndef P2MLAB_RECORD_H
#define P2MLAB_RECORD_H

#include "base/vec.h"
#include "sim/addr.h"

enum event_kind {
	EV_ADD_TO_PHYSMAP_RANGE,
	EV_ADD_TO_PHYSMAP,
	EV_REMOVE_FROM_PHYSMAP,
	/*
	 * Any other hypercall: its nr is in `size`, rc is what it returned. So are other traps by
	 * HVC or SMC: `size` is the SMCCC function id, or the tag that Xen does not know (rc -1).
	 */
	EV_HYPERCALL_OTHER,
	EV_ABORT_MAP, /* "stage2_abort_map": mapped on demand */
	EV_ABORT_INJECT,
	EV_ABORT_OTHER, /* resolved: nothing to map, retry */
	EV_ABORT_EMULATE,
	EV_PREMAP,
	EV_DMA,
	EV_DMA_FAULT,
	EV_EXTERNAL_ABORT,
	EV_KIND_COUNT,
};

extern const char *const event_kind_name[EV_KIND_COUNT];

#define EVENT_ERRS 8

struct event {
	uint64_t cycle; /* when it began */
	enum event_kind kind;
	bool has_gpa;
	uint64_t gpa;	 /* first address: of the request, of the access (exact, not page) */
	uint64_t pages;	 /* pages this entry worked on (a continuation counts its own) */
	int64_t rc;	 /* what was returned; abort: 0 handled, -1 injected */
	uint64_t insns;	 /* Xen instructions from trap to return */
	uint64_t cycles; /* and cycles */
	uint32_t tables; /* p2m tables allocated meanwhile */
	uint32_t tlbi;	 /* whole-VMID flushes */
	uint32_t denied; /* pages refused by iomem rights */
	uint32_t size;	 /* physmap: items of the call; abort: access bytes; dma: bytes */
	uint32_t start_extent;
	bool preempted; /* the call will be re-executed */
	uint16_t space; /* physmap */
	bool write;
	bool isv;
	bool s1ptw;
	uint32_t hsr; /* ESR_EL2 of an abort */
	uint64_t gva;
	uint64_t pc;   /* of the access or the HVC */
	uint64_t insn; /* the instruction word, aborts only */
	unsigned int err_count;
	int32_t errs[EVENT_ERRS]; /* the first 8 */
	uint32_t stream;	  /* dma: StreamID */
	int step;		  /* index of the scenario step, -1 before the first */
	const char *by;		  /* Dom0 function or DMA master; never NULL ("" if unknown) */
	uint64_t target_pa;	  /* where an access or DMA finally went; valid if reached */
	bool reached;
};

struct record {
	VEC(struct event) events;
	bool lost; /* memory ran out: later events are missing and the run must say so */
};

/* Appends a copy. */
void record_event(struct record *rec, const struct event *ev);
void record_reset(struct record *rec); /* keeps the memory */
void record_fini(struct record *rec);

#endif
