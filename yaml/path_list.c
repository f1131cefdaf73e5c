// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/path_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A walk through a directory. Links may lead back: each directory is taken once. */
struct walk {
	struct path_list *out;
	VEC(struct stat) seen;
};

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

static int add_dir(struct walk *w, const char *dir, const struct stat *st);

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/*
 * An entry of a directory: a *.yaml file, or a directory. A link that leads nowhere is listed, so
 * that whoever reads it says so; one that vanished meanwhile is not there. Takes `path`.
 */
static int add_entry(struct walk *w, char *path, const char *name)
{
	struct stat st;
	bool there;
	int rc = 0;

	if (!path)
		return -ENOMEM;
	there = stat(path, &st) == 0;
	if (is_yaml(name) && (there ? S_ISREG(st.st_mode) : is_link(path)))
		return add_owned(w->out, path);
	if (there && S_ISDIR(st.st_mode))
		rc = add_dir(w, path, &st);
	free(path);
	return rc;
}

static bool seen(const struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->seen.count; i++)
		if (w->seen.items[i].st_dev == st->st_dev && w->seen.items[i].st_ino == st->st_ino)
			return true;
	return false;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Sorted, because the first of two ways to a directory is the one that is listed. */
static int add_dir(struct walk *w, const char *dir, const struct stat *st)
{
	struct dirent **entries;
	int count, rc = 0;

	if (seen(w, st))
		return 0;
	if (vec_push(&w->seen, *st))
		return -ENOMEM;
	count = scandir(dir, &entries, is_shown, by_name);
	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (!rc)
			rc = add_entry(w, join(dir, name), name);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int path_list_add(struct path_list *out, const char *path)
{
	struct walk w = {.out = out};
	size_t first = out->paths.count;
	struct stat st;
	int rc;

	if (stat(path, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return add_owned(out, strdup(path));
	rc = add_dir(&w, path, &st);
	vec_fini(&w.seen);
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
