/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api.h: what count.c uses of QEMU's interface for TCG plugins, version 1 (QEMU 6.0 to 8.2 offer
 * it). Declared by hand: distributions do not package the header, and a build is not to need QEMU.
 */
#ifndef P2MLAB_REFERENCE_PLUGIN_API_H
#define P2MLAB_REFERENCE_PLUGIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT	   __attribute__((visibility("default")))
#define PLUGIN_API_VERSION 1

/* All are QEMU's; tb and insn live as long as the callback of a translation. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

struct qemu_plugin_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS
};
enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_RW = 3
};
enum qemu_plugin_op {
	QEMU_PLUGIN_INLINE_ADD_U64
};

typedef void plugin_exit_fn(uint64_t id, void *ctx);
typedef void plugin_translated_fn(uint64_t id, struct qemu_plugin_tb *tb);
typedef void plugin_executed_fn(unsigned int vcpu, void *ctx);
typedef void plugin_accessed_fn(unsigned int vcpu, uint32_t info, uint64_t va, void *ctx);

/* ---- QEMU's ---- */

void qemu_plugin_register_atexit_cb(uint64_t id, plugin_exit_fn *fn, void *ctx);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, plugin_translated_fn *fn);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
/* Both before the instruction is executed. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, plugin_executed_fn *fn,
					    enum qemu_plugin_cb_flags flags, void *ctx);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op, void *at, uint64_t add);
/* After each access of it that was made. */
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, plugin_accessed_fn *fn,
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *ctx);
bool qemu_plugin_mem_is_store(uint32_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t va);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *hwaddr);

/* ---- the plugin's, which QEMU looks up ---- */

PLUGIN_EXPORT extern const int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info, int argc,
				      char **argv);

#endif
