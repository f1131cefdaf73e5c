/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vec.h: a typed growing array.
 *
 *	struct { VEC(int) v; } s = {0};
 *	if (vec_push(&s.v, 3)) return -ENOMEM;
 *	for (size_t i = 0; i < s.v.count; i++) use(s.v.items[i]);
 *	vec_fini(&s.v);
 *
 * A zeroed vector is empty and valid; vec_fini() leaves it so.
 */
#ifndef P2MLAB_VEC_H
#define P2MLAB_VEC_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t count;                                                                      \
		size_t room;                                                                       \
	}

/* Makes room for one more item; 0 or -ENOMEM with the old items kept. */
static inline int vec_grow_(void **items, size_t count, size_t *room, size_t item)
{
	size_t want = *room ? *room * 2 : 8;
	void *bigger;

	if (count < *room)
		return 0;
	bigger = realloc(*items, want * item);
	if (!bigger)
		return -ENOMEM;
	*items = bigger;
	*room = want;
	return 0;
}

#define vec_grow(v) vec_grow_((void **)&(v)->items, (v)->count, &(v)->room, sizeof(*(v)->items))

/* Appends by value: 0 or -ENOMEM. */
#define vec_push(v, ...) (vec_grow(v) ? -ENOMEM : ((v)->items[(v)->count++] = __VA_ARGS__, 0))

#define vec_fini(v)                                                                                \
	do {                                                                                       \
		free((v)->items);                                                                  \
		(v)->items = NULL;                                                                 \
		(v)->count = (v)->room = 0;                                                        \
	} while (0)

#endif
