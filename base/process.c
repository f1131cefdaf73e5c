// SPDX-License-Identifier: GPL-2.0-only
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

#define TICK_MS 50 /* how often we look whether it has ended or we were interrupted */
#define CHUNK	65536u

struct running {
	pid_t pid;
	int out; /* what it writes; -1 once it has closed it */
	int64_t until;
	size_t room;
	struct process_result *result;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the child ----------------------------------------------------------------------- */

static void limit(int what, rlim_t most)
{
	setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most});
}

/* Says on `report` why the program could not be run; it closes by itself if it runs. */
static _Noreturn void child(const struct process_job *job, int in, int out, int report,
			    pid_t parent)
{
	sigset_t none;
	int why;

	/* Our group was made before any of this, and it ends with us. */
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(EXIT_FAILURE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	limit(RLIMIT_CORE, 0);
	if (job->memory_max)
		limit(RLIMIT_AS, job->memory_max);
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0 && (!job->cwd || chdir(job->cwd) == 0))
		execvp(job->argv[0], (char *const *)(uintptr_t)job->argv);
	why = errno;
	_exit(write(report, &why, sizeof(why)) == sizeof(why) ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* --- starting it --------------------------------------------------------------------- */

/* The input in a file without a name: a pipe would need somebody to fill it. -errno if not. */
static int open_input(const struct process_job *job, FILE **file)
{
	int rc;

	*file = tmpfile();
	if (!*file)
		return -errno;
	if (fwrite(job->input ? job->input : "", 1, job->input_len, *file) == job->input_len &&
	    fflush(*file) == 0 && fseek(*file, 0, SEEK_SET) == 0 &&
	    fcntl(fileno(*file), F_SETFD, FD_CLOEXEC) == 0)
		return 0;
	rc = errno ? -errno : -EIO;
	fclose(*file);
	return rc;
}

static int open_pipe(int ends[2])
{
	if (pipe(ends))
		return -errno;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* 0 once the program runs, else why not; the child is then gone. */
static int wait_for_exec(int report, pid_t pid)
{
	int why = 0;
	ssize_t n;

	do
		n = read(report, &why, sizeof(why));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(why))
		return 0;
	waitpid(pid, NULL, 0);
	return -why;
}

static int fork_child(const struct process_job *job, int in, struct running *run)
{
	int out[2], report[2], rc = open_pipe(out);
	pid_t parent = getpid();

	if (rc)
		return rc;
	rc = open_pipe(report);
	if (rc) {
		close(out[0]);
		close(out[1]);
		return rc;
	}
	run->pid = fork();
	if (run->pid == 0)
		child(job, in, out[1], report[1], parent);
	rc = run->pid < 0 ? -errno : 0;
	close(out[1]);
	close(report[1]);
	if (rc == 0) {
		/* Both of us: whoever is first. */
		setpgid(run->pid, run->pid);
		rc = wait_for_exec(report[0], run->pid);
	}
	close(report[0]);
	run->out = out[0];
	if (rc)
		close(out[0]);
	else
		fcntl(run->out, F_SETFL, O_NONBLOCK);
	return rc;
}

static int start(const struct process_job *job, struct running *run)
{
	FILE *input;
	int rc = open_input(job, &input);

	if (rc)
		return rc;
	rc = fork_child(job, fileno(input), run);
	fclose(input);
	return rc;
}

/* --- watching it --------------------------------------------------------------------- */

/* Takes what is there. 0, or -EFBIG, -ENOMEM. */
static int take_output(struct running *run, size_t max)
{
	struct process_result *r = run->result;

	while (run->out >= 0) {
		ssize_t n;

		if (run->room - r->len < CHUNK + 1) {
			size_t room = run->room * 2 + CHUNK + 1;
			char *bigger = realloc(r->output, room);

			if (!bigger)
				return -ENOMEM;
			r->output = bigger;
			run->room = room;
		}
		n = read(run->out, r->output + r->len, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0) {
			close(run->out);
			run->out = -1;
			return 0;
		}
		r->len += (size_t)n;
		if (r->len > max) {
			r->len = max;
			return -EFBIG;
		}
	}
	return 0;
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = {0};

	/* It stays a zombie, so that its group's number cannot be somebody else's yet. */
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == pid;
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void process_stop_signals(sigset_t *set)
{
	struct sigaction action;

	sigemptyset(set);
	for (size_t k = 0; k < ARRAY_SIZE(stop_signals); k++)
		if (sigaction(stop_signals[k], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(set, stop_signals[k]);
}

static bool is_interrupted(void)
{
	sigset_t pending;
	bool any = false;

	if (sigpending(&pending))
		return false;
	for (size_t k = 0; k < ARRAY_SIZE(stop_signals); k++)
		any |= sigismember(&pending, stop_signals[k]) == 1;
	return any;
}

/* Until it ends or must end. 0 or -ENOMEM. */
static int watch(struct running *run, const struct process_job *job)
{
	for (;;) {
		bool ended = has_ended(run->pid);
		int rc = take_output(run, job->output_max);

		run->result->end = PROCESS_EXITED;
		if (rc == -ENOMEM)
			return rc;
		if (rc == -EFBIG)
			run->result->end = PROCESS_OUTPUT;
		else if (is_interrupted())
			run->result->end = PROCESS_INTERRUPTED;
		else if (!ended && now_ms() >= run->until)
			run->result->end = PROCESS_DEADLINE;
		if (ended || run->result->end != PROCESS_EXITED)
			return 0;
		poll(&(struct pollfd){.fd = run->out, .events = POLLIN}, 1, TICK_MS);
	}
}

/* Nothing of its group survives. */
static void finish(struct running *run)
{
	int status = 0;

	kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (run->out >= 0)
		close(run->out);
	if (run->result->end != PROCESS_EXITED)
		return;
	if (WIFSIGNALED(status)) {
		run->result->end = PROCESS_SIGNALLED;
		run->result->code = WTERMSIG(status);
	} else {
		run->result->code = WEXITSTATUS(status);
	}
}

int process_run(const struct process_job *job, struct process_result *result)
{
	struct running run = {.until = now_ms() + job->deadline_ms, .result = result};
	int rc;

	*result = (struct process_result){0};
	rc = start(job, &run);
	if (rc)
		return rc;
	rc = watch(&run, job);
	finish(&run);
	if (rc) {
		process_result_fini(result);
		return rc;
	}
	result->output[result->len] = '\0';
	return 0;
}

void process_result_fini(struct process_result *result)
{
	free(result->output);
	*result = (struct process_result){0};
}
