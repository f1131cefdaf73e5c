// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "platform/driver_files.h"
#include "platform/file.h"
#include "scenario/scenario_build.h"
#include "yaml/path_list.h"
#include "yaml/text_file.h"

/* --- files by name ------------------------------------------------------------------- */

/* A kind of file that can be named: "platform" and where it lives. */
struct shelf {
	const char *noun, *dir;
};

static const struct shelf platforms = {"platform", "platforms"};
static const struct shelf machines = {"machine", "machines"};

static bool is_path(const char *word)
{
	size_t len = strlen(word);

	return strchr(word, '/') || (len > 5 && strcmp(word + len - 5, ".yaml") == 0);
}

static bool exists(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0;
}

/* An error about a name: at its node, or about the whole file if it came from elsewhere. */
static void name_error(const struct scenario_builder *sb, const struct node *node, const char *text)
{
	if (node)
		schema_error(&sb->ctx, node, "%s", text);
	else
		diag_error_file(sb->ctx.diag, sb->ctx.file->path, "%s", text);
}

/* A folder or tar of a machine's files, where a platform is wanted. */
static bool is_collected(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && (S_ISDIR(st.st_mode) || strstr(path, ".tar"));
}

static void not_imported(const struct scenario_builder *sb, const struct node *node,
			 const char *path)
{
	const char *text = arena_printf(sb->ctx.arena,
					"'%s' is no platform file: make one of it by "
					"'p2mlab import %s -o FILE.yaml'",
					path, path);

	name_error(sb, node, text ? text : "out of memory");
}

static void unknown_name(const struct scenario_builder *sb, const struct node *node,
			 const struct shelf *shelf, const char *word, const char *dir)
{
	struct arena *a = sb->ctx.arena;
	struct path_list list = {0};
	const char **names;
	const char *text;

	path_list_add(&list, dir);
	names = arena_alloc(a, (list.paths.count + 1) * sizeof(*names));
	for (size_t i = 0; names && i < list.paths.count; i++)
		names[i] = path_stem(a, list.paths.items[i]);
	text = arena_printf(a, "unknown %s '%s'%s", shelf->noun, word,
			    schema_hint(a, word, names, names ? list.paths.count : 0));
	name_error(sb, node, text ? text : "out of memory");
	path_list_fini(&list);
}

/* The file that a word names; NULL if there is none (reported). base: where paths start. */
static const char *find_file(const struct scenario_builder *sb, const struct node *node,
			     const struct shelf *shelf, const char *word, const char *base,
			     const struct scenario_paths *paths)
{
	struct arena *a = sb->ctx.arena;
	const char *dir, *path;

	if (is_path(word)) {
		path = path_join(a, base, word);
		if (shelf == &platforms && is_collected(path)) {
			not_imported(sb, node, path);
			return NULL;
		}
		if (!exists(path))
			name_error(sb, node, arena_printf(a, "no %s file '%s'", shelf->noun, path));
		return exists(path) ? path : NULL;
	}
	dir = path_join(a, paths && paths->data_dir ? paths->data_dir : ".", shelf->dir);
	path = arena_printf(a, "%s/%s.yaml", dir, word);
	if (exists(path))
		return path;
	path = path_join(a, base, arena_printf(a, "%s.yaml", word));
	if (exists(path))
		return path;
	path = path_join(a, base, word);
	if (shelf == &platforms && is_collected(path))
		not_imported(sb, node, path);
	else
		unknown_name(sb, node, shelf, word, dir);
	return NULL;
}

/* --- platform and machine ------------------------------------------------------------ */

static void take_platform(struct scenario_builder *sb, const struct scenario_paths *paths,
			  const char *override)
{
	const char *dir = path_dir(sb->ctx.arena, sb->ctx.file->path);
	const struct node *node = sb->raw.platform;
	const char *path = NULL;

	if (override) {
		path = find_file(sb, NULL, &platforms, override, ".", paths);
	} else if (node && node->kind == NODE_SCALAR && !node->bad && node->text[0]) {
		path = find_file(sb, node, &platforms, node->text, dir, paths);
	} else if (node && node->kind == NODE_MAP) {
		sb->named = builder_read(sb->plat, node, sb->ctx.file, dir);
	} else if (node && !node->bad) {
		schema_error_key(&sb->ctx, node, "'platform' must be a name, a path or a map");
	}
	if (path)
		sb->named = builder_read_file(sb->plat, path);
	if (schema_given(&sb->raw.head, "heap_dirty"))
		sb->plat->plat->heap_dirty = sb->raw.heap_dirty;
	if (sb->raw.smmu.head.schema)
		builder_smmu(sb->plat, &sb->raw.smmu);
	builder_add(sb->plat, &sb->ctx,
		    &(struct raw_additions){&sb->raw.devices, &sb->raw.drivers, &sb->raw.tables,
					    &sb->raw.opregions, &sb->raw.regions, &sb->raw.areas});
	/* without a platform the additions stand in nothing, and nothing more can be said */
	if (sb->named)
		builder_finish(sb->plat);
	sb->sc->platform = sb->plat->plat;
	sb->sc->platform_name = sb->plat->plat->name;
}

static void take_machine(struct scenario_builder *sb, const struct scenario_paths *paths,
			 const char *override)
{
	const char *dir = override ? "." : path_dir(sb->ctx.arena, sb->ctx.file->path);
	const struct node *node = override ? NULL : schema_given(&sb->raw.head, "machine");
	const char *word = override ? override : sb->raw.machine;
	const char *path;

	if (schema_wrong(&sb->raw.head, "machine") && !override)
		return;
	path = find_file(sb, node, &machines, word, dir, paths);
	if (path)
		sb->sc->profile = profile_load(path, sb->ctx.arena, sb->ctx.diag);
}

/* --- the scenario -------------------------------------------------------------------- */

/* A file's stem as a name: what no name may have becomes '-'. */
static const char *name_of_file(struct arena *a, const char *path)
{
	const char *stem = path_stem(a, path);
	char *name = stem ? arena_strndup(a, stem, strlen(stem)) : NULL;

	for (char *c = name; c && *c; c++)
		*c = isalnum((unsigned char)*c) || *c == '.' ? (char)tolower((unsigned char)*c)
							     : '-';
	return name;
}

static void take_scalars(struct scenario_builder *sb)
{
	struct scenario *sc = sb->sc;
	const struct raw_scenario *raw = &sb->raw;
	const struct node *n = raw->tags.first;

	sc->name = raw->name ? raw->name : name_of_file(sb->ctx.arena, sc->path);
	sc->about = raw->about ? raw->about : "";
	sc->claim = raw->claim ? raw->claim : "";
	sc->survey = raw->survey;
	sc->heap_limit = raw->heap_limit;
	sc->max_cycles = raw->max_cycles;
	for (size_t i = 0; i < raw->tags.count; i++, n = n->next)
		if (vec_push(&sc->tags, n->text))
			diag_error_file(sb->ctx.diag, sc->path, "out of memory");
}

/* The shared profiles, or the scenario's own copy of them. */
static void take_driver_files(struct scenario_builder *sb, const struct scenario_paths *paths)
{
	if (!paths || !paths->drivers)
		sb->sc->drivers = driver_files_load(paths ? paths->data_dir : NULL, sb->ctx.diag);
	sb->plat->files = sb->sc->drivers ? sb->sc->drivers : paths ? paths->drivers : NULL;
}

/* A platform, a machine or profiles: all keys would be wrong, and none says why. */
static bool is_of_another_kind(struct scenario_builder *sb, const struct node *root)
{
	static const char *const uses[][2] = {
		{"platform", "use it by 'p2mlab run boot --platform FILE'"},
		{"machine", "use it by 'p2mlab run boot --machine FILE'"},
		{"drivers", "see docs/DRIVERS.md"},
	};
	const struct node *kind = root->kind == NODE_MAP ? root->child : NULL;

	while (kind && (!kind->key || strcmp(kind->key, "kind") != 0))
		kind = kind->next;
	for (size_t i = 0; kind && kind->kind == NODE_SCALAR && i < ARRAY_SIZE(uses); i++) {
		if (strcmp(kind->text, uses[i][0]) != 0)
			continue;
		schema_error_key(&sb->ctx, kind, "this is no scenario but of kind '%s': %s",
				 uses[i][0], uses[i][1]);
		return true;
	}
	return false;
}

static void build(struct scenario_builder *sb, const struct scenario_paths *paths,
		  const struct scenario_override *over)
{
	const struct node *root = yaml_tree(sb->ctx.arena, sb->ctx.file, sb->ctx.diag);

	if (!root || is_of_another_kind(sb, root))
		return;
	schema_read(&sb->ctx, &schema_scenario, root, &sb->raw);
	if (root->kind != NODE_MAP)
		return;
	take_scalars(sb);
	scenario_take_matrix(sb);
	take_driver_files(sb, paths);
	take_platform(sb, paths, over ? over->platform : NULL);
	take_machine(sb, paths, over ? over->machine : NULL);
	scenario_take_steps(sb);
	scenario_take_expects(sb);
}

/* `file` and its text are in the arena, which the scenario takes over. */
static struct scenario *load(struct arena *a, const struct diag_file *file,
			     const struct scenario_paths *paths,
			     const struct scenario_override *over, struct diag *d)
{
	struct scenario *sc = arena_alloc(a, sizeof(*sc));
	struct scenario_builder *sb = arena_alloc(a, sizeof(*sb));
	unsigned int before = d->errors;

	if (sc && sb)
		sb->plat = builder_new(a, d);
	if (!sc || !sb || !sb->plat) {
		diag_error_file(d, file->path, "out of memory");
		arena_free(a);
		return NULL;
	}
	sc->arena = a;
	sc->path = file->path;
	sc->file = *file;
	sc->platform = sb->plat->plat;
	sb->ctx = (struct schema_ctx){a, &sc->file, d};
	sb->sc = sc;
	build(sb, paths, over);
	builder_fini(sb->plat);
	if (d->errors == before)
		return sc;
	scenario_free(sc);
	return NULL;
}

/* An arena with a copy of the path; NULL: no memory (reported). */
static struct arena *new_arena(const char *path, const char **copy, struct diag *d)
{
	struct arena *a = arena_new();

	*copy = a ? arena_strndup(a, path, strlen(path)) : NULL;
	if (*copy)
		return a;
	diag_error_file(d, path, "out of memory");
	arena_free(a);
	return NULL;
}

struct scenario *scenario_load(const char *path, const struct scenario_paths *paths,
			       const struct scenario_override *over, struct diag *d)
{
	struct diag_file file;
	struct arena *a = new_arena(path, &path, d);
	int rc;

	if (!a)
		return NULL;
	rc = text_file_read(a, path, YAML_MAX_BYTES, &file);
	if (!rc)
		return load(a, &file, paths, over, d);
	diag_error_file(d, path, "%s", rc == -EFBIG ? "larger than 1 MiB" : text_file_why(rc));
	arena_free(a);
	return NULL;
}

bool scenario_override_find(const char *who, const struct scenario_paths *paths,
			    const struct scenario_override *over, struct diag *d)
{
	struct diag_file file = {0};
	struct arena *a = new_arena(who, &file.path, d);
	const struct scenario_builder sb = {.ctx = {.arena = a, .file = &file, .diag = d}};
	bool ok = a != NULL;

	if (a && over->platform)
		ok = find_file(&sb, NULL, &platforms, over->platform, ".", paths) != NULL;
	if (a && over->machine)
		ok = find_file(&sb, NULL, &machines, over->machine, ".", paths) && ok;
	arena_free(a);
	return ok;
}

struct scenario *scenario_parse(const char *path, const char *text, size_t len,
				const struct scenario_paths *paths,
				const struct scenario_override *over, struct diag *d)
{
	struct diag_file file = {.len = len};
	struct arena *a = new_arena(path, &file.path, d);

	if (!a)
		return NULL;
	if (len <= YAML_MAX_BYTES)
		file.text = arena_strndup(a, text, len);
	if (file.text)
		return load(a, &file, paths, over, d);
	diag_error_file(d, file.path, "%s",
			len > YAML_MAX_BYTES ? "larger than 1 MiB" : "out of memory");
	arena_free(a);
	return NULL;
}

void scenario_free(struct scenario *sc)
{
	if (!sc)
		return;
	for (size_t i = 0; i < sc->expects.count; i++) {
		struct expect *e = &sc->expects.items[i];

		vec_fini(&e->when.strategies);
		vec_fini(&e->when.xens);
		vec_fini(&e->when.linuxes);
		vec_fini(&e->metrics);
	}
	vec_fini(&sc->expects);
	vec_fini(&sc->tags);
	vec_fini(&sc->strategies);
	vec_fini(&sc->xens);
	vec_fini(&sc->linuxes);
	vec_fini(&sc->script.steps);
	platform_fini(sc->platform);
	driver_files_free(sc->drivers);
	arena_free(sc->arena);
}
