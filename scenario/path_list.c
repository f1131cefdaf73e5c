// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scenario/scenario.h"

#define PATH_DEPTH 16 /* directories below the first: a loop of links ends */

static char *join(const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), len;
	char *path;

	while (dir_len > 1 && dir[dir_len - 1] == '/')
		dir_len--;
	len = dir_len + strlen(name) + 2;
	path = malloc(len);
	if (path)
		snprintf(path, len, "%.*s/%s", (int)dir_len, dir, name);
	return path;
}

static int add_owned(struct path_list *out, char *path)
{
	if (path && !vec_push(&out->paths, path))
		return 0;
	free(path);
	return -ENOMEM;
}

static bool is_yaml(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

static int add_dir(struct path_list *out, const char *dir, unsigned int depth);

/* An entry of a directory: a *.yaml file, or a directory. Takes `path`. */
static int add_entry(struct path_list *out, char *path, const char *name, unsigned int depth)
{
	struct stat st;
	int rc = 0;

	if (!path)
		return -ENOMEM;
	/* one that vanished meanwhile is not there */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && is_yaml(name))
		return add_owned(out, path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && depth < PATH_DEPTH)
		rc = add_dir(out, path, depth + 1);
	free(path);
	return rc;
}

static int add_dir(struct path_list *out, const char *dir, unsigned int depth)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int rc = 0;

	if (!d)
		return -errno;
	while (!rc && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			rc = add_entry(out, join(dir, entry->d_name), entry->d_name, depth);
	closedir(d);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int path_list_add(struct path_list *out, const char *path)
{
	size_t first = out->paths.count;
	struct stat st;
	int rc;

	if (stat(path, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return add_owned(out, strdup(path));
	rc = add_dir(out, path, 0);
	if (out->paths.count > first)
		qsort(out->paths.items + first, out->paths.count - first, sizeof(char *), by_bytes);
	return rc;
}

void path_list_fini(struct path_list *out)
{
	for (size_t i = 0; i < out->paths.count; i++)
		free(out->paths.items[i]);
	vec_fini(&out->paths);
}
