// SPDX-License-Identifier: GPL-2.0-only
#include "sim/xen_version.h"

#include <string.h>

#include "base/check.h"

/*
 * Cost rows: {insns, dsb, isb, at, tlbi, dc, basis, source}.
 *
 * docs/COSTS.md derives every number from recorded runs. What a recorded run gives is sums of
 * steps; where the split of a sum over its steps is a choice, the basis is E and the source names
 * the sum, which is exact. `dsb` counts DSB SY and the two of a TLBI, not the ISHST of unlocks.
 */
#define SPLIT(sum)   "docs/COSTS.md, a share of: " sum
#define SOLVED(eq)   "docs/COSTS.md: " eq
#define ASSUMED	     "docs/COSTS.md, not recorded: from the code's length"
#define AS_4_22	     "docs/COSTS.md, not recorded there: as 4.22"
#define REMOVAL_4_17 "docs/COSTS.md: 1126 and 1065 of a removal on 4.17, with 3 and 2 tables"
#define DECODE_4_17  "docs/COSTS.md: 3413 and 3325 of a read with post-index on 4.17"
#define FIND_4_17    "docs/COSTS.md: mapping on a fault on 4.17, which looks for a handler first"
#define OP7_4_17     "docs/REFERENCE.md: 911 of a denied op 7 on 4.17"

/* clang-format off */

/*
 * What a p2m update runs is the same source from 4.8 on (p2m.c: __p2m_set_entry, p2m_create_table,
 * p2m_split_superpage), so these rows are shared. `m` and `d` are the basis of what a trace shows
 * and of what was computed from one. Descriptor stores are dsb sy; str; dsb sy (write_pte).
 */
#define COSTS_P2M(m, d, src)                                                                       \
	[XS_P2M_NEXT_LEVEL] = {47, 0, 0, 0, 0, 0, m, src},                                         \
	[XS_P2M_REPLACE] = {44, 4, 1, 0, 1, 0, m, src},                                            \
	[XS_TLBI] = {32, 2, 1, 0, 1, 0, BASIS_E, SPLIT("3113 of an invalidated table")},           \
	[XS_TABLE_NEW] = {1232, 2, 0, 0, 0, 0, m, src}, [XS_TABLE_SPLIT_ORDER] = {52, 0, 0, 0,     \
										  0,  0, m, src},  \
	[XS_TABLE_SCRUB] = {389, 0, 0, 0, 0, 0, m, src}, [XS_TABLE_FREE] = {250,     0,	     0,    \
									    0,	     0,	     0,    \
									    BASIS_E, ASSUMED},     \
	[XS_SHATTER] = {6678, 1028, 1, 0, 1, 0, d, src}, [XS_DC_CVAC] = {5, 2, 0,	0,         \
									 0, 1, BASIS_E, ASSUMED}

/* Steps that no recorded run shows by themselves, in any release. */
#define COSTS_UNSEEN                                                                               \
	[XS_LOOKUP] = {148, 0, 0, 0, 0, 0, BASIS_E, REMOVAL_4_17},                                 \
	[XS_LOOKUP_LEVEL] = {61, 0, 0, 0, 0, 0, BASIS_E, REMOVAL_4_17},                            \
	[XS_IOTLB_FLUSH] = {60, 0, 0, 0, 0, 0, BASIS_E, ASSUMED}, [XS_SMMU_FAULT] = {400,          \
										     0,            \
										     0,            \
										     0,            \
										     0,            \
										     0,            \
										     BASIS_E,      \
										     ASSUMED}

/*
 * 4.8.0, recorded on GICv2 (docs/COSTS.md 5), and 4.9, taken to run as 4.8 does. The steps of a
 * later release (software walk, resolve, decode) stay 0: nothing charges them.
 */
#define COSTS_4_8                                                                                  \
	[XS_ABORT_ISV] = {15, 0, 0, 0, 0, 0, BASIS_E, AS_4_22}, [XS_PENDING_VIRQ] = {150,          \
										     0,            \
										     0,            \
										     0,            \
										     0,            \
										     0,            \
										     BASIS_E,      \
										     AS_4_22},     \
	[XS_MEMORY_OP] = {172, 0, 0, 0, 0, 0, BASIS_E, SPLIT("728 of a call without its items")},  \
	[XS_COPY] = {200, 0, 1, 1, 0, 0, BASIS_E, SPLIT("1300 of an item that replaces")},         \
	[XS_ITEM_ALONE] = {39, 0, 0, 0, 0, 0, BASIS_E, OP7_4_17},                                  \
	[XS_ITEM] = {172, 0, 0, 0, 0, 0, BASIS_E, SPLIT("1300 of an item that replaces")},         \
	[XS_PREEMPT_MASKED] = {24, 0, 0, 0, 0, 0, BASIS_E, SPLIT("1324 of a further item")},       \
	[XS_PREEMPT] = {141, 0, 0, 0, 0, 0, BASIS_E, AS_4_22}, [XS_CONTINUATION] = {93,            \
										    0,             \
										    0,             \
										    0,             \
										    0,             \
										    0,             \
										    BASIS_E,       \
										    AS_4_22},      \
	[XS_IOMEM] = {60, 0, 0, 0, 0, 0, BASIS_E, SPLIT("1300 of an item that replaces")},         \
	[XS_IOMEM_RANGE] = {8, 0, 0, 0, 0, 0, BASIS_E, AS_4_22},                                   \
	[XS_P2M_INSERT] = {259, 2, 0, 0, 0, 0, BASIS_E, SPLIT("1300 of an item that replaces")},   \
	[XS_FIND_HANDLER] = {50, 0, 0, 0, 0, 0, BASIS_E, SPLIT("621 of an emulated read")},        \
	[XS_EMULATE] = {156, 0, 0, 0, 0, 0, BASIS_E, SPLIT("621 of an emulated read")},            \
	[XS_INJECT] = {50, 0, 0, 0, 0, 0, BASIS_E, AS_4_22},                                       \
	COSTS_P2M(BASIS_E, BASIS_E, AS_4_22), COSTS_UNSEEN

/*
 * 4.8.0 does one SError window per trap (dsb sy; isb), and on the recorded Cortex-A57 an abort
 * asks AT for the IPA (erratum 834220).
 */
#define COSTS_4_8_TRAP                                                                             \
	[XS_TRAP_HVC] = {356, 1, 1, 0, 0, 0, BASIS_M, "COSTS 5: an -ENOSYS hypercall"},            \
	[XS_TRAP_ABORT] = {400, 1, 2, 1, 0, 0, BASIS_E, SPLIT("621 of an emulated read")}

/* 4.9 as read (FACTS X16, X18): windows at entry and exit, one more ISB for the vGIC. */
#define COSTS_4_9_TRAP                                                                             \
	[XS_TRAP_HVC] = {356, 2, 3, 0, 0, 0, BASIS_E, "as 4.8; barriers: FACTS X16"},              \
	[XS_TRAP_ABORT] = {400, 2, 3, 0, 0, 0, BASIS_E, "as 4.8; barriers: FACTS X18"}

/*
 * 4.17.7, measured on GICv2 by the comparison with a running one. Beside the traps, what it takes
 * is within 3 % of 4.22's, which stands for it.
 */
#define COSTS_4_17_TRAP                                                                            \
	[XS_TRAP_HVC] = {369, 2, 3, 0, 0, 0, BASIS_M, "docs/REFERENCE.md: cheapest hypercall"},    \
	[XS_TRAP_ABORT] = {369, 2, 3, 0, 0, 0, BASIS_E, SPLIT("831 of an injected abort")},        \
	[XS_PENDING_VIRQ] = {126, 0, 0, 0, 0, 0, BASIS_M, "docs/REFERENCE.md: 495 - 369"}

/* 4.22.0, recorded on GICv3 under a real Dom0 (FACTS R1 and R3). */
#define COSTS_4_22_TRAP                                                                            \
	[XS_TRAP_HVC] = {346, 2, 3, 0, 0, 0, BASIS_M, "recorded: cheapest hypercall"},             \
	[XS_TRAP_ABORT] = {400, 2, 3, 0, 0, 0, BASIS_E, SPLIT("1017 of a demand mapping")},        \
	[XS_PENDING_VIRQ] = {150, 0, 0, 0, 0, 0, BASIS_M, "recorded: pending virtual interrupt"}

#define COSTS_4_22                                                                                 \
	[XS_ABORT_ISV] = {15, 0, 0, 0, 0, 0, BASIS_M, SOLVED("767 - 752, syndrome valid or not")}, \
	[XS_MEMORY_OP] = {234, 0, 0, 0, 0, 0, BASIS_D, SOLVED("772 of a call without its items")}, \
	[XS_COPY] = {192, 0, 1, 1, 0, 0, BASIS_M, "recorded: 399 + 369 in the 4 of a call"},       \
	[XS_COPY_SOFT_WALK] = {250, 0, 0, 0, 0, 0, BASIS_E, ASSUMED},                              \
	[XS_ITEM] = {336, 0, 0, 0, 0, 0, BASIS_D, SOLVED("1482 of an item")},                      \
	[XS_ITEM_ALONE] = {39, 0, 0, 0, 0, 0, BASIS_E, OP7_4_17},                                  \
	[XS_PREEMPT_MASKED] = {25, 0, 0, 0, 0, 0, BASIS_E, SPLIT("1507 of a further item")},       \
	[XS_PREEMPT] = {142, 0, 0, 0, 0, 0, BASIS_D, SOLVED("1624 - 1507 more than masked")},      \
	[XS_CONTINUATION] = {93, 0, 0, 0, 0, 0, BASIS_M, SOLVED("what preempted calls leave")},    \
	[XS_IOMEM] = {61, 0, 0, 0, 0, 0, BASIS_D, SOLVED("1017 of a demand mapping")},             \
	[XS_IOMEM_RANGE] = {8, 0, 0, 0, 0, 0, BASIS_M, SOLVED("GICD and ITS pages, 2 or 3 seen")}, \
	[XS_P2M_INSERT] = {344, 2, 0, 0, 0, 0, BASIS_D, SOLVED("denied items against mapped")},    \
	[XS_RESOLVE_EARLY] = {32, 0, 0, 0, 0, 0, BASIS_E, SPLIT("1017 of a demand mapping")},      \
	[XS_RESOLVE] = {132, 0, 0, 0, 0, 0, BASIS_D, SOLVED("1333 - 1017, 3 levels walked")},      \
	[XS_RESOLVE_LEVEL] = {72, 0, 0, 0, 0, 0, BASIS_M, SOLVED("(767 - 623) / 2")},              \
	[XS_RESOLVE_SET] = {4, 2, 0, 0, 0, 0, BASIS_D, SOLVED("551 of a resolved abort")},         \
	[XS_INVALIDATE_TABLE] = {3081, 0, 0, 0, 0, 0, BASIS_D, SOLVED("3113 with its flush")},     \
	[XS_INVALIDATE_ENTRY] = {5, 2, 0, 0, 0, 0, BASIS_M, SOLVED("(3833 - 3813) / 4 entries")},  \
	[XS_FIND_HANDLER] = {130, 0, 0, 0, 0, 0, BASIS_D, FIND_4_17},                              \
	[XS_EMULATE] = {60, 0, 0, 0, 0, 0, BASIS_E, SPLIT("856 and 993 of an emulation")},         \
	[XS_DECODE] = {2500, 0, 0, 0, 0, 0, BASIS_E, DECODE_4_17},                                 \
	[XS_INJECT] = {50, 0, 0, 0, 0, 0, BASIS_D, SOLVED("627 of an injected abort")},            \
	COSTS_P2M(BASIS_M, BASIS_D, "docs/COSTS.md: traces of table pages"), COSTS_UNSEEN

/* clang-format on */

/*
 * 4.8.0, which behaves as the master of the RFC's day does. Its stable releases changed: 4.8.1 has
 * dev_mmio as mmio_direct_c (42290f0271), and 3fafdc28eb was taken, too.
 *
 * TRY_MAP is in the path for "c on 4.8": 80f9c31670 as if backported, in that commit's order. It
 * does nothing unless the strategy has the demand mechanism, which no 4.8 had.
 */
static const struct xen_version xen_4_8 = {
	.name = "4.8",
	.released = "2016-12-05",
	.p2m = {.remove_needs_valid_bit = true,	       /* until a428b913a0, 4.17 */
		.dev_mmio_type = P2M_MMIO_DIRECT_DEV}, /* 1951d4975c; until 5a44ff111d */
	.deny_one_too_many = true,		       /* 97e9875646 */
	.try_map_checks_next = true,		       /* 80f9c31670, as it would be backported */
	.spcr_required = true,			       /* 97e9875646 */
	.bad_tag = BAD_TAG_CRASH,
	/* do_trap_data_abort_guest: emulate, p2m_lookup, inject; 80f9c31670 put TRY_MAP between */
	.path_isv = {ABORT_EMULATE, ABORT_LOOKUP_RETRY, ABORT_TRY_MAP, ABORT_INJECT},
	.path_no_isv = {ABORT_LOOKUP_RETRY, ABORT_TRY_MAP, ABORT_INJECT},
	.handler_end_inclusive = true, /* until b7ed331353, 4.10 */
	.smmu_stall = true,	       /* until ce75973a27, 4.12 */
	.smmu_level1_start = true,     /* until 9ae1197582, 4.15 */
	.costs = {.step = {COSTS_4_8_TRAP, COSTS_4_8}},
};

/* 4.9.0: the first release with the demand mechanism. */
static const struct xen_version xen_4_9 = {
	.name = "4.9",
	.released = "2017-06-27",
	.p2m = {.remove_needs_superpage_mask = true, /* 3fafdc28eb */
		.remove_needs_valid_bit = true,	     /* until a428b913a0, 4.17 */
		.dev_mmio_type = P2M_MMIO_DIRECT_C}, /* 5a44ff111d */
	.deny_one_too_many = true,
	.try_map_checks_next = true, /* 80f9c31670 */
	.spcr_required = true,
	.bad_tag = BAD_TAG_CRASH,
	.path_isv = {ABORT_EMULATE, ABORT_LOOKUP_RETRY, ABORT_TRY_MAP, ABORT_INJECT},
	.path_no_isv = {ABORT_LOOKUP_RETRY, ABORT_TRY_MAP, ABORT_INJECT}, /* 80f9c31670 */
	.handler_end_inclusive = true,
	.smmu_stall = true,
	.smmu_level1_start = true,
	.costs = {.step = {COSTS_4_9_TRAP, COSTS_4_8}},
};

/*
 * 4.17, Debian 12's; compared with a running one (docs/REFERENCE.md), which also tells how far off
 * its costs are.
 */
static const struct xen_version xen_4_17 = {
	.name = "4.17",
	.released = "2022-12-12",
	.p2m = {.table_is_ram = true,	      /* e03885248c, 4.12 */
		.wide42 = true,		      /* 896ebdfa3a, 4.13 */
		.gfn_range_checked = true,    /* 88aaf40eef, 4.13 */
		.max_gfn_inclusive = true,    /* 6e8e163b46, 4.13 */
		.iotlb_flush_modified = true, /* 9ed527dc95, 4.12; before freeing: 6718787797 */
		.resolve_valid_bits = true,   /* 70c92d989e, 4.12 */
		.remove_needs_superpage_mask = true, /* 3fafdc28eb, 4.9 */
		.invalidate_by_level = true,	     /* 2148a125b7, 4.12; until 4.21 */
		.dev_mmio_type = P2M_MMIO_DIRECT_C}, /* 5a44ff111d, 4.9 */
	.deny_one_too_many = true,		     /* until f25fe2452b, 4.22 and 4.20.4 */
	.its_denied = true,			     /* 66158be465, 4.10 */
	.its_emulated = true,			     /* 4.10 */
	.res0_fails_call = true,		     /* 5777a3742d, 4.15 */
	.invalid_gfn_fails_call = true,		     /* ef0f94a48f, 4.17 */
	.full_extent_eilseq = true,		     /* 3b537c6923, 4.13 */
	.copy_soft_walk = true,			     /* 4.12 */
	.bad_tag = BAD_TAG_UNDEF,		     /* 99d9d7a33b, 4.11 */
	/* 5e9c429ad4, 4.17: with a syndrome emulation first, until 17a9070d22 (4.22) */
	.path_isv = {ABORT_EMULATE, ABORT_RESOLVE, ABORT_TRY_MAP, ABORT_INJECT},
	.path_no_isv = {ABORT_RESOLVE, ABORT_TRY_MAP, ABORT_DECODE_EMULATE, ABORT_INJECT},
	.root_invalidated = true, /* 2148a125b7, 4.12 */
	.costs = {.step = {COSTS_4_17_TRAP, COSTS_4_22}},
};

/* 4.22.0: the release of the recorded runs. */
static const struct xen_version xen_4_22 = {
	.name = "4.22",
	.released = "2026-07-29",
	.p2m = {.table_is_ram = true,	      /* e03885248c, 4.12 */
		.wide42 = true,		      /* 896ebdfa3a, 4.13 */
		.gfn_range_checked = true,    /* 88aaf40eef, 4.13 */
		.max_gfn_inclusive = true,    /* 6e8e163b46, 4.13 */
		.iotlb_flush_modified = true, /* 9ed527dc95, 4.12; before freeing: 6718787797 */
		.resolve_valid_bits = true,   /* 70c92d989e, 4.12 */
		.remove_needs_superpage_mask = true, /* 3fafdc28eb, 4.9 */
		.flush_dsb_ishst = true,	     /* arm64/flushtlb.h, TLB_HELPER() */
		.dev_mmio_type = P2M_MMIO_DIRECT_C}, /* 5a44ff111d, 4.9 */
	.its_denied = true,			     /* 66158be465, 4.10 */
	.its_emulated = true,			     /* 4.10 */
	.res0_fails_call = true,		     /* 5777a3742d, 4.15 */
	.invalid_gfn_fails_call = true,		     /* ef0f94a48f, 4.17 */
	.full_extent_eilseq = true,		     /* 3b537c6923, 4.13 */
	.copy_soft_walk = true,			     /* 4.12 */
	.bad_tag = BAD_TAG_UNDEF,		     /* 99d9d7a33b, 4.11 */
	/* 17a9070d22, 4.22: check_p2m (resolve, then try_map_mmio) comes before emulation */
	.path_isv = {ABORT_RESOLVE, ABORT_TRY_MAP, ABORT_EMULATE, ABORT_INJECT},
	/* 5e9c429ad4, 4.17: without a syndrome check_p2m first, then try_decode_instruction */
	.path_no_isv = {ABORT_RESOLVE, ABORT_TRY_MAP, ABORT_DECODE_EMULATE, ABORT_INJECT},
	.gicc_on_fault = true,	  /* 4dbcb06536, 4.18 */
	.root_invalidated = true, /* 2148a125b7, 4.12 */
	.costs = {.step = {COSTS_4_22_TRAP, COSTS_4_22}},
};

const struct xen_version *const xen_versions[] = {&xen_4_8, &xen_4_9, &xen_4_17, &xen_4_22};
const unsigned int xen_version_count = ARRAY_SIZE(xen_versions);

const struct xen_version *xen_version_find(const char *name)
{
	for (unsigned int i = 0; i < xen_version_count; i++)
		if (strcmp(xen_versions[i]->name, name) == 0)
			return xen_versions[i];
	return NULL;
}
