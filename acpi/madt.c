// SPDX-License-Identifier: GPL-2.0-only
/*
 * madt.c: MADT (ACPI 6.5, 5.2.12): the interrupt controllers.
 */
#include <inttypes.h>

#include "acpi/readers.h"
#include "base/check.h"

#define ENTRIES_AT 44u

#define GICC_ENABLED 1u

/* What these frames take in the address space (GICv2, GICv3 architecture). */
#define GICD_SIZE 0x10000u
#define GICD_V2	  0x1000u
#define GICC_SIZE 0x1000u
#define GICR_SIZE 0x20000u
#define ITS_SIZE  0x20000u
#define V2M_SIZE  0x1000u

#define GIC_VERSION_MAX 4

struct madt {
	struct acpi_facts *facts;
	bool gicc_seen;
};

static uint64_t gicc_base(const struct acpi_span *gicc, size_t at, const char *what)
{
	uint64_t base = acpi_u64(gicc, at);

	/* 0 is how GICv3 says that there is no memory mapped CPU interface. */
	if (base == 0 || !acpi_range_ok(gicc, at, what, base, GICC_SIZE))
		return 0;
	return base;
}

static bool redist_is_new(const struct acpi_facts *facts, const struct acpi_span *entry, size_t at,
			  uint64_t base)
{
	for (size_t i = 0; i < facts->redists.count; i++) {
		if (facts->redists.items[i].base == base) {
			acpi_say(entry, ACPI_WARN, at,
				 "redistributors at 0x%" PRIx64 " are described twice", base);
			return false;
		}
	}
	return true;
}

static int add_redist(struct acpi_facts *facts, const struct acpi_span *entry, size_t at,
		      const struct acpi_redist *redist)
{
	uint64_t size = redist->per_cpu ? GICR_SIZE : redist->size;

	if (!acpi_range_ok(entry, at, "GICR", redist->base, size) ||
	    !redist_is_new(facts, entry, at, redist->base))
		return 0;
	return acpi_append(entry, at, &facts->redists, *redist);
}

static int read_gicc(struct madt *madt, const struct acpi_span *gicc)
{
	struct acpi_facts *facts = madt->facts;
	struct acpi_redist redist = {.per_cpu = true, .offset = gicc->offset};
	uint64_t base = gicc_base(gicc, 32, "GICC");

	if (!madt->gicc_seen) {
		madt->gicc_seen = true;
		facts->gicc = base;
		facts->gicv = gicc_base(gicc, 40, "GICV");
		facts->gich = gicc_base(gicc, 48, "GICH");
	} else if (base != facts->gicc) {
		/* The frame is banked: all CPUs see it at one address; Linux refuses the GIC. */
		acpi_say(gicc, ACPI_ERROR, 32,
			 "GICC at 0x%" PRIx64 " is not where the first CPU has it, 0x%" PRIx64,
			 base, facts->gicc);
	}
	if (!(acpi_u32(gicc, 12) & GICC_ENABLED))
		return 0;
	facts->cpus++;
	redist.base = acpi_u64(gicc, 60);
	return redist.base ? add_redist(facts, gicc, 60, &redist) : 0;
}

static int read_gicd(struct madt *madt, const struct acpi_span *gicd)
{
	struct acpi_facts *facts = madt->facts;
	uint64_t base = acpi_u64(gicd, 8);
	unsigned int version = acpi_u8(gicd, 20);

	if (facts->gicd) {
		acpi_say(gicd, ACPI_ERROR, 0, "a second GICD, only the first one is read");
		return 0;
	}
	if (!acpi_range_ok(gicd, 8, "GICD", base, version > 2 ? GICD_SIZE : GICD_V2))
		return 0;
	facts->gicd = base;
	if (version == 0)
		acpi_say(gicd, ACPI_WARN, 20, "GICD does not say its GIC version");
	else if (version > GIC_VERSION_MAX)
		acpi_say(gicd, ACPI_ERROR, 20, "GIC version %u is unknown", version);
	else
		facts->gic_version = version;
	return 0;
}

static int read_v2m(struct madt *madt, const struct acpi_span *frame)
{
	struct acpi_facts *facts = madt->facts;
	uint64_t base = acpi_u64(frame, 8);

	if (!acpi_base_is_new(frame, 8, "MSI frame", base, V2M_SIZE, facts->v2m.items,
			      facts->v2m.count))
		return 0;
	return acpi_append(frame, 0, &facts->v2m, (struct acpi_frame){base, frame->offset});
}

static int read_gicr(struct madt *madt, const struct acpi_span *gicr)
{
	struct acpi_redist redist = {
		.base = acpi_u64(gicr, 4),
		.size = acpi_u32(gicr, 12),
		.offset = gicr->offset,
	};

	if (redist.size == 0) {
		acpi_say(gicr, ACPI_ERROR, 12, "GICR range has length 0");
		return 0;
	}
	return add_redist(madt->facts, gicr, 4, &redist);
}

static int read_its(struct madt *madt, const struct acpi_span *its)
{
	struct acpi_facts *facts = madt->facts;
	uint64_t base = acpi_u64(its, 8);

	if (!acpi_base_is_new(its, 8, "ITS", base, ITS_SIZE, facts->its.items, facts->its.count))
		return 0;
	return acpi_append(its, 0, &facts->its, (struct acpi_frame){base, its->offset});
}

/* need: the length of ACPI 5.1, the first with GICv3; later ones only add to the end. */
static const struct {
	uint8_t type, need;
	const char *what;
	int (*read)(struct madt *madt, const struct acpi_span *entry);
} kinds[] = {
	{0x0b, 76, "GICC", read_gicc},	   {0x0c, 24, "GICD", read_gicd},
	{0x0d, 24, "MSI frame", read_v2m}, {0x0e, 16, "GICR", read_gicr},
	{0x0f, 20, "ITS", read_its},
};

static int visit_entry(void *ctx, const struct acpi_span *entry)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].type != acpi_u8(entry, 0))
			continue;
		if (!acpi_span_has(entry, kinds[i].need, kinds[i].what))
			return 0;
		return kinds[i].read(ctx, entry);
	}
	return 0;
}

static size_t entry_length(const struct acpi_span *rest)
{
	return acpi_u8(rest, 1);
}

/*
 * GICR ranges win over addresses in GICC entries, which are for machines without ranges; Linux and
 * Xen look at the second only if there is none of the first.
 */
static void drop_per_cpu_redists(struct acpi_facts *facts, const struct acpi_span *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < facts->redists.count; i++)
		if (!facts->redists.items[i].per_cpu)
			facts->redists.items[kept++] = facts->redists.items[i];
	if (kept == 0 || kept == facts->redists.count)
		return;
	acpi_say(table, ACPI_WARN, 0, "GICR ranges hide %zu redistributors of GICC entries",
		 facts->redists.count - kept);
	facts->redists.count = kept;
}

int acpi_read_madt(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "interrupt controller structure",
		.header = 2,
		.type_len = 1,
		.length = entry_length,
		.visit = visit_entry,
	};
	struct acpi_span entries = acpi_span_cut(table, ENTRIES_AT, table->len);
	struct madt madt = {.facts = facts};
	int rc = acpi_walk(&walk, &entries, ACPI_NO_COUNT, &madt);

	if (rc < 0)
		return rc;
	drop_per_cpu_redists(facts, table);
	if (!facts->gicd)
		acpi_say(table, ACPI_ERROR, 0, "no GICD");
	if (!facts->cpus)
		acpi_say(table, ACPI_WARN, 0, "no enabled CPU");
	return 0;
}
