// SPDX-License-Identifier: GPL-2.0-only
/*
 * acpidump.c: the text that acpidump writes and acpixtract reads.
 *
 *	APIC @ 0x00000000BFFE0000
 *	    0000: 41 50 49 43 B8 00 00 00 04 D8 42 4F 43 48 53 20  APIC......BOCHS
 *
 * A heading starts a table. Each line says at which offset its bytes are; up to 16 bytes follow,
 * and two blanks end them: what comes then shows them as characters and is not read.
 */
#include <inttypes.h>
#include <string.h>

#include "acpi/table.h"
#include "acpi/text.h"

#define BYTES_A_LINE 16u

struct dump {
	struct acpi_tables *out;
	struct acpi_log *log;
	uint8_t *storage;
	size_t used;	       /* bytes of it */
	struct acpi_blob blob; /* the table being read */
	bool open;	       /* there is one */
	bool broken;	       /* and its text is damaged: said already */
};

/* The line's text is not what it should be: no byte of this table can be trusted then. */
static void line_broken(struct dump *d, const struct text_line *line, const char *text)
{
	text_say(d->log, ACPI_ERROR, d->blob.sig, line, "%s, the table is left out", text);
	d->broken = true;
}

static bool signature_ok(const struct acpi_place *table)
{
	const struct acpi_blob *blob = table->blob;

	if (blob->len >= ACPI_SIG_LEN && memcmp(blob->bytes, blob->sig, ACPI_SIG_LEN) == 0)
		return true;
	acpi_leave_out(table, 0, "the bytes do not start with the heading's '%s'", blob->sig);
	return false;
}

/* Keeps the table that ends here if it is whole. */
static int close_table(struct dump *d)
{
	const struct acpi_place table = {.blob = &d->blob, .log = d->log};

	if (!d->open)
		return 0;
	d->open = false;
	if (d->broken)
		return 0;
	d->blob.len = d->used - (size_t)(d->blob.bytes - d->storage);
	if (!signature_ok(&table) || !acpi_table_length_ok(&table) || !acpi_table_sums_ok(&table))
		return 0;
	return acpi_table_keep(d->out, &table);
}

/* "SSDT @ 0x0000000012345678", "RSD PTR @ 0x..." (its signature is 8 characters long). */
static bool parse_heading(struct text_line line, struct acpi_blob *blob)
{
	if (line.end - line.at < (ptrdiff_t)ACPI_SIG_LEN || !acpi_sig_ok(line.at))
		return false;
	*blob = (struct acpi_blob){.line = line.number};
	memcpy(blob->sig, line.at, ACPI_SIG_LEN);
	line.at += ACPI_SIG_LEN;
	if (strcmp(blob->sig, "RSD ") == 0)
		text_word(&line, "PTR");
	text_blanks(&line);
	return text_word(&line, "@ 0x") && text_hex(&line, 16, &blob->addr) && text_is_blank(line);
}

static int heading(struct dump *d, const struct text_line *line)
{
	struct acpi_blob next;
	int rc = close_table(d);

	if (rc)
		return rc;
	d->open = true;
	d->broken = !parse_heading(*line, &next);
	if (d->broken) {
		/* Its hex lines, if any, belong to nothing that has a name. */
		text_say(d->log, ACPI_ERROR, "dump", line, "expected 'SIGN @ 0xADDRESS'");
		return 0;
	}
	d->blob = next;
	d->blob.bytes = d->storage + d->used;
	return 0;
}

static const char *hex_bytes(struct dump *d, struct text_line *line)
{
	for (unsigned int n = 0; n < BYTES_A_LINE; n++) {
		const char *start = line->at;
		uint64_t byte;

		if (!text_hex(line, 2, &byte) || line->at - start != 2)
			return "expected two hex digits";
		d->storage[d->used++] = (uint8_t)byte;
		if (text_at_end(line))
			return NULL;
		if (!text_word(line, " "))
			return "expected a blank after a byte";
		if (text_at_end(line) || *line->at == ' ')
			return NULL;
	}
	return NULL;
}

static void hex_line(struct dump *d, struct text_line line)
{
	size_t have = d->used - (size_t)(d->blob.bytes - d->storage);
	const struct text_line whole = line;
	const char *error;
	uint64_t offset;

	text_blanks(&line);
	if (!text_hex(&line, 8, &offset) || !text_word(&line, ": ")) {
		line_broken(d, &whole, "expected 'OFFSET: ' and bytes");
		return;
	}
	if (offset != have) {
		line_broken(d, &whole, "offset is not the number of bytes so far");
		return;
	}
	error = hex_bytes(d, &line);
	if (error)
		line_broken(d, &whole, error);
}

static int parse_line(struct dump *d, const struct text_line *line)
{
	if (text_is_blank(*line))
		return 0;
	if (*line->at != ' ')
		return heading(d, line);
	if (!d->open)
		text_say(d->log, ACPI_ERROR, "dump", line, "bytes without a heading");
	else if (!d->broken)
		hex_line(d, *line);
	return 0;
}

int acpidump_parse(struct acpi_tables *out, const char *text, size_t len, struct acpi_log *log)
{
	struct text lines = {.at = text, .end = text + len};
	struct dump d = {.out = out, .log = log};
	struct text_line line;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	/* A byte takes two digits and a blank or a newline; the last one may have neither. */
	d.storage = malloc(len / 3 + 1);
	if (!d.storage || vec_push(&out->storage, d.storage)) {
		free(d.storage);
		return -ENOMEM;
	}
	while (rc == 0 && text_next(&lines, &line))
		rc = parse_line(&d, &line);
	if (rc == 0)
		rc = close_table(&d);
	if (rc)
		acpi_tables_fini(out);
	return rc;
}
