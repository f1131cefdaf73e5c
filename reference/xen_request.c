// SPDX-License-Identifier: GPL-2.0-only
#include "reference/xen_request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENGINE_PA_BITS 44

void xr_request_fini(struct xr_request *r)
{
	vec_fini(&r->words);
	vec_fini(&r->labels);
}

static void push(struct xr_request *r, const uint64_t *words, size_t count)
{
	for (size_t k = 0; k < count && !r->lost; k++)
		r->lost = vec_push(&r->words, words[k]) != 0;
}

static void add(struct xr_request *r, const char *what, const struct xr_step *step,
		const uint64_t *words)
{
	struct xr_label label = {.step = *step};
	const char *last = r->labels.count ? r->labels.items[r->labels.count - 1].what : "";

	r->skipped = false;
	snprintf(label.what, sizeof(label.what), "%s", what ? what : last);
	push(r, (const uint64_t *)step, sizeof(*step) / sizeof(uint64_t));
	push(r, words, step->words);
	if (!r->lost)
		r->lost = vec_push(&r->labels, label) != 0;
}

void xr_store(struct xr_request *r, uint64_t addr, const void *bytes, size_t words)
{
	struct xr_step s = {XR_STORE, words, {addr}};

	add(r, NULL, &s, bytes);
}

void xr_fill(struct xr_request *r, uint64_t addr, uint64_t count, uint64_t first, uint64_t more,
	     unsigned int bytes)
{
	struct xr_step s = {XR_FILL, 0, {addr, count, first, more, bytes}};

	add(r, NULL, &s, NULL);
}

void xr_runs(struct xr_request *r, const char *what, uint64_t addr, uint64_t count)
{
	struct xr_step s = {XR_RUNS, 0, {addr, count}};

	add(r, what, &s, NULL);
}

void xr_tick(struct xr_request *r, uint64_t ticks)
{
	struct xr_step s = {XR_TICK, 0, {ticks}};

	add(r, NULL, &s, NULL);
}

void xr_bad_tag(struct xr_request *r, const char *what)
{
	struct xr_step s = {XR_BAD_TAG, 0, {0}};

	add(r, what, &s, NULL);
}

void xr_access(struct xr_request *r, const char *what, uint64_t addr, enum xr_access access,
	       uint64_t value)
{
	struct xr_step s = {XR_ACCESS, 0, {addr, access, value, 1}};

	if (r->pa_bits < ENGINE_PA_BITS && addr >> r->pa_bits) {
		r->skipped = true;
		return;
	}
	add(r, what, &s, NULL);
}

void xr_pages(struct xr_request *r, const char *what, uint64_t addr, uint64_t times)
{
	struct xr_step s = {XR_ACCESS, 0, {addr, XR_LDR32, 0, times, 0x1000}};

	add(r, what, &s, NULL);
	xr_costed(r, times, 0);
}

void xr_call(struct xr_request *r, const char *what, const struct xr_call *c)
{
	struct xr_step s = {XR_CALL,
			    0,
			    {c->nr, c->args[0], c->args[1], c->args[2], c->args[3], c->args[4],
			     c->times ? c->times : 1, c->bump, c->by, c->irqs ? XR_CALL_IRQS : 0}};

	add(r, what, &s, NULL);
}

/* The step added last, and its label; NULL if there is none. */
static struct xr_step *last_step(struct xr_request *r, struct xr_label **label)
{
	if (r->lost || !r->labels.count || r->skipped)
		return NULL;
	*label = &r->labels.items[r->labels.count - 1];
	return (struct xr_step *)&r->words
		.items[r->words.count - sizeof(struct xr_step) / sizeof(uint64_t)];
}

void xr_unseen(struct xr_request *r)
{
	struct xr_label *label;
	struct xr_step *step = last_step(r, &label);

	if (!step)
		return;
	step->a[5] = 1;
	label->step = *step;
}

void xr_costed(struct xr_request *r, uint64_t times, uint64_t pages)
{
	struct xr_label *label;
	struct xr_step *step = last_step(r, &label);

	if (!step)
		return;
	label->costed = times;
	label->pages = pages;
	step->a[step->kind == XR_CALL ? 6 : 3] = times;
	label->step = *step;
}

void *xr_request_bytes(const struct xr_request *r, enum xr_timer timer, uint64_t gicd,
		       uint64_t gicc, size_t *len)
{
	size_t body = r->words.count * sizeof(uint64_t);
	struct xr_head head = {XR_MAGIC_REQUEST,
			       r->labels.count,
			       r->words.count,
			       xr_sum(r->words.items, r->words.count),
			       timer,
			       gicd,
			       gicc,
			       r->ram};
	char *bytes = r->lost ? NULL : malloc(sizeof(head) + body);

	if (!bytes)
		return NULL;
	memcpy(bytes, &head, sizeof(head));
	if (body)
		memcpy(bytes + sizeof(head), r->words.items, body);
	*len = sizeof(head) + body;
	return bytes;
}

static const char *const access_name[XR_ACCESS_COUNT] = {
	"ldrb",	 "ldrh",  "ldr w", "ldr x",    "strb", "strh",
	"str w", "str x", "ldp",   "ldr post", "br",   "ldr w post",
};

void xr_describe(const struct xr_request *r, size_t k, struct buf *out)
{
	const struct xr_label *label = &r->labels.items[k];
	const uint64_t *a = label->step.a;

	buf_printf(out, "%s: ", label->what);
	switch (label->step.kind) {
	case XR_CALL:
		buf_printf(out, "hypercall %" PRIu64 " (0x%" PRIx64 ", 0x%" PRIx64 ")", a[0], a[1],
			   a[2]);
		break;
	case XR_ACCESS:
		buf_printf(out, "%s 0x%" PRIx64 "%s", access_name[a[1]], a[0],
			   a[5] ? ", unseen" : "");
		break;
	case XR_RUNS:
		buf_printf(out, "%" PRIu64 " words of memory at 0x%" PRIx64, a[1], a[0]);
		break;
	case XR_BAD_TAG:
		buf_printf(out, "hvc #0x%x", XR_HVC_BAD);
		break;
	default:
		buf_str(out, "preparation");
	}
}
