// SPDX-License-Identifier: GPL-2.0-only
/*
 * dbg2.c: DBG2 (Microsoft's debug port table 2). Linux maps nothing of it on arm64.
 */
#include <inttypes.h>

#include "acpi/readers.h"

#define DEVICE_LEN   22u
#define GAS_LEN	     12u
#define TABLE_HEADER 44u

struct dbg2 {
	struct acpi_facts *facts;
	size_t ranges; /* looked at so far: ACPI_LIST_MAX bounds the search for duplicates */
};

/* The n-th register range of a device: a GAS, and a size in another list. */
static int add_range(struct dbg2 *dbg2, const struct acpi_span *device, size_t n)
{
	size_t at = acpi_u16(device, 18) + n * GAS_LEN, size_at = acpi_u16(device, 20) + n * 4;
	struct acpi_gas gas = acpi_gas_at(device, at);
	uint64_t size = acpi_u32(device, size_at);

	if (dbg2->ranges++ >= ACPI_LIST_MAX)
		return acpi_list_full(device, at);
	if (gas.space != ACPI_GAS_MEMORY) {
		acpi_say(device, ACPI_WARN, at, "debug port is in address space %u, not in memory",
			 gas.space);
		return 0;
	}
	if (size == 0) {
		acpi_say(device, ACPI_ERROR, size_at, "debug port at 0x%" PRIx64 " has size 0",
			 gas.addr);
		return 0;
	}
	if (!acpi_range_ok(device, at + 4, "debug port", gas.addr, size))
		return 0;
	return acpi_add_area(dbg2->facts, device, at,
			     (struct acpi_area){ACPI_AREA_UNMAPPED, gas.addr, size, "DBG2", 0});
}

static bool ranges_inside(const struct acpi_span *device, size_t count)
{
	size_t gas = acpi_u16(device, 18), sizes = acpi_u16(device, 20);

	return gas >= DEVICE_LEN && gas + count * GAS_LEN <= device->len && sizes >= DEVICE_LEN &&
	       sizes + count * 4 <= device->len;
}

static int visit_device(void *ctx, const struct acpi_span *device)
{
	size_t count = acpi_u8(device, 3);
	int rc = 0;

	if (count && !ranges_inside(device, count)) {
		acpi_say(device, ACPI_ERROR, 18,
			 "%zu register ranges are not inside their debug port", count);
		return 0;
	}
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_range(ctx, device, i);
	return rc;
}

static size_t device_length(const struct acpi_span *rest)
{
	return acpi_u16(rest, 1);
}

int acpi_read_dbg2(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "debug port",
		.header = DEVICE_LEN,
		.length = device_length,
		.visit = visit_device,
	};
	uint32_t first = acpi_u32(table, 36), count = acpi_u32(table, 40);
	struct acpi_span list = acpi_span_cut(table, first, table->len);
	struct dbg2 dbg2 = {.facts = facts};

	if (count && first < TABLE_HEADER) {
		acpi_say(table, ACPI_ERROR, 36, "debug ports at %" PRIu32 " overlap the table",
			 first);
		return 0;
	}
	return acpi_walk(&walk, &list, count, &dbg2);
}
