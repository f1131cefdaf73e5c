// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_walk.c: parses code without running it, and notes what it may do: which objects it names,
 * which it stores to, which it makes.
 *
 * "Stores to" is meant widely: who has a reference to an object may store to it, so to take one
 * counts, as does to hand a buffer or package to a method, which gets the object itself.
 */
#include "acpi/aml_private.h"

void aml_stored(struct aml_walk *w, uint32_t node)
{
	struct aml_reader *r = w->r;
	uint32_t by = w->method == AML_NO_NODE ? AML_ROOT : w->method;

	if (!w->record || node == AML_NO_NODE)
		return;
	if (aml_node(r, node)->kind == AML_K_BUFFER_FIELD)
		node = aml_node(r, node)->ref;
	if (node != AML_NO_NODE && aml_node(r, node)->stored_by == AML_NO_NODE)
		aml_node(r, node)->stored_by = by;
}

void aml_mention(struct aml_walk *w, uint32_t node)
{
	struct aml_reader *r = w->r;

	if (!w->record || node == AML_NO_NODE)
		return;
	if (w->method == AML_NO_NODE ? vec_push(&r->load_mentions, node)
				     : vec_push(&r->mentions, node))
		r->rc = -ENOMEM;
}

/* A value that its holder can change in place: an argument of it is the object itself. */
static bool is_changeable(struct aml_reader *r, uint32_t node)
{
	const struct aml_node *n = aml_node(r, node);
	uint8_t first;

	if (n->kind != AML_K_NAME || n->at >= n->end)
		return false;
	first = r->tables->tables.items[n->table].bytes[n->at];
	return first == OP_BUFFER || first == OP_PACKAGE || first == OP_VAR_PACKAGE ||
	       first == OP_STRING;
}

uint32_t aml_bare_name(struct aml_walk *w, const struct aml_at *c)
{
	struct aml_at copy = *c;
	struct aml_name name;
	uint32_t node = AML_NO_NODE;
	bool quiet = w->r->quiet;

	w->r->quiet = true;
	if (aml_is_name(c) && aml_name(w->r, &copy, &name))
		node = aml_find(w->r, w->scope, &name);
	w->r->quiet = quiet;
	return node;
}

static bool walk_call(struct aml_walk *w, struct aml_at *c, int args)
{
	w->calls++;
	for (int i = 0; i < args; i++) {
		uint32_t node = w->record ? aml_bare_name(w, c) : AML_NO_NODE;

		if (node != AML_NO_NODE && is_changeable(w->r, node))
			aml_stored(w, node);
		if (!aml_term(w, c))
			return false;
	}
	return true;
}

/* A name where a value is wanted: a call, if it is a method's. */
static bool walk_name(struct aml_walk *w, struct aml_at *c)
{
	struct aml_name name;
	uint32_t node;
	int args;

	if (!aml_name(w->r, c, &name))
		return false;
	node = aml_find(w->r, w->scope, &name);
	args = aml_args_of(w->r, w->scope, &name);
	if (node != AML_NO_NODE)
		aml_mention(w, node);
	else if (w->record && args < 0)
		aml_say(w->r, ACPI_WARN, c->table, name.at, "%s is defined nowhere",
			aml_name_text(w->r, &name));
	if (args > 0 || (node != AML_NO_NODE && aml_node(w->r, node)->kind == AML_K_METHOD))
		return walk_call(w, c, args);
	return true;
}

/* S and W: an object, by name or by a term that gives a reference. */
static bool walk_object(struct aml_walk *w, struct aml_at *c, bool written)
{
	struct aml_name name;
	uint32_t node;

	if (c->at < c->end && c->bytes[c->at] == 0) {
		c->at++;
		return true;
	}
	if (c->at < c->end && written && c->bytes[c->at] >= OP_LOCAL0 &&
	    c->bytes[c->at] <= OP_LOCAL7)
		w->locals |= (uint8_t)(1u << (c->bytes[c->at] - OP_LOCAL0));
	if (!aml_is_name(c)) {
		w->under_deref = false;
		return aml_term(w, c);
	}
	if (!aml_name(w->r, c, &name))
		return false;
	node = aml_find(w->r, w->scope, &name);
	if (node == AML_NO_NODE)
		return true;
	aml_mention(w, node);
	if (written)
		aml_stored(w, node);
	return true;
}

/* What has to be known before an operation's arguments are parsed. */
static void before(struct aml_walk *w, const struct aml_at *c, unsigned int op, bool deref)
{
	if (!w->record)
		return;
	if ((op == OP_INDEX && !deref) || op == OP_REF_OF)
		aml_stored(w, aml_bare_name(w, c));
	/* Its result is wanted if a target follows; a name in between is 5 bytes at least. */
	if (op == OP_COND_REF_OF) {
		struct aml_at rest = *c;
		struct aml_name name;

		if (aml_is_name(c) && aml_name(w->r, &rest, &name) && rest.at < rest.end &&
		    rest.bytes[rest.at] != 0)
			aml_stored(w, aml_bare_name(w, c));
	}
}

static bool is_field(const struct aml_node *n)
{
	return n->kind == AML_K_FIELD || n->kind == AML_K_INDEX_FIELD ||
	       n->kind == AML_K_BUFFER_FIELD;
}

/* To make a package is to read the fields it names (ACPICA); methods in it are not called. */
static bool walk_elements(struct aml_walk *w, struct aml_at *c)
{
	while (w->record && c->at < c->end) {
		uint32_t node = aml_bare_name(w, c);
		struct aml_name name;

		if (node != AML_NO_NODE && is_field(aml_node(w->r, node)))
			aml_mention(w, node);
		if (!aml_step(w->r, c) ||
		    !(aml_is_name(c) ? aml_name(w->r, c, &name) : aml_term(w, c)))
			return false;
	}
	c->at = c->end;
	return true;
}

/* Arguments that are no terms; false also for damage. */
static bool walk_raw(struct aml_walk *w, struct aml_at *c, char kind)
{
	struct aml_name name;
	uint64_t number;
	size_t len;

	switch (kind) {
	case 'b':
		return aml_number(w->r, c, 1, &number);
	case 'w':
		return aml_number(w->r, c, 2, &number);
	case 'd':
		return aml_number(w->r, c, 4, &number);
	case 'q':
		return aml_number(w->r, c, 8, &number);
	case 'z':
		return aml_string(w->r, c, &len);
	case 'N':
		return aml_name(w->r, c, &name);
	case 'E':
		return walk_elements(w, c);
	default: /* B, F: nothing in them is run */
		c->at = c->end;
		return true;
	}
}

static bool walk_arguments(struct aml_walk *w, struct aml_at *c, unsigned int op)
{
	const struct aml_op *info = aml_op_info(op);
	struct aml_at inside, *at = c;
	bool ok = true;

	before(w, c, op, w->under_deref);
	for (const char *kind = info->args; *kind && ok; kind++) {
		w->under_deref = op == OP_DEREF_OF;
		if (*kind == 'P') {
			ok = aml_package(w->r, c, &inside);
			at = &inside;
		} else if (*kind == 'T') {
			ok = aml_term(w, at);
		} else if (*kind == 'S' || *kind == 'W') {
			ok = walk_object(w, at, *kind == 'W');
		} else if (*kind == 'L') {
			ok = aml_terms(w, at);
		} else {
			ok = walk_raw(w, at, *kind);
		}
	}
	/* What went wrong inside of a package has been said: on behind it. */
	return at == &inside ? w->r->rc == 0 : ok;
}

/* Code of a table makes it if it runs. */
static void hide(struct aml_walk *w, const struct aml_at *c, unsigned int op)
{
	struct aml_at at = *c, inside = *c;
	struct aml_name name;

	if (!w->record || w->declare || (op != OP_NAME && op != OP_METHOD))
		return;
	w->r->quiet = true;
	if ((op != OP_METHOD || aml_package(w->r, &at, &inside)) && aml_name(w->r, &inside, &name))
		aml_hide(w->r, &name);
	w->r->quiet = false;
}

bool aml_term(struct aml_walk *w, struct aml_at *c)
{
	size_t offset = c->at;
	bool ok = false, handled = false;
	unsigned int op;

	if (!aml_step(w->r, c))
		return false;
	if (w->depth >= AML_NEST_MAX) {
		aml_say(w->r, ACPI_ERROR, c->table, c->at, "code nested deeper than %u",
			AML_NEST_MAX);
		return false;
	}
	w->depth++;
	if (aml_is_name(c)) {
		ok = walk_name(w, c);
	} else if (!aml_opcode(c, &op)) {
		aml_say(w->r, ACPI_ERROR, c->table, c->at, "the package ends where a term is due");
	} else if (!aml_op_info(op)) {
		aml_say(w->r, ACPI_ERROR, c->table, offset, "no opcode is 0x%02x", op);
	} else {
		ok = !w->record || !w->declare || aml_object(w, c, op, offset, &handled);
		if (ok && !handled) {
			hide(w, c, op);
			ok = walk_arguments(w, c, op);
		}
	}
	w->depth--;
	return ok;
}

bool aml_terms(struct aml_walk *w, struct aml_at *c)
{
	while (c->at < c->end) {
		w->under_deref = false;
		if (!aml_term(w, c))
			return false;
	}
	return true;
}

/* Their number grows only by loading, which is over. */
void aml_walk_methods(struct aml_reader *r)
{
	for (size_t i = 0; i < r->methods.count && r->rc == 0; i++) {
		uint32_t node = r->methods.items[i].node;
		const struct aml_node *n = aml_node(r, node);
		struct aml_walk w = {
			.r = r,
			.scope = node,
			.method = node,
			.record = true,
			.declare = true,
		};
		struct aml_at body = {n->table, r->tables->tables.items[n->table].bytes, n->at,
				      n->end};

		r->methods.items[i].mentions = r->mentions.count;
		aml_terms(&w, &body);
		r->methods.items[i].mention_count =
			r->mentions.count - r->methods.items[i].mentions;
	}
}
