// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload: for each job of the request it lays out tables byte by byte, turns stage 2 and
 * perhaps stage 1 on, and asks the machine's own walker about each address.
 *
 * Runs with the MMU off at EL2, so any physical address can be stored to. What could go wrong is
 * said on the PL011 before the machine is turned off; the host then shows these lines.
 */
#include <stddef.h>

#include "reference/el2/payload.h"

#define UART	     UINT64_C(0x09000000) /* PL011 of the virt machine; QEMU needs no setup */
#define SYS_OPEN     0x01
#define SYS_WRITE    0x05
#define OPEN_MODE_WB 5

#define SCTLR_M	 (UINT64_C(1) << 0)
#define TCR_EPD0 (UINT64_C(1) << 7)
#define TCR_EPD1 (UINT64_C(1) << 23)

#define EC_HVC64 0x16
#define MDCR_TDE (UINT64_C(1) << 8) /* debug exceptions of EL1 go to EL2 */

/* start.S */
_Noreturn void el2_off(void);
uint64_t el2_semihost(uint64_t op, const void *args);
void *memset(void *to, int byte, size_t len);
void el2_main(uint64_t el);
extern const char el1_stub[];
void el2_died(uint64_t esr, uint64_t elr, uint64_t far);

/* A frame and its words, so that each answer is one semihosting call. */
static struct {
	struct el2_frame frame;
	uint64_t words[EL2_PROBES_MAX];
	uint64_t count;
	uint64_t file, job; /* where it goes, and what it answers */
} out;

/* The compiler calls it for arrays that begin as zero. */
void *memset(void *to, int byte, size_t len)
{
	uint8_t *at = to;

	while (len--)
		*at++ = (uint8_t)byte;
	return to;
}

/* ---- words for people ---- */

static void put_char(char c)
{
	*(volatile uint32_t *)UART = (uint8_t)c;
}

static void put(const char *text)
{
	while (*text)
		put_char(*text++);
}

static void put_hex(uint64_t value)
{
	put("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		put_char("0123456789abcdef"[(value >> shift) & 15]);
}

_Noreturn void el2_stop(const char *why, uint64_t value)
{
	put("el2: ");
	put(why);
	put_char(' ');
	put_hex(value);
	put_char('\n');
	el2_off();
}

void el2_died(uint64_t esr, uint64_t elr, uint64_t far)
{
	put("el2: exception, ESR ");
	put_hex(esr);
	put(" ELR ");
	put_hex(elr);
	put(" FAR ");
	put_hex(far);
	put_char('\n');
}

/* ---- answers ---- */

/* A file that the host looks for; QEMU runs in a folder made for it. */
static uint64_t open_file(void)
{
	static const char name[] = EL2_ANSWER;
	const uint64_t args[3] = {(uint64_t)name, OPEN_MODE_WB, sizeof(name) - 1};
	uint64_t handle = el2_semihost(SYS_OPEN, args);

	if (handle == UINT64_MAX)
		el2_stop("no file for answers,", handle);
	return handle;
}

static void send(uint64_t magic, uint64_t a, uint64_t b)
{
	const uint64_t args[3] = {out.file, (uint64_t)&out, sizeof(out.frame) + 8 * out.count};

	out.frame = (struct el2_frame){magic, a, b, el2_sum(out.words, out.count)};
	if (el2_semihost(SYS_WRITE, args))
		el2_stop("the file for answers took less than", args[2]);
	out.count = 0;
}

void el2_answer(uint64_t word)
{
	if (out.count == EL2_PROBES_MAX)
		send(EL2_MAGIC_PART, out.job, out.count);
	out.words[out.count++] = word;
}

/* ---- jobs ---- */

const uint64_t *el2_clear(const uint64_t *at, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++, at += 2)
		for (uint64_t n = 0; n < at[1]; n += 8)
			el2_store(at[0] + n, 0);
	return at;
}

const uint64_t *el2_fill(const uint64_t *at, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++) {
		uint64_t base = *at++, words = *at++;

		for (uint64_t n = 0; n < words; n++)
			el2_store(base + 8 * n, *at++);
	}
	return at;
}

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

uint64_t el2_translate(uint64_t ipa, bool write)
{
	if (write)
		__asm__ volatile("at s12e1w, %0\n\tisb" : : "r"(ipa) : "memory");
	else
		__asm__ volatile("at s12e1r, %0\n\tisb" : : "r"(ipa) : "memory");
	return SYSREG_READ(par_el1);
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
 * An exception that EL1 takes against expectation is to come to EL2 at once, not to be repeated at
 * a vector that cannot be fetched either: EL1's vectors are in the other half of its addresses, and
 * stage 2 does not map the root of that.
 */
static void vectors_out_of_reach(const struct el2_job *job, uint64_t va)
{
	if (va & UINT64_C(1) << 55) {
		SYSREG_WRITE(ttbr0_el1, job->hole);
		SYSREG_WRITE(tcr_el1, job->tcr & ~TCR_EPD0);
		SYSREG_WRITE(vbar_el1, UINT64_C(0));
	} else {
		SYSREG_WRITE(ttbr1_el1, job->hole);
		SYSREG_WRITE(tcr_el1, job->tcr & ~TCR_EPD1);
		SYSREG_WRITE(vbar_el1, ~UINT64_C(0x7ff));
	}
}

/* A fetch that goes through against expectation ends by a software step, which EL2 takes. */
static uint64_t fetch(const struct el2_job *job, uint64_t va, uint64_t hpfar)
{
	uint64_t regs[EL2_REG_SP] = {0}, odd = 0;
	bool stage1 = job->sctlr & SCTLR_M;

	if (stage1)
		vectors_out_of_reach(job, va);
	SYSREG_WRITE(mdscr_el1, MDSCR_SS);
	SYSREG_WRITE(elr_el2, va);
	SYSREG_WRITE(spsr_el2, SPSR_EL1H | SPSR_SS);
	el2_enter(regs);
	SYSREG_WRITE(mdscr_el1, UINT64_C(0));
	odd |= (uint64_t)(SYSREG_READ(far_el2) != va) << EL2_ODD_FAR;
	odd |= (uint64_t)(SYSREG_READ(hpfar_el2) != hpfar) << EL2_ODD_HPFAR;
	odd |= (uint64_t)(SYSREG_READ(elr_el2) != va) << EL2_ODD_ELR;
	if (stage1)
		stage1_on(job);
	return SYSREG_READ(esr_el2) | odd;
}

/* One probe; *at moves on by the words it has. */
static uint64_t probe(const struct el2_job *job, const uint64_t **at)
{
	uint64_t word = *(*at)++;
	uint64_t addr = word & ~(uint64_t)EL2_KIND_MASK;

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
	default:
		el2_stop("unknown probe", word);
	}
}

static void run_probes(const struct el2_job *job)
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

/* Both kinds of job begin with their magic and their length. */
static void run_job(const uint64_t *words)
{
	if (words[0] == EL2_MAGIC_JOB)
		run_probes((const struct el2_job *)words);
	else if (words[0] == EL2_MAGIC_RUN)
		el2_run_job((const struct el2_run *)words);
	else
		el2_stop("bad job at", (uint64_t)words);
}

void el2_main(uint64_t el)
{
	const struct el2_request *req = (const struct el2_request *)EL2_REQUEST;
	const uint64_t *words = (const uint64_t *)(req + 1);

	put("el2: started\n");
	if (el != 2)
		el2_stop("started at exception level", el);
	if (req->magic != EL2_MAGIC_REQUEST)
		el2_stop("no request in memory but", req->magic);
	if (el2_sum(words, req->words) != req->checksum)
		el2_stop("the request is damaged:", req->words);
	out.file = open_file();
	SYSREG_WRITE(oslar_el1, UINT64_C(0));
	SYSREG_WRITE(mdcr_el2, MDCR_TDE);
	send(EL2_MAGIC_HELLO, SYSREG_READ(id_aa64mmfr0_el1), SYSREG_READ(midr_el1));
	for (out.job = 0; out.job < req->jobs; out.job++) {
		run_job(words);
		send(EL2_MAGIC_ANSWER, out.job, out.count);
		words += words[1];
	}
	send(EL2_MAGIC_END, req->jobs, 0);
	put("el2: done\n");
}
