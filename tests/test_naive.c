// SPDX-License-Identifier: GPL-2.0-only
/* The naive map by itself, against a plain array, and against tables that were tampered with. */
#include "sim/naive.h"

#include <errno.h>

#include "tests/p2m_fixture.h"

#define FRAMES 4096 /* of the small maps here */
#define M2     UINT64_C(512)

static void ask(struct naive *n, uint64_t g, uint64_t nr, uint64_t m, enum p2m_type t)
{
	struct p2m_request rq = {.g = gfn(g), .nr = nr, .m = mfn(m), .t = t, .done = nr};

	naive_request(n, FRAMES, &rq);
}

/* ---- the map ---- */

static void expect_run(const struct naive *n, uint64_t at, uint64_t first, uint64_t pages,
		       uint64_t frame)
{
	const struct naive_run *run = naive_find(n, at);

	if (!EXPECT(run != NULL))
		return;
	EXPECT_U64(run->first, first);
	EXPECT_U64(run->pages, pages);
	EXPECT_U64(run->frame, frame);
}

static void test_runs(void)
{
	struct naive n = {.lost = false};

	EXPECT(naive_find(&n, 0) == NULL);
	ask(&n, 10, 10, 100, P2M_RAM_RW);
	expect_run(&n, 10, 10, 10, 100);
	expect_run(&n, 19, 10, 10, 100);
	EXPECT(!naive_find(&n, 9) && !naive_find(&n, 20));
	/* what goes on where a run ends is part of it, but not with another type or frame */
	ask(&n, 20, 1, 110, P2M_RAM_RW);
	expect_run(&n, 20, 10, 11, 100);
	ask(&n, 21, 1, 111, P2M_MMIO_DIRECT_C);
	ask(&n, 22, 1, 111, P2M_MMIO_DIRECT_C);
	EXPECT_U64(n.runs.count, 3);
	/* a removal in the middle leaves both ends */
	ask(&n, 12, 3, INVALID_FRAME, P2M_INVALID);
	expect_run(&n, 11, 10, 2, 100);
	EXPECT(!naive_find(&n, 12) && !naive_find(&n, 14));
	expect_run(&n, 15, 15, 6, 105);
	/* over several runs and gaps */
	ask(&n, 0, 100, 0, P2M_RAM_RW);
	EXPECT_U64(n.runs.count, 1);
	expect_run(&n, 99, 0, 100, 0);
	ask(&n, 0, 100, INVALID_FRAME, P2M_INVALID);
	EXPECT_U64(n.runs.count, 0);
	naive_fini(&n);
}

/* Frames above the root are frames within it, where they are accepted at all. */
static void test_alias(void)
{
	struct naive n = {.lost = false};

	ask(&n, 3 * FRAMES + 7, 1, 5, P2M_RAM_RW);
	expect_run(&n, 7, 7, 1, 5);
	ask(&n, FRAMES - 1, 2, 50, P2M_RAM_RW);
	expect_run(&n, FRAMES - 1, FRAMES - 1, 1, 50);
	expect_run(&n, 0, 0, 1, 51);
	naive_fini(&n);
}

/* A call that failed half way did the first half. */
static void test_failed(void)
{
	struct p2m_request rq = {.g = gfn(8), .nr = 6, .m = mfn(80), .t = P2M_RAM_RW, .done = 2};
	struct naive n = {.lost = false};

	naive_request(&n, FRAMES, &rq);
	expect_run(&n, 9, 8, 2, 80);
	EXPECT(naive_find(&n, 10) == NULL);
	naive_reset(&n);
	EXPECT(naive_find(&n, 9) == NULL);
	naive_fini(&n);
}

static void test_array(void)
{
	static uint64_t frame[FRAMES];
	static uint8_t type[FRAMES];
	struct naive n = {.lost = false};
	uint64_t rand = 7;

	for (unsigned int step = 0; step < 3000; step++) {
		uint64_t g = unit_rand(&rand) % FRAMES, m = g + unit_rand(&rand) % 3;
		uint64_t nr = 1 + unit_rand(&rand) % (step % 9 ? 8 : 400);
		enum p2m_type t = (enum p2m_type)(unit_rand(&rand) % 3);

		if (nr > FRAMES - g)
			nr = FRAMES - g;
		ask(&n, g, nr, m, t);
		for (uint64_t k = 0; k < nr; k++) {
			type[g + k] = (uint8_t)t;
			frame[g + k] = m + k;
		}
	}
	for (uint64_t at = 0; at < FRAMES; at++) {
		const struct naive_run *run = naive_find(&n, at);

		EXPECT_U64(run ? run->type : P2M_INVALID, type[at]);
		if (run && type[at])
			EXPECT_U64(run->frame + (at - run->first), frame[at]);
	}
	for (size_t k = 1; k < n.runs.count; k++)
		EXPECT(n.runs.items[k - 1].first + n.runs.items[k - 1].pages <=
		       n.runs.items[k].first);
	naive_fini(&n);
}

/* ---- against tables ---- */

struct pair {
	struct fx fx;
	struct naive naive;
	char why[1024];
};

static void take_request(void *ctx, const struct p2m_request *rq)
{
	struct pair *p = ctx;

	naive_request(&p->naive, p2m_root_frames(&p->fx.p2m), rq);
}

/* 36 bits: a root page at level 1. Page 7, a 2 MiB block at page 512, three pages of 1024 on. */
static void pair_init(struct pair *p)
{
	*p = (struct pair){.why = ""};
	fx_init(&p->fx, &fx_rules_4_22, 36);
	p->fx.p2m.sink = (struct p2m_sink){.ctx = p, .request = take_request};
	EXPECT_I64(fx_mmio(&p->fx, 7, 1, 0x9007), 0);
	EXPECT_I64(fx_mmio(&p->fx, M2, M2, M2), 0);
	EXPECT_I64(p2m_set_entry(&p->fx.p2m, gfn(2 * M2), 3, mfn(2 * M2), P2M_RAM_RW), 0);
}

static bool pair_same(struct pair *p)
{
	bool walks, leaves = naive_compare(&p->naive, &p->fx.p2m, false, p->why, sizeof(p->why));

	walks = naive_compare(&p->naive, &p->fx.p2m, true, p->why, sizeof(p->why));
	EXPECT_U64(walks, leaves);
	return walks;
}

static void pair_fini(struct pair *p)
{
	naive_fini(&p->naive);
	fx_fini(&p->fx);
}

static void test_same(void)
{
	struct pair p;

	pair_init(&p);
	EXPECT(pair_same(&p));
	EXPECT_STR(p.why, "");
	p2m_invalidate_root(&p.fx.p2m);
	EXPECT(pair_same(&p));
	EXPECT(p2m_resolve_fault(&p.fx.p2m, ipa(7 << PAGE_SHIFT)));
	EXPECT_I64(fx_remove(&p.fx, M2 + 8, 8), 0);
	EXPECT(pair_same(&p));
	/* the pool is empty: what was done before stays */
	p.fx.heap.limit = p.fx.heap.used;
	EXPECT_I64(fx_mmio(&p.fx, 2 * M2 - 2, 4, 0), 0);
	EXPECT_I64(fx_mmio(&p.fx, 3 * M2 - 2, 4, 0), -ENOENT);
	EXPECT(pair_same(&p));
	p.fx.heap.limit = FX_HEAP_PAGES;
	pair_fini(&p);
}

/* The map with one descriptor changed, and put back: the first page that differs. */
static void tamper(struct pair *p, uint64_t page, uint64_t (*change)(uint64_t pte),
		   uint64_t differs)
{
	struct p2m_slot slot = p2m_walk(&p->fx.p2m, ipa_from_gfn(gfn(page)));
	char words[64];

	snprintf(words, sizeof(words), "differ at page 0x%" PRIx64 ",", differs);
	memory_write64(&p->fx.mem, slot.entry, change(slot.pte));
	EXPECT(!pair_same(p));
	if (!EXPECT(strstr(p->why, words) != NULL))
		printf("%s", p->why);
	memory_write64(&p->fx.mem, slot.entry, slot.pte);
	EXPECT(pair_same(p));
}

static uint64_t to_nothing(uint64_t pte)
{
	return pte & 0;
}

static uint64_t to_other_frame(uint64_t pte)
{
	return pte ^ UINT64_C(0x40000000);
}

static uint64_t to_ram(uint64_t pte)
{
	return s2_leaf(pte_pa(pte), P2M_RAM_RW, pte & LPAE_TABLE ? LPAE_LEAF : 2);
}

static uint64_t to_leaf(uint64_t pte)
{
	(void)pte;
	return s2_leaf(pa(0x5000), P2M_MMIO_DIRECT_C, LPAE_LEAF);
}

static uint64_t to_block(uint64_t pte)
{
	(void)pte;
	return s2_leaf(pa(0), P2M_MMIO_DIRECT_C, 2);
}

static void test_tampered(void)
{
	struct pair p;

	pair_init(&p);
	tamper(&p, 7, to_nothing, 7);
	tamper(&p, 7, to_other_frame, 7);
	tamper(&p, 7, to_ram, 7);
	tamper(&p, 8, to_leaf, 8);	    /* a page that nobody asked for */
	tamper(&p, M2 + 9, to_nothing, M2); /* a whole block */
	tamper(&p, M2 + 9, to_other_frame, M2);
	tamper(&p, M2, to_ram, M2);
	tamper(&p, 2 * M2 + 1, to_nothing, 2 * M2 + 1); /* in the middle of a run */
	tamper(&p, 2 * M2 + 2, to_other_frame, 2 * M2 + 2);
	tamper(&p, 2 * M2 + 3, to_leaf, 2 * M2 + 3);
	tamper(&p, 3 * M2, to_block, 3 * M2);
	tamper(&p, UINT64_C(1) << 23, to_block, UINT64_C(1) << 23); /* far from everything */
	pair_fini(&p);
}

static void test_both_views(void)
{
	struct p2m_slot slot;
	struct pair p;

	pair_init(&p);
	slot = p2m_walk(&p.fx.p2m, ipa(7 << PAGE_SHIFT));
	memory_write64(&p.fx.mem, slot.entry, to_leaf(0));
	EXPECT(!pair_same(&p));
	EXPECT_STR(p.why, "the naive map and the p2m differ at page 0x7, ipa 0x7000\n"
			  "naive map: frame 0x9007, mmio_direct_c\n"
			  "p2m: frame 0x5, mmio_direct_c\n"
			  "  stage 2 level 1: [0x40000000] = 0x00800000400017ff\n"
			  "  stage 2 level 2: [0x40001000] = 0x00800000400027ff\n"
			  "  stage 2 level 3: [0x40002038] = 0x02c00000000056ff\n");
	memory_write64(&p.fx.mem, slot.entry, 0);
	EXPECT(!pair_same(&p));
	EXPECT(strstr(p.why, "\np2m: not mapped\n") != NULL);
	memory_write64(&p.fx.mem, slot.entry, slot.pte);
	ask(&p.naive, 7, 1, INVALID_FRAME, P2M_INVALID);
	EXPECT(!pair_same(&p));
	EXPECT(strstr(p.why, "\nnaive map: not mapped\n") != NULL);
	pair_fini(&p);
}

static const struct unit_test tests[] = {
	{"runs split, join and go away as pages are mapped and removed", test_runs},
	{"frames beyond the root wrap around", test_alias},
	{"what a failed call had done counts", test_failed},
	{"the map agrees with a plain array", test_array},
	{"the map agrees with the tables of all that was asked for", test_same},
	{"a descriptor that was tampered with is found at its first page", test_tampered},
	{"a difference is told with both views and the walk", test_both_views},
};

int main(int argc, char **argv)
{
	return unit_main("naive", tests, ARRAY_SIZE(tests), argc, argv);
}
