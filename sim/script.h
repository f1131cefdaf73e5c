/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * script.h: what a scenario asks the machine to do: a list of steps, already resolved.
 *
 * scenario/ fills it from YAML; world.c runs it. Addresses are numbers here; their spelling stays
 * in `at_text` for reports. Strings belong to the scenario.
 */
#ifndef P2MLAB_SCRIPT_H
#define P2MLAB_SCRIPT_H

#include "base/src.h"
#include "dom0/dom0_abi.h"
#include "sim/platform.h"

/* Boot phases in the order Linux runs them (FACTS L7). */
enum boot_phase {
	PHASE_SETUP_ARCH,
	PHASE_INIT_IRQ,
	PHASE_TIME_INIT,
	PHASE_ACPI_EARLY,
	PHASE_POSTCORE,
	PHASE_ARCH,   /* arch_initcall: the notifier registers */
	PHASE_SUBSYS, /* acpi_init: namespace, devices, PCI scan */
	PHASE_FS,
	PHASE_DEVICE, /* device_initcall: drivers probe */
	PHASE_LATE,
	PHASE_MODULE, /* modules and everything after */
	PHASE_COUNT,
};
extern const char *const boot_phase_name[PHASE_COUNT]; /* "setup_arch" ... "module" */

enum step_kind {
	STEP_BOOT,	/* until `phase`, inclusive */
	STEP_IOREMAP,	/* `api` of [addr, addr + bytes) */
	STEP_ACCESS,	/* `access` at addr; maps it first with `api` if no mapping covers it */
	STEP_FETCH,	/* execute from addr */
	STEP_REQUEST,	/* dev_mmio (or `space`) batch: `pages` from mfn to gfn, by op 23 or 7 */
	STEP_REMOVE,	/* XENMEM_remove_from_physmap of gfn */
	STEP_HYPERCALL, /* raw: nr and args */
	STEP_PLUG,	/* a device appears: notifier, probe */
	STEP_UNPLUG,	/* it disappears: notifier */
	STEP_DMA,	/* `device` moves `bytes` at addr */
	STEP_MSI,	/* `device` writes its MSI to addr (a doorbell) */
	STEP_WAIT,	/* simulated time passes */
	STEP_ACPI, /* AML touches an OperationRegion field at addr through the ACPI map cache */
	STEP_KIND_COUNT,
};
extern const char *const step_kind_name[STEP_KIND_COUNT];

/* How an access, request or DMA ended. */
enum outcome {
	OUTCOME_OK,
	OUTCOME_ABORTED,    /* Dom0's vector took an abort that Xen injected */
	OUTCOME_EXTERNAL,   /* an external abort */
	OUTCOME_TERMINATED, /* DMA */
	OUTCOME_FAILED,	    /* ioremap returned NULL, a request a negative rc */
	OUTCOME_CRASHED,    /* the domain */
	OUTCOME_COUNT,
};
extern const char *const outcome_name[OUTCOME_COUNT]; /* "ok", "aborted" ... */

/* How a run ended. */
enum run_status {
	RUN_DONE,
	RUN_CYCLE_LIMIT, /* exit code 5 */
	RUN_DISAGREE, /* our walk and the engine or an oracle disagree: exit code 6; text in why */
	RUN_NO_DOM0,  /* this Xen refuses to build Dom0 here: why says so; findings stay empty */
	RUN_CRASHED,  /* Xen crashed the domain; what came before is judged */
	RUN_UNANSWERED, /* an oracle outside gave no answer: exit code 1; why */
	RUN_ERROR,	/* out of memory, engine error: why */
};

/* What a step must give, in any permutation it runs in. */
struct want {
	bool has_outcome, has_rc, has_err, has_value, has_esr, has_mapped;
	enum outcome outcome;
	int64_t rc;	 /* of the hypercall */
	int32_t err;	 /* every errs[i] */
	uint64_t value;	 /* read */
	uint64_t esr;	 /* ESR_EL1 that Dom0 saw */
	uint64_t mapped; /* pages of the request that stage 2 now maps to what was asked */
	struct src at;
};

struct step {
	enum step_kind kind;
	struct src at;
	enum boot_phase phase;
	bool keep_going; /* boot: an abort does not end it (Linux would panic) */
	bool earlycon; /* boot: `earlycon` is on the command line, so the SPCR console is used early
			*/
	uint64_t addr;
	const char *at_text; /* how the address was written */
	uint64_t bytes;
	uint64_t value;
	enum dom0_api api;
	enum dom0_access access;
	/* request, remove */
	uint64_t gfn, mfn, pages;
	unsigned int op; /* 23 or 7 */
	unsigned int space;
	uint16_t domid, res0;
	bool null_handles;
	bool irqs_off; /* request, hypercall, ioremap: Dom0's interrupts masked */
	/* raw hypercall */
	uint64_t nr, args[5];
	/* dma, msi, plug, unplug */
	const struct device *device;
	bool write;
	uint64_t delay;	 /* cycles from now until the DMA starts */
	bool background; /* dma: the next step starts at once */
	uint64_t cycles; /* wait */
	struct want want;
};

struct script {
	VEC(struct step) steps;
};

#endif
