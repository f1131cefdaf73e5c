// SPDX-License-Identifier: GPL-2.0-only
#include "reference/sample.h"

#include "reference/random.h"

struct sampling {
	struct ref_image *img;
	const struct p2m *p2m;
	uint64_t leaves, stride;
	uint64_t number; /* of the leaf that comes next */
	uint64_t end;	 /* of the leaf before */
};

static void ask(struct sampling *s, uint64_t at)
{
	if (ref_image_room(s->img) >= REF_PROBES_EACH)
		ref_image_probe(s->img, s->p2m, at);
}

static bool count_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	(void)i;
	(void)pte;
	(void)level;
	((struct sampling *)ctx)->leaves++;
	return true;
}

static bool sample_leaf(void *ctx, ipa_t i, uint64_t pte, unsigned int level)
{
	struct sampling *s = ctx;
	uint64_t size = UINT64_C(1) << LPAE_LEVEL_SHIFT(level);
	bool border = s->number == 0 || s->end != i.v;

	(void)pte;
	if (border && s->number > 0) {
		ask(s, s->end - PAGE_SIZE);
		ask(s, s->end);
	}
	if (border && i.v)
		ask(s, i.v - PAGE_SIZE);
	if (border || s->number % s->stride == 0) {
		ask(s, i.v);
		if (size > PAGE_SIZE)
			ask(s, i.v + size - PAGE_SIZE);
	}
	s->number++;
	s->end = i.v + size;
	return true;
}

static void sample_range(struct sampling *s, unsigned int random)
{
	const struct s2_geometry *geo = s->p2m->geo;
	uint64_t limit = UINT64_C(1) << geo->ipa_bits, state = s->p2m->root.v;

	ask(s, 0);
	ask(s, limit / 2);
	ask(s, limit - PAGE_SIZE);
	ask(s, limit);
	ask(s, UINT64_C(1) << geo->pa_bits);
	ask(s, UINT64_C(1) << s->img->cpu->pa_bits);
	for (unsigned int k = 0; k < random; k++)
		ask(s, ref_rand(&state) % limit);
}

void ref_sample(struct ref_image *img, const struct p2m *p2m, uint64_t leaves_max,
		unsigned int random)
{
	struct sampling s = {.img = img, .p2m = p2m};

	sample_range(&s, random);
	p2m_for_each_leaf(p2m, count_leaf, &s);
	s.stride = leaves_max && s.leaves > leaves_max ? s.leaves / leaves_max : 1;
	p2m_for_each_leaf(p2m, sample_leaf, &s);
	if (s.number) {
		ask(&s, s.end - PAGE_SIZE);
		ask(&s, s.end);
	}
}
