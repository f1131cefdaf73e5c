// SPDX-License-Identifier: GPL-2.0-only
#include "sim/heap.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "tests/p2m_fixture.h"
#include "tests/unit.h"

#define BASE UINT64_C(0x80003000)

struct setup {
	struct memory mem;
	struct heap heap;
};

static void setup(struct setup *s, uint64_t pages)
{
	memory_init(&s->mem);
	CHECK(memory_add_bank(&s->mem, pa(BASE), 64 * PAGE_SIZE) == 0);
	heap_init(&s->heap, &s->mem, pa(BASE), pages);
}

static void teardown(struct setup *s)
{
	heap_fini(&s->heap);
	memory_fini(&s->mem);
}

static bool page_is(const struct setup *s, pa_t page, uint8_t byte)
{
	const uint8_t *host = memory_ptr(&s->mem, page, PAGE_SIZE);

	for (size_t k = 0; k < PAGE_SIZE; k++)
		if (host[k] != byte)
			return false;
	return true;
}

static void test_init(void)
{
	struct setup s;

	setup(&s, 7);
	EXPECT_U64(s.heap.base.v, BASE);
	EXPECT_U64(s.heap.page_count, 7);
	EXPECT_U64(s.heap.limit, 7);
	EXPECT_U64(s.heap.used, 0);
	EXPECT_U64(s.heap.phase, 0);
	EXPECT_U64(s.heap.dirty_left, 0);
	teardown(&s);
	EXPECT(s.heap.mem == NULL);
	heap_fini(&s.heap);
}

static void test_zeroed(void)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 8);
	memset(memory_ptr(&s.mem, pa(BASE), 8 * PAGE_SIZE), 0xaa, 8 * PAGE_SIZE);
	for (uint64_t k = 0; k < 8; k++) {
		EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
		EXPECT_U64(grant.page.v, BASE + k * PAGE_SIZE);
		EXPECT(page_is(&s, grant.page, 0));
		EXPECT_U64(s.heap.used, k + 1);
	}
	memset(memory_ptr(&s.mem, grant.page, PAGE_SIZE), 0xbb, PAGE_SIZE);
	heap_free(&s.heap, grant.page);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT(page_is(&s, grant.page, 0));
	teardown(&s);
}

/* The orders split for `count` allocations after `phase`, one digit each. */
static void splits(uint64_t phase, unsigned int count, char *text)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 64);
	s.heap.phase = phase;
	for (unsigned int k = 0; k < count; k++) {
		EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
		text[k] = (char)('0' + grant.split_orders);
		EXPECT(!grant.scrubbed);
	}
	text[count] = '\0';
	EXPECT_U64(s.heap.phase, phase + count);
	teardown(&s);
}

static void test_splits(void)
{
	char text[32];

	splits(0, 16, text);
	EXPECT_STR(text, "0102010301020104");
	splits(14, 3, text);
	EXPECT_STR(text, "040");
	splits(255, 2, text);
	EXPECT_STR(text, "80");
	splits(UINT64_MAX, 1, text); /* n wraps to 0: no order rather than 64 */
	EXPECT_STR(text, "0");
}

static void test_dirty(void)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 64);
	s.heap.dirty_left = 2;
	for (unsigned int k = 0; k < 4; k++) {
		EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
		EXPECT_U64(grant.scrubbed, k < 2);
	}
	EXPECT_U64(s.heap.dirty_left, 0);
	teardown(&s);
}

static void test_reuse(void)
{
	struct heap_grant a, b, c;
	struct setup s;

	setup(&s, 64);
	s.heap.dirty_left = 10;
	EXPECT_I64(heap_alloc(&s.heap, &a), 0);
	EXPECT_I64(heap_alloc(&s.heap, &b), 0);
	heap_free(&s.heap, a.page);
	EXPECT_U64(s.heap.used, 1);
	EXPECT_I64(heap_alloc(&s.heap, &c), 0);
	EXPECT_U64(c.page.v, a.page.v);
	EXPECT_U64(c.split_orders, 0);
	EXPECT(!c.scrubbed);
	EXPECT_U64(s.heap.phase, 2);
	EXPECT_U64(s.heap.dirty_left, 8);
	EXPECT_U64(s.heap.used, 2);
	EXPECT_U64(s.heap.free.count, 0);
	teardown(&s);
}

static void test_limit(void)
{
	struct heap_grant grant, untouched = {.page = {0x123}, .split_orders = 9};
	struct setup s;

	setup(&s, 64);
	s.heap.limit = 2;
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT_I64(heap_alloc(&s.heap, &untouched), -ENOMEM);
	EXPECT_U64(untouched.page.v, 0x123);
	EXPECT_U64(untouched.split_orders, 9);
	EXPECT_U64(s.heap.used, 2);
	EXPECT_U64(s.heap.phase, 2);
	heap_free(&s.heap, grant.page);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	teardown(&s);
}

static void test_all_pages(void)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 3);
	s.heap.limit = 100;
	for (unsigned int k = 0; k < 3; k++)
		EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT_I64(heap_alloc(&s.heap, &grant), -ENOMEM);
	teardown(&s);
}

static void test_order(void)
{
	struct heap_grant grant;
	struct setup s;
	pa_t root;

	setup(&s, 64); /* the base is page 0x80003: not aligned to 8 pages */
	memset(memory_ptr(&s.mem, pa(BASE), 64 * PAGE_SIZE), 0xaa, 64 * PAGE_SIZE);
	s.heap.dirty_left = 1;
	EXPECT_I64(heap_alloc_order(&s.heap, 3, &root), 0);
	EXPECT_U64(root.v, 0x80008000);
	for (uint64_t k = 0; k < 8; k++)
		EXPECT(page_is(&s, pa_add(root, k * PAGE_SIZE), 0));
	EXPECT(page_is(&s, pa(0x80010000), 0xaa));
	EXPECT_U64(s.heap.used, 8);
	EXPECT_U64(s.heap.phase, 0);
	EXPECT_U64(s.heap.dirty_left, 1);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT_U64(grant.page.v, 0x80010000);
	EXPECT_I64(heap_alloc_order(&s.heap, 0, &root), 0);
	EXPECT_U64(root.v, 0x80011000);
	teardown(&s);
}

static void test_order_limit(void)
{
	pa_t root = pa(0x55);
	struct setup s;

	setup(&s, 64);
	s.heap.limit = 7;
	EXPECT_I64(heap_alloc_order(&s.heap, 3, &root), -ENOMEM);
	s.heap.limit = 64;
	EXPECT_I64(heap_alloc_order(&s.heap, 6, &root), -ENOMEM);
	EXPECT_U64(root.v, 0x55);
	EXPECT_U64(s.heap.used, 0);
	teardown(&s);
}

static void test_many_frees(void)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 64);
	for (unsigned int k = 0; k < 64; k++)
		EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	for (uint64_t k = 0; k < 64; k++)
		heap_free(&s.heap, pa(BASE + k * PAGE_SIZE));
	EXPECT_U64(s.heap.used, 0);
	EXPECT_U64(s.heap.free.count, 64);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT_U64(grant.page.v, BASE + 63 * PAGE_SIZE);
	teardown(&s);
}

static void free_foreign(void *ctx)
{
	heap_free(ctx, pa(BASE + 5 * PAGE_SIZE));
}

static void free_unaligned(void *ctx)
{
	heap_free(ctx, pa(BASE + 8));
}

static void free_below(void *ctx)
{
	heap_free(ctx, pa(BASE - PAGE_SIZE));
}

static void test_bad_free(void)
{
	struct heap_grant grant;
	struct setup s;

	setup(&s, 64);
	EXPECT_I64(heap_alloc(&s.heap, &grant), 0);
	EXPECT(fx_aborts(free_foreign, &s.heap));
	EXPECT(fx_aborts(free_unaligned, &s.heap));
	EXPECT(fx_aborts(free_below, &s.heap));
	teardown(&s);
}

static const struct unit_test tests[] = {
	{"a new heap is empty and limited by its pages", test_init},
	{"pages are handed out in order and zeroed", test_zeroed},
	{"the n-th page after a block boundary splits ctz(n) orders", test_splits},
	{"dirty pages are scrubbed until none is left", test_dirty},
	{"a freed page is reused first and costs nothing", test_reuse},
	{"the limit fails an allocation without a trace", test_limit},
	{"the last page of the bank is the last one", test_all_pages},
	{"a root is naturally aligned, zeroed and counted", test_order},
	{"a root that does not fit fails without a trace", test_order_limit},
	{"every page can be given back", test_many_frees},
	{"freeing what is not a page of the heap is a bug", test_bad_free},
};

int main(int argc, char **argv)
{
	return unit_main("heap", tests, ARRAY_SIZE(tests), argc, argv);
}
