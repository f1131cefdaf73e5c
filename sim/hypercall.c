// SPDX-License-Identifier: GPL-2.0-only
#include "sim/hypercall.h"

#include "dom0/dom0_abi.h"
#include "sim/guest_copy.h"

#define XEN_DOM0_ID 0
#define INSN_BYTES  4

/* One entry by HVC, and the event it becomes. */
struct call {
	struct xen *xen;
	struct cpu *cpu;
	struct event ev;
	uint64_t op;
	uint64_t extent; /* items that earlier entries of this call have done */
	uint64_t arg;	 /* VA of the operation's struct */
};

/* rcu_lock_domain_by_any_id(): Dom0 is the only domain there is. */
static bool is_self(uint16_t domid)
{
	return domid == XEN_DOMID_SELF || domid == XEN_DOM0_ID;
}

static void note_item(struct event *ev, uint64_t gpfn, int32_t err, bool denied)
{
	if (!ev->pages++) {
		ev->has_gpa = true;
		ev->gpa = gpfn << PAGE_SHIFT;
	}
	if (ev->err_count < EVENT_ERRS)
		ev->errs[ev->err_count++] = err;
	ev->denied += denied;
}

/*
 * xenmem_add_to_physmap_one(). shared_info and grant_table frames exist in Xen, but p2mlab does not
 * model them: they are refused with -EINVAL, as Xen refuses an index out of their range. There is
 * no foreign domain to map from.
 */
static int32_t add_one(struct call *c, uint32_t space, uint16_t extra, uint64_t idx, uint64_t gpfn)
{
	bool denied = false;
	int32_t rc;

	switch (space) {
	case XENMAPSPACE_DEV_MMIO:
		/* Releases that fail the whole call for it never come here with it set. */
		rc = extra ? -XEN_EOPNOTSUPP
			   : xen_map_dev_mmio(c->xen, gfn(gpfn), mfn(idx), &denied);
		break;
	case XENMAPSPACE_SHARED_INFO:
	case XENMAPSPACE_GRANT_TABLE:
		rc = -XEN_EINVAL;
		break;
	case XENMAPSPACE_GMFN_FOREIGN:
		rc = is_self(extra) ? -XEN_EINVAL : -XEN_ESRCH;
		break;
	default:
		rc = -XEN_ENOSYS;
	}
	note_item(&c->ev, gpfn, rc, denied);
	return rc;
}

/* hypercall_create_continuation(): Dom0 executes the HVC again, with `done` items behind it. */
static int64_t continue_later(struct call *c, uint64_t done)
{
	charge_xen(c->xen->charge, XS_CONTINUATION, 1);
	c->cpu->x[16] = XEN_NR_MEMORY_OP;
	c->cpu->x[1] = c->arg;
	c->cpu->pc -= INSN_BYTES;
	c->ev.preempted = true;
	return (int64_t)(c->op | done << XEN_MEMOP_EXTENT_SHIFT);
}

/* One turn of the batch loop: 0, or what ends the call at once. */
static int batch_item(struct call *c, const struct xen_add_to_physmap_batch *b, uint64_t k)
{
	struct xen *xen = c->xen;
	uint64_t idx, gpfn;
	int32_t err;

	if (copy_from_guest(xen, c->cpu, &idx, b->idxs + k * sizeof(idx), sizeof(idx)) ||
	    copy_from_guest(xen, c->cpu, &gpfn, b->gpfns + k * sizeof(gpfn), sizeof(gpfn)))
		return -XEN_EFAULT;
	charge_xen(xen->charge, XS_ITEM, 1);
	if (gpfn == INVALID_FRAME && xen->version->invalid_gfn_fails_call)
		return -XEN_EINVAL;
	err = add_one(c, b->space, b->res0, idx, gpfn);
	return copy_to_guest(xen, c->cpu, b->errs + k * sizeof(err), &err, sizeof(err));
}

/* xenmem_add_to_physmap_batch() */
static int64_t batch_items(struct call *c, const struct xen_add_to_physmap_batch *b)
{
	const struct xen_version *v = c->xen->version;
	uint64_t done = c->extent;

	if (b->size < done)
		return -XEN_EILSEQ;
	if (b->size == done)
		return done && v->full_extent_eilseq ? -XEN_EILSEQ : 0;
	if (v->res0_fails_call && b->space == XENMAPSPACE_DEV_MMIO && b->res0)
		return -XEN_EOPNOTSUPP;
	for (;;) {
		int rc = batch_item(c, b, done);

		if (rc)
			return rc;
		if (++done == b->size)
			return 0;
		if (xen_preempt_check(c->xen, c->cpu))
			return continue_later(c, done);
	}
}

static int64_t add_to_physmap_batch(struct call *c)
{
	struct xen_add_to_physmap_batch b;

	c->ev.kind = EV_ADD_TO_PHYSMAP_RANGE;
	if (c->extent > UINT16_MAX)
		return -XEN_EDOM;
	if (copy_from_guest(c->xen, c->cpu, &b, c->arg, sizeof(b)))
		return -XEN_EFAULT;
	c->ev.start_extent = (uint32_t)c->extent;
	c->ev.size = b.size;
	c->ev.space = b.space;
	if (b.space == XENMAPSPACE_GMFN_RANGE)
		return -XEN_EOPNOTSUPP;
	if (!is_self(b.domid))
		return -XEN_ESRCH;
	return batch_items(c, &b);
}

/* xenmem_add_to_physmap(): gmfn_range walks gmfn items, and no ARM Xen has the space gmfn. */
static int64_t add_to_physmap_item(struct call *c, const struct xen_add_to_physmap *a)
{
	uint32_t space = a->space;

	if (a->gpfn == INVALID_FRAME && c->xen->version->invalid_gfn_fails_call)
		return -XEN_EINVAL;
	if (space == XENMAPSPACE_GMFN_RANGE) {
		if (a->size < c->extent)
			return -XEN_EILSEQ;
		if (a->size == c->extent)
			return 0;
		space = XENMAPSPACE_GMFN;
	}
	charge_xen(c->xen->charge, XS_ITEM_ALONE, 1);
	return add_one(c, space, 0, a->idx, a->gpfn);
}

static int64_t add_to_physmap(struct call *c)
{
	struct xen_add_to_physmap a;

	c->ev.kind = EV_ADD_TO_PHYSMAP;
	if (c->extent > UINT16_MAX)
		return -XEN_EDOM;
	if (copy_from_guest(c->xen, c->cpu, &a, c->arg, sizeof(a)))
		return -XEN_EFAULT;
	c->ev.start_extent = (uint32_t)c->extent;
	c->ev.size = a.size;
	c->ev.space = a.space < UINT16_MAX ? (uint16_t)a.space : UINT16_MAX;
	/* Only a batch can say whose memory a foreign mapping is. */
	if (a.space == XENMAPSPACE_GMFN_FOREIGN)
		return -XEN_ENOSYS;
	if (!is_self(a.domid))
		return -XEN_ESRCH;
	return add_to_physmap_item(c, &a);
}

/* get_page_from_gfn() takes RAM only, so that no MMIO mapping ever goes away (FACTS X8). */
static int64_t remove_page(struct call *c, gfn_t g)
{
	enum p2m_type type;

	if (!xen_p2m_lookup(c->xen, g, NULL, &type) || (type != P2M_RAM_RW && type != P2M_RAM_RO))
		return -XEN_ENOENT;
	return xen_p2m_insert(c->xen, g, 1, mfn(INVALID_FRAME), P2M_INVALID);
}

static int64_t remove_from_physmap(struct call *c)
{
	struct xen_remove_from_physmap r;
	int64_t rc;

	c->ev.kind = EV_REMOVE_FROM_PHYSMAP;
	if (c->extent)
		return -XEN_EINVAL;
	if (copy_from_guest(c->xen, c->cpu, &r, c->arg, sizeof(r)))
		return -XEN_EFAULT;
	c->ev.size = 1;
	if (!is_self(r.domid))
		return -XEN_ESRCH;
	rc = remove_page(c, gfn(r.gpfn));
	note_item(&c->ev, r.gpfn, (int32_t)rc, false);
	return rc;
}

static int64_t memory_op(struct call *c)
{
	c->op = c->cpu->x[0] & XEN_MEMOP_CMD_MASK;
	c->extent = c->cpu->x[0] >> XEN_MEMOP_EXTENT_SHIFT;
	c->arg = c->cpu->x[1];
	charge_xen(c->xen->charge, XS_MEMORY_OP, 1);
	switch (c->op) {
	case XENMEM_ADD_TO_PHYSMAP:
		return add_to_physmap(c);
	case XENMEM_REMOVE_FROM_PHYSMAP:
		return remove_from_physmap(c);
	case XENMEM_ADD_TO_PHYSMAP_BATCH:
		return add_to_physmap_batch(c);
	default:
		return -XEN_ENOSYS;
	}
}

void hypercall_handle(struct xen *xen, struct cpu *cpu)
{
	struct call c = {.xen = xen, .cpu = cpu, .ev = xen_enter(xen, XS_TRAP_HVC)};
	uint64_t nr = cpu->x[16];
	int64_t rc = -XEN_ENOSYS;

	c.ev.kind = EV_HYPERCALL_OTHER;
	c.ev.pc = cpu->pc - INSN_BYTES;
	guest_copy_begin(xen);
	if (nr == XEN_NR_MEMORY_OP)
		rc = memory_op(&c);
	if (c.ev.kind == EV_HYPERCALL_OTHER)
		c.ev.size = nr < UINT32_MAX ? (uint32_t)nr : UINT32_MAX;
	cpu->x[0] = (uint64_t)rc;
	c.ev.rc = rc;
	xen_leave(xen, &c.ev);
}
