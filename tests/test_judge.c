// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/scenario.h"

#include "tests/scenario_fixture.h"

/* A scenario of two permutations of each dimension, and a result to be judged. */
struct trial {
	struct scenario *sc;
	struct world_result res;
	struct diag diag;
};

#define HEAD                                                                                       \
	"p2mlab: 1\nname: t\nplatform: small\n"                                                    \
	"matrix: {strategy: [none, c], xen: [4.8, 4.22], linux: [4.9, 6.1]}\n"

/* Line 5 on is `rest`. */
static void trial_init(struct trial *t, const char *rest)
{
	char text[2048];

	enter_test_data();
	memset(t, 0, sizeof(*t));
	diag_init(&t->diag);
	snprintf(text, sizeof(text), "%s%s", HEAD, rest);
	t->sc = scenario_parse("t.yaml", text, strlen(text), &test_paths, NULL, &t->diag);
	if (!EXPECT(t->sc != NULL))
		printf("%s", t->diag.text);
	for (size_t i = 0; t->sc && i < t->sc->script.steps.count; i++) {
		struct step_result r = {.ran = true};

		EXPECT(vec_push(&t->res.steps, r) == 0);
	}
}

static void trial_fini(struct trial *t)
{
	vec_fini(&t->res.steps);
	vec_fini(&t->res.verdict.findings);
	diag_fini(&t->diag);
	scenario_free(t->sc);
}

static void find(struct trial *t, enum finding_code code, int step)
{
	struct finding f = {.code = code,
			    .step = step,
			    .addr = 0xd0000000,
			    .pages = 2,
			    .by = "reader",
			    .region = "spare"};

	t->res.verdict.codes |= 1u << code;
	EXPECT(vec_push(&t->res.verdict.findings, f) == 0);
}

/* Judges permutation i; `want` is all that may be said, NULL: it holds. */
static void expect_judged(struct trial *t, size_t i, const char *want)
{
	struct permutation p = scenario_permutation(t->sc, i);
	bool held;

	diag_fini(&t->diag);
	held = scenario_judge(&p, &t->res, &t->diag);
	EXPECT_STR(t->diag.text, want);
	EXPECT(held == !want);
	EXPECT((t->diag.errors == 0) == held);
}

static void test_nothing_expected(void)
{
	struct trial t;

	trial_init(&t, "steps: [{wait: {cycles: 1}}]\n");
	expect_judged(&t, 0, NULL);
	find(&t, FIND_ABORT, 0);
	find(&t, FIND_ABORT, 0);
	find(&t, FIND_LEAK, -1);
	expect_judged(&t, 0,
		      "t.yaml:1:1: error: t:none:xen=4.8:linux=4.9: unexpected finding 'abort': "
		      "reader, 0xd0000000 in 'spare', 2 pages; 1 more like it\n"
		      "    1 | p2mlab: 1\n      | ^\n"
		      "t.yaml:5:10: note: 'abort' came from this step\n"
		      "    5 | steps: [{wait: {cycles: 1}}]\n      |          ^\n"
		      "t.yaml:1:1: error: t:none:xen=4.8:linux=4.9: unexpected finding 'leak': "
		      "reader, 0xd0000000 in 'spare', 2 pages; 0 more like it\n"
		      "    1 | p2mlab: 1\n      | ^\n");
	trial_fini(&t);
}

static void test_wants(void)
{
	struct trial t;
	struct step_result *r;

	trial_init(&t, "steps:\n- request: {at: spare, pages: 2, want: {outcome: ok, rc: -22, err: "
		       "-13, value: 1, esr: 2, mapped: 3}}\n");
	r = t.res.steps.items;
	r->outcome = OUTCOME_OK;
	r->rc = -22;
	r->errs[0] = r->errs[1] = -13;
	r->err_count = 2;
	r->value = 1;
	r->esr = 2;
	r->mapped = 3;
	expect_judged(&t, 0, NULL);
	memset(r, 0, sizeof(*r));
	/* a step that was not reached is not judged */
	expect_judged(&t, 0, NULL);
	trial_fini(&t);
}

/* The lines of d that are errors, without their places and ids. */
static void expect_sentences(const struct diag *d, const char *const *want, size_t count)
{
	const char *at = d->text;

	for (size_t i = 0; i < count; i++) {
		const char *start = at ? strstr(at, "linux=4.9: ") : NULL;

		if (!EXPECT(start != NULL))
			return;
		start += strlen("linux=4.9: ");
		if (!EXPECT(strncmp(start, want[i], strlen(want[i])) == 0))
			printf("%.80s\n", start);
		at = start;
	}
	EXPECT(strstr(at, "linux=4.9: ") == NULL);
}

static void test_want_failures(void)
{
	static const char *const want[] = {
		"outcome is 'crashed', want 'ok'\n",
		"rc is 0, want -22\n",
		"errs[1] is 0, want -13\n",
		"value is 0x0, want 0x1\n",
		"esr is 0x0, want 0x2\n",
		"0 pages are mapped, want 3\n",
	};
	static const char *const none[] = {"no errs were written, want -13\n"};
	struct permutation p;
	struct trial t;

	trial_init(&t, "steps:\n- request: {at: spare, pages: 2, want: {outcome: ok, rc: -22, err: "
		       "-13, value: 1, esr: 2, mapped: 3}}\n");
	t.res.steps.items[0].outcome = OUTCOME_CRASHED;
	t.res.steps.items[0].errs[0] = -13;
	t.res.steps.items[0].err_count = 2;
	p = scenario_permutation(t.sc, 0);
	EXPECT(!scenario_judge(&p, &t.res, &t.diag));
	EXPECT(t.diag.text && strncmp(t.diag.text, "t.yaml:6:34: error: ", 20) == 0);
	expect_sentences(&t.diag, want, ARRAY_SIZE(want));
	trial_fini(&t);
	trial_init(&t, "steps:\n- request: {at: spare, want: {err: -13}}\n");
	p = scenario_permutation(t.sc, 0);
	EXPECT(!scenario_judge(&p, &t.res, &t.diag));
	expect_sentences(&t.diag, none, 1);
	trial_fini(&t);
}

static void test_when(void)
{
	struct trial t;

	trial_init(&t, "steps: [{wait: {cycles: 1}}]\n"
		       "expect:\n"
		       "- {when: {strategy: c, xen: 4.22}, findings: [dma]}\n"
		       "- {when: {linux: 6.1}, findings: [leak]}\n"
		       "- {when: {xen: 4.22}, metrics: {traps: 0}}\n");
	find(&t, FIND_DMA, -1);
	/* c, 4.22, 4.9: the first entry allows and needs it */
	expect_judged(&t, 6, NULL);
	/* c, 4.8, 4.9: no entry speaks of it */
	expect_judged(&t, 4,
		      "t.yaml:1:1: error: t:c:xen=4.8:linux=4.9: unexpected finding 'dma': reader, "
		      "0xd0000000 in 'spare', 2 pages; 0 more like it\n"
		      "    1 | p2mlab: 1\n      | ^\n");
	/* none, 4.22, 4.9: an entry without findings allows none */
	expect_judged(&t, 2,
		      "t.yaml:9:3: error: t:none:xen=4.22:linux=4.9: unexpected finding 'dma': "
		      "reader, 0xd0000000 in 'spare', 2 pages; 0 more like it\n"
		      "    9 | - {when: {xen: 4.22}, metrics: {traps: 0}}\n      |   ^\n");
	/* c, 4.22, 6.1: both hold together, so leak is missing */
	expect_judged(&t, 7,
		      "t.yaml:8:24: error: t:c:xen=4.22:linux=6.1: finding 'leak' was expected and "
		      "is not there\n"
		      "    8 | - {when: {linux: 6.1}, findings: [leak]}\n"
		      "      |                        ^\n");
	find(&t, FIND_LEAK, -1);
	expect_judged(&t, 7, NULL);
	trial_fini(&t);
}

static void test_metrics(void)
{
	static const char *const want[] = {
		"dma_faults is 3, want 1\n",
		"hypercalls is 0, want at least 1\n",
		"traps is 10, want 1 to 9\n",
	};
	struct permutation p;
	struct trial t;

	trial_init(&t,
		   "steps: [{wait: {cycles: 1}}]\n"
		   "expect:\n"
		   "- {findings: [], metrics: {dma_faults: 1, hypercalls: {min: 1}, traps: {min: "
		   "1, max: 9}, pages: {max: 4}}}\n");
	t.res.verdict.metrics[METRIC_DMA_FAULTS] = 1;
	t.res.verdict.metrics[METRIC_HYPERCALLS] = 1;
	t.res.verdict.metrics[METRIC_TRAPS] = 9;
	t.res.verdict.metrics[METRIC_PAGES] = 4;
	expect_judged(&t, 0, NULL);
	t.res.verdict.metrics[METRIC_DMA_FAULTS] = 3;
	t.res.verdict.metrics[METRIC_HYPERCALLS] = 0;
	t.res.verdict.metrics[METRIC_TRAPS] = 10;
	p = scenario_permutation(t.sc, 0);
	EXPECT(!scenario_judge(&p, &t.res, &t.diag));
	expect_sentences(&t.diag, want, ARRAY_SIZE(want));
	trial_fini(&t);
}

static void test_status(void)
{
	struct trial t;

	trial_init(&t,
		   "steps: [{wait: {cycles: 1}}]\nexpect: [{when: {xen: 4.8}, no_dom0: true}]\n");
	strcpy(t.res.why, "no SPCR");
	t.res.status = RUN_NO_DOM0;
	expect_judged(&t, 0, NULL);
	expect_judged(&t, 2,
		      "t.yaml:1:1: error: t:none:xen=4.22:linux=4.9: Xen did not build Dom0: no "
		      "SPCR\n    1 | p2mlab: 1\n      | ^\n");
	t.res.status = RUN_DONE;
	expect_judged(&t, 2, NULL);
	expect_judged(&t, 0,
		      "t.yaml:6:10: error: t:none:xen=4.8:linux=4.9: Xen built Dom0, which "
		      "'no_dom0' does not expect\n"
		      "    6 | expect: [{when: {xen: 4.8}, no_dom0: true}]\n"
		      "      |          ^\n");
	t.res.status = RUN_CRASHED;
	expect_judged(&t, 2, NULL);
	t.res.status = RUN_CYCLE_LIMIT;
	strcpy(t.res.why, "20000000000 cycles");
	expect_judged(&t, 2,
		      "t.yaml: error: t:none:xen=4.22:linux=4.9: did not finish: 20000000000 "
		      "cycles\n");
	trial_fini(&t);
}

/* Plays a boot as step 0 that panicked, and `rest` steps that were not reached. */
static void panic(struct trial *t)
{
	t->res.panicked = true;
	t->res.panic_phase = PHASE_SUBSYS;
	t->res.steps.items[0].outcome = OUTCOME_ABORTED;
	for (size_t i = 1; i < t->res.steps.count; i++)
		t->res.steps.items[i].ran = false;
}

static void test_panic(void)
{
	struct trial t;

	trial_init(&t,
		   "steps:\n- boot: {until: module}\n- wait: {cycles: 1}\n- wait: {cycles: 1}\n");
	panic(&t);
	expect_judged(&t, 0,
		      "t.yaml:6:3: error: t:none:xen=4.8:linux=4.9: the boot stopped in phase "
		      "'subsys_initcall' (steps not reached: 2); no 'abort' was "
		      "found, so say "
		      "'want: {outcome: aborted}' if it is expected\n"
		      "    6 | - boot: {until: module}\n      |   ^\n");
	trial_fini(&t);
	/* a finding says it already, an outcome that is wanted is judged as such */
	trial_init(&t, "steps: [{boot: {until: module}}, {wait: {cycles: 1}}]\n"
		       "expect: [{findings: [abort]}]\n");
	panic(&t);
	find(&t, FIND_ABORT, 0);
	expect_judged(&t, 0, NULL);
	trial_fini(&t);
	trial_init(&t, "steps: [{boot: {until: module, want: {outcome: aborted}}}, {wait: {cycles: "
		       "1}}]\n");
	panic(&t);
	expect_judged(&t, 0, NULL);
	trial_fini(&t);
}

static const struct unit_test tests[] = {
	{"without expectations any finding is a failure, told once per code",
	 test_nothing_expected},
	{"wants that hold, or were not reached, say nothing", test_wants},
	{"each want that fails is told at its line", test_want_failures},
	{"entries that match hold together, others do not count", test_when},
	{"metrics are exact or within limits", test_metrics},
	{"a panic that no finding and no want tells of is a failure", test_panic},
	{"a run that did not finish or start is told", test_status},
};

int main(int argc, char **argv)
{
	return unit_main("judge", tests, ARRAY_SIZE(tests), argc, argv);
}
