// SPDX-License-Identifier: GPL-2.0-only
#include "base/check.h"
#include "tests/replay_fixture.h"

#define LAB  "platform: lab\nmachine: qemu-icount\nsteps:\n"
#define SMMU "platform: lab\nmachine: qemu-icount\nsmmu: {stage2: true}\nsteps:\n"
#define CMB  UINT64_C(0x8000000000)
#define SPCR UINT64_C(0x9000000)

static void test_order(void)
{
	struct played p;

	/* posted late, early, and twice for the same cycle: time first, then posting order */
	if (play(&p,
		 LAB
		 "  - dma: {from: nic, to: nvme.bar4, bytes: 8, delay: 3000, background: true}\n"
		 "  - dma: {from: nvme, to: nvme.bar4, bytes: 8, delay: 1000, background: true}\n"
		 "  - dma: {from: nic, to: nvme.bar4, bytes: 16, delay: 1000, background: true}\n"
		 "  - dma: {from: nvme, to: nvme.bar4, bytes: 24}\n",
		 "none", "4.22", "6.1")) {
		static const uint32_t sizes[] = {24, 8, 16, 8};
		static const char *const by[] = {"nvme", "nvme", "nic", "nic"};
		uint64_t last = 0;

		EXPECT_U64(played_count(&p, EV_DMA), 4);
		for (size_t i = 0; i < 4; i++) {
			const struct event *ev = played_event(&p, EV_DMA, i);

			EXPECT_U64(ev->size, sizes[i]);
			EXPECT_STR(ev->by, by[i]);
			EXPECT(ev->cycle >= last);
			last = ev->cycle;
		}
		EXPECT_U64(played_event(&p, EV_DMA, 2)->cycle, played_event(&p, EV_DMA, 1)->cycle);
	}
	played_end(&p);
}

static void test_pieces(void)
{
	struct played p;

	/* cut at pages; stops at the first that fails */
	if (play(&p,
		 SMMU "  - request: {at: nvme.bar4, pages: 2}\n"
		      "  - dma: {from: nic, to: nvme.bar4 + 0xff0, bytes: 0x2000}\n",
		 "none", "4.22", "6.1")) {
		const struct event *fault = played_event(&p, EV_DMA_FAULT, 0);

		EXPECT_U64(played_step(&p, 1)->outcome, OUTCOME_TERMINATED);
		EXPECT_U64(played_count(&p, EV_DMA), 2);
		EXPECT_U64(played_event(&p, EV_DMA, 0)->size, 0x10);
		EXPECT_U64(played_event(&p, EV_DMA, 1)->gpa, CMB + 0x1000);
		EXPECT_U64(played_event(&p, EV_DMA, 1)->target_pa, CMB + 0x1000);
		EXPECT_U64(fault->gpa, CMB + 0x2000);
		EXPECT_U64(fault->size, 0xff0);
		EXPECT_I64(fault->rc, -1);
		EXPECT_U64(fault->reached, false);
		EXPECT_U64(fault->stream, 8);
		EXPECT_U64(played_count(&p, EV_DMA_FAULT), 1);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_DMA);
	}
	played_end(&p);
}

static void test_stall(void)
{
	static const char *const text =
		SMMU "  - dma: {from: nic, to: nvme.bar4, bytes: 64}\n"
		     "  - dma: {from: nic, to: nvme.bar4, bytes: 64, op: read}\n"
		     "  - dma: {from: nic, to: spcr, bytes: 4}\n";
	struct played p;

	/* mapped and resumed; a page that the rights refuse is terminated */
	if (play(&p, text, "c+stall", "4.22", "6.1")) {
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_OK);
		EXPECT_U64(played_step(&p, 1)->outcome, OUTCOME_OK);
		EXPECT_U64(played_step(&p, 2)->outcome, OUTCOME_TERMINATED);
		EXPECT(played_event(&p, EV_DMA, 0)->insns > 0);
		EXPECT(played_event(&p, EV_DMA, 0)->cycles > played_event(&p, EV_DMA, 1)->cycles);
		EXPECT_U64(played_event(&p, EV_DMA, 1)->insns, 0);
		EXPECT_U64(played_event(&p, EV_DMA_FAULT, 0)->gpa, SPCR);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
	/* 4.8 stalls as well, and always terminates */
	if (play(&p, text, "c", "4.8", "6.1")) {
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_TERMINATED);
		EXPECT_U64(played_count(&p, EV_DMA), 0);
	}
	played_end(&p);
}

static void test_bypass(void)
{
	struct played p;

	/* no SMMU in the way: RAM of others and holes answer as the bus does */
	if (play(&p,
		 LAB "  - dma: {from: nic, to: other-ram, bytes: 64}\n"
		     "  - dma: {from: nic, to: 0xf0000000, bytes: 4}\n"
		     "  - dma: {from: nic, to: dom0_ram + 0x3f00001, bytes: 1}\n"
		     "  - read: {at: dom0_ram + 0x3f00001, width: 1}\n"
		     "  - msi: {from: nic, to: its0 + 0x10040}\n",
		 "none", "4.22", "6.1")) {
		EXPECT_U64(played_step(&p, 0)->outcome, OUTCOME_OK);
		EXPECT_U64(played_step(&p, 1)->outcome, OUTCOME_EXTERNAL);
		EXPECT_U64(played_step(&p, 3)->value, 0x5a);
		EXPECT_U64(played_step(&p, 4)->outcome, OUTCOME_OK);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_EXPOSED | 1u << FIND_EXTERNAL);
		EXPECT_U64(p.res.verdict.metrics[METRIC_DMA], 3);
		EXPECT_U64(p.res.verdict.metrics[METRIC_DMA_FAULTS], 1);
	}
	played_end(&p);
}

static void test_late_dma_is_judged(void)
{
	struct played p;

	/* on its way when the script ends: it still runs */
	if (play(&p,
		 SMMU
		 "  - dma: {from: nic, to: nvme.bar4, bytes: 8, delay: 1M, background: true}\n",
		 "none", "4.22", "6.1")) {
		EXPECT_U64(played_count(&p, EV_DMA_FAULT), 1);
		EXPECT(p.res.verdict.metrics[METRIC_CYCLES] > 1 << 20);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_DMA);
	}
	played_end(&p);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"transfers run in time order, then in posting order", test_order},
		{"a transfer is cut at pages and stops where one fails", test_pieces},
		{"a stalled transfer is mapped and resumed, or terminated", test_stall},
		{"without an SMMU a transfer goes where it says", test_bypass},
		{"a transfer still on its way at the end is judged", test_late_dma_is_judged},
	};

	return unit_main("dma", tests, ARRAY_SIZE(tests), argc, argv);
}
