// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "reference/expect.h"
#include "reference/random_parts.h"

/* Tables are in either of two banks: one for each size of address. */
#define BANK_LOW   UINT64_C(0x7f000000)
#define BANK_HIGH  UINT64_C(0x7000000000)
#define BANK_PAGES 64u
#define ROOT_PAGES 16u /* of BANK_LOW or BANK_HIGH, for the root */
#define PATHS	   14u
#define IPA_MIN	   25u /* T0SZ is 39 at most (Arm ARM D17.2.157) */

uint64_t ref_rand(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	return ref_rand(state) % n;
}

uint64_t random_below(struct builder *b, uint64_t n)
{
	return below(&b->rand, n);
}

bool random_one_in(struct builder *b, uint64_t n)
{
	return random_below(b, n) == 0;
}

/* ---- geometry ---- */

/* Bits that the root's index has; 1 to 13 are legal, those above 9 as concatenated pages. */
static int root_bits(unsigned int ipa_bits, unsigned int level)
{
	return (int)ipa_bits - LPAE_LEVEL_SHIFT((int)level);
}

struct s2_geometry ref_random_geometry(const struct ref_cpu *cpu, uint64_t *state)
{
	static const unsigned int sizes[] = {32, 36, 40, 42, 44, 48}; /* VTCR_EL2.PS */
	unsigned int ps, ipa_bits, level;
	int bits;

	do
		ps = (unsigned int)below(state, ARRAY_SIZE(sizes));
	while (sizes[ps] > cpu->pa_bits);
	do {
		ipa_bits = IPA_MIN + (unsigned int)below(state, sizes[ps] - IPA_MIN + 1);
		level = (unsigned int)below(state, 3);
		bits = root_bits(ipa_bits, level);
		/* Walks from level 0 need addresses of more than 42 bits. */
	} while (bits < 1 || bits > LPAE_SHIFT + 4 || (level == 0 && sizes[ps] <= 42));
	return (struct s2_geometry){
		.pa_bits = sizes[ps],
		.ipa_bits = ipa_bits,
		.root_order = bits > LPAE_SHIFT ? (unsigned int)bits - LPAE_SHIFT : 0,
		.root_level = level,
		.vtcr = UINT64_C(0x80003500) | (uint64_t)ps << 16 | (uint64_t)(2 - level) << 6 |
			(64 - ipa_bits),
	};
}

/* ---- descriptors ---- */

/* Any MemAttr that is not reserved. */
static uint64_t random_memattr(struct builder *b)
{
	uint64_t attr;

	do
		attr = random_below(b, 16);
	while (attr > 3 && (attr & 3) == 0);
	return attr;
}

static uint64_t random_sh(struct builder *b)
{
	uint64_t sh = random_below(b, 3);

	return sh ? sh + 1 : 0; /* 1 is reserved */
}

/* The software's type: with Xen's rules since 4.12 a valid descriptor has one. */
static uint64_t random_type(struct builder *b)
{
	if (b->rules->resolve_valid_bits)
		return (1 + random_below(b, 15)) << 55;
	return random_below(b, 16) << 55;
}

/* Address of a leaf; now and then above the output size, or not aligned to the level. */
static uint64_t random_address(struct builder *b, unsigned int level)
{
	uint64_t at = ref_rand(&b->rand) & LPAE_ADDR_MASK;

	if (!random_one_in(b, 10))
		at &= (UINT64_C(1) << b->geo.pa_bits) - 1;
	if (!random_one_in(b, 6))
		at &= ~((UINT64_C(1) << LPAE_LEVEL_SHIFT(level)) - 1);
	return at;
}

/* Bits that hardware ignores here: [63:59], the contiguous hint and bit 11. */
static uint64_t random_ignored(struct builder *b)
{
	uint64_t r = ref_rand(&b->rand);

	return (r & UINT64_C(0xf800000000000000)) | (r & UINT64_C(1) << 52) | (r & 1 << 11);
}

/* XN; without FEAT_XNX bit 53 is ignored. */
static uint64_t random_xn(struct builder *b)
{
	uint64_t bits = random_below(b, 4) << 53;

	return b->cpu->xnx ? bits & UINT64_C(1) << 54 : bits;
}

uint64_t random_leaf_bits(struct builder *b)
{
	uint64_t bits = random_memattr(b) << 2;

	bits |= random_sh(b) << 8;
	bits |= random_xn(b);
	bits |= random_type(b);
	return bits | random_ignored(b);
}

static uint64_t random_leaf(struct builder *b, unsigned int level)
{
	uint64_t s2ap = random_one_in(b, 2) ? 3 : random_below(b, 4);
	uint64_t af = !random_one_in(b, 8);
	uint64_t type = level == LPAE_LEAF && !random_one_in(b, 10) ? LPAE_TABLE : 0;
	uint64_t at = random_address(b, level);

	return LPAE_VALID | type | s2ap << 6 | af << 10 | at | random_leaf_bits(b);
}

/* What has no valid bit: nothing, or bits without meaning that software takes for nothing too. */
static uint64_t random_invalid(struct builder *b)
{
	uint64_t junk = ref_rand(&b->rand) & ~LPAE_VALID;

	if (b->rules->resolve_valid_bits)
		junk &= ~(UINT64_C(0xf) << 55);
	return random_one_in(b, 2) ? 0 : junk;
}

uint64_t random_page(struct builder *b, bool high)
{
	if (b->used[high] == BANK_PAGES)
		return 0;
	return (high ? BANK_HIGH : BANK_LOW) + ((uint64_t)b->used[high]++ << PAGE_SHIFT);
}

uint64_t random_table_bits(struct builder *b)
{
	uint64_t bits = LPAE_TABLE | LPAE_VALID;

	bits |= random_type(b);
	bits |= random_ignored(b);
	return bits | random_below(b, 256) << 2;
}

/* A new table, or an invalid descriptor where the bank is full. */
static uint64_t random_table(struct builder *b)
{
	uint64_t page = random_page(b, random_one_in(b, 2));
	uint64_t bits = random_table_bits(b);

	if (!page)
		return random_invalid(b);
	if (random_one_in(b, 12))
		bits &= ~LPAE_VALID;
	return page | bits;
}

/* No block at level 0: QEMU 7.2 takes that reserved descriptor for one. */
static uint64_t random_descriptor(struct builder *b, unsigned int level)
{
	uint64_t kind = random_below(b, 10);

	if (level < LPAE_LEAF && kind < (level == 0 ? 9 : 7))
		return random_table(b);
	if (level == 0 || (level == LPAE_LEAF ? kind == 0 : kind == 7))
		return random_invalid(b);
	return random_leaf(b, level);
}

/* ---- tables ---- */

static void note_ipa(struct builder *b, uint64_t at)
{
	if (vec_push(&b->ipas, at))
		b->lost = true;
}

/* Descriptors on the way to one address, and around the last of them. */
static void add_path(struct builder *b, uint64_t at)
{
	uint64_t table = b->p2m.root.v, pte;
	unsigned int level = b->geo.root_level;

	for (;; level++) {
		pa_t entry = pa(table + 8 * (uint64_t)s2_index(&b->geo, ipa(at), level));

		pte = memory_read64(&b->mem, entry);
		if (!pte) {
			pte = random_descriptor(b, level);
			memory_write64(&b->mem, entry, pte);
		}
		note_ipa(b, at ^ UINT64_C(1) << LPAE_LEVEL_SHIFT(level));
		if (!p2m_pte_mapped(&b->p2m, pte) || !pte_is_table(pte, level))
			break;
		table = pte_pa(pte).v;
	}
	note_ipa(b, at);
	note_ipa(b, at + PAGE_SIZE);
	note_ipa(b, at - PAGE_SIZE);
	if (level != LPAE_LEAF)
		return;
	for (unsigned int k = 0; k < 12; k++) {
		uint64_t index = random_below(b, LPAE_ENTRIES);

		memory_write64(&b->mem, pa(table + 8 * index), random_descriptor(b, level));
		note_ipa(b, (at & ~UINT64_C(0x1fffff)) | index << PAGE_SHIFT);
	}
}

void random_paths(struct builder *b, unsigned int count)
{
	uint64_t limit = UINT64_C(1) << b->geo.ipa_bits, at = 0;

	for (unsigned int k = 0; k < count; k++) {
		uint64_t far = random_below(b, limit);
		uint64_t shift = random_below(b, b->geo.ipa_bits - PAGE_SHIFT);

		/* Half of them near the one before, so that tables are shared. */
		at = k % 2 ? at ^ far >> shift : far;
		add_path(b, at & PAGE_MASK);
	}
	note_ipa(b, limit);
	note_ipa(b, limit - PAGE_SIZE);
	note_ipa(b, limit << 1);
}

void random_builder_init(struct builder *b, const struct ref_cpu *cpu, uint64_t seed)
{
	/* Of the rules, walks need no more than these; an image's jobs borrow theirs. */
	static const struct p2m_rules old_rules;
	static const struct p2m_rules new_rules = {.resolve_valid_bits = true,
						   .gfn_range_checked = true};
	bool high;

	*b = (struct builder){.cpu = cpu, .rand = seed, .used = {ROOT_PAGES, ROOT_PAGES}};
	b->geo = ref_random_geometry(cpu, &b->rand);
	b->rules = random_one_in(b, 2) ? &new_rules : &old_rules;
	memory_init(&b->mem);
	CHECK(!memory_add_bank(&b->mem, pa(BANK_LOW), BANK_PAGES << PAGE_SHIFT));
	CHECK(!memory_add_bank(&b->mem, pa(BANK_HIGH), BANK_PAGES << PAGE_SHIFT));
	/* Rarely the root itself is where the output size does not reach. */
	high = random_one_in(b, BANK_HIGH >> b->geo.pa_bits ? 12 : 2);
	b->p2m = (struct p2m){.geo = &b->geo,
			      .rules = b->rules,
			      .mem = &b->mem,
			      .root = pa(high ? BANK_HIGH : BANK_LOW)};
}

void random_builder_fini(struct builder *b)
{
	vec_fini(&b->ipas);
	memory_fini(&b->mem);
}

/* There are few mappings in much space: the first that is looked at is most likely a hole. */
bool random_hole(struct builder *b, unsigned int bits, ipa_t *hole)
{
	struct ref_query q = {.access = MMU_FETCH};

	for (unsigned int tries = 0; tries < 1000; tries++) {
		q.va = random_below(b, UINT64_C(1) << bits) & PAGE_MASK;
		*hole = ipa(q.va);
		if (ref_walk(&b->p2m, b->cpu, &q, NULL).fault == MMU_S2_TRANSLATION)
			return true;
	}
	return false;
}

bool ref_random_job(struct ref_image *img, uint64_t seed)
{
	struct builder b;
	char name[64];
	ipa_t hole;

	random_builder_init(&b, img->cpu, seed);
	random_paths(&b, PATHS);
	snprintf(name, sizeof(name), "random:%s:seed=%" PRIu64, img->cpu->name, seed);
	ref_image_begin(img, name, &b.p2m, REF_HCR | (random_one_in(&b, 4) ? 0 : REF_HCR_DC));
	if (random_hole(&b, b.geo.ipa_bits, &hole))
		ref_image_hole(img, hole);
	for (size_t k = 0; k < b.ipas.count; k++)
		ref_image_probe(img, &b.p2m, b.ipas.items[k]);
	if (b.lost || !ref_image_end(img))
		img->lost = true;
	random_builder_fini(&b);
	return !img->lost;
}
