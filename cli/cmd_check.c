// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "platform/file.h"
#include "yaml/path_list.h"

static const struct opt options[] = {OPTS_MACHINE, OPT_HELP};

static const struct opt_verb verb = {
	.name = "check",
	.args = "[SCENARIO|DIR|ID]...",
	.summary = "Load scenarios and report every mistake in them; run nothing.",
	.notes = "Without arguments all scenarios of the project are checked. Files that say\n"
		 "'kind: platform', 'kind: machine' or 'kind: drivers' are checked as such. Every\n"
		 "mistake is reported with its place; the exit status is 3 if there is any.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

/* --- files that are no scenarios ----------------------------------------------------- */

/* Profiles for every platform; platforms may name them. */
static bool check_platform(const char *path, const struct driver_files *drivers, struct diag *d)
{
	struct arena *a = arena_new();
	struct platform *plat = a ? platform_load_with(path, drivers, a, d) : NULL;

	if (plat)
		platform_fini(plat);
	arena_free(a);
	return plat;
}

static bool check_machine(const char *path, const struct driver_files *drivers, struct diag *d)
{
	struct arena *a = arena_new();
	bool ok = a && profile_load(path, a, d);

	(void)drivers;
	arena_free(a);
	return ok;
}

static bool check_drivers(const char *path, const struct driver_files *drivers, struct diag *d)
{
	(void)drivers;
	return driver_file_check(path, d);
}

static const struct kind {
	const char *word;
	bool (*check)(const char *path, const struct driver_files *drivers, struct diag *d);
} kinds[] = {
	{"platform", check_platform},
	{"machine", check_machine},
	{"drivers", check_drivers},
};

/* What a file says it is; NULL: a scenario, or nothing that can be read. */
static const struct kind *kind_of(const char *path)
{
	struct arena *a = arena_new();
	const struct kind *found = NULL;
	const struct node *root, *word;
	struct diag_file *file;
	struct diag d;

	diag_init(&d);
	root = a ? yaml_tree_load(a, path, &d, &file) : NULL;
	word = root ? node_get(root, "kind") : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && word && word->kind == NODE_SCALAR; i++)
		if (strcmp(word->text, kinds[i].word) == 0)
			found = &kinds[i];
	diag_fini(&d);
	arena_free(a);
	return found;
}

/* --- arguments ----------------------------------------------------------------------- */

struct checking {
	struct selection *sel;
	struct driver_files *drivers; /* of the project: checked whatever the arguments are */
	char data_drivers[PATH_MAX];  /* where they are */
	VEC(char *) scenarios;	      /* the arguments that are left for the plan */
	struct path_list paths;	      /* what directories hold; owns the strings above */
	size_t others;		      /* files of other kinds */
	struct buf text;
	enum exit_code code;
};

static void lost(struct checking *c)
{
	c->code = exit_worse(c->code, EXIT_INTERNAL);
}

static bool is_checked(const struct checking *c, const char *path)
{
	char real[PATH_MAX];
	size_t len = strlen(c->data_drivers);

	return len && realpath(path, real) && strncmp(real, c->data_drivers, len) == 0 &&
	       real[len] == '/';
}

static void check_other(struct checking *c, const struct kind *kind, const char *path)
{
	unsigned int errors;
	struct diag d;
	bool ok;

	c->others++;
	if (is_checked(c, path))
		return;
	diag_init(&d);
	ok = kind->check(path, c->drivers, &d);
	errors = d.errors;
	if (d.text)
		buf_str(&c->text, d.text);
	diag_fini(&d);
	if (!ok)
		c->code = exit_worse(c->code, errors ? EXIT_INVALID : EXIT_INTERNAL);
}

/* Takes the files of other kinds out of an argument; what is left of it is for the plan. */
static void split_arg(struct checking *c, char *arg)
{
	size_t first = c->paths.paths.count, others = c->others;
	size_t kept = c->scenarios.count;

	/* what cannot be listed is an id, or a mistake that the plan reports */
	path_list_add(&c->paths, arg);
	for (size_t i = first; i < c->paths.paths.count; i++) {
		char *path = c->paths.paths.items[i];
		const struct kind *kind = kind_of(path);

		if (kind)
			check_other(c, kind, path);
		else if (vec_push(&c->scenarios, path))
			lost(c);
	}
	if (c->others != others)
		return;
	c->scenarios.count = kept;
	if (vec_push(&c->scenarios, arg))
		lost(c);
}

static void load_drivers(struct checking *c)
{
	struct buf dir = {0};
	struct diag d;

	diag_init(&d);
	c->drivers = driver_files_load(c->sel->data_dir, &d);
	c->sel->drivers = c->drivers;
	if (d.text)
		buf_str(&c->text, d.text);
	if (d.errors)
		c->code = c->drivers ? EXIT_INVALID : EXIT_INTERNAL;
	diag_fini(&d);
	buf_printf(&dir, "%s/drivers", c->sel->data_dir);
	if (!realpath(buf_cstr(&dir), c->data_drivers))
		c->data_drivers[0] = '\0';
	buf_fini(&dir);
}

static void split_args(struct checking *c)
{
	for (size_t i = 0; i < c->sel->arg_count; i++)
		split_arg(c, c->sel->args[i]);
}

static void check_scenarios(struct checking *c)
{
	struct plan plan = {0};

	c->sel->args = c->scenarios.items;
	c->sel->arg_count = c->scenarios.count;
	c->code = exit_worse(c->code, plan_build(&plan, c->sel, &c->text));
	fputs(buf_cstr(&c->text), stderr);
	buf_reset(&c->text);
	if (!c->code)
		buf_printf(&c->text, "%zu scenario%s, %zu permutation%s ok\n", plan.files.count,
			   plan.files.count == 1 ? "" : "s", plan.perms.count,
			   plan.perms.count == 1 ? "" : "s");
	plan_fini(&plan);
}

static enum exit_code check_run(const struct opts *opts)
{
	struct selection sel = {0};
	struct checking c = {.sel = &sel};

	c.code = selection_from_opts(&sel, opts);
	if (!c.code) {
		load_drivers(&c);
		split_args(&c);
	}
	fputs(buf_cstr(&c.text), stderr);
	buf_reset(&c.text);
	if (c.scenarios.count || !c.others)
		check_scenarios(&c);
	if (!c.code && c.others)
		buf_printf(&c.text, "%zu file%s of other kinds ok\n", c.others,
			   c.others == 1 ? "" : "s");
	if (!c.code)
		c.code = cli_print(&c.text);
	driver_files_free(c.drivers);
	vec_fini(&c.scenarios);
	path_list_fini(&c.paths);
	buf_fini(&c.text);
	selection_fini(&sel);
	return c.code;
}

const struct cmd cmd_check = {&verb, "validate", check_run};
