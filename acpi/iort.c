// SPDX-License-Identifier: GPL-2.0-only
/*
 * iort.c: IORT (Arm DEN0049): the SMMUs, and what is connected to them.
 */
#include <inttypes.h>

#include "acpi/iort.h"
#include "acpi/readers.h"
#include "base/check.h"

#define ITS_GROUP_LEN 20u
#define SMMU_LEN      60u
#define SMMUV3_LEN    60u
#define PMCG_LEN      32u
#define PMCG_LEN_1    40u
#define PMCG_PAGE     0x1000u

/* Two 64 KiB register pages; the node does not say (Arm IHI 0070, 6.1). */
#define SMMUV3_SPAN 0x20000u

/* Versions of the SMMUv1/v2 node's model field: v1, v2, MMU-400, MMU-500, MMU-401, ThunderX. */
static const unsigned int model_version[] = {1, 2, 1, 2, 1, 2};

/* *index: where it is in the list, also if it was there before; unchanged if it is damaged. */
static int add_smmu(struct acpi_facts *facts, const struct acpi_span *node,
		    const struct acpi_iort_smmu *smmu, size_t *index)
{
	int rc;

	if (!acpi_range_ok(node, NODE_HEADER, "SMMU", smmu->base, smmu->span))
		return 0;
	for (size_t i = 0; i < facts->smmus.count; i++) {
		if (facts->smmus.items[i].base == smmu->base) {
			acpi_say(node, ACPI_WARN, NODE_HEADER,
				 "SMMU at 0x%" PRIx64 " is described twice", smmu->base);
			*index = i;
			return 0;
		}
	}
	rc = acpi_append(node, 0, &facts->smmus, *smmu);
	if (rc == 0)
		*index = facts->smmus.count - 1;
	return rc;
}

static int read_smmu(struct acpi_facts *facts, const struct acpi_span *node, size_t *index)
{
	struct acpi_iort_smmu smmu = {
		.version = 2,
		.base = acpi_u64(node, 16),
		.span = acpi_u64(node, 24),
		.offset = node->offset,
	};
	uint32_t model = acpi_u32(node, 32);

	if (!acpi_span_has(node, SMMU_LEN, "SMMU node"))
		return 0;
	if (smmu.span == 0) {
		acpi_say(node, ACPI_ERROR, 24, "SMMU has span 0");
		return 0;
	}
	if (model < ARRAY_SIZE(model_version))
		smmu.version = model_version[model];
	else
		acpi_say(node, ACPI_WARN, 32, "SMMU of unknown model %" PRIu32 " is taken for a v2",
			 model);
	return add_smmu(facts, node, &smmu, index);
}

static int read_smmuv3(struct acpi_facts *facts, const struct acpi_span *node, size_t *index)
{
	struct acpi_iort_smmu smmu = {
		.version = 3,
		.base = acpi_u64(node, 16),
		.span = SMMUV3_SPAN,
		.offset = node->offset,
	};

	if (!acpi_span_has(node, SMMUV3_LEN, "SMMUv3 node"))
		return 0;
	return add_smmu(facts, node, &smmu, index);
}

static void check_its_group(const struct acpi_span *node)
{
	uint32_t count = acpi_u32(node, NODE_HEADER);

	if (acpi_span_has(node, ITS_GROUP_LEN, "ITS group node") &&
	    count > (node->len - ITS_GROUP_LEN) / 4)
		acpi_say(node, ACPI_ERROR, NODE_HEADER,
			 "%" PRIu32 " ITS ids do not fit in a node of %zu bytes", count, node->len);
}

/* Its second page came with revision 1. */
static int read_pmcg(struct acpi_facts *facts, const struct acpi_span *node)
{
	struct acpi_iort_pmcg pmcg = {.base = acpi_u64(node, NODE_HEADER), .offset = node->offset};

	if (!acpi_span_has(node, PMCG_LEN, "PMCG node") ||
	    !acpi_range_ok(node, NODE_HEADER, "PMCG", pmcg.base, PMCG_PAGE))
		return 0;
	if (acpi_u8(node, 3) > 0 && node->len >= PMCG_LEN_1)
		pmcg.page1 = acpi_u64(node, 32);
	if (pmcg.page1 && !acpi_range_ok(node, 32, "PMCG page 1", pmcg.page1, PMCG_PAGE))
		pmcg.page1 = 0;
	return acpi_append(node, 0, &facts->pmcgs, pmcg);
}

static int read_node(struct acpi_facts *facts, const struct acpi_span *node, size_t *smmu)
{
	unsigned int type = acpi_u8(node, 0);

	switch (type) {
	case NODE_ITS_GROUP:
		facts->iort_its_groups++;
		check_its_group(node);
		return 0;
	case NODE_ROOT_COMPLEX:
		facts->iort_root_complexes++;
		return 0;
	case NODE_SMMU:
		return read_smmu(facts, node, smmu);
	case NODE_SMMUV3:
		return read_smmuv3(facts, node, smmu);
	case NODE_PMCG:
		return read_pmcg(facts, node);
	case NODE_NAMED:
	case NODE_RMR: /* memory that devices reach untranslated: Xen's matter, not Dom0's */
		return 0;
	default:
		acpi_say(node, ACPI_WARN, 0, "IORT node of unknown type %u", type);
		return 0;
	}
}

static int visit_node(void *ctx, const struct acpi_span *span)
{
	struct iort *iort = ctx;
	struct iort_node node = {
		.offset = span->offset,
		.len = span->len,
		.type = acpi_u8(span, 0),
		.smmu = NO_SMMU,
	};
	int rc = read_node(iort->facts, span, &node.smmu);

	return rc ? rc : vec_push(&iort->nodes, node);
}

static size_t node_length(const struct acpi_span *rest)
{
	return acpi_u16(rest, 1);
}

int acpi_read_iort(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "IORT node",
		.header = NODE_HEADER,
		.type_len = 1,
		.length = node_length,
		.visit = visit_node,
	};
	uint32_t count = acpi_u32(table, 36), first = acpi_u32(table, 40);
	struct acpi_span nodes = acpi_span_cut(table, first, table->len);
	struct iort iort = {.facts = facts};
	int rc;

	if (count && first < 48) {
		acpi_say(table, ACPI_ERROR, 40, "nodes at %" PRIu32 " overlap the table's header",
			 first);
		return 0;
	}
	rc = acpi_walk(&walk, &nodes, count, &iort);
	if (rc >= 0)
		rc = acpi_iort_read_maps(&iort, table);
	vec_fini(&iort.nodes);
	vec_fini(&iort.segments);
	return rc;
}
