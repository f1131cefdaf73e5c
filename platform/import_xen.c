// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Xen logged while it built Dom0 (xen-build.json): a list of {"op": "p2m_insert", "gfn":
 * "40000", "nr": 262144, "mfn": "40000", "p2mt": 1, "rc": 0}, numbers of frames in hexadecimal.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/import_parts.h"

#define P2M_RAM_RW	1u /* p2m_ram_rw */
#define P2M_MMIO_DIRECT 5u /* p2m_mmio_direct_c: what Xen maps tables as */
#define FRAME_MAX	(UINT64_C(1) << 40)
#define XEN_TEXT_MOST	(UINT64_C(1) << 20)
#define XEN_HEAP_MOST	(UINT64_C(32) << 20)
#define XEN_HEAP_LEAST	(UINT64_C(2) << 20)

/* --- reading ------------------------------------------------------------------------- */

static bool number(const struct node *map, const char *key, int base, uint64_t *value)
{
	const struct node *n = node_get(map, key);
	char *end;

	if (!n || n->kind != NODE_SCALAR || !n->text[0] || strchr("+- ", n->text[0]))
		return false;
	*value = strtoull(n->text, &end, base);
	return !*end && *value < FRAME_MAX;
}

static bool is_insert(const struct node *row)
{
	const struct node *op = node_get(row, "op");
	uint64_t rc;

	return op && op->kind == NODE_SCALAR && strcmp(op->text, "p2m_insert") == 0 &&
	       (!node_get(row, "rc") || (number(row, "rc", 10, &rc) && !rc));
}

static void take_row(struct importing *im, const struct node *row, unsigned int index)
{
	struct xen_mapping m = {.index = index};
	uint64_t type;
	int lost = 0;

	if (!is_insert(row) || !number(row, "gfn", 16, &m.gfn) || !number(row, "mfn", 16, &m.mfn) ||
	    !number(row, "nr", 10, &m.pages) || !number(row, "p2mt", 10, &type))
		return;
	if (type == P2M_RAM_RW && m.gfn == m.mfn)
		lost = vec_push(&im->xen_ram, m);
	else if (type == P2M_MMIO_DIRECT && m.gfn == m.mfn)
		lost = vec_push(&im->xen_tables, m);
	else if (type == P2M_MMIO_DIRECT)
		lost = vec_push(&im->xen_crafted, m);
	im->b->lost |= lost != 0;
}

void import_read_xen_build(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_XEN_BUILD];
	const struct node *root, *row;
	unsigned int index = 1;
	struct diag mute;

	if (!file)
		return;
	diag_init(&mute);
	/* JSON is YAML */
	root = yaml_tree(im->b->arena, file, im->b->lenient ? &mute : im->b->diag);
	diag_fini(&mute);
	if (!root || root->kind != NODE_SEQ) {
		struct where w = import_where(im, COLLECTED_XEN_BUILD, "xen_build");

		import_warn(im, &w, "not a list of what Xen did: it is ignored");
		return;
	}
	for (row = root->child; row && !im->b->lost; row = row->next)
		take_row(im, row, index++);
	im->of_dom0 |= im->xen_ram.count || im->xen_tables.count;
}

/* --- memory -------------------------------------------------------------------------- */

static struct where where_row(struct importing *im, const struct xen_mapping *m)
{
	return import_where(im, COLLECTED_XEN_BUILD, "xen_build:%u", m->index);
}

/* The largest bank; Xen may have inserted it piece by piece. */
static void take_ram(struct importing *im)
{
	struct platform *p = im->b->plat;
	const struct xen_mapping *from = NULL;
	struct span64 best = {0, 0};

	for (size_t i = 0; i < im->xen_ram.count;) {
		const struct xen_mapping *first = &im->xen_ram.items[i];
		uint64_t end = first->gfn, base, size;

		for (; i < im->xen_ram.count && im->xen_ram.items[i].gfn == end; i++)
			end += im->xen_ram.items[i].pages;
		if (end == first->gfn) {
			i++;
			continue;
		}
		base = ((first->gfn << 12) + DOM0_RAM_ALIGN - 1) & ~(DOM0_RAM_ALIGN - 1);
		end = (end << 12) & ~(DOM0_RAM_ALIGN - 1);
		size = end > base ? end - base : 0;
		size = size > DOM0_RAM_MAX ? DOM0_RAM_MAX : size;
		if (size >= DOM0_RAM_MIN && size > best.size) {
			best = (struct span64){base, size};
			from = first;
		}
	}
	if (!from)
		return;
	p->dom0_ram = best.base;
	p->dom0_ram_size = best.size;
	builder_region(im->b, FROM_DOM0_RAM, NULL, best.base, best.size, where_row(im, from));
}

/* From `base` on, as many whole pages as are free, at most `most`. */
static uint64_t free_from(struct importing *im, uint64_t base, uint64_t most)
{
	struct span_list taken = {0};
	uint64_t end = base + most;

	if (!import_taken(im, &taken))
		im->b->lost = true;
	for (size_t i = 0; i < im->xen_tables.count; i++) {
		const struct xen_mapping *m = &im->xen_tables.items[i];
		struct span64 s = {m->mfn << 12, m->pages << 12};

		if (m->pages && vec_push(&taken, s))
			im->b->lost = true;
	}
	for (size_t i = 0; i < taken.count; i++) {
		const struct span64 *t = &taken.items[i];

		if (range_has(t->base, t->size, base))
			end = base;
		else if (t->base > base && t->base < end)
			end = t->base;
	}
	vec_fini(&taken);
	return (end & PAGE_MASK) - base;
}

/* Dom0 sees the crafted tables at __pa(_stext); their pages come from Xen's heap (FACTS X3). */
static void take_xen(struct importing *im)
{
	struct platform *p = im->b->plat;
	const struct xen_mapping *m = &im->xen_crafted.items[0];
	uint64_t text = m->gfn << 12, heap = (m->mfn << 12) & ~(DOM0_RAM_ALIGN - 1), size;

	size = free_from(im, text, XEN_TEXT_MOST);
	if (!size)
		return;
	p->xen_text = text;
	p->xen_text_size = size;
	builder_region(im->b, FROM_XEN_TEXT, NULL, text, size, where_row(im, m));
	if (range_has(text, size, heap))
		heap = text + size;
	size = free_from(im, heap, XEN_HEAP_MOST);
	if (size < XEN_HEAP_LEAST)
		return;
	p->xen_heap = heap;
	p->xen_heap_size = size;
	builder_region(im->b, FROM_XEN_HEAP, NULL, heap, size, where_row(im, m));
}

/* --- tables -------------------------------------------------------------------------- */

static bool place_table(struct importing *im, struct acpi_table *t, const struct xen_mapping *row)
{
	const struct platform *p = im->b->plat;
	uint64_t base = row->mfn << 12, size = row->pages << 12, at = base;

	for (size_t i = 0; i < p->tables.count; i++) {
		const struct acpi_table *other = &p->tables.items[i];

		if (other->addr && range_has(base, size, other->addr) &&
		    other->addr + other->len > at)
			at = (other->addr + other->len + 7) & ~UINT64_C(7);
	}
	if (!base || at - base > size || t->len > size - (at - base))
		return false;
	t->addr = at;
	builder_table_region(im->b, t, where_row(im, row));
	t->origin = where_row(im, row).origin;
	return true;
}

/*
 * acpi_map_other_tables() goes through the root table list: DSDT, FACS, then in the order of the
 * XSDT, in which the tables that Xen replaced (FADT, MADT) are usually the first.
 */
static void take_tables(struct importing *im)
{
	struct platform *p = im->b->plat;
	size_t rows = im->xen_tables.count, row = 2, waiting = 0, placed = 0;

	for (size_t i = 0; i < p->tables.count; i++)
		waiting += !p->tables.items[i].addr && strcmp(p->tables.items[i].sig, "DSDT") != 0;
	if (rows > 2 && rows - 2 > waiting)
		row = rows - waiting;
	for (size_t i = 0; i < p->tables.count && !im->b->lost; i++) {
		struct acpi_table *t = &p->tables.items[i];
		size_t at = strcmp(t->sig, "DSDT") == 0 ? 0 : row;

		if (t->addr)
			continue;
		while (at < rows && !place_table(im, t, &im->xen_tables.items[at]))
			at++;
		placed += at < rows;
		if (at == row)
			row++;
	}
	if (placed)
		import_remark(im, REMARK_TABLES, NULL,
			      "The dump gives no addresses: pages are those that Xen mapped, in "
			      "the order of its log;\nwhich table is in which page, and where in "
			      "it, is a guess.");
}

void import_xen_build(struct importing *im)
{
	if (im->xen_ram.count)
		take_ram(im);
	if (im->xen_crafted.count)
		take_xen(im);
	if (im->makes_up && im->xen_tables.count)
		take_tables(im);
}
