// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/scenario.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/scenario_fixture.h"
#include "yaml/path_list.h"
#include "yaml/schema.h"

static bool refuse(const char *path, struct diag *d)
{
	struct scenario *sc = scenario_load(path, &test_paths, NULL, d);

	scenario_free(sc);
	return sc;
}

static struct scenario *load_good(const char *path, const struct scenario_override *over)
{
	struct scenario *sc;
	struct diag d;

	enter_test_data();
	diag_init(&d);
	sc = scenario_load(path, &test_paths, over, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	EXPECT(sc != NULL);
	diag_fini(&d);
	return sc;
}

static void test_bad_files(void)
{
	expect_refused("bad", refuse);
}

static void test_header(void)
{
	struct scenario *sc = load_good("good/full.yaml", NULL);

	if (!sc)
		return;
	EXPECT_STR(sc->path, "good/full.yaml");
	EXPECT_STR(sc->name, "full");
	EXPECT_STR(sc->about, "every kind of step and of expectation");
	EXPECT_STR(sc->claim, "T1: a colon: and quotes");
	EXPECT_U64(sc->tags.count, 2);
	EXPECT_STR(sc->tags.items[1], "two");
	EXPECT_STR(sc->platform_name, "small");
	EXPECT_STR(sc->profile->name, "cortex-a57");
	EXPECT_U64(sc->heap_limit, 100);
	EXPECT_U64(sc->max_cycles, UINT64_C(20) << 30);
	EXPECT_U64(sc->platform->heap_dirty, 7);
	EXPECT(sc->platform->smmu_stage2);
	EXPECT(!sc->platform->smmu_coherent);
	scenario_free(sc);
}

static void test_permutations(void)
{
	static const char *const ids[] = {
		"full:none:xen=4.8:linux=6.1",
		"full:none:xen=4.22:linux=6.1",
		"full:notifier+c:xen=4.8:linux=6.1",
		"full:notifier+c:xen=4.22:linux=6.1",
	};
	struct scenario *sc = load_good("good/full.yaml", NULL);
	struct permutation p;
	char id[128];

	if (!sc)
		return;
	EXPECT_U64(scenario_permutations(sc), ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		p = scenario_permutation(sc, i);
		EXPECT_U64(permutation_id(&p, id, sizeof(id)), strlen(ids[i]));
		EXPECT_STR(id, ids[i]);
	}
	scenario_free(sc);
}

static void test_all_permutations(void)
{
	struct scenario *sc = load_good("good/minimal.yaml", NULL);

	if (!sc)
		return;
	EXPECT_U64(sc->strategies.count, strategy_info_count);
	EXPECT_U64(sc->xens.count, xen_version_count);
	EXPECT_U64(sc->linuxes.count, linux_version_count);
	EXPECT_U64(scenario_permutations(sc),
		   (uint64_t)strategy_info_count * xen_version_count * linux_version_count);
	EXPECT_U64(sc->expects.count, 0);
	scenario_free(sc);
}

/* What every step of good/full.yaml must have become. */
struct step_check {
	enum step_kind kind;
	uint64_t addr, bytes, value, gfn, mfn, pages;
	enum dom0_api api;
	enum dom0_access access;
	bool write, irqs_off;
};

static const struct step_check steps[] = {
	{.kind = STEP_BOOT},
	{.kind = STEP_IOREMAP,
	 .addr = 0xd0000000,
	 .bytes = 8192,
	 .api = DOM0_API_IOREMAP_WC,
	 .irqs_off = true},
	{.kind = STEP_ACCESS, .addr = 0x10008010, .bytes = 2, .access = DOM0_LDR16},
	{.kind = STEP_ACCESS,
	 .addr = 0x9040000,
	 .bytes = 8,
	 .access = DOM0_LDP64,
	 .api = DOM0_API_ACPI},
	{.kind = STEP_ACCESS,
	 .addr = 0x9040018,
	 .bytes = 8,
	 .value = UINT64_MAX,
	 .access = DOM0_CAS64,
	 .write = true},
	{.kind = STEP_FETCH, .addr = 0x80000000, .bytes = 4},
	{.kind = STEP_REQUEST, .addr = 0xa000200, .gfn = 0xa000, .mfn = 0xa000, .pages = 2},
	{.kind = STEP_REQUEST, .addr = 0x100000, .gfn = 0x100, .mfn = 0xd0001, .pages = 3},
	{.kind = STEP_REQUEST, .addr = 0xd0000000, .gfn = 0xd0000, .mfn = 0xd0000, .pages = 1},
	{.kind = STEP_REMOVE, .addr = 0xd0002000, .gfn = 0xd0002, .pages = 1},
	{.kind = STEP_REMOVE, .addr = 0xd0000000, .gfn = 0xd0000, .pages = 1},
	{.kind = STEP_HYPERCALL, .irqs_off = true},
	{.kind = STEP_PLUG},
	{.kind = STEP_UNPLUG},
	{.kind = STEP_DMA, .addr = 0xd0000000, .bytes = 64, .write = true},
	{.kind = STEP_DMA, .addr = 0x8ff03100, .bytes = 1 << 20},
	{.kind = STEP_MSI, .addr = 0x8090040, .bytes = 4, .write = true},
	{.kind = STEP_WAIT},
	{.kind = STEP_ACPI,
	 .addr = 0xc1000004,
	 .bytes = 4,
	 .api = DOM0_API_ACPI,
	 .access = DOM0_STR32,
	 .write = true},
};

static void test_steps(void)
{
	struct scenario *sc = load_good("good/full.yaml", NULL);

	if (!sc || !EXPECT(sc->script.steps.count == ARRAY_SIZE(steps)))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct step *s = &sc->script.steps.items[i];
		const struct step_check *c = &steps[i];
		bool same = s->kind == c->kind && s->bytes == c->bytes && s->api == c->api &&
			    s->access == c->access && s->write == c->write &&
			    s->irqs_off == c->irqs_off && s->at.line == 24 + i && s->at.col == 5;

		if (!EXPECT(same))
			printf("step %zu in line %u\n", i, s->at.line);
		EXPECT_U64(s->addr, c->addr);
		EXPECT_U64(s->value, c->value);
		EXPECT_U64(s->gfn, c->gfn);
		EXPECT_U64(s->mfn, c->mfn);
		EXPECT_U64(s->pages, c->pages);
	}
	scenario_free(sc);
}

static void test_step_details(void)
{
	struct scenario *sc = load_good("good/full.yaml", NULL);
	const struct step *s;

	if (!sc)
		return;
	s = sc->script.steps.items;
	EXPECT(s[0].phase == PHASE_DEVICE && s[0].keep_going && s[0].earlycon);
	EXPECT_STR(s[2].at_text, "nic.bar2 + 0x10");
	EXPECT(s[2].want.has_outcome && s[2].want.outcome == OUTCOME_OK && s[2].want.has_value);
	EXPECT_U64(s[2].want.value, 0x12);
	EXPECT(!s[2].want.has_rc && !s[2].want.has_err && !s[2].want.has_esr);
	EXPECT_U64(s[2].want.at.line, 26);
	EXPECT(s[5].want.has_esr && s[5].want.esr == 0x82000010);
	EXPECT(s[6].op == 7 && s[6].space == XENMAPSPACE_DEV_MMIO && s[6].domid == XEN_DOMID_SELF);
	EXPECT(s[6].want.has_rc && s[6].want.has_err && s[6].want.has_mapped);
	EXPECT_I64(s[6].want.rc, -22);
	EXPECT_I64(s[6].want.err, -13);
	EXPECT_U64(s[6].want.mapped, 0);
	EXPECT(s[7].op == 23 && s[7].space == XENMAPSPACE_GMFN && s[7].domid == 1);
	EXPECT(s[7].res0 == 2 && s[7].null_handles);
	EXPECT_U64(s[8].space, 77);
	EXPECT(s[11].nr == 33 && s[11].args[1] == 16 && s[11].args[2] == 4096 && !s[11].args[3]);
	EXPECT_STR(s[12].device->name, "plugged");
	EXPECT_STR(s[14].device->name, "nic");
	EXPECT(s[15].delay == 1024 && s[15].background);
	EXPECT_U64(s[17].cycles, 1000);
	scenario_free(sc);
}

static void test_additions(void)
{
	struct scenario *sc = load_good("good/full.yaml", NULL);
	const struct device *d;

	if (!sc)
		return;
	d = platform_device_named(sc->platform, "plugged");
	if (EXPECT(d != NULL)) {
		EXPECT(d->hotplug && d->touches.count == 2);
		EXPECT_STR(d->touches.items[0].by, "first");
		EXPECT_STR(d->touches.items[1].by, "twice");
		EXPECT_STR(d->origin, "good/full.yaml:13");
	}
	d = platform_device_named(sc->platform, "nic");
	/* one key replaced, the rest kept */
	EXPECT(d && d->stream == 9 && d->behind_smmu && d->res[0].size == 16384);
	EXPECT_U64(platform_truth(sc->platform, 0xf0000fff), TRUTH_OTHER_RAM);
	EXPECT_U64(platform_truth(sc->platform, 0x8ff04000), TRUTH_TABLE);
	EXPECT(platform_region_named(sc->platform, "\\_SB.NEW") != NULL);
	scenario_free(sc);
}

static void test_expects(void)
{
	struct scenario *sc = load_good("good/full.yaml", NULL);
	const struct expect *e;

	if (!sc || !EXPECT(sc->expects.count == 3))
		return;
	e = sc->expects.items;
	/* the matrix's spelling, whatever the order of the sum */
	EXPECT_STR(e[0].when.strategies.items[0], "notifier+c");
	EXPECT_STR(e[0].when.xens.items[0], "4.22");
	EXPECT_STR(e[0].when.linuxes.items[0], "6.1");
	EXPECT(e[0].has_findings && e[0].codes == (1u << FIND_ABORT | 1u << FIND_LEAK));
	EXPECT_U64(e[0].findings_at.line, 45);
	EXPECT_U64(e[0].metrics.count, 3);
	EXPECT(e[0].metrics.items[0].metric == METRIC_DMA_FAULTS &&
	       e[0].metrics.items[0].min == 1 && e[0].metrics.items[0].max == 1);
	EXPECT(e[0].metrics.items[1].min == 2 && e[0].metrics.items[1].max == 9);
	EXPECT(e[0].metrics.items[2].min == 1 && e[0].metrics.items[2].max == UINT64_MAX);
	EXPECT(e[1].has_findings && !e[1].codes && !e[1].when.xens.count);
	EXPECT(!e[2].has_findings && e[2].no_dom0 && !e[0].no_dom0);
	scenario_free(sc);
}

static void test_overrides(void)
{
	struct scenario_override over = {"platforms/small.yaml", "machines/cortex-a57.yaml"};
	struct scenario *sc = load_good("good/minimal.yaml", &over);

	if (!sc)
		return;
	EXPECT_STR(sc->platform_name, "small");
	EXPECT_U64(sc->platform->pa_bits, 40);
	EXPECT_STR(sc->profile->name, "cortex-a57");
	scenario_free(sc);
}

/* What a user with a machine's files tries first. */
static void test_files_in_place_of_a_platform(void)
{
	static const char *const given[] = {"platforms", "./platforms/real"};
	static const char said[] =
		"good/minimal.yaml: error: '%s' is no platform file: make one of it by 'p2mlab "
		"import %s -o FILE.yaml'\n";

	enter_test_data();
	for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
		struct scenario_override over = {.platform = given[i]};
		char want[256];
		struct diag d;

		snprintf(want, sizeof(want), said, given[i], given[i]);
		diag_init(&d);
		EXPECT(scenario_load("good/minimal.yaml", &test_paths, &over, &d) == NULL);
		EXPECT_STR(d.text, want);
		diag_fini(&d);
	}
}

static void test_platform_in_place_of_a_scenario(void)
{
	static const char text[] = "kind: platform\ndom0_ram: {base: 0, size: 1G}\n";
	struct diag d;

	enter_test_data();
	diag_init(&d);
	EXPECT(scenario_parse("p.yaml", text, sizeof(text) - 1, &test_paths, NULL, &d) == NULL);
	EXPECT_U64(d.errors, 1);
	EXPECT(strstr(d.text ? d.text : "", "this is no scenario but of kind 'platform': use it by "
					    "'p2mlab run boot --platform FILE'") != NULL);
	diag_fini(&d);
}

static void test_bad_overrides(void)
{
	struct scenario_override over = {"smalll", "./none.yaml"};
	struct diag d;

	enter_test_data();
	diag_init(&d);
	EXPECT(scenario_load("good/minimal.yaml", &test_paths, &over, &d) == NULL);
	EXPECT_STR(d.text,
		   "good/minimal.yaml: error: unknown platform 'smalll', did you mean 'small'?\n"
		   "good/minimal.yaml: error: no machine file './none.yaml'\n");
	diag_fini(&d);
}

static void test_unreadable(void)
{
	char dir[] = P_tmpdir "/p2mlab-test-XXXXXX", path[64];
	struct diag d;

	enter_test_data();
	diag_init(&d);
	EXPECT(scenario_load("good/none.yaml", &test_paths, NULL, &d) == NULL);
	EXPECT(scenario_load("good", &test_paths, NULL, &d) == NULL);
	EXPECT_STR(d.text, "good/none.yaml: error: No such file or directory\n"
			   "good: error: Is a directory\n");
	diag_fini(&d);
	/* a pipe that nobody writes: opening it would wait for ever */
	if (EXPECT(mkdtemp(dir) != NULL)) {
		snprintf(path, sizeof(path), "%s/pipe.yaml", dir);
		EXPECT_I64(mkfifo(path, 0600), 0);
		EXPECT(scenario_load(path, &test_paths, NULL, &d) == NULL);
		EXPECT(d.text && strstr(d.text, "not a regular file"));
		unlink(path);
		rmdir(dir);
	}
	diag_fini(&d);
}

static void parse_text(const char *text, size_t len, struct diag *d)
{
	diag_init(d);
	EXPECT(scenario_parse("text.yaml", text, len, &test_paths, NULL, d) == NULL);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Inputs that cost a naive loader minutes. */
static void test_hostile(void)
{
	static const struct {
		const char *repeat, *want;
		size_t bytes;
	} hostile[] = {
		{"[", "text.yaml:1:33: error: more than 32 levels deep", 200000},
		{"{", "text.yaml:1:2: error: a key must be a word", 200000},
		{"- ", "text.yaml:1:65: error: more than 32 levels deep", 1 << 20},
		{"[],\n", "text.yaml:1:3: error: not YAML", 1 << 20},
		{"a: 1\n", "text.yaml:2:1: error: duplicate key 'a', first in line 1", 1 << 20},
		{"\xff\x01\n", "text.yaml: error: larger than 1 MiB", 10 << 20},
		{"k: [1, 2]\n", "text.yaml:2:1: error: duplicate key", 1 << 20},
	};

	enter_test_data();
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		size_t unit = strlen(hostile[i].repeat), count = hostile[i].bytes / unit;
		char *text = malloc(count * unit + 1);
		double start;
		struct diag d;

		for (size_t k = 0; text && k < count; k++)
			memcpy(text + k * unit, hostile[i].repeat, unit + 1);
		start = seconds();
		parse_text(text, count * unit, &d);
		/* 0.1 s on an idle machine; sanitizers and busy machines get ten times that */
		EXPECT(seconds() - start < 1.0);
		if (!EXPECT(d.text &&
			    strncmp(d.text, hostile[i].want, strlen(hostile[i].want)) == 0))
			printf("%zu: %.200s\n", i, d.text ? d.text : "(null)");
		EXPECT(d.len < 64 * 1024);
		diag_fini(&d);
		free(text);
	}
}

static void test_many_steps(void)
{
	char *text = calloc(1, 1 << 20);
	size_t len;
	struct diag d;

	if (!EXPECT(text != NULL))
		return;
	enter_test_data();
	strcpy(text, "p2mlab: 1\nplatform: small\nsteps:\n");
	len = strlen(text);
	for (int i = 0; i < 4097; i++)
		len += (size_t)sprintf(text + len, "- wait: {cycles: 1}\n");
	parse_text(text, len, &d);
	EXPECT_STR(d.text, "text.yaml:3:1: error: 4097 steps, at most 4096 are possible\n"
			   "    3 | steps:\n      | ^~~~~\n");
	diag_fini(&d);
	free(text);
}

static void test_default_name(void)
{
	static const char text[] = "p2mlab: 1\nplatform: small\nsteps: [{boot: {}}]\n";
	struct scenario *sc;
	struct diag d;

	enter_test_data();
	diag_init(&d);
	sc = scenario_parse("dir/My Test_4.9.yaml", text, sizeof(text) - 1, &test_paths, NULL, &d);
	if (EXPECT(sc != NULL))
		EXPECT_STR(sc->name, "my-test-4.9");
	scenario_free(sc);
	diag_fini(&d);
}

static void test_path_list(void)
{
	struct path_list list = {0};

	enter_test_data();
	EXPECT_I64(path_list_add(&list, "good//"), 0);
	EXPECT_I64(path_list_add(&list, "bad/empty.yaml"), 0);
	EXPECT_I64(path_list_add(&list, "nowhere"), -ENOENT);
	if (EXPECT(list.paths.count == 3)) {
		EXPECT_STR(list.paths.items[0], "good/full.yaml");
		EXPECT_STR(list.paths.items[1], "good/minimal.yaml");
		EXPECT_STR(list.paths.items[2], "bad/empty.yaml");
	}
	path_list_fini(&list);
	EXPECT_I64(path_list_add(&list, "."), 0);
	for (size_t i = 1; i < list.paths.count; i++)
		EXPECT(strcmp(list.paths.items[i - 1], list.paths.items[i]) < 0);
	EXPECT(list.paths.count > 20);
	path_list_fini(&list);
}

/* The tables of docs/SCENARIO.md are those of the loader. */
static void test_document(void)
{
	static const char path[] = SOURCE_DIR "/docs/SCENARIO.md";
	char *doc = unit_read_file(path, NULL), *want = NULL, *tables;
	size_t len;
	FILE *mem = open_memstream(&want, &len), *f;

	if (!doc || !EXPECT(mem != NULL))
		return;
	schema_print_markdown(mem);
	fclose(mem);
	tables = strstr(doc, "\n## scenario\n");
	if (!EXPECT(tables != NULL))
		return;
	if (blessing() && strcmp(tables, want) != 0) {
		f = fopen(path, "w");
		if (EXPECT(f != NULL)) {
			fprintf(f, "%.*s%s", (int)(tables - doc), doc, want);
			fclose(f);
		}
	} else if (!EXPECT(strcmp(tables, want) == 0)) {
		printf("docs/SCENARIO.md differs: P2MLAB_BLESS=1 test_scenario rewrites it\n");
	}
	free(doc);
	free(want);
}

/* The shipped data loads without a word. */
static void test_shipped(void)
{
	struct path_list list = {0};

	if (!EXPECT(chdir(SOURCE_DIR) == 0) || !EXPECT(path_list_add(&list, "scenarios") == 0))
		return;
	EXPECT(list.paths.count > 0);
	for (size_t i = 0; i < list.paths.count; i++) {
		struct scenario *sc;
		struct diag d;

		diag_init(&d);
		sc = scenario_load(list.paths.items[i], &test_paths, NULL, &d);
		EXPECT_STR(d.text ? d.text : "", "");
		EXPECT(sc != NULL);
		scenario_free(sc);
		diag_fini(&d);
	}
	path_list_fini(&list);
}

static const struct unit_test tests[] = {
	{"every mistake of a bad file is reported at its place", test_bad_files},
	{"a scenario's header is loaded", test_header},
	{"permutations go strategy, Xen, Linux and have ids", test_permutations},
	{"without a matrix all strategies and versions run", test_all_permutations},
	{"each kind of step gets its numbers", test_steps},
	{"steps keep their switches, wants and devices", test_step_details},
	{"a scenario adds to its platform and overrides it", test_additions},
	{"expectations name permutations, findings and metrics", test_expects},
	{"the command line replaces platform and machine", test_overrides},
	{"a wrong override is reported", test_bad_overrides},
	{"files of a machine in place of a platform are to be imported",
	 test_files_in_place_of_a_platform},
	{"a platform in place of a scenario is said to be one",
	 test_platform_in_place_of_a_scenario},
	{"what cannot be read is said", test_unreadable},
	{"hostile input is refused quickly and briefly", test_hostile},
	{"more than 4096 steps are refused", test_many_steps},
	{"a scenario without a name is called after its file", test_default_name},
	{"directories are listed bytewise, files as they are", test_path_list},
	{"the reference is generated from the tables", test_document},
	{"every shipped scenario loads", test_shipped},
};

int main(int argc, char **argv)
{
	return unit_main("scenario", tests, ARRAY_SIZE(tests), argc, argv);
}
