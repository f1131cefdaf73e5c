// SPDX-License-Identifier: GPL-2.0-only
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and the NUL. */
static bool buf_reserve(struct buf *b, size_t more)
{
	size_t want = b->room ? b->room : 64;
	char *bigger;

	if (b->lost)
		return false;
	if (b->len + more < b->room)
		return true;
	while (want <= b->len + more)
		want *= 2;
	bigger = realloc(b->s, want);
	if (!bigger) {
		b->lost = true;
		return false;
	}
	b->s = bigger;
	b->room = want;
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!buf_reserve(b, len))
		return;
	if (len)
		memcpy(b->s + b->len, bytes, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0 || !buf_reserve(b, (size_t)len))
		return;
	va_start(ap, fmt);
	vsnprintf(b->s + b->len, b->room - b->len, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

/* Length of the control character at s: C0 and DEL are a byte, C1 two of UTF-8; 0: it is none. */
static size_t control_len(const char *s, size_t len)
{
	const unsigned char *c = (const unsigned char *)s;

	if (c[0] < 0x20 || c[0] == 0x7f)
		return 1;
	return len > 1 && c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0 ? 2 : 0;
}

void buf_text(struct buf *b, const char *s, size_t len)
{
	while (len) {
		size_t control = control_len(s, len), n = control ? control : 1;

		buf_add(b, control ? "?" : s, 1);
		s += n;
		len -= n;
	}
}

void buf_pad(struct buf *b, char c, size_t count)
{
	if (!buf_reserve(b, count))
		return;
	memset(b->s + b->len, c, count);
	b->len += count;
	b->s[b->len] = '\0';
}

void buf_shell(struct buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=:,./@%";

	if (*s && s[strspn(s, plain)] == '\0') {
		buf_str(b, s);
		return;
	}
	buf_str(b, "'");
	for (; *s; s++) {
		if (*s == '\'')
			buf_str(b, "'\\''");
		else
			buf_add(b, s, 1);
	}
	buf_str(b, "'");
}

void buf_cut(struct buf *b, size_t len)
{
	if (len == 0)
		return;
	memmove(b->s, b->s + len, b->len - len + 1);
	b->len -= len;
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->lost = false;
	if (b->s)
		b->s[0] = '\0';
}

void buf_fini(struct buf *b)
{
	free(b->s);
	*b = (struct buf){0};
}
