// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_fold.c: what a term, a Name or a method is if nothing has to run for it.
 *
 * A method is folded that only makes names and returns; an If in it is followed if its predicate
 * folds. A Name that some code stores to has no value here: when that code runs is not known.
 */
#include "acpi/aml_private.h"

#define MEMO_RUNNING UINT32_MAX

struct aml_value aml_dynamic(const char *reason)
{
	return (struct aml_value){.kind = AML_V_DYNAMIC, .reason = reason};
}

static struct aml_value fold_string(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value value = {.kind = AML_V_STRING, .bytes = c->bytes + c->at, .at = *c};

	return aml_string(f->r, c, &value.len) ? value : aml_dynamic("is damaged");
}

/* The longer of declared size and bytes given counts, as in ACPICA. */
static struct aml_value fold_buffer(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value value;
	struct aml_at inside;
	uint64_t size;

	if (!aml_package(f->r, c, &inside))
		return aml_dynamic("is damaged");
	if (!aml_fold_int(f, &inside, &value))
		return value;
	size = value.number;
	value = (struct aml_value){
		.kind = AML_V_BUFFER,
		.bytes = inside.bytes + inside.at,
		.len = inside.end - inside.at,
		.at = inside,
	};
	value.number = size > value.len ? size : value.len;
	return value;
}

static struct aml_value fold_package(struct aml_fold *f, struct aml_at *c, unsigned int op)
{
	struct aml_value value = {.kind = AML_V_PACKAGE, .node = f->scope};
	struct aml_at inside;

	if (!aml_package(f->r, c, &inside))
		return aml_dynamic("is damaged");
	if (op == OP_PACKAGE) {
		if (!aml_number(f->r, &inside, 1, &value.number))
			return aml_dynamic("is damaged");
	} else {
		struct aml_value size;

		if (!aml_fold_int(f, &inside, &size))
			return size;
		value.number = size.number;
	}
	value.at = inside;
	return value;
}

/* An element that is a name is what the name stands for, if that has a value. */
static struct aml_value fold_element(struct aml_reader *r, uint32_t scope, struct aml_at *c)
{
	struct aml_fold f = {.r = r, .scope = scope};
	struct aml_at copy = *c;
	struct aml_name name;
	uint32_t node;

	if (!aml_is_name(c))
		return aml_fold(&f, &copy);
	if (!aml_name(r, &copy, &name))
		return aml_dynamic("is damaged");
	node = aml_find(r, scope, &name);
	if (node == AML_NO_NODE)
		return aml_dynamic(aml_printf(r, "%s is defined nowhere", aml_name_text(r, &name)));
	if (aml_node(r, node)->local || aml_hidden(r, &name))
		return aml_dynamic(
			aml_printf(r, "names %s, which may be made anew", aml_name_text(r, &name)));
	if (aml_node(r, node)->kind == AML_K_METHOD)
		return (struct aml_value){.kind = AML_V_OBJECT, .node = node};
	return aml_fold_node(r, node);
}

static bool skip_term(struct aml_reader *r, uint32_t scope, struct aml_at *c)
{
	struct aml_walk quiet = {.r = r, .scope = scope, .method = AML_NO_NODE};

	return aml_term(&quiet, c);
}

static bool skip_element(struct aml_reader *r, uint32_t scope, struct aml_at *c)
{
	struct aml_name name;

	if (!aml_is_name(c))
		return skip_term(r, scope, c);
	return aml_step(r, c) && aml_name(r, c, &name);
}

struct aml_value aml_element(struct aml_reader *r, const struct aml_value *package, uint64_t n)
{
	struct aml_at c = package->at;

	for (uint64_t i = 0; i < n && c.at < c.end; i++)
		if (!skip_element(r, package->node, &c))
			return aml_dynamic("is damaged");
	if (n >= package->number || c.at >= c.end)
		return aml_dynamic("reads an element that a package does not have");
	return fold_element(r, package->node, &c);
}

void aml_elements(struct aml_reader *r, const struct aml_value *package,
		  bool (*visit)(void *ctx, const struct aml_value *element), void *ctx)
{
	struct aml_at c = package->at;

	for (uint64_t i = 0; i < package->number && c.at < c.end; i++) {
		struct aml_value element = fold_element(r, package->node, &c);

		if (!visit(ctx, &element) || !skip_element(r, package->node, &c))
			return;
	}
}

/* DerefOf (Index (package, number)); a byte of a buffer or string likewise. */
static struct aml_value fold_deref(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value source, at;
	unsigned int op;

	if (aml_is_name(c) || !aml_opcode(c, &op) || op != OP_INDEX)
		return aml_dynamic("follows a reference");
	source = aml_fold(f, c);
	if (source.kind == AML_V_DYNAMIC || !aml_fold_int(f, c, &at))
		return source.kind == AML_V_DYNAMIC ? source : at;
	if (c->at >= c->end || c->bytes[c->at++] != OP_ZERO)
		return aml_dynamic("stores a reference");
	if (source.kind == AML_V_PACKAGE)
		return aml_element(f->r, &source, at.number);
	if (source.kind == AML_V_BUFFER && at.number < source.number)
		return aml_int_value(f->r, at.number < source.len ? source.bytes[at.number] : 0);
	return aml_dynamic("reads an element that is not there");
}

static struct aml_value fold_size(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value value = aml_fold(f, c);

	switch (value.kind) {
	case AML_V_DYNAMIC:
		return value;
	case AML_V_STRING:
		return aml_int_value(f->r, value.len);
	case AML_V_BUFFER:
	case AML_V_PACKAGE:
		return aml_int_value(f->r, value.number);
	default:
		return aml_dynamic("takes the size of something that has none");
	}
}

/* A method's own objects are there once its run has made them. */
static bool is_there(const struct aml_fold *f, uint32_t node)
{
	const struct aml_node *n = aml_node(f->r, node);

	return !n->local || (f->run && n->run == f->run);
}

/* What is not there yet may come by code of tables that was not run. */
static struct aml_value fold_cond_ref_of(struct aml_fold *f, struct aml_at *c)
{
	struct aml_name name;
	unsigned int op;
	uint32_t node;

	if (f->once || !aml_is_name(c) || !aml_name(f->r, c, &name))
		return aml_dynamic("depends on when it is evaluated");
	if (aml_is_name(c) || !aml_opcode(c, &op) ||
	    (op != OP_ZERO && op != OP_DEBUG && (op < OP_LOCAL0 || op > OP_LOCAL7)))
		return aml_dynamic("stores a reference");
	node = aml_find(f->r, f->scope, &name);
	if (node != AML_NO_NODE && is_there(f, node))
		return aml_int_value(f->r, UINT64_MAX);
	if (node != AML_NO_NODE)
		return aml_dynamic(aml_printf(f->r, "looks for %s, which a method makes",
					      aml_name_text(f->r, &name)));
	if (f->r->load_code || f->r->unread)
		return aml_dynamic(aml_printf(f->r, "looks for %s, which code of a table may make",
					      aml_name_text(f->r, &name)));
	return aml_int_value(f->r, 0);
}

static struct aml_value fold_name(struct aml_fold *f, struct aml_at *c)
{
	struct aml_reader *r = f->r;
	struct aml_name name;
	uint32_t node;

	if (!aml_name(r, c, &name))
		return aml_dynamic("is damaged");
	node = aml_find(r, f->scope, &name);
	if (node == AML_NO_NODE)
		return aml_dynamic(aml_printf(r, "%s is defined nowhere", aml_name_text(r, &name)));
	if (!is_there(f, node))
		return aml_dynamic(
			aml_printf(r, "reads %s, which a method makes", aml_name_text(r, &name)));
	if (!aml_node(r, node)->local && aml_hidden(r, &name))
		return aml_dynamic(aml_printf(r, "reads %s, which code of a table may make anew",
					      aml_name_text(r, &name)));
	if (aml_node(r, node)->kind == AML_K_METHOD && aml_node(r, node)->args > 0)
		return aml_dynamic(aml_printf(r, "calls %s", aml_path(r, node)));
	return aml_fold_node(r, node);
}

static struct aml_value fold_term(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value value;
	unsigned int op;

	if (aml_is_name(c))
		return fold_name(f, c);
	if (!aml_opcode(c, &op) || !aml_op_info(op))
		return aml_dynamic("is damaged");
	if (aml_math(f, c, op, &value))
		return value;
	if (op >= OP_LOCAL0 && op <= OP_LOCAL7 && f->locals)
		return f->locals[op - OP_LOCAL0];
	switch (op) {
	case OP_STRING:
		return fold_string(f, c);
	case OP_BUFFER:
		return fold_buffer(f, c);
	case OP_PACKAGE:
	case OP_VAR_PACKAGE:
		return fold_package(f, c, op);
	case OP_DEREF_OF:
		return fold_deref(f, c);
	case OP_SIZE_OF:
		return fold_size(f, c);
	case OP_COND_REF_OF:
		return fold_cond_ref_of(f, c);
	default:
		return aml_dynamic(aml_printf(f->r, "depends on %s", aml_op_info(op)->name));
	}
}

struct aml_value aml_fold(struct aml_fold *f, struct aml_at *c)
{
	struct aml_value value;

	if (!aml_step(f->r, c))
		return aml_dynamic("takes too many steps");
	if (f->r->fold_depth >= AML_DEPTH_MAX)
		return aml_dynamic("is nested too deep");
	f->r->fold_depth++;
	value = fold_term(f, c);
	f->r->fold_depth--;
	return value;
}

static bool fold_body(struct aml_fold *f, struct aml_at *c, struct aml_value *value);

/* An If whose predicate folds: its branch. True if *value is decided. */
static bool fold_if(struct aml_fold *f, struct aml_at *c, struct aml_value *value)
{
	struct aml_at inside, other;
	bool taken;

	if (!aml_package(f->r, c, &inside)) {
		*value = aml_dynamic("is damaged");
		return true;
	}
	if (!aml_fold_int(f, &inside, value)) {
		*value =
			aml_dynamic(aml_printf(f->r, "a method with an If that %s", value->reason));
		return true;
	}
	taken = value->number != 0;
	if (taken && fold_body(f, &inside, value))
		return true;
	if (c->at >= c->end || c->bytes[c->at] != OP_ELSE)
		return false;
	c->at++;
	if (!aml_package(f->r, c, &other)) {
		*value = aml_dynamic("is damaged");
		return true;
	}
	return !taken && fold_body(f, &other, value);
}

/* While tables load, what methods make is not known yet. */
bool aml_fold_made(struct aml_fold *f, const struct aml_at *start)
{
	struct aml_at c = *start;
	struct aml_name name;
	struct aml_node *n;
	uint32_t node;

	c.at++;
	if (f->r->loading || !aml_name(f->r, &c, &name))
		return false;
	node = aml_find(f->r, f->scope, &name);
	if (node == AML_NO_NODE)
		return false;
	n = aml_node(f->r, node);
	if (!n->local || n->table != start->table || n->offset != start->at)
		return false;
	n->run = f->run;
	return true;
}

static bool fold_statement(struct aml_fold *f, struct aml_at *c, struct aml_value *value)
{
	struct aml_at start = *c;
	unsigned int op;

	if (aml_is_name(c)) {
		*value = aml_dynamic("a method with a call");
		return true;
	}
	if (!aml_opcode(c, &op) || !aml_op_info(op)) {
		*value = aml_dynamic("is damaged");
		return true;
	}
	if (op == OP_RETURN) {
		*value = aml_fold(f, c);
		return true;
	}
	if (op == OP_IF)
		return fold_if(f, c, value);
	*c = start;
	if ((op == OP_NOOP || op == OP_EXTERNAL || (op == OP_NAME && aml_fold_made(f, &start))) &&
	    skip_term(f->r, f->scope, c))
		return false;
	*value = aml_dynamic(aml_printf(f->r, "a method with %s", aml_op_info(op)->name));
	return true;
}

static bool fold_body(struct aml_fold *f, struct aml_at *c, struct aml_value *value)
{
	bool decided = false;

	if (f->r->fold_depth >= AML_DEPTH_MAX || !aml_step(f->r, c)) {
		*value = aml_dynamic("is nested too deep");
		return true;
	}
	f->r->fold_depth++;
	while (!decided && c->at < c->end)
		decided = fold_statement(f, c, value);
	f->r->fold_depth--;
	return decided;
}

static struct aml_at range_of(struct aml_reader *r, const struct aml_node *n)
{
	return (struct aml_at){n->table, r->tables->tables.items[n->table].bytes, n->at, n->end};
}

static struct aml_value fold_method(struct aml_reader *r, uint32_t node)
{
	struct aml_fold f = {.r = r, .scope = node, .run = ++r->runs};
	struct aml_at body = range_of(r, aml_node(r, node));
	struct aml_value value;

	return fold_body(&f, &body, &value) ? value : aml_dynamic("a method that returns nothing");
}

/* Why the value of a Name is not that of its definition, or NULL. */
static const char *changed(struct aml_reader *r, uint32_t node)
{
	const struct aml_node *n = aml_node(r, node);

	if (r->loading)
		return NULL;
	if (n->stored_by == AML_ROOT)
		return "stored to at table level";
	if (n->stored_by != AML_NO_NODE)
		return aml_printf(r, "stored to by %s", aml_path(r, n->stored_by));
	if (n->varies)
		return "made anew by a method";
	return r->unread ? "tables are not read to their end" : NULL;
}

/* Objects that are no Name and no method without arguments. */
static struct aml_value fold_other(struct aml_reader *r, uint32_t node)
{
	switch (aml_node(r, node)->kind) {
	case AML_K_FIELD:
	case AML_K_INDEX_FIELD:
	case AML_K_BUFFER_FIELD:
		return aml_dynamic(aml_printf(r, "reads field %s", aml_path(r, node)));
	case AML_K_BUILTIN:
		return aml_dynamic(
			aml_printf(r, "reads %s, the interpreter's own", aml_path(r, node)));
	default:
		return (struct aml_value){.kind = AML_V_OBJECT, .node = node};
	}
}

static struct aml_value fold_afresh(struct aml_reader *r, uint32_t node)
{
	const struct aml_node *n = aml_node(r, node);
	struct aml_fold f = {.r = r, .scope = n->parent, .once = true};
	struct aml_at at = range_of(r, n);
	const char *why;

	if (n->kind == AML_K_METHOD)
		return n->varies ? aml_dynamic("a method made by a method") : fold_method(r, node);
	why = changed(r, node);
	if (why)
		return aml_dynamic(why);
	return aml_fold(&f, &at);
}

struct aml_value aml_fold_node(struct aml_reader *r, uint32_t node)
{
	struct aml_value value;
	uint8_t kind = aml_node(r, node)->kind;
	uint32_t memo = aml_node(r, node)->memo;

	if (kind != AML_K_NAME && kind != AML_K_METHOD)
		return fold_other(r, node);
	if (memo == MEMO_RUNNING)
		return aml_dynamic("refers to itself");
	if (r->loading && r->load_code)
		return aml_dynamic("code of a table may have changed it");
	if (memo)
		return r->memos.items[memo];
	aml_node(r, node)->memo = MEMO_RUNNING;
	value = fold_afresh(r, node);
	aml_node(r, node)->memo = 0;
	/* While tables load, only what can no longer change is kept. */
	if (r->loading && (kind != AML_K_NAME || value.kind == AML_V_DYNAMIC))
		return value;
	aml_node(r, node)->memo = (uint32_t)r->memos.count;
	if (vec_push(&r->memos, value))
		r->rc = -ENOMEM;
	return value;
}
