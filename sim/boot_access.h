/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot_access.h: how the rows of the boot reach memory. Private to boot.c and boot_pci.c.
 *
 * Each returns false where Linux would have panicked.
 */
#ifndef P2MLAB_BOOT_ACCESS_H
#define P2MLAB_BOOT_ACCESS_H

#include "sim/dom0_model.h"

/* True if Linux goes on after an access: it was answered, or the scenario wants to see it all. */
static inline bool answered(const struct dom0 *d, struct dom0_result r)
{
	return !dom0_stopped(d) && (r.outcome == OUTCOME_OK || d->keep_going);
}

/* One load or store of `width` bytes; *value (may be NULL): to write, or what was read. */
static inline bool touch(struct dom0 *d, const char *by, uint64_t phys, unsigned int width,
			 bool write, enum dom0_api api, uint64_t *value)
{
	uint64_t v = 0;

	return answered(d, dom0_access(d, by, phys, dom0_plain_access(width, write), api,
				       value ? value : &v));
}

/* boot_pci.c: maps the n-th ECAM and scans its root bus and what lies below. */
bool boot_scan_ecam(struct dom0 *d, size_t n);

#endif
