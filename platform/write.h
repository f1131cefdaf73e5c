/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/write.h: a platform as the text of a platform file, for people to read and change.
 *
 * Loading the text gives the platform that was written, but for what drivers do to their devices
 * (`touches`: profiles are files of their own) and the origins of plain lists of addresses, which
 * are comments.
 */
#ifndef P2MLAB_PLATFORM_WRITE_H
#define P2MLAB_PLATFORM_WRITE_H

#include <stdio.h>

#include "sim/platform.h"

/* Where a remark stands: under the heading of that section, or beside the entry `key`. */
enum remark_at {
	REMARK_HEAD, /* first lines of the file */
	REMARK_MEMORY,
	REMARK_TABLES,
	REMARK_PCI,
	REMARK_DEVICES,	  /* key: name of a device */
	REMARK_OPREGIONS, /* key: path of an OperationRegion */
	REMARK_END,	  /* last lines */
	REMARK_COUNT
};

struct remark {
	enum remark_at at;
	const char *key;  /* NULL: of the section as a whole */
	const char *text; /* one line or more */
};

struct written_platform {
	const struct platform *plat;
	/* For each device the kernel's driver that was bound: "" none; NULL not known. NULL: of no
	 * device is it known. */
	const char *const *bound;
	const struct remark *remarks; /* may be NULL */
	size_t remark_count;
};

/*
 * Writes it to `out`; whether that worked is ferror()'s to say. The same platform gives the same
 * bytes. Control characters in remarks become '?'.
 */
void platform_write(FILE *out, const struct written_platform *w);

#endif
