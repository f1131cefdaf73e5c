/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h: Linux's boot as a table: one row per thing that maps memory, in phase order.
 *
 * Rows follow docs/FACTS.md L9. Adding what a kernel maps is adding a
 * row.
 */
#ifndef P2MLAB_BOOT_H
#define P2MLAB_BOOT_H

#include "sim/dom0_model.h"

struct mapper {
	unsigned int row; /* of FACTS L9 */
	enum boot_phase phase;
	const char *name;
	const char *api; /* the functions that map, as the kernel calls them */
	/* false: the row does not exist in that kernel; NULL: it always does */
	bool (*present)(const struct linux_version *lnx);
	/* false: an abort would have stopped Linux here */
	bool (*run)(struct dom0 *d);
};

extern const struct mapper mappers[];
extern const unsigned int mapper_count;

/*
 * Runs all rows of phases (from, until]; `from` -1 starts at the beginning. Returns false and the
 * phase in *at if an abort ended it, as it would panic Linux (never with d->keep_going).
 */
bool boot_run(struct dom0 *d, int from, enum boot_phase until, enum boot_phase *at);

/* What happens when a device appears after boot: notifier, then its driver. And the reverse. */
bool boot_plug(struct dom0 *d, const struct device *dev);
void boot_unplug(struct dom0 *d, const struct device *dev);

#endif
