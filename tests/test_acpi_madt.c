// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acpi_madt.c: the interrupt controllers that a MADT gives, and what is said of one with one
 * thing wrong.
 */
#include "base/check.h"
#include "tests/acpi_reading.h"
#include "tests/acpi_samples.h"

static void test_gicv2(void)
{
	expect_read(madt_gicv2, sizeof(madt_gicv2), none,
		    "gic 0x2\ngicd 0xe1110000\ngicc 0xe112f000\ngich 0xe1140000\n"
		    "gicv 0xe116f000\ncpus 0x2\nv2m 0xe1180000\n",
		    "");
}

static void test_gicv3(void)
{
	expect_read(madt_gicv3, sizeof(madt_gicv3), none,
		    "gic 0x3\ngicd 0x4d000000\ncpus 0x2\nredist 0x4d100000 0x0 per cpu +44\n"
		    "redist 0x4d120000 0x0 per cpu +124\nits 0x4c000000\nits 0x6c000000\n",
		    "");
}

static void test_gicv4(void)
{
	expect_read(madt_gicv4, sizeof(madt_gicv4), none,
		    "gic 0x4\ngicd 0x4d000000\ncpus 0x1\n"
		    "redist 0x100100140000 0x1000000 +148\nredist 0x400100140000 0x1000000 +164\n"
		    "its 0x100100040000\n",
		    "");
}

static void test_gicr_wins(void)
{
	static const struct patch gicc_too[PATCHES_MAX] = {{128, 8, 0x4d100000}};

	expect_read(madt_gicv4, sizeof(madt_gicv4), gicc_too,
		    "gic 0x4\ngicd 0x4d000000\ncpus 0x1\n"
		    "redist 0x100100140000 0x1000000 +148\nredist 0x400100140000 0x1000000 +164\n"
		    "its 0x100100040000\n",
		    "warning APIC+0 line 7: GICR ranges hide 1 redistributors of GICC entries\n");
}

static void test_madt_lengths(void)
{
	static const struct damage damage[] = {
		{"error APIC+308 line 7: interrupt controller structure of type 13 has no valid "
		 "length, the rest is not read\n",
		 {{309, 1, 0}}},
		{"error APIC+308 line 7: interrupt controller structure of type 13 has no valid "
		 "length, the rest is not read\n",
		 {{309, 1, 1}}},
		{"error APIC+308 line 7: interrupt controller structure of type 13 is 25 bytes "
		 "long, 24 are left\n",
		 {{309, 1, 25}}},
		{"error APIC+308 line 7: MSI frame has 23 bytes, needs 24\n"
		 "error APIC+331 line 7: interrupt controller structure has 1 bytes, needs 2\n",
		 {{309, 1, 23}}},
		{"error APIC+228 line 7: GICC has 40 bytes, needs 76\n",
		 {{229, 1, 40}, {269, 1, 40}}},
		{"error APIC+44 line 7: interrupt controller structure of type 12 has no valid "
		 "length, the rest is not read\n"
		 "error APIC+0 line 7: no GICD\nwarning APIC+0 line 7: no enabled CPU\n",
		 {{45, 1, 0}}},
	};

	expect_said(madt_gicv2, sizeof(madt_gicv2), damage, ARRAY_SIZE(damage));
}

static void test_madt_values(void)
{
	static const struct damage damage[] = {
		{"warning APIC+64 line 7: GICD does not say its GIC version\n", {{64, 1, 0}}},
		{"error APIC+64 line 7: GIC version 5 is unknown\n", {{64, 1, 5}}},
		{"error APIC+52 line 7: GICD is at address 0\nerror APIC+0 line 7: no GICD\n",
		 {{52, 8, 0}}},
		{"error APIC+52 line 7: GICD at 0x10000000000000 of 0x1000 bytes is past 52 bits\n"
		 "error APIC+0 line 7: no GICD\n",
		 {{52, 8, UINT64_C(1) << 52}}},
		{"error APIC+180 line 7: GICC at 0xe112e000 is not where the first CPU has it, "
		 "0xe112f000\n",
		 {{180, 8, 0xe112e000}}},
		{"error APIC+116 line 7: GICH at 0xffffffffffffffff of 0x1000 bytes is past 52 "
		 "bits\n",
		 {{116, 8, UINT64_MAX}}},
		{"warning APIC+316 line 7: MSI frame at 0xe1180800 is not page aligned\n",
		 {{316, 8, 0xe1180800}}},
		{"error APIC+316 line 7: MSI frame is at address 0\n", {{316, 8, 0}}},
		{"warning APIC+0 line 7: no enabled CPU\n", {{80, 4, 0}, {160, 4, 0}}},
	};

	expect_said(madt_gicv2, sizeof(madt_gicv2), damage, ARRAY_SIZE(damage));
}

static void test_version_unknown(void)
{
	static const struct patch version[PATCHES_MAX] = {{64, 1, 0}};

	expect_read(madt_gicv4, sizeof(madt_gicv4), version,
		    "gicd 0x4d000000\ncpus 0x1\n"
		    "redist 0x100100140000 0x1000000 +148\nredist 0x400100140000 0x1000000 +164\n"
		    "its 0x100100040000\n",
		    "warning APIC+64 line 7: GICD does not say its GIC version\n");
}

static void test_redists(void)
{
	static const struct damage ranges[] = {
		{"error APIC+176 line 7: GICR range has length 0\n", {{176, 4, 0}}},
		{"error APIC+168 line 7: GICR is at address 0\n", {{168, 8, 0}}},
		{"warning APIC+168 line 7: redistributors at 0x100100140000 are described twice\n",
		 {{168, 8, UINT64_C(0x100100140000)}}},
		{"error APIC+168 line 7: GICR at 0xfffffff000000 of 0x1000001 bytes is past 52 "
		 "bits\n",
		 {{168, 8, (UINT64_C(1) << 52) - 0x1000000}, {176, 4, 0x1000001}}},
		{"", {{168, 8, (UINT64_C(1) << 52) - 0x1000000}}},
	};
	static const struct damage per_cpu[] = {
		{"warning APIC+184 line 7: redistributors at 0x4d100000 are described twice\n",
		 {{184, 8, 0x4d100000}}},
		{"warning APIC+336 line 7: ITS at 0x4c000000 is described twice\n",
		 {{336, 8, 0x4c000000}}},
		{"", {{184, 8, 0}}},
	};

	expect_said(madt_gicv4, sizeof(madt_gicv4), ranges, ARRAY_SIZE(ranges));
	expect_said(madt_gicv3, sizeof(madt_gicv3), per_cpu, ARRAY_SIZE(per_cpu));
}

/* An ITS entry becomes a GICD: 20 bytes are too few, so both ITS entries become one. */
static void test_second_gicd(void)
{
	static const struct patch second[PATCHES_MAX] = {
		{308, 2, 40 << 8 | 0x0c}, {316, 8, 0x77000000}, {328, 4, 4}};

	expect_read(madt_gicv3, sizeof(madt_gicv3), second,
		    "gic 0x3\ngicd 0x4d000000\ncpus 0x2\nredist 0x4d100000 0x0 per cpu +44\n"
		    "redist 0x4d120000 0x0 per cpu +124\n",
		    "error APIC+308 line 7: a second GICD, only the first one is read\n");
}

static void test_list_full(void)
{
	static uint8_t bytes[44 + 24 * 4100];
	struct reading r;

	memcpy(bytes, madt_gicv2, 68);
	for (size_t n = 1; n < 4100; n++) {
		const struct patch frame[PATCHES_MAX] = {{44 + 24 * n, 2, 24 << 8 | 0x0d},
							 {44 + 24 * n + 8, 8, 0x1000 * n}};

		apply(bytes, sizeof(bytes), frame);
	}
	read_bytes(&r, bytes, sizeof(bytes));
	EXPECT_U64(r.facts.v2m.count, 4096);
	EXPECT_U64(r.facts.v2m.items[4095].base, 0x1000 * 4096);
	EXPECT_STR(r.said.text,
		   "error APIC+98372 line 7: more than 4096 entries of a kind, the rest is not "
		   "read\nwarning APIC+0 line 7: no enabled CPU\n");
	reading_fini(&r);
}

static const struct unit_test tests[] = {
	{"a GICv2 MADT gives distributor, CPU interfaces and MSI frame", test_gicv2},
	{"a GICv3 MADT gives redistributors of enabled CPUs and both ITSs", test_gicv3},
	{"a MADT with GICR ranges gives them with their sizes", test_gicv4},
	{"GICR ranges hide redistributors of GICC entries", test_gicr_wins},
	{"a MADT entry whose length lies ends the reading or is skipped", test_madt_lengths},
	{"a MADT entry with an impossible value is told with its offset", test_madt_values},
	{"a GICD without a version leaves the version unknown", test_version_unknown},
	{"redistributors that are empty, double or past memory are left out", test_redists},
	{"only the first GICD counts", test_second_gicd},
	{"a list ends at 4096 entries", test_list_full},
};

int main(int argc, char **argv)
{
	return unit_main("acpi_madt", tests, ARRAY_SIZE(tests), argc, argv);
}
