// SPDX-License-Identifier: GPL-2.0-only
#include "platform/driver_files.h"

#include <errno.h>
#include <string.h>

#include "platform/build.h"
#include "yaml/path_list.h"
#include "yaml/text_file.h"

struct driver_files {
	struct arena *arena;
	struct driver_rows rows; /* in order of files */
};

/* Every profile has a name of its own, or `driver:` of a device would not say which. */
static bool name_is_new(const struct driver_files *files, const struct schema_ctx *ctx,
			const struct raw_driver *raw)
{
	for (size_t i = 0; i < files->rows.count; i++) {
		const struct driver_row *row = &files->rows.items[i];

		if (strcmp(row->raw->name, raw->name) != 0)
			continue;
		schema_error(ctx, schema_given(&raw->head, "name"),
			     "two drivers are called '%s', see %s:%u", raw->name, row->file->path,
			     row->raw->head.node->at.line);
		return false;
	}
	return true;
}

static void add_file(struct driver_files *files, const char *path, struct diag *d)
{
	struct raw_driver_file *raw = arena_alloc(files->arena, sizeof(*raw));
	struct diag_file *file = NULL;
	const struct node *root = raw ? yaml_tree_load(files->arena, path, d, &file) : NULL;
	struct schema_ctx ctx = {files->arena, file, d};

	if (!raw)
		diag_error_file(d, path, "out of memory");
	if (!root)
		return;
	schema_read(&ctx, &schema_driver_file, root, raw);
	if (root->kind != NODE_MAP)
		return;
	for (size_t i = 0; i < raw->drivers.count; i++) {
		const struct raw_driver *driver = schema_item(&raw->drivers, &schema_driver, i);
		unsigned int before = d->errors;

		driver_check(&ctx, driver);
		driver_check_touches(&ctx, &driver->touches);
		if (driver->head.wrong || d->errors != before || !name_is_new(files, &ctx, driver))
			continue;
		if (vec_push(&files->rows, (struct driver_row){driver, file, SOURCE_FILES}))
			diag_error_file(d, path, "out of memory");
	}
}

static struct driver_files *new_files(const char *path, struct diag *d)
{
	struct arena *a = arena_new();
	struct driver_files *files = a ? arena_alloc(a, sizeof(*files)) : NULL;

	if (files) {
		files->arena = a;
		return files;
	}
	diag_error_file(d, path, "out of memory");
	arena_free(a);
	return NULL;
}

struct driver_files *driver_files_load(const char *data_dir, struct diag *d)
{
	struct driver_files *files = new_files("drivers", d);
	struct path_list list = {0};
	const char *dir;
	int rc;

	if (!files)
		return NULL;
	dir = path_join(files->arena, data_dir ? data_dir : ".", "drivers");
	rc = dir ? path_list_add(&list, dir) : -ENOMEM;
	if (rc && rc != -ENOENT)
		diag_error_file(d, dir ? dir : "drivers", "cannot read it: %s", strerror(-rc));
	for (size_t i = 0; i < list.paths.count; i++) {
		const char *path = list.paths.items[i];

		/* messages and rows name the file for longer than the list lives */
		path = arena_strndup(files->arena, path, strlen(path));
		if (path)
			add_file(files, path, d);
		else
			diag_error_file(d, dir, "out of memory");
	}
	path_list_fini(&list);
	return files;
}

void driver_files_free(struct driver_files *files)
{
	if (!files)
		return;
	vec_fini(&files->rows);
	arena_free(files->arena);
}

const struct driver_rows *driver_files_rows(const struct driver_files *files)
{
	return &files->rows;
}

bool driver_file_check(const char *path, struct diag *d)
{
	unsigned int before = d->errors;
	struct driver_files *files = new_files(path, d);

	if (files)
		add_file(files, path, d);
	driver_files_free(files);
	return d->errors == before;
}
