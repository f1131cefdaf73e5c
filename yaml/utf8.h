/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * utf8.h: characters of a text as people count them: columns, and what may be shown.
 */
#ifndef P2MLAB_UTF8_H
#define P2MLAB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The character at text[0..len): its length in bytes and *code; an invalid byte is one character
 * with code UTF8_BAD. len > 0.
 */
#define UTF8_BAD UINT32_MAX
size_t utf8_next(const char *text, size_t len, uint32_t *code);

/*
 * May be sent to a terminal as it is: no control, no other separator of lines, nothing that
 * reorders text, not invalid.
 */
bool utf8_printable(uint32_t code);

#endif
