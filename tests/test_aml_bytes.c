// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_aml_bytes.c: AML that no compiler makes: damage, doubles, limits, and work that must grow no
 * faster than the tables.
 */
#include "tests/aml_reading.h"

/* AML as text: names as they are, \x.. for the rest; the literal's own NUL is no part of it. */
#define AML(text) (text), sizeof(text) - 1

#define DEVICE_AFTER                                                                               \
	"\x5b\x82\x05"                                                                             \
	"NEXT"

static void test_damage_in_a_scope(void)
{
	/* Scope (\_SB) { <no opcode> } Device (NEXT) {} */
	aml_expect_body(AML("\x10\x07\\_SB_\x02" DEVICE_AFTER), "\\NEXT\n",
			"error DSDT+43 line 0: no opcode is 0x02\n");
	/* What is before the damage stays. */
	aml_expect_body(AML("\x10\x0e\\_SB_"
			    "\x5b\x82\x05"
			    "DEV0"
			    "\x5b" DEVICE_AFTER),
			"\\_SB.DEV0\n\\NEXT\n",
			"error DSDT+50 line 0: the package ends where a term is due\n");
}

static void test_damage_in_a_method(void)
{
	aml_expect_body(AML("\x14\x08"
			    "METH"
			    "\x00\x70\x01" DEVICE_AFTER),
			"\\NEXT\n", "error DSDT+45 line 0: the package ends where a term is due\n");
	aml_expect_body(AML("\x14\x0b"
			    "METH"
			    "\x00"
			    "\xa0\x03\x01\x0c\xa3" DEVICE_AFTER),
			"\\NEXT\n", "error DSDT+47 line 0: the package ends inside a number\n");
}

static void test_lengths(void)
{
	/* A package past the one around it, and one shorter than its own length. */
	aml_expect_body(AML("\x5b\x82\x3f"
			    "DEV0"),
			"", "error DSDT+38 line 0: a package of 63 bytes where 5 are left\n");
	aml_expect_body(AML("\x5b\x82\x00"
			    "DEV0"),
			"", "error DSDT+38 line 0: a package of 0 bytes where 5 are left\n");
	aml_expect_body(AML("\x5b\x82\xc0"), "",
			"error DSDT+38 line 0: the package ends inside a length\n");
	/* A length of four bytes that is 8: any form of it will do. */
	aml_expect_body(AML("\x5b\x82\xc8\x00\x00\x00"
			    "DEV0"),
			"\\DEV0\n", "");
}

static void test_names(void)
{
	aml_expect_body(AML("\x08"
			    "1ABC"
			    "\x00"),
			"", "error DSDT+37 line 0: a name of other characters than A-Z0-9_\n");
	aml_expect_body(AML("\x08"
			    "AB"),
			"", "error DSDT+37 line 0: the package ends inside a name\n");
	aml_expect_body(AML("\x08\x00\x00"), "",
			"error DSDT+37 line 0: an object without a name\n");
	aml_expect_body(AML("\x5b\x82\x06"
			    "^DEV0"),
			"", "error DSDT+39 line 0: there is no scope to define ^DEV0 in\n");
	aml_expect_body(AML("\x5b\x82\x0a\x2e"
			    "NONEDEV0"),
			"", "error DSDT+39 line 0: there is no scope to define NONE.DEV0 in\n");
	aml_expect_body(AML("\x10\x06\\NONE" DEVICE_AFTER), "\\NEXT\n",
			"error DSDT+38 line 0: there is no scope \\NONE\n");
	/* Underscores at the end of a segment are padding. */
	aml_expect_body(AML("\x5b\x82\x05"
			    "A___"),
			"\\A\n", "");
}

static void test_doubles(void)
{
	/* Device (DEV0) {Name (_ADR, 1)} twice with another value: the first stays. */
	aml_expect_body(AML("\x5b\x82\x0b"
			    "DEV0"
			    "\x08_ADR\x01"
			    "\x5b\x82\x0b"
			    "DEV0"
			    "\x08_ADR\x00"),
			"\\DEV0 adr=0x1\n",
			"error DSDT+52 line 0: \\DEV0 is defined twice, the first one stays\n");
}

static void test_order_of_the_walk(void)
{
	/* Children in the order in which they were made, whatever is around where that is said. */
	aml_expect_body(AML("\x5b\x82\x05"
			    "DEV1"
			    "\x5b\x82\x06"
			    "\\DEV0"
			    "\x10\x0d\\DEV1"
			    "\x5b\x82\x05"
			    "SUB0"
			    "\x10\x0e\\_SB_"
			    "\x5b\x82\x05"
			    "DEVS"
			    "\xa3"),
			"\\_SB.DEVS\n\\DEV1\n\\DEV1.SUB0 in \\DEV1\n\\DEV0\n", "");
}

static void test_search(void)
{
	/* Name (VNUM, 7) Device (DEV0) {Name (_ADR, VNUM) Device (SUB0) {Name (_ADR, VNUM)}} */
	aml_expect_body(AML("\x08VNUM\x0a\x07"
			    "\x5b\x82\x1f"
			    "DEV0"
			    "\x08_ADRVNUM"
			    "\x5b\x82\x0e"
			    "SUB0"
			    "\x08_ADRVNUM"
			    "\xa3"),
			"\\DEV0 adr=0x7\n\\DEV0.SUB0 in \\DEV0 adr=0x7\n", "");
	/* With ^ or a path nothing is searched for. */
	aml_expect_body(AML("\x08VNUM\x0a\x07"
			    "\x5b\x82\x1e"
			    "DEV0"
			    "\x5b\x82\x17"
			    "SUB0"
			    "\x08_ADR^VNUM"
			    "\x08_SEG\x00"
			    "\xa3\xa3"),
			"\\DEV0\n\\DEV0.SUB0 in \\DEV0 adr=? seg=0x0\n"
			"dynamic \\DEV0.SUB0._ADR: ^VNUM is defined nowhere\n",
			"warning DSDT+62 line 0: ^VNUM is defined nowhere\n");
}

/* If (Arg0) {Region (REGN, 0x1000)} Else {... 0x2000} Field (REGN) {FLD0} Store (1, FLD0) */
static void test_region_of_two_branches(void)
{
	aml_expect_body(AML("\x14\x35"
			    "_INI"
			    "\x00"
			    "\xa0\x0d\x68\x5b\x80REGN\x00\x0b\x00\x10\x01"
			    "\xa1\x0c\x5b\x80REGN\x00\x0b\x00\x20\x01"
			    "\x5b\x81\x0bREGN\x03"
			    "FLD0\x20"
			    "\x70\x01"
			    "FLD0\xa3"),
			"region \\_INI.REGN space 0 base=0x1000 len=0x1 width 4 method \\_INI boot "
			"\\_INI\nregion \\_INI.REGN space 0 base=0x2000 len=0x1 width 4 method "
			"\\_INI boot \\_INI\n",
			"");
}

/* What a method sets to a constant before any If is known; what it changes then is not. */
static void test_locals(void)
{
	/* Store (0x1000, Local0) Add (Local0, 4, Local1) Region (REGA, Local1) Increment (Local0)
	 * Region (REGB, Local0) */
	aml_expect_body(AML("\x14\x26"
			    "METH"
			    "\x00"
			    "\x70\x0b\x00\x10\x60"
			    "\x72\x60\x0a\x04\x61"
			    "\x5b\x80REGA\x00\x61\x01"
			    "\x75\x60"
			    "\x5b\x80REGB\x00\x60\x01"
			    "\xa3\xa3"),
			"region \\METH.REGA space 0 base=0x1004 len=0x1 width 0 method \\METH\n"
			"region \\METH.REGB space 0 base=? len=0x1 width 0 method \\METH\n"
			"dynamic \\METH.REGB: depends on Local0\n",
			"");
}

/* If (OTHR) {Name (VNUM, 2)} at table level: which VNUM a scope inside means is not known. */
static void test_hidden_names(void)
{
	aml_expect_body(AML("\x08VNUM\x01"
			    "\x5b\x80REGN\x00\x0b\x00\x10\x01"
			    "\x5b\x81\x0bREGN\x03"
			    "FLD0\x20"
			    "\xa0\x0b"
			    "FLD0\x08VNUM\x00"
			    "\x5b\x82\x0e"
			    "DEV0"
			    "\x08_ADRVNUM"),
			"\\DEV0 adr=?\n"
			"region \\REGN space 0 base=0x1000 len=0x1 width 4 boot \\\n"
			"dynamic \\: an If at table level: reads field \\FLD0\n"
			"dynamic \\DEV0._ADR: reads VNUM, which code of a table may make anew\n",
			"");
}

static void test_cycle(void)
{
	aml_expect_body(AML("\x08"
			    "AAAA"
			    "BBBB"
			    "\x08"
			    "BBBB"
			    "AAAA"
			    "\x5b\x82\x0e"
			    "DEV0"
			    "\x08_ADRAAAA"),
			"\\DEV0 adr=?\ndynamic \\DEV0._ADR: refers to itself\n",
			"warning DSDT+41 line 0: BBBB is defined nowhere\n");
}

static void test_width_of_integers(void)
{
	static const char body[] = "\x5b\x82\x13"
				   "DEV0"
				   "\x08_ADR\x0e\xff\xff\xff\xff\x0f\0\0\0";

	for (uint8_t revision = 0; revision < 4; revision++) {
		struct aml_reading *r = aml_reading_new();

		aml_add_body(r, "DSDT", revision, AML(body));
		aml_add_body(r, "SSDT", 2,
			     AML("\x5b\x82\x0b"
				 "DEV1"
				 "\x08_ADR\xff"));
		aml_read_tables(r);
		EXPECT_STR(r->text.text,
			   revision < 2
				   ? "\\DEV0 adr=0xffffffff\n\\DEV1 adr=0xffffffff\n"
				   : "\\DEV0 adr=0xfffffffff\n\\DEV1 adr=0xffffffffffffffff\n");
		EXPECT_STR(r->said.text, "");
		aml_reading_free(r);
	}
}

static void test_tables_in_order(void)
{
	struct aml_reading *r = aml_reading_new();

	aml_add_body(r, "SSDT", 2,
		     AML("\x5b\x82\x0a\x2e"
			 "DEV0SUB0"));
	aml_add_body(r, "OEM1", 2, AML("\x02"));
	aml_add_body(r, "PSDT", 2,
		     AML("\x5b\x82\x0a\x2e"
			 "DEV0SUB1"));
	aml_add_body(r, "DSDT", 2,
		     AML("\x5b\x82\x05"
			 "DEV0"));
	aml_add_body(r, "DSDT", 2,
		     AML("\x5b\x82\x05"
			 "DEV1"));
	aml_read_tables(r);
	EXPECT_STR(r->text.text, "\\DEV0\n\\DEV0.SUB0 in \\DEV0\n\\DEV0.SUB1 in \\DEV0\n");
	EXPECT_STR(r->said.text,
		   "warning DSDT+0 line 0: a second DSDT, only the first one is read\n");
	EXPECT_U64(r->aml.devices.items[0].table, 3);
	EXPECT_U64(r->aml.devices.items[0].offset, AML_HEADER);
	aml_reading_free(r);
}

static void test_no_tables(void)
{
	struct aml_reading *r = aml_reading_new();
	uint8_t *bytes = calloc(1, AML_HEADER - 1);

	CHECK(bytes != NULL);
	memcpy(bytes, "DSDT", 4);
	aml_add_table(r, bytes, AML_HEADER - 1);
	aml_read_tables(r);
	EXPECT_STR(r->text.text, "");
	EXPECT_U64(r->aml.nodes, 9);
	aml_reading_free(r);
}

/* A method of a later table: its calls can be parsed before it is loaded. */
static void test_calls_of_later_methods(void)
{
	struct aml_reading *r = aml_reading_new();

	/* Store (CALL (1, 2), Local0) at table level, Device (DEV0) behind it. */
	aml_add_body(r, "DSDT", 2,
		     AML("\x70"
			 "CALL"
			 "\x01\x0a\x02\x60"
			 "\x5b\x82\x05"
			 "DEV0"));
	aml_add_body(r, "SSDT", 2,
		     AML("\x14\x06"
			 "CALL"
			 "\x02"));
	aml_read_tables(r);
	EXPECT_STR(r->text.text, "\\DEV0\ndynamic \\: a Store at table level\n");
	EXPECT_STR(r->said.text, "");
	aml_reading_free(r);
}

static void test_deep(void)
{
	uint8_t body[3 * 1000];
	struct aml_reading *r = aml_reading_new();

	/* LNot (LNot (LNot ... */
	memset(body, 0x92, sizeof(body));
	aml_add_body(r, "DSDT", 2, body, sizeof(body));
	aml_read_tables(r);
	EXPECT_STR(r->said.text, "error DSDT+436 line 0: code nested deeper than 400\n");
	aml_reading_free(r);
}

/* Device (\A) Device (\A.A) ...: 63 of them fit. */
static void test_deep_names(void)
{
	struct aml_reading *r = aml_reading_new();
	uint8_t body[80 * (6 + 4 * 80)];
	size_t len = 0;

	for (size_t count = 1; count <= 80; count++) {
		size_t package = 2 + 3 + 4 * count;

		body[len++] = 0x5b;
		body[len++] = 0x82;
		body[len++] = (uint8_t)(0x40 | (package & 0x0f));
		body[len++] = (uint8_t)(package >> 4);
		body[len++] = '\\';
		body[len++] = 0x2f;
		body[len++] = (uint8_t)count;
		for (size_t i = 0; i < count; i++, len += 4)
			memcpy(body + len, "AAAA", 4);
	}
	aml_add_body(r, "DSDT", 2, body, len);
	aml_read_tables(r);
	EXPECT_U64(r->aml.devices.count, 63);
	EXPECT_U64(r->said.log.errors, 80 - 63);
	aml_reading_free(r);
}

static uint64_t folded(const void *term, size_t len, uint8_t revision)
{
	struct aml_reading *r = aml_reading_new();
	uint8_t body[64] = "\x5b\x82?DEV0\x08_ADR";
	uint64_t value = 0;

	memcpy(body + 12, term, len);
	body[2] = (uint8_t)(10 + len);
	aml_add_body(r, "DSDT", revision, body, 12 + len);
	aml_read_tables(r);
	EXPECT_STR(r->said.text, "");
	EXPECT_U64(r->aml.devices.count, 1);
	if (EXPECT(r->aml.devices.count && r->aml.devices.items[0].adr.known == AML_STATIC))
		value = r->aml.devices.items[0].adr.value;
	aml_reading_free(r);
	return value;
}

static void test_operations(void)
{
	static const struct {
		uint8_t op, targets;
		uint64_t want; /* of 0x2d and 5 */
	} rows[] = {
		{0x72, 1, 0x32},       {0x74, 1, 0x28},
		{0x77, 1, 0xe1},       {0x78, 2, 9},
		{0x79, 1, 0x5a0},      {0x7a, 1, 1},
		{0x7b, 1, 5},	       {0x7c, 1, ~UINT64_C(5)},
		{0x7d, 1, 0x2d},       {0x7e, 1, ~UINT64_C(0x2d)},
		{0x7f, 1, 0x28},       {0x85, 1, 0},
		{0x90, 0, UINT64_MAX}, {0x91, 0, UINT64_MAX},
		{0x93, 0, 0},	       {0x94, 0, UINT64_MAX},
		{0x95, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t term[] = {rows[i].op, 0x0a, 0x2d, 0x0a, 5, 0, 0};
		size_t len = 5u + rows[i].targets;

		EXPECT_U64(folded(term, len, 2), rows[i].want);
		EXPECT_U64(folded(term, len, 1), (uint32_t)rows[i].want);
	}
	EXPECT_U64(folded(AML("\x99\x0a\x07\x00"), 2), 7);
	EXPECT_U64(folded(AML("\x81\x0b\x18\x40\x00"), 2), 15);
	EXPECT_U64(folded(AML("\x82\x0b\x18\x40\x00"), 2), 4);
	EXPECT_U64(folded(AML("\x81\x00\x00"), 2), 0);
	EXPECT_U64(folded(AML("\x87\x0d"
			      "abc\x00"),
			  2),
		   3);
	EXPECT_U64(folded(AML("\x83\x88\x13\x04\x01\x0a\x09\x00\x00"), 2), 9);
}

/* More devices than are listed: what is there is right, and that there are more is said. */
static void test_many_devices(void)
{
	enum {
		COUNT = 65536 + 10
	};
	struct aml_reading *r = aml_reading_new();
	uint8_t *body = malloc(7 * (size_t)COUNT);

	CHECK(body != NULL);
	for (unsigned int i = 0; i < COUNT; i++) {
		uint8_t *at = body + 7 * (size_t)i;

		memcpy(at, "\x5b\x82\x05", 3);
		for (unsigned int n = 0, rest = i; n < 4; n++, rest /= 26)
			at[3 + n] = (uint8_t)('A' + rest % 26);
	}
	aml_add_body(r, "DSDT", 2, body, 7 * (size_t)COUNT);
	EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
	EXPECT_U64(r->aml.devices.count, 65536);
	EXPECT(r->aml.truncated);
	EXPECT_STR(r->said.text,
		   "error DSDT+458788 line 0: more than 65536 devices, the rest is not read\n");
	free(body);
	aml_reading_free(r);
}

/* The scan for methods, which says nothing else, ends there already. */
static void test_limit_of_the_scan_is_said(void)
{
	enum {
		COUNT = (1 << 24) + 10
	};
	struct aml_reading *r = aml_reading_new();
	uint8_t *body = malloc(COUNT);

	CHECK(body != NULL);
	memset(body, 0xa3, COUNT); /* Noop */
	aml_add_body(r, "DSDT", 2, body, COUNT);
	EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
	EXPECT(r->aml.truncated);
	EXPECT_STR(r->said.text,
		   "error DSDT+16777252 line 0: more than the steps that tables of this "
		   "size may take, the rest is not read\n");
	free(body);
	aml_reading_free(r);
}

/* 60 names twice, then more devices than are listed. */
static void test_limit_is_said_behind_messages(void)
{
	enum {
		TWICE = 60,
		COUNT = 65536 + 10 + TWICE
	};
	struct aml_reading *r = aml_reading_new();
	uint8_t *body = malloc(7 * (size_t)COUNT);

	CHECK(body != NULL);
	for (unsigned int i = 0; i < COUNT; i++) {
		uint8_t *at = body + 7 * (size_t)i;

		memcpy(at, "\x5b\x82\x05", 3);
		for (unsigned int n = 0, rest = i < TWICE ? 0 : i; n < 4; n++, rest /= 26)
			at[3 + n] = (uint8_t)('A' + rest % 26);
	}
	aml_add_body(r, "DSDT", 2, body, 7 * (size_t)COUNT);
	EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
	EXPECT(r->aml.truncated);
	EXPECT(strstr(r->said.text, "and more, which are not listed\n") != NULL);
	EXPECT(strstr(r->said.text, "more than 65536 devices, the rest is not read\n") != NULL);
	free(body);
	aml_reading_free(r);
}

static void test_messages_end(void)
{
	struct aml_reading *r = aml_reading_new();
	uint8_t body[9 * 100];

	/* Scope (\NONE) {} a hundred times. */
	for (size_t i = 0; i < sizeof(body); i += 9)
		memcpy(body + i, "\x10\x08\\NONE\xa3\xa3", 9);
	aml_add_body(r, "DSDT", 2, body, sizeof(body));
	aml_read_tables(r);
	EXPECT_U64(r->said.log.errors, 50);
	EXPECT_U64(r->said.log.warnings, 1);
	EXPECT(strstr(r->said.text, "and more, which are not listed\n") != NULL);
	aml_reading_free(r);
}

static size_t put(uint8_t *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return len;
}

/* A device with ids, a region with a field, a name, and two methods that read the field. */
static size_t put_device(uint8_t *at, unsigned int number)
{
	size_t len = 4;

	at[0] = 0x5b;
	at[1] = 0x82;
	for (unsigned int i = 0; i < 4; i++, number /= 26)
		at[len++] = (uint8_t)('A' + number % 26);
	len += put(at + len, AML("\x08_HID\x0d"
				 "ABCD0001\0"));
	len += put(at + len, AML("\x08_UID\x0b\x01\x02"));
	len += put(at + len, AML("\x5b\x80REGS\x00\x0c\0\0\x01\0\x0b\0\x01"));
	len += put(at + len, AML("\x5b\x81\x0bREGS\x03"
				 "FLD0\x20"));
	len += put(at + len, AML("\x14\x11_STA\x00"
				 "\xa0\x07"
				 "FLD0\xa4\x00"
				 "\xa4\x0a\x0f"));
	len += put(at + len, AML("\x14\x11HELP\x01"
				 "\xa4\x72"
				 "FLD0_UID\x00"));
	at[2] = (uint8_t)(0x40 | ((len - 2) & 0x0f));
	at[3] = (uint8_t)((len - 2) >> 4);
	return len;
}

/* More than 16 steps a byte would be said and end the reading. */
static void test_linear(void)
{
	static const size_t sizes[] = {20 << 10, 200 << 10, 2000 << 10};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct aml_reading *r = aml_reading_new();
		uint8_t *body = calloc(1, sizes[i] + 256);
		unsigned int devices = 0;
		size_t len = 0;

		CHECK(body != NULL);
		while (len < sizes[i])
			len += put_device(body + len, devices++);
		aml_add_body(r, "DSDT", 2, body, len);
		EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
		EXPECT_U64(r->aml.devices.count, devices);
		EXPECT_U64(r->aml.regions.count, devices);
		EXPECT_U64(r->aml.methods, 2 * devices);
		EXPECT_STR(r->said.text, "");
		EXPECT(!r->aml.truncated);
		free(body);
		aml_reading_free(r);
	}
}

/* M001 returns M000 () + M000 (), and so on: each is folded once. */
static void test_fold_once(void)
{
	struct aml_reading *r = aml_reading_new();
	uint8_t body[1024];
	size_t len = put(body, AML("\x14\x08M000\x00\xa4\x01"));

	for (unsigned int i = 1; i < 16; i++) {
		char text[32];

		snprintf(text, sizeof(text), "\x14\x11M%03uA\xa4\x72M%03uM%03uA", i, i - 1, i - 1);
		memcpy(body + len, text, 18);
		body[len + 6] = body[len + 17] = 0;
		len += 18;
	}
	len += put(body + len, AML("\x5b\x82\x12"
				   "DEV0"
				   "\x14\x0c_ADR\x00\xa4M015\xa3"));
	aml_add_body(r, "DSDT", 2, body, len);
	aml_read_tables(r);
	EXPECT_STR(r->text.text, "\\DEV0 adr=0x8000\n");
	EXPECT_STR(r->said.text, "");
	aml_reading_free(r);
}

static const struct unit_test tests[] = {
	{"damage in a scope ends that scope", test_damage_in_a_scope},
	{"damage in a method ends that method", test_damage_in_a_method},
	{"packages are as long as they say, within the one around them", test_lengths},
	{"names that cannot be are told", test_names},
	{"of two objects of one name the first stays", test_doubles},
	{"devices come depth first, in the order in which they were made", test_order_of_the_walk},
	{"a lone name is looked for in the scopes around", test_search},
	{"a region that two branches of a method make is both", test_region_of_two_branches},
	{"locals of a method are known while they are constant", test_locals},
	{"a name that a table may or may not make is not guessed", test_hidden_names},
	{"names that mean each other have no value", test_cycle},
	{"the DSDT's revision says how wide integers are", test_width_of_integers},
	{"the DSDT is loaded first, then SSDTs and PSDTs", test_tables_in_order},
	{"a table without a whole header has nothing", test_no_tables},
	{"calls of methods that are loaded later are parsed right", test_calls_of_later_methods},
	{"code nested too deep is told", test_deep},
	{"names nested too deep are told", test_deep_names},
	{"operations on constants are those of any interpreter", test_operations},
	{"more devices than can be are told", test_many_devices},
	{"a limit that the scan for methods reaches is told", test_limit_of_the_scan_is_said},
	{"a limit is told behind any number of messages", test_limit_is_said_behind_messages},
	{"messages about one table end", test_messages_end},
	{"work grows with the size of the tables", test_linear},
	{"methods that call each other twice are folded once", test_fold_once},
};

int main(int argc, char **argv)
{
	return unit_main("aml_bytes", tests, ARRAY_SIZE(tests), argc, argv);
}
