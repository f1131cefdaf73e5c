/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expect.h: PAR_EL1 as our own walk says AT S12E1R or S12E1W must leave it, and in words.
 *
 * QEMU 7.2 gives an abort by stage 2 of a stage-1 table (S1PTW) the level of stage 1. By the Arm
 * ARM it is that of stage 2's walk (the pseudocode's AArch64.S1Walk() returns the fault record of
 * AArch64.S2Translate() with nothing changed but s2fs1walk). Those two bits are not compared.
 */
#ifndef P2MLAB_REFERENCE_EXPECT_H
#define P2MLAB_REFERENCE_EXPECT_H

#include "reference/image.h"
#include "sim/mmu.h"

struct ref_query {
	uint64_t va; /* an IPA where stage 1 is off */
	enum mmu_access access;
	uint64_t hcr;		/* REF_HCR, perhaps with REF_HCR_DC */
	const struct cpu *regs; /* stage 1; NULL: off */
};

/* The walk itself; *expect (unless NULL) gets PAR_EL1 (Arm ARM D17.2.105, 64-bit format). */
struct mmu_result ref_walk(const struct p2m *p2m, const struct ref_cpu *cpu,
			   const struct ref_query *q, uint64_t *expect);

uint64_t ref_expect(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q);

/*
 * Whether two values of PAR_EL1 say the same: of a fault its status, stage and S1PTW; else address,
 * attributes and shareability. NS and what is RES1 or IMPLEMENTATION DEFINED are left out.
 */
bool ref_par_equal(uint64_t a, uint64_t b);

/* Fetches that can be asked for: without a hole for EL1's vectors only those that come to EL2. */
enum ref_fetches {
	REF_FETCH_STAGE2,
	REF_FETCH_ALL,
};

/*
 * What the payload must answer to a fetch (EL2_FETCH; Arm ARM ESR_ELx, instruction aborts), and in
 * *hpfar HPFAR_EL2 of an abort by stage 2. False if it cannot be asked for: where ref_can_ask() is
 * false for a table's sake, and where memory would be executed. p2m's memory is all that the
 * machine has beside its own.
 *
 * What is let through may be Device memory: the architecture has such a fetch go through or be a
 * permission fault (Arm ARM B2.7.2), QEMU 7.2 lets it through.
 */
bool ref_fetch_expect(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q,
		      enum ref_fetches fetches, uint64_t *expect, uint64_t *hpfar);

/* Whether a PAR_EL1 tells of a fault. */
bool ref_par_is_fault(uint64_t par);

/* Whether two such values, with the payload's enum el2_odd, say the same. */
bool ref_fetch_equal(uint64_t a, uint64_t b);

/*
 * False where QEMU 7.2 has no answer to AT, or a wrong one: a table of stage 1 lies where no memory
 * is, which is an exception; stage 1 has a block at level 0, which is reserved; or one stage says
 * Device and the other Normal with the inner nibble 0b0100 (non-cacheable), which it takes for a
 * Device type, too.
 */
bool ref_can_ask(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q);

/*
 * PAR_EL1 for a walk with stage 1 on (its MMU_OK has the leaf of stage 1 among its steps), and the
 * bits of such a value that are compared.
 */
uint64_t ref_par_of_walk(const struct mmu_result *walk);
uint64_t ref_par_mask(uint64_t par);

/* What a walk came to, for statistics. */
enum ref_outcome {
	REF_MAPPED,
	REF_TRANSLATION,
	REF_ADDRESS_SIZE,
	REF_ACCESS_FLAG,
	REF_PERMISSION,
	REF_OTHER,
	/* where stage 1 is on */
	REF_MAPPED_BOTH,
	REF_STAGE1, /* a fault of stage 1 */
	REF_S1PTW,  /* a fault of stage 2 on a table of stage 1 */
	/* not of PAR_EL1: real fetches */
	REF_FETCH_ABORT,
	REF_FETCH_THROUGH,
	REF_OUTCOME_COUNT,
};
enum ref_outcome ref_par_outcome(uint64_t par, bool stage1);

/* "fault 0x07, stage 2: translation, level 3" or "pa 0x..., attr 0xff, sh 3" into buf. */
void ref_par_print(uint64_t par, char *buf, size_t len);

/* The attribute byte and shareability of stage 1 (`s1_attr`, `s1_sh`) combined with a stage-2
 * descriptor (Arm ARM D5.5.5). */
uint64_t ref_attributes(unsigned int s1_attr, unsigned int s1_sh, uint64_t s2_pte);

#endif
