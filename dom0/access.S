/* SPDX-License-Identifier: GPL-2.0-only */
/* Every way Dom0 touches a device, one instruction each, and the raw calls. */
#define DOM0_ASM
#include "dom0/dom0_abi.h"

	.macro	fn name
	.balign	16
	.global	\name
\name:
	.endm

	.text
/* x0 = (va, value, kind): loads give what they read (0 where they were aborted). */
fn dom0_access
	mov	x3, x0
	mov	x0, #0
	adr	x4, 1f
	add	x4, x4, x2, lsl #4
	br	x4
	.balign	16
1:
	ldrb	w0, [x3]
	ret
	.balign	16
	ldrh	w0, [x3]
	ret
	.balign	16
	ldr	w0, [x3]
	ret
	.balign	16
	ldr	x0, [x3]
	ret
	.balign	16
	strb	w1, [x3]
	ret
	.balign	16
	strh	w1, [x3]
	ret
	.balign	16
	str	w1, [x3]
	ret
	.balign	16
	str	x1, [x3]
	ret
	.balign	16
	ldp	x0, x5, [x3]
	ret
	.balign	16
	stp	x1, x1, [x3]
	ret
	.balign	16
	ldxr	x0, [x3]
	clrex
	ret
	.balign	16
	b	cas
	.balign	16
	ldr	x0, [x3], #8
	ret
	.balign	16
	ldrsw	x0, [x3]
	ret

/* Four tries: an aborted LDXR leaves no monitor and its STXR never succeeds. */
cas:
	mov	w6, #4
2:	ldxr	x0, [x3]
	stxr	w5, x1, [x3]
	cbz	w5, 3f
	subs	w6, w6, #1
	b.ne	2b
3:	ret

/* (nr, a0..a4) */
fn dom0_hypercall
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	hvc	#XEN_HVC_TAG
	ret

fn dom0_smccc
	hvc	#0
	ret

/* x30 is what the abort vector returns to if the fetch faults. */
fn dom0_fetch
	stp	x29, x30, [sp, #-16]!
	blr	x0
	ldp	x29, x30, [sp], #16
	ret

/* (va, n, stride, write): touches n words; for benchmarks. */
fn dom0_sweep
	mov	x4, #0
	cbz	x1, 6f
	cbnz	x3, 5f
4:	ldr	w5, [x0]
	add	x4, x4, x5
	add	x0, x0, x2
	subs	x1, x1, #1
	b.ne	4b
	b	6f
5:	str	w4, [x0]
	add	x0, x0, x2
	subs	x1, x1, #1
	b.ne	5b
6:	mov	x0, x4
	ret
