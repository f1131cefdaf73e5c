/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dom0's exception vectors. A synchronous abort is logged, then the faulting instruction is
 * skipped: the simulator reads the log and decides whether Linux would have panicked. An aborted
 * fetch returns to the caller. An interrupt is counted.
 */
#define DOM0_ASM
#include "dom0/dom0_abi.h"

	.macro	slot target
	.balign	0x80
	b	\target
	.endm

	.section .vectors, "ax"
	.balign	0x800
	.global	dom0_vectors
dom0_vectors:
	slot	other
	slot	other
	slot	other
	slot	other
	slot	sync
	slot	irq
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other
	slot	other

	.balign	0x80
/* struct dom0_log: abort_count, esr, far, elr, spsr at 0, 8, 16, 24, 32; irq 40; other 48. */
sync:
	stp	x0, x1, [sp, #-32]!
	stp	x2, x3, [sp, #16]
	adrp	x0, dom0_log
	add	x0, x0, :lo12:dom0_log
	ldr	x1, [x0]
	add	x1, x1, #1
	str	x1, [x0]
	mrs	x1, esr_el1
	mrs	x2, far_el1
	stp	x1, x2, [x0, #8]
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x2, x3, [x0, #24]
	lsr	x1, x1, #26
	cmp	x1, #0x21
	add	x2, x2, #4
	csel	x2, x30, x2, eq
	msr	elr_el1, x2
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #32
	eret

irq:
	stp	x0, x1, [sp, #-16]!
	adrp	x0, dom0_log
	add	x0, x0, :lo12:dom0_log
	ldr	x1, [x0, #40]
	add	x1, x1, #1
	str	x1, [x0, #40]
	ldp	x0, x1, [sp], #16
	eret

other:
	stp	x0, x1, [sp, #-16]!
	adrp	x0, dom0_log
	add	x0, x0, :lo12:dom0_log
	ldr	x1, [x0, #48]
	add	x1, x1, #1
	str	x1, [x0, #48]
	ldp	x0, x1, [sp], #16
	eret
