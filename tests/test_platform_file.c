// SPDX-License-Identifier: GPL-2.0-only
#include "platform/file.h"

#include "tests/scenario_fixture.h"

static bool refuse_platform(const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	struct platform *plat = platform_load(path, a, d);

	if (plat)
		platform_fini(plat);
	arena_free(a);
	return plat;
}

static bool refuse_machine(const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	struct profile *profile = profile_load(path, a, d);

	arena_free(a);
	return profile;
}

/* A platform file without a mistake; freed with unload(). */
static struct platform *load(const char *path, struct arena **a)
{
	struct platform *plat;
	struct diag d;

	enter_test_data();
	diag_init(&d);
	*a = arena_new();
	plat = platform_load(path, *a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	EXPECT(plat != NULL);
	diag_fini(&d);
	return plat;
}

static void unload(struct platform *plat, struct arena *a)
{
	if (plat)
		platform_fini(plat);
	arena_free(a);
}

struct region_check {
	uint64_t base, size;
	const char *name;
	enum truth truth;
	const char *origin;
};

static void expect_regions(const struct platform *plat, const struct region_check *want,
			   size_t count)
{
	EXPECT_U64(plat->regions.count, count);
	for (size_t i = 0; i < count && i < plat->regions.count; i++) {
		const struct region *r = &plat->regions.items[i];

		EXPECT_STR(r->name, want[i].name);
		EXPECT_U64(r->base, want[i].base);
		EXPECT_U64(r->size, want[i].size);
		EXPECT_STR(truth_name[r->truth], truth_name[want[i].truth]);
		EXPECT_STR(r->origin, want[i].origin);
	}
}

#define SMALL "platforms/small.yaml:"

static void test_regions(void)
{
	static const struct region_check want[] = {
		{0x8000000, 0x10000, "gicd", TRUTH_EMULATED, SMALL "9"},
		{0x8080000, 0x20000, "its0", TRUTH_EMULATED, SMALL "9"},
		{0x80a0000, 0x20000, "gicr0", TRUTH_EMULATED, SMALL "9"},
		{0x9000000, 0x1000, "spcr", TRUTH_XEN_MMIO, SMALL "10"},
		{0x9008000, 0x1000, "gtdt0", TRUTH_MMIO, SMALL "11"},
		{0x9040000, 0x1000, "ARMH0011:00", TRUTH_MMIO, SMALL "33"},
		{0xa000000, 0x200, "LNRO0005:00.res0", TRUTH_MMIO, SMALL "34"},
		{0xa000200, 0x200, "LNRO0005:00.res1", TRUTH_MMIO, SMALL "34"},
		{0x10000000, 0x4000, "nic.bar0", TRUTH_MMIO, SMALL "35"},
		{0x10008000, 0x1000, "nic.bar2", TRUTH_MMIO, SMALL "35"},
		{0x3f100000, 0x300000, "ecam0", TRUTH_MMIO, SMALL "18"},
		{0x40000000, 0x4000000, "dom0_ram", TRUTH_DOM0_RAM, SMALL "5"},
		{0x80000000, 0x200000, "xen_text", TRUTH_XEN, SMALL "6"},
		{0x80400000, 0x1000000, "xen_heap", TRUTH_XEN, SMALL "7"},
		{0x8ff00018, 0x2345, "table.DSDT", TRUTH_TABLE, SMALL "14"},
		{0x8ff03000, 60, "table.SSDT", TRUTH_TABLE, SMALL "15"},
		{0x8ff03100, 60, "table.SSDT.1", TRUTH_TABLE, SMALL "16"},
		{0x90000000, 0x10000, "bert", TRUTH_FIRMWARE, SMALL "12"},
		{0xc1000000, 0x40, "\\_SB.GED0.REGS", TRUTH_MMIO, SMALL "20"},
		{0xd0000000, 0x10000, "spare", TRUTH_MMIO, SMALL "46"},
	};
	struct arena *a;
	struct platform *plat = load("platforms/small.yaml", &a);

	if (plat)
		expect_regions(plat, want, ARRAY_SIZE(want));
	unload(plat, a);
}

static void test_facts(void)
{
	struct arena *a;
	struct platform *p = load("platforms/small.yaml", &a);

	if (!p)
		return;
	EXPECT_STR(p->name, "small");
	EXPECT_STR(p->cpu, "cortex-a57");
	EXPECT_U64(p->pa_bits, 40);
	EXPECT(p->dom0_ram == 0x40000000 && p->dom0_ram_size == 64 << 20);
	EXPECT(p->xen_text == 0x80000000 && p->xen_heap_size == 16 << 20);
	EXPECT_U64(p->heap_dirty, 3);
	EXPECT_U64(p->heap_phase, 5);
	EXPECT_U64(p->gic_version, 3);
	EXPECT(p->gicd == 0x8000000 && p->gicd_size == 0x10000);
	EXPECT(p->redists.count == 1 && p->redists.items[0].size == 128 << 10 &&
	       !p->redists.items[0].per_cpu);
	EXPECT(p->its.count == 1 && p->its.items[0] == 0x8080000 && !p->v2m.count);
	EXPECT_U64(p->spcr, 0x9000018);
	EXPECT(p->gtdt_frames.count == 1 && p->bert_size == 0x10000);
	EXPECT(!p->smmu_stage2 && p->smmu_coherent && !p->device_tree);
	EXPECT(p->ecams.count == 1 && p->ecams.items[0].base == 0x3f100000 &&
	       p->ecams.items[0].bus_first == 1 && p->ecams.items[0].bus_last == 3 &&
	       p->ecams.items[0].segment == 2);
	EXPECT(p->opregions.count == 2 && p->opregions.items[0].width == 8 &&
	       p->opregions.items[0].touched_at_boot && p->opregions.items[1].width == 4 &&
	       !p->opregions.items[1].touched_at_boot);
	EXPECT(p->tables.count == 3);
	EXPECT_STR(p->tables.items[2].sig, "SSDT");
	unload(p, a);
}

static void test_devices(void)
{
	struct arena *a;
	struct platform *p = load("platforms/small.yaml", &a);
	const struct device *d;

	if (!p || !EXPECT(p->devices.count == 3))
		return;
	d = &p->devices.items[0];
	EXPECT_STR(d->hid, "ARMH0011");
	EXPECT(d->bus == BUS_AMBA && d->res_count == 1 && d->msix_bar == DEVICE_RES_MAX);
	if (EXPECT(d->touches.count == 1)) {
		EXPECT(d->touches.items[0].kind == TOUCH_WRITE &&
		       d->touches.items[0].stage == STAGE_MODULE &&
		       d->touches.items[0].bytes == 2 && d->touches.items[0].offset == 0x18);
		EXPECT_STR(d->touches.items[0].by, "uart");
	}
	EXPECT(p->devices.items[1].bus == BUS_PLATFORM && !p->devices.items[1].touches.count);
	d = &p->devices.items[2];
	EXPECT_STR(d->hid, "");
	EXPECT(d->bus == BUS_PCI && d->segment == 2 && d->pci_bus == 1 && d->pci_dev == 31 &&
	       d->pci_fn == 7);
	EXPECT(d->vendor == 0x1b36 && d->device_id == 0x100 && d->class_code == 0x20000 &&
	       d->secondary_bus == 2);
	EXPECT(d->res_count == 3 && !d->res[1].size && d->res[2].base == 0x10008000);
	EXPECT(d->msix_bar == 2 && d->msix_offset == 0x800 && d->stream == 8 && d->behind_smmu);
	if (EXPECT(d->touches.count == 3)) {
		EXPECT_STR(d->touches.items[0].by, "pci_iomap_range");
		EXPECT(d->touches.items[0].kind == TOUCH_IOREMAP && !d->touches.items[0].bytes);
		EXPECT(d->touches.items[1].bytes == 8 && d->touches.items[1].offset == 8);
		EXPECT(d->touches.items[2].kind == TOUCH_MSIX &&
		       d->touches.items[2].stage == STAGE_BIND);
	}
	unload(p, a);
}

static void test_import(void)
{
	static const struct region_check want[] = {
		{0x8000000, 0x1000, "gicd", TRUTH_EMULATED, "MADT"},
		{0x8010000, 0x2000, "gicc", TRUTH_EMULATED, "MADT"},
		{0x8020000, 0x1000, "v2m0", TRUTH_MMIO, "MADT+0x94"},
		{0x8030000, 0x1000, "gich", TRUTH_XEN_MMIO, "MADT"},
		{0x8040000, 0x2000, "gicv", TRUTH_XEN_MMIO, "MADT"},
		{0x9000000, 0x1000, "spcr", TRUTH_XEN_MMIO, "SPCR"},
		{0x9040000, 0x1000, "ARMH0011:00", TRUTH_MMIO, "platforms/imported.yaml:19"},
		{0x9050000, 0x20000, "arm-smmu-v3.0.auto", TRUTH_MMIO, "IORT+0x30"},
		{0x9100000, 0x1000, "gtdt0", TRUTH_MMIO, "GTDT+0x6c"},
		{0x9101000, 0x1000, "gtdt1", TRUTH_MMIO, "GTDT+0x80"},
		{0x9110000, 0x1000, "sbsa-gwdt.0.res1", TRUTH_MMIO, "GTDT+0xa4"},
		{0x9120000, 0x1000, "sbsa-gwdt.0.res0", TRUTH_MMIO, "GTDT+0xa4"},
		{0x9200000, 0x10000, "arm-smmu.1.auto", TRUTH_MMIO, "IORT+0x74"},
		{0xa000000, 0x200, "LNRO0005:00", TRUTH_MMIO, "iomem:3"},
		{0xa000200, 0x200, "LNRO0005:01.res0", TRUTH_MMIO, "iomem:4"},
		{0xa001000, 0x1000, "LNRO0005:01.res1", TRUTH_MMIO, "iomem:4"},
		{0x10000000, 0x4000, "0000:10:01.0.bar1", TRUTH_MMIO, "pci:0000:10:01.0"},
		{0x10010000, 0x10000, "0000:10:01.0.bar6", TRUTH_MMIO, "pci:0000:10:01.0"},
		{0x10020000, 0x4000, "0000:10:02.0.bar0", TRUTH_MMIO, "pci:0000:10:02.0"},
		{0x10030000, 0x4000, "0000:10:03.0.bar0", TRUTH_MMIO, "pci:0000:10:03.0"},
		{0x40000000, 0x4000000, "dom0_ram", TRUTH_DOM0_RAM, "iomem:7"},
		{0x80000000, 0x200000, "xen_text", TRUTH_XEN, "platforms/imported.yaml:5"},
		{0x80400000, 0x1000000, "xen_heap", TRUTH_XEN, "platforms/imported.yaml:6"},
		{0x8ff00000, 38, "table.DSDT", TRUTH_TABLE, "platforms/imported.yaml:8"},
		{0x8ff10000, 0xac, "table.APIC", TRUTH_TABLE, "acpidump:1"},
		{0x8ff11000, 0xc0, "table.GTDT", TRUTH_TABLE, "acpidump:14"},
		{0x8ff12000, 0x30, "table.BERT", TRUTH_TABLE, "acpidump:28"},
		{0x8ff13000, 0x50, "table.SPCR", TRUTH_TABLE, "acpidump:33"},
		{0x8ff14000, 0x3c, "table.MCFG", TRUTH_TABLE, "acpidump:40"},
		{0x8ff15000, 0xc0, "table.IORT", TRUTH_TABLE, "acpidump:46"},
		{0x8ff16000, 0x68, "table.HEST", TRUTH_TABLE, "acpidump:60"},
		/* and HEST's error status address lies inside */
		{0x90000000, 0x2000, "bert", TRUTH_FIRMWARE, "BERT"},
		{0x4011000000, 0x1000000, "ecam0", TRUTH_MMIO, "MCFG+0x2c"},
	};
	struct arena *a;
	struct platform *p = load("platforms/imported.yaml", &a);

	if (p) {
		expect_regions(p, want, ARRAY_SIZE(want));
		EXPECT_U64(p->gic_version, 2);
		EXPECT(p->gicc == 0x8010000 && p->gicv_size == 0x2000);
		EXPECT(p->ecams.count == 1 && p->ecams.items[0].bus_first == 16);
		EXPECT_U64(p->dom0_ram_size, 64 << 20);
	}
	unload(p, a);
}

static void test_imported_devices(void)
{
	/* in the order Linux meets them: IORT, namespace, PCI */
	static const struct {
		const char *name, *hid;
		enum device_bus bus;
		unsigned int res_count;
		size_t touches;
	} want[] = {
		{"arm-smmu-v3.0.auto", "arm-smmu-v3", BUS_PLATFORM, 1, 0},
		{"arm-smmu.1.auto", "arm-smmu", BUS_PLATFORM, 1, 0},
		/* completed by `devices`; its driver's claim in iomem is no second resource */
		{"ARMH0011:00", "ARMH0011", BUS_AMBA, 1, 0},
		{"LNRO0005:00", "LNRO0005", BUS_PLATFORM, 1, 1},
		{"LNRO0005:01", "LNRO0005", BUS_PLATFORM, 2, 1},
		{"sbsa-gwdt.0", "sbsa-gwdt", BUS_PLATFORM, 2, 0},
		{"0000:10:00.0", "", BUS_PCI, 0, 0},
		{"0000:10:01.0", "", BUS_PCI, 7, 1}, /* the driver that was bound, by name */
		{"0000:10:02.0", "", BUS_PCI, 1, 0}, /* none was bound, so none matches */
		{"0000:10:03.0", "", BUS_PCI, 1, 1}, /* an unknown one was: the one that matches */
	};
	struct arena *a;
	struct platform *p = load("platforms/imported.yaml", &a);

	if (!p || !EXPECT(p->devices.count == ARRAY_SIZE(want)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		const struct device *d = &p->devices.items[i];

		EXPECT_STR(d->name, want[i].name);
		EXPECT_STR(d->hid, want[i].hid);
		EXPECT_U64(d->bus, want[i].bus);
		/* iomem does not say the bus: Linux's release does, unless `devices` did */
		EXPECT_U64(d->bus_by_hid, i == 3 || i == 4);
		EXPECT_U64(d->res_count, want[i].res_count);
		EXPECT_U64(d->touches.count, want[i].touches);
		/* pci-resources.txt says of 10:00.0 and 10:02.0 that no driver is bound */
		EXPECT_U64(d->driverless, i == 6 || i == 8);
	}
	EXPECT_U64(p->devices.items[2].stream, 4);
	EXPECT_U64(p->devices.items[7].touches.items[0].res, 1);
	EXPECT_U64(p->devices.items[9].touches.items[0].res, 0);
	EXPECT_U64(p->devices.items[9].pci_dev, 3);
	unload(p, a);
}

static void test_smmu_of_xen(void)
{
	struct arena *a;
	struct platform *p = load("platforms/smmu.yaml", &a);

	if (!p)
		return;
	EXPECT_U64(platform_truth(p, 0x9050000), TRUTH_XEN_MMIO);
	EXPECT_U64(platform_truth(p, 0x906ffff), TRUTH_XEN_MMIO);
	EXPECT_U64(platform_truth(p, 0x9100000), TRUTH_MMIO);
	unload(p, a);
}

static void test_imported_bridges(void)
{
	static const struct {
		const char *name;
		uint8_t secondary;
	} want[] = {
		{"0000:00:00.0", 0},
		/* by its windows: bus 4 is the nearest of those behind it */
		{"0000:00:01.0", 4},
		/* without windows: the number after those behind the bridge before */
		{"0000:00:02.0", 7},
		{"0000:04:00.0", 5},
		{"0000:05:00.0", 6},
		{"0000:06:00.0", 0},
		/* a root bus of its own, and a bridge whose bus the file names */
		{"0000:40:00.0", 0x42},
		/* an endpoint of a segment of its own */
		{"0001:00:00.0", 0},
	};
	struct arena *a;
	struct platform *p = load("platforms/bridges.yaml", &a);

	if (!p || !EXPECT(p->devices.count == ARRAY_SIZE(want)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		EXPECT_STR(p->devices.items[i].name, want[i].name);
		EXPECT_U64(p->devices.items[i].secondary_bus, want[i].secondary);
	}
	EXPECT_U64(p->devices.items[1].port, PORT_CONVENTIONAL);
	EXPECT_U64(p->devices.items[2].port, PORT_BY_PLACE);
	unload(p, a);
}

static void test_override(void)
{
	struct arena *a;
	struct platform *p = load("platforms/overridden.yaml", &a);

	if (!p)
		return;
	EXPECT_U64(p->spcr, 0x9080018);
	EXPECT_U64(p->gic_version, 3);
	EXPECT(p->dom0_ram == 0x60000000 && p->gicd == 0x8100000);
	EXPECT(p->redists.count == 1 && p->redists.items[0].per_cpu);
	EXPECT(p->its.count == 1 && !p->v2m.count && !p->gtdt_frames.count);
	EXPECT(p->ecams.count == 1 && p->ecams.items[0].base == 0x5000000000);
	/* what was imported there is gone */
	EXPECT_U64(platform_truth(p, 0x9000000), TRUTH_HOLE);
	EXPECT_U64(platform_truth(p, 0x8000000), TRUTH_HOLE);
	EXPECT_U64(platform_truth(p, 0x40000000), TRUTH_HOLE);
	EXPECT_U64(platform_truth(p, 0x9100000), TRUTH_HOLE);
	EXPECT_U64(platform_truth(p, 0x4011000000), TRUTH_HOLE);
	EXPECT_U64(platform_truth(p, 0x91000000), TRUTH_FIRMWARE);
	unload(p, a);
}

static void test_shipped(void)
{
	static const char *const kinds[] = {"platforms", "machines"};
	static bool (*const load_kind[])(const char *path, struct diag *d) = {refuse_platform,
									      refuse_machine};

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct path_list list = {0};

		EXPECT(chdir(SOURCE_DIR) == 0);
		EXPECT_I64(path_list_add(&list, kinds[k]), 0);
		EXPECT(list.paths.count > 0);
		for (size_t i = 0; i < list.paths.count; i++) {
			struct diag d;

			diag_init(&d);
			EXPECT(load_kind[k](list.paths.items[i], &d));
			EXPECT_STR(d.text ? d.text : "", "");
			diag_fini(&d);
		}
		path_list_fini(&list);
	}
}

static void test_inline(void)
{
	static const char text[] = "dom0_ram: {base: 0x40000000, size: 64M}\n"
				   "xen_text: {base: 0x80000000, size: 2M}\n"
				   "xen_heap: {base: 0x80400000, size: 16M}\n"
				   "import: {iomem: real/iomem}\n";
	struct diag_file file = {"dir/here.yaml", text, sizeof(text) - 1};
	struct arena *a = arena_new();
	struct platform *p = NULL;
	struct node *root;
	struct diag d;

	enter_test_data();
	diag_init(&d);
	root = a ? yaml_tree(a, &file, &d) : NULL;
	if (EXPECT(root != NULL))
		p = platform_from_node(root, &file, "platforms", a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	if (EXPECT(p != NULL)) {
		EXPECT_STR(p->name, "here");
		EXPECT(p->dom0_ram_size == 64 << 20 && p->devices.count == 3);
		EXPECT_U64(p->gic_version, 3);
	}
	unload(p, a);
	diag_fini(&d);
}

/* Raw tables give the namespace, Xen's log the memory; keys still replace what they say. */
static void test_import_keys(void)
{
	static const char text[] =
		"import:\n"
		"  tables: [../import/machine.aml]\n"
		"  xen_build: ../real-runs/xen-4.22-linux-6.1-gicv3/xen-build.json\n"
		"xen_heap: {base: 0x13c800000, size: 16M}\n"
		"devices: [{name: 'LNRO0005:02', stream: 7}]\n";
	struct diag_file file = {"keys.yaml", text, sizeof(text) - 1};
	struct arena *a = arena_new();
	struct platform *p = NULL;
	const struct device *d;
	struct node *root;
	struct diag diag;

	enter_test_data();
	diag_init(&diag);
	root = a ? yaml_tree(a, &file, &diag) : NULL;
	if (EXPECT(root != NULL))
		p = platform_from_node(root, &file, ".", a, &diag);
	EXPECT_U64(diag.errors, 0);
	if (EXPECT(p != NULL)) {
		EXPECT(p->dom0_ram == 0x40000000 && p->dom0_ram_size == 1 << 30);
		EXPECT(p->xen_text == 0x13c2bc000 && p->xen_heap == 0x13c800000);
		/* its _CBA is in what Xen says is RAM */
		EXPECT_U64(p->ecams.count, 0);
		EXPECT(diag.text &&
		       strstr(diag.text, "'ecam0' (0x60000000-0x603fffff) overlaps 'dom0_ram'"));
		EXPECT(!platform_device_named(p, "PNP0A03:00"));
		EXPECT_U64(p->opregions.count, 3);
		EXPECT_U64(p->tables.count, 0);
		d = platform_device_named(p, "LNRO0005:02");
		EXPECT(d && d->stream == 7 && d->res_count == 2);
		EXPECT_U64(p->pa_bits, 44);
	}
	unload(p, a);
	diag_fini(&diag);
}

static void test_machine(void)
{
	struct arena *a = arena_new();
	struct profile *m;
	struct diag d;

	enter_test_data();
	diag_init(&d);
	m = profile_load("machines/cortex-a57.yaml", a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	if (EXPECT(m != NULL)) {
		EXPECT_STR(m->name, "cortex-a57");
		EXPECT(m->p[PARAM_CPI_EL2].value == 600 && m->p[PARAM_CPI_EL2].lo == 420 &&
		       m->p[PARAM_CPI_EL2].hi == 900 && m->p[PARAM_CPI_EL2].basis == BASIS_D);
		EXPECT_STR(m->p[PARAM_BAR_ISB].source, "a pipeline refill; published nowhere");
	}
	diag_fini(&d);
	arena_free(a);
}

static void test_bad_platforms(void)
{
	expect_refused("bad-platforms", refuse_platform);
}

static void test_bad_machines(void)
{
	expect_refused("bad-machines", refuse_machine);
}

static const struct unit_test tests[] = {
	{"facts become regions with their origin", test_regions},
	{"facts are loaded with their defaults", test_facts},
	{"devices get resources and what their drivers do", test_devices},
	{"a machine's own files become regions", test_import},
	{"imported devices keep Linux's order and their drivers", test_imported_devices},
	{"the registers of an SMMU that Xen drives are Xen's", test_smmu_of_xen},
	{"buses behind imported bridges come from windows or from Linux's order",
	 test_imported_bridges},
	{"a key replaces what was imported", test_override},
	{"an inline platform finds files by its directory", test_inline},
	{"raw tables and what Xen logged make a platform", test_import_keys},
	{"every shipped platform and machine loads without a word", test_shipped},
	{"a machine has every parameter with basis and source", test_machine},
	{"every mistake of a platform is reported at its place", test_bad_platforms},
	{"every mistake of a machine is reported at its place", test_bad_machines},
};

int main(int argc, char **argv)
{
	return unit_main("platform_file", tests, ARRAY_SIZE(tests), argc, argv);
}
