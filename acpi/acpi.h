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

#include "base/vec.h"

struct acpi_blob {
	char sig[5];
	uint64_t addr; /* where the dump says it was; 0 if it does not say */
	const uint8_t *bytes;
	size_t len;	   /* bytes present, header length checked against it */
	unsigned int line; /* of the dump, for messages; 0 if none */
};

struct acpi_tables {
	VEC(struct acpi_blob) tables;
	VEC(uint8_t *) storage; /* owns the bytes */
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
/*
 * A table as raw bytes: a file of acpixtract (.dat, .aml), of `acpidump -b`, or of
 * /sys/firmware/acpi/tables; several may follow one another, at most 64 MiB in all. The same
 * checks, but that addresses are unknown (0): a table that is added twice is there twice. Appends
 * copies to *out, which acpidump_parse() or zeroes made. Messages have `name` for sig, and the
 * offset in the file. 0 (errors are in the log), or -ENOMEM and *out unchanged.
 */
int acpi_tables_add(struct acpi_tables *out, const uint8_t *bytes, size_t len, const char *name,
		    struct acpi_log *log);
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

/* One of several equal frames, or a pair of them. */
struct acpi_frame {
	uint64_t base;
	size_t offset; /* in its table */
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

/* A performance monitor of an SMMUv3: 4 KiB pages. */
struct acpi_iort_pmcg {
	uint64_t base, page1; /* page1 0: there is none (revision 0) */
	size_t offset;
};

/*
 * An id mapping of IORT: what a requester's id becomes at the node it leads to. Requester ids of a
 * root complex are bus << 8 | dev << 3 | fn.
 */
enum acpi_iort_from {
	ACPI_IORT_ROOT_COMPLEX, /* `segment` */
	ACPI_IORT_NAMED,	/* `path`: "\\_SB.NIC0", as struct aml_device has it */
	ACPI_IORT_SMMU		/* index of facts->smmus in `from_smmu`: its StreamIDs */
};

struct acpi_iort_map {
	enum acpi_iort_from from;
	uint32_t segment;
	char path[128];
	size_t from_smmu;
	uint32_t first, count; /* ids; `single` maps any id to `output` */
	uint32_t output;
	bool single;
	bool to_smmu; /* output is a StreamID of facts->smmus.items[smmu], else a DeviceID */
	size_t smmu;
	size_t offset; /* of the mapping in IORT */
};

/* A 12-byte Generic Address Structure (ACPI 6.5, 5.2.3.2). */
#define ACPI_GAS_MEMORY 0 /* acpi_gas.space: SystemMemory */

struct acpi_gas {
	uint8_t space, width, access; /* width in bits; access 1..4: byte..qword, 0: any */
	uint64_t addr;
	size_t offset;
};

/*
 * Memory that a table names. The uses and their order are those of sim/platform.h's enum area_use,
 * which scenario/ takes them for; what no static table tells (the GHES block, ERST's range, TPM
 * log, a framebuffer, _CPC) has no row here.
 */
enum acpi_area_use {
	ACPI_AREA_PCC_REGISTER = 0,
	ACPI_AREA_PCC_SHMEM = 1,
	ACPI_AREA_GHES_STATUS = 2,
	ACPI_AREA_GHES_ACK = 3,
	ACPI_AREA_ERST_REGISTER = 5,
	ACPI_AREA_EINJ_REGISTER = 7,
	ACPI_AREA_CPPC_REGISTER = 8,
	ACPI_AREA_TPM_BUFFER = 9,
	ACPI_AREA_TPM_LOG = 10,
	ACPI_AREA_PMEM = 11,
	ACPI_AREA_FLUSH_HINT = 12,
	ACPI_AREA_BGRT_IMAGE = 13,
	ACPI_AREA_UNMAPPED = 15,
};

struct acpi_area {
	enum acpi_area_use use;
	uint64_t base, size; /* bytes; a register: its width */
	const char *sig;     /* table it came from; a static string */
	size_t offset;
};

struct acpi_sig {
	char text[5];
	size_t len; /* of the table */
};

struct acpi_facts {
	unsigned int gic_version; /* from GICD; 0 if the entry does not say */
	uint64_t gicd;
	uint64_t gicc, gich, gicv;	 /* GICv2, from the first GICC */
	unsigned int cpus;		 /* enabled GICC entries */
	VEC(struct acpi_redist) redists; /* GICR ranges; per_cpu ones only without them */
	VEC(struct acpi_frame) its;
	VEC(struct acpi_frame) v2m;
	VEC(struct acpi_mcfg) mcfg;
	uint64_t spcr;			    /* serial port address, 0 if none */
	VEC(struct acpi_frame) gtdt_frames; /* CNTCTLBase, then CNTBaseN */
	VEC(struct acpi_frame) watchdogs;   /* refresh, control, pairwise */
	uint64_t bert, bert_size;
	VEC(struct acpi_iort_smmu) smmus;
	unsigned int iort_its_groups, iort_root_complexes;
	VEC(struct acpi_iort_pmcg) pmcgs;
	VEC(struct acpi_iort_map) iort_maps;
	/*
	 * HEST: status address, then read ack, of each enabled GHES. FACP: reset and sleep
	 * registers. PCCT, ERST, EINJ, TPM2, NFIT, BGRT, DBG2. Only what is in memory; a register
	 * that a table names many times (ERST, EINJ) is here once.
	 */
	VEC(struct acpi_area) areas;
	bool stao_ignores_uart;
	/* Signatures without a reader here, in order of tables, each once: carried, not read. */
	VEC(struct acpi_sig) unknown;
};

/*
 * Facts of the tables it knows; of MADT, GTDT, IORT ... the first of each. PPTT, SRAT, SLIT, FPDT,
 * FACS, RSDP, RSDT, DSDT, SSDTs and PSDTs are known and have no facts here; any other signature is
 * in facts->unknown, with one warning. XSDT entries are checked against the tables. 0, or -ENOMEM
 * and no facts; damaged tables are in the log. Sums of tables and of RSDP are not checked again:
 * acpidump_parse() and acpi_tables_add() do.
 */
int acpi_facts(struct acpi_facts *facts, const struct acpi_tables *tables, struct acpi_log *log);
void acpi_facts_fini(struct acpi_facts *facts);

/*
 * Follows IORT's mappings from a PCI function (requester id) or a named component, as Linux's
 * iort_node_map_id() does. True if an SMMU sees its DMA: *stream and *smmu (index of facts->smmus).
 * Of a component only the first mapping counts. Names may have their trailing underscores or not.
 */
bool acpi_iort_stream(const struct acpi_facts *facts, uint32_t segment, uint32_t rid,
		      uint32_t *stream, size_t *smmu);
bool acpi_iort_named_stream(const struct acpi_facts *facts, const char *path, uint32_t *stream,
			    size_t *smmu);
/* True if its MSIs reach an ITS: *device_id, through an SMMU or directly. */
bool acpi_iort_device_id(const struct acpi_facts *facts, uint32_t segment, uint32_t rid,
			 uint32_t *device_id);

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

/*
 * What a function's configuration space says that `resource` does not. pci-config.txt has for each
 * function a line "== 0000:00:01.0" and then lines of hex bytes, "00: b3 1b ...", as many as could
 * be read (64 without root).
 */
struct pci_config {
	uint16_t segment;
	uint8_t bus, dev, fn;
	uint8_t header_type;	/* 0x7f masked: 0 a function, 1 a bridge */
	uint8_t secondary_bus;	/* of a bridge, 0 if it is none */
	unsigned int port_type; /* PCI Express capability, device/port type; 16 if there is none */
	bool has_msix;
	unsigned int msix_bar, msix_vectors;
	uint64_t msix_offset;
	unsigned int line;
};

struct pci_config_text {
	VEC(struct pci_config) functions;
};

/* Like pci_text_parse(); capability lists are followed within what is there, and end. */
int pci_config_parse(struct pci_config_text *out, const char *text, size_t len,
		     struct acpi_log *log);
void pci_config_fini(struct pci_config_text *t);

#define IORESOURCE_IO  0x100u
#define IORESOURCE_MEM 0x200u

#endif
