/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aml.h: AML as a reader sees it: the namespace that loading builds, and what of it is constant.
 *
 * Nothing is executed but what loading a table executes (ACPI 6.5, 5.4 and 20.2: the term list of
 * the definition block, with If and Else on constants). Values are folded through names, constant
 * arithmetic and references. A method whose body is nothing but names and one Return of something
 * constant has that constant as its value. Whatever else would need a method to run, a field to be
 * read or an argument to be known is AML_DYNAMIC, with the reason in words; it is never guessed.
 *
 * Bytes come from firmware: bounded depth, nodes, steps and output; cycles end; damage is said in
 * the log with table and offset and the reader goes on behind the enclosing package.
 */
#ifndef P2MLAB_ACPI_AML_H
#define P2MLAB_ACPI_AML_H

#include "acpi/crs.h"

enum aml_known {
	AML_ABSENT,  /* there is no such object */
	AML_STATIC,  /* the value is what any interpreter would give */
	AML_DYNAMIC, /* `reason` says why not */
};

struct aml_int {
	enum aml_known known;
	uint64_t value;
	const char *reason;
};

/* _HID, _CID, _UID: "PNP0A08" (EISA ids are decoded), "LNRO0005", or a number in decimal. */
struct aml_id {
	enum aml_known known;
	const char *text;
	const char *reason;
};

struct aml_resources {
	enum aml_known known;
	const char *reason;
	struct acpi_crs crs; /* AML_STATIC */
	size_t table;	     /* index in acpi_tables, and offset there, of the object */
	size_t offset;
};

#define AML_NO_DEVICE SIZE_MAX

/* A Device, Processor or ThermalZone... whatever Linux makes an acpi_device of. */
struct aml_device {
	const char *path; /* "\\_SB.PCI0.RP01": leading backslash, trailing underscores dropped */
	size_t parent;	  /* index of the device around it, or AML_NO_DEVICE */
	struct aml_id hid, uid;
	VEC(struct aml_id) cids; /* a package of ids is one row each */
	struct aml_int adr, seg, bbn, cba, sta, cca;
	struct aml_resources crs, dma;
	bool is_processor;
	size_t table, offset;
};

struct aml_region {
	const char *path;
	uint8_t space; /* 0: SystemMemory, 1: SystemIO, 2: PCI_Config, 3: EmbeddedControl ... */
	struct aml_int base, len;
	unsigned int width; /* bytes: widest access that a Field of it declares; 0: any or none */
	/*
	 * Declared while a method runs: gone when it returns. Base and length are then AML_STATIC
	 * only if they follow from constants and from locals that the method set to constants,
	 * before any If or While, and no code of any table stores to the names involved.
	 */
	const char *method; /* path of that method; NULL: declared at load time */
	/* A method that Linux evaluates at boot (_INI, _STA, _REG, _CRS ...) and that may reach a
	 * field of it, directly or through methods it calls; NULL: none. */
	const char *boot_method;
	bool by_driver; /* which only a driver evaluates, when it binds (_DSM, _FIT ...) */
	size_t device;	/* the device around it, or AML_NO_DEVICE */
	size_t table, offset;
};

/* Something that a method would have to run for. */
struct aml_dynamic {
	const char *path;   /* "\\_SB.COM0._CRS", "\\_SB.GPP0.REGN" */
	const char *reason; /* "a method with an If", "reads field \\_SB.PCI0.FLD0" ... */
	size_t table, offset;
};

struct aml {
	VEC(struct aml_device) devices; /* in the order in which Linux walks the namespace */
	VEC(struct aml_region) regions; /* in order of tables and offsets */
	VEC(struct aml_dynamic) dynamic;
	size_t nodes, methods; /* of the namespace */
	bool truncated;	       /* a limit was reached: there is more (said in the log) */
	void *storage;	       /* owns all strings */
};

/*
 * Loads DSDT, then SSDTs and PSDTs in the order of `tables`. Tables must stay as long as *out. 0
 * (damage is in the log), or -ENOMEM and nothing. Linear in the size of the tables.
 */
int aml_read(struct aml *out, const struct acpi_tables *tables, struct acpi_log *log);
void aml_fini(struct aml *aml);

/* A device by path, or NULL. */
const struct aml_device *aml_device(const struct aml *aml, const char *path);

#endif
