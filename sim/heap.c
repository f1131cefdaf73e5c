// SPDX-License-Identifier: GPL-2.0-only
#include "sim/heap.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"

void heap_init(struct heap *heap, struct memory *mem, pa_t base, uint64_t page_count)
{
	CHECK((base.v & ~PAGE_MASK) == 0);
	*heap = (struct heap){
		.mem = mem, .base = base, .page_count = page_count, .limit = page_count};
}

void heap_fini(struct heap *heap)
{
	vec_fini(&heap->free);
	*heap = (struct heap){0};
}

static pa_t page_at(const struct heap *heap, uint64_t index)
{
	return pa_add(heap->base, index << PAGE_SHIFT);
}

static void clear(const struct heap *heap, pa_t page, uint64_t page_count)
{
	void *host = memory_ptr(heap->mem, page, page_count << PAGE_SHIFT);

	CHECK(host);
	memset(host, 0, page_count << PAGE_SHIFT);
	memory_stored(heap->mem, host, page_count << PAGE_SHIFT);
}

/* Orders that the buddy allocator splits for its n-th order-0 page: ctz(n). */
static unsigned int split_orders(uint64_t n)
{
	unsigned int orders = 0;

	for (; n && n % 2 == 0; n /= 2)
		orders++;
	return orders;
}

/* Host room to take every page back, so that heap_free() cannot fail. */
static int reserve_free(struct heap *heap)
{
	while (heap->free.room <= heap->fresh)
		if (vec_grow_((void **)&heap->free.items, heap->free.room, &heap->free.room,
			      sizeof(*heap->free.items)))
			return -ENOMEM;
	return 0;
}

int heap_alloc(struct heap *heap, struct heap_grant *grant)
{
	if (heap->used >= heap->limit)
		return -ENOMEM;
	if (heap->free.count) {
		/* A freed order-0 page is on the order-0 list: nothing to split, never dirty. */
		*grant = (struct heap_grant){.page = heap->free.items[--heap->free.count]};
	} else {
		if (heap->fresh == heap->page_count || reserve_free(heap))
			return -ENOMEM;
		*grant = (struct heap_grant){.page = page_at(heap, heap->fresh++),
					     .split_orders = split_orders(++heap->phase),
					     .scrubbed = heap->dirty_left > 0};
		heap->dirty_left -= grant->scrubbed;
	}
	heap->used++;
	clear(heap, grant->page, 1);
	return 0;
}

int heap_alloc_order(struct heap *heap, unsigned int order, pa_t *base)
{
	uint64_t pages = UINT64_C(1) << order;
	uint64_t first = heap->base.v >> PAGE_SHIFT;
	uint64_t start = ((first + heap->fresh + pages - 1) & ~(pages - 1)) - first;

	if (heap->used + pages > heap->limit || start + pages > heap->page_count)
		return -ENOMEM;
	*base = page_at(heap, start);
	heap->fresh = start + pages;
	heap->used += pages;
	clear(heap, *base, pages);
	return 0;
}

void heap_free(struct heap *heap, pa_t page)
{
	CHECK(heap->used > 0 && (page.v & ~PAGE_MASK) == 0);
	CHECK(range_has(heap->base.v, heap->fresh << PAGE_SHIFT, page.v));
	CHECK(heap->free.count < heap->free.room);
	heap->free.items[heap->free.count++] = page;
	heap->used--;
}
