/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h: lines of a text in memory, and the few tokens the firmware texts are made of.
 *
 * Private to acpi/. A text need not end in a newline or a NUL and may hold any byte; "\r\n" ends a
 * line too. Every function moves `at` only past what it accepted and never past `end`.
 */
#ifndef P2MLAB_ACPI_TEXT_H
#define P2MLAB_ACPI_TEXT_H

#include "acpi/acpi.h"

struct text {
	const char *at, *end;
	unsigned int line; /* number of the line text_next() gave last, from 1 */
};

struct text_line {
	const char *at, *end; /* what is left of it, without the newline */
	unsigned int number;
};

/* The next line; false at the end of the text. */
bool text_next(struct text *t, struct text_line *line);

/* Eats blanks and says how many. Tabs are no blanks: none of the texts has them. */
unsigned int text_blanks(struct text_line *line);

/* Eats `word` if it comes next. */
bool text_word(struct text_line *line, const char *word);

/*
 * Eats a run of hex digits. False, and nothing eaten, if it is empty or longer than `digits`, 16
 * at most; leading zeros count.
 */
bool text_hex(struct text_line *line, unsigned int digits, uint64_t *value);

bool text_at_end(const struct text_line *line);

/* True if nothing but blanks is left. */
bool text_is_blank(struct text_line line);

/* Says it of this line: its number is the offset (acpi.h). */
void text_say(struct acpi_log *log, enum acpi_level level, const char *sig,
	      const struct text_line *line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
