// SPDX-License-Identifier: GPL-2.0-only
#include "sim/xen_model.h"

#include <assert.h>
#include <errno.h>

#include "dom0/dom0_abi.h"
#include "sim/guest_copy.h"

static_assert(ENOENT == XEN_ENOENT && ENOMEM == XEN_ENOMEM && EINVAL == XEN_EINVAL,
	      "the p2m's host errnos go to Dom0 as Xen's");

/* Frames that fit a 64-bit address: above, shifting to an IPA drops bits. */
#define FRAME_BITS (64 - PAGE_SHIFT)
/* mfn_to_p2m_entry(): the base field of a descriptor has 36 bits. */
#define PTE_FRAME_MASK ((UINT64_C(1) << 36) - 1)
/* Bytes that one DC CVAC cleans. */
#define CACHE_LINE 64

/* What a p2m op is charged as; an op without a row costs nothing by itself. */
static const struct {
	bool charged;
	enum xen_step step;
} op_cost[P2M_OP_COUNT] = {
	[P2M_OP_TABLE_NEW] = {true, XS_TABLE_NEW},
	[P2M_OP_TABLE_SCRUB] = {true, XS_TABLE_SCRUB},
	[P2M_OP_TABLE_FREE] = {true, XS_TABLE_FREE},
	[P2M_OP_REPLACE] = {true, XS_P2M_REPLACE},
	[P2M_OP_SHATTER] = {true, XS_SHATTER},
	[P2M_OP_IOTLB_FLUSH] = {true, XS_IOTLB_FLUSH},
	[P2M_OP_RESOLVE] = {true, XS_RESOLVE},
	[P2M_OP_RESOLVE_EARLY] = {true, XS_RESOLVE_EARLY},
	[P2M_OP_RESOLVE_SET] = {true, XS_RESOLVE_SET},
	[P2M_OP_INVALIDATE_TABLE] = {true, XS_INVALIDATE_TABLE},
	[P2M_OP_INVALIDATE_ENTRY] = {true, XS_INVALIDATE_ENTRY},
	[P2M_OP_LOOKUP] = {true, XS_LOOKUP},
};

/* Ops whose price depends on more than their kind. */
static void charge_op(struct xen *xen, const struct p2m_op *op)
{
	switch (op->kind) {
	case P2M_OP_NEXT_LEVEL:
		charge_xen(xen->charge, xen->level_step, 1);
		break;
	case P2M_OP_TABLE_SPLIT_ORDERS:
		charge_xen(xen->charge, XS_TABLE_SPLIT_ORDER, op->value);
		break;
	case P2M_OP_CLEAN:
		charge_xen(xen->charge, XS_DC_CVAC, (op->value + CACHE_LINE - 1) / CACHE_LINE);
		break;
	case P2M_OP_TLBI:
		/* Break-before-make has its flush in its own price; the rest is the unlock's. */
		if (!xen->flush_charged)
			charge_xen(xen->charge, XS_TLBI, 1);
		xen->flush_charged = false;
		break;
	default:
		if (op_cost[op->kind].charged)
			charge_xen(xen->charge, op_cost[op->kind].step, 1);
	}
	if (op->kind == P2M_OP_REPLACE || op->kind == P2M_OP_SHATTER)
		xen->flush_charged = true;
}

void xen_p2m_op(void *ctx, const struct p2m_op *op)
{
	struct xen *xen = ctx;
	const struct xen_listener *to = &xen->listener;

	if (to->table_op)
		to->table_op(to->ctx, op);
	/* Before Dom0 runs nobody has cached anything. */
	if (!xen->charging)
		return;
	charge_op(xen, op);
	if (op->kind == P2M_OP_WRITE && op->linked && pte_valid(op->old))
		guest_copy_forget(xen, op->addr);
	xen->tables += op->kind == P2M_OP_TABLE_NEW;
	xen->tlbi += op->kind == P2M_OP_TLBI;
	if (op->kind == P2M_OP_TLBI && to->tlbi)
		to->tlbi(to->ctx);
	if (op->kind == P2M_OP_IOTLB_FLUSH && to->iotlb_flush)
		to->iotlb_flush(to->ctx);
}

void xen_p2m_request(void *ctx, const struct p2m_request *rq)
{
	const struct xen_listener *to = &((const struct xen *)ctx)->listener;

	if (to->table_request)
		to->table_request(to->ctx, rq);
}

/*
 * True if an address cannot hold the frame and this release looks at such bits. Without XSA-301's
 * check they are lost on the way, as they are here.
 */
static bool frame_too_big(const struct xen *xen, gfn_t g)
{
	return xen->version->p2m.gfn_range_checked && g.v >> FRAME_BITS;
}

int xen_p2m_insert(struct xen *xen, gfn_t g, uint64_t nr, mfn_t m, enum p2m_type t)
{
	xen->level_step = XS_P2M_NEXT_LEVEL;
	xen->flush_charged = false;
	if (xen->charging)
		charge_xen(xen->charge, XS_P2M_INSERT, 1);
	return p2m_set_entry(&xen->p2m, g, nr, m, t);
}

bool xen_p2m_lookup(struct xen *xen, gfn_t g, pa_t *out, enum p2m_type *type)
{
	xen->level_step = XS_LOOKUP_LEVEL;
	if (frame_too_big(xen, g))
		return false;
	return p2m_lookup(&xen->p2m, ipa_from_gfn(g), out, type);
}

bool xen_p2m_resolve(struct xen *xen, ipa_t i)
{
	xen->level_step = XS_RESOLVE_LEVEL;
	xen->flush_charged = false;
	return p2m_resolve_fault(&xen->p2m, i);
}

/* Dom0's timer may have gone off since anybody looked: time passes inside Xen too. */
static bool virq_pending(struct xen *xen)
{
	if (xen->charge->cycle >= xen->timer_at)
		xen->virq_pending = true;
	return xen->virq_pending;
}

struct event xen_enter(struct xen *xen, enum xen_step trap)
{
	struct event ev = {.cycle = xen->charge->cycle,
			   .insns = xen->charge->xen_insns,
			   .step = xen->step,
			   .by = xen->by ? xen->by : ""};

	xen->tables = xen->tlbi = 0;
	if (virq_pending(xen))
		charge_xen(xen->charge, XS_PENDING_VIRQ, 1);
	charge_xen(xen->charge, trap, 1);
	return ev;
}

void xen_leave(struct xen *xen, struct event *ev)
{
	ev->insns = xen->charge->xen_insns - ev->insns;
	ev->cycles = xen->charge->cycle - ev->cycle;
	ev->tables = xen->tables;
	ev->tlbi = xen->tlbi;
	record_event(xen->record, ev);
}

/* iomem_access_permitted(), charged by the list nodes it looks at. */
static bool permitted(struct xen *xen, uint64_t first, uint64_t last)
{
	unsigned int visited;
	bool ok = iomem_permitted(&xen->iomem, first, last, &visited);

	charge_xen(xen->charge, XS_IOMEM, 1);
	charge_xen(xen->charge, XS_IOMEM_RANGE, visited);
	return ok;
}

int xen_map_dev_mmio(struct xen *xen, gfn_t g, mfn_t m, bool *denied)
{
	*denied = !permitted(xen, m.v, m.v);
	if (*denied)
		return 0;
	/* Frame ~0 is INVALID_MFN, which takes a mapping away. */
	if (m.v == INVALID_FRAME)
		return xen_p2m_insert(xen, g, 1, m, P2M_INVALID);
	/* A release build keeps the bits of the frame that the descriptor has room for. */
	m.v &= PTE_FRAME_MASK;
	return xen_p2m_insert(xen, g, 1, m, xen->version->p2m.dev_mmio_type);
}

/* The vGICv2 CPU interface: mapped as a whole by its first fault, whatever the strategy. */
static bool is_gicc(const struct xen *xen, gfn_t g)
{
	const struct platform *plat = xen->plat;

	return xen->version->gicc_on_fault && plat->gic_version == 2 &&
	       range_has(plat->gicc, plat->gicc_size, ipa_from_gfn(g).v);
}

bool xen_demand_map(struct xen *xen, gfn_t g)
{
	uint64_t last = g.v + (xen->version->try_map_checks_next ? 1 : 0);

	if (!permitted(xen, g.v, last))
		return false;
	return !xen_p2m_insert(xen, g, 1, mfn(g.v), P2M_MMIO_DIRECT_C);
}

bool xen_try_map_mmio(struct xen *xen, gfn_t g)
{
	const struct platform *plat = xen->plat;

	if (is_gicc(xen, g))
		return !xen_p2m_insert(xen, gfn(plat->gicc >> PAGE_SHIFT),
				       pages_spanned(0, plat->gicc_size),
				       mfn(plat->gicv >> PAGE_SHIFT), P2M_MMIO_DIRECT_DEV);
	return !plat->device_tree && strategy_has(xen->strategy, MECH_DEMAND) &&
	       xen_demand_map(xen, g);
}

/* match_mmio_handler()/cmp_mmio_handler(): until b7ed331353 the end belonged to the handler. */
static int compare_handler(const struct xen *xen, const struct mmio_handler *h, uint64_t gpa)
{
	uint64_t end = h->base + h->size - (xen->version->handler_end_inclusive ? 0 : 1);

	if (gpa < h->base)
		return -1;
	return gpa > end;
}

/* Xen's own binary search: where two handlers match an address, its order decides. */
const struct mmio_handler *xen_find_handler(const struct xen *xen, uint64_t gpa)
{
	size_t from = 0;
	size_t to = xen->handlers.count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int side = compare_handler(xen, &xen->handlers.items[mid], gpa);

		if (side == 0)
			return &xen->handlers.items[mid];
		if (side < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return NULL;
}

bool xen_is_crafted(const struct xen *xen, uint64_t gpa)
{
	return range_has(xen->crafted_gpa, xen->crafted_pages << PAGE_SHIFT, gpa);
}

bool xen_preempt_check(struct xen *xen, const struct cpu *cpu)
{
	bool pending = virq_pending(xen);

	if (cpu->pstate & PSTATE_I) {
		charge_xen(xen->charge, XS_PREEMPT_MASKED, 1);
		return false;
	}
	charge_xen(xen->charge, XS_PREEMPT, 1);
	return pending;
}
