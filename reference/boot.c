// SPDX-License-Identifier: GPL-2.0-only
#include "reference/boot.h"

#include <string.h>

#define LINES_SHOWN 10
#define LINE_SHOWN  120u

static void last_lines(struct buf *why, const struct process_result *r)
{
	size_t at = r->len;
	unsigned int lines = 0;

	while (at > 0 && lines <= LINES_SHOWN) {
		at--;
		if (r->output[at] == '\n' && at + 1 < r->len)
			lines++;
	}
	if (r->len == 0) {
		buf_str(why, "; the console is empty\n");
		return;
	}
	buf_str(why, "; the console's last lines:\n");
	while (at < r->len) {
		size_t len = strcspn(r->output + at, "\n"), bare = len;

		while (bare && r->output[at + bare - 1] == '\r')
			bare--;
		if (bare) {
			buf_str(why, "  | ");
			buf_text(why, r->output + at, bare < LINE_SHOWN ? bare : LINE_SHOWN);
			if (bare > LINE_SHOWN)
				buf_printf(why, " ... (%zu more bytes)", bare - LINE_SHOWN);
			buf_str(why, "\n");
		}
		at += len + 1;
	}
}

void ref_explain(struct buf *why, const char *program, unsigned int deadline_ms,
		 const struct process_result *r, const char *wrong)
{
	buf_printf(why, "%s: %s; ", program, wrong);
	switch (r->end) {
	case PROCESS_EXITED:
		buf_printf(why, "it ended with status %d", r->code);
		break;
	case PROCESS_SIGNALLED:
		buf_printf(why, "it died of signal %d", r->code);
		break;
	case PROCESS_DEADLINE:
		buf_printf(why, "it was still running after %u ms and was killed", deadline_ms);
		break;
	case PROCESS_OUTPUT:
		buf_str(why, "its console went on without an end and it was killed");
		break;
	case PROCESS_INTERRUPTED:
		buf_str(why, "it was interrupted");
		break;
	}
	last_lines(why, r);
}
