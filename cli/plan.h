/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h: which permutations a command line selects, in which order.
 *
 * Files are loaded once, all mistakes of all of them are collected before anything runs. Order:
 * the command line's; inside a directory bytewise by path; inside a file strategy, Xen, Linux.
 */
#ifndef P2MLAB_PLAN_H
#define P2MLAB_PLAN_H

#include "cli/exit_codes.h"
#include "cli/opt.h"
#include "cli/pool.h"
#include "platform/driver_files.h"
#include "scenario/scenario.h"

/* What the options say; strings are borrowed from the command line. */
struct selection {
	const char *data_dir;
	char **args; /* scenarios, directories, ids; none: data_dir's scenarios */
	size_t arg_count;
	VEC(const char *) filters;
	const char *strategies, *xens, *linuxes; /* "a,b" or "all"; NULL: the scenario's matrix */
	struct scenario_override over;
	const struct driver_files *drivers; /* data_dir's; NULL: the plan reads them */
};

struct plan_file {
	char *path;
	struct scenario *scenario; /* NULL: it has errors */
	bool in_data;		   /* under data_dir's scenarios: its name alone finds it */
};

struct plan_perm {
	struct permutation p;
	size_t file;
};

struct plan {
	VEC(struct plan_file) files;
	VEC(struct plan_perm) perms;
	VEC(struct pool_batch) batches;	   /* one scenario, one strategy each */
	VEC(struct strategy *) strategies; /* those that only the command line names */
	struct driver_files *drivers;	   /* data_dir's, unless the selection has them */
	unsigned int warnings;
};

/*
 * Fills a zeroed plan. EXIT_OK; EXIT_USAGE or EXIT_INVALID with the messages in `err`;
 * EXIT_EMPTY with a sentence in `err`; EXIT_INTERNAL without memory. Warnings of valid files go to
 * `err` too. The plan must be released in every case.
 */
enum exit_code plan_build(struct plan *plan, const struct selection *sel, struct buf *err);
void plan_fini(struct plan *plan);

/* What replays permutation `i` as an argument of `p2mlab run`. */
void plan_replay_id(const struct plan *plan, size_t i, struct buf *out);

/* Appends the whole id of a permutation. */
void plan_id(const struct permutation *p, struct buf *out);

#endif
