// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_field.c: Field, IndexField and BankField (ACPI 6.5, 19.6.48 and 20.2.5.2): the names that
 * reach a region, and how wide it is accessed.
 */
#include "acpi/aml_private.h"

enum element {
	ELEMENT_RESERVED,
	ELEMENT_ACCESS,
	ELEMENT_CONNECTION,
	ELEMENT_EXTENDED_ACCESS
};

/* What the units of a list have in common. */
struct list {
	enum aml_kind kind;
	uint32_t ref, ref2;
};

/* AccessType: 1 byte, 2 word, 3 dword, 4 qword; 0 any, 5 a buffer of the bus. */
static unsigned int width_of(uint64_t flags)
{
	unsigned int type = flags & 0x0f;

	return type >= 1 && type <= 4 ? 1u << (type - 1) : 0;
}

static void widen(struct aml_walk *w, const struct list *list, uint64_t flags)
{
	if (w->declare && list->kind == AML_K_FIELD && list->ref != AML_NO_NODE)
		aml_region_widen(w->r, list->ref, width_of(flags));
}

static bool read_access(struct aml_walk *w, struct aml_at *c, const struct list *list,
			unsigned int bytes)
{
	uint64_t type, more;

	if (!aml_number(w->r, c, 1, &type) || !aml_number(w->r, c, bytes, &more))
		return false;
	widen(w, list, type);
	return true;
}

static bool read_unit(struct aml_walk *w, struct aml_at *c, const struct list *list)
{
	size_t offset = c->at, bits;
	struct aml_name name;
	uint32_t node;

	if (!aml_name(w->r, c, &name) || !aml_length(w->r, c, &bits))
		return false;
	if (!w->declare) {
		aml_hide(w, c, &name);
		return true;
	}
	node = aml_define(w, c, offset, &name, list->kind);
	if (node != AML_NO_NODE) {
		aml_node(w->r, node)->ref = list->ref;
		aml_node(w->r, node)->ref2 = list->ref2;
	}
	return true;
}

static bool read_element(struct aml_walk *w, struct aml_at *c, const struct list *list)
{
	struct aml_name name;
	size_t bits;

	switch (c->bytes[c->at]) {
	case ELEMENT_RESERVED:
		c->at++;
		return aml_length(w->r, c, &bits);
	case ELEMENT_ACCESS:
		c->at++;
		return read_access(w, c, list, 1);
	case ELEMENT_CONNECTION:
		c->at++;
		return aml_is_name(c) ? aml_name(w->r, c, &name) : aml_term(w, c);
	case ELEMENT_EXTENDED_ACCESS:
		c->at++;
		return read_access(w, c, list, 2);
	default:
		return read_unit(w, c, list);
	}
}

static bool find_part(struct aml_walk *w, struct aml_at *c, bool is_region, uint32_t *node)
{
	struct aml_name name;

	if (!aml_name(w->r, c, &name))
		return false;
	*node = aml_find(w->r, w->scope, &name);
	if (*node != AML_NO_NODE && is_region && aml_node(w->r, *node)->kind != AML_K_REGION)
		*node = AML_NO_NODE;
	if (*node == AML_NO_NODE)
		aml_say(w->r, ACPI_WARN, c->table, name.at, "%s is no %s",
			aml_name_text(w->r, &name), is_region ? "region" : "field");
	return true;
}

static bool read_list(struct aml_walk *w, struct aml_at *c, unsigned int op)
{
	struct list list = {
		.kind = op == OP_INDEX_FIELD ? AML_K_INDEX_FIELD : AML_K_FIELD,
		.ref = AML_NO_NODE,
		.ref2 = AML_NO_NODE,
	};
	uint64_t flags;

	if (!find_part(w, c, op != OP_INDEX_FIELD, &list.ref) ||
	    (op != OP_FIELD && !find_part(w, c, false, &list.ref2)) ||
	    (op == OP_BANK_FIELD && !aml_term(w, c)) || !aml_number(w->r, c, 1, &flags))
		return false;
	widen(w, &list, flags);
	while (c->at < c->end)
		if (!aml_step(w->r, c) || !read_element(w, c, &list))
			return false;
	return true;
}

bool aml_fields(struct aml_walk *w, struct aml_at *c, unsigned int op)
{
	struct aml_at inside;

	if (!aml_package(w->r, c, &inside))
		return false;
	read_list(w, &inside, op);
	return w->r->rc == 0;
}
