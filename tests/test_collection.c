// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/collection.h"
#include "tests/unit.h"

#define DUMP "APIC @ 0x0000000000000000\n    0000: 41 50 49 43\n"
#define TABLE                                                                                      \
	"SSDT\x24\0\0\0"                                                                           \
	"____________________________"
#define MIB ((size_t)1 << 20)

/* --- a folder of one's own ----------------------------------------------------------- */

static void remove_all(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		char below[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (lstat(below, &st) == 0 && S_ISDIR(st.st_mode))
			remove_all(below);
		else
			unlink(below);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

/* Each test works in an empty folder, so that paths are short and always the same. */
static void in_folder(void (*test)(void))
{
	char path[] = "/tmp/p2mlab-XXXXXX";
	int back = open(".", O_RDONLY | O_DIRECTORY);

	if (EXPECT(back >= 0) && EXPECT(mkdtemp(path) != NULL) && EXPECT(chdir(path) == 0)) {
		test();
		EXPECT_I64(fchdir(back), 0);
		remove_all(path);
	}
	if (back >= 0)
		close(back);
}

/* A file and the folders it is in; sparse if `size` is more than the text. */
static void put(const char *path, const char *text, size_t size)
{
	size_t len = strlen(text);
	char dir[256];
	int fd;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		mkdir(dir, 0700);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (!EXPECT(fd >= 0))
		return;
	EXPECT_I64(write(fd, text, len), (int64_t)len);
	if (size > len)
		EXPECT_I64(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

static const char *const kind_name[COLLECTED_COUNT] = {
	"acpidump", "table", "iomem", "pci", "config", "devices", "modules", "xen", "versions",
};

/* Reads `path`: all files as "kind path length", how many were ignored, and all that was said. */
static void expect(const char *path, const char *want, const char *said)
{
	struct arena *a = arena_new();
	struct collection c;
	struct diag d;
	char got[2048] = "";
	size_t len = 0;
	bool ok;

	diag_init(&d);
	ok = collection_read(&c, path, a, &d);
	for (size_t i = 0; i < c.files.count && len < sizeof(got); i++) {
		const struct collected_file *f = &c.files.items[i];

		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s %s %zu\n",
					kind_name[f->kind], f->file.path, f->file.len);
		EXPECT(f->file.text[f->file.len] == '\0');
		EXPECT_STR(f->name, f->file.path + strlen(f->file.path) - strlen(f->name));
		EXPECT(!strchr(f->name, '/') && !strchr(f->name, ':'));
	}
	if (len < sizeof(got) && c.ignored)
		snprintf(got + len, sizeof(got) - len, "ignored %u\n", c.ignored);
	EXPECT_STR(got, want);
	EXPECT_STR(d.text ? d.text : "", said);
	EXPECT(ok == (d.errors == 0));
	collection_fini(&c);
	diag_fini(&d);
	arena_free(a);
}

/* --- folders ------------------------------------------------------------------------- */

static void test_recorded(void)
{
	struct arena *a = arena_new();
	struct collection c;
	struct diag d;

	diag_init(&d);
	EXPECT(collection_read(&c, SOURCE_DIR "/platforms/qemu-virt-gicv3", a, &d));
	EXPECT_U64(c.files.count, 3);
	EXPECT_U64(c.ignored, 1); /* README.md */
	EXPECT(collection_file(&c, COLLECTED_ACPIDUMP) == &c.files.items[0]);
	EXPECT(collection_file(&c, COLLECTED_IOMEM) == &c.files.items[1]);
	EXPECT(collection_file(&c, COLLECTED_PCI) == &c.files.items[2]);
	EXPECT(collection_file(&c, COLLECTED_VERSIONS) == NULL);
	collection_fini(&c);
	diag_fini(&d);
	arena_free(a);
}

static void all_kinds(void)
{
	static const char *const names[] = {
		"m/versions.txt",
		"m/xen-build.json",
		"m/devices.txt",
		"m/pci-config.txt",
		"m/pci-resources.txt",
		"m/iomem",
		"m/acpidump.txt",
		"m/tables/SSDT1",
		"m/tables/dynamic/SSDT2",
		"m/b.aml",
		"m/c.bin",
		"m/acpi/tables/-",
		"m/data/BERT",
		"m/tables/.x",
		"m/iomem.txt",
		"m/tables.d/x",
		"m/xtables/x",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		put(names[i], "x", 0);
	put("m/a.dat", TABLE, 0);
}

static void test_kinds(void)
{
	all_kinds();
	expect("m",
	       "table m/a.dat 5\ntable m/acpi/tables/- 1\nacpidump m/acpidump.txt 1\n"
	       "table m/b.aml 1\ntable m/c.bin 1\ndevices m/devices.txt 1\niomem m/iomem 1\n"
	       "config m/pci-config.txt 1\npci m/pci-resources.txt 1\ntable m/tables/SSDT1 1\n"
	       "table m/tables/dynamic/SSDT2 1\nversions m/versions.txt 1\n"
	       "xen m/xen-build.json 1\nignored 4\n",
	       "");
	expect("m/tables/", "table m/tables/SSDT1 1\ntable m/tables/dynamic/SSDT2 1\n", "");
}

static void test_dat(void)
{
	static const struct {
		const char *text, *kind;
	} cases[] = {
		{DUMP, "acpidump"},
		{"\n\nRSD PTR @ 0x1\n", "acpidump"},
		{"x\r\nASF! @ 0xdeadbeef", "acpidump"},
		{"", "table"},
		{"APIC @ 0x", "table"},
		{" APIC @ 0x00\n", "table"},
		{"binary APIC @ 0x00\n", "table"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char want[64];

		put("m/x.dat", cases[i].text, 0);
		snprintf(want, sizeof(want), "%s m/x.dat %zu\n", cases[i].kind,
			 strlen(cases[i].text));
		expect("m", want, "");
	}
}

static void test_depth(void)
{
	put("m/a/b/c/iomem", "x", 0);
	put("m/a/b/c/d/devices.txt", "x", 0);
	expect("m", "iomem m/a/b/c/iomem 1\nignored 1\n", "");
	expect("m/a", "devices m/a/b/c/d/devices.txt 1\niomem m/a/b/c/iomem 1\n", "");
}

static void test_links(void)
{
	put("outside/devices.txt", "x", 0);
	put("m/real", "inside", 0);
	put("m/sub/README", "x", 0);
	EXPECT_I64(symlink("sub", "m/w.aml"), 0);
	EXPECT_I64(symlink("real", "m/iomem"), 0);
	EXPECT_I64(symlink("../outside/devices.txt", "m/devices.txt"), 0);
	EXPECT_I64(symlink("gone", "m/versions.txt"), 0);
	EXPECT_I64(symlink("x.dat", "m/x.dat"), 0);
	EXPECT_I64(symlink(".", "m/loop"), 0);
	EXPECT_I64(symlink("../outside", "m/away"), 0);
	EXPECT_I64(symlink("/dev/zero", "m/z.aml"), 0);
	/* its name starts with the folder's */
	put("m2/xen-build.json", "x", 0);
	EXPECT_I64(symlink("../m2/xen-build.json", "m/xen-build.json"), 0);
	EXPECT_I64(symlink("m", "link"), 0);
	expect("link", "iomem link/iomem 6\nignored 10\n",
	       "link/devices.txt: warning: not read: it is a link that does not lead to a file in "
	       "this folder\n"
	       "link/versions.txt: warning: not read: it is a link that does not lead to a file in "
	       "this folder\n"
	       "link/w.aml: warning: not read: it is a link that does not lead to a file in this "
	       "folder\n"
	       "link/x.dat: warning: not read: it is a link that does not lead to a file in this "
	       "folder\n"
	       "link/xen-build.json: warning: not read: it is a link that does not lead to a file "
	       "in this folder\n"
	       "link/z.aml: warning: not read: it is a link that does not lead to a file in this "
	       "folder\n");
}

static void test_pipes(void)
{
	put("m/iomem", "x", 0);
	EXPECT_I64(mkfifo("m/devices.txt", 0600), 0);
	expect("m", "iomem m/iomem 1\nignored 1\n", "");
	expect("m/devices.txt", "", "m/devices.txt: error: not a regular file\n");
	expect("/dev/zero", "", "/dev/zero: error: not a regular file\n");
}

static void test_twice(void)
{
	put("m/acpidump.txt", DUMP, 0);
	put("m/machine.dat", DUMP, 0);
	put("m/a/iomem", "x", 0);
	put("m/b/iomem", "x", 0);
	expect("m",
	       "iomem m/a/iomem 1\nacpidump m/acpidump.txt 48\niomem m/b/iomem 1\n"
	       "acpidump m/machine.dat 48\n",
	       "m/b/iomem: error: 'm/a/iomem' is another of this kind: keep one of them\n"
	       "m/machine.dat: error: 'm/acpidump.txt' is another of this kind: keep one of "
	       "them\n");
}

static void test_nothing(void)
{
	mkdir("m", 0700);
	expect("m", "",
	       "m: error: nothing of a machine in it (0 other files): tools/collect.sh collects "
	       "acpidump.dat or tables, iomem, pci-resources.txt ...\n");
	put("m/README", "x", 0);
	expect("m", "ignored 1\n",
	       "m: error: nothing of a machine in it (1 other files): tools/collect.sh collects "
	       "acpidump.dat or tables, iomem, pci-resources.txt ...\n");
	expect("gone", "", "gone: error: No such file or directory\n");
	expect("", "", ": error: No such file or directory\n");
}

static void test_large(void)
{
	put("m/a.aml", "", 64 * MIB);
	expect("m", "table m/a.aml 67108864\n", "");
	put("m/a.aml", "", 64 * MIB + 1);
	expect("m", "", "m/a.aml: error: too large: a file may have 64 MiB, all of them 256 MiB\n");
	for (char name[] = "m/a.aml"; name[2] <= 'd'; name[2]++)
		put(name, "", 64 * MIB);
	put("m/e.aml", "x", 0);
	expect("m",
	       "table m/a.aml 67108864\ntable m/b.aml 67108864\ntable m/c.aml 67108864\n"
	       "table m/d.aml 67108864\n",
	       "m/e.aml: error: too large: a file may have 64 MiB, all of them 256 MiB\n");
}

/* --- one file ------------------------------------------------------------------------ */

static void test_alone(void)
{
	static const char table[] = TABLE; /* with a NUL behind its 36 bytes */
	FILE *f = fopen("odd.name", "wb");

	put("dump", DUMP, 0);
	expect("dump", "acpidump dump 48\n", "");
	put("iomem", "x", 0);
	expect("iomem", "iomem iomem 1\n", "");
	put("notes", "nothing", 0);
	expect("notes", "",
	       "notes: error: neither a tar, text of acpidump nor a table: name one of these or a "
	       "folder that tools/collect.sh made\n");
	if (!EXPECT(f != NULL))
		return;
	EXPECT_U64(fwrite(table, 1, 36, f), 36);
	fclose(f);
	expect("odd.name", "table odd.name 36\n", "");
	EXPECT_I64(truncate("odd.name", 35), 0);
	expect("odd.name", "",
	       "odd.name: error: neither a tar, text of acpidump nor a table: name one of these or "
	       "a folder that tools/collect.sh made\n");
}

/* --- tars ---------------------------------------------------------------------------- */

struct packing {
	struct archive *to;
	struct archive_entry *entry;
};

static struct packing pack(const char *path, int (*filter)(struct archive *))
{
	struct packing p = {archive_write_new(), archive_entry_new()};

	EXPECT_I64(filter(p.to), ARCHIVE_OK);
	EXPECT_I64(archive_write_set_format_pax(p.to), ARCHIVE_OK);
	EXPECT_I64(archive_write_open_filename(p.to, path), ARCHIVE_OK);
	return p;
}

static void pack_end(struct packing *p)
{
	EXPECT_I64(archive_write_close(p->to), ARCHIVE_OK);
	archive_entry_free(p->entry);
	archive_write_free(p->to);
}

/* `text` and then zeroes up to `size`. */
static void add(struct packing *p, const char *name, const char *text, size_t size)
{
	static const char zeroes[65536];
	size_t len = strlen(text);

	archive_entry_clear(p->entry);
	archive_entry_set_pathname(p->entry, name);
	archive_entry_set_filetype(p->entry, AE_IFREG);
	archive_entry_set_perm(p->entry, 0600);
	archive_entry_set_size(p->entry, (int64_t)(size > len ? size : len));
	/* a warning: a name that is no UTF-8 */
	EXPECT(archive_write_header(p->to, p->entry) >= ARCHIVE_WARN);
	EXPECT_I64(archive_write_data(p->to, text, len), (int64_t)len);
	for (size_t n; len < size; len += n) {
		n = size - len < sizeof(zeroes) ? size - len : sizeof(zeroes);
		if (!EXPECT_I64(archive_write_data(p->to, zeroes, n), (int64_t)n))
			return;
	}
}

static void add_other(struct packing *p, const char *name, unsigned int type, const char *target)
{
	archive_entry_clear(p->entry);
	archive_entry_set_pathname(p->entry, name);
	archive_entry_set_perm(p->entry, 0700);
	if (type)
		archive_entry_set_filetype(p->entry, type);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(p->entry, target);
	if (!type)
		archive_entry_set_hardlink(p->entry, target);
	EXPECT_I64(archive_write_header(p->to, p->entry), ARCHIVE_OK);
}

static void test_tars(void)
{
	static int (*const filters[])(struct archive *) = {
		archive_write_add_filter_none,
		archive_write_add_filter_gzip,
		archive_write_add_filter_xz,
	};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct packing p = pack("x:y", filters[i]);

		add(&p, "./m/tables/SSDT", TABLE, 36);
		add(&p, "iomem", "text", 0);
		add(&p, "m/empty.dat", "", 0);
		add(&p, "m/README", "x", 0);
		add(&p, "m/d.dat", DUMP, 0);
		add_other(&p, "m/tables", AE_IFDIR, NULL);
		pack_end(&p);
		expect("x:y",
		       "iomem x:y:iomem 4\nacpidump x:y:m/d.dat 48\ntable x:y:m/empty.dat 0\n"
		       "table x:y:m/tables/SSDT 36\nignored 1\n",
		       "");
	}
}

/* Whatever entries are called: they are names, and nothing is written. */
static void test_odd_entries(void)
{
	struct packing p = pack("m.tar", archive_write_add_filter_none);

	put("outside", "mine", 0);
	add(&p, "../outside", "x", 0);
	add(&p, "/etc/../iomem", "x", 0);
	add(&p, "a\033[31m\n/devices.txt", "x", 0);
	add(&p, "\xff\xc3\xa9/versions.txt", "x", 0);
	add_other(&p, "x.dat", AE_IFLNK, "/etc/passwd");
	add_other(&p, "y.dat", 0, "../outside");
	add_other(&p, "z.dat", AE_IFIFO, NULL);
	add_other(&p, "w.dat", AE_IFCHR, NULL);
	pack_end(&p);
	expect("m.tar",
	       "iomem m.tar:/etc/../iomem 1\ndevices m.tar:a?[31m?/devices.txt 1\n"
	       "versions m.tar:\xff\xc3\xa9/versions.txt 1\nignored 5\n",
	       "");
	EXPECT_I64(access("../iomem", F_OK), -1);
	expect("outside", "",
	       "outside: error: neither a tar, text of acpidump nor a table: name one of these or "
	       "a folder that tools/collect.sh made\n");
}

static void test_tar_twice(void)
{
	struct packing p = pack("m.tar", archive_write_add_filter_none);

	add(&p, "m/tables/SSDT", "x", 0);
	add(&p, "m/tables/SSDT", "x", 0);
	add(&p, "old/iomem", "x", 0);
	add(&p, "m/iomem", "x", 0);
	pack_end(&p);
	expect("m.tar",
	       "iomem m.tar:m/iomem 1\ntable m.tar:m/tables/SSDT 1\ntable m.tar:m/tables/SSDT 1\n"
	       "iomem m.tar:old/iomem 1\n",
	       "m.tar:m/tables/SSDT: error: 'm.tar:m/tables/SSDT' is another of this kind: keep "
	       "one "
	       "of them\n"
	       "m.tar:old/iomem: error: 'm.tar:m/iomem' is another of this kind: keep one of "
	       "them\n");
}

/* Small files that unpack to large ones end when the limit is reached, wanted or not. */
static void test_bombs(void)
{
	static const struct {
		const char *name, *said;
		size_t size;
	} cases[] = {
		{"a.dat", "m.tgz:a.dat: error: too large", 64 * MIB + 1},
		{"README", "m.tgz:README: error: too large", 300 * MIB},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packing p = pack("m.tgz", archive_write_add_filter_gzip);
		char said[128];

		add(&p, cases[i].name, "", cases[i].size);
		pack_end(&p);
		snprintf(said, sizeof(said), "%s: a file may have 64 MiB, all of them 256 MiB\n",
			 cases[i].said);
		expect("m.tgz", "", said);
	}
}

/*
 * A tar of one sparse file as old GNU tar wrote them: `size` bytes, all zeroes but "ab" at
 * `offset`. libarchive only writes holes that it was given as zeroes.
 */
static void put_sparse(const char *path, uint64_t size, uint64_t offset)
{
	char block[4][512] = {{0}}; /* header, data, end */
	char *head = block[0];
	unsigned int sum = 0;
	FILE *f = fopen(path, "wb");

	if (!EXPECT(f != NULL))
		return;
	strcpy(head, "a.dat");
	snprintf(head + 124, 12, "%011o", 2u);
	head[156] = 'S';
	memcpy(head + 257, "ustar  ", 8);
	snprintf(head + 386, 12, "%011llo", (unsigned long long)offset);
	snprintf(head + 398, 12, "%011o", 2u);
	snprintf(head + 483, 12, "%011llo", (unsigned long long)size);
	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	memcpy(block[1], "ab", 2);
	EXPECT_U64(fwrite(block, 1, sizeof(block), f), sizeof(block));
	fclose(f);
}

static void test_sparse(void)
{
	static const uint64_t giant = UINT64_C(1) << 32;

	put_sparse("m.tar", giant, giant - 2);
	expect("m.tar", "",
	       "m.tar:a.dat: error: too large: a file may have 64 MiB, all of them 256 MiB\n");
	put_sparse("m.tar", giant, 0);
	expect("m.tar", "",
	       "m.tar:a.dat: error: too large: a file may have 64 MiB, all of them 256 MiB\n");
}

static void test_holes(void)
{
	struct arena *a = arena_new();
	struct collection c;
	struct diag d;

	put_sparse("m.tar", 10000, 6000);
	diag_init(&d);
	EXPECT(collection_read(&c, "m.tar", a, &d));
	if (EXPECT_U64(c.files.count, 1) && EXPECT_U64(c.files.items[0].file.len, 10000)) {
		const char *text = c.files.items[0].file.text;

		EXPECT(text[0] == 0 && text[5999] == 0 && text[6002] == 0 && text[9999] == 0);
		EXPECT(memcmp(text + 6000, "ab", 2) == 0);
	}
	collection_fini(&c);
	diag_fini(&d);
	arena_free(a);
}

static int gzip_twice(struct archive *to)
{
	int rc = archive_write_add_filter_gzip(to);

	return rc ? rc : archive_write_add_filter_gzip(to);
}

static void test_compressed_twice(void)
{
	struct packing p = pack("m.tgz", gzip_twice);

	add(&p, "iomem", "x", 0);
	pack_end(&p);
	expect("m.tgz", "", "m.tgz: error: compressed more than once: unpack it first\n");
}

static void test_many_entries(void)
{
	struct packing p = pack("m.tgz", archive_write_add_filter_gzip);

	for (unsigned int i = 0; i <= COLLECTION_ENTRIES_MAX; i++)
		add(&p, "m", "", 0);
	pack_end(&p);
	expect("m.tgz", "ignored 20000\n",
	       "m.tgz: error: more than 20000 files and folders: name one that holds only what "
	       "tools/collect.sh collected\n");
}

static void said_of(const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	struct collection c;

	diag_init(d);
	EXPECT(collection_read(&c, path, a, d) == (d->errors == 0));
	collection_fini(&c);
	arena_free(a);
}

static void expect_broken(const char *path)
{
	static const char start[] = ": error: not a whole tar: ";
	struct diag d;

	said_of(path, &d);
	EXPECT_U64(d.errors, 1);
	EXPECT(d.text && strncmp(d.text + strlen(path), start, sizeof(start) - 1) == 0);
	diag_fini(&d);
}

static void test_broken(void)
{
	struct packing p = pack("m.tar", archive_write_add_filter_none);

	add(&p, "iomem", "x", 5000);
	pack_end(&p);
	EXPECT_I64(truncate("m.tar", 3000), 0);
	expect_broken("m.tar");
	p = pack("m.tgz", archive_write_add_filter_gzip);
	add(&p, "iomem", "x", 5000);
	pack_end(&p);
	EXPECT_I64(truncate("m.tgz", 40), 0);
	expect_broken("m.tgz");
	put("x.tar", "no tar", 0);
	expect_broken("x.tar");
	put("x.gz", "\x1f\x8b no gzip", 0);
	expect_broken("x.gz");
}

/* Changed and cut copies of a tar end one way or the other. */
static void test_damage(void)
{
	struct packing p = pack("m.tgz", archive_write_add_filter_gzip);
	uint64_t state = 1;
	size_t len;
	char *text;

	add(&p, "m/tables/SSDT", TABLE, 36);
	add(&p, "m/iomem", "text", 600);
	pack_end(&p);
	text = unit_read_file("m.tgz", &len);
	for (unsigned int n = 0; text && n < 1000; n++) {
		FILE *f = fopen("x.tgz", "wb");
		size_t at = unit_rand(&state) % len;
		char old = text[at];
		struct diag d;

		if (!EXPECT(f != NULL))
			break;
		text[at] = (char)unit_rand(&state);
		fwrite(text, 1, n % 2 ? len : unit_rand(&state) % len, f);
		fclose(f);
		text[at] = old;
		said_of("x.tgz", &d);
		diag_fini(&d);
	}
	free(text);
}

/* --- list ---------------------------------------------------------------------------- */

#define IN_FOLDER(name)                                                                            \
	static void name##_in_folder(void)                                                         \
	{                                                                                          \
		in_folder(name);                                                                   \
	}

IN_FOLDER(test_kinds)
IN_FOLDER(test_dat)
IN_FOLDER(test_depth)
IN_FOLDER(test_links)
IN_FOLDER(test_pipes)
IN_FOLDER(test_twice)
IN_FOLDER(test_nothing)
IN_FOLDER(test_large)
IN_FOLDER(test_alone)
IN_FOLDER(test_tars)
IN_FOLDER(test_odd_entries)
IN_FOLDER(test_tar_twice)
IN_FOLDER(test_bombs)
IN_FOLDER(test_sparse)
IN_FOLDER(test_holes)
IN_FOLDER(test_compressed_twice)
IN_FOLDER(test_many_entries)
IN_FOLDER(test_broken)
IN_FOLDER(test_damage)

static const struct unit_test tests[] = {
	{"a recorded machine's folder is a collection", test_recorded},
	{"files are known by their names and folders, in order of their paths",
	 test_kinds_in_folder},
	{"a .dat is a dump if it has the heading of one", test_dat_in_folder},
	{"folders are read four deep", test_depth_in_folder},
	{"links lead to files inside the folder only", test_links_in_folder},
	{"pipes and devices are not waited for", test_pipes_in_folder},
	{"a second file of a kind is an error that names both", test_twice_in_folder},
	{"nothing there is an error that says what could be", test_nothing_in_folder},
	{"a file has at most 64 MiB, a collection 256", test_large_in_folder},
	{"a file named alone is known by its bytes too", test_alone_in_folder},
	{"a tar is read plain and compressed", test_tars_in_folder},
	{"only regular entries of a tar count, and none is written", test_odd_entries_in_folder},
	{"a tar may have no file twice", test_tar_twice_in_folder},
	{"an archive that unpacks to too much is an error", test_bombs_in_folder},
	{"a sparse file of a tar has no more bytes than others", test_sparse_in_folder},
	{"holes of a sparse file are zeroes", test_holes_in_folder},
	{"what is compressed twice is not unpacked", test_compressed_twice_in_folder},
	{"an archive has a limited number of entries", test_many_entries_in_folder},
	{"a damaged archive is an error", test_broken_in_folder},
	{"whatever is in an archive, reading it ends", test_damage_in_folder},
};

int main(int argc, char **argv)
{
	return unit_main("collection", tests, ARRAY_SIZE(tests), argc, argv);
}
