// SPDX-License-Identifier: GPL-2.0-only
/* bench: how fast p2mlab is and how much memory it takes, against its targets. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*fn)(struct bench *b);
} groups[] = {
	/* First: a child's peak counts from what its parent had when it was forked. */
	{"scenarios", bench_scenarios}, {"growth", bench_growth},
	{"engine", bench_engine},	{"requests", bench_requests},
	{"faults", bench_faults},	{"permutation", bench_permutation},
	{"boot", bench_boot},		{"import", bench_import},
	{"server", bench_server},
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static void usage(FILE *to)
{
	fprintf(to, "usage: bench [--json PATH] [--repetitions N] [--filter GROUP]\ngroups:");
	for (size_t i = 0; i < GROUPS; i++)
		fprintf(to, " %s", groups[i].name);
	fprintf(to, "\n");
}

/* A number from min to max, or exits with 2. */
static unsigned int number(const char *text, unsigned int min, unsigned int max)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end || end == text || v < min || v > max) {
		fprintf(stderr, "bench: '%s' is not a number from %u to %u\n", text, min, max);
		exit(2);
	}
	return (unsigned int)v;
}

static bool known(const char *group)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (!strcmp(group, groups[i].name))
			return true;
	return false;
}

static int run(struct bench *b, const char *filter, const char *json)
{
	bool ok = true;
	int err;

	for (size_t i = 0; i < GROUPS; i++)
		if (!filter || !strcmp(filter, groups[i].name))
			groups[i].fn(b);
	bench_print(b);
	err = bench_write_json(b, json);
	if (err)
		fprintf(stderr, "bench: cannot write %s: %s\n", json, strerror(-err));
	for (size_t i = 0; i < b->rows.count; i++)
		ok &= bench_row_ok(&b->rows.items[i]);
	vec_fini(&b->rows);
	return ok && !err ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct bench b = {.repetitions = 9, .self = "/proc/self/exe"};
	const char *json = "build/bench.json", *filter = NULL;

	for (int i = 1; i < argc; i += 2) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (value && !strcmp(argv[i], "--json"))
			json = value;
		else if (value && !strcmp(argv[i], "--repetitions"))
			b.repetitions = number(value, 1, 1000);
		else if (value && !strcmp(argv[i], "--filter") && known(value))
			filter = value;
		else if (value && !strcmp(argv[i], "--child-growth"))
			return growth_child(number(value, 0, 21));
		else {
			usage(!strcmp(argv[i], "--help") ? stdout : stderr);
			return !strcmp(argv[i], "--help") ? 0 : 2;
		}
	}
	return run(&b, filter, json);
}
