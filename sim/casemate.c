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

/* write_pte(): dsb sy, store, dsb sy, whether or not the table is reachable. */
static void put_write(struct casemate *cm, const struct p2m_op *op)
{
	struct line l;

	put_barrier(cm, DSB_ISH);
	l = begin_line(cm, "mem-write", op->linked ? " (mem-order release)" : " (mem-order plain)");
	put_field(&l, "address", op->addr.v);
	put_field(&l, "value", op->value);
	end_line(cm, &l, __LINE__);
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

/* Concatenated root pages are owned by the first. */
static void put_root(struct casemate *cm)
{
	uint64_t bytes = s2_root_bytes(cm->p2m->geo);
	pa_t root = cm->p2m->root;

	put_region(cm, "mem-init", root, bytes);
	put_hint(cm, " (kind set_root_lock)", root, cm->lock);
	for (uint64_t at = PAGE_SIZE; at < bytes; at += PAGE_SIZE)
		put_hint(cm, " (kind set_owner_root)", pa_add(root, at), root.v);
}

static void begin(struct casemate *cm)
{
	uint64_t vtcr = cm->p2m->geo->vtcr;

	put_sysreg(cm, " (sysreg vtcr_el2)", vtcr);
	put_sysreg(cm, " (sysreg tcr_el2)", XEN_TCR | (vtcr & VTCR_PS));
	put_sysreg(cm, " (sysreg mair_el2)", XEN_MAIR);
	put_sysreg(cm, " (sysreg hcr_el2)", HCR_RW);
	put_sysreg(cm, " (sysreg sctlr_el2)", XEN_SCTLR);
	put_root(cm);
	put_sysreg(cm, " (sysreg vttbr_el2)", DOM0_VMID | cm->p2m->root.v);
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
		put_lock(cm, "unlock");
		break;
	case P2M_OP_TABLE_NEW:
		put_region(cm, "mem-init", op->addr, PAGE_SIZE);
		put_hint(cm, " (kind set_owner_root)", op->addr, cm->p2m->root.v);
		break;
	case P2M_OP_TABLE_FREE:
		put_region(cm, "mem-free", op->addr, PAGE_SIZE);
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
