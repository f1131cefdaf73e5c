/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h: what the measurements share: time, medians, rows of the report.
 *
 * Every figure is the median of repetitions; a ratio is taken between two medians that were
 * measured in turns within one run, so that a neighbour's load hits both sides.
 */
#ifndef P2MLAB_BENCH_H
#define P2MLAB_BENCH_H

#include "base/vec.h"
#include "sim/world.h"

/* How a value is judged. */
enum bench_target {
	TARGET_NONE, /* for information */
	TARGET_AT_LEAST,
	TARGET_AT_MOST,
};

struct bench_row {
	char name[64];
	double value;
	const char *unit; /* static */
	enum bench_target kind;
	double target;
	bool failed; /* could not be measured: why is in note */
	double ns;   /* median of the time behind the value, per iteration; 0: not a time */
	double mad;  /* median absolute deviation of it */
	uint64_t iterations;
	unsigned int repetitions;
	char note[160];
};

struct bench {
	VEC(struct bench_row) rows;
	unsigned int repetitions;
	const char *self; /* path of this program, to measure in a process of its own */
};

/* Nanoseconds of a monotonic clock. */
double bench_now(void);

struct bench_stat {
	double median, mad;
};
/* Reorders v[n], n > 0. */
struct bench_stat bench_stat(double *v, size_t n);

/* Times fn(ctx, v) for v = 0 .. variants - 1 in turns: stat[v], in ns. */
void bench_turns(const struct bench *b, void (*fn)(void *ctx, int variant), void *ctx, int variants,
		 struct bench_stat *stat);

/* Adds a row with its name, value, unit and target; the rest is zero. Never NULL. */
struct bench_row *bench_add(struct bench *b, const char *name, double value, const char *unit,
			    enum bench_target kind, double target);
/* Adds a row that says why there is no value. */
void bench_fail(struct bench *b, const char *name, const char *why);

bool bench_row_ok(const struct bench_row *row);
void bench_print(const struct bench *b);
/* google-benchmark's layout. 0 or -errno. */
int bench_write_json(const struct bench *b, const char *path);

/*
 * A small machine built by hand: 1 GiB of RAM for Dom0, a Xen heap, and a device of `pages` pages
 * from RIG_MMIO on.
 */
#define RIG_MMIO UINT64_C(0x1000000000)

struct rig {
	struct platform plat;
	struct profile profile;
	struct world *world;
	struct world_config cfg;
	struct strategy strategy;
	struct world_result res;
};

/* Exits with a message if the machine cannot be had. */
void rig_init(struct rig *rig, uint64_t pages, const char *strategy);
void rig_fini(struct rig *rig);
/* Replays; exits with a message unless every step ended well. */
void rig_run(struct rig *rig, const struct script *script);

/* Request steps that map `pages` pages of the rig's device, in calls of at most 65535. */
void script_request(struct script *script, uint64_t pages);
void script_add(struct script *script, const struct step *st);

/* Two scripts on one rig, for bench_turns(). */
struct rig_pair {
	struct rig rig;
	struct script script[2];
};
void rig_pair_run(void *ctx, int variant);
void rig_pair_fini(struct rig_pair *p);

/* The measurements; each adds its rows. */
void bench_engine(struct bench *b);	 /* engine.c */
void bench_requests(struct bench *b);	 /* replay.c */
void bench_faults(struct bench *b);	 /* replay.c */
void bench_permutation(struct bench *b); /* replay.c */
void bench_growth(struct bench *b);	 /* growth.c */
void bench_boot(struct bench *b);	 /* real.c */
void bench_import(struct bench *b);
void bench_server(struct bench *b);
void bench_scenarios(struct bench *b); /* real.c */

/* The child process of bench_growth(): maps 2^order pages and prints its peak of memory. */
int growth_child(unsigned int order);

#endif
