// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions of a platform in the making: names, ranks, overlaps.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "platform/build.h"

/* What a region may do where an earlier one already is. */
enum yields {
	YIELDS_EXACT,  /* step back for one that is exactly the same */
	YIELDS_INSIDE, /* and for one that it lies in, unless of the same kind of source */
	YIELDS_ALWAYS_INSIDE,
};

static const struct {
	const char *name; /* NULL: comes with the region */
	bool numbered;
	enum truth truth;
	enum yields yields;
} kinds[FROM_COUNT] = {
	[FROM_REGIONS] = {NULL, false, TRUTH_HOLE, YIELDS_EXACT},
	[FROM_DOM0_RAM] = {"dom0_ram", false, TRUTH_DOM0_RAM, YIELDS_EXACT},
	[FROM_XEN_TEXT] = {"xen_text", false, TRUTH_XEN, YIELDS_EXACT},
	[FROM_XEN_HEAP] = {"xen_heap", false, TRUTH_XEN, YIELDS_EXACT},
	[FROM_BERT] = {"bert", false, TRUTH_FIRMWARE, YIELDS_EXACT},
	[FROM_TABLES] = {NULL, false, TRUTH_TABLE, YIELDS_EXACT},
	[FROM_GICD] = {"gicd", false, TRUTH_EMULATED, YIELDS_EXACT},
	[FROM_REDISTS] = {"gicr", true, TRUTH_EMULATED, YIELDS_EXACT},
	[FROM_GICC] = {"gicc", false, TRUTH_EMULATED, YIELDS_EXACT},
	[FROM_GICH] = {"gich", false, TRUTH_XEN_MMIO, YIELDS_EXACT},
	[FROM_GICV] = {"gicv", false, TRUTH_XEN_MMIO, YIELDS_EXACT},
	[FROM_ITS] = {"its", true, TRUTH_EMULATED, YIELDS_EXACT},
	[FROM_V2M] = {"v2m", true, TRUTH_MMIO, YIELDS_EXACT},
	[FROM_SPCR] = {"spcr", false, TRUTH_XEN_MMIO, YIELDS_EXACT},
	[FROM_ECAMS] = {"ecam", true, TRUTH_MMIO, YIELDS_EXACT},
	[FROM_GTDT] = {"gtdt", true, TRUTH_MMIO, YIELDS_INSIDE},
	[FROM_IO_WINDOWS] = {"io", true, TRUTH_MMIO, YIELDS_INSIDE},
	[FROM_DEVICES] = {NULL, false, TRUTH_MMIO, YIELDS_INSIDE},
	[FROM_OPREGIONS] = {NULL, false, TRUTH_MMIO, YIELDS_ALWAYS_INSIDE},
	[FROM_AREAS] = {NULL, false, TRUTH_FIRMWARE, YIELDS_ALWAYS_INSIDE},
};

static uint32_t hash_name(const char *name)
{
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return hash;
}

static void add(struct platform_builder *b, enum region_from from, const struct region *r,
		struct where where)
{
	struct pending p = {.from = from, .region = *r, .where = where};

	if (!r->name) {
		b->lost = true;
		return;
	}
	p.name_hash = hash_name(r->name);
	if (vec_push(&b->pending, p))
		b->lost = true;
}

void builder_region(struct platform_builder *b, enum region_from from, const char *name,
		    uint64_t base, uint64_t size, struct where where)
{
	struct region r = {name, base, size, kinds[from].truth, where.origin};

	if (!name)
		r.name = kinds[from].numbered
				 ? arena_printf(b->arena, "%s%u", kinds[from].name, b->counts[from])
				 : kinds[from].name;
	b->counts[from]++;
	add(b, from, &r, where);
}

void builder_region_is(struct platform_builder *b, const char *name, uint64_t base, uint64_t size,
		       enum truth is, struct where where)
{
	struct region r = {name, base, size, is, where.origin};

	add(b, FROM_REGIONS, &r, where);
}

/* Registers and persistent memory are devices; the rest is RAM that firmware keeps. */
static enum truth area_truth(enum area_use use)
{
	switch (use) {
	case AREA_PCC_REGISTER:
	case AREA_CPPC_REGISTER:
	case AREA_EINJ_REGISTER:
	case AREA_ERST_REGISTER:
	case AREA_TPM_BUFFER:
	case AREA_PMEM:
	case AREA_FLUSH_HINT:
	case AREA_FRAMEBUFFER:
	case AREA_UNMAPPED:
		return TRUTH_MMIO;
	default:
		return TRUTH_FIRMWARE;
	}
}

void builder_area(struct platform_builder *b, enum area_use use, uint64_t base, uint64_t size,
		  struct where where)
{
	struct area area = {use, base, size, where.origin};
	struct region r = {NULL, base, size, area_truth(use), where.origin};

	r.name = arena_printf(b->arena, "%s%u", area_use_name[use], b->area_counts[use]++);
	if (vec_push(&b->plat->areas, area))
		b->lost = true;
	add(b, FROM_AREAS, &r, where);
}

void builder_io_window(struct platform_builder *b, const struct io_window *window,
		       struct where where)
{
	struct io_window w = *window;

	w.origin = where.origin;
	if (vec_push(&b->plat->io_windows, w))
		b->lost = true;
	builder_region(b, FROM_IO_WINDOWS, NULL, w.base, w.size, where);
}

void builder_forget(struct platform_builder *b, enum region_from from)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->pending.count; i++)
		if (b->pending.items[i].from != from)
			b->pending.items[kept++] = b->pending.items[i];
	b->pending.count = kept;
	b->counts[from] = 0;
}

/* --- numbers in names ------------------------------------------------------------------ */

#define TABLE_PREFIX "table."

/* Pending regions of that source whose name is `stem` characters of `name` and a number. */
static unsigned int same_stem(const struct platform_builder *b, enum region_from from,
			      const char *name, size_t stem)
{
	unsigned int same = 0;

	for (size_t i = 0; i < b->pending.count; i++) {
		const struct pending *p = &b->pending.items[i];

		same += p->from == from && strncmp(p->region.name, name, stem) == 0 &&
			strspn(p->region.name + stem, "0123456789") ==
				strlen(p->region.name + stem);
	}
	return same;
}

/* The name of the next table with that signature. */
static const char *table_name(struct platform_builder *b, const char *sig)
{
	unsigned int same = 0;

	for (size_t i = 0; i < b->pending.count; i++)
		same += b->pending.items[i].from == FROM_TABLES &&
			strncmp(b->pending.items[i].region.name + strlen(TABLE_PREFIX), sig, 4) ==
				0;
	return same ? arena_printf(b->arena, TABLE_PREFIX "%.4s.%u", sig, same)
		    : arena_printf(b->arena, TABLE_PREFIX "%.4s", sig);
}

void builder_table_region(struct platform_builder *b, const struct acpi_table *t,
			  struct where where)
{
	builder_region(b, FROM_TABLES, table_name(b, t->sig), t->addr, t->len, where);
}

/* --- placing ------------------------------------------------------------------------- */

#define RANGE_FMT     "'%s' (0x%" PRIx64 "-0x%" PRIx64 ")"
#define RANGE_ARGS(r) (r)->name, (r)->base, (r)->base + ((r)->size - 1)

static bool overlap(const struct region *a, const struct region *b)
{
	return a->base - b->base < b->size || b->base - a->base < a->size;
}

/* True if `later` gives way to `earlier`, which it overlaps. */
static bool gives_way(const struct pending *later, const struct pending *earlier)
{
	const struct region *l = &later->region, *e = &earlier->region;
	bool same = l->base == e->base && l->size == e->size;
	bool inside = l->base - e->base < e->size && l->size <= e->size - (l->base - e->base);
	bool in_ram = earlier->from >= FROM_DOM0_RAM && earlier->from <= FROM_XEN_HEAP;

	/* a table that an initrd brought */
	if (later->from == FROM_TABLES && earlier->from == FROM_DOM0_RAM)
		return inside;
	if (same && (later->from != earlier->from || later->from >= FROM_DEVICES))
		return true;
	switch (kinds[later->from].yields) {
	case YIELDS_EXACT:
		return false;
	case YIELDS_INSIDE:
		return inside && !in_ram &&
		       (earlier->from != later->from || later->from == FROM_DEVICES);
	case YIELDS_ALWAYS_INSIDE:
		break;
	}
	return inside;
}

/* A region cannot be: the user's mistake, or one of firmware, whose fact is taken back. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct platform_builder *b,
							 struct pending *p, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->conflict = p->where.imported;
	if (p->conflict)
		where_warn(b, &p->where, "%s: it is left out", text);
	else
		where_error(b, &p->where, "%s", text);
	return false;
}

static bool range_ok(struct platform_builder *b, struct pending *p)
{
	const struct region *r = &p->region;

	if (range_bad(r->base, r->size))
		return refuse(b, p,
			      "'%s' at 0x%" PRIx64 " with 0x%" PRIx64
			      " bytes does not fit into 64 bits",
			      r->name, r->base, r->size);
	if (b->plat->pa_bits < 64 && (r->base + (r->size - 1)) >> b->plat->pa_bits)
		return refuse(b, p, RANGE_FMT " is outside the %u-bit physical address space",
			      RANGE_ARGS(r), b->plat->pa_bits);
	return true;
}

/*
 * True if `later` may have a hole where `earlier` is: a device's resource around the console's
 * page, an OperationRegion around a device. What is around RAM is a lie.
 */
static bool surrounds(const struct pending *later, const struct pending *earlier)
{
	const struct region *l = &later->region, *e = &earlier->region;
	bool in_ram = earlier->from >= FROM_DOM0_RAM && earlier->from <= FROM_XEN_HEAP;

	return later->from >= FROM_IO_WINDOWS && !in_ram && e->base - l->base < l->size &&
	       e->size <= l->size - (e->base - l->base);
}

/* Checks the pending region `i` against those before it; true if it becomes a region. */
static bool place(struct platform_builder *b, size_t i)
{
	struct pending *p = &b->pending.items[i];

	if (!range_ok(b, p))
		return false;
	for (size_t k = 0; k < i; k++) {
		const struct pending *e = &b->pending.items[k];

		if (e->name_hash == p->name_hash && strcmp(e->region.name, p->region.name) == 0)
			return refuse(b, p, "two regions are called '%s', see %s", p->region.name,
				      e->where.origin);
		if (e->dropped || !overlap(&p->region, &e->region))
			continue;
		if (!gives_way(p, e) && surrounds(p, e)) {
			p->holed = true;
			continue;
		}
		if (!gives_way(p, e))
			refuse(b, p, RANGE_FMT " overlaps " RANGE_FMT " of %s",
			       RANGE_ARGS(&p->region), RANGE_ARGS(&e->region), e->where.origin);
		return false;
	}
	return true;
}

/* Stable sort by rank: an insertion of each rank in turn keeps the order of writing. */
static void sort_by_rank(struct platform_builder *b)
{
	struct pending *sorted = malloc((b->pending.count + 1) * sizeof(*sorted));
	size_t count = 0;

	if (!sorted) {
		b->lost = true;
		return;
	}
	for (unsigned int from = 0; from < FROM_COUNT; from++)
		for (size_t i = 0; i < b->pending.count; i++)
			if (b->pending.items[i].from == from)
				sorted[count++] = b->pending.items[i];
	if (count)
		memcpy(b->pending.items, sorted, count * sizeof(*sorted));
	free(sorted);
}

/* "table.SSDT.2", "its1": numbered as if those taken back had never been. */
static const char *renumbered(struct platform_builder *b, const struct pending *p)
{
	const char *name = p->region.name;
	size_t stem = strlen(name);

	if (p->from == FROM_TABLES)
		return table_name(b, name + strlen(TABLE_PREFIX));
	if (p->from != FROM_AREAS && !kinds[p->from].numbered)
		return name;
	while (stem && name[stem - 1] >= '0' && name[stem - 1] <= '9')
		stem--;
	return arena_printf(b->arena, "%.*s%u", (int)stem, name, same_stem(b, p->from, name, stem));
}

/* Facts that contradict others are no facts. */
static void take_back_conflicts(struct platform_builder *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->pending.count; i++)
		if (b->pending.items[i].conflict)
			builder_drop_fact(b, &b->pending.items[i]);
		else
			b->pending.items[kept++] = b->pending.items[i];
	b->pending.count = kept;
}

/*
 * Names as a file would give them that has only what is left: with the tables in Dom0's RAM behind
 * the others, because platforms keep them apart.
 */
static void renumber(struct platform_builder *b)
{
	size_t count = b->pending.count;
	struct pending *all = malloc((count + 1) * sizeof(*all));

	if (!all) {
		b->lost = true;
		return;
	}
	if (count)
		memcpy(all, b->pending.items, count * sizeof(*all));
	b->pending.count = 0;
	for (unsigned int last = 0; last < 2; last++)
		for (size_t i = 0; i < count && !b->lost; i++) {
			struct pending p = all[i];
			bool in_dom0 =
				p.from == FROM_TABLES &&
				range_has(b->plat->dom0_ram, b->plat->dom0_ram_size, p.region.base);

			if (in_dom0 != last)
				continue;
			p.region.name = renumbered(b, &p);
			b->lost |= !p.region.name;
			p.name_hash = p.region.name ? hash_name(p.region.name) : 0;
			b->pending.items[b->pending.count++] = p;
		}
	free(all);
}

/* The region before pending `i` that is met first from `at` on, to its end; NULL: none. */
static const struct region *next_hole(const struct platform_builder *b, size_t i, uint64_t at)
{
	const struct region *r = &b->pending.items[i].region, *next = NULL;

	for (size_t k = 0; k < i; k++) {
		const struct pending *e = &b->pending.items[k];
		const struct region *hole = &e->region;

		if (e->dropped || hole->base - r->base >= r->size ||
		    hole->base + (hole->size - 1) < at)
			continue;
		/* one that surrounds others may begin where they do */
		if (!next || hole->base < next->base ||
		    (hole->base == next->base && hole->size > next->size))
			next = hole;
	}
	return next;
}

/* What is left of pending `i` around others: the first piece keeps its name. */
static void push_pieces(struct platform_builder *b, size_t i)
{
	const struct region *whole = &b->pending.items[i].region;
	uint64_t at = whole->base, end = whole->base + (whole->size - 1);
	unsigned int pieces = 0;

	for (bool last = false; !last && !b->lost;) {
		const struct region *hole = next_hole(b, i, at);
		uint64_t until = !hole ? end + 1 : hole->base > at ? hole->base : at;
		struct region piece = *whole;

		piece.base = at;
		piece.size = until - at;
		if (pieces)
			piece.name = arena_printf(b->arena, "%s.part%u", whole->name, pieces);
		if (piece.size && (!piece.name || vec_push(&b->plat->regions, piece)))
			b->lost = true;
		pieces += piece.size != 0;
		last = !hole || hole->base + (hole->size - 1) >= end;
		if (!last)
			at = hole->base + hole->size;
	}
}

static void push_region(struct platform_builder *b, size_t i)
{
	const struct pending *p = &b->pending.items[i];

	if (p->holed)
		push_pieces(b, i);
	else if (vec_push(&b->plat->regions, p->region))
		b->lost = true;
}

void builder_place_regions(struct platform_builder *b)
{
	sort_by_rank(b);
	for (size_t i = 0; i < b->pending.count && !b->lost; i++)
		b->pending.items[i].dropped = !place(b, i);
	take_back_conflicts(b);
	if (b->lenient)
		renumber(b);
	for (size_t i = 0; i < b->pending.count && !b->lost; i++)
		if (!b->pending.items[i].dropped)
			push_region(b, i);
}

/* --- names --------------------------------------------------------------------------- */

/* "nvme.bar4", "LNRO0005:00.res0": the device, and the number behind the last dot. */
static const struct device *device_of(const struct platform_builder *b, const char *name,
				      unsigned int *res)
{
	const char *dot = strrchr(name, '.');

	if (!dot || (strncmp(dot, ".bar", 4) != 0 && strncmp(dot, ".res", 4) != 0) ||
	    dot[4] < '0' || dot[4] > '9' || dot[5])
		return NULL;
	*res = (unsigned int)(dot[4] - '0');
	for (size_t i = 0; i < b->plat->devices.count; i++) {
		const struct device *d = &b->plat->devices.items[i];

		if (strlen(d->name) == (size_t)(dot - name) &&
		    strncmp(d->name, name, (size_t)(dot - name)) == 0)
			return d;
	}
	return NULL;
}

bool builder_address(const struct platform_builder *b, const char *name, uint64_t *addr,
		     const struct device **device)
{
	uint32_t hash = hash_name(name);
	unsigned int res;

	*device = NULL;
	if (strcmp(name, "crafted") == 0) {
		*addr = b->plat->xen_text;
		return true;
	}
	for (size_t i = 0; i < b->pending.count; i++) {
		const struct pending *p = &b->pending.items[i];

		if (p->name_hash == hash && strcmp(p->region.name, name) == 0) {
			*addr = p->region.base;
			return true;
		}
	}
	*device = device_of(b, name, &res);
	if (!*device || res >= (*device)->res_count || !(*device)->res[res].size)
		return false;
	*addr = (*device)->res[res].base;
	return true;
}

const char *const *builder_names(const struct platform_builder *b, size_t *count)
{
	size_t room = b->pending.count + b->plat->devices.count;
	const char **names = arena_alloc(b->arena, (room + 1) * sizeof(*names));

	*count = 0;
	for (size_t i = 0; names && i < b->pending.count; i++)
		names[(*count)++] = b->pending.items[i].region.name;
	for (size_t i = 0; names && i < b->plat->devices.count; i++)
		names[(*count)++] = b->plat->devices.items[i].name;
	return names;
}

const char *const *builder_device_names(const struct platform_builder *b, size_t *count)
{
	const char **names = arena_alloc(b->arena, (b->plat->devices.count + 1) * sizeof(*names));

	*count = 0;
	for (size_t i = 0; names && i < b->plat->devices.count; i++)
		names[(*count)++] = b->plat->devices.items[i].name;
	return names;
}
