/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world.h: one machine under test, and the replay of a script on it.
 *
 * A world is bound to a platform (its memory banks are the engine's) and is reused for any number
 * of permutations: world_run() starts from reset each time, so its result depends on its arguments
 * alone. Holds everything; there are no globals.
 */
#ifndef P2MLAB_WORLD_H
#define P2MLAB_WORLD_H

#include "sim/casemate.h"
#include "sim/linux_version.h"
#include "sim/map_log.h"
#include "sim/script.h"
#include "sim/vcpu.h"
#include "sim/verdict.h"

/* What the model's tables are compared with while a run goes on. */
enum oracle {
	ORACLE_NONE,
	ORACLE_NAIVE, /* naive.h, after every trap and at the end */
	ORACLE_QEMU,  /* not world_run()'s: what its listeners tell is repeated there later */
	ORACLE_COUNT,
};

extern const char *const oracle_name[ORACLE_COUNT];

/* One permutation. All pointers are borrowed for the run. */
struct world_config {
	const struct xen_version *xen;
	const struct linux_version *lnx;
	const struct strategy *strategy;
	const struct profile *profile;
	const struct script *script;
	uint64_t heap_limit; /* p2m table pages that may exist; 0 = no limit beyond the heap */
	uint64_t max_cycles; /* 0 = DEFAULT_MAX_CYCLES */
	bool paranoid;	     /* p2m_check() after every trap */
	enum oracle oracle;  /* a difference ends the run: RUN_DISAGREE, both views in why */
	bool trace_text;     /* call `trace` for every executed instruction */
	void (*trace)(void *ctx, uint64_t pc, uint32_t insn);
	void *trace_ctx;
	struct casemate_sink casemate; /* told the table traffic; .record NULL: nobody is */
	/* Told of the run; NULL or all zero: nobody asked. */
	const struct vcpu_listener *vcpu_listener;
	struct memory_listener memory_listener;
};

#define WORLD_MAX_CYCLES UINT64_C(20000000000)

/* What a step came to, for its `want`. */
struct step_result {
	bool ran;
	enum outcome outcome;
	int64_t rc;
	int32_t errs[EVENT_ERRS];
	unsigned int err_count;
	uint64_t value;
	uint64_t esr;
	uint64_t mapped;
	uint64_t insns, cycles; /* Xen instructions and cycles it took */
};

struct world_result {
	enum run_status status;
	char why[8192];
	bool panicked; /* boot stopped at an abort */
	enum boot_phase panic_phase;
	struct verdict verdict;
	struct record record;
	VEC(struct step_result) steps; /* one per script step */
	struct dom0_map_log maps;      /* what Dom0 mapped and the notifier asked for, in order */
	uint64_t digest;	       /* XXH3-64 of the event stream; `maps` is not part of it */
};

struct world;

/* NULL and a sentence in why[len] if the engine or memory cannot be had. */
struct world *world_new(const struct platform *plat, char *why, size_t len);
void world_free(struct world *world);

/*
 * Replays. `res` is zeroed or from an earlier run; its vectors are reused. Always fills it; returns
 * 0 or -ENOMEM (then status is RUN_ERROR).
 */
int world_run(struct world *world, const struct world_config *config, struct world_result *res);

/*
 * Pages touched by [base, base + bytes) that stage 2 maps 1:1 as the last run left it; an entry
 * whose valid bit alone is clear counts.
 */
uint64_t world_mapped_pages(const struct world *world, uint64_t base, uint64_t bytes);

/*
 * Stage 2 as the last run left it, for walks only: what allocates or frees is gone. Valid until the
 * next run.
 */
const struct p2m *world_p2m(const struct world *world);

void world_result_fini(struct world_result *res);

#endif
