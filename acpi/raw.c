// SPDX-License-Identifier: GPL-2.0-only
/*
 * raw.c: tables as bytes of a file, one behind the other.
 */
#include <string.h>

#include "acpi/log.h"
#include "acpi/table.h"

/* No table set is larger; a file that is holds something else. */
#define BYTES_MAX (UINT32_C(64) << 20)

struct raw {
	struct acpi_tables *out;
	struct acpi_log *log;
	const char *name;
	const uint8_t *bytes;
	size_t at, len;
};

__attribute__((format(printf, 3, 4))) static void say(const struct raw *raw, enum acpi_level level,
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	acpi_log_say(raw->log, level, raw->name, raw->at, 0, format, args);
	va_end(args);
}

/* What is left is nothing but zeros: firmware pads files. */
static bool only_padding(const struct raw *raw)
{
	for (size_t i = raw->at; i < raw->len; i++)
		if (raw->bytes[i])
			return false;
	return true;
}

/* The table at raw->at, and on to behind it; ends if its length cannot be told. */
static int add_table(struct raw *raw)
{
	struct acpi_blob blob = {.bytes = raw->bytes + raw->at, .len = raw->len - raw->at};
	const struct acpi_place table = {&blob, raw->log, raw->name, raw->at};
	bool ok;

	if (blob.len < ACPI_SIG_LEN || !acpi_sig_ok((const char *)blob.bytes)) {
		if (raw->at && only_padding(raw))
			say(raw, ACPI_WARN, "%zu zero bytes behind the last table are dropped",
			    blob.len);
		else
			say(raw, ACPI_ERROR, "no ACPI table starts here, %zu bytes are not read",
			    blob.len);
		raw->at = raw->len;
		return 0;
	}
	memcpy(blob.sig, blob.bytes, ACPI_SIG_LEN);
	ok = acpi_table_length_ok(&table);
	raw->at = ok ? raw->at + blob.len : raw->len;
	return ok && acpi_table_sums_ok(&table) ? acpi_table_keep(raw->out, &table) : 0;
}

static int add_tables(struct raw *raw)
{
	size_t before = raw->out->tables.count;
	int rc = 0;

	while (raw->at < raw->len && rc == 0)
		rc = add_table(raw);
	if (rc)
		raw->out->tables.count = before;
	return rc;
}

int acpi_tables_add(struct acpi_tables *out, const uint8_t *bytes, size_t len, const char *name,
		    struct acpi_log *log)
{
	struct raw raw = {.out = out, .log = log, .name = name, .len = len};
	uint8_t *copy;
	int rc;

	if (len == 0) {
		say(&raw, ACPI_ERROR, "the file is empty");
		return 0;
	}
	if (len > BYTES_MAX) {
		say(&raw, ACPI_ERROR, "%zu bytes are too many for ACPI tables, at most %u are read",
		    len, BYTES_MAX);
		return 0;
	}
	copy = malloc(len);
	if (!copy || vec_push(&out->storage, copy)) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, bytes, len);
	raw.bytes = copy;
	rc = add_tables(&raw);
	if (rc)
		free(out->storage.items[--out->storage.count]);
	return rc;
}
