// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the payload tells: words for people on the PL011, which the host shows if something goes
 * wrong, and answers for the host in frames.
 */
#include <stddef.h>

#include "reference/el2/payload.h"

#define UART	     UINT64_C(0x09000000) /* PL011 of the virt machine; QEMU needs no setup */
#define SYS_OPEN     0x01
#define SYS_WRITE    0x05
#define OPEN_MODE_WB 5

/* start.S */
_Noreturn void el2_off(void);
uint64_t el2_semihost(uint64_t op, const void *args);
void el2_died(uint64_t esr, uint64_t elr, uint64_t far);
void *memset(void *to, int byte, size_t len);

/* A frame and its words, so that each answer is one semihosting call. */
static struct {
	struct el2_frame frame;
	uint64_t words[EL2_PROBES_MAX];
	uint64_t count;
	uint64_t file, job; /* where it goes, and what it answers */
} out;

/* The compiler calls it for arrays that begin as zero. */
void *memset(void *to, int byte, size_t len)
{
	uint8_t *at = to;

	while (len--)
		*at++ = (uint8_t)byte;
	return to;
}

/* ---- words for people ---- */

static void put_char(char c)
{
	*(volatile uint32_t *)UART = (uint8_t)c;
}

void el2_say(const char *text)
{
	while (*text)
		put_char(*text++);
}

static void put_hex(uint64_t value)
{
	el2_say("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		put_char("0123456789abcdef"[(value >> shift) & 15]);
}

_Noreturn void el2_stop(const char *why, uint64_t value)
{
	el2_say("el2: ");
	el2_say(why);
	put_char(' ');
	put_hex(value);
	put_char('\n');
	el2_off();
}

void el2_died(uint64_t esr, uint64_t elr, uint64_t far)
{
	el2_say("el2: exception, ESR ");
	put_hex(esr);
	el2_say(" ELR ");
	put_hex(elr);
	el2_say(" FAR ");
	put_hex(far);
	put_char('\n');
}

/* ---- answers ---- */

/* A file that the host looks for; QEMU runs in a folder made for it. */
static uint64_t open_file(void)
{
	static const char name[] = EL2_ANSWER;
	const uint64_t args[3] = {(uint64_t)name, OPEN_MODE_WB, sizeof(name) - 1};
	uint64_t handle = el2_semihost(SYS_OPEN, args);

	if (handle == UINT64_MAX)
		el2_stop("no file for answers,", handle);
	return handle;
}

static void send(uint64_t magic, uint64_t a, uint64_t b)
{
	const uint64_t args[3] = {out.file, (uint64_t)&out, sizeof(out.frame) + 8 * out.count};

	out.frame = (struct el2_frame){magic, a, b, el2_sum(out.words, out.count)};
	if (el2_semihost(SYS_WRITE, args))
		el2_stop("the file for answers took less than", args[2]);
	out.count = 0;
}

void el2_answers_begin(void)
{
	out.file = open_file();
	out.job = 0;
	send(EL2_MAGIC_HELLO, SYSREG_READ(id_aa64mmfr0_el1), SYSREG_READ(midr_el1));
}

void el2_answer(uint64_t word)
{
	if (out.count == EL2_PROBES_MAX)
		send(EL2_MAGIC_PART, out.job, out.count);
	out.words[out.count++] = word;
}

void el2_answers_next(void)
{
	send(EL2_MAGIC_ANSWER, out.job, out.count);
	out.job++;
}

void el2_answers_end(void)
{
	send(EL2_MAGIC_END, out.job, 0);
}
