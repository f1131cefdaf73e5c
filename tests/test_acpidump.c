// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "acpi/acpi.h"
#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/acpi_samples.h"
#include "tests/unit.h"

#define RECORDED SOURCE_DIR "/platforms/qemu-virt-gicv3/acpidump.dat"

struct dump {
	char text[65536];
	size_t len;
};

static void put(struct dump *d, const char *text)
{
	size_t len = strlen(text);

	memcpy(d->text + d->len, text, len + 1);
	d->len += len;
}

static void put_row(struct dump *d, size_t offset, const uint8_t *bytes, size_t count)
{
	char row[128];
	int n = snprintf(row, sizeof(row), "    %04zX:", offset);

	for (size_t i = 0; i < 16; i++)
		n += i < count ? snprintf(row + n, sizeof(row) - (size_t)n, " %02X", bytes[i])
			       : snprintf(row + n, sizeof(row) - (size_t)n, "   ");
	put(d, row);
	put(d, "  12 34 characters\n");
}

/* A table as acpidump writes it. */
static void put_table(struct dump *d, const char *sig, uint64_t addr, const uint8_t *bytes,
		      size_t len)
{
	char heading[64];

	snprintf(heading, sizeof(heading), "%s @ 0x%016" PRIX64 "\n", sig, addr);
	put(d, heading);
	for (size_t at = 0; at < len; at += 16)
		put_row(d, at, bytes + at, len - at < 16 ? len - at : 16);
	put(d, "\n");
}

static struct acpi_tables parse(const char *text, size_t len, struct said *said)
{
	struct acpi_tables out;

	PARSE_COPY(&out, acpidump_parse, text, len, said);
	return out;
}

static void expect_table(const struct acpi_tables *tables, size_t n, const char *sig, uint64_t addr,
			 size_t len, unsigned int line)
{
	const struct acpi_blob *blob;

	EXPECT(n < tables->tables.count);
	if (n >= tables->tables.count)
		return;
	blob = &tables->tables.items[n];
	EXPECT_STR(blob->sig, sig);
	EXPECT_U64(blob->addr, addr);
	EXPECT_U64(blob->len, len);
	EXPECT_U64(blob->line, line);
	EXPECT(memcmp(blob->bytes, sig, 4) == 0);
}

static void test_recorded(void)
{
	static const struct {
		const char *sig;
		size_t len;
		unsigned int line;
	} want[] = {
		{"APIC", 184, 1},  {"DBG2", 87, 15},   {"DSDT", 5196, 23}, {"FACP", 276, 350},
		{"GTDT", 96, 370}, {"IORT", 128, 378}, {"MCFG", 60, 388},  {"PPTT", 96, 394},
		{"SPCR", 80, 402}, {"STAO", 37, 409},
	};
	struct acpi_tables tables;
	struct said said;
	size_t len;
	char *text = unit_read_file(RECORDED, &len);

	if (!text)
		return;
	tables = parse(text, len, &said);
	free(text);
	EXPECT_U64(tables.tables.count, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		expect_table(&tables, i, want[i].sig, 0, want[i].len, want[i].line);
	EXPECT_STR(said.text, "");
	EXPECT_U64(said.log.errors + said.log.warnings, 0);
	acpi_tables_fini(&tables);
}

static void test_bytes(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;

	put_table(&d, "IORT", UINT64_C(0x13c431018), iort, sizeof(iort));
	put_table(&d, "STAO", 0x4000, stao, sizeof(stao));
	tables = parse(d.text, d.len, &said);
	EXPECT_STR(said.text, "");
	EXPECT_U64(tables.tables.count, 2);
	expect_table(&tables, 0, "IORT", UINT64_C(0x13c431018), sizeof(iort), 1);
	expect_table(&tables, 1, "STAO", 0x4000, sizeof(stao), 35);
	for (size_t i = 0; i < tables.tables.count; i++)
		EXPECT(memcmp(tables.tables.items[i].bytes, i ? stao : iort,
			      i ? sizeof(stao) : sizeof(iort)) == 0);
	acpi_tables_fini(&tables);
}

static void test_find(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;

	put_table(&d, "BERT", 0, bert, sizeof(bert));
	put_table(&d, "MCFG", 0, mcfg, sizeof(mcfg));
	put_table(&d, "BERT", 0, bert, sizeof(bert));
	tables = parse(d.text, d.len, &said);
	EXPECT(acpi_find(&tables, "BERT", 0) == &tables.tables.items[0]);
	EXPECT(acpi_find(&tables, "BERT", 1) == &tables.tables.items[2]);
	EXPECT(acpi_find(&tables, "BERT", 2) == NULL);
	EXPECT(acpi_find(&tables, "MCFG", 0) == &tables.tables.items[1]);
	EXPECT(acpi_find(&tables, "GTDT", 0) == NULL);
	acpi_tables_fini(&tables);
	EXPECT(acpi_find(&tables, "BERT", 0) == NULL);
	acpi_tables_fini(&tables);
}

/* Old dumps: offsets of two blanks, small letters, CR LF, no newline at the end, no characters. */
static void test_dialects(void)
{
	struct acpi_tables tables;
	struct said said;
	static const char text[] = "\r\n"
				   "STAO @ 0xbffe0000  \r\n"
				   "  0000: 53 54 41 4f 25 00 00 00 01 37 42 4f 43 48 53 20\r\n"
				   "  0010: 42 58 50 43 20 20 20 20 01 00 00 00 42 58 50 43 \r\n"
				   "  \r\n"
				   "  0020: 01 00 00 00 01";

	tables = parse(text, sizeof(text) - 1, &said);
	EXPECT_STR(said.text, "");
	EXPECT_U64(tables.tables.count, 1);
	expect_table(&tables, 0, "STAO", 0xbffe0000, 37, 2);
	acpi_tables_fini(&tables);
}

static uint8_t sum(const uint8_t *bytes, size_t len)
{
	uint8_t s = 0;

	while (len--)
		s = (uint8_t)(s + *bytes++);
	return s;
}

static void make_rsdp(uint8_t rsdp[36], uint8_t revision)
{
	static const uint8_t sig[8] = {'R', 'S', 'D', ' ', 'P', 'T', 'R', ' '};

	memset(rsdp, 0, 36);
	memcpy(rsdp, sig, sizeof(sig));
	rsdp[15] = revision;
	rsdp[20] = 36;
	rsdp[24] = 0x90;
	rsdp[8] = (uint8_t)-sum(rsdp, 20);
	rsdp[32] = (uint8_t)-sum(rsdp, 36);
}

static void test_rsdp(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;
	uint8_t rsdp[36];

	make_rsdp(rsdp, 2);
	put_table(&d, "RSD PTR", 0x1000, rsdp, 36);
	put_table(&d, "RSD ", 0x2000, rsdp, 36);
	make_rsdp(rsdp, 0);
	put_table(&d, "RSD ", 0x3000, rsdp, 20);
	make_rsdp(rsdp, 2);
	rsdp[33] = 1; /* reserved, in the second sum only */
	put_table(&d, "RSD ", 0x4000, rsdp, 36);
	rsdp[10] = 'X';
	put_table(&d, "RSD ", 0x5000, rsdp, 36);
	rsdp[20] = 35;
	put_table(&d, "RSD ", 0x6000, rsdp, 36);
	tables = parse(d.text, d.len, &said);
	EXPECT_U64(tables.tables.count, 3);
	expect_table(&tables, 0, "RSD ", 0x1000, 36, 1);
	expect_table(&tables, 1, "RSD ", 0x2000, 36, 6);
	expect_table(&tables, 2, "RSD ", 0x3000, 20, 11);
	EXPECT_STR(said.text,
		   "error RSD +32 line 15: checksum is 0x4c, should be 0x4b, the table is left "
		   "out\n"
		   "error RSD +8 line 20: checksum is 0xdf, should be 0x87, the table is left out\n"
		   "error RSD +20 line 25: length says 35 bytes, 36 are there, at least 36 must "
		   "be, the table is left out\n");
	acpi_tables_fini(&tables);
}

static void test_facs(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;
	uint8_t facs[64] = "FACS@";

	put_table(&d, "FACS", 0x1000, facs, 64);
	put_table(&d, "FACS", 0x2000, facs, 63);
	tables = parse(d.text, d.len, &said);
	EXPECT_U64(tables.tables.count, 1);
	expect_table(&tables, 0, "FACS", 0x1000, 64, 1);
	EXPECT_STR(said.text, "error FACS+4 line 7: length says 64 bytes, 63 are there, at least "
			      "64 must be, the table is left out\n");
	acpi_tables_fini(&tables);
}

/* What is said of a BERT with one thing wrong; a good table in front of it and behind it stays. */
static void expect_left_out(const uint8_t *bytes, size_t len, const char *want)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;

	put_table(&d, "MCFG", 0x1000, mcfg, sizeof(mcfg));
	put_table(&d, "BERT", 0x2000, bytes, len);
	put_table(&d, "SPCR", 0x3000, spcr, sizeof(spcr));
	tables = parse(d.text, d.len, &said);
	EXPECT_U64(tables.tables.count, 2);
	expect_table(&tables, 0, "MCFG", 0x1000, sizeof(mcfg), 1);
	EXPECT(acpi_find(&tables, "SPCR", 0) == &tables.tables.items[1]);
	EXPECT_STR(said.text, want);
	EXPECT_U64(said.log.errors, 1);
	acpi_tables_fini(&tables);
}

static void test_checksum(void)
{
	uint8_t bytes[sizeof(bert)];

	memcpy(bytes, bert, sizeof(bert));
	bytes[9] = (uint8_t)(bytes[9] + 1);
	bytes[40] = (uint8_t)(bytes[40] + 2);
	expect_left_out(bytes, sizeof(bytes),
			"error BERT+9 line 8: checksum is 0xb3, should be 0xb0, the table is left "
			"out\n");
}

static void test_lengths(void)
{
	uint8_t bytes[sizeof(bert)];

	memcpy(bytes, bert, sizeof(bert));
	expect_left_out(bytes, 47,
			"error BERT+4 line 8: length says 48 bytes, 47 are there, at least 36 must "
			"be, the table is left out\n");
	bytes[4] = 35;
	expect_left_out(bytes, 48,
			"error BERT+4 line 8: length says 35 bytes, 48 are there, at least 36 must "
			"be, the table is left out\n");
	bytes[4] = 0;
	expect_left_out(bytes, 8,
			"error BERT+4 line 8: length says 0 bytes, 8 are there, at least 36 must "
			"be, the table is left out\n");
	memset(bytes + 4, 0xff, 4);
	expect_left_out(bytes, 48,
			"error BERT+4 line 8: length says 4294967295 bytes, 48 are there, at least "
			"36 must be, the table is left out\n");
	expect_left_out(bytes, 4,
			"error BERT+4 line 8: length says 0 bytes, 4 are there, at least 36 must "
			"be, the table is left out\n");
	expect_left_out(bytes, 0,
			"error BERT+0 line 8: the bytes do not start with the heading's 'BERT', "
			"the table is left out\n");
	bytes[3] = 'S';
	expect_left_out(bytes, 48,
			"error BERT+0 line 8: the bytes do not start with the heading's 'BERT', "
			"the table is left out\n");
}

static void test_trailing(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;
	uint8_t bytes[sizeof(bert) + 5] = {0};

	memcpy(bytes, bert, sizeof(bert));
	put_table(&d, "BERT", 0x2000, bytes, sizeof(bytes));
	tables = parse(d.text, d.len, &said);
	EXPECT_U64(tables.tables.count, 1);
	expect_table(&tables, 0, "BERT", 0x2000, sizeof(bert), 1);
	EXPECT_STR(said.text, "warning BERT+4 line 1: 5 bytes after the table's end are dropped\n");
	acpi_tables_fini(&tables);
}

static void test_twice(void)
{
	struct dump d = {.len = 0};
	struct acpi_tables tables;
	struct said said;

	put_table(&d, "BERT", 0x2000, bert, sizeof(bert));
	put_table(&d, "MCFG", 0x2000, mcfg, sizeof(mcfg));
	tables = parse(d.text, d.len, &said);
	EXPECT_U64(tables.tables.count, 1);
	expect_table(&tables, 0, "BERT", 0x2000, sizeof(bert), 1);
	EXPECT_STR(said.text, "error MCFG+0 line 6: BERT in line 1 is at this address too, the "
			      "table is left out\n");
	acpi_tables_fini(&tables);
}

static void test_text_errors(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{" ", ""},
		{"    0000: 41\n", "error dump+1 line 1: bytes without a heading\n"},
		{"APIC\n", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"API", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"A\x01IC @ 0x0\n    0000: zz\n",
		 "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"\tAPIC @ 0x0", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"APIC @ 0x", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"APIC @ 0x00000000000000001",
		 "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"APIC @ 0x0 x", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"APIC PTR @ 0x0", "error dump+1 line 1: expected 'SIGN @ 0xADDRESS'\n"},
		{"APIC @ 0x0\n  : 41\n", "error APIC+2 line 2: expected 'OFFSET: ' and bytes, the "
					 "table is left out\n"},
		{"APIC @ 0x0\n  0000 41\n", "error APIC+2 line 2: expected 'OFFSET: ' and bytes, "
					    "the table is left out\n"},
		{"APIC @ 0x0\n  0000: 41 50 49 43\n  0005: 00\n  0004: 00\n",
		 "error APIC+3 line 3: offset is not the number of bytes so far, the table is left "
		 "out\n"},
		{"APIC @ 0x0\n  0000: \n",
		 "error APIC+2 line 2: expected two hex digits, the table is left out\n"},
		{"APIC @ 0x0\n  0000: 41 5\n",
		 "error APIC+2 line 2: expected two hex digits, the table is left out\n"},
		{"APIC @ 0x0\n  0000: 41 5g\n",
		 "error APIC+2 line 2: expected two hex digits, the table is left out\n"},
		{"APIC @ 0x0\n  0000: 41 505 49\n",
		 "error APIC+2 line 2: expected two hex digits, the table is left out\n"},
		{"APIC @ 0x0\n  0000: 41 50-49\n",
		 "error APIC+2 line 2: expected a blank after a byte, the table is left out\n"},
		{"APIC @ 0x0\n  123456789: 41\n",
		 "error APIC+2 line 2: expected 'OFFSET: ' and bytes, the table is left out\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct said said;
		struct acpi_tables tables = parse(cases[i].text, strlen(cases[i].text), &said);

		EXPECT_STR(said.text, cases[i].want);
		EXPECT_U64(tables.tables.count, 0);
		EXPECT_U64(said.log.errors, cases[i].want[0] ? 1 : 0);
		acpi_tables_fini(&tables);
	}
}

/* Cut anywhere, the dump yields the tables in front of the cut and at most one error. */
static void test_truncated(void)
{
	struct dump d = {.len = 0};

	put_table(&d, "MCFG", 0, mcfg, sizeof(mcfg));
	put_table(&d, "BERT", 0, bert, sizeof(bert));
	for (size_t len = 0; len <= d.len; len++) {
		struct said said;
		struct acpi_tables tables = parse(d.text, len, &said);

		EXPECT(tables.tables.count <= 2);
		EXPECT(said.log.errors <= 1);
		for (size_t i = 0; i < tables.tables.count; i++)
			EXPECT(memcmp(tables.tables.items[i].bytes, i ? bert : mcfg,
				      i ? sizeof(bert) : sizeof(mcfg)) == 0);
		acpi_tables_fini(&tables);
	}
}

static void test_too_many(void)
{
	struct acpi_tables tables;
	struct said said;
	struct dump one = {.len = 0};
	const unsigned int max = 4096;
	char *text;

	put_table(&one, "BERT", 0, bert, sizeof(bert));
	text = malloc(one.len * (max + 1));
	EXPECT(text != NULL);
	if (!text)
		return;
	for (size_t i = 0; i <= max; i++)
		memcpy(text + i * one.len, one.text, one.len);
	tables = parse(text, one.len * (max + 1), &said);
	EXPECT_U64(tables.tables.count, max);
	EXPECT_STR(said.text,
		   "error BERT+0 line 20481: more than 4096 tables, the table is left out\n");
	acpi_tables_fini(&tables);
	free(text);
}

static void test_silent_log(void)
{
	struct acpi_log log = {0};
	struct acpi_tables tables;

	EXPECT_I64(acpidump_parse(&tables, "nonsense", 8, &log), 0);
	EXPECT_U64(log.errors, 1);
	EXPECT_U64(log.warnings, 0);
	acpi_tables_fini(&tables);
}

static const struct unit_test tests[] = {
	{"the recorded machine's dump holds ten whole tables and no surprise", test_recorded},
	{"bytes arrive unchanged and the characters behind them are not read", test_bytes},
	{"find counts tables of one signature and finds none after fini", test_find},
	{"older dumps with CR LF, small letters and no last newline are read", test_dialects},
	{"RSDP has its length elsewhere, two sums, and two spellings", test_rsdp},
	{"FACS has a length and no checksum", test_facs},
	{"a table with a wrong checksum is left out and the right one is told", test_checksum},
	{"a table whose length or signature lies is left out, its neighbours stay", test_lengths},
	{"bytes behind a table's own length are dropped with a warning", test_trailing},
	{"of two tables at one address only the first stays", test_twice},
	{"each damage of the text is told once, with its line", test_text_errors},
	{"a dump cut at any byte yields the tables in front of the cut", test_truncated},
	{"tables after the 4096th are left out", test_too_many},
	{"a log without a callback still counts", test_silent_log},
};

int main(int argc, char **argv)
{
	return unit_main("acpidump", tests, ARRAY_SIZE(tests), argc, argv);
}
