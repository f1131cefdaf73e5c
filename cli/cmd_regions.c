// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "cli/json.h"
#include "cli/plan_axes.h"
#include "cli/regions.h"
#include "platform/import.h"

enum {
	ID_REPORT = OPT_ID_OWN,
};

static const struct opt options[] = {
	{OPT_ID_STRATEGY, 's', "strategy", OPT_REQUIRED, "LIST", NULL,
	 "a column for each of these strategies; default: notifier,a,b,c"},
	{OPT_ID_XEN, 0, "xen", OPT_REQUIRED, "V", NULL, "one Xen version; default: the newest"},
	{OPT_ID_LINUX, 0, "linux", OPT_REQUIRED, "LIST", NULL,
	 "Dom0 kernels to ask who maps what; strategies are shown for the last one; default: all"},
	{ID_REPORT, 0, "report", OPT_REQUIRED, "FORMAT", NULL, "text (default) or jsonl"},
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "regions",
	.args = "PLATFORM|DIR|TAR",
	.summary = "List every region of a machine: origin, who maps it, which strategy covers it.",
	.notes = "PLATFORM is a platform file or its name; of a folder or tar of collected files\n"
		 "(tools/collect.sh) the platform is made as by 'p2mlab import'.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

struct regions_args {
	const char *strategies, *xen, *linuxes;
	bool jsonl;
};

static bool take_options(struct regions_args *a, const struct opts *opts, struct buf *err)
{
	static const char *const formats[] = {"text", "jsonl"};
	unsigned int format = 0;
	bool ok = true;

	*a = (struct regions_args){.strategies = "notifier,a,b,c", .linuxes = "all"};
	for (size_t i = 0; i < opts->values.count && ok; i++) {
		const struct opt_value *v = &opts->values.items[i];

		if (v->opt->id == OPT_ID_STRATEGY)
			a->strategies = v->text;
		else if (v->opt->id == OPT_ID_XEN)
			a->xen = v->text;
		else if (v->opt->id == OPT_ID_LINUX)
			a->linuxes = v->text;
		else if (v->opt->id == ID_REPORT)
			ok = opt_choice(v, NULL, formats, ARRAY_SIZE(formats), &format, err);
	}
	a->jsonl = format == 1;
	if (ok && opts->arg_count != 1) {
		buf_str(err, "one platform, folder or tar is needed");
		ok = false;
	}
	return ok;
}

/* The axes into the query; the strings are parsed as those of 'run'. */
static enum exit_code take_axes(struct regions_query *q, const struct regions_args *a,
				struct plan *plan, struct axes *axes, struct buf *err)
{
	enum exit_code code = axes_parse(axes, a->strategies, a->xen, a->linuxes, plan, err);

	if (code)
		return code;
	if (axes->xens.count > 1 || axes->strategies.count > REGIONS_STRATEGIES_MAX ||
	    axes->linuxes.count > REGIONS_KERNELS_MAX) {
		buf_str(err, axes->xens.count > 1
				     ? "one Xen version at a time"
				     : "more strategies or kernels than a table has room for");
		return EXIT_USAGE;
	}
	q->xen = axes->xens.count ? axes->xens.items[0] : xen_versions[xen_version_count - 1];
	q->strategy_count = (unsigned int)axes->strategies.count;
	q->kernel_count = (unsigned int)axes->linuxes.count;
	for (unsigned int i = 0; i < q->strategy_count; i++)
		q->strategies[i] = axes->strategies.items[i];
	for (unsigned int i = 0; i < q->kernel_count; i++)
		q->kernels[i] = axes->linuxes.items[i];
	return EXIT_OK;
}

/* What the files of a machine came to. */
struct machine {
	struct arena *arena;
	struct imported imported;
	char *text; /* the platform as import writes it; NULL: none */
	size_t len;
};

static void machine_fini(struct machine *m)
{
	if (m->imported.plat)
		platform_fini(m->imported.plat);
	free(m->text);
	if (m->arena)
		arena_free(m->arena);
}

static bool is_collection(const char *path)
{
	struct stat st;
	size_t len = strlen(path);

	if (stat(path, &st))
		return false;
	return S_ISDIR(st.st_mode) || len < 5 || strcmp(path + len - 5, ".yaml") != 0;
}

static bool import_machine(struct machine *m, const char *path, struct diag *d)
{
	struct collection files = {0};
	FILE *text = NULL;
	bool ok;

	m->arena = arena_new();
	ok = m->arena && collection_read(&files, path, m->arena, d) &&
	     platform_import(&m->imported, &files, 1, "machine", NULL, m->arena, d);
	collection_fini(&files);
	if (ok)
		text = open_memstream(&m->text, &m->len);
	if (!text)
		return false;
	platform_write(text, &m->imported.written);
	return fclose(text) == 0;
}

/* A boot that goes on after aborts, of the platform `text` (NULL: another one stands in for it). */
static void put_scenario(struct buf *out, const char *text)
{
	buf_str(out, "p2mlab: 1\nname: regions\nsurvey: true\nsteps:\n"
		     "  - boot: {until: module, keep_going: true}\nplatform:");
	if (!text) {
		buf_str(out, " lab\n");
		return;
	}
	buf_str(out, "\n");
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_str(out, "  ");
		buf_add(out, text, len);
		buf_str(out, "\n");
		text += len + (text[len] == '\n');
	}
}

/* What the platform's text has only as a comment: where its lists of addresses are from. */
static void take_origins(struct platform *to, const struct platform *from)
{
	for (size_t i = 0; i < to->regions.count; i++) {
		struct region *r = &to->regions.items[i];
		const struct region *same = platform_region(from, r->base);

		if (same && same->base == r->base && !strcmp(same->name, r->name))
			r->origin = same->origin;
	}
}

/* NULL after printing why not. */
static struct scenario *make_scenario(struct machine *m, const char *name)
{
	struct scenario_paths paths = {.data_dir = cli_data_dir()};
	struct scenario_override over = {0};
	bool collected = is_collection(name);
	struct scenario *sc = NULL;
	struct buf text = {0};
	struct diag d;
	bool ok;

	diag_init(&d);
	if (!collected)
		over.platform = name;
	ok = collected ? import_machine(m, name, &d)
		       : scenario_override_find(name, &paths, &over, &d);
	put_scenario(&text, m->text);
	if (ok && !text.lost)
		sc = scenario_parse(name, text.s, text.len, &paths, &over, &d);
	if (sc && collected)
		take_origins(sc->platform, m->imported.plat);
	if (d.text)
		fputs(d.text, stderr);
	diag_fini(&d);
	buf_fini(&text);
	return sc;
}

/* What only running AML would tell: regions that cannot be in the table. */
static void put_dynamic(const struct machine *m, bool jsonl, struct buf *out)
{
	const char *before = "\nOnly running AML would tell (docs/AML.md):\n";
	struct json j;

	json_init(&j, out);
	for (size_t i = 0; i < m->imported.written.remark_count; i++) {
		const struct remark *r = &m->imported.written.remarks[i];

		if (r->at != REMARK_END)
			continue;
		if (jsonl) {
			json_object(&j, NULL);
			json_str(&j, "type", "dynamic");
			json_str(&j, "text", r->text);
			json_end(&j);
			json_line(&j);
		} else {
			buf_str(out, before);
			buf_text(out, r->text, strlen(r->text));
			buf_str(out, "\n");
			before = "";
		}
	}
}

static enum exit_code print_regions(const struct regions_query *q, const struct machine *m,
				    bool jsonl)
{
	struct regions regions = {0};
	struct buf out = {0};
	char why[512] = "";
	enum exit_code code = EXIT_INTERNAL;

	if (regions_find(&regions, q, why, sizeof(why))) {
		fprintf(stderr, "p2mlab: error: %s\n", why);
	} else {
		if (jsonl)
			regions_jsonl(&regions, q, &out);
		else
			regions_text(&regions, q, &out);
		put_dynamic(m, jsonl, &out);
		code = cli_print(&out);
	}
	buf_fini(&out);
	regions_fini(&regions);
	return code;
}

static enum exit_code run_regions(const struct opts *opts)
{
	struct regions_query query = {0};
	struct machine machine = {0};
	struct regions_args args;
	struct scenario *sc = NULL;
	struct plan plan = {0};
	struct axes axes = {0};
	struct buf err = {0};
	enum exit_code code = EXIT_USAGE;

	if (take_options(&args, opts, &err))
		code = take_axes(&query, &args, &plan, &axes, &err);
	if (code == EXIT_USAGE) {
		cli_usage_error(&verb, &err);
	} else if (!code) {
		sc = make_scenario(&machine, opts->args[0]);
		query.scenario = sc;
		code = sc ? print_regions(&query, &machine, args.jsonl) : EXIT_INVALID;
	}
	scenario_free(sc);
	machine_fini(&machine);
	axes_fini(&axes);
	plan_fini(&plan);
	buf_fini(&err);
	return code;
}

const struct cmd cmd_regions = {&verb, NULL, run_regions};
