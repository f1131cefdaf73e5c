// SPDX-License-Identifier: GPL-2.0-only
/*
 * One function per section, in the order of docs/SCENARIO.md. A section without entries is not
 * written.
 */
#include "platform/write.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"

#define PLAIN_FIRST "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define PLAIN	    PLAIN_FIRST "0123456789.+/:@-"

struct writer {
	FILE *out;
	const struct written_platform *w;
	const struct platform *p;
};

/* --- words --------------------------------------------------------------------------- */

static void put_comment(const struct writer *w, const char *indent, const char *text)
{
	fprintf(w->out, "%s# ", indent);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			fprintf(w->out, "\n%s# ", indent);
		else
			fputc(c < ' ' || c > '~' ? '?' : c, w->out);
	}
	fputc('\n', w->out);
}

/* The remarks of a place. */
static void put_remarks(const struct writer *w, enum remark_at at, const char *key,
			const char *indent)
{
	for (size_t i = 0; i < w->w->remark_count; i++) {
		const struct remark *r = &w->w->remarks[i];

		if (r->at != at || !r->key != !key || (key && strcmp(r->key, key) != 0))
			continue;
		put_comment(w, indent, r->text);
	}
}

static void put_section(const struct writer *w, const char *title, enum remark_at at)
{
	fprintf(w->out, "\n# --- %s ---\n", title);
	if (at != REMARK_COUNT)
		put_remarks(w, at, NULL, "");
}

/* A scalar: plain where that cannot be mistaken, else in single quotes. */
static void put_text(const struct writer *w, const char *text)
{
	size_t len = strlen(text);

	if (len && strchr(PLAIN_FIRST, text[0]) && strspn(text, PLAIN) == len &&
	    text[len - 1] != ':') {
		fputs(text, w->out);
		return;
	}
	fputc('\'', w->out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', w->out);
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, w->out);
	}
	fputc('\'', w->out);
}

/* 64K, 16M: in the largest unit that is exact; else hexadecimal. */
static void put_size(const struct writer *w, uint64_t size)
{
	static const char units[] = "TGMK";

	for (unsigned int i = 0; units[i]; i++) {
		unsigned int shift = 40 - 10 * i;

		if (size && !(size & ((UINT64_C(1) << shift) - 1))) {
			fprintf(w->out, "%" PRIu64 "%c", size >> shift, units[i]);
			return;
		}
	}
	if (size < 10)
		fprintf(w->out, "%" PRIu64, size);
	else
		fprintf(w->out, "0x%" PRIx64, size);
}

static void put_origin(const struct writer *w, const char *origin)
{
	if (!origin)
		return;
	fputs(", origin: ", w->out);
	put_text(w, origin);
}

/* "base: 0x9000000, size: 4K" */
static void put_span(const struct writer *w, uint64_t base, uint64_t size)
{
	fprintf(w->out, "base: 0x%" PRIx64 ", size: ", base);
	put_size(w, size);
}

/* Where the region that starts there is known from; NULL if there is none. */
static const char *origin_at(const struct writer *w, uint64_t base)
{
	const struct region *r = platform_region(w->p, base);

	return r ? r->origin : NULL;
}

static void put_range(const struct writer *w, const char *indent, const char *key, uint64_t base,
		      uint64_t size)
{
	if (!size)
		return;
	fprintf(w->out, "%s%s: {", indent, key);
	put_span(w, base, size);
	put_origin(w, origin_at(w, base));
	fputs("}\n", w->out);
}

/* A list of addresses, one a line, each with its origin as a comment. */
static void put_addresses(const struct writer *w, const char *indent, const char *key,
			  const uint64_t *items, size_t count)
{
	if (!count)
		return;
	fprintf(w->out, "%s%s:\n", indent, key);
	for (size_t i = 0; i < count; i++) {
		const char *origin = origin_at(w, items[i]);

		fprintf(w->out, "%s  - 0x%" PRIx64, indent, items[i]);
		if (origin) {
			fputc(' ', w->out);
			put_comment(w, "", origin);
		} else {
			fputc('\n', w->out);
		}
	}
}

/* --- sections ------------------------------------------------------------------------ */

#define MODULES_WIDTH 110 /* of a line of names */

static void put_modules(const struct writer *w)
{
	const struct platform *p = w->p;
	size_t column = 0;

	fputs("modules: [", w->out);
	for (size_t i = 0; i < p->modules.count; i++) {
		size_t len = strlen(p->modules.items[i]);
		bool folded = column + len > MODULES_WIDTH;

		fputs(!i ? "" : folded ? ",\n  " : ", ", w->out);
		put_text(w, p->modules.items[i]);
		column = (folded ? 0 : column) + len + 2;
	}
	fputs("]\n", w->out);
}

static void put_head(const struct writer *w)
{
	const struct platform *p = w->p;

	put_remarks(w, REMARK_HEAD, NULL, "");
	fputs("p2mlab: 1\nkind: platform\nname: ", w->out);
	put_text(w, p->name);
	fputs("\ncpu: ", w->out);
	put_text(w, p->cpu);
	fprintf(w->out, "\npa_bits: %u\n", p->pa_bits);
	put_modules(w);
	if (p->device_tree)
		fputs("boot: devicetree\n", w->out);
}

static void put_memory(const struct writer *w)
{
	const struct platform *p = w->p;

	put_section(w, "memory", REMARK_MEMORY);
	put_range(w, "", "dom0_ram", p->dom0_ram, p->dom0_ram_size);
	put_range(w, "", "xen_text", p->xen_text, p->xen_text_size);
	put_range(w, "", "xen_heap", p->xen_heap, p->xen_heap_size);
	if (p->heap_dirty)
		fprintf(w->out, "heap_dirty: %" PRIu64 "\n", p->heap_dirty);
	if (p->heap_phase)
		fprintf(w->out, "heap_phase: %" PRIu64 "\n", p->heap_phase);
	put_range(w, "", "bert", p->bert, p->bert_size);
}

static void put_gic(const struct writer *w)
{
	const struct platform *p = w->p;

	put_section(w, "interrupt controller, console, timers", REMARK_COUNT);
	fprintf(w->out, "gic:\n  version: %u\n", p->gic_version);
	put_range(w, "  ", "gicd", p->gicd, p->gicd_size);
	if (p->redists.count)
		fputs("  redists:\n", w->out);
	for (size_t i = 0; i < p->redists.count; i++) {
		const struct gic_redist *r = &p->redists.items[i];

		fputs("    - {", w->out);
		put_span(w, r->base, r->size);
		fputs(r->per_cpu ? ", per_cpu: true" : "", w->out);
		put_origin(w, r->origin);
		fputs("}\n", w->out);
	}
	put_addresses(w, "  ", "its", p->its.items, p->its.count);
	put_addresses(w, "  ", "v2m", p->v2m.items, p->v2m.count);
	put_range(w, "  ", "gicc", p->gicc, p->gicc_size);
	put_range(w, "  ", "gich", p->gich, p->gich_size);
	put_range(w, "  ", "gicv", p->gicv, p->gicv_size);
	if (p->spcr)
		fprintf(w->out, "spcr: 0x%" PRIx64 " # SPCR\n", p->spcr);
	put_addresses(w, "", "gtdt_frames", p->gtdt_frames.items, p->gtdt_frames.count);
	if (p->smmu_stage2 || !p->smmu_coherent)
		fprintf(w->out, "smmu: {stage2: %s, coherent: %s}\n",
			p->smmu_stage2 ? "true" : "false", p->smmu_coherent ? "true" : "false");
}

static void put_table(const struct writer *w, const struct acpi_table *t)
{
	fputs("  - {sig: ", w->out);
	put_text(w, t->sig);
	fprintf(w->out, ", at: 0x%" PRIx64 ", len: 0x%" PRIx64, t->addr, t->len);
	put_origin(w, t->origin);
	fputs("}\n", w->out);
}

static void put_tables(const struct writer *w)
{
	const struct platform *p = w->p;

	if (!p->tables.count && !p->dom0_tables.count)
		return;
	put_section(w, "ACPI tables in memory", REMARK_TABLES);
	fputs("tables:\n", w->out);
	for (size_t i = 0; i < p->tables.count; i++)
		put_table(w, &p->tables.items[i]);
	for (size_t i = 0; i < p->dom0_tables.count; i++)
		put_table(w, &p->dom0_tables.items[i]);
}

static void put_pci(const struct writer *w)
{
	const struct platform *p = w->p;

	if (!p->ecams.count && !p->io_windows.count)
		return;
	put_section(w, "PCI: configuration spaces, windows on I/O ports", REMARK_PCI);
	if (p->ecams.count)
		fputs("ecams:\n", w->out);
	for (size_t i = 0; i < p->ecams.count; i++) {
		const struct ecam *e = &p->ecams.items[i];

		fprintf(w->out, "  - {base: 0x%" PRIx64 ", segment: %u, buses: [%u, %u]",
			e->base - ((uint64_t)e->bus_first << 20), e->segment, e->bus_first,
			e->bus_last);
		put_origin(w, e->origin);
		fputs("}\n", w->out);
	}
	if (p->io_windows.count)
		fputs("io_windows:\n", w->out);
	for (size_t i = 0; i < p->io_windows.count; i++) {
		const struct io_window *io = &p->io_windows.items[i];

		fputs("  - {", w->out);
		put_span(w, io->base, io->size);
		fprintf(w->out, ", segment: %u", io->segment);
		put_origin(w, io->origin);
		fputs("}\n", w->out);
	}
}

static void put_areas(const struct writer *w)
{
	const struct platform *p = w->p;

	if (!p->areas.count)
		return;
	put_section(w, "memory that static tables name", REMARK_COUNT);
	fputs("areas:\n", w->out);
	for (size_t i = 0; i < p->areas.count; i++) {
		const struct area *a = &p->areas.items[i];

		fprintf(w->out, "  - {use: %s, ", area_use_name[a->use]);
		put_span(w, a->base, a->size);
		put_origin(w, a->origin);
		fputs("}\n", w->out);
	}
}

/* --- devices ------------------------------------------------------------------------- */

static void put_resources(const struct writer *w, const struct device *d)
{
	if (!d->res_count)
		return;
	fputs("    res:\n", w->out);
	for (unsigned int i = 0; i < d->res_count; i++) {
		fputs("      - {", w->out);
		if (d->res[i].size)
			put_span(w, d->res[i].base, d->res[i].size);
		else
			fputs("size: 0", w->out);
		fputs(d->res[i].io ? ", io: true" : "", w->out);
		fputs("}\n", w->out);
	}
}

static void put_key(const struct writer *w, const char *key, const char *text)
{
	fprintf(w->out, "    %s: ", key);
	put_text(w, text);
	fputc('\n', w->out);
}

static void put_function(const struct writer *w, const struct device *d)
{
	static const char *const ports[] = {[PORT_BY_PLACE] = "by_place",
					    [PORT_ROOT] = "root",
					    [PORT_UPSTREAM] = "upstream",
					    [PORT_DOWNSTREAM] = "downstream",
					    [PORT_CONVENTIONAL] = "conventional"};

	fprintf(w->out, "    pci: '%04x:%02x:%02x.%x'\n", d->segment, d->pci_bus, d->pci_dev,
		d->pci_fn);
	fprintf(w->out, "    vendor: 0x%04x\n    device: 0x%04x\n    class: 0x%06x\n", d->vendor,
		d->device_id, d->class_code);
	if (d->secondary_bus)
		fprintf(w->out, "    secondary_bus: 0x%02x\n", d->secondary_bus);
	if (d->port != PORT_BY_PLACE)
		fprintf(w->out, "    port: %s\n", ports[d->port]);
	if (d->msix_bar < DEVICE_RES_MAX)
		fprintf(w->out, "    msix: {bar: %u, offset: 0x%" PRIx64 ", vectors: %u}\n",
			d->msix_bar, d->msix_offset, d->msix_vectors ? d->msix_vectors : 1);
}

static void put_device(const struct writer *w, size_t i)
{
	static const char *const buses[] = {[BUS_PLATFORM] = "platform",
					    [BUS_AMBA] = "amba",
					    [BUS_PNP] = "pnp",
					    [BUS_PCI] = "pci",
					    [BUS_PCI_ROOT] = "pci-root"};
	const struct device *d = &w->p->devices.items[i];
	const char *bound = w->w->bound ? w->w->bound[i] : NULL;

	put_remarks(w, REMARK_DEVICES, d->name, "  ");
	fputs("  - name: ", w->out);
	put_text(w, d->name);
	fputc('\n', w->out);
	if (d->hid[0])
		put_key(w, "hid", d->hid);
	if (d->cid)
		put_key(w, "cid", d->cid);
	if (d->path)
		put_key(w, "path", d->path);
	if (d->bus == BUS_PCI && !d->bus_by_hid)
		put_function(w, d);
	else if (!d->bus_by_hid)
		put_key(w, "bus", buses[d->bus]);
	put_resources(w, d);
	if (d->behind_smmu)
		fprintf(w->out, "    behind_smmu: true\n    stream: 0x%x\n", d->stream);
	else if (d->stream)
		fprintf(w->out, "    stream: 0x%x\n", d->stream);
	if (d->hotplug)
		fputs("    hotplug: true\n", w->out);
	if (bound)
		put_key(w, "bound", bound[0] ? bound : "none");
	if (d->origin)
		put_key(w, "origin", d->origin);
}

static void put_devices(const struct writer *w)
{
	if (!w->p->devices.count)
		return;
	put_section(w, "devices, in the order in which Linux meets them", REMARK_DEVICES);
	fputs("devices:\n", w->out);
	for (size_t i = 0; i < w->p->devices.count; i++)
		put_device(w, i);
}

/* --- the rest ------------------------------------------------------------------------ */

static void put_opregions(const struct writer *w)
{
	const struct platform *p = w->p;

	if (!p->opregions.count)
		return;
	put_section(w, "SystemMemory OperationRegions", REMARK_OPREGIONS);
	fputs("opregions:\n", w->out);
	for (size_t i = 0; i < p->opregions.count; i++) {
		const struct opregion *o = &p->opregions.items[i];

		put_remarks(w, REMARK_OPREGIONS, o->path, "  ");
		fputs("  - {path: ", w->out);
		put_text(w, o->path);
		fputs(", ", w->out);
		put_span(w, o->base, o->size);
		fprintf(w->out, ", width: %u", o->width);
		fputs(o->touched_at_boot ? ", touched_at_boot: true" : "", w->out);
		fputs(o->by_driver ? ", by_driver: true" : "", w->out);
		if (o->boot_accesses != 1)
			fprintf(w->out, ", boot_accesses: %" PRIu64, o->boot_accesses);
		fputs(o->dynamic ? ", dynamic: true" : "", w->out);
		put_origin(w, o->origin);
		fputs("}\n", w->out);
	}
}

static bool is_span(const struct region *r, uint64_t base, uint64_t size)
{
	return r->base == base && r->size == size;
}

static bool is_frame(const struct region *r, const uint64_t *items, size_t count, uint64_t size)
{
	for (size_t i = 0; i < count; i++)
		if (is_span(r, items[i], size))
			return true;
	return false;
}

/* Memory, interrupt controller, timers. */
static bool follows_from_head(const struct platform *p, const struct region *r)
{
	for (size_t i = 0; i < p->redists.count; i++)
		if (is_span(r, p->redists.items[i].base, p->redists.items[i].size))
			return true;
	return is_span(r, p->dom0_ram, p->dom0_ram_size) ||
	       is_span(r, p->xen_text, p->xen_text_size) ||
	       is_span(r, p->xen_heap, p->xen_heap_size) || is_span(r, p->bert, p->bert_size) ||
	       is_span(r, p->gicd, p->gicd_size) || is_span(r, p->gicc, p->gicc_size) ||
	       is_span(r, p->gich, p->gich_size) || is_span(r, p->gicv, p->gicv_size) ||
	       (p->spcr && is_span(r, p->spcr & PAGE_MASK, PAGE_SIZE)) ||
	       is_frame(r, p->its.items, p->its.count, UINT64_C(0x20000)) ||
	       is_frame(r, p->v2m.items, p->v2m.count, PAGE_SIZE) ||
	       is_frame(r, p->gtdt_frames.items, p->gtdt_frames.count, PAGE_SIZE);
}

/*
 * Part of what that entry names, under its name: an entry may have holes where others are. A row of
 * `regions` has a name of its own.
 */
static bool is_part(const struct region *r, const char *stem, uint64_t base, uint64_t size)
{
	return strncmp(r->name, stem, strlen(stem)) == 0 && r->base - base < size &&
	       r->size <= size - (r->base - base);
}

static bool follows_from_lists(const struct platform *p, const struct region *r)
{
	for (size_t i = 0; i < p->tables.count; i++)
		if (is_part(r, "table.", p->tables.items[i].addr, p->tables.items[i].len))
			return true;
	for (size_t i = 0; i < p->ecams.count; i++) {
		const struct ecam *e = &p->ecams.items[i];

		if (is_part(r, "ecam", e->base, ((uint64_t)e->bus_last - e->bus_first + 1) << 20))
			return true;
	}
	for (size_t i = 0; i < p->io_windows.count; i++)
		if (is_part(r, "io", p->io_windows.items[i].base, p->io_windows.items[i].size))
			return true;
	for (size_t i = 0; i < p->opregions.count; i++)
		if (is_part(r, p->opregions.items[i].path, p->opregions.items[i].base,
			    p->opregions.items[i].size))
			return true;
	for (size_t i = 0; i < p->areas.count; i++)
		if (is_part(r, area_use_name[p->areas.items[i].use], p->areas.items[i].base,
			    p->areas.items[i].size))
			return true;
	return false;
}

static bool follows_from_devices(const struct platform *p, const struct region *r)
{
	for (size_t i = 0; i < p->devices.count; i++)
		for (unsigned int k = 0; k < p->devices.items[i].res_count; k++)
			if (is_part(r, p->devices.items[i].name, p->devices.items[i].res[k].base,
				    p->devices.items[i].res[k].size))
				return true;
	return false;
}

/* Only what no other entry tells. */
static bool is_written(const struct platform *p, const struct region *r)
{
	return !follows_from_head(p, r) && !follows_from_lists(p, r) && !follows_from_devices(p, r);
}

static void put_regions(const struct writer *w)
{
	const struct platform *p = w->p;
	bool any = false;

	for (size_t i = 0; i < p->regions.count; i++) {
		const struct region *r = &p->regions.items[i];

		if (!is_written(p, r))
			continue;
		if (!any) {
			put_section(w, "what else is there", REMARK_COUNT);
			fputs("regions:\n", w->out);
		}
		any = true;
		fputs("  - {name: ", w->out);
		put_text(w, r->name);
		fputs(", ", w->out);
		put_span(w, r->base, r->size);
		fprintf(w->out, ", is: %s", truth_name[r->truth]);
		put_origin(w, r->origin);
		fputs("}\n", w->out);
	}
}

static void put_end(const struct writer *w)
{
	for (size_t i = 0; i < w->w->remark_count; i++)
		if (w->w->remarks[i].at == REMARK_END) {
			put_section(w, "what only running AML would tell", REMARK_END);
			return;
		}
}

void platform_write(FILE *out, const struct written_platform *written)
{
	static void (*const sections[])(const struct writer *w) = {
		put_head,  put_memory,	put_gic,       put_tables,  put_pci,
		put_areas, put_devices, put_opregions, put_regions, put_end,
	};
	struct writer w = {out, written, written->plat};

	CHECK(written->plat->name && written->plat->cpu);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		sections[i](&w);
}
