// SPDX-License-Identifier: GPL-2.0-only
#include "bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define MIB	 (UINT64_C(1) << 20)
#define RAM	 UINT64_C(0x40000000)
#define RAM_SIZE (1024 * MIB)
#define XEN_TEXT UINT64_C(0x100000000)
#define XEN_HEAP (XEN_TEXT + 2 * MIB)
#define HEAP	 (64 * MIB) /* tables of 8 GiB in 4 KiB pages take 16 MiB of it */
#define GICD	 UINT64_C(0x8000000)
#define SPCR	 UINT64_C(0x9000000)

__attribute__((format(printf, 1, 2))) static _Noreturn void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "bench: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	exit(1);
}

static void add_region(struct platform *plat, const char *name, uint64_t base, uint64_t size,
		       enum truth truth)
{
	struct region r = {
		.name = name, .base = base, .size = size, .truth = truth, .origin = "bench"};

	if (vec_push(&plat->regions, r))
		die("out of memory");
}

static void make_platform(struct platform *plat, uint64_t pages)
{
	char why[256];

	*plat = (struct platform){
		.name = "bench",
		.cpu = "cortex-a57",
		.pa_bits = 44,
		.dom0_ram = RAM,
		.dom0_ram_size = RAM_SIZE,
		.xen_text = XEN_TEXT,
		.xen_text_size = 2 * MIB,
		.xen_heap = XEN_HEAP,
		.xen_heap_size = HEAP,
		.gic_version = 3,
		.gicd = GICD,
		.gicd_size = 0x10000,
		.spcr = SPCR,
	};
	add_region(plat, "ram", RAM, RAM_SIZE, TRUTH_DOM0_RAM);
	add_region(plat, "xen", XEN_TEXT, 2 * MIB + HEAP, TRUTH_XEN);
	add_region(plat, "gicd", GICD, 0x10000, TRUTH_EMULATED);
	add_region(plat, "uart", SPCR, PAGE_SIZE, TRUTH_XEN_MMIO);
	add_region(plat, "device", RIG_MMIO, pages << PAGE_SHIFT, TRUTH_MMIO);
	if (platform_finish(plat, why, sizeof(why)))
		die("%s", why);
}

/* What things cost in simulated cycles changes nothing about what they cost the host. */
static void make_profile(struct profile *profile)
{
	profile->name = "bench";
	for (unsigned int p = 0; p < PARAM_COUNT; p++)
		profile->p[p] = (struct param_value){.value = 100, .source = "bench"};
	profile->p[PARAM_FREQ_MHZ].value = 2000;
	profile->p[PARAM_CNTFRQ_HZ].value = 62500000;
	profile->p[PARAM_CPI_EL1].value = 600;
	profile->p[PARAM_CPI_EL2].value = 600;
	profile->p[PARAM_TICK_HZ].value = 250;
}

void rig_init(struct rig *rig, uint64_t pages, const char *strategy)
{
	const char *bad;
	size_t bad_len;
	char why[256];

	memset(rig, 0, sizeof(*rig));
	make_platform(&rig->plat, pages);
	make_profile(&rig->profile);
	CHECK(strategy_parse(strategy, &rig->strategy, &bad, &bad_len) == 0);
	rig->world = world_new(&rig->plat, why, sizeof(why));
	if (!rig->world)
		die("%s", why);
	rig->cfg = (struct world_config){
		.xen = xen_version_find("4.22"),
		.lnx = linux_version_find("6.1"),
		.strategy = &rig->strategy,
		.profile = &rig->profile,
	};
}

void rig_fini(struct rig *rig)
{
	world_result_fini(&rig->res);
	world_free(rig->world);
	platform_fini(&rig->plat);
}

void rig_run(struct rig *rig, const struct script *script)
{
	rig->cfg.script = script;
	if (world_run(rig->world, &rig->cfg, &rig->res) || rig->res.status != RUN_DONE)
		die("the run ended early: %s", rig->res.why);
	for (size_t i = 0; i < rig->res.steps.count; i++)
		if (rig->res.steps.items[i].outcome != OUTCOME_OK)
			die("step %zu: %s", i, outcome_name[rig->res.steps.items[i].outcome]);
}

void script_add(struct script *script, const struct step *st)
{
	if (vec_push(&script->steps, *st))
		die("out of memory");
}

void script_request(struct script *script, uint64_t pages)
{
	for (uint64_t done = 0; done < pages;) {
		uint64_t n = pages - done < UINT16_MAX ? pages - done : UINT16_MAX;
		struct step st = {
			.kind = STEP_REQUEST,
			.at_text = "",
			.gfn = (RIG_MMIO >> PAGE_SHIFT) + done,
			.mfn = (RIG_MMIO >> PAGE_SHIFT) + done,
			.pages = n,
			.op = XENMEM_ADD_TO_PHYSMAP_BATCH,
			.space = XENMAPSPACE_DEV_MMIO,
			.domid = XEN_DOMID_SELF,
		};

		script_add(script, &st);
		done += n;
	}
}

void rig_pair_run(void *ctx, int variant)
{
	struct rig_pair *p = ctx;

	rig_run(&p->rig, &p->script[variant]);
}

void rig_pair_fini(struct rig_pair *p)
{
	vec_fini(&p->script[0].steps);
	vec_fini(&p->script[1].steps);
	rig_fini(&p->rig);
}
