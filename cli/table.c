// SPDX-License-Identifier: GPL-2.0-only
#include "cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

#define COLUMNS_MAX 32
#define COLOR_OFF   "\x1b[0m"

void table_init(struct table *t, unsigned int columns, uint32_t right, const char *const *heads)
{
	CHECK(columns <= COLUMNS_MAX);
	*t = (struct table){.columns = columns, .right = right};
	for (unsigned int i = 0; heads && i < columns; i++)
		table_add(t, heads[i], NULL);
}

void table_fini(struct table *t)
{
	vec_fini(&t->cells);
	buf_fini(&t->text);
}

void table_add(struct table *t, const char *text, const char *color)
{
	struct table_cell cell = {.at = t->text.len, .color = color};

	buf_text(&t->text, text, strlen(text));
	buf_add(&t->text, "", 1);
	if (vec_push(&t->cells, cell) || t->text.lost)
		t->lost = true;
}

void table_add_u64(struct table *t, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	table_add(t, text, NULL);
}

void table_add_hex(struct table *t, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, v);
	table_add(t, text, NULL);
}

size_t table_rows(const struct table *t)
{
	return t->cells.count / t->columns;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static const char *cell_text(const struct table *t, size_t i)
{
	return t->text.s + t->cells.items[i].at;
}

static void put_row(const struct table *t, size_t row, const size_t *widths, struct buf *out)
{
	size_t owed = 0; /* spaces that only a later cell makes necessary */

	for (unsigned int c = 0; c < t->columns; c++) {
		size_t i = row * t->columns + c;
		const char *text = cell_text(t, i), *color = t->cells.items[i].color;
		size_t pad = widths[c] - characters(text);

		if (t->right & (UINT32_C(1) << c)) {
			owed += pad;
			pad = 0;
		}
		if (*text) {
			buf_pad(out, ' ', owed);
			owed = 0;
			buf_printf(out, "%s%s%s", color ? color : "", text, color ? COLOR_OFF : "");
		} else {
			pad = widths[c];
		}
		owed += pad + 2;
	}
	buf_str(out, "\n");
}

void table_put(const struct table *t, struct buf *out)
{
	size_t widths[COLUMNS_MAX] = {0};

	if (t->lost) {
		out->lost = true;
		return;
	}
	for (size_t i = 0; i < t->cells.count; i++) {
		size_t n = characters(cell_text(t, i));

		if (n > widths[i % t->columns])
			widths[i % t->columns] = n;
	}
	for (size_t row = 0; row < table_rows(t); row++)
		put_row(t, row, widths, out);
}
