/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * import_fixture.h: collections made of texts, tables with a right sum, and what becomes of them.
 */
#ifndef P2MLAB_TESTS_IMPORT_FIXTURE_H
#define P2MLAB_TESTS_IMPORT_FIXTURE_H

#include "platform/import.h"
#include "tests/platform_equal.h"

#define FIXTURE_FILES 32

/* The files of one machine, all in memory. */
struct machine_files {
	struct collected_file files[FIXTURE_FILES];
	struct collection set;
};

static inline void add_file(struct machine_files *m, enum collected kind, const char *name,
			    const void *text, size_t len)
{
	struct collected_file *f = &m->files[m->set.files.count];

	if (!EXPECT(m->set.files.count < FIXTURE_FILES))
		return;
	*f = (struct collected_file){kind, {name, text, len}, name};
	m->set.path = "machine";
	m->set.files.items = m->files;
	m->set.files.count++;
}

static inline void add_text(struct machine_files *m, enum collected kind, const char *text)
{
	static const char *const names[COLLECTED_COUNT] = {
		[COLLECTED_ACPIDUMP] = "acpidump.dat",
		[COLLECTED_TABLE] = "table.dat",
		[COLLECTED_IOMEM] = "iomem",
		[COLLECTED_PCI] = "pci-resources.txt",
		[COLLECTED_PCI_CONFIG] = "pci-config.txt",
		[COLLECTED_DEVICES] = "devices.txt",
		[COLLECTED_MODULES] = "modules",
		[COLLECTED_XEN_BUILD] = "xen-build.json",
		[COLLECTED_VERSIONS] = "versions.txt",
	};

	add_file(m, kind, names[kind], text, strlen(text));
}

/* Makes the sum of all bytes 0. */
static inline void fix_sum(uint8_t *table, size_t len)
{
	uint8_t sum = 0;

	table[9] = 0;
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + table[i]);
	table[9] = (uint8_t)-sum;
}

struct import_run {
	struct arena *arena;
	struct diag diag;
	struct imported got;
	bool ok;
};

static inline void import_begin(struct import_run *r, const struct collection *sets, size_t count)
{
	*r = (struct import_run){.arena = arena_new()};
	diag_init(&r->diag);
	r->ok = platform_import(&r->got, sets, count, "machine", NULL, r->arena, &r->diag);
}

static inline void import_end(struct import_run *r)
{
	if (r->got.plat)
		platform_fini(r->got.plat);
	diag_fini(&r->diag);
	arena_free(r->arena);
}

static inline const char *import_said(const struct import_run *r)
{
	return r->diag.text ? r->diag.text : "";
}

#endif
