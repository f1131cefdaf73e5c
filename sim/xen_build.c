// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen_build.c: prepare_acpi(), or prepare_dtb_hwdom(), and what construct_dom0() does around it.
 */
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "sim/xen_model.h"

#define SZ_64K	 UINT64_C(0x10000)
#define ITS_SIZE UINT64_C(0x20000) /* control frame and doorbell frame */

/* Lengths that Xen's own structures have (xen/include/acpi/actbl*.h, efi/efiapi.h). */
#define ACPI_HEADER_LEN	   36
#define FADT_LEN	   276
#define STAO_LEN	   37
#define RSDP_LEN	   36
#define MADT_LEN	   44
#define MADT_GICD_LEN	   24
#define MADT_GICC_LEN	   80
#define MADT_GICR_LEN	   16
#define MADT_ITS_LEN	   20
#define EFI_SYSTAB_LEN	   120
#define EFI_CONFIG_LEN	   24
#define EFI_DESCRIPTOR_LEN 40

#define EFI_CONVENTIONAL_MEMORY 7
#define EFI_ACPI_RECLAIM_MEMORY 9
#define EFI_MEMORY_WB		8

/* One kind of crafted table: how long it is, what its bytes are. */
struct crafted_kind {
	const char *sig;
	uint64_t (*len)(const struct platform *plat);
	void (*fill)(const struct xen *xen, const struct crafted_table *t, uint8_t *to);
};

static uint64_t pages_of(uint64_t bytes)
{
	return pages_spanned(0, bytes);
}

static int refuse(struct xen *xen, const char *why)
{
	xen->crash_reason = why;
	return -ENODEV;
}

static void put_le(uint8_t *to, uint64_t value, unsigned int bytes)
{
	for (unsigned int k = 0; k < bytes; k++)
		to[k] = (uint8_t)(value >> 8 * k);
}

/* ---- crafted tables: FACTS X3, in the order of Xen's TBL_* ---- */

static const struct acpi_table *host_table(const struct platform *plat, const char *sig)
{
	for (size_t k = 0; k < plat->tables.count; k++)
		if (!strcmp(plat->tables.items[k].sig, sig))
			return &plat->tables.items[k];
	return NULL;
}

/* The tables that find the others: Xen reads them and replaces them, and maps none of them. */
static bool is_root_table(const struct acpi_table *t)
{
	return !strncmp(t->sig, "RSD", 3) || !strcmp(t->sig, "RSDT") || !strcmp(t->sig, "XSDT");
}

/* Those that FADT, not XSDT, points to. */
static bool is_fadt_table(const struct acpi_table *t)
{
	return !strcmp(t->sig, "DSDT") || !strcmp(t->sig, "FACS");
}

static uint64_t fadt_len(const struct platform *plat)
{
	const struct acpi_table *host = host_table(plat, "FACP");

	return host && host->len ? host->len : FADT_LEN;
}

static uint64_t madt_len(const struct platform *plat)
{
	const struct acpi_table *host = host_table(plat, "APIC");

	if (host && host->len)
		return host->len;
	return MADT_LEN + MADT_GICD_LEN + MADT_GICC_LEN + MADT_GICR_LEN * plat->redists.count +
	       MADT_ITS_LEN * plat->its.count;
}

static uint64_t stao_len(const struct platform *plat)
{
	(void)plat;
	return STAO_LEN;
}

/* The host's entries and one for STAO. */
static uint64_t xsdt_len(const struct platform *plat)
{
	uint64_t entries = 1;

	for (size_t k = 0; k < plat->tables.count; k++)
		entries += !is_root_table(&plat->tables.items[k]) &&
			   !is_fadt_table(&plat->tables.items[k]);
	return ACPI_HEADER_LEN + 8 * entries;
}

static uint64_t rsdp_len(const struct platform *plat)
{
	(void)plat;
	return RSDP_LEN;
}

static uint64_t efi_systab_len(const struct platform *plat)
{
	(void)plat;
	return EFI_SYSTAB_LEN + EFI_CONFIG_LEN;
}

/* Dom0's RAM, the span of the host's tables, the crafted tables. */
static uint64_t efi_memmap_len(const struct platform *plat)
{
	return (uint64_t)EFI_DESCRIPTOR_LEN * (plat->tables.count ? 3 : 2);
}

static void fill_acpi(const struct xen *xen, const struct crafted_table *t, uint8_t *to)
{
	(void)xen;
	memcpy(to, t->sig, 4);
	put_le(to + 4, t->len, 4);
}

static void fill_rsdp(const struct xen *xen, const struct crafted_table *t, uint8_t *to)
{
	(void)xen;
	memcpy(to, "RSD PTR ", 8);
	put_le(to + 20, t->len, 4);
}

static void fill_efi_systab(const struct xen *xen, const struct crafted_table *t, uint8_t *to)
{
	(void)xen;
	(void)t;
	memcpy(to, "IBI SYST", 8);
	put_le(to + 12, EFI_SYSTAB_LEN, 4);
}

/* EFI_MEMORY_DESCRIPTOR; returns where the next one goes. */
static uint8_t *put_descriptor(uint8_t *to, uint32_t type, uint64_t addr, uint64_t pages)
{
	put_le(to, type, 4);
	put_le(to + 8, addr, 8);
	put_le(to + 24, pages, 8);
	put_le(to + 32, EFI_MEMORY_WB, 8);
	return to + EFI_DESCRIPTOR_LEN;
}

static void fill_efi_memmap(const struct xen *xen, const struct crafted_table *t, uint8_t *to)
{
	const struct platform *plat = xen->plat;
	uint64_t first = UINT64_MAX;
	uint64_t end = 0;

	(void)t;
	for (size_t k = 0; k < plat->tables.count; k++) {
		const struct acpi_table *host = &plat->tables.items[k];
		uint64_t host_end = ((host->addr + host->len - 1) | ~PAGE_MASK) + 1;

		first = host->addr < first ? host->addr : first;
		end = host_end > end ? host_end : end;
	}
	to = put_descriptor(to, EFI_CONVENTIONAL_MEMORY, plat->dom0_ram,
			    pages_of(plat->dom0_ram_size));
	if (plat->tables.count)
		to = put_descriptor(to, EFI_ACPI_RECLAIM_MEMORY, first & PAGE_MASK,
				    pages_of(end - (first & PAGE_MASK)));
	put_descriptor(to, EFI_ACPI_RECLAIM_MEMORY, xen->crafted_gpa, xen->crafted_pages);
}

static const struct crafted_kind crafted_kinds[] = {
	{"FACP", fadt_len, fill_acpi},
	{"APIC", madt_len, fill_acpi},
	{"STAO", stao_len, fill_acpi},
	{"XSDT", xsdt_len, fill_acpi},
	{"RSDP", rsdp_len, fill_rsdp},
	{"EFIT", efi_systab_len, fill_efi_systab},
	{"MMAP", efi_memmap_len, fill_efi_memmap},
};

/* Packs them at 8-byte roundups from the GPA that find_gnttab_region() chose: Xen's own text. */
static uint64_t place_crafted(struct xen *xen)
{
	uint64_t used = 0;

	CHECK(ARRAY_SIZE(crafted_kinds) <= CRAFTED_MAX);
	for (size_t k = 0; k < ARRAY_SIZE(crafted_kinds); k++) {
		struct crafted_table *t = &xen->crafted[xen->crafted_count++];

		memcpy(t->sig, crafted_kinds[k].sig, sizeof(t->sig));
		t->gpa = xen->plat->xen_text + used;
		t->len = crafted_kinds[k].len(xen->plat);
		used += (t->len + 7) & ~UINT64_C(7);
	}
	return used;
}

/* alloc_xenheap_pages() and the acpi_create_*(). */
static int craft_tables(struct xen *xen)
{
	uint64_t bytes = place_crafted(xen);
	unsigned int order = 0;
	uint8_t *host;
	pa_t pages;

	xen->crafted_gpa = xen->plat->xen_text;
	xen->crafted_pages = pages_of(bytes);
	if (bytes > xen->plat->xen_text_size)
		return refuse(xen, "the crafted ACPI tables do not fit the grant table region");
	while (UINT64_C(1) << order < xen->crafted_pages)
		order++;
	if (heap_alloc_order(&xen->heap, order, &pages))
		return -ENOMEM;
	xen->crafted_mfn = mfn_from_pa(pages).v;
	host = memory_ptr(xen->mem, pages, xen->crafted_pages << PAGE_SHIFT);
	CHECK(host);
	for (size_t k = 0; k < ARRAY_SIZE(crafted_kinds); k++)
		crafted_kinds[k].fill(xen, &xen->crafted[k],
				      host + (xen->crafted[k].gpa - xen->crafted_gpa));
	memory_stored(xen->mem, host, xen->crafted_pages << PAGE_SHIFT);
	return 0;
}

/* ---- stage 2: FACTS X5 ---- */

static int map(struct xen *xen, uint64_t gpa, uint64_t pages, uint64_t addr, enum p2m_type t)
{
	int rc =
		p2m_set_entry(&xen->p2m, gfn(gpa >> PAGE_SHIFT), pages, mfn(addr >> PAGE_SHIFT), t);

	if (rc == -EINVAL)
		return refuse(xen, "stage 2 has no room for an address that Dom0 must reach");
	return rc ? -ENOMEM : 0;
}

static int map_ram(struct xen *xen)
{
	const struct platform *plat = xen->plat;

	return map(xen, plat->dom0_ram, plat->dom0_ram_size >> PAGE_SHIFT, plat->dom0_ram,
		   P2M_RAM_RW);
}

/* vgic_v2_domain_init(), and the GICv2m frames, which are looked for in a device tree alone. */
static int map_gic(struct xen *xen)
{
	const struct platform *plat = xen->plat;
	int rc = 0;

	if (plat->gic_version == 2 && !xen->version->gicc_on_fault)
		rc = map(xen, plat->gicc, pages_of(plat->gicc_size), plat->gicv,
			 P2M_MMIO_DIRECT_DEV);
	for (size_t k = 0; !rc && plat->device_tree && k < plat->v2m.count; k++)
		rc = map(xen, plat->v2m.items[k], 1, plat->v2m.items[k], P2M_MMIO_DIRECT_DEV);
	return rc;
}

/*
 * acpi_map_other_tables(): the length alone gives the number of pages, so one is missing where the
 * table straddles one more because of its offset (FACTS X4).
 */
static int map_host_tables(struct xen *xen)
{
	int rc = 0;

	for (size_t k = 0; !rc && k < xen->plat->tables.count; k++) {
		const struct acpi_table *t = &xen->plat->tables.items[k];

		if (!is_root_table(t))
			rc = map(xen, t->addr, pages_of(t->len), t->addr, P2M_MMIO_DIRECT_C);
	}
	return rc;
}

static int map_crafted(struct xen *xen)
{
	return map(xen, xen->crafted_gpa, xen->crafted_pages, xen->crafted_mfn << PAGE_SHIFT,
		   P2M_MMIO_DIRECT_C);
}

/* ---- rights: FACTS X1 ---- */

/* iomem_deny_access(d, mfn, mfn + nr) of an inclusive range, until f25fe2452b made it nr - 1. */
static int deny(struct xen *xen, uint64_t base, uint64_t size)
{
	uint64_t first = base >> PAGE_SHIFT;
	uint64_t extra = xen->version->deny_one_too_many ? 1 : 0;

	if (!size)
		return 0;
	return iomem_deny(&xen->iomem, first, first + pages_of(size) - 1 + extra);
}

static int deny_gicv2(struct xen *xen)
{
	const struct platform *plat = xen->plat;
	int rc = deny(xen, plat->gicd, PAGE_SIZE);

	if (!rc && plat->gich_size)
		rc = deny(xen, plat->gich, PAGE_SIZE);
	if (!rc)
		rc = deny(xen, plat->gicc, plat->gicc_size);
	/* Xen takes the CPU interface's count for its virtual one, too. */
	if (!rc && plat->gicv_size)
		rc = deny(xen, plat->gicv, plat->gicc_size);
	return rc;
}

static int deny_gicv3(struct xen *xen)
{
	const struct platform *plat = xen->plat;
	int rc = deny(xen, plat->gicd, SZ_64K);

	for (size_t k = 0; !rc && k < plat->redists.count; k++)
		rc = deny(xen, plat->redists.items[k].base, plat->redists.items[k].size);
	if (!rc)
		rc = deny(xen, plat->gicc, plat->gicc_size);
	if (!rc && plat->gicv_size)
		rc = deny(xen, plat->gicv, plat->gicc_size);
	for (size_t k = 0; !rc && xen->version->its_denied && k < plat->its.count; k++)
		rc = deny(xen, plat->its.items[k], ITS_SIZE);
	return rc;
}

/* The GIC's nodes are Xen's: its code maps what Dom0 gets of it (map_gic()) and permits nothing. */
static bool is_gics(const struct platform *plat, uint64_t base)
{
	for (size_t k = 0; k < plat->v2m.count; k++)
		if (plat->v2m.items[k] == base)
			return true;
	return plat->gic_version == 2 &&
	       (base == plat->gicc || base == plat->gich || base == plat->gicv);
}

/*
 * map_range_to_domain() of each device in the tree: mapped 1:1, and permitted with one frame too
 * many, because an aligned end is taken for the last frame of an inclusive range (FACTS X22).
 */
static int map_device(struct xen *xen, const struct region *r)
{
	uint64_t first = r->base >> PAGE_SHIFT;
	uint64_t end = (r->base + r->size - 1 + ~PAGE_MASK) & PAGE_MASK;
	int rc;

	if (is_gics(xen->plat, r->base))
		return 0;
	rc = iomem_permit(&xen->iomem, first, end >> PAGE_SHIFT);
	if (rc)
		return rc;
	return map(xen, r->base & PAGE_MASK, pages_of(r->size), r->base & PAGE_MASK,
		   P2M_MMIO_DIRECT_C);
}

static int map_devices(struct xen *xen)
{
	int rc = 0;

	for (size_t k = 0; !rc && k < xen->plat->regions.count; k++)
		if (xen->plat->regions.items[k].truth == TRUTH_MMIO)
			rc = map_device(xen, &xen->plat->regions.items[k]);
	return rc;
}

/* acpi_iomem_deny_access(). */
static int set_rights(struct xen *xen)
{
	int rc = iomem_permit(&xen->iomem, 0, INVALID_FRAME);

	if (!rc && xen->plat->spcr)
		rc = deny(xen, xen->plat->spcr & PAGE_MASK, PAGE_SIZE);
	if (rc)
		return rc;
	return xen->plat->gic_version == 2 ? deny_gicv2(xen) : deny_gicv3(xen);
}

/* ---- emulated regions ---- */

/* register_mmio_handler(), sorted by address. */
static int handle(struct xen *xen, uint64_t base, uint64_t size, const char *name)
{
	struct mmio_handler h = {base, size, name};
	size_t k = xen->handlers.count;

	if (vec_push(&xen->handlers, h))
		return -ENOMEM;
	for (; k > 0 && xen->handlers.items[k - 1].base > base; k--)
		xen->handlers.items[k] = xen->handlers.items[k - 1];
	xen->handlers.items[k] = h;
	return 0;
}

static int register_handlers(struct xen *xen)
{
	const struct platform *plat = xen->plat;
	int rc;

	/* domain_vuart_init(): where the console is, Dom0 has a UART that Xen emulates. */
	if (plat->spcr) {
		rc = handle(xen, plat->spcr & PAGE_MASK, PAGE_SIZE, "vuart");
		if (rc)
			return rc;
	}
	if (plat->gic_version == 2)
		return handle(xen, plat->gicd, PAGE_SIZE, "gicd");
	rc = handle(xen, plat->gicd, SZ_64K, "gicd");
	for (size_t k = 0; !rc && k < plat->redists.count; k++)
		rc = handle(xen, plat->redists.items[k].base, plat->redists.items[k].size, "gicr");
	for (size_t k = 0; !rc && xen->version->its_emulated && k < plat->its.count; k++)
		rc = handle(xen, plat->its.items[k], ITS_SIZE, "its");
	return rc;
}

/* ---- all of it ---- */

static int create_domain(struct xen *xen)
{
	const struct platform *plat = xen->plat;
	struct p2m_sink sink = {.op = xen_p2m_op, .ctx = xen, .request = xen_p2m_request};
	int rc;

	heap_init(&xen->heap, xen->mem, pa(plat->xen_heap), plat->xen_heap_size >> PAGE_SHIFT);
	rc = p2m_init(&xen->p2m, &xen->version->p2m, plat->pa_bits, xen->mem, &xen->heap, sink);
	if (rc == -EINVAL)
		return refuse(xen, "no stage-2 geometry for this CPU");
	xen->p2m.iommu = plat->smmu_stage2;
	xen->p2m.clean_pte = plat->smmu_stage2 && !plat->smmu_coherent;
	if (!rc && xen->version->spcr_required && !plat->device_tree && !plat->spcr)
		return refuse(xen, "no SPCR table, which this Xen needs to build an ACPI Dom0");
	return rc;
}

/* arch_domain_creation_finished(). */
static int finish_domain(struct xen *xen)
{
	if (xen->version->root_invalidated && !xen->plat->smmu_stage2)
		p2m_invalidate_root(&xen->p2m);
	return 0;
}

static void limit_tables(struct xen *xen, uint64_t heap_limit)
{
	if (heap_limit && heap_limit < xen->heap.page_count - xen->heap.used)
		xen->heap.limit = xen->heap.used + heap_limit;
}

int xen_build(struct xen *xen, uint64_t heap_limit)
{
	static int (*const acpi[])(struct xen *) = {
		map_gic,    map_ram,	       map_host_tables, map_crafted,
		set_rights, register_handlers, finish_domain,	NULL,
	};
	static int (*const device_tree[])(struct xen *) = {
		map_gic, map_ram, map_devices, register_handlers, finish_domain, NULL,
	};
	int (*const *step)(struct xen *) = xen->plat->device_tree ? device_tree : acpi;
	int rc;

	xen->charging = false;
	xen->timer_at = UINT64_MAX;
	rc = create_domain(xen);
	if (!rc && !xen->plat->device_tree)
		rc = craft_tables(xen);
	limit_tables(xen, heap_limit);
	for (; !rc && *step; step++)
		rc = (*step)(xen);
	if (rc)
		return rc;
	xen->heap.phase = xen->plat->heap_phase;
	xen->heap.dirty_left = xen->plat->heap_dirty;
	xen->charging = true;
	return 0;
}

void xen_fini(struct xen *xen)
{
	heap_fini(&xen->heap);
	iomem_fini(&xen->iomem);
	vec_fini(&xen->handlers);
}
