// SPDX-License-Identifier: GPL-2.0-only
/*
 * gtdt.c: GTDT (ACPI 6.5, 5.2.24): memory mapped timers and watchdogs.
 */
#include <inttypes.h>

#include "acpi/readers.h"

#define TIMER_BLOCK 0
#define WATCHDOG    1

#define BLOCK_LEN    20u
#define FRAME_LEN    40u
#define WATCHDOG_LEN 28u

#define FRAMES_MAX 8u
#define FRAME_SIZE 0x1000u

static int add_frame(struct acpi_facts *facts, const struct acpi_span *s, size_t at,
		     const char *what)
{
	uint64_t base = acpi_u64(s, at);

	if (!acpi_base_is_new(s, at, what, base, FRAME_SIZE, facts->gtdt_frames.items,
			      facts->gtdt_frames.count))
		return 0;
	return acpi_append(s, at, &facts->gtdt_frames, (struct acpi_frame){base, s->offset + at});
}

/* The n-th frame of a block, or nothing if it lies outside of the block. */
static int read_frame(struct acpi_facts *facts, const struct acpi_span *block, size_t at)
{
	struct acpi_span frame = acpi_span_cut(block, at, FRAME_LEN);

	if (!acpi_span_has(&frame, FRAME_LEN, "timer frame"))
		return ACPI_STOP;
	if (acpi_u8(&frame, 0) >= FRAMES_MAX) {
		acpi_say(&frame, ACPI_ERROR, 0, "timer frame number %u is above %u",
			 acpi_u8(&frame, 0), FRAMES_MAX - 1);
		return 0;
	}
	return add_frame(facts, &frame, 4, "CNTBase frame");
}

static int read_block(struct acpi_facts *facts, const struct acpi_span *block)
{
	uint32_t count, first;
	int rc;

	if (!acpi_span_has(block, BLOCK_LEN, "timer block"))
		return 0;
	count = acpi_u32(block, 12);
	first = acpi_u32(block, 16);
	if (count > FRAMES_MAX) {
		acpi_say(block, ACPI_ERROR, 12,
			 "timer block has %" PRIu32 " frames, at most %u can be", count,
			 FRAMES_MAX);
		count = FRAMES_MAX;
	}
	rc = add_frame(facts, block, 4, "CNTCTLBase frame");
	if (count && first < BLOCK_LEN) {
		acpi_say(block, ACPI_ERROR, 16, "timer frames at %" PRIu32 " overlap their block",
			 first);
		return rc;
	}
	for (uint32_t i = 0; i < count && rc == 0; i++)
		rc = read_frame(facts, block, first + i * (size_t)FRAME_LEN);
	return rc < 0 ? rc : 0;
}

static int read_watchdog(struct acpi_facts *facts, const struct acpi_span *watchdog)
{
	static const char *const names[] = {"watchdog refresh frame", "watchdog control frame"};
	uint64_t base[2];
	int rc = 0;

	if (!acpi_span_has(watchdog, WATCHDOG_LEN, "watchdog"))
		return 0;
	for (size_t i = 0; i < 2; i++) {
		base[i] = acpi_u64(watchdog, 4 + 8 * i);
		if (!acpi_base_is_new(watchdog, 4 + 8 * i, names[i], base[i], FRAME_SIZE,
				      facts->watchdogs.items, facts->watchdogs.count))
			return 0;
	}
	/* Pushed together: the list stays pairwise. */
	for (size_t i = 0; i < 2 && rc == 0; i++)
		rc = acpi_append(watchdog, 0, &facts->watchdogs,
				 (struct acpi_frame){base[i], watchdog->offset});
	return rc;
}

static int visit_timer(void *ctx, const struct acpi_span *entry)
{
	switch (acpi_u8(entry, 0)) {
	case TIMER_BLOCK:
		return read_block(ctx, entry);
	case WATCHDOG:
		return read_watchdog(ctx, entry);
	default:
		acpi_say(entry, ACPI_WARN, 0, "platform timer of unknown type %u",
			 acpi_u8(entry, 0));
		return 0;
	}
}

static size_t timer_length(const struct acpi_span *rest)
{
	return acpi_u16(rest, 1);
}

int acpi_read_gtdt(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "platform timer",
		.header = 4,
		.type_len = 1,
		.length = timer_length,
		.visit = visit_timer,
	};
	uint32_t count = acpi_u32(table, 88), first = acpi_u32(table, 92);
	struct acpi_span timers = acpi_span_cut(table, first, table->len);

	if (count && first < 96) {
		acpi_say(table, ACPI_ERROR, 92, "platform timers at %" PRIu32 " overlap the table",
			 first);
		return 0;
	}
	return acpi_walk(&walk, &timers, count, facts);
}
