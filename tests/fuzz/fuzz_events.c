// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as two runs, halved: they are read or refused with a message; what was read is
 * compared and reported, and a run agrees with itself.
 */
#include <stdint.h>

#include "base/check.h"
#include "cli/agree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_events(struct events_file *f, const uint8_t *data, size_t size)
{
	struct diag_file file = {"fuzz.jsonl", (const char *)data, size};
	struct diag d;
	int rc;

	diag_init(&d);
	rc = events_file_parse(f, &file, &d);
	CHECK((rc == 0) == (d.errors == 0));
	CHECK(!d.errors || d.len);
	diag_fini(&d);
	return rc == 0;
}

static void compare(const struct events_file *rec, const struct events_file *sim)
{
	struct buf text = {0};
	struct agree a;

	CHECK(agree_compare(&a, rec, sim, 2) == 0);
	CHECK(a.all.matched + a.all.what[AGREE_MISSING] + a.all.what[AGREE_ORDER] ==
	      rec->events.count);
	CHECK(a.all.matched + a.all.what[AGREE_EXTRA] + a.all.what[AGREE_ORDER] ==
	      sim->events.count);
	CHECK(rec != sim || agree_holds(&a, true));
	agree_text(&a, 20, &text);
	agree_jsonl(&a, true, &text);
	buf_fini(&text);
	agree_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct events_file rec, sim;
	bool has_rec = read_events(&rec, data, size / 2);
	bool has_sim = read_events(&sim, data + size / 2, size - size / 2);

	if (has_rec)
		compare(&rec, &rec);
	if (has_rec && has_sim)
		compare(&rec, &sim);
	events_file_fini(&rec);
	events_file_fini(&sim);
	return 0;
}
