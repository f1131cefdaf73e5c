// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions of a machine: what each is known from, who maps it, and what strategies make of it.
 */
#include "cli/regions.h"
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

/* A scenario's platform, asked about every kernel and the four basic strategies. */
struct asked {
	struct scenario *sc;
	struct strategy strategies[4];
	struct regions_query query;
	struct regions regions;
};

enum {
	NOTIFIER,
	A,
	B,
	C
};

static void ask(struct asked *q, const char *text)
{
	static const char *const names[] = {"notifier", "a", "b", "c"};
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	char whole[4096], why[512] = "";
	struct diag d;

	*q = (struct asked){0};
	snprintf(whole, sizeof(whole),
		 "p2mlab: 1\nsurvey: true\n%ssteps:\n"
		 "  - boot: {until: module, keep_going: true}\n",
		 text);
	diag_init(&d);
	q->sc = scenario_parse("inline.yaml", whole, strlen(whole), &paths, NULL, &d);
	if (d.text)
		fputs(d.text, stderr);
	diag_fini(&d);
	if (!EXPECT(q->sc != NULL))
		return;
	q->query.scenario = q->sc;
	q->query.xen = xen_version_find("4.22");
	for (unsigned int i = 0; i < linux_version_count; i++)
		q->query.kernels[q->query.kernel_count++] = linux_versions[i];
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		const char *bad;
		size_t len;

		EXPECT_I64(strategy_parse(names[i], &q->strategies[i], &bad, &len), 0);
		q->query.strategies[q->query.strategy_count++] = &q->strategies[i];
	}
	EXPECT_I64(regions_find(&q->regions, &q->query, why, sizeof(why)), 0);
}

static void asked_end(struct asked *q)
{
	regions_fini(&q->regions);
	scenario_free(q->sc);
}

static const struct region_row *row(const struct asked *q, const char *name)
{
	static const struct region_row none;

	for (size_t i = 0; i < q->regions.rows.count; i++)
		if (!strcmp(q->regions.rows.items[i].region.name, name))
			return &q->regions.rows.items[i];
	fprintf(stderr, "no region '%s'\n", name);
	EXPECT(false);
	return &none;
}

/* "function/notified/kernels as bits", in order. */
static void expect_mappers(const struct region_row *r, const char *want)
{
	char got[512] = "";
	size_t at = 0;

	for (size_t i = 0; i < r->mappers.count && at < sizeof(got); i++)
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%s%s:%u", i ? " " : "",
				       r->mappers.items[i].by,
				       r->mappers.items[i].notified ? "!" : "",
				       r->mappers.items[i].kernels);
	EXPECT_STR(got, want);
}

static void expect_covers(const struct region_row *r, enum region_cover notifier,
			  enum region_cover a, enum region_cover b, enum region_cover c)
{
	EXPECT_U64(r->strategies[NOTIFIER].cover, notifier);
	EXPECT_U64(r->strategies[A].cover, a);
	EXPECT_U64(r->strategies[B].cover, b);
	EXPECT_U64(r->strategies[C].cover, c);
}

static void test_lab(void)
{
	struct asked q;

	ask(&q, "platform: lab\n");
	EXPECT_U64(row(&q, "ecam0")->known, KNOWN_TABLE);
	expect_mappers(row(&q, "ecam0"), "pci_ecam_create:7");
	expect_covers(row(&q, "ecam0"), COVER_ABORTS, COVER_ABORTS, COVER_ALL, COVER_PART);
	EXPECT_U64(row(&q, "ecam0")->pages, 1024);
	EXPECT_U64(row(&q, "ecam0")->strategies[B].mapped, 1024);
	/* the notifier asks, then the driver maps; the second device shares its page */
	EXPECT_U64(row(&q, "LNRO0005:00")->known, KNOWN_AML);
	expect_mappers(row(&q, "LNRO0005:00"), "xen_map_device_mmio!:7 __devm_ioremap_resource:7");
	expect_covers(row(&q, "LNRO0005:00"), COVER_ALL, COVER_ALL, COVER_ALL, COVER_ALL);
	EXPECT_U64(row(&q, "bert")->known, KNOWN_TABLE);
	expect_covers(row(&q, "bert"), COVER_ABORTS, COVER_ABORTS, COVER_ALL, COVER_PART);
	/* Linux maps timer frames since 4.12 */
	expect_mappers(row(&q, "gtdt0"), "arch_timer_mem_acpi_init:6");
	/* nobody touches that OperationRegion at boot */
	EXPECT_U64(row(&q, "\\_SB.GED0.REGS")->known, KNOWN_AML);
	expect_mappers(row(&q, "\\_SB.GED0.REGS"), "");
	expect_covers(row(&q, "\\_SB.GED0.REGS"), COVER_NONE, COVER_NONE, COVER_NONE, COVER_NONE);
	EXPECT_U64(row(&q, "nvme.bar0")->known, KNOWN_SCAN);
	EXPECT_U64(row(&q, "gicd")->known, KNOWN_OWN);
	asked_end(&q);
}

static void test_silent(void)
{
	struct asked q;

	ask(&q, "platform: lab\ndevices:\n"
		"  - {name: \"ARMHC600:00\", res: [{base: 0x200000000, size: 256M}], touches: "
		"[{ioremap: {}}], origin: \"\\\\_SB.CMN0._CRS:evaluated\"}\n");
	EXPECT_U64(row(&q, "ARMHC600:00")->known, KNOWN_NEVER);
	EXPECT_U64(row(&q, "ARMHC600:00")->strategies[NOTIFIER].cover, COVER_SILENT);
	EXPECT_U64(row(&q, "ARMHC600:00")->strategies[NOTIFIER].mapped, 0);
	asked_end(&q);
}

static void test_nested(void)
{
	struct asked q;

	ask(&q,
	    "platform: lab\nopregions:\n"
	    "  - {path: '\\_SB.COM1.REGS', base: 0x9040010, size: 0x10, touched_at_boot: true}\n");
	EXPECT_U64(row(&q, "\\_SB.COM1.REGS")->region.truth, TRUTH_MMIO);
	EXPECT_U64(row(&q, "\\_SB.COM1.REGS")->pages, 1);
	expect_covers(row(&q, "\\_SB.COM1.REGS"), COVER_ABORTS, COVER_ALL, COVER_ALL, COVER_ALL);
	asked_end(&q);
}

static void test_outputs(void)
{
	struct buf text = {0}, again = {0}, lines = {0};
	struct asked q;

	ask(&q, "platform: lab\n");
	regions_text(&q.regions, &q.query, &text);
	EXPECT(strstr(text.s, "pci_ecam_create") && strstr(text.s, "ABORT") &&
	       strstr(text.s, "Xen 4.22, Linux 6.12"));
	regions_jsonl(&q.regions, &q.query, &lines);
	EXPECT(!strncmp(lines.s, "{\"type\":\"header\",\"schema\":\"p2mlab.regions/1\"", 44));
	EXPECT(strstr(lines.s, "\"name\":\"ecam0\",\"base\":\"0x3f000000\",\"size\":4194304") !=
	       NULL);
	asked_end(&q);
	ask(&q, "platform: lab\n");
	regions_text(&q.regions, &q.query, &again);
	EXPECT_STR(again.s, text.s);
	asked_end(&q);
	buf_fini(&text);
	buf_fini(&again);
	buf_fini(&lines);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"each region says who maps it and what each strategy makes of it", test_lab},
		{"a request that maps nothing is told from one that does", test_silent},
		{"a region inside another one has a row of its own", test_nested},
		{"text and lines are the same each time", test_outputs},
	};

	return unit_main("regions", tests, ARRAY_SIZE(tests), argc, argv);
}
