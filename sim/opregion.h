/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * opregion.h: how AML reaches a SystemMemory OperationRegion: through windows that the region keeps
 * mapped (acpica's acpi_ex_system_memory_space_handler(); FACTS L6).
 *
 * An access outside the region's windows maps [its address, end of the region), at most a page.
 * The kernel's row decides whether that ends at a page boundary, and whether the old window is
 * given up for it (4.9: one sliding window) or kept as well (5.9 and later). A region that a method
 * declares is deactivated when the method ends, and its windows are unmapped; an access here is all
 * that such a method does.
 */
#ifndef P2MLAB_OPREGION_H
#define P2MLAB_OPREGION_H

#include "dom0/dom0_abi.h"
#include "sim/platform.h"

struct dom0;
struct dom0_result;

/* One mapped window. A region is known by its place: an access that no region of the platform
 * holds has one of its own, without a path. */
struct opregion_window {
	uint64_t region_base, region_size;
	const char *region_path; /* NULL: not declared */
	uint64_t first, bytes;	 /* physical */
	uint64_t va;		 /* of first */
};

/*
 * One field access by AML at physical address `addr`, in the first region of the platform that
 * holds it whole. Judged. *value: to write, or what was read.
 */
struct dom0_result opregion_access(struct dom0 *d, uint64_t addr, enum dom0_access access,
				   uint64_t *value);

#endif
