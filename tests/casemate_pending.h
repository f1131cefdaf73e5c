/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * casemate_pending.h: what walkers and TLBs may still hold after a break, and how far each CPU is
 * in having it forgotten. A part of casemate_check.c.
 */
#ifndef P2MLAB_TESTS_CASEMATE_PENDING_H
#define P2MLAB_TESTS_CASEMATE_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a broken entry, or a page that was unlinked, is from being forgotten everywhere. */
enum stage {
	STORED,	   /* the store was made */
	SEEN,	   /* a DSB made it seen by all walkers */
	IPA_SENT,  /* ipas2e1is was issued: stage 2 alone */
	IPA_GONE,  /* and is complete: combined entries are left */
	ALL_SENT,  /* a TLBI for everything that is left was issued */
	FORGOTTEN, /* a DSB completed it */
};

/* What a stage lacks, in words. */
extern const char *const pending_missing[];

struct pending {
	uint64_t at; /* the entry; the base of an unlinked page */
	bool is_page;
	bool leaf; /* one leaf: a TLBI by IPA is enough */
	uint64_t ipa, bytes;
	unsigned int tid;
	enum stage stage;
};

struct pendings {
	struct pending *items; /* in the order in which they came */
	size_t count, room;
	size_t at_stage[FORGOTTEN]; /* how many are there */
	size_t stored_from;	    /* none before is STORED */
};

/* False: no memory. The stage of what is added is STORED. */
bool pending_add(struct pendings *all, struct pending p);

/*
 * Moves what CPU `tid` did along: next[stage] for each stage. How many broken entries are now
 * forgotten everywhere.
 */
size_t pending_advance(struct pendings *all, unsigned int tid, const enum stage next[FORGOTTEN]);

/* ipas2e1is: the leaves that `ipa` is in are on their way. */
void pending_send_ipa(struct pendings *all, unsigned int tid, uint64_t ipa);

/* Of one entry, or of one page that was unlinked; NULL if it is forgotten. */
const struct pending *pending_at(const struct pendings *all, uint64_t at, bool is_page);
/* Whether there is one of the page at `base`, or of an entry in it. */
bool pending_in(const struct pendings *all, uint64_t base);

void pending_fini(struct pendings *all);

#endif
