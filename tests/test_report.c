// SPDX-License-Identifier: GPL-2.0-only
#include "cli/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/filter.h"
#include "cli/wire.h"
#include "tests/unit.h"

/* Two scenarios; the first has two permutations. All ran under the only
 * Xen of the matrices, and under a Linux that is in none. */
struct scene {
	struct scenario scenarios[2];
	struct strategy strategy;
	struct xen_version xen;
	struct linux_version lnx;
	const struct xen_version *xens[1];
	struct plan_file files[2];
	struct plan_perm perms[3];
	struct plan plan;
	struct report report;
};

static void scene_init(struct scene *s, const struct report_ops *ops)
{
	*s = (struct scene){.strategy = {.name = "notifier+c"}};
	s->xen.name = "4.22";
	s->lnx.name = "6.1";
	s->xens[0] = &s->xen;
	for (size_t i = 0; i < 2; i++) {
		s->scenarios[i].name = i ? "dma" : "ecam";
		s->scenarios[i].about = i ? "" : "A window.\nMore of it.";
		s->scenarios[i].xens.items = s->xens;
		s->scenarios[i].xens.count = 1;
		s->scenarios[i].file.text = "text";
		s->scenarios[i].file.len = 4;
		s->files[i] =
			(struct plan_file){.path = (char[]){""}, .scenario = &s->scenarios[i]};
	}
	for (size_t i = 0; i < 3; i++)
		s->perms[i] = (struct plan_perm){
			{&s->scenarios[i / 2], &s->strategy, &s->xen, &s->lnx}, i / 2};
	s->plan.files.items = s->files;
	s->plan.files.count = 2;
	s->plan.perms.items = s->perms;
	s->plan.perms.count = 3;
	s->report = (struct report){.ops = ops, .plan = &s->plan, .out = {.fd = -1}};
}

static struct result plain(enum result_kind kind)
{
	struct result r = {
		.kind = kind, .digest = 0xabc, .why = "", .diag = "", .err = "", .events = ""};

	for (unsigned int i = 0; i < METRIC_COUNT; i++)
		r.metrics[i] = i;
	return r;
}

static struct result_finding finding(void)
{
	return (struct result_finding){.code = FIND_ABORT,
				       .truth = TRUTH_MMIO,
				       .step = 0,
				       .line = 12,
				       .addr = 0x4010000000,
				       .pages = 3,
				       .pc = 0xffff000000080004,
				       .insn = "ldr w0, [x1]",
				       .by = "pci_generic_config_read",
				       .region = "ecam0"};
}

/* Plays pass, fail with a finding, skip. */
static void play(struct scene *s)
{
	const struct report_ops *ops = s->report.ops;
	struct result_finding f = finding();
	struct result results[] = {plain(RESULT_PASS), plain(RESULT_FAIL), plain(RESULT_SKIP)};
	struct tally tally = {.selected = 3};

	results[1].codes = 1u << FIND_ABORT | 1u << FIND_DMA;
	results[1].findings.items = &f;
	results[1].findings.count = 1;
	results[1].diag = "a.yaml:1:2: FAIL\n  excerpt\n";
	results[1].panicked = true;
	results[1].panic_phase = PHASE_SUBSYS;
	results[1].unreached = 2;
	results[2].why = "no SPCR";
	ops->begin(&s->report);
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		ops->result(&s->report, i, &results[i]);
		tally.counts[results[i].kind]++;
	}
	ops->end(&s->report, &tally);
}

static void expect_body(struct scene *s, const char *want)
{
	EXPECT_STR(buf_cstr(&s->report.body), want);
	report_fini(&s->report);
}

static void test_text(void)
{
	struct scene s;

	scene_init(&s, &report_text);
	play(&s);
	expect_body(&s,
		    "ecam: A window.\n"
		    "strategy    xen  linux  verdict  findings   hypercalls  traps  pages  tables"
		    "  xen insns  cycles\n"
		    "notifier+c  all  6.1    pass     ok                  0      1      3      13"
		    "         17      19\n"
		    "notifier+c  all  6.1    FAIL     abort dma           0      1      3      13"
		    "         17      19\n"
		    "\n"
		    "dma\n"
		    "strategy    xen  linux  verdict  findings  hypercalls  traps  pages  tables"
		    "  xen insns  cycles\n"
		    "notifier+c  all  6.1    skip     -                  -      -      -       -"
		    "          -       -\n"
		    "\n"
		    "1 passed, 1 failed, 1 skipped\n");
}

static void test_text_quiet(void)
{
	struct scene s;

	scene_init(&s, &report_text);
	s.report.quiet = true;
	s.report.color = true;
	play(&s);
	expect_body(&s,
		    "\x1b[1mecam\x1b[0m: A window.\n"
		    "strategy    xen  linux  verdict  findings   hypercalls  traps  pages  tables"
		    "  xen insns  cycles\n"
		    "notifier+c  all  6.1    \x1b[31mFAIL\x1b[0m     abort dma           0      1"
		    "      3      13         17      19\n"
		    "\n"
		    "1 passed, 1 failed, 1 skipped\n");
}

static void test_text_row(void)
{
	struct result low = plain(RESULT_PASS), high = plain(RESULT_PASS);
	struct scene s;

	high.metrics[METRIC_TRAPS] = 1000;
	high.metrics[METRIC_CYCLES] = 7;
	scene_init(&s, &report_text);
	report_text.begin(&s.report);
	report_text.result(&s.report, 0, &low);
	report_text.result(&s.report, 1, &high);
	expect_body(&s, "ecam: A window.\n"
			"strategy    xen  linux  verdict  findings  hypercalls   traps  pages"
			"  tables  xen insns  cycles\n"
			"notifier+c  all  6.1    pass     ok                 0  1-1000      3"
			"      13         17    7-19\n"
			"\n");
}

static void test_text_each(void)
{
	struct scene s;

	scene_init(&s, &report_text);
	s.report.verbose = 1;
	play(&s);
	EXPECT(strstr(buf_cstr(&s.report.body),
		      "notifier+c  4.22  6.1    pass     ok                  0      1      3"
		      "      13         17      19\n"
		      "notifier+c  4.22  6.1    FAIL     abort dma           0      1      3"
		      "      13         17      19\n"
		      "\nstrategy ") != NULL);
	report_fini(&s.report);
}

static void test_text_verbose(void)
{
	struct scene s;

	scene_init(&s, &report_text);
	s.report.quiet = true;
	s.report.verbose = 1;
	play(&s);
	EXPECT(strstr(buf_cstr(&s.report.body),
		      "\n\nstrategy    xen   linux  finding  line  address       pages  region  is"
		      "    by                       instruction\n"
		      "notifier+c  4.22  6.1    abort      12  0x4010000000      3  ecam0   mmio"
		      "  pci_generic_config_read  0xffff000000080004: ldr w0, [x1]\n"
		      "\nnotifier+c, Xen 4.22, Linux 6.1: the boot stopped in phase "
		      "'subsys_initcall'; 2 steps were not reached\n\n") != NULL);
	report_fini(&s.report);
}

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static void test_jsonl(void)
{
	struct scene s;
	const char *body, *line;

	scene_init(&s, &report_jsonl);
	play(&s);
	body = buf_cstr(&s.report.body);
	EXPECT(starts(body, "{\"type\":\"header\",\"schema\":\"p2mlab.results/1\","));
	line = strchr(body, '\n') + 1;
	EXPECT(starts(line, "{\"type\":\"result\",\"id\":\"ecam:notifier+c:xen=4.22:linux=6.1\","
			    "\"scenario\":\"ecam\",\"strategy\":\"notifier+c\",\"xen\":\"4.22\","
			    "\"linux\":\"6.1\",\"outcome\":\"pass\",\"cycles\":19,"
			    "\"digest\":\"xxh3:0000000000000abc\",\"findings\":[],\"metrics\":{"
			    "\"hypercalls\":0,\"traps\":1,"));
	EXPECT(strstr(line, "\"linux\":\"6.1\",\"outcome\":\"fail\","
			    "\"panicked\":\"subsys_initcall\",\"unreached\":2,\"cycles\"") != NULL);
	EXPECT(strstr(line, "\"findings\":[{\"code\":\"abort\",\"step\":0,\"line\":12,"
			    "\"addr\":\"0x4010000000\",\"pages\":3,\"region\":\"ecam0\","
			    "\"truth\":\"mmio\",\"by\":\"pci_generic_config_read\","
			    "\"pc\":\"0xffff000000080004\",\"insn\":\"ldr w0, [x1]\"}]") != NULL);
	EXPECT(strstr(line, "\"scenario\":\"dma\",\"strategy\":\"notifier+c\",\"xen\":\"4.22\","
			    "\"linux\":\"6.1\",\"outcome\":\"skip\",\"why\":\"no SPCR\"}\n"
			    "{\"type\":\"summary\",\"selected\":3,\"run\":3,\"pass\":1,\"fail\":1,"
			    "\"limit\":0,\"timeout\":0,\"disagree\":0,\"crash\":0,\"error\":0,"
			    "\"no-dom0\":0,\"unanswered\":0,\"skip\":1,\"interrupted\":false}\n") !=
	       NULL);
	report_fini(&s.report);
}

static void test_tap(void)
{
	struct scene s;

	scene_init(&s, &report_tap);
	play(&s);
	expect_body(&s, "TAP version 13\n"
			"1..3\n"
			"ok 1 - ecam:notifier+c:xen=4.22:linux=6.1\n"
			"not ok 2 - ecam:notifier+c:xen=4.22:linux=6.1\n"
			"  ---\n"
			"  outcome: fail\n"
			"  message: |\n"
			"    a.yaml:1:2: FAIL\n"
			"      excerpt\n"
			"  ...\n"
			"ok 3 - dma:notifier+c:xen=4.22:linux=6.1 # SKIP no Dom0\n");
}

static void test_partial(void)
{
	struct tally stopped = {.selected = 5, .counts = {[RESULT_PASS] = 1, [RESULT_NO_DOM0] = 1}};
	struct tally interrupted = {.selected = 5, .interrupted = true};
	struct scene s;

	scene_init(&s, &report_text);
	report_text.end(&s.report, &stopped);
	report_text.end(&s.report, &interrupted);
	report_tap.end(&s.report, &stopped);
	report_tap.end(&s.report, &interrupted);
	expect_body(&s, "2 passed, 0 failed, 3 not run\n"
			"0 passed, 0 failed, 5 not run (interrupted)\n"
			"Bail out! stopped early\n"
			"Bail out! interrupted\n");
}

static enum exit_code exit_of(enum result_kind a, enum result_kind b, bool interrupted)
{
	struct tally t = {.selected = 2, .interrupted = interrupted};

	t.counts[a]++;
	t.counts[b]++;
	return tally_exit(&t);
}

static void test_severity(void)
{
	static const enum exit_code order[] = {
		EXIT_OK,       EXIT_SKIPPED, EXIT_EMPTY,       EXIT_LIMIT,    EXIT_FAILED,
		EXIT_DISAGREE, EXIT_INVALID, EXIT_INTERRUPTED, EXIT_INTERNAL, EXIT_USAGE};

	for (size_t a = 0; a < ARRAY_SIZE(order); a++)
		for (size_t b = 0; b < ARRAY_SIZE(order); b++)
			EXPECT_I64(exit_worse(order[a], order[b]), order[a > b ? a : b]);
	EXPECT_I64(exit_of(RESULT_PASS, RESULT_SKIP, false), EXIT_OK);
	EXPECT_I64(exit_of(RESULT_SKIP, RESULT_SKIP, false), EXIT_SKIPPED);
	EXPECT_I64(exit_of(RESULT_NO_DOM0, RESULT_SKIP, false), EXIT_OK);
	EXPECT_I64(exit_of(RESULT_PASS, RESULT_LIMIT, false), EXIT_LIMIT);
	EXPECT_I64(exit_of(RESULT_TIMEOUT, RESULT_FAIL, false), EXIT_FAILED);
	EXPECT_I64(exit_of(RESULT_FAIL, RESULT_DISAGREE, false), EXIT_DISAGREE);
	EXPECT_I64(exit_of(RESULT_UNANSWERED, RESULT_LIMIT, false), EXIT_FAILED);
	EXPECT_I64(exit_of(RESULT_FAIL, RESULT_PASS, true), EXIT_INTERRUPTED);
	EXPECT_I64(exit_of(RESULT_CRASH, RESULT_PASS, true), EXIT_INTERNAL);
	EXPECT_I64(exit_of(RESULT_ERROR, RESULT_DISAGREE, false), EXIT_INTERNAL);
}

static void test_lost_worker(void)
{
	struct pool_item crashed = {.end = POOL_CRASHED, .how = "signal 6 (Aborted)", .err = "x"};
	struct pool_item late = {.end = POOL_TIMEOUT, .err = ""};
	struct result r;

	EXPECT(result_get(&r, &crashed));
	EXPECT_I64(r.kind, RESULT_CRASH);
	EXPECT_STR(r.why, "signal 6 (Aborted)");
	EXPECT_STR(r.err, "x");
	EXPECT(result_get(&r, &late));
	EXPECT_I64(r.kind, RESULT_TIMEOUT);
	EXPECT_STR(r.why, "the time limit was reached");
}

static void test_garbage(void)
{
	uint64_t seed = 1;

	for (unsigned int i = 0; i < 2000; i++) {
		size_t len = unit_rand(&seed) % 300;
		char *data = calloc(1, len + 1);
		struct pool_item item = {.end = POOL_DONE, .data = data, .len = len, .err = ""};
		struct result r;

		if (!EXPECT(data != NULL))
			return;
		/* mostly zeros, so that some of it looks right for a while */
		for (size_t k = 0; k < len; k++)
			data[k] = unit_rand(&seed) % 8 ? 0 : (char)unit_rand(&seed);
		EXPECT(!result_get(&r, &item));
		EXPECT_I64(r.kind, RESULT_CRASH);
		EXPECT_STR(r.why, "the worker sent no valid result");
		result_fini(&r);
		free(data);
	}
}

static void test_panicked_travels(void)
{
	const struct step_result steps[] = {{.ran = true}, {0}, {0}};
	struct world_result res = {.status = RUN_CYCLE_LIMIT,
				   .panicked = true,
				   .panic_phase = PHASE_FS,
				   .steps = {(struct step_result *)steps, 3, 3}};
	struct permutation p;
	struct buf out = {0}, events = {0};
	struct result r;
	struct scene s;

	scene_init(&s, &report_text);
	p = s.perms[0].p;
	result_put(&out, &p, &res, NULL, &events);
	EXPECT(result_get(&r, &(struct pool_item){
				      .end = POOL_DONE, .data = out.s, .len = out.len, .err = ""}));
	EXPECT(r.panicked);
	EXPECT_U64(r.panic_phase, PHASE_FS);
	EXPECT_U64(r.unreached, 2);
	result_fini(&r);
	buf_fini(&out);
}

static void test_wire(void)
{
	struct buf b = {0};
	struct wire w;
	size_t len = 9;

	wire_put_u64(&b, UINT64_C(0x0123456789abcdef));
	wire_put_str(&b, "text");
	wire_put_str(&b, NULL);
	wire_put_bytes(&b, "a\0b", 3);
	w = (struct wire){b.s, b.s + b.len, false};
	EXPECT_U64(wire_u64(&w), UINT64_C(0x0123456789abcdef));
	EXPECT_STR(wire_str(&w, NULL), "text");
	EXPECT_STR(wire_str(&w, &len), "");
	EXPECT_U64(len, 0);
	EXPECT(memcmp(wire_str(&w, &len), "a\0b", 4) == 0);
	EXPECT_U64(len, 3);
	EXPECT(!w.bad && w.p == w.end);
	EXPECT_U64(wire_u64(&w), 0);
	EXPECT(w.bad);
	EXPECT_STR(wire_str(&w, &len), "");
	buf_fini(&b);
}

static void test_filter(void)
{
	const char *tags[] = {"pci", "real"};
	struct scenario sc = {.tags = {tags, 2, 2}};
	const char *id = "ecam:notifier+c:xen=4.22:linux=6.1";
	static const struct {
		const char *filter;
		bool keeps;
	} rows[] = {
		{"ecam*", true},       {"*:xen=4.22:*", true},
		{"ecam", false},       {"!ecam*", false},
		{"!dma*", true},       {"*linux=4.9", false},
		{"tag:pci", true},     {"tag:real", true},
		{"tag:smmu", false},   {"!tag:pci", false},
		{"!tag:smmu", true},   {"*:notifier+c:*", true},
		{"ecam:[!n]*", false}, {"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT(filter_keeps(rows[i].filter, id, &sc) == rows[i].keeps);
	EXPECT_STR(filter_tag("!tag:x"), "x");
	EXPECT(filter_tag("tags") == NULL);
}

static void test_table(void)
{
	static const char *const heads[] = {"a", "n", "text"};
	struct table t;
	struct buf out = {0};

	table_init(&t, 3, 2, heads);
	table_add(&t,
		  "gr\xc3\xb6\xc3\x9f"
		  "e",
		  NULL);
	table_add_u64(&t, 1234);
	table_add(&t, "", NULL);
	table_add(&t, "", NULL);
	table_add_hex(&t, 10);
	table_add(&t, "end", "\x1b[1m");
	EXPECT_U64(table_rows(&t), 3);
	table_put(&t, &out);
	EXPECT_STR(buf_cstr(&out), "a         n  text\n"
				   "gr\xc3\xb6\xc3\x9f"
				   "e  1234\n"
				   "        0xa  \x1b[1mend\x1b[0m\n");
	buf_fini(&out);
	table_fini(&t);
}

static const struct unit_test tests[] = {
	{"the text report is a table per scenario and a summary", test_text},
	{"quiet shows only what did not pass, colour marks it", test_text_quiet},
	{"what passed alike shares a row, with the least and the most it cost", test_text_row},
	{"verbose gives each permutation a row of its own", test_text_each},
	{"verbose adds each finding with its instruction", test_text_verbose},
	{"jsonl is a header, results and a summary", test_jsonl},
	{"tap has a line per permutation and blocks under failures", test_tap},
	{"a run that ended early says so", test_partial},
	{"the highest severity wins", test_severity},
	{"a lost worker still gives a result", test_lost_worker},
	{"no bytes from a worker are trusted", test_garbage},
	{"where a boot stopped comes back from the worker", test_panicked_travels},
	{"numbers and strings come back from the wire", test_wire},
	{"a filter is a glob over the whole id, or a tag", test_filter},
	{"a table aligns characters and leaves no blanks at the end", test_table},
};

int main(int argc, char **argv)
{
	return unit_main("report", tests, ARRAY_SIZE(tests), argc, argv);
}
