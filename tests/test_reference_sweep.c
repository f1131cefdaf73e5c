// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_sweep.c: every entry of a p2m is asked, as few runs, and the one page that differs
 * is told. What boots is skipped without QEMU.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "reference/compare.h"
#include "reference/sweep.h"
#include "tests/p2m_fixture.h"
#include "tests/tape_fixture.h"

#define HEAP	   UINT64_C(0x70000000) /* in the machine's RAM */
#define HEAP_PAGES 256
#define WINDOW	   UINT64_C(0x4010000000) /* a device's, mapped 1:1 */
#define PAGES	   700			  /* more than one table has */
#define BLOCK2	   UINT64_C(0x4020000000)
#define BLOCK1	   UINT64_C(0x8040000000)
#define MiB	   (UINT64_C(1) << 20)
#define GiB	   (UINT64_C(1) << 30)

/* A p2m with pages, a block of each size and nothing else, and the job that sweeps it. */
struct swept {
	struct memory mem;
	struct heap heap;
	struct p2m p2m;
	struct ref_image img;
};

static void map(struct swept *s, uint64_t at, uint64_t bytes, enum p2m_type t)
{
	CHECK(!p2m_set_entry(&s->p2m, gfn(at >> PAGE_SHIFT), bytes >> PAGE_SHIFT,
			     mfn(at >> PAGE_SHIFT), t));
}

static void swept_init(struct swept *s)
{
	*s = (struct swept){.img = {.lost = false}};
	memory_init(&s->mem);
	CHECK(!memory_add_bank(&s->mem, pa(HEAP), HEAP_PAGES << PAGE_SHIFT));
	heap_init(&s->heap, &s->mem, pa(HEAP), HEAP_PAGES);
	CHECK(!p2m_init(&s->p2m, &fx_rules_4_22, 44, &s->mem, &s->heap,
			(struct p2m_sink){.op = NULL}));
	for (uint64_t k = 0; k < PAGES; k++)
		map(s, WINDOW + k * PAGE_SIZE, PAGE_SIZE, P2M_MMIO_DIRECT_C);
	map(s, BLOCK2, 2 * MiB, P2M_RAM_RW);
	map(s, BLOCK1, GiB, P2M_RAM_RW);
	ref_image_init(&s->img, ref_cpu_for(44));
}

static void swept_fini(struct swept *s)
{
	ref_image_fini(&s->img);
	heap_fini(&s->heap);
	memory_fini(&s->mem);
}

static void sweep(struct swept *s)
{
	ref_image_begin(&s->img, "swept", &s->p2m, REF_HCR | REF_HCR_DC);
	ref_sweep(&s->img, &s->p2m);
	EXPECT(ref_image_end(&s->img));
}

/* ---- what is asked ---- */

/* Calls fn for each walk that the job asks for, with what is foreseen; how many runs there are. */
static size_t for_each_walk(const struct swept *s,
			    void (*fn)(void *ctx, uint64_t va, bool write, uint64_t par), void *ctx)
{
	const struct ref_job *job = &s->img.jobs.items[0];
	const uint64_t *probe = &s->img.words.items[job->probes_at];
	size_t runs = 0;

	for (size_t k = 0; k < job->probe_count; k++, probe += ref_probe_words(*probe)) {
		const struct el2_sweep *run = (const struct el2_sweep *)(probe + 1);
		uint64_t kind = *probe & EL2_KIND_MASK, va = *probe & PAGE_MASK;

		if (kind == EL2_SWEPT)
			continue;
		runs++;
		if (kind == EL2_READ || kind == EL2_WRITE) {
			fn(ctx, va, kind == EL2_WRITE, s->img.expect.items[job->expect_at + k]);
			continue;
		}
		CHECK(kind == EL2_SWEEP_READ || kind == EL2_SWEEP_WRITE);
		EXPECT(run->count > 1 && run->mask == ref_par_mask(run->par));
		for (uint64_t n = 0; n < run->count; n++)
			fn(ctx, va + n * run->stride, kind == EL2_SWEEP_WRITE,
			   run->par + n * run->step);
	}
	EXPECT(probe == s->img.words.items + s->img.words.count);
	return runs;
}

struct seen {
	const struct swept *s;
	VEC(uint64_t) asked; /* bit 0: a write */
	size_t wrong;
};

static void see(void *ctx, uint64_t va, bool write, uint64_t par)
{
	struct seen *seen = ctx;
	struct ref_query q = {va, write ? MMU_WRITE : MMU_READ, REF_HCR | REF_HCR_DC, NULL};

	seen->wrong += ref_expect(&seen->s->p2m, seen->s->img.cpu, &q) != par;
	CHECK(!vec_push(&seen->asked, va | write));
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Whether each page of [at, at + bytes) was asked for both, once. */
static bool has_all(const struct seen *seen, uint64_t at, uint64_t bytes)
{
	const uint64_t *found =
		bsearch(&at, seen->asked.items, seen->asked.count, sizeof(at), by_value);
	size_t left;

	if (!found)
		return false;
	left = seen->asked.count - (size_t)(found - seen->asked.items);
	for (uint64_t k = 0; k < 2 * (bytes >> PAGE_SHIFT); k++)
		if (k >= left || found[k] != ((at + (k / 2 << PAGE_SHIFT)) | (k & 1)))
			return false;
	return true;
}

static void test_asks_all(void)
{
	struct swept s;
	struct seen seen = {&s, {0}, 0};

	swept_init(&s);
	sweep(&s);
	EXPECT(for_each_walk(&s, see, &seen) < 60);
	EXPECT_U64(seen.wrong, 0);
	qsort(seen.asked.items, seen.asked.count, sizeof(uint64_t), by_value);
	for (size_t k = 1; k < seen.asked.count; k++)
		if (!EXPECT(seen.asked.items[k - 1] != seen.asked.items[k]))
			break;
	/* pages, and what is left of their last table; a block; a large one's ends */
	EXPECT(has_all(&seen, WINDOW, 4 * MiB));
	EXPECT(has_all(&seen, BLOCK2, 2 * MiB));
	EXPECT(has_all(&seen, BLOCK1, 2 * MiB));
	EXPECT(has_all(&seen, BLOCK1 + GiB - 2 * MiB, 2 * MiB));
	EXPECT(has_all(&seen, BLOCK1 + 2 * MiB, PAGE_SIZE));
	EXPECT(has_all(&seen, BLOCK1 + 4 * MiB + PAGE_SIZE, PAGE_SIZE));
	/* entries without a leaf at levels 0, 1, 2: both their ends */
	EXPECT(has_all(&seen, UINT64_C(1) << 39, PAGE_SIZE));
	EXPECT(has_all(&seen, (UINT64_C(1) << 44) - PAGE_SIZE, PAGE_SIZE));
	EXPECT(has_all(&seen, GiB, PAGE_SIZE) && has_all(&seen, 2 * GiB - PAGE_SIZE, PAGE_SIZE));
	EXPECT(has_all(&seen, WINDOW + 4 * MiB, PAGE_SIZE));
	EXPECT(has_all(&seen, WINDOW + 6 * MiB - PAGE_SIZE, PAGE_SIZE));
	vec_fini(&seen.asked);
	swept_fini(&s);
}

/* A run: its first page, and how many there are; 0: no run. */
struct place {
	uint64_t from, count;
};

/* The run of reads or writes that has the page. */
static struct place place_of(const struct swept *s, uint64_t va, enum el2_probe kind)
{
	const struct ref_job *job = &s->img.jobs.items[0];
	const uint64_t *probe = &s->img.words.items[job->probes_at];

	for (size_t k = 0; k < job->probe_count; k++, probe += ref_probe_words(*probe)) {
		const struct el2_sweep *run = (const struct el2_sweep *)(probe + 1);
		uint64_t from = *probe & PAGE_MASK;

		if ((*probe & EL2_KIND_MASK) == kind && run->stride == PAGE_SIZE && va >= from &&
		    va < from + run->count * PAGE_SIZE)
			return (struct place){from, run->count};
	}
	return (struct place){0, 0};
}

static void expect_place(const struct swept *s, uint64_t va, enum el2_probe kind, uint64_t from,
			 uint64_t count)
{
	struct place p = place_of(s, va, kind);

	EXPECT_U64(p.from, from);
	EXPECT_U64(p.count, count);
}

/* Attributes, rights and output of a page each make it a run of its own. */
static void test_splits(void)
{
	static const struct {
		enum p2m_type type;
		uint64_t output;
	} rows[] = {
		{P2M_MMIO_DIRECT_DEV, WINDOW + 600 * PAGE_SIZE},
		{P2M_MMIO_DIRECT_C, WINDOW + 601 * PAGE_SIZE},
		{P2M_RAM_RO, WINDOW + 600 * PAGE_SIZE},
	};
	struct swept s;

	swept_init(&s);
	sweep(&s);
	expect_place(&s, WINDOW + 300 * PAGE_SIZE, EL2_SWEEP_READ, WINDOW, PAGES);
	expect_place(&s, WINDOW + 300 * PAGE_SIZE, EL2_SWEEP_WRITE, WINDOW, PAGES);
	swept_fini(&s);
	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		swept_init(&s);
		CHECK(!p2m_set_entry(&s.p2m, gfn((WINDOW >> PAGE_SHIFT) + 600), 1,
				     mfn(rows[r].output >> PAGE_SHIFT), rows[r].type));
		sweep(&s);
		expect_place(&s, WINDOW, EL2_SWEEP_READ, WINDOW, 600);
		expect_place(&s, WINDOW, EL2_SWEEP_WRITE, WINDOW, 600);
		expect_place(&s, WINDOW + 601 * PAGE_SIZE, EL2_SWEEP_READ, WINDOW + 601 * PAGE_SIZE,
			     99);
		EXPECT_U64(place_of(&s, WINDOW + 600 * PAGE_SIZE, EL2_SWEEP_READ).count, 0);
		swept_fini(&s);
	}
}

/* Pages that are all exchanged with a neighbour: there are no runs, and one job is not enough. */
static void test_many_runs(void)
{
	const uint64_t pages = 40000;
	struct swept s;
	size_t asked = 0;

	swept_init(&s);
	for (uint64_t k = 0; k < pages; k++)
		CHECK(!p2m_set_entry(&s.p2m, gfn((BLOCK2 >> PAGE_SHIFT) + k), 1,
				     mfn((BLOCK2 >> PAGE_SHIFT) + (k ^ 1)), P2M_MMIO_DIRECT_C));
	sweep(&s);
	if (EXPECT_U64(s.img.jobs.count, 2)) {
		EXPECT(!s.img.jobs.items[0].more && s.img.jobs.items[1].more);
		EXPECT_STR(s.img.jobs.items[1].name, "swept");
		for (size_t j = 0; j < 2; j++) {
			EXPECT(s.img.jobs.items[j].probe_count <= EL2_PROBES_MAX);
			asked += s.img.jobs.items[j].probe_count;
		}
		EXPECT(asked > 2 * pages);
	}
	swept_fini(&s);
}

/* ---- what is told ---- */

/* An answer that agrees in everything. */
static void agree(const struct ref_image *img, struct ref_answers *a)
{
	*a = (struct ref_answers){.complete = true, .jobs = 1};
	for (size_t k = 0; k < img->expect.count; k++)
		CHECK(!vec_push(&a->values, img->expect.items[k]));
	CHECK(!vec_push(&a->ends, a->values.count));
}

/* The answer to the sweep that begins at `va`. */
static uint64_t *answer_to(const struct swept *s, struct ref_answers *a, uint64_t va,
			   enum el2_probe kind)
{
	const struct ref_job *job = &s->img.jobs.items[0];
	const uint64_t *probe = &s->img.words.items[job->probes_at];

	for (size_t k = 0; k < job->probe_count; k++, probe += ref_probe_words(*probe))
		if (*probe == (va | kind))
			return &a->values.items[k];
	return NULL;
}

static void test_tells_place(void)
{
	size_t counts[REF_OUTCOME_COUNT] = {0}, all = 0, before = 0;
	struct ref_answers a;
	struct buf text = {0};
	uint64_t *answer;
	struct swept s;

	swept_init(&s);
	sweep(&s);
	agree(&s.img, &a);
	EXPECT_U64(ref_compare(&s.img, &a, 3, &text), 0);
	ref_count_outcomes(&s.img, &a, counts);
	for (size_t k = 0; k < REF_OUTCOME_COUNT; k++)
		before += counts[k];
	EXPECT(counts[REF_MAPPED] >= 2 * (PAGES + 512 + 1024));
	answer = answer_to(&s, &a, WINDOW, EL2_SWEEP_WRITE);
	if (EXPECT(answer != NULL)) {
		answer[0] = 300;
		answer[1] = 0x201 | 0x07 << 1;
		EXPECT_U64(ref_compare(&s.img, &a, 3, &text), 1);
		EXPECT(strstr(buf_cstr(&text), "swept: ipa 0x401012c000, write, on cortex-a57\n") !=
		       NULL);
		EXPECT(strstr(buf_cstr(&text), "QEMU: fault 0x07, stage 2: translation, level 3"));
		EXPECT(strstr(buf_cstr(&text), "ours: pa 0x401012c000, attr 0xff, sh 2"));
		EXPECT(strstr(buf_cstr(&text), "= 0x02c000401012c6ff\n"));
		/* what came behind it was not walked */
		memset(counts, 0, sizeof(counts));
		ref_count_outcomes(&s.img, &a, counts);
		for (size_t k = 0; k < REF_OUTCOME_COUNT; k++)
			all += counts[k];
		EXPECT_U64(all, before - (PAGES - 301));
		/* no place in the sweep */
		buf_reset(&text);
		answer[0] = UINT64_MAX;
		EXPECT_U64(ref_compare(&s.img, &a, 3, &text), 1);
		EXPECT(strstr(buf_cstr(&text), "QEMU gives 0xffffffffffffffff, expected 0x2bc"));
	}
	buf_fini(&text);
	ref_answers_fini(&a);
	swept_fini(&s);
}

/* ---- with QEMU ---- */

/* Asks QEMU; how many answers differ. */
static size_t differences(const struct ref_image *img, struct buf *text)
{
	struct ref_qemu qemu = {REF_QEMU_PROGRAM, NULL, REF_QEMU_DEADLINE_MS, NULL};
	struct ref_answers a = {.jobs = 0};
	size_t n = SIZE_MAX;

	if (EXPECT_I64(ref_qemu_run(&qemu, img, &a, text), REF_ANSWERED))
		n = ref_compare(img, &a, 3, text);
	ref_answers_fini(&a);
	return n;
}

/* Changes a descriptor on its way to QEMU: bits of the leaf that maps `va`. */
static void damage(uint64_t va, uint64_t bits, const char *told)
{
	struct buf text = {0};
	uint64_t leaf, *word = NULL;
	struct swept s;

	swept_init(&s);
	sweep(&s);
	leaf = p2m_walk(&s.p2m, ipa(va)).pte;
	for (size_t k = 0; k < s.img.jobs.items[0].probes_at && !word; k++)
		if (s.img.words.items[k] == leaf)
			word = &s.img.words.items[k];
	if (EXPECT(word != NULL)) {
		*word ^= bits;
		EXPECT_U64(differences(&s.img, &text), bits ? 2 : 0);
		if (!EXPECT(strstr(buf_cstr(&text), told) != NULL))
			printf("%s", buf_cstr(&text));
	}
	buf_fini(&text);
	swept_fini(&s);
}

static void test_agrees(void)
{
	damage(WINDOW, 0, "");
}

static void test_damaged(void)
{
	static const char *const page = "swept: ipa 0x401012c000, read, on cortex-a57\n";

	damage(WINDOW + 300 * PAGE_SIZE, LPAE_VALID, page);
	damage(WINDOW + 300 * PAGE_SIZE, PAGE_SIZE, page);
	damage(WINDOW + 300 * PAGE_SIZE, 1 << 2, page);
	damage(BLOCK2 + 4 * PAGE_SIZE, LPAE_VALID, "swept: ipa 0x4020000000, write, on");
}

static const struct unit_test tests[] = {
	{"every page and every hole is asked for, once, in few runs", test_asks_all},
	{"a page with other attributes or another output is no part of a run", test_splits},
	{"more runs than a job has room for are asked by several", test_many_runs},
	{"the page where a sweep ended is told with both walks", test_tells_place},
	{"QEMU walks all of a p2m as we do", test_agrees},
	{"one page that differs in the middle of a run is found", test_damaged},
};

/* All but the first four boot. */
int main(int argc, char **argv)
{
	bool is_7_2, have = have_qemu(&is_7_2);

	return unit_main("reference_sweep", tests, have ? ARRAY_SIZE(tests) : 4, argc, argv);
}
