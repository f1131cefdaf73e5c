// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to where the engine's CPU has no addresses (IPAs from 2^44 on, see ENGINE_PA_BITS).
 *
 * The engine aborts there whatever the tables say. Where our walk of the real tables says that the
 * access is allowed, it is made here, as the instruction says, on the same bus; nothing checks our
 * walk then but the naive map. Plain loads and stores of one or two general registers are known,
 * which is what drivers' accessors are; anything else ends the run with a sentence.
 */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "sim/insn.h"
#include "sim/vcpu_engine.h"

#define ZERO_REGISTER 31

static unsigned int field(uint32_t word, unsigned int low, unsigned int bits)
{
	return word >> low & ((1u << bits) - 1);
}

static uint64_t get_register(const struct cpu *cpu, unsigned int n)
{
	return n == ZERO_REGISTER ? 0 : cpu->x[n];
}

static void set_register(struct cpu *cpu, unsigned int n, uint64_t value)
{
	if (n != ZERO_REGISTER)
		cpu->x[n] = value;
}

static void write_back(struct cpu *cpu, uint32_t word, const struct insn_mem *m)
{
	unsigned int rn = field(word, 5, 5);

	if (rn == 31)
		cpu->sp += insn_writeback(word, m);
	else
		cpu->x[rn] += insn_writeback(word, m);
}

static bool move(struct vcpu *vcpu, bool write, pa_t p, unsigned int width, uint64_t *value)
{
	void *host = memory_ptr(vcpu->mem, p, width);

	if (!host)
		return (write ? bus_write(vcpu->bus, p, width, *value)
			      : bus_read(vcpu->bus, p, width, value)) == BUS_OK;
	if (!write)
		memcpy(value, host, width);
	else if (!memory_sealed(vcpu->mem, p))
		memcpy(host, value, width);
	return true;
}

static bool is_known(const struct insn_mem *m)
{
	return m->is_mem && !m->exclusive && !m->simd && m->size_log2 <= 3 &&
	       (m->isv || m->pair || m->writeback);
}

static void refuse(struct vcpu *vcpu, struct vcpu_exit *x)
{
	x->kind = VCPU_ENGINE_ERROR;
	snprintf(vcpu->disagreement, sizeof(vcpu->disagreement),
		 "cannot execute instruction 0x%08" PRIx32 " on IPA 0x%" PRIx64
		 ": the engine's CPU has %d-bit addresses",
		 x->insn, x->walk.ipa.v, ENGINE_PA_BITS);
}

static void tell_device(const struct vcpu *vcpu, const struct vcpu_exit *x, pa_t p,
			unsigned int width, uint64_t value)
{
	struct vcpu_device d = {.pc = x->pc,
				.va = x->va + (p.v - x->walk.pa.v),
				.p = p,
				.bytes = width,
				.write = x->access == MMU_WRITE,
				.value = value,
				.cpu = vcpu->cpu,
				.insns = vcpu->engine->counted};

	if (vcpu->listener && !memory_ptr(vcpu->mem, p, width))
		vcpu->listener->device(vcpu->listener->ctx, vcpu, &d);
}

void engine_complete(struct vcpu *vcpu, struct vcpu_exit *x)
{
	struct insn_mem m = insn_decode_mem(x->insn);
	struct cpu *cpu = &vcpu->cpu;
	unsigned int count = m.pair ? 2 : 1, width = 1u << m.size_log2;
	uint64_t values[2] = {0, 0};

	if (!is_known(&m) || (x->va & ~PAGE_MASK) + (uint64_t)count * width > PAGE_SIZE) {
		refuse(vcpu, x);
		return;
	}
	if (x->va % width &&
	    mem_type_combine(x->walk.s1_attr, pte_memattr(x->walk.s2_pte)) < MEM_NORMAL_NC) {
		x->kind = VCPU_ABORT;
		x->walk.fault = MMU_ALIGNMENT;
		return;
	}
	if (m.write) {
		values[0] = get_register(cpu, m.rt);
		values[1] = get_register(cpu, field(x->insn, 10, 5));
	}
	for (unsigned int i = 0; i < count; i++) {
		pa_t p = {x->walk.pa.v + (uint64_t)i * width};

		if (move(vcpu, m.write, p, width, &values[i])) {
			tell_device(vcpu, x, p, width, values[i]);
			continue;
		}
		x->kind = VCPU_EXTERNAL_ABORT;
		x->walk.pa = p;
		return;
	}
	write_back(cpu, x->insn, &m);
	if (!m.write) {
		set_register(cpu, m.rt, insn_loaded(&m, values[0]));
		if (m.pair)
			set_register(cpu, field(x->insn, 10, 5), insn_loaded(&m, values[1]));
	}
	cpu->pc = x->pc + 4;
	vcpu->engine->counted++;
	x->kind = VCPU_DEADLINE;
}
