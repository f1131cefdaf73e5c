// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dom0's memory, registers and aborts from bytes; the tables must stay sound.
 *
 * The first byte chooses the release. Then come commands of 18 bytes: what, 1 byte of detail, two
 * 64-bit numbers a and b.
 *	0: writes b to 8 bytes of the buffers, at slot a (0x1000 slots each of struct and arrays)
 *	1: an HVC with x0 = a, x1 = b; detail 0 is memory_op with the struct's address for x1
 *	2: an access of address a by instruction b, written if detail is odd, fetched if it is 2
 *	3: the interrupt is pending if a is odd, masked if b is
 */
#include "tests/machine.h"

#define COMMAND_BYTES 18
#define COMMAND_MAX   200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void poke(struct machine *m, uint64_t slot, uint64_t value)
{
	static const uint64_t bases[] = {M_ARG, M_IDXS, M_GPFNS, M_ERRS};

	memory_write64(&m->mem, pa(bases[slot >> 12 & 3] + 8 * (slot & 0xfff)), value);
}

/* Dom0 executes a preempted call until it is done. */
static void call(struct machine *m, uint8_t detail, uint64_t a, uint64_t b)
{
	m_hvc(m, detail ? detail : XEN_NR_MEMORY_OP, a, detail ? b : M_ARG);
	while (m_last(m)->preempted) {
		m->xen.virq_pending = false;
		m->cpu.pc += 4;
		hypercall_handle(&m->xen, &m->cpu);
	}
}

static void touch(struct machine *m, uint8_t detail, uint64_t va, uint32_t insn)
{
	enum mmu_access access = detail & 1 ? MMU_WRITE : detail == 2 ? MMU_FETCH : MMU_READ;
	struct vcpu_exit exit = m_exit(m, va, insn, access);

	if (exit.walk.fault != MMU_OK)
		trap_handle(&m->xen, &m->cpu, &exit);
}

static void command(struct machine *m, const uint8_t *bytes)
{
	uint64_t a, b;

	memcpy(&a, bytes + 2, sizeof(a));
	memcpy(&b, bytes + 10, sizeof(b));
	switch (bytes[0] & 3) {
	case 0:
		poke(m, a, b);
		break;
	case 1:
		call(m, bytes[1], a, b);
		break;
	case 2:
		touch(m, bytes[1], a, (uint32_t)b);
		break;
	default:
		m->xen.virq_pending = a & 1;
		m->cpu.pstate = PSTATE_EL1H | (b & 1 ? PSTATE_I : 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine m;
	char why[512];

	if (!size)
		return 0;
	m_prepare(&m, xen_versions[data[0] % xen_version_count]->name, "c", data[0] & 0x80 ? 2 : 3);
	CHECK(m_build(&m, 0) == 0);
	for (size_t k = 0; k < COMMAND_MAX && 1 + (k + 1) * COMMAND_BYTES <= size; k++) {
		command(&m, data + 1 + k * COMMAND_BYTES);
		CHECK(p2m_check(&m.xen.p2m, why, sizeof(why)));
	}
	m_fini(&m);
	return 0;
}
