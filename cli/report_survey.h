/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report_survey.h: what the text report shows of a survey: per permutation and region, what was
 * found.
 */
#ifndef P2MLAB_REPORT_SURVEY_H
#define P2MLAB_REPORT_SURVEY_H

#include "cli/result.h"
#include "cli/table.h"

/* An empty table with its heads. */
void survey_open(struct table *t);
/* Adds a row for each (finding, region) of the result: pages, first address, who was first. */
void survey_add(struct table *t, const struct permutation *p, const struct result *res);

#endif
