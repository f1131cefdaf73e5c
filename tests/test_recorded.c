// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recorded runs of a real Xen 4.22 with a real Linux 6.1, event by event: same calls, same
 * addresses, same order, same tables, and Xen instructions within 2 %.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "cli/events.h"
#include "cli/events_file.h"
#include "tests/replay_fixture.h"

#define RUNS TEST_DATA "/real-runs/"

static struct events_file finish(struct events_file run, int rc, struct diag *d)
{
	EXPECT_I64(rc, 0);
	if (d->text)
		fputs(d->text, stderr);
	diag_fini(d);
	return run;
}

static struct events_file load(const char *path)
{
	struct events_file run;
	struct diag d;
	int rc;

	diag_init(&d);
	rc = events_file_load(&run, path, &d);
	return finish(run, rc, &d);
}

/* A record as 'run --events' writes it. */
static struct events_file from_record(const struct record *rec)
{
	struct events_file run;
	struct diag_file file = {.path = "events"};
	struct buf text = {0};
	struct diag d;
	int rc;

	diag_init(&d);
	events_put(&text, rec, NULL);
	file.text = buf_cstr(&text);
	file.len = text.len;
	rc = events_file_parse(&run, &file, &d);
	buf_fini(&text);
	return finish(run, rc, &d);
}

static bool simulate(struct played *p, const char *scenario, const char *strategy)
{
	return play_file(p, scenario, strategy, "4.22", "6.1") &&
	       EXPECT_U64(p->res.status, RUN_DONE);
}

/* Within 2 %, or so with one virtual interrupt pending at entry (150 more): which events of the
 * real machine met one is chance. */
static void expect_insns(const struct file_event *got, const struct file_event *want)
{
	uint64_t slack = want->insns * 2 / 100;
	bool near = got->insns + slack >= want->insns && got->insns <= want->insns + slack;
	bool near_virq =
		got->insns + 150 + slack >= want->insns && got->insns + 150 <= want->insns + slack;

	if (!EXPECT(near || near_virq))
		fprintf(stderr,
			"%s 0x%" PRIx64 ": %" PRIu64 " instructions, recorded %" PRIu64 "\n",
			event_kind_name[want->kind], want->gpa, got->insns, want->insns);
}

/* The next event from *at on that makes a mapping; NULL at the end. */
static const struct file_event *next_mapping(const struct events_file *run, size_t *at)
{
	while (*at < run->events.count) {
		const struct file_event *ev = &run->events.items[(*at)++];

		if (ev->kind == EV_ADD_TO_PHYSMAP_RANGE || ev->kind == EV_ABORT_MAP)
			return ev;
	}
	return NULL;
}

static void test_stock(void)
{
	struct events_file run = load(RUNS "xen-4.22-linux-6.1-gicv3/trace.jsonl");
	struct events_file ours = {0};
	struct played s;
	size_t r = 0, n = 0;
	unsigned int calls = 0, ecam = 0, demand = 0;

	if (simulate(&s, SOURCE_DIR "/scenarios/boot-qemu-virt.yaml", "notifier+c")) {
		const struct file_event *want;

		ours = from_record(&s.res.record);
		while ((want = next_mapping(&run, &r))) {
			const struct file_event *got = next_mapping(&ours, &n);

			if (!EXPECT(got != NULL))
				break;
			EXPECT_U64(got->kind, want->kind);
			EXPECT_U64(got->gpa, want->gpa);
			EXPECT_U64(got->pages, want->pages);
			EXPECT_U64(got->tables, want->tables);
			expect_insns(got, want);
			calls += got->kind == EV_ADD_TO_PHYSMAP_RANGE;
			demand += got->kind == EV_ABORT_MAP;
			ecam += got->gpa >> 28 == 0x401;
		}
		EXPECT(next_mapping(&ours, &n) == NULL);
	}
	EXPECT_U64(calls, 33);
	EXPECT_U64(ecam, 32);
	EXPECT_U64(demand, 43);
	played_end(&s);
	events_file_fini(&run);
	events_file_fini(&ours);
}

static void test_notifier_panics(void)
{
	struct played s;

	if (simulate(&s, SOURCE_DIR "/scenarios/boot-qemu-virt.yaml", "notifier")) {
		const struct event *first = NULL;

		for (size_t i = 0; i < s.res.record.events.count && !first; i++)
			if (s.res.record.events.items[i].kind == EV_ABORT_INJECT)
				first = &s.res.record.events.items[i];
		EXPECT(s.res.panicked);
		if (EXPECT(first != NULL)) {
			EXPECT_U64(first->gpa, UINT64_C(0x4010000000));
			EXPECT_U64(first->size, 4);
			EXPECT_U64(first->write, false);
			EXPECT_STR(first->by, "pci_generic_config_read");
		}
	}
	played_end(&s);
}

static void test_option_b(void)
{
	struct events_file run = load(RUNS "xen-4.22-linux-6.1-gicv3-option-b/trace.jsonl");
	struct events_file ours = {0};
	struct played s;
	const struct file_event *got, *want;
	size_t r = 0, n = 0;
	unsigned int calls = 0;
	uint64_t tables = 0, denied = 0, pages = 0;

	if (simulate(&s, SOURCE_DIR "/scenarios/boot-qemu-virt-b.yaml", "b")) {
		ours = from_record(&s.res.record);
		while ((want = next_mapping(&run, &r))) {
			got = next_mapping(&ours, &n);
			if (!EXPECT(got != NULL))
				break;
			EXPECT_U64(got->kind, want->kind);
			EXPECT_U64(got->gpa, want->gpa);
			EXPECT_U64(got->size, want->size);
			EXPECT_U64(got->pages, want->pages);
			EXPECT_U64(got->denied, want->denied);
			EXPECT_U64(got->tables, want->tables);
			expect_insns(got, want);
			calls++;
			tables += got->tables;
			denied += got->denied;
			pages += got->pages;
		}
		EXPECT(next_mapping(&ours, &n) == NULL);
		EXPECT(!s.res.panicked);
	}
	EXPECT_U64(calls, 33 + 54);
	EXPECT_U64(denied, 3984);
	EXPECT_U64(pages, 69568 + 33);
	EXPECT_U64(tables, 136);
	played_end(&s);
	events_file_fini(&run);
	events_file_fini(&ours);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"the stock boot makes the recorded calls and demand mappings", test_stock},
		{"with the notifier alone the first refused access is the recorded one",
		 test_notifier_panics},
		{"option b makes the recorded calls, chunk by chunk", test_option_b},
	};

	return unit_main("recorded", tests, ARRAY_SIZE(tests), argc, argv);
}
