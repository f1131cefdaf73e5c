// SPDX-License-Identifier: GPL-2.0-only
#include "sim/verdict.h"

#include "dom0/dom0_abi.h"
#include "tests/p2m_fixture.h"

#define GICD  UINT64_C(0x08000000)
#define GICC  UINT64_C(0x08010000)
#define GICV  UINT64_C(0x08040000)
#define ITS   UINT64_C(0x08080000)
#define UART  UINT64_C(0x09000000)
#define DEV   UINT64_C(0x0a000000) /* two devices in one page */
#define DEV2  UINT64_C(0x0a001000)
#define MIXED UINT64_C(0x0a004000) /* a device of Dom0 and one of Xen in one page */
#define HOLE  UINT64_C(0x0b000000)
#define RAM   UINT64_C(0x40000000)
#define TEXT  UINT64_C(0x60000000) /* its first two pages are the crafted tables' GPA */
#define HEAP  UINT64_C(0x60200000)
#define OTHER UINT64_C(0x70000000)
#define BERT  UINT64_C(0x7c000000)
#define ACPI  UINT64_C(0x7d000000)
#define BIG   UINT64_C(0x100000000) /* 256 MiB */

#define HEAP_PAGES    8192
#define CRAFTED_PAGES 2
#define CRAFTED_MFN   ((HEAP >> 12) + HEAP_PAGES) /* behind what tables use */

#define B(code) (1u << FIND_##code)
#define ALL_OK	0

struct fixture {
	struct platform plat;
	struct memory mem;
	struct record record;
	struct charge charge;
	struct xen_version version;
	struct xen xen;
	struct verdict v;
};

static const struct region regions[] = {
	{"gicd", GICD, 0x10000, TRUTH_EMULATED, "test"},
	{"gicc", GICC, 0x2000, TRUTH_EMULATED, "test"},
	{"gicv", GICV, 0x2000, TRUTH_XEN_MMIO, "test"},
	{"its", ITS, 0x20000, TRUTH_EMULATED, "test"},
	{"uart", UART, 0x1000, TRUTH_XEN_MMIO, "test"},
	{"dev0", DEV, 0x200, TRUTH_MMIO, "test"},
	{"dev1", DEV + 0x200, 0x200, TRUTH_MMIO, "test"},
	{"dev2", DEV2, 0x3000, TRUTH_MMIO, "test"},
	{"mixed0", MIXED, 0x100, TRUTH_MMIO, "test"},
	{"mixed1", MIXED + 0x800, 0x100, TRUTH_XEN_MMIO, "test"},
	{"ram", RAM, 0x10000000, TRUTH_DOM0_RAM, "test"},
	{"text", TEXT, 0x200000, TRUTH_XEN, "test"},
	{"heap", HEAP, 0x4000000, TRUTH_XEN, "test"},
	{"other", OTHER, 0x1000000, TRUTH_OTHER_RAM, "test"},
	{"bert", BERT, 0x1000, TRUTH_FIRMWARE, "test"},
	{"acpi", ACPI, 0x10000, TRUTH_TABLE, "test"},
	{"big", BIG, 0x10000000, TRUTH_MMIO, "test"},
};

static const struct device devices[] = {
	{.name = "d0", .hid = "D", .res = {{DEV, 0x200}}, .res_count = 1},
	{.name = "d1", .hid = "D", .res = {{DEV + 0x200, 0x200}}, .res_count = 1},
	{.name = "d2", .hid = "D", .res = {{0, 0}, {DEV2, 0x3000}}, .res_count = 2},
	{.name = "d3", .hid = "D", .res = {{DEV2 - 4, 0x1008}}, .res_count = 1},
};

static void set(struct fixture *f, uint64_t ipa_, uint64_t pa_, uint64_t pages, enum p2m_type t)
{
	EXPECT_I64(p2m_set_entry(&f->xen.p2m, gfn(ipa_ >> 12), pages, mfn(pa_ >> 12), t), 0);
}

static void begin_with(struct fixture *f, const struct p2m_rules *rules, unsigned int pa_bits)
{
	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < ARRAY_SIZE(regions); i++)
		CHECK(vec_push(&f->plat.regions, regions[i]) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		CHECK(vec_push(&f->plat.devices, devices[i]) == 0);
	CHECK(vec_push(&f->plat.its, ITS) == 0);
	f->plat.gicc = GICC;
	f->plat.gicc_size = 0x2000;
	f->plat.gicv = GICV;
	f->plat.gicv_size = 0x2000;
	memory_init(&f->mem);
	CHECK(memory_add_bank(&f->mem, pa(HEAP), HEAP_PAGES << 12) == 0);
	f->version.p2m = *rules;
	f->xen.version = &f->version;
	f->xen.plat = &f->plat;
	f->xen.mem = &f->mem;
	f->xen.record = &f->record;
	f->xen.charge = &f->charge;
	f->xen.crafted_gpa = TEXT;
	f->xen.crafted_mfn = CRAFTED_MFN;
	f->xen.crafted_pages = CRAFTED_PAGES;
	f->xen.step = 4;
	f->xen.by = "kernel_fn";
	heap_init(&f->xen.heap, &f->mem, pa(HEAP), HEAP_PAGES);
	CHECK(p2m_init(&f->xen.p2m, &f->version.p2m, pa_bits, &f->mem, &f->xen.heap,
		       (struct p2m_sink){0}) == 0);
	CHECK(iomem_permit(&f->xen.iomem, 0, ~UINT64_C(0)) == 0);
	CHECK(iomem_deny(&f->xen.iomem, GICD >> 12, (GICD >> 12) + 15) == 0);
	CHECK(iomem_deny(&f->xen.iomem, UART >> 12, UART >> 12) == 0);
	set(f, RAM, RAM, 0x10000000 >> 12, P2M_RAM_RW);
	set(f, TEXT, CRAFTED_MFN << 12, CRAFTED_PAGES, P2M_MMIO_DIRECT_C);
	set(f, GICC, GICV, 2, P2M_MMIO_DIRECT_DEV);
	verdict_init(&f->v);
}

static void begin(struct fixture *f)
{
	begin_with(f, &fx_rules_4_22, 40);
}

static void end(struct fixture *f)
{
	EXPECT(!f->v.lost);
	verdict_fini(&f->v);
	EXPECT(f->v.findings.items == NULL);
	iomem_fini(&f->xen.iomem);
	heap_fini(&f->xen.heap);
	memory_fini(&f->mem);
	record_fini(&f->record);
	platform_fini(&f->plat);
}

/* The findings as one line: "exposed other 0x70000000+2, ...". */
static const char *told(const struct verdict *v)
{
	static char text[4096];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < v->findings.count && used < sizeof(text); i++) {
		const struct finding *f = &v->findings.items[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s %s 0x%" PRIx64 "+%" PRIu64, i ? ", " : "",
					 finding_name[f->code], f->region, f->addr, f->pages);
	}
	return text;
}

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

/* --- requests ------------------------------------------------------------------------ */

static struct event batch(uint64_t pages)
{
	return (struct event){.kind = EV_ADD_TO_PHYSMAP_RANGE,
			      .space = XENMAPSPACE_DEV_MMIO,
			      .pages = pages,
			      .size = (uint32_t)pages,
			      .pc = 0x1234,
			      .step = 2,
			      .err_count = pages < EVENT_ERRS ? (unsigned int)pages : EVENT_ERRS,
			      .by = "hook"};
}

/* Records one entry and judges [ipa_, +pages) -> pa_. */
static const char *judge_request(struct fixture *f, const struct event *ev, uint64_t ipa_,
				 uint64_t pa_, uint64_t pages)
{
	size_t n = f->record.events.count;

	verdict_reset(&f->v);
	record_event(&f->record, ev);
	verdict_request(&f->v, &f->xen, n, ipa_ >> 12, pa_ >> 12, pages);
	return told(&f->v);
}

static void test_mapped_requests(void)
{
	static const struct {
		uint64_t ipa, pa, pages;
		const char *want;
	} rows[] = {
		{DEV, DEV, 1, ""},
		{DEV2, DEV2, 3, ""},
		{BERT, BERT, 1, ""},
		{ACPI, ACPI, 16, ""},
		{HOLE, HOLE, 2, ""},
		{RAM, RAM, 2, "attr ram 0x40000000+2"},
		{OTHER, OTHER, 4, "exposed other 0x70000000+4"},
		{HEAP, HEAP, 4, "exposed heap 0x60200000+4"},
		{UART, UART, 1, "exposed uart 0x9000000+1"},
		{GICD, GICD, 16, "emulation gicd 0x8000000+16"},
		{MIXED, MIXED, 1, "exposed mixed1 0xa004000+1"},
		/* the crafted tables, then text */
		{TEXT, TEXT, 3, "target text 0x60000000+2, exposed text 0x60000000+3"},
		{TEXT, CRAFTED_MFN << 12, 2, ""},
		{TEXT, DEV2, 1, "target text 0x60000000+1"},
		{GICC, GICC, 2, "target gicc 0x8010000+2"},
		{GICC, GICV, 2, ""},
		/* aliases: harmless at a hole, wrong over a page of Dom0's */
		{HOLE, DEV, 1, ""},
		{HOLE, RAM, 1, ""},
		{DEV, DEV2, 1, "target dev0 0xa000000+1"},
		{RAM, DEV2, 1, "target ram 0x40000000+1"},
		{HOLE, GICD, 2, "exposed hole 0xb000000+2"},
		{HOLE, TEXT, 2, "exposed hole 0xb000000+2"},
		{GICD, DEV, 1, "emulation gicd 0x8000000+1"},
		{GICD, OTHER, 1, "exposed gicd 0x8000000+1, emulation gicd 0x8000000+1"},
		{RAM, OTHER, 1, "target ram 0x40000000+1, exposed ram 0x40000000+1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = batch(rows[i].pages);

		begin(&f);
		for (uint64_t k = 0; k < rows[i].pages; k++)
			set(&f, rows[i].ipa + (k << 12), rows[i].pa + (k << 12), 1,
			    P2M_MMIO_DIRECT_C);
		EXPECT_STR(judge_request(&f, &ev, rows[i].ipa, rows[i].pa, rows[i].pages),
			   rows[i].want);
		end(&f);
	}
}

static void test_request_fields(void)
{
	struct fixture f;
	struct event other = {.kind = EV_ABORT_OTHER, .by = ""}, ev = batch(1);

	begin(&f);
	set(&f, OTHER, OTHER, 1, P2M_MMIO_DIRECT_C);
	record_event(&f.record, &other);
	record_event(&f.record, &other);
	record_event(&f.record, &ev);
	verdict_request(&f.v, &f.xen, 1, OTHER >> 12, OTHER >> 12, 1);
	EXPECT_U64(f.v.findings.count, 1);
	EXPECT_U64(f.v.findings.items[0].event, 2); /* the first entry of the request */
	EXPECT_I64(f.v.findings.items[0].step, 2);
	EXPECT_U64(f.v.findings.items[0].pc, 0x1234);
	EXPECT_STR(f.v.findings.items[0].by, "hook");
	EXPECT_U64(f.v.findings.items[0].truth, TRUTH_OTHER_RAM);
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, OTHER >> 12, OTHER >> 12, 2); /* no entry at all */
	EXPECT_STR(told(&f.v), "exposed other 0x70000000+1, silent other 0x70001000+1");
	EXPECT_U64(f.v.findings.items[0].event, SIZE_MAX);
	EXPECT_I64(f.v.findings.items[0].step, 4);
	EXPECT_STR(f.v.findings.items[0].by, "kernel_fn");
	end(&f);
}

static void test_silent_or_told(void)
{
	static const struct {
		uint64_t addr, pages;
		struct event ev;
		const char *want;
	} rows[] = {
		/* denied: errs say 0 */
		{UART, 1, {.pages = 1, .size = 1, .err_count = 1}, "silent uart 0x9000000+1"},
		{GICD, 16, {.pages = 16, .size = 16, .err_count = 8}, "silent gicd 0x8000000+16"},
		/* out of table pages: told, also where the record has no errs any more */
		{DEV2, 3, {.pages = 3, .size = 3, .err_count = 3, .errs = {-2, -2, -2}}, ""},
		{DEV2,
		 3,
		 {.pages = 3, .size = 3, .err_count = 3, .errs = {-2, 0, -2}},
		 "silent dev2 0xa002000+1"},
		{BIG,
		 64,
		 {.pages = 64,
		  .size = 64,
		  .err_count = 8,
		  .errs = {-2, -2, -2, -2, -2, -2, -2, -2}},
		 ""},
		/* the whole call failed, before and behind its first item */
		{DEV2, 3, {.rc = -14}, ""},
		{DEV2, 3, {.rc = -14, .pages = 1, .size = 3, .err_count = 1, .errs = {0}}, ""},
		/* 65536 pages are 0 to a uint16 */
		{BIG, 65536, {.pages = 0, .size = 0}, "silent big 0x100000000+65536"},
		/* an unaligned resource: one page too few */
		{DEV2,
		 3,
		 {.pages = 2, .size = 2, .err_count = 2, .errs = {-2, -2}},
		 "silent dev2 0xa003000+1"},
		/* res0 of 4.8 and an unknown space: one error for all, also for denied pages */
		{GICD,
		 16,
		 {.pages = 16,
		  .size = 16,
		  .err_count = 8,
		  .errs = {-95, -95, -95, -95, -95, -95, -95, -95}},
		 ""},
		{GICD,
		 16,
		 {.pages = 16,
		  .size = 16,
		  .err_count = 8,
		  .errs = {-38, -38, -38, -38, -38, -38, -38, -38}},
		 ""},
		/* op 7: the error is what it returns */
		{UART, 1, {.kind = EV_ADD_TO_PHYSMAP, .pages = 1}, "silent uart 0x9000000+1"},
		{UART, 1, {.kind = EV_ADD_TO_PHYSMAP, .pages = 1, .rc = -2}, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = rows[i].ev;

		begin(&f);
		ev.space = XENMAPSPACE_DEV_MMIO;
		ev.by = "";
		EXPECT_STR(judge_request(&f, &ev, rows[i].addr, rows[i].addr, rows[i].pages),
			   rows[i].want);
		end(&f);
	}
}

static void test_continued(void)
{
	struct fixture f;
	struct event ev = batch(3), next;

	begin(&f);
	/* GICD, GICC and the hole behind it, in two calls; the first is preempted twice */
	ev.size = 12;
	ev.preempted = true;
	ev.rc = 0;
	record_event(&f.record, &ev);
	ev.start_extent = 3;
	ev.pages = 4;
	record_event(&f.record, &ev);
	ev.start_extent = 7;
	ev.pages = 5;
	ev.err_count = 5;
	ev.preempted = false;
	ev.errs[1] = -2; /* item 8 */
	record_event(&f.record, &ev);
	next = batch(6); /* items 12 to 17 of 20, then the caller was done */
	next.errs[5] = -2;
	record_event(&f.record, &next);
	verdict_request(&f.v, &f.xen, 0, GICD >> 12, GICD >> 12, 20);
	EXPECT_STR(told(&f.v), "silent gicd 0x8000000+8, silent gicd 0x8009000+8, "
			       "silent hole 0x8012000+2");
	end(&f);
}

static void test_failed_later(void)
{
	struct fixture f;
	struct event ev = batch(2), bad = {.kind = EV_ADD_TO_PHYSMAP_RANGE, .rc = -14, .by = ""};

	begin(&f);
	ev.preempted = true;
	ev.rc = 5; /* what x0 holds meanwhile is no error */
	record_event(&f.record, &ev);
	record_event(&f.record, &bad);
	verdict_request(&f.v, &f.xen, 0, GICD >> 12, GICD >> 12, 16);
	EXPECT_STR(told(&f.v), "silent gicd 0x8000000+2");
	end(&f);
}

static void test_gfn_range(void)
{
	static const struct {
		const struct p2m_rules *rules;
		unsigned int pa_bits;
		int32_t err;
		const char *want;
	} rows[] = {
		/* a 1-page root before XSA-301 drops the bits and says 0 */
		{&fx_rules_4_9, 44, 0, "silent hole 0x100000000000+12"},
		{&fx_rules_4_22, 44, -22, ""},
		{&fx_rules_4_9, 40, -22, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = batch(12);

		begin_with(&f, rows[i].rules, rows[i].pa_bits);
		for (unsigned int k = 0; k < EVENT_ERRS; k++)
			ev.errs[k] = rows[i].err;
		EXPECT_STR(judge_request(&f, &ev, UINT64_C(1) << 44, DEV2, 12), rows[i].want);
		end(&f);
	}
}

static void test_hostile_frames(void)
{
	struct fixture f;
	struct event ev = batch(4);

	begin(&f);
	set(&f, DEV2, DEV2, 1, P2M_MMIO_DIRECT_C);
	/* frames that wrap, and whose address drops bits: no crash, no wrong page */
	verdict_request(&f.v, &f.xen, SIZE_MAX, UINT64_MAX - 1, UINT64_MAX - 1, 4);
	EXPECT_U64(f.v.codes, B(SILENT));
	EXPECT_STR(judge_request(&f, &ev, DEV2, DEV2, 0), "");
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, DEV2 >> 12, (DEV2 >> 12) | UINT64_C(1) << 52, 1);
	EXPECT_U64(f.v.codes, B(SILENT));
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, (DEV2 >> 12) | UINT64_C(1) << 52, DEV2 >> 12, 1);
	EXPECT_U64(f.v.codes, B(SILENT));
	end(&f);
}

/* The fast way over tables and blocks gives what a walk for each page gives. */
static void test_cursor_agrees(void)
{
	struct fixture f;
	uint64_t first = BIG >> 12, seed = 9;
	uint64_t unmapped = 0, silent = 0;

	begin(&f);
	EXPECT_I64(p2m_set_entry(&f.xen.p2m, gfn(first + 512), 1024, mfn(first + 512),
				 P2M_MMIO_DIRECT_C),
		   0);
	for (int i = 0; i < 600; i++) {
		uint64_t g = first + unit_rand(&seed) % 4096;

		set(&f, g << 12, (g + unit_rand(&seed) % 4 / 3) << 12, 1, P2M_MMIO_DIRECT_C);
	}
	verdict_request(&f.v, &f.xen, SIZE_MAX, first, first, 4096);
	for (uint64_t g = first; g < first + 4096; g++) {
		struct p2m_slot slot = p2m_walk(&f.xen.p2m, ipa_from_gfn(gfn(g)));

		unmapped += !p2m_slot_mapped(&f.xen.p2m, &slot) ||
			    p2m_slot_pa(&slot, ipa_from_gfn(gfn(g))).v != g << 12;
	}
	for (size_t i = 0; i < f.v.findings.count; i++)
		silent += f.v.findings.items[i].pages;
	EXPECT_U64(f.v.codes, B(SILENT));
	EXPECT_U64(silent, unmapped);
	EXPECT(unmapped > 2000 && unmapped < 3000);
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
	verdict_request(&f.v, &f.xen, SIZE_MAX, BIG >> 12, BIG >> 12, 65536);
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
		{"reaching another page than meant is judged by both", test_wrong_target},
		{"a finding tells step, event, address, instruction and region",
		 test_finding_fields},
		{"a stage-2 type that changes what stage 1 asks for is attr", test_attr},
		{"a mapping that a request made is judged by both frames", test_mapped_requests},
		{"a request's finding names its first entry", test_request_fields},
		{"an unmapped page is silent unless some error told it", test_silent_or_told},
		{"entries of a continued and chunked request go on from each other",
		 test_continued},
		{"what is behind a failed entry was told", test_failed_later},
		{"a GFN above the input range is silent where Xen drops the bits", test_gfn_range},
		{"frames that wrap are judged as unmapped", test_hostile_frames},
		{"judging a request agrees with a walk for each page", test_cursor_agrees},
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
