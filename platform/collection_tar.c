// SPDX-License-Identifier: GPL-2.0-only
/*
 * collection_tar.c: the files of a tar, read into memory; nothing in it is ever written anywhere.
 *
 * Whatever an archive says of sizes is not believed: bytes are counted as they come out of it.
 */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "platform/collection_parts.h"

#define TAR_BLOCK ((size_t)64 << 10)

struct tar_read {
	struct collecting *c;
	struct archive *ar;
	const char *path;
};

static void say_broken(const struct tar_read *t)
{
	const char *why = archive_error_string(t->ar);

	diag_error_file(t->c->diag, t->path, "not a whole tar: %s", why ? why : "unknown format");
}

/* "m.tar:m/iomem"; control characters of names would end up on terminals and in files. */
static char *entry_path(const struct tar_read *t, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	char *path;

	/* NULL if the locale cannot spell it */
	if (!name)
		name = archive_entry_pathname_utf8(entry);
	if (!name || strlen(name) > 1024)
		return NULL;
	while (strncmp(name, "./", 2) == 0)
		name += 2;
	path = arena_printf(t->c->arena, "%s:%s", t->path, name);
	for (char *at = path; at && *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	return path;
}

/* All that came out of it so far, ignored files and headers too: this bounds the time. */
static bool is_bomb(const struct tar_read *t)
{
	return archive_filter_bytes(t->ar, 0) > (int64_t)COLLECTION_MAX;
}

/* Zeroes up to `offset`: holes of a sparse file are not in the archive. */
static int fill_hole(struct collecting *c, int64_t offset)
{
	static const char zeroes[4096];
	int rc = 0;

	while (!rc && (int64_t)c->buf.count < offset) {
		size_t left = (size_t)offset - c->buf.count;

		rc = collecting_bytes(c, zeroes, left < sizeof(zeroes) ? left : sizeof(zeroes));
	}
	return rc;
}

/*
 * Reads the entry to its end, into c->buf if it is wanted. A hole at the end shows only in the
 * size. -EIO: the archive is broken.
 */
static int read_entry(const struct tar_read *t, struct archive_entry *entry, bool wanted)
{
	t->c->buf.count = 0;
	for (;;) {
		const void *block;
		int64_t offset;
		size_t len;
		int rc = archive_read_data_block(t->ar, &block, &len, &offset);

		if (rc == ARCHIVE_EOF)
			return wanted ? fill_hole(t->c, archive_entry_size(entry)) : 0;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return -EIO;
		if (is_bomb(t))
			return -EFBIG;
		rc = wanted ? fill_hole(t->c, offset) : 0;
		if (!rc && wanted)
			rc = collecting_bytes(t->c, block, len);
		if (rc)
			return rc;
	}
}

/* False if reading must end. */
static bool take_entry(const struct tar_read *t, struct archive_entry *entry)
{
	char *path = entry_path(t, entry);
	bool wanted = path && archive_entry_filetype(entry) == AE_IFREG &&
		      collection_knows(path + strlen(t->path) + 1);
	int rc;

	if (!collecting_entry(t->c, t->path))
		return false;
	rc = read_entry(t, entry, wanted);
	if (rc == -EIO)
		say_broken(t);
	else if (rc)
		collecting_failed(t->c, path ? path : t->path, rc);
	else if (wanted)
		collecting_keep(t->c, path, path + strlen(t->path) + 1);
	else if (archive_entry_filetype(entry) != AE_IFDIR)
		t->c->out->ignored++;
	return !rc;
}

static void read_entries(const struct tar_read *t)
{
	struct archive_entry *entry;
	int rc;

	do {
		rc = archive_read_next_header(t->ar, &entry);
		if (rc == ARCHIVE_EOF)
			return;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
			say_broken(t);
			return;
		}
		if (is_bomb(t)) {
			collecting_failed(t->c, t->path, -EFBIG);
			return;
		}
	} while (take_entry(t, entry));
}

/* Compressed twice it could unpack to any size and still be short: that is no tar of ours. */
static bool open_tar(const struct tar_read *t)
{
	if (archive_read_support_filter_gzip(t->ar) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(t->ar) != ARCHIVE_OK ||
	    archive_read_support_format_tar(t->ar) != ARCHIVE_OK ||
	    archive_read_open_filename(t->ar, t->path, TAR_BLOCK) != ARCHIVE_OK) {
		say_broken(t);
		return false;
	}
	if (archive_filter_count(t->ar) <= 2)
		return true;
	diag_error_file(t->c->diag, t->path, "compressed more than once: unpack it first");
	return false;
}

void collecting_tar(struct collecting *c, const char *path)
{
	struct tar_read t = {.c = c, .ar = archive_read_new(), .path = path};

	if (!t.ar)
		collecting_failed(c, path, -ENOMEM);
	else if (open_tar(&t))
		read_entries(&t);
	archive_read_free(t.ar);
}
