// SPDX-License-Identifier: GPL-2.0-only
/*
 * What acpiexec prints (ACPICA 20200925, source/components/debugger: dbexec.c, dbdisply.c;
 * source/tools/acpiexec: aehandlers.c). The text of a Debug store can look like any of it:
 * firmware that does so lies about its own values only.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "platform/acpiexec.h"

#define NEAR	    8 /* questions that acpiexec may have left without a word */
#define BUFFER_MAX  ((size_t)1 << 20)
#define WORD_MAX    512
#define REGIONS_MAX 16384

struct line {
	const char *at, *end;
};

static bool eat(struct line *line, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(line->end - line->at) < len || memcmp(line->at, word, len) != 0)
		return false;
	line->at += len;
	return true;
}

static void eat_blanks(struct line *line)
{
	while (line->at < line->end && *line->at == ' ')
		line->at++;
}

/* Hex digits, 1 to 16 of them. */
static bool eat_hex(struct line *line, uint64_t *value)
{
	const char *start = line->at;

	*value = 0;
	while (line->at < line->end && isxdigit((unsigned char)*line->at)) {
		char c = *line->at++;

		*value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return line->at > start && line->at - start <= 16;
}

/* Up to a blank, or to `stop`. */
static bool eat_word(struct line *line, char stop, char word[WORD_MAX])
{
	size_t len = 0;

	while (line->at < line->end && *line->at != ' ' && *line->at != stop) {
		if (len == WORD_MAX - 1)
			return false;
		word[len++] = *line->at++;
	}
	word[len] = '\0';
	return len > 0;
}

static bool has(const struct line *line, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = line->at; (size_t)(line->end - p) >= len; p++)
		if (memcmp(p, word, len) == 0)
			return true;
	return false;
}

/* --- questions ----------------------------------------------------------------------- */

/* The question with this path around the next one, or SIZE_MAX. */
static size_t find_near(const struct acpiexec_reader *r, const char *path)
{
	size_t from = r->next > NEAR ? r->next - NEAR : 0;

	for (size_t i = from; i < r->x->questions.count && i < r->next + NEAR; i++)
		if (strcmp(r->x->questions.items[i].path, path) == 0)
			return i;
	return SIZE_MAX;
}

static void no_value(struct acpiexec_reader *r, size_t at, const char *format, const char *word)
{
	struct acpiexec_question *q = &r->x->questions.items[at];
	char text[WORD_MAX * 2];

	q->value = ACPIEXEC_NOTHING;
	snprintf(text, sizeof(text), format, word);
	q->why = arena_strndup(r->x->arena, text, strlen(text));
	if (!q->why)
		r->x->lost = true;
	r->filling = SIZE_MAX;
}

/* The evaluation of `path` has ended; its question, or SIZE_MAX. */
static size_t ended(struct acpiexec_reader *r, struct line *line)
{
	char path[WORD_MAX];
	size_t at = eat_word(line, '\0', path) ? find_near(r, path) : SIZE_MAX;

	if (at != SIZE_MAX) {
		r->x->questions.items[at].hardware = r->hardware;
		r->next = at + 1;
		r->current = SIZE_MAX;
	}
	return at;
}

static void read_evaluation(struct acpiexec_reader *r, struct line *line)
{
	size_t at = ended(r, line);
	char status[WORD_MAX];

	if (at == SIZE_MAX)
		return;
	eat_blanks(line);
	if (eat(line, "failed with status ") && eat_word(line, '\r', status)) {
		for (char *c = status; *c; c++)
			if (!isalnum((unsigned char)*c) && *c != '_')
				*c = '?';
		no_value(r, at, "acpiexec: %s", status);
	} else if (eat(line, "returned object ")) {
		r->filling = at;
		r->filled = 0;
	}
}

/* "Evaluating \_SB.COM0._CRS" and what follows it. True if it was one of these. */
static bool read_question(struct acpiexec_reader *r, struct line line)
{
	char path[WORD_MAX];
	size_t at;

	if (eat(&line, "Evaluating ")) {
		at = eat_word(&line, '\0', path) ? find_near(r, path) : SIZE_MAX;
		if (at != SIZE_MAX) {
			r->next = r->current = at;
			r->filling = SIZE_MAX;
			r->hardware = false;
		}
		return true;
	}
	if (eat(&line, "Evaluation of ")) {
		read_evaluation(r, &line);
		return true;
	}
	if (eat(&line, "No object was returned from evaluation of ")) {
		at = ended(r, &line);
		if (at != SIZE_MAX)
			no_value(r, at, "%s", "it returns nothing");
		return true;
	}
	return false;
}

/* --- values -------------------------------------------------------------------------- */

/* "0000: 86 09 00 01  // ...." */
static void read_bytes(struct acpiexec_reader *r, struct line *line)
{
	struct acpiexec_question *q = &r->x->questions.items[r->filling];
	uint64_t offset, byte;

	eat_blanks(line);
	if (!eat_hex(line, &offset) || !eat(line, ":") || offset != r->filled)
		return;
	eat_blanks(line);
	while (r->filled < q->len && eat_hex(line, &byte) && byte <= 0xff) {
		q->bytes[r->filled++] = (uint8_t)byte;
		eat_blanks(line);
	}
	if (r->filled < q->len)
		return;
	q->value = ACPIEXEC_BUFFER;
	q->why = "";
	r->filling = SIZE_MAX;
}

static void begin_buffer(struct acpiexec_reader *r, struct line *line)
{
	struct acpiexec_question *q = &r->x->questions.items[r->filling];
	uint64_t len;

	if (!eat_hex(line, &len) || len > BUFFER_MAX) {
		no_value(r, r->filling, "%s", "it returns a buffer that is too large");
		return;
	}
	q->bytes = arena_alloc(r->x->arena, len + 1);
	q->len = (size_t)len;
	if (!q->bytes) {
		r->x->lost = true;
		r->filling = SIZE_MAX;
	} else if (len == 0) {
		q->value = ACPIEXEC_BUFFER;
		q->why = "";
		r->filling = SIZE_MAX;
	} else if (eat(line, " =")) {
		read_bytes(r, line);
	}
}

static void read_value(struct acpiexec_reader *r, struct line line)
{
	struct acpiexec_question *q = &r->x->questions.items[r->filling];
	char type[WORD_MAX];

	if (q->bytes) {
		read_bytes(r, &line);
		return;
	}
	if (!eat(&line, "  ["))
		return;
	if (eat(&line, "Integer] = ")) {
		if (eat_hex(&line, &q->number)) {
			q->value = ACPIEXEC_INTEGER;
			q->why = "";
		}
		r->filling = SIZE_MAX;
	} else if (eat(&line, "Buffer] Length ")) {
		begin_buffer(r, &line);
	} else if (eat_word(&line, ']', type) && strlen(type) < 32) {
		no_value(r, r->filling, "it returns an object of type %s", type);
	}
}

/* --- regions ------------------------------------------------------------------------- */

/* "\_SB.GPP0 Region 0x5596da04bb00 001 [SystemMemory] Addr 0000000040003000 Len 2000" */
static void read_region(struct acpiexec_reader *r, struct line line)
{
	struct acpiexec_region region = {0};
	char path[WORD_MAX], space[WORD_MAX], skip[WORD_MAX];

	eat_blanks(&line);
	if (!eat_word(&line, '\0', path) || !acpiexec_path_ok(path) ||
	    r->x->regions.count == REGIONS_MAX)
		return;
	eat_blanks(&line);
	if (!eat(&line, "Region "))
		return;
	for (unsigned int i = 0; i < 2; i++) {
		eat_blanks(&line);
		if (!eat_word(&line, '\0', skip))
			return;
	}
	eat_blanks(&line);
	/* else "[Address/Length not evaluated]" */
	if (eat(&line, "[") && eat_word(&line, ']', space) && eat(&line, "] Addr ") &&
	    eat_hex(&line, &region.base) && eat(&line, " Len ") && eat_hex(&line, &region.len))
		/* of a DataTableRegion it says where acpiexec itself has the table */
		region.known = strcmp(space, "DataTable") != 0;
	else
		strcpy(space, "");
	region.path = arena_strndup(r->x->arena, path, strlen(path));
	region.space = arena_strndup(r->x->arena, space, strlen(space));
	if (!region.path || !region.space || vec_push(&r->x->regions, region))
		r->x->lost = true;
}

/* --- lines --------------------------------------------------------------------------- */

static void read_line(struct acpiexec_reader *r, struct line line)
{
	/* the prompt; what it is given is echoed only by some libraries */
	while (eat(&line, "- "))
		;
	if (!r->loaded) {
		struct line rest = line;

		if (eat(&rest, "Objects of type [Region]"))
			r->in_regions = true;
		else if (r->in_regions && eat(&rest, "Found "))
			r->loaded = true;
		else if (r->in_regions && r->want_regions)
			read_region(r, line);
		else if (eat(&rest, "AcpiExec: ") && !has(&rest, " Write"))
			r->x->init_reads_hardware = true;
		return;
	}
	if (read_question(r, line))
		return;
	if (r->filling != SIZE_MAX)
		read_value(r, line);
	else if (eat(&line, "AcpiExec: ") && !has(&line, " Write"))
		r->hardware = true;
}

void acpiexec_read(struct acpiexec_reader *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct line line = {text, newline ? newline : end};

		/* A last line without its end may be half of one. */
		if (!newline)
			return;
		if (line.end > line.at && line.end[-1] == '\r')
			line.end--;
		read_line(r, line);
		text = newline + 1;
	}
}

/* --- what to show of it -------------------------------------------------------------- */

#define SHOWN_LINES 4
#define SHOWN_CHARS 160

static bool says_something(const struct line *line)
{
	struct line rest = *line;

	eat_blanks(&rest);
	return rest.at < rest.end && !has(line, "utcache-") && !has(line, "Outstanding");
}

const char *acpiexec_last_lines(struct arena *a, const char *text, size_t len)
{
	struct line shown[SHOWN_LINES] = {{NULL, NULL}};
	const char *end = text + len;
	char buf[SHOWN_LINES * (SHOWN_CHARS + 4)];
	size_t count = 0, at = 0;

	while (end > text && count < SHOWN_LINES) {
		const char *start = end;
		struct line line;

		while (start > text && start[-1] != '\n')
			start--;
		line = (struct line){start, end};
		if (says_something(&line))
			shown[count++] = line;
		end = start > text ? start - 1 : text;
	}
	while (count--) {
		for (const char *p = shown[count].at;
		     p < shown[count].end && p < shown[count].at + SHOWN_CHARS; p++)
			buf[at++] = *p >= ' ' && *p <= '~' ? *p : '?';
		memcpy(buf + at, " | ", 3);
		at += 3;
	}
	return at ? arena_strndup(a, buf, at - 3) : "nothing";
}
