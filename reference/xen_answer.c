// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XEN_SAYS  "(XEN) Xen version "
#define TEXT_SAYS "(XEN) Grant table range: 0x"

/* Small letters only, as both sides write them; -1: it is none. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `digits` hexadecimal digits (small letters) and the character behind them. */
static bool take_hex(const char **at, unsigned int digits, char behind, uint64_t *value)
{
	*value = 0;
	for (unsigned int k = 0; k < digits; k++, ++*at) {
		int digit = hex_digit(**at);

		if (digit < 0)
			return false;
		*value = *value << 4 | (uint64_t)digit;
	}
	return behind ? *(*at)++ == behind : true;
}

static bool is_tag(char c)
{
	return c && strchr("HCOARSEX", c);
}

bool xr_line_parse(const char *text, size_t len, struct xr_line *out, unsigned int *number)
{
	const char *at = text + sizeof(XR_MARK);
	uint64_t no, step, sum;

	*out = (struct xr_line){.step = 0};
	if (len != XR_LINE - 1 || memcmp(text, XR_MARK " ", sizeof(XR_MARK)) != 0)
		return false;
	if (!take_hex(&at, 4, ' ', &no) || !take_hex(&at, 4, ' ', &step) || !is_tag(*at))
		return false;
	out->tag = (enum xr_tag) * at++;
	if (*at++ != ' ')
		return false;
	for (unsigned int k = 0; k < XR_LINE_WORDS; k++)
		if (!take_hex(&at, 16, ' ', &out->w[k]))
			return false;
	if (!take_hex(&at, 8, '\0', &sum) || sum != xr_line_sum(text, XR_SUM_AT))
		return false;
	out->step = (unsigned int)step;
	*number = (unsigned int)no;
	return true;
}

static void gave_up(const struct xr_line *l, struct buf *why)
{
	switch (l->w[0]) {
	case XR_STOP_EL:
		buf_printf(why, "Dom0 was started at exception level %" PRIu64, l->w[1]);
		break;
	case XR_STOP_REQUEST:
		buf_printf(why, "Dom0 found no request behind its image, or a damaged one");
		break;
	case XR_STOP_PLACE:
		buf_printf(why,
			   "Dom0's RAM begins at 0x%" PRIx64
			   ", not where the platform has it: this Xen chose another place",
			   l->w[1]);
		break;
	case XR_STOP_EXCEPTION:
		buf_printf(why,
			   "Dom0 took an exception in step %u that no step expects: ESR 0x%" PRIx64
			   ", ELR 0x%" PRIx64 ", FAR 0x%" PRIx64,
			   l->step, l->w[1], l->w[2], l->w[3]);
		break;
	default:
		buf_printf(why, "Dom0 gave up at step %u (%" PRIu64 ", 0x%" PRIx64 ")", l->step,
			   l->w[0], l->w[1]);
	}
}

static void take_banner(struct xr_answer *a, const char *text, size_t len)
{
	size_t mark = sizeof(XEN_SAYS) - 1, end = mark;

	if (a->xen[0] || len <= mark || memcmp(text, XEN_SAYS, mark) != 0)
		return;
	while (end < len && text[end] && text[end - 1] != ')')
		end++;
	snprintf(a->xen, sizeof(a->xen), "%.*s", (int)(end - mark), text + mark);
}

static void take_text(struct xr_answer *a, const char *text, size_t len)
{
	size_t mark = sizeof(TEXT_SAYS) - 1;
	uint64_t value = 0;

	if (len <= mark || memcmp(text, TEXT_SAYS, mark) != 0)
		return;
	for (size_t k = mark; k < len && hex_digit(text[k]) >= 0; k++)
		value = value << 4 | (uint64_t)hex_digit(text[k]);
	a->text = value;
}

/* One line of the console. False: not to be gone on with. */
static bool take_line(struct xr_answer *a, const char *text, size_t len, struct buf *why)
{
	struct xr_line line;
	unsigned int number;

	if (len < sizeof(XR_MARK) || memcmp(text, XR_MARK " ", sizeof(XR_MARK)) != 0) {
		take_banner(a, text, len);
		take_text(a, text, len);
		a->others++;
		return true;
	}
	if (!xr_line_parse(text, len, &line, &number)) {
		buf_printf(why, "answer %zu is damaged", a->lines.count);
		return false;
	}
	if (line.tag == XR_TAG_STOP) {
		gave_up(&line, why);
		return false;
	}
	if (number != (a->lines.count & 0xffff)) {
		buf_printf(why, "answer %u came in place of answer %zu", number, a->lines.count);
		return false;
	}
	if ((line.tag == XR_TAG_HELLO) != (a->lines.count == 0)) {
		buf_str(why, "Dom0 started more than once");
		return false;
	}
	if (vec_push(&a->lines, line)) {
		buf_str(why, "out of memory");
		return false;
	}
	return true;
}

bool xr_answer_parse(struct xr_answer *a, const char *text, size_t len, struct buf *why)
{
	size_t at = 0;

	a->lines.count = 0;
	a->xen[0] = '\0';
	a->text = 0;
	a->others = 0;
	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line = end ? (size_t)(end - (text + at)) : len - at;
		size_t bare = line;

		while (bare && text[at + bare - 1] == '\r')
			bare--;
		/* What the end of the text cuts off is no damage but missing. */
		if (end && !take_line(a, text + at, bare, why))
			return false;
		at += line + 1;
	}
	if (!a->lines.count)
		buf_str(why, "Dom0 never spoke");
	else if (a->lines.items[a->lines.count - 1].tag != XR_TAG_END)
		buf_printf(why, "Dom0 stopped after answer %zu, in step %u", a->lines.count - 1,
			   a->lines.items[a->lines.count - 1].step);
	else
		return true;
	return false;
}

void xr_answer_fini(struct xr_answer *a)
{
	vec_fini(&a->lines);
}
