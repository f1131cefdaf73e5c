// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions in one another: what firmware describes twice, and what Xen keeps in the middle of a
 * device.
 */
#include "platform/file.h"
#include "tests/scenario_fixture.h"
#include "yaml/yaml_tree.h"

#define MEMORY                                                                                     \
	"dom0_ram: {base: 0x40000000, size: 64M}\nxen_text: {base: 0x80000000, size: 2M}\n"        \
	"xen_heap: {base: 0x80400000, size: 8M}\n"

/* The regions behind Dom0's RAM and Xen's as "name base size", or the errors. */
static void expect_platform(const char *text, const char *want)
{
	char whole[2048], got[2048] = "";
	struct arena *a = arena_new();
	struct diag_file file = {.path = "p.yaml", .text = whole};
	struct platform *plat = NULL;
	const struct node *root;
	struct diag d;

	snprintf(whole, sizeof(whole), "p2mlab: 1\nkind: platform\n" MEMORY "%s", text);
	diag_init(&d);
	file.len = strlen(whole);
	root = yaml_tree(a, &file, &d);
	if (EXPECT(root != NULL))
		plat = platform_from_node(root, &file, ".", a, &d);
	for (size_t i = 0; plat && i < plat->regions.count; i++) {
		const struct region *r = &plat->regions.items[i];
		size_t at = strlen(got);

		if (r->truth != TRUTH_DOM0_RAM && r->truth != TRUTH_XEN)
			snprintf(got + at, sizeof(got) - at, "%s 0x%llx 0x%llx\n", r->name,
				 (unsigned long long)r->base, (unsigned long long)r->size);
	}
	EXPECT_STR(plat ? got : d.text, want);
	if (plat)
		platform_fini(plat);
	diag_fini(&d);
	arena_free(a);
}

static void test_around_console(void)
{
	expect_platform(
		"spcr: 0x9004000\ndevices: [{name: uart, res: [{base: 0x9000000, size: "
		"64K}]}]\n",
		"uart 0x9000000 0x4000\nspcr 0x9004000 0x1000\nuart.part1 0x9005000 0xb000\n");
	expect_platform("spcr: 0x9000000\ndevices: [{name: uart, res: [{base: 0x9000000, size: "
			"8K}]}]\n",
			"spcr 0x9000000 0x1000\nuart 0x9001000 0x1000\n");
	expect_platform("spcr: 0x900f000\ndevices: [{name: uart, res: [{base: 0x9000000, size: "
			"64K}]}]\n",
			"uart 0x9000000 0xf000\nspcr 0x900f000 0x1000\n");
}

static void test_devices_in_devices(void)
{
	expect_platform("devices:\n  - {name: bus, res: [{base: 0x9000000, size: 64K}]}\n"
			"  - {name: child, res: [{base: 0x9001000, size: 4K}]}\n",
			"bus 0x9000000 0x10000\n");
	expect_platform("devices:\n  - {name: child, res: [{base: 0x9001000, size: 4K}]}\n"
			"  - {name: other, res: [{base: 0x9003000, size: 4K}]}\n"
			"  - {name: bus, res: [{base: 0x9000000, size: 16K}]}\n",
			"bus 0x9000000 0x1000\nchild 0x9001000 0x1000\nbus.part1 0x9002000 0x1000\n"
			"other 0x9003000 0x1000\n");
}

static void test_ram_and_halves(void)
{
	expect_platform("devices: [{name: liar, res: [{base: 0x3fff0000, size: 128M}]}]\n",
			"p.yaml:6:11: error: 'liar' (0x3fff0000-0x47feffff) overlaps 'dom0_ram' "
			"(0x40000000-0x43ffffff) of p.yaml:3\n"
			"    6 | devices: [{name: liar, res: [{base: 0x3fff0000, size: 128M}]}]\n"
			"      |           ^\n");
	expect_platform(
		"devices: [{name: a, res: [{base: 0x9000000, size: 8K}]}, {name: b, res: "
		"[{base: 0x9001000, size: 8K}]}]\n",
		"p.yaml:6:58: error: 'b' (0x9001000-0x9002fff) overlaps 'a' "
		"(0x9000000-0x9001fff) of p.yaml:6\n"
		"    6 | devices: [{name: a, res: [{base: 0x9000000, size: 8K}]}, {name: b, "
		"res: [{base: 0x9001000, size: 8K}]}]\n"
		"      |                                                          ^\n");
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"a resource around the console's page is what is left of it", test_around_console},
		{"a device in another one's resource is part of it, whichever comes first",
		 test_devices_in_devices},
		{"a resource around RAM, or half over another, is a mistake", test_ram_and_halves},
	};

	return unit_main("platform_holes", tests, ARRAY_SIZE(tests), argc, argv);
}
