/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot_access.h: the rows of the boot and how they reach memory. Private to boot*.c.
 *
 * Each function that returns bool returns false where Linux would have panicked.
 */
#ifndef P2MLAB_BOOT_ACCESS_H
#define P2MLAB_BOOT_ACCESS_H

#include "sim/dom0_model.h"

/* True if Linux goes on after an access: it was answered, or the scenario wants to see it all. */
static inline bool answered(const struct dom0 *d, struct dom0_result r)
{
	return !dom0_stopped(d) && (r.outcome == OUTCOME_OK || d->keep_going);
}

/* One load or store of `width` bytes; *value (may be NULL): to write, or what was read. */
static inline bool touch(struct dom0 *d, const char *by, uint64_t phys, unsigned int width,
			 bool write, enum dom0_api api, uint64_t *value)
{
	uint64_t v = 0;

	return answered(d, dom0_access(d, by, phys, dom0_plain_access(width, write), api,
				       value ? value : &v));
}

static inline bool read_at(struct dom0 *d, const char *by, uint64_t phys, unsigned int width)
{
	return touch(d, by, phys, width, false, DOM0_API_IOREMAP, NULL);
}

/* ioremap, then the four bytes at `offset`. False too if ioremap gives NULL. */
static inline bool map_and_read(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes,
				uint64_t offset)
{
	if (!dom0_ioremap(d, by, phys, bytes, DOM0_API_IOREMAP))
		return false;
	return read_at(d, by, phys + offset, 4);
}

/* boot_tables.c */
bool boot_table_headers(struct dom0 *d);
bool boot_table_ioremaps(struct dom0 *d);
bool boot_table_checksums(struct dom0 *d);

/* boot_irq.c */
bool boot_gicd(struct dom0 *d);
bool boot_redists(struct dom0 *d);
bool boot_its(struct dom0 *d);
bool boot_v2m(struct dom0 *d);
bool boot_gtdt_frames(struct dom0 *d);
bool boot_doorbells(struct dom0 *d);
/* Dom0 has something that takes message-signalled interrupts. */
bool boot_has_msis(const struct dom0 *d);

/* boot_namespace.c */
bool boot_opregions(struct dom0 *d);
bool boot_driver_opregions(struct dom0 *d);
bool boot_devices(struct dom0 *d);
bool boot_watchdogs(struct dom0 *d);
enum device_bus boot_bus_of(const struct dom0 *d, const struct device *dev);
/* False: Dom0's kernel makes no device of it, or Xen hides it. */
bool boot_is_seen(const struct dom0 *d, const struct device *dev);
/* True if the notifier hears of the device, and has what it takes to ask for it. */
bool boot_is_notified(const struct dom0 *d, const struct device *dev);
/* The row of FACTS L9 that its mappings are due to. */
unsigned int boot_row_of(const struct dom0 *d, const struct device *dev);
bool boot_add_device(struct dom0 *d, const struct device *dev);
/* An SMMU's driver comes: iort_iommu_configure_id() defers probes of the devices behind it that are
 * due before, until late_initcall(). */
bool boot_drives_smmu(const struct dom0 *d);

/* boot_pci.c: maps the n-th ECAM and scans its root bus and what lies below. */
bool boot_scan_ecam(struct dom0 *d, size_t n);

/* boot_driver.c */
bool boot_quirks(struct dom0 *d);
bool boot_probes(struct dom0 *d);
bool boot_deferred_probes(struct dom0 *d); /* what boot_waits_for_smmu() */
bool boot_binds(struct dom0 *d);
bool boot_modules(struct dom0 *d);
bool boot_interrupts(struct dom0 *d);
/* All stages of one device. */
bool boot_drive(struct dom0 *d, const struct device *dev);

/* boot_firmware.c */
bool boot_earlycon(struct dom0 *d);
bool boot_pcc_registers(struct dom0 *d);
bool boot_ghes(struct dom0 *d);
bool boot_ghes_blocks(struct dom0 *d);
bool boot_erst(struct dom0 *d);
bool boot_einj(struct dom0 *d);
bool boot_bert(struct dom0 *d);
bool boot_cppc(struct dom0 *d);
bool boot_cppc_use(struct dom0 *d);
bool boot_tpm(struct dom0 *d);
bool boot_framebuffer_device(struct dom0 *d);
bool boot_framebuffer(struct dom0 *d);
bool boot_nvdimm(struct dom0 *d);

#endif
