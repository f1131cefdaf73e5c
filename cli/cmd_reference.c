// SPDX-License-Identifier: GPL-2.0-only
/* p2mlab reference: the model against QEMU: runs, walks, random tables. See docs/REFERENCE.md. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/check.h"
#include "cli/cmd.h"
#include "cli/emulator.h"
#include "reference/session.h"

#define SEED_DEFAULT   1
#define RANDOM_DEFAULT 400 /* sets of tables for each CPU */
#define SHOWN	       3   /* differences of each boot */

enum {
	ID_QEMU = OPT_ID_OWN,
	ID_TIMEOUT,
	ID_RANDOM,
	ID_SEED,
	ID_NO_SCENARIOS,
	ID_COUNTS,
};

static const struct opt options[] = {
	OPT_QEMU(ID_QEMU),
	{ID_TIMEOUT, 't', "timeout", OPT_REQUIRED, "SECONDS", NULL,
	 "for each boot of it (default 30)"},
	{ID_RANDOM, 'n', "random", OPT_REQUIRED, "N", NULL,
	 "sets of random tables for each CPU model (default 400)"},
	{ID_SEED, 0, "seed", OPT_REQUIRED, "N", NULL, "of the first of them (default 1)"},
	{ID_NO_SCENARIOS, 0, "no-scenarios", OPT_NONE, NULL, NULL, "random tables only"},
	{ID_COUNTS, 0, "counts", OPT_NONE, NULL, NULL,
	 "count Dom0's instructions and accesses in QEMU, too, and compare them"},
	OPTS_SELECT,
	OPTS_MACHINE,
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "reference",
	.args = "[SCENARIO|DIR|ID]...",
	.summary = "Compare runs and stage-2 walks with QEMU's, and walks of random tables.",
	.notes = "Scenarios run under every strategy and Xen unless told otherwise. The exit\n"
		 "status is 0 if all agree, 6 if not, 1 if QEMU gave no answer, 77 without QEMU.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

struct args {
	struct emulator emulator;
	uint64_t timeout_s, random, seed;
	bool no_scenarios, counts;
};

static bool take_option(struct args *a, const struct opt_value *v, struct buf *err)
{
	switch (v->opt->id) {
	case ID_QEMU:
		return emulator_take(&a->emulator, v, err);
	case ID_TIMEOUT:
		return opt_number(v, 1, 3600, &a->timeout_s, err);
	case ID_RANDOM:
		return opt_number(v, 0, 1000000, &a->random, err);
	case ID_SEED:
		return opt_number(v, 0, INT64_MAX, &a->seed, err);
	case ID_NO_SCENARIOS:
		a->no_scenarios = true;
		return true;
	case ID_COUNTS:
		a->counts = true;
		return true;
	default:
		return true; /* selection_from_opts() takes it */
	}
}

static bool take_args(struct args *a, const struct opts *opts, struct buf *err)
{
	*a = (struct args){.timeout_s = REF_QEMU_DEADLINE_MS / 1000,
			   .random = RANDOM_DEFAULT,
			   .seed = SEED_DEFAULT};
	emulator_init(&a->emulator);
	for (size_t k = 0; k < opts->values.count; k++)
		if (!take_option(a, &opts->values.items[k], err))
			return false;
	if (a->no_scenarios && opts->arg_count)
		buf_printf(err, "--no-scenarios leaves out '%s'", opts->args[0]);
	return !err->len;
}

/* ---- the emulator ---- */

/* Says which one it is. */
static enum exit_code ask_version(const struct args *a)
{
	struct buf text = {0};
	enum exit_code code = emulator_exit(&a->emulator, emulator_version(&a->emulator, &text));

	if (code && code != EXIT_SKIPPED)
		fprintf(stderr, "p2mlab: error: %s\n", buf_cstr(&text));
	else
		printf("reference: %s%s\n", code ? "skipped: " : "", buf_cstr(&text));
	buf_fini(&text);
	return code;
}

/* What a session's verdict is as an exit status. */
static enum exit_code code_of(enum ref_verdict verdict)
{
	static const enum exit_code codes[] = {
		[REF_AGREE] = EXIT_OK,
		[REF_NO_EMULATOR] = EXIT_SKIPPED,
		[REF_UNANSWERED] = EXIT_FAILED,
		[REF_DIFFER] = EXIT_DISAGREE,
		[REF_STOPPED] = EXIT_INTERRUPTED,
		[REF_BROKEN] = EXIT_INTERNAL,
	};

	return codes[verdict];
}

/* ---- scenarios ---- */

static void run_permutations(struct ref_session *s, const struct plan *plan)
{
	const struct platform *platform = NULL;
	struct world_result res = {.status = RUN_DONE};
	struct world *world = NULL;
	char why[256] = "";
	bool ok = true;

	for (size_t k = 0; k < plan->perms.count && ok; k++) {
		const struct permutation *p = &plan->perms.items[k].p;

		if (p->scenario->platform != platform) {
			world_free(world);
			platform = p->scenario->platform;
			world = world_new(platform, why, sizeof(why));
		}
		if (!world) {
			buf_printf(&s->text, "%s: %s\n", p->scenario->path, why);
			s->verdict = REF_BROKEN;
			ok = false;
		} else {
			ok = ref_session_run(s, world, p, &res);
		}
	}
	world_result_fini(&res);
	world_free(world);
	if (ok)
		ref_session_flush(s);
}

static enum exit_code run_scenarios(struct ref_session *s, const struct opts *opts)
{
	struct selection sel = {.strategies = "all", .xens = "all"};
	struct plan plan = {.warnings = 0};
	enum exit_code code = selection_from_opts(&sel, opts);

	if (!code)
		code = plan_build(&plan, &sel, &s->text);
	if (!code) {
		/* Warnings of valid files are for those who run them. */
		buf_reset(&s->text);
		run_permutations(s, &plan);
	}
	plan_fini(&plan);
	selection_fini(&sel);
	return exit_worse(code, code_of(s->verdict));
}

/* ---- all ---- */

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) * 1e-9;
}

static void report_stops(const struct ref_session *s)
{
	size_t all = 0;

	for (size_t k = 0; k < REF_STOP_KINDS; k++)
		all += s->stops[k];
	printf("  %zu different runs of Dom0's code, %zu pages of memory, %zu stops: %zu traps to "
	       "EL2, %zu at EL1's vectors, %zu before device accesses, %zu behind them, %zu forced "
	       "aborts, %zu dropped stores, %zu events from outside\n",
	       s->tapes, s->pages, all, s->stops[REF_STOP_TRAP], s->stops[REF_STOP_VECTOR],
	       s->stops[REF_STOP_DEVICE], s->stops[REF_STOP_MADE], s->stops[REF_STOP_TAKEN],
	       s->stops[REF_STOP_DROP], s->stops[REF_STOP_BREAK]);
}

static void report_counts(const struct ref_session *s)
{
	printf("  counted in QEMU, too: %" PRIu64 " instructions begun, %" PRIu64 " loads, %" PRIu64
	       " stores of Dom0's code, at %zu stops\n",
	       s->counted.insns, s->counted.loads, s->counted.stores, s->counted_at);
}

/* What a part came to: one line, after whatever it had to say. */
static void report(struct ref_session *s, const char *what, const struct timespec *begin)
{
	bool answered = s->verdict == REF_AGREE || s->verdict == REF_DIFFER;

	fflush(stdout);
	if (s->text.len)
		fprintf(stderr, "%s%s", answered ? "" : "p2mlab: error: ", buf_cstr(&s->text));
	buf_reset(&s->text);
	if (!answered) {
		printf("reference: %s: not compared to its end: %zu boots before that, %zu "
		       "differences\n",
		       what, s->boots ? s->boots - 1 : 0, s->differences);
		return;
	}
	printf("reference: %s: ", what);
	if (s->runs)
		printf("%zu runs (%zu without a Dom0), ", s->runs, s->refused);
	printf("%zu different sets of tables, %zu walks, %zu fetches, %zu differences; %zu boots, "
	       "%.1f s\n",
	       s->jobs, s->walks, s->fetches, s->differences, s->boots, seconds_since(begin));
	if (s->tapes)
		report_stops(s);
	if (s->counted_at)
		report_counts(s);
	if (s->parts)
		printf("  %zu runs were compared in part only, as %s\n", s->parts, s->part_why);
	printf("  mapped %zu, translation fault %zu, address size %zu, access flag %zu, "
	       "permission %zu; fetches: aborted %zu, let through %zu\n",
	       s->outcomes[REF_MAPPED] + s->outcomes[REF_MAPPED_BOTH], s->outcomes[REF_TRANSLATION],
	       s->outcomes[REF_ADDRESS_SIZE], s->outcomes[REF_ACCESS_FLAG],
	       s->outcomes[REF_PERMISSION], s->outcomes[REF_FETCH_ABORT],
	       s->outcomes[REF_FETCH_THROUGH]);
	if (s->outcomes[REF_S1PTW])
		printf("  of both stages: mapped %zu, faults of stage 1 %zu, of stage 2 on its "
		       "tables (S1PTW) %zu\n",
		       s->outcomes[REF_MAPPED_BOTH], s->outcomes[REF_STAGE1],
		       s->outcomes[REF_S1PTW]);
}

static enum exit_code compare_all(const struct args *a, const struct opts *opts)
{
	struct ref_qemu qemu = {a->emulator.program, NULL, (unsigned int)a->timeout_s * 1000, NULL};
	struct ref_session s;
	enum exit_code code = EXIT_OK;
	struct timespec begin;
	bool ok = true;

	if (!a->no_scenarios) {
		clock_gettime(CLOCK_MONOTONIC, &begin);
		ref_session_init(&s, &qemu, SHOWN);
		s.count = a->counts;
		code = run_scenarios(&s, opts);
		/* Without a plan its mistakes are all there is to say. */
		if (s.runs || s.verdict != REF_AGREE)
			report(&s, "scenarios", &begin);
		else
			fputs(buf_cstr(&s.text), stderr);
		ok = code == EXIT_OK || code == EXIT_DISAGREE;
		ref_session_fini(&s);
	}
	for (size_t k = 0; k < ref_cpu_count && ok && a->random; k++) {
		char what[64];

		clock_gettime(CLOCK_MONOTONIC, &begin);
		snprintf(what, sizeof(what), "random, %s", ref_cpus[k].name);
		ref_session_init(&s, &qemu, SHOWN);
		ok = ref_session_random(&s, &ref_cpus[k], a->seed, a->random);
		report(&s, what, &begin);
		code = exit_worse(code, code_of(s.verdict));
		ref_session_fini(&s);
	}
	return code;
}

static enum exit_code run_reference(const struct opts *opts)
{
	struct buf text = {0};
	enum exit_code code;
	struct args args;

	code = take_args(&args, opts, &text) ? EXIT_OK : cli_usage_error(&verb, &text);
	buf_fini(&text);
	if (!code && args.no_scenarios && !args.random) {
		fprintf(stderr,
			"p2mlab: error: --no-scenarios and --random 0 leave nothing to compare\n");
		code = EXIT_EMPTY;
	}
	if (!code)
		code = ask_version(&args);
	if (!code)
		code = compare_all(&args, opts);
	return exit_worse(code, cli_flush());
}

const struct cmd cmd_reference = {&verb, NULL, run_reference};
