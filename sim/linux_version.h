/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * linux_version.h: Dom0 kernels as rows of behaviour (sources: docs/FACTS.md L1 to L9).
 */
#ifndef P2MLAB_LINUX_VERSION_H
#define P2MLAB_LINUX_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/platform.h"

struct linux_version {
	const char *name; /* "6.1" */
	/* ACPI tables: EFI_ACPI_RECLAIM is NOMAP, so each table map is an ioremap (4.9) */
	bool tables_are_ioremapped;
	/* OperationRegions: one sliding window per region (4.9) or windows kept (5.9+) */
	bool opregion_windows_kept;
	bool opregion_may_cross_page; /* 6.12: the page-boundary cut is gone */
	/* acpi_os_map_iomem maps page-rounded (4.9) or raw (phys, size) */
	bool acpi_map_page_rounded;
	/* acpi_os_ioremap() looks into the EFI memory map: outside it, nGnRnE (5.9); else nGnRE */
	bool acpi_asks_memmap;
	/* ITS: bytes its_probe maps, and whether its_reset_one maps it before (5.x+) */
	uint64_t its_map_bytes;
	bool its_reset_maps;
	bool gtdt_frames_mapped;	 /* 4.12: arch_timer_mem_acpi_init */
	bool iort_platform_smmu;	 /* 4.10: SMMUs become platform devices */
	bool remap_iospace_seen_by_hook; /* 4.9: ioremap_page_range is the hook's level */
	const char *const *amba_hids;	 /* ACPI ids that become AMBA devices; ends with NULL */
	bool smmu_v3_two_windows;	 /* arm-smmu-v3 maps 2 x 0xe00 bytes, not its resource */
	/* PCC: registers are mapped by pcc_mbox_probe(), not before it by acpi_pcc_probe() */
	bool pcc_mapped_in_probe;
	/* GHES: probed in acpi_init(), before the namespace is walked; else a device_initcall */
	bool ghes_in_acpi_init;
	bool msix_read_before_domain; /* msix_setup_msi_descs() reads a table that cannot be used */
	bool ghes_read_at_probe;      /* errors that are pending then are looked for at once */
	bool ghes_fixmap;	      /* status blocks: by fixmap, else by ioremap_page_range() */
	bool ghes_acknowledges;	      /* GHESv2 is known: its acknowledge register is mapped */
	bool gtdt_watchdogs;	      /* GTDT's SBSA watchdogs become platform devices */
	bool tpm2_log;		      /* the event log that the TPM2 table names is read */
	bool framebuffer_has_resource; /* its device has the memory as resource: notified */
};

extern const struct linux_version *const linux_versions[];
extern const unsigned int linux_version_count;
const struct linux_version *linux_version_find(const char *name);

/* The bus on which that kernel puts a device of the namespace, by its ACPI id ("": platform) and
 * its first compatible id (NULL: none): acpi_scan_attach_handler() tries all ids. */
enum device_bus linux_bus_of(const struct linux_version *lnx, const char *hid, const char *cid);
/* True if any kernel here takes a device with that ACPI id for a primecell: so it is one. */
bool linux_knows_primecell(const char *hid);

#endif
