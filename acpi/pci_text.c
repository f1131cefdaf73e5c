// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci_text.c: PCI functions as sysfs shows them, in the text that acpi.h describes.
 */
#include <string.h>

#include "acpi/text.h"

#define SIG "pci"

/* More functions are left out: keeps the search for duplicates short. */
#define FUNCTIONS_MAX 8192u

struct pci_parse {
	struct pci_text *out;
	struct acpi_log *log;
	bool open; /* the last function takes resource lines */
	bool skip; /* lines belong to a function that was left out */
};

/* Digits the kernel prints: %04x:%02x:%02x.%d; segments above 16 bits are no ACPI ones. */
static bool parse_address(struct text_line *line, struct pci_function *to)
{
	uint64_t segment, bus, dev, fn;

	if (!text_hex(line, 4, &segment) || !text_word(line, ":") || !text_hex(line, 2, &bus) ||
	    !text_word(line, ":") || !text_hex(line, 2, &dev) || !text_word(line, ".") ||
	    !text_hex(line, 1, &fn) || dev > 31 || fn > 7)
		return false;
	to->segment = (uint16_t)segment;
	to->bus = (uint8_t)bus;
	to->dev = (uint8_t)dev;
	to->fn = (uint8_t)fn;
	return true;
}

static bool parse_ids(struct text_line *line, struct pci_function *to)
{
	uint64_t vendor, device, class_code;

	if (!text_word(line, " 0x") || !text_hex(line, 4, &vendor) || !text_word(line, " 0x") ||
	    !text_hex(line, 4, &device) || !text_word(line, " 0x") ||
	    !text_hex(line, 6, &class_code))
		return false;
	to->vendor = (uint16_t)vendor;
	to->device = (uint16_t)device;
	to->class_code = (uint32_t)class_code;
	return true;
}

/* The line's part behind its last '/'. */
static void skip_directories(struct text_line *line)
{
	for (const char *at = line->at; at < line->end; at++)
		if (*at == '/')
			line->at = at + 1;
}

static bool parse_driver(struct text_line *line, struct pci_function *to)
{
	size_t len;

	text_blanks(line);
	if (text_at_end(line))
		return true;
	if (!text_word(line, "drv="))
		return false;
	skip_directories(line);
	len = (size_t)(line->end - line->at);
	if (len >= sizeof(to->driver) || memchr(line->at, '\0', len))
		return false;
	memcpy(to->driver, line->at, len);
	return true;
}

/* "/sys/bus/pci/devices/0000:00:01.0": the path may be any that ends in the address. */
static bool parse_path(struct text_line *line, struct pci_function *to)
{
	struct text_line path = *line;

	path.end = path.at;
	while (path.end < line->end && *path.end != ' ')
		path.end++;
	line->at = path.end;
	skip_directories(&path);
	return parse_address(&path, to) && text_at_end(&path);
}

static bool is_known(const struct pci_text *text, const struct pci_function *to)
{
	for (size_t i = 0; i < text->functions.count; i++) {
		const struct pci_function *f = &text->functions.items[i];

		if (f->segment == to->segment && f->bus == to->bus && f->dev == to->dev &&
		    f->fn == to->fn)
			return true;
	}
	return false;
}

/* Its error is said; false. */
static bool heading_ok(const struct pci_parse *p, struct text_line line, struct pci_function *to)
{
	const struct text_line whole = line;
	const char *error = NULL;

	text_word(&line, "== ");
	if (!parse_path(&line, to) || !parse_ids(&line, to) || !parse_driver(&line, to))
		error = "expected '== PATH VENDOR DEVICE CLASS drv=LINK'";
	else if (is_known(p->out, to))
		error = "function is described twice";
	else if (p->out->functions.count == FUNCTIONS_MAX)
		error = "too many functions";
	if (error)
		text_say(p->log, ACPI_ERROR, SIG, &whole, "%s, it is left out", error);
	return !error;
}

static int heading(struct pci_parse *p, const struct text_line *line)
{
	struct pci_function to = {.line = line->number};

	p->open = heading_ok(p, *line, &to);
	p->skip = !p->open;
	return p->open ? vec_push(&p->out->functions, to) : 0;
}

static bool parse_resource(struct text_line line, uint64_t value[3])
{
	for (size_t i = 0; i < 3; i++)
		if ((i && !text_word(&line, " ")) || !text_word(&line, "0x") ||
		    !text_hex(&line, 16, &value[i]))
			return false;
	return text_is_blank(line);
}

static void resource(struct pci_parse *p, const struct text_line *line)
{
	struct pci_function *f = &p->out->functions.items[p->out->functions.count - 1];
	unsigned int n = f->res_count;
	const char *error = NULL;
	uint64_t value[3];

	/* A bad line still has its number: those that follow must keep theirs. */
	if (n == PCI_RES_MAX)
		error = "more resources than a function has";
	else if (!parse_resource(*line, value))
		error = "expected '0xFIRST 0xLAST 0xFLAGS'";
	else if (value[1] < value[0])
		error = "range ends before it starts";
	if (n < PCI_RES_MAX)
		f->res_count++;
	if (error) {
		text_say(p->log, ACPI_ERROR, SIG, line, "%s", error);
		return;
	}
	f->res[n].first = value[0];
	f->res[n].last = value[1];
	f->res[n].flags = value[2];
}

static int parse_line(struct pci_parse *p, const struct text_line *line)
{
	struct text_line start = *line;

	if (text_word(&start, "== "))
		return heading(p, line);
	if (p->skip || text_is_blank(*line))
		return 0;
	if (p->open)
		resource(p, line);
	else
		text_say(p->log, ACPI_ERROR, SIG, line, "resource without a function");
	return 0;
}

int pci_text_parse(struct pci_text *out, const char *text, size_t len, struct acpi_log *log)
{
	struct text lines = {.at = text, .end = text + len};
	struct pci_parse p = {.out = out, .log = log};
	struct text_line line;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (rc == 0 && text_next(&lines, &line))
		rc = parse_line(&p, &line);
	if (rc)
		pci_text_fini(out);
	return rc;
}

void pci_text_fini(struct pci_text *t)
{
	vec_fini(&t->functions);
}
