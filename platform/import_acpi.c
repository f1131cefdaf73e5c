// SPDX-License-Identifier: GPL-2.0-only
/*
 * What static tables say: interrupt controller, timers, console, SMMUs, memory that they name.
 */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "platform/import_parts.h"

#define GIC_PAGE UINT64_C(0x1000)

/* --- reading ------------------------------------------------------------------------- */

static bool same_table(const struct acpi_blob *a, const struct acpi_blob *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* A table may be in the dump and in a file of its own. */
static void drop_repeated(struct importing *im, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < im->tables.tables.count; i++) {
		size_t k = 0;

		while (k < kept &&
		       !same_table(&im->tables.tables.items[k], &im->tables.tables.items[i]))
			k++;
		if (k < first)
			continue;
		im->tables.tables.items[kept++] = im->tables.tables.items[i];
	}
	im->tables.tables.count = kept;
}

/* acpidump_parse() starts anew: what it read is moved behind what is there. */
static void read_dump(struct importing *im, const struct diag_file *file, struct acpi_log *log)
{
	struct acpi_tables read = {0};
	size_t moved = 0;

	if (acpidump_parse(&read, file->text, file->len, log))
		im->b->lost = true;
	while (moved < read.storage.count &&
	       !vec_push(&im->tables.storage, read.storage.items[moved]))
		moved++;
	if (moved < read.storage.count) {
		im->b->lost = true;
		read.storage.count -= moved;
		memmove(read.storage.items, read.storage.items + moved,
			read.storage.count * sizeof(read.storage.items[0]));
	} else {
		read.storage.count = 0;
	}
	for (size_t i = 0; i < read.tables.count && !im->b->lost; i++)
		if (vec_push(&im->tables.tables, read.tables.items[i]))
			im->b->lost = true;
	acpi_tables_fini(&read);
}

void import_read_tables(struct importing *im, const struct diag_file *file, enum collected kind,
			const char *name)
{
	size_t first = im->tables.tables.count;
	struct import_log to;
	struct acpi_log log = import_log(&to, im, file);

	if (kind == COLLECTED_ACPIDUMP)
		read_dump(im, file, &log);
	else if (acpi_tables_add(&im->tables, (const uint8_t *)file->text, file->len, name, &log))
		im->b->lost = true;
	if (first)
		drop_repeated(im, first);
	for (size_t i = first; i < im->tables.tables.count; i++) {
		const struct acpi_blob *blob = &im->tables.tables.items[i];
		const char *origin = blob->line
					     ? arena_printf(im->b->arena, "%s:%u", name, blob->line)
					     : arena_printf(im->b->arena, "%s", name);

		if (!origin || vec_push(&im->table_origins, origin) ||
		    vec_push(&im->table_files, file))
			im->b->lost = true;
	}
}

/* Xen hands a STAO to a Dom0, and to nobody else. */
static bool has_stao(const struct importing *im)
{
	return acpi_find(&im->tables, "STAO", 0) || acpi_find(&im->tables, "XENV", 0);
}

void import_read_facts(struct importing *im)
{
	const struct diag_file *file = im->files[COLLECTED_ACPIDUMP];
	struct import_log to;
	struct acpi_log log = import_log(&to, im, file ? file : im->files[COLLECTED_TABLE]);

	if (!im->tables.tables.count)
		return;
	if (acpi_facts(&im->facts, &im->tables, &log))
		im->b->lost = true;
	to.warns = true; /* interpreters live with a lot */
	if (aml_read(&im->aml, &im->tables, &log))
		im->b->lost = true;
	else if (im->evaluator)
		im->evaluator->run(im->evaluator->ctx, &im->aml, &im->tables, im->b->arena,
				   im->b->diag);
	im->of_dom0 |= has_stao(im);
}

/* --- interrupt controller and timers ------------------------------------------------- */

static void take_gic(struct importing *im)
{
	const struct acpi_facts *f = &im->facts;
	struct platform *p = im->b->plat;
	struct where w = import_where(im, COLLECTED_ACPIDUMP, "MADT");
	const struct {
		enum region_from from;
		uint64_t base, size, *to, *to_size;
	} parts[] = {
		{FROM_GICD, f->gicd, p->gic_version == 3 ? 16 * GIC_PAGE : GIC_PAGE, &p->gicd,
		 &p->gicd_size},
		{FROM_GICC, f->gicc, 2 * GIC_PAGE, &p->gicc, &p->gicc_size},
		{FROM_GICH, f->gich, GIC_PAGE, &p->gich, &p->gich_size},
		{FROM_GICV, f->gicv, 2 * GIC_PAGE, &p->gicv, &p->gicv_size},
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].base)
			continue;
		*parts[i].to = parts[i].base;
		*parts[i].to_size = parts[i].size;
		builder_region(im->b, parts[i].from, NULL, parts[i].base, parts[i].size, w);
	}
}

static void take_redists(struct importing *im)
{
	const struct acpi_facts *f = &im->facts;

	for (size_t i = 0; i < f->redists.count && import_room(im, 100); i++) {
		const struct acpi_redist *r = &f->redists.items[i];
		struct where w = import_where_table(im, "MADT", r->offset);
		struct gic_redist out = {r->base, r->size ? r->size : 32 * GIC_PAGE, r->per_cpu,
					 w.origin};

		if (vec_push(&im->b->plat->redists, out))
			im->b->lost = true;
		builder_region(im->b, FROM_REDISTS, NULL, out.base, out.size, w);
	}
}

/* A list of addresses of equal frames: appended to the platform's and made regions. */
static void take_frames(struct importing *im, enum region_from from, const struct acpi_frame *items,
			size_t count, uint64_t size, const char *table)
{
	struct platform *p = im->b->plat;

	for (size_t i = 0; i < count && import_room(im, 40); i++) {
		uint64_t base = items[i].base;

		if (from == FROM_ITS && vec_push(&p->its, base))
			im->b->lost = true;
		if (from == FROM_V2M && vec_push(&p->v2m, base))
			im->b->lost = true;
		if (from == FROM_GTDT && vec_push(&p->gtdt_frames, base))
			im->b->lost = true;
		builder_region(im->b, from, NULL, base, size,
			       import_where_table(im, table, items[i].offset));
	}
}

/* --- devices of static tables -------------------------------------------------------- */

/* Linux makes a platform device of each, before it walks the namespace (iort.c). */
static void add_iort_device(struct importing *im, const char *hid, size_t n, size_t offset,
			    struct device dev)
{
	struct where w = import_where_table(im, "IORT", offset);
	struct device_note note = {.where = w};

	dev.hid = hid;
	dev.msix_bar = DEVICE_RES_MAX;
	dev.name = arena_printf(im->b->arena, "%s.%zu.auto", hid, n);
	dev.origin = w.origin;
	if (!dev.name)
		im->b->lost = true;
	else
		builder_device(im->b, &dev, &note);
}

/* iort_init_platform_devices(): SMMUs and their performance monitors in the order of nodes; the
 * core numbers all such devices in one sequence. */
static void take_smmus(struct importing *im)
{
	const struct acpi_facts *f = &im->facts;
	size_t s = 0, p = 0;

	while ((s < f->smmus.count || p < f->pmcgs.count) && import_room(im, 200)) {
		const struct acpi_iort_smmu *smmu = &f->smmus.items[s];
		const struct acpi_iort_pmcg *pmcg = &f->pmcgs.items[p];
		struct device dev = {.res_count = 1};

		if (p == f->pmcgs.count || (s < f->smmus.count && smmu->offset < pmcg->offset)) {
			dev.res[0].base = smmu->base;
			dev.res[0].size = smmu->span;
			add_iort_device(im, smmu->version == 3 ? "arm-smmu-v3" : "arm-smmu", s + p,
					smmu->offset, dev);
			s++;
		} else {
			dev.res_count = pmcg->page1 ? 2 : 1;
			dev.res[0].base = pmcg->base;
			dev.res[1].base = pmcg->page1;
			dev.res[0].size = PAGE_SIZE;
			dev.res[1].size = pmcg->page1 ? PAGE_SIZE : 0;
			add_iort_device(im, "arm-smmu-v3-pmcg", s + p, pmcg->offset, dev);
			p++;
		}
	}
}

/*
 * gtdt_import_sbsa_gwdt(): resource 0 is the control frame, 1 the refresh frame. It is a device
 * initcall, so they come after the namespace.
 */
void import_watchdogs(struct importing *im)
{
	const struct acpi_facts *f = &im->facts;

	for (size_t i = 0; i + 1 < f->watchdogs.count && import_room(im, 200); i += 2) {
		struct where w = import_where_table(im, "GTDT", f->watchdogs.items[i].offset);
		struct device dev = {.hid = "sbsa-gwdt", .msix_bar = DEVICE_RES_MAX};
		struct device_note note = {.where = w};

		dev.name = arena_printf(im->b->arena, "sbsa-gwdt.%zu", i / 2);
		dev.origin = w.origin;
		dev.res_count = 2;
		dev.res[0].base = f->watchdogs.items[i + 1].base;
		dev.res[1].base = f->watchdogs.items[i].base;
		dev.res[0].size = dev.res[1].size = PAGE_SIZE;
		if (!dev.name)
			im->b->lost = true;
		else
			builder_device(im->b, &dev, &note);
	}
}

/* acpi/ and the platform have the same uses, in the same order. */
void import_areas(struct importing *im)
{
	for (size_t i = 0; i < im->facts.areas.count && import_room(im, 100); i++) {
		const struct acpi_area *a = &im->facts.areas.items[i];

		if (a->size)
			builder_area(im->b, (enum area_use)a->use, a->base, a->size,
				     import_where_table(im, a->sig, a->offset));
	}
}

void import_mcfg(struct importing *im)
{
	for (size_t i = 0; i < im->facts.mcfg.count && import_room(im, 100); i++) {
		const struct acpi_mcfg *m = &im->facts.mcfg.items[i];
		uint64_t first = m->base + ((uint64_t)m->bus_first << 20);
		struct where w = import_where_table(im, "MCFG", m->offset);
		struct ecam e = {first, m->segment, m->bus_first, m->bus_last, w.origin};

		if (m->bus_last < m->bus_first)
			continue; /* the reader warned */
		if (vec_push(&im->b->plat->ecams, e))
			im->b->lost = true;
		builder_region(im->b, FROM_ECAMS, NULL, first,
			       (uint64_t)(m->bus_last - m->bus_first + 1) << 20, w);
	}
}

void import_facts(struct importing *im)
{
	const struct acpi_facts *f = &im->facts;
	struct platform *p = im->b->plat;

	if (!im->tables.tables.count)
		return;
	if (acpi_find(&im->tables, "APIC", 0))
		p->gic_version =
			f->gic_version == 2 || (!f->gic_version && !f->redists.count) ? 2 : 3;
	take_gic(im);
	take_redists(im);
	take_frames(im, FROM_ITS, f->its.items, f->its.count, 32 * GIC_PAGE, "MADT");
	take_frames(im, FROM_V2M, f->v2m.items, f->v2m.count, GIC_PAGE, "MADT");
	take_frames(im, FROM_GTDT, f->gtdt_frames.items, f->gtdt_frames.count, GIC_PAGE, "GTDT");
	p->spcr = f->spcr;
	if (f->spcr)
		builder_region(im->b, FROM_SPCR, NULL, f->spcr & PAGE_MASK, PAGE_SIZE,
			       import_where(im, COLLECTED_ACPIDUMP, "SPCR"));
	p->bert = f->bert_size ? f->bert : 0;
	p->bert_size = f->bert_size;
	if (f->bert_size)
		builder_region(im->b, FROM_BERT, NULL, f->bert, f->bert_size,
			       import_where(im, COLLECTED_ACPIDUMP, "BERT"));
	take_smmus(im);
}

/* --- the tables themselves ----------------------------------------------------------- */

/* prepare_acpi(): what Dom0 has of these Xen made itself (FACTS X3). */
static bool is_crafted(const struct importing *im, const char *sig)
{
	static const char *const crafted[] = {"FACP", "APIC", "STAO", "XSDT", "RSDT", "RSD "};

	for (size_t i = 0; im->of_dom0 && im->makes_up && i < ARRAY_SIZE(crafted); i++)
		if (strcmp(sig, crafted[i]) == 0)
			return true;
	return false;
}

/* Four letters that a file can hold. */
static bool sig_ok(const char *sig)
{
	for (unsigned int i = 0; i < 4; i++)
		if (sig[i] < ' ' || sig[i] > '~')
			return false;
	return strlen(sig) == 4;
}

/* Those without an address wait for a row of `tables`, or for one that is made up. */
void import_tables(struct importing *im)
{
	for (size_t i = 0; i < im->tables.tables.count && import_room(im, 80); i++) {
		const struct acpi_blob *blob = &im->tables.tables.items[i];
		struct acpi_table t = {.addr = blob->addr, .len = blob->len};
		struct where w =
			import_where(im, COLLECTED_ACPIDUMP, "%s", im->table_origins.items[i]);

		memcpy(t.sig, blob->sig, sizeof(t.sig));
		if (is_crafted(im, t.sig) || !sig_ok(t.sig))
			continue;
		w.at = (struct src){blob->line, blob->line ? 1 : 0};
		t.origin = w.origin;
		if (vec_push(&im->b->plat->tables, t))
			im->b->lost = true;
		if (t.addr)
			builder_table_region(im->b, &t, w);
	}
}
