/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_compare.h: a real Xen's answer against the model's.
 */
#ifndef P2MLAB_REFERENCE_XEN_COMPARE_H
#define P2MLAB_REFERENCE_XEN_COMPARE_H

#include "reference/xen_answer.h"
#include "reference/xen_request.h"

struct xr_counts {
	size_t calls, codes;		 /* hypercalls made, and return codes compared */
	size_t accesses, aborts;	 /* of which aborted */
	size_t words;			 /* of memory, errs[] most of them */
	size_t ticks_theirs, ticks_ours; /* that Dom0 took in its calls, */
	size_t continued_theirs;	 /* and of these where a call was to be continued */
	size_t continued_ours;
	size_t differences;
};

/*
 * Compares everything but time. Appends at most `show` differences, each with both sides, to `text`
 * and counts; a step that differs counts once. Where the request has a tick, a side on which hardly
 * a call was continued has not shown that continuations work: that is a difference, too.
 */
void xr_compare(const struct xr_request *r, const struct xr_answer *theirs,
		const struct xr_answer *ours, size_t show, struct xr_counts *counts,
		struct buf *text);

/*
 * A table of the costed steps: instructions of Xen, theirs and ours, of the first time and, where
 * it was done again, of the mean time after that. Theirs are by a clock of 16 instructions to a
 * tick, so a single one is off by up to 16; ours are exact.
 */
void xr_costs(const struct xr_request *r, const struct xr_answer *theirs,
	      const struct xr_answer *ours, struct buf *text);

#endif
