// SPDX-License-Identifier: GPL-2.0-only
#include "cli/report.h"

size_t tally_run(const struct tally *t)
{
	size_t run = 0;

	for (unsigned int i = 0; i < RESULT_KIND_COUNT; i++)
		run += t->counts[i];
	return run;
}

enum exit_code tally_exit(const struct tally *t)
{
	enum exit_code code = t->interrupted ? EXIT_INTERRUPTED : EXIT_OK;

	for (unsigned int i = 0; i < RESULT_KIND_COUNT; i++)
		if (t->counts[i])
			code = exit_worse(code, result_infos[i].exit);
	if (code == EXIT_OK && t->selected && t->counts[RESULT_SKIP] == t->selected)
		code = EXIT_SKIPPED;
	return code;
}

void report_fini(struct report *r)
{
	out_close(&r->out);
	buf_fini(&r->body);
	rows_fini(&r->rows);
	table_fini(&r->findings);
}
