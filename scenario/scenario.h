/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scenario.h: a scenario file, loaded, checked and resolved.
 *
 * Loading finds every mistake of a file and of the platform and machine files it names, before
 * anything runs. docs/SCENARIO.md describes the format; its tables are generated from the schema.
 */
#ifndef P2MLAB_SCENARIO_H
#define P2MLAB_SCENARIO_H

#include "sim/world.h"
#include "yaml/diag.h"

/* Frees everything it gave out at once; strings of scenarios, platforms and profiles live here. */
struct arena;

struct when {
	VEC(const char *) strategies; /* names as written; empty: any */
	VEC(const char *) xens, linuxes;
};

struct metric_want {
	enum metric metric;
	uint64_t min, max; /* inclusive; equal for an exact value */
	struct src at;
};

/* One entry of `expect`. */
struct expect {
	struct when when;
	bool has_findings;
	unsigned int codes; /* bit per finding_code */
	bool no_dom0;	    /* Xen must refuse to build Dom0 */
	VEC(struct metric_want) metrics;
	struct src at, findings_at;
};

struct scenario {
	const char *path; /* as given */
	const char *name;
	const char *about;
	const char *claim;
	VEC(const char *) tags;
	struct platform *platform;
	const char *platform_name;
	struct profile *profile;
	/* the matrix, in file order */
	VEC(struct strategy) strategies;
	VEC(const struct xen_version *) xens;
	VEC(const struct linux_version *) linuxes;
	bool survey; /* findings are the answer, not a failure */
	uint64_t heap_limit;
	uint64_t max_cycles;
	struct script script;
	VEC(struct expect) expects;
	struct diag_file file;	      /* for later messages that point into it */
	struct driver_files *drivers; /* its own; NULL: shared ones */
	struct arena *arena;
};

/* What the command line overrides; NULL members leave the scenario's own. */
struct scenario_override {
	const char *platform; /* path or name */
	const char *machine;
};

struct driver_files;

/*
 * Where named platforms and machines are looked for: `<dir>/platforms/<name>.yaml`, and beside the
 * scenario file. data_dir is where the project's data is installed or checked out. drivers: what
 * driver_files_load() made of it, which must outlive the scenario and whose mistakes were reported
 * then; NULL: each scenario reads <dir>/drivers for itself.
 */
struct scenario_paths {
	const char *data_dir;
	const struct driver_files *drivers;
};

/*
 * Loads one file. Returns NULL if it has errors (all in d) or cannot be read (also in d).
 * Limits: 1 MiB of text, depth 32, 4096 steps; aliases, merge keys, tags, second documents and
 * duplicate keys are errors.
 */
struct scenario *scenario_load(const char *path, const struct scenario_paths *paths,
			       const struct scenario_override *over, struct diag *d);
/* The same from memory: fuzzing and tests. */
struct scenario *scenario_parse(const char *path, const char *text, size_t len,
				const struct scenario_paths *paths,
				const struct scenario_override *over, struct diag *d);
void scenario_free(struct scenario *sc);

/*
 * Whether the files that an override names exist. If not, each is an error in d, as one of the
 * file `who`. Lets a caller tell a wrong option from a wrong scenario.
 */
bool scenario_override_find(const char *who, const struct scenario_paths *paths,
			    const struct scenario_override *over, struct diag *d);

/* A permutation of a scenario; its id replays it: "ecam:notifier+c:xen=4.22:linux=6.1". */
struct permutation {
	const struct scenario *scenario;
	const struct strategy *strategy;
	const struct xen_version *xen;
	const struct linux_version *lnx;
};

/* Number of permutations; the i-th (strategy outermost, then Xen, then Linux). */
size_t scenario_permutations(const struct scenario *sc);
struct permutation scenario_permutation(const struct scenario *sc, size_t i);
/* The id into buf; returns its length. */
size_t permutation_id(const struct permutation *p, char *buf, size_t len);

/*
 * Judges a result by `want` and `expect`: every failure is a diagnostic at the line that failed,
 * with a note where a finding has a step. Returns true if all held. A finding that no matching
 * `expect` names is a failure; with no matching `expect`, any finding is. So is a boot that
 * panicked where neither a finding nor the step's `want` speaks of it.
 */
bool scenario_judge(const struct permutation *p, const struct world_result *res, struct diag *d);

#endif
