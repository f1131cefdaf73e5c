/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aml_text.h: what the AML reader found, as text, to be compared word for word.
 *
 * A line each: a device with what it has (absent objects are left out), a region, a dynamic row.
 * A value that is dynamic is a question mark; why so is in the dynamic rows.
 */
#ifndef P2MLAB_TESTS_AML_TEXT_H
#define P2MLAB_TESTS_AML_TEXT_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "acpi/aml.h"

struct aml_text {
	size_t len;
	char text[16384]; /* what does not fit is dropped */
};

__attribute__((format(printf, 2, 3))) static inline void aml_put(struct aml_text *t,
								 const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->text + t->len, sizeof(t->text) - t->len, format, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n < sizeof(t->text) - t->len ? (size_t)n : 0;
	t->text[t->len] = '\0';
}

static inline void aml_put_int(struct aml_text *t, const char *name, const struct aml_int *value)
{
	if (value->known == AML_STATIC)
		aml_put(t, " %s=0x%" PRIx64, name, value->value);
	else if (value->known == AML_DYNAMIC)
		aml_put(t, " %s=?", name);
}

static inline void aml_put_id(struct aml_text *t, const char *name, const struct aml_id *id)
{
	if (id->known != AML_ABSENT)
		aml_put(t, " %s=%s", name, id->known == AML_STATIC ? id->text : "?");
}

static inline void aml_put_resources(struct aml_text *t, const char *name,
				     const struct aml_resources *res)
{
	static const char *const kinds[] = {"mem", "io", "bus", "reg", "irq", "other"};

	if (res->known == AML_ABSENT)
		return;
	aml_put(t, " %s=%s", name, res->known == AML_DYNAMIC ? "?" : "[");
	for (size_t i = 0; i < res->crs.items.count; i++) {
		const struct acpi_res *item = &res->crs.items.items[i];

		aml_put(t, "%s%s%s 0x%" PRIx64 "+0x%" PRIx64, i ? ", " : "", kinds[item->kind],
			item->window ? " window" : "", item->base, item->size);
	}
	if (res->known == AML_STATIC)
		aml_put(t, "]");
}

static inline void aml_put_device(struct aml_text *t, const struct aml *aml,
				  const struct aml_device *device)
{
	aml_put(t, "%s%s", device->path, device->is_processor ? " processor" : "");
	if (device->parent != AML_NO_DEVICE)
		aml_put(t, " in %s", aml->devices.items[device->parent].path);
	aml_put_id(t, "hid", &device->hid);
	for (size_t i = 0; i < device->cids.count; i++)
		aml_put_id(t, "cid", &device->cids.items[i]);
	aml_put_id(t, "uid", &device->uid);
	aml_put_int(t, "adr", &device->adr);
	aml_put_int(t, "seg", &device->seg);
	aml_put_int(t, "bbn", &device->bbn);
	aml_put_int(t, "cba", &device->cba);
	aml_put_int(t, "sta", &device->sta);
	aml_put_int(t, "cca", &device->cca);
	aml_put_resources(t, "crs", &device->crs);
	aml_put_resources(t, "dma", &device->dma);
	aml_put(t, "\n");
}

static inline void aml_put_region(struct aml_text *t, const struct aml *aml,
				  const struct aml_region *region)
{
	aml_put(t, "region %s space %u", region->path, region->space);
	aml_put_int(t, "base", &region->base);
	aml_put_int(t, "len", &region->len);
	aml_put(t, " width %u", region->width);
	if (region->device != AML_NO_DEVICE)
		aml_put(t, " of %s", aml->devices.items[region->device].path);
	if (region->method)
		aml_put(t, " method %s", region->method);
	if (region->boot_method)
		aml_put(t, " %s %s", region->by_driver ? "driver" : "boot", region->boot_method);
	aml_put(t, "\n");
}

static inline void aml_put_all(struct aml_text *t, const struct aml *aml)
{
	t->len = 0;
	t->text[0] = '\0';
	for (size_t i = 0; i < aml->devices.count; i++)
		aml_put_device(t, aml, &aml->devices.items[i]);
	for (size_t i = 0; i < aml->regions.count; i++)
		aml_put_region(t, aml, &aml->regions.items[i]);
	for (size_t i = 0; i < aml->dynamic.count; i++)
		aml_put(t, "dynamic %s: %s\n", aml->dynamic.items[i].path,
			aml->dynamic.items[i].reason);
}

#endif
