/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crs.h: resource descriptors: what _CRS and _DMA return (ACPI 6.5, 6.4).
 */
#ifndef P2MLAB_ACPI_CRS_H
#define P2MLAB_ACPI_CRS_H

#include "acpi/acpi.h"

enum acpi_res_kind {
	ACPI_RES_MEMORY,   /* Memory24, Memory32, Memory32Fixed, Word/DWord/QWord/Extended memory */
	ACPI_RES_IO,	   /* IO, FixedIO, address spaces of type I/O */
	ACPI_RES_BUS,	   /* bus numbers */
	ACPI_RES_REGISTER, /* GenericRegister: `space` tells which */
	ACPI_RES_INTERRUPT,
	ACPI_RES_OTHER /* GPIO, serial bus, DMA, vendor ...: skipped by length */
};

struct acpi_res {
	enum acpi_res_kind kind;
	uint8_t space; /* ACPI_RES_REGISTER: address space id */
	bool window;   /* address spaces: a bridge hands it on (producer), it is not its own */
	uint64_t base, size; /* MEMORY, IO, BUS, REGISTER (bytes); INTERRUPT: first number, count */
	uint64_t translation; /* added to base gives the host's address (I/O windows) */
	size_t offset;	      /* in the buffer */
};

struct acpi_crs {
	VEC(struct acpi_res) items;
};

/*
 * Reads a resource template of `len` bytes. Linux's rules where they matter: Memory24 is shifted
 * by 8; an address space's size is its length field (if 0 and both bounds are fixed, max - min +
 * 1); one of size 0 is left out. The end tag's sum is checked if it is not 0. Damage is said in
 * the log with `sig` and `at` (offset of the buffer in its table), and reading ends there. 0 or
 * -ENOMEM.
 */
int acpi_crs_read(struct acpi_crs *out, const uint8_t *bytes, size_t len, const char *sig,
		  size_t at, struct acpi_log *log);
void acpi_crs_fini(struct acpi_crs *crs);

#endif
