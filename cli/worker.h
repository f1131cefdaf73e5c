/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker.h: what a forked worker does: builds a machine, keeps it for the permutations that share
 * its platform, and replays them.
 */
#ifndef P2MLAB_WORKER_H
#define P2MLAB_WORKER_H

#include "cli/pool.h"
#include "cli/plan.h"

/* What the parent wants of its workers; constant while they live. */
struct worker_orders {
	const struct plan *plan;
	uint64_t max_cycles; /* 0: the scenario's */
	bool paranoid;
	bool events; /* send the event stream */
	bool trace;  /* send every instruction, as chunks */
};

struct worker;

struct worker *worker_new(const struct worker_orders *orders);
void worker_free(struct worker *w); /* accepts NULL */

/* Replays permutation `item` of the plan and leaves its result (result.h) in `result`. */
void worker_run(struct worker *w, size_t item, struct buf *result, struct pool_sink *sink);

#endif
