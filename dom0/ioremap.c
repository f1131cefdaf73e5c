// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stage-1 ioremap: real tables, 1 GiB and 2 MiB blocks where they fit, and a DSB ISHST and an ISB
 * after every descriptor, as arm64's set_pte() does (FACTS L3).
 */
#include <stdbool.h>

#include "dom0/dom0.h"

#define DESC_TABLE UINT64_C(3)
#define DESC_PAGE  UINT64_C(3)
#define DESC_BLOCK UINT64_C(1)
#define DESC_ADDR  UINT64_C(0x0000fffffffff000)
/* AF, inner shareable, PXN, UXN: a kernel device mapping */
#define DESC_KERNEL                                                                                \
	((UINT64_C(1) << 10) | (UINT64_C(3) << 8) | (UINT64_C(1) << 53) | (UINT64_C(1) << 54))

/* What each way of mapping asks for: MAIR index (dom0_model.c sets MAIR), which hooks see it. */
static const struct api {
	uint8_t attr;
	uint8_t hooks;
} apis[DOM0_API_COUNT] = {
	[DOM0_API_IOREMAP] = {1, DOM0_HOOK_IOREMAP},
	[DOM0_API_IOREMAP_NP] = {0, DOM0_HOOK_IOREMAP},
	[DOM0_API_IOREMAP_WC] = {2, DOM0_HOOK_IOREMAP},
	[DOM0_API_IOREMAP_CACHE] = {3, DOM0_HOOK_IOREMAP},
	[DOM0_API_ACPI] = {0, DOM0_HOOK_ACPI | DOM0_HOOK_IOREMAP},
	[DOM0_API_FIXMAP] = {1, 0},
	[DOM0_API_REMAP_IOSPACE] = {1, DOM0_HOOK_IOSPACE},
	[DOM0_API_USER_MMAP] = {1, 0},
	[DOM0_API_LINEAR] = {3, 0},
	[DOM0_API_ACPI_NGNRE] = {1, DOM0_HOOK_ACPI | DOM0_HOOK_IOREMAP},
	[DOM0_API_ACPI_MEMORY] = {3, DOM0_HOOK_ACPI | DOM0_HOOK_IOREMAP},
};

static uint64_t to_phys(uint64_t va)
{
	return va - dom0_config.linear_base + dom0_config.ram_base;
}

static uint64_t *to_table(uint64_t desc)
{
	return (uint64_t *)((desc & DESC_ADDR) - dom0_config.ram_base + dom0_config.linear_base);
}

static void set_entry(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
	__asm__ volatile("dsb ishst\n\tisb" : : : "memory");
	dom0_log.stage1_entries++;
}

/* The table below `entry`, made if there is none; NULL without memory or under a block. */
static uint64_t *next_table(uint64_t *entry)
{
	if (!*entry) {
		uint64_t page = table_page();

		if (!page)
			return NULL;
		set_entry(entry, to_phys(page) | DESC_TABLE);
	}
	return (*entry & 3) == DESC_TABLE ? to_table(*entry) : NULL;
}

static uint64_t *walk(uint64_t va, unsigned int level)
{
	uint64_t *table = (uint64_t *)dom0_config.pgd;

	for (unsigned int l = 0; l < level && table; l++)
		table = next_table(&table[(va >> (39 - 9 * l)) & 511]);
	return table ? &table[(va >> (39 - 9 * level)) & 511] : NULL;
}

/* The largest unit that starts at both addresses and fits: level 1, 2 or 3. */
static unsigned int level_for(uint64_t va, uint64_t phys, uint64_t bytes)
{
	for (unsigned int level = 1; level < 3 && dom0_config.block_mappings; level++) {
		uint64_t unit = UINT64_C(1) << (39 - 9 * level);

		if (bytes >= unit && !((va | phys) & (unit - 1)))
			return level;
	}
	return 3;
}

static bool map_range(uint64_t va, uint64_t phys, uint64_t bytes, uint64_t attr)
{
	uint64_t prot = DESC_KERNEL | attr << 2;

	while (bytes) {
		unsigned int level = level_for(va, phys, bytes);
		uint64_t unit = UINT64_C(1) << (39 - 9 * level);
		uint64_t *entry = walk(va, level);

		if (!entry)
			return false;
		set_entry(entry, phys | prot | (level == 3 ? DESC_PAGE : DESC_BLOCK));
		va += unit;
		phys += unit;
		bytes -= unit;
	}
	return true;
}

/* get_vm_area_caller(): aligned to the size's order, 4 KiB to 1 GiB, and a guard page behind. */
static uint64_t va_area(uint64_t bytes)
{
	uint64_t align = PAGE_SIZE;
	uint64_t va;

	while (align < bytes && align < UINT64_C(1) << 30)
		align <<= 1;
	va = (dom0_config.vmalloc_next + align - 1) & ~(align - 1);
	if (va + bytes + PAGE_SIZE > dom0_config.vmalloc_end || va + bytes < va)
		return 0;
	dom0_config.vmalloc_next = va + bytes + PAGE_SIZE;
	return va;
}

uint64_t dom0_ioremap(uint64_t phys, uint64_t bytes, uint64_t api)
{
	uint64_t offset = phys & (PAGE_SIZE - 1);
	uint64_t size = (bytes + offset + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	uint64_t va;

	dom0_log.ioremap_count++;
	phys -= offset;
	if (!bytes || size < bytes || phys + size - 1 < phys || phys + size - 1 > PHYS_MASK ||
	    api >= DOM0_API_COUNT)
		return 0;
	/* Asking Xen comes before stage 1: a failed request still lets ioremap go on (pKVM's
	 * lesson, FACTS L10: failure is not fatal). */
	if (apis[api].hooks & dom0_config.hooks)
		xen_hook(phys, size);
	va = va_area(size);
	if (!va || !map_range(va, phys, size, apis[api].attr))
		return 0;
	return va + offset;
}

void dom0_iounmap(uint64_t va, uint64_t bytes)
{
	uint64_t end = (va + bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

	va &= ~(PAGE_SIZE - 1);
	while (va < end) {
		uint64_t *table = (uint64_t *)dom0_config.pgd;
		uint64_t *entry;
		unsigned int level = 0;

		for (;; level++) {
			entry = &table[(va >> (39 - 9 * level)) & 511];
			if (level == 3 || (*entry & 3) != DESC_TABLE)
				break;
			table = to_table(*entry);
		}
		if (*entry)
			set_entry(entry, 0);
		va += UINT64_C(1) << (39 - 9 * level);
	}
	/* Linux is lazier (it purges in bulk); one flush per unmap keeps the model's VA exact. */
	__asm__ volatile("tlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
}
