/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform_import.h: a platform from the files of a machine: what `p2mlab import` does.
 *
 * A platform file's `import` goes the same way (platform_build.h). docs/IMPORT.md tells what comes
 * from where.
 */
#ifndef P2MLAB_PLATFORM_IMPORT_H
#define P2MLAB_PLATFORM_IMPORT_H

#include "scenario/collection.h"
#include "scenario/platform_write.h"

struct imported {
	struct platform *plat;		 /* strings are the arena's; platform_fini() its vectors */
	struct written_platform written; /* what platform_write() takes */
	size_t tables, devices, opregions, functions; /* read, or of the platform */
	size_t dynamic; /* OperationRegions whose address only running AML would tell */
};

/*
 * Makes a platform of all files of `count` collections; of a kind that there may be once the
 * first counts. Firmware lies: what contradicts what was taken before is left out, with a warning
 * that names both. False with errors in d: no ACPI table among the files, or no memory. `name` is
 * the platform's, of schema_read()'s kind NAME.
 */
bool platform_import(struct imported *out, const struct collection *collections, size_t count,
		     const char *name, struct arena *a, struct diag *d);

#endif
