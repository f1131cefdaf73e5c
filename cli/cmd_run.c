// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/emulator.h"
#include "cli/runner.h"
#include "cli/same_file.h"
#include "cli/term.h"

enum {
	ID_MAX_CYCLES = OPT_ID_OWN,
	ID_TIMEOUT,
	ID_JOBS,
	ID_FAIL_FAST,
	ID_DRY_RUN,
	ID_PARANOID,
	ID_ORACLE,
	ID_QEMU,
	ID_REPORT,
	ID_EVENTS,
	ID_TRACE,
	ID_QUIET,
	ID_VERBOSE,
	ID_COLOR,
};

static const struct opt options[] = {
	OPTS_SELECT,
	OPTS_MACHINE,
	{ID_MAX_CYCLES, 0, "max-cycles", OPT_REQUIRED, "N", NULL,
	 "end a permutation after this many simulated cycles, in place of the scenario's limit"},
	{ID_TIMEOUT, 0, "timeout", OPT_REQUIRED, "SECONDS", NULL,
	 "end a permutation after this much wall time; default: 30; 0: never"},
	{ID_JOBS, 'j', "jobs", OPT_REQUIRED, "N", "P2MLAB_JOBS",
	 "worker processes; default: one per CPU. Results do not depend on it"},
	{ID_FAIL_FAST, 'x', "fail-fast", OPT_NONE, NULL, NULL,
	 "stop at the first permutation that does not pass"},
	{ID_DRY_RUN, 'n', "dry-run", OPT_NONE, NULL, NULL,
	 "print the ids of what would be run, and run nothing"},
	{ID_PARANOID, 0, "paranoid", OPT_NONE, NULL, NULL,
	 "check all stage-2 tables after every trap"},
	{ID_ORACLE, 0, "oracle", OPT_REQUIRED, "WHICH", NULL,
	 "none; naive: compare all of stage 2 with a flat map of what was requested after every "
	 "trap; or qemu: repeat each run under QEMU and compare every stop, memory and the last "
	 "tables; default: none"},
	OPT_QEMU(ID_QEMU),
	{ID_REPORT, 0, "report", OPT_REQUIRED, "FORMAT[=PATH]", NULL,
	 "text, jsonl or tap, to the standard output (also '-') or a file; may be repeated"},
	{ID_EVENTS, 0, "events", OPT_OPTIONAL, "PATH", NULL,
	 "every protocol event as JSON lines (p2mlab.events/1)"},
	{ID_TRACE, 0, "trace", OPT_REQUIRED, "FORMAT[=PATH]", NULL,
	 "text: every executed instruction; casemate: every store to stage-2 tables, TLBI, "
	 "barrier and lock; for exactly one permutation"},
	{ID_QUIET, 'q', "quiet", OPT_NONE, NULL, NULL,
	 "text report: only what did not pass, and the summary"},
	{ID_VERBOSE, 'v', "verbose", OPT_NONE, NULL, NULL,
	 "text report: also each finding, with the instruction that faulted"},
	{ID_COLOR, 0, "color", OPT_REQUIRED, "WHEN", "P2MLAB_COLOR", "auto, always or never"},
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "run",
	.args = "[SCENARIO|DIR|ID]...",
	.summary = "Replay scenarios against strategies.",
	.notes =
		"Without arguments all scenarios of the project are run. An ID, as reports print\n"
		"it, names one permutation: NAME:STRATEGY:xen=VERSION:linux=VERSION; what is left\n"
		"out of it comes from the options or the scenario. The text report goes to the\n"
		"standard output unless something else is sent there.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

/* What the command line says, before anything is opened. */
struct run_args {
	struct selection sel;
	struct runner runner;
	const char *report_path[REPORTS_MAX];
	bool has_events, has_trace, dry_run;
	const char *events_path, *trace_path;
	struct emulator emulator;
	unsigned int verbose;
	bool quiet;
	enum color_when color;
	struct buf replay;
};

#define JOBS_MAX    1024
#define TIMEOUT_MAX 1000000
#define TIMEOUT	    30 /* seconds: many times the longest scenario, and CI is not held up */

/* "-" is the standard output, as without a path. */
static const char *output_path(const char *path)
{
	return strcmp(path, "-") == 0 ? NULL : path;
}

/* "text=PATH": the format, and *path (NULL: none). An empty path is an error. */
static bool split_path(const struct opt_value *v, char *format, size_t room, const char **path,
		       struct buf *err)
{
	size_t len = strcspn(v->text, "=");

	snprintf(format, room, "%.*s", (int)(len < room ? len : room - 1), v->text);
	*path = v->text[len] ? output_path(v->text + len + 1) : NULL;
	if (!v->text[len] || v->text[len + 1])
		return true;
	buf_printf(err, "option '--%s': no path after '='", v->opt->name);
	return false;
}

static bool take_report(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	static const struct report_ops *const formats[] = {&report_text, &report_jsonl,
							   &report_tap};
	static const char *const names[] = {"text", "jsonl", "tap"};
	unsigned int at = 0, n = a->runner.report_count;
	char format[32];

	if (n == REPORTS_MAX) {
		buf_printf(err, "more than %d reports", REPORTS_MAX);
		return false;
	}
	if (!split_path(v, format, sizeof(format), &a->report_path[n], err) ||
	    !opt_choice(v, format, names, ARRAY_SIZE(names), &at, err))
		return false;
	a->runner.reports[n].ops = formats[at];
	a->runner.report_count++;
	return true;
}

static bool take_trace(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	static const enum trace_kind kinds[] = {TRACE_TEXT, TRACE_CASEMATE};
	static const char *const names[] = {"text", "casemate"};
	unsigned int at = 0;
	char format[32];

	a->has_trace = true;
	if (!split_path(v, format, sizeof(format), &a->trace_path, err) ||
	    !opt_choice(v, format, names, ARRAY_SIZE(names), &at, err))
		return false;
	a->runner.trace_kind = kinds[at];
	return true;
}

static bool take_oracle(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	unsigned int at = a->runner.oracle;
	bool ok = opt_choice(v, NULL, oracle_name, ORACLE_COUNT, &at, err);

	a->runner.oracle = (enum oracle)at;
	return ok;
}

static bool take_events(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	a->has_events = true;
	a->events_path = v->text ? output_path(v->text) : NULL;
	if (!v->text || *v->text)
		return true;
	buf_str(err, "option '--events': no path after '='");
	return false;
}

static bool take_color(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	unsigned int at = a->color;
	bool ok = opt_choice(v, NULL, color_name, COLOR_COUNT, &at, err);

	a->color = (enum color_when)at;
	return ok;
}

static bool take_number(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	uint64_t n = 0;
	bool ok;

	if (v->opt->id == ID_MAX_CYCLES) {
		ok = opt_number(v, 1, UINT64_MAX, &a->runner.max_cycles, err);
	} else if (v->opt->id == ID_TIMEOUT) {
		ok = opt_number(v, 0, TIMEOUT_MAX, &n, err);
		a->runner.timeout_ms = n * 1000;
	} else {
		ok = opt_number(v, 1, JOBS_MAX, &n, err);
		a->runner.jobs = (unsigned int)n;
	}
	return ok;
}

static bool take_option(struct run_args *a, const struct opt_value *v, struct buf *err)
{
	switch (v->opt->id) {
	case ID_MAX_CYCLES:
	case ID_TIMEOUT:
	case ID_JOBS:
		return take_number(a, v, err);
	case ID_REPORT:
		return take_report(a, v, err);
	case ID_EVENTS:
		return take_events(a, v, err);
	case ID_TRACE:
		return take_trace(a, v, err);
	case ID_ORACLE:
		return take_oracle(a, v, err);
	case ID_QEMU:
		return emulator_take(&a->emulator, v, err);
	case ID_COLOR:
		return take_color(a, v, err);
	case ID_FAIL_FAST:
		a->runner.fail_fast = true;
		break;
	case ID_DRY_RUN:
		a->dry_run = true;
		break;
	case ID_PARANOID:
		a->runner.paranoid = true;
		break;
	case ID_QUIET:
		a->quiet = true;
		break;
	case ID_VERBOSE:
		a->verbose++;
		break;
	default: /* the selection's */
		break;
	}
	return true;
}

/* Only one thing may go to the standard output; text is what goes there if nothing else does. */
static bool settle_stdout(struct run_args *a, struct buf *err)
{
	unsigned int n = a->runner.report_count;
	unsigned int users = a->has_events && !a->events_path ? 1 : 0;

	users += a->has_trace && !a->trace_path;
	for (unsigned int i = 0; i < n; i++)
		users += !a->report_path[i];
	if (users > 1) {
		buf_str(err, "more than one output goes to the standard output: name a file for "
			     "the others, as in '--report jsonl=PATH' or '--events=PATH'");
		return false;
	}
	if (users == 0 && n < REPORTS_MAX) {
		a->runner.reports[n].ops = &report_text;
		a->report_path[n] = NULL;
		a->runner.report_count++;
	}
	return true;
}

/* The options that a replay of one permutation needs too. */
static void note_replay(struct run_args *a, const struct opt_value *v)
{
	if (v->opt->id != OPT_ID_PLATFORM && v->opt->id != OPT_ID_MACHINE &&
	    v->opt->id != ID_MAX_CYCLES && v->opt->id != ID_TIMEOUT && v->opt->id != ID_ORACLE &&
	    (v->opt->id != ID_QEMU || v->from_env))
		return;
	buf_printf(&a->replay, " --%s ", v->opt->name);
	buf_shell(&a->replay, v->text);
}

static enum exit_code parse_args(struct run_args *a, const struct opts *opts)
{
	enum exit_code code = selection_from_opts(&a->sel, opts);
	struct buf err = {0};
	bool ok = true;

	a->runner.jobs = pool_default_jobs();
	a->runner.timeout_ms = UINT64_C(1000) * TIMEOUT;
	emulator_init(&a->emulator);
	a->runner.qemu = a->emulator.program;
	for (size_t i = 0; i < opts->values.count && ok; i++) {
		ok = take_option(a, &opts->values.items[i], &err);
		note_replay(a, &opts->values.items[i]);
	}
	ok = ok && settle_stdout(a, &err);
	a->runner.replay_options = buf_cstr(&a->replay);
	if (!ok)
		code = cli_usage_error(&verb, &err);
	buf_fini(&err);
	return code;
}

/* The paths of all outputs that have one; their number. */
static unsigned int output_paths(const struct run_args *a, const char *paths[REPORTS_MAX + 2])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < a->runner.report_count; i++)
		if (a->report_path[i])
			paths[n++] = a->report_path[i];
	if (a->events_path)
		paths[n++] = a->events_path;
	if (a->trace_path)
		paths[n++] = a->trace_path;
	return n;
}

/* Opening an output empties it: no two may be one file, and none a scenario that is read. */
static bool check_outputs(const struct run_args *a, const struct plan *plan, struct buf *err)
{
	const char *paths[REPORTS_MAX + 2];
	unsigned int n = output_paths(a, paths);

	for (unsigned int i = 0; i < n; i++) {
		for (unsigned int k = 0; k < i; k++) {
			if (!same_file(paths[i], paths[k]))
				continue;
			buf_printf(err, "two outputs go to '%s'", paths[i]);
			return false;
		}
		for (size_t k = 0; k < plan->files.count; k++) {
			if (!same_file(paths[i], plan->files.items[k].path))
				continue;
			buf_printf(err, "the output '%s' is one of the scenarios", paths[i]);
			return false;
		}
	}
	return true;
}

static bool open_output(struct out *o, const char *path)
{
	if (out_open(o, path) == 0)
		return true;
	fprintf(stderr, "p2mlab: error: cannot write '%s': %s\n", o->name, strerror(-o->error));
	return false;
}

static bool open_outputs(struct run_args *a)
{
	struct runner *r = &a->runner;
	bool ok = true;

	for (unsigned int i = 0; i < r->report_count && ok; i++) {
		struct report *rep = &r->reports[i];

		rep->plan = r->plan;
		rep->quiet = a->quiet;
		rep->verbose = a->verbose;
		ok = open_output(&rep->out, a->report_path[i]);
		rep->color = rep->out.is_stdout && term_color(a->color, rep->out.fd);
	}
	if (ok && a->has_events)
		ok = open_output(&r->events, a->events_path);
	if (ok && a->has_trace)
		ok = open_output(&r->trace, a->trace_path);
	return ok;
}

static enum exit_code dry_run(const struct plan *plan)
{
	struct buf text = {0};
	enum exit_code code;

	for (size_t i = 0; i < plan->perms.count; i++) {
		plan_id(&plan->perms.items[i].p, &text);
		buf_str(&text, "\n");
	}
	code = cli_print(&text);
	buf_fini(&text);
	return code;
}

/* Every permutation asks it: better said once. */
static enum exit_code look_for_qemu(const struct emulator *emulator)
{
	struct buf text = {0};
	enum ref_end end = emulator_version(emulator, &text);

	if (end != REF_ANSWERED)
		fprintf(stderr, "p2mlab: error: --oracle qemu: %s\n", buf_cstr(&text));
	buf_fini(&text);
	return emulator_exit(emulator, end);
}

static enum exit_code run_plan(struct run_args *a, const struct plan *plan)
{
	enum exit_code code = EXIT_OK;
	struct buf err = {0};
	bool ok = true;

	if (a->dry_run)
		return dry_run(plan);
	if (a->has_trace && plan->perms.count != 1) {
		buf_printf(&err, "--trace needs exactly one permutation, %zu are selected",
			   plan->perms.count);
		ok = false;
	}
	ok = ok && check_outputs(a, plan, &err);
	if (!ok)
		cli_usage_error(&verb, &err);
	buf_fini(&err);
	if (!ok)
		return EXIT_USAGE;
	a->runner.plan = plan;
	if (a->runner.oracle == ORACLE_QEMU)
		code = look_for_qemu(&a->emulator);
	if (code)
		return code;
	if (!open_outputs(a))
		return EXIT_FAILED;
	return runner_run(&a->runner);
}

static enum exit_code run_run(const struct opts *opts)
{
	struct run_args a = {.runner = {.events = {.fd = -1}, .trace = {.fd = -1}}};
	struct plan plan = {0};
	struct buf err = {0};
	enum exit_code code = parse_args(&a, opts);

	if (!code) {
		code = plan_build(&plan, &a.sel, &err);
		fputs(buf_cstr(&err), stderr);
		if (!code)
			code = run_plan(&a, &plan);
	}
	buf_fini(&err);
	buf_fini(&a.replay);
	plan_fini(&plan);
	selection_fini(&a.sel);
	return code;
}

const struct cmd cmd_run = {&verb, NULL, run_run};
