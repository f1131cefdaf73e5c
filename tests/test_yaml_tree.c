// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/yaml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"
#include "yaml/text_file.h"

/* A text as a tree; freed with tree_fini(). */
struct tree {
	struct arena *arena;
	struct diag diag;
	struct diag_file file;
	struct node *root;
};

static void tree_init(struct tree *t, const char *text)
{
	t->arena = arena_new();
	diag_init(&t->diag);
	t->file = (struct diag_file){"t.yaml", text, strlen(text)};
	t->root = t->arena ? yaml_tree(t->arena, &t->file, &t->diag) : NULL;
}

static void tree_fini(struct tree *t)
{
	diag_fini(&t->diag);
	arena_free(t->arena);
}

/* The tree as one line: (key=)text, [..], {..}; quoted scalars in ''. */
static void render(const struct node *n, char *out, size_t room)
{
	size_t len = strlen(out);
	const char *open = n->kind == NODE_MAP ? "{" : "[";
	const char *close = n->kind == NODE_MAP ? "}" : "]";

	if (n->key)
		len += (size_t)snprintf(out + len, room - len, "%s=", n->key);
	if (n->kind == NODE_SCALAR) {
		snprintf(out + len, room - len, n->quoted ? "'%s'" : "%s", n->text);
		return;
	}
	snprintf(out + len, room - len, "%s", open);
	for (const struct node *c = n->child; c; c = c->next) {
		render(c, out, room);
		if (c->next)
			snprintf(out + strlen(out), room - strlen(out), " ");
	}
	snprintf(out + strlen(out), room - strlen(out), "%s", close);
}

static void expect_tree(const char *text, const char *want)
{
	char got[512] = "";
	struct tree t;

	tree_init(&t, text);
	EXPECT_STR(t.diag.text, NULL);
	if (EXPECT(t.root != NULL))
		render(t.root, got, sizeof(got));
	EXPECT_STR(got, want);
	tree_fini(&t);
}

/* `errors` errors, the first with this text; there is a tree if `goes_on`. */
static void expect_error(const char *text, unsigned int errors, const char *first, bool goes_on)
{
	struct tree t;

	tree_init(&t, text);
	EXPECT_U64(t.diag.errors, errors);
	EXPECT((t.root != NULL) == goes_on);
	if (!EXPECT(t.diag.text && strncmp(t.diag.text, first, strlen(first)) == 0))
		printf("got: %s", t.diag.text ? t.diag.text : "(null)\n");
	tree_fini(&t);
}

static void test_shapes(void)
{
	expect_tree("a: 1\nb: [x, 'y', \"z\"]\nc: {d: {}, e: []}\n",
		    "{a=1 b=[x 'y' 'z'] c={d={} e=[]}}");
	expect_tree("- a\n- b: |\n    text\n- c:\n", "[a {b='text\n'} {c=}]");
	expect_tree("word", "word");
	expect_tree("--- {a: 1}\n...\n", "{a=1}");
	expect_tree("a: 1\r\nb: 2\r\n", "{a=1 b=2}");
	/* nothing is a number, a truth or nothing by its looks */
	expect_tree("[010, yes, ~, 4.10, '<<']", "[010 yes ~ 4.10 '<<']");
	expect_tree("'<<': 1", "{<<=1}");
}

static void test_places(void)
{
	struct tree t;
	const struct node *n;

	tree_init(&t, "\xc3\xa9: {key: value}\nlist:\n  - 'two words'\n  - [1,\n 2]\n");
	n = t.root ? node_get(t.root, "\xc3\xa9") : NULL;
	if (EXPECT(n != NULL)) {
		EXPECT(n->at.line == 1 && n->at.col == 4);
		EXPECT(n->key_at.line == 1 && n->key_at.col == 1 && n->key_width == 1);
		n = node_get(n, "key");
		EXPECT(n && n->at.col == 10 && n->width == 5 && n->key_at.col == 5);
		EXPECT(n && n->key_width == 3 && !n->quoted);
		n = node_get(t.root, "list");
		EXPECT(n && n->count == 2 && n->child->at.line == 3 && n->child->at.col == 5);
		EXPECT(n && n->child->quoted && n->child->width == 11);
		/* what goes over lines is marked where it starts */
		EXPECT(n && n->child->next->width == 1 && n->child->next->at.line == 4);
	}
	EXPECT(node_get(t.root, "none") == NULL && node_get(NULL, "x") == NULL);
	EXPECT(n && node_get(n, "list") == NULL);
	tree_fini(&t);
}

static void test_refused_features(void)
{
	expect_error("a: &x 1\n", 1, "t.yaml:1:4: error: anchors are not used here", true);
	expect_error("a: &x {b: *x}\n", 2, "t.yaml:1:4: error: anchors are not used here", true);
	expect_error("a: *x\n", 1, "t.yaml:1:4: error: aliases are not used here", true);
	expect_error("*x : 1\n", 2, "t.yaml:1:1: error: a key must be a word", true);
	expect_error("a: !!int 1\n", 1, "t.yaml:1:4: error: tags are not used here", true);
	expect_error("!x [1]\n", 1, "t.yaml:1:1: error: tags are not used here", true);
	expect_error("<<: {a: 1}\n", 1, "t.yaml:1:1: error: merge keys are not used here", true);
	expect_error("%TAG ! x\n--- a\n", 1, "t.yaml:1:1: error: directives are not used", true);
	expect_error("a: 1\n---\nb: 2\n", 1, "t.yaml:2:1: error: a second document", true);
	expect_error("? {a: 1}\n: 2\n", 1, "t.yaml:1:3: error: a key must be a word", true);
	expect_error("a: \"\\0\"\n", 1, "t.yaml:1:4: error: NUL in a text", true);
}

static void test_duplicates(void)
{
	struct tree t;

	expect_error("a: 1\nb: {a: 2}\na: 3\n", 1,
		     "t.yaml:3:1: error: duplicate key 'a', first in line 1", true);
	/* the first stands */
	tree_init(&t, "a: 1\na: 2\n");
	EXPECT(t.root && t.root->count == 1);
	EXPECT_STR(t.root ? node_get(t.root, "a")->text : NULL, "1");
	tree_fini(&t);
}

/* More keys than the table of seen ones starts with; each map has its own. */
static void test_many_keys(void)
{
	char *text = calloc(1, 100000);
	size_t len = 0;
	struct tree t;

	if (!EXPECT(text != NULL))
		return;
	for (int i = 0; i < 2000; i++)
		len += (size_t)sprintf(text + len, "k%d: {k: %d, l: 0}\n", i, i);
	sprintf(text + len, "k1234: again\n");
	tree_init(&t, text);
	EXPECT_U64(t.diag.errors, 1);
	EXPECT(t.diag.text &&
	       strstr(t.diag.text, "t.yaml:2001:1: error: duplicate key 'k1234', first in line "
				   "1235"));
	EXPECT(t.root && t.root->count == 2000);
	tree_fini(&t);
	free(text);
}

static void test_limits(void)
{
	char *text = malloc(YAML_MAX_BYTES + 2);
	struct tree t;

	if (!EXPECT(text != NULL))
		return;
	expect_error("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1", 1,
		     "t.yaml:1:33: error: more than 32 levels deep", false);
	expect_tree("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
		    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	memset(text, ' ', YAML_MAX_BYTES + 1);
	text[YAML_MAX_BYTES + 1] = '\0';
	expect_error(text, 1, "t.yaml: error: larger than 1 MiB", false);
	text[YAML_MAX_BYTES] = '\0';
	text[0] = 'a';
	tree_init(&t, text);
	EXPECT(t.root && strcmp(t.root->text, "a") == 0);
	tree_fini(&t);
	text[0] = '[';
	for (size_t i = 0; i < YAML_MAX_NODES; i++)
		memcpy(text + 1 + 2 * i, "a,", 3);
	expect_error(text, 1, "t.yaml:1:131072: error: more than 65536 values", false);
	free(text);
}

static void test_syntax(void)
{
	expect_error("", 1, "t.yaml: error: the file is empty", false);
	expect_error("# nothing\n", 1, "t.yaml: error: the file is empty", false);
	expect_error("a: [1\nb: 2\n", 1,
		     "t.yaml:2:2: error: not YAML: did not find expected ',' or ']', while parsing "
		     "a flow sequence that began in line 1",
		     false);
	expect_error("a: 'x\n", 1, "t.yaml:2:1: error: not YAML: found unexpected end of stream",
		     false);
	expect_error("a:\n\tb: 1\n", 1, "t.yaml:2:1: error: a tab cannot indent: use spaces",
		     false);
	expect_error("\xc3\xa9:\n\tb: 1\n", 1, "t.yaml:2:1: error: a tab cannot indent", false);
	expect_error("a: `b`\n", 1,
		     "t.yaml:1:4: error: not YAML: found character that cannot start any token",
		     false);
	expect_error("%BAD\n", 1, "t.yaml:1:5: error: not YAML: found unknown directive", false);
	expect_error("a: {b\n--- c\n", 1, "t.yaml:2:1: error: not YAML: ", false);
}

static void test_text(void)
{
	struct arena *a = arena_new();
	struct diag_file file = {"t.yaml", "a: \0\n", 5};
	struct diag d;

	diag_init(&d);
	if (EXPECT(a != NULL)) {
		EXPECT(yaml_tree(a, &file, &d) == NULL);
		EXPECT_STR(d.text, "t.yaml:1:4: error: NUL byte: this is no text file\n"
				   "    1 | a: ?\n      |    ^\n");
	}
	diag_fini(&d);
	arena_free(a);
	expect_error("a: 1\n\xff", 1, "t.yaml:2:1: error: invalid UTF-8", false);
	expect_error("a\r\nb\rc\x01", 1, "t.yaml:3:2: error: control character", false);
	expect_error("a\xc2\x85", 1, "t.yaml:1:2: error: control character", false);
	expect_error("\xef\xbb\xbf"
		     "a: 1",
		     1, "t.yaml:1:1: error: byte order mark", false);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{"0", 0},
		{"4096", 4096},
		{"0x1000", 0x1000},
		{"0xABCDEFabcdef", 0xabcdefabcdef},
		{"4K", 4096},
		{"256M", 256 << 20},
		{"3G", UINT64_C(3) << 30},
		{"2T", UINT64_C(2) << 40},
		{"0x10K", 0x4000},
		{"18446744073709551615", UINT64_MAX},
		{"0xffffffffffffffff", UINT64_MAX},
		{"16777215T", UINT64_C(16777215) << 40},
		{"0x00ff", 0xff},
	};
	static const struct {
		const char *text, *want;
	} bad[] = {
		{"010", "leading zero: write '10' or '0x10'"},
		{"00", "leading zero: write '10' or '0x10'"},
		{"256MM", "a number may end in one K, M, G or T, as in '256M'"},
		{"4k", "a number may end in one K, M, G or T, as in '256M'"},
		{"0x10zz", "a number may end in one K, M, G or T, as in '256M'"},
		{"4 K", "a number may end in one K, M, G or T, as in '256M'"},
		{"ff", "write it as '4096', '0x1000' or '4K'"},
		{"10ff", "hexadecimal starts with '0x'"},
		{"0x", "write it as '4096', '0x1000' or '4K'"},
		{"", "write it as '4096', '0x1000' or '4K'"},
		{"K", "write it as '4096', '0x1000' or '4K'"},
		{"-1", "no sign: addresses and sizes are not negative"},
		{"+1", "no sign: addresses and sizes are not negative"},
		{"1.5K", "whole numbers only: write '1536K' for 1.5M"},
		{"1,000", "whole numbers only: write '1536K' for 1.5M"},
		{"1_000", "no '_' between digits"},
		{"18446744073709551616", "more than 64 bits"},
		{"16777216T", "more than 64 bits"},
		{"0x10000000000000000", "more than 64 bits"},
	};
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_STR(parse_u64(good[i].text, &value), NULL);
		EXPECT_U64(value, good[i].value);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_STR(parse_u64(bad[i].text, &value), bad[i].want);
}

static void test_arena(void)
{
	struct arena *a = arena_new();
	char *big, *small;

	if (!EXPECT(a != NULL))
		return;
	small = arena_alloc(a, 3);
	big = arena_alloc(a, 1 << 20);
	EXPECT(small && big && (uintptr_t)big % _Alignof(max_align_t) == 0);
	EXPECT(big && big[0] == 0 && big[(1 << 20) - 1] == 0);
	EXPECT_STR(arena_strndup(a, "abcdef", 3), "abc");
	EXPECT_STR(arena_strndup(a, NULL, 0), "");
	EXPECT_STR(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	EXPECT(arena_alloc(a, SIZE_MAX) == NULL);
	arena_free(a);
	arena_free(NULL);
}

static void test_paths(void)
{
	struct arena *a = arena_new();

	if (!EXPECT(a != NULL))
		return;
	EXPECT_STR(path_dir(a, "a/b/c.yaml"), "a/b");
	EXPECT_STR(path_dir(a, "c.yaml"), ".");
	EXPECT_STR(path_dir(a, "/c.yaml"), "/");
	EXPECT_STR(path_stem(a, "a.b/c.d.yaml"), "c.d");
	EXPECT_STR(path_stem(a, ".hidden"), ".hidden");
	EXPECT_STR(path_stem(a, "none"), "none");
	EXPECT_STR(path_join(a, "d", "x"), "d/x");
	EXPECT_STR(path_join(a, "d/", "x"), "d/x");
	EXPECT_STR(path_join(a, ".", "x"), "x");
	EXPECT_STR(path_join(a, "d", "/x"), "/x");
	arena_free(a);
}

static void test_files(void)
{
	struct arena *a = arena_new();
	struct diag_file file;

	if (!EXPECT(a != NULL))
		return;
	EXPECT_I64(text_file_read(a, TEST_DATA "/scenarios/bad/word.yaml", 12, &file), 0);
	EXPECT_STR(file.text, "just a word\n");
	EXPECT_U64(file.len, 12);
	EXPECT_I64(text_file_read(a, TEST_DATA "/scenarios/bad/word.yaml", 11, &file), -EFBIG);
	EXPECT_I64(text_file_read(a, TEST_DATA "/scenarios/bad/empty.yaml", 11, &file), 0);
	EXPECT_STR(file.text, "");
	EXPECT_I64(text_file_read(a, TEST_DATA, 11, &file), -EISDIR);
	EXPECT_I64(text_file_read(a, TEST_DATA "/none", 11, &file), -ENOENT);
	EXPECT_I64(text_file_read(a, "/dev/zero", 11, &file), -EINVAL);
	/* says it has no bytes and has some */
	EXPECT_I64(text_file_read(a, "/proc/self/status", 1 << 20, &file), 0);
	EXPECT(file.len > 0);
	EXPECT_I64(text_file_read(a, "/proc/self/status", 4, &file), -EFBIG);
	arena_free(a);
}

static const struct unit_test tests[] = {
	{"maps, lists and words become nodes", test_shapes},
	{"nodes and keys know their places in characters", test_places},
	{"YAML's surprises are refused, the rest is still read", test_refused_features},
	{"a second key of the same name is an error", test_duplicates},
	{"many maps with many keys keep theirs apart", test_many_keys},
	{"depth, size and count are limited", test_limits},
	{"bad syntax is said in one sentence", test_syntax},
	{"only text is read", test_text},
	{"numbers are exact or refused with the reason", test_numbers},
	{"an arena gives zeroed memory of any size", test_arena},
	{"paths are taken apart and joined", test_paths},
	{"regular files up to a limit are read", test_files},
};

int main(int argc, char **argv)
{
	return unit_main("yaml_tree", tests, ARRAY_SIZE(tests), argc, argv);
}
