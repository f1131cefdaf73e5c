// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/out.h"

const struct cmd *const cmds[] = {&cmd_run,   &cmd_check,   &cmd_list,	    &cmd_import,
				  &cmd_agree, &cmd_regions, &cmd_reference, &cmd_help};
const size_t cmd_count = ARRAY_SIZE(cmds);

#define WORDS_MAX 16

const struct cmd *cmd_find(const char *name)
{
	for (size_t i = 0; i < cmd_count; i++)
		if (strcmp(cmds[i]->verb->name, name) == 0 ||
		    (cmds[i]->alias && strcmp(cmds[i]->alias, name) == 0))
			return cmds[i];
	return NULL;
}

const char *cli_data_dir(void)
{
	const char *dir = getenv("P2MLAB_DATA");

	return dir && *dir ? dir : P2MLAB_SOURCE_DIR;
}

enum exit_code cli_usage_error(const struct opt_verb *verb, const struct buf *sentence)
{
	fprintf(stderr, "p2mlab: error: %s\n", buf_cstr(sentence));
	fprintf(stderr, "try 'p2mlab help%s%s'\n", verb ? " " : "", verb ? verb->name : "");
	return EXIT_USAGE;
}

enum exit_code cli_print(const struct buf *text)
{
	struct out out;
	int rc;

	out_open(&out, NULL);
	out_buf(&out, text);
	rc = out_close(&out);
	if (!rc)
		return EXIT_OK;
	fprintf(stderr, "p2mlab: error: cannot write 'stdout': %s\n", strerror(-rc));
	return EXIT_FAILED;
}

enum exit_code cli_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	fprintf(stderr, "p2mlab: error: cannot write 'stdout': %s\n", strerror(errno));
	return EXIT_FAILED;
}

static enum exit_code unknown_verb(const char *word)
{
	const char *names[WORDS_MAX];
	struct buf err = {0};
	enum exit_code code;
	size_t count = 0;

	for (size_t i = 0; i < cmd_count; i++) {
		names[count++] = cmds[i]->verb->name;
		if (cmds[i]->alias)
			names[count++] = cmds[i]->alias;
	}
	CHECK(count <= WORDS_MAX);
	opt_unknown(&err, *word == '-' ? "option" : "verb", word, names, count);
	code = cli_usage_error(NULL, &err);
	buf_fini(&err);
	return code;
}

static bool asks_help(const struct opts *opts)
{
	for (size_t i = 0; i < opts->values.count; i++)
		if (opts->values.items[i].opt->id == OPT_ID_HELP)
			return true;
	return false;
}

static enum exit_code run_verb(const struct cmd *cmd, int argc, char **argv)
{
	struct opts opts = {0};
	struct buf text = {0};
	int rc = opt_parse(cmd->verb, argc, argv, &opts, &text);
	enum exit_code code;

	if (rc == -ENOMEM) {
		code = EXIT_INTERNAL;
	} else if (rc) {
		code = cli_usage_error(cmd->verb, &text);
	} else if (asks_help(&opts)) {
		opt_help(cmd->verb, &text);
		code = cli_print(&text);
	} else {
		code = cmd->run(&opts);
	}
	buf_fini(&text);
	opts_fini(&opts);
	return code;
}

static enum exit_code print_version(void)
{
	struct buf text = {0};
	enum exit_code code;

	buf_str(&text, "p2mlab " P2MLAB_VERSION "\n");
	code = cli_print(&text);
	buf_fini(&text);
	return code;
}

static enum exit_code dispatch(int argc, char **argv)
{
	char *help[] = {(char[]){"help"}, NULL};
	struct buf err = {0};
	const struct cmd *cmd;

	if (argc < 2) {
		buf_str(&err, "no verb given");
		cli_usage_error(NULL, &err);
		buf_fini(&err);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0)
		return print_version();
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
		return run_verb(&cmd_help, 1, help);
	cmd = cmd_find(argv[1]);
	return cmd ? run_verb(cmd, argc - 1, argv + 1) : unknown_verb(argv[1]);
}

/*
 * A standard descriptor that came closed would be taken by the next file opened, and messages would
 * end in a report. It is filled with one that cannot be used in its direction.
 */
static void fill_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			return;
}

int cli_main(int argc, char **argv)
{
	enum exit_code code;

	fill_standard_fds();
	/* a closed pipe is an error to report, not a reason to vanish */
	signal(SIGPIPE, SIG_IGN);
	/* likewise a file that may not grow */
	signal(SIGXFSZ, SIG_IGN);
	code = dispatch(argc, argv);
	if (code == EXIT_INTERNAL)
		fputs("p2mlab: internal error, see above\n", stderr);
	return (int)code;
}
