/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acpiexec.h: values of AML objects as ACPICA's interpreter, run as a program, gives them.
 *
 * Private to platform/. acpiexec simulates hardware by memory that is zero at first; what a method
 * read from there is told by `hardware`. It runs _INI, _STA and _REG first, as Linux does.
 */
#ifndef P2MLAB_ACPIEXEC_H
#define P2MLAB_ACPIEXEC_H

#include "acpi/acpi.h"
#include "yaml/arena.h"
#include "yaml/diag.h"

enum acpiexec_value {
	ACPIEXEC_NOTHING, /* `why` */
	ACPIEXEC_INTEGER,
	ACPIEXEC_BUFFER,
};

struct acpiexec_question {
	const char *path; /* acpiexec_path_ok() */
	/* the answer */
	enum acpiexec_value value;
	bool hardware; /* hardware was read on the way */
	uint64_t number;
	uint8_t *bytes;
	size_t len;
	const char *why; /* a phrase: "acpiexec: AE_AML_LOOP_TIMEOUT"; NULL: no answer so far */
};

struct acpiexec_region {
	const char *path;
	const char *space; /* "SystemMemory" */
	bool known;	   /* base and len are */
	uint64_t base, len;
};

struct acpiexec_limits {
	unsigned int batch_ms, total_ms;
	size_t output_max; /* bytes of one batch */
};

struct acpiexec {
	struct arena *arena; /* of all strings and bytes */
	VEC(struct acpiexec_question) questions;
	VEC(struct acpiexec_region)
	regions;	   /* those that exist once the tables are loaded, 16384 at most */
	bool without_init; /* _INI, _STA and _REG did not end and were left out */
	bool init_reads_hardware;
	bool lost; /* out of memory */
};

enum acpiexec_end {
	ACPIEXEC_OK,
	ACPIEXEC_MISSING, /* there is no such program; said in the diag */
	ACPIEXEC_FAILED,  /* said in the diag */
};

/* True if it can stand on a command line: [A-Z0-9_.\^] only, starting with '\\', not too long. */
bool acpiexec_path_ok(const char *path);

/*
 * Answers x->questions and lists the regions. A question at which acpiexec crashes or hangs gets
 * that as its `why`, the others are asked again without it. Files live in a directory of their own
 * below $TMPDIR and are gone when this returns; signals that would end us wait until then.
 */
enum acpiexec_end acpiexec_run(struct acpiexec *x, const struct acpi_tables *tables,
			       const struct acpiexec_limits *limits, struct diag *d);
void acpiexec_fini(struct acpiexec *x);

/* --- inside -------------------------------------------------------------------------- */

/* Where reading the output of one batch is. */
struct acpiexec_reader {
	struct acpiexec *x;
	size_t next;	/* the question that comes next */
	size_t current; /* the one being evaluated, or SIZE_MAX */
	size_t filling; /* the one whose value is being read, or SIZE_MAX */
	size_t filled;	/* bytes of it */
	bool hardware;
	bool want_regions, in_regions;
	bool loaded; /* the list of regions has ended: tables are loaded and initialized */
};

/* acpiexec_text.c */
void acpiexec_read(struct acpiexec_reader *r, const char *text, size_t len);
/* The last lines that say something, made printable. */
const char *acpiexec_last_lines(struct arena *a, const char *text, size_t len);

#endif
