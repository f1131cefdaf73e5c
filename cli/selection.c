// SPDX-License-Identifier: GPL-2.0-only
/* The options that say what to run, shared by the verbs. */
#include "cli/cmd.h"

enum exit_code selection_from_opts(struct selection *sel, const struct opts *opts)
{
	sel->data_dir = cli_data_dir();
	sel->args = opts->args;
	sel->arg_count = opts->arg_count;
	for (size_t i = 0; i < opts->values.count; i++) {
		const struct opt_value *v = &opts->values.items[i];

		if (v->opt->id == OPT_ID_STRATEGY)
			sel->strategies = v->text;
		else if (v->opt->id == OPT_ID_XEN)
			sel->xens = v->text;
		else if (v->opt->id == OPT_ID_LINUX)
			sel->linuxes = v->text;
		else if (v->opt->id == OPT_ID_PLATFORM)
			sel->over.platform = v->text;
		else if (v->opt->id == OPT_ID_MACHINE)
			sel->over.machine = v->text;
		else if (v->opt->id == OPT_ID_FILTER && vec_push(&sel->filters, v->text))
			return EXIT_INTERNAL;
	}
	return EXIT_OK;
}

void selection_fini(struct selection *sel)
{
	vec_fini(&sel->filters);
}
