// SPDX-License-Identifier: GPL-2.0-only
#include "cli/agree.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/json.h"
#include "cli/table.h"

#define AGREE_SCHEMA "p2mlab.agree/1"

/* --- text ----------------------------------------------------------------------------- */

static const char *const shown[AGREE_WHAT_COUNT] = {
	[AGREE_MISSING] = "missing",
	[AGREE_EXTRA] = "extra",
	[AGREE_ORDER] = "out of order",
	[AGREE_PLACE] = "place",
	[AGREE_TABLES] = "tables",
	[AGREE_INSNS] = "instructions",
	[AGREE_PENDING] = "pending interrupt",
};

/* "+1.38": hundredths of a percent. */
static void add_percent(struct table *t, int64_t bp, bool sign)
{
	int64_t amount = bp < 0 ? -bp : bp;
	char text[40];

	snprintf(text, sizeof(text), "%s%" PRId64 ".%02d",
		 bp < 0		  ? "-"
		 : sign && bp > 0 ? "+"
				  : "",
		 amount / 100, (int)(amount % 100));
	table_add(t, text, NULL);
}

static void add_row(struct table *t, const char *name, const struct agree_row *row)
{
	table_add(t, name, NULL);
	table_add_u64(t, row->recorded);
	table_add_u64(t, row->simulated);
	table_add_u64(t, row->matched);
	table_add_u64(t, row->what[AGREE_MISSING]);
	table_add_u64(t, row->what[AGREE_EXTRA]);
	table_add_u64(t, row->what[AGREE_ORDER]);
	table_add_u64(t, row->what[AGREE_PLACE]);
	table_add_u64(t, row->what[AGREE_TABLES]);
	if (row->worst_rec) {
		add_percent(t, row->median_bp, false);
		add_percent(t, row->worst_bp, true);
	} else {
		table_add(t, "-", NULL);
		table_add(t, "-", NULL);
	}
	table_add_u64(t, row->what[AGREE_INSNS]);
	table_add_u64(t, row->what[AGREE_PENDING]);
}

static void put_rows(const struct agree *a, struct buf *out)
{
	static const char *const heads[] = {
		"kind",	   "recorded",	   "simulated", "matched", "missing",
		"extra",   "out of order", "place",	"tables",  "insns median %",
		"worst %", "beyond",	   "pending",
	};
	struct table t;

	table_init(&t, ARRAY_SIZE(heads), 0x1ffeu, heads);
	for (unsigned int i = 0; i < EV_KIND_COUNT; i++)
		if (a->rows[i].recorded || a->rows[i].simulated)
			add_row(&t, event_kind_name[i], &a->rows[i]);
	add_row(&t, "all", &a->all);
	table_put(&t, out);
	out->lost |= t.lost;
	table_fini(&t);
}

static size_t count_kind(const struct events_file *f, const char *name)
{
	for (size_t i = 0; i < f->others.count; i++)
		if (strcmp(f->others.items[i].name, name) == 0)
			return f->others.items[i].count;
	return 0;
}

static void add_other(struct table *t, const struct agree *a, const char *name)
{
	table_add(t, name, NULL);
	table_add_u64(t, count_kind(a->rec, name));
	table_add_u64(t, count_kind(a->sim, name));
}

static void put_others(const struct agree *a, struct buf *out)
{
	static const char *const heads[] = {"not compared", "recorded", "simulated"};
	struct table t;

	table_init(&t, ARRAY_SIZE(heads), 0x6u, heads);
	for (size_t i = 0; i < a->rec->others.count; i++)
		add_other(&t, a, a->rec->others.items[i].name);
	for (size_t i = 0; i < a->sim->others.count; i++)
		if (!count_kind(a->rec, a->sim->others.items[i].name))
			add_other(&t, a, a->sim->others.items[i].name);
	if (table_rows(&t) > 1) {
		buf_str(out, "\n");
		table_put(&t, out);
	}
	out->lost |= t.lost;
	table_fini(&t);
}

static void put_worst(const struct agree *a, struct buf *out)
{
	const struct agree_row *all = &a->all;

	buf_str(out, "\n");
	if (all->worst_rec)
		buf_printf(out,
			   "worst instructions: %s 0x%" PRIx64 ", %" PRIu64 " recorded (line %u), "
			   "%" PRIu64 " simulated (line %u)\n",
			   event_kind_name[all->worst_rec->kind], all->worst_rec->gpa,
			   all->worst_rec->insns, all->worst_rec->line, all->worst_sim->insns,
			   all->worst_sim->line);
	buf_printf(out,
		   "instructions of %zu events compared; left out: %zu interrupted, %zu with an "
		   "interrupt pending, %zu without a count\n",
		   all->compared, all->interrupted, all->what[AGREE_PENDING], all->uncounted);
	if (a->windowed)
		buf_str(out, "the runs are too different: matched greedily, not by the longest "
			     "common order\n");
}

static void add_side(struct table *t, const struct agree_diff *diff, const struct file_event *ev)
{
	char text[96];

	table_add(t, ev ? ev->by : "-", NULL);
	if (!ev)
		snprintf(text, sizeof(text), "-");
	else if (diff->what == AGREE_INSNS || diff->what == AGREE_PENDING)
		snprintf(text, sizeof(text), "%" PRIu64 " insns", ev->insns);
	else if (diff->what == AGREE_PLACE)
		snprintf(text, sizeof(text), "0x%" PRIx64 ", %" PRIu64 " bytes", ev->gpa, ev->size);
	else if (diff->what == AGREE_TABLES)
		snprintf(text, sizeof(text), "%" PRIu64 " tables", ev->tables);
	else
		snprintf(text, sizeof(text), "%" PRIu64 " pages, %" PRIu64 " denied, rc %" PRId64,
			 ev->pages, ev->denied, ev->rc);
	table_add(t, text, NULL);
}

static void add_n(struct table *t, const struct file_event *ev)
{
	if (ev)
		table_add_u64(t, ev->n);
	else
		table_add(t, "-", NULL);
}

static void put_diffs(const struct agree *a, size_t most, struct buf *out)
{
	static const char *const heads[] = {
		"difference", "n recorded", "n simulated", "kind", "address",
		"recorded",   "",	    "simulated",   "",
	};
	size_t count = a->diffs.count < most ? a->diffs.count : most;
	struct table t;

	table_init(&t, ARRAY_SIZE(heads), 0x6u, heads);
	for (size_t i = 0; i < count; i++) {
		const struct agree_diff *diff = &a->diffs.items[i];
		const struct file_event *ev = diff->rec ? diff->rec : diff->sim;

		table_add(&t, shown[diff->what], NULL);
		add_n(&t, diff->rec);
		add_n(&t, diff->sim);
		table_add(&t, event_kind_name[ev->kind], NULL);
		table_add_hex(&t, ev->gpa);
		add_side(&t, diff, diff->rec);
		add_side(&t, diff, diff->sim);
	}
	if (count) {
		buf_str(out, "\n");
		table_put(&t, out);
	}
	if (count < a->diffs.count)
		buf_printf(out, "and %zu more: --all\n", a->diffs.count - count);
	out->lost |= t.lost;
	table_fini(&t);
}

void agree_text(const struct agree *a, size_t most, struct buf *out)
{
	put_rows(a, out);
	put_others(a, out);
	put_worst(a, out);
	put_diffs(a, most, out);
}

/* --- JSON lines ----------------------------------------------------------------------- */

static void put_event(struct json *j, const char *key, const struct file_event *ev)
{
	if (!ev)
		return;
	json_object(j, key);
	json_u64(j, "n", ev->n);
	json_u64(j, "line", ev->line);
	json_hex(j, "gpa", ev->gpa);
	json_u64(j, "size", ev->size);
	json_u64(j, "pages", ev->pages);
	json_u64(j, "denied", ev->denied);
	json_i64(j, "rc", ev->rc);
	json_u64(j, "write", ev->write);
	json_u64(j, "insns", ev->insns);
	json_u64(j, "tables", ev->tables);
	if (ev->by[0])
		json_str(j, "by", ev->by);
	json_end(j);
}

static void put_diff(const struct agree_diff *diff, struct buf *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "type", "agree");
	json_str(&j, "what", agree_what_name[diff->what]);
	json_str(&j, "kind", event_kind_name[(diff->rec ? diff->rec : diff->sim)->kind]);
	put_event(&j, "recorded", diff->rec);
	put_event(&j, "simulated", diff->sim);
	if (diff->what == AGREE_INSNS || diff->what == AGREE_PENDING)
		json_i64(&j, "error_bp", diff->error_bp);
	json_end(&j);
	json_line(&j);
}

static void put_row(struct json *j, const char *key, const struct agree_row *row)
{
	json_object(j, key);
	json_u64(j, "recorded", row->recorded);
	json_u64(j, "simulated", row->simulated);
	json_u64(j, "matched", row->matched);
	for (unsigned int i = 0; i < AGREE_WHAT_COUNT; i++)
		json_u64(j, agree_what_name[i], row->what[i]);
	json_u64(j, "compared", row->compared);
	json_u64(j, "interrupted", row->interrupted);
	json_u64(j, "uncounted", row->uncounted);
	if (row->worst_rec) {
		json_i64(j, "median_bp", row->median_bp);
		json_i64(j, "worst_bp", row->worst_bp);
		json_u64(j, "worst_line", row->worst_rec->line);
	}
	json_end(j);
}

static void put_kinds(struct json *j, const char *key, const struct events_file *f)
{
	json_object(j, key);
	for (size_t i = 0; i < f->others.count; i++)
		json_u64(j, f->others.items[i].name, f->others.items[i].count);
	json_end(j);
}

void agree_jsonl(const struct agree *a, bool strict, struct buf *out)
{
	struct json j;

	for (size_t i = 0; i < a->diffs.count; i++)
		put_diff(&a->diffs.items[i], out);
	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "type", "summary");
	json_str(&j, "schema", AGREE_SCHEMA);
	if (a->sim->run)
		json_str(&j, "run", a->sim->run);
	json_bool(&j, "agree", agree_holds(a, strict));
	json_u64(&j, "tolerance", a->tolerance);
	json_bool(&j, "windowed", a->windowed);
	put_row(&j, "all", &a->all);
	json_object(&j, "kinds");
	for (unsigned int i = 0; i < EV_KIND_COUNT; i++)
		if (a->rows[i].recorded || a->rows[i].simulated)
			put_row(&j, event_kind_name[i], &a->rows[i]);
	json_end(&j);
	put_kinds(&j, "others_recorded", a->rec);
	put_kinds(&j, "others_simulated", a->sim);
	json_end(&j);
	json_line(&j);
}
