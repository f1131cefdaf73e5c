// SPDX-License-Identifier: GPL-2.0-only
/*
 * small.c: tables with a handful of fields: SPCR, MCFG, STAO, FADT, BGRT (ACPI 6.5, 5.2.23) and
 * TPM2 (TCG ACPI specification, 8).
 */
#include <inttypes.h>

#include "acpi/readers.h"

#define MCFG_ENTRIES_AT 44u
#define MCFG_ENTRY_LEN	16u
#define BUS_SIZE	0x100000u /* ECAM: 32 devices, 8 functions, 4 KiB each */

#define FADT_FLAGS_AT	   112u
#define FADT_RESET_REG	   (1u << 10)
#define FADT_HW_REDUCED	   (1u << 20)
#define FADT_RESET_AT	   116u
#define FADT_SLEEP_CONTROL 244u
#define FADT_SLEEP_STATUS  256u

/* Registers of a control area up to the response's address (Linux: struct crb_regs_tail). */
#define CONTROL_AREA_LEN 48u
#define START_METHOD_TIS 6u /* registers of _CRS, no control area */

#define TPM2_LOG_LEN   64u
#define TPM2_LOG_BASE  68u
#define TPM2_LOG_TABLE 76u /* bytes of a table that tells of a log */

#define PAGE_SIZE 0x1000u

/* Base address is a GAS at 40 (Microsoft's SPCR, all revisions). */
int acpi_read_spcr(struct acpi_facts *facts, const struct acpi_span *table)
{
	struct acpi_gas port = acpi_gas_at(table, 40);

	if (port.space != ACPI_GAS_MEMORY)
		acpi_say(table, ACPI_WARN, 40, "serial port is in address space %u, not in memory",
			 port.space);
	else if (port.addr == 0)
		acpi_say(table, ACPI_WARN, 44, "console redirection is off: serial port at 0");
	else if (acpi_range_ok(table, 44, "serial port", port.addr, 1))
		facts->spcr = port.addr;
	return 0;
}

static bool ecam_overlaps(const struct acpi_mcfg *a, const struct acpi_mcfg *b)
{
	return a->segment == b->segment && a->bus_first <= b->bus_last &&
	       b->bus_first <= a->bus_last;
}

/* False, and said why, if the entry cannot be. `base` is where bus 0 would be. */
static bool ecam_ok(const struct acpi_facts *facts, const struct acpi_span *entry,
		    const struct acpi_mcfg *ecam)
{
	uint64_t size = (ecam->bus_last + UINT64_C(1)) * BUS_SIZE;

	if (ecam->bus_first > ecam->bus_last) {
		acpi_say(entry, ACPI_ERROR, 10, "first bus %u is above the last one, %u",
			 ecam->bus_first, ecam->bus_last);
		return false;
	}
	if (!acpi_range_ok(entry, 0, "ECAM", ecam->base, size))
		return false;
	for (size_t i = 0; i < facts->mcfg.count; i++) {
		if (ecam_overlaps(&facts->mcfg.items[i], ecam)) {
			acpi_say(entry, ACPI_ERROR, 8,
				 "buses %u..%u of segment %u are described twice", ecam->bus_first,
				 ecam->bus_last, ecam->segment);
			return false;
		}
	}
	return true;
}

static int visit_ecam(void *ctx, const struct acpi_span *entry)
{
	struct acpi_facts *facts = ctx;
	struct acpi_mcfg ecam = {
		.base = acpi_u64(entry, 0),
		.segment = acpi_u16(entry, 8),
		.bus_first = acpi_u8(entry, 10),
		.bus_last = acpi_u8(entry, 11),
		.offset = entry->offset,
	};

	return ecam_ok(facts, entry, &ecam) ? acpi_append(entry, 0, &facts->mcfg, ecam) : 0;
}

static size_t ecam_length(const struct acpi_span *rest)
{
	(void)rest;
	return MCFG_ENTRY_LEN;
}

int acpi_read_mcfg(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "ECAM area",
		.header = MCFG_ENTRY_LEN,
		.length = ecam_length,
		.visit = visit_ecam,
	};
	struct acpi_span list = acpi_span_cut(table, MCFG_ENTRIES_AT, table->len);
	size_t tail = list.len % MCFG_ENTRY_LEN;

	if (tail)
		acpi_say(&list, ACPI_ERROR, list.len - tail, "%zu bytes follow the last entry",
			 tail);
	list.len -= tail;
	return acpi_walk(&walk, &list, ACPI_NO_COUNT, facts);
}

/* Xen's own table (STAO, version of Linux and Xen): names of hidden devices may follow. */
int acpi_read_stao(struct acpi_facts *facts, const struct acpi_span *table)
{
	facts->stao_ignores_uart = acpi_u8(table, 36) == 1;
	return 0;
}

static int add_register(struct acpi_facts *facts, const struct acpi_span *table, size_t at,
			const char *what)
{
	/* All zero is how a FADT says that it has no such register. */
	if (acpi_gas_at(table, at).addr == 0)
		return 0;
	return acpi_add_register(facts, table, at, ACPI_AREA_UNMAPPED, "FACP", what);
}

/* Of a hardware-reduced machine, and an ARM one is, only these registers can be in memory. */
int acpi_read_facp(struct acpi_facts *facts, const struct acpi_span *table)
{
	uint32_t flags = acpi_u32(table, FADT_FLAGS_AT);
	int rc = 0;

	if (flags & FADT_RESET_REG)
		rc = add_register(facts, table, FADT_RESET_AT, "reset register");
	if (!(flags & FADT_HW_REDUCED)) {
		acpi_say(table, ACPI_WARN, FADT_FLAGS_AT, "not a hardware-reduced machine");
		return rc;
	}
	if (rc == 0)
		rc = add_register(facts, table, FADT_SLEEP_CONTROL, "sleep control register");
	if (rc == 0)
		rc = add_register(facts, table, FADT_SLEEP_STATUS, "sleep status register");
	return rc;
}

static int read_control_area(struct acpi_facts *facts, const struct acpi_span *table)
{
	uint64_t base = acpi_u64(table, 40);

	if (base == 0 && acpi_u32(table, 48) == START_METHOD_TIS)
		return 0;
	if (!acpi_bytes_ok(table, 40, "TPM control area", base, CONTROL_AREA_LEN))
		return 0;
	return acpi_add_area(
		facts, table, 40,
		(struct acpi_area){ACPI_AREA_TPM_BUFFER, base, CONTROL_AREA_LEN, "TPM2", 0});
}

/* A log of length 0 or at address 0 is none (Linux: tpm_read_log_acpi). */
int acpi_read_tpm2(struct acpi_facts *facts, const struct acpi_span *table)
{
	uint64_t size = acpi_u32(table, TPM2_LOG_LEN), base = acpi_u64(table, TPM2_LOG_BASE);
	int rc = read_control_area(facts, table);

	if (rc || table->len < TPM2_LOG_TABLE || size == 0 || base == 0)
		return rc;
	if (!acpi_bytes_ok(table, TPM2_LOG_BASE, "TPM log", base, size))
		return 0;
	return acpi_add_area(facts, table, TPM2_LOG_BASE,
			     (struct acpi_area){ACPI_AREA_TPM_LOG, base, size, "TPM2", 0});
}

/* The image's size is in its own header: what is certain is the rest of its first page. */
int acpi_read_bgrt(struct acpi_facts *facts, const struct acpi_span *table)
{
	uint64_t base = acpi_u64(table, 40);

	if (base == 0) {
		acpi_say(table, ACPI_WARN, 40, "no boot image: its address is 0");
		return 0;
	}
	if (!acpi_bytes_ok(table, 40, "boot image", base, 1))
		return 0;
	return acpi_add_area(facts, table, 40,
			     (struct acpi_area){ACPI_AREA_BGRT_IMAGE, base,
						PAGE_SIZE - base % PAGE_SIZE, "BGRT", 0});
}
