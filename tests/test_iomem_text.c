// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "acpi/acpi.h"
#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/unit.h"

#define RECORDED SOURCE_DIR "/platforms/qemu-virt-gicv3/iomem"

static struct iomem_text parse(const char *text, size_t len, struct said *said)
{
	struct iomem_text out;

	PARSE_COPY(&out, iomem_text_parse, text, len, said);
	return out;
}

static void expect_line(const struct iomem_text *text, size_t n, uint64_t first, uint64_t last,
			unsigned int depth, const char *name, unsigned int line)
{
	const struct iomem_line *l;

	EXPECT(n < text->lines.count);
	if (n >= text->lines.count)
		return;
	l = &text->lines.items[n];
	EXPECT_U64(l->first, first);
	EXPECT_U64(l->last, last);
	EXPECT_U64(l->depth, depth);
	EXPECT_STR(l->name, name);
	EXPECT_U64(l->line, line);
}

static void test_recorded(void)
{
	struct iomem_text out;
	struct said said;
	size_t len, devices = 0;
	char *text = unit_read_file(RECORDED, &len);

	if (!text)
		return;
	out = parse(text, len, &said);
	free(text);
	EXPECT_STR(said.text, "");
	EXPECT_U64(out.lines.count, 65);
	expect_line(&out, 0, 0x8000000, 0x800ffff, 0, "GICD", 1);
	expect_line(&out, 2, 0x9020000, 0x9020017, 0, "QEMU0002:00", 3);
	expect_line(&out, 3, 0x9020000, 0x9020017, 1, "fw_cfg_mem", 4);
	expect_line(&out, 57, UINT64_C(0x4010000000), UINT64_C(0x401fffffff), 0, "PCI ECAM", 58);
	expect_line(&out, 64, UINT64_C(0x8000008000), UINT64_C(0x800000bfff), 2,
		    "virtio-pci-modern", 65);
	for (size_t i = 0; i < out.lines.count; i++)
		devices += iomem_name_is_acpi_device(out.lines.items[i].name);
	EXPECT_U64(devices, 33);
	iomem_text_fini(&out);
	EXPECT_U64(out.lines.count, 0);
}

static void test_shapes(void)
{
	static const char text[] = "\n"
				   "00001000-ffffffffffffffff : a : b\r\n"
				   "  \n"
				   "  2000-2000 : \n"
				   "    2000-2000 : x";
	struct said said;
	struct iomem_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_STR(said.text, "");
	EXPECT_U64(out.lines.count, 3);
	expect_line(&out, 0, 0x1000, UINT64_MAX, 0, "a : b", 2);
	expect_line(&out, 1, 0x2000, 0x2000, 1, "", 4);
	expect_line(&out, 2, 0x2000, 0x2000, 2, "x", 5);
	iomem_text_fini(&out);
}

static void test_errors(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"x\n1-2 : good\n", "error iomem+1 line 1: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n-2 : x\n", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n1+2 : x\n", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n1- : x\n", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n1-2: x\n", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n1-2", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n00000000000000001-2 : x\n",
		 "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n\t1-2 : x\n", "error iomem+2 line 2: expected 'FIRST-LAST : NAME'\n"},
		{"1-2 : good\n2-1 : x\n", "error iomem+2 line 2: range ends before it starts\n"},
		{"1-2 : good\n 1-2 : x\n",
		 "error iomem+2 line 2: indentation is not two blanks per level\n"},
		{"1-2 : good\n                                  1-2 : x\n",
		 "error iomem+2 line 2: indentation is not two blanks per level\n"},
		{"1-2 : good\n1-2 : a\tb\n",
		 "error iomem+2 line 2: control character in the name\n"},
		{"1-2 : good\n1-2 : \x7f\n",
		 "error iomem+2 line 2: control character in the name\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct said said;
		struct iomem_text out = parse(cases[i].text, strlen(cases[i].text), &said);

		EXPECT_STR(said.text, cases[i].want);
		EXPECT_U64(out.lines.count, cases[i].want[0] ? 1 : 0);
		if (out.lines.count)
			expect_line(&out, 0, 1, 2, 0, "good", i == 1 ? 2 : 1);
		iomem_text_fini(&out);
	}
}

static void test_nul(void)
{
	struct said said;
	struct iomem_text out = parse("1-2 : a\0b\n", 10, &said);

	EXPECT_STR(said.text, "error iomem+1 line 1: control character in the name\n");
	EXPECT_U64(out.lines.count, 0);
	iomem_text_fini(&out);
}

static void test_nesting(void)
{
	static const char text[] = "  5-6 : orphan\n"
				   "1000-1fff : bus\n"
				   "    1000-1000 : too deep\n"
				   "  1000-10ff : child\n"
				   "    10f0-1100 : out\n"
				   "  ff0-1000 : below\n"
				   "1-2 : root\n"
				   "    1-2 : deep again\n";
	struct said said;
	struct iomem_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_STR(said.text, "warning iomem+1 line 1: indented below nothing\n"
			      "warning iomem+3 line 3: indented below nothing\n"
			      "warning iomem+5 line 5: not inside 'child' of line 4\n"
			      "warning iomem+6 line 6: not inside 'bus' of line 2\n"
			      "warning iomem+8 line 8: indented below nothing\n");
	EXPECT_U64(out.lines.count, 8);
	expect_line(&out, 0, 5, 6, 1, "orphan", 1);
	expect_line(&out, 4, 0x10f0, 0x1100, 2, "out", 5);
	EXPECT_U64(said.log.errors, 0);
	EXPECT_U64(said.log.warnings, 5);
	iomem_text_fini(&out);
}

static void test_deepest(void)
{
	char text[2048];
	struct iomem_text out;
	struct said said;
	int len = 0;

	for (int depth = 0; depth <= 16; depth++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%*s1-2 : d\n", 2 * depth,
				"");
	out = parse(text, (size_t)len, &said);
	EXPECT_STR(said.text, "");
	EXPECT_U64(out.lines.count, 17);
	expect_line(&out, 16, 1, 2, 16, "d", 17);
	iomem_text_fini(&out);
}

/* A name of `digits` characters, whose last one is 7, is kept as `kept` characters. */
static void expect_name(int digits, size_t kept, char last, const char *want)
{
	char text[128];
	struct said said;
	int len = snprintf(text, sizeof(text), "1-2 : %0*d", digits, 7);
	struct iomem_text out = parse(text, (size_t)len, &said);

	EXPECT_STR(said.text, want);
	EXPECT_U64(out.lines.count, 1);
	for (size_t i = 0; i < out.lines.count; i++) {
		EXPECT_U64(strlen(out.lines.items[i].name), kept);
		EXPECT(out.lines.items[i].name[kept - 1] == last);
	}
	iomem_text_fini(&out);
}

static void test_long_name(void)
{
	expect_name(63, 63, '7', "");
	expect_name(64, 63, '0', "warning iomem+1 line 1: name is cut to 63 characters\n");
}

static void test_all_zero(void)
{
	static const char text[] = "00000000-00000000 : GICD\n  00000000-00000000 : x\n";
	struct said said;
	struct iomem_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_STR(said.text, "error iomem+2 line 2: all addresses are 0: only root sees them\n");
	EXPECT_U64(out.lines.count, 2);
	iomem_text_fini(&out);
	out = parse("0-0 : a\n0-1 : b\n", 16, &said);
	EXPECT_STR(said.text, "");
	iomem_text_fini(&out);
}

static void test_device_names(void)
{
	static const char *const yes[] = {
		"LNRO0005:00", "QEMU0002:00",  "ARMHC600:00", "PNP0C02:00",  "PNP0A08:1f",
		"ACPI0013:00", "APMC0D05:123", "HISI02A1:0a", "ARMH0011:01", "80860F14:00",
	};
	static const char *const no[] = {
		"",
		"GICD",
		"PCI ECAM",
		"System RAM",
		"0000:00:01.0",
		"PCI Bus 0000:00",
		"LNRO0005",
		"LNRO0005:",
		"LNRO0005:0",
		"LNRO0005:0G",
		"LNRO0005:00 ",
		"LNRO0005:00 LNRO0005:00",
		"lnro0005:00",
		"LNRO000G:00",
		"LNRO00050:00",
		"PN0C02:00",
		"PNP0C0:00",
		"P1P0C02:00",
		"PNP",
		"LNRO",
		"pnp 00:00",
		"PNP0C02:0A",
	};

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (!EXPECT(iomem_name_is_acpi_device(yes[i])))
			EXPECT_STR(yes[i], "a device");
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (!EXPECT(!iomem_name_is_acpi_device(no[i])))
			EXPECT_STR(no[i], "no device");
}

static const struct unit_test tests[] = {
	{"the recorded machine's iomem is read whole", test_recorded},
	{"blank lines, CR LF, empty names and no last newline are fine", test_shapes},
	{"a line that is none is told and the others stay", test_errors},
	{"a NUL byte is no name", test_nul},
	{"a line that is not inside its parent is kept with a warning", test_nesting},
	{"sixteen levels below the root are read", test_deepest},
	{"a long name is cut with a warning", test_long_name},
	{"addresses hidden from users are an error", test_all_zero},
	{"names of ACPI devices are told from others", test_device_names},
};

int main(int argc, char **argv)
{
	return unit_main("iomem_text", tests, ARRAY_SIZE(tests), argc, argv);
}
