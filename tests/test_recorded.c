// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recorded runs of a real Xen 4.22 with a real Linux 6.1, event by event: same calls, same
 * addresses, same order, same tables, and Xen instructions within 2 %.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/check.h"
#include "tests/replay_fixture.h"

#define RUNS TEST_DATA "/real-runs/"

struct mapping_event {
	char kind[32];
	uint64_t gpa, pages, insns, size, denied, tables, start_extent;
	bool hook;
};

struct trace {
	VEC(struct mapping_event) events;
};

/* The number behind "key": in one line of JSON; 0 if the key is not there. */
static uint64_t field(const char *line, const char *key)
{
	char quoted[40];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\": ", key);
	at = strstr(line, quoted);
	if (!at)
		return 0;
	at += strlen(quoted);
	return strtoull(*at == '"' ? at + 1 : at, NULL, 0);
}

static struct mapping_event parse_line(const char *line)
{
	struct mapping_event ev = {
		.gpa = field(line, "gpa"),
		.pages = field(line, "pages"),
		.insns = field(line, "insns"),
		.size = field(line, "size"),
		.denied = field(line, "denied"),
		.tables = field(line, "domheap_allocs"),
		.start_extent = field(line, "start_extent"),
		.hook = strstr(line, "\"by\": \"hook\"") != NULL,
	};
	const char *kind = strstr(line, "\"kind\": \"");

	if (kind)
		snprintf(ev.kind, sizeof(ev.kind), "%.*s", (int)strcspn(kind + 9, "\""), kind + 9);
	return ev;
}

static struct trace load(const char *path)
{
	struct trace run = {0};
	char *text = unit_read_file(path, NULL);
	char *save = NULL;

	if (!text)
		return run;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		CHECK(vec_push(&run.events, parse_line(line)) == 0);
	free(text);
	return run;
}

static struct trace from_record(const struct record *rec)
{
	struct trace run = {0};

	for (size_t i = 0; i < rec->events.count; i++) {
		const struct event *ev = &rec->events.items[i];
		struct mapping_event out = {
			.gpa = ev->gpa,
			.pages = ev->pages,
			.insns = ev->insns,
			.size = ev->size,
			.denied = ev->denied,
			.tables = ev->tables,
			.start_extent = ev->start_extent,
		};

		snprintf(out.kind, sizeof(out.kind), "%s", event_kind_name[ev->kind]);
		CHECK(vec_push(&run.events, out) == 0);
	}
	return run;
}

static bool simulate(struct played *p, const char *scenario, const char *strategy)
{
	return play_file(p, scenario, strategy, "4.22", "6.1") &&
	       EXPECT_U64(p->res.status, RUN_DONE);
}

/* Within 2 %, or so with one virtual interrupt pending at entry (150 more): which events of the
 * real machine met one is chance. */
static void expect_insns(uint64_t got, uint64_t want, const char *what, uint64_t gpa)
{
	uint64_t slack = want * 2 / 100;
	bool near = got + slack >= want && got <= want + slack;
	bool near_virq = got + 150 + slack >= want && got + 150 <= want + slack;

	if (!EXPECT(near || near_virq))
		fprintf(stderr,
			"%s 0x%" PRIx64 ": %" PRIu64 " instructions, recorded %" PRIu64 "\n", what,
			gpa, got, want);
}

/* The next event from *at on that makes a mapping; NULL at the end. */
static const struct mapping_event *next_mapping(const struct trace *run, size_t *at)
{
	while (*at < run->events.count) {
		const struct mapping_event *ev = &run->events.items[(*at)++];

		if (!strcmp(ev->kind, "add_to_physmap_range") ||
		    !strcmp(ev->kind, "stage2_abort_map"))
			return ev;
	}
	return NULL;
}

static void test_stock(void)
{
	struct trace run = load(RUNS "xen-4.22-linux-6.1-gicv3/trace.jsonl");
	struct trace ours = {0};
	struct played s;
	size_t r = 0, n = 0;
	unsigned int calls = 0, ecam = 0, demand = 0;

	if (simulate(&s, SOURCE_DIR "/scenarios/boot-qemu-virt.yaml", "notifier+c")) {
		const struct mapping_event *want;

		ours = from_record(&s.res.record);
		while ((want = next_mapping(&run, &r))) {
			const struct mapping_event *got = next_mapping(&ours, &n);

			if (!EXPECT(got != NULL))
				break;
			EXPECT_STR(got->kind, want->kind);
			EXPECT_U64(got->gpa, want->gpa);
			EXPECT_U64(got->pages, want->pages);
			EXPECT_U64(got->tables, want->tables);
			expect_insns(got->insns, want->insns, want->kind, want->gpa);
			calls += !strcmp(got->kind, "add_to_physmap_range");
			demand += !strcmp(got->kind, "stage2_abort_map");
			ecam += got->gpa >> 28 == 0x401;
		}
		EXPECT(next_mapping(&ours, &n) == NULL);
	}
	EXPECT_U64(calls, 33);
	EXPECT_U64(ecam, 32);
	EXPECT_U64(demand, 43);
	played_end(&s);
	vec_fini(&run.events);
	vec_fini(&ours.events);
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

/* One hypercall with all its continuations. */
struct whole_call {
	uint64_t gpa, size, pages, denied, tables, insns;
};

static bool next_call(const struct trace *run, size_t *at, struct whole_call *call)
{
	const struct mapping_event *ev = next_mapping(run, at);
	size_t peek;

	if (!ev)
		return false;
	*call = (struct whole_call){ev->gpa, ev->size, 0, 0, 0, 0};
	for (;;) {
		call->pages += ev->pages;
		call->denied += ev->denied;
		call->tables += ev->tables;
		call->insns += ev->insns;
		peek = *at;
		ev = next_mapping(run, &peek);
		if (!ev || !ev->start_extent)
			return true;
		*at = peek;
	}
}

static void test_option_b(void)
{
	struct trace run = load(RUNS "xen-4.22-linux-6.1-gicv3-option-b/trace.jsonl");
	struct trace ours = {0};
	struct played s;
	struct whole_call got, want;
	size_t r = 0, n = 0;
	unsigned int calls = 0;
	uint64_t tables = 0, denied = 0, pages = 0;

	if (simulate(&s, SOURCE_DIR "/scenarios/boot-qemu-virt-b.yaml", "b")) {
		ours = from_record(&s.res.record);
		while (next_call(&run, &r, &want)) {
			if (!EXPECT(next_call(&ours, &n, &got)))
				break;
			EXPECT_U64(got.gpa, want.gpa);
			EXPECT_U64(got.size, want.size);
			EXPECT_U64(got.pages, want.pages);
			EXPECT_U64(got.denied, want.denied);
			EXPECT_U64(got.tables, want.tables);
			expect_insns(got.insns, want.insns, "call", want.gpa);
			calls++;
			tables += got.tables;
			denied += got.denied;
			pages += got.pages;
		}
		EXPECT(!next_call(&ours, &n, &got));
		EXPECT(!s.res.panicked);
	}
	EXPECT_U64(calls, 33 + 54);
	EXPECT_U64(denied, 3984);
	EXPECT_U64(pages, 69568 + 33);
	EXPECT_U64(tables, 136);
	played_end(&s);
	vec_fini(&run.events);
	vec_fini(&ours.events);
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
