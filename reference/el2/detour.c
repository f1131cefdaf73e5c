// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second stage 2 that differs from a run's in one page. What is on the way to that page is
 * copied, the rest is shared.
 */
#include "reference/el2/payload.h"

#define ENTRIES	   512
#define ADDRESS	   UINT64_C(0x0000fffffffff000)
#define CONTIGUOUS (UINT64_C(1) << 52)
#define TABLE	   UINT64_C(3) /* and a page, at level 3 */

static unsigned int shift_of(unsigned int level)
{
	return 39 - 9 * level;
}

static uint64_t *table_of(uint64_t entry)
{
	return (uint64_t *)(entry & ADDRESS);
}

/* Below a block there is no table to copy: of its pages only the one that is asked for is used. */
static void copy(uint64_t *to, const uint64_t *from, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++)
		el2_store((uint64_t)&to[k], from ? from[k] : 0);
}

uint64_t el2_detour(uint64_t vtcr, uint64_t vttbr, uint64_t ipa)
{
	unsigned int level = 2 - (unsigned int)(vtcr >> 6 & 3);
	uint64_t count = UINT64_C(1) << (64 - (vtcr & 63) - shift_of(level));
	const uint64_t *from = table_of(vttbr);
	uint64_t *to = (uint64_t *)EL2_DETOUR, entry = 0;

	for (;; level++) {
		uint64_t *below = to + (count > ENTRIES ? count : ENTRIES);
		uint64_t *at = to + (ipa >> shift_of(level) & (count - 1));

		copy(to, from, count);
		if (from)
			entry = *at;
		if (level == 3) {
			el2_store((uint64_t)at,
				  (entry & ~(ADDRESS | CONTIGUOUS)) | EL2_WINDOW | TABLE);
			return (vttbr & ~ADDRESS) | EL2_DETOUR;
		}
		from = from && (entry & TABLE) == TABLE ? table_of(entry) : 0;
		el2_store((uint64_t)at, (uint64_t)below | TABLE);
		to = below;
		count = ENTRIES;
	}
}
