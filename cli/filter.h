/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * filter.h: --filter: GLOB over permutation ids, tag:NAME, each with an optional '!' in front.
 *
 * Filters apply from left to right; each keeps, of what the ones before kept, what it matches.
 */
#ifndef P2MLAB_FILTER_H
#define P2MLAB_FILTER_H

#include "scenario/scenario.h"

/* Whether one filter keeps a permutation with this id. */
bool filter_keeps(const char *filter, const char *id, const struct scenario *sc);

/* What is wrong with a filter whatever it is asked of, as "glob 'x': ..."; NULL: nothing. */
const char *filter_wrong(const char *filter);

/* The name of a tag: filter, NULL for a glob. */
const char *filter_tag(const char *filter);

#endif
