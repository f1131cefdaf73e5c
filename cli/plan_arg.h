/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan_arg.h: what an argument of run, check and list names: files, and perhaps one permutation.
 */
#ifndef P2MLAB_PLAN_ARG_H
#define P2MLAB_PLAN_ARG_H

#include "base/buf.h"
#include "cli/exit_codes.h"
#include "scenario/scenario.h"
#include "yaml/path_list.h"

/* An argument, resolved: its files, and what an id pins ("" where it pins nothing). */
struct plan_arg {
	struct path_list files;
	char strategy[64];
	char xen[16], lnx[16];
	bool is_id;
};

/*
 * An existing file or directory is that; else SCENARIO[:STRATEGY][:xen=V][:linux=V], where SCENARIO
 * is a file or the name of a scenario under the data directory's scenarios. EXIT_OK, EXIT_USAGE
 * with a sentence in `err`, or EXIT_INTERNAL. Must be released in every case.
 */
enum exit_code plan_arg_resolve(struct plan_arg *arg, const char *text,
				const struct scenario_paths *paths, struct buf *err);
void plan_arg_fini(struct plan_arg *arg);

/* data_dir's scenarios: the default selection. */
void plan_default_dir(const char *data_dir, struct buf *out);

#endif
