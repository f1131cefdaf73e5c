// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/utf8.h"

#include "base/check.h"

/* The shapes of a lead byte, and the smallest code each may give (shorter forms are invalid). */
static const struct {
	uint8_t mask, lead, bytes;
	uint32_t min;
} shapes[] = {
	{0x80, 0x00, 1, 0},
	{0xe0, 0xc0, 2, 0x80},
	{0xf0, 0xe0, 3, 0x800},
	{0xf8, 0xf0, 4, 0x10000},
};

size_t utf8_next(const char *text, size_t len, uint32_t *code)
{
	const uint8_t *byte = (const uint8_t *)text;
	uint32_t value;
	size_t shape = 0;

	*code = UTF8_BAD;
	while (shape < ARRAY_SIZE(shapes) && (byte[0] & shapes[shape].mask) != shapes[shape].lead)
		shape++;
	if (shape == ARRAY_SIZE(shapes) || shapes[shape].bytes > len)
		return 1;
	value = byte[0] & (uint8_t)~shapes[shape].mask;
	for (size_t i = 1; i < shapes[shape].bytes; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (byte[i] & 0x3f);
	}
	if (value < shapes[shape].min || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 1;
	*code = value;
	return shapes[shape].bytes;
}

bool utf8_printable(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	/* line and paragraph separators, embeddings and overrides, isolates */
	if ((code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
		return false;
	/* a byte order mark has no width */
	return code <= 0x10ffff && code != 0xfeff;
}
