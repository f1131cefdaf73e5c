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

/*
 * The virt machine's RAM. Its middle is the payload's: variables (el2.ld has the number again),
 * then the request. The rest is for tables and for Dom0.
 */
#define EL2_RAM	     UINT64_C(0x40000000)
#define EL2_RAM_END  UINT64_C(0x80000000)
#define EL2_WORK     UINT64_C(0x50000000)
#define EL2_DETOUR   UINT64_C(0x50f00000) /* tables, a root of up to 16 pages first */
#define EL2_WINDOW   UINT64_C(0x50f20000) /* the page that stands in for a device's */
#define EL2_REQUEST  UINT64_C(0x51000000)
#define EL2_OURS_END UINT64_C(0x60000000)

#define EL2_ANSWER "answer"
#define EL2_COUNTS "counts" /* of the plugin, if there is one */

/* A page of flash with an EL1 load in it, for EL2_LOAD: stage 2 must map it 1:1. */
#define EL2_STUB UINT64_C(0x10000)

#define EL2_MAGIC_REQUEST UINT64_C(0x31305145524d3250) /* "P2MREQ01" */
#define EL2_MAGIC_JOB	  UINT64_C(0x31304f424a4d3250) /* "P2MJBO01" */
#define EL2_MAGIC_RUN	  UINT64_C(0x31304e55524d3250) /* "P2MRUN01" */
#define EL2_MAGIC_HELLO	  UINT64_C(0x31304c45484d3250) /* "P2MHEL01" */
#define EL2_MAGIC_ANSWER  UINT64_C(0x3130534e414d3250) /* "P2MANS01" */
#define EL2_MAGIC_PART	  UINT64_C(0x315452414d325032) /* "2P2MPRT1" */
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
	uint64_t sctlr, tcr, ttbr0, ttbr1, mair; /* of EL1 */
	uint64_t hole; /* an IPA that stage 2 does not map, where EL1 finds its vectors */
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
	EL2_FETCH = 5, /* a fetch at EL1: 0 if it is let through, else ESR_EL2 or ESR_EL1 and */
	/* enum el2_odd; the next word is the HPFAR_EL2 that belongs to it */
	EL2_SWEEP_READ = 6,  /* AT of many addresses, as the struct el2_sweep behind it has them: */
	EL2_SWEEP_WRITE = 7, /* how many gave what was foreseen, up to the first that did not */
	EL2_SWEPT = 8,	     /* PAR_EL1 of the one that ended the sweep before; 0: none did */
	EL2_KIND_MASK = 0xfff,
};

/*
 * The words of a sweep: `count` addresses, each `stride` bytes behind the last. The masked bits of
 * PAR_EL1 must be those of `par`, which grows by `step` each time.
 */
struct el2_sweep {
	uint64_t count, stride;
	uint64_t par, step, mask;
};

/* Bits of a fetch's answer: a register has not what belongs to the address. */
enum el2_odd {
	EL2_ODD_FAR = 32,
	EL2_ODD_HPFAR = 33,
	EL2_ODD_ELR = 34,
	EL2_ODD_EL1 = 35, /* not odd: it was EL1 that took the abort, and its registers are meant */
};

/* ---- runs: EL1 code under stage 2, stop by stop ---- */

/* Registers of EL1 by number; EL2_REG_X + n is Xn. */
enum el2_reg {
	EL2_REG_X = 0,
	EL2_REG_SP = 31,
	EL2_REG_PC,
	EL2_REG_PSTATE,
	EL2_REG_ELR, /* of EL1, as all that follow */
	EL2_REG_SPSR,
	EL2_REG_ESR,
	EL2_REG_FAR,
	EL2_REG_SCTLR,
	EL2_REG_TTBR0,
	EL2_REG_TTBR1,
	EL2_REG_TCR,
	EL2_REG_MAIR,
	EL2_REG_VBAR,
	EL2_REG_COUNT,
};

/* What each stop gives, before the digests of its pages. */
enum el2_stop {
	EL2_STOP_ESR = EL2_REG_COUNT, /* ESR_EL2, and so on */
	EL2_STOP_FAR,
	EL2_STOP_HPFAR,
	EL2_STOP_PAR, /* of the AT that the segment asks for, else 0 */
	EL2_STOP_WORDS,
};

/*
 * A run: zero_count pairs (address, bytes) to clear, `segments` segments, and the pages of the
 * pairs are then digested once more. Without a difference the answer is each stop's words, then
 * one word for each page of the pairs. The machine's memory is cleared again at the end.
 */
struct el2_run {
	uint64_t magic;
	uint64_t words; /* of the whole run */
	uint64_t vtcr, vttbr, hcr;
	uint64_t zero_count, segments;
};

/*
 * From one stop to the next: set_count pairs (register, value), store_count runs (address, count,
 * words...), match_count pairs, page_count addresses of pages, EL2_STOP_WORDS pairs (mask, value).
 *
 * Registers and memory are changed, EL1 goes on until it traps to EL2 or comes to stop_pc with the
 * registers of the pairs; the answer is what it stopped with and el2_sum() of each page. The masked
 * bits must be the value's, or the run ends there: what EL1 does then is nobody's business.
 */
struct el2_segment {
	uint64_t words;
	uint64_t flags;	  /* EL2_SEG_* */
	uint64_t stop_pc; /* 0: none */
	uint64_t va;	  /* for EL2_SEG_AT_*: asked at the stop */
	uint64_t ipa;	  /* for EL2_SEG_DEVICE: in the page of the device */
	uint64_t set_count, store_count, match_count, page_count;
};

#define EL2_SEG_TLBI	 1 /* TLBI VMALLS12E1 before it goes on */
#define EL2_SEG_VIRQ	 2 /* a virtual interrupt is pending */
#define EL2_SEG_AT_READ	 4
#define EL2_SEG_AT_WRITE 8
#define EL2_SEG_END	 16 /* changes only: EL1 does not go on, and there is no stop */
/*
 * EL1 makes one instruction, an access to a device, with the page EL2_WINDOW in the device's place,
 * and stops. The window is cleared before the stores of the segment.
 */
#define EL2_SEG_DEVICE 32

/* How often stop_pc may be met with other registers before that is a stop, too. */
#define EL2_MATCH_MAX 1000000

/*
 * Where a run begins and each of its stops has been taken: hints that no architecture allocates,
 * so that they do nothing; the plugin sees them go by.
 */
#define EL2_MARK_RUN   0x70
#define EL2_MARK_STOP  0x71
#define EL2_HINT(mark) (UINT32_C(0xd503201f) | (uint32_t)(mark) << 5)

enum el2_count_kind {
	EL2_COUNT_RUN = 0x52,  /* nothing is counted up to here */
	EL2_COUNT_STOP = 0x53, /* since the last */
	EL2_COUNT_END = 0x45,  /* insns: how many records there are before it */
};

/* A record of the plugin, one for each mark. */
struct el2_count {
	uint64_t kind;
	uint64_t insns;	  /* that EL1 began, also those that ended by an abort */
	uint64_t loads;	  /* elements that were loaded, */
	uint64_t stores;  /* that were stored; */
	uint64_t devices; /* of both, those that a device of the machine answered */
};

/*
 * A frame of answers: HELLO (a = ID_AA64MMFR0_EL1, b = MIDR_EL1, no words), for each job ANSWER
 * (a = its number, b = how many words follow), after PARTs of the same form where one frame is not
 * enough; END (a = jobs). sum: el2_sum() of what follows.
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
