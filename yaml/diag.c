// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/diag.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yaml/utf8.h"

#define SENTENCE_MAX 1024 /* bytes of one message, path included */
#define EXCERPT_MAX  120  /* characters of a quoted line */
#define WORD_MAX     64	  /* characters that diag_nearest() compares */

void diag_init(struct diag *d)
{
	*d = (struct diag){0};
}

void diag_fini(struct diag *d)
{
	free(d->text);
	diag_init(d);
}

/* --- text ---------------------------------------------------------------------------- */

/* Appends; out of memory loses text, never the count of errors. */
static void put(struct diag *d, const char *text, size_t len)
{
	if (d->len + len + 1 > d->room) {
		size_t room = (d->len + len + 1) * 2;
		char *bigger = realloc(d->text, room);

		if (!bigger)
			return;
		d->text = bigger;
		d->room = room;
	}
	memcpy(d->text + d->len, text, len);
	d->len += len;
	d->text[d->len] = '\0';
}

static void put_str(struct diag *d, const char *text)
{
	put(d, text, strlen(text));
}

static void put_repeated(struct diag *d, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(d, &c, 1);
}

/* One character of somebody else's text. Returns its bytes. */
static size_t put_char(struct diag *d, const char *text, size_t len)
{
	uint32_t code;
	size_t bytes = utf8_next(text, len, &code);

	if (code == '\t')
		put(d, " ", 1);
	else if (utf8_printable(code))
		put(d, text, bytes);
	else
		put(d, "?", 1);
	return bytes;
}

/* A sentence with words of the user's in it. */
static void put_clean(struct diag *d, const char *text)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len;)
		at += put_char(d, text + at, len - at);
}

/* --- the quoted line ----------------------------------------------------------------- */

struct line {
	const char *text;
	size_t len;
};

/* Lines end as libyaml counts them: at LF, CR LF or CR. */
static bool find_line(const struct diag_file *file, unsigned int number, struct line *line)
{
	size_t at = 0, start = 0;

	for (unsigned int n = 1;; n++) {
		start = at;
		while (at < file->len && file->text[at] != '\n' && file->text[at] != '\r')
			at++;
		if (n == number)
			break;
		if (at == file->len)
			return false;
		at += file->text[at] == '\r' && at + 1 < file->len && file->text[at + 1] == '\n';
		at++;
	}
	*line = (struct line){file->text + start, at - start};
	return true;
}

/* Characters of the line, counted up to `most`: lines may be long, what is shown of them is not. */
static size_t count_chars(struct line line, size_t most)
{
	size_t chars = 0;
	uint32_t code;

	for (size_t at = 0; at < line.len && chars < most; chars++)
		at += utf8_next(line.text + at, line.len - at, &code);
	return chars;
}

/* Characters [first, first + count) of the line. */
static void put_chars(struct diag *d, struct line line, size_t first, size_t count)
{
	uint32_t code;
	size_t at = 0;

	for (size_t i = 0; at < line.len && i < first; i++)
		at += utf8_next(line.text + at, line.len - at, &code);
	for (size_t i = 0; at < line.len && i < count; i++)
		at += put_char(d, line.text + at, line.len - at);
}

static void put_excerpt(struct diag *d, const struct diag_file *file, struct src at,
			unsigned int width)
{
	size_t chars, first = 0, caret = at.col ? at.col - 1 : 0, shown;
	const char *before = "", *after = "";
	struct line line;
	char margin[32];

	if (!file->text || !at.line || !find_line(file, at.line, &line))
		return;
	chars = count_chars(line, caret + 2 * EXCERPT_MAX);
	if (caret > chars)
		caret = chars;
	if (chars > EXCERPT_MAX) {
		first = caret > EXCERPT_MAX / 2 ? caret - EXCERPT_MAX / 2 : 0;
		before = first ? "..." : "";
		after = chars - first > EXCERPT_MAX ? "..." : "";
	}
	shown = chars - first > EXCERPT_MAX ? EXCERPT_MAX : chars - first;
	snprintf(margin, sizeof(margin), "%5u | ", at.line);
	put_str(d, margin);
	put_str(d, before);
	put_chars(d, line, first, shown);
	put_str(d, after);
	put_str(d, "\n");
	put_repeated(d, ' ', strlen(margin) - 2);
	put_str(d, "| ");
	put_repeated(d, ' ', strlen(before) + caret - first);
	put_str(d, "^");
	if (width > shown - (caret - first))
		width = (unsigned int)(shown - (caret - first));
	put_repeated(d, '~', width ? width - 1 : 0);
	put_str(d, "\n");
}

/* --- messages ------------------------------------------------------------------------ */

__attribute__((format(printf, 6, 0))) static void say(struct diag *d, const struct diag_file *file,
						      struct src at, unsigned int width,
						      const char *kind, const char *fmt, va_list ap)
{
	char text[SENTENCE_MAX];
	int len;

	if (d->errors > DIAG_MAX)
		return;
	if (at.line)
		len = snprintf(text, sizeof(text), "%s:%u:%u: %s: ", file->path, at.line, at.col,
			       kind);
	else
		len = snprintf(text, sizeof(text), "%s: %s: ", file->path, kind);
	if (len < 0 || (size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	vsnprintf(text + len, sizeof(text) - (size_t)len, fmt, ap);
	put_clean(d, text);
	put_str(d, "\n");
	put_excerpt(d, file, at, width);
}

/* Counts an error; beyond the limit the last line says how many more there are. */
static void count_error(struct diag *d)
{
	char text[64];

	d->errors++;
	if (d->errors <= DIAG_MAX)
		return;
	if (d->errors == DIAG_MAX + 1)
		d->kept = d->len;
	d->len = d->kept;
	snprintf(text, sizeof(text), "and %u more error%s\n", d->errors - DIAG_MAX,
		 d->errors - DIAG_MAX == 1 ? "" : "s");
	put_str(d, text);
}

void diag_error(struct diag *d, const struct diag_file *file, struct src at, unsigned int width,
		const char *fmt, ...)
{
	va_list ap;

	count_error(d);
	va_start(ap, fmt);
	say(d, file, at, width, "error", fmt, ap);
	va_end(ap);
}

void diag_warn(struct diag *d, const struct diag_file *file, struct src at, unsigned int width,
	       const char *fmt, ...)
{
	va_list ap;

	/* as many as errors: firmware can be wrong in every line */
	if (d->warnings++ >= DIAG_MAX)
		return;
	va_start(ap, fmt);
	say(d, file, at, width, "warning", fmt, ap);
	va_end(ap);
}

void diag_note(struct diag *d, const struct diag_file *file, struct src at, unsigned int width,
	       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, file, at, width, "note", fmt, ap);
	va_end(ap);
}

void diag_error_file(struct diag *d, const char *path, const char *fmt, ...)
{
	const struct diag_file file = {.path = path};
	va_list ap;

	count_error(d);
	va_start(ap, fmt);
	say(d, &file, (struct src){0, 0}, 0, "error", fmt, ap);
	va_end(ap);
}

/* --- did you mean -------------------------------------------------------------------- */

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* Damerau-Levenshtein distance, adjacent letters swapped at most once (three rows suffice). */
static unsigned int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *row = rows[i % 3], *above = rows[(i + 2) % 3];
		unsigned int *two_above = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned int change = a[i - 1] != b[j - 1];

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two_above[j - 2] + 1 < row[j])
				row[j] = two_above[j - 2] + 1;
		}
	}
	return rows[a_len % 3][b_len];
}

const char *diag_nearest(const char *word, const char *const *names, size_t count)
{
	size_t len = strlen(word);
	const char *nearest = NULL;
	unsigned int least = 0;

	for (size_t i = 0; i < count && len <= WORD_MAX; i++) {
		size_t name_len = strlen(names[i]);
		size_t longer = len > name_len ? len : name_len;
		unsigned int limit = longer < 6 ? 1 : (unsigned int)longer / 3;
		unsigned int d;

		if (name_len > WORD_MAX)
			continue;
		d = distance(word, len, names[i], name_len);
		if (d <= limit && d < longer && (!nearest || d < least)) {
			nearest = names[i];
			least = d;
		}
	}
	return nearest;
}
