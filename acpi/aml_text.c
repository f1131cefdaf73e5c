// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_text.c: the strings of a result, paths among them, and messages.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "acpi/aml_private.h"
#include "acpi/log.h"

#define CHUNK_BYTES 8192u

/* Leading backslash, and four characters and a dot for each level. */
#define PATH_MAX_LEN (AML_DEPTH_MAX * 5 + 2)

struct aml_chunk {
	struct aml_chunk *next;
	size_t used, room;
	char text[];
};

static char *chunk_alloc(struct aml_reader *r, size_t bytes)
{
	struct aml_chunk *chunk = r->chunks;

	if (!chunk || chunk->room - chunk->used < bytes) {
		size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;

		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk) {
			r->rc = -ENOMEM;
			return NULL;
		}
		*chunk = (struct aml_chunk){.next = r->chunks, .room = room};
		r->chunks = chunk;
	}
	chunk->used += bytes;
	return chunk->text + chunk->used - bytes;
}

void aml_chunks_free(struct aml_chunk *chunks)
{
	while (chunks) {
		struct aml_chunk *next = chunks->next;

		free(chunks);
		chunks = next;
	}
}

const char *aml_printf(struct aml_reader *r, const char *format, ...)
{
	char text[1024];
	va_list args;
	char *copy;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	copy = chunk_alloc(r, strlen(text) + 1);
	return copy ? strcpy(copy, text) : "";
}

/* Underscores at its end are padding; one of nothing else keeps its first. */
static size_t seg_text(char *out, uint32_t seg)
{
	size_t len = 4;

	for (size_t i = 0; i < 4; i++)
		out[i] = (char)(seg >> 8 * i);
	while (len > 1 && out[len - 1] == '_')
		len--;
	return len;
}

const char *aml_path(struct aml_reader *r, uint32_t node)
{
	uint32_t way[AML_DEPTH_MAX];
	size_t levels = 0, len = 1;
	char text[PATH_MAX_LEN] = "\\";

	for (uint32_t at = node; at != AML_ROOT; at = aml_node(r, at)->parent)
		way[levels++] = aml_node(r, at)->seg;
	while (levels > 0) {
		len += seg_text(text + len, way[--levels]);
		if (levels > 0)
			text[len++] = '.';
	}
	text[len] = '\0';
	return aml_printf(r, "%s", text);
}

const char *aml_name_text(struct aml_reader *r, const struct aml_name *name)
{
	char text[256];
	size_t len = 0;

	if (name->root)
		text[len++] = '\\';
	for (unsigned int i = 0; i < name->up && len < 64; i++)
		text[len++] = '^';
	for (unsigned int i = 0; i < name->count && len < sizeof(text) - 8; i++) {
		if (i > 0)
			text[len++] = '.';
		len += seg_text(text + len, aml_seg(name->segs + 4 * (size_t)i));
	}
	text[len] = '\0';
	return aml_printf(r, "%s", text);
}

static void say(struct aml_reader *r, enum acpi_level level, size_t table, size_t at,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

static void say(struct aml_reader *r, enum acpi_level level, size_t table, size_t at,
		const char *format, ...)
{
	const struct acpi_blob *blob = &r->tables->tables.items[table];
	va_list args;

	va_start(args, format);
	acpi_log_say(r->log, level, blob->sig, at, blob->line, format, args);
	va_end(args);
}

void aml_say(struct aml_reader *r, enum acpi_level level, size_t table, size_t at,
	     const char *format, ...)
{
	char text[256];
	va_list args;

	if (r->quiet || r->said[table] > AML_MESSAGES_MAX)
		return;
	if (r->said[table]++ == AML_MESSAGES_MAX) {
		say(r, ACPI_WARN, table, at, "and more, which are not listed");
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(r, level, table, at, "%s", text);
}

void aml_truncated(struct aml_reader *r, const struct aml_at *c, const char *what)
{
	/* Not aml_say(): nobody may miss this, also while the scan is quiet or behind many others.
	 */
	if (!r->out->truncated)
		say(r, ACPI_ERROR, c->table, c->at, "more than %s, the rest is not read", what);
	r->out->truncated = true;
}

void aml_dynamic_row(struct aml_reader *r, const char *path, const char *reason, size_t table,
		     size_t offset)
{
	struct aml_at at = {.table = table, .at = offset};

	if (r->out->dynamic.count >= AML_LIST_MAX)
		aml_truncated(r, &at, "65536 objects that need a method");
	else if (vec_push(&r->out->dynamic, (struct aml_dynamic){path, reason, table, offset}))
		r->rc = -ENOMEM;
}
