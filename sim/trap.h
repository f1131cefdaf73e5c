/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trap.h: do_trap_guest_sync(): what Xen does with each exit of the vCPU.
 */
#ifndef P2MLAB_TRAP_H
#define P2MLAB_TRAP_H

#include "sim/vcpu.h"
#include "sim/xen_model.h"

enum trap_result {
	TRAP_RESUME,   /* go on (retry, or behind an emulated access or HVC) */
	TRAP_INJECTED, /* cpu now enters Dom0's abort vector */
	TRAP_CRASHED,  /* the domain is gone: xen->crash_reason */
};

/*
 * HVC #0xEA1: a hypercall. HVC #0, SMC: SMCCC/PSCI, "not supported" except PSCI_VERSION. Other
 * tags by release. Stage-2 aborts run the release's path. Stage-1 aborts and external aborts do not
 * trap to EL2 on hardware: they enter Dom0's vector with their own syndrome, uncharged by Xen.
 * Records one event per stage-2 abort and per external abort.
 */
enum trap_result trap_handle(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *exit);

/* Enters Dom0's vector at VBAR + offset (0x200 sync, 0x280 IRQ) from EL1h: ELR, SPSR, PSTATE, PC.
 */
void trap_enter_vector(struct cpu *cpu, uint64_t offset);

#endif
