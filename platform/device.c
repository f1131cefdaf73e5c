// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices of a platform in the making, and their regions.
 */
#include <inttypes.h>
#include <string.h>

#include "platform/build.h"

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
	if (schema_given(head, "bound")) {
		note->unbound = strcmp(raw->bound, "none") == 0;
		note->bound = note->unbound ? NULL : raw->bound;
	}
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
	struct where where = where_origin(ctx, raw->head.node, raw->origin);
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
