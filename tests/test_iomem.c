// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "sim/iomem.h"
#include "tests/unit.h"

/* "0-7fff 8010-807f": the whole state as text. */
static void expect_ranges(const struct iomem *io, const char *want)
{
	char got[1024] = "";
	size_t n = 0;

	for (size_t i = 0; i < io->ranges.count; i++) {
		const struct iomem_range *r = &io->ranges.items[i];

		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%" PRIx64 "-%" PRIx64,
				      i ? " " : "", r->first, r->last);
	}
	EXPECT_STR(got, want);
}

/* The rights of the recorded machine: everything but UART, GICD, ITS and GICR. */
static struct iomem recorded_rights(void)
{
	struct iomem io = {0};

	EXPECT_I64(iomem_permit(&io, 0, UINT64_MAX), 0);
	EXPECT_I64(iomem_deny(&io, 0x9000, 0x9000), 0);
	EXPECT_I64(iomem_deny(&io, 0x8000, 0x800f), 0);
	EXPECT_I64(iomem_deny(&io, 0x8080, 0x809f), 0);
	EXPECT_I64(iomem_deny(&io, 0x80a0, 0x8fff), 0);
	return io;
}

static void test_empty(void)
{
	struct iomem io = {0};
	unsigned int visited = 9;

	EXPECT(!iomem_permitted(&io, 0, 0, &visited));
	EXPECT_U64(visited, 0);
	EXPECT_I64(iomem_deny(&io, 0, UINT64_MAX), 0);
	expect_ranges(&io, "");
	iomem_fini(&io);
}

static void test_recorded_rights(void)
{
	struct iomem io = recorded_rights();

	expect_ranges(&io, "0-7fff 8010-807f 9001-ffffffffffffffff");
	iomem_fini(&io);
	expect_ranges(&io, "");
}

static void test_visits(void)
{
	static const struct {
		uint64_t page;
		bool permitted;
		unsigned int visited;
	} rows[] = {
		{0x0, true, 2},	      /* the second node ends the search */
		{0x7fff, true, 2},    /* last page of the first range */
		{0x8000, false, 2},   /* GICD */
		{0x800f, false, 2},   /* its last page */
		{0x8010, true, 3},    /* a range's first page is at or below itself */
		{0x8080, false, 3},   /* ITS */
		{0x80a0, false, 3},   /* GICR */
		{0x9000, false, 3},   /* UART */
		{0x9001, true, 3},    /* no node above the last range: three in all */
		{0x4010000, true, 3}, /* ECAM */
		{UINT64_MAX, true, 3},
	};
	struct iomem io = recorded_rights();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int visited = 0;

		EXPECT_U64(iomem_permitted(&io, rows[i].page, rows[i].page, &visited),
			   rows[i].permitted);
		EXPECT_U64(visited, rows[i].visited);
	}
	iomem_fini(&io);
}

static void test_whole_range(void)
{
	struct iomem io = recorded_rights();

	EXPECT(iomem_permitted(&io, 0x7ffe, 0x7fff, NULL));
	EXPECT(!iomem_permitted(&io, 0x7fff, 0x8000, NULL));
	EXPECT(!iomem_permitted(&io, 0x7fff, 0x8010, NULL));
	EXPECT(!iomem_permitted(&io, 0x8fff, 0x9001, NULL));
	EXPECT(iomem_permitted(&io, 0x9001, UINT64_MAX, NULL));
	EXPECT(!iomem_permitted(&io, 2, 1, NULL));
	iomem_fini(&io);
}

static void test_merge(void)
{
	struct iomem io = {0};

	EXPECT_I64(iomem_permit(&io, 10, 19), 0);
	EXPECT_I64(iomem_permit(&io, 30, 39), 0);
	EXPECT_I64(iomem_permit(&io, 0, 3), 0);
	expect_ranges(&io, "0-3 a-13 1e-27");
	EXPECT_I64(iomem_permit(&io, 20, 20), 0); /* next to the end of one */
	expect_ranges(&io, "0-3 a-14 1e-27");
	EXPECT_I64(iomem_permit(&io, 29, 29), 0); /* next to the start of one */
	expect_ranges(&io, "0-3 a-14 1d-27");
	EXPECT_I64(iomem_permit(&io, 21, 28), 0); /* fills a gap exactly */
	expect_ranges(&io, "0-3 a-27");
	EXPECT_I64(iomem_permit(&io, 12, 15), 0); /* inside: nothing new */
	expect_ranges(&io, "0-3 a-27");
	EXPECT_I64(iomem_permit(&io, 2, UINT64_MAX), 0);
	expect_ranges(&io, "0-ffffffffffffffff");
	EXPECT_I64(iomem_permit(&io, 5, UINT64_MAX), 0);
	expect_ranges(&io, "0-ffffffffffffffff");
	iomem_fini(&io);
}

static void test_split(void)
{
	struct iomem io = {0};

	EXPECT_I64(iomem_permit(&io, 10, 19), 0);
	EXPECT_I64(iomem_permit(&io, 30, 39), 0);
	EXPECT_I64(iomem_deny(&io, 12, 12), 0); /* middle */
	expect_ranges(&io, "a-b d-13 1e-27");
	EXPECT_I64(iomem_deny(&io, 10, 10), 0); /* first frame */
	expect_ranges(&io, "b-b d-13 1e-27");
	EXPECT_I64(iomem_deny(&io, 19, 31), 0); /* end of one, start of the next */
	expect_ranges(&io, "b-b d-12 20-27");
	EXPECT_I64(iomem_deny(&io, 20, 30), 0); /* a gap: nothing there */
	expect_ranges(&io, "b-b d-12 20-27");
	EXPECT_I64(iomem_deny(&io, 11, 32), 0); /* two whole ones and a part */
	expect_ranges(&io, "21-27");
	EXPECT_I64(iomem_deny(&io, 0, UINT64_MAX), 0);
	expect_ranges(&io, "");
	iomem_fini(&io);
}

static void test_bad_range(void)
{
	struct iomem io = recorded_rights();

	EXPECT_I64(iomem_permit(&io, 1, 0), -EINVAL);
	EXPECT_I64(iomem_deny(&io, 1, 0), -EINVAL);
	expect_ranges(&io, "0-7fff 8010-807f 9001-ffffffffffffffff");
	iomem_fini(&io);
}

static void test_no_memory(void)
{
	struct iomem io = {0};

	/* No allocator gives this many: growing fails as it does when memory runs out. */
	io.ranges.count = io.ranges.room = SIZE_MAX / sizeof(struct iomem_range) / 4 * 3;
	EXPECT_I64(iomem_permit(&io, 1, 2), -ENOMEM);
	EXPECT_I64(iomem_deny(&io, 1, 2), -ENOMEM);
	EXPECT(io.ranges.items == NULL);
}

#define FRAMES 64

/* True if ranges are sorted, apart from each other and say what `bitmap` says. */
static bool agrees(const struct iomem *io, const bool *bitmap)
{
	for (size_t i = 0; i < io->ranges.count; i++) {
		const struct iomem_range *r = &io->ranges.items[i];

		if (r->first > r->last || (i && r->first <= r[-1].last + 1))
			return false;
	}
	for (uint64_t first = 0; first < FRAMES; first++) {
		bool all = true;

		for (uint64_t last = first; last < FRAMES; last++) {
			all &= bitmap[last];
			if (iomem_permitted(io, first, last, NULL) != all)
				return false;
		}
	}
	return true;
}

static void test_against_bitmap(void)
{
	struct iomem io = {0};
	bool bitmap[FRAMES] = {false};
	uint64_t state = 42;

	for (unsigned int i = 0; i < 2000; i++) {
		uint64_t r = unit_rand(&state);
		uint64_t first = r % FRAMES, last = first + (r >> 8) % 9;
		bool permit = r >> 16 & 1;

		if (last >= FRAMES)
			last = FRAMES - 1;
		EXPECT_I64(permit ? iomem_permit(&io, first, last) : iomem_deny(&io, first, last),
			   0);
		memset(bitmap + first, permit, last - first + 1);
		if (!EXPECT(agrees(&io, bitmap)))
			break;
	}
	iomem_fini(&io);
}

static const struct unit_test tests[] = {
	{"without ranges nothing is permitted and no node is visited", test_empty},
	{"the recorded machine's rights are three ranges", test_recorded_rights},
	{"find_range visits the nodes up to the first that starts above", test_visits},
	{"a request is permitted if every frame of it is", test_whole_range},
	{"permitted ranges that touch become one", test_merge},
	{"a denied range cuts what it overlaps", test_split},
	{"a range that ends before it starts is refused", test_bad_range},
	{"without memory nothing is changed", test_no_memory},
	{"any sequence of permits and denials equals a bitmap's", test_against_bitmap},
};

int main(int argc, char **argv)
{
	return unit_main("iomem", tests, ARRAY_SIZE(tests), argc, argv);
}
