/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collection.h: the files that a machine was described by: a folder, a tar, or a single dump.
 *
 * tools/collect.sh makes such folders; those of tests/data/real-runs have the same layout. A file
 * is known by its name (without folders), tables also by their bytes:
 *
 *	acpidump.dat, acpidump.txt, *.dump  text of acpidump
 *	*.dat, *.aml, *.bin, and any file of a folder `tables` or `dynamic`
 *	                                    raw tables, one or more in a file; a *.dat that holds
 *	                                    text of acpidump is that. (`data` of Linux's `tables`
 *	                                    holds what tables point to: it is ignored.)
 *	iomem                               /proc/iomem
 *	pci-resources.txt                   "== PATH VENDOR DEVICE CLASS drv=LINK" and `resource`
 *	pci-config.txt                      configuration space of each function, in hex
 *	devices.txt                         devices of /sys/bus/{platform,acpi,amba}/devices
 *	modules                             names of modules, the newest first, as /proc/modules
 *	xen-build.json                      what Xen mapped and denied while it built Dom0
 *	versions.txt                        kernel and Xen, "key: value" lines
 *
 * Others are ignored (and counted), and so is what is hidden (".x") or no regular file.
 */
#ifndef P2MLAB_COLLECTION_H
#define P2MLAB_COLLECTION_H

#include "base/vec.h"
#include "yaml/diag.h"
#include "yaml/yaml_tree.h"

enum collected {
	COLLECTED_ACPIDUMP,
	COLLECTED_TABLE,
	COLLECTED_IOMEM,
	COLLECTED_PCI,
	COLLECTED_PCI_CONFIG,
	COLLECTED_DEVICES,
	COLLECTED_MODULES,
	COLLECTED_XEN_BUILD,
	COLLECTED_VERSIONS,
	COLLECTED_COUNT
};

struct collected_file {
	enum collected kind;
	struct diag_file file; /* path: as the user would find it, "DIR/iomem", "m.tar:m/iomem" */
	const char *name;      /* last part of that */
};

struct collection {
	const char *path;
	VEC(struct collected_file) files; /* in bytewise order of their paths */
	unsigned int ignored;
};

/* Most bytes of one file, and of all; of a tar, also of what is ignored in it. */
#define COLLECTION_FILE_MAX ((size_t)64 << 20)
#define COLLECTION_MAX	    ((size_t)256 << 20)

/* Most files and folders that are looked at. */
#define COLLECTION_ENTRIES_MAX 20000u

/*
 * Reads a folder (4 deep: DIR/a/b/c/file; links to files inside it only), a tar (plain, gzip or xz;
 * only in memory) or one file, which is also known by its bytes. Texts are the arena's and end in a
 * NUL. At most one file of each kind but TABLE counts: a second one is an error that names both.
 * False with errors in d: nothing there, unreadable, too large; collection_fini() then too.
 */
bool collection_read(struct collection *out, const char *path, struct arena *a, struct diag *d);
void collection_fini(struct collection *c); /* the vector only */

/* The file of that kind, or NULL. */
const struct collected_file *collection_file(const struct collection *c, enum collected kind);

#endif
