// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the files of a real machine say of it: its ACPI tables, /proc/iomem, its PCI functions.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "scenario/platform_build.h"
#include "scenario/text_file.h"
#include "sim/check.h"

#define IMPORT_MAX_BYTES ((size_t)16 << 20)
#define GIC_PAGE	 UINT64_C(0x1000)

/* A file being imported; the reader's log ends here. */
struct import {
	struct platform_builder *b;
	const struct diag_file *file;
	const char *stem; /* "acpidump.dat": what origins call it */
};

static void say(void *ctx, enum acpi_level level, const char *sig, size_t offset, unsigned int line,
		const char *text)
{
	const struct import *im = ctx;
	struct src at = {line, line ? 1 : 0};
	void (*out)(struct diag *, const struct diag_file *, struct src, unsigned int, const char *,
		    ...) = level == ACPI_ERROR ? diag_error : diag_warn;

	/* the readers of text say which line; those of tables where in which table */
	if (strlen(sig) == 4)
		out(im->b->diag, im->file, at, 0, "%s at +%zu: %s", sig, offset, text);
	else
		out(im->b->diag, im->file, at, 0, "%s", text);
}

static struct where where_import(const struct import *im, unsigned int line, const char *what)
{
	struct where w = {.file = im->file, .at = {line, line ? 1 : 0}};

	w.origin = line ? arena_printf(im->b->arena, "%s line %u", im->stem, line)
			: arena_printf(im->b->arena, "%s", what);
	return w;
}

static struct where where_table(const struct import *im, const char *what, size_t offset)
{
	struct where w = {.file = im->file};

	w.origin = arena_printf(im->b->arena, "%s+0x%zx", what, offset);
	return w;
}

/* --- ACPI tables --------------------------------------------------------------------- */

static void take_gic(const struct import *im, const struct acpi_facts *f)
{
	struct platform *p = im->b->plat;
	struct where w = where_import(im, 0, "MADT");
	const struct {
		enum region_from from;
		uint64_t base, size, *to, *to_size;
	} parts[] = {
		{FROM_GICD, f->gicd, p->gic_version == 3 ? 16 * GIC_PAGE : GIC_PAGE, &p->gicd,
		 &p->gicd_size},
		{FROM_GICC, f->gicc, 2 * GIC_PAGE, &p->gicc, &p->gicc_size},
		{FROM_GICH, f->gich, GIC_PAGE, &p->gich, &p->gich_size},
		{FROM_GICV, f->gicv, 2 * GIC_PAGE, &p->gicv, &p->gicv_size},
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].base)
			continue;
		*parts[i].to = parts[i].base;
		*parts[i].to_size = parts[i].size;
		builder_region(im->b, parts[i].from, NULL, parts[i].base, parts[i].size, w);
	}
}

static void take_redists(const struct import *im, const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->redists.count; i++) {
		const struct acpi_redist *r = &f->redists.items[i];
		struct where w = where_table(im, "MADT", r->offset);
		struct gic_redist out = {r->base, r->size ? r->size : 32 * GIC_PAGE, r->per_cpu,
					 w.origin};

		if (vec_push(&im->b->plat->redists, out))
			im->b->lost = true;
		builder_region(im->b, FROM_REDISTS, NULL, out.base, out.size, w);
	}
}

/* A list of addresses of equal frames: appended to the platform's and made regions. */
static void take_frames(const struct import *im, enum region_from from,
			const struct acpi_frame *items, size_t count, uint64_t size,
			const char *what)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t base = items[i].base;

		if (from == FROM_ITS && vec_push(&im->b->plat->its, base))
			im->b->lost = true;
		if (from == FROM_V2M && vec_push(&im->b->plat->v2m, base))
			im->b->lost = true;
		if (from == FROM_GTDT && vec_push(&im->b->plat->gtdt_frames, base))
			im->b->lost = true;
		builder_region(im->b, from, NULL, base, size,
			       where_table(im, what, items[i].offset));
	}
}

static void take_mcfg(const struct import *im, const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->mcfg.count; i++) {
		const struct acpi_mcfg *m = &f->mcfg.items[i];
		uint64_t first = m->base + ((uint64_t)m->bus_first << 20);
		struct where w = where_table(im, "MCFG", m->offset);
		struct ecam e = {first, m->segment, m->bus_first, m->bus_last, w.origin};

		if (m->bus_last < m->bus_first)
			continue; /* the reader warned */
		if (vec_push(&im->b->plat->ecams, e))
			im->b->lost = true;
		builder_region(im->b, FROM_ECAMS, NULL, first,
			       (uint64_t)(m->bus_last - m->bus_first + 1) << 20, w);
	}
}

/* Linux makes a platform device of each, before it walks the namespace (iort.c). */
static void take_smmus(const struct import *im, const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->smmus.count; i++) {
		const struct acpi_iort_smmu *s = &f->smmus.items[i];
		const char *hid = s->version == 3 ? "arm-smmu-v3" : "arm-smmu";
		struct where w = where_table(im, "IORT", s->offset);
		struct device dev = {.hid = hid, .msix_bar = DEVICE_RES_MAX, .res_count = 1};
		struct device_note note = {.where = w};

		dev.name = arena_printf(im->b->arena, "%s.%zu.auto", hid, i);
		dev.origin = w.origin;
		dev.res[0].base = s->base;
		dev.res[0].size = s->span;
		if (!dev.name)
			im->b->lost = true;
		else
			builder_device(im->b, &dev, &note);
	}
}

/* acpi/ and the platform have the same uses, in the same order. */
static void take_areas(const struct import *im, const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->areas.count; i++) {
		const struct acpi_area *a = &f->areas.items[i];

		builder_area(im->b, (enum area_use)a->use, a->base, a->size,
			     where_table(im, a->sig, a->offset));
	}
}

static void take_facts(const struct import *im, const struct acpi_facts *f)
{
	struct platform *p = im->b->plat;

	p->gic_version = f->gic_version ? f->gic_version : f->redists.count ? 3 : 2;
	take_gic(im, f);
	take_redists(im, f);
	take_frames(im, FROM_ITS, f->its.items, f->its.count, 32 * GIC_PAGE, "MADT");
	take_frames(im, FROM_V2M, f->v2m.items, f->v2m.count, GIC_PAGE, "MADT");
	take_frames(im, FROM_GTDT, f->gtdt_frames.items, f->gtdt_frames.count, GIC_PAGE, "GTDT");
	take_frames(im, FROM_WATCHDOGS, f->watchdogs.items, f->watchdogs.count, GIC_PAGE, "GTDT");
	take_mcfg(im, f);
	p->spcr = f->spcr;
	if (f->spcr)
		builder_region(im->b, FROM_SPCR, NULL, f->spcr & PAGE_MASK, PAGE_SIZE,
			       where_import(im, 0, "SPCR"));
	p->bert = f->bert;
	p->bert_size = f->bert_size;
	if (f->bert_size)
		builder_region(im->b, FROM_BERT, NULL, f->bert, f->bert_size,
			       where_import(im, 0, "BERT"));
	take_smmus(im, f);
	take_areas(im, f);
}

/* Tables of the dump; those without an address wait for a row of `tables`. */
static void take_tables(const struct import *im, const struct acpi_tables *tables)
{
	for (size_t i = 0; i < tables->tables.count; i++) {
		const struct acpi_blob *blob = &tables->tables.items[i];
		struct acpi_table t = {.addr = blob->addr, .len = blob->len};

		memcpy(t.sig, blob->sig, sizeof(t.sig));
		if (vec_push(&im->b->plat->tables, t))
			im->b->lost = true;
		if (t.addr)
			builder_table_region(im->b, &t, where_import(im, blob->line, ""));
	}
}

static void import_acpidump(const struct import *im)
{
	struct acpi_log log = {.say = say, .ctx = (void *)(uintptr_t)im};
	struct acpi_tables tables = {0};
	struct acpi_facts facts = {0};

	if (acpidump_parse(&tables, im->file->text, im->file->len, &log) ||
	    acpi_facts(&facts, &tables, &log)) {
		im->b->lost = true;
	} else {
		take_facts(im, &facts);
		take_tables(im, &tables);
	}
	acpi_facts_fini(&facts);
	acpi_tables_fini(&tables);
}

/* --- /proc/iomem --------------------------------------------------------------------- */

/* A line of an ACPI device: a new device, or the next resource of the one before. */
static void take_iomem_device(const struct import *im, const struct iomem_line *line)
{
	struct platform_builder *b = im->b;
	size_t count = b->plat->devices.count;
	struct device *last = count ? &b->plat->devices.items[count - 1] : NULL;
	struct device_note note = {.where = where_import(im, line->line, "")};
	struct device dev = {.msix_bar = DEVICE_RES_MAX, .bus_by_hid = true};

	if (!last || strcmp(last->name, line->name) != 0) {
		dev.name = arena_strndup(b->arena, line->name, strlen(line->name));
		dev.hid = arena_strndup(b->arena, line->name, strcspn(line->name, ":"));
		dev.origin = note.where.origin;
		if (!dev.name || !dev.hid) {
			b->lost = true;
			return;
		}
		if (!builder_device(b, &dev, &note))
			return;
		last = &b->plat->devices.items[count];
	}
	/* a driver's claim of it is listed below, often by the same name */
	for (unsigned int i = 0; i < last->res_count; i++)
		if (range_has(last->res[i].base, last->res[i].size, line->first))
			return;
	if (last->res_count < DEVICE_RES_MAX) {
		last->res[last->res_count].base = line->first;
		last->res[last->res_count++].size = line->last - line->first + 1;
	}
}

/* What Linux keeps back of its RAM (NOMAP) is `reserved` beside it, not inside. */
static bool is_ram_line(const struct iomem_line *line)
{
	return !line->depth &&
	       (!strcmp(line->name, "System RAM") || !strcmp(line->name, "reserved"));
}

/* The largest run of adjacent RAM is Dom0's bank. */
static void import_ram(const struct import *im, const struct iomem_text *text)
{
	struct platform *p = im->b->plat;
	unsigned int ram_line = 0;

	for (size_t i = 0; i < text->lines.count; i++) {
		const struct iomem_line *first = &text->lines.items[i];
		uint64_t end = first->first;
		bool has_ram = false;

		if (!is_ram_line(first))
			continue;
		for (; i < text->lines.count; i++) {
			const struct iomem_line *line = &text->lines.items[i];

			if (line->depth)
				continue;
			if (!is_ram_line(line) || line->first != end)
				break;
			end = line->last + 1;
			has_ram |= !strcmp(line->name, "System RAM");
		}
		i--;
		if (has_ram && end - first->first > p->dom0_ram_size) {
			p->dom0_ram = first->first;
			p->dom0_ram_size = end - first->first;
			ram_line = first->line;
		}
	}
	if (ram_line)
		builder_region(im->b, FROM_DOM0_RAM, NULL, p->dom0_ram, p->dom0_ram_size,
			       where_import(im, ram_line, ""));
}

static void import_iomem(const struct import *im)
{
	struct acpi_log log = {.say = say, .ctx = (void *)(uintptr_t)im};
	struct iomem_text text = {0};

	if (iomem_text_parse(&text, im->file->text, im->file->len, &log))
		im->b->lost = true;
	for (size_t i = 0; i < text.lines.count; i++) {
		const struct iomem_line *line = &text.lines.items[i];

		if (iomem_name_is_acpi_device(line->name))
			take_iomem_device(im, line);
	}
	import_ram(im, &text);
	iomem_text_fini(&text);
}

/* --- PCI functions ------------------------------------------------------------------- */

#define BARS_AND_ROM 7 /* of the lines of `resource` */

static void take_function(const struct import *im, const struct pci_function *fn)
{
	struct platform_builder *b = im->b;
	struct device_note note = {.where = where_import(im, fn->line, "")};
	struct device dev = {.hid = "",
			     .bus = BUS_PCI,
			     .msix_bar = DEVICE_RES_MAX,
			     .segment = fn->segment,
			     .pci_bus = fn->bus,
			     .pci_dev = fn->dev,
			     .pci_fn = fn->fn,
			     .vendor = fn->vendor,
			     .device_id = fn->device,
			     .class_code = fn->class_code,
			     .origin = note.where.origin};

	dev.name =
		arena_printf(b->arena, "%04x:%02x:%02x.%x", fn->segment, fn->bus, fn->dev, fn->fn);
	note.bound = arena_strndup(b->arena, fn->driver, strlen(fn->driver));
	note.unbound = !fn->driver[0];
	for (unsigned int i = 0; i < BARS_AND_ROM; i++) {
		if (!(fn->res[i].flags & IORESOURCE_MEM))
			continue;
		dev.res[i].base = fn->res[i].first;
		dev.res[i].size = fn->res[i].last - fn->res[i].first + 1;
		dev.res_count = i + 1;
	}
	if (!dev.name || !note.bound)
		b->lost = true;
	else
		builder_device(b, &dev, &note);
}

/* --- what is behind bridges ---------------------------------------------------------- */

#define CLASS_PCI_BRIDGE 0x0604u
#define BRIDGE_WINDOWS	 7 /* of the lines of `resource`; SR-IOV BARs, which bridges lack, too */

static bool is_bridge(const struct pci_function *fn)
{
	return fn->class_code >> 8 == CLASS_PCI_BRIDGE;
}

/* One of fn's memory ranges lies in a window of the bridge. */
static bool is_behind(const struct pci_function *fn, const struct pci_function *bridge)
{
	for (unsigned int w = BRIDGE_WINDOWS; w < PCI_RES_MAX; w++)
		for (unsigned int i = 0; i < PCI_RES_MAX; i++)
			if (bridge->res[w].flags & fn->res[i].flags & IORESOURCE_MEM &&
			    fn->res[i].first >= bridge->res[w].first &&
			    fn->res[i].last <= bridge->res[w].last)
				return true;
	return false;
}

/* The nearest bus with a function behind the bridge, by its windows; 0: they tell nothing. */
static unsigned int bus_in_windows(const struct pci_text *text, const struct pci_function *bridge)
{
	unsigned int nearest = 0;

	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_function *fn = &text->functions.items[i];

		if (fn->segment == bridge->segment && fn->bus > bridge->bus &&
		    (!nearest || fn->bus < nearest) && is_behind(fn, bridge))
			nearest = fn->bus;
	}
	return nearest;
}

/* PCI devices of the platform from `first` on, in the order of text->functions. */
struct pci_import {
	const struct pci_text *text;
	struct device *devices;
	unsigned int segment;
	unsigned int last; /* the highest bus number given so far */
	bool known[256];   /* buses that a window told */
};

/* pci_scan_bridge(): each bridge in turn gets the next number, then those behind it. */
static void number_buses(struct pci_import *pi, unsigned int bus)
{
	for (unsigned int devfn = 0; devfn < 256; devfn++)
		for (size_t i = 0; i < pi->text->functions.count; i++) {
			const struct pci_function *fn = &pi->text->functions.items[i];
			struct device *dev = &pi->devices[i];

			if (!is_bridge(fn) || fn->segment != pi->segment || fn->bus != bus ||
			    (fn->dev << 3 | fn->fn) != (int)devfn)
				continue;
			while (!dev->secondary_bus && pi->last < 255)
				if (!pi->known[++pi->last])
					dev->secondary_bus = (uint8_t)pi->last;
			if (pi->last < dev->secondary_bus)
				pi->last = dev->secondary_bus;
			if (dev->secondary_bus > bus)
				number_buses(pi, dev->secondary_bus);
		}
}

static bool has_functions(const struct pci_import *pi, unsigned int bus)
{
	for (size_t i = 0; i < pi->text->functions.count; i++)
		if (pi->text->functions.items[i].segment == pi->segment &&
		    pi->text->functions.items[i].bus == bus)
			return true;
	return false;
}

/* The files do not tell a bridge's buses: its windows do, or else the order of Linux's numbers. */
static void find_secondary_buses(struct pci_import *pi)
{
	const struct pci_text *text = pi->text;
	int numbered = -1; /* buses up to here are root buses or behind a bridge */

	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_function *fn = &text->functions.items[i];
		unsigned int bus = is_bridge(fn) ? bus_in_windows(text, fn) : 0;

		if (fn->segment != pi->segment || !bus)
			continue;
		pi->devices[i].secondary_bus = (uint8_t)bus;
		pi->known[bus] = true;
	}
	/* a root bus is one that no bridge leads to */
	for (int bus = 0; bus < 256; bus++) {
		if (bus <= numbered || pi->known[bus] || !has_functions(pi, (unsigned int)bus))
			continue;
		pi->last = (unsigned int)bus;
		number_buses(pi, pi->last);
		numbered = (int)pi->last;
	}
}

/* The lowest segment from `from` on that has functions; UINT_MAX: none. */
static unsigned int next_segment(const struct pci_text *text, unsigned int from)
{
	unsigned int next = UINT_MAX;

	for (size_t i = 0; i < text->functions.count; i++) {
		unsigned int segment = text->functions.items[i].segment;

		if (segment >= from && segment < next)
			next = segment;
	}
	return next;
}

static void take_bridges(const struct import *im, const struct pci_text *text, size_t first)
{
	struct device *devices = &im->b->plat->devices.items[first];

	for (unsigned int segment = next_segment(text, 0); segment != UINT_MAX;
	     segment = next_segment(text, segment + 1)) {
		struct pci_import pi = {.text = text, .devices = devices, .segment = segment};

		find_secondary_buses(&pi);
	}
}

static void import_pci(const struct import *im)
{
	struct acpi_log log = {.say = say, .ctx = (void *)(uintptr_t)im};
	size_t first = im->b->plat->devices.count;
	struct pci_text text = {0};

	if (pci_text_parse(&text, im->file->text, im->file->len, &log))
		im->b->lost = true;
	for (size_t i = 0; i < text.functions.count; i++)
		take_function(im, &text.functions.items[i]);
	if (text.functions.count && !im->b->lost)
		take_bridges(im, &text, first);
	pci_text_fini(&text);
}

/* --- all of them --------------------------------------------------------------------- */

void builder_import(struct platform_builder *b, const struct schema_ctx *ctx,
		    const struct raw_import *import, const char *dir)
{
	const struct {
		const char *key, *name;
		void (*run)(const struct import *im);
	} files[] = {
		{"acpidump", import->acpidump, import_acpidump},
		{"iomem", import->iomem, import_iomem},
		{"pci", import->pci, import_pci},
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *path = files[i].name ? path_join(b->arena, dir, files[i].name) : NULL;
		struct diag_file *file = arena_alloc(b->arena, sizeof(*file));
		struct import im = {b, file, files[i].key};
		int rc;

		if (!path || !file)
			continue;
		rc = text_file_read(b->arena, path, IMPORT_MAX_BYTES, file);
		if (rc)
			schema_error(ctx, node_get(import->head.node, files[i].key),
				     "cannot read '%s': %s", path,
				     rc == -EFBIG ? "larger than 16 MiB" : strerror(-rc));
		else
			files[i].run(&im);
	}
}
