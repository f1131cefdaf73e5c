/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * strategy.h: a strategy is a set of mechanisms; each mechanism is one place where mapping happens.
 *
 * Names may be summed: "notifier+c". The core asks strategy_has() and never compares names.
 */
#ifndef P2MLAB_STRATEGY_H
#define P2MLAB_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mechanism {
	MECH_NOTIFIER = 1 << 0,	      /* Dom0: BUS_NOTIFY_ADD_DEVICE driver (arm-device.c) */
	MECH_ACPI_HOOK = 1 << 1,      /* Dom0: Xen's acpi_os_ioremap */
	MECH_IOREMAP_HOOK = 1 << 2,   /* Dom0: Xen's ioremap */
	MECH_HOOK_UNCHUNKED = 1 << 3, /* hooks issue one call, whatever uint16 makes of it */
	MECH_DEMAND = 1 << 4,	      /* Xen: try_map_mmio on a stage-2 abort */
	MECH_STALL_MAP = 1 << 5,      /* Xen: the SMMU stalls, Xen maps and resumes */
};

struct strategy {
	char name[64];
	unsigned int mechanisms;
};

struct strategy_info {
	const char *name;
	unsigned int mechanisms;
	const char *help;
};

/* The named strategies, in the order they are listed. */
extern const struct strategy_info strategy_infos[];
extern const unsigned int strategy_info_count;

static inline bool strategy_has(const struct strategy *s, enum mechanism m)
{
	return s->mechanisms & (unsigned int)m;
}

/*
 * Parses "notifier+c". The result's name is the canonical spelling (as typed, order kept).
 * Returns 0, or -EINVAL with the unknown part (its start and length within text) in *bad.
 */
int strategy_parse(const char *text, struct strategy *out, const char **bad, size_t *bad_len);

#endif
