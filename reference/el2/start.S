/* SPDX-License-Identifier: GPL-2.0-only */
/* Entry, vectors, the way to EL1 and back, and what runs there. The image is flash at address 0. */

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

/*
 * void el2_enter(uint64_t *regs): loads EL1's general registers from regs (enum el2_reg), goes where
 * ELR_EL2 and SPSR_EL2 say, and stores them when EL1 traps. regs is kept on the stack meanwhile.
 */
	.global	el2_enter
el2_enter:
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x0, [sp, #96]
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
	isb
	eret
/* EL1 trapped: comes here by the vector of a lower EL. */
el2_left:
	stp	x0, x1, [sp, #-16]!
	ldr	x0, [sp, #112]
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret

	.section .stub, "ax"
	.global	el1_stub
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
	vector	el2_left
	.rept	7
	vector	el2_trapped
	.endr
el2_trapped:
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	bl	el2_died
	b	el2_off
