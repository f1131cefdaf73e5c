/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iort.h: nodes of IORT between its two passes. Private to acpi/iort*.c.
 */
#ifndef P2MLAB_ACPI_IORT_H
#define P2MLAB_ACPI_IORT_H

#include "acpi/span.h"

/* Node types (DEN0049E, table 2). */
enum iort_node_type {
	NODE_ITS_GROUP = 0,
	NODE_NAMED = 1,
	NODE_ROOT_COMPLEX = 2,
	NODE_SMMU = 3,
	NODE_SMMUV3 = 4,
	NODE_PMCG = 5,
	NODE_RMR = 6,
};

#define NODE_HEADER 16u
#define NO_SMMU	    SIZE_MAX

struct iort_node {
	size_t offset, len; /* in the table */
	uint8_t type;
	size_t smmu; /* index of facts->smmus, or NO_SMMU */
};

/* First pass: facts of nodes, and where they are. Second one: mappings, which lead to nodes. */
struct iort {
	struct acpi_facts *facts;
	VEC(struct iort_node) nodes; /* in order of offsets */
	VEC(uint32_t) segments;	     /* of root complexes with mappings read */
};

/* The second pass: facts->iort_maps. 0, ACPI_STOP or -ENOMEM. */
int acpi_iort_read_maps(struct iort *iort, const struct acpi_span *table);

/*
 * Writes a namespace path as AML's readers write it, trailing underscores of each name dropped
 * ("\_SB_.NIC0" to "\_SB.NIC0"), NUL-terminated. False if it takes more than `room` bytes.
 */
bool acpi_iort_path(char *out, size_t room, const char *path, size_t len);

#endif
