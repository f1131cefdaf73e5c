// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine is put together of the simulator's parts. Dom0 is not the one of dom0/, so nothing
 * of dom0_model.c is used: this image is left to itself, as under a real Xen. What it writes to
 * the console and how it sets its tick is taken here, since the model of Xen has neither.
 */
#include "reference/xen_sim.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "dom0/dom0_abi.h"
#include "sim/trap.h"
#include "sim/vcpu.h"

#define STUB_AT	    UINT64_C(0x1000) /* from the start of RAM: what vcpu_reset() runs */
#define CHUNK	    UINT64_C(1000000)
#define MAX_CYCLES  UINT64_C(20000000000)
#define VECTOR_IRQ  0x280
#define CNTVCT_INSN 16 /* with -icount shift=0 and 62.5 MHz */
/* PSR_GUEST64_INIT: EL1h; SErrors, interrupts and FIQs masked, debug exceptions not. */
#define PSTATE_START UINT64_C(0x1c5)
/* Bits that are one, and the MMU, caches and alignment checks off. */
#define SCTLR_OFF UINT64_C(0x30d00800)

struct rig {
	const struct xr_sim *sim;
	struct memory mem;
	struct bus bus;
	struct vcpu vcpu;
	struct charge charge;
	struct record record;
	struct xen xen;
	uint64_t tick;	  /* in cycles; 0: none */
	uint64_t told;	  /* Xen's instructions at the last line */
	uint64_t read[3]; /* when the clock was read last, oldest first */
	struct buf console;
	VEC(struct xr_line) lines; /* their instructions */
	struct buf *why;
	bool failed; /* for a reason of our own */
};

static void on_tlbi(void *ctx)
{
	struct rig *r = ctx;

	if (r->vcpu.p2m)
		vcpu_tlb_flush(&r->vcpu);
}

static uint64_t on_time(void *ctx, uint64_t insns)
{
	struct rig *r = ctx;
	uint64_t now = r->charge.cycle + charge_dom0_cycles(&r->charge, insns);

	r->read[0] = r->read[1];
	r->read[1] = r->read[2];
	r->read[2] = now;
	return charge_cntvct(&r->charge, now);
}

/* ---- putting it together ---- */

static bool fail(struct rig *r, const char *what, int err)
{
	buf_printf(r->why, "the simulator: %s: %s", what, strerror(-err));
	r->failed = true;
	return false;
}

static bool make_memory(struct rig *r)
{
	const struct platform *plat = r->sim->plat;
	int err;

	memory_init(&r->mem);
	bus_init(&r->bus, plat, &r->mem);
	err = memory_add_bank(&r->mem, pa(plat->dom0_ram), plat->dom0_ram_size);
	if (!err)
		err = memory_add_bank(&r->mem, pa(plat->xen_heap), plat->xen_heap_size);
	if (!err)
		memory_seal(&r->mem, pa(plat->xen_heap));
	if (!err)
		err = vcpu_init(&r->vcpu, &r->mem, &r->bus);
	for (size_t k = 0; !err && k < r->sim->preset_count; k++)
		bus_write(&r->bus, pa(r->sim->presets[k].addr), 4, r->sim->presets[k].value);
	return err ? fail(r, "no memory or no engine", err) : true;
}

/* What a release does of itself: map on a fault, which asks for ACPI first. */
static const struct strategy xens_own = {.name = "c", .mechanisms = MECH_DEMAND};

static bool make_xen(struct rig *r)
{
	const struct xr_sim *sim = r->sim;
	int err;

	charge_init(&r->charge, sim->profile, &sim->version->costs, sim->plat->gic_version == 2);
	r->xen = (struct xen){
		.version = sim->version,
		.plat = sim->plat,
		.strategy = &xens_own,
		.mem = &r->mem,
		.bus = &r->bus,
		.charge = &r->charge,
		.record = &r->record,
		.listener = {.tlbi = on_tlbi, .ctx = r},
		.timer_at = UINT64_MAX,
		.step = -1,
		.by = "",
	};
	err = xen_build(&r->xen, 0);
	if (err && r->xen.crash_reason)
		buf_printf(r->why, "the simulator: %s", r->xen.crash_reason);
	else if (err)
		fail(r, "Dom0 cannot be built", err);
	return !err;
}

static bool load(struct rig *r, const void *image, size_t image_len, const void *request,
		 size_t len)
{
	static const uint32_t stub[] = {0xd518d09f, 0xd5033fdf, 0xd4000002}; /* msr; isb; hvc #0 */
	uint64_t ram = r->sim->plat->dom0_ram;
	struct cpu cpu = {.pstate = PSTATE_START, .sctlr = SCTLR_OFF};
	uint8_t *to = memory_ptr(&r->mem, pa(ram + XR_TEXT_OFFSET), image_len + len);
	uint64_t vectors;
	int err;

	if (!to || image_len < XR_VECTORS_AT + sizeof(vectors))
		return fail(r, "the image is larger than Dom0's RAM", -ENOMEM);
	memcpy(to, image, image_len);
	memcpy(to + image_len, request, len);
	memcpy(memory_ptr(&r->mem, pa(ram + STUB_AT), sizeof(stub)), stub, sizeof(stub));
	/* The engine tells nobody that Dom0 sets VBAR_EL1 itself. */
	memcpy(&vectors, to + XR_VECTORS_AT, sizeof(vectors));
	cpu.vbar = ram + XR_TEXT_OFFSET + vectors;
	cpu.pc = ram + XR_TEXT_OFFSET;
	r->vcpu.time = on_time;
	r->vcpu.time_ctx = r;
	err = vcpu_reset(&r->vcpu, &r->xen.p2m, &cpu, ram + STUB_AT);
	return err ? fail(r, r->vcpu.disagreement, err) : true;
}

/* ---- what the model of Xen does not have ---- */

/* console_io: one call is one line. */
static bool console_io(struct rig *r)
{
	struct cpu *cpu = &r->vcpu.cpu;
	const void *text = memory_ptr(&r->mem, pa(cpu->x[2]), cpu->x[1]);
	struct xr_line line = {.xen_insns = r->charge.xen_insns - r->told,
			       .first_insns = r->read[1] - r->read[0],
			       .other_insns = r->read[2] - r->read[1]};

	if (!text || vec_push(&r->lines, line))
		return fail(r, "the console", -EFAULT);
	buf_add(&r->console, text, cpu->x[1]);
	r->told = r->charge.xen_insns;
	cpu->x[0] = 0;
	return true;
}

static void set_tick(struct rig *r, uint64_t ticks)
{
	r->tick = ticks * CNTVCT_INSN;
	r->xen.timer_at = ticks ? r->charge.cycle + r->tick : UINT64_MAX;
	r->xen.virq_pending = false;
}

/* The interrupt's handler sets the timer anew, from then on. */
static void run_due(struct rig *r)
{
	struct xen *xen = &r->xen;

	if (r->charge.cycle >= xen->timer_at) {
		xen->virq_pending = true;
		xen->timer_at = UINT64_MAX;
	}
	if (!xen->virq_pending || r->vcpu.cpu.pstate & PSTATE_I)
		return;
	xen->virq_pending = false;
	trap_enter_vector(&r->vcpu.cpu, VECTOR_IRQ);
	xen->timer_at = r->tick ? r->charge.cycle + r->tick : UINT64_MAX;
}

static uint64_t budget(const struct rig *r)
{
	uint64_t now = r->charge.cycle;

	if (r->xen.timer_at <= now)
		return 1;
	if (r->xen.timer_at - now > CHUNK)
		return CHUNK;
	return charge_dom0_insns_in(&r->charge, r->xen.timer_at - now) + 1;
}

/* ---- running ---- */

enum next {
	NEXT_GO_ON,
	NEXT_DONE,
	NEXT_FAILED
};

static enum next handle_hvc(struct rig *r, const struct vcpu_exit *x)
{
	struct cpu *cpu = &r->vcpu.cpu;

	if (x->imm == 0 && (uint32_t)cpu->x[0] == XR_PSCI_SYSTEM_OFF)
		return NEXT_DONE;
	if (x->imm == XEN_HVC_TAG && cpu->x[16] == XR_NR_CONSOLE_IO)
		return console_io(r) ? NEXT_GO_ON : NEXT_FAILED;
	if (x->imm == XR_HVC_TICK)
		set_tick(r, cpu->x[0]);
	else if (trap_handle(&r->xen, cpu, x) == TRAP_CRASHED) {
		buf_printf(r->why, "the simulator: Xen crashed Dom0: %s", r->xen.crash_reason);
		return NEXT_FAILED;
	}
	return NEXT_GO_ON;
}

static enum next handle(struct rig *r, const struct vcpu_exit *x)
{
	switch (x->kind) {
	case VCPU_HVC:
		return handle_hvc(r, x);
	case VCPU_DISAGREE:
	case VCPU_ENGINE_ERROR:
		buf_printf(r->why, "the simulator: %s", r->vcpu.disagreement);
		return NEXT_FAILED;
	case VCPU_DEADLINE:
	case VCPU_WFI:
		return NEXT_GO_ON;
	default:
		if (trap_handle(&r->xen, &r->vcpu.cpu, x) != TRAP_CRASHED)
			return NEXT_GO_ON;
		buf_printf(r->why, "the simulator: Xen crashed Dom0: %s", r->xen.crash_reason);
		return NEXT_FAILED;
	}
}

static bool run(struct rig *r)
{
	enum next next = NEXT_GO_ON;

	while (next == NEXT_GO_ON) {
		struct vcpu_exit x = vcpu_run(&r->vcpu, budget(r));

		charge_dom0(&r->charge, r->vcpu.run_insns);
		next = handle(r, &x);
		run_due(r);
		if (r->charge.cycle > MAX_CYCLES) {
			buf_str(r->why, "the simulator: Dom0 never ends");
			next = NEXT_FAILED;
		}
	}
	return next == NEXT_DONE;
}

static bool take_answer(struct rig *r, struct xr_answer *a)
{
	if (!xr_answer_parse(a, buf_cstr(&r->console), r->console.len, r->why))
		return false;
	for (size_t k = 0; k < a->lines.count && k < r->lines.count; k++) {
		struct xr_line *to = &a->lines.items[k];
		const struct xr_line *line = &r->lines.items[k];

		to->xen_insns = line->xen_insns;
		to->first_insns = line->first_insns;
		to->other_insns = line->other_insns;
	}
	return true;
}

enum xr_sim_end xr_sim_run(const struct xr_sim *sim, const void *image, size_t image_len,
			   const void *request, size_t len, struct xr_answer *a, struct buf *why)
{
	struct rig r = {.sim = sim, .why = why};
	bool ok = make_memory(&r) && make_xen(&r) && load(&r, image, image_len, request, len) &&
		  run(&r) && take_answer(&r, a);

	vcpu_fini(&r.vcpu);
	xen_fini(&r.xen);
	record_fini(&r.record);
	bus_fini(&r.bus);
	memory_fini(&r.mem);
	vec_fini(&r.lines);
	buf_fini(&r.console);
	if (ok)
		return XR_SIM_ANSWERED;
	return r.failed ? XR_SIM_FAILED : XR_SIM_ASTRAY;
}
