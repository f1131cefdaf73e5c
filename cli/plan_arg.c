// SPDX-License-Identifier: GPL-2.0-only
#include "cli/plan_arg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void plan_default_dir(const char *data_dir, struct buf *out)
{
	buf_printf(out, "%s/scenarios", data_dir);
}

void plan_arg_fini(struct plan_arg *arg)
{
	path_list_fini(&arg->files);
}

static enum exit_code add_path(struct plan_arg *arg, const char *path, struct buf *err)
{
	int rc = path_list_add(&arg->files, path);

	if (rc == 0)
		return EXIT_OK;
	if (rc == -ENOMEM)
		return EXIT_INTERNAL;
	buf_printf(err, "cannot read '%s': %s", path, strerror(-rc));
	return EXIT_USAGE;
}

/* "scenarios/dma.yaml" is called "dma". */
static const char *stem_of(const char *path, size_t *len)
{
	const char *slash = strrchr(path, '/');
	const char *stem = slash ? slash + 1 : path;
	const char *dot = strrchr(stem, '.');

	*len = dot ? (size_t)(dot - stem) : strlen(stem);
	return stem;
}

static bool stem_is(const char *path, const char *name, size_t name_len)
{
	size_t len;
	const char *stem = stem_of(path, &len);

	return len == name_len && memcmp(stem, name, len) == 0;
}

/* A file whose `name:` is it; files with mistakes do not count here. */
static const char *find_by_name(const struct path_list *files, const char *name, size_t len,
				const struct scenario_paths *paths)
{
	struct scenario_override none = {0};
	const char *found = NULL;

	for (size_t i = 0; i < files->paths.count && !found; i++) {
		struct diag d;
		struct scenario *sc;

		diag_init(&d);
		sc = scenario_load(files->paths.items[i], paths, &none, &d);
		if (sc && strlen(sc->name) == len && memcmp(sc->name, name, len) == 0)
			found = files->paths.items[i];
		scenario_free(sc);
		diag_fini(&d);
	}
	return found;
}

/* The sentence for a name that no scenario has, with the nearest file's. */
static enum exit_code no_such(const struct path_list *files, const char *dir, const char *name,
			      struct buf *err)
{
	size_t count = files->paths.count;
	char **stems = calloc(count + 1, sizeof(*stems));
	const char *near;

	for (size_t i = 0; stems && i < count; i++) {
		size_t len;
		const char *stem = stem_of(files->paths.items[i], &len);

		stems[i] = strndup(stem, len);
		if (!stems[i])
			count = i;
	}
	near = stems ? diag_nearest(name, (const char *const *)stems, count) : NULL;
	buf_printf(err, "no file, directory or scenario is called '%s'", name);
	if (near)
		buf_printf(err, ", did you mean '%s'?", near);
	else if (!files->paths.count)
		buf_printf(err, ": there are no scenarios in '%s'", dir);
	for (size_t i = 0; stems && i < count; i++)
		free(stems[i]);
	free(stems);
	return EXIT_USAGE;
}

static enum exit_code add_named(struct plan_arg *arg, const char *name, size_t len,
				const struct scenario_paths *paths, struct buf *err)
{
	struct path_list all = {0};
	struct buf dir = {0};
	const char *found = NULL;
	char word[128];
	enum exit_code code;

	snprintf(word, sizeof(word), "%.*s", (int)(len < 127 ? len : 127), name);
	plan_default_dir(paths->data_dir, &dir);
	/* a missing directory is an empty one: the name is unknown either way */
	if (!dir.lost)
		path_list_add(&all, dir.s);
	for (size_t i = 0; i < all.paths.count && !found; i++)
		if (stem_is(all.paths.items[i], name, len))
			found = all.paths.items[i];
	if (!found)
		found = find_by_name(&all, name, len, paths);
	code = found ? add_path(arg, found, err) : no_such(&all, dir.lost ? "" : dir.s, word, err);
	buf_fini(&dir);
	path_list_fini(&all);
	return code;
}

/* Copies `len` bytes of a pin; false if it is too long to be one. */
static bool set_pin(char *pin, size_t room, const char *text, size_t len)
{
	if (len == 0 || len >= room || *pin)
		return false;
	memcpy(pin, text, len);
	pin[len] = '\0';
	return true;
}

/* ":notifier+c:xen=4.22:linux=6.1" */
static enum exit_code parse_pins(struct plan_arg *arg, const char *text, struct buf *err)
{
	while (*text == ':') {
		const char *part = text + 1;
		size_t len = strcspn(part, ":");
		bool ok;

		if (strncmp(part, "xen=", 4) == 0)
			ok = set_pin(arg->xen, sizeof(arg->xen), part + 4, len - 4);
		else if (strncmp(part, "linux=", 6) == 0)
			ok = set_pin(arg->lnx, sizeof(arg->lnx), part + 6, len - 6);
		else
			ok = set_pin(arg->strategy, sizeof(arg->strategy), part, len);
		if (!ok) {
			buf_printf(err,
				   "bad permutation id: '%.*s' in it is no strategy, "
				   "xen=V or linux=V, or is there twice",
				   (int)len, part);
			return EXIT_USAGE;
		}
		text = part + len;
	}
	arg->is_id = true;
	return EXIT_OK;
}

static bool is_file(const char *path, size_t len)
{
	char *copy = strndup(path, len);
	struct stat st;
	bool yes = copy && stat(copy, &st) == 0 && S_ISREG(st.st_mode);

	free(copy);
	return yes;
}

static enum exit_code add_file_prefix(struct plan_arg *arg, const char *text, size_t len,
				      struct buf *err)
{
	char *path = strndup(text, len);
	enum exit_code code = path ? add_path(arg, path, err) : EXIT_INTERNAL;

	free(path);
	return code;
}

enum exit_code plan_arg_resolve(struct plan_arg *arg, const char *text,
				const struct scenario_paths *paths, struct buf *err)
{
	struct stat st;
	size_t name_len = strcspn(text, ":");
	enum exit_code code;

	*arg = (struct plan_arg){0};
	if (stat(text, &st) == 0)
		return add_path(arg, text, err);
	for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':')) {
		if (!is_file(text, (size_t)(colon - text)))
			continue;
		code = add_file_prefix(arg, text, (size_t)(colon - text), err);
		return code ? code : parse_pins(arg, colon, err);
	}
	if (memchr(text, '/', name_len))
		return add_path(arg, text, err); /* for its error */
	code = add_named(arg, text, name_len, paths, err);
	return code ? code : parse_pins(arg, text + name_len, err);
}
