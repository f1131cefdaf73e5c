/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/import_parts.h: the files of a machine while they become a platform.
 *
 * Private to platform/import*.c. First all files are read, then what they say is taken
 * in the order in which Linux meets it: IORT's SMMUs, the namespace, what /proc/iomem has besides,
 * watchdogs, PCI functions.
 */
#ifndef P2MLAB_PLATFORM_IMPORT_PARTS_H
#define P2MLAB_PLATFORM_IMPORT_PARTS_H

#include "acpi/aml.h"
#include "platform/build.h"
#include "platform/collection.h"
#include "platform/import.h"
#include "platform/write.h"

struct span64 {
	uint64_t base, size;
};

/* A row of Xen's log that maps something 1:1, or (gfn != mfn) its crafted tables. */
struct xen_mapping {
	uint64_t gfn, mfn, pages;
	unsigned int index; /* in the file, from 1 */
};

/* An I/O window of a bridge with the number that Linux gave its first port. */
struct import_io {
	uint64_t base, size; /* physical */
	uint64_t port;
};

/* A device that Linux had. */
struct linux_device {
	const char *name;
	const char *driver; /* bound to it; "": none */
};

/* Files, by kind: which file, and what was read from it. */
struct importing {
	struct platform_builder *b;
	const struct diag_file *files[COLLECTED_COUNT]; /* NULL: none; TABLE: the first */
	struct diag_file nowhere;			/* for what no file says */
	VEC(const char *) table_origins;		/* of tables.items[same index] */
	VEC(const struct diag_file *) table_files;	/* the same */
	struct acpi_tables tables;
	struct acpi_facts facts;
	struct aml aml;
	struct iomem_text iomem;
	struct pci_text pci;
	struct pci_config_text config;
	VEC(struct linux_device) devices; /* of the platform and AMBA buses */
	VEC(struct xen_mapping) xen_ram, xen_tables, xen_crafted;
	VEC(struct import_io) io;
	VEC(struct span64) windows; /* memory windows of bridges: nothing is made up there */
	VEC(struct remark) remarks;
	bool *mcfg_used;			  /* of facts.mcfg.items[same index]: a bridge's */
	size_t bridges;				  /* host bridges in the namespace */
	size_t dynamic_regions;			  /* OperationRegions whose address is not known */
	uint64_t ports;				  /* I/O ports given to windows so far */
	const struct import_evaluator *evaluator; /* NULL: none */
	size_t bytes;		/* that all entries will take in a platform file, about */
	bool full;		/* no room for more of them: said */
	bool iomem_has_devices; /* it lists ACPI devices: those not listed are not there */
	bool of_dom0;		/* the files are those of a Dom0 under Xen */
	bool makes_up;		/* memory that nothing tells is made up */
};

/* Who says what in a reader's log. */
struct import_log {
	struct importing *im;
	const struct diag_file *file;
	bool warns; /* what is wrong there is no error */
};
struct acpi_log import_log(struct import_log *to, struct importing *im,
			   const struct diag_file *file);

__attribute__((format(printf, 4, 5))) void import_remark(struct importing *im, enum remark_at at,
							 const char *key, const char *fmt, ...);
/* A sentence about a fact, as a warning. */
__attribute__((format(printf, 3, 4))) void
import_warn(struct importing *im, const struct where *where, const char *fmt, ...);
struct where import_where(struct importing *im, enum collected kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "iomem:12" */
struct where import_where_line(struct importing *im, enum collected kind, unsigned int line);
/* "MCFG+0x2c" */
struct where import_where_table(struct importing *im, const char *sig, size_t offset);
/* True if an entry of about that many bytes still fits into a file that can be read back. */
bool import_room(struct importing *im, size_t bytes);
/* `text` with blanks and what cannot be printed as '_'. In the arena. */
const char *import_word(struct importing *im, const char *text);
/* The same as a name of a device: places are "NAME + 4". */
const char *import_name(struct importing *im, const char *text);
/* The device of that name, or NULL. */
struct device *import_device(struct importing *im, const char *name);

/* platform/import_acpi.c */
void import_read_tables(struct importing *im, const struct diag_file *file, enum collected kind,
			const char *name);
void import_read_facts(struct importing *im);
void import_facts(struct importing *im); /* GIC, timers, console, BERT, SMMUs */
void import_mcfg(struct importing *im);	 /* ECAMs as MCFG has them: without a namespace */
void import_watchdogs(struct importing *im);
void import_areas(struct importing *im);
void import_tables(struct importing *im);

/* platform/import_aml.c */
void import_namespace(struct importing *im);
void import_opregions(struct importing *im);

/* platform/import_bridge.c */
bool import_is_bridge(const struct aml_device *d);
/* The ECAM and the I/O windows of a host bridge. False: Linux cannot reach its functions. */
bool import_bridge(struct importing *im, const struct aml_device *d);
/* What of MCFG no bridge took. */
void import_unused_mcfg(struct importing *im);

/* What devices.txt says of a device; NULL: nothing. */
const struct linux_device *import_linux_device(const struct importing *im, const char *name);
/* platform/import_iomem.c */
void import_read_iomem(struct importing *im);
void import_read_devices(struct importing *im);
/* platform.modules is what was loaded, in order, if that is known. */
void import_read_modules(struct importing *im);
bool import_linux_had(const struct importing *im, const char *name);
/* Resources of that device, from its own lines. True if it has any; *line: of the first. */
bool import_iomem_resources(const struct importing *im, const char *name, struct device *dev,
			    unsigned int *line);
void import_iomem_devices(struct importing *im); /* those not known yet */

/* platform/import_pci.c */
void import_read_pci(struct importing *im);
void import_functions(struct importing *im);

/* platform/import_xen.c */
void import_read_xen_build(struct importing *im);
void import_xen_build(struct importing *im);

/* platform/import_memory.c */
void import_dom0_ram(struct importing *im); /* from iomem, unless Xen's log told */
void import_make_up(struct importing *im);
/* Runs of addresses that something is known to be at, but RAM. False: no memory. */
struct span_list {
	struct span64 *items;
	size_t count, room;
};
bool import_taken(struct importing *im, struct span_list *out);

/* platform/import.c */
struct importing *importing_new(struct platform_builder *b);
/* All that was read becomes the platform's. */
void import_all(struct importing *im);

#endif
