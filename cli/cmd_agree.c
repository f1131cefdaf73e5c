// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdint.h>
#include <stdio.h>

#include "base/check.h"
#include "cli/agree.h"

enum {
	ID_ALL = OPT_ID_OWN,
	ID_TOLERANCE,
	ID_STRICT,
	ID_REPORT,
};

#define TOLERANCE     2	   /* %: how near the project's own runs come */
#define TOLERANCE_MAX 1000 /* % */
#define DIFFS_SHOWN   20

static const struct opt options[] = {
	{ID_REPORT, 'r', "report", OPT_REQUIRED, "FORMAT", NULL,
	 "text (default) or jsonl (p2mlab.agree/1)"},
	{ID_TOLERANCE, 't', "tolerance", OPT_REQUIRED, "PCT", NULL,
	 "by how many per cent instructions may differ (default 2)"},
	{ID_STRICT, 0, "strict", OPT_NONE, NULL, NULL,
	 "fail also if a matched event differs in place, tables or, beyond the tolerance, "
	 "instructions"},
	{ID_ALL, 'a', "all", OPT_NONE, NULL, NULL,
	 "show all differences, not only the first 20 (jsonl always has all)"},
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "agree",
	.args = "TRACE.jsonl EVENTS.jsonl",
	.summary = "Compare a recorded real run with what 'run --events' wrote of a simulated one.",
	.notes = "Compared are the events that make or refuse mappings of device memory. The exit\n"
		 "status is 0 if each has its counterpart in the same order, else 1; it is 3 if a\n"
		 "file cannot be read or is no trace.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

struct agree_args {
	bool all, strict, jsonl;
	uint64_t tolerance;
};

static bool take_option(struct agree_args *args, const struct opt_value *v, struct buf *err)
{
	static const char *const formats[] = {"text", "jsonl"};
	unsigned int at = 0;

	switch (v->opt->id) {
	case ID_ALL:
		args->all = true;
		return true;
	case ID_STRICT:
		args->strict = true;
		return true;
	case ID_TOLERANCE:
		return opt_number(v, 0, TOLERANCE_MAX, &args->tolerance, err);
	default:
		if (!opt_choice(v, NULL, formats, ARRAY_SIZE(formats), &at, err))
			return false;
		args->jsonl = at == 1;
		return true;
	}
}

static enum exit_code take_args(struct agree_args *args, const struct opts *opts)
{
	struct buf err = {0};
	enum exit_code code = EXIT_OK;

	*args = (struct agree_args){.tolerance = TOLERANCE};
	for (size_t i = 0; i < opts->values.count && !code; i++)
		if (!take_option(args, &opts->values.items[i], &err))
			code = cli_usage_error(&verb, &err);
	if (!code && opts->arg_count != 2) {
		buf_printf(&err, "'agree' takes two files, a recorded and a simulated run, not %zu",
			   opts->arg_count);
		code = cli_usage_error(&verb, &err);
	}
	buf_fini(&err);
	return code;
}

static enum exit_code report(const struct agree_args *args, const struct agree *a)
{
	struct buf text = {0};
	enum exit_code code;

	if (args->jsonl)
		agree_jsonl(a, args->strict, &text);
	else
		agree_text(a, args->all ? SIZE_MAX : DIFFS_SHOWN, &text);
	code = text.lost ? EXIT_INTERNAL : cli_print(&text);
	buf_fini(&text);
	return code ? code : agree_holds(a, args->strict) ? EXIT_OK : EXIT_FAILED;
}

/* Both files are read, so that the mistakes of both are told. */
static enum exit_code load(struct events_file *rec, struct events_file *sim,
			   const struct opts *opts)
{
	struct diag d;
	int rc, sim_rc;

	diag_init(&d);
	rc = events_file_load(rec, opts->args[0], &d);
	sim_rc = events_file_load(sim, opts->args[1], &d);
	if (d.text)
		fputs(d.text, stderr);
	diag_fini(&d);
	if (rc == -ENOMEM || sim_rc == -ENOMEM)
		return EXIT_INTERNAL;
	return rc || sim_rc ? EXIT_INVALID : EXIT_OK;
}

static enum exit_code agree_run(const struct opts *opts)
{
	struct events_file rec = {0}, sim = {0};
	struct agree a = {0};
	struct agree_args args;
	enum exit_code code = take_args(&args, opts);

	if (!code)
		code = load(&rec, &sim, opts);
	if (!code) {
		if (agree_compare(&a, &rec, &sim, (unsigned int)args.tolerance))
			code = EXIT_INTERNAL;
		else
			code = report(&args, &a);
	}
	if (code == EXIT_INTERNAL)
		fputs("p2mlab: error: out of memory\n", stderr);
	agree_fini(&a);
	events_file_fini(&sim);
	events_file_fini(&rec);
	return code;
}

const struct cmd cmd_agree = {&verb, NULL, agree_run};
