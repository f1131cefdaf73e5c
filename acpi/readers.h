/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * readers.h: one reader per table. Private to acpi/.
 *
 * A reader adds a table's facts to `facts`, says what is damaged through the span's log, and reads
 * on where it can. The table is at least as long as facts.c's row for it says. 0, ACPI_STOP (a
 * list is full) or -ENOMEM.
 */
#ifndef P2MLAB_ACPI_READERS_H
#define P2MLAB_ACPI_READERS_H

#include "acpi/span.h"

typedef int acpi_reader(struct acpi_facts *facts, const struct acpi_span *table);

acpi_reader acpi_read_madt, acpi_read_gtdt, acpi_read_iort; /* madt.c gtdt.c iort.c */
acpi_reader acpi_read_bert, acpi_read_hest;		    /* apei.c */
acpi_reader acpi_read_erst, acpi_read_einj;		    /* apei_exec.c */
acpi_reader acpi_read_spcr, acpi_read_mcfg, acpi_read_stao, acpi_read_facp, acpi_read_tpm2,
	acpi_read_bgrt;					    /* small.c */
acpi_reader acpi_read_pcct, acpi_read_nfit, acpi_read_dbg2; /* pcct.c nfit.c dbg2.c */

/* The 12 bytes of a Generic Address Structure at `at` (ACPI 6.5, 5.2.3.2); no sig. */
struct acpi_gas acpi_gas_at(const struct acpi_span *s, size_t at);

/*
 * Adds an area whose field is at `at` (area.offset is set here). One that this table named before,
 * with this use and base, stays one, as large as the largest. 0, ACPI_STOP or -ENOMEM.
 */
int acpi_add_area(struct acpi_facts *facts, const struct acpi_span *s, size_t at,
		  struct acpi_area area);

/*
 * Adds the register at `at` to facts->areas with acpi_add_area(), unless it is not in memory (a
 * warning) or lies (an error). `sig` is a string literal, `what` names the register. 0, ACPI_STOP
 * or -ENOMEM.
 */
int acpi_add_register(struct acpi_facts *facts, const struct acpi_span *s, size_t at,
		      enum acpi_area_use use, const char *sig, const char *what);

/* XSDT: says which entries are 0, double, or point at no table of the dump. */
void acpi_check_xsdt(const struct acpi_tables *tables, const struct acpi_span *xsdt);

#endif
