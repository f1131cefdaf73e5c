// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine: Unicorn 2.0.1 with its traps cured (docs/ENGINE.md has each with its test).
 *
 * Hooks only record what happened and ask the engine to stop; every decision is taken in
 * vcpu_run(), outside uc_emu_start(), because a PC written inside a hook cancels the stop and a
 * fault inside a crossing load leaves the memory hooks off until the next start.
 */
#include "sim/vcpu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "sim/check.h"

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
#define UNDO_MAX   8
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
	bool mem_seen;
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
	bool external;
	bool external_write;
	unsigned int external_bytes;
	uint64_t external_pa, external_va;
	struct mmu_result external_walk;
	uint64_t external_counted;
	uc_context *before_external;
	struct undo undo[UNDO_MAX];
	unsigned int undo_count;
	bool trace_hooked;
	uc_hook trace_hook;
};

static void cp_write(uc_engine *uc, struct sysreg r, uint64_t v)
{
	uc_arm64_cp_reg cp = {
		.crn = r.crn, .crm = r.crm, .op0 = r.op0, .op1 = r.op1, .op2 = r.op2, .val = v};

	CHECK(uc_reg_write(uc, UC_ARM64_REG_CP_REG, &cp) == UC_ERR_OK);
}

static uint64_t cp_read(uc_engine *uc, struct sysreg r)
{
	uc_arm64_cp_reg cp = {.crn = r.crn, .crm = r.crm, .op0 = r.op0, .op1 = r.op1, .op2 = r.op2};

	CHECK(uc_reg_read(uc, UC_ARM64_REG_CP_REG, &cp) == UC_ERR_OK);
	return cp.val;
}

static uint64_t engine_pc(uc_engine *uc)
{
	uint64_t pc = 0;

	CHECK(uc_reg_read(uc, UC_ARM64_REG_PC, &pc) == UC_ERR_OK);
	return pc;
}

static void disagree(struct vcpu *vcpu, const char *what, uint64_t va, uint64_t engine,
		     const struct mmu_result *ours)
{
	struct vcpu_engine *e = vcpu->engine;
	int n;

	if (!e->disagree) {
		n = snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
			     "%s at VA 0x%" PRIx64 ", PC 0x%" PRIx64 ": engine 0x%" PRIx64
			     ", HPFAR 0x%" PRIx64 "; our walk:\n",
			     what, va, engine_pc(e->uc), engine, cp_read(e->uc, HPFAR_EL2));
		mmu_print(ours, va, vcpu->disagreement + n, sizeof(vcpu->disagreement) - (size_t)n);
	}
	e->disagree = true;
	uc_emu_stop(e->uc);
}

/* Instructions completed before the one at `pc` of the current block. */
static uint64_t executed_before(const struct vcpu_engine *e, uint64_t pc)
{
	return e->counted - e->block_insns + (pc - e->block_pc) / 4;
}

/* --- hooks --------------------------------------------------------------------------- */

static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *user)
{
	struct vcpu *vcpu = user;
	struct vcpu_engine *e = vcpu->engine;
	uint64_t insns = size / 4;

	if (e->counted + insns > e->budget && e->counted) {
		e->deadline = true;
		e->block_insns = 0;
		uc_emu_stop(uc);
		return;
	}
	e->counted += insns;
	e->block_pc = address;
	e->block_insns = insns;
}

static void keep_undo(struct vcpu *vcpu, uint64_t va, unsigned int bytes)
{
	struct vcpu_engine *e = vcpu->engine;
	struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, va, MMU_WRITE);
	uint8_t *host;

	if (walk.fault != MMU_OK || e->undo_count == UNDO_MAX || bytes > 16)
		return;
	host = memory_ptr(vcpu->mem, walk.pa, bytes);
	if (!host)
		return;
	e->undo[e->undo_count] = (struct undo){.host = host, .bytes = bytes};
	memcpy(e->undo[e->undo_count++].old, host, bytes);
}

static void on_mem(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
		   void *user)
{
	struct vcpu *vcpu = user;
	struct vcpu_engine *e = vcpu->engine;

	(void)uc;
	e->mem_va = address;
	e->mem_bytes = (unsigned int)size;
	e->mem_write = type == UC_MEM_WRITE;
	e->mem_value = (uint64_t)value;
	e->mem_seen = true;
	e->half_pending = false;
	if (e->external && e->mem_write)
		keep_undo(vcpu, address, (unsigned int)size);
}

static void on_intr(uc_engine *uc, uint32_t no, void *user)
{
	struct vcpu_engine *e = ((struct vcpu *)user)->engine;

	e->intr = true;
	e->intr_no = no;
	uc_emu_stop(uc);
}

static bool on_fetch_prot(uc_engine *uc, uc_mem_type type, uint64_t address, int size,
			  int64_t value, void *user)
{
	(void)uc;
	(void)type;
	(void)address;
	(void)size;
	(void)value;
	(void)user;
	return true;
}

static uint32_t on_mrs(uc_engine *uc, uc_arm64_reg reg, const uc_arm64_cp_reg *cp, void *user)
{
	struct vcpu *vcpu = user;
	struct vcpu_engine *e = vcpu->engine;
	uint64_t v;

	if (cp->op0 != 3 || cp->op1 != 3 || cp->crn != 14 || cp->crm != 0 || cp->op2 != 2)
		return 0;
	v = executed_before(e, engine_pc(uc));
	v = vcpu->time ? vcpu->time(vcpu->time_ctx, v) : v;
	uc_reg_write(uc, (int)reg, &v);
	return 1;
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t size, void *user)
{
	struct vcpu *vcpu = user;
	struct mmu_result walk;
	const void *host;
	uint32_t word = 0;

	(void)uc;
	(void)size;
	if (!vcpu->trace)
		return;
	walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, address, MMU_FETCH);
	host = walk.fault == MMU_OK ? memory_ptr(vcpu->mem, walk.pa, 4) : NULL;
	if (host)
		memcpy(&word, host, 4);
	vcpu->trace(vcpu->trace_ctx, address, word);
}

/* --- device window ------------------------------------------------------------------- */

/* An access that nothing answers: keep the state before the instruction, so it can be undone. */
static void external_abort(struct vcpu *vcpu, uint64_t p, const struct mmu_result *walk)
{
	struct vcpu_engine *e = vcpu->engine;

	e->external = true;
	e->external_pa = p;
	e->external_va = e->mem_va + (p - walk->pa.v);
	e->external_write = e->mem_write;
	e->external_bytes = e->mem_bytes;
	e->external_walk = *walk;
	e->external_counted = executed_before(e, engine_pc(e->uc));
	e->undo_count = 0;
	CHECK(uc_context_save(e->uc, e->before_external) == UC_ERR_OK);
	uc_emu_stop(e->uc);
}

/* Our walk must lead to where the engine went. */
static bool same_address(struct vcpu *vcpu, uint64_t p, struct mmu_result *walk)
{
	struct vcpu_engine *e = vcpu->engine;

	*walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, e->mem_va,
			 e->mem_write ? MMU_WRITE : MMU_READ);
	if (walk->fault == MMU_OK && p >= walk->pa.v && p < walk->pa.v + 16)
		return true;
	disagree(vcpu, "the engine reached another address", e->mem_va, p, walk);
	return false;
}

static uint64_t on_window_read(uc_engine *uc, uint64_t offset, unsigned int size, void *user)
{
	struct window *w = user;
	struct vcpu *vcpu = w->vcpu;
	struct vcpu_engine *e = vcpu->engine;
	uint64_t p = w->base + offset;
	unsigned int width = size;
	struct mmu_result walk;
	uint64_t value = 0;

	(void)uc;
	if (e->half_pending && p == e->half_pa) {
		e->half_pending = false;
		return e->half_value;
	}
	if (e->external || e->disagree || !same_address(vcpu, p, &walk))
		return 0;
	if (e->mem_bytes == 8 && size == 4 && p == walk.pa.v && p % 8 == 0)
		width = 8;
	if (bus_read(vcpu->bus, (pa_t){p}, width, &value) == BUS_ERROR) {
		external_abort(vcpu, p, &walk);
		return 0;
	}
	if (width > size) {
		e->half_pending = true;
		e->half_pa = p + 4;
		e->half_value = value >> 32;
		value &= UINT32_MAX;
	}
	return value;
}

static void on_window_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value,
			    void *user)
{
	struct window *w = user;
	struct vcpu *vcpu = w->vcpu;
	struct vcpu_engine *e = vcpu->engine;
	uint64_t p = w->base + offset;
	struct mmu_result walk;

	(void)uc;
	if (e->half_pending && p == e->half_pa) {
		e->half_pending = false;
		return;
	}
	if (e->external || e->disagree || !same_address(vcpu, p, &walk))
		return;
	if (e->mem_bytes == 8 && size == 4 && p == walk.pa.v && p % 8 == 0) {
		size = 8;
		value = e->mem_value;
		e->half_pending = true;
		e->half_pa = p + 4;
	}
	if (bus_write(vcpu->bus, (pa_t){p}, size, value) == BUS_ERROR)
		external_abort(vcpu, p, &walk);
}

static uint64_t on_va_window_read(uc_engine *uc, uint64_t offset, unsigned int size, void *user)
{
	struct vcpu *vcpu = user;
	struct mmu_result none = {0};

	(void)uc;
	(void)size;
	disagree(vcpu, "the engine used a virtual address as physical", offset, offset, &none);
	return 0;
}

static void on_va_window_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value,
			       void *user)
{
	(void)value;
	on_va_window_read(uc, offset, size, user);
}

/* --- life ---------------------------------------------------------------------------- */

static uc_err map_window(struct vcpu *vcpu, unsigned int n, uint64_t from, uint64_t to)
{
	struct window *w = &vcpu->engine->windows[n];

	if (from == to)
		return UC_ERR_OK;
	*w = (struct window){vcpu, from};
	return uc_mmio_map(vcpu->engine->uc, from, to - from, on_window_read, w, on_window_write,
			   w);
}

/*
 * Banks by pointer, everything else below 2^48 as windows, and one window over the virtual
 * addresses: Unicorn 2.0.1 checks that the VA's number lies in some region before it translates.
 */
static uc_err map_memory(struct vcpu *vcpu)
{
	uc_engine *uc = vcpu->engine->uc;
	const struct memory *mem = vcpu->mem;
	uint64_t from = 0;
	uc_err err = UC_ERR_OK;

	for (unsigned int n = 0; n < mem->bank_count && !err; n++) {
		const struct memory_bank *next = NULL;

		for (unsigned int i = 0; i < mem->bank_count; i++)
			if (mem->banks[i].base.v >= from &&
			    (!next || mem->banks[i].base.v < next->base.v))
				next = &mem->banks[i];
		err = map_window(vcpu, n, from, next->base.v);
		if (!err)
			err = uc_mem_map_ptr(uc, next->base.v, next->size, UC_PROT_ALL, next->host);
		from = next->base.v + next->size;
	}
	if (!err)
		err = map_window(vcpu, MEMORY_BANK_MAX, from, UINT64_C(1) << 48);
	if (!err)
		err = uc_mmio_map(uc, UINT64_C(0xffff) << 48, UINT64_C(1) << 48, on_va_window_read,
				  vcpu, on_va_window_write, vcpu);
	return err;
}

/* uc_hook_add() takes the callback as void *, which C does not allow for a function. */
static void *hook_fn(void (*fn)(void))
{
	void *p;

	memcpy(&p, &fn, sizeof(p));
	return p;
}

static uc_err add_hook(struct vcpu *vcpu, int type, void (*fn)(void))
{
	uc_hook handle;

	return uc_hook_add(vcpu->engine->uc, &handle, type, hook_fn(fn), vcpu, 1, 0);
}

static uc_err add_hooks(struct vcpu *vcpu)
{
	uc_engine *uc = vcpu->engine->uc;
	uc_hook handle;
	uc_err err = add_hook(vcpu, UC_HOOK_BLOCK, (void (*)(void))on_block);

	if (!err)
		err = add_hook(vcpu, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void (*)(void))on_mem);
	if (!err)
		err = add_hook(vcpu, UC_HOOK_INTR, (void (*)(void))on_intr);
	if (!err)
		err = add_hook(vcpu, UC_HOOK_MEM_FETCH_PROT, (void (*)(void))on_fetch_prot);
	if (!err)
		err = uc_hook_add(uc, &handle, UC_HOOK_INSN, hook_fn((void (*)(void))on_mrs), vcpu,
				  1, 0, UC_ARM64_INS_MRS);
	return err;
}

int vcpu_init(struct vcpu *vcpu, struct memory *mem, struct bus *bus)
{
	struct vcpu_engine *e = calloc(1, sizeof(*e));
	uc_err err;

	*vcpu = (struct vcpu){.bus = bus, .mem = mem, .engine = e};
	if (!e)
		return -ENOMEM;
	for (int i = 0; i < 29; i++)
		e->regs[i] = UC_ARM64_REG_X0 + i;
	e->regs[29] = UC_ARM64_REG_X29;
	e->regs[30] = UC_ARM64_REG_X30;
	e->regs[31] = UC_ARM64_REG_SP;
	e->regs[32] = UC_ARM64_REG_PC;
	e->regs[33] = UC_ARM64_REG_PSTATE;
	err = uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &e->uc);
	if (!err)
		err = uc_ctl_set_cpu_model(e->uc, UC_CPU_ARM64_A57);
	if (!err)
		err = uc_ctl_exits_enable(e->uc);
	if (!err)
		err = map_memory(vcpu);
	if (!err)
		err = add_hooks(vcpu);
	if (!err)
		err = uc_context_alloc(e->uc, &e->before_external);
	if (err) {
		snprintf(vcpu->disagreement, sizeof(vcpu->disagreement), "unicorn: %s",
			 uc_strerror(err));
		return err == UC_ERR_NOMEM ? -ENOMEM : -EIO;
	}
	return 0;
}

void vcpu_fini(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;

	if (e) {
		if (e->before_external)
			uc_context_free(e->before_external);
		if (e->uc)
			uc_close(e->uc);
	}
	free(e);
	*vcpu = (struct vcpu){0};
}

void vcpu_tlb_flush(struct vcpu *vcpu)
{
	/* uc_ctl_flush_tlb() flushes translated code, not the TLB; a change of HCR_EL2.VM does. */
	cp_write(vcpu->engine->uc, HCR_EL2, HCR_RW);
	cp_write(vcpu->engine->uc, HCR_EL2, HCR_RW | HCR_VM);
}

static uint64_t engine_vtcr(const struct s2_geometry *geo)
{
	if (geo->ipa_bits <= ENGINE_PA_BITS)
		return geo->vtcr;
	return s2_geometry_for(ENGINE_PA_BITS, false)->vtcr;
}

static void load_registers(struct vcpu *vcpu, bool all)
{
	struct vcpu_engine *e = vcpu->engine;
	struct cpu *c = &vcpu->cpu;
	struct {
		struct sysreg reg;
		uint64_t value;
		uint64_t *shadow;
	} rows[] = {
		{ESR_EL1, c->esr, &e->shadow.esr},	 {FAR_EL1, c->far, &e->shadow.far},
		{ELR_EL1, c->elr, &e->shadow.elr},	 {SPSR_EL1, c->spsr, &e->shadow.spsr},
		{TTBR0_EL1, c->ttbr0, &e->shadow.ttbr0}, {TTBR1_EL1, c->ttbr1, &e->shadow.ttbr1},
		{TCR_EL1, c->tcr, &e->shadow.tcr},	 {MAIR_EL1, c->mair, &e->shadow.mair},
		{SCTLR_EL1, c->sctlr, &e->shadow.sctlr}, {VBAR_EL1, c->vbar, &e->shadow.vbar},
	};
	void *values[REG_COUNT];

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (all || rows[i].value != *rows[i].shadow) {
			cp_write(e->uc, rows[i].reg, rows[i].value);
			*rows[i].shadow = rows[i].value;
		}
	for (unsigned int i = 0; i < 31; i++)
		values[i] = &c->x[i];
	values[31] = &c->sp;
	values[32] = &c->pc;
	values[33] = &c->pstate;
	CHECK(uc_reg_write_batch(e->uc, e->regs, values, REG_COUNT) == UC_ERR_OK);
}

static void store_registers(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	struct cpu *c = &vcpu->cpu;
	void *values[REG_COUNT];

	for (unsigned int i = 0; i < 31; i++)
		values[i] = &c->x[i];
	values[31] = &c->sp;
	values[32] = &c->pc;
	values[33] = &c->pstate;
	c->pstate = 0;
	CHECK(uc_reg_read_batch(e->uc, e->regs, values, REG_COUNT) == UC_ERR_OK);
	c->pstate &= UINT32_MAX;
	/* Dom0's abort vector writes ELR_EL1; the other system registers it only reads. */
	c->elr = e->shadow.elr = cp_read(e->uc, ELR_EL1);
}

static uc_err start(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;

	e->counted = e->block_insns = e->block_pc = 0;
	e->mem_seen = e->half_pending = e->intr = e->deadline = e->external = e->disagree = false;
	e->undo_count = 0;
	cp_write(e->uc, HPFAR_EL2, 0);
	return uc_emu_start(e->uc, vcpu->cpu.pc, 0, 0, 0);
}

int vcpu_reset(struct vcpu *vcpu, const struct p2m *p2m, const struct cpu *cpu, uint64_t stub)
{
	struct vcpu_engine *e = vcpu->engine;
	uc_err err;

	/* Flat and without stage 2 for the stub: it only makes the engine take up SCR_EL3.NS. */
	cp_write(e->uc, SCR_EL3, SCR_NS_HCE_RW);
	cp_write(e->uc, HCR_EL2, HCR_RW);
	vcpu->p2m = NULL;
	vcpu->cpu = (struct cpu){.pc = stub, .pstate = PSTATE_DAIF | PSTATE_EL1H};
	vcpu->cpu.sctlr = cpu->sctlr & ~UINT64_C(1);
	load_registers(vcpu, true);
	e->budget = 16;
	err = start(vcpu);
	if (err || !e->intr) {
		snprintf(vcpu->disagreement, sizeof(vcpu->disagreement), "engine reset: %s",
			 uc_strerror(err));
		return -EIO;
	}
	vcpu->p2m = p2m;
	vcpu->cpu = *cpu;
	vcpu->insns = vcpu->run_insns = vcpu->aborts_explained = 0;
	cp_write(e->uc, VTTBR_EL2, p2m->root.v);
	cp_write(e->uc, VTCR_EL2, engine_vtcr(p2m->geo));
	load_registers(vcpu, true);
	vcpu_tlb_flush(vcpu);
	return 0;
}

/* --- one run ------------------------------------------------------------------------- */

static uint32_t read_insn(struct vcpu *vcpu, uint64_t pc)
{
	struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, pc, MMU_FETCH);
	const void *host = walk.fault == MMU_OK ? memory_ptr(vcpu->mem, walk.pa, 4) : NULL;
	uint32_t word = 0;

	if (host)
		memcpy(&word, host, 4);
	return word;
}

static bool is_stage2(const struct mmu_result *walk)
{
	return walk->fault >= MMU_S2_TRANSLATION && walk->fault <= MMU_S2_ADDRESS_SIZE;
}

/* An unaligned access may fault in its second page only. */
static struct mmu_result walk_access(struct vcpu *vcpu, struct vcpu_exit *x)
{
	struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, x->va, x->access);
	uint64_t last = x->va + x->bytes - 1;

	if (walk.fault == MMU_OK && (last ^ x->va) & PAGE_MASK) {
		x->va = last & PAGE_MASK;
		walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, x->va, x->access);
	}
	return walk;
}

/* The engine took an abort: our walk must say why, and at which IPA. */
static void explain_abort(struct vcpu *vcpu, struct vcpu_exit *x)
{
	struct vcpu_engine *e = vcpu->engine;
	uint64_t hpfar = cp_read(e->uc, HPFAR_EL2);
	bool fetch = e->intr_no == 3;

	x->kind = VCPU_ABORT;
	x->access = fetch ? MMU_FETCH : e->mem_write ? MMU_WRITE : MMU_READ;
	x->va = fetch ? x->pc : e->mem_va;
	x->bytes = fetch ? 4 : e->mem_bytes;
	x->walk = walk_access(vcpu, x);
	if (x->walk.fault == MMU_OK && x->va % x->bytes && !hpfar)
		x->walk.fault = MMU_ALIGNMENT;
	if (x->walk.fault == MMU_OK)
		disagree(vcpu, "the engine aborts where our walk succeeds", x->va, hpfar, &x->walk);
	else if (is_stage2(&x->walk) && hpfar != x->walk.ipa.v >> PAGE_SHIFT << 4)
		disagree(vcpu, "another faulting IPA", x->va, hpfar, &x->walk);
	else if (!is_stage2(&x->walk) && hpfar)
		disagree(vcpu, "stage 2 in the engine, stage 1 in our walk", x->va, hpfar,
			 &x->walk);
	vcpu->aborts_explained++;
}

static void undo_external(struct vcpu *vcpu, struct vcpu_exit *x)
{
	struct vcpu_engine *e = vcpu->engine;

	for (unsigned int i = e->undo_count; i-- > 0;)
		memcpy(e->undo[i].host, e->undo[i].old, e->undo[i].bytes);
	CHECK(uc_context_restore(e->uc, e->before_external) == UC_ERR_OK);
	store_registers(vcpu);
	e->counted = e->external_counted;
	x->kind = VCPU_EXTERNAL_ABORT;
	x->pc = vcpu->cpu.pc;
	x->va = e->external_va;
	x->access = e->external_write ? MMU_WRITE : MMU_READ;
	x->bytes = e->external_bytes;
	x->walk = e->external_walk;
	x->walk.pa = (pa_t){e->external_pa};
}

/* Exception number of UC_HOOK_INTR to what it means; PC is behind SVC, HVC, SMC, else at it. */
static void classify_intr(struct vcpu *vcpu, struct vcpu_exit *x)
{
	static const struct {
		uint32_t no;
		enum vcpu_exit_kind kind;
		bool behind;
	} rows[] = {
		{1, VCPU_UNDEF, false}, {2, VCPU_SVC, true},  {3, VCPU_ABORT, false},
		{4, VCPU_ABORT, false}, {7, VCPU_BRK, false}, {11, VCPU_HVC, true},
		{13, VCPU_SMC, true},
	};
	struct vcpu_engine *e = vcpu->engine;

	x->kind = VCPU_ENGINE_ERROR;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].no == e->intr_no) {
			x->kind = rows[i].kind;
			x->pc = vcpu->cpu.pc - (rows[i].behind ? 4 : 0);
			/* A fetch abort comes before its block was announced. */
			if (!rows[i].behind && e->intr_no != 3)
				e->counted = executed_before(e, x->pc);
		}
	x->insn = read_insn(vcpu, x->pc);
	x->imm = (uint16_t)(x->insn >> 5);
	if (x->kind == VCPU_ABORT)
		explain_abort(vcpu, x);
	if (x->kind == VCPU_ENGINE_ERROR)
		snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
			 "unexpected exception %u at PC 0x%" PRIx64, e->intr_no, vcpu->cpu.pc);
}

static void hook_trace(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	bool want = vcpu->trace != NULL;

	if (want == e->trace_hooked)
		return;
	if (want)
		CHECK(uc_hook_add(e->uc, &e->trace_hook, UC_HOOK_CODE,
				  hook_fn((void (*)(void))on_code), vcpu, 1, 0) == UC_ERR_OK);
	else
		CHECK(uc_hook_del(e->uc, e->trace_hook) == UC_ERR_OK);
	/* Translated code has or has not the hook: drop it (despite its name). */
	uc_ctl_flush_tlb(e->uc);
	e->trace_hooked = want;
}

struct vcpu_exit vcpu_run(struct vcpu *vcpu, uint64_t budget)
{
	struct vcpu_engine *e = vcpu->engine;
	struct vcpu_exit x = {0};
	uc_err err;

	hook_trace(vcpu);
	load_registers(vcpu, false);
	e->budget = budget;
	err = start(vcpu);
	store_registers(vcpu);
	x.pc = vcpu->cpu.pc;
	if (e->external && !e->disagree) {
		undo_external(vcpu, &x);
		x.insn = read_insn(vcpu, x.pc);
	} else if (e->intr) {
		classify_intr(vcpu, &x);
	} else if (err) {
		x.kind = VCPU_ENGINE_ERROR;
		snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
			 "unicorn: %s at PC 0x%" PRIx64, uc_strerror(err), x.pc);
	} else {
		x.kind = e->deadline ? VCPU_DEADLINE : VCPU_WFI;
	}
	if (e->disagree)
		x.kind = VCPU_DISAGREE;
	vcpu->run_insns = e->counted;
	vcpu->insns += e->counted;
	return x;
}
