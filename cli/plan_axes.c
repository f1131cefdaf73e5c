// SPDX-License-Identifier: GPL-2.0-only
#include "cli/plan_axes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define NAMES_MAX 64

void axes_fini(struct axes *axes)
{
	vec_fini(&axes->strategies);
	vec_fini(&axes->xens);
	vec_fini(&axes->linuxes);
}

/* One axis: its names in the order they are listed, and how to add one. */
struct axis {
	enum exit_code (*add)(struct axes *axes, const char *name, struct plan *plan,
			      struct buf *err);
	unsigned int count;
	const char *(*name)(unsigned int i);
};

static const char *strategy_at(unsigned int i)
{
	return strategy_infos[i].name;
}

static const char *xen_at(unsigned int i)
{
	return xen_versions[i]->name;
}

static const char *linux_at(unsigned int i)
{
	return linux_versions[i]->name;
}

static enum exit_code unknown(const char *what, unsigned int count,
			      const char *(*name)(unsigned int i), const char *word,
			      struct buf *err)
{
	const char *names[NAMES_MAX];

	CHECK(count <= NAMES_MAX);
	for (unsigned int i = 0; i < count; i++)
		names[i] = name(i);
	opt_unknown(err, what, word, names, count);
	return EXIT_USAGE;
}

/* The plan's strategy of that name, made if need be; NULL with *code set. */
static const struct strategy *plan_strategy(struct plan *plan, const char *name,
					    enum exit_code *code, struct buf *err)
{
	struct strategy parsed, *kept;
	const char *bad;
	char word[64];
	size_t len;

	if (strategy_parse(name, &parsed, &bad, &len)) {
		snprintf(word, sizeof(word), "%.*s", (int)(len < 63 ? len : 63), bad);
		*code = unknown("strategy", strategy_info_count, strategy_at, word, err);
		return NULL;
	}
	for (size_t i = 0; i < plan->strategies.count; i++)
		if (strcmp(plan->strategies.items[i]->name, parsed.name) == 0)
			return plan->strategies.items[i];
	kept = malloc(sizeof(*kept));
	if (!kept || vec_push(&plan->strategies, kept)) {
		free(kept);
		*code = EXIT_INTERNAL;
		return NULL;
	}
	*kept = parsed;
	return kept;
}

/* Appends a pointer unless it is there. */
#define PUSH_ONCE(vec, item, code)                                                                 \
	do {                                                                                       \
		size_t at_ = 0;                                                                    \
		while (at_ < (vec)->count && (vec)->items[at_] != (item))                          \
			at_++;                                                                     \
		if (at_ == (vec)->count && vec_push((vec), (item)))                                \
			(code) = EXIT_INTERNAL;                                                    \
	} while (0)

static enum exit_code add_strategy(struct axes *axes, const char *name, struct plan *plan,
				   struct buf *err)
{
	enum exit_code code = EXIT_OK;
	const struct strategy *s = plan_strategy(plan, name, &code, err);

	if (s)
		PUSH_ONCE(&axes->strategies, s, code);
	return code;
}

static enum exit_code add_xen(struct axes *axes, const char *name, struct plan *plan,
			      struct buf *err)
{
	const struct xen_version *v = xen_version_find(name);
	enum exit_code code = EXIT_OK;

	(void)plan;
	if (!v)
		return unknown("Xen version", xen_version_count, xen_at, name, err);
	PUSH_ONCE(&axes->xens, v, code);
	return code;
}

static enum exit_code add_linux(struct axes *axes, const char *name, struct plan *plan,
				struct buf *err)
{
	const struct linux_version *v = linux_version_find(name);
	enum exit_code code = EXIT_OK;

	(void)plan;
	if (!v)
		return unknown("Linux version", linux_version_count, linux_at, name, err);
	PUSH_ONCE(&axes->linuxes, v, code);
	return code;
}

static enum exit_code add_list(struct axes *axes, const struct axis *axis, const char *list,
			       struct plan *plan, struct buf *err)
{
	enum exit_code code = EXIT_OK;
	char word[64];

	if (!list || !*list)
		return EXIT_OK;
	if (strcmp(list, "all") == 0) {
		for (unsigned int i = 0; i < axis->count && !code; i++)
			code = axis->add(axes, axis->name(i), plan, err);
		return code;
	}
	while (!code) {
		size_t len = strcspn(list, ",");

		snprintf(word, sizeof(word), "%.*s", (int)(len < 63 ? len : 63), list);
		code = axis->add(axes, word, plan, err);
		if (list[len] == '\0')
			break;
		list += len + 1;
	}
	return code;
}

enum exit_code axes_parse(struct axes *axes, const char *strategies, const char *xens,
			  const char *linuxes, struct plan *plan, struct buf *err)
{
	const struct axis strategy_axis = {add_strategy, strategy_info_count, strategy_at};
	const struct axis xen_axis = {add_xen, xen_version_count, xen_at};
	const struct axis linux_axis = {add_linux, linux_version_count, linux_at};
	enum exit_code code = add_list(axes, &strategy_axis, strategies, plan, err);

	if (!code)
		code = add_list(axes, &xen_axis, xens, plan, err);
	if (!code)
		code = add_list(axes, &linux_axis, linuxes, plan, err);
	return code;
}

enum exit_code axes_complete(struct axes *axes, const struct scenario *sc)
{
	bool own_strategies = axes->strategies.count == 0;
	bool own_xens = axes->xens.count == 0;
	bool own_linuxes = axes->linuxes.count == 0;
	enum exit_code code = EXIT_OK;

	for (size_t i = 0; own_strategies && i < sc->strategies.count; i++)
		PUSH_ONCE(&axes->strategies, &sc->strategies.items[i], code);
	for (size_t i = 0; own_xens && i < sc->xens.count; i++)
		PUSH_ONCE(&axes->xens, sc->xens.items[i], code);
	for (size_t i = 0; own_linuxes && i < sc->linuxes.count; i++)
		PUSH_ONCE(&axes->linuxes, sc->linuxes.items[i], code);
	return code;
}
