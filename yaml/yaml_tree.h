/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * yaml_tree.h: a YAML text as a tree of nodes with their places, and nothing else.
 *
 * Drives libyaml's event parser, so that depth, size and odd features are refused before they cost
 * anything: aliases, anchors, tags, merge keys, second documents, duplicate keys, NUL bytes.
 * Scalars stay text; types are the schema's business.
 */
#ifndef P2MLAB_YAML_TREE_H
#define P2MLAB_YAML_TREE_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "yaml/arena.h"
#include "yaml/diag.h"

#define YAML_MAX_BYTES (1u << 20)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 65536

enum node_kind {
	NODE_SCALAR,
	NODE_MAP,
	NODE_SEQ
};

struct node {
	enum node_kind kind;
	struct src at;
	unsigned int width; /* characters, for the underline */
	bool quoted;	    /* scalar in quotes or a block scalar: never a number */
	const char *text;   /* scalar; of a map's child: its key is in key */
	const char *key;    /* if the parent is a map */
	struct src key_at;
	unsigned int key_width;
	bool bad;	    /* an alias or an odd scalar: reported; say nothing more about it */
	struct node *child; /* first */
	struct node *next;  /* sibling */
	size_t count;	    /* children */
};

/*
 * The root node; errors are in d, so compare d->errors. After a mistake that leaves the rest
 * readable (a duplicate key, an alias) there still is a tree, so that all else can be checked;
 * NULL if there is not (bad syntax, too deep, an empty document).
 */
struct node *yaml_tree(struct arena *a, const struct diag_file *file, struct diag *d);

/* The same from a file of at most YAML_MAX_BYTES; *file and its text live in the arena. */
struct node *yaml_tree_load(struct arena *a, const char *path, struct diag *d,
			    struct diag_file **file);

/* The child of a map by key; NULL if absent. */
struct node *node_get(const struct node *map, const char *key);

/*
 * Numbers as scenario files write them: decimal or 0x hexadecimal, with an optional K, M, G or T
 * (powers of 1024). Returns NULL, or the sentence that says what is wrong ("leading zero: write
 * '10' or '0x10'").
 */
const char *parse_u64(const char *text, uint64_t *value);

#endif
