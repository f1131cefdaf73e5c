/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/import.h: a platform from the files of a machine: what `p2mlab import` does.
 *
 * A platform file's `import` goes the same way (platform/build.h). docs/IMPORT.md tells what comes
 * from where.
 */
#ifndef P2MLAB_PLATFORM_IMPORT_H
#define P2MLAB_PLATFORM_IMPORT_H

#include "acpi/aml.h"
#include "platform/collection.h"
#include "platform/write.h"

struct imported {
	struct platform *plat;		 /* strings are the arena's; platform_fini() its vectors */
	struct written_platform written; /* what platform_write() takes */
	size_t tables, devices, opregions, functions; /* read, or of the platform */
	size_t dynamic; /* OperationRegions whose address only running AML would tell */
};

/*
 * Runs methods: gives more of *aml values that are AML_STATIC, their `reason` saying how they are
 * known. False with errors in d: the import fails.
 */
struct import_evaluator {
	bool (*run)(void *ctx, struct aml *aml, const struct acpi_tables *tables, struct arena *a,
		    struct diag *d);
	void *ctx;
};

/*
 * Makes a platform of all files of `count` collections; of a kind that there may be once the
 * first counts. Firmware lies: what contradicts what was taken before is left out, with a warning
 * that names both. False with errors in d: no ACPI table among the files, or no memory. `name` is
 * the platform's, of schema_read()'s kind NAME; `evaluator` may be NULL.
 */
bool platform_import(struct imported *out, const struct collection *collections, size_t count,
		     const char *name, const struct import_evaluator *evaluator, struct arena *a,
		     struct diag *d);

#endif
