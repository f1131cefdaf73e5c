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

void aml_stored_bare(struct aml_walk *w, const struct aml_at *c)
{
	uint32_t node = aml_bare_name(w, c);

	aml_stored(w, node);
	if (node == AML_NO_NODE || !aml_node(w->r, node)->local)
		return;
	w->r->no_locals = true;
	aml_stored(w, aml_bare_name(w, c));
	w->r->no_locals = false;
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
		w->under_deref = false;
		w->returns = false;
		w->hands_out = true;
		if (!aml_term(w, c))
			return false;
	}
	w->hands_out = false;
	return true;
}

/* Who gets a value may change the object, or returns it: what a method that is called returns. */
static void hand_out_call(struct aml_walk *w, uint32_t node)
{
	struct aml_reader *r = w->r;

	if (w->hands_out) {
		aml_node(r, node)->handed = true;
		if (aml_node(r, node)->local && w->method != AML_NO_NODE)
			aml_node(r, w->method)->handed = true;
	}
	if (w->returns && vec_push(&r->returns, node))
		r->rc = -ENOMEM;
}

static void hand_out_name(struct aml_walk *w, const struct aml_at *name, uint32_t node)
{
	if (!is_changeable(w->r, node))
		return;
	if (w->hands_out)
		aml_stored_bare(w, name);
	if (w->returns && vec_push(&w->r->returns, node))
		w->r->rc = -ENOMEM;
}

/* A name where a value is wanted: a call, if it is a method's. */
static bool walk_name(struct aml_walk *w, struct aml_at *c)
{
	struct aml_at start = *c;
	struct aml_name name;
	uint32_t node;
	int args;

	if (!aml_name(w->r, c, &name))
		return false;
	node = aml_find(w->r, w->scope, &name);
	args = aml_args_of(w->r, w->scope, &name);
	if (node != AML_NO_NODE)
		aml_mention(w, node);
	if (w->record && node != AML_NO_NODE) {
		if (aml_node(w->r, node)->kind == AML_K_METHOD)
			hand_out_call(w, node);
		else
			hand_out_name(w, &start, node);
	} else if (w->record && args < 0) {
		aml_say(w->r, ACPI_WARN, c->table, name.at, "%s is defined nowhere",
			aml_name_text(w->r, &name));
	}
	if (args > 0 || (node != AML_NO_NODE && aml_node(w->r, node)->kind == AML_K_METHOD))
		return walk_call(w, c, args);
	return true;
}

/* S and W: an object, by name or by a term that gives a reference. */
static bool walk_object(struct aml_walk *w, struct aml_at *c, bool written)
{
	struct aml_at start = *c;
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
		aml_stored_bare(w, &start);
	return true;
}

/* What has to be known before an operation's arguments are parsed. */
static void before(struct aml_walk *w, const struct aml_at *c, unsigned int op, bool deref)
{
	/* It may be written to through the reference. */
	if (op == OP_REF_OF && c->at < c->end && c->bytes[c->at] >= OP_LOCAL0 &&
	    c->bytes[c->at] <= OP_LOCAL7)
		w->locals |= (uint8_t)(1u << (c->bytes[c->at] - OP_LOCAL0));
	if (!w->record)
		return;
	if ((op == OP_INDEX && !deref) || op == OP_REF_OF)
		aml_stored_bare(w, c);
	/* Its result is wanted if a target follows; a name in between is 5 bytes at least. */
	if (op == OP_COND_REF_OF) {
		struct aml_at rest = *c;
		struct aml_name name;

		if (aml_is_name(c) && aml_name(w->r, &rest, &name) && rest.at < rest.end &&
		    rest.bytes[rest.at] != 0)
			aml_stored_bare(w, c);
	}
}

/* Its value may be its first argument's object itself, or a part of it (ACPICA). */
static bool passes_on(unsigned int op)
{
	return op == OP_DEREF_OF || op == OP_INDEX || op == OP_STORE || op == OP_COPY_OBJECT ||
	       (op >= OP_TO_BUFFER && op <= OP_TO_INTEGER);
}

/* Which scope names in the package of such an object are looked up from. */
static uint32_t scope_inside(struct aml_walk *w, unsigned int op, const struct aml_name *name)
{
	uint32_t node = op == OP_SCOPE ? aml_find(w->r, w->scope, name) : AML_NO_NODE;

	if (node == AML_NO_NODE)
		node = aml_shadow(w->r, w->scope, name);
	return node == AML_NO_NODE ? w->scope : node;
}

static bool opens_scope(unsigned int op)
{
	return op == OP_SCOPE || op == OP_METHOD || op == OP_DEVICE || op == OP_PROCESSOR ||
	       op == OP_POWER || op == OP_THERMAL;
}

static bool is_field(const struct aml_node *n)
{
	return n->kind == AML_K_FIELD || n->kind == AML_K_INDEX_FIELD ||
	       n->kind == AML_K_BUFFER_FIELD;
}

static void distrust_element(struct aml_walk *w, const struct aml_at *c)
{
	struct aml_at copy = *c;
	struct aml_name name;
	bool quiet = w->r->quiet;

	w->r->quiet = true;
	if (aml_is_name(c) && aml_name(w->r, &copy, &name))
		aml_distrust(w->r, &name);
	w->r->quiet = quiet;
}

/* To make a package is to read the fields it names (ACPICA); methods in it are not called. */
static bool walk_elements(struct aml_walk *w, struct aml_at *c)
{
	while (w->record && c->at < c->end) {
		uint32_t node = aml_bare_name(w, c);
		struct aml_name name;

		if (node != AML_NO_NODE && is_field(aml_node(w->r, node)))
			aml_mention(w, node);
		/* The element is the object itself, or will be once it is there. */
		if (node != AML_NO_NODE && is_changeable(w->r, node))
			aml_stored_bare(w, c);
		if (node == AML_NO_NODE)
			distrust_element(w, c);
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
	case 'E':
		return walk_elements(w, c);
	default: /* B, F: nothing in them is run */
		c->at = c->end;
		return true;
	}
}

static bool walk_argument(struct aml_walk *w, struct aml_at *c, unsigned int op, char kind)
{
	struct aml_name name;

	switch (kind) {
	case 'T':
		return aml_term(w, c);
	case 'S':
	case 'W':
		return walk_object(w, c, kind == 'W');
	case 'L':
		return aml_terms(w, c);
	case 'N':
		if (!aml_name(w->r, c, &name))
			return false;
		if (w->record && opens_scope(op))
			w->scope = scope_inside(w, op, &name);
		return true;
	default:
		return walk_raw(w, c, kind);
	}
}

/* DerefOf (Index (X, n, Local0)): the local has a reference to the element. */
static bool walk_kept_reference(struct aml_walk *w, const struct aml_at *first,
				const struct aml_at *last)
{
	struct aml_at again = *first;
	bool declare = w->declare, quiet = w->r->quiet, ok;

	if (!w->record || last->at >= last->end || last->bytes[last->at] == 0)
		return true;
	/* What it says and declares, if a term can, it has the first time. */
	w->hands_out = w->r->quiet = true;
	w->declare = false;
	ok = aml_term(w, &again);
	w->declare = declare;
	w->r->quiet = quiet;
	return ok;
}

static bool walk_arguments(struct aml_walk *w, struct aml_at *c, unsigned int op)
{
	const char *first = aml_op_info(op)->args;
	bool deref = w->under_deref, hands_out = w->hands_out, returns = w->returns, ok = true;
	struct aml_at inside, *at = c, start = *c;
	uint32_t scope = w->scope;

	before(w, c, op, deref);
	for (const char *kind = first; *kind && ok; kind++) {
		bool passed = kind == first && passes_on(op);

		w->under_deref = op == OP_DEREF_OF;
		w->hands_out = (passed && hands_out) || *kind == 'W' || op == OP_REF_OF ||
			       (kind == first && op == OP_INDEX && !deref);
		w->returns = op == OP_RETURN || (passed && returns);
		if (op == OP_INDEX && *kind == 'W' && deref && !walk_kept_reference(w, &start, at))
			return false;
		if (*kind == 'P') {
			ok = aml_package(w->r, c, &inside);
			at = &inside;
		} else {
			ok = walk_argument(w, at, op, *kind);
		}
	}
	w->hands_out = w->returns = false;
	w->scope = scope;
	/* What went wrong inside of a package has been said: on behind it. */
	return at == &inside ? w->r->rc == 0 : ok;
}

/* Goes to the name of what an opcode makes; false: it makes nothing by itself. */
static bool find_made(struct aml_walk *w, struct aml_at *c, unsigned int op)
{
	struct aml_walk quiet = {.r = w->r, .scope = w->scope, .method = AML_NO_NODE};
	struct aml_at inside;
	struct aml_name source;
	int terms = op == OP_CREATE_FIELD ? 3 : 2;

	if (op == OP_NAME || op == OP_REGION || op == OP_DATA_REGION || op == OP_MUTEX ||
	    op == OP_EVENT)
		return true;
	if (op == OP_ALIAS)
		return aml_name(w->r, c, &source);
	if (opens_scope(op) && op != OP_SCOPE && aml_package(w->r, c, &inside)) {
		*c = inside;
		return true;
	}
	if (op != OP_CREATE_FIELD && op != OP_CREATE_QWORD &&
	    (op < OP_CREATE_DWORD || op > OP_CREATE_BIT))
		return false;
	while (terms-- > 0)
		if (!aml_term(&quiet, c))
			return false;
	return true;
}

/* Code of a table makes it if it runs. */
static void hide(struct aml_walk *w, const struct aml_at *c, unsigned int op)
{
	bool quiet = w->r->quiet;
	struct aml_at at = *c;
	struct aml_name name;

	if (!w->record || w->declare)
		return;
	w->r->quiet = true;
	if (op == OP_FIELD || op == OP_INDEX_FIELD || op == OP_BANK_FIELD)
		aml_fields(w, &at, op);
	else if (find_made(w, &at, op) && aml_name(w->r, &at, &name))
		aml_hide(w, &at, &name);
	w->r->quiet = quiet;
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
		w->under_deref = w->hands_out = w->returns = false;
		if (!aml_term(w, c))
			return false;
	}
	return true;
}

static void hand_out_method(struct aml_reader *r, uint32_t node)
{
	const struct aml_node *n = aml_node(r, node);
	struct aml_method *method;

	if (n->ref == AML_NO_NODE)
		return;
	method = &r->methods.items[n->ref];
	for (size_t i = 0; i < method->return_count; i++) {
		struct aml_node *returned = aml_node(r, r->returns.items[method->returns + i]);

		if (returned->kind != AML_K_METHOD && returned->stored_by == AML_NO_NODE)
			returned->stored_by = node;
		if (returned->kind != AML_K_METHOD || returned->handed)
			continue;
		returned->handed = true;
		if (vec_push(&r->stack, r->returns.items[method->returns + i]))
			r->rc = -ENOMEM;
	}
}

/* What a method returns may be changed by those who call it, and so on. */
static void hand_out_returns(struct aml_reader *r)
{
	for (size_t i = 0; i < r->methods.count && r->rc == 0; i++)
		if (aml_node(r, r->methods.items[i].node)->handed &&
		    vec_push(&r->stack, r->methods.items[i].node))
			r->rc = -ENOMEM;
	while (r->stack.count > 0 && r->rc == 0)
		hand_out_method(r, r->stack.items[--r->stack.count]);
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
		r->methods.items[i].returns = r->returns.count;
		aml_terms(&w, &body);
		r->methods.items[i].mention_count =
			r->mentions.count - r->methods.items[i].mentions;
		r->methods.items[i].return_count = r->returns.count - r->methods.items[i].returns;
	}
	hand_out_returns(r);
}
