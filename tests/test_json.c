// SPDX-License-Identifier: GPL-2.0-only
#include "cli/json.h"

#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

static void expect_string(const char *in, const char *want)
{
	struct buf out = {0};
	struct json j;

	json_init(&j, &out);
	json_str(&j, NULL, in);
	EXPECT_STR(buf_cstr(&out), want);
	buf_fini(&out);
}

static void test_nesting(void)
{
	struct buf out = {0};
	struct json j;

	json_init(&j, &out);
	json_object(&j, NULL);
	json_u64(&j, "z", 1);
	json_array(&j, "list");
	json_i64(&j, NULL, -2);
	json_object(&j, NULL);
	json_end(&j);
	json_array(&j, NULL);
	json_end(&j);
	json_end(&j);
	json_object(&j, "a");
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	json_end(&j);
	json_end(&j);
	json_line(&j);
	json_object(&j, NULL);
	json_end(&j);
	json_line(&j);
	EXPECT_STR(buf_cstr(&out),
		   "{\"z\":1,\"list\":[-2,{},[]],\"a\":{\"yes\":true,\"no\":false}}\n"
		   "{}\n");
	buf_fini(&out);
}

static void test_numbers(void)
{
	struct buf out = {0};
	struct json j;

	json_init(&j, &out);
	json_array(&j, NULL);
	json_u64(&j, NULL, UINT64_MAX);
	json_i64(&j, NULL, INT64_MIN);
	json_hex(&j, NULL, 0);
	json_hex(&j, NULL, UINT64_C(0xffff000000080004));
	json_end(&j);
	EXPECT_STR(buf_cstr(&out), "[18446744073709551615,-9223372036854775808,\"0x0\","
				   "\"0xffff000000080004\"]");
	buf_fini(&out);
}

static void test_escapes(void)
{
	expect_string("", "\"\"");
	expect_string("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	expect_string("\n\t\r\x01\x1f\x7f", "\"\\n\\t\\r\\u0001\\u001f\\u007f\"");
}

static void test_utf8(void)
{
	/* one character of each length, and the last of Unicode */
	expect_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
		      "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\"");
}

#define BAD "\xef\xbf\xbd"

static void test_not_utf8(void)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{"a\x80z", "\"a" BAD "z\""},			 /* a lone continuation */
		{"\xff", "\"" BAD "\""},			 /* never a byte of UTF-8 */
		{"\xc3", "\"" BAD "\""},			 /* cut short */
		{"\xe2\x82z", "\"" BAD BAD "z\""},		 /* cut short by a letter */
		{"\xc0\xaf", "\"" BAD BAD "\""},		 /* overlong slash */
		{"\xe0\x80\xaf", "\"" BAD BAD BAD "\""},	 /* and in three bytes */
		{"\xf0\x80\x80\xaf", "\"" BAD BAD BAD BAD "\""}, /* and in four */
		{"\xed\xa0\x80", "\"" BAD BAD BAD "\""},	 /* a surrogate */
		{"\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\""}, /* over U+10FFFF */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_string(rows[i].in, rows[i].want);
}

static void test_buf(void)
{
	struct buf b = {0};
	char want[301];

	EXPECT_STR(buf_cstr(&b), "");
	buf_cut(&b, 0);
	for (int i = 0; i < 300; i++)
		buf_add(&b, &"abc"[i % 3], 1);
	for (int i = 0; i < 300; i++)
		want[i] = "abc"[i % 3];
	want[300] = '\0';
	EXPECT_STR(buf_cstr(&b), want);
	buf_cut(&b, 298);
	EXPECT_STR(buf_cstr(&b), "bc");
	buf_pad(&b, '-', 3);
	buf_printf(&b, "%d", 7);
	EXPECT_STR(buf_cstr(&b), "bc---7");
	EXPECT_U64(b.len, 6);
	buf_reset(&b);
	EXPECT_STR(buf_cstr(&b), "");
	buf_fini(&b);
	EXPECT(b.s == NULL && b.room == 0);
}

static void test_shell(void)
{
	static const char *const rows[][2] = {
		{"ecam:notifier+c:xen=4.22:linux=6.1", "ecam:notifier+c:xen=4.22:linux=6.1"},
		{"", "''"},
		{"a b.yaml", "'a b.yaml'"},
		{"it's", "'it'\\''s'"},
		{"$(x)", "'$(x)'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf b = {0};

		buf_shell(&b, rows[i][0]);
		EXPECT_STR(buf_cstr(&b), rows[i][1]);
		buf_fini(&b);
	}
}

static const struct unit_test tests[] = {
	{"commas and brackets follow the nesting", test_nesting},
	{"numbers are integers, addresses strings", test_numbers},
	{"control characters, quotes and backslashes are escaped", test_escapes},
	{"UTF-8 goes through as it is", test_utf8},
	{"each byte that is no UTF-8 becomes U+FFFD", test_not_utf8},
	{"a buffer grows, is cut and is emptied", test_buf},
	{"a word is quoted for the shell only where it must be", test_shell},
};

int main(int argc, char **argv)
{
	return unit_main("json", tests, ARRAY_SIZE(tests), argc, argv);
}
