// SPDX-License-Identifier: GPL-2.0-only
/* Mapping events read from JSON lines, and what is said about lines that are none. */
#include "cli/events_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

struct reading {
	struct events_file f;
	struct diag d;
	int rc;
};

/* From memory that ends with the text: whoever reads on is found by a sanitizer. */
static void parse(struct reading *r, const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct diag_file file = {"t.jsonl", copy, len};

	CHECK(copy != NULL);
	memcpy(copy, text, len);
	diag_init(&r->d);
	r->rc = events_file_parse(&r->f, &file, &r->d);
	free(copy);
}

static void reading_end(struct reading *r)
{
	events_file_fini(&r->f);
	diag_fini(&r->d);
}

/* The text is refused with `errors` mistakes, and `says` is in what is said. */
static void refuse_bytes(const char *text, size_t len, unsigned int errors, const char *says)
{
	struct reading r;

	parse(&r, text, len);
	EXPECT_I64(r.rc, -EINVAL);
	EXPECT_U64(r.d.errors, errors);
	if (!EXPECT(r.d.text && strstr(r.d.text, says)))
		fprintf(stderr, "'%s' is not in: %s\n", says, r.d.text ? r.d.text : "");
	reading_end(&r);
}

static void refuse(const char *text, const char *says)
{
	refuse_bytes(text, strlen(text), 1, says);
}

static void test_fields(void)
{
	static const char text[] =
		"{\"n\": 7, \"kind\": \"stage2_abort_map\", \"gpa\": \"0x4010008123\", \"pages\": "
		"1, "
		"\"rc\": 0, \"insns\": 1017, \"size\": 4, \"write\": 1, \"domheap_allocs\": 2, "
		"\"nested_irqs\": 3, \"sym\": \"read+0x1\", \"hsr\": \"0x93\", \"x\": [1, {\"y\": "
		"2}]}\n"
		"{\"kind\":\"add_to_physmap_range\",\"gpa\":4096,\"pages\":2,\"rc\":-22,\"space\":"
		"5,"
		"\"errs\":[0,-22],\"denied\":1,\"tables\":4,\"caller\":\"c\",\"by\":\"b\"}\n"
		"\n"
		"{\"kind\": \"remove_from_physmap\", \"gpa\": \"0x2000\", \"rc\": null}";
	struct reading r;

	parse(&r, text, strlen(text));
	EXPECT_I64(r.rc, 0);
	if (EXPECT_U64(r.f.events.count, 3)) {
		const struct file_event *ev = r.f.events.items;

		EXPECT_U64(ev[0].kind, EV_ABORT_MAP);
		EXPECT_U64(ev[0].n, 7);
		EXPECT_U64(ev[0].line, 1);
		EXPECT_U64(ev[0].gpa, UINT64_C(0x4010008123));
		EXPECT_U64(ev[0].insns, 1017);
		EXPECT_U64(ev[0].write, true);
		EXPECT_U64(ev[0].tables, 2);
		EXPECT_U64(ev[0].nested_irqs, 3);
		EXPECT_STR(ev[0].by, "read+0x1");
		EXPECT_U64(ev[1].n, 1);
		EXPECT_U64(ev[1].gpa, 4096);
		EXPECT_U64(ev[1].pages, 2);
		EXPECT_I64(ev[1].rc, -22);
		EXPECT_U64(ev[1].denied, 1);
		EXPECT_U64(ev[1].tables, 4);
		EXPECT_STR(ev[1].by, "b");
		EXPECT_U64(ev[2].line, 4);
		EXPECT_U64(ev[2].pages, 1);
		EXPECT_I64(ev[2].rc, 0);
	}
	reading_end(&r);
}

static void test_others(void)
{
	static const char text[] =
		"{\"type\":\"run\",\"id\":\"boot:c\"}\n"
		"{\"kind\":\"memory_op_other\",\"gpa\":null}\n"
		"{\"kind\":\"add_to_physmap\",\"gpa\":\"0x1000\",\"space\":\"shared_info\"}\n"
		"{\"kind\":\"stage2_abort_inject\",\"gpa\":\"0x1000\",\"el\":0}\n"
		"{\"kind\":\"stage2_abort_inject\",\"gpa\":\"0x1000\",\"el\":1}\n"
		"{\"kind\":\"add_to_physmap\",\"gpa\":\"0x1000\",\"space\":\"dev_mmio\"}\n"
		"{\"kind\":\"memory_op_other\"}\n";
	struct reading r;

	parse(&r, text, strlen(text));
	EXPECT_I64(r.rc, 0);
	EXPECT_STR(r.f.run, "boot:c");
	if (EXPECT_U64(r.f.events.count, 2)) {
		EXPECT_U64(r.f.events.items[0].kind, EV_ABORT_INJECT);
		EXPECT_U64(r.f.events.items[1].kind, EV_ADD_TO_PHYSMAP);
	}
	if (EXPECT_U64(r.f.others.count, 3)) {
		EXPECT_STR(r.f.others.items[0].name, "memory_op_other");
		EXPECT_U64(r.f.others.items[0].count, 2);
		EXPECT_STR(r.f.others.items[1].name, "add_to_physmap of another space");
		EXPECT_STR(r.f.others.items[2].name, "stage2_abort_inject of user space");
	}
	reading_end(&r);
}

#define SLICE(gpa, pages, start, rc)                                                               \
	"{\"kind\":\"add_to_physmap_range\",\"gpa\":\"" gpa "\",\"pages\":" pages                  \
	",\"start_extent\":" start ",\"rc\":" rc                                                   \
	",\"space\":5,\"size\":30,\"insns\":100,\"tables\":1,\"denied\":2,\"nested_irqs\":1}\n"

static void test_continuations(void)
{
	static const char text[] =
		SLICE("0x1000", "10", "0",
		      "999") "{\"kind\":\"stage2_abort_map\",\"gpa\":\"0x9000\"}\n" SLICE("0xb000",
											  "5", "10",
											  "998")
			SLICE("0x10000", "15", "15", "0") SLICE("0x50000", "7", "23", "0");
	struct reading r;

	parse(&r, text, strlen(text));
	EXPECT_I64(r.rc, 0);
	if (EXPECT_U64(r.f.events.count, 3)) {
		const struct file_event *call = r.f.events.items;

		EXPECT_U64(call->gpa, 0x1000);
		EXPECT_U64(call->pages, 30);
		EXPECT_U64(call->slices, 3);
		EXPECT_I64(call->rc, 0);
		EXPECT_U64(call->insns, 300);
		EXPECT_U64(call->tables, 3);
		EXPECT_U64(call->denied, 6);
		EXPECT_U64(call->nested_irqs, 3);
		EXPECT_U64(r.f.events.items[2].gpa, 0x50000);
	}
	reading_end(&r);
}

static void test_mistakes(void)
{
	refuse("a,b\n", "t.jsonl:1:1: error: not a JSON object");
	refuse("kind: x\n", "not a JSON object");
	refuse("[1]\n", "not a JSON object");
	refuse("{\"kind\":\"x\"} {\"kind\":\"y\"}\n", "t.jsonl:1:14: error: not a JSON object");
	refuse("{\"kind\": *a}\n", "not JSON: an alias");
	refuse("{[1]: 2}\n", "a key must be a text");
	refuse("{\"gpa\":1}\n", "no 'kind' in this event");
	refuse("{\"kind\":\"stage2_abort_map\",\"gpa\":null}\n", "no 'gpa' in this event");
	refuse("{\"kind\":\"add_to_physmap\",\"gpa\":1}\n", "no 'space' in this event");
	refuse("{\"kind\":\"x\",\"kind\":\"y\"}\n",
	       "t.jsonl:1:13: error: key 'kind' is given twice");
	refuse("{\"kind\":\"x\"}\n{\"kind\":\"x\",\"gpa\":\"12z\"}\n",
	       "t.jsonl:2:19: error: 'gpa' is '12z': not a number");
	refuse("{\"kind\":\"x\",\"rc\":1.5}\n", "'rc' is '1.5': not a number");
	refuse("{\"kind\":\"x\",\"gpa\":-1}\n", "'gpa' is '-1': not a number");
	refuse("{\"kind\":\"x\",\"gpa\":18446744073709551616}\n", "not a number");
	refuse("{\"kind\":\"x\",\"write\":2}\n", "'write' is '2'");
	refuse("{\"kind\":\"x\",\"gpa\":[1]}\n", "'gpa' is neither a number nor a text");
	refuse("{\"kind\":\"x\",\"a\":[[[[[[[[[1]]]]]]]]]}\n", "nested more than 8 deep");
	refuse("{\"kind\":\"x\"}\n{\"kind\":\"x\"", "t.jsonl:2:1: error: the last line is cut off");
	refuse("{\"kind\":\"x\xff\"}\n", "not a JSON object");
	refuse("{\"kind\":\"x\"}\r\n{\"kind\":\"x\"}\r\n",
	       "t.jsonl:1:13: error: a carriage return");
	refuse("", "no events in it");
	refuse("\n \t", "no events in it");
	refuse("\n{\"type\":\"run\",\"id\":\"a\"}\n", "no events in it");
	refuse("{\"type\":\"run\",\"id\":\"a\"}\n{\"type\":\"run\",\"id\":\"b\"}\n{\"kind\":\"x\"}"
	       "\n",
	       "t.jsonl:2:1: error: events of 2 runs, select one permutation: 'a', 'b'");
	refuse_bytes("{\"k\0\":1}\n", 9, 1, "t.jsonl:1:4: error: a NUL byte");
}

static void test_all_mistakes(void)
{
	static const char text[] = "x\n{\"gpa\":1}\n{\"kind\":\"x\",\"rc\":\"\"}\n";

	refuse_bytes(text, strlen(text), 3, "t.jsonl:3:18: error");
}

static void test_long_line(void)
{
	size_t len = EVENTS_FILE_MAX_LINE + 2;
	char *text = malloc(len);

	if (!EXPECT(text != NULL))
		return;
	memset(text, 'a', len);
	text[len - 1] = '\n';
	refuse_bytes(text, len, 1, "a line of 262145 bytes");
	free(text);
}

static void test_gives_up(void)
{
	char text[4000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? '\n' : 'x';
	refuse_bytes(text, sizeof(text), 1000, "and 950 more errors");
}

static void test_many_kinds(void)
{
	char text[8192] = "";
	size_t len = 0;

	for (unsigned int i = 0; i < EVENTS_FILE_MAX_KINDS + 3; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "{\"kind\":\"k%u\"}\n", i);
	refuse_bytes(text, len, 1, "t.jsonl:65:9: error: more than 64 kinds of events");
}

static void test_unreadable(void)
{
	struct reading r;

	diag_init(&r.d);
	EXPECT_I64(events_file_load(&r.f, TEST_DATA, &r.d), -EINVAL);
	EXPECT(r.d.text && strstr(r.d.text, "cannot read: Is a directory"));
	reading_end(&r);
}

int main(int argc, char **argv)
{
	static const struct unit_test tests[] = {
		{"numbers, hexadecimal texts and both names of a field are read", test_fields},
		{"events that map no device memory are counted by kind", test_others},
		{"the slices of a preempted call are one event", test_continuations},
		{"a line that is no event is refused with its place", test_mistakes},
		{"all mistakes of a file are told", test_all_mistakes},
		{"a line that is too long is refused", test_long_line},
		{"a file of nothing but mistakes is not read to its end", test_gives_up},
		{"kinds are limited", test_many_kinds},
		{"what is no regular file is refused", test_unreadable},
	};

	return unit_main("events_file", tests, ARRAY_SIZE(tests), argc, argv);
}
