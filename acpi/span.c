// SPDX-License-Identifier: GPL-2.0-only
#include "acpi/span.h"

#include <inttypes.h>

#include "acpi/log.h"

#define PA_LIMIT (UINT64_C(1) << 52)

struct acpi_span acpi_span_of(const struct acpi_blob *blob, struct acpi_log *log)
{
	return (struct acpi_span){.blob = blob, .log = log, .len = blob->len};
}

struct acpi_span acpi_span_cut(const struct acpi_span *s, size_t at, size_t len)
{
	struct acpi_span cut = *s;

	if (at > s->len)
		at = s->len;
	cut.offset += at;
	cut.len = len < s->len - at ? len : s->len - at;
	return cut;
}

uint64_t acpi_span_u(const struct acpi_span *s, size_t at, size_t bytes)
{
	uint64_t value = 0;

	if (bytes > s->len || at > s->len - bytes)
		return 0;
	for (size_t i = bytes; i > 0; i--)
		value = value << 8 | s->blob->bytes[s->offset + at + i - 1];
	return value;
}

void acpi_say(const struct acpi_span *s, enum acpi_level level, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	acpi_log_say(s->log, level, s->blob->sig, s->offset + at, s->blob->line, format, args);
	va_end(args);
}

bool acpi_span_has(const struct acpi_span *s, size_t need, const char *what)
{
	if (s->len >= need)
		return true;
	acpi_say(s, ACPI_ERROR, 0, "%s has %zu bytes, needs %zu", what, s->len, need);
	return false;
}

bool acpi_bytes_ok(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		   uint64_t size)
{
	if (base == 0) {
		acpi_say(s, ACPI_ERROR, at, "%s is at address 0", what);
		return false;
	}
	if (base >= PA_LIMIT || size > PA_LIMIT - base) {
		acpi_say(s, ACPI_ERROR, at,
			 "%s at 0x%" PRIx64 " of 0x%" PRIx64 " bytes is past 52 bits", what, base,
			 size);
		return false;
	}
	return true;
}

bool acpi_range_ok(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		   uint64_t size)
{
	if (!acpi_bytes_ok(s, at, what, base, size))
		return false;
	if (size >= 0x1000 && base % 0x1000 != 0)
		acpi_say(s, ACPI_WARN, at, "%s at 0x%" PRIx64 " is not page aligned", what, base);
	return true;
}

bool acpi_base_is_new(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		      uint64_t size, const struct acpi_frame *list, size_t count)
{
	if (!acpi_range_ok(s, at, what, base, size))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (list[i].base == base) {
			acpi_say(s, ACPI_WARN, at, "%s at 0x%" PRIx64 " is described twice", what,
				 base);
			return false;
		}
	}
	return true;
}

int acpi_list_full(const struct acpi_span *s, size_t at)
{
	acpi_say(s, ACPI_ERROR, at, "more than %u entries of a kind, the rest is not read",
		 ACPI_LIST_MAX);
	return ACPI_STOP;
}

/* Cuts `entry`, all that is left of the area, to the entry's own length; false if that lies. */
static bool walk_take(const struct acpi_walk *walk, struct acpi_span *entry)
{
	unsigned int type;
	size_t len;

	if (!acpi_span_has(entry, walk->header, walk->what))
		return false;
	type = (unsigned int)acpi_span_u(entry, 0, walk->type_len);
	len = walk->length(entry);
	if (len < walk->header) {
		acpi_say(entry, ACPI_ERROR, 0,
			 "%s of type %u has no valid length, the rest is not read", walk->what,
			 type);
		return false;
	}
	if (len > entry->len) {
		acpi_say(entry, ACPI_ERROR, 0, "%s of type %u is %zu bytes long, %zu are left",
			 walk->what, type, len, entry->len);
		return false;
	}
	entry->len = len;
	return true;
}

int acpi_walk(const struct acpi_walk *walk, const struct acpi_span *area, uint64_t count, void *ctx)
{
	struct acpi_span entry;
	size_t at = 0;
	uint64_t n;

	for (n = 0; n < count && at < area->len; n++, at += entry.len) {
		int rc;

		entry = acpi_span_cut(area, at, area->len - at);
		if (n == ACPI_WALK_MAX) {
			acpi_say(&entry, ACPI_ERROR, 0, "more than %u %ss, the rest is not read",
				 ACPI_WALK_MAX, walk->what);
			return 0;
		}
		if (!walk_take(walk, &entry))
			return 0;
		rc = walk->visit(ctx, &entry);
		if (rc)
			return rc;
	}
	if (count != ACPI_NO_COUNT && n < count)
		acpi_say(area, ACPI_ERROR, at, "%" PRIu64 " of %" PRIu64 " %ss are missing",
			 count - n, count, walk->what);
	return 0;
}
