// SPDX-License-Identifier: GPL-2.0-only
#include "reference/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reference/compare_run.h"

/* ---- the file ---- */

static size_t runs_of(const struct ref_image *img)
{
	size_t runs = 0;

	for (size_t k = 0; k < img->jobs.count; k++)
		runs += img->jobs.items[k].is_run;
	return runs;
}

/* One record of `before` that came earlier; NULL or what is wrong with it. */
static const char *take(struct ref_tally *t, const struct el2_count *c, size_t before, bool *end)
{
	switch (c->kind) {
	case EL2_COUNT_RUN:
		return vec_push(&t->ends, t->stops.count) ? "out of memory" : NULL;
	case EL2_COUNT_STOP:
		if (!t->ends.count)
			return "a stop before the first run";
		if (vec_push(&t->stops, *c))
			return "out of memory";
		t->ends.items[t->ends.count - 1] = t->stops.count;
		return NULL;
	case EL2_COUNT_END:
		*end = true;
		return c->insns == before ? NULL : "records are missing";
	default:
		return "an unknown record";
	}
}

bool ref_tally_parse(struct ref_tally *t, const void *bytes, size_t len,
		     const struct ref_image *img, char *why, size_t why_len)
{
	const uint8_t *at = bytes;
	struct el2_count c;
	size_t n = 0, runs = runs_of(img);
	const char *wrong = NULL;
	bool end = false;

	t->stops.count = t->ends.count = 0;
	while (!wrong && !end && (n + 1) * sizeof(c) <= len) {
		memcpy(&c, at + n * sizeof(c), sizeof(c));
		wrong = take(t, &c, n++, &end);
	}
	if (!wrong && !end)
		wrong = "the end is missing";
	if (!wrong && n * sizeof(c) != len)
		wrong = "bytes follow the end";
	if (!wrong && t->ends.count != runs)
		wrong = "another number of runs than was asked for";
	if (wrong)
		snprintf(why, why_len, "the plugin's counts: %s, after %zu records of %zu runs",
			 wrong, n, runs);
	return !wrong;
}

void ref_tally_fini(struct ref_tally *t)
{
	vec_fini(&t->stops);
	vec_fini(&t->ends);
	*t = (struct ref_tally){.ends = {0}};
}

/* ---- comparison ---- */

static bool same(const struct el2_count *theirs, const struct ref_counts *ours)
{
	return theirs->insns == ours->insns && theirs->loads == ours->loads &&
	       theirs->stores == ours->stores && !theirs->devices;
}

static uint64_t pc_of(const struct ref_image *img, const struct ref_stop *stop)
{
	return img->words.items[stop->foreseen_at + 2 * (size_t)EL2_REG_PC + 1];
}

static void show(const struct ref_image *img, const struct ref_job *job, size_t n,
		 const struct el2_count *theirs, struct buf *text)
{
	const struct ref_stop *stop = &img->stops.items[job->stops_at + n];

	ref_show_place(img, job, n, text);
	if (n)
		buf_printf(text, "  from the stop at PC 0x%" PRIx64, pc_of(img, stop - 1));
	else
		buf_str(text, "  from the beginning");
	buf_printf(text, " to PC 0x%" PRIx64 ":\n", pc_of(img, stop));
	buf_printf(text,
		   "  QEMU: %" PRIu64 " instructions begun, %" PRIu64 " loads, %" PRIu64
		   " stores, of these %" PRIu64 " to devices of its own\n",
		   theirs->insns, theirs->loads, theirs->stores, theirs->devices);
	buf_printf(text,
		   "  ours: %" PRIu64 " instructions begun, %" PRIu64 " loads, %" PRIu64
		   " stores, none of them to devices\n",
		   stop->counts.insns, stop->counts.loads, stop->counts.stores);
}

/* The first stop that was counted otherwise than on the tape; the number of stops if there is none.
 */
static size_t first_other(const struct ref_image *img, const struct ref_job *job,
			  const struct el2_count *theirs, size_t count)
{
	for (size_t n = 0; n < count && n < job->stop_count; n++)
		if (!same(&theirs[n], &img->stops.items[job->stops_at + n].counts))
			return n;
	return job->stop_count;
}

size_t ref_tally_compare(const struct ref_image *img, const struct ref_tally *t, bool all,
			 size_t shown, struct buf *text)
{
	size_t different = 0, run = 0, at = 0;

	for (size_t k = 0; k < img->jobs.count; k++) {
		const struct ref_job *job = &img->jobs.items[k];
		const struct el2_count *theirs = t->stops.items + at;
		size_t count, n;

		if (!job->is_run)
			continue;
		count = t->ends.items[run] - at;
		at = t->ends.items[run++];
		n = first_other(img, job, theirs, count);
		if (n == job->stop_count && (count == n || (!all && count < n)))
			continue;
		if (different++ >= shown)
			continue;
		if (n < job->stop_count)
			show(img, job, n, &theirs[n], text);
		else
			buf_printf(text, "%s: QEMU counted at %zu stops, not at %zu\n", job->name,
				   count, n);
	}
	return different;
}

void ref_tally_sum(const struct ref_tally *t, struct ref_counts *sum, size_t *stops)
{
	for (size_t k = 0; k < t->stops.count; k++) {
		sum->insns += t->stops.items[k].insns;
		sum->loads += t->stops.items[k].loads;
		sum->stores += t->stops.items[k].stores;
	}
	*stops += t->stops.count;
}
