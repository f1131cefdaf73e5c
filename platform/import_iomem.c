// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a running kernel told: /proc/iomem, and which devices it had.
 */
#include <string.h>

#include "base/check.h"
#include "platform/import_parts.h"

/* --- reading ------------------------------------------------------------------------- */

/* Without root all addresses are 0: the reader said so. */
static bool is_all_zero(const struct iomem_text *text)
{
	for (size_t i = 0; i < text->lines.count; i++)
		if (text->lines.items[i].last)
			return false;
	return true;
}

void import_read_iomem(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_IOMEM];
	struct import_log to;
	struct acpi_log log = import_log(&to, im, file);

	if (!file)
		return;
	if (iomem_text_parse(&im->iomem, file->text, file->len, &log))
		im->b->lost = true;
	if (is_all_zero(&im->iomem))
		im->iomem.lines.count = 0;
	for (size_t i = 0; i < im->iomem.lines.count; i++)
		im->iomem_has_devices |= iomem_name_is_acpi_device(im->iomem.lines.items[i].name);
}

#define DRIVER_NAME_MAX 64 /* no driver of Linux comes near */

/* A driver's name; what is none is an unknown driver's. */
static const char *driver_name(struct importing *im, const char *name, size_t len)
{
	bool ok = len <= DRIVER_NAME_MAX;

	for (size_t i = 0; i < len && ok; i++)
		ok = name[i] > ' ' && name[i] < 0x7f;
	return ok ? arena_strndup(im->b->arena, name, len) : "?";
}

/* "/sys/bus/platform/devices/LNRO0005:00 drv=../../../bus/platform/drivers/virtio-mmio" */
static void read_device(struct importing *im, const char *line, size_t len)
{
	static const char *const buses[] = {"/sys/bus/platform/devices/", "/sys/bus/amba/devices/"};
	static const char drv[] = " drv=";
	struct linux_device dev;
	size_t prefix = 0, name, driver;

	for (size_t i = 0; i < ARRAY_SIZE(buses); i++)
		if (len > strlen(buses[i]) && memcmp(line, buses[i], strlen(buses[i])) == 0)
			prefix = strlen(buses[i]);
	while (len > prefix && line[len - 1] == '\r')
		len--;
	for (name = prefix; name < len && line[name] != ' ';)
		name++;
	if (!prefix || name == prefix)
		return;
	for (driver = len; driver > name && line[driver - 1] != '/' && line[driver - 1] != '=';)
		driver--;
	if (len - name < strlen(drv) || memcmp(line + name, drv, strlen(drv)) != 0)
		driver = len;
	dev.name = arena_strndup(im->b->arena, line + prefix, name - prefix);
	dev.driver = driver_name(im, line + driver, len - driver);
	if (!dev.name || !dev.driver || vec_push(&im->devices, dev))
		im->b->lost = true;
}

void import_read_devices(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_DEVICES];
	const char *at = file ? file->text : NULL, *end = at ? at + file->len : NULL;

	while (at < end && !im->b->lost) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		read_device(im, at, (size_t)((newline ? newline : end) - at));
		at = newline ? newline + 1 : end;
	}
}

#define MODULE_NAME_MAX	  56 /* MODULE_NAME_LEN on 64 bits, with its end */
#define MODULE_NODE_BYTES 8
#define MODULES_MAX	  1024 /* several times what a machine has */

/* A module's name: NULL, or in the arena. The line may go on, as in /proc/modules. */
static const char *read_module(struct importing *im, const char *line, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";
	size_t name = 0;

	while (name < len && memchr(letters, line[name], sizeof(letters) - 1))
		name++;
	if (!name || name >= MODULE_NAME_MAX || !import_room(im, name + MODULE_NODE_BYTES))
		return NULL;
	return arena_strndup(im->b->arena, line, name);
}

void import_read_modules(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_MODULES];
	const char *at = file ? file->text : NULL, *end = at ? at + file->len : NULL;
	size_t count = 0;

	/* the newest comes first */
	while (end > at && count < MODULES_MAX && !im->b->lost) {
		const char *line = end - 1, *name;

		while (line > at && line[-1] != '\n')
			line--;
		name = read_module(im, line, (size_t)(end - line));
		end = line;
		if (!name)
			continue;
		if (!count++)
			im->b->plat->modules.count = 0;
		if (vec_push(&im->b->plat->modules, name))
			im->b->lost = true;
	}
	if (file && !count)
		diag_warn(im->b->diag, file, (struct src){0}, 0,
			  "no module's name in it: the usual ones are taken");
	else if (end > at)
		diag_warn(im->b->diag, file, (struct src){0}, 0,
			  "more than %d modules: those that were loaded last are left out",
			  MODULES_MAX);
}

const struct linux_device *import_linux_device(const struct importing *im, const char *name)
{
	for (size_t i = 0; i < im->devices.count; i++)
		if (strcmp(im->devices.items[i].name, name) == 0)
			return &im->devices.items[i];
	return NULL;
}

bool import_linux_had(const struct importing *im, const char *name)
{
	if (import_linux_device(im, name))
		return true;
	for (size_t i = 0; i < im->iomem.lines.count; i++)
		if (strcmp(im->iomem.lines.items[i].name, name) == 0)
			return true;
	return false;
}

/* --- devices ------------------------------------------------------------------------- */

/* A driver's claim of a resource is listed below it, often by the same name. */
static void take_line(struct device *dev, const struct iomem_line *line)
{
	for (unsigned int i = 0; i < dev->res_count; i++)
		if (range_has(dev->res[i].base, dev->res[i].size, line->first))
			return;
	if (dev->res_count == DEVICE_RES_MAX || line->last - line->first == UINT64_MAX)
		return;
	dev->res[dev->res_count].base = line->first;
	dev->res[dev->res_count++].size = line->last - line->first + 1;
}

bool import_iomem_resources(const struct importing *im, const char *name, struct device *dev,
			    unsigned int *line)
{
	*line = 0;
	for (size_t i = 0; i < im->iomem.lines.count; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];

		if (strcmp(l->name, name) != 0)
			continue;
		take_line(dev, l);
		*line = *line ? *line : l->line;
	}
	return *line;
}

void import_iomem_devices(struct importing *im)
{
	struct platform_builder *b = im->b;

	for (size_t i = 0; i < im->iomem.lines.count && !b->lost; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];
		struct device_note note = {.where =
						   import_where_line(im, COLLECTED_IOMEM, l->line)};
		struct device dev = {.msix_bar = DEVICE_RES_MAX, .bus_by_hid = true};
		unsigned int line;

		if (!iomem_name_is_acpi_device(l->name) || import_device(im, l->name))
			continue;
		dev.name = arena_strndup(b->arena, l->name, strlen(l->name));
		dev.hid = arena_strndup(b->arena, l->name, strcspn(l->name, ":"));
		dev.origin = note.where.origin;
		if (!dev.name || !dev.hid) {
			b->lost = true;
			return;
		}
		import_iomem_resources(im, l->name, &dev, &line);
		/* Xen's console: a Dom0 does not see it (STAO) */
		if (im->facts.spcr && dev.res[0].base == im->facts.spcr)
			continue;
		if (import_room(im, 200 + 60 * (size_t)dev.res_count))
			builder_device(b, &dev, &note);
	}
}
