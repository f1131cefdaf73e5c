// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "reference/xen_steps.h"

#define PAGES_MAX ((XR_AT_GPFNS - XR_AT_IDXS) / 8)
#define EACH_MAX  4096	/* pages by op 7, a call each */
#define STEPS_MAX 40000 /* what the console has room for, with 16 bits for a step's number */

struct written {
	uint64_t addr, bytes;
};

struct replaying {
	struct xr_request *r;
	const struct scenario *sc;
	struct diag *d;
	const struct step *step;
	char what[64];
	bool ok;
	VEC(struct written) written; /* what steps have left in RAM */
};

__attribute__((format(printf, 2, 3))) static void refuse(struct replaying *s, const char *format,
							 ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	diag_error(s->d, &s->sc->file, s->step->at, 1, "%s", text);
	s->ok = false;
}

static uint64_t at(const struct replaying *s, uint64_t offset)
{
	return s->r->ram + offset;
}

/* A frame of a list: ~0 stays. */
static void fill_frames(const struct replaying *s, uint64_t to, uint64_t count, uint64_t first)
{
	xr_fill(s->r, at(s, to), count, first, first == ~UINT64_C(0) ? 0 : 1, 8);
}

static void call(const struct replaying *s, uint64_t nr, const uint64_t args[5], uint64_t pages)
{
	struct xr_call c = {.nr = nr, .irqs = !s->step->irqs_off};

	memcpy(c.args, args, sizeof(c.args));
	xr_call(s->r, s->what, &c);
	xr_costed(s->r, 1, pages);
}

/* The size has 16 bits, as in add_batch() of sim/replay.c. */
static void add_batch(const struct replaying *s)
{
	const struct step *st = s->step;
	uint64_t n = st->pages & UINT16_MAX;
	struct xen_add_to_physmap_batch arg = {
		.domid = st->domid,
		.space = (uint16_t)st->space,
		.size = (uint16_t)n,
		.res0 = st->res0,
	};
	uint64_t args[5] = {XENMEM_ADD_TO_PHYSMAP_BATCH, at(s, XR_AT_STRUCT)};

	if (n) {
		fill_frames(s, XR_AT_IDXS, n, st->mfn);
		fill_frames(s, XR_AT_GPFNS, n, st->gfn);
	}
	xr_fill(s->r, at(s, XR_AT_ERRS), n + 1, XR_ERRS_BEFORE, 0, 4);
	if (!st->null_handles) {
		arg.idxs = at(s, XR_AT_IDXS);
		arg.gpfns = at(s, XR_AT_GPFNS);
		arg.errs = at(s, XR_AT_ERRS);
	}
	xr_store(s->r, at(s, XR_AT_STRUCT), &arg, sizeof(arg) / sizeof(uint64_t));
	call(s, XEN_NR_MEMORY_OP, args, n);
	xr_runs(s->r, s->what, at(s, XR_AT_ERRS), n + 1);
}

/* Once for each page. */
static void add_each(const struct replaying *s)
{
	const struct step *st = s->step;

	for (uint64_t n = 0; n < st->pages; n++) {
		struct xen_add_to_physmap arg = {st->domid, 0, st->space, st->mfn + n, st->gfn + n};

		xr_add(s->r, s->what, &arg, !st->irqs_off);
		/* One of them says enough. */
		if (n == 0)
			xr_costed(s->r, 1, 1);
	}
}

/* Dom0's own memory, image and lists, is not for steps. */
static bool is_ours(const struct replaying *s, uint64_t addr, uint64_t bytes)
{
	return addr < s->r->ram + XR_AT_END && addr + bytes > s->r->ram;
}

static bool spares_us(struct replaying *s, uint64_t addr, uint64_t bytes)
{
	if (!is_ours(s, addr, bytes))
		return true;
	refuse(s,
	       "the first 0x%llx bytes of Dom0's RAM, from 0x%llx on, are the replaying Dom0's own",
	       (unsigned long long)XR_AT_END, (unsigned long long)s->r->ram);
	return false;
}

/* What was written there need not be there any more. */
static void forget_written(struct replaying *s)
{
	s->written.count = 0;
}

static void note_written(struct replaying *s, uint64_t addr, uint64_t bytes)
{
	if (vec_push(&s->written, ((struct written){addr, bytes})))
		s->r->lost = true;
}

static void request(struct replaying *s)
{
	const struct step *st = s->step;

	if (!spares_us(s, st->gfn * PAGE_SIZE, (st->pages & UINT16_MAX) * PAGE_SIZE))
		return;
	forget_written(s);
	if (st->space == XENMAPSPACE_SHARED_INFO || st->space == XENMAPSPACE_GRANT_TABLE ||
	    st->space == XENMAPSPACE_GMFN_FOREIGN)
		refuse(s,
		       "the model performs no request of space %u; dev_mmio (5) and the spaces "
		       "that are errors can be replayed",
		       st->space);
	else if (st->pages > EACH_MAX && st->op == XENMEM_ADD_TO_PHYSMAP)
		refuse(s,
		       "a request of at most %u pages by op 7 can be replayed, as each is a call",
		       EACH_MAX);
	else if ((s->step->pages & UINT16_MAX) > PAGES_MAX)
		refuse(s, "the arrays of Dom0 hold %u pages here: ask for the rest in another step",
		       (unsigned int)PAGES_MAX);
	else if (s->step->op == XENMEM_ADD_TO_PHYSMAP)
		add_each(s);
	else
		add_batch(s);
}

static void remove_page(struct replaying *s)
{
	struct xen_remove_from_physmap arg = {s->step->domid, {0}, s->step->gfn};

	if (!spares_us(s, s->step->gfn * PAGE_SIZE, PAGE_SIZE))
		return;
	forget_written(s);
	xr_remove(s->r, s->what, &arg, !s->step->irqs_off);
	xr_costed(s->r, 1, 1);
}

/*
 * The hypercalls of an Arm Xen (traps.c, arm_hypercall_table) that the model answers with -ENOSYS
 * all the same. Two are not here: memory_op, and physdev_op, which does so itself.
 */
static bool is_not_modelled(const struct step *st)
{
	static const uint64_t known[] = {6,  7,	 13, 16, 17, 18, 19, 20, 21, 24,
					 27, 29, 32, 34, 35, 36, 39, 41, 42};
	uint64_t op = st->args[0] & XEN_MEMOP_CMD_MASK;

	if (st->nr == XEN_NR_MEMORY_OP)
		return op != XENMEM_ADD_TO_PHYSMAP && op != XENMEM_REMOVE_FROM_PHYSMAP &&
		       op != XENMEM_ADD_TO_PHYSMAP_BATCH;
	for (size_t k = 0; k < ARRAY_SIZE(known); k++)
		if (st->nr == known[k])
			return true;
	return false;
}

static void hypercall(struct replaying *s)
{
	forget_written(s);
	if (is_not_modelled(s->step))
		refuse(s,
		       "the model does not perform this hypercall: memory_op's 7, 15 and 23, and "
		       "numbers that Xen does not know, can be replayed");
	else
		call(s, s->step->nr, s->step->args, 0);
}

/* What a load finds at a machine address, if it finds anything, is known to the model. */
static bool is_known(const struct replaying *s, uint64_t addr, uint64_t bytes)
{
	for (size_t k = 0; k < s->written.count; k++) {
		const struct written *w = &s->written.items[k];

		if (w->addr <= addr && addr + bytes <= w->addr + w->bytes)
			return true;
	}
	for (size_t k = 0; k < xr_preset_count; k++)
		if (xr_presets[k].addr == addr)
			return bytes <= 4 || is_known(s, addr + 4, bytes - 4);
	return !platform_region(s->sc->platform, addr);
}

static bool requests_frame(const struct step *st, uint64_t frame)
{
	return st->kind == STEP_REQUEST && frame >= st->gfn && frame - st->gfn < st->pages;
}

/*
 * The same of a guest's address: of itself, and of all that the requests so far may have put there,
 * whichever Xen let through.
 */
static bool is_known_guest(const struct replaying *s, uint64_t addr, uint64_t bytes)
{
	uint64_t frame = addr / PAGE_SIZE;

	for (const struct step *st = s->sc->script.steps.items; st < s->step; st++)
		if (requests_frame(st, frame) &&
		    !is_known(s, (st->mfn + (frame - st->gfn)) * PAGE_SIZE + addr % PAGE_SIZE,
			      bytes))
			return false;
	return is_known(s, addr, bytes);
}

/* Whether a request named the page of `addr`. */
static bool is_requested(const struct replaying *s, uint64_t addr)
{
	uint64_t frame = addr / PAGE_SIZE;

	for (const struct step *st = s->sc->script.steps.items; st < s->step; st++)
		if (requests_frame(st, frame))
			return true;
	return false;
}

static void fetch(struct replaying *s)
{
	uint64_t addr = s->step->addr;

	if (platform_region(s->sc->platform, addr) || is_requested(s, addr)) {
		refuse(s,
		       "a page that may be mapped cannot be fetched from here: MMIO is XN, and Xen "
		       "goes back to such a fetch for ever");
		return;
	}
	xr_access(s->r, s->what, addr, XR_FETCH, 0);
	xr_costed(s->r, 1, 0);
}

static bool is_ram(const struct replaying *s, uint64_t addr)
{
	const struct platform *plat = s->sc->platform;

	return addr >= plat->dom0_ram && addr - plat->dom0_ram < plat->dom0_ram_size;
}

static void access_memory(struct replaying *s)
{
	static const struct {
		enum dom0_access from;
		enum xr_access to;
		bool load;
		unsigned int bytes; /* of an element */
	} known[] = {
		{DOM0_STR8, XR_STR8, false, 1},	  {DOM0_STR16, XR_STR16, false, 2},
		{DOM0_STR32, XR_STR32, false, 4}, {DOM0_STR64, XR_STR64, false, 8},
		{DOM0_LDR8, XR_LDR8, true, 1},	  {DOM0_LDR16, XR_LDR16, true, 2},
		{DOM0_LDR32, XR_LDR32, true, 4},  {DOM0_LDR64, XR_LDR64, true, 8},
		{DOM0_LDP64, XR_LDP64, true, 8},  {DOM0_LDR64_POST, XR_LDR64_POST, true, 8},
	};
	const struct step *st = s->step;

	if (!spares_us(s, st->addr, 16))
		return;
	for (size_t k = 0; k < ARRAY_SIZE(known); k++) {
		if (known[k].from != st->access)
			continue;
		if (st->addr % known[k].bytes) {
			refuse(s,
			       "this address is not aligned: with the MMU off all memory is Device "
			       "memory, of which QEMU has no alignment fault");
			return;
		}
		if (!known[k].load && is_ram(s, st->addr))
			note_written(s, st->addr, known[k].bytes);
		xr_access(s->r, s->what, st->addr, known[k].to, st->value);
		/* Of a pair the first is told. */
		if (known[k].load && !is_known_guest(s, st->addr, known[k].bytes))
			xr_unseen(s->r);
		xr_costed(s->r, 1, 0);
		return;
	}
	refuse(s, "the replaying Dom0 has ldr, ldp, post and str, and no other instruction");
}

static void take(struct replaying *s)
{
	switch (s->step->kind) {
	case STEP_REQUEST:
		request(s);
		break;
	case STEP_REMOVE:
		remove_page(s);
		break;
	case STEP_HYPERCALL:
		hypercall(s);
		break;
	case STEP_ACCESS:
		access_memory(s);
		break;
	case STEP_FETCH:
		fetch(s);
		break;
	default:
		refuse(s, "a stock Xen is asked without Linux: request, remove, hypercall, read, "
			  "write and fetch can be replayed");
	}
}

/* "some.yaml" of a path. */
static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool xr_script(struct xr_request *r, const struct scenario *sc, struct diag *d)
{
	struct replaying s = {.r = r, .sc = sc, .d = d, .ok = true};

	for (size_t k = 0; k < sc->script.steps.count; k++) {
		s.step = &sc->script.steps.items[k];
		snprintf(s.what, sizeof(s.what), "%.40s:%u: %s", name_of(sc->path), s.step->at.line,
			 step_kind_name[s.step->kind]);
		take(&s);
		if (s.ok && r->labels.count > STEPS_MAX)
			refuse(&s, "with this step the answers are more than a console holds");
	}
	vec_fini(&s.written);
	return s.ok;
}
