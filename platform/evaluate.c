// SPDX-License-Identifier: GPL-2.0-only
#include "platform/evaluate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "platform/acpiexec.h"

#define PAGE_SHIFT 12
#define TEXT_MAX   400 /* of a value in words */

static const struct acpiexec_limits limits = {
	.batch_ms = 20000,
	.total_ms = 60000,
	.output_max = (size_t)16 << 20,
};

static const char *const object_name[] = {
	[EVALUATE_CRS] = "_CRS", [EVALUATE_DMA] = "_DMA", [EVALUATE_CBA] = "_CBA",
	[EVALUATE_SEG] = "_SEG", [EVALUATE_BBN] = "_BBN", [EVALUATE_STA] = "_STA",
};

struct pages {
	uint64_t first, last;
};

struct job {
	struct aml *aml;
	struct evaluation *out;
	struct arena *arena;
	struct acpiexec exec;
	VEC(size_t) asked; /* index in out->values of each question */
	VEC(bool) seen;	   /* of exec.regions, by path: the static reader has it too */
	size_t dsdt;	   /* index of acpi_tables */
	bool lost;
};

static struct aml_int *device_int(struct aml_device *dev, enum evaluate_object object)
{
	switch (object) {
	case EVALUATE_CBA:
		return &dev->cba;
	case EVALUATE_SEG:
		return &dev->seg;
	case EVALUATE_BBN:
		return &dev->bbn;
	case EVALUATE_STA:
		return &dev->sta;
	default:
		BUG("not an integer");
	}
}

static struct aml_resources *device_resources(struct aml_device *dev, enum evaluate_object object)
{
	return object == EVALUATE_CRS ? &dev->crs : &dev->dma;
}

static bool is_resources(enum evaluate_object object)
{
	return object == EVALUATE_CRS || object == EVALUATE_DMA;
}

/* Appends; NULL: no memory. */
static struct evaluated *add(struct job *j, struct evaluated e)
{
	if (!e.path || vec_push(&j->out->values, e)) {
		j->lost = true;
		return NULL;
	}
	return &j->out->values.items[j->out->values.count - 1];
}

/* --- questions ----------------------------------------------------------------------- */

static void ask(struct job *j, size_t index, enum evaluate_object object, const char *reason)
{
	const char *path = j->aml->devices.items[index].path;
	struct evaluated *e =
		add(j, (struct evaluated){
			       .path = arena_printf(j->arena, "%s.%s", path, object_name[object]),
			       .object = object,
			       .index = index,
			       .before = AML_DYNAMIC,
			       .reason = reason});

	if (!e)
		return;
	if (!acpiexec_path_ok(e->path)) {
		e->why = "its path cannot be given to acpiexec";
		return;
	}
	if (vec_push(&j->exec.questions, (struct acpiexec_question){.path = e->path}) ||
	    vec_push(&j->asked, j->out->values.count - 1))
		j->lost = true;
}

static void ask_all(struct job *j)
{
	for (size_t i = 0; i < j->aml->devices.count; i++) {
		struct aml_device *dev = &j->aml->devices.items[i];

		for (int o = EVALUATE_CRS; o < EVALUATE_REGION; o++) {
			enum evaluate_object object = (enum evaluate_object)o;
			enum aml_known known = is_resources(object)
						       ? device_resources(dev, object)->known
						       : device_int(dev, object)->known;

			if (known == AML_ABSENT)
				continue;
			j->out->objects++;
			if (known == AML_STATIC)
				j->out->known++;
			else
				ask(j, i, object,
				    is_resources(object) ? device_resources(dev, object)->reason
							 : device_int(dev, object)->reason);
		}
	}
}

/* --- resources ----------------------------------------------------------------------- */

struct said {
	char text[200]; /* the first error */
};

static void hear(void *ctx, enum acpi_level level, const char *sig, size_t offset,
		 unsigned int line, const char *text)
{
	struct said *said = ctx;

	(void)sig;
	(void)line;
	if (level == ACPI_ERROR && !said->text[0])
		snprintf(said->text, sizeof(said->text), "at byte %zu: %.160s", offset, text);
}

static const char *crs_text(struct arena *a, const struct acpi_crs *crs)
{
	static const char *const kinds[] = {
		[ACPI_RES_MEMORY] = "memory",
		[ACPI_RES_IO] = "io",
		[ACPI_RES_BUS] = "bus",
		[ACPI_RES_REGISTER] = "register",
		[ACPI_RES_INTERRUPT] = "interrupt",
	};
	char text[TEXT_MAX];
	size_t at = 0;

	for (size_t i = 0; i < crs->items.count; i++) {
		const struct acpi_res *res = &crs->items.items[i];
		int n;

		if (res->kind == ACPI_RES_OTHER)
			continue;
		n = snprintf(text + at, sizeof(text) - at, "%s%s%s 0x%" PRIx64 "+0x%" PRIx64,
			     at ? ", " : "", res->window ? "window of " : "", kinds[res->kind],
			     res->base, res->size);
		if ((size_t)n >= sizeof(text) - at - 4) {
			memcpy(text + at, " ...", 4);
			at += 4;
			break;
		}
		at += (size_t)n;
	}
	return at ? arena_strndup(a, text, at) : "no resources";
}

/* A resource template that an interpreter returned. False: it is none, e->why says so. */
static bool read_template(struct job *j, struct evaluated *e, const struct acpiexec_question *q,
			  struct acpi_crs *crs)
{
	struct said said = {.text = ""};
	struct acpi_log log = {.say = hear, .ctx = &said};

	*crs = (struct acpi_crs){0};
	if (q->value != ACPIEXEC_BUFFER) {
		e->why = "it returns no buffer";
		return false;
	}
	if (acpi_crs_read(crs, q->bytes, q->len, object_name[e->object] + 1, 0, &log)) {
		j->lost = true;
		return false;
	}
	if (log.errors == 0)
		return true;
	acpi_crs_fini(crs);
	e->why = arena_printf(j->arena, "it returns a damaged resource template, %s", said.text);
	if (!e->why)
		j->lost = true;
	return false;
}

/* --- answers ------------------------------------------------------------------------- */

static void took(struct evaluated *e, bool hardware)
{
	e->as = hardware ? EVALUATED_ON_ZEROES : EVALUATED;
}

static void take_resources(struct job *j, struct evaluated *e, const struct acpiexec_question *q)
{
	struct aml_resources *res = device_resources(&j->aml->devices.items[e->index], e->object);
	struct acpi_crs crs;

	if (!read_template(j, e, q, &crs))
		return;
	took(e, q->hardware);
	e->text = crs_text(j->arena, &crs);
	acpi_crs_fini(&res->crs);
	res->crs = crs;
	res->known = AML_STATIC;
	res->reason = evaluated_reason(e->as);
}

static void take_int(struct job *j, struct evaluated *e, const struct acpiexec_question *q)
{
	struct aml_int *value = device_int(&j->aml->devices.items[e->index], e->object);

	if (q->value != ACPIEXEC_INTEGER) {
		e->why = "it returns no integer";
		return;
	}
	took(e, q->hardware);
	e->value = q->number;
	e->text = arena_printf(j->arena, "0x%" PRIx64, q->number);
	if (e->object == EVALUATE_STA && q->hardware)
		return;
	*value = (struct aml_int){AML_STATIC, q->number, evaluated_reason(e->as)};
}

static void take_answers(struct job *j)
{
	for (size_t i = 0; i < j->asked.count; i++) {
		struct evaluated *e = &j->out->values.items[j->asked.items[i]];
		const struct acpiexec_question *q = &j->exec.questions.items[i];

		if (q->value == ACPIEXEC_NOTHING)
			e->why = q->why ? q->why : "acpiexec gave no value";
		else if (is_resources(e->object))
			take_resources(j, e, q);
		else
			take_int(j, e, q);
		if (e->as != EVALUATED_NOT && !e->text)
			j->lost = true;
	}
}

/* --- regions ------------------------------------------------------------------------- */

static uint8_t space_number(const char *name)
{
	/* ACPICA's names of address spaces 0 to 11 (acpi_gbl_region_types). */
	static const char *const names[] = {
		"SystemMemory",	    "SystemIO", "PCI_Config",
		"EmbeddedControl",  "SMBus",	"SystemCMOS",
		"PCIBARTarget",	    "IPMI",	"GeneralPurposeIo",
		"GenericSerialBus", "PCC",	"PlatformRtMechanism",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], name) == 0)
			return (uint8_t)i;
	return UINT8_MAX;
}

/* The device that `path` lies in, by the longest path that it continues. */
static size_t device_around(const struct aml *aml, const char *path)
{
	size_t found = AML_NO_DEVICE, longest = 0;

	for (size_t i = 0; i < aml->devices.count; i++) {
		const char *device = aml->devices.items[i].path;
		size_t len = strlen(device);

		if (len > longest && strncmp(device, path, len) == 0 && path[len] == '.') {
			found = i;
			longest = len;
		}
	}
	return found;
}

static int by_path(const void *a, const void *b)
{
	const struct acpiexec_region *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Puts exec.regions in order of paths; none of them is seen. */
static void sort_regions(struct job *j)
{
	if (j->exec.regions.count)
		qsort(j->exec.regions.items, j->exec.regions.count, sizeof(*j->exec.regions.items),
		      by_path);
	for (size_t i = 0; i < j->exec.regions.count && !j->lost; i++)
		if (vec_push(&j->seen, false))
			j->lost = true;
}

/* Finds and marks it; NULL: acpiexec has none. */
static const struct acpiexec_region *see_region(struct job *j, const char *path)
{
	struct acpiexec_region key = {.path = path}, *found = NULL;

	if (j->exec.regions.count)
		found = bsearch(&key, j->exec.regions.items, j->exec.regions.count, sizeof(key),
				by_path);
	if (found)
		j->seen.items[found - j->exec.regions.items] = true;
	return found;
}

static bool differs(const struct aml_int *value, uint64_t evaluated, uint64_t mask)
{
	return value->known == AML_STATIC && (value->value & mask) != evaluated;
}

static void fill(struct aml_int *value, uint64_t evaluated)
{
	if (value->known == AML_DYNAMIC)
		*value = (struct aml_int){AML_STATIC, evaluated, evaluated_reason(EVALUATED)};
}

/* ACPICA keeps 32 bits of a length: one of 4 GiB becomes 0. */
static bool has_length(const struct acpiexec_region *r)
{
	return r && r->known && r->len;
}

static void set_region(struct job *j, struct evaluated *e, const struct acpiexec_region *r)
{
	e->as = EVALUATED;
	e->value = r->base;
	e->len = r->len;
	e->text = arena_printf(j->arena, "0x%" PRIx64 "+0x%" PRIx64, r->base, r->len);
	if (!e->text)
		j->lost = true;
}

/* A region of the static reader. */
static void take_region(struct job *j, size_t index)
{
	struct aml_region *region = &j->aml->regions.items[index];
	bool is_static = region->base.known == AML_STATIC && region->len.known == AML_STATIC;
	const struct acpiexec_region *r = region->method ? NULL : see_region(j, region->path);
	const char *reason =
		region->base.known != AML_STATIC ? region->base.reason : region->len.reason;
	bool other = has_length(r) && (differs(&region->base, r->base, UINT64_MAX) ||
				       differs(&region->len, r->len, UINT32_MAX));
	struct evaluated *e;

	if (!region->method) {
		j->out->objects++;
		j->out->known += is_static;
	}
	if (is_static && !other)
		return;
	e = add(j, (struct evaluated){.path = region->path,
				      .object = EVALUATE_REGION,
				      .index = index,
				      .before = is_static ? AML_STATIC : AML_DYNAMIC,
				      .reason = is_static ? NULL : reason});
	if (!e)
		return;
	if (region->method) {
		e->why = "it exists only while its method runs";
	} else if (!has_length(r)) {
		e->why = r ? "acpiexec does not know where it is" : "acpiexec has no such region";
	} else {
		set_region(j, e, r);
		if (is_static)
			return;
		fill(&region->base, r->base);
		fill(&region->len, r->len);
	}
}

/* A region of acpiexec that the static reader does not have. */
static void append_region(struct job *j, const struct acpiexec_region *r)
{
	struct aml_region region = {.path = r->path,
				    .space = space_number(r->space),
				    .base = {AML_DYNAMIC, 0, NULL},
				    .len = {AML_DYNAMIC, 0, NULL},
				    .device = device_around(j->aml, r->path),
				    .table = j->dsdt};
	struct evaluated *e;

	fill(&region.base, r->base);
	fill(&region.len, r->len);
	if (vec_push(&j->aml->regions, region)) {
		j->lost = true;
		return;
	}
	j->out->objects++;
	e = add(j, (struct evaluated){.path = r->path,
				      .object = EVALUATE_REGION,
				      .index = j->aml->regions.count - 1,
				      .before = AML_ABSENT});
	if (e)
		set_region(j, e, r);
}

static void take_regions(struct job *j)
{
	size_t known = j->aml->regions.count;

	sort_regions(j);
	for (size_t i = 0; i < known && !j->lost; i++)
		take_region(j, i);
	for (size_t i = 0; i < j->exec.regions.count && !j->lost; i++)
		if (!j->seen.items[i] && has_length(&j->exec.regions.items[i]))
			append_region(j, &j->exec.regions.items[i]);
}

/* --- counts -------------------------------------------------------------------------- */

struct ranges {
	VEC(struct pages) v;
	bool lost;
};

static void add_range(struct ranges *ranges, uint64_t base, uint64_t size)
{
	uint64_t last = size - 1 > UINT64_MAX - base ? UINT64_MAX : base + (size - 1);

	if (size && vec_push(&ranges->v, (struct pages){base >> PAGE_SHIFT, last >> PAGE_SHIFT}))
		ranges->lost = true;
}

static void add_resources(struct ranges *ranges, const struct aml_resources *res)
{
	for (size_t i = 0; i < res->crs.items.count; i++) {
		const struct acpi_res *r = &res->crs.items.items[i];

		if (r->kind == ACPI_RES_MEMORY && !r->window)
			add_range(ranges, r->base, r->size);
	}
}

static int by_first(const void *a, const void *b)
{
	const struct pages *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Pages of all of them, each counted once. */
static uint64_t count_pages(struct ranges *ranges)
{
	uint64_t total = 0, next = 0;

	if (ranges->v.count)
		qsort(ranges->v.items, ranges->v.count, sizeof(*ranges->v.items), by_first);
	for (size_t i = 0; i < ranges->v.count; i++) {
		struct pages p = ranges->v.items[i];

		if (p.first < next)
			p.first = next;
		if (p.first > p.last)
			continue;
		total += p.last - p.first + 1;
		next = p.last + 1;
	}
	return total;
}

/* What the static reader knew, before anything was filled in. */
static void add_known(struct ranges *ranges, const struct aml *aml)
{
	for (size_t i = 0; i < aml->devices.count; i++)
		if (aml->devices.items[i].crs.known == AML_STATIC)
			add_resources(ranges, &aml->devices.items[i].crs);
	for (size_t i = 0; i < aml->regions.count; i++) {
		const struct aml_region *r = &aml->regions.items[i];

		if (r->space == 0 && r->base.known == AML_STATIC && r->len.known == AML_STATIC)
			add_range(ranges, r->base.value, r->len.value);
	}
}

static void add_missed(struct job *j, struct ranges *ranges)
{
	for (size_t i = 0; i < j->out->values.count; i++) {
		const struct evaluated *e = &j->out->values.items[i];

		if (e->as == EVALUATED_NOT || e->before == AML_STATIC)
			continue;
		if (e->object == EVALUATE_CRS)
			add_resources(ranges, &j->aml->devices.items[e->index].crs);
		else if (e->object == EVALUATE_REGION && j->aml->regions.items[e->index].space == 0)
			add_range(ranges, e->value, e->len);
	}
}

static void count(struct job *j, struct ranges *ranges)
{
	struct evaluation *out = j->out;
	uint64_t known_pages = count_pages(ranges);
	size_t known_ranges = ranges->v.count;

	for (size_t i = 0; i < out->values.count; i++) {
		const struct evaluated *e = &out->values.items[i];

		if (e->as == EVALUATED_NOT)
			out->not_evaluated++;
		else if (e->before == AML_STATIC)
			out->disagreements++;
		else if (e->as == EVALUATED_ON_ZEROES)
			out->on_zeroes++;
		else
			out->evaluated++;
	}
	add_missed(j, ranges);
	out->missed_ranges = ranges->v.count - known_ranges;
	out->missed_pages = count_pages(ranges) - known_pages;
	out->without_init = j->exec.without_init;
	out->init_reads_hardware = j->exec.init_reads_hardware;
}

/* --- all of it ----------------------------------------------------------------------- */

static enum evaluate_result run(struct job *j, const struct acpi_tables *tables,
				struct ranges *ranges, struct diag *d)
{
	ask_all(j);
	add_known(ranges, j->aml);
	if (j->lost || ranges->lost)
		return EVALUATE_FAILED;
	switch (acpiexec_run(&j->exec, tables, &limits, d)) {
	case ACPIEXEC_OK:
		break;
	case ACPIEXEC_MISSING:
		return EVALUATE_UNAVAILABLE;
	case ACPIEXEC_FAILED:
		return EVALUATE_FAILED;
	}
	take_answers(j);
	take_regions(j);
	count(j, ranges);
	return j->lost || ranges->lost ? EVALUATE_FAILED : EVALUATE_OK;
}

enum evaluate_result evaluate_aml(struct aml *aml, const struct acpi_tables *tables,
				  struct evaluation *out, struct arena *a, struct diag *d)
{
	struct job j = {.aml = aml, .out = out, .arena = a, .exec = {.arena = a}};
	struct ranges ranges = {.lost = false};
	enum evaluate_result result;

	*out = (struct evaluation){0};
	while (j.dsdt < tables->tables.count &&
	       strcmp(tables->tables.items[j.dsdt].sig, "DSDT") != 0)
		j.dsdt++;
	result = run(&j, tables, &ranges, d);
	if (j.lost || ranges.lost)
		diag_error_file(d, "acpiexec", "not enough memory for its answers");
	acpiexec_fini(&j.exec);
	vec_fini(&j.asked);
	vec_fini(&j.seen);
	vec_fini(&ranges.v);
	return result;
}

void evaluation_fini(struct evaluation *e)
{
	vec_fini(&e->values);
}

/* --- words --------------------------------------------------------------------------- */

const char *evaluated_reason(enum evaluated_as as)
{
	switch (as) {
	case EVALUATED_NOT:
		return "not evaluated";
	case EVALUATED:
		return "evaluated";
	case EVALUATED_ON_ZEROES:
		return "evaluated (hardware reads as 0)";
	}
	BUG("a value is evaluated or not");
}

const char *evaluated_line(const struct evaluated *e, struct arena *a)
{
	const char *reader = e->before == AML_STATIC   ? "had another value"
			     : e->before == AML_ABSENT ? "has no such region"
			     : e->reason	       ? e->reason
						       : "dynamic";

	if (e->as == EVALUATED_NOT)
		return arena_printf(a, "%s: not evaluated: %s; the static reader: %s", e->path,
				    e->why, reader);
	return arena_printf(a, "%s: %s: %s; the static reader: %s", e->path, e->text,
			    evaluated_reason(e->as), reader);
}

const char *evaluation_summary(const struct evaluation *e, struct arena *a)
{
	return arena_printf(a,
			    "the static reader had %zu of %zu values, acpiexec gave %zu more (%zu "
			    "of them with hardware that reads as 0), %zu are not known; an AML "
			    "reader in Xen would have missed %zu memory ranges with %" PRIu64
			    " pages%s",
			    e->known, e->objects, e->evaluated + e->on_zeroes, e->on_zeroes,
			    e->not_evaluated, e->missed_ranges, e->missed_pages,
			    e->without_init	     ? "; _INI and _REG were not run"
			    : e->init_reads_hardware ? "; _INI, _STA or _REG read hardware"
						     : "");
}
