/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan_axes.h: the three axes of a matrix, from the command line where it names them.
 */
#ifndef P2MLAB_PLAN_AXES_H
#define P2MLAB_PLAN_AXES_H

#include "cli/plan.h"

struct axes {
	VEC(const struct strategy *) strategies;
	VEC(const struct xen_version *) xens;
	VEC(const struct linux_version *) linuxes;
};

/*
 * Appends what "a,b" or "all" name, each once; strategies that have to be made belong to the plan.
 * NULL or "" adds nothing. EXIT_OK, EXIT_USAGE with a sentence in `err`, EXIT_INTERNAL.
 */
enum exit_code axes_parse(struct axes *axes, const char *strategies, const char *xens,
			  const char *linuxes, struct plan *plan, struct buf *err);

/* Fills the axes that are still empty from the scenario's own matrix. EXIT_OK or EXIT_INTERNAL. */
enum exit_code axes_complete(struct axes *axes, const struct scenario *sc);

void axes_fini(struct axes *axes);

#endif
