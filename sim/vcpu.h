/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vcpu.h: one vCPU: real aarch64 code on a Unicorn engine, stage 1 and stage 2 both on.
 *
 * Cortex-A57 model, non-secure EL1. VTTBR_EL2 points at the p2m's own tables in simulated memory.
 * vcpu_run() executes until something needs a hypervisor: the caller acts on the exit, changes
 * `vcpu->cpu` or the tables, and runs again; an abort's instruction is then retried exactly.
 * Hooks only record and stop (the engine's traps and cures are in docs/ENGINE.md).
 *
 * Physical addresses outside the memory's banks go to the bus. Where the bus answers BUS_ERROR the
 * instruction is undone and the exit is VCPU_EXTERNAL_ABORT.
 */
#ifndef P2MLAB_VCPU_H
#define P2MLAB_VCPU_H

#include <stdio.h>

#include "sim/bus.h"
#include "sim/mmu.h"

enum vcpu_exit_kind {
	VCPU_HVC, /* imm; PC is behind it */
	VCPU_SMC,
	VCPU_SVC,
	VCPU_BRK,
	VCPU_ABORT, /* data or instruction abort; walk explains it; PC at the instruction */
	VCPU_EXTERNAL_ABORT, /* stage 2 allowed it, nothing answers at walk.pa */
	VCPU_UNDEF,
	VCPU_WFI,
	VCPU_DEADLINE,	   /* the instruction budget of this run is used up */
	VCPU_DISAGREE,	   /* the engine and our walk disagree: text in vcpu->disagreement */
	VCPU_ENGINE_ERROR, /* Unicorn refused: text in vcpu->disagreement */
};

struct vcpu_exit {
	enum vcpu_exit_kind kind;
	uint16_t imm;  /* HVC, SMC, SVC, BRK */
	uint32_t insn; /* the instruction word at `pc` */
	uint64_t pc;   /* of the instruction that caused the exit */
	/* aborts */
	enum mmu_access access;
	uint64_t va;
	unsigned int bytes; /* of the access, as the engine saw it; 4 for a fetch */
	struct mmu_result walk;
};

/* Called for each instruction executed if set: a text trace. */
typedef void vcpu_trace_fn(void *ctx, uint64_t pc, uint32_t insn);
/* Asked for CNTVCT_EL0: `insns` = instructions executed since vcpu_run() was called. */
typedef uint64_t vcpu_time_fn(void *ctx, uint64_t insns);

struct vcpu;

/* One element of a load or store that the bus answered for, not memory. */
struct vcpu_device {
	uint64_t pc, va;
	pa_t p;
	unsigned int bytes;
	bool write;
	uint64_t value;
	struct cpu cpu; /* before the instruction: x, sp, pc and pstate */
	uint64_t insns; /* executed before it since vcpu_run() was called */
};

/*
 * One element of a load or store that is about to be made, or to be aborted. The engine tells three
 * times of a load that crosses into the next 1024 bytes: whole, then of both halves.
 */
struct vcpu_access {
	uint64_t va;
	unsigned int bytes;
	bool write;
	uint64_t insns; /* executed before its instruction since vcpu_run() was called */
};

/* Told of what the vCPU does and of what is done to it, in order. */
struct vcpu_listener {
	/* vcpu_run() begins: registers, tables and memory are what the next instruction sees. */
	void (*enter)(void *ctx, const struct vcpu *vcpu);
	void (*leave)(void *ctx, const struct vcpu *vcpu, const struct vcpu_exit *x);
	void (*device)(void *ctx, const struct vcpu *vcpu, const struct vcpu_device *d);
	void (*access)(void *ctx, const struct vcpu *vcpu, const struct vcpu_access *a);
	void (*tlb_flush)(void *ctx);
	void *ctx;
};

struct vcpu_engine; /* private: engine, hooks, saved contexts */

struct vcpu {
	struct cpu cpu; /* valid between runs */
	struct bus *bus;
	struct memory *mem;
	const struct p2m *p2m;
	struct vcpu_engine *engine;
	uint64_t insns;	    /* executed since vcpu_reset(), exact */
	uint64_t run_insns; /* executed by the last vcpu_run(), exact */
	uint64_t aborts_explained;
	/* Stage 2 maps sealed memory (Xen\'s own): stores are looked at one by one. The engine
	 * itself does not keep a guest from writing to a read-only bank. */
	bool watch_sealed;
	vcpu_trace_fn *trace;
	void *trace_ctx;
	vcpu_time_fn *time;
	void *time_ctx;
	const struct vcpu_listener *listener; /* NULL: nobody asked */
	char disagreement[4096];
};

/*
 * Opens an engine over the banks of `mem` (all of them must exist already; they are fixed from
 * now on). `bus` answers for the rest. Both are borrowed. 0, -ENOMEM or -EIO (Unicorn refused).
 */
int vcpu_init(struct vcpu *vcpu, struct memory *mem, struct bus *bus);
void vcpu_fini(struct vcpu *vcpu);

/*
 * Back to the state after vcpu_init(), then stage 2 on with `p2m` and stage 1 on with the
 * translation registers in `cpu` (ttbr0/1, tcr, mair, sctlr, vbar). `stub` is the physical address,
 * in a bank, of `msr tpidr_el1, xzr; isb; hvc #0`, which the engine runs once, flat, to take up the
 * new state. 0 or -EIO.
 */
int vcpu_reset(struct vcpu *vcpu, const struct p2m *p2m, const struct cpu *cpu, uint64_t stub);

/* Runs at most `budget` instructions from vcpu->cpu. */
struct vcpu_exit vcpu_run(struct vcpu *vcpu, uint64_t budget);

/* A valid stage-2 entry changed: the engine drops what it cached (TLBI VMALLS12E1IS). */
void vcpu_tlb_flush(struct vcpu *vcpu);

#endif
