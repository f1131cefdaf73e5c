// SPDX-License-Identifier: GPL-2.0-only
#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "tests/replay_fixture.h"

#define LAB "platform: lab\nmachine: qemu-icount\nsteps:\n"

static void test_reuse(void)
{
	struct played p;
	uint64_t digest, cycles;
	struct strategy other = {.name = "b", .mechanisms = MECH_IOREMAP_HOOK};

	if (play(&p, LAB "  - boot: {until: module}\n", "notifier+c", "4.22", "6.1")) {
		digest = p.res.digest;
		cycles = p.res.verdict.metrics[METRIC_CYCLES];
		EXPECT(digest != 0);
		p.cfg.strategy = &other;
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		EXPECT(p.res.digest != digest);
		p.cfg.strategy = &p.strategy;
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		EXPECT_U64(p.res.digest, digest);
		EXPECT_U64(p.res.verdict.metrics[METRIC_CYCLES], cycles);
	}
	played_end(&p);
}

static void test_cycle_limit(void)
{
	struct played p;

	if (play(&p, "platform: lab\nmax_cycles: 20000\nsteps:\n  - boot: {until: module}\n", "c",
		 "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_CYCLE_LIMIT);
		EXPECT_STR(p.res.why, "the cycle limit was reached");
		EXPECT(p.res.verdict.metrics[METRIC_CYCLES] < 60000);
		EXPECT_U64(p.res.steps.count, 1);
	}
	played_end(&p);
	/* waiting ends there too, and costs no time of ours */
	if (play(&p, LAB "  - wait: {cycles: 0xffffffffffffffff}\n  - read: {at: gicd}\n", "c",
		 "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_CYCLE_LIMIT);
		EXPECT_U64(played_step(&p, 1)->ran, false);
	}
	played_end(&p);
}

static void test_no_dom0(void)
{
	static const char *const text =
		"platform: {dom0_ram: {base: 0x40000000, size: 64M},"
		" xen_text: {base: 0x80000000, size: 2M}, xen_heap: {base: 0x80400000, size: 4M},"
		" gic: {version: 3, gicd: {base: 0x8000000, size: 64K}}}\n"
		"steps:\n  - boot: {until: setup_arch}\n";
	struct played p;

	if (play(&p, text, "none", "4.9", "4.9")) {
		EXPECT_U64(p.res.status, RUN_NO_DOM0);
		EXPECT(p.res.why[0] != '\0');
		EXPECT_U64(p.res.record.events.count, 0);
	}
	played_end(&p);
	if (play(&p, text, "none", "4.22", "4.9"))
		EXPECT_U64(p.res.status, RUN_DONE);
	played_end(&p);
}

static void test_crash(void)
{
	struct played p;

	/* Dom0 turns the page of its own code into MMIO: XN in stage 2, and Xen lets it fault for
	 * ever. */
	if (play(&p,
		 LAB "  - read: {at: nic.bar0}\n"
		     "  - request: {at: dom0_ram + 0x80000, pages: 1}\n"
		     "  - read: {at: gicd}\n",
		 "c", "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_CRASHED);
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_OK);
		EXPECT_U64(played_step(&p, 1)->outcome, OUTCOME_CRASHED);
		EXPECT_U64(played_step(&p, 2)->ran, false);
		EXPECT_U64(p.res.verdict.metrics[METRIC_DEMAND_MAPS], 1);
	}
	played_end(&p);
}

static void test_panic_ends_the_script(void)
{
	struct played p;

	if (play(&p, LAB "  - boot: {until: module}\n  - read: {at: gicd}\n", "none", "4.22",
		 "4.9")) {
		EXPECT(p.res.panicked);
		EXPECT_U64(p.res.panic_phase, PHASE_SUBSYS);
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_ABORTED);
		EXPECT_U64(played_step(&p, 1)->ran, false);
		EXPECT_U64(p.res.verdict.metrics[METRIC_INJECTED], 1);
	}
	played_end(&p);
	if (play(&p, LAB "  - boot: {until: module, keep_going: true}\n  - read: {at: gicd}\n",
		 "none", "4.22", "4.9")) {
		EXPECT(!p.res.panicked);
		EXPECT_U64(played_step(&p, 1)->ran, true);
		EXPECT(p.res.verdict.metrics[METRIC_INJECTED] > 40);
	}
	played_end(&p);
}

static void test_accesses(void)
{
	static const char *const steps =
		LAB "  - write: {at: nic.bar0 + 0x10, width: 8, value: 0x1122334455667788}\n"
		    "  - read: {at: nic.bar0 + 0x10, width: 8}\n"
		    "  - read: {at: nic.bar0 + 0x14, width: 2}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldp}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldxr}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: post}\n"
		    "  - write: {at: nic.bar0 + 0x10, how: cas, value: 5}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldrsw}\n"
		    "  - write: {at: dom0_ram + 0x3f00000, width: 4, value: 77}\n"
		    "  - read: {at: dom0_ram + 0x3f00000, width: 4}\n"
		    "  - ioremap: {at: dom0_ram + 0x3f00000, bytes: 4K}\n"
		    "  - ioremap: {at: dom0_ram + 0x3f00000, bytes: 4K, api: ioremap_cache}\n"
		    "  - read: {at: spcr + 0x18, width: 4}\n"
		    "  - read: {at: spcr + 0x10, how: ldp}\n"
		    "  - read: {at: 0xf0000000, width: 4}\n";
	static const struct {
		enum outcome outcome;
		uint64_t value, esr;
	} want[] = {
		{OUTCOME_OK, UINT64_C(0x1122334455667788), 0},
		{OUTCOME_OK, UINT64_C(0x1122334455667788), 0},
		{OUTCOME_OK, 0x3344, 0},
		{OUTCOME_OK, UINT64_C(0x1122334455667788), 0},
		{OUTCOME_OK, UINT64_C(0x1122334455667788), 0},
		{OUTCOME_OK, UINT64_C(0x1122334455667788), 0},
		{OUTCOME_OK, 5, 0},
		{OUTCOME_OK, 5, 0},
		{OUTCOME_OK, 77, 0},
		{OUTCOME_OK, 77, 0},
		{OUTCOME_FAILED, 0, 0}, /* RAM: ioremap warns and gives NULL */
		{OUTCOME_OK, UINT64_C(0xffff000003f00000), 0}, /* the linear map */
		{OUTCOME_OK, 0, 0},			       /* by the virtual UART, */
		{OUTCOME_ABORTED, 0, 0x96000000},	       /* which knows no pairs */
		{OUTCOME_EXTERNAL, 0, 0x96000010},
	};
	struct played p;

	if (play(&p, steps, "c", "4.22", "6.1"))
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			EXPECT_U64(played_step(&p, i)->ran, true);
			EXPECT_U64(played_step(&p, i)->outcome, want[i].outcome);
			EXPECT_U64(played_step(&p, i)->value, want[i].value);
			EXPECT_U64(played_step(&p, i)->esr, want[i].esr);
		}
	played_end(&p);
}

/* Device memory and an odd address: Dom0's own abort, no finding. Where only stage 2 makes it
 * Device (4.8's dev_mmio over what Linux maps write-back) it is one. */
static void test_unaligned(void)
{
	struct played p;

	if (play(&p, LAB "  - read: {at: nic.bar0 + 1, width: 4}\n", "c", "4.22", "6.1")) {
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_ABORTED);
		EXPECT_U64(played_step(&p, 0)->esr, 0x96000021);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
	if (play(&p,
		 LAB "  - request: {at: bert, pages: 1}\n"
		     "  - read: {at: bert + 1, width: 4, api: ioremap_cache}\n",
		 "none", "4.8", "6.1")) {
		EXPECT_U64(played_step(&p, 1)->outcome, OUTCOME_ABORTED);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_ABORT);
	}
	played_end(&p);
}

static void test_no_progress(void)
{
	struct played p;

	/* Dom0 gives its own code away; the abort vector is in the next page and returns there */
	if (play(&p, LAB "  - remove: {at: dom0_ram + 0x80000}\n  - read: {at: gicd}\n", "c",
		 "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_CYCLE_LIMIT);
		EXPECT_STR(p.res.why, "Dom0 aborts at the same place for ever");
		EXPECT(p.res.verdict.metrics[METRIC_TRAPS] < 2000);
	}
	played_end(&p);
}

static void test_requests(void)
{
	static const char *const steps =
		LAB "  - request: {at: nic.bar0, pages: 4}\n"
		    "  - request: {gfn: 0xc4000, mfn: 0x10000, pages: 2, op: 7}\n"
		    "  - request: {at: spcr, pages: 1}\n"
		    "  - request: {at: nic.bar0, pages: 2, domid: 77}\n"
		    "  - request: {at: nic.bar0, pages: 9, space: 6}\n"
		    "  - request: {at: nic.bar0, pages: 65537}\n"
		    "  - remove: {at: nic.bar0}\n"
		    "  - hypercall: {nr: 99}\n";
	static const struct {
		int64_t rc;
		uint64_t mapped;
		unsigned int errs;
		int32_t err;
	} want[] = {
		{0, 4, 4, 0},		{0, 2, 0, 0},		{0, 0, 1, 0},
		{-XEN_ESRCH, 2, 2, 0},	{0, 0, 8, -XEN_ENOSYS}, {0, 4, 8, 0},
		{-XEN_ENOENT, 0, 0, 0}, {-XEN_ENOSYS, 0, 0, 0},
	};
	struct played p;

	if (play(&p, steps, "none", "4.22", "6.1"))
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			const struct step_result *s = played_step(&p, i);

			EXPECT_I64(s->rc, want[i].rc);
			EXPECT_U64(s->mapped, want[i].mapped);
			EXPECT_U64(s->err_count, want[i].errs);
			for (unsigned int k = 0; k < s->err_count; k++)
				EXPECT_I64(s->errs[k], want[i].err);
		}
	played_end(&p);
}

static void test_request_without_memory(void)
{
	struct played p;

	/* a million pages: kcalloc's arrays are over what a kernel gives */
	if (play(&p, LAB "  - request: {at: 0x8000000000, pages: 1048576}\n", "c", "4.22", "6.1")) {
		EXPECT_I64(played_step(&p, 0)->rc, -XEN_ENOMEM);
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], 0);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
}

static void test_preemption(void)
{
	struct played p;

	if (play(&p,
		 LAB "  - boot: {until: arch_initcall}\n  - request: {at: 0x8000000000, pages: "
		     "60000}\n",
		 "c", "4.22", "6.1")) {
		uint64_t slices = played_count(&p, EV_ADD_TO_PHYSMAP_RANGE);

		/* 4 ms ticks at 1 instruction a nanosecond, 1624 a page */
		EXPECT(slices >= 60000 / 2500 && slices <= 60000 / 2400 + 2);
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], 1);
		EXPECT_U64(p.res.verdict.metrics[METRIC_CONTINUATIONS], slices - 1);
		EXPECT_U64(p.res.verdict.metrics[METRIC_PAGES], 60000);
		EXPECT(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 0)->preempted);
		EXPECT(!played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, slices - 1)->preempted);
	}
	played_end(&p);
	if (play(&p,
		 LAB "  - boot: {until: arch_initcall}\n"
		     "  - request: {at: 0x8000000000, pages: 60000, irqs_off: true}\n",
		 "c", "4.22", "6.1"))
		EXPECT_U64(p.res.verdict.metrics[METRIC_CONTINUATIONS], 0);
	played_end(&p);
}

static void count_words(void *ctx, uint64_t pc, uint32_t insn)
{
	uint64_t *count = ctx;

	(void)pc;
	*count += insn != 0;
}

static void test_trace(void)
{
	struct played p;
	uint64_t traced = 0, digest;

	if (play(&p, LAB "  - boot: {until: init_irq}\n", "c", "4.22", "6.1")) {
		digest = p.res.digest;
		p.cfg.trace_text = true;
		p.cfg.trace = count_words;
		p.cfg.trace_ctx = &traced;
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		EXPECT_U64(p.res.digest, digest);
		/* each aborted instruction is seen once more than it completes */
		EXPECT(traced >= p.res.verdict.metrics[METRIC_DOM0_INSNS]);
		EXPECT(traced < p.res.verdict.metrics[METRIC_DOM0_INSNS] + 100);
	}
	played_end(&p);
}

static void test_bounded_heap(void)
{
	struct played p;

	/* four tables below the root exist once Dom0 is built: 4.22, 40-bit; two more are needed */
	if (play(&p,
		 "platform: lab\nheap_limit: 5\nsteps:\n  - request: {at: nvme.bar4, pages: 2}\n",
		 "none", "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_DONE);
		EXPECT_I64(played_step(&p, 0)->rc, 0);
		EXPECT_I64(played_step(&p, 0)->errs[0], -XEN_ENOENT);
		EXPECT_U64(played_step(&p, 0)->mapped, 0);
	}
	played_end(&p);
	if (play(&p, "platform: lab\nheap_limit: 1\nsteps:\n  - read: {at: gicd}\n", "none", "4.22",
		 "6.1")) {
		EXPECT_U64(p.res.status, RUN_NO_DOM0);
		EXPECT(p.res.why[0] != '\0');
	}
	played_end(&p);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"a world that is used again gives the same bytes", test_reuse},
		{"a run that goes on for ever ends at its cycle limit", test_cycle_limit},
		{"a Xen that cannot build Dom0 says why and runs nothing", test_no_dom0},
		{"a crashed domain keeps what came before", test_crash},
		{"a panic ends the script unless it is told to go on", test_panic_ends_the_script},
		{"every way of access reads, writes and fails as it must", test_accesses},
		{"an unaligned Device access is Dom0's fault, unless stage 2 made it Device",
		 test_unaligned},
		{"a Dom0 that gets nowhere is stopped", test_no_progress},
		{"requests return what Xen returns, and map what they say", test_requests},
		{"a request that Dom0 had no memory for asks nobody", test_request_without_memory},
		{"a tick preempts a batch unless interrupts are off", test_preemption},
		{"a text trace sees every instruction and changes nothing", test_trace},
		{"a table pool that runs out fails items, or the build", test_bounded_heap},
	};

	return unit_main("world", tests, ARRAY_SIZE(tests), argc, argv);
}
