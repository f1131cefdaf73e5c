// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "reference/image.h"

#define RUN_WORDS (sizeof(struct el2_run) / 8)

/* EL1 is AArch64; stage 2 on; interrupts can be made pending; SMC and WFI trap. */
#define RUN_HCR (REF_HCR | UINT64_C(1) << 4 | UINT64_C(1) << 13 | UINT64_C(1) << 19)

static void add(struct ref_image *img, uint64_t word)
{
	if (vec_push(&img->words, word))
		img->lost = true;
}

/* All pages, each a pair: they are cleared first and digested last. */
static void add_pages(struct ref_image *img, const struct ref_tape *tape)
{
	for (size_t k = 0; k < tape->pages.list.count; k++) {
		uint64_t page = tape->pages.list.items[k].addr;

		add(img, page);
		add(img, PAGE_SIZE);
		if (page < EL2_RAM || (page >= EL2_WORK && page < EL2_OURS_END))
			img->in_the_way = page;
	}
}

/* Stops point into the tape until here. */
static void add_stops(struct ref_image *img, const struct ref_tape *tape, const struct ref_job *job,
		      size_t words_at)
{
	size_t walks_at = img->walks.count;

	for (size_t k = 0; k < tape->stops.count; k++) {
		struct ref_stop stop = tape->stops.items[k];

		stop.foreseen_at += words_at;
		stop.pages_at += words_at;
		stop.digests_at += job->expect_at;
		if (stop.walk != SIZE_MAX)
			stop.walk += walks_at;
		if (vec_push(&img->stops, stop))
			img->lost = true;
	}
	for (size_t k = 0; k < tape->walks.count; k++)
		if (vec_push(&img->walks, tape->walks.items[k]))
			img->lost = true;
}

void ref_image_add_run(struct ref_image *img, const char *name, const struct p2m *p2m,
		       const struct ref_tape *tape)
{
	struct ref_job job = {.name = strdup(name),
			      .geo = *p2m->geo,
			      .rules = p2m->rules,
			      .hcr = RUN_HCR,
			      .is_run = true,
			      .whole = tape->whole,
			      .words_at = img->words.count,
			      .expect_at = img->expect.count,
			      .digest_count = tape->digests.count,
			      .stops_at = img->stops.count,
			      .stop_count = tape->stops.count,
			      .pages_at = img->words.count + RUN_WORDS,
			      .page_count = tape->pages.list.count};
	size_t segments_at = job.pages_at + 2 * job.page_count;
	const struct el2_run head = {.magic = EL2_MAGIC_RUN,
				     .words = RUN_WORDS + 2 * job.page_count + tape->words.count,
				     .vtcr = tape->vtcr,
				     .vttbr = tape->vttbr,
				     .hcr = RUN_HCR,
				     .zero_count = job.page_count,
				     .segments = tape->segments};
	uint64_t words[RUN_WORDS];

	memcpy(words, &head, sizeof(head));
	for (size_t k = 0; k < RUN_WORDS; k++)
		add(img, words[k]);
	add_pages(img, tape);
	for (size_t k = 0; k < tape->words.count; k++)
		add(img, tape->words.items[k]);
	for (size_t k = 0; k < tape->digests.count; k++)
		if (vec_push(&img->expect, tape->digests.items[k]))
			img->lost = true;
	add_stops(img, tape, &job, segments_at);
	if (tape->lost || img->lost || !job.name || vec_push(&img->jobs, job)) {
		free(job.name);
		img->lost = true;
	}
}

bool ref_image_add_bank(struct ref_image *img, uint64_t base, uint64_t bytes)
{
	if (img->bank_count == REF_BANKS)
		return false;
	img->banks[img->bank_count++] = (struct ref_span){base, base + bytes};
	return true;
}
