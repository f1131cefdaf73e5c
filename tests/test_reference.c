// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference.c: what is sent to the EL2 payload, what is made of its answers, and of machines
 * that give none. No QEMU is needed here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "reference/compare.h"
#include "reference/expect.h"
#include "reference/qemu.h"
#include "reference/random.h"
#include "reference/session.h"
#include "tests/unit.h"

#define SEEDS 40

static const struct ref_cpu *a57(void)
{
	return ref_cpu_for(44);
}

/* ---- answers made here, as the payload would make them ---- */

struct answer {
	VEC(uint64_t) words;
};

static void add_frame(struct answer *a, uint64_t magic, uint64_t x, uint64_t y,
		      const uint64_t *words, size_t count)
{
	struct el2_frame f = {magic, x, y, el2_sum(words, count)};
	uint64_t head[4];

	memcpy(head, &f, sizeof(f));
	for (size_t k = 0; k < 4; k++)
		CHECK(!vec_push(&a->words, head[k]));
	for (size_t k = 0; k < count; k++)
		CHECK(!vec_push(&a->words, words[k]));
}

/* What a machine that agrees in everything would answer. */
static void answer_all(struct answer *a, const struct ref_image *img)
{
	add_frame(a, EL2_MAGIC_HELLO, img->cpu->pa_range, 0x411fd070, NULL, 0);
	for (size_t k = 0; k < img->jobs.count; k++)
		add_frame(a, EL2_MAGIC_ANSWER, k, img->jobs.items[k].probe_count,
			  img->expect.items + img->jobs.items[k].expect_at,
			  img->jobs.items[k].probe_count);
	add_frame(a, EL2_MAGIC_END, img->jobs.count, 0, NULL, 0);
}

static void image_of(struct ref_image *img, size_t jobs)
{
	ref_image_init(img, a57());
	for (size_t k = 0; k < jobs; k++)
		EXPECT(ref_random_job(img, k));
	EXPECT_U64(img->jobs.count, jobs);
}

static void test_whole_answer(void)
{
	struct ref_answers parsed = {.jobs = 0};
	struct answer a = {{0}};
	struct buf text = {0};
	struct ref_image img;
	char why[160] = "";

	image_of(&img, 3);
	answer_all(&a, &img);
	EXPECT(ref_answers_parse(&parsed, a.words.items, 8 * a.words.count, &img, why,
				 sizeof(why)));
	EXPECT_U64(parsed.values.count, img.expect.count);
	EXPECT_U64(ref_compare(&img, &parsed, 3, &text), 0);
	EXPECT_STR(buf_cstr(&text), "");
	/* a walk that went elsewhere: both sides are told */
	parsed.values.items[7] ^= UINT64_C(1) << 1 | UINT64_C(1) << 20;
	EXPECT_U64(ref_compare(&img, &parsed, 3, &text), 1);
	EXPECT(strstr(buf_cstr(&text), "QEMU: ") && strstr(buf_cstr(&text), "ours: "));
	EXPECT(strstr(buf_cstr(&text), "our walk: ") && strstr(buf_cstr(&text), "VTCR_EL2"));
	buf_fini(&text);
	ref_answers_fini(&parsed);
	vec_fini(&a.words);
	ref_image_fini(&img);
}

static void test_damaged_answer(void)
{
	struct ref_answers parsed = {.jobs = 0};
	struct answer a = {{0}};
	struct ref_image img;
	uint64_t rand = 5;
	char why[160];

	image_of(&img, 2);
	answer_all(&a, &img);
	for (size_t len = 0; len < 8 * a.words.count; len += 1 + len / 9)
		EXPECT(!ref_answers_parse(&parsed, a.words.items, len, &img, why, sizeof(why)));
	for (unsigned int k = 0; k < 2000; k++) {
		size_t at = unit_rand(&rand) % a.words.count;
		uint64_t bit = UINT64_C(1) << unit_rand(&rand) % 64;
		bool hello = at < 4 || at + 4 >= a.words.count; /* has words that nobody checks */

		a.words.items[at] ^= bit;
		if (ref_answers_parse(&parsed, a.words.items, 8 * a.words.count, &img, why,
				      sizeof(why)))
			EXPECT(hello);
		a.words.items[at] ^= bit;
	}
	a.words.items[1] ^= 1;
	EXPECT(!ref_answers_parse(&parsed, a.words.items, 8 * a.words.count, &img, why,
				  sizeof(why)));
	EXPECT(strstr(why, "another address width") != NULL);
	/* without its first frame it could be any CPU's */
	EXPECT(!ref_answers_parse(&parsed, a.words.items + 4, 8 * (a.words.count - 4), &img, why,
				  sizeof(why)));
	EXPECT_STR(why, "the payload did not say which CPU it runs on, after 0 of 2 jobs");
	ref_answers_fini(&parsed);
	vec_fini(&a.words);
	ref_image_fini(&img);
}

/* ---- requests ---- */

/* Walks of tables that were taken apart into words and put together again; those that differ. */
static size_t other_walks(const struct ref_image *img, const struct ref_job *job,
			  const struct p2m *p2m)
{
	const uint64_t *probe = &img->words.items[job->probes_at];
	size_t different = 0;

	for (size_t k = 0; k < job->probe_count; k++, probe++) {
		uint64_t expect = img->expect.items[job->expect_at + k], again, hpfar;
		struct ref_query q = {*probe & PAGE_MASK, MMU_READ, job->hcr,
				      job->stage1 ? &job->regs : NULL};

		if ((*probe & EL2_KIND_MASK) == EL2_FETCH) {
			q.access = MMU_FETCH;
			different += !ref_fetch_expect(p2m, img->cpu, &q, REF_FETCH_ALL, &again,
						       &hpfar) ||
				     again != expect || hpfar != *++probe;
		} else {
			q.access = *probe & EL2_WRITE ? MMU_WRITE : MMU_READ;
			different += ref_expect(p2m, img->cpu, &q) != expect;
		}
	}
	return different;
}

static void test_rebuild(void)
{
	struct ref_image img;

	image_of(&img, SEEDS);
	for (size_t k = 0; k < SEEDS; k++)
		EXPECT(ref_random_stage1_job(&img, k));
	EXPECT_U64(img.jobs.count, 2 * SEEDS);
	for (size_t j = 0; j < img.jobs.count; j++) {
		const struct ref_job *job = &img.jobs.items[j];
		struct memory mem;
		struct p2m p2m;

		if (!EXPECT_I64(ref_job_rebuild(&img, job, &mem, &p2m), 0))
			continue;
		EXPECT_U64(other_walks(&img, job, &p2m), 0);
		memory_fini(&mem);
	}
	ref_image_fini(&img);
}

static void test_geometries(void)
{
	unsigned int seen[3] = {0}, concatenated = 0;
	uint64_t rand = 1;

	for (unsigned int k = 0; k < 2000; k++) {
		struct s2_geometry g = ref_random_geometry(ref_cpu_for(48), &rand);
		unsigned int shift = LPAE_LEVEL_SHIFT(g.root_level);

		EXPECT(g.ipa_bits <= g.pa_bits && g.root_order <= 4);
		EXPECT(g.ipa_bits > shift && g.ipa_bits <= shift + 9 + g.root_order);
		EXPECT_U64(g.vtcr & 0x3f, 64 - g.ipa_bits);
		seen[g.root_level]++;
		concatenated += g.root_order > 0;
	}
	EXPECT(seen[0] && seen[1] && seen[2] && concatenated);
	/* Xen's own are among what is legal, with the same register value. */
	EXPECT_U64(s2_geometry_for(44, true)->vtcr & ~UINT64_C(0x700ff), 0x80003500);
}

static void test_attributes(void)
{
	/* stage 1 write-back: stage 2 decides; its device types and non-cacheable are outer */
	EXPECT_U64(ref_attributes(0xff, 0, 0xf << 2 | 3 << 8), UINT64_C(0xff) << 56 | 3 << 7);
	EXPECT_U64(ref_attributes(0xff, 0, 0x5 << 2), UINT64_C(0x44) << 56 | 2 << 7);
	EXPECT_U64(ref_attributes(0xff, 0, 0x1 << 2), UINT64_C(0x04) << 56 | 2 << 7);
	EXPECT_U64(ref_attributes(0xff, 0, 0xa << 2), UINT64_C(0xbb) << 56);
	/* stage 1 off: device, whatever stage 2 says */
	EXPECT_U64(ref_attributes(0x00, 2, 0xf << 2), UINT64_C(2) << 7);
	/* and the collapsed types that the simulator uses say the same */
	for (unsigned int memattr = 0; memattr < 16; memattr++) {
		unsigned int attr = (unsigned int)(ref_attributes(0xff, 0, memattr << 2) >> 56);

		if (memattr < 4 || memattr & 3)
			EXPECT_U64(mem_type_of_mair(attr), mem_type_combine(0xff, memattr));
	}
}

static void test_par(void)
{
	char text[128];

	EXPECT(ref_par_equal(0x20f, 0x20f | 1 << 11));
	EXPECT(!ref_par_equal(0x20f, 0x20d));
	EXPECT(!ref_par_equal(0x20f, 0x00f));
	EXPECT(ref_par_equal(UINT64_C(0xff00000040000180), UINT64_C(0xff00000040000b80)));
	EXPECT(!ref_par_equal(UINT64_C(0xff00000040000180), UINT64_C(0xff00000040001180)));
	EXPECT(!ref_par_equal(UINT64_C(0xff00000040000180), UINT64_C(0x4400000040000180)));
	EXPECT(!ref_par_equal(UINT64_C(0xff00000040000180), UINT64_C(0xff00000040000100)));
	ref_par_print(0x20f, text, sizeof(text));
	EXPECT_STR(text, "fault 0x07, stage 2: translation, level 3");
	ref_par_print(UINT64_C(0xff00000040000180), text, sizeof(text));
	EXPECT_STR(text, "pa 0x40000000, attr 0xff, sh 3");
	EXPECT_U64(ref_par_outcome(0x20f, false), REF_TRANSLATION);
	EXPECT_U64(ref_par_outcome(0x201 | 0x0d << 1, false), REF_PERMISSION);
}

/* ---- machines that give no answer ---- */

struct fake {
	char dir[64], path[96];
	struct buf why;
	enum ref_end end;
	double seconds;
	size_t left; /* entries of the folder for temporary files afterwards */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Runs `script` as if it were QEMU, with TMPDIR set to a folder of its own. */
static void run_fake(struct fake *f, const char *script, unsigned int deadline_ms)
{
	struct ref_answers a = {.jobs = 0};
	struct ref_qemu qemu = {f->path, NULL, deadline_ms, NULL};
	struct ref_image img;
	FILE *file;
	double begin;

	*f = (struct fake){.left = 0};
	strcpy(f->dir, "/tmp/p2mlab-test-XXXXXX");
	CHECK(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/qemu", f->dir);
	file = fopen(f->path, "w");
	CHECK(file && fprintf(file, "#!/bin/sh\n%s\n", script) > 0 && fclose(file) == 0);
	CHECK(chmod(f->path, 0700) == 0);
	image_of(&img, 1);
	setenv("TMPDIR", f->dir, 1);
	begin = now();
	f->end = ref_qemu_run(&qemu, &img, &a, &f->why);
	f->seconds = now() - begin;
	unsetenv("TMPDIR");
	unlink(f->path);
	f->left = rmdir(f->dir) ? 1 : 0;
	ref_answers_fini(&a);
	ref_image_fini(&img);
}

static void test_no_machine(void)
{
	struct fake f;

	run_fake(&f, "echo 'qemu: unsupported machine type' >&2; exit 1", 10000);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(strstr(buf_cstr(&f.why), "the answer ends too early, after 0 of 1 jobs; it ended "
					"with status 1; the console's last lines:\n"
					"  | qemu: unsupported machine type\n") != NULL);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
	run_fake(&f, "exit 3", 10000);
	EXPECT(strstr(buf_cstr(&f.why), "status 3; the console is empty\n") != NULL);
	buf_fini(&f.why);
}

static void test_console_stops(void)
{
	struct fake f;

	run_fake(&f, "seq 1 30; echo el2: started; sleep 60 & sleep 60", 400);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(f.seconds < 5);
	EXPECT(strstr(buf_cstr(&f.why), "it was still running after 400 ms and was killed") !=
	       NULL);
	EXPECT(strstr(buf_cstr(&f.why), "  | 30\n  | el2: started\n") != NULL);
	EXPECT(strstr(buf_cstr(&f.why), "| 20\n") == NULL);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
	run_fake(&f, "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
		 60000);
	EXPECT(strstr(buf_cstr(&f.why), "went on without an end") != NULL);
	buf_fini(&f.why);
}

static void test_endless_line(void)
{
	struct fake f;

	run_fake(&f, "echo el2: started; printf %200000s el2: >&2", 10000);
	EXPECT(strstr(buf_cstr(&f.why), "  | el2: started\n  |    ") != NULL);
	EXPECT(strstr(buf_cstr(&f.why), " ... (199880 more bytes)\n") != NULL);
	EXPECT(f.why.len < 500);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
}

static void test_wrong_file(void)
{
	struct fake f;

	run_fake(&f, "echo nonsense >answer; test -s request && echo el2: done", 10000);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(strstr(buf_cstr(&f.why), "a frame ends too early, after 0 of 1 jobs") != NULL);
	EXPECT(strstr(buf_cstr(&f.why), "  | el2: done\n") != NULL);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
}

static void test_missing(void)
{
	struct ref_qemu qemu = {"p2mlab-no-such-emulator", NULL, 1000, NULL};
	struct ref_answers a = {.jobs = 0};
	struct ref_image img;
	struct buf why = {0};

	image_of(&img, 1);
	EXPECT_I64(ref_qemu_run(&qemu, &img, &a, &why), REF_MISSING);
	EXPECT_STR(buf_cstr(&why), "p2mlab-no-such-emulator: No such file or directory\n");
	buf_reset(&why);
	/* tables where the machine has its devices are refused before anything starts */
	img.ram = (struct ref_span){0x09000000, 0x09001000};
	EXPECT_I64(ref_qemu_run(&qemu, &img, &a, &why), REF_FAILED);
	EXPECT(strstr(buf_cstr(&why), "tables at 0x9000000 are where the machine has devices") !=
	       NULL);
	buf_reset(&why);
	img.ram = (struct ref_span){0, 0};
	img.plugged = (struct ref_span){UINT64_C(1) << 45, (UINT64_C(1) << 45) + PAGE_SIZE};
	EXPECT_I64(ref_qemu_run(&qemu, &img, &a, &why), REF_FAILED);
	EXPECT(strstr(buf_cstr(&why), "beyond the 44 bits of cortex-a57") != NULL);
	buf_fini(&why);
	ref_answers_fini(&a);
	ref_image_fini(&img);
}

static const struct unit_test tests[] = {
	{"an answer that agrees has no difference, one flipped bit has one", test_whole_answer},
	{"a damaged answer is never taken for a whole one", test_damaged_answer},
	{"tables survive being sent", test_rebuild},
	{"random geometries are legal and of all kinds", test_geometries},
	{"attributes of both stages combine as the architecture says", test_attributes},
	{"PAR_EL1 is compared by its meaning", test_par},
	{"a machine that does not exist is told with its own words", test_no_machine},
	{"a console that stops or never stops ends in time, with its last lines",
	 test_console_stops},
	{"of an endless line the beginning is told", test_endless_line},
	{"an answer file of something else is refused", test_wrong_file},
	{"no emulator, and tables that it cannot hold, are told apart", test_missing},
};

int main(int argc, char **argv)
{
	return unit_main("reference", tests, ARRAY_SIZE(tests), argc, argv);
}
