/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h: what the host and the EL2 payload say to each other. Little-endian 64-bit words only.
 *
 * The host puts a request at EL2_REQUEST; the payload answers in frames in the file EL2_ANSWER,
 * which semihosting writes, and writes lines for people to the PL011. Shared with freestanding
 * code: knows nothing else.
 */
#ifndef P2MLAB_REFERENCE_EL2_ABI_H
#define P2MLAB_REFERENCE_EL2_ABI_H

#include <stdint.h>

/* The virt machine's RAM below what a request may use for tables: device tree, payload, request. */
#define EL2_RAM	    UINT64_C(0x40000000)
#define EL2_RAM_END UINT64_C(0x80000000)
#define EL2_REQUEST UINT64_C(0x44000000)

#define EL2_ANSWER "answer"

/* A page of flash with an EL1 load in it, for EL2_LOAD: stage 2 must map it 1:1. */
#define EL2_STUB UINT64_C(0x10000)

#define EL2_MAGIC_REQUEST UINT64_C(0x31305145524d3250) /* "P2MREQ01" */
#define EL2_MAGIC_JOB	  UINT64_C(0x31304f424a4d3250) /* "P2MJBO01" */
#define EL2_MAGIC_HELLO	  UINT64_C(0x31304c45484d3250) /* "P2MHEL01" */
#define EL2_MAGIC_ANSWER  UINT64_C(0x3130534e414d3250) /* "P2MANS01" */
#define EL2_MAGIC_END	  UINT64_C(0x3130444e454d3250) /* "P2MEND01" */

/* Followed by `words` words: the jobs. */
struct el2_request {
	uint64_t magic;
	uint64_t jobs;
	uint64_t words;
	uint64_t checksum; /* el2_sum() of them */
};

/*
 * One set of tables and what to ask of it. Followed by zero_count pairs (address, bytes) to clear,
 * store_count runs (address, count, words...), and the probes.
 */
struct el2_job {
	uint64_t magic;
	uint64_t words; /* of the whole job */
	uint64_t vtcr, vttbr, hcr;
	uint64_t zero_count, store_count;
	uint64_t probe_count; /* <= EL2_PROBES_MAX */
};

#define EL2_PROBES_MAX 65536

/* A probe is an address with its kind in the low bits; each gives one word. */
enum el2_probe {
	EL2_READ = 0,  /* AT S12E1R: PAR_EL1 */
	EL2_WRITE = 1, /* AT S12E1W: PAR_EL1 */
	EL2_PEEK = 2,  /* 32-bit read of a physical address: the value */
	EL2_POKE = 3,  /* 64-bit store of the next word, no invalidation: 0 */
	EL2_LOAD = 4,  /* 64-bit load at EL1 from the next word: 0 or, if it traps, ESR_EL2 */
	EL2_FETCH = 5, /* a fetch at EL1, which must trap: ESR_EL2 and enum el2_odd */
	EL2_KIND_MASK = 0xfff,
};

/* Bits of a fetch's answer: a register has not what belongs to the address. */
enum el2_odd {
	EL2_ODD_FAR = 32,
	EL2_ODD_HPFAR = 33,
	EL2_ODD_ELR = 34,
};

/*
 * A frame of answers: HELLO (a = ID_AA64MMFR0_EL1, b = MIDR_EL1, no words), for each job ANSWER
 * (a = its number, b = how many words follow), END (a = jobs). sum: el2_sum() of what follows.
 */
struct el2_frame {
	uint64_t magic;
	uint64_t a, b;
	uint64_t sum;
};

/* FNV-1a by words, with a fold that brings high bits down. */
static inline uint64_t el2_sum(const uint64_t *words, uint64_t count)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (uint64_t k = 0; k < count; k++) {
		h = (h ^ words[k]) * UINT64_C(0x100000001b3);
		h ^= h >> 32;
	}
	return h;
}

#endif
