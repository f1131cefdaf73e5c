/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * answer.h: the frames of a payload's answers, as words for each job.
 */
#ifndef P2MLAB_REFERENCE_ANSWER_H
#define P2MLAB_REFERENCE_ANSWER_H

#include "reference/image.h"

struct ref_answers {
	VEC(uint64_t) values; /* of all probes and stops of all jobs, in order */
	VEC(size_t) ends;     /* of each job, in values[] */
	size_t jobs;	      /* that answered */
	uint64_t mmfr0, midr;
	bool greeted;  /* mmfr0 and midr have come */
	bool complete; /* the payload said so itself */
};

/*
 * Takes the frames in bytes[len] that are whole and right, up to the first that is not. True if the
 * answer is complete and of the CPU that the image is for; else a sentence in why[why_len]. *a is
 * zeroed or from an earlier call, and released by ref_answers_fini().
 */
bool ref_answers_parse(struct ref_answers *a, const void *bytes, size_t len,
		       const struct ref_image *img, char *why, size_t why_len);
void ref_answers_fini(struct ref_answers *a);

#endif
