/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seq_buf.h: a caller's char[len] that is appended to and cut off when full; always ends in NUL
 * once something was added. For what grows, buf.h.
 */
#ifndef P2MLAB_SEQ_BUF_H
#define P2MLAB_SEQ_BUF_H

#include <stddef.h>

struct seq_buf {
	char *buf;
	size_t len, used;
};

__attribute__((format(printf, 2, 3))) void seq_buf_printf(struct seq_buf *t, const char *fmt, ...);

#endif
