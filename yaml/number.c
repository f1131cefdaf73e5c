// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "yaml/yaml_tree.h"

static int digit(char c, unsigned int base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < (int)base ? value : -1;
}

/* What is wrong with the rest of a number that has digits before it. */
static const char *bad_tail(const char *tail, unsigned int base)
{
	if (*tail == '.' || *tail == ',')
		return "whole numbers only: write '1536K' for 1.5M";
	if (*tail == '_')
		return "no '_' between digits";
	if (base == 10 && digit(*tail, 16) >= 0)
		return "hexadecimal starts with '0x'";
	return "a number may end in one K, M, G or T, as in '256M'";
}

const char *parse_u64(const char *text, uint64_t *value)
{
	static const char units[] = "KMGT";
	unsigned int base = 10, shift = 0;
	const char *start = text, *unit;
	uint64_t sum = 0;

	if (*text == '-' || *text == '+')
		return "no sign: addresses and sizes are not negative";
	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		start = text += 2;
	}
	for (; digit(*text, base) >= 0; text++) {
		uint64_t d = (uint64_t)digit(*text, base);

		if (sum > (UINT64_MAX - d) / base)
			return "more than 64 bits";
		sum = sum * base + d;
	}
	if (text == start)
		return "write it as '4096', '0x1000' or '4K'";
	if (base == 10 && *start == '0' && text - start > 1)
		return "leading zero: write '10' or '0x10'";
	if (*text && (unit = strchr(units, *text))) {
		shift = 10 * (unsigned int)(unit - units + 1);
		text++;
	}
	if (*text)
		return bad_tail(text, base);
	if (sum > UINT64_MAX >> shift)
		return "more than 64 bits";
	*value = sum << shift;
	return NULL;
}
