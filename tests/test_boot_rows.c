// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows of the boot table: which function of which kernel maps what, by which API, in which phase,
 * and which strategy has it in stage 2 by the time that Linux touches it.
 */
#include <inttypes.h>

#include "base/check.h"
#include "sim/boot.h"
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

static const char *const api_text[DOM0_API_COUNT] = {
	[DOM0_API_IOREMAP] = "ioremap",
	[DOM0_API_IOREMAP_NP] = "np",
	[DOM0_API_IOREMAP_WC] = "wc",
	[DOM0_API_IOREMAP_CACHE] = "cache",
	[DOM0_API_ACPI] = "acpi",
	[DOM0_API_FIXMAP] = "fixmap",
	[DOM0_API_REMAP_IOSPACE] = "iospace",
	[DOM0_API_USER_MMAP] = "user",
	[DOM0_API_LINEAR] = "linear",
};

/* The log without what is there on a bare machine (the crafted tables), a line for each mapping. */
static void write_log(const struct world_result *res, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < res->maps.count && used < room; i++) {
		const struct dom0_map_event *m = &res->maps.items[i];

		if (m->row != 3 && m->row != 12)
			used += (size_t)snprintf(text + used, room - used,
						 "%u %s %s %s 0x%" PRIx64 "+0x%" PRIx64 "\n",
						 m->row, boot_phase_name[m->phase], m->by,
						 m->notified ? "notifier" : api_text[m->api],
						 m->phys, m->bytes);
	}
}

/* Strategies, alone, and the bits that stand for them. */
enum {
	NONE = 1,
	NOTIFIER = 2,
	A = 4,
	B = 8,
	C = 16,
	ALL = 31
};
static const char *const strategies[] = {"none", "notifier", "a", "b-alone", "c"};

/*
 * Boots the machine with `keys` under each strategy: those in `covered` see no abort, the others
 * stop at one. `log` is all that Dom0 maps under c.
 */
static void expect_row(const char *keys, const char *lnx, unsigned int covered, const char *log)
{
	for (unsigned int s = 0; s < ARRAY_SIZE(strategies); s++) {
		char text[4096], got[4096];
		bool ok = covered >> s & 1;
		/* 4.9 maps tables by ioremap, and hooks replace the crafted ones (FACTS X3) */
		unsigned int codes =
			~(strcmp(lnx, "4.9") ? 0 : 1u << FIND_TARGET | 1u << FIND_EXPOSED);
		struct played p;

		snprintf(text, sizeof(text), BARE "%s" BOOT, keys);
		if (play(&p, text, strategies[s], "4.22", lnx)) {
			bool as_said =
				EXPECT_U64(p.res.verdict.codes & codes, ok ? 0 : 1u << FIND_ABORT);

			as_said = EXPECT_U64(p.res.panicked, !ok) && as_said;
			if (!as_said)
				fprintf(stderr, "%s, Linux %s:\n%s", strategies[s], lnx, keys);
			write_log(&p.res, got, sizeof(got));
			if (1u << s == C)
				EXPECT_STR(got, log);
		}
		played_end(&p);
	}
}

#define AREA(use, base, size) "  areas: [{use: " use ", base: " base ", size: " size "}]\n"

static void test_pcc(void)
{
	static const char *const two = "  areas:\n"
				       "    - {use: pcc_register, base: 0x10540000, size: 4}\n"
				       "    - {use: pcc_register, base: 0x10540010, size: 8}\n"
				       "    - {use: pcc_shmem, base: 0x88a00000, size: 256}\n";

	/* not through the map cache: a page is mapped for each register in it */
	expect_row(two, "4.9", A | B | C,
		   "13 postcore_initcall acpi_pcc_probe acpi 0x10540000+0x4\n"
		   "13 postcore_initcall acpi_pcc_probe acpi 0x10540010+0x8\n"
		   "29 device_initcall register_pcc_channel acpi 0x88a00000+0x100\n");
	expect_row(two, "6.12", A | B | C,
		   "13 postcore_initcall pcc_mbox_probe acpi 0x10540000+0x4\n"
		   "13 postcore_initcall pcc_mbox_probe acpi 0x10540010+0x8\n"
		   "29 device_initcall register_pcc_channel acpi 0x88a00000+0x100\n");
}

static void test_cppc(void)
{
	expect_row(AREA("cppc_register", "0x10550000", "8"), "4.9", B | C,
		   "29 device_initcall acpi_cppc_processor_probe ioremap 0x10550000+0x8\n");
	expect_row(AREA("cppc_register", "0x10550000", "4"), "6.1", B | C,
		   "29 device_initcall acpi_cppc_processor_probe ioremap 0x10550000+0x4\n");
}

static void test_ghes_registers(void)
{
	static const char *const v2 = "  areas:\n"
				      "    - {use: ghes_status, base: 0x88b00010, size: 8}\n"
				      "    - {use: ghes_ack, base: 0x88b01018, size: 8}\n"
				      "    - {use: ghes_status, base: 0x88b00018, size: 8}\n";
	struct played p;

	/* the cache knows the page of the second status register, which so asks for nothing */
	expect_row(v2, "4.9", A | B | C,
		   "24 device_initcall ghes_new acpi 0x88b00010+0x8\n"
		   "24 device_initcall ghes_new acpi 0x88b00018+0x8\n");
	expect_row(v2, "6.1", A | B | C,
		   "24 subsys_initcall ghes_new acpi 0x88b00010+0x8\n"
		   "24 subsys_initcall ghes_new acpi 0x88b00018+0x8\n"
		   "24 subsys_initcall map_gen_v2 acpi 0x88b01018+0x8\n");
	if (play(&p,
		 BARE "  areas: [{use: ghes_status, base: 0x88b00010, size: 8},"
		      " {use: ghes_status, base: 0x88b00018, size: 8}]\n" BOOT,
		 "a", "4.22", "6.1"))
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], 1);
	played_end(&p);
}

static void test_ghes_block(void)
{
	static const char *const block = AREA("ghes_block", "0x88c00000", "4K");

	expect_row(block, "4.9", C, "25 module ghes_ioremap_pfn_irq fixmap 0x88c00000+0x8\n");
	expect_row(block, "6.12", C,
		   "25 subsys_initcall ghes_map fixmap 0x88c00000+0x8\n"
		   "25 module ghes_map fixmap 0x88c00000+0x8\n");
}

static void test_erst(void)
{
	expect_row(AREA("erst_register", "0x10560000", "8"), "4.9", A | B | C,
		   "26 device_initcall apei_exec_pre_map_gars acpi 0x10560000+0x8\n");
	/* an empty log is mapped, not read */
	expect_row(AREA("erst_range", "0x88d00000", "64K"), "6.12", ALL,
		   "26 device_initcall erst_init cache 0x88d00000+0x10000\n");
}

static void test_einj(void)
{
	expect_row(AREA("einj_register", "0x10570000", "8"), "6.1", A | B | C,
		   "27 module apei_exec_pre_map_gars acpi 0x10570000+0x8\n");
}

static void test_bert(void)
{
	expect_row("  bert: {base: 0x90000000, size: 8K}\n", "6.12", B | C,
		   "28 late_initcall bert_init cache 0x90000000+0x2000\n");
}

static void test_tpm(void)
{
	static const char *const log = AREA("tpm_log", "0x88e00800", "4K");

	expect_row(AREA("tpm_buffer", "0x10580040", "48"), "4.9", B | C,
		   "30 device_initcall crb_map_res ioremap 0x10580040+0x30\n");
	/* TPM2 tables name a log that old kernels do not look for */
	expect_row(log, "4.9", ALL, "");
	expect_row(log, "6.1", A | B | C,
		   "30 device_initcall tpm_read_log_acpi acpi 0x88e00800+0x1000\n");
}

static void test_tpm_log_is_copied(void)
{
	struct played p;

	if (play(&p, BARE AREA("tpm_log", "0x88e00800", "4K") BOOT, "c", "4.22", "6.12")) {
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 2);
		EXPECT_U64(played_event(&p, EV_ABORT_MAP, 0)->gpa, 0x88e00800);
		EXPECT_U64(played_event(&p, EV_ABORT_MAP, 1)->gpa, 0x88e01000);
	}
	played_end(&p);
}

static void test_watchdog(void)
{
	static const char *const wdt = "  devices:\n"
				       "    - {name: wdt, hid: sbsa-gwdt, res: [{base: 0x10590000,"
				       " size: 4K}, {base: 0x105a0000, size: 4K}]}\n"
				       "    - {name: dev, hid: PNP0C0C,"
				       " touches: [{iounmap: {res: 0}}],"
				       " res: [{base: 0x105c0000, size: 4K}]}\n";
	struct played p;
	char got[1024], text[2048];

	snprintf(text, sizeof(text), BARE "%s" BOOT, wdt);
	/* later than what the namespace brings, though listed before it */
	if (play(&p, text, "notifier", "4.22", "6.1")) {
		write_log(&p.res, got, sizeof(got));
		EXPECT_STR(got, "17 subsys_initcall xen_map_device_mmio notifier "
				"0x105c0000+0x1000\n"
				"31 device_initcall xen_map_device_mmio notifier "
				"0x10590000+0x1000\n"
				"31 device_initcall xen_map_device_mmio notifier "
				"0x105a0000+0x1000\n"
				"31 device_initcall sbsa_gwdt_probe ioremap 0x10590000+0x1000\n"
				"31 device_initcall sbsa_gwdt_probe ioremap 0x105a0000+0x1000\n");
		EXPECT_U64(p.res.verdict.codes, 0);
		EXPECT_U64(p.res.verdict.metrics[METRIC_HYPERCALLS], 3);
	}
	played_end(&p);
	expect_row(wdt, "6.12", NOTIFIER | A | B | C,
		   "31 device_initcall sbsa_gwdt_probe ioremap 0x10590000+0x1000\n"
		   "31 device_initcall sbsa_gwdt_probe ioremap 0x105a0000+0x1000\n");
	/* the 4.9 kernel does not look for watchdogs in GTDT */
	expect_row(wdt, "4.9", ALL, "");
}

static void test_framebuffer(void)
{
	static const char *const fb = AREA("framebuffer", "0x20000000", "64K");

	expect_row(fb, "4.9", B | C, "34 device_initcall efifb_probe wc 0x20000000+0x10000\n");
	expect_row(fb, "6.12", NOTIFIER | A | B | C,
		   "34 device_initcall simplefb_probe wc 0x20000000+0x10000\n");
}

static void test_nvdimm(void)
{
	/* the linear map takes whole subsections of 2 MiB */
	expect_row(AREA("pmem", "0x100100000", "8M"), "6.1", C,
		   "36 module devm_memremap_pages linear 0x100200000+0x600000\n");
	expect_row(AREA("pmem", "0x100100000", "2M"), "6.1", ALL, "");
	expect_row(AREA("flush_hint", "0x105b0040", "64"), "4.9", B | C,
		   "36 module nd_region_activate ioremap 0x105b0040+0x40\n");
}

static void test_mapped_for_nobody(void)
{
	static const char *const releases[] = {"4.9", "6.1", "6.12"};

	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		expect_row(AREA("unmapped", "0x10600000", "4K"), releases[i], ALL, "");
		expect_row(AREA("bgrt_image", "0x88f00000", "64K"), releases[i], ALL, "");
	}
}

/* A bridge with an I/O window, and a device on it with ports that its driver reads. */
#define IO                                                                                         \
	"  ecams: [{base: 0x3f000000, buses: [0, 0]}]\n"                                           \
	"  io_windows: [{base: 0x3eff0000, size: 64K}]\n"                                          \
	"  regions:\n"                                                                             \
	"    - {name: cfg, base: 0x3f000000, size: 1M, is: mmio}\n"                                \
	"    - {name: io, base: 0x3eff0000, size: 64K, is: mmio}\n"

static void test_io_window_is_not_touched(void)
{
	struct played p;
	char got[1024];

	if (play(&p, BARE IO BOOT, "c", "4.22", "6.12")) {
		write_log(&p.res, got, sizeof(got));
		EXPECT_STR(got, "20 subsys_initcall pci_ecam_create np 0x3f000000+0x100000\n"
				"22 subsys_initcall pci_remap_iospace iospace "
				"0x3eff0000+0x10000\n");
		EXPECT_U64(played_count(&p, EV_ABORT_MAP), 32);
	}
	played_end(&p);
}

/* The page that demand mapping added for the port, and whether b needed it. */
static void expect_io(const char *strategy, const char *lnx, bool aborts)
{
	static const char *const text =
		BARE IO "  devices:\n"
			"    - {name: ide, pci: '0000:00:01.0', vendor: 1, device: 2,"
			" res: [{base: 0x3eff1000, size: 16, io: true}, {base: 0x10000000,"
			" size: 4K}],"
			" touches: [{ioremap: {res: 0}}, {read: {res: 0, offset: 7, width: 1,"
			" by: ata_sff_check_status}}]}\n" BOOT;
	struct played p;

	if (play(&p, text, strategy, "4.22", lnx)) {
		EXPECT_U64(p.res.verdict.codes >> FIND_ABORT & 1, aborts);
		EXPECT_U64(p.res.panicked, aborts);
		/* the ioremap of ports maps nothing; the window is the only mapping of them */
		for (size_t i = 0; i < p.res.maps.count; i++)
			EXPECT(p.res.maps.items[i].phys != 0x3eff1000);
	}
	played_end(&p);
}

static void test_io_resource(void)
{
	expect_io("c", "4.9", false);
	expect_io("c", "6.12", false);
	expect_io("b", "4.9", false);
	expect_io("b", "6.1", true);
	expect_io("b", "6.12", true);
}

/* Ports are no memory resource: neither the notifier nor a driver's ioremap deals with them. */
static void test_notifier_skips_ports(void)
{
	struct played p;
	char got[1024];

	if (play(&p,
		 BARE "  devices:\n"
		      "    - {name: dev, hid: ABCD0001, hotplug: true,"
		      " res: [{base: 0x3eff0000, size: 8, io: true}, {base: 0xc3000000, size: 4K}],"
		      " touches: [{ioremap: {res: 1}}, {read: {res: 1, width: 4}}]}\n"
		      "steps:\n  - plug: {device: dev}\n  - unplug: {device: dev}\n",
		 "notifier", "4.22", "6.1")) {
		write_log(&p.res, got, sizeof(got));
		EXPECT_STR(got, "0 setup_arch xen_map_device_mmio notifier 0xc3000000+0x1000\n"
				"0 setup_arch dev ioremap 0xc3000000+0x1000\n");
		EXPECT_U64(played_count(&p, EV_REMOVE_FROM_PHYSMAP), 1);
		EXPECT_U64(p.res.verdict.codes, 1u << FIND_LEAK);
	}
	played_end(&p);
}

static void test_io_bar(void)
{
	struct played p;

	/* the port's number in the window, and the bit that says so */
	if (play(&p,
		 BARE IO "  devices:\n"
			 "    - {name: ide, pci: '0000:00:01.0', vendor: 1, device: 2,"
			 " res: [{base: 0x3eff1000, size: 16, io: true}]}\n"
			 "steps:\n  - read: {at: cfg + 0x8010, width: 4}\n"
			 "  - read: {at: cfg + 0x8014, width: 4}\n",
		 "c", "4.22", "6.1")) {
		EXPECT_U64(played_step(&p, 0)->value, 0x1001);
		EXPECT_U64(played_step(&p, 1)->value, 0);
	}
	played_end(&p);
}

static void test_quirk(void)
{
	static const char *const usb =
		"  devices:\n"
		"    - {name: usb, pci: '0000:00:01.0', vendor: 1, device: 2,"
		" res: [{base: 0x10000000, size: 64K}], touches: ["
		"{ioremap: {res: 0, by: xhci_pci_probe}},"
		" {ioremap: {res: 0, by: quirk_usb_early_handoff}, stage: quirk},"
		" {read: {res: 0, width: 4, by: quirk_usb_early_handoff}, stage: quirk},"
		" {iounmap: {res: 0, by: quirk_usb_early_handoff}, stage: quirk}]}\n";
	char text[2048], got[1024];
	struct played p;

	expect_row(usb, "6.1", B | C,
		   "35 fs_initcall quirk_usb_early_handoff ioremap 0x10000000+0x10000\n"
		   "35 device_initcall xhci_pci_probe ioremap 0x10000000+0x10000\n");
	snprintf(text, sizeof(text), BARE "%s" BOOT, usb);
	if (play(&p, text, "c", "4.22", "6.1")) {
		/* what an import finds unbound has no driver */
		p.sc->platform->devices.items[0].driverless = true;
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		write_log(&p.res, got, sizeof(got));
		EXPECT_STR(got,
			   "35 fs_initcall quirk_usb_early_handoff ioremap 0x10000000+0x10000\n");
	}
	played_end(&p);
}

/* ioremap gives NULL for no bytes: that driver gives up, the next one is probed. */
static void test_failed_probe(void)
{
	expect_row("  devices:\n"
		   "    - {name: bad, hid: ABCD0001, bus: pnp, res: [{size: 0}]}\n"
		   "    - {name: good, hid: ABCD0001, bus: pnp, res: [{base: 0xc4000000, size: "
		   "4K}]}\n",
		   "6.1", B | C,
		   "19 device_initcall __devm_ioremap_resource ioremap 0xc4000000+0x1000\n");
}

static void test_interrupt(void)
{
	static const char *const text =
		"  devices:\n"
		"    - {name: one, hid: ABCD0001, bus: pnp, res: [{base: 0xc4000000, size: 8K}],"
		" touches: [{ioremap: {res: 0, bytes: 4K, by: first_irq}, stage: irq}]}\n"
		"    - {name: two, hid: ABCD0001, bus: pnp, res: [{base: 0xc4010000, size: 8K}],"
		" touches: [{ioremap: {res: 0, by: two_init}, stage: module}]}\n";

	/* behind the modules of all devices */
	expect_row(text, "6.12", ALL,
		   "19 module two_init ioremap 0xc4010000+0x2000\n"
		   "19 module first_irq ioremap 0xc4000000+0x1000\n");
}

static void test_user_mapping(void)
{
	expect_row("  devices:\n"
		   "    - {name: nic, pci: '0000:00:01.0', vendor: 1, device: 2,"
		   " res: [{base: 0x10000000, size: 64K}], touches: ["
		   "{ioremap: {res: 0, api: user, by: uverbs_mmap}, stage: module},"
		   " {write: {res: 0, offset: 0x8000, width: 8, by: uar}, stage: module}]}\n",
		   "6.12", C, "37 module uverbs_mmap user 0x10000000+0x10000\n");
}

/* An access goes through the mapping that its driver made, whatever function made it. */
static void test_access_uses_the_drivers_mapping(void)
{
	expect_row("  devices:\n"
		   "    - {name: gpu, pci: '0000:00:01.0', vendor: 1, device: 2,"
		   " res: [{base: 0x10000000, size: 64K}], touches: ["
		   "{ioremap: {res: 0, api: ioremap_wc, by: amdgpu_ttm_init}},"
		   " {write: {res: 0, offset: 0x100, width: 4, by: amdgpu_ttm_init}}]}\n",
		   "6.1", B | C, "35 device_initcall amdgpu_ttm_init wc 0x10000000+0x10000\n");
}

#define NO_PROFILE_NIC                                                                             \
	"  devices:\n"                                                                             \
	"    - {name: nic, pci: '0000:00:01.0', vendor: 1, device: 2,"                             \
	" res: [{base: 0x10000000, size: 64K}, {base: 0x10010000, size: 256},"                     \
	" {base: 0x3eff1000, size: 16, io: true}], msix: {bar: 0, offset: 0x2000, vectors: 4}}\n"

static void test_default_pci(void)
{
	/* each memory BAR when it is probed, then the MSI-X table */
	expect_row(NO_PROFILE_NIC, "6.1", B | C,
		   "35 module pci_iomap_range ioremap 0x10000000+0x1000\n"
		   "35 module pci_iomap_range ioremap 0x10010000+0x100\n"
		   "35 module __pci_enable_msix_range ioremap 0x10002000+0x40\n");
}

/* Nothing here takes MSIs, which is noticed when the table has been mapped. */
static void test_no_msi_controller(void)
{
	static const struct {
		const char *lnx;
		bool read;
	} rows[] = {{"4.9", false}, {"6.1", true}, {"6.12", true}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct played p;
		bool mapped = false, touched = false;

		if (play(&p, BARE NO_PROFILE_NIC BOOT, "c", "4.22", rows[i].lnx)) {
			for (size_t m = 0; m < p.res.maps.count; m++)
				mapped |= p.res.maps.items[m].phys == 0x10002000;
			for (size_t e = 0; e < p.res.record.events.count; e++)
				touched |= p.res.record.events.items[e].gpa == 0x1000200c;
			EXPECT(mapped);
			EXPECT_U64(touched, rows[i].read);
		}
		played_end(&p);
	}
}

static void test_buses_have_rows(void)
{
	expect_row("  gtdt_frames: [0x9008000]\n"
		   "  opregions: [{path: '\\A', base: 0xc1000000, size: 16,"
		   " touched_at_boot: true},\n"
		   "    {path: '\\B', base: 0xc1100000, size: 4, touched_at_boot: true,"
		   " by_driver: true}]\n"
		   "  devices:\n"
		   "    - {name: 'arm-smmu-v3.0', hid: arm-smmu-v3,"
		   " res: [{base: 0x9050000, size: 128K}]}\n"
		   "    - {name: gpio, hid: ARMH0061, res: [{base: 0x1c1d0000, size: 4K}]}\n"
		   "    - {name: com, hid: PNP0501, res: [{base: 0x1c1e0000, size: 4K}]}\n",
		   "6.12", C | B,
		   "11 time_init arch_timer_mem_acpi_init ioremap 0x9008000+0x1000\n"
		   "15 subsys_initcall acpi_ex_system_memory_space_handler acpi 0xc1000000+0x10\n"
		   "18 subsys_initcall amba_read_periphid ioremap 0x1c1d0000+0x1000\n"
		   "16 device_initcall arm_smmu_ioremap ioremap 0x9050000+0xe00\n"
		   "16 device_initcall arm_smmu_ioremap ioremap 0x9060000+0xe00\n"
		   "18 device_initcall __devm_ioremap_resource ioremap 0x1c1d0000+0x1000\n"
		   "19 device_initcall __devm_ioremap_resource ioremap 0x1c1e0000+0x1000\n"
		   "15 module acpi_ex_system_memory_space_handler acpi 0xc1100000+0x4\n");
}

/* Memory of firmware that lies where Linux has RAM: refused or linear, and the boot goes on. */
static void test_areas_in_ram(void)
{
	static const char *const text = "  areas:\n"
					"    - {use: pcc_register, base: 0x43f00000, size: 4}\n"
					"    - {use: ghes_status, base: 0x43f01000, size: 8}\n"
					"    - {use: cppc_register, base: 0x43f02000, size: 8}\n"
					"    - {use: tpm_log, base: 0x43f03000, size: 4K}\n"
					"    - {use: framebuffer, base: 0x43e00000, size: 4K}\n";

	for (unsigned int s = 0; s < ARRAY_SIZE(strategies); s++) {
		struct played p;
		char whole[2048], got[1024];

		snprintf(whole, sizeof(whole), BARE "%s" BOOT, text);
		if (play(&p, whole, strategies[s], "4.22", "4.9")) {
			EXPECT(!p.res.panicked);
			write_log(&p.res, got, sizeof(got));
			EXPECT_STR(got, "");
		}
		played_end(&p);
	}
}

/* A register at an odd place is read by what is aligned there, not by an access that would abort.
 */
static void test_odd_register(void)
{
	expect_row(AREA("einj_register", "0x10570003", "8"), "6.1", A | B | C,
		   "27 module apei_exec_pre_map_gars acpi 0x10570003+0x8\n");
	expect_row(AREA("cppc_register", "0x10570006", "3"), "6.1", B | C,
		   "29 device_initcall acpi_cppc_processor_probe ioremap 0x10570006+0x3\n");
}

static void test_log_is_of_one_run(void)
{
	struct played p;
	size_t count;

	if (play(&p, BARE AREA("einj_register", "0x10570000", "8") BOOT, "c", "4.22", "6.1")) {
		count = p.res.maps.count;
		EXPECT(count > 0);
		EXPECT_I64(world_run(p.world, &p.cfg, &p.res), 0);
		EXPECT_U64(p.res.maps.count, count);
	}
	played_end(&p);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"PCC registers are mapped one by one, before any notifier", test_pcc},
		{"CPPC registers are ioremapped", test_cppc},
		{"GHES registers go through the ACPI map cache", test_ghes_registers},
		{"a GHES block is mapped where no hook is", test_ghes_block},
		{"ERST's registers are read, its log is mapped", test_erst},
		{"EINJ's registers are mapped by its module", test_einj},
		{"BERT is mapped as memory", test_bert},
		{"a TPM's buffers are ioremapped, its log by those kernels that know it", test_tpm},
		{"a TPM's log is copied, page after page", test_tpm_log_is_copied},
		{"GTDT's watchdogs become devices behind the namespace", test_watchdog},
		{"a framebuffer is notified once it is a resource", test_framebuffer},
		{"persistent memory joins the linear map, its flush hints do not", test_nvdimm},
		{"a BGRT image and what arm64 ignores are mapped by nobody",
		 test_mapped_for_nobody},
		{"a bridge's I/O window is mapped, not touched", test_io_window_is_not_touched},
		{"ports are reached through the window, which 4.9's hook alone sees",
		 test_io_resource},
		{"the notifier asks for memory, not for ports", test_notifier_skips_ports},
		{"an I/O BAR holds a port's number", test_io_bar},
		{"a quirk runs before drivers, and without one", test_quirk},
		{"a probe that fails does not stop the boot", test_failed_probe},
		{"what a first interrupt maps comes last", test_interrupt},
		{"a user's mapping is seen by no hook", test_user_mapping},
		{"an access uses its driver's mapping", test_access_uses_the_drivers_mapping},
		{"a PCI device without a profile has its BARs read, then its MSI-X table",
		 test_default_pci},
		{"a missing MSI controller is noticed behind the mapping of an MSI-X table",
		 test_no_msi_controller},
		{"each bus has its row", test_buses_have_rows},
		{"areas in Dom0's RAM stop no boot", test_areas_in_ram},
		{"a register's access is as wide as its place allows", test_odd_register},
		{"the log of mappings is one run's", test_log_is_of_one_run},
	};

	return unit_main("boot_rows", tests, ARRAY_SIZE(tests), argc, argv);
}
