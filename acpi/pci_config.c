// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci_config.c: PCI configuration space in hex, in the text that acpi.h describes.
 *
 * Layouts: PCI Local Bus 3.0, 6.1 and 6.7 (header, capability list), 6.8.2 (MSI-X); PCI Express
 * Base 3.0, 7.8.2 (device/port type).
 */
#include <string.h>

#include "acpi/text.h"

#define SIG "pci-config"

/* More functions are left out: keeps the search for duplicates short. */
#define FUNCTIONS_MAX 8192u

#define SPACE_BYTES  4096u
#define HEADER_BYTES 64u
#define BYTES_A_LINE 16u

#define STATUS	      0x06u
#define STATUS_CAPS   0x10u
#define HEADER_TYPE   0x0eu
#define SECONDARY_BUS 0x19u
#define CAP_POINTER   0x34u
#define TYPE_BRIDGE   1u
#define NO_PORT_TYPE  16u
#define CAPS_END      256u /* of the list; extended capabilities are not in it */
#define CAPS_MAX      ((CAPS_END - HEADER_BYTES) / 4)
#define CAP_EXPRESS   0x10u
#define CAP_MSIX      0x11u
#define CAP_NONE      0xffu
#define MSIX_BYTES    12u
#define EXPRESS_BYTES 4u
#define BARS	      6u

struct config_parse {
	struct pci_config_text *out;
	struct acpi_log *log;
	struct pci_config now;
	struct text_line heading;
	bool open; /* `now` takes bytes */
	bool skip; /* lines belong to a function that was left out */
	size_t have;
	uint8_t bytes[SPACE_BYTES];
};

/* --- what the bytes say -------------------------------------------------------------- */

static uint32_t read_le(const struct config_parse *p, size_t at, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint32_t)p->bytes[at + i] << 8 * i;
	return value;
}

static void take_msix(struct config_parse *p, size_t at)
{
	uint32_t table = read_le(p, at + 4, 4), bar = table & 7;

	if (bar >= BARS) {
		text_say(p->log, ACPI_ERROR, SIG, &p->heading,
			 "MSI-X table is in BAR %u, which no function has", bar);
		return;
	}
	p->now.has_msix = true;
	p->now.msix_bar = bar;
	p->now.msix_vectors = (read_le(p, at + 2, 2) & 0x7ff) + 1;
	p->now.msix_offset = table & ~UINT32_C(7);
}

/* The first of each kind counts, as for Linux's pci_find_capability(). */
static void take_capability(struct config_parse *p, size_t at)
{
	uint8_t id = p->bytes[at];
	size_t left = p->have - at;

	if (id == CAP_EXPRESS && left >= EXPRESS_BYTES && p->now.port_type == NO_PORT_TYPE)
		p->now.port_type = p->bytes[at + 2] >> 4;
	else if (id == CAP_MSIX && left >= MSIX_BYTES && !p->now.has_msix)
		take_msix(p, at);
}

/*
 * Only as far as bytes are there: a file read without root ends at 64. The two low bits of a
 * pointer are reserved; a list ends at a pointer into the header or at id 0xff (Linux's
 * __pci_find_next_cap_ttl() does the same).
 */
static void take_capabilities(struct config_parse *p)
{
	size_t at = p->bytes[CAP_POINTER] & ~3u;

	for (unsigned int n = 0; at >= HEADER_BYTES && at + 1 < p->have; n++) {
		if (n == CAPS_MAX) {
			text_say(p->log, ACPI_ERROR, SIG, &p->heading,
				 "list of capabilities does not end");
			return;
		}
		if (p->bytes[at] == CAP_NONE)
			return;
		take_capability(p, at);
		at = p->bytes[at + 1] & ~3u;
	}
}

/*
 * False if the bytes are no function's; that is said. All ones is what a function that is powered
 * down answers: nobody's mistake.
 */
static bool take_header(struct config_parse *p)
{
	if (p->have < HEADER_BYTES) {
		text_say(p->log, ACPI_ERROR, SIG, &p->heading,
			 "has less than the 64 bytes of its header, it is left out");
		return false;
	}
	if (read_le(p, 0, 2) == 0xffff) {
		text_say(p->log, ACPI_WARN, SIG, &p->heading, "reads as all ones, it is left out");
		return false;
	}
	p->now.header_type = p->bytes[HEADER_TYPE] & 0x7f;
	p->now.port_type = NO_PORT_TYPE;
	if (p->now.header_type == TYPE_BRIDGE)
		p->now.secondary_bus = p->bytes[SECONDARY_BUS];
	return true;
}

/* Keeps the function that ends here. */
static int close_function(struct config_parse *p)
{
	bool open = p->open;

	p->open = false;
	if (!open || !take_header(p))
		return 0;
	/* a CardBus bridge (type 2) has its pointer elsewhere */
	if (p->now.header_type <= TYPE_BRIDGE && (p->bytes[STATUS] & STATUS_CAPS))
		take_capabilities(p);
	return vec_push(&p->out->functions, p->now);
}

/* --- text ---------------------------------------------------------------------------- */

/* Digits the kernel prints: %04x:%02x:%02x.%d; segments above 16 bits are no ACPI ones. */
static bool parse_address(struct text_line line, struct pci_config *to)
{
	uint64_t segment, bus, dev, fn;

	if (!text_hex(&line, 4, &segment) || !text_word(&line, ":") || !text_hex(&line, 2, &bus) ||
	    !text_word(&line, ":") || !text_hex(&line, 2, &dev) || !text_word(&line, ".") ||
	    !text_hex(&line, 1, &fn) || dev > 31 || fn > 7)
		return false;
	to->segment = (uint16_t)segment;
	to->bus = (uint8_t)bus;
	to->dev = (uint8_t)dev;
	to->fn = (uint8_t)fn;
	return text_is_blank(line);
}

static bool is_known(const struct pci_config_text *text, const struct pci_config *to)
{
	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_config *f = &text->functions.items[i];

		if (f->segment == to->segment && f->bus == to->bus && f->dev == to->dev &&
		    f->fn == to->fn)
			return true;
	}
	return false;
}

/* `line` is what follows "== ". */
static int heading(struct config_parse *p, struct text_line line)
{
	int rc = close_function(p);
	const char *error = NULL;

	if (rc)
		return rc;
	p->now = (struct pci_config){.line = line.number};
	p->heading = line;
	p->have = 0;
	if (!parse_address(line, &p->now))
		error = "expected '== SEGMENT:BUS:DEVICE.FUNCTION'";
	else if (is_known(p->out, &p->now))
		error = "function is described twice";
	else if (p->out->functions.count == FUNCTIONS_MAX)
		error = "too many functions";
	if (error)
		text_say(p->log, ACPI_ERROR, SIG, &line, "%s, it is left out", error);
	p->open = !error;
	p->skip = !p->open;
	return 0;
}

static const char *hex_bytes(struct config_parse *p, struct text_line line)
{
	uint64_t offset, byte;

	text_blanks(&line);
	if (!text_hex(&line, 4, &offset) || !text_word(&line, ":"))
		return "expected 'OFFSET: ' and bytes";
	if (offset != p->have)
		return "offset is not the number of bytes so far";
	for (unsigned int n = 0; !text_is_blank(line); n++) {
		const char *start;

		if (n == BYTES_A_LINE || p->have == SPACE_BYTES)
			return n == BYTES_A_LINE ? "more than 16 bytes"
						 : "more bytes than a function has";
		if (!text_blanks(&line))
			return "expected a blank in front of a byte";
		start = line.at;
		if (!text_hex(&line, 2, &byte) || line.at - start != 2)
			return "expected two hex digits";
		p->bytes[p->have++] = (uint8_t)byte;
	}
	return NULL;
}

/* After a bad line no byte has its place: what came before it counts. */
static int bytes_line(struct config_parse *p, const struct text_line *line)
{
	const char *error = p->open ? hex_bytes(p, *line) : "bytes without a function";

	if (!error)
		return 0;
	text_say(p->log, ACPI_ERROR, SIG, line, "%s", error);
	p->skip = p->open;
	return p->open ? close_function(p) : 0;
}

static int parse_line(struct config_parse *p, const struct text_line *line)
{
	struct text_line start = *line;

	if (text_word(&start, "== "))
		return heading(p, start);
	if (p->skip || text_is_blank(*line))
		return 0;
	return bytes_line(p, line);
}

int pci_config_parse(struct pci_config_text *out, const char *text, size_t len,
		     struct acpi_log *log)
{
	struct text lines = {.at = text, .end = text + len};
	struct config_parse p = {.out = out, .log = log};
	struct text_line line;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (rc == 0 && text_next(&lines, &line))
		rc = parse_line(&p, &line);
	if (rc == 0)
		rc = close_function(&p);
	if (rc)
		pci_config_fini(out);
	return rc;
}

void pci_config_fini(struct pci_config_text *t)
{
	vec_fini(&t->functions);
}
