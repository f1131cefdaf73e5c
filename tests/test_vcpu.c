// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "sim/vcpu.h"
#include "tests/p2m_fixture.h"
#include "tests/unit.h"

#define RAM	 UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(64) << 20)
#define HEAP	 UINT64_C(0x80000000)
#define CODE	 UINT64_C(0x200000) /* where a test's own instructions go */
#define DATA	 UINT64_C(0x300000)
#define L3	 UINT64_C(0x103000) /* stage-1 table of the test's window */
#define WINDOW	 UINT64_C(0xffff800000000000)
#define MMIO	 UINT64_C(0x9000000)
#define HOLE	 UINT64_C(0xa000000)
#define MMIO_END (MMIO + 0x10000)

extern const unsigned char dom0_image[], dom0_image_end[];

struct rig {
	struct memory mem;
	struct heap heap;
	struct p2m p2m;
	struct platform plat;
	struct bus bus;
	struct vcpu vcpu;
	struct dom0_header header;
};

static uint64_t va(uint64_t offset)
{
	return DOM0_LINEAR_BASE + offset;
}

/* Page n of the window is MMIO page n; page 16 + n is HOLE page n; page 32 + n is DATA page n. */
static void map_window(struct rig *r)
{
	memory_write64(&r->mem, pa(RAM + 0x100000), (RAM + 0x101000) | 3);
	memory_write64(&r->mem, pa(RAM + 0x101000), RAM | 0x70d);
	memory_write64(&r->mem, pa(RAM + 0x100000 + 256 * 8), (RAM + 0x102000) | 3);
	memory_write64(&r->mem, pa(RAM + 0x102000), (RAM + 0x104000) | 3);
	memory_write64(&r->mem, pa(RAM + 0x104000), (RAM + L3) | 3);
	for (uint64_t i = 0; i < 16; i++) {
		memory_write64(&r->mem, pa(RAM + L3 + i * 8), (MMIO + i * PAGE_SIZE) | 0x707);
		memory_write64(&r->mem, pa(RAM + L3 + (16 + i) * 8),
			       (HOLE + i * PAGE_SIZE) | 0x707);
		memory_write64(&r->mem, pa(RAM + L3 + (32 + i) * 8),
			       (RAM + DATA + i * PAGE_SIZE) | 0x70f);
	}
}

static void rig_init(struct rig *r)
{
	static const struct region regions[] = {
		{"mmio", MMIO, MMIO_END - MMIO, TRUTH_MMIO, "test"},
	};
	struct cpu cpu = {
		.pstate = PSTATE_EL1H | PSTATE_DAIF,
		.sp = va(0x240000),
		.ttbr1 = RAM + 0x100000,
		.tcr = 16 | 1 << 7 | 16u << 16 | UINT64_C(5) << 24 | UINT64_C(3) << 28 |
		       UINT64_C(2) << 30 | UINT64_C(4) << 32,
		.mair = 0xff440400,
		.sctlr = 0x30d0198d,
	};

	*r = (struct rig){.plat = {.name = "test", .cpu = "cortex-a57", .pa_bits = 44}};
	CHECK(vec_push(&r->plat.regions, regions[0]) == 0);
	memory_init(&r->mem);
	CHECK(memory_add_bank(&r->mem, pa(RAM), RAM_SIZE) == 0);
	CHECK(memory_add_bank(&r->mem, pa(HEAP), 16 << 20) == 0);
	memory_seal(&r->mem, pa(HEAP));
	heap_init(&r->heap, &r->mem, pa(HEAP), 4096);
	CHECK(p2m_init(&r->p2m, &fx_rules_4_22, 44, &r->mem, &r->heap, (struct p2m_sink){0}) == 0);
	CHECK(p2m_set_entry(&r->p2m, gfn(RAM >> 12), RAM_SIZE >> 12, mfn(RAM >> 12), P2M_RAM_RW) ==
	      0);
	bus_init(&r->bus, &r->plat, &r->mem);
	CHECK(vcpu_init(&r->vcpu, &r->mem, &r->bus) == 0);
	memcpy(memory_ptr(&r->mem, pa(RAM + DOM0_TEXT_OFFSET), 0x10000), dom0_image,
	       (size_t)(dom0_image_end - dom0_image));
	memcpy(&r->header, dom0_image, sizeof(r->header));
	cpu.vbar = r->header.vectors;
	cpu.pc = r->header.done;
	map_window(r);
	CHECK(vcpu_reset(&r->vcpu, &r->p2m, &cpu, RAM + r->header.stub - DOM0_LINEAR_BASE) == 0);
}

static void rig_fini(struct rig *r)
{
	vcpu_fini(&r->vcpu);
	bus_fini(&r->bus);
	heap_fini(&r->heap);
	platform_fini(&r->plat);
	memory_fini(&r->mem);
}

static struct vcpu_exit call(struct rig *r, enum dom0_fn fn, uint64_t a0, uint64_t a1, uint64_t a2)
{
	r->vcpu.cpu.x[0] = a0;
	r->vcpu.cpu.x[1] = a1;
	r->vcpu.cpu.x[2] = a2;
	r->vcpu.cpu.x[30] = r->header.done;
	r->vcpu.cpu.pc = r->header.entry[fn];
	return vcpu_run(&r->vcpu, 100000);
}

/* Runs a test's own words; x10 is the pointer they use. */
static struct vcpu_exit run_words(struct rig *r, const uint32_t *words, size_t count, uint64_t x10)
{
	memcpy(memory_ptr(&r->mem, pa(RAM + CODE), count * 4), words, count * 4);
	r->vcpu.cpu.x[10] = x10;
	r->vcpu.cpu.pc = va(CODE);
	return vcpu_run(&r->vcpu, 100000);
}

static void map_page(struct rig *r, uint64_t addr, enum p2m_type type)
{
	CHECK(p2m_set_entry(&r->p2m, gfn(addr >> 12), 1, mfn(addr >> 12), type) == 0);
}

#define HVC_DONE (0xd4000002u | DOM0_HVC_DONE << 5)

static const uint8_t access_bytes[DOM0_ACCESS_COUNT] = {1, 2, 4, 8, 1, 2, 4, 8, 8, 8, 8, 8, 8, 4};

static void test_fault_map_retry(void)
{
	struct rig r;

	for (unsigned int a = 0; a < DOM0_ACCESS_COUNT; a++) {
		struct vcpu_exit x;
		uint64_t ipa_want = MMIO + a * PAGE_SIZE + 8;

		rig_init(&r);
		r.vcpu.cpu.x[6] = 0x1234;
		x = call(&r, DOM0_FN_ACCESS, WINDOW + a * PAGE_SIZE + 8, 0x55, a);
		EXPECT_U64(x.kind, VCPU_ABORT);
		EXPECT_U64(x.walk.fault, MMU_S2_TRANSLATION);
		EXPECT_U64(x.walk.ipa.v, ipa_want);
		EXPECT_U64(x.walk.s1ptw, false);
		EXPECT_U64(x.bytes, access_bytes[a]);
		EXPECT_U64(x.pc, r.vcpu.cpu.pc);
		EXPECT_U64(r.vcpu.cpu.x[3], WINDOW + a * PAGE_SIZE + 8);
		map_page(&r, ipa_want & PAGE_MASK, P2M_MMIO_DIRECT_C);
		x = vcpu_run(&r.vcpu, 1000);
		EXPECT_U64(x.kind, VCPU_HVC);
		EXPECT_U64(x.imm, DOM0_HVC_DONE);
		EXPECT_STR(r.vcpu.disagreement, "");
		rig_fini(&r);
	}
}

static void test_external_undone(void)
{
	/* str x6,[x11]; ldr x7,[x10]; str x7,[x11,#8]; mov x7,#1; hvc */
	static const uint32_t words[] = {0xf9000166, 0xf9400147, 0xf9000567, 0xd2800027, HVC_DONE};
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	map_page(&r, HOLE, P2M_MMIO_DIRECT_C);
	r.vcpu.cpu.x[6] = 0xabcd;
	r.vcpu.cpu.x[7] = 0x7777;
	r.vcpu.cpu.x[11] = va(DATA);
	memory_write64(&r.mem, pa(RAM + DATA + 8), 0x9999);
	x = run_words(&r, words, ARRAY_SIZE(words), WINDOW + 16 * PAGE_SIZE);
	EXPECT_U64(x.kind, VCPU_EXTERNAL_ABORT);
	EXPECT_U64(x.walk.pa.v, HOLE);
	EXPECT_U64(x.pc, va(CODE) + 4);
	EXPECT_U64(x.insn, words[1]);
	EXPECT_U64(r.vcpu.cpu.pc, va(CODE) + 4);
	EXPECT_U64(r.vcpu.cpu.x[7], 0x7777);
	EXPECT_U64(memory_read64(&r.mem, pa(RAM + DATA)), 0xabcd);
	EXPECT_U64(memory_read64(&r.mem, pa(RAM + DATA + 8)), 0x9999);
	EXPECT_U64(r.vcpu.run_insns, 1);
	rig_fini(&r);
}

static void test_alignment(void)
{
	/* str x6,[x11]; ldr x7,[x10]; str x7,[x11,#8]; hvc */
	static const uint32_t words[] = {0xf9000166, 0xf9400147, 0xf9000567, HVC_DONE};
	static const struct {
		uint64_t va;
		enum p2m_type type; /* of the data page */
		bool faults;
	} rows[] = {
		{WINDOW + 4, P2M_RAM_RW, true}, /* Device in stage 1 */
		{WINDOW + 8, P2M_RAM_RW, false},
		{WINDOW + 32 * PAGE_SIZE + 4, P2M_RAM_RW, false}, /* Normal in both */
		{WINDOW + 32 * PAGE_SIZE + 4, P2M_MMIO_DIRECT_C, false},
		{WINDOW + 32 * PAGE_SIZE + 4, P2M_MMIO_DIRECT_DEV, true}, /* Device in stage 2 */
		{WINDOW + 33 * PAGE_SIZE - 4, P2M_MMIO_DIRECT_DEV, true}, /* its first half */
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vcpu_exit x;
		struct rig r;

		rig_init(&r);
		map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
		map_page(&r, RAM + DATA, rows[i].type);
		vcpu_tlb_flush(&r.vcpu);
		r.vcpu.cpu.x[6] = 0xabcd;
		r.vcpu.cpu.x[11] = va(DATA + 4 * PAGE_SIZE);
		x = run_words(&r, words, ARRAY_SIZE(words), rows[i].va);
		EXPECT_U64(x.kind, rows[i].faults ? VCPU_ABORT : VCPU_HVC);
		EXPECT_U64(memory_read64(&r.mem, pa(RAM + DATA + 4 * PAGE_SIZE)), 0xabcd);
		if (rows[i].faults) {
			EXPECT_U64(x.walk.fault, MMU_ALIGNMENT);
			EXPECT_U64(mmu_fsc(&x.walk), 0x21);
			EXPECT_U64(x.va, rows[i].va);
			EXPECT_U64(x.pc, va(CODE) + 4);
			EXPECT_U64(r.vcpu.run_insns, 1);
			EXPECT_U64(memory_read64(&r.mem, pa(RAM + DATA + 4 * PAGE_SIZE + 8)), 0);
		}
		EXPECT_STR(r.vcpu.disagreement, "");
		rig_fini(&r);
	}
}

/* Dom0 overwrites its own stage-2 root: noted by who maps it, not done by the engine. */
static void test_sealed(void)
{
	static const enum dom0_access stores[] = {DOM0_STR8, DOM0_STR64, DOM0_STP64, DOM0_CAS64};
	struct rig r;
	uint64_t before;

	rig_init(&r);
	before = memory_read64(&r.mem, r.p2m.root);
	CHECK(p2m_set_entry(&r.p2m, gfn(MMIO >> 12), 1, mfn(r.p2m.root.v >> 12),
			    P2M_MMIO_DIRECT_C) == 0);
	r.vcpu.watch_sealed = true;
	call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR64);
	EXPECT_U64(r.vcpu.cpu.x[0], before);
	for (unsigned int i = 0; i < ARRAY_SIZE(stores); i++) {
		uint64_t done = 0;
		struct vcpu_exit x = call(&r, DOM0_FN_ACCESS, WINDOW, ~UINT64_C(0), stores[i]);

		for (; x.kind == VCPU_DEADLINE && done < 10; done++)
			x = vcpu_run(&r.vcpu, 1000);
		EXPECT(done >= 1);
		EXPECT_U64(x.kind, VCPU_HVC);
		EXPECT_U64(memory_read64(&r.mem, r.p2m.root), before);
	}
	EXPECT_I64(bus_write(&r.bus, r.p2m.root, 8, ~UINT64_C(0)), BUS_OK);
	EXPECT_U64(memory_read64(&r.mem, r.p2m.root), before);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

/* An output address that stage 2's PS does not have: the engine does not look. */
static void test_address_size(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	CHECK(p2m_set_entry(&r.p2m, gfn(MMIO >> 12), 1, mfn(UINT64_C(0xfffffffff)),
			    P2M_MMIO_DIRECT_C) == 0);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 8, 0, DOM0_STR64);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_S2_ADDRESS_SIZE);
	EXPECT_U64(x.walk.ipa.v, MMIO + 8);
	EXPECT_U64(x.pc, r.vcpu.cpu.pc);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

/* Two pages that are not neighbours behind stage 2, one of them a device: a store into both. */
static void test_crossing_elsewhere(void)
{
	static const uint32_t store[] = {0xf9000147, HVC_DONE};
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	memory_write64(&r.mem, pa(RAM + L3 + 33 * 8), MMIO | 0x70f);
	map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
	r.vcpu.cpu.x[7] = UINT64_C(0x1122334455667788);
	x = run_words(&r, store, 2, WINDOW + 33 * PAGE_SIZE - 4);
	EXPECT_U64(x.kind, VCPU_HVC);
	EXPECT_STR(r.vcpu.disagreement, "");
	EXPECT_U64(memory_read64(&r.mem, pa(RAM + DATA + PAGE_SIZE - 8)) >> 32, 0x55667788);
	EXPECT_U64(r.bus.cells.items[0].value, 0x11223344);
	rig_fini(&r);
}

static void test_unaligned_exclusive(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 4, 0, DOM0_LDXR64);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_ALIGNMENT);
	EXPECT_U64(x.va, WINDOW + 4);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + PAGE_SIZE - 4, 0, DOM0_CAS64);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_ALIGNMENT);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

static void test_s1ptw(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	/* the window's level-3 table moves to an IPA that stage 2 does not map */
	memory_write64(&r.mem, pa(RAM + 0x104000), UINT64_C(0x60000000) | 3);
	x = call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_S2_TRANSLATION);
	EXPECT_U64(x.walk.s1ptw, true);
	EXPECT_U64(x.walk.ipa.v & PAGE_MASK, 0x60000000);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

static void test_stage1_faults(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 100 * PAGE_SIZE, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_S1_TRANSLATION);
	EXPECT_U64(x.walk.level, 3);
	/* a read-only page: AP[2] */
	memory_write64(&r.mem, pa(RAM + L3), MMIO | 0x787);
	map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
	x = call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_STR32);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_S1_PERMISSION);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

static void test_stage2_permission(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	map_page(&r, MMIO, P2M_RAM_RO);
	x = call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_HVC);
	x = call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_STR32);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.fault, MMU_S2_PERMISSION);
	EXPECT_U64(x.walk.level, 3);
	/* executing from an XN page */
	map_page(&r, MMIO + PAGE_SIZE, P2M_MMIO_DIRECT_C);
	x = call(&r, DOM0_FN_FETCH, WINDOW + PAGE_SIZE, 0, 0);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.access, MMU_FETCH);
	EXPECT_U64(x.walk.fault, MMU_S2_PERMISSION);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

static void test_crossing(void)
{
	/* ldr x7,[x10]; hvc and str x7,[x10]; hvc */
	static const uint32_t load[] = {0xf9400147, HVC_DONE};
	static const uint32_t store[] = {0xf9000147, HVC_DONE};
	struct rig r;
	struct vcpu_exit x;

	for (unsigned int pass = 0; pass < 2; pass++) {
		rig_init(&r);
		memory_write64(&r.mem, pa(RAM + L3 + 33 * 8), UINT64_C(0x60001000) | 0x70f);
		x = run_words(&r, pass ? store : load, 2, WINDOW + 33 * PAGE_SIZE - 4);
		EXPECT_U64(x.kind, VCPU_ABORT);
		EXPECT_U64(x.walk.fault, MMU_S2_TRANSLATION);
		EXPECT_U64(x.walk.ipa.v, 0x60001000);
		EXPECT_U64(x.va, WINDOW + 33 * PAGE_SIZE);
		CHECK(p2m_set_entry(&r.p2m, gfn(0x60001), 1, mfn((RAM + DATA) >> 12), P2M_RAM_RW) ==
		      0);
		x = vcpu_run(&r.vcpu, 100);
		EXPECT_U64(x.kind, VCPU_HVC);
		EXPECT_STR(r.vcpu.disagreement, "");
		rig_fini(&r);
	}
}

static void count_trace(void *ctx, uint64_t pc, uint32_t insn)
{
	uint64_t *count = ctx;

	(void)pc;
	if (insn)
		++*count;
}

static void test_exact_count(void)
{
	struct rig r;
	struct vcpu_exit x;
	uint64_t traced = 0, counted = 0, aborts = 0;

	rig_init(&r);
	r.vcpu.trace = count_trace;
	r.vcpu.trace_ctx = &traced;
	x = call(&r, DOM0_FN_SWEEP, WINDOW, 12, PAGE_SIZE);
	for (counted = r.vcpu.run_insns; x.kind == VCPU_ABORT; counted += r.vcpu.run_insns) {
		aborts++;
		map_page(&r, x.walk.ipa.v & PAGE_MASK, P2M_MMIO_DIRECT_C);
		x = vcpu_run(&r.vcpu, 100000);
	}
	EXPECT_U64(x.kind, VCPU_HVC);
	EXPECT_U64(aborts, 12);
	/* the trace sees an aborted instruction each time it is tried */
	EXPECT_U64(traced, counted + aborts);
	EXPECT_U64(r.vcpu.insns, counted);
	/* 4 before the loop, 5 a turn, then mov, ret, hvc */
	EXPECT_U64(counted, 3 + 12 * 5 + 1 + 3);
	EXPECT_U64(r.vcpu.aborts_explained, 12);
	rig_fini(&r);
}

static uint64_t fixed_time(void *ctx, uint64_t insns)
{
	return *(uint64_t *)ctx + insns;
}

static void test_cntvct(void)
{
	/* nop; nop; mrs x7, cntvct_el0; hvc */
	static const uint32_t words[] = {0xd503201f, 0xd503201f, 0xd53be047, HVC_DONE};
	struct rig r;
	uint64_t base = 5000;

	rig_init(&r);
	r.vcpu.time = fixed_time;
	r.vcpu.time_ctx = &base;
	EXPECT_U64(run_words(&r, words, ARRAY_SIZE(words), 0).kind, VCPU_HVC);
	EXPECT_U64(r.vcpu.cpu.x[7], 5002);
	EXPECT_U64(r.vcpu.run_insns, 4);
	rig_fini(&r);
}

static void test_budget(void)
{
	struct rig r;
	uint64_t whole, parts = 0;
	unsigned int stops = 0;
	struct vcpu_exit x;

	rig_init(&r);
	for (unsigned int i = 0; i < 16; i++)
		map_page(&r, MMIO + i * PAGE_SIZE, P2M_MMIO_DIRECT_C);
	x = call(&r, DOM0_FN_SWEEP, WINDOW, 1000, 0);
	EXPECT_U64(x.kind, VCPU_HVC);
	whole = r.vcpu.run_insns;
	r.vcpu.cpu.x[0] = WINDOW;
	r.vcpu.cpu.x[1] = 1000;
	r.vcpu.cpu.x[2] = 0;
	r.vcpu.cpu.pc = r.header.entry[DOM0_FN_SWEEP];
	do {
		x = vcpu_run(&r.vcpu, 100);
		EXPECT(r.vcpu.run_insns <= 100);
		parts += r.vcpu.run_insns;
		stops += x.kind == VCPU_DEADLINE;
	} while (x.kind == VCPU_DEADLINE && stops < 1000);
	EXPECT_U64(x.kind, VCPU_HVC);
	EXPECT_U64(parts, whole);
	EXPECT(stops > 40);
	rig_fini(&r);
}

static void test_stale_tlb(void)
{
	struct rig r;
	struct vcpu_exit x;

	rig_init(&r);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 32 * PAGE_SIZE, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_HVC);
	CHECK(p2m_set_entry(&r.p2m, gfn((RAM + DATA) >> 12), 1, mfn(INVALID_FRAME), P2M_INVALID) ==
	      0);
	/* the engine really has a TLB: a missing TLBI would go unnoticed in a simpler model */
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 32 * PAGE_SIZE, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_HVC);
	vcpu_tlb_flush(&r.vcpu);
	x = call(&r, DOM0_FN_ACCESS, WINDOW + 32 * PAGE_SIZE, 0, DOM0_LDR32);
	EXPECT_U64(x.kind, VCPU_ABORT);
	EXPECT_U64(x.walk.ipa.v, RAM + DATA);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

/* Our walk is given other tables than the engine: each way to differ must be noticed. */
static void test_disagreement(void)
{
	struct rig r;
	struct p2m other;

	rig_init(&r);
	CHECK(p2m_init(&other, &fx_rules_4_22, 44, &r.mem, &r.heap, (struct p2m_sink){0}) == 0);
	CHECK(p2m_set_entry(&other, gfn(RAM >> 12), RAM_SIZE >> 12, mfn(RAM >> 12), P2M_RAM_RW) ==
	      0);
	CHECK(p2m_set_entry(&other, gfn(MMIO >> 12), 1, mfn(MMIO >> 12), P2M_MMIO_DIRECT_C) == 0);
	map_page(&r, MMIO + PAGE_SIZE, P2M_MMIO_DIRECT_C);
	r.vcpu.p2m = &other;
	EXPECT_U64(call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32).kind, VCPU_DISAGREE);
	EXPECT(strstr(r.vcpu.disagreement, "the engine aborts where our walk succeeds") != NULL);
	EXPECT_U64(call(&r, DOM0_FN_ACCESS, WINDOW + PAGE_SIZE, 0, DOM0_LDR32).kind, VCPU_DISAGREE);
	EXPECT(strstr(r.vcpu.disagreement, "the engine reached another address") != NULL);
	rig_fini(&r);
}

static void test_exceptions(void)
{
	static const struct {
		uint32_t word;
		enum vcpu_exit_kind kind;
		uint16_t imm;
		bool behind;
	} rows[] = {
		{0xd4000002 | 0xEA1 << 5, VCPU_HVC, 0xEA1, true},
		{0xd4000003 | 7 << 5, VCPU_SMC, 7, true},
		{0xd4000001 | 9 << 5, VCPU_SVC, 9, true},
		{0xd4200000 | 3 << 5, VCPU_BRK, 3, false},
		{0x00000000, VCPU_UNDEF, 0, false},
	};
	struct rig r;

	rig_init(&r);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t words[] = {0xd503201f, rows[i].word, HVC_DONE};
		struct vcpu_exit x;

		/* a page each: the engine caches translated code */
		memcpy(memory_ptr(&r.mem, pa(RAM + CODE + i * PAGE_SIZE), 12), words, 12);
		r.vcpu.cpu.pc = va(CODE + i * PAGE_SIZE);
		x = vcpu_run(&r.vcpu, 100);
		EXPECT_U64(x.kind, rows[i].kind);
		EXPECT_U64(x.imm, rows[i].imm);
		EXPECT_U64(x.insn, rows[i].word);
		EXPECT_U64(x.pc, va(CODE + i * PAGE_SIZE) + 4);
		EXPECT_U64(r.vcpu.cpu.pc, x.pc + (rows[i].behind ? 4 : 0));
		EXPECT_U64(r.vcpu.run_insns, rows[i].behind ? 2 : 1);
	}
	rig_fini(&r);
}

static void test_wide_device_access(void)
{
	struct rig r;

	rig_init(&r);
	map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
	call(&r, DOM0_FN_ACCESS, WINDOW + 16, UINT64_C(0x1122334455667788), DOM0_STR64);
	EXPECT_U64(r.bus.cells.count, 1);
	EXPECT_U64(r.bus.cells.items[0].value, UINT64_C(0x1122334455667788));
	call(&r, DOM0_FN_ACCESS, WINDOW + 16, 0, DOM0_LDR64);
	EXPECT_U64(r.vcpu.cpu.x[0], UINT64_C(0x1122334455667788));
	call(&r, DOM0_FN_ACCESS, WINDOW + 20, 0, DOM0_LDRSW);
	EXPECT_U64(r.vcpu.cpu.x[0], 0x11223344);
	call(&r, DOM0_FN_ACCESS, WINDOW + 16, 0xaa, DOM0_CAS64);
	call(&r, DOM0_FN_ACCESS, WINDOW + 16, 0, DOM0_LDP64);
	EXPECT_U64(r.vcpu.cpu.x[0], 0xaa);
	EXPECT_STR(r.vcpu.disagreement, "");
	rig_fini(&r);
}

static void test_reset_is_complete(void)
{
	struct rig r;
	struct cpu cpu;
	uint64_t first;

	rig_init(&r);
	cpu = r.vcpu.cpu;
	map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
	call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32);
	first = r.vcpu.insns;
	/* the same again after a reset, with the mapping gone and no flush asked for */
	CHECK(p2m_set_entry(&r.p2m, gfn(MMIO >> 12), 1, mfn(INVALID_FRAME), P2M_INVALID) == 0);
	EXPECT_I64(vcpu_reset(&r.vcpu, &r.p2m, &cpu, RAM + r.header.stub - DOM0_LINEAR_BASE), 0);
	EXPECT_U64(r.vcpu.insns, 0);
	EXPECT_U64(call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32).kind, VCPU_ABORT);
	map_page(&r, MMIO, P2M_MMIO_DIRECT_C);
	EXPECT_U64(vcpu_run(&r.vcpu, 100).kind, VCPU_HVC);
	EXPECT_U64(r.vcpu.insns, first);
	rig_fini(&r);
}

/* Dom0's vector moves ELR_EL1 itself: the next injection must not believe what it wrote before. */
static void test_inject_twice(void)
{
	struct rig r;

	rig_init(&r);
	for (unsigned int i = 0; i < 2; i++) {
		struct cpu *c = &r.vcpu.cpu;
		struct vcpu_exit x = call(&r, DOM0_FN_ACCESS, WINDOW, 0, DOM0_LDR32);

		EXPECT_U64(x.kind, VCPU_ABORT);
		c->elr = x.pc;
		c->spsr = c->pstate;
		c->esr = 0x96000000;
		c->far = x.va;
		c->pc = c->vbar + 0x200;
		EXPECT_U64(vcpu_run(&r.vcpu, 1000).kind, VCPU_HVC);
		EXPECT_U64(c->elr, x.pc + 4);
		/* 22 of the vector, ret, hvc */
		EXPECT_U64(r.vcpu.run_insns, 24);
	}
	rig_fini(&r);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"every kind of access faults exactly, and is retried after a map",
		 test_fault_map_retry},
		{"an access that nothing answers is undone, with what ran behind it",
		 test_external_undone},
		{"an unaligned access to Device memory is an alignment fault", test_alignment},
		{"stores to Xen's own memory are dropped", test_sealed},
		{"an output address beyond PS is an address size fault", test_address_size},
		{"a store across two pages reaches both", test_crossing_elsewhere},
		{"an unaligned exclusive is an alignment fault first", test_unaligned_exclusive},
		{"a stage-2 hole under a stage-1 table is explained as S1PTW", test_s1ptw},
		{"stage-1 faults are told from stage-2 faults", test_stage1_faults},
		{"stage-2 permission faults name their level", test_stage2_permission},
		{"an unaligned access faults in its second page", test_crossing},
		{"instructions are counted exactly across aborts", test_exact_count},
		{"CNTVCT is simulated time at the very instruction", test_cntvct},
		{"a budget stops the run and loses nothing", test_budget},
		{"a translation is cached until the tables' owner flushes it", test_stale_tlb},
		{"an engine and a walk that differ end the run with both views", test_disagreement},
		{"HVC, SMC, SVC, BRK and UNDEF arrive with their immediate", test_exceptions},
		{"a 64-bit device access is one access of the bus", test_wide_device_access},
		{"an abort at the same place twice returns behind it twice", test_inject_twice},
		{"a reset leaves nothing of the run before", test_reset_is_complete},
	};

	return unit_main("vcpu", tests, ARRAY_SIZE(tests), argc, argv);
}
