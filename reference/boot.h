/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h: what every boot of an emulator shares: a folder of its own, and words for its end.
 */
#ifndef P2MLAB_REFERENCE_BOOT_H
#define P2MLAB_REFERENCE_BOOT_H

#include <signal.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/process.h"

enum ref_end {
	REF_ANSWERED,
	REF_MISSING,	 /* there is no such program */
	REF_FAILED,	 /* no complete answer: `why` has the reason and the last console lines */
	REF_INTERRUPTED, /* by a signal, which is still to be delivered */
};

#define REF_PATH_BYTES 256

/*
 * Holds back the signals that end us, so that process_run() tells of them, and makes an empty
 * folder. False (errno) without one; ref_folder_leave() follows in any case. The files in it are
 * the caller's to remove before.
 */
struct ref_folder {
	char path[REF_PATH_BYTES]; /* "": there is none */
	sigset_t before;
};
bool ref_folder_enter(struct ref_folder *f);
void ref_folder_leave(struct ref_folder *f);

/* Appends what is wrong, how the program ended, and the last ten lines of its console. */
void ref_explain(struct buf *why, const char *program, unsigned int deadline_ms,
		 const struct process_result *r, const char *wrong);

#endif
