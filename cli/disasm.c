// SPDX-License-Identifier: GPL-2.0-only
#include "cli/disasm.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>

#define CACHE_BITS 12

struct line {
	bool used;
	uint64_t pc;
	uint32_t word;
	char text[224];
};

struct disasm {
	csh handle;
	cs_insn *insn;
	struct line cache[1 << CACHE_BITS]; /* direct-mapped */
};

struct disasm *disasm_new(void)
{
	struct disasm *d = calloc(1, sizeof(*d));

	if (!d || cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &d->handle) != CS_ERR_OK) {
		free(d);
		return NULL;
	}
	d->insn = cs_malloc(d->handle);
	if (!d->insn) {
		disasm_free(d);
		return NULL;
	}
	return d;
}

void disasm_free(struct disasm *d)
{
	if (!d)
		return;
	if (d->insn)
		cs_free(d->insn, 1);
	cs_close(&d->handle);
	free(d);
}

static void disassemble(struct disasm *d, struct line *line)
{
	uint8_t bytes[4];
	const uint8_t *code = bytes;
	size_t left = sizeof(bytes);
	uint64_t address = line->pc;

	for (unsigned int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(line->word >> (8 * i));
	if (!cs_disasm_iter(d->handle, &code, &left, &address, d->insn))
		snprintf(line->text, sizeof(line->text), ".word 0x%08x", line->word);
	else
		snprintf(line->text, sizeof(line->text), "%s%s%s", d->insn->mnemonic,
			 d->insn->op_str[0] ? " " : "", d->insn->op_str);
}

const char *disasm_word(struct disasm *d, uint64_t pc, uint32_t word)
{
	uint64_t hash = ((pc >> 2) ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	struct line *line = &d->cache[hash >> (64 - CACHE_BITS)];

	if (!line->used || line->pc != pc || line->word != word) {
		line->used = true;
		line->pc = pc;
		line->word = word;
		disassemble(d, line);
	}
	return line->text;
}
