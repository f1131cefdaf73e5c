/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dom0_model.h: Dom0: its aarch64 image on the vCPU, driven one kernel function at a time.
 *
 * What Linux would call, and when, is decided here and in boot.c; the call itself is executed by
 * Dom0's own code (dom0/), with every trap it takes handled by Xen and every access judged. The
 * host side knows which physical ranges Dom0 has mapped where, as a kernel's vmap list would.
 */
#ifndef P2MLAB_DOM0_MODEL_H
#define P2MLAB_DOM0_MODEL_H

#include "dom0/dom0_abi.h"
#include "sim/device_order.h"
#include "sim/dma.h"
#include "sim/linux_version.h"
#include "sim/map_log.h"
#include "sim/naive.h"
#include "sim/opregion.h"
#include "sim/script.h"
#include "sim/trap.h"
#include "sim/vcpu.h"
#include "sim/verdict.h"

/* A range that Dom0 has mapped in stage 1. */
struct dom0_mapping {
	uint64_t phys, bytes, va;
	enum dom0_api api;
};

struct dom0 {
	struct vcpu *vcpu;
	struct xen *xen;
	struct dma_engine *dma;
	const struct platform *plat;
	const struct linux_version *lnx;
	const struct strategy *strategy;
	struct charge *charge;
	struct record *record;
	struct verdict *verdict;
	struct memory *mem;
	struct dom0_header header;
	struct dom0_map_log *map_log; /* NULL: nobody asked */
	VEC(struct dom0_mapping) maps;
	VEC(struct opregion_window) windows; /* oldest first */
	uint64_t tick_cycles;		     /* period of Dom0's tick, 0: none yet */
	uint64_t max_cycles;
	bool irqs_off;	 /* what the next call runs with */
	bool earlycon;	 /* `earlycon` is on the command line */
	bool keep_going; /* an abort would stop Linux, but the boot rows go on */
	bool paranoid;
	const struct naive *naive;	  /* NULL: nobody asked */
	const struct device_order *order; /* of plat */
	VEC(uint8_t)
	driven; /* for each device of plat, bits of enum touch_stage: done in this run */
	int step;
	enum boot_phase phase;	/* being booted, or the last that was */
	unsigned int row;	/* of FACTS L9 being booted, 0: none */
	enum run_status status; /* RUN_DONE while nothing ended the run */
	char *why;
	size_t why_len;
	/* of the call in progress */
	uint64_t last_pc, last_va; /* of the last exit, */
	uint64_t same_aborts;	   /* and how often it was an abort just there */
	struct vcpu_exit fault;	   /* the last abort it took, kind VCPU_WFI if none */
};

/* How a call ended. */
struct dom0_result {
	enum outcome outcome; /* OK, ABORTED, EXTERNAL or CRASHED */
	uint64_t x0;
	uint64_t esr, far; /* of the last abort that reached Dom0 */
};

/*
 * Puts the image into RAM, builds the linear map and resets the vCPU. Everything in `d` up to
 * max_cycles is set by the caller. 0, -ENOMEM, -EINVAL (RAM too small or not 2 MiB aligned) or
 * -EIO (engine).
 */
int dom0_start(struct dom0 *d);
void dom0_fini(struct dom0 *d);

/* Executes the kernel's first instruction, flat, at the start of RAM. Once, after dom0_start(). */
void dom0_enter(struct dom0 *d);

/* True once the run is over (limit, crash, disagreement): nothing more is executed. */
static inline bool dom0_stopped(const struct dom0 *d)
{
	return d->status != RUN_DONE;
}

/* Runs one of Dom0's functions to its end. `by`: the kernel function it stands for. */
struct dom0_result dom0_call(struct dom0 *d, const char *by, enum dom0_fn fn, const uint64_t *args,
			     unsigned int arg_count);

/* ioremap and its relatives: VA, or 0 where the kernel refuses (RAM, no space). */
uint64_t dom0_ioremap(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes,
		      enum dom0_api api);
/* Unmaps what covers [phys, phys + bytes) with that API. */
void dom0_iounmap(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes, enum dom0_api api);

/* VA of phys in a mapping of `api` (the newest), 0 if there is none. */
uint64_t dom0_va(const struct dom0 *d, uint64_t phys, enum dom0_api api);

/* One access to physical address `phys` through a mapping; maps [phys, +width) if none covers it.
 * Judged. *value: to write, or what was read. */
struct dom0_result dom0_access(struct dom0 *d, const char *by, uint64_t phys,
			       enum dom0_access access, enum dom0_api api, uint64_t *value);

/* Bytes that `access` moves, and whether it stores. */
unsigned int dom0_access_bytes(enum dom0_access access);
bool dom0_access_writes(enum dom0_access access);
/* The plain load or store of 1, 2, 4 or 8 bytes. */
enum dom0_access dom0_plain_access(unsigned int width, bool write);

/* One access to physical address `phys` at `va`, which maps it. Judged. *value as above. */
struct dom0_result dom0_access_at(struct dom0 *d, const char *by, uint64_t phys, uint64_t va,
				  enum dom0_access access, uint64_t *value);

/* acpi_os_map_iomem() of [phys, phys + bytes), through its map cache: VA, or 0. Judged. */
uint64_t dom0_acpi_map(struct dom0 *d, const char *by, uint64_t phys, uint64_t bytes);
/* acpi_os_unmap_iomem() of what that gave. */
void dom0_acpi_unmap(struct dom0 *d, const char *by, uint64_t va, uint64_t bytes);

/* What is asked for of p2m_check() and naive_compare(); done after every trap, too, then not by
 * every_walk. A table that is not sound is a bug; a difference ends the run: RUN_DISAGREE. */
void dom0_check_tables(struct dom0 *d, bool every_walk);

/* Ends the run: the host's memory ran out. */
void dom0_out_of_memory(struct dom0 *d);

/* The notifier's request for each memory resource of a device, and its unmap. Judged. A request
 * that returns an error is the last, and those before it are unmapped. */
void dom0_notify_add(struct dom0 *d, const struct device *dev);
void dom0_notify_del(struct dom0 *d, const struct device *dev);

/* Dom0's log as the image keeps it. */
struct dom0_log dom0_read_log(const struct dom0 *d);

/* Lets simulated time pass until `cycle`: ticks and DMA happen on the way. */
void dom0_wait_until(struct dom0 *d, uint64_t cycle);

#endif
