/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random.h: stage-2 tables that no Xen would write, and questions about them.
 *
 * Every geometry that the architecture allows the CPU for 4 KiB granules, with all numbers of
 * concatenated root pages; tables, blocks and pages at all levels with any rights, memory types,
 * shareability, access flag, ignored bits and output addresses; reserved descriptors, blocks whose
 * address is not aligned, addresses above the output size in leaves and tables. Left out is what
 * QEMU 7.2 gets wrong: blocks at level 0 (docs/REFERENCE.md).
 */
#ifndef P2MLAB_REFERENCE_RANDOM_H
#define P2MLAB_REFERENCE_RANDOM_H

#include "reference/image.h"

/* splitmix64; the state is the caller's. */
uint64_t ref_rand(uint64_t *state);

/*
 * Adds one job, which depends on the seed and the image's CPU alone and is named after both. False
 * if the image has lost memory.
 */
bool ref_random_job(struct ref_image *img, uint64_t seed);

/*
 * The same with stage 1 on: its tables are random, too, and lie in IPAs that stage 2 maps for
 * writing, for reading, not for reading, without access flag, or not at all. Asked are virtual
 * addresses. Left out are those that come to a table outside of memory, for which AT has no answer
 * but an exception, and blocks at level 0 as above.
 */
bool ref_random_stage1_job(struct ref_image *img, uint64_t seed);

/* The geometry of such a job: any that is legal on `cpu`. */
struct s2_geometry ref_random_geometry(const struct ref_cpu *cpu, uint64_t *state);

#endif
