// SPDX-License-Identifier: GPL-2.0-only
#include "sim/p2m_model.h"

#include <errno.h>

#include "tests/p2m_fixture.h"

#define M2 UINT64_C(512)     /* pages of a level-2 block */
#define G1 UINT64_C(0x40000) /* pages of a level-1 block */

/* ---- mapping and removing ---- */

static void test_first_page(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx.heap.phase = 14;
	EXPECT_I64(fx_mmio(&fx, 0x9020, 1, 0x9020), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 new write next new orders:4 write next new write next "
				"write unlock");
	EXPECT_U64(fx.p2m.tables, 3);
	EXPECT_U64(fx.p2m.mappings[3], 1);
	EXPECT_U64(fx.p2m.generation, 0);
	EXPECT_U64(fx.last_write.value, 0x02c00000090206ff);
	EXPECT_U64(fx.last_write.old, 0);
	EXPECT_U64(fx_frame(&fx, 0x9020), 0x9020);
	EXPECT_U64(fx_frame(&fx, 0x9021), INVALID_FRAME);
	fx_fini(&fx);
}

static void test_fresh_page(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	EXPECT_I64(fx_mmio(&fx, 0x9021, 1, 0x9021), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 write unlock");
	fx_forget(&fx);
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	EXPECT_I64(fx_mmio(&fx, 0x9021, 1, 0x9021), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*2 write unlock");
	fx_fini(&fx);
}

static void test_scrub(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx.heap.dirty_left = 1;
	EXPECT_I64(fx_mmio(&fx, 0, 1, 0), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 new scrub write next new orders:1 write next write "
				"unlock");
	fx_fini(&fx);
}

static void test_replace(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	EXPECT_I64(fx_mmio(&fx, 0x9020, 1, 0x9020), 0);
	fx_forget(&fx);
	EXPECT_I64(fx_mmio(&fx, 0x9020, 1, 0x9020), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 replace write0 tlbi write unlock");
	EXPECT_U64(fx.p2m.generation, 1);
	EXPECT_U64(fx.p2m.mappings[3], 1);
	EXPECT_I64(fx_mmio(&fx, 0x9020, 1, 0x777), 0);
	EXPECT_U64(fx.p2m.generation, 2);
	EXPECT_U64(fx.p2m.mappings[3], 1);
	EXPECT_U64(fx_frame(&fx, 0x9020), 0x777);
	fx_fini(&fx);
}

static void test_remove(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 0x100, 3, 0x900);
	EXPECT_I64(fx_remove(&fx, 0x100, 2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 write0 set:0 next*3 write0 tlbi unlock");
	EXPECT_U64(fx_frame(&fx, 0x100), INVALID_FRAME);
	EXPECT_U64(fx_frame(&fx, 0x101), INVALID_FRAME);
	EXPECT_U64(fx_frame(&fx, 0x102), 0x902);
	EXPECT_U64(fx.p2m.mappings[3], 1);
	EXPECT_U64(fx.p2m.tables, 3);
	EXPECT_U64(fx.p2m.generation, 2);
	EXPECT(!fx.p2m.need_flush);
	fx_fini(&fx);
}

static void test_remove_nothing(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	EXPECT_I64(fx_remove(&fx, 0x100, 1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 unlock");
	EXPECT_U64(fx.p2m.tables, 0);
	fx_ram(&fx, 0x101, 1, 0x901);
	EXPECT_I64(fx_remove(&fx, 0x100, 1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 write0 unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, 0x100, 0), 0);
	EXPECT_STR(fx_ops(&fx), "lock unlock");
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_9, 44);
	fx_ram(&fx, 0x101, 1, 0x901);
	EXPECT_I64(fx_remove(&fx, 0x100, 1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 unlock");
	fx_fini(&fx);
}

struct order_row {
	uint64_t g, nr, m;
	bool remove, old;
	const char *sets;
	uint64_t leaves[4];
};

static const struct order_row order_rows[] = {
	{0, 1, 0, false, false, "set:0", {0, 0, 0, 1}},
	{M2, M2, M2, false, false, "set:9", {0, 0, 1, 0}},
	{M2, M2, M2 + 1, false, false, "set:0*512", {0, 0, 0, 512}},
	{M2 + 1, M2, M2, false, false, "set:0*512", {0, 0, 0, 512}},
	{M2, M2 + 1, M2, false, false, "set:0*513", {0, 0, 0, 513}},
	{M2, M2 - 1, M2, false, false, "set:0*511", {0, 0, 0, 511}},
	{M2, 3 * M2, 8 * M2, false, false, "set:9*3", {0, 0, 3, 0}},
	{G1, G1, 5 * G1, false, false, "set:18", {0, 1, 0, 0}},
	{G1, G1 + M2, G1, false, false, "set:9*513", {0, 0, 513, 0}},
	{G1, G1, G1 + M2, false, false, "set:9*512", {0, 0, 512, 0}},
	{M2, G1, M2, false, false, "set:9*512", {0, 0, 512, 0}},
	{M2, M2, 0, true, false, "set:9", {0}},
	{G1, 2 * G1, 0, true, false, "set:18*2", {0}},
	{G1, G1 + M2, 0, true, false, "set:9*513", {0}},
	{M2, M2, 0, true, true, "set:0*512", {0}},
};

static void set_only(void *ctx, const struct p2m_op *op)
{
	if (op->kind == P2M_OP_SET_ENTRY)
		fx_sink(ctx, op);
}

static void test_orders(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(order_rows); k++) {
		const struct order_row *row = &order_rows[k];
		struct fx fx;

		fx_init(&fx, row->old ? &fx_rules_4_8 : &fx_rules_4_9, 48);
		fx.p2m.sink.op = set_only;
		if (row->remove)
			EXPECT_I64(fx_remove(&fx, row->g, row->nr), 0);
		else
			EXPECT_I64(fx_mmio(&fx, row->g, row->nr, row->m), 0);
		EXPECT_STR(fx_ops(&fx), row->sets);
		for (unsigned int level = 0; level < 4; level++)
			EXPECT_U64(fx.p2m.mappings[level], row->leaves[level]);
		fx_fini(&fx);
	}
}

/* ---- blocks ---- */

static void test_shatter_2m(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, M2, M2, 0x800);
	EXPECT_I64(fx_mmio(&fx, M2 + 3, 1, 0x9020), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*2 new shatter:2 store*512 write0 tlbi write next "
				"replace write0 tlbi write unlock");
	EXPECT_U64(fx.p2m.mappings[2], 0);
	EXPECT_U64(fx.p2m.mappings[3], 512);
	EXPECT_U64(fx.p2m.shattered[2], 1);
	for (uint64_t k = 0; k < M2; k++)
		EXPECT_U64(fx_frame(&fx, M2 + k), k == 3 ? 0x9020 : 0x800 + k);
	fx_fini(&fx);
}

static void test_shatter_1g(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, G1, G1, 2 * G1);
	EXPECT_I64(fx_remove(&fx, G1 + 5 * M2 + 7, 1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next new orders:1 shatter:1 store*512 new shatter:2 "
				"store*513 write0 tlbi write next*2 write0 tlbi unlock");
	EXPECT_U64(fx.p2m.mappings[1], 0);
	EXPECT_U64(fx.p2m.mappings[2], 511);
	EXPECT_U64(fx.p2m.mappings[3], 511);
	EXPECT_U64(fx.p2m.shattered[1], 1);
	EXPECT_U64(fx.p2m.shattered[2], 1);
	EXPECT_U64(fx_frame(&fx, G1), 2 * G1);
	EXPECT_U64(fx_frame(&fx, G1 + 5 * M2 + 6), 2 * G1 + 5 * M2 + 6);
	EXPECT_U64(fx_frame(&fx, G1 + 5 * M2 + 7), INVALID_FRAME);
	EXPECT_U64(fx_frame(&fx, 2 * G1 - 1), 3 * G1 - 1);
	fx_fini(&fx);
}

static void test_shatter_one_level(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, G1, G1, 2 * G1);
	EXPECT_I64(fx_mmio(&fx, G1 + M2, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 new shatter:1 store*512 write0 tlbi write next replace "
				"write0 tlbi write unlock");
	EXPECT_U64(fx.p2m.mappings[2], 512);
	EXPECT_U64(fx.p2m.mappings[3], 0);
	fx_fini(&fx);
}

static void test_block_over_table(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, M2, 5, 0x800);
	EXPECT_I64(fx_mmio(&fx, M2, M2, 3 * M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next*2 replace write0 tlbi write free unlock");
	EXPECT_U64(fx.p2m.tables, 2);
	EXPECT_U64(fx.p2m.mappings[2], 1);
	EXPECT_U64(fx.p2m.mappings[3], 0);
	EXPECT_U64(fx_frame(&fx, M2 + 5), 3 * M2 + 5);
	fx_fini(&fx);
}

static void test_remove_table(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, G1, 5, 0x800);
	fx_ram(&fx, G1 + M2, 5, 0x800);
	EXPECT_I64(fx_remove(&fx, G1, G1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:18 next write0 tlbi free*3 unlock");
	EXPECT_U64(fx.p2m.tables, 1);
	EXPECT_U64(fx.p2m.mappings[3], 0);
	fx_fini(&fx);
}

/* ---- errors ---- */

static void test_no_table_page(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx.heap.limit = 2; /* the root and one table */
	EXPECT_I64(fx_mmio(&fx, 0, 1, 0), -ENOENT);
	EXPECT_STR(fx_ops(&fx), "lock set:0 new write next unlock");
	EXPECT_U64(fx.p2m.tables, 1);
	EXPECT_U64(fx.p2m.mappings[3], 0);
	EXPECT_U64(fx.p2m.lowest_mapped.v, INVALID_FRAME);
	fx_fini(&fx);
}

static void test_earlier_chunks_stay(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx.heap.limit = 4;
	EXPECT_I64(fx_mmio(&fx, M2 - 2, 5, 0x100), -ENOENT);
	EXPECT_U64(fx_frame(&fx, M2 - 2), 0x100);
	EXPECT_U64(fx_frame(&fx, M2 - 1), 0x101);
	EXPECT_U64(fx_frame(&fx, M2), INVALID_FRAME);
	EXPECT_U64(fx.p2m.mappings[3], 2);
	fx_fini(&fx);
}

static void no_split_page(uint64_t limit, const char *ops)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, G1, G1, G1);
	fx.heap.limit = limit;
	EXPECT_I64(fx_mmio(&fx, G1 + 1, 1, 0), -ENOMEM);
	EXPECT_STR(fx_ops(&fx), ops);
	EXPECT_U64(fx.p2m.mappings[1], 1);
	EXPECT_U64(fx.p2m.mappings[2], 0);
	EXPECT_U64(fx.p2m.mappings[3], 0);
	EXPECT_U64(fx.p2m.tables, 1);
	EXPECT_U64(fx.p2m.generation, 0);
	EXPECT_U64(fx_frame(&fx, G1 + 1), G1 + 1);
	fx_fini(&fx);
}

static void test_no_split_page(void)
{
	no_split_page(2, "lock set:0 next unlock");
	no_split_page(3, "lock set:0 next new orders:1 shatter:1 store*512 free unlock");
}

static void test_init_errors(void)
{
	struct p2m p2m;
	struct memory mem;
	struct heap heap;

	memory_init(&mem);
	EXPECT_I64(memory_add_bank(&mem, pa(FX_HEAP_BASE), 16 * PAGE_SIZE), 0);
	heap_init(&heap, &mem, pa(FX_HEAP_BASE), 7);
	EXPECT_I64(p2m_init(&p2m, &fx_rules_4_22, 39, &mem, &heap, (struct p2m_sink){0}), -EINVAL);
	EXPECT_I64(p2m_init(&p2m, &fx_rules_4_22, 42, &mem, &heap, (struct p2m_sink){0}), -ENOMEM);
	EXPECT_U64(heap.used, 0);
	EXPECT_I64(p2m_init(&p2m, &fx_rules_4_12, 42, &mem, &heap, (struct p2m_sink){0}), 0);
	EXPECT_U64(heap.used, 2);
	EXPECT_U64(p2m.geo->ipa_bits, 40);
	EXPECT_I64(p2m_set_entry(&p2m, gfn(1), 1, mfn(1), P2M_RAM_RW), 0); /* without a sink */
	heap_fini(&heap);
	memory_fini(&mem);
}

struct range_row {
	unsigned int pa_bits;
	const struct p2m_rules *rules;
	uint64_t g;
	int rc;
	uint64_t alias; /* the frame that is mapped then */
};

static const struct range_row range_rows[] = {
	/* A concatenated root: refused above its pages, whatever the release ... */
	{40, &fx_rules_4_9, (UINT64_C(1) << 28) - 1, 0, (UINT64_C(1) << 28) - 1},
	{40, &fx_rules_4_9, UINT64_C(1) << 28, -EINVAL, 0},
	{40, &fx_rules_4_22, UINT64_C(1) << 28, -EINVAL, 0},
	{42, &fx_rules_4_9, UINT64_C(1) << 28, -EINVAL, 0},
	{42, &fx_rules_4_22, UINT64_C(1) << 28, 0, UINT64_C(1) << 28},
	{42, &fx_rules_4_22, UINT64_C(1) << 30, -EINVAL, 0},
	/* ... but the old index had nine bits. */
	{40, &fx_rules_4_9, (UINT64_C(1) << 36) + 5, 0, 5},
	{40, &fx_rules_4_22, (UINT64_C(1) << 36) + 5, -EINVAL, 0},
	/* A single page: aliased until XSA-301. */
	{48, &fx_rules_4_12, (UINT64_C(1) << 36) + 5, 0, 5},
	{44, &fx_rules_4_9, (UINT64_C(1) << 36) + 5, 0, 5},
	{32, &fx_rules_4_9, (UINT64_C(1) << 27) + 5, 0, 5},
	{48, &fx_rules_4_22, UINT64_C(1) << 36, -EINVAL, 0},
	{44, &fx_rules_4_22, UINT64_C(1) << 36, -EINVAL, 0},
	{32, &fx_rules_4_22, UINT64_C(1) << 27, -EINVAL, 0},
	/* Above the IPA size but inside the root page: mapped to no effect. */
	{44, &fx_rules_4_22, UINT64_C(1) << 32, 0, UINT64_C(1) << 32},
	{32, &fx_rules_4_22, UINT64_C(1) << 20, 0, UINT64_C(1) << 20},
	{48, &fx_rules_4_22, INVALID_FRAME, -EINVAL, 0},
};

static void test_range(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(range_rows); k++) {
		const struct range_row *row = &range_rows[k];
		struct p2m_slot slot;
		struct fx fx;

		fx_init(&fx, row->rules, row->pa_bits);
		EXPECT_I64(fx_mmio(&fx, row->g, 1, 0x777), row->rc);
		slot = p2m_walk(&fx.p2m, ipa_from_gfn(gfn(row->g)));
		EXPECT(slot.in_range == (row->rc == 0));
		if (row->rc) {
			EXPECT_STR(fx_ops(&fx), "lock set:0 unlock");
		} else {
			EXPECT_U64(fx_frame(&fx, row->g), 0x777);
			EXPECT_U64(fx_frame(&fx, row->alias), 0x777);
			EXPECT_I64(slot.hw_fault_level,
				   s2_in_range(fx.p2m.geo, ipa_from_gfn(gfn(row->g))) ? -1 : 0);
		}
		fx_fini(&fx);
	}
}

static void test_big_frame(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	EXPECT_I64(fx_mmio(&fx, 0x100, 1, (UINT64_C(1) << 36) + 5), 0);
	EXPECT_U64(fx_frame(&fx, 0x100), 5);
	fx_fini(&fx);
}

static void test_bounds(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	EXPECT_U64(fx.p2m.max_mapped.v, 0);
	EXPECT_U64(fx.p2m.lowest_mapped.v, INVALID_FRAME);
	fx_ram(&fx, 2 * M2, M2, 2 * M2);
	EXPECT_U64(fx.p2m.max_mapped.v, 3 * M2 - 1);
	EXPECT_U64(fx.p2m.lowest_mapped.v, 2 * M2);
	fx_ram(&fx, M2, 1, 0);
	EXPECT_U64(fx.p2m.max_mapped.v, 3 * M2 - 1);
	EXPECT_U64(fx.p2m.lowest_mapped.v, M2);
	EXPECT_I64(fx_remove(&fx, 2 * M2, M2), 0);
	EXPECT_U64(fx.p2m.max_mapped.v, 3 * M2 - 1);
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_12, 44);
	fx_ram(&fx, 2 * M2, M2, 2 * M2);
	EXPECT_U64(fx.p2m.max_mapped.v, 3 * M2);
	fx_fini(&fx);
}

/* ---- caches and SMMUs ---- */

static void test_clean(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_9, 40);
	fx.p2m.clean_pte = true;
	EXPECT_I64(fx_mmio(&fx, M2, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx),
		   "lock set:9 new clean:4096 write clean:8 next write clean:8 unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, M2, 1), 0);
	EXPECT_STR(fx_ops(&fx),
		   "lock set:0 next new orders:1 shatter:2 store*512 clean:4096 write0 "
		   "clean:8 tlbi write clean:8 next write0 clean:8 tlbi unlock");
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_9, 40);
	fx_ram(&fx, G1, G1, G1);
	fx.p2m.clean_pte = true;
	EXPECT_I64(fx_remove(&fx, G1, 1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 new shatter:1 store*512 new orders:1 shatter:2 "
				"store*512 clean:4096 store clean:8 clean:4096 write0 clean:8 tlbi "
				"write clean:8 next*2 write0 clean:8 tlbi unlock");
	fx_fini(&fx);
}

static void test_iotlb(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_9, 40);
	fx.p2m.iommu = true;
	fx_ram(&fx, M2, 1, M2);
	EXPECT_I64(fx_mmio(&fx, M2 + 1, 1, 0), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*2 write iotlb unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_mmio(&fx, M2, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next replace write0 tlbi write free iotlb unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next write0 iotlb tlbi unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next unlock");
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_22, 40);
	fx.p2m.iommu = true;
	fx_ram(&fx, M2, 1, M2);
	EXPECT_I64(fx_mmio(&fx, M2, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next replace write0 tlbi write iotlb free unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next write0 iotlb tlbi unlock");
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:9 next write0 unlock");
	fx_fini(&fx);
}

/* ---- looking ---- */

static void test_lookup(void)
{
	enum p2m_type type = P2M_RAM_RW;
	pa_t out = pa(0x55);
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 2 * M2, M2, 7 * M2);
	EXPECT_I64(fx_mmio(&fx, M2, 1, 0x9020), 0);
	fx_forget(&fx);
	EXPECT(p2m_lookup(&fx.p2m, ipa((2 * M2 + 3) * PAGE_SIZE + 0x123), &out, &type));
	EXPECT_STR(fx_ops(&fx), "lock-read lookup next*2 unlock-read");
	EXPECT_U64(out.v, (7 * M2 + 3) * PAGE_SIZE + 0x123);
	EXPECT_U64(type, P2M_RAM_RW);
	fx_forget(&fx);
	EXPECT(p2m_lookup(&fx.p2m, ipa(M2 * PAGE_SIZE), &out, &type));
	EXPECT_STR(fx_ops(&fx), "lock-read lookup next*3 unlock-read");
	EXPECT_U64(out.v, 0x9020000);
	EXPECT_U64(type, P2M_MMIO_DIRECT_C);
	fx_forget(&fx);
	EXPECT(!p2m_lookup(&fx.p2m, ipa((M2 + 1) * PAGE_SIZE), &out, &type));
	EXPECT_STR(fx_ops(&fx), "lock-read lookup next*3 unlock-read");
	EXPECT_U64(out.v, 0x9020000);
	EXPECT_U64(type, P2M_INVALID);
	fx_forget(&fx);
	EXPECT(!p2m_lookup(&fx.p2m, ipa(3 * M2 * PAGE_SIZE), NULL, NULL));
	EXPECT_STR(fx_ops(&fx), "lock-read lookup unlock-read");
	EXPECT(p2m_lookup(&fx.p2m, ipa(2 * M2 * PAGE_SIZE), NULL, NULL));
	fx_fini(&fx);
}

static void test_walk(void)
{
	struct p2m_path path;
	struct p2m_slot slot;
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 2 * M2, M2, 7 * M2);
	slot = p2m_walk_path(&fx.p2m, ipa(2 * M2 * PAGE_SIZE), &path);
	EXPECT(slot.in_range);
	EXPECT_U64(slot.level, 2);
	EXPECT_I64(slot.hw_fault_level, -1);
	EXPECT_U64(slot.pte, 0x0080000000e007fd);
	EXPECT_U64(path.count, 3);
	EXPECT_U64(path.step[0].entry.v, fx.p2m.root.v);
	for (unsigned int k = 0; k < 3; k++)
		EXPECT_U64(path.step[k].level, k);
	EXPECT_U64(path.step[2].entry.v, slot.entry.v);
	EXPECT_U64(path.step[2].pte, slot.pte);
	EXPECT_U64(memory_read64(&fx.mem, slot.entry), slot.pte);
	slot = p2m_walk(&fx.p2m, ipa(M2 * PAGE_SIZE));
	EXPECT_U64(slot.level, 2);
	EXPECT_I64(slot.hw_fault_level, 2);
	EXPECT(!p2m_slot_mapped(&fx.p2m, &slot));
	slot = p2m_walk_path(&fx.p2m, ipa(UINT64_C(1) << 48), &path);
	EXPECT(!slot.in_range);
	EXPECT(!p2m_slot_mapped(&fx.p2m, &slot));
	EXPECT_U64(path.count, 0);
	EXPECT_I64(slot.hw_fault_level, 0);
	EXPECT_STR(fx_ops(&fx), "");
	fx_fini(&fx);
}

struct seen {
	uint64_t ipas[8];
	unsigned int levels[8];
	unsigned int count, stop_after;
};

static bool see(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct seen *seen = ctx;

	EXPECT(pte != 0);
	seen->ipas[seen->count] = i.v;
	seen->levels[seen->count++] = level;
	return seen->count < seen->stop_after;
}

static void test_for_each(void)
{
	static const uint64_t want[] = {0x201000, 0x400000, 0x40000000, 0x8000000000};
	static const unsigned int levels[] = {3, 2, 1, 3};
	struct seen seen = {.stop_after = 8};
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, UINT64_C(1) << 27, 1, 0);
	fx_ram(&fx, G1, G1, 0);
	fx_ram(&fx, 2 * M2, M2, 0);
	fx_ram(&fx, M2 + 1, 1, 0);
	p2m_invalidate_root(&fx.p2m);
	p2m_for_each_leaf(&fx.p2m, see, &seen);
	EXPECT_U64(seen.count, 4);
	for (unsigned int k = 0; k < 4; k++) {
		EXPECT_U64(seen.ipas[k], want[k]);
		EXPECT_U64(seen.levels[k], levels[k]);
	}
	seen = (struct seen){.stop_after = 1};
	p2m_for_each_leaf(&fx.p2m, see, &seen);
	EXPECT_U64(seen.count, 1);
	fx_fini(&fx);
}

static const struct unit_test tests[] = {
	{"the first page below an empty root costs a table per level", test_first_page},
	{"a fresh page costs a descent per level and one store", test_fresh_page},
	{"a table page that was dirty is scrubbed", test_scrub},
	{"a mapped page is replaced by break-before-make, even by itself", test_replace},
	{"removals share one flush at the unlock", test_remove},
	{"removing what is not mapped succeeds and flushes nothing", test_remove_nothing},
	{"chunks are as large as gfn, mfn and what is left of nr allow", test_orders},
	{"a page inside a 2 MiB block shatters it", test_shatter_2m},
	{"a page removed from a 1 GiB block shatters it twice", test_shatter_1g},
	{"a 2 MiB block inside a 1 GiB block shatters one level", test_shatter_one_level},
	{"a block that replaces a table frees it", test_block_over_table},
	{"removing a whole block of tables flushes, then frees them", test_remove_table},
	{"without a page for a table the call fails with ENOENT", test_no_table_page},
	{"a call that fails leaves its earlier chunks mapped", test_earlier_chunks_stay},
	{"without a page for a split the block stays, with ENOMEM", test_no_split_page},
	{"init refuses an unknown size and an empty heap", test_init_errors},
	{"each release has its idea of frames outside the root", test_range},
	{"a frame beyond the descriptor is cut", test_big_frame},
	{"max_mapped and lowest_mapped follow the release's rule", test_bounds},
	{"tables that an SMMU reads uncached are cleaned after each store", test_clean},
	{"the IOTLB is flushed before or after freeing, by release", test_iotlb},
	{"a lookup gives address and type under the read lock", test_lookup},
	{"a walk says where it stopped and what hardware sees", test_walk},
	{"leaves are visited in ascending order until refused", test_for_each},
};

int main(int argc, char **argv)
{
	return unit_main("p2m_model", tests, ARRAY_SIZE(tests), argc, argv);
}
