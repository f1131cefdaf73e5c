// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/timing/charge.h"
#include "sim/xen_version.h"
#include "tests/unit.h"

/* A machine whose every cost shows in a sum. */
static struct profile distinct_profile(void)
{
	static const uint64_t values[PARAM_COUNT] = {
		[PARAM_FREQ_MHZ] = 2000,	 [PARAM_CNTFRQ_HZ] = 62500000,
		[PARAM_CPI_EL2] = 600,		 [PARAM_CPI_EL1] = 700,
		[PARAM_EXC_ENTRY] = 3,		 [PARAM_EXC_ERET] = 40,
		[PARAM_EXC_ABORT_EXTRA] = 500,	 [PARAM_BAR_ISB] = 6000,
		[PARAM_BAR_DSB] = 70000,	 [PARAM_TLBI] = 100000,
		[PARAM_TLBI_BROADCAST] = 200000, [PARAM_AT] = 400000,
		[PARAM_DC_CVAC] = 500000,	 [PARAM_DEV_READ] = 600,
		[PARAM_DEV_WRITE] = 80,		 [PARAM_GICH_RMW] = 1,
	};
	struct profile p = {.name = "distinct"};

	for (int i = 0; i < PARAM_COUNT; i++)
		p.p[i].value = values[i];
	return p;
}

/* One instruction is one cycle, and nothing else costs anything: machines/qemu-icount.yaml. */
static struct profile icount_profile(void)
{
	struct profile p = {.name = "icount"};

	p.p[PARAM_FREQ_MHZ].value = 1000;
	p.p[PARAM_CNTFRQ_HZ].value = 62500000;
	p.p[PARAM_CPI_EL2].value = 1000;
	p.p[PARAM_CPI_EL1].value = 1000;
	return p;
}

static const struct xen_costs costs = {
	.step = {
		[XS_TRAP_HVC] = {.insns = 10, .dsb = 2, .isb = 3},
		[XS_TRAP_ABORT] = {.insns = 10},
		[XS_COPY] = {.insns = 5, .isb = 1, .at = 1},
		[XS_ITEM] = {.insns = 1},
		[XS_SHATTER] = {.insns = 100, .dsb = 1024},
		[XS_TLBI] = {.insns = 5, .dsb = 2, .isb = 1, .tlbi = 1},
		[XS_DC_CVAC] = {.insns = 5, .dc = 1},
	}};

static void test_init(void)
{
	struct profile p = icount_profile();
	struct charge c;

	memset(&c, 0xff, sizeof(c));
	charge_init(&c, &p, &costs, true);
	EXPECT(c.profile == &p && c.costs == &costs && c.pending_traps);
	EXPECT(c.cycle == 0 && c.milli == 0 && c.xen_insns == 0 && c.dom0_insns == 0);
	for (int i = 0; i < XS_STEP_COUNT; i++)
		EXPECT_U64(c.steps[i], 0);
	charge_init(&c, &p, &costs, false);
	EXPECT(!c.pending_traps);
}

/* Cycles of one step on the distinct machine, with what is carried in thousandths. */
static void expect_step(enum xen_step step, bool gicv2, uint64_t cycles, uint64_t milli)
{
	struct profile p = distinct_profile();
	struct charge c;

	charge_init(&c, &p, &costs, gicv2);
	charge_xen(&c, step, 1);
	EXPECT_U64(c.cycle, cycles);
	EXPECT_U64(c.milli, milli);
	EXPECT_U64(c.xen_insns, costs.step[step].insns);
	EXPECT_U64(c.dom0_insns, 0);
	EXPECT_U64(c.steps[step], 1);
}

static void test_system_instructions(void)
{
	expect_step(XS_ITEM, false, 0, 600);
	expect_step(XS_COPY, false, 3 + 6000 + 400000, 0);
	expect_step(XS_TLBI, false, 3 + 2 * 70000 + 6000 + 100000 + 200000, 0);
	expect_step(XS_DC_CVAC, false, 3 + 500000, 0);
	expect_step(XS_SHATTER, false, 60 + 1024 * 70000, 0);
	expect_step(XS_EMULATE, false, 0, 0); /* no price in this table */
}

static void test_traps(void)
{
	expect_step(XS_TRAP_HVC, false, 6 + 2 * 70000 + 3 * 6000 + 43, 0);
	expect_step(XS_TRAP_HVC, true, 6 + 2 * 70000 + 3 * 6000 + 43 + 680, 0);
	expect_step(XS_TRAP_ABORT, false, 6 + 543, 0);
	expect_step(XS_TRAP_ABORT, true, 6 + 543 + 680, 0);
	expect_step(XS_COPY, true, 3 + 6000 + 400000, 0); /* no trap, no GICH */
}

static void test_carry(void)
{
	struct profile p = distinct_profile();
	struct charge c;

	charge_init(&c, &p, &costs, false);
	charge_xen(&c, XS_ITEM, 1);
	charge_dom0(&c, 1);
	EXPECT_U64(c.cycle, 1); /* 0.6 + 0.7 */
	EXPECT_U64(c.milli, 300);
	charge_dom0(&c, 1);
	EXPECT_U64(c.cycle, 2);
	EXPECT_U64(c.milli, 0);
	charge_cycles(&c, 98);
	EXPECT_U64(c.cycle, 100);
	EXPECT_U64(c.milli, 0);
	EXPECT_U64(c.xen_insns, 1);
	EXPECT_U64(c.dom0_insns, 2);
}

static void test_n_times(void)
{
	struct profile p = distinct_profile();
	struct charge at_once, one_by_one;

	charge_init(&at_once, &p, &costs, true);
	charge_init(&one_by_one, &p, &costs, true);
	for (int i = 0; i < XS_STEP_COUNT; i++) {
		charge_xen(&at_once, (enum xen_step)i, 137);
		for (int k = 0; k < 137; k++)
			charge_xen(&one_by_one, (enum xen_step)i, 1);
	}
	charge_dom0(&at_once, 1001);
	for (int k = 0; k < 1001; k++)
		charge_dom0(&one_by_one, 1);
	charge_xen(&at_once, XS_COPY, 0);
	EXPECT(memcmp(&at_once, &one_by_one, sizeof(at_once)) == 0);
}

static void test_saturation(void)
{
	struct profile p = distinct_profile();
	struct charge c;

	charge_init(&c, &p, &costs, false);
	charge_xen(&c, XS_COPY, UINT64_MAX);
	EXPECT_U64(c.cycle, UINT64_MAX);
	EXPECT_U64(c.xen_insns, UINT64_MAX);
	EXPECT_U64(c.steps[XS_COPY], UINT64_MAX);
	charge_xen(&c, XS_COPY, 1);
	charge_dom0(&c, UINT64_MAX);
	charge_dom0(&c, 1);
	charge_cycles(&c, UINT64_MAX);
	EXPECT_U64(c.cycle, UINT64_MAX);
	EXPECT_U64(c.steps[XS_COPY], UINT64_MAX);
	EXPECT_U64(c.dom0_insns, UINT64_MAX);
	EXPECT(c.milli < 1000);
	EXPECT_U64(charge_ns(&c, UINT64_MAX), UINT64_MAX);
	EXPECT_U64(charge_dom0_insns_in(&c, UINT64_MAX), UINT64_MAX);
}

static void test_ns(void)
{
	struct profile p = distinct_profile();
	struct charge c;

	charge_init(&c, &p, &costs, false);
	EXPECT_U64(charge_ns(&c, 0), 0);
	EXPECT_U64(charge_ns(&c, 60), 120);
	p.p[PARAM_FREQ_MHZ].value = 1998;
	EXPECT_U64(charge_ns(&c, 1), 2); /* 1.998 */
	EXPECT_U64(charge_ns(&c, 500), 999);
	EXPECT_U64(charge_ns(&c, 501), 1001); /* 1000.998 */
	EXPECT_U64(charge_ns(&c, UINT64_C(1000000000000)), UINT64_C(1998000000000));
	p.p[PARAM_FREQ_MHZ].value = 1;
	EXPECT_U64(charge_ns(&c, 1), 1);
	EXPECT_U64(charge_ns(&c, 1000), 1);
	EXPECT_U64(charge_ns(&c, 1001), 2);
}

static void test_cntvct(void)
{
	struct profile p = icount_profile();
	struct charge c;

	charge_init(&c, &p, &costs, false);
	/* QEMU: 16 ns a tick; 50 million instructions gave 0x2faf09 ticks, its start included */
	EXPECT_U64(charge_cntvct(&c, 15), 0);
	EXPECT_U64(charge_cntvct(&c, 16), 1);
	EXPECT_U64(charge_cntvct(&c, 50000000), 3125000);
	EXPECT_U64(charge_cntvct(&c, UINT64_MAX), UINT64_MAX / 16);
	p.p[PARAM_FREQ_MHZ].value = 10000;
	p.p[PARAM_CNTFRQ_HZ].value = 1000000000;
	EXPECT_U64(charge_cntvct(&c, UINT64_MAX), UINT64_MAX / 10);
}

static void test_budget(void)
{
	struct profile p = distinct_profile();
	uint64_t state = 7;
	struct charge c;

	charge_init(&c, &p, &costs, false);
	EXPECT_U64(charge_dom0_cycles(&c, 0), 0);
	EXPECT_U64(charge_dom0_cycles(&c, 1), 1);
	EXPECT_U64(charge_dom0_cycles(&c, 10), 7);
	EXPECT_U64(charge_dom0_cycles(&c, 11), 8);
	EXPECT_U64(charge_dom0_insns_in(&c, 0), 0);
	EXPECT_U64(charge_dom0_insns_in(&c, 7), 10);
	EXPECT_U64(charge_dom0_insns_in(&c, 8), 11);
	for (int i = 0; i < 1000; i++) {
		uint64_t cycles = unit_rand(&state) % 1000000, insns;

		p.p[PARAM_CPI_EL1].value = 1 + unit_rand(&state) % 5000;
		insns = charge_dom0_insns_in(&c, cycles);
		EXPECT(charge_dom0_cycles(&c, insns) <= cycles);
		EXPECT(charge_dom0_cycles(&c, insns + 1) > cycles);
		/* a budget of that many never passes the deadline, whatever was carried */
		c.cycle = 0;
		c.milli = unit_rand(&state) % 1000;
		charge_dom0(&c, insns);
		EXPECT(c.cycle <= cycles);
	}
	p.p[PARAM_CPI_EL1].value = 0;
	EXPECT_U64(charge_dom0_insns_in(&c, 5), UINT64_MAX);
	EXPECT_U64(charge_dom0_cycles(&c, UINT64_MAX), 0);
}

/* On the recorded machine a cycle is an instruction: real costs give the recorded counts. */
static void test_recorded_machine(void)
{
	struct profile p = icount_profile();
	struct charge c;

	charge_init(&c, &p, &xen_version_find("4.22")->costs, false);
	charge_xen(&c, XS_TRAP_HVC, 1);
	charge_xen(&c, XS_MEMORY_OP, 1);
	charge_xen(&c, XS_COPY, 4);
	charge_xen(&c, XS_ITEM, 1);
	charge_xen(&c, XS_IOMEM, 1);
	charge_xen(&c, XS_IOMEM_RANGE, 3);
	charge_xen(&c, XS_P2M_INSERT, 1);
	charge_xen(&c, XS_P2M_NEXT_LEVEL, 3);
	charge_xen(&c, XS_P2M_REPLACE, 1);
	EXPECT_U64(c.cycle, 2298);
	EXPECT_U64(c.xen_insns, 2298);
}

static void test_names(void)
{
	static const char *const bases[BASIS_COUNT] = {"S", "S2", "M", "D", "R", "E"};

	for (int i = 0; i < XS_STEP_COUNT; i++) {
		if (!EXPECT(xen_step_name[i] != NULL))
			continue;
		for (int k = 0; k < i; k++)
			EXPECT(strcmp(xen_step_name[i], xen_step_name[k]) != 0);
	}
	EXPECT_STR(xen_step_name[XS_TRAP_HVC], "trap_hvc");
	EXPECT_STR(xen_step_name[XS_SMMU_FAULT], "smmu_fault");
	for (int i = 0; i < BASIS_COUNT; i++)
		EXPECT_STR(basis_name[i], bases[i]);
}

static void test_params(void)
{
	for (int i = 0; i < PARAM_COUNT; i++) {
		const struct param_info *info = &param_info[i];

		if (!EXPECT(info->key && info->unit && info->help))
			continue;
		EXPECT(strchr(info->key, '.') != NULL);
		EXPECT(info->max > 0 && info->max <= 1000000000);
		for (int k = 0; k < i; k++)
			EXPECT(strcmp(info->key, param_info[k].key) != 0);
	}
}

/* At every parameter's limit a step's cost still fits: no product may wrap. */
static void test_limits(void)
{
	static const struct xen_costs big = {
		.step = {[XS_TRAP_ABORT] = {UINT32_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX,
					    UINT16_MAX, UINT16_MAX, BASIS_E, "limit"}}};
	uint64_t m = 1000000;
	struct profile p = {.name = "limits"};
	struct charge c;

	for (int i = 0; i < PARAM_COUNT; i++)
		p.p[i].value = param_info[i].max;
	charge_init(&c, &p, &big, true);
	charge_xen(&c, XS_TRAP_ABORT, 1);
	EXPECT_U64(c.cycle,
		   UINT64_C(4294967295) * 100 + 6 * UINT64_C(65535) * m + 3 * m + 64 * 2 * m);
	EXPECT_U64(charge_cntvct(&c, UINT64_MAX), UINT64_MAX / 10);
}

/* Each machine names every parameter once. What the file says is the loader's to test. */
static void test_machines(void)
{
	static const char *const names[] = {"cortex-a57", "qemu-icount"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[1024];
		char *text;

		snprintf(path, sizeof(path), SOURCE_DIR "/machines/%s.yaml", names[i]);
		text = unit_read_file(path, NULL);
		for (int k = 0; text && k < PARAM_COUNT; k++) {
			char key[64];
			const char *at;

			snprintf(key, sizeof(key), "\n  %s: {value: ", param_info[k].key);
			at = strstr(text, key);
			EXPECT(at && !strstr(at + 1, key));
		}
		free(text);
	}
}

static const struct unit_test tests[] = {
	{"a new charge starts at cycle 0 with nothing counted", test_init},
	{"each system instruction costs what the machine says", test_system_instructions},
	{"a trap costs its entry and return, and GICH on a GICv2", test_traps},
	{"parts of a cycle are carried between Xen and Dom0", test_carry},
	{"n times a step is the step n times", test_n_times},
	{"sums saturate instead of wrapping", test_saturation},
	{"nanoseconds become cycles, rounded up", test_ns},
	{"CNTVCT counts at its own frequency", test_cntvct},
	{"an instruction budget never passes its deadline", test_budget},
	{"on the recorded machine a replaced page takes 2298 cycles", test_recorded_machine},
	{"steps and bases have names of their own", test_names},
	{"each parameter has a key, a unit, a limit and a help", test_params},
	{"at the limits of all parameters nothing wraps", test_limits},
	{"each machine names every parameter once", test_machines},
};

int main(int argc, char **argv)
{
	return unit_main("charge", tests, ARRAY_SIZE(tests), argc, argv);
}
