// SPDX-License-Identifier: GPL-2.0-only
#include "sim/casemate.h"

#include <string.h>

#include "base/check.h"

/* The longest record, a hint, takes some 150 bytes. */
#define RECORD_MAX 256

/* Dom0 gets the first VMID; 0 is INVALID_VMID (p2m_alloc_vmid()). */
#define DOM0_VMID (UINT64_C(1) << 48)

/*
 * Xen's own stage 1 (arm64/head.S): inner shareable, write-back, 48 bits, the PA size of the CPU;
 * the attributes of MAIRVAL; HSCTLR_BASE with the MMU and caches on. No record of ours depends on
 * them; the checker wants to have heard of them.
 */
#define XEN_TCR	  UINT64_C(0x80803510)
#define XEN_MAIR  UINT64_C(0xff000004eeaa4400)
#define XEN_SCTLR UINT64_C(0x30c5187d)
#define VTCR_PS	  (UINT64_C(7) << 16)

#define HCR_RW (UINT64_C(1) << 31)
#define HCR_VM UINT64_C(1)

/* ---- one record each ---- */

/* Boots have millions of records: the line is put together without printf. */
struct line {
	char text[RECORD_MAX];
	size_t len;
};

static void put_text(struct line *l, const char *s)
{
	size_t n = strlen(s);

	CHECK(l->len + n < sizeof(l->text));
	memcpy(l->text + l->len, s, n);
	l->len += n;
}

static void put_number(struct line *l, uint64_t value, unsigned int base)
{
	char digits[21];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put_text(l, digits + at);
}

static void put_field(struct line *l, const char *name, uint64_t value)
{
	put_text(l, " (");
	put_text(l, name);
	put_text(l, " ");
	put_number(l, value, 16);
	put_text(l, ")");
}

/* "(NAME (id N) (tid 0) WORDS": `words` is the rest or its beginning. */
static struct line begin_line(struct casemate *cm, const char *name, const char *words)
{
	struct line l;

	l.len = 0;
	put_text(&l, "(");
	put_text(&l, name);
	put_text(&l, " (id ");
	put_number(&l, cm->next_id++, 10);
	put_text(&l, ") (tid 0)");
	put_text(&l, words);
	return l;
}

/* The source is what the p2m did last, or who says what it does not: `line` here. */
static void end_line(struct casemate *cm, struct line *l, int line)
{
	put_text(l, cm->line ? " (src \"sim/p2m_model.c:" : " (src \"sim/casemate.c:");
	put_number(l, (uint64_t)(cm->line ? cm->line : line), 10);
	put_text(l, "\"))\n");
	l->text[l->len] = '\0';
	cm->sink.record(cm->sink.ctx, l->text, l->len);
}

static void put_bare(struct casemate *cm, const char *name, const char *words)
{
	struct line l = begin_line(cm, name, words);

	end_line(cm, &l, __LINE__);
}

static void put_region(struct casemate *cm, const char *name, pa_t addr, uint64_t size)
{
	struct line l = begin_line(cm, name, "");

	put_field(&l, "address", addr.v);
	put_field(&l, "size", size);
	end_line(cm, &l, __LINE__);
}

/* words: " (sysreg vtcr_el2)" */
static void put_sysreg(struct casemate *cm, const char *words, uint64_t value)
{
	struct line l = begin_line(cm, "sysreg-write", words);

	put_field(&l, "value", value);
	end_line(cm, &l, __LINE__);
}

/* words: " (kind set_root_lock)" */
static void put_hint(struct casemate *cm, const char *words, pa_t location, uint64_t value)
{
	struct line l = begin_line(cm, "hint", words);

	put_field(&l, "location", location.v);
	put_field(&l, "value", value);
	end_line(cm, &l, __LINE__);
}

#define DSB_ISH	  " dsb (kind ish)"
#define DSB_ISHST " dsb (kind ishst)"
#define ISB	  " isb"

static void put_barrier(struct casemate *cm, const char *words)
{
	put_bare(cm, "barrier", words);
}

/* ---- ops ---- */

/* words: " (mem-order plain)" */
static void put_store(struct casemate *cm, const char *words, pa_t addr, uint64_t value)
{
	struct line l = begin_line(cm, "mem-write", words);

	put_field(&l, "address", addr.v);
	put_field(&l, "value", value);
	end_line(cm, &l, __LINE__);
}

/* A table of the p2m, zeroed. */
static void put_table(struct casemate *cm, pa_t table)
{
	put_region(cm, "mem-init", table, PAGE_SIZE);
	put_hint(cm, " (kind set_owner_root)", table, cm->root.v);
}

/* A table that is linked by its valid bit alone; all its entries have lost theirs. */
static bool relinks(const struct casemate *cm, const struct p2m_op *op)
{
	return cm->emptied.v && op->value == (op->old | LPAE_VALID) &&
	       (op->value & LPAE_ADDR_MASK) == cm->emptied.v;
}

/* write_pte(): dsb sy, store, dsb sy, whether or not the table is reachable. */
static void put_write(struct casemate *cm, const struct p2m_op *op)
{
	if (relinks(cm, op)) {
		put_region(cm, "mem-free", cm->emptied, PAGE_SIZE);
		put_table(cm, cm->emptied);
	}
	put_barrier(cm, DSB_ISH);
	put_store(cm, op->linked ? " (mem-order release)" : " (mem-order plain)", op->addr,
		  op->value);
	put_barrier(cm, DSB_ISH);
}

/* clean_dcache(), clean_dcache_va_range(): dsb sy, the lines, dsb sy. */
static void put_clean(struct casemate *cm)
{
	put_barrier(cm, DSB_ISH);
	put_barrier(cm, DSB_ISH);
}

/* flush_guest_tlb() */
static void put_tlbi(struct casemate *cm)
{
	put_barrier(cm, cm->p2m->rules->flush_dsb_ishst ? DSB_ISHST : DSB_ISH);
	put_bare(cm, "tlbi", " vmalls12e1is");
	put_barrier(cm, DSB_ISH);
	put_barrier(cm, ISB);
}

static void put_lock(struct casemate *cm, const char *name)
{
	struct line l = begin_line(cm, name, "");

	put_field(&l, "address", cm->lock);
	end_line(cm, &l, __LINE__);
}

/* Of VTCR_EL2, for a root of one page at `level` (0 or 1): SL0, and T0SZ for all of its entries. */
static uint64_t vtcr_of_level(uint64_t vtcr, unsigned int level)
{
	return (vtcr & ~UINT64_C(0xff)) | (2 - level) << 6 | (16 + 9 * level);
}

/* Root pages are told below one more, before a walker can look. */
static void put_root_pages(struct casemate *cm)
{
	uint64_t bytes = s2_root_bytes(cm->p2m->geo);

	put_lock(cm, "lock");
	for (uint64_t at = 0; at < bytes; at += PAGE_SIZE) {
		pa_t page = pa_add(cm->p2m->root, at);

		put_table(cm, page);
		put_store(cm, " (mem-order plain)", pa_add(cm->root, at / PAGE_SIZE * 8),
			  page.v | LPAE_VALID | LPAE_TABLE);
	}
	put_lock(cm, "unlock");
}

static void begin(struct casemate *cm)
{
	const struct s2_geometry *geo = cm->p2m->geo;
	uint64_t vtcr = geo->root_order ? vtcr_of_level(geo->vtcr, geo->root_level - 1) : geo->vtcr;

	cm->root = cm->p2m->root;
	if (geo->root_order)
		cm->root = pa((cm->lock & PAGE_MASK) + PAGE_SIZE);
	put_sysreg(cm, " (sysreg vtcr_el2)", vtcr);
	put_sysreg(cm, " (sysreg tcr_el2)", XEN_TCR | (vtcr & VTCR_PS));
	put_sysreg(cm, " (sysreg mair_el2)", XEN_MAIR);
	put_sysreg(cm, " (sysreg hcr_el2)", HCR_RW);
	put_sysreg(cm, " (sysreg sctlr_el2)", XEN_SCTLR);
	put_region(cm, "mem-init", cm->root, PAGE_SIZE);
	put_hint(cm, " (kind set_root_lock)", cm->root, cm->lock);
	if (geo->root_order)
		put_root_pages(cm);
	put_sysreg(cm, " (sysreg vttbr_el2)", DOM0_VMID | cm->root.v);
	put_sysreg(cm, " (sysreg hcr_el2)", HCR_RW | HCR_VM);
	put_barrier(cm, ISB);
}

void casemate_init(struct casemate *cm, const struct p2m *p2m, uint64_t lock,
		   struct casemate_sink sink)
{
	*cm = (struct casemate){.sink = sink, .p2m = p2m, .lock = lock};
}

void casemate_op(struct casemate *cm, const struct p2m_op *op)
{
	if (cm->next_id == 0)
		begin(cm);
	cm->line = op->line;
	switch (op->kind) {
	case P2M_OP_LOCK_READ: /* the checker has one kind of lock */
	case P2M_OP_LOCK_WRITE:
		put_lock(cm, "lock");
		break;
	case P2M_OP_UNLOCK_READ:
	case P2M_OP_UNLOCK_WRITE:
		cm->emptied = pa(0);
		put_lock(cm, "unlock");
		break;
	case P2M_OP_TABLE_NEW:
		put_table(cm, op->addr);
		break;
	case P2M_OP_TABLE_FREE:
		put_region(cm, "mem-free", op->addr, PAGE_SIZE);
		break;
	case P2M_OP_INVALIDATE_TABLE:
		cm->emptied = op->addr;
		break;
	case P2M_OP_WRITE:
		put_write(cm, op);
		break;
	case P2M_OP_CLEAN:
		put_clean(cm);
		break;
	case P2M_OP_TLBI:
		put_tlbi(cm);
		break;
	default: /* what the p2m thinks, what it costs, and the SMMU's TLB */
		break;
	}
}
