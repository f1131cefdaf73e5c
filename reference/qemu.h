/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu.h: one boot of qemu-system-aarch64 with the EL2 payload and a request.
 *
 * The payload is the machine's firmware, so that memory can be plugged where the tables are: up to
 * the CPU's address width, without RAM in between. Nothing is left behind, neither a process nor a
 * file, unless we are killed ourselves.
 */
#ifndef P2MLAB_REFERENCE_QEMU_H
#define P2MLAB_REFERENCE_QEMU_H

#include "base/buf.h"
#include "reference/answer.h"
#include "reference/boot.h"
#include "reference/tally.h"

struct ref_qemu {
	const char *program;	  /* looked up in PATH, or an absolute path */
	const char *machine_more; /* appended to -M, as ",iommu=smmuv3"; NULL: nothing */
	unsigned int deadline_ms;
	const char *folder; /* where its own is made; NULL: scratch_parent() */
};

#define REF_QEMU_PROGRAM     "qemu-system-aarch64"
#define REF_QEMU_DEADLINE_MS 30000

/* Boots; `a` is as for ref_answers_parse(). Whatever but REF_ANSWERED appends to `why`. */
enum ref_end ref_qemu_run(const struct ref_qemu *qemu, const struct ref_image *img,
			  struct ref_answers *a, struct buf *why);

/* The same with the plugin, whose counts `tally` gets, as by ref_tally_parse(). */
enum ref_end ref_qemu_count(const struct ref_qemu *qemu, const struct ref_image *img,
			    struct ref_answers *a, struct ref_tally *tally, struct buf *why);

/* The first line of `program --version` in `text`; or, if it is missing or fails, the reason. */
enum ref_end ref_qemu_version(const char *program, struct buf *text);

/*
 * False and a sentence in `why` if the machine cannot have memory where the image's tables are: in
 * a device, in the way of the payload, beyond the CPU.
 */
bool ref_qemu_can_hold(const struct ref_image *img, struct buf *why);

#endif
