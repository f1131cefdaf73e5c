// SPDX-License-Identifier: GPL-2.0-only
#include "acpi/table.h"

#include <stdio.h>
#include <string.h>

#include "acpi/log.h"
#include "acpi/span.h"

#define TABLES_MAX     4096u
#define FACS_LEN       64u
#define RSDP_V1_LEN    20u /* RSDP of ACPI 1.0 has no length */
#define RSDP_LEN       36u
#define RSDP_REVISION  15u
#define CHECKSUM_AT    9u
#define RSDP_V1_SUM_AT 8u
#define RSDP_SUM_AT    32u

void acpi_place_say(const struct acpi_place *table, enum acpi_level level, size_t at,
		    const char *format, ...)
{
	const struct acpi_blob *blob = table->blob;
	char text[200], named[224];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!table->file) {
		acpi_log_text(table->log, level, blob->sig, at, blob->line, text);
		return;
	}
	snprintf(named, sizeof(named), "%s: %s", blob->sig, text);
	acpi_log_text(table->log, level, table->file, table->at + at, 0, named);
}

static bool is_sig_char(char c)
{
	return c > ' ' && c <= '~';
}

bool acpi_sig_ok(const char *sig)
{
	for (size_t i = 0; i < ACPI_SIG_LEN; i++)
		if (!is_sig_char(sig[i]) && (i == 0 || sig[i] != ' '))
			return false;
	return true;
}

static bool is_rsdp(const struct acpi_blob *blob)
{
	return strcmp(blob->sig, "RSD ") == 0;
}

/* The length the table claims; `least` is the least that a table of its kind has. */
static size_t claimed_length(const struct acpi_span *table, size_t *least)
{
	if (is_rsdp(table->blob)) {
		bool old = acpi_u8(table, RSDP_REVISION) < 2;

		*least = old ? RSDP_V1_LEN : RSDP_LEN;
		return old ? RSDP_V1_LEN : acpi_u32(table, 20);
	}
	*least = strcmp(table->blob->sig, "FACS") == 0 ? FACS_LEN : ACPI_HEADER_LEN;
	return acpi_u32(table, 4);
}

bool acpi_table_length_ok(const struct acpi_place *table)
{
	struct acpi_blob *blob = table->blob;
	struct acpi_span span = acpi_span_of(blob, table->log);
	size_t at = is_rsdp(blob) ? 20 : 4, least;
	size_t claimed = claimed_length(&span, &least);

	if (blob->len < least || claimed < least || claimed > blob->len) {
		acpi_leave_out(table, at,
			       "length says %zu bytes, %zu are there, at least %zu must be",
			       claimed, blob->len, least);
		return false;
	}
	if (claimed < blob->len && !table->file)
		acpi_place_say(table, ACPI_WARN, at, "%zu bytes after the table's end are dropped",
			       blob->len - claimed);
	blob->len = claimed;
	return true;
}

/* `at`: where the byte is that makes the first `len` bytes sum up to 0. */
static bool sum_ok(const struct acpi_place *table, size_t len, size_t at)
{
	uint8_t sum = 0, have = table->blob->bytes[at];

	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + table->blob->bytes[i]);
	if (sum == 0)
		return true;
	acpi_leave_out(table, at, "checksum is 0x%02x, should be 0x%02x", have,
		       (uint8_t)(have - sum));
	return false;
}

bool acpi_table_sums_ok(const struct acpi_place *table)
{
	const struct acpi_blob *blob = table->blob;

	if (strcmp(blob->sig, "FACS") == 0)
		return true;
	if (!is_rsdp(blob))
		return sum_ok(table, blob->len, CHECKSUM_AT);
	return sum_ok(table, RSDP_V1_LEN, RSDP_V1_SUM_AT) &&
	       (blob->len < RSDP_LEN || sum_ok(table, blob->len, RSDP_SUM_AT));
}

/* A table dumped twice has one address; address 0 is unknown and says nothing. */
static bool is_new(const struct acpi_tables *out, const struct acpi_place *table)
{
	for (size_t i = 0; i < out->tables.count && table->blob->addr; i++) {
		const struct acpi_blob *other = &out->tables.items[i];

		if (other->addr != table->blob->addr)
			continue;
		acpi_leave_out(table, 0, "%s in line %u is at this address too", other->sig,
			       other->line);
		return false;
	}
	return true;
}

int acpi_table_keep(struct acpi_tables *out, const struct acpi_place *table)
{
	if (!is_new(out, table))
		return 0;
	if (out->tables.count >= TABLES_MAX) {
		acpi_leave_out(table, 0, "more than %u tables", TABLES_MAX);
		return 0;
	}
	return vec_push(&out->tables, *table->blob);
}

void acpi_tables_fini(struct acpi_tables *t)
{
	vec_fini(&t->tables);
	for (size_t i = 0; i < t->storage.count; i++)
		free(t->storage.items[i]);
	vec_fini(&t->storage);
}

const struct acpi_blob *acpi_find(const struct acpi_tables *t, const char *sig, unsigned int n)
{
	for (size_t i = 0; i < t->tables.count; i++)
		if (strcmp(t->tables.items[i].sig, sig) == 0 && n-- == 0)
			return &t->tables.items[i];
	return NULL;
}
