/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acpi.h: firmware tables as bytes, and the facts in them. Reads no files; trusts no length.
 *
 * Every offset and length comes from firmware and may lie: readers check them against the bytes
 * they have, report through struct acpi_log with table and offset, and go on where they can.
 * Layouts: ACPI 6.5 chapter 5; IORT DEN0049; SPCR and DBG2 as Microsoft publishes them.
 */
#ifndef P2MLAB_ACPI_H
#define P2MLAB_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/vec.h"

struct acpi_blob {
	char sig[5];
	uint64_t addr; /* where the dump says it was; 0 if it does not say */
	const uint8_t *bytes;
	size_t len;	   /* bytes present, header length checked against it */
	unsigned int line; /* of the dump, for messages; 0 if none */
};

struct acpi_tables {
	VEC(struct acpi_blob) tables;
	uint8_t *storage; /* owns the bytes */
};

enum acpi_level {
	ACPI_WARN,
	ACPI_ERROR
};

/* A message: sig and offset say where. text is valid during the call. */
struct acpi_log {
	void (*say)(void *ctx, enum acpi_level level, const char *sig, size_t offset,
		    unsigned int line, const char *text);
	void *ctx;
	unsigned int errors, warnings;
};

/*
 * acpidump text ("APIC @ 0x...", hex lines). Verifies each table's length and checksum.
 * 0 (errors are in the log, broken tables are left out), or -ENOMEM and no tables.
 */
int acpidump_parse(struct acpi_tables *out, const char *text, size_t len, struct acpi_log *log);
void acpi_tables_fini(struct acpi_tables *t);

/* n-th table with this signature, NULL if there are fewer. */
const struct acpi_blob *acpi_find(const struct acpi_tables *t, const char *sig, unsigned int n);

/* Facts. Vectors are owned by the struct; acpi_facts_fini() frees them. */
struct acpi_redist {
	uint64_t base;
	uint32_t size;
	bool per_cpu;  /* from a GICC entry: size unknown to the table (0) */
	size_t offset; /* in MADT */
};

struct acpi_mcfg {
	uint64_t base;
	uint16_t segment;
	uint8_t bus_first, bus_last;
	size_t offset;
};

struct acpi_iort_smmu {
	unsigned int version; /* 1 or 2 (SMMUv1/2 node), 3 */
	uint64_t base, span;  /* span of a v3: 128 KiB, its node has none */
	size_t offset;
};

#define ACPI_GAS_MEMORY 0 /* acpi_gas.space: SystemMemory, the only one in acpi_facts.gas */

struct acpi_gas {
	uint8_t space, width, access; /* width in bits; access 1..4: byte..qword, 0: any */
	uint64_t addr;
	const char *sig; /* table it came from; a static string */
	size_t offset;
};

struct acpi_facts {
	unsigned int gic_version; /* from GICD; 0 if the entry does not say */
	uint64_t gicd;
	uint64_t gicc, gich, gicv;	 /* GICv2, from the first GICC */
	unsigned int cpus;		 /* enabled GICC entries */
	VEC(struct acpi_redist) redists; /* GICR ranges; per_cpu ones only without them */
	VEC(uint64_t) its;
	VEC(uint64_t) v2m;
	VEC(struct acpi_mcfg) mcfg;
	uint64_t spcr;		   /* serial port address, 0 if none */
	VEC(uint64_t) gtdt_frames; /* CNTCTLBase, then CNTBaseN */
	VEC(uint64_t) watchdogs;   /* refresh, control, pairwise */
	uint64_t bert, bert_size;
	VEC(struct acpi_iort_smmu) smmus;
	unsigned int iort_its_groups, iort_root_complexes;
	/*
	 * HEST: status address, then read ack, of each enabled GHES. FACP: reset and sleep
	 * registers. Only those in memory.
	 */
	VEC(struct acpi_gas) gas;
	bool stao_ignores_uart;
};

/*
 * Facts of the tables it knows: APIC, GTDT, SPCR, MCFG, BERT, HEST, IORT, STAO, FACP; the first of
 * each. XSDT entries are checked against the tables. Others are skipped. 0, or -ENOMEM and no
 * facts; damaged tables are in the log. Sums are not checked again: acpidump_parse() does.
 */
int acpi_facts(struct acpi_facts *facts, const struct acpi_tables *tables, struct acpi_log *log);
void acpi_facts_fini(struct acpi_facts *facts);

/* A line of /proc/iomem: "  09020000-09020017 : fw_cfg_mem". */
struct iomem_line {
	uint64_t first, last; /* inclusive */
	unsigned int depth;   /* indentation / 2 */
	char name[64];
	unsigned int line;
};

struct iomem_text {
	VEC(struct iomem_line) lines;
};

/* Errors (line numbers as offset, sig "iomem") go to the log. 0, or -ENOMEM and no lines. */
int iomem_text_parse(struct iomem_text *out, const char *text, size_t len, struct acpi_log *log);
void iomem_text_fini(struct iomem_text *t);

/* True if `name` is all of an ACPI platform device's: "LNRO0005:00", "QEMU0002:00", "ARMHC600:00".
 */
bool iomem_name_is_acpi_device(const char *name);

/*
 * Resources of a function as Linux numbers them: 0..5 BARs, 6 ROM, then 6 SR-IOV BARs (kernels
 * with CONFIG_PCI_IOV), then the 4 windows of a bridge.
 */
#define PCI_RES_MAX 17

/*
 * A function of pci-resources.txt, which is for each directory of /sys/bus/pci/devices a line
 * "== PATH VENDOR DEVICE CLASS drv=LINK" and then the lines of its file `resource`.
 */
struct pci_function {
	uint16_t segment;
	uint8_t bus, dev, fn;
	uint16_t vendor, device;
	uint32_t class_code;
	char driver[32]; /* last part of the driver link, "" if none */
	struct {
		uint64_t first, last, flags; /* sysfs `resource`: IORESOURCE_* */
	} res[PCI_RES_MAX];
	unsigned int res_count; /* lines it had: 7, 11, 13 or 17, see PCI_RES_MAX */
	unsigned int line;
};

struct pci_text {
	VEC(struct pci_function) functions;
};

/* Errors go to the log like those of iomem, sig "pci". 0, or -ENOMEM and no functions. */
int pci_text_parse(struct pci_text *out, const char *text, size_t len, struct acpi_log *log);
void pci_text_fini(struct pci_text *t);

#define IORESOURCE_IO  0x100u
#define IORESOURCE_MEM 0x200u

#endif
