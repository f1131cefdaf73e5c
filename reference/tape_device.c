// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to devices, which the payload's machine does not have. EL1 is stopped before the
 * instruction; then it makes it with a page of RAM in the device's place, which holds what the
 * device gave, or is left with what it got.
 */
#include <string.h>

#include "reference/tape_parts.h"
#include "sim/insn.h"

#define NO_REGISTER 31

/* ESR_ELx.EC of a software step from a lower level. */
#define ESR_EC	    (UINT64_C(63) << 26)
#define ESR_EC_STEP (UINT64_C(0x32) << 26)

static uint32_t insn_at(const struct vcpu *v, uint64_t pc)
{
	struct mmu_result walk = mmu_walk(&v->cpu, v->mem, v->p2m, pc, MMU_FETCH);
	const void *host = walk.fault == MMU_OK ? memory_ptr(v->mem, walk.pa, 4) : NULL;
	uint32_t word = 0;

	if (host)
		memcpy(&word, host, sizeof(word));
	return word;
}

static void set_register(struct reg_value *sets, unsigned int *count, unsigned int reg,
			 uint64_t value)
{
	if (reg != NO_REGISTER)
		sets[(*count)++] = (struct reg_value){reg, value};
}

/* What the instruction leaves in registers, as far as it is not what it found there. */
static unsigned int results(const struct ref_tape_device *d, const struct insn_mem *m,
			    struct reg_value *sets)
{
	const struct cpu *cpu = &d->first.cpu;
	unsigned int n = 0, rn = d->insn >> 5 & 31;
	uint64_t step = insn_writeback(d->insn, m);

	sets[n++] = (struct reg_value){EL2_REG_PC, cpu->pc + 4};
	if (step)
		sets[n++] =
			(struct reg_value){rn, (rn == EL2_REG_SP ? cpu->sp : cpu->x[rn]) + step};
	if (m->exclusive && m->write)
		set_register(sets, &n, d->insn >> 16 & 31, 0);
	if (m->write)
		return n;
	set_register(sets, &n, m->rt, insn_loaded(m, d->values[0]));
	if (m->pair)
		set_register(sets, &n, d->insn >> 10 & 31, insn_loaded(m, d->values[1]));
	return n;
}

/* All of the CPU as it was before the instruction. */
static struct cpu before_of(const struct ref_tape_device *d, const struct vcpu *v)
{
	struct cpu cpu = v->cpu;

	memcpy(cpu.x, d->first.cpu.x, sizeof(cpu.x));
	cpu.sp = d->first.cpu.sp;
	cpu.pc = d->first.pc;
	cpu.pstate = d->first.cpu.pstate;
	return cpu;
}

/* Dom0's abort vector writes ELR_EL1, and the model knows the value at an exit only. */
static void foresee(struct closing *c, const struct cpu *cpu)
{
	tape_foresee(&c->foreseen, cpu);
	c->foreseen.mask[EL2_REG_ELR] = c->foreseen.value[EL2_REG_ELR] = 0;
}

static void close_before_device(struct ref_tape *t, const struct vcpu *v, const struct insn_mem *m,
				const struct mmu_result *walk)
{
	const struct ref_tape_device *d = &t->device;
	struct closing c = {
		.stop = {.kind = REF_STOP_DEVICE,
			 .access = m->write ? MMU_WRITE : MMU_READ,
			 .va = d->first.va},
		.walk = walk,
		.flags = m->write ? EL2_SEG_AT_WRITE : EL2_SEG_AT_READ,
	};
	struct cpu cpu = before_of(d, v);

	tape_match_base(&c, d->insn, &cpu);
	foresee(&c, &cpu);
	tape_foresee_walk(&c.foreseen, walk);
	tape_count_skip(t, d->first.insns);
	tape_close(t, v->mem, &c);
}

static struct window window_of(const struct ref_tape_device *d, const struct insn_mem *m)
{
	unsigned int at = d->first.va % PAGE_SIZE, bytes = 1u << m->size_log2;
	struct window w = {.first = at / 8, .count = (at % 8 + bytes * d->elements + 7) / 8};

	for (unsigned int k = 0; k < d->elements; k++)
		memcpy((char *)w.words + at % 8 + bytes * (size_t)k, &d->values[k], bytes);
	return w;
}

/* A device's page ends where its neighbour begins, which may be anything. */
static bool fits_window(const struct ref_tape_device *d, const struct insn_mem *m)
{
	return d->first.va % PAGE_SIZE + ((uint64_t)d->elements << m->size_log2) <= PAGE_SIZE;
}

static void make_access(struct ref_tape *t, const struct vcpu *v, const struct insn_mem *m,
			uint64_t ipa, const struct reg_value *sets, unsigned int count)
{
	const struct ref_tape_device *d = &t->device;
	struct window w = window_of(d, m), empty = {.count = 0};
	struct closing c = {.stop = {.kind = REF_STOP_MADE,
				     .access = m->write ? MMU_WRITE : MMU_READ,
				     .counts = {.insns = 1,
						.loads = m->write ? 0 : d->elements,
						.stores = m->write ? d->elements : 0},
				     .va = d->first.va},
			    .window = &w,
			    .counted = true};
	struct cpu cpu = before_of(d, v);

	for (unsigned int k = 0; k < count; k++)
		if (sets[k].reg == EL2_REG_PC)
			cpu.pc = sets[k].value;
		else if (sets[k].reg == EL2_REG_SP)
			cpu.sp = sets[k].value;
		else
			cpu.x[sets[k].reg] = sets[k].value;
	foresee(&c, &cpu);
	c.foreseen.mask[EL2_STOP_ESR] = ESR_EC;
	c.foreseen.value[EL2_STOP_ESR] = ESR_EC_STEP;
	tape_open_device(t, v->mem, ipa, m->write ? &empty : &w);
	tape_close(t, v->mem, &c);
	tape_open_with(t, v->mem, NULL, 0);
}

/*
 * A store-exclusive has lost its monitor by the stop before it (QEMU clears it at ERET): its
 * results are set in its place.
 */
static void close_device(struct ref_tape *t, const struct vcpu *v, const struct insn_mem *m)
{
	struct mmu_result walk = mmu_walk(&v->cpu, v->mem, v->p2m, t->device.first.va,
					  m->write ? MMU_WRITE : MMU_READ);
	struct reg_value sets[8];
	unsigned int count = results(&t->device, m, sets);

	close_before_device(t, v, m, &walk);
	if ((m->exclusive && m->write) || !fits_window(&t->device, m))
		tape_open_with(t, v->mem, sets, count);
	else
		make_access(t, v, m, walk.ipa.v, sets, count);
	t->device_pc = t->device.first.pc;
	t->device.active = false;
}

void tape_device(struct ref_tape *t, const struct vcpu *v, const struct vcpu_device *d)
{
	struct ref_tape_device *now = &t->device;
	struct insn_mem m;

	if (t->state != REF_TAPE_OPEN || t->lost)
		return;
	if (!now->active)
		*now = (struct ref_tape_device){
			.active = true, .first = *d, .insn = insn_at(v, d->pc)};
	m = insn_decode_mem(now->insn);
	if (!m.is_mem || m.simd || d->pc != now->first.pc || d->bytes != 1u << m.size_log2 ||
	    now->elements > 1 || (m.exclusive && m.pair)) {
		tape_give_up(t, "a device access of a kind that the tape does not know", d->pc);
		return;
	}
	/* A store-exclusive looks first. */
	if (m.write && !d->write)
		return;
	now->values[now->elements++] = d->value;
	if (now->elements == (m.pair ? 2 : 1))
		close_device(t, v, &m);
}
