// SPDX-License-Identifier: GPL-2.0-only
#include <unistd.h>

#include "tests/import_fixture.h"

#define RECORDED_TABLES SOURCE_DIR "/platforms/qemu-virt-gicv3"
#define RECORDED_BUILD	TEST_DATA "/real-runs/xen-4.22-linux-6.1-gicv3"

/* The machine of the recorded runs, with Xen's log and Linux's list of devices or without. */
struct recorded {
	struct arena *arena;
	struct diag diag;
	struct collection sets[2];
};

static void read_recorded(struct recorded *r)
{
	*r = (struct recorded){.arena = arena_new()};
	diag_init(&r->diag);
	EXPECT(collection_read(&r->sets[0], RECORDED_TABLES, r->arena, &r->diag));
	EXPECT(collection_read(&r->sets[1], RECORDED_BUILD, r->arena, &r->diag));
	EXPECT_STR(r->diag.text ? r->diag.text : "", "");
}

static void release(struct recorded *r)
{
	collection_fini(&r->sets[0]);
	collection_fini(&r->sets[1]);
	diag_fini(&r->diag);
	arena_free(r->arena);
}

/* The platform that people wrote for it. */
static struct platform *by_hand(struct arena **a)
{
	struct platform *p;
	struct diag d;

	diag_init(&d);
	*a = arena_new();
	p = platform_load(SOURCE_DIR "/platforms/qemu-virt-gicv3.yaml", *a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	diag_fini(&d);
	return p;
}

static void test_recorded(void)
{
	struct recorded rec;
	struct import_run run;
	struct arena *a;
	struct platform *want = by_hand(&a), *got;

	read_recorded(&rec);
	import_begin(&run, rec.sets, 2);
	EXPECT_STR(import_said(&run), "");
	got = run.got.plat;
	if (EXPECT(run.ok) && EXPECT(want != NULL)) {
		EXPECT_U64(run.got.tables, 10);
		EXPECT_U64(run.got.devices, 35);
		EXPECT_U64(run.got.functions, 4);
		EXPECT_U64(run.got.opregions, 1);
		EXPECT_U64(run.got.dynamic, 0);
		EXPECT(got->dom0_ram == want->dom0_ram &&
		       got->dom0_ram_size == want->dom0_ram_size);
		EXPECT(got->xen_text == want->xen_text && got->xen_heap == want->xen_heap);
		EXPECT_U64(got->tables.count, want->tables.count);
		if (EXPECT_U64(got->devices.count, want->devices.count))
			for (size_t i = 0; i < got->devices.count; i++)
				EXPECT_STR(got->devices.items[i].name, want->devices.items[i].name);
		EXPECT_STR(got->devices.items[0].name, "QEMU0002:00");
		EXPECT_STR(got->devices.items[1].name, "LNRO0005:00");
		EXPECT_STR(got->devices.items[32].name, "LNRO0005:1f");
		EXPECT(got->devices.items[33].bus == BUS_PCI_ROOT);
		expect_same_when_read(&run.got.written);
	}
	import_end(&run);
	release(&rec);
	if (want)
		platform_fini(want);
	arena_free(a);
}

/* Fewer files tell less; what comes out can always be read. */
static void test_subsets(void)
{
	struct recorded rec;

	read_recorded(&rec);
	for (unsigned int without = 0; without < 1u << 6; without++) {
		struct machine_files m = {0};
		struct import_run run;
		size_t n = 0;

		for (size_t c = 0; c < 2; c++)
			for (size_t i = 0; i < rec.sets[c].files.count; i++) {
				const struct collected_file *f = &rec.sets[c].files.items[i];

				if (f->kind == COLLECTED_ACPIDUMP || !(without >> n++ & 1))
					add_file(&m, f->kind, f->name, f->file.text, f->file.len);
			}
		import_begin(&run, &m.set, 1);
		EXPECT_STR(import_said(&run), "");
		if (EXPECT(run.ok)) {
			EXPECT_STR(run.got.plat->devices.items[1].name, "LNRO0005:00");
			expect_same_when_read(&run.got.written);
		}
		import_end(&run);
	}
	release(&rec);
}

/* The shortest table there is. */
static void add_table(struct machine_files *m, uint8_t table[40], const char *sig)
{
	memset(table, 0, 40);
	memcpy(table, sig, 4);
	table[4] = 40;
	fix_sum(table, 40);
	add_file(m, COLLECTED_TABLE, "some.dat", table, 40);
}

/* A dump after raw tables, and again: each table counts once. */
static void test_repeated(void)
{
	static const char dump[] = "TEST @ 0x0000000000000000\n"
				   "    0000: 54 45 53 54 28 00 00 00 00 98 00 00 00 00 00 00\n"
				   "    0010: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
				   "    0020: 00 00 00 00 00 00 00 00\n\n";
	struct machine_files m = {0};
	struct import_run run;
	uint8_t test[40], other[40];

	add_table(&m, other, "OEM1");
	add_table(&m, test, "TEST");
	add_text(&m, COLLECTED_ACPIDUMP, dump);
	add_text(&m, COLLECTED_ACPIDUMP, dump);
	add_table(&m, other, "OEM1");
	import_begin(&run, &m.set, 1);
	if (EXPECT(run.ok)) {
		EXPECT_U64(run.got.tables, 2);
		EXPECT_U64(run.got.plat->tables.count, 2);
		EXPECT_STR(run.got.plat->tables.items[0].sig, "OEM1");
		expect_same_when_read(&run.got.written);
	}
	import_end(&run);
}

static void test_no_tables(void)
{
	struct machine_files m = {0};
	struct import_run run;

	add_text(&m, COLLECTED_IOMEM, "40000000-7fffffff : System RAM\n");
	import_begin(&run, &m.set, 1);
	EXPECT(!run.ok);
	EXPECT_STR(import_said(&run),
		   "machine: error: no ACPI table: run `acpidump > acpidump.dat` as root on the "
		   "machine, or copy /sys/firmware/acpi/tables\n");
	import_end(&run);
}

static const struct region *region_at(const struct import_run *r, uint64_t at)
{
	return r->ok ? platform_region(r->got.plat, at) : NULL;
}

static void test_bare_metal_memory(void)
{
	struct machine_files m = {0};
	const struct region *r;
	struct import_run run;
	uint8_t table[40];

	add_table(&m, table, "TEST");
	add_text(&m, COLLECTED_IOMEM,
		 "00100000-3fffffff : System RAM\n"
		 "80000000-8000ffff : reserved\n"
		 "80010000-ffffffff : System RAM\n"
		 "  80080000-8fffffff : Kernel code\n"
		 "880000000-9ffffffff : System RAM\n");
	import_begin(&run, &m.set, 1);
	if (EXPECT(run.ok)) {
		const struct platform *p = run.got.plat;

		/* the largest bank, of which Dom0 gets 1 GiB, Xen the end, others the rest */
		EXPECT(p->dom0_ram == 0x880000000 && p->dom0_ram_size == 1 << 30);
		EXPECT(p->xen_heap == 0x9fc000000 && p->xen_heap_size == 64 << 20);
		EXPECT(p->xen_text == 0x9fbe00000 && p->xen_text_size == 2 << 20);
		r = region_at(&run, 0x8c0000000);
		EXPECT(r && r->truth == TRUTH_OTHER_RAM && r->size == 0x13be00000);
		r = region_at(&run, 0x100000);
		EXPECT(r && r->truth == TRUTH_OTHER_RAM && r->size == 0x3ff00000);
		/* the table's place is made up, where firmware has its own */
		EXPECT(p->tables.count == 1 && p->tables.items[0].addr == 0x80000000);
		EXPECT_U64(p->pa_bits, 44);
		expect_same_when_read(&run.got.written);
	}
	import_end(&run);
}

static void test_made_up_memory(void)
{
	struct machine_files m = {0};
	struct import_run run;
	uint8_t table[40];
	char *text;

	add_table(&m, table, "TEST");
	import_begin(&run, &m.set, 1);
	if (EXPECT(run.ok)) {
		text = written_text(&run.got.written);
		EXPECT(text && strstr(text, "# No file tells where RAM is"));
		EXPECT(text && strstr(text, "origin: made-up"));
		free(text);
		EXPECT_U64(run.got.plat->gic_version, 3);
		expect_same_when_read(&run.got.written);
	}
	import_end(&run);
}

/* A function whose BAR lies in Dom0's RAM: one of them lies. */
static void test_conflict(void)
{
	struct machine_files m = {0};
	struct import_run run;
	uint8_t table[40];

	add_table(&m, table, "TEST");
	add_text(&m, COLLECTED_XEN_BUILD,
		 "[{\"op\": \"p2m_insert\", \"gfn\": \"40000\", \"nr\": 65536, \"mfn\": \"40000\", "
		 "\"p2mt\": 1, \"rc\": 0}]");
	add_text(&m, COLLECTED_PCI,
		 "== /sys/bus/pci/devices/0000:00:01.0 0x1af4 0x1000 0x020000  drv=\n"
		 "0x0000000041000000 0x0000000041000fff 0x0000000000040200\n"
		 "0x0000000010000000 0x0000000010000fff 0x0000000000040200\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	import_begin(&run, &m.set, 1);
	EXPECT_STR(import_said(&run),
		   "some.dat: warning: TEST at +0: no reader knows this table: it is carried, not "
		   "read\n"
		   "pci-resources.txt:1:1: warning: pci:0000:00:01.0: '0000:00:01.0.bar0' "
		   "(0x41000000-0x41000fff) overlaps 'dom0_ram' (0x40000000-0x4fffffff) of "
		   "xen_build:1: it is left out\n"
		   "    1 | == /sys/bus/pci/devices/0000:00:01.0 0x1af4 0x1000 0x020000  drv=\n"
		   "      | ^\n");
	if (EXPECT(run.ok)) {
		const struct device *d = &run.got.plat->devices.items[0];

		EXPECT(d->res_count == 2 && !d->res[0].size && d->res[1].base == 0x10000000);
		EXPECT(d->driverless);
		expect_same_when_read(&run.got.written);
	}
	import_end(&run);
}

/* --- firmware lies ------------------------------------------------------------------- */

/* Bytes of a table, but not its header. */
static void damage(uint8_t *table, size_t len, uint64_t *seed)
{
	size_t count = len > 40 ? unit_rand(seed) % 6 : 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = 36 + unit_rand(seed) % (len - 36);

		/* small changes make facts overlap, large ones make nonsense */
		table[at] = unit_rand(seed) % 2 ? (uint8_t)unit_rand(seed)
						: (uint8_t)(table[at] + unit_rand(seed) % 3 - 1);
	}
	fix_sum(table, len);
}

static void damage_text(char *text, size_t len, uint64_t *seed)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = unit_rand(seed) % 8; i; i--) {
		char *c = &text[unit_rand(seed) % len];

		if (strchr(digits, *c))
			*c = digits[unit_rand(seed) % 16];
	}
}

static void import_damaged(const struct recorded *rec, const struct acpi_tables *tables,
			   uint64_t seed)
{
	uint64_t state = seed, without = unit_rand(&state);
	struct machine_files m = {0};
	struct import_run run;
	void *copies[FIXTURE_FILES];
	size_t count = 0;

	for (size_t i = 0; i < tables->tables.count; i++) {
		const struct acpi_blob *b = &tables->tables.items[i];
		uint8_t *copy = copies[count++] = malloc(b->len);

		memcpy(copy, b->bytes, b->len);
		damage(copy, b->len, &state);
		add_file(&m, COLLECTED_TABLE, "table.dat", copy, b->len);
	}
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < rec->sets[c].files.count; i++) {
			const struct collected_file *f = &rec->sets[c].files.items[i];
			char *copy;

			if (f->kind == COLLECTED_ACPIDUMP || (without >>= 1) % 4 == 0)
				continue;
			copy = copies[count++] = malloc(f->file.len + 1);
			memcpy(copy, f->file.text, f->file.len + 1);
			damage_text(copy, f->file.len, &state);
			add_file(&m, f->kind, f->name, copy, f->file.len);
		}
	import_begin(&run, &m.set, 1);
	if (!EXPECT(run.ok) || !expect_same_when_read(&run.got.written))
		printf("seed %llu:\n%s\n", (unsigned long long)seed, import_said(&run));
	import_end(&run);
	while (count)
		free(copies[--count]);
}

static void read_dump(struct acpi_tables *tables, const char *path)
{
	struct acpi_log log = {0};
	size_t len = 0;
	char *text = unit_read_file(path, &len);

	if (text)
		EXPECT_I64(acpidump_parse(tables, text, len, &log), 0);
	free(text);
}

static void read_table(struct acpi_tables *tables, const char *path)
{
	struct acpi_log log = {0};
	size_t len = 0;
	char *bytes = unit_read_file(path, &len);

	if (bytes)
		EXPECT_I64(acpi_tables_add(tables, (uint8_t *)bytes, len, path, &log), 0);
	free(bytes);
}

/* The recorded machine, and one with GICv2, IORT, HEST and all kinds of devices. */
static void test_lies(void)
{
	const char *wanted = getenv("P2MLAB_IMPORT_ROUNDS");
	uint64_t rounds = wanted ? strtoull(wanted, NULL, 10) : 200;
	struct acpi_tables tables[2] = {0};
	struct recorded rec;

	read_recorded(&rec);
	read_dump(&tables[0], RECORDED_TABLES "/acpidump.dat");
	read_dump(&tables[1], TEST_DATA "/scenarios/platforms/real/acpidump.dat");
	read_table(&tables[1], TEST_DATA "/import/machine.aml");
	for (uint64_t seed = 0; seed < rounds; seed++)
		import_damaged(&rec, &tables[seed % 2], seed);
	acpi_tables_fini(&tables[0]);
	acpi_tables_fini(&tables[1]);
	release(&rec);
}

static const struct unit_test tests[] = {
	{"the recorded machine is what its platform file says", test_recorded},
	{"with fewer files an import makes up more, and can be read", test_subsets},
	{"a table that several files have counts once", test_repeated},
	{"without a table there is nothing to import", test_no_tables},
	{"of a machine without Xen the largest bank is Dom0's", test_bare_metal_memory},
	{"without iomem memory is made up and said to be", test_made_up_memory},
	{"what contradicts another fact is left out with a warning that names both", test_conflict},
	{"whatever firmware says, the file that is written can be read", test_lies},
};

int main(int argc, char **argv)
{
	return unit_main("platform_import", tests, ARRAY_SIZE(tests), argc, argv);
}
