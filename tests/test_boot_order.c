// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order Linux comes to devices: what is built in, what waits for an SMMU, modules by the
 * initramfs's list and by udev's coldplug, and what modules find.
 */
#include <inttypes.h>

#include "base/check.h"
#include "tests/replay_fixture.h"

/* Two of each of two drivers, whose devices come in turns, by module and by what that finds. */
#define MACHINE                                                                                    \
	"platform:\n"                                                                              \
	"  dom0_ram: {base: 0x40000000, size: 64M}\n"                                              \
	"  xen_text: {base: 0x80000000, size: 2M}\n"                                               \
	"  xen_heap: {base: 0x80400000, size: 8M}\n"                                               \
	"  spcr: 0x9000000\n"                                                                      \
	"  drivers:\n"                                                                             \
	"    - {name: one, match: {vendor: 1, device: 1}, driver: drv-one, child_driver: kid_one," \
	" touches: [{ioremap: {res: 0, by: one}, stage: module},"                                  \
	" {ioremap: {res: 1, by: kid_one}, stage: bind}]}\n"                                       \
	"    - {name: two, match: {vendor: 1, device: 2}, child_driver: kid_two,"                  \
	" touches: [{ioremap: {res: 0, by: two}, stage: module},"                                  \
	" {ioremap: {res: 1, by: kid_two}, stage: bind}]}\n"                                       \
	"    - {name: built-in, match: {vendor: 1, device: 3},"                                    \
	" touches: [{ioremap: {res: 0, by: probe}},"                                               \
	" {ioremap: {res: 1, by: slot}, stage: slot}]}\n"                                          \
	"  devices:\n"

#define FUNCTION(name, device, base, more)                                                         \
	"    - {name: " name ", pci: '0000:00:" name "', vendor: 1, device: " device               \
	", res: [{base: " base "000, size: 2K}, {base: " base "800, size: 2K}]" more "}\n"

#define TURNS                                                                                      \
	FUNCTION("01.0", "1", "0x10001", "")                                                       \
	FUNCTION("02.0", "2", "0x10002", "")                                                       \
	FUNCTION("03.0", "1", "0x10003", "")                                                       \
	FUNCTION("04.0", "2", "0x10004", "")

/* What Dom0 maps for drivers, "BY ADDRESS" each, under the list of modules. */
static void expect_order(const char *text, const char *modules, const char *want)
{
	char yaml[4096], got[1024] = "";
	size_t used = 0;
	struct played p;

	snprintf(yaml, sizeof(yaml), "%s%s%s", text, modules,
		 "steps:\n  - boot: {until: module}\n");
	if (play(&p, yaml, "c", "4.22", "6.1"))
		for (size_t i = 0; i < p.res.maps.count && used < sizeof(got); i++) {
			const struct dom0_map_event *m = &p.res.maps.items[i];

			if (m->row == 35)
				used += (size_t)snprintf(got + used, sizeof(got) - used,
							 "%s 0x%" PRIx64 "\n", m->by, m->phys);
		}
	EXPECT_STR(got, want);
	played_end(&p);
}

static void test_coldplug(void)
{
	/* 01.0 asks for `one`, which probes 03.0 too; children only after all modules */
	expect_order(MACHINE TURNS, "  modules: []\n",
		     "one 0x10001000\none 0x10003000\ntwo 0x10002000\ntwo 0x10004000\n"
		     "kid_one 0x10001800\nkid_one 0x10003800\n"
		     "kid_two 0x10002800\nkid_two 0x10004800\n");
}

static void test_listed(void)
{
	static const char *const want =
		"two 0x10002000\ntwo 0x10004000\nkid_two 0x10002800\nkid_two 0x10004800\n"
		"one 0x10001000\none 0x10003000\nkid_one 0x10001800\nkid_one 0x10003800\n";

	/* a module that is loaded with what it finds waiting binds at once */
	expect_order(MACHINE TURNS, "  modules: [two, kid_two]\n",
		     "two 0x10002000\ntwo 0x10004000\nkid_two 0x10002800\n"
		     "kid_two 0x10004800\none 0x10001000\none 0x10003000\n"
		     "kid_one 0x10001800\nkid_one 0x10003800\n");
	/* by the driver's name, and '-' is '_' to kmod */
	expect_order(MACHINE TURNS, "  modules: [two, kid_two, drv_one]\n", want);
	/* what is loaded twice comes once, and one that nothing needs changes nothing */
	expect_order(MACHINE TURNS, "  modules: [two, kid_two, two, drv_one, kid_two]\n", want);
	expect_order(MACHINE TURNS, "  modules: [two, other, kid_two, drv-one, kid-one]\n", want);
}

/* Drivers of virtio devices may be loaded before their transport, which may be built in. */
static void test_child_first(void)
{
	expect_order(MACHINE TURNS, "  modules: [kid_two, kid_one, two]\n",
		     "two 0x10002000\nkid_two 0x10002800\ntwo 0x10004000\nkid_two 0x10004800\n"
		     "one 0x10001000\nkid_one 0x10001800\none 0x10003000\nkid_one 0x10003800\n");
}

/* Two kinds of device that one driver has. */
static void test_one_driver(void)
{
	expect_order("platform:\n"
		     "  dom0_ram: {base: 0x40000000, size: 64M}\n"
		     "  xen_text: {base: 0x80000000, size: 2M}\n"
		     "  xen_heap: {base: 0x80400000, size: 8M}\n"
		     "  spcr: 0x9000000\n"
		     "  drivers:\n"
		     "    - {name: one, match: {vendor: 1, device: 1}, driver: drv,"
		     " touches: [{ioremap: {res: 0, by: one}, stage: module}]}\n"
		     "    - {name: two, match: {vendor: 1, device: 2}, driver: drv,"
		     " touches: [{ioremap: {res: 0, by: two}, stage: module}]}\n"
		     "  devices:\n" TURNS,
		     "  modules: [two]\n",
		     "two 0x10002000\ntwo 0x10004000\none 0x10001000\none 0x10003000\n");
}

static void test_smmu(void)
{
	static const char *const smmu = "    - {name: arm-smmu-v3.0, hid: arm-smmu-v3, res:"
					" [{base: 0x9050000, size: 128K}]}\n";
	char text[4096];

	/* slots before any other driver, built in before modules */
	expect_order(MACHINE FUNCTION("01.0", "3", "0x10001", "")
			     FUNCTION("02.0", "1", "0x10002", ""),
		     "",
		     "slot 0x10001800\nprobe 0x10001000\none 0x10002000\n"
		     "kid_one 0x10002800\n");
	/* drivers/pci comes before drivers/iommu, so its probes wait for late_initcall; others do
	 * not */
	snprintf(text, sizeof(text), "%s%s%s",
		 MACHINE FUNCTION("01.0", "3", "0x10001", ", behind_smmu: true, stream: 8"),
		 FUNCTION("02.0", "3", "0x10002", ""), smmu);
	expect_order(text, "",
		     "slot 0x10002800\nprobe 0x10001000\nprobe 0x10002000\n"
		     "slot 0x10001800\n");
}

static const struct unit_test tests[] = {
	{"coldplug loads a module for the first device that asks, and what it finds comes last",
	 test_coldplug},
	{"modules of the initramfs's list come first, in its order", test_listed},
	{"what is loaded before its transport takes each device as it is made", test_child_first},
	{"a device is probed once, whatever names its driver has", test_one_driver},
	{"drivers that are built in come first, and ports behind an SMMU after it", test_smmu},
};

int main(int argc, char **argv)
{
	return unit_main("boot_order", tests, ARRAY_SIZE(tests), argc, argv);
}
