// SPDX-License-Identifier: GPL-2.0-only
#include "cli/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "cli/events.h"
#include "cli/result.h"

#define TRACE_CHUNK (32u << 10)

struct worker {
	const struct worker_orders *orders;
	struct world *world;
	const struct platform *platform; /* what `world` is built from */
	struct disasm *disasm;
	struct world_result res;
	struct buf events, trace;
	struct pool_sink *sink;
	struct ref_session session; /* for ORACLE_QEMU */
};

struct worker *worker_new(const struct worker_orders *orders)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->orders = orders;
	ref_session_init(&w->session, &orders->qemu, 1);
	w->disasm = disasm_new();
	if (!w->disasm) {
		free(w);
		return NULL;
	}
	return w;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	world_result_fini(&w->res);
	world_free(w->world);
	disasm_free(w->disasm);
	ref_session_fini(&w->session);
	buf_fini(&w->events);
	buf_fini(&w->trace);
	free(w);
}

static void flush_trace(struct worker *w)
{
	if (w->trace.len)
		pool_chunk(w->sink, w->trace.s, w->trace.len);
	buf_reset(&w->trace);
}

static void trace_insn(void *ctx, uint64_t pc, uint32_t word)
{
	struct worker *w = ctx;

	buf_printf(&w->trace, "%016" PRIx64 "  %08x  %s\n", pc, word,
		   disasm_word(w->disasm, pc, word));
	if (w->trace.len >= TRACE_CHUNK)
		flush_trace(w);
}

static void trace_record(void *ctx, const char *line, size_t len)
{
	struct worker *w = ctx;

	buf_add(&w->trace, line, len);
	if (w->trace.len >= TRACE_CHUNK)
		flush_trace(w);
}

static void fail(struct worker *w, enum run_status status, const char *why)
{
	w->res.status = status;
	snprintf(w->res.why, sizeof(w->res.why), "%s", why);
}

/* False if there is no machine: the result says why. */
static bool have_world(struct worker *w, const struct platform *platform)
{
	char why[256] = "";

	if (w->world && w->platform == platform)
		return true;
	world_free(w->world);
	w->platform = platform;
	w->world = world_new(platform, why, sizeof(why));
	if (!w->world) {
		/* nothing of an earlier permutation may show */
		world_result_fini(&w->res);
		w->res = (struct world_result){0};
		fail(w, RUN_ERROR, why);
	}
	return w->world != NULL;
}

/* How a run that QEMU was asked about ends. */
static enum run_status status_of(enum ref_verdict verdict)
{
	if (verdict == REF_DIFFER)
		return RUN_DISAGREE;
	return verdict == REF_BROKEN ? RUN_ERROR : RUN_UNANSWERED;
}

/* Repeats what was recorded; a difference is the result. */
static void ask_qemu(struct worker *w, const struct permutation *p)
{
	struct ref_session *s = &w->session;
	size_t parts = s->parts;
	struct buf id = {0};

	buf_reset(&s->text);
	s->verdict = REF_AGREE;
	plan_id(p, &id);
	if (ref_session_take(s, w->world, p->scenario->platform, &w->res, buf_cstr(&id)))
		ref_session_flush(s);
	buf_fini(&id);
	if (s->parts != parts)
		fprintf(stderr, "p2mlab: compared with QEMU in part only: %s\n", s->part_why);
	if (s->verdict != REF_AGREE)
		fail(w, status_of(s->verdict), buf_cstr(&s->text));
}

static void replay(struct worker *w, const struct permutation *p)
{
	const struct scenario *sc = p->scenario;
	uint64_t max = w->orders->max_cycles ? w->orders->max_cycles : sc->max_cycles;
	struct world_config config = {.xen = p->xen,
				      .lnx = p->lnx,
				      .strategy = p->strategy,
				      .profile = sc->profile,
				      .script = &sc->script,
				      .heap_limit = sc->heap_limit,
				      .max_cycles = max,
				      .paranoid = w->orders->paranoid,
				      .oracle = w->orders->oracle,
				      .trace_text = w->orders->trace == TRACE_TEXT,
				      .trace = trace_insn,
				      .trace_ctx = w};

	if (w->orders->trace == TRACE_CASEMATE)
		config.casemate = (struct casemate_sink){trace_record, w};
	if (w->orders->oracle == ORACLE_QEMU)
		ref_session_record(&w->session, &config);
	if (world_run(w->world, &config, &w->res) && !w->res.why[0])
		fail(w, RUN_ERROR, "out of memory");
	if (w->orders->oracle == ORACLE_QEMU && w->res.status != RUN_ERROR)
		ask_qemu(w, p);
}

void worker_run(struct worker *w, size_t item, struct buf *result, struct pool_sink *sink)
{
	const struct permutation *p = &w->orders->plan->perms.items[item].p;

	w->sink = sink;
	if (have_world(w, p->scenario->platform))
		replay(w, p);
	flush_trace(w);
	buf_reset(&w->events);
	if (w->orders->events)
		events_put(&w->events, &w->res.record, &p->scenario->script);
	result->lost |= w->events.lost;
	result_put(result, p, &w->res, w->disasm, &w->events);
}
