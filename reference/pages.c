// SPDX-License-Identifier: GPL-2.0-only
#include "reference/pages.h"

#include <stdlib.h>
#include <string.h>

#define PAGE	    UINT64_C(4096)
#define SLOTS_LEAST 256

/* The slot of the page, or the free one where it belongs. There is always a free slot. */
static size_t slot_of(const struct ref_pages *p, uint64_t page)
{
	size_t at = (size_t)((page / PAGE * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	for (;; at++) {
		uint32_t n = p->slots[at & (p->slot_count - 1)];

		if (!n || p->list.items[n - 1].addr == page)
			return at & (p->slot_count - 1);
	}
}

static bool grow(struct ref_pages *p)
{
	size_t count = p->slot_count ? 2 * p->slot_count : SLOTS_LEAST;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return false;
	free(p->slots);
	p->slots = slots;
	p->slot_count = count;
	for (size_t k = 0; k < p->list.count; k++)
		slots[slot_of(p, p->list.items[k].addr)] = (uint32_t)k + 1;
	return true;
}

size_t ref_pages_index(struct ref_pages *p, uint64_t addr)
{
	struct ref_page page = {.addr = addr & ~(PAGE - 1)};
	size_t at;

	if (2 * p->list.count >= p->slot_count && !grow(p))
		return SIZE_MAX;
	at = slot_of(p, page.addr);
	if (!p->slots[at]) {
		if (vec_push(&p->list, page))
			return SIZE_MAX;
		p->slots[at] = (uint32_t)p->list.count;
	}
	return p->slots[at] - 1;
}

void ref_pages_reset(struct ref_pages *p)
{
	p->list.count = 0;
	if (p->slots)
		memset(p->slots, 0, p->slot_count * sizeof(*p->slots));
}

void ref_pages_fini(struct ref_pages *p)
{
	vec_fini(&p->list);
	free(p->slots);
	*p = (struct ref_pages){.slots = NULL};
}
