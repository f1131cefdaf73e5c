// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random maps, removals, splits and resolves against a flat array of frames, on every geometry and
 * for releases that differ; and the naive map of sim/ against both. A failure prints the run's row
 * and seed; the run depends on nothing else.
 */
#include <errno.h>

#include "sim/mmu.h"
#include "sim/naive.h"
#include "tests/p2m_fixture.h"

#define WINDOW	   (UINT64_C(1) << 19) /* pages under test: two level-1 blocks */
#define G1	   (UINT64_C(1) << 18)
#define M2	   UINT64_C(512)
#define STEPS	   60
#define SAMPLES	   12
#define COMPARE_AT 6 /* steps between two comparisons of everything */

struct row {
	unsigned int pa_bits;
	uint64_t base; /* first gfn of the window, aligned to 1 GiB */
};

/* Windows at the borders: of the input range, of root pages, of level-0 entries. */
static const struct row rows[] = {
	{32, 0},
	{36, (UINT64_C(1) << 24) - WINDOW},
	{40, (UINT64_C(1) << 27) - G1},
	{42, (UINT64_C(1) << 28) - WINDOW},
	{44, (UINT64_C(1) << 27) - G1},
	{48, (UINT64_C(1) << 36) - WINDOW},
};

static const struct p2m_rules *const rule_rows[] = {&fx_rules_4_8, &fx_rules_4_9, &fx_rules_4_12,
						    &fx_rules_4_22};

/* What each page of the window should be. */
struct flat {
	uint64_t frame[WINDOW];
	uint8_t type[WINDOW];
};

struct run {
	struct fx fx;
	struct flat *flat;
	struct naive naive;
	uint64_t base;
	uint64_t rand;
	uint64_t chunks; /* SET_ENTRY ops of the current call */
	const char *wrong;
};

struct request {
	uint64_t g, nr, m;
	enum p2m_type t;
};

static uint64_t below(struct run *run, uint64_t n)
{
	return unit_rand(&run->rand) % n;
}

static void wrong(struct run *run, const char *what)
{
	if (!run->wrong)
		run->wrong = what;
}

static void count_chunks(void *ctx, const struct p2m_op *op)
{
	struct run *run = ctx;

	run->chunks += op->kind == P2M_OP_SET_ENTRY;
}

static void take_request(void *ctx, const struct p2m_request *rq)
{
	struct run *run = ctx;

	naive_request(&run->naive, p2m_root_frames(&run->fx.p2m), rq);
}

/* ---- the flat model ---- */

/* Pages of the next chunk: the largest of 1 GiB, 2 MiB, 4 KiB that divides everything. */
static uint64_t chunk_pages(const struct p2m_rules *rules, const struct request *rq)
{
	static const uint64_t sizes[] = {G1, M2};
	bool frame_counts = rq->t != P2M_INVALID || !rules->remove_needs_superpage_mask;
	uint64_t frame = rq->t == P2M_INVALID ? INVALID_FRAME : rq->m;

	for (size_t k = 0; k < ARRAY_SIZE(sizes); k++)
		if (rq->g % sizes[k] == 0 && rq->nr % sizes[k] == 0 &&
		    (!frame_counts || frame % sizes[k] == 0))
			return sizes[k];
	return 1;
}

/* Applies the first `chunks` chunks of a request; returns how many there were to apply. */
static uint64_t flat_apply(struct run *run, struct request rq, uint64_t chunks)
{
	uint64_t done = 0;

	while (rq.nr && done < chunks) {
		uint64_t pages = chunk_pages(run->fx.p2m.rules, &rq);

		for (uint64_t k = 0; k < pages; k++) {
			uint64_t at = rq.g - run->base + k;

			run->flat->type[at] = (uint8_t)rq.t;
			run->flat->frame[at] = rq.t == P2M_INVALID ? INVALID_FRAME : rq.m + k;
		}
		rq.g += pages;
		rq.m += pages;
		rq.nr -= pages;
		done++;
	}
	return done;
}

struct compare {
	struct run *run;
	uint64_t next; /* first page of the window not compared yet */
};

static bool compare_gap(struct compare *c, uint64_t end)
{
	for (; c->next < end; c->next++)
		if (c->run->flat->type[c->next] != P2M_INVALID)
			return false;
	return true;
}

static bool compare_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct compare *c = ctx;
	const struct flat *flat = c->run->flat;
	uint64_t first = gfn_from_ipa(i).v - c->run->base;
	uint64_t pages = UINT64_C(1) << LPAE_LEVEL_ORDER(level);
	uint64_t frame = mfn_from_pa(pte_pa(pte)).v;

	if (first >= WINDOW || !compare_gap(c, first))
		return wrong(c->run, "a leaf is where nothing was mapped, or is missing"), false;
	for (uint64_t k = 0; k < pages; k++, c->next++)
		if (flat->type[first + k] != pte_type(pte) || flat->frame[first + k] != frame + k)
			return wrong(c->run, "a leaf maps the wrong frame"), false;
	return true;
}

static void compare_all(struct run *run)
{
	struct compare c = {run, 0};

	p2m_for_each_leaf(&run->fx.p2m, compare_leaf, &c);
	if (!run->wrong && !compare_gap(&c, WINDOW))
		wrong(run, "a mapped page has no leaf");
}

/* The naive map against the tables; the tables were compared with the array. */
static void compare_naive(struct run *run, bool every_walk)
{
	char why[1024];

	if (naive_compare(&run->naive, &run->fx.p2m, every_walk, why, sizeof(why)))
		return;
	printf("%s", why);
	wrong(run, "the naive map differs");
}

/* ---- one page, seen by each walker ---- */

static struct mmu_result hardware(const struct run *run, uint64_t at)
{
	static const struct cpu stage1_off;

	return mmu_walk(&stage1_off, &run->fx.mem, &run->fx.p2m,
			(run->base + at) << PAGE_SHIFT | 0x123, MMU_READ);
}

static void check_page(struct run *run, uint64_t at)
{
	ipa_t i = ipa(((run->base + at) << PAGE_SHIFT) | 0x123);
	uint64_t want = (run->flat->frame[at] << PAGE_SHIFT) | 0x123;
	struct p2m_slot slot = p2m_walk(&run->fx.p2m, i);
	struct mmu_result seen = hardware(run, at);
	enum p2m_type t;
	pa_t out = pa(0);
	bool found = p2m_lookup(&run->fx.p2m, i, &out, &t);

	if (t != (enum p2m_type)run->flat->type[at] || found != (t != P2M_INVALID))
		wrong(run, "a lookup gives the wrong type");
	if (found && out.v != want)
		wrong(run, "a lookup gives the wrong address");
	if ((seen.fault == MMU_OK) != (slot.hw_fault_level < 0))
		wrong(run, "the walkers disagree about a fault");
	if (seen.fault == MMU_OK && (!found || seen.pa.v != want))
		wrong(run, "hardware reaches the wrong page");
	if (seen.fault != MMU_OK && (seen.fault != MMU_S2_TRANSLATION ||
				     (int)seen.level != slot.hw_fault_level || seen.ipa.v != i.v))
		wrong(run, "hardware reports another fault than the table shows");
}

/* ---- steps ---- */

static struct request random_request(struct run *run)
{
	static const enum p2m_type types[] = {
		P2M_RAM_RW,	   P2M_RAM_RO,	P2M_MMIO_DIRECT_DEV, P2M_MMIO_DIRECT_NC,
		P2M_MMIO_DIRECT_C, P2M_INVALID, P2M_INVALID};
	static const uint64_t units[] = {1, 1, 1, M2, M2, M2, G1};
	uint64_t unit = units[below(run, ARRAY_SIZE(units))];
	uint64_t first = below(run, WINDOW / unit) * unit;
	uint64_t most = WINDOW - first < 40 * unit ? WINDOW - first : 40 * unit;
	struct request rq = {
		.g = run->base + first,
		.nr = unit == 1 ? 1 + below(run, most) : unit * (1 + below(run, most / unit)),
		.m = below(run, G1 / unit + 1) * unit,
		.t = types[below(run, ARRAY_SIZE(types))],
	};

	/* Now and then not quite a multiple, so that large requests fall apart. */
	if (unit == M2 && below(run, 4) == 0)
		rq.nr -= below(run, 3);
	return rq;
}

/* One map or removal. Samples that hardware could see before must not change unnoticed. */
static void step_set(struct run *run)
{
	struct request rq = random_request(run);
	mfn_t m = mfn(rq.t == P2M_INVALID ? INVALID_FRAME : rq.m);
	uint64_t generation = run->fx.p2m.generation;
	struct mmu_result before[SAMPLES];
	uint64_t at[SAMPLES];
	int rc;

	for (size_t k = 0; k < SAMPLES; k++) {
		at[k] = k % 2 ? below(run, WINDOW) : rq.g - run->base + below(run, rq.nr);
		before[k] = hardware(run, at[k]);
	}
	run->chunks = 0;
	rc = p2m_set_entry(&run->fx.p2m, gfn(rq.g), rq.nr, m, rq.t);
	if (flat_apply(run, rq, run->chunks - (rc != 0)) != run->chunks - (rc != 0))
		wrong(run, "the call made more chunks than there are");
	if (rc == 0 && flat_apply(run, rq, UINT64_MAX) != run->chunks)
		wrong(run, "the call made fewer chunks than there are");
	if (rc != 0 && rc != -ENOENT && rc != -ENOMEM)
		wrong(run, "the call failed for no reason");
	for (size_t k = 0; k < SAMPLES; k++) {
		check_page(run, at[k]);
		if (before[k].fault == MMU_OK && hardware(run, at[k]).pa.v != before[k].pa.v &&
		    run->fx.p2m.generation == generation)
			wrong(run, "a valid page changed and the generation did not");
	}
}

/* Faults on one page until it is resolved or refused. */
static void step_resolve(struct run *run)
{
	uint64_t at = below(run, WINDOW);
	ipa_t i = ipa((run->base + at) << PAGE_SHIFT);
	unsigned int levels = LPAE_LEAF + 1 - run->fx.p2m.geo->root_level;
	bool mapped = run->flat->type[at] != P2M_INVALID;
	unsigned int faults = 0;

	while (hardware(run, at).fault != MMU_OK && p2m_resolve_fault(&run->fx.p2m, i))
		if (++faults > levels) {
			wrong(run, "a page faults more often than it has levels");
			break;
		}
	if (mapped != (hardware(run, at).fault == MMU_OK))
		wrong(run, "resolving ends in the wrong state");
	check_page(run, at);
}

static void step(struct run *run, bool starve)
{
	const struct p2m_rules *rules = run->fx.p2m.rules;
	char why[128];

	run->fx.heap.limit = starve ? run->fx.heap.used + below(run, 6) : FX_HEAP_PAGES;
	switch (below(run, rules->remove_needs_valid_bit ? 6 : 9)) {
	case 6:
		p2m_invalidate_root(&run->fx.p2m);
		break;
	case 7:
	case 8:
		step_resolve(run);
		break;
	default:
		step_set(run);
	}
	if (!p2m_check(&run->fx.p2m, why, sizeof(why))) {
		printf("p2m_check: %s\n", why);
		wrong(run, "the tables are unsound");
	}
	compare_naive(run, false);
	if (run->fx.heap.used != run->fx.p2m.tables + (UINT64_C(1) << run->fx.p2m.geo->root_order))
		wrong(run, "the heap and the p2m count different tables");
}

/* Empties the window by whole blocks: only tables above level 1 may stay. */
static void drain(struct run *run)
{
	const struct p2m *p2m = &run->fx.p2m;
	bool frees = p2m->rules->remove_needs_superpage_mask;
	uint64_t tables = p2m->tables;

	run->fx.heap.limit = FX_HEAP_PAGES;
	EXPECT_I64(fx_remove(&run->fx, run->base, WINDOW), 0);
	for (unsigned int level = 0; level <= LPAE_LEAF; level++)
		EXPECT_U64(p2m->mappings[level], 0);
	if (frees)
		EXPECT(p2m->tables <= (p2m->geo->root_level == 0 ? 2 : 0));
	else
		EXPECT(p2m->tables >= tables);
}

static void run_one(const struct row *row, const struct p2m_rules *rules, struct flat *flat,
		    uint64_t seed, bool starve)
{
	struct run run = {.flat = flat, .base = row->base, .rand = seed};
	unsigned int k;

	for (uint64_t at = 0; at < WINDOW; at++)
		flat->frame[at] = INVALID_FRAME;
	memset(flat->type, P2M_INVALID, sizeof(flat->type));
	fx_init(&run.fx, rules, row->pa_bits);
	run.fx.p2m.sink = (struct p2m_sink){count_chunks, &run, take_request};
	for (k = 0; k < STEPS && !run.wrong; k++) {
		step(&run, starve);
		if (!run.wrong && k % COMPARE_AT == 0)
			compare_all(&run);
	}
	if (!run.wrong)
		compare_all(&run);
	if (!run.wrong)
		compare_naive(&run, true);
	if (run.wrong)
		printf("seed %" PRIu64 ", %u bits, rules of 4.%s, step %u: %s\n", seed,
		       row->pa_bits,
		       rules == &fx_rules_4_8	 ? "8"
		       : rules == &fx_rules_4_9	 ? "9"
		       : rules == &fx_rules_4_12 ? "12"
						 : "22",
		       k, run.wrong);
	EXPECT(run.wrong == NULL);
	drain(&run);
	naive_fini(&run.naive);
	fx_fini(&run.fx);
}

static void run_all(uint64_t first_seed, bool starve)
{
	struct flat *flat = malloc(sizeof(*flat));

	CHECK(flat);
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
		for (size_t v = 0; v < ARRAY_SIZE(rule_rows); v++)
			run_one(&rows[r], rule_rows[v], flat, first_seed + 100 * r + v, starve);
	free(flat);
}

static void test_random(void)
{
	run_all(1000, false);
	run_all(2000, false);
}

static void test_starved(void)
{
	run_all(3000, true);
	run_all(4000, true);
}

static const struct unit_test tests[] = {
	{"random requests agree with a flat array of frames", test_random},
	{"requests that run out of table pages keep what they had mapped", test_starved},
};

int main(int argc, char **argv)
{
	return unit_main("p2m_property", tests, ARRAY_SIZE(tests), argc, argv);
}
