/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_version.h: Xen releases as rows of behaviour.
 *
 * Code asks for a behaviour, never for a version number. Each field names the commit that set it;
 * a release that is in no row cannot be simulated. Adding a release is adding a row.
 */
#ifndef P2MLAB_XEN_VERSION_H
#define P2MLAB_XEN_VERSION_H

#include "sim/p2m_model.h"
#include "sim/timing/charge.h"

/* The steps of the stage-2 translation-fault path, in the order a release runs them. */
enum abort_step {
	ABORT_END = 0,
	ABORT_EMULATE,	      /* try_handle_mmio: needs a valid syndrome */
	ABORT_DECODE_EMULATE, /* try_decode_instruction, then try_handle_mmio (4.17+) */
	ABORT_LOOKUP_RETRY,   /* p2m_lookup hit: the entry is there, retry (4.8 .. 4.11) */
	ABORT_RESOLVE,	      /* p2m_resolve_translation_fault (4.12+) */
	ABORT_TRY_MAP,	      /* try_map_mmio: the demand mechanism, where the strategy has it */
	ABORT_INJECT,
};
#define ABORT_PATH_MAX 6

enum bad_tag {
	BAD_TAG_CRASH,
	BAD_TAG_UNDEF
};

struct xen_version {
	const char *name;     /* "4.22" */
	const char *released; /* "2026-07-29" */
	struct p2m_rules p2m;
	/* rights */
	bool deny_one_too_many;	  /* iomem_deny_access(mfn, mfn + nr); fixed by f25fe2452b */
	bool try_map_checks_next; /* try_map_mmio asks for (mfn, mfn + 1); fixed by 475715d65a */
	bool its_denied;	  /* gicv3_its_deny_access; 66158be465, 4.10 */
	bool its_emulated;	  /* vITS for Dom0; 4.10 */
	bool spcr_required;	  /* no SPCR: Dom0 is not built; until 861f0c1109, 4.15 */
	/* hypercalls */
	bool res0_fails_call;	     /* 5777a3742d, 4.15: -EOPNOTSUPP at once; before: per item */
	bool invalid_gfn_fails_call; /* ef0f94a48f, 4.17: -EINVAL; before: no check */
	bool full_extent_eilseq;     /* 3b537c6923, 4.13: extent == size != 0 */
	bool copy_soft_walk;	     /* 4.12: get_page_from_gva falls back to a software walk */
	enum bad_tag bad_tag;	     /* 99d9d7a33b, 4.11 */
	/* aborts: with a valid syndrome, without one; instruction aborts skip EMULATE and TRY_MAP
	 */
	enum abort_step path_isv[ABORT_PATH_MAX];
	enum abort_step path_no_isv[ABORT_PATH_MAX];
	uint32_t inject_iss;	    /* ISS of an injected abort: 0 in every release */
	bool handler_end_inclusive; /* find_mmio_handler matches start + size; until b7ed331353 */
	bool gicc_on_fault;	    /* 4dbcb06536, 4.18: GICC window mapped by the first fault */
	/* Dom0 build */
	bool root_invalidated; /* 2148a125b7, 4.12: root valid bits cleared if no SMMU */
	/* SMMU driver */
	bool smmu_stall;	/* SCTLR.CFCFG = 1, until ce75973a27, 4.12 */
	bool smmu_level1_start; /* SMMUv2's walks start at level 1; until 9ae1197582, 4.15 */
	struct xen_costs costs;
};

/* The known releases, oldest first. */
extern const struct xen_version *const xen_versions[];
extern const unsigned int xen_version_count;

/* By name ("4.22"); NULL if unknown. */
const struct xen_version *xen_version_find(const char *name);

#endif
