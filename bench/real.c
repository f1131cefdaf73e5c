// SPDX-License-Identifier: GPL-2.0-only
/* The recorded machine's boot, and the memory of a run of all scenarios. Only the boot that was
 * recorded without option (b) has a target: with it, the ECAM is mapped page by page. */
#include "bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/file.h"
#include "yaml/arena.h"

/* Two strategies, without and with the naive map. */
#define BOOTS 4

struct boot {
	struct world *world;
	struct world_config cfg[BOOTS];
	struct world_result res;
	uint64_t pages[BOOTS]; /* that Dom0 asked for: what the time goes with */
	bool failed;
};

static void run_boot(void *ctx, int variant)
{
	struct boot *boot = ctx;

	if (world_run(boot->world, &boot->cfg[variant], &boot->res) ||
	    boot->res.status != RUN_DONE || boot->res.panicked)
		boot->failed = true;
	boot->pages[variant] = boot->res.verdict.metrics[METRIC_PAGES];
}

static void measure_boot(struct bench *b, struct boot *boot)
{
	static const char *const names[BOOTS] = {
		"boot/notifier+c", "boot/b", "boot/notifier+c/oracle=naive", "boot/b/oracle=naive"};
	struct bench_stat s[BOOTS];

	bench_turns(b, run_boot, boot, BOOTS, s);
	for (int variant = 0; variant < BOOTS; variant++) {
		struct bench_row *row;

		if (boot->failed) {
			bench_fail(b, names[variant], "the boot did not end well");
			continue;
		}
		row = bench_add(b, names[variant], s[variant].median / 1e6, "ms",
				variant ? TARGET_NONE : TARGET_AT_MOST, 20);
		snprintf(row->note, sizeof(row->note), "%llu pages requested",
			 (unsigned long long)boot->pages[variant]);
		row->ns = s[variant].median;
		row->mad = s[variant].mad;
	}
}

static void boot_platform(struct bench *b, const struct platform *plat,
			  const struct profile *profile)
{
	struct strategy strategies[2];
	struct script script = {0};
	struct boot boot = {0};
	struct step st = {.kind = STEP_BOOT, .at_text = "", .phase = PHASE_MODULE};
	const char *bad;
	size_t bad_len;
	char why[256];

	CHECK(strategy_parse("notifier+c", &strategies[0], &bad, &bad_len) == 0);
	CHECK(strategy_parse("b", &strategies[1], &bad, &bad_len) == 0);
	CHECK(vec_push(&script.steps, st) == 0);
	for (int i = 0; i < BOOTS; i++)
		boot.cfg[i] = (struct world_config){.xen = xen_version_find("4.22"),
						    .lnx = linux_version_find("6.1"),
						    .strategy = &strategies[i % 2],
						    .oracle = i < 2 ? ORACLE_NONE : ORACLE_NAIVE,
						    .profile = profile,
						    .script = &script};
	boot.world = world_new(plat, why, sizeof(why));
	if (boot.world)
		measure_boot(b, &boot);
	else
		bench_fail(b, "boot", why);
	world_result_fini(&boot.res);
	world_free(boot.world);
	vec_fini(&script.steps);
}

void bench_boot(struct bench *b)
{
	struct arena *arena = arena_new();
	struct diag d;
	struct driver_files *drivers;
	struct platform *plat;
	struct profile *profile;

	diag_init(&d);
	CHECK(arena);
	drivers = driver_files_load(SOURCE_DIR, &d);
	plat = platform_load_with(SOURCE_DIR "/platforms/qemu-virt-gicv3.yaml", drivers, arena, &d);
	profile = profile_load(SOURCE_DIR "/machines/cortex-a57.yaml", arena, &d);
	if (plat && profile)
		boot_platform(b, plat, profile);
	else
		bench_fail(b, "boot", "cannot load the platform or the machine");
	if (d.text)
		fputs(d.text, stderr);
	diag_fini(&d);
	driver_files_free(drivers);
	arena_free(arena);
}

/* The command that README shows, one job; its report goes nowhere. */
void bench_scenarios(struct bench *b)
{
	struct rusage usage;
	struct bench_row *row;
	double begin = bench_now();
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		if (chdir(SOURCE_DIR) == 0)
			execl(P2MLAB_BINARY, "p2mlab", "run", "-j1", "scenarios", (char *)NULL);
		_exit(127);
	}
	/* 1: an expectation did not hold, which is for the tests to say. */
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1) {
		bench_fail(b, "memory/all_scenarios", "p2mlab run scenarios ended early");
		return;
	}
	row = bench_add(b, "memory/all_scenarios", (double)usage.ru_maxrss / 1024, "MiB",
			TARGET_AT_MOST, 64);
	row->repetitions = 1;
	row = bench_add(b, "run/all_scenarios", (bench_now() - begin) / 1e6, "ms", TARGET_NONE, 0);
	row->ns = bench_now() - begin;
	row->repetitions = 1;
}
