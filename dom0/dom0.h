/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dom0.h: what Dom0's own files share. The entries are called by the simulator (dom0_abi.h has
 * their arguments); the rest is between ioremap.c, xen_request.c, acpi_map.c and lib.c.
 */
#ifndef P2MLAB_DOM0_H
#define P2MLAB_DOM0_H

#include <stddef.h>

#include "dom0/dom0_abi.h"

#define PAGE_SHIFT  12
#define PAGE_SIZE   (UINT64_C(1) << PAGE_SHIFT)
#define PHYS_MASK   UINT64_C(0x0000ffffffffffff)
#define KMALLOC_MAX (UINT64_C(4) << 20) /* MAX_ORDER of a 4K-page arm64 kernel */

extern volatile struct dom0_config dom0_config;
extern struct dom0_log dom0_log;

/* entries */
uint64_t dom0_ioremap(uint64_t phys, uint64_t bytes, uint64_t api);
void dom0_iounmap(uint64_t va, uint64_t bytes);
int64_t dom0_notifier_map(uint64_t start, uint64_t bytes);
int64_t dom0_notifier_unmap(uint64_t start, uint64_t bytes);
uint64_t dom0_acpi_map(uint64_t phys, uint64_t bytes, uint64_t api);
void dom0_acpi_unmap(uint64_t va, uint64_t bytes);
int64_t dom0_request(uint64_t mfn, uint64_t gfn, uint64_t pages);
int64_t dom0_hypercall(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		       uint64_t a4);

/* xen_request.c: one add_to_physmap_range; size is truncated to 16 bits as the ABI's field is. */
int64_t xen_request(uint64_t first_mfn, uint64_t first_gfn, uint64_t pages);
/* The hooks' request for [phys, phys + bytes), page aligned, in chunks. */
int64_t xen_hook(uint64_t phys, uint64_t bytes);

/* lib.c: zeroed memory, NULL if over KMALLOC_MAX or the pool is empty; freed in any order. */
void *kcalloc(uint64_t count, uint64_t size);
void kfree(void *p);
/* A zeroed page for a stage-1 table (its VA), 0 if there is none. */
uint64_t table_page(void);
void zero(void *p, uint64_t bytes); /* multiple of 16 */

#endif
