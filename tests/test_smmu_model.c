// SPDX-License-Identifier: GPL-2.0-only
#include "sim/smmu_model.h"
#include "tests/p2m_fixture.h"

#define DEV  UINT64_C(0x0a000000) /* MMIO, 4 pages */
#define NIC  0x10u
#define RAM  UINT64_C(0x41000000) /* in the fixture's bank */
#define HOLE UINT64_C(0x0b000000)

/* Costs that tell themselves apart in a sum: cycles are ns here. */
#define LOOKUP 3
#define PTW    100
#define SYNC   7000

struct fixture {
	struct fx fx;
	struct platform plat;
	struct bus bus;
	struct profile profile;
	struct xen_costs costs;
	struct charge charge;
	struct smmu smmu;
};

static void begin(struct fixture *f, const struct p2m_rules *rules, unsigned int pa_bits)
{
	memset(f, 0, sizeof(*f));
	fx_init(&f->fx, rules, pa_bits);
	CHECK(vec_push(&f->plat.regions, (struct region){"dev", DEV, 0x4000, TRUTH_MMIO, "test"}) ==
	      0);
	bus_init(&f->bus, &f->plat, &f->fx.mem);
	f->profile.p[PARAM_FREQ_MHZ].value = 1000;
	f->profile.p[PARAM_SMMU_LOOKUP].value = LOOKUP;
	f->profile.p[PARAM_SMMU_PTW_NS].value = PTW;
	f->profile.p[PARAM_SMMU_SYNC_NS].value = SYNC;
	charge_init(&f->charge, &f->profile, &f->costs, false);
	smmu_init(&f->smmu, &f->fx.p2m, &f->bus, &f->charge);
	EXPECT_I64(smmu_stream(&f->smmu, NIC, STREAM_STAGE2), 0);
}

static void end(struct fixture *f)
{
	EXPECT_U64(f->smmu.walks, f->smmu.misses);
	smmu_fini(&f->smmu);
	smmu_fini(&f->smmu);
	smmu_invalidate(&f->smmu); /* as the p2m's builder does before there is an SMMU */
	EXPECT_U64(f->smmu.invalidations, 0);
	bus_fini(&f->bus);
	platform_fini(&f->plat);
	fx_fini(&f->fx);
}

static struct dma dma(uint64_t iova, unsigned int bytes, bool write, uint64_t value)
{
	return (struct dma){.stream = NIC,
			    .iova = {iova},
			    .bytes = bytes,
			    .write = write,
			    .value = value,
			    .pa = {0xdead}};
}

static void map(struct fixture *f, uint64_t iova, uint64_t pa_, enum p2m_type t)
{
	EXPECT_I64(p2m_set_entry(&f->fx.p2m, gfn(iova >> 12), 1, mfn(pa_ >> 12), t), 0);
}

static uint64_t cycles(struct fixture *f)
{
	uint64_t c = f->charge.cycle;

	f->charge.cycle = 0;
	return c;
}

static void test_map_then_dma(void)
{
	struct fixture f;
	struct dma d = dma(DEV + 8, 8, true, 0x1122334455667788);
	struct smmu_fault fault;

	begin(&f, &fx_rules_4_22, 40);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_TERMINATED);
	EXPECT_U64(d.pa.v, 0xdead);
	EXPECT_U64(cycles(&f), LOOKUP + PTW); /* the empty root entry is one read */
	map(&f, DEV, DEV, P2M_MMIO_DIRECT_C);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	EXPECT_U64(d.pa.v, DEV + 8);
	EXPECT_U64(cycles(&f), LOOKUP + 3 * PTW);
	d = dma(DEV + 12, 4, false, 0);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	EXPECT_U64(d.value, 0x11223344);
	EXPECT_U64(cycles(&f), LOOKUP);
	EXPECT_U64(f.smmu.hits, 1);
	EXPECT_U64(f.smmu.misses, 2);
	EXPECT_U64(f.smmu.walks, 2);
	EXPECT_U64(f.smmu.faults, 1);
	EXPECT(smmu_next_fault(&f.smmu, &fault));
	EXPECT_U64(fault.stream, NIC);
	EXPECT_U64(fault.iova.v, DEV + 8);
	EXPECT(fault.write && !fault.stalled && !fault.permission);
	EXPECT_U64(fault.level, 1);
	EXPECT(!smmu_next_fault(&f.smmu, &fault));
	EXPECT_U64(cycles(&f), 0);
	end(&f);
}

static void test_modes(void)
{
	struct fixture f;
	struct dma d = dma(DEV, 4, true, 1);
	struct smmu_fault fault;

	begin(&f, &fx_rules_4_22, 40);
	f.smmu.stall = true; /* no help: an unknown stream is never stalled */
	d.stream = 99;
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_TERMINATED);
	EXPECT(smmu_next_fault(&f.smmu, &fault));
	EXPECT_U64(fault.stream, 99);
	EXPECT(!fault.stalled);
	EXPECT_U64(f.smmu.walks, 0);
	EXPECT_I64(smmu_stream(&f.smmu, 99, STREAM_BYPASS), 0);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	EXPECT_U64(d.pa.v, DEV);
	EXPECT_U64(cycles(&f), 2 * LOOKUP);
	EXPECT_I64(smmu_stream(&f.smmu, 99, STREAM_ABORT), 0);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_TERMINATED);
	EXPECT_U64(f.smmu.streams.count, 2);
	EXPECT_U64(f.smmu.faults, 2);
	end(&f);
}

static void test_external(void)
{
	struct fixture f;
	struct dma d = dma(HOLE + 0x10, 4, true, 1);

	begin(&f, &fx_rules_4_22, 40);
	map(&f, HOLE, HOLE, P2M_MMIO_DIRECT_C);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_EXTERNAL);
	EXPECT_U64(d.pa.v, HOLE + 0x10);
	d.write = false;
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_EXTERNAL);
	EXPECT_U64(d.value, 1);
	EXPECT_U64(f.smmu.faults, 0);
	end(&f);
}

static void test_permission(void)
{
	struct fixture f;
	struct dma d = dma(RAM, 8, false, 0);
	struct smmu_fault fault;

	begin(&f, &fx_rules_4_22, 40);
	map(&f, RAM, RAM, P2M_RAM_RO);
	for (int cached = 0; cached < 2; cached++) {
		struct dma w = dma(RAM, 8, true, 1);

		EXPECT_I64(smmu_access(&f.smmu, &w), SMMU_TERMINATED);
		EXPECT(smmu_next_fault(&f.smmu, &fault));
		EXPECT(fault.permission && fault.write);
		EXPECT_U64(fault.level, 3);
		EXPECT_U64(f.smmu.hits, (uint64_t)cached); /* the failed walk was not cached */
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		f.smmu.hits = (uint64_t)cached;
	}
	end(&f);
}

static void test_block(void)
{
	struct fixture f;
	struct dma d = dma(RAM + 0x1ff123, 1, true, 0x5a);

	begin(&f, &fx_rules_4_22, 40);
	EXPECT_I64(p2m_set_entry(&f.fx.p2m, gfn(RAM >> 12), 512, mfn((RAM + 0x200000) >> 12),
				 P2M_RAM_RW),
		   0);
	for (int i = 0; i < 2; i++) { /* by a walk, and by the IOTLB */
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		EXPECT_U64(d.pa.v, RAM + 0x3ff123);
	}
	EXPECT_U64(cycles(&f), 2 * LOOKUP + 2 * PTW);
	EXPECT_U64(memory_read64(&f.fx.mem, pa(RAM + 0x3ff120)), 0x5a000000);
	end(&f);
}

/* What software calls mapped is a fault to hardware where the valid bit is clear. */
static void test_valid_bits(void)
{
	static const struct {
		unsigned int pa_bits;
		unsigned int root;
	} rows[] = {{40, 1}, {44, 0}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct dma d = dma(DEV, 4, false, 0);
		struct smmu_fault fault;
		unsigned int level = rows[i].root;

		begin(&f, &fx_rules_4_22, rows[i].pa_bits);
		map(&f, DEV, DEV, P2M_MMIO_DIRECT_C);
		p2m_invalidate_root(&f.fx.p2m);
		for (; level <= LPAE_LEAF; level++) {
			EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_TERMINATED);
			EXPECT_U64(cycles(&f), LOOKUP + PTW * (level - rows[i].root + 1));
			EXPECT(smmu_next_fault(&f.smmu, &fault));
			EXPECT_U64(fault.level, level);
			EXPECT(p2m_resolve_fault(&f.fx.p2m, ipa(DEV)));
		}
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		end(&f);
	}
}

static void test_start_level(void)
{
	static const struct {
		unsigned int pa_bits;
		enum smmu_result result;
		uint64_t cost;
	} rows[] = {
		{40, SMMU_DONE, LOOKUP + 3 * PTW},
		{44, SMMU_TERMINATED, LOOKUP},
		{48, SMMU_TERMINATED, LOOKUP},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dma d = dma(DEV, 4, true, 1);
		struct fixture f;
		struct smmu_fault fault;

		begin(&f, &fx_rules_4_8, rows[i].pa_bits);
		f.smmu.level1_start = true;
		map(&f, DEV, DEV, P2M_MMIO_DIRECT_DEV);
		EXPECT_I64(smmu_access(&f.smmu, &d), rows[i].result);
		EXPECT_U64(cycles(&f), rows[i].cost); /* no descriptor is read */
		if (EXPECT(smmu_next_fault(&f.smmu, &fault) == (i > 0)) && i > 0)
			EXPECT(fault.level == 0 && !fault.permission && fault.iova.v == DEV);
		/* a stream that is not translated does not care */
		EXPECT_I64(smmu_stream(&f.smmu, NIC, STREAM_BYPASS), 0);
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		end(&f);
	}
}

static void test_out_of_range(void)
{
	static const uint64_t iovas[] = {UINT64_C(1) << 40, (UINT64_C(1) << 40) + DEV,
					 UINT64_MAX - 0xfff};
	static const struct p2m_rules *const rules[] = {&fx_rules_4_9, &fx_rules_4_22};

	for (size_t r = 0; r < ARRAY_SIZE(rules); r++) {
		struct fixture f;
		struct smmu_fault fault;

		begin(&f, rules[r], 40);
		map(&f, DEV, DEV, P2M_MMIO_DIRECT_C);
		for (size_t i = 0; i < ARRAY_SIZE(iovas); i++) {
			struct dma d = dma(iovas[i], 4, false, 0);

			EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_TERMINATED);
			EXPECT_U64(cycles(&f), LOOKUP);
			EXPECT(smmu_next_fault(&f.smmu, &fault));
			EXPECT_U64(fault.level, 0);
			EXPECT_U64(fault.iova.v, iovas[i]);
		}
		end(&f);
	}
}

static void test_stale(void)
{
	struct fixture f;
	struct dma d = dma(DEV, 4, true, 1);

	begin(&f, &fx_rules_4_22, 40);
	map(&f, DEV, DEV, P2M_MMIO_DIRECT_C);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	map(&f, DEV, DEV + 0x1000, P2M_MMIO_DIRECT_C);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	EXPECT_U64(d.pa.v, DEV); /* nobody invalidated: the old page is still reached */
	cycles(&f);
	smmu_invalidate(&f.smmu);
	EXPECT_U64(cycles(&f), SYNC);
	EXPECT_U64(f.smmu.invalidations, 1);
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
	EXPECT_U64(d.pa.v, DEV + 0x1000);
	end(&f);
}

static void test_replacement(void)
{
	struct fixture f;
	uint64_t walks;

	begin(&f, &fx_rules_4_22, 40);
	EXPECT_I64(smmu_stream(&f.smmu, NIC + 1, STREAM_STAGE2), 0);
	EXPECT_I64(p2m_set_entry(&f.fx.p2m, gfn(RAM >> 12), 128, mfn(RAM >> 12), P2M_RAM_RW), 0);
	for (unsigned int round = 0; round < 2; round++)
		for (uint64_t page = 0; page < SMMU_IOTLB; page++) {
			struct dma d = dma(RAM + (page << 12), 8, false, 0);

			EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		}
	EXPECT_U64(f.smmu.walks, SMMU_IOTLB); /* 64 pages in a row all stay */
	EXPECT_U64(f.smmu.hits, SMMU_IOTLB);
	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int stream = 0; stream < 2; stream++) {
			struct dma d = dma(RAM, 8, false, 0);

			d.stream += stream;
			EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		}
	walks = SMMU_IOTLB + 1; /* the other stream's page is another entry */
	EXPECT_U64(f.smmu.walks, walks);
	for (unsigned int round = 0; round < 2; round++) { /* 64 pages on: the same entry */
		struct dma near = dma(RAM + 0x2000, 8, false, 0);
		struct dma far = dma(RAM + 0x42000, 8, false, 0);

		EXPECT_I64(smmu_access(&f.smmu, &far), SMMU_DONE);
		EXPECT_I64(smmu_access(&f.smmu, &near), SMMU_DONE);
		EXPECT_U64(near.pa.v, RAM + 0x2000);
	}
	EXPECT_U64(f.smmu.walks, walks + 4);
	end(&f);
}

static void test_stall(void)
{
	struct fixture f;
	struct dma d = dma(DEV, 4, true, 0x77), e;
	struct smmu_fault fault;

	begin(&f, &fx_rules_4_8, 40);
	f.smmu.stall = true;
	EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_STALLED);
	EXPECT(smmu_next_fault(&f.smmu, &fault));
	EXPECT(fault.stalled);
	EXPECT_I64(smmu_resume(&f.smmu, &d, true), SMMU_STALLED); /* nothing was mapped */
	EXPECT(smmu_next_fault(&f.smmu, &fault));
	map(&f, DEV, DEV, P2M_MMIO_DIRECT_DEV);
	EXPECT_I64(smmu_resume(&f.smmu, &d, true), SMMU_DONE);
	EXPECT_U64(d.pa.v, DEV);
	e = dma(HOLE, 4, true, 1);
	EXPECT_I64(smmu_access(&f.smmu, &e), SMMU_STALLED);
	cycles(&f);
	EXPECT_I64(smmu_resume(&f.smmu, &e, false), SMMU_TERMINATED);
	EXPECT_U64(cycles(&f), 0);
	EXPECT_U64(e.pa.v, 0xdead);
	EXPECT_U64(f.smmu.faults, 3);
	end(&f);
}

static void test_queue(void)
{
	struct fixture f;
	struct smmu_fault fault;
	unsigned int want = 0;

	begin(&f, &fx_rules_4_8, 40);
	f.smmu.stall = true;
	/* half a queue in and out first, so that the ring wraps */
	for (unsigned int i = 0; i < SMMU_QUEUE / 2; i++) {
		struct dma d = dma(HOLE, 4, true, 0);

		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_STALLED);
		EXPECT(smmu_next_fault(&f.smmu, &fault));
	}
	for (unsigned int i = 0; i < SMMU_QUEUE + 3; i++) {
		struct dma d = dma(HOLE + 4 * i, 4, i % 2, 0);

		EXPECT_I64(smmu_access(&f.smmu, &d),
			   i < SMMU_QUEUE ? SMMU_STALLED : SMMU_TERMINATED);
	}
	EXPECT_U64(f.smmu.queue_overflow, 3);
	EXPECT_U64(f.smmu.faults, SMMU_QUEUE + SMMU_QUEUE / 2 + 3);
	for (; smmu_next_fault(&f.smmu, &fault); want++) {
		EXPECT_U64(fault.iova.v, HOLE + 4 * want);
		EXPECT_U64(fault.write, want % 2);
	}
	EXPECT_U64(want, SMMU_QUEUE);
	end(&f);
}

static void test_transfer_sizes(void)
{
	struct fixture f;
	uint64_t seed = 3;

	begin(&f, &fx_rules_4_22, 40);
	EXPECT_I64(p2m_set_entry(&f.fx.p2m, gfn(RAM >> 12), 1, mfn(RAM >> 12), P2M_RAM_RW), 0);
	for (int i = 0; i < 200; i++) {
		uint8_t *page = memory_ptr(&f.fx.mem, pa(RAM), PAGE_SIZE);
		uint64_t value = unit_rand(&seed), offset = unit_rand(&seed) % PAGE_SIZE;
		unsigned int bytes = 1 + (unsigned int)(unit_rand(&seed) % (PAGE_SIZE - offset));
		struct dma d = dma(RAM + offset, bytes, true, value);
		uint64_t mask = bytes < 8 ? (UINT64_C(1) << 8 * bytes) - 1 : ~UINT64_C(0);
		bool same = true;

		memset(page, 0xee, PAGE_SIZE);
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		for (uint64_t k = 0; k < PAGE_SIZE; k++)
			same &= page[k] == (k - offset < bytes
						    ? (uint8_t)(value >> 8 * ((k - offset) % 8))
						    : 0xee);
		EXPECT(same);
		d = dma(RAM + offset, bytes, false, 0);
		EXPECT_I64(smmu_access(&f.smmu, &d), SMMU_DONE);
		EXPECT_U64(d.value & mask, value & mask);
	}
	end(&f);
}

static void cross_page(void *ctx)
{
	struct fixture *f = ctx;
	struct dma d = dma(RAM + 0xffc, 8, false, 0);

	smmu_access(&f->smmu, &d);
}

static void empty_dma(void *ctx)
{
	struct fixture *f = ctx;
	struct dma d = dma(RAM, 0, false, 0);

	smmu_access(&f->smmu, &d);
}

static void test_bugs(void)
{
	struct fixture f;

	begin(&f, &fx_rules_4_22, 40);
	EXPECT(fx_aborts(cross_page, &f));
	EXPECT(fx_aborts(empty_dma, &f));
	end(&f);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"a DMA faults before the page is mapped and succeeds after", test_map_then_dma},
		{"a stream is unknown, bypassed or aborted", test_modes},
		{"a translated hole is an external abort, not a fault", test_external},
		{"a read-only page refuses writes, walked or cached", test_permission},
		{"a block is translated to its page", test_block},
		{"a clear valid bit faults at its level, one level after another", test_valid_bits},
		{"a start level of 1 faults on a 4-level table, whatever is mapped",
		 test_start_level},
		{"an address above the input range faults at level 0", test_out_of_range},
		{"the IOTLB keeps a page until it is invalidated", test_stale},
		{"64 pages in a row fit, and replacement is by page and stream", test_replacement},
		{"a stalled transaction is retried or terminated", test_stall},
		{"the fault queue is a ring that counts what it loses", test_queue},
		{"a transfer of any size and alignment moves just its bytes", test_transfer_sizes},
		{"a transfer across a page or without bytes is a bug", test_bugs},
	};

	return unit_main("smmu_model", tests, ARRAY_SIZE(tests), argc, argv);
}
