/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_sim.h: the same image and request on our vCPU, under our model of Xen.
 */
#ifndef P2MLAB_REFERENCE_XEN_SIM_H
#define P2MLAB_REFERENCE_XEN_SIM_H

#include "reference/xen_answer.h"
#include "sim/platform.h"
#include "sim/timing/profile.h"
#include "sim/xen_version.h"

/* What a device of the machine reads as; the bus itself knows no register of it. */
struct xr_preset {
	uint64_t addr; /* 4-aligned */
	uint32_t value;
};

struct xr_sim {
	const struct platform *plat;
	const struct profile *profile;
	const struct xen_version *version;
	const struct xr_preset *presets;
	size_t preset_count;
};

enum xr_sim_end {
	XR_SIM_ANSWERED,
	XR_SIM_ASTRAY, /* Dom0 never came to its end, as where Xen crashes it: that is a difference
			*/
	XR_SIM_FAILED, /* no memory, or no engine */
};

/*
 * Runs image and request to their end. The answer has the instructions that Xen took since the line
 * before; whatever but XR_SIM_ANSWERED appends a sentence to `why`.
 */
enum xr_sim_end xr_sim_run(const struct xr_sim *sim, const void *image, size_t image_len,
			   const void *request, size_t len, struct xr_answer *a, struct buf *why);

#endif
