// SPDX-License-Identifier: GPL-2.0-only
#include "reference/session.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "reference/compare.h"
#include "reference/random.h"
#include "reference/sample.h"
#include "reference/sweep.h"

#define IMAGE_WORDS_MAX ((size_t)16 << 20)   /* 128 MiB of request */
#define SWEPT_MAX	((uint64_t)16 << 20) /* walks of a boot: some seconds */
#define LEAVES_MAX	256
#define RANDOM_IPAS	32
#define ID_BYTES	256

const struct ref_cpu ref_cpus[] = {
	{"cortex-a53", 40, 2, false},
	{"cortex-a57", 44, 4, false},
	{"max", 52, 6, true},
};
const size_t ref_cpu_count = ARRAY_SIZE(ref_cpus);

const struct ref_cpu *ref_cpu_for(unsigned int pa_bits)
{
	size_t k = 0;

	while (ref_cpus[k].pa_bits < pa_bits)
		k++;
	CHECK(k < ref_cpu_count);
	return &ref_cpus[k];
}

void ref_session_init(struct ref_session *s, const struct ref_qemu *qemu, size_t shown)
{
	*s = (struct ref_session){.qemu = *qemu, .shown = shown};
	ref_image_init(&s->img, &ref_cpus[0]);
}

void ref_session_fini(struct ref_session *s)
{
	ref_image_fini(&s->img);
	ref_tape_fini(&s->tape);
	vec_fini(&s->known);
	buf_fini(&s->text);
}

static bool stop(struct ref_session *s, enum ref_verdict verdict)
{
	if (verdict > s->verdict)
		s->verdict = verdict;
	/* What was in the boot that went wrong is not known to agree: it is asked again. */
	s->known.count = 0;
	return false;
}

static bool lost(struct ref_session *s)
{
	buf_str(&s->text, "out of memory\n");
	return stop(s, REF_BROKEN);
}

static void count_outcomes(struct ref_session *s, const struct ref_answers *a)
{
	size_t all = 0;

	ref_count_outcomes(&s->img, a, s->outcomes);
	for (size_t k = 0; k < REF_OUTCOME_COUNT; k++)
		all += s->outcomes[k];
	s->fetches = s->outcomes[REF_FETCH_ABORT] + s->outcomes[REF_FETCH_THROUGH];
	s->walks = all - s->fetches;
}

static void compare(struct ref_session *s, const struct ref_answers *a)
{
	size_t different = ref_compare(&s->img, a, s->shown, &s->text);

	count_outcomes(s, a);
	s->differences += different;
	for (size_t k = 0; k < s->img.jobs.count; k++) {
		const struct ref_job *job = &s->img.jobs.items[k];

		s->jobs += !job->is_run && !job->more;
		s->tapes += job->is_run;
		for (size_t n = 0; n < job->stop_count; n++)
			s->stops[s->img.stops.items[job->stops_at + n].kind]++;
		s->pages += job->digest_count;
	}
	if (different)
		stop(s, REF_DIFFER);
}

static void compare_counts(struct ref_session *s, const struct ref_tally *t, bool all)
{
	size_t different = ref_tally_compare(&s->img, t, all, s->shown, &s->text);

	ref_tally_sum(t, &s->counted, &s->counted_at);
	s->differences += different;
	if (different)
		stop(s, REF_DIFFER);
}

/* One boot with what has been gathered. */
static enum ref_end ask(struct ref_session *s)
{
	struct ref_answers a = {.complete = false};
	struct ref_tally t = {.ends = {0}};
	size_t before = s->differences;
	enum ref_end end = s->count ? ref_qemu_count(&s->qemu, &s->img, &a, &t, &s->text)
				    : ref_qemu_run(&s->qemu, &s->img, &a, &s->text);

	s->boots++;
	if (end == REF_ANSWERED)
		compare(s, &a);
	if (end == REF_ANSWERED && s->count)
		compare_counts(s, &t, s->differences == before);
	ref_answers_fini(&a);
	ref_tally_fini(&t);
	return end;
}

bool ref_session_flush(struct ref_session *s)
{
	enum ref_end end = REF_ANSWERED;

	if (s->img.lost)
		return lost(s);
	if (s->img.jobs.count)
		end = ask(s);
	ref_image_reset(&s->img);
	switch (end) {
	case REF_ANSWERED:
		return true;
	case REF_MISSING:
		return stop(s, REF_NO_EMULATOR);
	case REF_INTERRUPTED:
		return stop(s, REF_STOPPED);
	case REF_FAILED:
		break;
	}
	return stop(s, REF_UNANSWERED);
}

/* One boot has one CPU, and the memory of one platform (NULL: of random tables). */
static bool make_room(struct ref_session *s, const struct ref_cpu *cpu, const struct platform *plat)
{
	uint64_t home = plat ? plat->xen_heap : 0, ram = plat ? plat->dom0_ram : 0;

	if (s->img.cpu != cpu || s->home != home || s->ram != ram ||
	    s->img.words.count > IMAGE_WORDS_MAX || s->img.swept > SWEPT_MAX)
		if (!ref_session_flush(s))
			return false;
	s->img.cpu = cpu;
	s->home = home;
	s->ram = ram;
	if (plat && !s->img.bank_count)
		return ref_image_add_bank(&s->img, plat->xen_heap, plat->xen_heap_size) &&
		       ref_image_add_bank(&s->img, plat->dom0_ram, plat->dom0_ram_size);
	return true;
}

/* False if the last job, as far as it is made, with what it expects, was asked before. */
static bool is_new(struct ref_session *s, uint64_t seed)
{
	const struct ref_job *job = &s->img.jobs.items[s->img.jobs.count - 1];
	uint64_t digest = XXH3_64bits_withSeed(&s->img.words.items[job->words_at],
					       8 * (s->img.words.count - job->words_at), seed);

	digest = XXH3_64bits_withSeed(s->img.expect.items + job->expect_at,
				      8 * (s->img.expect.count - job->expect_at), digest);
	for (size_t k = 0; k < job->stop_count; k++)
		digest = XXH3_64bits_withSeed(&s->img.stops.items[job->stops_at + k].counts,
					      sizeof(struct ref_counts), digest);
	for (size_t k = 0; k < s->known.count; k++)
		if (s->known.items[k] == digest)
			return false;
	if (vec_push(&s->known, digest))
		s->img.lost = true;
	return true;
}

/* What is asked and expected of tables follows from them and from how the release reads them. */
static uint64_t reading_of(const struct p2m *p2m)
{
	return p2m->geo->pa_bits | (uint64_t)p2m->rules->resolve_valid_bits << 8 |
	       (uint64_t)p2m->rules->gfn_range_checked << 9;
}

static bool add_tables(struct ref_session *s, const struct p2m *p2m, const char *name)
{
	/* With HCR_EL2.DC stage 1 takes nothing from stage 2's attributes: they all show. */
	ref_image_begin(&s->img, name, p2m, REF_HCR | REF_HCR_DC);
	if (s->img.lost)
		return lost(s);
	/* Most are another run's: told before all walks of them are made. */
	if (!is_new(s, reading_of(p2m))) {
		ref_image_drop(&s->img);
		return !s->img.lost || lost(s);
	}
	ref_sample(&s->img, p2m, LEAVES_MAX, RANDOM_IPAS);
	ref_sweep(&s->img, p2m);
	return ref_image_end(&s->img) || lost(s);
}

static bool add_run(struct ref_session *s, const struct p2m *p2m, const char *name)
{
	ref_tape_end(&s->tape, p2m->mem);
	if (s->tape.state == REF_TAPE_OFF) {
		s->parts++;
		snprintf(s->part_why, sizeof(s->part_why), "%s: %s", name, s->tape.why);
	}
	ref_image_add_run(&s->img, name, p2m, &s->tape);
	if (s->img.lost)
		return lost(s);
	if (!is_new(s, p2m->geo->pa_bits))
		ref_image_drop(&s->img);
	return !s->img.lost || lost(s);
}

void ref_session_record(struct ref_session *s, struct world_config *config)
{
	ref_tape_begin(&s->tape, EL2_RAM_END);
	config->vcpu_listener = &s->tape.listener;
	config->memory_listener = ref_tape_memory(&s->tape);
}

bool ref_session_take(struct ref_session *s, const struct world *world, const struct platform *plat,
		      const struct world_result *res, const char *name)
{
	const struct p2m *p2m = world_p2m(world);

	s->runs++;
	if (res->status == RUN_NO_DOM0) {
		s->refused++;
		return true;
	}
	return make_room(s, ref_cpu_for(p2m->geo->pa_bits), plat) && add_run(s, p2m, name) &&
	       add_tables(s, p2m, name);
}

bool ref_session_run(struct ref_session *s, struct world *world, const struct permutation *p,
		     struct world_result *res)
{
	struct world_config config = {.xen = p->xen,
				      .lnx = p->lnx,
				      .strategy = p->strategy,
				      .profile = p->scenario->profile,
				      .script = &p->scenario->script,
				      .heap_limit = p->scenario->heap_limit,
				      .max_cycles = p->scenario->max_cycles};
	char id[ID_BYTES];

	ref_session_record(s, &config);
	if (world_run(world, &config, res)) {
		buf_printf(&s->text, "%s\n", res->why);
		return stop(s, REF_BROKEN);
	}
	permutation_id(p, id, sizeof(id));
	return ref_session_take(s, world, p->scenario->platform, res, id);
}

bool ref_session_random(struct ref_session *s, const struct ref_cpu *cpu, uint64_t seed,
			uint64_t count)
{
	for (uint64_t k = 0; k < count; k++) {
		if (!make_room(s, cpu, NULL))
			return false;
		if (!ref_random_job(&s->img, seed + k) || !ref_random_stage1_job(&s->img, seed + k))
			return lost(s);
	}
	return ref_session_flush(s);
}
