// SPDX-License-Identifier: GPL-2.0-only
#include "sim/mmu.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/seq_buf.h"

/* SCTLR_EL1 (Arm ARM D17.2.118). */
#define SCTLR_M	  (UINT64_C(1) << 0)
#define SCTLR_WXN (UINT64_C(1) << 19)

/* Stage-1 descriptors (Arm ARM D5.3.3): the bits beside those that lpae.h names. */
#define S1_AP_EL0    (UINT64_C(1) << 6)
#define S1_AP_RO     (UINT64_C(1) << 7)
#define S1_AF	     (UINT64_C(1) << 10)
#define S1_PXN	     (UINT64_C(1) << 53)
#define S1_PXN_TABLE (UINT64_C(1) << 59)
#define S1_AP_TABLE0 (UINT64_C(1) << 61) /* no access from EL0 below this table */
#define S1_AP_TABLE1 (UINT64_C(1) << 62) /* no writes below this table */

/* One walk in progress: the result is what it has found so far. */
struct walker {
	const struct cpu *cpu;
	const struct memory *mem;
	const struct p2m *p2m;
	enum mmu_access access;
	struct mmu_result res;
};

/* What TCR_EL1 says about one half of the address space. */
struct s1_regime {
	unsigned int va_bits;
	unsigned int top_bit; /* highest address bit that must match bit 55 */
	bool disabled;	      /* EPDn */
	uint64_t ttbr;
};

static bool fault(struct walker *w, enum mmu_fault kind, unsigned int level)
{
	w->res.fault = kind;
	w->res.level = level;
	return false;
}

static void step(struct walker *w, uint8_t stage, unsigned int level, bool s1ptw, pa_t entry,
		 uint64_t pte)
{
	CHECK(w->res.step_count < MMU_STEP_MAX);
	w->res.steps[w->res.step_count++] =
		(struct mmu_step){stage, (uint8_t)level, s1ptw, entry, pte};
}

/* ---- stage 2 ---- */

static bool s2_permits(uint64_t pte, enum mmu_access access)
{
	switch (access) {
	case MMU_READ:
		return pte_s2_readable(pte);
	case MMU_WRITE:
		return pte_s2_writable(pte);
	case MMU_FETCH:
		break;
	}
	return !pte_xn(pte);
}

/* Stage 2 of `i`: true with *out, or false with the fault in w->res. */
static bool stage2(struct walker *w, ipa_t i, enum mmu_access access, bool s1ptw, pa_t *out)
{
	struct p2m_path path;
	struct p2m_slot slot;
	uint64_t offset_mask;

	*out = pa(i.v);
	if (!w->p2m)
		return true;
	w->res.ipa = i;
	w->res.s1ptw = s1ptw;
	/* Above the input range: reported at level 0, whatever the level of the root. */
	if (!s2_in_range(w->p2m->geo, i))
		return fault(w, MMU_S2_TRANSLATION, 0);
	if (w->p2m->root.v >> w->p2m->geo->pa_bits)
		return fault(w, MMU_S2_ADDRESS_SIZE, 0);
	slot = p2m_walk_path(w->p2m, i, &path);
	for (unsigned int k = 0; k < path.count; k++) {
		const struct p2m_path_step *s = &path.step[k];

		step(w, 2, s->level, s1ptw, s->entry, s->pte);
		if (!pte_valid(s->pte))
			return fault(w, MMU_S2_TRANSLATION, s->level);
		if (pte_is_table(s->pte, s->level) && pte_pa(s->pte).v >> w->p2m->geo->pa_bits)
			return fault(w, MMU_S2_ADDRESS_SIZE, s->level);
	}
	/* A block where the level has none, a page without bit 1: reserved, thus invalid. */
	if (slot.level == 0 || (slot.level == LPAE_LEAF && !(slot.pte & LPAE_TABLE)))
		return fault(w, MMU_S2_TRANSLATION, slot.level);
	/* Bits of the address below a block's size are reserved and count for nothing. */
	offset_mask = (UINT64_C(1) << LPAE_LEVEL_SHIFT(slot.level)) - 1;
	out->v = (pte_pa(slot.pte).v & ~offset_mask) | (i.v & offset_mask);
	if (out->v >> w->p2m->geo->pa_bits)
		return fault(w, MMU_S2_ADDRESS_SIZE, slot.level);
	if (!pte_af(slot.pte))
		return fault(w, MMU_S2_ACCESS_FLAG, slot.level);
	if (!s2_permits(slot.pte, access))
		return fault(w, MMU_S2_PERMISSION, slot.level);
	w->res.s1ptw = false;
	if (!s1ptw)
		w->res.s2_pte = slot.pte;
	return true;
}

/* ---- stage 1 ---- */

/* Address bits that stage 1 may put out: TCR_EL1.IPS. */
static unsigned int output_bits(uint64_t tcr)
{
	static const unsigned int bits[8] = {32, 36, 40, 42, 44, 48, 48, 48};

	return bits[(tcr >> 32) & 7];
}

static struct s1_regime regime_of(const struct cpu *cpu, uint64_t va)
{
	bool high = (va >> 55) & 1;
	unsigned int tnsz = (unsigned int)(cpu->tcr >> (high ? 16 : 0)) & 0x3f;
	bool ignore_top = (cpu->tcr >> (high ? 38 : 37)) & 1;

	/* Sizes the architecture has not are taken as the nearest it has, as the engine does. */
	if (tnsz < 16)
		tnsz = 16;
	if (tnsz > 39)
		tnsz = 39;
	return (struct s1_regime){
		.va_bits = 64 - tnsz,
		.top_bit = ignore_top ? 55 : 63,
		.disabled = (cpu->tcr >> (high ? 23 : 7)) & 1,
		.ttbr = high ? cpu->ttbr1 : cpu->ttbr0,
	};
}

/* Bits [top_bit:va_bits] all equal bit 55. */
static bool canonical(const struct s1_regime *r, uint64_t va)
{
	uint64_t mask = ((UINT64_C(2) << r->top_bit) - 1) & ~((UINT64_C(1) << r->va_bits) - 1);
	uint64_t want = (va >> 55) & 1 ? mask : 0;

	return (va & mask) == want;
}

/*
 * Whether a leaf, with the table attributes above it folded into its own bits, lets EL1 in.
 * A page that EL0 may write is never executable at EL1.
 */
static bool s1_permits(uint64_t sctlr, uint64_t pte, enum mmu_access access)
{
	bool writable = !(pte & S1_AP_RO);

	switch (access) {
	case MMU_READ:
		return true;
	case MMU_WRITE:
		return writable;
	case MMU_FETCH:
		break;
	}
	if (pte & S1_PXN || (writable && pte & S1_AP_EL0))
		return false;
	return !(writable && sctlr & SCTLR_WXN);
}

/* A leaf was reached: 48-bit address, attributes, flag, rights. */
static bool s1_leaf(struct walker *w, uint64_t pte, unsigned int level, uint64_t va, ipa_t *out)
{
	uint64_t offset_mask = (UINT64_C(1) << LPAE_LEVEL_SHIFT(level)) - 1;

	out->v = (pte_pa(pte).v & ~offset_mask) | (va & offset_mask);
	w->res.ipa = *out;
	w->res.s1_attr = (unsigned int)(w->cpu->mair >> (8 * ((pte >> 2) & 7))) & 0xff;
	if (!(pte & S1_AF))
		return fault(w, MMU_S1_ACCESS_FLAG, level);
	if (!s1_permits(w->cpu->sctlr, pte, w->access))
		return fault(w, MMU_S1_PERMISSION, level);
	return true;
}

/* Reads a stage-1 descriptor by its IPA, through stage 2. */
static bool s1_read(struct walker *w, ipa_t i, unsigned int level, uint64_t *pte)
{
	pa_t entry;

	if (!stage2(w, i, MMU_READ, true, &entry))
		return false;
	if (!memory_ptr(w->mem, entry, 8)) {
		w->res.ipa = i;
		w->res.s1ptw = true;
		return fault(w, MMU_TABLE_EXTERNAL, level);
	}
	*pte = memory_read64(w->mem, entry);
	step(w, 1, level, false, entry, *pte);
	w->res.ipa = ipa(0);
	return true;
}

/* What the tables above took from a leaf, as leaf bits. */
static uint64_t s1_inherited(uint64_t table_pte)
{
	return (table_pte & S1_PXN_TABLE ? S1_PXN : 0) | (table_pte & S1_AP_TABLE1 ? S1_AP_RO : 0);
}

static bool s1_tables(struct walker *w, const struct s1_regime *r, uint64_t va, ipa_t *out)
{
	unsigned int level = 4 - (r->va_bits - 4) / LPAE_SHIFT;
	unsigned int bits = r->va_bits - LPAE_LEVEL_SHIFT(level);
	uint64_t table = r->ttbr & UINT64_C(0x0000fffffffffffe) & ~((UINT64_C(8) << bits) - 1);
	uint64_t set = 0, keep = ~UINT64_C(0);
	uint64_t pte;

	if (table >> output_bits(w->cpu->tcr))
		return fault(w, MMU_S1_ADDRESS_SIZE, 0);
	for (;; level++, bits = LPAE_SHIFT) {
		uint64_t index = (va >> LPAE_LEVEL_SHIFT(level)) & ((UINT64_C(1) << bits) - 1);

		if (!s1_read(w, ipa(table + 8 * index), level, &pte))
			return false;
		if (!pte_valid(pte) || (!(pte & LPAE_TABLE) && (level == 0 || level == LPAE_LEAF)))
			return fault(w, MMU_S1_TRANSLATION, level);
		table = pte_pa(pte).v;
		if (table >> output_bits(w->cpu->tcr))
			return fault(w, MMU_S1_ADDRESS_SIZE, level);
		if (!pte_is_table(pte, level))
			return s1_leaf(w, (pte | set) & keep, level, va, out);
		set |= s1_inherited(pte);
		if (pte & S1_AP_TABLE0)
			keep &= ~S1_AP_EL0;
	}
}

static bool stage1(struct walker *w, uint64_t va, ipa_t *out)
{
	struct s1_regime r = regime_of(w->cpu, va);

	*out = ipa(va);
	if (!(w->cpu->sctlr & SCTLR_M)) {
		unsigned int pa_bits = w->p2m ? w->p2m->geo->pa_bits : 48;

		w->res.ipa = *out;
		return va >> pa_bits == 0 || fault(w, MMU_S1_ADDRESS_SIZE, 0);
	}
	if (r.disabled || !canonical(&r, va))
		return fault(w, MMU_S1_TRANSLATION, 0);
	return s1_tables(w, &r, va, out);
}

struct mmu_result mmu_walk(const struct cpu *cpu, const struct memory *mem, const struct p2m *p2m,
			   uint64_t va, enum mmu_access access)
{
	struct walker w = {.cpu = cpu, .mem = mem, .p2m = p2m, .access = access};
	ipa_t i;
	pa_t p;

	if (stage1(&w, va, &i) && stage2(&w, i, access, false, &p))
		w.res.pa = p;
	return w.res;
}

/* ---- words ---- */

struct fault_info {
	const char *text;
	uint8_t fsc;	/* DFSC and IFSC without the level (Arm ARM ESR_ELx) */
	uint8_t levels; /* 1 if the level is in the low bits of the code */
};

static const struct fault_info fault_info[] = {
	[MMU_OK] = {"no fault", 0, 0},
	[MMU_S1_TRANSLATION] = {"stage 1 translation fault", 0x04, 1},
	[MMU_S1_PERMISSION] = {"stage 1 permission fault", 0x0c, 1},
	[MMU_S1_ACCESS_FLAG] = {"stage 1 access flag fault", 0x08, 1},
	[MMU_S1_ADDRESS_SIZE] = {"stage 1 address size fault", 0x00, 1},
	[MMU_S2_TRANSLATION] = {"stage 2 translation fault", 0x04, 1},
	[MMU_S2_PERMISSION] = {"stage 2 permission fault", 0x0c, 1},
	[MMU_S2_ACCESS_FLAG] = {"stage 2 access flag fault", 0x08, 1},
	[MMU_S2_ADDRESS_SIZE] = {"stage 2 address size fault", 0x00, 1},
	[MMU_ALIGNMENT] = {"alignment fault", 0x21, 0},
	[MMU_TABLE_EXTERNAL] = {"external abort on a stage 1 table", 0x14, 1},
};

unsigned int mmu_fsc(const struct mmu_result *res)
{
	const struct fault_info *info = &fault_info[res->fault];

	CHECK(res->fault != MMU_OK);
	return info->fsc | (info->levels ? res->level & 3 : 0);
}

void mmu_describe(const struct mmu_result *res, char *buf, size_t len)
{
	const struct fault_info *info = &fault_info[res->fault];

	if (!info->levels)
		snprintf(buf, len, "%s", info->text);
	else
		snprintf(buf, len, "%s, level %u%s", info->text, res->level,
			 res->s1ptw ? ", S1PTW" : "");
}

void mmu_print(const struct mmu_result *res, uint64_t va, char *buf, size_t len)
{
	struct seq_buf t = {buf, len, 0};
	char what[64];

	seq_buf_printf(&t, "va 0x%016" PRIx64 "\n", va);
	for (unsigned int k = 0; k < res->step_count; k++) {
		const struct mmu_step *s = &res->steps[k];

		seq_buf_printf(&t, "  stage %u level %u%s: [0x%" PRIx64 "] = 0x%016" PRIx64 "\n",
			       s->stage, s->level, s->s1ptw ? " S1PTW" : "", s->entry.v, s->pte);
	}
	mmu_describe(res, what, sizeof(what));
	if (res->fault == MMU_OK)
		seq_buf_printf(&t, "  ipa 0x%" PRIx64 ", pa 0x%" PRIx64 ", attr 0x%02x\n",
			       res->ipa.v, res->pa.v, res->s1_attr);
	else
		seq_buf_printf(&t, "  %s, ipa 0x%" PRIx64 "\n", what, res->ipa.v);
}

/* ---- memory types ---- */

/* One nibble of a MAIR byte that is Normal memory; transience does not matter here. */
static enum mem_type normal_of(unsigned int nibble)
{
	if (nibble == 4)
		return MEM_NORMAL_NC;
	return nibble & 4 ? MEM_NORMAL_WB : MEM_NORMAL_WT;
}

static enum mem_type weaker(enum mem_type a, enum mem_type b)
{
	return a < b ? a : b;
}

enum mem_type mem_type_of_mair(unsigned int attr)
{
	if ((attr & 0xf0) == 0)
		return (enum mem_type)((attr >> 2) & 3);
	return weaker(normal_of((attr >> 4) & 0xf), normal_of(attr & 0xf));
}

/* Stage-2 MemAttr[3:0]; 0b00 inner of a Normal type is reserved and read as non-cacheable. */
static enum mem_type mem_type_of_s2(unsigned int memattr)
{
	static const enum mem_type cacheability[4] = {MEM_NORMAL_NC, MEM_NORMAL_NC, MEM_NORMAL_WT,
						      MEM_NORMAL_WB};

	if ((memattr & 0xc) == 0)
		return (enum mem_type)(memattr & 3);
	return weaker(cacheability[(memattr >> 2) & 3], cacheability[memattr & 3]);
}

enum mem_type mem_type_combine(unsigned int s1_attr, unsigned int s2_memattr)
{
	/* enum mem_type runs from the most to the least restrictive. */
	return weaker(mem_type_of_mair(s1_attr), mem_type_of_s2(s2_memattr));
}

const char *mem_type_name(enum mem_type t)
{
	static const char *const names[] = {
		[MEM_DEVICE_nGnRnE] = "Device-nGnRnE", [MEM_DEVICE_nGnRE] = "Device-nGnRE",
		[MEM_DEVICE_nGRE] = "Device-nGRE",     [MEM_DEVICE_GRE] = "Device-GRE",
		[MEM_NORMAL_NC] = "Normal-NC",	       [MEM_NORMAL_WT] = "Normal-WT",
		[MEM_NORMAL_WB] = "Normal-WB",
	};

	CHECK((unsigned int)t < ARRAY_SIZE(names));
	return names[t];
}
