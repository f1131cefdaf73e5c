/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dom0_abi.h: the only header that Dom0's aarch64 code and the simulator share.
 *
 * First half: Xen's public ABI as bytes (xen/include/public/{arch-arm,memory,errno}.h). Second
 * half: how the simulator starts one of Dom0's functions and learns what happened.
 * Plain C11, no includes but stdint.h; also included from assembly (DOM0_ASM).
 */
#ifndef P2MLAB_DOM0_ABI_H
#define P2MLAB_DOM0_ABI_H

/* --- Xen's public ABI ---------------------------------------------------------------- */

#define XEN_HVC_TAG		    0xEA1
#define XEN_NR_MEMORY_OP	    12
#define XEN_NR_PHYSDEV_OP	    33
#define XENMEM_ADD_TO_PHYSMAP	    7
#define XENMEM_REMOVE_FROM_PHYSMAP  15
#define XENMEM_ADD_TO_PHYSMAP_BATCH 23
#define XENMAPSPACE_SHARED_INFO	    0
#define XENMAPSPACE_GRANT_TABLE	    1
#define XENMAPSPACE_GMFN	    2
#define XENMAPSPACE_GMFN_RANGE	    3
#define XENMAPSPACE_GMFN_FOREIGN    4
#define XENMAPSPACE_DEV_MMIO	    5
#define XEN_DOMID_SELF		    0x7FF0
#define XEN_MEMOP_EXTENT_SHIFT	    6
#define XEN_MEMOP_CMD_MASK	    0x3f

#define XEN_EPERM      1
#define XEN_ENOENT     2
#define XEN_ESRCH      3
#define XEN_ENOMEM     12
#define XEN_EACCES     13
#define XEN_EFAULT     14
#define XEN_EINVAL     22
#define XEN_EDOM       33
#define XEN_ENOSYS     38
#define XEN_EILSEQ     84
#define XEN_EOPNOTSUPP 95

/* --- running a Dom0 function --------------------------------------------------------- */

/* HVC immediates below the Xen tag that only p2mlab uses. */
#define DOM0_HVC_DONE 0x4a48 /* a function returned: x0 is its result */

#define DOM0_MAGIC 0x30306d6f44326d70 /* "pm2Dom00" */

/* Where the image is linked and runs: dom0.ld has the sum. */
#define DOM0_LINEAR_BASE 0xffff000000000000
#define DOM0_TEXT_OFFSET 0x80000

/* Hook bits of struct dom0_config. */
#define DOM0_HOOK_ACPI	  1 /* acpi_os_ioremap asks Xen */
#define DOM0_HOOK_IOREMAP 2 /* ioremap asks Xen */
#define DOM0_HOOK_IOSPACE 4 /* pci_remap_iospace comes by where ioremap asks */

#ifndef DOM0_ASM
#include <stdint.h>

struct xen_add_to_physmap_batch {
	uint16_t domid;
	uint16_t space;
	uint16_t size;
	uint16_t res0;
	uint64_t idxs;
	uint64_t gpfns;
	uint64_t errs;
};

struct xen_add_to_physmap {
	uint16_t domid;
	uint16_t size;
	uint32_t space;
	uint64_t idx;
	uint64_t gpfn;
};

struct xen_remove_from_physmap {
	uint16_t domid;
	uint16_t pad[3];
	uint64_t gpfn;
};

/* Functions of the image, by index into struct dom0_header.entry. Arguments are x0..x5. */
enum dom0_fn {
	/* (phys, bytes, api) -> VA or 0. api: enum dom0_api */
	DOM0_FN_IOREMAP,
	/* (va, bytes): clears the entries */
	DOM0_FN_IOUNMAP,
	/* xen_map_device_mmio() of one resource: (start, bytes) -> 0 or -errno */
	DOM0_FN_NOTIFIER_MAP,
	/* xen_unmap_device_mmio() of one resource: (start, bytes) -> 0 or -errno */
	DOM0_FN_NOTIFIER_UNMAP,
	/* acpi_os_map_iomem(): (phys, bytes, api) -> VA or 0. api: one of DOM0_API_ACPI* */
	DOM0_FN_ACPI_MAP,
	/* acpi_os_unmap_iomem(): (va, bytes) */
	DOM0_FN_ACPI_UNMAP,
	/* one access: (va, value, enum dom0_access) -> value read, or store status */
	DOM0_FN_ACCESS,
	/* raw hypercall: (nr, a0..a4) -> x0 */
	DOM0_FN_HYPERCALL,
	/* raw HVC #0: (x0..x3) -> x0 */
	DOM0_FN_SMCCC,
	/* jumps to va: (va) */
	DOM0_FN_FETCH,
	/* fills and issues one batch: (first mfn, first gfn, pages) -> rc; errs[0..7] in the log */
	DOM0_FN_REQUEST,
	/* touches n pages from va with a stride: (va, n, stride, write) -> sum; benchmarks */
	DOM0_FN_SWEEP,
	DOM0_FN_COUNT,
};

enum dom0_api {
	DOM0_API_IOREMAP,	/* nGnRE */
	DOM0_API_IOREMAP_NP,	/* nGnRnE: pci_remap_cfgspace */
	DOM0_API_IOREMAP_WC,	/* Normal NC */
	DOM0_API_IOREMAP_CACHE, /* Normal WB */
	DOM0_API_ACPI,		/* acpi_os_ioremap; to Dom0's code: nGnRnE (5.9 and later) */
	DOM0_API_FIXMAP,	/* early fixmap: no hook sees it */
	DOM0_API_REMAP_IOSPACE, /* pci_remap_iospace */
	DOM0_API_USER_MMAP,	/* remap_pfn_range: no hook sees it */
	DOM0_API_LINEAR,	/* early_memremap and the linear map of ACPI memory: Normal WB */
	/* what acpi_os_ioremap comes to elsewhere: dom0_model.c chooses, no scenario does */
	DOM0_API_ACPI_NGNRE,  /* outside memory before 5.9 */
	DOM0_API_ACPI_MEMORY, /* Normal WB: tables */
	DOM0_API_COUNT,
};

/* How DOM0_FN_ACCESS touches memory; stores follow their loads. */
enum dom0_access {
	DOM0_LDR8,
	DOM0_LDR16,
	DOM0_LDR32,
	DOM0_LDR64,
	DOM0_STR8,
	DOM0_STR16,
	DOM0_STR32,
	DOM0_STR64,
	DOM0_LDP64,
	DOM0_STP64,
	DOM0_LDXR64,
	DOM0_CAS64,	 /* ldxr; stxr of value, until it succeeds */
	DOM0_LDR64_POST, /* writeback: no valid syndrome */
	DOM0_LDRSW,
	DOM0_ACCESS_COUNT,
};

/* At the start of the image. Everything below magic is a VA of the linked image. */
struct dom0_header {
	uint64_t magic;
	uint64_t start;	   /* of the image: linear map + DOM0_TEXT_OFFSET */
	uint64_t load_end; /* end of text and data */
	uint64_t end;	   /* end of bss */
	uint64_t vectors;
	uint64_t config; /* struct dom0_config */
	uint64_t log;	 /* struct dom0_log */
	uint64_t stub;	 /* msr; isb; hvc #0: see vcpu_reset() */
	uint64_t done;	 /* where a function returns to */
	uint64_t entry[DOM0_FN_COUNT];
};

/* Written by the simulator before the first call. */
struct dom0_config {
	uint64_t linear_base; /* VA of IPA `ram_base`: the linear map */
	uint64_t ram_base;    /* IPA */
	uint64_t ram_bytes;
	uint64_t pgd;	     /* VA of the TTBR1 table */
	uint64_t table_next; /* VA of the next free stage-1 table page */
	uint64_t table_end;
	uint64_t kmalloc_base; /* VA of the pool kcalloc takes arrays from */
	uint64_t kmalloc_bytes;
	uint64_t vmalloc_next; /* VA */
	uint64_t vmalloc_end;
	uint64_t hooks;		    /* DOM0_HOOK_* */
	uint64_t hook_chunk;	    /* pages per hook request; 0 = unchunked: uint16 decides */
	uint64_t acpi_page_rounded; /* acpi_os_map_iomem maps whole pages (4.9) */
	uint64_t block_mappings;    /* stage 1 may use 2M and 1G blocks */
};

#define DOM0_LOG_ERRS 8

/* Written by Dom0's code, read by the simulator. */
struct dom0_log {
	uint64_t abort_count;	      /* taken by the abort vector */
	uint64_t esr, far, elr, spsr; /* of the last one */
	uint64_t irq_count;
	uint64_t other_count; /* any other vector */
	uint64_t ioremap_count;
	uint64_t hook_calls; /* requests the hooks issued */
	uint64_t hook_pages;
	uint64_t request_rc; /* of the last request */
	int32_t errs[DOM0_LOG_ERRS];
	uint64_t stage1_entries; /* descriptors that ioremap wrote */
	uint64_t acpi_hits;	 /* acpi_os_map_iomem served from the cache */
};
#endif /* DOM0_ASM */

#endif
