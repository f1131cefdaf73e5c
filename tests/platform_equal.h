/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform_equal.h: two platforms field by field, but for what drivers do to their devices; and a
 * platform written as text and read back.
 */
#ifndef P2MLAB_TESTS_PLATFORM_EQUAL_H
#define P2MLAB_TESTS_PLATFORM_EQUAL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "platform/file.h"
#include "platform/write.h"
#include "tests/unit.h"

static inline bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Those of lists of addresses and of SPCR are comments of the file. */
static inline bool origin_is_written(const char *region)
{
	return strncmp(region, "its", 3) != 0 && strncmp(region, "v2m", 3) != 0 &&
	       strncmp(region, "gtdt", 4) != 0 && strcmp(region, "spcr") != 0;
}

static inline void same_regions(const struct platform *a, const struct platform *b)
{
	EXPECT_U64(b->regions.count, a->regions.count);
	for (size_t i = 0; i < a->regions.count && i < b->regions.count; i++) {
		const struct region *x = &a->regions.items[i], *y = &b->regions.items[i];

		EXPECT_STR(y->name, x->name);
		EXPECT(x->base == y->base && x->size == y->size && x->truth == y->truth);
		if (origin_is_written(x->name))
			EXPECT_STR(y->origin, x->origin);
	}
}

static inline void same_device(const struct device *x, const struct device *y)
{
	EXPECT_STR(y->name, x->name);
	EXPECT_STR(y->hid, x->hid);
	EXPECT(same_text(x->cid, y->cid) && same_text(x->path, y->path));
	EXPECT(same_text(x->origin, y->origin));
	EXPECT(x->bus_by_hid == y->bus_by_hid && (x->bus_by_hid || x->bus == y->bus));
	EXPECT_U64(y->res_count, x->res_count);
	for (unsigned int r = 0; r < x->res_count && r < y->res_count; r++)
		EXPECT(x->res[r].base == y->res[r].base && x->res[r].size == y->res[r].size &&
		       x->res[r].io == y->res[r].io);
	EXPECT(x->behind_smmu == y->behind_smmu && x->stream == y->stream);
	EXPECT(x->segment == y->segment && x->pci_bus == y->pci_bus && x->pci_dev == y->pci_dev &&
	       x->pci_fn == y->pci_fn);
	EXPECT(x->vendor == y->vendor && x->device_id == y->device_id &&
	       x->class_code == y->class_code);
	EXPECT(x->secondary_bus == y->secondary_bus && x->port == y->port);
	EXPECT(x->msix_bar == y->msix_bar);
	if (x->msix_bar < DEVICE_RES_MAX)
		EXPECT(x->msix_offset == y->msix_offset && x->msix_vectors == y->msix_vectors);
	EXPECT(x->hotplug == y->hotplug && x->driverless == y->driverless);
}

static inline void same_lists(const struct platform *a, const struct platform *b)
{
	EXPECT_U64(b->ecams.count, a->ecams.count);
	for (size_t i = 0; i < a->ecams.count && i < b->ecams.count; i++) {
		const struct ecam *x = &a->ecams.items[i], *y = &b->ecams.items[i];

		EXPECT(x->base == y->base && x->segment == y->segment &&
		       x->bus_first == y->bus_first && x->bus_last == y->bus_last &&
		       same_text(x->origin, y->origin));
	}
	EXPECT_U64(b->opregions.count, a->opregions.count);
	for (size_t i = 0; i < a->opregions.count && i < b->opregions.count; i++) {
		const struct opregion *x = &a->opregions.items[i], *y = &b->opregions.items[i];

		EXPECT_STR(y->path, x->path);
		EXPECT(x->base == y->base && x->size == y->size && x->width == y->width &&
		       x->touched_at_boot == y->touched_at_boot && x->dynamic == y->dynamic &&
		       x->by_driver == y->by_driver && x->boot_accesses == y->boot_accesses &&
		       same_text(x->origin, y->origin));
	}
	EXPECT_U64(b->io_windows.count, a->io_windows.count);
	for (size_t i = 0; i < a->io_windows.count && i < b->io_windows.count; i++) {
		const struct io_window *x = &a->io_windows.items[i], *y = &b->io_windows.items[i];

		EXPECT(x->base == y->base && x->size == y->size && x->segment == y->segment &&
		       same_text(x->origin, y->origin));
	}
	EXPECT_U64(b->areas.count, a->areas.count);
	for (size_t i = 0; i < a->areas.count && i < b->areas.count; i++) {
		const struct area *x = &a->areas.items[i], *y = &b->areas.items[i];

		EXPECT(x->use == y->use && x->base == y->base && x->size == y->size &&
		       same_text(x->origin, y->origin));
	}
	EXPECT_U64(b->redists.count, a->redists.count);
	for (size_t i = 0; i < a->redists.count && i < b->redists.count; i++) {
		const struct gic_redist *x = &a->redists.items[i], *y = &b->redists.items[i];

		EXPECT(x->base == y->base && x->size == y->size && x->per_cpu == y->per_cpu &&
		       same_text(x->origin, y->origin));
	}
}

#define SAME_TABLES(x, y)                                                                          \
	do {                                                                                       \
		EXPECT_U64((y)->count, (x)->count);                                                \
		for (size_t i_ = 0; i_ < (x)->count && i_ < (y)->count; i_++)                      \
			EXPECT(!strcmp((x)->items[i_].sig, (y)->items[i_].sig) &&                  \
			       (x)->items[i_].addr == (y)->items[i_].addr &&                       \
			       (x)->items[i_].len == (y)->items[i_].len &&                         \
			       same_text((x)->items[i_].origin, (y)->items[i_].origin));           \
	} while (0)

#define SAME_NUMBERS(x, y)                                                                         \
	EXPECT((x)->count == (y)->count &&                                                         \
	       (!(x)->count || !memcmp((x)->items, (y)->items, (x)->count * sizeof(uint64_t))))

static inline void same_platform(const struct platform *a, const struct platform *b)
{
	EXPECT_STR(b->name, a->name);
	EXPECT_STR(b->cpu, a->cpu);
	EXPECT_U64(b->pa_bits, a->pa_bits);
	EXPECT(a->dom0_ram == b->dom0_ram && a->dom0_ram_size == b->dom0_ram_size);
	EXPECT(a->xen_text == b->xen_text && a->xen_text_size == b->xen_text_size);
	EXPECT(a->xen_heap == b->xen_heap && a->xen_heap_size == b->xen_heap_size);
	EXPECT(a->heap_dirty == b->heap_dirty && a->heap_phase == b->heap_phase);
	EXPECT_U64(b->gic_version, a->gic_version);
	EXPECT(a->gicd == b->gicd && a->gicd_size == b->gicd_size);
	EXPECT(a->gicc == b->gicc && a->gicc_size == b->gicc_size);
	EXPECT(a->gich == b->gich && a->gich_size == b->gich_size);
	EXPECT(a->gicv == b->gicv && a->gicv_size == b->gicv_size);
	EXPECT(a->spcr == b->spcr && a->bert == b->bert && a->bert_size == b->bert_size);
	EXPECT(a->device_tree == b->device_tree);
	EXPECT(a->smmu_stage2 == b->smmu_stage2 && a->smmu_coherent == b->smmu_coherent);
	SAME_NUMBERS(&a->its, &b->its);
	SAME_NUMBERS(&a->v2m, &b->v2m);
	SAME_NUMBERS(&a->gtdt_frames, &b->gtdt_frames);
	if (EXPECT_U64(a->modules.count, b->modules.count))
		for (size_t i = 0; i < a->modules.count; i++)
			EXPECT_STR(a->modules.items[i], b->modules.items[i]);
	SAME_TABLES(&a->tables, &b->tables);
	SAME_TABLES(&a->dom0_tables, &b->dom0_tables);
	same_lists(a, b);
	EXPECT_U64(b->devices.count, a->devices.count);
	for (size_t i = 0; i < a->devices.count && i < b->devices.count; i++)
		same_device(&a->devices.items[i], &b->devices.items[i]);
	same_regions(a, b);
}

/* The text of a platform; to be freed. */
static inline char *written_text(const struct written_platform *w)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!EXPECT(out != NULL))
		return NULL;
	platform_write(out, w);
	EXPECT(!ferror(out));
	fclose(out);
	return text;
}

/* What is written can be read without a word, and is the same platform. Returns that it can. */
static inline bool expect_same_when_read(const struct written_platform *w)
{
	char *text = written_text(w);
	struct diag_file file = {"written.yaml", text, text ? strlen(text) : 0};
	struct arena *a = arena_new();
	struct platform *back = NULL;
	struct node *root;
	struct diag d;
	bool ok;

	diag_init(&d);
	root = text && a ? yaml_tree(a, &file, &d) : NULL;
	if (root)
		back = platform_from_node(root, &file, ".", a, &d);
	EXPECT_STR(d.text ? d.text : "", "");
	ok = EXPECT(back != NULL);
	if (back) {
		same_platform(w->plat, back);
		platform_fini(back);
	}
	diag_fini(&d);
	arena_free(a);
	free(text);
	return ok;
}

#endif
