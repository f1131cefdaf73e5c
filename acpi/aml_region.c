// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_region.c: operation regions (ACPI 6.5, 19.6.100).
 *
 * The base of a region that a method makes often comes through a local ("Local6 = MEMA"). So
 * locals are followed from the start of the method to its first If, While or call.
 */
#include "acpi/aml_private.h"

#define SPACE_DATA_TABLE 126 /* ACPICA's number for it */

static void add_region(struct aml_walk *w, uint32_t node, struct aml_op_region *region)
{
	struct aml_reader *r = w->r;
	uint32_t index = (uint32_t)r->regions.count;

	region->node = node;
	if (index >= AML_LIST_MAX) {
		aml_truncated(r, &region->base, "65536 regions");
		return;
	}
	if (aml_node(r, node)->varies)
		region->same = aml_node(r, node)->ref;
	aml_node(r, node)->ref = index;
	if (vec_push(&r->regions, *region))
		r->rc = -ENOMEM;
}

static bool read_terms(struct aml_walk *w, struct aml_at *c, struct aml_op_region *region)
{
	region->base = *c;
	if (!aml_term(w, c))
		return false;
	region->base.end = c->at;
	region->len = *c;
	if (!aml_term(w, c))
		return false;
	region->len.end = c->at;
	return true;
}

bool aml_region_declare(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset)
{
	struct aml_op_region region = {
		.scope = w->scope,
		.method = w->method,
		.same = AML_NO_NODE,
		.boot = AML_NO_NODE,
		.table = c->table,
		.offset = offset,
	};
	uint64_t space = SPACE_DATA_TABLE;
	struct aml_name name;
	uint32_t node;

	if (!aml_name(w->r, c, &name) || (op == OP_REGION && !aml_number(w->r, c, 1, &space)) ||
	    !read_terms(w, c, &region) || (op == OP_DATA_REGION && !aml_term(w, c)))
		return false;
	if (op == OP_DATA_REGION)
		region.base.end = region.base.at;
	region.space = (uint8_t)space;
	node = aml_define(w, c, offset, &name, AML_K_REGION);
	if (node != AML_NO_NODE)
		add_region(w, node, &region);
	return w->r->rc == 0;
}

/* Field lists that follow the region: all of its name, as it is not known which they mean. */
void aml_region_widen(struct aml_reader *r, uint32_t node, unsigned int bytes)
{
	uint32_t at = aml_node(r, node)->ref;

	while (at != AML_NO_NODE) {
		struct aml_op_region *region = &r->regions.items[at];

		/* Those behind have seen this width or a wider one when they were last. */
		if (region->width >= bytes)
			return;
		region->width = bytes;
		at = region->same;
	}
}

static bool writes_locals(struct aml_reader *r, uint32_t scope, struct aml_at term)
{
	struct aml_walk quiet = {.r = r, .scope = scope, .method = AML_NO_NODE};

	return aml_term(&quiet, &term) && quiet.locals != 0;
}

static void fold_region(struct aml_reader *r, struct aml_op_region *region,
			const struct aml_value *locals, uint32_t run)
{
	struct aml_fold f = {.r = r, .scope = region->scope, .locals = locals, .run = run};
	struct aml_at base = region->base, len = region->len;

	if (base.at == base.end) {
		region->base_value = region->len_value = aml_dynamic("lies in a firmware table");
		return;
	}
	/* They are arguments: what they write to locals on the way is not followed. */
	r->fold_depth++;
	if (writes_locals(r, region->scope, base))
		f.locals = NULL;
	aml_fold_int(&f, &base, &region->base_value);
	aml_fold_int(&f, &len, &region->len_value);
	r->fold_depth--;
	if (region->base_value.kind != AML_V_INT || region->len_value.kind != AML_V_INT ||
	    region->len_value.number <= UINT64_MAX - region->base_value.number)
		return;
	aml_say(r, ACPI_ERROR, region->table, region->offset,
		"region %s of 0x%llx bytes at 0x%llx goes past 64 bits", aml_path(r, region->node),
		(unsigned long long)region->len_value.number,
		(unsigned long long)region->base_value.number);
	region->len_value = aml_dynamic("goes past 64 bits");
}

/* Where a method's own locals stand. */
struct run {
	struct aml_walk walk;
	struct aml_at at;
	struct aml_value locals[8];
	uint32_t number; /* of this run */
	bool straight;	 /* no If, While or call yet */
};

static void forget(struct run *run, unsigned int locals)
{
	for (size_t i = 0; i < 8; i++)
		if (locals & 1u << i)
			run->locals[i] =
				aml_dynamic(aml_printf(run->walk.r, "depends on Local%zu", i));
}

/* Store (constant, LocalN) and Add (1, 2, LocalN): the last byte is the target. */
static void keep(struct run *run, const struct aml_value *value, const struct aml_at *statement)
{
	unsigned int op = statement->bytes[statement->at];
	unsigned int last = statement->bytes[statement->end - 1];
	bool has_target = op == OP_STORE || op == OP_ADD || op == OP_SUBTRACT ||
			  op == OP_MULTIPLY || op == OP_NOT || op == OP_MOD ||
			  (op >= OP_SHIFT_LEFT && op <= OP_XOR);

	if (has_target && value->kind == AML_V_INT && last >= OP_LOCAL0 && last <= OP_LOCAL7 &&
	    run->walk.locals == 1u << (last - OP_LOCAL0))
		run->locals[last - OP_LOCAL0] = *value;
}

static bool run_statement(struct run *run)
{
	struct aml_at statement = run->at, start = run->at;
	struct aml_fold f = {.r = run->walk.r,
			     .scope = run->walk.scope,
			     .locals = run->locals,
			     .run = run->number};
	unsigned int op = statement.bytes[statement.at];
	struct aml_value value;

	run->walk.locals = 0;
	run->walk.calls = 0;
	if (op == OP_NAME)
		aml_fold_made(&f, &statement);
	if (!aml_term(&run->walk, &run->at))
		return false;
	if (op == OP_IF || op == OP_WHILE || run->walk.calls > 0)
		return false;
	if (run->walk.locals == 0)
		return true;
	statement.end = run->at.at;
	start = statement;
	if (op == OP_STORE)
		start.at++;
	value = aml_fold(&f, &start);
	forget(run, run->walk.locals);
	keep(run, &value, &statement);
	return true;
}

/* Regions of a method follow one another in r->regions, from *index on. */
static void run_method(struct aml_reader *r, uint32_t method, size_t *index)
{
	const struct aml_node *n = aml_node(r, method);
	struct run run = {
		.walk = {.r = r, .scope = method, .method = method},
		.at = {n->table, r->tables->tables.items[n->table].bytes, n->at, n->end},
		.number = ++r->runs,
		.straight = true,
	};

	forget(&run, 0xff);
	for (; *index < r->regions.count && r->regions.items[*index].method == method; ++*index) {
		struct aml_op_region *region = &r->regions.items[*index];

		while (run.straight && run.at.at < region->offset && run.at.at < run.at.end)
			run.straight = run_statement(&run);
		if (!run.straight || run.at.at != region->offset)
			forget(&run, 0xff);
		fold_region(r, region, run.locals, run.number);
	}
}

void aml_regions_fold(struct aml_reader *r)
{
	size_t i = 0;

	while (i < r->regions.count && r->rc == 0) {
		uint32_t method = r->regions.items[i].method;

		if (method != AML_NO_NODE)
			run_method(r, method, &i);
		else
			fold_region(r, &r->regions.items[i++], NULL, 0);
	}
}

static struct aml_int int_of(const struct aml_value *value)
{
	if (value->kind == AML_V_INT)
		return (struct aml_int){.known = AML_STATIC, .value = value->number};
	return (struct aml_int){.known = AML_DYNAMIC, .reason = value->reason};
}

static size_t device_around(struct aml_reader *r, uint32_t node)
{
	for (;; node = aml_node(r, node)->parent) {
		switch (aml_node(r, node)->kind) {
		case AML_K_DEVICE:
		case AML_K_PROCESSOR:
		case AML_K_POWER:
		case AML_K_THERMAL:
			if (!aml_node(r, node)->local)
				return aml_node(r, node)->ref == AML_NO_NODE
					       ? AML_NO_DEVICE
					       : aml_node(r, node)->ref;
			break;
		default:
			if (node == AML_ROOT)
				return AML_NO_DEVICE;
		}
	}
}

static void output_region(struct aml_reader *r, const struct aml_op_region *region)
{
	struct aml_region out = {
		.path = aml_path(r, region->node),
		.space = region->space,
		.base = int_of(&region->base_value),
		.len = int_of(&region->len_value),
		.width = region->width,
		.device = device_around(r, region->node),
		.table = region->table,
		.offset = region->offset,
	};
	const char *reason = out.base.reason ? out.base.reason : out.len.reason;

	if (region->method != AML_NO_NODE)
		out.method = aml_path(r, region->method);
	if (region->boot != AML_NO_NODE) {
		out.boot_method = aml_path(r, region->boot);
		out.by_driver = aml_is_driver_method(r, region->boot);
	}
	if (reason)
		aml_dynamic_row(r, out.path, reason, out.table, out.offset);
	if (vec_push(&r->out->regions, out))
		r->rc = -ENOMEM;
}

static int by_place(const void *a, const void *b)
{
	const struct aml_region *left = a, *right = b;

	if (left->table != right->table)
		return left->table < right->table ? -1 : 1;
	return left->offset < right->offset ? -1 : left->offset > right->offset;
}

void aml_regions(struct aml_reader *r)
{
	for (size_t i = 0; i < r->regions.count && r->rc == 0; i++)
		output_region(r, &r->regions.items[i]);
	if (r->out->regions.count)
		qsort(r->out->regions.items, r->out->regions.count,
		      sizeof(r->out->regions.items[0]), by_place);
}
