/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * span.h: a window on a table's bytes, and the walk over the entries in it. Private to acpi/.
 *
 * The only way to a table's bytes: acpi_span_u() checks every read against the window, and a
 * window is only ever cut from a larger one. Offsets are relative to the window; messages give
 * the offset in the table.
 */
#ifndef P2MLAB_ACPI_SPAN_H
#define P2MLAB_ACPI_SPAN_H

#include "acpi/acpi.h"

/* Bytes of the header every table but FACS and RSDP starts with (ACPI 6.5, 5.2.6). */
#define ACPI_HEADER_LEN 36u

/* More entries of one kind than this are left out: keeps the search for duplicates short. */
#define ACPI_LIST_MAX 4096u

/* More entries of a table than this are not looked at: bounds what its duplicates cost. */
#define ACPI_WALK_MAX 16384u

/* A visitor's way to end a walk that is no failure. */
#define ACPI_STOP 1

struct acpi_span {
	const struct acpi_blob *blob;
	struct acpi_log *log;
	size_t offset, len; /* offset + len <= blob->len */
};

struct acpi_span acpi_span_of(const struct acpi_blob *blob, struct acpi_log *log);

/* The bytes of `s` from `at` on, at most `len`; empty if `at` is past the end. */
struct acpi_span acpi_span_cut(const struct acpi_span *s, size_t at, size_t len);

/* A little-endian number of 1 to 8 bytes; 0 where the window ends before it does. */
uint64_t acpi_span_u(const struct acpi_span *s, size_t at, size_t bytes);

static inline uint8_t acpi_u8(const struct acpi_span *s, size_t at)
{
	return (uint8_t)acpi_span_u(s, at, 1);
}

static inline uint16_t acpi_u16(const struct acpi_span *s, size_t at)
{
	return (uint16_t)acpi_span_u(s, at, 2);
}

static inline uint32_t acpi_u32(const struct acpi_span *s, size_t at)
{
	return (uint32_t)acpi_span_u(s, at, 4);
}

static inline uint64_t acpi_u64(const struct acpi_span *s, size_t at)
{
	return acpi_span_u(s, at, 8);
}

/* A message about the byte at `at`. */
void acpi_say(const struct acpi_span *s, enum acpi_level level, size_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* True if the window has `need` bytes; else an error that names `what`. */
bool acpi_span_has(const struct acpi_span *s, size_t need, const char *what);

/*
 * True if [base, base + size) can be physical addresses: not at 0 and below 2^52, the most an
 * ARMv8 machine has; else an error at `at`. A base inside a 4 KiB page is only a warning.
 */
bool acpi_range_ok(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		   uint64_t size);

/* The same for what is allocated as bytes: no warning. */
bool acpi_bytes_ok(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		   uint64_t size);

/* acpi_range_ok(), and not yet in the list (a warning: it is described twice). */
bool acpi_base_is_new(const struct acpi_span *s, size_t at, const char *what, uint64_t base,
		      uint64_t size, const struct acpi_frame *list, size_t count);

/* Appends unless the list is full (an error and ACPI_STOP): 0, ACPI_STOP or -ENOMEM. */
#define acpi_append(s, at, v, ...)                                                                 \
	((v)->count >= ACPI_LIST_MAX ? acpi_list_full(s, at) : vec_push(v, __VA_ARGS__))
int acpi_list_full(const struct acpi_span *s, size_t at);

/* How the entries of a table follow one another. */
struct acpi_walk {
	const char *what;      /* "interrupt controller structure" */
	size_t header;	       /* bytes every entry has */
	unsigned int type_len; /* bytes of the type at its start */
	/* Length of the entry at the start of `rest`, which has `header` bytes; 0 if unknown. */
	size_t (*length)(const struct acpi_span *rest);
	/* The entry and no byte more. 0 to go on, else the walk ends and returns it. */
	int (*visit)(void *ctx, const struct acpi_span *entry);
};

#define ACPI_NO_COUNT UINT64_MAX

/*
 * Visits `count` entries, or all that are there for ACPI_NO_COUNT; too few are an error, and so
 * are more than ACPI_WALK_MAX. Each entry is at least `header` bytes long, so the walk ends. 0, or
 * what visit() returned.
 */
int acpi_walk(const struct acpi_walk *walk, const struct acpi_span *area, uint64_t count,
	      void *ctx);

#endif
