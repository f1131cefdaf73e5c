/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * term.h: whether to colour. docs/CLI.md has the order of precedence.
 */
#ifndef P2MLAB_TERM_H
#define P2MLAB_TERM_H

#include <stdbool.h>

enum color_when {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
	COLOR_COUNT,
};
extern const char *const color_name[COLOR_COUNT]; /* "auto", "always", "never" */

/* True if what goes to `fd` is to be coloured; looks at the environment and the terminal. */
bool term_color(enum color_when when, int fd);

#endif
