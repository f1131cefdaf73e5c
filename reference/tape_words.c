// SPDX-License-Identifier: GPL-2.0-only
#include "reference/tape_parts.h"

#include <string.h>

#include "base/check.h"
#include "reference/expect.h"
#include "sim/insn.h"

/* Of a fault status; not compared where S1PTW is set (reference/expect.h). */
#define LEVEL UINT64_C(3)

#define SEGMENT_WORDS (sizeof(struct el2_segment) / 8)

/* Of PSTATE, what SPSR has without BTYPE: the engine's CPU has no branch targets, `max` has. */
#define PSTATE_SEEN UINT64_C(0xfffff3ff)

static void add(struct ref_tape *t, uint64_t word)
{
	if (vec_push(&t->words, word))
		t->lost = true;
}

static struct el2_segment *header(const struct ref_tape *t)
{
	return (struct el2_segment *)&t->words.items[t->open_at];
}

void ref_registers(const struct cpu *cpu, uint64_t regs[EL2_REG_COUNT])
{
	memcpy(regs, cpu->x, sizeof(cpu->x));
	regs[EL2_REG_SP] = cpu->sp;
	regs[EL2_REG_PC] = cpu->pc;
	regs[EL2_REG_PSTATE] = cpu->pstate;
	regs[EL2_REG_ELR] = cpu->elr;
	regs[EL2_REG_SPSR] = cpu->spsr;
	regs[EL2_REG_ESR] = cpu->esr;
	regs[EL2_REG_FAR] = cpu->far;
	regs[EL2_REG_SCTLR] = cpu->sctlr;
	regs[EL2_REG_TTBR0] = cpu->ttbr0;
	regs[EL2_REG_TTBR1] = cpu->ttbr1;
	regs[EL2_REG_TCR] = cpu->tcr;
	regs[EL2_REG_MAIR] = cpu->mair;
	regs[EL2_REG_VBAR] = cpu->vbar;
}

/* ---- what is foreseen ---- */

void tape_foresee(struct foreseen *f, const struct cpu *cpu)
{
	*f = (struct foreseen){{0}, {0}};
	ref_registers(cpu, f->value);
	for (unsigned int k = 0; k < EL2_REG_COUNT; k++)
		f->mask[k] = UINT64_MAX;
	f->mask[EL2_REG_PSTATE] = f->mask[EL2_REG_SPSR] = PSTATE_SEEN;
	f->value[EL2_REG_PSTATE] &= PSTATE_SEEN;
	f->value[EL2_REG_SPSR] &= PSTATE_SEEN;
}

void tape_foresee_word(struct foreseen *f, enum el2_stop word, uint64_t value)
{
	f->mask[word] = UINT64_MAX;
	f->value[word] = value;
}

void tape_foresee_walk(struct foreseen *f, const struct mmu_result *walk)
{
	uint64_t par = ref_par_of_walk(walk);

	f->mask[EL2_STOP_PAR] = ref_par_mask(par);
	f->value[EL2_STOP_PAR] = par & f->mask[EL2_STOP_PAR];
}

void tape_foresee_abort(struct foreseen *f, const struct vcpu_exit *x)
{
	uint64_t esr = insn_esr(x->insn, x->access == MMU_FETCH, x->access == MMU_WRITE,
				x->walk.s1ptw, mmu_fsc(&x->walk));

	f->mask[EL2_STOP_ESR] = UINT64_MAX & ~(x->walk.s1ptw ? LEVEL : 0);
	f->value[EL2_STOP_ESR] = esr & f->mask[EL2_STOP_ESR];
	tape_foresee_word(f, EL2_STOP_FAR, x->va);
	tape_foresee_word(f, EL2_STOP_HPFAR, x->walk.ipa.v >> PAGE_SHIFT << 4);
}

/* ---- memory ---- */

/* Whether word k of a page has to be sent: the first time all but zeroes, later what was stored. */
static bool must_send(const struct ref_page *p, const uint64_t *words, unsigned int k)
{
	if (!p->used)
		return words[k] != 0;
	return p->dirty[k / 64] >> (k % 64) & 1;
}

static uint64_t add_page(struct ref_tape *t, struct ref_page *p, const struct memory *mem)
{
	const uint64_t *words = memory_ptr(mem, pa(p->addr), PAGE_SIZE);
	uint64_t runs = 0;

	CHECK(words);
	for (unsigned int k = 0; k < REF_PAGE_WORDS; k++) {
		unsigned int end = k;

		while (end < REF_PAGE_WORDS && must_send(p, words, end))
			end++;
		if (end == k)
			continue;
		add(t, p->addr + 8 * (uint64_t)k);
		add(t, end - k);
		for (; k < end; k++)
			add(t, words[k]);
		runs++;
	}
	p->used = true;
	p->is_dirty = false;
	memset(p->dirty, 0, sizeof(p->dirty));
	return runs;
}

static uint64_t add_stores(struct ref_tape *t, const struct memory *mem)
{
	uint64_t runs = 0;

	for (size_t k = 0; k < t->dirty.count; k++)
		runs += add_page(t, &t->pages.list.items[t->dirty.items[k]], mem);
	t->dirty.count = 0;
	return runs;
}

/* ---- segments ---- */

static void begin(struct ref_tape *t, uint64_t flags)
{
	t->open_at = t->words.count;
	for (size_t k = 0; k < SEGMENT_WORDS; k++)
		add(t, 0);
	if (t->lost)
		return;
	header(t)->flags = flags | (t->flushed ? EL2_SEG_TLBI : 0);
	t->flushed = false;
}

static void finish_sets(struct ref_tape *t, const struct memory *mem, uint64_t sets)
{
	uint64_t stores = add_stores(t, mem);

	if (t->lost)
		return;
	header(t)->set_count = sets;
	header(t)->store_count = stores;
	t->state = REF_TAPE_OPEN;
}

void tape_open(struct ref_tape *t, const struct memory *mem, const struct cpu *from,
	       const struct cpu *to, uint64_t flags)
{
	uint64_t old[EL2_REG_COUNT] = {0}, now[EL2_REG_COUNT], sets = 0;

	begin(t, flags);
	ref_registers(to, now);
	if (from)
		ref_registers(from, old);
	for (unsigned int k = 0; k < EL2_REG_COUNT; k++)
		if (!from || old[k] != now[k]) {
			add(t, k);
			add(t, now[k]);
			sets++;
		}
	finish_sets(t, mem, sets);
}

void tape_open_with(struct ref_tape *t, const struct memory *mem, const struct reg_value *sets,
		    unsigned int count)
{
	begin(t, 0);
	for (unsigned int k = 0; k < count; k++) {
		add(t, sets[k].reg);
		add(t, sets[k].value);
	}
	finish_sets(t, mem, count);
}

void tape_open_device(struct ref_tape *t, const struct memory *mem, uint64_t ipa,
		      const struct window *before)
{
	begin(t, EL2_SEG_DEVICE);
	finish_sets(t, mem, 0);
	if (before->count) {
		add(t, EL2_WINDOW + 8 * (uint64_t)before->first);
		add(t, before->count);
		for (unsigned int k = 0; k < before->count; k++)
			add(t, before->words[k]);
	}
	if (t->lost)
		return;
	header(t)->store_count += before->count > 0;
	header(t)->ipa = ipa;
}

void tape_drop_open(struct ref_tape *t)
{
	if (t->state == REF_TAPE_OPEN || t->state == REF_TAPE_VECTOR)
		t->words.count = t->open_at;
}

/* ---- stops ---- */

void tape_match_all(struct closing *c, const struct cpu *cpu)
{
	uint64_t regs[EL2_REG_COUNT];

	ref_registers(cpu, regs);
	for (unsigned int k = 0; k < EL2_REG_PC; k++)
		c->match[k] = (struct reg_value){k, regs[k]};
	c->match_count = EL2_REG_PC;
	c->stop_pc = cpu->pc;
}

/* Digests of the pages that the guest wrote; what others stored to since is not the stop's. */
static uint64_t add_written(struct ref_tape *t, const struct memory *mem)
{
	uint64_t count = 0;

	for (size_t k = 0; k < t->written.count; k++) {
		struct ref_page *p = &t->pages.list.items[t->written.items[k]];
		const uint64_t *words = memory_ptr(mem, pa(p->addr), PAGE_SIZE);

		p->written = false;
		if (p->is_dirty)
			continue;
		CHECK(words);
		add(t, p->addr);
		if (vec_push(&t->digests, el2_sum(words, REF_PAGE_WORDS)))
			t->lost = true;
		count++;
	}
	t->written.count = 0;
	memset(t->seen, 0, sizeof(t->seen));
	return count;
}

void tape_match_base(struct closing *c, uint32_t insn, const struct cpu *cpu)
{
	unsigned int rn = insn >> 5 & 31;

	c->match[0] = (struct reg_value){rn, rn == EL2_REG_SP ? cpu->sp : cpu->x[rn]};
	c->match_count = 1;
	c->stop_pc = cpu->pc;
}

static uint64_t add_window(struct ref_tape *t, const struct window *w)
{
	uint64_t words[REF_PAGE_WORDS] = {0};

	memcpy(&words[w->first], w->words, w->count * sizeof(w->words[0]));
	add(t, EL2_WINDOW);
	if (vec_push(&t->digests, el2_sum(words, REF_PAGE_WORDS)))
		t->lost = true;
	return 1;
}

void tape_close(struct ref_tape *t, const struct memory *mem, const struct closing *c)
{
	struct ref_stop stop = c->stop;

	for (unsigned int k = 0; k < c->match_count; k++) {
		add(t, c->match[k].reg);
		add(t, c->match[k].value);
	}
	if (!c->counted)
		stop.counts = tape_count_take(t, c->begun);
	stop.walk = SIZE_MAX;
	if (c->walk) {
		stop.walk = t->walks.count;
		if (vec_push(&t->walks, *c->walk))
			t->lost = true;
	}
	stop.pages_at = t->words.count;
	stop.digests_at = t->digests.count;
	stop.page_count = add_written(t, mem);
	if (c->window)
		stop.page_count += add_window(t, c->window);
	stop.foreseen_at = t->words.count;
	for (unsigned int k = 0; k < EL2_STOP_WORDS; k++) {
		add(t, c->foreseen.mask[k]);
		add(t, c->foreseen.value[k]);
	}
	if (t->lost || vec_push(&t->stops, stop)) {
		t->lost = true;
		return;
	}
	header(t)->words = t->words.count - t->open_at;
	header(t)->flags |= c->flags;
	header(t)->va = c->stop.va;
	header(t)->stop_pc = c->stop_pc;
	header(t)->match_count = c->match_count;
	header(t)->page_count = stop.page_count;
	t->segments++;
	t->state = REF_TAPE_STOPPED;
}
