/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h: a report is three functions; --report picks them by name.
 *
 * They only append to `body`; the runner writes it out after each call. Results come in the order
 * of the plan, so that a report is the same for any -j. Nothing in a report depends on time, host,
 * or where files lie.
 */
#ifndef P2MLAB_REPORT_H
#define P2MLAB_REPORT_H

#include "cli/out.h"
#include "cli/plan.h"
#include "cli/report_rows.h"
#include "cli/result.h"
#include "cli/table.h"

/* How many permutations came to what. */
struct tally {
	size_t selected;
	size_t counts[RESULT_KIND_COUNT];
	bool interrupted;
};

size_t tally_run(const struct tally *t); /* how many were run */
enum exit_code tally_exit(const struct tally *t);

struct report;

struct report_ops {
	const char *name;
	void (*begin)(struct report *r);
	void (*result)(struct report *r, size_t index, const struct result *res);
	void (*end)(struct report *r, const struct tally *tally);
};

struct report {
	const struct report_ops *ops;
	const struct plan *plan;
	struct out out;
	struct buf body;
	bool color;
	bool quiet;
	unsigned int verbose;
	/* text: what the tables of the scenario at hand will show */
	bool in_scenario;
	size_t file;
	struct report_rows rows;
	struct table findings;
};

extern const struct report_ops report_text, report_jsonl, report_tap;

void report_fini(struct report *r);

#endif
