// SPDX-License-Identifier: GPL-2.0-only
#include "tests/casemate_pending.h"

#include <stdlib.h>

#define PAGE UINT64_C(0x1000)

const char *const pending_missing[] = {
	[STORED] = "no dsb after the break",   [SEEN] = "no tlbi",
	[IPA_SENT] = "no dsb after ipas2e1is", [IPA_GONE] = "no tlbi of stage 1 after ipas2e1is",
	[ALL_SENT] = "no dsb after the tlbi",  [FORGOTTEN] = "",
};

bool pending_add(struct pendings *all, struct pending p)
{
	if (all->count == all->room) {
		size_t room = all->room ? all->room * 2 : 64;
		struct pending *bigger = realloc(all->items, room * sizeof(*bigger));

		if (!bigger)
			return false;
		all->items = bigger;
		all->room = room;
	}
	p.stage = STORED;
	all->items[all->count++] = p;
	all->at_stage[STORED]++;
	return true;
}

/* Where the first is that changes. There are barriers around each store, and most change the last.
 */
static size_t first_to_change(const struct pendings *all, const enum stage next[FORGOTTEN])
{
	for (unsigned int s = STORED + 1; s < FORGOTTEN; s++)
		if (all->at_stage[s] && next[s] != s)
			return 0;
	return all->at_stage[STORED] && next[STORED] != STORED ? all->stored_from : all->count;
}

size_t pending_advance(struct pendings *all, unsigned int tid, const enum stage next[FORGOTTEN])
{
	size_t first = first_to_change(all, next), kept = first, breaks = 0;

	if (first == all->count)
		return 0;
	all->stored_from = first;
	for (size_t k = first; k < all->count; k++) {
		struct pending p = all->items[k];

		all->at_stage[p.stage]--;
		if (p.tid == tid)
			p.stage = next[p.stage];
		if (p.stage == FORGOTTEN) {
			breaks += !p.is_page;
			continue;
		}
		all->at_stage[p.stage]++;
		all->items[kept++] = p;
		if (p.stage != STORED && all->stored_from == kept - 1)
			all->stored_from = kept;
	}
	all->count = kept;
	return breaks;
}

void pending_send_ipa(struct pendings *all, unsigned int tid, uint64_t ipa)
{
	for (size_t k = 0; k < all->count; k++) {
		struct pending *p = &all->items[k];

		if (p->stage != SEEN || !p->leaf || p->tid != tid || ipa - p->ipa >= p->bytes)
			continue;
		all->at_stage[SEEN]--;
		all->at_stage[IPA_SENT]++;
		p->stage = IPA_SENT;
	}
}

const struct pending *pending_at(const struct pendings *all, uint64_t at, bool is_page)
{
	for (size_t k = 0; k < all->count; k++)
		if (all->items[k].at == at && all->items[k].is_page == is_page)
			return &all->items[k];
	return NULL;
}

bool pending_in(const struct pendings *all, uint64_t base)
{
	for (size_t k = 0; k < all->count; k++)
		if ((all->items[k].at & ~(PAGE - 1)) == base)
			return true;
	return false;
}

void pending_fini(struct pendings *all)
{
	free(all->items);
	*all = (struct pendings){.items = NULL};
}
