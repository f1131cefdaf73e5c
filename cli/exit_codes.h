/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit_codes.h: what p2mlab's exit status means. docs/CLI.md shows the same table to users.
 */
#ifndef P2MLAB_EXIT_CODES_H
#define P2MLAB_EXIT_CODES_H

enum exit_code {
	EXIT_OK = 0,	    /* everything selected passed (skips allowed) */
	EXIT_FAILED = 1,    /* an expectation failed, an output could not be written, no answer */
	EXIT_USAGE = 2,	    /* wrong usage */
	EXIT_INVALID = 3,   /* a scenario, platform or machine file is invalid; nothing was run */
	EXIT_EMPTY = 4,	    /* the selection is empty */
	EXIT_LIMIT = 5,	    /* timeout or cycle limit, no other failure */
	EXIT_DISAGREE = 6,  /* our walk and the engine or an oracle disagree: a bug in one */
	EXIT_INTERNAL = 70, /* internal error: a CHECK, a crashed worker, no memory */
	EXIT_SKIPPED = 77,  /* everything selected was skipped */
	EXIT_INTERRUPTED = 130,
};

/* 70 > 130 > 3 > 6 > 1 > 5 > 4 > 77 > 0; 2 ends at once and is above all. */
static inline int exit_severity(enum exit_code code)
{
	switch (code) {
	case EXIT_USAGE:
		return 9;
	case EXIT_INTERNAL:
		return 8;
	case EXIT_INTERRUPTED:
		return 7;
	case EXIT_INVALID:
		return 6;
	case EXIT_DISAGREE:
		return 5;
	case EXIT_FAILED:
		return 4;
	case EXIT_LIMIT:
		return 3;
	case EXIT_EMPTY:
		return 2;
	case EXIT_SKIPPED:
		return 1;
	case EXIT_OK:
		break;
	}
	return 0;
}

/* The one of two that a run with both must end with. */
static inline enum exit_code exit_worse(enum exit_code a, enum exit_code b)
{
	return exit_severity(a) >= exit_severity(b) ? a : b;
}

#endif
