// SPDX-License-Identifier: GPL-2.0-only
/*
 * collection.c: which files of a machine are which.
 */
#include "platform/collection.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/collection_parts.h"
#include "yaml/text_file.h"

/* --- what a file is ------------------------------------------------------------------ */

static const struct {
	const char *name;
	enum collected kind;
} names[] = {
	{"acpidump.dat", COLLECTED_ACPIDUMP},
	{"acpidump.txt", COLLECTED_ACPIDUMP},
	{"iomem", COLLECTED_IOMEM},
	{"pci-resources.txt", COLLECTED_PCI},
	{"pci-config.txt", COLLECTED_PCI_CONFIG},
	{"devices.txt", COLLECTED_DEVICES},
	{"modules", COLLECTED_MODULES},
	{"xen-build.json", COLLECTED_XEN_BUILD},
	{"versions.txt", COLLECTED_VERSIONS},
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* True if the folder that `name`, the last part of path, is in has this name. */
static bool is_in(const char *path, const char *name, const char *folder)
{
	size_t dir = (size_t)(name - path), len = strlen(folder);

	if (dir < len + 1 || memcmp(name - 1 - len, folder, len) != 0)
		return false;
	return dir == len + 1 || name[-2 - (ptrdiff_t)len] == '/';
}

static bool kind_by_name(const char *path, enum collected *kind)
{
	const char *name = last_part(path);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i].name) == 0) {
			*kind = names[i].kind;
			return true;
		}
	}
	*kind = ends_in(name, ".dump") ? COLLECTED_ACPIDUMP : COLLECTED_TABLE;
	return name[0] != '.' && (*kind == COLLECTED_ACPIDUMP || ends_in(name, ".dat") ||
				  ends_in(name, ".aml") || ends_in(name, ".bin") ||
				  is_in(path, name, "tables") || is_in(path, name, "dynamic"));
}

bool collection_knows(const char *name)
{
	enum collected kind;

	return kind_by_name(name, &kind);
}

/* "APIC @ 0x0000000000000000", "RSD PTR @ 0x..." */
static bool is_dump_heading(const char *line, size_t len)
{
	static const char at[] = " @ 0x";

	for (size_t i = 3; i <= 7 && i + sizeof(at) - 1 < len; i++)
		if (memcmp(line + i, at, sizeof(at) - 1) == 0)
			return line[0] > ' ';
	return false;
}

static bool is_dump_text(const char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t end = newline ? (size_t)(newline - text) : len;

		if (is_dump_heading(text + at, end - at))
			return true;
		at = end + 1;
	}
	return false;
}

/* A table starts with four capitals or digits and its length (ACPI 6.5, 5.2.6). */
static bool is_table(const char *bytes, size_t len)
{
	uint32_t length = 0;

	if (len < 36)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = bytes[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
		length |= (uint32_t)(uint8_t)bytes[4 + i] << 8 * i;
	}
	return length >= 36 && length <= len;
}

/* What is known by its name. */
static enum collected kind_named(enum collected kind, const char *name, const char *bytes,
				 size_t len)
{
	bool text = kind == COLLECTED_TABLE && ends_in(name, ".dat") && is_dump_text(bytes, len);

	return text ? COLLECTED_ACPIDUMP : kind;
}

/* A file that was named alone may have any name. */
static bool kind_alone(const char *path, const char *bytes, size_t len, enum collected *kind)
{
	if (kind_by_name(path, kind)) {
		*kind = kind_named(*kind, path, bytes, len);
		return true;
	}
	*kind = is_table(bytes, len) ? COLLECTED_TABLE : COLLECTED_ACPIDUMP;
	return *kind == COLLECTED_TABLE || is_dump_text(bytes, len);
}

/* --- what is kept -------------------------------------------------------------------- */

bool collecting_entry(struct collecting *c, const char *path)
{
	if (c->entries++ < COLLECTION_ENTRIES_MAX)
		return true;
	diag_error_file(c->diag, path,
			"more than %u files and folders: name one that holds only what "
			"tools/collect.sh collected",
			COLLECTION_ENTRIES_MAX);
	return false;
}

/* Doubles, so that each byte is copied a constant number of times. */
static int make_room(struct collecting *c, size_t len)
{
	size_t room = c->buf.room ? c->buf.room : 4096;
	char *bigger;

	while (room < len)
		room *= 2;
	if (room == c->buf.room)
		return 0;
	bigger = realloc(c->buf.items, room);
	if (!bigger)
		return -ENOMEM;
	c->buf.items = bigger;
	c->buf.room = room;
	return 0;
}

int collecting_bytes(struct collecting *c, const void *bytes, size_t len)
{
	size_t have = c->buf.count;

	if (len > COLLECTION_FILE_MAX - have || len > COLLECTION_MAX - c->bytes - have)
		return -EFBIG;
	if (make_room(c, have + len))
		return -ENOMEM;
	if (len)
		memcpy(c->buf.items + have, bytes, len);
	c->buf.count += len;
	return 0;
}

static void keep_as(struct collecting *c, const char *path, const char *name, enum collected kind)
{
	struct collected_file f = {.kind = kind};
	char *text = arena_strndup(c->arena, c->buf.items, c->buf.count);
	char *copy = arena_strndup(c->arena, path, strlen(path));

	if (!text || !copy) {
		collecting_failed(c, path, -ENOMEM);
		return;
	}
	f.file = (struct diag_file){.path = copy, .text = text, .len = c->buf.count};
	f.name = last_part(copy + (name - path));
	c->bytes += c->buf.count;
	if (vec_push(&c->out->files, f))
		collecting_failed(c, path, -ENOMEM);
}

void collecting_keep(struct collecting *c, const char *path, const char *name)
{
	enum collected kind;

	if (kind_by_name(name, &kind))
		keep_as(c, path, name, kind_named(kind, name, c->buf.items, c->buf.count));
	else
		c->out->ignored++;
}

void collecting_failed(struct collecting *c, const char *path, int rc)
{
	if (rc == -EFBIG)
		diag_error_file(c->diag, path,
				"too large: a file may have %zu MiB, all of them %zu MiB",
				COLLECTION_FILE_MAX >> 20, COLLECTION_MAX >> 20);
	else if (rc == -EACCES)
		diag_error_file(c->diag, path,
				"%s: make it readable, tools/collect.sh may have run as root",
				text_file_why(rc));
	else
		diag_error_file(c->diag, path, "%s", text_file_why(rc));
}

static int read_fd(struct collecting *c, int fd)
{
	char part[16384];
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	/* until the end, whatever st_size is: files of /proc say 0 */
	for (;;) {
		ssize_t got = read(fd, part, sizeof(part));
		int rc;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : 0;
		rc = collecting_bytes(c, part, (size_t)got);
		if (rc)
			return rc;
	}
}

int collecting_file(struct collecting *c, const char *path)
{
	/* O_NONBLOCK: whatever it has become since it was looked at, opening it does not wait */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	c->buf.count = 0;
	rc = read_fd(c, fd);
	close(fd);
	return rc;
}

/* --- all of it ----------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	const struct collected_file *x = a, *y = b;

	return strcmp(x->file.path, y->file.path);
}

/* One file of a kind; of tables, one of a path (a tar can have several). */
static void check_twice(const struct collecting *c)
{
	const struct collected_file *first[COLLECTED_COUNT] = {NULL};

	for (size_t i = 0; i < c->out->files.count; i++) {
		const struct collected_file *f = &c->out->files.items[i];
		const struct collected_file *other = first[f->kind];

		first[f->kind] = f;
		if (other && (f->kind != COLLECTED_TABLE || by_path(f, other) == 0))
			diag_error_file(c->diag, f->file.path,
					"'%s' is another of this kind: keep one of them",
					other->file.path);
	}
}

static void read_alone(struct collecting *c, const char *path)
{
	enum collected kind;
	int rc = collecting_file(c, path);

	if (rc)
		collecting_failed(c, path, rc);
	else if (kind_alone(path, c->buf.items, c->buf.count, &kind))
		keep_as(c, path, path, kind);
	else
		diag_error_file(c->diag, path,
				"neither a tar, text of acpidump nor a table: name one of these "
				"or a folder that tools/collect.sh made");
}

/* By its bytes, as names lie: gzip (RFC 1952), xz, or the magic of a POSIX tar header. */
static bool is_tar(const char *path)
{
	uint8_t head[512] = {0};
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	return got > 0 && (memcmp(head, "\x1f\x8b", 2) == 0 ||
			   memcmp(head,
				  "\xfd"
				  "7zXZ",
				  5) == 0 ||
			   memcmp(head + 257, "ustar", 5) == 0 || ends_in(path, ".tar"));
}

static void read_any(struct collecting *c, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		collecting_failed(c, path, -errno);
	else if (S_ISDIR(st.st_mode))
		collecting_folder(c, path);
	else if (!S_ISREG(st.st_mode))
		collecting_failed(c, path, -EINVAL);
	else if (is_tar(path))
		collecting_tar(c, path);
	else
		read_alone(c, path);
}

bool collection_read(struct collection *out, const char *path, struct arena *a, struct diag *d)
{
	struct collecting c = {.out = out, .arena = a, .diag = d};
	unsigned int before = d->errors;

	*out = (struct collection){.path = path};
	read_any(&c, path);
	vec_fini(&c.buf);
	if (out->files.count)
		qsort(out->files.items, out->files.count, sizeof(*out->files.items), by_path);
	check_twice(&c);
	if (d->errors == before && !out->files.count)
		diag_error_file(d, path,
				"nothing of a machine in it (%u other files): tools/collect.sh "
				"collects acpidump.dat or tables, iomem, pci-resources.txt ...",
				out->ignored);
	return d->errors == before;
}

void collection_fini(struct collection *c)
{
	vec_fini(&c->files);
}

const struct collected_file *collection_file(const struct collection *c, enum collected kind)
{
	for (size_t i = 0; i < c->files.count; i++)
		if (c->files.items[i].kind == kind)
			return &c->files.items[i];
	return NULL;
}
