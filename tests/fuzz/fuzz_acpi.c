// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_acpi.c: any bytes as acpidump text, as raw tables, as /proc/iomem and as PCI resources.
 *
 * Beyond what the sanitizers see it checks what the readers promise: facts come from below 2^52,
 * lists are not longer than said, and the same input gives the same counts again.
 */
#include <stdlib.h>
#include <string.h>

#include "acpi/acpi.h"
#include "sim/check.h"

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

/* Twice: what a run leaves behind would show as another count. */
static void facts(const struct acpi_tables *tables)
{
	size_t bytes[2] = {0};
	unsigned int said[2];

	for (size_t i = 0; i < 2; i++) {
		struct acpi_log log = {.say = say, .ctx = &bytes[i]};
		struct acpi_facts f;

		if (acpi_facts(&f, tables, &log) == 0)
			check_facts(&f);
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
	fuzz_dump((const char *)data, size);
	fuzz_raw(data, size);
	fuzz_texts((const char *)data, size);
	return 0;
}
