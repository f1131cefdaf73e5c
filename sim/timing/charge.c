// SPDX-License-Identifier: GPL-2.0-only
#include "sim/timing/charge.h"

#include <string.h>

#include "base/check.h"

#define MILLI 1000

const char *const xen_step_name[XS_STEP_COUNT] = {
	[XS_TRAP_HVC] = "trap_hvc",
	[XS_TRAP_ABORT] = "trap_abort",
	[XS_ABORT_ISV] = "abort_isv",
	[XS_PENDING_VIRQ] = "pending_virq",
	[XS_MEMORY_OP] = "memory_op",
	[XS_COPY] = "copy",
	[XS_COPY_SOFT_WALK] = "copy_soft_walk",
	[XS_ITEM] = "item",
	[XS_ITEM_ALONE] = "item_alone",
	[XS_PREEMPT_MASKED] = "preempt_masked",
	[XS_PREEMPT] = "preempt",
	[XS_CONTINUATION] = "continuation",
	[XS_IOMEM] = "iomem",
	[XS_IOMEM_RANGE] = "iomem_range",
	[XS_P2M_INSERT] = "p2m_insert",
	[XS_P2M_NEXT_LEVEL] = "p2m_next_level",
	[XS_P2M_REPLACE] = "p2m_replace",
	[XS_TABLE_NEW] = "table_new",
	[XS_TABLE_SPLIT_ORDER] = "table_split_order",
	[XS_TABLE_SCRUB] = "table_scrub",
	[XS_TABLE_FREE] = "table_free",
	[XS_SHATTER] = "shatter",
	[XS_RESOLVE_EARLY] = "resolve_early",
	[XS_RESOLVE] = "resolve",
	[XS_RESOLVE_LEVEL] = "resolve_level",
	[XS_RESOLVE_SET] = "resolve_set",
	[XS_INVALIDATE_TABLE] = "invalidate_table",
	[XS_INVALIDATE_ENTRY] = "invalidate_entry",
	[XS_LOOKUP] = "lookup",
	[XS_LOOKUP_LEVEL] = "lookup_level",
	[XS_FIND_HANDLER] = "find_handler",
	[XS_EMULATE] = "emulate",
	[XS_DECODE] = "decode",
	[XS_INJECT] = "inject",
	[XS_TLBI] = "tlbi",
	[XS_DC_CVAC] = "dc_cvac",
	[XS_IOTLB_FLUSH] = "iotlb_flush",
	[XS_SMMU_FAULT] = "smmu_fault",
};

static uint64_t sat_add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t sat_mul(uint64_t a, uint64_t b)
{
	if ((a | b) >> 32 == 0)
		return a * b;
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t charge_param(const struct charge *c, enum param p)
{
	return c->profile->p[p].value;
}

/* n times `each` thousandths of a cycle; what is left of a cycle is carried. */
static void charge_milli(struct charge *c, uint64_t each, uint64_t n)
{
	uint64_t part = sat_add(c->milli, sat_mul(n, each % MILLI));

	c->cycle = sat_add(c->cycle, sat_mul(n, each / MILLI));
	c->cycle = sat_add(c->cycle, part / MILLI);
	c->milli = part % MILLI;
}

/* The same once, with `each` taken apart before: most charges are this, and they are a chain. */
static void charge_once(struct charge *c, uint64_t whole, uint64_t part)
{
	part += c->milli;
	if (part >= MILLI) {
		part -= MILLI;
		whole++;
	}
	c->cycle = sat_add(c->cycle, whole);
	c->milli = part;
}

/* Cycles of entering and leaving EL2 that are no instructions of Xen. */
static uint64_t charge_trap_cycles(const struct charge *c, enum xen_step step)
{
	uint64_t cycles = charge_param(c, PARAM_EXC_ENTRY) + charge_param(c, PARAM_EXC_ERET);

	if (step != XS_TRAP_HVC && step != XS_TRAP_ABORT)
		return 0;
	if (step == XS_TRAP_ABORT)
		cycles += charge_param(c, PARAM_EXC_ABORT_EXTRA);
	if (c->pending_traps)
		cycles += charge_param(c, PARAM_GICH_RMW) *
			  (charge_param(c, PARAM_DEV_READ) + charge_param(c, PARAM_DEV_WRITE));
	return cycles;
}

/* Cycles that one `step` takes beside its instructions. */
static uint64_t charge_system_cycles(const struct charge *c, enum xen_step step)
{
	const struct step_cost *cost = &c->costs->step[step];

	return cost->dsb * charge_param(c, PARAM_BAR_DSB) +
	       cost->isb * charge_param(c, PARAM_BAR_ISB) + cost->at * charge_param(c, PARAM_AT) +
	       cost->tlbi * (charge_param(c, PARAM_TLBI) + charge_param(c, PARAM_TLBI_BROADCAST)) +
	       cost->dc * charge_param(c, PARAM_DC_CVAC) + charge_trap_cycles(c, step);
}

/* A step's price never changes during a run, and a mapped page is a dozen steps. */
static void charge_price(struct charge *c)
{
	for (unsigned int i = 0; i < XS_STEP_COUNT; i++) {
		uint64_t each = c->costs->step[i].insns * charge_param(c, PARAM_CPI_EL2) +
				charge_system_cycles(c, (enum xen_step)i) * MILLI;

		c->each[i] = each;
		c->each_whole[i] = each / MILLI;
		c->each_part[i] = each % MILLI;
	}
}

void charge_init(struct charge *c, const struct profile *profile, const struct xen_costs *costs,
		 bool gicv2)
{
	memset(c, 0, sizeof(*c));
	c->profile = profile;
	c->costs = costs;
	c->pending_traps = gicv2;
	charge_price(c);
}

void charge_xen(struct charge *c, enum xen_step step, uint64_t n)
{
	CHECK(step < XS_STEP_COUNT);
	if (n == 1)
		charge_once(c, c->each_whole[step], c->each_part[step]);
	else
		charge_milli(c, c->each[step], n);
	c->xen_insns = sat_add(c->xen_insns, sat_mul(n, c->costs->step[step].insns));
	c->steps[step] = sat_add(c->steps[step], n);
}

void charge_dom0(struct charge *c, uint64_t n)
{
	charge_milli(c, charge_param(c, PARAM_CPI_EL1), n);
	c->dom0_insns = sat_add(c->dom0_insns, n);
}

void charge_cycles(struct charge *c, uint64_t cycles)
{
	c->cycle = sat_add(c->cycle, cycles);
}

/* a * b / div without losing the product's high bits, up or down; saturates. div > 0. */
static uint64_t mul_div(uint64_t a, uint64_t b, uint64_t div, bool up)
{
	uint64_t rest = sat_mul(a % div, b);
	uint64_t result = sat_add(sat_mul(a / div, b), rest / div);

	return up && rest % div ? sat_add(result, 1) : result;
}

uint64_t charge_ns(const struct charge *c, uint64_t ns)
{
	return mul_div(ns, charge_param(c, PARAM_FREQ_MHZ), 1000, true);
}

uint64_t charge_cntvct(const struct charge *c, uint64_t cycle)
{
	uint64_t hz = charge_param(c, PARAM_FREQ_MHZ) * 1000000;

	CHECK(hz > 0);
	return mul_div(cycle, charge_param(c, PARAM_CNTFRQ_HZ), hz, false);
}

uint64_t charge_dom0_cycles(const struct charge *c, uint64_t insns)
{
	return mul_div(insns, charge_param(c, PARAM_CPI_EL1), MILLI, true);
}

uint64_t charge_dom0_insns_in(const struct charge *c, uint64_t cycles)
{
	uint64_t cpi = charge_param(c, PARAM_CPI_EL1);

	/* Instructions that take no time never use a budget up. */
	return cpi ? mul_div(cycles, MILLI, cpi, false) : UINT64_MAX;
}
