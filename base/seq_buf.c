// SPDX-License-Identifier: GPL-2.0-only
#include "base/seq_buf.h"

#include <stdarg.h>
#include <stdio.h>

void seq_buf_printf(struct seq_buf *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->used >= t->len)
		return;
	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->used, t->len - t->used, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->used += (size_t)n;
}
