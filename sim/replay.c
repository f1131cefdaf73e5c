// SPDX-License-Identifier: GPL-2.0-only
#include "sim/replay.h"

#include <string.h>

#include "base/check.h"
#include "sim/boot.h"

/* Scratch in Dom0's RAM for argument bytes that no kernel function would build: behind the
 * image's pools, below DOM0_RAM_MIN (dom0_model.c has the layout). */
#define AT_SCRATCH     UINT64_C(0x3400000)
#define AT_SCRATCH_IDX (AT_SCRATCH + PAGE_SIZE)
#define SCRATCH_ITEMS  65536
#define SCRATCH_VA(at) (DOM0_LINEAR_BASE + (at))

static void *scratch(const struct dom0 *d, uint64_t at, uint64_t bytes)
{
	void *p = memory_ptr(d->mem, (pa_t){d->plat->dom0_ram + at}, bytes);

	CHECK(p);
	memory_stored(d->mem, p, bytes);
	return p;
}

static void from_call(struct step_result *out, struct dom0_result r)
{
	out->outcome = r.outcome;
	out->rc = (int64_t)r.x0;
	out->value = r.x0;
	out->esr = r.esr;
}

/* Pages of [gfn, gfn + pages) that stage 2 now maps to [mfn, mfn + pages). */
static uint64_t mapped_pages(const struct xen *xen, uint64_t first_gfn, uint64_t first_mfn,
			     uint64_t pages)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < pages; i++) {
		ipa_t at = ipa_from_gfn(gfn(first_gfn + i));
		struct p2m_slot slot;

		if (!s2_in_range(xen->p2m.geo, at))
			break;
		slot = p2m_walk(&xen->p2m, at);
		if (slot.in_range && p2m_slot_mapped(&xen->p2m, &slot) &&
		    p2m_slot_pa(&slot, at).v == (first_mfn + i) << PAGE_SHIFT)
			n++;
	}
	return n;
}

/* --- boot, devices, time ------------------------------------------------------------- */

static void do_boot(struct replay *r, const struct step *st, struct step_result *out)
{
	struct dom0 *d = r->dom0;

	d->keep_going = st->keep_going;
	d->earlycon = st->earlycon;
	if (!boot_run(d, r->booted, st->phase, &r->panic_phase)) {
		r->panicked = true;
		out->outcome = OUTCOME_ABORTED;
	}
	r->booted = (int)st->phase;
}

static void do_plug(struct replay *r, const struct step *st, struct step_result *out)
{
	if (st->kind == STEP_UNPLUG)
		boot_unplug(r->dom0, st->device);
	else if (!boot_plug(r->dom0, st->device))
		out->outcome = OUTCOME_ABORTED;
}

/* `after` cycles from now; the end of time if that is beyond it. */
static uint64_t later(const struct dom0 *d, uint64_t after)
{
	uint64_t cycle = d->charge->cycle + after;

	return cycle < after ? UINT64_MAX : cycle;
}

static void do_wait(struct replay *r, const struct step *st, struct step_result *out)
{
	(void)out;
	dom0_wait_until(r->dom0, later(r->dom0, st->cycles));
}

static void do_dma(struct replay *r, const struct step *st, struct step_result *out)
{
	struct dom0 *d = r->dom0;
	struct dma_event ev = {
		.cycle = later(d, st->delay),
		.device = st->device,
		.addr = st->addr,
		.bytes = st->kind == STEP_MSI ? 4 : st->bytes,
		.write = st->kind == STEP_MSI || st->write,
		.msi = st->kind == STEP_MSI,
		.step = d->step,
	};

	if (dma_post(d->dma, ev)) {
		out->outcome = OUTCOME_FAILED;
		return;
	}
	if (st->background)
		return;
	dom0_wait_until(d, ev.cycle);
	dma_run_due(d->dma);
	if (d->dma->failed)
		out->outcome = d->dma->external ? OUTCOME_EXTERNAL : OUTCOME_TERMINATED;
}

/* --- accesses ------------------------------------------------------------------------ */

static void do_ioremap(struct replay *r, const struct step *st, struct step_result *out)
{
	out->value = dom0_ioremap(r->dom0, "ioremap", st->addr, st->bytes, st->api);
	if (!out->value)
		out->outcome = OUTCOME_FAILED;
}

static void do_access(struct replay *r, const struct step *st, struct step_result *out)
{
	uint64_t value = st->value;

	from_call(out, dom0_access(r->dom0, "scenario", st->addr, st->access, st->api, &value));
	out->value = value;
}

static void do_acpi(struct replay *r, const struct step *st, struct step_result *out)
{
	uint64_t value = st->value;

	from_call(out, opregion_access(r->dom0, st->addr, st->access, &value));
	out->value = value;
}

static void do_fetch(struct replay *r, const struct step *st, struct step_result *out)
{
	struct dom0 *d = r->dom0;
	uint64_t va = dom0_va(d, st->addr, st->api);

	if (!va)
		va = dom0_ioremap(d, "ioremap", st->addr, 4, st->api);
	if (!va)
		out->outcome = OUTCOME_FAILED;
	else
		from_call(out, dom0_call(d, "scenario", DOM0_FN_FETCH, &va, 1));
}

/* --- hypercalls ---------------------------------------------------------------------- */

static struct dom0_result call(struct dom0 *d, uint64_t nr, const uint64_t a[5])
{
	uint64_t args[6] = {nr, a[0], a[1], a[2], a[3], a[4]};

	return dom0_call(d, "scenario", DOM0_FN_HYPERCALL, args, 6);
}

static void do_hypercall(struct replay *r, const struct step *st, struct step_result *out)
{
	from_call(out, call(r->dom0, st->nr, st->args));
}

static void do_remove(struct replay *r, const struct step *st, struct step_result *out)
{
	struct xen_remove_from_physmap xrp = {.domid = st->domid, .gpfn = st->gfn};
	uint64_t args[5] = {XENMEM_REMOVE_FROM_PHYSMAP, SCRATCH_VA(AT_SCRATCH)};

	memcpy(scratch(r->dom0, AT_SCRATCH, sizeof(xrp)), &xrp, sizeof(xrp));
	from_call(out, call(r->dom0, XEN_NR_MEMORY_OP, args));
}

static struct dom0_result add_one(struct dom0 *d, const struct step *st, uint64_t i)
{
	struct xen_add_to_physmap xatp = {
		.domid = st->domid,
		.space = st->space,
		.idx = st->mfn + i,
		.gpfn = st->gfn + i,
	};
	uint64_t args[5] = {XENMEM_ADD_TO_PHYSMAP, SCRATCH_VA(AT_SCRATCH)};

	memcpy(scratch(d, AT_SCRATCH, sizeof(xatp)), &xatp, sizeof(xatp));
	return call(d, XEN_NR_MEMORY_OP, args);
}

/* op 7: a call per page, until one fails. */
static struct dom0_result add_each(struct dom0 *d, const struct step *st)
{
	struct dom0_result res = {.outcome = OUTCOME_OK};

	for (uint64_t i = 0; i < st->pages && !dom0_stopped(d) && !res.x0; i++)
		res = add_one(d, st, i);
	return res;
}

/* op 23 by its bytes: whatever the scenario wants, legal or not. */
static struct dom0_result add_batch(struct dom0 *d, const struct step *st, struct step_result *out)
{
	uint64_t n = st->pages & UINT16_MAX;
	uint64_t at_gpfns = AT_SCRATCH_IDX + SCRATCH_ITEMS * 8;
	uint64_t at_errs = at_gpfns + SCRATCH_ITEMS * 8;
	uint64_t *idxs = scratch(d, AT_SCRATCH_IDX, SCRATCH_ITEMS * 8);
	uint64_t *gpfns = scratch(d, at_gpfns, SCRATCH_ITEMS * 8);
	int32_t *errs = scratch(d, at_errs, SCRATCH_ITEMS * 4);
	uint64_t args[5] = {XENMEM_ADD_TO_PHYSMAP_BATCH, SCRATCH_VA(AT_SCRATCH)};
	struct xen_add_to_physmap_batch xatpb = {.domid = st->domid,
						 .space = (uint16_t)st->space,
						 .size = (uint16_t)n,
						 .res0 = st->res0};
	struct dom0_result res;

	for (uint64_t i = 0; i < n; i++) {
		idxs[i] = st->mfn == INVALID_FRAME ? INVALID_FRAME : st->mfn + i;
		gpfns[i] = st->gfn == INVALID_FRAME ? INVALID_FRAME : st->gfn + i;
		errs[i] = 0;
	}
	if (!st->null_handles) {
		xatpb.idxs = SCRATCH_VA(AT_SCRATCH_IDX);
		xatpb.gpfns = SCRATCH_VA(at_gpfns);
		xatpb.errs = SCRATCH_VA(at_errs);
	}
	memcpy(scratch(d, AT_SCRATCH, sizeof(xatpb)), &xatpb, sizeof(xatpb));
	res = call(d, XEN_NR_MEMORY_OP, args);
	out->err_count = n < EVENT_ERRS ? (unsigned int)n : EVENT_ERRS;
	memcpy(out->errs, errs, out->err_count * sizeof(*errs));
	return res;
}

static bool is_dev_mmio(const struct step *st)
{
	return st->space == XENMAPSPACE_DEV_MMIO;
}

/* What a driver would ask goes through Dom0's own code; odd requests are built by their bytes. */
static bool is_plain(const struct step *st)
{
	return st->op == XENMEM_ADD_TO_PHYSMAP_BATCH && is_dev_mmio(st) &&
	       st->domid == XEN_DOMID_SELF && !st->res0 && !st->null_handles &&
	       st->gfn != INVALID_FRAME && st->mfn != INVALID_FRAME;
}

/* True if a request reached Xen since event `from`: Dom0 may have had no memory to make one. */
static bool has_asked(const struct dom0 *d, size_t from)
{
	for (size_t n = from; n < d->record->events.count; n++)
		if (d->record->events.items[n].kind == EV_ADD_TO_PHYSMAP_RANGE ||
		    d->record->events.items[n].kind == EV_ADD_TO_PHYSMAP)
			return true;
	return false;
}

static void do_request(struct replay *r, const struct step *st, struct step_result *out)
{
	struct dom0 *d = r->dom0;
	uint64_t args[] = {st->mfn, st->gfn, st->pages};
	size_t from = d->record->events.count;

	if (is_plain(st)) {
		struct dom0_log log;

		from_call(out, dom0_call(d, "scenario", DOM0_FN_REQUEST, args, ARRAY_SIZE(args)));
		log = dom0_read_log(d);
		out->err_count = st->pages < EVENT_ERRS ? (unsigned int)st->pages : EVENT_ERRS;
		memcpy(out->errs, log.errs, sizeof(out->errs));
	} else if (st->op == XENMEM_ADD_TO_PHYSMAP) {
		from_call(out, add_each(d, st));
	} else {
		from_call(out, add_batch(d, st, out));
	}
	if (dom0_stopped(d) || !is_dev_mmio(st))
		return;
	out->mapped = mapped_pages(d->xen, st->gfn, st->mfn, st->pages);
	if (has_asked(d, from) && st->domid == XEN_DOMID_SELF)
		verdict_request(d->verdict, d->xen, from, st->gfn, st->mfn, st->pages, true);
}

/* --- dispatch ------------------------------------------------------------------------ */

void replay_step(struct replay *r, const struct step *st, struct step_result *out)
{
	static void (*const fns[STEP_KIND_COUNT])(struct replay *, const struct step *,
						  struct step_result *) = {
		[STEP_BOOT] = do_boot,
		[STEP_IOREMAP] = do_ioremap,
		[STEP_ACCESS] = do_access,
		[STEP_FETCH] = do_fetch,
		[STEP_REQUEST] = do_request,
		[STEP_REMOVE] = do_remove,
		[STEP_HYPERCALL] = do_hypercall,
		[STEP_PLUG] = do_plug,
		[STEP_UNPLUG] = do_plug,
		[STEP_DMA] = do_dma,
		[STEP_MSI] = do_dma,
		[STEP_WAIT] = do_wait,
		[STEP_ACPI] = do_acpi,
	};
	struct dom0 *d = r->dom0;
	bool irqs_off = d->irqs_off;
	uint64_t insns = d->charge->xen_insns, cycle = d->charge->cycle;

	*out = (struct step_result){.outcome = OUTCOME_OK};
	if (r->panicked || dom0_stopped(d))
		return;
	out->ran = true;
	if (st->kind != STEP_BOOT)
		d->irqs_off = st->irqs_off;
	fns[st->kind](r, st, out);
	if (st->kind != STEP_BOOT)
		d->irqs_off = irqs_off;
	if (dom0_stopped(d))
		out->outcome = OUTCOME_CRASHED;
	out->insns = d->charge->xen_insns - insns;
	out->cycles = d->charge->cycle - cycle;
}
