/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sweep.h: every entry of a p2m's tables as a question.
 */
#ifndef P2MLAB_REFERENCE_SWEEP_H
#define P2MLAB_REFERENCE_SWEEP_H

#include "reference/image.h"

/*
 * Adds to the job that was begun with `p2m`, and to more jobs if one is not enough: every page of
 * every leaf, blocks too, and the first and last page of every entry that has none, for reads and
 * for writes; as few runs of which our own walk says the same.
 */
void ref_sweep(struct ref_image *img, const struct p2m *p2m);

#endif
