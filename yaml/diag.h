/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diag.h: the user's mistakes, all of them, each with its place.
 *
 *	scenarios/ecam.yaml:5:3: error: unknown key 'bsae', did you mean 'base'?
 *	    5 |   bsae: 0x8000000
 *	      |   ^~~~
 *
 * Sentences: lower case, no full stop, the error first, the subject in single quotes, then the way
 * out. A diag collects text; the CLI prints it. At most DIAG_MAX errors are kept, then one line
 * says how many more there were.
 */
#ifndef P2MLAB_DIAG_H
#define P2MLAB_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/src.h"

#define DIAG_MAX 50

struct diag {
	char *text;		/* what to print, NUL-terminated; NULL if nothing */
	size_t len, room, kept; /* kept: length before "and N more errors" */
	unsigned int errors, warnings;
};

/* One file whose lines can be quoted. text is borrowed. */
struct diag_file {
	const char *path; /* as the user spelled it */
	const char *text;
	size_t len;
};

void diag_init(struct diag *d);
void diag_fini(struct diag *d);

/*
 * An error or warning at `at`, `width` characters underlined (0: one). file->text may be NULL:
 * then there is no excerpt. Control characters of the excerpt are shown as '?', tabs as one space;
 * lines over 120 characters are cut around the caret.
 */
__attribute__((format(printf, 5, 6))) void diag_error(struct diag *d, const struct diag_file *file,
						      struct src at, unsigned int width,
						      const char *fmt, ...);
__attribute__((format(printf, 5, 6))) void diag_warn(struct diag *d, const struct diag_file *file,
						     struct src at, unsigned int width,
						     const char *fmt, ...);
__attribute__((format(printf, 5, 6))) void diag_note(struct diag *d, const struct diag_file *file,
						     struct src at, unsigned int width,
						     const char *fmt, ...);

/* A message without a place: "path: error: ..." */
__attribute__((format(printf, 3, 4))) void diag_error_file(struct diag *d, const char *path,
							   const char *fmt, ...);

/*
 * The nearest of names[count] to `word` by Damerau-Levenshtein distance, if it is near enough to
 * be what was meant (at most a third of the longer word, at least 1, never all); NULL otherwise.
 */
const char *diag_nearest(const char *word, const char *const *names, size_t count);

#endif
