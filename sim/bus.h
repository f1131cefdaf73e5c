/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bus.h: what answers at a physical address: memory, a device, somebody else's RAM, nothing.
 *
 * Both the vCPU's device window and DMA masters go through it. Device contents are simple and
 * deterministic: PCI configuration space from the platform's devices, AMBA identification at the
 * end of a primecell, the GICv2m TYPER, else the last value written or 0. Xen's text, other
 * domains' RAM, firmware's buffers and tables read as recognisable patterns (a table begins with
 * its signature and length), so that a test can see whose bytes it got.
 */
#ifndef P2MLAB_BUS_H
#define P2MLAB_BUS_H

#include "sim/memory.h"
#include "sim/platform.h"

enum bus_result {
	BUS_ERROR = -1, /* nothing there: external abort */
	BUS_OK = 0,
};

struct bus_cell {
	uint64_t addr;
	uint64_t value;
};

struct bus {
	const struct platform *plat;
	struct memory *mem;
	VEC(struct bus_cell) cells; /* written device words, sorted by address (8-aligned) */
	uint64_t msi_count;	    /* writes that reached an ITS doorbell */
	bool lost;		    /* host memory ran out: a write was dropped */
};

void bus_init(struct bus *bus, const struct platform *plat, struct memory *mem);
void bus_reset(struct bus *bus);
void bus_fini(struct bus *bus);

/*
 * width is 1, 2, 4 or 8. An access that crosses an 8-byte boundary is done as two; if either part
 * is BUS_ERROR the whole is, and *value is 0.
 */
enum bus_result bus_read(struct bus *bus, pa_t p, unsigned int width, uint64_t *value);
enum bus_result bus_write(struct bus *bus, pa_t p, unsigned int width, uint64_t value);

/* The 8 bytes that Xen's image holds at `p` (8-aligned): the pattern a test looks for. */
uint64_t bus_xen_text(pa_t p);
/* The same for RAM of another domain. */
uint64_t bus_other_ram(pa_t p);

#endif
