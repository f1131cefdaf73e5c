// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replays of scripts on a world that is used again and again. Each figure is the difference of two
 * scripts that differ in what is measured, so that building Dom0 and starting it is not in it.
 */
#include "bench/bench.h"

#include <stdio.h>

#define REQUEST_PAGES (UINT64_C(1) << 18)
#define FAULTS	      2048

/* Time of the second script over the first, per `n`. */
static struct bench_row *add_time(struct bench *b, const char *name, struct bench_stat s[2],
				  uint64_t n, double limit)
{
	double ns = (s[1].median - s[0].median) / (double)n;
	struct bench_row *row = bench_add(b, name, ns / 1e3, "us", TARGET_AT_MOST, limit);

	row->ns = ns;
	row->mad = (s[0].mad + s[1].mad) / (double)n;
	row->iterations = n;
	return row;
}

/* Dom0's code fills the arrays and makes the call; Xen copies them and maps page by page. */
void bench_requests(struct bench *b)
{
	struct rig_pair p = {0};
	struct bench_stat s[2];
	struct bench_row *row;

	rig_init(&p.rig, REQUEST_PAGES, "none");
	script_request(&p.script[1], REQUEST_PAGES);
	bench_turns(b, rig_pair_run, &p, 2, s);
	row = bench_add(b, "dev_mmio/pages",
			(double)REQUEST_PAGES / (s[1].median - s[0].median) * 1e3, "M pages/s",
			TARGET_AT_LEAST, 2);
	row->ns = (s[1].median - s[0].median) / (double)REQUEST_PAGES;
	row->mad = (s[0].mad + s[1].mad) / (double)REQUEST_PAGES;
	row->iterations = REQUEST_PAGES;
	rig_pair_fini(&p);
}

/* As many reads, but of one page, are what the reads themselves cost. */
void bench_faults(struct bench *b)
{
	struct rig_pair p = {0};
	struct bench_stat s[2];
	struct step map = {.kind = STEP_IOREMAP,
			   .at_text = "",
			   .addr = RIG_MMIO,
			   .bytes = FAULTS << PAGE_SHIFT,
			   .api = DOM0_API_IOREMAP};
	struct step read = {.kind = STEP_ACCESS,
			    .at_text = "",
			    .addr = RIG_MMIO,
			    .api = DOM0_API_IOREMAP,
			    .access = DOM0_LDR32};

	rig_init(&p.rig, FAULTS, "c");
	for (int variant = 0; variant < 2; variant++) {
		script_add(&p.script[variant], &map);
		for (uint64_t i = 0; i < FAULTS; i++) {
			read.addr = RIG_MMIO + (variant ? i << PAGE_SHIFT : 0);
			script_add(&p.script[variant], &read);
		}
	}
	bench_turns(b, rig_pair_run, &p, 2, s);
	if (p.rig.res.verdict.metrics[METRIC_DEMAND_MAPS] != FAULTS)
		bench_fail(b, "demand/fault_map_retry", "not every read faulted");
	else
		add_time(b, "demand/fault_map_retry", s, FAULTS - 1, 5);
	rig_pair_fini(&p);
}

/* A request, a read and a write of what it mapped, a demand fault: from reset to verdict. */
void bench_permutation(struct bench *b)
{
	struct rig_pair p = {0};
	struct bench_stat s[2];
	struct step map = {.kind = STEP_IOREMAP,
			   .at_text = "",
			   .addr = RIG_MMIO,
			   .bytes = 16 << PAGE_SHIFT,
			   .api = DOM0_API_IOREMAP};
	struct step read = {.kind = STEP_ACCESS,
			    .at_text = "",
			    .addr = RIG_MMIO,
			    .api = DOM0_API_IOREMAP,
			    .access = DOM0_LDR32};

	rig_init(&p.rig, 64, "notifier+c");
	script_request(&p.script[1], 8);
	script_add(&p.script[1], &map);
	script_add(&p.script[1], &read);
	read.access = DOM0_STR32;
	script_add(&p.script[1], &read);
	read.addr += 12 << PAGE_SHIFT;
	script_add(&p.script[1], &read);
	bench_turns(b, rig_pair_run, &p, 2, s);
	s[0] = (struct bench_stat){0}; /* the whole replay counts */
	add_time(b, "permutation/small", s, 1, 1000);
	rig_pair_fini(&p);
}
