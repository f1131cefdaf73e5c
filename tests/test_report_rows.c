// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_report_rows.c: which permutations share a row, and what it says of them. Each test draws
 * what a strategy came to, Xens down and Linuxes across; all that is printed is compared.
 */
#include "cli/report_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

#define XENS	3
#define LINUXES 3

static const struct xen_version xens[] = {{.name = "4.8"}, {.name = "4.9"}, {.name = "4.22"}};
static const struct linux_version linuxes[] = {{.name = "4.9"}, {.name = "6.1"}, {.name = "6.12"}};

/* The matrix: the first so many of both. */
struct scene {
	struct scenario sc;
	const struct xen_version *xens[XENS];
	const struct linux_version *linuxes[LINUXES];
	struct report_rows rows;
};

static void scene_init(struct scene *s, size_t xen_count, size_t linux_count)
{
	*s = (struct scene){.sc = {.name = "drawn"}};
	for (size_t i = 0; i < XENS; i++)
		s->xens[i] = &xens[i];
	for (size_t i = 0; i < LINUXES; i++)
		s->linuxes[i] = &linuxes[i];
	s->sc.xens.items = s->xens;
	s->sc.xens.count = xen_count;
	s->sc.linuxes.items = s->linuxes;
	s->sc.linuxes.count = linux_count;
}

/* '.' was not run, 'F' failed, '!' crashed, '-' was skipped, a letter passed with findings of its
 * own, 'o' with none. */
static struct result result_of(char c)
{
	struct result r = {.kind = RESULT_PASS};

	if (c == 'F')
		r.kind = RESULT_FAIL;
	else if (c == '!')
		r.kind = RESULT_CRASH;
	else if (c == '-')
		r.kind = RESULT_SKIP;
	else if (c != 'o' && c != '.')
		r.codes = 1u << (c - 'a');
	return r;
}

/* Adds a strategy's permutations, Xen after Xen; the n-th takes n cycles. */
static void draw(struct scene *s, const struct strategy *strategy, const char *const *lines)
{
	for (size_t x = 0; x < XENS && lines[x]; x++) {
		for (size_t l = 0; lines[x][l]; l++) {
			struct permutation p = {&s->sc, strategy, &xens[x], &linuxes[l]};
			struct result r = result_of(lines[x][l]);

			r.metrics[METRIC_CYCLES] = 3 * x + l;
			if (lines[x][l] != '.')
				EXPECT_I64(rows_add(&s->rows, &p, &r), 0);
		}
	}
}

static void put_row(const struct report_rows *rows, size_t i, struct buf *out)
{
	const struct row_member *m = &rows->members.items[i];
	struct row_range range = row_metric(rows, i, METRIC_CYCLES);

	buf_printf(out, "%s/", m->p.strategy->name);
	row_xens(rows, i, out);
	buf_str(out, "/");
	row_linuxes(rows, i, out);
	buf_printf(out, "/%s/%x/%llu-%llu\n", result_infos[m->kind].shown, m->codes,
		   (unsigned long long)range.min, (unsigned long long)range.max);
}

static void expect_rows(struct scene *s, const char *want)
{
	struct buf out = {0};

	rows_gather(&s->rows);
	for (size_t i = 0; i < s->rows.members.count; i++)
		if (s->rows.members.items[i].row == i)
			put_row(&s->rows, i, &out);
	EXPECT_STR(buf_cstr(&out), want);
	buf_fini(&out);
	rows_fini(&s->rows);
}

static const struct strategy b = {.name = "b"};
static const struct strategy c = {.name = "c"};

static void expect_drawn(const char *const *lines, const char *want)
{
	struct scene s;

	scene_init(&s, XENS, LINUXES);
	draw(&s, &b, lines);
	expect_rows(&s, want);
}

static void test_whole(void)
{
	static const char *const lines[] = {"ooo", "ooo", "ooo"};

	expect_drawn(lines, "b/all/all/pass/0/0-8\n");
}

static void test_products(void)
{
	static const char *const by_xen[] = {"ooo", "ooo", "aaa"};
	static const char *const by_linux[] = {"oaa", "oaa", "oaa"};
	static const char *const quarters[] = {"oab", "oab", "dee"};

	expect_drawn(by_xen, "b/4.8 4.9/all/pass/0/0-5\n"
			     "b/4.22/all/pass/1/6-8\n");
	expect_drawn(by_linux, "b/all/4.9/pass/0/0-6\n"
			       "b/all/6.1 6.12/pass/1/1-8\n");
	expect_drawn(quarters, "b/4.8 4.9/4.9/pass/0/0-3\n"
			       "b/4.8 4.9/6.1/pass/1/1-4\n"
			       "b/4.8 4.9/6.12/pass/2/2-5\n"
			       "b/4.22/4.9/pass/8/6-6\n"
			       "b/4.22/6.1 6.12/pass/10/7-8\n");
}

/* What has a hole is no product: the hole's Xen or Linux gets a row of its own. */
static void test_split(void)
{
	static const char *const hole[] = {"ooo", "oao", "ooo"};
	static const char *const stairs[] = {"oaa", "ooa", "ooo"};
	static const char *const two_in_line[] = {"o.o", "..o", "ooo"};

	expect_drawn(hole, "b/4.8 4.22/all/pass/0/0-8\n"
			   "b/4.9/4.9 6.12/pass/0/3-5\n"
			   "b/4.9/6.1/pass/1/4-4\n");
	expect_drawn(stairs, "b/4.8/4.9/pass/0/0-0\n"
			     "b/4.8/6.1 6.12/pass/1/1-2\n"
			     "b/4.9/4.9 6.1/pass/0/3-4\n"
			     "b/4.9/6.12/pass/1/5-5\n"
			     "b/4.22/all/pass/0/6-8\n");
	expect_drawn(two_in_line, "b/4.8/4.9 6.12/pass/0/0-2\n"
				  "b/4.9/6.12/pass/0/5-5\n"
				  "b/4.22/all/pass/0/6-8\n");
}

/* Three Xens differ, two Linuxes do: by Linux there are fewer rows. */
static void test_split_by_linux(void)
{
	static const char *const lines[] = {"oo", "o.", ".o"};
	struct scene s;

	scene_init(&s, XENS, 2);
	draw(&s, &b, lines);
	expect_rows(&s, "b/4.8 4.9/4.9/pass/0/0-3\n"
			"b/4.8 4.22/6.1/pass/0/1-7\n");
}

static void test_failing_member(void)
{
	static const char *const lines[] = {"ooo", "ooF", "ooo"};
	static const char *const first[] = {"FF", "oo", NULL};

	expect_drawn(lines, "b/4.8 4.22/all/pass/0/0-8\n"
			    "b/4.9/4.9 6.1/pass/0/3-4\n"
			    "b/4.9/6.12/FAIL/0/5-5\n");
	expect_drawn(first, "b/4.8/4.9 6.1/FAIL/0/0-1\n"
			    "b/4.9/4.9 6.1/pass/0/3-4\n");
}

static void test_other_verdicts(void)
{
	static const char *const lines[] = {"-!", "-!", "-F"};

	expect_drawn(lines, "b/all/4.9/skip/0/0-6\n"
			    "b/4.8 4.9/6.1/CRASH/0/1-4\n"
			    "b/4.22/6.1/FAIL/0/7-7\n");
}

static void test_strategies(void)
{
	static const char *const lines[] = {"oo", NULL};
	struct strategy b_again = {.name = "b"};
	struct scene s;

	scene_init(&s, 1, 3);
	draw(&s, &b, lines);
	draw(&s, &c, lines);
	draw(&s, &b_again, (const char *const[]){"..o", "o", NULL});
	rows_gather(&s.rows);
	EXPECT_U64(s.rows.members.items[2].strategy, 2);
	EXPECT_U64(s.rows.members.items[4].strategy, 0);
	EXPECT_U64(s.rows.members.items[5].strategy, 0);
	expect_rows(&s, "b/all/all/pass/0/0-2\n"
			"c/all/4.9 6.1/pass/0/0-1\n"
			"b/4.9/4.9/pass/0/3-3\n");
}

/* The command line may ask for other versions than the matrix has. */
static void test_all(void)
{
	static const char *const lines[] = {"ooo", "ooo", NULL};
	struct scene s;

	scene_init(&s, 1, LINUXES);
	draw(&s, &b, lines);
	expect_rows(&s, "b/4.8 4.9/all/pass/0/0-5\n");
	scene_init(&s, 1, 1);
	draw(&s, &b, (const char *const[]){".o", NULL});
	expect_rows(&s, "b/all/6.1/pass/0/1-1\n");
}

static void test_single(void)
{
	static const char *const lines[] = {"ooo", "ooo", NULL};
	struct scene s;

	scene_init(&s, XENS, LINUXES);
	draw(&s, &b, lines);
	for (size_t i = 0; i < s.rows.members.count; i++)
		EXPECT_U64(s.rows.members.items[i].row, i);
	rows_fini(&s.rows);
	rows_gather(&s.rows);
	EXPECT_U64(s.rows.members.count, 0);
}

/* Of any drawing: rows are products, lose nothing, and never mix what differs. */
static void expect_products(const struct report_rows *rows)
{
	const struct row_member *items = rows->members.items;

	for (size_t i = 0; i < rows->members.count; i++) {
		const struct row_member *first = &items[items[i].row];

		EXPECT(first->row == items[i].row && items[i].row <= i);
		EXPECT(first->kind == items[i].kind && first->codes == items[i].codes);
		for (size_t k = 0; k < rows->members.count; k++) {
			bool found = items[k].row != items[i].row;

			for (size_t n = 0; n < rows->members.count && !found; n++)
				found = items[n].row == items[i].row &&
					items[n].p.xen == items[i].p.xen &&
					items[n].p.lnx == items[k].p.lnx;
			EXPECT(found);
		}
	}
}

static void test_any(void)
{
	uint64_t seed = 1;

	for (unsigned int n = 0; n < 1000; n++) {
		char text[XENS][LINUXES + 1] = {{0}};
		struct scene s;

		for (size_t i = 0; i < XENS * LINUXES; i++)
			text[i / LINUXES][i % LINUXES] = "ooaF."[unit_rand(&seed) % 5];
		scene_init(&s, XENS, LINUXES);
		draw(&s, &b, (const char *const[]){text[0], text[1], text[2]});
		rows_gather(&s.rows);
		expect_products(&s.rows);
		rows_fini(&s.rows);
	}
}

static const struct unit_test tests[] = {
	{"permutations that all came to the same are one row", test_whole},
	{"a group that is a product is a row with its versions", test_products},
	{"a group that is no product is split by Xen, like Xens together", test_split},
	{"it is split by Linux where that gives fewer rows", test_split_by_linux},
	{"a failure never shares a row with what passed", test_failing_member},
	{"neither do other verdicts with each other", test_other_verdicts},
	{"strategies are told apart by name", test_strategies},
	{"all means exactly the versions of the matrix", test_all},
	{"before they are gathered, each is its own row", test_single},
	{"rows of any group are products of one verdict and one set of findings", test_any},
};

int main(int argc, char **argv)
{
	return unit_main("report_rows", tests, ARRAY_SIZE(tests), argc, argv);
}
