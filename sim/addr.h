/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * addr.h: addresses are types, so that an IPA is never taken for a PA by accident.
 *
 * A guest-physical address and an IPA are the same thing; the Arm ARM's word is used (ipa_t).
 * Frames are always 4 KiB, whatever the guest's page size: XEN_PAGE_SIZE of the Xen ABI.
 * Depends on nothing.
 */
#ifndef P2MLAB_ADDR_H
#define P2MLAB_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (UINT64_C(1) << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

typedef struct {
	uint64_t v;
} ipa_t;

typedef struct {
	uint64_t v;
} pa_t;

typedef struct {
	uint64_t v;
} gfn_t;

typedef struct {
	uint64_t v;
} mfn_t;

/* INVALID_GFN / INVALID_MFN of Xen: all ones. */
#define INVALID_FRAME (~UINT64_C(0))

static inline ipa_t ipa(uint64_t v)
{
	return (ipa_t){v};
}

static inline pa_t pa(uint64_t v)
{
	return (pa_t){v};
}

static inline gfn_t gfn(uint64_t v)
{
	return (gfn_t){v};
}

static inline mfn_t mfn(uint64_t v)
{
	return (mfn_t){v};
}

static inline ipa_t ipa_from_gfn(gfn_t g)
{
	return (ipa_t){g.v << PAGE_SHIFT};
}

static inline gfn_t gfn_from_ipa(ipa_t i)
{
	return (gfn_t){i.v >> PAGE_SHIFT};
}

static inline pa_t pa_from_mfn(mfn_t m)
{
	return (pa_t){m.v << PAGE_SHIFT};
}

static inline mfn_t mfn_from_pa(pa_t p)
{
	return (mfn_t){p.v >> PAGE_SHIFT};
}

static inline pa_t pa_add(pa_t p, uint64_t n)
{
	return (pa_t){p.v + n};
}

static inline ipa_t ipa_add(ipa_t i, uint64_t n)
{
	return (ipa_t){i.v + n};
}

/* Pages that [addr, addr + bytes) touches: PFN_UP of the end minus PFN_DOWN of the start. */
static inline uint64_t pages_spanned(uint64_t addr, uint64_t bytes)
{
	if (bytes == 0)
		return 0;
	return ((addr + bytes - 1) >> PAGE_SHIFT) - (addr >> PAGE_SHIFT) + 1;
}

/* True if [base, base + size) is empty or wraps: such a range is never legal. */
static inline bool range_bad(uint64_t base, uint64_t size)
{
	return base + size <= base;
}

static inline bool range_has(uint64_t base, uint64_t size, uint64_t addr)
{
	return addr - base < size;
}

#endif
