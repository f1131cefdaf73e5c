// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/check.h"
#include "sim/linux_version.h"
#include "sim/xen_version.h"
#include "tests/unit.h"

/*
 * Numbers on the right-hand sides are instruction counts of recorded runs; what they are compared
 * with is always composed from steps. `n14` is line 14 of the recorded trace, `b10` line 10 of the
 * one with a hook in ioremap, whose Xen was instrumented: 10 instructions more per call of the
 * hook, 2 per call of the notifier, and 5 per page.
 */

/* Nodes of the rangeset that a page of the recorded machine visits (test_iomem.c). */
#define RANGES	    3
#define RANGES_GICD 2
#define HOOK_CALL   10
#define NOTIFIER    2
#define HOOK_PAGE   5

struct path {
	const struct xen_costs *costs;
	uint64_t insns, dsb, isb, at, tlbi, dc;
};

static struct path path_of(const char *release)
{
	const struct xen_version *v = xen_version_find(release);

	CHECK(v != NULL);
	return (struct path){.costs = &v->costs};
}

static void take(struct path *p, enum xen_step step, uint64_t n)
{
	const struct step_cost *c = &p->costs->step[step];

	p->insns += c->insns * n;
	p->dsb += c->dsb * n;
	p->isb += c->isb * n;
	p->at += c->at * n;
	p->tlbi += c->tlbi * n;
	p->dc += c->dc * n;
}

/* HVC up to the first item of a batch. */
static void call_begin(struct path *p)
{
	take(p, XS_TRAP_HVC, 1);
	take(p, XS_MEMORY_OP, 1);
	take(p, XS_COPY, 1);
}

/* Items of a batch up to and including the rights' check. */
static void items(struct path *p, uint64_t n, uint64_t ranges)
{
	take(p, XS_COPY, 3 * n);
	take(p, XS_ITEM, n);
	take(p, XS_IOMEM, n);
	take(p, XS_IOMEM_RANGE, ranges * n);
}

/* The p2m update of n pages on a four-level table. */
static void inserts(struct path *p, uint64_t n)
{
	take(p, XS_P2M_INSERT, n);
	take(p, XS_P2M_NEXT_LEVEL, 3 * n);
}

static void tables(struct path *p, uint64_t n, uint64_t orders, uint64_t dirty)
{
	take(p, XS_TABLE_NEW, n);
	take(p, XS_TABLE_SPLIT_ORDER, orders);
	take(p, XS_TABLE_SCRUB, dirty);
}

static struct path mapping_call(const char *release, uint64_t n, enum xen_step preempt)
{
	struct path p = path_of(release);

	call_begin(&p);
	items(&p, n, RANGES);
	inserts(&p, n);
	take(&p, preempt, n - 1);
	return p;
}

static struct path denied_call(uint64_t n, uint64_t ranges)
{
	struct path p = path_of("4.22");

	call_begin(&p);
	items(&p, n, ranges);
	take(&p, XS_PREEMPT_MASKED, n - 1);
	return p;
}

static struct path replacing_call(const char *release, uint64_t n)
{
	struct path p = mapping_call(release, n, XS_PREEMPT_MASKED);

	take(&p, XS_P2M_REPLACE, n);
	return p;
}

/* An abort of 4.22 up to the end of p2m_resolve_translation_fault(); levels -1: above max. */
static struct path abort_begin(int levels, bool isv)
{
	struct path p = path_of("4.22");

	take(&p, XS_TRAP_ABORT, 1);
	take(&p, XS_ABORT_ISV, isv);
	take(&p, levels < 0 ? XS_RESOLVE_EARLY : XS_RESOLVE, 1);
	take(&p, XS_RESOLVE_LEVEL, levels < 0 ? 0 : (uint64_t)levels);
	return p;
}

static struct path demand_map(int levels)
{
	struct path p = abort_begin(levels, true);

	take(&p, XS_IOMEM, 1);
	take(&p, XS_IOMEM_RANGE, RANGES);
	inserts(&p, 1);
	return p;
}

/* A valid bit set at `level`; entries: of the child table that were valid, -1 for a leaf. */
static uint64_t resolved(int level, bool isv, int entries)
{
	struct path p = abort_begin(level, isv);

	take(&p, XS_RESOLVE_SET, 1);
	if (entries >= 0) {
		take(&p, XS_INVALIDATE_TABLE, 1);
		take(&p, XS_INVALIDATE_ENTRY, (uint64_t)entries);
		take(&p, XS_TLBI, 1);
	}
	return p.insns;
}

static bool near(uint64_t got, uint64_t want, uint64_t by)
{
	return EXPECT(got + by >= want && got <= want + by);
}

static void test_one_page(void)
{
	EXPECT_U64(path_of("4.22").costs->step[XS_TRAP_HVC].insns, 346); /* cheapest hypercall */
	EXPECT_U64(mapping_call("4.22", 1, XS_PREEMPT).insns, 2254);	 /* n23 */
	EXPECT_U64(replacing_call("4.22", 1).insns, 2298);		 /* n16 */
	EXPECT_U64(replacing_call("4.22", 1).insns +
			   path_of("4.22").costs->step[XS_PENDING_VIRQ].insns,
		   2448); /* n30 */
	EXPECT_U64(4 * path_of("4.22").costs->step[XS_COPY].insns, 399 + 369);
	EXPECT_U64(3 * path_of("4.22").costs->step[XS_P2M_NEXT_LEVEL].insns, 141);
}

static void test_batches(void)
{
	static const uint64_t pages[] = {1, 2, 16, 512, 65535};

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		struct path masked = mapping_call("4.22", pages[i], XS_PREEMPT_MASKED);

		EXPECT_U64(mapping_call("4.22", pages[i], XS_PREEMPT).insns, 630 + 1624 * pages[i]);
		take(&masked, XS_PENDING_VIRQ, 1); /* that run was made with one pending */
		EXPECT_U64(masked.insns, 897 + 1507 * pages[i]);
	}
}

static void test_denied(void)
{
	EXPECT_U64(denied_call(16, RANGES_GICD).insns + HOOK_CALL + 16 * HOOK_PAGE,
		   17061); /* b10 */
	EXPECT_U64(denied_call(3936, RANGES).insns + HOOK_CALL + 3936 * HOOK_PAGE,
		   4043029);							       /* b11 */
	EXPECT_U64(denied_call(16, RANGES).insns + HOOK_CALL + 16 * HOOK_PAGE, 17189); /* b12 */
}

static void test_hook_calls(void)
{
	struct path p = mapping_call("4.22", 1, XS_PREEMPT);

	EXPECT_U64(p.insns + NOTIFIER + HOOK_PAGE, 2261);  /* b28 */
	EXPECT_U64(p.insns + HOOK_CALL + HOOK_PAGE, 2269); /* b96 */
	take(&p, XS_P2M_REPLACE, 1);
	EXPECT_U64(p.insns + NOTIFIER + HOOK_PAGE, 2305);  /* b22 */
	EXPECT_U64(p.insns + HOOK_CALL + HOOK_PAGE, 2313); /* b97 */
	take(&p, XS_PENDING_VIRQ, 1);
	EXPECT_U64(p.insns + HOOK_CALL + HOOK_PAGE, 2463); /* b121 */
}

/* Parts of the 65535-page call; a physical interrupt's 651 instructions are not a step. */
static void test_continuation(void)
{
	struct path cut = mapping_call("4.22", 422, XS_PREEMPT);
	struct path last = mapping_call("4.22", 966, XS_PREEMPT);

	take(&cut, XS_PREEMPT, 1); /* the check that cut it */
	take(&cut, XS_CONTINUATION, 1);
	EXPECT_U64(cut.insns + HOOK_CALL + 422 * HOOK_PAGE + 651, 688964); /* b55: no new table */
	take(&last, XS_PENDING_VIRQ, 1);
	tables(&last, 1, 1, 1);
	EXPECT_U64(last.insns + HOOK_CALL + 966 * HOOK_PAGE, 1576077); /* b95: its last part */
}

/*
 * The n-th allocation splits ctz(n) orders: 15 and 16 for the first request, then 17; with the
 * hook ECAM takes 18 to 146, then come 147 to 149 and 150. An order is 52 within a few
 * instructions (docs/COSTS.md).
 */
static void test_new_tables(void)
{
	struct path p = mapping_call("4.22", 1, XS_PREEMPT);

	tables(&p, 2, 0 + 4, 1);
	near(p.insns, 5310, 5); /* n14: one of the two was dirty */
	p = mapping_call("4.22", 1, XS_PREEMPT);
	tables(&p, 1, 0, 0);
	EXPECT_U64(p.insns, 3486); /* n15 */
	p = mapping_call("4.22", 1, XS_PREEMPT);
	tables(&p, 2, 0 + 4, 2);
	near(p.insns + NOTIFIER + HOOK_PAGE, 5705, 6); /* b19 */
	p = mapping_call("4.22", 1, XS_PREEMPT);
	tables(&p, 1, 0, 1);
	EXPECT_U64(p.insns + NOTIFIER + HOOK_PAGE, 3882); /* b20 */
	p = mapping_call("4.22", 1, XS_PREEMPT);
	tables(&p, 3, 0 + 2 + 0, 3);
	near(p.insns + HOOK_CALL + HOOK_PAGE, 7232, 4); /* b129 */
	p = mapping_call("4.22", 1, XS_PREEMPT);
	tables(&p, 1, 1, 1);
	EXPECT_U64(p.insns + HOOK_CALL + HOOK_PAGE, 3942); /* b141 */
}

static void test_demand(void)
{
	struct path p = demand_map(-1);

	EXPECT_U64(p.insns, 1017); /* n48: above max_mapped_gfn */
	take(&p, XS_PENDING_VIRQ, 1);
	EXPECT_U64(p.insns, 1167);	       /* n88 */
	EXPECT_U64(demand_map(3).insns, 1333); /* n85: below, all tables there */
	p = demand_map(3);
	take(&p, XS_PENDING_VIRQ, 1);
	EXPECT_U64(p.insns, 1483); /* n82 */
	p = demand_map(2);
	tables(&p, 1, 0, 0);
	EXPECT_U64(p.insns, 2493); /* n83 */
	p = demand_map(-1);
	tables(&p, 2, 2, 0);
	near(p.insns, 3583, 2); /* n47 */
	p = demand_map(-1);
	tables(&p, 3, 3, 0);
	near(p.insns, 4868, 1); /* n79 */
}

static void test_resolved(void)
{
	EXPECT_U64(resolved(1, false, -1), 608); /* n1 */
	EXPECT_U64(resolved(3, true, -1), 767);	 /* n4 */
	EXPECT_U64(resolved(3, false, -1), 752); /* n10 */
	EXPECT_U64(resolved(2, true, 1), 3813);	 /* n3 */
	EXPECT_U64(resolved(2, true, 5), 3833);	 /* n5 */
	near(resolved(0, false, 2), 3654, 5);	 /* n0 */
	near(resolved(1, true, 2), 3742, 4);	 /* n2 */
}

/* Two tables of descriptors: a 1 GiB block becomes 4 KiB pages, then one is replaced. */
static void test_shattered(void)
{
	struct path p = path_of("4.22");

	take(&p, XS_SHATTER, 2);
	tables(&p, 2, 0 + 1, 2); /* allocations 13 and 14 */
	take(&p, XS_P2M_REPLACE, 1);
	near(p.insns, 18399 - 1704, 1); /* n11 less n13, the same call on an empty entry */
}

static void test_injected_and_emulated(void)
{
	struct path p = abort_begin(-1, true);

	take(&p, XS_FIND_HANDLER, 1);
	take(&p, XS_INJECT, 1);
	EXPECT_U64(p.insns, 627);
	for (int levels = 1; levels <= 2; levels++) {
		uint64_t median = levels == 1 ? 856 : 993;

		p = abort_begin(levels, true);
		take(&p, XS_IOMEM, 1);
		take(&p, XS_IOMEM_RANGE, levels == 1 ? RANGES_GICD : RANGES);
		take(&p, XS_FIND_HANDLER, 1);
		take(&p, XS_EMULATE, 1);
		near(p.insns, median, median * 4 / 100); /* medians over many registers */
	}
}

static void test_recorded_4_8(void)
{
	struct path p = path_of("4.8");

	take(&p, XS_TRAP_HVC, 1);
	EXPECT_U64(p.insns, 356); /* -ENOSYS */
	EXPECT_U64(p.dsb, 1);
	EXPECT_U64(p.isb, 1);
	p = path_of("4.8");
	take(&p, XS_TRAP_ABORT, 1);
	take(&p, XS_ABORT_ISV, 1);
	take(&p, XS_FIND_HANDLER, 1);
	take(&p, XS_EMULATE, 1);
	EXPECT_U64(p.insns, 621); /* GICD_TYPER */
	EXPECT_U64(p.dsb, 1);
	EXPECT_U64(p.isb, 2);
	EXPECT_U64(p.at, 1);
	EXPECT_U64(p.tlbi, 0);
}

/* Both recorded calls replaced valid entries. */
static void test_recorded_4_8_batches(void)
{
	static const struct {
		uint64_t n, insns, dsb, isb, at, tlbi;
	} rows[] = {{1, 2028, 7, 6, 4, 1}, {2, 3352, 13, 10, 7, 2}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct path p = replacing_call("4.8", rows[i].n);

		EXPECT_U64(p.insns, rows[i].insns);
		EXPECT_U64(p.dsb, rows[i].dsb);
		EXPECT_U64(p.isb, rows[i].isb);
		EXPECT_U64(p.at, rows[i].at);
		EXPECT_U64(p.tlbi, rows[i].tlbi);
	}
	/* The slope over 1..1024 pages, 1362, is 3 % above the second page's 1324. */
	near(replacing_call("4.8", 1024).insns - replacing_call("4.8", 1).insns, 1023 * 1362,
	     1023 * 39);
}

/* Barriers and AT counted in 4.9's code, FACTS X18. */
static void test_counted_4_9(void)
{
	struct path p = mapping_call("4.9", 1, XS_PREEMPT);

	EXPECT_U64(p.dsb, 4);
	EXPECT_U64(p.isb, 7);
	EXPECT_U64(p.at, 4);
	EXPECT_U64(p.tlbi, 0);
	EXPECT_U64(p.dc, 0);
	take(&p, XS_DC_CVAC, 1); /* clean_pte */
	EXPECT_U64(p.dsb, 6);	 /* 2 + 4 */
	EXPECT_U64(p.dc, 1);
	p = mapping_call("4.9", 10, XS_PREEMPT);
	EXPECT_U64(p.at, 1 + 3 * 10);
	EXPECT_U64(p.dsb, 2 + 2 * 10);
	p = path_of("4.9");
	take(&p, XS_TRAP_ABORT, 1);
	take(&p, XS_ABORT_ISV, 1);
	take(&p, XS_FIND_HANDLER, 1);
	take(&p, XS_LOOKUP, 1);
	take(&p, XS_LOOKUP_LEVEL, 3);
	take(&p, XS_IOMEM, 1);
	inserts(&p, 1);
	EXPECT_U64(p.dsb, 4);
	EXPECT_U64(p.isb, 3);
	EXPECT_U64(p.at, 0);
	EXPECT_U64(p.tlbi, 0);
}

/* Means of many calls on a running one, docs/REFERENCE.md: `tables` are below the root. */
static uint64_t removal_4_17(uint64_t tables)
{
	struct path p = path_of("4.17");

	call_begin(&p);
	take(&p, XS_LOOKUP, 1);
	take(&p, XS_LOOKUP_LEVEL, tables);
	return p.insns;
}

static void test_measured_4_17(void)
{
	struct path p = path_of("4.17");

	take(&p, XS_TRAP_HVC, 1);
	EXPECT_U64(p.insns, 369);
	take(&p, XS_PENDING_VIRQ, 1);
	EXPECT_U64(p.insns, 495);
	p = path_of("4.17");
	call_begin(&p);
	take(&p, XS_ITEM_ALONE, 1);
	take(&p, XS_IOMEM, 1);
	take(&p, XS_IOMEM_RANGE, 2);
	EXPECT_U64(p.insns, 911);
	EXPECT_U64(removal_4_17(3), 1126);
	EXPECT_U64(removal_4_17(2), 1065);
}

static bool step_is_unused(const struct xen_version *v, int step)
{
	static const int since_4_12[] = {XS_COPY_SOFT_WALK,   XS_RESOLVE_EARLY, XS_RESOLVE,
					 XS_RESOLVE_LEVEL,    XS_RESOLVE_SET,	XS_INVALIDATE_TABLE,
					 XS_INVALIDATE_ENTRY, XS_DECODE};

	for (size_t i = 0; i < ARRAY_SIZE(since_4_12); i++)
		if (step == since_4_12[i])
			return !v->p2m.resolve_valid_bits;
	return false;
}

static void test_every_step_has_a_price(void)
{
	for (unsigned int i = 0; i < xen_version_count; i++) {
		const struct xen_version *v = xen_versions[i];

		for (int s = 0; s < XS_STEP_COUNT; s++) {
			const struct step_cost *c = &v->costs.step[s];

			EXPECT((c->insns == 0) == step_is_unused(v, s));
			EXPECT((c->source == NULL) == step_is_unused(v, s));
			EXPECT(0u + c->dsb + c->isb + c->at + c->tlbi + c->dc <= c->insns);
		}
	}
}

static void test_order_of_releases(void)
{
	EXPECT_U64(xen_version_count, 4);
	for (unsigned int i = 0; i < xen_version_count; i++) {
		EXPECT(xen_version_find(xen_versions[i]->name) == xen_versions[i]);
		if (i)
			EXPECT(strcmp(xen_versions[i - 1]->released, xen_versions[i]->released) <
			       0);
	}
	EXPECT(xen_version_find("4.1") == NULL);
	EXPECT(xen_version_find("4.22.0") == NULL);
	EXPECT(xen_version_find("") == NULL);
}

static void expect_path(const enum abort_step *path, const enum abort_step *want)
{
	EXPECT(memcmp(path, want, ABORT_PATH_MAX * sizeof(*path)) == 0);
	EXPECT(path[ABORT_PATH_MAX - 1] == ABORT_END);
}

static void test_abort_paths(void)
{
	static const enum abort_step old[ABORT_PATH_MAX] = {ABORT_EMULATE, ABORT_LOOKUP_RETRY,
							    ABORT_TRY_MAP, ABORT_INJECT};
	static const enum abort_step old_no_isv[ABORT_PATH_MAX] = {ABORT_LOOKUP_RETRY,
								   ABORT_TRY_MAP, ABORT_INJECT};
	static const enum abort_step middle[ABORT_PATH_MAX] = {ABORT_EMULATE, ABORT_RESOLVE,
							       ABORT_TRY_MAP, ABORT_INJECT};
	static const enum abort_step now[ABORT_PATH_MAX] = {ABORT_RESOLVE, ABORT_TRY_MAP,
							    ABORT_EMULATE, ABORT_INJECT};
	static const enum abort_step now_no_isv[ABORT_PATH_MAX] = {
		ABORT_RESOLVE, ABORT_TRY_MAP, ABORT_DECODE_EMULATE, ABORT_INJECT};

	expect_path(xen_version_find("4.8")->path_isv, old);
	expect_path(xen_version_find("4.8")->path_no_isv, old_no_isv);
	expect_path(xen_version_find("4.9")->path_isv, old);
	expect_path(xen_version_find("4.9")->path_no_isv, old_no_isv);
	expect_path(xen_version_find("4.17")->path_isv, middle);
	expect_path(xen_version_find("4.17")->path_no_isv, now_no_isv);
	expect_path(xen_version_find("4.22")->path_isv, now);
	expect_path(xen_version_find("4.22")->path_no_isv, now_no_isv);
}

/* One word per behaviour, so that a row is compared whole. */
static void test_behaviours(void)
{
	static const char now[] =
		"its-denied its-emulated res0 gfn~0 full copy-soft undef gicc root superpage ram42 "
		"range inclusive iotlb resolve";
	static const char *const want[] = {
		"deny+1 try+1 spcr crash end-incl stall level1 valid-bit",
		"deny+1 try+1 spcr crash end-incl stall level1 valid-bit superpage",
		"deny+1 its-denied its-emulated res0 gfn~0 full copy-soft undef root by-level "
		"superpage ram42 range inclusive iotlb resolve",
		now,
	};

	for (unsigned int i = 0; i < xen_version_count; i++) {
		const struct xen_version *v = xen_versions[i];
		const struct {
			bool set;
			const char *word;
		} flags[] = {
			{v->deny_one_too_many, "deny+1"},
			{v->try_map_checks_next, "try+1"},
			{v->its_denied, "its-denied"},
			{v->its_emulated, "its-emulated"},
			{v->spcr_required, "spcr"},
			{v->res0_fails_call, "res0"},
			{v->invalid_gfn_fails_call, "gfn~0"},
			{v->full_extent_eilseq, "full"},
			{v->copy_soft_walk, "copy-soft"},
			{v->bad_tag == BAD_TAG_CRASH, "crash"},
			{v->bad_tag == BAD_TAG_UNDEF, "undef"},
			{v->handler_end_inclusive, "end-incl"},
			{v->gicc_on_fault, "gicc"},
			{v->root_invalidated, "root"},
			{v->smmu_stall, "stall"},
			{v->smmu_level1_start, "level1"},
			{v->p2m.remove_needs_valid_bit, "valid-bit"},
			{v->p2m.invalidate_by_level, "by-level"},
			{v->p2m.remove_needs_superpage_mask, "superpage"},
			{v->p2m.table_is_ram && v->p2m.wide42, "ram42"},
			{v->p2m.gfn_range_checked, "range"},
			{v->p2m.max_gfn_inclusive, "inclusive"},
			{v->p2m.iotlb_flush_modified, "iotlb"},
			{v->p2m.resolve_valid_bits, "resolve"},
		};
		char got[512] = "";

		for (size_t k = 0; k < ARRAY_SIZE(flags); k++) {
			if (!flags[k].set)
				continue;
			if (got[0])
				strcat(got, " ");
			strcat(got, flags[k].word);
		}
		EXPECT_STR(got, want[i]);
		EXPECT_U64(v->inject_iss, 0);
		EXPECT_U64(v->p2m.dev_mmio_type, i ? P2M_MMIO_DIRECT_C : P2M_MMIO_DIRECT_DEV);
	}
}

static void test_linux_rows(void)
{
	const struct linux_version *old = linux_version_find("4.9");
	const struct linux_version *mid = linux_version_find("6.1");
	const struct linux_version *new = linux_version_find("6.12");

	EXPECT_U64(linux_version_count, 3);
	if (!EXPECT(old && mid && new))
		return;
	EXPECT(old == linux_versions[0] && mid == linux_versions[1] && new == linux_versions[2]);
	EXPECT(linux_version_find("6") == NULL);
	/* what the RFC's kernel does not do yet, and what it alone does */
	EXPECT(!old->opregion_windows_kept && !old->its_reset_maps && !old->gtdt_frames_mapped &&
	       !old->iort_platform_smmu);
	EXPECT(old->tables_are_ioremapped && old->acpi_map_page_rounded &&
	       old->remap_iospace_seen_by_hook);
	EXPECT_U64(old->its_map_bytes, 128 << 10);
	EXPECT(!old->pcc_mapped_in_probe && !old->ghes_in_acpi_init && !old->ghes_read_at_probe &&
	       !old->ghes_fixmap && !old->ghes_acknowledges);
	EXPECT(!old->gtdt_watchdogs && !old->tpm2_log && !old->framebuffer_has_resource);
	/* 6.1 and 6.12 differ in the page-boundary cut of OperationRegion windows alone */
	EXPECT(!mid->opregion_may_cross_page && new->opregion_may_cross_page);
	for (int i = 0; i < 2; i++) {
		const struct linux_version *v = i ? new : mid;

		EXPECT(v->opregion_windows_kept && v->its_reset_maps && v->gtdt_frames_mapped &&
		       v->iort_platform_smmu);
		EXPECT(!v->tables_are_ioremapped && !v->acpi_map_page_rounded &&
		       !v->remap_iospace_seen_by_hook);
		EXPECT_U64(v->its_map_bytes, 64 << 10);
		EXPECT(v->pcc_mapped_in_probe && v->ghes_in_acpi_init && v->ghes_read_at_probe &&
		       v->ghes_fixmap && v->ghes_acknowledges);
		EXPECT(v->gtdt_watchdogs && v->tpm2_log && v->framebuffer_has_resource);
	}
}

static const struct unit_test tests[] = {
	{"4.22: a call of one page takes 2254, over a mapped one 2298", test_one_page},
	{"4.22: n pages take 630 + 1624 n, masked 747 + 1507 n", test_batches},
	{"4.22: denied pages cost what the GIC's did", test_denied},
	{"4.22: calls of the instrumented runs come out", test_hook_calls},
	{"4.22: a continued call costs a trap, a header and 93 more", test_continuation},
	{"4.22: a new table costs by its place in the buddy allocator", test_new_tables},
	{"4.22: a demand mapping takes 1017 above the highest gfn, 1333 below", test_demand},
	{"4.22: a resolved abort costs by its level and its child table", test_resolved},
	{"4.22: a shattered 1 GiB block costs two tables of 512 stores", test_shattered},
	{"4.22: injected and emulated aborts are near their medians", test_injected_and_emulated},
	{"4.8: traps and an emulated read come out by instruction class", test_recorded_4_8},
	{"4.8: calls of one and two pages come out by instruction class",
	 test_recorded_4_8_batches},
	{"4.9: barriers and AT are as counted in its code", test_counted_4_9},
	{"4.17: hypercalls, a pending interrupt and removals are as measured", test_measured_4_17},
	{"every step a release has is priced, with a source", test_every_step_has_a_price},
	{"releases are found by name, oldest first", test_order_of_releases},
	{"each release's abort path is its own", test_abort_paths},
	{"each release's behaviours are those of its commits", test_behaviours},
	{"each kernel's behaviours are those of its source", test_linux_rows},
};

int main(int argc, char **argv)
{
	return unit_main("xen_version", tests, ARRAY_SIZE(tests), argc, argv);
}
