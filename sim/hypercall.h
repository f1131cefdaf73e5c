/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hypercall.h: HVC #0xEA1, by its bytes.
 *
 * Decodes registers and guest memory exactly as the ABI says (dom0/dom0_abi.h): any register and
 * any memory content is legal input. Implements memory_op 7, 15 and 23 for dev_mmio with every
 * other space's error; everything else is -ENOSYS.
 */
#ifndef P2MLAB_HYPERCALL_H
#define P2MLAB_HYPERCALL_H

#include "sim/cpu.h"
#include "sim/xen_model.h"

/*
 * One trap: charges it, runs until done or preempted, sets x0, clobbers nothing else (release
 * build), and records the event. On preemption PC goes back to the HVC and x0, x1, x16 hold the
 * continuation; the caller lets Dom0 take its interrupt and runs on.
 * `pc` of the event is cpu->pc - 4.
 */
void hypercall_handle(struct xen *xen, struct cpu *cpu);

#endif
