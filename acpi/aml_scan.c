// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_scan.c: how many arguments the methods of all tables take, before anything is loaded.
 *
 * A call is its method's name and then as many terms as that takes, so code can be parsed only if
 * that is known. AML is in prefix order: which term belongs to which does not matter here, terms
 * just follow one another. Bodies of methods are not looked into. What cannot be understood is
 * skipped bytewise; the loader, which sees it again, says what is wrong.
 */
#include "acpi/aml_private.h"

#define EXTERNAL_METHOD 8

struct scan {
	struct aml_reader *r;
	struct aml_at at;
	struct {
		size_t end;
		uint32_t scope;
	} around[AML_DEPTH_MAX];
	size_t depth; /* packages the scan is in; around[depth] is the innermost, 0 the table */
};

static bool scan_method(struct scan *s)
{
	struct aml_at inside;
	struct aml_name name;
	uint64_t flags;

	if (!aml_package(s->r, &s->at, &inside) || !aml_name(s->r, &inside, &name) ||
	    !aml_number(s->r, &inside, 1, &flags))
		return false;
	aml_declare(s->r, s->around[s->depth].scope, &name, flags & 7);
	return true;
}

static bool scan_external(struct scan *s)
{
	struct aml_name name;
	uint64_t type, args;

	if (!aml_name(s->r, &s->at, &name) || !aml_number(s->r, &s->at, 1, &type) ||
	    !aml_number(s->r, &s->at, 1, &args))
		return false;
	aml_declare(s->r, s->around[s->depth].scope, &name, type == EXTERNAL_METHOD ? args & 7 : 0);
	return true;
}

/* Scopes and whatever else has terms in it: the scan goes on inside. */
static bool scan_inside(struct scan *s, unsigned int op)
{
	uint32_t scope = s->around[s->depth].scope;
	struct aml_at inside;
	struct aml_name name;

	if (!aml_package(s->r, &s->at, &inside))
		return false;
	if (s->depth + 1 >= AML_DEPTH_MAX)
		return true;
	if (op != OP_IF && op != OP_ELSE && op != OP_WHILE) {
		if (!aml_name(s->r, &inside, &name))
			return true;
		scope = aml_shadow(s->r, scope, &name);
		if (scope == AML_NO_NODE)
			return true;
		inside.at += op == OP_PROCESSOR ? 6 : op == OP_POWER ? 3 : 0;
	}
	s->depth++;
	s->around[s->depth].end = inside.end;
	s->around[s->depth].scope = scope;
	s->at.at = inside.at < inside.end ? inside.at : inside.end;
	s->at.end = inside.end;
	return true;
}

/* Arguments that are no terms; the others follow like any term. */
static bool scan_arguments(struct scan *s, const char *args)
{
	struct aml_at inside;
	struct aml_name name;
	uint64_t number;
	size_t len;

	for (; *args; args++) {
		unsigned int bytes = *args == 'b'   ? 1
				     : *args == 'w' ? 2
				     : *args == 'd' ? 4
				     : *args == 'q' ? 8
						    : 0;

		if (*args == 'P')
			return aml_package(s->r, &s->at, &inside);
		if (*args == 'T')
			return true;
		/* One without an end has none in all of the package, nor has any behind it. */
		if (*args == 'z' && !aml_string(s->r, &s->at, &len))
			s->at.at = s->at.end;
		/* The only number behind a reference is Acquire's. */
		if ((*args == 'N' || (*args == 'S' && args[1] == 'w' && aml_is_name(&s->at))) &&
		    !aml_name(s->r, &s->at, &name))
			return false;
		if (bytes && !aml_number(s->r, &s->at, bytes, &number))
			return false;
	}
	return true;
}

static bool scan_term(struct scan *s)
{
	const struct aml_op *info;
	struct aml_name name;
	unsigned int op;

	if (aml_is_name(&s->at))
		return aml_name(s->r, &s->at, &name);
	if (!aml_opcode(&s->at, &op))
		return false;
	info = aml_op_info(op);
	if (!info)
		return false;
	if (op == OP_METHOD)
		return scan_method(s);
	if (op == OP_EXTERNAL)
		return scan_external(s);
	if (info->args[0] == 'P' && info->args[1] && info->args[1] != 'b' && op != OP_BUFFER &&
	    op != OP_VAR_PACKAGE && op != OP_FIELD && op != OP_INDEX_FIELD && op != OP_BANK_FIELD)
		return scan_inside(s, op);
	return scan_arguments(s, info->args);
}

void aml_scan(struct aml_reader *r, const struct aml_at *table)
{
	struct scan s = {.r = r, .at = *table};

	s.around[0].end = table->end;
	s.around[0].scope = AML_ROOT;
	r->quiet = true;
	while (r->rc == 0 && aml_step(r, &s.at)) {
		size_t before;

		while (s.depth > 0 && s.at.at >= s.at.end)
			s.at.end = s.around[--s.depth].end;
		if (s.at.at >= s.at.end)
			break;
		before = s.at.at;
		if (!scan_term(&s))
			s.at.at = before + 1;
	}
	r->quiet = false;
}
