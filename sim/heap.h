/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * heap.h: Xen's domheap, as far as p2m table pages see it.
 *
 * A bounded run of pages inside one memory bank. What an allocation costs in Xen depends on the
 * buddy allocator's state: alloc_heap_pages() takes an order-0 page where one is free and else
 * splits the smallest larger block, one step per order; a page that was never scrubbed is cleaned
 * first. Both are observable in recorded runs (docs/DESIGN.md, "what a new table costs"), so they
 * are state here and not an average: the n-th order-0 allocation since a block boundary splits
 * ctz(n) orders.
 */
#ifndef P2MLAB_HEAP_H
#define P2MLAB_HEAP_H

#include "base/vec.h"
#include "sim/memory.h"

struct heap {
	struct memory *mem;
	pa_t base;
	uint64_t page_count; /* pages of the bank that tables may use */
	uint64_t limit;	     /* pages that may be in use at once: the bounded pool */
	uint64_t used;	     /* pages handed out and not freed */
	uint64_t fresh;	     /* first page never handed out */
	uint64_t phase;	     /* allocations since a block boundary: n of ctz(n) */
	uint64_t dirty_left; /* allocations that still meet an unscrubbed page */
	VEC(pa_t) free;
};

/* What one allocation did, for the charger. */
struct heap_grant {
	pa_t page;
	unsigned int split_orders; /* orders of the buddy list that were split */
	bool scrubbed;		   /* the page was dirty and was cleaned on the way */
};

/*
 * Pages [base, base + page_count * 4K) of a bank of `mem`. limit, phase and dirty_left start at
 * page_count, 0 and 0; the owner may set them before the first allocation.
 */
void heap_init(struct heap *heap, struct memory *mem, pa_t base, uint64_t page_count);
void heap_fini(struct heap *heap);

/*
 * A zeroed page: 0, or -ENOMEM with *grant untouched when the limit is reached. A freed page is
 * taken first and costs neither a split nor a scrub.
 */
int heap_alloc(struct heap *heap, struct heap_grant *grant);

/*
 * 2^order contiguous, naturally aligned zeroed pages (a p2m root): 0 or -ENOMEM. They count as used
 * and are never given back; pages skipped for alignment are lost. Does not move phase or
 * dirty_left, which are about order-0 pages.
 */
int heap_alloc_order(struct heap *heap, unsigned int order, pa_t *base);

/* Gives a page of heap_alloc() back; a page that is not one is a bug. */
void heap_free(struct heap *heap, pa_t page);

#endif
