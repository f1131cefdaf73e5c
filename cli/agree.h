/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agree.h: a recorded run and a simulated one, event by event.
 *
 * Two events are the same if kind, page, pages, denied pages, rc and, of an abort, its direction
 * are. The longest common subsequence of such events is what matches; see cli/align.h for its
 * bounds.
 */
#ifndef P2MLAB_AGREE_H
#define P2MLAB_AGREE_H

#include "base/buf.h"
#include "cli/events_file.h"

/* What a virtual interrupt that is pending when Dom0 traps adds to Xen's way back (measured). */
#define AGREE_PENDING_INSNS 150

enum agree_what {
	AGREE_MISSING, /* recorded, not simulated */
	AGREE_EXTRA,   /* simulated, not recorded */
	AGREE_ORDER,   /* in both, but not where the others are */
	AGREE_PLACE,   /* matched, but elsewhere in the page, or of another width */
	AGREE_TABLES,  /* matched, with another number of new tables */
	AGREE_INSNS,   /* matched, with instructions beyond the tolerance */
	AGREE_PENDING, /* matched, within the tolerance only with one interrupt pending */
	AGREE_WHAT_COUNT,
};
extern const char *const agree_what_name[AGREE_WHAT_COUNT];

struct agree_diff {
	enum agree_what what;
	const struct file_event *rec, *sim; /* NULL: not on that side */
	int64_t error_bp; /* of AGREE_INSNS and AGREE_PENDING: (sim - rec) / rec, in 1/100 % */
};

/* One kind, or all. */
struct agree_row {
	size_t recorded, simulated, matched;
	size_t what[AGREE_WHAT_COUNT];
	/*
	 * Matched events whose instructions tell something: not those with an interrupt taken in
	 * between (`interrupted`) or without a count (`uncounted`), nor AGREE_PENDING.
	 */
	size_t compared, interrupted, uncounted;
	int64_t median_bp;				/* of the error's amount */
	int64_t worst_bp;				/* signed */
	const struct file_event *worst_rec, *worst_sim; /* NULL: none was compared */
};

struct agree {
	const struct events_file *rec, *sim;
	unsigned int tolerance;		      /* % */
	struct agree_row rows[EV_KIND_COUNT]; /* by kind; those of other kinds stay empty */
	struct agree_row all;
	VEC(struct agree_diff) diffs; /* by `what`, what decides together; then in order */
	bool windowed;		      /* too different for the longest common subsequence */
};

/* Both files are borrowed. 0 or -ENOMEM; agree_fini() in every case. tolerance: at most 1000. */
int agree_compare(struct agree *a, const struct events_file *rec, const struct events_file *sim,
		  unsigned int tolerance);
void agree_fini(struct agree *a);

/* Every mapping event matches; if strict, also in place, tables, and instructions within the
 * tolerance. */
bool agree_holds(const struct agree *a, bool strict);

/* For people: a table by kind, what else there was, and up to `most` differences. */
void agree_text(const struct agree *a, size_t most, struct buf *out);
/* For programs, p2mlab.agree/1: a line per difference, then a summary. */
void agree_jsonl(const struct agree *a, bool strict, struct buf *out);

#endif
