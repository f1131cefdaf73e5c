/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * casemate.h: what a p2m does to its tables, as records of Casemate's offline checker.
 *
 * Casemate (REMS, BSD) judges whether software follows the break-before-make rules of the Arm ARM.
 * It knows nothing of this program, which is its worth: a trace says what was stored, flushed and
 * locked, and another tool says whether that was right. docs/REFERENCE.md has the records.
 *
 * Addresses are those of simulated memory, the lock's is the caller's. There is one CPU, tid 0.
 * Xen's dsb sy is told as dsb ish, which is the strongest that every version of the checker knows.
 *
 * Two things are told otherwise than Xen does them, since the checker (3.0.1) knows them not:
 *
 * - Concatenated root pages. It takes the start level from T0SZ alone. The pages are told as tables
 *   below one more, a level above, which is what they are equal to.
 * - A table entry that lost its valid bit (p2m_invalidate_root()) and gets it back. It takes the
 *   first for the end of the table and wants to hear of a new one. All of the table's entries are
 *   invalid then, so it is told as freed and zeroed: to a walker that is the same.
 */
#ifndef P2MLAB_CASEMATE_H
#define P2MLAB_CASEMATE_H

#include "sim/p2m_model.h"

/* Told each record: one line, ending in a newline, `len` bytes; valid during the call. */
struct casemate_sink {
	void (*record)(void *ctx, const char *line, size_t len);
	void *ctx;
};

struct casemate {
	struct casemate_sink sink;
	const struct p2m *p2m;
	uint64_t lock;
	uint64_t next_id;
	pa_t root;    /* as it is told */
	pa_t emptied; /* the table whose entries lost their valid bits under this lock; 0: none */
	int line;     /* of p2m_model.c, 0: of casemate.c; where the record comes from */
};

/*
 * A trace of the tables of `p2m`, which is borrowed and need not be initialised before its first
 * op. `lock`: physical address that stands for the p2m's lock. Neither its page nor the next, which
 * stands for the level above a concatenated root, is a table.
 */
void casemate_init(struct casemate *cm, const struct p2m *p2m, uint64_t lock,
		   struct casemate_sink sink);

/*
 * Records an op, if it is one that the checker hears of. Before the first come the system
 * registers, the root with its hints, VTTBR_EL2 and HCR_EL2.VM. Xen loads those two when it first
 * enters Dom0; here they come as soon as there is a root, since a checker judges a live root only,
 * and so hears of Dom0's building, too.
 */
void casemate_op(struct casemate *cm, const struct p2m_op *op);

#endif
