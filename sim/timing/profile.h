/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.h: a machine profile: what each thing costs on one core, with its basis.
 *
 * Integers only. Cycles per instruction are thousandths (cpi 0.6 = 600). Values come from
 * machines/<name>.yaml, read by scenario/profile.c; this header owns names, units and limits.
 */
#ifndef P2MLAB_PROFILE_H
#define P2MLAB_PROFILE_H

#include <stdint.h>

enum param {
	PARAM_FREQ_MHZ,	       /* core.freq_mhz */
	PARAM_CNTFRQ_HZ,       /* core.cntfrq_hz: CNTVCT's frequency */
	PARAM_CPI_EL2,	       /* core.cpi_el2, 1/1000: warm C code of Xen */
	PARAM_CPI_EL1,	       /* core.cpi_el1, 1/1000: Dom0's code */
	PARAM_EXC_ENTRY,       /* exc.entry_hvc */
	PARAM_EXC_ERET,	       /* exc.eret */
	PARAM_EXC_ABORT_EXTRA, /* exc.s2_abort_extra: an abort's entry over an HVC's */
	PARAM_BAR_ISB,	       /* bar.isb */
	PARAM_BAR_DSB,	       /* bar.dsb_idle */
	PARAM_TLBI,	       /* tlbi.issue plus the local invalidation */
	PARAM_TLBI_BROADCAST,  /* tlbi.broadcast for this machine's core count */
	PARAM_AT,	       /* at.s12_hit */
	PARAM_DC_CVAC,	       /* cmo.dc_cvac per line */
	PARAM_DEV_READ,	       /* mem.dev_read: on-chip device register */
	PARAM_DEV_WRITE,       /* mem.dev_write */
	PARAM_GICH_RMW,	       /* xen.gich_rmw_per_trap: GICv2 only, count */
	PARAM_WALK_NESTED,     /* tlb.walk_nested: a two-stage walk after a TLB miss */
	PARAM_SMMU_LOOKUP,     /* smmu.lookup: micro-TLB + TLB + configuration cache */
	PARAM_SMMU_PTW_NS,     /* smmu.ptw_read_ns: one walk read */
	PARAM_SMMU_SYNC_NS,    /* smmu.cmd_sync_ns */
	PARAM_SMMU_FAULT_NS,   /* smmu.fault_to_handler_ns */
	PARAM_TICK_HZ,	       /* dom0.tick_hz: Dom0's periodic tick; 0 = none */
	PARAM_COUNT,
};

/* How a number is known: the letters of the timing facts. */
enum basis {
	BASIS_S,
	BASIS_S2,
	BASIS_M,
	BASIS_D,
	BASIS_R,
	BASIS_E,
	BASIS_COUNT
};

struct param_value {
	uint64_t value, lo, hi;
	enum basis basis;
	const char *source; /* owned by the profile's loader */
};

struct profile {
	const char *name;
	struct param_value p[PARAM_COUNT];
};

struct param_info {
	const char *key; /* dotted name in the YAML file */
	const char *unit;
	uint64_t max; /* largest value the loader accepts */
	const char *help;
};

/* One row per enum param, in its order. */
extern const struct param_info param_info[PARAM_COUNT];
/* "S", "S2", "M", "D", "R", "E". */
extern const char *const basis_name[BASIS_COUNT];

#endif
