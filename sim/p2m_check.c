// SPDX-License-Identifier: GPL-2.0-only
/* p2m_check(): the invariants of a stage-2 table at rest, checked without the code that keeps them.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "sim/p2m_model.h"

/* What is known of a heap page. */
enum page_use {
	PAGE_OTHER = 0,
	PAGE_FREE,
	PAGE_TABLE
};

struct checker {
	const struct p2m *p2m;
	char *why;
	size_t len;
	uint8_t *use; /* enum page_use of each heap page below heap->fresh */
	uint64_t mappings[LPAE_LEAF + 1];
	uint64_t tables;
};

__attribute__((format(printf, 2, 3))) static bool unsound(struct checker *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, c->len, fmt, ap);
	va_end(ap);
	return false;
}

/* Notes that a heap page is used so; each page may have one use. */
static bool claim(struct checker *c, pa_t page, enum page_use use)
{
	const struct heap *heap = c->p2m->heap;
	uint64_t index = (page.v - heap->base.v) >> PAGE_SHIFT;

	if (page.v < heap->base.v || index >= heap->fresh || page.v & ~PAGE_MASK)
		return unsound(c, "page 0x%" PRIx64 " is not from the heap", page.v);
	if (c->use[index] == PAGE_FREE)
		return unsound(c, "page 0x%" PRIx64 " is on the free list%s", page.v,
			       use == PAGE_FREE ? " twice" : " and in use");
	if (c->use[index] == PAGE_TABLE)
		return unsound(c, "table page 0x%" PRIx64 " is reachable twice", page.v);
	c->use[index] = (uint8_t)use;
	return true;
}

/*
 * True if nothing may have noted that frame `g` is mapped: until XSA-301 INVALID_GFN aliased the
 * last frame that the root holds, and one more than INVALID_GFN is 0.
 */
static bool may_be_unnoted(const struct p2m *p2m, uint64_t g)
{
	uint64_t entries = s2_root_bytes(p2m->geo) / 8;

	return !p2m->rules->gfn_range_checked &&
	       g == (entries << LPAE_LEVEL_ORDER(p2m->geo->root_level)) - 1;
}

static bool check_leaf(struct checker *c, uint64_t pte, unsigned int level, ipa_t i)
{
	const struct p2m *p2m = c->p2m;
	uint64_t first = gfn_from_ipa(i).v;
	uint64_t last = first + (UINT64_C(1) << LPAE_LEVEL_ORDER(level)) - 1;
	enum p2m_type t = pte_type(pte);

	if (level == 0)
		return unsound(c, "block at level 0, IPA 0x%" PRIx64, i.v);
	if (t == P2M_INVALID || t >= P2M_TYPE_COUNT)
		return unsound(c, "leaf at IPA 0x%" PRIx64 " has type %d", i.v, (int)t);
	if ((pte | LPAE_VALID) != s2_leaf(pte_pa(pte), t, level))
		return unsound(c, "leaf 0x%" PRIx64 " at IPA 0x%" PRIx64 " has not the bits of %s",
			       pte, i.v, p2m_type_name(t));
	if (pte_pa(pte).v & ((UINT64_C(1) << LPAE_LEVEL_SHIFT(level)) - 1))
		return unsound(c, "leaf 0x%" PRIx64 " at IPA 0x%" PRIx64 " is not aligned", pte,
			       i.v);
	if (last > p2m->max_mapped.v - (p2m->rules->max_gfn_inclusive ? 0 : 1) &&
	    !may_be_unnoted(p2m, last))
		return unsound(c, "gfn 0x%" PRIx64 " is above max_mapped", last);
	/* An aliased frame was noted with its high bits: only the upper bound is left then. */
	if (p2m->rules->gfn_range_checked && first < p2m->lowest_mapped.v)
		return unsound(c, "gfn 0x%" PRIx64 " is below lowest_mapped", first);
	c->mappings[level]++;
	return true;
}

static bool check_table(struct checker *c, pa_t base, uint64_t bytes, unsigned int level, ipa_t i);

static bool check_entry(struct checker *c, uint64_t pte, unsigned int level, ipa_t i)
{
	const struct p2m *p2m = c->p2m;

	if (pte == 0)
		return true;
	if (!p2m_pte_mapped(p2m, pte))
		return unsound(c,
			       "entry 0x%" PRIx64 " at IPA 0x%" PRIx64
			       ", level %u, is neither empty nor mapped",
			       pte, i.v, level);
	if (!pte_is_table(pte, level))
		return check_leaf(c, pte, level, i);
	if ((pte | LPAE_VALID) != s2_table(pte_pa(pte), p2m->rules->table_is_ram))
		return unsound(c, "table descriptor 0x%" PRIx64 " has wrong bits", pte);
	c->tables++;
	return claim(c, pte_pa(pte), PAGE_TABLE) &&
	       check_table(c, pte_pa(pte), PAGE_SIZE, level + 1, i);
}

static bool check_table(struct checker *c, pa_t base, uint64_t bytes, unsigned int level, ipa_t i)
{
	const uint64_t *entries = memory_ptr(c->p2m->mem, base, bytes);

	CHECK(entries);
	for (uint64_t k = 0; k < bytes / 8; k++)
		if (!check_entry(c, entries[k], level, ipa_add(i, k << LPAE_LEVEL_SHIFT(level))))
			return false;
	return true;
}

static bool check_heap(struct checker *c)
{
	const struct heap *heap = c->p2m->heap;
	uint64_t root_pages = UINT64_C(1) << c->p2m->geo->root_order;

	for (size_t k = 0; k < heap->free.count; k++)
		if (!claim(c, heap->free.items[k], PAGE_FREE))
			return false;
	for (uint64_t k = 0; k < root_pages; k++)
		if (!claim(c, pa_add(c->p2m->root, k << PAGE_SHIFT), PAGE_TABLE))
			return false;
	if (heap->used > heap->limit || heap->used + heap->free.count > heap->fresh)
		return unsound(c, "heap counts 0x%" PRIx64 " pages as used", heap->used);
	return true;
}

static bool check_counters(struct checker *c)
{
	const struct p2m *p2m = c->p2m;

	if (c->tables != p2m->tables)
		return unsound(c, "%" PRIu64 " tables are reachable, %" PRIu64 " are counted",
			       c->tables, p2m->tables);
	for (unsigned int level = 0; level <= LPAE_LEAF; level++)
		if (c->mappings[level] != p2m->mappings[level])
			return unsound(c, "%" PRIu64 " leaves at level %u, %" PRIu64 " are counted",
				       c->mappings[level], level, p2m->mappings[level]);
	if (p2m->need_flush)
		return unsound(c, "a flush is still pending");
	return true;
}

bool p2m_check(const struct p2m *p2m, char *why, size_t len)
{
	struct checker c = {.p2m = p2m, .why = why, .len = len};
	bool sound;

	c.use = calloc(p2m->heap->fresh, 1);
	if (!c.use)
		return unsound(&c, "no host memory for the check");
	sound = check_heap(&c) &&
		check_table(&c, p2m->root, s2_root_bytes(p2m->geo), p2m->geo->root_level, ipa(0)) &&
		check_counters(&c);
	free(c.use);
	return sound;
}
