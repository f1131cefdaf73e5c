// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_reference_run.c: runs of Dom0's code repeated under QEMU: every kind of stop agrees, and
 * whatever is changed on the way is told. Skipped without QEMU.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/tape_fixture.h"

#define SKIPPED 77
#define LAB	"platform: lab\nmachine: qemu-icount\nsteps:\n"

/* Dom0 gives a page of its stage-1 tables away. */
#define LOST_TABLE                                                                                 \
	LAB "  - read: {at: nic.bar0}\n  - remove: {at: dom0_ram + 0x400000}\n"                    \
	    "  - read: {at: nic.bar0}\n"

/* ---- what agrees ---- */

static void expect_agrees(const char *text, const char *strategy, const char *xen,
			  unsigned int kinds)
{
	struct taped t;
	unsigned int seen = 0;
	size_t stops;

	if (tape(&t, text, strategy, xen)) {
		EXPECT_STR(t.s.tape.why, "");
		for (size_t k = 0; k < t.s.img.stops.count; k++)
			seen |= 1u << t.s.img.stops.items[k].kind;
		EXPECT_U64(seen, kinds | 1u << REF_STOP_TRAP);
		stops = t.s.img.stops.count;
		EXPECT(ref_session_flush(&t.s));
		EXPECT_U64(t.s.verdict, REF_AGREE);
		EXPECT_U64(t.s.tapes, 1);
		EXPECT_U64(t.s.counted_at, stops);
		if (t.s.text.len)
			printf("%s", buf_cstr(&t.s.text));
	}
	taped_end(&t);
}

static void test_accesses(void)
{
	static const char *const steps =
		LAB "  - write: {at: nic.bar0 + 0x10, width: 8, value: 0x8122334455667788}\n"
		    "  - read: {at: nic.bar0 + 0x10, width: 1}\n"
		    "  - read: {at: nic.bar0 + 0x14, width: 2}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldp}\n"
		    "  - write: {at: nic.bar0 + 0x10, how: stp, value: 9}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldxr}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: post}\n"
		    "  - write: {at: nic.bar0 + 0x10, how: cas, value: 0xf0000005}\n"
		    "  - read: {at: nic.bar0 + 0x10, how: ldrsw}\n"
		    "  - write: {at: dom0_ram + 0x3f00000, width: 4, value: 77}\n"
		    "  - read: {at: dom0_ram + 0x3f00000, width: 4}\n"
		    "  - write: {at: dom0_ram + 0x3f00000, how: cas, value: 5}\n"
		    "  - read: {at: spcr + 0x18, width: 4}\n";

	expect_agrees(steps, "c", "4.22", 1u << REF_STOP_DEVICE | 1u << REF_STOP_MADE);
	expect_agrees(steps, "b", "4.8", 1u << REF_STOP_DEVICE | 1u << REF_STOP_MADE);
	expect_agrees(steps, "none", "4.9", 0);
}

/* A device that stage 2 maps by a block of 1 GiB, with a root of two pages. */
static void test_blocks(void)
{
	expect_agrees("platform: qemu-virt-dt\nmachine: qemu-icount\nsteps:\n"
		      "  - write: {at: 0x8000123458, width: 8, value: 0xa122334455667788}\n"
		      "  - read: {at: 0x8000123458, width: 8}\n"
		      "  - read: {at: 0x8000123458, how: ldrsw}\n"
		      "  - read: {at: virtio, width: 4}\n",
		      "none", "4.17", 1u << REF_STOP_DEVICE | 1u << REF_STOP_MADE);
}

/* What QEMU raises by itself, and what it cannot. */
static void test_own_exceptions(void)
{
	expect_agrees(LAB "  - read: {at: 0xf0000000, width: 4}\n", "c", "4.22",
		      1u << REF_STOP_VECTOR);
	expect_agrees(LAB "  - write: {at: 0xf0000000, width: 4, value: 1}\n", "b", "4.8",
		      1u << REF_STOP_VECTOR);
	expect_agrees(LAB "  - read: {at: nic.bar0 + 1, width: 4}\n", "c", "4.22",
		      1u << REF_STOP_TAKEN);
}

/* A tick every 20000 instructions: also within Dom0's own loops. */
static void test_interrupts(void)
{
	struct profile fast;
	struct taped t;

	if (!play(&t.p,
		  LAB "  - boot: {until: arch_initcall}\n"
		      "  - request: {at: 0x8000000000, pages: 9000}\n",
		  "c", "4.22", "6.1")) {
		played_end(&t.p);
		return;
	}
	fast = *t.p.cfg.profile;
	fast.p[PARAM_TICK_HZ].value = 50000;
	t.p.cfg.profile = &fast;
	if (record(&t)) {
		EXPECT(stop_of(&t, REF_STOP_BREAK, 1) != NULL);
		EXPECT(ref_session_flush(&t.s));
		EXPECT_U64(t.s.verdict, REF_AGREE);
		if (t.s.text.len)
			printf("%s", buf_cstr(&t.s.text));
	}
	taped_end(&t);
}

/* Stage-1 tables that stage 2 does not map: S1PTW, and an abort vector that is gone. */
static void test_lost_pages(void)
{
	expect_agrees(LOST_TABLE, "c", "4.22", 1u << REF_STOP_DEVICE | 1u << REF_STOP_MADE);
	expect_agrees(LAB "  - remove: {at: dom0_ram + 0x80000}\n  - read: {at: gicd}\n", "c",
		      "4.22", 0);
	expect_agrees(LAB "  - read: {at: nic.bar0}\n"
			  "  - request: {at: dom0_ram + 0x80000, pages: 1}\n",
		      "c", "4.22", 1u << REF_STOP_DEVICE | 1u << REF_STOP_MADE);
}

/* 4.8 maps what it is asked for: Xen's own memory, too. */
static void test_sealed(void)
{
	expect_agrees(LAB "  - request: {gfn: 0xc4000, mfn: 0x80401, pages: 1}\n"
			  "  - write: {at: 0xc4000000, width: 4, value: 1}\n"
			  "  - read: {at: 0xc4000000, width: 4}\n",
		      "none", "4.8", 1u << REF_STOP_DROP);
}

static void test_requests(void)
{
	static const char *const steps =
		LAB "  - request: {at: nic.bar0, pages: 4}\n"
		    "  - request: {gfn: 0xc4000, mfn: 0x10000, pages: 2, op: 7}\n"
		    "  - request: {at: spcr, pages: 1}\n"
		    "  - request: {at: nic.bar0, pages: 2, domid: 77}\n"
		    "  - request: {at: nic.bar0, pages: 9, space: 6}\n"
		    "  - remove: {at: nic.bar0}\n"
		    "  - remove: {at: dom0_ram + 0x3f00000}\n"
		    "  - write: {at: dom0_ram + 0x3f00000, width: 4, value: 1}\n"
		    "  - hypercall: {nr: 99}\n";

	expect_agrees(steps, "none", "4.22", 0);
	expect_agrees(steps, "none", "4.8", 0);
}

/* ---- what must be told ---- */

static void expect_told(struct taped *t, const char *words)
{
	EXPECT(ref_session_flush(&t->s));
	EXPECT_U64(t->s.verdict, REF_DIFFER);
	EXPECT_U64(t->s.differences, 1);
	if (!EXPECT(strstr(buf_cstr(&t->s.text), words) != NULL))
		printf("%s", buf_cstr(&t->s.text));
}

static const char *const one_read = LAB "  - read: {at: nic.bar0, width: 4}\n";

/* The word of the foreseen stop, as the payload and the comparison get it. */
static uint64_t *foreseen(struct taped *t, const struct ref_stop *stop, unsigned int word)
{
	return &t->s.img.words.items[stop->foreseen_at + 2 * (size_t)word + 1];
}

static void test_tells_registers(void)
{
	static const struct {
		enum ref_stop_kind kind;
		unsigned int word;
		uint64_t change;
		const char *told;
	} rows[] = {
		{REF_STOP_TRAP, EL2_STOP_ESR, 0x40, "ESR_EL2: QEMU"},
		{REF_STOP_TRAP, EL2_REG_X + 9, 1, "X9: QEMU"},
		{REF_STOP_TRAP, EL2_REG_PC, 4, "PC (ELR_EL2): QEMU"},
		{REF_STOP_TRAP, EL2_REG_SP, 16, "SP_EL1: QEMU"},
		{REF_STOP_DEVICE, EL2_STOP_PAR, 0x1000, "PAR_EL1 (AT): QEMU"},
		{REF_STOP_DEVICE, EL2_STOP_PAR, 0x1000, "our walk: va"},
		{REF_STOP_MADE, EL2_REG_PC, 4, "PC (ELR_EL2): QEMU"},
		{REF_STOP_MADE, EL2_REG_X + 0, 1, "a device access as it was made, on "},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct taped t;

		if (tape(&t, one_read, "c", "4.22")) {
			const struct ref_stop *stop = stop_of(&t, rows[k].kind, 0);

			if (EXPECT(stop != NULL)) {
				*foreseen(&t, stop, rows[k].word) ^= rows[k].change;
				expect_told(&t, rows[k].told);
			}
		}
		taped_end(&t);
	}
}

/* The abort that maps on demand: its syndrome and its two addresses are the walk's. */
static void test_tells_aborts(void)
{
	static const struct {
		unsigned int word;
		const char *told;
	} rows[] = {
		{EL2_STOP_FAR, "FAR_EL2: QEMU"},
		{EL2_STOP_HPFAR, "HPFAR_EL2: QEMU"},
	};

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		struct taped t;
		size_t n = 0;

		if (tape(&t, one_read, "c", "4.22")) {
			const struct ref_stop *stop = stop_of(&t, REF_STOP_TRAP, n);

			while (stop && stop->walk == SIZE_MAX)
				stop = stop_of(&t, REF_STOP_TRAP, ++n);
			if (EXPECT(stop != NULL)) {
				*foreseen(&t, stop, rows[k].word) ^= 0x10;
				expect_told(&t, rows[k].told);
			}
		}
		taped_end(&t);
	}
}

static void test_tells_memory(void)
{
	struct taped t;

	if (tape(&t, one_read, "c", "4.22")) {
		const struct ref_job *job = &t.s.img.jobs.items[0];

		EXPECT(job->is_run && job->whole && job->page_count > 0);
		t.s.img.expect.items[job->expect_at + job->digest_count - 1] ^= 1;
		expect_told(&t, "has other contents");
	}
	taped_end(&t);
}

/* What a device got, and the page of a load, which is left alone. */
static void test_tells_devices(void)
{
	static const char *const texts[] = {
		one_read,
		LAB "  - write: {at: nic.bar0 + 0xff8, width: 8, value: 5}\n",
	};

	for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
		struct taped t;

		if (tape(&t, texts[k], "c", "4.22")) {
			const struct ref_stop *stop = stop_of(&t, REF_STOP_MADE, 0);

			if (EXPECT(stop != NULL) && EXPECT_U64(stop->page_count, 1)) {
				t.s.img.expect.items[stop->digests_at] ^= 1;
				expect_told(&t, "page 0x50f20000 has other contents");
			}
		}
		taped_end(&t);
	}
}

/* A descriptor of stage 2 that arrives damaged: the fault is another, with both walks. */
static void test_tells_tables(void)
{
	struct taped t;
	bool damaged = false;

	if (tape(&t, one_read, "c", "4.22")) {
		const struct ref_stop *stop = stop_of(&t, REF_STOP_DEVICE, 0);
		uint64_t leaf = stop ? t.s.img.walks.items[stop->walk].s2_pte : 0;

		for (size_t k = 0; k < t.s.img.words.count && !damaged; k++)
			if (t.s.img.words.items[k] == leaf) {
				t.s.img.words.items[k] = 0;
				damaged = true;
			}
		EXPECT(damaged);
		expect_told(&t, "QEMU's walk: fault");
	}
	taped_end(&t);
}

/*
 * The status of a stage-2 fault on a stage-1 table has the level of stage 2 (Arm ARM D8.14). QEMU
 * 7.2 overwrites it with that of stage 1, so the comparison leaves it out; releases differ.
 */
static void test_level_of_s1ptw(void)
{
	struct taped t;
	size_t n = 0;

	if (tape(&t, LOST_TABLE, "c", "4.22")) {
		const struct ref_stop *stop = stop_of(&t, REF_STOP_TRAP, n);

		while (stop && (stop->walk == SIZE_MAX || !t.s.img.walks.items[stop->walk].s1ptw))
			stop = stop_of(&t, REF_STOP_TRAP, ++n);
		if (EXPECT(stop != NULL)) {
			EXPECT_U64(t.s.img.walks.items[stop->walk].level, 3);
			foreseen(&t, stop, EL2_STOP_ESR)[-1] = UINT64_MAX;
			*foreseen(&t, stop, EL2_STOP_ESR) |= 3;
			expect_told(&t,
				    "ESR_EL2: QEMU 0x0000000092000085, ours 0x0000000092000087");
		}
	}
	taped_end(&t);
}

static const struct unit_test tests[] = {
	{"every way of access stops, reaches and goes on as under QEMU", test_accesses},
	{"accesses to a device that is mapped by a block are QEMU's own", test_blocks},
	{"exceptions that EL1 takes itself are QEMU's where it raises them", test_own_exceptions},
	{"interrupts come at the same instruction", test_interrupts},
	{"without its tables, code or vectors Dom0 faults as under QEMU", test_lost_pages},
	{"a store to Xen's memory is not made under QEMU either", test_sealed},
	{"requests leave the same registers and memory", test_requests},
	{"a register that differs at a stop is told with both values", test_tells_registers},
	{"an abort of another address is told", test_tells_aborts},
	{"memory that differs after a run is told", test_tells_memory},
	{"what a device access leaves is told if it differs", test_tells_devices},
	{"a stage-2 descriptor that differs is told with both walks", test_tells_tables},
	{"QEMU gives a fault on a stage-1 table the level of stage 1", test_level_of_s1ptw},
};

int main(int argc, char **argv)
{
	bool is_7_2;

	if (!have_qemu(&is_7_2))
		return SKIPPED;
	/* The last is a limit of that release. */
	return unit_main("reference_run", tests, ARRAY_SIZE(tests) - !is_7_2, argc, argv);
}
