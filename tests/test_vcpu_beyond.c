// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses above 2^44, where the engine's CPU has no addresses: made by our decoder, and the same
 * in every respect as those that the engine makes below.
 */
#include "base/check.h"
#include "tests/replay_fixture.h"

#define LOW  "0x9100000"
#define HIGH "0x400000000000"

/* The same device low (the engine's) and high (ours), in a 48-bit machine. */
#define MACHINE(at, steps)                                                                         \
	"name: beyond\nplatform:\n  p2mlab: 1\n  pa_bits: 48\n"                                    \
	"  dom0_ram: {base: 0x40000000, size: 64M}\n"                                              \
	"  xen_text: {base: 0x80000000, size: 2M}\n"                                               \
	"  xen_heap: {base: 0x80400000, size: 8M}\n"                                               \
	"  gic: {gicd: {base: 0x8000000, size: 64K}}\n"                                            \
	"  spcr: 0x9000000\n"                                                                      \
	"  regions: [{name: dev, base: " at ", size: 8K, is: mmio}]\n"                             \
	"matrix: {strategy: [c], xen: [\"4.22\"], linux: [\"6.1\"]}\nsteps:\n" steps

#define ACCESSES                                                                                   \
	"  - ioremap: {at: dev, bytes: 8K}\n"                                                      \
	"  - write: {at: dev + 0x10, width: 8, value: 0x8899aabbccddeeff}\n"                       \
	"  - read: {at: dev + 0x10, width: 8}\n"                                                   \
	"  - read: {at: dev + 0x14, width: 4}\n"                                                   \
	"  - read: {at: dev + 0x14, width: 4, how: ldrsw}\n"                                       \
	"  - read: {at: dev + 0x12, width: 2}\n"                                                   \
	"  - read: {at: dev + 0x17, width: 1}\n"                                                   \
	"  - read: {at: dev + 0x10, how: ldp}\n"                                                   \
	"  - read: {at: dev + 0x10, width: 8, how: post}\n"                                        \
	"  - write: {at: dev + 0x1020, width: 1, value: 0x5a}\n"                                   \
	"  - write: {at: dev + 0x1022, width: 2, value: 0x1234}\n"                                 \
	"  - write: {at: dev + 0x1024, width: 4, value: 0x56789abc}\n"                             \
	"  - read: {at: dev + 0x1020, width: 8}\n"                                                 \
	"  - write: {at: dev + 0x1030, how: stp, value: 0x77}\n"                                   \
	"  - read: {at: dev + 0x1030, width: 8}\n"

static void test_same_above_and_below(void)
{
	struct played low, high;

	if (play(&low, MACHINE(LOW, ACCESSES), "c", "4.22", "6.1") &&
	    play(&high, MACHINE(HIGH, ACCESSES), "c", "4.22", "6.1")) {
		EXPECT_U64(high.res.status, RUN_DONE);
		EXPECT_STR(high.res.why, "");
		EXPECT_U64(high.res.steps.count, low.res.steps.count);
		for (size_t i = 0; i < low.res.steps.count && i < high.res.steps.count; i++) {
			EXPECT_U64(high.res.steps.items[i].outcome, OUTCOME_OK);
			EXPECT_U64(high.res.steps.items[i].value, low.res.steps.items[i].value);
		}
		EXPECT_U64(played_step(&high, 4)->value, UINT64_C(0xffffffff8899aabb));
		EXPECT_U64(played_step(&high, 12)->value, UINT64_C(0x56789abc1234005a));
		EXPECT_U64(played_count(&high, EV_ABORT_MAP), 2);
		EXPECT_U64(played_count(&low, EV_ABORT_MAP), 2);
		EXPECT_U64(played_event(&high, EV_ABORT_MAP, 0)->gpa, UINT64_C(0x400000000010));
		EXPECT_U64(played_event(&high, EV_ABORT_MAP, 0)->hsr,
			   played_event(&low, EV_ABORT_MAP, 0)->hsr & ~UINT32_C(3));
		EXPECT_U64(high.res.verdict.findings.count, 0);
	}
	played_end(&low);
	played_end(&high);
}

static void test_hole(void)
{
	struct played p;

	if (play(&p, MACHINE(HIGH, "  - read: {at: 0x500000000000, width: 4}\n"), "c", "4.22",
		 "6.1")) {
		EXPECT_U64(p.res.status, RUN_DONE);
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_EXTERNAL);
		EXPECT_U64(played_event(&p, EV_EXTERNAL_ABORT, 0)->target_pa,
			   UINT64_C(0x500000000000));
	}
	played_end(&p);
}

static void test_injected(void)
{
	struct played p;

	if (play(&p, MACHINE(HIGH, "  - read: {at: dev, width: 4}\n"), "none", "4.22", "6.1")) {
		EXPECT_U64(p.res.status, RUN_DONE);
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_ABORTED);
		EXPECT_U64(played_event(&p, EV_ABORT_INJECT, 0)->gpa, UINT64_C(0x400000000000));
	}
	played_end(&p);
}

static void test_exclusive(void)
{
	struct played p;

	if (play(&p, MACHINE(HIGH, "  - read: {at: dev, width: 8, how: ldxr}\n"), "c", "4.22",
		 "6.1")) {
		EXPECT_U64(p.res.status, RUN_ERROR);
		EXPECT(strstr(p.res.why, "cannot execute instruction 0xc85f") != NULL);
		EXPECT(strstr(p.res.why, "44-bit addresses") != NULL);
	}
	played_end(&p);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"accesses above 2^44 give what the same accesses give below",
		 test_same_above_and_below},
		{"a mapped hole above 2^44 answers with an external abort", test_hole},
		{"what is not mapped above 2^44 is injected at its address", test_injected},
		{"an exclusive above 2^44 ends the run with a sentence", test_exclusive},
	};

	return unit_main("vcpu_beyond", tests, ARRAY_SIZE(tests), argc, argv);
}
