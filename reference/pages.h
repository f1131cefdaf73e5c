/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pages.h: the pages of memory that a run used, found by address, in the order of first use.
 */
#ifndef P2MLAB_REFERENCE_PAGES_H
#define P2MLAB_REFERENCE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

#define REF_PAGE_WORDS 512

struct ref_page {
	uint64_t addr;
	/* Words that others than the guest stored to since the vCPU was last entered, a bit each.
	 */
	uint64_t dirty[REF_PAGE_WORDS / 64];
	bool is_dirty; /* any of them */
	bool used;     /* the vCPU may have seen it as other than zero */
	bool written;  /* by the guest since the last stop */
};

/* All zero: none. */
struct ref_pages {
	VEC(struct ref_page) list;
	uint32_t *slots; /* of the list, +1; 0: free */
	size_t slot_count;
};

/* The page of `addr`, new if need be: its index in the list; SIZE_MAX if memory ran out. */
size_t ref_pages_index(struct ref_pages *p, uint64_t addr);

void ref_pages_reset(struct ref_pages *p);
void ref_pages_fini(struct ref_pages *p);

#endif
