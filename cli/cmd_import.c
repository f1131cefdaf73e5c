// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/out.h"
#include "cli/same_file.h"
#include "platform/evaluate.h"
#include "platform/import.h"
#include "yaml/text_file.h"

enum {
	ID_OUTPUT = OPT_ID_OWN,
	ID_NAME,
	ID_EVALUATE,
};

static const struct opt options[] = {
	{ID_OUTPUT, 'o', "output", OPT_REQUIRED, "FILE", NULL,
	 "write the platform there; default, and '-': the standard output"},
	{ID_NAME, 0, "name", OPT_REQUIRED, "NAME", NULL,
	 "the platform's name (default: that of the output, else of the first input)"},
	{ID_EVALUATE, 0, "evaluate", OPT_NONE, NULL, NULL,
	 "run AML by acpiexec for what reading does not tell, and say what that was"},
	OPT_HELP,
};

static const struct opt_verb verb = {
	.name = "import",
	.args = "DIR|TAR|FILE...",
	.summary = "Make a platform of the firmware tables and other files of a real machine.",
	.notes = "Inputs are folders or tars of tools/collect.sh, output of acpidump, or raw "
		 "tables\n"
		 "(.dat, .aml). Messages and one line of summary go to the standard error. The\n"
		 "platform can be used at once: p2mlab run boot -P FILE. See docs/IMPORT.md.\n",
	.opts = options,
	.opt_count = ARRAY_SIZE(options),
};

#define NAME_CHARS   "abcdefghijklmnopqrstuvwxyz0123456789.-"
#define NAME_MAX_LEN 60

/* One import: what was asked for, and what there is to release. */
struct job {
	const struct opts *opts;
	const char *output, *name;
	bool evaluate;
	struct buf evaluated; /* what --evaluate says */
	struct arena *arena;
	struct diag diag;
	struct collection *collections;
	struct imported imported;
};

static bool usage(const char *fmt, const char *word, enum exit_code *code)
{
	struct buf err = {0};

	buf_printf(&err, "%s", fmt);
	if (word)
		buf_printf(&err, ": '%s'", word);
	*code = cli_usage_error(&verb, &err);
	buf_fini(&err);
	return false;
}

/* A file name as the name of a platform; NULL without memory. */
static const char *name_from(struct arena *a, const char *path)
{
	const char *stem = path_stem(a, path);
	char *name = stem ? arena_strndup(a, stem, strnlen(stem, NAME_MAX_LEN)) : NULL;

	for (char *c = name; c && *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (!strchr(NAME_CHARS, *c))
			*c = '-';
	}
	return name && !name[strspn(name, ".-")] ? "imported" : name;
}

/* "machines/x/" is called x. */
static const char *first_input(struct arena *a, const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return arena_strndup(a, path, len);
}

static bool read_options(struct job *job, enum exit_code *code)
{
	const struct opts *opts = job->opts;

	for (size_t i = 0; i < opts->values.count; i++) {
		const struct opt_value *v = &opts->values.items[i];

		if (v->opt->id == ID_OUTPUT)
			job->output = strcmp(v->text, "-") != 0 ? v->text : NULL;
		else if (v->opt->id == ID_NAME)
			job->name = v->text;
		else if (v->opt->id == ID_EVALUATE)
			job->evaluate = true;
	}
	if (!opts->arg_count)
		return usage("import needs a folder, a tar or a file", NULL, code);
	if (job->name && (!*job->name || job->name[strspn(job->name, NAME_CHARS)]))
		return usage("a name has lower-case letters, digits, '-' and '.'", job->name, code);
	for (size_t i = 0; job->output && i < opts->arg_count; i++)
		if (same_file(opts->args[i], job->output))
			return usage("the output would overwrite an input", job->output, code);
	return true;
}

/* The files of all inputs; none of them may be the output. */
static enum exit_code read_inputs(struct job *job)
{
	enum exit_code code = EXIT_OK;

	for (size_t i = 0; i < job->opts->arg_count; i++)
		if (!collection_read(&job->collections[i], job->opts->args[i], job->arena,
				     &job->diag))
			code = EXIT_INVALID;
	for (size_t i = 0; job->output && !code && i < job->opts->arg_count; i++)
		for (size_t k = 0; k < job->collections[i].files.count; k++) {
			const char *path = job->collections[i].files.items[k].file.path;

			if (!same_file(path, job->output))
				continue;
			usage("the output would overwrite an input", path, &code);
			return code;
		}
	return code;
}

static enum exit_code write_platform(const struct job *job)
{
	char *bytes = NULL;
	size_t len = 0;
	FILE *text = open_memstream(&bytes, &len);
	bool ok = text;
	int rc;

	if (text) {
		platform_write(text, &job->imported.written);
		ok = !ferror(text);
		ok = !fclose(text) && ok;
	}
	if (!ok) {
		free(bytes);
		return EXIT_INTERNAL;
	}
	rc = out_replace(job->output, bytes, len);
	free(bytes);
	if (!rc)
		return EXIT_OK;
	fprintf(stderr, "p2mlab: error: cannot write '%s': %s\n",
		job->output ? job->output : "stdout", strerror(-rc));
	return EXIT_FAILED;
}

static void count(struct buf *text, size_t n, const char *what, const char *end)
{
	buf_printf(text, "%zu %s%s%s", n, what, n == 1 ? "" : "s", end);
}

static void print_summary(const struct job *job)
{
	const struct imported *im = &job->imported;
	struct buf text = {0};

	count(&text, im->tables, "table", ", ");
	count(&text, im->devices, "device", ", ");
	count(&text, im->opregions + im->dynamic, "OperationRegion", "");
	buf_printf(&text, " (%zu dynamic), ", im->dynamic);
	count(&text, im->functions, "function", ", ");
	count(&text, job->diag.warnings, "warning", "\n");
	fputs(buf_cstr(&text), stderr);
	buf_fini(&text);
}

/* What a reader of AML in Xen would have missed: each value, then the sums. */
static void describe_evaluation(struct job *job, const struct evaluation *e)
{
	const char *line;

	for (size_t i = 0; i < e->values.count; i++) {
		line = evaluated_line(&e->values.items[i], job->arena);
		buf_printf(&job->evaluated, "%s\n", line ? line : "");
	}
	line = evaluation_summary(e, job->arena);
	buf_printf(&job->evaluated, "%s\n", line ? line : "");
}

/* The evaluation's reasons are aml's, so it is described before that is gone. */
static bool evaluate(void *ctx, struct aml *aml, const struct acpi_tables *tables, struct arena *a,
		     struct diag *d)
{
	struct job *job = ctx;
	struct evaluation e = {0};
	bool ok = evaluate_aml(aml, tables, &e, a, d) == EVALUATE_OK;

	if (ok)
		describe_evaluation(job, &e);
	evaluation_fini(&e);
	return ok;
}

static enum exit_code import_files(struct job *job)
{
	const struct import_evaluator evaluator = {evaluate, job};
	const char *input = first_input(job->arena, job->opts->args[0]);
	enum exit_code code = read_inputs(job);

	if (!job->name)
		job->name = name_from(job->arena, job->output ? job->output : input ? input : "");
	if (!input || !job->name)
		return EXIT_INTERNAL;
	if (!code &&
	    !platform_import(&job->imported, job->collections, job->opts->arg_count, job->name,
			     job->evaluate ? &evaluator : NULL, job->arena, &job->diag))
		code = EXIT_INVALID;
	if (job->diag.text)
		fputs(job->diag.text, stderr);
	if (!code)
		code = write_platform(job);
	if (!code && job->evaluate)
		fputs(buf_cstr(&job->evaluated), stderr);
	if (!code)
		print_summary(job);
	return code;
}

static enum exit_code import_run(const struct opts *opts)
{
	struct job job = {.opts = opts, .arena = arena_new()};
	enum exit_code code = EXIT_INTERNAL;

	diag_init(&job.diag);
	if (job.arena && read_options(&job, &code)) {
		job.collections =
			arena_alloc(job.arena, opts->arg_count * sizeof(*job.collections));
		code = job.collections ? import_files(&job) : EXIT_INTERNAL;
	}
	for (size_t i = 0; job.collections && i < opts->arg_count; i++)
		collection_fini(&job.collections[i]);
	if (job.imported.plat)
		platform_fini(job.imported.plat);
	buf_fini(&job.evaluated);
	diag_fini(&job.diag);
	arena_free(job.arena);
	return code;
}

const struct cmd cmd_import = {&verb, NULL, import_run};
