// SPDX-License-Identifier: GPL-2.0-only
#include "sim/insn.h"

#include <stddef.h>

#include "base/check.h"

/* Exception classes and fields of ESR_ELx, Arm ARM D13.2.39. */
#define ESR_EC_DABT_LOW (UINT32_C(0x24) << 26)
#define ESR_EC_IABT_LOW (UINT32_C(0x20) << 26)
#define ESR_IL		(UINT32_C(1) << 25)
#define ESR_ISV		(UINT32_C(1) << 24)
#define ESR_SAS_SHIFT	22
#define ESR_SSE		(UINT32_C(1) << 21)
#define ESR_SRT_SHIFT	16
#define ESR_SF		(UINT32_C(1) << 15)
#define ESR_AR		(UINT32_C(1) << 14)
#define ESR_CM		(UINT32_C(1) << 8)
#define ESR_S1PTW	(UINT32_C(1) << 7)
#define ESR_WNR		(UINT32_C(1) << 6)
#define ESR_FSC_MASK	0x3fu

static unsigned int bits(uint32_t word, unsigned int high, unsigned int low)
{
	return (word >> low) & ((1u << (high - low + 1)) - 1);
}

static bool bit(uint32_t word, unsigned int n)
{
	return bits(word, n, n);
}

/* A single general-purpose register: [31:30] is the size, [23:22] says what happens to it. */
static void fill_gpr(uint32_t word, struct insn_mem *m)
{
	unsigned int size = bits(word, 31, 30), opc = bits(word, 23, 22);

	/* opc 2 loads a sign-extended X, opc 3 a W: there is none of 8 bytes, nor a W of 4. */
	if (opc >= 2 && size + opc >= 5)
		return; /* PRFM, PRFUM or unallocated */
	m->is_mem = true;
	m->write = opc == 0;
	m->sign_extend = opc >= 2;
	m->size_log2 = (uint8_t)size;
	m->sf = opc == 2 || (opc < 2 && size == 3);
	m->isv = true;
}

static void fill_gpr_writeback(uint32_t word, struct insn_mem *m)
{
	fill_gpr(word, m);
	m->isv = false;
	m->writeback = m->is_mem;
}

static void fill_gpr_ordered(uint32_t word, struct insn_mem *m)
{
	fill_gpr(word, m);
	m->acqrel = m->is_mem;
}

/* LDAR, LDLAR, STLR, STLLR: bit 22 is the direction. */
static void fill_ordered(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->isv = m->acqrel = true;
	m->write = !bit(word, 22);
	m->size_log2 = (uint8_t)bits(word, 31, 30);
	m->sf = m->size_log2 == 3;
}

/* LDAPR lives in the atomics' space but is a load-acquire. */
static void fill_ldapr(uint32_t word, struct insn_mem *m)
{
	fill_ordered(word, m);
	m->write = false;
}

/* LDR (literal) and LDRSW (literal). */
static void fill_literal(uint32_t word, struct insn_mem *m)
{
	unsigned int opc = bits(word, 31, 30);

	if (opc == 3)
		return; /* PRFM */
	m->is_mem = m->isv = true;
	m->size_log2 = opc == 1 ? 3 : 2;
	m->sign_extend = opc == 2;
	m->sf = opc != 0;
}

static void fill_simd_literal(uint32_t word, struct insn_mem *m)
{
	unsigned int opc = bits(word, 31, 30);

	if (opc == 3)
		return; /* unallocated */
	m->is_mem = m->simd = true;
	m->size_log2 = (uint8_t)(2 + opc);
}

/* LDP, STP, LDNP, STNP, LDPSW; bits [24:23] are the addressing mode, 1 and 3 write back. */
static void fill_pair(uint32_t word, struct insn_mem *m)
{
	unsigned int opc = bits(word, 31, 30);
	bool load = bit(word, 22);

	if (opc == 3 || (opc == 1 && (!load || bits(word, 24, 23) == 0)))
		return; /* unallocated, or STGP of MTE */
	m->is_mem = m->pair = true;
	m->write = !load;
	m->writeback = bit(word, 23);
	m->size_log2 = opc == 2 ? 3 : 2;
	m->sign_extend = opc == 1;
	m->sf = opc != 0;
}

static void fill_simd_pair(uint32_t word, struct insn_mem *m)
{
	unsigned int opc = bits(word, 31, 30);

	if (opc == 3)
		return; /* unallocated */
	m->is_mem = m->pair = m->simd = true;
	m->write = !bit(word, 22);
	m->writeback = bit(word, 23);
	m->size_log2 = (uint8_t)(2 + opc);
}

/* A single B, H, S, D or Q register: a Q has size 0 and bit 23 set. */
static void fill_simd(uint32_t word, struct insn_mem *m)
{
	unsigned int size = bits(word, 31, 30);

	if (bit(word, 23) && size != 0)
		return; /* unallocated */
	m->is_mem = m->simd = true;
	m->write = !bit(word, 22);
	m->size_log2 = (uint8_t)(bit(word, 23) ? 4 : size);
}

static void fill_simd_writeback(uint32_t word, struct insn_mem *m)
{
	fill_simd(word, m);
	m->writeback = m->is_mem;
}

/* LDXR, LDAXR, STXR, STLXR. */
static void fill_exclusive(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->exclusive = true;
	m->write = !bit(word, 22);
	m->acqrel = bit(word, 15);
	m->size_log2 = (uint8_t)bits(word, 31, 30);
	m->sf = m->size_log2 == 3;
}

/* LDXP, LDAXP, STXP, STLXP: bit 31 is set, bit 30 chooses W or X. */
static void fill_exclusive_pair(uint32_t word, struct insn_mem *m)
{
	fill_exclusive(word, m);
	m->pair = true;
}

/* CAS, SWP, LDADD and the rest: they read and write, and their syndrome is never valid. */
static void fill_atomic(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->write = true;
	m->size_log2 = (uint8_t)bits(word, 31, 30);
	m->sf = m->size_log2 == 3;
}

static void fill_casp(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->write = m->pair = true;
	m->size_log2 = (uint8_t)(2 + bit(word, 30));
	m->sf = bit(word, 30);
}

/* LDRAA, LDRAB: bit 11 writes back. */
static void fill_pac(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->sf = true;
	m->writeback = bit(word, 11);
	m->isv = !m->writeback;
	m->size_log2 = 3;
}

/* LD1..LD4, ST1..ST4 of several structures: bits [11:10] are the element's size. */
static void fill_struct(uint32_t word, struct insn_mem *m)
{
	m->is_mem = m->simd = true;
	m->write = !bit(word, 22);
	m->writeback = bit(word, 23);
	m->size_log2 = (uint8_t)bits(word, 11, 10);
}

/* The same of one lane, or LDnR; [15:14] is the scale, whose value 2 is S or D by bit 10. */
static void fill_lane(uint32_t word, struct insn_mem *m)
{
	unsigned int scale = bits(word, 15, 14);

	fill_struct(word, m);
	if (scale == 3)
		return; /* LDnR keeps [11:10] */
	m->size_log2 = (uint8_t)(scale == 2 && bit(word, 10) ? 3 : scale);
}

/* The block is 64 bytes on every core here (DCZID_EL0.BS = 4). Not a "cache maintenance" to CM. */
static void fill_zva(uint32_t word, struct insn_mem *m)
{
	(void)word;
	m->is_mem = m->write = true;
	m->size_log2 = 6;
}

static void fill_cache_op(uint32_t word, struct insn_mem *m)
{
	(void)word;
	m->cache_op = m->write = true;
}

/*
 * Arm ARM C4.1.4 "Loads and Stores" and C5.3 for DC: the first row that matches decides. A word
 * that no row matches is no memory access.
 */
static const struct insn_row {
	uint32_t mask, match;
	void (*fill)(uint32_t word, struct insn_mem *m);
} insn_rows[] = {
	/* exclusives and ordered: size 001000 o2 L o1 */
	{0x3fa00000, 0x08000000, fill_exclusive},
	{0xbfa00000, 0x88200000, fill_exclusive_pair},
	{0xbfa07c00, 0x08207c00, fill_casp},
	{0x3fa00000, 0x08800000, fill_ordered},
	{0x3fa07c00, 0x08a07c00, fill_atomic}, /* CAS */
	/* literal: opc 011 V 00 */
	{0x3f000000, 0x18000000, fill_literal},
	{0x3f000000, 0x1c000000, fill_simd_literal},
	/* LDAPUR, STLUR: size 011001 opc 0 imm9 00 */
	{0x3f200c00, 0x19000000, fill_gpr_ordered},
	/* pairs: opc 101 V 0 */
	{0x3e000000, 0x28000000, fill_pair},
	{0x3e000000, 0x2c000000, fill_simd_pair},
	/* size 111 V 00 opc 0 imm9: unscaled, post-index, unprivileged, pre-index */
	{0x3f200c00, 0x38000000, fill_gpr},
	{0x3f200400, 0x38000400, fill_gpr_writeback},
	{0x3f200c00, 0x38000800, fill_gpr},
	{0x3f200c00, 0x3c000000, fill_simd},
	{0x3f200400, 0x3c000400, fill_simd_writeback},
	/* size 111 V 00 opc 1: register offset, then atomics and PAC loads */
	{0x3f204c00, 0x38204800, fill_gpr},
	{0x3f204c00, 0x3c204800, fill_simd},
	{0x3ffffc00, 0x38bfc000, fill_ldapr},
	{0x3f208c00, 0x38200000, fill_atomic}, /* LDADD .. LDUMIN, STADD .. */
	{0x3f20fc00, 0x38208000, fill_atomic}, /* SWP */
	{0xff200400, 0xf8200400, fill_pac},
	/* size 111 V 01: unsigned offset */
	{0x3f000000, 0x39000000, fill_gpr},
	{0x3f000000, 0x3d000000, fill_simd},
	/* structures: 0 Q 00110 single post L */
	{0xbfbf0000, 0x0c000000, fill_struct},
	{0xbfa00000, 0x0c800000, fill_struct},
	{0xbf9f0000, 0x0d000000, fill_lane},
	{0xbf800000, 0x0d800000, fill_lane},
	/* SYS: DC ZVA, then what cleans or invalidates by VA */
	{0xffffffe0, 0xd50b7420, fill_zva},
	{0xffffffe0, 0xd5087620, fill_cache_op}, /* DC IVAC */
	{0xffffffe0, 0xd50b7a20, fill_cache_op}, /* DC CVAC */
	{0xffffffe0, 0xd50b7b20, fill_cache_op}, /* DC CVAU */
	{0xffffffe0, 0xd50b7c20, fill_cache_op}, /* DC CVAP */
	{0xffffffe0, 0xd50b7e20, fill_cache_op}, /* DC CIVAC */
	{0xffffffe0, 0xd50b7520, fill_cache_op}, /* IC IVAU */
};

struct insn_mem insn_decode_mem(uint32_t word)
{
	struct insn_mem m = {0};

	for (size_t i = 0; i < ARRAY_SIZE(insn_rows); i++) {
		if ((word & insn_rows[i].mask) != insn_rows[i].match)
			continue;
		insn_rows[i].fill(word, &m);
		break;
	}
	if (m.is_mem || m.cache_op)
		m.rt = (uint8_t)bits(word, 4, 0);
	return m;
}

uint32_t insn_esr(uint32_t word, bool fetch, bool write, bool s1ptw, unsigned int fsc)
{
	struct insn_mem m = insn_decode_mem(word);
	uint32_t esr = ESR_IL | (fsc & ESR_FSC_MASK) | (s1ptw ? ESR_S1PTW : 0);

	if (fetch)
		return esr | ESR_EC_IABT_LOW;
	esr |= ESR_EC_DABT_LOW | (write ? ESR_WNR : 0) | (m.cache_op ? ESR_CM : 0);
	if (!m.isv || s1ptw)
		return esr;
	return esr | ESR_ISV | (uint32_t)m.size_log2 << ESR_SAS_SHIFT |
	       (m.sign_extend ? ESR_SSE : 0) | (uint32_t)m.rt << ESR_SRT_SHIFT |
	       (m.sf ? ESR_SF : 0) | (m.acqrel ? ESR_AR : 0);
}

static uint64_t sign_extended(uint64_t value, unsigned int bits)
{
	uint64_t sign = UINT64_C(1) << (bits - 1);

	return bits == 64 ? value : (value ^ sign) - sign;
}

uint64_t insn_loaded(const struct insn_mem *m, uint64_t value)
{
	if (m->sign_extend)
		value = sign_extended(value, 8u << m->size_log2);
	return m->sf || m->size_log2 == 3 ? value : value & UINT32_MAX;
}

uint64_t insn_writeback(uint32_t word, const struct insn_mem *m)
{
	if (!m->writeback)
		return 0;
	return m->pair ? sign_extended(word >> 15 & 0x7f, 7) << m->size_log2
		       : sign_extended(word >> 12 & 0x1ff, 9);
}
