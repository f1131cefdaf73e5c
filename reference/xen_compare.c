// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_compare.h"

#include <inttypes.h>
#include <string.h>

#define CONTINUED_MIN 50 /* a quarter of what the shipped list has */
#define INSNS_A_TICK  16 /* CNTVCT at 62.5 MHz while an instruction takes 1 ns */

/* How many words of a line must agree; the others are time. */
static unsigned int compared_words(enum xr_tag tag)
{
	switch (tag) {
	case XR_TAG_CALL:
		return 1;
	case XR_TAG_OTHER:
		return 2;
	case XR_TAG_ACCESS:
	case XR_TAG_RUN:
		return 3;
	case XR_TAG_RUNS:
		return 2;
	case XR_TAG_HELLO:
		return 4;
	case XR_TAG_END:
		return 1;
	default:
		return XR_LINE_WORDS;
	}
}

static void tell_side(struct buf *text, const char *who, const struct xr_line *l)
{
	const uint64_t *w = l->w;

	buf_printf(text, "  %s: ", who);
	switch (l->tag) {
	case XR_TAG_CALL:
		buf_printf(text, "rc %" PRId64 "%s", (int64_t)w[0],
			   w[3] & XR_CALL_CHANGED ? ", x1 to x5 are not what they were" : "");
		break;
	case XR_TAG_OTHER:
		buf_printf(text, "repeat %" PRIu64 ": rc %" PRId64, w[0], (int64_t)w[1]);
		break;
	case XR_TAG_ACCESS:
		if (w[1])
			buf_printf(text,
				   "aborted, ESR 0x%" PRIx64 ", FAR 0x%" PRIx64
				   ", ELR 0x%x behind the image's start, SPSR 0x%x",
				   w[1], w[2], (uint32_t)w[0], (uint32_t)(w[0] >> 32));
		else
			buf_printf(text, "value 0x%" PRIx64, w[0]);
		break;
	case XR_TAG_RUN:
		buf_printf(text, "[%" PRIu64 "] %d (0x%" PRIx64 "), %" PRIu64 " times", w[0],
			   (int)(int32_t)w[1], w[1], w[2]);
		break;
	case XR_TAG_RUNS:
		buf_printf(text, "%" PRIu64 " runs, digest 0x%" PRIx64, w[0], w[1]);
		break;
	default:
		buf_printf(text, "%c 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64,
			   (char)l->tag, w[0], w[1], w[2], w[3]);
	}
	buf_str(text, "\n");
}

static void differ(const struct xr_request *r, const struct xr_line *theirs,
		   const struct xr_line *ours, struct buf *text)
{
	buf_printf(text, "step %u, ", theirs->step);
	if (theirs->step < r->labels.count)
		xr_describe(r, theirs->step, text);
	buf_str(text, "\n");
	tell_side(text, "Xen", theirs);
	tell_side(text, "ours", ours);
}

static void count(struct xr_counts *c, const struct xr_request *r, const struct xr_line *theirs,
		  const struct xr_line *ours)
{
	const struct xr_step *step =
		theirs->step < r->labels.count ? &r->labels.items[theirs->step].step : NULL;

	switch (theirs->tag) {
	case XR_TAG_CALL:
		c->calls += step ? step->a[6] : 1;
		c->codes++;
		c->ticks_theirs += XR_CALL_TICKS(theirs->w[3]);
		c->ticks_ours += XR_CALL_TICKS(ours->w[3]);
		c->continued_theirs += XR_CALL_CONTINUED(theirs->w[3]);
		c->continued_ours += XR_CALL_CONTINUED(ours->w[3]);
		break;
	case XR_TAG_ACCESS:
		c->accesses++;
		c->aborts += theirs->w[1] != 0;
		break;
	case XR_TAG_RUNS:
		c->words += step ? step->a[1] : 0;
		break;
	default:
		break;
	}
}

/* Behind the lines of `step` and those before it. */
static size_t skip_step(const struct xr_answer *a, size_t k, unsigned int step)
{
	while (k < a->lines.count && a->lines.items[k].step <= step)
		k++;
	return k;
}

/* One line of each; false if they differ. */
static bool compare_line(const struct xr_request *r, const struct xr_line *a,
			 const struct xr_line *b, struct xr_counts *c)
{
	if (a->step != b->step || a->tag != b->tag)
		return false;
	count(c, r, a, b);
	if (a->tag == XR_TAG_CALL && (a->w[3] ^ b->w[3]) & XR_CALL_CHANGED)
		return false;
	return !memcmp(a->w, b->w, compared_words(a->tag) * sizeof(a->w[0]));
}

/* Whether continuations were shown: there is a tick for that. */
static void judge_tick(const struct xr_request *r, struct xr_counts *c, struct buf *text)
{
	if (!r->ticked ||
	    (c->continued_theirs >= CONTINUED_MIN && c->continued_ours >= CONTINUED_MIN))
		return;
	c->differences++;
	buf_printf(text,
		   "under the tick Xen continued calls %zu times, ours %zu times; at least %d are "
		   "wanted of each\n",
		   c->continued_theirs, c->continued_ours, CONTINUED_MIN);
}

void xr_compare(const struct xr_request *r, const struct xr_answer *theirs,
		const struct xr_answer *ours, size_t show, struct xr_counts *c, struct buf *text)
{
	size_t i = 0, k = 0;

	while (i < theirs->lines.count && k < ours->lines.count) {
		const struct xr_line *a = &theirs->lines.items[i++], *b = &ours->lines.items[k++];
		unsigned int step = a->step < b->step ? a->step : b->step;

		if (compare_line(r, a, b, c))
			continue;
		if (c->differences++ < show)
			differ(r, a, b, text);
		/* What else a step told follows from its first difference. */
		i = skip_step(theirs, i, step);
		k = skip_step(ours, k, step);
	}
	if (i < theirs->lines.count || k < ours->lines.count) {
		c->differences++;
		buf_printf(text, "Xen's answer has %zu lines, ours %zu\n", theirs->lines.count,
			   ours->lines.count);
	}
	judge_tick(r, c, text);
}

/* ---- costs ---- */

/* Instructions by the clock: of the first time, and of all others together. */
struct timed {
	double first, others;
};

static struct timed timed_of(const struct xr_line *l)
{
	bool call = l->tag == XR_TAG_CALL;

	return (struct timed){INSNS_A_TICK * (double)(call ? l->w[1] : l->w[3] >> 32),
			      INSNS_A_TICK * (double)(call ? l->w[2] : (uint32_t)l->w[3])};
}

/* The same of the simulator, which needs no clock for it. */
static struct timed exact_of(const struct xr_line *l)
{
	return (struct timed){(double)l->first_insns, (double)l->other_insns};
}

/*
 * Both sides timed the same instructions of Dom0. The simulator knows how many were Xen's; the rest
 * is taken off either side.
 */
static void cost_row(const struct xr_label *label, const struct xr_line *theirs,
		     const struct xr_line *ours, struct buf *text)
{
	struct timed a = timed_of(theirs), b = exact_of(ours);
	double n = (double)label->costed;
	double all = n > 1 ? b.first + b.others : b.first;
	double dom0 = (all - (double)ours->xen_insns) / n;
	double real = n > 1 ? a.others / (n - 1) - dom0 : a.first - dom0;
	double model = n > 1 ? b.others / (n - 1) - dom0 : b.first - dom0;

	buf_printf(text, "  %-40s %5" PRIu64 " %8.0f %8.0f %8.0f %8.0f", label->what, label->costed,
		   a.first - dom0, b.first - dom0, real, model);
	/* Below a few ticks of the clock a ratio says nothing. */
	if (real > 6 * INSNS_A_TICK)
		buf_printf(text, " %+6.1f%%", 100.0 * (model - real) / real);
	if (label->pages > 1)
		buf_printf(text, " %7.1f %7.1f", real / (double)label->pages,
			   model / (double)label->pages);
	buf_str(text, "\n");
}

/* The line of a step that has its time; NULL: it has none. */
static const struct xr_line *timed_line(const struct xr_answer *a, size_t step)
{
	for (size_t k = 0; k < a->lines.count; k++) {
		const struct xr_line *l = &a->lines.items[k];

		if (l->step == step && (l->tag == XR_TAG_CALL || l->tag == XR_TAG_ACCESS))
			return l;
	}
	return NULL;
}

void xr_costs(const struct xr_request *r, const struct xr_answer *theirs,
	      const struct xr_answer *ours, struct buf *text)
{
	buf_printf(text, "  %-40s %5s %8s %8s %8s %8s %7s %7s %7s\n", "instructions of Xen",
		   "times", "first", "ours", "then", "ours", "differ", "a page", "ours");
	for (size_t k = 0; k < r->labels.count; k++) {
		const struct xr_line *a, *b;

		if (!r->labels.items[k].costed)
			continue;
		a = timed_line(theirs, k);
		b = timed_line(ours, k);
		if (a && b)
			cost_row(&r->labels.items[k], a, b, text);
	}
	buf_str(text, "  (Xen's clock moves once in 16 instructions: a single one is off by up to "
		      "that. Ours is exact.)\n");
}
