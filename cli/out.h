/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out.h: one output, the standard output or a file, whose every failure is noticed.
 *
 * The first failure (disk full, closed pipe) is kept in `error` and silences the rest, so that the
 * caller says "cannot write 'x': ..." once and the other outputs go on.
 */
#ifndef P2MLAB_OUT_H
#define P2MLAB_OUT_H

#include "base/buf.h"

struct out {
	const char *name; /* for messages: "stdout" or the path; borrowed */
	int fd;		  /* -1: not open */
	int error;	  /* 0, or the -errno of the first failure */
	bool is_stdout;
	bool reported; /* the caller has told the user */
	struct buf pending;
};

/* path NULL: the standard output. 0 or -errno (also kept in error). */
int out_open(struct out *o, const char *path);

/*
 * Writes all of a file, or the standard output for NULL: what was there stays if it does not fit. A
 * file that is none (a device, a pipe) is written to directly. 0 or -errno.
 */
int out_replace(const char *path, const void *bytes, size_t len);

/* Buffered; out_flush() hands it to the kernel. Both return o->error. */
int out_write(struct out *o, const void *bytes, size_t len);
int out_buf(struct out *o, const struct buf *b);
int out_flush(struct out *o);

/* Flushes, closes a file, and returns the error of it all. Accepts one that is not open. */
int out_close(struct out *o);

/* True while bytes can still arrive somewhere. */
static inline bool out_alive(const struct out *o)
{
	return o->fd >= 0 && o->error == 0;
}

#endif
