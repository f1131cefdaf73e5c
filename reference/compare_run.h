/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare_run.h: what Dom0's code did under QEMU against what it did here.
 */
#ifndef P2MLAB_REFERENCE_COMPARE_RUN_H
#define P2MLAB_REFERENCE_COMPARE_RUN_H

#include "base/buf.h"
#include "reference/image.h"

/*
 * 1 if the answer (count words) differs from the run's stops or from its memory, else 0. The first
 * difference is appended to `text` (unless NULL) with both sides: what follows from it is not told.
 */
size_t ref_compare_run(const struct ref_image *img, const struct ref_job *job,
		       const uint64_t *answer, size_t count, struct buf *text);

/* Appends the line that says which stop of a run is spoken of; after the last: the run's end. */
void ref_show_place(const struct ref_image *img, const struct ref_job *job, size_t n,
		    struct buf *text);

#endif
