/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * buf.h: a growing byte string, what every message and report is built in.
 *
 * A zeroed buf is empty and valid. Running out of memory is sticky: `lost` is set, later additions
 * do nothing, and the owner reports it once.
 */
#ifndef P2MLAB_BUF_H
#define P2MLAB_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *s; /* NUL-terminated; NULL while nothing was added */
	size_t len, room;
	bool lost;
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *s);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *b, const char *fmt, ...);

/* Text of a user's file for a terminal: each control character becomes '?'. */
void buf_text(struct buf *b, const char *s, size_t len);

/* `count` times `c`. */
void buf_pad(struct buf *b, char c, size_t count);

/* `s` as one word of a POSIX shell: quoted only if it must be. */
void buf_shell(struct buf *b, const char *s);

/* Drops the first `len` bytes. */
void buf_cut(struct buf *b, size_t len);

void buf_reset(struct buf *b); /* empties, keeps the memory */
void buf_fini(struct buf *b);

/* Never NULL. */
static inline const char *buf_cstr(const struct buf *b)
{
	return b->s ? b->s : "";
}

#endif
