/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen_qemu.h: one boot of a stock Xen in QEMU, with our Dom0 and its request.
 */
#ifndef P2MLAB_REFERENCE_XEN_QEMU_H
#define P2MLAB_REFERENCE_XEN_QEMU_H

#include "reference/boot.h"
#include "reference/xen_answer.h"
#include "reference/xen_request.h"

/* Who starts Xen, and what tells it of the machine. */
enum xr_boot {
	XR_BOOT_TREE, /* QEMU itself, by a device tree */
	XR_BOOT_UEFI, /* firmware, which hands on the device tree */
	XR_BOOT_ACPI, /* firmware with ACPI tables and no device tree */
};

struct xr_qemu {
	const char *program;  /* qemu-system-aarch64: looked up in PATH, or an absolute path */
	const char *xen;      /* an arm64 Image, and an EFI application for firmware; absolute */
	const char *firmware; /* EDK2; absolute. Not looked at for XR_BOOT_TREE */
	enum xr_boot boot;
	const char *cpu; /* "cortex-a57" */
	uint64_t ram_mb, dom0_mb;
	unsigned int deadline_ms;
};

#define XR_QEMU_DEADLINE_MS 60000

/*
 * Boots with image and request in one file. The machine has one CPU and counts instructions
 * (-icount shift=0), so that a boot's answers are the same each time; behind firmware, whose
 * disk is as fast as the host, but for a tick of the clock here and there. Whatever but
 * REF_ANSWERED appends to `why`.
 */
enum ref_end xr_qemu_run(const struct xr_qemu *qemu, const void *request, size_t len,
			 struct xr_answer *a, struct buf *why);

/* The Dom0 of reference/xen: bytes to be freed, or NULL (errno). */
void *xr_dom0_read(size_t *len);

#endif
