// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines that booted under QEMU (tests/data/machines): the pages of devices in the order in which
 * Linux first touched them, against the pages that a simulated boot has demand-mapped, which are
 * the same question asked of two machines.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "tests/replay_fixture.h"

#define MACHINES TEST_DATA "/machines/"

/* The GIC, which Xen emulates, the UART, which a STAO hides, and the RTC: EDK2 has touched it
 * before, so that the recording does not say when Linux does. */
#define APART_FIRST UINT64_C(0x8000000)
#define APART_END   UINT64_C(0x9020000)

/* A page that only one of the two touched, and why. */
struct one_sided {
	const char *machine;
	uint64_t page;
	const char *why;
	unsigned int used;
};

/* vp_notify is not among them: QEMU's ioeventfd takes it where no trace sees it, on all machines.
 */
static struct one_sided unseen[] = {
	{"nvdimm", 0xbc410000, "RAM that firmware shares with QEMU", 0},
	{"nvdimm", 0xc0000000, "the NVDIMM itself is RAM", 0},
	{"ras", 0x7c110000, "RAM: the status block that firmware reserved", 0},
	{"nics", 0x1106e000, "rtl8139: QEMU names its registers by their alias in I/O space", 0},
	{"nics", 0x10000000, "the frame buffer of bochs-display is RAM", 0},
};

static struct one_sided not_simulated[] = {
	{"usb", 0x800000a000, "doorbells ring for attached devices: driver qemu-xhci-used", 0},
	{"usb", 0x8000002000, "the same", 0},
	{"amba", 0x11001000, "bochs-drm, which was not loaded when the machine was collected", 0},
};

static bool is_known(struct one_sided *rows, size_t count, const char *machine, uint64_t page)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].machine, machine) && rows[i].page == page) {
			rows[i].used++;
			return true;
		}
	return false;
}

static void expect_used(const struct one_sided *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!EXPECT(rows[i].used > 0))
			printf("no longer: %s 0x%" PRIx64 "\n", rows[i].machine, rows[i].page);
}

static bool is_apart(uint64_t page)
{
	return page >= APART_FIRST && page < APART_END;
}

/* The page of a line of the recording. */
static uint64_t line_page(const char *line)
{
	return strtoull(line, NULL, 16) & ~UINT64_C(0xfff);
}

static bool is_recorded(const char *text, uint64_t page)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (line_page(text) == page)
			return true;
	return false;
}

/* The next line of the recording that the simulation owes; its page, or 0 at the end. */
static uint64_t next_owed(const char **text, const char *machine)
{
	while (**text) {
		uint64_t page = line_page(*text);

		*text += strcspn(*text, "\n") + 1;
		if (!is_known(not_simulated, ARRAY_SIZE(not_simulated), machine, page))
			return page;
	}
	return 0;
}

static void expect_touches(const struct played *p, const char *machine, const char *text)
{
	const char *owed = text;

	for (size_t i = 0; i < p->res.record.events.count; i++) {
		const struct event *e = &p->res.record.events.items[i];
		uint64_t page = e->gpa & ~UINT64_C(0xfff), want;

		if (e->kind != EV_ABORT_MAP || is_apart(page))
			continue;
		if (!is_recorded(text, page)) {
			if (!strcmp(e->by, "vp_notify"))
				continue;
			if (!EXPECT(is_known(unseen, ARRAY_SIZE(unseen), machine, page)))
				printf("%s: only simulated: 0x%" PRIx64 " %s\n", machine, e->gpa,
				       e->by);
			continue;
		}
		want = next_owed(&owed, machine);
		if (!EXPECT_U64(page, want)) {
			printf("%s: 0x%" PRIx64 " %s comes for 0x%" PRIx64 "\n", machine, e->gpa,
			       e->by, want);
			return;
		}
	}
	EXPECT_U64(next_owed(&owed, machine), 0);
}

static void boot_machine(const char *machine, const char *modules)
{
	struct played p;
	char path[512], yaml[1024], *text;

	snprintf(path, sizeof(path), MACHINES "%s/first-touches", machine);
	snprintf(yaml, sizeof(yaml),
		 "platform: {import: {collection: " MACHINES "%s}%s}\n"
		 "survey: true\nsteps:\n  - boot: {keep_going: true}\n",
		 machine, modules);
	text = unit_read_file(path, NULL);
	if (text && play(&p, yaml, "c", "4.22", "6.1")) {
		EXPECT((p.sc->platform->modules.count > 0) == !*modules);
		expect_touches(&p, machine, text);
	}
	if (text)
		played_end(&p);
	free(text);
}

/* The initramfs of these boots had no list of its own: it did what udev's coldplug does. */
static void test_order(void)
{
	static const char *const machines[] = {
		"gicv3",   "gicv2",	  "smmuv3",
		"bridges", "nvdimm",	  "amba",
		"ras",	   "two-bridges", "smmuv3-two-bridges",
		"virtio",  "usb",	  "nics",
	};

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		boot_machine(machines[i], "");
		boot_machine(machines[i], ", modules: []");
	}
	expect_used(unseen, ARRAY_SIZE(unseen));
	expect_used(not_simulated, ARRAY_SIZE(not_simulated));
}

static const struct unit_test tests[] = {
	{"a boot touches the pages that Linux touched, in its order, with its list of modules or "
	 "none",
	 test_order},
};

int main(int argc, char **argv)
{
	return unit_main("first_touches", tests, ARRAY_SIZE(tests), argc, argv);
}
