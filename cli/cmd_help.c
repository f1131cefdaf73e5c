// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include "base/check.h"

static const struct opt options[] = {OPT_HELP};

static const struct opt_verb verb = {
	.name = "help",
	.args = "[VERB]",
	.summary = "Explain a verb, or list them.",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

static void put_overview(struct buf *out)
{
	buf_str(out, "usage: p2mlab VERB [options] [arguments]\n\n"
		     "Replays how a Xen ARM64 ACPI Dom0 gets its devices' memory into stage 2.\n\n"
		     "verbs:\n");
	for (size_t i = 0; i < cmd_count; i++)
		buf_printf(out, "  %-10s %s%s%s%s\n", cmds[i]->verb->name, cmds[i]->verb->summary,
			   cmds[i]->alias ? " (alias: " : "", cmds[i]->alias ? cmds[i]->alias : "",
			   cmds[i]->alias ? ")" : "");
	buf_str(out, "\n  p2mlab help VERB   options of a verb\n"
		     "  p2mlab --version   the version\n"
		     "\nexit status:\n"
		     "    0  everything selected passed        5  timeout or cycle limit\n"
		     "    1  an expectation failed, or an      6  engine and model disagree\n"
		     "       output could not be written      70  internal error\n"
		     "    2  wrong usage                      77  everything was skipped\n"
		     "    3  a scenario is invalid           130  interrupted\n"
		     "    4  the selection is empty\n");
}

static enum exit_code help_run(const struct opts *opts)
{
	struct buf text = {0};
	const struct cmd *cmd = opts->arg_count ? cmd_find(opts->args[0]) : NULL;
	const char *names[16];
	enum exit_code code;

	for (size_t i = 0; i < cmd_count; i++)
		names[i] = cmds[i]->verb->name;
	if (opts->arg_count > 1) {
		buf_str(&text, "help explains one verb at a time");
		code = cli_usage_error(&verb, &text);
	} else if (opts->arg_count && !cmd) {
		opt_unknown(&text, "verb", opts->args[0], names, cmd_count);
		code = cli_usage_error(NULL, &text);
	} else {
		if (cmd)
			opt_help(cmd->verb, &text);
		else
			put_overview(&text);
		code = cli_print(&text);
	}
	buf_fini(&text);
	return code;
}

const struct cmd cmd_help = {&verb, NULL, help_run};
