// SPDX-License-Identifier: GPL-2.0-only
/* Two runs compared: which events correspond, what differs, and what it is called. */
#include "cli/agree.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/align.h"
#include "tests/unit.h"

/* --- alignment ------------------------------------------------------------------------ */

/* Length of the longest common subsequence, by the book. */
static size_t longest(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t row[65] = {0};

	CHECK(m < ARRAY_SIZE(row));
	for (size_t i = 0; i < n; i++) {
		size_t diagonal = 0;

		for (size_t j = 0; j < m; j++) {
			size_t above = row[j + 1];

			if (a[i] == b[j])
				row[j + 1] = diagonal + 1;
			else if (row[j] > above)
				row[j + 1] = row[j];
			diagonal = above;
		}
	}
	return row[m];
}

/* How many match; the test fails if a pair is not equal or indices do not rise. */
static size_t check_match(const uint32_t *a, size_t n, const uint32_t *b, const size_t *match)
{
	size_t count = 0, next = 0;

	for (size_t i = 0; i < n; i++) {
		if (match[i] == ALIGN_NONE)
			continue;
		EXPECT(match[i] >= next);
		EXPECT_U64(b[match[i]], a[i]);
		next = match[i] + 1;
		count++;
	}
	return count;
}

static void test_longest(void)
{
	uint64_t seed = 1;

	for (unsigned int round = 0; round < 3000; round++) {
		uint32_t a[64], b[64];
		size_t match[64], n = unit_rand(&seed) % 65, m = unit_rand(&seed) % 65;
		uint32_t letters = 1 + (uint32_t)(unit_rand(&seed) % 12);
		bool windowed;

		for (size_t i = 0; i < 64; i++) {
			a[i] = (uint32_t)(unit_rand(&seed) % letters);
			b[i] = (uint32_t)(unit_rand(&seed) % letters);
		}
		EXPECT_I64(align(a, n, b, m, match, &windowed), 0);
		EXPECT(!windowed);
		EXPECT_U64(check_match(a, n, b, match), longest(a, n, b, m));
	}
}

static void test_windowed(void)
{
	enum {
		LEN = 40000
	};
	uint32_t *a = calloc(LEN, sizeof(*a)), *b = calloc(LEN, sizeof(*b));
	size_t *match = calloc(LEN, sizeof(*match)), count;
	bool windowed = false;

	if (EXPECT(a && b && match)) {
		/* every tenth is another one, which is 8000 edits */
		for (uint32_t i = 0; i < LEN; i++) {
			a[i] = i;
			b[i] = i % 10 ? i : LEN + i;
		}
		EXPECT_I64(align(a, LEN, b, LEN, match, &windowed), 0);
		EXPECT(windowed);
		count = check_match(a, LEN, b, match);
		EXPECT_U64(count, LEN / 10 * 9);
	}
	free(a);
	free(b);
	free(match);
}

/* --- comparison ----------------------------------------------------------------------- */

struct compared {
	struct events_file rec, sim;
	struct agree a;
};

static bool parse(struct events_file *f, const char *text)
{
	struct diag_file file = {"t.jsonl", text, strlen(text)};
	struct diag d;
	bool ok;

	diag_init(&d);
	ok = EXPECT_I64(events_file_parse(f, &file, &d), 0);
	if (d.text)
		fputs(d.text, stderr);
	diag_fini(&d);
	return ok;
}

static const struct agree *compare(struct compared *c, const char *rec, const char *sim)
{
	*c = (struct compared){0};
	if (parse(&c->rec, rec) && parse(&c->sim, sim))
		EXPECT_I64(agree_compare(&c->a, &c->rec, &c->sim, 2), 0);
	return &c->a;
}

static void compared_end(struct compared *c)
{
	agree_fini(&c->a);
	events_file_fini(&c->rec);
	events_file_fini(&c->sim);
}

#define MAP(gpa, insns)                                                                            \
	"{\"kind\":\"stage2_abort_map\",\"gpa\":\"" gpa "\",\"insns\":" insns ",\"by\":\"f\"}\n"
#define CALL(gpa, more)                                                                            \
	"{\"kind\":\"add_to_physmap_range\",\"gpa\":\"" gpa "\",\"space\":5,\"insns\":2000" more   \
	"}\n"

static void expect_counts(const struct agree *a, size_t matched, size_t missing, size_t extra,
			  size_t order)
{
	EXPECT_U64(a->all.matched, matched);
	EXPECT_U64(a->all.what[AGREE_MISSING], missing);
	EXPECT_U64(a->all.what[AGREE_EXTRA], extra);
	EXPECT_U64(a->all.what[AGREE_ORDER], order);
	EXPECT(agree_holds(a, false) == (!missing && !extra && !order));
}

static void test_same(void)
{
	struct compared c;
	const struct agree *a = compare(&c, MAP("0x1004", "100") CALL("0x2000", ""),
					MAP("0x1004", "100") CALL("0x2000", ""));

	expect_counts(a, 2, 0, 0, 0);
	EXPECT(agree_holds(a, true));
	EXPECT_U64(a->diffs.count, 0);
	EXPECT_U64(a->all.compared, 2);
	EXPECT_U64(a->rows[EV_ABORT_MAP].matched, 1);
	EXPECT_U64(a->rows[EV_ADD_TO_PHYSMAP_RANGE].matched, 1);
	compared_end(&c);
}

static void test_place(void)
{
	struct compared c;
	const struct agree *a = compare(&c, MAP("0x1004", "100") CALL("0x2000", ""),
					MAP("0x1008", "100") CALL("0x2000", ""));

	expect_counts(a, 2, 0, 0, 0);
	EXPECT_U64(a->all.what[AGREE_PLACE], 1);
	EXPECT_U64(a->rows[EV_ABORT_MAP].what[AGREE_PLACE], 1);
	EXPECT(!agree_holds(a, true));
	compared_end(&c);
}

static void test_missing_extra(void)
{
	struct compared c;
	const struct agree *a =
		compare(&c, MAP("0x1000", "1") MAP("0x2000", "1") MAP("0x3000", "1"),
			MAP("0x1000", "1") MAP("0x3000", "1") MAP("0x4000", "1"));

	expect_counts(a, 2, 1, 1, 0);
	if (EXPECT_U64(a->diffs.count, 2)) {
		EXPECT_U64(a->diffs.items[0].what, AGREE_MISSING);
		EXPECT_U64(a->diffs.items[0].rec->gpa, 0x2000);
		EXPECT(a->diffs.items[0].sim == NULL);
		EXPECT_U64(a->diffs.items[1].what, AGREE_EXTRA);
		EXPECT_U64(a->diffs.items[1].sim->gpa, 0x4000);
	}
	compared_end(&c);
}

static void test_swapped(void)
{
	struct compared c;
	const struct agree *a =
		compare(&c, MAP("0x1000", "1") MAP("0x2000", "1") MAP("0x3000", "1"),
			MAP("0x2000", "1") MAP("0x1000", "1") MAP("0x3000", "1"));

	expect_counts(a, 2, 0, 0, 1);
	if (EXPECT_U64(a->diffs.count, 1)) {
		EXPECT_U64(a->diffs.items[0].what, AGREE_ORDER);
		EXPECT_U64(a->diffs.items[0].rec->gpa, a->diffs.items[0].sim->gpa);
	}
	compared_end(&c);
}

static void test_key(void)
{
	static const char *const others[] = {
		CALL("0x2000", ""),
		CALL("0x1000", ",\"pages\":2"),
		CALL("0x1000", ",\"denied\":1"),
		CALL("0x1000", ",\"rc\":-22"),
		MAP("0x1000", "2000"),
	};
	struct compared c;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		expect_counts(compare(&c, CALL("0x1000", ""), others[i]), 0, 1, 1, 0);
		compared_end(&c);
	}
	/* of a call, the direction means nothing */
	expect_counts(compare(&c, CALL("0x1000", ""), CALL("0x1000", ",\"write\":1")), 1, 0, 0, 0);
	compared_end(&c);
	expect_counts(compare(&c, MAP("0x1000", "1,\"write\":0"), MAP("0x1000", "1,\"write\":1")),
		      0, 1, 1, 0);
	compared_end(&c);
}

static void test_insns(void)
{
	struct compared c;
	const struct agree *a =
		compare(&c,
			MAP("0x1000", "10000") MAP("0x2000", "10000") MAP("0x3000", "10000")
				MAP("0x4000", "1150") MAP("0x5000", "10,\"nested_irqs\":1")
					MAP("0x6000", "0"),
			MAP("0x1000", "10200") MAP("0x2000", "9500") MAP("0x3000", "10100")
				MAP("0x4000", "1000") MAP("0x5000", "5000") MAP("0x6000", "5"));

	expect_counts(a, 6, 0, 0, 0);
	EXPECT(!agree_holds(a, true));
	EXPECT_U64(a->all.compared, 3);
	EXPECT_U64(a->all.interrupted, 1);
	EXPECT_U64(a->all.uncounted, 1);
	EXPECT_U64(a->all.what[AGREE_INSNS], 1);
	EXPECT_U64(a->all.what[AGREE_PENDING], 1);
	EXPECT_I64(a->all.median_bp, 200);
	EXPECT_I64(a->all.worst_bp, -500);
	EXPECT(a->all.worst_rec && a->all.worst_rec->gpa == 0x2000);
	if (EXPECT_U64(a->diffs.count, 2)) {
		EXPECT_U64(a->diffs.items[0].what, AGREE_INSNS);
		EXPECT_I64(a->diffs.items[0].error_bp, -500);
		EXPECT_U64(a->diffs.items[1].what, AGREE_PENDING);
		EXPECT_I64(a->diffs.items[1].error_bp, -1304);
	}
	compared_end(&c);
}

static void test_tables(void)
{
	struct compared c;
	const struct agree *a = compare(&c, CALL("0x1000", ",\"domheap_allocs\":2"),
					CALL("0x1000", ",\"tables\":1"));

	expect_counts(a, 1, 0, 0, 0);
	EXPECT_U64(a->all.what[AGREE_TABLES], 1);
	EXPECT(agree_holds(a, false));
	EXPECT(!agree_holds(a, true));
	compared_end(&c);
}

/* --- output --------------------------------------------------------------------------- */

static void test_jsonl(void)
{
	struct compared c;
	struct buf text = {0}, again = {0};
	const struct agree *a = compare(&c, MAP("0x1000", "1") "{\"kind\":\"x\"}\n",
					"{\"type\":\"run\",\"id\":\"i\"}\n" CALL("0x1000", ""));

	agree_jsonl(a, false, &text);
	agree_jsonl(a, false, &again);
	EXPECT_STR(buf_cstr(&text), buf_cstr(&again));
	EXPECT_STR(
		buf_cstr(&text),
		"{\"type\":\"agree\",\"what\":\"missing\",\"kind\":\"stage2_abort_map\","
		"\"recorded\":{\"n\":0,\"line\":1,\"gpa\":\"0x1000\",\"size\":0,\"pages\":1,"
		"\"denied\":0,"
		"\"rc\":0,\"write\":0,\"insns\":1,\"tables\":0,\"by\":\"f\"}}\n"
		"{\"type\":\"agree\",\"what\":\"extra\",\"kind\":\"add_to_physmap_range\","
		"\"simulated\":{\"n\":0,\"line\":2,\"gpa\":\"0x1000\",\"size\":0,\"pages\":1,"
		"\"denied\":0,"
		"\"rc\":0,\"write\":0,\"insns\":2000,\"tables\":0}}\n"
		"{\"type\":\"summary\",\"schema\":\"p2mlab.agree/1\",\"run\":\"i\","
		"\"agree\":false,\"tolerance\":2,\"windowed\":false,"
		"\"all\":{\"recorded\":1,\"simulated\":1,\"matched\":0,\"missing\":1,\"extra\":1,"
		"\"out_of_order\":0,\"place\":0,\"tables\":0,\"insns\":0,\"pending_interrupt\":0,"
		"\"compared\":0,\"interrupted\":0,\"uncounted\":0},"
		"\"kinds\":{\"add_to_physmap_range\":{\"recorded\":0,\"simulated\":1,"
		"\"matched\":0,\"missing\":0,\"extra\":1,\"out_of_order\":0,\"place\":0,\"tables\":"
		"0,"
		"\"insns\":0,\"pending_interrupt\":0,\"compared\":0,\"interrupted\":0,"
		"\"uncounted\":0},\"stage2_abort_map\":{\"recorded\":1,\"simulated\":0,"
		"\"matched\":0,\"missing\":1,\"extra\":0,\"out_of_order\":0,\"place\":0,\"tables\":"
		"0,"
		"\"insns\":0,\"pending_interrupt\":0,\"compared\":0,\"interrupted\":0,"
		"\"uncounted\":0}},\"others_recorded\":{\"x\":1},\"others_simulated\":{}}\n");
	buf_fini(&text);
	buf_fini(&again);
	compared_end(&c);
}

static void test_text(void)
{
	struct compared c;
	struct buf text = {0};
	const struct agree *a = compare(&c, MAP("0x1000", "1") MAP("0x2000", "1"),
					MAP("0x3000", "1") MAP("0x4000", "1"));

	agree_text(a, 1, &text);
	EXPECT(strstr(buf_cstr(&text), "and 3 more: --all\n") != NULL);
	EXPECT(strstr(buf_cstr(&text), "0x1000") != NULL);
	EXPECT(strstr(buf_cstr(&text), "0x2000") == NULL);
	buf_reset(&text);
	agree_text(a, SIZE_MAX, &text);
	EXPECT(strstr(buf_cstr(&text), "--all") == NULL);
	EXPECT(strstr(buf_cstr(&text), "0x4000") != NULL);
	buf_fini(&text);
	compared_end(&c);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"the alignment is a longest common subsequence", test_longest},
		{"runs that differ a lot are matched within a window", test_windowed},
		{"equal runs agree, wherever in its page an access is", test_same},
		{"what is on one side only is missing or extra", test_missing_extra},
		{"swapped events are out of order once", test_swapped},
		{"page, pages, denied, rc and an abort's direction tell events apart", test_key},
		{"instructions are compared where no interrupt blurs them", test_insns},
		{"another number of new tables decides only if strict", test_tables},
		{"another place in the page decides only if strict", test_place},
		{"the machine form has every difference and a summary", test_jsonl},
		{"the text says how many differences it left out", test_text},
	};

	return unit_main("agree", tests, ARRAY_SIZE(tests), argc, argv);
}
