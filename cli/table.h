/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h: rows of cells, printed in aligned columns two spaces apart.
 */
#ifndef P2MLAB_TABLE_H
#define P2MLAB_TABLE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"

struct table_cell {
	size_t at; /* into the text of all cells */
	const char *color;
};

struct table {
	unsigned int columns;
	uint32_t right; /* bit per column: aligned to the right */
	VEC(struct table_cell) cells;
	struct buf text;
	bool lost;
};

/* heads NULL: no head row. */
void table_init(struct table *t, unsigned int columns, uint32_t right, const char *const *heads);
void table_fini(struct table *t);

/*
 * The next cell, left to right, row by row. Control characters in it become '?'. color: an escape
 * sequence, NULL for none.
 */
void table_add(struct table *t, const char *text, const char *color);
void table_add_u64(struct table *t, uint64_t v);
void table_add_hex(struct table *t, uint64_t v);

size_t table_rows(const struct table *t);

/* Appends the whole table. Columns count characters, not bytes. */
void table_put(const struct table *t, struct buf *out);

#endif
