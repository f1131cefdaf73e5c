/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h: a small machine with a built Dom0 and no engine: what the tests of Xen's side act on.
 *
 * Memory and devices lie where QEMU's virt board of the recorded runs has them. Stage 1 is off
 * until a test turns it on, so that a VA is an IPA. One cycle is one Xen instruction.
 */
#ifndef P2MLAB_TESTS_MACHINE_H
#define P2MLAB_TESTS_MACHINE_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "sim/guest_copy.h"
#include "sim/hypercall.h"
#include "sim/trap.h"
#include "tests/unit.h"

#define M_RAM	     UINT64_C(0x40000000)
#define M_RAM_SIZE   UINT64_C(0x4000000)
#define M_OTHER_RAM  UINT64_C(0x80000000)
#define M_XEN_TEXT   UINT64_C(0x13c2bc000)
#define M_XEN_HEAP   UINT64_C(0x13e000000)
#define M_HEAP_SIZE  UINT64_C(0x2000000)
#define M_TABLES     UINT64_C(0x13c430000)
#define M_GICD	     UINT64_C(0x8000000)
#define M_GICC	     UINT64_C(0x8010000)
#define M_GICH	     UINT64_C(0x8030000)
#define M_GICV	     UINT64_C(0x8040000)
#define M_V2M	     UINT64_C(0x8020000)
#define M_ITS	     UINT64_C(0x8080000)
#define M_GICR	     UINT64_C(0x80a0000)
#define M_GICR_SIZE  UINT64_C(0xf60000)
#define M_UART	     UINT64_C(0x9000000)
#define M_FWCFG	     UINT64_C(0x9020000)
#define M_VIRTIO     UINT64_C(0xa000000)
#define M_ECAM	     UINT64_C(0x4010000000)
#define M_ECAM_PAGES UINT64_C(0x10000)
/* What maps nothing on this machine: a hole in the middle of the device window. */
#define M_HOLE UINT64_C(0xb000000)

/* Where the helpers put a call's struct and arrays. */
#define M_ARG	M_RAM
#define M_IDXS	(M_RAM + 0x100000)
#define M_GPFNS (M_RAM + 0x200000)
#define M_ERRS	(M_RAM + 0x300000)
/* Where Dom0's code would be. */
#define M_PC		(M_RAM + 0x400000)
#define M_VBAR		(M_RAM + 0x500000)
#define M_UNTOUCHED_ERR 0x55555555

/* ldr w1, [x2]; str w1, [x2]; ldp x1, x3, [x2]; ldr w1, [x2], #8 */
#define M_LDR	   0xb9400041u
#define M_STR	   0xb9000041u
#define M_LDP	   0xa9400c41u
#define M_LDR_POST 0xb8408441u

struct machine {
	struct platform plat;
	struct memory mem;
	struct bus bus;
	struct profile profile;
	struct charge charge;
	struct record record;
	struct strategy strategy;
	struct xen xen;
	struct cpu cpu;
	int rc; /* of xen_build() */
};

static inline void m_region(struct platform *plat, const char *name, uint64_t base, uint64_t size,
			    enum truth truth)
{
	struct region r = {name, base, size, truth, "machine.h"};

	CHECK(vec_push(&plat->regions, r) == 0);
}

static inline void m_table(struct platform *plat, const char *sig, uint64_t addr, uint64_t len)
{
	struct acpi_table t = {.addr = addr, .len = len};

	memcpy(t.sig, sig, sizeof(t.sig));
	CHECK(vec_push(&plat->tables, t) == 0);
}

/* The tables of the recorded machine; DSDT needs two pages. */
static inline void m_tables(struct platform *plat)
{
	m_table(plat, "RSDP", M_TABLES + 0x14, 36);
	m_table(plat, "XSDT", M_TABLES + 0x100, 108);
	m_table(plat, "DSDT", M_TABLES + 0x7518, 0x14b0);
	m_table(plat, "FACP", M_TABLES + 0xfd18, 276);
	m_table(plat, "DBG2", M_TABLES + 0xf998, 87);
	m_table(plat, "APIC", M_TABLES + 0xfb18, 184);
	m_table(plat, "GTDT", M_TABLES + 0xd898, 104);
	m_table(plat, "IORT", M_TABLES + 0xf818, 128);
	m_table(plat, "MCFG", M_TABLES + 0xf718, 60);
	m_table(plat, "SPCR", M_TABLES + 0xe818, 80);
	m_table(plat, "PPTT", M_TABLES + 0xe998, 76);
	m_table(plat, "FACS", 0, 0);
}

static inline void m_gicv2(struct platform *plat)
{
	plat->gicc = M_GICC;
	plat->gich = M_GICH;
	plat->gicv = M_GICV;
	plat->gicc_size = plat->gicv_size = 0x2000;
	plat->gich_size = 0x1000;
	m_region(plat, "gicd", M_GICD, 0x1000, TRUTH_EMULATED);
	m_region(plat, "gicc", M_GICC, 0x2000, TRUTH_MMIO);
	m_region(plat, "v2m", M_V2M, 0x1000, TRUTH_MMIO);
	m_region(plat, "gich", M_GICH, 0x1000, TRUTH_XEN_MMIO);
	m_region(plat, "gicv", M_GICV, 0x2000, TRUTH_MMIO);
	CHECK(vec_push(&plat->v2m, M_V2M) == 0);
}

static inline void m_gicv3(struct platform *plat)
{
	struct gic_redist redist = {M_GICR, M_GICR_SIZE, false, NULL};

	m_region(plat, "gicd", M_GICD, 0x10000, TRUTH_EMULATED);
	m_region(plat, "its", M_ITS, 0x20000, TRUTH_EMULATED);
	m_region(plat, "gicr", M_GICR, M_GICR_SIZE, TRUTH_EMULATED);
	CHECK(vec_push(&plat->redists, redist) == 0);
	CHECK(vec_push(&plat->its, M_ITS) == 0);
}

static inline void m_platform(struct platform *plat, unsigned int gic_version)
{
	*plat = (struct platform){
		.name = "machine",
		.cpu = "cortex-a57",
		.pa_bits = 44,
		.dom0_ram = M_RAM,
		.dom0_ram_size = M_RAM_SIZE,
		.xen_text = M_XEN_TEXT,
		.xen_text_size = 0x44000,
		.xen_heap = M_XEN_HEAP,
		.xen_heap_size = M_HEAP_SIZE,
		.gic_version = gic_version,
		.gicd = M_GICD,
		.gicd_size = 0x10000,
		.spcr = M_UART,
	};
	if (gic_version == 2)
		m_gicv2(plat);
	else
		m_gicv3(plat);
	m_region(plat, "uart", M_UART, 0x1000, TRUTH_XEN_MMIO);
	m_region(plat, "fwcfg", M_FWCFG, 0x1000, TRUTH_MMIO);
	m_region(plat, "virtio", M_VIRTIO, 0x4000, TRUTH_MMIO);
	m_region(plat, "ram", M_RAM, M_RAM_SIZE, TRUTH_DOM0_RAM);
	m_region(plat, "other", M_OTHER_RAM, 0x1000000, TRUTH_OTHER_RAM);
	m_region(plat, "text", M_XEN_TEXT, 0x44000, TRUTH_XEN);
	m_region(plat, "tables", M_TABLES, 0x10000, TRUTH_TABLE);
	m_region(plat, "heap", M_XEN_HEAP, M_HEAP_SIZE, TRUTH_XEN);
	m_region(plat, "ecam", M_ECAM, M_ECAM_PAGES << PAGE_SHIFT, TRUTH_MMIO);
	m_tables(plat);
}

/* Everything but xen_build(): a test may change the platform or the version before. */
static inline void m_prepare(struct machine *m, const char *version, const char *strategy,
			     unsigned int gic_version)
{
	const char *bad;
	size_t bad_len;

	memset(m, 0, sizeof(*m));
	m_platform(&m->plat, gic_version);
	m->profile.p[PARAM_FREQ_MHZ].value = 2000;
	m->profile.p[PARAM_CPI_EL2].value = 1000;
	m->profile.p[PARAM_CPI_EL1].value = 1000;
	memory_init(&m->mem);
	bus_init(&m->bus, &m->plat, &m->mem);
	CHECK(strategy_parse(strategy, &m->strategy, &bad, &bad_len) == 0);
	m->xen.version = xen_version_find(version);
	CHECK(m->xen.version);
	m->xen.plat = &m->plat;
	m->xen.strategy = &m->strategy;
	m->xen.mem = &m->mem;
	m->xen.bus = &m->bus;
	m->xen.charge = &m->charge;
	m->xen.record = &m->record;
	m->xen.step = -1;
	m->xen.by = "";
}

static inline int m_build(struct machine *m, uint64_t heap_limit)
{
	char why[256];

	CHECK(platform_finish(&m->plat, why, sizeof(why)) == 0);
	CHECK(memory_add_bank(&m->mem, pa(m->plat.dom0_ram), m->plat.dom0_ram_size) == 0);
	CHECK(memory_add_bank(&m->mem, pa(m->plat.xen_heap), m->plat.xen_heap_size) == 0);
	charge_init(&m->charge, &m->profile, &m->xen.version->costs, m->plat.gic_version == 2);
	m->rc = xen_build(&m->xen, heap_limit);
	m->cpu = (struct cpu){.pc = M_PC + 4, .pstate = PSTATE_EL1H, .vbar = M_VBAR};
	return m->rc;
}

static inline void m_fini(struct machine *m)
{
	xen_fini(&m->xen);
	record_fini(&m->record);
	bus_fini(&m->bus);
	memory_fini(&m->mem);
	platform_fini(&m->plat);
}

static inline void *m_host(struct machine *m, uint64_t addr, uint64_t len)
{
	void *host = memory_ptr(&m->mem, pa(addr), len);

	CHECK(host);
	return host;
}

/* Makes hardware see the page of `addr` where valid bits were cleared, as Dom0's own touch does. */
static inline void m_touch(struct machine *m, uint64_t addr)
{
	struct charge saved = m->charge;

	while (mmu_walk(&m->cpu, &m->mem, &m->xen.p2m, addr, MMU_READ).fault != MMU_OK)
		if (!xen_p2m_resolve(&m->xen, ipa(addr)))
			break;
	m->charge = saved;
}

static inline void m_touch_buffers(struct machine *m)
{
	for (uint64_t at = M_RAM; at < M_RAM + 0x400000; at += PAGE_SIZE)
		m_touch(m, at);
}

/* The version, a strategy and a GICv3; buffers touched. */
static inline void m_init(struct machine *m, const char *version, const char *strategy)
{
	m_prepare(m, version, strategy, 3);
	CHECK(m_build(m, 0) == 0);
	m_touch_buffers(m);
}

static inline const struct event *m_last(const struct machine *m)
{
	static const struct event none = {.kind = EV_KIND_COUNT, .by = ""};

	return m->record.events.count ? &m->record.events.items[m->record.events.count - 1] : &none;
}

/* One HVC #0xEA1; the PC ends behind it unless the call was preempted. */
static inline int64_t m_hvc(struct machine *m, uint64_t nr, uint64_t a0, uint64_t a1)
{
	m->cpu.x[16] = nr;
	m->cpu.x[0] = a0;
	m->cpu.x[1] = a1;
	m->cpu.pc = M_PC + 4;
	hypercall_handle(&m->xen, &m->cpu);
	return (int64_t)m->cpu.x[0];
}

/* A batch of n frames from idx to gpfn; errs is preset to M_UNTOUCHED_ERR. */
static inline struct xen_add_to_physmap_batch m_request(struct machine *m, uint64_t idx,
							uint64_t gpfn, unsigned int n)
{
	uint64_t *idxs = m_host(m, M_IDXS, 8 * (uint64_t)n + 8);
	uint64_t *gpfns = m_host(m, M_GPFNS, 8 * (uint64_t)n + 8);
	int32_t *errs = m_host(m, M_ERRS, 4 * (uint64_t)n + 4);

	for (unsigned int k = 0; k < n; k++) {
		idxs[k] = idx + k;
		gpfns[k] = gpfn + k;
		errs[k] = M_UNTOUCHED_ERR;
	}
	return (struct xen_add_to_physmap_batch){.domid = XEN_DOMID_SELF,
						 .space = XENMAPSPACE_DEV_MMIO,
						 .size = (uint16_t)n,
						 .idxs = M_IDXS,
						 .gpfns = M_GPFNS,
						 .errs = M_ERRS};
}

static inline int64_t m_issue(struct machine *m, const struct xen_add_to_physmap_batch *b)
{
	memcpy(m_host(m, M_ARG, sizeof(*b)), b, sizeof(*b));
	return m_hvc(m, XEN_NR_MEMORY_OP, XENMEM_ADD_TO_PHYSMAP_BATCH, M_ARG);
}

static inline int64_t m_batch(struct machine *m, uint64_t idx, uint64_t gpfn, unsigned int n)
{
	struct xen_add_to_physmap_batch b = m_request(m, idx, gpfn, n);

	return m_issue(m, &b);
}

static inline int32_t m_err(struct machine *m, unsigned int k)
{
	return ((int32_t *)m_host(m, M_ERRS, 4 * (uint64_t)k + 4))[k];
}

static inline int64_t m_add_one(struct machine *m, uint32_t space, uint64_t idx, uint64_t gpfn)
{
	struct xen_add_to_physmap a = {
		.domid = XEN_DOMID_SELF, .space = space, .idx = idx, .gpfn = gpfn};

	memcpy(m_host(m, M_ARG, sizeof(a)), &a, sizeof(a));
	return m_hvc(m, XEN_NR_MEMORY_OP, XENMEM_ADD_TO_PHYSMAP, M_ARG);
}

static inline int64_t m_remove(struct machine *m, uint64_t gpfn)
{
	struct xen_remove_from_physmap r = {.domid = XEN_DOMID_SELF, .gpfn = gpfn};

	memcpy(m_host(m, M_ARG, sizeof(r)), &r, sizeof(r));
	return m_hvc(m, XEN_NR_MEMORY_OP, XENMEM_REMOVE_FROM_PHYSMAP, M_ARG);
}

/* What software finds at `addr`: the PA, or INVALID_FRAME if nothing is mapped. */
static inline uint64_t m_lookup(const struct machine *m, uint64_t addr)
{
	struct p2m_slot slot = p2m_walk(&m->xen.p2m, ipa(addr));

	return p2m_slot_mapped(&m->xen.p2m, &slot) ? p2m_slot_pa(&slot, ipa(addr)).v
						   : INVALID_FRAME;
}

static inline enum p2m_type m_type(const struct machine *m, uint64_t addr)
{
	struct p2m_slot slot = p2m_walk(&m->xen.p2m, ipa(addr));

	return p2m_slot_mapped(&m->xen.p2m, &slot) ? pte_type(slot.pte) : P2M_INVALID;
}

/* The exit that `insn` at M_PC causes by touching `va`; its walk may be MMU_OK. */
static inline struct vcpu_exit m_exit(struct machine *m, uint64_t va, uint32_t insn,
				      enum mmu_access access)
{
	m->cpu.pc = M_PC;
	return (struct vcpu_exit){
		.kind = VCPU_ABORT,
		.insn = insn,
		.pc = M_PC,
		.access = access,
		.va = va,
		.bytes = 4,
		.walk = mmu_walk(&m->cpu, &m->mem, &m->xen.p2m, va, access),
	};
}

/* One abort, taken once. */
static inline enum trap_result m_abort(struct machine *m, uint64_t va, uint32_t insn,
				       enum mmu_access access)
{
	struct vcpu_exit exit = m_exit(m, va, insn, access);

	CHECK(exit.walk.fault != MMU_OK);
	return trap_handle(&m->xen, &m->cpu, &exit);
}

static inline bool m_sound(const struct machine *m)
{
	char why[512] = "";
	bool ok = p2m_check(&m->xen.p2m, why, sizeof(why));

	return EXPECT_STR(why, "") && EXPECT(ok);
}

#endif
