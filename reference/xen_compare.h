/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_compare.h: a real Xen's answer against the model's.
 */
#ifndef P2MLAB_REFERENCE_XEN_COMPARE_H
#define P2MLAB_REFERENCE_XEN_COMPARE_H

#include "reference/xen_answer.h"
#include "reference/xen_request.h"

struct xr_counts {
	size_t calls, codes;	  /* hypercalls made, and return codes compared */
	size_t accesses, aborts;  /* of which aborted */
	size_t words;		  /* of memory, errs[] most of them */
	size_t interrupts_theirs; /* ticks that the real one took in its calls, */
	size_t interrupts_ours;	  /* and the model */
	size_t differences;
};

/*
 * Compares everything but time. Appends at most `show` differences, each with both sides, to `text`
 * and counts; a step that differs counts once.
 */
void xr_compare(const struct xr_request *r, const struct xr_answer *theirs,
		const struct xr_answer *ours, size_t show, struct xr_counts *counts,
		struct buf *text);

/*
 * A table of the costed steps: instructions of Xen, theirs and ours, of the first time and, where
 * it was done again, of the mean time after that. The clock has 16 instructions to a tick.
 */
void xr_costs(const struct xr_request *r, const struct xr_answer *theirs,
	      const struct xr_answer *ours, struct buf *text);

#endif
