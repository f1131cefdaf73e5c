// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/table.h"
#include "scenario/scenario_schema.h"

enum {
	ID_WHAT = OPT_ID_OWN,
};

static const struct opt options[] = {
	{ID_WHAT, 0, "what", OPT_REQUIRED, "WHAT", NULL,
	 "permutations (default), scenarios, tags, strategies, findings, metrics, xen, linux, "
	 "steps, drivers (the profile that each device got)"},
	OPTS_SELECT,
	OPTS_MACHINE,
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "list",
	.args = "[SCENARIO|DIR|ID]...",
	.summary = "List permutations, scenarios, or the words that scenarios use.",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

static void list_permutations(struct table *t, const struct plan *plan)
{
	for (size_t i = 0; i < plan->perms.count; i++) {
		struct buf id = {0};

		plan_id(&plan->perms.items[i].p, &id);
		table_add(t, buf_cstr(&id), NULL);
		table_add(t, "", NULL);
		buf_fini(&id);
	}
}

static void list_scenarios(struct table *t, const struct plan *plan)
{
	for (size_t i = 0; i < plan->files.count; i++) {
		const struct scenario *sc = plan->files.items[i].scenario;
		struct buf about = {0};

		table_add(t, sc->name, NULL);
		buf_add(&about, sc->about ? sc->about : "",
			sc->about ? strcspn(sc->about, "\n") : 0);
		table_add(t, buf_cstr(&about), NULL);
		buf_fini(&about);
	}
}

/* How many files have a tag; *first: none before `file` does. */
static size_t count_tag(const struct plan *plan, const char *tag, size_t file, bool *first)
{
	size_t n = 0;

	*first = true;
	for (size_t i = 0; i < plan->files.count; i++) {
		const struct scenario *sc = plan->files.items[i].scenario;

		for (size_t k = 0; k < sc->tags.count; k++) {
			if (strcmp(sc->tags.items[k], tag) != 0)
				continue;
			*first &= i >= file;
			n++;
		}
	}
	return n;
}

static void list_tags(struct table *t, const struct plan *plan)
{
	for (size_t i = 0; i < plan->files.count; i++) {
		const struct scenario *sc = plan->files.items[i].scenario;

		for (size_t k = 0; k < sc->tags.count; k++) {
			bool first;
			size_t n = count_tag(plan, sc->tags.items[k], i, &first);
			char text[40];

			snprintf(text, sizeof(text), "%zu scenario%s", n, n == 1 ? "" : "s");
			if (!first)
				continue;
			table_add(t, sc->tags.items[k], NULL);
			table_add(t, text, NULL);
		}
	}
}

static void list_strategies(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (unsigned int i = 0; i < strategy_info_count; i++) {
		table_add(t, strategy_infos[i].name, NULL);
		table_add(t, strategy_infos[i].help, NULL);
	}
}

static void list_findings(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (unsigned int i = 0; i < FIND_COUNT; i++) {
		table_add(t, finding_name[i], NULL);
		table_add(t, finding_help[i], NULL);
	}
}

static void list_metrics(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (unsigned int i = 0; i < METRIC_COUNT; i++) {
		table_add(t, metric_name[i], NULL);
		table_add(t, metric_help[i], NULL);
	}
}

static void list_xen(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (unsigned int i = 0; i < xen_version_count; i++) {
		table_add(t, xen_versions[i]->name, NULL);
		table_add(t, xen_versions[i]->released, NULL);
	}
}

static void list_linux(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (unsigned int i = 0; i < linux_version_count; i++) {
		table_add(t, linux_versions[i]->name, NULL);
		table_add(t, "", NULL);
	}
}

static void list_steps(struct table *t, const struct plan *plan)
{
	(void)plan;
	for (size_t i = 0; i < schema_steps.key_count; i++) {
		table_add(t, schema_steps.keys[i].key, NULL);
		table_add(t, schema_steps.keys[i].help, NULL);
	}
}

static const char *profile_of(const struct device *dev)
{
	if (dev->profile)
		return dev->profile;
	if (dev->touches.count)
		return "(its own touches)";
	return dev->driverless ? "(no driver)" : "(none: the default of its bus)";
}

static void list_drivers(struct table *t, const struct plan *plan)
{
	for (size_t i = 0; i < plan->files.count; i++) {
		const struct scenario *sc = plan->files.items[i].scenario;

		for (size_t k = 0; k < sc->platform->devices.count; k++) {
			const struct device *dev = &sc->platform->devices.items[k];
			struct buf name = {0};

			buf_printf(&name, "%s:%s", sc->name, dev->name);
			table_add(t, buf_cstr(&name), NULL);
			table_add(t, profile_of(dev), NULL);
			buf_fini(&name);
		}
	}
}

static const struct subject {
	const char *name;
	bool needs_plan;
	void (*list)(struct table *t, const struct plan *plan);
} subjects[] = {
	{"permutations", true, list_permutations},
	{"scenarios", true, list_scenarios},
	{"tags", true, list_tags},
	{"strategies", false, list_strategies},
	{"findings", false, list_findings},
	{"metrics", false, list_metrics},
	{"xen", false, list_xen},
	{"linux", false, list_linux},
	{"steps", false, list_steps},
	{"drivers", true, list_drivers},
};

static enum exit_code print_subject(const struct subject *subject, const struct selection *sel)
{
	struct plan plan = {0};
	struct buf text = {0};
	struct table table;
	enum exit_code code = EXIT_OK;

	table_init(&table, 2, 0, NULL);
	if (subject->needs_plan)
		code = plan_build(&plan, sel, &text);
	fputs(buf_cstr(&text), stderr);
	buf_reset(&text);
	if (!code) {
		subject->list(&table, &plan);
		table_put(&table, &text);
		code = cli_print(&text);
	}
	table_fini(&table);
	buf_fini(&text);
	plan_fini(&plan);
	return code;
}

static enum exit_code list_run(const struct opts *opts)
{
	const char *names[ARRAY_SIZE(subjects)];
	struct selection sel = {0};
	struct buf err = {0};
	unsigned int what = 0;
	enum exit_code code = selection_from_opts(&sel, opts);

	for (unsigned int i = 0; i < ARRAY_SIZE(subjects); i++)
		names[i] = subjects[i].name;
	for (size_t i = 0; i < opts->values.count && !code; i++) {
		const struct opt_value *v = &opts->values.items[i];

		if (v->opt->id == ID_WHAT &&
		    !opt_choice(v, NULL, names, ARRAY_SIZE(subjects), &what, &err))
			code = cli_usage_error(&verb, &err);
	}
	if (!code && opts->arg_count && !subjects[what].needs_plan) {
		buf_printf(&err, "'list --what=%s' takes no arguments: '%s'", subjects[what].name,
			   opts->args[0]);
		code = cli_usage_error(&verb, &err);
	}
	if (!code)
		code = print_subject(&subjects[what], &sel);
	buf_fini(&err);
	selection_fini(&sel);
	return code;
}

const struct cmd cmd_list = {&verb, NULL, list_run};
