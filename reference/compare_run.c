// SPDX-License-Identifier: GPL-2.0-only
#include "reference/compare_run.h"

#include <inttypes.h>

#include "reference/expect.h"
#include "sim/mmu.h"

/* A run and the words that answer it. */
struct comparison {
	const struct ref_image *img;
	const struct ref_job *job;
	const uint64_t *answer;
	size_t count;
	struct buf *text; /* NULL: say nothing */
};

static void word_name(unsigned int word, char *buf, size_t len)
{
	static const char *const names[EL2_STOP_WORDS] = {
		[EL2_REG_SP] = "SP_EL1",	 [EL2_REG_PC] = "PC (ELR_EL2)",
		[EL2_REG_PSTATE] = "SPSR_EL2",	 [EL2_REG_ELR] = "ELR_EL1",
		[EL2_REG_SPSR] = "SPSR_EL1",	 [EL2_REG_ESR] = "ESR_EL1",
		[EL2_REG_FAR] = "FAR_EL1",	 [EL2_REG_SCTLR] = "SCTLR_EL1",
		[EL2_REG_TTBR0] = "TTBR0_EL1",	 [EL2_REG_TTBR1] = "TTBR1_EL1",
		[EL2_REG_TCR] = "TCR_EL1",	 [EL2_REG_MAIR] = "MAIR_EL1",
		[EL2_REG_VBAR] = "VBAR_EL1",	 [EL2_STOP_ESR] = "ESR_EL2",
		[EL2_STOP_FAR] = "FAR_EL2",	 [EL2_STOP_HPFAR] = "HPFAR_EL2",
		[EL2_STOP_PAR] = "PAR_EL1 (AT)",
	};

	if (names[word])
		snprintf(buf, len, "%s", names[word]);
	else
		snprintf(buf, len, "X%u", word);
}

static const char *const kind_names[REF_STOP_KINDS] = {
	[REF_STOP_TRAP] = "a trap to EL2",
	[REF_STOP_VECTOR] = "an exception that EL1 takes",
	[REF_STOP_DEVICE] = "a device access",
	[REF_STOP_MADE] = "a device access as it was made",
	[REF_STOP_TAKEN] = "an access that EL1 is to abort",
	[REF_STOP_DROP] = "a store that is dropped",
	[REF_STOP_BREAK] = "an event from outside",
};

void ref_show_place(const struct ref_image *img, const struct ref_job *job, size_t n,
		    struct buf *text)
{
	if (n < job->stop_count)
		buf_printf(text, "%s: stop %zu of %zu, %s, on %s\n", job->name, n + 1,
			   job->stop_count, kind_names[img->stops.items[job->stops_at + n].kind],
			   img->cpu->name);
	else
		buf_printf(text, "%s: after all %zu stops, on %s\n", job->name, job->stop_count,
			   img->cpu->name);
}

/* Every word that differs, then where both were and our walk, if the stop had one. */
static void show_stop(const struct comparison *c, size_t n, const uint64_t *theirs)
{
	const struct ref_stop *stop = &c->img->stops.items[c->job->stops_at + n];
	const uint64_t *pairs = c->img->words.items + stop->foreseen_at;
	char name[32], walk[2048];

	ref_show_place(c->img, c->job, n, c->text);
	for (unsigned int k = 0; k < EL2_STOP_WORDS; k++)
		if ((theirs[k] & pairs[2 * k]) != pairs[2 * k + 1]) {
			word_name(k, name, sizeof(name));
			buf_printf(c->text, "  %s: QEMU 0x%016" PRIx64 ", ours 0x%016" PRIx64 "\n",
				   name, theirs[k] & pairs[2 * k], pairs[2 * k + 1]);
		}
	buf_printf(c->text,
		   "  QEMU: PC 0x%" PRIx64 ", ESR_EL2 0x%08" PRIx64 ", FAR_EL2 0x%" PRIx64
		   ", HPFAR_EL2 0x%" PRIx64 "\n",
		   theirs[EL2_REG_PC], theirs[EL2_STOP_ESR], theirs[EL2_STOP_FAR],
		   theirs[EL2_STOP_HPFAR]);
	buf_printf(c->text, "  ours: PC 0x%" PRIx64 "\n", pairs[2 * EL2_REG_PC + 1]);
	if (stop->walk == SIZE_MAX)
		return;
	if (pairs[2 * EL2_STOP_PAR]) {
		ref_par_print(theirs[EL2_STOP_PAR], walk, sizeof(walk));
		buf_printf(c->text, "  QEMU's walk: %s\n", walk);
	}
	mmu_print(&c->img->walks.items[stop->walk], stop->va, walk, sizeof(walk));
	buf_printf(c->text, "  our walk: %s", walk);
}

static void show_page(const struct comparison *c, size_t n, uint64_t page, uint64_t theirs,
		      uint64_t ours)
{
	ref_show_place(c->img, c->job, n, c->text);
	buf_printf(c->text,
		   "  page 0x%" PRIx64 " has other contents: digest 0x%016" PRIx64
		   " with QEMU, 0x%016" PRIx64 " here\n",
		   page, theirs, ours);
}

/* Where the answer has the words of a stop or of the pages; NULL if it ended before. */
static const uint64_t *take(struct comparison *c, size_t words)
{
	const uint64_t *at = c->answer;

	if (c->count < words)
		return NULL;
	c->answer += words;
	c->count -= words;
	return at;
}

static bool same_words(const uint64_t *theirs, const uint64_t *pairs)
{
	for (unsigned int k = 0; k < EL2_STOP_WORDS; k++)
		if ((theirs[k] & pairs[2 * k]) != pairs[2 * k + 1])
			return false;
	return true;
}

static bool same_stop(struct comparison *c, size_t n)
{
	const struct ref_stop *stop = &c->img->stops.items[c->job->stops_at + n];
	const uint64_t *theirs = take(c, EL2_STOP_WORDS + stop->page_count);
	const uint64_t *ours = &c->img->expect.items[stop->digests_at];

	if (!theirs) {
		if (c->text)
			buf_printf(c->text, "%s: QEMU tells of no stop %zu\n", c->job->name, n + 1);
		return false;
	}
	if (!same_words(theirs, c->img->words.items + stop->foreseen_at)) {
		if (c->text)
			show_stop(c, n, theirs);
		return false;
	}
	for (size_t k = 0; k < stop->page_count; k++)
		if (theirs[EL2_STOP_WORDS + k] != ours[k]) {
			if (c->text)
				show_page(c, n, c->img->words.items[stop->pages_at + k],
					  theirs[EL2_STOP_WORDS + k], ours[k]);
			return false;
		}
	return true;
}

static bool same_memory(struct comparison *c)
{
	const uint64_t *theirs = take(c, c->job->page_count);
	size_t first = c->job->expect_at + c->job->digest_count;

	if (!theirs || c->count) {
		if (c->text)
			buf_printf(c->text, "%s: QEMU's answer has another length\n", c->job->name);
		return false;
	}
	for (size_t k = 0; k < c->job->page_count && c->job->whole; k++) {
		uint64_t ours = c->img->expect.items[first - c->job->page_count + k];

		if (theirs[k] == ours)
			continue;
		if (c->text)
			show_page(c, c->job->stop_count,
				  c->img->words.items[c->job->pages_at + 2 * k], theirs[k], ours);
		return false;
	}
	return true;
}

size_t ref_compare_run(const struct ref_image *img, const struct ref_job *job,
		       const uint64_t *answer, size_t count, struct buf *text)
{
	struct comparison c = {img, job, answer, count, text};

	for (size_t n = 0; n < job->stop_count; n++)
		if (!same_stop(&c, n))
			return 1;
	return same_memory(&c) ? 0 : 1;
}
