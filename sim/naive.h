/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * naive.h: a second opinion on stage 2: which page is mapped where, by what was asked for.
 *
 * A flat map from page to machine frame and type, made of the requests that a p2m got (struct
 * p2m_request) and of nothing else: no tables, no levels, no descriptors. naive_compare() holds it
 * against the leaves in the tables' bytes, and against p2m_walk(), over all of the root.
 *
 * The map is kept as runs of pages, since a Dom0 has its RAM in one piece. What it knows of a
 * release: how many frames the root has entries for, because a frame beyond is one within where
 * Xen does not look at the high bits (XSA-301). It knows nothing of valid bits, so it is no opinion
 * on a release that leaves an entry it was to remove because its valid bit was clear
 * (remove_needs_valid_bit where valid bits are cleared): no xen_version row is one.
 */
#ifndef P2MLAB_NAIVE_H
#define P2MLAB_NAIVE_H

#include "sim/p2m_model.h"

/* Pages [first, first + pages) are frames from `frame` on, all of one type. */
struct naive_run {
	uint64_t first, pages, frame;
	enum p2m_type type;
};

/* A zeroed map is empty and valid. */
struct naive {
	VEC(struct naive_run) runs; /* ascending, disjoint */
	bool lost;		    /* memory ran out: the map is no opinion any more */
};

/* Forgets everything; keeps the memory. */
void naive_reset(struct naive *n);
void naive_fini(struct naive *n);

/* Takes one request over, as far as it was done. frames: p2m_root_frames(). */
void naive_request(struct naive *n, uint64_t frames, const struct p2m_request *rq);

/* The run that holds page `at`, NULL if it is not mapped. Valid until the next request. */
const struct naive_run *naive_find(const struct naive *n, uint64_t at);

/*
 * True if the tables say of every page what the map says: no leaf more, less or other than it, and
 * p2m_walk() finds the same. `every_walk`: it is asked for each page or block of the map and each
 * entry that is empty; else for the first and the last page of each run and of each gap between.
 * Else false, and both views of the first page that differs are in why[len], lines ending in
 * newlines. Cost: a few nanoseconds for each leaf, some 50 for each walk.
 */
bool naive_compare(const struct naive *n, const struct p2m *p2m, bool every_walk, char *why,
		   size_t len);

#endif
