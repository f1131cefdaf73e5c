// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_aml.c: any bytes as the body of a DSDT, and after a marker as that of an SSDT.
 *
 * Headers are made here, so that all of the input is AML. The first byte tells the revision. It
 * checks what aml.h promises: limits, indexes, reasons, regions that do not wrap, and that the
 * same tables are read alike again.
 */
#include <stdlib.h>
#include <string.h>

#include "acpi/aml.h"
#include "base/check.h"

#define HEADER	 36u
#define LIST_MAX 65536u
#define SAID_MAX 51u /* of a table by the AML reader itself; resources add theirs */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t marker[] = {0x5b, 0x5b, 'S', 'S'};

static void say(void *ctx, enum acpi_level level, const char *sig, size_t offset, unsigned int line,
		const char *text)
{
	size_t *bytes = ctx;

	(void)level, (void)line;
	CHECK(strlen(sig) == 4 && text[0] && offset < UINT32_MAX);
	*bytes += offset + strlen(text);
}

static void check_int(const struct aml_int *value)
{
	CHECK(value->known == AML_DYNAMIC ? value->reason && value->reason[0] : !value->reason);
	CHECK(value->known == AML_STATIC || value->value == 0);
}

static void check_id(const struct aml_id *id)
{
	CHECK((id->known == AML_DYNAMIC) == (id->reason != NULL));
	CHECK((id->known == AML_STATIC) == (id->text != NULL));
}

static void check_place(const struct acpi_tables *tables, size_t table, size_t offset)
{
	CHECK(table < tables->tables.count);
	CHECK(offset >= HEADER && offset < tables->tables.items[table].len);
}

static void check_resources(const struct acpi_tables *tables, const struct aml_resources *res)
{
	CHECK((res->known == AML_DYNAMIC) == (res->reason != NULL));
	CHECK(res->known == AML_STATIC || res->crs.items.count == 0);
	if (res->known != AML_ABSENT)
		check_place(tables, res->table, res->offset);
}

static void check_device(const struct aml *aml, const struct acpi_tables *tables, size_t index)
{
	const struct aml_device *device = &aml->devices.items[index];
	const struct aml_int *numbers[] = {&device->adr, &device->seg, &device->bbn,
					   &device->cba, &device->sta, &device->cca};

	CHECK(device->path[0] == '\\' && strlen(device->path) < 64 * 5 + 2);
	CHECK(device->parent == AML_NO_DEVICE || device->parent < index);
	check_id(&device->hid);
	check_id(&device->uid);
	for (size_t i = 0; i < device->cids.count; i++)
		check_id(&device->cids.items[i]);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		check_int(numbers[i]);
	check_resources(tables, &device->crs);
	check_resources(tables, &device->dma);
	check_place(tables, device->table, device->offset);
}

static void check_region(const struct aml *aml, const struct acpi_tables *tables, size_t index)
{
	const struct aml_region *region = &aml->regions.items[index], *before = region - 1;

	check_int(&region->base);
	check_int(&region->len);
	CHECK(region->base.known != AML_ABSENT && region->len.known != AML_ABSENT);
	if (region->base.known == AML_STATIC && region->len.known == AML_STATIC)
		CHECK(region->len.value <= UINT64_MAX - region->base.value);
	CHECK(region->width <= 8 && (region->width & (region->width - 1)) == 0);
	CHECK(region->device == AML_NO_DEVICE || region->device < aml->devices.count);
	check_place(tables, region->table, region->offset);
	if (index > 0)
		CHECK(before->table < region->table ||
		      (before->table == region->table && before->offset < region->offset));
}

static void check_all(const struct aml *aml, const struct acpi_tables *tables)
{
	CHECK(aml->devices.count <= LIST_MAX && aml->regions.count <= LIST_MAX);
	CHECK(aml->dynamic.count <= LIST_MAX && aml->nodes <= 1u << 20);
	for (size_t i = 0; i < aml->devices.count; i++)
		check_device(aml, tables, i);
	for (size_t i = 0; i < aml->regions.count; i++)
		check_region(aml, tables, i);
	for (size_t i = 0; i < aml->dynamic.count; i++) {
		check_place(tables, aml->dynamic.items[i].table, aml->dynamic.items[i].offset);
		CHECK(aml->dynamic.items[i].path[0] == '\\' && aml->dynamic.items[i].reason[0]);
	}
}

/* A table of this body, with a header that holds. */
static struct acpi_blob table_of(const char *sig, const uint8_t *body, size_t size,
				 uint8_t revision)
{
	uint8_t *bytes = calloc(1, HEADER + size), sum = 0;
	struct acpi_blob blob = {.bytes = bytes, .len = HEADER + size};

	CHECK(bytes != NULL);
	memcpy(blob.sig, sig, 4);
	memcpy(bytes, sig, 4);
	for (size_t i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)(blob.len >> 8 * i);
	bytes[8] = revision;
	memcpy(bytes + HEADER, body, size);
	for (size_t i = 0; i < blob.len; i++)
		sum = (uint8_t)(sum + bytes[i]);
	bytes[9] = (uint8_t)-sum;
	return blob;
}

static size_t find_marker(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + sizeof(marker) <= size; i++)
		if (memcmp(data + i, marker, sizeof(marker)) == 0)
			return i;
	return size;
}

static size_t read_once(const struct acpi_tables *tables)
{
	size_t bytes = 0, resources = 0;
	struct acpi_log log = {.say = say, .ctx = &bytes};
	struct aml aml;

	CHECK(aml_read(&aml, tables, &log) == 0);
	check_all(&aml, tables);
	for (size_t i = 0; i < aml.devices.count; i++)
		resources += (aml.devices.items[i].crs.known == AML_STATIC ? 1u : 0u) +
			     (aml.devices.items[i].dma.known == AML_STATIC ? 1u : 0u);
	if (resources == 0)
		CHECK(log.errors + log.warnings <= SAID_MAX * tables->tables.count + aml.truncated);
	bytes += aml.nodes + aml.methods + resources + aml.dynamic.count;
	aml_fini(&aml);
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi_tables tables = {0};
	size_t split;

	if (size == 0)
		return 0;
	split = find_marker(data + 1, size - 1);
	CHECK(vec_push(&tables.tables, table_of("DSDT", data + 1, split, data[0] & 3)) == 0);
	if (split < size - 1)
		CHECK(vec_push(&tables.tables, table_of("SSDT", data + 1 + split + sizeof(marker),
							size - 1 - split - sizeof(marker), 2)) ==
		      0);
	CHECK(read_once(&tables) == read_once(&tables));
	for (size_t i = 0; i < tables.tables.count; i++)
		free((uint8_t *)tables.tables.items[i].bytes);
	vec_fini(&tables.tables);
	return 0;
}
