// SPDX-License-Identifier: GPL-2.0-only
#include "reference/compare.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "reference/compare_run.h"

/* One probe of one job, with both answers. */
struct difference {
	const struct ref_image *img;
	const struct ref_job *job;
	uint64_t probe, theirs, ours;
};

static uint64_t kind_of(uint64_t probe)
{
	return probe & EL2_KIND_MASK;
}

static bool is_translation(uint64_t probe)
{
	return kind_of(probe) <= EL2_WRITE;
}

static bool is_sweep(uint64_t probe)
{
	return kind_of(probe) == EL2_SWEEP_READ || kind_of(probe) == EL2_SWEEP_WRITE;
}

static void show_par(struct buf *text, const char *whose, uint64_t par)
{
	char words[128];

	ref_par_print(par, words, sizeof(words));
	buf_printf(text, "  %s: %s (PAR_EL1 0x%016" PRIx64 ")\n", whose, words, par);
}

static enum mmu_access access_of(uint64_t probe)
{
	switch (kind_of(probe)) {
	case EL2_WRITE:
		return MMU_WRITE;
	case EL2_FETCH:
		return MMU_FETCH;
	default:
		return MMU_READ;
	}
}

/* Our walk once more, of the tables as they were sent. */
static void show_walk(struct buf *text, const struct difference *d)
{
	struct ref_query q = {d->probe & PAGE_MASK, access_of(d->probe), d->job->hcr,
			      d->job->stage1 ? &d->job->regs : NULL};
	const struct el2_job *head = (const struct el2_job *)&d->img->words.items[d->job->words_at];
	struct mmu_result res;
	struct memory mem;
	struct p2m p2m;
	char walk[2048];

	if (!ref_job_rebuild(d->img, d->job, &mem, &p2m)) {
		res = ref_walk(&p2m, d->img->cpu, &q, NULL);
		mmu_print(&res, q.va, walk, sizeof(walk));
		buf_printf(text, "  our walk: %s", walk);
	}
	memory_fini(&mem);
	buf_printf(text,
		   "  VTCR_EL2 0x%" PRIx64 " (%u-bit IPAs, %u-bit PAs, root at level %u, 2^%u "
		   "pages), VTTBR_EL2 0x%" PRIx64 ", HCR_EL2 0x%" PRIx64 "\n",
		   head->vtcr, d->job->geo.ipa_bits, d->job->geo.pa_bits, d->job->geo.root_level,
		   d->job->geo.root_order, head->vttbr, head->hcr);
	if (d->job->stage1)
		buf_printf(text,
			   "  SCTLR_EL1 0x%" PRIx64 ", TCR_EL1 0x%" PRIx64 ", TTBR0_EL1 0x%" PRIx64
			   ", TTBR1_EL1 0x%" PRIx64 ", MAIR_EL1 0x%" PRIx64 "\n",
			   head->sctlr, head->tcr, head->ttbr0, head->ttbr1, head->mair);
}

/* 0, or the syndrome of the level that took the abort. */
static void show_fetch(struct buf *text, const char *whose, uint64_t answer)
{
	if (answer)
		buf_printf(text, "  %s: ESR_EL%u 0x%08" PRIx64, whose,
			   answer >> EL2_ODD_EL1 & 1 ? 1 : 2, answer & UINT32_MAX);
	else
		buf_printf(text, "  %s: let through", whose);
}

/* Registers that have another address say something where the syndrome is the same. */
static void show_fetches(struct buf *text, const struct difference *d)
{
	uint64_t odd =
		ref_fetch_equal(d->theirs & UINT32_MAX, d->ours & UINT32_MAX) ? d->theirs : 0;

	show_fetch(text, "QEMU", d->theirs);
	buf_printf(text, "%s%s%s\n", odd >> EL2_ODD_FAR & 1 ? ", another FAR" : "",
		   odd >> EL2_ODD_HPFAR & 1 ? ", another HPFAR_EL2" : "",
		   odd >> EL2_ODD_ELR & 1 ? ", another ELR" : "");
	show_fetch(text, "ours", d->ours);
	buf_str(text, "\n");
}

static void show(struct buf *text, const struct difference *d)
{
	static const char *const names[] = {
		[MMU_READ] = "read", [MMU_WRITE] = "write", [MMU_FETCH] = "fetch"};
	bool is_fetch = kind_of(d->probe) == EL2_FETCH;

	if (!is_translation(d->probe) && !is_fetch) {
		buf_printf(text,
			   "%s: probe 0x%" PRIx64 " of kind %" PRIu64 ": QEMU gives 0x%" PRIx64
			   ", expected 0x%" PRIx64 "\n",
			   d->job->name, d->probe & PAGE_MASK, kind_of(d->probe), d->theirs,
			   d->ours);
		return;
	}
	buf_printf(text, "%s: %s 0x%" PRIx64 ", %s, on %s\n", d->job->name,
		   d->job->stage1 ? "va" : "ipa", d->probe & PAGE_MASK, names[access_of(d->probe)],
		   d->img->cpu->name);
	if (is_fetch) {
		show_fetches(text, d);
	} else {
		show_par(text, "QEMU", d->theirs);
		show_par(text, "ours", d->ours);
	}
	show_walk(text, d);
}

/*
 * The walk that ended a sweep early, as if it had been asked alone. An answer that is no place in
 * the sweep is left as it is.
 */
static void find_in_sweep(struct difference *d, const uint64_t *probe, uint64_t swept)
{
	const struct el2_sweep *s = (const struct el2_sweep *)(probe + 1);

	if (d->theirs >= s->count)
		return;
	d->probe = ((*probe & PAGE_MASK) + d->theirs * s->stride) |
		   (kind_of(*probe) == EL2_SWEEP_WRITE ? EL2_WRITE : EL2_READ);
	d->ours = s->par + d->theirs * s->step;
	d->theirs = swept;
}

/* Of a sweep, all walks up to the one that ended it. */
static void count_sweep(const struct ref_job *job, const uint64_t *probe, const uint64_t *answers,
			size_t counts[REF_OUTCOME_COUNT])
{
	const struct el2_sweep *s = (const struct el2_sweep *)(probe + 1);

	if (answers[0] > s->count)
		return;
	counts[ref_par_outcome(s->par, job->stage1)] += answers[0];
	if (answers[0] < s->count)
		counts[ref_par_outcome(answers[1], job->stage1)]++;
}

void ref_count_outcomes(const struct ref_image *img, const struct ref_answers *a,
			size_t counts[REF_OUTCOME_COUNT])
{
	CHECK(a->complete);
	for (size_t j = 0; j < img->jobs.count; j++) {
		const struct ref_job *job = &img->jobs.items[j];
		const uint64_t *probe = &img->words.items[job->probes_at];
		size_t at = j ? a->ends.items[j - 1] : 0;

		for (size_t k = 0; k < job->probe_count; k++, at++) {
			if (is_translation(*probe))
				counts[ref_par_outcome(a->values.items[at], job->stage1)]++;
			else if (is_sweep(*probe))
				count_sweep(job, probe, &a->values.items[at], counts);
			else if (kind_of(*probe) == EL2_FETCH)
				counts[a->values.items[at] ? REF_FETCH_ABORT : REF_FETCH_THROUGH]++;
			probe += ref_probe_words(*probe);
		}
	}
}

static bool is_equal(const struct difference *d)
{
	if (is_translation(d->probe))
		return ref_par_equal(d->theirs, d->ours);
	if (kind_of(d->probe) == EL2_FETCH)
		return ref_fetch_equal(d->theirs, d->ours);
	/* It belongs to the sweep before. */
	return kind_of(d->probe) == EL2_SWEPT || d->theirs == d->ours;
}

size_t ref_compare(const struct ref_image *img, const struct ref_answers *a, size_t shown,
		   struct buf *text)
{
	size_t different = 0;

	CHECK(a->complete);
	for (size_t j = 0; j < img->jobs.count; j++) {
		const struct ref_job *job = &img->jobs.items[j];
		const uint64_t *probe = &img->words.items[job->probes_at];
		size_t at = j ? a->ends.items[j - 1] : 0;

		if (job->is_run)
			different += ref_compare_run(img, job, a->values.items + at,
						     a->ends.items[j] - at,
						     different < shown ? text : NULL);
		for (size_t k = 0; k < job->probe_count; k++, at++) {
			struct difference d = {img, job, *probe, a->values.items[at],
					       img->expect.items[job->expect_at + k]};
			bool equal = is_equal(&d);

			if (!equal && is_sweep(*probe))
				find_in_sweep(&d, probe, a->values.items[at + 1]);
			probe += ref_probe_words(*probe);
			if (!equal && different++ < shown)
				show(text, &d);
		}
	}
	return different;
}
