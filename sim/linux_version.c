// SPDX-License-Identifier: GPL-2.0-only
#include "sim/linux_version.h"

#include <string.h>

#include "sim/check.h"

/* acpi_amba.c amba_id_list[]: a PL061; the DMA-330 came later. */
static const char *const amba_4_9[] = {"ARMH0061", NULL};
static const char *const amba_6_1[] = {"ARMH0061", "ARMH0330", NULL};

/*
 * 4.9 was read in v4.9.45. The RFC is of 4.10-rc4; what 4.10 adds (IORT platform devices) is not
 * in this row.
 */
static const struct linux_version linux_4_9 = {
	.name = "4.9",
	.tables_are_ioremapped = true,	  /* efi/arm-init.c is_usable_memory(): no ACPI_RECLAIM */
	.opregion_windows_kept = false,	  /* exregion.c: one window, moved on a miss */
	.opregion_may_cross_page = false, /* cut at ACPI_DEFAULT_PAGE_SIZE */
	.acpi_asks_memmap = false,	  /* memblock_is_memory() ? ioremap_cache : ioremap */
	.acpi_map_page_rounded = true,	  /* osl.c acpi_os_map_iomem(): pg_off, pg_sz */
	.its_map_bytes = 0x20000,	  /* its_probe_one(): the whole resource */
	.its_reset_maps = false,
	.gtdt_frames_mapped = false,
	.iort_platform_smmu = false,
	.amba_hids = amba_4_9,
	.smmu_v3_two_windows = false,
	.remap_iospace_seen_by_hook = true, /* pci_remap_iospace(): ioremap_page_range() */
	.pcc_mapped_in_probe = false,
	.ghes_in_acpi_init = false, /* ghes_init(): device_initcall */
	.ghes_read_at_probe = false,
	.ghes_fixmap = false, /* ghes_ioremap_pfn_irq(), _nmi() */
	.ghes_acknowledges = false,
	.gtdt_watchdogs = false,
	.tpm2_log = false,		   /* tpm_read_log_acpi(): TCPA only */
	.framebuffer_has_resource = false, /* register_gop_device(): efi-framebuffer, bare */
};

/*
 * 6.1 is what the recorded runs booted: its_map_bytes and its_reset_maps are observed (its_map_one,
 * 16 pages, twice). Between the two kernels that were read (4.9, 6.12) each field has the value of
 * 6.12 unless its change is dated after 6.1; the page-boundary cut still being there is remembered,
 * not read.
 */
static const struct linux_version linux_6_1 = {
	.name = "6.1",
	.tables_are_ioremapped = false, /* ACPI_RECLAIM is in the linear map */
	.opregion_windows_kept = true,	/* 5.9: "Preserve memory opregion mappings" */
	.opregion_may_cross_page = false,
	.acpi_asks_memmap = true,
	.acpi_map_page_rounded = false,
	.its_map_bytes = 0x10000, /* its_map_one(): the control frame only */
	.its_reset_maps = true,
	.gtdt_frames_mapped = true, /* 4.12: arch_timer_mem_acpi_init() */
	.amba_hids = amba_6_1,
	.smmu_v3_two_windows = true, /* arm_smmu_ioremap(): page 0 and page 1 */
	.iort_platform_smmu = true,  /* 4.10: iort_add_smmu_platform_device() */
	.remap_iospace_seen_by_hook = false,
	.pcc_mapped_in_probe = true,	  /* 5.16: pcc_chan_reg_init(), from pcc_mbox_probe() */
	.ghes_in_acpi_init = true,	  /* 5.18: dc4e8c07e9, acpi_ghes_init() */
	.ghes_read_at_probe = true,	  /* 4.14: 77b246b32b, ghes_probe() ends in ghes_proc() */
	.ghes_fixmap = true,		  /* 4.15: 4f89fa286f, FIX_APEI_GHES_IRQ */
	.ghes_acknowledges = true,	  /* 4.13: 42aa560446, map_gen_v2() */
	.gtdt_watchdogs = true,		  /* 4.12: gtdt_import_sbsa_gwdt() */
	.tpm2_log = true,		  /* 5.8: 85467f63a0 */
	.framebuffer_has_resource = true, /* 5.15: 8633ef82f1, sysfb on all architectures */
};

static const struct linux_version linux_6_12 = {
	.name = "6.12",
	.tables_are_ioremapped = false,
	.opregion_windows_kept = true,
	.opregion_may_cross_page = true, /* the page-boundary cut is gone */
	.acpi_asks_memmap = true,
	.acpi_map_page_rounded = false, /* raw (phys, size); the record is page-rounded */
	.its_map_bytes = 0x10000,
	.its_reset_maps = true,
	.gtdt_frames_mapped = true,
	.iort_platform_smmu = true,
	.amba_hids = amba_6_1,
	.smmu_v3_two_windows = true,
	.remap_iospace_seen_by_hook = false, /* vmap_page_range() */
	.pcc_mapped_in_probe = true,
	.ghes_in_acpi_init = true,
	.ghes_read_at_probe = true,
	.ghes_fixmap = true,
	.ghes_acknowledges = true,
	.gtdt_watchdogs = true,
	.tpm2_log = true,
	.framebuffer_has_resource = true, /* sysfb_create_simplefb() */
};

const struct linux_version *const linux_versions[] = {&linux_4_9, &linux_6_1, &linux_6_12};
const unsigned int linux_version_count = ARRAY_SIZE(linux_versions);

const struct linux_version *linux_version_find(const char *name)
{
	for (unsigned int i = 0; i < linux_version_count; i++)
		if (strcmp(linux_versions[i]->name, name) == 0)
			return linux_versions[i];
	return NULL;
}

/*
 * What scan handlers and acpi_pnp.c make of ids that begin with "PNP", the first row that fits. Of
 * PNP0C0x only the reserved resources (1, 2) are PNP devices; buttons, batteries and lids are not.
 */
static const struct {
	const char *prefix;
	enum device_bus bus;
} pnp_buses[] = {
	{"PNP0A03", BUS_PCI_ROOT}, {"PNP0A08", BUS_PCI_ROOT}, {"PNP0A", BUS_PLATFORM},
	{"PNP0C01", BUS_PNP},	   {"PNP0C02", BUS_PNP},      {"PNP0C0", BUS_PLATFORM},
	{"PNP", BUS_PNP},
};

static bool has_hid(const struct linux_version *lnx, const char *hid)
{
	for (const char *const *id = lnx->amba_hids; *id; id++)
		if (!strcmp(*id, hid))
			return true;
	return false;
}

enum device_bus linux_bus_of(const struct linux_version *lnx, const char *hid)
{
	if (has_hid(lnx, hid))
		return BUS_AMBA;
	for (unsigned int i = 0; i < ARRAY_SIZE(pnp_buses); i++)
		if (!strncmp(hid, pnp_buses[i].prefix, strlen(pnp_buses[i].prefix)))
			return pnp_buses[i].bus;
	return BUS_PLATFORM;
}

bool linux_knows_primecell(const char *hid)
{
	for (unsigned int i = 0; i < linux_version_count; i++)
		if (has_hid(linux_versions[i], hid))
			return true;
	return false;
}
