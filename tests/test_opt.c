// SPDX-License-Identifier: GPL-2.0-only
#include "cli/opt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

enum {
	ID_HELP,
	ID_JOBS,
	ID_FILTER,
	ID_EVENTS,
	ID_FAIL_FAST,
	ID_FAIL_SLOW,
};

static const struct opt options[] = {
	{ID_HELP, 'h', "help", OPT_NONE, NULL, NULL, "print this help"},
	{ID_JOBS, 'j', "jobs", OPT_REQUIRED, "N", "TEST_OPT_JOBS", "workers"},
	{ID_FILTER, 'f', "filter", OPT_REQUIRED, "GLOB", NULL,
	 "keep the permutations whose id matches, which is a sentence too long for one line"},
	{ID_EVENTS, 0, "events", OPT_OPTIONAL, "PATH", NULL, "events"},
	{ID_FAIL_FAST, 'x', "fail-fast", OPT_NONE, NULL, NULL, "stop early"},
	{ID_FAIL_SLOW, 0, "fail-slow-and-with-a-long-name", OPT_REQUIRED, "X", NULL, "do not"},
};

static const struct opt_verb verb = {
	.name = "run",
	.args = "[FILE]...",
	.summary = "Run it.",
	.notes = "Notes.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

#define WORDS_MAX 16

struct parsed {
	int rc;
	struct opts opts;
	struct buf err;
	char *argv[WORDS_MAX];
	char text[512];
};

/* Parses "run " and then `line`, split at blanks. */
static void parse(struct parsed *p, const char *line)
{
	int argc = 0;

	*p = (struct parsed){0};
	snprintf(p->text, sizeof(p->text), "run %s", line);
	for (char *word = strtok(p->text, " "); word && argc < WORDS_MAX - 1;
	     word = strtok(NULL, " "))
		p->argv[argc++] = word;
	p->rc = opt_parse(&verb, argc, p->argv, &p->opts, &p->err);
}

static void release(struct parsed *p)
{
	opts_fini(&p->opts);
	buf_fini(&p->err);
}

static void expect_value(const struct parsed *p, size_t i, int id, const char *text)
{
	if (!EXPECT(i < p->opts.values.count))
		return;
	EXPECT_I64(p->opts.values.items[i].opt->id, id);
	EXPECT_STR(p->opts.values.items[i].text, text);
}

static void expect_error(const char *line, const char *want)
{
	struct parsed p;

	parse(&p, line);
	EXPECT_I64(p.rc, -EINVAL);
	EXPECT_STR(buf_cstr(&p.err), want);
	release(&p);
}

static void test_forms(void)
{
	struct parsed p;

	parse(&p, "-j4 a --filter=x* -f y --events b -xf z --events=path --jobs 8");
	EXPECT_I64(p.rc, 0);
	EXPECT_U64(p.opts.values.count, 8);
	expect_value(&p, 0, ID_JOBS, "4");
	expect_value(&p, 1, ID_FILTER, "x*");
	expect_value(&p, 2, ID_FILTER, "y");
	expect_value(&p, 3, ID_EVENTS, NULL);
	expect_value(&p, 4, ID_FAIL_FAST, NULL);
	expect_value(&p, 5, ID_FILTER, "z");
	expect_value(&p, 6, ID_EVENTS, "path");
	expect_value(&p, 7, ID_JOBS, "8");
	EXPECT_U64(p.opts.arg_count, 2);
	EXPECT_STR(p.opts.args[0], "a");
	EXPECT_STR(p.opts.args[1], "b");
	release(&p);
}

static void test_double_dash(void)
{
	struct parsed p;

	parse(&p, "-x -- -j --nope");
	EXPECT_I64(p.rc, 0);
	EXPECT_U64(p.opts.values.count, 1);
	EXPECT_U64(p.opts.arg_count, 2);
	EXPECT_STR(p.opts.args[0], "-j");
	EXPECT_STR(p.opts.args[1], "--nope");
	release(&p);
}

static void test_value_like_option(void)
{
	struct parsed p;

	parse(&p, "--filter --jobs -f --filt");
	EXPECT_I64(p.rc, 0);
	EXPECT_U64(p.opts.values.count, 2);
	expect_value(&p, 0, ID_FILTER, "--jobs");
	expect_value(&p, 1, ID_FILTER, "--filt");
	release(&p);
}

static void test_abbreviations(void)
{
	expect_error("--filt x", "unknown option '--filt', did you mean '--filter'?");
	expect_error("--filt=x", "unknown option '--filt', did you mean '--filter'?");
	expect_error("--fail-f", "unknown option '--fail-f', did you mean '--fail-fast'?");
	expect_error("a --hel b", "unknown option '--hel', did you mean '--help'?");
}

static void test_mistakes(void)
{
	expect_error("--fitler x", "unknown option '--fitler', did you mean '--filter'?");
	expect_error("--quite-unlike-any", "unknown option '--quite-unlike-any'");
	expect_error("--=x", "unknown option '--'");
	expect_error("-Z", "unknown option '-Z'");
	expect_error("-xZ", "unknown option '-Z'");
	expect_error("-j", "option '-j' takes a value");
	expect_error("--jobs", "option '--jobs' takes a value");
	expect_error("--fail-fast=1", "option '--fail-fast' takes no value");
}

static void test_environment(void)
{
	struct parsed p;

	setenv("TEST_OPT_JOBS", "3", 1);
	parse(&p, "-j 5");
	EXPECT_U64(p.opts.values.count, 2);
	expect_value(&p, 0, ID_JOBS, "3");
	expect_value(&p, 1, ID_JOBS, "5");
	EXPECT(p.opts.values.items[0].from_env && !p.opts.values.items[1].from_env);
	release(&p);

	setenv("TEST_OPT_JOBS", "", 1);
	parse(&p, "");
	EXPECT_U64(p.opts.values.count, 0);
	release(&p);
	unsetenv("TEST_OPT_JOBS");
}

static void expect_number(const char *text, bool env, bool ok, uint64_t want, const char *sentence)
{
	struct opt_value v = {.opt = &options[1], .text = text, .from_env = env};
	struct buf err = {0};
	uint64_t got = 0;

	EXPECT(opt_number(&v, 1, 1024, &got, &err) == ok);
	if (ok)
		EXPECT_U64(got, want);
	EXPECT_STR(buf_cstr(&err), sentence);
	buf_fini(&err);
}

static void test_numbers(void)
{
	expect_number("1", false, true, 1, "");
	expect_number("0x400", false, true, 1024, "");
	expect_number("0", false, false, 0, "option '--jobs': bad number '0': must be 1 to 1024");
	expect_number("1025", true, false, 0,
		      "environment variable 'TEST_OPT_JOBS': bad number '1025': "
		      "must be 1 to 1024");
}

static void test_bad_numbers(void)
{
	static const char *const bad[] = {"",	"x",  "010", "-1", "+1",
					  "1x", "1 ", "1.5", "0x", "99999999999999999999"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct opt_value v = {.opt = &options[1], .text = bad[i]};
		struct buf err = {0};
		uint64_t got;

		EXPECT(!opt_number(&v, 0, UINT64_MAX, &got, &err));
		EXPECT(strstr(buf_cstr(&err), "option '--jobs': bad number '") != NULL);
		buf_fini(&err);
	}
}

static void test_choice(void)
{
	static const char *const names[] = {"text", "jsonl", "tap"};
	struct opt_value v = {.opt = &options[2], .text = "jsonl"};
	struct buf err = {0};
	unsigned int at = 9;

	EXPECT(opt_choice(&v, NULL, names, ARRAY_SIZE(names), &at, &err));
	EXPECT_U64(at, 1);
	EXPECT(opt_choice(&v, "tap", names, ARRAY_SIZE(names), &at, &err));
	EXPECT_U64(at, 2);
	EXPECT_STR(buf_cstr(&err), "");
	EXPECT(!opt_choice(&v, "jsnol", names, ARRAY_SIZE(names), &at, &err));
	EXPECT_STR(buf_cstr(&err), "option '--filter': unknown value 'jsnol', did you mean "
				   "'jsonl'? (one of text, jsonl, tap)");
	buf_reset(&err);
	EXPECT(!opt_choice(&v, "perfetto", names, ARRAY_SIZE(names), &at, &err));
	EXPECT_STR(buf_cstr(&err),
		   "option '--filter': unknown value 'perfetto', one of text, jsonl, tap");
	EXPECT_U64(at, 2);
	buf_fini(&err);
}

static void test_help(void)
{
	struct buf out = {0};

	opt_help(&verb, &out);
	EXPECT_STR(
		buf_cstr(&out),
		"usage: p2mlab run [options] [FILE]...\n"
		"\n"
		"Run it.\n"
		"\n"
		"options:\n"
		"  -h, --help                  print this help\n"
		"  -j, --jobs N                workers\n"
		"  -f, --filter GLOB           keep the permutations whose id matches, which is\n"
		"                              a sentence too long for one line\n"
		"      --events[=PATH]         events\n"
		"  -x, --fail-fast             stop early\n"
		"      --fail-slow-and-with-a-long-name X\n"
		"                              do not\n"
		"\n"
		"Notes.\n");
	buf_fini(&out);
}

static const struct unit_test tests[] = {
	{"every form of an option is understood, in order", test_forms},
	{"after a double dash everything is an argument", test_double_dash},
	{"a value may look like an option", test_value_like_option},
	{"abbreviated options are refused and completed in the message", test_abbreviations},
	{"each mistake has its sentence", test_mistakes},
	{"the environment comes first, so the command line wins", test_environment},
	{"numbers are checked against their range", test_numbers},
	{"what is no number is refused", test_bad_numbers},
	{"an unknown word names the nearest and all others", test_choice},
	{"help is made from the table", test_help},
};

int main(int argc, char **argv)
{
	return unit_main("opt", tests, ARRAY_SIZE(tests), argc, argv);
}
