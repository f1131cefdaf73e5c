/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay_fixture.h: a scenario, from a file or from text, replayed in one permutation.
 *
 *	struct played p;
 *	if (play(&p, "platform: lab\nsteps:\n  - read: {at: gicd, width: 4}\n", "c", "4.22", "6.1"))
 *		EXPECT_U64(p.res.steps.items[0].outcome, OUTCOME_OK);
 *	played_end(&p);
 */
#ifndef P2MLAB_REPLAY_FIXTURE_H
#define P2MLAB_REPLAY_FIXTURE_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "scenario/scenario.h"
#include "tests/unit.h"

struct played {
	struct scenario *sc;
	struct world *world;
	struct world_result res;
	struct strategy strategy;
	struct world_config cfg;
};

static inline bool play_loaded(struct played *p, struct diag *d, const char *strategy,
			       const char *xen, const char *lnx)
{
	const char *bad;
	size_t len;
	char why[256] = "";
	int rc;

	if (d->text)
		fputs(d->text, stderr);
	diag_fini(d);
	if (!EXPECT(p->sc != NULL) ||
	    !EXPECT(strategy_parse(strategy, &p->strategy, &bad, &len) == 0))
		return false;
	p->world = world_new(p->sc->platform, why, sizeof(why));
	if (!EXPECT(p->world != NULL)) {
		fprintf(stderr, "%s\n", why);
		return false;
	}
	p->cfg = (struct world_config){
		.xen = xen_version_find(xen),
		.lnx = linux_version_find(lnx),
		.strategy = &p->strategy,
		.profile = p->sc->profile,
		.script = &p->sc->script,
		.heap_limit = p->sc->heap_limit,
		.max_cycles = p->sc->max_cycles,
		.paranoid = true,
		.oracle = ORACLE_NAIVE,
	};
	EXPECT(p->cfg.xen && p->cfg.lnx);
	rc = world_run(p->world, &p->cfg, &p->res);
	EXPECT_I64(rc, p->res.status == RUN_ERROR ? -ENOMEM : 0);
	return true;
}

static inline bool play_file(struct played *p, const char *path, const char *strategy,
			     const char *xen, const char *lnx)
{
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	struct diag d;

	*p = (struct played){0};
	diag_init(&d);
	p->sc = scenario_load(path, &paths, NULL, &d);
	return play_loaded(p, &d, strategy, xen, lnx);
}

/* `text` is a scenario without its first line. */
static inline bool play(struct played *p, const char *text, const char *strategy, const char *xen,
			const char *lnx)
{
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	struct diag d;
	char whole[8192];

	*p = (struct played){0};
	snprintf(whole, sizeof(whole), "p2mlab: 1\n%s", text);
	diag_init(&d);
	p->sc = scenario_parse("inline.yaml", whole, strlen(whole), &paths, NULL, &d);
	return play_loaded(p, &d, strategy, xen, lnx);
}

static inline void played_end(struct played *p)
{
	world_result_fini(&p->res);
	world_free(p->world);
	scenario_free(p->sc);
}

static inline const struct step_result *played_step(const struct played *p, size_t i)
{
	static const struct step_result none;

	return EXPECT(i < p->res.steps.count) ? &p->res.steps.items[i] : &none;
}

/* Events of one kind. */
static inline uint64_t played_count(const struct played *p, enum event_kind kind)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->res.record.events.count; i++)
		n += p->res.record.events.items[i].kind == kind;
	return n;
}

/* The n-th event of one kind; a zeroed one, and a failure, if there are fewer. */
static inline const struct event *played_event(const struct played *p, enum event_kind kind,
					       size_t n)
{
	static const struct event none;

	for (size_t i = 0; i < p->res.record.events.count; i++)
		if (p->res.record.events.items[i].kind == kind && n-- == 0)
			return &p->res.record.events.items[i];
	unit_check(false, __FILE__, __LINE__, "there is such an event");
	return &none;
}

#endif
