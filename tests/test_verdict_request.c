// SPDX-License-Identifier: GPL-2.0-only
#include "tests/verdict_fixture.h"

static struct event batch(uint64_t pages)
{
	return (struct event){.kind = EV_ADD_TO_PHYSMAP_RANGE,
			      .space = XENMAPSPACE_DEV_MMIO,
			      .pages = pages,
			      .size = (uint32_t)pages,
			      .pc = 0x1234,
			      .step = 2,
			      .err_count = pages < EVENT_ERRS ? (unsigned int)pages : EVENT_ERRS,
			      .by = "hook"};
}

/* Records one entry and judges [ipa_, +pages) -> pa_. */
static const char *judge_request(struct fixture *f, const struct event *ev, uint64_t ipa_,
				 uint64_t pa_, uint64_t pages)
{
	size_t n = f->record.events.count;

	verdict_reset(&f->v);
	record_event(&f->record, ev);
	verdict_request(&f->v, &f->xen, n, ipa_ >> 12, pa_ >> 12, pages, true);
	return told(&f->v);
}

static void test_mapped_requests(void)
{
	static const struct {
		uint64_t ipa, pa, pages;
		const char *want;
	} rows[] = {
		{DEV, DEV, 1, ""},
		{DEV2, DEV2, 3, ""},
		{BERT, BERT, 1, ""},
		{ACPI, ACPI, 16, ""},
		{HOLE, HOLE, 2, ""},
		{RAM, RAM, 2, "attr ram 0x40000000+2"},
		{OTHER, OTHER, 4, "exposed other 0x70000000+4"},
		{HEAP, HEAP, 4, "exposed heap 0x60200000+4"},
		{UART, UART, 1, "exposed uart 0x9000000+1"},
		{GICD, GICD, 16, "emulation gicd 0x8000000+16"},
		{MIXED, MIXED, 1, "exposed mixed1 0xa004000+1"},
		/* the crafted tables, then text */
		{TEXT, TEXT, 3, "target text 0x60000000+2, exposed text 0x60000000+3"},
		{TEXT, CRAFTED_MFN << 12, 2, ""},
		{TEXT, DEV2, 1, "target text 0x60000000+1"},
		{GICC, GICC, 2, "target gicc 0x8010000+2"},
		{GICC, GICV, 2, ""},
		/* aliases: harmless at a hole, wrong over a page of Dom0's */
		{HOLE, DEV, 1, ""},
		{HOLE, RAM, 1, ""},
		{DEV, DEV2, 1, "target dev0 0xa000000+1"},
		{RAM, DEV2, 1, "target ram 0x40000000+1"},
		{HOLE, GICD, 2, "exposed hole 0xb000000+2"},
		{HOLE, TEXT, 2, "exposed hole 0xb000000+2"},
		{GICD, DEV, 1, "emulation gicd 0x8000000+1"},
		{GICD, OTHER, 1, "exposed gicd 0x8000000+1, emulation gicd 0x8000000+1"},
		{RAM, OTHER, 1, "target ram 0x40000000+1, exposed ram 0x40000000+1"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = batch(rows[i].pages);

		begin(&f);
		for (uint64_t k = 0; k < rows[i].pages; k++)
			set(&f, rows[i].ipa + (k << 12), rows[i].pa + (k << 12), 1,
			    P2M_MMIO_DIRECT_C);
		EXPECT_STR(judge_request(&f, &ev, rows[i].ipa, rows[i].pa, rows[i].pages),
			   rows[i].want);
		end(&f);
	}
}

static void test_request_fields(void)
{
	struct fixture f;
	struct event other = {.kind = EV_ABORT_OTHER, .by = ""}, ev = batch(1);

	begin(&f);
	set(&f, OTHER, OTHER, 1, P2M_MMIO_DIRECT_C);
	record_event(&f.record, &other);
	record_event(&f.record, &other);
	record_event(&f.record, &ev);
	verdict_request(&f.v, &f.xen, 1, OTHER >> 12, OTHER >> 12, 1, true);
	EXPECT_U64(f.v.findings.count, 1);
	EXPECT_U64(f.v.findings.items[0].event, 2); /* the first entry of the request */
	EXPECT_I64(f.v.findings.items[0].step, 2);
	EXPECT_U64(f.v.findings.items[0].pc, 0x1234);
	EXPECT_STR(f.v.findings.items[0].by, "hook");
	EXPECT_U64(f.v.findings.items[0].truth, TRUTH_OTHER_RAM);
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, OTHER >> 12, OTHER >> 12, 2,
			true); /* no entry at all */
	EXPECT_STR(told(&f.v), "exposed other 0x70000000+1, silent other 0x70001000+1");
	EXPECT_U64(f.v.findings.items[0].event, SIZE_MAX);
	EXPECT_I64(f.v.findings.items[0].step, 4);
	EXPECT_STR(f.v.findings.items[0].by, "kernel_fn");
	end(&f);
}

static void test_silent_or_told(void)
{
	static const struct {
		uint64_t addr, pages;
		struct event ev;
		const char *want;
	} rows[] = {
		/* denied: errs say 0 */
		{UART, 1, {.pages = 1, .size = 1, .err_count = 1}, "silent uart 0x9000000+1"},
		{GICD, 16, {.pages = 16, .size = 16, .err_count = 8}, "silent gicd 0x8000000+16"},
		/* out of table pages: told, also where the record has no errs any more */
		{DEV2, 3, {.pages = 3, .size = 3, .err_count = 3, .errs = {-2, -2, -2}}, ""},
		{DEV2,
		 3,
		 {.pages = 3, .size = 3, .err_count = 3, .errs = {-2, 0, -2}},
		 "silent dev2 0xa002000+1"},
		{BIG,
		 64,
		 {.pages = 64,
		  .size = 64,
		  .err_count = 8,
		  .errs = {-2, -2, -2, -2, -2, -2, -2, -2}},
		 ""},
		/* the whole call failed, before and behind its first item */
		{DEV2, 3, {.rc = -14}, ""},
		{DEV2, 3, {.rc = -14, .pages = 1, .size = 3, .err_count = 1, .errs = {0}}, ""},
		/* 65536 pages are 0 to a uint16 */
		{BIG, 65536, {.pages = 0, .size = 0}, "silent big 0x100000000+65536"},
		/* an unaligned resource: one page too few */
		{DEV2,
		 3,
		 {.pages = 2, .size = 2, .err_count = 2, .errs = {-2, -2}},
		 "silent dev2 0xa003000+1"},
		/* res0 of 4.8 and an unknown space: one error for all, also for denied pages */
		{GICD,
		 16,
		 {.pages = 16,
		  .size = 16,
		  .err_count = 8,
		  .errs = {-95, -95, -95, -95, -95, -95, -95, -95}},
		 ""},
		{GICD,
		 16,
		 {.pages = 16,
		  .size = 16,
		  .err_count = 8,
		  .errs = {-38, -38, -38, -38, -38, -38, -38, -38}},
		 ""},
		/* op 7: the error is what it returns */
		{UART, 1, {.kind = EV_ADD_TO_PHYSMAP, .pages = 1}, "silent uart 0x9000000+1"},
		{UART, 1, {.kind = EV_ADD_TO_PHYSMAP, .pages = 1, .rc = -2}, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = rows[i].ev;

		begin(&f);
		ev.space = XENMAPSPACE_DEV_MMIO;
		ev.by = "";
		EXPECT_STR(judge_request(&f, &ev, rows[i].addr, rows[i].addr, rows[i].pages),
			   rows[i].want);
		end(&f);
	}
}

/* Dom0's own code frees errs unread: what they say reaches nobody. */
static void test_unread_errors(void)
{
	static const struct {
		struct event ev;
		const char *want;
	} rows[] = {
		{{.err_count = 3, .errs = {-2, -2, -2}}, "silent dev2 0xa001000+3"},
		{{.err_count = 3, .errs = {-95, -95, -95}}, "silent dev2 0xa001000+3"},
		{{.rc = -14, .err_count = 3, .errs = {0}}, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = rows[i].ev;

		begin(&f);
		ev.pages = ev.size = 3;
		ev.space = XENMAPSPACE_DEV_MMIO;
		ev.by = "";
		record_event(&f.record, &ev);
		verdict_request(&f.v, &f.xen, 0, DEV2 >> 12, DEV2 >> 12, 3, false);
		EXPECT_STR(told(&f.v), rows[i].want);
		end(&f);
	}
}

static void test_continued(void)
{
	struct fixture f;
	struct event ev = batch(3), next;

	begin(&f);
	/* GICD, GICC and the hole behind it, in two calls; the first is preempted twice */
	ev.size = 12;
	ev.preempted = true;
	ev.rc = 0;
	record_event(&f.record, &ev);
	ev.start_extent = 3;
	ev.pages = 4;
	record_event(&f.record, &ev);
	ev.start_extent = 7;
	ev.pages = 5;
	ev.err_count = 5;
	ev.preempted = false;
	ev.errs[1] = -2; /* item 8 */
	record_event(&f.record, &ev);
	next = batch(6); /* items 12 to 17 of 20, then the caller was done */
	next.errs[5] = -2;
	record_event(&f.record, &next);
	verdict_request(&f.v, &f.xen, 0, GICD >> 12, GICD >> 12, 20, true);
	EXPECT_STR(told(&f.v), "silent gicd 0x8000000+8, silent gicd 0x8009000+8, "
			       "silent hole 0x8012000+2");
	end(&f);
}

static void test_failed_later(void)
{
	struct fixture f;
	struct event ev = batch(2), bad = {.kind = EV_ADD_TO_PHYSMAP_RANGE, .rc = -14, .by = ""};

	begin(&f);
	ev.preempted = true;
	ev.rc = 5; /* what x0 holds meanwhile is no error */
	record_event(&f.record, &ev);
	record_event(&f.record, &bad);
	verdict_request(&f.v, &f.xen, 0, GICD >> 12, GICD >> 12, 16, true);
	EXPECT_STR(told(&f.v), "silent gicd 0x8000000+2");
	end(&f);
}

static void test_gfn_range(void)
{
	static const struct {
		const struct p2m_rules *rules;
		unsigned int pa_bits;
		int32_t err;
		const char *want;
	} rows[] = {
		/* a 1-page root before XSA-301 drops the bits and says 0 */
		{&fx_rules_4_9, 44, 0, "silent hole 0x100000000000+12"},
		{&fx_rules_4_22, 44, -22, ""},
		{&fx_rules_4_9, 40, -22, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture f;
		struct event ev = batch(12);

		begin_with(&f, rows[i].rules, rows[i].pa_bits);
		for (unsigned int k = 0; k < EVENT_ERRS; k++)
			ev.errs[k] = rows[i].err;
		EXPECT_STR(judge_request(&f, &ev, UINT64_C(1) << 44, DEV2, 12), rows[i].want);
		end(&f);
	}
}

static void test_hostile_frames(void)
{
	struct fixture f;
	struct event ev = batch(4);

	begin(&f);
	set(&f, DEV2, DEV2, 1, P2M_MMIO_DIRECT_C);
	/* frames that wrap, and whose address drops bits: no crash, no wrong page */
	verdict_request(&f.v, &f.xen, SIZE_MAX, UINT64_MAX - 1, UINT64_MAX - 1, 4, true);
	EXPECT_U64(f.v.codes, B(SILENT));
	EXPECT_STR(judge_request(&f, &ev, DEV2, DEV2, 0), "");
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, DEV2 >> 12, (DEV2 >> 12) | UINT64_C(1) << 52, 1,
			true);
	EXPECT_U64(f.v.codes, B(SILENT));
	verdict_reset(&f.v);
	verdict_request(&f.v, &f.xen, SIZE_MAX, (DEV2 >> 12) | UINT64_C(1) << 52, DEV2 >> 12, 1,
			true);
	EXPECT_U64(f.v.codes, B(SILENT));
	end(&f);
}

/* The fast way over tables and blocks gives what a walk for each page gives. */
static void test_cursor_agrees(void)
{
	struct fixture f;
	uint64_t first = BIG >> 12, seed = 9;
	uint64_t unmapped = 0, silent = 0;

	begin(&f);
	EXPECT_I64(p2m_set_entry(&f.xen.p2m, gfn(first + 512), 1024, mfn(first + 512),
				 P2M_MMIO_DIRECT_C),
		   0);
	for (int i = 0; i < 600; i++) {
		uint64_t g = first + unit_rand(&seed) % 4096;

		set(&f, g << 12, (g + unit_rand(&seed) % 4 / 3) << 12, 1, P2M_MMIO_DIRECT_C);
	}
	verdict_request(&f.v, &f.xen, SIZE_MAX, first, first, 4096, true);
	for (uint64_t g = first; g < first + 4096; g++) {
		struct p2m_slot slot = p2m_walk(&f.xen.p2m, ipa_from_gfn(gfn(g)));

		unmapped += !p2m_slot_mapped(&f.xen.p2m, &slot) ||
			    p2m_slot_pa(&slot, ipa_from_gfn(gfn(g))).v != g << 12;
	}
	for (size_t i = 0; i < f.v.findings.count; i++)
		silent += f.v.findings.items[i].pages;
	EXPECT_U64(f.v.codes, B(SILENT));
	EXPECT_U64(silent, unmapped);
	EXPECT(unmapped > 2000 && unmapped < 3000);
	end(&f);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"a mapping that a request made is judged by both frames", test_mapped_requests},
		{"a request's finding names its first entry", test_request_fields},
		{"an unmapped page is silent unless some error told it", test_silent_or_told},
		{"errors that nobody reads are silent", test_unread_errors},
		{"entries of a continued and chunked request go on from each other",
		 test_continued},
		{"what is behind a failed entry was told", test_failed_later},
		{"a GFN above the input range is silent where Xen drops the bits", test_gfn_range},
		{"frames that wrap are judged as unmapped", test_hostile_frames},
		{"judging a request agrees with a walk for each page", test_cursor_agrees},
	};

	return unit_main("verdict_request", tests, ARRAY_SIZE(tests), argc, argv);
}
