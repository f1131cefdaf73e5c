// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acpi_raw.c: tables as bytes of a file, one or several, and files that are none.
 */
#include <string.h>

#include "acpi/acpi.h"
#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/acpi_samples.h"
#include "tests/unit.h"

struct file {
	uint8_t bytes[4096];
	size_t len;
};

static void put(struct file *f, const uint8_t *bytes, size_t len)
{
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
}

/* Adds an exact copy on the heap that is gone afterwards. */
static void add(struct acpi_tables *tables, const struct file *f, struct said *said)
{
	uint8_t *copy = malloc(f->len ? f->len : 1);

	said_init(said);
	EXPECT(copy != NULL);
	if (!copy)
		return;
	memcpy(copy, f->bytes, f->len);
	EXPECT_I64(acpi_tables_add(tables, copy, f->len, "t.dat", &said->log), 0);
	free(copy);
}

/* A file by itself: signatures of the tables it holds, and what is said of it. */
static void expect_file(const struct file *f, const char *sigs, const char *want)
{
	struct acpi_tables tables = {.storage = {.count = 0}};
	char got[64] = "";
	struct said said;

	add(&tables, f, &said);
	for (size_t i = 0; i < tables.tables.count && i < 8; i++) {
		EXPECT_U64(tables.tables.items[i].addr, 0);
		EXPECT_U64(tables.tables.items[i].line, 0);
		strcat(got, tables.tables.items[i].sig);
		strcat(got, ",");
	}
	EXPECT_STR(got, sigs);
	EXPECT_STR(said.text, want);
	acpi_tables_fini(&tables);
}

static void test_one(void)
{
	struct acpi_tables tables = {.storage = {.count = 0}};
	struct file f = {.len = 0};
	struct said said;

	put(&f, bert, sizeof(bert));
	add(&tables, &f, &said);
	EXPECT_STR(said.text, "");
	f.len = 0;
	put(&f, iort, sizeof(iort));
	put(&f, mcfg, sizeof(mcfg));
	add(&tables, &f, &said);
	EXPECT_STR(said.text, "");
	EXPECT_U64(tables.tables.count, 3);
	EXPECT(acpi_find(&tables, "BERT", 0) == &tables.tables.items[0]);
	EXPECT_U64(tables.tables.items[1].len, sizeof(iort));
	EXPECT(memcmp(tables.tables.items[1].bytes, iort, sizeof(iort)) == 0);
	EXPECT(memcmp(tables.tables.items[2].bytes, mcfg, sizeof(mcfg)) == 0);
	acpi_tables_fini(&tables);
}

static void test_after_dump(void)
{
	struct acpi_tables tables;
	struct file f = {.len = 0};
	struct said said;

	said_init(&said);
	EXPECT_I64(acpidump_parse(&tables, "", 0, &said.log), 0);
	put(&f, spcr, sizeof(spcr));
	add(&tables, &f, &said);
	EXPECT_U64(tables.tables.count, 1);
	acpi_tables_fini(&tables);
}

static uint8_t sum(const uint8_t *bytes, size_t len)
{
	uint8_t total = 0;

	for (size_t i = 0; i < len; i++)
		total = (uint8_t)(total + bytes[i]);
	return total;
}

static void test_headers(void)
{
	struct file f = {.len = 0};
	uint8_t facs[64] = "FACS@", rsdp[36] = "RSD PTR ";

	rsdp[8] = (uint8_t)-sum(rsdp, 20);
	put(&f, facs, sizeof(facs));
	put(&f, rsdp, 20);
	rsdp[15] = 2;
	rsdp[20] = 36;
	rsdp[8] = 0;
	rsdp[8] = (uint8_t)-sum(rsdp, 20);
	rsdp[32] = (uint8_t)-sum(rsdp, 36);
	put(&f, rsdp, 36);
	put(&f, bert, sizeof(bert));
	expect_file(&f, "FACS,RSD ,RSD ,BERT,", "");
	f.bytes[64 + 20 + 33] = 1;
	expect_file(&f, "FACS,RSD ,BERT,",
		    "error t.dat+116 line 0: RSD : checksum is 0xdc, should be 0xdb, the table is "
		    "left out\n");
	f.bytes[64 + 20 + 20] = 35;
	expect_file(&f, "FACS,RSD ,",
		    "error t.dat+104 line 0: RSD : length says 35 bytes, 84 are there, at least 36 "
		    "must be, the table is left out\n");
	f.bytes[4] = 63;
	expect_file(&f, "",
		    "error t.dat+4 line 0: FACS: length says 63 bytes, 168 are there, at least 64 "
		    "must be, the table is left out\n");
}

static void test_damage(void)
{
	struct file f = {.len = 0};

	expect_file(&f, "", "error t.dat+0 line 0: the file is empty\n");
	put(&f, mcfg, sizeof(mcfg));
	put(&f, bert, sizeof(bert));
	f.bytes[9] ^= 1;
	expect_file(&f, "BERT,",
		    "error t.dat+9 line 0: MCFG: checksum is 0x18, should be 0x19, the table is "
		    "left out\n");
	f.bytes[9] ^= 1;
	f.len--;
	expect_file(&f, "MCFG,",
		    "error t.dat+80 line 0: BERT: length says 48 bytes, 47 are there, at least 36 "
		    "must be, the table is left out\n");
	f.len = 76 + 3;
	expect_file(&f, "MCFG,",
		    "error t.dat+76 line 0: no ACPI table starts here, 3 bytes are not read\n");
	memset(f.bytes + 76, 0, 12);
	f.len = 76 + 12;
	expect_file(&f, "MCFG,",
		    "warning t.dat+76 line 0: 12 zero bytes behind the last table are dropped\n");
	f.bytes[0] = ' ';
	expect_file(&f, "",
		    "error t.dat+0 line 0: no ACPI table starts here, 88 bytes are not read\n");
	f.bytes[0] = 'M';
	f.bytes[4] = 0;
	expect_file(&f, "",
		    "error t.dat+4 line 0: MCFG: length says 0 bytes, 88 are there, at least 36 "
		    "must be, the table is left out\n");
	memset(f.bytes, 0, 16);
	f.len = 16;
	expect_file(&f, "",
		    "error t.dat+0 line 0: no ACPI table starts here, 16 bytes are not read\n");
}

static void test_sizes(void)
{
	struct acpi_tables tables = {.storage = {.count = 0}};
	size_t most = (size_t)64 << 20;
	uint8_t *bytes = calloc(1, most + 1);
	struct said said;

	said_init(&said);
	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	memcpy(bytes, bert, 36);
	memcpy(bytes + 4, "\0\0\0\4", 4);
	bytes[9] = 0;
	bytes[9] = (uint8_t)-sum(bytes, 36);
	EXPECT_I64(acpi_tables_add(&tables, bytes, most, "big", &said.log), 0);
	EXPECT_STR(said.text, "");
	EXPECT_I64(acpi_tables_add(&tables, bytes, most + 1, "big", &said.log), 0);
	EXPECT_STR(said.text, "error big+0 line 0: 67108865 bytes are too many for ACPI tables, at "
			      "most 67108864 are read\n");
	EXPECT_U64(tables.tables.count, 1);
	if (tables.tables.count)
		EXPECT_U64(tables.tables.items[0].len, most);
	acpi_tables_fini(&tables);
	free(bytes);
}

static void test_too_many(void)
{
	struct acpi_tables tables = {.storage = {.count = 0}};
	size_t count = 4097;
	uint8_t *bytes = malloc(count * sizeof(bert));
	struct said said;

	said_init(&said);
	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	for (size_t i = 0; i < count; i++)
		memcpy(bytes + i * sizeof(bert), bert, sizeof(bert));
	EXPECT_I64(acpi_tables_add(&tables, bytes, count * sizeof(bert), "many", &said.log), 0);
	EXPECT_U64(tables.tables.count, 4096);
	EXPECT_STR(said.text, "error many+196608 line 0: BERT: more than 4096 tables, the table is "
			      "left out\n");
	acpi_tables_fini(&tables);
	free(bytes);
}

/* Cut anywhere, a file yields the tables in front of the cut and at most one error. */
static void test_truncated(void)
{
	struct file f = {.len = 0};

	put(&f, mcfg, sizeof(mcfg));
	put(&f, bert, sizeof(bert));
	for (; f.len > 0; f.len--) {
		struct acpi_tables tables = {.storage = {.count = 0}};
		size_t whole = f.len < sizeof(mcfg)		     ? 0
			       : f.len < sizeof(mcfg) + sizeof(bert) ? 1
								     : 2;
		struct said said;

		add(&tables, &f, &said);
		EXPECT_U64(tables.tables.count, whole);
		EXPECT_U64(said.log.errors, f.len != sizeof(mcfg) && whole < 2);
		acpi_tables_fini(&tables);
	}
}

static const struct unit_test tests[] = {
	{"files of one table and of several add copies in their order", test_one},
	{"a file adds to the tables of a dump", test_after_dump},
	{"FACS and both RSDPs have their own headers", test_headers},
	{"what is wrong with a file is told with its name and the offset in it", test_damage},
	{"a file of 64 MiB is read and a larger one is not", test_sizes},
	{"tables after the 4096th are left out", test_too_many},
	{"a file cut at any byte yields the tables in front of the cut", test_truncated},
};

int main(int argc, char **argv)
{
	return unit_main("acpi_raw", tests, ARRAY_SIZE(tests), argc, argv);
}
