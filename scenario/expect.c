// SPDX-License-Identifier: GPL-2.0-only
/*
 * `expect` as it is written to what a run is judged by.
 */
#include <string.h>

#include "base/check.h"
#include "scenario/scenario_build.h"

/* --- when ---------------------------------------------------------------------------- */

/* The matrix's spelling of a strategy: the same name, or the same mechanisms. */
static const char *matrix_strategy(const struct scenario *sc, const char *word)
{
	struct strategy s;
	const char *bad;
	size_t bad_len;

	for (size_t i = 0; i < sc->strategies.count; i++)
		if (strcmp(sc->strategies.items[i].name, word) == 0)
			return sc->strategies.items[i].name;
	if (strategy_parse(word, &s, &bad, &bad_len))
		return NULL;
	for (size_t i = 0; i < sc->strategies.count; i++)
		if (sc->strategies.items[i].mechanisms == s.mechanisms)
			return sc->strategies.items[i].name;
	return NULL;
}

static const char *matrix_xen(const struct scenario *sc, const char *word)
{
	for (size_t i = 0; i < sc->xens.count; i++)
		if (strcmp(sc->xens.items[i]->name, word) == 0)
			return sc->xens.items[i]->name;
	return NULL;
}

static const char *matrix_linux(const struct scenario *sc, const char *word)
{
	for (size_t i = 0; i < sc->linuxes.count; i++)
		if (strcmp(sc->linuxes.items[i]->name, word) == 0)
			return sc->linuxes.items[i]->name;
	return NULL;
}

static int push_strategy(struct when *w, const char *name)
{
	return vec_push(&w->strategies, name);
}

static int push_xen(struct when *w, const char *name)
{
	return vec_push(&w->xens, name);
}

static int push_linux(struct when *w, const char *name)
{
	return vec_push(&w->linuxes, name);
}

static void lost(const struct scenario_builder *sb)
{
	diag_error_file(sb->ctx.diag, sb->ctx.file->path, "out of memory");
}

static void take_when(const struct scenario_builder *sb, const struct raw_matrix *raw,
		      struct when *when)
{
	const struct {
		const char *key;
		const struct schema_texts *words;
		size_t in_matrix; /* 0: the matrix was wrong, so nothing can be said */
		const char *(*find)(const struct scenario *sc, const char *word);
		int (*push)(struct when *w, const char *name);
	} parts[] = {
		{"strategy", &raw->strategy, sb->sc->strategies.count, matrix_strategy,
		 push_strategy},
		{"xen", &raw->xen, sb->sc->xens.count, matrix_xen, push_xen},
		{"linux", &raw->lnx, sb->sc->linuxes.count, matrix_linux, push_linux},
	};

	for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
		const struct node *given = schema_given(&raw->head, parts[k].key);
		const struct node *n = parts[k].words->first;

		if (given && !parts[k].words->count)
			schema_error_key(&sb->ctx, given, "'%s' is empty: it would match nothing",
					 parts[k].key);
		for (size_t i = 0; given && i < parts[k].words->count; i++, n = n->next) {
			const char *name = parts[k].find(sb->sc, n->text);

			if (!name && parts[k].in_matrix)
				schema_error(&sb->ctx, n, "%s '%s' is not in the matrix",
					     parts[k].key, n->text);
			else if (name && parts[k].push(when, name))
				lost(sb);
		}
	}
}

/* --- metrics ------------------------------------------------------------------------- */

static bool take_limits(const struct scenario_builder *sb, const struct node *node,
			struct metric_want *want)
{
	struct raw_limits raw;
	const char *wrong;

	want->at = node->key_at;
	if (node->kind != NODE_SCALAR) {
		if (!schema_read(&sb->ctx, &schema_limits, node, &raw))
			return false;
		want->min = raw.min;
		want->max = schema_given(&raw.head, "max") ? raw.max : UINT64_MAX;
		if (want->min > want->max)
			schema_error(&sb->ctx, node, "'min' is above 'max'");
		return true;
	}
	wrong = node->quoted ? "write it without quotes" : parse_u64(node->text, &want->min);
	want->max = want->min;
	if (wrong && !node->bad)
		schema_error(&sb->ctx, node, "'%s' of '%s' is no number: %s", node->text, node->key,
			     wrong);
	return !wrong;
}

static void take_metrics(const struct scenario_builder *sb, const struct node *node,
			 struct expect *e)
{
	if (!node)
		return;
	if (node->kind != NODE_MAP) {
		schema_error(&sb->ctx, node, "'metrics' must be a map");
		return;
	}
	for (const struct node *n = node->child; n; n = n->next) {
		struct metric_want want = {.metric = METRIC_HYPERCALLS};

		while (want.metric < METRIC_COUNT && strcmp(metric_name[want.metric], n->key) != 0)
			want.metric++;
		if (want.metric == METRIC_COUNT)
			schema_error_key(
				&sb->ctx, n, "unknown metric '%s'%s", n->key,
				schema_hint(sb->ctx.arena, n->key, metric_name, METRIC_COUNT));
		else if (take_limits(sb, n, &want) && vec_push(&e->metrics, want))
			lost(sb);
	}
}

/* --- all ----------------------------------------------------------------------------- */

void scenario_take_expects(struct scenario_builder *sb)
{
	const struct schema_list *list = &sb->raw.expect;

	for (size_t i = 0; i < list->count; i++) {
		const struct raw_expect *raw = schema_item(list, &schema_expect, i);
		const struct node *findings = schema_given(&raw->head, "findings");
		struct expect fresh = {.at = raw->head.node->at, .no_dom0 = raw->no_dom0};
		struct expect *e;

		if (vec_push(&sb->sc->expects, fresh)) {
			lost(sb);
			return;
		}
		e = &sb->sc->expects.items[sb->sc->expects.count - 1];
		take_when(sb, &raw->when, &e->when);
		take_metrics(sb, raw->metrics, e);
		e->has_findings = findings;
		e->codes = raw->findings;
		e->findings_at = findings ? findings->key_at : e->at;
	}
}
