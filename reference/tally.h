/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tally.h: what QEMU's plugin counted, stop by stop, against what the engine counted.
 */
#ifndef P2MLAB_REFERENCE_TALLY_H
#define P2MLAB_REFERENCE_TALLY_H

#include "base/buf.h"
#include "reference/image.h"

struct ref_tally {
	VEC(struct el2_count) stops; /* of all runs */
	VEC(size_t) ends;	     /* of each run, in stops[] */
};

/*
 * Takes the plugin's file, bytes[len]. True if it is whole and of the image's runs; else a sentence
 * in why[why_len]. *t is zeroed or from an earlier call, and released by ref_tally_fini().
 */
bool ref_tally_parse(struct ref_tally *t, const void *bytes, size_t len,
		     const struct ref_image *img, char *why, size_t why_len);
void ref_tally_fini(struct ref_tally *t);

/*
 * How many runs were counted differently. Of the first `shown` of them the first stop that differs
 * is appended to `text`. all: every run stopped as foreseen, and must have been counted at each
 * stop; otherwise runs are compared as far as QEMU counted them.
 */
size_t ref_tally_compare(const struct ref_image *img, const struct ref_tally *t, bool all,
			 size_t shown, struct buf *text);

/* Adds what the plugin counted, and the number of stops, at which it did so. */
void ref_tally_sum(const struct ref_tally *t, struct ref_counts *sum, size_t *stops);

#endif
