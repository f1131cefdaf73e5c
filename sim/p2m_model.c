// SPDX-License-Identifier: GPL-2.0-only
#include "sim/p2m_model.h"

#include <errno.h>

#include "base/check.h"

/* Largest chunk of one update: a level-1 block. */
#define ORDER_1G LPAE_LEVEL_ORDER(1u)
#define ORDER_2M LPAE_LEVEL_ORDER(2u)

/* A table in simulated memory; the root may be several pages long. */
struct table {
	pa_t base;
	uint64_t *host;
};

/* An entry on the way down to `i`. */
struct place {
	ipa_t i;
	unsigned int level;
	unsigned int index;
	struct table table;
};

enum next {
	NEXT_TABLE,
	NEXT_BLOCK,
	NEXT_MISSING
};

enum store {
	STORE_LINKED,
	STORE_UNLINKED
};

/* ---- telling the sink ---- */

static void emit_op(const struct p2m *p2m, const struct p2m_op *op)
{
	if (p2m->sink.op)
		p2m->sink.op(p2m->sink.ctx, op);
}

/* An op says which line did it, so these are macros. */
#define EMIT(p2m, ...)		   emit_op(p2m, &(struct p2m_op){__VA_ARGS__, .line = __LINE__})
#define emit(p2m, what)		   EMIT(p2m, .kind = (what))
#define emit_value(p2m, what, val) EMIT(p2m, .kind = (what), .value = (val))
#define emit_at(p2m, what, where)  EMIT(p2m, .kind = (what), .addr = (where))

static void clean(const struct p2m *p2m, pa_t addr, uint64_t bytes)
{
	if (p2m->clean_pte)
		EMIT(p2m, .kind = P2M_OP_CLEAN, .addr = addr, .value = bytes);
}

/* p2m_force_tlb_flush_sync(), asked for by `line`. */
static void flush_from(struct p2m *p2m, int line)
{
	p2m->need_flush = false;
	emit_op(p2m, &(struct p2m_op){.kind = P2M_OP_TLBI, .line = line});
}
#define flush_now(p2m) flush_from(p2m, __LINE__)

/* p2m_tlb_flush_sync() */
static void flush_if_needed(struct p2m *p2m)
{
	if (p2m->need_flush)
		flush_now(p2m);
}

static void unlock_write(struct p2m *p2m)
{
	flush_if_needed(p2m);
	emit(p2m, P2M_OP_UNLOCK_WRITE);
}

/* ---- tables and entries ---- */

static struct table table_of(const struct p2m *p2m, pa_t base, uint64_t bytes)
{
	struct table t = {base, memory_ptr(p2m->mem, base, bytes)};

	CHECK(t.host);
	return t;
}

static struct table table_at(const struct p2m *p2m, uint64_t pte)
{
	return table_of(p2m, pte_pa(pte), PAGE_SIZE);
}

static struct table root_table(const struct p2m *p2m)
{
	return table_of(p2m, p2m->root, s2_root_bytes(p2m->geo));
}

static pa_t entry_pa(const struct table *t, unsigned int index)
{
	return pa_add(t->base, 8 * (uint64_t)index);
}

/*
 * The only function that stores a descriptor. A hardware-valid entry that changes may be cached
 * somewhere, so the generation moves on. `line`: who stores it.
 */
static void write_entry_from(struct p2m *p2m, const struct table *t, unsigned int index,
			     uint64_t value, enum store how, int line)
{
	pa_t addr = entry_pa(t, index);
	uint64_t *pte = &t->host[index];
	uint64_t old = *pte;

	*pte = value;
	memory_stored(p2m->mem, pte, sizeof(*pte));
	if (how == STORE_LINKED && pte_valid(old) && old != value)
		p2m->generation++;
	emit_op(p2m, &(struct p2m_op){.kind = P2M_OP_WRITE,
				      .addr = addr,
				      .value = value,
				      .old = old,
				      .linked = how == STORE_LINKED,
				      .line = line});
	if (how == STORE_LINKED)
		clean(p2m, addr, 8);
}
#define p2m_write_entry(p2m, t, index, value, how)                                                 \
	write_entry_from(p2m, t, index, value, how, __LINE__)

static struct place place_root(const struct p2m *p2m, ipa_t i)
{
	return (struct place){i, p2m->geo->root_level, s2_index(p2m->geo, i, p2m->geo->root_level),
			      root_table(p2m)};
}

static uint64_t place_read(const struct place *at)
{
	return at->table.host[at->index];
}

#define place_write(p2m, at, value)                                                                \
	p2m_write_entry(p2m, &(at)->table, (at)->index, value, STORE_LINKED)

uint64_t p2m_root_frames(const struct p2m *p2m)
{
	return s2_root_bytes(p2m->geo) / 8 << LPAE_LEVEL_ORDER(p2m->geo->root_level);
}

bool p2m_pte_mapped(const struct p2m *p2m, uint64_t pte)
{
	return p2m->rules->resolve_valid_bits ? pte_type(pte) != P2M_INVALID : pte_valid(pte);
}

/*
 * p2m_get_root_pointer(): whether a root page holds g. Until XSA-301 nobody looked at the bits
 * above a single root page, nor at those above the nine that select a concatenated one.
 */
static bool root_holds(const struct p2m *p2m, gfn_t g)
{
	uint64_t pages = UINT64_C(1) << p2m->geo->root_order;
	uint64_t page = g.v >> (LPAE_LEVEL_ORDER(p2m->geo->root_level) + LPAE_SHIFT);

	if (p2m->rules->gfn_range_checked)
		return page < pages;
	return pages == 1 || page % LPAE_ENTRIES < pages;
}

static int table_alloc(struct p2m *p2m, pa_t *page)
{
	struct heap_grant grant;

	if (heap_alloc(p2m->heap, &grant))
		return -ENOMEM;
	*page = grant.page;
	p2m->tables++;
	emit_at(p2m, P2M_OP_TABLE_NEW, grant.page);
	if (grant.split_orders)
		emit_value(p2m, P2M_OP_TABLE_SPLIT_ORDERS, grant.split_orders);
	if (grant.scrubbed)
		emit_at(p2m, P2M_OP_TABLE_SCRUB, grant.page);
	return 0;
}

/* p2m_create_table(): an empty table below `at`. */
static int create_table(struct p2m *p2m, const struct place *at)
{
	pa_t page;

	if (table_alloc(p2m, &page))
		return -ENOMEM;
	clean(p2m, page, PAGE_SIZE);
	place_write(p2m, at, s2_table(page, p2m->rules->table_is_ram));
	return 0;
}

/* p2m_next_level(): one level down, through a table that is made if missing and `create`. */
static enum next next_level(struct p2m *p2m, struct place *at, bool create)
{
	if (!p2m_pte_mapped(p2m, place_read(at)))
		if (!create || create_table(p2m, at))
			return NEXT_MISSING;
	if (!pte_is_table(place_read(at), at->level))
		return NEXT_BLOCK;
	at->table = table_at(p2m, place_read(at));
	at->level++;
	at->index = s2_index(p2m->geo, at->i, at->level);
	emit(p2m, P2M_OP_NEXT_LEVEL);
	return NEXT_TABLE;
}

/*
 * p2m_free_entry(): forgets what `pte` held, tables included. The entry itself is gone already. A
 * pending flush comes first: a walker may still have a table of it cached.
 */
static void free_entry(struct p2m *p2m, uint64_t pte, unsigned int level)
{
	struct table t;

	if (!p2m_pte_mapped(p2m, pte))
		return;
	if (!pte_is_table(pte, level)) {
		p2m->mappings[level]--;
		return;
	}
	t = table_at(p2m, pte);
	for (unsigned int k = 0; k < LPAE_ENTRIES; k++)
		free_entry(p2m, t.host[k], level + 1);
	flush_if_needed(p2m);
	heap_free(p2m->heap, t.base);
	p2m->tables--;
	emit_at(p2m, P2M_OP_TABLE_FREE, t.base);
}

/* ---- splitting ---- */

/* Entry k of the table that replaces `block`: the same bits, at the level below. */
static uint64_t block_part(uint64_t block, unsigned int k, unsigned int level)
{
	uint64_t part = block + ((uint64_t)k << LPAE_LEVEL_SHIFT(level));

	return level == LPAE_LEAF ? part | LPAE_TABLE : part;
}

/*
 * p2m_split_superpage(): builds, out of reach, the tables that say the same as the block *pte of
 * `level`, down to `target` on the way to i, and makes *pte the descriptor of the first. On -ENOMEM
 * *pte holds what was built so far, for the caller to free.
 */
static int split_block(struct p2m *p2m, uint64_t *pte, unsigned int level, unsigned int target,
		       ipa_t i)
{
	unsigned int next = level + 1;
	struct table t;
	pa_t page;
	int rc = 0;

	if (table_alloc(p2m, &page))
		return -ENOMEM;
	t = table_of(p2m, page, PAGE_SIZE);
	emit_value(p2m, P2M_OP_SHATTER, level);
	for (unsigned int k = 0; k < LPAE_ENTRIES; k++)
		p2m_write_entry(p2m, &t, k, block_part(*pte, k, next), STORE_UNLINKED);
	p2m->shattered[level]++;
	p2m->mappings[level]--;
	p2m->mappings[next] += LPAE_ENTRIES;
	if (next != target) {
		unsigned int k = s2_index(p2m->geo, i, next);
		uint64_t part = t.host[k];

		rc = split_block(p2m, &part, next, target, i);
		if (part != t.host[k]) {
			p2m_write_entry(p2m, &t, k, part, STORE_UNLINKED);
			clean(p2m, entry_pa(&t, k), 8);
		}
	}
	clean(p2m, page, PAGE_SIZE);
	*pte = s2_table(page, p2m->rules->table_is_ram);
	return rc;
}

/* Replaces the block at `at` by tables and moves `at` down to `target`. 0 or -ENOMEM. */
static int shatter(struct p2m *p2m, struct place *at, unsigned int target)
{
	uint64_t split = place_read(at);

	if (split_block(p2m, &split, at->level, target, at->i)) {
		/* The block is still in place: count it again, then drop the half-built tree. */
		p2m->mappings[at->level]++;
		free_entry(p2m, split, at->level);
		return -ENOMEM;
	}
	/* Break before make. Xen flushes here even if the block's valid bit was clear. */
	place_write(p2m, at, 0);
	flush_now(p2m);
	place_write(p2m, at, split);
	while (at->level < target)
		CHECK(next_level(p2m, at, false) == NEXT_TABLE);
	return 0;
}

/* ---- __p2m_set_entry() ---- */

static void note_mapped(struct p2m *p2m, gfn_t g, unsigned int order)
{
	uint64_t end = g.v + (UINT64_C(1) << order) - (p2m->rules->max_gfn_inclusive ? 1 : 0);

	if (end > p2m->max_mapped.v)
		p2m->max_mapped.v = end;
	if (g.v < p2m->lowest_mapped.v)
		p2m->lowest_mapped = g;
}

/* Stores `leaf` by break-before-make where something valid was. */
static void make_leaf(struct p2m *p2m, const struct place *at, uint64_t leaf)
{
	if (pte_valid(place_read(at))) {
		emit_at(p2m, P2M_OP_REPLACE, entry_pa(&at->table, at->index));
		place_write(p2m, at, 0);
		flush_now(p2m);
	}
	place_write(p2m, at, leaf);
	p2m->mappings[at->level]++;
}

/* Clears the entry; the flush waits for the unlock. False if it was left alone. */
static bool clear_leaf(struct p2m *p2m, const struct place *at)
{
	bool valid = pte_valid(place_read(at));

	if (!valid && p2m->rules->remove_needs_valid_bit)
		return false;
	place_write(p2m, at, 0);
	p2m->need_flush |= valid;
	return true;
}

/*
 * The entry is of the right level: replace it by `leaf`, or clear it if that is 0. The counters of
 * mappings stay exact here; Xen's miss a leaf replaced by one of another frame.
 */
static void update_entry(struct p2m *p2m, const struct place *at, uint64_t leaf)
{
	uint64_t old = place_read(at);
	bool changed = true;
	bool flush;

	if (leaf)
		make_leaf(p2m, at, leaf);
	else
		changed = clear_leaf(p2m, at);
	flush = p2m->iommu && (pte_valid(old) || leaf);
	if (flush && p2m->rules->iotlb_flush_modified)
		emit(p2m, P2M_OP_IOTLB_FLUSH);
	if (changed)
		free_entry(p2m, old, at->level);
	if (flush && !p2m->rules->iotlb_flush_modified)
		emit(p2m, P2M_OP_IOTLB_FLUSH);
}

static int set_chunk(struct p2m *p2m, gfn_t g, unsigned int order, mfn_t m, enum p2m_type t)
{
	unsigned int target = LPAE_LEAF - order / LPAE_SHIFT;
	bool removing = m.v == INVALID_FRAME;
	enum next next = NEXT_TABLE;
	struct place at;

	emit_value(p2m, P2M_OP_SET_ENTRY, order);
	if (!root_holds(p2m, g))
		return -EINVAL;
	at = place_root(p2m, ipa_from_gfn(g));
	while (at.level < target && next == NEXT_TABLE)
		next = next_level(p2m, &at, !removing);
	if (next == NEXT_MISSING)
		return removing ? 0 : -ENOENT;
	if (next == NEXT_BLOCK && shatter(p2m, &at, target))
		return -ENOMEM;
	update_entry(p2m, &at, removing ? 0 : s2_leaf(pa_from_mfn(m), t, target));
	if (!removing)
		note_mapped(p2m, g, order);
	return 0;
}

/*
 * The order of the next chunk of p2m_set_entry(). What is left of nr is in the mask: 513 aligned
 * pages become 513 page entries. Until 3fafdc28eb so was INVALID_MFN.
 */
static unsigned int chunk_order(const struct p2m_rules *rules, gfn_t g, uint64_t nr, mfn_t m)
{
	uint64_t mask = g.v | nr;

	if (m.v != INVALID_FRAME || !rules->remove_needs_superpage_mask)
		mask |= m.v;
	if ((mask & ((UINT64_C(1) << ORDER_1G) - 1)) == 0)
		return ORDER_1G;
	if ((mask & ((UINT64_C(1) << ORDER_2M) - 1)) == 0)
		return ORDER_2M;
	return 0;
}

static void tell_request(const struct p2m *p2m, const struct p2m_request *rq)
{
	if (p2m->sink.request)
		p2m->sink.request(p2m->sink.ctx, rq);
}

int p2m_set_entry(struct p2m *p2m, gfn_t g, uint64_t nr, mfn_t m, enum p2m_type t)
{
	struct p2m_request rq = {.g = g, .nr = nr, .m = m, .t = t};
	int rc = 0;

	emit(p2m, P2M_OP_LOCK_WRITE);
	while (nr && !rc) {
		unsigned int order = chunk_order(p2m->rules, g, nr, m);
		uint64_t pages = UINT64_C(1) << order;

		rc = set_chunk(p2m, g, order, m, t);
		rq.done += rc ? 0 : pages;
		g.v += pages;
		if (m.v != INVALID_FRAME)
			m.v += pages;
		nr -= pages;
	}
	unlock_write(p2m);
	tell_request(p2m, &rq);
	return rc;
}

/* ---- valid bits (4.12 and later) ---- */

/* p2m_invalidate_table(): the flush is asked for even if no bit was set. */
static void invalidate_table(struct p2m *p2m, const struct table *t)
{
	emit_at(p2m, P2M_OP_INVALIDATE_TABLE, t->base);
	for (unsigned int k = 0; k < LPAE_ENTRIES; k++) {
		if (!pte_valid(t->host[k]))
			continue;
		emit_at(p2m, P2M_OP_INVALIDATE_ENTRY, entry_pa(t, k));
		p2m_write_entry(p2m, t, k, t->host[k] & ~LPAE_VALID, STORE_LINKED);
	}
	p2m->need_flush = true;
}

static bool resolve(struct p2m *p2m, ipa_t i)
{
	struct place at = place_root(p2m, i);
	enum next next = NEXT_TABLE;
	uint64_t pte;

	while (next == NEXT_TABLE && at.level < LPAE_LEAF && pte_valid(place_read(&at)))
		next = next_level(p2m, &at, false);
	pte = place_read(&at);
	if (pte_valid(pte) || !p2m_pte_mapped(p2m, pte))
		return pte_valid(pte);
	if (pte_is_table(pte, at.level)) {
		struct table child = table_at(p2m, pte);

		invalidate_table(p2m, &child);
	}
	emit_at(p2m, P2M_OP_RESOLVE_SET, entry_pa(&at.table, at.index));
	place_write(p2m, &at, pte | LPAE_VALID);
	return true;
}

bool p2m_resolve_fault(struct p2m *p2m, ipa_t i)
{
	gfn_t g = gfn_from_ipa(i);
	bool resolved = false;

	if (!p2m->rules->resolve_valid_bits)
		return false;
	emit(p2m, P2M_OP_LOCK_WRITE);
	if (g.v > p2m->max_mapped.v || !root_holds(p2m, g)) {
		emit(p2m, P2M_OP_RESOLVE_EARLY);
	} else {
		emit(p2m, P2M_OP_RESOLVE);
		resolved = resolve(p2m, i);
	}
	unlock_write(p2m);
	return resolved;
}

void p2m_invalidate_root(struct p2m *p2m)
{
	unsigned int pages = 1u << p2m->geo->root_order;

	CHECK(p2m->rules->resolve_valid_bits && !p2m->iommu);
	if (p2m->rules->invalidate_by_level)
		pages = p2m->geo->root_level;
	emit(p2m, P2M_OP_LOCK_WRITE);
	for (unsigned int k = 0; k < pages; k++) {
		struct table t = table_of(p2m, pa_add(p2m->root, k * PAGE_SIZE), PAGE_SIZE);

		invalidate_table(p2m, &t);
	}
	unlock_write(p2m);
}

/* ---- looking ---- */

struct p2m_slot p2m_walk_path(const struct p2m *p2m, ipa_t i, struct p2m_path *path)
{
	struct p2m_slot slot = {.level = p2m->geo->root_level,
				.hw_fault_level = s2_in_range(p2m->geo, i) ? -1 : 0,
				.in_range = root_holds(p2m, gfn_from_ipa(i))};
	pa_t table = p2m->root;

	if (path)
		path->count = 0;
	while (slot.in_range) {
		slot.entry = pa_add(table, 8 * (uint64_t)s2_index(p2m->geo, i, slot.level));
		slot.pte = memory_read64(p2m->mem, slot.entry);
		if (path)
			path->step[path->count++] =
				(struct p2m_path_step){slot.level, slot.entry, slot.pte};
		if (slot.hw_fault_level < 0 && !pte_valid(slot.pte))
			slot.hw_fault_level = (int)slot.level;
		if (!p2m_pte_mapped(p2m, slot.pte) || !pte_is_table(slot.pte, slot.level))
			break;
		table = pte_pa(slot.pte);
		slot.level++;
	}
	return slot;
}

struct p2m_slot p2m_walk(const struct p2m *p2m, ipa_t i)
{
	return p2m_walk_path(p2m, i, NULL);
}

bool p2m_slot_mapped(const struct p2m *p2m, const struct p2m_slot *slot)
{
	return slot->in_range && p2m_pte_mapped(p2m, slot->pte);
}

pa_t p2m_slot_pa(const struct p2m_slot *slot, ipa_t i)
{
	uint64_t offset = i.v & ((UINT64_C(1) << LPAE_LEVEL_SHIFT(slot->level)) - 1);

	return pa_add(pte_pa(slot->pte), offset);
}

bool p2m_lookup(struct p2m *p2m, ipa_t i, pa_t *out, enum p2m_type *type)
{
	struct p2m_slot slot = {0};
	bool mapped;

	emit(p2m, P2M_OP_LOCK_READ);
	emit(p2m, P2M_OP_LOOKUP);
	if (gfn_from_ipa(i).v <= p2m->max_mapped.v) {
		slot = p2m_walk(p2m, i);
		for (unsigned int level = p2m->geo->root_level; level < slot.level; level++)
			emit(p2m, P2M_OP_NEXT_LEVEL);
	}
	mapped = p2m_slot_mapped(p2m, &slot);
	if (mapped && out)
		*out = p2m_slot_pa(&slot, i);
	if (type)
		*type = mapped ? pte_type(slot.pte) : P2M_INVALID;
	emit(p2m, P2M_OP_UNLOCK_READ);
	return mapped;
}

struct leaf_visit {
	const struct p2m *p2m;
	bool (*fn)(void *ctx, ipa_t i, uint64_t pte, unsigned int level);
	void *ctx;
};

static bool visit_table(const struct leaf_visit *v, const struct table *t, uint64_t entries,
			unsigned int level, ipa_t base)
{
	for (uint64_t k = 0; k < entries; k++) {
		ipa_t i = ipa_add(base, k << LPAE_LEVEL_SHIFT(level));
		uint64_t pte = t->host[k];

		if (!p2m_pte_mapped(v->p2m, pte))
			continue;
		if (pte_is_table(pte, level)) {
			struct table child = table_at(v->p2m, pte);

			if (!visit_table(v, &child, LPAE_ENTRIES, level + 1, i))
				return false;
		} else if (!v->fn(v->ctx, i, pte, level)) {
			return false;
		}
	}
	return true;
}

void p2m_for_each_leaf(const struct p2m *p2m,
		       bool (*fn)(void *ctx, ipa_t i, uint64_t pte, unsigned int level), void *ctx)
{
	struct leaf_visit v = {p2m, fn, ctx};
	struct table root = root_table(p2m);

	visit_table(&v, &root, s2_root_bytes(p2m->geo) / 8, p2m->geo->root_level, ipa(0));
}

int p2m_init(struct p2m *p2m, const struct p2m_rules *rules, unsigned int pa_bits,
	     struct memory *mem, struct heap *heap, struct p2m_sink sink)
{
	const struct s2_geometry *geo = s2_geometry_for(pa_bits, rules->wide42);
	pa_t root;

	/* Software validity is the type's business then, so a table needs one. */
	CHECK(rules->table_is_ram || !rules->resolve_valid_bits);
	if (!geo)
		return -EINVAL;
	if (heap_alloc_order(heap, geo->root_order, &root))
		return -ENOMEM;
	*p2m = (struct p2m){.geo = geo,
			    .rules = rules,
			    .mem = mem,
			    .heap = heap,
			    .sink = sink,
			    .root = root,
			    .lowest_mapped = gfn(INVALID_FRAME)};
	return 0;
}
