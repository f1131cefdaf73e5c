/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random_parts.h: what the two kinds of random tables share. Private to random.c and
 * random_stage1.c.
 */
#ifndef P2MLAB_REFERENCE_RANDOM_PARTS_H
#define P2MLAB_REFERENCE_RANDOM_PARTS_H

#include "reference/random.h"

struct builder {
	const struct ref_cpu *cpu;
	uint64_t rand;
	struct memory mem;
	struct s2_geometry geo;
	const struct p2m_rules *rules;
	struct p2m p2m;
	unsigned int used[2]; /* pages of each bank */
	VEC(uint64_t) ipas;   /* worth a question */
	bool lost;
};

/* Everything follows from the CPU and the seed. */
void random_builder_init(struct builder *b, const struct ref_cpu *cpu, uint64_t seed);
void random_builder_fini(struct builder *b);

uint64_t random_below(struct builder *b, uint64_t n);
bool random_one_in(struct builder *b, uint64_t n);

/* A new page in the low or the high bank; 0 where it is full. */
uint64_t random_page(struct builder *b, bool high);

/* The bits of a stage-2 descriptor that are neither rights, access flag nor address. */
uint64_t random_leaf_bits(struct builder *b);
/* The same of a valid table descriptor. */
uint64_t random_table_bits(struct builder *b);

/* Descriptors on the way to `count` addresses; ipas[] gains them and what is near. */
void random_paths(struct builder *b, unsigned int count);

/* A page below 2^bits that stage 2 does not map; false if none was met. */
bool random_hole(struct builder *b, unsigned int bits, ipa_t *hole);

#endif
