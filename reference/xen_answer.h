/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_answer.h: the lines that the Dom0 of reference/xen writes to its console.
 */
#ifndef P2MLAB_REFERENCE_XEN_ANSWER_H
#define P2MLAB_REFERENCE_XEN_ANSWER_H

#include "base/buf.h"
#include "base/vec.h"
#include "reference/xen/abi.h"

struct xr_line {
	unsigned int step;
	enum xr_tag tag;
	uint64_t w[XR_LINE_WORDS];
	/*
	 * The simulator alone: Xen's instructions since the line before, and all that ran between
	 * the three times that the clock was read, of which w[] has ticks.
	 */
	uint64_t xen_insns, first_insns, other_insns;
};

struct xr_answer {
	VEC(struct xr_line) lines; /* in order, first HELLO, last END */
	char xen[96];		   /* what Xen calls itself; "": it said nothing */
	uint64_t text; /* where Xen says its grant table range is: __pa(_stext); 0: nowhere */
	size_t others; /* lines that are no answers */
};

/* One line of a console without its end; false if it is no answer, or a damaged one. */
bool xr_line_parse(const char *text, size_t len, struct xr_line *out, unsigned int *number);

/*
 * All of a console's text. True if it has every line from HELLO to END, undamaged; else a sentence
 * in `why`, which begins with what Dom0 itself said if it gave up. *a is zeroed, or from an earlier
 * call, and released by xr_answer_fini().
 */
bool xr_answer_parse(struct xr_answer *a, const char *text, size_t len, struct buf *why);
void xr_answer_fini(struct xr_answer *a);

#endif
