// SPDX-License-Identifier: GPL-2.0-only
#include "sim/timing/profile.h"

const char *const basis_name[BASIS_COUNT] = {
	[BASIS_S] = "S", [BASIS_S2] = "S2", [BASIS_M] = "M",
	[BASIS_D] = "D", [BASIS_R] = "R",   [BASIS_E] = "E",
};

/*
 * The limits keep the arithmetic of charge.c inside 64 bits: a step costs at most
 * 2^32 instructions * MAX_CPI + 6 * 2^16 * MAX_CYCLES * 1000 thousandths of a cycle, and
 * CNTFRQ * frequency in Hz is below 2^64.
 */
#define MAX_CPI	   100000
#define MAX_CYCLES 1000000
#define MAX_NS	   1000000000

const struct param_info param_info[PARAM_COUNT] = {
	[PARAM_FREQ_MHZ] = {"core.freq_mhz", "MHz", 10000, "core clock"},
	[PARAM_CNTFRQ_HZ] = {"core.cntfrq_hz", "Hz", 1000000000, "frequency of CNTVCT_EL0"},
	[PARAM_CPI_EL2] = {"core.cpi_el2", "cycles/1000", MAX_CPI,
			   "cycles per instruction of Xen's code, caches warm, in thousandths"},
	[PARAM_CPI_EL1] = {"core.cpi_el1", "cycles/1000", MAX_CPI,
			   "cycles per instruction of Dom0's code, in thousandths"},
	[PARAM_EXC_ENTRY] = {"exc.entry_hvc", "cycles", MAX_CYCLES, "exception entry by HVC"},
	[PARAM_EXC_ERET] = {"exc.eret", "cycles", MAX_CYCLES, "exception return to EL1"},
	[PARAM_EXC_ABORT_EXTRA] = {"exc.s2_abort_extra", "cycles", MAX_CYCLES,
				   "entry by a stage-2 abort, over that by HVC"},
	[PARAM_BAR_ISB] = {"bar.isb", "cycles", MAX_CYCLES, "ISB"},
	[PARAM_BAR_DSB] = {"bar.dsb_idle", "cycles", MAX_CYCLES, "DSB with nothing outstanding"},
	[PARAM_TLBI] = {"tlbi.issue", "cycles", MAX_CYCLES,
			"TLBI: issue and invalidation of the local TLB"},
	[PARAM_TLBI_BROADCAST] = {"tlbi.broadcast", "cycles", MAX_CYCLES,
				  "TLBI: until the other cores have answered"},
	[PARAM_AT] = {"at.s12_hit", "cycles", MAX_CYCLES, "AT S12E1x that hits the walk caches"},
	[PARAM_DC_CVAC] = {"cmo.dc_cvac", "cycles", MAX_CYCLES, "one cache line cleaned"},
	[PARAM_DEV_READ] = {"mem.dev_read", "cycles", MAX_CYCLES,
			    "read of an on-chip device register"},
	[PARAM_DEV_WRITE] = {"mem.dev_write", "cycles", MAX_CYCLES,
			     "write of an on-chip device register"},
	[PARAM_GICH_RMW] = {"xen.gich_rmw_per_trap", "count", 64,
			    "GICv2: reads and writes of GICH_HCR in each trap"},
	[PARAM_WALK_NESTED] = {"tlb.walk_nested", "cycles", MAX_CYCLES,
			       "two-stage walk after a TLB miss"},
	[PARAM_SMMU_LOOKUP] = {"smmu.lookup", "cycles", MAX_CYCLES,
			       "micro-TLB, TLB and configuration cache of the SMMU"},
	[PARAM_SMMU_PTW_NS] = {"smmu.ptw_read_ns", "ns", MAX_NS, "one read of an SMMU walk"},
	[PARAM_SMMU_SYNC_NS] = {"smmu.cmd_sync_ns", "ns", MAX_NS,
				"invalidation and sync on an empty queue"},
	[PARAM_SMMU_FAULT_NS] = {"smmu.fault_to_handler_ns", "ns", MAX_NS,
				 "from an SMMU fault to its handler's first instruction"},
	[PARAM_TICK_HZ] = {"dom0.tick_hz", "Hz", 100000, "Dom0's periodic tick, 0 for none"},
};
