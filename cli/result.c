// SPDX-License-Identifier: GPL-2.0-only
#include "cli/result.h"

#include <stdlib.h>
#include <string.h>

#include "cli/wire.h"

const struct result_info result_infos[RESULT_KIND_COUNT] = {
	[RESULT_PASS] = {"pass", "pass", "passed", EXIT_OK, true},
	[RESULT_FAIL] = {"fail", "FAIL", "failed", EXIT_FAILED, true},
	[RESULT_LIMIT] = {"limit", "LIMIT", "over the cycle limit", EXIT_LIMIT, true},
	[RESULT_TIMEOUT] = {"timeout", "TIMEOUT", "timed out", EXIT_LIMIT, false},
	[RESULT_DISAGREE] = {"disagree", "DISAGREE", "disagreed", EXIT_DISAGREE, true},
	[RESULT_CRASH] = {"crash", "CRASH", "crashed", EXIT_INTERNAL, false},
	[RESULT_ERROR] = {"error", "ERROR", "in error", EXIT_INTERNAL, false},
	[RESULT_NO_DOM0] = {"no-dom0", "no-dom0", "passed", EXIT_OK, false},
	[RESULT_UNANSWERED] = {"unanswered", "UNANSWERED", "without the oracle's answer",
			       EXIT_FAILED, true},
	[RESULT_SKIP] = {"skip", "skip", "skipped", EXIT_OK, false},
};

/* Whether the scenario's own matrix has it; else the command line asked for it. */
static bool in_matrix(const struct permutation *p)
{
	const struct scenario *sc = p->scenario;
	bool strategy = false, xen = false, lnx = false;

	for (size_t i = 0; i < sc->strategies.count; i++)
		strategy |= strcmp(sc->strategies.items[i].name, p->strategy->name) == 0;
	for (size_t i = 0; i < sc->xens.count; i++)
		xen |= sc->xens.items[i] == p->xen;
	for (size_t i = 0; i < sc->linuxes.count; i++)
		lnx |= sc->linuxes.items[i] == p->lnx;
	return strategy && xen && lnx;
}

static enum result_kind judge(const struct permutation *p, const struct world_result *res,
			      struct diag *d)
{
	if (res->status == RUN_ERROR || res->record.lost || res->verdict.lost)
		return RESULT_ERROR;
	if (res->status == RUN_DISAGREE)
		return RESULT_DISAGREE;
	if (res->status == RUN_UNANSWERED)
		return RESULT_UNANSWERED;
	if (res->status == RUN_CYCLE_LIMIT)
		return RESULT_LIMIT;
	if (res->status == RUN_NO_DOM0 && !in_matrix(p))
		return RESULT_SKIP;
	if (!scenario_judge(p, res, d))
		return RESULT_FAIL;
	return res->status == RUN_NO_DOM0 ? RESULT_NO_DOM0 : RESULT_PASS;
}

static uint64_t unreached(const struct world_result *res)
{
	uint64_t n = 0;

	for (size_t i = 0; i < res->steps.count; i++)
		n += !res->steps.items[i].ran;
	return n;
}

static void put_finding(struct buf *out, const struct script *script, const struct finding *f,
			struct disasm *disasm)
{
	bool has_step = f->step >= 0 && (size_t)f->step < script->steps.count;

	wire_put_u64(out, f->code);
	wire_put_u64(out, f->truth);
	wire_put_u64(out, (uint64_t)(int64_t)f->step);
	wire_put_u64(out, has_step ? script->steps.items[f->step].at.line : 0);
	wire_put_u64(out, f->addr);
	wire_put_u64(out, f->pages);
	wire_put_u64(out, f->pc);
	wire_put_str(out, f->insn ? disasm_word(disasm, f->pc, f->insn) : "");
	wire_put_str(out, f->by);
	wire_put_str(out, f->region);
}

void result_put(struct buf *out, const struct permutation *p, const struct world_result *res,
		struct disasm *disasm, const struct buf *events)
{
	bool lost = res->record.lost || res->verdict.lost;
	struct diag d;

	diag_init(&d);
	wire_put_u64(out, judge(p, res, &d));
	wire_put_u64(out, res->digest);
	wire_put_u64(out, METRIC_COUNT);
	for (unsigned int i = 0; i < METRIC_COUNT; i++)
		wire_put_u64(out, res->verdict.metrics[i]);
	wire_put_u64(out, res->verdict.codes);
	wire_put_u64(out, res->panicked);
	wire_put_u64(out, res->panic_phase);
	wire_put_u64(out, unreached(res));
	wire_put_str(out, lost && !res->why[0] ? "out of memory: events are missing" : res->why);
	wire_put_str(out, d.text);
	wire_put_bytes(out, buf_cstr(events), events->len);
	wire_put_u64(out, res->verdict.findings.count);
	for (size_t i = 0; i < res->verdict.findings.count; i++)
		put_finding(out, &p->scenario->script, &res->verdict.findings.items[i], disasm);
	diag_fini(&d);
}

/* A number below `count`, or the reader goes bad: enums come from another process. */
static unsigned int get_enum(struct wire *w, unsigned int count)
{
	uint64_t v = wire_u64(w);

	if (v < count)
		return (unsigned int)v;
	w->bad = true;
	return 0;
}

static struct result_finding get_finding(struct wire *w)
{
	struct result_finding f;

	f.code = (enum finding_code)get_enum(w, FIND_COUNT);
	f.truth = (enum truth)get_enum(w, TRUTH_COUNT);
	f.step = (int64_t)wire_u64(w);
	f.line = wire_u64(w);
	f.addr = wire_u64(w);
	f.pages = wire_u64(w);
	f.pc = wire_u64(w);
	f.insn = wire_str(w, NULL);
	f.by = wire_str(w, NULL);
	f.region = wire_str(w, NULL);
	return f;
}

static void get_all(struct result *r, struct wire *w)
{
	uint64_t findings;

	r->kind = (enum result_kind)get_enum(w, RESULT_KIND_COUNT);
	r->digest = wire_u64(w);
	if (wire_u64(w) != METRIC_COUNT)
		w->bad = true;
	for (unsigned int i = 0; i < METRIC_COUNT; i++)
		r->metrics[i] = wire_u64(w);
	r->codes = (unsigned int)wire_u64(w);
	r->panicked = get_enum(w, 2);
	r->panic_phase = (enum boot_phase)get_enum(w, PHASE_COUNT);
	r->unreached = wire_u64(w);
	r->why = wire_str(w, NULL);
	r->diag = wire_str(w, NULL);
	r->events = wire_str(w, &r->events_len);
	findings = wire_u64(w);
	for (uint64_t i = 0; i < findings && !w->bad; i++)
		if (vec_push(&r->findings, get_finding(w)))
			w->bad = true;
}

static void result_init(struct result *r, enum result_kind kind, const char *why)
{
	*r = (struct result){.kind = kind, .why = why, .diag = "", .err = "", .events = ""};
}

/*
 * Unicorn 2 calls exit(1) where it finds no address space for its code buffer; what it says then
 * tells that from our own ways out (a sanitizer's, for one).
 */
static bool engine_starved(const struct pool_item *item)
{
	return item->end == POOL_CRASHED && item->exit_status == EXIT_FAILURE &&
	       strstr(item->err, "Could not allocate");
}

bool result_get(struct result *r, const struct pool_item *item)
{
	struct wire w = {.p = item->data};

	if (item->end != POOL_DONE) {
		bool late = item->end == POOL_TIMEOUT;

		result_init(r, late ? RESULT_TIMEOUT : RESULT_CRASH,
			    late ? "the time limit was reached" : item->how);
		if (engine_starved(item))
			result_init(r, RESULT_ERROR, "no memory for the engine");
		r->err = item->err;
		return true;
	}
	result_init(r, RESULT_PASS, "");
	w.end = item->data + item->len;
	get_all(r, &w);
	if (w.bad || w.p != w.end) {
		result_fini(r);
		result_init(r, RESULT_CRASH, "the worker sent no valid result");
	}
	r->err = item->err;
	return r->kind != RESULT_CRASH;
}

void result_fini(struct result *r)
{
	vec_fini(&r->findings);
}
