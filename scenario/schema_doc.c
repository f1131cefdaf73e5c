// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reference of all file formats, from the tables that load them.
 */
#include <ctype.h>
#include <string.h>

#include "base/check.h"
#include "scenario/scenario_schema.h"
#include "sim/verdict.h"

#define SHOWN_MAX 64

/* Schemas already printed: several maps share one. */
struct shown {
	const struct schema *items[SHOWN_MAX];
	size_t count;
};

static bool show(struct shown *shown, const struct schema *schema)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->items[i] == schema)
			return false;
	CHECK(shown->count < SHOWN_MAX);
	shown->items[shown->count++] = schema;
	return true;
}

/* What GitHub makes of a heading. */
static void print_anchor(FILE *out, const char *title)
{
	for (; *title; title++) {
		if (isalnum((unsigned char)*title) || *title == '-' || *title == '_')
			fputc(tolower((unsigned char)*title), out);
		else if (*title == ' ')
			fputc('-', out);
	}
}

static void print_link(FILE *out, const char *before, const struct schema *sub)
{
	fprintf(out, "%s[%s](#", before, sub->title);
	print_anchor(out, sub->title);
	fputc(')', out);
}

static void print_values(FILE *out, const char *before, const struct schema_key *key)
{
	fputs(before, out);
	for (size_t i = 0; i < key->value_count; i++)
		fprintf(out, "%s`%s`", i ? ", " : "", key->values[i]);
}

static void print_type(FILE *out, const struct schema_key *key)
{
	static const char *const plain[] = {
		[SCHEMA_TEXT] = "text",
		[SCHEMA_NAME] = "name",
		[SCHEMA_NUMBER] = "number",
		[SCHEMA_INTEGER] = "integer",
		[SCHEMA_BOOL] = "`true`, `false`",
		[SCHEMA_PLACE] = "place",
		[SCHEMA_TEXTS] = "list of words",
		[SCHEMA_NUMBERS] = "list of numbers",
		[SCHEMA_NODE] = "see right",
	};

	switch (key->type) {
	case SCHEMA_ENUM:
		print_values(out, "", key);
		break;
	case SCHEMA_ENUM_OR_NUMBER:
		print_values(out, "number, ", key);
		break;
	case SCHEMA_ENUMS:
		print_values(out, "list of ", key);
		break;
	case SCHEMA_MAP:
		print_link(out, "", key->sub);
		break;
	case SCHEMA_MAPS:
	case SCHEMA_CHOICES:
		print_link(out, "list of ", key->sub);
		break;
	default:
		fputs(plain[key->type], out);
	}
}

static void print_default(FILE *out, const struct schema_key *key)
{
	if (key->required)
		fputs("**required**", out);
	else if (key->def && key->def[0] == '(')
		fprintf(out, "%.*s", (int)strlen(key->def) - 2, key->def + 1);
	else if (key->def)
		fprintf(out, "`%s`", key->def);
}

static void print_table(FILE *out, const struct schema *schema, unsigned int level)
{
	fprintf(out, "\n%.*s %s\n\n%s\n\n", (int)level, "######", schema->title, schema->help);
	fputs("| key | holds | unit | if left out | what it is |\n|---|---|---|---|---|\n", out);
	for (size_t i = 0; i < schema->key_count; i++) {
		const struct schema_key *key = &schema->keys[i];

		fprintf(out, "| `%s` | ", key->key);
		print_type(out, key);
		fprintf(out, " | %s | ", key->unit ? key->unit : "");
		print_default(out, key);
		fprintf(out, " | %s |\n", key->help);
	}
}

static void print_tree(FILE *out, const struct schema *schema, unsigned int level,
		       struct shown *shown)
{
	if (!show(shown, schema))
		return;
	print_table(out, schema, level);
	for (size_t i = 0; i < schema->key_count; i++)
		if (schema->keys[i].sub)
			print_tree(out, schema->keys[i].sub, 3, shown);
}

static void print_words(FILE *out, const char *title, const char *const *names,
			const char *const *help, size_t count)
{
	fprintf(out, "\n### %s\n\n| word | what it is |\n|---|---|\n", title);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "| `%s` | %s |\n", names[i], help[i]);
}

static void print_params(FILE *out)
{
	fputs("\n### machine parameters\n\n| name | unit | what it is |\n|---|---|---|\n", out);
	for (size_t i = 0; i < PARAM_COUNT; i++)
		fprintf(out, "| `%s` | %s | %s |\n", param_info[i].key, param_info[i].unit,
			param_info[i].help);
}

void schema_print_markdown(FILE *out)
{
	/* those of the platform are printed with the platform */
	struct shown shown = {{&schema_device, &schema_driver, &schema_region, &schema_smmu,
			       &schema_table, &schema_opregion, &schema_area},
			      7};

	print_tree(out, &schema_scenario, 2, &shown);
	print_tree(out, &schema_limits, 3, &shown);
	print_words(out, "findings", finding_name, finding_help, FIND_COUNT);
	print_words(out, "metrics", metric_name, metric_help, METRIC_COUNT);
	shown.count = 0;
	print_tree(out, &schema_platform, 2, &shown);
	print_tree(out, &schema_driver_file, 2, &shown);
	print_tree(out, &schema_machine, 2, &shown);
	print_tree(out, &schema_param, 3, &shown);
	print_params(out);
}
