/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schema.h: the format of a file as a static table.
 *
 * One table per kind of map. A row says what a key is called, what it holds, in which unit, what
 * it is if left out and what it is for; from it schema_read() checks and loads a map,
 * suggests the word that was meant, and schema_print_markdown() writes the reference.
 *
 * Loading fills a plain struct, whose first member is a struct schema_head, at the offsets of the
 * rows. What rows cannot say (names that must exist, keys that exclude each other) is the business
 * of the code that turns these structs into platforms and scenarios.
 */
#ifndef P2MLAB_SCHEMA_H
#define P2MLAB_SCHEMA_H

#include <stdio.h>

#include "yaml/yaml_tree.h"

enum schema_type {
	SCHEMA_TEXT,	       /* const char *: any word or sentence */
	SCHEMA_NAME,	       /* const char *: lower-case letters, digits, '-', '.' */
	SCHEMA_NUMBER,	       /* unsigned, 1 to 8 bytes: parse_u64() */
	SCHEMA_INTEGER,	       /* int64_t: decimal, may be negative */
	SCHEMA_BOOL,	       /* bool */
	SCHEMA_ENUM,	       /* unsigned int: index into values */
	SCHEMA_ENUM_OR_NUMBER, /* unsigned int: index into values, or the number */
	SCHEMA_ENUMS,	       /* unsigned int: list of values as a bit mask */
	SCHEMA_PLACE,	       /* const struct node *: a scalar, resolved later */
	SCHEMA_TEXTS,	       /* struct schema_texts: a list of words, or one word */
	SCHEMA_NUMBERS,	       /* struct schema_numbers: a list of numbers */
	SCHEMA_MAP,	       /* a struct of the sub-schema */
	SCHEMA_MAPS,	       /* struct schema_list: maps of the sub-schema */
	SCHEMA_CHOICES, /* struct schema_list: one-key maps; the key is one of the sub-schema */
	SCHEMA_NODE,	/* const struct node *: anything; checked later */
};

struct schema;

struct schema_key {
	const char *key;
	enum schema_type type;
	bool required;
	const char *unit; /* for the reference: "bytes", "cycles" ... NULL: none */
	const char *def;  /* value if left out, read like a written one; in (parentheses): words */
	const char *help;
	const char *const *values; /* ENUM*: the words */
	size_t value_count;
	const struct schema *sub; /* MAP, MAPS, CHOICES */
	size_t offset, size;	  /* of the member */
	uint64_t min, max;	  /* NUMBER: inclusive; max 0: what the member holds. NUMBERS: max
				     is the most items there may be */
};

struct schema {
	const char *title; /* "step `read`": heading of the reference, and in messages */
	const char *noun;  /* "a read step" */
	const char *help;
	const struct schema_key *keys;
	size_t key_count;
	size_t size; /* of the struct */
};

/* First member of every struct that is loaded by a schema. */
struct schema_head {
	const struct schema *schema; /* NULL: the map was not there */
	const struct node *node;
	uint64_t given; /* bit per key that was there and correct */
	uint64_t wrong; /* bit per key that was there and not correct, or missing and required */
	unsigned int choice; /* CHOICES: which */
};

struct schema_list {
	void *items; /* array of structs of the sub-schema's size */
	size_t count;
};

struct schema_texts {
	const struct node *first; /* scalars: first, first->next, ... */
	size_t count;
};

struct schema_numbers {
	uint64_t *items;
	size_t count;
};

/* What is being read, and where its memory and mistakes go. */
struct schema_ctx {
	struct arena *arena;
	const struct diag_file *file;
	struct diag *diag;
};

/*
 * Loads a map into *out (schema->size bytes, overwritten; starts with a struct schema_head).
 * Every mistake of the map and of all below it is reported. False if there was one: what is
 * correct is loaded all the same, so that the rest can be checked.
 */
bool schema_read(const struct schema_ctx *ctx, const struct schema *schema, const struct node *node,
		 void *out);

/* A key's node if it was given and correct, else NULL. */
const struct node *schema_given(const struct schema_head *head, const char *key);
/* True if the key was written wrongly: silence about what follows from that. */
bool schema_wrong(const struct schema_head *head, const char *key);

/* The nth item of a list. */
static inline void *schema_item(const struct schema_list *list, const struct schema *sub, size_t i)
{
	return (char *)list->items + i * sub->size;
}

/* Errors and warnings at a node, or at the key of a map's child. */
__attribute__((format(printf, 3, 4))) void
schema_error(const struct schema_ctx *ctx, const struct node *node, const char *fmt, ...);
__attribute__((format(printf, 3, 4))) void
schema_error_key(const struct schema_ctx *ctx, const struct node *node, const char *fmt, ...);

/*
 * The end of a sentence about an unknown word: ", did you mean 'x'?", or "; known: a, b, c", or
 * "" if there is nothing to say. In the arena.
 */
const char *schema_hint(struct arena *a, const char *word, const char *const *names, size_t count);

/* The tables of docs/SCENARIO.md: every schema, in reading order. */
void schema_print_markdown(FILE *out);

/* Table rows: SCHEMA_KEY("size", NUMBER, struct raw, size, "help", .unit = "bytes"). */
#define SCHEMA_KEY(name, kind, strct, member, ...)                                                 \
	{                                                                                          \
		.key = (name), .type = SCHEMA_##kind, .offset = offsetof(strct, member),           \
		.size = sizeof(((strct *)0)->member), .help = __VA_ARGS__                          \
	}

#endif
