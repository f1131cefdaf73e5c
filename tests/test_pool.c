// SPDX-License-Identifier: GPL-2.0-only
#include "cli/pool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/unit.h"

/* What a worker does with an item. */
enum deed {
	DO_WORK,
	DO_ABORT,
	DO_EXIT,
	DO_HANG,
	DO_SLEEP,
	DO_BIG,	   /* a result larger than any pipe */
	DO_CHUNKS, /* a stream, then the result */
	DO_WARN,   /* a line on stderr */
	DO_STOP,   /* done() ends the run here */
	DO_SIGNAL, /* done() interrupts the run here */
};

#define ITEMS_MAX 64
#define BIG	  (300u << 10)

struct play {
	enum deed deeds[ITEMS_MAX];
	struct buf log; /* what done() and chunk() saw */
	bool leave_badly;
};

static void *play_begin(void *ctx)
{
	size_t *worked = calloc(1, sizeof(*worked));

	(void)ctx;
	CHECK(worked != NULL);
	return worked;
}

static void play_work(void *ctx, void *state, size_t item, struct buf *result,
		      struct pool_sink *sink)
{
	struct play *p = ctx;

	++*(size_t *)state;
	switch (p->deeds[item]) {
	case DO_ABORT:
		fprintf(stderr, "bug in %zu\n", item);
		abort();
	case DO_EXIT:
		exit(3);
	case DO_HANG:
		for (;;)
			pause();
	case DO_SLEEP:
		usleep(60000);
		break;
	case DO_BIG:
		buf_pad(result, 'b', BIG);
		return;
	case DO_CHUNKS:
		pool_chunk(sink, "one,", 4);
		pool_chunk(sink, "two,", 4);
		break;
	case DO_WARN:
		fprintf(stderr, "careful with %zu\n", item);
		break;
	default:
		break;
	}
	buf_printf(result, "r%zu", item);
}

static void play_end(void *ctx, void *state)
{
	struct play *p = ctx;

	free(state);
	if (p->leave_badly) {
		fprintf(stderr, "leaving badly\n");
		exit(4);
	}
}

static void play_chunk(void *ctx, size_t item, const char *bytes, size_t len)
{
	struct play *p = ctx;

	buf_printf(&p->log, "%zu<", item);
	buf_add(&p->log, bytes, len);
}

static bool play_done(void *ctx, const struct pool_item *item)
{
	static const char *const ends[] = {"", " crashed", " late"};
	struct play *p = ctx;

	buf_printf(&p->log, "%zu%s", item->index, ends[item->end]);
	if (item->end == POOL_CRASHED)
		buf_printf(&p->log, " [%s]", item->how);
	if (item->len == BIG)
		buf_printf(&p->log, "=%zu bytes", item->len);
	else if (item->data)
		buf_printf(&p->log, "=%s", item->data);
	if (*item->err)
		buf_printf(&p->log, " (%.*s)", (int)strcspn(item->err, "\n"), item->err);
	buf_str(&p->log, "\n");
	if (p->deeds[item->index] == DO_SIGNAL)
		raise(SIGINT);
	return p->deeds[item->index] != DO_STOP;
}

static const struct pool_ops ops = {.begin = play_begin,
				    .work = play_work,
				    .end = play_end,
				    .chunk = play_chunk,
				    .done = play_done};

/* Runs `count` items in batches of `size`. */
static struct pool_outcome run(struct play *p, size_t count, size_t size, unsigned int jobs,
			       uint64_t timeout_ms)
{
	struct pool_batch batches[ITEMS_MAX];
	struct pool_config config = {.jobs = jobs, .timeout_ms = timeout_ms, .batches = batches};
	struct pool_outcome outcome;

	for (size_t i = 0; i < count; i += size)
		batches[config.batch_count++] = (struct pool_batch){
			.first = i, .count = size < count - i ? size : count - i};
	EXPECT_I64(pool_run(&config, &ops, p, &outcome), 0);
	return outcome;
}

static void expect_log(struct play *p, const char *want)
{
	EXPECT_STR(buf_cstr(&p->log), want);
	buf_fini(&p->log);
}

static void expect_clean(struct pool_outcome *o)
{
	EXPECT(!o->interrupted && !o->stopped && !o->unclean);
	EXPECT_STR(buf_cstr(&o->err), "");
	buf_fini(&o->err);
}

static void test_order(void)
{
	/* the first worker is the slowest: the others' results have to wait */
	for (unsigned int jobs = 1; jobs <= 8; jobs *= 2) {
		struct play p = {.deeds = {DO_SLEEP, DO_SLEEP}};
		struct pool_outcome o = run(&p, 7, 2, jobs, 0);

		expect_log(&p, "0=r0\n1=r1\n2=r2\n3=r3\n4=r4\n5=r5\n6=r6\n");
		expect_clean(&o);
	}
}

static void test_nothing(void)
{
	struct play p = {0};
	struct pool_outcome o = run(&p, 0, 1, 3, 0);

	expect_log(&p, "");
	expect_clean(&o);
}

static void test_crash(void)
{
	struct play p = {.deeds = {[1] = DO_ABORT, [3] = DO_EXIT, [5] = DO_ABORT}};

	for (unsigned int jobs = 1; jobs <= 2; jobs++) {
		struct pool_outcome o = run(&p, 6, 3, jobs, 0);

		expect_log(&p, "0=r0\n"
			       "1 crashed [signal 6 (Aborted)] (bug in 1)\n"
			       "2=r2\n"
			       "3 crashed [exit status 3]\n"
			       "4=r4\n"
			       "5 crashed [signal 6 (Aborted)] (bug in 5)\n");
		expect_clean(&o);
	}
}

static void test_timeout(void)
{
	struct play p = {.deeds = {[1] = DO_HANG, [2] = DO_SLEEP, [4] = DO_HANG}};
	struct pool_outcome o = run(&p, 5, 5, 2, 400);

	expect_log(&p, "0=r0\n1 late\n2=r2\n3=r3\n4 late\n");
	expect_clean(&o);
}

static void test_big(void)
{
	struct play p = {.deeds = {[0] = DO_BIG, [1] = DO_BIG, [2] = DO_CHUNKS}};
	struct pool_outcome o = run(&p, 3, 1, 1, 0);

	expect_log(&p, "0=307200 bytes\n1=307200 bytes\n2<one,2<two,2=r2\n");
	expect_clean(&o);
}

static void test_stderr(void)
{
	struct play p = {.deeds = {[0] = DO_WARN, [2] = DO_WARN}};
	struct pool_outcome o = run(&p, 3, 3, 1, 0);

	expect_log(&p, "0=r0 (careful with 0)\n1=r1\n2=r2 (careful with 2)\n");
	expect_clean(&o);
}

static void test_stop(void)
{
	for (unsigned int jobs = 1; jobs <= 4; jobs *= 2) {
		struct play p = {.deeds = {[0] = DO_SLEEP, [2] = DO_STOP, [3] = DO_HANG}};
		struct pool_outcome o = run(&p, 6, 1, jobs, 0);

		EXPECT(o.stopped && !o.interrupted && !o.unclean);
		expect_log(&p, "0=r0\n1=r1\n2=r2\n");
		buf_fini(&o.err);
	}
}

static void test_interrupt(void)
{
	/* 0 interrupts as soon as it is delivered; 1 never ends; nothing is lost of 0 */
	struct play p = {.deeds = {[0] = DO_SIGNAL, [1] = DO_HANG}};
	struct pool_outcome o = run(&p, 2, 1, 1, 0);

	EXPECT(o.interrupted && !o.stopped && !o.unclean);
	expect_log(&p, "0=r0\n");
	buf_fini(&o.err);
}

static void test_interrupt_gap(void)
{
	/* 0 hangs, so 1 to 4 wait for it; the signal comes from outside, after they ended */
	struct play p = {.deeds = {[0] = DO_HANG}};
	struct pool_outcome o;
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		usleep(400000);
		kill(parent, SIGINT);
		_exit(0);
	}
	o = run(&p, 5, 1, 2, 0);
	EXPECT(o.interrupted);
	expect_log(&p, "1=r1\n2=r2\n3=r3\n4=r4\n");
	buf_fini(&o.err);
}

static void test_bad_leaving(void)
{
	struct play p = {.leave_badly = true};
	struct pool_outcome o = run(&p, 1, 1, 1, 0);

	EXPECT(o.unclean);
	EXPECT_STR(buf_cstr(&o.err), "leaving badly\na worker ended with exit status 4\n");
	expect_log(&p, "0=r0\n");
	buf_fini(&o.err);
}

static void test_signals_restored(void)
{
	struct play p = {0};
	struct pool_outcome o;
	struct sigaction pipe_action;
	sigset_t mask;

	o = run(&p, 1, 1, 1, 0);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGPIPE, NULL, &pipe_action);
	EXPECT(!sigismember(&mask, SIGINT) && !sigismember(&mask, SIGTERM));
	EXPECT(pipe_action.sa_handler == SIG_DFL);
	expect_log(&p, "0=r0\n");
	buf_fini(&o.err);
	EXPECT(pool_default_jobs() >= 1);
}

static const struct unit_test tests[] = {
	{"results come in input order for any number of workers", test_order},
	{"no items need no workers", test_nothing},
	{"a crash takes only its item along", test_crash},
	{"an item over its time is killed and the rest goes on", test_timeout},
	{"results larger than a pipe and streams arrive whole", test_big},
	{"what a worker says on stderr belongs to its item", test_stderr},
	{"done() ends the run at the same item for any number of workers", test_stop},
	{"an interrupt keeps what was delivered", test_interrupt},
	{"an interrupt delivers what was finished behind a gap", test_interrupt_gap},
	{"a worker that fails while leaving is noticed", test_bad_leaving},
	{"signals are as before afterwards", test_signals_restored},
};

int main(int argc, char **argv)
{
	return unit_main("pool", tests, ARRAY_SIZE(tests), argc, argv);
}
