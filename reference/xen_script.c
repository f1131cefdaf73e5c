// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "reference/xen_steps.h"

#define PAGES_MAX ((XR_AT_GPFNS - XR_AT_IDXS) / 8)

struct replaying {
	struct xr_request *r;
	const struct scenario *sc;
	struct diag *d;
	const struct step *step;
	char what[64];
	bool ok;
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

static void request(struct replaying *s)
{
	if (s->step->pages > PAGES_MAX && s->step->op == XENMEM_ADD_TO_PHYSMAP)
		refuse(s, "a request of at most %u pages by op 7 can be replayed here",
		       (unsigned int)PAGES_MAX);
	else if ((s->step->pages & UINT16_MAX) > PAGES_MAX)
		refuse(s, "the arrays of Dom0 hold %u pages here: ask for the rest in another step",
		       (unsigned int)PAGES_MAX);
	else if (s->step->op == XENMEM_ADD_TO_PHYSMAP)
		add_each(s);
	else
		add_batch(s);
}

static void remove_page(const struct replaying *s)
{
	struct xen_remove_from_physmap arg = {s->step->domid, {0}, s->step->gfn};

	xr_remove(s->r, s->what, &arg, !s->step->irqs_off);
	xr_costed(s->r, 1, 1);
}

/* Where the requests so far have put the guest's address; itself if none has. */
static uint64_t machine_address(const struct replaying *s, uint64_t addr)
{
	uint64_t frame = addr / PAGE_SIZE;

	for (const struct step *st = s->step; st-- > s->sc->script.steps.items;)
		if (st->kind == STEP_REQUEST && frame >= st->gfn && frame - st->gfn < st->pages)
			return (st->mfn + (frame - st->gfn)) * PAGE_SIZE + addr % PAGE_SIZE;
	return addr;
}

/* A device's register that is not among the presets: what it holds is not known to the model. */
static bool is_unknown(const struct replaying *s, uint64_t guest)
{
	uint64_t addr = machine_address(s, guest);
	const struct region *r = platform_region(s->sc->platform, addr);

	for (size_t k = 0; k < xr_preset_count; k++)
		if (xr_presets[k].addr == addr)
			return false;
	return r && r->truth == TRUTH_MMIO;
}

/* Dom0's own memory, image and lists, is not for steps. */
static bool is_ours(const struct replaying *s, uint64_t addr)
{
	return addr >= s->r->ram && addr < s->r->ram + XR_AT_END;
}

static void access_memory(struct replaying *s)
{
	static const struct {
		enum dom0_access from;
		enum xr_access to;
		bool load;
	} known[] = {
		{DOM0_STR8, XR_STR8, false},   {DOM0_STR16, XR_STR16, false},
		{DOM0_STR32, XR_STR32, false}, {DOM0_STR64, XR_STR64, false},
		{DOM0_LDR8, XR_LDR8, true},    {DOM0_LDR16, XR_LDR16, true},
		{DOM0_LDR32, XR_LDR32, true},  {DOM0_LDR64, XR_LDR64, true},
		{DOM0_LDP64, XR_LDP64, true},  {DOM0_LDR64_POST, XR_LDR64_POST, true},
	};
	const struct step *st = s->step;
	bool unknown = is_unknown(s, st->addr);

	if (is_ours(s, st->addr)) {
		refuse(s, "the first 0x%llx bytes of Dom0's RAM are the replaying Dom0's own",
		       (unsigned long long)XR_AT_END);
		return;
	}
	for (size_t k = 0; k < ARRAY_SIZE(known); k++) {
		if (known[k].from != st->access)
			continue;
		if (!known[k].load || !unknown)
			xr_access(s->r, s->what, st->addr, known[k].to, st->value);
		else if (known[k].to == XR_LDR32)
			xr_access(s->r, s->what, st->addr, XR_PROBE, 0);
		else
			refuse(s, "what this device's register holds is not known to the model: "
				  "load 4 bytes by ldr, of which only the abort is compared");
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
		call(s, s->step->nr, s->step->args, 0);
		break;
	case STEP_ACCESS:
		access_memory(s);
		break;
	case STEP_FETCH:
		xr_access(s->r, s->what, s->step->addr, XR_FETCH, 0);
		xr_costed(s->r, 1, 0);
		break;
	default:
		refuse(s, "a stock Xen is asked without Linux: request, remove, hypercall, read, "
			  "write and fetch can be replayed");
	}
}

bool xr_script(struct xr_request *r, const struct scenario *sc, struct diag *d)
{
	struct replaying s = {.r = r, .sc = sc, .d = d, .ok = true};

	for (size_t k = 0; k < sc->script.steps.count; k++) {
		s.step = &sc->script.steps.items[k];
		snprintf(s.what, sizeof(s.what), "line %u: %s", s.step->at.line,
			 step_kind_name[s.step->kind]);
		take(&s);
	}
	return s.ok;
}
