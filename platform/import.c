// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of a machine in, a platform out: who reads what, and in which order it is taken.
 */
#include "platform/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "platform/import_parts.h"
#include "yaml/text_file.h"

#define IMPORT_MAX_BYTES ((size_t)16 << 20)
/* Of YAML_MAX_BYTES and YAML_MAX_NODES: what entries may take of a file that can be read back. */
#define ROOM_BYTES (YAML_MAX_BYTES / 2) /* an entry counts 8 bytes a node, or more */

/* What origins call the files. */
static const char *const stems[COLLECTED_COUNT] = {
	[COLLECTED_ACPIDUMP] = "acpidump", [COLLECTED_TABLE] = "table",
	[COLLECTED_IOMEM] = "iomem",	   [COLLECTED_PCI] = "pci",
	[COLLECTED_PCI_CONFIG] = "config", [COLLECTED_DEVICES] = "devices",
	[COLLECTED_MODULES] = "modules",   [COLLECTED_XEN_BUILD] = "xen_build",
	[COLLECTED_VERSIONS] = "versions",
};

/* --- messages, origins, words -------------------------------------------------------- */

/* The file of the table that an origin names: "MCFG+0x2c", "MADT", or an AML path. */
static const struct diag_file *table_file(const struct importing *im, const char *origin)
{
	static const char *const names[][2] = {{"MADT", "APIC"}, {"FADT", "FACP"}, {"\\", "DSDT"}};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(origin, names[i][0], strlen(names[i][0])))
			origin = names[i][1];
	for (size_t i = 0; i < im->table_files.count; i++)
		if (!strncmp(origin, im->tables.tables.items[i].sig, 4))
			return im->table_files.items[i];
	return im->files[COLLECTED_TABLE];
}

static void say(void *ctx, enum acpi_level level, const char *sig, size_t offset, unsigned int line,
		const char *text)
{
	const struct import_log *to = ctx;
	struct platform_builder *b = to->im->b;
	struct diag_file unknown = {.path = b->path};
	const struct diag_file *file = to->file ? to->file : &unknown;
	bool of_table = strlen(sig) == 4;
	struct src at = {line, line ? 1 : 0};
	void (*out)(struct diag *, const struct diag_file *, struct src, unsigned int, const char *,
		    ...) = level == ACPI_ERROR && !to->warns ? diag_error : diag_warn;

	/* the readers of text say which line; those of tables where in which table */
	if (of_table && to->file && to->file == to->im->files[COLLECTED_TABLE])
		file = table_file(to->im, sig);
	if (of_table)
		out(b->diag, file, at, 0, "%s at +%zu: %s", sig, offset, text);
	else
		out(b->diag, file, at, 0, "%s", text);
}

struct acpi_log import_log(struct import_log *to, struct importing *im,
			   const struct diag_file *file)
{
	*to = (struct import_log){im, file, im->b->lenient};
	return (struct acpi_log){.say = say, .ctx = to};
}

struct where import_where(struct importing *im, enum collected kind, const char *fmt, ...)
{
	const struct diag_file *file = kind < COLLECTED_COUNT ? im->files[kind] : NULL;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!file)
		file = table_file(im, text);
	return (struct where){.file = file ? file : &im->nowhere,
			      .origin = import_word(im, text),
			      .imported = true};
}

struct where import_where_line(struct importing *im, enum collected kind, unsigned int line)
{
	struct where w = import_where(im, kind, "%s:%u", stems[kind], line);

	w.at = (struct src){line, line ? 1 : 0};
	return w;
}

struct where import_where_table(struct importing *im, const char *sig, size_t offset)
{
	return import_where(im, COLLECTED_ACPIDUMP, "%s+0x%zx", sig, offset);
}

void import_warn(struct importing *im, const struct where *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	where_warn(im->b, where, "%s", text);
}

void import_remark(struct importing *im, enum remark_at at, const char *key, const char *fmt, ...)
{
	struct remark r = {.at = at, .key = key};
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r.text = arena_strndup(im->b->arena, text, strlen(text));
	if (!r.text || vec_push(&im->remarks, r))
		im->b->lost = true;
}

bool import_room(struct importing *im, size_t bytes)
{
	if (!im->b->lenient)
		return true;
	if (bytes <= ROOM_BYTES - im->bytes) {
		im->bytes += bytes;
		return true;
	}
	if (!im->full) {
		struct where w = import_where(im, COLLECTED_COUNT, "import");

		import_warn(im, &w, "more than a platform file can hold: the rest is left out");
	}
	im->full = true;
	return false;
}

static char *clean(struct importing *im, const char *text, char refused)
{
	char *word = text ? arena_strndup(im->b->arena, text, strlen(text)) : NULL;

	if (!word)
		im->b->lost = true;
	for (char *c = word; c && *c; c++)
		if (*c <= ' ' || *c > '~' || *c == refused)
			*c = '_';
	return word;
}

const char *import_word(struct importing *im, const char *text)
{
	return clean(im, text, ' ');
}

const char *import_name(struct importing *im, const char *text)
{
	return clean(im, text, '+');
}

struct device *import_device(struct importing *im, const char *name)
{
	struct platform *p = im->b->plat;

	for (size_t i = 0; i < p->devices.count; i++)
		if (strcmp(p->devices.items[i].name, name) == 0)
			return &p->devices.items[i];
	return NULL;
}

/* --- all of them --------------------------------------------------------------------- */

struct importing *importing_new(struct platform_builder *b)
{
	struct importing *im = arena_alloc(b->arena, sizeof(*im));

	if (!im) {
		b->lost = true;
		return NULL;
	}
	im->b = b;
	im->makes_up = b->lenient;
	im->nowhere.path = b->path;
	b->import = im;
	return im;
}

static void importing_fini(struct importing *im)
{
	vec_fini(&im->table_origins);
	vec_fini(&im->table_files);
	aml_fini(&im->aml);
	acpi_facts_fini(&im->facts);
	acpi_tables_fini(&im->tables);
	iomem_text_fini(&im->iomem);
	pci_text_fini(&im->pci);
	pci_config_fini(&im->config);
	vec_fini(&im->devices);
	vec_fini(&im->xen_ram);
	vec_fini(&im->xen_tables);
	vec_fini(&im->xen_crafted);
	vec_fini(&im->io);
	vec_fini(&im->windows);
	vec_fini(&im->remarks);
}

void import_all(struct importing *im)
{
	static void (*const steps[])(struct importing * im) = {
		import_read_facts,   import_read_iomem, import_read_devices,
		import_read_modules, import_read_pci,	import_read_xen_build,
		import_facts,	     import_namespace,	import_iomem_devices,
		import_watchdogs,    import_functions,	import_opregions,
		import_areas,	     import_tables,	import_xen_build,
		import_dom0_ram,
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps) && !im->b->lost; i++)
		steps[i](im);
}

void builder_import_end(struct platform_builder *b)
{
	if (b->import && b->import->makes_up && !b->lost)
		import_make_up(b->import);
}

void builder_import_fini(struct platform_builder *b)
{
	if (b->import)
		importing_fini(b->import);
	b->import = NULL;
}

static void take_file(struct importing *im, const struct collected_file *f)
{
	if (f->kind == COLLECTED_ACPIDUMP || f->kind == COLLECTED_TABLE)
		import_read_tables(im, &f->file, f->kind,
				   f->kind == COLLECTED_TABLE ? f->name : stems[f->kind]);
	if (!im->files[f->kind])
		im->files[f->kind] = &f->file;
}

/* --- `import` of a platform file ----------------------------------------------------- */

struct import_key {
	const char *key, *name;
	enum collected kind;
};

static void read_named(struct importing *im, const struct schema_ctx *ctx, const struct node *node,
		       const char *path, enum collected kind)
{
	struct collected_file *f = arena_alloc(im->b->arena, sizeof(*f));
	int rc;

	if (!path || !f) {
		im->b->lost = true;
		return;
	}
	rc = text_file_read(im->b->arena, path, IMPORT_MAX_BYTES, &f->file);
	if (rc) {
		schema_error(ctx, node, "cannot read '%s': %s", path,
			     rc == -EFBIG ? "larger than 16 MiB" : strerror(-rc));
		return;
	}
	f->kind = kind;
	f->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	take_file(im, f);
}

static void read_collection(struct importing *im, const char *path)
{
	struct collection *c = arena_alloc(im->b->arena, sizeof(*c));

	if (!path || !c) {
		im->b->lost = true;
		return;
	}
	/* the arena has the files' names and texts; the vector is freed here, so copy its rows */
	if (collection_read(c, path, im->b->arena, im->b->diag))
		for (size_t i = 0; i < c->files.count; i++) {
			struct collected_file *f = arena_alloc(im->b->arena, sizeof(*f));

			if (!f) {
				im->b->lost = true;
				break;
			}
			*f = c->files.items[i];
			take_file(im, f);
		}
	collection_fini(c);
}

void builder_import(struct platform_builder *b, const struct schema_ctx *ctx,
		    const struct raw_import *import, const char *dir)
{
	const struct import_key keys[] = {
		{"acpidump", import->acpidump, COLLECTED_ACPIDUMP},
		{"iomem", import->iomem, COLLECTED_IOMEM},
		{"pci", import->pci, COLLECTED_PCI},
		{"pci_config", import->pci_config, COLLECTED_PCI_CONFIG},
		{"xen_build", import->xen_build, COLLECTED_XEN_BUILD},
	};
	struct importing *im;

	b->lenient = import->collection != NULL;
	im = importing_new(b);
	if (!im)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].name)
			read_named(im, ctx, node_get(import->head.node, keys[i].key),
				   path_join(b->arena, dir, keys[i].name), keys[i].kind);
	for (const struct node *n = import->tables.first; n && import->tables.count; n = n->next)
		read_named(im, ctx, n, path_join(b->arena, dir, n->text), COLLECTED_TABLE);
	if (import->collection)
		read_collection(im, path_join(b->arena, dir, import->collection));
	import_all(im);
}

/* --- `p2mlab import` ----------------------------------------------------------------- */

static void remark_sources(struct importing *im, const struct collection *collections, size_t count)
{
	size_t tables = 0;
	char list[512] = "";
	int at = 0;

	for (size_t c = 0; c < count; c++)
		for (size_t i = 0; i < collections[c].files.count; i++) {
			const struct collected_file *f = &collections[c].files.items[i];

			if (f->kind == COLLECTED_TABLE && tables++)
				continue;
			if (at < (int)sizeof(list) - 80)
				at += snprintf(list + at, sizeof(list) - (size_t)at, "%s%.60s",
					       at ? ", " : "",
					       f->kind == COLLECTED_TABLE ? "raw tables" : f->name);
		}
	import_remark(im, REMARK_HEAD, NULL,
		      "Made by `p2mlab import` from %s.\nTry it: p2mlab run boot -P FILE", list);
	import_remark(im, REMARK_HEAD, NULL,
		      "`origin` says where each fact is from. docs/SCENARIO.md tells what may be "
		      "changed and added.");
}

/* Which driver was bound, for the file: what the kernel told, device by device. */
static const char *const *bound_of(struct platform_builder *b)
{
	const char **bound = arena_alloc(b->arena, (b->notes.count + 1) * sizeof(*bound));

	if (!bound)
		b->lost = true;
	for (size_t i = 0; bound && i < b->notes.count; i++)
		bound[i] = b->notes.items[i].unbound ? "" : b->notes.items[i].bound;
	return bound;
}

static bool finish_import(struct importing *im, struct imported *out)
{
	struct platform_builder *b = im->b;
	struct remark *remarks;

	import_all(im);
	builder_import_end(b);
	remarks = arena_alloc(b->arena, (im->remarks.count + 1) * sizeof(*remarks));
	if (!remarks)
		b->lost = true;
	else if (im->remarks.count)
		memcpy(remarks, im->remarks.items, im->remarks.count * sizeof(*remarks));
	out->written = (struct written_platform){
		.plat = b->plat, .remarks = remarks, .remark_count = im->remarks.count};
	out->dynamic = im->dynamic_regions;
	out->tables = im->tables.tables.count;
	if (!builder_finish(b))
		return false;
	out->plat = b->plat;
	out->written.bound = bound_of(b);
	out->opregions = b->plat->opregions.count;
	for (size_t i = 0; i < b->plat->devices.count; i++)
		if (b->plat->devices.items[i].bus == BUS_PCI &&
		    !b->plat->devices.items[i].bus_by_hid)
			out->functions++;
		else
			out->devices++;
	return !b->lost;
}

/* tools/collect.sh writes "arch: aarch64". The tables of another architecture mean other things. */
static void check_arch(const struct importing *im, struct diag *d)
{
	const struct diag_file *file = im->files[COLLECTED_VERSIONS];
	const char *line = file && file->text ? strstr(file->text, "arch: ") : NULL;

	if (line && strncmp(line, "arch: aarch64", 13) != 0)
		diag_warn(d, file, (struct src){0}, 0,
			  "this is no aarch64 machine: what Xen and Linux on Arm would make of its "
			  "tables is told, not what runs on it");
}

bool platform_import(struct imported *out, const struct collection *collections, size_t count,
		     const char *name, const struct import_evaluator *evaluator, struct arena *a,
		     struct diag *d)
{
	struct platform_builder *b = builder_new(a, d);
	struct importing *im;
	bool ok = false;

	memset(out, 0, sizeof(*out));
	if (b) {
		b->lenient = true;
		b->path = count ? collections[0].path : name;
	}
	im = b ? importing_new(b) : NULL;
	if (im) {
		im->evaluator = evaluator;
		b->plat->name = name;
		b->plat->cpu = "cortex-a57";
		builder_modules(b, NULL);
		b->plat->gic_version = 3;
		b->plat->smmu_coherent = true;
		for (size_t c = 0; c < count; c++)
			for (size_t i = 0; i < collections[c].files.count; i++)
				take_file(im, &collections[c].files.items[i]);
		remark_sources(im, collections, count);
		check_arch(im, d);
		if (im->tables.tables.count)
			ok = finish_import(im, out);
		else
			diag_error_file(d, b->path,
					"no ACPI table: run `acpidump > acpidump.dat` as root on "
					"the machine, or copy /sys/firmware/acpi/tables");
	}
	if (b && !ok)
		platform_fini(b->plat);
	builder_fini(b);
	return ok;
}
