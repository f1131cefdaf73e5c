// SPDX-License-Identifier: GPL-2.0-only
#include "sim/casemate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "sim/check.h"

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

/* `fields` go between the ids and the source. */
__attribute__((format(printf, 4, 5))) static void put(struct casemate *cm, int line,
						      const char *name, const char *fields, ...)
{
	char text[RECORD_MAX], body[RECORD_MAX];
	va_list ap;
	int n;

	va_start(ap, fields);
	vsnprintf(body, sizeof(body), fields, ap);
	va_end(ap);
	n = snprintf(text, sizeof(text), "(%s (id %" PRIu64 ") (tid 0) %s (src \"sim/%s.c:%d\"))\n",
		     name, cm->next_id++, body, cm->line ? "p2m_model" : "casemate",
		     cm->line ? cm->line : line);
	CHECK(n > 0 && (size_t)n < sizeof(text));
	cm->sink.record(cm->sink.ctx, text, (size_t)n);
}

/* The source of what is not the p2m's doing is the line here. */
#define PUT(cm, name, ...) put(cm, __LINE__, name, __VA_ARGS__)

static void put_sysreg(struct casemate *cm, const char *sysreg, uint64_t value)
{
	PUT(cm, "sysreg-write", "(sysreg %s) (value %" PRIx64 ")", sysreg, value);
}

static void put_init(struct casemate *cm, pa_t addr, uint64_t size)
{
	PUT(cm, "mem-init", "(address %" PRIx64 ") (size %" PRIx64 ")", addr.v, size);
}

static void put_hint(struct casemate *cm, const char *kind, pa_t location, uint64_t value)
{
	PUT(cm, "hint", "(kind %s) (location %" PRIx64 ") (value %" PRIx64 ")", kind, location.v,
	    value);
}

static void put_dsb(struct casemate *cm, const char *kind)
{
	PUT(cm, "barrier", "dsb (kind %s)", kind);
}

static void put_isb(struct casemate *cm)
{
	PUT(cm, "barrier", "isb");
}

/* ---- ops ---- */

/* write_pte(): dsb sy, store, dsb sy, whether or not the table is reachable. */
static void put_write(struct casemate *cm, const struct p2m_op *op)
{
	put_dsb(cm, "ish");
	PUT(cm, "mem-write", "(mem-order %s) (address %" PRIx64 ") (value %" PRIx64 ")",
	    op->linked ? "release" : "plain", op->addr.v, op->value);
	put_dsb(cm, "ish");
}

/* clean_dcache(), clean_dcache_va_range(): dsb sy, the lines, dsb sy. */
static void put_clean(struct casemate *cm)
{
	put_dsb(cm, "ish");
	put_dsb(cm, "ish");
}

/* flush_guest_tlb() */
static void put_tlbi(struct casemate *cm)
{
	put_dsb(cm, cm->p2m->rules->flush_dsb_ishst ? "ishst" : "ish");
	PUT(cm, "tlbi", "vmalls12e1is");
	put_dsb(cm, "ish");
	put_isb(cm);
}

static void put_lock(struct casemate *cm, const char *name)
{
	PUT(cm, name, "(address %" PRIx64 ")", cm->lock);
}

/* Concatenated root pages are owned by the first. */
static void put_root(struct casemate *cm)
{
	uint64_t bytes = s2_root_bytes(cm->p2m->geo);
	pa_t root = cm->p2m->root;

	put_init(cm, root, bytes);
	put_hint(cm, "set_root_lock", root, cm->lock);
	for (uint64_t at = PAGE_SIZE; at < bytes; at += PAGE_SIZE)
		put_hint(cm, "set_owner_root", pa_add(root, at), root.v);
}

static void begin(struct casemate *cm)
{
	uint64_t vtcr = cm->p2m->geo->vtcr;

	put_sysreg(cm, "vtcr_el2", vtcr);
	put_sysreg(cm, "tcr_el2", XEN_TCR | (vtcr & VTCR_PS));
	put_sysreg(cm, "mair_el2", XEN_MAIR);
	put_sysreg(cm, "hcr_el2", HCR_RW);
	put_sysreg(cm, "sctlr_el2", XEN_SCTLR);
	put_root(cm);
	put_sysreg(cm, "vttbr_el2", DOM0_VMID | cm->p2m->root.v);
	put_sysreg(cm, "hcr_el2", HCR_RW | HCR_VM);
	put_isb(cm);
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
		put_init(cm, op->addr, PAGE_SIZE);
		put_hint(cm, "set_owner_root", op->addr, cm->p2m->root.v);
		break;
	case P2M_OP_TABLE_FREE:
		PUT(cm, "mem-free", "(address %" PRIx64 ") (size %" PRIx64 ")", op->addr.v,
		    PAGE_SIZE);
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
