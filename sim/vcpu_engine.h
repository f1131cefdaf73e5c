/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vcpu_engine.h: what vcpu.c and its hooks (vcpu_hooks.c) share. Private to the two.
 */
#ifndef P2MLAB_VCPU_ENGINE_H
#define P2MLAB_VCPU_ENGINE_H

#include <unicorn/unicorn.h>

#include "sim/vcpu.h"

/* op0, op1, CRn, CRm, op2 of a system register. */
struct sysreg {
	uint32_t op0, op1, crn, crm, op2;
};

#define SCR_EL3	  ((struct sysreg){3, 6, 1, 1, 0})
#define HCR_EL2	  ((struct sysreg){3, 4, 1, 1, 0})
#define VTTBR_EL2 ((struct sysreg){3, 4, 2, 1, 0})
#define VTCR_EL2  ((struct sysreg){3, 4, 2, 1, 2})
#define HPFAR_EL2 ((struct sysreg){3, 4, 6, 0, 4})
#define SCTLR_EL1 ((struct sysreg){3, 0, 1, 0, 0})
#define TTBR0_EL1 ((struct sysreg){3, 0, 2, 0, 0})
#define TTBR1_EL1 ((struct sysreg){3, 0, 2, 0, 1})
#define TCR_EL1	  ((struct sysreg){3, 0, 2, 0, 2})
#define MAIR_EL1  ((struct sysreg){3, 0, 10, 2, 0})
#define VBAR_EL1  ((struct sysreg){3, 0, 12, 0, 0})
#define ESR_EL1	  ((struct sysreg){3, 0, 5, 2, 0})
#define FAR_EL1	  ((struct sysreg){3, 0, 6, 0, 0})
#define ELR_EL1	  ((struct sysreg){3, 0, 4, 0, 1})
#define SPSR_EL1  ((struct sysreg){3, 0, 4, 0, 0})

#define HCR_VM	      UINT64_C(1)
#define HCR_RW	      (UINT64_C(1) << 31)
#define SCR_NS_HCE_RW 0x501

/* The engine's CPU model has 44-bit addresses: a 48-bit stage 2 is shown to it as 44-bit, which
 * reads the same root page (entries 0..31). */
#define ENGINE_PA_BITS 44

#define REG_COUNT  34
#define UNDO_MAX   64
#define WINDOW_MAX (MEMORY_BANK_MAX + 2)

/* A stretch of physical addresses that is no bank: the bus answers there. */
struct window {
	struct vcpu *vcpu;
	uint64_t base;
};

struct undo {
	uint8_t *host;
	unsigned int bytes;
	uint8_t old[16];
};

struct vcpu_engine {
	uc_engine *uc;
	struct window windows[WINDOW_MAX];
	int regs[REG_COUNT];
	struct cpu shadow; /* system registers as the engine has them */
	uint64_t budget;
	/* exact counting: blocks add their length, an abort gives back what did not run */
	uint64_t counted;
	uint64_t block_pc;
	uint64_t block_insns;
	/* the last memory access the engine announced */
	uint64_t mem_va;
	unsigned int mem_bytes;
	bool mem_write;
	uint64_t mem_value;
	/* the first half of a 64-bit device access that the engine splits in two */
	bool half_pending;
	uint64_t half_pa;
	uint64_t half_value;
	/* why it stopped */
	bool intr;
	uint32_t intr_no;
	bool deadline;
	bool disagree;
	/* An instruction that must not have run: its exit, and what brings back the state before
	 * it. */
	bool taking_back;
	struct vcpu_exit taken;
	uint64_t counted_before;
	uc_context *before;
	struct undo undo[UNDO_MAX];
	unsigned int undo_count;
	bool trace_hooked;
	uc_hook trace_hook;
};

void engine_cp_write(uc_engine *uc, struct sysreg r, uint64_t v);
uint64_t engine_cp_read(uc_engine *uc, struct sysreg r);

/* Reads x, sp, pc and pstate, at a hook of an access those before the instruction. */
void engine_get_registers(struct vcpu_engine *e, struct cpu *cpu);

/* The engine and our walk differ: notes both views (the first time) and stops the run. */
void engine_disagree(struct vcpu *vcpu, const char *what, uint64_t va, uint64_t engine,
		     const struct mmu_result *ours);

/* Instructions completed before the one at `pc` of the current block. */
uint64_t engine_executed_before(const struct vcpu_engine *e, uint64_t pc);

/*
 * vcpu_beyond.c: makes the access of an abort that our walk (x->walk, MMU_OK) does not share. The
 * exit becomes VCPU_DEADLINE with the PC behind the instruction, or the abort that the access takes
 * on real hardware, or VCPU_ENGINE_ERROR for an instruction that is not known here.
 */
void engine_complete(struct vcpu *vcpu, struct vcpu_exit *x);

/* Maps the memory's banks and the device windows, and adds the hooks. Once, after uc_open(). */
uc_err engine_attach(struct vcpu *vcpu);

/* Adds or drops the hook on every instruction, as vcpu->trace asks. */
void engine_hook_trace(struct vcpu *vcpu);

#endif
