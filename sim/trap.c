// SPDX-License-Identifier: GPL-2.0-only
#include "sim/trap.h"

#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "sim/hypercall.h"
#include "sim/insn.h"

#define INSN_BYTES 4

#define VECTOR_SYNC 0x200 /* current EL with SP_ELx */

/* Exception classes (Arm ARM D13.2.37) as Dom0 sees them in ESR_EL1: same EL. */
#define EC_UNKNOWN UINT32_C(0x00)
#define EC_SVC64   UINT32_C(0x15)
#define EC_IABT	   UINT32_C(0x21)
#define EC_DABT	   UINT32_C(0x25)
#define EC_BRK64   UINT32_C(0x3c)

#define ESR_EC_SHIFT 26
#define ESR_IL	     (UINT32_C(1) << 25)
#define ESR_ISV	     (UINT32_C(1) << 24)
#define ESR_WNR	     (UINT32_C(1) << 6)
#define FSC_EXTERNAL UINT32_C(0x10) /* synchronous external abort, not on a table walk */

#define PSTATE_NZCV UINT64_C(0xf0000000)

#define SMCCC_PSCI_VERSION UINT32_C(0x84000000)
#define PSCI_VERSION_1_1   0x10001
#define SMCCC_UNKNOWN	   (~UINT64_C(0)) /* NOT_SUPPORTED and an unknown function id: -1 */

void trap_enter_vector(struct cpu *cpu, uint64_t offset)
{
	cpu->elr = cpu->pc;
	cpu->spsr = cpu->pstate;
	cpu->pstate = (cpu->pstate & PSTATE_NZCV) | PSTATE_DAIF | PSTATE_EL1H;
	cpu->pc = cpu->vbar + offset;
}

static enum trap_result raise(struct cpu *cpu, uint32_t ec, uint32_t iss)
{
	cpu->esr = ec << ESR_EC_SHIFT | ESR_IL | iss;
	trap_enter_vector(cpu, VECTOR_SYNC);
	return TRAP_INJECTED;
}

static enum trap_result raise_abort(struct cpu *cpu, const struct vcpu_exit *exit, uint32_t iss)
{
	cpu->far = exit->va;
	return raise(cpu, exit->access == MMU_FETCH ? EC_IABT : EC_DABT, iss);
}

/* ---- HVC and SMC ---- */

/* An HVC or SMC that is no hypercall; its function id or tag is in place of a number. */
static struct event enter_call(struct xen *xen, const struct cpu *cpu, uint32_t id)
{
	struct event ev = xen_enter(xen, XS_TRAP_HVC);

	ev.kind = EV_HYPERCALL_OTHER;
	ev.size = id;
	ev.pc = cpu->pc - INSN_BYTES;
	return ev;
}

/*
 * SMCCC: PSCI_VERSION and nothing else, because nothing else moves MMIO. ARCH_WORKAROUND_1, which
 * Xen's entry code serves in 33 instructions, is not offered: Dom0 sees a CPU that needs none.
 */
static enum trap_result smccc(struct xen *xen, struct cpu *cpu)
{
	uint32_t id = (uint32_t)cpu->x[0];
	struct event ev = enter_call(xen, cpu, id);

	cpu->x[0] = id == SMCCC_PSCI_VERSION ? PSCI_VERSION_1_1 : SMCCC_UNKNOWN;
	ev.rc = (int64_t)cpu->x[0];
	xen_leave(xen, &ev);
	return TRAP_RESUME;
}

static enum trap_result end_domain(struct xen *xen, const char *why)
{
	xen->crashed = true;
	xen->crash_reason = why;
	return TRAP_CRASHED;
}

/* An HVC that no Xen knows; the PC is behind it and Xen leaves it there. */
static enum trap_result bad_tag(struct xen *xen, struct cpu *cpu, uint16_t tag)
{
	struct event ev = enter_call(xen, cpu, tag);
	bool crash = xen->version->bad_tag == BAD_TAG_CRASH;

	if (!crash)
		charge_xen(xen->charge, XS_INJECT, 1);
	ev.rc = -1;
	xen_leave(xen, &ev);
	return crash ? end_domain(xen, "HVC with an unknown tag") : raise(cpu, EC_UNKNOWN, 0);
}

static enum trap_result handle_hvc(struct xen *xen, struct cpu *cpu, uint16_t tag)
{
	if (tag == 0)
		return smccc(xen, cpu);
	if (tag != XEN_HVC_TAG)
		return bad_tag(xen, cpu, tag);
	hypercall_handle(xen, cpu);
	return TRAP_RESUME;
}

/* ---- stage-2 aborts ---- */

struct abort {
	struct xen *xen;
	struct cpu *cpu;
	const struct vcpu_exit *exit;
	struct event ev;
	struct insn_mem mem;
	ipa_t ipa;
	bool fetch;
};

static void describe_abort(struct abort *a)
{
	const struct vcpu_exit *exit = a->exit;
	struct event *ev = &a->ev;

	ev->has_gpa = true;
	ev->gpa = exit->walk.ipa.v;
	ev->pages = 1;
	ev->size = exit->bytes;
	ev->write = exit->access == MMU_WRITE;
	ev->s1ptw = exit->walk.s1ptw;
	ev->gva = exit->va;
	ev->pc = exit->pc;
	ev->insn = exit->insn;
}

static enum trap_result finish_abort(struct abort *a, enum event_kind kind, enum trap_result result)
{
	a->ev.kind = kind;
	a->ev.rc = kind == EV_ABORT_INJECT ? -1 : 0;
	xen_leave(a->xen, &a->ev);
	return result;
}

/*
 * What an emulated register does to Dom0: writes are dropped and reads give 0, which is all that
 * the protocol needs of a vGIC. `Rt` 31 is the zero register.
 */
static enum trap_result emulate(struct abort *a)
{
	charge_xen(a->xen->charge, XS_EMULATE, 1);
	if (!a->mem.write && a->mem.rt < 31)
		a->cpu->x[a->mem.rt] = 0;
	a->cpu->pc += INSN_BYTES;
	return finish_abort(a, EV_ABORT_EMULATE, TRAP_RESUME);
}

/* try_handle_mmio(): whether a handler takes it. */
static bool has_handler(struct abort *a)
{
	charge_xen(a->xen->charge, XS_FIND_HANDLER, 1);
	return xen_find_handler(a->xen, a->ipa.v);
}

/*
 * decode_arm64(): the one class of instructions without a syndrome that Xen decodes is LDR/STR of
 * one register with post-index (Arm ARM C4.1.4: size 111 0 00 opc 0 imm9 01 Rn Rt).
 */
static bool is_post_index(uint32_t insn)
{
	return (insn & UINT32_C(0x3f200c00)) == UINT32_C(0x38000400);
}

/* post_increment_register() */
static void post_index(struct cpu *cpu, uint32_t insn)
{
	unsigned int rn = insn >> 5 & 31;
	uint64_t imm = insn >> 12 & 0x1ff;
	uint64_t step = imm & 0x100 ? imm - 0x200 : imm;

	if (rn == 31)
		cpu->sp += step;
	else
		cpu->x[rn] += step;
}

/* One step of the release's path: true if it settled the abort, with *result. */
static bool take_step(struct abort *a, enum abort_step step, enum trap_result *result)
{
	struct xen *xen = a->xen;
	gfn_t g = gfn_from_ipa(a->ipa);

	switch (step) {
	case ABORT_EMULATE:
		if (!a->ev.isv || !has_handler(a))
			return false;
		*result = emulate(a);
		return true;
	case ABORT_DECODE_EMULATE:
		/* do_trap_stage2_abort_guest(): a fetch goes on to inject before this */
		if (a->fetch)
			return false;
		charge_xen(xen->charge, XS_DECODE, 1);
		if (!is_post_index(a->exit->insn) || !has_handler(a))
			return false;
		*result = emulate(a);
		post_index(a->cpu, a->exit->insn);
		return true;
	case ABORT_LOOKUP_RETRY:
		if (!xen_p2m_lookup(xen, g, NULL, NULL))
			return false;
		*result = finish_abort(a, EV_ABORT_OTHER, TRAP_RESUME);
		return true;
	case ABORT_RESOLVE:
		if (!xen_p2m_resolve(xen, a->ipa))
			return false;
		*result = finish_abort(a, EV_ABORT_OTHER, TRAP_RESUME);
		return true;
	case ABORT_TRY_MAP:
		if (a->fetch || !xen_try_map_mmio(xen, g))
			return false;
		*result = finish_abort(a, EV_ABORT_MAP, TRAP_RESUME);
		return true;
	default:
		return false;
	}
}

static enum trap_result inject(struct abort *a)
{
	charge_xen(a->xen->charge, XS_INJECT, 1);
	raise_abort(a->cpu, a->exit, a->xen->version->inject_iss);
	return finish_abort(a, EV_ABORT_INJECT, TRAP_INJECTED);
}

static enum trap_result translation_fault(struct abort *a)
{
	const struct xen_version *v = a->xen->version;
	const enum abort_step *path = a->ev.isv ? v->path_isv : v->path_no_isv;
	enum trap_result result;

	for (unsigned int k = 0; k < ABORT_PATH_MAX; k++) {
		if (path[k] == ABORT_END || path[k] == ABORT_INJECT)
			break;
		if (take_step(a, path[k], &result))
			return result;
	}
	return inject(a);
}

/*
 * Xen takes every permission fault for one of mem_access and returns, so that Dom0 faults on the
 * same instruction for ever (FACTS X15). Nothing can end that; the model records the abort once
 * and gives the domain up rather than go round until the cycle limit.
 */
static enum trap_result permission_fault(struct abort *a)
{
	finish_abort(a, EV_ABORT_OTHER, TRAP_RESUME);
	return end_domain(a->xen,
			  a->fetch ? "livelock: fetch from a page that stage 2 marks execute-never"
				   : "livelock: stage-2 permission fault that Xen never resolves");
}

static enum trap_result stage2_abort(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *exit)
{
	bool fetch = exit->access == MMU_FETCH;
	struct abort a = {.xen = xen,
			  .cpu = cpu,
			  .exit = exit,
			  .ev = xen_enter(xen, XS_TRAP_ABORT),
			  .ipa = exit->walk.ipa,
			  .fetch = fetch};

	describe_abort(&a);
	if (!fetch)
		a.mem = insn_decode_mem(exit->insn);
	a.ev.hsr = insn_esr(exit->insn, fetch, a.ev.write, a.ev.s1ptw, mmu_fsc(&exit->walk));
	a.ev.isv = !fetch && (a.ev.hsr & ESR_ISV);
	if (a.ev.isv)
		charge_xen(xen->charge, XS_ABORT_ISV, 1);
	switch (exit->walk.fault) {
	case MMU_S2_TRANSLATION:
		return translation_fault(&a);
	case MMU_S2_PERMISSION:
		return permission_fault(&a);
	default:
		/* Access flag, address size: "Unsupported FSC". */
		return inject(&a);
	}
}

/* ---- what never reaches EL2 ---- */

static uint32_t own_iss(const struct vcpu_exit *exit, uint32_t fsc)
{
	return fsc | (exit->access == MMU_WRITE ? ESR_WNR : 0);
}

/* Records it although Xen does not see it: the access died behind stage 2. */
static enum trap_result external_abort(struct xen *xen, struct cpu *cpu,
				       const struct vcpu_exit *exit, uint32_t fsc)
{
	struct abort a = {.xen = xen, .cpu = cpu, .exit = exit};

	a.ev = (struct event){.kind = EV_EXTERNAL_ABORT,
			      .cycle = xen->charge->cycle,
			      .rc = -1,
			      .step = xen->step,
			      .by = xen->by ? xen->by : "",
			      .target_pa = exit->walk.pa.v};
	describe_abort(&a);
	record_event(xen->record, &a.ev);
	return raise_abort(cpu, exit, own_iss(exit, fsc));
}

static enum trap_result handle_abort(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *exit)
{
	uint32_t fsc = mmu_fsc(&exit->walk);

	switch (exit->walk.fault) {
	case MMU_S2_TRANSLATION:
	case MMU_S2_PERMISSION:
	case MMU_S2_ACCESS_FLAG:
	case MMU_S2_ADDRESS_SIZE:
		return stage2_abort(xen, cpu, exit);
	case MMU_TABLE_EXTERNAL:
		return external_abort(xen, cpu, exit, fsc);
	default:
		return raise_abort(cpu, exit, own_iss(exit, fsc));
	}
}

enum trap_result trap_handle(struct xen *xen, struct cpu *cpu, const struct vcpu_exit *exit)
{
	switch (exit->kind) {
	case VCPU_HVC:
		return handle_hvc(xen, cpu, exit->imm);
	case VCPU_SMC:
		/* Trapped before it executes: Xen advances the PC itself. */
		cpu->pc = exit->pc + INSN_BYTES;
		return smccc(xen, cpu);
	case VCPU_SVC:
		return raise(cpu, EC_SVC64, exit->imm);
	case VCPU_BRK:
		return raise(cpu, EC_BRK64, exit->imm);
	case VCPU_UNDEF:
		return raise(cpu, EC_UNKNOWN, 0);
	case VCPU_ABORT:
		return handle_abort(xen, cpu, exit);
	case VCPU_EXTERNAL_ABORT:
		return external_abort(xen, cpu, exit, FSC_EXTERNAL);
	default:
		/* WFI, the end of a budget and the engine's own troubles are the caller's. */
		return TRAP_RESUME;
	}
}
