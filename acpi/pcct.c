// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcct.c: PCCT (ACPI 6.5, 14.1): mailboxes between the OS and a platform controller.
 */
#include <inttypes.h>

#include "acpi/readers.h"
#include "base/check.h"

#define SUBSPACES_AT 48u

/* What a subspace can have; 0: it has none. */
enum field {
	DOORBELL,
	ACK,
	COMPLETE,
	UPDATE,
	ERROR_STATUS,
	REGISTER_COUNT
};

static const char *const register_name[REGISTER_COUNT] = {
	[DOORBELL] = "doorbell register",	  [ACK] = "interrupt acknowledge register",
	[COMPLETE] = "command complete register", [UPDATE] = "command update register",
	[ERROR_STATUS] = "error status register",
};

/* Where types 0 to 5 have their fields. */
static const struct kind {
	uint8_t need, base, length, length_bytes;
	uint8_t registers[REGISTER_COUNT];
} kinds[] = {
	/* generic, then hardware-reduced */
	{62, 8, 16, 8, {[DOORBELL] = 24}},
	{62, 8, 16, 8, {[DOORBELL] = 24}},
	{90, 8, 16, 8, {[DOORBELL] = 24, [ACK] = 62}},
	/* extended: initiator, then responder */
	{164, 8, 16, 4, {20, 60, 96, 116, 144}},
	{164, 8, 16, 4, {20, 60, 96, 116, 144}},
	/* registers instead of memory that both look at */
	{96, 4, 12, 8, {[DOORBELL] = 20, [COMPLETE] = 48, [ERROR_STATUS] = 68}},
};

static int add_shmem(struct acpi_facts *facts, const struct acpi_span *subspace,
		     const struct kind *kind)
{
	uint64_t base = acpi_u64(subspace, kind->base);
	uint64_t size = acpi_span_u(subspace, kind->length, kind->length_bytes);

	if (size == 0) {
		acpi_say(subspace, ACPI_ERROR, kind->length,
			 "shared memory at 0x%" PRIx64 " has size 0", base);
		return 0;
	}
	if (!acpi_bytes_ok(subspace, kind->base, "shared memory", base, size))
		return 0;
	return acpi_add_area(facts, subspace, kind->base,
			     (struct acpi_area){ACPI_AREA_PCC_SHMEM, base, size, "PCCT", 0});
}

static int visit_subspace(void *ctx, const struct acpi_span *subspace)
{
	unsigned int type = acpi_u8(subspace, 0);
	const struct kind *kind;
	int rc;

	if (type >= ARRAY_SIZE(kinds)) {
		acpi_say(subspace, ACPI_WARN, 0, "PCC subspace of unknown type %u", type);
		return 0;
	}
	kind = &kinds[type];
	if (!acpi_span_has(subspace, kind->need, "PCC subspace"))
		return 0;
	rc = add_shmem(ctx, subspace, kind);
	for (size_t i = 0; i < REGISTER_COUNT && rc == 0; i++) {
		size_t at = kind->registers[i];

		/* All zero is how a subspace says that it does without. */
		if (at && acpi_gas_at(subspace, at).addr)
			rc = acpi_add_register(ctx, subspace, at, ACPI_AREA_PCC_REGISTER, "PCCT",
					       register_name[i]);
	}
	return rc;
}

static size_t subspace_length(const struct acpi_span *rest)
{
	return acpi_u8(rest, 1);
}

int acpi_read_pcct(struct acpi_facts *facts, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "PCC subspace",
		.header = 2,
		.type_len = 1,
		.length = subspace_length,
		.visit = visit_subspace,
	};
	struct acpi_span list = acpi_span_cut(table, SUBSPACES_AT, table->len);

	return acpi_walk(&walk, &list, ACPI_NO_COUNT, facts);
}
