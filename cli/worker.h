/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker.h: what a forked worker does: builds a machine, keeps it for the permutations that share
 * its platform, and replays them.
 */
#ifndef P2MLAB_WORKER_H
#define P2MLAB_WORKER_H

#include "cli/plan.h"
#include "cli/pool.h"
#include "reference/session.h"

enum trace_kind {
	TRACE_NONE,
	TRACE_TEXT,	/* every instruction */
	TRACE_CASEMATE, /* every record of the table traffic */
};

/* What the parent wants of its workers; constant while they live. */
struct worker_orders {
	const struct plan *plan;
	uint64_t max_cycles; /* 0: the scenario's */
	bool paranoid;
	enum oracle oracle;
	struct ref_qemu qemu;  /* how it is run, if that is the oracle */
	bool events;	       /* send the event stream */
	enum trace_kind trace; /* send it, as chunks */
};

struct worker;

struct worker *worker_new(const struct worker_orders *orders);
void worker_free(struct worker *w); /* accepts NULL */

/* Replays permutation `item` of the plan and leaves its result (result.h) in `result`. */
void worker_run(struct worker *w, size_t item, struct buf *result, struct pool_sink *sink);

#endif
