/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * insn.h: what a load or store instruction word is: enough for ESR_EL2.ISS (Arm ARM D13.2.39).
 *
 * Own mask table: Capstone 4.0.2 misreads LSE and gives wrong operand access.
 */
#ifndef P2MLAB_INSN_H
#define P2MLAB_INSN_H

#include <stdbool.h>
#include <stdint.h>

struct insn_mem {
	bool is_mem; /* a load, store, exclusive, atomic or DC ZVA */
	bool write;  /* stores, also atomics (they do both) and DC ZVA */
	bool pair;
	bool exclusive;
	bool writeback;
	bool simd;
	bool isv; /* hardware gives a valid syndrome: a single GPR, no writeback, not exclusive */
	bool sign_extend;  /* SSE */
	bool sf;	   /* 64-bit register */
	bool acqrel;	   /* AR: load-acquire or store-release */
	bool cache_op;	   /* DC or IC by VA: no access (is_mem false), but it can abort (CM) */
	uint8_t size_log2; /* SAS: of one element; 4 for a Q register, 6 for DC ZVA */
	uint8_t rt;	   /* SRT */
};

/* PRFM is no access: it never aborts. MTE and SVE, which no core here has, are not known. */
struct insn_mem insn_decode_mem(uint32_t word);

/* What a load of a general register leaves in it: W registers end at 32 bits. */
uint64_t insn_loaded(const struct insn_mem *m, uint64_t value);

/* What is added to the base register: imm9 of a single register, scaled imm7 of a pair; or 0. */
uint64_t insn_writeback(uint32_t word, const struct insn_mem *m);

/*
 * ESR_EL2 of a stage-2 abort from EL1: EC 0x24 (data) or 0x20 (fetch), IL, ISV and its fields where
 * `word` gives them, WnR, S1PTW, `fsc`. An S1PTW abort has no valid syndrome.
 */
uint32_t insn_esr(uint32_t word, bool fetch, bool write, bool s1ptw, unsigned int fsc);

#endif
