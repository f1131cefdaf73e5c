/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events_file.h: the mapping events of a JSON-lines file: a recorded real run, or what
 * 'run --events' wrote. Both have the kinds and fields of sim/record.h.
 *
 * A line is one flat object. Numbers may be written as such or as strings ("0x4010000000"), keys
 * nobody asks for are skipped, null is as good as absent. Events that make or refuse a mapping of
 * device memory are kept, all others are counted by kind.
 */
#ifndef P2MLAB_EVENTS_FILE_H
#define P2MLAB_EVENTS_FILE_H

#include <stdint.h>

#include "base/vec.h"
#include "sim/record.h"
#include "yaml/arena.h"
#include "yaml/diag.h"

#define EVENTS_FILE_MAX_BYTES  (64u << 20)
#define EVENTS_FILE_MAX_LINE   (256u << 10)
#define EVENTS_FILE_MAX_EVENTS 400000u /* mapping events */
#define EVENTS_FILE_MAX_KINDS  64u     /* other kinds */

/* A mapping event. Of a call that was preempted: the whole call, all its continuations. */
struct file_event {
	enum event_kind kind; /* only those that events_file_maps() */
	uint64_t n;	      /* as the file numbers it; else mapping events before it */
	unsigned int line;    /* from 1 */
	uint64_t gpa;
	uint64_t pages; /* 1 if the file does not say */
	int64_t rc;	/* of the last continuation; 0 if the file does not say */
	uint64_t insns; /* 0: unknown */
	uint64_t denied;
	uint64_t tables;      /* "tables" or "domheap_allocs" */
	uint64_t nested_irqs; /* physical interrupts that Xen took meanwhile */
	uint64_t size;
	uint64_t slices; /* entries of the file that are this call */
	bool write;
	char by[64]; /* who asked: "hook_caller", else "sym", "by", "caller"; cut if longer */
};

/* How many there are of a kind that does not decide. */
struct file_kind {
	const char *name;
	size_t count;
};

struct events_file {
	VEC(struct file_event) events;
	VEC(struct file_kind) others; /* in order of their first event */
	const char *run;	      /* id of the {"type":"run"} line; NULL if there is none */
	struct arena *arena;
};

/* Is it one of the kinds that are kept (a call only if its space is dev_mmio)? */
bool events_file_maps(enum event_kind kind);

/*
 * Reads a text; every mistake goes to `d` with its place, and after 1000 of them the rest is not
 * read. 0, -EINVAL after a mistake, -ENOMEM. events_file_fini() in every case. Mistakes are: what
 * is no JSON object, a NUL byte, a carriage return, a line over EVENTS_FILE_MAX_LINE, a missing
 * "kind", "gpa" or "space" where it is needed, a number that is none, a key given twice, events of
 * more than one run, no event at all.
 *
 * An abort that the file says came from EL0 ("el": 0) counts as another kind, "... of user space":
 * the simulated Dom0 has none.
 */
int events_file_parse(struct events_file *f, const struct diag_file *text, struct diag *d);

/* The same from a regular file of at most EVENTS_FILE_MAX_BYTES. */
int events_file_load(struct events_file *f, const char *path, struct diag *d);

void events_file_fini(struct events_file *f);

#endif
