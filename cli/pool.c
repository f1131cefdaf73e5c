// SPDX-License-Identifier: GPL-2.0-only
#include "cli/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/process.h"
#include "base/vec.h"
#include "cli/pool_worker.h"

#define ERR_MAX	   (64u << 10) /* of a worker's stderr that is kept */
#define READ_CHUNK (64u << 10)

/* A result that waits for the ones before it. */
struct parked {
	bool have;
	struct pool_item item;
	char *data, *err; /* owned; item's pointers are set from them on delivery */
};

struct pool {
	const struct pool_config *config;
	const struct pool_ops *ops;
	void *ctx;
	struct pool_outcome *outcome;
	struct slot *slots;
	struct pollfd *polls; /* signals, then two per slot */
	struct parked *parked;
	size_t item_count, delivered, next_batch;
	VEC(struct pool_batch) again; /* rests of batches whose worker died */
	int signal_fd;
	int error; /* -errno that ends the run */
};

unsigned int pool_default_jobs(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned int)n : 1;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static bool pool_over(const struct pool *p)
{
	return p->error || p->outcome->stopped || p->outcome->interrupted ||
	       p->delivered == p->item_count;
}

/* Hands one result to the owner and forgets it. */
static void deliver(struct pool *p, struct parked *parked)
{
	parked->item.data = parked->item.end == POOL_DONE ? parked->data : NULL;
	parked->item.err = parked->err ? parked->err : "";
	if (!p->ops->done(p->ctx, &parked->item))
		p->outcome->stopped = true;
	free(parked->data);
	free(parked->err);
	*parked = (struct parked){0};
}

static void deliver_in_order(struct pool *p)
{
	while (p->delivered < p->item_count && p->parked[p->delivered].have && !p->outcome->stopped)
		deliver(p, &p->parked[p->delivered++]);
}

/* After an interrupt there may be gaps; what was finished behind them is still wanted. */
static void deliver_rest(struct pool *p)
{
	for (; p->delivered < p->item_count; p->delivered++)
		if (p->parked[p->delivered].have && !p->outcome->stopped)
			deliver(p, &p->parked[p->delivered]);
}

/* Reads what is there; false at the end of the pipe. */
static bool drain(int fd, struct buf *into)
{
	char bytes[READ_CHUNK];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n > 0)
		buf_add(into, bytes, (size_t)n);
	return n > 0;
}

/*
 * Takes what the worker wrote to stderr; a NUL ends each item's part. Text over the limit is
 * dropped, the NULs never. False at the end of the pipe.
 */
static bool drain_err(struct slot *slot)
{
	char bytes[READ_CHUNK];
	ssize_t n = read(slot->err_fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	for (ssize_t i = 0; i < n;) {
		size_t len = strnlen(bytes + i, (size_t)(n - i));
		size_t room = slot->err.len < ERR_MAX ? ERR_MAX - slot->err.len : 0;

		buf_add(&slot->err, bytes + i, len < room ? len : room);
		i += (ssize_t)len;
		if (i < n) {
			buf_add(&slot->err, "", 1);
			i++;
		}
	}
	return n > 0;
}

/* All that is in the pipe now. */
static void drain_err_now(struct slot *slot)
{
	struct pollfd pfd = {.fd = slot->err_fd, .events = POLLIN};

	while (slot->err_fd >= 0 && poll(&pfd, 1, 0) > 0)
		if (!drain_err(slot))
			break;
}

/*
 * The stderr of the item that ended, as an owned string; NULL: none. The worker ends it before it
 * sends the result, so it has all arrived; it may already be followed by the next item's.
 */
static char *cut_err(struct slot *slot)
{
	size_t len;
	char *err;

	drain_err_now(slot);
	if (!slot->err.len)
		return NULL;
	len = strnlen(slot->err.s, slot->err.len);
	err = len ? strndup(slot->err.s, len) : NULL;
	buf_cut(&slot->err, len < slot->err.len ? len + 1 : len);
	return err;
}

static void arm(const struct pool *p, struct slot *slot)
{
	slot->deadline_ms = p->config->timeout_ms ? now_ms() + p->config->timeout_ms : 0;
}

/* The current item of `slot` has ended; its stderr goes with it. */
static struct parked *park(struct pool *p, struct slot *slot, enum pool_end end)
{
	struct parked *parked = &p->parked[slot->at.first];

	parked->have = true;
	parked->item = (struct pool_item){.index = slot->at.first, .end = end};
	parked->err = cut_err(slot);
	slot->at.first++;
	slot->at.count--;
	slot->busy = slot->at.count > 0;
	arm(p, slot);
	return parked;
}

static void take_result(struct pool *p, struct slot *slot, const char *bytes, size_t len)
{
	struct parked *parked = park(p, slot, POOL_DONE);

	parked->data = malloc(len + 1);
	if (!parked->data) {
		p->error = -ENOMEM;
		return;
	}
	memcpy(parked->data, bytes, len);
	parked->data[len] = '\0';
	parked->item.len = len;
}

/* Handles complete frames; false if the worker talks nonsense. */
static bool take_frames(struct pool *p, struct slot *slot)
{
	size_t used = 0;
	struct frame head;

	while (slot->in.len - used >= sizeof(head)) {
		memcpy(&head, slot->in.s + used, sizeof(head));
		if (!slot->busy || head.item != slot->at.first || head.len > FRAME_MAX)
			return false;
		if (slot->in.len - used - sizeof(head) < head.len)
			break;
		used += sizeof(head);
		if (head.kind == FRAME_RESULT)
			take_result(p, slot, slot->in.s + used, (size_t)head.len);
		else
			p->ops->chunk(p->ctx, (size_t)head.item, slot->in.s + used,
				      (size_t)head.len);
		used += (size_t)head.len;
	}
	buf_cut(&slot->in, used);
	return true;
}

static void describe_end(int status, char *how, size_t len)
{
	if (WIFSIGNALED(status))
		snprintf(how, len, "signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(how, len, "exit status %d", WEXITSTATUS(status));
}

static int reap(struct slot *slot)
{
	int status = 0;

	while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* An idle worker ended: fine if with exit status 0 and in silence. */
static void note_idle_end(struct pool *p, struct slot *slot, int status)
{
	char how[96];

	drain_err_now(slot);
	if (status == 0 && slot->err.len == 0)
		return;
	describe_end(status, how, sizeof(how));
	p->outcome->unclean |= status != 0;
	buf_add(&p->outcome->err, slot->err.s, slot->err.len);
	if (status != 0)
		buf_printf(&p->outcome->err, "a worker ended with %s\n", how);
}

/* The worker's pipe is closed: it is dead or dying. */
static void bury(struct pool *p, struct slot *slot)
{
	int status = reap(slot);

	if (slot->busy) {
		enum pool_end end = slot->expired ? POOL_TIMEOUT : POOL_CRASHED;
		struct parked *parked = park(p, slot, end);

		describe_end(status, parked->item.how, sizeof(parked->item.how));
		parked->item.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		if (slot->at.count && vec_push(&p->again, slot->at))
			p->error = -ENOMEM;
	} else {
		note_idle_end(p, slot, status);
	}
	slot_clear(slot);
}

static void slot_kill(struct slot *slot)
{
	slot->killed = true;
	kill(slot->pid, SIGKILL);
}

static void read_slot(struct pool *p, struct slot *slot)
{
	bool open = drain(slot->out_fd, &slot->in);

	if (slot->in.lost)
		p->error = -ENOMEM;
	else if (slot->killed)
		buf_reset(&slot->in);
	else if (!take_frames(p, slot))
		slot_kill(slot);
	if (!open)
		bury(p, slot);
}

static bool next_batch(struct pool *p, struct pool_batch *batch)
{
	if (p->again.count) {
		*batch = p->again.items[--p->again.count];
		return true;
	}
	if (p->next_batch == p->config->batch_count)
		return false;
	*batch = p->config->batches[p->next_batch++];
	return true;
}

static void unget_batch(struct pool *p, struct pool_batch batch)
{
	if (vec_push(&p->again, batch))
		p->error = -ENOMEM;
}

static size_t busy_slots(const struct pool *p)
{
	size_t n = 0;

	for (unsigned int i = 0; i < p->config->jobs; i++)
		n += p->slots[i].busy;
	return n;
}

/* Gives every idle slot a batch, starting workers where there are none. */
static void assign(struct pool *p)
{
	for (unsigned int i = 0; i < p->config->jobs; i++) {
		struct slot *slot = &p->slots[i];
		struct pool_batch batch;
		int rc = 0;

		if (slot->busy || !next_batch(p, &batch))
			continue;
		if (!slot->pid)
			rc = slot_start(slot, p->slots, p->config->jobs, p->ops, p->ctx);
		if (rc) {
			/* fewer workers than asked for are still enough */
			unget_batch(p, batch);
			if (busy_slots(p) == 0)
				p->error = rc;
			return;
		}
		slot_give(slot, batch);
		arm(p, slot);
	}
}

/* Kills what ran out of time; milliseconds to the next deadline, -1 if there is none. */
static int expire(struct pool *p)
{
	uint64_t now = now_ms(), least = UINT64_MAX;

	for (unsigned int i = 0; i < p->config->jobs; i++) {
		struct slot *slot = &p->slots[i];

		if (!slot->busy || !slot->deadline_ms || slot->killed)
			continue;
		if (slot->deadline_ms <= now) {
			slot->expired = true;
			slot_kill(slot);
		} else if (slot->deadline_ms - now < least) {
			least = slot->deadline_ms - now;
		}
	}
	return least > 60000 ? (least == UINT64_MAX ? -1 : 60000) : (int)least;
}

static void wait_for_news(struct pool *p, int timeout)
{
	nfds_t count = 1 + 2 * (nfds_t)p->config->jobs;

	p->polls[0] = (struct pollfd){.fd = p->signal_fd, .events = POLLIN};
	for (unsigned int i = 0; i < p->config->jobs; i++) {
		const struct slot *slot = &p->slots[i];

		p->polls[1 + 2 * i] =
			(struct pollfd){.fd = slot->pid ? slot->out_fd : -1, .events = POLLIN};
		p->polls[2 + 2 * i] =
			(struct pollfd){.fd = slot->pid ? slot->err_fd : -1, .events = POLLIN};
	}
	if (poll(p->polls, count, timeout) < 0 && errno != EINTR)
		p->error = -errno;
}

static void handle_news(struct pool *p)
{
	if (p->polls[0].revents)
		p->outcome->interrupted = true;
	for (unsigned int i = 0; i < p->config->jobs; i++) {
		struct slot *slot = &p->slots[i];

		if (p->polls[2 + 2 * i].revents && !drain_err(slot)) {
			close(slot->err_fd);
			slot->err_fd = -1;
		}
		if (p->polls[1 + 2 * i].revents)
			read_slot(p, slot);
	}
}

/* Idle workers leave at the end of their pipe; busy ones are no longer needed. */
static void dismiss(struct pool *p)
{
	for (unsigned int i = 0; i < p->config->jobs; i++) {
		struct slot *slot = &p->slots[i];

		if (!slot->pid)
			continue;
		if (slot->busy)
			kill(slot->pid, SIGKILL);
		close(slot->job_fd);
		slot->job_fd = -1;
	}
	for (unsigned int i = 0; i < p->config->jobs; i++) {
		struct slot *slot = &p->slots[i];
		int status;

		if (!slot->pid)
			continue;
		while (slot->err_fd >= 0 && drain_err(slot))
			;
		status = reap(slot);
		if (!slot->busy)
			note_idle_end(p, slot, status);
		slot_clear(slot);
	}
}

static void pool_loop(struct pool *p)
{
	while (!pool_over(p)) {
		int timeout;

		assign(p);
		if (p->error)
			break;
		timeout = expire(p);
		wait_for_news(p, timeout);
		handle_news(p);
		deliver_in_order(p);
	}
	dismiss(p);
	if (p->outcome->interrupted)
		deliver_rest(p);
}

static int pool_alloc(struct pool *p)
{
	for (size_t i = 0; i < p->config->batch_count; i++) {
		CHECK(p->config->batches[i].first == p->item_count);
		p->item_count += p->config->batches[i].count;
	}
	p->slots = calloc(p->config->jobs, sizeof(*p->slots));
	p->polls = calloc(1 + 2 * (size_t)p->config->jobs, sizeof(*p->polls));
	p->parked = calloc(p->item_count + 1, sizeof(*p->parked));
	return p->slots && p->polls && p->parked ? 0 : -ENOMEM;
}

static void pool_free(struct pool *p)
{
	for (size_t i = 0; p->parked && i < p->item_count; i++) {
		free(p->parked[i].data);
		free(p->parked[i].err);
	}
	vec_fini(&p->again);
	free(p->parked);
	free(p->polls);
	free(p->slots);
}

/* Takes all that arrived, or it would strike when unblocked. */
static void take_signals(int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) > 0)
		;
}

int pool_run(const struct pool_config *config, const struct pool_ops *ops, void *ctx,
	     struct pool_outcome *outcome)
{
	struct pool pool = {.config = config, .ops = ops, .ctx = ctx, .outcome = outcome};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_pipe;
	sigset_t stops, old_mask;

	CHECK(config->jobs > 0);
	*outcome = (struct pool_outcome){0};
	process_stop_signals(&stops);
	sigprocmask(SIG_BLOCK, &stops, &old_mask);
	sigaction(SIGPIPE, &ignore, &old_pipe);
	pool.signal_fd = -1;
	pool.error = pool_alloc(&pool);
	if (!pool.error) {
		pool.signal_fd = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
		pool.error = pool.signal_fd < 0 ? -errno : 0;
	}
	if (!pool.error)
		pool_loop(&pool);
	if (pool.signal_fd >= 0) {
		if (outcome->interrupted)
			take_signals(pool.signal_fd);
		close(pool.signal_fd);
	}
	pool_free(&pool);
	sigaction(SIGPIPE, &old_pipe, NULL);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	return pool.error;
}
