// SPDX-License-Identifier: GPL-2.0-only
/* Entries that software uses and hardware does not see: 4.12 and later. */
#include "sim/p2m_model.h"

#include "tests/p2m_fixture.h"

#define M2 UINT64_C(512)     /* pages of a level-2 block */
#define G1 UINT64_C(0x40000) /* pages of a level-1 block */

static bool resolve(struct fx *fx, uint64_t g)
{
	fx_forget(fx);
	return p2m_resolve_fault(&fx->p2m, ipa_from_gfn(gfn(g)));
}

static int hw_level(const struct fx *fx, uint64_t g)
{
	return p2m_walk(&fx->p2m, ipa_from_gfn(gfn(g))).hw_fault_level;
}

static void test_resolve_levels(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 0x9020, 2, 0x9020);
	p2m_invalidate_root(&fx.p2m);
	EXPECT_STR(fx_ops(&fx), "lock inval-table inval write tlbi unlock");
	EXPECT_I64(hw_level(&fx, 0x9020), 0);
	EXPECT_U64(fx_frame(&fx, 0x9020), 0x9020);
	EXPECT(resolve(&fx, 0x9020));
	EXPECT_STR(fx_ops(&fx), "lock resolve inval-table inval write set-valid write tlbi unlock");
	EXPECT_I64(hw_level(&fx, 0x9020), 1);
	EXPECT(resolve(&fx, 0x9020));
	EXPECT_STR(fx_ops(&fx),
		   "lock resolve next inval-table inval write set-valid write tlbi unlock");
	EXPECT_I64(hw_level(&fx, 0x9020), 2);
	EXPECT(resolve(&fx, 0x9020));
	EXPECT_STR(fx_ops(&fx), "lock resolve next*2 inval-table inval write inval write set-valid "
				"write tlbi unlock");
	EXPECT_I64(hw_level(&fx, 0x9020), 3);
	EXPECT(resolve(&fx, 0x9020));
	EXPECT_STR(fx_ops(&fx), "lock resolve next*3 set-valid write unlock");
	EXPECT_I64(hw_level(&fx, 0x9020), -1);
	EXPECT_I64(hw_level(&fx, 0x9021), 3);
	EXPECT(resolve(&fx, 0x9020)); /* a race: it is valid already */
	EXPECT_STR(fx_ops(&fx), "lock resolve next*3 unlock");
	EXPECT_U64(fx.p2m.generation, 5);
	fx_fini(&fx);
}

static void test_resolve_refused(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	fx_ram(&fx, 0x9220, 1, 0x9020);
	EXPECT(!resolve(&fx, 0x9221));
	EXPECT_STR(fx_ops(&fx), "lock early unlock");
	EXPECT(!resolve(&fx, 0x9021));
	EXPECT_STR(fx_ops(&fx), "lock resolve next*3 unlock");
	EXPECT(!resolve(&fx, 0x100));
	EXPECT_STR(fx_ops(&fx), "lock resolve next*2 unlock");
	fx_fini(&fx);

	/* The old bound is one too high, so its frame is looked up. */
	fx_init(&fx, &fx_rules_4_12, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	EXPECT(!resolve(&fx, 0x9021));
	EXPECT_STR(fx_ops(&fx), "lock resolve next*3 unlock");
	EXPECT(!resolve(&fx, 0x9022));
	EXPECT_STR(fx_ops(&fx), "lock early unlock");
	fx_fini(&fx);

	/* At the end of a concatenated root that frame has no table: XSA-301. */
	fx_init(&fx, &fx_rules_4_12, 40);
	fx_ram(&fx, (UINT64_C(1) << 28) - 1, 1, 0x9020);
	EXPECT(!resolve(&fx, UINT64_C(1) << 28));
	EXPECT_STR(fx_ops(&fx), "lock early unlock");
	fx_fini(&fx);
}

static void test_resolve_block(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, G1, G1, G1);
	p2m_invalidate_root(&fx.p2m);
	EXPECT_STR(fx_ops(&fx), "lock inval-table inval write inval-table tlbi unlock");
	EXPECT(resolve(&fx, G1 + 77));
	EXPECT_STR(fx_ops(&fx), "lock resolve set-valid write unlock");
	EXPECT_I64(hw_level(&fx, G1 + 77), -1);
	fx_fini(&fx);
}

static void test_no_resolve_before_4_12(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_9, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	EXPECT(!resolve(&fx, 0x9020));
	EXPECT_STR(fx_ops(&fx), "");
	fx_fini(&fx);
}

static void invalidate(void *ctx)
{
	p2m_invalidate_root(ctx);
}

static void test_invalidate_rules(void)
{
	uint64_t high = UINT64_C(1) << 27; /* IPA 2^39: the second root page */
	struct fx fx;

	fx_init(&fx, &fx_rules_4_12, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	p2m_invalidate_root(&fx.p2m);
	EXPECT_STR(fx_ops(&fx), "lock unlock");
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_12, 40);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	fx_ram(&fx, high, 1, 0x9020);
	p2m_invalidate_root(&fx.p2m);
	EXPECT_I64(hw_level(&fx, 0x9020), 1);
	EXPECT_I64(hw_level(&fx, high), -1);
	fx_fini(&fx);

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	fx_ram(&fx, high, 1, 0x9020);
	p2m_invalidate_root(&fx.p2m);
	EXPECT_I64(hw_level(&fx, 0x9020), 1);
	EXPECT_I64(hw_level(&fx, high), 1);
	fx.p2m.iommu = true;
	EXPECT(fx_aborts(invalidate, &fx.p2m));
	fx.p2m.rules = &fx_rules_4_9;
	fx.p2m.iommu = false;
	EXPECT(fx_aborts(invalidate, &fx.p2m));
	fx.p2m.rules = &fx_rules_4_22;
	fx_fini(&fx);
}

static void test_map_below_invalid(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 44);
	fx_ram(&fx, 0x9020, 1, 0x9020);
	p2m_invalidate_root(&fx.p2m);
	fx_forget(&fx);
	EXPECT_I64(fx_mmio(&fx, 0x9021, 1, 0x9021), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 write unlock");
	/* The page is there, and faults once for each level all the same. */
	for (int level = 0; level < 4; level++) {
		EXPECT_I64(hw_level(&fx, 0x9021), level);
		EXPECT(resolve(&fx, 0x9021));
	}
	EXPECT_I64(hw_level(&fx, 0x9021), -1);
	EXPECT_I64(hw_level(&fx, 0x9020), 3);
	/* A leaf whose valid bit is clear is overwritten without a flush. */
	fx_forget(&fx);
	EXPECT_I64(fx_mmio(&fx, 0x9020, 1, 0x777), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:0 next*3 write unlock");
	EXPECT_U64(fx.p2m.mappings[3], 2);
	EXPECT_U64(fx_frame(&fx, 0x9020), 0x777);
	fx_fini(&fx);
}

static void test_remove_soft(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, G1, G1, G1);
	p2m_invalidate_root(&fx.p2m);
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, G1, G1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:18 write0 unlock");
	EXPECT_U64(fx_frame(&fx, G1), INVALID_FRAME);
	EXPECT_U64(fx.p2m.mappings[1], 0);
	fx_fini(&fx);

	/* XSA-393: the removed page comes back with the next fault. */
	fx_init(&fx, &fx_rules_4_12, 40);
	fx_ram(&fx, G1, G1, G1);
	p2m_invalidate_root(&fx.p2m);
	fx_forget(&fx);
	EXPECT_I64(fx_remove(&fx, G1, G1), 0);
	EXPECT_STR(fx_ops(&fx), "lock set:18 unlock");
	EXPECT_U64(fx_frame(&fx, G1), G1);
	EXPECT_U64(fx.p2m.mappings[1], 1);
	EXPECT(resolve(&fx, G1));
	EXPECT_I64(hw_level(&fx, G1), -1);
	fx_fini(&fx);
}

static void test_shatter_invalid(void)
{
	struct fx fx;

	fx_init(&fx, &fx_rules_4_22, 40);
	fx_ram(&fx, G1, G1, G1);
	p2m_invalidate_root(&fx.p2m);
	fx_forget(&fx);
	EXPECT_I64(fx_mmio(&fx, G1 + M2, M2, M2), 0);
	EXPECT_STR(fx_ops(&fx),
		   "lock set:9 new shatter:1 store*512 write0 tlbi write next write unlock");
	EXPECT_I64(hw_level(&fx, G1 + M2), -1);
	EXPECT_I64(hw_level(&fx, G1), 2);
	EXPECT_U64(fx_frame(&fx, G1 + 3), G1 + 3);
	fx_fini(&fx);
}

static const struct unit_test tests[] = {
	{"an invalidated root is resolved one level per fault", test_resolve_levels},
	{"what is not mapped is not resolved", test_resolve_refused},
	{"an invalidated block is resolved by one fault", test_resolve_block},
	{"releases before 4.12 resolve nothing", test_no_resolve_before_4_12},
	{"the root pages that are invalidated depend on the release", test_invalidate_rules},
	{"a page mapped below an invalidated root still faults level by level",
	 test_map_below_invalid},
	{"removing a page that hardware cannot see depends on XSA-393", test_remove_soft},
	{"shattering an invalidated block keeps its parts invalid", test_shatter_invalid},
};

int main(int argc, char **argv)
{
	return unit_main("p2m_valid", tests, ARRAY_SIZE(tests), argc, argv);
}
