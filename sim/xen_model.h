/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_model.h: Xen as Dom0 sees it: what it built, what it permits, what it emulates.
 *
 * xen_build() is prepare_acpi() and construct_dom0() for one release and platform: RAM 1:1, the
 * host's ACPI tables with the release's rounding, the crafted tables at a GPA that is Xen's own
 * text, iomem rights, emulated regions, root invalidation. On a platform with a device tree it is
 * prepare_dtb_hwdom() in place of the tables: devices mapped and permitted one by one. hypercall.h,
 * guest_copy.h and trap.h work on the result.
 */
#ifndef P2MLAB_XEN_MODEL_H
#define P2MLAB_XEN_MODEL_H

#include "sim/bus.h"
#include "sim/cpu.h"
#include "sim/iomem.h"
#include "sim/p2m_model.h"
#include "sim/platform.h"
#include "sim/record.h"
#include "sim/strategy.h"
#include "sim/timing/charge.h"
#include "sim/xen_version.h"

/* struct vmmio's array: what find_mmio_handler searches. */
struct mmio_handler {
	uint64_t base, size;
	const char *name; /* "gicd", "gicr", "its", "vuart" */
};

/* One table Xen made for Dom0, at gpa in Dom0's view, in Xen's heap in truth. */
struct crafted_table {
	char sig[5]; /* FACP, APIC, STAO, XSDT, "RSDP", "EFIT", "MMAP" */
	uint64_t gpa;
	uint64_t len;
};
#define CRAFTED_MAX 8

/* Table pages that a cached translation may depend on: more are not cached. */
#define COPY_TABLES 10

/* The SMMU and the engine subscribe to what the p2m does. */
struct xen_listener {
	void (*tlbi)(void *ctx);
	void (*iotlb_flush)(void *ctx);
	void (*table_op)(void *ctx, const struct p2m_op *op); /* may be NULL: a table trace */
	void (*table_request)(void *ctx, const struct p2m_request *rq); /* may be NULL */
	void *ctx;
};

struct xen {
	const struct xen_version *version;
	const struct platform *plat;
	const struct strategy *strategy;
	struct memory *mem;
	struct bus *bus;
	struct charge *charge;
	struct record *record;
	struct xen_listener listener;
	struct heap heap;
	struct p2m p2m;
	struct iomem iomem;
	VEC(struct mmio_handler) handlers;
	struct crafted_table crafted[CRAFTED_MAX];
	unsigned int crafted_count;
	uint64_t crafted_gpa, crafted_mfn, crafted_pages;
	/* Cycle at which Dom0's timer raises a virtual interrupt; UINT64_MAX: never. The preempt
	 * check and trap entry look at it, because time passes inside a hypercall. */
	uint64_t timer_at;
	bool virq_pending; /* a virtual interrupt Dom0 has not taken yet */
	bool crashed;	   /* the domain was crashed */
	const char *crash_reason;
	/* since the current trap began */
	uint32_t tables, tlbi;
	bool charging;		  /* false while Dom0 is built: that work is nobody's cost */
	enum xen_step level_step; /* what one table level descended is charged as now */
	bool flush_charged;	  /* the next TLBI is part of a step that was charged */
	/* scratch of guest_copy.c: translations, each with the stage-2 table pages it came from */
	struct {
		bool valid, write;
		uint64_t va_page;
		uint8_t *host;
		unsigned int table_count;
		uint64_t tables[COPY_TABLES];
	} copy_cache[4];
	unsigned int copy_next; /* the entry that the next translation replaces */
	int step;		/* scenario step, for events */
	const char *by;		/* Dom0 function now running, for events */
};

/*
 * Builds Dom0. `xen` is zeroed by the caller except version, plat, strategy, mem, bus, charge,
 * record and listener, which it sets. heap_limit: table pages that may exist at once (0: as many
 * as the platform's Xen heap holds). Charges nothing, and of the listener only table_op and
 * table_request hear of it. Afterwards the allocator's phase and unscrubbed pages are those that
 * the release and the platform give for Dom0's first request, and timer_at is never. Returns 0;
 * -ENOMEM (pool too small); -ENODEV with crash_reason set where this release refuses to build Dom0
 * on such a platform (no SPCR before 4.15, crafted tables do not fit, stage 2 cannot reach
 * something it must map). After an error only xen_fini() may follow.
 */
int xen_build(struct xen *xen, uint64_t heap_limit);
void xen_fini(struct xen *xen);

/*
 * One entry to Xen. xen_enter() charges the trap and what is pending, clears the counters of the
 * current trap and starts its event (cycle, step and by are set); xen_leave() completes the event
 * (insns, cycles, tables, tlbi) and records it.
 */
struct event xen_enter(struct xen *xen, enum xen_step trap);
void xen_leave(struct xen *xen, struct event *ev);

/*
 * The p2m as Xen's paths call it, charged. Errors are Xen's numbers, which are the host's.
 * xen_p2m_insert() is p2m_insert_mapping() / p2m_remove_mapping() of p2m_set_entry().
 */
int xen_p2m_insert(struct xen *xen, gfn_t g, uint64_t nr, mfn_t m, enum p2m_type t);
bool xen_p2m_lookup(struct xen *xen, gfn_t g, pa_t *out, enum p2m_type *type);
bool xen_p2m_resolve(struct xen *xen, ipa_t i);

/* The sink of xen->p2m: charges, counts and tells the listener. `ctx` is the struct xen. */
void xen_p2m_op(void *ctx, const struct p2m_op *op);
void xen_p2m_request(void *ctx, const struct p2m_request *rq);

/* map_dev_mmio_region()/page(): what op 7 and op 23 do for one frame. 0, or the item's -errno
 * (Xen's numbers, dom0_abi.h). *denied is set if the rights refused it, which returns 0. */
int xen_map_dev_mmio(struct xen *xen, gfn_t g, mfn_t m, bool *denied);

/*
 * try_map_mmio() of a stage-2 abort: true if the page is now mapped. False where the strategy has
 * no demand mechanism, Xen booted by a device tree, the frame is not permitted, or no table page
 * was left. The GICv2 CPU
 * interface is mapped whatever the strategy, in releases that leave it to its first fault.
 */
bool xen_try_map_mmio(struct xen *xen, gfn_t g);

/* Its core without asking the strategy, for whoever else maps on a fault: the SMMU's handler. */
bool xen_demand_map(struct xen *xen, gfn_t g);

/* find_mmio_handler(), with the release's boundary behaviour. NULL if none. */
const struct mmio_handler *xen_find_handler(const struct xen *xen, uint64_t gpa);

/* True if `gpa` is in the crafted region. */
bool xen_is_crafted(const struct xen *xen, uint64_t gpa);

/* hypercall_preempt_check(), charged. */
bool xen_preempt_check(struct xen *xen, const struct cpu *cpu);

#endif
