// SPDX-License-Identifier: GPL-2.0-only
#include "tests/import_fixture.h"
#include "tests/scenario_fixture.h"

/* A platform with one of everything that a file can say. */
static void test_everything(void)
{
	static const char text[] =
		"name: all\n"
		"cpu: cortex-a72\n"
		"pa_bits: 48\n"
		"dom0_ram: {base: 0x40000000, size: 1G}\n"
		"xen_text: {base: 0x80000000, size: 2M}\n"
		"xen_heap: {base: 0x80400000, size: 16M}\n"
		"heap_dirty: 3\n"
		"heap_phase: 9\n"
		"boot: devicetree\n"
		"bert: {base: 0x90000000, size: 0x1234, origin: BERT}\n"
		"gic:\n"
		"  version: 2\n"
		"  gicd: {base: 0x8000000, size: 4K}\n"
		"  gicc: {base: 0x8010000, size: 8K}\n"
		"  gich: {base: 0x8030000, size: 4K}\n"
		"  gicv: {base: 0x8040000, size: 8K}\n"
		"  v2m: [0x8020000]\n"
		"spcr: 0x9000018\n"
		"gtdt_frames: [0x9100000, 0x9101000]\n"
		"smmu: {stage2: true, coherent: false}\n"
		"tables:\n"
		"  - {sig: DSDT, at: 0x8ff00018, len: 1000, origin: 'acpidump:3'}\n"
		"  - {sig: PRIV, at: 0x60000000, len: 100, origin: an initrd}\n"
		"  - {sig: SSDT, at: 0x8ff02000, len: 100, origin: x}\n"
		"ecams: [{base: 0x4000000000, segment: 7, buses: [2, 3], origin: MCFG+0x2c}]\n"
		"io_windows: [{base: 0x3eff0000, size: 64K, segment: 7, origin: '\\_SB.P'}]\n"
		"areas:\n"
		"  - {use: pmem, base: 0x20000000000, size: 1T, origin: NFIT}\n"
		"  - {use: pcc_register, base: 0x9300004, size: 4, origin: PCCT+0x40}\n"
		"devices:\n"
		"  - {name: 'ARMH0011:00', hid: ARMH0011, cid: \"it's: # odd\", path: '\\_SB.C',\n"
		"     bus: amba, stream: 9, behind_smmu: true, hotplug: true, bound: pl011,\n"
		"     res: [{base: 0x9040000, size: 4K}, {base: 0x9050000, size: 5}],\n"
		"     origin: '\\_SB.C._CRS'}\n"
		"  - {name: 'PNP0A08:00', hid: PNP0A08, bus: pci-root, origin: '\\_SB.P'}\n"
		"  - {name: plain, origin: 'null'}\n"
		"  - {name: nic, pci: '0007:02:1f.7', vendor: 0x1af4, device: 1, class: 0x20000,\n"
		"     res: [{base: 0x10000000, size: 16K}, {size: 0}, {base: 0x3eff0100, size: "
		"32,\n"
		"     io: true}], msix: {bar: 0, offset: 0x2000, vectors: 9}, bound: none,\n"
		"     origin: 'pci:0007:02:1f.7'}\n"
		"  - {name: '0007:02:00.0', secondary_bus: 3, port: downstream, origin: '1'}\n"
		"opregions:\n"
		"  - {path: '\\_SB.R', base: 0xc1000000, size: 0x40, width: 8, origin: DSDT+0x1,\n"
		"     touched_at_boot: true, by_driver: true, boot_accesses: 7, dynamic: true}\n"
		"  - {path: '\\_SB.S', base: 0xc2000000, size: 12, origin: DSDT+0x2}\n"
		"regions:\n"
		"  - {name: free, base: 0xa0000000, size: 3M, is: other_ram, origin: 'iomem:7'}\n"
		"  - {name: gap, base: 0xb0000000, size: 4K, is: hole, origin: '-'}\n";
	static const char *const bound[] = {"pl011", NULL, NULL, "", NULL};
	struct diag_file file = {"all.yaml", text, sizeof(text) - 1};
	struct arena *a = arena_new();
	struct platform *p = NULL;
	struct node *root;
	struct diag d;

	diag_init(&d);
	root = a ? yaml_tree(a, &file, &d) : NULL;
	if (EXPECT(root != NULL))
		p = platform_from_node(root, &file, ".", a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	if (EXPECT(p != NULL)) {
		struct written_platform w = {.plat = p, .bound = bound};

		EXPECT(p->devices.count == ARRAY_SIZE(bound) && p->dom0_tables.count == 1);
		expect_same_when_read(&w);
		platform_fini(p);
	}
	diag_fini(&d);
	arena_free(a);
}

/* The regions of the smallest platform follow from its three banks. */
static struct platform small_platform(struct region *regions)
{
	struct platform p = {.name = "small",
			     .cpu = "cortex-a57",
			     .pa_bits = 40,
			     .dom0_ram = 0x40000000,
			     .dom0_ram_size = 64 << 20,
			     .xen_text = 0x80000000,
			     .xen_text_size = 0x201000,
			     .xen_heap = 0x90000000,
			     .xen_heap_size = 2 << 20,
			     .gic_version = 3,
			     .smmu_coherent = true};

	regions[0] =
		(struct region){"dom0_ram", p.dom0_ram, p.dom0_ram_size, TRUTH_DOM0_RAM, "iomem:3"};
	regions[1] = (struct region){"xen_text", p.xen_text, p.xen_text_size, TRUTH_XEN, "made-up"};
	regions[2] = (struct region){"xen_heap", p.xen_heap, p.xen_heap_size, TRUTH_XEN, "0"};
	p.regions.items = regions;
	p.regions.count = 3;
	return p;
}

static void test_text(void)
{
	static const char want[] =
		"# first\n# second\x3f\n"
		"p2mlab: 1\nkind: platform\nname: small\ncpu: cortex-a57\npa_bits: 40\n"
		"modules: []\n"
		"\n# --- memory ---\n# about memory\n"
		"dom0_ram: {base: 0x40000000, size: 64M, origin: iomem:3}\n"
		"xen_text: {base: 0x80000000, size: 2052K, origin: made-up}\n"
		"xen_heap: {base: 0x90000000, size: 2M, origin: '0'}\n"
		"\n# --- interrupt controller, console, timers ---\ngic:\n  version: 3\n"
		"\n# --- what only running AML would tell ---\n# \\_SB.X: a loop\n";
	static const struct remark remarks[] = {
		{REMARK_END, NULL, "\\_SB.X: a loop"},
		{REMARK_HEAD, NULL, "first\nsecond\x1b"},
		{REMARK_OPREGIONS, "\\_SB.NONE", "of no region"},
		{REMARK_MEMORY, NULL, "about memory"},
	};
	struct region regions[3];
	struct platform p = small_platform(regions);
	struct written_platform w = {
		.plat = &p, .remarks = remarks, .remark_count = ARRAY_SIZE(remarks)};
	char *text = written_text(&w);

	EXPECT_STR(text ? text : "", want);
	free(text);
	expect_same_when_read(&w);
}

/* Which devices no driver takes is known; which driver the others have is its profile's matter. */
static void expect_same(const struct platform *p, struct arena *a)
{
	const char **bound = arena_alloc(a, (p->devices.count + 1) * sizeof(*bound));
	struct written_platform w = {.plat = p, .bound = bound};

	for (size_t i = 0; bound && i < p->devices.count; i++)
		bound[i] = p->devices.items[i].driverless ? "" : NULL;
	if (EXPECT(bound != NULL))
		expect_same_when_read(&w);
}

/* Platforms that are shipped or used by tests, whatever made them. */
static void test_shipped(void)
{
	static const char *const dirs[] = {TEST_DATA "/scenarios/platforms/small.yaml",
					   TEST_DATA "/scenarios/platforms/smmu.yaml",
					   SOURCE_DIR "/platforms"};

	for (size_t k = 0; k < ARRAY_SIZE(dirs); k++) {
		struct path_list list = {0};

		EXPECT_I64(path_list_add(&list, dirs[k]), 0);
		EXPECT(list.paths.count > 0);
		for (size_t i = 0; i < list.paths.count; i++) {
			struct arena *a = arena_new();
			struct diag d;
			struct platform *p;

			diag_init(&d);
			p = a ? platform_load(list.paths.items[i], a, &d) : NULL;
			if (p) {
				expect_same(p, a);
				platform_fini(p);
			}
			diag_fini(&d);
			arena_free(a);
		}
		path_list_fini(&list);
	}
}

static const struct unit_test tests[] = {
	{"a platform with everything in it is the same when it is read back", test_everything},
	{"a platform is written in sections, with its remarks", test_text},
	{"platforms that people wrote are the same when they are read back", test_shipped},
};

int main(int argc, char **argv)
{
	return unit_main("platform_write", tests, ARRAY_SIZE(tests), argc, argv);
}
