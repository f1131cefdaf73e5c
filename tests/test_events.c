// SPDX-License-Identifier: GPL-2.0-only
#include "cli/events.h"

#include <string.h>

#include "base/check.h"
#include "tests/unit.h"

/* An event with every field set, so that a line shows which ones its kind has. */
static struct event full(enum event_kind kind)
{
	return (struct event){
		.cycle = 1000,
		.kind = kind,
		.has_gpa = true,
		.gpa = 0x4010000000,
		.pages = 3,
		.rc = -14,
		.insns = 1234,
		.cycles = 2222,
		.tables = 2,
		.tlbi = 1,
		.denied = 1,
		.size = 4,
		.start_extent = 16,
		.preempted = true,
		.space = 5,
		.write = true,
		.isv = true,
		.s1ptw = false,
		.hsr = 0x93c08007,
		.gva = 0xffff800012345678,
		.pc = 0xffff800008000010,
		.insn = 0xb9400020,
		.err_count = 2,
		.errs = {0, -22},
		.stream = 0x10,
		.step = 1,
		.by = "pci_generic_config_read",
		.target_pa = 0x9000000,
		.reached = true,
	};
}

#define HEAD(kind)                                                                                 \
	"{\"n\":7,\"cycle\":1000,\"kind\":\"" kind "\",\"gpa\":\"0x4010000000\",\"pages\":3,"
#define COST "\"insns\":1234,\"cycles\":2222,\"tables\":2,\"tlbi\":1"
#define TAIL ",\"by\":\"pci_generic_config_read\",\"step\":1,\"line\":9}\n"
#define PC   ",\"pc\":\"0xffff800008000010\""
#define ACCESS                                                                                     \
	",\"gva\":\"0xffff800012345678\"" PC ",\"hsr\":\"0x93c08007\",\"insn\":\"0xb9400020\","    \
	"\"write\":1,\"isv\":1,\"s1ptw\":0"
#define PHYSMAP                                                                                    \
	HEAD_RC "\"size\":4," COST ",\"space\":5,\"errs\":[0,-22],\"denied\":1,"                   \
		"\"start_extent\":16,\"preempted\":1" PC TAIL
#define HEAD_RC "\"rc\":-14,"
#define ABORT	"\"rc\":-14,\"size\":4," COST ACCESS TAIL

static void test_every_kind(void)
{
	static const char *const want[EV_KIND_COUNT] = {
		[EV_ADD_TO_PHYSMAP_RANGE] = HEAD("add_to_physmap_range") PHYSMAP,
		[EV_ADD_TO_PHYSMAP] = HEAD("add_to_physmap") PHYSMAP,
		[EV_REMOVE_FROM_PHYSMAP] = HEAD("remove_from_physmap") HEAD_RC COST PC TAIL,
		[EV_HYPERCALL_OTHER] = HEAD("hypercall_other") HEAD_RC "\"nr\":4," COST PC TAIL,
		[EV_ABORT_MAP] = HEAD("stage2_abort_map") ABORT,
		[EV_ABORT_INJECT] = HEAD("stage2_abort_inject") ABORT,
		[EV_ABORT_OTHER] = HEAD("stage2_abort_other") ABORT,
		[EV_ABORT_EMULATE] = HEAD("stage2_abort_emulate") ABORT,
		[EV_PREMAP] = HEAD("premap") HEAD_RC COST TAIL,
		[EV_DMA] = HEAD("dma") "\"size\":4," COST ",\"stream\":\"0x10\",\"write\":1,"
				       "\"target\":\"0x9000000\"" TAIL,
		[EV_DMA_FAULT] = HEAD("dma_fault") "\"size\":4," COST
						   ",\"stream\":\"0x10\",\"write\":1" TAIL,
		[EV_EXTERNAL_ABORT] =
			HEAD("external_abort") "\"size\":4" ACCESS ",\"target\":\"0x9000000\"" TAIL,
	};
	struct step steps[] = {{.at = {4, 5}}, {.at = {9, 5}}};
	struct script script = {.steps = {steps, 2, 2}};

	for (unsigned int i = 0; i < EV_KIND_COUNT; i++) {
		struct event ev = full((enum event_kind)i);
		struct buf out = {0};

		events_line(&out, 7, &ev, &script);
		EXPECT_STR(buf_cstr(&out), want[i]);
		buf_fini(&out);
	}
}

static void test_absent_fields(void)
{
	struct event ev = {.kind = EV_DMA, .step = -1, .by = ""};
	struct buf out = {0};

	events_line(&out, 0, &ev, NULL);
	EXPECT_STR(buf_cstr(&out),
		   "{\"n\":0,\"cycle\":0,\"kind\":\"dma\",\"pages\":0,\"size\":0,\"insns\":0,"
		   "\"cycles\":0,\"tables\":0,\"tlbi\":0,\"stream\":\"0x0\",\"write\":0}\n");
	buf_reset(&out);
	ev.step = 3;
	ev.kind = EV_PREMAP;
	events_line(&out, 1, &ev, NULL);
	EXPECT_STR(buf_cstr(&out),
		   "{\"n\":1,\"cycle\":0,\"kind\":\"premap\",\"pages\":0,\"rc\":0,"
		   "\"insns\":0,\"cycles\":0,\"tables\":0,\"tlbi\":0,\"step\":3}\n");
	buf_fini(&out);
}

static void test_many_errs(void)
{
	struct event ev = full(EV_ADD_TO_PHYSMAP_RANGE);
	struct buf out = {0};

	ev.err_count = 500; /* what the call had; only the first are kept */
	events_line(&out, 0, &ev, NULL);
	EXPECT(strstr(buf_cstr(&out), "\"errs\":[0,-22,0,0,0,0,0,0],") != NULL);
	buf_fini(&out);
}

static void test_record(void)
{
	struct record rec = {0};
	struct event ev = {.kind = EV_PREMAP, .step = -1, .by = ""};
	struct buf out = {0};

	events_put(&out, &rec, NULL);
	EXPECT_STR(buf_cstr(&out), "");
	record_event(&rec, &ev);
	record_event(&rec, &ev);
	events_put(&out, &rec, NULL);
	EXPECT(strncmp(buf_cstr(&out), "{\"n\":0,", 7) == 0);
	EXPECT(strstr(buf_cstr(&out), "}\n{\"n\":1,") != NULL);
	buf_reset(&out);
	events_run_line(&out, "ecam:b:xen=4.22:linux=6.1");
	EXPECT_STR(buf_cstr(&out), "{\"type\":\"run\",\"schema\":\"p2mlab.events/1\","
				   "\"id\":\"ecam:b:xen=4.22:linux=6.1\"}\n");
	buf_fini(&out);
	record_fini(&rec);
}

static const struct unit_test tests[] = {
	{"each kind has its fields, in the order of the recorded runs", test_every_kind},
	{"what is unknown is left out", test_absent_fields},
	{"no more errs are printed than are kept", test_many_errs},
	{"a record is one line per event, numbered from 0", test_record},
};

int main(int argc, char **argv)
{
	return unit_main("events", tests, ARRAY_SIZE(tests), argc, argv);
}
