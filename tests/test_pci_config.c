// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "acpi/acpi.h"
#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/unit.h"

#define HEAD "== 0000:00:01.0\n"

/* A virtio function's header: capabilities, their first at 0x40 or 0x00. */
#define ROW0(type)	    "00: f4 1a 41 10 07 04 10 00 01 00 00 02 00 00 " type " 00\n"
#define ROW1		    "10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define ROW2		    "20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
#define ROW3(first)	    "30: 00 00 00 00 " first " 00 00 00 00 00 00 00 00 00 00 00\n"
#define HEADER(type, first) ROW0(type) ROW1 ROW2 ROW3(first)

static struct pci_config_text parse(const char *text, size_t len, struct said *said)
{
	struct pci_config_text out;

	PARSE_COPY(&out, pci_config_parse, text, len, said);
	return out;
}

/* All functions as text, and all that is said. */
static void expect(const char *text, const char *want, const char *said_want)
{
	struct said said;
	struct pci_config_text out = parse(text, strlen(text), &said);
	char got[1024] = "";
	size_t len = 0;

	for (size_t i = 0; i < out.functions.count && len < sizeof(got); i++) {
		const struct pci_config *f = &out.functions.items[i];

		len += (size_t)snprintf(got + len, sizeof(got) - len,
					"%x:%02x:%02x.%x type %u to %u port %u line %u", f->segment,
					f->bus, f->dev, f->fn, f->header_type, f->secondary_bus,
					f->port_type, f->line);
		if (f->has_msix && len < sizeof(got))
			len += (size_t)snprintf(got + len, sizeof(got) - len,
						" msix %u at %u+0x%llx", f->msix_vectors,
						f->msix_bar, (unsigned long long)f->msix_offset);
		if (len < sizeof(got))
			len += (size_t)snprintf(got + len, sizeof(got) - len, "\n");
	}
	EXPECT_STR(got, want);
	EXPECT_STR(said.text, said_want);
	pci_config_fini(&out);
	EXPECT_U64(out.functions.count, 0);
}

static void test_capabilities(void)
{
	expect(HEAD HEADER("80", "42") "40: 10 50 42 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
				       "50: 11 00 3f 80 03 20 00 00 03 30 00 00\n",
	       "0:00:01.0 type 0 to 0 port 4 line 1 msix 64 at 3+0x2000\n", "");
}

static void test_vectors(void)
{
	expect(HEAD HEADER("00", "40") "40: 11 00 ff ff 05 00 00 80 00 00 00 00\n",
	       "0:00:01.0 type 0 to 0 port 16 line 1 msix 2048 at 5+0x80000000\n", "");
	expect(HEAD HEADER("00", "40") "40: 11 00 00 00 06 00 00 00 00 00 00 00\n",
	       "0:00:01.0 type 0 to 0 port 16 line 1\n",
	       "error pci-config+1 line 1: MSI-X table is in BAR 6, which no function has\n");
}

static void test_bridge(void)
{
	expect("== ffff:FF:1f.7 \r\n" ROW0("81") "10: 00 00 00 00 00 00 00 00 00 07 09 00 00 00 00 "
						 "00\n" ROW2 ROW3("40") "40: 10 00 62 01\n",
	       "ffff:ff:1f.7 type 1 to 7 port 6 line 1\n", "");
	expect(HEAD ROW0("00") "10: 00 00 00 00 00 00 00 00 00 07 09 00 00 00 00 00\n" ROW2 ROW3(
		       "00"),
	       "0:00:01.0 type 0 to 0 port 16 line 1\n", "");
}

/* Type 2 has another layout; a status without the bit has no list. */
static void test_no_list(void)
{
	expect(HEAD HEADER("02", "40") "40: 10 00 62 01\n",
	       "0:00:01.0 type 2 to 0 port 16 line 1\n", "");
	expect(HEAD "00: f4 1a 41 10 07 04 00 00 01 00 00 02 00 00 00 00\n" ROW1 ROW2 ROW3(
		       "40") "40: 10 00 62 01\n",
	       "0:00:01.0 type 0 to 0 port 16 line 1\n", "");
}

/* As many bytes as could be read: no word about what is not there. */
static void test_cut(void)
{
	static const char all[] = "40: 11 00 03 00 01 00 00 00 00 00 00 00";
	char text[512];

	for (size_t bytes = 0; bytes <= 12; bytes++) {
		snprintf(text, sizeof(text), HEAD HEADER("00", "40") "%.*s",
			 (int)(bytes ? 3 + 3 * bytes : 0), all);
		expect(text,
		       bytes < 12 ? "0:00:01.0 type 0 to 0 port 16 line 1\n"
				  : "0:00:01.0 type 0 to 0 port 16 line 1 msix 4 at 1+0x0\n",
		       "");
	}
}

static void test_lists_end(void)
{
	static const struct {
		const char *bytes, *said;
	} cases[] = {
		{"40: 05 40 00 00",
		 "error pci-config+1 line 1: list of capabilities does not end\n"},
		{"40: 05 44 00 00 05 41 00 00",
		 "error pci-config+1 line 1: list of capabilities does not end\n"},
		{"40: ff 44 00 00 10 00 62 00", ""},
		{"40: 05 3c 00 00 10 00 62 00", ""},
		{"40: 05 fc 00 00 10 00 62 00", ""},
		{"40: 05", ""},
	};
	char text[512];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), HEAD HEADER("00", "40") "%s", cases[i].bytes);
		expect(text, "0:00:01.0 type 0 to 0 port 16 line 1\n", cases[i].said);
	}
}

static void test_first_counts(void)
{
	expect(HEAD HEADER("00", "40") "40: 10 44 42 00 10 48 62 00 11 54 00 00 08 00 00 00\n"
				       "50: 00 00 00 00 11 00 01 00 10 00 00 00 00 00 00 00\n",
	       "0:00:01.0 type 0 to 0 port 4 line 1 msix 1 at 0+0x8\n", "");
}

static void test_headings(void)
{
	static const char *const bad[] = {
		"== ",
		"== x",
		"== 0000:00:20.0",
		"== 0000:00:00.8",
		"== 10000:00:00.0",
		"== 0000:100:00.0",
		"== 0000:00:00.0x",
		"== 0000:00:00",
		"== /sys/0000:00:00.0",
		"== 0000:00:00.0 0x1af4",
	};
	char text[512];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "%s\n" HEADER("00", "00"), bad[i]);
		expect(text, "",
		       "error pci-config+1 line 1: expected '== SEGMENT:BUS:DEVICE.FUNCTION', it "
		       "is left out\n");
	}
	expect(HEAD HEADER("00", "00") HEAD HEADER("01", "00"),
	       "0:00:01.0 type 0 to 0 port 16 line 1\n",
	       "error pci-config+6 line 6: function is described twice, it is left out\n");
}

static void test_no_function(void)
{
	expect("", "", "");
	expect("\n00: 00\n", "", "error pci-config+2 line 2: bytes without a function\n");
	expect(HEAD ROW0("00") ROW1 ROW2, "",
	       "error pci-config+1 line 1: has less than the 64 bytes of its header, it is left "
	       "out\n");
	expect(HEAD "00: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n" ROW1 ROW2 ROW3("00"),
	       "", "warning pci-config+1 line 1: reads as all ones, it is left out\n");
}

/* The bytes in front of a bad line are a function if they are enough. */
static void test_bad_lines(void)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{"x", "expected 'OFFSET: ' and bytes"},
		{"40 00", "expected 'OFFSET: ' and bytes"},
		{"00040: 00", "expected 'OFFSET: ' and bytes"},
		{"50: 00", "offset is not the number of bytes so far"},
		{"30: 00", "offset is not the number of bytes so far"},
		{"40: 0", "expected two hex digits"},
		{"40: 000", "expected two hex digits"},
		{"40: 0g", "expected two hex digits"},
		{"40: 00-00", "expected a blank in front of a byte"},
		{"40:00", "expected a blank in front of a byte"},
		{"40: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", "more than 16 bytes"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[512], said[256];

		snprintf(text, sizeof(text), HEAD HEADER("00", "00") "%s\n40: 10 00 62 00\n",
			 cases[i].line);
		snprintf(said, sizeof(said), "error pci-config+6 line 6: %s\n", cases[i].said);
		expect(text, "0:00:01.0 type 0 to 0 port 16 line 1\n", said);
	}
}

static void test_whole_space(void)
{
	size_t len = 0, room = 256 * 64;
	char *text = malloc(room);

	EXPECT(text != NULL);
	if (!text)
		return;
	len = (size_t)snprintf(text, room, HEAD);
	for (unsigned int at = 0; at <= 4096; at += 16)
		len += (size_t)snprintf(text + len, room - len,
					"%02x: 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n",
					at);
	expect(text, "0:00:01.0 type 0 to 0 port 16 line 1\n",
	       "error pci-config+258 line 258: more bytes than a function has\n");
	free(text);
}

/* A copy with some bytes changed and cut ends, whatever it says. */
static void test_random(void)
{
	static const char text[] =
		HEAD HEADER("01", "40") "40: 10 50 42 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
					"50: 11 00 3f 80 03 20 00 00 03 30 00 00\n";
	static const char set[] = "0123456789abcdef: =\n\r\xff";
	uint64_t state = 1;

	for (unsigned int n = 0; n < 20000; n++) {
		char copy[sizeof(text)];
		struct said said;
		struct pci_config_text out;

		memcpy(copy, text, sizeof(text));
		for (unsigned int i = 0; i < 3; i++)
			copy[unit_rand(&state) % (sizeof(text) - 1)] =
				set[unit_rand(&state) % (sizeof(set) - 1)];
		out = parse(copy, unit_rand(&state) % sizeof(text), &said);
		EXPECT(out.functions.count <= 1);
		pci_config_fini(&out);
	}
}

static const struct unit_test tests[] = {
	{"port type and MSI-X table come from their capabilities", test_capabilities},
	{"an MSI-X table has 1 to 2048 vectors in one of six BARs", test_vectors},
	{"only a bridge has a secondary bus", test_bridge},
	{"a list of capabilities is followed only where there is one", test_no_list},
	{"capabilities beyond the bytes that could be read are not there", test_cut},
	{"lists that go round or astray end", test_lists_end},
	{"the first capability of a kind counts", test_first_counts},
	{"a bad heading takes its bytes with it", test_headings},
	{"what is no function is said and left out", test_no_function},
	{"bytes behind a bad line do not count", test_bad_lines},
	{"a function has 4096 bytes", test_whole_space},
	{"damaged texts are read to their end", test_random},
};

int main(int argc, char **argv)
{
	return unit_main("pci_config", tests, ARRAY_SIZE(tests), argc, argv);
}
