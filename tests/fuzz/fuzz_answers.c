// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the payload and the plugin leave in their files: any bytes are read or refused with a
 * sentence, and what was read is compared with what was asked for.
 *
 * The first byte: bit 0, the plugin's file and not the payload's; bit 1, the rest is the file, and
 * not changes to the right one; bit 2, checksums are made right afterwards. A change is 4 bytes: an
 * offset of 2, what is added to the byte there, and 1 to cut the file off there.
 */
#include <string.h>

#include "base/check.h"
#include "reference/compare.h"
#include "reference/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHANGE_BYTES 4

static struct ref_session session; /* what is asked: one run and its tables */

struct file {
	VEC(uint8_t) bytes;
};

struct words {
	VEC(uint64_t) list;
};

static void put(struct file *f, const void *bytes, size_t len)
{
	for (size_t k = 0; k < len; k++)
		CHECK(!vec_push(&f->bytes, ((const uint8_t *)bytes)[k]));
}

/* ---- what is asked ---- */

static void ask(void)
{
	static const char text[] = "p2mlab: 1\nname: asked\nplatform: lab\n"
				   "matrix: {strategy: [c], xen: [\"4.22\"], linux: [\"6.1\"]}\n"
				   "steps:\n  - read: {at: nic.bar0, width: 4}\n";
	static const struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	static const struct ref_qemu qemu = {"none", NULL, 0, NULL};
	struct world_result res = {.status = RUN_DONE};
	struct permutation p;
	struct scenario *sc;
	struct world *world;
	struct diag d;
	char why[256];

	diag_init(&d);
	sc = scenario_parse("asked.yaml", text, sizeof(text) - 1, &paths, NULL, &d);
	CHECK(sc);
	p = scenario_permutation(sc, 0);
	world = world_new(sc->platform, why, sizeof(why));
	CHECK(world);
	ref_session_init(&session, &qemu, 1);
	CHECK(ref_session_run(&session, world, &p, &res) && session.img.jobs.count == 2);
	world_result_fini(&res);
	world_free(world);
	scenario_free(sc);
	diag_fini(&d);
}

/* ---- what a machine that agrees would answer ---- */

static void put_frame(struct file *f, uint64_t magic, uint64_t a, const uint64_t *words,
		      uint64_t count)
{
	struct el2_frame frame = {magic, a, count, el2_sum(words, count)};

	put(f, &frame, sizeof(frame));
	put(f, words, count * sizeof(*words));
}

static void push(struct words *w, uint64_t word)
{
	CHECK(!vec_push(&w->list, word));
}

static void put_run(struct file *f, size_t number, const struct ref_job *job)
{
	const struct ref_image *img = &session.img;
	struct words words = {{0}};

	for (size_t n = 0; n < job->stop_count; n++) {
		const struct ref_stop *stop = &img->stops.items[job->stops_at + n];
		const uint64_t *pairs = img->words.items + stop->foreseen_at;

		for (unsigned int k = 0; k < EL2_STOP_WORDS; k++)
			push(&words, pairs[2 * k + 1]);
		for (size_t k = 0; k < stop->page_count; k++)
			push(&words, img->expect.items[stop->digests_at + k]);
	}
	for (size_t k = job->digest_count - job->page_count; k < job->digest_count; k++)
		push(&words, img->expect.items[job->expect_at + k]);
	put_frame(f, EL2_MAGIC_ANSWER, number, words.list.items, words.list.count);
	vec_fini(&words.list);
}

static void put_answers(struct file *f)
{
	const struct ref_image *img = &session.img;
	struct el2_frame hello = {EL2_MAGIC_HELLO, img->cpu->pa_range, 0, el2_sum(NULL, 0)};

	put(f, &hello, sizeof(hello));
	for (size_t k = 0; k < img->jobs.count; k++) {
		const struct ref_job *job = &img->jobs.items[k];

		if (job->is_run)
			put_run(f, k, job);
		else
			put_frame(f, EL2_MAGIC_ANSWER, k, img->expect.items + job->expect_at,
				  job->probe_count);
	}
	put_frame(f, EL2_MAGIC_END, img->jobs.count, NULL, 0);
}

static void put_counts(struct file *f)
{
	const struct ref_image *img = &session.img;
	struct el2_count c = {.kind = EL2_COUNT_RUN};

	put(f, &c, sizeof(c));
	for (size_t k = 0; k < img->stops.count; k++) {
		const struct ref_counts *ours = &img->stops.items[k].counts;

		c = (struct el2_count){EL2_COUNT_STOP, ours->insns, ours->loads, ours->stores, 0};
		put(f, &c, sizeof(c));
	}
	c = (struct el2_count){.kind = EL2_COUNT_END, .insns = img->stops.count + 1};
	put(f, &c, sizeof(c));
}

/* ---- the file ---- */

static void change(struct file *f, const uint8_t *data, size_t size)
{
	for (size_t k = 0; k + CHANGE_BYTES <= size; k += CHANGE_BYTES) {
		size_t at = data[k] | (size_t)data[k + 1] << 8;

		if (at >= f->bytes.count)
			continue;
		f->bytes.items[at] = (uint8_t)(f->bytes.items[at] + data[k + 2]);
		if (data[k + 3] & 1)
			f->bytes.count = at;
	}
}

/* Of all frames that are whole. */
static void right_sums(struct file *f)
{
	static uint64_t words[EL2_PROBES_MAX];
	struct el2_frame frame;
	size_t at = 0;

	while (f->bytes.count - at >= sizeof(frame)) {
		size_t n;

		memcpy(&frame, f->bytes.items + at, sizeof(frame));
		if (frame.magic == EL2_MAGIC_HELLO || frame.magic == EL2_MAGIC_END)
			frame.b = 0;
		if (frame.b > (f->bytes.count - at - sizeof(frame)) / 8)
			return;
		n = frame.b < EL2_PROBES_MAX ? (size_t)frame.b : EL2_PROBES_MAX;
		memcpy(words, f->bytes.items + at + sizeof(frame), 8 * n);
		if (n == frame.b)
			frame.sum = el2_sum(words, n);
		memcpy(f->bytes.items + at + offsetof(struct el2_frame, sum), &frame.sum,
		       sizeof(frame.sum));
		at += sizeof(frame) + 8 * (size_t)frame.b;
	}
}

/* ---- what is made of it ---- */

static void read_answers(const struct file *f, bool right)
{
	size_t outcomes[REF_OUTCOME_COUNT] = {0}, different;
	struct ref_answers a = {.jobs = 0};
	struct buf text = {0};
	char why[160] = "";

	if (ref_answers_parse(&a, f->bytes.items, f->bytes.count, &session.img, why, sizeof(why))) {
		different = ref_compare(&session.img, &a, 3, &text);
		ref_count_outcomes(&session.img, &a, outcomes);
		CHECK((different == 0) == (text.len == 0));
		CHECK(!right || different == 0);
	} else {
		CHECK(why[0] && !right);
	}
	buf_fini(&text);
	ref_answers_fini(&a);
}

static void read_counts(const struct file *f, bool right)
{
	struct ref_tally t = {.ends = {0}};
	struct ref_counts sum = {0, 0, 0};
	struct buf text = {0};
	size_t stops = 0, different;
	char why[160] = "";

	if (ref_tally_parse(&t, f->bytes.items, f->bytes.count, &session.img, why, sizeof(why))) {
		different = ref_tally_compare(&session.img, &t, true, 3, &text);
		ref_tally_sum(&t, &sum, &stops);
		CHECK((different == 0) == (text.len == 0));
		CHECK(!right || different == 0);
	} else {
		CHECK(why[0] && !right);
	}
	buf_fini(&text);
	ref_tally_fini(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file f = {{0}};
	uint8_t how = size ? data[0] : 0;

	if (!session.img.jobs.count)
		ask();
	if (how & 2)
		put(&f, data + 1, size - 1);
	else if (how & 1)
		put_counts(&f);
	else
		put_answers(&f);
	if (size && !(how & 2))
		change(&f, data + 1, size - 1);
	if (how & 4 && !(how & 1))
		right_sums(&f);
	if (how & 1)
		read_counts(&f, size == 1 && how == 1);
	else
		read_answers(&f, size <= 1 && !(how & ~4));
	vec_fini(&f.bytes);
	return 0;
}
