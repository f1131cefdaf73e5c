// SPDX-License-Identifier: GPL-2.0-only
/*
 * apei_exec.c: ERST and EINJ (ACPI 6.5, 18.5 and 18.6): programs whose instructions name registers.
 *
 * Linux maps the register of every instruction that has one before it runs any
 * (apei_exec_pre_map_gars); most name the same few.
 */
#include "acpi/readers.h"

#define HEADER_LEN   48u /* table header, and the 12 bytes that tell the number of instructions */
#define OWN_LEN	     12u
#define ENTRY_LEN    32u
#define INSTRUCTION  1u
#define REGISTER     4u
#define INSTRUCTIONS 19u

/* Bit n: instruction n has a register. NOOP, ADD, SUBTRACT, STALL and GOTO have none. */
#define WITHOUT_REGISTER (1u << 4 | 1u << 8 | 1u << 9 | 1u << 12 | 1u << 15)

struct program {
	struct acpi_facts *facts;
	enum acpi_area_use use;
	const char *sig;
};

static int visit_instruction(void *ctx, const struct acpi_span *entry)
{
	const struct program *program = ctx;
	unsigned int instruction = acpi_u8(entry, INSTRUCTION);

	if (instruction >= INSTRUCTIONS) {
		acpi_say(entry, ACPI_WARN, INSTRUCTION, "instruction %u is unknown", instruction);
		return 0;
	}
	if (WITHOUT_REGISTER >> instruction & 1)
		return 0;
	return acpi_add_register(program->facts, entry, REGISTER, program->use, program->sig,
				 "register region");
}

static size_t instruction_length(const struct acpi_span *rest)
{
	(void)rest;
	return ENTRY_LEN;
}

static int read_program(struct program *program, const struct acpi_span *table)
{
	static const struct acpi_walk walk = {
		.what = "instruction",
		.header = ENTRY_LEN,
		.type_len = 1,
		.length = instruction_length,
		.visit = visit_instruction,
	};
	struct acpi_span list = acpi_span_cut(table, HEADER_LEN, table->len);
	uint32_t header = acpi_u32(table, 36), count = acpi_u32(table, 44);

	/* Firmware counts the table's header in or not; Linux takes both and nothing else. */
	if (header != OWN_LEN && header != HEADER_LEN)
		acpi_say(table, ACPI_WARN, 36, "header length is %u, should be %u", header,
			 HEADER_LEN);
	if (count < list.len / ENTRY_LEN)
		acpi_say(table, ACPI_WARN, 44, "%zu bytes follow the last instruction",
			 list.len - count * (size_t)ENTRY_LEN);
	return acpi_walk(&walk, &list, count, program);
}

int acpi_read_erst(struct acpi_facts *facts, const struct acpi_span *table)
{
	return read_program(&(struct program){facts, ACPI_AREA_ERST_REGISTER, "ERST"}, table);
}

int acpi_read_einj(struct acpi_facts *facts, const struct acpi_span *table)
{
	return read_program(&(struct program){facts, ACPI_AREA_EINJ_REGISTER, "EINJ"}, table);
}
