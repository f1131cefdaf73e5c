/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acpi_reading.h: reads a sample with one thing wrong, and compares all facts and all that is said.
 *
 * Samples come from tests/acpi_samples.h, damage is a patch of a copy.
 */
#ifndef P2MLAB_TESTS_ACPI_READING_H
#define P2MLAB_TESTS_ACPI_READING_H

#include <stdarg.h>
#include <string.h>

#include "acpi/acpi.h"
#include "tests/acpi_said.h"
#include "tests/unit.h"

/* `len` bytes at `at` become `value`; len 0 ends a list. */
struct patch {
	size_t at, len;
	uint64_t value;
};

#define PATCHES_MAX 4

struct reading {
	struct acpi_facts facts;
	struct said said;
};

static inline void reading_fini(struct reading *r)
{
	acpi_facts_fini(&r->facts);
}

static inline void read_tables(struct reading *r, struct acpi_blob *blobs, size_t count)
{
	struct acpi_tables tables = {.tables = {.items = blobs, .count = count}};

	said_init(&r->said);
	EXPECT_I64(acpi_facts(&r->facts, &tables, &r->said.log), 0);
}

/* Reads an exact copy on the heap: one byte too far is seen by the sanitizer. */
static inline void read_bytes(struct reading *r, const uint8_t *bytes, size_t len)
{
	struct acpi_blob blob = {.len = len, .line = 7};
	uint8_t *copy = malloc(len ? len : 1);

	memset(r, 0, sizeof(*r));
	EXPECT(copy != NULL);
	if (!copy)
		return;
	memcpy(copy, bytes, len);
	memcpy(blob.sig, bytes, 4);
	blob.bytes = copy;
	read_tables(r, &blob, 1);
	free(copy);
}

static inline void apply(uint8_t *bytes, size_t len, const struct patch *patches)
{
	for (size_t n = 0; n < PATCHES_MAX && patches[n].len; n++)
		for (size_t i = 0; i < patches[n].len && patches[n].at + i < len; i++)
			bytes[patches[n].at + i] = (uint8_t)(patches[n].value >> 8 * i);
}

static inline void read_patched(struct reading *r, const uint8_t *bytes, size_t len,
				const struct patch *patches)
{
	uint8_t copy[1024];

	memcpy(copy, bytes, len);
	apply(copy, len, patches);
	read_bytes(r, copy, len);
}

/* A table, its damage, and all that is said of it. */
struct damage {
	const char *want;
	struct patch patches[PATCHES_MAX];
};

static inline void expect_said(const uint8_t *bytes, size_t len, const struct damage *damage,
			       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct reading r;

		read_patched(&r, bytes, len, damage[i].patches);
		EXPECT_STR(r.said.text, damage[i].want);
		reading_fini(&r);
	}
}

/* All that the facts hold, as text: what a test does not expect shows up too. */
struct listing {
	char text[8192];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static inline void list(struct listing *l, const char *format,
							      ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->len, sizeof(l->text) - l->len, format, args);
	va_end(args);
	if (EXPECT(n >= 0 && (size_t)n < sizeof(l->text) - l->len))
		l->len += (size_t)n;
}

static inline void list_u64(struct listing *l, const char *name, uint64_t value)
{
	if (value)
		list(l, "%s 0x%llx\n", name, (unsigned long long)value);
}

static inline void list_frames(struct listing *l, const char *name, const struct acpi_frame *items,
			       size_t count)
{
	for (size_t i = 0; i < count; i++)
		list_u64(l, name, items[i].base);
}

static inline void list_vectors(struct listing *l, const struct acpi_facts *f)
{
	for (size_t i = 0; i < f->redists.count; i++)
		list(l, "redist 0x%llx 0x%x%s +%zu\n", (unsigned long long)f->redists.items[i].base,
		     f->redists.items[i].size, f->redists.items[i].per_cpu ? " per cpu" : "",
		     f->redists.items[i].offset);
	list_frames(l, "its", f->its.items, f->its.count);
	list_frames(l, "v2m", f->v2m.items, f->v2m.count);
	for (size_t i = 0; i < f->mcfg.count; i++)
		list(l, "ecam 0x%llx %u %u..%u +%zu\n", (unsigned long long)f->mcfg.items[i].base,
		     f->mcfg.items[i].segment, f->mcfg.items[i].bus_first,
		     f->mcfg.items[i].bus_last, f->mcfg.items[i].offset);
	list_frames(l, "frame", f->gtdt_frames.items, f->gtdt_frames.count);
	list_frames(l, "watchdog", f->watchdogs.items, f->watchdogs.count);
	for (size_t i = 0; i < f->smmus.count; i++)
		list(l, "smmu v%u 0x%llx 0x%llx +%zu\n", f->smmus.items[i].version,
		     (unsigned long long)f->smmus.items[i].base,
		     (unsigned long long)f->smmus.items[i].span, f->smmus.items[i].offset);
	for (size_t i = 0; i < f->pmcgs.count; i++)
		list(l, "pmcg 0x%llx 0x%llx +%zu\n", (unsigned long long)f->pmcgs.items[i].base,
		     (unsigned long long)f->pmcgs.items[i].page1, f->pmcgs.items[i].offset);
	for (size_t i = 0; i < f->areas.count; i++)
		list(l, "area %s %u 0x%llx %llu +%zu\n", f->areas.items[i].sig,
		     (unsigned int)f->areas.items[i].use,
		     (unsigned long long)f->areas.items[i].base,
		     (unsigned long long)f->areas.items[i].size, f->areas.items[i].offset);
}

static inline void list_map(struct listing *l, const struct acpi_iort_map *m)
{
	static const char *const from[] = {"rc", "named", "smmu"};

	list(l, "map %s", from[m->from]);
	if (m->from == ACPI_IORT_NAMED)
		list(l, " %s", m->path);
	else
		list(l, " %zu", m->from == ACPI_IORT_SMMU ? m->from_smmu : m->segment);
	if (m->single)
		list(l, " any");
	else
		list(l, " 0x%x..0x%x", m->first, m->first + (m->count - 1));
	list(l, " -> 0x%x %s", m->output, m->to_smmu ? "smmu" : "its");
	if (m->to_smmu)
		list(l, " %zu", m->smmu);
	list(l, " +%zu\n", m->offset);
}

static inline void expect_facts(const struct acpi_facts *f, const char *want)
{
	struct listing l = {.len = 0};

	list_u64(&l, "gic", f->gic_version);
	list_u64(&l, "gicd", f->gicd);
	list_u64(&l, "gicc", f->gicc);
	list_u64(&l, "gich", f->gich);
	list_u64(&l, "gicv", f->gicv);
	list_u64(&l, "cpus", f->cpus);
	list_vectors(&l, f);
	list_u64(&l, "spcr", f->spcr);
	list_u64(&l, "bert", f->bert);
	list_u64(&l, "bert size", f->bert_size);
	list_u64(&l, "its groups", f->iort_its_groups);
	list_u64(&l, "root complexes", f->iort_root_complexes);
	list_u64(&l, "stao ignores uart", f->stao_ignores_uart);
	for (size_t i = 0; i < f->iort_maps.count; i++)
		list_map(&l, &f->iort_maps.items[i]);
	for (size_t i = 0; i < f->unknown.count; i++)
		list(&l, "unknown %s %zu\n", f->unknown.items[i].text, f->unknown.items[i].len);
	EXPECT_STR(l.text, want);
}

static inline void expect_read(const uint8_t *bytes, size_t len, const struct patch *patches,
			       const char *facts, const char *said)
{
	struct reading r;

	read_patched(&r, bytes, len, patches);
	EXPECT_STR(r.said.text, said);
	expect_facts(&r.facts, facts);
	reading_fini(&r);
}

static const struct patch none[PATCHES_MAX];

#endif
