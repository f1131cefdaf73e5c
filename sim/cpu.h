/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpu.h: the architectural state of a vCPU that Xen's C code reads and writes.
 *
 * vcpu.h fills it from the engine on a trap and writes it back; the Xen model works on this struct
 * alone, so it is tested without an engine.
 */
#ifndef P2MLAB_CPU_H
#define P2MLAB_CPU_H

#include "sim/addr.h"

#define PSTATE_I    (UINT64_C(1) << 7)
#define PSTATE_DAIF UINT64_C(0x3c0)
#define PSTATE_EL1H UINT64_C(0x5)

struct cpu {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t pstate;
	/* stage 1 */
	uint64_t ttbr0, ttbr1, tcr, mair, sctlr;
	/* exception entry */
	uint64_t vbar, esr, far, elr, spsr;
};

#endif
