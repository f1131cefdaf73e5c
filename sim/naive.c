// SPDX-License-Identifier: GPL-2.0-only
#include "sim/naive.h"

#include <inttypes.h>
#include <string.h>

#include "base/seq_buf.h"

/* ---- the map ---- */

void naive_reset(struct naive *n)
{
	n->runs.count = 0;
	n->lost = false;
}

void naive_fini(struct naive *n)
{
	vec_fini(&n->runs);
	n->lost = false;
}

static uint64_t run_end(const struct naive_run *run)
{
	return run->first + run->pages;
}

/* Index of the first run that ends above `at`. */
static size_t position(const struct naive *n, uint64_t at)
{
	size_t low = 0, high = n->runs.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (run_end(&n->runs.items[mid]) <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert(struct naive *n, size_t k, struct naive_run run)
{
	if (vec_grow(&n->runs)) {
		n->lost = true;
		return;
	}
	memmove(&n->runs.items[k + 1], &n->runs.items[k],
		(n->runs.count - k) * sizeof(*n->runs.items));
	n->runs.items[k] = run;
	n->runs.count++;
}

/* Makes `at` a border of runs: the index of the first run from it on. */
static size_t cut(struct naive *n, uint64_t at)
{
	size_t k = position(n, at);
	struct naive_run rest, *run;

	if (k == n->runs.count || n->runs.items[k].first >= at)
		return k;
	run = &n->runs.items[k];
	rest = (struct naive_run){at, run_end(run) - at, run->frame + (at - run->first), run->type};
	run->pages = at - run->first;
	insert(n, k + 1, rest);
	return k + 1;
}

/* Pages [first, first + pages) become unmapped; the index where they were. */
static size_t clear(struct naive *n, uint64_t first, uint64_t pages)
{
	size_t from = cut(n, first), to = cut(n, first + pages);

	if (n->lost || from == to)
		return from;
	memmove(&n->runs.items[from], &n->runs.items[to],
		(n->runs.count - to) * sizeof(*n->runs.items));
	n->runs.count -= to - from;
	return from;
}

/* True if `run` goes on where `before` ends. */
static bool continues(const struct naive_run *before, const struct naive_run *run)
{
	return run_end(before) == run->first && before->type == run->type &&
	       before->frame + before->pages == run->frame;
}

static void set(struct naive *n, struct naive_run run)
{
	size_t k = clear(n, run.first, run.pages);

	if (run.type == P2M_INVALID || n->lost)
		return;
	if (k > 0 && continues(&n->runs.items[k - 1], &run))
		n->runs.items[k - 1].pages += run.pages;
	else
		insert(n, k, run);
}

void naive_request(struct naive *n, uint64_t frames, const struct p2m_request *rq)
{
	uint64_t done = 0;

	while (done < rq->done && !n->lost) {
		uint64_t first = (rq->g.v + done) % frames;
		uint64_t left = rq->done - done;
		uint64_t pages = left < frames - first ? left : frames - first;

		set(n, (struct naive_run){first, pages, rq->m.v + done, rq->t});
		done += pages;
	}
}

const struct naive_run *naive_find(const struct naive *n, uint64_t at)
{
	size_t k = position(n, at);

	return k < n->runs.count && n->runs.items[k].first <= at ? &n->runs.items[k] : NULL;
}

/* ---- the comparison ---- */

static void add_view(struct seq_buf *t, const char *who, bool mapped, uint64_t frame,
		     enum p2m_type type)
{
	if (mapped)
		seq_buf_printf(t, "%s: frame 0x%" PRIx64 ", %s\n", who, frame, p2m_type_name(type));
	else
		seq_buf_printf(t, "%s: not mapped\n", who);
}

/* Both views of page `at`; `run` is NULL if it is not in the map. */
static void print_both(const struct naive_run *run, const struct p2m *p2m, uint64_t at, char *why,
		       size_t len)
{
	struct seq_buf t = {why, len, 0};
	struct p2m_path path;
	ipa_t i = ipa_from_gfn(gfn(at));
	struct p2m_slot slot = p2m_walk_path(p2m, i, &path);
	bool mapped = p2m_slot_mapped(p2m, &slot);

	seq_buf_printf(
		&t, "the naive map and the p2m differ at page 0x%" PRIx64 ", ipa 0x%" PRIx64 "\n",
		at, i.v);
	add_view(&t, "naive map", run, run ? run->frame + (at - run->first) : 0,
		 run ? run->type : P2M_INVALID);
	add_view(&t, "p2m", mapped, mapped ? mfn_from_pa(p2m_slot_pa(&slot, i)).v : 0,
		 mapped ? pte_type(slot.pte) : P2M_INVALID);
	for (unsigned int k = 0; k < path.count; k++)
		seq_buf_printf(&t, "  stage 2 level %u: [0x%" PRIx64 "] = 0x%016" PRIx64 "\n",
			       path.step[k].level, path.step[k].entry.v, path.step[k].pte);
}

/* True if the tables say of page `at` what `run` says; *next: the first page that the same
 * descriptor does not speak of. */
static bool same(const struct naive_run *run, const struct p2m *p2m, uint64_t at, uint64_t *next)
{
	ipa_t i = ipa_from_gfn(gfn(at));
	struct p2m_slot slot = p2m_walk(p2m, i);
	bool mapped = p2m_slot_mapped(p2m, &slot);

	*next = (at | ((UINT64_C(1) << LPAE_LEVEL_ORDER(slot.level)) - 1)) + 1;
	if (!mapped || !run)
		return !mapped && !run;
	return mfn_from_pa(p2m_slot_pa(&slot, i)).v == run->frame + (at - run->first) &&
	       pte_type(slot.pte) == run->type;
}

/*
 * Goes over the root by runs and the gaps between them, walking for each page that a descriptor
 * speaks of, or (not `all`) for the first and the last page of each. False: *at differs.
 */
static bool compare_walks(const struct naive *n, const struct p2m *p2m, bool all, uint64_t *at)
{
	uint64_t frames = p2m_root_frames(p2m);
	size_t k = 0;

	*at = 0;
	while (*at < frames) {
		const struct naive_run *run = k < n->runs.count ? &n->runs.items[k] : NULL;
		bool inside = run && run->first <= *at;
		uint64_t border = inside ? run_end(run) : run ? run->first : frames;
		uint64_t next;

		if (!same(inside ? run : NULL, p2m, *at, &next))
			return false;
		if (!all && next < border)
			next = border - 1;
		*at = next < border ? next : border;
		k += inside && *at == border;
	}
	return true;
}

struct leaves {
	const struct naive *naive;
	size_t k;    /* the run that is due */
	uint64_t at; /* pages below agree */
	bool same;
};

/* The pages of a leaf, against the runs that are due. */
static bool compare_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct leaves *l = ctx;
	uint64_t first = gfn_from_ipa(i).v;
	uint64_t end = first + (UINT64_C(1) << LPAE_LEVEL_ORDER(level));
	const struct naive_run *runs = l->naive->runs.items;

	/* What of the run that is due lies below this leaf has no leaf. */
	l->at = l->k < l->naive->runs.count && runs[l->k].first > l->at ? runs[l->k].first : l->at;
	l->same = l->at >= first || l->k == l->naive->runs.count;
	if (l->same)
		l->at = first;
	while (l->same && l->at < end) {
		const struct naive_run *run = l->k < l->naive->runs.count ? &runs[l->k] : NULL;

		l->same = run && run->first <= l->at && run->type == pte_type(pte) &&
			  run->frame + (l->at - run->first) ==
				  mfn_from_pa(pte_pa(pte)).v + (l->at - first);
		if (!l->same)
			break;
		l->k += run_end(run) <= end;
		l->at = run_end(run) < end ? run_end(run) : end;
	}
	return l->same;
}

/* False: *at is the first page of what differs. */
static bool compare_leaves(const struct naive *n, const struct p2m *p2m, uint64_t *at)
{
	struct leaves l = {.naive = n, .same = true};

	p2m_for_each_leaf(p2m, compare_leaf, &l);
	*at = l.at;
	if (!l.same || l.k == n->runs.count)
		return l.same;
	if (n->runs.items[l.k].first > *at)
		*at = n->runs.items[l.k].first;
	return false;
}

bool naive_compare(const struct naive *n, const struct p2m *p2m, bool every_walk, char *why,
		   size_t len)
{
	uint64_t at;

	if (compare_leaves(n, p2m, &at) && compare_walks(n, p2m, every_walk, &at))
		return true;
	print_both(naive_find(n, at), p2m, at, why, len);
	return false;
}
