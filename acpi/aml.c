// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml.c: a reading from its start to its end, and what becomes of it.
 */
#include "acpi/aml.h"

#include <string.h>

#include "acpi/aml_private.h"

#define HEADER_LEN	36u
#define REVISION_OFFSET 8u
#define STEPS_LEAST	65536u
#define STEPS_OF_A_BYTE 16u
/* Real tables are 2 MB at most and need 3 steps a byte; this is about a second. */
#define STEPS_MOST (UINT64_C(1) << 24)

static bool table_at(const struct acpi_tables *tables, size_t index, struct aml_at *at)
{
	const struct acpi_blob *blob = &tables->tables.items[index];
	size_t len = blob->len < UINT32_MAX ? blob->len : UINT32_MAX - 1;

	*at = (struct aml_at){.table = index, .bytes = blob->bytes, .at = HEADER_LEN, .end = len};
	return blob->len >= HEADER_LEN;
}

static bool is_dsdt(const struct acpi_blob *blob)
{
	return strcmp(blob->sig, "DSDT") == 0;
}

static bool is_secondary(const struct acpi_blob *blob)
{
	return strcmp(blob->sig, "SSDT") == 0 || strcmp(blob->sig, "PSDT") == 0;
}

/* Calls `visit` with the first DSDT, then with the others in their order. */
static void each_table(struct aml_reader *r,
		       void (*visit)(struct aml_reader *r, const struct aml_at *table))
{
	const struct acpi_tables *tables = r->tables;
	struct aml_at at;

	for (size_t i = 0; i < tables->tables.count; i++) {
		if (!is_dsdt(&tables->tables.items[i]))
			continue;
		if (table_at(tables, i, &at))
			visit(r, &at);
		break;
	}
	for (size_t i = 0; i < tables->tables.count && r->rc == 0; i++)
		if (is_secondary(&tables->tables.items[i]) && table_at(tables, i, &at))
			visit(r, &at);
}

static void measure(struct aml_reader *r, const struct aml_at *table)
{
	const struct acpi_blob *blob = &r->tables->tables.items[table->table];

	r->steps_max += STEPS_OF_A_BYTE * (uint64_t)table->end;
	if (r->steps_max > STEPS_MOST)
		r->steps_max = STEPS_MOST;
	if (is_dsdt(blob))
		r->narrow = blob->bytes[REVISION_OFFSET] < 2;
}

static void load(struct aml_reader *r, const struct aml_at *table)
{
	struct aml_walk walk = {
		.r = r,
		.scope = AML_ROOT,
		.method = AML_NO_NODE,
		.record = true,
		.declare = true,
	};
	struct aml_at at = *table;

	aml_load_terms(&walk, &at);
}

static void say_second_dsdt(struct aml_reader *r)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < r->tables->tables.count; i++)
		if (is_dsdt(&r->tables->tables.items[i]) && seen++ == 1)
			aml_say(r, ACPI_WARN, i, 0, "a second DSDT, only the first one is read");
}

static void read_all(struct aml_reader *r)
{
	r->steps_max = STEPS_LEAST;
	/* Value 0 stands for "not folded yet". */
	if (!aml_space_init(r) || vec_push(&r->memos, aml_dynamic(""))) {
		r->rc = -ENOMEM;
		return;
	}
	say_second_dsdt(r);
	each_table(r, measure);
	each_table(r, aml_scan);
	r->loading = true;
	each_table(r, load);
	r->loading = false;
	for (size_t i = 0; i < r->nodes.count; i++)
		r->nodes.items[i].memo = 0;
	r->memos.count = 1;
	aml_walk_methods(r);
	aml_reach(r);
	aml_devices(r);
	aml_regions_fold(r);
	aml_regions(r);
}

int aml_read(struct aml *out, const struct acpi_tables *tables, struct acpi_log *log)
{
	struct aml_reader r = {.out = out, .tables = tables, .log = log};

	memset(out, 0, sizeof(*out));
	r.said = calloc(tables->tables.count + 1, sizeof(*r.said));
	if (r.said)
		read_all(&r);
	else
		r.rc = -ENOMEM;
	out->storage = r.chunks;
	free(r.said);
	free(r.buckets);
	vec_fini(&r.nodes);
	vec_fini(&r.methods);
	vec_fini(&r.regions);
	vec_fini(&r.mentions);
	vec_fini(&r.load_mentions);
	vec_fini(&r.returns);
	vec_fini(&r.memos);
	vec_fini(&r.stack);
	if (r.rc)
		aml_fini(out);
	return r.rc;
}

void aml_fini(struct aml *aml)
{
	for (size_t i = 0; i < aml->devices.count; i++) {
		acpi_crs_fini(&aml->devices.items[i].crs.crs);
		acpi_crs_fini(&aml->devices.items[i].dma.crs);
		vec_fini(&aml->devices.items[i].cids);
	}
	vec_fini(&aml->devices);
	vec_fini(&aml->regions);
	vec_fini(&aml->dynamic);
	aml_chunks_free(aml->storage);
	memset(aml, 0, sizeof(*aml));
}

const struct aml_device *aml_device(const struct aml *aml, const char *path)
{
	for (size_t i = 0; i < aml->devices.count; i++)
		if (strcmp(aml->devices.items[i].path, path) == 0)
			return &aml->devices.items[i];
	return NULL;
}
