// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report for people: per scenario a table of strategy, versions, outcome and cost, in which
 * permutations that came to the same share a row; with -v a row for each, and its findings; a
 * summary line at the end.
 */
#include "cli/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/report_survey.h"

#define RED    "\x1b[31m"
#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"
#define BOLD   "\x1b[1m"
#define OFF    "\x1b[0m"

static const char *const heads[] = {"strategy", "xen",	      "linux", "verdict",
				    "findings", "hypercalls", "traps", "pages",
				    "tables",	"xen insns",  "cycles"};
#define RIGHT 0x7e0u /* numbers: from "hypercalls" on */

static const char *const finding_heads[] = {"strategy", "xen",	   "linux",	 "finding",
					    "line",	"address", "pages",	 "region",
					    "is",	"by",	   "instruction"};
#define FINDING_RIGHT 0x50u

static const enum metric columns[] = {METRIC_HYPERCALLS,  METRIC_TRAPS,	    METRIC_PAGES,
				      METRIC_TABLE_PAGES, METRIC_XEN_INSNS, METRIC_CYCLES};

static const char *color_of(const struct report *r, enum result_kind kind)
{
	if (!r->color)
		return NULL;
	if (kind == RESULT_PASS || kind == RESULT_NO_DOM0)
		return GREEN;
	return result_infos[kind].exit == EXIT_OK || result_infos[kind].exit == EXIT_LIMIT ? YELLOW
											   : RED;
}

static void open_scenario(struct report *r, size_t file)
{
	r->in_scenario = true;
	r->file = file;
	if (r->plan->files.items[file].scenario->survey && !r->verbose)
		survey_open(&r->findings);
	else
		table_init(&r->findings, sizeof(finding_heads) / sizeof(*finding_heads),
			   FINDING_RIGHT, finding_heads);
}

/* The title line of a scenario: its name and the first line of what it says about itself. */
static void put_title(struct report *r, const struct scenario *sc)
{
	const char *about = sc->about ? sc->about : "";

	buf_printf(&r->body, "%s%s%s", r->color ? BOLD : "", sc->name, r->color ? OFF : "");
	if (*about) {
		buf_str(&r->body, ": ");
		buf_text(&r->body, about, strcspn(about, "\n"));
	}
	buf_str(&r->body, "\n");
}

static void add_permutation(struct table *t, const struct permutation *p)
{
	table_add(t, p->strategy->name, NULL);
	table_add(t, p->xen->name, NULL);
	table_add(t, p->lnx->name, NULL);
}

/* "abort dma", "ok", or "-" if nothing was found out. */
static void add_codes(struct table *t, const struct row_member *m)
{
	struct buf text = {0};

	for (unsigned int i = 0; i < FIND_COUNT; i++)
		if (m->codes & (1u << i))
			buf_printf(&text, "%s%s", text.len ? " " : "", finding_name[i]);
	if (!result_infos[m->kind].measured)
		table_add(t, "-", NULL);
	else
		table_add(t, text.len ? text.s : "ok", NULL);
	buf_fini(&text);
}

static void add_range(struct table *t, struct row_range range)
{
	char text[48];

	if (range.min == range.max)
		snprintf(text, sizeof(text), "%" PRIu64, range.min);
	else
		snprintf(text, sizeof(text), "%" PRIu64 "-%" PRIu64, range.min, range.max);
	table_add(t, text, NULL);
}

/* From the verdict to the right: what the row's members came to. */
static void add_outcome(struct table *t, const struct report *r, size_t row)
{
	const struct row_member *first = &r->rows.members.items[row];

	table_add(t, result_infos[first->kind].shown, color_of(r, first->kind));
	add_codes(t, first);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		if (result_infos[first->kind].measured)
			add_range(t, row_metric(&r->rows, row, columns[i]));
		else
			table_add(t, "-", NULL);
	}
}

static void add_versions(struct table *t, const struct report_rows *rows, size_t row)
{
	struct buf xens = {0}, linuxes = {0};

	row_xens(rows, row, &xens);
	row_linuxes(rows, row, &linuxes);
	table_add(t, buf_cstr(&xens), NULL);
	table_add(t, buf_cstr(&linuxes), NULL);
	t->lost |= xens.lost || linuxes.lost;
	buf_fini(&xens);
	buf_fini(&linuxes);
}

/* A row for each permutation, in the order they were run. */
static void add_each(struct table *t, const struct report *r)
{
	for (size_t i = 0; i < r->rows.members.count; i++) {
		add_permutation(t, &r->rows.members.items[i].p);
		add_outcome(t, r, i);
	}
}

/* The rows of each strategy together, in the order of their first members. */
static void add_rows(struct table *t, struct report *r)
{
	const struct report_rows *rows = &r->rows;

	rows_gather(&r->rows);
	for (size_t s = 0; s < rows->members.count; s++) {
		for (size_t i = s; i < rows->members.count; i++) {
			const struct row_member *m = &rows->members.items[i];

			if (m->strategy != s || m->row != i)
				continue;
			table_add(t, m->p.strategy->name, NULL);
			add_versions(t, rows, i);
			add_outcome(t, r, i);
		}
	}
}

static void add_finding(struct report *r, const struct permutation *p,
			const struct result_finding *f)
{
	struct table *t = &r->findings;
	struct buf insn = {0};

	add_permutation(t, p);
	table_add(t, finding_name[f->code], NULL);
	if (f->line)
		table_add_u64(t, f->line);
	else
		table_add(t, "-", NULL);
	table_add_hex(t, f->addr);
	table_add_u64(t, f->pages);
	table_add(t, f->region, NULL);
	table_add(t, truth_name[f->truth], NULL);
	table_add(t, f->by, NULL);
	if (*f->insn)
		buf_printf(&insn, "0x%llx: %s", (unsigned long long)f->pc, f->insn);
	table_add(t, buf_cstr(&insn), NULL);
	buf_fini(&insn);
}

/* Where boots stopped, and what that left out. */
static void put_panics(struct report *r)
{
	const char *before = "\n";

	for (size_t i = 0; i < r->rows.members.count; i++) {
		const struct row_member *m = &r->rows.members.items[i];

		if (!m->panicked)
			continue;
		buf_printf(&r->body,
			   "%s%s, Xen %s, Linux %s: the boot stopped in phase '%s'; %" PRIu64
			   " step%s not reached\n",
			   before, m->p.strategy->name, m->p.xen->name, m->p.lnx->name,
			   boot_phase_name[m->panic_phase], m->unreached,
			   m->unreached == 1 ? " was" : "s were");
		before = "";
	}
}

static void put_tables(struct report *r)
{
	struct table t;

	table_init(&t, sizeof(heads) / sizeof(*heads), RIGHT, heads);
	if (r->verbose)
		add_each(&t, r);
	else
		add_rows(&t, r);
	table_put(&t, &r->body);
	table_fini(&t);
	if (table_rows(&r->findings) > 1) {
		buf_str(&r->body, "\n");
		table_put(&r->findings, &r->body);
	}
	if (r->verbose)
		put_panics(r);
}

static void close_scenario(struct report *r)
{
	if (!r->in_scenario)
		return;
	if (r->rows.members.count) {
		put_title(r, r->plan->files.items[r->file].scenario);
		put_tables(r);
		buf_str(&r->body, "\n");
	}
	rows_fini(&r->rows);
	table_fini(&r->findings);
	r->in_scenario = false;
}

static void text_begin(struct report *r)
{
	r->in_scenario = false;
}

static void text_result(struct report *r, size_t index, const struct result *res)
{
	const struct plan_perm *perm = &r->plan->perms.items[index];

	if (r->in_scenario && r->file != perm->file)
		close_scenario(r);
	if (!r->in_scenario)
		open_scenario(r, perm->file);
	if (r->quiet && result_infos[res->kind].exit == EXIT_OK)
		return;
	if (rows_add(&r->rows, &perm->p, res))
		r->body.lost = true;
	for (size_t i = 0; r->verbose && i < res->findings.count; i++)
		add_finding(r, &perm->p, &res->findings.items[i]);
	if (perm->p.scenario->survey && !r->verbose)
		survey_add(&r->findings, &perm->p, res);
	/* the last permutation of a scenario shows its table at once */
	if (index + 1 < r->plan->perms.count && r->plan->perms.items[index + 1].file != perm->file)
		close_scenario(r);
}

static void text_end(struct report *r, const struct tally *tally)
{
	size_t run = tally_run(tally);
	size_t passed = tally->counts[RESULT_PASS] + tally->counts[RESULT_NO_DOM0];
	size_t failed = tally->counts[RESULT_FAIL];

	close_scenario(r);
	buf_printf(&r->body, "%zu passed, %zu failed", passed, failed);
	for (unsigned int i = RESULT_FAIL + 1; i < RESULT_KIND_COUNT; i++)
		if (tally->counts[i] && i != RESULT_NO_DOM0)
			buf_printf(&r->body, ", %zu %s", tally->counts[i], result_infos[i].counted);
	if (run < tally->selected)
		buf_printf(&r->body, ", %zu not run", tally->selected - run);
	buf_str(&r->body, tally->interrupted ? " (interrupted)\n" : "\n");
}

const struct report_ops report_text = {"text", text_begin, text_result, text_end};
