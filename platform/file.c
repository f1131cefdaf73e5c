// SPDX-License-Identifier: GPL-2.0-only
#include "platform/file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "platform/build.h"
#include "yaml/text_file.h"

/* --- the builder --------------------------------------------------------------------- */

struct platform_builder *builder_new(struct arena *a, struct diag *d)
{
	struct platform_builder *b = arena_alloc(a, sizeof(*b));

	if (!b)
		return NULL;
	b->arena = a;
	b->diag = d;
	b->errors_before = d->errors;
	b->plat = arena_alloc(a, sizeof(*b->plat));
	return b->plat ? b : NULL;
}

void builder_fini(struct platform_builder *b)
{
	if (!b)
		return;
	builder_import_fini(b);
	vec_fini(&b->pending);
	vec_fini(&b->notes);
	vec_fini(&b->drivers);
}

struct where where_node(const struct schema_ctx *ctx, const struct node *node)
{
	struct where w = {.file = ctx->file, .at = node->at, .width = node->width};

	if (node->key) {
		w.at = node->key_at;
		w.width = node->key_width;
	}
	w.origin = arena_printf(ctx->arena, "%s:%u", ctx->file->path, w.at.line);
	if (!w.origin)
		w.origin = ctx->file->path;
	return w;
}

struct where where_origin(const struct schema_ctx *ctx, const struct node *node, const char *origin)
{
	struct where w = where_node(ctx, node);

	if (origin)
		w.origin = origin;
	return w;
}

void where_error(struct platform_builder *b, const struct where *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (where->at.line || !where->origin)
		diag_error(b->diag, where->file, where->at, where->width, "%s", text);
	else
		diag_error(b->diag, where->file, where->at, 0, "%s: %s", where->origin, text);
}

void where_warn(struct platform_builder *b, const struct where *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_warn(b->diag, where->file, where->at, 0, "%s%s%s", where->origin ? where->origin : "",
		  where->origin ? ": " : "", text);
}

/* --- memory, GIC, static tables ------------------------------------------------------ */

/* A range that was written replaces an imported one. */
static void take_range(struct platform_builder *b, const struct schema_ctx *ctx,
		       const struct raw_range *raw, enum region_from from, uint64_t *base,
		       uint64_t *size)
{
	if (!raw->head.schema)
		return;
	builder_forget(b, from);
	*base = raw->base;
	*size = raw->size;
	if (!raw->head.wrong)
		builder_region(b, from, NULL, raw->base, raw->size,
			       where_origin(ctx, raw->head.node, raw->origin));
}

/* A list of addresses of equal frames that replaces an imported one. */
#define TAKE_FRAMES(b, ctx, parent, key, list, from, bytes, vec)                                   \
	do {                                                                                       \
		const struct node *node_ = schema_given(parent, key);                              \
		if (!node_)                                                                        \
			break;                                                                     \
		builder_forget(b, from);                                                           \
		(vec)->count = 0;                                                                  \
		for (size_t i_ = 0; i_ < (list)->count; i_++) {                                    \
			builder_region(b, from, NULL, (list)->items[i_], bytes,                    \
				       where_node(ctx, node_));                                    \
			if (vec_push(vec, (list)->items[i_]))                                      \
				(b)->lost = true;                                                  \
		}                                                                                  \
	} while (0)

static void take_redists(struct platform_builder *b, const struct schema_ctx *ctx,
			 const struct raw_gic *gic)
{
	if (!node_get(gic->head.node, "redists"))
		return;
	builder_forget(b, FROM_REDISTS);
	b->plat->redists.count = 0;
	for (size_t i = 0; i < gic->redists.count; i++) {
		const struct raw_redist *r = schema_item(&gic->redists, &schema_redist, i);
		struct where w = where_origin(ctx, r->head.node, r->origin);
		struct gic_redist out = {r->base, r->size, r->per_cpu, w.origin};

		if (r->head.wrong)
			continue;
		if (vec_push(&b->plat->redists, out))
			b->lost = true;
		builder_region(b, FROM_REDISTS, NULL, r->base, r->size, w);
	}
}

static void take_gic(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct raw_gic *gic)
{
	struct platform *p = b->plat;

	/* without any GIC the version is that of the default */
	if (schema_given(&gic->head, "version") || !p->gic_version)
		p->gic_version = gic->version + 2;
	if (!gic->head.schema)
		return;
	take_range(b, ctx, &gic->gicd, FROM_GICD, &p->gicd, &p->gicd_size);
	take_redists(b, ctx, gic);
	take_range(b, ctx, &gic->gicc, FROM_GICC, &p->gicc, &p->gicc_size);
	take_range(b, ctx, &gic->gich, FROM_GICH, &p->gich, &p->gich_size);
	take_range(b, ctx, &gic->gicv, FROM_GICV, &p->gicv, &p->gicv_size);
	TAKE_FRAMES(b, ctx, &gic->head, "its", &gic->its, FROM_ITS, UINT64_C(0x20000), &p->its);
	TAKE_FRAMES(b, ctx, &gic->head, "v2m", &gic->v2m, FROM_V2M, PAGE_SIZE, &p->v2m);
}

static void take_spcr(struct platform_builder *b, const struct schema_ctx *ctx,
		      const struct raw_platform *raw)
{
	const struct node *node = schema_given(&raw->head, "spcr");

	if (!node)
		return;
	builder_forget(b, FROM_SPCR);
	b->plat->spcr = raw->spcr;
	if (raw->spcr)
		builder_region(b, FROM_SPCR, NULL, raw->spcr & PAGE_MASK, PAGE_SIZE,
			       where_node(ctx, node));
}

static void take_ecams(struct platform_builder *b, const struct schema_ctx *ctx,
		       const struct raw_platform *raw)
{
	if (!node_get(raw->head.node, "ecams"))
		return;
	builder_forget(b, FROM_ECAMS);
	b->plat->ecams.count = 0;
	for (size_t i = 0; i < raw->ecams.count; i++) {
		const struct raw_ecam *r = schema_item(&raw->ecams, &schema_ecam, i);
		struct where w = where_origin(ctx, r->head.node, r->origin);
		uint64_t first = 0, last = 255, base;

		if (r->head.wrong)
			continue;
		if (r->buses.items && r->buses.count == 2) {
			first = r->buses.items[0];
			last = r->buses.items[1];
		}
		if ((r->buses.items && r->buses.count != 2) || first > last || last > 255) {
			schema_error_key(ctx, node_get(r->head.node, "buses"),
					 "'buses' is a first and a last bus, as in '[0, 255]'");
			continue;
		}
		base = r->base + (first << 20);
		if (vec_push(&b->plat->ecams, (struct ecam){base, r->segment, (uint8_t)first,
							    (uint8_t)last, w.origin}))
			b->lost = true;
		builder_region(b, FROM_ECAMS, NULL, base, (last - first + 1) << 20, w);
	}
}

/* --- tables, OperationRegions, regions ----------------------------------------------- */

/* A row for an imported table that has no place yet; the count if there is none. */
static size_t unplaced_table(const struct platform *p, const char *sig)
{
	size_t i = 0;

	while (i < p->tables.count &&
	       (p->tables.items[i].addr || strcmp(p->tables.items[i].sig, sig) != 0))
		i++;
	return i;
}

static void place_table(struct platform_builder *b, const struct schema_ctx *ctx,
			const struct raw_table *raw)
{
	struct acpi_table t = {.addr = raw->at, .len = raw->len};
	bool has_len = schema_given(&raw->head, "len");
	struct platform *p = b->plat;
	size_t i;

	if (strlen(raw->sig) != 4) {
		schema_error(ctx, node_get(raw->head.node, "sig"),
			     "a signature has four characters");
		return;
	}
	memcpy(t.sig, raw->sig, sizeof(t.sig));
	t.origin = where_origin(ctx, raw->head.node, raw->origin).origin;
	i = unplaced_table(p, t.sig);
	if (i < p->tables.count && !has_len)
		t.len = p->tables.items[i].len;
	if (!t.len) {
		schema_error_key(ctx, raw->head.node,
				 "table '%s' needs 'len': no imported table gives it", t.sig);
		return;
	}
	if (i < p->tables.count)
		p->tables.items[i] = t;
	else if (vec_push(&p->tables, t))
		b->lost = true;
	builder_table_region(b, &t, where_origin(ctx, raw->head.node, raw->origin));
}

static void take_tables(struct platform_builder *b, const struct schema_ctx *ctx,
			const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_table *r = schema_item(list, &schema_table, i);

		if (!r->head.wrong)
			place_table(b, ctx, r);
	}
}

/* Imported tables that were given no place are left out. */
static void drop_unplaced_tables(struct platform *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->tables.count; i++)
		if (p->tables.items[i].addr)
			p->tables.items[kept++] = p->tables.items[i];
	p->tables.count = kept;
}

/* Tables in Dom0's RAM were brought by an initrd: Xen does not know them. */
static void split_dom0_tables(struct platform_builder *b)
{
	struct platform *p = b->plat;
	size_t kept = 0;

	for (size_t i = 0; i < p->tables.count; i++) {
		struct acpi_table t = p->tables.items[i];

		if (!range_has(p->dom0_ram, p->dom0_ram_size, t.addr))
			p->tables.items[kept++] = t;
		else if (vec_push(&p->dom0_tables, t))
			b->lost = true;
	}
	p->tables.count = kept;
}

static void take_opregions(struct platform_builder *b, const struct schema_ctx *ctx,
			   const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_opregion *r = schema_item(list, &schema_opregion, i);
		struct where w = where_origin(ctx, r->head.node, r->origin);
		struct opregion o = {.path = r->path,
				     .base = r->base,
				     .size = r->size,
				     .touched_at_boot = r->touched_at_boot,
				     .by_driver = r->by_driver,
				     .width = 1u << r->width,
				     .dynamic = r->dynamic,
				     .boot_accesses = r->boot_accesses,
				     .origin = w.origin};

		if (r->head.wrong)
			continue;
		if (vec_push(&b->plat->opregions, o))
			b->lost = true;
		builder_region(b, FROM_OPREGIONS, r->path, r->base, r->size, w);
	}
}

static void take_regions(struct platform_builder *b, const struct schema_ctx *ctx,
			 const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_region *r = schema_item(list, &schema_region, i);

		if (!r->head.wrong && builder_name_ok(ctx, &r->head, r->name))
			builder_region_is(b, r->name, r->base, r->size, (enum truth)r->is,
					  where_origin(ctx, r->head.node, r->origin));
	}
}

static void take_areas(struct platform_builder *b, const struct schema_ctx *ctx,
		       const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_area *r = schema_item(list, &schema_area, i);

		if (!r->head.wrong)
			builder_area(b, (enum area_use)r->use, r->base, r->size,
				     where_origin(ctx, r->head.node, r->origin));
	}
}

static void take_io_windows(struct platform_builder *b, const struct schema_ctx *ctx,
			    const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_io_window *r = schema_item(list, &schema_io_window, i);
		struct io_window w = {.base = r->base, .size = r->size, .segment = r->segment};

		if (!r->head.wrong)
			builder_io_window(b, &w, where_origin(ctx, r->head.node, r->origin));
	}
}

/* --- reading ------------------------------------------------------------------------- */

static void check_needed(const struct platform_builder *b, const struct schema_ctx *ctx,
			 const struct raw_platform *raw)
{
	const struct {
		const char *key;
		bool there;
	} needed[] = {
		{"dom0_ram", b->plat->dom0_ram_size || raw->import.iomem},
		{"xen_text", b->plat->xen_text_size},
		{"xen_heap", b->plat->xen_heap_size},
	};

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!needed[i].there && !schema_wrong(&raw->head, needed[i].key))
			schema_error_key(ctx, raw->head.node, "a platform needs '%s'",
					 needed[i].key);
}

/* What s2_geometry_for() knows. */
static void take_pa_bits(struct platform_builder *b, const struct schema_ctx *ctx,
			 const struct raw_platform *raw)
{
	static const unsigned int known[] = {32, 36, 40, 42, 44, 48};
	const struct node *node = schema_given(&raw->head, "pa_bits");

	/* 0: as many as an import needs */
	b->plat->pa_bits = node || !b->lenient ? raw->pa_bits : 0;
	if (!b->plat->pa_bits && !node)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i] == raw->pa_bits)
			return;
	if (node)
		schema_error(ctx, node, "a CPU has 32, 36, 40, 42, 44 or 48 bits");
	b->plat->pa_bits = 48;
}

void builder_modules(struct platform_builder *b, const struct raw_platform *raw)
{
	static const char *const usual[] = {"virtio_mmio", "virtio_pci", "virtio_blk",
					    "virtio_net"};
	bool given = raw && schema_given(&raw->head, "modules");
	bool imported = b->plat->modules.count > 0;

	if (given)
		b->plat->modules.count = 0;
	for (const struct node *n = given ? raw->modules.first : NULL; n; n = n->next)
		if (vec_push(&b->plat->modules, n->text))
			b->lost = true;
	for (size_t i = 0; !given && !imported && i < ARRAY_SIZE(usual); i++)
		if (vec_push(&b->plat->modules, usual[i]))
			b->lost = true;
}

static void take_scalars(struct platform_builder *b, const struct schema_ctx *ctx,
			 const struct raw_platform *raw)
{
	struct platform *p = b->plat;

	p->name = raw->name ? raw->name : path_stem(b->arena, ctx->file->path);
	p->cpu = raw->cpu;
	take_pa_bits(b, ctx, raw);
	p->device_tree = raw->boot == 1;
	p->heap_dirty = raw->heap_dirty;
	p->heap_phase = raw->heap_phase;
	builder_smmu(b, &raw->smmu);
	builder_modules(b, raw);
}

void builder_smmu(struct platform_builder *b, const struct raw_smmu *smmu)
{
	b->plat->smmu_stage2 = smmu->stage2;
	b->plat->smmu_coherent = smmu->coherent;
}

bool builder_read(struct platform_builder *b, const struct node *node, const struct diag_file *file,
		  const char *dir)
{
	const struct schema_ctx ctx = {b->arena, file, b->diag};
	struct raw_platform *raw = arena_alloc(b->arena, sizeof(*raw));
	struct platform *p = b->plat;

	if (!raw)
		return false;
	b->path = file->path;
	schema_read(&ctx, &schema_platform, node, raw);
	if (node->kind != NODE_MAP)
		return false;
	if (raw->import.head.schema)
		builder_import(b, &ctx, &raw->import, dir);
	take_scalars(b, &ctx, raw);
	take_range(b, &ctx, &raw->dom0_ram, FROM_DOM0_RAM, &p->dom0_ram, &p->dom0_ram_size);
	take_range(b, &ctx, &raw->xen_text, FROM_XEN_TEXT, &p->xen_text, &p->xen_text_size);
	take_range(b, &ctx, &raw->xen_heap, FROM_XEN_HEAP, &p->xen_heap, &p->xen_heap_size);
	take_range(b, &ctx, &raw->bert, FROM_BERT, &p->bert, &p->bert_size);
	take_gic(b, &ctx, &raw->gic);
	take_spcr(b, &ctx, raw);
	TAKE_FRAMES(b, &ctx, &raw->head, "gtdt_frames", &raw->gtdt_frames, FROM_GTDT, PAGE_SIZE,
		    &p->gtdt_frames);
	take_ecams(b, &ctx, raw);
	take_io_windows(b, &ctx, &raw->io_windows);
	builder_add(b, &ctx,
		    &(struct raw_additions){&raw->devices, &raw->drivers, &raw->tables,
					    &raw->opregions, &raw->regions, &raw->areas});
	builder_import_end(b);
	drop_unplaced_tables(p);
	check_needed(b, &ctx, raw);
	b->extra = true; /* what comes now is a scenario's */
	return true;
}

void builder_add(struct platform_builder *b, const struct schema_ctx *ctx,
		 const struct raw_additions *add)
{
	builder_devices(b, ctx, add->devices);
	builder_drivers(b, ctx, add->drivers);
	take_tables(b, ctx, add->tables);
	take_opregions(b, ctx, add->opregions);
	take_regions(b, ctx, add->regions);
	take_areas(b, ctx, add->areas);
}

bool builder_read_file(struct platform_builder *b, const char *path)
{
	struct diag_file *file;
	const struct node *root = yaml_tree_load(b->arena, path, b->diag, &file);

	return root && builder_read(b, root, file, path_dir(b->arena, path));
}

bool builder_finish(struct platform_builder *b)
{
	char why[512] = "";
	int rc;

	builder_device_regions(b);
	builder_place_regions(b);
	if (b->lenient)
		builder_settle(b);
	builder_bind(b); /* to what conflicts left */
	split_dom0_tables(b);
	if (b->lost)
		diag_error_file(b->diag, b->path, "out of memory");
	if (b->diag->errors != b->errors_before)
		return false;
	rc = platform_finish(b->plat, why, sizeof(why));
	if (rc)
		diag_error_file(b->diag, b->path, "%s", why[0] ? why : strerror(-rc));
	return !rc;
}

/* --- whole files --------------------------------------------------------------------- */

static struct platform *finish(struct platform_builder *b, bool ok)
{
	struct platform *plat = NULL;

	if (b && ok && builder_finish(b))
		plat = b->plat;
	else if (b)
		platform_fini(b->plat);
	builder_fini(b);
	return plat;
}

struct platform *platform_load(const char *path, struct arena *a, struct diag *d)
{
	return platform_load_with(path, NULL, a, d);
}

struct platform *platform_load_with(const char *path, const struct driver_files *files,
				    struct arena *a, struct diag *d)
{
	struct platform_builder *b = builder_new(a, d);

	if (b)
		b->files = files;
	return finish(b, b && builder_read_file(b, path));
}

struct platform *platform_from_node(const struct node *node, const struct diag_file *file,
				    const char *dir, struct arena *a, struct diag *d)
{
	struct platform_builder *b = builder_new(a, d);

	return finish(b, b && builder_read(b, node, file, dir));
}
