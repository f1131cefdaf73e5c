/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h: a request for the EL2 payload: sets of stage-2 tables as they are in simulated memory,
 * and what to ask of each, with the answer that our own walk gives.
 *
 * The expectations are made while the tables are in place; the words sent are enough to lay the
 * tables out again, which is how a difference gets its walk printed.
 */
#ifndef P2MLAB_REFERENCE_IMAGE_H
#define P2MLAB_REFERENCE_IMAGE_H

#include "base/vec.h"
#include "reference/el2/abi.h"
#include "reference/tape.h"
#include "sim/p2m_model.h"

/* A CPU model of QEMU. Stage 1, when it is off, passes on addresses of up to pa_bits. */
struct ref_cpu {
	const char *name;
	unsigned int pa_bits;
	unsigned int pa_range; /* ID_AA64MMFR0_EL1.PARange, as a check */
	bool xnx; /* FEAT_XNX: bit 53 of a leaf has a meaning, which Xen does not use */
};

/* HCR_EL2 of a job: EL1 is AArch64, stage 2 on; and stage 1 as Normal write-back by default. */
#define REF_HCR	   (UINT64_C(1) << 31 | UINT64_C(1))
#define REF_HCR_DC (UINT64_C(1) << 12)

/* One job as the host knows it. */
struct ref_job {
	char *name;
	struct s2_geometry geo;
	const struct p2m_rules *rules;
	uint64_t hcr;
	bool more;     /* asks more of the tables of the job before */
	bool has_hole; /* for EL1's vectors */
	bool stage1;   /* is on, with these registers */
	struct cpu regs;
	size_t words_at;  /* of its struct el2_job or el2_run in words[] */
	size_t expect_at; /* first of its answers in expect[]; of a run: of its digests */
	/* probes */
	size_t probes_at; /* first of them in words[] */
	size_t probe_count;
	/* a run */
	bool is_run;
	size_t digest_count;
	bool whole;	   /* its memory is compared at the end */
	size_t stops_at;   /* first of its stops in stops[], whose places are in words[], */
	size_t stop_count; /* digests in expect[], */
	size_t pages_at;   /* and pairs (page, bytes) of all it used, in words[] */
	size_t page_count;
};

/* Addresses [low, high); none if they are equal. */
struct ref_span {
	uint64_t low, high;
};

#define REF_BANKS 4

struct ref_image {
	const struct ref_cpu *cpu;
	VEC(uint64_t) words;  /* the jobs as they are sent */
	VEC(uint64_t) expect; /* what each probe must give */
	VEC(struct ref_job) jobs;
	VEC(struct ref_stop) stops; /* of all runs */
	VEC(struct mmu_result) walks;
	struct ref_span ram;		  /* what holds tables below EL2_RAM_END */
	struct ref_span plugged;	  /* and above: there, memory is plugged, */
	struct ref_span banks[REF_BANKS]; /* or here, if there are any */
	unsigned int bank_count;
	uint64_t in_the_way; /* a page that a run used and the payload has; 0: none */
	uint64_t swept;	     /* walks of all sweeps, which take time that words do not tell */
	bool lost;	     /* out of memory */
};

/* cpu is borrowed. */
void ref_image_init(struct ref_image *img, const struct ref_cpu *cpu);
/* Forgets the jobs, keeps the memory and the CPU. */
void ref_image_reset(struct ref_image *img);
void ref_image_fini(struct ref_image *img);

/*
 * Begins a job with the tables of `p2m`: every page that a walk from its root can come to, also
 * through descriptors whose valid bit is clear. name is copied; p2m's rules are borrowed for the
 * life of the image, the p2m itself until ref_image_end().
 */
void ref_image_begin(struct ref_image *img, const char *name, const struct p2m *p2m, uint64_t hcr);

/*
 * The same with stage 1 on: `regs` are copied, HCR_EL2 is REF_HCR, and all memory of the p2m is
 * laid out.
 */
void ref_image_begin_stage1(struct ref_image *img, const char *name, const struct p2m *p2m,
			    const struct cpu *regs);

/*
 * A page that stage 1 can put out and stage 2 does not map: what EL1 takes itself comes to EL2 by
 * it, so that fetches which stage 2 does not end can be asked for, too.
 */
void ref_image_hole(struct ref_image *img, ipa_t hole);

/*
 * Asks about `va` (an IPA where stage 1 is off), of which only the page counts, for a read and for
 * a write, as far as ref_can_ask(), and by a real fetch, as far as ref_fetch_expect().
 */
void ref_image_probe(struct ref_image *img, const struct p2m *p2m, uint64_t va);

/*
 * A probe of another kind, whose answer is known otherwise. addr: a multiple of 4 KiB, plus
 * `value` for those that take a second word.
 */
void ref_image_raw(struct ref_image *img, enum el2_probe kind, uint64_t addr, uint64_t value,
		   uint64_t expect);

/* Walks of `count` addresses from `va` on that come to PAR_EL1 `par`, `par + step` ... */
struct ref_sweep {
	uint64_t va, count, stride;
	uint64_t par, step;
	enum mmu_access access; /* MMU_READ or MMU_WRITE */
};

/* Asks all of them, as at most so many probes. */
#define REF_PROBES_SWEEP 2
void ref_image_sweep(struct ref_image *img, const struct ref_sweep *s);

/* Words that the probe takes in a request: itself and what belongs to it. */
size_t ref_probe_words(uint64_t probe);

/* Adds a run as a job. The tape can be used again. p2m: as for ref_image_begin(). */
void ref_image_add_run(struct ref_image *img, const char *name, const struct p2m *p2m,
		       const struct ref_tape *tape);

/* Plugs memory at [base, base + bytes), which is on no other; false if there is no room for it. */
bool ref_image_add_bank(struct ref_image *img, uint64_t base, uint64_t bytes);

/* Ends the job; one without probes is dropped. True if it asks for no more than a job may. */
bool ref_image_end(struct ref_image *img);

/* Ends the job, which has probes, and begins another with the same tables and stage 1 off. */
void ref_image_more(struct ref_image *img, const struct p2m *p2m);

/* Forgets the job that ended last. */
void ref_image_drop(struct ref_image *img);

/* The most probes that one ref_image_probe() adds. */
#define REF_PROBES_EACH 3

/* HCR_EL2 of the job now being made, which is not lost. */
uint64_t ref_image_hcr(const struct ref_image *img);

/* Probes that the job now being made may still take. */
size_t ref_image_room(const struct ref_image *img);

/*
 * Lays a job's tables out in `mem`, which is empty, and makes *p2m a p2m for walks of them; it
 * points into the job. 0 or -errno of memory_add_bank().
 */
int ref_job_rebuild(const struct ref_image *img, const struct ref_job *job, struct memory *mem,
		    struct p2m *p2m);

#endif
