// SPDX-License-Identifier: GPL-2.0-only
/*
 * A result against what the scenario wants and expects.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/scenario.h"

#define ID_MAX 256

struct judge {
	const struct permutation *p;
	const struct scenario *sc;
	const struct world_result *res;
	struct diag *diag;
	char id[ID_MAX];
	bool held;
};

__attribute__((format(printf, 3, 4))) static void fail(struct judge *j, struct src at,
						       const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error(j->diag, &j->sc->file, at, 0, "%s: %s", j->id, text);
	j->held = false;
}

/* --- want ---------------------------------------------------------------------------- */

static void judge_errs(struct judge *j, const struct want *w, const struct step_result *r)
{
	for (unsigned int i = 0; i < r->err_count && i < EVENT_ERRS; i++) {
		if (r->errs[i] == w->err)
			continue;
		fail(j, w->at, "errs[%u] is %" PRId32 ", want %" PRId32, i, r->errs[i], w->err);
		return;
	}
	if (!r->err_count)
		fail(j, w->at, "no errs were written, want %" PRId32, w->err);
}

static void judge_want(struct judge *j, const struct want *w, const struct step_result *r)
{
	if (w->has_outcome && r->outcome != w->outcome)
		fail(j, w->at, "outcome is '%s', want '%s'", outcome_name[r->outcome],
		     outcome_name[w->outcome]);
	if (w->has_rc && r->rc != w->rc)
		fail(j, w->at, "rc is %" PRId64 ", want %" PRId64, r->rc, w->rc);
	if (w->has_err)
		judge_errs(j, w, r);
	if (w->has_value && r->value != w->value)
		fail(j, w->at, "value is 0x%" PRIx64 ", want 0x%" PRIx64, r->value, w->value);
	if (w->has_esr && r->esr != w->esr)
		fail(j, w->at, "esr is 0x%" PRIx64 ", want 0x%" PRIx64, r->esr, w->esr);
	if (w->has_mapped && r->mapped != w->mapped)
		fail(j, w->at, "%" PRIu64 " pages are mapped, want %" PRIu64, r->mapped, w->mapped);
}

static void judge_steps(struct judge *j)
{
	const struct script *script = &j->sc->script;

	for (size_t i = 0; i < script->steps.count && i < j->res->steps.count; i++)
		if (j->res->steps.items[i].ran)
			judge_want(j, &script->steps.items[i].want, &j->res->steps.items[i]);
}

/*
 * A panic leaves later steps out, so a scenario must speak of it: by the outcome it wants of the
 * boot, or by an `abort` that is found (and judged below).
 */
static void judge_panic(struct judge *j)
{
	const struct script *script = &j->sc->script;
	unsigned int unreached = 0;
	size_t boot = 0;

	if (!j->res->panicked || j->res->verdict.codes >> FIND_ABORT & 1)
		return;
	for (size_t i = 0; i < script->steps.count && i < j->res->steps.count; i++) {
		if (!j->res->steps.items[i].ran)
			unreached++;
		else if (script->steps.items[i].kind == STEP_BOOT)
			boot = i; /* the last one that ran is the one that panicked */
	}
	if (boot < script->steps.count && !script->steps.items[boot].want.has_outcome)
		fail(j, script->steps.items[boot].at,
		     "the boot stopped in phase '%s' (steps not reached: %u); no "
		     "'abort' was found, so say 'want: {outcome: aborted}' if it is expected",
		     boot_phase_name[j->res->panic_phase], unreached);
}

/* --- expect -------------------------------------------------------------------------- */

static bool named(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return count == 0;
}

static bool applies(const struct expect *e, const struct permutation *p)
{
	const struct when *w = &e->when;

	return named(w->strategies.items, w->strategies.count, p->strategy->name) &&
	       named(w->xens.items, w->xens.count, p->xen->name) &&
	       named(w->linuxes.items, w->linuxes.count, p->lnx->name);
}

static void judge_metrics(struct judge *j, const struct expect *e)
{
	for (size_t i = 0; i < e->metrics.count; i++) {
		const struct metric_want *m = &e->metrics.items[i];
		uint64_t value = j->res->verdict.metrics[m->metric];

		if (value >= m->min && value <= m->max)
			continue;
		if (m->min == m->max)
			fail(j, m->at, "%s is %" PRIu64 ", want %" PRIu64, metric_name[m->metric],
			     value, m->min);
		else if (m->max == UINT64_MAX)
			fail(j, m->at, "%s is %" PRIu64 ", want at least %" PRIu64,
			     metric_name[m->metric], value, m->min);
		else
			fail(j, m->at, "%s is %" PRIu64 ", want %" PRIu64 " to %" PRIu64,
			     metric_name[m->metric], value, m->min, m->max);
	}
}

static void judge_missing(struct judge *j, const struct expect *e)
{
	for (unsigned int c = 0; e->has_findings && c < FIND_COUNT; c++)
		if ((e->codes & ~j->res->verdict.codes) >> c & 1)
			fail(j, e->findings_at, "finding '%s' was expected and is not there",
			     finding_name[c]);
}

/* Points from a finding to the step that it came from. */
static void note_step(struct judge *j, const struct finding *f)
{
	if (f->step >= 0 && (size_t)f->step < j->sc->script.steps.count)
		diag_note(j->diag, &j->sc->file, j->sc->script.steps.items[f->step].at, 0,
			  "'%s' came from this step", finding_name[f->code]);
}

/* Each finding that nothing allows; the first of a code stands for all of it. */
static void judge_unexpected(struct judge *j, unsigned int allowed, struct src at)
{
	const struct verdict *v = &j->res->verdict;

	for (size_t i = 0; i < v->findings.count; i++) {
		const struct finding *f = &v->findings.items[i];
		uint64_t more = 0;

		if (allowed >> f->code & 1)
			continue;
		allowed |= 1u << f->code;
		for (size_t k = i + 1; k < v->findings.count; k++)
			more += v->findings.items[k].code == f->code;
		fail(j, at,
		     "unexpected finding '%s': %s, 0x%" PRIx64 " in '%s', %" PRIu64
		     " page%s; %" PRIu64 " more like it",
		     finding_name[f->code], f->by[0] ? f->by : "unknown", f->addr, f->region,
		     f->pages, f->pages == 1 ? "" : "s", more);
		note_step(j, f);
	}
}

static void judge_dom0(struct judge *j, bool expected, struct src at)
{
	bool refused = j->res->status == RUN_NO_DOM0;

	if (refused && !expected)
		fail(j, at, "Xen did not build Dom0: %.300s", j->res->why);
	else if (!refused && expected)
		fail(j, at, "Xen built Dom0, which 'no_dom0' does not expect");
}

static void judge_expects(struct judge *j)
{
	const struct expect *first = NULL;
	struct src at = {1, 1};
	unsigned int allowed = 0;
	bool no_dom0 = false;

	for (size_t i = 0; i < j->sc->expects.count; i++) {
		const struct expect *e = &j->sc->expects.items[i];

		if (!applies(e, j->p))
			continue;
		/* where an unexpected finding is reported: the first entry that speaks of them */
		if (!first || (!first->has_findings && e->has_findings)) {
			first = e;
			at = e->findings_at;
		}
		allowed |= e->has_findings ? e->codes : 0;
		no_dom0 |= e->no_dom0;
		judge_missing(j, e);
		judge_metrics(j, e);
	}
	judge_dom0(j, no_dom0, at);
	if (!j->sc->survey)
		judge_unexpected(j, allowed, at);
}

bool scenario_judge(const struct permutation *p, const struct world_result *res, struct diag *d)
{
	struct judge j = {.p = p, .sc = p->scenario, .res = res, .diag = d, .held = true};

	permutation_id(p, j.id, sizeof(j.id));
	switch (res->status) {
	case RUN_CYCLE_LIMIT:
	case RUN_DISAGREE:
	case RUN_UNANSWERED:
	case RUN_ERROR:
		/* what it did not get to cannot be judged */
		diag_error_file(d, j.sc->path, "%s: did not finish: %.300s", j.id, res->why);
		return false;
	case RUN_DONE:
	case RUN_NO_DOM0:
	case RUN_CRASHED:
		break;
	}
	judge_steps(&j);
	if (!j.sc->survey)
		judge_panic(&j);
	judge_expects(&j);
	return j.held;
}
