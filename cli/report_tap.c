// SPDX-License-Identifier: GPL-2.0-only
/* TAP version 13: a line per permutation, what failed as a YAML block under it. */
#include "cli/report.h"

#include <string.h>

static void tap_begin(struct report *r)
{
	buf_printf(&r->body, "TAP version 13\n1..%zu\n", r->plan->perms.count);
}

/* Each line of `text`, indented as a block scalar. */
static void put_block(struct buf *out, const char *key, const char *text)
{
	if (!*text)
		return;
	buf_printf(out, "  %s: |\n", key);
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_str(out, "    ");
		buf_text(out, text, len);
		buf_str(out, "\n");
		text += len + (text[len] == '\n');
	}
}

static void tap_result(struct report *r, size_t index, const struct result *res)
{
	const struct result_info *info = &result_infos[res->kind];
	struct buf id = {0};

	plan_id(&r->plan->perms.items[index].p, &id);
	buf_printf(&r->body, "%sok %zu - %s%s\n", info->exit == EXIT_OK ? "" : "not ", index + 1,
		   buf_cstr(&id), res->kind == RESULT_SKIP ? " # SKIP no Dom0" : "");
	if (info->exit != EXIT_OK) {
		buf_printf(&r->body, "  ---\n  outcome: %s\n", info->name);
		put_block(&r->body, "why", res->why);
		put_block(&r->body, "message", res->diag);
		buf_str(&r->body, "  ...\n");
	}
	buf_fini(&id);
}

static void tap_end(struct report *r, const struct tally *tally)
{
	if (tally->interrupted)
		buf_str(&r->body, "Bail out! interrupted\n");
	else if (tally_run(tally) < tally->selected)
		buf_str(&r->body, "Bail out! stopped early\n");
}

const struct report_ops report_tap = {"tap", tap_begin, tap_result, tap_end};
