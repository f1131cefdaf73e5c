/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_request.h: a list of steps for the Dom0 of reference/xen, with names for people.
 */
#ifndef P2MLAB_REFERENCE_XEN_REQUEST_H
#define P2MLAB_REFERENCE_XEN_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "dom0/dom0_abi.h"
#include "reference/xen/abi.h"

/* What a step is, for reports; and whether its cost is. */
struct xr_label {
	char what[72];
	uint64_t costed; /* times that the call or access was made, if its cost is reported */
	uint64_t pages;	 /* of each of them */
	struct xr_step step;
};

struct xr_request {
	/* Of the CPU. Accesses beyond 40-bit addresses are left out: the simulator's engine has 44.
	 */
	unsigned int pa_bits;
	uint64_t ram;		     /* Dom0's */
	uint64_t text;		     /* Xen's: where the grant table or the crafted tables go */
	bool acpi;		     /* Dom0 boots by ACPI: RAM of others is permitted */
	VEC(uint64_t) words;	     /* steps and what follows each */
	VEC(struct xr_label) labels; /* one per step */
	bool skipped;		     /* the access added last: this CPU has no such address */
	bool ticked;		     /* some step has a tick, for calls to be continued */
	bool lost;		     /* out of memory */
};

/* Where steps keep what they hand to Xen: offsets from the start of Dom0's RAM. */
#define XR_AT_STRUCT UINT64_C(0x2000000)
#define XR_AT_PAGE   UINT64_C(0x2010000) /* scratch pages that steps may lose: 16 */
#define XR_AT_IDXS   UINT64_C(0x2100000)
#define XR_AT_GPFNS  UINT64_C(0x2200000)
#define XR_AT_ERRS   UINT64_C(0x2300000)
#define XR_AT_END    UINT64_C(0x2400000)

void xr_request_fini(struct xr_request *r);

/* One step of each kind. `what` is copied; NULL: as the step before. */
void xr_store(struct xr_request *r, uint64_t addr, const void *bytes, size_t words);
void xr_fill(struct xr_request *r, uint64_t addr, uint64_t count, uint64_t first, uint64_t more,
	     unsigned int bytes);
void xr_runs(struct xr_request *r, const char *what, uint64_t addr, uint64_t count);
void xr_tick(struct xr_request *r, uint64_t ticks);
void xr_bad_tag(struct xr_request *r, const char *what);
void xr_access(struct xr_request *r, const char *what, uint64_t addr, enum xr_access access,
	       uint64_t value);

/* 32-bit loads of the same place in `times` pages, from `addr` on, as one step. */
void xr_pages(struct xr_request *r, const char *what, uint64_t addr, uint64_t times);

/* A hypercall; `times` > 1 repeats it, with *bump += by after each. */
struct xr_call {
	uint64_t nr, args[5];
	uint64_t times, bump, by;
	bool irqs;
};
void xr_call(struct xr_request *r, const char *what, const struct xr_call *call);

/* What a word of errs[] holds before a call that may not touch it. */
#define XR_ERRS_BEFORE UINT64_C(0x55aa55aa)

/* XENMEM_add_to_physmap and XENMEM_remove_from_physmap, their argument at XR_AT_STRUCT. */
void xr_add(struct xr_request *r, const char *what, const struct xen_add_to_physmap *arg,
	    bool irqs);
void xr_remove(struct xr_request *r, const char *what, const struct xen_remove_from_physmap *arg,
	       bool irqs);

/* What the access added last reads is not told. */
void xr_unseen(struct xr_request *r);

/* The cost of the call or access added last is reported: it happens `times`, each for `pages`. */
void xr_costed(struct xr_request *r, uint64_t times, uint64_t pages);

/*
 * The whole request, head first, as it is appended to the image. Bytes to be freed, or NULL if
 * memory ran out.
 */
void *xr_request_bytes(const struct xr_request *r, enum xr_timer timer, uint64_t gicd,
		       uint64_t gicc, size_t *len);

/* Step `k` in words: "gpfn ~0: hypercall 12 (0x17, 0x62000000, ...)". */
void xr_describe(const struct xr_request *r, size_t k, struct buf *out);

#endif
