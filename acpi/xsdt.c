// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "acpi/readers.h"

#define ENTRY_LEN 8u

/* Entries looked at: Linux and Xen hold 128 tables; more cannot be real and cost n^2. */
#define ENTRIES_MAX 512u

static bool is_in_dump(const struct acpi_tables *tables, uint64_t addr)
{
	for (size_t i = 0; i < tables->tables.count; i++)
		if (tables->tables.items[i].addr == addr)
			return true;
	return false;
}

/* A dump taken from sysfs gives every table address 0: then entries can be matched with nothing. */
static bool addresses_known(const struct acpi_tables *tables)
{
	return !is_in_dump(tables, 0);
}

static bool is_repeated(const struct acpi_span *xsdt, size_t at)
{
	for (size_t before = ACPI_HEADER_LEN; before < at; before += ENTRY_LEN)
		if (acpi_u64(xsdt, before) == acpi_u64(xsdt, at))
			return true;
	return false;
}

static void check_entry(const struct acpi_tables *tables, const struct acpi_span *xsdt, size_t at)
{
	uint64_t addr = acpi_u64(xsdt, at);

	if (addr == 0)
		acpi_say(xsdt, ACPI_ERROR, at, "entry points at address 0");
	else if (is_repeated(xsdt, at))
		acpi_say(xsdt, ACPI_WARN, at, "entry 0x%" PRIx64 " is listed twice", addr);
	else if (addresses_known(tables) && !is_in_dump(tables, addr))
		acpi_say(xsdt, ACPI_WARN, at, "entry 0x%" PRIx64 " points at no table of the dump",
			 addr);
}

void acpi_check_xsdt(const struct acpi_tables *tables, const struct acpi_span *xsdt)
{
	struct acpi_span list = acpi_span_cut(xsdt, ACPI_HEADER_LEN, xsdt->len);
	size_t count = list.len / ENTRY_LEN;

	if (!acpi_span_has(xsdt, ACPI_HEADER_LEN, "table"))
		return;
	if (list.len % ENTRY_LEN != 0)
		acpi_say(&list, ACPI_ERROR, count * ENTRY_LEN, "%zu bytes follow the last entry",
			 list.len % ENTRY_LEN);
	if (count > ENTRIES_MAX) {
		acpi_say(&list, ACPI_ERROR, ENTRIES_MAX * ENTRY_LEN,
			 "more than %u entries, the rest is not read", ENTRIES_MAX);
		count = ENTRIES_MAX;
	}
	for (size_t i = 0; i < count; i++)
		check_entry(tables, xsdt, ACPI_HEADER_LEN + i * ENTRY_LEN);
}
