// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a namespace makes of an import: tests/data/import/machine.asl with other files beside it.
 */
#include <unistd.h>

#include "tests/import_fixture.h"

struct fixture {
	struct machine_files m;
	struct import_run run;
	char *dsdt;
	uint8_t mcfg[76], spcr[80], iort[232];
};

static void put(uint8_t *at, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void header(uint8_t *table, const char *sig, size_t len)
{
	memcpy(table, sig, 4);
	put(table + 4, len, 4);
	table[8] = 1;
}

static void add_mcfg(struct fixture *f)
{
	static const struct {
		uint64_t base;
		unsigned int segment, first, last;
	} rows[] = {{0x60000000, 0, 0, 255}, {0x70000000, 1, 0, 255}};

	header(f->mcfg, "MCFG", sizeof(f->mcfg));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t *at = f->mcfg + 44 + 16 * i;

		put(at, rows[i].base, 8);
		put(at + 8, rows[i].segment, 2);
		at[10] = (uint8_t)rows[i].first;
		at[11] = (uint8_t)rows[i].last;
	}
	fix_sum(f->mcfg, sizeof(f->mcfg));
	add_file(&f->m, COLLECTED_TABLE, "mcfg.dat", f->mcfg, sizeof(f->mcfg));
}

static void begin(struct fixture *f)
{
	size_t len = 0;

	*f = (struct fixture){.dsdt = NULL};
	f->dsdt = unit_read_file(TEST_DATA "/import/machine.aml", &len);
	if (f->dsdt)
		add_file(&f->m, COLLECTED_TABLE, "dsdt.aml", f->dsdt, len);
}

static bool run(struct fixture *f)
{
	import_begin(&f->run, &f->m.set, 1);
	return EXPECT(f->run.ok) && expect_same_when_read(&f->run.got.written);
}

static void end(struct fixture *f)
{
	import_end(&f->run);
	free(f->dsdt);
}

struct device_check {
	const char *name, *path, *cid;
	uint64_t base, base1;
	const char *origin;
};

static void expect_devices(const struct fixture *f, const struct device_check *want, size_t count)
{
	const struct platform *p = f->run.got.plat;

	EXPECT_U64(p->devices.count, count);
	for (size_t i = 0; i < count && i < p->devices.count; i++) {
		const struct device *d = &p->devices.items[i];

		EXPECT_STR(d->name, want[i].name);
		EXPECT_STR(d->path ? d->path : "", want[i].path);
		EXPECT_STR(d->cid ? d->cid : "", want[i].cid);
		EXPECT_STR(d->origin, want[i].origin);
		EXPECT_U64(d->res_count, want[i].base1 ? 2u : want[i].base ? 1u : 0u);
		EXPECT_U64(d->res[0].base, want[i].base);
		EXPECT_U64(d->res[1].base, want[i].base1);
	}
}

/* Namespace order; names count what is absent or no platform device. */
static void test_devices(void)
{
	static const struct device_check want[] = {
		{"LNRO0005:02", "\\_SB.FUN0", "", 0x10002000, 0x10003000, "\\_SB.FUN0._CRS"},
		{"LNRO0007:01", "\\_SB.DYN1", "", 0x10007000, 0, "\\_SB.DYN1._CRS"},
		{"ARMH0011:00", "\\_SB.COM0", "", 0x9000000, 0, "\\_SB.COM0._CRS"},
		{"PNP0A08:00", "\\_SB.PCI1", "PNP0A03", 0, 0, "\\_SB.PCI1"},
		{"PNP0A03:00", "\\_SB.PCI0", "", 0, 0, "\\_SB.PCI0"},
		{"LNRO000A:00", "\\_SB.PCI0.NIC0", "", 0x10008000, 0, "\\_SB.PCI0.NIC0._CRS"},
	};
	struct fixture f;

	begin(&f);
	add_mcfg(&f);
	if (run(&f)) {
		expect_devices(&f, want, ARRAY_SIZE(want));
		EXPECT(f.run.got.plat->devices.items[3].bus == BUS_PCI_ROOT &&
		       f.run.got.plat->devices.items[0].bus_by_hid);
	}
	EXPECT(strstr(import_said(&f.run), "\\_SB.DYN1._STA: "));
	EXPECT(strstr(import_said(&f.run), "the device is taken as present\n"));
	EXPECT(strstr(import_said(&f.run), "\\_SB.PCI2: neither MCFG nor _CBA"));
	end(&f);
}

/* The kernel knows: what it lists is there, and where. */
static void test_kernel_wins(void)
{
	static const struct device_check want[] = {
		{"LNRO0005:02", "\\_SB.FUN0", "", 0x10002000, 0x1000a000, "iomem:1"},
		{"LNRO0007:00", "\\_SB.DYN0", "LNRO0008", 0x10006000, 0, "iomem:2"},
		{"PNP0A03:00", "\\_SB.PCI0", "", 0, 0, "\\_SB.PCI0"},
		{"LNRO000B:00", "", "", 0x1000c000, 0, "iomem:5"},
	};
	struct fixture f;
	const char *said;

	begin(&f);
	add_text(&f.m, COLLECTED_IOMEM,
		 "10002000-10002fff : LNRO0005:02\n"
		 "10006000-10006fff : LNRO0007:00\n"
		 "  10006000-10006fff : LNRO0007:00\n"
		 "1000a000-1000afff : LNRO0005:02\n"
		 "1000c000-1000cfff : LNRO000B:00\n");
	if (run(&f))
		expect_devices(&f, want, ARRAY_SIZE(want));
	said = import_said(&f.run);
	EXPECT(strstr(said, "\\_SB.FUN0._CRS: /proc/iomem has other resources of 'LNRO0005:02' "
			    "(line 1): Linux evaluated them, they are taken\n"));
	EXPECT(strstr(said, "the namespace has 'ARMH0011:00', Linux had not: it is left out\n"));
	EXPECT(!strstr(said, "_STA"));
	end(&f);
}

static void test_device_list(void)
{
	struct fixture f;

	begin(&f);
	add_text(&f.m, COLLECTED_IOMEM, "10002000-10002fff : LNRO0005:02\n");
	add_text(&f.m, COLLECTED_DEVICES,
		 "/sys/bus/platform/devices/ARMH0011:00 drv=\n"
		 "/sys/bus/acpi/devices/LNRO000A:00 drv=\n"
		 "/sys/bus/amba/devices/LNRO0007:01 drv=../../../bus/amba/drivers/x\r\n");
	if (run(&f)) {
		const struct device *unbound = platform_device_named(f.run.got.plat, "ARMH0011:00");
		const struct device *bound = platform_device_named(f.run.got.plat, "LNRO0007:01");

		/* what no driver was bound to has no default one */
		EXPECT(unbound && unbound->driverless && !unbound->driver);
		if (EXPECT(bound && !bound->driverless))
			EXPECT_STR(bound->driver, "x");
		EXPECT(!platform_device_named(f.run.got.plat, "LNRO000A:00"));
	}
	end(&f);
}

static void test_modules(void)
{
	static const char *const want[] = {"virtio_mmio", "nvme-core", "nvme"};
	struct fixture f;
	char *text;

	/* /proc/modules: the newest comes first; whole lines serve, and what is no name does not */
	begin(&f);
	add_text(&f.m, COLLECTED_MODULES,
		 "nvme 49152 0 - Live 0x0000000000000000\r\n\n?\nnvme-core 1 1 nvme, Live\n"
		 "0123456789012345678901234567890123456789012345678901234567890123456789\n"
		 "virtio_mmio");
	if (run(&f) && EXPECT_U64(f.run.got.plat->modules.count, ARRAY_SIZE(want))) {
		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			EXPECT_STR(f.run.got.plat->modules.items[i], want[i]);
		text = written_text(&f.run.got.written);
		EXPECT(text && strstr(text, "\nmodules: [virtio_mmio, nvme-core, nvme]\n"));
		free(text);
	}
	end(&f);
}

/* Text that is no list, or far too long a one. */
static void test_odd_modules(void)
{
	static char many[4 * 3000];
	struct fixture f;

	for (size_t i = 0; i < 3000; i++)
		memcpy(many + 4 * i, "abc\n", 4);
	begin(&f);
	add_file(&f.m, COLLECTED_MODULES, "modules", many, sizeof(many));
	if (run(&f))
		EXPECT_U64(f.run.got.plat->modules.count, 1024);
	EXPECT(strstr(import_said(&f.run), "modules: warning: more than 1024 modules: those that "
					   "were loaded last are left out"));
	end(&f);
	begin(&f);
	add_text(&f.m, COLLECTED_MODULES, "\n\x7f\xff ?\n");
	if (run(&f))
		EXPECT_U64(f.run.got.plat->modules.count, 4);
	EXPECT(strstr(import_said(&f.run), "modules: warning: no module's name in it: the usual "
					   "ones are taken"));
	end(&f);
}

static void test_odd_drivers(void)
{
	char text[512] = "/sys/bus/platform/devices/LNRO0007:01 drv=../";
	struct fixture f;
	const struct device *d;

	memset(text + strlen(text), 'x', 300);
	begin(&f);
	add_text(&f.m, COLLECTED_DEVICES, text);
	if (run(&f)) {
		d = platform_device_named(f.run.got.plat, "LNRO0007:01");
		if (EXPECT(d && d->driver))
			EXPECT_STR(d->driver, "?");
	}
	end(&f);
}

static void test_bridges(void)
{
	struct fixture f;
	const struct device *d;

	begin(&f);
	add_mcfg(&f);
	add_text(&f.m, COLLECTED_PCI,
		 "== /sys/bus/pci/devices/0000:00:01.0 0x1af4 0x1000 0x020000  drv=x/virtio-pci\n"
		 "0x0000000000001100 0x000000000000111f 0x0000000000040101\n"
		 "0x0000000000000f00 0x0000000000000fff 0x0000000000040101\n"
		 "0x0000000000020000 0x000000000002001f 0x0000000000040101\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000020000000 0x0000000020003fff 0x0000000000140204\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000020010000 0x000000002001ffff 0x0000000000046200\n");
	if (run(&f)) {
		const struct platform *p = f.run.got.plat;

		/* in the order of the bridges, each the slice of its buses */
		if (EXPECT_U64(p->ecams.count, 2)) {
			EXPECT(p->ecams.items[0].base == 0x71000000 &&
			       p->ecams.items[0].segment == 1 &&
			       p->ecams.items[0].bus_first == 0x10 &&
			       p->ecams.items[0].bus_last == 0x1f);
			EXPECT(p->ecams.items[1].base == 0x60000000 &&
			       p->ecams.items[1].bus_last == 3);
			EXPECT_STR(p->ecams.items[1].origin, "MCFG+0x2c");
		}
		if (EXPECT_U64(p->io_windows.count, 2))
			EXPECT(p->io_windows.items[0].base == 0x3e000000 &&
			       p->io_windows.items[0].segment == 1 &&
			       p->io_windows.items[1].base == 0x3f000000);
		/* ports are numbered window after window */
		d = platform_device_named(p, "0000:00:01.0");
		if (EXPECT(d && d->res_count == 7)) {
			EXPECT(d->res[0].io && d->res[0].base == 0x3f000100);
			EXPECT(d->res[1].io && d->res[1].base == 0x3e000f00);
			EXPECT(!d->res[2].size); /* in no window */
			EXPECT(!d->res[4].io && d->res[4].size == 0x4000);
			EXPECT(d->res[6].base == 0x20010000);
		}
	}
	end(&f);
}

static void node(uint8_t *at, uint8_t type, unsigned int len, unsigned int map_at)
{
	at[0] = type;
	put(at + 1, len, 2);
	put(at + 8, map_at != 0, 4);
	put(at + 12, map_at, 4);
}

static void map(uint8_t *at, uint32_t first, uint32_t count, uint32_t output, bool single)
{
	put(at, first, 4);
	put(at + 4, count - 1, 4);
	put(at + 8, output, 4);
	put(at + 12, 48, 4); /* the SMMU's offset */
	put(at + 16, single, 4);
}

/* An SMMUv3, a root complex and a named component in front of it. */
static void add_iort(struct fixture *f)
{
	uint8_t *smmu = f->iort + 48, *root = smmu + 68, *named = root + 56;

	header(f->iort, "IORT", sizeof(f->iort));
	put(f->iort + 36, 3, 4);
	put(f->iort + 40, 48, 4);
	node(smmu, 4, 68, 0);
	put(smmu + 16, 0x9050000, 8);
	node(root, 2, 56, 36);
	map(root + 36, 0, 0x10000, 0x10000, false);
	node(named, 1, 60, 40);
	memcpy(named + 29, "\\_SB_.FUN0", 11);
	map(named + 40, 0, 1, 0x55, true);
	fix_sum(f->iort, sizeof(f->iort));
	add_file(&f->m, COLLECTED_TABLE, "iort.dat", f->iort, sizeof(f->iort));
}

static void test_streams(void)
{
	struct fixture f;
	const struct device *d;

	begin(&f);
	add_iort(&f);
	add_text(&f.m, COLLECTED_PCI,
		 "== /sys/bus/pci/devices/0000:02:01.3 0x1af4 0x1000 0x020000  drv=x/virtio-pci\n"
		 "0x0000000020000000 0x0000000020003fff 0x0000000000140204\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	add_text(&f.m, COLLECTED_PCI_CONFIG,
		 "== 0000:02:01.3\n"
		 "00: f4 1a 00 10 06 04 10 00 00 00 00 02 00 00 00 00\n"
		 "10: 00 00 00 20 00 00 00 00 00 00 00 00 00 00 00 00\n"
		 "20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
		 "30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00\n"
		 "40: 11 00 02 80 00 20 00 00 00 30 00 00 00 00 00 00\n");
	if (run(&f)) {
		d = &f.run.got.plat->devices.items[0];
		EXPECT_STR(d->name, "arm-smmu-v3.0.auto");
		EXPECT_STR(d->origin, "IORT+0x30");
		d = platform_device_named(f.run.got.plat, "LNRO0005:02");
		EXPECT(d && d->behind_smmu && d->stream == 0x55);
		d = platform_device_named(f.run.got.plat, "LNRO000A:00");
		EXPECT(d && !d->behind_smmu);
		d = platform_device_named(f.run.got.plat, "0000:02:01.3");
		EXPECT(d && d->behind_smmu && d->stream == 0x1020b);
		EXPECT(d && d->msix_bar == 0 && d->msix_offset == 0x2000 && d->msix_vectors == 3);
	}
	end(&f);
}

/* _CBA alone tells where a configuration space is. */
static void test_cba(void)
{
	struct fixture f;

	begin(&f);
	if (run(&f) && EXPECT_U64(f.run.got.plat->ecams.count, 1)) {
		EXPECT_U64(f.run.got.plat->ecams.items[0].base, 0x60000000);
		EXPECT_STR(f.run.got.plat->ecams.items[0].origin, "\\_SB.PCI0._CBA");
	}
	end(&f);
}

static void test_opregions(void)
{
	static const struct {
		const char *path;
		uint64_t base, size;
		unsigned int width;
		bool boot, dynamic;
	} want[] = {
		{"\\GLBL", 0x90000000, 0x10, 4, true, false},
		{"\\_SB.COM0.REGA", 0x90000100, 0x10, 1, true, false},
		{"\\_SB.COM0.MTH0.REGC", 0x90000200, 2, 2, false, true},
	};
	struct fixture f;
	char *text;

	begin(&f);
	add_mcfg(&f);
	if (run(&f) && EXPECT_U64(f.run.got.plat->opregions.count, ARRAY_SIZE(want))) {
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			const struct opregion *o = &f.run.got.plat->opregions.items[i];

			EXPECT_STR(o->path, want[i].path);
			EXPECT(o->base == want[i].base && o->size == want[i].size);
			EXPECT_U64(o->width, want[i].width);
			EXPECT_U64(o->touched_at_boot, want[i].boot);
			EXPECT_U64(o->dynamic, want[i].dynamic);
			EXPECT(strncmp(o->origin, "DSDT+0x", 7) == 0);
		}
		EXPECT_U64(f.run.got.dynamic, 1);
		text = written_text(&f.run.got.written);
		EXPECT(text && strstr(text, "  # \\_SB.COM0._INI may use it at boot\n"
					    "  - {path: '\\_SB.COM0.REGA'"));
		EXPECT(text && strstr(text, "# --- what only running AML would tell ---\n"
					    "# OperationRegion \\_SB.COM0.REGB: address: "));
		EXPECT(text && strstr(text, "\n# \\_SB.DYN0._CRS: "));
		EXPECT(text && !strstr(text, "\n# \\_SB.COM0.REGB"));
		free(text);
	}
	end(&f);
}

/* Who evaluates a method decides when its region is touched. */
static void test_driver_methods(void)
{
	static const struct {
		const char *path;
		bool by_driver;
	} want[] = {
		{"\\_SB.PCI0.RP01.RPRG", false}, /* the bus scan asks functions */
		{"\\_SB.NVD0.NVRG", true},
		{"\\_SB.LID0.LDRG", false}, /* its _STA comes first */
	};
	struct fixture f = {.dsdt = NULL};
	size_t len = 0;

	f.dsdt = unit_read_file(TEST_DATA "/import/methods.aml", &len);
	if (f.dsdt)
		add_file(&f.m, COLLECTED_TABLE, "dsdt.aml", f.dsdt, len);
	if (run(&f) && EXPECT_U64(f.run.got.plat->opregions.count, ARRAY_SIZE(want)))
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			const struct opregion *o = &f.run.got.plat->opregions.items[i];

			EXPECT_STR(o->path, want[i].path);
			EXPECT(o->touched_at_boot);
			EXPECT_U64(o->by_driver, want[i].by_driver);
		}
	end(&f);
}

/* Xen makes a STAO for its Dom0, whose console's UART is then no device. */
static void test_console(void)
{
	struct fixture f;
	char *text;

	begin(&f);
	header(f.spcr, "SPCR", sizeof(f.spcr));
	f.spcr[8] = 2;
	f.spcr[36] = 3; /* ARM PL011 */
	f.spcr[41] = 32;
	f.spcr[43] = 3;
	put(f.spcr + 44, 0x9000000, 8);
	fix_sum(f.spcr, sizeof(f.spcr));
	add_file(&f.m, COLLECTED_TABLE, "spcr.dat", f.spcr, sizeof(f.spcr));
	if (run(&f)) {
		EXPECT_U64(f.run.got.plat->spcr, 0x9000000);
		EXPECT(!platform_device_named(f.run.got.plat, "ARMH0011:00"));
		text = written_text(&f.run.got.written);
		EXPECT(text && strstr(text, "# ARMH0011:00 (\\_SB.COM0) is Xen's console"));
		free(text);
	}
	end(&f);
}

static bool evaluate(void *ctx, struct aml *aml, const struct acpi_tables *tables, struct arena *a,
		     struct diag *d)
{
	(void)tables, (void)a;
	for (size_t i = 0; i < aml->regions.count; i++) {
		struct aml_region *r = &aml->regions.items[i];

		if (strcmp(r->path, "\\_SB.COM0.REGB") != 0)
			continue;
		r->base = (struct aml_int){AML_STATIC, 0x91000000, "evaluated"};
	}
	if (!*(bool *)ctx)
		diag_error_file(d, "evaluator", "cannot");
	return *(bool *)ctx;
}

static void test_evaluator(void)
{
	for (unsigned int can = 0; can < 2; can++) {
		bool ctx = can;
		const struct import_evaluator evaluator = {evaluate, &ctx};
		struct fixture f;
		char *text;

		begin(&f);
		f.run = (struct import_run){.arena = arena_new()};
		diag_init(&f.run.diag);
		f.run.ok = platform_import(&f.run.got, &f.m.set, 1, "machine", &evaluator,
					   f.run.arena, &f.run.diag);
		EXPECT_U64(f.run.ok, can);
		if (f.run.ok) {
			text = written_text(&f.run.got.written);
			EXPECT(text && strstr(text, "  - {path: '\\_SB.COM0.REGB', "
						    "base: 0x91000000, size: 0x10"));
			EXPECT(text && strstr(text, ":evaluated}"));
			free(text);
			expect_same_when_read(&f.run.got.written);
		}
		end(&f);
	}
}

static const struct unit_test tests[] = {
	{"devices come in the order of the namespace, named as Linux names them", test_devices},
	{"what the kernel lists is taken where AML is dynamic or says otherwise", test_kernel_wins},
	{"the kernel's list of devices says which there are", test_device_list},
	{"modules are loaded in the order in which Linux loaded them", test_modules},
	{"a list of modules that is none, or endless, is said", test_odd_modules},
	{"what is no driver's name is a driver that nobody knows", test_odd_drivers},
	{"each host bridge gets the slice of its buses, ports and windows", test_bridges},
	{"IORT tells which SMMU sees a device, configuration space its MSI-X table", test_streams},
	{"a host bridge's own address counts without MCFG", test_cba},
	{"OperationRegions are taken with what uses them, or say why not", test_opregions},
	{"a region that only a driver's method reaches is used with the driver",
	 test_driver_methods},
	{"the console's UART is no device", test_console},
	{"an evaluator's values are taken and said to be evaluated", test_evaluator},
};

int main(int argc, char **argv)
{
	return unit_main("platform_import_aml", tests, ARRAY_SIZE(tests), argc, argv);
}
