// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking back what firmware said, where it cannot be: regions go, so the facts behind them go too.
 */
#include <inttypes.h>
#include <string.h>

#include "platform/build.h"

/* Removes the items of a vector for which `condition` on `item` holds. */
#define REMOVE_IF(vec, item, condition)                                                            \
	do {                                                                                       \
		size_t kept_ = 0;                                                                  \
		for (size_t i_ = 0; i_ < (vec)->count; i_++) {                                     \
			(item) = &(vec)->items[i_];                                                \
			if (!(condition))                                                          \
				(vec)->items[kept_++] = (vec)->items[i_];                          \
		}                                                                                  \
		(vec)->count = kept_;                                                              \
	} while (0)

static void drop_frame(struct platform *p, const struct pending *pending)
{
	uint64_t base = pending->region.base;
	const uint64_t *frame;

	if (pending->from == FROM_ITS)
		REMOVE_IF(&p->its, frame, *frame == base);
	else if (pending->from == FROM_V2M)
		REMOVE_IF(&p->v2m, frame, *frame == base);
	else
		REMOVE_IF(&p->gtdt_frames, frame, *frame == base);
}

/* The n-th host bridge is that of the n-th ECAM: they go together. */
static void drop_ecam(struct platform_builder *b, uint64_t base)
{
	struct platform *p = b->plat;
	size_t n = 0, roots = 0;

	while (n < p->ecams.count && p->ecams.items[n].base != base)
		n++;
	if (n == p->ecams.count)
		return;
	memmove(&p->ecams.items[n], &p->ecams.items[n + 1],
		(p->ecams.count - n - 1) * sizeof(p->ecams.items[0]));
	p->ecams.count--;
	for (size_t i = 0; i < p->devices.count; i++) {
		if (p->devices.items[i].bus != BUS_PCI_ROOT || roots++ != n)
			continue;
		memmove(&p->devices.items[i], &p->devices.items[i + 1],
			(p->devices.count - i - 1) * sizeof(p->devices.items[0]));
		memmove(&b->notes.items[i], &b->notes.items[i + 1],
			(b->notes.count - i - 1) * sizeof(b->notes.items[0]));
		p->devices.count--;
		b->notes.count--;
		return;
	}
}

static void drop_resources(struct platform *p, const struct region *r)
{
	for (size_t i = 0; i < p->devices.count; i++) {
		struct device *d = &p->devices.items[i];

		for (unsigned int k = 0; k < d->res_count; k++)
			if (d->res[k].base == r->base && d->res[k].size == r->size) {
				d->res[k].base = d->res[k].size = 0;
				d->res[k].io = false;
				if (d->msix_bar == k && d->bus == BUS_PCI)
					d->msix_bar = DEVICE_RES_MAX;
			}
	}
}

static void drop_listed(struct platform *p, const struct pending *pending)
{
	const struct region *r = &pending->region;
	const struct gic_redist *redist;
	const struct acpi_table *table;
	const struct opregion *o;
	const struct area *area;
	const struct io_window *io;

	if (pending->from == FROM_REDISTS)
		REMOVE_IF(&p->redists, redist, redist->base == r->base && redist->size == r->size);
	else if (pending->from == FROM_TABLES)
		REMOVE_IF(&p->tables, table, table->addr == r->base && table->len == r->size);
	else if (pending->from == FROM_OPREGIONS)
		REMOVE_IF(&p->opregions, o, strcmp(o->path, r->name) == 0);
	else if (pending->from == FROM_AREAS)
		REMOVE_IF(&p->areas, area, area->base == r->base && area->size == r->size);
	else
		REMOVE_IF(&p->io_windows, io, io->base == r->base && io->size == r->size);
}

void builder_drop_fact(struct platform_builder *b, const struct pending *pending)
{
	struct platform *p = b->plat;

	switch (pending->from) {
	case FROM_BERT:
		p->bert = p->bert_size = 0;
		break;
	case FROM_GICD:
		p->gicd = p->gicd_size = 0;
		break;
	case FROM_GICC:
		p->gicc = p->gicc_size = 0;
		break;
	case FROM_GICH:
		p->gich = p->gich_size = 0;
		break;
	case FROM_GICV:
		p->gicv = p->gicv_size = 0;
		break;
	case FROM_SPCR:
		p->spcr = 0;
		break;
	case FROM_ITS:
	case FROM_V2M:
	case FROM_GTDT:
		drop_frame(p, pending);
		break;
	case FROM_ECAMS:
		drop_ecam(b, pending->region.base);
		break;
	case FROM_DEVICES:
		drop_resources(p, &pending->region);
		break;
	case FROM_REDISTS:
	case FROM_TABLES:
	case FROM_OPREGIONS:
	case FROM_AREAS:
	case FROM_IO_WINDOWS:
		drop_listed(p, pending);
		break;
	default:
		break; /* memory: the user's, or chosen so that it is free */
	}
}

/* True if a region of that kind is there. */
static bool is_there(const struct platform *p, uint64_t addr, enum truth truth)
{
	for (size_t i = 0; i < p->regions.count; i++)
		if (range_has(p->regions.items[i].base, p->regions.items[i].size, addr))
			return p->regions.items[i].truth == truth;
	return false;
}

void builder_settle(struct platform_builder *b)
{
	struct platform *p = b->plat;
	struct diag_file file = {.path = b->path};
	struct where w = {.file = &file, .imported = true};

	if (p->gicd_size && !is_there(p, p->gicd, TRUTH_EMULATED)) {
		where_warn(b, &w,
			   "the GIC distributor at 0x%" PRIx64 " is something else: it is "
			   "left out",
			   p->gicd);
		p->gicd = p->gicd_size = 0;
	}
	if (p->spcr && !is_there(p, p->spcr, TRUTH_XEN_MMIO)) {
		where_warn(b, &w,
			   "the SPCR console at 0x%" PRIx64 " is something else: it is left "
			   "out",
			   p->spcr);
		p->spcr = 0;
	}
}
