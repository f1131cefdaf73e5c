// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs Dom0's code at EL1 and tells of each stop; what a hypervisor would do in between is in the
 * request. Nothing is decided here but whether a stop is the one that was foreseen.
 */
#include "reference/el2/payload.h"

/* ESR_ELx.EC of debug exceptions from a lower level. */
#define EC_BREAKPOINT 0x30
#define EC_STEP	      0x32

/* DBGBCR: enabled, EL1, any byte of the instruction (Arm ARM D17.3.2). */
#define BREAK_AT_EL1 (UINT64_C(1) | UINT64_C(1) << 1 | UINT64_C(15) << 5)

#define MARK(number) __asm__ volatile("hint %0" : : "i"(number) : "memory")

#define HCR_VI	  (UINT64_C(1) << 7)
#define PAGE_SIZE 4096

struct guest {
	const struct el2_run *run;
	uint64_t regs[EL2_REG_COUNT];
};

/* ---- registers ---- */

static void system_write(unsigned int reg, uint64_t value)
{
	switch (reg) {
	case EL2_REG_SP:
		SYSREG_WRITE(sp_el1, value);
		break;
	case EL2_REG_PC:
		SYSREG_WRITE(elr_el2, value);
		break;
	case EL2_REG_PSTATE:
		SYSREG_WRITE(spsr_el2, value);
		break;
	case EL2_REG_ELR:
		SYSREG_WRITE(elr_el1, value);
		break;
	case EL2_REG_SPSR:
		SYSREG_WRITE(spsr_el1, value);
		break;
	case EL2_REG_ESR:
		SYSREG_WRITE(esr_el1, value);
		break;
	case EL2_REG_FAR:
		SYSREG_WRITE(far_el1, value);
		break;
	case EL2_REG_SCTLR:
		SYSREG_WRITE(sctlr_el1, value);
		break;
	case EL2_REG_TTBR0:
		SYSREG_WRITE(ttbr0_el1, value);
		break;
	case EL2_REG_TTBR1:
		SYSREG_WRITE(ttbr1_el1, value);
		break;
	case EL2_REG_TCR:
		SYSREG_WRITE(tcr_el1, value);
		break;
	case EL2_REG_MAIR:
		SYSREG_WRITE(mair_el1, value);
		break;
	case EL2_REG_VBAR:
		SYSREG_WRITE(vbar_el1, value);
		break;
	default:
		el2_stop("no such register,", reg);
	}
}

static void system_read(uint64_t *regs)
{
	regs[EL2_REG_SP] = SYSREG_READ(sp_el1);
	regs[EL2_REG_PC] = SYSREG_READ(elr_el2);
	regs[EL2_REG_PSTATE] = SYSREG_READ(spsr_el2) & ~SPSR_SS;
	regs[EL2_REG_ELR] = SYSREG_READ(elr_el1);
	regs[EL2_REG_SPSR] = SYSREG_READ(spsr_el1);
	regs[EL2_REG_ESR] = SYSREG_READ(esr_el1);
	regs[EL2_REG_FAR] = SYSREG_READ(far_el1);
	regs[EL2_REG_SCTLR] = SYSREG_READ(sctlr_el1);
	regs[EL2_REG_TTBR0] = SYSREG_READ(ttbr0_el1);
	regs[EL2_REG_TTBR1] = SYSREG_READ(ttbr1_el1);
	regs[EL2_REG_TCR] = SYSREG_READ(tcr_el1);
	regs[EL2_REG_MAIR] = SYSREG_READ(mair_el1);
	regs[EL2_REG_VBAR] = SYSREG_READ(vbar_el1);
}

static const uint64_t *set_registers(struct guest *g, const uint64_t *at, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++, at += 2)
		if (at[0] < EL2_REG_SP)
			g->regs[at[0]] = at[1];
		else
			system_write((unsigned int)at[0], at[1]);
	return at;
}

static bool matches(const struct guest *g, const uint64_t *pairs, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++)
		if (pairs[2 * k] >= EL2_REG_COUNT || g->regs[pairs[2 * k]] != pairs[2 * k + 1])
			return false;
	return true;
}

/* ---- going on ---- */

static void tlbi(void)
{
	__asm__ volatile("dsb sy\n\ttlbi vmalls12e1\n\tdsb sy\n\tisb" : : : "memory");
}

/* Lets EL1 go on; ESR_EL2.EC. */
static uint64_t go(struct guest *g, uint64_t mdscr)
{
	SYSREG_WRITE(mdscr_el1, mdscr);
	if (mdscr & MDSCR_SS)
		SYSREG_WRITE(spsr_el2, SYSREG_READ(spsr_el2) | SPSR_SS);
	el2_enter(g->regs);
	SYSREG_WRITE(mdscr_el1, UINT64_C(0));
	SYSREG_WRITE(spsr_el2, SYSREG_READ(spsr_el2) & ~SPSR_SS);
	system_read(g->regs);
	return SYSREG_READ(esr_el2) >> 26;
}

/* Until EL1 traps, or comes to stop_pc with the registers that belong there. */
static void go_on(struct guest *g, const struct el2_segment *seg, const uint64_t *pairs)
{
	uint64_t ec;

	SYSREG_WRITE(dbgbvr0_el1, seg->stop_pc);
	SYSREG_WRITE(dbgbcr0_el1, seg->stop_pc ? BREAK_AT_EL1 : 0);
	for (uint64_t n = 0; n < EL2_MATCH_MAX; n++) {
		ec = go(g, MDSCR_MDE);
		if (ec != EC_BREAKPOINT || matches(g, pairs, seg->match_count))
			return;
		if (go(g, MDSCR_SS) != EC_STEP)
			return;
	}
}

/* ---- stops ---- */

static uint64_t ask(const struct el2_segment *seg)
{
	if (seg->flags & EL2_SEG_AT_READ)
		return el2_translate(seg->va, false);
	if (seg->flags & EL2_SEG_AT_WRITE)
		return el2_translate(seg->va, true);
	return 0;
}

/* Answers with one stop; whether it is the one foreseen: pairs (mask, value) of each word. */
static bool tell(struct guest *g, const struct el2_segment *seg, const uint64_t *pages,
		 const uint64_t *foreseen)
{
	const uint64_t more[] = {SYSREG_READ(esr_el2), SYSREG_READ(far_el2), SYSREG_READ(hpfar_el2),
				 ask(seg)};
	bool same = true;

	for (unsigned int k = 0; k < EL2_STOP_WORDS; k++) {
		uint64_t word = k < EL2_REG_COUNT ? g->regs[k] : more[k - EL2_REG_COUNT];

		el2_answer(word);
		same = same && (word & foreseen[2 * k]) == foreseen[2 * k + 1];
	}
	MARK(EL2_MARK_STOP);
	for (uint64_t k = 0; k < seg->page_count; k++)
		el2_answer(el2_sum((const uint64_t *)pages[k], PAGE_SIZE / 8));
	return same;
}

/* The access that EL1 has stopped before, made to the window. */
static void access_device(struct guest *g, const struct el2_segment *seg)
{
	SYSREG_WRITE(vttbr_el2, el2_detour(g->run->vtcr, g->run->vttbr, seg->ipa));
	tlbi();
	go(g, MDSCR_SS);
	SYSREG_WRITE(vttbr_el2, g->run->vttbr);
	tlbi();
}

static bool run_segment(struct guest *g, const struct el2_segment *seg)
{
	static const uint64_t window[] = {EL2_WINDOW, PAGE_SIZE};
	const uint64_t *at = (const uint64_t *)(seg + 1), *pairs, *pages;

	at = set_registers(g, at, seg->set_count);
	if (seg->flags & EL2_SEG_DEVICE)
		el2_clear(window, 1);
	pairs = el2_fill(at, seg->store_count);
	pages = pairs + 2 * seg->match_count;
	at = pages + seg->page_count;
	if (seg->flags & EL2_SEG_TLBI)
		tlbi();
	if (seg->flags & EL2_SEG_END)
		return true;
	SYSREG_WRITE(hcr_el2, g->run->hcr | (seg->flags & EL2_SEG_VIRQ ? HCR_VI : 0));
	if (seg->flags & EL2_SEG_DEVICE)
		access_device(g, seg);
	else
		go_on(g, seg, pairs);
	SYSREG_WRITE(hcr_el2, g->run->hcr);
	return tell(g, seg, pages, at);
}

/* ---- the run ---- */

static void digest_pages(const uint64_t *zeroes, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++)
		for (uint64_t n = 0; n < zeroes[2 * k + 1]; n += PAGE_SIZE)
			el2_answer(el2_sum((const uint64_t *)(zeroes[2 * k] + n), PAGE_SIZE / 8));
}

void el2_run_job(const struct el2_run *run)
{
	const uint64_t *zeroes = (const uint64_t *)(run + 1);
	const uint64_t *at = el2_clear(zeroes, run->zero_count);
	struct guest g;
	bool same = true;

	g.run = run;
	for (unsigned int k = 0; k < EL2_REG_COUNT; k++)
		g.regs[k] = 0;
	SYSREG_WRITE(vtcr_el2, run->vtcr);
	SYSREG_WRITE(vttbr_el2, run->vttbr);
	SYSREG_WRITE(hcr_el2, run->hcr);
	tlbi();
	MARK(EL2_MARK_RUN);
	for (uint64_t k = 0; k < run->segments && same; k++) {
		const struct el2_segment *seg = (const struct el2_segment *)at;

		same = run_segment(&g, seg);
		at += seg->words;
	}
	SYSREG_WRITE(dbgbcr0_el1, UINT64_C(0));
	if (same)
		digest_pages(zeroes, run->zero_count);
	el2_clear(zeroes, run->zero_count);
}
