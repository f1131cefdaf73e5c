// SPDX-License-Identifier: GPL-2.0-only
/*
 * The permutations of a scenario, and their ids.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "scenario/scenario_build.h"

/* --- names of the matrix ------------------------------------------------------------- */

/* One dimension: how its words become entries. */
struct dimension {
	const char *key;
	const struct schema_texts *words;
	/* every entry; returns how many there are */
	size_t (*count)(void);
	const char *(*name)(size_t i);
	/* adds the entry of that name unless it is there; false: unknown (reported) */
	bool (*add)(struct scenario_builder *sb, const char *name, const struct node *node);
};

static void lost(struct scenario_builder *sb)
{
	diag_error_file(sb->ctx.diag, sb->ctx.file->path, "out of memory");
}

static size_t strategy_count(void)
{
	return strategy_info_count;
}

static const char *strategy_name(size_t i)
{
	return strategy_infos[i].name;
}

static void unknown_strategy(const struct schema_ctx *ctx, const struct node *node, const char *bad,
			     size_t bad_len)
{
	const char *word = arena_strndup(ctx->arena, bad, bad_len);
	const char **names = arena_alloc(ctx->arena, strategy_info_count * sizeof(*names));

	for (size_t i = 0; names && i < strategy_info_count; i++)
		names[i] = strategy_infos[i].name;
	if (word && names)
		schema_error(ctx, node, "unknown strategy '%s'%s", word,
			     schema_hint(ctx->arena, word, names, strategy_info_count));
}

static bool add_strategy(struct scenario_builder *sb, const char *name, const struct node *node)
{
	struct strategy s;
	const char *bad;
	size_t bad_len;

	if (strategy_parse(name, &s, &bad, &bad_len)) {
		unknown_strategy(&sb->ctx, node, bad, bad_len);
		return false;
	}
	for (size_t i = 0; i < sb->sc->strategies.count; i++)
		if (strcmp(sb->sc->strategies.items[i].name, s.name) == 0)
			return true;
	if (vec_push(&sb->sc->strategies, s))
		lost(sb);
	return true;
}

static size_t xen_count(void)
{
	return xen_version_count;
}

static const char *xen_name(size_t i)
{
	return xen_versions[i]->name;
}

/* An unknown release, with those that are known. */
static void unknown_version(const struct schema_ctx *ctx, const struct node *node, const char *what,
			    size_t (*count)(void), const char *(*name)(size_t i))
{
	const char *list = "";

	CHECK(node);
	for (size_t i = 0; list && i < count(); i++)
		list = arena_printf(ctx->arena, "%s%s%s", list, i ? ", " : "", name(i));
	schema_error(ctx, node, "unknown %s '%s'; known: %s", what, node->text, list ? list : "");
}

static bool add_xen(struct scenario_builder *sb, const char *name, const struct node *node)
{
	const struct xen_version *v = xen_version_find(name);

	if (!v) {
		unknown_version(&sb->ctx, node, "Xen", xen_count, xen_name);
		return false;
	}
	for (size_t i = 0; i < sb->sc->xens.count; i++)
		if (sb->sc->xens.items[i] == v)
			return true;
	if (vec_push(&sb->sc->xens, v))
		lost(sb);
	return true;
}

static size_t linux_count(void)
{
	return linux_version_count;
}

static const char *linux_name(size_t i)
{
	return linux_versions[i]->name;
}

static bool add_linux(struct scenario_builder *sb, const char *name, const struct node *node)
{
	const struct linux_version *v = linux_version_find(name);

	if (!v) {
		unknown_version(&sb->ctx, node, "Linux", linux_count, linux_name);
		return false;
	}
	for (size_t i = 0; i < sb->sc->linuxes.count; i++)
		if (sb->sc->linuxes.items[i] == v)
			return true;
	if (vec_push(&sb->sc->linuxes, v))
		lost(sb);
	return true;
}

static void take_all(struct scenario_builder *sb, const struct dimension *d)
{
	for (size_t i = 0; i < d->count(); i++)
		d->add(sb, d->name(i), NULL);
}

static void take_dimension(struct scenario_builder *sb, const struct dimension *d)
{
	const struct schema_head *head = &sb->raw.matrix.head;
	const struct node *n = d->words->first;

	if (!schema_given(head, d->key)) {
		if (!schema_wrong(head, d->key))
			take_all(sb, d);
		return;
	}
	if (!d->words->count)
		schema_error_key(&sb->ctx, schema_given(head, d->key),
				 "'%s' is empty: nothing would run", d->key);
	for (size_t i = 0; i < d->words->count; i++, n = n->next) {
		if (strcmp(n->text, "all") == 0)
			take_all(sb, d);
		else
			d->add(sb, n->text, n);
	}
}

void scenario_take_matrix(struct scenario_builder *sb)
{
	const struct raw_matrix *m = &sb->raw.matrix;
	const struct dimension dimensions[] = {
		{"strategy", &m->strategy, strategy_count, strategy_name, add_strategy},
		{"xen", &m->xen, xen_count, xen_name, add_xen},
		{"linux", &m->lnx, linux_count, linux_name, add_linux},
	};

	if (schema_wrong(&sb->raw.head, "matrix") && !m->head.schema)
		return;
	for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++)
		take_dimension(sb, &dimensions[i]);
}

/* --- permutations -------------------------------------------------------------------- */

size_t scenario_permutations(const struct scenario *sc)
{
	return sc->strategies.count * sc->xens.count * sc->linuxes.count;
}

struct permutation scenario_permutation(const struct scenario *sc, size_t i)
{
	size_t l = i % sc->linuxes.count, rest = i / sc->linuxes.count;

	return (struct permutation){
		.scenario = sc,
		.strategy = &sc->strategies.items[rest / sc->xens.count],
		.xen = sc->xens.items[rest % sc->xens.count],
		.lnx = sc->linuxes.items[l],
	};
}

size_t permutation_id(const struct permutation *p, char *buf, size_t len)
{
	int n = snprintf(buf, len, "%s:%s:xen=%s:linux=%s", p->scenario->name, p->strategy->name,
			 p->xen->name, p->lnx->name);

	return n < 0 ? 0 : (size_t)n;
}
