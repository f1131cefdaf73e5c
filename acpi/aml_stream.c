// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_stream.c: numbers, package lengths, names and opcodes of AML (ACPI 6.5, 20.2).
 */
#include <string.h>

#include "acpi/aml_private.h"

#define DUAL_PREFIX  0x2e
#define MULTI_PREFIX 0x2f
#define EXT_PREFIX   0x5b

static bool ends_early(struct aml_reader *r, const struct aml_at *c, const char *what)
{
	aml_say(r, ACPI_ERROR, c->table, c->at, "the package ends inside %s", what);
	return false;
}

bool aml_number(struct aml_reader *r, struct aml_at *c, unsigned int bytes, uint64_t *value)
{
	if (c->end - c->at < bytes)
		return ends_early(r, c, "a number");
	*value = 0;
	for (unsigned int i = bytes; i > 0; i--)
		*value = *value << 8 | c->bytes[c->at + i - 1];
	c->at += bytes;
	return true;
}

bool aml_length(struct aml_reader *r, struct aml_at *c, size_t *value)
{
	size_t more = c->at < c->end ? c->bytes[c->at] >> 6 : 0, len;

	if (more >= c->end - c->at)
		return ends_early(r, c, "a length");
	len = more ? c->bytes[c->at] & 0x0f : c->bytes[c->at] & 0x3f;
	for (size_t i = 0; i < more; i++)
		len |= (size_t)c->bytes[c->at + 1 + i] << (4 + 8 * i);
	c->at += more + 1;
	*value = len;
	return true;
}

bool aml_package(struct aml_reader *r, struct aml_at *c, struct aml_at *inside)
{
	size_t start = c->at, len;

	if (!aml_length(r, c, &len))
		return false;
	if (len < c->at - start || len > c->end - start) {
		aml_say(r, ACPI_ERROR, c->table, start, "a package of %zu bytes where %zu are left",
			len, c->end - start);
		c->at = start;
		return false;
	}
	*inside = *c;
	inside->end = c->at = start + len;
	return true;
}

static bool is_lead(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || c == '_';
}

bool aml_is_name(const struct aml_at *c)
{
	uint8_t first = c->at < c->end ? c->bytes[c->at] : 0;

	return is_lead(first) || first == '\\' || first == '^' || first == DUAL_PREFIX ||
	       first == MULTI_PREFIX;
}

static bool segs_ok(const uint8_t *segs, size_t count)
{
	for (size_t i = 0; i < 4 * count; i++)
		if (!is_lead(segs[i]) && (i % 4 == 0 || segs[i] < '0' || segs[i] > '9'))
			return false;
	return true;
}

/* Segments of a name at `at`: how many, and how many bytes tell so. */
static size_t seg_count(const struct aml_at *c, size_t at, size_t *prefix)
{
	uint8_t first = at < c->end ? c->bytes[at] : 0;

	*prefix = 1;
	if (first == 0)
		return 0;
	if (first == DUAL_PREFIX)
		return 2;
	if (first == MULTI_PREFIX) {
		*prefix = 2;
		return at + 1 < c->end ? c->bytes[at + 1] : 0;
	}
	*prefix = 0;
	return 1;
}

bool aml_name(struct aml_reader *r, struct aml_at *c, struct aml_name *name)
{
	size_t at = c->at, count, prefix;

	*name = (struct aml_name){.at = at};
	if (at < c->end && c->bytes[at] == '\\') {
		name->root = true;
		at++;
	}
	for (; at < c->end && c->bytes[at] == '^' && !name->root && name->up < AML_DEPTH_MAX; at++)
		name->up++;
	count = seg_count(c, at, &prefix);
	if (prefix + 4 * count > c->end - at)
		return ends_early(r, c, "a name");
	at += prefix;
	if (!segs_ok(c->bytes + at, count)) {
		aml_say(r, ACPI_ERROR, c->table, c->at, "a name of other characters than A-Z0-9_");
		return false;
	}
	name->count = (unsigned int)count;
	name->segs = c->bytes + at;
	c->at = at + 4 * count;
	return true;
}

bool aml_string(struct aml_reader *r, struct aml_at *c, size_t *len)
{
	const uint8_t *end = memchr(c->bytes + c->at, '\0', c->end - c->at);

	if (!end)
		return ends_early(r, c, "a string");
	*len = (size_t)(end - (c->bytes + c->at));
	c->at += *len + 1;
	return true;
}

bool aml_opcode(struct aml_at *c, unsigned int *op)
{
	if (c->at >= c->end)
		return false;
	*op = c->bytes[c->at];
	if (*op == EXT_PREFIX) {
		if (c->end - c->at < 2)
			return false;
		*op = *op << 8 | c->bytes[c->at + 1];
		c->at++;
	}
	c->at++;
	return true;
}

bool aml_step(struct aml_reader *r, const struct aml_at *c)
{
	if (++r->steps <= r->steps_max)
		return r->rc == 0;
	r->unread = true;
	aml_truncated(r, c, "the steps that tables of this size may take");
	return false;
}

uint32_t aml_seg(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}
