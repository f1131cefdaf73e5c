/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h: what the host and the Dom0 that replays steps say to each other.
 *
 * The request is appended to the image, at its end: a head, then steps, each followed by the words
 * it has. Little-endian 64-bit words only; addresses are Dom0's (IPAs: the MMU is off). Answers are
 * lines of fixed length on the console. Shared with freestanding code: knows nothing else.
 */
#ifndef P2MLAB_REFERENCE_XEN_ABI_H
#define P2MLAB_REFERENCE_XEN_ABI_H

#include <stdint.h>

#define XR_MAGIC_REQUEST UINT64_C(0x31305152584d3250) /* "P2MXRQ01" */
#define XR_TEXT_OFFSET	 UINT64_C(0x80000)	      /* of the image from the start of RAM */

#define XR_VECTORS_AT 64 /* offset of a word: how far from the image's start VBAR_EL1 is */

#define XR_NR_CONSOLE_IO   18
#define XR_PSCI_SYSTEM_OFF 0x84000008
#define XR_HVC_BAD	   0x123  /* an immediate that is no hypercall */
#define XR_HVC_TICK	   0x4a49 /* harness: x0 = interval of the tick */

/* Who makes the tick. */
enum xr_timer {
	XR_TIMER_HARNESS, /* whoever runs the image: told by XR_HVC_TICK */
	XR_TIMER_VIRTUAL, /* the virtual timer, by GICv2 */
};

struct xr_head {
	uint64_t magic;
	uint64_t steps;
	uint64_t words; /* that follow */
	uint64_t sum;	/* xr_sum() of them */
	uint64_t timer; /* enum xr_timer */
	uint64_t gicd, gicc;
	uint64_t ram; /* where Dom0's RAM begins; any other place is refused if there are steps */
};

enum xr_kind {
	XR_STORE, /* a0 = address: the step's words go there */
	XR_FILL,  /* a0 = address, a1 = count, a2 = first, a3 = increment, a4 = bytes (4 or 8) */
	XR_CALL,  /* hypercall a0 (a1..a5), a6 times; then [a7] += a8; a9: enum xr_call_flag */
	/* a0 = address, a1 = enum xr_access, a2 = value, a3 times, a0 += a4 after each; a5: what is
	 * read is not told */
	XR_ACCESS,
	XR_RUNS, /* a0 = address, a1 = count of 32-bit words: tells them run by run */
	XR_TICK, /* a0 = CNTVCT ticks from one interrupt to the next, 0: none */
	XR_BAD_TAG,
	XR_KIND_COUNT,
};

enum xr_call_flag {
	XR_CALL_IRQS = 1, /* interrupts are let through meanwhile */
};

enum xr_access {
	XR_LDR8,
	XR_LDR16,
	XR_LDR32,
	XR_LDR64,
	XR_STR8,
	XR_STR16,
	XR_STR32,
	XR_STR64,
	XR_LDP64,
	XR_LDR64_POST,
	XR_FETCH,
	XR_LDR32_POST,
	XR_ACCESS_COUNT,
};

#define XR_STEP_ARGS 10

struct xr_step {
	uint64_t kind;
	uint64_t words; /* that follow */
	uint64_t a[XR_STEP_ARGS];
};

#define XR_RUNS_MAX 64 /* told one by one; the rest is in the digest alone */

/*
 * A line: XR_MARK, its number (4 hexadecimal digits), the step's (4), a tag, XR_LINE_WORDS words
 * (16 digits each), xr_line_sum() of all before it (8 digits); a space between them, '\n' behind.
 */
#define XR_MARK	      "@p2m"
#define XR_LINE_WORDS 4
#define XR_SUM_AT     (4 + 5 + 5 + 2 + 17 * XR_LINE_WORDS + 1)
#define XR_LINE	      (XR_SUM_AT + 8 + 1)

enum xr_tag {
	XR_TAG_HELLO = 'H', /* image address, exception level, CNTFRQ_EL0, steps */
	XR_TAG_CALL = 'C',  /* rc, ticks of the first, of the others, XR_CALL_* below */
	XR_TAG_OTHER = 'O', /* a repeated call's other rc: its number, rc */
	/* value, or XR_WHERE of an exception; ESR_EL1 (0: none), FAR_EL1, first << 32 | others */
	XR_TAG_ACCESS = 'A',
	XR_TAG_RUN = 'R',  /* first index, value, count */
	XR_TAG_RUNS = 'S', /* runs, digest */
	XR_TAG_END = 'E',  /* steps, interrupts */
	XR_TAG_STOP = 'X', /* it gives up: enum xr_stop, a detail */
};

/* Of a call: interrupts taken, and those that were taken where the call was to be continued. */
#define XR_CALL_TICKS(w)     ((w)&0xfffffff)
#define XR_CALL_CONTINUED(w) ((w) >> 28 & 0xfffffff)
#define XR_CALL_CHANGED	     (UINT64_C(1) << 63) /* it came back with other x1 to x5 */

/* Of an exception: SPSR_EL1, and ELR_EL1 from the image's start. */
#define XR_WHERE(spsr, elr) ((uint64_t)(spsr) << 32 | (uint32_t)(elr))

enum xr_stop {
	XR_STOP_EL,	   /* not at EL1: exception level */
	XR_STOP_REQUEST,   /* no request, or damaged: what is there */
	XR_STOP_PLACE,	   /* RAM begins elsewhere: where */
	XR_STOP_STEP,	   /* unknown step: its kind */
	XR_STOP_EXCEPTION, /* one that no step expects: ESR, ELR, FAR */
};

/* FNV-1a by words, with a fold that brings high bits down. */
static inline uint64_t xr_sum(const uint64_t *words, uint64_t count)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (uint64_t k = 0; k < count; k++) {
		h = (h ^ words[k]) * UINT64_C(0x100000001b3);
		h ^= h >> 32;
	}
	return h;
}

/* FNV-1a of bytes, 32 bits. */
static inline uint32_t xr_line_sum(const char *text, unsigned int len)
{
	uint32_t h = UINT32_C(0x811c9dc5);

	for (unsigned int k = 0; k < len; k++)
		h = (h ^ (uint8_t)text[k]) * UINT32_C(0x01000193);
	return h;
}

#endif
