// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices of a platform in the making, and what their drivers do to them.
 */
#include <inttypes.h>
#include <string.h>

#include "scenario/platform_build.h"

/* --- devices ------------------------------------------------------------------------- */

static bool hex_field(const char **text, unsigned int digits, char end, unsigned int *value)
{
	*value = 0;
	for (unsigned int i = 0; i < digits; i++, (*text)++) {
		const char *all = "0123456789abcdef";
		const char *found = **text ? strchr(all, **text) : NULL;

		if (!found)
			return false;
		*value = *value << 4 | (unsigned int)(found - all);
	}
	return *(*text)++ == end;
}

bool parse_pci_address(const char *text, struct device *dev)
{
	unsigned int segment, bus, slot, fn;

	if (!hex_field(&text, 4, ':', &segment) || !hex_field(&text, 2, ':', &bus) ||
	    !hex_field(&text, 2, '.', &slot) || !hex_field(&text, 1, '\0', &fn) || slot > 31 ||
	    fn > 7)
		return false;
	dev->segment = (uint16_t)segment;
	dev->pci_bus = (uint8_t)bus;
	dev->pci_dev = (uint8_t)slot;
	dev->pci_fn = (uint8_t)fn;
	dev->bus = BUS_PCI;
	dev->bus_by_hid = false;
	return true;
}

bool builder_device(struct platform_builder *b, const struct device *dev,
		    const struct device_note *note)
{
	if (vec_push(&b->plat->devices, *dev) || vec_push(&b->notes, *note)) {
		b->lost = true;
		return false;
	}
	return true;
}

static bool find_device(const struct platform_builder *b, const char *name, size_t *index)
{
	for (size_t i = 0; i < b->plat->devices.count; i++)
		if (strcmp(b->plat->devices.items[i].name, name) == 0) {
			*index = i;
			return true;
		}
	return false;
}

static void take_resources(const struct schema_ctx *ctx, const struct raw_device *raw,
			   struct device *dev)
{
	if (raw->res.count > DEVICE_RES_MAX) {
		schema_error_key(ctx, node_get(raw->head.node, "res"),
				 "'%s' has %zu resources, at most %d are possible", dev->name,
				 raw->res.count, DEVICE_RES_MAX);
		return;
	}
	memset(dev->res, 0, sizeof(dev->res));
	dev->res_count = (unsigned int)raw->res.count;
	for (unsigned int i = 0; i < dev->res_count; i++) {
		const struct raw_range *r = (const struct raw_range *)raw->res.items + i;

		dev->res[i].base = r->base;
		dev->res[i].size = r->size;
		dev->res[i].io = r->io;
	}
}

static void take_pci(const struct schema_ctx *ctx, const struct raw_device *raw, struct device *dev)
{
	const struct schema_head *head = &raw->head;
	const struct node *pci = schema_given(head, "pci");

	if (pci && !parse_pci_address(raw->pci, dev))
		schema_error(ctx, pci, "'%s' is no PCI address: write it as '0000:00:01.0'",
			     raw->pci);
	if (schema_given(head, "vendor"))
		dev->vendor = raw->vendor;
	if (schema_given(head, "device"))
		dev->device_id = raw->device;
	if (schema_given(head, "class"))
		dev->class_code = raw->class_code;
	if (schema_given(head, "secondary_bus"))
		dev->secondary_bus = raw->secondary_bus;
	if (schema_given(head, "port"))
		dev->port = (enum pci_port)raw->port;
	if (schema_given(head, "msix")) {
		dev->msix_bar = raw->msix.bar;
		dev->msix_offset = raw->msix.offset;
		dev->msix_vectors = raw->msix.vectors;
	}
}

/* The keys that were written replace what is known. */
static void take_device(const struct schema_ctx *ctx, const struct raw_device *raw,
			struct device *dev, struct device_note *note)
{
	const struct schema_head *head = &raw->head;

	if (schema_given(head, "hid"))
		dev->hid = raw->hid;
	if (schema_given(head, "cid"))
		dev->cid = raw->cid;
	if (schema_given(head, "path"))
		dev->path = raw->path;
	if (schema_given(head, "res"))
		take_resources(ctx, raw, dev);
	if (schema_given(head, "stream"))
		dev->stream = raw->stream;
	if (schema_given(head, "behind_smmu"))
		dev->behind_smmu = raw->behind_smmu;
	if (schema_given(head, "hotplug"))
		dev->hotplug = raw->hotplug;
	if (schema_given(head, "driver"))
		note->driver = raw->driver;
	if (schema_given(head, "touches")) {
		note->touches = &raw->touches;
		note->touches_file = ctx->file;
	}
	take_pci(ctx, raw, dev);
	if (schema_given(head, "bus")) {
		dev->bus = (enum device_bus)raw->bus;
		dev->bus_by_hid = false;
	}
}

bool builder_name_ok(const struct schema_ctx *ctx, const struct schema_head *head, const char *name)
{
	const struct node *node = schema_given(head, "name");

	if (!node)
		return false;
	if (!strpbrk(name, " \t\n+"))
		return true;
	schema_error(ctx, node, "a name with a blank or '+' cannot be used in a place");
	return false;
}

static const char *default_hid(struct platform_builder *b, const char *name)
{
	if (!iomem_name_is_acpi_device(name))
		return "";
	return arena_strndup(b->arena, name, strcspn(name, ":"));
}

static void add_device(struct platform_builder *b, const struct schema_ctx *ctx,
		       const struct schema_list *list, const struct raw_device *raw)
{
	struct where where = where_node(ctx, raw->head.node);
	struct device dev = {.name = raw->name, .msix_bar = DEVICE_RES_MAX, .bus_by_hid = true};
	struct device_note note = {.where = where, .list = list};
	size_t i;

	if (!builder_name_ok(ctx, &raw->head, raw->name))
		return;
	if (!find_device(b, raw->name, &i)) {
		dev.hid = default_hid(b, raw->name);
		dev.origin = where.origin;
		/* the name may be the address */
		parse_pci_address(raw->name, &dev);
		take_device(ctx, raw, &dev, &note);
		builder_device(b, &dev, &note);
		return;
	}
	if (b->notes.items[i].list == list) {
		schema_error(ctx, schema_given(&raw->head, "name"),
			     "two devices are called '%s', see %s", raw->name,
			     b->notes.items[i].where.origin);
		return;
	}
	b->notes.items[i].list = list;
	b->notes.items[i].where = where;
	take_device(ctx, raw, &b->plat->devices.items[i], &b->notes.items[i]);
}

void builder_devices(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add_device(b, ctx, list, schema_item(list, &schema_device, i));
}

/* --- drivers ------------------------------------------------------------------------- */

void builder_drivers(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct schema_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct raw_driver *raw = schema_item(list, &schema_driver, i);

		if (!raw->name)
			continue;
		if (schema_given(&raw->head, "match") && !raw->match.head.given)
			schema_error_key(ctx, raw->match.head.node,
					 "an empty 'match' would bind to every device");
		if (vec_push(&b->drivers, (struct driver_row){raw, ctx->file, b->extra}))
			b->lost = true;
	}
}

static const struct driver_row *driver_named(const struct platform_builder *b, const char *name)
{
	const struct driver_row *found = NULL;

	for (size_t i = 0; i < b->drivers.count; i++) {
		const struct driver_row *row = &b->drivers.items[i];

		if (strcmp(row->raw->name, name) == 0 && (!found || (row->extra && !found->extra)))
			found = row;
	}
	return found;
}

static bool matches(const struct raw_match *m, const struct device *dev)
{
	if (!m->head.given)
		return false;
	return (!m->hid || strcmp(m->hid, dev->hid) == 0) &&
	       (!schema_given(&m->head, "vendor") ||
		(dev->bus == BUS_PCI && m->vendor == dev->vendor)) &&
	       (!schema_given(&m->head, "device") ||
		(dev->bus == BUS_PCI && m->device == dev->device_id));
}

static const struct driver_row *driver_matching(const struct platform_builder *b,
						const struct device *dev)
{
	const struct driver_row *found = NULL;

	for (size_t i = 0; i < b->drivers.count; i++) {
		const struct driver_row *row = &b->drivers.items[i];

		if (matches(&row->raw->match, dev) && (!found || (row->extra && !found->extra)))
			found = row;
	}
	return found;
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

/* True if the device has what is touched. */
static bool touch_fits(const struct schema_ctx *ctx, const struct raw_access *a,
		       const struct device *dev, const struct touch *t)
{
	uint64_t size = t->res < dev->res_count ? dev->res[t->res].size : 0;

	if (t->kind == TOUCH_MSIX) {
		if (dev->msix_bar < dev->res_count && dev->res[dev->msix_bar].size)
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

static bool is_mapping(enum touch_kind kind)
{
	return kind == TOUCH_IOREMAP || kind == TOUCH_IOUNMAP;
}

static void bind_touches(struct platform_builder *b, const struct diag_file *file,
			 const struct schema_list *list, const char *by, struct device *dev)
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
				   .by = a->by ? a->by : by};
		if (touch_fits(&ctx, a, dev, &t) && vec_push(&dev->touches, t))
			b->lost = true;
	}
}

void builder_bind(struct platform_builder *b)
{
	for (size_t i = 0; i < b->plat->devices.count; i++) {
		struct device *dev = &b->plat->devices.items[i];
		const struct device_note *note = &b->notes.items[i];
		const struct driver_row *row = NULL;

		if (note->touches) {
			bind_touches(b, note->touches_file, note->touches, dev->name, dev);
			continue;
		}
		if (note->driver) {
			row = driver_named(b, note->driver);
			if (!row)
				unknown_driver(b, note);
		} else {
			row = note->bound ? driver_named(b, note->bound) : NULL;
			if (!row && !note->unbound)
				row = driver_matching(b, dev);
		}
		if (row)
			bind_touches(b, row->file, &row->raw->touches, row->raw->name, dev);
		dev->driverless = !row && note->unbound;
	}
}

/* --- their regions ------------------------------------------------------------------- */

static bool name_taken(const struct platform_builder *b, const char *name)
{
	for (size_t i = 0; i < b->pending.count && b->pending.items[i].from < FROM_DEVICES; i++)
		if (strcmp(b->pending.items[i].region.name, name) == 0)
			return true;
	return false;
}

/* Xen keeps an SMMU that it programs, and yet its rights do not deny it to Dom0. */
static void device_region(struct platform_builder *b, const struct device *d, const char *name,
			  unsigned int r, struct where where)
{
	builder_region(b, FROM_DEVICES, name, d->res[r].base, d->res[r].size, where);
	if (b->plat->smmu_stage2 && strncmp(d->hid, "arm-smmu", 8) == 0 && !b->lost)
		b->pending.items[b->pending.count - 1].region.truth = TRUTH_XEN_MMIO;
}

/* A device with one resource gives its region its name. */
void builder_device_regions(struct platform_builder *b)
{
	for (size_t i = 0; i < b->plat->devices.count; i++) {
		const struct device *d = &b->plat->devices.items[i];
		bool alone = d->res_count == 1 && d->bus != BUS_PCI && !name_taken(b, d->name);

		for (unsigned int r = 0; r < d->res_count; r++) {
			const char *name =
				alone ? d->name
				      : arena_printf(b->arena, "%s.%s%u", d->name,
						     d->bus == BUS_PCI ? "bar" : "res", r);

			if (d->res[r].size)
				device_region(b, d, name, r, b->notes.items[i].where);
		}
	}
}
