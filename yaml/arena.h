/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arena.h: memory that is freed all at once: the strings and structs of one loaded file.
 */
#ifndef P2MLAB_ARENA_H
#define P2MLAB_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);	  /* NULL: no memory */
void arena_free(struct arena *a); /* accepts NULL */

/* Zeroed, aligned for any type; NULL if there is no memory. */
void *arena_alloc(struct arena *a, size_t bytes);
char *arena_strndup(struct arena *a, const char *text, size_t len);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *a, const char *fmt, ...);

#endif
