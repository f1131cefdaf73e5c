/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tape.h: one run of Dom0's code as the EL2 payload can repeat it: what was done to registers and
 * memory before the vCPU went on, and what it stopped with, stop by stop.
 *
 * A stop is a trap to EL2; or a place where the payload stops EL1 by a breakpoint: an access to a
 * device (which the payload's machine does not have), EL1's own vector, an interrupt.
 */
#ifndef P2MLAB_REFERENCE_TAPE_H
#define P2MLAB_REFERENCE_TAPE_H

#include "reference/el2/abi.h"
#include "reference/pages.h"
#include "sim/vcpu.h"

enum ref_stop_kind {
	REF_STOP_TRAP,	 /* to EL2: HVC, SMC, BRK, an abort by stage 2 */
	REF_STOP_VECTOR, /* EL1 took an exception of its own, or an interrupt */
	REF_STOP_DEVICE, /* before an access that reaches a device */
	REF_STOP_MADE,	 /* behind it: QEMU made it to a page in the device's place */
	REF_STOP_TAKEN, /* before an access whose exception QEMU would not raise; the tape has it */
	REF_STOP_DROP,	/* before a store to Xen's memory, which the model drops */
	REF_STOP_BREAK, /* where something from outside came: an interrupt, DMA */
	REF_STOP_KINDS,
};

/*
 * What EL1 does from one stop to the next, if it does it by itself: instructions that it begins, so
 * that one that is aborted counts each time, and elements that it loads and stores. What the
 * payload does in its place (dropped stores, exclusive stores to devices) is in neither.
 */
struct ref_counts {
	uint64_t insns, loads, stores;
};

struct ref_stop {
	enum ref_stop_kind kind;
	struct ref_counts counts; /* since the last stop */
	enum mmu_access access;	  /* of an abort or a device access */
	size_t foreseen_at;	  /* EL2_STOP_WORDS pairs (mask, value) in words[] */
	size_t pages_at;	  /* the addresses of its pages in words[] */
	size_t page_count;
	size_t digests_at; /* of the pages, in digests[] */
	size_t walk;	   /* in walks[], SIZE_MAX: none */
	uint64_t va;	   /* that was walked */
};

/* Where the tape is between two stops. */
enum ref_tape_state {
	REF_TAPE_NEW,	  /* the vCPU has not run */
	REF_TAPE_OPEN,	  /* a segment waits for its stop */
	REF_TAPE_STOPPED, /* `last` is what it stopped with */
	REF_TAPE_VECTOR,  /* stopped by an exception that EL1 takes itself: known when it goes on */
	REF_TAPE_OFF,	  /* given up: `why` */
};

/* A load or store to devices of which not all elements have been seen. */
struct ref_tape_device {
	bool active;
	struct vcpu_device first;
	uint32_t insn;
	uint64_t values[2];
	unsigned int elements;
};

/* Counts of the open segment. Instructions are known by how many of this vcpu_run() are before. */
struct ref_counter {
	struct ref_counts over;	 /* of instructions that are over */
	struct ref_counts begun; /* of one that an exit put an end to */
	uint64_t from;		 /* this vcpu_run()'s before it do not count */
	uint64_t at;		 /* the instruction that accesses memory, */
	struct ref_counts now;	 /* and what it has loaded and stored */
	unsigned int halves;	 /* of its last load, which will be told of once more */
};

struct ref_tape {
	struct vcpu_listener listener; /* for world_config.vcpu_listener */
	uint64_t vtcr, vttbr, pa_bits;
	uint64_t hole_from;  /* at and above, QEMU has nothing where the banks are not */
	VEC(uint64_t) words; /* segments */
	VEC(uint64_t) digests;
	VEC(struct ref_stop) stops;
	VEC(struct mmu_result) walks;
	struct ref_pages pages;
	VEC(size_t) dirty, written; /* indices of pages */
	uint64_t seen[16];	    /* pages of virtual addresses that were stored to lately */
	size_t segments;
	enum ref_tape_state state;
	struct cpu last; /* STOPPED: as it stopped; OPEN: at the last exit */
	size_t open_at;	 /* OPEN: the segment's header in words[] */
	bool flushed;	 /* a TLBI since the vCPU was entered */
	uint64_t device_pc;
	struct ref_tape_device device;
	struct ref_counter counter;
	bool whole;    /* all that ran is on it: memory can be compared */
	bool lost;     /* out of memory */
	char why[160]; /* OFF: what cannot be repeated */
};

/* t is zeroed or from an earlier run. hole_from: see above. */
void ref_tape_begin(struct ref_tape *t, uint64_t hole_from);
/* What world_config wants to record; both point into t. */
struct memory_listener ref_tape_memory(struct ref_tape *t);
/* After the run, while `mem` is what it left: closes the tape; digests[] gains all pages' in the
 * order of pages.list, if the tape is whole. */
void ref_tape_end(struct ref_tape *t, const struct memory *mem);
void ref_tape_fini(struct ref_tape *t);

/* All of a cpu by enum el2_reg. */
void ref_registers(const struct cpu *cpu, uint64_t regs[EL2_REG_COUNT]);

#endif
