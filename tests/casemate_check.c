// SPDX-License-Identifier: GPL-2.0-only
#include "tests/casemate_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/casemate_pending.h"
#include "tests/casemate_record.h"

#define PAGE	   UINT64_C(0x1000)
#define ENTRIES	   512
#define LAST_LEVEL 3
#define LOCKS	   8
#define OUTPUT	   UINT64_C(0x0000fffffffff000) /* address field of a descriptor */
#define VALID	   UINT64_C(1)
#define TABLE	   UINT64_C(2)
/*
 * What may change in a valid leaf without a break, not being among the changes that need one:
 * software's bits 58:55, access flag, dirty-bit modifier; and, with a TLBI to follow, permissions.
 */
#define SOFT_BITS  (UINT64_C(0xf) << 55 | UINT64_C(1) << 51 | UINT64_C(1) << 10)
#define PERM_BITS  (UINT64_C(3) << 53 | UINT64_C(3) << 6)
#define TABLE_BITS (OUTPUT | TABLE | VALID) /* all that a walker looks at in a table descriptor */

const char *const cm_fault_name[CM_FAULT_COUNT] = {
	[CM_OK] = "ok",
	[CM_MEMORY] = "memory",
	[CM_SYNTAX] = "syntax",
	[CM_ID] = "id",
	[CM_INIT] = "init",
	[CM_OWNER] = "owner",
	[CM_REGISTER] = "register",
	[CM_ORDER] = "order",
	[CM_BREAK] = "break",
	[CM_MAKE] = "make",
	[CM_FLUSH] = "flush",
	[CM_LOCK] = "lock",
	[CM_FREE] = "free",
	[CM_READ] = "read",
};

/* A page that was said to be zeroed. */
struct page {
	uint64_t base;
	bool table;	/* zeroed and not freed since */
	uint64_t owner; /* its root; of a root itself */
	uint64_t lock;	/* of a root */
	bool live;	/* a walker reaches it: level, ipa and limit are set */
	unsigned int level;
	uint64_t ipa;
	unsigned int limit; /* entries that some IPA selects */
	uint64_t value[ENTRIES];
};

struct lock {
	uint64_t at;
	bool held;
	unsigned int tid;
};

enum sysreg {
	VTCR,
	TCR,
	MAIR,
	HCR,
	SCTLR,
	VTTBR,
	SYSREG_COUNT
};

static const char *const sysreg_name[SYSREG_COUNT] = {"vtcr_el2", "tcr_el2",   "mair_el2",
						      "hcr_el2",  "sctlr_el2", "vttbr_el2"};

struct cm_check {
	enum cm_fault fault;
	char why[256];
	struct cm_record rec; /* at hand */
	uint64_t records, breaks;
	struct page **pages; /* a hash table, open addressing */
	size_t page_count, page_room;
	struct pendings pending;
	struct lock locks[LOCKS];
	bool written[SYSREG_COUNT];
	uint64_t sysreg[SYSREG_COUNT];
	uint64_t root; /* live, 0: none */
};

__attribute__((format(printf, 3, 4))) static void fault(struct cm_check *c, enum cm_fault what,
							const char *fmt, ...)
{
	va_list ap;
	int n;

	if (c->fault)
		return;
	c->fault = what;
	n = snprintf(c->why, sizeof(c->why), "record %" PRIu64 ": ", c->rec.id);
	va_start(ap, fmt);
	vsnprintf(c->why + n, sizeof(c->why) - (size_t)n, fmt, ap);
	va_end(ap);
}

/* ---- pages ---- */

static size_t slot_of(const struct cm_check *c, uint64_t base)
{
	size_t k = (size_t)((base / PAGE) * UINT64_C(0x9e3779b97f4a7c15) >> 20) % c->page_room;

	while (c->pages[k] && c->pages[k]->base != base)
		k = (k + 1) % c->page_room;
	return k;
}

/* The page of an address if it is a table, else NULL. */
static struct page *table_at(const struct cm_check *c, uint64_t addr)
{
	struct page *p = c->page_room ? c->pages[slot_of(c, addr & ~(PAGE - 1))] : NULL;

	return p && p->table ? p : NULL;
}

static bool grow_pages(struct cm_check *c)
{
	struct page **old = c->pages;
	size_t room = c->page_room;

	c->page_room = room ? room * 2 : 256;
	c->pages = calloc(c->page_room, sizeof(struct page *));
	if (!c->pages) {
		c->pages = old;
		c->page_room = room;
		return false;
	}
	for (size_t k = 0; k < room; k++)
		if (old[k])
			c->pages[slot_of(c, old[k]->base)] = old[k];
	free(old);
	return true;
}

/* The page at `base`, made if there is none; NULL: no memory. */
static struct page *page_get(struct cm_check *c, uint64_t base)
{
	size_t k;

	if (c->page_count * 2 >= c->page_room && !grow_pages(c))
		return NULL;
	k = slot_of(c, base);
	if (!c->pages[k]) {
		c->pages[k] = calloc(1, sizeof(struct page));
		if (!c->pages[k])
			return NULL;
		c->pages[k]->base = base;
		c->page_count++;
	}
	return c->pages[k];
}

/* ---- what walkers and TLBs may still hold ---- */

static void add_pending(struct cm_check *c, struct pending p)
{
	p.tid = c->rec.tid;
	if (!pending_add(&c->pending, p))
		fault(c, CM_MEMORY, "out of memory");
}

static void advance(struct cm_check *c, const enum stage next[FORGOTTEN])
{
	c->breaks += pending_advance(&c->pending, c->rec.tid, next);
}

/* ---- trees ---- */

static uint64_t entry_bytes(unsigned int level)
{
	return PAGE << 9 * (LAST_LEVEL - level);
}

static bool links(uint64_t value, unsigned int level)
{
	return level < LAST_LEVEL && (value & (VALID | TABLE)) == (VALID | TABLE);
}

static void link_page(struct cm_check *c, uint64_t base, unsigned int level, uint64_t ipa,
		      unsigned int limit);

static void link_children(struct cm_check *c, const struct page *p)
{
	for (unsigned int k = 0; k < p->limit && !c->fault; k++)
		if (links(p->value[k], p->level))
			link_page(c, p->value[k] & OUTPUT, p->level + 1,
				  p->ipa + k * entry_bytes(p->level), ENTRIES);
}

/* From now on walkers reach the table at `base`, and all below it. */
static void link_page(struct cm_check *c, uint64_t base, unsigned int level, uint64_t ipa,
		      unsigned int limit)
{
	struct page *p = table_at(c, base);
	const struct page *root = p ? table_at(c, p->owner) : NULL;
	const struct pending *still = pending_at(&c->pending, base, true);

	if (!p)
		fault(c, CM_INIT, "%" PRIx64 " is linked and was not zeroed", base);
	else if (p->live)
		fault(c, CM_OWNER, "table %" PRIx64 " is linked twice", base);
	else if (!root || root->base != c->root || !root->lock)
		fault(c, CM_OWNER, "no hint says whose table %" PRIx64 " is", base);
	else if (still)
		fault(c, CM_MAKE, "table %" PRIx64 " is linked again: %s", base,
		      pending_missing[still->stage]);
	if (c->fault)
		return;
	p->live = true;
	p->level = level;
	p->ipa = ipa;
	p->limit = limit;
	link_children(c, p);
}

/* Walkers no longer find the table at `base`, but may know it. */
static void unlink_page(struct cm_check *c, uint64_t base)
{
	struct page *p = table_at(c, base);

	if (!p || !p->live)
		return;
	p->live = false;
	add_pending(c, (struct pending){.at = base, .is_page = true});
	for (unsigned int k = 0; k < p->limit; k++)
		if (links(p->value[k], p->level))
			unlink_page(c, p->value[k] & OUTPUT);
}

/* ---- stores ---- */

static bool holds(const struct cm_check *c, uint64_t lock)
{
	for (unsigned int k = 0; k < LOCKS; k++)
		if (c->locks[k].held && c->locks[k].at == lock)
			return c->locks[k].tid == c->rec.tid;
	return false;
}

static void check_lock(struct cm_check *c, const struct page *p, uint64_t at)
{
	const struct page *root = p->owner ? table_at(c, p->owner) : NULL;

	if (!p->owner && !p->live)
		return;
	if (!root || !root->lock)
		fault(c, CM_OWNER, "nobody told the lock of %" PRIx64, at);
	else if (!holds(c, root->lock))
		fault(c, CM_LOCK, "a store to %" PRIx64 " without the lock %" PRIx64, at,
		      root->lock);
}

static void change_valid(struct cm_check *c, const struct pending *entry, const struct page *p,
			 uint64_t old, uint64_t value)
{
	uint64_t changed = old ^ value;
	bool table = links(old, p->level);

	if (table ? changed & TABLE_BITS : changed & ~(SOFT_BITS | PERM_BITS))
		fault(c, CM_BREAK,
		      "entry %" PRIx64 " goes from %" PRIx64 " to %" PRIx64 " without a break",
		      entry->at, old, value);
	else if (!table && changed & PERM_BITS)
		add_pending(c, *entry);
}

static void make_valid(struct cm_check *c, const struct pending *entry, const struct page *p,
		       uint64_t value)
{
	const struct pending *still = pending_at(&c->pending, entry->at, false);

	if (still)
		fault(c, CM_MAKE, "entry %" PRIx64 " is made %" PRIx64 ": %s", entry->at, value,
		      pending_missing[still->stage]);
	else if (links(value, p->level))
		link_page(c, value & OUTPUT, p->level + 1, entry->ipa, ENTRIES);
}

static void break_valid(struct cm_check *c, const struct pending *entry, const struct page *p,
			uint64_t old)
{
	add_pending(c, *entry);
	if (links(old, p->level))
		unlink_page(c, old & OUTPUT);
}

static void store(struct cm_check *c, uint64_t at, uint64_t value, bool release)
{
	struct page *p = table_at(c, at);
	unsigned int k = (unsigned int)(at % PAGE / 8);
	struct pending entry = {.at = at};
	uint64_t old;

	if (!p) {
		fault(c, CM_INIT, "a store to %" PRIx64 ", which is in no zeroed table", at);
		return;
	}
	check_lock(c, p, at);
	old = p->value[k];
	p->value[k] = value;
	if (!p->live || k >= p->limit) {
		if (value & VALID && pending_at(&c->pending, p->base, true))
			fault(c, CM_MAKE, "a store to table %" PRIx64 ", which walkers may know",
			      p->base);
		return;
	}
	if (!release)
		fault(c, CM_ORDER, "a plain store to %" PRIx64 ", which walkers reach", at);
	entry.bytes = entry_bytes(p->level);
	entry.ipa = p->ipa + k * entry.bytes;
	entry.leaf = old & VALID && !links(old, p->level);
	if (c->fault || old == value)
		return;
	if (old & value & VALID)
		change_valid(c, &entry, p, old, value);
	else if (value & VALID)
		make_valid(c, &entry, p, value);
	else if (old & VALID)
		break_valid(c, &entry, p, old);
}

/* ---- one function for each kind of record ---- */

static bool whole_pages(struct cm_check *c)
{
	const struct cm_record *r = &c->rec;

	if (r->size && r->address % PAGE == 0 && r->size % PAGE == 0)
		return true;
	fault(c, CM_SYNTAX, "%" PRIx64 ", size %" PRIx64 ", is no page", r->address, r->size);
	return false;
}

static void do_init(struct cm_check *c)
{
	uint64_t end = c->rec.address + c->rec.size;

	for (uint64_t at = c->rec.address; whole_pages(c) && at < end; at += PAGE) {
		struct page *p = page_get(c, at);

		if (!p)
			fault(c, CM_MEMORY, "out of memory");
		else if (p->live || pending_in(&c->pending, at))
			fault(c, CM_INIT, "%" PRIx64 " is zeroed while walkers use it", at);
		if (c->fault)
			break;
		*p = (struct page){.base = at, .table = true};
	}
}

static void do_set(struct cm_check *c)
{
	const struct cm_record *r = &c->rec;

	for (uint64_t at = r->address & ~UINT64_C(7); at < r->address + r->size && !c->fault;
	     at += 8)
		if (table_at(c, at))
			store(c, at, r->value * UINT64_C(0x0101010101010101), false);
}

static void do_free(struct cm_check *c)
{
	uint64_t end = c->rec.address + c->rec.size;

	for (uint64_t at = c->rec.address; whole_pages(c) && at < end; at += PAGE) {
		struct page *p = table_at(c, at);

		if (!p)
			fault(c, CM_FREE, "%" PRIx64 " is freed and was no table", at);
		else if (p->live)
			fault(c, CM_FREE, "%" PRIx64 " is freed and walkers reach it", at);
		else if (pending_in(&c->pending, at))
			fault(c, CM_FREE, "%" PRIx64 " is freed and walkers may know it", at);
		if (c->fault)
			break;
		*p = (struct page){.base = at};
	}
}

static void do_write(struct cm_check *c)
{
	store(c, c->rec.address, c->rec.value, strcmp(c->rec.word, "release") == 0);
}

static void do_read(struct cm_check *c)
{
	const struct cm_record *r = &c->rec;
	const struct page *p = table_at(c, r->address);

	if (p && p->value[r->address % PAGE / 8] != r->value)
		fault(c, CM_READ, "%" PRIx64 " was read as %" PRIx64 " and is %" PRIx64, r->address,
		      r->value, p->value[r->address % PAGE / 8]);
}

static void do_barrier(struct cm_check *c)
{
	static const enum stage stores[] = {SEEN, SEEN, IPA_SENT, IPA_GONE, ALL_SENT};
	static const enum stage all[] = {SEEN, SEEN, IPA_GONE, IPA_GONE, FORGOTTEN};
	const char *kind = c->rec.word;

	if (!strcmp(kind, "ish") || !strcmp(kind, "sy"))
		advance(c, all);
	else if (!strcmp(kind, "ishst"))
		advance(c, stores);
	else if (strcmp(kind, "nsh") && strcmp(kind, "isb")) /* they tell other CPUs nothing */
		fault(c, CM_SYNTAX, "unknown barrier '%s'", kind);
}

/* IPA[47:12] is in bits 35:0. */
static void tlbi_ipa(struct cm_check *c)
{
	uint64_t ipa = (c->rec.value & UINT64_C(0xfffffffff)) << 12;

	pending_send_ipa(&c->pending, c->rec.tid, ipa);
}

static void do_tlbi(struct cm_check *c)
{
	static const enum stage both[] = {STORED, ALL_SENT, IPA_SENT, ALL_SENT, ALL_SENT};
	static const enum stage stage1[] = {STORED, SEEN, IPA_SENT, ALL_SENT, ALL_SENT};
	/* stage 2 of other CPUs is not among what these do */
	static const char *const others[] = {"vmalls12e1", "alle1", "vmalle1", "alle2",
					     "alle2is",	   "vae2",  "vae2is"};
	const char *op = c->rec.word;
	bool known = false;

	for (unsigned int k = 0; k < sizeof(others) / sizeof(others[0]); k++)
		known |= !strcmp(op, others[k]);
	if (!strcmp(op, "vmalls12e1is") || !strcmp(op, "alle1is"))
		advance(c, both);
	else if (!strcmp(op, "vmalle1is"))
		advance(c, stage1);
	else if (!strcmp(op, "ipas2e1is") && c->rec.has_value)
		tlbi_ipa(c);
	else if (!known)
		fault(c, CM_SYNTAX, "unknown tlbi '%s'", op);
}

/* T0SZ and SL0 of stage 2 with 4 KiB pages; registers come before the root. */
static void load_root(struct cm_check *c)
{
	unsigned int level = 2 - (unsigned int)(c->sysreg[VTCR] >> 6 & 3);
	unsigned int bits = 64 - (unsigned int)(c->sysreg[VTCR] & 0x3f);
	uint64_t entries;
	const struct page *root;

	c->root = c->sysreg[VTTBR] & OUTPUT;
	root = table_at(c, c->root);
	for (unsigned int k = 0; k < SYSREG_COUNT; k++)
		if (!c->written[k])
			fault(c, CM_REGISTER, "stage 2 goes on before %s is set", sysreg_name[k]);
	if (c->fault)
		return;
	entries = (UINT64_C(1) << bits) / entry_bytes(level);
	if (!root)
		fault(c, CM_INIT, "the root %" PRIx64 " was not zeroed", c->root);
	else if (!root->lock)
		fault(c, CM_OWNER, "no hint says what locks the root %" PRIx64, c->root);
	for (uint64_t k = 0; k * ENTRIES < entries && !c->fault; k++)
		link_page(c, c->root + k * PAGE, level, k * ENTRIES * entry_bytes(level),
			  entries - k * ENTRIES < ENTRIES ? (unsigned int)(entries - k * ENTRIES)
							  : ENTRIES);
}

static void do_sysreg(struct cm_check *c)
{
	uint64_t value = c->rec.value;
	enum sysreg reg = VTCR;

	while (reg < SYSREG_COUNT && strcmp(c->rec.word, sysreg_name[reg]) != 0)
		reg++;
	if (reg == SYSREG_COUNT)
		fault(c, CM_SYNTAX, "unknown register '%s'", c->rec.word);
	else if (c->root && value != c->sysreg[reg])
		fault(c, CM_REGISTER, "%s changes while stage 2 is on", sysreg_name[reg]);
	else if (reg == VTCR && ((value >> 14 & 3) || (value >> 6 & 3) > 2 || (value & 0x3f) < 16))
		fault(c, CM_REGISTER, "vtcr_el2 %" PRIx64 ": no geometry of 4K pages", value);
	if (c->fault)
		return;
	c->sysreg[reg] = value;
	c->written[reg] = true;
	if (c->written[VTTBR] && c->sysreg[HCR] & 1 && !c->root)
		load_root(c);
}

static void do_lock(struct cm_check *c)
{
	struct lock *free_slot = NULL;

	for (unsigned int k = 0; k < LOCKS; k++) {
		if (!c->locks[k].held)
			free_slot = &c->locks[k];
		else if (c->locks[k].at == c->rec.address)
			fault(c, CM_LOCK, "lock %" PRIx64 " is taken twice", c->rec.address);
	}
	if (!free_slot)
		fault(c, CM_LOCK, "more than %d locks are held", LOCKS);
	else
		*free_slot = (struct lock){c->rec.address, true, c->rec.tid};
}

static void do_unlock(struct cm_check *c)
{
	bool found = false;

	for (unsigned int k = 0; k < LOCKS && !found; k++) {
		struct lock *l = &c->locks[k];

		found = l->held && l->at == c->rec.address && l->tid == c->rec.tid;
		if (found)
			l->held = false;
	}
	if (!found)
		fault(c, CM_LOCK, "lock %" PRIx64 " is not held", c->rec.address);
	else if (c->pending.count)
		fault(c, CM_FLUSH, "the lock is given up, but of %" PRIx64 " there is %s",
		      c->pending.items[0].at, pending_missing[c->pending.items[0].stage]);
}

static void do_hint(struct cm_check *c)
{
	const char *kind = c->rec.word;
	struct page *p = table_at(c, c->rec.address);

	if (!p) {
		fault(c, CM_INIT, "a hint about %" PRIx64 ", which is no table", c->rec.address);
	} else if (!strcmp(kind, "set_root_lock")) {
		p->owner = p->base;
		p->lock = c->rec.value;
	} else if (!strcmp(kind, "set_owner_root")) {
		p->owner = c->rec.value;
	} else if (strcmp(kind, "release_table")) {
		fault(c, CM_SYNTAX, "unknown hint '%s'", kind);
	} else if (p->live || pending_in(&c->pending, p->base)) {
		fault(c, CM_FREE, "table %" PRIx64 " is released and walkers use it", p->base);
	} else {
		p->owner = p->lock = 0;
	}
}

/* ---- the trace ---- */

static void (*const doers[CM_KIND_COUNT])(struct cm_check *c) = {
	[CM_MEM_INIT] = do_init,    [CM_MEM_SET] = do_set,	   [CM_MEM_FREE] = do_free,
	[CM_MEM_WRITE] = do_write,  [CM_MEM_READ] = do_read,	   [CM_BARRIER] = do_barrier,
	[CM_TLBI] = do_tlbi,	    [CM_SYSREG_WRITE] = do_sysreg, [CM_LOCK_TAKE] = do_lock,
	[CM_LOCK_DROP] = do_unlock, [CM_HINT] = do_hint,
};

void cm_check_line(struct cm_check *c, const char *line, size_t len)
{
	bool ok;

	if (c->fault)
		return;
	ok = cm_record_read(line, len, &c->rec);
	if (ok && c->rec.id != c->records)
		fault(c, CM_ID, "record %" PRIu64 " was due", c->records);
	c->rec.id = c->records;
	if (!ok)
		fault(c, CM_SYNTAX, "cannot read '%.*s'", (int)(len < 160 ? len : 160), line);
	else if (!c->fault)
		doers[c->rec.kind](c);
	c->records++;
}

void cm_check_end(struct cm_check *c)
{
	c->rec.id = c->records;
	if (c->pending.count)
		fault(c, CM_FLUSH, "the trace ends, but of %" PRIx64 " there is %s",
		      c->pending.items[0].at, pending_missing[c->pending.items[0].stage]);
	for (unsigned int k = 0; k < LOCKS; k++)
		if (c->locks[k].held)
			fault(c, CM_LOCK, "the trace ends with lock %" PRIx64 " held",
			      c->locks[k].at);
}

struct cm_check *cm_check_new(void)
{
	return calloc(1, sizeof(struct cm_check));
}

void cm_check_free(struct cm_check *c)
{
	if (!c)
		return;
	for (size_t k = 0; k < c->page_room; k++)
		free(c->pages[k]);
	free(c->pages);
	pending_fini(&c->pending);
	free(c);
}

enum cm_fault cm_check_fault(const struct cm_check *c)
{
	return c->fault;
}

const char *cm_check_why(const struct cm_check *c)
{
	return c->why;
}

uint64_t cm_check_records(const struct cm_check *c)
{
	return c->records;
}

uint64_t cm_check_breaks(const struct cm_check *c)
{
	return c->breaks;
}
