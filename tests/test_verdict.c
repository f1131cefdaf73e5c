// SPDX-License-Identifier: GPL-2.0-only
#include "tests/verdict_fixture.h"

/* --- accesses ------------------------------------------------------------------------ */

enum ending {
	ABORTED,
	EMULATED,
	EXTERNAL,
	REACHED,
	NEVER /* the step ended before it */
};

struct access_row {
	uint64_t addr;
	enum ending ending;
	uint64_t target;
	unsigned int codes;
};

static struct access_report report(const struct access_row *row)
{
	return (struct access_report){
		.addr = row->addr,
		.pc = 0xffff000012345678,
		.insn = 0xb9400000,
		.s1_attr = 0x100,
		.aborted = row->ending == ABORTED,
		.emulated = row->ending == EMULATED,
		.external = row->ending == EXTERNAL,
		.reached = row->ending == REACHED,
		.target = {row->target},
		.by = "readl",
		.step = 3,
		.event = 17,
	};
}

static void judge_row(struct fixture *f, const struct access_row *row)
{
	struct access_report a = report(row);

	verdict_reset(&f->v);
	verdict_access(&f->v, &f->xen, &a);
	if (f->v.codes != row->codes)
		printf("row: addr 0x%" PRIx64 " ending %d target 0x%" PRIx64 ": %s\n", row->addr,
		       row->ending, row->target, told(&f->v));
	EXPECT_U64(f->v.codes, row->codes);
}

static void test_endings(void)
{
	/* By what is at the address: aborted, emulated, bus error, reached as meant. */
	static const struct {
		uint64_t addr, target;
		unsigned int aborted, emulated, external, reached;
	} rows[] = {
		{RAM + 8, RAM + 8, B(ABORT), B(TARGET), B(ABORT), ALL_OK},
		{DEV + 8, DEV + 8, B(ABORT), B(TARGET), B(ABORT), ALL_OK},
		{BERT + 8, BERT + 8, B(ABORT), B(TARGET), B(ABORT), ALL_OK},
		{ACPI + 8, ACPI + 8, B(ABORT), B(TARGET), B(ABORT), ALL_OK},
		{GICD + 8, GICD + 8, B(ABORT), ALL_OK, B(EMULATION), B(EMULATION)},
		{ITS + 8, ITS + 8, B(ABORT), ALL_OK, B(EMULATION), B(EMULATION)},
		{UART + 8, UART + 8, ALL_OK, ALL_OK, ALL_OK, B(EXPOSED)},
		{OTHER + 8, OTHER + 8, ALL_OK, ALL_OK, ALL_OK, B(EXPOSED)},
		{HEAP + 8, HEAP + 8, ALL_OK, ALL_OK, ALL_OK, B(EXPOSED)},
		{HOLE + 8, HOLE + 8, ALL_OK, ALL_OK, B(EXTERNAL), ALL_OK},
		{DEV + 0x400, DEV + 0x400, ALL_OK, ALL_OK, B(EXTERNAL), ALL_OK},
		/* redirected: the crafted tables, the GICv2 CPU interface */
		{TEXT + 0x1008, (CRAFTED_MFN << 12) + 0x1008, B(ABORT), ALL_OK, B(ABORT), ALL_OK},
		{GICC + 0x100c, GICV + 0x100c, B(ABORT), ALL_OK, B(ABORT), ALL_OK},
		/* behind the crafted pages it is text like any other */
		{TEXT + 0x2008, TEXT + 0x2008, ALL_OK, ALL_OK, ALL_OK, B(EXPOSED)},
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		judge_row(&f, &(struct access_row){rows[i].addr, ABORTED, 0, rows[i].aborted});
		judge_row(&f, &(struct access_row){rows[i].addr, EMULATED, 0, rows[i].emulated});
		judge_row(&f, &(struct access_row){rows[i].addr, EXTERNAL, 0, rows[i].external});
		judge_row(&f, &(struct access_row){rows[i].addr, REACHED, rows[i].target,
						   rows[i].reached});
		judge_row(&f, &(struct access_row){rows[i].addr, NEVER, rows[i].target, ALL_OK});
	}
	end(&f);
}

/* Xen before 4.10 has no vITS: the platform's "emulated" is then a device like any other. */
static void test_not_emulated_here(void)
{
	struct fixture f;

	begin(&f);
	CHECK(f.xen.handlers.items[1].base == ITS);
	f.xen.handlers.count = 1;
	judge_row(&f, &(struct access_row){ITS + 8, REACHED, ITS + 8, ALL_OK});
	judge_row(&f, &(struct access_row){ITS + 8, ABORTED, 0, B(ABORT)});
	judge_row(&f, &(struct access_row){GICD + 8, REACHED, GICD + 8, B(EMULATION)});
	set(&f, ITS, ITS, 2, P2M_MMIO_DIRECT_C);
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, 0, ITS >> 12, ITS >> 12, 2, true);
	EXPECT_STR(told(&f.v), "");
	end(&f);
}

static void test_wrong_target(void)
{
	static const struct access_row rows[] = {
		{RAM, REACHED, RAM + 0x1000, B(TARGET)},
		{DEV, REACHED, DEV2, B(TARGET)},
		{DEV, REACHED, HEAP, B(TARGET) | B(EXPOSED)},
		{ACPI, REACHED, OTHER, B(TARGET) | B(EXPOSED)},
		{BERT, REACHED, UART, B(TARGET) | B(EXPOSED)},
		{DEV, REACHED, GICD, B(TARGET) | B(EXPOSED)},
		{DEV, REACHED, HOLE, B(TARGET)},
		/* a crafted table, replaced by Xen's text and by what does no harm */
		{TEXT, REACHED, TEXT, B(TARGET) | B(EXPOSED)},
		{TEXT, REACHED, RAM, B(TARGET)},
		{TEXT, REACHED, (CRAFTED_MFN + 1) << 12, B(TARGET) | B(EXPOSED)},
		/* the GICv2 CPU interface, mapped as Dom0 meant it */
		{GICC, REACHED, GICC, B(TARGET)},
		/* the emulated region's own finding, and what was met instead */
		{GICD, REACHED, RAM, B(EMULATION)},
		{GICD, REACHED, HEAP, B(EMULATION) | B(EXPOSED)},
		{GICD, REACHED, ITS, B(EMULATION)},
		/* what was no page of Dom0's has no right target */
		{HOLE, REACHED, DEV, ALL_OK},
		{HOLE, REACHED, OTHER, B(EXPOSED)},
		{OTHER, REACHED, RAM, ALL_OK},
		{HOLE, REACHED, GICD, B(EXPOSED)},
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		judge_row(&f, &rows[i]);
	end(&f);
}

static void test_finding_fields(void)
{
	static const struct access_row row = {UART + 0x18, REACHED, UART + 0x18, 0};
	struct access_report a = report(&row);
	const struct finding *got;
	struct fixture f;

	begin(&f);
	verdict_access(&f.v, &f.xen, &a);
	a.addr = HOLE;
	a.reached = false;
	a.external = true;
	a.by = NULL;
	verdict_access(&f.v, &f.xen, &a);
	EXPECT_U64(f.v.codes, B(EXPOSED) | B(EXTERNAL));
	EXPECT_U64(f.v.findings.count, 2);
	got = &f.v.findings.items[0];
	EXPECT_U64(got->code, FIND_EXPOSED);
	EXPECT_I64(got->step, 3);
	EXPECT_U64(got->event, 17);
	EXPECT_U64(got->addr, UART + 0x18);
	EXPECT_U64(got->pages, 1);
	EXPECT_U64(got->pc, 0xffff000012345678);
	EXPECT_U64(got->insn, 0xb9400000);
	EXPECT_STR(got->by, "readl");
	EXPECT_STR(got->region, "uart");
	EXPECT_U64(got->truth, TRUTH_XEN_MMIO);
	got = &f.v.findings.items[1];
	EXPECT_STR(got->by, "");
	EXPECT_STR(got->region, "hole");
	EXPECT_U64(got->truth, TRUTH_HOLE);
	end(&f);
}

static void test_attr(void)
{
	/* MAIR bytes: 0x00 nGnRnE, 0x04 nGnRE, 0x44 Normal NC, 0xff Normal WB. */
	static const struct {
		uint64_t addr;
		unsigned int s1;
		enum p2m_type s2;
		unsigned int codes;
	} rows[] = {
		{DEV, 0x00, P2M_MMIO_DIRECT_C, ALL_OK},
		{DEV, 0x04, P2M_MMIO_DIRECT_C, ALL_OK},
		{DEV, 0x44, P2M_MMIO_DIRECT_C, ALL_OK},
		{BERT, 0xff, P2M_MMIO_DIRECT_C, ALL_OK},
		{DEV, 0x00, P2M_MMIO_DIRECT_DEV, ALL_OK},
		{DEV, 0x04, P2M_MMIO_DIRECT_DEV, ALL_OK},
		{DEV, 0x44, P2M_MMIO_DIRECT_DEV, B(ATTR)},
		{BERT, 0xff, P2M_MMIO_DIRECT_DEV, B(ATTR)},
		{ACPI, 0xff, P2M_MMIO_DIRECT_DEV, B(ATTR)},
		{BERT, 0xff, P2M_MMIO_DIRECT_NC, B(ATTR)},
		{DEV, 0x44, P2M_MMIO_DIRECT_NC, ALL_OK},
		{RAM, 0xff, P2M_MMIO_DIRECT_DEV, ALL_OK}, /* the request told it */
		{DEV, 0x100, P2M_MMIO_DIRECT_DEV, ALL_OK},
		{OTHER, 0xff, P2M_MMIO_DIRECT_DEV, B(EXPOSED)},
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct access_row row = {rows[i].addr, REACHED, rows[i].addr, 0};
		struct access_report a = report(&row);

		verdict_reset(&f.v);
		a.s1_attr = rows[i].s1;
		a.s2_pte = s2_leaf(pa(rows[i].addr), rows[i].s2, 3);
		verdict_access(&f.v, &f.xen, &a);
		EXPECT_U64(f.v.codes, rows[i].codes);
		a.s2_pte = 0; /* no stage 2 */
		verdict_reset(&f.v);
		verdict_access(&f.v, &f.xen, &a);
		EXPECT_U64(f.v.codes, rows[i].codes & ~B(ATTR));
		a.target = pa(DEV2); /* elsewhere: the type is not the point */
		a.s2_pte = s2_leaf(pa(DEV2), rows[i].s2, 3);
		verdict_reset(&f.v);
		verdict_access(&f.v, &f.xen, &a);
		EXPECT_U64(f.v.codes & B(ATTR), 0);
	}
	end(&f);
}

/* --- DMA and unplug ------------------------------------------------------------------ */

static void test_dma(void)
{
	static const struct {
		uint64_t addr, target; /* target 0: not reached */
		unsigned int faulted, external, reached;
	} rows[] = {
		{RAM, RAM, B(DMA), B(DMA), ALL_OK},
		{DEV2, DEV2, B(DMA), B(DMA), ALL_OK},
		{BERT, BERT, B(DMA), B(DMA), ALL_OK},
		{ACPI, ACPI, B(DMA), B(DMA), ALL_OK},
		{ITS + 0x10040, ITS + 0x10040, B(DMA), B(DMA), ALL_OK},
		{ITS + 0x40, ITS + 0x40, ALL_OK, ALL_OK, B(EXPOSED)},
		{GICD, GICD, ALL_OK, ALL_OK, B(EXPOSED)},
		{UART, UART, ALL_OK, ALL_OK, B(EXPOSED)},
		{OTHER, OTHER, ALL_OK, ALL_OK, B(EXPOSED)},
		{TEXT, TEXT, ALL_OK, ALL_OK, B(EXPOSED)},
		{HOLE, HOLE, ALL_OK, B(EXTERNAL), ALL_OK},
		{DEV2, RAM, B(DMA), B(DMA), B(TARGET)},
		{DEV2, HEAP, B(DMA), B(DMA), B(TARGET) | B(EXPOSED)},
		{DEV2, GICD, B(DMA), B(DMA), B(TARGET) | B(EXPOSED)},
		{HOLE, RAM, ALL_OK, B(EXTERNAL), ALL_OK},
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event ev = {.kind = EV_DMA, .by = "nic", .target_pa = rows[i].target};
		size_t n = f.record.events.count;

		record_event(&f.record, &ev);
		ev.reached = true;
		record_event(&f.record, &ev);
		for (int k = 0; k < 3; k++) {
			verdict_reset(&f.v);
			verdict_dma(&f.v, &f.xen, rows[i].addr, 4, k == 0, k == 1, "nic", 1,
				    n + (k == 2));
			EXPECT_U64(f.v.codes, k == 0   ? rows[i].faulted
					      : k == 1 ? rows[i].external
						       : rows[i].reached);
		}
	}
	end(&f);
}

static void test_dma_fields(void)
{
	struct fixture f;

	begin(&f);
	verdict_dma(&f.v, &f.xen, DEV2 + 0xffe, 4, true, false, "nic", 1, SIZE_MAX);
	verdict_dma(&f.v, &f.xen, OTHER, 0, false, false, "nic", 1, SIZE_MAX);
	EXPECT_STR(told(&f.v), "dma dev2 0xa001ffe+2, exposed other 0x70000000+1");
	EXPECT_STR(f.v.findings.items[0].by, "nic");
	EXPECT_I64(f.v.findings.items[0].step, 1);
	EXPECT_U64(f.v.findings.items[0].event, SIZE_MAX);
	EXPECT_U64(f.v.findings.items[0].truth, TRUTH_MMIO);
	end(&f);
}

static void test_unplug(void)
{
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < f.plat.devices.count; i++)
		verdict_unplug(&f.v, &f.xen, &f.plat.devices.items[i], 5, 6);
	EXPECT_STR(told(&f.v), ""); /* nothing was mapped */
	set(&f, DEV, DEV, 4, P2M_MMIO_DIRECT_C);
	verdict_unplug(&f.v, &f.xen, &f.plat.devices.items[0], 5, 6);
	EXPECT_STR(told(&f.v), ""); /* d1 needs the page, too */
	verdict_unplug(&f.v, &f.xen, &f.plat.devices.items[2], 5, 6);
	/* d3 reaches into the first two pages; of those only an edge of d2 is looked at */
	EXPECT_STR(told(&f.v), "leak dev2 0xa002000+2");
	EXPECT_STR(f.v.findings.items[0].by, "d2");
	EXPECT_I64(f.v.findings.items[0].step, 5);
	EXPECT_U64(f.v.findings.items[0].event, 6);
	verdict_reset(&f.v);
	set(&f, DEV2 + 0x1000, DEV2 + 0x2000, 1, P2M_MMIO_DIRECT_C); /* some other page by now */
	verdict_unplug(&f.v, &f.xen, &f.plat.devices.items[2], 5, 6);
	EXPECT_STR(told(&f.v), "leak dev2 0xa003000+1");
	end(&f);
}

/* --- findings ------------------------------------------------------------------------ */

static void test_merge(void)
{
	struct verdict v;
	struct finding f = {.code = FIND_EXPOSED,
			    .step = 1,
			    .event = 7,
			    .addr = 0x1008,
			    .pages = 2,
			    .by = "a",
			    .region = "r",
			    .truth = TRUTH_XEN};
	char by[] = "a";

	verdict_init(&v);
	verdict_find(&v, &f);
	f.addr = 0x3ff0; /* continues; another string of the same text */
	f.by = by;
	f.event = 9;
	verdict_find(&v, &f);
	f.addr = 0x2000; /* inside */
	verdict_find(&v, &f);
	f.code = FIND_TARGET; /* another code between does not part them */
	verdict_find(&v, &f);
	f.code = FIND_EXPOSED;
	f.addr = 0x4000; /* begins inside, ends behind */
	f.pages = 4;
	verdict_find(&v, &f);
	EXPECT_STR(told(&v), "exposed r 0x1008+7, target r 0x2000+2");
	EXPECT_U64(v.findings.items[0].event, 7);
	f.addr = 0x9000; /* a gap */
	verdict_find(&v, &f);
	f.addr = 0x7000; /* before it */
	verdict_find(&v, &f);
	f.addr = 0xb000; /* each of these is another story */
	f.step = 2;
	verdict_find(&v, &f);
	f.by = "b";
	verdict_find(&v, &f);
	f.truth = TRUTH_OTHER_RAM;
	verdict_find(&v, &f);
	EXPECT_U64(v.findings.count, 7);
	EXPECT_U64(v.codes, B(EXPOSED) | B(TARGET));
	verdict_reset(&v);
	EXPECT_U64(v.findings.count, 0);
	EXPECT_U64(v.codes, 0);
	verdict_find(&v, &f);
	EXPECT_U64(v.findings.count, 1);
	verdict_fini(&v);
}

static void test_whole_ecam(void)
{
	struct fixture f;

	begin(&f);
	verdict_request(&f.v, &f.xen, SIZE_MAX, BIG >> 12, BIG >> 12, 65536, true);
	EXPECT_STR(told(&f.v), "silent big 0x100000000+65536");
	for (uint64_t page = 0; page < 4096; page++) {
		struct access_row row = {BIG + (page << 12), ABORTED, 0, 0};
		struct access_report a = report(&row);

		verdict_access(&f.v, &f.xen, &a);
	}
	EXPECT_STR(told(&f.v), "silent big 0x100000000+65536, abort big 0x100000000+4096");
	end(&f);
}

static void test_tables_of_words(void)
{
	for (int i = 0; i < FIND_COUNT; i++) {
		EXPECT(finding_name[i] && finding_help[i] && finding_help[i][0]);
		for (int k = 0; k < i; k++)
			EXPECT(strcmp(finding_name[i], finding_name[k]) != 0);
	}
	for (int i = 0; i < METRIC_COUNT; i++) {
		EXPECT(metric_name[i] && metric_help[i] && metric_help[i][0]);
		for (int k = 0; k < i; k++)
			EXPECT(strcmp(metric_name[i], metric_name[k]) != 0);
	}
	EXPECT_STR(finding_name[FIND_EMULATION], "emulation");
	EXPECT_STR(metric_name[METRIC_DMA_FAULTS], "dma_faults");
}

/* --- metrics ------------------------------------------------------------------------- */

static void test_metrics(void)
{
	static const struct event events[] = {
		{.kind = EV_PREMAP, .tables = 100, .tlbi = 100, .insns = 100},
		/* one call in three entries; another one after it */
		{.kind = EV_ADD_TO_PHYSMAP_RANGE,
		 .space = 5,
		 .pages = 10,
		 .denied = 1,
		 .preempted = true,
		 .tables = 2,
		 .insns = 1000},
		{.kind = EV_ABORT_OTHER, .insns = 7},
		{.kind = EV_ADD_TO_PHYSMAP_RANGE,
		 .space = 5,
		 .pages = 5,
		 .start_extent = 10,
		 .preempted = true,
		 .insns = 1000},
		{.kind = EV_ADD_TO_PHYSMAP_RANGE,
		 .space = 5,
		 .pages = 1,
		 .start_extent = 15,
		 .denied = 1,
		 .tlbi = 3,
		 .insns = 1000},
		{.kind = EV_ADD_TO_PHYSMAP_RANGE, .space = 5, .pages = 4},
		{.kind = EV_ADD_TO_PHYSMAP_RANGE, .space = 6, .pages = 400, .denied = 9},
		{.kind = EV_ADD_TO_PHYSMAP, .space = 5, .pages = 1},
		{.kind = EV_REMOVE_FROM_PHYSMAP, .pages = 1},
		{.kind = EV_HYPERCALL_OTHER},
		{.kind = EV_ABORT_MAP, .tables = 1},
		{.kind = EV_ABORT_MAP},
		{.kind = EV_ABORT_INJECT},
		{.kind = EV_ABORT_EMULATE},
		{.kind = EV_ABORT_EMULATE},
		{.kind = EV_ABORT_EMULATE},
		{.kind = EV_EXTERNAL_ABORT},
		{.kind = EV_DMA},
		{.kind = EV_DMA},
		{.kind = EV_DMA_FAULT},
	};
	static const uint64_t want[METRIC_COUNT] = {
		[METRIC_HYPERCALLS] = 6,   [METRIC_TRAPS] = 15,	       [METRIC_CONTINUATIONS] = 2,
		[METRIC_PAGES] = 21,	   [METRIC_DENIED] = 2,	       [METRIC_DEMAND_MAPS] = 2,
		[METRIC_RESOLVED] = 1,	   [METRIC_EMULATED] = 3,      [METRIC_INJECTED] = 1,
		[METRIC_EXTERNAL] = 1,	   [METRIC_DMA] = 2,	       [METRIC_DMA_FAULTS] = 1,
		[METRIC_IOREMAPS] = 53,	   [METRIC_TABLE_PAGES] = 0,   [METRIC_TABLES_NEW] = 3,
		[METRIC_TLBI] = 3,	   [METRIC_MAPPED_MMIO] = 516, [METRIC_XEN_INSNS] = 3007,
		[METRIC_DOM0_INSNS] = 111, [METRIC_CYCLES] = 222,
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		record_event(&f.record, &events[i]);
	f.charge.dom0_insns = 111;
	f.charge.cycle = 222;
	/* 512 by a block, beside the four of the crafted tables and the CPU interface */
	EXPECT_I64(
		p2m_set_entry(&f.xen.p2m, gfn(BIG >> 12), 512, mfn(BIG >> 12), P2M_MMIO_DIRECT_NC),
		0);
	verdict_close(&f.v, &f.xen, &f.record, 53);
	for (int i = 0; i < METRIC_COUNT; i++)
		if (i != METRIC_TABLE_PAGES && f.v.metrics[i] != want[i])
			EXPECT_STR(metric_name[i], "");
	EXPECT_U64(f.v.metrics[METRIC_TABLE_PAGES], f.xen.p2m.tables + 2);
	EXPECT_U64(f.v.metrics[METRIC_TABLE_PAGES], f.xen.heap.used);
	verdict_reset(&f.v);
	EXPECT_U64(f.v.metrics[METRIC_CYCLES], 0);
	f.record.lost = true;
	verdict_close(&f.v, &f.xen, &f.record, 0);
	EXPECT(f.v.lost);
	f.v.lost = false;
	end(&f);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"each ending of an access is judged by what is there", test_endings},
		{"what a release does not emulate is a device of Dom0's", test_not_emulated_here},
		{"reaching another page than meant is judged by both", test_wrong_target},
		{"a finding tells step, event, address, instruction and region",
		 test_finding_fields},
		{"a stage-2 type that changes what stage 1 asks for is attr", test_attr},
		{"each ending of a DMA is judged by what is there", test_dma},
		{"a DMA finding counts the pages it touches", test_dma_fields},
		{"what an unplugged device alone used is a leak", test_unplug},
		{"findings of one story that touch are one", test_merge},
		{"a whole ECAM is one finding", test_whole_ecam},
		{"every finding and metric has a name of its own and a sentence",
		 test_tables_of_words},
		{"metrics count entries, calls and pages once", test_metrics},
	};

	return unit_main("verdict", tests, ARRAY_SIZE(tests), argc, argv);
}
