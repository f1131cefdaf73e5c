/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.h: a JSON writer for lines that are compared byte by byte.
 *
 * Integers only, keys in the order they are written, no spaces, UTF-8 raw. `key` is NULL inside an
 * array and at the top. Nesting errors are bugs of ours and CHECKed.
 */
#ifndef P2MLAB_JSON_H
#define P2MLAB_JSON_H

#include <stdint.h>

#include "base/buf.h"

struct json {
	struct buf *out;
	unsigned int depth;
	uint32_t is_array; /* bit per depth */
	uint32_t has_item; /* bit per depth: a comma is due */
};

void json_init(struct json *j, struct buf *out);

void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j);

void json_u64(struct json *j, const char *key, uint64_t v);
void json_i64(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
/* "0x4010000000": a string, because addresses do not fit a double. */
void json_hex(struct json *j, const char *key, uint64_t v);
/* Control characters are escaped; a byte that is not UTF-8 becomes U+FFFD. */
void json_str(struct json *j, const char *key, const char *s);

/* Ends a line; everything must be closed. */
void json_line(struct json *j);

#endif
