// SPDX-License-Identifier: GPL-2.0-only
/* The second half of verdict.h: what a run cost. */
#include "sim/verdict.h"

#include "dom0/dom0_abi.h"

/* clang-format off */
const char *const metric_name[METRIC_COUNT] = {
	[METRIC_HYPERCALLS] = "hypercalls",
	[METRIC_TRAPS] = "traps",
	[METRIC_CONTINUATIONS] = "continuations",
	[METRIC_PAGES] = "pages",
	[METRIC_DENIED] = "denied",
	[METRIC_DEMAND_MAPS] = "demand_maps",
	[METRIC_RESOLVED] = "resolved",
	[METRIC_EMULATED] = "emulated",
	[METRIC_INJECTED] = "injected",
	[METRIC_EXTERNAL] = "external",
	[METRIC_DMA] = "dma",
	[METRIC_DMA_FAULTS] = "dma_faults",
	[METRIC_IOREMAPS] = "ioremaps",
	[METRIC_TABLE_PAGES] = "table_pages",
	[METRIC_TABLES_NEW] = "tables_new",
	[METRIC_TLBI] = "tlbi",
	[METRIC_MAPPED_MMIO] = "mapped_mmio",
	[METRIC_XEN_INSNS] = "xen_insns",
	[METRIC_DOM0_INSNS] = "dom0_insns",
	[METRIC_CYCLES] = "cycles",
};

const char *const metric_help[METRIC_COUNT] = {
	[METRIC_HYPERCALLS] = "hypercalls that Dom0 made; one that was continued counts once",
	[METRIC_TRAPS] = "entries to Xen: hypercalls, their continuations, stage-2 aborts",
	[METRIC_CONTINUATIONS] = "hypercalls that were preempted and executed again",
	[METRIC_PAGES] = "pages that dev_mmio requests worked on",
	[METRIC_DENIED] = "pages of them that iomem rights refused",
	[METRIC_DEMAND_MAPS] = "pages that Xen mapped on a stage-2 abort",
	[METRIC_RESOLVED] = "stage-2 aborts that only had to be retried",
	[METRIC_EMULATED] = "stage-2 aborts that Xen emulated",
	[METRIC_INJECTED] = "stage-2 aborts that Xen gave to Dom0",
	[METRIC_EXTERNAL] = "external aborts: stage 2 allowed it, nothing answered",
	[METRIC_DMA] = "DMA transactions that reached their target",
	[METRIC_DMA_FAULTS] = "DMA transactions that faulted or met nothing",
	[METRIC_IOREMAPS] = "calls of ioremap and its relatives",
	[METRIC_TABLE_PAGES] = "stage-2 table pages at the end, the root included",
	[METRIC_TABLES_NEW] = "stage-2 table pages allocated since Dom0 started",
	[METRIC_TLBI] = "TLB invalidations of Dom0's whole VMID",
	[METRIC_MAPPED_MMIO] = "4K pages that stage 2 maps with an MMIO type at the end",
	[METRIC_XEN_INSNS] = "instructions of Xen in all traps",
	[METRIC_DOM0_INSNS] = "instructions of Dom0",
	[METRIC_CYCLES] = "simulated cycles",
};
/* clang-format on */

static bool is_hypercall(enum event_kind kind)
{
	return kind == EV_ADD_TO_PHYSMAP_RANGE || kind == EV_ADD_TO_PHYSMAP ||
	       kind == EV_REMOVE_FROM_PHYSMAP || kind == EV_HYPERCALL_OTHER;
}

static bool is_dev_mmio(const struct event *ev)
{
	return (ev->kind == EV_ADD_TO_PHYSMAP_RANGE || ev->kind == EV_ADD_TO_PHYSMAP) &&
	       ev->space == XENMAPSPACE_DEV_MMIO;
}

/* The metric that counts events of this kind; METRIC_COUNT if none does. */
static enum metric counter_of(enum event_kind kind)
{
	switch (kind) {
	case EV_ABORT_MAP:
		return METRIC_DEMAND_MAPS;
	case EV_ABORT_OTHER:
		return METRIC_RESOLVED;
	case EV_ABORT_EMULATE:
		return METRIC_EMULATED;
	case EV_ABORT_INJECT:
		return METRIC_INJECTED;
	case EV_EXTERNAL_ABORT:
		return METRIC_EXTERNAL;
	case EV_DMA:
		return METRIC_DMA;
	case EV_DMA_FAULT:
		return METRIC_DMA_FAULTS;
	default:
		return METRIC_COUNT;
	}
}

static bool is_abort(enum event_kind kind)
{
	return kind == EV_ABORT_MAP || kind == EV_ABORT_OTHER || kind == EV_ABORT_EMULATE ||
	       kind == EV_ABORT_INJECT;
}

/* `again`: the hypercall before this one was preempted, so this entry continues it. */
static void count_event(uint64_t *m, const struct event *ev, bool again)
{
	enum metric counter = counter_of(ev->kind);

	if (counter != METRIC_COUNT)
		m[counter]++;
	if (is_hypercall(ev->kind)) {
		m[again ? METRIC_CONTINUATIONS : METRIC_HYPERCALLS]++;
		m[METRIC_TRAPS]++;
	} else if (is_abort(ev->kind)) {
		m[METRIC_TRAPS]++;
	}
	if (is_dev_mmio(ev)) {
		m[METRIC_PAGES] += ev->pages;
		m[METRIC_DENIED] += ev->denied;
	}
	if (ev->kind == EV_PREMAP) /* before Dom0 started: not part of what it cost */
		return;
	m[METRIC_TABLES_NEW] += ev->tables;
	m[METRIC_TLBI] += ev->tlbi;
	m[METRIC_XEN_INSNS] += ev->insns;
}

static bool count_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	uint64_t *pages = ctx;
	enum p2m_type t = pte_type(pte);

	(void)i;
	if (t == P2M_MMIO_DIRECT_DEV || t == P2M_MMIO_DIRECT_NC || t == P2M_MMIO_DIRECT_C)
		*pages += UINT64_C(1) << LPAE_LEVEL_ORDER(level);
	return true;
}

void verdict_close(struct verdict *v, const struct xen *xen, const struct record *rec,
		   uint64_t ioremaps)
{
	uint64_t *m = v->metrics;
	bool preempted = false;

	for (size_t i = 0; i < rec->events.count; i++) {
		const struct event *ev = &rec->events.items[i];

		count_event(m, ev, preempted);
		if (is_hypercall(ev->kind))
			preempted = ev->preempted;
	}
	m[METRIC_IOREMAPS] = ioremaps;
	m[METRIC_TABLE_PAGES] = xen->p2m.tables + (UINT64_C(1) << xen->p2m.geo->root_order);
	p2m_for_each_leaf(&xen->p2m, count_leaf, &m[METRIC_MAPPED_MMIO]);
	m[METRIC_DOM0_INSNS] = xen->charge->dom0_insns;
	m[METRIC_CYCLES] = xen->charge->cycle;
	v->lost |= rec->lost;
}
