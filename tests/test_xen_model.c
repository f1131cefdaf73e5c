// SPDX-License-Identifier: GPL-2.0-only
#include "tests/machine.h"

#define FRAME(addr) ((addr) >> PAGE_SHIFT)

/* ---- what Dom0 starts with ---- */

struct leaves {
	uint64_t count;
	uint64_t bytes;
};

static bool count_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct leaves *l = ctx;

	(void)i;
	(void)pte;
	l->count++;
	l->bytes += UINT64_C(1) << LPAE_LEVEL_SHIFT(level);
	return true;
}

static void build(struct machine *m, const char *version, const char *strategy, unsigned int gic)
{
	m_prepare(m, version, strategy, gic);
	EXPECT_I64(m_build(m, 0), 0);
}

/* DSDT (2 pages), and the pages of APIC, FACP, IORT ..., of GTDT, of SPCR and PPTT. */
#define HOST_TABLE_PAGES UINT64_C(5)

static void test_stage2(void)
{
	static const char *const versions[] = {"4.8", "4.9", "4.22"};

	for (size_t k = 0; k < ARRAY_SIZE(versions); k++) {
		struct machine m;
		struct leaves l = {0};

		build(&m, versions[k], "notifier", 3);
		p2m_for_each_leaf(&m.xen.p2m, count_leaf, &l);
		EXPECT_U64(l.bytes,
			   M_RAM_SIZE + (HOST_TABLE_PAGES + m.xen.crafted_pages) * PAGE_SIZE);
		EXPECT_U64(l.count, M_RAM_SIZE / 0x200000 + HOST_TABLE_PAGES + m.xen.crafted_pages);
		EXPECT_U64(m_lookup(&m, M_RAM + 0x1234000), M_RAM + 0x1234000);
		EXPECT_U64(m_type(&m, M_RAM), P2M_RAM_RW);
		EXPECT_U64(m_lookup(&m, M_TABLES + 0x7000), M_TABLES + 0x7000);
		EXPECT_U64(m_lookup(&m, M_TABLES + 0x8000), M_TABLES + 0x8000);
		EXPECT_U64(m_type(&m, M_TABLES + 0xf000), P2M_MMIO_DIRECT_C);
		/* RSDP and XSDT are replaced, so their page is nobody's. */
		EXPECT_U64(m_lookup(&m, M_TABLES), INVALID_FRAME);
		EXPECT_U64(m_lookup(&m, 0), INVALID_FRAME);
		EXPECT_U64(m_lookup(&m, M_ECAM), INVALID_FRAME);
		EXPECT_U64(m_lookup(&m, M_GICD), INVALID_FRAME);
		m_sound(&m);
		m_fini(&m);
	}
}

static void test_straddling_table(void)
{
	struct machine m;

	m_prepare(&m, "4.22", "notifier", 3);
	m_table(&m.plat, "BERT", M_TABLES + 0x2ff8, 48);
	m_table(&m.plat, "SSDT", M_TABLES + 0x4800, 0x1000);
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT_U64(m_lookup(&m, M_TABLES + 0x2000), M_TABLES + 0x2000);
	EXPECT_U64(m_lookup(&m, M_TABLES + 0x3000), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, M_TABLES + 0x4000), M_TABLES + 0x4000);
	EXPECT_U64(m_lookup(&m, M_TABLES + 0x5000), INVALID_FRAME);
	m_fini(&m);
}

static void test_nothing_charged(void)
{
	struct machine m;

	build(&m, "4.22", "c", 3);
	EXPECT_U64(m.charge.cycle, 0);
	EXPECT_U64(m.charge.xen_insns, 0);
	EXPECT_U64(m.record.events.count, 0);
	EXPECT_U64(m.xen.tables + m.xen.tlbi, 0);
	EXPECT_U64(m.xen.timer_at, UINT64_MAX);
	EXPECT_U64(m.xen.heap.phase, m.plat.heap_phase);
	m_fini(&m);
}

static void test_valid_bits(void)
{
	struct machine m;

	build(&m, "4.22", "c", 3);
	EXPECT_U64(mmu_walk(&m.cpu, &m.mem, &m.xen.p2m, M_RAM, MMU_READ).fault, MMU_S2_TRANSLATION);
	m_fini(&m);
	build(&m, "4.9", "c", 3);
	EXPECT_U64(mmu_walk(&m.cpu, &m.mem, &m.xen.p2m, M_RAM, MMU_READ).fault, MMU_OK);
	m_fini(&m);
	/* Tables that an SMMU walks keep their valid bits. */
	m_prepare(&m, "4.22", "c", 3);
	m.plat.smmu_stage2 = true;
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT_U64(mmu_walk(&m.cpu, &m.mem, &m.xen.p2m, M_RAM, MMU_READ).fault, MMU_OK);
	EXPECT(m.xen.p2m.iommu && m.xen.p2m.clean_pte);
	m_fini(&m);
	m_prepare(&m, "4.22", "c", 3);
	m.plat.smmu_stage2 = m.plat.smmu_coherent = true;
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT(m.xen.p2m.iommu && !m.xen.p2m.clean_pte);
	m_fini(&m);
}

/* ---- crafted tables ---- */

static void test_crafted(void)
{
	static const struct {
		const char *sig;
		const char *bytes;
		uint64_t off, len;
	} want[] = {
		{"FACP", "FACP", 0, 276},	  {"APIC", "APIC", 280, 184},
		{"STAO", "STAO", 464, 37},	  {"XSDT", "XSDT", 504, 108},
		{"RSDP", "RSD PTR ", 616, 36},	  {"EFIT", "IBI SYST", 656, 144},
		{"MMAP", "\x07\0\0\0", 800, 120},
	};
	struct machine m;

	build(&m, "4.22", "c", 3);
	EXPECT_U64(m.xen.crafted_count, ARRAY_SIZE(want));
	EXPECT_U64(m.xen.crafted_gpa, M_XEN_TEXT);
	EXPECT_U64(m.xen.crafted_pages, 1);
	EXPECT(m.xen.crafted_mfn != FRAME(M_XEN_TEXT));
	for (size_t k = 0; k < ARRAY_SIZE(want); k++) {
		const struct crafted_table *t = &m.xen.crafted[k];
		const uint8_t *host;

		EXPECT_STR(t->sig, want[k].sig);
		EXPECT_U64(t->gpa, M_XEN_TEXT + want[k].off);
		EXPECT_U64(t->len, want[k].len);
		EXPECT(xen_is_crafted(&m.xen, t->gpa));
		host = m_host(&m, m_lookup(&m, t->gpa), t->len);
		EXPECT(memcmp(host, want[k].bytes, 4) == 0);
		if (strlen(want[k].bytes) == 4)
			EXPECT_U64(host[4] | (uint64_t)host[5] << 8, t->len);
	}
	/* The recorded EFI system table was 0x290 into that page: so is this. */
	EXPECT_U64(m.xen.crafted[5].gpa & ~PAGE_MASK, 0x290);
	EXPECT(!xen_is_crafted(&m.xen, M_XEN_TEXT - 1));
	EXPECT(!xen_is_crafted(&m.xen, M_XEN_TEXT + PAGE_SIZE));
	EXPECT_U64(m_type(&m, M_XEN_TEXT), P2M_MMIO_DIRECT_C);
	m_fini(&m);
}

static uint64_t memmap_word(struct machine *m, unsigned int descriptor, unsigned int word)
{
	uint64_t at = m->xen.crafted[6].gpa + 40 * descriptor + 8 * (uint64_t)word;

	return *(uint64_t *)m_host(m, m_lookup(m, at), 8);
}

static void test_memory_map(void)
{
	struct machine m;

	build(&m, "4.22", "c", 3);
	EXPECT_U64(memmap_word(&m, 0, 0), 7);
	EXPECT_U64(memmap_word(&m, 0, 1), M_RAM);
	EXPECT_U64(memmap_word(&m, 0, 3), M_RAM_SIZE >> PAGE_SHIFT);
	EXPECT_U64(memmap_word(&m, 1, 0), 9);
	EXPECT_U64(memmap_word(&m, 2, 1), M_XEN_TEXT);
	EXPECT_U64(memmap_word(&m, 2, 3), 1);
	m_fini(&m);
}

static void test_no_host_tables(void)
{
	struct machine m;

	m_prepare(&m, "4.22", "c", 3);
	m.plat.tables.count = 0;
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT_U64(m.xen.crafted[0].len, 276);
	EXPECT_U64(m.xen.crafted[1].len, 44 + 24 + 80 + 16 + 20);
	EXPECT_U64(m.xen.crafted[3].len, 44);
	EXPECT_U64(m.xen.crafted[6].len, 80);
	EXPECT_U64(memmap_word(&m, 1, 1), M_XEN_TEXT);
	m_fini(&m);
}

/* ---- refusals ---- */

static void test_no_spcr(void)
{
	struct machine m;

	m_prepare(&m, "4.9", "c", 3);
	m.plat.spcr = 0;
	EXPECT_I64(m_build(&m, 0), -ENODEV);
	EXPECT_STR(m.xen.crash_reason, "no SPCR table, which this Xen needs to build an ACPI Dom0");
	m_fini(&m);
	m_prepare(&m, "4.22", "c", 3);
	m.plat.spcr = 0;
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT(xen_try_map_mmio(&m.xen, gfn(FRAME(M_UART))));
	m_fini(&m);
}

static void test_crafted_do_not_fit(void)
{
	struct machine m;

	m_prepare(&m, "4.22", "c", 3);
	m_table(&m.plat, "FACP", M_TABLES + 0x2000, 16);
	m.plat.tables.items[3].len = 0x44000;
	EXPECT_I64(m_build(&m, 0), -ENODEV);
	EXPECT_STR(m.xen.crash_reason, "the crafted ACPI tables do not fit the grant table region");
	m_fini(&m);
}

/* A 42-bit CPU has 40-bit IPAs before 4.13. */
static void test_out_of_reach(void)
{
	struct machine m;

	m_prepare(&m, "4.9", "c", 3);
	m.plat.pa_bits = 42;
	m_table(&m.plat, "SSDT", UINT64_C(0x10000000000), 64);
	EXPECT_I64(m_build(&m, 0), -ENODEV);
	EXPECT_STR(m.xen.crash_reason, "stage 2 has no room for an address that Dom0 must reach");
	m_fini(&m);
}

static void test_small_pool(void)
{
	uint64_t limit = 0;
	int rc;

	/* Each page more gets further; with enough Dom0 is built and has none to spare. */
	do {
		struct machine m;

		m_prepare(&m, "4.22", "c", 3);
		rc = m_build(&m, ++limit);
		if (rc) {
			EXPECT_I64(rc, -ENOMEM);
		} else {
			EXPECT_U64(m.xen.p2m.tables, limit);
			EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_ECAM))));
			m_sound(&m);
		}
		m_fini(&m);
	} while (rc && limit < 100);
	EXPECT_U64(limit, 5);
}

static void test_tiny_heap(void)
{
	struct machine m;

	for (uint64_t pages = 1; pages <= 2; pages++) {
		m_prepare(&m, "4.22", "c", 3);
		m.plat.xen_heap_size = pages * PAGE_SIZE;
		EXPECT_I64(m_build(&m, 0), -ENOMEM);
		m_fini(&m);
	}
	memset(&m, 0, sizeof(m));
	xen_fini(&m.xen);
}

/* ---- rights ---- */

struct right {
	const char *version;
	unsigned int gic;
	uint64_t addr;
	bool ok;
};

static void test_rights(void)
{
	static const struct right rights[] = {
		{"4.22", 3, M_GICD - 0x1000, true},
		{"4.22", 3, M_GICD, false},
		{"4.22", 3, M_GICD + 0xf000, false},
		{"4.22", 3, M_GICD + 0x10000, true},
		{"4.22", 3, M_ITS, false},
		{"4.22", 3, M_ITS + 0x1f000, false},
		{"4.22", 3, M_GICR, false},
		{"4.22", 3, M_UART, false},
		{"4.22", 3, M_UART + 0x1000, true},
		{"4.22", 3, M_XEN_TEXT, true},
		{"4.22", 3, M_XEN_HEAP, true},
		{"4.22", 3, M_RAM, true},
		{"4.9", 3, M_GICD + 0xf000, false},
		{"4.9", 3, M_GICD + 0x10000, false},
		{"4.9", 3, M_GICD + 0x11000, true},
		{"4.9", 3, M_ITS, true},
		{"4.9", 3, M_UART + 0x1000, false},
		{"4.9", 3, M_UART + 0x2000, true},
		/* as recorded: 0x8000, 0x8010-11, 0x8030, 0x8040-41 */
		{"4.22", 2, M_GICD, false},
		{"4.22", 2, M_GICD + 0x1000, true},
		{"4.22", 2, M_GICC + 0x1000, false},
		{"4.22", 2, M_GICC + 0x2000, true},
		{"4.22", 2, M_V2M, true},
		{"4.22", 2, M_GICH, false},
		{"4.22", 2, M_GICH + 0x1000, true},
		{"4.22", 2, M_GICV + 0x1000, false},
		{"4.22", 2, M_GICV + 0x2000, true},
		{"4.8", 2, M_GICD + 0x1000, false},
		{"4.8", 2, M_GICD + 0x2000, true},
		{"4.8", 2, M_GICV + 0x2000, false},
		{"4.8", 2, M_GICV + 0x3000, true},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rights); k++) {
		const struct right *r = &rights[k];
		struct machine m;
		bool denied;

		build(&m, r->version, "none", r->gic);
		EXPECT_I64(xen_map_dev_mmio(&m.xen, gfn(0xc000), mfn(FRAME(r->addr)), &denied), 0);
		if (!EXPECT_U64(denied, !r->ok))
			printf("    in: %s, 0x%" PRIx64 "\n", r->version, r->addr);
		EXPECT_U64(m_lookup(&m, 0xc000000), r->ok ? r->addr : INVALID_FRAME);
		m_fini(&m);
	}
}

static void test_gicv3_with_v2_window(void)
{
	struct machine m;
	bool denied;

	m_prepare(&m, "4.22", "none", 3);
	m.plat.gicc = M_HOLE;
	m.plat.gicv = M_HOLE + 0x10000;
	m.plat.gicc_size = m.plat.gicv_size = 0x2000;
	EXPECT_I64(m_build(&m, 0), 0);
	xen_map_dev_mmio(&m.xen, gfn(0xc000), mfn(FRAME(M_HOLE + 0x1000)), &denied);
	EXPECT(denied);
	xen_map_dev_mmio(&m.xen, gfn(0xc000), mfn(FRAME(M_HOLE + 0x11000)), &denied);
	EXPECT(denied);
	m_fini(&m);
}

/* Until 4.16 a fault also asked for the frame behind: FACTS X2. */
static void test_try_map_next(void)
{
	struct machine m;

	build(&m, "4.9", "c", 3);
	EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_GICD) - 1)));
	EXPECT(xen_try_map_mmio(&m.xen, gfn(FRAME(M_GICD) - 2)));
	/* 4.9 denies one frame behind the UART's; the one after that is free. */
	EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_UART) + 1)));
	EXPECT(xen_try_map_mmio(&m.xen, gfn(FRAME(M_UART) + 2)));
	m_fini(&m);
}

static void test_strategy_decides(void)
{
	struct machine m;

	build(&m, "4.22", "notifier", 3);
	EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_VIRTIO))));
	EXPECT_U64(m.charge.cycle, 0);
	EXPECT(xen_demand_map(&m.xen, gfn(FRAME(M_VIRTIO))));
	EXPECT_U64(m_lookup(&m, M_VIRTIO), M_VIRTIO);
	EXPECT(!xen_demand_map(&m.xen, gfn(FRAME(M_UART))));
	m_fini(&m);
}

/* ---- GICv2's CPU interface ---- */

static void test_gicc(void)
{
	struct machine m;

	build(&m, "4.8", "none", 2);
	EXPECT_U64(m_lookup(&m, M_GICC), M_GICV);
	EXPECT_U64(m_lookup(&m, M_GICC + 0x1000), M_GICV + 0x1000);
	EXPECT_U64(m_type(&m, M_GICC), P2M_MMIO_DIRECT_DEV);
	/* GICv2m frames are found in a device tree alone. */
	EXPECT_U64(m_lookup(&m, M_V2M), INVALID_FRAME);
	m_fini(&m);
	build(&m, "4.22", "none", 2);
	EXPECT_U64(m_lookup(&m, M_GICC), INVALID_FRAME);
	EXPECT(xen_try_map_mmio(&m.xen, gfn(FRAME(M_GICC) + 1)));
	EXPECT_U64(m_lookup(&m, M_GICC), M_GICV);
	EXPECT_U64(m_lookup(&m, M_GICC + 0x1000), M_GICV + 0x1000);
	EXPECT_U64(m.charge.steps[XS_IOMEM], 0);
	EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_GICC) + 2)));
	m_fini(&m);
}

/* ---- emulated regions ---- */

static const char *handler_at(const struct machine *m, uint64_t addr)
{
	const struct mmio_handler *h = xen_find_handler(&m->xen, addr);

	return h ? h->name : NULL;
}

static void test_handlers(void)
{
	struct machine m;

	build(&m, "4.22", "none", 3);
	EXPECT_U64(m.xen.handlers.count, 4);
	EXPECT_STR(handler_at(&m, M_GICD - 1), NULL);
	EXPECT_STR(handler_at(&m, M_GICD), "gicd");
	EXPECT_STR(handler_at(&m, M_GICD + 0xffff), "gicd");
	EXPECT_STR(handler_at(&m, M_GICD + 0x10000), NULL);
	EXPECT_STR(handler_at(&m, M_ITS + 0x10040), "its");
	EXPECT_STR(handler_at(&m, M_GICR), "gicr");
	EXPECT_STR(handler_at(&m, M_GICR + M_GICR_SIZE - 1), "gicr");
	EXPECT_STR(handler_at(&m, M_UART), "vuart");
	EXPECT_STR(handler_at(&m, M_UART + PAGE_SIZE), NULL);
	EXPECT_STR(handler_at(&m, 0), NULL);
	EXPECT_STR(handler_at(&m, UINT64_MAX), NULL);
	m_fini(&m);
	build(&m, "4.22", "none", 2);
	EXPECT_U64(m.xen.handlers.count, 2);
	EXPECT_STR(handler_at(&m, M_GICD + 0xfff), "gicd");
	EXPECT_STR(handler_at(&m, M_GICD + 0x1000), NULL);
	m_fini(&m);
}

static void test_handler_end(void)
{
	struct machine m;

	build(&m, "4.9", "none", 3);
	EXPECT_U64(m.xen.handlers.count, 3);
	EXPECT_STR(handler_at(&m, M_GICD + 0x10000), "gicd");
	EXPECT_STR(handler_at(&m, M_GICD + 0x10001), NULL);
	EXPECT_STR(handler_at(&m, M_ITS), NULL);
	EXPECT_STR(handler_at(&m, M_UART), "gicr");
	m_fini(&m);
}

/* Regions are searched in order of address, whatever the order they came in. */
static void test_handlers_sorted(void)
{
	struct gic_redist low = {M_HOLE, 0x20000, true, NULL};
	struct gic_redist high = {M_HOLE + 0x100000, 0x20000, true, NULL};
	struct machine m;

	m_prepare(&m, "4.22", "none", 3);
	CHECK(vec_push(&m.plat.redists, high) == 0);
	CHECK(vec_push(&m.plat.redists, low) == 0);
	EXPECT_I64(m_build(&m, 0), 0);
	for (size_t k = 1; k < m.xen.handlers.count; k++)
		EXPECT(m.xen.handlers.items[k - 1].base < m.xen.handlers.items[k].base);
	EXPECT_STR(handler_at(&m, M_HOLE + 0x1ffff), "gicr");
	EXPECT_STR(handler_at(&m, M_HOLE + 0x20000), NULL);
	EXPECT_STR(handler_at(&m, M_HOLE + 0x100000), "gicr");
	m_fini(&m);
}

/* ---- listeners, counters, the preempt check ---- */

struct heard {
	unsigned int tlbi, iotlb, ops;
};

static void hear_tlbi(void *ctx)
{
	((struct heard *)ctx)->tlbi++;
}

static void hear_iotlb(void *ctx)
{
	((struct heard *)ctx)->iotlb++;
}

static void hear_op(void *ctx, const struct p2m_op *op)
{
	(void)op;
	((struct heard *)ctx)->ops++;
}

static void test_listener(void)
{
	struct heard heard = {0};
	struct machine m;
	bool denied;

	m_prepare(&m, "4.22", "none", 3);
	m.plat.smmu_stage2 = true;
	m.xen.listener = (struct xen_listener){
		.tlbi = hear_tlbi, .iotlb_flush = hear_iotlb, .table_op = hear_op, .ctx = &heard};
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT(heard.ops > 0);
	EXPECT_U64(heard.tlbi + heard.iotlb, 0);
	/* Section 2.5: an SMMU is flushed even for a fresh entry. */
	xen_map_dev_mmio(&m.xen, gfn(FRAME(M_VIRTIO)), mfn(FRAME(M_VIRTIO)), &denied);
	EXPECT_U64(heard.tlbi, 0);
	EXPECT_U64(heard.iotlb, 1);
	/* Descriptors and two table pages of 64 lines are cleaned. */
	EXPECT_U64(m.xen.tables, 2);
	EXPECT_U64(m.charge.steps[XS_DC_CVAC], 2 * 64 + 3);
	EXPECT_U64(m.charge.steps[XS_IOTLB_FLUSH], 1);
	xen_map_dev_mmio(&m.xen, gfn(FRAME(M_VIRTIO)), mfn(FRAME(M_VIRTIO)), &denied);
	EXPECT_U64(heard.tlbi, 1);
	EXPECT_U64(heard.iotlb, 2);
	EXPECT_U64(m.charge.steps[XS_P2M_REPLACE], 1);
	EXPECT_U64(m.charge.steps[XS_TLBI], 0);
	m_fini(&m);
}

static void test_shatter_cost(void)
{
	struct machine m;
	bool denied;

	build(&m, "4.9", "none", 3);
	xen_map_dev_mmio(&m.xen, gfn(FRAME(M_RAM)), mfn(FRAME(M_RAM)), &denied);
	EXPECT_U64(m.charge.steps[XS_SHATTER], 1);
	EXPECT_U64(m.charge.steps[XS_P2M_REPLACE], 1);
	EXPECT_U64(m.charge.steps[XS_TABLE_NEW], 1);
	EXPECT_U64(m.charge.steps[XS_TLBI], 0);
	EXPECT_U64(m.xen.tlbi, 2);
	/* A removal flushes when it unlocks. */
	EXPECT_I64(
		xen_p2m_insert(&m.xen, gfn(FRAME(M_RAM) + 1), 1, mfn(INVALID_FRAME), P2M_INVALID),
		0);
	EXPECT_U64(m.charge.steps[XS_TLBI], 1);
	m_fini(&m);
}

static void test_preempt(void)
{
	struct machine m;

	build(&m, "4.22", "none", 3);
	EXPECT(!xen_preempt_check(&m.xen, &m.cpu));
	EXPECT_U64(m.charge.xen_insns, 142);
	m.xen.timer_at = m.charge.cycle + 1;
	EXPECT(!xen_preempt_check(&m.xen, &m.cpu));
	/* The check itself took longer than that. */
	EXPECT(xen_preempt_check(&m.xen, &m.cpu));
	EXPECT(m.xen.virq_pending);
	m.cpu.pstate |= PSTATE_I;
	EXPECT(!xen_preempt_check(&m.xen, &m.cpu));
	EXPECT_U64(m.charge.xen_insns, 3 * 142 + 25);
	m_fini(&m);
}

static void test_enter_leave(void)
{
	struct machine m;
	struct event ev;

	build(&m, "4.22", "none", 3);
	m.xen.tables = m.xen.tlbi = 9;
	m.xen.step = 4;
	m.charge.cycle = 100;
	m.xen.timer_at = 100;
	ev = xen_enter(&m.xen, XS_TRAP_ABORT);
	EXPECT_U64(m.xen.tables + m.xen.tlbi, 0);
	m.xen.tables = 2;
	xen_leave(&m.xen, &ev);
	EXPECT_U64(ev.cycle, 100);
	EXPECT_U64(ev.insns, 400 + 150);
	EXPECT_U64(ev.cycles, 400 + 150);
	EXPECT_U64(ev.tables, 2);
	EXPECT_I64(ev.step, 4);
	EXPECT_U64(m.record.events.count, 1);
	m_fini(&m);
}

static const struct unit_test tests[] = {
	{"Dom0 starts with its RAM, the tables and no device", test_stage2},
	{"a table that straddles a page lacks its last one", test_straddling_table},
	{"building charges and records nothing", test_nothing_charged},
	{"root valid bits are cleared by release, if no SMMU walks", test_valid_bits},
	{"the crafted tables lie where the recorded ones lay", test_crafted},
	{"the memory map tells RAM and the tables", test_memory_map},
	{"without host tables the crafted ones have Xen's own lengths", test_no_host_tables},
	{"no SPCR, no Dom0 before 4.15", test_no_spcr},
	{"crafted tables that do not fit refuse Dom0", test_crafted_do_not_fit},
	{"what stage 2 cannot reach refuses Dom0", test_out_of_reach},
	{"a pool of exactly the build's tables builds Dom0", test_small_pool},
	{"a heap too small for anything is -ENOMEM", test_tiny_heap},
	{"rights end where the release says", test_rights},
	{"a GICv3 with GICv2 windows denies those", test_gicv3_with_v2_window},
	{"4.9 asks for the frame behind as well", test_try_map_next},
	{"the strategy decides what an abort maps, not what the SMMU's handler does",
	 test_strategy_decides},
	{"the GICv2 CPU interface is mapped at build or by its first fault", test_gicc},
	{"emulated regions are those of the release", test_handlers},
	{"4.9 gives a region the byte behind it", test_handler_end},
	{"handlers are sorted", test_handlers_sorted},
	{"the listener hears of flushes once Dom0 runs", test_listener},
	{"break-before-make pays for its flush itself", test_shatter_cost},
	{"the preempt check sees the timer, unless masked", test_preempt},
	{"one entry to Xen is one event", test_enter_leave},
};

int main(int argc, char **argv)
{
	return unit_main("xen_model", tests, ARRAY_SIZE(tests), argc, argv);
}
