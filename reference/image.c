// SPDX-License-Identifier: GPL-2.0-only
#include "reference/image.h"

#include <string.h>

#include "base/check.h"
#include "reference/expect.h"

#define JOB_WORDS (sizeof(struct el2_job) / 8)
#define VMID	  UINT64_C(1)

/* SCTLR_EL1 with stage 1 off: only the bits that are one in every ARMv8.0 implementation. */
#define SCTLR_OFF UINT64_C(0x30d00800)

/* Zeroes between two descriptors that are cheaper sent than a new run. */
#define RUN_GAP 2

/* Pages that were met: a job's tables are few, and each is asked for once a descriptor. */
struct pages {
	VEC(uint64_t) list;
};

void ref_image_init(struct ref_image *img, const struct ref_cpu *cpu)
{
	*img = (struct ref_image){.cpu = cpu};
}

void ref_image_reset(struct ref_image *img)
{
	for (size_t k = 0; k < img->jobs.count; k++)
		free(img->jobs.items[k].name);
	img->jobs.count = img->words.count = img->expect.count = 0;
	img->stops.count = img->walks.count = 0;
	img->bank_count = 0;
	img->in_the_way = 0;
	img->swept = 0;
	img->ram = img->plugged = (struct ref_span){0, 0};
	img->lost = false;
}

void ref_image_fini(struct ref_image *img)
{
	ref_image_reset(img);
	vec_fini(&img->words);
	vec_fini(&img->expect);
	vec_fini(&img->jobs);
	vec_fini(&img->stops);
	vec_fini(&img->walks);
}

static void add_word(struct ref_image *img, uint64_t word)
{
	if (vec_push(&img->words, word))
		img->lost = true;
}

/* The header of the job that is being made. */
static struct el2_job *header_of(const struct ref_image *img)
{
	return (struct el2_job *)&img->words.items[img->jobs.items[img->jobs.count - 1].words_at];
}

static struct ref_job *last_job(const struct ref_image *img)
{
	return &img->jobs.items[img->jobs.count - 1];
}

/* ---- tables ---- */

static bool pages_have(const struct pages *p, uint64_t page)
{
	for (size_t k = p->list.count; k-- > 0;)
		if (p->list.items[k] == page)
			return true;
	return false;
}

/* A table page of `level` and what hangs below it; the root's pages are added one by one. */
static void find_pages(struct ref_image *img, struct pages *found, const struct memory *mem,
		       uint64_t page, unsigned int level)
{
	const uint64_t *ptes = memory_ptr(mem, pa(page), PAGE_SIZE);

	if (!ptes || pages_have(found, page))
		return;
	if (vec_push(&found->list, page)) {
		img->lost = true;
		return;
	}
	for (unsigned int k = 0; k < LPAE_ENTRIES; k++)
		if (pte_is_table(ptes[k], level))
			find_pages(img, found, mem, pte_pa(ptes[k]).v, level + 1);
}

static void widen(struct ref_span *span, uint64_t page)
{
	if (span->low == span->high)
		*span = (struct ref_span){page, page + PAGE_SIZE};
	if (page < span->low)
		span->low = page;
	if (page + PAGE_SIZE > span->high)
		span->high = page + PAGE_SIZE;
}

static void add_zeroes(struct ref_image *img, uint64_t base, uint64_t bytes)
{
	struct ref_span *span = base < EL2_RAM_END ? &img->ram : &img->plugged;

	add_word(img, base);
	add_word(img, bytes);
	widen(span, base);
	widen(span, base + bytes - PAGE_SIZE);
}

/* End of the run of descriptors that begins at `first`: past the last one before a wide gap. */
static unsigned int run_end(const uint64_t *ptes, unsigned int first)
{
	unsigned int end = first + 1;

	for (unsigned int k = end; k < LPAE_ENTRIES && k - end <= RUN_GAP; k++)
		if (ptes[k])
			end = k + 1;
	return end;
}

static uint64_t add_stores(struct ref_image *img, const struct memory *mem, uint64_t page)
{
	const uint64_t *ptes = memory_ptr(mem, pa(page), PAGE_SIZE);
	uint64_t runs = 0;

	for (unsigned int k = 0; k < LPAE_ENTRIES; k++) {
		unsigned int end;

		if (!ptes[k])
			continue;
		end = run_end(ptes, k);
		add_word(img, page + 8 * (uint64_t)k);
		add_word(img, end - k);
		for (; k < end; k++)
			add_word(img, ptes[k]);
		runs++;
	}
	return runs;
}

static void add_tables(struct ref_image *img, const struct p2m *p2m)
{
	struct pages found = {{0}};
	uint64_t runs = 0;

	for (uint64_t at = 0; at < s2_root_bytes(p2m->geo); at += PAGE_SIZE)
		find_pages(img, &found, p2m->mem, p2m->root.v + at, p2m->geo->root_level);
	for (size_t k = 0; k < found.list.count; k++)
		add_zeroes(img, found.list.items[k], PAGE_SIZE);
	for (size_t k = 0; k < found.list.count; k++)
		runs += add_stores(img, p2m->mem, found.list.items[k]);
	if (!img->lost) {
		header_of(img)->zero_count = found.list.count;
		header_of(img)->store_count = runs;
	}
	vec_fini(&found.list);
}

/* All of memory, as tables of stage 1 may be anywhere. */
static void add_memory(struct ref_image *img, const struct memory *mem)
{
	uint64_t runs = 0;

	for (unsigned int k = 0; k < mem->bank_count; k++)
		add_zeroes(img, mem->banks[k].base.v, mem->banks[k].size);
	for (unsigned int k = 0; k < mem->bank_count; k++)
		for (uint64_t at = 0; at < mem->banks[k].size; at += PAGE_SIZE)
			runs += add_stores(img, mem, mem->banks[k].base.v + at);
	if (img->lost)
		return;
	header_of(img)->zero_count = mem->bank_count;
	header_of(img)->store_count = runs;
}

/* ---- jobs ---- */

static bool begin(struct ref_image *img, const char *name, const struct p2m *p2m, uint64_t hcr,
		  const struct cpu *regs)
{
	struct ref_job job = {.name = strdup(name),
			      .geo = *p2m->geo,
			      .rules = p2m->rules,
			      .hcr = hcr,
			      .stage1 = regs != NULL,
			      .words_at = img->words.count,
			      .expect_at = img->expect.count};
	struct el2_job head = {.magic = EL2_MAGIC_JOB,
			       .vtcr = p2m->geo->vtcr,
			       .vttbr = p2m->root.v | VMID << 48,
			       .hcr = hcr,
			       .sctlr = SCTLR_OFF};
	uint64_t words[JOB_WORDS];

	if (regs) {
		job.regs = *regs;
		head.sctlr = regs->sctlr;
		head.tcr = regs->tcr;
		head.ttbr0 = regs->ttbr0;
		head.ttbr1 = regs->ttbr1;
		head.mair = regs->mair;
	}
	memcpy(words, &head, sizeof(head));
	for (size_t k = 0; k < JOB_WORDS; k++)
		add_word(img, words[k]);
	if (img->lost || !job.name || vec_push(&img->jobs, job)) {
		free(job.name);
		img->lost = true;
	}
	return !img->lost;
}

void ref_image_begin(struct ref_image *img, const char *name, const struct p2m *p2m, uint64_t hcr)
{
	if (!begin(img, name, p2m, hcr, NULL))
		return;
	add_tables(img, p2m);
	if (!img->lost)
		last_job(img)->probes_at = img->words.count;
}

void ref_image_begin_stage1(struct ref_image *img, const char *name, const struct p2m *p2m,
			    const struct cpu *regs)
{
	if (!begin(img, name, p2m, REF_HCR, regs))
		return;
	add_memory(img, p2m->mem);
	if (!img->lost)
		last_job(img)->probes_at = img->words.count;
}

void ref_image_hole(struct ref_image *img, ipa_t hole)
{
	if (img->lost)
		return;
	header_of(img)->hole = hole.v;
	last_job(img)->has_hole = true;
}

static void add_probe(struct ref_image *img, uint64_t word, uint64_t expect)
{
	add_word(img, word);
	if (vec_push(&img->expect, expect))
		img->lost = true;
	if (!img->lost)
		last_job(img)->probe_count++;
}

/* With TBI an exception return drops the top byte, which FAR_EL2 would show. */
static bool has_top_byte(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 8) >> 8) != va;
}

void ref_image_probe(struct ref_image *img, const struct p2m *p2m, uint64_t va)
{
	static const enum mmu_access accesses[] = {MMU_READ, MMU_WRITE};
	struct ref_query q = {.va = va & PAGE_MASK};
	enum ref_fetches fetches;
	uint64_t expect, hpfar;

	if (img->lost)
		return;
	fetches = last_job(img)->has_hole ? REF_FETCH_ALL : REF_FETCH_STAGE2;
	q.hcr = last_job(img)->hcr;
	q.regs = last_job(img)->stage1 ? &last_job(img)->regs : NULL;
	for (unsigned int k = 0; k < ARRAY_SIZE(accesses); k++) {
		q.access = accesses[k];
		if (ref_can_ask(p2m, img->cpu, &q))
			add_probe(img, q.va | (q.access == MMU_WRITE ? EL2_WRITE : EL2_READ),
				  ref_expect(p2m, img->cpu, &q));
	}
	q.access = MMU_FETCH;
	if (!has_top_byte(q.va) && ref_fetch_expect(p2m, img->cpu, &q, fetches, &expect, &hpfar)) {
		add_probe(img, q.va | EL2_FETCH, expect);
		add_word(img, hpfar);
	}
}

void ref_image_raw(struct ref_image *img, enum el2_probe kind, uint64_t addr, uint64_t value,
		   uint64_t expect)
{
	if (img->lost)
		return;
	add_probe(img, addr | kind, expect);
	if (kind == EL2_POKE || kind == EL2_LOAD)
		add_word(img, value);
}

void ref_image_sweep(struct ref_image *img, const struct ref_sweep *s)
{
	bool write = s->access == MMU_WRITE;

	if (img->lost)
		return;
	if (s->count == 1) {
		add_probe(img, s->va | (write ? EL2_WRITE : EL2_READ), s->par);
		return;
	}
	img->swept += s->count;
	add_probe(img, s->va | (write ? EL2_SWEEP_WRITE : EL2_SWEEP_READ), s->count);
	add_word(img, s->count);
	add_word(img, s->stride);
	add_word(img, s->par);
	add_word(img, s->step);
	add_word(img, ref_par_mask(s->par));
	add_probe(img, EL2_SWEPT, 0);
}

size_t ref_probe_words(uint64_t probe)
{
	switch (probe & EL2_KIND_MASK) {
	case EL2_POKE:
	case EL2_LOAD:
	case EL2_FETCH:
		return 2;
	case EL2_SWEEP_READ:
	case EL2_SWEEP_WRITE:
		return 1 + sizeof(struct el2_sweep) / 8;
	default:
		return 1;
	}
}

uint64_t ref_image_hcr(const struct ref_image *img)
{
	return last_job(img)->hcr;
}

size_t ref_image_room(const struct ref_image *img)
{
	return img->lost ? 0 : EL2_PROBES_MAX - last_job(img)->probe_count;
}

bool ref_image_end(struct ref_image *img)
{
	struct ref_job *job;

	if (img->lost)
		return false;
	job = last_job(img);
	if (job->probe_count > EL2_PROBES_MAX)
		return false;
	header_of(img)->probe_count = job->probe_count;
	header_of(img)->words = img->words.count - job->words_at;
	if (!job->probe_count)
		ref_image_drop(img);
	return true;
}

void ref_image_more(struct ref_image *img, const struct p2m *p2m)
{
	if (!ref_image_end(img)) {
		img->lost = true;
		return;
	}
	ref_image_begin(img, last_job(img)->name, p2m, last_job(img)->hcr);
	if (!img->lost)
		last_job(img)->more = true;
}

void ref_image_drop(struct ref_image *img)
{
	struct ref_job *job = last_job(img);

	img->words.count = job->words_at;
	img->expect.count = job->expect_at;
	if (job->is_run)
		img->stops.count = job->stops_at;
	free(job->name);
	img->jobs.count--;
}

/* ---- back again ---- */

int ref_job_rebuild(const struct ref_image *img, const struct ref_job *job, struct memory *mem,
		    struct p2m *p2m)
{
	const uint64_t *words = &img->words.items[job->words_at];
	const struct el2_job *head = (const struct el2_job *)words;
	const uint64_t *at = words + JOB_WORDS + 2 * head->zero_count;
	int rc = 0;

	memory_init(mem);
	if (img->ram.high)
		rc = memory_add_bank(mem, pa(img->ram.low), img->ram.high - img->ram.low);
	if (!rc && img->plugged.high)
		rc = memory_add_bank(mem, pa(img->plugged.low),
				     img->plugged.high - img->plugged.low);
	if (rc)
		return rc;
	for (uint64_t k = 0; k < head->store_count; k++) {
		uint64_t base = *at++, count = *at++;

		for (uint64_t n = 0; n < count; n++)
			memory_write64(mem, pa(base + 8 * n), *at++);
	}
	*p2m = (struct p2m){.geo = &job->geo,
			    .rules = job->rules,
			    .mem = mem,
			    .root = pa(head->vttbr & LPAE_ADDR_MASK)};
	return 0;
}
