// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_xen.c: the Dom0 that replays steps, on our vCPU; what is made of consoles; and of
 * machines that give no answer. Neither QEMU nor Xen is needed here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "reference/xen_compare.h"
#include "tests/reference_xen_fixture.h"

/* ---- the model ---- */

static void test_start(void)
{
	struct fixture f;
	const struct xr_line *l;

	setup(&f);
	xr_access(&f.request, "virtio", 0xa000000, XR_LDR32, 0);
	xr_access(&f.request, "hole", 0xb000004, XR_STR32, 1);
	xr_access(&f.request, "behind", 0x9020100, XR_LDR32, 0);
	xr_access(&f.request, "behind, store", 0x9020100, XR_STR32, 0);
	EXPECT(simulate(&f, "4.17"));
	l = line_of(&f.answer, XR_TAG_ACCESS, 0);
	EXPECT(l && l->w[0] == 0x74726976 && l->w[1] == 0);
	l = line_of(&f.answer, XR_TAG_ACCESS, 1);
	EXPECT(l && l->w[1] == 0x96000000 && l->w[2] == 0xb000004);
	l = line_of(&f.answer, XR_TAG_ACCESS, 2);
	EXPECT(l && l->w[1] == 0x96000010 && l->w[2] == 0x9020100);
	l = line_of(&f.answer, XR_TAG_ACCESS, 3);
	EXPECT(l && l->w[1] == 0x96000050);
	EXPECT(line_of(&f.answer, XR_TAG_END, 0) != NULL);
	teardown(&f);
}

/* All that a real Xen is asked ends in the model; what it must give is the comparison's. */
static void test_all_steps(void)
{
	struct fixture f;
	size_t ticks = 0;

	setup(&f);
	xr_steps_all(&f.request);
	EXPECT(!f.request.lost);
	EXPECT(simulate(&f, "4.17"));
	EXPECT_STR(buf_cstr(&f.why), "");
	for (size_t k = 0; k < f.answer.lines.count; k++)
		if (f.answer.lines.items[k].tag == XR_TAG_CALL)
			ticks += XR_CALL_TICKS(f.answer.lines.items[k].w[3]);
	/* the batches under a tick were continued */
	EXPECT(ticks > 50);
	EXPECT(line_of(&f.answer, XR_TAG_OTHER, 0) == NULL);
	teardown(&f);
}

static void expect_access(const struct fixture *f, size_t n, uint64_t value, uint64_t esr)
{
	const struct xr_line *l = line_of(&f->answer, XR_TAG_ACCESS, n);

	if (!EXPECT(l != NULL))
		return;
	/* of an abort it is where it was taken */
	if (!esr)
		EXPECT_U64(l->w[0], value);
	EXPECT_U64(l->w[1], esr);
}

/* What a 4.17 with ACPI does otherwise than one with a device tree: it maps on faults. */
static void test_acpi(void)
{
	struct fixture f;

	setup_acpi(&f);
	xr_access(&f.request, "virtio", 0xa000000, XR_LDR32, 0);
	xr_access(&f.request, "hole", 0xb000004, XR_LDR32, 0);
	xr_access(&f.request, "a hole's code", 0xb001000, XR_FETCH, 0);
	xr_access(&f.request, "the virtual UART", 0x9000018, XR_LDR32, 0);
	xr_access(&f.request, "GICH", 0x8030000, XR_LDR32, 0);
	xr_access(&f.request, "a crafted table", f.plat->xen_text, XR_LDR32, 0);
	xr_access(&f.request, "RAM of Xen", 0x50000000, XR_LDR32, 0);
	xr_access(&f.request, "RAM of Xen", 0x50000000, XR_LDR32, 0);
	xr_unseen(&f.request);
	EXPECT(simulate(&f, "4.17"));
	expect_access(&f, 0, 0x74726976, 0);
	expect_access(&f, 1, 0, 0x96000010);
	expect_access(&f, 2, 0, 0x86000000);
	expect_access(&f, 3, 0, 0);
	expect_access(&f, 4, 0, 0x96000000);
	expect_access(&f, 5, 0x50434146, 0); /* FACP */
	expect_access(&f, 6, 0x5268744f, 0); /* the bus's word for it, */
	expect_access(&f, 7, 0, 0);	     /* which a probe does not tell */
	teardown(&f);
	setup_acpi(&f);
	xr_steps_all(&f.request);
	EXPECT(simulate(&f, "4.17"));
	EXPECT_STR(buf_cstr(&f.why), "");
	teardown(&f);
}

/* A boot that only tells where things are does no step, wherever Dom0's RAM begins. */
static void test_no_steps(void)
{
	struct fixture f;

	setup(&f);
	f.request.ram += 0x200000;
	EXPECT(simulate(&f, "4.17"));
	EXPECT_U64(f.answer.lines.count, 2);
	if (f.answer.lines.count)
		EXPECT_U64(f.answer.lines.items[0].w[0], f.plat->dom0_ram + XR_TEXT_OFFSET);
	teardown(&f);
}

/* Where a batch is continued does not show in what it returns and leaves behind. */
static void test_ticks_do_not_show(void)
{
	struct fixture f, g;

	setup(&f);
	setup(&g);
	xr_steps_batches(&f.request);
	xr_steps_batches(&g.request);
	/* the second one has no tick at all */
	for (size_t k = 0, at = 0; k < g.request.labels.count; k++) {
		struct xr_step *s = (struct xr_step *)&g.request.words.items[at];

		if (s->kind == XR_TICK)
			s->a[0] = 0;
		at += sizeof(*s) / sizeof(uint64_t) + s->words;
	}
	EXPECT(simulate(&f, "4.17") && simulate(&g, "4.17"));
	{
		struct xr_counts c = {0};
		struct buf text = {0};

		xr_compare(&f.request, &f.answer, &g.answer, 5, &c, &text);
		EXPECT(c.ticks_theirs > 50 && c.ticks_ours == 0);
		EXPECT(c.continued_theirs > 100 && c.continued_ours == 0);
		/* in that alone: it says nothing of continuations */
		EXPECT_U64(c.differences, 1);
		EXPECT(strncmp(buf_cstr(&text), "under the tick Xen continued calls ", 35) == 0);
		EXPECT(strstr(buf_cstr(&text), " times, ours 0 times; at least 50 ") != NULL);
		buf_fini(&text);
	}
	teardown(&f);
	teardown(&g);
}

/* Releases that differ are told apart, with both sides. */
static void test_releases_differ(void)
{
	struct fixture f, g;
	struct xr_counts c = {0};
	struct buf text = {0};

	setup(&f);
	setup(&g);
	xr_steps_codes(&f.request);
	xr_steps_codes(&g.request);
	EXPECT(simulate(&f, "4.17") && simulate(&g, "4.9"));
	xr_compare(&f.request, &f.answer, &g.answer, 1000, &c, &text);
	EXPECT(c.differences > 0);
	EXPECT(strstr(buf_cstr(&text), "extent equal to size: hypercall 12 (0x97, 0x62000000)\n"
				       "  Xen: rc -84\n  ours: rc 0\n") != NULL);
	EXPECT(strstr(buf_cstr(&text), "res0 = 1: hypercall 12 (0x17, 0x62000000)\n"
				       "  Xen: rc -95\n  ours: rc 0\n") != NULL);
	EXPECT(strstr(buf_cstr(&text), "gpfn ~0: hypercall") != NULL);
	buf_fini(&text);
	teardown(&f);
	teardown(&g);
}

static void test_give_up(void)
{
	struct fixture f;

	setup(&f);
	xr_store(&f.request, 0xb000000, "12345678", 1); /* no step may fault so */
	EXPECT(!simulate(&f, "4.17"));
	EXPECT(strstr(buf_cstr(&f.why),
		      "exception in step 0 that no step expects: ESR 0x96000000"));
	teardown(&f);
	setup(&f);
	xr_bad_tag(&f.request, "a step");
	f.request.ram += 0x200000;
	EXPECT(!simulate(&f, "4.17"));
	EXPECT(strstr(buf_cstr(&f.why), "RAM begins at 0x60000000, not where the platform has it"));
	teardown(&f);
}

/* ---- consoles ---- */

static void put_line(struct buf *b, unsigned int no, char tag, uint64_t w0)
{
	char line[XR_LINE + 1];
	int n = snprintf(line, sizeof(line), XR_MARK " %04x %04x %c %016llx %016x %016x %016x ", no,
			 7, tag, (unsigned long long)w0, 0, 0, 0);

	CHECK(n == XR_SUM_AT);
	buf_add(b, line, XR_SUM_AT);
	buf_printf(b, "%08x\n", xr_line_sum(line, XR_SUM_AT));
}

static void good_console(struct buf *b)
{
	buf_str(b, "(XEN) Xen version 4.17.7 (Debian) debug=n\r\n(XEN) *** LOADING\n\n");
	put_line(b, 0, 'H', 1);
	buf_str(b, "(XEN) Grant table range: 0x000000bc2f1000-0x000000bc331000\r\n");
	put_line(b, 1, 'C', 2);
	put_line(b, 2, 'E', 3);
	buf_str(b, "(XEN) Hardware Dom0 halted");
}

static void test_console(void)
{
	struct xr_answer a = {.others = 0};
	struct buf text = {0}, why = {0};

	good_console(&text);
	EXPECT(xr_answer_parse(&a, text.s, text.len, &why));
	EXPECT_STR(a.xen, "4.17.7 (Debian)");
	EXPECT_U64(a.text, 0xbc2f1000);
	EXPECT_U64(a.lines.count, 3);
	EXPECT(a.lines.items[1].tag == XR_TAG_CALL && a.lines.items[1].w[0] == 2);
	EXPECT_U64(a.lines.items[1].step, 7);
	xr_answer_fini(&a);
	buf_fini(&text);
	buf_fini(&why);
}

/* No damage to a line of an answer goes unnoticed, and none does harm. */
static void test_damaged_console(void)
{
	struct buf text = {0};

	good_console(&text);
	for (size_t at = 0; at < text.len; at++) {
		struct xr_answer a = {.others = 0};
		struct buf why = {0};
		const char *line = text.s + at, *begin = text.s;
		bool answer;

		if (*line == '\n')
			continue; /* two lines in one: another damage */
		for (const char *p = text.s; p < line; p++)
			if (*p == '\n')
				begin = p + 1;
		answer = strncmp(begin, XR_MARK, 4) == 0;
		text.s[at] ^= 1;
		EXPECT(xr_answer_parse(&a, text.s, text.len, &why) == !answer);
		text.s[at] ^= 1;
		buf_reset(&why);
		/* and what is cut off is missed */
		EXPECT(!xr_answer_parse(&a, text.s, at < 300 ? at : 300, &why));
		EXPECT(why.len > 0);
		xr_answer_fini(&a);
		buf_fini(&why);
	}
	buf_fini(&text);
}

static void test_order_of_lines(void)
{
	static const struct {
		const char *tags;
		unsigned int skip; /* number left out before the last line */
		const char *want;
	} rows[] = {
		{"", 0, "Dom0 never spoke"},
		{"HC", 0, "Dom0 stopped after answer 1, in step 7"},
		{"HCE", 1, "answer 3 came in place of answer 2"},
		{"CE", 0, "Dom0 started more than once"},
		{"HH", 0, "Dom0 started more than once"},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct xr_answer a = {.others = 0};
		struct buf text = {0}, why = {0};
		size_t count = strlen(rows[k].tags);

		buf_str(&text, "(XEN) hello\n");
		for (unsigned int n = 0; n < count; n++)
			put_line(&text, n + (n + 1 == count ? rows[k].skip : 0), rows[k].tags[n],
				 0);
		EXPECT(!xr_answer_parse(&a, text.s, text.len, &why));
		EXPECT_STR(buf_cstr(&why), rows[k].want);
		xr_answer_fini(&a);
		buf_fini(&text);
		buf_fini(&why);
	}
}

/* ---- machines that give no answer ---- */

struct fake {
	char dir[64], path[80];
	enum ref_end end;
	struct buf why;
	double seconds;
	unsigned int left; /* files and folders left behind */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run_fake_boot(struct fake *f, enum xr_boot boot, const char *script,
			  unsigned int deadline_ms)
{
	struct xr_answer a = {.others = 0};
	struct xr_qemu qemu = {.xen = "/nowhere/xen",
			       .firmware = "/nowhere/edk2",
			       .boot = boot,
			       .cpu = "cortex-a57",
			       .ram_mb = 2048,
			       .dom0_mb = 512,
			       .deadline_ms = deadline_ms};
	double begin;
	FILE *file;

	*f = (struct fake){.left = 0};
	qemu.program = f->path;
	strcpy(f->dir, "/tmp/p2mlab-test-XXXXXX");
	CHECK(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/qemu", f->dir);
	file = fopen(f->path, "w");
	CHECK(file && fprintf(file, "#!/bin/sh\n%s\n", script) > 0 && fclose(file) == 0);
	CHECK(chmod(f->path, 0700) == 0);
	setenv("TMPDIR", f->dir, 1);
	begin = now();
	f->end = xr_qemu_run(&qemu, "request", 7, &a, &f->why);
	f->seconds = now() - begin;
	unsetenv("TMPDIR");
	unlink(f->path);
	f->left = rmdir(f->dir) ? 1u : 0u;
	xr_answer_fini(&a);
}

static void run_fake(struct fake *f, const char *script, unsigned int deadline_ms)
{
	run_fake_boot(f, XR_BOOT_TREE, script, deadline_ms);
}

static void test_no_boot(void)
{
	struct fake f;

	run_fake(&f, "echo 'qemu: unsupported machine type' >&2; exit 1", 10000);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(strstr(buf_cstr(&f.why), "Dom0 never spoke; it ended with status 1; the console's "
					"last lines:\n  | qemu: unsupported machine type\n"));
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
	run_fake(&f, "printf '(XEN) Panic on CPU 0:\\r\\n\\r\\n'; sleep 60 & sleep 60", 400);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(f.seconds < 5);
	EXPECT(strstr(buf_cstr(&f.why), "still running after 400 ms and was killed; the console's "
					"last lines:\n  | (XEN) Panic on CPU 0:\n"));
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
}

static void test_console_stops(void)
{
	struct fake f;
	struct buf text = {0}, script = {0};

	put_line(&text, 0, 'H', 1);
	put_line(&text, 1, 'C', 2);
	buf_printf(&script, "test -s dom0 || exit 9\ncat <<'END'\n%sEND\n", buf_cstr(&text));
	buf_str(&script, "sleep 60");
	run_fake(&f, buf_cstr(&script), 400);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(strstr(buf_cstr(&f.why), "Dom0 stopped after answer 1, in step 7; it was still "
					"running after 400 ms"));
	EXPECT(strstr(buf_cstr(&f.why), "  | " XR_MARK " 0001 0007 C ") != NULL);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
	run_fake(&f, "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
		 60000);
	EXPECT(strstr(buf_cstr(&f.why), "went on without an end") != NULL);
	EXPECT_U64(f.left, 0);
	buf_fini(&f.why);
	buf_fini(&text);
	buf_fini(&script);
}

/* What firmware and Xen need is on the disk, and the machine has or has not a device tree. */
static void test_firmware_disk(void)
{
	static const struct {
		enum xr_boot boot;
		const char *acpi;
	} rows[] = {{XR_BOOT_UEFI, "acpi=off"}, {XR_BOOT_ACPI, "acpi=on"}};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct buf script = {0};
		struct fake f;

		buf_printf(&script,
			   "cd esp/EFI/BOOT || exit 2\n"
			   "readlink BOOTAA64.EFI; cat BOOTAA64.cfg; tail -c 7 dom0; echo\n"
			   "case \"$*\" in *,%s*\" -bios /nowhere/edk2 \"*fat:esp*) exit 3; esac",
			   rows[k].acpi);
		run_fake_boot(&f, rows[k].boot, buf_cstr(&script), 10000);
		EXPECT(strstr(buf_cstr(&f.why), "it ended with status 3"));
		EXPECT(strstr(buf_cstr(&f.why),
			      "  | /nowhere/xen\n  | [global]\n  | default=steps\n  | [steps]\n"
			      "  | options=dom0_mem=512M console=dtuart dom0_max_vcpus=1\n"
			      "  | kernel=dom0 steps\n  | request\n"));
		EXPECT_U64(f.left, 0);
		buf_fini(&f.why);
		buf_fini(&script);
	}
}

static void test_not_off(void)
{
	struct fake f;
	struct buf text = {0}, script = {0};

	put_line(&text, 0, 'H', 1);
	put_line(&text, 1, 'E', 2);
	buf_printf(&script, "cat <<'END'\n%sEND\nexit 3", buf_cstr(&text));
	run_fake(&f, buf_cstr(&script), 10000);
	EXPECT_I64(f.end, REF_FAILED);
	EXPECT(strstr(buf_cstr(&f.why), "did not turn itself off; it ended with status 3"));
	buf_fini(&f.why);
	buf_fini(&text);
	buf_fini(&script);
}

static void test_missing(void)
{
	struct xr_qemu qemu = {.program = "p2mlab-no-such-emulator",
			       .xen = "/nowhere/xen",
			       .cpu = "cortex-a57",
			       .ram_mb = 2048,
			       .dom0_mb = 512,
			       .deadline_ms = 1000};
	struct xr_answer a = {.others = 0};
	struct buf why = {0};

	EXPECT_I64(xr_qemu_run(&qemu, "request", 7, &a, &why), REF_MISSING);
	EXPECT_STR(buf_cstr(&why), "p2mlab-no-such-emulator: No such file or directory\n");
	buf_fini(&why);
	xr_answer_fini(&a);
}

static const struct unit_test tests[] = {
	{"the image runs in the model and tells what it sees", test_start},
	{"the model answers every step that a real Xen is asked", test_all_steps},
	{"with ACPI the model maps on faults, and has a virtual UART", test_acpi},
	{"a boot without steps tells where Dom0 is", test_no_steps},
	{"where a batch is continued does not show in its results", test_ticks_do_not_show},
	{"releases that differ are told apart, with both sides", test_releases_differ},
	{"Dom0 says why it gives up", test_give_up},
	{"a console is read with what Xen says in between", test_console},
	{"no damage to a line goes unnoticed", test_damaged_console},
	{"lines that are lost, or come twice, are missed", test_order_of_lines},
	{"a Xen that does not boot is told with its last words", test_no_boot},
	{"a console that stops or never stops ends in time", test_console_stops},
	{"firmware finds Xen, its file, Dom0 and steps on a disk", test_firmware_disk},
	{"a machine that does not turn itself off is no answer", test_not_off},
	{"no emulator is told apart", test_missing},
};

int main(int argc, char **argv)
{
	return unit_main("reference_xen", tests, ARRAY_SIZE(tests), argc, argv);
}
