// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_aml.c: tables that iasl made of ASL like that of real firmware, and a recorded DSDT. What
 * they hold agrees with iasl -d and, where a value is static, with acpiexec.
 */
#include "tests/aml_reading.h"

#define RECORDED SOURCE_DIR "/platforms/qemu-virt-gicv3/acpidump.dat"

static void expect_files(const char *first, const char *second, const char *text, const char *said)
{
	struct aml_reading *r = aml_reading_new();

	aml_add_file(r, first);
	if (second)
		aml_add_file(r, second);
	aml_read_tables(r);
	EXPECT_STR(r->text.text, text);
	EXPECT_STR(r->said.text, said);
	EXPECT(!r->aml.truncated);
	aml_reading_free(r);
}

static void test_server(void)
{
	expect_files(
		"aml-d05", "aml-more",
		"\\_SB.MBI0 hid=HISI0152 cid=HISI0151 cid=PNP0C02 uid=0 crs=[mem "
		"0xa0080000+0x10000]\n"
		"\\_SB.SAS0 hid=HISI0162 sta=? cca=0x1 crs=[mem 0xc3000000+0x10000, irq 0x40+0x1, "
		"irq 0x41+0x1]\n"
		"\\_SB.PCI0 hid=PNP0A08 cid=PNP0A03 seg=0x2 bbn=0x80 cba=0x700100000 sta=? "
		"dma=[mem 0x0+0x100000000]\n"
		"\\_SB.PCI0.RP01 in \\_SB.PCI0 uid=7 adr=0x10002\n"
		"\\_SB.PRES sta=0x1\n"
		"\\_SB.TZ0 uid=zone\n"
		"\\_SB.HERE hid=LNRO0005\n"
		"\\_SB.NVDR hid=ACPI0012\n"
		"region \\_SB.SAS0.CTL space 0 base=0xc0000000 len=0x10000 width 0 of \\_SB.SAS0\n"
		"region \\_SB.SAS0.PAGE space 0 base=0xc2208ff8 len=0x10 width 8 of \\_SB.SAS0 "
		"boot \\_SB.SAS0._STA\n"
		"region \\_SB.SAS0.NVER space 0 base=0xc0001000 len=0x4 width 1 of \\_SB.SAS0 boot "
		"\\_SB.PRES._ON\n"
		"region \\_SB.NVDR.NCAL.NPIO space 1 base=0xa18 len=0x4 width 4 of \\_SB.NVDR "
		"method \\_SB.NVDR.NCAL driver \\_SB.NVDR._DSM\n"
		"region \\_SB.NVDR.NCAL.NRAM space 0 base=0x43ff0000 len=0x1000 width 4 of "
		"\\_SB.NVDR method \\_SB.NVDR.NCAL driver \\_SB.NVDR._DSM\n"
		"region \\_SB.NVDR.NCAL.LATE space 0 base=? len=0x8 width 0 of \\_SB.NVDR method "
		"\\_SB.NVDR.NCAL\n"
		"region \\_SB.NVDR.NCAL.LIT space 0 base=0x1000 len=0x8 width 0 of \\_SB.NVDR "
		"method \\_SB.NVDR.NCAL\n"
		"dynamic \\_SB.SAS0._STA: a method with an If that calls \\_SB.SAS0.HLPR\n"
		"dynamic \\_SB.PCI0._STA: stored to by \\_SB.PCI0._INI\n"
		"dynamic \\_SB.NVDR.NCAL.LATE: depends on Local6\n",
		"");
}

static void test_two_sockets(void)
{
	expect_files(
		"aml-jade", NULL,
		"\\_SB.CMN0 hid=ARMHC600 uid=0 sta=? crs=[mem 0x100010000000+0x10000000, irq "
		"0x120+0x1]\n"
		"\\_SB.CMN1 hid=ARMHC600 uid=1 sta=0xf crs=[mem 0x100010000000+0x10000000, irq "
		"0x120+0x1]\n"
		"\\_SB.MCU0 hid=ARMHD620 crs=[mem 0x10008c000a00+0x200]\n"
		"\\_SB.HED0 hid=PNP0C33 uid=0\n"
		"\\_SB.C000 hid=ACPI0007 uid=0 sta=0x1\n"
		"\\_SB.I2C4 hid=APMC0D0F crs=[mem 0x10021000+0x10000]\n"
		"region \\INFO space 0 base=0x1000027b0000 len=0x3c0 width 4 boot \\_SB.CMN0._STA\n"
		"region \\CPPX space 0 base=0x1000027b0800 len=0x8 width 8 boot \\_SB.C000._CPC\n"
		"region \\NOTR space 0 base=0x1000027b0f00 len=0x4 width 4\n"
		"region \\_SB.I2C4.GPIO space 8 base=0x0 len=0x1 width 0 of \\_SB.I2C4\n"
		"dynamic \\_SB.CMN0._STA: a method with an If that calls \\HASP\n",
		"");
}

static void test_values(void)
{
	expect_files(
		"aml-values", NULL,
		"\\_SB.A000 adr=0x2467\n"
		"\\_SB.A001 adr=?\n"
		"\\_SB.A002 adr=0x1234\n"
		"\\_SB.A003 adr=0x6\n"
		"\\_SB.A004 adr=0x5\n"
		"\\_SB.A005 adr=0x77\n"
		"\\_SB.A006 adr=?\n"
		"\\_SB.A007 adr=0x9a\n"
		"\\_SB.A008 adr=?\n"
		"\\_SB.A009 adr=?\n"
		"\\_SB.A010 adr=?\n"
		"\\_SB.A011 adr=?\n"
		"\\_SB.A012 adr=?\n"
		"\\_SB.A013 adr=?\n"
		"\\_SB.A014 adr=?\n"
		"\\_SB.A015 adr=?\n"
		"\\_SB.A016 adr=0x10\n"
		"\\_SB.A017 adr=0xffffffffffffffff\n"
		"\\_SB.A018 adr=?\n"
		"\\_SB.A019 adr=0x0\n"
		"\\_SB.A020 adr=0x2\n"
		"\\_SB.A021 adr=?\n"
		"\\_SB.A022 adr=0xffffffffffffffff\n"
		"\\_SB.A023 adr=0x0\n"
		"\\_SB.A024 adr=?\n"
		"\\_SB.A025 adr=?\n"
		"\\_SB.A026 adr=0xf\n"
		"\\_SB.A027 adr=?\n"
		"\\_SB.A028\n"
		"\\_SB.A029 adr=?\n"
		"\\_SB.A030 uid=? crs=[]\n"
		"\\_SB.CPU0 processor hid=ACPI0007\n"
		"region \\REGS space 0 base=0x1000 len=0x100 width 4 boot \\\n"
		"region \\DTRG space 126 base=? len=? width 0\n"
		"region \\BIGR space 0 base=0xfffffffffffff000 len=? width 0\n"
		"region \\RIM0 space 0 base=0xfffffffffffff000 len=0xfff width 0\n"
		"region \\SUMR space 0 base=0x2234 len=0x8 width 0\n"
		"region \\DYNR space 0 base=? len=0x4 width 0\n"
		"region \\PCIR space 2 base=0x40 len=0x4 width 0\n"
		"dynamic \\_SB.A001._ADR: stored to by \\CODE\n"
		"dynamic \\_SB.A006._ADR: refers to itself\n"
		"dynamic \\_SB.A008._ADR: a method with an If that reads field \\REG0\n"
		"dynamic \\_SB.A009._ADR: a method that returns nothing\n"
		"dynamic \\_SB.A010._ADR: stored to by \\CODE\n"
		"dynamic \\_SB.A011._ADR: stored to by \\CODE\n"
		"dynamic \\_SB.A012._ADR: stored to by \\CODE\n"
		"dynamic \\_SB.A013._ADR: reads field \\BITS\n"
		"dynamic \\_SB.A014._ADR: depends on Arg0\n"
		"dynamic \\_SB.A015._ADR: calls \\CODE\n"
		"dynamic \\_SB.A018._ADR: divides by zero\n"
		"dynamic \\_SB.A021._ADR: reads an element that a package does not have\n"
		"dynamic \\_SB.A024._ADR: is no integer\n"
		"dynamic \\_SB.A025._ADR: a method with a Store\n"
		"dynamic \\_SB.A027._ADR: reads field \\IXF0\n"
		"dynamic \\_SB.A029._ADR: depends on a Concatenate\n"
		"dynamic \\_SB.A030._UID: is neither a string nor a number\n"
		"dynamic \\DTRG: lies in a firmware table\n"
		"dynamic \\BIGR: goes past 64 bits\n"
		"dynamic \\DYNR: reads field \\REG0\n",
		"error DSDT+230 line 0: region \\BIGR of 0x1001 bytes at 0xfffffffffffff000 goes "
		"past 64 bits\n");
}

static void test_load(void)
{
	expect_files("aml-load", NULL,
		     "\\_SB.YES0 adr=0xffffffff\n"
		     "\\_SB.YES1 adr=0x3\n"
		     "\\_SB.YES2 adr=0x4\n"
		     "\\_SB.YES3 adr=?\n"
		     "\\_SB.YES4 uid=2147483648 adr=0x5\n"
		     "region \\REGS space 0 base=0x1000 len=0x100 width 4 boot \\\n"
		     "region \\CALM space 0 base=0x2000 len=0x100 width 4\n"
		     "dynamic \\: an If at table level: reads field \\REG0\n"
		     "dynamic \\: a call at table level\n"
		     "dynamic \\: a While at table level\n"
		     "dynamic \\: an If at table level: code of a table may have changed it\n"
		     "dynamic \\_SB.YES3._ADR: stored to at table level\n",
		     "");
}

static void test_handed(void)
{
	expect_files("aml-handed", NULL,
		     "\\_SB.A000 adr=?\n"
		     "\\_SB.A001 adr=?\n"
		     "\\_SB.A002 adr=0x7\n"
		     "\\_SB.A003\n"
		     "\\_SB.A004 adr=?\n"
		     "\\_SB.A005 adr=?\n"
		     "\\_SB.A006 adr=?\n"
		     "\\_SB.A007 adr=?\n"
		     "\\_SB.A008 adr=?\n"
		     "\\_SB.A009 adr=?\n"
		     "\\_SB.A010 adr=?\n"
		     "\\_SB.A011 adr=?\n"
		     "\\_SB.A012 adr=?\n"
		     "\\_SB.A013 adr=?\n"
		     "\\_SB.A014 adr=?\n"
		     "\\_SB.A015 adr=?\n"
		     "\\_SB.A016 adr=0x2\n"
		     "\\_SB.A017 adr=?\n"
		     "\\_SB.A018 adr=?\n"
		     "\\_SB.A019 adr=?\n"
		     "\\_SB.A020 adr=?\n"
		     "\\_SB.A021 adr=?\n"
		     "\\_SB.A022 adr=?\n"
		     "region \\REGS space 0 base=0x1000 len=0x8 width 4 boot \\\n"
		     "region \\MUTF.RLOC space 0 base=0x1008 len=? width 0 method \\MUTF\n"
		     "region \\MUTF.RNAM space 0 base=0x2000 len=0x4 width 0 method \\MUTF\n"
		     "dynamic \\: an If at table level: a method with a Name\n"
		     "dynamic \\_SB.A020: an If at table level: reads field \\REG0\n"
		     "dynamic \\_SB.A021: an If at table level: reads field \\REG0\n"
		     "dynamic \\_SB.A022: an If at table level: reads field \\REG0\n"
		     "dynamic \\_SB.A000._ADR: reads GLOB, which a method makes\n"
		     "dynamic \\_SB.A001._ADR: reads GLOB, which a method makes\n"
		     "dynamic \\_SB.A004._ADR: a method with an If that looks for \\TEMP, which a "
		     "method makes\n"
		     "dynamic \\_SB.A005._ADR: stored to by \\MUT2\n"
		     "dynamic \\_SB.A006._ADR: stored to by \\MUT3\n"
		     "dynamic \\_SB.A007._ADR: stored to by \\GET1\n"
		     "dynamic \\_SB.A008._ADR: stored to by \\GET3\n"
		     "dynamic \\_SB.A009._ADR: stored to by \\MUT6\n"
		     "dynamic \\_SB.A010._ADR: stored to at table level\n"
		     "dynamic \\_SB.A011._ADR: reads BUF1, which code of a table may make anew\n"
		     "dynamic \\_SB.A012._ADR: stored to by \\MUT8\n"
		     "dynamic \\_SB.A013._ADR: stored to by \\MUT9\n"
		     "dynamic \\_SB.A014._ADR: stored to by \\MUTA\n"
		     "dynamic \\_SB.A015._ADR: stored to by \\MUTB\n"
		     "dynamic \\_SB.A017._ADR: stored to by \\MUTC\n"
		     "dynamic \\_SB.A018._ADR: stored to by \\MUTD\n"
		     "dynamic \\_SB.A019._ADR: stored to by \\MUTE\n"
		     "dynamic \\_SB.A020._ADR: reads OLD0, which code of a table may make anew\n"
		     "dynamic \\_SB.A021._ADR: reads OLD1, which code of a table may make anew\n"
		     "dynamic \\_SB.A022._ADR: code of a table may make it\n"
		     "dynamic \\MUTF.RLOC: depends on Local0\n",
		     "");
}

static void expect_device(const struct aml_reading *r, const char *path, const char *want)
{
	const struct aml_device *device = aml_device(&r->aml, path);
	struct aml_text text = {0};

	EXPECT(device != NULL);
	if (!device)
		return;
	aml_put_device(&text, &r->aml, device);
	EXPECT_STR(text.text, want);
}

static void read_recorded(struct aml_reading *r)
{
	size_t len;
	char *text = unit_read_file(RECORDED, &len);

	if (!text)
		return;
	EXPECT_I64(acpidump_parse(&r->tables, text, len, &r->said.log), 0);
	free(text);
	aml_read_tables(r);
}

static void test_recorded(void)
{
	struct aml_reading *r = aml_reading_new();

	read_recorded(r);
	EXPECT_U64(r->aml.devices.count, 43);
	EXPECT_U64(r->aml.methods, 8);
	EXPECT_U64(r->aml.dynamic.count, 0);
	expect_device(r, "\\_SB.COM0",
		      "\\_SB.COM0 hid=ARMH0011 uid=0 crs=[mem 0x9000000+0x1000, irq 0x21+0x1]\n");
	expect_device(r, "\\_SB.VR31",
		      "\\_SB.VR31 hid=LNRO0005 uid=31 cca=0x1 crs=[mem 0xa003e00+0x200, irq "
		      "0x4f+0x1]\n");
	expect_device(
		r, "\\_SB.PCI0",
		"\\_SB.PCI0 hid=PNP0A08 cid=PNP0A03 uid=0 seg=0x0 bbn=0x0 cba=0x4010000000 "
		"cca=0x1 crs=[bus window 0x0+0x100, mem window 0x10000000+0x2eff0000, io window "
		"0x0+0x10000, mem window 0x8000000000+0x8000000000]\n");
	EXPECT_U64(r->aml.regions.count, 1);
	if (r->aml.regions.count) {
		struct aml_text text = {0};

		aml_put_region(&text, &r->aml, &r->aml.regions.items[0]);
		EXPECT_STR(text.text,
			   "region \\_SB.GED.EREG space 0 base=0x9080000 len=0x4 width 4 of "
			   "\\_SB.GED\n");
	}
	EXPECT(aml_device(&r->aml, "\\_SB.NONE") == NULL);
	EXPECT_STR(r->said.text, "");
	aml_reading_free(r);
}

/* Every byte of the recorded DSDT, set to values that change what follows. */
static void test_any_byte(void)
{
	static const uint8_t values[] = {0x00, 0x5b, 0xff};
	struct aml_reading *r = aml_reading_new();
	const struct acpi_blob *dsdt;
	uint8_t *bytes;

	aml_add_file(r, "aml-values");
	dsdt = acpi_find(&r->tables, "DSDT", 0);
	EXPECT(dsdt != NULL);
	if (!dsdt)
		return;
	bytes = r->tables.storage.items[0];
	for (size_t i = AML_HEADER; i < dsdt->len; i++) {
		uint8_t old = bytes[i];

		for (size_t n = 0; n < sizeof(values); n++) {
			bytes[i] = values[n];
			EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
			EXPECT(!r->aml.truncated);
			aml_fini(&r->aml);
		}
		bytes[i] = old;
	}
	aml_reading_free(r);
}

static const struct unit_test tests[] = {
	{"devices, regions and what needs a method are found in a server's tables", test_server},
	{"regions that share a page and packages with references are read", test_two_sockets},
	{"what is constant has its value, what is not has a reason", test_values},
	{"code at table level is followed where it is constant, else listed", test_load},
	{"what code may change through a reference, or only seems to make, has no value",
	 test_handed},
	{"the recorded DSDT holds the devices that Linux found", test_recorded},
	{"any byte of a table may be anything", test_any_byte},
};

int main(int argc, char **argv)
{
	return unit_main("aml", tests, ARRAY_SIZE(tests), argc, argv);
}
