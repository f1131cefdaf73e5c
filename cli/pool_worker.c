// SPDX-License-Identifier: GPL-2.0-only
#include "cli/pool_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* All of it, or leave: without its parent a worker has nothing to do. */
static void write_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			exit(EXIT_FAILURE);
		p += n;
		len -= (size_t)n;
	}
}

static void send_frame(struct pool_sink *sink, enum frame_kind kind, const void *bytes, size_t len)
{
	struct frame head = {.kind = kind, .item = sink->item, .len = len};

	write_all(sink->fd, &head, sizeof(head));
	write_all(sink->fd, bytes, len);
}

void pool_chunk(struct pool_sink *sink, const void *bytes, size_t len)
{
	send_frame(sink, FRAME_CHUNK, bytes, len);
}

/* False at the end of the pipe: there are no more batches. */
static bool read_batch(int fd, struct pool_batch *batch)
{
	char *p = (char *)batch;
	size_t have = 0;

	while (have < sizeof(*batch)) {
		ssize_t n = read(fd, p + have, sizeof(*batch) - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	return true;
}

static _Noreturn void worker_main(int job_fd, int out_fd, const struct pool_ops *ops, void *ctx)
{
	struct pool_sink sink = {.fd = out_fd};
	struct pool_batch batch;
	struct buf result = {0};
	void *state = ops->begin ? ops->begin(ctx) : NULL;

	while (read_batch(job_fd, &batch)) {
		for (size_t i = 0; i < batch.count; i++) {
			sink.item = batch.first + i;
			buf_reset(&result);
			ops->work(ctx, state, sink.item, &result, &sink);
			if (result.lost)
				abort(); /* no memory for the result: as good as crashed */
			write_all(STDERR_FILENO, "", 1);
			send_frame(&sink, FRAME_RESULT, result.s, result.len);
		}
	}
	buf_fini(&result);
	if (ops->end)
		ops->end(ctx, state);
	exit(EXIT_SUCCESS);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void slot_clear(struct slot *slot)
{
	close_fd(&slot->job_fd);
	close_fd(&slot->out_fd);
	close_fd(&slot->err_fd);
	buf_fini(&slot->in);
	buf_fini(&slot->err);
	slot->pid = 0;
	slot->busy = slot->killed = slot->expired = false;
}

/* Both ends of three pipes, or none. */
static int open_pipes(int pipes[3][2])
{
	for (unsigned int i = 0; i < 3; i++) {
		if (pipe(pipes[i]) == 0)
			continue;
		for (int err = errno;; i--) {
			if (i == 0)
				return -err;
			close(pipes[i - 1][0]);
			close(pipes[i - 1][1]);
		}
	}
	return 0;
}

enum {
	JOB,
	OUT,
	ERR
};

/* A parent that is killed cannot tell its workers. It may have died before we asked. */
static void die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		exit(EXIT_FAILURE);
}

static _Noreturn void child(int pipes[3][2], const struct slot *others, size_t count,
			    const struct pool_ops *ops, void *ctx)
{
	for (size_t i = 0; i < count; i++) {
		if (!others[i].pid)
			continue;
		close(others[i].job_fd);
		close(others[i].out_fd);
		close(others[i].err_fd);
	}
	close(pipes[JOB][1]);
	close(pipes[OUT][0]);
	close(pipes[ERR][0]);
	if (dup2(pipes[ERR][1], STDERR_FILENO) < 0)
		exit(EXIT_FAILURE);
	close(pipes[ERR][1]);
	worker_main(pipes[JOB][0], pipes[OUT][1], ops, ctx);
}

int slot_start(struct slot *slot, const struct slot *others, size_t count,
	       const struct pool_ops *ops, void *ctx)
{
	int pipes[3][2];
	int rc = open_pipes(pipes);
	pid_t pid, parent = getpid();

	if (rc)
		return rc;
	pid = fork();
	if (pid == 0) {
		die_with(parent);
		child(pipes, others, count, ops, ctx);
	}
	rc = pid < 0 ? -errno : 0;
	close(pipes[JOB][0]);
	close(pipes[OUT][1]);
	close(pipes[ERR][1]);
	*slot = (struct slot){.pid = pid,
			      .job_fd = pipes[JOB][1],
			      .out_fd = pipes[OUT][0],
			      .err_fd = pipes[ERR][0]};
	if (rc)
		slot_clear(slot);
	return rc;
}

void slot_give(struct slot *slot, struct pool_batch batch)
{
	ssize_t n;

	do
		n = write(slot->job_fd, &batch, sizeof(batch));
	while (n < 0 && errno == EINTR);
	slot->busy = true;
	slot->at = batch;
}
