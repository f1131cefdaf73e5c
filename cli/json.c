// SPDX-License-Identifier: GPL-2.0-only
#include "cli/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"

#define JSON_MAX_DEPTH 31

void json_init(struct json *j, struct buf *out)
{
	*j = (struct json){.out = out};
}

/*
 * Length of the UTF-8 sequence at s, 0 if it is none (RFC 3629: no overlong forms, no surrogates,
 * nothing over U+10FFFF).
 */
static size_t utf8_len(const unsigned char *s)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f))
		return 0;
	if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void put_ascii(struct buf *out, char c)
{
	static const char from[] = "\"\\\n\t\r";
	static const char to[] = "\"\\ntr";
	const char *at = strchr(from, c);

	if (at && c)
		buf_printf(out, "\\%c", to[at - from]);
	else if ((unsigned char)c < 0x20 || c == 0x7f)
		buf_printf(out, "\\u%04x", (unsigned int)c);
	else
		buf_add(out, &c, 1);
}

static void put_string(struct buf *out, const char *s)
{
	buf_str(out, "\"");
	while (*s) {
		size_t len = utf8_len((const unsigned char *)s);

		if (len == 1)
			put_ascii(out, *s);
		else if (len == 0)
			buf_str(out, "\xef\xbf\xbd");
		else
			buf_add(out, s, len);
		s += len ? len : 1;
	}
	buf_str(out, "\"");
}

/* The comma and the key, if any. */
static void begin_value(struct json *j, const char *key)
{
	uint32_t bit = UINT32_C(1) << j->depth;
	bool in_object = j->depth > 0 && !(j->is_array & bit);

	CHECK(in_object == (key != NULL));
	if (j->depth > 0 && (j->has_item & bit))
		buf_str(j->out, ",");
	j->has_item |= bit;
	if (key) {
		put_string(j->out, key);
		buf_str(j->out, ":");
	}
}

static void open_level(struct json *j, const char *key, bool array)
{
	uint32_t bit;

	begin_value(j, key);
	CHECK(j->depth < JSON_MAX_DEPTH);
	j->depth++;
	bit = UINT32_C(1) << j->depth;
	j->has_item &= ~bit;
	j->is_array = array ? j->is_array | bit : j->is_array & ~bit;
	buf_str(j->out, array ? "[" : "{");
}

void json_object(struct json *j, const char *key)
{
	open_level(j, key, false);
}

void json_array(struct json *j, const char *key)
{
	open_level(j, key, true);
}

void json_end(struct json *j)
{
	CHECK(j->depth > 0);
	buf_str(j->out, j->is_array & (UINT32_C(1) << j->depth) ? "]" : "}");
	j->depth--;
}

void json_u64(struct json *j, const char *key, uint64_t v)
{
	begin_value(j, key);
	buf_printf(j->out, "%" PRIu64, v);
}

void json_i64(struct json *j, const char *key, int64_t v)
{
	begin_value(j, key);
	buf_printf(j->out, "%" PRId64, v);
}

void json_bool(struct json *j, const char *key, bool v)
{
	begin_value(j, key);
	buf_str(j->out, v ? "true" : "false");
}

void json_hex(struct json *j, const char *key, uint64_t v)
{
	begin_value(j, key);
	buf_printf(j->out, "\"0x%" PRIx64 "\"", v);
}

void json_str(struct json *j, const char *key, const char *s)
{
	begin_value(j, key);
	put_string(j->out, s);
}

void json_line(struct json *j)
{
	CHECK(j->depth == 0);
	buf_str(j->out, "\n");
	j->has_item = 0;
}
