// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/check.h"
#include "sim/platform.h"
#include "tests/unit.h"

/* A small sound machine; each test breaks a copy. Regions are out of order on purpose. */
static const struct region good_regions[] = {
	{"dom0.ram", 0x40000000, 0x10000000, TRUTH_DOM0_RAM, "test line 1"},
	{"uart", 0x09000000, 0x1000, TRUTH_XEN_MMIO, "SPCR"},
	{"gicd", 0x08000000, 0x10000, TRUTH_EMULATED, "MADT GICD at +44"},
	{"xen.heap", 0x60200000, 0x200000, TRUTH_XEN, "test line 3"},
	{"xen.text", 0x60000000, 0x200000, TRUTH_XEN, "test line 2"},
	{"dev0", 0x0a000000, 0x200, TRUTH_MMIO, "iomem line 3"},
	{"dev1", 0x0a000200, 0x200, TRUTH_MMIO, "iomem line 4"},
	{"top", 0xfffffff000, 0x1000, TRUTH_MMIO, "test line 9"},
};

static void build(struct platform *p)
{
	*p = (struct platform){
		.name = "test",
		.pa_bits = 40,
		.dom0_ram = 0x40000000,
		.dom0_ram_size = 0x10000000,
		.xen_text = 0x60000000,
		.xen_text_size = 0x200000,
		.xen_heap = 0x60200000,
		.xen_heap_size = 0x200000,
		.gic_version = 3,
		.gicd = 0x08000000,
		.gicd_size = 0x10000,
		.spcr = 0x09000000,
	};
	for (size_t i = 0; i < ARRAY_SIZE(good_regions); i++)
		EXPECT(vec_push(&p->regions, good_regions[i]) == 0);
	EXPECT(vec_push(&p->devices, (struct device){.name = "LNRO0005:00",
						     .hid = "LNRO0005",
						     .res = {{.base = 0x0a000000, .size = 0x200}},
						     .res_count = 1}) == 0);
	EXPECT(vec_push(&p->devices, (struct device){.name = "0000:00:01.0",
						     .bus = BUS_PCI,
						     .res = {{.base = 0, .size = 0},
							     {.base = 0x0a000200, .size = 0x200}},
						     .res_count = 2}) == 0);
	EXPECT(vec_push(&p->devices.items[1].touches, (struct touch){.by = "probe"}) == 0);
	EXPECT(vec_push(&p->ecams, (struct ecam){.base = 0x4010000000, .bus_last = 255}) == 0);
	EXPECT(vec_push(&p->opregions,
			(struct opregion){.path = "\\_SB.OPR0", .base = 0xa000000, .size = 8}) ==
	       0);
}

static struct region *named(struct platform *p, const char *name)
{
	return (struct region *)(uintptr_t)platform_region_named(p, name);
}

static void expect_refused(struct platform *p, const char *want)
{
	char why[512] = "";

	EXPECT_I64(platform_finish(p, why, sizeof(why)), -EINVAL);
	EXPECT_STR(why, want);
	platform_fini(p);
}

static void test_sorted(void)
{
	struct platform p;
	char why[256] = "";

	build(&p);
	EXPECT_I64(platform_finish(&p, why, sizeof(why)), 0);
	EXPECT_STR(why, "");
	EXPECT_U64(p.regions.count, ARRAY_SIZE(good_regions));
	for (size_t i = 1; i < p.regions.count; i++)
		EXPECT(p.regions.items[i - 1].base < p.regions.items[i].base);
	platform_fini(&p);
	EXPECT_U64(p.regions.count, 0);
	EXPECT(p.regions.items == NULL && p.devices.items == NULL);
}

static void test_lookup(void)
{
	static const struct {
		uint64_t addr;
		const char *name; /* NULL: hole */
		enum truth truth;
		size_t index;
	} rows[] = {
		{0x0, NULL, TRUTH_HOLE, 0},
		{0x07ffffff, NULL, TRUTH_HOLE, 0},
		{0x08000000, "gicd", TRUTH_EMULATED, 0},
		{0x0800ffff, "gicd", TRUTH_EMULATED, 0},
		{0x08010000, NULL, TRUTH_HOLE, 1},
		{0x09000fff, "uart", TRUTH_XEN_MMIO, 1},
		{0x0a0001ff, "dev0", TRUTH_MMIO, 2},
		{0x0a000200, "dev1", TRUTH_MMIO, 3},
		{0x0a000400, NULL, TRUTH_HOLE, 4},
		{0x40000000, "dom0.ram", TRUTH_DOM0_RAM, 4},
		{0x601fffff, "xen.text", TRUTH_XEN, 5},
		{0x60200000, "xen.heap", TRUTH_XEN, 6},
		{0xffffffffff, "top", TRUTH_MMIO, 7},
		{0x10000000000, NULL, TRUTH_HOLE, 8},
		{UINT64_MAX, NULL, TRUTH_HOLE, 8},
	};
	struct platform p;
	char why[256];

	build(&p);
	EXPECT_I64(platform_finish(&p, why, sizeof(why)), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct region *r = platform_region(&p, rows[i].addr);

		EXPECT_STR(r ? r->name : NULL, rows[i].name);
		EXPECT_U64(platform_truth(&p, rows[i].addr), rows[i].truth);
		EXPECT_U64(platform_region_index(&p, rows[i].addr), rows[i].index);
	}
	platform_fini(&p);
}

static void test_lookup_random(void)
{
	struct platform p = {0};
	uint64_t seed = 1, base = 0;

	for (int i = 0; i < 300; i++) {
		struct region r = {.name = "r", .truth = TRUTH_MMIO, .origin = ""};

		base += unit_rand(&seed) % 3 * 16;
		r.base = base;
		r.size = 1 + unit_rand(&seed) % 64;
		base += r.size;
		EXPECT(vec_push(&p.regions, r) == 0);
	}
	for (uint64_t addr = 0; addr < base + 100; addr++) {
		const struct region *want = NULL;

		for (size_t i = 0; i < p.regions.count; i++)
			if (range_has(p.regions.items[i].base, p.regions.items[i].size, addr))
				want = &p.regions.items[i];
		if (platform_region(&p, addr) != want)
			EXPECT_U64(addr, UINT64_MAX);
	}
	platform_fini(&p);
}

static void test_empty(void)
{
	struct platform p = {0};

	EXPECT(platform_region(&p, 0) == NULL);
	EXPECT(platform_region_named(&p, "x") == NULL);
	EXPECT(platform_device_named(&p, "x") == NULL);
	platform_fini(&p);
}

static void test_names(void)
{
	struct platform p;

	build(&p);
	EXPECT_U64(platform_region_named(&p, "dev1")->base, 0x0a000200);
	EXPECT(platform_region_named(&p, "dev") == NULL);
	EXPECT(platform_device_named(&p, "0000:00:01.0") == &p.devices.items[1]);
	EXPECT(platform_device_named(&p, "0000:00:01.1") == NULL);
	platform_fini(&p);
}

static void test_truth_names(void)
{
	static const char *const want[TRUTH_COUNT] = {"hole", "dom0_ram", "other_ram",
						      "xen",  "firmware", "table",
						      "mmio", "emulated", "xen_mmio"};

	for (int i = 0; i < TRUTH_COUNT; i++)
		EXPECT_STR(truth_name[i], want[i]);
}

static void test_overlap(void)
{
	struct platform p;

	build(&p);
	named(&p, "dev1")->base = 0x0a0001ff;
	expect_refused(&p, "region 'dev0' (0xa000000-0xa0001ff, iomem line 3) overlaps region "
			   "'dev1' (0xa0001ff-0xa0003fe, iomem line 4)");
	build(&p);
	named(&p, "dev1")->base = 0x0a000000;
	expect_refused(&p, "region 'dev0' (0xa000000-0xa0001ff, iomem line 3) overlaps region "
			   "'dev1' (0xa000000-0xa0001ff, iomem line 4)");
	build(&p);
	named(&p, "dev1")->base = 0x0a000000;
	named(&p, "dev1")->size = 0x100;
	expect_refused(&p, "region 'dev1' (0xa000000-0xa0000ff, iomem line 4) overlaps region "
			   "'dev0' (0xa000000-0xa0001ff, iomem line 3)");
}

static void test_region_ranges(void)
{
	struct platform p;

	build(&p);
	named(&p, "top")->size = 0x1001;
	expect_refused(&p, "region 'top' (0xfffffff000-0x10000000000) is outside the 40-bit PA "
			   "space");
	build(&p);
	named(&p, "dev0")->size = 0;
	expect_refused(&p, "region 'dev0' at 0xa000000 has the impossible size 0x0");
	build(&p);
	named(&p, "top")->size = UINT64_MAX - 0xfffffff000 + 1;
	expect_refused(&p, "region 'top' at 0xfffffff000 has the impossible size "
			   "0xffffff0000001000");
	build(&p);
	p.pa_bits = 41;
	expect_refused(&p, "41 PA bits: a CPU has 32, 36, 40, 42, 44 or 48");
}

static void test_duplicate_names(void)
{
	struct platform p;

	build(&p);
	named(&p, "dev1")->name = "dev0";
	expect_refused(&p, "two regions are called 'dev0'");
	build(&p);
	named(&p, "dev1")->name = "";
	expect_refused(&p, "a region has no name");
	build(&p);
	p.devices.items[1].name = "LNRO0005:00";
	expect_refused(&p, "two devices are called 'LNRO0005:00'");
	build(&p);
	p.devices.items[1].name = "dev0"; /* a device may be called as a region is */
	EXPECT_I64(platform_finish(&p, (char[8]){0}, 8), 0);
	platform_fini(&p);
}

static void test_device_ranges(void)
{
	struct platform p;

	build(&p);
	p.devices.items[1].res[1].base = 0x10000000000;
	expect_refused(&p, "a resource of device '0000:00:01.0' (0x10000000000-0x100000001ff) is "
			   "outside the 40-bit PA space");
	build(&p);
	p.devices.items[0].res_count = DEVICE_RES_MAX + 1;
	expect_refused(&p, "device 'LNRO0005:00' has 33 resources, at most 32 are possible");
	build(&p);
	p.opregions.items[0].size = 0;
	expect_refused(&p, "OperationRegion '\\_SB.OPR0' at 0xa000000 has the impossible size 0x0");
}

static void test_ecam_ranges(void)
{
	struct platform p;

	build(&p);
	p.ecams.items[0].bus_first = 8;
	p.ecams.items[0].bus_last = 7;
	expect_refused(&p, "ECAM at 0x4010000000: first bus 8 is behind last bus 7");
	build(&p);
	p.ecams.items[0].segment = 3;
	p.ecams.items[0].base = 0xfff8000000;
	expect_refused(&p, "ECAM of 'segment 3' (0xfff8000000-0x10007ffffff) is outside the "
			   "40-bit PA space");
	build(&p);
	p.ecams.items[0].bus_first = 128; /* base is that of bus_first: this half just fits */
	p.ecams.items[0].base = 0xfff8000000;
	EXPECT_I64(platform_finish(&p, (char[8]){0}, 8), 0);
	platform_fini(&p);
}

static void test_memory(void)
{
	struct platform p;

	build(&p);
	p.dom0_ram_size = 0x10001000;
	expect_refused(&p, "Dom0's RAM (0x40000000-0x50000fff): 0x50000000 is in no region");
	build(&p);
	named(&p, "dom0.ram")->truth = TRUTH_OTHER_RAM;
	expect_refused(&p, "Dom0's RAM (0x40000000-0x4fffffff) meets region 'dom0.ram' "
			   "(0x40000000-0x4fffffff, test line 1), which is 'other_ram' and not "
			   "'dom0_ram'");
	build(&p);
	p.dom0_ram = 0x40000800;
	expect_refused(&p, "Dom0's RAM at 0x40000800 with size 0x10000000 is not a range of whole "
			   "pages");
	build(&p);
	p.dom0_ram_size = 0;
	expect_refused(&p, "Dom0's RAM at 0x40000000 with size 0x0 is not a range of whole pages");
	build(&p);
	p.xen_text = 0x40000000;
	expect_refused(&p, "Xen's text (0x40000000-0x401fffff) meets region 'dom0.ram' "
			   "(0x40000000-0x4fffffff, test line 1), which is 'dom0_ram' and not "
			   "'xen'");
	build(&p);
	p.xen_heap = 0x70000000;
	expect_refused(&p, "Xen's heap (0x70000000-0x701fffff): 0x70000000 is in no region");
	build(&p);
	p.xen_heap = 0x60000000;
	expect_refused(&p, "Xen's heap at 0x60000000 overlaps its text at 0x60000000");
	build(&p);
	p.xen_heap = 0x60001000;
	p.xen_heap_size = 0x1000;
	expect_refused(&p, "Xen's heap at 0x60001000 overlaps its text at 0x60000000");
	build(&p);
	p.xen_heap = 0x60000000;
	p.xen_text = 0x60001000;
	p.xen_text_size = 0x1000;
	expect_refused(&p, "Xen's heap at 0x60000000 overlaps its text at 0x60001000");
}

static void test_adjacent_cover(void)
{
	struct platform p;
	char why[256] = "";

	build(&p);
	named(&p, "dom0.ram")->size = 0x8000000;
	EXPECT(vec_push(&p.regions, (struct region){"dom0.ram2", 0x48000000, 0x8000000,
						    TRUTH_DOM0_RAM, "test line 4"}) == 0);
	EXPECT_I64(platform_finish(&p, why, sizeof(why)), 0);
	EXPECT_STR(why, "");
	platform_fini(&p);
}

static void test_static_tables(void)
{
	struct platform p;

	build(&p);
	p.gic_version = 4;
	expect_refused(&p, "GIC version 4 is neither 2 nor 3");
	build(&p);
	p.gicd = 0x0a000000;
	expect_refused(&p, "the GIC distributor at 0xa000000 is in region 'dev0' "
			   "(0xa000000-0xa0001ff, iomem line 3), which is 'mmio' and not "
			   "'emulated'");
	build(&p);
	p.spcr = 0x0b000000;
	expect_refused(&p, "the SPCR console at 0xb000000 is in no region");
	build(&p);
	p.spcr = 0;
	p.gicd_size = 0;
	p.gicd = 0;
	p.gic_version = 2;
	EXPECT_I64(platform_finish(&p, (char[8]){0}, 8), 0);
	platform_fini(&p);
}

static void test_short_buffer(void)
{
	struct platform p;
	char why[8] = "unused";

	build(&p);
	p.pa_bits = 41;
	EXPECT_I64(platform_finish(&p, why, sizeof(why)), -EINVAL);
	EXPECT_STR(why, "41 PA b");
	EXPECT_I64(platform_finish(&p, NULL, 0), -EINVAL);
	platform_fini(&p);
	p = (struct platform){.pa_bits = 40};
	expect_refused(&p, "Dom0's RAM at 0x0 with size 0x0 is not a range of whole pages");
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"a sound platform is accepted and its regions sorted", test_sorted},
		{"an address finds its region at both edges, or a hole", test_lookup},
		{"the lookup agrees with a linear search", test_lookup_random},
		{"an empty platform is all hole", test_empty},
		{"regions and devices are found by their whole name", test_names},
		{"every truth has its name", test_truth_names},
		{"an overlap names both regions with range and origin", test_overlap},
		{"a region outside the PA space or without size is refused", test_region_ranges},
		{"two things of a kind may not share a name", test_duplicate_names},
		{"a device's or opregion's bad range is refused", test_device_ranges},
		{"an ECAM is measured from its first bus", test_ecam_ranges},
		{"Dom0's and Xen's memory must be what the truth says", test_memory},
		{"memory may lie in adjacent regions of its kind", test_adjacent_cover},
		{"what static tables name must be what Xen makes of it", test_static_tables},
		{"the sentence is cut to the caller's buffer", test_short_buffer},
	};

	return unit_main("platform", tests, ARRAY_SIZE(tests), argc, argv);
}
