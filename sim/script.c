// SPDX-License-Identifier: GPL-2.0-only
#include "sim/script.h"

const char *const boot_phase_name[PHASE_COUNT] = {
	[PHASE_SETUP_ARCH] = "setup_arch",
	[PHASE_INIT_IRQ] = "init_irq",
	[PHASE_TIME_INIT] = "time_init",
	[PHASE_ACPI_EARLY] = "acpi_early_init",
	[PHASE_POSTCORE] = "postcore_initcall",
	[PHASE_ARCH] = "arch_initcall",
	[PHASE_SUBSYS] = "subsys_initcall",
	[PHASE_FS] = "fs_initcall",
	[PHASE_DEVICE] = "device_initcall",
	[PHASE_LATE] = "late_initcall",
	[PHASE_MODULE] = "module",
};

const char *const step_kind_name[STEP_KIND_COUNT] = {
	[STEP_BOOT] = "boot",
	[STEP_IOREMAP] = "ioremap",
	[STEP_ACCESS] = "access",
	[STEP_FETCH] = "fetch",
	[STEP_REQUEST] = "request",
	[STEP_REMOVE] = "remove",
	[STEP_HYPERCALL] = "hypercall",
	[STEP_PLUG] = "plug",
	[STEP_UNPLUG] = "unplug",
	[STEP_DMA] = "dma",
	[STEP_MSI] = "msi",
	[STEP_WAIT] = "wait",
	[STEP_ACPI] = "acpi",
};

const char *const outcome_name[OUTCOME_COUNT] = {
	[OUTCOME_OK] = "ok",
	[OUTCOME_ABORTED] = "aborted",
	[OUTCOME_EXTERNAL] = "external",
	[OUTCOME_TERMINATED] = "terminated",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_CRASHED] = "crashed",
};
