// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_xen_script.c: what becomes of a scenario's steps for a stock Xen.
 */
#include "reference/xen_script.h"
#include "tests/reference_xen_fixture.h"

#define HEAD "p2mlab: 1\nname: some\nplatform: qemu-virt-dt\nsteps:\n"

/* The steps, of which `said` are the mistakes; NULL: none. */
static bool add_steps(struct fixture *f, const char *text, const char *said)
{
	struct scenario_paths paths = {.data_dir = SOURCE_DIR};
	struct scenario *sc;
	struct diag diag;
	bool ok = false;

	diag_init(&diag);
	sc = scenario_parse("some.yaml", text, strlen(text), &paths, NULL, &diag);
	if (!EXPECT(sc != NULL)) {
		printf("%s\n", diag.text ? diag.text : "");
	} else {
		ok = xr_script(&f->request, sc, &diag);
		EXPECT_U64(ok, !said);
		for (const char *line = said; line && *line; line += strlen(line) + 1)
			if (!EXPECT(diag.text && strstr(diag.text, line)))
				printf("%s\n", diag.text ? diag.text : "");
	}
	scenario_free(sc);
	diag_fini(&diag);
	return ok;
}

static void test_codes(void)
{
	static const char *const text =
		HEAD "  - request: {gfn: 0xc4000, mfn: 0xa000, pages: 2}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000, domid: 77}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000, res0: 1}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000, null_handles: true}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000, pages: 2, op: 7}\n"
		     "  - hypercall: {nr: 0x3f}\n"
		     "  - read: {at: 0xc4000000}\n"
		     "  - request: {gfn: 0xc8000, mfn: 0x9010}\n"
		     /* the clock of the RTC, which only has to be there */
		     "  - read: {at: 0xc8000000}\n"
		     "  - read: {at: 0xc4001000}\n"
		     "  - remove: {gfn: 0xc4001}\n"
		     "  - read: {at: 0xc4001000}\n"
		     "  - write: {at: 0xb000000, width: 1}\n"
		     "  - read: {at: 0xb000000, how: post}\n"
		     "  - fetch: {at: 0xb000000}\n";
	static const int64_t codes[] = {0, -3, -95, -14, 0, 0, -38, 0, -2};
	static const bool aborted[] = {false, false, false, false, true, true, true};
	struct fixture f;

	setup(&f);
	if (add_steps(&f, text, NULL) && EXPECT(simulate(&f, "4.17"))) {
		for (size_t k = 0; k < ARRAY_SIZE(codes); k++) {
			const struct xr_line *l = line_of(&f.answer, XR_TAG_CALL, k);

			if (EXPECT(l != NULL))
				EXPECT_I64((int64_t)l->w[0], codes[k]);
		}
		EXPECT(!line_of(&f.answer, XR_TAG_CALL, ARRAY_SIZE(codes)));
		for (size_t k = 0; k < ARRAY_SIZE(aborted); k++) {
			const struct xr_line *l = line_of(&f.answer, XR_TAG_ACCESS, k);

			if (EXPECT(l != NULL))
				EXPECT_U64(l->w[1] != 0, aborted[k]);
		}
	}
	teardown(&f);
}

/* What each step costs Xen is reported: of op 7, which is called once for a page, the first. */
static void test_costs(void)
{
	static const char *const text =
		HEAD "  - request: {gfn: 0xc4000, mfn: 0xa000, pages: 3}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000, pages: 3, op: 7}\n"
		     "  - hypercall: {nr: 0x3f}\n"
		     "  - remove: {gfn: 0xc4001}\n"
		     "  - read: {at: 0xc4000000}\n"
		     "  - fetch: {at: 0xb000000}\n";
	static const struct {
		const char *what;
		uint64_t pages;
	} rows[] = {{"some.yaml:5: request", 3},   {"some.yaml:6: request", 1},
		    {"some.yaml:7: hypercall", 0}, {"some.yaml:8: remove", 1},
		    {"some.yaml:9: access", 0},	   {"some.yaml:10: fetch", 0}};
	struct fixture f;
	size_t n = 0;

	setup(&f);
	if (add_steps(&f, text, NULL))
		for (size_t k = 0; k < f.request.labels.count; k++) {
			const struct xr_label *l = &f.request.labels.items[k];

			if (!l->costed)
				continue;
			if (EXPECT(n < ARRAY_SIZE(rows))) {
				EXPECT_STR(l->what, rows[n].what);
				EXPECT_U64(l->costed, 1);
				EXPECT_U64(l->pages, rows[n].pages);
			}
			n++;
		}
	EXPECT_U64(n, ARRAY_SIZE(rows));
	teardown(&f);
}

/* What errs[] holds behind a request, with the word behind it, which stays. */
static void test_errs(void)
{
	static const struct {
		const char *step;
		uint32_t err;
	} rows[] = {
		{HEAD "  - request: {gfn: 0xc4000, mfn: 0xa000}\n", 0},
		{HEAD "  - request: {gfn: 0xc4000, mfn: 0xa000, space: 6}\n", (uint32_t)-38},
		{HEAD "  - request: {gfn: 0xc4000, mfn: 0xa000, res0: 1}\n", 0x55aa55aa},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct fixture f;
		const struct xr_line *l;

		setup(&f);
		if (add_steps(&f, rows[k].step, NULL) && EXPECT(simulate(&f, "4.17"))) {
			l = line_of(&f.answer, XR_TAG_RUN, 0);
			if (EXPECT(l != NULL))
				EXPECT_U64((uint32_t)l->w[1], rows[k].err);
			l = line_of(&f.answer, XR_TAG_RUN, 1);
			EXPECT(rows[k].err == 0x55aa55aa ? !l : l && l->w[1] == 0x55aa55aa);
		}
		teardown(&f);
	}
}

/* Whether the n-th access tells what it reads, which is then compared. */
static void expect_seen(const struct fixture *f, size_t n, bool seen)
{
	for (size_t k = 0; k < f->request.labels.count; k++) {
		const struct xr_step *s = &f->request.labels.items[k].step;

		if (s->kind == XR_ACCESS && n-- == 0) {
			EXPECT_U64(s->a[5], !seen);
			return;
		}
	}
	EXPECT(false);
}

/* What the model does not know is not held against it. */
static void test_seen(void)
{
	static const char text[] = HEAD "  - read: {at: virtio}\n"	      /* a preset */
					"  - read: {at: rtc + 8, width: 8}\n" /* a clock */
					"  - read: {at: gicd + 4}\n"	      /* emulated */
					"  - read: {at: 0x68000000}\n" /* what Xen put into RAM */
					"  - write: {at: 0x69000000, value: 5}\n"
					"  - read: {at: 0x69000000}\n"		 /* written */
					"  - read: {at: 0x69000000, width: 8}\n" /* half of it */
					"  - request: {gfn: 0x69000, mfn: 0x9010}\n"
					"  - read: {at: 0x69000000}\n" /* the RTC, or RAM, */
					"  - request: {gfn: 0x9010, mfn: 0xb000}\n"
					"  - read: {at: 0x9010ff0}\n" /* or neither */
					"  - read: {at: 0xb100000}\n" /* a hole */
					"  - request: {gfn: 0xc4000, mfn: 0xa000}\n"
					"  - read: {at: 0xc4000000}\n"; /* the preset again */
	static const bool seen[] = {true,  false, false, false, true /* a store */, true, false,
				    false, false, true,	 true};
	struct fixture f;

	setup(&f);
	if (add_steps(&f, text, NULL))
		for (size_t k = 0; k < ARRAY_SIZE(seen); k++)
			expect_seen(&f, k, seen[k]);
	teardown(&f);
}

static void test_refused(void)
{
	static const char text[] =
		HEAD "  - wait: {cycles: 10}\n"
		     "  - request: {gfn: 0xc4000, mfn: 0xa000}\n"
		     "  - ioremap: {at: rtc, bytes: 4K}\n"
		     "  - read: {at: 0x60000000}\n"
		     "  - read: {at: rtc + 2, width: 8}\n"
		     "  - read: {at: 0xb000000, width: 8, how: ldxr}\n"
		     "  - request: {gfn: 0x100000, mfn: 0xa000, pages: 0x1ffff}\n"
		     "  - request: {gfn: 0x100000, mfn: 0xa000, pages: 200000, op: 7}\n"
		     "  - request: {gfn: 0x60080, mfn: 0xa000, pages: 1}\n"
		     "  - remove: {at: 0x60080000}\n"
		     "  - write: {at: 0x5fffffff, width: 1}\n"
		     "  - request: {gfn: 0xc4000, mfn: 1, pages: 1, space: grant_table}\n"
		     "  - hypercall: {nr: 18, args: [0, 8, 0x60000000]}\n"
		     "  - hypercall: {nr: 12, args: [1, 0]}\n"
		     "  - hypercall: {nr: 33, args: [24, 0]}\n"
		     "  - fetch: {at: rtc}\n"
		     "  - fetch: {at: 0xc4000000}\n";
	static const char said[] =
		"some.yaml:5:5: error: a stock Xen is asked without Linux\0"
		"some.yaml:7:5: error: a stock Xen is asked without Linux\0"
		"some.yaml:8:5: error: the first 0x2400000 bytes of Dom0's RAM\0"
		"some.yaml:9:5: error: this address is not aligned\0"
		"some.yaml:10:5: error: the replaying Dom0 has ldr, ldp\0"
		"some.yaml:12:5: error: a request of at most 4096 pages by op 7\0"
		"some.yaml:13:5: error: the first 0x2400000 bytes of Dom0's RAM\0"
		"some.yaml:14:5: error: the first 0x2400000 bytes of Dom0's RAM\0"
		"some.yaml:15:5: error: the first 0x2400000 bytes of Dom0's RAM\0"
		"some.yaml:16:5: error: the model performs no request of space 1\0"
		"some.yaml:17:5: error: the model does not perform this hypercall\0"
		"some.yaml:18:5: error: the model does not perform this hypercall\0"
		"some.yaml:20:5: error: a page that may be mapped cannot be fetched\0"
		"some.yaml:21:5: error: a page that may be mapped cannot be fetched\0";
	struct fixture f;

	setup(&f);
	add_steps(&f, text, said);
	teardown(&f);
}

static const struct unit_test tests[] = {
	{"a scenario's requests, calls and accesses are replayed as they are written", test_codes},
	{"the cost of each step is reported", test_costs},
	{"what a request leaves in errs[] is told, with the word behind it", test_errs},
	{"a value that the model does not know is not compared", test_seen},
	{"what cannot be replayed is named at its line, all at once", test_refused},
};

int main(int argc, char **argv)
{
	return unit_main("reference_xen_script", tests, ARRAY_SIZE(tests), argc, argv);
}
