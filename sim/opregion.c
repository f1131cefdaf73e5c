// SPDX-License-Identifier: GPL-2.0-only
#include "sim/opregion.h"

#include "sim/dom0_model.h"

#define HANDLER "acpi_ex_system_memory_space_handler"

static struct opregion region_of(const struct dom0 *d, uint64_t addr, unsigned int bytes)
{
	for (size_t i = 0; i < d->plat->opregions.count; i++) {
		const struct opregion *r = &d->plat->opregions.items[i];

		if (range_has(r->base, r->size, addr) && r->size - (addr - r->base) >= bytes)
			return *r;
	}
	return (struct opregion){.base = addr, .size = bytes};
}

static bool is_of(const struct opregion_window *w, const struct opregion *r)
{
	return w->region_path == r->path && w->region_base == r->base && w->region_size == r->size;
}

/* The region's window that holds the access, its newest if there are several; NULL: a miss. */
static const struct opregion_window *find_window(const struct dom0 *d, const struct opregion *r,
						 uint64_t addr, unsigned int bytes)
{
	for (size_t i = d->windows.count; i-- > 0;) {
		const struct opregion_window *w = &d->windows.items[i];

		if (is_of(w, r) && range_has(w->first, w->bytes, addr) &&
		    w->bytes - (addr - w->first) >= bytes)
			return w;
	}
	return NULL;
}

/* Unmaps all windows of the region. */
static void drop_windows(struct dom0 *d, const struct opregion *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->windows.count; i++) {
		struct opregion_window w = d->windows.items[i];

		if (is_of(&w, r))
			dom0_acpi_unmap(d, HANDLER, w.va, w.bytes);
		else
			d->windows.items[kept++] = w;
	}
	d->windows.count = kept;
}

static const struct opregion_window *open_window(struct dom0 *d, const struct opregion *r,
						 uint64_t addr)
{
	uint64_t bytes = r->size - (addr - r->base);
	uint64_t to_boundary = PAGE_SIZE - (addr & ~PAGE_MASK);
	struct opregion_window w = {r->base, r->size, r->path, addr, 0, 0};

	if (bytes > PAGE_SIZE)
		bytes = PAGE_SIZE;
	if (!d->lnx->opregion_may_cross_page && bytes > to_boundary)
		bytes = to_boundary;
	if (!d->lnx->opregion_windows_kept)
		drop_windows(d, r);
	w.bytes = bytes;
	w.va = dom0_acpi_map(d, HANDLER, addr, bytes);
	if (!w.va)
		return NULL;
	if (vec_push(&d->windows, w)) {
		dom0_out_of_memory(d);
		return NULL;
	}
	return &d->windows.items[d->windows.count - 1];
}

struct dom0_result opregion_access(struct dom0 *d, uint64_t addr, enum dom0_access access,
				   uint64_t *value)
{
	unsigned int bytes = dom0_access_bytes(access);
	struct opregion r = region_of(d, addr, bytes);
	const struct opregion_window *w = find_window(d, &r, addr, bytes);
	struct dom0_result res = {.outcome = OUTCOME_FAILED};

	if (!w)
		w = open_window(d, &r, addr);
	if (w)
		res = dom0_access_at(d, HANDLER, addr, w->va + (addr - w->first), access, value);
	else if (dom0_stopped(d))
		res.outcome = OUTCOME_CRASHED;
	if (r.dynamic && !dom0_stopped(d))
		drop_windows(d, &r);
	return res;
}
