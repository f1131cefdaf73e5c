// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/check.h"
#include "sim/bus.h"
#include "tests/unit.h"

#define RAM   UINT64_C(0x40000000)
#define HEAP  UINT64_C(0x60200000)
#define TEXT  UINT64_C(0x60000000)
#define OTHER UINT64_C(0x70000000)
#define FIRM  UINT64_C(0x7c000000)
#define TABLE UINT64_C(0x7d000000)
#define GICD  UINT64_C(0x08000000)
#define V2M   UINT64_C(0x08020000)
#define ITS   UINT64_C(0x08080000)
#define UART  UINT64_C(0x09000000)
#define DEV   UINT64_C(0x0a000000)
#define GPIO  UINT64_C(0x0a001000)
#define HOLE  UINT64_C(0x0b000000)
#define ECAM  UINT64_C(0x4010000000) /* buses 2..5 */

struct fixture {
	struct platform plat;
	struct memory mem;
	struct bus bus;
};

static void add_region(struct platform *p, const char *name, uint64_t base, uint64_t size,
		       enum truth truth)
{
	CHECK(vec_push(&p->regions, (struct region){name, base, size, truth, "test"}) == 0);
}

static void add_regions(struct platform *p)
{
	add_region(p, "gicd", GICD, 0x10000, TRUTH_EMULATED);
	add_region(p, "v2m", V2M, 0x1000, TRUTH_MMIO);
	add_region(p, "its", ITS, 0x20000, TRUTH_EMULATED);
	add_region(p, "uart", UART, 0x1000, TRUTH_XEN_MMIO);
	add_region(p, "dev", DEV, 0x18, TRUTH_MMIO);
	add_region(p, "gpio", GPIO, 0x1000, TRUTH_MMIO);
	add_region(p, "ram", RAM, 0x4000, TRUTH_DOM0_RAM);
	add_region(p, "text", TEXT, 0x200000, TRUTH_XEN);
	add_region(p, "heap", HEAP, 0x2000, TRUTH_XEN);
	add_region(p, "other", OTHER, 0x1000000, TRUTH_OTHER_RAM);
	add_region(p, "bert", FIRM, 0x1000, TRUTH_FIRMWARE);
	add_region(p, "acpi", TABLE, 0x10000, TRUTH_TABLE);
	add_region(p, "ecam", ECAM, 0x400000, TRUTH_MMIO);
}

static struct device function(uint8_t bus, uint8_t dev, uint8_t fn, uint8_t secondary)
{
	return (struct device){.name = "pci",
			       .hid = "",
			       .bus = BUS_PCI,
			       .segment = 1,
			       .pci_bus = bus,
			       .pci_dev = dev,
			       .pci_fn = fn,
			       .vendor = 0x1af4,
			       .device_id = (uint16_t)(0x1000 + dev * 8 + fn),
			       .class_code = secondary ? 0x060400 : 0x010802,
			       .secondary_bus = secondary};
}

static void add_devices(struct platform *p)
{
	struct device nvme = function(2, 1, 0, 0), bridge = function(2, 2, 0, 3);
	struct device stranger = function(2, 4, 0, 0);

	nvme.res_count = 6;
	nvme.res[0].base = UINT64_C(0x8000004000);
	nvme.res[0].size = 0x4000;
	nvme.res[2].base = 0x10041000;
	nvme.res[2].size = 0x1000;
	nvme.res[5].base = 0x10042000;
	nvme.res[5].size = 0x1000;
	bridge.res_count = 2;
	bridge.res[1].base = 0x10043000;
	bridge.res[1].size = 0x1000;
	stranger.segment = 0;
	CHECK(vec_push(&p->devices, nvme) == 0);
	CHECK(vec_push(&p->devices, function(2, 1, 1, 0)) == 0);
	CHECK(vec_push(&p->devices, bridge) == 0);
	CHECK(vec_push(&p->devices, function(4, 0, 0, 5)) == 0); /* before its upstream bridge */
	CHECK(vec_push(&p->devices, function(3, 0, 0, 4)) == 0);
	CHECK(vec_push(&p->devices, function(3, 0, 7, 0)) == 0);
	CHECK(vec_push(&p->devices, stranger) == 0);
	CHECK(vec_push(&p->devices, (struct device){.name = "ARMH0061:00",
						    .hid = "ARMH0061",
						    .bus = BUS_AMBA,
						    .res = {{.base = GPIO, .size = 0x1000}},
						    .res_count = 1}) == 0);
}

static void begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	memory_init(&f->mem);
	CHECK(memory_add_bank(&f->mem, pa(RAM), 0x4000) == 0);
	CHECK(memory_add_bank(&f->mem, pa(HEAP), 0x2000) == 0);
	add_regions(&f->plat);
	add_devices(&f->plat);
	CHECK(vec_push(&f->plat.ecams,
		       (struct ecam){.base = ECAM, .segment = 1, .bus_first = 2, .bus_last = 5}) ==
	      0);
	CHECK(vec_push(&f->plat.its, ITS) == 0);
	CHECK(vec_push(&f->plat.v2m, V2M) == 0);
	CHECK(vec_push(&f->plat.tables,
		       (struct acpi_table){"DSDT", TABLE + 0x1004, 0x123456, NULL}) == 0);
	CHECK(vec_push(&f->plat.tables, (struct acpi_table){"APIC", TABLE + 0x2003, 0x2a8, NULL}) ==
	      0);
	bus_init(&f->bus, &f->plat, &f->mem);
}

static void end(struct fixture *f)
{
	EXPECT(!f->bus.lost);
	bus_fini(&f->bus);
	EXPECT(f->bus.cells.items == NULL);
	memory_fini(&f->mem);
	platform_fini(&f->plat);
}

static uint64_t get(struct fixture *f, uint64_t addr, unsigned int width)
{
	uint64_t v = 0xdead;

	EXPECT_I64(bus_read(&f->bus, pa(addr), width, &v), BUS_OK);
	return v;
}

static void put(struct fixture *f, uint64_t addr, unsigned int width, uint64_t v)
{
	EXPECT_I64(bus_write(&f->bus, pa(addr), width, v), BUS_OK);
}

static void test_every_truth(void)
{
	static const struct {
		uint64_t addr;
		enum bus_result res;
		const char *letters; /* of the pattern, NULL: 0 */
		uint64_t after;	     /* a 4-byte write of 0x11223344 */
	} rows[] = {
		{HOLE, BUS_ERROR, NULL, 0},
		{DEV + 0x18, BUS_ERROR, NULL, 0},
		{RAM + 0x4000, BUS_ERROR, NULL, 0},
		{RAM + 8, BUS_OK, NULL, 0x11223344},
		{HEAP + 8, BUS_OK, NULL, 0x11223344},
		{TEXT + 8, BUS_OK, "XenT", 0x0c00000111223344},
		{OTHER + 8, BUS_OK, "OthR", 0x0e00000111223344},
		{FIRM + 8, BUS_OK, "Firm", 0x0f80000111223344},
		{TABLE + 8, BUS_OK, "Tabl", 0x0fa0000111223344},
		{DEV + 8, BUS_OK, NULL, 0x11223344},
		{GICD + 8, BUS_OK, NULL, 0x11223344},
		{UART + 8, BUS_OK, NULL, 0x11223344},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		uint64_t v = 0xdead, want = 0;

		begin(&f);
		EXPECT_I64(bus_read(&f.bus, pa(rows[i].addr), 8, &v), rows[i].res);
		if (rows[i].letters) {
			memcpy(&want, rows[i].letters, 4);
			want |= rows[i].addr >> 3 << 32;
		}
		EXPECT_U64(v, want);
		EXPECT_I64(bus_write(&f.bus, pa(rows[i].addr), 4, 0x11223344), rows[i].res);
		EXPECT_I64(bus_read(&f.bus, pa(rows[i].addr), 8, &v), rows[i].res);
		EXPECT_U64(v, rows[i].after);
		EXPECT_U64(f.bus.msi_count, 0);
		end(&f);
	}
}

static void test_patterns(void)
{
	struct fixture f;

	begin(&f);
	EXPECT_U64(get(&f, TEXT + 0x1000, 8), bus_xen_text(pa(TEXT + 0x1000)));
	EXPECT_U64(get(&f, TEXT + 0x1004, 4), bus_xen_text(pa(TEXT + 0x1000)) >> 32);
	EXPECT_U64(get(&f, OTHER + 0x2008, 8), bus_other_ram(pa(OTHER + 0x2008)));
	EXPECT(bus_xen_text(pa(TEXT)) != bus_xen_text(pa(TEXT + 8)));
	EXPECT(bus_xen_text(pa(TEXT)) != bus_other_ram(pa(TEXT)));
	end(&f);
}

static void test_widths(void)
{
	struct fixture f;

	begin(&f);
	put(&f, DEV, 8, 0x8877665544332211);
	EXPECT_U64(f.bus.cells.count, 1);
	for (unsigned int i = 0; i < 8; i++)
		EXPECT_U64(get(&f, DEV + i, 1), 0x11 * (i + 1));
	EXPECT_U64(get(&f, DEV + 2, 2), 0x4433);
	EXPECT_U64(get(&f, DEV + 4, 4), 0x88776655);
	put(&f, DEV + 3, 1, 0xffaa);
	EXPECT_U64(get(&f, DEV, 8), 0x88776655aa332211);
	put(&f, DEV + 6, 2, 0xffffbeef);
	EXPECT_U64(get(&f, DEV, 8), 0xbeef6655aa332211);
	end(&f);
}

static void test_crossing(void)
{
	struct fixture f;
	uint64_t v = 7;

	begin(&f);
	put(&f, DEV + 5, 8, 0x8877665544332211);
	EXPECT_U64(get(&f, DEV + 5, 8), 0x8877665544332211);
	EXPECT_U64(get(&f, DEV, 8), 0x3322110000000000);
	EXPECT_U64(get(&f, DEV + 8, 8), 0x0000008877665544);
	put(&f, RAM + 0xffe, 4, 0xa1b2c3d4);
	EXPECT_U64(get(&f, RAM + 0xffe, 4), 0xa1b2c3d4);
	EXPECT_U64(f.bus.cells.count, 2);
	/* out of the region at its end, out of the hole at its begin */
	EXPECT_I64(bus_read(&f.bus, pa(DEV + 0x14), 8, &v), BUS_ERROR);
	EXPECT_U64(v, 0);
	EXPECT_I64(bus_write(&f.bus, pa(DEV + 0x14), 8, ~UINT64_C(0)), BUS_ERROR);
	EXPECT_U64(get(&f, DEV + 0x14, 4), 0xffffffff);
	EXPECT_I64(bus_read(&f.bus, pa(DEV - 4), 8, &v), BUS_ERROR);
	EXPECT_I64(bus_write(&f.bus, pa(DEV - 4), 8, 1), BUS_ERROR);
	end(&f);
}

static void test_memory_first(void)
{
	struct fixture f;

	begin(&f);
	put(&f, HEAP + 0x10, 8, 0x1234);
	EXPECT_U64(memory_read64(&f.mem, pa(HEAP + 0x10)), 0x1234);
	memory_write64(&f.mem, pa(RAM), 0x8877665544332211);
	EXPECT_U64(get(&f, RAM + 1, 2), 0x3322);
	EXPECT_U64(f.bus.cells.count, 0);
	end(&f);
}

static void test_cells_sorted(void)
{
	struct fixture f;
	uint64_t seed = 7, want[64] = {0};

	begin(&f);
	for (int i = 0; i < 500; i++) {
		uint64_t k = unit_rand(&seed) % 64;

		want[k] = unit_rand(&seed);
		put(&f, GICD + 8 * k, 8, want[k]);
	}
	for (uint64_t k = 0; k < 64; k++)
		EXPECT_U64(get(&f, GICD + 8 * k, 8), want[k]);
	EXPECT(f.bus.cells.count <= 64);
	for (size_t i = 1; i < f.bus.cells.count; i++)
		EXPECT(f.bus.cells.items[i - 1].addr < f.bus.cells.items[i].addr);
	bus_reset(&f.bus);
	EXPECT_U64(f.bus.cells.count, 0);
	EXPECT_U64(get(&f, GICD, 8), 0);
	end(&f);
}

static void test_table_header(void)
{
	struct fixture f;
	uint64_t word;

	begin(&f);
	EXPECT_U64(get(&f, TABLE + 0x1004, 4), 0x54445344); /* "DSDT" */
	EXPECT_U64(get(&f, TABLE + 0x1008, 4), 0x123456);
	/* the first and the last bytes of those two words are the region's pattern */
	EXPECT_U64(get(&f, TABLE + 0x1000, 4), 0x6c626154);
	EXPECT_U64(get(&f, TABLE + 0x100c, 4), (TABLE + 0x1008) >> 3);
	/* an odd address */
	EXPECT_U64(get(&f, TABLE + 0x2003, 4), 0x43495041); /* "APIC" */
	EXPECT_U64(get(&f, TABLE + 0x2007, 4), 0x2a8);
	word = get(&f, TABLE + 0x2000, 8);
	EXPECT_U64(word & 0xffffff, 0x626154);
	EXPECT_U64(word >> 56, 0xa8);
	end(&f);
}

static void test_config_space(void)
{
	static const struct {
		uint64_t offset; /* from bus 2 */
		unsigned int width;
		uint64_t want;
	} rows[] = {
		/* 02:01.0, an NVMe with a 64-bit BAR 0, BAR 2 and BAR 5; 02:01.1 is there */
		{0x08000, 4, 0x10081af4},
		{0x08002, 2, 0x1008},
		{0x08008, 4, 0x01080200},
		{0x0800e, 1, 0x80},
		{0x08010, 4, 0x00004004},
		{0x08014, 4, 0x80},
		{0x08010, 8, 0x8000004004},
		{0x08018, 4, 0x10041000},
		{0x0801c, 4, 0},
		{0x08024, 4, 0x10042000},
		{0x08028, 4, 0},
		{0x08ffc, 4, 0},
		{0x09000, 4, 0x10091af4},
		{0x0900e, 1, 0x80},
		{0x09010, 8, 0},
		/* 02:02.0, a bridge to bus 3, with 4 and 5 below it */
		{0x10008, 4, 0x06040000},
		{0x1000e, 1, 0x01},
		{0x10010, 4, 0},
		{0x10014, 4, 0x10043000},
		{0x10018, 4, 0x00050302},
		{0x1001c, 4, 0},
		/* 03:00.0, multifunction because of function 7, bridge to 4 and 5 */
		{0x100018, 4, 0x00050403},
		{0x10000e, 1, 0x81},
		{0x107000, 4, 0x10071af4},
		/* 04:00.0, to 5 */
		{0x200018, 4, 0x00050504},
		/* nobody: other function, other device (that of another segment), other bus */
		{0x0a000, 4, 0xffffffff},
		{0x20000, 2, 0xffff},
		{0x3ffff8, 8, UINT64_MAX},
	};
	struct fixture f;

	begin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT_U64(get(&f, ECAM + rows[i].offset, rows[i].width), rows[i].want);
	EXPECT_U64(f.bus.cells.count, 0);
	end(&f);
}

static void test_config_writes(void)
{
	struct fixture f;

	begin(&f);
	put(&f, ECAM + 0x08000, 8, UINT64_MAX);
	EXPECT_U64(get(&f, ECAM + 0x08000, 8), 0xffffffff10081af4); /* command moves, ids do not */
	put(&f, ECAM + 0x08008, 8, UINT64_MAX);
	EXPECT_U64(get(&f, ECAM + 0x08008, 8), 0xff80ffff01080200);
	put(&f, ECAM + 0x08010, 4, 0x5000);
	EXPECT_U64(get(&f, ECAM + 0x08010, 8), 0x8000005000);
	EXPECT_U64(f.bus.cells.count, 3);
	put(&f, ECAM + 0x0a000, 4, 1); /* an absent function swallows it */
	EXPECT_U64(get(&f, ECAM + 0x0a000, 4), 0xffffffff);
	EXPECT_U64(f.bus.cells.count, 3);
	end(&f);
}

static void test_two_ecams(void)
{
	struct fixture f;

	begin(&f);
	add_region(&f.plat, "ecam1", ECAM + 0x10000000, 0x100000, TRUTH_MMIO);
	CHECK(vec_push(&f.plat.ecams, (struct ecam){.base = ECAM + 0x10000000}) == 0);
	EXPECT_U64(get(&f, ECAM + 0x10000000, 4), 0xffffffff);
	EXPECT_U64(get(&f, ECAM + 0x08000, 4), 0x10081af4);
	f.plat.devices.items[6].pci_bus = 0; /* of segment 0 */
	EXPECT_U64(get(&f, ECAM + 0x10020000, 4), 0x10201af4);
	end(&f);
}

static void test_amba_id(void)
{
	static const uint8_t want[8] = {0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
	struct fixture f;

	begin(&f);
	for (unsigned int i = 0; i < 8; i++)
		EXPECT_U64(get(&f, GPIO + 0xfe0 + 4 * i, 4), want[i]);
	EXPECT_U64(get(&f, GPIO + 0xfd8, 8), 0);
	put(&f, GPIO + 0xff0, 4, 0);
	EXPECT_U64(get(&f, GPIO + 0xff0, 4), 0x0d);
	EXPECT_U64(f.bus.cells.count, 0);
	put(&f, GPIO, 4, 5);
	EXPECT_U64(get(&f, GPIO, 4), 5);
	end(&f);
}

static void test_amba_odd(void)
{
	static const struct {
		const char *hid;
		unsigned int count;
		uint64_t size;
		uint64_t pid0, pid1; /* at 0xfe0, 0xfe4 */
	} rows[] = {
		{"ARMH0330", 1, 0x1000, 0x30, 0x13}, {"XY", 1, 0x1000, 0x00, 0x10},
		{"ARMHXYZ", 1, 0x1000, 0x00, 0x10},  {"ARMH0061", 0, 0x1000, 0, 0},
		{"ARMH0061", 1, 0x10, 0, 0},	     {"ARMH0061", 1, 0xffc, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct device *d;

		begin(&f);
		d = &f.plat.devices.items[f.plat.devices.count - 1];
		d->hid = rows[i].hid;
		d->res_count = rows[i].count;
		d->res[0].size = rows[i].size;
		EXPECT_U64(get(&f, GPIO + 0xfe0, 4), rows[i].pid0);
		EXPECT_U64(get(&f, GPIO + 0xfe4, 4), rows[i].pid1);
		end(&f);
	}
}

static void test_v2m(void)
{
	struct fixture f;

	begin(&f);
	EXPECT_U64(get(&f, V2M + 8, 4), 80u << 16 | 64);
	put(&f, V2M + 8, 4, 0);
	EXPECT_U64(get(&f, V2M + 8, 4), 80u << 16 | 64);
	put(&f, V2M + 0x40, 4, 81);
	EXPECT_U64(f.bus.msi_count, 0);
	end(&f);
}

static void test_doorbell(void)
{
	struct fixture f;

	begin(&f);
	put(&f, ITS + 0x10040, 4, 3);
	EXPECT_U64(f.bus.msi_count, 1);
	put(&f, ITS + 0x10040, 2, 3);
	EXPECT_U64(f.bus.msi_count, 2);
	put(&f, ITS + 0x10044, 4, 3);
	put(&f, ITS + 0x40, 4, 3);
	get(&f, ITS + 0x10040, 4);
	EXPECT_U64(f.bus.msi_count, 2);
	bus_reset(&f.bus);
	EXPECT_U64(f.bus.msi_count, 0);
	end(&f);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"each truth answers in its way, and keeps what was written", test_every_truth},
		{"Xen's text and others' RAM show whose bytes they are", test_patterns},
		{"a register keeps bytes of every width apart", test_widths},
		{"an access across a word is two accesses", test_crossing},
		{"a bank answers before the ground truth is asked", test_memory_first},
		{"written words stay sorted and are forgotten by a reset", test_cells_sorted},
		{"a table begins with its signature and length", test_table_header},
		{"configuration space shows the platform's functions", test_config_space},
		{"configuration writes do not move what is read-only", test_config_writes},
		{"each ECAM shows its own segment", test_two_ecams},
		{"a primecell identifies itself in its last 32 bytes", test_amba_id},
		{"an odd AMBA id or resource has part 0 or no identification", test_amba_odd},
		{"a GICv2m frame tells its SPIs", test_v2m},
		{"a write to GITS_TRANSLATER is an MSI", test_doorbell},
	};

	return unit_main("bus", tests, ARRAY_SIZE(tests), argc, argv);
}
