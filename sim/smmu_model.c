// SPDX-License-Identifier: GPL-2.0-only
#include "sim/smmu_model.h"

#include "base/check.h"

/* How a translation ended. */
struct translation {
	bool ok, permission;
	unsigned int level; /* of the leaf, or of the fault */
	uint64_t pte;
};

static uint64_t param(const struct smmu *smmu, enum param p)
{
	return smmu->charge->profile->p[p].value;
}

static void charge_wait(struct smmu *smmu, uint64_t ns)
{
	charge_cycles(smmu->charge, charge_ns(smmu->charge, ns));
}

void smmu_init(struct smmu *smmu, const struct p2m *p2m, struct bus *bus, struct charge *charge)
{
	*smmu = (struct smmu){.p2m = p2m, .bus = bus, .charge = charge};
}

void smmu_fini(struct smmu *smmu)
{
	vec_fini(&smmu->streams);
	*smmu = (struct smmu){0};
}

int smmu_stream(struct smmu *smmu, uint32_t id, enum stream_mode mode)
{
	for (size_t i = 0; i < smmu->streams.count; i++)
		if (smmu->streams.items[i].id == id) {
			smmu->streams.items[i].mode = mode;
			return 0;
		}
	return vec_push(&smmu->streams, (struct stream){id, mode});
}

static enum stream_mode mode_of(const struct smmu *smmu, uint32_t id)
{
	for (size_t i = 0; i < smmu->streams.count; i++)
		if (smmu->streams.items[i].id == id)
			return smmu->streams.items[i].mode;
	return STREAM_ABORT;
}

/* Direct-mapped: which entry a page replaces depends on nothing but the page and the stream. */
static size_t iotlb_slot(uint32_t stream, uint64_t page)
{
	return (page ^ stream) % SMMU_IOTLB;
}

static bool iotlb_lookup(struct smmu *smmu, const struct dma *dma, struct translation *t)
{
	uint64_t page = dma->iova.v >> PAGE_SHIFT;
	size_t i = iotlb_slot(dma->stream, page);

	if (!smmu->iotlb[i].valid || smmu->iotlb[i].stream != dma->stream ||
	    smmu->iotlb[i].iova_page != page) {
		smmu->misses++;
		return false;
	}
	smmu->hits++;
	*t = (struct translation){
		.ok = true, .level = smmu->iotlb[i].level, .pte = smmu->iotlb[i].pte};
	return true;
}

static void iotlb_fill(struct smmu *smmu, const struct dma *dma, const struct translation *t)
{
	uint64_t page = dma->iova.v >> PAGE_SHIFT;
	size_t i = iotlb_slot(dma->stream, page);

	smmu->iotlb[i].valid = true;
	smmu->iotlb[i].stream = dma->stream;
	smmu->iotlb[i].iova_page = page;
	smmu->iotlb[i].pte = t->pte;
	smmu->iotlb[i].level = t->level;
}

/* The table walk: only what hardware sees, so a clear valid bit is a fault (FACTS X13). */
static struct translation walk(struct smmu *smmu, ipa_t iova)
{
	const struct s2_geometry *geo = smmu->p2m->geo;
	struct p2m_slot slot;
	unsigned int stop;

	smmu->walks++;
	if (smmu->level1_start && geo->root_level != 1)
		return (struct translation){.level = 0};
	if (!s2_in_range(geo, iova)) /* reported as level 0, no table is read (Arm ARM D5.2) */
		return (struct translation){.level = 0};
	slot = p2m_walk(smmu->p2m, iova);
	stop = slot.hw_fault_level < 0 ? slot.level : (unsigned int)slot.hw_fault_level;
	charge_wait(smmu, param(smmu, PARAM_SMMU_PTW_NS) * (stop - geo->root_level + 1));
	return (struct translation){.ok = slot.hw_fault_level < 0, .level = stop, .pte = slot.pte};
}

static struct translation translate(struct smmu *smmu, const struct dma *dma)
{
	struct translation t;
	bool cached = iotlb_lookup(smmu, dma, &t);

	if (!cached)
		t = walk(smmu, dma->iova);
	if (!t.ok)
		return t;
	if (!(dma->write ? pte_s2_writable(t.pte) : pte_s2_readable(t.pte))) {
		t.ok = false;
		t.permission = true;
	} else if (!cached) {
		iotlb_fill(smmu, dma, &t);
	}
	return t;
}

/* Queues the fault of `dma`; returns what becomes of the transaction. */
static enum smmu_result queue_fault(struct smmu *smmu, const struct dma *dma,
				    const struct translation *t, bool stall)
{
	smmu->faults++;
	if (smmu->queue_count == SMMU_QUEUE) {
		smmu->queue_overflow++;
		return SMMU_TERMINATED;
	}
	smmu->queue[(smmu->queue_head + smmu->queue_count++) % SMMU_QUEUE] =
		(struct smmu_fault){.stream = dma->stream,
				    .iova = dma->iova,
				    .write = dma->write,
				    .stalled = stall,
				    .level = t->level,
				    .permission = t->permission};
	return stall ? SMMU_STALLED : SMMU_TERMINATED;
}

/* --- the bus side -------------------------------------------------------------------- */

/* The widest naturally aligned access at p within `left` bytes. */
static unsigned int beat(pa_t p, unsigned int left)
{
	unsigned int width = 8;

	while (width > left || p.v % width)
		width /= 2;
	return width;
}

/* The eight bytes of `value` that a transfer of its repetition has from byte `done` on. */
static uint64_t rotated(uint64_t value, unsigned int done)
{
	unsigned int bits = done % 8 * 8;

	return bits ? value >> bits | value << (64 - bits) : value;
}

static enum smmu_result transfer(struct smmu *smmu, struct dma *dma)
{
	uint64_t first = 0;

	for (unsigned int done = 0; done < dma->bytes;) {
		pa_t at = pa_add(dma->pa, done);
		unsigned int width = beat(at, dma->bytes - done);
		uint64_t v = rotated(dma->value, done);
		enum bus_result res = dma->write ? bus_write(smmu->bus, at, width, v)
						 : bus_read(smmu->bus, at, width, &v);

		if (res == BUS_ERROR)
			return SMMU_EXTERNAL;
		if (done < 8)
			first |= v << (8 * done);
		done += width;
	}
	if (!dma->write)
		dma->value = first;
	return SMMU_DONE;
}

enum smmu_result smmu_access(struct smmu *smmu, struct dma *dma)
{
	enum stream_mode mode = mode_of(smmu, dma->stream);
	struct translation t = {0};

	CHECK(pages_spanned(dma->iova.v, dma->bytes) == 1);
	charge_cycles(smmu->charge, param(smmu, PARAM_SMMU_LOOKUP));
	if (mode == STREAM_ABORT)
		return queue_fault(smmu, dma, &t, false);
	if (mode == STREAM_BYPASS) {
		dma->pa = pa(dma->iova.v);
		return transfer(smmu, dma);
	}
	t = translate(smmu, dma);
	if (!t.ok)
		return queue_fault(smmu, dma, &t, smmu->stall);
	dma->pa = p2m_slot_pa(
		&(struct p2m_slot){
			.pte = t.pte, .level = t.level, .hw_fault_level = -1, .in_range = true},
		dma->iova);
	return transfer(smmu, dma);
}

/* --- software's side ----------------------------------------------------------------- */

bool smmu_next_fault(struct smmu *smmu, struct smmu_fault *fault)
{
	if (!smmu->queue_count)
		return false;
	*fault = smmu->queue[smmu->queue_head];
	smmu->queue_head = (smmu->queue_head + 1) % SMMU_QUEUE;
	smmu->queue_count--;
	return true;
}

enum smmu_result smmu_resume(struct smmu *smmu, struct dma *dma, bool retry)
{
	return retry ? smmu_access(smmu, dma) : SMMU_TERMINATED;
}

void smmu_invalidate(struct smmu *smmu)
{
	if (!smmu->charge)
		return;
	for (size_t i = 0; i < SMMU_IOTLB; i++)
		smmu->iotlb[i].valid = false;
	smmu->invalidations++;
	charge_wait(smmu, param(smmu, PARAM_SMMU_SYNC_NS));
}
