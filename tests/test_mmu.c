// SPDX-License-Identifier: GPL-2.0-only
/* Expected faults: Arm ARM D5.2 (address translation), D5.4 (permissions), D5.5 (memory types). */
#include "sim/mmu.h"

#include "tests/p2m_fixture.h"

#define RAM	  UINT64_C(0x80000000) /* stage-1 tables, 1:1 in stage 2 */
#define RAM_PAGES 512
#define L0	  RAM
#define L1	  (RAM + 0x1000)
#define L2	  (RAM + 0x2000)
#define L3	  (RAM + 0x3000)
#define DATA	  (RAM + 0x8000)
#define HIGH	  UINT64_C(0xffff000000000000)
#define VA	  (UINT64_C(1) << 39 | UINT64_C(2) << 30 | UINT64_C(3) << 21 | UINT64_C(4) << 12)

#define S1_TABLE    UINT64_C(3)
#define S1_PAGE	    UINT64_C(0x403) /* valid page, AF, attribute 0, EL1 read-write */
#define S1_BLOCK    UINT64_C(0x401)
#define ATTR(n)	    ((uint64_t)(n) << 2)
#define AP_EL0	    (UINT64_C(1) << 6)
#define AP_RO	    (UINT64_C(1) << 7)
#define PXN	    (UINT64_C(1) << 53)
#define PXN_TABLE   (UINT64_C(1) << 59)
#define AP_TABLE(n) ((uint64_t)(n) << 61)

/* 48-bit halves, 4 KiB granules, 48-bit output. */
#define TCR	 (UINT64_C(5) << 32 | UINT64_C(2) << 30 | 16 << 16 | 16)
#define TCR_EPD0 (UINT64_C(1) << 7)
#define TCR_EPD1 (UINT64_C(1) << 23)
#define TCR_TBI0 (UINT64_C(1) << 37)
#define TCR_TBI1 (UINT64_C(1) << 38)
#define IPS(n)	 ((uint64_t)(n) << 32)

struct setup {
	struct fx fx;
	struct cpu cpu;
	const struct p2m *p2m; /* NULL: stage 2 off */
};

static pa_t entry(uint64_t table, uint64_t index)
{
	return pa(table + 8 * index);
}

static void poke(struct setup *s, uint64_t table, uint64_t index, uint64_t pte)
{
	memory_write64(&s->fx.mem, entry(table, index), pte);
}

/* VA maps to DATA through four levels; so does HIGH + VA. */
static void setup(struct setup *s, bool stage2, unsigned int pa_bits)
{
	*s = (struct setup){0};
	fx_init(&s->fx, &fx_rules_4_22, pa_bits);
	CHECK(memory_add_bank(&s->fx.mem, pa(RAM), RAM_PAGES * PAGE_SIZE) == 0);
	for (uint64_t k = 0; k < RAM_PAGES; k++)
		fx_ram(&s->fx, (RAM >> PAGE_SHIFT) + k, 1, (RAM >> PAGE_SHIFT) + k);
	s->p2m = stage2 ? &s->fx.p2m : NULL;
	s->cpu.sctlr = 1;
	s->cpu.tcr = TCR;
	s->cpu.ttbr0 = s->cpu.ttbr1 = L0;
	s->cpu.mair = UINT64_C(0xff440c0400);
	poke(s, L0, 1, L1 | S1_TABLE);
	poke(s, L1, 2, L2 | S1_TABLE);
	poke(s, L2, 3, L3 | S1_TABLE);
	poke(s, L3, 4, DATA | S1_PAGE);
}

static void teardown(struct setup *s)
{
	fx_fini(&s->fx);
}

static struct mmu_result walk(const struct setup *s, uint64_t va, enum mmu_access access)
{
	return mmu_walk(&s->cpu, &s->fx.mem, s->p2m, va, access);
}

/* The fault in words, or "ok PA". */
static const char *outcome(const struct setup *s, uint64_t va, enum mmu_access access)
{
	static char text[96];
	struct mmu_result res = walk(s, va, access);

	mmu_describe(&res, text, sizeof(text));
	if (res.fault == MMU_OK)
		snprintf(text, sizeof(text), "ok 0x%" PRIx64, res.pa.v);
	return text;
}

/* ---- stage 1 ---- */

static void test_page(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, false, 44);
	poke(&s, L3, 4, DATA | S1_PAGE | ATTR(4));
	res = walk(&s, VA + 0x123, MMU_READ);
	EXPECT_U64(res.fault, MMU_OK);
	EXPECT_U64(res.pa.v, DATA + 0x123);
	EXPECT_U64(res.ipa.v, DATA + 0x123);
	EXPECT_U64(res.s1_attr, 0xff);
	EXPECT_U64(res.s2_pte, 0);
	EXPECT_U64(res.step_count, 4);
	for (unsigned int k = 0; k < 4; k++) {
		EXPECT_U64(res.steps[k].stage, 1);
		EXPECT_U64(res.steps[k].level, k);
		EXPECT(!res.steps[k].s1ptw);
	}
	EXPECT_U64(res.steps[0].entry.v, L0 + 8);
	EXPECT_U64(res.steps[3].entry.v, L3 + 32);
	EXPECT_U64(res.steps[3].pte, DATA | S1_PAGE | ATTR(4));
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	EXPECT_STR(outcome(&s, HIGH + VA, MMU_READ), "ok 0x80008000");
	teardown(&s);
}

static void test_blocks(void)
{
	struct setup s;

	setup(&s, false, 44);
	poke(&s, L2, 3, 0x80000000 | S1_BLOCK);
	EXPECT_STR(outcome(&s, VA + 0x123, MMU_READ), "ok 0x80004123");
	poke(&s, L1, 2, 0xc0000000 | S1_BLOCK);
	EXPECT_STR(outcome(&s, VA + 0x123, MMU_READ), "ok 0xc0604123");
	poke(&s, L0, 1, S1_BLOCK);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 translation fault, level 0");
	poke(&s, L0, 1, L1 | S1_TABLE);
	poke(&s, L1, 2, L2 | S1_TABLE);
	poke(&s, L2, 3, L3 | S1_TABLE);
	poke(&s, L3, 4, DATA | S1_BLOCK);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 translation fault, level 3");
	teardown(&s);
}

static void test_translation_faults(void)
{
	static const uint64_t tables[] = {L3, L2, L1, L0};
	struct setup s;

	setup(&s, true, 44);
	for (unsigned int k = 0; k < 4; k++) {
		struct mmu_result res;

		poke(&s, tables[k], 4 - k, 0);
		res = walk(&s, VA, MMU_READ);
		EXPECT_U64(res.fault, MMU_S1_TRANSLATION);
		EXPECT_U64(res.level, 3 - k);
		EXPECT_U64(mmu_fsc(&res), 7 - k);
		EXPECT(!res.s1ptw);
		EXPECT_U64(res.ipa.v, 0);
	}
	teardown(&s);
}

static void test_halves(void)
{
	static const char fault[] = "stage 1 translation fault, level 0";
	struct setup s;

	setup(&s, false, 44);
	EXPECT_STR(outcome(&s, VA | UINT64_C(1) << 48, MMU_READ), fault);
	EXPECT_STR(outcome(&s, (HIGH + VA) & ~(UINT64_C(1) << 63), MMU_READ), fault);
	EXPECT_STR(outcome(&s, VA | UINT64_C(0x5a) << 56, MMU_READ), fault);
	s.cpu.tcr = TCR | TCR_TBI0;
	EXPECT_STR(outcome(&s, VA | UINT64_C(0x5a) << 56, MMU_READ), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA | UINT64_C(1) << 50, MMU_READ), fault);
	EXPECT_STR(outcome(&s, HIGH + VA - (UINT64_C(1) << 56), MMU_READ), fault);
	s.cpu.tcr = TCR | TCR_TBI1;
	EXPECT_STR(outcome(&s, HIGH + VA - (UINT64_C(1) << 56), MMU_READ), "ok 0x80008000");
	s.cpu.tcr = TCR | TCR_EPD0;
	EXPECT_STR(outcome(&s, VA, MMU_READ), fault);
	EXPECT_STR(outcome(&s, HIGH + VA, MMU_READ), "ok 0x80008000");
	s.cpu.tcr = TCR | TCR_EPD1;
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	EXPECT_STR(outcome(&s, HIGH + VA, MMU_READ), fault);
	s.cpu.tcr = TCR;
	s.cpu.ttbr1 = DATA; /* an empty table: the halves are apart */
	EXPECT_STR(outcome(&s, HIGH + VA, MMU_READ), fault);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	teardown(&s);
}

static void test_sizes(void)
{
	struct setup s;

	setup(&s, false, 44);
	s.cpu.tcr = (TCR & ~UINT64_C(0x3f)) | 25; /* 39 bits: starts at level 1 */
	s.cpu.ttbr0 = L1 | 1 | UINT64_C(7) << 48; /* CnP and an ASID */
	EXPECT_STR(outcome(&s, VA & 0x7fffffffff, MMU_READ), "ok 0x80008000");
	EXPECT_U64(walk(&s, VA & 0x7fffffffff, MMU_READ).step_count, 3);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 translation fault, level 0");
	s.cpu.tcr = (TCR & ~UINT64_C(0x3f)) | 32; /* 32 bits: four entries at level 1 */
	s.cpu.ttbr0 = L1;
	EXPECT_STR(outcome(&s, VA & 0xffffffff, MMU_READ), "ok 0x80008000");
	s.cpu.tcr = (TCR & ~UINT64_C(0x3f)) | 63; /* taken as 39: 25 bits, from level 2 */
	s.cpu.ttbr0 = L2;
	EXPECT_STR(outcome(&s, VA & 0x1ffffff, MMU_READ), "ok 0x80008000");
	s.cpu.tcr = TCR & ~UINT64_C(0x3f); /* taken as 16 */
	s.cpu.ttbr0 = L0;
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	teardown(&s);
}

static void test_flag_and_rights(void)
{
	static const char denied[] = "stage 1 permission fault, level 3";
	struct setup s;

	setup(&s, false, 44);
	poke(&s, L3, 4, DATA | 3);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 access flag fault, level 3");
	EXPECT_U64(walk(&s, VA, MMU_READ).ipa.v, DATA);
	poke(&s, L3, 4, DATA | S1_PAGE | AP_RO);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), denied);
	poke(&s, L3, 4, DATA | S1_PAGE | PXN);
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), denied);
	poke(&s, L3, 4, DATA | S1_PAGE | AP_EL0); /* EL0 writes it: EL1 does not execute it */
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), denied);
	poke(&s, L3, 4, DATA | S1_PAGE | AP_EL0 | AP_RO);
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	s.cpu.sctlr |= 1 << 19; /* WXN */
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	poke(&s, L3, 4, DATA | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), denied);
	teardown(&s);
}

static void test_table_rights(void)
{
	static const char denied[] = "stage 1 permission fault, level 3";
	struct setup s;

	setup(&s, false, 44);
	poke(&s, L0, 1, L1 | S1_TABLE | AP_TABLE(2));
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), denied);
	poke(&s, L0, 1, L1 | S1_TABLE);
	poke(&s, L2, 3, L3 | S1_TABLE | PXN_TABLE);
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), denied);
	poke(&s, L2, 3, L3 | S1_TABLE | AP_TABLE(1));
	poke(&s, L3, 4, DATA | S1_PAGE | AP_EL0);
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	teardown(&s);
}

static void test_output_size(void)
{
	static const struct {
		unsigned int ips, bits;
	} rows[] = {{0, 32}, {1, 36}, {2, 40}, {3, 42}, {4, 44}};
	struct setup s;

	setup(&s, false, 44);
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		uint64_t beyond = UINT64_C(1) << rows[k].bits;
		char want[32];

		s.cpu.tcr = (TCR & ~IPS(7)) | IPS(rows[k].ips);
		snprintf(want, sizeof(want), "ok 0x%" PRIx64, beyond / 2);
		poke(&s, L3, 4, beyond / 2 | S1_PAGE);
		EXPECT_STR(outcome(&s, VA, MMU_READ), want);
		poke(&s, L3, 4, beyond | S1_PAGE);
		EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 address size fault, level 3");
		s.cpu.ttbr0 = beyond;
		EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 address size fault, level 0");
		s.cpu.ttbr0 = L0;
	}
	poke(&s, L2, 3, (UINT64_C(1) << 44) | S1_TABLE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 1 address size fault, level 2");
	teardown(&s);
}

static void test_stage1_off(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, false, 44);
	s.cpu.sctlr = 0;
	s.cpu.mair = UINT64_MAX;
	res = walk(&s, 0x12345678, MMU_WRITE);
	EXPECT_U64(res.fault, MMU_OK);
	EXPECT_U64(res.pa.v, 0x12345678);
	EXPECT_U64(res.s1_attr, 0);
	EXPECT_U64(res.step_count, 0);
	EXPECT_STR(outcome(&s, UINT64_C(1) << 48, MMU_READ), "stage 1 address size fault, level 0");
	s.p2m = &s.fx.p2m;
	EXPECT_STR(outcome(&s, UINT64_C(1) << 44, MMU_READ), "stage 1 address size fault, level 0");
	EXPECT_STR(outcome(&s, DATA + 8, MMU_READ), "ok 0x80008008");
	teardown(&s);
}

/* ---- both stages ---- */

static void test_nested(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, true, 44);
	EXPECT_I64(fx_mmio(&s.fx, DATA >> PAGE_SHIFT, 1, 0x9020), 0);
	res = walk(&s, VA + 0x10, MMU_WRITE);
	EXPECT_U64(res.fault, MMU_OK);
	EXPECT_U64(res.ipa.v, DATA + 0x10);
	EXPECT_U64(res.pa.v, 0x9020010);
	EXPECT_U64(res.s2_pte, 0x02c00000090206ff);
	EXPECT(!res.s1ptw);
	EXPECT_U64(res.step_count, 24);
	for (unsigned int k = 0; k < 24; k++) {
		EXPECT_U64(res.steps[k].stage, k % 5 == 4 ? 1 : 2);
		EXPECT_U64(res.steps[k].level, k % 5 == 4 ? k / 5 : k % 5);
		EXPECT_U64(res.steps[k].s1ptw, k < 20 && k % 5 != 4);
	}
	teardown(&s);

	setup(&s, true, 40);
	EXPECT_U64(walk(&s, VA, MMU_READ).step_count, 19);
	teardown(&s);
}

static void test_s1ptw(void)
{
	static const uint64_t tables[] = {L3, L2, L1, L0};
	struct setup s;

	setup(&s, true, 44);
	for (unsigned int k = 0; k < 4; k++) {
		struct mmu_result res;

		EXPECT_I64(fx_remove(&s.fx, tables[k] >> PAGE_SHIFT, 1), 0);
		res = walk(&s, VA, MMU_FETCH);
		EXPECT_U64(res.fault, MMU_S2_TRANSLATION);
		EXPECT_U64(res.level, 3);
		EXPECT(res.s1ptw);
		EXPECT_U64(res.ipa.v, tables[k] + 8 * (4 - k));
		EXPECT_U64(mmu_fsc(&res), 7);
		EXPECT_STR(outcome(&s, VA, MMU_FETCH), "stage 2 translation fault, level 3, S1PTW");
	}
	teardown(&s);
}

static void test_s1ptw_rights(void)
{
	struct setup s;

	/* A table that Dom0 may not write or execute is still one that the walk reads. */
	setup(&s, true, 44);
	EXPECT_I64(p2m_set_entry(&s.fx.p2m, gfn(L2 >> PAGE_SHIFT), 1, mfn(L2 >> PAGE_SHIFT),
				 P2M_RAM_RO),
		   0);
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "ok 0x80008000");
	EXPECT_I64(fx_mmio(&s.fx, L2 >> PAGE_SHIFT, 1, L2 >> PAGE_SHIFT), 0);
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	teardown(&s);
}

static void test_s2_translation(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, true, 44);
	poke(&s, L3, 4, (DATA + RAM_PAGES * PAGE_SIZE) | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 2");
	poke(&s, L3, 4, UINT64_C(0x10000000000) | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 0");
	poke(&s, L3, 4, UINT64_C(0x100000000) | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 1");
	/* Above the input range, though Xen has mapped it to no effect. */
	poke(&s, L3, 4, (UINT64_C(1) << 44) | S1_PAGE);
	EXPECT_I64(fx_mmio(&s.fx, UINT64_C(1) << 32, 1, 0x9020), 0);
	res = walk(&s, VA, MMU_READ);
	EXPECT_U64(res.fault, MMU_S2_TRANSLATION);
	EXPECT_U64(res.level, 0);
	EXPECT_U64(res.ipa.v, UINT64_C(1) << 44);
	teardown(&s);

	setup(&s, true, 40);
	poke(&s, L3, 4, (UINT64_C(1) << 40) | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 0");
	teardown(&s);
}

static void test_s2_valid_bits(void)
{
	struct setup s;

	setup(&s, true, 44);
	p2m_invalidate_root(&s.fx.p2m);
	for (unsigned int level = 0; level < 3; level++) {
		struct mmu_result res = walk(&s, VA, MMU_READ);

		EXPECT_U64(res.fault, MMU_S2_TRANSLATION);
		EXPECT_U64(res.level, level);
		EXPECT(res.s1ptw);
		EXPECT_U64(res.step_count, level + 1);
		EXPECT(p2m_resolve_fault(&s.fx.p2m, res.ipa));
	}
	teardown(&s);
}

static void test_s2_rights(void)
{
	pa_t leaf;
	uint64_t pte;
	struct setup s;

	setup(&s, true, 44);
	EXPECT_I64(p2m_set_entry(&s.fx.p2m, gfn(DATA >> PAGE_SHIFT), 1, mfn(DATA >> PAGE_SHIFT),
				 P2M_RAM_RO),
		   0);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "stage 2 permission fault, level 3");
	EXPECT_I64(fx_mmio(&s.fx, DATA >> PAGE_SHIFT, 1, DATA >> PAGE_SHIFT), 0);
	EXPECT_STR(outcome(&s, VA, MMU_WRITE), "ok 0x80008000");
	EXPECT_STR(outcome(&s, VA, MMU_FETCH), "stage 2 permission fault, level 3");
	/* What Xen never writes: no read right, no access flag, a reserved page descriptor. */
	leaf = p2m_walk(&s.fx.p2m, ipa(DATA)).entry;
	pte = memory_read64(&s.fx.mem, leaf);
	memory_write64(&s.fx.mem, leaf, pte & ~UINT64_C(0x40));
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 permission fault, level 3");
	memory_write64(&s.fx.mem, leaf, pte & ~UINT64_C(0x400));
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 access flag fault, level 3");
	memory_write64(&s.fx.mem, leaf, pte & ~LPAE_TABLE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 3");
	memory_write64(&s.fx.mem, leaf, pte);
	memory_write64(&s.fx.mem, pa_add(s.fx.p2m.root, 8), pte & ~LPAE_TABLE);
	poke(&s, L3, 4, (UINT64_C(1) << 39) | S1_PAGE);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "stage 2 translation fault, level 0");
	memory_write64(&s.fx.mem, pa_add(s.fx.p2m.root, 8), 0);
	teardown(&s);
}

static void test_s2_address_size(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, true, 40);
	EXPECT_I64(fx_mmio(&s.fx, DATA >> PAGE_SHIFT, 1, UINT64_C(1) << 28), 0);
	res = walk(&s, VA, MMU_READ);
	EXPECT_U64(res.fault, MMU_S2_ADDRESS_SIZE);
	EXPECT_U64(res.level, 3);
	EXPECT_U64(mmu_fsc(&res), 3);
	teardown(&s);
}

static void test_s2_out_of_reach(void)
{
	pa_t high = pa(UINT64_C(1) << 33), root;
	struct setup s;

	setup(&s, true, 32);
	root = s.fx.p2m.root; /* of 32-bit addresses: one entry per GiB */
	s.cpu.sctlr = 0;
	CHECK(!memory_add_bank(&s.fx.mem, high, PAGE_SIZE));
	memory_write64(&s.fx.mem, root, s2_table(high, true));
	EXPECT_STR(outcome(&s, 0, MMU_READ), "stage 2 address size fault, level 1");
	memory_write64(&s.fx.mem, root, s2_leaf(pa(0x40203000), P2M_RAM_RW, 1));
	EXPECT_STR(outcome(&s, 16, MMU_READ), "ok 0x40000010");
	s.fx.p2m.root = high;
	EXPECT_STR(outcome(&s, 0, MMU_READ), "stage 2 address size fault, level 0");
	s.fx.p2m.root = root;
	memory_write64(&s.fx.mem, root, 0);
	teardown(&s);
}

static void test_external(void)
{
	struct mmu_result res;
	struct setup s;

	setup(&s, true, 44);
	EXPECT_I64(fx_mmio(&s.fx, L2 >> PAGE_SHIFT, 1, 0x9020), 0);
	res = walk(&s, VA, MMU_READ);
	EXPECT_U64(res.fault, MMU_TABLE_EXTERNAL);
	EXPECT_U64(res.level, 2);
	EXPECT_U64(res.ipa.v, L2 + 24);
	EXPECT_U64(mmu_fsc(&res), 0x16);
	EXPECT_STR(outcome(&s, VA, MMU_READ), "external abort on a stage 1 table, level 2, S1PTW");
	teardown(&s);
}

/* ---- words ---- */

static void test_fsc(void)
{
	static const struct {
		enum mmu_fault fault;
		unsigned int level, fsc;
	} rows[] = {
		{MMU_S1_TRANSLATION, 0, 0x04},	{MMU_S1_TRANSLATION, 3, 0x07},
		{MMU_S1_PERMISSION, 3, 0x0f},	{MMU_S1_ACCESS_FLAG, 2, 0x0a},
		{MMU_S1_ADDRESS_SIZE, 0, 0x00}, {MMU_S2_TRANSLATION, 1, 0x05},
		{MMU_S2_PERMISSION, 1, 0x0d},	{MMU_S2_ACCESS_FLAG, 3, 0x0b},
		{MMU_S2_ADDRESS_SIZE, 3, 0x03}, {MMU_TABLE_EXTERNAL, 2, 0x16},
		{MMU_ALIGNMENT, 3, 0x21},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct mmu_result res = {.fault = rows[k].fault, .level = rows[k].level};

		EXPECT_U64(mmu_fsc(&res), rows[k].fsc);
	}
}

static void test_words(void)
{
	struct mmu_result res = {0};
	char text[40];

	mmu_describe(&res, text, sizeof(text));
	EXPECT_STR(text, "no fault");
	res.fault = MMU_ALIGNMENT;
	mmu_describe(&res, text, sizeof(text));
	EXPECT_STR(text, "alignment fault");
	res = (struct mmu_result){.fault = MMU_S2_PERMISSION, .level = 1, .s1ptw = true};
	mmu_describe(&res, text, 20);
	EXPECT_STR(text, "stage 2 permission ");
}

static void test_print(void)
{
	char text[4096];
	struct mmu_result res;
	struct setup s;

	setup(&s, false, 44);
	res = walk(&s, VA, MMU_READ);
	mmu_print(&res, VA, text, sizeof(text));
	EXPECT_STR(text, "va 0x0000008080604000\n"
			 "  stage 1 level 0: [0x80000008] = 0x0000000080001003\n"
			 "  stage 1 level 1: [0x80001010] = 0x0000000080002003\n"
			 "  stage 1 level 2: [0x80002018] = 0x0000000080003003\n"
			 "  stage 1 level 3: [0x80003020] = 0x0000000080008403\n"
			 "  ipa 0x80008000, pa 0x80008000, attr 0x00\n");
	mmu_print(&res, VA, text, 30);
	EXPECT_STR(text, "va 0x0000008080604000\n  stage");
	s.p2m = &s.fx.p2m;
	s.cpu.ttbr0 = UINT64_C(0x100000000);
	res = walk(&s, VA, MMU_READ);
	mmu_print(&res, VA, text, sizeof(text));
	EXPECT_STR(text, "va 0x0000008080604000\n"
			 "  stage 2 level 0 S1PTW: [0x40000000] = 0x00800000400017ff\n"
			 "  stage 2 level 1 S1PTW: [0x40001020] = 0x0000000000000000\n"
			 "  stage 2 translation fault, level 1, S1PTW, ipa 0x100000008\n");
	teardown(&s);
}

static void test_memory_types(void)
{
	static const struct {
		unsigned int s1, s2;
		enum mem_type s1_type, both;
	} rows[] = {
		{0x00, 0xf, MEM_DEVICE_nGnRnE, MEM_DEVICE_nGnRnE},
		{0x04, 0xf, MEM_DEVICE_nGnRE, MEM_DEVICE_nGnRE},
		{0x08, 0xf, MEM_DEVICE_nGRE, MEM_DEVICE_nGRE},
		{0x0c, 0xf, MEM_DEVICE_GRE, MEM_DEVICE_GRE},
		{0x44, 0xf, MEM_NORMAL_NC, MEM_NORMAL_NC},
		{0xff, 0xf, MEM_NORMAL_WB, MEM_NORMAL_WB},
		{0xbb, 0xf, MEM_NORMAL_WT, MEM_NORMAL_WT},
		{0x33, 0xf, MEM_NORMAL_WT, MEM_NORMAL_WT}, /* transient */
		{0x77, 0xf, MEM_NORMAL_WB, MEM_NORMAL_WB}, /* transient */
		{0x4f, 0xf, MEM_NORMAL_NC, MEM_NORMAL_NC},
		{0xf4, 0xf, MEM_NORMAL_NC, MEM_NORMAL_NC},
		{0xff, 0x1, MEM_NORMAL_WB, MEM_DEVICE_nGnRE}, /* mmio_direct_dev */
		{0xff, 0x5, MEM_NORMAL_WB, MEM_NORMAL_NC},    /* mmio_direct_nc */
		{0xff, 0xa, MEM_NORMAL_WB, MEM_NORMAL_WT},
		{0xff, 0xe, MEM_NORMAL_WB, MEM_NORMAL_WT},
		{0xff, 0x0, MEM_NORMAL_WB, MEM_DEVICE_nGnRnE},
		{0xff, 0x3, MEM_NORMAL_WB, MEM_DEVICE_GRE},
		{0x00, 0x1, MEM_DEVICE_nGnRnE, MEM_DEVICE_nGnRnE},
		{0x0c, 0x1, MEM_DEVICE_GRE, MEM_DEVICE_nGnRE},
		{0x44, 0x1, MEM_NORMAL_NC, MEM_DEVICE_nGnRE},
	};
	static const char *const names[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
					    "Device-GRE",    "Normal-NC",    "Normal-WT",
					    "Normal-WB"};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		EXPECT_U64(mem_type_of_mair(rows[k].s1), rows[k].s1_type);
		EXPECT_U64(mem_type_combine(rows[k].s1, rows[k].s2), rows[k].both);
	}
	for (unsigned int t = MEM_DEVICE_nGnRnE; t <= MEM_NORMAL_WB; t++)
		EXPECT_STR(mem_type_name((enum mem_type)t), names[t]);
}

/* ---- against a flat array ---- */

#define FLAT_PAGES 2048 /* two level-3 tables, at two places, and two blocks */

/* Where page k of the flat array is in the VA space: four stretches of 2 MiB. */
static uint64_t flat_va(uint64_t k)
{
	static const uint64_t stretch[] = {0x200000, 0x7fc0000000, 0x8000000000, 0xffffffe00000};

	return stretch[k / 512] + (k % 512) * PAGE_SIZE;
}

/* Maps page k to IPA i, making stage-1 tables from RAM upwards as needed. */
static void flat_map(struct setup *s, uint64_t *next_table, uint64_t k, uint64_t i)
{
	uint64_t table = L0;

	for (unsigned int level = 0; level < 3; level++) {
		uint64_t index = (flat_va(k) >> LPAE_LEVEL_SHIFT(level)) & 511;
		uint64_t pte = memory_read64(&s->fx.mem, entry(table, index));

		if (!pte) {
			pte = *next_table | S1_TABLE;
			*next_table += PAGE_SIZE;
			poke(s, table, index, pte);
		}
		table = pte_pa(pte).v;
	}
	poke(s, table, (flat_va(k) >> PAGE_SHIFT) & 511, i ? i | S1_PAGE : 0);
}

static void test_flat(void)
{
	static uint64_t ipas[FLAT_PAGES];
	uint64_t rand = 7, next_table = RAM + 0x10000;
	unsigned int bad = 0, reached = 0;
	struct setup s;

	setup(&s, true, 44);
	poke(&s, L0, 1, 0);
	memset(ipas, 0, sizeof(ipas));
	for (unsigned int k = 0; k < 64; k++) /* stage 2: device frames at 0x9000 and up, holes */
		if (unit_rand(&rand) % 4)
			EXPECT_I64(fx_mmio(&s.fx, 0x100 + k, 1, 0x9000 + k), 0);
	for (unsigned int k = 0; k < 4000; k++) {
		uint64_t at = unit_rand(&rand) % FLAT_PAGES;

		ipas[at] = unit_rand(&rand) % 3 ? (0x100 + unit_rand(&rand) % 64) << PAGE_SHIFT : 0;
		flat_map(&s, &next_table, at, ipas[at]);
	}
	for (uint64_t k = 0; k < FLAT_PAGES; k++) {
		struct mmu_result res = walk(&s, flat_va(k) + 0x44, MMU_READ);
		uint64_t frame = fx_frame(&s.fx, ipas[k] >> PAGE_SHIFT);
		enum mmu_fault want = !ipas[k]		       ? MMU_S1_TRANSLATION
				      : frame == INVALID_FRAME ? MMU_S2_TRANSLATION
							       : MMU_OK;

		bad += res.fault != want;
		if (want == MMU_OK)
			bad += res.pa.v != (frame << PAGE_SHIFT) + 0x44;
		if (want != MMU_S1_TRANSLATION)
			bad += res.ipa.v != ipas[k] + 0x44 || res.s1ptw;
		reached += want == MMU_OK;
	}
	EXPECT_U64(bad, 0);
	EXPECT(reached > 300);
	teardown(&s);
}

static const struct unit_test tests[] = {
	{"a page is reached through four levels, by either half", test_page},
	{"blocks exist at levels 1 and 2 only", test_blocks},
	{"an empty entry faults at its level", test_translation_faults},
	{"each half has its table, its disable bit and its tag bit", test_halves},
	{"the size of a half decides where its walk starts", test_sizes},
	{"the access flag and the rights of a page are checked", test_flag_and_rights},
	{"a table takes rights from all pages below it", test_table_rights},
	{"an address above IPS is an address size fault", test_output_size},
	{"with stage 1 off the VA is the IPA", test_stage1_off},
	{"a full nested walk reads 24 descriptors", test_nested},
	{"a stage-2 hole under a stage-1 table is an S1PTW fault", test_s1ptw},
	{"a stage-1 table needs only the right to be read", test_s1ptw_rights},
	{"stage-2 translation faults report the first empty level", test_s2_translation},
	{"a clear valid bit faults, one level at a time", test_s2_valid_bits},
	{"stage-2 rights, access flag and reserved descriptors are checked", test_s2_rights},
	{"a frame beyond the PA size is a stage-2 address size fault", test_s2_address_size},
	{"tables beyond the PA size fault, a block's low bits are void", test_s2_out_of_reach},
	{"a stage-1 table on no memory is an external abort", test_external},
	{"fault status codes are the architecture's", test_fsc},
	{"a description names stage, kind, level and S1PTW", test_words},
	{"a printed walk has a line per descriptor", test_print},
	{"the more restrictive memory type wins", test_memory_types},
	{"random mappings of both stages agree with flat arrays", test_flat},
};

int main(int argc, char **argv)
{
	return unit_main("mmu", tests, ARRAY_SIZE(tests), argc, argv);
}
