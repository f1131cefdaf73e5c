// SPDX-License-Identifier: GPL-2.0-only
/* p2m_check() is itself checked: every kind of corruption, seeded by hand, has its sentence. */
#include "sim/p2m_model.h"

#include "tests/p2m_fixture.h"

#define M2 UINT64_C(512)     /* pages of a level-2 block */
#define G1 UINT64_C(0x40000) /* pages of a level-1 block */

/* A p2m with a page, a 2 MiB block and a 1 GiB block, and where their entries are. */
struct victim {
	struct fx fx;
	struct p2m_path page, block;
};

static void victim_init(struct victim *v, const struct p2m_rules *rules)
{
	fx_init(&v->fx, rules, 44);
	fx_ram(&v->fx, M2, 4, 0x1000);
	fx_ram(&v->fx, 2 * M2, M2, 2 * M2);
	fx_ram(&v->fx, G1, G1, G1);
	p2m_walk_path(&v->fx.p2m, ipa_from_gfn(gfn(M2)), &v->page);
	p2m_walk_path(&v->fx.p2m, ipa_from_gfn(gfn(2 * M2)), &v->block);
}

static void poke(struct victim *v, pa_t at, uint64_t value)
{
	memory_write64(&v->fx.mem, at, value);
}

static void leaf_xor(struct victim *v, uint64_t bits)
{
	poke(v, v->page.step[3].entry, v->page.step[3].pte ^ bits);
}

static void break_xn(struct victim *v)
{
	leaf_xor(v, UINT64_C(1) << 54);
}

static void break_reserved(struct victim *v)
{
	leaf_xor(v, UINT64_C(1) << 11);
}

static void break_contig(struct victim *v)
{
	leaf_xor(v, UINT64_C(1) << 52);
}

static void break_high_bits(struct victim *v)
{
	leaf_xor(v, UINT64_C(1) << 63);
}

static void break_type(struct victim *v)
{
	leaf_xor(v, UINT64_C(8) << 55);
}

static void break_page_bit(struct victim *v)
{
	leaf_xor(v, LPAE_TABLE);
}

static void break_leftover(struct victim *v)
{
	poke(v, v->page.step[3].entry, LPAE_VALID);
}

static void break_alignment(struct victim *v)
{
	poke(v, v->block.step[2].entry, v->block.step[2].pte + PAGE_SIZE);
}

static void break_level0(struct victim *v)
{
	poke(v, pa_add(v->fx.p2m.root, 8), v->block.step[2].pte);
}

static void break_table_bits(struct victim *v)
{
	poke(v, v->page.step[2].entry, v->page.step[2].pte ^ 0x80);
}

static void break_shared_table(struct victim *v)
{
	poke(v, pa_add(v->page.step[2].entry, 80), v->page.step[2].pte);
}

static void break_loop(struct victim *v)
{
	poke(v, pa_add(v->page.step[1].entry, 80), s2_table(v->fx.p2m.root, true));
}

static void break_foreign_table(struct victim *v)
{
	pa_t beyond = pa_add(v->fx.heap.base, v->fx.heap.fresh * PAGE_SIZE);

	poke(v, pa_add(v->page.step[2].entry, 80), s2_table(beyond, true));
}

static void break_low_table(struct victim *v)
{
	pa_t below = pa(FX_HEAP_BASE - PAGE_SIZE);

	poke(v, pa_add(v->page.step[2].entry, 80), s2_table(below, true));
}

static void break_freed_table(struct victim *v)
{
	heap_free(&v->fx.heap, pte_pa(v->page.step[2].pte));
}

static void break_double_free(struct victim *v)
{
	struct heap_grant grant;

	EXPECT_I64(heap_alloc(&v->fx.heap, &grant), 0);
	heap_free(&v->fx.heap, grant.page);
	heap_free(&v->fx.heap, grant.page);
}

static void break_used(struct victim *v)
{
	v->fx.heap.used += 10;
}

static void break_limit(struct victim *v)
{
	v->fx.heap.limit = v->fx.heap.used - 1;
}

static void break_tables(struct victim *v)
{
	v->fx.p2m.tables++;
}

static void break_mappings(struct victim *v)
{
	v->fx.p2m.mappings[1]--;
}

static void break_lost_leaf(struct victim *v)
{
	poke(v, v->page.step[3].entry, 0);
}

static void break_max(struct victim *v)
{
	v->fx.p2m.max_mapped.v = 2 * G1 - 2;
}

static void break_lowest(struct victim *v)
{
	v->fx.p2m.lowest_mapped.v = M2 + 1;
}

static void break_flush(struct victim *v)
{
	v->fx.p2m.need_flush = true;
}

struct corruption {
	void (*fn)(struct victim *v);
	const char *why;
};

static const struct corruption corruptions[] = {
	{break_xn, "leaf 0xc00000010007ff at IPA 0x200000 has not the bits of ram_rw"},
	{break_reserved, "leaf 0x80000001000fff at IPA 0x200000 has not the bits of ram_rw"},
	{break_contig, "leaf 0x900000010007ff at IPA 0x200000 has not the bits of ram_rw"},
	{break_high_bits, "leaf 0x80800000010007ff at IPA 0x200000 has not the bits of ram_rw"},
	{break_type, "leaf at IPA 0x200000 has type 9"},
	{break_page_bit, "leaf 0x800000010007fd at IPA 0x200000 has not the bits of ram_rw"},
	{break_leftover, "entry 0x1 at IPA 0x200000, level 3, is neither empty nor mapped"},
	{break_alignment, "leaf 0x800000004017fd at IPA 0x400000 is not aligned"},
	{break_level0, "block at level 0, IPA 0x8000000000"},
	{break_table_bits, "table descriptor 0x8000004000377f has wrong bits"},
	{break_shared_table, "table page 0x40003000 is reachable twice"},
	{break_loop, "table page 0x40000000 is reachable twice"},
	{break_foreign_table, "page 0x40004000 is not from the heap"},
	{break_low_table, "page 0x3ffff000 is not from the heap"},
	{break_freed_table, "page 0x40003000 is on the free list and in use"},
	{break_double_free, "page 0x40004000 is on the free list twice"},
	{break_used, "heap counts 0xe pages as used"},
	{break_limit, "heap counts 0x4 pages as used"},
	{break_tables, "3 tables are reachable, 4 are counted"},
	{break_mappings, "1 leaves at level 1, 0 are counted"},
	{break_lost_leaf, "3 leaves at level 3, 4 are counted"},
	{break_max, "gfn 0x7ffff is above max_mapped"},
	{break_lowest, "gfn 0x200 is below lowest_mapped"},
	{break_flush, "a flush is still pending"},
};

static void test_check(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(corruptions); k++) {
		char why[128] = "";
		struct victim v;

		victim_init(&v, &fx_rules_4_22);
		EXPECT(p2m_check(&v.fx.p2m, why, sizeof(why)));
		corruptions[k].fn(&v);
		EXPECT(!p2m_check(&v.fx.p2m, why, sizeof(why)));
		EXPECT_STR(why, corruptions[k].why);
		heap_fini(&v.fx.heap);
		memory_fini(&v.fx.mem);
	}
}

static void test_check_old(void)
{
	char why[128] = "";
	struct victim v;

	/* Without valid-bit games, a clear valid bit is garbage. */
	victim_init(&v, &fx_rules_4_9);
	leaf_xor(&v, LPAE_VALID);
	EXPECT(!p2m_check(&v.fx.p2m, why, sizeof(why)));
	EXPECT_STR(why, "entry 0x800000010007fe at IPA 0x200000, level 3, is neither empty nor "
			"mapped");
	leaf_xor(&v, 0);
	v.fx.p2m.max_mapped.v--;
	EXPECT(!p2m_check(&v.fx.p2m, why, sizeof(why)));
	EXPECT_STR(why, "gfn 0x7ffff is above max_mapped");
	v.fx.p2m.max_mapped.v++;
	fx_fini(&v.fx);

	victim_init(&v, &fx_rules_4_22);
	p2m_invalidate_root(&v.fx.p2m);
	EXPECT(p2m_resolve_fault(&v.fx.p2m, ipa_from_gfn(gfn(M2))));
	fx_fini(&v.fx);
}

static const struct unit_test tests[] = {
	{"every kind of corruption is found and named", test_check},
	{"the checker knows which releases use the valid bit", test_check_old},
};

int main(int argc, char **argv)
{
	return unit_main("p2m_check", tests, ARRAY_SIZE(tests), argc, argv);
}
