// SPDX-License-Identifier: GPL-2.0-only
/*
 * drivers/acpi/osl.c's map cache: acpi_os_map_iomem() reuses a mapping that fully contains the
 * request; entries are recorded page-rounded whatever was mapped (FACTS L5).
 */
#include "dom0/dom0.h"

#define ACPI_MAPS 256

static struct acpi_mapping {
	uint64_t phys, bytes; /* page-rounded; bytes 0: free */
	uint64_t va;	      /* of phys */
	uint64_t refs;
} maps[ACPI_MAPS];

uint64_t dom0_acpi_map(uint64_t phys, uint64_t bytes, uint64_t api)
{
	uint64_t first = phys & ~(PAGE_SIZE - 1);
	uint64_t last = (phys + bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	struct acpi_mapping *slot = NULL;
	uint64_t va;

	if (!bytes || last <= first)
		return 0;
	for (unsigned int i = 0; i < ACPI_MAPS; i++) {
		struct acpi_mapping *m = &maps[i];

		if (!m->bytes && !slot)
			slot = m;
		if (m->bytes && phys >= m->phys && phys + bytes <= m->phys + m->bytes) {
			m->refs++;
			dom0_log.acpi_hits++;
			return m->va + (phys - m->phys);
		}
	}
	if (!slot)
		return 0;
	if (dom0_config.acpi_page_rounded)
		va = dom0_ioremap(first, last - first, api);
	else
		va = dom0_ioremap(phys, bytes, api);
	if (!va)
		return 0;
	*slot = (struct acpi_mapping){first, last - first, va & ~(PAGE_SIZE - 1), 1};
	return slot->va + (phys - first);
}

void dom0_acpi_unmap(uint64_t va, uint64_t bytes)
{
	for (unsigned int i = 0; i < ACPI_MAPS; i++) {
		struct acpi_mapping *m = &maps[i];

		if (!m->bytes || va < m->va || va + bytes > m->va + m->bytes)
			continue;
		if (--m->refs == 0) {
			dom0_iounmap(m->va, m->bytes);
			m->bytes = 0;
		}
		return;
	}
}
