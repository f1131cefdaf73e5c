/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire.h: numbers and strings as bytes, for results on their way from a worker to its parent.
 *
 * Little-endian 64-bit numbers; strings as length, bytes and a NUL, so that the reader may point
 * into the buffer. The reader never runs past its end: a short or wrong buffer sets `bad`, and then
 * yields zeros and empty strings.
 */
#ifndef P2MLAB_WIRE_H
#define P2MLAB_WIRE_H

#include <stdint.h>

#include "base/buf.h"

void wire_put_u64(struct buf *b, uint64_t v);
void wire_put_bytes(struct buf *b, const char *s, size_t len);
void wire_put_str(struct buf *b, const char *s); /* NULL is "" */

struct wire {
	const char *p, *end;
	bool bad;
};

uint64_t wire_u64(struct wire *w);
/* Into the buffer, NUL-terminated; *len may be NULL. */
const char *wire_str(struct wire *w, size_t *len);

#endif
