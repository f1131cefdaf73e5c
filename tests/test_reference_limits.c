// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_limits.c: what QEMU 7.2 does otherwise than the architecture, or cannot show.
 *
 * Each test fails when a QEMU has learnt it, and then a comparison may be widened
 * (docs/REFERENCE.md). Skipped without QEMU, and with one that is not 7.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/process.h"
#include "reference/expect.h"
#include "reference/qemu.h"
#include "reference/session.h"
#include "tests/p2m_fixture.h"

#define SKIPPED	   77
#define HEAP	   UINT64_C(0x70000000) /* in the machine's RAM */
#define HEAP_PAGES 64
#define DATA	   UINT64_C(0x60000000)
#define SMMU	   UINT64_C(0x09050000)

/* A small p2m that maps the EL1 stub and one page of data. */
struct machine {
	struct memory mem;
	struct heap heap;
	struct p2m p2m;
	struct ref_image img;
	struct ref_answers answers;
	struct buf why;
};

static void machine_init(struct machine *m)
{
	*m = (struct machine){.answers = {.jobs = 0}};
	memory_init(&m->mem);
	CHECK(!memory_add_bank(&m->mem, pa(HEAP), HEAP_PAGES << PAGE_SHIFT));
	heap_init(&m->heap, &m->mem, pa(HEAP), HEAP_PAGES);
	CHECK(!p2m_init(&m->p2m, &fx_rules_4_22, 44, &m->mem, &m->heap,
			(struct p2m_sink){.op = NULL}));
	CHECK(!p2m_set_entry(&m->p2m, gfn(EL2_STUB >> PAGE_SHIFT), 1, mfn(EL2_STUB >> PAGE_SHIFT),
			     P2M_RAM_RO));
	CHECK(!p2m_set_entry(&m->p2m, gfn(DATA >> PAGE_SHIFT), 1, mfn(DATA >> PAGE_SHIFT),
			     P2M_MMIO_DIRECT_DEV));
	ref_image_init(&m->img, ref_cpu_for(44));
}

static void machine_fini(struct machine *m)
{
	buf_fini(&m->why);
	ref_answers_fini(&m->answers);
	ref_image_fini(&m->img);
	heap_fini(&m->heap);
	memory_fini(&m->mem);
}

static void begin(struct machine *m)
{
	ref_image_begin(&m->img, "limits", &m->p2m, REF_HCR);
}

/* Boots; the n-th probe's answer is answers.values.items[n]. */
static bool ask(struct machine *m, const char *machine_more)
{
	struct ref_qemu qemu = {REF_QEMU_PROGRAM, machine_more, REF_QEMU_DEADLINE_MS, NULL};
	bool ok = ref_image_end(&m->img) &&
		  ref_qemu_run(&qemu, &m->img, &m->answers, &m->why) == REF_ANSWERED;

	if (!ok)
		printf("%s", buf_cstr(&m->why));
	return EXPECT(ok);
}

static uint64_t answer(const struct machine *m, size_t n)
{
	return m->answers.values.items[n];
}

/* Not a limit: what the tests below rely on. */
static void test_loads(void)
{
	struct machine m;

	machine_init(&m);
	begin(&m);
	ref_image_raw(&m.img, EL2_LOAD, 0, DATA, 0);
	ref_image_raw(&m.img, EL2_LOAD, 0, DATA + PAGE_SIZE, 0);
	ref_image_raw(&m.img, EL2_LOAD, 0, UINT64_C(1) << 43, 0);
	if (ask(&m, NULL)) {
		EXPECT_U64(answer(&m, 0), 0);
		EXPECT_U64(answer(&m, 1) >> 26, 0x24);
		EXPECT_U64(answer(&m, 1) & 0x3f, 0x07);
		EXPECT_U64(answer(&m, 2) & 0x3f, 0x04);
	}
	machine_fini(&m);
}

/* Arm ARM D5.3.1: without 52-bit addresses level 0 has no blocks. */
static void test_level0_block(void)
{
	struct machine m;

	machine_init(&m);
	memory_write64(&m.mem, pa_add(m.p2m.root, 8),
		       s2_leaf(pa(0), P2M_RAM_RW, 1) | UINT64_C(1) << 39);
	begin(&m);
	ref_image_probe(&m.img, &m.p2m, UINT64_C(1) << 39);
	if (ask(&m, NULL)) {
		EXPECT_U64(m.img.expect.items[0] & 0x7f, 1 | 0x04 << 1);
		EXPECT_U64(answer(&m, 0) & 1, 0);
	}
	machine_fini(&m);
}

/* Arm ARM B2.5.2: an unaligned access to any Device memory is an alignment fault. */
static void test_device_alignment(void)
{
	struct machine m;

	machine_init(&m);
	begin(&m);
	ref_image_raw(&m.img, EL2_LOAD, 0, DATA + 1, 0);
	if (ask(&m, NULL))
		EXPECT_U64(answer(&m, 0), 0);
	machine_fini(&m);
}

/*
 * AT walks the tables each time, so it never shows a stale entry; a load after the same change
 * still goes through, but what else the TLB would hold depends on QEMU's pages, not on the
 * architecture.
 */
static void test_stale_tlb(void)
{
	struct machine m;
	uint64_t leaf;

	machine_init(&m);
	leaf = p2m_walk(&m.p2m, ipa(DATA)).entry.v;
	begin(&m);
	ref_image_raw(&m.img, EL2_LOAD, 0, DATA, 0);
	ref_image_raw(&m.img, EL2_READ, DATA, 0, 0);
	CHECK((leaf & ~PAGE_MASK) == 0);
	ref_image_raw(&m.img, EL2_POKE, leaf, 0, 0);
	ref_image_raw(&m.img, EL2_READ, DATA, 0, 0);
	ref_image_raw(&m.img, EL2_LOAD, 0, DATA, 0);
	if (ask(&m, NULL)) {
		EXPECT_U64(answer(&m, 0), 0);
		EXPECT_U64(answer(&m, 1) & 1, 0);
		EXPECT_U64(answer(&m, 3) & 0x7f, 1 | 0x07 << 1);
		EXPECT_U64(answer(&m, 4), 0);
	}
	machine_fini(&m);
}

/*
 * Arm ARM D5.5.5: Device of one stage and Normal of the other are that Device. Stage 1 maps 1 GiB
 * as Normal non-cacheable (0x44), stage 2 a page of it as Device-GRE (0x0c).
 */
static void test_device_and_normal(void)
{
	const struct cpu regs = {.sctlr = UINT64_C(0x30d01805), /* M, C, I */
				 .tcr = 25 | UINT64_C(1) << 23 | UINT64_C(4) << 32,
				 .ttbr0 = HEAP + ((HEAP_PAGES - 1) << PAGE_SHIFT),
				 .mair = 0x44};
	struct machine m;
	uint64_t leaf;

	machine_init(&m);
	CHECK(!p2m_set_entry(&m.p2m, gfn(regs.ttbr0 >> PAGE_SHIFT), 1,
			     mfn(regs.ttbr0 >> PAGE_SHIFT), P2M_RAM_RW));
	leaf = p2m_walk(&m.p2m, ipa(DATA)).entry.v;
	memory_write64(&m.mem, pa(leaf), memory_read64(&m.mem, pa(leaf)) | 3 << 2);
	memory_write64(&m.mem, pa(regs.ttbr0 + 8), UINT64_C(0x40000000) | 1 << 10 | LPAE_VALID);
	ref_image_begin_stage1(&m.img, "limits", &m.p2m, &regs);
	ref_image_raw(&m.img, EL2_READ, DATA, 0, 0);
	if (ask(&m, NULL)) {
		struct mmu_result walk = mmu_walk(&regs, &m.mem, &m.p2m, DATA, MMU_READ);

		EXPECT_U64(walk.fault, MMU_OK);
		EXPECT_U64(ref_par_of_walk(&walk) >> 56, 0x0c);
		EXPECT_U64(answer(&m, 0) >> 56, 0x04);
		EXPECT_U64((answer(&m, 0) ^ ref_par_of_walk(&walk)) & UINT64_C(0x000ffffffffff000),
			   0);
	}
	machine_fini(&m);
}

/* SMMU_IDR0.S2P is bit 0, S1P bit 1. */
static void test_smmu_stage2(void)
{
	struct machine m;

	machine_init(&m);
	begin(&m);
	ref_image_raw(&m.img, EL2_PEEK, SMMU, 0, 0);
	if (ask(&m, ",iommu=smmuv3"))
		EXPECT_U64(answer(&m, 0) & 3, 2);
	machine_fini(&m);
}

/* True if there is a QEMU 7.2; else says what there is. */
static bool have_qemu(void)
{
	static const char *const argv[] = {REF_QEMU_PROGRAM, "--version", NULL};
	struct process_job job = {.argv = argv, .deadline_ms = 10000, .output_max = 4096};
	struct process_result r;
	bool ok;

	if (process_run(&job, &r)) {
		printf("skipped: no " REF_QEMU_PROGRAM "\n");
		return false;
	}
	ok = strstr(r.output, "version 7.2.") != NULL;
	if (!ok)
		printf("skipped: not QEMU 7.2: %.*s\n", (int)strcspn(r.output, "\n"), r.output);
	process_result_fini(&r);
	return ok;
}

static const struct unit_test tests[] = {
	{"an EL1 load goes through stage 2, or traps with the level", test_loads},
	{"QEMU takes a reserved descriptor of level 0 for a block", test_level0_block},
	{"QEMU has no alignment fault on Device memory", test_device_alignment},
	{"AT never shows a stale translation", test_stale_tlb},
	{"QEMU takes Normal for a Device type where the other stage has one",
	 test_device_and_normal},
	{"QEMU's SMMUv3 has no stage 2", test_smmu_stage2},
};

int main(int argc, char **argv)
{
	if (!have_qemu())
		return SKIPPED;
	return unit_main("reference_limits", tests, ARRAY_SIZE(tests), argc, argv);
}
