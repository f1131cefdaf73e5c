/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare.h: QEMU's answers against ours.
 */
#ifndef P2MLAB_REFERENCE_COMPARE_H
#define P2MLAB_REFERENCE_COMPARE_H

#include "base/buf.h"
#include "reference/answer.h"
#include "reference/expect.h"

/* Adds what QEMU's walks came to, by enum ref_outcome. */
void ref_count_outcomes(const struct ref_image *img, const struct ref_answers *a,
			size_t counts[REF_OUTCOME_COUNT]);

/*
 * How many probes of a complete answer differ. The first `shown` of them are appended to `text`:
 * the job, the address, both results, our walk step by step and the registers of the job.
 */
size_t ref_compare(const struct ref_image *img, const struct ref_answers *a, size_t shown,
		   struct buf *text);

#endif
