// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run whose tables are tampered with under way. The linker puts __wrap_trap_handle() in the place
 * of trap_handle() (CMakeLists.txt), which is where a bug of ours would have done its harm.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd.h"
#include "sim/trap.h"
#include "tests/replay_fixture.h"

#define LAB   "platform: lab\nmachine: qemu-icount\nsteps:\n"
#define STEPS "  - read: {at: nic.bar0}\n  - read: {at: nic.bar0 + 4K}\n"
#define FLIP  UINT64_C(0x1000) /* of a leaf's address: the next frame */

enum trap_result __real_trap_handle(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *x);
enum trap_result __wrap_trap_handle(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *x);

static bool tamper;

static bool flip(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct xen *xen = ctx;

	if (pte_type(pte) != P2M_MMIO_DIRECT_C || level != LPAE_LEAF)
		return true;
	memory_write64(xen->mem, p2m_walk(&xen->p2m, i).entry, pte ^ FLIP);
	tamper = false;
	return false;
}

enum trap_result __wrap_trap_handle(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *x)
{
	enum trap_result result = __real_trap_handle(xen, cpu, x);

	if (tamper)
		p2m_for_each_leaf(&xen->p2m, flip, xen);
	return result;
}

static void run_with(struct played *p, enum oracle oracle)
{
	tamper = true;
	p->cfg.oracle = oracle;
	p->cfg.paranoid = true;
	EXPECT_I64(world_run(p->world, &p->cfg, &p->res), 0);
	EXPECT(!tamper);
}

static void test_world(void)
{
	struct played p;

	tamper = false;
	if (play(&p, LAB STEPS, "c", "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_DONE);
		/* a sound table that maps something else is nobody's business but the map's */
		run_with(&p, ORACLE_NONE);
		EXPECT_U64(p.res.status, RUN_DONE);
		run_with(&p, ORACLE_NAIVE);
		EXPECT_U64(p.res.status, RUN_DISAGREE);
		EXPECT(strstr(p.res.why, "the naive map and the p2m differ at page 0x") != NULL);
		EXPECT(strstr(p.res.why, "\nnaive map: frame 0x") != NULL);
		EXPECT(strstr(p.res.why, "\np2m: frame 0x") != NULL);
		EXPECT(strstr(p.res.why, "\n  stage 2 level 3: [0x") != NULL);
		/* nothing of it is left for the next run */
		p.cfg.oracle = ORACLE_NAIVE;
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		EXPECT_U64(p.res.status, RUN_DONE);
	}
	played_end(&p);
}

/* The program's exit status; what it wrote to stderr is in text. */
static int run_cli(char **argv, int argc, char *text, size_t room)
{
	int fds[2], status = 0;
	size_t used = 0;
	ssize_t n;
	pid_t child;

	CHECK(pipe(fds) == 0);
	fflush(NULL);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		if (dup2(null, STDOUT_FILENO) < 0 || dup2(fds[1], STDERR_FILENO) < 0)
			_exit(126);
		close(fds[0]);
		close(fds[1]);
		_exit(cli_main(argc, argv));
	}
	close(fds[1]);
	while (used + 1 < room && (n = read(fds[0], text + used, room - used - 1)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	close(fds[0]);
	CHECK(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_cli(void)
{
	char *argv[] = {(char[]){"p2mlab"},
			(char[]){"run"},
			(char[]){"-j1"},
			(char[]){"hole:c:xen=4.22:linux=6.1"},
			(char[]){"--oracle"},
			(char[]){"naive"},
			NULL};
	char text[8192];

	CHECK(setenv("P2MLAB_DATA", SOURCE_DIR, 1) == 0);
	tamper = false;
	EXPECT_I64(run_cli(argv, 6, text, sizeof(text)), 0);
	EXPECT_STR(text, "");
	tamper = true;
	EXPECT_I64(run_cli(argv, 6, text, sizeof(text)), 6);
	if (!EXPECT(strstr(text, "DISAGREE:\nthe naive map and the p2m differ at page 0x")) ||
	    !EXPECT(strstr(text, "\nnaive map: ") && strstr(text, "\np2m: frame ")) ||
	    !EXPECT(strstr(text, "  stage 2 level 3: [0x")) ||
	    !EXPECT(strstr(text, "reproduce: p2mlab run hole:c:xen=4.22:linux=6.1 --oracle naive")))
		printf("%s\n", text);
	argv[4] = NULL;
	EXPECT_I64(run_cli(argv, 4, text, sizeof(text)), 0);
	tamper = false;
}

static const struct unit_test tests[] = {
	{"tables that were tampered with end a run with both views", test_world},
	{"the program ends with 6 then, and tells how to see it again", test_cli},
};

int main(int argc, char **argv)
{
	return unit_main("oracle", tests, ARRAY_SIZE(tests), argc, argv);
}
