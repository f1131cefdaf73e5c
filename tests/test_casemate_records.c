// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_casemate_records.c: how the table traffic is told, record by record.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "sim/casemate.h"
#include "tests/p2m_fixture.h"
#include "tests/unit.h"

#define G1	UINT64_C(0x40000)
#define LOCK_AT UINT64_C(0x1000)

struct lines {
	char text[8192];
	size_t used;
};

static void keep_line(void *ctx, const char *line, size_t len)
{
	struct lines *l = ctx;

	CHECK(l->used + len < sizeof(l->text));
	memcpy(l->text + l->used, line, len + 1);
	l->used += len;
}

/* The trace without ids and sources, as feed() takes it. */
static void strip(char *text)
{
	char *to = text;

	for (char *s = text; *s;) {
		char *name_end = strstr(s, " (id "), *body = strstr(s, "(tid 0) ") + 8;
		char *end = strstr(s, " (src ");

		memmove(to, s + 1, (size_t)(name_end - s));
		to += name_end - s;
		memmove(to, body, (size_t)(end - body));
		to += end - body;
		*to++ = '\n';
		s = strchr(end, '\n') + 1;
	}
	*to = '\0';
}

/* The beginning of a trace with a root of one page, up to where it is told. */
#define BEGINS(vtcr)                                                                               \
	"sysreg-write (sysreg vtcr_el2) (value " vtcr ")\n"                                        \
	"sysreg-write (sysreg tcr_el2) (value " TCR ")\n"                                          \
	"sysreg-write (sysreg mair_el2) (value ff000004eeaa4400)\n"                                \
	"sysreg-write (sysreg hcr_el2) (value 80000000)\n"                                         \
	"sysreg-write (sysreg sctlr_el2) (value 30c5187d)\n"

struct traced {
	struct fx fx;
	struct casemate cm;
	struct lines lines;
};

static void traced_op(void *ctx, const struct p2m_op *op)
{
	casemate_op(&((struct traced *)ctx)->cm, op);
}

static void traced_init(struct traced *t, unsigned int pa_bits)
{
	t->lines.used = 0;
	fx_init(&t->fx, &fx_rules_4_22, pa_bits);
	casemate_init(&t->cm, &t->fx.p2m, LOCK_AT, (struct casemate_sink){keep_line, &t->lines});
	t->fx.p2m.sink = (struct p2m_sink){.op = traced_op, .ctx = t};
}

static void test_records(void)
{
#define TCR "80843510"
	static const char *const want = BEGINS(
		"80043594") "mem-init (address 40000000) (size 1000)\n"
			    "hint (kind set_root_lock) (location 40000000) (value 1000)\n"
			    "sysreg-write (sysreg vttbr_el2) (value 1000040000000)\n"
			    "sysreg-write (sysreg hcr_el2) (value 80000001)\n"
			    "barrier isb\n"
			    "lock (address 1000)\n"
			    "mem-init (address 40001000) (size 1000)\n"
			    "hint (kind set_owner_root) (location 40001000) (value 40000000)\n"
			    "barrier dsb (kind ish)\n"
			    "mem-write (mem-order release) (address 40000000) (value "
			    "800000400017ff)\n"
			    "barrier dsb (kind ish)\n"
			    "barrier dsb (kind ish)\n"
			    "mem-write (mem-order release) (address 40001008) (value "
			    "2c00000800006fd)\n"
			    "barrier dsb (kind ish)\n"
			    "unlock (address 1000)\n"
			    "lock (address 1000)\n"
			    "barrier dsb (kind ish)\n"
			    "mem-write (mem-order release) (address 40001008) (value 0)\n"
			    "barrier dsb (kind ish)\n"
			    "barrier dsb (kind ishst)\n"
			    "tlbi vmalls12e1is\n"
			    "barrier dsb (kind ish)\n"
			    "barrier isb\n"
			    "unlock (address 1000)\n";
	struct traced t;

	traced_init(&t, 44);
	EXPECT_I64(fx_mmio(&t.fx, G1, G1, 2 * G1), 0);
	EXPECT_I64(fx_remove(&t.fx, G1, G1), 0);
	EXPECT(strncmp(t.lines.text, "(sysreg-write (id 0) (tid 0) (sysreg vtcr_el2) ", 47) == 0);
	EXPECT(strstr(t.lines.text,
		      "\n(lock (id 10) (tid 0) (address 1000) (src \"sim/p2m_model.c:") != NULL);
	strip(t.lines.text);
	EXPECT_STR(t.lines.text, want);
	fx_fini(&t.fx);
#undef TCR
}

/* Two pages at level 1, of 40 bits, below one at level 0, of 48. */
static void test_concatenated(void)
{
#define TCR "80823510"
	static const char *const want =
		BEGINS("80023590") "mem-init (address 2000) (size 1000)\n"
				   "hint (kind set_root_lock) (location 2000) (value 1000)\n"
				   "lock (address 1000)\n"
				   "mem-init (address 40000000) (size 1000)\n"
				   "hint (kind set_owner_root) (location 40000000) (value 2000)\n"
				   "mem-write (mem-order plain) (address 2000) (value 40000003)\n"
				   "mem-init (address 40001000) (size 1000)\n"
				   "hint (kind set_owner_root) (location 40001000) (value 2000)\n"
				   "mem-write (mem-order plain) (address 2008) (value 40001003)\n"
				   "unlock (address 1000)\n"
				   "sysreg-write (sysreg vttbr_el2) (value 1000000002000)\n"
				   "sysreg-write (sysreg hcr_el2) (value 80000001)\n"
				   "barrier isb\n"
				   "lock (address 1000)\n"
				   "barrier dsb (kind ish)\n"
				   "mem-write (mem-order release) (address 40001008) (value "
				   "2c00000800006fd)\n"
				   "barrier dsb (kind ish)\n"
				   "unlock (address 1000)\n";
	struct traced t;

	traced_init(&t, 40);
	EXPECT_I64(fx_mmio(&t.fx, (G1 << 9) + G1, G1, 2 * G1), 0);
	strip(t.lines.text);
	EXPECT_STR(t.lines.text, want);
	fx_fini(&t.fx);
#undef TCR
}

/* A table that lost its valid bit and gets it back; a page that does is none. */
static void test_relinked(void)
{
	static const char *const table =
		"mem-free (address 40001000) (size 1000)\n"
		"mem-init (address 40001000) (size 1000)\n"
		"hint (kind set_owner_root) (location 40001000) (value 40000000)\n"
		"barrier dsb (kind ish)\n"
		"mem-write (mem-order release) (address 40000000) "
		"(value 800000400017ff)\n";
	struct traced t;
	size_t at;

	traced_init(&t, 44);
	EXPECT_I64(fx_mmio(&t.fx, G1, G1, 2 * G1), 0);
	p2m_invalidate_root(&t.fx.p2m);
	at = t.lines.used;
	EXPECT(p2m_resolve_fault(&t.fx.p2m, ipa_from_gfn(gfn(G1))));
	strip(t.lines.text + at);
	EXPECT(strstr(t.lines.text + at, table) != NULL);
	t.lines.used = at;
	EXPECT(p2m_resolve_fault(&t.fx.p2m, ipa_from_gfn(gfn(G1))));
	strip(t.lines.text + at);
	EXPECT(strstr(t.lines.text + at, "(address 40001008) (value 2c00000800006fd)\n") != NULL);
	EXPECT(strstr(t.lines.text + at, "mem-") == strstr(t.lines.text + at, "mem-write"));
	fx_fini(&t.fx);
}

static const struct unit_test tests[] = {
	{"a trace begins with registers, root and hints, then has each store", test_records},
	{"concatenated root pages are told as tables of the level above", test_concatenated},
	{"a table that gets its valid bit back is told anew", test_relinked},
};

int main(int argc, char **argv)
{
	return unit_main("casemate_records", tests, ARRAY_SIZE(tests), argc, argv);
}
