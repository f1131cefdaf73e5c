// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine: Unicorn 2.0.1 with its traps cured (docs/ENGINE.md has each with its test).
 *
 * Hooks only record what happened and ask the engine to stop; every decision is taken in
 * vcpu_run(), outside uc_emu_start(), because a PC written inside a hook cancels the stop and a
 * fault inside a crossing load leaves the memory hooks off until the next start.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/vcpu_engine.h"

/* --- life ---------------------------------------------------------------------------- */

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
		err = engine_attach(vcpu);
	if (!err)
		err = uc_context_alloc(e->uc, &e->before);
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
		if (e->before)
			uc_context_free(e->before);
		if (e->uc)
			uc_close(e->uc);
	}
	free(e);
	*vcpu = (struct vcpu){0};
}

void vcpu_tlb_flush(struct vcpu *vcpu)
{
	if (vcpu->listener)
		vcpu->listener->tlb_flush(vcpu->listener->ctx);
	/* uc_ctl_flush_tlb() flushes translated code, not the TLB; a change of HCR_EL2.VM does. */
	engine_cp_write(vcpu->engine->uc, HCR_EL2, HCR_RW);
	engine_cp_write(vcpu->engine->uc, HCR_EL2, HCR_RW | HCR_VM);
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
			engine_cp_write(e->uc, rows[i].reg, rows[i].value);
			*rows[i].shadow = rows[i].value;
		}
	for (unsigned int i = 0; i < 31; i++)
		values[i] = &c->x[i];
	values[31] = &c->sp;
	values[32] = &c->pc;
	values[33] = &c->pstate;
	CHECK(uc_reg_write_batch(e->uc, e->regs, values, REG_COUNT) == UC_ERR_OK);
}

void engine_get_registers(struct vcpu_engine *e, struct cpu *c)
{
	void *values[REG_COUNT];

	for (unsigned int i = 0; i < 31; i++)
		values[i] = &c->x[i];
	values[31] = &c->sp;
	values[32] = &c->pc;
	values[33] = &c->pstate;
	c->pstate = 0;
	CHECK(uc_reg_read_batch(e->uc, e->regs, values, REG_COUNT) == UC_ERR_OK);
	c->pstate &= UINT32_MAX;
}

static void store_registers(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	struct cpu *c = &vcpu->cpu;

	engine_get_registers(e, c);
	/* Dom0's abort vector writes ELR_EL1; the other system registers it only reads. */
	c->elr = e->shadow.elr = engine_cp_read(e->uc, ELR_EL1);
}

static uc_err start(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;

	e->counted = e->block_insns = e->block_pc = 0;
	e->half_pending = e->intr = e->deadline = e->taking_back = e->disagree = false;
	e->undo_count = 0;
	engine_cp_write(e->uc, HPFAR_EL2, 0);
	return uc_emu_start(e->uc, vcpu->cpu.pc, 0, 0, 0);
}

int vcpu_reset(struct vcpu *vcpu, const struct p2m *p2m, const struct cpu *cpu, uint64_t stub)
{
	struct vcpu_engine *e = vcpu->engine;
	uc_err err;

	/* Flat and without stage 2 for the stub: it only makes the engine take up SCR_EL3.NS. */
	engine_cp_write(e->uc, SCR_EL3, SCR_NS_HCE_RW);
	engine_cp_write(e->uc, HCR_EL2, HCR_RW);
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
	engine_cp_write(e->uc, VTTBR_EL2, p2m->root.v);
	engine_cp_write(e->uc, VTCR_EL2, engine_vtcr(p2m->geo));
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

/* An IPA that our tables may have and the engine's view of them (engine_vtcr()) has not. */
static bool is_beyond_engine(const struct vcpu *vcpu, const struct mmu_result *walk)
{
	return (is_stage2(walk) || walk->fault == MMU_OK) && walk->ipa.v >> ENGINE_PA_BITS &&
	       vcpu->p2m->geo->ipa_bits > ENGINE_PA_BITS;
}

/* The engine took an abort: our walk must say why, and at which IPA. */
static void explain_abort(struct vcpu *vcpu, struct vcpu_exit *x)
{
	struct vcpu_engine *e = vcpu->engine;
	uint64_t hpfar = engine_cp_read(e->uc, HPFAR_EL2);
	bool fetch = e->intr_no == 3;

	x->kind = VCPU_ABORT;
	x->access = fetch ? MMU_FETCH : e->mem_write ? MMU_WRITE : MMU_READ;
	x->va = fetch ? x->pc : e->mem_va;
	x->bytes = fetch ? 4 : e->mem_bytes;
	x->walk = walk_access(vcpu, x);
	/* An unaligned exclusive faults before it is translated. */
	if (!fetch && !hpfar && e->mem_va % e->mem_bytes &&
	    (x->walk.fault == MMU_OK || is_stage2(&x->walk))) {
		x->va = e->mem_va;
		x->walk.fault = MMU_ALIGNMENT;
	}
	if (is_beyond_engine(vcpu, &x->walk) && x->walk.fault == MMU_OK && !fetch) {
		engine_complete(vcpu, x);
		return;
	}
	if (x->walk.fault == MMU_OK)
		engine_disagree(vcpu, "the engine aborts where our walk succeeds", x->va, hpfar,
				&x->walk);
	else if (is_stage2(&x->walk) && hpfar != x->walk.ipa.v >> PAGE_SHIFT << 4)
		engine_disagree(vcpu, "another faulting IPA", x->va, hpfar, &x->walk);
	else if (!is_stage2(&x->walk) && hpfar)
		engine_disagree(vcpu, "stage 2 in the engine, stage 1 in our walk", x->va, hpfar,
				&x->walk);
	vcpu->aborts_explained++;
}

/* Back to the state before the instruction that must not have run. */
static struct vcpu_exit go_back(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	struct vcpu_exit x = e->taken;

	for (unsigned int i = e->undo_count; i-- > 0;)
		memcpy(e->undo[i].host, e->undo[i].old, e->undo[i].bytes);
	CHECK(uc_context_restore(e->uc, e->before) == UC_ERR_OK);
	store_registers(vcpu);
	e->counted = e->counted_before;
	x.pc = vcpu->cpu.pc;
	x.insn = read_insn(vcpu, x.pc);
	/* A dropped store: go on behind it. */
	if (x.kind == VCPU_DEADLINE)
		vcpu->cpu.pc += 4;
	return x;
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
				e->counted = engine_executed_before(e, x->pc);
		}
	x->insn = read_insn(vcpu, x->pc);
	x->imm = (uint16_t)(x->insn >> 5);
	if (x->kind == VCPU_ENGINE_ERROR)
		snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
			 "unexpected exception %u at PC 0x%" PRIx64, e->intr_no, vcpu->cpu.pc);
	if (x->kind == VCPU_ABORT)
		explain_abort(vcpu, x);
}

struct vcpu_exit vcpu_run(struct vcpu *vcpu, uint64_t budget)
{
	struct vcpu_engine *e = vcpu->engine;
	struct vcpu_exit x = {0};
	uc_err err;

	if (vcpu->listener)
		vcpu->listener->enter(vcpu->listener->ctx, vcpu);
	engine_hook_trace(vcpu);
	load_registers(vcpu, false);
	e->budget = budget;
	err = start(vcpu);
	store_registers(vcpu);
	x.pc = vcpu->cpu.pc;
	if (e->taking_back && !e->disagree) {
		x = go_back(vcpu);
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
	if (vcpu->listener)
		vcpu->listener->leave(vcpu->listener->ctx, vcpu, &x);
	return x;
}
