/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * casemate_check.h: judges a trace of table traffic (docs/REFERENCE.md) by the architecture.
 *
 * Written from the Arm ARM (DDI 0487, chapter D8: stage-2 descriptors, "Using break-before-make
 * when updating translation table entries", "TLB maintenance instructions" and their completion by
 * DSB) and from the format of the records, not from our p2m: it uses nothing of sim/. It is no
 * replacement of Casemate, which has more rules and other authors; it is quick enough to judge all
 * scenarios in a test. One CPU's registers, one stage-2 root, 4 KiB pages.
 */
#ifndef P2MLAB_TESTS_CASEMATE_CHECK_H
#define P2MLAB_TESTS_CASEMATE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cm_fault {
	CM_OK,
	CM_MEMORY,   /* the checker ran out of it */
	CM_SYNTAX,   /* no record, or a field is missing */
	CM_ID,	     /* ids do not count from 0 */
	CM_REGISTER, /* a register comes too early, too late, or says what is not known here */
	CM_INIT,     /* a table is used that was not zeroed, or zeroed while it is used */
	CM_OWNER,    /* a table is linked whose root or lock nobody told */
	CM_ORDER,    /* a plain store to an entry that walkers reach */
	CM_BREAK,    /* a valid entry became another valid one: no break */
	CM_MAKE,     /* made, or linked again, before the break was complete */
	CM_FLUSH,    /* the lock was given up, or the trace ended, before a flush was complete */
	CM_LOCK,     /* a store without the lock; a lock taken twice or not held */
	CM_FREE,     /* a table was freed that walkers may still use */
	CM_READ,     /* a load saw what nobody stored */
	CM_FAULT_COUNT,
};

/* "break", "make", ... */
extern const char *const cm_fault_name[CM_FAULT_COUNT];

struct cm_check;

struct cm_check *cm_check_new(void); /* NULL: no memory */
void cm_check_free(struct cm_check *c);

/* Takes one line, newline included or not. Nothing after the first fault is judged. */
void cm_check_line(struct cm_check *c, const char *line, size_t len);
/* Says that the trace is over. */
void cm_check_end(struct cm_check *c);

/* The first fault; why: a sentence with the record's id, "" if there is none. */
enum cm_fault cm_check_fault(const struct cm_check *c);
const char *cm_check_why(const struct cm_check *c);
/* Records taken, and how often a break was seen to be complete. */
uint64_t cm_check_records(const struct cm_check *c);
uint64_t cm_check_breaks(const struct cm_check *c);

#endif
