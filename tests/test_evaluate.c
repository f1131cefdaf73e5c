// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_evaluate.c: values that acpiexec gives, and what is said when it crashes, hangs or lies.
 *
 * Without acpiexec only the tests with a shell script in its place are run, then it says skipped.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/acpiexec.h"
#include "platform/evaluate.h"
#include "tests/unit.h"

#define PAGE 0x1000u

/* A place for temporary files that a test owns, and perhaps an acpiexec of its own. */
struct place {
	char dir[64];
	char *path, *tmpdir; /* variables as they were; tmpdir may be NULL */
};

struct bench {
	struct acpi_tables tables;
	struct arena *arena;
	struct diag diag;
	struct place place;
};

static void place_init(struct place *p)
{
	const char *tmpdir = getenv("TMPDIR");

	snprintf(p->dir, sizeof(p->dir), "%s/test-evaluate-XXXXXX", P_tmpdir);
	CHECK(mkdtemp(p->dir));
	p->path = strdup(getenv("PATH"));
	p->tmpdir = tmpdir ? strdup(tmpdir) : NULL;
	CHECK(p->path && setenv("TMPDIR", p->dir, 1) == 0);
}

/* Everything that acpiexec and we made must be gone by now. */
static void place_fini(struct place *p)
{
	char program[128];

	snprintf(program, sizeof(program), "%s/acpiexec", p->dir);
	unlink(program);
	EXPECT_I64(rmdir(p->dir), 0);
	setenv("PATH", p->path, 1);
	if (p->tmpdir)
		setenv("TMPDIR", p->tmpdir, 1);
	else
		unsetenv("TMPDIR");
	free(p->path);
	free(p->tmpdir);
}

/* From now on acpiexec is this script. */
static void place_fake(struct place *p, const char *script)
{
	char name[128], path[4096];
	FILE *f;

	snprintf(name, sizeof(name), "%s/acpiexec", p->dir);
	snprintf(path, sizeof(path), "%s:%s", p->dir, p->path);
	f = fopen(name, "w");
	CHECK(f);
	fprintf(f, "#!/bin/sh\n%s\n", script);
	CHECK(fclose(f) == 0 && chmod(name, 0700) == 0 && setenv("PATH", path, 1) == 0);
}

static void bench_table(struct bench *b, const char *sig, const char *name)
{
	char path[256];
	size_t len;
	char *bytes;
	struct acpi_blob blob = {.line = 0};

	snprintf(path, sizeof(path), "%s/acpi/%s", TEST_DATA, name);
	bytes = unit_read_file(path, &len);
	CHECK(bytes);
	snprintf(blob.sig, sizeof(blob.sig), "%s", sig);
	blob.bytes = (const uint8_t *)bytes;
	blob.len = len;
	CHECK(vec_push(&b->tables.storage, (uint8_t *)bytes) == 0);
	CHECK(vec_push(&b->tables.tables, blob) == 0);
}

static void bench_init(struct bench *b, const char *dsdt)
{
	*b = (struct bench){.arena = arena_new()};
	CHECK(b->arena);
	diag_init(&b->diag);
	place_init(&b->place);
	bench_table(b, "DSDT", dsdt);
}

static void bench_fini(struct bench *b)
{
	place_fini(&b->place);
	acpi_tables_fini(&b->tables);
	arena_free(b->arena);
	diag_fini(&b->diag);
}

/* --- a namespace as the static reader leaves it ---------------------------------------- */

static const struct aml_int dynamic = {AML_DYNAMIC, 0, "a method"};
static const struct aml_resources dynamic_crs = {.known = AML_DYNAMIC, .reason = "a method"};

static struct aml_device *add_device(struct aml *aml, const char *path)
{
	CHECK(vec_push(&aml->devices, (struct aml_device){.path = path}) == 0);
	return &aml->devices.items[aml->devices.count - 1];
}

static void add_region(struct aml *aml, const char *path, const char *method, struct aml_int base,
		       uint64_t len)
{
	struct aml_region r = {
		.path = path, .method = method, .base = base, .len = {AML_STATIC, len, NULL}};

	CHECK(vec_push(&aml->regions, r) == 0);
}

static void namespace_free(struct aml *aml)
{
	for (size_t i = 0; i < aml->devices.count; i++) {
		acpi_crs_fini(&aml->devices.items[i].crs.crs);
		acpi_crs_fini(&aml->devices.items[i].dma.crs);
	}
	vec_fini(&aml->devices);
	vec_fini(&aml->regions);
}

/* evaluate.asl */
static void namespace_main(struct aml *aml)
{
	struct aml_device *dev = add_device(aml, "\\_SB.SUM0");

	dev->crs = dynamic_crs;
	dev->sta = dynamic;
	dev = add_device(aml, "\\_SB.FLD");
	dev->crs = dynamic_crs;
	dev->sta = dev->bbn = dynamic;
	add_device(aml, "\\_SB.OSI0")->crs = dynamic_crs;
	add_device(aml, "\\_SB.LOOP")->crs = dynamic_crs;
	dev = add_device(aml, "\\_SB.PCI0");
	dev->seg = dev->bbn = dev->cba = dynamic;
	dev->dma = dynamic_crs;
	dev = add_device(aml, "\\_SB.TMP0");
	dev->sta = (struct aml_int){AML_STATIC, 0xf, NULL};
	add_region(aml, "\\_SB.REGN", NULL, dynamic, 0x2000);
	add_region(aml, "\\_SB.STAT", NULL, (struct aml_int){AML_STATIC, 0x50000000, NULL}, 0x100);
	add_region(aml, "\\_SB.TMP0._STA.TMPR", "\\_SB.TMP0._STA", dynamic, 0x10);
}

static const struct evaluated *find(const struct evaluation *e, const char *path)
{
	for (size_t i = 0; i < e->values.count; i++)
		if (strcmp(e->values.items[i].path, path) == 0)
			return &e->values.items[i];
	return NULL;
}

/* "evaluated: memory 0x1+0x2", or why not, or "none". */
static void expect_value(const struct evaluation *e, const char *path, const char *want)
{
	const struct evaluated *v = find(e, path);
	char got[512];

	snprintf(got, sizeof(got), "%s: %s", v ? evaluated_reason(v->as) : "none",
		 !v			  ? path
		 : v->as == EVALUATED_NOT ? v->why
					  : v->text);
	EXPECT_STR(got, want);
}

static void expect_memory(const struct aml_resources *res, uint64_t base, uint64_t size)
{
	EXPECT_U64(res->known, AML_STATIC);
	if (!EXPECT(res->crs.items.count > 0))
		return;
	EXPECT_U64(res->crs.items.items[0].kind, ACPI_RES_MEMORY);
	EXPECT_U64(res->crs.items.items[0].base, base);
	EXPECT_U64(res->crs.items.items[0].size, size);
}

/* --- acpiexec ------------------------------------------------------------------------- */

static void test_values(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	namespace_main(&aml);
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	expect_value(&e, "\\_SB.SUM0._CRS",
		     "evaluated: memory 0x10020000+0x1000, interrupt 0x28+0x1");
	expect_value(&e, "\\_SB.SUM0._STA", "evaluated: 0xf");
	expect_value(&e, "\\_SB.OSI0._CRS", "evaluated: memory 0x30000000+0x1000");
	expect_value(&e, "\\_SB.LOOP._CRS", "evaluated: memory 0x200200000+0x2000");
	expect_value(&e, "\\_SB.PCI0._SEG", "evaluated: 0x3");
	expect_value(&e, "\\_SB.PCI0._BBN", "evaluated: 0x11");
	expect_value(&e, "\\_SB.PCI0._CBA", "evaluated: 0x60000000");
	expect_value(&e, "\\_SB.PCI0._DMA", "evaluated: memory 0x0+0x100000000");
	expect_value(&e, "\\_SB.REGN", "evaluated: 0x40003000+0x2000");
	EXPECT_U64(b.diag.errors, 0);
	if (EXPECT_U64(aml.devices.count, 6)) {
		expect_memory(&aml.devices.items[0].crs, 0x10020000, PAGE);
		expect_memory(&aml.devices.items[3].crs, 0x200200000, 2 * PAGE);
		expect_memory(&aml.devices.items[4].dma, 0, 0x100000000);
		EXPECT_U64(aml.devices.items[4].seg.known, AML_STATIC);
		EXPECT_U64(aml.devices.items[4].seg.value, 3);
		EXPECT_STR(aml.devices.items[4].seg.reason, "evaluated");
		EXPECT_U64(aml.devices.items[5].sta.value, 0xf);
	}
	EXPECT_U64(aml.regions.items[0].base.known, AML_STATIC);
	EXPECT_U64(aml.regions.items[0].base.value, 0x40003000);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void test_hardware(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	namespace_main(&aml);
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	expect_value(&e, "\\_SB.FLD._CRS",
		     "evaluated (hardware reads as 0): memory 0x20000000+0x1000");
	expect_value(&e, "\\_SB.FLD._STA", "evaluated (hardware reads as 0): 0x0");
	expect_value(&e, "\\_SB.FLD._BBN", "evaluated (hardware reads as 0): 0x0");
	EXPECT_STR(aml.devices.items[1].crs.reason, "evaluated (hardware reads as 0)");
	/* it would take the device away */
	EXPECT_U64(aml.devices.items[1].sta.known, AML_DYNAMIC);
	EXPECT(e.init_reads_hardware);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void test_difference(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;
	const struct evaluated *v;

	bench_init(&b, "evaluate.aml");
	namespace_main(&aml);
	aml.regions.items[1].base.value = 0x50001000;
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	expect_value(&e, "\\_SB.TMP0._STA.TMPR",
		     "not evaluated: it exists only while its method runs");
	v = find(&e, "\\_SB.STAT");
	if (EXPECT(v))
		EXPECT_STR(evaluated_line(v, b.arena), "\\_SB.STAT: 0x50000000+0x100: evaluated; "
						       "the static reader: had another value");
	v = find(&e, "\\_SB.PRTS");
	if (EXPECT(v)) {
		EXPECT_U64(v->before, AML_ABSENT);
		EXPECT_U64(v->index, 3);
		EXPECT_U64(aml.regions.items[3].space, 1);
		EXPECT_U64(aml.regions.items[3].base.value, 0x80);
	}
	EXPECT_U64(aml.regions.items[1].base.value, 0x50001000);
	/*
	 * SUM0, FLD, OSI0 and LOOP: 5 pages; REGN: 2. The port is no memory, the difference is
	 * the static reader's.
	 */
	EXPECT_STR(evaluation_summary(&e, b.arena),
		   "the static reader had 2 of 15 values, acpiexec gave 13 more (3 of them with "
		   "hardware that reads as 0), 1 are not known; an AML reader in Xen would have "
		   "missed 5 memory ranges with 7 pages; _INI, _STA or _REG read hardware");
	EXPECT_U64(e.disagreements, 1);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void test_known_pages(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	namespace_main(&aml);
	/* one page of LOOP's two, as a region that is known */
	add_region(&aml, "\\_SB.KNOW", NULL, (struct aml_int){AML_STATIC, 0x200201000, NULL}, 4);
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	EXPECT_U64(e.missed_ranges, 5);
	EXPECT_U64(e.missed_pages, 6);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void test_reader(void)
{
	struct bench b;
	struct acpi_log log = {.say = NULL};
	struct aml aml;
	struct evaluation e;
	const struct aml_device *dev;

	bench_init(&b, "evaluate.aml");
	bench_table(&b, "SSDT", "evaluate-ssdt.aml");
	if (EXPECT_I64(aml_read(&aml, &b.tables, &log), 0)) {
		EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
		expect_value(&e, "\\_SB.SUM0._CRS",
			     "evaluated: memory 0x10020000+0x1000, interrupt 0x28+0x1");
		expect_value(&e, "\\_SB.FLD._CRS",
			     "evaluated (hardware reads as 0): memory 0x20000000+0x1000");
		expect_value(&e, "\\_SB.PCI0._SEG", "evaluated: 0x3");
		expect_value(&e, "\\_SB.REGN", "evaluated: 0x40003000+0x2000");
		expect_value(&e, "\\_SB.STAT", "none: \\_SB.STAT");
		EXPECT_U64(e.disagreements, 0);
		EXPECT_U64(e.missed_ranges, 5);
		EXPECT_U64(e.missed_pages, 7);
		dev = aml_device(&aml, "\\_SB.LOOP");
		if (EXPECT(dev))
			expect_memory(&dev->crs, 0x200200000, 2 * PAGE);
		evaluation_fini(&e);
		aml_fini(&aml);
	}
	bench_fini(&b);
}

static void test_ssdt(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct aml_device *dev = add_device(&aml, "\\_SB.MORE");
	struct evaluation e;

	dev->crs = dynamic_crs;
	dev->seg = dynamic;
	bench_init(&b, "evaluate.aml");
	bench_table(&b, "SSDT", "evaluate-ssdt.aml");
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	expect_value(&e, "\\_SB.MORE.MREG", "evaluated: 0x10000100+0x80");
	expect_value(&e, "\\_SB.MORE._SEG", "not evaluated: acpiexec: AE_AML_PACKAGE_LIMIT");
	expect_value(&e, "\\_SB.MORE._CRS",
		     "not evaluated: it returns a damaged resource template, at byte 0: resource "
		     "descriptor 0x86 is 12 bytes long, 3 are left");
	EXPECT_U64(aml.devices.items[0].crs.known, AML_DYNAMIC);
	for (size_t i = 0; i < aml.regions.count; i++)
		EXPECT_U64(aml.regions.items[i].device,
			   strcmp(aml.regions.items[i].path, "\\_SB.MORE.MREG") == 0
				   ? 0
				   : AML_NO_DEVICE);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void test_odd_paths(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	add_device(&aml, "\\_SB.SUM0;quit")->cba = dynamic;
	add_device(&aml, "\\_SB.SUM0\nquit")->cba = dynamic;
	add_device(&aml, "\\_SB.sum0")->cba = dynamic;
	add_device(&aml, "_SB.SUM0")->cba = dynamic;
	add_device(&aml, "\\_SB.NONE")->cba = dynamic;
	add_device(&aml, "\\_SB.SUM0")->sta = dynamic;
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_OK);
	for (size_t i = 0; i < 4; i++)
		EXPECT_STR(e.values.items[i].why, "its path cannot be given to acpiexec");
	expect_value(&e, "\\_SB.NONE._CBA", "not evaluated: acpiexec: AE_NOT_FOUND");
	expect_value(&e, "\\_SB.SUM0._STA", "evaluated: 0xf");
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static void ask(struct acpiexec *x, const char *path)
{
	CHECK(vec_push(&x->questions, (struct acpiexec_question){.path = path}) == 0);
}

static void test_hang(void)
{
	static const struct acpiexec_limits limits = {3000, 20000, (size_t)1 << 20};
	struct bench b;
	struct acpiexec x;

	bench_init(&b, "evaluate-hang.aml");
	x = (struct acpiexec){.arena = b.arena};
	ask(&x, "\\_SB.ONE0._CBA");
	ask(&x, "\\_SB.LOOP._CBA");
	ask(&x, "\\_SB.HANG._CBA");
	ask(&x, "\\_SB.TWO0._CBA");
	EXPECT_U64(acpiexec_run(&x, &b.tables, &limits, &b.diag), ACPIEXEC_OK);
	EXPECT_U64(x.questions.items[0].number, 2);
	EXPECT_STR(x.questions.items[1].why, "acpiexec: AE_AML_LOOP_TIMEOUT");
	EXPECT_STR(x.questions.items[2].why, "acpiexec did not end in time");
	EXPECT_U64(x.questions.items[3].value, ACPIEXEC_INTEGER);
	EXPECT_U64(x.questions.items[3].number, 3);
	acpiexec_fini(&x);
	bench_fini(&b);
}

static void test_init_hangs(void)
{
	static const struct acpiexec_limits limits = {3000, 20000, (size_t)1 << 20};
	struct bench b;
	struct acpiexec x;

	bench_init(&b, "evaluate-init.aml");
	x = (struct acpiexec){.arena = b.arena};
	ask(&x, "\\_SB.ONE0._CBA");
	EXPECT_U64(acpiexec_run(&x, &b.tables, &limits, &b.diag), ACPIEXEC_OK);
	EXPECT_U64(x.questions.items[0].number, 2);
	EXPECT(x.without_init);
	acpiexec_fini(&x);
	bench_fini(&b);
}

static void test_damaged_table(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	b.tables.tables.items[0].len = 20;
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_FAILED);
	EXPECT(b.diag.text && strstr(b.diag.text, "before the tables were loaded; it said last: "));
	evaluation_fini(&e);
	bench_fini(&b);
}

/* --- a script in its place -------------------------------------------------------------- */

#define SH_LOADED                                                                                  \
	"echo 'Objects of type [Region] defined in the current ACPI Namespace:'; "                 \
	"echo 'Found 0 objects of type [Region] in the current ACPI Namespace'; "

static void test_missing(void)
{
	struct bench b;
	struct aml aml = {.nodes = 0};
	struct evaluation e;

	bench_init(&b, "evaluate.aml");
	add_device(&aml, "\\_SB.SUM0")->sta = dynamic;
	setenv("PATH", b.place.dir, 1);
	EXPECT_U64(evaluate_aml(&aml, &b.tables, &e, b.arena, &b.diag), EVALUATE_UNAVAILABLE);
	EXPECT_STR(b.diag.text ? b.diag.text : "",
		   "acpiexec: error: there is no such program; it evaluates AML and comes with "
		   "the package acpica-tools, install it or import without '--evaluate'\n");
	EXPECT_U64(aml.devices.items[0].sta.known, AML_DYNAMIC);
	evaluation_fini(&e);
	namespace_free(&aml);
	bench_fini(&b);
}

static enum acpiexec_end run_fake(struct bench *b, struct acpiexec *x, const char *script)
{
	static const struct acpiexec_limits limits = {500, 5000, 10000};

	bench_init(b, "evaluate.aml");
	place_fake(&b->place, script);
	*x = (struct acpiexec){.arena = b->arena};
	ask(x, "\\A._CBA");
	ask(x, "\\B._CRS");
	return acpiexec_run(x, &b->tables, &limits, &b->diag);
}

static void fake_fini(struct bench *b, struct acpiexec *x)
{
	acpiexec_fini(x);
	bench_fini(b);
}

static void test_crash_at_once(void)
{
	struct bench b;
	struct acpiexec x;

	EXPECT_U64(run_fake(&b, &x, "printf 'one\\ntwo \\001\\033[m\\n'; kill -SEGV $$"),
		   ACPIEXEC_FAILED);
	EXPECT_STR(b.diag.text ? b.diag.text : "",
		   "acpiexec: error: acpiexec was killed by signal 11 before the tables were "
		   "loaded; it said last: one | two ??[m\n");
	EXPECT(x.without_init);
	fake_fini(&b, &x);
}

static void test_crash_later(void)
{
	struct bench b;
	struct acpiexec x;

	/* it crashes at A, whoever asks */
	EXPECT_U64(run_fake(&b, &x,
			    SH_LOADED "while read -r w p; do case $p in "
				      "*A._CBA) echo \"Evaluating $p\"; kill -ABRT $$;; "
				      "*B._CRS) echo \"Evaluating $p\"; echo \"Evaluation of $p "
				      "returned object 0x1, external buffer length 20\"; "
				      "echo '  [Buffer] Length 02 =     0000: 79 00  // y.';; "
				      "esac; done"),
		   ACPIEXEC_OK);
	EXPECT_STR(x.questions.items[0].why, "acpiexec was killed by signal 6");
	EXPECT_U64(x.questions.items[1].value, ACPIEXEC_BUFFER);
	EXPECT_U64(x.questions.items[1].len, 2);
	EXPECT(x.questions.items[1].bytes && x.questions.items[1].bytes[0] == 0x79);
	fake_fini(&b, &x);
}

static void test_flood(void)
{
	struct bench b;
	struct acpiexec x;

	EXPECT_U64(run_fake(&b, &x, SH_LOADED "yes"), ACPIEXEC_OK);
	EXPECT_STR(x.questions.items[0].why, "acpiexec printed too much");
	EXPECT_STR(x.questions.items[1].why, "acpiexec printed too much");
	fake_fini(&b, &x);
}

static void test_hang_at_once(void)
{
	struct bench b;
	struct acpiexec x;

	EXPECT_U64(run_fake(&b, &x, "touch left; sleep 1000"), ACPIEXEC_FAILED);
	EXPECT_STR(b.diag.text ? b.diag.text : "",
		   "acpiexec: error: acpiexec did not end in time before the tables were loaded; "
		   "it said last: nothing\n");
	fake_fini(&b, &x);
}

static void test_all_hang(void)
{
	static const struct acpiexec_limits limits = {300, 700, 10000};
	struct bench b;
	struct acpiexec x;

	bench_init(&b, "evaluate.aml");
	place_fake(&b.place, SH_LOADED "sleep 1000");
	x = (struct acpiexec){.arena = b.arena};
	for (unsigned int i = 0; i < 50; i++)
		ask(&x, "\\A._CBA");
	EXPECT_U64(acpiexec_run(&x, &b.tables, &limits, &b.diag), ACPIEXEC_OK);
	EXPECT_STR(x.questions.items[0].why, "acpiexec did not end in time");
	EXPECT_STR(x.questions.items[49].why, "the time for acpiexec was over");
	fake_fini(&b, &x);
}

/* How a process ends whose acpiexec is that script. */
static int status_with(const char *script, bool ignores)
{
	static const struct acpiexec_limits limits = {60000, 60000, 10000};
	struct bench b;
	struct acpiexec x;
	int status = 0;
	pid_t pid;

	bench_init(&b, "evaluate.aml");
	place_fake(&b.place, script);
	x = (struct acpiexec){.arena = b.arena};
	pid = fork();
	if (pid == 0) {
		if (ignores)
			signal(SIGTERM, SIG_IGN);
		_exit(acpiexec_run(&x, &b.tables, &limits, &b.diag) == ACPIEXEC_OK ? 0 : 1);
	}
	EXPECT_I64(waitpid(pid, &status, 0), pid);
	fake_fini(&b, &x);
	return status;
}

static void test_signal(void)
{
	int status = status_with("kill -TERM $PPID; sleep 1000", false);

	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	EXPECT_I64(status_with("kill -TERM $PPID; sleep 0.2\n" SH_LOADED, true), 0);
}

static void test_nonsense(void)
{
	/* each line is one that acpiexec could print, with something wrong */
	static const char *const said[] = {
		"Evaluation of \\A._CBA returned object 0x1\n  [Integer] = 12345678901234567\n",
		"Evaluation of \\A._CBA returned object 0x1\n  [Integer] = \n",
		"Evaluation of \\A._CBA returned object 0x1\n  [Buffer] Length FFFFFFFFFFFFFFFF "
		"=\n",
		"Evaluation of \\A._CBA returned object 0x1\n  [Buffer] Length 04 =\n"
		"    0004: 79 00 00 00\n",
		"Evaluation of \\A._CBA returned object 0x1\n  [Buffer] Length 04 =\n"
		"    0000: 79 00 x\n",
		"Evaluation of \\A._CBA returned object 0x1\n  [Package] Contains 2 Elements:\n"
		"    [Integer] = 0000000000000001\n",
		"Evaluation of \\A._CBA returned object 0x1\n",
		"Evaluation of \\A._CBA failed with status \033[1mAE\n",
		"Evaluation of \\A._CBA\nEvaluation of \nEvaluating\nEvaluating \n",
		"No object was returned from evaluation of \\A._CBA\n",
		"\\\\\\\n[\n  [\n  []\n  [Integer]\n- - - \n\n",
	};
	struct arena *a = arena_new();

	CHECK(a);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		struct acpiexec x = {.arena = a};
		struct acpiexec_reader r = {
			.x = &x, .current = SIZE_MAX, .filling = SIZE_MAX, .loaded = true};

		ask(&x, "\\A._CBA");
		acpiexec_read(&r, said[i], strlen(said[i]));
		EXPECT_U64(x.questions.items[0].value, ACPIEXEC_NOTHING);
		acpiexec_fini(&x);
	}
	arena_free(a);
}

static void test_region_lines(void)
{
	static const char said[] =
		"Objects of type [Region] defined in the current ACPI Namespace:\n"
		"  \\_SB.A Region 0x1 001 [SystemMemory] Addr 0000000040003000 Len 2000\n"
		"  \\_SB.B Region 0x1 001 [Address/Length not evaluated]\n"
		"  \\_SB.T Region 0x1 001 [DataTable] Addr 00005611DE0D70F0 Len 01E1\n"
		"  \\_SB.C Method 0x1 001 Args 0\n"
		"  \\_SB.b Region 0x1 001 [SystemMemory] Addr 0000000040003000 Len 2000\n"
		"  \\_SB.D Region\n"
		"Found 3 objects\n"
		"  \\_SB.E Region 0x1 001 [SystemMemory] Addr 0000000040003000 Len 2000\n";
	struct arena *a = arena_new();
	struct acpiexec x = {.arena = a};
	struct acpiexec_reader r = {
		.x = &x, .current = SIZE_MAX, .filling = SIZE_MAX, .want_regions = true};

	CHECK(a);
	acpiexec_read(&r, said, sizeof(said) - 1);
	EXPECT(r.loaded);
	if (EXPECT_U64(x.regions.count, 3)) {
		EXPECT_STR(x.regions.items[0].path, "\\_SB.A");
		EXPECT_U64(x.regions.items[0].base, 0x40003000);
		EXPECT_U64(x.regions.items[0].len, 0x2000);
		EXPECT(x.regions.items[0].known && !x.regions.items[1].known);
		EXPECT(!x.regions.items[2].known);
	}
	acpiexec_fini(&x);
	arena_free(a);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"without acpiexec it says what to install", test_missing},
		{"a crash before anything is an error with its last words", test_crash_at_once},
		{"a crash at a question leaves the others their answers", test_crash_later},
		{"endless output ends", test_flood},
		{"a hang before anything is an error and leaves no file", test_hang_at_once},
		{"the time for all questions ends", test_all_hang},
		{"a signal that is not ignored ends it once nothing of it is left", test_signal},
		{"output that makes no sense gives no value", test_nonsense},
		{"regions are read from their list and from nowhere else", test_region_lines},
		/* with acpiexec */
		{"values of methods are what acpiexec gives", test_values},
		{"values that depend on hardware are marked", test_hardware},
		{"the difference to the static reader is told and counted", test_difference},
		{"pages that the static reader knew are not missed", test_known_pages},
		{"what the static reader left open is evaluated", test_reader},
		{"SSDTs are loaded and a failed method says its status", test_ssdt},
		{"a path that is no path never reaches the command line", test_odd_paths},
		{"a method that hangs costs no other its value", test_hang},
		{"an _INI that hangs is left out", test_init_hangs},
		{"tables that acpiexec cannot load are an error with its last words",
		 test_damaged_table},
	};
	const size_t without = 9;
	int rc;

	if (system("command -v acpiexec >/dev/null") == 0)
		return unit_main("evaluate", tests, ARRAY_SIZE(tests), argc, argv);
	rc = unit_main("evaluate", tests, without, argc, argv);
	puts("acpiexec (acpica-tools) is not installed: the rest is skipped");
	return rc ? rc : 77;
}
