// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/text_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Reads f to its end into text[max + 1]; bytes read, or -errno. */
static int64_t read_all(FILE *f, char *text, size_t max)
{
	size_t len = fread(text, 1, max + 1, f);

	if (ferror(f))
		return -EIO;
	return len > max ? -EFBIG : (int64_t)len;
}

int text_file_read(struct arena *a, const char *path, size_t max, struct diag_file *out)
{
	FILE *f;
	struct stat st;
	int64_t len;
	char *text;

	*out = (struct diag_file){.path = path};
	/* before it is opened: opening a pipe may wait for ever */
	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > (off_t)max)
		return -EFBIG;
	/* a file of /proc says 0 */
	if (st.st_size)
		max = (size_t)st.st_size;
	f = fopen(path, "rb");
	if (!f)
		return -errno;
	text = arena_alloc(a, max + 1);
	len = text ? read_all(f, text, max) : -ENOMEM;
	fclose(f);
	if (len < 0)
		return (int)len;
	text[len] = '\0';
	out->text = text;
	out->len = (size_t)len;
	return 0;
}

const char *text_file_why(int rc)
{
	return rc == -EINVAL ? "not a regular file" : strerror(-rc);
}

const char *path_dir(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

const char *path_stem(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return arena_strndup(a, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

const char *path_join(struct arena *a, const char *dir, const char *name)
{
	if (name[0] == '/' || strcmp(dir, ".") == 0)
		return name;
	return arena_printf(a, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);
}
