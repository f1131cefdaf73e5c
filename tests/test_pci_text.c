// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "acpi/acpi.h"
#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/unit.h"

#define RECORDED SOURCE_DIR "/platforms/qemu-virt-gicv3/pci-resources.txt"

#define BLK "== /sys/bus/pci/devices/0000:00:01.0 0x1af4 0x1001 0x010000  drv=x/virtio-pci\n"
#define RES "0x1000 0x1fff 0x40200\n"

static struct pci_text parse(const char *text, size_t len, struct said *said)
{
	struct pci_text out;

	PARSE_COPY(&out, pci_text_parse, text, len, said);
	return out;
}

/* The function as text: "0:00:01.0 1af4:1001 010000 virtio-pci line 15", then its resources. */
static void expect_function(const struct pci_text *text, size_t n, const char *want)
{
	const struct pci_function *f;
	char got[1024];
	int len;

	EXPECT(n < text->functions.count);
	if (n >= text->functions.count)
		return;
	f = &text->functions.items[n];
	len = snprintf(got, sizeof(got), "%x:%02x:%02x.%x %04x:%04x %06x '%s' line %u of %u\n",
		       f->segment, f->bus, f->dev, f->fn, f->vendor, f->device, f->class_code,
		       f->driver, f->line, f->res_count);
	for (size_t i = 0; i < PCI_RES_MAX; i++)
		if (f->res[i].last)
			len += snprintf(got + len, sizeof(got) - (size_t)len,
					"%zu 0x%llx 0x%llx 0x%llx\n", i,
					(unsigned long long)f->res[i].first,
					(unsigned long long)f->res[i].last,
					(unsigned long long)f->res[i].flags);
	EXPECT_STR(got, want);
}

static void test_recorded(void)
{
	struct pci_text out;
	struct said said;
	size_t len;
	char *text = unit_read_file(RECORDED, &len);

	if (!text)
		return;
	out = parse(text, len, &said);
	free(text);
	EXPECT_STR(said.text, "");
	EXPECT_U64(out.functions.count, 4);
	expect_function(&out, 0, "0:00:00.0 1b36:0008 060000 '' line 1 of 13\n");
	expect_function(&out, 1,
			"0:00:01.0 1af4:1001 010000 'virtio-pci' line 15 of 13\n"
			"0 0x1000 0x107f 0x40101\n1 0x10040000 0x10040fff 0x40200\n"
			"4 0x8000000000 0x8000003fff 0x14220c\n");
	expect_function(&out, 2,
			"0:00:02.0 1af4:1001 010000 'virtio-pci' line 29 of 13\n"
			"0 0x1080 0x10ff 0x40101\n1 0x10041000 0x10041fff 0x40200\n"
			"4 0x8000004000 0x8000007fff 0x14220c\n");
	expect_function(&out, 3,
			"0:00:03.0 1af4:1000 020000 'virtio-pci' line 43 of 13\n"
			"0 0x1100 0x111f 0x40101\n1 0x10042000 0x10042fff 0x40200\n"
			"4 0x8000008000 0x800000bfff 0x14220c\n6 0x10000000 0x1003ffff 0x46200\n");
	pci_text_fini(&out);
	EXPECT_U64(out.functions.count, 0);
}

static void test_shapes(void)
{
	static const char text[] = "\r\n"
				   "== 0002:FF:1f.7 0x8086 0x10d3 0x020000\r\n"
				   "0x1000 0xFFFFFFFFFFFFFFFF 0x200 \r\n"
				   "\r\n"
				   "0x0 0x0 0x0\r\n"
				   "== /a b/0000:00:00.0 0x1 0x2 0x3 drv=";
	struct said said;
	struct pci_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_STR(said.text, "error pci+6 line 6: expected '== PATH VENDOR DEVICE CLASS "
			      "drv=LINK', it is left out\n");
	EXPECT_U64(out.functions.count, 1);
	expect_function(&out, 0,
			"2:ff:1f.7 8086:10d3 020000 '' line 2 of 2\n"
			"0 0x1000 0xffffffffffffffff 0x200\n");
	pci_text_fini(&out);
}

static void test_drivers(void)
{
	static const struct {
		const char *text, *driver;
	} cases[] = {
		{"== 0000:00:00.0 0x1 0x2 0x3", ""},
		{"== 0000:00:00.0 0x1 0x2 0x3  ", ""},
		{"== 0000:00:00.0 0x1 0x2 0x3 drv=", ""},
		{"== 0000:00:00.0 0x1 0x2 0x3 drv=nvme", "nvme"},
		{"== 0000:00:00.0 0x1 0x2 0x3 drv=/a/b/nvme", "nvme"},
		{"== 0000:00:00.0 0x1 0x2 0x3 drv=/a/b/", ""},
		{"== 0000:00:00.0 0x1 0x2 0x3 drv=1234567890123456789012345678901",
		 "1234567890123456789012345678901"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct said said;
		struct pci_text out = parse(cases[i].text, strlen(cases[i].text), &said);

		EXPECT_STR(said.text, "");
		EXPECT_U64(out.functions.count, 1);
		if (out.functions.count)
			EXPECT_STR(out.functions.items[0].driver, cases[i].driver);
		pci_text_fini(&out);
	}
}

/* The bad heading's resources must not become those of the function in front of it. */
static void test_headings(void)
{
	static const char *const bad[] = {
		"== ",
		"== x",
		"== 0000:00:20.0 0x1 0x2 0x3",
		"== 0000:00:00.8 0x1 0x2 0x3",
		"== 10000:00:00.0 0x1 0x2 0x3",
		"== 0000:100:00.0 0x1 0x2 0x3",
		"== 0000:00:00.0x 0x1 0x2 0x3",
		"== 0000:00:00 0x1 0x2 0x3",
		"== 0000:00 0x1 0x2 0x3",
		"== 0000 0x1 0x2 0x3",
		"== 0000:: 0x1 0x2 0x3",
		"== 0000:00:00. 0x1 0x2 0x3",
		"== 0000:00:00.0",
		"== 0000:00:00.0 1 0x2 0x3",
		"== 0000:00:00.0 0x10000 0x2 0x3",
		"== 0000:00:00.0 0x1 0x20000 0x3",
		"== 0000:00:00.0 0x1 0x2",
		"== 0000:00:00.0 0x1 0x2 0x",
		"== 0000:00:00.0 0x1 0x2 0x1000000",
		"== 0000:00:00.0 0x1 2 0x3",
		"== 0000:00:00.0 0x1 0x2 0x3 driver",
		"== 0000:00:00.0 0x1 0x2 0x3 drv=12345678901234567890123456789012",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[512];
		struct said said;
		int len = snprintf(text, sizeof(text), BLK RES "%s\n0x5 0x6 0x7\njunk\n", bad[i]);
		struct pci_text out = parse(text, (size_t)len, &said);

		EXPECT_STR(said.text, "error pci+3 line 3: expected '== PATH VENDOR DEVICE CLASS "
				      "drv=LINK', it is left out\n");
		EXPECT_U64(out.functions.count, 1);
		expect_function(&out, 0,
				"0:00:01.0 1af4:1001 010000 'virtio-pci' line 1 of 1\n"
				"0 0x1000 0x1fff 0x40200\n");
		pci_text_fini(&out);
	}
}

static void test_nul(void)
{
	static const char text[] = "== 0000:00:00.0 0x1 0x2 0x3 drv=a\0b";
	struct said said;
	struct pci_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_U64(said.log.errors, 1);
	EXPECT_U64(out.functions.count, 0);
	pci_text_fini(&out);
}

static void test_twice(void)
{
	static const char text[] = BLK RES BLK "0x5 0x6 0x7\n"
					       "== 0000:00:01.1 0x1 0x2 0x3\n" RES;
	struct said said;
	struct pci_text out = parse(text, sizeof(text) - 1, &said);

	EXPECT_STR(said.text, "error pci+3 line 3: function is described twice, it is left out\n");
	EXPECT_U64(out.functions.count, 2);
	expect_function(&out, 0,
			"0:00:01.0 1af4:1001 010000 'virtio-pci' line 1 of 1\n"
			"0 0x1000 0x1fff 0x40200\n");
	expect_function(&out, 1,
			"0:00:01.1 0001:0002 000003 '' line 5 of 1\n0 0x1000 0x1fff 0x40200\n");
	pci_text_fini(&out);
}

static void test_resources(void)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"0x2 0x1 0x200", "error pci+2 line 2: range ends before it starts\n"},
		{"2 0x1 0x200", "error pci+2 line 2: expected '0xFIRST 0xLAST 0xFLAGS'\n"},
		{"0x2 0x1", "error pci+2 line 2: expected '0xFIRST 0xLAST 0xFLAGS'\n"},
		{"0x2 0x1 0x", "error pci+2 line 2: expected '0xFIRST 0xLAST 0xFLAGS'\n"},
		{"0x2 0x3 0x4 5", "error pci+2 line 2: expected '0xFIRST 0xLAST 0xFLAGS'\n"},
		{"0x00000000000000002 0x3 0x4",
		 "error pci+2 line 2: expected '0xFIRST 0xLAST 0xFLAGS'\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[256];
		struct said said;
		int len = snprintf(text, sizeof(text), BLK "%s\n" RES, cases[i].line);
		struct pci_text out = parse(text, (size_t)len, &said);

		EXPECT_STR(said.text, cases[i].want);
		expect_function(&out, 0,
				"0:00:01.0 1af4:1001 010000 'virtio-pci' line 1 of 2\n"
				"1 0x1000 0x1fff 0x40200\n");
		pci_text_fini(&out);
	}
}

static void test_orphan(void)
{
	struct said said;
	struct pci_text out = parse(RES BLK, strlen(RES BLK), &said);

	EXPECT_STR(said.text, "error pci+1 line 1: resource without a function\n");
	expect_function(&out, 0, "0:00:01.0 1af4:1001 010000 'virtio-pci' line 2 of 0\n");
	pci_text_fini(&out);
}

static void test_too_many_resources(void)
{
	struct said said;
	struct pci_text out;
	char text[1024] = BLK;

	for (int i = 0; i < 18; i++)
		strcat(text, i == 16 ? RES : "0x0 0x0 0x0\n");
	out = parse(text, strlen(text), &said);
	EXPECT_STR(said.text, "error pci+19 line 19: more resources than a function has\n");
	expect_function(&out, 0,
			"0:00:01.0 1af4:1001 010000 'virtio-pci' line 1 of 17\n"
			"16 0x1000 0x1fff 0x40200\n");
	pci_text_fini(&out);
}

static void test_too_many_functions(void)
{
	const unsigned int max = 8192;
	size_t room = (max + 1) * 32, len = 0;
	char *text = malloc(room);
	struct pci_text out;
	struct said said;

	EXPECT(text != NULL);
	if (!text)
		return;
	for (unsigned int i = 0; i <= max; i++)
		len += (size_t)snprintf(text + len, room - len,
					"== 0000:%02x:%02x.%x 0x1 0x2 0x3\n", i >> 8 & 0xff,
					i >> 3 & 0x1f, i & 7);
	out = parse(text, len, &said);
	EXPECT_STR(said.text, "error pci+8193 line 8193: too many functions, it is left out\n");
	EXPECT_U64(out.functions.count, max);
	pci_text_fini(&out);
	free(text);
}

static const struct unit_test tests[] = {
	{"the recorded machine's four functions are read whole", test_recorded},
	{"CR LF, blank lines and a bare address as path are fine", test_shapes},
	{"the driver is the last part of its link", test_drivers},
	{"a function whose heading is damaged is left out with its resources", test_headings},
	{"a NUL byte is no driver", test_nul},
	{"only the first of two equal functions stays", test_twice},
	{"a damaged resource keeps its number and is empty", test_resources},
	{"a resource without a function is told", test_orphan},
	{"a bridge has seventeen resources and none has more", test_too_many_resources},
	{"functions after the 8192nd are left out", test_too_many_functions},
};

int main(int argc, char **argv)
{
	return unit_main("pci_text", tests, ARRAY_SIZE(tests), argc, argv);
}
