// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_crs.c: resource descriptors, each whole, cut short and in bad company.
 */
#include "acpi/crs.h"

#include <string.h>

#include "base/check.h"
#include "tests/acpi_reading.h"

#define END 0x79, 0x00

/* What a template of these bytes holds, and what is said of it. */
static void expect_crs(const uint8_t *bytes, size_t len, const char *want, const char *said_want)
{
	static const char *const kinds[] = {"memory", "io", "bus", "register", "irq", "other"};
	uint8_t *copy = malloc(len ? len : 1);
	struct listing l = {.len = 0};
	struct acpi_crs crs;
	struct said said;

	EXPECT(copy != NULL);
	if (!copy)
		return;
	if (len)
		memcpy(copy, bytes, len);
	said_init(&said);
	EXPECT_I64(acpi_crs_read(&crs, copy, len, "DSDT", 1000, &said.log), 0);
	free(copy);
	for (size_t i = 0; i < crs.items.count; i++) {
		const struct acpi_res *res = &crs.items.items[i];

		list(&l, "%s", kinds[res->kind]);
		if (res->kind == ACPI_RES_REGISTER)
			list(&l, " space %u", res->space);
		list(&l, " 0x%llx 0x%llx", (unsigned long long)res->base,
		     (unsigned long long)res->size);
		if (res->window)
			list(&l, " window +0x%llx", (unsigned long long)res->translation);
		list(&l, " @%zu\n", res->offset);
	}
	EXPECT_STR(l.text, want);
	EXPECT_STR(said.text, said_want);
	acpi_crs_fini(&crs);
	EXPECT_U64(crs.items.count, 0);
}

#define EXPECT_CRS(want, said, ...)                                                                \
	expect_crs((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}), want,   \
		   said)

static void test_small(void)
{
	EXPECT_CRS("irq 0x1 0x1 @0\nirq 0x4 0x2 @0\nirq 0xf 0x1 @0\n", "", 0x22, 0x32, 0x80, END);
	EXPECT_CRS("irq 0x0 0x10 @0\n", "", 0x23, 0xff, 0xff, 0x01, END);
	EXPECT_CRS("", "", 0x22, 0x00, 0x00, END);
	EXPECT_CRS("io 0x3f8 0x8 @0\n", "", 0x47, 0x01, 0xf8, 0x03, 0xff, 0x03, 0x01, 0x08, END);
	EXPECT_CRS("io 0x60 0x1 @0\n", "", 0x4b, 0x60, 0x00, 0x01, END);
	EXPECT_CRS("", "", 0x4b, 0x60, 0x00, 0x00, END);
	EXPECT_CRS("other 0x0 0x0 @0\nother 0x0 0x0 @3\nother 0x0 0x0 @9\n", "", 0x2a, 0x04, 0x00,
		   0x55, 1, 0, 2, 0, 3, 0x73, 1, 2, 3, END);
	EXPECT_CRS("io 0x60 0x1 @2\n", "", 0x31, 0x05, 0x4b, 0x60, 0x00, 0x01, 0x38, END);
}

static void test_memory(void)
{
	EXPECT_CRS("memory 0xc0000 0x8000 @0\n", "", 0x81, 9, 0, 1, 0x00, 0x0c, 0xff, 0x0f, 0, 0,
		   0x80, 0x00, END);
	EXPECT_CRS("memory 0x9000000 0x1000 @0\n", "", 0x85, 17, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, 1, 0,
		   0, 0, 0, 0x10, 0, 0, END);
	EXPECT_CRS("memory 0x9020000 0x18 @0\nmemory 0xfffff000 0x1000 @12\n", "", 0x86, 9, 0, 1, 0,
		   0, 2, 9, 0x18, 0, 0, 0, 0x86, 9, 0, 1, 0, 0xf0, 0xff, 0xff, 0, 0x10, 0, 0, END);
	EXPECT_CRS("", "", 0x86, 9, 0, 1, 0, 0, 2, 9, 0, 0, 0, 0, END);
}

/* Type, general and type specific flags, then granularity, minimum, maximum, translation, length.
 */
static void test_spaces(void)
{
	EXPECT_CRS("bus 0x40 0x20 window +0x0 @0\n", "", 0x88, 13, 0, 2, 0x0c, 0, 0, 0, 0x40, 0,
		   0x5f, 0, 0, 0, 0x20, 0, END);
	EXPECT_CRS("io 0x0 0x10000 window +0x3eff0000 @0\n", "", 0x87, 23, 0, 1, 0x0c, 3, 0, 0, 0,
		   0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0x3e, 0, 0, 1, 0, END);
	EXPECT_CRS("memory 0x8000000000 0x8000000000 window +0x0 @0\n", "", 0x8a, 43, 0, 0, 0x0c, 3,
		   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff,
		   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, END);
	EXPECT_CRS("memory 0x1000000000 0x1000 @0\n", "", 0x8b, 53, 0, 0, 0x0d, 3, 1, 0, 0, 0, 0, 0,
		   0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0xff, 0x0f, 0, 0, 0x10, 0, 0, 0, 0x55, 0,
		   0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, END);
	EXPECT_CRS("other 0x10 0x10 @0\n", "", 0x88, 13, 0, 0xc0, 0x0d, 0, 0, 0, 0x10, 0, 0x1f, 0,
		   0, 0, 0x10, 0, END);
}

/* A length of 0 means max - min + 1 if both are fixed, else that there is nothing. */
static void test_length_zero(void)
{
	EXPECT_CRS("bus 0x10 0xf0 @0\n", "", 0x88, 13, 0, 2, 0x0d, 0, 0, 0, 0x10, 0, 0xff, 0, 0, 0,
		   0, 0, END);
	EXPECT_CRS("", "", 0x88, 13, 0, 2, 0x09, 0, 0, 0, 0x10, 0, 0xff, 0, 0, 0, 0, 0, END);
	EXPECT_CRS("", "", 0x88, 13, 0, 2, 0x05, 0, 0, 0, 0x10, 0, 0xff, 0, 0, 0, 0, 0, END);
	EXPECT_CRS("", "", 0x88, 13, 0, 2, 0x0d, 0, 0, 0, 0x10, 0, 0x0f, 0, 0, 0, 0, 0, END);
}

static void test_register(void)
{
	EXPECT_CRS("register space 0 0xe0001000 0x8 @0\n", "", 0x82, 12, 0, 0, 64, 0, 4, 0, 0x10, 0,
		   0xe0, 0, 0, 0, 0, END);
	EXPECT_CRS("register space 10 0x4 0x4 @0\nregister space 127 0x1 0x1 @15\n", "", 0x82, 12,
		   0, 10, 32, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0x82, 12, 0, 127, 0, 0, 0, 1, 0, 0, 0,
		   0, 0, 0, 0, END);
}

static void test_interrupts(void)
{
	EXPECT_CRS("irq 0x20 0x1 @0\nirq 0x1ff 0x1 @0\n", "", 0x89, 10, 0, 1, 2, 0x20, 0, 0, 0,
		   0xff, 1, 0, 0, END);
	EXPECT_CRS("", "", 0x89, 2, 0, 1, 0, END);
	EXPECT_CRS("io 0x60 0x1 @0\n",
		   "error DSDT+1004 line 0: 2 interrupts do not fit in their 4 bytes\n", 0x4b, 0x60,
		   0, 1, 0x89, 6, 0, 1, 2, 0x20, 0, 0, 0, 0x4b, 0x70, 0, 1, END);
	EXPECT_CRS("", "error DSDT+1000 line 0: 255 interrupts do not fit in their 4 bytes\n", 0x89,
		   6, 0, 1, 255, 0x20, 0, 0, 0, END);
}

static void test_skipped(void)
{
	EXPECT_CRS("other 0x0 0x0 @0\nio 0x60 0x1 @5\n", "", 0x8c, 2, 0, 1, 2, 0x4b, 0x60, 0, 1,
		   END);
	EXPECT_CRS("other 0x0 0x0 @0\nother 0x0 0x0 @3\nother 0x0 0x0 @6\nother 0x0 0x0 @9\n"
		   "other 0x0 0x0 @12\nother 0x0 0x0 @15\nother 0x0 0x0 @18\nother 0x0 0x0 @21\n",
		   "", 0x8d, 0, 0, 0x8e, 0, 0, 0x8f, 0, 0, 0x90, 0, 0, 0x91, 0, 0, 0x92, 0, 0, 0x93,
		   0, 0, 0x84, 0, 0, END);
	/* Reserved ones, small and large, leave nothing. */
	EXPECT_CRS("io 0x60 0x1 @7\n", "", 0x00, 0x61, 9, 0xff, 1, 0, 9, 0x4b, 0x60, 0, 1, END);
}

static void test_ends(void)
{
	/* Sum of all bytes and the end tag's: 0x4b + 0x60 + 0 + 1 + 0x79 + 0xdb = 0x200. */
	EXPECT_CRS("io 0x60 0x1 @0\n", "", 0x4b, 0x60, 0, 1, 0x79, 0xdb);
	EXPECT_CRS("io 0x60 0x1 @0\n",
		   "error DSDT+1004 line 0: end tag's sum is 0xda, should be 0xdb\n", 0x4b, 0x60, 0,
		   1, 0x79, 0xda);
	EXPECT_CRS("", "", END, 0x4b, 0x60, 0, 1);
	EXPECT_CRS("", "", 0x78);
	expect_crs(NULL, 0, "", "error DSDT+1000 line 0: resource template has no end tag\n");
	EXPECT_CRS("io 0x60 0x1 @0\n", "error DSDT+1004 line 0: resource template has no end tag\n",
		   0x4b, 0x60, 0, 1);
}

static void test_short(void)
{
	EXPECT_CRS("",
		   "error DSDT+1000 line 0: resource descriptor 0x78 is 2 bytes long, 1 are "
		   "left\n",
		   0x79);
	EXPECT_CRS("",
		   "error DSDT+1000 line 0: resource descriptor 0x86 is 12 bytes long, 11 are "
		   "left\n",
		   0x86, 9, 0, 1, 0, 0, 2, 9, 0x18, 0, 0);
	EXPECT_CRS("",
		   "error DSDT+1000 line 0: resource descriptor 0x86 is 65538 bytes long, 5 "
		   "are left\n",
		   0x86, 0xff, 0xff, 0x79, 0);
	EXPECT_CRS("",
		   "error DSDT+1000 line 0: resource descriptor 0x8a is 3 bytes long, 2 are left\n",
		   0x8a, 43);
	EXPECT_CRS("", "error DSDT+1000 line 0: resource descriptor 0x86 has 8 bytes, needs 9\n",
		   0x86, 8, 0, 1, 0, 0, 2, 9, 0x18, 0, 0, END);
	EXPECT_CRS("", "error DSDT+1000 line 0: resource descriptor 0x40 has 6 bytes, needs 7\n",
		   0x46, 1, 0xf8, 3, 0xff, 3, 1, END);
	EXPECT_CRS("memory 0x1000 0x1 @0\n",
		   "error DSDT+1012 line 0: resource descriptor 0x8a has 0 bytes, needs 43\n", 0x86,
		   9, 0, 1, 0, 0x10, 0, 0, 1, 0, 0, 0, 0x8a, 0, 0, END);
}

/* Each known descriptor with one byte less than it needs is damage, with all it needs is not. */
static void test_needs(void)
{
	static const struct {
		uint8_t tag, need;
	} rows[] = {
		{0x20, 2},  {0x28, 2}, {0x40, 7},  {0x48, 3},  {0x50, 5}, {0x81, 9},  {0x82, 12},
		{0x85, 17}, {0x86, 9}, {0x87, 23}, {0x88, 13}, {0x89, 2}, {0x8a, 43}, {0x8b, 53},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned int less = 0; less < 2; less++) {
			bool large = rows[i].tag & 0x80;
			uint8_t bytes[64] = {0}, len = (uint8_t)(rows[i].need - less);
			size_t start = large ? 3 : 1;
			struct acpi_log log = {0};
			struct acpi_crs crs;

			bytes[0] = large ? rows[i].tag : (uint8_t)(rows[i].tag | len);
			if (large)
				bytes[1] = len;
			bytes[start + len] = 0x79;
			EXPECT_I64(acpi_crs_read(&crs, bytes, start + len + 2, "X", 0, &log), 0);
			EXPECT_U64(log.errors, less);
			acpi_crs_fini(&crs);
		}
	}
}

static void test_past_64_bits(void)
{
	EXPECT_CRS("memory 0xffffffffffffffff 0x1 @46\n",
		   "error DSDT+1000 line 0: resource at 0xffffffffffffffff of 0x2 is past 64 "
		   "bits\n",
		   0x8a, 43, 0, 0, 0x0d, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff,
		   0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
		   0, 0, 0, 0x8a, 43, 0, 0, 0x0d, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
		   0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
		   0, 0, 0, 0, 0, END);
}

static void test_many(void)
{
	enum {
		COUNT = 4097
	};
	static uint8_t bytes[COUNT * 4 + 2];
	struct acpi_crs crs;
	struct said said;

	for (size_t i = 0; i < COUNT; i++)
		memcpy(bytes + 4 * i, "\x4b\x60\x00\x01", 4);
	bytes[COUNT * 4] = 0x79;
	said_init(&said);
	EXPECT_I64(acpi_crs_read(&crs, bytes, sizeof(bytes), "SSDT", 0, &said.log), 0);
	EXPECT_U64(crs.items.count, COUNT - 1);
	EXPECT_STR(said.text,
		   "error SSDT+16384 line 0: more than 4096 resources, the rest is not read\n");
	acpi_crs_fini(&crs);
}

/* Whatever the bytes are, reading ends and stays inside of them. */
static void test_random(void)
{
	uint64_t state = 7;

	for (size_t n = 0; n < 20000; n++) {
		size_t len = unit_rand(&state) % 64;
		uint8_t *bytes = malloc(len ? len : 1); /* no byte more: a sanitizer sees it */
		struct acpi_log log = {0};
		struct acpi_crs crs;

		if (!EXPECT(bytes != NULL))
			return;
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)unit_rand(&state);
		EXPECT_I64(acpi_crs_read(&crs, bytes, len, "X", 0, &log), 0);
		EXPECT(crs.items.count <= len * 8);
		acpi_crs_fini(&crs);
		free(bytes);
	}
}

static const struct unit_test tests[] = {
	{"small descriptors give ports, interrupts and what is skipped", test_small},
	{"memory descriptors give base and length, Memory24 in units of 256", test_memory},
	{"address spaces give windows or their own, with translation", test_spaces},
	{"an address space of length 0 is as long as its fixed bounds", test_length_zero},
	{"a register has its address space and a width in bytes", test_register},
	{"an extended interrupt gives each of its numbers", test_interrupts},
	{"what is not understood is skipped by its length", test_skipped},
	{"the end tag ends, and its sum is checked if there is one", test_ends},
	{"a descriptor that is too short for its type ends the reading", test_short},
	{"each descriptor needs exactly the bytes of its layout", test_needs},
	{"a resource that wraps around is told and left out", test_past_64_bits},
	{"resources after the 4096th are told and left out", test_many},
	{"random bytes are read to some end", test_random},
};

int main(int argc, char **argv)
{
	return unit_main("crs", tests, ARRAY_SIZE(tests), argc, argv);
}
