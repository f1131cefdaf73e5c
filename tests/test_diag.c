// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/diag.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"
#include "yaml/utf8.h"

static struct diag_file file_of(const char *text)
{
	return (struct diag_file){"f.yaml", text, text ? strlen(text) : 0};
}

/* The messages of one error at line:col, width characters wide. */
static void expect_error(const char *text, unsigned int line, unsigned int col, unsigned int width,
			 const char *want)
{
	struct diag_file file = file_of(text);
	struct diag d;

	diag_init(&d);
	diag_error(&d, &file, (struct src){line, col}, width, "wrong");
	EXPECT_STR(d.text, want);
	EXPECT_U64(d.errors, 1);
	EXPECT_U64(d.len, strlen(want));
	diag_fini(&d);
	EXPECT(!d.text && !d.len && !d.errors);
}

static void test_excerpt(void)
{
	expect_error("a: 1\n  bsae: 2\n", 2, 3, 4,
		     "f.yaml:2:3: error: wrong\n    2 |   bsae: 2\n      |   ^~~~\n");
	expect_error("only", 1, 1, 0, "f.yaml:1:1: error: wrong\n    1 | only\n      | ^\n");
	expect_error("", 1, 1, 1, "f.yaml:1:1: error: wrong\n    1 | \n      | ^\n");
}

static void test_no_excerpt(void)
{
	struct diag d;

	expect_error(NULL, 7, 2, 3, "f.yaml:7:2: error: wrong\n");
	expect_error("one line\n", 9, 1, 1, "f.yaml:9:1: error: wrong\n");
	expect_error("one line\n", 0, 0, 0, "f.yaml: error: wrong\n");
	diag_init(&d);
	diag_error_file(&d, "g.yaml", "no %s", "luck");
	EXPECT_STR(d.text, "g.yaml: error: no luck\n");
	diag_fini(&d);
}

static void test_line_ends(void)
{
	expect_error("a\r\nb\r\nc", 2, 1, 1, "f.yaml:2:1: error: wrong\n    2 | b\n      | ^\n");
	expect_error("a\rb\rc", 3, 1, 1, "f.yaml:3:1: error: wrong\n    3 | c\n      | ^\n");
}

static void test_strange_characters(void)
{
	expect_error("\ta\x1b[31m\x7f\n", 1, 2, 1,
		     "f.yaml:1:2: error: wrong\n    1 |  a?[31m?\n      |  ^\n");
	/* a character is a column, however many bytes it has; a bad byte is one too */
	expect_error("\xc3\xa9\xe2\x82\xac\xff\xf0\x9f\x98\x80x", 1, 5, 1,
		     "f.yaml:1:5: error: wrong\n"
		     "    1 | \xc3\xa9\xe2\x82\xac?\xf0\x9f\x98\x80x\n      |     ^\n");
	/* nothing that reorders what a terminal shows */
	expect_error("a\xe2\x80\xae"
		     "b",
		     1, 3, 1, "f.yaml:1:3: error: wrong\n    1 | a?b\n      |   ^\n");
}

static void test_underline_ends(void)
{
	expect_error("abc\nd", 1, 2, 99, "f.yaml:1:2: error: wrong\n    1 | abc\n      |  ^~\n");
	expect_error("abc\nd", 1, 99, 4, "f.yaml:1:99: error: wrong\n    1 | abc\n      |    ^\n");
	expect_error("abc", 1, 0, 1, "f.yaml:1:0: error: wrong\n    1 | abc\n      | ^\n");
}

static void test_long_line(void)
{
	char line[400], want[600];

	for (size_t i = 0; i < sizeof(line) - 1; i++)
		line[i] = (char)('a' + i % 26);
	line[sizeof(line) - 1] = '\0';
	snprintf(want, sizeof(want), "f.yaml:1:3: error: wrong\n    1 | %.120s...\n      |   ^~\n",
		 line);
	expect_error(line, 1, 3, 2, want);
	/* column 200: characters 139 to 258 */
	snprintf(want, sizeof(want),
		 "f.yaml:1:200: error: wrong\n    1 | ...%.120s...\n      | %*s\n", line + 139, 64,
		 "^");
	expect_error(line, 1, 200, 1, want);
	snprintf(want, sizeof(want), "f.yaml:1:399: error: wrong\n    1 | ...%s\n      | %*s\n",
		 line + 338, 64, "^");
	expect_error(line, 1, 399, 1, want);
}

static void test_message_is_clean(void)
{
	struct diag_file file = file_of(NULL);
	char big[3000];
	struct diag d;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	diag_init(&d);
	diag_error(&d, &file, (struct src){1, 1}, 1, "key 'a\nb\x1b'");
	EXPECT_STR(d.text, "f.yaml:1:1: error: key 'a?b?'\n");
	diag_fini(&d);
	diag_error(&d, &file, (struct src){1, 1}, 1, "%s", big);
	EXPECT(d.len < 1100 && d.text[d.len - 1] == '\n');
	diag_fini(&d);
	file.path = big;
	diag_error(&d, &file, (struct src){1, 1}, 1, "wrong");
	EXPECT(d.len < 1100 && d.text[d.len - 1] == '\n');
	diag_fini(&d);
}

static void test_kinds(void)
{
	struct diag_file file = file_of("x\n");
	struct diag d;

	diag_init(&d);
	diag_warn(&d, &file, (struct src){1, 1}, 1, "odd");
	diag_note(&d, &file, (struct src){0, 0}, 1, "see");
	EXPECT_STR(d.text, "f.yaml:1:1: warning: odd\n    1 | x\n      | ^\nf.yaml: note: see\n");
	EXPECT(d.warnings == 1 && d.errors == 0);
	diag_fini(&d);
}

static void test_limit(void)
{
	struct diag_file file = file_of(NULL);
	struct diag d;
	size_t len = 0;

	diag_init(&d);
	for (unsigned int i = 0; i < DIAG_MAX; i++)
		diag_error(&d, &file, (struct src){1, 1}, 1, "wrong");
	len = d.len;
	diag_error(&d, &file, (struct src){1, 1}, 1, "wrong");
	EXPECT_STR(d.text + len, "and 1 more error\n");
	diag_note(&d, &file, (struct src){1, 1}, 1, "not shown");
	diag_warn(&d, &file, (struct src){1, 1}, 1, "not shown");
	diag_error_file(&d, "g", "wrong");
	EXPECT_STR(d.text + len, "and 2 more errors\n");
	EXPECT_U64(d.errors, DIAG_MAX + 2);
	diag_fini(&d);
	for (unsigned int i = 0; i < DIAG_MAX + 5; i++)
		diag_warn(&d, &file, (struct src){1, 1}, 1, "odd");
	EXPECT_U64(d.warnings, DIAG_MAX + 5);
	EXPECT_U64(d.len, DIAG_MAX * strlen("f.yaml:1:1: warning: odd\n"));
	diag_fini(&d);
}

static void test_nearest(void)
{
	static const char *const names[] = {"base", "size", "strategy", "ioremap_cache", "a"};
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"bsae", "base"}, /* two letters swapped count once */
		{"siz", "size"},
		{"stratgy", "strategy"},
		{"iormap_cahe", "ioremap_cache"},
		{"base", "base"},
		{"zzzz", NULL},
		{"", NULL},
		{"b", NULL}, /* all of it would have to change */
		{"strangely", "strategy"},
	};
	char long_word[100];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_STR(diag_nearest(cases[i].word, names, ARRAY_SIZE(names)), cases[i].want);
	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	EXPECT_STR(diag_nearest(long_word, names, ARRAY_SIZE(names)), NULL);
	EXPECT_STR(diag_nearest("base", (const char *const[]){long_word}, 1), NULL);
	EXPECT_STR(diag_nearest("base", names, 0), NULL);
}

static void test_utf8(void)
{
	static const struct {
		const char *text;
		size_t bytes;
		uint32_t code;
	} cases[] = {
		{"a", 1, 'a'},
		{"\xc3\xa9", 2, 0xe9},
		{"\xe2\x82\xac", 3, 0x20ac},
		{"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
		{"\xf4\x90\x80\x80", 1, UTF8_BAD}, /* above the last */
		{"\xc0\x80", 1, UTF8_BAD},	   /* longer than need be */
		{"\xed\xa0\x80", 1, UTF8_BAD},	   /* half of a pair */
		{"\x80", 1, UTF8_BAD},
		{"\xc3", 1, UTF8_BAD}, /* cut */
		{"\xc3(", 1, UTF8_BAD},
		{"\xff", 1, UTF8_BAD},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t code;

		EXPECT_U64(utf8_next(cases[i].text, strlen(cases[i].text), &code), cases[i].bytes);
		EXPECT_U64(code, cases[i].code);
	}
	EXPECT(utf8_printable('a') && utf8_printable(0x20ac));
	EXPECT(!utf8_printable('\n') && !utf8_printable(0x7f) && !utf8_printable(0x85));
	EXPECT(!utf8_printable(0x2028) && !utf8_printable(0x2067) && !utf8_printable(0xfeff));
	EXPECT(!utf8_printable(UTF8_BAD));
}

static const struct unit_test tests[] = {
	{"an error shows its line and underlines the word", test_excerpt},
	{"without a text or a place there is no excerpt", test_no_excerpt},
	{"lines end at LF, CR LF and CR", test_line_ends},
	{"nothing of a file can control the terminal", test_strange_characters},
	{"the underline ends with the line", test_underline_ends},
	{"long lines are cut around the caret", test_long_line},
	{"words in a message are cleaned and cut", test_message_is_clean},
	{"warnings and notes are told apart", test_kinds},
	{"at most 50 errors are shown, the rest is counted", test_limit},
	{"the nearest name is found if it is near enough", test_nearest},
	{"characters are decoded strictly", test_utf8},
};

int main(int argc, char **argv)
{
	return unit_main("diag", tests, ARRAY_SIZE(tests), argc, argv);
}
