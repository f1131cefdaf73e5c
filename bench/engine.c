// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest instructions per second: one loop on a vCPU with every hook, and the same words on engines
 * without any: one that translates through the same two stages, one flat. The faster of these two
 * is what the ratio is taken against; which one it is depends on how their stores go.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "base/check.h"
#include "sim/vcpu.h"

#define RAM	  UINT64_C(0x40000000)
#define RAM_SIZE  (UINT64_C(16) << 20)
#define HEAP	  UINT64_C(0x80000000)
#define HEAP_SIZE (UINT64_C(1) << 20)
#define CODE	  (RAM + 0x1000)
#define STUB	  (RAM + 0x2000)
#define L0	  (RAM + 0x3000)
#define L1	  (RAM + 0x4000)
#define DATA	  (RAM + 0x10000)
#define LOOPS	  100000
#define LOOP_LEN  10

/* Two loads, a store and seven others, as compiled code has them. */
static const uint32_t code[] = {
	0xf9400003, /* loop: ldr x3, [x0] */
	0xf9402004, /*       ldr x4, [x0, #64] */
	0x8b030042, /*       add x2, x2, x3 */
	0xca040045, /*       eor x5, x2, x4 */
	0x910004c6, /*       add x6, x6, #1 */
	0xd343fca7, /*       lsr x7, x5, #3 */
	0xaa0600e8, /*       orr x8, x7, x6 */
	0xf9004008, /*       str x8, [x0, #128] */
	0xf1000421, /*       subs x1, x1, #1 */
	0x54fffee1, /*       b.ne loop */
	0xd4094902, /*       hvc #0x4a48 */
};
static const uint32_t stub[] = {
	0xd518d09f, /* msr tpidr_el1, xzr: see vcpu_reset() */
	0xd5033fdf, /* isb */
	0xd4094902, /* hvc #0x4a48 */
};

struct machine {
	struct platform plat;
	struct memory mem;
	struct bus bus;
	struct heap heap;
	struct p2m p2m;
	struct vcpu vcpu;
	struct cpu cpu; /* what the translation registers hold */
	uc_engine *flat, *bare;
	uint64_t loops;
};

enum variant {
	VARIANT_FLAT,
	VARIANT_BARE,
	VARIANT_HOOKED,
	VARIANTS
};

static void make_tables(struct machine *m)
{
	struct p2m_sink none = {.op = NULL};

	heap_init(&m->heap, &m->mem, pa(HEAP), HEAP_SIZE >> PAGE_SHIFT);
	CHECK(p2m_init(&m->p2m, &xen_version_find("4.22")->p2m, 44, &m->mem, &m->heap, none) == 0);
	CHECK(p2m_set_entry(&m->p2m, gfn(RAM >> PAGE_SHIFT), RAM_SIZE >> PAGE_SHIFT,
			    mfn(RAM >> PAGE_SHIFT), P2M_RAM_RW) == 0);
	/* Stage 1: the first GiB of RAM 1:1 by one block, normal memory. */
	memory_write64(&m->mem, pa(L0), L1 | 3);
	memory_write64(&m->mem, pa(L1 + 8 * (RAM >> 30)), RAM | 0x701);
}

static void make_vcpu(struct machine *m)
{
	m->cpu = (struct cpu){
		.pc = CODE,
		.pstate = PSTATE_EL1H | PSTATE_DAIF,
		.ttbr0 = L0,
		/* 48 bits, write-back inner-shareable walks, TTBR1 off, 44-bit IPAs */
		.tcr = UINT64_C(0x400803510),
		.mair = 0xff,
		.sctlr = UINT64_C(0x30d0198d),
	};

	memory_init(&m->mem);
	CHECK(memory_add_bank(&m->mem, pa(RAM), RAM_SIZE) == 0);
	CHECK(memory_add_bank(&m->mem, pa(HEAP), HEAP_SIZE) == 0);
	bus_init(&m->bus, &m->plat, &m->mem);
	memcpy(memory_ptr(&m->mem, pa(CODE), sizeof(code)), code, sizeof(code));
	memcpy(memory_ptr(&m->mem, pa(STUB), sizeof(stub)), stub, sizeof(stub));
	make_tables(m);
	CHECK(vcpu_init(&m->vcpu, &m->mem, &m->bus) == 0);
	CHECK(vcpu_reset(&m->vcpu, &m->p2m, &m->cpu, STUB) == 0);
}

static uc_engine *make_bare(struct machine *m)
{
	uc_engine *uc;

	CHECK(uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc) == UC_ERR_OK);
	CHECK(uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_A57) == UC_ERR_OK);
	for (unsigned int i = 0; i < m->mem.bank_count; i++)
		CHECK(uc_mem_map_ptr(uc, m->mem.banks[i].base.v, m->mem.banks[i].size, UC_PROT_ALL,
				     m->mem.banks[i].host) == UC_ERR_OK);
	return uc;
}

static void cp_write(uc_engine *uc, uint32_t op1, uint32_t crn, uint32_t crm, uint32_t op2,
		     uint64_t v)
{
	uc_arm64_cp_reg cp = {.op0 = 3, .op1 = op1, .crn = crn, .crm = crm, .op2 = op2, .val = v};

	CHECK(uc_reg_write(uc, UC_ARM64_REG_CP_REG, &cp) == UC_ERR_OK);
}

/* As vcpu_reset() does it: non-secure, then stage 2, then stage 1. */
static void translate(struct machine *m, uc_engine *uc)
{
	cp_write(uc, 6, 1, 1, 0, 0x501);			    /* SCR_EL3 */
	cp_write(uc, 4, 1, 1, 0, UINT64_C(0x80000000));		    /* HCR_EL2.RW */
	CHECK(uc_emu_start(uc, STUB, 0, 0, 0) == UC_ERR_EXCEPTION); /* its HVC */
	cp_write(uc, 4, 2, 1, 0, m->p2m.root.v);		    /* VTTBR_EL2 */
	cp_write(uc, 4, 2, 1, 2, m->p2m.geo->vtcr);		    /* VTCR_EL2 */
	cp_write(uc, 4, 1, 1, 0, UINT64_C(0x80000001));		    /* HCR_EL2.VM */
	cp_write(uc, 0, 2, 0, 0, m->cpu.ttbr0);
	cp_write(uc, 0, 2, 0, 2, m->cpu.tcr);
	cp_write(uc, 0, 10, 2, 0, m->cpu.mair);
	cp_write(uc, 0, 1, 0, 0, m->cpu.sctlr);
}

static void run_hooked(struct machine *m)
{
	struct vcpu_exit x;

	m->vcpu.cpu.pc = CODE;
	m->vcpu.cpu.x[0] = DATA;
	m->vcpu.cpu.x[1] = m->loops;
	x = vcpu_run(&m->vcpu, UINT64_MAX);
	if (x.kind != VCPU_HVC || m->vcpu.run_insns != m->loops * LOOP_LEN + 1)
		fprintf(stderr, "bench: the loop ended with exit %d after %llu instructions: %s\n",
			(int)x.kind, (unsigned long long)m->vcpu.run_insns, m->vcpu.disagreement);
	CHECK(x.kind == VCPU_HVC && m->vcpu.run_insns == m->loops * LOOP_LEN + 1);
}

static void run_bare(uc_engine *uc, uint64_t loops)
{
	uint64_t data = DATA, pc = 0;

	CHECK(uc_reg_write(uc, UC_ARM64_REG_X0, &data) == UC_ERR_OK);
	CHECK(uc_reg_write(uc, UC_ARM64_REG_X1, &loops) == UC_ERR_OK);
	CHECK(uc_emu_start(uc, CODE, CODE + 4 * LOOP_LEN, 0, 0) == UC_ERR_OK);
	CHECK(uc_reg_read(uc, UC_ARM64_REG_X1, &loops) == UC_ERR_OK && !loops);
	CHECK(uc_reg_read(uc, UC_ARM64_REG_PC, &pc) == UC_ERR_OK && pc == CODE + 4 * LOOP_LEN);
}

static void run_variant(void *ctx, int variant)
{
	struct machine *m = ctx;

	if (variant == VARIANT_HOOKED)
		run_hooked(m);
	else
		run_bare(variant == VARIANT_FLAT ? m->flat : m->bare, m->loops);
}

static void add_speed(struct bench *b, const char *name, struct bench_stat s)
{
	double insns = (double)LOOPS * LOOP_LEN;
	struct bench_row *row =
		bench_add(b, name, insns / s.median * 1e3, "M insn/s", TARGET_NONE, 0);

	row->ns = s.median / insns;
	row->mad = s.mad / insns;
	row->iterations = (uint64_t)LOOPS * LOOP_LEN;
}

void bench_engine(struct bench *b)
{
	struct machine m = {.loops = LOOPS};
	struct bench_stat s[VARIANTS];
	double best;

	make_vcpu(&m);
	m.flat = make_bare(&m);
	m.bare = make_bare(&m);
	translate(&m, m.bare);
	bench_turns(b, run_variant, &m, VARIANTS, s);
	best = s[VARIANT_BARE].median < s[VARIANT_FLAT].median ? s[VARIANT_BARE].median
							       : s[VARIANT_FLAT].median;
	add_speed(b, "engine/bare_flat", s[VARIANT_FLAT]);
	add_speed(b, "engine/bare_two_stages", s[VARIANT_BARE]);
	add_speed(b, "engine/two_stages_all_hooks", s[VARIANT_HOOKED]);
	bench_add(b, "engine/ratio", best / s[VARIANT_HOOKED].median, "of bare", TARGET_AT_LEAST,
		  0.6);
	uc_close(m.flat);
	uc_close(m.bare);
	vcpu_fini(&m.vcpu);
	heap_fini(&m.heap);
	bus_fini(&m.bus);
	memory_fini(&m.mem);
}
