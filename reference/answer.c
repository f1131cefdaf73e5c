// SPDX-License-Identifier: GPL-2.0-only
#include "reference/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct reader {
	const uint8_t *at;
	size_t left;
};

/* Copies, as the bytes of a file are aligned to nothing. */
static bool take(struct reader *r, void *to, size_t len)
{
	if (r->left < len)
		return false;
	memcpy(to, r->at, len);
	r->at += len;
	r->left -= len;
	return true;
}

/* The words of a frame, appended to the values; NULL or what is wrong. */
static const char *take_words(struct reader *r, struct ref_answers *a,
			      const struct el2_frame *frame, uint64_t count)
{
	size_t first = a->values.count;
	uint64_t word;

	for (uint64_t k = 0; k < count; k++) {
		if (!take(r, &word, sizeof(word)))
			return "a frame ends too early";
		if (vec_push(&a->values, word))
			return "out of memory";
	}
	if (el2_sum(a->values.items + first, count) != frame->sum)
		return "the checksum of a frame is wrong";
	return NULL;
}

/* The CPU must have the address width that the expectations were made for. */
static const char *take_hello(struct ref_answers *a, const struct el2_frame *frame,
			      const struct ref_image *img)
{
	a->greeted = true;
	a->mmfr0 = frame->a;
	a->midr = frame->b;
	return (a->mmfr0 & 15) == img->cpu->pa_range ? NULL
						     : "the CPU has another address width than "
						       "its model is known for";
}

/* The answer to the next job, or a part of it. A run that differs ends early. */
static const char *take_values(struct reader *r, struct ref_answers *a,
			       const struct el2_frame *frame, const struct ref_image *img)
{
	size_t first = a->jobs ? a->ends.items[a->jobs - 1] : 0, before = a->values.count;
	const struct ref_job *job = &img->jobs.items[a->jobs];
	const char *wrong = take_words(r, a, frame, frame->b);

	if (wrong) {
		a->values.count = before;
		return wrong;
	}
	if (frame->magic == EL2_MAGIC_PART)
		return NULL;
	if (!job->is_run && a->values.count - first != job->probe_count)
		return "an answer of another length than was asked for";
	if (vec_push(&a->ends, a->values.count))
		return "out of memory";
	a->jobs++;
	return NULL;
}

static const char *take_frame(struct reader *r, struct ref_answers *a, const struct ref_image *img)
{
	struct el2_frame frame;

	if (!take(r, &frame, sizeof(frame)))
		return r->left ? "a frame ends too early" : "the answer ends too early";
	if (!a->greeted)
		return frame.magic == EL2_MAGIC_HELLO
			       ? take_hello(a, &frame, img)
			       : "the payload did not say which CPU it runs on";
	if (frame.magic == EL2_MAGIC_END) {
		a->complete = frame.a == img->jobs.count && a->jobs == img->jobs.count;
		return a->complete ? NULL : "the payload ended before the last job";
	}
	if ((frame.magic != EL2_MAGIC_ANSWER && frame.magic != EL2_MAGIC_PART) ||
	    frame.a != a->jobs || a->jobs >= img->jobs.count || frame.b > EL2_PROBES_MAX)
		return "a frame that was not expected";
	return take_values(r, a, &frame, img);
}

bool ref_answers_parse(struct ref_answers *a, const void *bytes, size_t len,
		       const struct ref_image *img, char *why, size_t why_len)
{
	struct reader r = {bytes, len};
	const char *wrong = NULL;

	a->values.count = a->ends.count = 0;
	a->jobs = 0;
	a->mmfr0 = a->midr = 0;
	a->greeted = a->complete = false;
	while (!wrong && !a->complete)
		wrong = take_frame(&r, a, img);
	if (!wrong && r.left)
		wrong = "bytes follow the end of the answer";
	if (wrong) {
		a->complete = false;
		snprintf(why, why_len, "%s, after %zu of %zu jobs", wrong, a->jobs,
			 img->jobs.count);
	}
	return !wrong;
}

void ref_answers_fini(struct ref_answers *a)
{
	vec_fini(&a->values);
	vec_fini(&a->ends);
	*a = (struct ref_answers){0};
}
