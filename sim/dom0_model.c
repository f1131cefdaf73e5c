// SPDX-License-Identifier: GPL-2.0-only
#include "sim/dom0_model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* The embedded image (dom0/CMakeLists.txt). */
extern const unsigned char dom0_image[], dom0_image_end[];

/* Layout of Dom0's RAM, from its start. Below DOM0_RAM_MIN; all of it is ordinary RAM. */
#define AT_PGD	   UINT64_C(0x100000)
#define AT_L1	   UINT64_C(0x101000)
#define AT_L2	   UINT64_C(0x102000) /* one page per GiB of RAM */
#define L2_MAX	   64
#define AT_STACK   UINT64_C(0x240000) /* top */
#define AT_TABLES  UINT64_C(0x400000)
#define AT_KMALLOC UINT64_C(0x2400000)
#define AT_END	   UINT64_C(0x3400000)

#define VMALLOC_START UINT64_C(0xffff800008000000)
#define VMALLOC_END   UINT64_C(0xfffffbffefff0000)

/* TCR_EL1: 48-bit halves, 4 KiB, WBWA inner shareable walks, 44-bit IPAs, TTBR0 off. */
#define DOM0_TCR                                                                                   \
	(UINT64_C(16) | UINT64_C(1) << 7 | UINT64_C(16) << 16 | UINT64_C(1) << 24 |                \
	 UINT64_C(1) << 26 | UINT64_C(3) << 28 | UINT64_C(2) << 30)
/* nGnRnE, nGnRE, Normal NC, Normal WB: the indices that dom0/ioremap.c uses. */
#define DOM0_MAIR  UINT64_C(0xff440400)
#define DOM0_SCTLR UINT64_C(0x30d0198d)

/* AF, inner shareable, normal WB, kernel RWX: the linear map. */
#define LINEAR_BLOCK UINT64_C(0x70d)
#define DESC_TABLE   UINT64_C(3)
/* hvc #DOM0_HVC_DONE */
#define HVC_DONE_WORD (UINT64_C(0xd4000002) | DOM0_HVC_DONE << 5)
#define BLOCK_2M      (UINT64_C(1) << 21)

static const struct {
	uint8_t bytes;
	bool write;
} accesses[DOM0_ACCESS_COUNT] = {
	[DOM0_LDR8] = {1, false},  [DOM0_LDR16] = {2, false},	   [DOM0_LDR32] = {4, false},
	[DOM0_LDR64] = {8, false}, [DOM0_STR8] = {1, true},	   [DOM0_STR16] = {2, true},
	[DOM0_STR32] = {4, true},  [DOM0_STR64] = {8, true},	   [DOM0_LDP64] = {16, false},
	[DOM0_STP64] = {16, true}, [DOM0_LDXR64] = {8, false},	   [DOM0_CAS64] = {8, true},
	[DOM0_LDRSW] = {4, false}, [DOM0_LDR64_POST] = {8, false},
};

unsigned int dom0_access_bytes(enum dom0_access access)
{
	return accesses[access].bytes;
}

bool dom0_access_writes(enum dom0_access access)
{
	return accesses[access].write;
}

enum dom0_access dom0_plain_access(unsigned int width, bool write)
{
	for (unsigned int a = DOM0_LDR8; a <= DOM0_STR64; a++)
		if (accesses[a].bytes == width && accesses[a].write == write)
			return (enum dom0_access)a;
	BUG("no such width");
}

/* --- start --------------------------------------------------------------------------- */

static pa_t ram_at(const struct dom0 *d, uint64_t offset)
{
	return (pa_t){d->plat->dom0_ram + offset};
}

static uint64_t linear_va(const struct dom0 *d, uint64_t phys)
{
	return phys - d->plat->dom0_ram + DOM0_LINEAR_BASE;
}

/* The host address of something in the image or its data, by its linked VA. */
static void *image_ptr(const struct dom0 *d, uint64_t va, uint64_t len)
{
	void *p = memory_ptr(d->mem, ram_at(d, va - DOM0_LINEAR_BASE), len);

	CHECK(p);
	return p;
}

/* What Linux's early page tables are: RAM in 2 MiB blocks at the linear map's base. */
static void build_linear_map(struct dom0 *d)
{
	uint64_t size = d->plat->dom0_ram_size;

	memory_write64(d->mem, ram_at(d, AT_PGD), ram_at(d, AT_L1).v | DESC_TABLE);
	for (uint64_t off = 0; off < size; off += BLOCK_2M) {
		uint64_t l2 = AT_L2 + (off >> 30) * PAGE_SIZE;

		if (!(off & ((UINT64_C(1) << 30) - 1)))
			memory_write64(d->mem, ram_at(d, AT_L1 + (off >> 30) * 8),
				       ram_at(d, l2).v | DESC_TABLE);
		memory_write64(d->mem, ram_at(d, l2 + (off >> 21) % LPAE_ENTRIES * 8),
			       ram_at(d, off).v | LINEAR_BLOCK);
	}
}

static void write_config(struct dom0 *d)
{
	struct dom0_config c = {
		.linear_base = DOM0_LINEAR_BASE,
		.ram_base = d->plat->dom0_ram,
		.ram_bytes = d->plat->dom0_ram_size,
		.pgd = DOM0_LINEAR_BASE + AT_PGD,
		.table_next = DOM0_LINEAR_BASE + AT_TABLES,
		.table_end = DOM0_LINEAR_BASE + AT_KMALLOC,
		.kmalloc_base = DOM0_LINEAR_BASE + AT_KMALLOC,
		.kmalloc_bytes = AT_END - AT_KMALLOC,
		.vmalloc_next = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.hook_chunk = strategy_has(d->strategy, MECH_HOOK_UNCHUNKED) ? 0 : UINT16_MAX,
		.acpi_page_rounded = d->lnx->acpi_map_page_rounded,
		.block_mappings = 1,
	};

	if (strategy_has(d->strategy, MECH_ACPI_HOOK))
		c.hooks |= DOM0_HOOK_ACPI;
	if (strategy_has(d->strategy, MECH_IOREMAP_HOOK))
		c.hooks |= DOM0_HOOK_IOREMAP |
			   (d->lnx->remap_iospace_seen_by_hook ? DOM0_HOOK_IOSPACE : 0);
	memory_stored(d->mem, memcpy(image_ptr(d, d->header.config, sizeof(c)), &c, sizeof(c)),
		      sizeof(c));
}

static int load_image(struct dom0 *d)
{
	uint64_t text = DOM0_LINEAR_BASE + DOM0_TEXT_OFFSET;
	size_t bytes = (size_t)(dom0_image_end - dom0_image);

	if (d->plat->dom0_ram_size < DOM0_RAM_MIN || d->plat->dom0_ram_size >> 30 > L2_MAX ||
	    (d->plat->dom0_ram | d->plat->dom0_ram_size) % DOM0_RAM_ALIGN)
		return -EINVAL;
	memory_stored(d->mem, memcpy(image_ptr(d, text, bytes), dom0_image, bytes), bytes);
	memcpy(&d->header, dom0_image, sizeof(d->header));
	CHECK(d->header.magic == DOM0_MAGIC && d->header.end < DOM0_LINEAR_BASE + AT_PGD);
	return 0;
}

int dom0_start(struct dom0 *d)
{
	struct cpu cpu = {
		.pstate = PSTATE_EL1H | PSTATE_DAIF,
		.sp = DOM0_LINEAR_BASE + AT_STACK,
		.ttbr1 = d->plat->dom0_ram + AT_PGD,
		.tcr = DOM0_TCR | (d->plat->pa_bits > 44 ? UINT64_C(5) : UINT64_C(4)) << 32,
		.mair = DOM0_MAIR,
		.sctlr = DOM0_SCTLR,
	};
	int err = load_image(d);

	if (err)
		return err;
	build_linear_map(d);
	write_config(d);
	cpu.vbar = d->header.vectors;
	cpu.pc = d->header.done;
	d->status = RUN_DONE;
	d->tick_cycles = 0;
	d->xen->timer_at = UINT64_MAX;
	d->irqs_off = true;
	d->step = -1;
	d->phase = PHASE_SETUP_ARCH;
	d->row = 0;
	d->maps.count = 0;
	d->same_aborts = 0;
	d->windows.count = 0;
	d->driven.count = 0;
	for (size_t i = 0; i < d->plat->devices.count && !err; i++)
		err = vec_push(&d->driven, 0);
	return err ? err
		   : vcpu_reset(d->vcpu, &d->xen->p2m, &cpu,
				d->plat->dom0_ram + (d->header.stub - DOM0_LINEAR_BASE));
}

void dom0_fini(struct dom0 *d)
{
	vec_fini(&d->maps);
	vec_fini(&d->windows);
	vec_fini(&d->driven);
}

struct dom0_log dom0_read_log(const struct dom0 *d)
{
	struct dom0_log log;

	memcpy(&log, image_ptr(d, d->header.log, sizeof(log)), sizeof(log));
	return log;
}

/* --- running ------------------------------------------------------------------------- */

static void stop(struct dom0 *d, enum run_status status, const char *why)
{
	if (d->status == RUN_DONE) {
		d->status = status;
		snprintf(d->why, d->why_len, "%s", why);
	}
}

void dom0_out_of_memory(struct dom0 *d)
{
	stop(d, RUN_ERROR, "out of memory");
}

/* Ticks and DMA that are due; then the interrupt, if Dom0 takes it now. */
static void run_due(struct dom0 *d)
{
	struct xen *xen = d->xen;
	struct cpu *cpu = &d->vcpu->cpu;

	dma_run_due(d->dma);
	if (d->charge->cycle >= xen->timer_at) {
		xen->virq_pending = true;
		xen->timer_at =
			d->charge->cycle - d->charge->cycle % d->tick_cycles + d->tick_cycles;
	}
	if (xen->virq_pending && !(cpu->pstate & PSTATE_I)) {
		xen->virq_pending = false;
		trap_enter_vector(cpu, 0x280);
	}
	if (d->charge->cycle >= d->max_cycles)
		stop(d, RUN_CYCLE_LIMIT, "the cycle limit was reached");
}

static uint64_t next_due(const struct dom0 *d)
{
	uint64_t next = d->max_cycles;

	if (d->xen->timer_at < next)
		next = d->xen->timer_at;
	if (dma_next(d->dma) < next)
		next = dma_next(d->dma);
	return next;
}

static uint64_t budget(const struct dom0 *d)
{
	uint64_t now = d->charge->cycle;
	uint64_t next = next_due(d);

	return next > now ? charge_dom0_insns_in(d->charge, next - now) + 1 : 1;
}

void dom0_check_tables(struct dom0 *d, bool every_walk)
{
	char why[1024];

	if (d->paranoid && !p2m_check(&d->xen->p2m, why, sizeof(why))) {
		fprintf(stderr, "p2m: %s\n", why);
		BUG("the p2m is not sound");
	}
	if (d->naive && d->naive->lost)
		dom0_out_of_memory(d);
	else if (d->naive && !naive_compare(d->naive, &d->xen->p2m, every_walk, why, sizeof(why)))
		stop(d, RUN_DISAGREE, why);
}

/* An exit that needs Xen. False if the function that was called has returned. */
static bool handle_exit(struct dom0 *d, const struct vcpu_exit *x)
{
	switch (x->kind) {
	case VCPU_HVC:
		if (x->imm == DOM0_HVC_DONE)
			return false;
		break;
	case VCPU_ABORT:
	case VCPU_EXTERNAL_ABORT:
		d->fault = *x;
		break;
	case VCPU_DEADLINE:
	case VCPU_WFI:
		return true;
	case VCPU_DISAGREE:
		stop(d, RUN_DISAGREE, d->vcpu->disagreement);
		return true;
	case VCPU_ENGINE_ERROR:
		stop(d, RUN_ERROR, d->vcpu->disagreement);
		return true;
	case VCPU_SMC:
	case VCPU_SVC:
	case VCPU_BRK:
	case VCPU_UNDEF:
		break;
	}
	if (trap_handle(d->xen, &d->vcpu->cpu, x) == TRAP_CRASHED)
		stop(d, RUN_CRASHED, d->xen->crash_reason);
	dom0_check_tables(d, false);
	return true;
}

/* More aborts in a row than one instruction can need at one address (a resolve per level, a map,
 * and as much for each stage-1 table): beyond, nothing will change any more. */
#define STUCK_ABORTS 1000

/* Dom0 that aborts at the same place again and again (its code or its vectors are gone, say) would
 * do so until the cycle limit: that is the outcome, without the wait. */
static bool is_stuck(struct dom0 *d, const struct vcpu_exit *x)
{
	bool same = x->kind == VCPU_ABORT && x->pc == d->last_pc && x->va == d->last_va;

	d->same_aborts = same ? d->same_aborts + 1 : 0;
	d->last_pc = x->pc;
	d->last_va = x->va;
	return d->same_aborts >= STUCK_ABORTS;
}

static void run(struct dom0 *d)
{
	bool running = true;

	while (running && !dom0_stopped(d)) {
		struct vcpu_exit x = vcpu_run(d->vcpu, budget(d));

		charge_dom0(d->charge, d->vcpu->run_insns);
		running = handle_exit(d, &x);
		if (is_stuck(d, &x))
			stop(d, RUN_CYCLE_LIMIT, "Dom0 aborts at the same place for ever");
		if (running)
			run_due(d);
	}
}

struct dom0_result dom0_call(struct dom0 *d, const char *by, enum dom0_fn fn, const uint64_t *args,
			     unsigned int arg_count)
{
	struct cpu *cpu = &d->vcpu->cpu;
	struct dom0_result r = {.outcome = OUTCOME_CRASHED};
	uint64_t aborts_before;
	struct dom0_log log;

	if (dom0_stopped(d))
		return r;
	CHECK(arg_count <= 8);
	aborts_before = dom0_read_log(d).abort_count;
	d->fault = (struct vcpu_exit){.kind = VCPU_WFI};
	d->xen->by = by;
	d->xen->step = d->step;
	memset(cpu->x, 0, sizeof(cpu->x));
	memcpy(cpu->x, args, arg_count * sizeof(*args));
	cpu->x[30] = d->header.done;
	cpu->sp = DOM0_LINEAR_BASE + AT_STACK;
	cpu->pc = d->header.entry[fn];
	cpu->pstate = PSTATE_EL1H | (d->irqs_off ? PSTATE_DAIF : PSTATE_DAIF & ~PSTATE_I);
	run(d);
	d->xen->by = "";
	if (dom0_stopped(d))
		return r;
	r.x0 = cpu->x[0];
	log = dom0_read_log(d);
	r.outcome = OUTCOME_OK;
	if (log.abort_count != aborts_before) {
		r.esr = log.esr;
		r.far = log.far;
		r.outcome =
			d->fault.kind == VCPU_EXTERNAL_ABORT ? OUTCOME_EXTERNAL : OUTCOME_ABORTED;
	}
	return r;
}

/*
 * The kernel's entry: the first instructions run flat from the start of RAM. Where Xen cleared the
 * root's valid bits these fetches are Dom0's first aborts.
 */
void dom0_enter(struct dom0 *d)
{
	struct cpu *cpu = &d->vcpu->cpu;
	uint64_t sctlr = cpu->sctlr;

	memory_write64(d->mem, ram_at(d, 0), HVC_DONE_WORD);
	cpu->sctlr &= ~UINT64_C(1);
	cpu->pc = d->plat->dom0_ram;
	vcpu_tlb_flush(d->vcpu);
	d->xen->by = "_head";
	run(d);
	cpu->sctlr = sctlr;
	vcpu_tlb_flush(d->vcpu);
}

void dom0_wait_until(struct dom0 *d, uint64_t cycle)
{
	while (!dom0_stopped(d) && d->charge->cycle < cycle) {
		uint64_t next = next_due(d);

		if (next > cycle)
			next = cycle;
		if (next > d->charge->cycle)
			charge_cycles(d->charge, next - d->charge->cycle);
		/* Nothing runs on the vCPU: an interrupt stays pending for the next call. */
		d->vcpu->cpu.pstate |= PSTATE_I;
		run_due(d);
	}
}

/* --- ioremap ------------------------------------------------------------------------- */

static bool is_ram(const struct dom0 *d, uint64_t phys)
{
	return range_has(d->plat->dom0_ram, d->plat->dom0_ram_size, phys);
}

static bool in_table_page(const struct acpi_table *tables, size_t count, uint64_t phys)
{
	uint64_t page = phys >> PAGE_SHIFT;

	for (size_t i = 0; i < count; i++)
		if (tables[i].len && page >= tables[i].addr >> PAGE_SHIFT &&
		    page <= (tables[i].addr + tables[i].len - 1) >> PAGE_SHIFT)
			return true;
	return false;
}

/* memblock_is_map_memory(), which is pfn_valid() of 4.9: RAM in the linear map. */
static bool is_map_memory(const struct dom0 *d, uint64_t phys)
{
	return is_ram(d, phys) &&
	       !in_table_page(d->plat->dom0_tables.items, d->plat->dom0_tables.count, phys);
}

/* memblock_is_memory(): RAM, and ACPI tables, the host's and the crafted ones. */
static bool is_memory(const struct dom0 *d, uint64_t phys)
{
	return is_ram(d, phys) ||
	       in_table_page(d->plat->tables.items, d->plat->tables.count, phys) ||
	       xen_is_crafted(d->xen, phys);
}

/* Which memory type acpi_os_ioremap() asks for (FACTS L4). */
static enum dom0_api acpi_api(const struct dom0 *d, uint64_t phys)
{
	if (is_memory(d, phys))
		return DOM0_API_ACPI_MEMORY;
	return d->lnx->acpi_asks_memmap ? DOM0_API_ACPI : DOM0_API_ACPI_NGNRE;
}

/*
 * Judges what was asked for [phys, phys + bytes) by the first request recorded since event `from`;
 * nothing was asked if there is none.
 */
static void judge_request(struct dom0 *d, size_t from, uint64_t phys, uint64_t bytes)
{
	for (size_t n = from; n < d->record->events.count && !dom0_stopped(d); n++)
		if (d->record->events.items[n].kind == EV_ADD_TO_PHYSMAP_RANGE) {
			verdict_request(d->verdict, d->xen, n, phys >> PAGE_SHIFT,
					phys >> PAGE_SHIFT, pages_spanned(phys, bytes), false);
			return;
		}
}

/*
 * RAM: ioremap warns and gives NULL, ioremap_cache gives the linear map (FACTS L3).
 * acpi_os_ioremap was either by memblock_is_memory(); since 5.9 it finds conventional memory in the
 * EFI memory map and gives NULL (FACTS L4).
 */
static uint64_t ram_va(const struct dom0 *d, uint64_t phys, enum dom0_api api)
{
	bool given = api == DOM0_API_IOREMAP_CACHE ||
		     (api == DOM0_API_ACPI && !d->lnx->acpi_asks_memmap);

	return given ? linear_va(d, phys) : 0;
}

static void log_map(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes,
		    enum dom0_api api, bool notified)
{
	struct dom0_map_event ev = {
		.phys = phys,
		.bytes = bytes,
		.api = api,
		.by = by,
		.phase = d->phase,
		.row = d->row,
		.notified = notified,
	};

	if (d->map_log && vec_push(d->map_log, ev))
		dom0_out_of_memory(d);
}

uint64_t dom0_ioremap(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes,
		      enum dom0_api api)
{
	uint64_t args[] = {phys, bytes, api == DOM0_API_ACPI ? acpi_api(d, phys) : api};
	size_t from = d->record->events.count;
	struct dom0_mapping map = {phys, bytes, 0, api};

	if (is_map_memory(d, phys) && api <= DOM0_API_ACPI)
		return ram_va(d, phys, api);
	map.va = dom0_call(d, by, DOM0_FN_IOREMAP, args, ARRAY_SIZE(args)).x0;
	judge_request(d, from, phys, bytes);
	if (!map.va || dom0_stopped(d))
		return 0;
	if (vec_push(&d->maps, map))
		dom0_out_of_memory(d);
	log_map(d, by, phys, bytes, api, false);
	return map.va;
}

static size_t find_map(const struct dom0 *d, uint64_t phys, enum dom0_api api)
{
	for (size_t i = d->maps.count; i-- > 0;)
		if (d->maps.items[i].api == api &&
		    range_has(d->maps.items[i].phys, d->maps.items[i].bytes, phys))
			return i;
	return SIZE_MAX;
}

void dom0_iounmap(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes, enum dom0_api api)
{
	size_t i = find_map(d, phys, api);
	uint64_t args[2];

	if (i == SIZE_MAX)
		return;
	args[0] = d->maps.items[i].va;
	args[1] = bytes;
	dom0_call(d, by, DOM0_FN_IOUNMAP, args, 2);
	memmove(&d->maps.items[i], &d->maps.items[i + 1],
		(d->maps.count - i - 1) * sizeof(*d->maps.items));
	d->maps.count--;
}

uint64_t dom0_va(const struct dom0 *d, uint64_t phys, enum dom0_api api)
{
	size_t i = find_map(d, phys, api);

	if (i == SIZE_MAX)
		return 0;
	return d->maps.items[i].va + (phys - d->maps.items[i].phys);
}

/* --- accesses ------------------------------------------------------------------------ */

static unsigned int mair_attr(const struct mmu_result *walk)
{
	return walk->fault == MMU_OK ? walk->s1_attr : 0x100;
}

/*
 * True if the abort is Dom0's own doing, whatever stage 2 says: its stage 1 refused, or it made an
 * unaligned access to what it had mapped as Device itself.
 */
static bool is_own_fault(const struct vcpu_exit *x)
{
	switch (x->walk.fault) {
	case MMU_S1_TRANSLATION:
	case MMU_S1_PERMISSION:
	case MMU_S1_ACCESS_FLAG:
	case MMU_S1_ADDRESS_SIZE:
		return true;
	case MMU_ALIGNMENT:
		return mem_type_of_mair(x->walk.s1_attr) < MEM_NORMAL_NC;
	default:
		return false;
	}
}

/* Tells the verdict how one access ended; `from`: first event it may have caused. */
static void judge_access(struct dom0 *d, const char *by, uint64_t phys, uint64_t va, bool write,
			 const struct dom0_result *r, size_t from)
{
	struct mmu_result walk =
		mmu_walk(&d->vcpu->cpu, d->mem, &d->xen->p2m, va, write ? MMU_WRITE : MMU_READ);
	size_t last = d->record->events.count;
	struct access_report a = {
		.addr = phys,
		.pc = d->fault.pc,
		.insn = d->fault.insn,
		.s1_attr = mair_attr(&walk),
		.aborted = r->outcome == OUTCOME_ABORTED,
		.external = r->outcome == OUTCOME_EXTERNAL,
		.target = walk.pa,
		.s2_pte = walk.s2_pte,
		.by = by,
		.step = d->step,
		.event = last > from ? last - 1 : SIZE_MAX,
	};

	if (a.aborted && d->fault.kind == VCPU_ABORT && is_own_fault(&d->fault))
		return;
	for (size_t n = from; n < last; n++)
		if (d->record->events.items[n].kind == EV_ABORT_EMULATE)
			a.emulated = true;
	a.reached = !a.aborted && !a.emulated && walk.fault == MMU_OK;
	verdict_access(d->verdict, d->xen, &a);
}

struct dom0_result dom0_access_at(struct dom0 *d, const char *by, uint64_t phys, uint64_t va,
				  enum dom0_access access, uint64_t *value)
{
	uint64_t args[] = {va, *value, access};
	size_t from = d->record->events.count;
	struct dom0_result r = dom0_call(d, by, DOM0_FN_ACCESS, args, ARRAY_SIZE(args));

	if (!dom0_stopped(d))
		judge_access(d, by, phys, va, accesses[access].write, &r, from);
	if (!accesses[access].write)
		*value = r.x0;
	return r;
}

struct dom0_result dom0_access(struct dom0 *d, const char *by, uint64_t phys,
			       enum dom0_access access, enum dom0_api api, uint64_t *value)
{
	uint64_t va = is_map_memory(d, phys) ? linear_va(d, phys) : dom0_va(d, phys, api);

	if (!va)
		va = dom0_ioremap(d, by, phys, accesses[access].bytes, api);
	if (!va)
		return (struct dom0_result){.outcome = dom0_stopped(d) ? OUTCOME_CRASHED
								       : OUTCOME_FAILED};
	return dom0_access_at(d, by, phys, va, access, value);
}

/* True if acpi_os_map_iomem() was asked for just that range before. */
static bool is_logged(const struct dom0 *d, uint64_t phys, uint64_t bytes)
{
	for (size_t i = d->map_log ? d->map_log->count : 0; i-- > 0;) {
		const struct dom0_map_event *m = &d->map_log->items[i];

		if (m->api == DOM0_API_ACPI && m->phys == phys && m->bytes == bytes)
			return true;
	}
	return false;
}

uint64_t dom0_acpi_map(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes)
{
	uint64_t args[] = {phys, bytes, acpi_api(d, phys)};
	size_t from = d->record->events.count;
	uint64_t hits, va;

	if (is_map_memory(d, phys))
		return ram_va(d, phys, DOM0_API_ACPI);
	hits = dom0_read_log(d).acpi_hits;
	va = dom0_call(d, by, DOM0_FN_ACPI_MAP, args, ARRAY_SIZE(args)).x0;
	judge_request(d, from, phys, bytes);
	if (dom0_stopped(d))
		return 0;
	if (va && (dom0_read_log(d).acpi_hits == hits || !is_logged(d, phys, bytes)))
		log_map(d, by, phys, bytes, DOM0_API_ACPI, false);
	return va;
}

void dom0_acpi_unmap(struct dom0 *d, const char *by, uint64_t va, uint64_t bytes)
{
	uint64_t args[] = {va, bytes};

	dom0_call(d, by, DOM0_FN_ACPI_UNMAP, args, ARRAY_SIZE(args));
}

/* --- notifier ------------------------------------------------------------------------ */

/* xen_unmap_device_mmio() of the first `count` resources: the first error ends it. */
static void unmap_resources(struct dom0 *d, const struct device *dev, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		uint64_t args[] = {dev->res[i].base, dev->res[i].size};

		if (args[1] && !dev->res[i].io &&
		    (int64_t)dom0_call(d, "xen_unmap_device_mmio", DOM0_FN_NOTIFIER_UNMAP, args, 2)
			    .x0)
			return;
	}
}

void dom0_notify_add(struct dom0 *d, const struct device *dev)
{
	for (unsigned int i = 0; i < dev->res_count; i++) {
		uint64_t args[] = {dev->res[i].base, dev->res[i].size};
		size_t from = d->record->events.count;
		int64_t rc;

		if (!args[1] || dev->res[i].io)
			continue;
		log_map(d, "xen_map_device_mmio", args[0], args[1], DOM0_API_IOREMAP, true);
		rc = (int64_t)dom0_call(d, "xen_map_device_mmio", DOM0_FN_NOTIFIER_MAP, args, 2).x0;
		judge_request(d, from, args[0], args[1]);
		if (!rc)
			continue;
		/* Earlier resources are unwound, not what this one mapped; the device stays. */
		unmap_resources(d, dev, i);
		return;
	}
}

void dom0_notify_del(struct dom0 *d, const struct device *dev)
{
	unmap_resources(d, dev, dev->res_count);
}
