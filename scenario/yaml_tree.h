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

#include "scenario/arena.h"
#include "scenario/diag.h"

#define YAML_MAX_BYTES (1u << 20)
#define YAML_MAX_DEPTH 32

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
	struct node *child; /* first */
	struct node *next;  /* sibling */
	size_t count;	    /* children */
};

/* The root node, or NULL with the errors in d (an empty document is an error). */
struct node *yaml_tree(struct arena *a, const struct diag_file *file, struct diag *d);

/* The child of a map by key; NULL if absent. */
struct node *node_get(const struct node *map, const char *key);

/*
 * Numbers as scenario files write them: decimal or 0x hexadecimal, with an optional K, M, G or T
 * (powers of 1024). Returns NULL, or the sentence that says what is wrong ("leading zero: write
 * '10' or '0x10'").
 */
const char *parse_u64(const char *text, uint64_t *value);

#endif
