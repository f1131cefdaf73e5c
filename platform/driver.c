// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which driver profile a device gets, and what that makes the driver touch.
 */
#include <inttypes.h>
#include <string.h>

#include "platform/build.h"

/* --- profiles ------------------------------------------------------------------------ */

void driver_check(const struct schema_ctx *ctx, const struct raw_driver *raw)
{
	if (schema_given(&raw->head, "match") && !raw->match.head.given)
		schema_error_key(ctx, raw->match.head.node,
				 "an empty 'match' would bind to every device");
}

void builder_drivers(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct schema_list *list)
{
	enum driver_source source = b->extra ? SOURCE_SCENARIO : SOURCE_PLATFORM;

	for (size_t i = 0; i < list->count; i++) {
		const struct raw_driver *raw = schema_item(list, &schema_driver, i);

		if (!raw->name)
			continue;
		driver_check(ctx, raw);
		if (vec_push(&b->drivers, (struct driver_row){raw, ctx->file, source}))
			b->lost = true;
	}
}

/* Those of drivers/ are the last: a profile nearer to the device replaces them. */
static void add_files(struct platform_builder *b)
{
	const struct driver_rows *rows = b->files ? driver_files_rows(b->files) : NULL;

	for (size_t i = 0; rows && i < rows->count; i++)
		if (vec_push(&b->drivers, rows->items[i]))
			b->lost = true;
}

/* --- which one ----------------------------------------------------------------------- */

/*
 * A quirk profile is one with nothing but touches of stage `quirk`. The kernel runs quirks
 * (DECLARE_PCI_FIXUP_*) on any function that matches, so it comes beside a driver's profile.
 */
static bool is_quirk(const struct raw_driver *raw)
{
	for (size_t i = 0; i < raw->touches.count; i++) {
		const struct raw_touch *t = schema_item(&raw->touches, &schema_touch, i);

		if (t->stage != STAGE_QUIRK)
			return false;
	}
	return raw->touches.count > 0;
}

static bool has_quirk(const struct raw_driver *raw)
{
	for (size_t i = 0; raw && i < raw->touches.count; i++) {
		const struct raw_touch *t = schema_item(&raw->touches, &schema_touch, i);

		if (t->stage == STAGE_QUIRK)
			return true;
	}
	return false;
}

/* 0x030000 is every display of its subclass, 0x010802 one programming interface. */
static bool class_fits(uint32_t wanted, uint32_t has)
{
	return wanted & 0xff ? wanted == has : wanted >> 8 == has >> 8;
}

static bool hid_fits(const char *wanted, const struct device *dev, bool by_cid)
{
	const char *has = by_cid ? dev->cid : dev->hid;

	return !wanted || (has && strcmp(wanted, has) == 0);
}

static bool matches(const struct raw_match *m, const struct device *dev,
		    const struct device_note *note, bool by_cid)
{
	const struct schema_head *head = &m->head;
	bool pci = dev->bus == BUS_PCI;

	return head->given && !head->wrong && hid_fits(m->hid, dev, by_cid) &&
	       (!schema_given(head, "vendor") || (pci && m->vendor == dev->vendor)) &&
	       (!schema_given(head, "device") || (pci && m->device == dev->device_id)) &&
	       (!schema_given(head, "class") ||
		(pci && class_fits(m->class_code, dev->class_code))) &&
	       (!m->driver || (note->bound && strcmp(m->driver, note->bound) == 0));
}

/* The first of a source that fits, by _HID before any by _CID. */
static const struct driver_row *matching(const struct platform_builder *b,
					 enum driver_source source, bool quirk, size_t device)
{
	const struct device *dev = &b->plat->devices.items[device];

	for (unsigned int by_cid = 0; by_cid < 2; by_cid++)
		for (size_t i = 0; i < b->drivers.count; i++) {
			const struct driver_row *row = &b->drivers.items[i];

			if (row->source == source && is_quirk(row->raw) == quirk &&
			    matches(&row->raw->match, dev, &b->notes.items[device], by_cid))
				return row;
		}
	return NULL;
}

static const struct driver_row *named(const struct platform_builder *b, enum driver_source source,
				      const char *name)
{
	for (size_t i = 0; i < b->drivers.count; i++) {
		const struct driver_row *row = &b->drivers.items[i];

		if (row->source == source && strcmp(row->raw->name, name) == 0)
			return row;
	}
	return NULL;
}

/* A driver that is asked for by name and is not there. */
static void unknown_driver(struct platform_builder *b, const struct device_note *note)
{
	const char **names = arena_alloc(b->arena, (b->drivers.count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < b->drivers.count; i++)
		names[i] = b->drivers.items[i].raw->name;
	where_error(b, &note->where, "unknown driver '%s'%s", note->driver,
		    schema_hint(b->arena, note->driver, names, names ? b->drivers.count : 0));
}

static const struct driver_row *driver_asked_for(struct platform_builder *b,
						 const struct device_note *note)
{
	const struct driver_row *row = NULL;

	for (unsigned int s = 0; s < SOURCE_COUNT && !row; s++)
		row = named(b, (enum driver_source)s, note->driver);
	if (!row)
		unknown_driver(b, note);
	return row;
}

/* In each source the profile that is called like the driver which was bound comes first. */
static const struct driver_row *driver_of(struct platform_builder *b, size_t device)
{
	const struct device_note *note = &b->notes.items[device];
	const struct driver_row *row = NULL;

	if (note->driver)
		return driver_asked_for(b, note);
	for (unsigned int s = 0; s < SOURCE_COUNT && !row; s++) {
		if (note->bound)
			row = named(b, (enum driver_source)s, note->bound);
		if (!row)
			row = matching(b, (enum driver_source)s, false, device);
	}
	return row && note->unbound && !row->raw->touches_unbound ? NULL : row;
}

static const struct driver_row *quirk_of(const struct platform_builder *b, size_t device)
{
	const struct driver_row *row = NULL;

	for (unsigned int s = 0; s < SOURCE_COUNT && !row; s++)
		row = matching(b, (enum driver_source)s, true, device);
	return row;
}

/* --- touches ------------------------------------------------------------------------- */

/* The one access of a touch; NULL if it is not exactly one (reported). */
static const struct raw_access *only_access(const struct schema_ctx *ctx,
					    const struct raw_touch *raw, enum touch_kind *kind)
{
	const struct raw_access *only = NULL;
	unsigned int count = 0;

	for (unsigned int k = 0; k < TOUCH_KIND_COUNT; k++) {
		if (!raw->access[k].head.schema)
			continue;
		only = &raw->access[k];
		*kind = (enum touch_kind)k;
		count++;
	}
	if (count == 1)
		return only;
	if (raw->head.node && raw->head.schema && !raw->head.wrong)
		schema_error(ctx, raw->head.node,
			     "a touch is exactly one of ioremap, read, write, msix, iounmap");
	return NULL;
}

void driver_check_touches(const struct schema_ctx *ctx, const struct schema_list *list)
{
	enum touch_kind kind;

	for (size_t i = 0; i < list->count; i++)
		only_access(ctx, schema_item(list, &schema_touch, i), &kind);
}

static bool is_mapping(enum touch_kind kind)
{
	return kind == TOUCH_IOREMAP || kind == TOUCH_IOUNMAP;
}

static bool has_msix(const struct device *dev)
{
	return dev->msix_bar < dev->res_count && dev->res[dev->msix_bar].size;
}

/* True if the device has what is touched; an error otherwise. */
static bool touch_fits(const struct schema_ctx *ctx, const struct raw_access *a,
		       const struct device *dev, const struct touch *t)
{
	uint64_t size = t->res < dev->res_count ? dev->res[t->res].size : 0;

	if (t->kind == TOUCH_MSIX) {
		if (has_msix(dev))
			return true;
		schema_error_key(ctx, a->head.node,
				 "device '%s' has no MSI-X table: give it 'msix: {bar: N}'",
				 dev->name);
		return false;
	}
	if (!size)
		schema_error_key(ctx, a->head.node, "device '%s' has no resource %u", dev->name,
				 t->res);
	else if (t->offset >= size || t->bytes > size - t->offset)
		schema_error_key(ctx, a->head.node,
				 "beyond the 0x%" PRIx64 " bytes of resource %u of '%s'", size,
				 t->res, dev->name);
	else
		return true;
	return false;
}

/*
 * The same for a profile that is for any such device: what the device has not is not touched, a
 * mapping ends with the resource. Ports are never mapped one by one (pci_iomap_range()).
 */
static bool touch_shortened(const struct device *dev, struct touch *t)
{
	uint64_t size = t->res < dev->res_count ? dev->res[t->res].size : 0;

	if (t->kind == TOUCH_MSIX)
		return has_msix(dev);
	if (t->offset >= size)
		return false;
	if (!is_mapping(t->kind))
		return t->bytes <= size - t->offset;
	if (t->bytes > size - t->offset)
		t->bytes = 0;
	return !dev->res[t->res].io;
}

/* row: the profile they are of; NULL: the device's own. */
static void bind_touches(struct platform_builder *b, const struct diag_file *file,
			 const struct schema_list *list, const struct driver_row *row,
			 struct device *dev)
{
	const struct schema_ctx ctx = {b->arena, file, b->diag};

	for (size_t i = 0; i < list->count; i++) {
		const struct raw_touch *raw = schema_item(list, &schema_touch, i);
		enum touch_kind kind = TOUCH_IOREMAP;
		const struct raw_access *a = only_access(&ctx, raw, &kind);
		struct touch t;

		if (!a || a->head.wrong)
			continue;
		t = (struct touch){.kind = kind,
				   .stage = (enum touch_stage)raw->stage,
				   .res = a->res,
				   .offset = a->offset,
				   .bytes = is_mapping(kind) ? a->bytes : UINT64_C(1) << a->width,
				   .api = (enum touch_api)a->api,
				   .intx = raw->intx,
				   .by = a->by ? a->by
					 : row ? row->raw->name
					       : dev->name};
		if ((row && row->source == SOURCE_FILES ? touch_shortened(dev, &t)
							: touch_fits(&ctx, a, dev, &t)) &&
		    vec_push(&dev->touches, t))
			b->lost = true;
	}
}

/* The profile says where the MSI-X table is, unless the device does. */
static void take_msix(const struct raw_driver *raw, struct device *dev)
{
	const struct raw_msix *m = &raw->msix;

	if (!schema_given(&raw->head, "msix") || dev->bus != BUS_PCI ||
	    dev->msix_bar < DEVICE_RES_MAX || m->bar >= dev->res_count ||
	    m->offset >= dev->res[m->bar].size)
		return;
	dev->msix_bar = m->bar;
	dev->msix_offset = m->offset;
	dev->msix_vectors = m->vectors;
}

static void bind_row(struct platform_builder *b, const struct driver_row *row, struct device *dev)
{
	const char *name = row->raw->name;

	take_msix(row->raw, dev);
	bind_touches(b, row->file, &row->raw->touches, row, dev);
	dev->profile = dev->profile ? arena_printf(b->arena, "%s+%s", dev->profile, name) : name;
	if (!dev->profile)
		b->lost = true;
}

static bool has_driver_touch(const struct device *dev)
{
	for (size_t i = 0; i < dev->touches.count; i++)
		if (dev->touches.items[i].stage != STAGE_QUIRK)
			return true;
	return false;
}

static void bind(struct platform_builder *b, size_t i)
{
	struct device *dev = &b->plat->devices.items[i];
	const struct device_note *note = &b->notes.items[i];
	const struct driver_row *row, *quirk;

	dev->driver = note->bound;
	if (note->touches) {
		bind_touches(b, note->touches_file, note->touches, NULL, dev);
		return;
	}
	row = driver_of(b, i);
	if (row && !dev->driver)
		dev->driver = row->raw->driver ? row->raw->driver : row->raw->name;
	if (row)
		dev->child_driver = row->raw->child_driver;
	quirk = has_quirk(row ? row->raw : NULL) ? NULL : quirk_of(b, i);
	if (quirk)
		bind_row(b, quirk, dev);
	if (row)
		bind_row(b, row, dev);
	/* a profile that says of this device nothing, says that nothing is touched */
	dev->driverless = row ? !has_driver_touch(dev) : note->unbound;
}

void builder_bind(struct platform_builder *b)
{
	add_files(b);
	for (size_t i = 0; i < b->plat->devices.count; i++)
		bind(b, i);
}
