// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "platform/file.h"
#include "platform/schema.h"
#include "yaml/text_file.h"

static const struct param_info *find_param(const char *name)
{
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (strcmp(param_info[i].key, name) == 0)
			return &param_info[i];
	return NULL;
}

static void unknown_param(const struct schema_ctx *ctx, const struct node *node)
{
	const char *names[PARAM_COUNT];

	for (size_t i = 0; i < PARAM_COUNT; i++)
		names[i] = param_info[i].key;
	schema_error_key(ctx, node, "unknown parameter '%s'%s", node->key,
			 schema_hint(ctx->arena, node->key, names, PARAM_COUNT));
}

static void take_param(const struct schema_ctx *ctx, const struct node *node,
		       const struct param_info *info, struct param_value *out)
{
	struct raw_param raw;

	if (!schema_read(ctx, &schema_param, node, &raw))
		return;
	if (raw.range.count != 2) {
		schema_error(ctx, schema_given(&raw.head, "range"),
			     "'range' is a lowest and a highest value, as in '[10, 20]'");
		return;
	}
	*out = (struct param_value){raw.value, raw.range.items[0], raw.range.items[1],
				    (enum basis)raw.basis, raw.source};
	if (out->lo > out->value || out->value > out->hi)
		schema_error(ctx, schema_given(&raw.head, "value"),
			     "%" PRIu64 " is outside its range [%" PRIu64 ", %" PRIu64 "]",
			     out->value, out->lo, out->hi);
	if (out->hi > info->max)
		schema_error(ctx, schema_given(&raw.head, "range"),
			     "'%s' may be at most %" PRIu64 " %s", info->key, info->max,
			     info->unit);
}

static void take_params(const struct schema_ctx *ctx, const struct node *params,
			struct profile *profile)
{
	bool seen[PARAM_COUNT] = {false};

	if (params->kind != NODE_MAP) {
		schema_error(ctx, params, "'params' must be a map");
		return;
	}
	for (const struct node *n = params->child; n; n = n->next) {
		const struct param_info *info = find_param(n->key);

		if (!info) {
			unknown_param(ctx, n);
			continue;
		}
		seen[info - param_info] = true;
		take_param(ctx, n, info, &profile->p[info - param_info]);
	}
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (!seen[i])
			schema_error_key(ctx, params, "parameter '%s' is missing",
					 param_info[i].key);
}

struct profile *profile_load(const char *path, struct arena *a, struct diag *d)
{
	unsigned int before = d->errors;
	struct diag_file *file;
	const struct node *root = yaml_tree_load(a, path, d, &file);
	const struct schema_ctx ctx = {a, file, d};
	struct profile *profile = arena_alloc(a, sizeof(*profile));
	struct raw_machine raw;

	if (!root || !profile)
		return NULL;
	schema_read(&ctx, &schema_machine, root, &raw);
	profile->name = raw.name ? raw.name : path_stem(a, path);
	if (raw.params)
		take_params(&ctx, raw.params, profile);
	return d->errors == before ? profile : NULL;
}
