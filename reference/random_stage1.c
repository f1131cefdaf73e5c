// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random tables of stage 1 below random tables of stage 2.
 *
 * A frame is a page of physical memory that holds a table of stage 1; stage 1 knows it by an IPA,
 * which stage 2 lets it read, or not.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "reference/expect.h"
#include "reference/random_parts.h"

#define FRAMES	 12u
#define S2_PATHS 8u
#define S1_PATHS 14u

/* SCTLR_EL1: what is one in every ARMv8.0 implementation, caches on, stage 1 on; WXN. */
#define SCTLR_ON  UINT64_C(0x30d01805)
#define SCTLR_WXN (UINT64_C(1) << 19)

#define TCR_EPD0 (UINT64_C(1) << 7)
#define TCR_EPD1 (UINT64_C(1) << 23)
#define TCR_TG1	 (UINT64_C(2) << 30) /* 4 KiB, as TG0's 0 is */
#define TCR_IPS	 32
#define TCR_TBI	 37 /* of TTBR0's half, then of TTBR1's */

struct stage1 {
	struct builder b;
	struct cpu regs;
	unsigned int output_bits; /* TCR_EL1.IPS */
	unsigned int va_bits[2];
	uint64_t pages[FRAMES], ipas[FRAMES];
	uint64_t offsets[2]; /* of the roots (frames 0 and 1) in their pages */
	VEC(uint64_t) asked;
};

/* ---- where tables are ---- */

/* A descriptor on the way to a frame; 0 if there is no page left for a table. */
static uint64_t table_for(struct builder *b)
{
	uint64_t page = random_page(b, false);

	return page ? page | random_table_bits(b) : 0;
}

/* Of the leaf: readable, mostly for writing as well, now and then not even that. */
static uint64_t frame_leaf(struct builder *b, uint64_t page)
{
	static const uint64_t s2ap[] = {3, 3, 3, 3, 1, 1, 1, 0, 2};
	uint64_t bits = LPAE_VALID | LPAE_TABLE | page;

	/* With all of them out of reach there would be few walks that go through. */
	if (random_one_in(b, 2))
		return bits | UINT64_C(3) << 6 | UINT64_C(1) << 10 | random_leaf_bits(b);
	bits |= s2ap[random_below(b, ARRAY_SIZE(s2ap))] << 6;
	bits |= (uint64_t)!random_one_in(b, 8) << 10;
	return bits | random_leaf_bits(b);
}

/* Has stage 2 map the IPA to the page, unless something else is in the way. */
static void map_frame(struct builder *b, uint64_t i, uint64_t page)
{
	uint64_t table = b->p2m.root.v;

	for (unsigned int level = b->geo.root_level;; level++) {
		pa_t entry = pa(table + 8 * (uint64_t)s2_index(&b->geo, ipa(i), level));
		uint64_t pte = memory_read64(&b->mem, entry);

		if (!pte) {
			pte = level == LPAE_LEAF ? frame_leaf(b, page) : table_for(b);
			memory_write64(&b->mem, entry, pte);
		}
		if (level == LPAE_LEAF || !pte)
			return;
		table = pte_pa(pte).v;
	}
}

static bool is_taken(const struct stage1 *s, unsigned int count, uint64_t i)
{
	for (unsigned int k = 0; k < count; k++)
		if (s->ipas[k] == i)
			return true;
	return false;
}

/* Most are near the first, so that tables of stage 2 are shared. */
static uint64_t pick_ipa(struct stage1 *s, unsigned int n)
{
	uint64_t limit = UINT64_C(1) << s->b.geo.ipa_bits, i;

	do {
		uint64_t far = random_below(&s->b, limit);
		uint64_t shift = random_below(&s->b, s->b.geo.ipa_bits - PAGE_SHIFT);

		i = (n && !random_one_in(&s->b, 6) ? s->ipas[0] ^ far >> shift : far) & PAGE_MASK;
	} while (is_taken(s, n, i));
	return i;
}

/* One in twelve is left to what the random tables of stage 2 say of its IPA. */
static void place_frames(struct stage1 *s)
{
	for (unsigned int k = 0; k < FRAMES; k++) {
		bool high = random_one_in(&s->b, 8);

		s->pages[k] = random_page(&s->b, high);
		CHECK(s->pages[k]);
	}
	for (unsigned int k = 0; k < FRAMES; k++) {
		s->ipas[k] = pick_ipa(s, k);
		if (!random_one_in(&s->b, 12))
			map_frame(&s->b, s->ipas[k], s->pages[k]);
	}
}

/* ---- registers ---- */

/* MAIR_EL1 bytes without transient and unallocated ones. */
static uint64_t random_mair(struct builder *b)
{
	static const uint8_t bytes[] = {0x00, 0x04, 0x08, 0x0c, 0x44, 0xbb, 0xff,
					0xf4, 0x4f, 0xaa, 0xee, 0xb4, 0x4b, 0xfb};
	uint64_t mair = 0;

	for (unsigned int k = 0; k < 8; k++)
		mair = mair << 8 | bytes[random_below(b, sizeof(bytes))];
	return mair;
}

/* As wide as stage 2's input where it can be; now and then any that the CPU has. */
static uint64_t random_ips(struct stage1 *s)
{
	static const unsigned int sizes[] = {32, 36, 40, 42, 44, 48};
	uint64_t ips = 0;

	while (sizes[ips] < s->b.geo.ipa_bits)
		ips++;
	if (random_one_in(&s->b, 3))
		do
			ips = random_below(&s->b, ARRAY_SIZE(sizes));
		while (sizes[ips] > s->b.cpu->pa_bits);
	s->output_bits = sizes[ips];
	return ips;
}

/* Level and index bits of the root of a half. */
static unsigned int root_level(unsigned int va_bits)
{
	return 4 - (va_bits - 4) / LPAE_SHIFT;
}

static uint64_t random_ttbr(struct stage1 *s, unsigned int half)
{
	unsigned int level = root_level(s->va_bits[half]);
	uint64_t bytes = UINT64_C(8) << (s->va_bits[half] - LPAE_LEVEL_SHIFT(level));
	uint64_t junk = random_below(&s->b, bytes); /* below the alignment: ignored */
	uint64_t asid = random_below(&s->b, 1 << 16) << 48;

	s->offsets[half] = random_below(&s->b, PAGE_SIZE) & ~(bytes - 1);
	return s->ipas[half] | s->offsets[half] | junk | asid;
}

static void random_registers(struct stage1 *s)
{
	struct builder *b = &s->b;

	s->va_bits[0] = 25 + (unsigned int)random_below(b, 24);
	s->va_bits[1] = 25 + (unsigned int)random_below(b, 24);
	s->regs.sctlr = SCTLR_ON | (random_one_in(b, 3) ? SCTLR_WXN : 0);
	s->regs.tcr = TCR_TG1 | (64 - s->va_bits[0]) | (uint64_t)(64 - s->va_bits[1]) << 16;
	s->regs.tcr |= random_ips(s) << TCR_IPS;
	s->regs.tcr |= random_below(b, 4) << TCR_TBI;
	s->regs.tcr |= random_one_in(b, 12) ? TCR_EPD0 : 0;
	s->regs.tcr |= random_one_in(b, 12) ? TCR_EPD1 : 0;
	s->regs.mair = random_mair(b);
	s->regs.ttbr0 = random_ttbr(s, 0);
	s->regs.ttbr1 = random_ttbr(s, 1);
}

/* ---- descriptors ---- */

static uint64_t s1_table(struct stage1 *s)
{
	struct builder *b = &s->b;
	/* Rarely a root: the same page is then of two levels. */
	uint64_t first = random_one_in(b, 10) ? 0 : 2;
	uint64_t bits = LPAE_VALID | LPAE_TABLE | s->ipas[first + random_below(b, FRAMES - first)];

	if (random_one_in(b, 12))
		bits = LPAE_VALID | LPAE_TABLE | (ref_rand(&b->rand) & LPAE_ADDR_MASK);
	if (random_one_in(b, 3))
		bits |= random_below(b, 16) << 59; /* PXNTable, XNTable, APTable */
	bits |= random_below(b, 256) << 51;	   /* ignored, */
	return bits | random_below(b, 1024) << 2;  /* this, too */
}

/* What a leaf puts out: mostly where stage 2 has something to say. */
static uint64_t s1_output(struct stage1 *s, unsigned int level)
{
	uint64_t at = ref_rand(&s->b.rand) & LPAE_ADDR_MASK;

	if (!random_one_in(&s->b, 8))
		at &= (UINT64_C(1) << s->output_bits) - 1;
	if (!random_one_in(&s->b, 4))
		at = s->b.ipas.items[random_below(&s->b, s->b.ipas.count)] & LPAE_ADDR_MASK;
	if (random_one_in(&s->b, 4))
		at = s->ipas[random_below(&s->b, FRAMES)];
	if (!random_one_in(&s->b, 6))
		at &= ~((UINT64_C(1) << LPAE_LEVEL_SHIFT(level)) - 1);
	return at;
}

static uint64_t s1_leaf(struct stage1 *s, unsigned int level)
{
	struct builder *b = &s->b;
	uint64_t sh = random_below(b, 3);
	uint64_t bits = LPAE_VALID;

	bits |= level == LPAE_LEAF && !random_one_in(b, 10) ? LPAE_TABLE : 0;
	bits |= random_below(b, 8) << 2;	      /* AttrIndx */
	bits |= random_below(b, 4) << 6;	      /* AP */
	bits |= (sh ? sh + 1 : 0) << 8;		      /* SH without the reserved value */
	bits |= (uint64_t)!random_one_in(b, 8) << 10; /* AF */
	bits |= random_below(b, 2) << 11;	      /* nG */
	bits |= random_below(b, 8) << 52;	      /* contiguous, PXN, UXN */
	bits |= random_below(b, 512) << 55;	      /* ignored */
	return bits | s1_output(s, level);
}

/* No block at level 0: QEMU 7.2 takes that reserved descriptor for one. */
static uint64_t s1_descriptor(struct stage1 *s, unsigned int level)
{
	uint64_t kind = random_below(&s->b, 10);

	if (level < LPAE_LEAF && kind < (level == 0 ? 9 : 7))
		return s1_table(s);
	if (level == 0 || (level == LPAE_LEAF ? kind == 0 : kind == 7))
		return random_one_in(&s->b, 2) ? 0 : ref_rand(&s->b.rand) & ~LPAE_VALID;
	return s1_leaf(s, level);
}

/* ---- paths ---- */

static void ask(struct stage1 *s, uint64_t va)
{
	if (vec_push(&s->asked, va))
		s->b.lost = true;
}

/* The page that holds the table of this IPA; 0: it is none of the frames. */
static uint64_t page_of(const struct stage1 *s, uint64_t i)
{
	for (unsigned int k = 0; k < FRAMES; k++)
		if (s->ipas[k] == i)
			return s->pages[k];
	return 0;
}

/* More leaves beside the one of `va`, in its table. */
static void add_neighbours(struct stage1 *s, uint64_t table, uint64_t va)
{
	for (unsigned int k = 0; k < 6; k++) {
		uint64_t index = random_below(&s->b, LPAE_ENTRIES);

		memory_write64(&s->b.mem, pa(table + 8 * index), s1_descriptor(s, LPAE_LEAF));
		ask(s, (va & ~UINT64_C(0x1fffff)) | index << PAGE_SHIFT);
	}
}

static void add_path(struct stage1 *s, unsigned int half, uint64_t va)
{
	unsigned int level = root_level(s->va_bits[half]);
	unsigned int bits = s->va_bits[half] - LPAE_LEVEL_SHIFT(level);
	uint64_t table = s->pages[half] + s->offsets[half], pte;

	for (;; level++, bits = LPAE_SHIFT) {
		uint64_t index = va >> LPAE_LEVEL_SHIFT(level) & ((UINT64_C(1) << bits) - 1);
		pa_t entry = pa(table + 8 * index);

		pte = memory_read64(&s->b.mem, entry);
		if (!pte) {
			pte = s1_descriptor(s, level);
			memory_write64(&s->b.mem, entry, pte);
		}
		ask(s, va ^ UINT64_C(1) << LPAE_LEVEL_SHIFT(level));
		if (level == LPAE_LEAF || !pte_valid(pte) || !pte_is_table(pte, level))
			break;
		table = page_of(s, pte_pa(pte).v);
		if (!table)
			break;
	}
	ask(s, va);
	ask(s, va + PAGE_SIZE);
	ask(s, va - PAGE_SIZE);
	if (level == LPAE_LEAF && table)
		add_neighbours(s, table, va);
}

/* Also addresses between the halves, and with a top byte that TBI may drop. */
static void add_paths(struct stage1 *s)
{
	for (unsigned int k = 0; k < S1_PATHS; k++) {
		unsigned int half = k % 2;
		uint64_t size = UINT64_C(1) << s->va_bits[half];
		uint64_t va = random_below(&s->b, size) | (half ? ~(size - 1) : 0);

		va &= PAGE_MASK;
		add_path(s, half, va);
		if (random_one_in(&s->b, 3))
			ask(s, va ^ size);
		if (random_one_in(&s->b, 3))
			ask(s, va ^ (1 + random_below(&s->b, 255)) << 56);
	}
}

bool ref_random_stage1_job(struct ref_image *img, uint64_t seed)
{
	struct stage1 s = {.output_bits = 0};
	unsigned int bits;
	ipa_t hole;
	char name[64];

	random_builder_init(&s.b, img->cpu, seed);
	place_frames(&s);
	random_paths(&s.b, S2_PATHS);
	random_registers(&s);
	add_paths(&s);
	snprintf(name, sizeof(name), "stage1:%s:seed=%" PRIu64, img->cpu->name, seed);
	ref_image_begin_stage1(img, name, &s.b.p2m, &s.regs);
	bits = s.b.geo.ipa_bits < s.output_bits ? s.b.geo.ipa_bits : s.output_bits;
	if (random_hole(&s.b, bits, &hole))
		ref_image_hole(img, hole);
	for (size_t k = 0; k < s.asked.count; k++)
		ref_image_probe(img, &s.b.p2m, s.asked.items[k]);
	if (s.b.lost || !ref_image_end(img))
		img->lost = true;
	vec_fini(&s.asked);
	random_builder_fini(&s.b);
	return !img->lost;
}
