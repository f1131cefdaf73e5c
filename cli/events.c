// SPDX-License-Identifier: GPL-2.0-only
#include "cli/events.h"

#include "cli/json.h"

enum {
	F_RC = 1 << 0,
	F_SIZE = 1 << 1,
	F_NR = 1 << 2,	    /* `size` is a hypercall number */
	F_PHYSMAP = 1 << 3, /* space, errs, denied, start_extent, preempted */
	F_ACCESS = 1 << 4,  /* gva, pc, hsr, insn, write, isv, s1ptw */
	F_PC = 1 << 5,
	F_COST = 1 << 6, /* insns, cycles, tables, tlbi */
	F_WRITE = 1 << 7,
	F_STREAM = 1 << 8,
	F_TARGET = 1 << 9, /* if it reached something */
};

#define F_HYPERCALL (F_RC | F_PC | F_COST)
#define F_ABORT	    (F_RC | F_SIZE | F_ACCESS | F_PC | F_COST)

static const unsigned int fields_of[EV_KIND_COUNT] = {
	[EV_ADD_TO_PHYSMAP_RANGE] = F_HYPERCALL | F_SIZE | F_PHYSMAP,
	[EV_ADD_TO_PHYSMAP] = F_HYPERCALL | F_SIZE | F_PHYSMAP,
	[EV_REMOVE_FROM_PHYSMAP] = F_HYPERCALL,
	[EV_HYPERCALL_OTHER] = F_HYPERCALL | F_NR,
	[EV_ABORT_MAP] = F_ABORT,
	[EV_ABORT_INJECT] = F_ABORT,
	[EV_ABORT_OTHER] = F_ABORT,
	[EV_ABORT_EMULATE] = F_ABORT,
	[EV_PREMAP] = F_RC | F_COST,
	[EV_DMA] = F_SIZE | F_STREAM | F_WRITE | F_COST | F_TARGET,
	[EV_DMA_FAULT] = F_SIZE | F_STREAM | F_WRITE | F_COST,
	[EV_EXTERNAL_ABORT] = F_SIZE | F_ACCESS | F_PC | F_TARGET,
};

static void put_physmap(struct json *j, const struct event *ev)
{
	json_u64(j, "space", ev->space);
	json_array(j, "errs");
	for (unsigned int i = 0; i < ev->err_count && i < EVENT_ERRS; i++)
		json_i64(j, NULL, ev->errs[i]);
	json_end(j);
	json_u64(j, "denied", ev->denied);
	json_u64(j, "start_extent", ev->start_extent);
	json_u64(j, "preempted", ev->preempted);
}

static void put_access(struct json *j, const struct event *ev)
{
	json_hex(j, "hsr", ev->hsr);
	json_hex(j, "insn", ev->insn);
	json_u64(j, "write", ev->write);
	json_u64(j, "isv", ev->isv);
	json_u64(j, "s1ptw", ev->s1ptw);
}

static void put_cost(struct json *j, const struct event *ev)
{
	json_u64(j, "insns", ev->insns);
	json_u64(j, "cycles", ev->cycles);
	json_u64(j, "tables", ev->tables);
	json_u64(j, "tlbi", ev->tlbi);
}

static void put_dma(struct json *j, const struct event *ev, unsigned int fields)
{
	if (fields & F_STREAM)
		json_hex(j, "stream", ev->stream);
	if (fields & F_WRITE)
		json_u64(j, "write", ev->write);
	if ((fields & F_TARGET) && ev->reached)
		json_hex(j, "target", ev->target_pa);
}

static void put_fields(struct json *j, const struct event *ev, unsigned int fields)
{
	if (fields & F_RC)
		json_i64(j, "rc", ev->rc);
	if (fields & (F_SIZE | F_NR))
		json_u64(j, fields & F_NR ? "nr" : "size", ev->size);
	if (fields & F_COST)
		put_cost(j, ev);
	if (fields & F_PHYSMAP)
		put_physmap(j, ev);
	if (fields & F_ACCESS)
		json_hex(j, "gva", ev->gva);
	if (fields & F_PC)
		json_hex(j, "pc", ev->pc);
	if (fields & F_ACCESS)
		put_access(j, ev);
	put_dma(j, ev, fields);
}

void events_line(struct buf *out, size_t n, const struct event *ev, const struct script *script)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_u64(&j, "n", n);
	json_u64(&j, "cycle", ev->cycle);
	json_str(&j, "kind", event_kind_name[ev->kind]);
	if (ev->has_gpa)
		json_hex(&j, "gpa", ev->gpa);
	json_u64(&j, "pages", ev->pages);
	put_fields(&j, ev, fields_of[ev->kind]);
	if (ev->by[0])
		json_str(&j, "by", ev->by);
	if (ev->step >= 0) {
		json_i64(&j, "step", ev->step);
		if (script && (size_t)ev->step < script->steps.count)
			json_u64(&j, "line", script->steps.items[ev->step].at.line);
	}
	json_end(&j);
	json_line(&j);
}

void events_put(struct buf *out, const struct record *rec, const struct script *script)
{
	for (size_t i = 0; i < rec->events.count; i++)
		events_line(out, i, &rec->events.items[i], script);
}

void events_run_line(struct buf *out, const char *id)
{
	struct json j;

	json_init(&j, out);
	json_object(&j, NULL);
	json_str(&j, "type", "run");
	json_str(&j, "schema", EVENTS_SCHEMA);
	json_str(&j, "id", id);
	json_end(&j);
	json_line(&j);
}
