/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tape_parts.h: how segments get their words. Private to tape.c and tape_*.c.
 */
#ifndef P2MLAB_REFERENCE_TAPE_PARTS_H
#define P2MLAB_REFERENCE_TAPE_PARTS_H

#include "reference/tape.h"

/* What a stop must be, word by word: bits of mask must be those of value. */
struct foreseen {
	uint64_t mask[EL2_STOP_WORDS];
	uint64_t value[EL2_STOP_WORDS];
};

/* All registers, and nothing of the rest. */
void tape_foresee(struct foreseen *f, const struct cpu *cpu);
void tape_foresee_word(struct foreseen *f, enum el2_stop word, uint64_t value);
/* ESR_EL2, FAR_EL2 and HPFAR_EL2 of an abort by stage 2. */
void tape_foresee_abort(struct foreseen *f, const struct vcpu_exit *x);
/* PAR_EL1 of an AT for the walk. */
void tape_foresee_walk(struct foreseen *f, const struct mmu_result *walk);

/* A pair: one register. */
struct reg_value {
	uint64_t reg, value;
};

/*
 * Opens a segment: sets what differs between `from` (NULL: everything) and `to`, then what was
 * stored to memory by others since the last.
 */
void tape_open(struct ref_tape *t, const struct memory *mem, const struct cpu *from,
	       const struct cpu *to, uint64_t flags);
/* Opens a segment that sets just these. */
void tape_open_with(struct ref_tape *t, const struct memory *mem, const struct reg_value *sets,
		    unsigned int count);

/* What is in the page in a device's place: words from `first` on, else zeroes. */
struct window {
	unsigned int first, count;
	uint64_t words[3]; /* two elements of 8 bytes, unaligned */
};

/* Opens a segment in which EL1 accesses the device at `ipa`, with the window in its place. */
void tape_open_device(struct ref_tape *t, const struct memory *mem, uint64_t ipa,
		      const struct window *before);

/* No more of this run can be repeated. */
void tape_give_up(struct ref_tape *t, const char *why, uint64_t pc);

/* ---- counts (tape_count.c) ---- */

/* vcpu_run() begins. */
void tape_count_enter(struct ref_tape *t);
void tape_count_access(struct ref_tape *t, const struct vcpu_access *a);
/* QEMU stops before the instruction that has `insns` before it, which is then skipped. */
void tape_count_skip(struct ref_tape *t, uint64_t insns);
/* vcpu_run() ends. */
void tape_count_leave(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x);
/* What the segment that is closed comes to; `begun`: with an instruction that did not end. */
struct ref_counts tape_count_take(struct ref_tape *t, bool begun);

/* A stop as it will be closed. */
struct closing {
	struct ref_stop stop;	       /* kind, access, va */
	bool begun;		       /* the instruction that stops was begun */
	const struct mmu_result *walk; /* may be NULL */
	uint64_t flags;		       /* EL2_SEG_AT_* */
	uint64_t stop_pc;
	struct reg_value match[EL2_REG_PC];
	unsigned int match_count;
	struct foreseen foreseen;
	const struct window *window; /* what it is left with; NULL: not looked at */
	bool counted;		     /* stop.counts is set */
};

/* Closes the open segment with a stop. Pages that the guest wrote are digested now. */
void tape_close(struct ref_tape *t, const struct memory *mem, const struct closing *c);

/* Drops the open segment. */
void tape_drop_open(struct ref_tape *t);

/* All of x and sp must match; pc is the place. */
void tape_match_all(struct closing *c, const struct cpu *cpu);
/* The base register of `insn` must; every load and store has it in the same place. */
void tape_match_base(struct closing *c, uint32_t insn, const struct cpu *cpu);

/* ---- devices (tape_device.c) ---- */

void tape_device(struct ref_tape *t, const struct vcpu *v, const struct vcpu_device *d);

#endif
