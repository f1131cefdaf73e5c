// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lays out tables byte by byte, turns stage 2 and perhaps stage 1 on, and asks the machine's own
 * walker about each address.
 */
#include "reference/el2/payload.h"

#define SCTLR_M	 (UINT64_C(1) << 0)
#define TCR_EPD0 (UINT64_C(1) << 7)
#define TCR_EPD1 (UINT64_C(1) << 23)

/* ESR_ELx.EC. */
#define EC_HVC64      0x16
#define EC_FETCH_SAME 0x21 /* an instruction abort without a change of level */
#define EC_STEP	      0x32

#define ESR_FSC	     UINT64_C(0x3f)
#define FSC_EXTERNAL 0x10 /* not on a table */

extern const char el1_stub[]; /* start.S */

static void stage1_on(const struct el2_job *job)
{
	SYSREG_WRITE(tcr_el1, job->tcr);
	SYSREG_WRITE(ttbr0_el1, job->ttbr0);
	SYSREG_WRITE(ttbr1_el1, job->ttbr1);
	SYSREG_WRITE(mair_el1, job->mair);
	SYSREG_WRITE(sctlr_el1, job->sctlr);
}

static void mmu_on(const struct el2_job *job)
{
	SYSREG_WRITE(vtcr_el2, job->vtcr);
	SYSREG_WRITE(vttbr_el2, job->vttbr);
	SYSREG_WRITE(hcr_el2, job->hcr);
	stage1_on(job);
	__asm__ volatile("dsb sy\n\tisb\n\ttlbi vmalls12e1\n\tdsb sy\n\tisb" : : : "memory");
}

/* An EL1 load; 0 or ESR_EL2. */
static uint64_t load(uint64_t va)
{
	uint64_t regs[EL2_REG_SP] = {0};

	regs[1] = va;
	SYSREG_WRITE(elr_el2, el1_stub);
	SYSREG_WRITE(spsr_el2, SPSR_EL1H);
	el2_enter(regs);
	return SYSREG_READ(esr_el2) >> 26 == EC_HVC64 ? 0 : SYSREG_READ(esr_el2);
}

/*
 * An exception that EL1 takes is to come to EL2 at once, not to be repeated at a vector that cannot
 * be fetched either. With stage 1 off EL1's vectors are where stage 2 maps nothing. With stage 1 on
 * they are in the other half of its addresses, and stage 2 does not map the root of that.
 */
static void vectors_out_of_reach(const struct el2_job *job, uint64_t va)
{
	if (!(job->sctlr & SCTLR_M)) {
		SYSREG_WRITE(vbar_el1, job->hole);
	} else if (va & UINT64_C(1) << 55) {
		SYSREG_WRITE(ttbr0_el1, job->hole);
		SYSREG_WRITE(tcr_el1, job->tcr & ~TCR_EPD0);
		SYSREG_WRITE(vbar_el1, UINT64_C(0));
	} else {
		SYSREG_WRITE(ttbr1_el1, job->hole);
		SYSREG_WRITE(tcr_el1, job->tcr & ~TCR_EPD1);
		SYSREG_WRITE(vbar_el1, ~UINT64_C(0x7ff));
	}
}

/*
 * What EL1 took: an abort by stage 1, or 0. Where no memory is, a fetch that was let through ends
 * by an external abort, or by what a bus answers, which is no instruction.
 */
static uint64_t taken_by_el1(uint64_t va)
{
	uint64_t esr = SYSREG_READ(esr_el1), elr = SYSREG_READ(elr_el1);
	uint64_t odd = UINT64_C(1) << EL2_ODD_EL1;

	if (elr == va && (esr >> 26 != EC_FETCH_SAME || (esr & ESR_FSC) == FSC_EXTERNAL))
		return 0;
	odd |= (uint64_t)(SYSREG_READ(far_el1) != va) << EL2_ODD_FAR;
	odd |= (uint64_t)(elr != va) << EL2_ODD_ELR;
	return esr | odd;
}

static uint64_t taken_by_el2(uint64_t va, uint64_t hpfar)
{
	uint64_t esr = SYSREG_READ(esr_el2), odd = 0;

	if (esr >> 26 == EC_STEP)
		return 0;
	odd |= (uint64_t)(SYSREG_READ(far_el2) != va) << EL2_ODD_FAR;
	odd |= (uint64_t)(SYSREG_READ(hpfar_el2) != hpfar) << EL2_ODD_HPFAR;
	odd |= (uint64_t)(SYSREG_READ(elr_el2) != va) << EL2_ODD_ELR;
	return esr | odd;
}

/*
 * Where memory is, an instruction is executed, which a software step ends. EL2 takes that, as it
 * does what comes of EL1's vectors; whether EL1 came to these is seen by what it returns to.
 */
static uint64_t fetch(const struct el2_job *job, uint64_t va, uint64_t hpfar)
{
	uint64_t regs[EL2_REG_SP] = {0}, left, answer;

	vectors_out_of_reach(job, va);
	SYSREG_WRITE(elr_el1, ~va);
	SYSREG_WRITE(mdscr_el1, MDSCR_SS);
	SYSREG_WRITE(elr_el2, va);
	SYSREG_WRITE(spsr_el2, SPSR_EL1H | SPSR_SS);
	el2_enter(regs);
	SYSREG_WRITE(mdscr_el1, UINT64_C(0));
	left = SYSREG_READ(elr_el1);
	answer = left == ~va ? taken_by_el2(va, hpfar) : taken_by_el1(va);
	if (job->sctlr & SCTLR_M)
		stage1_on(job);
	return answer;
}

/* Stops at the first walk that is not as foreseen, as the host has to tell of it. */
static uint64_t sweep(const struct el2_sweep *s, uint64_t addr, bool write, uint64_t *swept)
{
	uint64_t par = s->par;

	*swept = 0;
	for (uint64_t k = 0; k < s->count; k++, addr += s->stride, par += s->step) {
		uint64_t got = el2_translate(addr, write);

		if ((got ^ par) & s->mask) {
			*swept = got;
			return k;
		}
	}
	return s->count;
}

/* One probe; *at moves on by the words it has. */
static uint64_t probe(const struct el2_job *job, const uint64_t **at)
{
	static uint64_t swept;
	uint64_t word = *(*at)++;
	uint64_t addr = word & ~(uint64_t)EL2_KIND_MASK;
	const struct el2_sweep *run = (const struct el2_sweep *)*at;

	switch (word & EL2_KIND_MASK) {
	case EL2_READ:
		return el2_translate(addr, false);
	case EL2_WRITE:
		return el2_translate(addr, true);
	case EL2_PEEK:
		return *(volatile uint32_t *)addr;
	case EL2_POKE:
		el2_store(addr, *(*at)++);
		__asm__ volatile("dsb sy" : : : "memory");
		return 0;
	case EL2_LOAD:
		return load(*(*at)++);
	case EL2_FETCH:
		return fetch(job, addr, *(*at)++);
	case EL2_SWEEP_READ:
	case EL2_SWEEP_WRITE:
		*at += sizeof(*run) / 8;
		return sweep(run, addr, (word & EL2_KIND_MASK) == EL2_SWEEP_WRITE, &swept);
	case EL2_SWEPT:
		return swept;
	default:
		el2_stop("unknown probe", word);
	}
}

void el2_probe_job(const struct el2_job *job)
{
	const uint64_t *at = (const uint64_t *)(job + 1);

	if (job->probe_count > EL2_PROBES_MAX)
		el2_stop("too many probes,", job->probe_count);
	at = el2_fill(el2_clear(at, job->zero_count), job->store_count);
	mmu_on(job);
	for (uint64_t k = 0; k < job->probe_count; k++)
		el2_answer(probe(job, &at));
	if (at != (const uint64_t *)job + job->words)
		el2_stop("wrong length of the job at", (uint64_t)job);
}
