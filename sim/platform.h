/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform.h: a machine as plain facts: what every physical page is and what firmware says of it.
 *
 * Built by scenario/platform.c from YAML and from firmware tables (acpi/), read-only afterwards,
 * shared by all permutations. Strings are owned by the platform's arena (its loader).
 * The ground truth (`platform_truth`) is what verdicts are judged by; no strategy sees it.
 */
#ifndef P2MLAB_PLATFORM_H
#define P2MLAB_PLATFORM_H

#include "base/vec.h"
#include "sim/addr.h"

/* What a physical page is. */
enum truth {
	TRUTH_HOLE, /* nothing answers: external abort */
	TRUTH_DOM0_RAM,
	TRUTH_OTHER_RAM, /* RAM of another domain or free RAM of Xen */
	TRUTH_XEN,	 /* Xen's image or heap */
	TRUTH_FIRMWARE,	 /* RAM that firmware reserved and describes: BERT, GHES, PCC buffers */
	TRUTH_TABLE,	 /* an ACPI table of the host */
	TRUTH_MMIO,	 /* a device that Dom0 may use */
	TRUTH_EMULATED,	 /* a device Xen emulates for Dom0: GICD, GICR, ITS, vUART */
	TRUTH_XEN_MMIO,	 /* a device Xen keeps: the console UART */
	TRUTH_COUNT,
};

extern const char *const truth_name[TRUTH_COUNT];

struct region {
	const char *name;    /* "gicd", "nvme0.bar4", "LNRO0005:00" ... unique */
	uint64_t base, size; /* bytes; size > 0, no wrap */
	enum truth truth;
	const char *origin; /* "MADT GICD at +44", "iomem line 3", "scenario.yaml:12" */
};

/* A table as firmware placed it. Crafted tables are Xen's business, not listed here. */
struct acpi_table {
	char sig[5];
	uint64_t addr; /* host physical, any alignment */
	uint64_t len;
	const char *origin;
};

enum device_bus {
	BUS_PLATFORM,
	BUS_AMBA,
	BUS_PNP,
	BUS_PCI,
	BUS_PCI_ROOT /* the n-th such device is the host bridge of the n-th ECAM */
};

/*
 * What a bridge is. By place: below a root bus a root port, below that an upstream port, below
 * that a downstream port; below a conventional bridge a conventional one.
 */
enum pci_port {
	PORT_BY_PLACE,
	PORT_ROOT,
	PORT_UPSTREAM,
	PORT_DOWNSTREAM,
	PORT_CONVENTIONAL
};

/*
 * What a driver does when it binds, one step after another. Offsets are into resource (or BAR)
 * `res`. A stage runs over all devices before the next one begins; boot_driver.c says in which
 * order.
 */
enum touch_kind {
	TOUCH_IOREMAP,
	TOUCH_READ,
	TOUCH_WRITE,
	TOUCH_MSIX,
	TOUCH_IOUNMAP,
	TOUCH_KIND_COUNT
};
enum touch_stage {
	STAGE_PROBE, /* built in: device_initcall() */
	STAGE_BIND,  /* modules for what modules found: virtio devices */
	STAGE_MODULE,
	STAGE_QUIRK, /* before any driver, and without one: quirk_usb_early_handoff() */
	STAGE_PORT,  /* drivers/pci/pcie, linked before any other driver of device_initcall() */
	STAGE_SLOT,  /* drivers/pci/hotplug, linked next */
	STAGE_IRQ    /* at the first interrupt, after all modules */
};

/* Which function maps: one of dom0_abi.h's enum dom0_api, as far as drivers use them. */
enum touch_api {
	TOUCH_API_IOREMAP,
	TOUCH_API_NP,
	TOUCH_API_WC,
	TOUCH_API_CACHE,
	TOUCH_API_USER, /* remap_pfn_range() and its like: no hook sees it */
	TOUCH_API_COUNT
};

struct touch {
	enum touch_kind kind;
	enum touch_stage stage;
	unsigned int res;
	uint64_t offset;
	/* IOREMAP, IOUNMAP: size, 0 = rest of the resource; else access width 1,2,4,8 */
	uint64_t bytes;
	enum touch_api api; /* IOREMAP: which of the family */
	bool intx;	    /* only where MSI-X cannot be had */
	const char *by;	    /* kernel function, for the record */
};

#define DEVICE_RES_MAX 32

struct device {
	const char *name; /* "LNRO0005:00", "0000:00:01.0", "nic" */
	const char *hid;  /* ACPI id; "" for PCI */
	const char *cid;  /* its first compatible id; NULL: none */
	const char *path; /* in the namespace; NULL: not known */
	enum device_bus bus;
	bool bus_by_hid; /* nobody said: Linux's release decides (linux_bus_of), `bus` is unused */
	struct {
		uint64_t base, size;
		bool io;       /* I/O ports at `base` of the memory that a bridge's I/O window is */
	} res[DEVICE_RES_MAX]; /* MEM resources; for PCI indexed by BAR; size 0 = none */
	unsigned int res_count;
	bool behind_smmu;
	uint32_t stream;
	/* PCI */
	uint16_t segment;
	uint8_t pci_bus, pci_dev, pci_fn;
	uint16_t vendor, device_id;
	uint32_t class_code;
	uint8_t secondary_bus; /* bridges: bus below, 0 = none */
	enum pci_port port;    /* bridges */
	unsigned int msix_bar; /* DEVICE_RES_MAX: none */
	uint64_t msix_offset;
	unsigned int msix_vectors; /* 16 bytes each; 0 counts as 1 */
	VEC(struct touch) touches; /* empty: the default of its bus (boot.c) */
	const char *profile;	   /* driver profiles they come from, "a+b"; NULL: none */
	const char *driver;	   /* the kernel's, as far as known: NULL; a module probes all its
				      devices when it is loaded */
	const char *child_driver;  /* of what that makes, a virtio device; NULL: none is known */
	bool hotplug;		   /* absent at boot: appears by a `plug` step */
	bool driverless;	   /* no driver, or one that touches nothing: only quirks do */
	const char *origin;
};

struct ecam {
	uint64_t base; /* of bus_first: MCFG's base + (bus_first << 20) */
	uint16_t segment;
	uint8_t bus_first, bus_last;
	const char *origin;
};

/* A host bridge's window on I/O ports: memory that Linux maps by pci_remap_iospace(). */
struct io_window {
	uint64_t base, size; /* physical */
	uint16_t segment;
	const char *origin;
};

/*
 * Memory that a static table (or a _CPC) names and that Linux maps without there being a device.
 * What each use means for Linux is the business of boot.c.
 */
enum area_use {
	AREA_PCC_REGISTER, /* PCCT: doorbell, acknowledge */
	AREA_PCC_SHMEM,	   /* PCCT: communication space */
	AREA_GHES_STATUS,  /* HEST: where the address of the status block is */
	AREA_GHES_ACK,	   /* HEST: read acknowledge of a GHESv2 */
	AREA_GHES_BLOCK,   /* the status block itself; no table says where */
	AREA_ERST_REGISTER,
	AREA_ERST_RANGE, /* error log address range; no table says where */
	AREA_EINJ_REGISTER,
	AREA_CPPC_REGISTER,
	AREA_TPM_BUFFER, /* TPM2: control area */
	AREA_TPM_LOG,
	AREA_PMEM,	 /* NFIT: system physical address range */
	AREA_FLUSH_HINT, /* NFIT */
	AREA_BGRT_IMAGE,
	AREA_FRAMEBUFFER,
	AREA_UNMAPPED, /* Linux on arm64 maps it for nobody: DBG2, reset and sleep registers */
	AREA_USE_COUNT
};

extern const char *const area_use_name[AREA_USE_COUNT]; /* "pcc_register" ... */

struct area {
	enum area_use use;
	uint64_t base, size;
	const char *origin;
};

/* A SystemMemory OperationRegion and what AML does with it at boot. */
struct opregion {
	const char *path;
	uint64_t base, size;
	bool touched_at_boot;
	bool by_driver;		/* with touched_at_boot: once modules are loaded, not before */
	unsigned int width;	/* of its accesses: 1, 2, 4, 8 */
	bool dynamic;		/* declared in a method: gone, with its windows, when that ends */
	uint64_t boot_accesses; /* with touched_at_boot: evaluations, one access each */
	const char *origin;
};

struct gic_redist {
	uint64_t base, size;
	bool per_cpu; /* came with a GICC entry, not a GICR entry */
	const char *origin;
};

/* Dom0's bank: whole 2 MiB blocks; its start holds the image, its tables and its pools. */
#define DOM0_RAM_MIN   (UINT64_C(64) << 20)
#define DOM0_RAM_MAX   (UINT64_C(64) << 30)
#define DOM0_RAM_ALIGN (UINT64_C(2) << 20)

struct platform {
	const char *name;
	const char *cpu; /* "cortex-a57" */
	unsigned int pa_bits;
	bool device_tree;	    /* Xen and Dom0 boot by a device tree, not by ACPI */
	VEC(struct region) regions; /* sorted by base, no overlap: the ground truth */
	VEC(struct acpi_table) tables;
	/* tables that an initrd brought: in Dom0's RAM, behind DOM0_RAM_MIN. Linux takes their
	 * pages out of its linear map (NOMAP); Xen does not know them. */
	VEC(struct acpi_table) dom0_tables;
	VEC(struct device) devices; /* in namespace order, then PCI in scan order */
	VEC(struct ecam) ecams;
	VEC(struct opregion) opregions;
	VEC(struct io_window) io_windows;
	VEC(struct area) areas; /* in order of tables */
	/* memory */
	uint64_t dom0_ram, dom0_ram_size; /* one 1:1 bank */
	uint64_t xen_text, xen_text_size; /* _stext: also the crafted tables' GPA */
	uint64_t xen_heap, xen_heap_size; /* where p2m tables and crafted tables live */
	uint64_t heap_dirty; /* table pages handed out first that still need scrubbing */
	uint64_t heap_phase; /* order-0 allocations before Dom0's first request, mod 2^n */
	/* static tables */
	unsigned int gic_version; /* 2 or 3 */
	uint64_t gicd, gicd_size;
	uint64_t gicc, gicc_size, gich, gich_size, gicv, gicv_size; /* GICv2 */
	VEC(struct gic_redist) redists;
	VEC(uint64_t) its;	   /* bases: 128 KiB each, doorbell page at +0x10000 */
	VEC(uint64_t) v2m;	   /* 4 KiB frames */
	uint64_t spcr;		   /* console UART; 0 = no SPCR */
	VEC(uint64_t) gtdt_frames; /* 4 KiB each */
	VEC(const char *) modules; /* what the initramfs loads, in order, before coldplug */
	uint64_t bert, bert_size;  /* 0 = no BERT */
	/* SMMU: how Xen uses it. ACPI has no driver in any release, so `stage2` is hypothetical. */
	bool smmu_stage2;
	bool smmu_coherent; /* its walks snoop: no DC CVAC */
};

/* The region that holds `addr`, or NULL (a hole). */
const struct region *platform_region(const struct platform *plat, uint64_t addr);
enum truth platform_truth(const struct platform *plat, uint64_t addr);
/* Index of the first region that ends above `addr` (it holds it or comes next); count if none. */
size_t platform_region_index(const struct platform *plat, uint64_t addr);
/* By name; NULL if there is none. */
const struct region *platform_region_named(const struct platform *plat, const char *name);
const struct device *platform_device_named(const struct platform *plat, const char *name);
/* The PCI function at that place, or NULL. */
const struct device *platform_pci_function(const struct platform *plat, unsigned int segment,
					   unsigned int bus, unsigned int dev, unsigned int fn);

/*
 * Checks and sorts: regions overlap, exceed pa_bits, Dom0's RAM is not in a DOM0_RAM region ...
 * 0, or -EINVAL with a sentence in why[len] naming both regions, or -ENOMEM.
 */
int platform_finish(struct platform *plat, char *why, size_t len);

/* Frees the vectors (strings belong to the loader). */
void platform_fini(struct platform *plat);

#endif
