// SPDX-License-Identifier: GPL-2.0-only
#include "tests/casemate_record.h"

#include <string.h>

/* What of the line is left. */
struct cursor {
	const char *s, *end;
};

static bool take(struct cursor *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->s) < len || memcmp(r->s, text, len) != 0)
		return false;
	r->s += len;
	return true;
}

/* Letters, digits, '-' and '_'. */
static bool take_word(struct cursor *r, char *word, size_t room)
{
	size_t n = 0;

	while (r->s < r->end && n + 1 < room &&
	       (*r->s == '-' || *r->s == '_' || (*r->s >= 'a' && *r->s <= 'z') ||
		(*r->s >= '0' && *r->s <= '9')))
		word[n++] = *r->s++;
	word[n] = '\0';
	return n > 0;
}

static bool take_number(struct cursor *r, unsigned int base, uint64_t *value)
{
	const char *begin = r->s;

	for (*value = 0; r->s < r->end; r->s++) {
		unsigned int digit = *r->s >= '0' && *r->s <= '9' ? (unsigned int)(*r->s - '0')
				     : *r->s >= 'a' && *r->s <= 'f'
					     ? (unsigned int)(*r->s - 'a') + 10
					     : 99;

		if (digit >= base)
			break;
		*value = *value * base + digit;
	}
	return r->s > begin && r->s - begin <= 20;
}

/* "(NAME HEX) " */
static bool take_hex(struct cursor *r, const char *name, uint64_t *value)
{
	return take(r, "(") && take(r, name) && take(r, " ") && take_number(r, 16, value) &&
	       take(r, ") ");
}

/* "(NAME WORD) " */
static bool take_kind(struct cursor *r, const char *name, char *word, size_t room)
{
	return take(r, "(") && take(r, name) && take(r, " ") && take_word(r, word, room) &&
	       take(r, ") ");
}

/* (src "file:line")) and nothing more. */
static bool take_src(struct cursor *r)
{
	uint64_t line;

	if (!take(r, "(src \""))
		return false;
	while (r->s < r->end && *r->s != ':' && *r->s != '"')
		r->s++;
	return take(r, ":") && take_number(r, 10, &line) && take(r, "\"))") && r->s == r->end;
}

/* ---- what stands between the ids and the source ---- */

static bool read_region(struct cursor *c, struct cm_record *r)
{
	return take_hex(c, "address", &r->address) && take_hex(c, "size", &r->size);
}

static bool read_set(struct cursor *c, struct cm_record *r)
{
	return read_region(c, r) && take_hex(c, "value", &r->value) && r->value <= 0xff;
}

static bool read_word(struct cursor *c, struct cm_record *r)
{
	return take_hex(c, "address", &r->address) && take_hex(c, "value", &r->value) &&
	       r->address % 8 == 0;
}

static bool read_write(struct cursor *c, struct cm_record *r)
{
	return take_kind(c, "mem-order", r->word, sizeof(r->word)) &&
	       (!strcmp(r->word, "plain") || !strcmp(r->word, "release")) && read_word(c, r);
}

static bool read_barrier(struct cursor *c, struct cm_record *r)
{
	if (!take(c, "isb "))
		return take(c, "dsb ") && take_kind(c, "kind", r->word, sizeof(r->word));
	strcpy(r->word, "isb");
	return true;
}

static bool read_tlbi(struct cursor *c, struct cm_record *r)
{
	if (!take_word(c, r->word, sizeof(r->word)) || !take(c, " "))
		return false;
	r->has_value = c->s < c->end && !strncmp(c->s, "(value", 6);
	return !r->has_value || take_hex(c, "value", &r->value);
}

static bool read_sysreg(struct cursor *c, struct cm_record *r)
{
	return take_kind(c, "sysreg", r->word, sizeof(r->word)) && take_hex(c, "value", &r->value);
}

static bool read_lock(struct cursor *c, struct cm_record *r)
{
	return take_hex(c, "address", &r->address);
}

static bool read_hint(struct cursor *c, struct cm_record *r)
{
	return take_kind(c, "kind", r->word, sizeof(r->word)) &&
	       take_hex(c, "location", &r->address) && take_hex(c, "value", &r->value);
}

static const struct {
	const char *name;
	bool (*read)(struct cursor *c, struct cm_record *r);
} kinds[CM_KIND_COUNT] = {
	[CM_MEM_INIT] = {"mem-init", read_region},
	[CM_MEM_SET] = {"mem-set", read_set},
	[CM_MEM_FREE] = {"mem-free", read_region},
	[CM_MEM_WRITE] = {"mem-write", read_write},
	[CM_MEM_READ] = {"mem-read", read_word},
	[CM_BARRIER] = {"barrier", read_barrier},
	[CM_TLBI] = {"tlbi", read_tlbi},
	[CM_SYSREG_WRITE] = {"sysreg-write", read_sysreg},
	[CM_LOCK_TAKE] = {"lock", read_lock},
	[CM_LOCK_DROP] = {"unlock", read_lock},
	[CM_HINT] = {"hint", read_hint},
};

bool cm_record_read(const char *line, size_t len, struct cm_record *r)
{
	struct cursor c = {line, line + len - (len && line[len - 1] == '\n' ? 1 : 0)};
	uint64_t tid;
	char name[24];

	*r = (struct cm_record){.kind = CM_KIND_COUNT};
	if (!take(&c, "(") || !take_word(&c, name, sizeof(name)) || !take(&c, " (id ") ||
	    !take_number(&c, 10, &r->id) || !take(&c, ") (tid ") || !take_number(&c, 10, &tid) ||
	    !take(&c, ") "))
		return false;
	r->tid = (unsigned int)tid;
	for (enum cm_kind k = CM_MEM_INIT; k < CM_KIND_COUNT; k++) {
		if (strcmp(name, kinds[k].name) != 0)
			continue;
		r->kind = k;
		return kinds[k].read(&c, r) && take_src(&c);
	}
	return false;
}
