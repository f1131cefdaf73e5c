// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_load.c: the terms of definition blocks, in the order in which loading meets them.
 *
 * ACPICA runs a definition block like a method (ACPI 6.5, 5.4). What makes objects is done here,
 * and Ifs on constants are followed. Other code is parsed and listed: it is not run, and what
 * is said from then on must hold whatever it did.
 */
#include "acpi/aml_private.h"

static bool load_code(struct aml_walk *w, struct aml_at *c, const char *what)
{
	struct aml_reader *r = w->r;
	size_t offset = c->at;
	bool ok;

	r->load_code = true;
	w->declare = false;
	ok = aml_term(w, c);
	w->declare = true;
	if (ok)
		aml_dynamic_row(r, aml_path(r, w->scope), aml_printf(r, "%s at table level", what),
				c->table, offset);
	return ok && r->rc == 0;
}

static bool next_is(const struct aml_at *c, unsigned int want)
{
	return c->at < c->end && c->bytes[c->at] == want;
}

/* Neither branch is loaded, but what is in them may run. */
static bool load_dynamic_if(struct aml_walk *w, struct aml_at *c, const char *reason)
{
	struct aml_reader *r = w->r;
	size_t offset = c->at;
	bool ok;

	r->load_code = true;
	w->declare = false;
	ok = aml_term(w, c) && (!next_is(c, OP_ELSE) || aml_term(w, c));
	w->declare = true;
	aml_dynamic_row(r, aml_path(r, w->scope), aml_printf(r, "an If at table level: %s", reason),
			c->table, offset);
	return ok && r->rc == 0;
}

static bool load_branch(struct aml_walk *w, struct aml_at *inside)
{
	if (w->depth >= AML_DEPTH_MAX) {
		aml_say(w->r, ACPI_ERROR, inside->table, inside->at, "scopes nested deeper than %u",
			AML_DEPTH_MAX);
		return true;
	}
	w->depth++;
	aml_load_terms(w, inside);
	w->depth--;
	return w->r->rc == 0;
}

static bool load_if(struct aml_walk *w, struct aml_at *c)
{
	struct aml_fold fold = {.r = w->r, .scope = w->scope};
	struct aml_at start = *c, inside, other;
	struct aml_value value;

	c->at++;
	if (!aml_package(w->r, c, &inside))
		return false;
	if (!aml_fold_int(&fold, &inside, &value)) {
		*c = start;
		return load_dynamic_if(w, c, value.reason);
	}
	if (value.number && !load_branch(w, &inside))
		return false;
	if (!next_is(c, OP_ELSE))
		return true;
	c->at++;
	if (!aml_package(w->r, c, &other))
		return false;
	return value.number || load_branch(w, &other);
}

static bool is_idle(unsigned int op)
{
	return op == OP_NOOP || op == OP_EXTERNAL || op == OP_ZERO || op == OP_ONE || op == OP_ONES;
}

static bool load_term(struct aml_walk *w, struct aml_at *c)
{
	struct aml_at start = *c;
	const struct aml_op *info;
	unsigned int op;
	bool handled;

	if (aml_is_name(c))
		return load_code(w, c, "a call");
	if (next_is(c, OP_IF))
		return load_if(w, c);
	if (!aml_opcode(c, &op) || !(info = aml_op_info(op)))
		return *c = start, aml_term(w, c);
	if (op == OP_ELSE)
		aml_say(w->r, ACPI_ERROR, c->table, start.at, "an Else without an If");
	if (!aml_object(w, c, op, start.at, &handled))
		return false;
	if (handled)
		return true;
	*c = start;
	return is_idle(op) ? aml_term(w, c) : load_code(w, c, info->name);
}

bool aml_load_terms(struct aml_walk *w, struct aml_at *c)
{
	while (c->at < c->end)
		if (!aml_step(w->r, c) || !load_term(w, c))
			return false;
	return true;
}
