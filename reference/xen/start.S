/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Image header, entry, vectors, and the instructions that C cannot make. Runs anywhere, MMU off.
 * The header: Linux's Documentation/arm64/booting.rst.
 */
	.section .head, "ax"
	.global	xr_head
xr_head:
	b	xr_start
	.long	0
	.quad	0x80000			/* XR_TEXT_OFFSET */
	.quad	0x200000		/* bytes from there that it may use */
	.quad	0xa			/* little-endian, 4 KiB pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
	.quad	xr_vectors		/* XR_VECTORS_AT: from the image's start, linked at 0 */

	.text
xr_start:
	adrp	x0, xr_stack_top
	add	x0, x0, :lo12:xr_stack_top
	mov	sp, x0
	adrp	x0, xr_vectors
	add	x0, x0, :lo12:xr_vectors
	msr	vbar_el1, x0
	isb
	mrs	x0, CurrentEL
	lsr	x0, x0, #2
	adrp	x1, xr_head
	bl	xr_main
	b	xr_off

/* Never returns: PSCI SYSTEM_OFF. */
	.global	xr_off
xr_off:
	mov	w0, #0x0008
	movk	w0, #0x8400, lsl #16
	hvc	#0
	b	.

/*
 * int64_t xr_hypercall(uint64_t nr, const uint64_t args[5]): xr_changed is not 0 if x1 to x5 come
 * back otherwise.
 */
	.global	xr_hypercall, xr_hypercall_hvc
xr_hypercall:
	mov	x16, x0
	mov	x9, x1
	mov	x5, x1
	ldp	x0, x1, [x9]
	ldp	x2, x3, [x9, #16]
	ldr	x4, [x9, #32]
xr_hypercall_hvc:
	hvc	#0xea1
	eor	x5, x5, x9
	ldp	x10, x11, [x9, #8]
	eor	x1, x1, x10
	eor	x2, x2, x11
	ldp	x10, x11, [x9, #24]
	eor	x3, x3, x10
	eor	x4, x4, x11
	orr	x1, x1, x2
	orr	x3, x3, x4
	orr	x1, x1, x3
	orr	x1, x1, x5
	adrp	x10, xr_changed
	str	x1, [x10, :lo12:xr_changed]
	ret

/* void xr_harness_tick(uint64_t interval) */
	.global	xr_harness_tick
xr_harness_tick:
	hvc	#0x4a49			/* XR_HVC_TICK */
	ret

/* void xr_bad_tag(void): comes back by the vector of what it raises. */
	.global	xr_bad_tag
xr_bad_tag:
	adr	x9, 9f
	adrp	x10, xr_recover
	str	x9, [x10, :lo12:xr_recover]
	hvc	#0x123			/* XR_HVC_BAD */
9:	ret

/*
 * uint64_t xr_access(uint64_t addr, uint64_t value, enum xr_access): what was read, or 0. An
 * exception comes back at 9.
 */
	.global	xr_access
xr_access:
	adr	x9, 9f
	adrp	x10, xr_recover
	str	x9, [x10, :lo12:xr_recover]
	mov	x9, x0
	mov	x0, #0
	adr	x10, 1f
	add	x10, x10, x2, lsl #3
	br	x10
1:	ldrb	w0, [x9]
	b	9f
	ldrh	w0, [x9]
	b	9f
	ldr	w0, [x9]
	b	9f
	ldr	x0, [x9]
	b	9f
	strb	w1, [x9]
	b	9f
	strh	w1, [x9]
	b	9f
	str	w1, [x9]
	b	9f
	str	x1, [x9]
	b	9f
	ldp	x0, x11, [x9]
	b	9f
	ldr	x0, [x9], #8
	b	9f
	br	x9
	nop
	ldr	w0, [x9], #4
9:	dsb	sy
	ret

	.section .vectors, "ax"
	.macro	vector to
	.balign	128
	b	\to
	.endm
	.balign	2048
xr_vectors:
	.rept	4
	vector	xr_died
	.endr
	vector	xr_sync
	vector	xr_irq
	.rept	10
	vector	xr_died
	.endr

/* An exception of a step: noted, and back to where the step wants. */
xr_sync:
	stp	x9, x10, [sp, #-16]!
	adrp	x9, xr_recover
	ldr	x10, [x9, :lo12:xr_recover]
	cbz	x10, xr_died
	adrp	x9, xr_fault
	add	x9, x9, :lo12:xr_fault
	mrs	x10, esr_el1
	str	x10, [x9]
	mrs	x10, far_el1
	str	x10, [x9, #8]
	mrs	x10, elr_el1
	str	x10, [x9, #16]
	mrs	x10, spsr_el1
	str	x10, [x9, #24]
	adrp	x9, xr_recover
	ldr	x10, [x9, :lo12:xr_recover]
	str	xzr, [x9, :lo12:xr_recover]
	msr	elr_el1, x10
	ldp	x9, x10, [sp], #16
	eret

xr_irq:
	sub	sp, sp, #176
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	mov	x0, sp
	bl	xr_interrupt
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #176
	eret

xr_died:
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	bl	xr_exception
	b	xr_off
