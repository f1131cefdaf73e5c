// SPDX-License-Identifier: GPL-2.0-only
#include "cli/agree.h"

#include <string.h>

#include "base/check.h"
#include "cli/align.h"
#include "sim/addr.h"

#define TOLERANCE_MAX 1000u

const char *const agree_what_name[AGREE_WHAT_COUNT] = {
	[AGREE_MISSING] = "missing",
	[AGREE_EXTRA] = "extra",
	[AGREE_ORDER] = "out_of_order",
	[AGREE_PLACE] = "place",
	[AGREE_TABLES] = "tables",
	[AGREE_INSNS] = "insns",
	[AGREE_PENDING] = "pending_interrupt",
};

/* --- which events are the same -------------------------------------------------------- */

/* An event of either side, to be given a number that stands for its key. */
struct keyed {
	const struct file_event *ev;
	size_t at; /* place on its side */
	bool simulated;
};

static bool is_abort(const struct file_event *ev)
{
	return ev->kind == EV_ABORT_MAP || ev->kind == EV_ABORT_INJECT;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_keys(const struct file_event *a, const struct file_event *b)
{
	int order = compare_u64(a->kind, b->kind);

	order = order ? order : compare_u64(a->gpa >> PAGE_SHIFT, b->gpa >> PAGE_SHIFT);
	order = order ? order : compare_u64(a->pages, b->pages);
	order = order ? order : compare_u64(a->denied, b->denied);
	order = order ? order : compare_u64((uint64_t)a->rc, (uint64_t)b->rc);
	return order || !is_abort(a) ? order : compare_u64(a->write, b->write);
}

static int by_key(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = compare_keys(a->ev, b->ev);

	order = order ? order : (int)a->simulated - (int)b->simulated;
	return order ? order : compare_u64(a->at, b->at);
}

/* What agree_compare() works with and then drops. */
struct work {
	size_t rec_count, sim_count;
	struct keyed *keyed;	       /* all events, by key */
	uint32_t *rec_key, *sim_key;   /* equal numbers: the same event */
	size_t *rec_match, *sim_match; /* the other side's index, or ALIGN_NONE */
	size_t *rec_moved, *sim_moved; /* likewise, of AGREE_ORDER */
};

static int work_init(struct work *w, const struct agree *a)
{
	size_t n = a->rec->events.count, m = a->sim->events.count;

	*w = (struct work){.rec_count = n, .sim_count = m};
	/* one more each: no events is no error */
	w->keyed = calloc(n + m + 1, sizeof(*w->keyed));
	w->rec_key = calloc(n + 1, sizeof(*w->rec_key));
	w->sim_key = calloc(m + 1, sizeof(*w->sim_key));
	w->rec_match = calloc(n + 1, sizeof(*w->rec_match));
	w->sim_match = calloc(m + 1, sizeof(*w->sim_match));
	w->rec_moved = calloc(n + 1, sizeof(*w->rec_moved));
	w->sim_moved = calloc(m + 1, sizeof(*w->sim_moved));
	if (!w->keyed || !w->rec_key || !w->sim_key || !w->rec_match || !w->sim_match ||
	    !w->rec_moved || !w->sim_moved)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		w->keyed[i] = (struct keyed){&a->rec->events.items[i], i, false};
	for (size_t i = 0; i < m; i++)
		w->keyed[n + i] = (struct keyed){&a->sim->events.items[i], i, true};
	return 0;
}

static void work_fini(struct work *w)
{
	free(w->keyed);
	free(w->rec_key);
	free(w->sim_key);
	free(w->rec_match);
	free(w->sim_match);
	free(w->rec_moved);
	free(w->sim_moved);
}

static void number_keys(struct work *w)
{
	size_t total = w->rec_count + w->sim_count;
	uint32_t key = 0;

	qsort(w->keyed, total, sizeof(*w->keyed), by_key);
	for (size_t i = 0; i < total; i++) {
		const struct keyed *k = &w->keyed[i];

		if (i && compare_keys(w->keyed[i - 1].ev, k->ev))
			key++;
		(k->simulated ? w->sim_key : w->rec_key)[k->at] = key;
	}
}

/* One key's events are keyed[at..end), recorded ones first: the n-th that is left on one side goes
 * with the n-th that is left on the other. */
static void pair_key(struct work *w, size_t at, size_t end)
{
	size_t sim = at;

	while (sim < end && !w->keyed[sim].simulated)
		sim++;
	for (size_t rec = at; rec < end && !w->keyed[rec].simulated; rec++) {
		size_t i = w->keyed[rec].at;

		if (w->rec_match[i] != ALIGN_NONE)
			continue;
		while (sim < end && w->sim_match[w->keyed[sim].at] != ALIGN_NONE)
			sim++;
		if (sim == end)
			return;
		w->rec_moved[i] = w->keyed[sim].at;
		w->sim_moved[w->keyed[sim].at] = i;
		sim++;
	}
}

static int match_events(struct work *w, bool *windowed)
{
	size_t total = w->rec_count + w->sim_count;
	int rc = align(w->rec_key, w->rec_count, w->sim_key, w->sim_count, w->rec_match, windowed);

	if (rc)
		return rc;
	for (size_t i = 0; i < w->sim_count; i++)
		w->sim_match[i] = w->sim_moved[i] = ALIGN_NONE;
	for (size_t i = 0; i < w->rec_count; i++) {
		w->rec_moved[i] = ALIGN_NONE;
		if (w->rec_match[i] != ALIGN_NONE)
			w->sim_match[w->rec_match[i]] = i;
	}
	for (size_t at = 0, end; at < total; at = end) {
		for (end = at + 1; end < total; end++)
			if (compare_keys(w->keyed[at].ev, w->keyed[end].ev))
				break;
		pair_key(w, at, end);
	}
	return 0;
}

/* --- what differs --------------------------------------------------------------------- */

/* In 1/100 %, towards zero; a count is at most 2^40. */
static int64_t error_bp(const struct file_event *rec, const struct file_event *sim)
{
	return ((int64_t)sim->insns - (int64_t)rec->insns) * 10000 / (int64_t)rec->insns;
}

/* `more` instructions on the simulated side make it fit. */
static bool fits(const struct agree *a, const struct file_event *rec, const struct file_event *sim,
		 uint64_t more)
{
	uint64_t got = sim->insns + more, want = rec->insns;

	return (got > want ? got - want : want - got) * 100 <= want * a->tolerance;
}

static int add_diff(struct agree *a, enum agree_what what, const struct file_event *rec,
		    const struct file_event *sim)
{
	struct agree_diff diff = {what, rec, sim, 0};
	const struct file_event *one = rec ? rec : sim;

	CHECK(one);
	if (what == AGREE_INSNS || what == AGREE_PENDING)
		diff.error_bp = error_bp(rec, sim);
	a->rows[one->kind].what[what]++;
	a->all.what[what]++;
	return vec_push(&a->diffs, diff);
}

/* Missing, extra and out of order, as one reads both files side by side. */
static int add_unmatched(struct agree *a, const struct work *w)
{
	const struct file_event *rec = a->rec->events.items, *sim = a->sim->events.items;
	size_t i = 0, j = 0;
	int rc = 0;

	while (!rc && (i < w->rec_count || j < w->sim_count)) {
		if (i < w->rec_count && w->rec_match[i] == ALIGN_NONE) {
			if (w->rec_moved[i] == ALIGN_NONE)
				rc = add_diff(a, AGREE_MISSING, &rec[i], NULL);
			else
				rc = add_diff(a, AGREE_ORDER, &rec[i], &sim[w->rec_moved[i]]);
			i++;
		} else if (j < w->sim_count && w->sim_match[j] == ALIGN_NONE) {
			/* one out of order was told at its recorded place */
			if (w->sim_moved[j] == ALIGN_NONE)
				rc = add_diff(a, AGREE_EXTRA, NULL, &sim[j]);
			j++;
		} else {
			i++;
			j++;
		}
	}
	return rc;
}

/* How a matched event's instructions compare: one of three, or AGREE_WHAT_COUNT if they fit. */
static enum agree_what judge_insns(const struct agree *a, const struct file_event *rec,
				   const struct file_event *sim)
{
	if (fits(a, rec, sim, 0))
		return AGREE_WHAT_COUNT;
	return fits(a, rec, sim, AGREE_PENDING_INSNS) ? AGREE_PENDING : AGREE_INSNS;
}

static bool has_insns(const struct file_event *rec, const struct file_event *sim)
{
	return rec->insns && sim->insns && !rec->nested_irqs;
}

/* The page decides what is mapped; where in it, and how wide, is the driver's affair. */
static bool same_place(const struct file_event *rec, const struct file_event *sim)
{
	return rec->gpa == sim->gpa && (!is_abort(rec) || rec->size == sim->size);
}

/* True if the pair differs in that way. */
static bool differs(const struct agree *a, const struct file_event *rec,
		    const struct file_event *sim, enum agree_what what)
{
	switch (what) {
	case AGREE_PLACE:
		return !same_place(rec, sim);
	case AGREE_TABLES:
		return rec->tables != sim->tables;
	default:
		return has_insns(rec, sim) && judge_insns(a, rec, sim) == what;
	}
}

static int add_matched(struct agree *a, const struct work *w, enum agree_what what)
{
	int rc = 0;

	for (size_t i = 0; i < w->rec_count && !rc; i++) {
		const struct file_event *rec = &a->rec->events.items[i], *sim;

		if (w->rec_match[i] == ALIGN_NONE)
			continue;
		sim = &a->sim->events.items[w->rec_match[i]];
		if (differs(a, rec, sim, what))
			rc = add_diff(a, what, rec, sim);
	}
	return rc;
}

/* --- numbers -------------------------------------------------------------------------- */

static int by_amount(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int64_t amount(int64_t bp)
{
	return bp < 0 ? -bp : bp;
}

static void note_worst(struct agree_row *row, const struct file_event *rec,
		       const struct file_event *sim, int64_t bp)
{
	if (row->worst_rec && amount(bp) <= amount(row->worst_bp))
		return;
	row->worst_bp = bp;
	row->worst_rec = rec;
	row->worst_sim = sim;
}

/* The row of one kind, or of all (EV_KIND_COUNT); errors[] has room for every recorded event. */
static void fill_row(const struct agree *a, const struct work *w, unsigned int kind,
		     struct agree_row *row, int64_t *errors)
{
	bool all = kind == EV_KIND_COUNT;
	size_t n;

	for (size_t i = 0; i < w->sim_count; i++)
		row->simulated += all || a->sim->events.items[i].kind == kind;
	for (size_t i = 0; i < w->rec_count; i++) {
		const struct file_event *rec = &a->rec->events.items[i], *sim;

		if (!all && rec->kind != kind)
			continue;
		row->recorded++;
		if (w->rec_match[i] == ALIGN_NONE)
			continue;
		sim = &a->sim->events.items[w->rec_match[i]];
		row->matched++;
		if (rec->nested_irqs) {
			row->interrupted++;
		} else if (!has_insns(rec, sim)) {
			row->uncounted++;
		} else if (judge_insns(a, rec, sim) != AGREE_PENDING) {
			int64_t bp = error_bp(rec, sim);

			note_worst(row, rec, sim, bp);
			errors[row->compared++] = amount(bp);
		}
	}
	n = row->compared;
	qsort(errors, n, sizeof(*errors), by_amount);
	if (n)
		row->median_bp = (errors[(n - 1) / 2] + errors[n / 2]) / 2;
}

static int fill_rows(struct agree *a, const struct work *w)
{
	int64_t *errors = calloc(w->rec_count + 1, sizeof(*errors));

	if (!errors)
		return -ENOMEM;
	for (unsigned int i = 0; i < EV_KIND_COUNT; i++)
		if (events_file_maps((enum event_kind)i))
			fill_row(a, w, i, &a->rows[i], errors);
	fill_row(a, w, EV_KIND_COUNT, &a->all, errors);
	free(errors);
	return 0;
}

int agree_compare(struct agree *a, const struct events_file *rec, const struct events_file *sim,
		  unsigned int tolerance)
{
	struct work w;
	int rc;

	CHECK(tolerance <= TOLERANCE_MAX);
	*a = (struct agree){.rec = rec, .sim = sim, .tolerance = tolerance};
	rc = work_init(&w, a);
	if (!rc) {
		number_keys(&w);
		rc = match_events(&w, &a->windowed);
	}
	rc = rc ? rc : fill_rows(a, &w);
	rc = rc ? rc : add_unmatched(a, &w);
	rc = rc ? rc : add_matched(a, &w, AGREE_PLACE);
	rc = rc ? rc : add_matched(a, &w, AGREE_TABLES);
	rc = rc ? rc : add_matched(a, &w, AGREE_INSNS);
	rc = rc ? rc : add_matched(a, &w, AGREE_PENDING);
	work_fini(&w);
	return rc;
}

void agree_fini(struct agree *a)
{
	vec_fini(&a->diffs);
}

bool agree_holds(const struct agree *a, bool strict)
{
	const size_t *what = a->all.what;

	return !what[AGREE_MISSING] && !what[AGREE_EXTRA] && !what[AGREE_ORDER] &&
	       !(strict && (what[AGREE_PLACE] || what[AGREE_TABLES] || what[AGREE_INSNS]));
}
