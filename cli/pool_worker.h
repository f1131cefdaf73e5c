/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pool_worker.h: the two ends of a worker's pipes; private to the pool.
 *
 * Parent to worker: struct pool_batch. Worker to parent: frames, each a header and its bytes, and
 * its stderr, in which a NUL ends what belongs to one item. Both are the same program, so structs
 * go over as they are.
 */
#ifndef P2MLAB_POOL_WORKER_H
#define P2MLAB_POOL_WORKER_H

#include <sys/types.h>

#include "cli/pool.h"

enum frame_kind {
	FRAME_RESULT = 1,
	FRAME_CHUNK,
};

struct frame {
	uint32_t kind;
	uint32_t reserved;
	uint64_t item;
	uint64_t len;
};

/* No result is larger: a header that says so comes from a broken worker. */
#define FRAME_MAX (UINT64_C(1) << 32)

struct pool_sink {
	int fd;
	size_t item;
};

/* The parent's view of a worker; pid 0: none. */
struct slot {
	pid_t pid;
	int job_fd, out_fd, err_fd; /* -1: closed */
	bool busy;
	bool killed;	      /* by us: what it still says does not count */
	bool expired;	      /* and that for its time */
	struct pool_batch at; /* current item and what is left of the batch, it included */
	uint64_t deadline_ms;
	struct buf in;	/* frames not complete yet */
	struct buf err; /* its stderr since the last result */
};

/*
 * Forks a worker into an empty slot. `others` are all slots: the child closes their pipes, or a
 * worker would keep its siblings' pipes open. 0 or -errno.
 */
int slot_start(struct slot *slot, const struct slot *others, size_t count,
	       const struct pool_ops *ops, void *ctx);

/* Hands over a batch. A worker that is already dead is found out by its closed pipe. */
void slot_give(struct slot *slot, struct pool_batch batch);

/* Closes the parent's ends and forgets the worker. */
void slot_clear(struct slot *slot);

#endif
