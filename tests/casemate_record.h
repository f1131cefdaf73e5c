/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * casemate_record.h: one line of a trace of table traffic (docs/REFERENCE.md), read strictly.
 *
 * Uses nothing of sim/, which writes them.
 */
#ifndef P2MLAB_TESTS_CASEMATE_RECORD_H
#define P2MLAB_TESTS_CASEMATE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cm_kind {
	CM_MEM_INIT,
	CM_MEM_SET,
	CM_MEM_FREE,
	CM_MEM_WRITE,
	CM_MEM_READ,
	CM_BARRIER,
	CM_TLBI,
	CM_SYSREG_WRITE,
	CM_LOCK_TAKE,
	CM_LOCK_DROP,
	CM_HINT,
	CM_KIND_COUNT,
};

/* What a kind does not have is 0 or "". */
struct cm_record {
	enum cm_kind kind;
	uint64_t id;
	unsigned int tid;
	uint64_t address; /* a hint's location */
	uint64_t size;
	uint64_t value;
	bool has_value;
	char word[24]; /* plain, release; isb, ish, ishst, nsh, sy; the TLBI, register or hint */
};

/* False if the line, which may end in a newline, is no record. */
bool cm_record_read(const char *line, size_t len, struct cm_record *r);

#endif
