/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iomem.h: a domain's iomem rights: Xen's rangeset of permitted frames.
 *
 * A sorted list of inclusive, non-adjacent ranges. iomem_permitted() also tells how many list
 * nodes Xen's find_range() visits: that number is part of what a request costs.
 */
#ifndef P2MLAB_IOMEM_H
#define P2MLAB_IOMEM_H

#include "base/vec.h"
#include "sim/addr.h"

struct iomem_range {
	uint64_t first, last; /* inclusive, as rangeset_add_range() */
};

struct iomem {
	VEC(struct iomem_range) ranges;
};

/* Permits or denies frames [first, last]. 0, -EINVAL (first > last) or -ENOMEM. */
int iomem_permit(struct iomem *io, uint64_t first, uint64_t last);
int iomem_deny(struct iomem *io, uint64_t first, uint64_t last);

/*
 * iomem_access_permitted(): every frame of [first, last] permitted. *visited (may be NULL) gets
 * the number of nodes find_range() looks at: those that start at or below `first`, and the one
 * that ends the search if there is one.
 */
bool iomem_permitted(const struct iomem *io, uint64_t first, uint64_t last, unsigned int *visited);

void iomem_fini(struct iomem *io);

#endif
