/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * align.h: which items of two sequences correspond: a longest common subsequence.
 */
#ifndef P2MLAB_ALIGN_H
#define P2MLAB_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Insertions and deletions up to which the subsequence is the longest one there is. */
#define ALIGN_EDITS 2000u
/* Beyond them: items that the greedy match looks ahead. */
#define ALIGN_WINDOW 64u

#define ALIGN_NONE SIZE_MAX

/*
 * match[i] is the index in b of what corresponds to a[i], or ALIGN_NONE; indices rise. Exact while
 * the sequences differ by at most ALIGN_EDITS items (E. Myers, "An O(ND) difference algorithm and
 * its variations", 1986: time and memory grow with that number, not with the lengths); else each
 * difference is bridged by the shortest skip within ALIGN_WINDOW, and *windowed is set. The result
 * depends on nothing but the arguments. 0 or -ENOMEM; lengths below 2^31.
 */
int align(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len, size_t *match,
	  bool *windowed);

#endif
