// SPDX-License-Identifier: GPL-2.0-only
#include "cli/regions.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/json.h"
#include "cli/table.h"
#include "sim/world.h"

const char *const region_known_name[KNOWN_COUNT] = {
	[KNOWN_TABLE] = "table", [KNOWN_SCAN] = "PCI scan", [KNOWN_AML] = "AML reader",
	[KNOWN_NEVER] = "no",	 [KNOWN_OWN] = "Xen's own", [KNOWN_FILE] = "?",
};

/* --- what Xen could know ------------------------------------------------------------- */

/* "MCFG+0x2c": a signature (or MADT) and an offset. */
static bool is_table_origin(const char *origin)
{
	size_t len = strspn(origin, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return len >= 4 && !strncmp(origin + len, "+0x", 3);
}

static enum region_known known_by_origin(const char *origin, enum region_known otherwise)
{
	if (strstr(origin, ":evaluated") ||
	    (!strncmp(origin, "iomem:", 6) && origin[6] >= '0' && origin[6] <= '9'))
		return KNOWN_NEVER;
	if (origin[0] && !strncmp(origin + 1, "SDT+", 4)) /* DSDT, SSDT, PSDT: AML */
		return KNOWN_AML;
	if (is_table_origin(origin))
		return KNOWN_TABLE;
	if (origin[0] == '\\')
		return KNOWN_AML;
	return otherwise;
}

static bool holds(const struct region *r, uint64_t addr)
{
	return range_has(r->base, r->size, addr);
}

/* What static tables describe; a HEST or PCCT area is one, a _CPC register is AML's. */
static bool is_in_tables(const struct platform *p, const struct region *r)
{
	bool found = (p->gicd && holds(r, p->gicd)) || (p->bert_size && holds(r, p->bert));

	for (size_t i = 0; i < p->v2m.count; i++)
		found |= holds(r, p->v2m.items[i]);
	for (size_t i = 0; i < p->gtdt_frames.count; i++)
		found |= holds(r, p->gtdt_frames.items[i]);
	for (size_t i = 0; i < p->ecams.count; i++)
		found |= r->base == p->ecams.items[i].base;
	for (size_t i = 0; i < p->areas.count; i++)
		found |= r->base == p->areas.items[i].base &&
			 p->areas.items[i].use != AREA_CPPC_REGISTER;
	return found;
}

static const struct device *device_at(const struct platform *p, const struct region *r)
{
	for (size_t i = 0; i < p->devices.count; i++)
		for (unsigned int k = 0; k < p->devices.items[i].res_count; k++)
			if (p->devices.items[i].res[k].size &&
			    p->devices.items[i].res[k].base == r->base)
				return &p->devices.items[i];
	return NULL;
}

static enum region_known known_of(const struct platform *p, const struct region *r)
{
	const struct device *dev = device_at(p, r);
	const char *origin = r->origin ? r->origin : "";

	if (r->truth == TRUTH_EMULATED || r->truth == TRUTH_XEN_MMIO || r->truth == TRUTH_XEN)
		return KNOWN_OWN;
	if (dev && dev->bus == BUS_PCI)
		return KNOWN_SCAN;
	if (dev && (!strncmp(dev->hid, "arm-smmu", 8) || !strcmp(dev->hid, "sbsa-gwdt")))
		return KNOWN_TABLE;
	if (dev)
		return known_by_origin(origin, KNOWN_AML);
	/* an ECAM may be known by _CBA only */
	if (r->truth == TRUTH_TABLE || is_in_tables(p, r))
		return origin[0] == '\\' ? known_by_origin(origin, KNOWN_AML) : KNOWN_TABLE;
	for (size_t i = 0; i < p->opregions.count; i++)
		if (p->opregions.items[i].base == r->base)
			return known_by_origin(origin, p->opregions.items[i].dynamic ? KNOWN_NEVER
										     : KNOWN_AML);
	for (size_t i = 0; i < p->io_windows.count; i++)
		if (p->io_windows.items[i].base == r->base)
			return known_by_origin(origin, KNOWN_AML);
	return known_by_origin(origin, KNOWN_FILE);
}

/* --- runs ---------------------------------------------------------------------------- */

static bool is_shown(const struct region *r)
{
	switch (r->truth) {
	case TRUTH_DOM0_RAM:
	case TRUTH_OTHER_RAM:
	case TRUTH_XEN:
	case TRUTH_HOLE:
		return false;
	default:
		return true;
	}
}

static uint64_t pages_of(const struct region *r)
{
	return ((r->base + (r->size - 1)) >> PAGE_SHIFT) - (r->base >> PAGE_SHIFT) + 1;
}

static int add_row(struct regions *out, const struct platform *plat, const struct region *r)
{
	struct region_row row = {.region = *r};

	if (!is_shown(r))
		return 0;
	row.known = known_of(plat, r);
	row.pages = pages_of(r);
	return vec_push(&out->rows, row);
}

/* What lies in a region that is known by another name, unless it is all of it. */
static int add_nested(struct regions *out, const struct platform *plat, const char *name,
		      uint64_t base, uint64_t size, const char *origin)
{
	struct region r = {name, base, size, platform_truth(plat, base), origin};

	for (size_t i = 0; i < out->rows.count; i++)
		if (out->rows.items[i].region.base == base &&
		    out->rows.items[i].region.size == size)
			return 0;
	return add_row(out, plat, &r);
}

static int by_address(const void *a, const void *b)
{
	const struct region *x = &((const struct region_row *)a)->region;
	const struct region *y = &((const struct region_row *)b)->region;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1; /* the outer one first */
	return strcmp(x->name, y->name);
}

static int open_rows(struct regions *out, const struct platform *plat)
{
	int err = 0;

	for (size_t i = 0; i < plat->regions.count && !err; i++)
		err = add_row(out, plat, &plat->regions.items[i]);
	for (size_t i = 0; i < plat->opregions.count && !err; i++) {
		const struct opregion *o = &plat->opregions.items[i];

		err = add_nested(out, plat, o->path, o->base, o->size, o->origin);
	}
	for (size_t i = 0; i < plat->devices.count && !err; i++) {
		const struct device *d = &plat->devices.items[i];

		for (unsigned int k = 0; k < d->res_count && !err; k++)
			if (d->res[k].size)
				err = add_nested(out, plat, d->name, d->res[k].base, d->res[k].size,
						 d->origin);
	}
	if (out->rows.count)
		qsort(out->rows.items, out->rows.count, sizeof(*out->rows.items), by_address);
	return err;
}

static int add_mapper(struct region_row *row, const struct dom0_map_event *ev, unsigned int kernel)
{
	for (size_t i = 0; i < row->mappers.count; i++) {
		struct region_mapper *m = &row->mappers.items[i];

		if (m->api != ev->api || m->notified != ev->notified || strcmp(m->by, ev->by) != 0)
			continue;
		m->kernels |= 1u << kernel;
		return 0;
	}
	return vec_push(&row->mappers,
			(struct region_mapper){ev->by, ev->api, ev->notified, 1u << kernel});
}

static int note_mapping(struct regions *out, const struct dom0_map_event *ev, unsigned int kernel)
{
	uint64_t last = ev->phys + (ev->bytes ? ev->bytes - 1 : 0);
	int err = 0;

	for (size_t i = 0; i < out->rows.count && !err; i++) {
		const struct region *r = &out->rows.items[i].region;

		if (r->base <= last && r->base + (r->size - 1) >= ev->phys)
			err = add_mapper(&out->rows.items[i], ev, kernel);
	}
	return err;
}

static bool has_finding(const struct world_result *res, const struct region *r,
			enum finding_code code)
{
	for (size_t i = 0; i < res->verdict.findings.count; i++) {
		const struct finding *f = &res->verdict.findings.items[i];

		if (f->code == code && range_has(r->base, r->size, f->addr))
			return true;
	}
	return false;
}

static struct region_strategy cover_of(const struct world *world, const struct world_result *res,
				       const struct region_row *row)
{
	struct region_strategy s = {
		.mapped = world_mapped_pages(world, row->region.base, row->region.size)};

	if (has_finding(res, &row->region, FIND_ABORT))
		s.cover = COVER_ABORTS;
	else if (s.mapped == row->pages)
		s.cover = COVER_ALL;
	else if (has_finding(res, &row->region, FIND_SILENT))
		s.cover = COVER_SILENT;
	else
		s.cover = s.mapped ? COVER_PART : COVER_NONE;
	return s;
}

struct survey {
	const struct regions_query *query;
	struct world *world;
	struct world_result res;
	char *why;
	size_t len;
};

static int run(struct survey *s, const struct linux_version *lnx, const struct strategy *strategy)
{
	struct world_config cfg = {
		.xen = s->query->xen,
		.lnx = lnx,
		.strategy = strategy,
		.profile = s->query->scenario->profile,
		.script = &s->query->scenario->script,
	};
	int err = world_run(s->world, &cfg, &s->res);

	if (s->res.status == RUN_DONE)
		return err;
	snprintf(s->why, s->len, "the boot of Linux %s under '%s' did not finish: %.300s",
		 lnx->name, strategy->name, s->res.why);
	return err ? err : -EIO;
}

/* Who maps what: with everything mapped on demand, so that each driver gets to its end. */
static int find_mappers(struct regions *out, struct survey *s)
{
	struct strategy on_demand;
	const char *bad;
	size_t bad_len;
	int err = 0;

	CHECK(strategy_parse("notifier+c", &on_demand, &bad, &bad_len) == 0);
	for (unsigned int k = 0; k < s->query->kernel_count && !err; k++) {
		err = run(s, s->query->kernels[k], &on_demand);
		for (size_t i = 0; i < s->res.maps.count && !err; i++)
			err = note_mapping(out, &s->res.maps.items[i], k);
	}
	return err;
}

static int find_covers(struct regions *out, struct survey *s)
{
	const struct linux_version *lnx = s->query->kernels[s->query->kernel_count - 1];
	int err = 0;

	for (unsigned int n = 0; n < s->query->strategy_count && !err; n++) {
		err = run(s, lnx, s->query->strategies[n]);
		for (size_t i = 0; i < out->rows.count && !err; i++)
			out->rows.items[i].strategies[n] =
				cover_of(s->world, &s->res, &out->rows.items[i]);
	}
	return err;
}

int regions_find(struct regions *out, const struct regions_query *query, char *why, size_t len)
{
	struct survey s = {.query = query, .why = why, .len = len};
	int err = open_rows(out, query->scenario->platform);

	CHECK(query->kernel_count && query->kernel_count <= REGIONS_KERNELS_MAX &&
	      query->strategy_count <= REGIONS_STRATEGIES_MAX);
	snprintf(why, len, "out of memory");
	if (!err) {
		s.world = world_new(query->scenario->platform, why, len);
		err = s.world ? find_mappers(out, &s) : -EIO;
	}
	if (!err)
		err = find_covers(out, &s);
	world_result_fini(&s.res);
	world_free(s.world);
	return err;
}

void regions_fini(struct regions *r)
{
	for (size_t i = 0; i < r->rows.count; i++)
		vec_fini(&r->rows.items[i].mappers);
	vec_fini(&r->rows);
}

/* --- output -------------------------------------------------------------------------- */

static const char *const api_name[DOM0_API_COUNT] = {
	[DOM0_API_IOREMAP] = "ioremap",
	[DOM0_API_IOREMAP_NP] = "ioremap_np",
	[DOM0_API_IOREMAP_WC] = "ioremap_wc",
	[DOM0_API_IOREMAP_CACHE] = "ioremap_cache",
	[DOM0_API_ACPI] = "acpi_os_ioremap",
	[DOM0_API_FIXMAP] = "fixmap",
	[DOM0_API_REMAP_IOSPACE] = "pci_remap_iospace",
	[DOM0_API_USER_MMAP] = "remap_pfn_range",
	[DOM0_API_LINEAR] = "linear map",
	[DOM0_API_ACPI_NGNRE] = "acpi_os_ioremap",
	[DOM0_API_ACPI_MEMORY] = "acpi_os_ioremap",
};

static const char *mapper_api(const struct region_mapper *m)
{
	return m->notified ? "notifier" : api_name[m->api] ? api_name[m->api] : "?";
}

static void put_kernels(const struct regions_query *q, unsigned int kernels, struct buf *out)
{
	if (kernels == (1u << q->kernel_count) - 1) {
		buf_str(out, "all");
		return;
	}
	for (unsigned int k = 0; k < q->kernel_count; k++)
		if (kernels >> k & 1)
			buf_printf(out, "%s%s", out->len ? "," : "", q->kernels[k]->name);
}

static void put_cover(const struct region_strategy *s, struct buf *out)
{
	switch (s->cover) {
	case COVER_ALL:
		buf_str(out, "all");
		break;
	case COVER_PART:
		buf_printf(out, "%" PRIu64, s->mapped);
		break;
	case COVER_NONE:
		buf_str(out, "-");
		break;
	case COVER_SILENT:
		buf_str(out, "SILENT");
		break;
	case COVER_ABORTS:
		buf_str(out, "ABORT");
		break;
	case COVER_COUNT:
		break;
	}
}

/* Up to "mapped by"; a second mapper of the same region has only that. */
static void add_region(struct table *t, const struct region_row *row, bool first)
{
	char pages[24];

	snprintf(pages, sizeof(pages), "%" PRIu64, row->pages);
	table_add(t, first ? row->region.name : "", NULL);
	if (first)
		table_add_hex(t, row->region.base);
	else
		table_add(t, "", NULL);
	table_add(t, first ? pages : "", NULL);
	table_add(t, first ? truth_name[row->region.truth] : "", NULL);
	table_add(t, first && row->region.origin ? row->region.origin : "", NULL);
	table_add(t, first ? region_known_name[row->known] : "", NULL);
}

static void add_covers(struct table *t, const struct region_row *row, unsigned int count,
		       bool first)
{
	for (unsigned int n = 0; n < count; n++) {
		struct buf text = {0};

		if (first && row->known != KNOWN_OWN)
			put_cover(&row->strategies[n], &text);
		table_add(t, buf_cstr(&text), NULL);
		buf_fini(&text);
	}
}

static void add_lines(struct table *t, const struct region_row *row, const struct regions_query *q)
{
	size_t lines = row->mappers.count ? row->mappers.count : 1;

	for (size_t i = 0; i < lines; i++) {
		const struct region_mapper *m = row->mappers.count ? &row->mappers.items[i] : NULL;
		struct buf kernels = {0};

		add_region(t, row, i == 0);
		if (m)
			put_kernels(q, m->kernels, &kernels);
		table_add(t, m ? m->by : "nobody", NULL);
		table_add(t, m ? mapper_api(m) : "", NULL);
		table_add(t, buf_cstr(&kernels), NULL);
		add_covers(t, row, q->strategy_count, i == 0);
		buf_fini(&kernels);
	}
}

static void put_legend(const struct regions_query *q, struct buf *out)
{
	buf_printf(out,
		   "\nStrategies: Xen %s, Linux %s, a boot that goes on after aborts. all: every "
		   "page is "
		   "mapped; a number: so\nmany pages are, and no access failed; -: nothing is "
		   "mapped and "
		   "nothing was accessed; ABORT: an access failed;\nSILENT: a request reported "
		   "success and "
		   "mapped nothing. 'Xen knows it': before Dom0 starts, and how.\n",
		   q->xen->name, q->kernels[q->kernel_count - 1]->name);
}

void regions_text(const struct regions *r, const struct regions_query *query, struct buf *out)
{
	const char *heads[9 + REGIONS_STRATEGIES_MAX] = {"region",    "address", "pages",
							 "is",	      "origin",	 "Xen knows it",
							 "mapped by", "through", "Linux"};
	struct table t;

	for (unsigned int n = 0; n < query->strategy_count; n++)
		heads[9 + n] = query->strategies[n]->name;
	table_init(&t, 9 + query->strategy_count, 0x6, heads);
	for (size_t i = 0; i < r->rows.count; i++)
		add_lines(&t, &r->rows.items[i], query);
	table_put(&t, out);
	out->lost |= t.lost;
	table_fini(&t);
	put_legend(query, out);
}

static void put_mappers(struct json *j, const struct region_row *row, const struct regions_query *q)
{
	json_array(j, "mapped_by");
	for (size_t i = 0; i < row->mappers.count; i++) {
		const struct region_mapper *m = &row->mappers.items[i];

		json_object(j, NULL);
		json_str(j, "function", m->by);
		json_str(j, "through", mapper_api(m));
		json_array(j, "linux");
		for (unsigned int k = 0; k < q->kernel_count; k++)
			if (m->kernels >> k & 1)
				json_str(j, NULL, q->kernels[k]->name);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void put_row(struct json *j, const struct region_row *row, const struct regions_query *q)
{
	static const char *const covers[COVER_COUNT] = {"all", "part", "none", "silent", "abort"};

	json_object(j, NULL);
	json_str(j, "type", "region");
	json_str(j, "name", row->region.name);
	json_hex(j, "base", row->region.base);
	json_u64(j, "size", row->region.size);
	json_str(j, "is", truth_name[row->region.truth]);
	json_str(j, "origin", row->region.origin ? row->region.origin : "");
	json_str(j, "known", region_known_name[row->known]);
	put_mappers(j, row, q);
	json_object(j, "strategies");
	for (unsigned int n = 0; n < q->strategy_count; n++) {
		json_object(j, q->strategies[n]->name);
		json_str(j, "cover", covers[row->strategies[n].cover]);
		json_u64(j, "mapped", row->strategies[n].mapped);
		json_end(j);
	}
	json_end(j);
	json_end(j);
	json_line(j);
}

void regions_jsonl(const struct regions *r, const struct regions_query *query, struct buf *out)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "type", "header");
	json_str(&j, "schema", "p2mlab.regions/1");
	json_str(&j, "platform", query->scenario->platform->name);
	json_str(&j, "xen", query->xen->name);
	json_end(&j);
	json_line(&j);
	for (size_t i = 0; i < r->rows.count; i++)
		put_row(&j, &r->rows.items[i], query);
}
