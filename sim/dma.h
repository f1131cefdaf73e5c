/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dma.h: DMA masters: transactions as events in simulated time.
 *
 * Due events run in (cycle, sequence) order; a transfer is cut at page boundaries and each piece
 * goes through the SMMU or, for a master that is behind none, straight to the bus. An MSI is a
 * 4-byte write to a doorbell.
 */
#ifndef P2MLAB_DMA_H
#define P2MLAB_DMA_H

#include "sim/smmu_model.h"
#include "sim/verdict.h"

struct dma_event {
	uint64_t cycle, seq;
	const struct device *device;
	uint64_t addr, bytes;
	bool write, msi;
	int step;
};

struct dma_engine {
	struct smmu smmu;
	struct xen *xen;
	struct bus *bus;
	struct charge *charge;
	struct record *record;
	struct verdict *verdict;
	VEC(struct dma_event) queue; /* sorted, earliest last */
	uint64_t next_seq;
	bool failed; /* the last transfer that ran was terminated or external */
	bool external;
};

/* Streams of every device behind an SMMU: stage 2 where the platform's Xen drives it, else bypass.
 * 0 or -ENOMEM. */
int dma_init(struct dma_engine *dma, struct xen *xen, struct verdict *verdict);
void dma_fini(struct dma_engine *dma);

/* Queues a transfer to start at `cycle`: 0 or -ENOMEM. */
int dma_post(struct dma_engine *dma, struct dma_event ev);

/* Cycle of the earliest event, UINT64_MAX if none. */
uint64_t dma_next(const struct dma_engine *dma);

/* Runs every event that is due at the charger's now. */
void dma_run_due(struct dma_engine *dma);

#endif
