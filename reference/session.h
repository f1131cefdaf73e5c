/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session.h: comparisons gathered into few boots, and what they came to.
 */
#ifndef P2MLAB_REFERENCE_SESSION_H
#define P2MLAB_REFERENCE_SESSION_H

#include "reference/expect.h"
#include "reference/qemu.h"
#include "scenario/scenario.h"

/* The CPU models of QEMU 7.2 that differ in what stage 2 may be. */
extern const struct ref_cpu ref_cpus[];
extern const size_t ref_cpu_count;

/* The model with the smallest addresses that has this many bits. */
const struct ref_cpu *ref_cpu_for(unsigned int pa_bits);

/* What comparisons came to; the later is the worse. */
enum ref_verdict {
	REF_AGREE,
	REF_NO_EMULATOR, /* there is no such program */
	REF_UNANSWERED,	 /* no complete answer: `text` has the reason */
	REF_DIFFER,
	REF_STOPPED, /* by a signal, which is still to be delivered */
	REF_BROKEN,  /* no memory, or no world to run in */
};

struct ref_session {
	struct ref_qemu qemu;
	size_t shown; /* differences to print of each boot */
	bool count;   /* runs are counted by our plugin, too: set it before the first flush */
	struct ref_image img;
	struct ref_tape tape;	  /* of the run in progress */
	uint64_t home, ram;	  /* the heap that the image's tables are from, and Dom0's RAM */
	VEC(uint64_t) known;	  /* digests of the jobs that were asked */
	struct buf text;	  /* differences and what went wrong, for people */
	enum ref_verdict verdict; /* the worst so far */
	size_t runs, refused;	  /* replayed; of these without a Dom0 */
	size_t tapes;		  /* different runs repeated */
	size_t stops[REF_STOP_KINDS]; /* where they were compared */
	size_t pages;		      /* whose contents were compared, at stops and after runs */
	struct ref_counts counted;    /* by QEMU's plugin, */
	size_t counted_at;	      /* at so many stops */
	size_t parts;	    /* of the tapes, those that hold the beginning of a run only: */
	char part_why[512]; /* one of them and the reason */
	size_t jobs, differences, boots;
	size_t walks, fetches;		    /* that QEMU made, */
	size_t outcomes[REF_OUTCOME_COUNT]; /* and what they came to */
};

void ref_session_init(struct ref_session *s, const struct ref_qemu *qemu, size_t shown);
void ref_session_fini(struct ref_session *s);

/* Has world_run() record for the session: `config` is otherwise the caller's. */
void ref_session_record(struct ref_session *s, struct world_config *config);

/*
 * After such a run: gathers what it did and its last tables under `name`, but for what equal runs
 * and tables were asked already. False: stop, `verdict` says why.
 */
bool ref_session_take(struct ref_session *s, const struct world *world, const struct platform *plat,
		      const struct world_result *res, const char *name);

/*
 * Replays a permutation in `world` (made for its platform) and gathers it. `res` is scratch. False:
 * stop, `verdict` says why.
 */
bool ref_session_run(struct ref_session *s, struct world *world, const struct permutation *p,
		     struct world_result *res);

/*
 * Compares random tables on one CPU, of the `count` seeds from `seed` on: of each a set for stage 2
 * alone and one for both stages.
 */
bool ref_session_random(struct ref_session *s, const struct ref_cpu *cpu, uint64_t seed,
			uint64_t count);

/* Asks what has been gathered. */
bool ref_session_flush(struct ref_session *s);

#endif
