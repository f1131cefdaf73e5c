// SPDX-License-Identifier: GPL-2.0-only
#include "cli/report_rows.h"

#include <string.h>

enum axis {
	XEN,
	LINUX
};

static enum axis across(enum axis axis)
{
	return axis == XEN ? LINUX : XEN;
}

/* Versions are rows of constant tables: their names tell them apart. */
static const char *version(const struct permutation *p, enum axis axis)
{
	return axis == XEN ? p->xen->name : p->lnx->name;
}

static bool same_version(const struct row_member *a, const struct row_member *b, enum axis axis)
{
	return strcmp(version(&a->p, axis), version(&b->p, axis)) == 0;
}

int rows_add(struct report_rows *rows, const struct permutation *p, const struct result *res)
{
	size_t i = rows->members.count;
	struct row_member m = {.p = *p,
			       .kind = res->kind,
			       .codes = res->codes,
			       .panicked = res->panicked,
			       .panic_phase = res->panic_phase,
			       .unreached = res->unreached,
			       .strategy = i,
			       .group = i,
			       .row = i};

	memcpy(m.metrics, res->metrics, sizeof(m.metrics));
	return vec_push(&rows->members, m);
}

void rows_fini(struct report_rows *rows)
{
	vec_fini(&rows->members);
}

/* Sets the first members of the same strategy, and of the same strategy, verdict and findings. */
static void find_group(struct report_rows *rows, size_t i)
{
	struct row_member *m = &rows->members.items[i];

	for (size_t k = 0; k < i; k++) {
		const struct row_member *first = &rows->members.items[k];

		if (strcmp(first->p.strategy->name, m->p.strategy->name) != 0)
			continue;
		m->strategy = first->strategy;
		if (first->kind != m->kind || first->codes != m->codes)
			continue;
		m->group = first->group;
		return;
	}
}

/* Whether a's version on the axis was run, in the group, with b's version on the other axis. */
static bool meets(const struct report_rows *rows, const struct row_member *a,
		  const struct row_member *b, enum axis axis)
{
	for (size_t i = a->group; i < rows->members.count; i++) {
		const struct row_member *m = &rows->members.items[i];

		if (m->group == a->group && same_version(m, a, axis) &&
		    same_version(m, b, across(axis)))
			return true;
	}
	return false;
}

/* Whether a's version on the axis was run with all that b's was run with. */
static bool covers(const struct report_rows *rows, const struct row_member *a,
		   const struct row_member *b, enum axis axis)
{
	for (size_t i = a->group; i < rows->members.count; i++) {
		const struct row_member *m = &rows->members.items[i];

		if (m->group == a->group && same_version(m, b, axis) && !meets(rows, a, m, axis))
			return false;
	}
	return true;
}

/* Puts together the versions on the axis that met the same on the other; how many rows it gave. */
static size_t split(struct report_rows *rows, size_t group, enum axis axis)
{
	size_t count = 0;

	for (size_t i = group; i < rows->members.count; i++) {
		struct row_member *m = &rows->members.items[i];

		if (m->group != group)
			continue;
		m->row = i;
		for (size_t k = group; k < i && m->row == i; k++) {
			const struct row_member *first = &rows->members.items[k];

			if (first->group == group && first->row == k &&
			    covers(rows, first, m, axis) && covers(rows, m, first, axis))
				m->row = k;
		}
		count += m->row == i;
	}
	return count;
}

void rows_gather(struct report_rows *rows)
{
	for (size_t i = 0; i < rows->members.count; i++)
		find_group(rows, i);
	for (size_t i = 0; i < rows->members.count; i++) {
		size_t count;

		if (rows->members.items[i].group != i)
			continue;
		count = split(rows, i, XEN);
		if (count > 1 && split(rows, i, LINUX) >= count)
			split(rows, i, XEN);
	}
}

static size_t matrix_count(const struct scenario *sc, enum axis axis)
{
	return axis == XEN ? sc->xens.count : sc->linuxes.count;
}

static const char *matrix_version(const struct scenario *sc, enum axis axis, size_t i)
{
	return axis == XEN ? sc->xens.items[i]->name : sc->linuxes.items[i]->name;
}

static bool in_matrix(const struct scenario *sc, enum axis axis, const char *name)
{
	for (size_t i = 0; i < matrix_count(sc, axis); i++)
		if (strcmp(matrix_version(sc, axis, i), name) == 0)
			return true;
	return false;
}

/* Whether member i is the first of the row with its version. */
static bool new_in_row(const struct report_rows *rows, size_t row, size_t i, enum axis axis)
{
	const struct row_member *items = rows->members.items;

	if (items[i].row != row)
		return false;
	for (size_t k = row; k < i; k++)
		if (items[k].row == row && same_version(&items[k], &items[i], axis))
			return false;
	return true;
}

static void put_versions(const struct report_rows *rows, size_t row, enum axis axis,
			 struct buf *out)
{
	const struct scenario *sc = rows->members.items[row].p.scenario;
	size_t known = 0, count = 0;
	struct buf names = {0};

	for (size_t i = row; i < rows->members.count; i++) {
		const char *name = version(&rows->members.items[i].p, axis);

		if (!new_in_row(rows, row, i, axis))
			continue;
		buf_printf(&names, "%s%s", count ? " " : "", name);
		count++;
		known += in_matrix(sc, axis, name);
	}
	if (known == count && count == matrix_count(sc, axis))
		buf_str(out, "all");
	else
		buf_str(out, buf_cstr(&names));
	out->lost |= names.lost;
	buf_fini(&names);
}

void row_xens(const struct report_rows *rows, size_t row, struct buf *out)
{
	put_versions(rows, row, XEN, out);
}

void row_linuxes(const struct report_rows *rows, size_t row, struct buf *out)
{
	put_versions(rows, row, LINUX, out);
}

struct row_range row_metric(const struct report_rows *rows, size_t row, enum metric metric)
{
	uint64_t first = rows->members.items[row].metrics[metric];
	struct row_range range = {first, first};

	for (size_t i = row; i < rows->members.count; i++) {
		const struct row_member *m = &rows->members.items[i];

		if (m->row != row)
			continue;
		if (m->metrics[metric] < range.min)
			range.min = m->metrics[metric];
		if (m->metrics[metric] > range.max)
			range.max = m->metrics[metric];
	}
	return range;
}
