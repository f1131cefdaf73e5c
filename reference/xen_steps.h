/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_steps.h: what is asked of a stock Xen and of the model, and what is known of the machine.
 */
#ifndef P2MLAB_REFERENCE_XEN_STEPS_H
#define P2MLAB_REFERENCE_XEN_STEPS_H

#include "reference/xen_request.h"
#include "reference/xen_sim.h"

/*
 * All steps, in order: what Dom0 starts with, every return code, batches with and without a tick,
 * costs. Their addresses are those of platforms/qemu-virt-dt.yaml; r->ram says where Dom0 is.
 */
void xr_steps_all(struct xr_request *r);

/* The parts of it. */
void xr_steps_start(struct xr_request *r);
void xr_steps_codes(struct xr_request *r);
void xr_steps_batches(struct xr_request *r);
void xr_steps_costs(struct xr_request *r);

/* Registers of QEMU's devices that steps read. */
extern const struct xr_preset xr_presets[];
extern const size_t xr_preset_count;

#endif
