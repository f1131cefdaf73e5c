// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfit.c: NFIT (ACPI 6.5, 5.2.25): persistent memory, and where a write flushes it.
 */
#include <inttypes.h>

#include "acpi/readers.h"

#define STRUCTURES_AT 40u

#define SPA_RANGE  0u
#define FLUSH_HINT 6u

#define SPA_LEN	       56u
#define SPA_GUID       16u
#define SPA_BASE       32u
#define SPA_SIZE       40u
#define FLUSH_COUNT    8u
#define FLUSH_ADDRESS  16u
#define FLUSH_HINT_LEN 8u /* a hint is written with one 64-bit store */

/* 66f0d379-b4f3-4074-ac43-0d3318b78cdb: byte addressable persistent memory. */
static const uint8_t pmem_guid[16] = {0x79, 0xd3, 0xf0, 0x66, 0xf3, 0xb4, 0x74, 0x40,
				      0xac, 0x43, 0x0d, 0x33, 0x18, 0xb7, 0x8c, 0xdb};

struct nfit {
	struct acpi_facts *facts;
	size_t hints; /* looked at so far: ACPI_LIST_MAX bounds the search for duplicates */
};

static bool is_pmem(const struct acpi_span *spa)
{
	for (size_t i = 0; i < sizeof(pmem_guid); i++)
		if (acpi_u8(spa, SPA_GUID + i) != pmem_guid[i])
			return false;
	return true;
}

static int read_spa(struct nfit *nfit, const struct acpi_span *spa)
{
	uint64_t base = acpi_u64(spa, SPA_BASE), size = acpi_u64(spa, SPA_SIZE);

	if (!acpi_span_has(spa, SPA_LEN, "SPA range") || !is_pmem(spa))
		return 0;
	if (size == 0) {
		acpi_say(spa, ACPI_ERROR, SPA_SIZE, "SPA range at 0x%" PRIx64 " has size 0", base);
		return 0;
	}
	if (!acpi_range_ok(spa, SPA_BASE, "SPA range", base, size))
		return 0;
	return acpi_add_area(nfit->facts, spa, SPA_BASE,
			     (struct acpi_area){ACPI_AREA_PMEM, base, size, "NFIT", 0});
}

static int read_hint(struct nfit *nfit, const struct acpi_span *flush, size_t at)
{
	uint64_t base = acpi_u64(flush, at);

	if (nfit->hints++ >= ACPI_LIST_MAX)
		return acpi_list_full(flush, at);
	if (!acpi_range_ok(flush, at, "flush hint", base, FLUSH_HINT_LEN))
		return 0;
	return acpi_add_area(
		nfit->facts, flush, at,
		(struct acpi_area){ACPI_AREA_FLUSH_HINT, base, FLUSH_HINT_LEN, "NFIT", 0});
}

static int read_flush(struct nfit *nfit, const struct acpi_span *flush)
{
	size_t count = acpi_u16(flush, FLUSH_COUNT);
	int rc = 0;

	if (!acpi_span_has(flush, FLUSH_ADDRESS + count * 8, "flush hint structure"))
		return 0;
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = read_hint(nfit, flush, FLUSH_ADDRESS + i * 8);
	return rc;
}

static int visit_structure(void *ctx, const struct acpi_span *entry)
{
	switch (acpi_u16(entry, 0)) {
	case SPA_RANGE:
		return read_spa(ctx, entry);
	case FLUSH_HINT:
		return read_flush(ctx, entry);
	default: /* how regions are made of memory modules: names no memory */
		return 0;
	}
}

static size_t structure_length(const struct acpi_span *rest)
{
	return acpi_u16(rest, 2);
}

int acpi_read_nfit(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "NFIT structure",
		.header = 4,
		.type_len = 2,
		.length = structure_length,
		.visit = visit_structure,
	};
	struct acpi_span list = acpi_span_cut(table, STRUCTURES_AT, table->len);
	struct nfit nfit = {.facts = facts};

	return acpi_walk(&walk, &list, ACPI_NO_COUNT, &nfit);
}
