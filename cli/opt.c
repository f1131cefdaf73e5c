// SPDX-License-Identifier: GPL-2.0-only
#include "cli/opt.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "yaml/diag.h"
#include "yaml/yaml_tree.h"

#define OPT_MAX	    40
#define LONG_BASE   256 /* getopt's return for the i-th option: above every letter */
#define HELP_COLUMN 30
#define HELP_WIDTH  78

/* The table as getopt_long() wants it. */
struct getopt_tables {
	struct option longs[OPT_MAX + 1];
	char shorts[3 * OPT_MAX + 2];
};

static void make_tables(const struct opt_verb *verb, struct getopt_tables *t)
{
	static const int arg_of[] = {no_argument, required_argument, optional_argument};
	char *s = t->shorts;

	CHECK(verb->opt_count <= OPT_MAX);
	*s++ = ':';
	for (size_t i = 0; i < verb->opt_count; i++) {
		const struct opt *o = &verb->opts[i];

		t->longs[i] = (struct option){
			.name = o->name, .has_arg = arg_of[o->has_arg], .val = LONG_BASE + (int)i};
		if (!o->letter)
			continue;
		*s++ = o->letter;
		if (o->has_arg == OPT_REQUIRED)
			*s++ = ':';
	}
}

static const struct opt *opt_by_letter(const struct opt_verb *verb, int letter)
{
	for (size_t i = 0; i < verb->opt_count; i++)
		if (verb->opts[i].letter && verb->opts[i].letter == letter)
			return &verb->opts[i];
	return NULL;
}

/* By the exact name at `name`, which ends at `len`. */
static const struct opt *opt_by_name(const struct opt_verb *verb, const char *name, size_t len)
{
	for (size_t i = 0; i < verb->opt_count; i++)
		if (strlen(verb->opts[i].name) == len && memcmp(verb->opts[i].name, name, len) == 0)
			return &verb->opts[i];
	return NULL;
}

void opt_unknown(struct buf *err, const char *what, const char *word, const char *const *names,
		 size_t count)
{
	const char *near = diag_nearest(word, names, count);

	buf_printf(err, "unknown %s '%s'", what, word);
	if (near)
		buf_printf(err, ", did you mean '%s'?", near);
}

/* The option whose name begins with what was typed; NULL unless there is exactly one. */
static const char *completed(const struct opt_verb *verb, const char *typed)
{
	const char *found = NULL;

	for (size_t i = 0; i < verb->opt_count; i++) {
		if (strncmp(verb->opts[i].name, typed, strlen(typed)) != 0)
			continue;
		if (found)
			return NULL;
		found = verb->opts[i].name;
	}
	return found;
}

static int unknown_long(const struct opt_verb *verb, const char *typed, size_t len, struct buf *err)
{
	const char *names[OPT_MAX];
	const char *near;
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1),
		 typed);
	for (size_t i = 0; i < verb->opt_count; i++)
		names[i] = verb->opts[i].name;
	near = *word ? completed(verb, word) : NULL;
	if (!near)
		near = diag_nearest(word, names, verb->opt_count);
	buf_printf(err, "unknown option '--%s'", word);
	if (near)
		buf_printf(err, ", did you mean '--%s'?", near);
	return -EINVAL;
}

/* Says what getopt's '?' or ':' was about; `word` is the argument it stopped at. */
static int bad_option(const struct opt_verb *verb, int code, const char *word, struct buf *err)
{
	bool is_long = optopt == 0 || optopt >= LONG_BASE;
	const char *name = word + 2;
	size_t len = is_long ? strcspn(name, "=") : 0;

	if (is_long && !opt_by_name(verb, name, len))
		return unknown_long(verb, name, len, err);
	if (is_long)
		buf_printf(err, "option '--%.*s' takes %s", (int)len, name,
			   code == ':' ? "a value" : "no value");
	else if (code == ':')
		buf_printf(err, "option '-%c' takes a value", optopt);
	else
		buf_printf(err, "unknown option '-%c'", optopt);
	return -EINVAL;
}

static int add_value(struct opts *out, const struct opt *opt, const char *text, bool from_env)
{
	struct opt_value v = {.opt = opt, .text = text, .from_env = from_env};

	return vec_push(&out->values, v);
}

static int add_env(const struct opt_verb *verb, struct opts *out)
{
	for (size_t i = 0; i < verb->opt_count; i++) {
		const char *text = verb->opts[i].env ? getenv(verb->opts[i].env) : NULL;

		if (text && *text && add_value(out, &verb->opts[i], text, true))
			return -ENOMEM;
	}
	return 0;
}

int opt_parse(const struct opt_verb *verb, int argc, char **argv, struct opts *out, struct buf *err)
{
	struct getopt_tables tables = {0};
	int code, rc = add_env(verb, out);

	make_tables(verb, &tables);
	opterr = 0;
	optind = 0; /* glibc: start over */
	while (!rc && (code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
		const struct opt *opt;
		const char *typed;

		if (code == '?' || code == ':')
			return bad_option(verb, code, argv[optind - 1], err);
		if (code < LONG_BASE) {
			opt = opt_by_letter(verb, code);
		} else {
			/* the word itself: one back, or two if its value stood apart */
			typed = argv[optind - (optarg && optarg == argv[optind - 1] ? 2 : 1)] + 2;
			opt = opt_by_name(verb, typed, strcspn(typed, "="));
			if (!opt)
				return unknown_long(verb, typed, strcspn(typed, "="), err);
		}
		rc = add_value(out, opt, optarg, false);
	}
	out->args = argv + optind;
	out->arg_count = rc ? 0 : (size_t)(argc - optind);
	return rc;
}

void opts_fini(struct opts *out)
{
	vec_fini(&out->values);
	*out = (struct opts){0};
}

/* "option '--jobs'" or "environment variable 'P2MLAB_JOBS'". */
static void put_origin(struct buf *err, const struct opt_value *v)
{
	if (v->from_env)
		buf_printf(err, "environment variable '%s'", v->opt->env);
	else
		buf_printf(err, "option '--%s'", v->opt->name);
}

bool opt_number(const struct opt_value *v, uint64_t min, uint64_t max, uint64_t *number,
		struct buf *err)
{
	const char *wrong = parse_u64(v->text, number);

	if (!wrong && *number >= min && *number <= max)
		return true;
	put_origin(err, v);
	buf_printf(err, ": bad number '%s': ", v->text);
	/* parse_u64() speaks of addresses and sizes */
	if (wrong && strpbrk(v->text, "+-.,"))
		buf_printf(err, "must be a whole number, %" PRIu64 " or more", min);
	else if (wrong)
		buf_str(err, wrong);
	else
		buf_printf(err, "must be %" PRIu64 " to %" PRIu64, min, max);
	return false;
}

bool opt_choice(const struct opt_value *v, const char *text, const char *const *names, size_t count,
		unsigned int *index, struct buf *err)
{
	if (!text)
		text = v->text;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], text) == 0) {
			*index = (unsigned int)i;
			return true;
		}
	}
	put_origin(err, v);
	buf_str(err, ": ");
	opt_unknown(err, "value", text, names, count);
	buf_str(err, diag_nearest(text, names, count) ? " (one of " : ", one of ");
	for (size_t i = 0; i < count; i++)
		buf_printf(err, "%s%s", i ? ", " : "", names[i]);
	if (diag_nearest(text, names, count))
		buf_str(err, ")");
	return false;
}

/* Words of `s`, wrapped at HELP_WIDTH, each line indented by `indent`; the first is placed. */
static void put_wrapped(struct buf *out, const char *s, size_t indent)
{
	size_t column = indent;

	while (*s) {
		size_t len = strcspn(s, " ");

		if (column > indent && column + 1 + len > HELP_WIDTH) {
			buf_str(out, "\n");
			buf_pad(out, ' ', indent);
			column = indent;
		} else if (column > indent) {
			buf_str(out, " ");
			column++;
		}
		buf_add(out, s, len);
		column += len;
		s += len;
		s += strspn(s, " ");
	}
	buf_str(out, "\n");
}

static void put_option(struct buf *out, const struct opt *o)
{
	size_t start = out->len, len;

	if (o->letter)
		buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(out, "      --%s", o->name);
	if (o->has_arg == OPT_REQUIRED)
		buf_printf(out, " %s", o->arg);
	else if (o->has_arg == OPT_OPTIONAL)
		buf_printf(out, "[=%s]", o->arg);
	len = out->len - start;
	if (len + 2 > HELP_COLUMN) {
		buf_str(out, "\n");
		len = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - len);
	put_wrapped(out, o->help, HELP_COLUMN);
}

void opt_help(const struct opt_verb *verb, struct buf *out)
{
	buf_printf(out, "usage: p2mlab %s [options]%s%s\n\n%s\n\noptions:\n", verb->name,
		   *verb->args ? " " : "", verb->args, verb->summary);
	for (size_t i = 0; i < verb->opt_count; i++)
		put_option(out, &verb->opts[i]);
	if (verb->notes)
		buf_printf(out, "\n%s", verb->notes);
}
