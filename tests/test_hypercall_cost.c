// SPDX-License-Identifier: GPL-2.0-only
/* Hypercalls cost what the recorded runs show: each formula comes out of the steps. */
#include "tests/machine.h"

#define FRAME(addr) ((addr) >> PAGE_SHIFT)

static uint64_t insns_of(struct machine *m, uint64_t frame, unsigned int n)
{
	m_batch(m, frame, frame, n);
	return m_last(m)->insns;
}

static void test_cost_one_page(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	insns_of(&m, FRAME(M_VIRTIO), 1);
	EXPECT_U64(insns_of(&m, FRAME(M_VIRTIO) + 1, 1), 2254);
	EXPECT_U64(m_last(&m)->tlbi, 0);
	EXPECT_U64(m_last(&m)->tables, 0);
	EXPECT_U64(insns_of(&m, FRAME(M_VIRTIO) + 1, 1), 2298);
	EXPECT_U64(m_last(&m)->tlbi, 1);
	EXPECT_U64(m_last(&m)->cycle + m_last(&m)->cycles, m.charge.cycle);
	m_fini(&m);
}

static void test_cost_first_tables(void)
{
	struct machine m;

	m_prepare(&m, "4.22", "notifier", 3);
	m.plat.heap_dirty = 1;
	m.plat.heap_phase = 14;
	EXPECT_I64(m_build(&m, 0), 0);
	m_touch_buffers(&m);
	/* Recorded: 5310 with two tables, one of them dirty; then 3486 with one. */
	EXPECT_U64(insns_of(&m, FRAME(M_FWCFG), 1), 5315);
	EXPECT_U64(m_last(&m)->tables, 2);
	EXPECT_U64(insns_of(&m, FRAME(M_VIRTIO), 1), 3486);
	EXPECT_U64(m_last(&m)->tables, 1);
	m_fini(&m);
}

static void test_cost_unmasked(void)
{
	struct machine m;

	m_init(&m, "4.22", "b");
	insns_of(&m, FRAME(M_ECAM), 1);
	for (unsigned int n = 1; n <= 256; n *= 4)
		EXPECT_U64(insns_of(&m, FRAME(M_ECAM) + n, n), 630 + 1624 * n);
	m_fini(&m);
}

static void test_cost_masked(void)
{
	struct machine m;

	m_init(&m, "4.22", "b");
	insns_of(&m, FRAME(M_ECAM), 1);
	m.cpu.pstate |= PSTATE_I;
	for (unsigned int n = 1; n <= 64; n *= 4)
		EXPECT_U64(insns_of(&m, FRAME(M_ECAM) + n, n), 747 + 1507 * n);
	m.xen.virq_pending = true;
	EXPECT_U64(insns_of(&m, FRAME(M_ECAM) + 300, 10), 897 + 1507 * 10);
	m_fini(&m);
}

static void test_cost_denied(void)
{
	struct machine m;

	m_init(&m, "4.22", "b");
	m.cpu.pstate |= PSTATE_I;
	/*
	 * Recorded for the distributor: 17061, of which about 91 are the instruments of that
	 * build. All denied: rights are asked, nothing is walked.
	 */
	EXPECT_U64(insns_of(&m, FRAME(M_GICD), 16), 16971);
	EXPECT_U64(m_last(&m)->denied, 16);
	m_fini(&m);
}

static void test_cost_op_7(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	insns_of(&m, FRAME(M_VIRTIO), 1);
	m_add_one(&m, XENMAPSPACE_DEV_MMIO, FRAME(M_VIRTIO) + 1, FRAME(M_VIRTIO) + 1);
	/* One guest copy instead of four, and no loop of a batch: 39 in place of 336. */
	EXPECT_U64(m_last(&m)->insns, 2254 - 3 * 192 - (336 - 39));
	m_fini(&m);
}

static void test_cost_4_8(void)
{
	struct machine m;

	m_init(&m, "4.8", "notifier");
	insns_of(&m, FRAME(M_VIRTIO), 2);
	/* The recorded calls replaced valid entries, with Dom0's interrupts masked. */
	m.cpu.pstate |= PSTATE_I;
	EXPECT_U64(insns_of(&m, FRAME(M_VIRTIO), 1), 2028);
	EXPECT_U64(insns_of(&m, FRAME(M_VIRTIO), 2), 3352);
	m_fini(&m);
}

static const struct unit_test tests[] = {
	{"one page costs 2254 fresh and 2298 replaced", test_cost_one_page},
	{"the first calls cost what was recorded, with their tables", test_cost_first_tables},
	{"n pages cost 630 + 1624 n", test_cost_unmasked},
	{"n pages masked cost 747 + 1507 n, and 150 if an interrupt waits", test_cost_masked},
	{"16 denied pages cost what was recorded", test_cost_denied},
	{"op 7 saves three guest copies and the loop", test_cost_op_7},
	{"4.8: one page replaced costs 2028, two 3352", test_cost_4_8},
};

int main(int argc, char **argv)
{
	return unit_main("hypercall_cost", tests, ARRAY_SIZE(tests), argc, argv);
}
