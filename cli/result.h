/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * result.h: what one permutation came to, as it travels from a worker to the reports.
 *
 * The worker makes it from a world_result (result_put); the parent reads it back (result_get),
 * which also makes one for a permutation whose worker died. Strings of a result that was read point
 * into the bytes it was read from.
 */
#ifndef P2MLAB_RESULT_H
#define P2MLAB_RESULT_H

#include "cli/disasm.h"
#include "cli/exit_codes.h"
#include "cli/pool.h"
#include "scenario/scenario.h"

enum result_kind {
	RESULT_PASS,
	RESULT_FAIL,	   /* an expectation failed */
	RESULT_LIMIT,	   /* the cycle limit */
	RESULT_TIMEOUT,	   /* the wall-clock limit */
	RESULT_DISAGREE,   /* the engine's walk, or an oracle, against ours */
	RESULT_CRASH,	   /* the worker died */
	RESULT_ERROR,	   /* no memory, engine error */
	RESULT_NO_DOM0,	   /* this Xen builds no Dom0 here, as expected: a pass */
	RESULT_UNANSWERED, /* the oracle that was asked gave no answer */
	RESULT_SKIP,	   /* it builds none, and only the command line asked for it */
	RESULT_KIND_COUNT,
};

struct result_info {
	const char *name;    /* machine-readable, and in tables unless it is a failure */
	const char *shown;   /* in tables */
	const char *counted; /* in "3 passed" */
	enum exit_code exit;
	bool measured; /* the run came to its end: metrics and findings mean something */
};
extern const struct result_info result_infos[RESULT_KIND_COUNT];

struct result_finding {
	enum finding_code code;
	enum truth truth;
	int64_t step;  /* index into the script, -1 none */
	uint64_t line; /* of the step; 0 none */
	uint64_t addr, pages;
	uint64_t pc;	  /* 0: no instruction */
	const char *insn; /* as Capstone prints it, "" if none */
	const char *by, *region;
};

struct result {
	enum result_kind kind;
	uint64_t digest;
	uint64_t metrics[METRIC_COUNT];
	unsigned int codes; /* bit per finding_code */
	bool panicked;	    /* the boot stopped at an abort */
	enum boot_phase panic_phase;
	uint64_t unreached; /* steps that were not carried out */
	VEC(struct result_finding) findings;
	const char *why;  /* "" or what the simulator says of it */
	const char *diag; /* "" or the failed expectations, with their places */
	const char *err;  /* "" or what the worker wrote to its stderr */
	const char *events;
	size_t events_len;
};

/* In the worker: judges and encodes. `events` is the rendered stream, empty if not asked for. */
void result_put(struct buf *out, const struct permutation *p, const struct world_result *res,
		struct disasm *disasm, const struct buf *events);

/* In the parent. False if the bytes are no result: then it is a RESULT_CRASH. */
bool result_get(struct result *r, const struct pool_item *item);

void result_fini(struct result *r);

#endif
