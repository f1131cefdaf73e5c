// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any registers and any memory are legal: thousands of hypercalls and aborts made of bad ideas,
 * with the tables checked after each. Failures name the seed that replays them.
 */
#include "tests/machine.h"

#define CALLS 1500

/* A number that is likely to matter: small, near a limit, an address of this machine, or noise. */
static uint64_t odd_number(uint64_t *seed)
{
	static const uint64_t bases[] = {
		0,	     1,		 M_RAM,
		M_ARG,	     M_IDXS,	 M_ERRS,
		M_OTHER_RAM, M_XEN_TEXT, M_XEN_HEAP,
		M_TABLES,    M_GICD,	 M_ITS,
		M_GICR,	     M_UART,	 M_FWCFG,
		M_VIRTIO,    M_ECAM,	 UINT64_C(1) << 32,
		UINT64_MAX,  UINT16_MAX, M_RAM + M_RAM_SIZE,
	};
	uint64_t r = unit_rand(seed);
	uint64_t base = bases[(r >> 8) % ARRAY_SIZE(bases)];

	switch (r % 8) {
	case 0:
		return unit_rand(seed);
	case 1:
		return UINT64_C(1) << (r >> 16) % 64;
	case 2:
		return base - (r >> 16) % 16;
	default:
		return base + (r >> 16) % 0x3000;
	}
}

static uint64_t odd_frame(uint64_t *seed)
{
	uint64_t n = odd_number(seed);

	return unit_rand(seed) % 4 ? n >> PAGE_SHIFT : n;
}

/* A handle that is right three times out of four. */
static uint64_t handle(uint64_t *seed, uint64_t right)
{
	return unit_rand(seed) % 4 ? right : odd_number(seed);
}

static uint16_t odd_size(uint64_t *seed)
{
	uint64_t r = unit_rand(seed);

	if (r % 64 == 0)
		return (uint16_t)(r >> 8);
	return (uint16_t)(r % 8 ? (r >> 8) % 9 : (r >> 8) % 700);
}

static void fill_arrays(struct machine *m, uint64_t *seed)
{
	uint64_t *idxs = m_host(m, M_IDXS, 0x1000);
	uint64_t *gpfns = m_host(m, M_GPFNS, 0x1000);

	for (unsigned int k = 0; k < 16; k++) {
		idxs[k] = odd_frame(seed);
		gpfns[k] = unit_rand(seed) % 2 ? idxs[k] : odd_frame(seed);
	}
}

static void put_batch(struct machine *m, uint64_t *seed)
{
	struct xen_add_to_physmap_batch b = {
		.domid = unit_rand(seed) % 8 ? XEN_DOMID_SELF : (uint16_t)unit_rand(seed),
		.space = unit_rand(seed) % 4 ? 5 : (uint16_t)(unit_rand(seed) % 9),
		.size = odd_size(seed),
		.res0 = unit_rand(seed) % 16 ? 0 : (uint16_t)unit_rand(seed),
		.idxs = handle(seed, M_IDXS + unit_rand(seed) % 64),
		.gpfns = handle(seed, M_GPFNS),
		.errs = handle(seed, M_ERRS),
	};

	memcpy(m_host(m, M_ARG, sizeof(b)), &b, sizeof(b));
}

static void put_one(struct machine *m, uint64_t *seed)
{
	struct xen_add_to_physmap a = {
		.domid = unit_rand(seed) % 8 ? XEN_DOMID_SELF : (uint16_t)unit_rand(seed),
		.size = odd_size(seed),
		.space = unit_rand(seed) % 4 ? 5 : (uint32_t)unit_rand(seed) % 9,
		.idx = odd_frame(seed),
		.gpfn = odd_frame(seed),
	};

	memcpy(m_host(m, M_ARG, sizeof(a)), &a, sizeof(a));
}

static void put_noise(struct machine *m, uint64_t *seed)
{
	uint64_t *arg = m_host(m, M_ARG, 64);

	for (unsigned int k = 0; k < 8; k++)
		arg[k] = odd_number(seed);
}

/* Issues the call again, as Dom0 does, until Xen is done with it. */
static void finish_call(struct machine *m)
{
	while (m_last(m)->preempted) {
		m->xen.virq_pending = false;
		m->cpu.pc += 4;
		hypercall_handle(&m->xen, &m->cpu);
	}
}

static void one_hypercall(struct machine *m, uint64_t *seed)
{
	static const uint64_t ops[] = {23, 23, 23, 7, 7, 15};
	uint64_t r = unit_rand(seed);
	uint64_t op = ops[r % ARRAY_SIZE(ops)];

	fill_arrays(m, seed);
	if (r >> 8 & 7)
		op == 23 ? put_batch(m, seed) : put_one(m, seed);
	else
		put_noise(m, seed);
	if ((r >> 16) % 16 == 0)
		op |= unit_rand(seed) << 6;
	m->xen.virq_pending = (r >> 24) % 8 == 0;
	m->cpu.pstate = PSTATE_EL1H | ((r >> 32) % 2 ? PSTATE_I : 0);
	m_hvc(m, (r >> 40) % 16 ? XEN_NR_MEMORY_OP : odd_number(seed), op, handle(seed, M_ARG));
	finish_call(m);
}

static void one_abort(struct machine *m, uint64_t *seed)
{
	static const uint32_t insns[] = {M_LDR, M_STR, M_LDP, M_LDR_POST};
	uint64_t r = unit_rand(seed);
	enum mmu_access access = r % 8 ? (r % 2 ? MMU_READ : MMU_WRITE) : MMU_FETCH;
	uint64_t va = odd_number(seed);
	struct vcpu_exit exit = m_exit(
		m, va, r % 16 ? insns[(r >> 8) % ARRAY_SIZE(insns)] : (uint32_t)unit_rand(seed),
		access);

	if (exit.walk.fault == MMU_OK)
		return;
	trap_handle(&m->xen, &m->cpu, &exit);
	m->xen.crashed = false;
}

static uint64_t mix(uint64_t sum, uint64_t v)
{
	return (sum ^ v) * UINT64_C(0x100000001b3);
}

static uint64_t digest(const struct machine *m)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t k = 0; k < m->record.events.count; k++) {
		const struct event *ev = &m->record.events.items[k];

		sum = mix(sum, ev->cycle);
		sum = mix(sum, (uint64_t)ev->kind << 32 | ev->pages);
		sum = mix(sum, (uint64_t)ev->rc);
		sum = mix(sum, ev->gpa);
		sum = mix(sum, ev->insns ^ (uint64_t)ev->tables << 32 ^ (uint64_t)ev->tlbi << 48);
	}
	return mix(sum, m->xen.p2m.generation);
}

/* Runs `calls` of each kind and returns the digest of all that happened. */
static uint64_t storm(const char *version, uint64_t seed, unsigned int calls, uint64_t heap_limit)
{
	uint64_t state = seed;
	uint64_t sum;
	struct machine m;

	m_prepare(&m, version, "c", seed % 2 ? 3 : 2);
	EXPECT_I64(m_build(&m, heap_limit), 0);
	if (seed % 3)
		m_touch_buffers(&m);
	for (unsigned int k = 0; k < calls; k++) {
		if (unit_rand(&state) % 4)
			one_hypercall(&m, &state);
		else
			one_abort(&m, &state);
		if (!m_sound(&m)) {
			printf("    in: %s, seed %" PRIu64 ", call %u\n", version, seed, k);
			break;
		}
	}
	sum = digest(&m);
	m_fini(&m);
	return sum;
}

static void test_storm(void)
{
	for (unsigned int k = 0; k < xen_version_count; k++)
		for (uint64_t seed = 1; seed <= 4; seed++)
			storm(xen_versions[k]->name, seed, CALLS, 0);
}

static void test_storm_without_pages(void)
{
	for (unsigned int k = 0; k < xen_version_count; k++)
		for (uint64_t limit = 7; limit <= 12; limit++)
			storm(xen_versions[k]->name, limit, CALLS / 4, limit);
}

static void test_same_again(void)
{
	for (unsigned int k = 0; k < xen_version_count; k++) {
		uint64_t first = storm(xen_versions[k]->name, 99, 400, 0);

		EXPECT_U64(storm(xen_versions[k]->name, 99, 400, 0), first);
		EXPECT(storm(xen_versions[k]->name, 100, 400, 0) != first);
	}
}

static const struct unit_test tests[] = {
	{"random calls and aborts leave the tables sound", test_storm},
	{"so they do when table pages run out", test_storm_without_pages},
	{"the same seed gives the same events", test_same_again},
};

int main(int argc, char **argv)
{
	return unit_main("hypercall_random", tests, ARRAY_SIZE(tests), argc, argv);
}
