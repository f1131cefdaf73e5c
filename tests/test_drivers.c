// SPDX-License-Identifier: GPL-2.0-only
#include "platform/driver_files.h"

#include <string.h>

#include "tests/replay_fixture.h"
#include "tests/scenario_fixture.h"

#define ORDER  TEST_DATA "/drivers/order"
#define BROKEN TEST_DATA "/drivers/broken"

#define BARE                                                                                       \
	"p2mlab: 1\n"                                                                              \
	"machine: qemu-icount\n"                                                                   \
	"steps: [{boot: {until: module}}]\n"                                                       \
	"platform:\n"                                                                              \
	"  dom0_ram: {base: 0x40000000, size: 64M}\n"                                              \
	"  xen_text: {base: 0x80000000, size: 2M}\n"                                               \
	"  xen_heap: {base: 0x80400000, size: 8M}\n"
#define ONE_PAGE "res: [{base: 0xc0000000, size: 4K}]"

/* A machine with the profiles of a directory. */
struct lab {
	struct driver_files *files;
	struct scenario *sc;
	struct diag diag;
};

/* `keys` follows the platform's; a line without blanks at its start is the scenario's. */
static bool lab_load(struct lab *lab, const char *dir, const char *keys)
{
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	char text[4096];

	*lab = (struct lab){0};
	diag_init(&lab->diag);
	lab->files = driver_files_load(dir, &lab->diag);
	paths.drivers = lab->files;
	snprintf(text, sizeof(text), BARE "%s", keys);
	if (lab->files)
		lab->sc = scenario_parse("lab.yaml", text, strlen(text), &paths, NULL, &lab->diag);
	return lab->sc;
}

static void lab_end(struct lab *lab)
{
	scenario_free(lab->sc);
	driver_files_free(lab->files);
	diag_fini(&lab->diag);
}

static const struct device *first_device(const struct lab *lab)
{
	static const struct device none;

	return lab->sc && lab->sc->platform->devices.count ? lab->sc->platform->devices.items
							   : &none;
}

/* The first device of `keys` gets that profile; NULL: none. */
static void expect_profile(const char *keys, const char *profile)
{
	struct lab lab;
	bool ok = EXPECT(lab_load(&lab, ORDER, keys));

	if (ok && profile)
		ok = EXPECT_STR(first_device(&lab)->profile, profile);
	else if (ok)
		ok = EXPECT(first_device(&lab)->profile == NULL);
	if (!ok)
		printf("of:\n%s%s", keys, lab.diag.text ? lab.diag.text : "");
	lab_end(&lab);
}

#define DEVICE(keys) "  devices: [{name: dev, " ONE_PAGE ", " keys "}]\n"
#define PCI(keys)    DEVICE("pci: '0000:00:01.0', " keys)

static void test_shipped(void)
{
	struct path_list list = {0};
	struct diag d;
	struct driver_files *files;

	diag_init(&d);
	files = driver_files_load(SOURCE_DIR, &d);
	EXPECT(files != NULL);
	EXPECT_STR(d.text ? d.text : "", "");
	driver_files_free(files);
	EXPECT_I64(path_list_add(&list, SOURCE_DIR "/drivers"), 0);
	EXPECT(list.paths.count > 5);
	for (size_t i = 0; i < list.paths.count; i++)
		EXPECT(driver_file_check(list.paths.items[i], &d));
	path_list_fini(&list);
	diag_fini(&d);
}

static void test_sources(void)
{
	static const char *const platform = DEVICE("hid: ORDR0001") "  drivers:\n"
								    "    - {name: nearer, match: "
								    "{hid: ORDR0001}, touches: "
								    "[{read: {}}]}\n";
	char text[1024];

	expect_profile(DEVICE("hid: ORDR0001"), "z-ordered");
	expect_profile(platform, "nearer");
	snprintf(text, sizeof(text),
		 "%sdrivers: [{name: nearest, match: {hid: ORDR0001}, touches: [{read: {}}]}]\n",
		 platform);
	expect_profile(text, "nearest");
	/* by name from wherever */
	expect_profile(DEVICE("hid: ORDR0001, driver: a-ordered"), "a-ordered");
	/* the device's own touches come before all, a name of its own before none */
	expect_profile(DEVICE("hid: ORDR0001, touches: [{read: {}}]"), NULL);
	expect_profile(DEVICE("hid: NONE0001"), NULL);
}

static void test_hid_before_cid(void)
{
	expect_profile(DEVICE("hid: HARD0001, cid: COMP0002"), "by-hid");
	expect_profile(DEVICE("hid: HARD0002, cid: COMP0002"), "by-cid");
	/* but only within one file's source */
	expect_profile(DEVICE("hid: HARD0002, cid: COMP0001"), "z-cid");
}

static void test_class(void)
{
	expect_profile(PCI("class: 0x010802"), "one-interface");
	expect_profile(PCI("class: 0x010803"), "whole-subclass");
	expect_profile(PCI("class: 0x010902"), NULL);
	/* not a PCI function, so it has no class */
	expect_profile(DEVICE("hid: NONE0001, class: 0x010802"), NULL);
}

static void test_bound(void)
{
	expect_profile(PCI("vendor: 0x1234"), "any-of-vendor");
	expect_profile(PCI("vendor: 0x1234, bound: called-like-the-driver"),
		       "called-like-the-driver");
	expect_profile(PCI("vendor: 0x1234, bound: other"), "any-of-vendor");
	expect_profile(PCI("vendor: 0x1234, bound: none"), NULL);
	expect_profile(PCI("vendor: 0x1234, bound: none, driver: any-of-vendor"), "any-of-vendor");
	expect_profile(PCI("bound: lab_nic"), "of-bound");
	expect_profile(PCI("vendor: 0x9999"), NULL);
}

static void test_quirks(void)
{
	struct lab lab;
	const struct device *dev;

	expect_profile(PCI("class: 0x0c0330, vendor: 0x1b36"), "quirk+after-quirk");
	/* a driver that says what its quirks are gets no others */
	expect_profile(PCI("class: 0x0c0330, vendor: 0x1b37"), "own-quirk");
	expect_profile(PCI("class: 0x0c0330, touches: [{read: {}}]"), NULL);
	if (EXPECT(lab_load(&lab, ORDER, PCI("class: 0x0c0330, vendor: 0x1b36, bound: none")))) {
		dev = first_device(&lab);
		EXPECT_STR(dev->profile, "quirk");
		EXPECT(dev->driverless);
		EXPECT_U64(dev->touches.count, 2);
	}
	lab_end(&lab);
}

static unsigned int mappings_by(const struct world_result *res, const char *by)
{
	unsigned int n = 0;

	for (size_t i = 0; i < res->maps.count; i++)
		n += strcmp(res->maps.items[i].by, by) == 0;
	return n;
}

static void test_quirk_and_default(void)
{
	static const struct {
		const char *keys;
		unsigned int quirk, usual;
	} rows[] = {
		{"bound: some-driver", 1, 1}, /* a driver that no profile knows */
		{"bound: none", 1, 0},
		{"touches: [{ioremap: {by: quirk}, stage: quirk}]", 1, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct played p = {0};
		struct lab lab;
		char keys[512];

		snprintf(keys, sizeof(keys), PCI("class: 0x0c0330, %s"), rows[i].keys);
		if (EXPECT(lab_load(&lab, ORDER, keys))) {
			p.sc = lab.sc;
			lab.sc = NULL;
			if (play_loaded(&p, &lab.diag, "c", "4.22", "6.1")) {
				EXPECT_U64(mappings_by(&p.res, "quirk"), rows[i].quirk);
				EXPECT_U64(mappings_by(&p.res, "pci_iomap_range"), rows[i].usual);
			}
		}
		played_end(&p);
		driver_files_free(lab.files);
	}
}

static void test_shortened(void)
{
	struct lab lab;
	const struct device *dev;

	if (!EXPECT(lab_load(
		    &lab, ORDER,
		    "  devices: [{name: dev, hid: LONG0001, res: [{base: 0xc0000000, size: "
		    "4K}, {size: 0}, {base: 0xc1000000, size: 4K, io: true}]}]\n")))
		printf("%s", lab.diag.text ? lab.diag.text : "");
	dev = first_device(&lab);
	/* the mapping ends with the resource; the second access and the rest is not there */
	if (EXPECT(dev->touches.count == 3)) {
		EXPECT(dev->touches.items[0].kind == TOUCH_IOREMAP);
		EXPECT_U64(dev->touches.items[0].bytes, 0);
		EXPECT_U64(dev->touches.items[1].offset, 0xffc);
		/* ports are read, not mapped */
		EXPECT(dev->touches.items[2].kind == TOUCH_READ);
		EXPECT_U64(dev->touches.items[2].res, 2);
	}
	lab_end(&lab);
	/* who writes a profile for one machine is told */
	EXPECT(!lab_load(&lab, ORDER,
			 DEVICE("driver: mine") "drivers: [{name: mine, touches: [{read: {offset: "
						"0x1000}}]}]\n"));
	EXPECT_U64(lab.diag.errors, 1);
	EXPECT(lab.diag.text && strstr(lab.diag.text, "beyond the 0x1000 bytes of resource 0"));
	lab_end(&lab);
}

static void test_nothing_touched(void)
{
	static const char *const rows[] = {DEVICE("hid: IDLE0001"),
					   "  devices: [{name: dev, hid: ORDR0001, res: []}]\n"};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lab lab;

		EXPECT(lab_load(&lab, ORDER, rows[i]));
		EXPECT(first_device(&lab)->profile != NULL);
		EXPECT(first_device(&lab)->driverless);
		EXPECT_U64(first_device(&lab)->touches.count, 0);
		lab_end(&lab);
	}
}

#define TWO_BARS "res: [{base: 0xc0000000, size: 4K}, {size: 0}, {base: 0xc0010000, size: 4K}]"

static void test_msix(void)
{
	static const struct {
		const char *res, *msix;
		unsigned int bar, vectors;
		uint64_t offset;
		size_t touches;
	} rows[] = {
		{TWO_BARS, "", 2, 3, 0x100, 1},
		{TWO_BARS, "msix: {bar: 0}, ", 0, 1, 0, 1},
		{ONE_PAGE, "", DEVICE_RES_MAX, 0, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct device *dev;
		struct lab lab;
		char keys[512];

		snprintf(keys, sizeof(keys),
			 "  devices: [{name: '0000:00:01.0', vendor: 0x4321, %s%s}]\n",
			 rows[i].msix, rows[i].res);
		EXPECT(lab_load(&lab, ORDER, keys));
		dev = first_device(&lab);
		EXPECT_U64(dev->msix_bar, rows[i].bar);
		EXPECT_U64(dev->msix_vectors, rows[i].vectors);
		EXPECT_U64(dev->msix_offset, rows[i].offset);
		EXPECT_U64(dev->touches.count, rows[i].touches);
		lab_end(&lab);
	}
}

static void test_broken(void)
{
	struct lab lab;
	struct diag d;
	char *got;

	enter_test_data();
	diag_init(&d);
	driver_files_free(driver_files_load("../drivers/broken", &d));
	expect_messages("../drivers/broken/drivers.yaml", d.text ? d.text : "");
	got = d.text ? strdup(d.text) : NULL;
	EXPECT(!driver_file_check("../drivers/broken/drivers/kind.yaml", &d));
	diag_fini(&d);
	/* what is good of a bad file serves, and scenarios do not repeat its mistakes */
	EXPECT(lab_load(&lab, "../drivers/broken", DEVICE("hid: GOOD0001")));
	EXPECT_STR(lab.diag.text, got);
	EXPECT_STR(first_device(&lab)->profile, "good");
	lab_end(&lab);
	free(got);
	/* a scenario that reads them for itself has those mistakes */
	diag_init(&d);
	EXPECT(scenario_load(SOURCE_DIR "/scenarios/hole.yaml",
			     &(struct scenario_paths){.data_dir = "../drivers/broken"}, NULL,
			     &d) == NULL);
	EXPECT(d.text && strstr(d.text, "two drivers are called 'good'"));
	diag_fini(&d);
}

static void test_missing_directory(void)
{
	struct driver_files *files;
	struct diag d;

	diag_init(&d);
	files = driver_files_load(TEST_DATA "/nothing-here", &d);
	EXPECT(files != NULL);
	EXPECT_U64(d.errors, 0);
	driver_files_free(files);
	EXPECT(!driver_file_check(TEST_DATA "/nothing-here.yaml", &d));
	EXPECT_U64(d.errors, 1);
	diag_fini(&d);
}

static void test_recorded_machine(void)
{
	static const struct {
		const char *name, *profile;
		size_t touches;
	} rows[] = {
		{"QEMU0002:00", "qemu_fw_cfg", 2},     {"LNRO0005:00", "virtio-mmio", 2},
		{"LNRO0005:1f", "virtio-mmio", 2},     {"0000:00:01.0", "virtio-blk-pci", 9},
		{"0000:00:03.0", "virtio-net-pci", 8},
	};
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	struct scenario *sc;
	struct diag d;

	diag_init(&d);
	sc = scenario_load(SOURCE_DIR "/scenarios/boot-qemu-virt.yaml", &paths, NULL, &d);
	for (size_t i = 0; i < ARRAY_SIZE(rows) && EXPECT(sc != NULL); i++) {
		const struct device *dev = platform_device_named(sc->platform, rows[i].name);

		if (!EXPECT(dev != NULL))
			continue;
		EXPECT_STR(dev->profile, rows[i].profile);
		EXPECT_U64(dev->touches.count, rows[i].touches);
	}
	scenario_free(sc);
	diag_fini(&d);
}

static const struct unit_test tests[] = {
	{"every shipped profile is without a mistake", test_shipped},
	{"a profile nearer to the device comes first, then files by name", test_sources},
	{"a _HID fits before a _CID", test_hid_before_cid},
	{"a class fits as a subclass or as an interface", test_class},
	{"the driver that was bound decides, and none if none was", test_bound},
	{"a quirk comes beside a driver, and without one", test_quirks},
	{"a driver that only quirks are known of does the usual", test_quirk_and_default},
	{"a profile for every platform passes over what a device lacks", test_shortened},
	{"a profile without a touch for the device leaves it alone", test_nothing_touched},
	{"a profile tells where the MSI-X table is unless the device does", test_msix},
	{"mistakes of driver files are reported once, and the rest serves", test_broken},
	{"without a directory there are no profiles", test_missing_directory},
	{"the recorded machine's drivers are those of the files", test_recorded_machine},
};

int main(int argc, char **argv)
{
	return unit_main("drivers", tests, ARRAY_SIZE(tests), argc, argv);
}
