/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * payload.h: what the files of the EL2 payload share. Freestanding; runs with the MMU off.
 */
#ifndef P2MLAB_REFERENCE_EL2_PAYLOAD_H
#define P2MLAB_REFERENCE_EL2_PAYLOAD_H

#include <stdbool.h>

#include "reference/el2/abi.h"

#define SYSREG_WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")
#define SYSREG_READ(name)                                                                          \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " #name : "=r"(value_) : : "memory");                    \
		value_;                                                                            \
	})

#define MDSCR_SS  (UINT64_C(1) << 0)  /* software step */
#define MDSCR_MDE (UINT64_C(1) << 15) /* breakpoints */
#define SPSR_SS	  (UINT64_C(1) << 21)
#define SPSR_EL1H UINT64_C(0x3c5) /* all interrupts masked */

/* start.S */
void el2_enter(uint64_t *regs);

/* tell.c */

/* A word for people. */
void el2_say(const char *text);
/* Says why, with a value, and turns the machine off. */
_Noreturn void el2_stop(const char *why, uint64_t value);

/* Opens the file of answers and says which CPU this is. */
void el2_answers_begin(void);
/* A word of the answer to the job at hand; words are sent when they are many. */
void el2_answer(uint64_t word);
/* That was all of it. */
void el2_answers_next(void);
void el2_answers_end(void);

/* memory.c */

static inline void el2_store(uint64_t at, uint64_t value)
{
	*(volatile uint64_t *)at = value;
}

/* Clears what `count` pairs (address, bytes) name; returns the word behind them. */
const uint64_t *el2_clear(const uint64_t *at, uint64_t count);
/* Stores `count` runs (address, words, word...); returns the word behind them. */
const uint64_t *el2_fill(const uint64_t *at, uint64_t count);

/* AT S12E1R or S12E1W; PAR_EL1. */
uint64_t el2_translate(uint64_t va, bool write);

/*
 * detour.c: a value for VTTBR_EL2 whose stage 2 is that of (vtcr, vttbr), but for the page of
 * `ipa`: that is EL2_WINDOW, with the attributes it had. Lasts until the next call.
 */
uint64_t el2_detour(uint64_t vtcr, uint64_t vttbr, uint64_t ipa);

/* probes.c and run.c: answer a job. */
void el2_probe_job(const struct el2_job *job);
void el2_run_job(const struct el2_run *run);

#endif
