// SPDX-License-Identifier: GPL-2.0-only
#include "sim/world.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "sim/naive.h"
#include "sim/replay.h"

const char *const oracle_name[ORACLE_COUNT] = {
	[ORACLE_QEMU] = "qemu",
	[ORACLE_NONE] = "none",
	[ORACLE_NAIVE] = "naive",
};

struct world {
	const struct platform *plat;
	struct memory mem;
	struct bus bus;
	struct vcpu vcpu;
	struct charge charge;
	struct xen xen;
	struct dma_engine dma;
	struct dom0 dom0;
	struct naive naive;
	struct casemate casemate;
	struct device_order order;
};

struct world *world_new(const struct platform *plat, char *why, size_t len)
{
	struct world *w = calloc(1, sizeof(*w));
	int err;

	if (!w) {
		snprintf(why, len, "out of memory");
		return NULL;
	}
	w->plat = plat;
	memory_init(&w->mem);
	bus_init(&w->bus, plat, &w->mem);
	err = memory_add_bank(&w->mem, (pa_t){plat->dom0_ram}, plat->dom0_ram_size);
	if (!err)
		err = memory_add_bank(&w->mem, (pa_t){plat->xen_heap}, plat->xen_heap_size);
	if (!err)
		memory_seal(&w->mem, (pa_t){plat->xen_heap});
	if (err)
		snprintf(why, len, "cannot make the memory of platform '%s': %s", plat->name,
			 strerror(-err));
	else
		err = vcpu_init(&w->vcpu, &w->mem, &w->bus);
	if (!err && device_order_init(&w->order, plat)) {
		err = -ENOMEM;
		snprintf(why, len, "out of memory");
	} else if (err && w->vcpu.engine)
		snprintf(why, len, "cannot open the engine: %s", w->vcpu.disagreement);
	if (err) {
		world_free(w);
		return NULL;
	}
	return w;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	dom0_fini(&w->dom0);
	device_order_fini(&w->order);
	naive_fini(&w->naive);
	vcpu_fini(&w->vcpu);
	bus_fini(&w->bus);
	memory_fini(&w->mem);
	free(w);
}

/* --- digest -------------------------------------------------------------------------- */

/* Every field that is part of the record, in a fixed order and byte order. */
static uint64_t digest(const struct record *rec)
{
	XXH3_state_t state;

	XXH3_64bits_reset(&state);
	for (size_t i = 0; i < rec->events.count; i++) {
		const struct event *e = &rec->events.items[i];
		uint64_t fields[] = {
			e->cycle,	 e->kind,	  e->has_gpa, e->gpa,
			e->pages,	 (uint64_t)e->rc, e->insns,   e->cycles,
			e->tables,	 e->tlbi,	  e->denied,  e->size,
			e->start_extent, e->preempted,	  e->space,   e->write,
			e->isv,		 e->s1ptw,	  e->hsr,     e->gva,
			e->pc,		 e->err_count,	  e->stream,  (uint64_t)e->step,
			e->reached,	 e->target_pa,
		};

		XXH3_64bits_update(&state, fields, sizeof(fields));
		XXH3_64bits_update(&state, e->errs, sizeof(e->errs));
		XXH3_64bits_update(&state, e->by, strlen(e->by) + 1);
	}
	return XXH3_64bits_digest(&state);
}

/* --- one run ------------------------------------------------------------------------- */

static void on_tlbi(void *ctx)
{
	struct world *w = ctx;

	if (w->vcpu.p2m)
		vcpu_tlb_flush(&w->vcpu);
}

/* Once Dom0 runs, a leaf that leads into Xen's own memory is Dom0's doing; not so the tables that
 * Xen crafted for it, whose leaves get their valid bit back one by one. */
static void on_table_op(void *ctx, const struct p2m_op *op)
{
	struct world *w = ctx;
	pa_t to = pte_pa(op->value);

	if (w->casemate.sink.record)
		casemate_op(&w->casemate, op);
	if (op->kind != P2M_OP_WRITE || !w->vcpu.p2m || w->vcpu.watch_sealed ||
	    pte_type(op->value) < P2M_MMIO_DIRECT_DEV)
		return;
	if (!range_has(w->xen.crafted_mfn << PAGE_SHIFT, w->xen.crafted_pages << PAGE_SHIFT, to.v))
		w->vcpu.watch_sealed = memory_sealed(&w->mem, to);
}

static void on_table_request(void *ctx, const struct p2m_request *rq)
{
	struct world *w = ctx;

	naive_request(&w->naive, p2m_root_frames(&w->xen.p2m), rq);
}

static void on_iotlb_flush(void *ctx)
{
	struct world *w = ctx;

	smmu_invalidate(&w->dma.smmu);
}

static uint64_t on_time(void *ctx, uint64_t insns)
{
	const struct world *w = ctx;

	return charge_cntvct(&w->charge, w->charge.cycle + charge_dom0_cycles(&w->charge, insns));
}

static void reset_result(struct world_result *res)
{
	res->status = RUN_DONE;
	res->why[0] = '\0';
	res->panicked = false;
	res->panic_phase = PHASE_SETUP_ARCH;
	res->digest = 0;
	verdict_reset(&res->verdict);
	record_reset(&res->record);
	res->steps.count = 0;
	res->maps.count = 0;
}

static int build(struct world *w, const struct world_config *cfg, struct world_result *res)
{
	int err;

	memory_reset(&w->mem);
	w->mem.listener = cfg->memory_listener;
	w->vcpu.listener = cfg->vcpu_listener;
	bus_reset(&w->bus);
	charge_init(&w->charge, cfg->profile, &cfg->xen->costs, w->plat->gic_version == 2);
	w->vcpu.p2m = NULL;
	w->xen = (struct xen){
		.version = cfg->xen,
		.plat = w->plat,
		.strategy = cfg->strategy,
		.mem = &w->mem,
		.bus = &w->bus,
		.charge = &w->charge,
		.record = &res->record,
		.listener = {.tlbi = on_tlbi,
			     .iotlb_flush = on_iotlb_flush,
			     .table_op = on_table_op,
			     .table_request = on_table_request,
			     .ctx = w},
		.timer_at = UINT64_MAX,
		.step = -1,
		.by = "",
	};
	naive_reset(&w->naive);
	if (cfg->oracle != ORACLE_NAIVE)
		w->xen.listener.table_request = NULL;
	/* The lock is a word of Xen's image, which no table can be in. */
	casemate_init(&w->casemate, &w->xen.p2m, w->plat->xen_text, cfg->casemate);
	err = xen_build(&w->xen, cfg->heap_limit);
	if (err == -ENOMEM && cfg->heap_limit) {
		res->status = RUN_NO_DOM0;
		snprintf(res->why, sizeof(res->why),
			 "a pool of %" PRIu64 " table pages is too small to build Dom0",
			 cfg->heap_limit);
	} else if (err) {
		res->status = err == -ENODEV ? RUN_NO_DOM0 : RUN_ERROR;
		snprintf(res->why, sizeof(res->why), "%s",
			 w->xen.crash_reason ? w->xen.crash_reason : strerror(-err));
	}
	return err;
}

static int start(struct world *w, const struct world_config *cfg, struct world_result *res)
{
	int err = dma_init(&w->dma, &w->xen, &res->verdict);

	if (err)
		return err;
	w->vcpu.watch_sealed = false;
	w->vcpu.time = on_time;
	w->vcpu.time_ctx = w;
	w->vcpu.trace = cfg->trace_text ? cfg->trace : NULL;
	w->vcpu.trace_ctx = cfg->trace_ctx;
	w->dom0.vcpu = &w->vcpu;
	w->dom0.xen = &w->xen;
	w->dom0.dma = &w->dma;
	w->dom0.plat = w->plat;
	w->dom0.lnx = cfg->lnx;
	w->dom0.strategy = cfg->strategy;
	w->dom0.charge = &w->charge;
	w->dom0.record = &res->record;
	w->dom0.map_log = &res->maps;
	w->dom0.verdict = &res->verdict;
	w->dom0.mem = &w->mem;
	w->dom0.order = &w->order;
	w->dom0.max_cycles = cfg->max_cycles ? cfg->max_cycles : WORLD_MAX_CYCLES;
	w->dom0.paranoid = cfg->paranoid;
	w->dom0.naive = cfg->oracle == ORACLE_NAIVE ? &w->naive : NULL;
	w->dom0.why = res->why;
	w->dom0.why_len = sizeof(res->why);
	return dom0_start(&w->dom0);
}

static int replay(struct world *w, const struct script *script, struct world_result *res)
{
	struct replay r = {.dom0 = &w->dom0, .booted = -1};

	dom0_enter(&w->dom0);
	for (size_t i = 0; i < script->steps.count; i++) {
		struct step_result out;

		w->dom0.step = (int)i;
		replay_step(&r, &script->steps.items[i], &out);
		if (vec_push(&res->steps, out))
			return -ENOMEM;
	}
	/* Transfers still on their way end before the run is judged. */
	while (dma_next(&w->dma) != UINT64_MAX && !dom0_stopped(&w->dom0))
		dom0_wait_until(&w->dom0, dma_next(&w->dma) + 1);
	dom0_check_tables(&w->dom0, true);
	res->panicked = r.panicked;
	res->panic_phase = r.panic_phase;
	res->status = w->dom0.status;
	return 0;
}

int world_run(struct world *w, const struct world_config *cfg, struct world_result *res)
{
	int err;

	reset_result(res);
	err = build(w, cfg, res);
	if (!err) {
		err = start(w, cfg, res);
		if (!err)
			err = replay(w, cfg->script, res);
		if (err) {
			res->status = RUN_ERROR;
			if (!res->why[0])
				snprintf(res->why, sizeof(res->why), "cannot start Dom0: %s",
					 err == -EIO ? w->vcpu.disagreement : strerror(-err));
		}
		verdict_close(&res->verdict, &w->xen, &res->record,
			      err ? 0 : dom0_read_log(&w->dom0).ioremap_count);
		res->verdict.lost |= w->bus.lost;
		res->digest = digest(&res->record);
	}
	dma_fini(&w->dma);
	xen_fini(&w->xen);
	w->vcpu.p2m = NULL;
	w->vcpu.listener = NULL;
	w->mem.listener = (struct memory_listener){NULL, NULL};
	return res->status == RUN_ERROR ? -ENOMEM : 0;
}

uint64_t world_mapped_pages(const struct world *w, uint64_t base, uint64_t bytes)
{
	const struct p2m *p2m = &w->xen.p2m;
	uint64_t last = base + (bytes ? bytes - 1 : 0), n = 0;

	for (uint64_t at = base & PAGE_MASK; at <= last;) {
		ipa_t i = {at};
		struct p2m_slot slot;

		if (!s2_in_range(p2m->geo, i))
			break;
		slot = p2m_walk(p2m, i);
		if (slot.in_range && p2m_slot_mapped(p2m, &slot)) {
			n += p2m_slot_pa(&slot, i).v == at;
			at += PAGE_SIZE;
		} else { /* nothing below this entry */
			uint64_t step = UINT64_C(1) << LPAE_LEVEL_SHIFT(slot.level);

			at = slot.in_range ? (at & ~(step - 1)) + step : at + PAGE_SIZE;
		}
		if (!at)
			break;
	}
	return n;
}

const struct p2m *world_p2m(const struct world *w)
{
	return &w->xen.p2m;
}

void world_result_fini(struct world_result *res)
{
	verdict_fini(&res->verdict);
	record_fini(&res->record);
	vec_fini(&res->steps);
	vec_fini(&res->maps);
}
