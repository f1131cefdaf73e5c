/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h: simulated DRAM: the physical addresses that hold bytes.
 *
 * A bank is a page-aligned physical range backed by host memory that costs nothing until it is
 * touched. What is not in a bank is a device, somebody else's RAM or a hole; bus.h decides which.
 * Banks are the only place where simulated bytes live: p2m tables, Dom0's RAM, crafted tables.
 * Knows nothing above it.
 */
#ifndef P2MLAB_MEMORY_H
#define P2MLAB_MEMORY_H

#include <stddef.h>

#include "sim/addr.h"

#define MEMORY_BANK_MAX 16

struct memory_bank {
	pa_t base;
	uint64_t size;
	uint8_t *host;
	bool sealed;
};

/* Told of stores that no guest instruction made. */
struct memory_listener {
	void (*stored)(void *ctx, pa_t p, uint64_t bytes);
	void *ctx;
};

struct memory {
	struct memory_bank banks[MEMORY_BANK_MAX];
	unsigned int bank_count;
	struct memory_listener listener; /* stored is NULL while nobody asked */
};

/* An empty physical memory; memory_fini() unmaps every bank and accepts a zeroed struct. */
void memory_init(struct memory *mem);
void memory_fini(struct memory *mem);

/*
 * Adds a zeroed bank. base and size are multiples of PAGE_SIZE.
 * Returns 0, -EINVAL (unaligned, empty, wraps), -EEXIST (overlaps a bank), -ENOSPC (too many
 * banks) or -ENOMEM.
 */
int memory_add_bank(struct memory *mem, pa_t base, uint64_t size);

/*
 * Seals the bank at `base`: stores of guests and devices are dropped. For Xen's own memory: what
 * follows when Dom0 overwrites a stage-2 table is beyond any model, so it is recorded and not done.
 */
void memory_seal(struct memory *mem, pa_t base);

/* True if `p` is in a sealed bank. */
bool memory_sealed(const struct memory *mem, pa_t p);

/* Makes every byte of every bank zero again; cost is by pages that were touched. */
void memory_reset(struct memory *mem);

/* Host address of [p, p + len), which must lie within one bank; NULL otherwise (also len 0). */
void *memory_ptr(const struct memory *mem, pa_t p, uint64_t len);

/*
 * Whoever stores through memory_ptr() on behalf of Xen, of a device or of the boot loader says so
 * here, before the vCPU runs again; [host, host + bytes) lies within one bank.
 */
void memory_stored(const struct memory *mem, const void *host, uint64_t bytes);

/* 64-bit little-endian access to an 8-aligned address in a bank; anything else is a bug. */
uint64_t memory_read64(const struct memory *mem, pa_t p);
void memory_write64(struct memory *mem, pa_t p, uint64_t v);

#endif
