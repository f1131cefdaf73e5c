// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "sim/strategy.h"
#include "tests/unit.h"

static void test_named(void)
{
	static const struct {
		const char *text;
		unsigned int mechanisms;
	} rows[] = {
		{"none", 0},
		{"notifier", MECH_NOTIFIER},
		{"a", MECH_NOTIFIER | MECH_ACPI_HOOK},
		{"b", MECH_NOTIFIER | MECH_IOREMAP_HOOK},
		{"b-alone", MECH_IOREMAP_HOOK},
		{"b-naive", MECH_NOTIFIER | MECH_IOREMAP_HOOK | MECH_HOOK_UNCHUNKED},
		{"c", MECH_DEMAND},
		{"stall", MECH_STALL_MAP},
		{"notifier+c", MECH_NOTIFIER | MECH_DEMAND},
		{"c+notifier", MECH_NOTIFIER | MECH_DEMAND},
		{"c+stall", MECH_DEMAND | MECH_STALL_MAP},
		{"b+notifier", MECH_NOTIFIER | MECH_IOREMAP_HOOK},
		{"none+c", MECH_DEMAND},
		{"c+c", MECH_DEMAND},
		{"notifier+a+b+c+stall",
		 MECH_NOTIFIER | MECH_ACPI_HOOK | MECH_IOREMAP_HOOK | MECH_DEMAND | MECH_STALL_MAP},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *bad = NULL;
		struct strategy s;
		size_t len = 99;

		memset(&s, 0xff, sizeof(s));
		EXPECT_I64(strategy_parse(rows[i].text, &s, &bad, &len), 0);
		EXPECT_STR(s.name, rows[i].text);
		EXPECT_U64(s.mechanisms, rows[i].mechanisms);
		EXPECT(bad == NULL && len == 99);
	}
}

static void test_unknown(void)
{
	static const struct {
		const char *text;
		size_t at, len;
	} rows[] = {
		{"", 0, 0},
		{"d", 0, 1},
		{"C", 0, 1},
		{"notifier+d", 9, 1},
		{"notifier+", 9, 0},
		{"+c", 0, 0},
		{"c++stall", 2, 0},
		{"c+stalls+b", 2, 6},
		{"b-unchunke", 0, 10},
		{"notifier c", 0, 10},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strategy s = {.name = "untouched", .mechanisms = 77};
		const char *bad = NULL;
		size_t len = 99;

		EXPECT_I64(strategy_parse(rows[i].text, &s, &bad, &len), -EINVAL);
		EXPECT_U64((uint64_t)(bad - rows[i].text), rows[i].at);
		EXPECT_U64(len, rows[i].len);
		EXPECT_STR(s.name, "untouched");
		EXPECT_U64(s.mechanisms, 77);
	}
}

static void test_length(void)
{
	/* 63 characters fit, 65 do not. */
	static const char fits[] = "notifier+notifier+notifier+notifier+notifier+notifier+notifier";
	static const char longer[] =
		"notifier+notifier+notifier+notifier+notifier+notifier+notifier+c";
	const char *bad = NULL;
	struct strategy s;
	size_t len = 0;

	EXPECT_I64(strategy_parse(fits, &s, &bad, &len), 0);
	EXPECT_STR(s.name, fits);
	EXPECT_U64(strlen(longer), sizeof(s.name));
	EXPECT_I64(strategy_parse(longer, &s, &bad, &len), -EINVAL);
	EXPECT(bad == longer);
	EXPECT_U64(len, sizeof(s.name));
}

static void test_infos(void)
{
	EXPECT_U64(strategy_info_count, 8);
	for (unsigned int i = 0; i < strategy_info_count; i++) {
		const struct strategy_info *info = &strategy_infos[i];

		EXPECT(strlen(info->help) > 10 && !strchr(info->name, '+'));
		for (unsigned int k = 0; k < i; k++)
			EXPECT(strcmp(info->name, strategy_infos[k].name) != 0);
	}
}

static void test_has(void)
{
	static const struct strategy s = {.mechanisms = MECH_NOTIFIER | MECH_STALL_MAP};

	EXPECT(strategy_has(&s, MECH_NOTIFIER));
	EXPECT(strategy_has(&s, MECH_STALL_MAP));
	EXPECT(!strategy_has(&s, MECH_ACPI_HOOK));
	EXPECT(!strategy_has(&s, MECH_IOREMAP_HOOK));
	EXPECT(!strategy_has(&s, MECH_HOOK_UNCHUNKED));
	EXPECT(!strategy_has(&s, MECH_DEMAND));
}

static const struct unit_test tests[] = {
	{"a name or a sum of names is the union of their mechanisms", test_named},
	{"an unknown part is pointed at and nothing is changed", test_unknown},
	{"a sum that does not fit the name is refused as a whole", test_length},
	{"every strategy that is listed has a help and a name of its own", test_infos},
	{"strategy_has tells each mechanism from the others", test_has},
};

int main(int argc, char **argv)
{
	return unit_main("strategy", tests, ARRAY_SIZE(tests), argc, argv);
}
