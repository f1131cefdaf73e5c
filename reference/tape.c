// SPDX-License-Identifier: GPL-2.0-only
#include "reference/tape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "reference/tape_parts.h"
#include "sim/insn.h"

#define VMID	    UINT64_C(1)
#define PSTATE_NZCV UINT64_C(0xf0000000)
#define VECTOR_IRQ  UINT64_C(0x280)

/* ESR_ELx of traps that are no aborts (Arm ARM D17.2.37): EC, IL. */
#define ESR_HVC UINT64_C(0x5a000000)
#define ESR_SMC UINT64_C(0x5e000000)
#define ESR_BRK UINT64_C(0xf2000000)

void tape_give_up(struct ref_tape *t, const char *why, uint64_t pc)
{
	if (t->state == REF_TAPE_OFF)
		return;
	tape_drop_open(t);
	t->state = REF_TAPE_OFF;
	snprintf(t->why, sizeof(t->why), "%s at PC 0x%" PRIx64, why, pc);
}

/* ---- memory ---- */

static struct ref_page *page_of(struct ref_tape *t, uint64_t addr, size_t *index)
{
	*index = ref_pages_index(&t->pages, addr);
	if (*index == SIZE_MAX) {
		t->lost = true;
		return NULL;
	}
	return &t->pages.list.items[*index];
}

static void on_stored(void *ctx, pa_t p, uint64_t bytes)
{
	struct ref_tape *t = ctx;
	uint64_t end = p.v + bytes;

	for (uint64_t at = p.v & ~UINT64_C(7); at < end && !t->lost; at += 8) {
		unsigned int word = (unsigned int)(at % PAGE_SIZE / 8);
		size_t index;
		struct ref_page *page = page_of(t, at, &index);

		if (!page)
			return;
		if (!page->is_dirty && vec_push(&t->dirty, index))
			t->lost = true;
		page->is_dirty = true;
		page->dirty[word / 64] |= UINT64_C(1) << (word % 64);
	}
}

static void note_written(struct ref_tape *t, uint64_t addr)
{
	size_t index;
	struct ref_page *page = page_of(t, addr, &index);

	if (!page || page->written)
		return;
	page->used = page->written = true;
	if (vec_push(&t->written, index))
		t->lost = true;
}

/* Whether a page of virtual addresses was stored to just now; most stores are beside another. */
static bool was_seen(struct ref_tape *t, uint64_t page)
{
	uint64_t *seen = &t->seen[page % ARRAY_SIZE(t->seen)];
	bool same = *seen == page;

	*seen = page;
	return same;
}

/* Both ends: a store may cross into another page. */
static void note_store(struct ref_tape *t, const struct vcpu *v, const struct vcpu_access *a)
{
	uint64_t ends[] = {a->va, a->va + a->bytes - 1};

	for (unsigned int k = 0; k < 2; k++) {
		struct mmu_result walk;

		if (k && ends[0] >> PAGE_SHIFT == ends[1] >> PAGE_SHIFT)
			return;
		if (was_seen(t, ends[k] >> PAGE_SHIFT))
			continue;
		walk = mmu_walk(&v->cpu, v->mem, v->p2m, ends[k], MMU_WRITE);
		if (walk.fault == MMU_OK && memory_ptr(v->mem, walk.pa, 1))
			note_written(t, walk.pa.v);
	}
}

static void on_access(void *ctx, const struct vcpu *v, const struct vcpu_access *a)
{
	struct ref_tape *t = ctx;

	if (a->write)
		note_store(t, v, a);
	tape_count_access(t, a);
}

static void on_tlb_flush(void *ctx)
{
	((struct ref_tape *)ctx)->flushed = true;
}

/* ---- the vCPU goes on ---- */

static bool equal(const struct cpu *a, const struct cpu *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Something came from outside while EL1 ran: it is stopped where the model stopped it. */
static void close_break(struct ref_tape *t, const struct vcpu *v)
{
	struct closing c = {.stop.kind = REF_STOP_BREAK};

	tape_match_all(&c, &t->last);
	tape_foresee(&c.foreseen, &t->last);
	tape_close(t, v->mem, &c);
}

/* EL1 is at its vector: the next thing that is seen of it. */
static void close_vector(struct ref_tape *t, const struct vcpu *v)
{
	struct closing c = {.stop.kind = REF_STOP_VECTOR, .stop_pc = v->cpu.pc, .begun = true};

	tape_foresee(&c.foreseen, &v->cpu);
	/* QEMU clears the flags as it takes an exception; architecturally they stay. */
	c.foreseen.mask[EL2_REG_PSTATE] &= ~PSTATE_NZCV;
	c.foreseen.value[EL2_REG_PSTATE] &= ~PSTATE_NZCV;
	tape_close(t, v->mem, &c);
	t->last = v->cpu;
}

static bool is_interrupt(const struct ref_tape *t, const struct cpu *cpu)
{
	return cpu->pc == cpu->vbar + VECTOR_IRQ && t->last.pc != cpu->pc;
}

/* The interrupt is made pending and QEMU takes it. */
static void interrupt(struct ref_tape *t, const struct vcpu *v)
{
	struct cpu before = v->cpu;

	before.pc = v->cpu.elr;
	before.pstate = v->cpu.spsr;
	before.elr = t->last.elr;
	before.spsr = t->last.spsr;
	tape_open(t, v->mem, &t->last, &before, EL2_SEG_VIRQ);
	close_vector(t, v);
}

static void go_on(struct ref_tape *t, const struct vcpu *v)
{
	if (t->state == REF_TAPE_NEW) {
		t->vtcr = v->p2m->geo->vtcr;
		t->vttbr = v->p2m->root.v | VMID << 48;
		t->flushed = true;
		tape_open(t, v->mem, NULL, &v->cpu, 0);
		t->last = v->cpu;
		return;
	}
	if (t->state == REF_TAPE_OPEN) {
		if (equal(&t->last, &v->cpu) && !t->dirty.count && !t->flushed)
			return;
		close_break(t, v);
	}
	if (t->state == REF_TAPE_VECTOR)
		close_vector(t, v);
	if (is_interrupt(t, &v->cpu))
		interrupt(t, v);
	tape_open(t, v->mem, &t->last, &v->cpu, 0);
	t->last = v->cpu;
	t->device_pc = 0;
}

static void on_enter(void *ctx, const struct vcpu *v)
{
	struct ref_tape *t = ctx;

	if (t->state == REF_TAPE_OFF || t->lost)
		return;
	memset(t->seen, 0, sizeof(t->seen));
	go_on(t, v);
	tape_count_enter(t);
}

static void on_device(void *ctx, const struct vcpu *v, const struct vcpu_device *d)
{
	tape_device(ctx, v, d);
}

/* ---- the vCPU stops ---- */

static bool by_stage2(const struct vcpu_exit *x)
{
	return x->kind == VCPU_ABORT && x->walk.fault >= MMU_S2_TRANSLATION &&
	       x->walk.fault <= MMU_S2_ADDRESS_SIZE;
}

static void close_abort(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x)
{
	bool write = x->access == MMU_WRITE;
	struct closing c = {
		.stop = {.kind = REF_STOP_TRAP, .access = x->access, .va = x->va},
		.walk = &x->walk,
		.begun = true,
	};

	tape_foresee(&c.foreseen, &v->cpu);
	tape_foresee_abort(&c.foreseen, x);
	if (x->access != MMU_FETCH) {
		c.flags = write ? EL2_SEG_AT_WRITE : EL2_SEG_AT_READ;
		tape_foresee_walk(&c.foreseen, &x->walk);
	}
	tape_close(t, v->mem, &c);
	t->last = v->cpu;
}

/* esr: with the immediate. */
static void close_trap(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x,
		       uint64_t esr)
{
	struct closing c = {.stop.kind = REF_STOP_TRAP, .begun = true};

	t->last = v->cpu;
	/* HCR_EL2.TSC traps an SMC before it is executed. */
	if (x->kind == VCPU_SMC)
		t->last.pc = x->pc;
	tape_foresee(&c.foreseen, &t->last);
	tape_foresee_word(&c.foreseen, EL2_STOP_ESR, esr | x->imm);
	tape_close(t, v->mem, &c);
}

/* Stops before an instruction that QEMU must not execute. */
static void close_before(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x,
			 enum ref_stop_kind kind)
{
	struct mmu_result walk = mmu_walk(&v->cpu, v->mem, v->p2m, x->va, x->access);
	struct closing c = {
		.stop = {.kind = kind, .access = x->access, .va = x->va},
		.walk = &walk,
		.flags = x->access == MMU_WRITE ? EL2_SEG_AT_WRITE : EL2_SEG_AT_READ,
	};

	t->last = v->cpu;
	t->last.pc = x->pc;
	tape_match_base(&c, x->insn, &t->last);
	tape_foresee(&c.foreseen, &t->last);
	tape_foresee_walk(&c.foreseen, &walk);
	tape_close(t, v->mem, &c);
}

/*
 * Whether QEMU raises the exception that EL1 takes itself: not where it has a device of its own in
 * place of a hole, and not for an unaligned access to Device memory (docs/REFERENCE.md).
 */
static bool qemu_raises(const struct ref_tape *t, const struct vcpu_exit *x)
{
	if (x->kind == VCPU_EXTERNAL_ABORT)
		return x->walk.pa.v >= t->hole_from;
	if (x->kind != VCPU_ABORT)
		return true;
	if (x->walk.fault == MMU_TABLE_EXTERNAL && x->walk.step_count)
		return x->walk.steps[x->walk.step_count - 1].entry.v >= t->hole_from;
	return x->walk.fault != MMU_ALIGNMENT || insn_decode_mem(x->insn).exclusive;
}

static void own_exception(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x)
{
	if (qemu_raises(t, x)) {
		t->state = REF_TAPE_VECTOR;
		t->last = v->cpu;
	} else if (x->access == MMU_FETCH) {
		tape_give_up(t, "a fetch whose exception QEMU does not raise", x->pc);
	} else {
		close_before(t, v, x, REF_STOP_TAKEN);
	}
}

/* Nothing happened, or a store was dropped, or vcpu_beyond.c made an access to a device. */
static void paused(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x)
{
	if (v->cpu.pc != x->pc && t->device_pc != x->pc) {
		struct reg_value behind = {EL2_REG_PC, v->cpu.pc};

		close_before(t, v, x, REF_STOP_DROP);
		tape_open_with(t, v->mem, &behind, 1);
	}
	t->last = v->cpu;
}

static void on_leave(void *ctx, const struct vcpu *v, const struct vcpu_exit *x)
{
	struct ref_tape *t = ctx;

	if (t->state != REF_TAPE_OPEN || t->lost)
		return;
	/* The second element of a pair was aborted, or the store of an exclusive was not made. */
	t->device.active = false;
	tape_count_leave(t, v, x);
	switch (x->kind) {
	case VCPU_HVC:
		close_trap(t, v, x, ESR_HVC);
		break;
	case VCPU_SMC:
		close_trap(t, v, x, ESR_SMC);
		break;
	case VCPU_BRK:
		close_trap(t, v, x, ESR_BRK);
		break;
	case VCPU_DEADLINE:
		paused(t, v, x);
		break;
	case VCPU_ABORT:
	case VCPU_EXTERNAL_ABORT:
	case VCPU_SVC:
	case VCPU_UNDEF:
		if (by_stage2(x))
			close_abort(t, v, x);
		else
			own_exception(t, v, x);
		break;
	case VCPU_WFI:
	case VCPU_DISAGREE:
	case VCPU_ENGINE_ERROR:
		tape_give_up(t, "an exit that cannot be repeated", x->pc);
		break;
	}
}

/* ---- life ---- */

void ref_tape_begin(struct ref_tape *t, uint64_t hole_from)
{
	t->listener = (struct vcpu_listener){.enter = on_enter,
					     .leave = on_leave,
					     .device = on_device,
					     .access = on_access,
					     .tlb_flush = on_tlb_flush,
					     .ctx = t};
	t->hole_from = hole_from;
	t->words.count = t->digests.count = t->stops.count = t->walks.count = 0;
	t->dirty.count = t->written.count = 0;
	ref_pages_reset(&t->pages);
	t->counter = (struct ref_counter){.from = 0};
	t->segments = 0;
	t->state = REF_TAPE_NEW;
	t->flushed = t->whole = t->lost = t->device.active = false;
	t->device_pc = 0;
	t->why[0] = '\0';
}

struct memory_listener ref_tape_memory(struct ref_tape *t)
{
	return (struct memory_listener){on_stored, t};
}

void ref_tape_end(struct ref_tape *t, const struct memory *mem)
{
	t->whole = t->state == REF_TAPE_STOPPED && !t->lost;
	tape_drop_open(t);
	if (!t->whole)
		return;
	tape_open(t, mem, &t->last, &t->last, EL2_SEG_END);
	if (t->lost)
		return;
	((struct el2_segment *)&t->words.items[t->open_at])->words = t->words.count - t->open_at;
	t->segments++;
	for (size_t k = 0; k < t->pages.list.count; k++) {
		const uint64_t *words = memory_ptr(mem, pa(t->pages.list.items[k].addr), PAGE_SIZE);

		CHECK(words);
		if (vec_push(&t->digests, el2_sum(words, REF_PAGE_WORDS)))
			t->lost = true;
	}
}

void ref_tape_fini(struct ref_tape *t)
{
	vec_fini(&t->words);
	vec_fini(&t->digests);
	vec_fini(&t->stops);
	vec_fini(&t->walks);
	vec_fini(&t->dirty);
	vec_fini(&t->written);
	ref_pages_fini(&t->pages);
}
