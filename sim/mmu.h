/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mmu.h: our own two-stage walk: what the architecture does with a virtual address.
 *
 * 4 KiB granule, 48-bit stage 1 through TTBR0/TTBR1, then stage 2 by p2m_walk(), for the tables of
 * stage 1 as well (S1PTW). Used for AT S12E1x in Xen's guest copies, to explain each abort the
 * engine takes (Arm ARM D5.2, D8), and to compare with the address that the engine reached.
 */
#ifndef P2MLAB_MMU_H
#define P2MLAB_MMU_H

#include "sim/cpu.h"
#include "sim/p2m_model.h"

enum mmu_access {
	MMU_READ,
	MMU_WRITE,
	MMU_FETCH
};

enum mmu_fault {
	MMU_OK = 0,
	MMU_S1_TRANSLATION,
	MMU_S1_PERMISSION,
	MMU_S1_ACCESS_FLAG,
	MMU_S1_ADDRESS_SIZE,
	MMU_S2_TRANSLATION,
	MMU_S2_PERMISSION,
	MMU_S2_ACCESS_FLAG,
	MMU_S2_ADDRESS_SIZE,
	MMU_ALIGNMENT,	    /* never from the walk: an unaligned exclusive */
	MMU_TABLE_EXTERNAL, /* a table of stage 1 lies where no memory answers */
};

struct mmu_step {
	uint8_t stage; /* 1 or 2 */
	uint8_t level;
	bool s1ptw; /* a stage-2 step on behalf of a stage-1 table */
	pa_t entry;
	uint64_t pte;
};

#define MMU_STEP_MAX 24

struct mmu_result {
	enum mmu_fault fault;
	unsigned int level; /* of the fault */
	bool s1ptw;	    /* the faulting IPA is that of a stage-1 table */
	ipa_t ipa;	    /* of the access, 0 if stage 1 gave none; of the table if s1ptw */
	pa_t pa;	    /* if MMU_OK */
	unsigned int
		s1_attr; /* MAIR byte of the stage-1 leaf; Device-nGnRnE (0) if stage 1 is off */
	uint64_t s2_pte; /* stage-2 leaf, if one was reached */
	unsigned int step_count;
	struct mmu_step steps[MMU_STEP_MAX];
};

/* Walks `va` for one access. Pure. p2m == NULL means stage 2 off (IPA = PA). */
struct mmu_result mmu_walk(const struct cpu *cpu, const struct memory *mem, const struct p2m *p2m,
			   uint64_t va, enum mmu_access access);

/* DFSC/IFSC of the fault: 0b0001LL translation, 0b0010LL access flag, 0b0011LL permission ... */
unsigned int mmu_fsc(const struct mmu_result *res);

/* "stage 2 translation fault, level 3, S1PTW" into buf. */
void mmu_describe(const struct mmu_result *res, char *buf, size_t len);

/* The whole walk, a line a step, as an oracle report prints it. */
void mmu_print(const struct mmu_result *res, uint64_t va, char *buf, size_t len);

/*
 * Effective memory type of stage-1 attr byte and stage-2 MemAttr combined (Arm ARM D5.5.5,
 * table D5-33: the more restrictive wins).
 */
enum mem_type {
	MEM_DEVICE_nGnRnE,
	MEM_DEVICE_nGnRE,
	MEM_DEVICE_nGRE,
	MEM_DEVICE_GRE,
	MEM_NORMAL_NC,
	MEM_NORMAL_WT,
	MEM_NORMAL_WB
};
enum mem_type mem_type_of_mair(unsigned int attr);
enum mem_type mem_type_combine(unsigned int s1_attr, unsigned int s2_memattr);
const char *mem_type_name(enum mem_type t);

#endif
