// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/check.h"
#include "sim/record.h"
#include "tests/unit.h"

static void test_order(void)
{
	struct record rec = {0};

	for (unsigned int i = 0; i < 100; i++) {
		struct event ev = {
			.cycle = i, .kind = EV_ABORT_MAP, .gpa = i * PAGE_SIZE, .by = ""};

		record_event(&rec, &ev);
		ev.gpa = 0; /* the record has a copy */
	}
	EXPECT_U64(rec.events.count, 100);
	EXPECT(!rec.lost);
	for (unsigned int i = 0; i < 100; i++) {
		EXPECT_U64(rec.events.items[i].cycle, i);
		EXPECT_U64(rec.events.items[i].gpa, i * PAGE_SIZE);
	}
	record_fini(&rec);
	EXPECT(rec.events.items == NULL && rec.events.count == 0 && rec.events.room == 0);
}

static void test_reset(void)
{
	struct event ev = {.kind = EV_DMA, .by = "nic"};
	struct record rec = {0};
	struct event *memory;
	size_t room;

	record_event(&rec, &ev);
	memory = rec.events.items;
	room = rec.events.room;
	rec.lost = true;
	record_reset(&rec);
	EXPECT_U64(rec.events.count, 0);
	EXPECT(!rec.lost);
	EXPECT(rec.events.items == memory && rec.events.room == room);
	record_event(&rec, &ev);
	EXPECT_U64(rec.events.count, 1);
	EXPECT_STR(rec.events.items[0].by, "nic");
	record_fini(&rec);
}

static void test_lost(void)
{
	struct event ev = {.kind = EV_DMA, .by = ""};
	struct record rec = {0};

	/* No allocator gives this many: growing fails as it does when memory runs out. */
	rec.events.count = rec.events.room = SIZE_MAX / sizeof(ev) / 4 * 3;
	record_event(&rec, &ev);
	EXPECT(rec.lost);
	EXPECT(rec.events.items == NULL);
	rec.events.count = rec.events.room = 0;
	record_event(&rec, &ev);
	EXPECT_U64(rec.events.count, 0);
	record_fini(&rec);
	EXPECT(!rec.lost);
	record_event(&rec, &ev);
	EXPECT_U64(rec.events.count, 1);
	record_fini(&rec);
}

static void test_names(void)
{
	/* The kinds of the recorded runs, by their spelling there. */
	EXPECT_STR(event_kind_name[EV_ADD_TO_PHYSMAP_RANGE], "add_to_physmap_range");
	EXPECT_STR(event_kind_name[EV_ADD_TO_PHYSMAP], "add_to_physmap");
	EXPECT_STR(event_kind_name[EV_REMOVE_FROM_PHYSMAP], "remove_from_physmap");
	EXPECT_STR(event_kind_name[EV_ABORT_MAP], "stage2_abort_map");
	EXPECT_STR(event_kind_name[EV_ABORT_INJECT], "stage2_abort_inject");
	EXPECT_STR(event_kind_name[EV_ABORT_OTHER], "stage2_abort_other");
	EXPECT_STR(event_kind_name[EV_ABORT_EMULATE], "stage2_abort_emulate");
	for (int i = 0; i < EV_KIND_COUNT; i++) {
		EXPECT(event_kind_name[i] != NULL);
		for (int k = 0; k < i; k++)
			EXPECT(strcmp(event_kind_name[i], event_kind_name[k]) != 0);
	}
}

static const struct unit_test tests[] = {
	{"events are kept as copies in their order", test_order},
	{"a reset record is empty and keeps its memory", test_reset},
	{"after an event is lost none is kept, so that there is no gap", test_lost},
	{"each kind has the name that recorded runs use", test_names},
};

int main(int argc, char **argv)
{
	return unit_main("record", tests, ARRAY_SIZE(tests), argc, argv);
}
