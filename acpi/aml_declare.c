// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_declare.c: objects that a term makes (ACPI 6.5, 20.2.5.1 and 20.2.5.2), at load time and in
 * methods. Fields and regions: aml_field.c, aml_region.c.
 */
#include "acpi/aml_private.h"

static bool declare_alias(struct aml_walk *w, struct aml_at *c, size_t offset)
{
	struct aml_name source, name;
	uint32_t target, node;

	if (!aml_name(w->r, c, &source) || !aml_name(w->r, c, &name))
		return false;
	target = aml_find(w->r, w->scope, &source);
	if (target == AML_NO_NODE) {
		aml_say(w->r, ACPI_WARN, c->table, source.at, "%s is defined nowhere",
			aml_name_text(w->r, &source));
		return true;
	}
	node = aml_define(w, c, offset, &name, AML_K_ALIAS);
	if (node != AML_NO_NODE)
		aml_node(w->r, node)->ref = target;
	return true;
}

/* Made again in another branch of a method: neither value is the value. */
static bool declare_name(struct aml_walk *w, struct aml_at *c, size_t offset)
{
	struct aml_name name;
	uint32_t node;
	size_t at;

	if (!aml_name(w->r, c, &name))
		return false;
	at = c->at;
	if (!aml_term(w, c))
		return false;
	node = aml_define(w, c, offset, &name, AML_K_NAME);
	if (node != AML_NO_NODE && !aml_node(w->r, node)->varies) {
		aml_node(w->r, node)->at = (uint32_t)at;
		aml_node(w->r, node)->end = (uint32_t)c->at;
	}
	return true;
}

/*
 * A method in a method: what it stores to is known, its value is not. Its code counts as that of
 * the method around it.
 */
static bool walk_inner_method(struct aml_walk *w, struct aml_at *inside, uint32_t node)
{
	uint32_t around = w->scope;

	if (node != AML_NO_NODE) {
		aml_node(w->r, node)->varies = true;
		w->scope = node;
	}
	aml_terms(w, inside);
	w->scope = around;
	return w->r->rc == 0;
}

static bool declare_method(struct aml_walk *w, struct aml_at *c, size_t offset)
{
	struct aml_reader *r = w->r;
	struct aml_at inside;
	struct aml_name name;
	uint64_t flags;
	uint32_t node;

	if (!aml_package(r, c, &inside))
		return false;
	if (!aml_name(r, &inside, &name) || !aml_number(r, &inside, 1, &flags))
		return r->rc == 0;
	node = aml_define(w, c, offset, &name, AML_K_METHOD);
	if (node != AML_NO_NODE && !aml_node(r, node)->varies) {
		aml_node(r, node)->args = flags & 7;
		aml_node(r, node)->at = (uint32_t)inside.at;
		aml_node(r, node)->end = (uint32_t)inside.end;
	}
	if (w->method != AML_NO_NODE)
		return walk_inner_method(w, &inside, node);
	if (node == AML_NO_NODE)
		return r->rc == 0;
	aml_node(r, node)->ref = (uint32_t)r->methods.count;
	r->out->methods++;
	if (vec_push(&r->methods, (struct aml_method){.node = node}))
		r->rc = -ENOMEM;
	return r->rc == 0;
}

/* CreateDWordField and its like: who stores to it stores to the buffer. */
static bool declare_buffer_field(struct aml_walk *w, struct aml_at *c, unsigned int op,
				 size_t offset)
{
	uint32_t source = aml_bare_name(w, c), node;
	unsigned int terms = op == OP_CREATE_FIELD ? 3 : 2;
	struct aml_name name;

	for (unsigned int i = 0; i < terms; i++) {
		w->hands_out = i == 0 && source == AML_NO_NODE;
		if (!aml_term(w, c))
			return false;
	}
	w->hands_out = false;
	if (!aml_name(w->r, c, &name))
		return false;
	node = aml_define(w, c, offset, &name, AML_K_BUFFER_FIELD);
	if (node == AML_NO_NODE)
		return true;
	if (aml_node(w->r, node)->varies)
		aml_stored(w, source);
	else
		aml_node(w->r, node)->ref = source;
	return true;
}

static bool declare_other(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset)
{
	struct aml_name name;
	uint64_t flags;

	if (!aml_name(w->r, c, &name) || (op == OP_MUTEX && !aml_number(w->r, c, 1, &flags)))
		return false;
	aml_define(w, c, offset, &name, AML_K_OTHER);
	return true;
}

/* The terms in a scope; what is damaged in there ends there. */
static bool load_inside(struct aml_walk *w, struct aml_at *inside, uint32_t scope)
{
	uint32_t around = w->scope;

	if (w->depth >= AML_DEPTH_MAX) {
		aml_say(w->r, ACPI_ERROR, inside->table, inside->at, "scopes nested deeper than %u",
			AML_DEPTH_MAX);
		return true;
	}
	w->depth++;
	w->scope = scope;
	aml_load_terms(w, inside);
	w->scope = around;
	w->depth--;
	return w->r->rc == 0;
}

static bool declare_scope(struct aml_walk *w, struct aml_at *c)
{
	struct aml_at inside;
	struct aml_name name;
	uint32_t node;

	if (!aml_package(w->r, c, &inside))
		return false;
	if (!aml_name(w->r, &inside, &name))
		return w->r->rc == 0;
	node = aml_find(w->r, w->scope, &name);
	if (node != AML_NO_NODE)
		return load_inside(w, &inside, node);
	aml_say(w->r, ACPI_ERROR, c->table, name.at, "there is no scope %s",
		aml_name_text(w->r, &name));
	return true;
}

static bool declare_device(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset)
{
	enum aml_kind kind = op == OP_DEVICE	  ? AML_K_DEVICE
			     : op == OP_PROCESSOR ? AML_K_PROCESSOR
			     : op == OP_POWER	  ? AML_K_POWER
						  : AML_K_THERMAL;
	unsigned int more = op == OP_PROCESSOR ? 6 : op == OP_POWER ? 3 : 0;
	struct aml_at inside;
	struct aml_name name;
	uint64_t number;
	uint32_t node;

	if (!aml_package(w->r, c, &inside))
		return false;
	if (!aml_name(w->r, &inside, &name) || !aml_number(w->r, &inside, more, &number))
		return w->r->rc == 0;
	node = aml_define(w, c, offset, &name, kind);
	return node == AML_NO_NODE ? w->r->rc == 0 : load_inside(w, &inside, node);
}

static bool is_buffer_field(unsigned int op)
{
	return op == OP_CREATE_FIELD || op == OP_CREATE_QWORD ||
	       (op >= OP_CREATE_DWORD && op <= OP_CREATE_BIT);
}

bool aml_object(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset, bool *handled)
{
	*handled = true;
	if (is_buffer_field(op))
		return declare_buffer_field(w, c, op, offset);
	switch (op) {
	case OP_ALIAS:
		return declare_alias(w, c, offset);
	case OP_NAME:
		return declare_name(w, c, offset);
	case OP_METHOD:
		return declare_method(w, c, offset);
	case OP_MUTEX:
	case OP_EVENT:
		return declare_other(w, c, op, offset);
	case OP_REGION:
	case OP_DATA_REGION:
		return aml_region_declare(w, c, op, offset);
	case OP_FIELD:
	case OP_INDEX_FIELD:
	case OP_BANK_FIELD:
		return aml_fields(w, c, op);
	default:
		break;
	}
	/* A method's own devices and scopes are gone when it returns: their terms are just code. */
	if (w->method == AML_NO_NODE) {
		if (op == OP_SCOPE)
			return declare_scope(w, c);
		if (op == OP_DEVICE || op == OP_PROCESSOR || op == OP_POWER || op == OP_THERMAL)
			return declare_device(w, c, op, offset);
	}
	*handled = false;
	return true;
}
