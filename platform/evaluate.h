/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evaluate.h: what the static AML reader could not know, by an interpreter that runs the methods.
 *
 * docs/EVALUATE.md says how, and how far the values can be believed.
 */
#ifndef P2MLAB_EVALUATE_H
#define P2MLAB_EVALUATE_H

#include "acpi/aml.h"
#include "yaml/arena.h"
#include "yaml/diag.h"

enum evaluate_object {
	EVALUATE_CRS,
	EVALUATE_DMA,
	EVALUATE_CBA,
	EVALUATE_SEG,
	EVALUATE_BBN,
	EVALUATE_STA,
	EVALUATE_REGION,
};

enum evaluated_as {
	EVALUATED_NOT, /* `why` */
	EVALUATED,
	EVALUATED_ON_ZEROES, /* "evaluated (hardware reads as 0)": a real machine may give another
			      */
};

/* One object that the static reader did not know, or about which the two disagree. */
struct evaluated {
	const char *path; /* "\\_SB.COM0._CRS", "\\_SB.GPP0" */
	enum evaluate_object object;
	size_t index; /* of aml->devices or aml->regions */
	/* What the static reader had: AML_STATIC: something else; AML_ABSENT: no such region. */
	enum aml_known before;
	const char *reason; /* its reason; NULL: none */
	enum evaluated_as as;
	const char *why;
	uint64_t value;	  /* of integers; a region's base */
	uint64_t len;	  /* of a region, bytes */
	const char *text; /* the value in words: "0x3", "0x40003000+0x2000", "memory 0x..." */
};

struct evaluation {
	VEC(struct evaluated) values; /* devices in aml's order, then regions */
	/*
	 * _CRS, _DMA, _CBA, _SEG, _BBN and _STA that there are, and OperationRegions that exist
	 * once the tables are loaded: all, and those the static reader knew.
	 */
	size_t objects, known;
	size_t evaluated, on_zeroes, not_evaluated, disagreements;
	/*
	 * "What an AML reader in Xen would have missed": memory of _CRS (not windows) and of
	 * SystemMemory regions that only evaluation told, and its 4 KiB pages that are nowhere in
	 * what the static reader knew, each counted once.
	 */
	size_t missed_ranges;
	uint64_t missed_pages;
	bool without_init;	  /* _INI, _STA and _REG did not end and were left out */
	bool init_reads_hardware; /* they read hardware: names they set are those of zeroes */
};

enum evaluate_result {
	EVALUATE_OK,	      /* single objects may be EVALUATED_NOT */
	EVALUATE_UNAVAILABLE, /* no acpiexec: an error in d says what to install */
	EVALUATE_FAILED,      /* an error in d says why; *aml is unchanged but if memory ran out */
};

/*
 * Runs acpiexec on the DSDT, SSDTs and PSDTs of `tables`, which *aml was read from, at most 60 s.
 * Each AML_DYNAMIC value that it tells becomes AML_STATIC in *aml, with evaluated_reason() as its
 * reason; a region that the reader did not find is appended, its place is the DSDT's start. Not so
 * a _STA of EVALUATED_ON_ZEROES: that would say of most devices that they are not there. Strings
 * are the arena's, which must outlive *aml. *out is to be freed by evaluation_fini() whatever the
 * result.
 */
enum evaluate_result evaluate_aml(struct aml *aml, const struct acpi_tables *tables,
				  struct evaluation *out, struct arena *a, struct diag *d);
void evaluation_fini(struct evaluation *e);

/* "not evaluated", "evaluated", "evaluated (hardware reads as 0)": static strings. */
const char *evaluated_reason(enum evaluated_as as);

/*
 * One line of a report, without its end: "\_SB.COM0._CRS: memory 0x1000+0x1000: evaluated; the
 * static reader: a method with an If". NULL: no memory.
 */
const char *evaluated_line(const struct evaluated *e, struct arena *a);
/* The counts in one or two sentences. NULL: no memory. */
const char *evaluation_summary(const struct evaluation *e, struct arena *a);

#endif
