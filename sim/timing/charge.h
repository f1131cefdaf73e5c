/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * charge.h: the one module that charges: time moves here and nowhere else.
 *
 * Xen's software path is charged by named steps; a release's row (struct xen_costs) says how many
 * instructions and system instructions each is, and the machine profile what those cost in cycles.
 * The steps compose: every formula of the recorded runs must come out of their sum (tests do so).
 * Dom0's code is charged by executed instructions.
 */
#ifndef P2MLAB_CHARGE_H
#define P2MLAB_CHARGE_H

#include <stdbool.h>

#include "sim/timing/profile.h"

enum xen_step {
	XS_TRAP_HVC,	      /* entry, dispatch of an HVC, return */
	XS_TRAP_ABORT,	      /* the same for a stage-2 abort */
	XS_ABORT_ISV,	      /* decoding a valid syndrome */
	XS_PENDING_VIRQ,      /* one virtual interrupt pending at entry: its LR is read and kept */
	XS_MEMORY_OP,	      /* do_memory_op dispatch and checks of one call */
	XS_COPY,	      /* one guest copy within a page: AT, refcount, memcpy */
	XS_COPY_SOFT_WALK,    /* the software walk when AT fails (4.12+) */
	XS_ITEM,	      /* what one item of a batch costs beside copies, rights and p2m */
	XS_ITEM_ALONE,	      /* the same of XENMEM_add_to_physmap, which has no batch's loop */
	XS_PREEMPT_MASKED,    /* hypercall_preempt_check with Dom0's interrupts masked */
	XS_PREEMPT,	      /* the same unmasked: the vGIC is asked */
	XS_CONTINUATION,      /* hypercall_create_continuation */
	XS_IOMEM,	      /* iomem_access_permitted without its list walk */
	XS_IOMEM_RANGE,	      /* one range of that list visited */
	XS_P2M_INSERT,	      /* p2m_insert_mapping, lock to unlock, without level walk */
	XS_P2M_NEXT_LEVEL,    /* one p2m_next_level on an existing table */
	XS_P2M_REPLACE,	      /* a valid entry replaced: clear, TLBI, write */
	XS_TABLE_NEW,	      /* a table page allocated, cleared and linked */
	XS_TABLE_SPLIT_ORDER, /* one buddy order split to get it */
	XS_TABLE_SCRUB,	      /* its page was dirty */
	XS_TABLE_FREE,
	XS_SHATTER,	     /* a block split: 512 descriptors */
	XS_RESOLVE_EARLY,    /* resolve refused: gfn above max_mapped_gfn */
	XS_RESOLVE,	     /* resolve that walks, without its levels */
	XS_RESOLVE_LEVEL,    /* one level of it */
	XS_RESOLVE_SET,	     /* a valid bit set */
	XS_INVALIDATE_TABLE, /* a child table's 512 entries gone through */
	XS_INVALIDATE_ENTRY, /* one valid bit cleared there */
	XS_LOOKUP,	     /* p2m_lookup without its levels */
	XS_LOOKUP_LEVEL,
	XS_FIND_HANDLER, /* find_mmio_handler: bsearch */
	XS_EMULATE,	 /* emulate a register access and advance the PC */
	XS_DECODE,	 /* decode an instruction whose syndrome is not valid */
	XS_INJECT,	 /* inject_abt64_exception */
	XS_TLBI,	 /* whole-VMID flush at unlock */
	XS_DC_CVAC,	 /* one line cleaned */
	XS_IOTLB_FLUSH,	 /* SMMU invalidate + sync issued by software */
	XS_SMMU_FAULT,	 /* context fault interrupt handled */
	XS_STEP_COUNT,
};

/* What one step executes. insns counts every instruction, system instructions included. */
struct step_cost {
	uint32_t insns;
	uint16_t dsb, isb, at, tlbi, dc;
	enum basis basis;
	const char *source;
};

struct xen_costs {
	struct step_cost step[XS_STEP_COUNT];
};

/* "trap_hvc", "copy" ... in enum order. */
extern const char *const xen_step_name[XS_STEP_COUNT];

struct charge {
	const struct profile *profile;
	const struct xen_costs *costs;
	uint64_t cycle;	    /* now */
	uint64_t milli;	    /* thousandths of a cycle not yet moved into `cycle` */
	uint64_t xen_insns; /* totals since charge_init() */
	uint64_t dom0_insns;
	uint64_t steps[XS_STEP_COUNT]; /* how often each was charged */
	/* thousandths of a cycle of one step, and the same as cycles and what is left */
	uint64_t each[XS_STEP_COUNT], each_whole[XS_STEP_COUNT], each_part[XS_STEP_COUNT];
	bool pending_traps; /* GICv2: one GICH read-modify-write per trap is charged */
};

/* Prices every step: profile and costs may not change afterwards. */
void charge_init(struct charge *c, const struct profile *profile, const struct xen_costs *costs,
		 bool gicv2);

/* n times the step. Saturates rather than wraps. */
void charge_xen(struct charge *c, enum xen_step step, uint64_t n);

/* Dom0 executed n instructions. */
void charge_dom0(struct charge *c, uint64_t n);

/* Fixed cycle costs that belong to no instruction stream (a device read, an SMMU walk ...). */
void charge_cycles(struct charge *c, uint64_t cycles);

/* ns to cycles of this machine, rounded up. */
uint64_t charge_ns(const struct charge *c, uint64_t ns);

/* CNTVCT_EL0 at `cycle`. */
uint64_t charge_cntvct(const struct charge *c, uint64_t cycle);

/* Cycles until dom0 instruction budget n is used up, rounded up; and the reverse, rounded down. */
uint64_t charge_dom0_cycles(const struct charge *c, uint64_t insns);
uint64_t charge_dom0_insns_in(const struct charge *c, uint64_t cycles);

#endif
