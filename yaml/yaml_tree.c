// SPDX-License-Identifier: GPL-2.0-only
#include "yaml/yaml_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "yaml/text_file.h"
#include "yaml/utf8.h"

/* A key that was seen in a map, for duplicates. */
struct seen {
	const char *key; /* NULL: free slot */
	size_t map;	 /* which map of the file */
	struct src at;
};

struct reader {
	struct arena *arena;
	const struct diag_file *file;
	struct diag *diag;
	yaml_parser_t parser;
	yaml_event_t event; /* the one to be consumed next */
	size_t nodes, maps;
	struct seen *seen; /* open addressing; room is a power of two and never half full */
	size_t seen_room;
	bool stopped; /* nothing more can be read */
};

/* --- errors -------------------------------------------------------------------------- */

static struct src place(const yaml_mark_t *mark)
{
	return (struct src){(unsigned int)mark->line + 1, (unsigned int)mark->column + 1};
}

static unsigned int event_width(const yaml_event_t *ev)
{
	if (ev->end_mark.line != ev->start_mark.line)
		return 1;
	return (unsigned int)(ev->end_mark.column - ev->start_mark.column);
}

static void error_here(struct reader *r, const char *what)
{
	diag_error(r->diag, r->file, place(&r->event.start_mark), event_width(&r->event), "%s",
		   what);
}

static void stop(struct reader *r, const char *what)
{
	if (!r->stopped)
		error_here(r, what);
	r->stopped = true;
}

/* The byte at a character index, as libyaml counts. */
static char byte_at(const struct diag_file *f, size_t index)
{
	uint32_t code;
	size_t at = 0;

	for (; index && at < f->len; index--)
		at += utf8_next(f->text + at, f->len - at, &code);
	return at < f->len ? f->text[at] : '\0';
}

/* libyaml's sentence, and ours where it is the cause that helps. */
static void syntax_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct src at = place(&p->problem_mark);

	r->stopped = true;
	if (p->error == YAML_MEMORY_ERROR || !p->problem) {
		diag_error_file(r->diag, r->file->path, "out of memory");
		return;
	}
	if (strstr(p->problem, "cannot start any token") &&
	    byte_at(r->file, p->problem_mark.index) == '\t') {
		diag_error(r->diag, r->file, at, 1, "a tab cannot indent: use spaces");
		return;
	}
	if (p->context && p->context_mark.line != p->problem_mark.line)
		diag_error(r->diag, r->file, at, 1, "not YAML: %s, %s that began in line %u",
			   p->problem, p->context, place(&p->context_mark).line);
	else
		diag_error(r->diag, r->file, at, 1, "not YAML: %s", p->problem);
}

/* --- text ---------------------------------------------------------------------------- */

static const char *bad_char(uint32_t code)
{
	if (code == UTF8_BAD)
		return "invalid UTF-8";
	if (code == 0)
		return "NUL byte: this is no text file";
	if (code == 0xfeff)
		return "byte order mark: save the file without it";
	return "control character";
}

/*
 * What libyaml would refuse without a place, or count differently from us (it takes NEL, LS and PS
 * for line ends).
 */
static bool check_text(struct reader *r)
{
	const struct diag_file *f = r->file;
	struct src at = {1, 1};
	uint32_t code;

	for (size_t i = 0; i < f->len;) {
		size_t bytes = utf8_next(f->text + i, f->len - i, &code);

		if (code == '\n' || (code == '\r' && !(i + 1 < f->len && f->text[i + 1] == '\n'))) {
			at.line++;
			at.col = 0;
		} else if (code != '\t' && code != '\r' && !utf8_printable(code)) {
			diag_error(r->diag, f, at, 1, "%s", bad_char(code));
			return false;
		}
		at.col++;
		i += bytes;
	}
	return true;
}

/* --- events -------------------------------------------------------------------------- */

/* Drops the current event and fetches the next; false when stopped. */
static bool next_event(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (r->stopped)
		return false;
	if (!yaml_parser_parse(&r->parser, &r->event)) {
		memset(&r->event, 0, sizeof(r->event));
		syntax_error(r);
	}
	return !r->stopped;
}

static struct node *new_node(struct reader *r, enum node_kind kind)
{
	struct node *n;

	if (++r->nodes > YAML_MAX_NODES) {
		stop(r, "more than 65536 values");
		return NULL;
	}
	n = arena_alloc(r->arena, sizeof(*n));
	if (!n) {
		stop(r, "out of memory");
		return NULL;
	}
	n->kind = kind;
	n->at = place(&r->event.start_mark);
	n->width = event_width(&r->event);
	return n;
}

static void refuse_marks(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		error_here(r, "anchors are not used here: write each value where it belongs");
	if (tag)
		error_here(r, "tags are not used here: the key decides the type");
}

/* --- duplicate keys ------------------------------------------------------------------ */

static size_t seen_slot(const struct seen *seen, size_t room, size_t map, const char *key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ map;
	size_t i;

	for (const char *c = key; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	i = (size_t)(hash ^ (hash >> 32)) & (room - 1);
	while (seen[i].key && (seen[i].map != map || strcmp(seen[i].key, key) != 0))
		i = (i + 1) & (room - 1);
	return i;
}

/* Remembers a key; the place of an earlier one like it, or {0, 0}. */
static struct src remember(struct reader *r, size_t map, const struct node *n)
{
	const struct src none = {0, 0};
	size_t slot;

	if (r->nodes * 2 >= r->seen_room) {
		size_t room = r->seen_room ? r->seen_room * 4 : 256;
		struct seen *bigger = calloc(room, sizeof(*bigger));

		if (!bigger) {
			stop(r, "out of memory");
			return none;
		}
		for (size_t i = 0; i < r->seen_room; i++)
			if (r->seen[i].key)
				bigger[seen_slot(bigger, room, r->seen[i].map, r->seen[i].key)] =
					r->seen[i];
		free(r->seen);
		r->seen = bigger;
		r->seen_room = room;
	}
	slot = seen_slot(r->seen, r->seen_room, map, n->key);
	if (r->seen[slot].key)
		return r->seen[slot].at;
	r->seen[slot] = (struct seen){n->key, map, n->key_at};
	return none;
}

/* --- nodes --------------------------------------------------------------------------- */

static struct node *read_node(struct reader *r, unsigned int depth);

static struct node *read_scalar(struct reader *r)
{
	struct node *n = new_node(r, NODE_SCALAR);
	const char *text = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;

	if (!n)
		return NULL;
	n->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	refuse_marks(r, r->event.data.scalar.anchor, r->event.data.scalar.tag);
	if (memchr(text, '\0', len)) {
		error_here(r, "NUL in a text");
		n->bad = true;
	}
	n->text = arena_strndup(r->arena, text, len);
	if (!n->text)
		stop(r, "out of memory");
	next_event(r);
	return n;
}

static struct node *read_alias(struct reader *r)
{
	struct node *n = new_node(r, NODE_SCALAR);

	error_here(r, "aliases are not used here: write the value out");
	if (n) {
		n->text = "";
		n->bad = true;
	}
	next_event(r);
	return n;
}

/* Takes the key off the current event; NULL if it is not a word (reported, and skipped). */
static struct node *read_key(struct reader *r, unsigned int depth)
{
	bool word = r->event.type == YAML_SCALAR_EVENT;
	struct node *key;

	if (!word)
		error_here(r, "a key must be a word");
	key = read_node(r, depth);
	return word ? key : NULL;
}

/* Hangs a value that was read under its key, unless the key is one to refuse. */
static void keep_entry(struct reader *r, struct node *map, size_t map_number, struct node ***tail,
		       const struct node *key, struct node *value)
{
	struct src first;

	value->key = key->text;
	value->key_at = key->at;
	value->key_width = key->width;
	if (strcmp(key->text, "<<") == 0 && !key->quoted) {
		diag_error(r->diag, r->file, key->at, key->width,
			   "merge keys are not used here: write the keys out");
		return;
	}
	first = remember(r, map_number, value);
	if (first.line) {
		diag_error(r->diag, r->file, key->at, key->width,
			   "duplicate key '%s', first in line %u", key->text, first.line);
		return;
	}
	**tail = value;
	*tail = &value->next;
	map->count++;
}

static struct node *read_map(struct reader *r, unsigned int depth)
{
	struct node *map = new_node(r, NODE_MAP);
	struct node **tail = map ? &map->child : NULL;
	size_t number = r->maps++;

	refuse_marks(r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag);
	next_event(r);
	while (map && !r->stopped && r->event.type != YAML_MAPPING_END_EVENT) {
		struct node *key = read_key(r, depth);
		struct node *value = r->stopped ? NULL : read_node(r, depth);

		if (key && value && !r->stopped)
			keep_entry(r, map, number, &tail, key, value);
	}
	next_event(r);
	return map;
}

static struct node *read_seq(struct reader *r, unsigned int depth)
{
	struct node *seq = new_node(r, NODE_SEQ);
	struct node **tail = seq ? &seq->child : NULL;

	refuse_marks(r, r->event.data.sequence_start.anchor, r->event.data.sequence_start.tag);
	next_event(r);
	while (seq && !r->stopped && r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct node *item = read_node(r, depth);

		if (!item)
			break;
		*tail = item;
		tail = &item->next;
		seq->count++;
	}
	next_event(r);
	return seq;
}

/* Consumes the events of one node; NULL when stopped. depth: of its parent. */
static struct node *read_node(struct reader *r, unsigned int depth)
{
	if (depth >= YAML_MAX_DEPTH) {
		stop(r, "more than 32 levels deep");
		return NULL;
	}
	switch (r->event.type) {
	case YAML_ALIAS_EVENT:
		return read_alias(r);
	case YAML_SEQUENCE_START_EVENT:
		return read_seq(r, depth + 1);
	case YAML_MAPPING_START_EVENT:
		return read_map(r, depth + 1);
	default:
		return read_scalar(r);
	}
}

/* --- the document -------------------------------------------------------------------- */

static struct node *read_document(struct reader *r)
{
	struct node *root;

	/* stream start, then the first document */
	if (!next_event(r) || !next_event(r))
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		diag_error_file(r->diag, r->file->path, "the file is empty");
		return NULL;
	}
	if (r->event.data.document_start.version_directive ||
	    r->event.data.document_start.tag_directives.start !=
		    r->event.data.document_start.tag_directives.end)
		error_here(r, "directives are not used here");
	if (!next_event(r))
		return NULL;
	root = read_node(r, 0);
	if (!r->stopped && next_event(r) && r->event.type != YAML_STREAM_END_EVENT)
		error_here(r, "a second document: one file holds one");
	return r->stopped ? NULL : root;
}

struct node *yaml_tree(struct arena *a, const struct diag_file *file, struct diag *d)
{
	struct reader r = {.arena = a, .file = file, .diag = d};
	struct node *root = NULL;

	if (file->len > YAML_MAX_BYTES) {
		diag_error_file(d, file->path, "larger than 1 MiB");
		return NULL;
	}
	if (!check_text(&r))
		return NULL;
	if (!yaml_parser_initialize(&r.parser)) {
		diag_error_file(d, file->path, "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)file->text, file->len);
	root = read_document(&r);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	free(r.seen);
	return root;
}

struct node *yaml_tree_load(struct arena *a, const char *path, struct diag *d,
			    struct diag_file **out)
{
	struct diag_file *file = arena_alloc(a, sizeof(*file));
	int rc = file ? text_file_read(a, path, YAML_MAX_BYTES, file) : -ENOMEM;

	*out = file;
	if (rc) {
		diag_error_file(d, path, "%s",
				rc == -EFBIG ? "larger than 1 MiB" : text_file_why(rc));
		return NULL;
	}
	return yaml_tree(a, file, d);
}

struct node *node_get(const struct node *map, const char *key)
{
	struct node *n = map && map->kind == NODE_MAP ? map->child : NULL;

	while (n && strcmp(n->key, key) != 0)
		n = n->next;
	return n;
}
