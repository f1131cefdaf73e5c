/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * opt.h: one table per verb that parses its command line, prints its help and names the nearest
 * option when one is misspelt.
 *
 * getopt_long() does the parsing; abbreviated long options are refused, so that adding an option
 * never changes what a script means. An option with `env` is also read from the environment, before
 * the command line, which therefore wins.
 */
#ifndef P2MLAB_OPT_H
#define P2MLAB_OPT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"

enum opt_arg {
	OPT_NONE,
	OPT_REQUIRED,
	OPT_OPTIONAL, /* only as --name=VALUE */
};

struct opt {
	int id;		  /* the verb's own enum */
	char letter;	  /* 0: long only */
	const char *name; /* without dashes */
	enum opt_arg has_arg;
	const char *arg; /* how help spells the value */
	const char *env; /* NULL: none */
	const char *help;
};

struct opt_verb {
	const char *name;
	const char *args;    /* "[SCENARIO|DIR|ID]..." */
	const char *summary; /* one sentence */
	const char *notes;   /* paragraphs under the options; NULL: none */
	const struct opt *opts;
	size_t opt_count;
};

/* One occurrence, in command-line order. */
struct opt_value {
	const struct opt *opt;
	const char *text; /* NULL: no value given */
	bool from_env;
};

struct opts {
	VEC(struct opt_value) values;
	char **args; /* what is no option; points into argv */
	size_t arg_count;
};

/*
 * argv[0] is the verb. getopt reorders argv. Returns 0, -EINVAL with a sentence in `err`, or
 * -ENOMEM. out must be released in every case.
 */
int opt_parse(const struct opt_verb *verb, int argc, char **argv, struct opts *out,
	      struct buf *err);
void opts_fini(struct opts *out);

/* Values of an occurrence; false with a sentence in `err`. */
bool opt_number(const struct opt_value *v, uint64_t min, uint64_t max, uint64_t *number,
		struct buf *err);
/* `text` (or the value, if NULL) as an index into names[count]. */
bool opt_choice(const struct opt_value *v, const char *text, const char *const *names, size_t count,
		unsigned int *index, struct buf *err);

/* "unknown WHAT 'x', did you mean 'y'?" or, with nothing near, "unknown WHAT 'x'". */
void opt_unknown(struct buf *err, const char *what, const char *word, const char *const *names,
		 size_t count);

void opt_help(const struct opt_verb *verb, struct buf *out);

#endif
