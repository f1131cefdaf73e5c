/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h: the verbs. Each is one file, cmd_<verb>.c, with its option table and its function.
 */
#ifndef P2MLAB_CMD_H
#define P2MLAB_CMD_H

#include "cli/exit_codes.h"
#include "cli/opt.h"
#include "cli/plan.h"

struct cmd {
	const struct opt_verb *verb;
	const char *alias; /* NULL: none */
	enum exit_code (*run)(const struct opts *opts);
};

/* All verbs, in the order help lists them. */
extern const struct cmd *const cmds[];
extern const size_t cmd_count;
/* By name or alias; NULL if there is none. */
const struct cmd *cmd_find(const char *name);

extern const struct cmd cmd_run, cmd_check, cmd_list, cmd_import, cmd_agree, cmd_regions,
	cmd_reference, cmd_help;

/* What main() returns. */
int cli_main(int argc, char **argv);

/* Where platforms, machines and scenarios are looked up: P2MLAB_DATA, else the source tree. */
const char *cli_data_dir(void);

/* "p2mlab: error: <sentence>" and, for the verb's wrong use, where help is. EXIT_USAGE. */
enum exit_code cli_usage_error(const struct opt_verb *verb, const struct buf *sentence);

/* Writes `text` to the standard output: EXIT_OK, or EXIT_FAILED after saying why not. */
enum exit_code cli_print(const struct buf *text);

/* What was printed is written: EXIT_OK, or EXIT_FAILED after saying why not. */
enum exit_code cli_flush(void);

/* Ids of options that several verbs have, and their rows. */
enum {
	OPT_ID_HELP = 1,
	OPT_ID_STRATEGY,
	OPT_ID_FILTER,
	OPT_ID_PLATFORM,
	OPT_ID_MACHINE,
	OPT_ID_XEN,
	OPT_ID_LINUX,
	OPT_ID_OWN, /* a verb's own ids start here */
};

/* clang-format off */
#define OPTS_SELECT                                                                                \
	{OPT_ID_STRATEGY, 's', "strategy", OPT_REQUIRED, "LIST", NULL,                             \
	 "strategies, separated by commas, or 'all': in place of each scenario's own"},            \
	{OPT_ID_FILTER, 'f', "filter", OPT_REQUIRED, "FILTER", NULL,                               \
	 "keep the permutations whose id matches a glob, or tag:NAME; a leading '!' keeps the "    \
	 "others; may be repeated, each narrows"},                                                 \
	{OPT_ID_XEN, 0, "xen", OPT_REQUIRED, "LIST", NULL,                                         \
	 "Xen versions or 'all': in place of each scenario's own"},                                \
	{OPT_ID_LINUX, 0, "linux", OPT_REQUIRED, "LIST", NULL,                                     \
	 "Dom0 kernels or 'all': in place of each scenario's own"}
#define OPTS_MACHINE                                                                               \
	{OPT_ID_PLATFORM, 'P', "platform", OPT_REQUIRED, "NAME", NULL,                             \
	 "platform file or name, in place of each scenario's own"},                                \
	{OPT_ID_MACHINE, 0, "machine", OPT_REQUIRED, "NAME", NULL,                                 \
	 "machine profile, file or name, in place of each scenario's own"}
#define OPT_HELP {OPT_ID_HELP, 'h', "help", OPT_NONE, NULL, NULL, "print this help"}
/* clang-format on */

/*
 * Takes the selection options and arguments of a verb over; sel is zeroed. EXIT_OK or
 * EXIT_INTERNAL. selection_fini() afterwards.
 */
enum exit_code selection_from_opts(struct selection *sel, const struct opts *opts);
void selection_fini(struct selection *sel);

#endif
