/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * p2m_model.h: Xen's stage-2 table of one domain, as real LPAE tables in simulated memory.
 *
 * Follows xen/arch/arm/p2m.c (4.8 .. 4.18) and mmu/p2m.c (4.19 ..): __p2m_set_entry(),
 * p2m_split_superpage(), p2m_resolve_translation_fault(), p2m_invalidate_root(). What differs
 * between releases is in struct p2m_rules, a part of a xen_version row.
 *
 * There is one walker, p2m_walk(), and one function that stores a descriptor of a live table,
 * p2m_write_entry() in the .c file. Whatever happens is told to a sink in order, so that charging,
 * TLB shoot-down, SMMU invalidation and traces live elsewhere.
 */
#ifndef P2MLAB_P2M_MODEL_H
#define P2MLAB_P2M_MODEL_H

#include "sim/heap.h"
#include "sim/lpae.h"

/* One thing that the p2m code did. Address and value are set where they make sense. */
enum p2m_op_kind {
	P2M_OP_LOCK_READ,
	P2M_OP_UNLOCK_READ,
	P2M_OP_LOCK_WRITE,
	P2M_OP_UNLOCK_WRITE,
	P2M_OP_SET_ENTRY,	   /* one __p2m_set_entry() began; value = order */
	P2M_OP_NEXT_LEVEL,	   /* one table level descended */
	P2M_OP_TABLE_NEW,	   /* a table page was allocated and zeroed; addr = page */
	P2M_OP_TABLE_SPLIT_ORDERS, /* value = buddy orders split for it (only if > 0) */
	P2M_OP_TABLE_SCRUB,	   /* its page had to be scrubbed */
	P2M_OP_TABLE_FREE,	   /* addr = page */
	P2M_OP_WRITE,	      /* descriptor store; addr, value, old; linked = table is reachable */
	P2M_OP_CLEAN,	      /* DC CVAC of [addr, addr + value): a descriptor or a new table */
	P2M_OP_REPLACE,	      /* a valid leaf was replaced by break-before-make */
	P2M_OP_SHATTER,	      /* a block became a table; value = its level */
	P2M_OP_TLBI,	      /* TLBI VMALLS12E1IS + barriers, of the whole VMID */
	P2M_OP_IOTLB_FLUSH,   /* SMMU: whole VMID + sync */
	P2M_OP_RESOLVE,	      /* a p2m_resolve_translation_fault() walked the tables */
	P2M_OP_RESOLVE_EARLY, /* the same, refused at once: gfn above max_mapped_gfn */
	P2M_OP_RESOLVE_SET,   /* it set one valid bit */
	P2M_OP_INVALIDATE_TABLE, /* it cleared the valid bits of a child table */
	P2M_OP_INVALIDATE_ENTRY, /* one of those bits was set before */
	P2M_OP_LOOKUP,		 /* a p2m_lookup() */
	P2M_OP_COUNT,
};

struct p2m_op {
	enum p2m_op_kind kind;
	pa_t addr;
	uint64_t value;
	uint64_t old;
	bool linked;
	int line; /* of p2m_model.c: who did it */
};

/*
 * One p2m_set_entry() that ended: what was asked, and how many pages of it, from the first on, were
 * done. All of `nr` unless the call failed.
 */
struct p2m_request {
	gfn_t g;
	uint64_t nr;
	mfn_t m; /* INVALID_FRAME removes */
	enum p2m_type t;
	uint64_t done;
};

/*
 * Told of every op, in order, and of every request once its ops were told. May not call back into
 * the p2m. Each may be NULL.
 */
struct p2m_sink {
	void (*op)(void *ctx, const struct p2m_op *op);
	void *ctx;
	void (*request)(void *ctx, const struct p2m_request *rq);
};

/* What a Xen release decides (FACTS X12, X13; sources in xen_version.c). */
struct p2m_rules {
	bool table_is_ram;	   /* software type of table entries; 4.12 */
	bool wide42;		   /* 42-bit IPAs; 4.13 */
	bool gfn_range_checked;	   /* XSA-301, 4.13: else a 1-page root aliases the high bits */
	bool max_gfn_inclusive;	   /* XSA-301: max_mapped_gfn is the highest, not highest + 1 */
	bool iotlb_flush_modified; /* 4.12: flush if added or modified, before freeing */
	bool resolve_valid_bits;   /* 4.12: p2m_resolve_translation_fault exists */
	bool remove_needs_superpage_mask; /* true: INVALID_MFN no longer forces 4K removals (4.9) */
	/*
	 * A removal clears only an entry whose valid bit is set, so one that software alone
	 * considers mapped stays: until XSA-393 (a428b913a0, 4.17).
	 */
	bool remove_needs_valid_bit;
	/*
	 * p2m_invalidate_root() goes through root_level root pages instead of all: none of a
	 * 4-level table, the first of concatenated ones. Since 2148a125b7 (4.12) until "xen/arm:
	 * Fix P2M root page tables invalidation" (posted 2025-06-16, 4.21).
	 */
	bool invalidate_by_level;
	/*
	 * flush_guest_tlb() waits for stores alone before its TLBI (DSB ISHST) and for the inner
	 * shareable domain after it (DSB ISH), as TLB_HELPER() of 4.22 does; in 4.8 and 4.9 both
	 * are DSB SY.
	 */
	bool flush_dsb_ishst;
	enum p2m_type dev_mmio_type; /* what XENMAPSPACE_dev_mmio maps as */
};

struct p2m {
	const struct s2_geometry *geo;
	const struct p2m_rules *rules;
	struct memory *mem;
	struct heap *heap;
	struct p2m_sink sink;
	pa_t root;
	bool clean_pte;	 /* an SMMU that does not snoop walks these tables */
	bool iommu;	 /* an SMMU shares these tables */
	bool need_flush; /* deferred TLBI, done at write unlock */
	gfn_t max_mapped;
	gfn_t lowest_mapped;
	uint64_t mappings[4];  /* stats.mappings: valid leaves by level */
	uint64_t shattered[4]; /* stats.shattered */
	uint64_t tables;       /* table pages below the root */
	uint64_t generation;   /* grows when a valid entry changes: cached translations die */
};

/*
 * Allocates the root. `rules`, `mem`, `heap` are borrowed for the life of the p2m.
 * Returns 0, -EINVAL (no geometry for pa_bits) or -ENOMEM.
 */
int p2m_init(struct p2m *p2m, const struct p2m_rules *rules, unsigned int pa_bits,
	     struct memory *mem, struct heap *heap, struct p2m_sink sink);

/* Where a walk stopped. */
struct p2m_slot {
	pa_t entry;	    /* address of the descriptor it stopped at */
	uint64_t pte;	    /* and its value */
	unsigned int level; /* its level */
	/*
	 * What hardware sees: the first level whose valid bit is clear, 0 if the IPA is above
	 * geo->ipa_bits, -1 if no level faults.
	 */
	int hw_fault_level;
	/*
	 * False: no root page holds the IPA; entry and pte are unset. Xen asks whether the root
	 * table has an index for it, not whether it is below geo->ipa_bits: on a 44-bit geometry
	 * frames up to 2^36 have one, and can be mapped without any effect for hardware.
	 */
	bool in_range;
};

/* The descriptors of one walk, root level first. */
struct p2m_path {
	unsigned int count;
	struct p2m_path_step {
		unsigned int level;
		pa_t entry;
		uint64_t pte;
	} step[LPAE_LEAF + 1];
};

/*
 * The one walker. Descends software-valid tables (type or valid bit says so) until a leaf, a block
 * or an empty entry. Pure: emits nothing, changes nothing.
 */
struct p2m_slot p2m_walk(const struct p2m *p2m, ipa_t i);

/* The same, with each descriptor it read put into *path unless that is NULL. */
struct p2m_slot p2m_walk_path(const struct p2m *p2m, ipa_t i, struct p2m_path *path);

/* Frames that the root has entries for, from 0 on; some may be above geo->ipa_bits. */
uint64_t p2m_root_frames(const struct p2m *p2m);

/* True if software considers the descriptor in use: type not invalid (4.12+), else valid bit. */
bool p2m_pte_mapped(const struct p2m *p2m, uint64_t pte);

/* True if the slot is in range and maps something for software. */
bool p2m_slot_mapped(const struct p2m *p2m, const struct p2m_slot *slot);

/* PA of `i` through a mapped slot. */
pa_t p2m_slot_pa(const struct p2m_slot *slot, ipa_t i);

/*
 * p2m_get_entry() under the read lock, as p2m_lookup() callers see it: true if mapped, with the
 * output address and the type; else *type is P2M_INVALID. out and type may be NULL. Emits LOOKUP,
 * NEXT_LEVEL and the lock ops.
 */
bool p2m_lookup(struct p2m *p2m, ipa_t i, pa_t *out, enum p2m_type *type);

/*
 * p2m_insert_mapping() / p2m_remove_mapping(): p2m_set_entry() under the write lock. `nr` pages
 * from g to m with type t (P2M_INVALID and m = INVALID_FRAME removes). Order selection, shattering,
 * break-before-make and the deferred flush are those of FACTS X11 and X12.
 * Returns 0; -EINVAL (no root page for g, see p2m_slot.in_range); -ENOENT (no page for a table);
 * -ENOMEM (no page for a split). Earlier chunks stay, as in Xen.
 */
int p2m_set_entry(struct p2m *p2m, gfn_t g, uint64_t nr, mfn_t m, enum p2m_type t);

/*
 * p2m_resolve_translation_fault(): true if the access should be retried because an entry that
 * software considers mapped lacked its valid bit (one level per call). Also true when the entry is
 * valid all the way (the fault raced with break-before-make). Releases without it resolve nothing.
 */
bool p2m_resolve_fault(struct p2m *p2m, ipa_t i);

/*
 * p2m_invalidate_root(): clears the valid bit of every used root entry. 4.12 and later; an SMMU
 * that shares the tables would fault, so calling it then is a bug.
 */
void p2m_invalidate_root(struct p2m *p2m);

/*
 * Checks the whole table: every table page is reachable once and owned by the heap, no reserved
 * bits, no block at level 0, leaves have a type and the bits of that type, counters agree with
 * what is there, max/lowest_mapped bound every leaf. Returns true if sound; else writes a sentence
 * into why[len].
 */
bool p2m_check(const struct p2m *p2m, char *why, size_t len);

/* Calls fn for each leaf in ascending IPA order until it returns false. */
void p2m_for_each_leaf(const struct p2m *p2m,
		       bool (*fn)(void *ctx, ipa_t i, uint64_t pte, unsigned int level), void *ctx);

#endif
