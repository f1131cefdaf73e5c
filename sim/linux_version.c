// SPDX-License-Identifier: GPL-2.0-only
#include "sim/linux_version.h"

#include <string.h>
#include <strings.h>

#include "base/check.h"

/* acpi_amba.c amba_id_list[]: a PL061; the DMA-330 and CoreSight came later, and CoreSight left
 * again (its ETM in 6.4, the others in 6.10) to be platform devices. */
static const char *const amba_4_9[] = {"ARMH0061", NULL};
static const char *const amba_6_1[] = {"ARMH0061", "ARMH0330", "ARMHC500", "ARMHC501",
				       "ARMHC502", "ARMHC503", "ARMHC979", "ARMHC97C",
				       "ARMHC98D", "ARMHC9CA", "ARMHC9FF", NULL};
static const char *const amba_6_12[] = {"ARMH0061", "ARMH0330", NULL};

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
	.ghes_in_acpi_init = false,	  /* ghes_init(): device_initcall */
	.msix_read_before_domain = false, /* read by msix_program_entries(), behind the domain */
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
	.msix_read_before_domain = true,  /* 5.17 */
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
	.amba_hids = amba_6_12,
	.smmu_v3_two_windows = true,
	.remap_iospace_seen_by_hook = false, /* vmap_page_range() */
	.pcc_mapped_in_probe = true,
	.ghes_in_acpi_init = true,
	.msix_read_before_domain =
		true, /* not since "PCI/MSI: Handle lack of irqdomain gracefully" */
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
 * acpi_pnp.c acpi_pnp_device_ids[], those that begin with "PNP", and the TPMs: no others become PNP
 * devices. An xHCI (PNP0D10), an EHCI (PNP0D20) or a button (PNP0C0C) is a platform device.
 */
static const char pnp_hids[][8] = {
	"PNP0300", "PNP0301", "PNP0302", "PNP0303", "PNP0304", "PNP0305", "PNP0306", "PNP0309",
	"PNP030A", "PNP030B", "PNP0320", "PNP0343", "PNP0344", "PNP0345", "PNP0400", "PNP0401",
	"PNP0500", "PNP0501", "PNP0600", "PNP0700", "PNP0B00", "PNP0B01", "PNP0B02", "PNP0C01",
	"PNP0C02", "PNP0C31", "PNP0F03", "PNP0F0B", "PNP0F0E", "PNP0F12", "PNP0F13", "PNP0F19",
	"PNP0F1C", "PNP2000", "PNP4972", "PNP80F7", "PNP80F8", "PNPB006", "PNPB02F", "PNPC000",
	"PNPC001", "PNPC031", "PNPC032", "ATM1200", "BCM0101", "BCM0102", "ICO0102", "IFX0101",
	"IFX0102", "NSC1200",
};

static bool has_hid(const struct linux_version *lnx, const char *hid)
{
	for (const char *const *id = lnx->amba_hids; *id; id++)
		if (!strcmp(*id, hid))
			return true;
	return false;
}

static enum device_bus bus_of(const struct linux_version *lnx, const char *id)
{
	if (has_hid(lnx, id))
		return BUS_AMBA;
	if (!strcmp(id, "PNP0A03") || !strcmp(id, "PNP0A08"))
		return BUS_PCI_ROOT;
	for (unsigned int i = 0; i < ARRAY_SIZE(pnp_hids); i++)
		if (!strcasecmp(id, pnp_hids[i]))
			return BUS_PNP;
	return BUS_PLATFORM;
}

enum device_bus linux_bus_of(const struct linux_version *lnx, const char *hid, const char *cid)
{
	enum device_bus bus = bus_of(lnx, hid);

	return bus == BUS_PLATFORM && cid ? bus_of(lnx, cid) : bus;
}

bool linux_knows_primecell(const char *hid)
{
	for (unsigned int i = 0; i < linux_version_count; i++)
		if (has_hid(linux_versions[i], hid))
			return true;
	return false;
}
