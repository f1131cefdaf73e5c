// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report for people: per scenario a table of strategy, versions, outcome and cost; with -v its
 * findings; a summary line at the end.
 */
#include "cli/report.h"

#include <string.h>

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
	table_init(&r->table, sizeof(heads) / sizeof(*heads), RIGHT, heads);
	table_init(&r->findings, sizeof(finding_heads) / sizeof(*finding_heads), FINDING_RIGHT,
		   finding_heads);
}

/* The title line of a scenario: its name and the first line of what it says about itself. */
static void put_title(struct report *r, const struct scenario *sc)
{
	const char *about = sc->about ? sc->about : "";

	buf_printf(&r->body, "%s%s%s", r->color ? BOLD : "", sc->name, r->color ? OFF : "");
	if (*about) {
		buf_str(&r->body, ": ");
		buf_add(&r->body, about, strcspn(about, "\n"));
	}
	buf_str(&r->body, "\n");
}

static void close_scenario(struct report *r)
{
	if (!r->in_scenario)
		return;
	if (table_rows(&r->table) > 1) {
		put_title(r, r->plan->files.items[r->file].scenario);
		table_put(&r->table, &r->body);
		if (table_rows(&r->findings) > 1) {
			buf_str(&r->body, "\n");
			table_put(&r->findings, &r->body);
		}
		buf_str(&r->body, "\n");
	}
	table_fini(&r->table);
	table_fini(&r->findings);
	r->in_scenario = false;
}

static void add_permutation(struct table *t, const struct permutation *p)
{
	table_add(t, p->strategy->name, NULL);
	table_add(t, p->xen->name, NULL);
	table_add(t, p->lnx->name, NULL);
}

/* "abort dma", "ok", or "-" if nothing was found out. */
static void add_codes(struct table *t, const struct result *res)
{
	struct buf text = {0};

	for (unsigned int i = 0; i < FIND_COUNT; i++)
		if (res->codes & (1u << i))
			buf_printf(&text, "%s%s", text.len ? " " : "", finding_name[i]);
	if (!result_infos[res->kind].measured)
		table_add(t, "-", NULL);
	else
		table_add(t, text.len ? text.s : "ok", NULL);
	buf_fini(&text);
}

static void add_row(struct report *r, const struct permutation *p, const struct result *res)
{
	struct table *t = &r->table;

	add_permutation(t, p);
	table_add(t, result_infos[res->kind].shown, color_of(r, res->kind));
	add_codes(t, res);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		if (result_infos[res->kind].measured)
			table_add_u64(t, res->metrics[columns[i]]);
		else
			table_add(t, "-", NULL);
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
	add_row(r, &perm->p, res);
	for (size_t i = 0; r->verbose && i < res->findings.count; i++)
		add_finding(r, &perm->p, &res->findings.items[i]);
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
