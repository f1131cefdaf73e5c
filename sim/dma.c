// SPDX-License-Identifier: GPL-2.0-only
#include "sim/dma.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"

int dma_init(struct dma_engine *dma, struct xen *xen, struct verdict *verdict)
{
	const struct platform *plat = xen->plat;
	enum stream_mode mode = plat->smmu_stage2 ? STREAM_STAGE2 : STREAM_BYPASS;

	*dma = (struct dma_engine){
		.xen = xen,
		.bus = xen->bus,
		.charge = xen->charge,
		.record = xen->record,
		.verdict = verdict,
	};
	smmu_init(&dma->smmu, &xen->p2m, xen->bus, xen->charge);
	dma->smmu.stall = xen->version->smmu_stall || strategy_has(xen->strategy, MECH_STALL_MAP);
	dma->smmu.level1_start = xen->version->smmu_level1_start;
	for (size_t i = 0; i < plat->devices.count; i++)
		if (plat->devices.items[i].behind_smmu &&
		    smmu_stream(&dma->smmu, plat->devices.items[i].stream, mode))
			return -ENOMEM;
	return 0;
}

void dma_fini(struct dma_engine *dma)
{
	smmu_fini(&dma->smmu);
	vec_fini(&dma->queue);
}

/* True if a runs after b: the queue keeps its earliest event last. */
static bool later(const struct dma_event *a, const struct dma_event *b)
{
	return a->cycle != b->cycle ? a->cycle > b->cycle : a->seq > b->seq;
}

int dma_post(struct dma_engine *dma, struct dma_event ev)
{
	struct dma_event *items;
	size_t i;

	ev.seq = dma->next_seq++;
	if (vec_push(&dma->queue, ev))
		return -ENOMEM;
	items = dma->queue.items;
	for (i = dma->queue.count - 1; i > 0 && later(&ev, &items[i - 1]); i--)
		items[i] = items[i - 1];
	items[i] = ev;
	return 0;
}

uint64_t dma_next(const struct dma_engine *dma)
{
	return dma->queue.count ? dma->queue.items[dma->queue.count - 1].cycle : UINT64_MAX;
}

/* One run of Xen's context-fault handler: true if it let a stalled transaction go on. */
static bool handle_fault(struct dma_engine *dma, const struct smmu_fault *fault)
{
	struct xen *xen = dma->xen;

	charge_cycles(dma->charge,
		      charge_ns(dma->charge, dma->charge->profile->p[PARAM_SMMU_FAULT_NS].value));
	charge_xen(dma->charge, XS_SMMU_FAULT, 1);
	return fault->stalled && strategy_has(xen->strategy, MECH_STALL_MAP) &&
	       xen_try_map_mmio(xen, gfn_from_ipa(fault->iova));
}

/*
 * Serves the fault queue for one transaction. Xen terminates what stalled (RESUME_RETRY is dead
 * code in 4.8), or, where the strategy says so, maps the page and retries once: a page that was
 * mapped and faults again lacks a right that mapping does not give.
 */
static enum smmu_result serve_faults(struct dma_engine *dma, struct dma *tx, enum smmu_result res)
{
	struct smmu_fault fault;
	bool retried = false;

	while (smmu_next_fault(&dma->smmu, &fault)) {
		bool retry = handle_fault(dma, &fault) && !retried;

		if (fault.stalled)
			res = smmu_resume(&dma->smmu, tx, retry);
		retried |= retry;
	}
	return res;
}

static enum smmu_result bus_access(struct dma_engine *dma, struct dma *tx)
{
	pa_t p = {tx->iova.v};
	enum bus_result res;
	unsigned int width = tx->bytes >= 8 && p.v % 8 == 0 ? 8 : tx->bytes == 4 ? 4 : 1;

	res = tx->write ? bus_write(dma->bus, p, width, tx->value)
			: bus_read(dma->bus, p, width, &tx->value);
	tx->pa = p;
	return res == BUS_ERROR ? SMMU_EXTERNAL : SMMU_DONE;
}

/* One piece within a page. True if it reached its target. */
static bool run_piece(struct dma_engine *dma, const struct dma_event *ev, uint64_t addr,
		      unsigned int bytes)
{
	struct dma tx = {.stream = ev->device->stream,
			 .iova = {addr},
			 .bytes = bytes,
			 .write = ev->write,
			 .value = 0x5a5a5a5a5a5a5a5a};
	struct event rec = {.cycle = dma->charge->cycle,
			    .has_gpa = true,
			    .gpa = addr,
			    .pages = 1,
			    .size = bytes,
			    .write = ev->write,
			    .stream = tx.stream,
			    .step = ev->step,
			    .by = ev->device->name};
	uint64_t insns = dma->charge->xen_insns;
	enum smmu_result res;

	if (ev->device->behind_smmu)
		res = smmu_access(&dma->smmu, &tx);
	else
		res = bus_access(dma, &tx);
	if (res == SMMU_STALLED || res == SMMU_TERMINATED)
		res = serve_faults(dma, &tx, res);
	rec.kind = res == SMMU_DONE ? EV_DMA : EV_DMA_FAULT;
	rec.rc = res == SMMU_DONE ? 0 : -1;
	rec.reached = res == SMMU_DONE;
	rec.target_pa = tx.pa.v;
	rec.insns = dma->charge->xen_insns - insns;
	rec.cycles = dma->charge->cycle - rec.cycle;
	record_event(dma->record, &rec);
	verdict_dma(dma->verdict, dma->xen, addr, bytes, res != SMMU_DONE && res != SMMU_EXTERNAL,
		    res == SMMU_EXTERNAL, rec.by, ev->step, dma->record->events.count - 1);
	dma->external |= res == SMMU_EXTERNAL;
	return res == SMMU_DONE;
}

/* A transfer stops at its first failing page, as a master does on an error response. */
static void run_event(struct dma_engine *dma, const struct dma_event *ev)
{
	uint64_t addr = ev->addr, left = ev->bytes;

	dma->failed = dma->external = false;
	while (left && !dma->failed) {
		uint64_t room = PAGE_SIZE - (addr & ~PAGE_MASK);
		unsigned int n = (unsigned int)(left < room ? left : room);

		dma->failed = !run_piece(dma, ev, addr, n);
		addr += n;
		left -= n;
	}
}

void dma_run_due(struct dma_engine *dma)
{
	/* What a handler posts for now has a later sequence number and runs in this loop's turn
	 * only if it is due; nothing here posts, so the loop ends. */
	while (dma->queue.count && dma_next(dma) <= dma->charge->cycle) {
		struct dma_event ev = dma->queue.items[--dma->queue.count];

		run_event(dma, &ev);
	}
}
