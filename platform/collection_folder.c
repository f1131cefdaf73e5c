// SPDX-License-Identifier: GPL-2.0-only
/*
 * collection_folder.c: the files of a folder. Links lead to files inside it or nowhere.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/collection_parts.h"
#include "yaml/text_file.h"

#define FOLDERS_MAX 4 /* DIR, DIR/a, DIR/a/b, DIR/a/b/c */

struct folder_walk {
	struct collecting *c;
	const char *root; /* without links, "" if it is "/" */
	bool full;	  /* too many entries; that is said */
};

/* Where a link leads; true if that is below the root. */
static bool leads_inside(const struct folder_walk *w, const char *path)
{
	char *target = realpath(path, NULL);
	size_t len = strlen(w->root);
	bool inside = target && strncmp(target, w->root, len) == 0 && target[len] == '/';

	free(target);
	return inside;
}

static void take_file(const struct folder_walk *w, const char *path)
{
	int rc = collecting_file(w->c, path);

	if (rc)
		collecting_failed(w->c, path, rc);
	else
		collecting_keep(w->c, path, path);
}

static void take_link(const struct folder_walk *w, const char *path)
{
	const struct diag_file file = {.path = path};
	struct stat st;

	if (leads_inside(w, path) && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		take_file(w, path);
		return;
	}
	w->c->out->ignored++;
	diag_warn(w->c->diag, &file, (struct src){0, 0}, 0,
		  "not read: it is a link that does not lead to a file in this folder");
}

static void take_folder(struct folder_walk *w, const char *path, unsigned int depth);

static void take_entry(struct folder_walk *w, const char *path, unsigned int depth)
{
	bool known = collection_knows(path);
	struct stat st;

	if (lstat(path, &st))
		collecting_failed(w->c, path, -errno);
	else if (S_ISDIR(st.st_mode) && depth + 1 < FOLDERS_MAX)
		take_folder(w, path, depth + 1);
	else if (known && S_ISREG(st.st_mode))
		take_file(w, path);
	else if (known && S_ISLNK(st.st_mode))
		take_link(w, path);
	else
		w->c->out->ignored++;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Not path_join(): a file of "." is called "./iomem" nowhere else, but must not lose its folder. */
static const char *path_in(struct collecting *c, const char *dir, const char *name)
{
	const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";

	return arena_printf(c->arena, "%s%s%s", dir, slash, name);
}

/* Sorted, so that messages come in the same order everywhere. */
static void take_folder(struct folder_walk *w, const char *path, unsigned int depth)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_shown, by_name);

	if (count < 0) {
		collecting_failed(w->c, path, -errno);
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *entry = path_in(w->c, path, entries[i]->d_name);

		if (!entry)
			collecting_failed(w->c, path, -ENOMEM);
		w->full = w->full || !entry || !collecting_entry(w->c, w->c->out->path);
		if (!w->full)
			take_entry(w, entry, depth);
		free(entries[i]);
	}
	free(entries);
}

void collecting_folder(struct collecting *c, const char *path)
{
	char *root = realpath(path, NULL);
	struct folder_walk w = {.c = c, .root = root && strcmp(root, "/") == 0 ? "" : root};

	if (root)
		take_folder(&w, path, 0);
	else
		collecting_failed(c, path, -errno);
	free(root);
}
