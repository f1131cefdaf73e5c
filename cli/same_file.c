// SPDX-License-Identifier: GPL-2.0-only
#include "cli/same_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The directory a file would be made in; false if there is none. */
static bool stat_parent(const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	bool ok = dir && stat(dir, st) == 0;

	free(dir);
	return ok;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;
	bool have_a = stat(a, &sa) == 0, have_b = stat(b, &sb) == 0;

	if (have_a && have_b)
		return S_ISREG(sa.st_mode) && same_inode(&sa, &sb);
	if (have_a || have_b || strcmp(base_name(a), base_name(b)) != 0)
		return false;
	return stat_parent(a, &sa) && stat_parent(b, &sb) && same_inode(&sa, &sb);
}
