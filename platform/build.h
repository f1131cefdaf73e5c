/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform/build.h: a platform in the making: what files say, until it is checked as a whole.
 *
 * Private to platform/. Facts are collected with the place they come from; builder_finish() puts
 * the regions together by rank, so that a conflict is reported where it was written.
 */
#ifndef P2MLAB_PLATFORM_BUILD_H
#define P2MLAB_PLATFORM_BUILD_H

#include "acpi/acpi.h"
#include "platform/driver_files.h"
#include "platform/schema.h"

/* What a region was derived from. The order is the order of placing: earlier ones stand. */
enum region_from {
	FROM_REGIONS, /* `regions` of a file */
	FROM_DOM0_RAM,
	FROM_XEN_TEXT,
	FROM_XEN_HEAP,
	FROM_BERT,
	FROM_TABLES,
	FROM_GICD,
	FROM_REDISTS,
	FROM_GICC,
	FROM_GICH,
	FROM_GICV,
	FROM_ITS,
	FROM_V2M,
	FROM_SPCR,
	FROM_ECAMS,
	FROM_GTDT,
	FROM_IO_WINDOWS, /* I/O BARs lie in them */
	FROM_DEVICES,
	FROM_OPREGIONS,
	FROM_AREAS,
	FROM_COUNT,
};

/* Where a fact was written. */
struct where {
	const struct diag_file *file;
	struct src at; /* line 0: the file as a whole */
	unsigned int width;
	const char *origin; /* for reports: "lab.yaml:12", "MADT+0x2c" */
	bool imported;	    /* firmware or a kernel said it, not the user */
};

struct pending {
	enum region_from from;
	struct region region;
	struct where where;
	uint32_t name_hash;
	bool holed;    /* earlier regions lie in it */
	bool dropped;  /* an earlier region stands for it; its name is still known */
	bool conflict; /* imported, and contradicts an earlier one: the fact is taken back */
};

/* What is known of plat->devices.items[same index] besides. */
struct device_note {
	struct where where;
	const struct schema_list *list;	   /* the `devices` list that named it last */
	const struct schema_list *touches; /* its own; NULL: a driver's */
	const struct diag_file *touches_file;
	const char *driver; /* asked for by name */
	const char *bound;  /* imported: the driver that was bound */
	bool unbound;	    /* imported: none was */
};

/* Where a driver profile was written. In this order they are tried. */
enum driver_source {
	SOURCE_SCENARIO,
	SOURCE_PLATFORM,
	SOURCE_FILES, /* drivers/: for every platform, so what a device lacks is passed over */
	SOURCE_COUNT
};

struct driver_row {
	const struct raw_driver *raw;
	const struct diag_file *file;
	enum driver_source source;
};

struct driver_rows {
	struct driver_row *items;
	size_t count, room;
};

struct platform_builder {
	struct arena *arena;
	struct diag *diag;
	const char *path;      /* of the file that describes the platform */
	struct platform *plat; /* in the arena; its vectors are its own */
	VEC(struct pending) pending;
	VEC(struct device_note) notes;
	struct driver_rows drivers;
	const struct driver_files *files; /* profiles for every platform; NULL: none */
	bool extra;			  /* reading a scenario's additions */
	unsigned int counts[FROM_COUNT];  /* regions so far: numbers of names */
	unsigned int area_counts[AREA_USE_COUNT];
	unsigned int errors_before; /* of the diag when it began */
	bool lost;		    /* out of memory */
	bool lenient;		    /* nothing that is imported is an error */
	struct importing *import;   /* what is being imported; NULL: nothing is */
};

struct platform_builder *builder_new(struct arena *a, struct diag *d);
void builder_fini(struct platform_builder *b); /* not the platform; accepts NULL */

/* Reads a platform map; false if it is none. dir: where relative names start. */
bool builder_read(struct platform_builder *b, const struct node *node, const struct diag_file *file,
		  const char *dir);
/* The same from a file. False if there is nothing to go on with. */
bool builder_read_file(struct platform_builder *b, const char *path);
/* What a platform file and a scenario both may list. */
struct raw_additions {
	const struct schema_list *devices, *drivers, *tables, *opregions, *regions, *areas;
};
void builder_add(struct platform_builder *b, const struct schema_ctx *ctx,
		 const struct raw_additions *add);
void builder_smmu(struct platform_builder *b, const struct raw_smmu *smmu);
/* Checks all and completes the platform. False with errors in the diag. */
bool builder_finish(struct platform_builder *b);

/*
 * Address of a name: a region's, or "device.resN", or "crafted". False if there is none; for a
 * device's missing resource *device tells which device.
 */
bool builder_address(const struct platform_builder *b, const char *name, uint64_t *addr,
		     const struct device **device);
/* All names of regions, then of devices: *count of them, in the arena. */
const char *const *builder_names(const struct platform_builder *b, size_t *count);
const char *const *builder_device_names(const struct platform_builder *b, size_t *count);

/* --- inside -------------------------------------------------------------------------- */

struct where where_node(const struct schema_ctx *ctx, const struct node *node);
/* The same; a written `origin` (may be NULL) is where the fact is known from. */
struct where where_origin(const struct schema_ctx *ctx, const struct node *node,
			  const char *origin);
__attribute__((format(printf, 3, 4))) void
where_error(struct platform_builder *b, const struct where *where, const char *fmt, ...);
__attribute__((format(printf, 3, 4))) void
where_warn(struct platform_builder *b, const struct where *where, const char *fmt, ...);

/* Adds a region. name NULL: made from `from` and a number. */
void builder_region(struct platform_builder *b, enum region_from from, const char *name,
		    uint64_t base, uint64_t size, struct where where);
/* One of `regions`, which says what it is. */
void builder_region_is(struct platform_builder *b, const char *name, uint64_t base, uint64_t size,
		       enum truth is, struct where where);
/* Adds the area and its region. */
void builder_area(struct platform_builder *b, enum area_use use, uint64_t base, uint64_t size,
		  struct where where);
void builder_io_window(struct platform_builder *b, const struct io_window *window,
		       struct where where);
void builder_table_region(struct platform_builder *b, const struct acpi_table *t,
			  struct where where);
/* Forgets all regions from there: a key overrides an import. */
void builder_forget(struct platform_builder *b, enum region_from from);
/* What of the platform made that region is taken back. */
void builder_drop_fact(struct platform_builder *b, const struct pending *p);
/* Takes back imported facts that the regions do not bear out, with a warning. */
void builder_settle(struct platform_builder *b);
void builder_place_regions(struct platform_builder *b);

/* platform/device.c */
void builder_devices(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct schema_list *list);
/* Adds a device at the end; *index. False: out of memory. */
bool builder_device(struct platform_builder *b, const struct device *dev,
		    const struct device_note *note);
void builder_device_regions(struct platform_builder *b); /* of their resources */
/* "0000:00:01.0" */
bool parse_pci_address(const char *text, struct device *dev);
/* A word that places can name: no blanks, no '+'. Reports otherwise. */
bool builder_name_ok(const struct schema_ctx *ctx, const struct schema_head *head,
		     const char *name);

/* What is loaded before coldplug: raw's list; without one (or with raw NULL), what an import found;
 * without that, the list of the recorded machine's initramfs (FACTS R2). */
void builder_modules(struct platform_builder *b, const struct raw_platform *raw);

/* platform/driver.c */
void builder_drivers(struct platform_builder *b, const struct schema_ctx *ctx,
		     const struct schema_list *list);
void builder_bind(struct platform_builder *b); /* drivers to devices */
/* Report what rows of the schema cannot say of a profile, and of a list of touches. */
void driver_check(const struct schema_ctx *ctx, const struct raw_driver *raw);
void driver_check_touches(const struct schema_ctx *ctx, const struct schema_list *list);

/* driver_files.c */
const struct driver_rows *driver_files_rows(const struct driver_files *files);

/* platform/import.c: the files that `import` names */
void builder_import(struct platform_builder *b, const struct schema_ctx *ctx,
		    const struct raw_import *import, const char *dir);
/* Makes up what they and the keys did not tell, if that is asked for. */
void builder_import_end(struct platform_builder *b);
void builder_import_fini(struct platform_builder *b); /* what the files told */

#endif
