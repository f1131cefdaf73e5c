/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runner.h: replays a plan on a pool of workers and feeds the reports and streams, in plan order.
 */
#ifndef P2MLAB_RUNNER_H
#define P2MLAB_RUNNER_H

#include "cli/report.h"
#include "cli/worker.h"

#define REPORTS_MAX 8

struct runner {
	const struct plan *plan;
	unsigned int jobs;
	uint64_t timeout_ms; /* 0: none */
	uint64_t max_cycles; /* 0: the scenario's */
	bool fail_fast;
	bool paranoid;
	enum oracle oracle;
	const char *qemu;	    /* the program, if that is the oracle */
	enum trace_kind trace_kind; /* what goes to `trace` */
	const char *replay_options; /* appended to "reproduce:" lines; "" if none */
	struct report reports[REPORTS_MAX];
	unsigned int report_count;
	struct out events, trace; /* fd -1: not asked for */
	struct tally tally;
	enum exit_code code; /* of what is no result: outputs, the pool */
};

/* Runs everything and closes the outputs; returns what the program is to exit with. */
enum exit_code runner_run(struct runner *runner);

#endif
