/* SPDX-License-Identifier: GPL-2.0-only */
/* Entry, vectors and the one piece that runs at EL1. The image is flash at address 0. */

	.section .head, "ax"
	.global	el2_start
el2_start:
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	1f
	adr	x1, el2_vectors
	msr	vbar_el2, x1
1:	ldr	x1, =el2_stack_top
	mov	sp, x1
	lsr	x0, x0, #2
	bl	el2_main
	b	el2_off

	.text
/* Never returns: PSCI SYSTEM_OFF. Without EL3 and at EL2 its conduit is SMC. */
	.global	el2_off
el2_off:
	ldr	x0, =0x84000008
	smc	#0
	b	.

/* uint64_t el2_semihost(uint64_t op, const void *args) */
	.global	el2_semihost
el2_semihost:
	hlt	#0xf000
	ret

/* uint64_t el2_load(uint64_t va): an EL1 load under the tables in force; 0 or ESR_EL2. */
	.global	el2_load
el2_load:
	stp	x29, x30, [sp, #-16]!
	mov	x1, x0
	mov	x2, #0x3c5	/* EL1h, all masked */
	msr	spsr_el2, x2
	ldr	x2, =el1_stub
	msr	elr_el2, x2
	isb
	eret
/*
 * uint64_t el2_fetch(uint64_t va): fetches at EL1; ESR_EL2 of the trap that ends it. SPSR_EL2.SS and
 * the caller's MDSCR_EL1.SS end it after one instruction if there is no other trap.
 */
	.global	el2_fetch
el2_fetch:
	stp	x29, x30, [sp, #-16]!
	mov	x2, #0x3c5
	movk	x2, #0x20, lsl #16
	msr	spsr_el2, x2
	msr	elr_el2, x0
	isb
	eret
/* Both ends of the stub and a fetch come here by the vector of a lower EL. */
el2_load_done:
	mrs	x0, esr_el2
	lsr	x2, x0, #26
	cmp	x2, #0x16	/* HVC: the load went through */
	csel	x0, xzr, x0, eq
	ldp	x29, x30, [sp], #16
	ret

	.section .stub, "ax"
el1_stub:
	ldr	x0, [x1]
	hvc	#0

	.section .vectors, "ax"
	.macro	vector to
	.balign	128
	b	\to
	.endm
	.balign	2048
el2_vectors:
	.rept	8
	vector	el2_trapped
	.endr
	vector	el2_load_done
	.rept	7
	vector	el2_trapped
	.endr
el2_trapped:
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	bl	el2_died
	b	el2_off
