// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acpi_areas.c: tables that name memory for one purpose: TPM2, BGRT, NFIT, PCCT, ERST, EINJ
 * and DBG2, whole and with one thing wrong.
 */
#include "base/check.h"
#include "sim/platform.h"
#include "tests/acpi_area_samples.h"
#include "tests/acpi_reading.h"

static void test_uses(void)
{
	EXPECT_U64(ACPI_AREA_PCC_REGISTER, AREA_PCC_REGISTER);
	EXPECT_U64(ACPI_AREA_PCC_SHMEM, AREA_PCC_SHMEM);
	EXPECT_U64(ACPI_AREA_GHES_STATUS, AREA_GHES_STATUS);
	EXPECT_U64(ACPI_AREA_GHES_ACK, AREA_GHES_ACK);
	EXPECT_U64(ACPI_AREA_ERST_REGISTER, AREA_ERST_REGISTER);
	EXPECT_U64(ACPI_AREA_EINJ_REGISTER, AREA_EINJ_REGISTER);
	EXPECT_U64(ACPI_AREA_CPPC_REGISTER, AREA_CPPC_REGISTER);
	EXPECT_U64(ACPI_AREA_TPM_BUFFER, AREA_TPM_BUFFER);
	EXPECT_U64(ACPI_AREA_TPM_LOG, AREA_TPM_LOG);
	EXPECT_U64(ACPI_AREA_PMEM, AREA_PMEM);
	EXPECT_U64(ACPI_AREA_FLUSH_HINT, AREA_FLUSH_HINT);
	EXPECT_U64(ACPI_AREA_BGRT_IMAGE, AREA_BGRT_IMAGE);
	EXPECT_U64(ACPI_AREA_UNMAPPED, AREA_UNMAPPED);
}

static void test_tpm2(void)
{
	static const struct patch tis[PATCHES_MAX] = {{40, 8, 0}, {48, 4, 6}, {64, 4, 0}};
	static const struct patch no_log[PATCHES_MAX] = {{68, 8, 0}};
	static const struct damage damage[] = {
		{"error TPM2+40 line 7: TPM control area is at address 0\n", {{40, 8, 0}}},
		{"error TPM2+40 line 7: TPM control area at 0xfffffffffffe0 of 0x30 bytes is past "
		 "52 bits\n",
		 {{40, 8, 0xfffffffffffe0}}},
		{"error TPM2+68 line 7: TPM log at 0xfffffffffff00 of 0x10000 bytes is past 52 "
		 "bits\n",
		 {{68, 8, 0xfffffffffff00}}},
	};

	expect_read(tpm2, sizeof(tpm2), none,
		    "area TPM2 9 0x88310040 48 +40\narea TPM2 10 0x88320010 65536 +68\n", "");
	expect_read(tpm2, 75, none, "area TPM2 9 0x88310040 48 +40\n", "");
	expect_read(tpm2, sizeof(tpm2), no_log, "area TPM2 9 0x88310040 48 +40\n", "");
	expect_read(tpm2, sizeof(tpm2), tis, "", "");
	expect_read(tpm2, 51, none, "", "error TPM2+0 line 7: table has 51 bytes, needs 52\n");
	expect_said(tpm2, sizeof(tpm2), damage, ARRAY_SIZE(damage));
}

static void test_bgrt(void)
{
	static const struct patch page[PATCHES_MAX] = {{40, 8, 0x88401000}};
	static const struct damage damage[] = {
		{"warning BGRT+40 line 7: no boot image: its address is 0\n", {{40, 8, 0}}},
		{"error BGRT+40 line 7: boot image at 0x10000000000000 of 0x1 bytes is past 52 "
		 "bits\n",
		 {{40, 8, UINT64_C(1) << 52}}},
	};

	expect_read(bgrt, sizeof(bgrt), none, "area BGRT 13 0x88401018 4072 +40\n", "");
	expect_read(bgrt, sizeof(bgrt), page, "area BGRT 13 0x88401000 4096 +40\n", "");
	expect_read(bgrt, 47, none, "", "error BGRT+0 line 7: table has 47 bytes, needs 48\n");
	expect_said(bgrt, sizeof(bgrt), damage, ARRAY_SIZE(damage));
}

static void test_nfit(void)
{
	static const struct damage damage[] = {
		{"error NFIT+80 line 7: SPA range at 0x880000000 has size 0\n", {{80, 8, 0}}},
		{"error NFIT+72 line 7: SPA range is at address 0\n", {{72, 8, 0}}},
		{"error NFIT+72 line 7: SPA range at 0x880000000 of 0xffffffffffffffff bytes is "
		 "past 52 bits\n",
		 {{80, 8, UINT64_MAX}}},
		{"warning NFIT+72 line 7: SPA range at 0x880000800 is not page aligned\n",
		 {{72, 8, 0x880000800}}},
		{"error NFIT+40 line 7: SPA range has 52 bytes, needs 56\n"
		 "error NFIT+92 line 7: NFIT structure of type 8 has no valid length, the rest is "
		 "not read\n",
		 {{42, 2, 52}, {92, 4, 8}}},
		{"error NFIT+40 line 7: NFIT structure of type 0 has no valid length, the rest is "
		 "not read\n",
		 {{42, 2, 0}}},
		{"error NFIT+40 line 7: NFIT structure of type 0 is 65535 bytes long, 256 are "
		 "left\n",
		 {{42, 2, 65535}}},
		{"error NFIT+256 line 7: flush hint structure has 40 bytes, needs 48\n",
		 {{264, 2, 4}}},
		{"error NFIT+256 line 7: flush hint structure has 40 bytes, needs 524296\n",
		 {{264, 2, 65535}}},
		{"error NFIT+272 line 7: flush hint is at address 0\n", {{272, 8, 0}}},
		{"error NFIT+293 line 7: NFIT structure has 3 bytes, needs 4\n", {{202, 2, 93}}},
	};

	expect_read(nfit, sizeof(nfit), none,
		    "area NFIT 11 0x880000000 1073741824 +72\n"
		    "area NFIT 11 0x900000000 1073741824 +232\n"
		    "area NFIT 12 0x1e000040 8 +272\narea NFIT 12 0x1e000080 8 +280\n",
		    "");
	expect_said(nfit, sizeof(nfit), damage, ARRAY_SIZE(damage));
}

static void test_pcct(void)
{
	expect_read(pcct, sizeof(pcct), none,
		    "area PCCT 1 0x88500000 256 +56\narea PCCT 0 0x10020000 4 +72\n"
		    "area PCCT 1 0x88500100 256 +118\n"
		    "area PCCT 1 0x88500200 8192 +180\narea PCCT 0 0x10020008 4 +196\n"
		    "area PCCT 0 0x10020010 4 +234\n"
		    "area PCCT 1 0x88510000 256 +270\narea PCCT 0 0x10020100 4 +282\n"
		    "area PCCT 0 0x10020108 4 +358\narea PCCT 0 0x10020110 4 +378\n"
		    "area PCCT 0 0x10020118 4 +406\n"
		    "area PCCT 1 0x88510100 256 +434\narea PCCT 0 0x10020204 4 +486\n"
		    "area PCCT 0 0x10020208 4 +522\n"
		    "area PCCT 1 0x10030000 64 +594\narea PCCT 0 0x10030040 4 +610\n"
		    "area PCCT 0 0x10030048 8 +638\narea PCCT 0 0x10030050 4 +658\n",
		    "warning PCCT+446 line 7: doorbell register is in address space 127, not in "
		    "memory\n");
}

#define FFH "warning PCCT+446 line 7: doorbell register is in address space 127, not in memory\n"

static void test_pcct_damage(void)
{
	static const struct damage damage[] = {
		{"error PCCT+64 line 7: shared memory at 0x88500000 has size 0\n" FFH,
		 {{64, 8, 0}}},
		{"error PCCT+56 line 7: shared memory is at address 0\n" FFH, {{56, 8, 0}}},
		{"error PCCT+56 line 7: shared memory at 0x88500000 of 0xffffffffffffffff bytes is "
		 "past 52 bits\n" FFH,
		 {{64, 8, UINT64_MAX}}},
		{"error PCCT+75 line 7: doorbell register has access size 5, at most 4 is "
		 "defined\n" FFH,
		 {{75, 1, 5}}},
		{"warning PCCT+48 line 7: PCC subspace of unknown type 6\n" FFH, {{48, 1, 6}}},
		{"warning PCCT+48 line 7: PCC subspace of unknown type 255\n" FFH, {{48, 1, 255}}},
		{"error PCCT+48 line 7: PCC subspace has 62 bytes, needs 90\n" FFH, {{48, 1, 2}}},
		{"error PCCT+48 line 7: PCC subspace of type 0 has no valid length, the rest is "
		 "not read\n",
		 {{49, 1, 0}}},
		{FFH
		 "error PCCT+590 line 7: PCC subspace of type 5 is 97 bytes long, 96 are left\n",
		 {{591, 1, 97}}},
	};

	expect_said(pcct, sizeof(pcct), damage, ARRAY_SIZE(damage));
	expect_read(pcct, 47, none, "", "error PCCT+0 line 7: table has 47 bytes, needs 48\n");
	expect_read(pcct, 111, none,
		    "area PCCT 1 0x88500000 256 +56\narea PCCT 0 0x10020000 4 +72\n",
		    "error PCCT+110 line 7: PCC subspace has 1 bytes, needs 2\n");
}

#define PORT "warning ERST+244 line 7: register region is in address space 1, not in memory\n"

static void test_erst(void)
{
	static const struct damage damage[] = {
		{PORT "error ERST+272 line 7: 1 of 8 instructions are missing\n", {{44, 4, 8}}},
		{"warning ERST+44 line 7: 32 bytes follow the last instruction\n", {{44, 4, 6}}},
		{"warning ERST+36 line 7: header length is 13, should be 48\n" PORT, {{36, 4, 13}}},
		{"warning ERST+49 line 7: instruction 19 is unknown\n" PORT, {{49, 1, 19}}},
		{"error ERST+56 line 7: register region is at address 0\n" PORT, {{56, 8, 0}}},
		{PORT, {{36, 4, 12}}},
	};

	/* The second one is named with 32 bits, and with 64. */
	expect_read(erst, sizeof(erst), none,
		    "area ERST 5 0x88600000 4 +52\narea ERST 5 0x88600008 8 +148\n", PORT);
	expect_read(erst, 47, none, "", "error ERST+0 line 7: table has 47 bytes, needs 48\n");
	expect_said(erst, sizeof(erst), damage, ARRAY_SIZE(damage));
}

static void test_einj(void)
{
	static const struct damage damage[] = {
		{"error EINJ+176 line 7: 1 of 5 instructions are missing\n", {{44, 4, 5}}},
		{"error EINJ+176 line 7: 4294967291 of 4294967295 instructions are missing\n",
		 {{44, 4, UINT32_MAX}}},
		{"warning EINJ+44 line 7: 128 bytes follow the last instruction\n", {{44, 4, 0}}},
		{"warning EINJ+84 line 7: register region is in address space 1, not in memory\n",
		 {{84, 1, 1}}},
	};

	expect_read(einj, sizeof(einj), none,
		    "area EINJ 7 0x88700000 4 +52\narea EINJ 7 0x88700004 4 +84\n", "");
	expect_said(einj, sizeof(einj), damage, ARRAY_SIZE(damage));
}

static void test_dbg2(void)
{
	static const struct damage damage[] = {
		{"error DBG2+36 line 7: debug ports at 43 overlap the table\n", {{36, 4, 43}}},
		{"error DBG2+148 line 7: 2 of 2 debug ports are missing\n", {{36, 4, 148}}},
		{"error DBG2+44 line 7: debug port of type 0 has no valid length, the rest is not "
		 "read\n",
		 {{45, 2, 21}}},
		{"error DBG2+62 line 7: 2 register ranges are not inside their debug port\n",
		 {{62, 2, 21}, {40, 4, 1}}},
		{"error DBG2+62 line 7: 2 register ranges are not inside their debug port\n",
		 {{64, 2, 57}, {40, 4, 1}}},
		{"error DBG2+62 line 7: 255 register ranges are not inside their debug port\n",
		 {{47, 1, 255}, {40, 4, 1}}},
		{"error DBG2+90 line 7: debug port at 0x10040000 has size 0\n",
		 {{90, 4, 0}, {40, 4, 1}}},
		{"error DBG2+70 line 7: debug port is at address 0\n", {{70, 8, 0}, {40, 4, 1}}},
		{"", {{40, 4, 1}}},
		{"", {{40, 4, 0}, {36, 4, 0}}},
	};

	expect_read(dbg2, sizeof(dbg2), none,
		    "area DBG2 15 0x10040000 4096 +66\narea DBG2 15 0x10041000 256 +78\n",
		    "warning DBG2+130 line 7: debug port is in address space 1, not in memory\n");
	expect_said(dbg2, sizeof(dbg2), damage, ARRAY_SIZE(damage));
}

static void put(uint8_t *bytes, size_t at, size_t len, uint64_t value)
{
	for (size_t i = 0; i < len; i++)
		bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* `entries` instructions with registers that repeat after `distinct`. */
static void expect_many(size_t entries, size_t distinct, size_t areas, const char *said)
{
	size_t len = 48 + 32 * entries;
	uint8_t *bytes = calloc(1, len);
	struct reading r;

	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	memcpy(bytes, erst, 48);
	put(bytes, 44, 4, entries);
	for (size_t i = 0; i < entries; i++) {
		bytes[48 + 32 * i + 5] = 32;
		put(bytes, 48 + 32 * i + 8, 8, 0x1000 + 4 * (i % distinct));
	}
	read_bytes(&r, bytes, len);
	EXPECT_STR(r.said.text, said);
	EXPECT_U64(r.facts.areas.count, areas);
	reading_fini(&r);
	free(bytes);
}

static void test_many(void)
{
	expect_many(4096, 4096, 4096, "");
	expect_many(16384, 4096, 4096, "");
	expect_many(4097, 4097, 4096,
		    "error ERST+131124 line 7: more than 4096 entries of a kind, the rest is not "
		    "read\n");
	expect_many(16385, 16, 16,
		    "error ERST+524336 line 7: more than 16384 instructions, the rest is not "
		    "read\n");
}

/* Ports that name one range over and over cost no more than the list can be long. */
static void test_many_ranges(void)
{
	const size_t ports = 20, count = 255, len = 44 + ports * (22 + 16 * count);
	uint8_t *bytes = calloc(1, len);
	struct reading r;

	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	memcpy(bytes, dbg2, 44);
	put(bytes, 40, 4, ports);
	for (size_t n = 0; n < ports; n++) {
		uint8_t *port = bytes + 44 + n * (22 + 16 * count);

		put(port, 1, 2, 22 + 16 * count);
		put(port, 3, 1, count);
		put(port, 18, 2, 22);
		put(port, 20, 2, 22 + 12 * count);
		for (size_t i = 0; i < count; i++) {
			put(port, 22 + 12 * i + 4, 8, 0x1000);
			put(port, 22 + 12 * count + 4 * i, 4, 8);
		}
	}
	read_bytes(&r, bytes, len);
	EXPECT_STR(r.said.text, "error DBG2+65890 line 7: more than 4096 entries of a kind, the "
				"rest is not read\n");
	EXPECT_U64(r.facts.areas.count, 1);
	reading_fini(&r);
	free(bytes);
}

static void test_many_hints(void)
{
	const size_t count = 4097, len = 40 + 16 + 8 * count;
	uint8_t *bytes = calloc(1, len);
	struct reading r;

	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	memcpy(bytes, nfit, 40);
	put(bytes, 40, 2, 6);
	put(bytes, 42, 2, 16 + 8 * count);
	put(bytes, 48, 2, count);
	for (size_t i = 0; i < count; i++)
		put(bytes, 56 + 8 * i, 8, 0x1000);
	read_bytes(&r, bytes, len);
	EXPECT_STR(r.said.text, "error NFIT+32824 line 7: more than 4096 entries of a kind, the "
				"rest is not read\n");
	EXPECT_U64(r.facts.areas.count, 1);
	reading_fini(&r);
	free(bytes);
}

static const struct unit_test tests[] = {
	{"uses of areas have the numbers that the platform gives them", test_uses},
	{"a TPM2 gives its control area and its log, whichever it has", test_tpm2},
	{"a BGRT gives the rest of the page in which its image starts", test_bgrt},
	{"an NFIT gives its persistent ranges and each flush hint once", test_nfit},
	{"a PCCT gives shared memory and registers of each type of subspace", test_pcct},
	{"a PCCT with one thing wrong loses that thing", test_pcct_damage},
	{"an ERST gives the registers of its instructions once each", test_erst},
	{"an EINJ gives the registers of its instructions once each", test_einj},
	{"a DBG2 gives the ranges of its ports as memory nobody maps", test_dbg2},
	{"flush hints beyond the limit are told and left out", test_many_hints},
	{"ranges of debug ports beyond the limit are told and left out", test_many_ranges},
	{"entries beyond the limits are told and left out", test_many},
};

int main(int argc, char **argv)
{
	return unit_main("acpi_areas", tests, ARRAY_SIZE(tests), argc, argv);
}
