// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine's counts, as QEMU would count the same segment (struct ref_counts).
 *
 * Architecturally an instruction whose exception returns to itself was begun and not completed. The
 * engine leaves it out of its count of instructions but announces its accesses, the one that is
 * aborted too; a counter before each instruction and behind each access has it the other way round.
 */
#include "reference/tape_parts.h"

#define NOBODY UINT64_MAX

/* How far the engine's TLB knows addresses as one: its model's smallest granule. */
#define ENGINE_PAGE_SHIFT 10

static void add(struct ref_counts *to, const struct ref_counts *more)
{
	to->insns += more->insns;
	to->loads += more->loads;
	to->stores += more->stores;
}

static void forget_access(struct ref_counter *c)
{
	c->at = NOBODY;
	c->now = (struct ref_counts){0, 0, 0};
	c->halves = 0;
}

void tape_count_enter(struct ref_tape *t)
{
	forget_access(&t->counter);
	t->counter.from = 0;
}

static bool crosses(const struct vcpu_access *a)
{
	return (a->va ^ (a->va + a->bytes - 1)) >> ENGINE_PAGE_SHIFT;
}

void tape_count_access(struct ref_tape *t, const struct vcpu_access *a)
{
	struct ref_counter *c = &t->counter;

	if (a->insns < c->from)
		return;
	if (a->insns != c->at) {
		add(&c->over, &c->now);
		forget_access(c);
		c->at = a->insns;
	}
	if (a->write) {
		c->now.stores++;
	} else if (c->halves) {
		c->halves--;
	} else {
		c->now.loads++;
		c->halves = crosses(a) ? 2 : 0;
	}
}

/* Up to the instruction that has `insns` before it. */
static void count_to(struct ref_counter *c, uint64_t insns)
{
	if (c->at < insns)
		add(&c->over, &c->now);
	forget_access(c);
	if (insns > c->from)
		c->over.insns += insns - c->from;
}

void tape_count_skip(struct ref_tape *t, uint64_t insns)
{
	count_to(&t->counter, insns);
	t->counter.from = insns + 1;
}

/* What the instruction of the exit had done when its exception came. */
static struct ref_counts begun_of(const struct ref_counter *c, const struct vcpu *v,
				  const struct vcpu_exit *x)
{
	struct ref_counts begun = {1, 0, 0};

	switch (x->kind) {
	case VCPU_UNDEF:
	case VCPU_BRK:
		return begun;
	case VCPU_ABORT:
	case VCPU_EXTERNAL_ABORT:
		if (x->access == MMU_FETCH)
			break;
		if (c->at == v->run_insns) {
			begun.loads = c->now.loads - (x->access == MMU_READ && c->now.loads);
			begun.stores = c->now.stores - (x->access == MMU_WRITE && c->now.stores);
		}
		return begun;
	default:
		break;
	}
	return (struct ref_counts){0, 0, 0};
}

void tape_count_leave(struct ref_tape *t, const struct vcpu *v, const struct vcpu_exit *x)
{
	t->counter.begun = begun_of(&t->counter, v, x);
	count_to(&t->counter, v->run_insns);
}

struct ref_counts tape_count_take(struct ref_tape *t, bool begun)
{
	struct ref_counts all = t->counter.over;

	if (begun)
		add(&all, &t->counter.begun);
	t->counter.over = t->counter.begun = (struct ref_counts){0, 0, 0};
	return all;
}
