/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict_fixture.h: a machine with a page of each kind, and an Xen that built its Dom0 on it.
 *
 * told() gives the findings of a verdict as one line.
 */
#ifndef P2MLAB_TESTS_VERDICT_FIXTURE_H
#define P2MLAB_TESTS_VERDICT_FIXTURE_H

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

static const struct mmio_handler handlers[] = {
	{GICD, 0x10000, "gicd"},
	{ITS, 0x20000, "its"},
};

static const struct device devices[] = {
	{.name = "d0", .hid = "D", .res = {{.base = DEV, .size = 0x200}}, .res_count = 1},
	{.name = "d1", .hid = "D", .res = {{.base = DEV + 0x200, .size = 0x200}}, .res_count = 1},
	{.name = "d2",
	 .hid = "D",
	 .res = {{.base = 0, .size = 0}, {.base = DEV2, .size = 0x3000}},
	 .res_count = 2},
	{.name = "d3", .hid = "D", .res = {{.base = DEV2 - 4, .size = 0x1008}}, .res_count = 1},
};

static inline void set(struct fixture *f, uint64_t ipa_, uint64_t pa_, uint64_t pages,
		       enum p2m_type t)
{
	EXPECT_I64(p2m_set_entry(&f->xen.p2m, gfn(ipa_ >> 12), pages, mfn(pa_ >> 12), t), 0);
}

static inline void begin_with(struct fixture *f, const struct p2m_rules *rules,
			      unsigned int pa_bits)
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
	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
		CHECK(vec_push(&f->xen.handlers, handlers[i]) == 0);
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

static inline void begin(struct fixture *f)
{
	begin_with(f, &fx_rules_4_22, 40);
}

static inline void end(struct fixture *f)
{
	EXPECT(!f->v.lost);
	verdict_fini(&f->v);
	EXPECT(f->v.findings.items == NULL);
	iomem_fini(&f->xen.iomem);
	vec_fini(&f->xen.handlers);
	heap_fini(&f->xen.heap);
	memory_fini(&f->mem);
	record_fini(&f->record);
	platform_fini(&f->plat);
}

/* The findings as one line: "exposed other 0x70000000+2, ...". */
static inline const char *told(const struct verdict *v)
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

#endif
