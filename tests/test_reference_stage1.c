// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_stage1.c: random tables of both stages: what they come to, and that QEMU agrees
 * and whatever is damaged is told. What boots is skipped without QEMU.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "reference/compare.h"
#include "reference/random.h"
#include "tests/tape_fixture.h"

#define SEEDS	   200
#define SEEDS_QEMU 60

#define PAR_F	UINT64_C(1)
#define PAR_PTW (UINT64_C(1) << 8)
#define PAR_S	(UINT64_C(1) << 9)

static void image_of(struct ref_image *img, const struct ref_cpu *cpu, uint64_t from, size_t count)
{
	ref_image_init(img, cpu);
	for (size_t k = 0; k < count; k++)
		EXPECT(ref_random_stage1_job(img, from + k));
	EXPECT_U64(img->jobs.count, count);
}

/* Whose fault a PAR_EL1 tells of: stage 1's, stage 2's, or stage 2's of a table. */
enum {
	STAGE1,
	STAGE2,
	S1PTW,
	WHOSE
};

static void count_par(uint64_t par, size_t faults[WHOSE][4], size_t *mapped)
{
	unsigned int whose = par & PAR_PTW ? S1PTW : par & PAR_S ? STAGE2 : STAGE1;
	unsigned int kind = (unsigned int)(par >> 3) & 7;

	if (!(par & PAR_F))
		++*mapped;
	else if (EXPECT(kind < 4))
		faults[whose][kind]++;
}

/* Who ends a fetch, by what the payload must answer. */
enum {
	BY_NONE,
	BY_EL1,
	BY_EL2,
	FETCHES
};

static unsigned int ended_by(uint64_t answer)
{
	if (!answer)
		return BY_NONE;
	return answer >> EL2_ODD_EL1 & 1 ? BY_EL1 : BY_EL2;
}

/* Every kind of fault of each: address size, translation, access flag, permission. */
static void test_variety(void)
{
	for (size_t c = 0; c < ref_cpu_count; c++) {
		size_t faults[WHOSE][4] = {{0}}, mapped = 0, fetches[FETCHES] = {0}, high = 0;
		struct ref_image img;

		image_of(&img, &ref_cpus[c], 1, SEEDS);
		for (size_t j = 0; j < img.jobs.count; j++) {
			const struct ref_job *job = &img.jobs.items[j];
			const uint64_t *probe = &img.words.items[job->probes_at];

			EXPECT(job->stage1 && job->regs.sctlr & 1);
			for (size_t k = 0; k < job->probe_count; k++, probe++) {
				uint64_t expect = img.expect.items[job->expect_at + k];

				high += *probe >> 63;
				if ((*probe & EL2_KIND_MASK) == EL2_FETCH) {
					fetches[ended_by(expect)]++;
					probe++;
				} else {
					count_par(expect, faults, &mapped);
				}
			}
		}
		for (unsigned int whose = 0; whose < WHOSE; whose++)
			for (unsigned int kind = 0; kind < 4; kind++)
				if (!EXPECT(faults[whose][kind] >= 20))
					printf("%s: %u, %u: %zu\n", ref_cpus[c].name, whose, kind,
					       faults[whose][kind]);
		EXPECT(mapped >= 500 && high >= 1000);
		EXPECT(fetches[BY_NONE] >= 40 && fetches[BY_EL1] >= 1000 &&
		       fetches[BY_EL2] >= 1000);
		ref_image_fini(&img);
	}
}

static void test_same_seed(void)
{
	struct ref_image a, b, c;

	image_of(&a, ref_cpu_for(44), 7, 3);
	image_of(&b, ref_cpu_for(44), 7, 3);
	image_of(&c, ref_cpu_for(44), 8, 3);
	EXPECT_U64(a.words.count, b.words.count);
	EXPECT(a.words.count == b.words.count &&
	       memcmp(a.words.items, b.words.items, 8 * a.words.count) == 0);
	EXPECT(a.words.count != c.words.count ||
	       memcmp(a.words.items, c.words.items, 8 * a.words.count) != 0);
	/* With every compiler; another generator has another number. */
	EXPECT_U64(el2_sum(a.words.items, a.words.count), UINT64_C(0x5ce9a083579f64f4));
	EXPECT_STR(a.jobs.items[1].name, "stage1:cortex-a57:seed=8");
	ref_image_fini(&a);
	ref_image_fini(&b);
	ref_image_fini(&c);
}

/* ---- with QEMU ---- */

/* Asks QEMU; how many answers differ. */
static size_t differences(const struct ref_image *img, size_t shown, struct buf *text)
{
	struct ref_qemu qemu = {REF_QEMU_PROGRAM, NULL, REF_QEMU_DEADLINE_MS, NULL};
	struct ref_answers a = {.jobs = 0};
	size_t n = SIZE_MAX;

	if (EXPECT_I64(ref_qemu_run(&qemu, img, &a, text), REF_ANSWERED))
		n = ref_compare(img, &a, shown, text);
	ref_answers_fini(&a);
	return n;
}

static void test_agrees(void)
{
	for (size_t c = 0; c < ref_cpu_count; c++) {
		struct ref_image img;
		struct buf text = {0};

		image_of(&img, &ref_cpus[c], 1000, SEEDS_QEMU);
		EXPECT_U64(differences(&img, 3, &text), 0);
		if (text.len)
			printf("%s", buf_cstr(&text));
		buf_fini(&text);
		ref_image_fini(&img);
	}
}

/* The first probe of the image's job whose walk goes through. */
static bool first_mapped(const struct ref_image *img, struct mmu_result *walk)
{
	const struct ref_job *job = &img->jobs.items[0];
	const uint64_t *probe = &img->words.items[job->probes_at];
	struct memory mem;
	struct p2m p2m;
	bool found = false;

	CHECK(!ref_job_rebuild(img, job, &mem, &p2m));
	for (size_t k = 0; k < job->probe_count && !found; k++, probe++) {
		struct ref_query q = {*probe & PAGE_MASK, MMU_READ, job->hcr, &job->regs};

		if ((*probe & EL2_KIND_MASK) == EL2_FETCH)
			probe++;
		else if ((*probe & EL2_KIND_MASK) == EL2_READ)
			found = (*walk = ref_walk(&p2m, img->cpu, &q, NULL)).fault == MMU_OK;
	}
	memory_fini(&mem);
	return found;
}

/* The word of the job's tables that holds this descriptor. */
static uint64_t *word_of(struct ref_image *img, uint64_t pte)
{
	const struct ref_job *job = &img->jobs.items[0];

	for (size_t k = job->words_at; k < job->probes_at; k++)
		if (img->words.items[k] == pte)
			return &img->words.items[k];
	return NULL;
}

/* Damages the last descriptor that a walk of the first job with one reads of a kind. */
static void damage(unsigned int stage, bool s1ptw, const char *told)
{
	struct ref_image img;
	struct mmu_result walk = {.step_count = 0};
	struct buf text = {0};
	uint64_t pte = 0, *word, seed = 1;

	image_of(&img, ref_cpu_for(44), seed, 1);
	while (!first_mapped(&img, &walk)) {
		ref_image_fini(&img);
		image_of(&img, ref_cpu_for(44), ++seed, 1);
	}
	for (unsigned int k = 0; k < walk.step_count; k++)
		if (walk.steps[k].stage == stage && walk.steps[k].s1ptw == s1ptw)
			pte = walk.steps[k].pte;
	word = word_of(&img, pte);
	if (EXPECT(pte && word)) {
		*word &= ~LPAE_VALID;
		EXPECT(differences(&img, 1000, &text) > 0);
		if (!EXPECT(strstr(buf_cstr(&text), told) != NULL))
			printf("%s", buf_cstr(&text));
	}
	buf_fini(&text);
	ref_image_fini(&img);
}

static void test_damaged(void)
{
	damage(1, false, ", stage 1: translation, level 3");
	damage(2, false, ", stage 2: translation, level ");
	damage(2, true, ", stage 2 of a stage-1 table: translation, level ");
}

/* A fetch: its syndrome, and the IPA of the table that it misses. */
static void test_damaged_fetch(void)
{
	static const struct {
		bool hpfar;
		const char *told;
	} rows[] = {{false, "ours: ESR_EL2 0x820001"}, {true, ", another HPFAR_EL2"}};

	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct ref_image img;
		struct buf text = {0};
		uint64_t *probe, *expect = NULL;
		size_t k = 0;

		image_of(&img, ref_cpu_for(44), 1, 1);
		probe = img.words.items + img.jobs.items[0].probes_at;
		for (; k < img.jobs.items[0].probe_count && !expect; k++, probe++)
			if ((*probe & EL2_KIND_MASK) == EL2_FETCH &&
			    img.expect.items[++probe, k] & 0x80)
				expect = &img.expect.items[k];
		if (EXPECT(expect != NULL)) {
			if (rows[r].hpfar)
				probe[-1] ^= 0x10;
			else
				*expect ^= 0x100;
			EXPECT_U64(differences(&img, 3, &text), 1);
			if (!EXPECT(strstr(buf_cstr(&text), rows[r].told) != NULL))
				printf("%s", buf_cstr(&text));
		}
		buf_fini(&text);
		ref_image_fini(&img);
	}
}

/* Of the job's first fetch that ends so: what must be answered. */
static uint64_t *expect_of(const struct ref_image *img, unsigned int end)
{
	const struct ref_job *job = &img->jobs.items[0];
	const uint64_t *probe = &img->words.items[job->probes_at];

	for (size_t k = 0; k < job->probe_count; k++, probe += ref_probe_words(*probe))
		if ((*probe & EL2_KIND_MASK) == EL2_FETCH &&
		    ended_by(img->expect.items[job->expect_at + k]) == end)
			return &img->expect.items[job->expect_at + k];
	return NULL;
}

/* What one side alone lets through, or has end by another level. */
static void test_other_end(void)
{
	static const struct {
		bool stage1;
		unsigned int end;
		uint64_t expect;
		const char *told;
	} rows[] = {
		{false, BY_NONE, 0x8200000f, "QEMU: let through\n  ours: ESR_EL2 0x8200000f\n"},
		{true, BY_NONE, 0x8600000f | UINT64_C(1) << EL2_ODD_EL1,
		 "QEMU: let through\n  ours: ESR_EL1 0x8600000f\n"},
		{false, BY_EL2, 0, "QEMU: ESR_EL2 0x820000"},
		{true, BY_EL1, 0, "QEMU: ESR_EL1 0x860000"},
		{true, BY_EL2, 0, "\n  ours: let through\n  our walk"},
	};

	for (size_t r = 0; r < ARRAY_SIZE(rows); r++) {
		struct ref_image img;
		struct buf text = {0};
		uint64_t *expect = NULL;

		ref_image_init(&img, ref_cpu_for(44));
		for (uint64_t seed = 1; seed < 50 && !expect; seed++) {
			ref_image_reset(&img);
			CHECK(rows[r].stage1 ? ref_random_stage1_job(&img, seed)
					     : ref_random_job(&img, seed));
			expect = expect_of(&img, rows[r].end);
		}
		if (EXPECT(expect != NULL)) {
			*expect = rows[r].expect;
			EXPECT_U64(differences(&img, 3, &text), 1);
			if (!EXPECT(strstr(buf_cstr(&text), rows[r].told) != NULL))
				printf("%s", buf_cstr(&text));
		}
		buf_fini(&text);
		ref_image_fini(&img);
	}
}

static const struct unit_test tests[] = {
	{"random tables of both stages come to every kind of fault of each", test_variety},
	{"a seed gives the same tables and questions each time", test_same_seed},
	{"QEMU walks random tables of both stages as we do", test_agrees},
	{"a damaged descriptor of either stage is told", test_damaged},
	{"another syndrome or table address of an aborted fetch is told", test_damaged_fetch},
	{"a fetch that only one side lets through is told", test_other_end},
};

/* All but the first two boot. */
int main(int argc, char **argv)
{
	bool is_7_2, have = have_qemu(&is_7_2);

	return unit_main("reference_stage1", tests, have ? ARRAY_SIZE(tests) : 2, argc, argv);
}
