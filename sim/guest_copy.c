// SPDX-License-Identifier: GPL-2.0-only
#include "sim/guest_copy.h"

#include <string.h>

#include "dom0/dom0_abi.h"
#include "sim/check.h"
#include "sim/mmu.h"

void guest_copy_begin(struct xen *xen)
{
	for (size_t k = 0; k < ARRAY_SIZE(xen->copy_cache); k++)
		xen->copy_cache[k].valid = false;
}

/*
 * get_page(): Dom0 must own the page that the walk ended at. The p2m type is not asked: RAM that
 * dev_mmio mapped once more is Dom0's still.
 */
static uint8_t *owned_page(const struct xen *xen, pa_t p)
{
	if (!range_has(xen->plat->dom0_ram, xen->plat->dom0_ram_size, p.v))
		return NULL;
	return memory_ptr(xen->mem, pa(p.v & PAGE_MASK), PAGE_SIZE);
}

/* p2m_lookup() by IPA of a page that must be RAM: the frame it maps, or INVALID_FRAME. */
static uint64_t ram_frame(const struct xen *xen, ipa_t i, bool write)
{
	struct p2m_slot slot = p2m_walk(&xen->p2m, i);
	enum p2m_type type;

	if (!p2m_slot_mapped(&xen->p2m, &slot))
		return INVALID_FRAME;
	type = pte_type(slot.pte);
	if (type != P2M_RAM_RW && (write || type != P2M_RAM_RO))
		return INVALID_FRAME;
	return mfn_from_pa(p2m_slot_pa(&slot, i)).v;
}

/*
 * guest_walk_tables() and p2m_lookup(), which do not mind a clear valid bit. Stage 1 is walked as
 * if IPAs were PAs, which they are in Dom0's RAM; a Dom0 that aliased the frame of one of its own
 * stage-1 tables and then left it without valid bits gets -EFAULT here, and its copy from Xen.
 */
static uint8_t *soft_walk(struct xen *xen, const struct cpu *cpu, uint64_t va,
			  enum mmu_access access)
{
	struct mmu_result walk = mmu_walk(cpu, xen->mem, NULL, va, access);

	charge_xen(xen->charge, XS_COPY_SOFT_WALK, 1);
	if (walk.fault != MMU_OK)
		return NULL;
	for (unsigned int k = 0; k < walk.step_count; k++) {
		uint64_t entry = walk.steps[k].entry.v;

		if (ram_frame(xen, ipa(entry), false) != entry >> PAGE_SHIFT)
			return NULL;
	}
	return owned_page(xen,
			  pa_from_mfn(mfn(ram_frame(xen, ipa(walk.pa.v), access == MMU_WRITE))));
}

/* The host's view of the page of `va`, kept for the next copy. NULL if Xen's would fail. */
static uint8_t *walk_page(struct xen *xen, const struct cpu *cpu, uint64_t va, bool write)
{
	enum mmu_access access = write ? MMU_WRITE : MMU_READ;
	struct mmu_result walk = mmu_walk(cpu, xen->mem, &xen->p2m, va, access);
	uint8_t *host;

	if (walk.fault != MMU_OK)
		return xen->version->copy_soft_walk ? soft_walk(xen, cpu, va, access) : NULL;
	host = owned_page(xen, walk.pa);
	if (!host)
		return NULL;
	/* A soft walk is not kept: each copy pays for its own. */
	xen->copy_cache[xen->copy_next].generation = xen->p2m.generation;
	xen->copy_cache[xen->copy_next].valid = true;
	xen->copy_cache[xen->copy_next].write = write;
	xen->copy_cache[xen->copy_next].va_page = va & PAGE_MASK;
	xen->copy_cache[xen->copy_next].host = host;
	xen->copy_next = (xen->copy_next + 1) % ARRAY_SIZE(xen->copy_cache);
	return host;
}

static uint8_t *translate(struct xen *xen, const struct cpu *cpu, uint64_t va, bool write)
{
	charge_xen(xen->charge, XS_COPY, 1);
	for (size_t k = 0; k < ARRAY_SIZE(xen->copy_cache); k++)
		if (xen->copy_cache[k].valid && xen->copy_cache[k].va_page == (va & PAGE_MASK) &&
		    xen->copy_cache[k].write == write &&
		    xen->copy_cache[k].generation == xen->p2m.generation)
			return xen->copy_cache[k].host;
	return walk_page(xen, cpu, va, write);
}

/* Bytes of [va, va + len) in va's page. */
static size_t part_in_page(uint64_t va, size_t len)
{
	size_t room = PAGE_SIZE - (va & ~PAGE_MASK);

	return len < room ? len : room;
}

int copy_from_guest(struct xen *xen, const struct cpu *cpu, void *to, uint64_t from_va, size_t len)
{
	uint8_t *out = to;

	while (len) {
		size_t part = part_in_page(from_va, len);
		const uint8_t *page = translate(xen, cpu, from_va, false);

		if (!page)
			return -XEN_EFAULT;
		memcpy(out, page + (from_va & ~PAGE_MASK), part);
		out += part;
		from_va += part;
		len -= part;
	}
	return 0;
}

int copy_to_guest(struct xen *xen, const struct cpu *cpu, uint64_t to_va, const void *from,
		  size_t len)
{
	const uint8_t *in = from;

	while (len) {
		size_t part = part_in_page(to_va, len);
		uint8_t *page = translate(xen, cpu, to_va, true);

		if (!page)
			return -XEN_EFAULT;
		memcpy(page + (to_va & ~PAGE_MASK), in, part);
		in += part;
		to_va += part;
		len -= part;
	}
	return 0;
}
