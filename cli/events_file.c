// SPDX-License-Identifier: GPL-2.0-only
#include "cli/events_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "yaml/text_file.h"

#define MAX_ERRORS   1000
#define MAX_DEPTH    8
#define MAX_TEXT     256 /* bytes of a kind or a run's id */
#define MAX_RUNS     8	 /* ids that the message about several runs names */
#define JOIN_BACK    64	 /* events between a slice of a call and the next one */
#define SPACE_DEVICE 5	 /* XENMAPSPACE_dev_mmio */
#define SPACE_OTHER  UINT64_C(0xffff)

enum field {
	F_TYPE,
	F_ID,
	F_KIND,
	F_N,
	F_GPA,
	F_PAGES,
	F_RC,
	F_INSNS,
	F_SPACE,
	F_SIZE,
	F_DENIED,
	F_START_EXTENT,
	F_PREEMPTED,
	F_WRITE,
	F_EL,
	F_TABLES,
	F_DOMHEAP_ALLOCS,
	F_NESTED_IRQS,
	F_HOOK_CALLER, /* the names from here on: the best first */
	F_SYM,
	F_BY,
	F_CALLER,
	F_COUNT,
};

/* max 0: a text. Instructions, tables and pages are limited so that sums cannot overflow. */
static const struct {
	const char *key;
	uint64_t max;
} fields[F_COUNT] = {
	[F_TYPE] = {"type", 0},
	[F_ID] = {"id", 0},
	[F_KIND] = {"kind", 0},
	[F_N] = {"n", UINT64_MAX},
	[F_GPA] = {"gpa", UINT64_MAX},
	[F_PAGES] = {"pages", UINT32_MAX},
	[F_RC] = {"rc", INT64_MAX},
	[F_INSNS] = {"insns", UINT64_C(1) << 40},
	[F_SPACE] = {"space", UINT16_MAX},
	[F_SIZE] = {"size", UINT64_MAX},
	[F_DENIED] = {"denied", UINT32_MAX},
	[F_START_EXTENT] = {"start_extent", UINT32_MAX},
	[F_PREEMPTED] = {"preempted", 1},
	[F_WRITE] = {"write", 1},
	[F_EL] = {"el", 3},
	[F_TABLES] = {"tables", UINT32_MAX},
	[F_DOMHEAP_ALLOCS] = {"domheap_allocs", UINT32_MAX},
	[F_NESTED_IRQS] = {"nested_irqs", UINT32_MAX},
	[F_HOOK_CALLER] = {"hook_caller", 0},
	[F_SYM] = {"sym", 0},
	[F_BY] = {"by", 0},
	[F_CALLER] = {"caller", 0},
};

/* One line as it is being read. */
struct row {
	struct src at;
	unsigned int width;
	bool has[F_COUNT];
	struct src field_at[F_COUNT];
	uint64_t number[F_COUNT];
	bool rc_negative;
	char text[F_COUNT][MAX_TEXT];
};

struct reader {
	struct events_file *f;
	const struct diag_file *file;
	struct diag *d;
	unsigned int line;
	struct row row;
	struct src run_at[MAX_RUNS];
	const char *run_id[MAX_RUNS];
	size_t runs;
	bool too_many_kinds;
};

bool events_file_maps(enum event_kind kind)
{
	return kind == EV_ADD_TO_PHYSMAP_RANGE || kind == EV_ADD_TO_PHYSMAP ||
	       kind == EV_REMOVE_FROM_PHYSMAP || kind == EV_ABORT_MAP || kind == EV_ABORT_INJECT;
}

/* --- values --------------------------------------------------------------------------- */

static struct src place(const struct reader *r, yaml_mark_t mark)
{
	return (struct src){r->line, (unsigned int)mark.column + 1};
}

static unsigned int event_width(const yaml_event_t *ev)
{
	/* a text may hold what YAML takes for the end of a line */
	if (ev->end_mark.line != ev->start_mark.line)
		return 1;
	return (unsigned int)(ev->end_mark.column - ev->start_mark.column);
}

static const char *scalar_text(const yaml_event_t *ev)
{
	return (const char *)ev->data.scalar.value;
}

/* Decimal or 0x hexadecimal digits, all of them, at most `max`. */
static bool parse_number(const char *s, uint64_t max, uint64_t *value)
{
	unsigned int base = s[0] == '0' && s[1] == 'x' ? 16 : 10;
	uint64_t v = 0;

	s += base == 16 ? 2 : 0;
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned int digit = *s >= '0' && *s <= '9'   ? (unsigned int)(*s - '0')
				     : *s >= 'a' && *s <= 'f' ? (unsigned int)(*s - 'a') + 10
				     : *s >= 'A' && *s <= 'F' ? (unsigned int)(*s - 'A') + 10
							      : 16;

		if (digit >= base || v > (UINT64_MAX - digit) / base)
			return false;
		v = v * base + digit;
	}
	*value = v;
	return v <= max;
}

/* A number, a flag, or the name that recorded runs give to a space of public/memory.h. */
static bool parse_value(struct row *row, enum field field, const char *s)
{
	uint64_t *value = &row->number[field];

	if (fields[field].max == 1 && (!strcmp(s, "true") || !strcmp(s, "false"))) {
		*value = *s == 't';
		return true;
	}
	if (field == F_SPACE && *s && (*s < '0' || *s > '9')) {
		*value = strcmp(s, "dev_mmio") ? SPACE_OTHER : SPACE_DEVICE;
		return true;
	}
	if (field == F_RC && *s == '-') {
		row->rc_negative = true;
		s++;
	}
	return parse_number(s, fields[field].max, value);
}

static void take_scalar(struct reader *r, enum field field, const yaml_event_t *ev)
{
	const char *s = scalar_text(ev);
	struct row *row = &r->row;

	if (ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !strcmp(s, "null"))
		return;
	row->has[field] = true;
	row->field_at[field] = place(r, ev->start_mark);
	if (!fields[field].max)
		snprintf(row->text[field], MAX_TEXT, "%s", s);
	else if (!parse_value(row, field, s))
		diag_error(r->d, r->file, row->field_at[field], event_width(ev),
			   "'%s' is '%s': not a number from 0%s to 0x%llx", fields[field].key, s,
			   field == F_RC ? " (or negative)" : "",
			   (unsigned long long)fields[field].max);
}

static enum field find_field(const char *key)
{
	unsigned int i = 0;

	while (i < F_COUNT && strcmp(fields[i].key, key) != 0)
		i++;
	return (enum field)i;
}

/* --- a line --------------------------------------------------------------------------- */

static bool pull(struct reader *r, yaml_parser_t *yaml, yaml_event_t *ev, bool cut)
{
	struct src at;

	if (yaml_parser_parse(yaml, ev))
		return true;
	at = place(r, yaml->problem_mark);
	if (yaml->error == YAML_READER_ERROR)
		at.col = (unsigned int)yaml->problem_offset + 1;
	diag_error(r->d, r->file, at, 1, "%s: %s",
		   cut ? "the last line is cut off" : "not a JSON object",
		   yaml->problem ? yaml->problem : "cannot be read");
	return false;
}

/* Skips what is nested in the value that `first` opened; false after a message. */
static bool skip_nested(struct reader *r, yaml_parser_t *yaml, struct src at, bool cut)
{
	unsigned int depth = 1;
	yaml_event_t ev;

	while (depth) {
		bool opens, closes;

		if (!pull(r, yaml, &ev, cut))
			return false;
		opens = ev.type == YAML_MAPPING_START_EVENT || ev.type == YAML_SEQUENCE_START_EVENT;
		closes = ev.type == YAML_MAPPING_END_EVENT || ev.type == YAML_SEQUENCE_END_EVENT;
		depth = depth + opens - closes;
		yaml_event_delete(&ev);
		if (depth > MAX_DEPTH) {
			diag_error(r->d, r->file, at, 1, "nested more than %d deep", MAX_DEPTH);
			return false;
		}
	}
	return true;
}

static bool take_value(struct reader *r, yaml_parser_t *yaml, enum field field, bool cut)
{
	yaml_event_t ev;
	struct src at;
	bool ok = true;

	if (!pull(r, yaml, &ev, cut))
		return false;
	at = place(r, ev.start_mark);
	if (ev.type == YAML_ALIAS_EVENT) {
		diag_error(r->d, r->file, at, event_width(&ev), "not JSON: an alias");
		ok = false;
	} else if (ev.type == YAML_SCALAR_EVENT) {
		if (field < F_COUNT)
			take_scalar(r, field, &ev);
	} else {
		if (field < F_COUNT)
			diag_error(r->d, r->file, at, 1, "'%s' is neither a number nor a text",
				   fields[field].key);
		ok = skip_nested(r, yaml, at, cut);
	}
	yaml_event_delete(&ev);
	return ok;
}

/* Keys and values up to the object's end; false after a message that ends the line. */
static bool take_pairs(struct reader *r, yaml_parser_t *yaml, bool cut)
{
	bool seen[F_COUNT] = {0};
	yaml_event_t ev;

	for (;;) {
		enum field field = F_COUNT;
		bool is_key;

		if (!pull(r, yaml, &ev, cut))
			return false;
		if (ev.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&ev);
			return true;
		}
		is_key = ev.type == YAML_SCALAR_EVENT;
		if (is_key)
			field = find_field(scalar_text(&ev));
		else
			diag_error(r->d, r->file, place(r, ev.start_mark), 1,
				   "not a JSON object: a key must be a text");
		if (field < F_COUNT && seen[field])
			diag_error(r->d, r->file, place(r, ev.start_mark), event_width(&ev),
				   "key '%s' is given twice", fields[field].key);
		if (field < F_COUNT)
			seen[field] = true;
		yaml_event_delete(&ev);
		if (!is_key || !take_value(r, yaml, field, cut))
			return false;
	}
}

/* The object that must be all there is in the line. */
static void take_object(struct reader *r, yaml_parser_t *yaml, bool cut)
{
	yaml_event_t ev;
	bool ok;

	for (unsigned int i = 0; i < 2; i++) { /* the stream and the document begin */
		if (!pull(r, yaml, &ev, cut))
			return;
		yaml_event_delete(&ev);
	}
	if (!pull(r, yaml, &ev, cut))
		return;
	ok = ev.type == YAML_MAPPING_START_EVENT &&
	     ev.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	if (ok)
		r->row.at = place(r, ev.start_mark);
	else
		diag_error(r->d, r->file, place(r, ev.start_mark), event_width(&ev),
			   "not a JSON object: an event is a line like {\"kind\": ...}");
	yaml_event_delete(&ev);
	if (!ok || !take_pairs(r, yaml, cut))
		return;
	for (unsigned int i = 0; i < 2 && ok; i++) { /* the document and the stream end */
		if (!pull(r, yaml, &ev, cut))
			return;
		ok = ev.type == YAML_DOCUMENT_END_EVENT || ev.type == YAML_STREAM_END_EVENT;
		if (!ok)
			diag_error(r->d, r->file, place(r, ev.start_mark), 1,
				   "more than one object in a line");
		yaml_event_delete(&ev);
	}
}

/* False after a message. */
static bool read_object(struct reader *r, const char *text, size_t len, bool cut)
{
	unsigned int errors = r->d->errors;
	yaml_parser_t yaml;

	memset(&r->row, 0, sizeof(r->row));
	r->row.at = (struct src){r->line, 1};
	if (!yaml_parser_initialize(&yaml)) {
		diag_error(r->d, r->file, r->row.at, 1, "out of memory");
		return false;
	}
	yaml_parser_set_encoding(&yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&yaml, (const unsigned char *)text, len);
	take_object(r, &yaml, cut);
	yaml_parser_delete(&yaml);
	return r->d->errors == errors;
}

/* --- events --------------------------------------------------------------------------- */

static bool count_other(struct reader *r, const char *kind, const char *suffix)
{
	struct events_file *f = r->f;
	size_t len = strlen(kind);
	struct file_kind other = {NULL, 1};

	for (size_t i = 0; i < f->others.count; i++) {
		const char *name = f->others.items[i].name;

		if (strncmp(name, kind, len) == 0 && strcmp(name + len, suffix) == 0) {
			f->others.items[i].count++;
			return true;
		}
	}
	if (f->others.count == EVENTS_FILE_MAX_KINDS) {
		if (!r->too_many_kinds)
			diag_error(r->d, r->file, r->row.field_at[F_KIND], 1,
				   "more than %u kinds of events", EVENTS_FILE_MAX_KINDS);
		r->too_many_kinds = true;
		return true;
	}
	other.name = arena_printf(f->arena, "%s%s", kind, suffix);
	return other.name && vec_push(&f->others, other) == 0;
}

/* Must have been given, or there is a message. */
static bool needs(struct reader *r, enum field field)
{
	if (r->row.has[field])
		return true;
	diag_error(r->d, r->file, r->row.at, 1, "no '%s' in this event", fields[field].key);
	return false;
}

static struct file_event make_event(const struct reader *r, enum event_kind kind)
{
	const struct row *row = &r->row;
	struct file_event ev = {
		.kind = kind,
		.n = row->has[F_N] ? row->number[F_N] : r->f->events.count,
		.line = r->line,
		.gpa = row->number[F_GPA],
		.pages = row->has[F_PAGES] ? row->number[F_PAGES] : 1,
		.rc = (int64_t)row->number[F_RC] * (row->rc_negative ? -1 : 1),
		.insns = row->number[F_INSNS],
		.denied = row->number[F_DENIED],
		.tables = row->number[row->has[F_TABLES] ? F_TABLES : F_DOMHEAP_ALLOCS],
		.nested_irqs = row->number[F_NESTED_IRQS],
		.size = row->number[F_SIZE],
		.slices = 1,
		.write = row->number[F_WRITE],
	};

	for (unsigned int i = F_HOOK_CALLER; i <= F_CALLER && !*ev.by; i++)
		snprintf(ev.by, sizeof(ev.by), "%.*s", (int)sizeof(ev.by) - 1, row->text[i]);
	return ev;
}

/*
 * The call that a slice with start_extent > 0 goes on with: it has the same number of items and
 * stopped there. Another vCPU's events may stand between them. NULL: its beginning is not in the
 * file, and the slice is an event of its own.
 */
static struct file_event *find_call(const struct reader *r, const struct file_event *ev,
				    uint64_t start)
{
	struct events_file *f = r->f;

	for (size_t i = 0; i < f->events.count && i < JOIN_BACK; i++) {
		struct file_event *call = &f->events.items[f->events.count - 1 - i];

		if (call->kind == ev->kind && call->size == ev->size && call->pages == start)
			return call;
	}
	return NULL;
}

static void join(struct file_event *call, const struct file_event *slice)
{
	call->pages += slice->pages;
	call->insns += slice->insns;
	call->denied += slice->denied;
	call->tables += slice->tables;
	call->nested_irqs += slice->nested_irqs;
	call->rc = slice->rc;
	call->slices++;
	/* a file is too short for sums of the others to overflow */
	if (call->insns > fields[F_INSNS].max)
		call->insns = fields[F_INSNS].max;
}

static bool keep_event(struct reader *r, enum event_kind kind)
{
	struct events_file *f = r->f;
	struct file_event ev = make_event(r, kind), *call = NULL;

	if (kind == EV_ADD_TO_PHYSMAP_RANGE && r->row.number[F_START_EXTENT])
		call = find_call(r, &ev, r->row.number[F_START_EXTENT]);
	if (call) {
		join(call, &ev);
		return true;
	}
	if (f->events.count == EVENTS_FILE_MAX_EVENTS) {
		diag_error(r->d, r->file, r->row.at, 1, "more than %u mapping events",
			   EVENTS_FILE_MAX_EVENTS);
		return true;
	}
	return vec_push(&f->events, ev) == 0;
}

static enum event_kind find_kind(const char *name)
{
	unsigned int i = 0;

	while (i < EV_KIND_COUNT && strcmp(event_kind_name[i], name) != 0)
		i++;
	return (enum event_kind)i;
}

/* The events of more than one run cannot be told apart once they are compared. */
static bool take_run(struct reader *r)
{
	if (r->runs < MAX_RUNS) {
		r->run_at[r->runs] = r->row.at;
		r->run_id[r->runs] =
			arena_strndup(r->f->arena, r->row.text[F_ID], strlen(r->row.text[F_ID]));
		if (!r->run_id[r->runs])
			return false;
	}
	if (!r->runs++)
		r->f->run = r->run_id[0];
	return true;
}

/* False without memory. */
static bool take_row(struct reader *r)
{
	const struct row *row = &r->row;
	const char *name = row->text[F_KIND];
	enum event_kind kind = find_kind(name);
	bool call = kind == EV_ADD_TO_PHYSMAP || kind == EV_ADD_TO_PHYSMAP_RANGE;
	bool abort = kind == EV_ABORT_MAP || kind == EV_ABORT_INJECT;

	if (row->has[F_TYPE] && !row->has[F_KIND] && !strcmp(row->text[F_TYPE], "run"))
		return take_run(r);
	if (!needs(r, F_KIND) || (call && !needs(r, F_SPACE)))
		return true;
	if (kind == EV_KIND_COUNT || !events_file_maps(kind))
		return count_other(r, name, "");
	if (call && row->number[F_SPACE] != SPACE_DEVICE)
		return count_other(r, name, " of another space");
	if (abort && row->has[F_EL] && !row->number[F_EL])
		return count_other(r, name, " of user space");
	return needs(r, F_GPA) ? keep_event(r, kind) : true;
}

/* --- the file ------------------------------------------------------------------------- */

/* False: the rest of the file cannot be read either. */
static bool check_bytes(struct reader *r, const char *text, size_t len, bool *ok)
{
	const char *nul = memchr(text, '\0', len), *cr = memchr(text, '\r', len);
	struct src at = {r->line, 1};

	*ok = false;
	if (cr) {
		/* what counts as a line is not the same for everybody from here on */
		at.col = (unsigned int)(cr - text) + 1;
		diag_error(r->d, r->file, at, 1,
			   "a carriage return: lines must end in LF alone, not CR LF");
		return false;
	}
	if (nul) {
		at.col = (unsigned int)(nul - text) + 1;
		diag_error(r->d, r->file, at, 1, "a NUL byte: not a text of JSON lines");
		return true;
	}
	*ok = len <= EVENTS_FILE_MAX_LINE;
	if (!*ok)
		diag_error(r->d, r->file, at, 1, "a line of %zu bytes, longer than %u", len,
			   EVENTS_FILE_MAX_LINE);
	return true;
}

static bool is_blank(const char *text, size_t len)
{
	while (len && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	return !len;
}

static bool read_lines(struct reader *r)
{
	const char *at = r->file->text, *end = at + r->file->len;

	while (at < end && r->d->errors < MAX_ERRORS) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((lf ? lf : end) - at);
		bool ok;

		r->line++;
		if (!check_bytes(r, at, len, &ok))
			break;
		if (ok && !is_blank(at, len) && read_object(r, at, len, !lf) && !take_row(r))
			return false;
		at = lf ? lf + 1 : end;
	}
	return true;
}

static void check_runs(struct reader *r)
{
	char ids[MAX_RUNS * (MAX_TEXT + 4)] = "";
	size_t len = 0;

	for (size_t i = 0; i < r->runs && i < MAX_RUNS; i++)
		len += (size_t)snprintf(ids + len, sizeof(ids) - len, "%s'%s'", i ? ", " : "",
					r->run_id[i]);
	if (r->runs > 1)
		diag_error(r->d, r->file, r->run_at[1], 1,
			   "events of %zu runs, select one permutation: %s%s", r->runs, ids,
			   r->runs > MAX_RUNS ? ", ..." : "");
}

int events_file_parse(struct events_file *f, const struct diag_file *text, struct diag *d)
{
	unsigned int errors = d->errors;
	struct reader *r;
	bool ok;

	*f = (struct events_file){.arena = arena_new()};
	r = calloc(1, sizeof(*r));
	if (!f->arena || !r) {
		free(r);
		return -ENOMEM;
	}
	r->f = f;
	r->file = text;
	r->d = d;
	ok = read_lines(r);
	if (ok) {
		check_runs(r);
		if (d->errors == errors && !f->events.count && !f->others.count)
			diag_error_file(d, text->path, "no events in it");
	}
	free(r);
	if (!ok)
		return -ENOMEM;
	return d->errors == errors ? 0 : -EINVAL;
}

int events_file_load(struct events_file *f, const char *path, struct diag *d)
{
	struct arena *bytes = arena_new();
	struct diag_file text;
	int rc;

	*f = (struct events_file){0};
	if (!bytes)
		return -ENOMEM;
	rc = text_file_read(bytes, path, EVENTS_FILE_MAX_BYTES, &text);
	if (!rc)
		rc = events_file_parse(f, &text, d);
	else if (rc != -ENOMEM) {
		diag_error_file(d, path, "cannot read: %s", text_file_why(rc));
		rc = -EINVAL;
	}
	arena_free(bytes);
	return rc;
}

void events_file_fini(struct events_file *f)
{
	vec_fini(&f->events);
	vec_fini(&f->others);
	arena_free(f->arena);
	*f = (struct events_file){0};
}
