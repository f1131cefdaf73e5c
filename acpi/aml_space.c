// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_space.c: the namespace and how names are looked up in it (ACPI 6.5, 5.3).
 *
 * A node is found by its parent and its four characters. One of kind AML_K_NONE is a place that
 * some table names before, or without, anything being loaded there.
 */
#include "acpi/aml_private.h"

#define FIRST_BUCKETS 1024u
#define ARGS_UNKNOWN  0xff

static size_t bucket_of(const struct aml_reader *r, uint32_t parent, uint32_t seg)
{
	uint64_t mixed = ((uint64_t)parent << 32 | seg) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(mixed >> 32) & (r->bucket_count - 1);
}

struct aml_node *aml_node(struct aml_reader *r, uint32_t node)
{
	return &r->nodes.items[node];
}

uint32_t aml_child(struct aml_reader *r, uint32_t parent, uint32_t seg)
{
	uint32_t at = r->buckets[bucket_of(r, parent, seg)];

	while (at != AML_NO_NODE &&
	       (r->nodes.items[at].seg != seg || r->nodes.items[at].parent != parent))
		at = r->nodes.items[at].hash_next;
	return at;
}

static bool grow_buckets(struct aml_reader *r)
{
	size_t count = r->bucket_count ? r->bucket_count * 2 : FIRST_BUCKETS;
	uint32_t *buckets = malloc(count * sizeof(*buckets));

	if (!buckets) {
		r->rc = -ENOMEM;
		return false;
	}
	free(r->buckets);
	r->buckets = buckets;
	r->bucket_count = count;
	for (size_t i = 0; i < count; i++)
		buckets[i] = AML_NO_NODE;
	for (uint32_t i = 0; i < r->nodes.count; i++) {
		struct aml_node *node = &r->nodes.items[i];
		size_t bucket = bucket_of(r, node->parent, node->seg);

		node->hash_next = buckets[bucket];
		buckets[bucket] = i;
	}
	return true;
}

/* AML_NO_NODE: no memory, or too many. */
static uint32_t new_node(struct aml_reader *r, uint32_t parent, uint32_t seg)
{
	uint32_t node = (uint32_t)r->nodes.count;
	struct aml_node fresh = {
		.seg = seg,
		.parent = parent,
		.child = AML_NO_NODE,
		.last_child = AML_NO_NODE,
		.next = AML_NO_NODE,
		.args = ARGS_UNKNOWN,
		.ref = AML_NO_NODE,
		.ref2 = AML_NO_NODE,
		.stored_by = AML_NO_NODE,
	};
	size_t bucket;

	if (node >= AML_NODES_MAX || (node >= r->bucket_count && !grow_buckets(r)))
		return AML_NO_NODE;
	if (node > AML_ROOT && parent != AML_HIDDEN)
		fresh.depth = (uint8_t)(aml_node(r, parent)->depth + 1);
	bucket = bucket_of(r, parent, seg);
	fresh.hash_next = r->buckets[bucket];
	if (vec_push(&r->nodes, fresh)) {
		r->rc = -ENOMEM;
		return AML_NO_NODE;
	}
	r->buckets[bucket] = node;
	return node;
}

static void link_child(struct aml_reader *r, uint32_t node)
{
	struct aml_node *parent = aml_node(r, aml_node(r, node)->parent);

	if (parent->last_child == AML_NO_NODE)
		parent->child = node;
	else
		aml_node(r, parent->last_child)->next = node;
	parent->last_child = node;
}

/* What every interpreter has from the start, in ACPICA's order (5.3.1, 5.7). */
bool aml_space_init(struct aml_reader *r)
{
	static const struct {
		uint8_t seg[5];
		enum aml_kind kind;
	} predefined[] = {
		{"_GPE", AML_K_SCOPE},	 {"_PR_", AML_K_SCOPE},	  {"_SB_", AML_K_SCOPE},
		{"_SI_", AML_K_SCOPE},	 {"_TZ_", AML_K_SCOPE},	  {"_REV", AML_K_BUILTIN},
		{"_OS_", AML_K_BUILTIN}, {"_GL_", AML_K_BUILTIN}, {"_OSI", AML_K_BUILTIN},
	};
	uint32_t node = new_node(r, AML_ROOT, 0);

	if (node == AML_NO_NODE)
		return false;
	aml_node(r, node)->kind = AML_K_SCOPE;
	for (size_t i = 0; i < sizeof(predefined) / sizeof(predefined[0]); i++) {
		node = new_node(r, AML_ROOT, aml_seg(predefined[i].seg));
		if (node == AML_NO_NODE)
			return false;
		aml_node(r, node)->kind = (uint8_t)predefined[i].kind;
		link_child(r, node);
		r->out->nodes++;
	}
	aml_node(r, node)->args = 1;
	return true;
}

static uint32_t follow(struct aml_reader *r, uint32_t node)
{
	return aml_node(r, node)->kind == AML_K_ALIAS ? aml_node(r, node)->ref : node;
}

/* Where a name with \ or ^ starts. */
static uint32_t start_of(struct aml_reader *r, uint32_t scope, const struct aml_name *name)
{
	if (name->root)
		return AML_ROOT;
	for (unsigned int i = 0; i < name->up; i++) {
		if (scope == AML_ROOT)
			return AML_NO_NODE;
		scope = aml_node(r, scope)->parent;
	}
	return scope;
}

/* The child, if it is loaded or `any` will do; aliases followed. */
static uint32_t step_down(struct aml_reader *r, uint32_t node, uint32_t seg, bool any)
{
	uint32_t child = aml_child(r, node, seg);

	if (child == AML_NO_NODE || (!any && aml_node(r, child)->kind == AML_K_NONE) ||
	    (r->no_locals && aml_node(r, child)->local))
		return AML_NO_NODE;
	return follow(r, child);
}

/* Only a lone segment is looked for in the scopes around (5.3, search rules). */
static uint32_t find(struct aml_reader *r, uint32_t scope, const struct aml_name *name, bool any)
{
	uint32_t node = start_of(r, scope, name), found;

	if (node == AML_NO_NODE)
		return node;
	if (name->count == 1 && !name->root && name->up == 0) {
		for (;; node = aml_node(r, node)->parent) {
			found = step_down(r, node, aml_seg(name->segs), any);
			if (found != AML_NO_NODE || node == AML_ROOT)
				return found;
		}
	}
	for (unsigned int i = 0; i < name->count && node != AML_NO_NODE; i++)
		node = step_down(r, node, aml_seg(name->segs + 4 * (size_t)i), any);
	return node;
}

uint32_t aml_find(struct aml_reader *r, uint32_t scope, const struct aml_name *name)
{
	return find(r, scope, name, false);
}

int aml_args_of(struct aml_reader *r, uint32_t scope, const struct aml_name *name)
{
	uint32_t node = find(r, scope, name, false);

	if (node == AML_NO_NODE)
		node = find(r, scope, name, true);
	if (node == AML_NO_NODE || aml_node(r, node)->args == ARGS_UNKNOWN)
		return -1;
	return aml_node(r, node)->args;
}

uint32_t aml_shadow(struct aml_reader *r, uint32_t scope, const struct aml_name *name)
{
	uint32_t node = start_of(r, scope, name);

	if (node != AML_NO_NODE && aml_node(r, node)->depth + name->count > AML_DEPTH_MAX - 1)
		return AML_NO_NODE;
	for (unsigned int i = 0; i < name->count && node != AML_NO_NODE; i++) {
		uint32_t seg = aml_seg(name->segs + 4 * (size_t)i), child = aml_child(r, node, seg);

		node = child == AML_NO_NODE ? new_node(r, node, seg) : follow(r, child);
	}
	return node;
}

void aml_declare(struct aml_reader *r, uint32_t scope, const struct aml_name *name, uint8_t args)
{
	uint32_t node = aml_shadow(r, scope, name);

	if (node != AML_NO_NODE && aml_node(r, node)->kind == AML_K_NONE)
		aml_node(r, node)->args = args;
}

static uint32_t last_seg(const struct aml_name *name)
{
	return aml_seg(name->segs + 4 * (size_t)(name->count - 1));
}

void aml_hide(struct aml_walk *w, const struct aml_at *c, const struct aml_name *name)
{
	uint32_t node = aml_shadow(w->r, w->scope, name);

	if (node != AML_NO_NODE && aml_node(w->r, node)->kind == AML_K_NONE) {
		aml_node(w->r, node)->table = (uint32_t)c->table;
		aml_node(w->r, node)->offset = (uint32_t)name->at;
	}
	if (node != AML_NO_NODE)
		aml_node(w->r, node)->maybe = true;
	aml_distrust(w->r, name);
}

void aml_distrust(struct aml_reader *r, const struct aml_name *name)
{
	if (name->count == 0 || aml_hidden(r, name))
		return;
	if (new_node(r, AML_HIDDEN, last_seg(name)) == AML_NO_NODE)
		r->unread = true;
}

bool aml_hidden(struct aml_reader *r, const struct aml_name *name)
{
	return name->count > 0 && aml_child(r, AML_HIDDEN, last_seg(name)) != AML_NO_NODE;
}

/* The scope that gets the last segment of a new name; no search (5.3). */
static uint32_t parent_of(struct aml_walk *w, const struct aml_at *c, const struct aml_name *name)
{
	struct aml_name parent = *name;
	uint32_t node;

	parent.count--;
	node = start_of(w->r, w->scope, &parent);
	for (unsigned int i = 0; i < parent.count && node != AML_NO_NODE; i++)
		node = step_down(w->r, node, aml_seg(parent.segs + 4 * (size_t)i), false);
	if (node == AML_NO_NODE)
		aml_say(w->r, ACPI_ERROR, c->table, name->at, "there is no scope to define %s in",
			aml_name_text(w->r, name));
	return node;
}

/* A name that is taken: methods may make theirs in several branches. */
static uint32_t taken(struct aml_walk *w, const struct aml_at *c, uint32_t node,
		      const struct aml_name *name, enum aml_kind kind)
{
	struct aml_node *old = aml_node(w->r, node);

	if (w->method != AML_NO_NODE) {
		old->varies = true;
		return old->local && old->kind == kind ? node : AML_NO_NODE;
	}
	aml_say(w->r, ACPI_ERROR, c->table, name->at, "%s is defined twice, the first one stays",
		aml_path(w->r, node));
	return AML_NO_NODE;
}

static uint32_t place(struct aml_walk *w, const struct aml_at *c, uint32_t parent,
		      const struct aml_name *name)
{
	struct aml_reader *r = w->r;
	uint32_t seg = last_seg(name), node = aml_child(r, parent, seg);

	if (node != AML_NO_NODE)
		return node;
	if (aml_node(r, parent)->depth >= AML_DEPTH_MAX - 1) {
		aml_say(r, ACPI_ERROR, c->table, name->at, "names nested deeper than %u",
			AML_DEPTH_MAX);
		return AML_NO_NODE;
	}
	node = new_node(r, parent, seg);
	if (node == AML_NO_NODE && r->rc == 0) {
		r->unread = true;
		aml_truncated(r, c, "1048576 names");
	}
	return node;
}

uint32_t aml_define(struct aml_walk *w, const struct aml_at *c, size_t offset,
		    const struct aml_name *name, enum aml_kind kind)
{
	struct aml_reader *r = w->r;
	uint32_t parent, node;
	struct aml_node *n;

	if (name->count == 0) {
		aml_say(r, ACPI_ERROR, c->table, name->at, "an object without a name");
		return AML_NO_NODE;
	}
	parent = parent_of(w, c, name);
	node = parent == AML_NO_NODE ? parent : place(w, c, parent, name);
	if (node == AML_NO_NODE)
		return node;
	n = aml_node(r, node);
	if (n->kind != AML_K_NONE)
		return taken(w, c, node, name, kind);
	n->kind = (uint8_t)kind;
	n->args = ARGS_UNKNOWN;
	n->table = (uint32_t)c->table;
	n->offset = (uint32_t)offset;
	n->local = w->method != AML_NO_NODE;
	if (n->local)
		return node;
	link_child(r, node);
	r->out->nodes++;
	return node;
}
