// SPDX-License-Identifier: GPL-2.0-only
#include "tests/machine.h"

#define SCTLR_M UINT64_C(1)
/* 48-bit halves, 44-bit output. */
#define TCR	(UINT64_C(16) | UINT64_C(16) << 16 | UINT64_C(4) << 32)
#define S1_PGD	(M_RAM + 0x700000)
#define S1_PUD	(M_RAM + 0x701000)
#define S1_PMD	(M_RAM + 0x702000)
#define S1_PTE	(M_RAM + 0x703000)
#define S1_LEAF UINT64_C(0x703) /* page, AF, inner shareable, EL1 read-write */
#define S1_RO	UINT64_C(0x80)
/* The page table's 512 pages begin here. */
#define VA UINT64_C(0x8000000000)

static void s1_set(struct machine *m, uint64_t table, unsigned int index, uint64_t pte)
{
	memory_write64(&m->mem, pa(table + 8 * (uint64_t)index), pte);
}

/* Stage 1 on: VA's page k is the k-th page of M_IDXS. */
static void s1_on(struct machine *m)
{
	s1_set(m, S1_PGD, 1, S1_PUD | 3);
	s1_set(m, S1_PUD, 0, S1_PMD | 3);
	s1_set(m, S1_PMD, 0, S1_PTE | 3);
	for (unsigned int k = 0; k < 8; k++)
		s1_set(m, S1_PTE, k, (M_IDXS + k * PAGE_SIZE) | S1_LEAF);
	m->cpu.ttbr0 = S1_PGD;
	m->cpu.tcr = TCR;
	m->cpu.sctlr = SCTLR_M;
}

static void touch_tables(struct machine *m)
{
	for (uint64_t at = S1_PGD; at <= S1_PTE; at += PAGE_SIZE)
		m_touch(m, at);
}

static void start(struct machine *m, const char *version)
{
	m_init(m, version, "notifier");
	touch_tables(m);
	guest_copy_begin(&m->xen);
	charge_init(&m->charge, &m->profile, &m->xen.version->costs, false);
}

static void test_copies(void)
{
	struct machine m;
	char got[16] = "";

	start(&m, "4.22");
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, M_ARG + 3, "fifteen letters", 16), 0);
	EXPECT_STR(m_host(&m, M_ARG + 3, 16), "fifteen letters");
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, got, M_ARG + 3, 16), 0);
	EXPECT_STR(got, "fifteen letters");
	EXPECT_U64(m.charge.steps[XS_COPY], 2);
	EXPECT_U64(m.charge.xen_insns, 2 * 192);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, got, 0, 0), 0);
	EXPECT_U64(m.charge.steps[XS_COPY], 2);
	m_fini(&m);
}

static void test_crossing(void)
{
	struct machine m;
	uint8_t *first, *second;

	start(&m, "4.22");
	s1_on(&m);
	/* Neighbours in VA, apart in IPA. */
	s1_set(&m, S1_PTE, 1, (M_IDXS + 7 * PAGE_SIZE) | S1_LEAF);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA + PAGE_SIZE - 3, "abcdef", 6), 0);
	first = m_host(&m, M_IDXS + PAGE_SIZE - 3, 3);
	second = m_host(&m, M_IDXS + 7 * PAGE_SIZE, 3);
	EXPECT(memcmp(first, "abc", 3) == 0 && memcmp(second, "def", 3) == 0);
	EXPECT_U64(m.charge.steps[XS_COPY], 2);
	m_fini(&m);
}

static void test_second_page_missing(void)
{
	struct machine m;

	start(&m, "4.22");
	s1_on(&m);
	s1_set(&m, S1_PTE, 1, 0);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA + PAGE_SIZE - 3, "abcdef", 6), -XEN_EFAULT);
	EXPECT(memcmp(m_host(&m, M_IDXS + PAGE_SIZE - 3, 3), "abc", 3) == 0);
	m_fini(&m);
}

static void test_read_only(void)
{
	struct machine m;
	uint64_t v = 5;

	start(&m, "4.22");
	s1_on(&m);
	s1_set(&m, S1_PTE, 0, M_IDXS | S1_LEAF | S1_RO);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA, 8), 0);
	EXPECT_U64(v, 0);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA, &v, 8), -XEN_EFAULT);
	m_fini(&m);
}

static void refused(const char *version, uint64_t addr)
{
	struct machine m;
	uint64_t v;

	start(&m, version);
	m_batch(&m, M_OTHER_RAM >> PAGE_SHIFT, M_OTHER_RAM >> PAGE_SHIFT, 1);
	m_batch(&m, M_FWCFG >> PAGE_SHIFT, M_FWCFG >> PAGE_SHIFT, 1);
	guest_copy_begin(&m.xen);
	if (!EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, addr, 8), -XEN_EFAULT))
		printf("    in: %s, 0x%" PRIx64 "\n", version, addr);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, addr, &v, 8), -XEN_EFAULT);
	m_fini(&m);
}

static void test_not_owned(void)
{
	static const uint64_t addrs[] = {
		M_FWCFG,	/* MMIO, mapped */
		M_OTHER_RAM,	/* another's RAM, mapped */
		M_XEN_TEXT,	/* a crafted table: Xen's heap */
		M_TABLES,	/* a host table */
		M_HOLE,		/* nothing */
		UINT64_MAX - 3, /* wraps */
		UINT64_C(1) << 46,
	};

	for (size_t k = 0; k < ARRAY_SIZE(addrs); k++) {
		refused("4.8", addrs[k]);
		refused("4.22", addrs[k]);
	}
}

/* RAM that dev_mmio mapped once more is owned still, and hardware's walk does not ask its type. */
static void test_aliased_ram(void)
{
	uint64_t alias = M_HOLE;
	uint64_t v = 0;
	struct machine m;

	start(&m, "4.22");
	EXPECT_I64(m_batch(&m, (M_RAM + 0x600000) >> PAGE_SHIFT, alias >> PAGE_SHIFT, 1), 0);
	memory_write64(&m.mem, pa(M_RAM + 0x600010), 42);
	guest_copy_begin(&m.xen);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, alias + 0x10, 8), 0);
	EXPECT_U64(v, 42);
	m_fini(&m);
}

/* ---- valid bits ---- */

static void test_soft_walk(void)
{
	struct machine m;
	uint64_t v = 0;

	m_prepare(&m, "4.22", "notifier", 3);
	EXPECT_I64(m_build(&m, 0), 0);
	guest_copy_begin(&m.xen);
	memory_write64(&m.mem, pa(M_ARG), 7);
	for (unsigned int k = 1; k <= 2; k++) {
		EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, M_ARG, 8), 0);
		EXPECT_U64(v, 7);
		/* Each copy pays: nothing was repaired. */
		EXPECT_U64(m.charge.steps[XS_COPY_SOFT_WALK], k);
	}
	v = 9;
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, M_ARG, &v, 8), 0);
	EXPECT_U64(memory_read64(&m.mem, pa(M_ARG)), 9);
	m_fini(&m);
}

/* 4.9 with the valid bits cleared by hand: nothing but the AT decides. */
static void test_no_soft_walk(void)
{
	struct machine m;
	struct p2m_slot slot;
	uint64_t v;

	start(&m, "4.9");
	slot = p2m_walk(&m.xen.p2m, ipa(M_ARG));
	memory_write64(&m.mem, slot.entry, slot.pte & ~LPAE_VALID);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, M_ARG, 8), -XEN_EFAULT);
	EXPECT_U64(m.charge.steps[XS_COPY_SOFT_WALK], 0);
	memory_write64(&m.mem, slot.entry, slot.pte);
	m_fini(&m);
}

static void test_soft_walk_stage1(void)
{
	struct machine m;
	uint64_t v = 0;

	m_prepare(&m, "4.22", "notifier", 3);
	EXPECT_I64(m_build(&m, 0), 0);
	s1_on(&m);
	s1_set(&m, S1_PTE, 1, M_IDXS | S1_LEAF | S1_RO);
	memory_write64(&m.mem, pa(M_IDXS), 11);
	guest_copy_begin(&m.xen);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA, 8), 0);
	EXPECT_U64(v, 11);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA, &v, 8), 0);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA + PAGE_SIZE, &v, 8), -XEN_EFAULT);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA + 100 * PAGE_SIZE, 8), -XEN_EFAULT);
	m_fini(&m);
}

/* The software walk goes by type: RAM that became MMIO is refused, and so are odd stage-1 tables.
 */
static void test_soft_walk_types(void)
{
	struct machine m;
	uint64_t v;

	m_prepare(&m, "4.22", "notifier", 3);
	EXPECT_I64(m_build(&m, 0), 0);
	s1_on(&m);
	EXPECT_I64(xen_p2m_insert(&m.xen, gfn(M_IDXS >> PAGE_SHIFT), 1, mfn(M_IDXS >> PAGE_SHIFT),
				  P2M_MMIO_DIRECT_C),
		   0);
	guest_copy_begin(&m.xen);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA, 8), -XEN_EFAULT);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA + PAGE_SIZE, 8), 0);
	xen_p2m_insert(&m.xen, gfn((M_IDXS >> PAGE_SHIFT) + 1), 1, mfn((M_IDXS >> PAGE_SHIFT) + 1),
		       P2M_RAM_RO);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA + PAGE_SIZE, 8), 0);
	EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, VA + PAGE_SIZE, &v, 8), -XEN_EFAULT);
	/* A table that lies in Xen's heap, where Dom0 has nothing. */
	m.cpu.ttbr0 = M_XEN_HEAP;
	memory_write64(&m.mem, pa(M_XEN_HEAP + 8), S1_PUD | 3);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA + PAGE_SIZE, 8), -XEN_EFAULT);
	m_fini(&m);
}

/* ---- the cache ---- */

static void test_cache_dies(void)
{
	struct machine m;
	uint64_t v;

	start(&m, "4.22");
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, M_IDXS, 8), 0);
	EXPECT_I64(xen_p2m_insert(&m.xen, gfn(M_IDXS >> PAGE_SHIFT), 1, mfn(M_FWCFG >> PAGE_SHIFT),
				  P2M_MMIO_DIRECT_C),
		   0);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, M_IDXS, 8), -XEN_EFAULT);
	m_fini(&m);
}

static void test_cache_within_entry(void)
{
	struct machine m;
	uint64_t v = 0;

	start(&m, "4.22");
	s1_on(&m);
	memory_write64(&m.mem, pa(M_IDXS), 1);
	memory_write64(&m.mem, pa(M_IDXS + 3 * PAGE_SIZE), 2);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA, 8), 0);
	EXPECT_U64(v, 1);
	/* Without a TLBI the old translation may live on, but not into the next entry to Xen. */
	s1_set(&m, S1_PTE, 0, (M_IDXS + 3 * PAGE_SIZE) | S1_LEAF);
	guest_copy_begin(&m.xen);
	EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, VA, 8), 0);
	EXPECT_U64(v, 2);
	m_fini(&m);
}

static void test_cache_full(void)
{
	struct machine m;

	start(&m, "4.22");
	for (unsigned int k = 0; k < 24; k++) {
		uint64_t at = M_IDXS + k % 6 * PAGE_SIZE;
		uint64_t v = k;

		EXPECT_I64(copy_to_guest(&m.xen, &m.cpu, at, &v, 8), 0);
		EXPECT_U64(memory_read64(&m.mem, pa(at)), k);
		v = 0;
		EXPECT_I64(copy_from_guest(&m.xen, &m.cpu, &v, at, 8), 0);
		EXPECT_U64(v, k);
	}
	m_fini(&m);
}

static const struct unit_test tests[] = {
	{"bytes go both ways, one AT a copy", test_copies},
	{"a copy across pages walks for each page", test_crossing},
	{"what lay in an earlier page has been copied when a later one fails",
	 test_second_page_missing},
	{"a page that stage 1 makes read-only takes no copy", test_read_only},
	{"what Dom0 does not own is refused", test_not_owned},
	{"RAM mapped once more by dev_mmio is Dom0's still", test_aliased_ram},
	{"4.22 finds RAM whose valid bits are clear, at a price each time", test_soft_walk},
	{"4.9 does not look beyond the AT", test_no_soft_walk},
	{"the software walk respects stage 1", test_soft_walk_stage1},
	{"the software walk goes by type", test_soft_walk_types},
	{"a cached translation dies with the entry it came from", test_cache_dies},
	{"a cached translation does not outlive one entry to Xen", test_cache_within_entry},
	{"more pages than the cache holds are all right", test_cache_full},
};

int main(int argc, char **argv)
{
	return unit_main("guest_copy", tests, ARRAY_SIZE(tests), argc, argv);
}
