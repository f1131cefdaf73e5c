/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tape_fixture.h: a run that is recorded on a tape and not yet asked about, and QEMU's version.
 *
 *	struct taped t;
 *	if (tape(&t, "platform: lab\nsteps:\n  - read: {at: gicd, width: 4}\n", "c", "4.22"))
 *		EXPECT(ref_session_flush(&t.s));
 *	taped_end(&t);
 */
#ifndef P2MLAB_TAPE_FIXTURE_H
#define P2MLAB_TAPE_FIXTURE_H

#include "reference/session.h"
#include "tests/replay_fixture.h"

struct taped {
	struct played p;
	struct ref_session s;
};

/* Runs again what was played. */
static inline bool record(struct taped *t)
{
	struct ref_qemu qemu = {REF_QEMU_PROGRAM, NULL, REF_QEMU_DEADLINE_MS, NULL};

	ref_session_init(&t->s, &qemu, 3);
	t->s.count = true;
	ref_session_record(&t->s, &t->p.cfg);
	EXPECT_I64(world_run(t->p.world, &t->p.cfg, &t->p.res), 0);
	return EXPECT(ref_session_take(&t->s, t->p.world, t->p.sc->platform, &t->p.res, "run"));
}

static inline bool tape(struct taped *t, const char *text, const char *strategy, const char *xen)
{
	*t = (struct taped){.s = {.shown = 0}};
	return play(&t->p, text, strategy, xen, "6.1") && record(t);
}

static inline void taped_end(struct taped *t)
{
	ref_session_fini(&t->s);
	played_end(&t->p);
}

/* The n-th stop of a kind, of a run that has not been asked about. */
static inline const struct ref_stop *stop_of(const struct taped *t, enum ref_stop_kind kind,
					     size_t n)
{
	for (size_t k = 0; k < t->s.img.stops.count; k++)
		if (t->s.img.stops.items[k].kind == kind && n-- == 0)
			return &t->s.img.stops.items[k];
	return NULL;
}

/* False, and says why, without QEMU. */
static inline bool have_qemu(bool *is_7_2)
{
	struct buf text = {0};
	enum ref_end end = ref_qemu_version(REF_QEMU_PROGRAM, &text);

	*is_7_2 = strstr(buf_cstr(&text), "version 7.2.") != NULL;
	if (end != REF_ANSWERED)
		printf("skipped: %s\n", buf_cstr(&text));
	buf_fini(&text);
	return end == REF_ANSWERED;
}

#endif
