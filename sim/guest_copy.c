// SPDX-License-Identifier: GPL-2.0-only
#include "sim/guest_copy.h"

#include <string.h>

#include "base/check.h"
#include "dom0/dom0_abi.h"
#include "sim/mmu.h"

void guest_copy_begin(struct xen *xen)
{
	for (size_t k = 0; k < ARRAY_SIZE(xen->copy_cache); k++)
		xen->copy_cache[k].valid = false;
}

void guest_copy_forget(struct xen *xen, pa_t entry)
{
	for (size_t k = 0; k < ARRAY_SIZE(xen->copy_cache); k++)
		for (unsigned int t = 0; t < xen->copy_cache[k].table_count; t++)
			if (xen->copy_cache[k].tables[t] == (entry.v & PAGE_MASK))
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

/* Notes the stage-2 tables that `walk` read; false if they are too many. */
static bool note_tables(struct xen *xen, unsigned int slot, const struct mmu_result *walk)
{
	uint64_t *tables = xen->copy_cache[slot].tables;
	unsigned int count = 0;

	for (unsigned int k = 0; k < walk->step_count; k++) {
		uint64_t page = walk->steps[k].entry.v & PAGE_MASK;
		unsigned int t = 0;

		while (t < count && tables[t] != page)
			t++;
		if (walk->steps[k].stage != 2 || t < count)
			continue;
		if (count == COPY_TABLES)
			return false;
		tables[count++] = page;
	}
	xen->copy_cache[slot].table_count = count;
	return true;
}

/*
 * Keeps a translation for the next copy. Stage-1 tables may change below it, by errs[] that Dom0
 * put there; without a TLBI the old translation may live on then.
 */
static void keep(struct xen *xen, uint64_t va, bool write, uint8_t *host,
		 const struct mmu_result *walk)
{
	unsigned int slot = xen->copy_next;

	xen->copy_cache[slot].valid = note_tables(xen, slot, walk);
	xen->copy_cache[slot].write = write;
	xen->copy_cache[slot].va_page = va & PAGE_MASK;
	xen->copy_cache[slot].host = host;
	xen->copy_next = (slot + 1) % ARRAY_SIZE(xen->copy_cache);
}

/* The host's view of the page of `va`. NULL if Xen's copy would fail. */
static uint8_t *walk_page(struct xen *xen, const struct cpu *cpu, uint64_t va, bool write)
{
	enum mmu_access access = write ? MMU_WRITE : MMU_READ;
	struct mmu_result walk = mmu_walk(cpu, xen->mem, &xen->p2m, va, access);
	uint8_t *host;

	/* A soft walk is not kept: each copy pays for its own. */
	if (walk.fault != MMU_OK)
		return xen->version->copy_soft_walk ? soft_walk(xen, cpu, va, access) : NULL;
	host = owned_page(xen, walk.pa);
	if (host)
		keep(xen, va, write, host, &walk);
	return host;
}

static uint8_t *translate(struct xen *xen, const struct cpu *cpu, uint64_t va, bool write)
{
	charge_xen(xen->charge, XS_COPY, 1);
	for (size_t k = 0; k < ARRAY_SIZE(xen->copy_cache); k++)
		if (xen->copy_cache[k].valid && xen->copy_cache[k].va_page == (va & PAGE_MASK) &&
		    xen->copy_cache[k].write == write)
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
		memory_stored(xen->mem, page + (to_va & ~PAGE_MASK), part);
		in += part;
		to_va += part;
		len -= part;
	}
	return 0;
}
