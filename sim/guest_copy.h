/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_copy.h: raw_copy_{from,to}_guest(): Xen reads and writes Dom0's memory by its VA.
 *
 * Each page of a buffer costs an AT S12E1x walk and a reference on the page; a page that Dom0 does
 * not own (MMIO, another's RAM, unmapped) is a failed copy. 4.12 and later walk in software where
 * the AT fails because of a clear valid bit (FACTS X17).
 */
#ifndef P2MLAB_GUEST_COPY_H
#define P2MLAB_GUEST_COPY_H

#include "sim/cpu.h"
#include "sim/xen_model.h"

/* Drops cached translations: at each entry to Xen. */
void guest_copy_begin(struct xen *xen);

/* A valid descriptor at `entry` changed: drops the translations whose walk read its table. */
void guest_copy_forget(struct xen *xen, pa_t entry);

/* 0 or -XEN_EFAULT; bytes of earlier pages have been copied then, as in Xen. */
int copy_from_guest(struct xen *xen, const struct cpu *cpu, void *to, uint64_t from_va, size_t len);
int copy_to_guest(struct xen *xen, const struct cpu *cpu, uint64_t to_va, const void *from,
		  size_t len);

#endif
