// SPDX-License-Identifier: GPL-2.0-only
#include "sim/iomem.h"

#include <string.h>

/*
 * Replaces ranges [at, at + drop) by with[0 .. put). The caller has made sure that room for the
 * result exists, so this cannot fail.
 */
static void iomem_splice(struct iomem *io, size_t at, size_t drop, const struct iomem_range *with,
			 size_t put)
{
	struct iomem_range *items = io->ranges.items;
	size_t tail = io->ranges.count - at - drop;

	memmove(items + at + put, items + at + drop, tail * sizeof(*items));
	if (put)
		memcpy(items + at, with, put * sizeof(*items));
	io->ranges.count = at + put + tail;
}

/* Ranges before the first one that ends at or after `frame`. */
static size_t iomem_below(const struct iomem *io, uint64_t frame)
{
	size_t i = 0;

	while (i < io->ranges.count && io->ranges.items[i].last < frame)
		i++;
	return i;
}

int iomem_permit(struct iomem *io, uint64_t first, uint64_t last)
{
	struct iomem_range sum = {first, last};
	size_t at, end;

	if (first > last)
		return -EINVAL;
	if (vec_grow(&io->ranges))
		return -ENOMEM;
	/* A range that ends right before `first` or starts right after `last` is merged as well. */
	at = iomem_below(io, first ? first - 1 : 0);
	for (end = at; end < io->ranges.count; end++) {
		const struct iomem_range *r = &io->ranges.items[end];

		if (last != UINT64_MAX && r->first > last + 1)
			break;
		sum.first = r->first < sum.first ? r->first : sum.first;
		sum.last = r->last > sum.last ? r->last : sum.last;
	}
	iomem_splice(io, at, end - at, &sum, 1);
	return 0;
}

int iomem_deny(struct iomem *io, uint64_t first, uint64_t last)
{
	struct iomem_range rest[2];
	size_t at, end, put = 0;

	if (first > last)
		return -EINVAL;
	if (vec_grow(&io->ranges))
		return -ENOMEM;
	at = iomem_below(io, first);
	for (end = at; end < io->ranges.count && io->ranges.items[end].first <= last; end++) {
		const struct iomem_range *r = &io->ranges.items[end];

		if (r->first < first)
			rest[put++] = (struct iomem_range){r->first, first - 1};
		if (r->last > last)
			rest[put++] = (struct iomem_range){last + 1, r->last};
	}
	iomem_splice(io, at, end - at, rest, put);
	return 0;
}

bool iomem_permitted(const struct iomem *io, uint64_t first, uint64_t last, unsigned int *visited)
{
	const struct iomem_range *found = NULL;
	size_t i = 0;

	/*
	 * rangeset.c find_range(): the last node that starts at or below `first`. The node that
	 * starts above it is looked at too, to end the search.
	 */
	for (; i < io->ranges.count && io->ranges.items[i].first <= first; i++)
		found = &io->ranges.items[i];
	if (visited)
		*visited = (unsigned int)(i + (i < io->ranges.count));
	return first <= last && found && found->last >= last;
}

void iomem_fini(struct iomem *io)
{
	vec_fini(&io->ranges);
}
