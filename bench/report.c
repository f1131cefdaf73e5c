// SPDX-License-Identifier: GPL-2.0-only
#include "bench/bench.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- time ---------------------------------------------------------------------------- */

double bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

struct bench_stat bench_stat(double *v, size_t n)
{
	struct bench_stat s = {.median = median(v, n)};

	for (size_t i = 0; i < n; i++)
		v[i] = fabs(v[i] - s.median);
	s.mad = median(v, n);
	return s;
}

void bench_turns(const struct bench *b, void (*fn)(void *ctx, int variant), void *ctx, int variants,
		 struct bench_stat *stat)
{
	double *v = calloc((size_t)b->repetitions * (unsigned int)variants, sizeof(*v));

	if (!v)
		abort();
	/* Once without the clock: caches, page faults, translation are not what is measured. */
	for (int variant = 0; variant < variants; variant++)
		fn(ctx, variant);
	for (unsigned int i = 0; i < b->repetitions; i++)
		for (int variant = 0; variant < variants; variant++) {
			double begin = bench_now();

			fn(ctx, variant);
			v[(unsigned int)variant * b->repetitions + i] = bench_now() - begin;
		}
	for (int variant = 0; variant < variants; variant++)
		stat[variant] =
			bench_stat(&v[(unsigned int)variant * b->repetitions], b->repetitions);
	free(v);
}

/* --- rows ---------------------------------------------------------------------------- */

struct bench_row *bench_add(struct bench *b, const char *name, double value, const char *unit,
			    enum bench_target kind, double target)
{
	struct bench_row row = {.value = value, .unit = unit, .kind = kind, .target = target};

	snprintf(row.name, sizeof(row.name), "%s", name);
	row.repetitions = b->repetitions;
	row.iterations = 1;
	if (vec_push(&b->rows, row))
		abort();
	return &b->rows.items[b->rows.count - 1];
}

void bench_fail(struct bench *b, const char *name, const char *why)
{
	struct bench_row *row = bench_add(b, name, 0, "", TARGET_NONE, 0);

	row->failed = true;
	snprintf(row->note, sizeof(row->note), "%s", why);
}

bool bench_row_ok(const struct bench_row *row)
{
	if (row->failed)
		return false;
	switch (row->kind) {
	case TARGET_AT_LEAST:
		return row->value >= row->target;
	case TARGET_AT_MOST:
		return row->value <= row->target;
	case TARGET_NONE:
		break;
	}
	return true;
}

/* --- output -------------------------------------------------------------------------- */

static void print_row(const struct bench_row *row)
{
	static const char *const sign[] = {
		[TARGET_NONE] = "", [TARGET_AT_LEAST] = ">=", [TARGET_AT_MOST] = "<="};
	char target[32] = "";

	if (row->kind != TARGET_NONE)
		snprintf(target, sizeof(target), "%s %.6g", sign[row->kind], row->target);
	if (row->failed)
		printf("%-44s %12s", row->name, "-");
	else
		printf("%-44s %12.4g", row->name, row->value);
	printf(" %-12s %-12s %-4s", row->unit, target,
	       row->kind == TARGET_NONE && !row->failed ? ""
	       : bench_row_ok(row)			? "ok"
							: "NO");
	printf("%s%s\n", row->note[0] ? " " : "", row->note);
}

void bench_print(const struct bench *b)
{
	printf("%-44s %12s %-12s %-12s %s\n", "what", "value", "unit", "target", "ok");
	for (size_t i = 0; i < b->rows.count; i++)
		print_row(&b->rows.items[i]);
}

/* Names and notes are ours: plain ASCII without quotes or backslashes. */
static void write_row(FILE *f, const struct bench_row *row, bool last)
{
	fprintf(f, "    {\"name\": \"%s_median\", \"run_name\": \"%s\", ", row->name, row->name);
	fprintf(f, "\"run_type\": \"aggregate\", \"aggregate_name\": \"median\", ");
	fprintf(f, "\"repetitions\": %u, \"threads\": 1, ", row->repetitions);
	fprintf(f, "\"iterations\": %llu, ", (unsigned long long)row->iterations);
	fprintf(f, "\"real_time\": %.3f, \"cpu_time\": %.3f, ", row->ns, row->ns);
	fprintf(f, "\"time_unit\": \"ns\", \"mad_ns\": %.3f, ", row->mad);
	if (row->failed)
		fprintf(f, "\"error_occurred\": true, \"error_message\": \"%s\"", row->note);
	else
		fprintf(f, "\"value\": %.6g, \"unit\": \"%s\"", row->value, row->unit);
	if (row->kind != TARGET_NONE)
		fprintf(f, ", \"%s\": %.6g, \"ok\": %s",
			row->kind == TARGET_AT_LEAST ? "at_least" : "at_most", row->target,
			bench_row_ok(row) ? "true" : "false");
	fprintf(f, "}%s\n", last ? "" : ",");
}

int bench_write_json(const struct bench *b, const char *path)
{
	FILE *f = fopen(path, "w");
	int err;

	if (!f)
		return -errno;
	fprintf(f, "{\n  \"context\": {\"executable\": \"bench\", \"num_cpus\": %ld, ",
		sysconf(_SC_NPROCESSORS_ONLN));
	fprintf(f, "\"library_build_type\": \"release\"},\n  \"benchmarks\": [\n");
	for (size_t i = 0; i < b->rows.count; i++)
		write_row(f, &b->rows.items[i], i + 1 == b->rows.count);
	fprintf(f, "  ]\n}\n");
	err = ferror(f) ? -EIO : 0;
	if (fclose(f) && !err)
		err = -errno;
	return err;
}
