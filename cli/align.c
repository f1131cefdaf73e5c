// SPDX-License-Identifier: GPL-2.0-only
#include "cli/align.h"

#include <errno.h>
#include <stdlib.h>

/*
 * What lies between the common head and tail. far[d][i] is how far into `a` a path of d edits gets
 * on diagonal k = 2 i - d (place in a minus place in b); rows are stored one after the other.
 */
struct diff {
	const uint32_t *a, *b;
	int64_t a_len, b_len;
	int32_t *far;
};

#define OFF_GRID INT32_MIN

static size_t row_at(int64_t d)
{
	return (size_t)(d * (d + 1) / 2);
}

/* The place in `a` on diagonal k after d edits; OFF_GRID if no path of d edits is there. */
static int64_t far_at(const struct diff *f, int64_t d, int64_t k)
{
	if (d < 0 || k < -d || k > d)
		return OFF_GRID;
	return f->far[row_at(d) + (size_t)((k + d) / 2)];
}

/* Where edit d lands on diagonal k before equal items are followed; *down: an item of b was
 * skipped, else one of a. */
static int64_t step(const struct diff *f, int64_t d, int64_t k, bool *down)
{
	int64_t from_above = far_at(f, d - 1, k + 1), from_left = far_at(f, d - 1, k - 1);

	if (from_left != OFF_GRID)
		from_left++;
	if (from_left > f->a_len)
		from_left = OFF_GRID;
	if (from_above != OFF_GRID && from_above - k > f->b_len)
		from_above = OFF_GRID;
	*down = from_above >= from_left;
	return *down ? from_above : from_left;
}

/* Edits that turn a into b, at most ALIGN_EDITS; -1 if there are more, -ENOMEM. */
static int64_t count_edits(struct diff *f)
{
	size_t room = 0;

	for (int64_t d = 0; d <= ALIGN_EDITS; d++) {
		if (row_at(d + 1) > room) {
			size_t want = row_at(2 * d + 64);
			int32_t *bigger = realloc(f->far, want * sizeof(*bigger));

			if (!bigger)
				return -ENOMEM;
			f->far = bigger;
			room = want;
		}
		for (int64_t k = -d; k <= d; k += 2) {
			bool down;
			int64_t x = d ? step(f, d, k, &down) : 0;

			while (x != OFF_GRID && x < f->a_len && x - k < f->b_len &&
			       f->a[x] == f->b[x - k])
				x++;
			f->far[row_at(d) + (size_t)((k + d) / 2)] = (int32_t)x;
			if (x == f->a_len && x - k == f->b_len)
				return d;
		}
	}
	return -1;
}

/* Walks the path back from its end and notes the equal items. */
static void trace_back(const struct diff *f, int64_t edits, size_t skip, size_t *match)
{
	int64_t x = f->a_len, k = f->a_len - f->b_len;

	for (int64_t d = edits; d >= 0; d--) {
		bool down = false;
		int64_t start = d ? step(f, d, k, &down) : 0;

		for (; x > start; x--)
			match[skip + (size_t)x - 1] = skip + (size_t)(x - 1 - k);
		x = down ? x : x - 1;
		k = down ? k + 1 : k - 1;
	}
}

/* The least skips in both that make the next items equal; false if there are none near. */
static bool bridge(const struct diff *f, int64_t *x, int64_t *y)
{
	for (int64_t sum = 1; sum <= ALIGN_WINDOW; sum++) {
		for (int64_t in_a = 0; in_a <= sum; in_a++) {
			int64_t at_a = *x + in_a, at_b = *y + sum - in_a;

			if (at_a < f->a_len && at_b < f->b_len && f->a[at_a] == f->b[at_b]) {
				*x = at_a;
				*y = at_b;
				return true;
			}
		}
	}
	return false;
}

static void match_greedily(const struct diff *f, size_t skip, size_t *match)
{
	int64_t x = 0, y = 0;

	while (x < f->a_len && y < f->b_len) {
		if (f->a[x] == f->b[y]) {
			match[skip + (size_t)x] = skip + (size_t)y;
			x++;
			y++;
		} else if (!bridge(f, &x, &y)) {
			x++;
			y++;
		}
	}
}

int align(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len, size_t *match,
	  bool *windowed)
{
	size_t head = 0, tail = 0, shorter = a_len < b_len ? a_len : b_len;
	struct diff f = {0};
	int64_t edits;

	*windowed = false;
	while (head < shorter && a[head] == b[head])
		head++;
	while (tail < shorter - head && a[a_len - 1 - tail] == b[b_len - 1 - tail])
		tail++;
	for (size_t i = 0; i < a_len; i++)
		match[i] = i < head ? i : i >= a_len - tail ? b_len - (a_len - i) : ALIGN_NONE;
	f.a = a + head;
	f.b = b + head;
	f.a_len = (int64_t)(a_len - head - tail);
	f.b_len = (int64_t)(b_len - head - tail);
	edits = count_edits(&f);
	if (edits >= 0)
		trace_back(&f, edits, head, match);
	else if (edits == -1)
		match_greedily(&f, head, match);
	*windowed = edits == -1;
	free(f.far);
	return edits == -ENOMEM ? -ENOMEM : 0;
}
