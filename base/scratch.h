/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scratch.h: a folder of our own for as long as another program needs files.
 */
#ifndef P2MLAB_SCRATCH_H
#define P2MLAB_SCRATCH_H

#include <signal.h>
#include <stdbool.h>

#define SCRATCH_PATH_BYTES 4096

struct scratch {
	char path[SCRATCH_PATH_BYTES]; /* "": there is none */
	sigset_t before;
};

/* Where folders are made unless told otherwise: $TMPDIR, or /tmp. */
const char *scratch_parent(void);

/*
 * Makes an empty folder that only we may read below `parent` (NULL: scratch_parent()), and
 * from then on holds back the signals that end us, so that process_run() tells of them and the
 * folder goes before they strike. False (errno) if there is none.
 */
bool scratch_enter(struct scratch *s, const char *parent);

/* Removes it with all that is in it; nothing to do if there is none. */
void scratch_leave(struct scratch *s);

#endif
