// SPDX-License-Identifier: GPL-2.0-only
/* Memory as a request has it, and the walker. */
#include "reference/el2/payload.h"

const uint64_t *el2_clear(const uint64_t *at, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++, at += 2)
		for (uint64_t n = 0; n < at[1]; n += 8)
			el2_store(at[0] + n, 0);
	return at;
}

const uint64_t *el2_fill(const uint64_t *at, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++) {
		uint64_t base = *at++, words = *at++;

		for (uint64_t n = 0; n < words; n++)
			el2_store(base + 8 * n, *at++);
	}
	return at;
}

uint64_t el2_translate(uint64_t ipa, bool write)
{
	if (write)
		__asm__ volatile("at s12e1w, %0\n\tisb" : : "r"(ipa) : "memory");
	else
		__asm__ volatile("at s12e1r, %0\n\tisb" : : "r"(ipa) : "memory");
	return SYSREG_READ(par_el1);
}
