// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TCG plugin: counts what EL1 begins to execute and the accesses it makes, from one mark of the
 * payload to the next, into the file EL2_COUNTS beside the payload's answer.
 *
 * EL1's code is what is not in the payload's flash. The machine has one CPU.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/el2/abi.h"
#include "reference/plugin/api.h"

const int qemu_plugin_version = PLUGIN_API_VERSION;

/* QEMU gives the callback of a translation no context. */
static struct {
	struct el2_count count; /* since the last mark */
	uint64_t marks;
	FILE *file;
} state;

/* A short file is noticed by who reads it: its last record has the number of the others. */
static void put(uint64_t kind)
{
	state.count.kind = kind;
	fwrite(&state.count, sizeof(state.count), 1, state.file);
	state.count = (struct el2_count){.kind = 0};
	state.marks++;
}

static void on_run(unsigned int vcpu, void *ctx)
{
	(void)vcpu;
	(void)ctx;
	put(EL2_COUNT_RUN);
}

static void on_stop(unsigned int vcpu, void *ctx)
{
	(void)vcpu;
	(void)ctx;
	put(EL2_COUNT_STOP);
}

static void on_access(unsigned int vcpu, uint32_t info, uint64_t va, void *ctx)
{
	const struct qemu_plugin_hwaddr *hwaddr = qemu_plugin_get_hwaddr(info, va);

	(void)vcpu;
	(void)ctx;
	if (qemu_plugin_mem_is_store(info))
		state.count.stores++;
	else
		state.count.loads++;
	state.count.devices += hwaddr && qemu_plugin_hwaddr_is_io(hwaddr);
}

static void watch(struct qemu_plugin_insn *insn)
{
	uint32_t word;

	/* An exception in place of a fetch, as of a software step, has no instruction. */
	if (qemu_plugin_insn_size(insn) != sizeof(word))
		return;
	if (qemu_plugin_insn_vaddr(insn) >= EL2_RAM) {
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &state.count.insns, 1);
		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_RW, NULL);
		return;
	}
	memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
	if (word == EL2_HINT(EL2_MARK_RUN))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_run, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (word == EL2_HINT(EL2_MARK_STOP))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_stop, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void on_translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t k = 0; k < count; k++)
		watch(qemu_plugin_tb_get_insn(tb, k));
}

static void on_exit_of_qemu(uint64_t id, void *ctx)
{
	(void)id;
	(void)ctx;
	state.count = (struct el2_count){.insns = state.marks};
	put(EL2_COUNT_END);
	fclose(state.file);
}

int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (!info->system_emulation || strcmp(info->target_name, "aarch64") != 0) {
		fputs("the plugin is for qemu-system-aarch64\n", stderr);
		return -1;
	}
	state.file = fopen(EL2_COUNTS, "wb");
	if (!state.file) {
		perror(EL2_COUNTS);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
