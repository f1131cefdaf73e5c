/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pool.h: work spread over forked processes, results in the order of the input.
 *
 * Items are numbered; a batch is a run of items that one worker takes in turn (so that it can reuse
 * what it built for the first). Each of `jobs` slots holds a long-lived worker that gets batches
 * over a pipe and sends each item's result back. The parent alone calls done(), in item order,
 * whatever the number of workers.
 *
 * A worker that dies takes only its current item along; one that exceeds the time limit is killed.
 * In both cases the rest of its batch goes to a fresh worker. Workers leave with exit(), so that
 * coverage counts them; if the parent dies, however it does, they die too. Knows nothing of the
 * simulator.
 */
#ifndef P2MLAB_POOL_H
#define P2MLAB_POOL_H

#include <stdint.h>

#include "base/buf.h"

struct pool_batch {
	size_t first, count;
};

enum pool_end {
	POOL_DONE,
	POOL_CRASHED, /* the worker died: `how` says of what */
	POOL_TIMEOUT,
};

struct pool_item {
	size_t index;
	enum pool_end end;
	const char *data; /* what the worker sent; NULL unless DONE. Valid during the call */
	size_t len;
	char how[96];	 /* "signal 6 (Aborted)", "exit status 3" */
	int exit_status; /* the same for programs: -1 for a signal; 0 if DONE */
	const char *err; /* what it wrote to its stderr meanwhile; never NULL */
};

/* The worker's end. */
struct pool_sink;

/* Sends bytes that reach chunk() at once: for streams too big for a result. */
void pool_chunk(struct pool_sink *sink, const void *bytes, size_t len);

struct pool_ops {
	/* In a worker: once, before its first item; what it returns is passed on. May be NULL. */
	void *(*begin)(void *ctx);
	/* In a worker: one item; what is left in `result` is sent. */
	void (*work)(void *ctx, void *state, size_t item, struct buf *result,
		     struct pool_sink *sink);
	/* In a worker that has no more to do. May be NULL. */
	void (*end)(void *ctx, void *state);
	/* In the parent: a chunk, as it arrives. May be NULL if work() sends none. */
	void (*chunk)(void *ctx, size_t item, const char *bytes, size_t len);
	/* In the parent, in item order; false ends the run. */
	bool (*done)(void *ctx, const struct pool_item *item);
};

struct pool_config {
	unsigned int jobs;		  /* workers at most; at least 1 */
	uint64_t timeout_ms;		  /* per item, the first one's start-up included; 0: none */
	const struct pool_batch *batches; /* together items 0 .. n-1, in order */
	size_t batch_count;
};

struct pool_outcome {
	bool interrupted; /* by process_stop_signals(): what was finished has been delivered */
	bool stopped;	  /* done() said so */
	bool unclean;	  /* a worker failed after its last result: `err` says how */
	struct buf err;	  /* to be released by the caller */
};

/*
 * 0, or -errno if no worker could be started (then nothing more was delivered).
 * process_stop_signals() are blocked meanwhile and SIGPIPE ignored.
 */
int pool_run(const struct pool_config *config, const struct pool_ops *ops, void *ctx,
	     struct pool_outcome *outcome);

/* Online CPUs: the default for jobs. */
unsigned int pool_default_jobs(void);

#endif
