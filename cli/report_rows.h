/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report_rows.h: permutations of a scenario that came to the same, gathered in rows.
 *
 *	rows_gather(&rows);
 *	for (size_t i = 0; i < rows.members.count; i++)
 *		if (rows.members.items[i].row == i)
 *			... a row, whose first member is i ...
 *
 * Members of a row share strategy, verdict and findings, and are every Xen of the row with every
 * Linux of the row: what a row says of its versions holds for each pair of them.
 */
#ifndef P2MLAB_REPORT_ROWS_H
#define P2MLAB_REPORT_ROWS_H

#include "cli/result.h"

/* What one permutation came to, as far as a row shows it. */
struct row_member {
	struct permutation p;
	enum result_kind kind;
	unsigned int codes; /* bit per finding_code */
	uint64_t metrics[METRIC_COUNT];
	bool panicked; /* the boot stopped in panic_phase, before that many steps */
	enum boot_phase panic_phase;
	uint64_t unreached;
	/* indices of the first members that share with this one */
	size_t strategy;
	size_t group; /* strategy, verdict and findings */
	size_t row;
};

struct report_rows {
	VEC(struct row_member) members;
};

/* Appends, as a row of its own; 0 or -ENOMEM. */
int rows_add(struct report_rows *rows, const struct permutation *p, const struct result *res);
void rows_fini(struct report_rows *rows);

/*
 * Makes rows as few as possible by one rule for a whole group: those of its Xens that have the
 * same Linuxes share a row, or, where that gives fewer rows, the Linuxes that have the same Xens.
 */
void rows_gather(struct report_rows *rows);

/* Appends the row's versions in the order of its members: "4.8 4.9", or "all" if they are exactly
 * those of the scenario's matrix. */
void row_xens(const struct report_rows *rows, size_t row, struct buf *out);
void row_linuxes(const struct report_rows *rows, size_t row, struct buf *out);

struct row_range {
	uint64_t min, max;
};
struct row_range row_metric(const struct report_rows *rows, size_t row, enum metric metric);

#endif
