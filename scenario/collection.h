/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collection.h: the files that a machine was described by: a folder, a tar, or a single dump.
 *
 * tools/collect.sh makes such folders; those of tests/data/real-runs have the same layout. A file
 *is known by its name (without folders), tables also by their bytes:
 *
 *	acpidump.dat, acpidump.txt, *.dump  text of acpidump
 *	*.dat, *.aml, *.bin, and any file of a folder `tables` or `acpi/tables` (also `dynamic`,
 *	                                    `data`): raw tables, one or more in a file
 *	iomem                               /proc/iomem
 *	pci-resources.txt                   "== PATH VENDOR DEVICE CLASS drv=LINK" and `resource`
 *	pci-config.txt                      configuration space of each function, in hex
 *	devices.txt                         devices of /sys/bus/{platform,acpi,amba}/devices
 *	xen-build.json                      what Xen mapped and denied while it built Dom0
 *	versions.txt                        kernel and Xen, "key: value" lines
 *
 * Others are ignored (and counted).
 */
#ifndef P2MLAB_COLLECTION_H
#define P2MLAB_COLLECTION_H

#include "scenario/diag.h"
#include "scenario/yaml_tree.h"
#include "sim/vec.h"

enum collected {
	COLLECTED_ACPIDUMP,
	COLLECTED_TABLE,
	COLLECTED_IOMEM,
	COLLECTED_PCI,
	COLLECTED_PCI_CONFIG,
	COLLECTED_DEVICES,
	COLLECTED_XEN_BUILD,
	COLLECTED_VERSIONS,
	COLLECTED_COUNT
};

struct collected_file {
	enum collected kind;
	struct diag_file file; /* path: as the user would find it, "DIR/iomem", "m.tar:m/iomem" */
	const char *name;      /* last part of it */
};

struct collection {
	const char *path;
	VEC(struct collected_file) files; /* tables in bytewise order of their paths */
	unsigned int ignored;
};

/* Most bytes of one file, and of all. */
#define COLLECTION_FILE_MAX ((size_t)64 << 20)
#define COLLECTION_MAX	    ((size_t)256 << 20)

/*
 * Reads a folder (at most 4 deep, no symbolic links out of it), a tar (also compressed) or one
 * file. Texts are the arena's. At most one file of each kind but TABLE counts: a second one is an
 * error that names both. False with errors in d: nothing there, unreadable, too large.
 */
bool collection_read(struct collection *out, const char *path, struct arena *a, struct diag *d);
void collection_fini(struct collection *c); /* the vector only */

/* The file of that kind, or NULL. */
const struct collected_file *collection_file(const struct collection *c, enum collected kind);

#endif
