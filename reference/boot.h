/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h: words for the end of a boot of an emulator.
 */
#ifndef P2MLAB_REFERENCE_BOOT_H
#define P2MLAB_REFERENCE_BOOT_H

#include "base/buf.h"
#include "base/process.h"

enum ref_end {
	REF_ANSWERED,
	REF_MISSING,	 /* there is no such program */
	REF_FAILED,	 /* no complete answer: `why` has the reason and the last console lines */
	REF_INTERRUPTED, /* by a signal, which is still to be delivered */
};

/* Appends what is wrong, how the program ended, and the last ten lines of its console. */
void ref_explain(struct buf *why, const char *program, unsigned int deadline_ms,
		 const struct process_result *r, const char *wrong);

#endif
