// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_process.c: what a program says, and that nothing of it is left.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/process.h"
#include "tests/unit.h"

#define OUTPUT_MAX 100000u

static int run(const char *const *argv, const char *input, unsigned int deadline_ms,
	       struct process_result *result)
{
	struct process_job job = {.argv = argv,
				  .input = input,
				  .input_len = input ? strlen(input) : 0,
				  .deadline_ms = deadline_ms,
				  .output_max = OUTPUT_MAX};

	return process_run(&job, result);
}

static int run_sh(const char *script, unsigned int deadline_ms, struct process_result *result)
{
	const char *argv[] = {"sh", "-c", script, NULL};

	return run(argv, NULL, deadline_ms, result);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* True if the process whose number `text` starts with ends soon; somebody else reaps it. */
static bool is_gone(const char *text)
{
	long pid = strtol(text, NULL, 10);

	if (pid <= 0)
		return false;
	for (unsigned int i = 0; i < 100; i++) {
		char path[64], state = 'Z';
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
		f = fopen(path, "r");
		if (!f)
			return true;
		if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			state = 'Z';
		fclose(f);
		if (state == 'Z')
			return true;
		nanosleep(&(struct timespec){0, 20000000}, NULL);
	}
	return false;
}

static void test_output(void)
{
	struct process_result r;

	if (!EXPECT_I64(run_sh("echo one; echo two >&2; exit 7", 10000, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_EXITED);
	EXPECT_I64(r.code, 7);
	EXPECT_STR(r.output, "one\ntwo\n");
	process_result_fini(&r);
}

static void test_input(void)
{
	static const char *const argv[] = {"cat", NULL};
	struct process_result r;

	if (EXPECT_I64(run(argv, "a\nb", 10000, &r), 0)) {
		EXPECT_STR(r.output, "a\nb");
		process_result_fini(&r);
	}
	if (EXPECT_I64(run(argv, NULL, 10000, &r), 0)) {
		EXPECT_STR(r.output, "");
		process_result_fini(&r);
	}
}

static void test_input_unread(void)
{
	static const char *const argv[] = {"true", NULL};
	size_t len = 1 << 20;
	char *input = malloc(len);
	struct process_result r;

	CHECK(input);
	memset(input, 'x', len);
	input[len - 1] = '\0';
	if (EXPECT_I64(run(argv, input, 10000, &r), 0)) {
		EXPECT_U64(r.end, PROCESS_EXITED);
		process_result_fini(&r);
	}
	free(input);
}

static void test_no_shell(void)
{
	static const char *const argv[] = {"echo", "$(id);`id` > x", "*", NULL};
	struct process_result r;

	if (!EXPECT_I64(run(argv, NULL, 10000, &r), 0))
		return;
	EXPECT_STR(r.output, "$(id);`id` > x *\n");
	process_result_fini(&r);
}

static void test_missing(void)
{
	static const char *const argv[] = {"p2mlab-no-such-program", NULL};
	static const char *const cwd_argv[] = {"true", NULL};
	struct process_job job = {.argv = cwd_argv, .cwd = "/p2mlab-no-such-dir", .deadline_ms = 1};
	struct process_result r;

	EXPECT_I64(run(argv, NULL, 10000, &r), -ENOENT);
	EXPECT(!r.output);
	EXPECT_I64(process_run(&job, &r), -ENOENT);
}

static void test_cwd(void)
{
	static const char *const argv[] = {"pwd", NULL};
	struct process_job job = {
		.argv = argv, .cwd = "/", .deadline_ms = 10000, .output_max = OUTPUT_MAX};
	struct process_result r;

	if (!EXPECT_I64(process_run(&job, &r), 0))
		return;
	EXPECT_STR(r.output, "/\n");
	process_result_fini(&r);
}

static void test_crash(void)
{
	struct process_result r;

	if (!EXPECT_I64(run_sh("echo before; kill -SEGV $$", 10000, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_SIGNALLED);
	EXPECT_I64(r.code, SIGSEGV);
	EXPECT_STR(r.output, "before\n");
	process_result_fini(&r);
}

static void test_deadline(void)
{
	struct process_result r;
	double before = seconds();

	if (!EXPECT_I64(
		    run_sh("sleep 1000 & echo $!; trap '' TERM INT HUP; wait; sleep 1000", 300, &r),
		    0))
		return;
	EXPECT_U64(r.end, PROCESS_DEADLINE);
	EXPECT(seconds() - before < 10);
	EXPECT(is_gone(r.output));
	process_result_fini(&r);
}

static void test_silent_deadline(void)
{
	struct process_result r;

	if (!EXPECT_I64(run_sh("exec >/dev/null 2>&1; sleep 1000", 300, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_DEADLINE);
	EXPECT_STR(r.output, "");
	process_result_fini(&r);
}

static void test_background(void)
{
	struct process_result r;
	double before = seconds();

	if (!EXPECT_I64(run_sh("sleep 1000 & echo $!", 60000, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_EXITED);
	EXPECT(seconds() - before < 30);
	EXPECT(is_gone(r.output));
	process_result_fini(&r);
}

static void test_flood(void)
{
	static const char *const argv[] = {"yes", NULL};
	struct process_result r;

	if (!EXPECT_I64(run(argv, NULL, 60000, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_OUTPUT);
	EXPECT_U64(r.len, OUTPUT_MAX);
	EXPECT_U64(strlen(r.output), OUTPUT_MAX);
	process_result_fini(&r);
}

static void test_all_output(void)
{
	struct process_result r;

	if (!EXPECT_I64(run_sh("head -c 99999 /dev/zero | tr '\\0' x; echo", 60000, &r), 0))
		return;
	EXPECT_U64(r.end, PROCESS_EXITED);
	EXPECT_U64(r.len, OUTPUT_MAX);
	process_result_fini(&r);
}

static void test_limits(void)
{
	static const char *const argv[] = {"sh", "-c", "ulimit -c; ulimit -v", NULL};
	struct process_job job = {.argv = argv,
				  .deadline_ms = 10000,
				  .output_max = OUTPUT_MAX,
				  .memory_max = (size_t)1 << 30};
	struct process_result r;

	if (!EXPECT_I64(process_run(&job, &r), 0))
		return;
	EXPECT_STR(r.output, "0\n1048576\n");
	process_result_fini(&r);
}

static void test_interrupted(void)
{
	sigset_t set, before;
	struct process_result r;
	double start = seconds();
	int got = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	raise(SIGTERM);
	if (EXPECT_I64(run_sh("sleep 1000", 60000, &r), 0)) {
		EXPECT_U64(r.end, PROCESS_INTERRUPTED);
		EXPECT(seconds() - start < 30);
		process_result_fini(&r);
	}
	EXPECT(sigwait(&set, &got) == 0 && got == SIGTERM);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"stdout, stderr and the exit status come back", test_output},
		{"the program reads its input and then its end", test_input},
		{"input that nobody reads does no harm", test_input_unread},
		{"no shell looks at the arguments", test_no_shell},
		{"a missing program or directory is -ENOENT", test_missing},
		{"it runs in the directory that is asked for", test_cwd},
		{"a crash is told with its signal and what was printed before", test_crash},
		{"at the deadline it is killed with its children", test_deadline},
		{"the deadline holds for one that closed its output", test_silent_deadline},
		{"children that outlive it are killed", test_background},
		{"one that prints for ever is stopped at the limit", test_flood},
		{"output up to the limit is all there", test_all_output},
		{"memory is limited and no core is left", test_limits},
		{"a pending signal that the caller blocked ends it", test_interrupted},
	};

	return unit_main("process", tests, ARRAY_SIZE(tests), argc, argv);
}
