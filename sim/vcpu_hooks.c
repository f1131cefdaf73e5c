// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the engine calls while it runs. Hooks only record what happened and ask for a stop; see
 * vcpu.c for who decides.
 */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "sim/vcpu_engine.h"

void engine_cp_write(uc_engine *uc, struct sysreg r, uint64_t v)
{
	uc_arm64_cp_reg cp = {
		.crn = r.crn, .crm = r.crm, .op0 = r.op0, .op1 = r.op1, .op2 = r.op2, .val = v};

	CHECK(uc_reg_write(uc, UC_ARM64_REG_CP_REG, &cp) == UC_ERR_OK);
}

uint64_t engine_cp_read(uc_engine *uc, struct sysreg r)
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

void engine_disagree(struct vcpu *vcpu, const char *what, uint64_t va, uint64_t engine,
		     const struct mmu_result *ours)
{
	struct vcpu_engine *e = vcpu->engine;
	int n;

	if (!e->disagree) {
		n = snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
			     "%s at VA 0x%" PRIx64 ", PC 0x%" PRIx64 ": engine 0x%" PRIx64
			     ", HPFAR 0x%" PRIx64 "; our walk:\n",
			     what, va, engine_pc(e->uc), engine, engine_cp_read(e->uc, HPFAR_EL2));
		mmu_print(ours, va, vcpu->disagreement + n, sizeof(vcpu->disagreement) - (size_t)n);
	}
	e->disagree = true;
	uc_emu_stop(e->uc);
}

uint64_t engine_executed_before(const struct vcpu_engine *e, uint64_t pc)
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

/*
 * The engine does what the machine would not: notes the exit that the machine takes and keeps the
 * state before the instruction (the registers are still those), so that vcpu_run() can go back.
 */
static void take_back(struct vcpu *vcpu, enum vcpu_exit_kind kind, uint64_t va,
		      const struct mmu_result *walk)
{
	struct vcpu_engine *e = vcpu->engine;

	e->taking_back = true;
	e->taken = (struct vcpu_exit){
		.kind = kind,
		.access = e->mem_write ? MMU_WRITE : MMU_READ,
		.va = va,
		.bytes = e->mem_bytes,
		.walk = *walk,
	};
	e->counted_before = engine_executed_before(e, engine_pc(e->uc));
	e->undo_count = 0;
	CHECK(uc_context_save(e->uc, e->before) == UC_ERR_OK);
	uc_emu_stop(e->uc);
}

/*
 * An unaligned access to Device memory is an alignment fault (Arm ARM B2.5.2), and stage 2 can make
 * Device of what stage 1 calls Normal. The engine knows no memory types.
 */
static void check_alignment(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	uint64_t ends[] = {e->mem_va, e->mem_va + e->mem_bytes - 1};

	for (unsigned int i = 0; i < 2 && !e->taking_back; i++) {
		struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, ends[i],
						  e->mem_write ? MMU_WRITE : MMU_READ);

		if (walk.fault != MMU_OK)
			return;
		if (mem_type_combine(walk.s1_attr, pte_memattr(walk.s2_pte)) >= MEM_NORMAL_NC)
			continue;
		walk.fault = MMU_ALIGNMENT;
		take_back(vcpu, VCPU_ABORT, e->mem_va, &walk);
	}
}

/* A store to memory that is sealed: the instruction is dropped (see memory_seal()). */
static void check_sealed(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, e->mem_va, MMU_WRITE);

	if (walk.fault != MMU_OK || !memory_sealed(vcpu->mem, walk.pa))
		return;
	take_back(vcpu, VCPU_DEADLINE, e->mem_va, &walk);
}

static void keep_undo(struct vcpu *vcpu, uint64_t va, unsigned int bytes)
{
	struct vcpu_engine *e = vcpu->engine;
	struct mmu_result walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, va, MMU_WRITE);
	uint8_t *host;

	if (walk.fault != MMU_OK)
		return;
	host = memory_ptr(vcpu->mem, walk.pa, bytes);
	if (!host)
		return;
	CHECK(e->undo_count < UNDO_MAX && bytes <= sizeof(e->undo[0].old));
	e->undo[e->undo_count] = (struct undo){.host = host, .bytes = bytes};
	memcpy(e->undo[e->undo_count++].old, host, bytes);
}

static void tell_access(struct vcpu *vcpu)
{
	struct vcpu_engine *e = vcpu->engine;
	struct vcpu_access a = {.va = e->mem_va, .bytes = e->mem_bytes, .write = e->mem_write};

	if (!vcpu->listener)
		return;
	a.insns = engine_executed_before(e, engine_pc(e->uc));
	vcpu->listener->access(vcpu->listener->ctx, vcpu, &a);
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
	e->half_pending = false;
	/* What the instruction does after it was taken back is nobody's business. */
	if (!e->taking_back)
		tell_access(vcpu);
	if (address & ((uint64_t)size - 1) && !e->taking_back)
		check_alignment(vcpu);
	if (vcpu->watch_sealed && e->mem_write && !e->taking_back)
		check_sealed(vcpu);
	if (e->taking_back && e->mem_write)
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
	v = engine_executed_before(e, engine_pc(uc));
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

/*
 * Our walk must lead to where the engine went: from the access's first address, or from its second
 * page if it crosses into one. *va is the address that leads to p. False: the access is over.
 */
static bool same_address(struct vcpu *vcpu, uint64_t p, struct mmu_result *walk, uint64_t *va)
{
	struct vcpu_engine *e = vcpu->engine;
	enum mmu_access access = e->mem_write ? MMU_WRITE : MMU_READ;
	uint64_t starts[] = {e->mem_va, (e->mem_va + e->mem_bytes - 1) & PAGE_MASK};

	for (unsigned int i = 0; i < 2; i++) {
		*walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, starts[i], access);
		*va = starts[i] + (p - walk->pa.v);
		if (walk->fault == MMU_OK && p >= walk->pa.v &&
		    p >> PAGE_SHIFT == walk->pa.v >> PAGE_SHIFT)
			return true;
		/* The engine does not check the output size of stage 2. */
		if (walk->fault == MMU_S2_ADDRESS_SIZE) {
			take_back(vcpu, VCPU_ABORT, starts[i], walk);
			return false;
		}
	}
	*walk = mmu_walk(&vcpu->cpu, vcpu->mem, vcpu->p2m, e->mem_va, access);
	engine_disagree(vcpu, "the engine reached another address", e->mem_va, p, walk);
	return false;
}

/* An access that nothing answers. */
static void external_abort(struct vcpu *vcpu, uint64_t p, uint64_t va, struct mmu_result *walk)
{
	walk->pa = (pa_t){p};
	take_back(vcpu, VCPU_EXTERNAL_ABORT, va, walk);
}

static void tell_device(struct vcpu *vcpu, bool write, uint64_t va, pa_t p, unsigned int bytes,
			uint64_t value)
{
	struct vcpu_device d = {.va = va, .p = p, .bytes = bytes, .write = write, .value = value};

	if (!vcpu->listener)
		return;
	engine_get_registers(vcpu->engine, &d.cpu);
	d.pc = d.cpu.pc;
	d.insns = engine_executed_before(vcpu->engine, d.pc);
	vcpu->listener->device(vcpu->listener->ctx, vcpu, &d);
}

static uint64_t on_window_read(uc_engine *uc, uint64_t offset, unsigned int size, void *user)
{
	struct window *w = user;
	struct vcpu *vcpu = w->vcpu;
	struct vcpu_engine *e = vcpu->engine;
	uint64_t p = w->base + offset;
	unsigned int width = size;
	struct mmu_result walk;
	uint64_t value = 0, va;

	(void)uc;
	if (e->half_pending && p == e->half_pa) {
		e->half_pending = false;
		return e->half_value;
	}
	if (e->taking_back || e->disagree || !same_address(vcpu, p, &walk, &va))
		return 0;
	if (e->mem_bytes == 8 && size == 4 && p == walk.pa.v && p % 8 == 0)
		width = 8;
	if (bus_read(vcpu->bus, (pa_t){p}, width, &value) == BUS_ERROR) {
		external_abort(vcpu, p, va, &walk);
		return 0;
	}
	tell_device(vcpu, false, va, (pa_t){p}, width, value);
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
	uint64_t va;

	(void)uc;
	if (e->half_pending && p == e->half_pa) {
		e->half_pending = false;
		return;
	}
	if (e->taking_back || e->disagree || !same_address(vcpu, p, &walk, &va))
		return;
	if (e->mem_bytes == 8 && size == 4 && p == walk.pa.v && p % 8 == 0) {
		size = 8;
		value = e->mem_value;
		e->half_pending = true;
		e->half_pa = p + 4;
	}
	if (bus_write(vcpu->bus, (pa_t){p}, size, value) == BUS_ERROR)
		external_abort(vcpu, p, va, &walk);
	else
		tell_device(vcpu, true, va, (pa_t){p}, size, value);
}

static uint64_t on_va_window_read(uc_engine *uc, uint64_t offset, unsigned int size, void *user)
{
	struct vcpu *vcpu = user;
	struct mmu_result none = {0};

	(void)uc;
	(void)size;
	engine_disagree(vcpu, "the engine used a virtual address as physical", offset, offset,
			&none);
	return 0;
}

static void on_va_window_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value,
			       void *user)
{
	(void)value;
	on_va_window_read(uc, offset, size, user);
}

/* --- attaching ----------------------------------------------------------------------- */

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
		CHECK(next);
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

uc_err engine_attach(struct vcpu *vcpu)
{
	uc_err err = map_memory(vcpu);

	return err ? err : add_hooks(vcpu);
}

void engine_hook_trace(struct vcpu *vcpu)
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
