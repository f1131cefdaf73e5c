// SPDX-License-Identifier: GPL-2.0-only
#include "sim/verdict.h"

#include <string.h>

#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "sim/mmu.h"

const char *const finding_name[FIND_COUNT] = {
	[FIND_ABORT] = "abort",	  [FIND_DMA] = "dma",	      [FIND_SILENT] = "silent",
	[FIND_TARGET] = "target", [FIND_EXPOSED] = "exposed", [FIND_EMULATION] = "emulation",
	[FIND_ATTR] = "attr",	  [FIND_LEAK] = "leak",	      [FIND_EXTERNAL] = "external",
	[FIND_HIDDEN] = "hidden",
};

const char *const finding_help[FIND_COUNT] = {
	[FIND_ABORT] = "a legitimate access was aborted",
	[FIND_DMA] = "a legitimate DMA faulted",
	[FIND_SILENT] = "a request reported success and mapped nothing",
	[FIND_TARGET] = "an access or a request reached the wrong page",
	[FIND_EXPOSED] = "Dom0 reached, or can now reach, what it must not",
	[FIND_EMULATION] = "a mapping hides an emulated region",
	[FIND_ATTR] = "the effective memory type is not the one asked for",
	[FIND_LEAK] = "a mapping outlived its device",
	[FIND_EXTERNAL] = "a hole was mapped, then its access was aborted by the bus",
	[FIND_HIDDEN] = "a table was withheld from Dom0",
};

#define BIT(code) (1u << (code))

void verdict_init(struct verdict *v)
{
	*v = (struct verdict){0};
}

void verdict_reset(struct verdict *v)
{
	v->findings.count = 0;
	v->codes = 0;
	memset(v->latest, 0, sizeof(v->latest));
	memset(v->metrics, 0, sizeof(v->metrics));
	v->lost = false;
}

void verdict_fini(struct verdict *v)
{
	vec_fini(&v->findings);
}

/* --- findings and their page runs ---------------------------------------------------- */

static bool same_story(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->step == b->step && a->truth == b->truth &&
	       strcmp(a->by, b->by) == 0;
}

/* Grows `run` by f if f begins inside it or right behind it. */
static bool absorb(struct finding *run, const struct finding *f)
{
	uint64_t first = run->addr >> PAGE_SHIFT, page = f->addr >> PAGE_SHIFT;

	if (!same_story(run, f) || page < first || page - first > run->pages)
		return false;
	if (page - first + f->pages > run->pages)
		run->pages = page - first + f->pages;
	return true;
}

void verdict_find(struct verdict *v, const struct finding *f)
{
	struct finding copy = *f;
	size_t latest = v->latest[f->code];

	if (!copy.by)
		copy.by = "";
	if (!copy.region)
		copy.region = "hole";
	v->codes |= BIT(f->code);
	if (latest && absorb(&v->findings.items[latest - 1], &copy))
		return;
	if (vec_push(&v->findings, copy)) {
		v->lost = true;
		return;
	}
	v->latest[f->code] = v->findings.count;
}

static void find_codes(struct verdict *v, struct finding *f, unsigned int codes)
{
	for (unsigned int code = 0; code < FIND_COUNT; code++)
		if (codes & BIT(code)) {
			f->code = (enum finding_code)code;
			verdict_find(v, f);
		}
}

/* --- ground truth -------------------------------------------------------------------- */

static bool is_forbidden(enum truth t)
{
	return t == TRUTH_OTHER_RAM || t == TRUTH_XEN || t == TRUTH_XEN_MMIO;
}

/* Pages that Dom0 reaches 1:1 on a machine without Xen. */
static bool is_own(enum truth t)
{
	return t == TRUTH_DOM0_RAM || t == TRUTH_FIRMWARE || t == TRUTH_TABLE || t == TRUTH_MMIO;
}

/*
 * What `t` at addr is under this release: a device that it does not emulate (the ITS before 4.10)
 * is Dom0's own.
 */
static enum truth truth_under(const struct xen *xen, enum truth t, uint64_t addr)
{
	if (t != TRUTH_EMULATED)
		return t;
	for (size_t i = 0; i < xen->handlers.count; i++)
		if (range_has(xen->handlers.items[i].base, xen->handlers.items[i].size, addr))
			return TRUTH_EMULATED;
	return TRUTH_MMIO;
}

/*
 * Where Xen redirects Dom0 on purpose: the tables it crafted, and the GICv2 CPU interface, whose
 * window shows the virtual one. Fills the right target.
 */
static bool is_redirected(const struct xen *xen, uint64_t addr, uint64_t *right)
{
	const struct platform *plat = xen->plat;

	if (xen_is_crafted(xen, addr)) {
		*right = (xen->crafted_mfn << PAGE_SHIFT) + (addr - xen->crafted_gpa);
		return true;
	}
	if (range_has(plat->gicc, plat->gicc_size, addr)) {
		*right = plat->gicv + (addr - plat->gicc);
		return true;
	}
	return false;
}

static bool is_its_doorbell(const struct platform *plat, uint64_t addr)
{
	for (size_t i = 0; i < plat->its.count; i++)
		if (range_has(plat->its.items[i] + 0x10000, 0x10000, addr))
			return true;
	return false;
}

/* A run of pages that one thing describes. */
struct span {
	uint64_t first, end; /* pages, end not included */
	enum truth truth;
	const struct region *region; /* NULL: hole */
};

/* Of regions that share a page, the one that makes mapping it worst; else the first. */
static unsigned int severity(enum truth t)
{
	return is_forbidden(t) ? 2 : t == TRUTH_EMULATED;
}

static struct span shared_page(const struct platform *plat, size_t i, uint64_t page)
{
	const struct region *worst = &plat->regions.items[i];

	for (; i < plat->regions.count; i++) {
		const struct region *r = &plat->regions.items[i];

		if (r->base >> PAGE_SHIFT > page)
			break;
		if (severity(r->truth) > severity(worst->truth))
			worst = r;
	}
	return (struct span){page, page + 1, worst->truth, worst};
}

/* What the whole page is, and how far that stays so. */
static struct span span_at(const struct platform *plat, uint64_t page)
{
	uint64_t addr = page << PAGE_SHIFT;
	size_t i = platform_region_index(plat, addr);
	const struct region *r;

	if (page >> (64 - PAGE_SHIFT) || i == plat->regions.count)
		return (struct span){page, UINT64_MAX, TRUTH_HOLE, NULL};
	r = &plat->regions.items[i];
	if (r->base >> PAGE_SHIFT > page)
		return (struct span){page, r->base >> PAGE_SHIFT, TRUTH_HOLE, NULL};
	if (r->base <= addr && r->base + r->size - addr >= PAGE_SIZE)
		return (struct span){page, (r->base + r->size) >> PAGE_SHIFT, r->truth, r};
	return shared_page(plat, i, page);
}

static void span_move(struct span *span, const struct platform *plat, uint64_t page)
{
	if (page < span->first || page >= span->end)
		*span = span_at(plat, page);
}

/* --- a fast look at consecutive stage-2 entries -------------------------------------- */

/* What p2m_walk() found for one GFN also tells its neighbours in the same table or block. */
struct cursor {
	const struct p2m *p2m;
	struct p2m_slot slot;
	uint64_t first, end;  /* GFNs it tells */
	const uint8_t *table; /* host address of the level-3 table, or NULL: one slot for all */
};

static void cursor_move(struct cursor *c, uint64_t g)
{
	const struct s2_geometry *geo = c->p2m->geo;
	uint64_t pages;

	c->table = NULL;
	c->first = g;
	if (g >> (geo->ipa_bits - PAGE_SHIFT)) { /* the walk would not look at such high bits */
		c->slot = (struct p2m_slot){.in_range = false};
		c->end = UINT64_MAX;
		return;
	}
	c->slot = p2m_walk(c->p2m, ipa_from_gfn(gfn(g)));
	pages = UINT64_C(1) << LPAE_LEVEL_ORDER(c->slot.level);
	if (c->slot.level == LPAE_LEAF) {
		pages = LPAE_ENTRIES;
		c->table = memory_ptr(c->p2m->mem, pa(c->slot.entry.v & PAGE_MASK), PAGE_SIZE);
	}
	c->first = g & ~(pages - 1);
	c->end = c->first + pages;
}

static const struct p2m_slot *cursor_at(struct cursor *c, uint64_t g)
{
	if (g >= c->end || g < c->first)
		cursor_move(c, g);
	if (c->table)
		memcpy(&c->slot.pte, c->table + (g - c->first) * sizeof(c->slot.pte),
		       sizeof(c->slot.pte));
	return &c->slot;
}

static bool maps_to(const struct p2m *p2m, const struct p2m_slot *slot, uint64_t g, uint64_t m)
{
	return slot->in_range && p2m_slot_mapped(p2m, slot) &&
	       mfn_from_pa(p2m_slot_pa(slot, ipa_from_gfn(gfn(g)))).v == m;
}

/* --- requests ------------------------------------------------------------------------ */

struct request {
	struct xen *xen;
	uint64_t gfn, mfn;
	/* the entry that worked on items [first, end) of the request; NULL before and behind all */
	const struct event *entry;
	size_t next_event;
	uint64_t first, end;
	bool errs_read;
	bool failed; /* the last entry looked at returned an error */
	struct cursor cursor;
	struct span at_gfn, at_mfn;
};

static bool is_request(const struct event *ev)
{
	return ev->kind == EV_ADD_TO_PHYSMAP_RANGE || ev->kind == EV_ADD_TO_PHYSMAP;
}

/* The next entry of the request; false, and none, behind the last. */
static bool next_entry(struct request *rq)
{
	const struct record *rec = rq->xen->record;

	rq->entry = NULL;
	rq->first = rq->end;
	while (rq->next_event < rec->events.count && !rq->entry) {
		const struct event *ev = &rec->events.items[rq->next_event++];

		if (is_request(ev))
			rq->entry = ev;
	}
	if (!rq->entry)
		return false;
	rq->end += rq->entry->pages;
	rq->failed = rq->entry->rc != 0 && !rq->entry->preempted;
	return true;
}

/* errs[] of item i of the request, if the record has it. */
static bool item_error(const struct request *rq, uint64_t i, int32_t *err)
{
	const struct event *ev = rq->entry;
	uint64_t known = ev->err_count < EVENT_ERRS ? ev->err_count : EVENT_ERRS;

	if (i - rq->first >= known)
		return false;
	*err = ev->errs[i - rq->first];
	return true;
}

/* Errors that all items of a call share: they come before any look at the frame. */
static bool is_uniform_error(const struct event *ev)
{
	return ev->err_count && (ev->errs[0] == -XEN_EOPNOTSUPP || ev->errs[0] == -XEN_ENOSYS);
}

/* Item i, which is not mapped as asked: was that reported to nobody? Items come in order. */
static bool is_silent(struct request *rq, uint64_t i)
{
	const struct p2m *p2m = &rq->xen->p2m;
	uint64_t m = rq->mfn + i;
	int32_t err;

	while (i >= rq->end && next_entry(rq))
		;
	if (!rq->entry) /* no entry worked on it: what a uint16 cut off */
		return !rq->failed;
	if (rq->failed)
		return false;
	if (rq->entry->kind == EV_ADD_TO_PHYSMAP || !rq->errs_read)
		return true;
	if (item_error(rq, i, &err))
		return err == 0;
	if (is_uniform_error(rq->entry))
		return false;
	/* The record keeps 8 errs. Beyond, only two items return 0 unmapped: one the rights refuse,
	 * and one whose high GFN bits the release drops (before XSA-301). */
	if (!iomem_permitted(&rq->xen->iomem, m, m, NULL))
		return true;
	return !rq->cursor.slot.in_range && !p2m->rules->gfn_range_checked &&
	       p2m->geo->root_order == 0;
}

/* Codes of a page that is mapped as asked. */
static unsigned int judge_mapped(const struct request *rq, uint64_t g, uint64_t m)
{
	enum truth from = truth_under(rq->xen, rq->at_gfn.truth, g << PAGE_SHIFT);
	enum truth to = truth_under(rq->xen, rq->at_mfn.truth, m << PAGE_SHIFT);
	unsigned int codes = 0;
	uint64_t right;

	if (is_redirected(rq->xen, g << PAGE_SHIFT, &right)) {
		if (right >> PAGE_SHIFT == m)
			return 0;
		return BIT(FIND_TARGET) | (is_forbidden(to) ? BIT(FIND_EXPOSED) : 0);
	}
	if (from == TRUTH_EMULATED)
		codes |= BIT(FIND_EMULATION);
	else if (to == TRUTH_EMULATED)
		codes |= BIT(FIND_EXPOSED);
	if (is_own(from) && g != m)
		codes |= BIT(FIND_TARGET);
	if (is_forbidden(to))
		codes |= BIT(FIND_EXPOSED);
	if (to == TRUTH_DOM0_RAM && g == m && pte_type(rq->cursor.slot.pte) != P2M_RAM_RW)
		codes |= BIT(FIND_ATTR);
	return codes;
}

static unsigned int judge_item(struct request *rq, uint64_t i)
{
	uint64_t g = rq->gfn + i, m = rq->mfn + i;

	span_move(&rq->at_gfn, rq->xen->plat, g);
	span_move(&rq->at_mfn, rq->xen->plat, m);
	if (maps_to(&rq->xen->p2m, cursor_at(&rq->cursor, g), g, m))
		return judge_mapped(rq, g, m);
	return is_silent(rq, i) ? BIT(FIND_SILENT) : 0;
}

static const struct event *event_at(const struct xen *xen, size_t event)
{
	return event < xen->record->events.count ? &xen->record->events.items[event] : NULL;
}

static struct finding request_finding(const struct xen *xen, size_t event)
{
	const struct event *ev;

	while ((ev = event_at(xen, event)) && !is_request(ev))
		event++;
	if (!ev)
		return (struct finding){.step = xen->step, .event = SIZE_MAX, .by = xen->by};
	return (struct finding){.step = ev->step, .event = event, .pc = ev->pc, .by = ev->by};
}

void verdict_request(struct verdict *v, struct xen *xen, size_t event, uint64_t first_gfn,
		     uint64_t first_mfn, uint64_t pages, bool errs_read)
{
	struct request rq = {.xen = xen,
			     .gfn = first_gfn,
			     .mfn = first_mfn,
			     .errs_read = errs_read,
			     .next_event = event,
			     .cursor = {.p2m = &xen->p2m}};
	struct finding f = request_finding(xen, event);
	unsigned int codes = 0;

	/* f is the run so far; pages with the same codes in the same region are one finding */
	for (uint64_t i = 0; i < pages; i++) {
		unsigned int now = judge_item(&rq, i);
		const char *region = rq.at_gfn.region ? rq.at_gfn.region->name : NULL;

		if (now != codes || region != f.region) {
			find_codes(v, &f, codes);
			codes = now;
			f.addr = (first_gfn + i) << PAGE_SHIFT;
			f.region = region;
			f.truth = rq.at_gfn.truth;
			f.pages = 0;
		}
		f.pages++;
	}
	find_codes(v, &f, codes);
}

/* --- accesses ------------------------------------------------------------------------ */

/* The effective type of a page that was reached is not what stage 1 alone gives. */
static bool is_retyped(const struct access_report *a)
{
	if (a->s1_attr > 0xff || !a->s2_pte)
		return false;
	return mem_type_combine(a->s1_attr, pte_memattr(a->s2_pte)) != mem_type_of_mair(a->s1_attr);
}

/* The access went to a->target. */
static unsigned int judge_reached(const struct xen *xen, const struct access_report *a,
				  enum truth truth, bool redirected, uint64_t right)
{
	uint64_t target = a->target.v;
	enum truth got = target == a->addr
				 ? truth
				 : truth_under(xen, platform_truth(xen->plat, target), target);
	unsigned int codes = 0;

	if (redirected && target == right)
		return 0;
	if (!redirected && truth == TRUTH_EMULATED)
		codes |= BIT(FIND_EMULATION);
	else if (redirected || (is_own(truth) && target != a->addr))
		codes |= BIT(FIND_TARGET);
	if (is_forbidden(got) || (got == TRUTH_EMULATED && truth != TRUTH_EMULATED))
		codes |= BIT(FIND_EXPOSED);
	if (target == a->addr && is_own(truth) && truth != TRUTH_DOM0_RAM && is_retyped(a))
		codes |= BIT(FIND_ATTR);
	return codes;
}

/*
 * How an access may end, by what is at its address ("-": not a finding):
 *
 *		own page	emulated	redirected	forbidden	hole
 *	aborted	abort		abort		abort		-		-
 *	emul.	target		-		-		-		-
 *	bus err	abort		emulation	abort		-		external
 *	reached	-, target, attr	emulation	-, target	exposed		-
 *
 * and whatever it reached instead may be `exposed`.
 */
static unsigned int judge_access(const struct xen *xen, const struct access_report *a,
				 enum truth truth)
{
	uint64_t right = 0;
	bool redirected = is_redirected(xen, a->addr, &right);
	bool legit = redirected || is_own(truth) || truth == TRUTH_EMULATED;

	if (a->aborted)
		return legit ? BIT(FIND_ABORT) : 0;
	if (a->emulated)
		return !redirected && is_own(truth) ? BIT(FIND_TARGET) : 0;
	if (a->external) {
		if (!redirected && truth == TRUTH_EMULATED)
			return BIT(FIND_EMULATION);
		if (!redirected && truth == TRUTH_HOLE)
			return BIT(FIND_EXTERNAL);
		return legit ? BIT(FIND_ABORT) : 0;
	}
	return a->reached ? judge_reached(xen, a, truth, redirected, right) : 0;
}

void verdict_access(struct verdict *v, struct xen *xen, const struct access_report *a)
{
	const struct region *r = platform_region(xen->plat, a->addr);
	enum truth truth = r ? r->truth : TRUTH_HOLE;
	unsigned int codes = judge_access(xen, a, truth_under(xen, truth, a->addr));
	struct finding f;

	if (!codes)
		return;
	f = (struct finding){.step = a->step,
			     .event = a->event,
			     .addr = a->addr,
			     .pages = 1,
			     .pc = a->pc,
			     .insn = a->insn,
			     .by = a->by,
			     .region = r ? r->name : NULL,
			     .truth = truth};
	find_codes(v, &f, codes);
}

/* --- DMA and unplug ------------------------------------------------------------------ */

static unsigned int judge_dma(const struct xen *xen, uint64_t addr, uint64_t target,
			      enum truth truth, bool faulted, bool external)
{
	const struct platform *plat = xen->plat;
	bool legit = is_own(truth) || is_its_doorbell(plat, addr);
	enum truth got = truth_under(xen, platform_truth(plat, target), target);
	unsigned int codes = 0;

	if (external && truth == TRUTH_HOLE)
		return BIT(FIND_EXTERNAL);
	if (faulted || external)
		return legit ? BIT(FIND_DMA) : 0;
	if (legit && target != addr)
		codes |= BIT(FIND_TARGET);
	if (is_forbidden(got) || (got == TRUTH_EMULATED && !is_its_doorbell(plat, target)))
		codes |= BIT(FIND_EXPOSED);
	return codes;
}

void verdict_dma(struct verdict *v, struct xen *xen, uint64_t addr, uint64_t bytes, bool faulted,
		 bool external, const char *by, int step, size_t event)
{
	const struct region *r = platform_region(xen->plat, addr);
	const struct event *ev = event_at(xen, event);
	uint64_t target = ev && ev->reached ? ev->target_pa : addr;
	uint64_t pages = pages_spanned(addr, bytes);
	struct finding f = {.step = step,
			    .event = event,
			    .addr = addr,
			    .pages = pages ? pages : 1,
			    .by = by,
			    .region = r ? r->name : NULL,
			    .truth = r ? r->truth : TRUTH_HOLE};

	find_codes(
		v, &f,
		judge_dma(xen, addr, target, truth_under(xen, f.truth, addr), faulted, external));
}

/* Another device has a register in this page. */
static bool is_shared(const struct platform *plat, const struct device *dev, uint64_t page)
{
	uint64_t addr = page << PAGE_SHIFT;

	for (size_t i = 0; i < plat->devices.count; i++) {
		const struct device *d = &plat->devices.items[i];

		for (unsigned int r = 0; d != dev && r < d->res_count; r++)
			if (d->res[r].size && d->res[r].base < addr + PAGE_SIZE &&
			    addr < d->res[r].base + d->res[r].size)
				return true;
	}
	return false;
}

static void unplug_resource(struct verdict *v, struct xen *xen, const struct device *dev,
			    uint64_t base, uint64_t size, struct finding *f)
{
	uint64_t first = base >> PAGE_SHIFT, pages = pages_spanned(base, size);
	struct cursor cursor = {.p2m = &xen->p2m};
	struct span span = {0};

	for (uint64_t page = first; page < first + pages; page++) {
		if (!maps_to(&xen->p2m, cursor_at(&cursor, page), page, page))
			continue;
		/* only the first and the last page can hold somebody else's registers too */
		if ((page == first || page == first + pages - 1) && is_shared(xen->plat, dev, page))
			continue;
		span_move(&span, xen->plat, page);
		f->addr = page << PAGE_SHIFT;
		f->region = span.region ? span.region->name : NULL;
		f->truth = span.truth;
		verdict_find(v, f);
	}
}

void verdict_unplug(struct verdict *v, struct xen *xen, const struct device *dev, int step,
		    size_t event)
{
	struct finding f = {
		.code = FIND_LEAK, .step = step, .event = event, .pages = 1, .by = dev->name};

	for (unsigned int i = 0; i < dev->res_count; i++)
		if (dev->res[i].size && !dev->res[i].io)
			unplug_resource(v, xen, dev, dev->res[i].base, dev->res[i].size, &f);
}
