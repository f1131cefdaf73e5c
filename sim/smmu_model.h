/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smmu_model.h: an SMMU that walks the p2m's own table bytes, and the DMA masters behind it.
 *
 * A stream is bypassed (every ACPI boot of Xen), translated by the p2m (stage 2), or unknown and
 * aborted (USFCFG = 1). The IOTLB keeps pages until software invalidates it. A fault goes to the
 * fault queue; the transaction is terminated, or stalled until the handler writes RESUME
 * (FACTS X19 to X21).
 */
#ifndef P2MLAB_SMMU_MODEL_H
#define P2MLAB_SMMU_MODEL_H

#include "sim/bus.h"
#include "sim/p2m_model.h"
#include "sim/timing/charge.h"

enum stream_mode {
	STREAM_ABORT,
	STREAM_BYPASS,
	STREAM_STAGE2
};

struct stream {
	uint32_t id;
	enum stream_mode mode;
};

#define SMMU_IOTLB 64
#define SMMU_QUEUE 32

struct smmu_fault {
	uint32_t stream;
	ipa_t iova;
	bool write;
	bool stalled;
	unsigned int level;
	bool permission;
};

struct smmu {
	const struct p2m *p2m;
	struct bus *bus;
	struct charge *charge;
	bool stall; /* SCTLR.CFCFG: faulting transactions stall */
	/*
	 * TTBCR.SL0 says level 1 whatever the p2m's root level is (FACTS X20). With the T0SZ of a
	 * 4-level table that is no valid configuration: every translation is a level-0 translation
	 * fault and reads no descriptor (Arm ARM D5.2, "SL0 inconsistent with T0SZ"). What a given
	 * SMMU makes of it instead was not recorded.
	 */
	bool level1_start;
	VEC(struct stream) streams;
	struct {
		bool valid;
		uint32_t stream;
		uint64_t iova_page;
		uint64_t pte;
		unsigned int level;
	} iotlb[SMMU_IOTLB];
	struct smmu_fault queue[SMMU_QUEUE]; /* ring */
	unsigned int queue_head, queue_count;
	uint64_t queue_overflow; /* faults lost because the queue was full */
	uint64_t hits, misses, walks, faults, invalidations;
};

enum smmu_result {
	SMMU_DONE,	 /* reached the bus and was answered */
	SMMU_EXTERNAL,	 /* translated, but nothing answered */
	SMMU_TERMINATED, /* translation fault: aborted */
	SMMU_STALLED,	 /* translation fault: waits for smmu_resume() */
};

struct dma {
	uint32_t stream;
	ipa_t iova;
	unsigned int bytes; /* 1..4096, within one page */
	bool write;
	uint64_t value; /* what is written, first 8 bytes; what was read comes back here */
	pa_t pa;	/* where it went, if it reached the bus */
};

void smmu_init(struct smmu *smmu, const struct p2m *p2m, struct bus *bus, struct charge *charge);
/* Leaves it zeroed; accepts that. */
void smmu_fini(struct smmu *smmu);

/* Adds or changes a stream: 0 or -ENOMEM. The IOTLB is left alone. */
int smmu_stream(struct smmu *smmu, uint32_t id, enum stream_mode mode);

/*
 * One transaction within a page; more than that is a bug. Charged: PARAM_SMMU_LOOKUP, and on an
 * IOTLB miss PARAM_SMMU_PTW_NS for each descriptor the walk reads. A fault is queued; where the
 * queue is full it is counted and lost, and the transaction is terminated, since no handler could
 * resume it. A stream that nobody added is aborted, never stalled (USFCFG = 1). The bytes of a
 * write beyond the first eight repeat them.
 */
enum smmu_result smmu_access(struct smmu *smmu, struct dma *dma);

/* Takes the oldest fault: false if the queue is empty. The caller charges the handler. */
bool smmu_next_fault(struct smmu *smmu, struct smmu_fault *fault);

/*
 * RESUME_RETRY (true) or RESUME_TERMINATE for a stalled transaction. A retry is smmu_access()
 * again: it may fault again.
 */
enum smmu_result smmu_resume(struct smmu *smmu, struct dma *dma, bool retry);

/*
 * TLBIVMID / CMD_TLBI_S12_VMALL + sync: PARAM_SMMU_SYNC_NS. Xen's side of it is XS_IOTLB_FLUSH.
 * Nothing happens to an SMMU that is zeroed or finished: Xen fills the p2m before it enables one.
 */
void smmu_invalidate(struct smmu *smmu);

#endif
