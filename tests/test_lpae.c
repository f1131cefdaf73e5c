// SPDX-License-Identifier: GPL-2.0-only
/* Expected values: pa_range_info, VTCR_EL2 and descriptors as Xen writes them (FACTS X10). */
#include "sim/lpae.h"

#include "base/check.h"
#include "tests/unit.h"

struct geometry_row {
	unsigned int pa_bits;
	bool wide42;
	unsigned int ipa_bits, root_order, root_level;
	uint64_t vtcr;
};

static const struct geometry_row geometry_rows[] = {
	{32, true, 32, 0, 1, 0x80003560},  {36, true, 36, 0, 1, 0x8001355c},
	{40, true, 40, 1, 1, 0x80023558},  {42, false, 40, 1, 1, 0x80033558},
	{42, true, 42, 3, 1, 0x80033556},  {44, true, 44, 0, 0, 0x80043594},
	{48, true, 48, 0, 0, 0x80053590},  {32, false, 32, 0, 1, 0x80003560},
	{36, false, 36, 0, 1, 0x8001355c}, {40, false, 40, 1, 1, 0x80023558},
	{44, false, 44, 0, 0, 0x80043594}, {48, false, 48, 0, 0, 0x80053590},
};

static void test_geometry(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(geometry_rows); k++) {
		const struct geometry_row *row = &geometry_rows[k];
		const struct s2_geometry *geo = s2_geometry_for(row->pa_bits, row->wide42);

		if (!EXPECT(geo != NULL))
			continue;
		EXPECT_U64(geo->pa_bits, row->pa_bits);
		EXPECT_U64(geo->ipa_bits, row->ipa_bits);
		EXPECT_U64(geo->root_order, row->root_order);
		EXPECT_U64(geo->root_level, row->root_level);
		EXPECT_U64(geo->vtcr, row->vtcr);
		EXPECT_U64(s2_root_bytes(geo), UINT64_C(4096) << row->root_order);
	}
}

static void test_no_geometry(void)
{
	static const unsigned int unknown[] = {0, 31, 33, 39, 43, 47, 52, 64};

	for (size_t k = 0; k < ARRAY_SIZE(unknown); k++) {
		EXPECT(s2_geometry_for(unknown[k], true) == NULL);
		EXPECT(s2_geometry_for(unknown[k], false) == NULL);
	}
}

static void test_range(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(geometry_rows); k++) {
		const struct geometry_row *row = &geometry_rows[k];
		const struct s2_geometry *geo = s2_geometry_for(row->pa_bits, row->wide42);
		uint64_t end = UINT64_C(1) << row->ipa_bits;

		EXPECT(s2_in_range(geo, ipa(0)));
		EXPECT(s2_in_range(geo, ipa(end - 1)));
		EXPECT(!s2_in_range(geo, ipa(end)));
		EXPECT(!s2_in_range(geo, ipa(UINT64_MAX)));
	}
}

static void test_index(void)
{
	const struct s2_geometry *g40 = s2_geometry_for(40, true);
	const struct s2_geometry *g42 = s2_geometry_for(42, true);
	const struct s2_geometry *g48 = s2_geometry_for(48, true);
	ipa_t all = ipa(UINT64_MAX);

	EXPECT_U64(s2_index(g40, all, 1), 1023);
	EXPECT_U64(s2_index(g42, all, 1), 4095);
	EXPECT_U64(s2_index(g48, all, 0), 511);
	EXPECT_U64(s2_index(g48, all, 1), 511);
	EXPECT_U64(s2_index(g40, all, 2), 511);
	EXPECT_U64(s2_index(g40, ipa(0x8080604000), 1), 514);
	EXPECT_U64(s2_index(g40, ipa(0x8080604000), 2), 3);
	EXPECT_U64(s2_index(g40, ipa(0x8080604000), 3), 4);
	EXPECT_U64(s2_index(g48, ipa(0x8080604fff), 0), 1);
	EXPECT_U64(s2_index(g48, ipa(0x8080604fff), 1), 2);
}

struct pte_row {
	enum p2m_type type;
	unsigned int memattr;
	bool writable, xn;
	uint64_t page;
	uint64_t block;
};

static const struct pte_row pte_rows[] = {
	{P2M_MMIO_DIRECT_C, 0xf, true, true, 0x02c00000000006ff, 0x02c00000000006fd},
	{P2M_MMIO_DIRECT_NC, 0x5, true, true, 0x02400000000006d7, 0x02400000000006d5},
	{P2M_MMIO_DIRECT_DEV, 0x1, true, true, 0x01c00000000006c7, 0x01c00000000006c5},
	{P2M_RAM_RW, 0xf, true, false, 0x00800000000007ff, 0x00800000000007fd},
	{P2M_RAM_RO, 0xf, false, false, 0x010000000000077f, 0x010000000000077d},
};

static void test_leaf_bits(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(pte_rows); k++) {
		const struct pte_row *row = &pte_rows[k];
		uint64_t pte = s2_leaf(pa(0), row->type, 3);

		EXPECT_U64(pte, row->page);
		EXPECT_U64(s2_leaf(pa(0), row->type, 2), row->block);
		EXPECT_U64(s2_leaf(pa(0), row->type, 1), row->block);
		EXPECT_U64(pte_type(pte), row->type);
		EXPECT_U64(pte_memattr(pte), row->memattr);
		EXPECT(pte_valid(pte) && pte_af(pte) && pte_s2_readable(pte));
		EXPECT_U64(pte_s2_writable(pte), row->writable);
		EXPECT_U64(pte_xn(pte), row->xn);
		EXPECT(!pte_is_table(pte, 3));
		EXPECT(!pte_is_table(row->block, 2));
	}
}

static void test_table_bits(void)
{
	EXPECT_U64(s2_table(pa(0), false), 0x004000000000077f);
	EXPECT_U64(s2_table(pa(0), true), 0x00800000000007ff);
	EXPECT_U64(s2_table(pa(0x1234567000), true), 0x0080001234567000 | 0x7ff);
	EXPECT_U64(pte_type(s2_table(pa(0), false)), P2M_INVALID);
	EXPECT_U64(pte_type(s2_table(pa(0), true)), P2M_RAM_RW);
	for (unsigned int level = 0; level < 3; level++) {
		EXPECT(pte_is_table(s2_table(pa(0), true), level));
		EXPECT(pte_is_table(s2_table(pa(0), true) & ~LPAE_VALID, level));
	}
}

static void test_base(void)
{
	uint64_t pte = s2_leaf(pa(0x0000fffffffff000), P2M_MMIO_DIRECT_C, 3);

	EXPECT_U64(pte, 0x02c0ffffffffffff & ~UINT64_C(0x900));
	EXPECT_U64(pte_pa(pte).v, 0x0000fffffffff000);
	/* A frame beyond the field is cut, as in a release build of Xen. */
	EXPECT_U64(s2_leaf(pa(UINT64_C(0x1000040000000)), P2M_MMIO_DIRECT_C, 3),
		   s2_leaf(pa(0x40000000), P2M_MMIO_DIRECT_C, 3));
}

static void test_levels(void)
{
	static const unsigned int shifts[] = {39, 30, 21, 12};
	static const unsigned int orders[] = {27, 18, 9, 0};

	for (unsigned int level = 0; level <= LPAE_LEAF; level++) {
		EXPECT_U64(LPAE_LEVEL_SHIFT(level), shifts[level]);
		EXPECT_U64(LPAE_LEVEL_ORDER(level), orders[level]);
	}
}

static void test_type_names(void)
{
	EXPECT_STR(p2m_type_name(P2M_INVALID), "invalid");
	EXPECT_STR(p2m_type_name(P2M_RAM_RW), "ram_rw");
	EXPECT_STR(p2m_type_name(P2M_RAM_RO), "ram_ro");
	EXPECT_STR(p2m_type_name(P2M_MMIO_DIRECT_DEV), "mmio_direct_dev");
	EXPECT_STR(p2m_type_name(P2M_MMIO_DIRECT_NC), "mmio_direct_nc");
	EXPECT_STR(p2m_type_name(P2M_MMIO_DIRECT_C), "mmio_direct_c");
	EXPECT_STR(p2m_type_name(P2M_TYPE_COUNT), "?");
	EXPECT_STR(p2m_type_name(pte_type(UINT64_MAX)), "?");
}

static const struct unit_test tests[] = {
	{"each physical address size gives Xen's geometry and VTCR_EL2", test_geometry},
	{"an address size that Xen has no row for gives none", test_no_geometry},
	{"the input range ends at ipa_bits", test_range},
	{"the root index runs over concatenated pages, the others over 512", test_index},
	{"each p2m type gives Xen's descriptor bits", test_leaf_bits},
	{"a table descriptor has the type its release gives it", test_table_bits},
	{"the output address is bits 47 to 12", test_base},
	{"levels cover 512 GiB, 1 GiB, 2 MiB and 4 KiB", test_levels},
	{"types have Xen's names", test_type_names},
};

int main(int argc, char **argv)
{
	return unit_main("lpae", tests, ARRAY_SIZE(tests), argc, argv);
}
