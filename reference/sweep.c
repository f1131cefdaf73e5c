// SPDX-License-Identifier: GPL-2.0-only
#include "reference/sweep.h"

#include "base/check.h"
#include "reference/expect.h"

/* What is swept side by side, so that each makes runs of its own. */
enum lane {
	PAGES,	/* one behind the other: of leaves, and entries of level 3 that are none */
	INSIDE, /* of large blocks: some of what is between both ends */
	FIRSTS, /* of entries above level 3 that are no leaves: their first pages, */
	LASTS,	/* and their last */
	LANES,
};

/* Of a block of 1 GiB, each page within this of its ends; and inside, one of each part this long.
 */
#define BLOCK_ENDS (UINT64_C(1) << LPAE_LEVEL_SHIFT(2))
/* Inside, no two of them have the same offset in theirs. */
#define BLOCK_STRIDE (BLOCK_ENDS + PAGE_SIZE)

static const enum mmu_access accesses[] = {MMU_READ, MMU_WRITE};

struct sweeper {
	struct ref_image *img;
	const struct p2m *p2m;
	uint64_t hcr;
	struct ref_sweep open[LANES][ARRAY_SIZE(accesses)]; /* count 0: none */
};

static void send(struct sweeper *s, struct ref_sweep *run)
{
	if (!run->count)
		return;
	if (!s->img->lost && ref_image_room(s->img) < REF_PROBES_SWEEP)
		ref_image_more(s->img, s->p2m);
	ref_image_sweep(s->img, run);
	run->count = 0;
}

/* Whether the walk goes on where the run ends, with an output that does so, too. */
static bool continues(const struct ref_sweep *run, uint64_t va, uint64_t stride, uint64_t par)
{
	return run->count && run->stride == stride && run->va + run->count * stride == va &&
	       run->par + run->count * run->step == par;
}

/* Our own walk of it decides which run it belongs to: where that is wrong, QEMU's differs. */
static void ask(struct sweeper *s, enum lane lane, uint64_t va, uint64_t stride)
{
	for (unsigned int k = 0; k < ARRAY_SIZE(accesses); k++) {
		struct ref_query q = {va, accesses[k], s->hcr, NULL};
		struct ref_sweep *run = &s->open[lane][k];
		uint64_t par = ref_expect(s->p2m, s->img->cpu, &q);

		if (continues(run, va, stride, par)) {
			run->count++;
			continue;
		}
		send(s, run);
		*run = (struct ref_sweep){.va = va,
					  .count = 1,
					  .stride = stride,
					  .par = par,
					  .step = ref_par_is_fault(par) ? 0 : stride,
					  .access = accesses[k]};
	}
}

static void ask_pages(struct sweeper *s, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at += PAGE_SIZE)
		ask(s, PAGES, at, PAGE_SIZE);
}

static void ask_leaf(struct sweeper *s, uint64_t at, uint64_t size)
{
	uint64_t end = at + size;

	if (size <= BLOCK_ENDS) {
		ask_pages(s, at, end);
		return;
	}
	ask_pages(s, at, at + BLOCK_ENDS);
	for (uint64_t in = at + BLOCK_ENDS; in < end - BLOCK_ENDS; in += BLOCK_STRIDE)
		ask(s, INSIDE, in, BLOCK_STRIDE);
	ask_pages(s, end - BLOCK_ENDS, end);
}

void ref_sweep(struct ref_image *img, const struct p2m *p2m)
{
	struct sweeper s = {.img = img, .p2m = p2m, .hcr = ref_image_hcr(img)};
	uint64_t limit = UINT64_C(1) << p2m->geo->ipa_bits, size;

	for (uint64_t at = 0; at < limit && !img->lost; at += size) {
		struct p2m_slot slot = p2m_walk(p2m, ipa(at));

		size = UINT64_C(1) << LPAE_LEVEL_SHIFT(slot.level);
		if (size == PAGE_SIZE || p2m_slot_mapped(p2m, &slot)) {
			ask_leaf(&s, at, size);
		} else {
			ask(&s, FIRSTS, at, size);
			ask(&s, LASTS, at + size - PAGE_SIZE, size);
		}
	}
	for (unsigned int lane = 0; lane < LANES; lane++)
		for (unsigned int k = 0; k < ARRAY_SIZE(accesses); k++)
			send(&s, &s.open[lane][k]);
}
