// SPDX-License-Identifier: GPL-2.0-only
#include "cli/runner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/scratch.h"
#include "cli/events.h"
#include "cli/worker.h"

struct session {
	struct runner *r;
	struct worker_orders orders;
};

/* Diagnostics go out at once and in one piece; there is nowhere to report that they cannot. */
static void say(const struct buf *text)
{
	fputs(buf_cstr(text), stderr);
	fflush(stderr);
}

static void note_output(struct runner *r, struct out *o)
{
	if (!o->error || o->reported)
		return;
	fprintf(stderr, "p2mlab: error: cannot write '%s': %s\n", o->name, strerror(-o->error));
	o->reported = true;
	r->code = exit_worse(r->code, EXIT_FAILED);
}

/* Hands all that was said to the kernel; false if no output is left to say anything to. */
static bool flush_outputs(struct runner *r)
{
	bool alive = false;

	for (unsigned int i = 0; i < r->report_count; i++) {
		struct report *rep = &r->reports[i];

		out_buf(&rep->out, &rep->body);
		out_flush(&rep->out);
		buf_reset(&rep->body);
		note_output(r, &rep->out);
		alive |= out_alive(&rep->out);
	}
	out_flush(&r->events);
	out_flush(&r->trace);
	note_output(r, &r->events);
	note_output(r, &r->trace);
	return alive || out_alive(&r->events) || out_alive(&r->trace);
}

/* "p2mlab: ID: LIMIT: why", or the reason on its own lines if it has several. */
static void put_reason(struct buf *text, const char *id, const struct result *res)
{
	const char *gap = strchr(res->why, '\n') ? ":\n" : *res->why ? ": " : "";
	size_t len = strlen(res->why);

	buf_printf(text, "p2mlab: %s: %s%s%s", id, result_infos[res->kind].shown, gap, res->why);
	if (!len || res->why[len - 1] != '\n')
		buf_str(text, "\n");
}

/* What a user must see of a permutation that did not pass. */
static void explain(const struct runner *r, size_t index, const struct result *res)
{
	struct buf text = {0}, id = {0};

	if (res->err[0])
		buf_str(&text, res->err);
	if (result_infos[res->kind].exit != EXIT_OK) {
		buf_str(&text, res->diag);
		plan_id(&r->plan->perms.items[index].p, &id);
		if (res->kind != RESULT_FAIL)
			put_reason(&text, buf_cstr(&id), res);
		buf_str(&text, "reproduce: p2mlab run ");
		plan_replay_id(r->plan, index, &text);
		buf_printf(&text, "%s\n", r->replay_options);
	}
	say(&text);
	buf_fini(&text);
	buf_fini(&id);
}

static void put_events(struct runner *r, size_t index, const struct result *res)
{
	struct buf line = {0}, id = {0};

	if (r->plan->perms.count > 1) {
		plan_id(&r->plan->perms.items[index].p, &id);
		events_run_line(&line, buf_cstr(&id));
		out_buf(&r->events, &line);
	}
	out_write(&r->events, res->events, res->events_len);
	buf_fini(&line);
	buf_fini(&id);
}

static bool session_done(void *ctx, const struct pool_item *item)
{
	struct runner *r = ((struct session *)ctx)->r;
	struct result res;
	bool failed, go_on;

	result_get(&res, item);
	r->tally.counts[res.kind]++;
	failed = result_infos[res.kind].exit != EXIT_OK;
	for (unsigned int i = 0; i < r->report_count; i++)
		r->reports[i].ops->result(&r->reports[i], item->index, &res);
	put_events(r, item->index, &res);
	go_on = flush_outputs(r);
	explain(r, item->index, &res);
	result_fini(&res);
	return go_on && !(failed && r->fail_fast);
}

static void session_chunk(void *ctx, size_t item, const char *bytes, size_t len)
{
	struct runner *r = ((struct session *)ctx)->r;

	(void)item;
	out_write(&r->trace, bytes, len);
	note_output(r, &r->trace);
}

static void *session_begin(void *ctx)
{
	struct worker *w = worker_new(&((struct session *)ctx)->orders);

	CHECK(w != NULL); /* nothing can be run without: the parent reports a crash */
	return w;
}

static void session_work(void *ctx, void *state, size_t item, struct buf *result,
			 struct pool_sink *sink)
{
	(void)ctx;
	worker_run(state, item, result, sink);
}

static void session_end(void *ctx, void *state)
{
	(void)ctx;
	worker_free(state);
}

static const struct pool_ops session_ops = {.begin = session_begin,
					    .work = session_work,
					    .end = session_end,
					    .chunk = session_chunk,
					    .done = session_done};

static void run_pool(struct session *s)
{
	struct runner *r = s->r;
	struct pool_config config = {.jobs = r->jobs,
				     .timeout_ms = r->timeout_ms,
				     .batches = r->plan->batches.items,
				     .batch_count = r->plan->batches.count};
	struct pool_outcome outcome;
	int rc = pool_run(&config, &session_ops, s, &outcome);

	r->tally.interrupted = outcome.interrupted;
	say(&outcome.err);
	if (outcome.unclean)
		r->code = exit_worse(r->code, EXIT_INTERNAL);
	if (rc) {
		fprintf(stderr, "p2mlab: error: cannot run workers: %s\n", strerror(-rc));
		r->code = EXIT_INTERNAL;
	}
	buf_fini(&outcome.err);
}

static void close_outputs(struct runner *r)
{
	for (unsigned int i = 0; i < r->report_count; i++) {
		out_close(&r->reports[i].out);
		note_output(r, &r->reports[i].out);
		report_fini(&r->reports[i]);
	}
	out_close(&r->events);
	out_close(&r->trace);
	note_output(r, &r->events);
	note_output(r, &r->trace);
}

/* Less than the permutation has: that QEMU gave no answer says more than a worker's end. */
static unsigned int oracle_ms(const struct runner *r)
{
	if (!r->timeout_ms || r->timeout_ms / 2 > REF_QEMU_DEADLINE_MS)
		return REF_QEMU_DEADLINE_MS;
	return (unsigned int)(r->timeout_ms / 2);
}

/* Workers may be killed at any time: the folder for QEMU's files is ours. */
static void run_with_qemu(struct session *s)
{
	struct scratch folder;

	if (!scratch_enter(&folder, NULL)) {
		fprintf(stderr, "p2mlab: error: cannot make a folder for QEMU in %s: %s\n",
			scratch_parent(), strerror(errno));
		s->r->code = exit_worse(s->r->code, EXIT_FAILED);
		return;
	}
	s->orders.qemu =
		(struct ref_qemu){s->r->qemu, NULL, oracle_ms(s->r), .folder = folder.path};
	run_pool(s);
	scratch_leave(&folder);
}

enum exit_code runner_run(struct runner *r)
{
	struct session s = {.r = r,
			    .orders = {.plan = r->plan,
				       .max_cycles = r->max_cycles,
				       .paranoid = r->paranoid,
				       .oracle = r->oracle,
				       .events = r->events.fd >= 0,
				       .trace = r->trace.fd >= 0 ? r->trace_kind : TRACE_NONE}};

	r->tally.selected = r->plan->perms.count;
	for (unsigned int i = 0; i < r->report_count; i++)
		r->reports[i].ops->begin(&r->reports[i]);
	if (flush_outputs(r)) {
		if (r->oracle == ORACLE_QEMU)
			run_with_qemu(&s);
		else
			run_pool(&s);
	}
	for (unsigned int i = 0; i < r->report_count; i++)
		r->reports[i].ops->end(&r->reports[i], &r->tally);
	flush_outputs(r);
	close_outputs(r);
	return exit_worse(r->code, tally_exit(&r->tally));
}
