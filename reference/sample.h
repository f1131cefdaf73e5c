/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sample.h: which addresses of a real p2m are worth a question.
 */
#ifndef P2MLAB_REFERENCE_SAMPLE_H
#define P2MLAB_REFERENCE_SAMPLE_H

#include "reference/image.h"

/*
 * Adds to the job that was begun with `p2m`: the first and last page of every leaf, the pages on
 * both sides of every run of leaves (thinned out evenly if there are more than `leaves_max`
 * leaves; borders of runs always stay), the borders of the input range, and `random` addresses of
 * it.
 */
void ref_sample(struct ref_image *img, const struct p2m *p2m, uint64_t leaves_max,
		unsigned int random);

#endif
