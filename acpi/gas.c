// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "acpi/readers.h"

/* Access sizes above this are reserved; 4 is a qword (ACPI 6.5, table 5.1). */
#define GAS_ACCESS_MAX 4

struct acpi_gas acpi_gas_at(const struct acpi_span *s, size_t at)
{
	return (struct acpi_gas){
		.space = acpi_u8(s, at),
		.width = acpi_u8(s, at + 1),
		.access = acpi_u8(s, at + 3),
		.addr = acpi_u64(s, at + 4),
		.offset = s->offset + at,
	};
}

int acpi_add_area(struct acpi_facts *facts, const struct acpi_span *s, size_t at,
		  struct acpi_area area)
{
	area.offset = s->offset + at;
	for (size_t i = 0; i < facts->areas.count; i++) {
		struct acpi_area *old = &facts->areas.items[i];

		if (old->base != area.base || old->use != area.use ||
		    strcmp(old->sig, area.sig) != 0)
			continue;
		if (old->size < area.size)
			old->size = area.size;
		return 0;
	}
	return acpi_append(s, at, &facts->areas, area);
}

int acpi_add_register(struct acpi_facts *facts, const struct acpi_span *s, size_t at,
		      enum acpi_area_use use, const char *sig, const char *what)
{
	struct acpi_gas gas = acpi_gas_at(s, at);
	uint64_t size = (gas.width + 7u) / 8u;

	if (gas.space != ACPI_GAS_MEMORY) {
		acpi_say(s, ACPI_WARN, at, "%s is in address space %u, not in memory", what,
			 gas.space);
		return 0;
	}
	if (gas.access > GAS_ACCESS_MAX) {
		acpi_say(s, ACPI_ERROR, at + 3, "%s has access size %u, at most %u is defined",
			 what, gas.access, GAS_ACCESS_MAX);
		return 0;
	}
	if (!acpi_range_ok(s, at + 4, what, gas.addr, size))
		return 0;
	return acpi_add_area(facts, s, at,
			     (struct acpi_area){use, gas.addr, size ? size : 1, sig, 0});
}
