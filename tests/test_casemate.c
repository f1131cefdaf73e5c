// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace of table traffic, judged by casemate_check.h: of all scenarios, of random requests, and
 * of a p2m whose ops are told wrong on the way, which has to be found.
 */
#include "sim/casemate.h"
#include "tests/casemate_check.h"
#include "tests/p2m_fixture.h"
#include "tests/replay_fixture.h"
#include "yaml/path_list.h"

#define LOCK_AT UINT64_C(0x1000)
#define M2	UINT64_C(512)
#define G1	UINT64_C(0x40000)

static void judge_record(void *ctx, const char *line, size_t len)
{
	cm_check_line(ctx, line, len);
}

/* ---- a p2m whose ops go through a filter on their way to the trace ---- */

struct traced {
	struct fx fx;
	struct casemate cm;
	struct cm_check *check;
	bool (*filter)(struct p2m_op *op); /* may alter it; false: nobody hears of it */
};

static void traced_op(void *ctx, const struct p2m_op *op)
{
	struct traced *t = ctx;
	struct p2m_op seen = *op;

	if (!t->filter || t->filter(&seen))
		casemate_op(&t->cm, &seen);
}

static void traced_init(struct traced *t, const struct p2m_rules *rules, unsigned int pa_bits)
{
	fx_init(&t->fx, rules, pa_bits);
	t->filter = NULL;
	t->check = cm_check_new();
	CHECK(t->check);
	casemate_init(&t->cm, &t->fx.p2m, LOCK_AT, (struct casemate_sink){judge_record, t->check});
	t->fx.p2m.sink = (struct p2m_sink){.op = traced_op, .ctx = t};
}

/* Ends the trace: it has this fault, and the sentence about it has these words. */
static void traced_fini(struct traced *t, enum cm_fault want, const char *words)
{
	cm_check_end(t->check);
	if (!EXPECT_STR(cm_fault_name[cm_check_fault(t->check)], cm_fault_name[want]) ||
	    !EXPECT(strstr(cm_check_why(t->check), words) != NULL))
		printf("%s\n", cm_check_why(t->check));
	cm_check_free(t->check);
	fx_fini(&t->fx);
}

static int traced_set(struct traced *t, uint64_t g, uint64_t nr, uint64_t m)
{
	return p2m_set_entry(&t->fx.p2m, gfn(g), nr, mfn(m), P2M_MMIO_DIRECT_C);
}

/* Fresh, replaced, shattered, block over tables, removed. */
static void everything(struct traced *t)
{
	EXPECT_I64(traced_set(t, G1, G1, G1), 0);
	EXPECT_I64(traced_set(t, G1 + 5, 1, 5), 0);
	EXPECT_I64(traced_set(t, G1 + 5, 1, 6), 0);
	EXPECT_I64(traced_set(t, G1, M2, 0), 0);
	EXPECT_I64(fx_remove(&t->fx, G1 + M2, 3), 0);
	EXPECT_I64(fx_remove(&t->fx, G1, G1), 0);
	EXPECT(p2m_lookup(&t->fx.p2m, ipa(0), NULL, NULL) == false);
}

static void test_sound(void)
{
	static const struct p2m_rules *const rules[] = {&fx_rules_4_8, &fx_rules_4_9,
							&fx_rules_4_12, &fx_rules_4_22};
	static const unsigned int bits[] = {32, 36, 40, 42, 44, 48};
	struct traced t;

	for (size_t r = 0; r < ARRAY_SIZE(rules); r++)
		for (size_t k = 0; k < ARRAY_SIZE(bits); k++) {
			traced_init(&t, rules[r], bits[k]);
			t.fx.p2m.clean_pte = k % 2;
			everything(&t);
			EXPECT(cm_check_breaks(t.check) >= 4);
			traced_fini(&t, CM_OK, "");
		}
}

/* A split that runs out of pages frees a half-built tree, which was never linked. */
static void test_starved(void)
{
	struct traced t;

	traced_init(&t, &fx_rules_4_22, 40);
	EXPECT_I64(traced_set(&t, G1, G1, G1), 0);
	t.fx.heap.limit = t.fx.heap.used + 1;
	EXPECT_I64(traced_set(&t, G1 + 5, 1, 5), -ENOMEM);
	t.fx.heap.limit = FX_HEAP_PAGES;
	everything(&t);
	traced_fini(&t, CM_OK, "");
}

static void random_step(struct traced *t, uint64_t *rand)
{
	static const uint64_t units[] = {1, 1, M2, G1};
	uint64_t unit = units[unit_rand(rand) % ARRAY_SIZE(units)];
	uint64_t g = unit_rand(rand) % (2 * G1 / unit) * unit;
	uint64_t nr = unit == 1 ? 1 + unit_rand(rand) % 20 : unit;
	bool valid_bits =
		t->fx.p2m.rules->resolve_valid_bits && !t->fx.p2m.rules->remove_needs_valid_bit;

	switch (unit_rand(rand) % 8) {
	case 0:
		if (valid_bits)
			p2m_invalidate_root(&t->fx.p2m);
		break;
	case 1:
	case 2:
		while (p2m_resolve_fault(&t->fx.p2m, ipa_from_gfn(gfn(g))) &&
		       p2m_walk(&t->fx.p2m, ipa_from_gfn(gfn(g))).hw_fault_level >= 0)
			;
		break;
	case 3:
		EXPECT_I64(fx_remove(&t->fx, g, nr), 0);
		break;
	default:
		EXPECT_I64(traced_set(t, g, nr, g + unit_rand(rand) % 2 * G1), 0);
	}
}

static void test_random(void)
{
	static const struct p2m_rules *const rules[] = {&fx_rules_4_8, &fx_rules_4_9,
							&fx_rules_4_22};
	static const unsigned int bits[] = {32, 40, 42, 44, 48};
	struct traced t;

	for (uint64_t seed = 1; seed <= 8; seed++) {
		uint64_t rand = seed;

		traced_init(&t, rules[seed % ARRAY_SIZE(rules)], bits[seed % ARRAY_SIZE(bits)]);
		for (int k = 0; k < 200; k++)
			random_step(&t, &rand);
		traced_fini(&t, CM_OK, "");
	}
}

/* ---- seeded faults ---- */

static bool no_tlbi(struct p2m_op *op)
{
	return op->kind != P2M_OP_TLBI;
}

static bool no_break(struct p2m_op *op)
{
	return op->kind != P2M_OP_WRITE || op->value || !pte_valid(op->old);
}

static bool no_init(struct p2m_op *op)
{
	return op->kind != P2M_OP_TABLE_NEW;
}

static bool no_lock(struct p2m_op *op)
{
	return op->kind != P2M_OP_LOCK_WRITE && op->kind != P2M_OP_UNLOCK_WRITE;
}

static bool no_unlock(struct p2m_op *op)
{
	return op->kind != P2M_OP_UNLOCK_WRITE;
}

static bool all_plain(struct p2m_op *op)
{
	op->linked = false;
	return true;
}

/* A table descriptor that is to go stays; its table is freed all the same. */
static bool keeps_tables(struct p2m_op *op)
{
	return op->kind != P2M_OP_WRITE || op->value || !(op->old & LPAE_TABLE);
}

struct seed {
	const char *what;
	bool (*filter)(struct p2m_op *op);
	enum cm_fault fault;
	const char *words;
};

static void run_seed(const struct seed *seed, void (*script)(struct traced *t))
{
	struct traced t;

	printf("%s\n", seed->what);
	traced_init(&t, &fx_rules_4_22, 40);
	t.filter = seed->filter;
	script(&t);
	traced_fini(&t, seed->fault, seed->words);
}

static void replace_page(struct traced *t)
{
	EXPECT_I64(traced_set(t, 5, 1, 5), 0);
	EXPECT_I64(traced_set(t, 5, 1, 6), 0);
}

static void split_block_2m(struct traced *t)
{
	EXPECT_I64(traced_set(t, M2, M2, M2), 0);
	EXPECT_I64(traced_set(t, M2 + 1, 1, 7), 0);
}

static void split_block_1g(struct traced *t)
{
	EXPECT_I64(traced_set(t, G1, G1, G1), 0);
	EXPECT_I64(traced_set(t, G1 + 1, 1, 7), 0);
}

static void remove_page(struct traced *t)
{
	EXPECT_I64(traced_set(t, 5, 1, 5), 0);
	EXPECT_I64(fx_remove(&t->fx, 5, 1), 0);
}

static void remove_table(struct traced *t)
{
	EXPECT_I64(traced_set(t, 5, 1, 5), 0);
	EXPECT_I64(fx_remove(&t->fx, 0, M2), 0);
}

static void test_seeds(void)
{
	run_seed(&(struct seed){"no TLBI: replace", no_tlbi, CM_MAKE, "no tlbi"}, replace_page);
	run_seed(&(struct seed){"no TLBI: split", no_tlbi, CM_MAKE, "no tlbi"}, split_block_2m);
	run_seed(&(struct seed){"no TLBI: remove", no_tlbi, CM_FLUSH, "no tlbi"}, remove_page);
	run_seed(&(struct seed){"no TLBI: free", no_tlbi, CM_FREE, "may know"}, remove_table);
	run_seed(&(struct seed){"no break: replace", no_break, CM_BREAK, "without a break"},
		 replace_page);
	run_seed(&(struct seed){"no break: split", no_break, CM_BREAK, "without a break"},
		 split_block_2m);
	run_seed(&(struct seed){"no zeroing: link", no_init, CM_INIT, "was not zeroed"},
		 replace_page);
	run_seed(&(struct seed){"no zeroing: store", no_init, CM_INIT, "in no zeroed table"},
		 split_block_1g);
	run_seed(&(struct seed){"no lock", no_lock, CM_LOCK, "without the lock"}, replace_page);
	run_seed(&(struct seed){"no unlock", no_unlock, CM_LOCK, "taken twice"}, replace_page);
	run_seed(&(struct seed){"plain stores", all_plain, CM_ORDER, "plain store"}, replace_page);
	run_seed(&(struct seed){"free of a live table", keeps_tables, CM_FREE, "reach it"},
		 remove_table);
}

/* ---- all scenarios ---- */

struct totals {
	uint64_t traces, records, breaks;
};

/*
 * One boot that maps 2.5 M pages has most of all records. Instrumented, it would take two minutes
 * by itself, and shows nothing that its beginning does not: the other builds judge all of it.
 */
#ifdef P2MLAB_INSTRUMENTED
#define RECORDS_MAX UINT64_C(1000000)
#else
#define RECORDS_MAX UINT64_MAX
#endif

static void judge_beginning(void *ctx, const char *line, size_t len)
{
	if (cm_check_records(ctx) < RECORDS_MAX)
		cm_check_line(ctx, line, len);
}

static void judge_one(struct totals *totals, struct world *world, const struct world_config *base,
		      const char *name, struct world_result *res)
{
	struct cm_check *check = cm_check_new();
	struct world_config cfg = *base;

	CHECK(check);
	cfg.casemate = (struct casemate_sink){judge_beginning, check};
	EXPECT_I64(world_run(world, &cfg, res), 0);
	if (cm_check_records(check) < RECORDS_MAX)
		cm_check_end(check);
	if (!EXPECT_U64(cm_check_fault(check), CM_OK))
		printf("%s:%s:xen=%s: %s\n", name, cfg.strategy->name, cfg.xen->name,
		       cm_check_why(check));
	if (res->status != RUN_NO_DOM0)
		EXPECT(cm_check_records(check) > 100);
	totals->traces++;
	totals->records += cm_check_records(check);
	totals->breaks += cm_check_breaks(check);
	cm_check_free(check);
}

/* Strategies and Xens of the matrix, with its last kernel. */
static void judge_scenario(struct totals *totals, const char *path)
{
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	struct world_result res = {0};
	struct world *world;
	struct scenario *sc;
	struct diag d;
	char why[256];

	diag_init(&d);
	sc = scenario_load(path, &paths, NULL, &d);
	diag_fini(&d);
	CHECK(sc);
	world = world_new(sc->platform, why, sizeof(why));
	CHECK(world);
	for (size_t s = 0; s < sc->strategies.count; s++)
		for (size_t x = 0; x < sc->xens.count; x++) {
			struct world_config cfg = {
				.xen = sc->xens.items[x],
				.lnx = sc->linuxes.items[sc->linuxes.count - 1],
				.strategy = &sc->strategies.items[s],
				.profile = sc->profile,
				.script = &sc->script,
				.heap_limit = sc->heap_limit,
				.max_cycles = sc->max_cycles,
			};

			judge_one(totals, world, &cfg, sc->name, &res);
		}
	world_result_fini(&res);
	world_free(world);
	scenario_free(sc);
}

static void test_scenarios(void)
{
	struct path_list list = {0};
	struct totals totals = {0};

	EXPECT_I64(path_list_add(&list, SOURCE_DIR "/scenarios"), 0);
	EXPECT(list.paths.count > 30);
	for (size_t i = 0; i < list.paths.count; i++)
		judge_scenario(&totals, list.paths.items[i]);
	printf("%" PRIu64 " traces, %" PRIu64 " records, %" PRIu64 " complete breaks\n",
	       totals.traces, totals.records, totals.breaks);
	EXPECT(totals.breaks > 1000);
	path_list_fini(&list);
}

/* ---- the checker itself: traces by hand ---- */

/* Registers, a root at 10000 (36 bits: one page, level 1), a table at 20000, stage 2 on. */
#define PROLOGUE                                                                                   \
	"sysreg-write (sysreg vtcr_el2) (value 8001355c)\n"                                        \
	"sysreg-write (sysreg tcr_el2) (value 1)\n"                                                \
	"sysreg-write (sysreg mair_el2) (value 1)\n"                                               \
	"sysreg-write (sysreg hcr_el2) (value 80000000)\n"                                         \
	"sysreg-write (sysreg sctlr_el2) (value 1)\n"                                              \
	"mem-init (address 10000) (size 1000)\n"                                                   \
	"mem-init (address 20000) (size 1000)\n"                                                   \
	"hint (kind set_root_lock) (location 10000) (value 1000)\n"                                \
	"hint (kind set_owner_root) (location 20000) (value 10000)\n"                              \
	"sysreg-write (sysreg vttbr_el2) (value 1000000010000)\n"                                  \
	"sysreg-write (sysreg hcr_el2) (value 80000001)\n"                                         \
	"lock (address 1000)\n"
#define W(at, value) "mem-write (mem-order release) (address " at ") (value " value ")\n"
#define PLAIN(at, v) "mem-write (mem-order plain) (address " at ") (value " v ")\n"
#define DSB(kind)    "barrier dsb (kind " kind ")\n"
#define VMALL	     "tlbi vmalls12e1is\n"
#define IPAS2(v)     "tlbi ipas2e1is (value " v ")\n"
#define FREE(at)     "mem-free (address " at ") (size 1000)\n"
#define UNLOCK	     "unlock (address 1000)\n"
#define LEAF	     W("10008", "400007fd") /* IPA 1 GiB */
#define BREAK	     W("10008", "0")
#define OTHER	     W("10008", "800007fd")
#define LINK	     W("10008", "20003")

static const struct by_hand {
	const char *lines; /* after PROLOGUE, without ids and sources */
	enum cm_fault fault;
	const char *words;
} by_hand[] = {
	{UNLOCK, CM_OK, ""},
	{LEAF LEAF UNLOCK, CM_OK, ""},
	/* break-before-make, and what may be missing of it */
	{LEAF BREAK DSB("ish") VMALL DSB("ish") OTHER UNLOCK, CM_OK, ""},
	{LEAF BREAK DSB("ishst") VMALL DSB("ish") OTHER UNLOCK, CM_OK, ""},
	{LEAF BREAK DSB("ish") "tlbi alle1is\n" DSB("ish") OTHER UNLOCK, CM_OK, ""},
	{LEAF OTHER, CM_BREAK, "without a break"},
	{LEAF LINK, CM_BREAK, "without a break"},
	{LEAF BREAK OTHER, CM_MAKE, "no dsb after the break"},
	{LEAF BREAK VMALL DSB("ish") OTHER, CM_MAKE, "no tlbi"},
	{LEAF BREAK DSB("nsh") VMALL DSB("ish") OTHER, CM_MAKE, "no tlbi"},
	{LEAF BREAK DSB("ish") DSB("ish") OTHER, CM_MAKE, "no tlbi"},
	{LEAF BREAK DSB("ish") "tlbi vmalls12e1\n" DSB("ish") OTHER, CM_MAKE, "no tlbi"},
	{LEAF BREAK DSB("ish") "tlbi vae2is (value 1)\n" DSB("ish") OTHER, CM_MAKE, "no tlbi"},
	{LEAF BREAK DSB("ish") VMALL OTHER, CM_MAKE, "no dsb after the tlbi"},
	{LEAF BREAK DSB("ish") VMALL DSB("ishst") OTHER, CM_MAKE, "no dsb after the tlbi"},
	{LEAF BREAK DSB("ish") VMALL "barrier isb\n" OTHER, CM_MAKE, "no dsb after the tlbi"},
	{LEAF BREAK DSB("ish") UNLOCK, CM_FLUSH, "no tlbi"},
	/* by IPA: stage 2 first, then what combines both stages */
	{LEAF BREAK DSB("ish") IPAS2("40000") DSB("ish") "tlbi vmalle1is\n" DSB("ish") OTHER UNLOCK,
	 CM_OK, ""},
	{LEAF BREAK DSB("ish") IPAS2("40000") DSB("ish") OTHER, CM_MAKE, "no tlbi of stage 1"},
	{LEAF BREAK DSB("ish") IPAS2("40000") "tlbi vmalle1is\n" DSB("ish") OTHER, CM_MAKE,
	 "no tlbi of stage 1"},
	{LEAF BREAK DSB("ish") IPAS2("80000") DSB("ish") "tlbi vmalle1is\n" DSB("ish") OTHER,
	 CM_MAKE, "no tlbi"},
	/* what may change without a break */
	{LEAF W("10008", "2800000400007fd") UNLOCK, CM_OK, ""},
	{LEAF W("10008", "4000077d") DSB("ish") VMALL DSB("ish") UNLOCK, CM_OK, ""},
	{LEAF W("10008", "4000077d") DSB("ish") UNLOCK, CM_FLUSH, "no tlbi"},
	{LEAF W("10008", "400007c5"), CM_BREAK, "without a break"},
	/* tables */
	{PLAIN("20000", "400007fd") LINK W("20000", "0") DSB("ish") VMALL DSB("ish") UNLOCK, CM_OK,
	 ""},
	{LINK PLAIN("20000", "400007fd"), CM_ORDER, "plain store"},
	{PLAIN("10008", "20003"), CM_ORDER, "plain store"},
	{"mem-set (address 10000) (size 1000) (value 0)\n", CM_ORDER, "plain store"},
	{"mem-set (address 20000) (size 1000) (value 0)\n" LINK UNLOCK, CM_OK, ""},
	{W("10008", "30003"), CM_INIT, "was not zeroed"},
	{W("30000", "1"), CM_INIT, "in no zeroed table"},
	{PLAIN("20008", "30003") LINK, CM_INIT, "was not zeroed"},
	{"mem-init (address 30000) (size 1000)\n" W("10008", "30003"), CM_OWNER, "no hint"},
	{LINK W("10010", "20003"), CM_OWNER, "linked twice"},
	{LINK "mem-init (address 20000) (size 1000)\n", CM_INIT, "while walkers use it"},
	{LINK BREAK W("10010", "20003"), CM_MAKE, "linked again"},
	{LINK BREAK DSB("ish") VMALL DSB("ish") LINK UNLOCK, CM_OK, ""},
	{LINK BREAK W("20000", "400007fd"), CM_MAKE, "walkers may know"},
	/* freeing */
	{LINK BREAK DSB("ish") VMALL DSB("ish") FREE("20000") UNLOCK, CM_OK, ""},
	{FREE("20000") LINK, CM_INIT, "was not zeroed"},
	{FREE("20000") FREE("20000"), CM_FREE, "was no table"},
	{LINK FREE("20000"), CM_FREE, "reach it"},
	{LINK BREAK DSB("ish") FREE("20000"), CM_FREE, "may know it"},
	{LINK BREAK DSB("ish") VMALL FREE("20000"), CM_FREE, "may know it"},
	{LINK "hint (kind release_table) (location 20000) (value 0)\n", CM_FREE, "released"},
	{"hint (kind release_table) (location 20000) (value 0)\n" LINK, CM_OWNER, "no hint"},
	/* locks, loads, registers */
	{UNLOCK LEAF, CM_LOCK, "without the lock"},
	{UNLOCK UNLOCK, CM_LOCK, "not held"},
	{"lock (address 1000)\n", CM_LOCK, "taken twice"},
	{LEAF, CM_LOCK, "ends with lock"},
	{LEAF "mem-read (address 10008) (value 400007fd)\n" UNLOCK, CM_OK, ""},
	{LEAF "mem-read (address 10008) (value 0)\n", CM_READ, "was read as 0"},
	{"sysreg-write (sysreg vtcr_el2) (value 80023558)\n", CM_REGISTER, "while stage 2 is on"},
	/* what is no record */
	{"mem-write (mem-order weak) (address 10000) (value 0)\n", CM_SYNTAX, "cannot read"},
	{"mem-write (mem-order release) (address 0x10000) (value 0)\n", CM_SYNTAX, "cannot read"},
	{"mem-write (mem-order release) (address 10004) (value 0)\n", CM_SYNTAX, "cannot read"},
	{"mem-init (address 30100) (size 1000)\n", CM_SYNTAX, "no page"},
	{"barrier dsb (kind osh)\n", CM_SYNTAX, "unknown barrier"},
	{"tlbi vmalls13\n", CM_SYNTAX, "unknown tlbi"},
	{"tlbi ipas2e1is\n", CM_SYNTAX, "unknown tlbi"},
	{"hint (kind none) (location 20000) (value 0)\n", CM_SYNTAX, "unknown hint"},
	{"sysreg-write (sysreg ttbr0_el2) (value 0)\n", CM_SYNTAX, "unknown register"},
	{"nothing (address 0)\n", CM_SYNTAX, "cannot read"},
};

/* Gives each line its id and source. */
static void feed(struct cm_check *c, const char *lines, uint64_t *id)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n"), name = strcspn(lines, " ");
		char record[256];
		int n = snprintf(record, sizeof(record),
				 "(%.*s (id %" PRIu64 ") (tid 0)%.*s (src \"hand:1\"))\n",
				 (int)name, lines, (*id)++, (int)(len - name), lines + name);

		CHECK(n > 0 && (size_t)n < sizeof(record));
		cm_check_line(c, record, (size_t)n);
		lines += len + 1;
	}
}

static void test_by_hand(void)
{
	for (size_t k = 0; k < ARRAY_SIZE(by_hand); k++) {
		struct cm_check *c = cm_check_new();
		uint64_t id = 0;

		CHECK(c);
		feed(c, PROLOGUE, &id);
		feed(c, by_hand[k].lines, &id);
		cm_check_end(c);
		if (!EXPECT_STR(cm_fault_name[cm_check_fault(c)],
				cm_fault_name[by_hand[k].fault]) ||
		    !EXPECT(strstr(cm_check_why(c), by_hand[k].words) != NULL))
			printf("%s%s\n", by_hand[k].lines, cm_check_why(c));
		cm_check_free(c);
	}
}

/* One record, and what is wrong with it. */
static void expect_line(const char *line, enum cm_fault fault)
{
	struct cm_check *c = cm_check_new();

	CHECK(c);
	cm_check_line(c, line, strlen(line));
	if (!EXPECT_STR(cm_fault_name[cm_check_fault(c)], cm_fault_name[fault]))
		printf("%s: %s\n", line, cm_check_why(c));
	cm_check_free(c);
}

static void test_lines(void)
{
	struct cm_check *c = cm_check_new();
	uint64_t id = 0;

	expect_line("(mem-init (id 0) (tid 0) (address 1000) (size 1000) (src \"a.c:1\"))", CM_OK);
	expect_line("(mem-init (id 1) (tid 0) (address 1000) (size 1000) (src \"a.c:1\"))", CM_ID);
	expect_line("(mem-init (id 0) (tid 0) (address 1000) (size 1000))", CM_SYNTAX);
	expect_line("(mem-init (id 0) (tid 0) (address 1000) (size 1000) (src \"a.c\"))",
		    CM_SYNTAX);
	expect_line("(mem-init (id 0) (tid 0) (address 1000) (size 1000) (src \"a.c:1\")) ",
		    CM_SYNTAX);
	expect_line("(mem-init (id 0) (address 1000) (size 1000) (src \"a.c:1\"))", CM_SYNTAX);
	expect_line("", CM_SYNTAX);
	/* stage 2 goes on too early */
	CHECK(c);
	feed(c,
	     "sysreg-write (sysreg hcr_el2) (value 1)\n"
	     "sysreg-write (sysreg vttbr_el2) (value 10000)\n",
	     &id);
	EXPECT_STR(cm_fault_name[cm_check_fault(c)], "register");
	cm_check_free(c);
}

static const struct unit_test tests[] = {
	{"what the p2m does on every geometry and release is sound", test_sound},
	{"a split that runs out of pages is sound", test_starved},
	{"random requests, faults and invalidations are sound", test_random},
	{"a p2m with a seeded fault is found out", test_seeds},
	{"the checker judges each kind of record", test_by_hand},
	{"the checker refuses lines that are no records", test_lines},
	{"the table traffic of all scenarios is sound", test_scenarios},
};

int main(int argc, char **argv)
{
	return unit_main("casemate", tests, ARRAY_SIZE(tests), argc, argv);
}
