/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_script.h: the steps of a scenario file for the Dom0 of reference/xen.
 *
 * That Dom0 has no Linux: it makes hypercalls and accesses. So request, remove, hypercall, read,
 * write and fetch are what it can replay; boot, ioremap, devices and DMA are not.
 */
#ifndef P2MLAB_REFERENCE_XEN_SCRIPT_H
#define P2MLAB_REFERENCE_XEN_SCRIPT_H

#include "reference/xen_request.h"
#include "scenario/scenario.h"

/*
 * Appends the steps, in order, each with what it leaves in errs[]. A step that cannot be replayed
 * is an error at its line in `d`, all of them at once; false if there was one. Of a load the value
 * is compared if the model knows it: of a preset (xen_steps.h), of RAM that a step before has
 * written, of a hole. Of all else the abort is compared alone.
 */
bool xr_script(struct xr_request *r, const struct scenario *sc, struct diag *d);

#endif
