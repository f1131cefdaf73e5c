// SPDX-License-Identifier: GPL-2.0-only
#include "acpi/text.h"

#include <string.h>

#include "acpi/log.h"

bool text_next(struct text *t, struct text_line *line)
{
	const char *newline;

	if (t->at == t->end)
		return false;
	newline = memchr(t->at, '\n', (size_t)(t->end - t->at));
	line->at = t->at;
	line->end = newline ? newline : t->end;
	line->number = ++t->line;
	t->at = newline ? newline + 1 : t->end;
	if (line->end > line->at && line->end[-1] == '\r')
		line->end--;
	return true;
}

unsigned int text_blanks(struct text_line *line)
{
	const char *start = line->at;

	while (line->at < line->end && *line->at == ' ')
		line->at++;
	return (unsigned int)(line->at - start);
}

bool text_word(struct text_line *line, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(line->end - line->at) < len || memcmp(line->at, word, len) != 0)
		return false;
	line->at += len;
	return true;
}

/* The value of a hex digit, -1 if it is none; not isxdigit(), which asks the locale. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_hex(struct text_line *line, unsigned int digits, uint64_t *value)
{
	const char *at = line->at;
	uint64_t v = 0;

	for (; at < line->end && hex_digit(*at) >= 0; at++) {
		if (at - line->at >= (ptrdiff_t)digits)
			return false;
		v = v << 4 | (uint64_t)hex_digit(*at);
	}
	if (at == line->at)
		return false;
	line->at = at;
	*value = v;
	return true;
}

bool text_at_end(const struct text_line *line)
{
	return line->at == line->end;
}

bool text_is_blank(struct text_line line)
{
	text_blanks(&line);
	return text_at_end(&line);
}

void text_say(struct acpi_log *log, enum acpi_level level, const char *sig,
	      const struct text_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	acpi_log_say(log, level, sig, line->number, line->number, format, args);
	va_end(args);
}
