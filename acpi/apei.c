// SPDX-License-Identifier: GPL-2.0-only
/*
 * apei.c: BERT and HEST (ACPI 6.5, 18.3): memory that firmware reports hardware errors in.
 */
#include <inttypes.h>

#include "acpi/readers.h"
#include "base/check.h"

/* A generic error status block without data; a BERT region cannot be smaller. */
#define STATUS_BLOCK_LEN 20u

/* Types of HEST error sources with a table row here. */
#define GHES	9u
#define GHES_V2 10u

/* Length of a source: fixed + per_bank times the byte at bank_count_at. 0: reserved type. */
static const struct {
	uint8_t fixed, per_bank, bank_count_at;
} source_len[] = {
	[0] = {40, 28, 32}, /* IA-32 machine check exception */
	[1] = {48, 28, 44}, /* IA-32 corrected machine check */
	[2] = {20, 0, 0},   /* IA-32 NMI */
	[6] = {48, 0, 0},   /* PCIe root port AER */
	[7] = {44, 0, 0},   /* PCIe device AER */
	[8] = {56, 0, 0},   /* PCIe bridge AER */
	[GHES] = {64, 0, 0}, [GHES_V2] = {92, 0, 0}, [11] = {48, 28, 44}, /* deferred check */
};

int acpi_read_bert(struct acpi_facts *facts, const struct acpi_span *table)
{
	uint64_t size = acpi_u32(table, 36), base = acpi_u64(table, 40);

	if (size < STATUS_BLOCK_LEN) {
		acpi_say(table, ACPI_ERROR, 36, "boot error region has %" PRIu64 " bytes, needs %u",
			 size, STATUS_BLOCK_LEN);
		return 0;
	}
	if (!acpi_range_ok(table, 40, "boot error region", base, size))
		return 0;
	facts->bert = base;
	facts->bert_size = size;
	return 0;
}

static size_t source_length(const struct acpi_span *rest)
{
	unsigned int type = acpi_u16(rest, 0);

	if (type >= ARRAY_SIZE(source_len))
		return 0;
	return source_len[type].fixed +
	       (size_t)source_len[type].per_bank * acpi_u8(rest, source_len[type].bank_count_at);
}

static int visit_source(void *ctx, const struct acpi_span *source)
{
	unsigned int type = acpi_u16(source, 0);
	int rc;

	if (type != GHES && type != GHES_V2)
		return 0;
	if (!acpi_u8(source, 7)) /* not enabled: the OS ignores it */
		return 0;
	rc = acpi_add_register(ctx, source, 20, ACPI_AREA_GHES_STATUS, "HEST",
			       "error status address");
	if (rc == 0 && type == GHES_V2)
		rc = acpi_add_register(ctx, source, 64, ACPI_AREA_GHES_ACK, "HEST",
				       "read ack register");
	return rc;
}

int acpi_read_hest(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "error source",
		.header = 20,
		.type_len = 2,
		.length = source_length,
		.visit = visit_source,
	};
	struct acpi_span sources = acpi_span_cut(table, 40, table->len);

	return acpi_walk(&walk, &sources, acpi_u32(table, 36), facts);
}
