// SPDX-License-Identifier: GPL-2.0-only
#include "cli/wire.h"

#include <string.h>

void wire_put_u64(struct buf *b, uint64_t v)
{
	unsigned char bytes[8];

	for (unsigned int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	buf_add(b, bytes, sizeof(bytes));
}

void wire_put_bytes(struct buf *b, const char *s, size_t len)
{
	wire_put_u64(b, len);
	buf_add(b, s, len);
	buf_add(b, "", 1);
}

void wire_put_str(struct buf *b, const char *s)
{
	wire_put_bytes(b, s ? s : "", s ? strlen(s) : 0);
}

uint64_t wire_u64(struct wire *w)
{
	uint64_t v = 0;

	if (w->bad || w->end - w->p < 8) {
		w->bad = true;
		return 0;
	}
	for (unsigned int i = 0; i < 8; i++)
		v |= (uint64_t)(unsigned char)w->p[i] << (8 * i);
	w->p += 8;
	return v;
}

const char *wire_str(struct wire *w, size_t *len)
{
	uint64_t n = wire_u64(w);
	const char *s = w->p;

	if (len)
		*len = 0;
	if (w->bad || n >= (uint64_t)(w->end - w->p) || s[n] != '\0') {
		w->bad = true;
		return "";
	}
	w->p += n + 1;
	if (len)
		*len = (size_t)n;
	return s;
}
