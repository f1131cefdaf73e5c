// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_trace.c: instructions and accesses of Dom0's code, counted by a plugin in QEMU and
 * by the engine. test_reference_run.c counts each of its runs, too. What boots is skipped without
 * QEMU.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/tape_fixture.h"

#define LAB "platform: lab\nmachine: qemu-icount\nsteps:\n"

static const char *const one_read = LAB "  - read: {at: nic.bar0, width: 4}\n";

/* ---- the plugin's file ---- */

#define RUN                                                                                        \
	{                                                                                          \
		EL2_COUNT_RUN, 7, 7, 7, 7                                                          \
	}
#define STOP(insns, loads, stores, devices)                                                        \
	{                                                                                          \
		EL2_COUNT_STOP, insns, loads, stores, devices                                      \
	}
#define END(records)                                                                               \
	{                                                                                          \
		EL2_COUNT_END, records, 0, 0, 0                                                    \
	}

/* An image of two runs of two stops each, with probes in between. */
struct two_runs {
	struct ref_image img;
	uint64_t pairs[2 * EL2_STOP_WORDS];
};

static void two_runs_init(struct two_runs *two)
{
	static const bool runs[] = {true, false, true};
	const struct ref_stop stops[] = {
		{.kind = REF_STOP_TRAP, .counts = {10, 1, 2}},
		{.kind = REF_STOP_DEVICE, .counts = {20, 3, 4}},
	};

	memset(two->pairs, 0, sizeof(two->pairs));
	ref_image_init(&two->img, &ref_cpus[0]);
	for (size_t k = 0; k < ARRAY_SIZE(two->pairs); k++)
		CHECK(!vec_push(&two->img.words, two->pairs[k]));
	for (size_t k = 0; k < ARRAY_SIZE(runs); k++) {
		struct ref_job job = {.name = strdup(k ? "second" : "first"),
				      .is_run = runs[k],
				      .stops_at = two->img.stops.count,
				      .stop_count = runs[k] ? 2 : 0};

		for (size_t n = 0; n < job.stop_count; n++)
			CHECK(!vec_push(&two->img.stops, stops[n]));
		CHECK(job.name && !vec_push(&two->img.jobs, job));
	}
}

static const struct el2_count right[] = {
	RUN,	STOP(10, 1, 2, 0), STOP(20, 3, 4, 0), RUN, STOP(10, 1, 2, 0), STOP(20, 3, 4, 0),
	END(6),
};

static void test_file(void)
{
	struct ref_tally t = {.ends = {0}};
	struct ref_counts sum = {0, 0, 0};
	struct two_runs two;
	struct buf text = {0};
	size_t stops = 0;
	char why[160] = "";

	two_runs_init(&two);
	EXPECT(ref_tally_parse(&t, right, sizeof(right), &two.img, why, sizeof(why)));
	EXPECT_STR(why, "");
	EXPECT_U64(ref_tally_compare(&two.img, &t, true, 3, &text), 0);
	ref_tally_sum(&t, &sum, &stops);
	EXPECT_U64(sum.insns, 60);
	EXPECT_U64(sum.loads, 8);
	EXPECT_U64(sum.stores, 12);
	EXPECT_U64(stops, 4);
	EXPECT_U64(text.len, 0);
	buf_fini(&text);
	ref_tally_fini(&t);
	ref_image_fini(&two.img);
}

/* Every length that is not the file's, and every damage that the form can show. */
static void test_bad_files(void)
{
	static const struct {
		size_t record;
		struct el2_count with;
		const char *why;
	} rows[] = {
		{0, STOP(1, 1, 1, 0), "a stop before the first run"},
		{1, {99, 0, 0, 0, 0}, "an unknown record"},
		{2, RUN, "another number of runs than was asked for"},
		{5, END(5), "bytes follow the end"},
		{6, END(7), "records are missing"},
		{6, STOP(1, 1, 1, 0), "the end is missing"},
	};
	struct ref_tally t = {.ends = {0}};
	struct two_runs two;
	char why[160];

	two_runs_init(&two);
	for (size_t len = 0; len < sizeof(right); len++)
		EXPECT(!ref_tally_parse(&t, right, len, &two.img, why, sizeof(why)));
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct el2_count bytes[ARRAY_SIZE(right)];

		memcpy(bytes, right, sizeof(right));
		bytes[rows[k].record] = rows[k].with;
		EXPECT(!ref_tally_parse(&t, bytes, sizeof(bytes), &two.img, why, sizeof(why)));
		if (!EXPECT(strstr(why, rows[k].why) != NULL))
			printf("%s\n", why);
	}
	ref_tally_fini(&t);
	ref_image_fini(&two.img);
}

/* Each number of a stop, in the second run, with what both counted. */
static void test_tells_numbers(void)
{
	static const struct el2_count wrong[] = {
		STOP(21, 3, 4, 0),
		STOP(20, 2, 4, 0),
		STOP(20, 3, 5, 0),
		STOP(20, 3, 4, 1),
	};
	struct ref_tally t = {.ends = {0}};
	struct two_runs two;
	struct buf text = {0};
	char why[160];

	two_runs_init(&two);
	for (size_t k = 0; k < ARRAY_SIZE(wrong); k++) {
		struct el2_count bytes[ARRAY_SIZE(right)];

		memcpy(bytes, right, sizeof(right));
		bytes[5] = wrong[k];
		EXPECT(ref_tally_parse(&t, bytes, sizeof(bytes), &two.img, why, sizeof(why)));
		buf_reset(&text);
		EXPECT_U64(ref_tally_compare(&two.img, &t, true, 3, &text), 1);
		EXPECT(strstr(buf_cstr(&text), "second: stop 2 of 2, a device access") != NULL);
		EXPECT(strstr(buf_cstr(&text), "ours: 20 instructions begun, 3 loads") != NULL);
		EXPECT_U64(ref_tally_compare(&two.img, &t, true, 0, &text), 1);
	}
	buf_fini(&text);
	ref_tally_fini(&t);
	ref_image_fini(&two.img);
}

/* A run that stops otherwise ends there; one that stops as foreseen is counted to its end. */
static void test_tells_length(void)
{
	static const struct el2_count shorter[] = {
		RUN, STOP(10, 1, 2, 0), RUN, STOP(10, 1, 2, 0), STOP(20, 3, 4, 0), END(5)};
	static const struct el2_count longer[] = {
		RUN, STOP(10, 1, 2, 0), STOP(20, 3, 4, 0), STOP(1, 1, 1, 0),
		RUN, STOP(10, 1, 2, 0), STOP(20, 3, 4, 0), END(7)};
	struct ref_tally t = {.ends = {0}};
	struct two_runs two;
	struct buf text = {0};
	char why[160];

	two_runs_init(&two);
	EXPECT(ref_tally_parse(&t, shorter, sizeof(shorter), &two.img, why, sizeof(why)));
	EXPECT_U64(ref_tally_compare(&two.img, &t, false, 3, &text), 0);
	EXPECT_U64(ref_tally_compare(&two.img, &t, true, 3, &text), 1);
	EXPECT_STR(buf_cstr(&text), "first: QEMU counted at 1 stops, not at 2\n");
	EXPECT(ref_tally_parse(&t, longer, sizeof(longer), &two.img, why, sizeof(why)));
	EXPECT_U64(ref_tally_compare(&two.img, &t, false, 0, &text), 1);
	buf_fini(&text);
	ref_tally_fini(&t);
	ref_image_fini(&two.img);
}

/* ---- the tape ---- */

static void count_one(void *ctx, uint64_t pc, uint32_t insn)
{
	(void)pc;
	(void)insn;
	++*(uint64_t *)ctx;
}

/* Whether the instruction of a stop is in no stop's counts. */
static bool is_skipped(const struct ref_image *img, size_t n)
{
	const struct ref_stop *stop = &img->stops.items[n];

	return stop->kind == REF_STOP_TAKEN ||
	       (stop->kind == REF_STOP_DEVICE && stop[1].kind != REF_STOP_MADE);
}

/* Another hook of the engine is called before each instruction: also those stepped over. */
static void test_every_instruction(void)
{
	static const char *const texts[] = {
		one_read,
		LAB "  - read: {at: nic.bar0 + 0x10, how: ldp}\n"
		    "  - write: {at: nic.bar0 + 0x10, how: cas, value: 5}\n"
		    "  - read: {at: nic.bar0 + 1, width: 4}\n"
		    "  - read: {at: 0xf0000000, width: 4}\n",
		LAB "  - remove: {at: dom0_ram + 0x400000}\n  - read: {at: nic.bar0}\n",
	};

	for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
		struct taped t = {.s = {.shown = 0}};
		uint64_t all = 0, ours = 0;

		if (play(&t.p, texts[k], "c", "4.22", "6.1")) {
			t.p.cfg.trace_text = true;
			t.p.cfg.trace = count_one;
			t.p.cfg.trace_ctx = &all;
			EXPECT(record(&t));
			for (size_t n = 0; n < t.s.img.stops.count; n++) {
				const struct ref_stop *stop = &t.s.img.stops.items[n];

				ours += stop->counts.insns + is_skipped(&t.s.img, n);
			}
			EXPECT_U64(ours, all);
		}
		taped_end(&t);
	}
}

/* ---- with QEMU ---- */

static void expect_agrees(const char *text)
{
	struct taped t;

	if (tape(&t, text, "c", "4.22")) {
		size_t stops = t.s.img.stops.count;

		EXPECT(ref_session_flush(&t.s));
		EXPECT_U64(t.s.verdict, REF_AGREE);
		EXPECT_U64(t.s.counted_at, stops);
		EXPECT(t.s.counted.loads > 0 && t.s.counted.stores > 0);
		if (t.s.text.len)
			printf("%s", buf_cstr(&t.s.text));
	}
	taped_end(&t);
}

/* Unaligned ones, also in two pages; and pairs of which one or both elements are aborted. */
static void test_pieces(void)
{
	expect_agrees(LAB "  - read: {at: dom0_ram + 0x3f003ff, width: 4}\n"
			  "  - read: {at: dom0_ram + 0x3f00ffd, width: 8}\n"
			  "  - write: {at: dom0_ram + 0x3f003fe, width: 4, value: 7}\n"
			  "  - write: {at: dom0_ram + 0x3f00ffd, width: 8, value: 7}\n");
	expect_agrees(LAB "  - remove: {at: dom0_ram + 0x3f01000}\n"
			  "  - read: {at: dom0_ram + 0x3f00ff8, how: ldp}\n"
			  "  - write: {at: dom0_ram + 0x3f00ff8, how: stp, value: 3}\n"
			  "  - read: {at: dom0_ram + 0x3f00ffd, width: 8}\n"
			  "  - write: {at: dom0_ram + 0x3f00ffd, width: 8, value: 7}\n"
			  "  - write: {at: dom0_ram + 0x3f01000, how: cas, value: 7}\n");
}

static void test_tells_place(void)
{
	struct taped t;

	if (tape(&t, one_read, "c", "4.22")) {
		struct ref_stop *stop = (struct ref_stop *)stop_of(&t, REF_STOP_DEVICE, 0);

		if (EXPECT(stop != NULL)) {
			stop->counts.insns++;
			EXPECT(ref_session_flush(&t.s));
			EXPECT_U64(t.s.verdict, REF_DIFFER);
			EXPECT_U64(t.s.differences, 1);
			if (!EXPECT(strstr(buf_cstr(&t.s.text), ", a device access, on ") !=
				    NULL) ||
			    !EXPECT(strstr(buf_cstr(&t.s.text), "from the stop at PC 0xffff") !=
				    NULL))
				printf("%s", buf_cstr(&t.s.text));
		}
	}
	taped_end(&t);
}

static const struct unit_test tests[] = {
	{"the plugin's records are sorted by runs and summed up", test_file},
	{"a damaged or short file of the plugin is refused with the reason", test_bad_files},
	{"each number that differs at a stop is told with both sides", test_tells_numbers},
	{"a run that was not counted at each stop is told", test_tells_length},
	{"the tape has every instruction that the engine begins", test_every_instruction},
	{"accesses across pages and aborted elements count as in QEMU", test_pieces},
	{"a count that differs is told with its place", test_tells_place},
};

/* The last two boot. */
int main(int argc, char **argv)
{
	bool is_7_2, have = have_qemu(&is_7_2);

	return unit_main("reference_trace", tests, ARRAY_SIZE(tests) - (have ? 0 : 2), argc, argv);
}
