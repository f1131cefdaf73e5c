// SPDX-License-Identifier: GPL-2.0-only
#include "sim/lpae.h"

#include <stddef.h>

#include "base/check.h"

/*
 * VTCR_EL2 less PS, SL0 and T0SZ: RES1, inner shareable, inner and outer write-back
 * write-allocate, 4 KiB granule, 8-bit VMIDs (FACTS X10).
 */
#define VTCR_COMMON UINT64_C(0x80003500)
#define VTCR(ps, root_level, ipa_bits)                                                             \
	(VTCR_COMMON | (UINT64_C(ps) << 16) | ((2 - UINT64_C(root_level)) << 6) |                  \
	 (64 - UINT64_C(ipa_bits)))
#define GEOMETRY(ps, pa_bits, ipa_bits, order, root_level)                                         \
	{                                                                                          \
		pa_bits, ipa_bits, order, root_level, VTCR(ps, root_level, ipa_bits)               \
	}

/* setup_virt_paging()'s pa_range_info; the first column is ID_AA64MMFR0_EL1.PARange. */
static const struct s2_geometry geometries[] = {
	GEOMETRY(0, 32, 32, 0, 1), GEOMETRY(1, 36, 36, 0, 1), GEOMETRY(2, 40, 40, 1, 1),
	GEOMETRY(3, 42, 42, 3, 1), GEOMETRY(4, 44, 44, 0, 0), GEOMETRY(5, 48, 48, 0, 0),
};

static const struct s2_geometry geometry_42_narrow = GEOMETRY(3, 42, 40, 1, 1);

const struct s2_geometry *s2_geometry_for(unsigned int pa_bits, bool wide42)
{
	if (pa_bits == 42 && !wide42)
		return &geometry_42_narrow;
	for (size_t i = 0; i < ARRAY_SIZE(geometries); i++)
		if (geometries[i].pa_bits == pa_bits)
			return &geometries[i];
	return NULL;
}

uint64_t s2_root_bytes(const struct s2_geometry *geo)
{
	return PAGE_SIZE << geo->root_order;
}

bool s2_in_range(const struct s2_geometry *geo, ipa_t i)
{
	return i.v >> geo->ipa_bits == 0;
}

unsigned int s2_index(const struct s2_geometry *geo, ipa_t i, unsigned int level)
{
	unsigned int bits = LPAE_SHIFT + (level == geo->root_level ? geo->root_order : 0);

	CHECK(level >= geo->root_level && level <= LPAE_LEAF);
	return (unsigned int)(i.v >> LPAE_LEVEL_SHIFT(level)) & ((1u << bits) - 1);
}

enum {
	SH_OUTER = 2,
	SH_INNER = 3,
	S2AP_RO = 1,
	S2AP_RW = 3,
};

/* What a p2m type puts into a descriptor: mfn_to_p2m_entry() and p2m_set_permission(). */
struct type_bits {
	const char *name;
	uint8_t memattr, sh, s2ap, xn;
};

static const struct type_bits type_bits[P2M_TYPE_COUNT] = {
	/* p2m_invalid is the type of a table entry before 4.12. */
	[P2M_INVALID] = {"invalid", S2_MATTR_MEM, SH_INNER, S2AP_RO, 1},
	[P2M_RAM_RW] = {"ram_rw", S2_MATTR_MEM, SH_INNER, S2AP_RW, 0},
	[P2M_RAM_RO] = {"ram_ro", S2_MATTR_MEM, SH_INNER, S2AP_RO, 0},
	[P2M_MMIO_DIRECT_DEV] = {"mmio_direct_dev", S2_MATTR_DEV, SH_OUTER, S2AP_RW, 1},
	[P2M_MMIO_DIRECT_NC] = {"mmio_direct_nc", S2_MATTR_MEM_NC, SH_OUTER, S2AP_RW, 1},
	[P2M_MMIO_DIRECT_C] = {"mmio_direct_c", S2_MATTR_MEM, SH_OUTER, S2AP_RW, 1},
};

static uint64_t encode(pa_t p, enum p2m_type t, bool table_bit)
{
	const struct type_bits *b = &type_bits[t];

	return LPAE_VALID | (table_bit ? LPAE_TABLE : 0) | (uint64_t)b->memattr << 2 |
	       (uint64_t)b->s2ap << 6 | (uint64_t)b->sh << 8 | UINT64_C(1) << 10 |
	       (p.v & LPAE_ADDR_MASK) | (uint64_t)b->xn << 54 | (uint64_t)t << 55;
}

uint64_t s2_leaf(pa_t p, enum p2m_type t, unsigned int level)
{
	CHECK(level >= 1 && level <= LPAE_LEAF);
	CHECK(t > P2M_INVALID && t < P2M_TYPE_COUNT);
	return encode(p, t, level == LPAE_LEAF);
}

uint64_t s2_table(pa_t table, bool table_is_ram)
{
	return encode(table, table_is_ram ? P2M_RAM_RW : P2M_INVALID, true);
}

const char *p2m_type_name(enum p2m_type t)
{
	return (unsigned int)t < P2M_TYPE_COUNT ? type_bits[t].name : "?";
}
