// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's boot: ACPI tables (FACTS L9, rows 3 and 12).
 */
#include <string.h>

#include "base/check.h"
#include "sim/boot_access.h"

/* Signatures whose host copy Dom0 never sees: Xen's XSDT points at its own. */
static bool is_replaced(const char *sig)
{
	static const char *const own[] = {"FACP", "APIC", "XSDT", "RSDP", "STAO"};

	for (unsigned int i = 0; i < ARRAY_SIZE(own); i++)
		if (!strcmp(sig, own[i]))
			return true;
	return false;
}

/* acpi_boot_table_init(): each table's header, through early_memremap. */
static bool read_header(struct dom0 *d, uint64_t addr, uint64_t len)
{
	dom0_ioremap(d, "acpi_tb_init_table_descriptor", addr, len, DOM0_API_LINEAR);
	return touch(d, "acpi_tb_init_table_descriptor", addr + 4, 4, false, DOM0_API_LINEAR, NULL);
}

/* A table is not in the linear map: 4.9 keeps ACPI memory out of it, all releases what an initrd
 * brought (arch_reserve_mem_area()). */
static bool is_nomap(const struct dom0 *d, uint64_t addr)
{
	return d->lnx->tables_are_ioremapped ||
	       range_has(d->plat->dom0_ram, d->plat->dom0_ram_size, addr);
}

/* acpi_tb_verify_checksum(): a byte of each page, and the last. */
static bool read_all(struct dom0 *d, uint64_t addr, uint64_t len)
{
	bool ok = true;

	if (is_nomap(d, addr))
		return true;
	for (uint64_t at = addr; at < addr + len && ok; at = (at & PAGE_MASK) + PAGE_SIZE)
		ok = touch(d, "acpi_tb_verify_checksum", at, 1, false, DOM0_API_LINEAR, NULL);
	return ok &&
	       touch(d, "acpi_tb_verify_checksum", addr + len - 1, 1, false, DOM0_API_LINEAR, NULL);
}

static bool each_table(struct dom0 *d, bool (*fn)(struct dom0 *, uint64_t, uint64_t))
{
	for (unsigned int i = 0; i < d->xen->crafted_count; i++)
		if (!fn(d, d->xen->crafted[i].gpa, d->xen->crafted[i].len))
			return false;
	for (size_t i = 0; i < d->plat->tables.count; i++) {
		const struct acpi_table *t = &d->plat->tables.items[i];

		if (!is_replaced(t->sig) && !fn(d, t->addr, t->len))
			return false;
	}
	for (size_t i = 0; i < d->plat->dom0_tables.count; i++)
		if (!fn(d, d->plat->dom0_tables.items[i].addr, d->plat->dom0_tables.items[i].len))
			return false;
	return true;
}

bool boot_table_headers(struct dom0 *d)
{
	return each_table(d, read_header);
}

bool boot_table_checksums(struct dom0 *d)
{
	return each_table(d, read_all);
}

/* acpi_get_table() where ACPI memory is NOMAP: a real ioremap through acpi_os_ioremap. */
static bool ioremap_table(struct dom0 *d, uint64_t addr, uint64_t len)
{
	static const char *const by = "acpi_tb_acquire_table";
	uint64_t value = 0, va;
	bool ok;

	if (!is_nomap(d, addr))
		return true;
	va = dom0_acpi_map(d, by, addr, len);
	ok = va && answered(d, dom0_access_at(d, by, addr, va, DOM0_LDR32, &value));
	if (va)
		dom0_acpi_unmap(d, by, va, len);
	return ok;
}

bool boot_table_ioremaps(struct dom0 *d)
{
	return each_table(d, ioremap_table);
}
