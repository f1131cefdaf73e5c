// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdio.h>

#include "sim/check.h"

static const struct opt options[] = {OPTS_MACHINE, OPT_HELP};

static const struct opt_verb verb = {
	.name = "check",
	.args = "[SCENARIO|DIR|ID]...",
	.summary = "Load scenarios and report every mistake in them; run nothing.",
	.notes = "Without arguments all scenarios of the project are checked. Every mistake is\n"
		 "reported with its place; the exit status is 3 if there is any.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

static enum exit_code check_run(const struct opts *opts)
{
	struct selection sel = {0};
	struct plan plan = {0};
	struct buf text = {0};
	enum exit_code code = selection_from_opts(&sel, opts);

	if (!code)
		code = plan_build(&plan, &sel, &text);
	fputs(buf_cstr(&text), stderr);
	buf_reset(&text);
	if (!code) {
		buf_printf(&text, "%zu scenario%s, %zu permutation%s ok\n", plan.files.count,
			   plan.files.count == 1 ? "" : "s", plan.perms.count,
			   plan.perms.count == 1 ? "" : "s");
		code = cli_print(&text);
	}
	buf_fini(&text);
	plan_fini(&plan);
	selection_fini(&sel);
	return code;
}

const struct cmd cmd_check = {&verb, "validate", check_run};
