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

#include "acpi/span.h"
#include "acpi/text.h"

#define SIG_LEN	       4u
#define BYTES_A_LINE   16u
#define TABLES_MAX     4096u
#define FACS_LEN       64u /* FACS has length, but no checksum (ACPI 6.5, 5.2.10) */
#define RSDP_V1_LEN    20u /* RSDP of ACPI 1.0 has no length (ACPI 6.5, 5.2.5.3) */
#define RSDP_LEN       36u
#define RSDP_REVISION  15u
#define CHECKSUM_AT    9u
#define RSDP_V1_SUM_AT 8u
#define RSDP_SUM_AT    32u

struct dump {
	struct acpi_tables *out;
	struct acpi_log *log;
	uint8_t *storage;
	size_t used;	       /* bytes of it */
	struct acpi_blob blob; /* the table being read */
	bool open;	       /* there is one */
	bool broken;	       /* and its text is damaged: said already */
};

/* Something about the table is wrong at `offset`: it does not get into the list. */
#define leave_out(d, offset, format, ...)                                                          \
	acpi_say(&(struct acpi_span){.blob = &(d)->blob, .log = (d)->log}, ACPI_ERROR, offset,     \
		 format ", the table is left out", __VA_ARGS__)

/* The line's text is not what it should be: no byte of this table can be trusted then. */
static void line_broken(struct dump *d, const struct text_line *line, const char *text)
{
	text_say(d->log, ACPI_ERROR, d->blob.sig, line, "%s, the table is left out", text);
	d->broken = true;
}

static bool is_rsdp(const struct acpi_blob *blob)
{
	return strcmp(blob->sig, "RSD ") == 0;
}

/* The length the table claims; `least` is the least that a table of its kind has. */
static size_t claimed_length(const struct acpi_span *table, size_t *least)
{
	if (is_rsdp(table->blob)) {
		bool old = acpi_u8(table, RSDP_REVISION) < 2;

		*least = old ? RSDP_V1_LEN : RSDP_LEN;
		return old ? RSDP_V1_LEN : acpi_u32(table, 20);
	}
	*least = strcmp(table->blob->sig, "FACS") == 0 ? FACS_LEN : ACPI_HEADER_LEN;
	return acpi_u32(table, 4);
}

static bool length_ok(struct dump *d)
{
	struct acpi_span table = acpi_span_of(&d->blob, d->log);
	size_t at = is_rsdp(&d->blob) ? 20 : 4, least;
	size_t claimed = claimed_length(&table, &least);

	if (d->blob.len < least || claimed < least || claimed > d->blob.len) {
		leave_out(d, at, "length says %zu bytes, %zu are there, at least %zu must be",
			  claimed, d->blob.len, least);
		return false;
	}
	if (claimed < d->blob.len)
		acpi_say(&table, ACPI_WARN, at, "%zu bytes after the table's end are dropped",
			 d->blob.len - claimed);
	d->blob.len = claimed;
	return true;
}

/* `at`: where the byte is that makes the first `len` bytes sum up to 0. */
static bool sum_ok(const struct dump *d, size_t len, size_t at)
{
	uint8_t sum = 0, have = d->blob.bytes[at];

	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + d->blob.bytes[i]);
	if (sum == 0)
		return true;
	leave_out(d, at, "checksum is 0x%02x, should be 0x%02x", have, (uint8_t)(have - sum));
	return false;
}

static bool checksum_ok(const struct dump *d)
{
	if (strcmp(d->blob.sig, "FACS") == 0)
		return true;
	if (!is_rsdp(&d->blob))
		return sum_ok(d, d->blob.len, CHECKSUM_AT);
	return sum_ok(d, RSDP_V1_LEN, RSDP_V1_SUM_AT) &&
	       (d->blob.len < RSDP_LEN || sum_ok(d, d->blob.len, RSDP_SUM_AT));
}

/* A table dumped twice has one address; address 0 is unknown and says nothing. */
static bool is_new(const struct dump *d)
{
	for (size_t i = 0; i < d->out->tables.count && d->blob.addr; i++) {
		const struct acpi_blob *other = &d->out->tables.items[i];

		if (other->addr != d->blob.addr)
			continue;
		leave_out(d, 0, "%s in line %u is at this address too", other->sig, other->line);
		return false;
	}
	return true;
}

static bool signature_ok(const struct dump *d)
{
	if (d->blob.len >= SIG_LEN && memcmp(d->blob.bytes, d->blob.sig, SIG_LEN) == 0)
		return true;
	leave_out(d, 0, "the bytes do not start with the heading's '%s'", d->blob.sig);
	return false;
}

/* Keeps the table that ends here if it is whole. */
static int close_table(struct dump *d)
{
	if (!d->open)
		return 0;
	d->open = false;
	if (d->broken)
		return 0;
	d->blob.len = d->used - (size_t)(d->blob.bytes - d->storage);
	if (!signature_ok(d) || !length_ok(d) || !checksum_ok(d) || !is_new(d))
		return 0;
	if (d->out->tables.count == TABLES_MAX) {
		leave_out(d, 0, "more than %u tables", TABLES_MAX);
		return 0;
	}
	return vec_push(&d->out->tables, d->blob);
}

static bool is_sig_char(char c)
{
	return c > ' ' && c <= '~';
}

/* "SSDT @ 0x0000000012345678", "RSD PTR @ 0x..." (its signature is 8 characters long). */
static bool parse_heading(struct text_line line, struct acpi_blob *blob)
{
	if (line.end - line.at < (ptrdiff_t)SIG_LEN || !is_sig_char(line.at[0]))
		return false;
	*blob = (struct acpi_blob){.line = line.number};
	memcpy(blob->sig, line.at, SIG_LEN);
	for (size_t i = 1; i < SIG_LEN; i++)
		if (!is_sig_char(blob->sig[i]) && blob->sig[i] != ' ')
			return false;
	line.at += SIG_LEN;
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

void acpi_tables_fini(struct acpi_tables *t)
{
	vec_fini(&t->tables);
	for (size_t i = 0; i < t->storage.count; i++)
		free(t->storage.items[i]);
	vec_fini(&t->storage);
}

const struct acpi_blob *acpi_find(const struct acpi_tables *t, const char *sig, unsigned int n)
{
	for (size_t i = 0; i < t->tables.count; i++)
		if (strcmp(t->tables.items[i].sig, sig) == 0 && n-- == 0)
			return &t->tables.items[i];
	return NULL;
}
