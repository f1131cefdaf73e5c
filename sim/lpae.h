/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lpae.h: the LPAE descriptor formats and the stage-2 geometries, as data.
 *
 * The only place that knows descriptor bits. Stage 2: 4 KiB granule, software bits [58:55] carry
 * Xen's p2m type (xen/include/asm-arm/lpae.h lpae_p2m_t, p2m.h p2m_type_t). Geometry is
 * setup_virt_paging()'s pa_range_info table. Pure functions; depends on addr.h only.
 */
#ifndef P2MLAB_LPAE_H
#define P2MLAB_LPAE_H

#include "sim/addr.h"

#define LPAE_SHIFT   9
#define LPAE_ENTRIES 512
#define LPAE_LEAF    3 /* level of 4 KiB pages */

/* Address bits that one entry of `level` covers: 39, 30, 21, 12. */
#define LPAE_LEVEL_SHIFT(level) (PAGE_SHIFT + LPAE_SHIFT * (LPAE_LEAF - (level)))
/* Page order of an entry of `level`: 27, 18, 9, 0. */
#define LPAE_LEVEL_ORDER(level) (LPAE_SHIFT * (LPAE_LEAF - (level)))

#define LPAE_VALID     (UINT64_C(1) << 0)
#define LPAE_TABLE     (UINT64_C(1) << 1) /* 1: table, or page at level 3; 0: block */
#define LPAE_ADDR_MASK UINT64_C(0x0000fffffffff000)

/* p2m_type_t since Xen 4.8; the value is what [58:55] of a descriptor holds. */
enum p2m_type {
	P2M_INVALID = 0,
	P2M_RAM_RW = 1,
	P2M_RAM_RO = 2,
	P2M_MMIO_DIRECT_DEV = 3,
	P2M_MMIO_DIRECT_NC = 4,
	P2M_MMIO_DIRECT_C = 5,
	P2M_TYPE_COUNT,
};

/* Stage-2 MemAttr[3:0] (Arm ARM D5.5.5) as Xen uses it. */
enum s2_memattr {
	S2_MATTR_DEV = 0x1,    /* Device-nGnRE */
	S2_MATTR_MEM_NC = 0x5, /* Normal, inner and outer non-cacheable */
	S2_MATTR_MEM = 0xf,    /* Normal, inner and outer write-back */
};

/* One stage-2 geometry: a row of pa_range_info. */
struct s2_geometry {
	unsigned int pa_bits;	 /* what the CPU's PARange gives */
	unsigned int ipa_bits;	 /* 64 - T0SZ */
	unsigned int root_order; /* 2^order concatenated root pages */
	unsigned int root_level; /* 2 - SL0 */
	uint64_t vtcr;		 /* VTCR_EL2 with 8-bit VMIDs */
};

/*
 * The geometry that Xen picks on a CPU with pa_bits of 32, 36, 40, 42, 44 or 48; NULL otherwise.
 * wide42: Xen 4.13 and later (896ebdfa3a) give a 42-bit CPU 42-bit IPAs; before, 40-bit ones.
 */
const struct s2_geometry *s2_geometry_for(unsigned int pa_bits, bool wide42);

/* Bytes of the (possibly concatenated) root. */
uint64_t s2_root_bytes(const struct s2_geometry *geo);

/* True if `i` is inside the input range of the geometry. */
bool s2_in_range(const struct s2_geometry *geo, ipa_t i);

/*
 * Index into the table at `level`; at the root level the index runs over all concatenated pages.
 * `level` is geo->root_level .. 3.
 */
unsigned int s2_index(const struct s2_geometry *geo, ipa_t i, unsigned int level);

/*
 * mfn_to_p2m_entry() + p2m_set_permission(): the valid descriptor that maps `p` (aligned to the
 * level) with type `t` at level 1, 2 (block) or 3 (page). AF is set, contig never.
 */
uint64_t s2_leaf(pa_t p, enum p2m_type t, unsigned int level);

/*
 * A table descriptor. table_is_ram: since 4.12 (e03885248c) its software type is ram_rw, before it
 * was invalid.
 */
uint64_t s2_table(pa_t table, bool table_is_ram);

static inline bool pte_valid(uint64_t pte)
{
	return pte & LPAE_VALID;
}

/* At levels 0..2: a next-level table, whether or not it is hardware-valid. */
static inline bool pte_is_table(uint64_t pte, unsigned int level)
{
	return level < LPAE_LEAF && (pte & LPAE_TABLE);
}

static inline pa_t pte_pa(uint64_t pte)
{
	return (pa_t){pte & LPAE_ADDR_MASK};
}

static inline enum p2m_type pte_type(uint64_t pte)
{
	return (enum p2m_type)((pte >> 55) & 0xf);
}

static inline unsigned int pte_memattr(uint64_t pte)
{
	return (pte >> 2) & 0xf;
}

static inline bool pte_s2_readable(uint64_t pte)
{
	return pte & (UINT64_C(1) << 6);
}

static inline bool pte_s2_writable(uint64_t pte)
{
	return pte & (UINT64_C(1) << 7);
}

static inline bool pte_af(uint64_t pte)
{
	return pte & (UINT64_C(1) << 10);
}

static inline bool pte_xn(uint64_t pte)
{
	return pte & (UINT64_C(1) << 54);
}

/* "ram_rw", "mmio_direct_c" ...; "?" for a value no Xen uses. */
const char *p2m_type_name(enum p2m_type t);

#endif
