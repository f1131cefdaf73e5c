// SPDX-License-Identifier: GPL-2.0-only
/*
 * iomem_text.c: /proc/iomem as Linux prints it: two blanks per level, inclusive ends.
 */
#include <string.h>

#include "acpi/text.h"

#define SIG "iomem"

#define ADDR_DIGITS 16u

/* More than any Linux prints (MAX_IORES_LEVEL is 5, later 8). */
#define DEPTH_MAX 16u

#define UPPER	       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ACPI_MAKER_LEN 4u
#define PNP_MAKER_LEN  3u
#define PRODUCT_LEN    4u

struct iomem_parse {
	struct iomem_text *out;
	struct acpi_log *log;
	bool all_zero;		    /* every range so far is 0-0 */
	size_t last[DEPTH_MAX + 1]; /* the latest line of each level ... */
	unsigned int levels;	    /* ... down to that of the line above */
};

static void copy_name(struct iomem_line *to, const struct text_line *line, struct acpi_log *log)
{
	size_t len = (size_t)(line->end - line->at);

	if (len >= sizeof(to->name)) {
		text_say(log, ACPI_WARN, SIG, line, "name is cut to %zu characters",
			 sizeof(to->name) - 1);
		len = sizeof(to->name) - 1;
	}
	memcpy(to->name, line->at, len);
	to->name[len] = '\0';
}

static bool has_control_char(const struct text_line *line)
{
	for (const char *at = line->at; at < line->end; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return true;
	return false;
}

/* What is wrong with the line, or NULL and `to` filled in. */
static const char *parse_range(struct iomem_line *to, struct text_line *line, struct acpi_log *log)
{
	unsigned int blanks = text_blanks(line);

	if (!text_hex(line, ADDR_DIGITS, &to->first) || !text_word(line, "-") ||
	    !text_hex(line, ADDR_DIGITS, &to->last) || !text_word(line, " : "))
		return "expected 'FIRST-LAST : NAME'";
	if (blanks % 2 || blanks / 2 > DEPTH_MAX)
		return "indentation is not two blanks per level";
	if (to->last < to->first)
		return "range ends before it starts";
	if (has_control_char(line))
		return "control character in the name";
	to->depth = blanks / 2;
	to->line = line->number;
	copy_name(to, line, log);
	return NULL;
}

/* A line that fits nowhere becomes nobody's parent. */
static void check_nesting(struct iomem_parse *p, const struct iomem_line *to,
			  const struct text_line *line)
{
	const struct iomem_line *parent;

	if (to->depth > p->levels) {
		text_say(p->log, ACPI_WARN, SIG, line, "indented below nothing");
		return;
	}
	p->last[to->depth] = p->out->lines.count;
	p->levels = to->depth + 1;
	if (to->depth == 0)
		return;
	parent = &p->out->lines.items[p->last[to->depth - 1]];
	if (to->first < parent->first || to->last > parent->last)
		text_say(p->log, ACPI_WARN, SIG, line, "not inside '%s' of line %u", parent->name,
			 parent->line);
}

static int parse_line(struct iomem_parse *p, const struct text_line *line)
{
	struct iomem_line to = {0};
	struct text_line rest = *line;
	const char *error;

	if (text_is_blank(*line))
		return 0;
	error = parse_range(&to, &rest, p->log);
	if (error) {
		text_say(p->log, ACPI_ERROR, SIG, line, "%s", error);
		return 0;
	}
	check_nesting(p, &to, line);
	p->all_zero = p->all_zero && to.last == 0;
	return vec_push(&p->out->lines, to);
}

int iomem_text_parse(struct iomem_text *out, const char *text, size_t len, struct acpi_log *log)
{
	struct text lines = {.at = text, .end = text + len};
	struct iomem_parse p = {.out = out, .log = log, .all_zero = true};
	struct text_line line = {0};
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (rc == 0 && text_next(&lines, &line))
		rc = parse_line(&p, &line);
	if (rc)
		iomem_text_fini(out);
	else if (out->lines.count && p.all_zero)
		text_say(log, ACPI_ERROR, SIG, &line, "all addresses are 0: only root sees them");
	return rc;
}

void iomem_text_fini(struct iomem_text *t)
{
	vec_fini(&t->lines);
}

/* "ARMH" "0011" ":": a maker's id of `len` characters, a product number and what follows it. */
static bool has_hid(const char *name, size_t len, const char *characters)
{
	return strspn(name, characters) >= len &&
	       strspn(name + len, "0123456789ABCDEF") >= PRODUCT_LEN &&
	       name[len + PRODUCT_LEN] == ':';
}

/* ACPI 6.5, 6.1.5 _HID; Linux adds ':' and a number of at least two hex digits. */
bool iomem_name_is_acpi_device(const char *name)
{
	size_t maker, digits;

	if (has_hid(name, ACPI_MAKER_LEN, UPPER "0123456789"))
		maker = ACPI_MAKER_LEN;
	else if (has_hid(name, PNP_MAKER_LEN, UPPER))
		maker = PNP_MAKER_LEN;
	else
		return false;
	name += maker + PRODUCT_LEN + 1;
	digits = strspn(name, "0123456789abcdef");
	return digits >= 2 && name[digits] == '\0';
}
