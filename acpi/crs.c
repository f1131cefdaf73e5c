// SPDX-License-Identifier: GPL-2.0-only
/*
 * crs.c: resource templates (ACPI 6.5, 6.4): small descriptors have their length in the first
 * byte, large ones in the two bytes behind it.
 */
#include "acpi/crs.h"

#include <inttypes.h>
#include <string.h>

#include "acpi/log.h"
#include "acpi/span.h"
#include "base/check.h"

#define LARGE_BIT   0x80u
#define SMALL_TAG   0x78u /* of a small descriptor's first byte: its type */
#define SMALL_LEN   0x07u
#define LARGE_START 3u

/* First byte of each descriptor that is told apart; of small ones without the length. */
enum tag {
	TAG_IRQ = 0x20,
	TAG_DMA = 0x28,
	TAG_START_DEPENDENT = 0x30,
	TAG_END_DEPENDENT = 0x38,
	TAG_IO = 0x40,
	TAG_FIXED_IO = 0x48,
	TAG_FIXED_DMA = 0x50,
	TAG_SMALL_VENDOR = 0x70,
	TAG_END = 0x78,
	TAG_MEMORY24 = 0x81,
	TAG_REGISTER = 0x82,
	TAG_VENDOR = 0x84,
	TAG_MEMORY32 = 0x85,
	TAG_MEMORY32_FIXED = 0x86,
	TAG_DWORD = 0x87,
	TAG_WORD = 0x88,
	TAG_INTERRUPT = 0x89,
	TAG_QWORD = 0x8a,
	TAG_EXTENDED = 0x8b,
	TAG_GPIO = 0x8c,
	TAG_PIN_FUNCTION = 0x8d,
	TAG_SERIAL_BUS = 0x8e,
	TAG_PIN_CONFIG = 0x8f,
	TAG_PIN_GROUP = 0x90,
	TAG_PIN_GROUP_FUNCTION = 0x91,
	TAG_PIN_GROUP_CONFIG = 0x92,
	TAG_CLOCK_INPUT = 0x93,
};

/* Address spaces: kind of resource at byte 0, flags at byte 1. */
#define SPACE_MEMORY   0
#define SPACE_IO       1
#define SPACE_BUS      2
#define FLAG_CONSUMER  (1u << 0)
#define FLAG_MIN_FIXED (1u << 2)
#define FLAG_MAX_FIXED (1u << 3)

struct reader {
	struct acpi_crs *out;
	struct acpi_log *log;
	const char *sig;
	size_t at;   /* of the buffer in its table */
	size_t item; /* of the descriptor in the buffer */
};

typedef int read_fn(struct reader *r, const struct acpi_span *body);

__attribute__((format(printf, 2, 3))) static void say(const struct reader *r, const char *format,
						      ...)
{
	va_list args;

	va_start(args, format);
	acpi_log_say(r->log, ACPI_ERROR, r->sig, r->at + r->item, 0, format, args);
	va_end(args);
}

/* One of size 0 is left out: nothing is assigned (Linux: acpi_dev_resource_len_valid). */
static int add(struct reader *r, struct acpi_res res)
{
	if (res.size == 0 && res.kind != ACPI_RES_OTHER)
		return 0;
	if (res.size && res.size - 1 > UINT64_MAX - res.base) {
		say(r, "resource at 0x%" PRIx64 " of 0x%" PRIx64 " is past 64 bits", res.base,
		    res.size);
		return 0;
	}
	if (r->out->items.count >= ACPI_LIST_MAX) {
		say(r, "more than %u resources, the rest is not read", ACPI_LIST_MAX);
		return ACPI_STOP;
	}
	res.offset = r->item;
	return vec_push(&r->out->items, res);
}

static int add_plain(struct reader *r, enum acpi_res_kind kind, uint64_t base, uint64_t size)
{
	return add(r, (struct acpi_res){.kind = kind, .base = base, .size = size});
}

/* A mask of the 16 lines of an interrupt controller: each run of bits is one resource. */
static int read_irq(struct reader *r, const struct acpi_span *body)
{
	uint32_t mask = acpi_u16(body, 0);
	int rc = 0;

	for (unsigned int first = 0; first < 16 && rc == 0; first++) {
		unsigned int count = 0;

		while (mask >> (first + count) & 1)
			count++;
		rc = add_plain(r, ACPI_RES_INTERRUPT, first, count);
		first += count;
	}
	return rc;
}

static int read_interrupts(struct reader *r, const struct acpi_span *body)
{
	size_t count = acpi_u8(body, 1);
	int rc = 0;

	if (body->len < 2 + 4 * count) {
		say(r, "%zu interrupts do not fit in their %zu bytes", count, body->len - 2);
		return ACPI_STOP;
	}
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_plain(r, ACPI_RES_INTERRUPT, acpi_u32(body, 2 + 4 * i), 1);
	return rc;
}

static int read_io(struct reader *r, const struct acpi_span *body)
{
	return add_plain(r, ACPI_RES_IO, acpi_u16(body, 1), acpi_u8(body, 6));
}

static int read_fixed_io(struct reader *r, const struct acpi_span *body)
{
	return add_plain(r, ACPI_RES_IO, acpi_u16(body, 0), acpi_u8(body, 2));
}

/* In units of 256 bytes. */
static int read_memory24(struct reader *r, const struct acpi_span *body)
{
	return add_plain(r, ACPI_RES_MEMORY, (uint64_t)acpi_u16(body, 1) << 8,
			 (uint64_t)acpi_u16(body, 7) << 8);
}

static int read_memory32(struct reader *r, const struct acpi_span *body)
{
	return add_plain(r, ACPI_RES_MEMORY, acpi_u32(body, 1), acpi_u32(body, 13));
}

static int read_memory32_fixed(struct reader *r, const struct acpi_span *body)
{
	return add_plain(r, ACPI_RES_MEMORY, acpi_u32(body, 1), acpi_u32(body, 5));
}

/* The 12 bytes of a Generic Address Structure; one without a width is one byte. */
static int read_register(struct reader *r, const struct acpi_span *body)
{
	unsigned int bytes = (acpi_u8(body, 1) + 7u) / 8u;

	return add(r, (struct acpi_res){
			      .kind = ACPI_RES_REGISTER,
			      .space = acpi_u8(body, 0),
			      .base = acpi_u64(body, 4),
			      .size = bytes ? bytes : 1,
		      });
}

/* Granularity, minimum, maximum, translation, length from `at` on, `width` bytes each. */
static int read_space(struct reader *r, const struct acpi_span *body, size_t at, size_t width)
{
	static const enum acpi_res_kind kinds[] = {
		[SPACE_MEMORY] = ACPI_RES_MEMORY,
		[SPACE_IO] = ACPI_RES_IO,
		[SPACE_BUS] = ACPI_RES_BUS,
	};
	const unsigned int fixed = FLAG_MIN_FIXED | FLAG_MAX_FIXED;
	unsigned int space = acpi_u8(body, 0), flags = acpi_u8(body, 1);
	uint64_t max = acpi_span_u(body, at + 2 * width, width);
	struct acpi_res res = {
		.kind = space < ARRAY_SIZE(kinds) ? kinds[space] : ACPI_RES_OTHER,
		.window = !(flags & FLAG_CONSUMER),
		.base = acpi_span_u(body, at + width, width),
		.size = acpi_span_u(body, at + 4 * width, width),
	};

	if (res.size == 0 && (flags & fixed) == fixed && max >= res.base)
		res.size = max - res.base + 1;
	if (res.window) /* of another's resource it means nothing (Linux: acpi_decode_space) */
		res.translation = acpi_span_u(body, at + 3 * width, width);
	return add(r, res);
}

static int read_word(struct reader *r, const struct acpi_span *body)
{
	return read_space(r, body, 3, 2);
}

static int read_dword(struct reader *r, const struct acpi_span *body)
{
	return read_space(r, body, 3, 4);
}

static int read_qword(struct reader *r, const struct acpi_span *body)
{
	return read_space(r, body, 3, 8);
}

/* Revision and a reserved byte come before the numbers. */
static int read_extended(struct reader *r, const struct acpi_span *body)
{
	return read_space(r, body, 5, 8);
}

static int read_other(struct reader *r, const struct acpi_span *body)
{
	(void)body;
	return add_plain(r, ACPI_RES_OTHER, 0, 0);
}

static int read_nothing(struct reader *r, const struct acpi_span *body)
{
	(void)r, (void)body;
	return 0;
}

/* need: bytes behind the descriptor's own tag and length. */
static const struct row {
	uint8_t tag, need;
	read_fn *read;
} rows[] = {
	{TAG_IRQ, 2, read_irq},
	{TAG_DMA, 2, read_other},
	{TAG_START_DEPENDENT, 0, read_nothing},
	{TAG_END_DEPENDENT, 0, read_nothing},
	{TAG_IO, 7, read_io},
	{TAG_FIXED_IO, 3, read_fixed_io},
	{TAG_FIXED_DMA, 5, read_other},
	{TAG_SMALL_VENDOR, 0, read_other},
	{TAG_MEMORY24, 9, read_memory24},
	{TAG_REGISTER, 12, read_register},
	{TAG_VENDOR, 0, read_other},
	{TAG_MEMORY32, 17, read_memory32},
	{TAG_MEMORY32_FIXED, 9, read_memory32_fixed},
	{TAG_DWORD, 23, read_dword},
	{TAG_WORD, 13, read_word},
	{TAG_INTERRUPT, 2, read_interrupts},
	{TAG_QWORD, 43, read_qword},
	{TAG_EXTENDED, 53, read_extended},
	{TAG_GPIO, 0, read_other},
	{TAG_PIN_FUNCTION, 0, read_other},
	{TAG_SERIAL_BUS, 0, read_other},
	{TAG_PIN_CONFIG, 0, read_other},
	{TAG_PIN_GROUP, 0, read_other},
	{TAG_PIN_GROUP_FUNCTION, 0, read_other},
	{TAG_PIN_GROUP_CONFIG, 0, read_other},
	{TAG_CLOCK_INPUT, 0, read_other},
};

static int read_descriptor(struct reader *r, unsigned int tag, const struct acpi_span *body)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].tag != tag)
			continue;
		if (body->len >= rows[i].need)
			return rows[i].read(r, body);
		say(r, "resource descriptor 0x%02x has %zu bytes, needs %u", tag, body->len,
		    rows[i].need);
		return ACPI_STOP;
	}
	return 0; /* a reserved one */
}

/* Its byte makes all of the template sum up to 0; 0 says that nobody computed it. */
static void check_sum(const struct reader *r, const struct acpi_span *all, uint8_t have)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < r->item + 2; i++)
		sum = (uint8_t)(sum + acpi_u8(all, i));
	if (have != 0 && sum != 0)
		say(r, "end tag's sum is 0x%02x, should be 0x%02x", have, (uint8_t)(have - sum));
}

/* Length and tag of the descriptor that `rest` starts with, and its body cut from it. */
static bool take(const struct reader *r, const struct acpi_span *rest, unsigned int *tag,
		 struct acpi_span *body)
{
	unsigned int first = acpi_u8(rest, 0);
	bool large = first & LARGE_BIT;
	size_t start = large ? LARGE_START : 1;
	size_t len = large ? acpi_u16(rest, 1) : first & SMALL_LEN;

	*tag = large ? first : first & SMALL_TAG;
	*body = acpi_span_cut(rest, start, len);
	if (rest->len >= start && body->len == len)
		return true;
	say(r, "resource descriptor 0x%02x is %zu bytes long, %zu are left", *tag, start + len,
	    rest->len);
	return false;
}

int acpi_crs_read(struct acpi_crs *out, const uint8_t *bytes, size_t len, const char *sig,
		  size_t at, struct acpi_log *log)
{
	const struct acpi_blob blob = {.bytes = bytes, .len = len};
	const struct acpi_span all = acpi_span_of(&blob, log);
	struct reader r = {.out = out, .log = log, .sig = sig, .at = at};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (r.item < len && rc == 0) {
		struct acpi_span rest = acpi_span_cut(&all, r.item, len), body;
		unsigned int tag;

		if (!take(&r, &rest, &tag, &body))
			return 0;
		if (tag == TAG_END) {
			if (body.len)
				check_sum(&r, &all, acpi_u8(&body, 0));
			return 0;
		}
		rc = read_descriptor(&r, tag, &body);
		r.item = body.offset + body.len;
	}
	if (rc == 0)
		say(&r, "resource template has no end tag");
	if (rc < 0)
		acpi_crs_fini(out);
	return rc < 0 ? rc : 0;
}

void acpi_crs_fini(struct acpi_crs *crs)
{
	vec_fini(&crs->items);
}
