/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.h: the record of a run as JSON lines, p2mlab.events/1.
 *
 * Kinds, field names and their order are those of recorded real runs; a kind has only the fields
 * that mean something for it. Numbers that are addresses or registers are "0x..." strings, flags
 * are 0 or 1.
 */
#ifndef P2MLAB_EVENTS_H
#define P2MLAB_EVENTS_H

#include "base/buf.h"
#include "sim/record.h"
#include "sim/script.h"

#define EVENTS_SCHEMA "p2mlab.events/1"

/* One line; `n` counts from 0. `script` gives the step's line; it may be NULL. */
void events_line(struct buf *out, size_t n, const struct event *ev, const struct script *script);

/* All of a record. */
void events_put(struct buf *out, const struct record *rec, const struct script *script);

/* {"type":"run",...}: precedes the events of each permutation where there are several. */
void events_run_line(struct buf *out, const char *id);

#endif
