// SPDX-License-Identifier: GPL-2.0-only
#include "sim/boot.h"

#include "base/check.h"
#include "tests/replay_fixture.h"

/* A machine with nothing but what Dom0 needs; tests add what they are about. */
#define BARE                                                                                       \
	"machine: qemu-icount\n"                                                                   \
	"platform:\n"                                                                              \
	"  dom0_ram: {base: 0x40000000, size: 64M}\n"                                              \
	"  xen_text: {base: 0x80000000, size: 2M}\n"                                               \
	"  xen_heap: {base: 0x80400000, size: 8M}\n"                                               \
	"  spcr: 0x9000000\n"

#define BOOT "steps:\n  - boot: {until: module}\n"

static const struct event *abort_map(const struct played *p, size_t n)
{
	return played_event(p, EV_ABORT_MAP, n);
}

static void test_rows(void)
{
	enum boot_phase last = PHASE_SETUP_ARCH;

	EXPECT(mapper_count >= 12);
	for (unsigned int i = 0; i < mapper_count; i++) {
		EXPECT(mappers[i].phase >= last && mappers[i].phase < PHASE_COUNT);
		EXPECT(mappers[i].run && mappers[i].name[0] && mappers[i].row <= 38);
		last = mappers[i].phase;
	}
}

/* Root bus 0: a host bridge, a port to bus 1, a function of many; behind the port one device. */
static void test_bridge(void)
{
	static const uint64_t want[] = {
		/* bus 0: functions of device 1 are looked for because its header says so */
		0x3f000000,
		0x3f008000,
		0x3f009000,
		0x3f00a000,
		0x3f00b000,
		0x3f00c000,
		0x3f00d000,
		0x3f00e000,
		0x3f00f000,
		/* device 2 is the port: bus 0 is scanned to its end before what is behind it */
		0x3f010000,
		0x3f018000,
	};
	struct played p;

	if (play(&p,
		 BARE
		 "  ecams: [{base: 0x3f000000, buses: [0, 1]}]\n"
		 "  devices:\n"
		 "    - {name: host, pci: '0000:00:00.0', vendor: 1, device: 1, res: []}\n"
		 "    - {name: f0, pci: '0000:00:01.0', vendor: 1, device: 2, res: []}\n"
		 "    - {name: f3, pci: '0000:00:01.3', vendor: 1, device: 2, res: []}\n"
		 "    - {name: port, pci: '0000:00:02.0', vendor: 1, device: 3,"
		 " secondary_bus: 1, res: []}\n"
		 "    - {name: behind, pci: '0000:01:00.0', vendor: 1, device: 4, res: []}\n" BOOT,
		 "c", "4.22", "6.1")) {
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 32 + 7 + 1);
		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			EXPECT_U64(abort_map(&p, i)->gpa, want[i]);
		EXPECT_U64(abort_map(&p, 32 + 7 - 1)->gpa, 0x3f0f8000);
		EXPECT_U64(abort_map(&p, 32 + 7)->gpa, 0x3f100000);
	}
	played_end(&p);
}

/* Configuration pages of each bus that a scan touches, for a bridge at 00:01.0 of that kind. */
static void expect_slots(const char *port, const uint64_t *want)
{
	char text[2048];
	struct played p;

	snprintf(text, sizeof(text),
		 BARE "  ecams: [{base: 0x30000000, buses: [0, 3]}]\n"
		      "  devices:\n"
		      "    - {name: a, pci: '0000:00:01.0', vendor: 1, device: 3,"
		      " secondary_bus: 1, res: []%s}\n"
		      "    - {name: b, pci: '0000:01:00.0', vendor: 1, device: 3,"
		      " secondary_bus: 2, res: []}\n"
		      "    - {name: c, pci: '0000:02:00.0', vendor: 1, device: 3,"
		      " secondary_bus: 3, res: []}\n" BOOT,
		 port);
	if (play(&p, text, "c", "4.22", "6.1")) {
		uint64_t got[4] = {0};
		uint64_t n = played_count(&p, EV_ABORT_MAP);

		for (size_t i = 0; i < n; i++)
			got[(abort_map(&p, i)->gpa - 0x30000000) >> 20 & 3]++;
		for (size_t i = 0; i < 4; i++)
			EXPECT_U64(got[i], want[i]);
	}
	played_end(&p);
}

static void test_only_one_child(void)
{
	/* root port, upstream port, downstream port: only the switch's inner bus is searched */
	expect_slots("", (uint64_t[]){32, 1, 32, 1});
	expect_slots(", port: conventional", (uint64_t[]){32, 32, 32, 32});
	/* an upstream port on the root bus: everything below moves one level up */
	expect_slots(", port: upstream", (uint64_t[]){32, 32, 1, 32});
}

/* A host bridge has a place among the devices; those without one come last. */
static void test_root_place(void)
{
	struct played p;

	if (play(&p,
		 BARE
		 "  ecams: [{base: 0x30000000, buses: [0, 0]},"
		 " {base: 0x38000000, segment: 1, buses: [0, 0]}]\n"
		 "  devices:\n"
		 "    - {name: one, hid: ABCD0001, res: [{base: 0x91000000, size: 4K}]}\n"
		 "    - {name: PCI0, hid: PNP0A08}\n"
		 "    - {name: two, hid: ABCD0001, res: [{base: 0x92000000, size: 4K}]}\n" BOOT,
		 "notifier+b", "4.22", "6.1")) {
		static const uint64_t want[] = {0x91000000, 0x30000000, 0x92000000, 0x38000000};

		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, i)->gpa, want[i]);
	}
	played_end(&p);
}

/* The page of the n-th demand map, or 0; calls that the notifier made. */
static void expect_bus(const char *device, const char *lnx, const char *first_by, uint64_t calls)
{
	char text[1024];
	struct played p;

	snprintf(text, sizeof(text), BARE "  devices:\n    - %s\n" BOOT, device);
	if (play(&p, text, "notifier+c", "4.22", lnx)) {
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], calls);
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), first_by != NULL);
		if (first_by && played_count(&p, EV_ABORT_MAP))
			EXPECT_STR(abort_map(&p, 0)->by, first_by);
	}
	played_end(&p);
}

#define RES "res: [{base: 0x1c1d0000, size: 4K}]}"

static void test_bus_by_hid(void)
{
	static const char *const amba = "amba_read_periphid";
	static const char *const probe = "probe";

	expect_bus("{name: 'ARMH0061:00', " RES, "4.9", amba, 1);
	expect_bus("{name: 'ARMH0061:00', " RES, "6.1", amba, 1);
	/* the DMA-330 was a platform device first */
	expect_bus("{name: 'ARMH0330:00', " RES, "4.9", NULL, 1);
	expect_bus("{name: 'ARMH0330:00', " RES, "6.12", amba, 1);
	expect_bus("{name: 'ARMH0011:00', " RES, "6.12", NULL, 1);
	expect_bus("{name: 'PNP0501:00', " RES, "6.1", probe, 0);
	/* reserves, maps nothing */
	expect_bus("{name: 'PNP0C02:00', " RES, "6.1", NULL, 0);
	expect_bus("{name: 'PNP0C0C:00', " RES, "6.1", NULL, 1);
	/* USB hosts are platform devices */
	expect_bus("{name: 'PNP0D10:00', " RES, "6.1", NULL, 1);
	expect_bus("{name: 'PNP0D20:00', " RES, "4.9", NULL, 1);
	/* CoreSight was on the AMBA bus from 5.2 to 6.9 */
	expect_bus("{name: 'ARMHC501:00', " RES, "4.9", NULL, 1);
	expect_bus("{name: 'ARMHC501:00', " RES, "6.1", amba, 1);
	expect_bus("{name: 'ARMHC501:00', " RES, "6.12", NULL, 1);
	/* a scan handler takes a device by any of its ids */
	expect_bus("{name: 'HISI0081:00', cid: PNP0C02, " RES, "6.1", NULL, 0);
	expect_bus("{name: 'ABCD0001:00', cid: PNP0501, " RES, "6.1", probe, 0);
	expect_bus("{name: 'ABCD0001:00', cid: ARMH0061, " RES, "6.1", amba, 1);
	/* what the file says wins */
	expect_bus("{name: 'ARMH0061:00', bus: platform, " RES, "6.1", NULL, 1);
	expect_bus("{name: 'PNP0501:00', bus: platform, " RES, "6.1", NULL, 1);
	expect_bus("{name: 'ABCD0001:00', bus: pnp, " RES, "6.1", probe, 0);
}

static void test_hidden_uart(void)
{
	struct played p;

	/* Xen's STAO hides the namespace device of SPCR's UART: no request, no probe */
	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: 'ARMH0011:00', res: [{base: 0x9000000, size: 4K}]}\n"
		      "    - {name: 'PNP0501:00', res: [{base: 0x9000000, size: 8}]}\n" BOOT,
		 "notifier+c", "4.22", "6.1")) {
		EXPECT_U64(played_count(&p, EV_ADD_TO_PHYSMAP_RANGE), 0);
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 0);
		EXPECT_U64(p.res.verdict.codes, 0);
		EXPECT(!p.res.panicked);
	}
	played_end(&p);
}

/* MCFG's base is the address of bus 0, whatever the first bus is (D05: a segment of 8 buses). */
static void test_ecam_base(void)
{
	struct played p;

	if (play(&p, BARE "  ecams: [{base: 0xb0000000, buses: [0xf8, 0xff]}]\n" BOOT, "c", "4.22",
		 "6.1")) {
		EXPECT_U64(abort_map(&p, 0)->gpa, 0xbf800000);
		EXPECT_U64(abort_map(&p, 31)->gpa, 0xbf8f8000);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
}

static void test_amba_before_notifier(void)
{
	struct played p;

	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: gpio, hid: ARMH0061, bus: amba,"
		      " res: [{base: 0x1c1d0000, size: 8K}]}\n" BOOT,
		 "notifier+c", "4.22", "6.1")) {
		const struct event *call = played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 0);

		/* the identification is in the last 0x20 bytes of the resource */
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x1c1d1fe0);
		EXPECT_STR(abort_map(&p, 0)->by, "amba_read_periphid");
		EXPECT(abort_map(&p, 0)->cycle < call->cycle);
		EXPECT_U64(call->pages, 2);
		EXPECT_U64(p.res.verdict.metrics[METRIC_DEMAND_MAPS], 1);
	}
	played_end(&p);
}

static void test_pnp_is_not_seen(void)
{
	struct played p;

	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: 'PNP0501:00', bus: pnp, res: [{base: 0x3f00003f8, size: 8}]}\n"
		      "    - {name: 'ARMH0011:00', res: [{base: 0x94080000, size: 4K}]}\n" BOOT,
		 "notifier+c", "4.22", "6.1")) {
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], 1);
		EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 0)->gpa, 0x94080000);
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 1);
		EXPECT_U64(abort_map(&p, 0)->gpa, UINT64_C(0x3f00003f8));
	}
	played_end(&p);
}

static void test_smmu_device(void)
{
	static const char *const text = BARE "  devices:\n"
					     "    - {name: 'arm-smmu-v3.0', hid: arm-smmu-v3,"
					     " res: [{base: 0x9050000, size: 128K}]}\n" BOOT;
	struct played p;

	/* IORT's SMMUs are platform devices since 4.10 */
	if (play(&p, text, "notifier+c", "4.22", "6.1"))
		EXPECT_U64(p.res.verdict.metrics[METRIC_PAGES], 32);
	played_end(&p);
	if (play(&p, text, "notifier+c", "4.22", "4.9"))
		EXPECT_U64(p.res.verdict.metrics[METRIC_PAGES], 0);
	played_end(&p);
	/* the driver maps the first 0xe00 bytes of page 0 and of page 1, and uses both */
	if (play(&p, text, "b", "4.22", "6.1")) {
		/* the notifier asked for all 32 pages before */
		EXPECT_U64(p.res.verdict.metrics[METRIC_PAGES], 32 + 2);
		EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 1)->gpa, 0x9050000);
		EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 2)->gpa, 0x9060000);
	}
	played_end(&p);
	if (play(&p, text, "c", "4.22", "6.1")) {
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x9050000);
		EXPECT_U64(abort_map(&p, 1)->gpa, 0x90600a8);
	}
	played_end(&p);
}

static void test_xen_smmu(void)
{
	static const char *const smmu = BARE "  smmu: {stage2: true}\n"
					     "  devices:\n"
					     "    - {name: 'arm-smmu-v3.0', hid: arm-smmu-v3,"
					     " res: [{base: 0x9050000, size: 128K}]}\n" BOOT;
	struct played p;

	/* Xen programs it, and yet nothing denies Dom0 its registers */
	if (play(&p, smmu, "c", "4.22", "6.1")) {
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 2);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_EXPOSED);
	}
	played_end(&p);
}

static void test_gicv2(void)
{
	static const char *const text =
		BARE "  gic:\n    version: 2\n    gicd: {base: 0x8000000, size: 64K}\n"
		     "    gicc: {base: 0x8010000, size: 8K}\n"
		     "    gich: {base: 0x8030000, size: 64K}\n"
		     "    gicv: {base: 0x8040000, size: 8K}\n"
		     "    v2m: [0x8020000]\n" BOOT;
	struct played p;

	/* since 4.18 the first access maps the CPU interface, without any demand mechanism; a v2m
	 * frame is a device like any other (FACTS X5) */
	if (play(&p, text, "c", "4.22", "6.1")) {
		EXPECT_U64(p.res.panicked, false);
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 2);
		EXPECT_U64(abort_map(&p, 1)->gpa, 0x8020008);
		/* the priority mask, behind the distributor's first register */
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x8010004);
		EXPECT(abort_map(&p, 0)->write);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
	/* 4.9 maps it when it builds Dom0 */
	if (play(&p, text, "c", "4.9", "4.9")) {
		EXPECT_U64(p.res.panicked, false);
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 1);
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x8020008);
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
}

static void test_opregion_windows(void)
{
	static const char *const text = BARE
		"  opregions:\n"
		"    - {path: '\\A', base: 0xc2208ffc, size: 0x20, touched_at_boot: true}\n" BOOT;
	struct played p;

	/* 4.9 cuts the window at the page, 6.12 lets it cross */
	if (play(&p, text, "a", "4.22", "4.9"))
		EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 0)->pages, 1);
	played_end(&p);
	if (play(&p, text, "a", "4.22", "6.12"))
		EXPECT_U64(played_event(&p, EV_ADD_TO_PHYSMAP_RANGE, 0)->pages, 2);
	played_end(&p);
}

/* Requests of one run of `steps` on an OperationRegion of 64 KiB, under `a`. */
static uint64_t window_requests(const char *steps, const char *lnx)
{
	char text[2048];
	struct played p;
	uint64_t n = 0;

	snprintf(text, sizeof(text),
		 BARE "  opregions: [{path: CTL, base: 0xc0000000, size: 64K}]\nsteps:\n%s", steps);
	if (play(&p, text, "a", "4.22", lnx)) {
		n = p.res.verdict.metrics[METRIC_HYPERCALLS];
		EXPECT_U64(p.res.verdict.codes, 0);
	}
	played_end(&p);
	return n;
}

static void test_opregion_windows_slide(void)
{
	static const char *const up = "  - acpi: {at: CTL}\n  - acpi: {at: CTL + 4}\n"
				      "  - acpi: {at: CTL + 8}\n  - acpi: {at: CTL + 0xc}\n";
	/* the _RST method of D05's SAS controllers: 3 maps, 2 unmaps (FACTS L6) */
	static const char *const rst = "  - acpi: {at: CTL + 0xa60, op: write}\n"
				       "  - acpi: {at: CTL + 0x33c, op: write}\n"
				       "  - acpi: {at: CTL + 0xa64, op: write}\n"
				       "  - acpi: {at: CTL + 0x338, op: write}\n";
	/* two pages in turn: 4.9 has one window, 6.x keeps both */
	static const char *const turns = "  - acpi: {at: CTL}\n  - acpi: {at: CTL + 0x1000}\n"
					 "  - acpi: {at: CTL}\n  - acpi: {at: CTL + 0x1000}\n";

	EXPECT_U64(window_requests(up, "4.9"), 1);
	EXPECT_U64(window_requests(up, "6.12"), 1);
	EXPECT_U64(window_requests(rst, "4.9"), 3);
	EXPECT_U64(window_requests(turns, "4.9"), 4);
	EXPECT_U64(window_requests(turns, "6.1"), 2);
}

static uint8_t attr_codes(const char *text, const char *xen, const char *lnx)
{
	struct played p;
	uint8_t found = 0;

	if (play(&p, text, "a", xen, lnx))
		found = p.res.verdict.codes >> FIND_ATTR & 1;
	played_end(&p);
	return found;
}

/* 4.8's dev_mmio is Device: it shows where Linux asks for Normal memory. */
static void test_acpi_memory_type(void)
{
	static const char *const table =
		BARE "  tables: [{sig: SSDT, at: 0x90000000, len: 0x80}]\nsteps:\n"
		     "  - read: {at: table.SSDT, api: acpi}\n";
	static const char *const reg =
		BARE "  opregions: [{path: CTL, base: 0xc0000000, size: 64}]\nsteps:\n"
		     "  - acpi: {at: CTL}\n";

	EXPECT_U64(attr_codes(table, "4.8", "4.9"), 1);
	EXPECT_U64(attr_codes(table, "4.8", "6.1"), 1);
	EXPECT_U64(attr_codes(table, "4.9", "4.9"), 0);
	EXPECT_U64(attr_codes(reg, "4.8", "4.9"), 0);
	EXPECT_U64(attr_codes(reg, "4.8", "6.1"), 0);
}

/* A table that an initrd brought lies in RAM that Linux does not map: the hooks ask for it. */
static void test_initrd_table(void)
{
	static const char *const text =
		"machine: qemu-icount\nplatform:\n"
		"  dom0_ram: {base: 0x40000000, size: 128M}\n"
		"  xen_text: {base: 0x80000000, size: 2M}\n"
		"  xen_heap: {base: 0x80400000, size: 8M}\n"
		"  spcr: 0x9000000\n"
		"  tables: [{sig: SSDT, at: 0x44600018, len: 0x800}]\n" BOOT;
	static const char *const releases[] = {"4.9", "6.1", "6.12"};
	struct played p;

	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		if (play(&p, text, "none", "4.22", releases[i])) {
			EXPECT_U64(p.res.verdict.codes, 0);
			EXPECT(!p.res.panicked);
		}
		played_end(&p);
		if (play(&p, text, "b-alone", "4.22", releases[i])) {
			const struct event *ev = NULL;

			for (size_t k = 0; k < p.res.record.events.count; k++)
				if (p.res.record.events.items[k].kind == EV_ADD_TO_PHYSMAP_RANGE &&
				    p.res.record.events.items[k].gpa == 0x44600000)
					ev = &p.res.record.events.items[k];
			EXPECT(p.res.verdict.codes & 1u << FIND_ATTR);
			/* the 2 MiB block of RAM is shattered for it: observed 19 k instructions */
			if (EXPECT(ev != NULL)) {
				EXPECT_U64(ev->pages, 1);
				EXPECT_U64(ev->tables, 1);
				EXPECT(ev->insns > 10000 && ev->insns < 30000);
			}
		}
		played_end(&p);
	}
}

/* Hooked maps of a region that AML reads three times at boot. */
static void expect_windows(const char *keys, const char *lnx, uint64_t maps)
{
	char text[1024];
	struct played p;

	snprintf(text, sizeof(text),
		 BARE "  opregions:\n    - {path: '\\A', base: 0xc2208000, size: 0x20,"
		      " touched_at_boot: true, boot_accesses: 3%s}\n" BOOT,
		 keys);
	if (play(&p, text, "a", "4.22", lnx)) {
		uint64_t n = 0; /* 4.9 asks for tables, too */

		for (size_t i = 0; i < p.res.record.events.count; i++)
			n += p.res.record.events.items[i].kind == EV_ADD_TO_PHYSMAP_RANGE &&
			     p.res.record.events.items[i].gpa == 0xc2208000;
		EXPECT_U64(n, maps);
	}
	played_end(&p);
}

static void test_dynamic_opregion(void)
{
	expect_windows("", "4.9", 1);
	expect_windows("", "6.12", 1);
	expect_windows(", dynamic: true", "4.9", 3);
	expect_windows(", dynamic: true", "6.12", 3);
}

static void test_remap_iospace(void)
{
	static const struct {
		const char *strategy, *lnx;
		uint64_t requests;
	} rows[] = {{"b", "4.9", 1}, {"b", "6.1", 0}, {"b", "6.12", 0}, {"a", "4.9", 0}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct played p;

		if (play(&p,
			 BARE "  regions: [{name: io, base: 0x3eff0000, size: 64K, is: mmio}]\n"
			      "steps:\n  - ioremap: {at: io, bytes: 64K, api: remap_iospace}\n",
			 rows[i].strategy, "4.22", rows[i].lnx))
			EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], rows[i].requests);
		played_end(&p);
	}
}

static void test_bert_and_msix(void)
{
	static const char *const text =
		BARE "  bert: {base: 0x90000000, size: 8K}\n"
		     "  gic: {version: 3, gicd: {base: 0x8000000, size: 64K}, its: [0x8080000]}\n"
		     "  smmu: {stage2: true}\n"
		     "  devices:\n"
		     "    - {name: nic, pci: '0000:00:01.0', vendor: 1, device: 2, stream: 4,"
		     " behind_smmu: true, res: [{base: 0x10000000, size: 16K},"
		     " {base: 0x10004000, size: 4K}], msix: {bar: 1, offset: 0x800},"
		     " touches: [{read: {offset: 0x10, width: 2}}, {msix: {res: 1}, stage: "
		     "bind}]}\n" BOOT;
	struct played p;

	if (play(&p, text, "c", "4.22", "6.1")) {
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x10000010);
		EXPECT_U64(abort_map(&p, 0)->size, 2);
		EXPECT_U64(abort_map(&p, 1)->gpa, 0x90000000);
		EXPECT_STR(abort_map(&p, 1)->by, "bert_init");
		EXPECT_U64(abort_map(&p, 2)->gpa, 0x1000480c);
		EXPECT_U64(played_event(&p, EV_DMA_FAULT, 0)->gpa, 0x8090040);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_DMA);
	}
	played_end(&p);
}

static void test_plug_and_unplug(void)
{
	struct played p;

	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: dev, hid: ABCD0001, hotplug: true,"
		      " res: [{base: 0xc3000000, size: 4K}, {base: 0xc3008000, size: 8K}]}\n"
		      "steps:\n  - boot: {until: module}\n  - plug: {device: dev}\n"
		      "  - unplug: {device: dev}\n",
		 "notifier", "4.22", "6.1")) {
		EXPECT_U64(played_count(&p, EV_ADD_TO_PHYSMAP_RANGE), 2);
		/* the first page's -ENOENT ends the unmapping: one call, nothing removed */
		EXPECT_U64(played_count(&p, EV_REMOVE_FROM_PHYSMAP), 1);
		EXPECT_I64(played_event(&p, EV_REMOVE_FROM_PHYSMAP, 0)->rc, -XEN_ENOENT);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_LEAK);
	}
	played_end(&p);
}

static void test_notifier_unwinds(void)
{
	struct played p;

	/* the arrays for 16 GiB do not fit into the kernel's memory: -ENOMEM before any request */
	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: dev, hid: ABCD0001, hotplug: true, touches: [],"
		      " res: [{base: 0xc3000000, size: 8K}, {base: 0xc3008000, size: 4K},"
		      " {base: 0x800000000, size: 16G}, {base: 0xc300a000, size: 4K}]}\n"
		      "steps:\n  - plug: {device: dev}\n",
		 "notifier", "4.22", "6.1")) {
		const struct event *remove = played_event(&p, EV_REMOVE_FROM_PHYSMAP, 0);

		/* two resources were mapped; the first page's -ENOENT ends the unwinding */
		EXPECT_U64(played_count(&p, EV_ADD_TO_PHYSMAP_RANGE), 2);
		EXPECT_U64(played_count(&p, EV_REMOVE_FROM_PHYSMAP), 1);
		EXPECT_U64(remove->gpa, 0xc3000000);
		EXPECT_I64(remove->rc, -XEN_ENOENT);
		EXPECT_STR(remove->by, "xen_unmap_device_mmio");
	}
	played_end(&p);
}

static void test_tables(void)
{
	static const char *const text =
		BARE "  tables:\n    - {sig: SSDT, at: 0x81ffcff0, len: 0x800}\n"
		     "    - {sig: FACP, at: 0x81ff0000, len: 0x114}\n" BOOT;
	struct played p;

	/* Linux 6.x reads the whole table through the linear map: the forgotten page faults */
	if (play(&p, text, "c", "4.22", "6.1")) {
		EXPECT_U64(abort_map(&p, 0)->gpa, 0x81ffd000);
		EXPECT_STR(abort_map(&p, 0)->by, "acpi_tb_verify_checksum");
		/* the host's FADT is not what Dom0 reads */
		for (size_t i = 0; i < p.res.record.events.count; i++)
			EXPECT(p.res.record.events.items[i].gpa >> 12 != 0x81ff0);
	}
	played_end(&p);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"the table's rows stand in phase order", test_rows},
		{"a bus scan follows bridges and multi-function devices", test_bridge},
		{"a host bridge's first bus lies that far behind the ECAM's base", test_ecam_base},
		{"only device 0 is looked for below root and downstream ports",
		 test_only_one_child},
		{"a host bridge is scanned at its place in the namespace", test_root_place},
		{"the ACPI id tells the bus as the kernel's release has it", test_bus_by_hid},
		{"the UART of SPCR is hidden from Dom0", test_hidden_uart},
		{"the registers of an SMMU that Xen drives are exposed", test_xen_smmu},
		{"an AMBA device is read before the notifier hears of it",
		 test_amba_before_notifier},
		{"the notifier does not see the PNP bus", test_pnp_is_not_seen},
		{"IORT's SMMUs are requested by kernels that make devices of them",
		 test_smmu_device},
		{"a GICv2 gets its CPU interface when the release gives it", test_gicv2},
		{"an OperationRegion's window is cut as the release cuts it",
		 test_opregion_windows},
		{"an OperationRegion's window serves accesses until one misses it",
		 test_opregion_windows_slide},
		{"acpi_os_ioremap asks for Normal memory for tables, Device for registers",
		 test_acpi_memory_type},
		{"a table in Dom0's RAM is asked for by the hooks", test_initrd_table},
		{"a region of a method is mapped again by each evaluation", test_dynamic_opregion},
		{"the ioremap hook sees pci_remap_iospace in Linux 4.9 alone", test_remap_iospace},
		{"BERT, MSI-X and the ITS doorbell come in their phases", test_bert_and_msix},
		{"unplugging unmaps nothing", test_plug_and_unplug},
		{"a request that fails unwinds the device's earlier ones", test_notifier_unwinds},
		{"tables are read where Dom0 sees them, to their last byte", test_tables},
	};

	return unit_main("boot", tests, ARRAY_SIZE(tests), argc, argv);
}
