// SPDX-License-Identifier: GPL-2.0-only
#include "sim/platform.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/lpae.h"

const char *const truth_name[TRUTH_COUNT] = {
	[TRUTH_HOLE] = "hole", [TRUTH_DOM0_RAM] = "dom0_ram", [TRUTH_OTHER_RAM] = "other_ram",
	[TRUTH_XEN] = "xen",   [TRUTH_FIRMWARE] = "firmware", [TRUTH_TABLE] = "table",
	[TRUTH_MMIO] = "mmio", [TRUTH_EMULATED] = "emulated", [TRUTH_XEN_MMIO] = "xen_mmio",
};

const char *const area_use_name[AREA_USE_COUNT] = {
	[AREA_PCC_REGISTER] = "pcc_register",
	[AREA_PCC_SHMEM] = "pcc_shmem",
	[AREA_GHES_STATUS] = "ghes_status",
	[AREA_GHES_ACK] = "ghes_ack",
	[AREA_GHES_BLOCK] = "ghes_block",
	[AREA_ERST_REGISTER] = "erst_register",
	[AREA_ERST_RANGE] = "erst_range",
	[AREA_EINJ_REGISTER] = "einj_register",
	[AREA_CPPC_REGISTER] = "cppc_register",
	[AREA_TPM_BUFFER] = "tpm_buffer",
	[AREA_TPM_LOG] = "tpm_log",
	[AREA_PMEM] = "pmem",
	[AREA_FLUSH_HINT] = "flush_hint",
	[AREA_BGRT_IMAGE] = "bgrt_image",
	[AREA_FRAMEBUFFER] = "framebuffer",
	[AREA_UNMAPPED] = "unmapped",
};

/* --- lookups ------------------------------------------------------------------------- */

size_t platform_region_index(const struct platform *plat, uint64_t addr)
{
	size_t lo = 0, hi = plat->regions.count;

	/* invariant: regions below lo end at or below addr, those from hi on end above it */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct region *r = &plat->regions.items[mid];

		if (r->base + (r->size - 1) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct region *platform_region(const struct platform *plat, uint64_t addr)
{
	size_t i = platform_region_index(plat, addr);

	if (i == plat->regions.count || addr < plat->regions.items[i].base)
		return NULL;
	return &plat->regions.items[i];
}

enum truth platform_truth(const struct platform *plat, uint64_t addr)
{
	const struct region *r = platform_region(plat, addr);

	return r ? r->truth : TRUTH_HOLE;
}

const struct region *platform_region_named(const struct platform *plat, const char *name)
{
	for (size_t i = 0; i < plat->regions.count; i++)
		if (strcmp(plat->regions.items[i].name, name) == 0)
			return &plat->regions.items[i];
	return NULL;
}

const struct device *platform_device_named(const struct platform *plat, const char *name)
{
	for (size_t i = 0; i < plat->devices.count; i++)
		if (strcmp(plat->devices.items[i].name, name) == 0)
			return &plat->devices.items[i];
	return NULL;
}

const struct device *platform_pci_function(const struct platform *plat, unsigned int segment,
					   unsigned int bus, unsigned int dev, unsigned int fn)
{
	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *d = &plat->devices.items[i];

		if (d->bus == BUS_PCI && d->segment == segment && d->pci_bus == bus &&
		    d->pci_dev == dev && d->pci_fn == fn)
			return d;
	}
	return NULL;
}

/* --- checks -------------------------------------------------------------------------- */

/* Where a check writes its sentence. */
struct complaint {
	char *why;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static int complain(struct complaint c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (c.len)
		vsnprintf(c.why, c.len, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

#define REGION_FMT     "'%s' (0x%" PRIx64 "-0x%" PRIx64 ", %s)"
#define REGION_ARGS(r) (r)->name, (r)->base, (r)->base + (r)->size - 1, (r)->origin

static int by_base(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* [base, base + size) is a range and inside the PA space. */
static int check_range(const struct platform *plat, const char *what, const char *name,
		       uint64_t base, uint64_t size, struct complaint c)
{
	if (range_bad(base, size))
		return complain(c, "%s '%s' at 0x%" PRIx64 " has the impossible size 0x%" PRIx64,
				what, name, base, size);
	if ((base + size - 1) >> plat->pa_bits)
		return complain(
			c, "%s '%s' (0x%" PRIx64 "-0x%" PRIx64 ") is outside the %u-bit PA space",
			what, name, base, base + size - 1, plat->pa_bits);
	return 0;
}

static int check_region_ranges(const struct platform *plat, struct complaint c)
{
	int rc = 0;

	for (size_t i = 0; i < plat->regions.count && !rc; i++) {
		const struct region *r = &plat->regions.items[i];

		rc = check_range(plat, "region", r->name, r->base, r->size, c);
	}
	return rc;
}

static int check_overlaps(const struct platform *plat, struct complaint c)
{
	for (size_t i = 1; i < plat->regions.count; i++) {
		const struct region *a = &plat->regions.items[i - 1];
		const struct region *b = &plat->regions.items[i];

		if (b->base - a->base < a->size)
			return complain(c, "region " REGION_FMT " overlaps region " REGION_FMT,
					REGION_ARGS(a), REGION_ARGS(b));
	}
	return 0;
}

static int check_device_ranges(const struct platform *plat, struct complaint c)
{
	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *d = &plat->devices.items[i];

		if (d->res_count > DEVICE_RES_MAX)
			return complain(c, "device '%s' has %u resources, at most %u are possible",
					d->name, d->res_count, (unsigned int)DEVICE_RES_MAX);
		for (unsigned int r = 0; r < d->res_count; r++)
			if (d->res[r].size && check_range(plat, "a resource of device", d->name,
							  d->res[r].base, d->res[r].size, c))
				return -EINVAL;
	}
	return 0;
}

static int check_ecams(const struct platform *plat, struct complaint c)
{
	for (size_t i = 0; i < plat->ecams.count; i++) {
		const struct ecam *e = &plat->ecams.items[i];
		uint64_t bytes = ((uint64_t)e->bus_last - e->bus_first + 1) << 20;
		char name[32];

		if (e->bus_first > e->bus_last)
			return complain(c,
					"ECAM at 0x%" PRIx64 ": first bus %u is behind last bus %u",
					e->base, e->bus_first, e->bus_last);
		snprintf(name, sizeof(name), "segment %u", e->segment);
		if (check_range(plat, "ECAM of", name, e->base, bytes, c))
			return -EINVAL;
	}
	return 0;
}

static int check_opregions(const struct platform *plat, struct complaint c)
{
	int rc = 0;

	for (size_t i = 0; i < plat->opregions.count && !rc; i++) {
		const struct opregion *o = &plat->opregions.items[i];

		rc = check_range(plat, "OperationRegion", o->path, o->base, o->size, c);
	}
	return rc;
}

/* names[count] are all different and not empty; reorders them. */
static int check_unique(const char *what, const char **names, size_t count, struct complaint c)
{
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		if (!names[i][0])
			return complain(c, "a %s has no name", what);
		if (i && strcmp(names[i - 1], names[i]) == 0)
			return complain(c, "two %ss are called '%s'", what, names[i]);
	}
	return 0;
}

static int check_names(const struct platform *plat, struct complaint c)
{
	size_t room = plat->regions.count + plat->devices.count;
	const char **names = malloc((room ? room : 1) * sizeof(*names));
	int rc;

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < plat->regions.count; i++)
		names[i] = plat->regions.items[i].name;
	rc = check_unique("region", names, plat->regions.count, c);
	for (size_t i = 0; i < plat->devices.count && !rc; i++)
		names[i] = plat->devices.items[i].name;
	if (!rc)
		rc = check_unique("device", names, plat->devices.count, c);
	free(names);
	return rc;
}

/* Every byte of whole pages [base, base + size) is in regions of kind `truth`. */
static int check_covered(const struct platform *plat, const char *what, uint64_t base,
			 uint64_t size, enum truth truth, struct complaint c)
{
	uint64_t at = base;

	if (range_bad(base, size) || (base | size) & ~PAGE_MASK)
		return complain(c,
				"%s at 0x%" PRIx64 " with size 0x%" PRIx64
				" is not a range of whole pages",
				what, base, size);
	while (at - base < size) {
		const struct region *r = platform_region(plat, at);

		if (!r)
			return complain(c,
					"%s (0x%" PRIx64 "-0x%" PRIx64 "): 0x%" PRIx64
					" is in no region",
					what, base, base + size - 1, at);
		if (r->truth != truth)
			return complain(c,
					"%s (0x%" PRIx64 "-0x%" PRIx64 ") meets region " REGION_FMT
					", which is '%s' and not '%s'",
					what, base, base + size - 1, REGION_ARGS(r),
					truth_name[r->truth], truth_name[truth]);
		at = r->base + r->size;
	}
	return 0;
}

/* What Dom0's image and its linear map of 2 MiB blocks can live with. */
static int check_dom0_ram(const struct platform *plat, struct complaint c)
{
	uint64_t size = plat->dom0_ram_size;

	if (size < DOM0_RAM_MIN || size > DOM0_RAM_MAX)
		return complain(c,
				"Dom0's RAM at 0x%" PRIx64 " has 0x%" PRIx64
				" bytes: it needs 64 MiB to 64 GiB",
				plat->dom0_ram, size);
	if ((plat->dom0_ram | size) % DOM0_RAM_ALIGN)
		return complain(c,
				"Dom0's RAM at 0x%" PRIx64 " with size 0x%" PRIx64
				" is not made of whole 2 MiB blocks",
				plat->dom0_ram, size);
	return 0;
}

static int check_dom0_tables(const struct platform *plat, struct complaint c)
{
	for (size_t i = 0; i < plat->dom0_tables.count; i++) {
		const struct acpi_table *t = &plat->dom0_tables.items[i];

		if (t->addr - plat->dom0_ram < DOM0_RAM_MIN)
			return complain(c,
					"table '%s' at 0x%" PRIx64 " is in the first 64 MiB of "
					"Dom0's RAM, where its kernel is",
					t->sig, t->addr);
	}
	return 0;
}

static int check_memory(const struct platform *plat, struct complaint c)
{
	int rc = check_covered(plat, "Dom0's RAM", plat->dom0_ram, plat->dom0_ram_size,
			       TRUTH_DOM0_RAM, c);

	if (!rc)
		rc = check_covered(plat, "Xen's text", plat->xen_text, plat->xen_text_size,
				   TRUTH_XEN, c);
	if (!rc)
		rc = check_covered(plat, "Xen's heap", plat->xen_heap, plat->xen_heap_size,
				   TRUTH_XEN, c);
	if (!rc)
		rc = check_dom0_ram(plat, c);
	if (!rc)
		rc = check_dom0_tables(plat, c);
	if (rc)
		return rc;
	if (range_has(plat->xen_text, plat->xen_text_size, plat->xen_heap) ||
	    range_has(plat->xen_heap, plat->xen_heap_size, plat->xen_text))
		return complain(c, "Xen's heap at 0x%" PRIx64 " overlaps its text at 0x%" PRIx64,
				plat->xen_heap, plat->xen_text);
	return 0;
}

/* A device that a static table names must be in the ground truth as what Xen makes of it. */
static int check_is(const struct platform *plat, const char *what, uint64_t addr, enum truth truth,
		    struct complaint c)
{
	const struct region *r = platform_region(plat, addr);

	if (!r)
		return complain(c, "%s at 0x%" PRIx64 " is in no region", what, addr);
	if (r->truth != truth)
		return complain(c,
				"%s at 0x%" PRIx64 " is in region " REGION_FMT
				", which is '%s' and not '%s'",
				what, addr, REGION_ARGS(r), truth_name[r->truth],
				truth_name[truth]);
	return 0;
}

static int check_static_tables(const struct platform *plat, struct complaint c)
{
	int rc = 0;

	if (plat->gic_version != 2 && plat->gic_version != 3)
		return complain(c, "GIC version %u is neither 2 nor 3", plat->gic_version);
	if (plat->gicd_size)
		rc = check_is(plat, "the GIC distributor", plat->gicd, TRUTH_EMULATED, c);
	if (!rc && plat->spcr)
		rc = check_is(plat, "the SPCR console", plat->spcr, TRUTH_XEN_MMIO, c);
	return rc;
}

int platform_finish(struct platform *plat, char *why, size_t len)
{
	static int (*const checks[])(const struct platform *, struct complaint) = {
		check_region_ranges, check_overlaps, check_device_ranges, check_ecams,
		check_opregions,     check_names,    check_memory,	  check_static_tables,
	};
	struct complaint c = {why, len};
	int rc = 0;

	if (!s2_geometry_for(plat->pa_bits, true))
		return complain(c, "%u PA bits: a CPU has 32, 36, 40, 42, 44 or 48", plat->pa_bits);
	if (plat->regions.count)
		qsort(plat->regions.items, plat->regions.count, sizeof(struct region), by_base);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !rc; i++)
		rc = checks[i](plat, c);
	return rc;
}

void platform_fini(struct platform *plat)
{
	for (size_t i = 0; i < plat->devices.count; i++)
		vec_fini(&plat->devices.items[i].touches);
	vec_fini(&plat->regions);
	vec_fini(&plat->tables);
	vec_fini(&plat->dom0_tables);
	vec_fini(&plat->devices);
	vec_fini(&plat->ecams);
	vec_fini(&plat->opregions);
	vec_fini(&plat->redists);
	vec_fini(&plat->its);
	vec_fini(&plat->v2m);
	vec_fini(&plat->gtdt_frames);
	vec_fini(&plat->modules);
	vec_fini(&plat->areas);
	vec_fini(&plat->io_windows);
}
