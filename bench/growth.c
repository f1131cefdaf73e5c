// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and memory against the number of pages. Each size runs in a process of its own, whose peak
 * the kernel keeps; it prints "ns-per-page peak-KiB table-pages".
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
	double ns;
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
	struct bench b = {.repetitions = order < 16 ? 15 : 3};
	uint64_t pages = UINT64_C(1) << order;
	struct rig_pair p = {0};
	struct bench_stat s[2];
	const uint64_t *metrics;
	bool ok;

	rig_init(&p.rig, pages, "none");
	script_request(&p.script[1], pages);
	bench_turns(&b, rig_pair_run, &p, 2, s);
	metrics = p.rig.res.verdict.metrics;
	printf("%f %ld %llu\n", (s[1].median - s[0].median) / (double)pages, peak_kib(),
	       (unsigned long long)metrics[METRIC_TABLE_PAGES]);
	ok = metrics[METRIC_MAPPED_MMIO] >= pages;
	rig_pair_fini(&p);
	return ok ? 0 : 1;
}

/* --- the parent ---------------------------------------------------------------------- */

static bool parse(const char *line, struct growth *g)
{
	char *end;

	g->ns = strtod(line, &end);
	g->peak_kib = strtol(end, &end, 10);
	g->tables = strtoul(end, &end, 10);
	return *end == '\n' && g->ns > 0 && g->peak_kib > 0 && g->tables > 0;
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

void bench_growth(struct bench *b)
{
	struct growth g[ORDERS];
	double ns[ORDERS];
	struct bench_row *row;
	char name[64];

	for (unsigned int i = 0; i < ORDERS; i++) {
		snprintf(name, sizeof(name), "growth/2^%u_pages", ORDER_MIN + i);
		if (!run_child(b, ORDER_MIN + i, &g[i])) {
			bench_fail(b, name, "the child failed");
			return;
		}
		ns[i] = g[i].ns;
		row = bench_add(b, name, g[i].ns, "ns/page", TARGET_NONE, 0);
		row->ns = g[i].ns;
		row->iterations = UINT64_C(1) << (ORDER_MIN + i);
		snprintf(row->note, sizeof(row->note), "peak %ld MiB, %lu table pages",
			 g[i].peak_kib >> 10, g[i].tables);
	}
	bench_add(b, "growth/time_spread", largest_over_smallest(ns, ORDERS), "max/min",
		  TARGET_AT_MOST, TIME_SPREAD);
	bench_add(b, "growth/memory_spread", memory_spread(g), "max/min", TARGET_AT_MOST,
		  MEMORY_SPREAD);
	bench_add(b, "memory/8_GiB_in_4K_pages", (double)g[ORDERS - 1].peak_kib / 1024, "MiB",
		  TARGET_AT_MOST, 200);
}
