// SPDX-License-Identifier: GPL-2.0-only
#include "reference/expect.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"

#define PAR_F	    UINT64_C(1)
#define PAR_PTW	    (UINT64_C(1) << 8)
#define PAR_S	    (UINT64_C(1) << 9)
#define PAR_FST	    UINT64_C(0x7e)
#define PAR_SH	    (UINT64_C(3) << 7)
#define PAR_ATTR    (UINT64_C(0xff) << 56)
#define PAR_ADDRESS UINT64_C(0x000ffffffffff000)

#define ESR_FETCH     0x82000000u /* instruction abort from a lower level, 32-bit instruction */
#define ESR_FETCH_EL1 0x86000000u /* the same without a change of level */
#define ESR_S1PTW     (1u << 7)

/* Memory is plugged in units of this. */
#define PLUG_ALIGN (UINT64_C(1) << 21)

#define LEVEL UINT64_C(3) /* of a fault status */

enum {
	SH_NONE = 0,
	SH_OUTER = 2,
	SH_INNER = 3,
};

/* ---- attributes ---- */

static bool is_device(unsigned int attr)
{
	return (attr & 0xf0) == 0;
}

/* Half a stage-2 MemAttr as half a MAIR byte, allocating: 01 NC, 10 write-through, 11 -back. */
static unsigned int nibble_of(unsigned int memattr)
{
	static const unsigned int nibbles[4] = {0, 0x4, 0xb, 0xf};

	return nibbles[memattr & 3];
}

static unsigned int s2_attr(unsigned int memattr)
{
	if ((memattr & 0xc) == 0)
		return (memattr & 3) << 2;
	return nibble_of(memattr >> 2) << 4 | nibble_of(memattr);
}

/* The weaker cacheability of two; allocation hints are those of stage 1. */
static unsigned int combine_nibbles(unsigned int s1, unsigned int s2)
{
	if (s1 == 4 || s2 == 4)
		return 4;
	if ((s1 & 0xc) == 0x8 || (s2 & 0xc) == 0x8)
		return 0x8 | (s1 & 3);
	return s1;
}

static unsigned int combine_attr(unsigned int s1, unsigned int s2)
{
	if (is_device(s1) && is_device(s2))
		return s1 < s2 ? s1 : s2;
	if (is_device(s1) || is_device(s2))
		return is_device(s1) ? s1 : s2;
	return combine_nibbles(s1 >> 4, s2 >> 4) << 4 | combine_nibbles(s1 & 0xf, s2 & 0xf);
}

/* Device and non-cacheable memory are outer shareable whatever was asked for. */
static unsigned int combine_sh(unsigned int attr, unsigned int s1, unsigned int s2)
{
	if (is_device(attr) || attr == 0x44 || s1 == SH_OUTER || s2 == SH_OUTER)
		return SH_OUTER;
	return s1 == SH_INNER || s2 == SH_INNER ? SH_INNER : SH_NONE;
}

uint64_t ref_attributes(unsigned int s1_attr, unsigned int s1_sh, uint64_t s2_pte)
{
	unsigned int attr = combine_attr(s1_attr, s2_attr(pte_memattr(s2_pte)));
	unsigned int sh = combine_sh(attr, s1_sh, (unsigned int)(s2_pte >> 8) & 3);

	return (uint64_t)attr << 56 | (uint64_t)sh << 7;
}

/* ---- the walk ---- */

static bool is_stage2(const struct mmu_result *res)
{
	return res->fault >= MMU_S2_TRANSLATION && res->fault <= MMU_S2_ADDRESS_SIZE;
}

static uint64_t par_of(const struct mmu_result *res, unsigned int s1_attr, unsigned int s1_sh)
{
	if (res->fault == MMU_OK)
		return (res->pa.v & PAR_ADDRESS) | ref_attributes(s1_attr, s1_sh, res->s2_pte);
	return PAR_F | (uint64_t)mmu_fsc(res) << 1 | (res->s1ptw ? PAR_PTW : 0) |
	       (is_stage2(res) ? PAR_S : 0);
}

/*
 * mmu_walk() takes the CPU's addresses to be as wide as the geometry's, as they are under Xen. Here
 * a wider CPU's stage 1, which is off, passes on what the geometry does not take.
 */
static struct mmu_result walk_stage2(const struct p2m *p2m, const struct ref_cpu *cpu,
				     const struct ref_query *q)
{
	static const struct cpu stage1_off;

	if (q->va >> p2m->geo->pa_bits && !(q->va >> cpu->pa_bits))
		return (struct mmu_result){.fault = MMU_S2_TRANSLATION, .ipa = ipa(q->va)};
	return mmu_walk(&stage1_off, p2m->mem, p2m, q->va, q->access);
}

struct mmu_result ref_walk(const struct p2m *p2m, const struct ref_cpu *cpu,
			   const struct ref_query *q, uint64_t *expect)
{
	/* With stage 1 off all data is Device-nGnRnE, with HCR_EL2.DC Normal write-back. */
	bool dc = q->hcr & REF_HCR_DC;
	struct mmu_result res = q->regs ? mmu_walk(q->regs, p2m->mem, p2m, q->va, q->access)
					: walk_stage2(p2m, cpu, q);

	if (expect && q->regs)
		*expect = ref_par_of_walk(&res);
	else if (expect)
		*expect = par_of(&res, dc ? 0xff : 0, dc ? SH_NONE : SH_OUTER);
	return res;
}

uint64_t ref_expect(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q)
{
	uint64_t expect;

	ref_walk(p2m, cpu, q, &expect);
	return expect;
}

uint64_t ref_par_of_walk(const struct mmu_result *walk)
{
	uint64_t leaf = 0;

	for (unsigned int k = 0; k < walk->step_count; k++)
		if (walk->steps[k].stage == 1)
			leaf = walk->steps[k].pte;
	return par_of(walk, walk->s1_attr, (unsigned int)(leaf >> 8) & 3);
}

/* A byte of Normal memory whose inner nibble reads as one of a Device type that is not the last. */
static bool looks_like_device(unsigned int attr)
{
	return !is_device(attr) && (attr & 0xf) == 0x4;
}

/* Stage 1 came to a descriptor of level 0 that would be a block. */
static bool has_level0_block(const struct mmu_result *res)
{
	const struct mmu_step *last;

	if (res->fault != MMU_S1_TRANSLATION || !res->step_count)
		return false;
	last = &res->steps[res->step_count - 1];
	return last->stage == 1 && last->level == 0 &&
	       (last->pte & (LPAE_VALID | LPAE_TABLE)) == LPAE_VALID;
}

bool ref_can_ask(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q)
{
	struct mmu_result res = ref_walk(p2m, cpu, q, NULL);
	unsigned int s2 = s2_attr(pte_memattr(res.s2_pte));

	if (res.fault == MMU_TABLE_EXTERNAL || has_level0_block(&res))
		return false;
	if (!q->regs || res.fault != MMU_OK)
		return true;
	return !(is_device(res.s1_attr) && looks_like_device(s2)) &&
	       !(looks_like_device(res.s1_attr) && is_device(s2));
}

/* ---- fetches ---- */

/* Whether the virt machine has something at `p`: below its RAM's end, or by plugged memory. */
static bool machine_has(const struct memory *mem, pa_t p)
{
	if (p.v < EL2_RAM_END)
		return true;
	for (unsigned int k = 0; k < mem->bank_count; k++)
		if (p.v >= (mem->banks[k].base.v & ~(PLUG_ALIGN - 1)) &&
		    p.v - mem->banks[k].base.v < mem->banks[k].size + PLUG_ALIGN)
			return true;
	return false;
}

bool ref_fetch_expect(const struct p2m *p2m, const struct ref_cpu *cpu, const struct ref_query *q,
		      enum ref_fetches fetches, uint64_t *expect, uint64_t *hpfar)
{
	struct mmu_result res = ref_walk(p2m, cpu, q, NULL);

	CHECK(q->access == MMU_FETCH);
	*expect = *hpfar = 0;
	if (is_stage2(&res)) {
		*hpfar = res.ipa.v >> PAGE_SHIFT << 4;
		*expect = ESR_FETCH | mmu_fsc(&res) | (res.s1ptw ? ESR_S1PTW : 0);
		return true;
	}
	if (fetches == REF_FETCH_STAGE2 || res.fault == MMU_TABLE_EXTERNAL ||
	    has_level0_block(&res))
		return false;
	if (res.fault == MMU_OK)
		return !machine_has(p2m->mem, res.pa);
	*expect = ESR_FETCH_EL1 | mmu_fsc(&res) | UINT64_C(1) << EL2_ODD_EL1;
	return true;
}

/* ---- comparing and printing ---- */

uint64_t ref_par_mask(uint64_t par)
{
	if (par & PAR_F)
		return PAR_F | PAR_PTW | PAR_S | (PAR_FST & ~(par & PAR_PTW ? LEVEL << 1 : 0));
	return PAR_F | PAR_ADDRESS | PAR_SH | PAR_ATTR;
}

bool ref_par_is_fault(uint64_t par)
{
	return par & PAR_F;
}

bool ref_par_equal(uint64_t a, uint64_t b)
{
	return ((a ^ b) & ref_par_mask(a)) == 0;
}

bool ref_fetch_equal(uint64_t a, uint64_t b)
{
	return ((a ^ b) & ~(a & ESR_S1PTW ? LEVEL : 0)) == 0;
}

enum ref_outcome ref_par_outcome(uint64_t par, bool stage1)
{
	static const enum ref_outcome outcomes[4] = {REF_ADDRESS_SIZE, REF_TRANSLATION,
						     REF_ACCESS_FLAG, REF_PERMISSION};
	unsigned int kind = (unsigned int)(par & PAR_FST) >> 3;

	if (!(par & PAR_F))
		return stage1 ? REF_MAPPED_BOTH : REF_MAPPED;
	if (par & PAR_PTW)
		return REF_S1PTW;
	if (stage1 && !(par & PAR_S))
		return REF_STAGE1;
	return kind < ARRAY_SIZE(outcomes) ? outcomes[kind] : REF_OTHER;
}

void ref_par_print(uint64_t par, char *buf, size_t len)
{
	static const char *const kinds[16] = {
		"address size", "translation", "access flag",
		"permission",	"external",    "external on a table",
	};
	unsigned int fst = (unsigned int)(par & PAR_FST) >> 1;
	const char *kind = kinds[fst >> 2];

	if (par & PAR_F)
		snprintf(buf, len, "fault 0x%02x, stage %d%s: %s, level %u", fst,
			 par & PAR_S ? 2 : 1, par & PAR_PTW ? " of a stage-1 table" : "",
			 kind ? kind : "other", fst & 3);
	else
		snprintf(buf, len, "pa 0x%" PRIx64 ", attr 0x%02x, sh %u", par & PAR_ADDRESS,
			 (unsigned int)(par >> 56), (unsigned int)(par & PAR_SH) >> 7);
}
