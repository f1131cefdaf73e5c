// SPDX-License-Identifier: GPL-2.0-only
#include "cli/plan.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/filter.h"
#include "cli/plan_arg.h"
#include "cli/plan_axes.h"

#define ID_MAX 512

struct builder {
	struct plan *plan;
	const struct selection *sel;
	struct buf *err;   /* complete lines for the user */
	struct buf reason; /* one sentence in the making */
	char data_scenarios[PATH_MAX];
	enum exit_code code;
};

/* Keeps the worst code; a sentence becomes a line. */
static void note(struct builder *b, enum exit_code code)
{
	b->code = exit_worse(b->code, code);
	if (b->reason.len)
		buf_printf(b->err, "p2mlab: error: %s\n", b->reason.s);
	buf_reset(&b->reason);
}

static bool under_data(const struct builder *b, const char *path)
{
	char real[PATH_MAX];
	size_t len = strlen(b->data_scenarios);

	return len && realpath(path, real) && strncmp(real, b->data_scenarios, len) == 0 &&
	       real[len] == '/';
}

/* Two scenarios of one name would have the same ids. */
static void check_name(struct builder *b, const struct scenario *sc)
{
	for (size_t i = 0; i < b->plan->files.count; i++) {
		const struct plan_file *f = &b->plan->files.items[i];

		if (!f->scenario || strcmp(f->scenario->name, sc->name) != 0)
			continue;
		buf_printf(b->err, "%s: error: the name '%s' is already used by '%s'\n", sc->path,
			   sc->name, f->path);
		note(b, EXIT_INVALID);
	}
}

static struct scenario_paths paths_of(const struct builder *b)
{
	return (struct scenario_paths){b->sel->data_dir,
				       b->sel->drivers ? b->sel->drivers : b->plan->drivers};
}

static struct scenario *load(struct builder *b, const char *path)
{
	struct scenario_paths paths = paths_of(b);
	struct scenario *sc;
	struct diag d;

	diag_init(&d);
	sc = scenario_load(path, &paths, &b->sel->over, &d);
	if (d.text)
		buf_str(b->err, d.text);
	b->plan->warnings += d.warnings;
	diag_fini(&d);
	if (sc)
		check_name(b, sc);
	else
		note(b, EXIT_INVALID);
	return sc;
}

/* Index of the loaded file, -1 without memory. *again: it was there already. */
static long add_file(struct builder *b, const char *path, bool *again)
{
	struct plan_file f = {0};

	*again = true;
	for (size_t i = 0; i < b->plan->files.count; i++) {
		if (strcmp(b->plan->files.items[i].path, path) == 0)
			return (long)i;
	}
	*again = false;
	f.path = strdup(path);
	if (!f.path)
		return -1;
	f.scenario = load(b, f.path);
	f.in_data = under_data(b, f.path);
	if (vec_push(&b->plan->files, f)) {
		scenario_free(f.scenario);
		free(f.path);
		return -1;
	}
	return (long)b->plan->files.count - 1;
}

static bool have_perm(const struct plan *plan, const struct permutation *p)
{
	for (size_t i = 0; i < plan->perms.count; i++) {
		const struct permutation *q = &plan->perms.items[i].p;

		if (q->scenario == p->scenario && q->xen == p->xen && q->lnx == p->lnx &&
		    strcmp(q->strategy->name, p->strategy->name) == 0)
			return true;
	}
	return false;
}

static enum exit_code add_perms(struct plan *plan, size_t file, const struct axes *axes, bool again)
{
	for (size_t s = 0; s < axes->strategies.count; s++) {
		for (size_t x = 0; x < axes->xens.count; x++) {
			for (size_t l = 0; l < axes->linuxes.count; l++) {
				struct plan_perm perm = {{plan->files.items[file].scenario,
							  axes->strategies.items[s],
							  axes->xens.items[x],
							  axes->linuxes.items[l]},
							 file};

				if (again && have_perm(plan, &perm.p))
					continue;
				if (vec_push(&plan->perms, perm))
					return EXIT_INTERNAL;
			}
		}
	}
	return EXIT_OK;
}

/* The axes of an argument: an id's pins, else the options, else the scenario's matrix. */
static enum exit_code arg_axes(struct builder *b, const struct plan_arg *arg,
			       const struct scenario *sc, struct axes *axes)
{
	enum exit_code code =
		axes_parse(axes, arg->strategy, arg->xen, arg->lnx, b->plan, &b->reason);
	const struct selection *sel = b->sel;

	if (!code)
		code = axes_parse(axes, axes->strategies.count ? NULL : sel->strategies,
				  axes->xens.count ? NULL : sel->xens,
				  axes->linuxes.count ? NULL : sel->linuxes, b->plan, &b->reason);
	return code ? code : axes_complete(axes, sc);
}

static void add_arg_file(struct builder *b, const struct plan_arg *arg, const char *path)
{
	struct axes axes = {0};
	bool again;
	long file = add_file(b, path, &again);
	enum exit_code code = file < 0 ? EXIT_INTERNAL : EXIT_OK;
	const struct scenario *sc = file < 0 ? NULL : b->plan->files.items[file].scenario;

	if (sc)
		code = arg_axes(b, arg, sc, &axes);
	if (sc && !code)
		code = add_perms(b->plan, (size_t)file, &axes, again);
	note(b, code);
	axes_fini(&axes);
}

static void add_arg(struct builder *b, const char *text)
{
	struct scenario_paths paths = paths_of(b);
	struct plan_arg arg;

	note(b, plan_arg_resolve(&arg, text, &paths, &b->reason));
	for (size_t i = 0; i < arg.files.paths.count; i++)
		add_arg_file(b, &arg, arg.files.paths.items[i]);
	plan_arg_fini(&arg);
}

static void add_args(struct builder *b)
{
	struct buf dir = {0};

	for (size_t i = 0; i < b->sel->arg_count; i++)
		add_arg(b, b->sel->args[i]);
	if (b->sel->arg_count == 0) {
		plan_default_dir(b->sel->data_dir, &dir);
		if (dir.lost)
			note(b, EXIT_INTERNAL);
		else
			add_arg(b, dir.s);
		buf_fini(&dir);
	}
}

/* A misspelt tag would silently select nothing. */
static void check_tag(struct builder *b, const char *tag)
{
	VEC(const char *) tags = {0};
	bool known = false;

	for (size_t i = 0; i < b->plan->files.count; i++) {
		const struct scenario *sc = b->plan->files.items[i].scenario;

		for (size_t t = 0; sc && t < sc->tags.count; t++) {
			known |= strcmp(sc->tags.items[t], tag) == 0;
			if (vec_push(&tags, sc->tags.items[t]))
				note(b, EXIT_INTERNAL);
		}
	}
	if (!known) {
		opt_unknown(&b->reason, "tag", tag, tags.items, tags.count);
		note(b, EXIT_USAGE);
	}
	vec_fini(&tags);
}

static bool perm_kept(const struct selection *sel, const struct plan_perm *perm)
{
	char id[ID_MAX];

	permutation_id(&perm->p, id, sizeof(id));
	for (size_t i = 0; i < sel->filters.count; i++)
		if (!filter_keeps(sel->filters.items[i], id, perm->p.scenario))
			return false;
	return true;
}

static void apply_filters(struct builder *b)
{
	const struct selection *sel = b->sel;
	struct plan *plan = b->plan;
	size_t kept = 0;

	for (size_t i = 0; i < sel->filters.count; i++)
		if (filter_tag(sel->filters.items[i]))
			check_tag(b, filter_tag(sel->filters.items[i]));
	for (size_t i = 0; i < plan->perms.count; i++)
		if (perm_kept(sel, &plan->perms.items[i]))
			plan->perms.items[kept++] = plan->perms.items[i];
	plan->perms.count = kept;
}

static void make_batches(struct builder *b)
{
	struct plan *plan = b->plan;
	struct pool_batch *last = NULL;

	for (size_t i = 0; i < plan->perms.count; i++) {
		const struct permutation *p = &plan->perms.items[i].p;
		const struct permutation *q = i ? &plan->perms.items[i - 1].p : p;
		struct pool_batch batch = {.first = i, .count = 1};

		if (last && p->scenario == q->scenario && p->strategy == q->strategy) {
			last->count++;
			continue;
		}
		if (vec_push(&plan->batches, batch)) {
			note(b, EXIT_INTERNAL);
			return;
		}
		last = &plan->batches.items[plan->batches.count - 1];
	}
}

/* An empty list would mean the scenario's own. */
static void check_given(struct builder *b, const char *option, const char *list)
{
	if (!list || *list)
		return;
	buf_printf(&b->reason, "option '--%s': no name given", option);
	note(b, EXIT_USAGE);
}

static void check_filter(struct builder *b, const char *filter)
{
	const char *wrong = filter_wrong(filter);

	if (!wrong)
		return;
	buf_printf(&b->reason, "option '--filter': bad filter '%s': %s", filter, wrong);
	note(b, EXIT_USAGE);
}

/* A name that only an option has is no mistake of a scenario. */
static void check_override(struct builder *b)
{
	struct scenario_paths paths = paths_of(b);
	struct diag d;

	diag_init(&d);
	if (!scenario_override_find("p2mlab", &paths, &b->sel->over, &d))
		note(b, EXIT_USAGE);
	if (d.text)
		buf_str(b->err, d.text);
	diag_fini(&d);
}

/* The options' names are checked before any file is read. */
static void check_options(struct builder *b)
{
	const struct selection *sel = b->sel;
	struct axes axes = {0};

	check_given(b, "strategy", sel->strategies);
	check_given(b, "xen", sel->xens);
	check_given(b, "linux", sel->linuxes);
	note(b, axes_parse(&axes, sel->strategies, sel->xens, sel->linuxes, b->plan, &b->reason));
	axes_fini(&axes);
	for (size_t i = 0; i < sel->filters.count; i++)
		check_filter(b, sel->filters.items[i]);
	check_override(b);
}

/* Once for all scenarios, so that a mistake in it is said once. */
static void load_drivers(struct builder *b)
{
	struct diag d;

	if (b->sel->drivers)
		return;
	diag_init(&d);
	b->plan->drivers = driver_files_load(b->sel->data_dir, &d);
	if (d.text)
		buf_str(b->err, d.text);
	b->plan->warnings += d.warnings;
	if (d.errors)
		note(b, b->plan->drivers ? EXIT_INVALID : EXIT_INTERNAL);
	diag_fini(&d);
}

enum exit_code plan_build(struct plan *plan, const struct selection *sel, struct buf *err)
{
	struct builder b = {.plan = plan, .sel = sel, .err = err};
	struct buf dir = {0};

	plan_default_dir(sel->data_dir, &dir);
	if (dir.lost || !realpath(dir.s, b.data_scenarios))
		b.data_scenarios[0] = '\0';
	buf_fini(&dir);
	check_options(&b);
	if (!b.code) {
		load_drivers(&b);
		add_args(&b);
	}
	if (!b.code)
		apply_filters(&b);
	if (!b.code)
		make_batches(&b);
	if (!b.code && plan->perms.count == 0) {
		buf_str(&b.reason, "nothing is selected");
		note(&b, EXIT_EMPTY);
	}
	buf_fini(&b.reason);
	return b.code;
}

void plan_id(const struct permutation *p, struct buf *out)
{
	char id[ID_MAX];

	permutation_id(p, id, sizeof(id));
	buf_str(out, id);
}

void plan_replay_id(const struct plan *plan, size_t i, struct buf *out)
{
	const struct plan_perm *perm = &plan->perms.items[i];
	const struct plan_file *file = &plan->files.items[perm->file];
	struct buf id = {0}, word = {0};

	plan_id(&perm->p, &id);
	if (!file->in_data) {
		buf_str(&word, file->path);
		buf_cut(&id, strlen(perm->p.scenario->name));
	}
	buf_str(&word, buf_cstr(&id));
	buf_shell(out, buf_cstr(&word));
	buf_fini(&id);
	buf_fini(&word);
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->files.count; i++) {
		scenario_free(plan->files.items[i].scenario);
		free(plan->files.items[i].path);
	}
	for (size_t i = 0; i < plan->strategies.count; i++)
		free(plan->strategies.items[i]);
	driver_files_free(plan->drivers);
	vec_fini(&plan->files);
	vec_fini(&plan->perms);
	vec_fini(&plan->batches);
	vec_fini(&plan->strategies);
}
