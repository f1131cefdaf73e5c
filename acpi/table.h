/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h: what makes bytes a whole table, wherever they come from. Private to acpi/.
 */
#ifndef P2MLAB_ACPI_TABLE_H
#define P2MLAB_ACPI_TABLE_H

#include "acpi/acpi.h"

#define ACPI_SIG_LEN 4u

/* A table that is being looked at, and where messages about it point. */
struct acpi_place {
	struct acpi_blob *blob; /* sig, bytes, and len: bytes there */
	struct acpi_log *log;
	const char *file; /* messages give file and offset in it; NULL: signature and line */
	size_t at;	  /* of the table in the file */
};

/* True if these 4 characters can be a signature: printable, no blank at the start. */
bool acpi_sig_ok(const char *sig);

/*
 * Compares the table's own length with the bytes that are there and with what its kind of header
 * takes (FACS and RSDP have their own, ACPI 6.5, 5.2.10 and 5.2.5.3), and cuts blob->len to it. An
 * error and false if it lies.
 */
bool acpi_table_length_ok(const struct acpi_place *table);
/* False and an error if a sum is wrong; FACS has none, RSDP has two. */
bool acpi_table_sums_ok(const struct acpi_place *table);
/*
 * Appends the table, unless one at its address is there (an error) or the list is full (an error).
 * 0, or -ENOMEM.
 */
int acpi_table_keep(struct acpi_tables *out, const struct acpi_place *table);

/* A message about the byte at `at`; of a table in a file it names the signature. */
void acpi_place_say(const struct acpi_place *table, enum acpi_level level, size_t at,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Something is wrong at `at`: the table does not get into the list. */
#define acpi_leave_out(table, at, format, ...)                                                     \
	acpi_place_say(table, ACPI_ERROR, at, format ", the table is left out", __VA_ARGS__)

#endif
