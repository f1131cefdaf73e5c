// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where Dom0's RAM, Xen and tables are, as far as files tell; the rest is made up and said to be.
 */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "platform/import_parts.h"

#define MIB	      (UINT64_C(1) << 20)
#define GIB	      (UINT64_C(1) << 30)
#define DOM0_RAM_MADE GIB /* most that Dom0 gets of a machine that had no Xen */
#define XEN_TEXT_MADE (2 * MIB)
#define XEN_HEAP_MADE (64 * MIB)
#define TABLES_ALIGN  (64 * UINT64_C(1024))
#define HIGHEST	      (UINT64_C(1) << 48)
#define HOLES_START   (4 * GIB)

/* --- what is taken ------------------------------------------------------------------- */

static void add_span(struct importing *im, struct span_list *list, uint64_t base, uint64_t size)
{
	struct span64 s = {base, size};

	/* what is beyond will be left out */
	if (base < HIGHEST && size && size <= HIGHEST - base && vec_push(list, s))
		im->b->lost = true;
}

static int by_base(const void *a, const void *b)
{
	const struct span64 *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

/* Memory stands above all that lies. */
static void add_memory(struct importing *im, struct span_list *list)
{
	for (size_t i = 0; i < im->b->pending.count; i++)
		if (im->b->pending.items[i].from <= FROM_XEN_HEAP)
			add_span(im, list, im->b->pending.items[i].region.base,
				 im->b->pending.items[i].region.size);
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_base);
}

bool import_taken(struct importing *im, struct span_list *out)
{
	const struct platform *p = im->b->plat;

	for (size_t i = 0; i < im->b->pending.count; i++)
		add_span(im, out, im->b->pending.items[i].region.base,
			 im->b->pending.items[i].region.size);
	for (size_t i = 0; i < p->devices.count; i++)
		for (unsigned int r = 0; r < p->devices.items[i].res_count; r++)
			add_span(im, out, p->devices.items[i].res[r].base,
				 p->devices.items[i].res[r].size);
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), by_base);
	return !im->b->lost;
}

/* The next run of [*at, end) that is in none of the sorted spans; *at moves behind it. */
static bool next_gap(const struct span_list *taken, uint64_t *at, uint64_t end, struct span64 *gap)
{
	uint64_t from = *at;
	size_t i = 0;

	for (; i < taken->count && taken->items[i].base <= from; i++)
		if (taken->items[i].base + taken->items[i].size > from)
			from = taken->items[i].base + taken->items[i].size;
	if (from >= end)
		return false;
	*at = i < taken->count && taken->items[i].base < end ? taken->items[i].base : end;
	*gap = (struct span64){from, *at - from};
	return true;
}

/* Whole blocks of `align` bytes in the span. */
static struct span64 aligned(struct span64 s, uint64_t align)
{
	uint64_t base = (s.base + align - 1) & ~(align - 1);
	uint64_t end = (s.base + s.size) & ~(align - 1);

	return (struct span64){base, end > base ? end - base : 0};
}

/* --- RAM in /proc/iomem -------------------------------------------------------------- */

static bool is_line(const struct iomem_line *line, const char *name)
{
	return !line->depth && strcmp(line->name, name) == 0 && line->last < HIGHEST;
}

/* A line of RAM of which Linux may use nothing. */
static bool is_kept_back(const struct iomem_text *text, size_t i)
{
	const struct iomem_line *line = &text->lines.items[i], *next = line + 1;

	if (is_line(line, "reserved"))
		return true;
	return is_line(line, "System RAM") && i + 1 < text->lines.count && next->depth == 1 &&
	       next->first == line->first && next->last == line->last &&
	       strcmp(next->name, "reserved") == 0;
}

/*
 * The run of RAM that starts with line *i, which moves to its last. What a Dom0's Linux keeps back
 * of its RAM (NOMAP) is `reserved` beside it, not inside; on bare metal that is firmware's.
 */
static struct span64 ram_run(const struct importing *im, size_t *i)
{
	const struct iomem_text *text = &im->iomem;
	const struct iomem_line *first = &text->lines.items[*i];
	bool joins = im->of_dom0 || !im->makes_up, has_ram = false;
	uint64_t end = first->first;
	size_t k = *i;

	for (; k < text->lines.count; k++) {
		const struct iomem_line *line = &text->lines.items[k];
		bool ram = is_line(line, "System RAM");

		if (line->depth)
			continue;
		if (line->first != end || !(ram || (joins && is_line(line, "reserved"))))
			break;
		end = line->last + 1;
		has_ram |= ram;
		*i = k;
	}
	return (struct span64){first->first, has_ram ? end - first->first : 0};
}

struct bank {
	struct span64 span;
	unsigned int line;
};

/* The largest piece of the run that Dom0 could have. */
static void larger_bank(const struct span_list *taken, struct span64 run, unsigned int line,
			struct bank *best)
{
	uint64_t at = run.base;
	struct span64 gap;

	while (next_gap(taken, &at, run.base + run.size, &gap)) {
		gap = aligned(gap, DOM0_RAM_ALIGN);
		if (gap.size > best->span.size)
			*best = (struct bank){gap, line};
	}
}

void import_dom0_ram(struct importing *im)
{
	struct platform *p = im->b->plat;
	struct span_list taken = {0};
	struct bank best = {.line = 0};

	if (p->dom0_ram_size)
		return;
	/* what is in a Dom0's RAM its own firmware put there */
	if (im->of_dom0 || !im->makes_up)
		add_memory(im, &taken);
	else if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < im->iomem.lines.count; i++) {
		unsigned int line = im->iomem.lines.items[i].line;

		if (!im->iomem.lines.items[i].depth)
			larger_bank(&taken, ram_run(im, &i), line, &best);
	}
	vec_fini(&taken);
	if (best.span.size > DOM0_RAM_MADE)
		best.span.size = DOM0_RAM_MADE;
	if (best.span.size < (im->makes_up ? DOM0_RAM_MIN : 1))
		return;
	p->dom0_ram = best.span.base;
	p->dom0_ram_size = best.span.size;
	builder_region(im->b, FROM_DOM0_RAM, NULL, p->dom0_ram, p->dom0_ram_size,
		       import_where_line(im, COLLECTED_IOMEM, best.line));
	if (im->makes_up && !im->of_dom0)
		import_remark(im, REMARK_MEMORY, NULL,
			      "The machine ran without Xen: dom0_ram is a part of its RAM.");
}

/* --- made up ------------------------------------------------------------------------- */

static bool find_gap(const struct span_list *taken, uint64_t size, uint64_t align, uint64_t *base)
{
	uint64_t at = HOLES_START;
	struct span64 gap;

	while (next_gap(taken, &at, HIGHEST, &gap)) {
		gap = aligned(gap, align);
		*base = gap.base;
		if (gap.size >= size)
			return true;
	}
	return false;
}

/* A hole: nothing that the files know is there; if they leave none, no other memory. */
static bool find_hole(struct importing *im, uint64_t size, uint64_t align, uint64_t *base)
{
	struct span_list taken = {0};
	bool found;

	for (size_t i = 0; i < im->iomem.lines.count; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];

		if (!l->depth)
			add_span(im, &taken, l->first, l->last - l->first + 1);
	}
	for (size_t i = 0; i < im->windows.count; i++)
		add_span(im, &taken, im->windows.items[i].base, im->windows.items[i].size);
	if (!import_taken(im, &taken))
		im->b->lost = true;
	found = find_gap(&taken, size, align, base);
	if (!found) {
		taken.count = 0;
		add_memory(im, &taken);
		found = find_gap(&taken, size, align, base);
	}
	vec_fini(&taken);
	return found;
}

static struct where made_up(struct importing *im)
{
	return import_where(im, COLLECTED_COUNT, "made-up");
}

static void make_dom0_ram(struct importing *im)
{
	struct platform *p = im->b->plat;

	if (p->dom0_ram_size || !find_hole(im, DOM0_RAM_MADE, GIB, &p->dom0_ram))
		return;
	p->dom0_ram_size = DOM0_RAM_MADE;
	builder_region(im->b, FROM_DOM0_RAM, NULL, p->dom0_ram, p->dom0_ram_size, made_up(im));
	import_remark(im, REMARK_MEMORY, NULL,
		      "No file tells where RAM is: dom0_ram is made up, in a hole.");
}

/* The end of the last RAM line that has `size` bytes free there. */
static bool find_ram_end(struct importing *im, uint64_t size, uint64_t *base)
{
	struct span_list taken = {0};
	struct span64 gap;
	bool found = false;

	if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < im->iomem.lines.count; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];
		uint64_t at = l->first;

		if (!is_line(l, "System RAM") || is_kept_back(&im->iomem, i))
			continue;
		while (next_gap(&taken, &at, l->last + 1, &gap)) {
			gap = aligned(gap, DOM0_RAM_ALIGN);
			if (gap.size < size || (found && gap.base + gap.size - size < *base))
				continue;
			*base = gap.base + gap.size - size;
			found = true;
		}
	}
	vec_fini(&taken);
	return found;
}

/* Returns false if there is no place for it. */
static bool make_xen_part(struct importing *im, enum region_from from, uint64_t want,
			  uint64_t *base, uint64_t *size, bool *in_hole)
{
	uint64_t at;

	if (*size)
		return true;
	if (!find_ram_end(im, want, &at)) {
		if (!find_hole(im, want, DOM0_RAM_ALIGN, &at))
			return false;
		*in_hole = true;
	}
	*base = at;
	*size = want;
	builder_region(im->b, from, NULL, at, want, made_up(im));
	return true;
}

static void make_xen(struct importing *im)
{
	struct platform *p = im->b->plat;
	bool in_hole = false, made = !p->xen_text_size || !p->xen_heap_size;

	make_xen_part(im, FROM_XEN_HEAP, XEN_HEAP_MADE, &p->xen_heap, &p->xen_heap_size, &in_hole);
	make_xen_part(im, FROM_XEN_TEXT, XEN_TEXT_MADE, &p->xen_text, &p->xen_text_size, &in_hole);
	if (made)
		import_remark(im, REMARK_MEMORY, NULL,
			      "Where Xen is no file tells: xen_text and xen_heap are made up, %s.",
			      in_hole ? "in a hole" : "at the end of RAM");
}

/* --- tables without an address ------------------------------------------------------- */

/* RAM that is kept back and has that much free. */
static bool find_reserved(struct importing *im, uint64_t size, uint64_t *base)
{
	struct span_list taken = {0};
	struct span64 gap;
	bool found = false;

	if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < im->iomem.lines.count && !found; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];
		uint64_t at = l->first;

		while (is_kept_back(&im->iomem, i) && !found &&
		       next_gap(&taken, &at, l->last + 1, &gap)) {
			gap = aligned(gap, PAGE_SIZE);
			found = gap.size >= size;
			*base = gap.base;
		}
	}
	vec_fini(&taken);
	return found;
}

static uint64_t table_room(uint64_t len)
{
	return (len + 63) & ~UINT64_C(63);
}

static void make_table_addresses(struct importing *im)
{
	struct platform *p = im->b->plat;
	uint64_t size = 0, at;
	bool reserved;

	for (size_t i = 0; i < p->tables.count; i++)
		if (!p->tables.items[i].addr && p->tables.items[i].len < GIB)
			size += table_room(p->tables.items[i].len);
	if (!size)
		return;
	reserved = find_reserved(im, size, &at);
	if (!reserved && !find_hole(im, size, TABLES_ALIGN, &at))
		return;
	for (size_t i = 0; i < p->tables.count; i++) {
		struct acpi_table *t = &p->tables.items[i];
		struct where w =
			import_where(im, COLLECTED_COUNT, "%s", t->origin ? t->origin : "made-up");

		if (t->addr || t->len >= GIB)
			continue;
		t->addr = at;
		at += table_room(t->len);
		builder_table_region(im->b, t, w);
	}
	import_remark(im, REMARK_TABLES, NULL,
		      "Addresses that no file tells are made up: one table after another, in %s.",
		      reserved ? "RAM that is reserved" : "a hole");
}

/* Tables in the first blocks of Dom0's RAM, where its kernel is, cannot be there. */
static void clear_impossible_tables(struct importing *im)
{
	struct platform *p = im->b->plat;

	for (size_t i = 0; i < p->tables.count; i++) {
		struct acpi_table *t = &p->tables.items[i];
		struct where w =
			import_where(im, COLLECTED_ACPIDUMP, "%s", t->origin ? t->origin : "");
		size_t kept = 0;

		if (!t->addr || !range_has(p->dom0_ram, DOM0_RAM_MIN, t->addr))
			continue;
		import_warn(im, &w, "table '%s' cannot be at 0x%" PRIx64 ", where Dom0's kernel is",
			    t->sig, t->addr);
		for (size_t k = 0; k < im->b->pending.count; k++)
			if (im->b->pending.items[k].from != FROM_TABLES ||
			    im->b->pending.items[k].region.base != t->addr)
				im->b->pending.items[kept++] = im->b->pending.items[k];
		im->b->pending.count = kept;
		t->addr = 0;
	}
}

/* --- the rest of RAM ----------------------------------------------------------------- */

static void make_other_ram(struct importing *im)
{
	struct span_list taken = {0};
	struct span64 gap;
	unsigned int n = 0;

	if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < im->iomem.lines.count; i++) {
		const struct iomem_line *l = &im->iomem.lines.items[i];
		struct where w = import_where_line(im, COLLECTED_IOMEM, l->line);
		uint64_t at = l->first;

		if (!is_line(l, "System RAM") || is_kept_back(&im->iomem, i))
			continue;
		while (next_gap(&taken, &at, l->last + 1, &gap)) {
			gap = aligned(gap, PAGE_SIZE);
			if (gap.size && import_room(im, 100))
				builder_region_is(im->b,
						  arena_printf(im->b->arena, "other_ram%u", n++),
						  gap.base, gap.size, TRUTH_OTHER_RAM, w);
		}
	}
	vec_fini(&taken);
}

/*
 * What a Cortex-A57 has, or 48 bits if something lies above; what is beyond those lies. Xen's stage
 * 2 goes by the CPU's size, not by what there is: 40 bits would have a level less.
 */
static void choose_pa_bits(struct importing *im)
{
	static const unsigned int sizes[] = {44, 48};
	struct span_list taken = {0};
	uint64_t last = 0;

	if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < taken.count; i++) {
		uint64_t end = taken.items[i].base + taken.items[i].size - 1;

		if (end < HIGHEST && end > last)
			last = end;
	}
	vec_fini(&taken);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		im->b->plat->pa_bits = sizes[i];
		if (!(last >> sizes[i]))
			return;
	}
}

void import_make_up(struct importing *im)
{
	make_dom0_ram(im);
	clear_impossible_tables(im);
	make_xen(im);
	make_table_addresses(im);
	make_other_ram(im);
	if (!im->b->plat->pa_bits)
		choose_pa_bits(im);
}
