// SPDX-License-Identifier: GPL-2.0-only
#include "base/scratch.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/process.h"

const char *scratch_parent(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : P_tmpdir;
}

bool scratch_enter(struct scratch *s, const char *parent)
{
	sigset_t stops;
	int n = snprintf(s->path, sizeof(s->path), "%s/p2mlab-XXXXXX",
			 parent ? parent : scratch_parent());
	int rc = n >= 0 && (size_t)n < sizeof(s->path) ? 0 : ENAMETOOLONG;

	process_stop_signals(&stops);
	sigprocmask(SIG_BLOCK, &stops, &s->before);
	if (!rc && mkdtemp(s->path))
		return true;
	rc = rc ? rc : errno;
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	s->path[0] = '\0';
	errno = rc;
	return false;
}

/* One pass; what a program that is being killed makes meanwhile is for the next. */
static void remove_tree(char *path)
{
	char *const roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *e;

	while (tree && (e = fts_read(tree))) {
		if (e->fts_info == FTS_DP || e->fts_info == FTS_DNR)
			rmdir(e->fts_accpath);
		else if (e->fts_info != FTS_D)
			unlink(e->fts_accpath);
	}
	if (tree)
		fts_close(tree);
}

#define PASSES 10

void scratch_leave(struct scratch *s)
{
	if (!s->path[0])
		return;
	for (unsigned int k = 0; k < PASSES && access(s->path, F_OK) == 0; k++) {
		if (k)
			usleep(10000);
		remove_tree(s->path);
	}
	s->path[0] = '\0';
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}
