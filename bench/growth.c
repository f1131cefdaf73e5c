// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and memory against the number of pages. Times of all sizes are taken in turns, so that a
 * neighbour's load hits them alike. For its memory each size runs in a process of its own, whose
 * peak the kernel keeps; it prints "peak-KiB table-pages".
 */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORDER_MIN 10
#define ORDER_MAX 21
#define ORDERS	  (ORDER_MAX - ORDER_MIN + 1)
/* Largest spread that still counts as linear: host caches and neighbours are in it. */
#define TIME_SPREAD   1.5
#define MEMORY_SPREAD 1.25

struct growth {
	double ns, mad; /* per page */
	long peak_kib;
	unsigned long tables;
};

/* --- the child ----------------------------------------------------------------------- */

/* VmHWM: unlike ru_maxrss it starts anew with execve(). */
static long peak_kib(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kib = -1;

	while (f && kib < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kib = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kib;
}

int growth_child(unsigned int order)
{
	uint64_t pages = UINT64_C(1) << order;
	struct script script = {0};
	const uint64_t *metrics;
	struct rig rig;
	bool ok;

	rig_init(&rig, pages, "none");
	script_request(&script, pages);
	rig_run(&rig, &script);
	metrics = rig.res.verdict.metrics;
	printf("%ld %llu\n", peak_kib(), (unsigned long long)metrics[METRIC_TABLE_PAGES]);
	ok = metrics[METRIC_MAPPED_MMIO] >= pages;
	vec_fini(&script.steps);
	rig_fini(&rig);
	return ok ? 0 : 1;
}

/* --- the parent ---------------------------------------------------------------------- */

static bool parse(const char *line, struct growth *g)
{
	char *end;

	g->peak_kib = strtol(line, &end, 10);
	g->tables = strtoul(end, &end, 10);
	return *end == '\n' && g->peak_kib > 0 && g->tables > 0;
}

static bool run_child(const struct bench *b, unsigned int order, struct growth *g)
{
	char text[16], line[128];
	int fds[2], status = -1;
	FILE *f;
	bool ok;
	pid_t pid;

	snprintf(text, sizeof(text), "%u", order);
	if (pipe(fds))
		return false;
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		execl(b->self, "bench", "--child-growth", text, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	ok = f && fgets(line, sizeof(line), f) && parse(line, g);
	if (f)
		fclose(f);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 && ok;
}

/* --- time ---------------------------------------------------------------------------- */

/* Time of one replay after an empty one: what the one before it left behind is gone by then. */
static double run_after_empty(struct rig *rig, const struct script *script)
{
	static const struct script empty;
	double begin;

	rig_run(rig, &empty);
	begin = bench_now();
	rig_run(rig, script);
	return bench_now() - begin;
}

static void measure_time(const struct bench *b, struct growth *g)
{
	/* scripts[0] is empty, scripts[k] maps 2^(ORDER_MIN + k - 1) pages */
	struct script scripts[ORDERS + 1] = {0};
	double *v = calloc((size_t)b->repetitions * (ORDERS + 1), sizeof(*v));
	struct bench_stat none;
	struct rig rig;

	if (!v)
		abort();
	rig_init(&rig, UINT64_C(1) << ORDER_MAX, "none");
	for (unsigned int k = 1; k <= ORDERS; k++)
		script_request(&scripts[k], UINT64_C(1) << (ORDER_MIN + k - 1));
	rig_run(&rig, &scripts[1]);
	for (unsigned int i = 0; i < b->repetitions; i++)
		for (unsigned int k = 0; k <= ORDERS; k++)
			v[k * b->repetitions + i] = run_after_empty(&rig, &scripts[k]);
	none = bench_stat(v, b->repetitions);
	for (unsigned int k = 0; k < ORDERS; k++) {
		struct bench_stat s = bench_stat(&v[(k + 1) * b->repetitions], b->repetitions);
		double pages = (double)(UINT64_C(1) << (ORDER_MIN + k));

		g[k].ns = (s.median - none.median) / pages;
		g[k].mad = (s.mad + none.mad) / pages;
		vec_fini(&scripts[k + 1].steps);
	}
	rig_fini(&rig);
	free(v);
}

/* --- report -------------------------------------------------------------------------- */

static double largest_over_smallest(const double *v, size_t n)
{
	double lo = v[0], hi = v[0];

	for (size_t i = 1; i < n; i++) {
		lo = v[i] < lo ? v[i] : lo;
		hi = v[i] > hi ? v[i] : hi;
	}
	return hi / lo;
}

/* Below 2^17 pages what a page adds to the peak is lost in what the process has anyway. */
static double memory_spread(const struct growth *g)
{
	double v[4];
	unsigned int first = ORDERS - 1 - 4;

	for (unsigned int i = 0; i < 4; i++) {
		unsigned int k = first + i;

		v[i] = (double)(g[k + 1].peak_kib - g[k].peak_kib) /
		       (double)(UINT64_C(1) << (ORDER_MIN + k));
	}
	return largest_over_smallest(v, 4);
}

static void add_size(struct bench *b, unsigned int order, const struct growth *g)
{
	struct bench_row *row;
	char name[64];

	snprintf(name, sizeof(name), "growth/2^%u_pages", order);
	row = bench_add(b, name, g->ns, "ns/page", TARGET_NONE, 0);
	row->ns = g->ns;
	row->mad = g->mad;
	row->iterations = UINT64_C(1) << order;
	snprintf(row->note, sizeof(row->note), "peak %ld MiB, %lu table pages", g->peak_kib >> 10,
		 g->tables);
}

void bench_growth(struct bench *b)
{
	struct growth g[ORDERS];
	double ns[ORDERS];

	/* First the children: they must be forked while this process is small. */
	for (unsigned int k = 0; k < ORDERS; k++)
		if (!run_child(b, ORDER_MIN + k, &g[k])) {
			bench_fail(b, "growth", "a child failed");
			return;
		}
	measure_time(b, g);
	for (unsigned int k = 0; k < ORDERS; k++) {
		add_size(b, ORDER_MIN + k, &g[k]);
		ns[k] = g[k].ns;
	}
	bench_add(b, "growth/time_spread", largest_over_smallest(ns, ORDERS), "max/min",
		  TARGET_AT_MOST, TIME_SPREAD);
	bench_add(b, "growth/memory_spread", memory_spread(g), "max/min", TARGET_AT_MOST,
		  MEMORY_SPREAD);
	bench_add(b, "memory/8_GiB_in_4K_pages", (double)g[ORDERS - 1].peak_kib / 1024, "MiB",
		  TARGET_AT_MOST, 200);
}
