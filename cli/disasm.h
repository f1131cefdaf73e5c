/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disasm.h: aarch64 words as Capstone prints them, with a cache: a trace meets few instructions
 * many times.
 */
#ifndef P2MLAB_DISASM_H
#define P2MLAB_DISASM_H

#include <stdint.h>

struct disasm;

struct disasm *disasm_new(void);    /* NULL: no memory */
void disasm_free(struct disasm *d); /* accepts NULL */

/* "ldr w0, [x1]", or ".word 0x..." for what is no instruction. Valid until the next call. */
const char *disasm_word(struct disasm *d, uint64_t pc, uint32_t word);

#endif
