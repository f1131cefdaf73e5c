// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_acpi.c: any bytes as acpidump text, as raw tables, as /proc/iomem, as PCI resources and as
 * a resource template.
 *
 * The first byte selects: 0xff a template, any other the rest. Beyond what the sanitizers see it
 * checks what the readers promise: facts come from below 2^52, lists are not longer than said,
 * lookups lead to an SMMU that is there, and the same input gives the same counts again.
 */
#include <stdlib.h>
#include <string.h>

#include "acpi/crs.h"
#include "base/check.h"

#define LIST_MAX 4096u
#define PA_LIMIT (UINT64_C(1) << 52)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say(void *ctx, enum acpi_level level, const char *sig, size_t offset, unsigned int line,
		const char *text)
{
	size_t *bytes = ctx;

	(void)level, (void)offset, (void)line;
	*bytes += strlen(sig) + strlen(text);
}

static void check_facts(const struct acpi_facts *f)
{
	CHECK(f->gic_version <= 4 && f->gicd < PA_LIMIT && f->gicc < PA_LIMIT);
	CHECK(f->redists.count <= LIST_MAX && f->its.count <= LIST_MAX);
	CHECK(f->v2m.count <= LIST_MAX && f->mcfg.count <= LIST_MAX);
	CHECK(f->gtdt_frames.count <= LIST_MAX && f->watchdogs.count <= LIST_MAX);
	CHECK(f->watchdogs.count % 2 == 0);
	CHECK(f->smmus.count <= LIST_MAX && f->areas.count <= LIST_MAX);
	for (size_t i = 0; i < f->redists.count; i++)
		CHECK(f->redists.items[i].base + f->redists.items[i].size <= PA_LIMIT);
	for (size_t i = 0; i < f->mcfg.count; i++)
		CHECK(f->mcfg.items[i].bus_first <= f->mcfg.items[i].bus_last);
	for (size_t i = 0; i < f->smmus.count; i++)
		CHECK(f->smmus.items[i].base + f->smmus.items[i].span <= PA_LIMIT);
	CHECK(f->bert + f->bert_size <= PA_LIMIT);
}

static void check_lookup(const struct acpi_facts *f, uint32_t segment, uint32_t rid)
{
	uint32_t id;
	size_t smmu;

	if (acpi_iort_stream(f, segment, rid, &id, &smmu))
		CHECK(smmu < f->smmus.count);
	(void)acpi_iort_device_id(f, segment, rid, &id);
}

/* The ends of each mapping, and what is around them. */
static void check_maps(const struct acpi_facts *f)
{
	CHECK(f->iort_maps.count <= LIST_MAX && f->unknown.count <= LIST_MAX);
	for (size_t i = 0; i < f->iort_maps.count; i++) {
		const struct acpi_iort_map *map = &f->iort_maps.items[i];
		uint32_t id;
		size_t smmu;

		CHECK(map->count > 0 && map->count - 1 <= UINT32_MAX - map->first);
		CHECK(map->single || map->count - 1 <= UINT32_MAX - map->output);
		CHECK(!map->to_smmu || map->smmu < f->smmus.count);
		CHECK(map->from != ACPI_IORT_SMMU || map->from_smmu < f->smmus.count);
		CHECK(memchr(map->path, 0, sizeof(map->path)));
		if (i >= 64)
			continue;
		check_lookup(f, map->segment, map->first - 1);
		check_lookup(f, map->segment, map->first);
		check_lookup(f, map->segment, map->first + map->count - 1);
		check_lookup(f, map->segment, map->first + map->count);
		if (acpi_iort_named_stream(f, map->path, &id, &smmu))
			CHECK(smmu < f->smmus.count);
	}
}

static void check_areas(const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->areas.count; i++) {
		const struct acpi_area *area = &f->areas.items[i];

		CHECK(area->base && area->base < PA_LIMIT && area->size);
		CHECK(area->size <= PA_LIMIT && area->sig);
	}
}

static void check_all(const struct acpi_facts *f)
{
	check_facts(f);
	check_areas(f);
	check_maps(f);
}

/* Twice: what a run leaves behind would show as another count. */
static void facts(const struct acpi_tables *tables)
{
	size_t bytes[2] = {0};
	unsigned int said[2];

	for (size_t i = 0; i < 2; i++) {
		struct acpi_log log = {.say = say, .ctx = &bytes[i]};
		struct acpi_facts f;

		if (acpi_facts(&f, tables, &log) == 0)
			check_all(&f);
		acpi_facts_fini(&f);
		said[i] = log.errors + log.warnings;
	}
	CHECK(bytes[0] == bytes[1] && said[0] == said[1]);
}

static void fuzz_dump(const char *text, size_t size)
{
	size_t bytes = 0;
	struct acpi_log log = {.say = say, .ctx = &bytes};
	struct acpi_tables tables;

	if (acpidump_parse(&tables, text, size, &log) == 0)
		facts(&tables);
	acpi_tables_fini(&tables);
}

/* Tables one after the other, each with its own length if that can be, else to the end. */
static void fuzz_raw(const uint8_t *data, size_t size)
{
	struct acpi_tables tables = {0};

	while (size >= 8 && tables.tables.count < 16) {
		uint32_t len = data[4] | (uint32_t)data[5] << 8 | (uint32_t)data[6] << 16 |
			       (uint32_t)data[7] << 24;
		struct acpi_blob blob = {.bytes = data, .len = len};

		if (len < 8 || len > size)
			blob.len = size;
		memcpy(blob.sig, data, 4);
		if (vec_push(&tables.tables, blob))
			break;
		data += blob.len;
		size -= blob.len;
	}
	facts(&tables);
	acpi_tables_fini(&tables);
}

/* As a file: with their checks of length and sum. */
static void fuzz_file(const uint8_t *data, size_t size)
{
	size_t bytes = 0;
	struct acpi_log log = {.say = say, .ctx = &bytes};
	struct acpi_tables tables = {0};

	for (size_t i = 0; i < 2; i++)
		(void)acpi_tables_add(&tables, data, size, "fuzz", &log);
	CHECK(tables.tables.count % 2 == 0);
	for (size_t i = 0; i < tables.tables.count; i++)
		CHECK(tables.tables.items[i].len <= size);
	facts(&tables);
	acpi_tables_fini(&tables);
}

static void fuzz_crs(const uint8_t *data, size_t size)
{
	size_t bytes = 0;
	struct acpi_log log = {.say = say, .ctx = &bytes};
	struct acpi_crs crs;

	if (acpi_crs_read(&crs, data, size, "CRS", 0, &log) == 0) {
		CHECK(crs.items.count <= LIST_MAX);
		for (size_t i = 0; i < crs.items.count; i++) {
			const struct acpi_res *res = &crs.items.items[i];

			CHECK(res->offset < size);
			CHECK(!res->size || res->size - 1 <= UINT64_MAX - res->base);
			CHECK(res->size || res->kind == ACPI_RES_OTHER);
		}
	}
	acpi_crs_fini(&crs);
}

static void fuzz_texts(const char *text, size_t size)
{
	size_t bytes = 0;
	struct acpi_log log = {.say = say, .ctx = &bytes};
	struct iomem_text iomem;
	struct pci_text pci;

	if (iomem_text_parse(&iomem, text, size, &log) == 0)
		for (size_t i = 0; i < iomem.lines.count; i++)
			(void)iomem_name_is_acpi_device(iomem.lines.items[i].name);
	if (pci_text_parse(&pci, text, size, &log) == 0)
		for (size_t i = 0; i < pci.functions.count; i++)
			CHECK(pci.functions.items[i].res_count <= PCI_RES_MAX);
	iomem_text_fini(&iomem);
	pci_text_fini(&pci);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] == 0xff) {
		fuzz_crs(data + 1, size - 1);
		return 0;
	}
	fuzz_dump((const char *)data, size);
	fuzz_raw(data, size);
	fuzz_file(data, size);
	fuzz_texts((const char *)data, size);
	return 0;
}
