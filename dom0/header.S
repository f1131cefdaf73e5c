/* SPDX-License-Identifier: GPL-2.0-only */
/* The image's table of contents: struct dom0_header. */
#define DOM0_ASM
#include "dom0/dom0_abi.h"

	.section .head, "a"
	.quad	DOM0_MAGIC
	.quad	dom0_start
	.quad	dom0_load_end
	.quad	dom0_end
	.quad	dom0_vectors
	.quad	dom0_config
	.quad	dom0_log
	.quad	dom0_stub
	.quad	dom0_done
	/* enum dom0_fn */
	.quad	dom0_ioremap
	.quad	dom0_iounmap
	.quad	dom0_notifier_map
	.quad	dom0_notifier_unmap
	.quad	dom0_acpi_map
	.quad	dom0_acpi_unmap
	.quad	dom0_access
	.quad	dom0_hypercall
	.quad	dom0_smccc
	.quad	dom0_fetch
	.quad	dom0_request
	.quad	dom0_sweep

	.text
	.balign 16
/*
 * Run once with the MMU off: an MSR makes the engine take up a changed SCR_EL3 and HCR_EL2, which
 * its API alone does not.
 */
dom0_stub:
	msr	tpidr_el1, xzr
	isb
	hvc	#0
/* Where every function returns to. */
dom0_done:
	hvc	#DOM0_HVC_DONE
	b	dom0_done
