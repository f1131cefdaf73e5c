// SPDX-License-Identifier: GPL-2.0-only
#include "cli/report_survey.h"

#include <string.h>

#include "base/check.h"

static const char *const heads[] = {"strategy", "xen",	 "linux",	  "finding", "region",
				    "is",	"pages", "first address", "by"};
#define RIGHT 0xc0u /* pages, first address */

void survey_open(struct table *t)
{
	table_init(t, ARRAY_SIZE(heads), RIGHT, heads);
}

static bool alike(const struct result_finding *a, const struct result_finding *b)
{
	return a->code == b->code && !strcmp(a->region, b->region);
}

/* An earlier finding of the same kind in the same region stands for this one. */
static bool is_first(const struct result *res, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (alike(&res->findings.items[k], &res->findings.items[i]))
			return false;
	return true;
}

void survey_add(struct table *t, const struct permutation *p, const struct result *res)
{
	for (size_t i = 0; i < res->findings.count; i++) {
		const struct result_finding *f = &res->findings.items[i];
		uint64_t pages = 0;

		if (!is_first(res, i))
			continue;
		for (size_t k = i; k < res->findings.count; k++)
			if (alike(f, &res->findings.items[k]))
				pages += res->findings.items[k].pages;
		table_add(t, p->strategy->name, NULL);
		table_add(t, p->xen->name, NULL);
		table_add(t, p->lnx->name, NULL);
		table_add(t, finding_name[f->code], NULL);
		table_add(t, f->region, NULL);
		table_add(t, truth_name[f->truth], NULL);
		table_add_u64(t, pages);
		table_add_hex(t, f->addr);
		table_add(t, f->by, NULL);
	}
}
