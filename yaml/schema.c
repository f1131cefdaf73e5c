// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define NAMES_LISTED 20 /* an unknown word is answered with the list of the known up to here */
#define NAMES_MAX    64 /* keys of a map: a bit each */

/* --- messages ------------------------------------------------------------------------ */

static void error_at(const struct schema_ctx *ctx, struct src at, unsigned int width,
		     const char *fmt, va_list ap)
{
	char text[768];

	vsnprintf(text, sizeof(text), fmt, ap);
	diag_error(ctx->diag, ctx->file, at, width, "%s", text);
}

void schema_error(const struct schema_ctx *ctx, const struct node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_at(ctx, node->at, node->width, fmt, ap);
	va_end(ap);
}

void schema_error_key(const struct schema_ctx *ctx, const struct node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_at(ctx, node->key ? node->key_at : node->at,
		 node->key ? node->key_width : node->width, fmt, ap);
	va_end(ap);
}

const char *schema_hint(struct arena *a, const char *word, const char *const *names, size_t count)
{
	const char *near = diag_nearest(word, names, count);
	const char *list = "";

	if (near)
		list = arena_printf(a, ", did you mean '%s'?", near);
	else if (count && count <= NAMES_LISTED)
		for (size_t i = 0; list && i < count; i++)
			list = arena_printf(a, "%s%s%s", list, i ? ", " : "; known: ", names[i]);
	return list ? list : "";
}

/* --- one value ----------------------------------------------------------------------- */

/* A value being read into the member of a row. */
struct slot {
	const struct schema_ctx *ctx;
	const struct schema_key *key;
	const struct node *node;
	void *member;
};

static bool refuse(const struct slot *s, const char *must_be)
{
	static const char *const what[] = {
		[NODE_SCALAR] = "a word", [NODE_MAP] = "a map", [NODE_SEQ] = "a list"};

	if (s->node->bad)
		return false;
	if (s->node->kind == NODE_SCALAR && !s->node->text[0] && !s->node->quoted)
		schema_error_key(s->ctx, s->node, "'%s' has no value: it must be %s", s->key->key,
				 must_be);
	else
		schema_error(s->ctx, s->node, "'%s' must be %s, not %s", s->key->key, must_be,
			     what[s->node->kind]);
	return false;
}

static bool is_word(const struct slot *s)
{
	return !s->node->bad && s->node->kind == NODE_SCALAR &&
	       (s->node->text[0] || s->node->quoted);
}

static bool read_text(const struct slot *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	const char *text = s->node->text;

	if (!is_word(s))
		return refuse(s, "a text");
	if (!text[0]) {
		schema_error(s->ctx, s->node, "'%s' is an empty text", s->key->key);
		return false;
	}
	if (s->key->type == SCHEMA_NAME && text[strspn(text, letters)]) {
		schema_error(s->ctx, s->node,
			     "'%s' may have lower-case letters, digits, '-' and '.' only",
			     s->key->key);
		return false;
	}
	*(const char **)s->member = text;
	return true;
}

static bool read_bool(const struct slot *s)
{
	bool yes = is_word(s) && !s->node->quoted && strcmp(s->node->text, "true") == 0;
	bool no = is_word(s) && !s->node->quoted && strcmp(s->node->text, "false") == 0;

	if (!is_word(s))
		return refuse(s, "true or false");
	if (!yes && !no) {
		schema_error(s->ctx, s->node, "'%s' must be true or false, not '%s'", s->key->key,
			     s->node->text);
		return false;
	}
	*(bool *)s->member = yes;
	return true;
}

/* A number off any scalar; reports with the name of the key. */
static bool parse_number(const struct slot *s, const struct node *node, uint64_t *value)
{
	const char *wrong;

	if (node->quoted) {
		schema_error(s->ctx, node, "'%s' is a number: write it without quotes",
			     s->key->key);
		return false;
	}
	wrong = parse_u64(node->text, value);
	if (wrong)
		schema_error(s->ctx, node, "'%s' of '%s' is no number: %s", node->text, s->key->key,
			     wrong);
	return !wrong;
}

static uint64_t most(const struct schema_key *key)
{
	if (key->max)
		return key->max;
	return key->size >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * key->size)) - 1;
}

static bool in_limits(const struct slot *s, uint64_t value)
{
	if (value < s->key->min)
		schema_error(s->ctx, s->node, "'%s' must be at least %" PRIu64, s->key->key,
			     s->key->min);
	else if (value > most(s->key))
		schema_error(s->ctx, s->node, "'%s' must be at most 0x%" PRIx64, s->key->key,
			     most(s->key));
	return value >= s->key->min && value <= most(s->key);
}

static void store(const struct slot *s, uint64_t value)
{
	switch (s->key->size) {
	case 1:
		*(uint8_t *)s->member = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)s->member = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)s->member = (uint32_t)value;
		break;
	default:
		CHECK(s->key->size == 8);
		*(uint64_t *)s->member = value;
	}
}

static bool read_number(const struct slot *s)
{
	uint64_t value;

	if (!is_word(s))
		return refuse(s, "a number");
	if (!parse_number(s, s->node, &value) || !in_limits(s, value))
		return false;
	store(s, value);
	return true;
}

static bool read_integer(const struct slot *s)
{
	const char *digits = is_word(s) ? s->node->text + (s->node->text[0] == '-') : "";
	uint64_t value;

	if (!is_word(s))
		return refuse(s, "an integer");
	if (s->node->quoted || !digits[0] || digits[strspn(digits, "0123456789")] ||
	    parse_u64(digits, &value) || value > INT64_MAX) {
		schema_error(s->ctx, s->node, "'%s' of '%s' is no integer: write it as -22",
			     s->node->text, s->key->key);
		return false;
	}
	*(int64_t *)s->member = s->node->text[0] == '-' ? -(int64_t)value : (int64_t)value;
	return true;
}

/* --- words of a list ----------------------------------------------------------------- */

static bool find_value(const struct schema_key *key, const char *word, unsigned int *index)
{
	for (size_t i = 0; i < key->value_count; i++) {
		/* a table that did not grow with its enum */
		CHECK(key->values[i]);
		if (strcmp(key->values[i], word) == 0) {
			*index = (unsigned int)i;
			return true;
		}
	}
	return false;
}

static bool unknown_value(const struct slot *s, const struct node *node)
{
	schema_error(s->ctx, node, "unknown %s '%s'%s", s->key->key, node->text,
		     schema_hint(s->ctx->arena, node->text, s->key->values, s->key->value_count));
	return false;
}

static bool read_enum(const struct slot *s)
{
	uint64_t value;
	unsigned int index = 0;

	if (!is_word(s))
		return refuse(s, "a word");
	if (find_value(s->key, s->node->text, &index)) {
		*(unsigned int *)s->member = index;
		return true;
	}
	if (s->key->type == SCHEMA_ENUM || s->node->text[0] < '0' || s->node->text[0] > '9')
		return unknown_value(s, s->node);
	if (!parse_number(s, s->node, &value) || !in_limits(s, value))
		return false;
	*(unsigned int *)s->member = (unsigned int)value;
	return true;
}

/* The items of a list of words; a single word stands for a list of one. Counts them in *texts. */
static bool read_words(const struct slot *s, struct schema_texts *texts)
{
	bool ok = true;

	if (is_word(s)) {
		*texts = (struct schema_texts){s->node, 1};
		return true;
	}
	if (s->node->kind != NODE_SEQ)
		return refuse(s, "a list");
	*texts = (struct schema_texts){s->node->child, s->node->count};
	for (const struct node *n = s->node->child; n; n = n->next) {
		struct slot item = {s->ctx, s->key, n, NULL};

		if (!is_word(&item)) {
			if (!n->bad)
				schema_error(s->ctx, n, "an item of '%s' must be a word",
					     s->key->key);
			ok = false;
		}
	}
	return ok;
}

static bool read_texts(const struct slot *s)
{
	struct schema_texts texts;

	if (!read_words(s, &texts))
		return false;
	*(struct schema_texts *)s->member = texts;
	return true;
}

static bool read_enums(const struct slot *s)
{
	struct schema_texts texts;
	const struct node *n;
	unsigned int mask = 0, index = 0;
	bool ok = true;

	if (!read_words(s, &texts))
		return false;
	n = texts.first;
	for (size_t i = 0; i < texts.count; i++, n = n->next) {
		if (find_value(s->key, n->text, &index))
			mask |= 1u << index;
		else
			ok = unknown_value(s, n);
	}
	*(unsigned int *)s->member = mask;
	return ok;
}

static bool read_numbers(const struct slot *s)
{
	struct schema_numbers *numbers = s->member;
	struct schema_texts texts;
	const struct node *n;
	bool ok = true;

	if (!read_words(s, &texts))
		return false;
	if (s->key->max && texts.count > s->key->max) {
		schema_error(s->ctx, s->node, "'%s' may have at most %" PRIu64 " items",
			     s->key->key, s->key->max);
		return false;
	}
	numbers->items = arena_alloc(s->ctx->arena, (texts.count + 1) * sizeof(uint64_t));
	if (!numbers->items)
		return false;
	n = texts.first;
	for (size_t i = 0; i < texts.count; i++, n = n->next)
		ok &= parse_number(s, n, &numbers->items[i]);
	numbers->count = texts.count;
	return ok;
}

/* --- maps ---------------------------------------------------------------------------- */

/* A list whose items one function reads into structs of the key's schema. */
static bool read_items(const struct slot *s,
		       bool (*read)(const struct slot *s, const struct node *item, void *out))
{
	struct schema_list *list = s->member;
	const struct node *n = s->node->child;
	bool ok = true;

	if (s->node->kind != NODE_SEQ)
		return refuse(s, "a list");
	list->items = arena_alloc(s->ctx->arena, (s->node->count + 1) * s->key->sub->size);
	if (!list->items)
		return false;
	list->count = s->node->count;
	for (size_t i = 0; i < list->count; i++, n = n->next)
		ok &= read(s, n, schema_item(list, s->key->sub, i));
	return ok;
}

static bool read_map_item(const struct slot *s, const struct node *item, void *out)
{
	return schema_read(s->ctx, s->key->sub, item, out);
}

static bool read_maps(const struct slot *s)
{
	return read_items(s, read_map_item);
}

static const struct schema_key *find_key(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->key_count; i++)
		if (strcmp(schema->keys[i].key, name) == 0)
			return &schema->keys[i];
	return NULL;
}

static void unknown_key(const struct schema_ctx *ctx, const struct schema *schema,
			const struct node *node)
{
	const char *names[NAMES_MAX];

	CHECK(schema->key_count <= NAMES_MAX);
	/* the hint costs: not for what will not be shown */
	if (ctx->diag->errors > DIAG_MAX) {
		schema_error_key(ctx, node, "unknown key");
		return;
	}
	for (size_t i = 0; i < schema->key_count; i++)
		names[i] = schema->keys[i].key;
	schema_error_key(ctx, node, "unknown key '%s' in %s%s", node->key, schema->noun,
			 schema_hint(ctx->arena, node->key, names, schema->key_count));
}

/* An item of a list of choices: its only key says which schema its value has. */
static bool read_choice(const struct slot *s, const struct node *item, void *out)
{
	const struct schema *kinds = s->key->sub;
	struct schema_head *head = out;
	const struct schema_key *kind;
	bool ok;

	if (item->bad)
		return false;
	if (item->kind != NODE_MAP || item->count != 1) {
		schema_error(s->ctx, item, "%s is a map with one key", kinds->noun);
		return false;
	}
	kind = find_key(kinds, item->child->key);
	if (!kind) {
		unknown_key(s->ctx, kinds, item->child);
		return false;
	}
	ok = schema_read(s->ctx, kind->sub, item->child, out);
	head->choice = (unsigned int)(kind - kinds->keys);
	return ok;
}

static bool read_choices(const struct slot *s)
{
	return read_items(s, read_choice);
}

static bool read_place(const struct slot *s)
{
	if (!is_word(s))
		return refuse(s, "an address");
	if (s->node->quoted && s->node->text[0] >= '0' && s->node->text[0] <= '9' &&
	    !strchr(s->node->text, ':')) {
		schema_error(s->ctx, s->node, "'%s' is a number: write it without quotes",
			     s->key->key);
		return false;
	}
	*(const struct node **)s->member = s->node;
	return true;
}

static bool read_any(const struct slot *s)
{
	*(const struct node **)s->member = s->node;
	return !s->node->bad;
}

static bool read_map(const struct slot *s)
{
	return schema_read(s->ctx, s->key->sub, s->node, s->member);
}

static bool read_value(const struct slot *s)
{
	static bool (*const readers[])(const struct slot *) = {
		[SCHEMA_TEXT] = read_text,
		[SCHEMA_NAME] = read_text,
		[SCHEMA_NUMBER] = read_number,
		[SCHEMA_INTEGER] = read_integer,
		[SCHEMA_BOOL] = read_bool,
		[SCHEMA_ENUM] = read_enum,
		[SCHEMA_ENUM_OR_NUMBER] = read_enum,
		[SCHEMA_ENUMS] = read_enums,
		[SCHEMA_PLACE] = read_place,
		[SCHEMA_TEXTS] = read_texts,
		[SCHEMA_NUMBERS] = read_numbers,
		[SCHEMA_MAP] = read_map,
		[SCHEMA_MAPS] = read_maps,
		[SCHEMA_CHOICES] = read_choices,
		[SCHEMA_NODE] = read_any,
	};

	return readers[s->key->type](s);
}

/* Members that are not written get what the table says, read as if it were written. */
static void set_defaults(const struct schema_ctx *ctx, const struct schema *schema, void *out)
{
	for (size_t i = 0; i < schema->key_count; i++) {
		const struct schema_key *key = &schema->keys[i];
		struct node value = {.kind = NODE_SCALAR, .text = key->def};
		struct slot slot = {ctx, key, &value, (char *)out + key->offset};

		if (key->def && key->def[0] != '(')
			CHECK(read_value(&slot));
		else if (key->type == SCHEMA_MAP)
			set_defaults(ctx, key->sub, slot.member);
	}
}

static void check_missing(const struct schema_ctx *ctx, const struct schema *schema,
			  const struct node *node, struct schema_head *head)
{
	for (size_t i = 0; i < schema->key_count; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (!schema->keys[i].required || (head->given | head->wrong) & bit)
			continue;
		schema_error_key(ctx, node, "%s needs '%s'", schema->noun, schema->keys[i].key);
		head->wrong |= bit;
	}
}

bool schema_read(const struct schema_ctx *ctx, const struct schema *schema, const struct node *node,
		 void *out)
{
	struct schema_head *head = out;
	unsigned int before = ctx->diag->errors;

	memset(out, 0, schema->size);
	head->schema = schema;
	head->node = node;
	set_defaults(ctx, schema, out);
	if (node->kind != NODE_MAP) {
		if (!node->bad)
			schema_error(ctx, node, "%s must be a map", schema->noun);
		head->wrong = ~UINT64_C(0);
		return false;
	}
	for (const struct node *n = node->child; n; n = n->next) {
		const struct schema_key *key = find_key(schema, n->key);
		struct slot slot = {ctx, key, n, NULL};
		uint64_t bit;

		if (!key) {
			unknown_key(ctx, schema, n);
			continue;
		}
		bit = UINT64_C(1) << (key - schema->keys);
		slot.member = (char *)out + key->offset;
		*(read_value(&slot) ? &head->given : &head->wrong) |= bit;
	}
	check_missing(ctx, schema, node, head);
	return ctx->diag->errors == before && !head->wrong;
}

/* --- what was given ------------------------------------------------------------------ */

static uint64_t key_bit(const struct schema_head *head, const char *name)
{
	const struct schema_key *key = head->schema ? find_key(head->schema, name) : NULL;

	return key ? UINT64_C(1) << (key - head->schema->keys) : 0;
}

const struct node *schema_given(const struct schema_head *head, const char *key)
{
	return head->given & key_bit(head, key) ? node_get(head->node, key) : NULL;
}

bool schema_wrong(const struct schema_head *head, const char *key)
{
	return head->wrong & key_bit(head, key);
}
