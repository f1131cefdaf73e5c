/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map_log.h: what Dom0 maps, in order: each range with the function and the boot row it is due to.
 *
 * Not part of the record: nothing in Xen sees a stage-1 mapping as such. The log tells which ranges
 * a kernel would need in stage 2, whatever the strategy.
 */
#ifndef P2MLAB_MAP_LOG_H
#define P2MLAB_MAP_LOG_H

#include "dom0/dom0_abi.h"
#include "sim/script.h"

/*
 * One mapping that Dom0 made in stage 1, or one request of the bus notifier. As asked, not page
 * rounded. A mapping that ioremap refused, and RAM that the linear map served, is not there. What
 * acpi_os_map_iomem() serves from its cache is there the first time that this range is asked for.
 */
struct dom0_map_event {
	uint64_t phys, bytes;
	enum dom0_api
		api;	/* of a mapping: the function's family; DOM0_API_ACPI for all of ACPI's */
	const char *by; /* kernel function; static or the platform's */
	enum boot_phase phase; /* being run; behind the boot, the last one that was */
	unsigned int row;      /* of FACTS L9; 0: no row of the boot, a step of the scenario */
	bool notified;	       /* requested by the notifier, which maps nothing in stage 1 */
};

struct dom0_map_log {
	struct dom0_map_event *items;
	size_t count, room;
};

#endif
