// SPDX-License-Identifier: GPL-2.0-only
#include "sim/record.h"

/* The names of a recorded real run's `kind` field. */
const char *const event_kind_name[EV_KIND_COUNT] = {
	[EV_ADD_TO_PHYSMAP_RANGE] = "add_to_physmap_range",
	[EV_ADD_TO_PHYSMAP] = "add_to_physmap",
	[EV_REMOVE_FROM_PHYSMAP] = "remove_from_physmap",
	[EV_HYPERCALL_OTHER] = "hypercall_other",
	[EV_ABORT_MAP] = "stage2_abort_map",
	[EV_ABORT_INJECT] = "stage2_abort_inject",
	[EV_ABORT_OTHER] = "stage2_abort_other",
	[EV_ABORT_EMULATE] = "stage2_abort_emulate",
	[EV_PREMAP] = "premap",
	[EV_DMA] = "dma",
	[EV_DMA_FAULT] = "dma_fault",
	[EV_EXTERNAL_ABORT] = "external_abort",
};

void record_event(struct record *rec, const struct event *ev)
{
	/* A gap would be worse than an early end: after the first loss nothing is kept. */
	if (rec->lost || vec_push(&rec->events, *ev))
		rec->lost = true;
}

void record_reset(struct record *rec)
{
	rec->events.count = 0;
	rec->lost = false;
}

void record_fini(struct record *rec)
{
	vec_fini(&rec->events);
	rec->lost = false;
}
