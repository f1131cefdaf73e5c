/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aml_private.h: the parts of the AML reader, and what they share. Private to acpi/aml_*.c.
 *
 * Order of a reading: aml_scan.c learns how many arguments each method takes; aml_load.c builds
 * the namespace in load order; aml_walk.c then goes through every method for what it mentions and
 * stores to; aml_fold.c gives constants; aml_device.c, aml_region.c and aml_reach.c make the
 * result of them.
 *
 * Parsers return false for damage (said in the log; the caller goes on behind its package) and
 * when memory ran out (reader->rc). Clauses are those of ACPI 6.5.
 */
#ifndef P2MLAB_ACPI_AML_PRIVATE_H
#define P2MLAB_ACPI_AML_PRIVATE_H

#include "acpi/aml.h"

#define AML_DEPTH_MAX	 64u  /* of scopes, of the namespace, and of constants in constants */
#define AML_NEST_MAX	 400u /* of code: a Switch of 100 cases is 200 packages deep */
#define AML_NODES_MAX	 (1u << 20)
#define AML_LIST_MAX	 65536u /* devices, regions, dynamic rows, each */
#define AML_MESSAGES_MAX 50u	/* of a table */
#define AML_ID_MAX	 255u	/* characters of an id */

#define AML_NO_NODE UINT32_MAX
#define AML_ROOT    0u
#define AML_HIDDEN  (AML_NO_NODE - 1) /* parent of what code of tables may make */

/* The opcodes that the reader treats in code; aml_opcode.c has all of them. */
enum aml_opcode {
	OP_ZERO = 0x00,
	OP_ONE = 0x01,
	OP_ALIAS = 0x06,
	OP_NAME = 0x08,
	OP_BYTE = 0x0a,
	OP_WORD = 0x0b,
	OP_DWORD = 0x0c,
	OP_STRING = 0x0d,
	OP_QWORD = 0x0e,
	OP_SCOPE = 0x10,
	OP_BUFFER = 0x11,
	OP_PACKAGE = 0x12,
	OP_VAR_PACKAGE = 0x13,
	OP_METHOD = 0x14,
	OP_EXTERNAL = 0x15,
	OP_LOCAL0 = 0x60,
	OP_LOCAL7 = 0x67,
	OP_ARG0 = 0x68,
	OP_ARG6 = 0x6e,
	OP_STORE = 0x70,
	OP_REF_OF = 0x71,
	OP_ADD = 0x72,
	OP_SUBTRACT = 0x74,
	OP_MULTIPLY = 0x77,
	OP_DIVIDE = 0x78,
	OP_SHIFT_LEFT = 0x79,
	OP_SHIFT_RIGHT = 0x7a,
	OP_AND = 0x7b,
	OP_NAND = 0x7c,
	OP_OR = 0x7d,
	OP_NOR = 0x7e,
	OP_XOR = 0x7f,
	OP_NOT = 0x80,
	OP_FIND_LEFT = 0x81,
	OP_FIND_RIGHT = 0x82,
	OP_DEREF_OF = 0x83,
	OP_MOD = 0x85,
	OP_SIZE_OF = 0x87,
	OP_INDEX = 0x88,
	OP_CREATE_DWORD = 0x8a,
	OP_CREATE_WORD = 0x8b,
	OP_CREATE_BYTE = 0x8c,
	OP_CREATE_BIT = 0x8d,
	OP_CREATE_QWORD = 0x8f,
	OP_LAND = 0x90,
	OP_LOR = 0x91,
	OP_LNOT = 0x92,
	OP_LEQUAL = 0x93,
	OP_LGREATER = 0x94,
	OP_LLESS = 0x95,
	OP_TO_BUFFER = 0x96,
	OP_TO_INTEGER = 0x99,
	OP_COPY_OBJECT = 0x9d,
	OP_IF = 0xa0,
	OP_ELSE = 0xa1,
	OP_WHILE = 0xa2,
	OP_NOOP = 0xa3,
	OP_RETURN = 0xa4,
	OP_ONES = 0xff,
	OP_MUTEX = 0x5b01,
	OP_EVENT = 0x5b02,
	OP_COND_REF_OF = 0x5b12,
	OP_CREATE_FIELD = 0x5b13,
	OP_DEBUG = 0x5b31,
	OP_REGION = 0x5b80,
	OP_FIELD = 0x5b81,
	OP_DEVICE = 0x5b82,
	OP_PROCESSOR = 0x5b83,
	OP_POWER = 0x5b84,
	OP_THERMAL = 0x5b85,
	OP_INDEX_FIELD = 0x5b86,
	OP_BANK_FIELD = 0x5b87,
	OP_DATA_REGION = 0x5b88,
};

/*
 * An opcode's arguments in order: T a term with a value, S an object by name or reference, W such
 * a one that is written or none, N a name, b w d q a number of 1 2 4 8 bytes, z a string, P a
 * package length; inside of it, to its end, L terms, B bytes, E elements of a package, F fields.
 */
struct aml_op {
	const char *name; /* of ASL, with its article: "a Store" */
	const char *args;
};

/* NULL: no such opcode. */
const struct aml_op *aml_op_info(unsigned int op);

/* A place in a table, and the end of the package around it. */
struct aml_at {
	size_t table;
	const uint8_t *bytes; /* of the whole table */
	size_t at, end;	      /* at <= end */
};

/* A NameString (20.2.2); its segments stay where they are. */
struct aml_name {
	bool root;
	unsigned int up;    /* number of ^ */
	unsigned int count; /* segments */
	const uint8_t *segs;
	size_t at; /* offset in its table */
};

enum aml_kind {
	AML_K_NONE, /* not loaded: only the number of arguments is known */
	AML_K_SCOPE,
	AML_K_BUILTIN, /* _REV, _OS_, _GL_: the operating system's */
	AML_K_NAME,
	AML_K_METHOD,
	AML_K_REGION,
	AML_K_FIELD,	    /* ref: region; ref2: bank register */
	AML_K_INDEX_FIELD,  /* ref, ref2: index and data register */
	AML_K_BUFFER_FIELD, /* ref: the Name it is in */
	AML_K_ALIAS,	    /* ref: what it stands for; never an alias */
	AML_K_DEVICE,
	AML_K_PROCESSOR,
	AML_K_POWER,
	AML_K_THERMAL,
	AML_K_OTHER, /* mutex, event */
};

struct aml_node {
	uint32_t seg; /* four characters, the first one lowest */
	uint32_t parent, child, last_child, next;
	uint32_t hash_next;
	uint8_t kind;
	uint8_t depth;
	uint8_t args;
	bool local;  /* made when a method runs */
	bool varies; /* a method makes it in more than one place */
	bool reached;
	bool maybe;		/* code of a table that is not run may make it */
	bool handed;		/* METHOD: who calls it may change what it returns */
	uint32_t table, offset; /* of the opcode that made it */
	uint32_t at, end;	/* Name: its value; Method: its body */
	uint32_t ref, ref2;	/* see enum aml_kind; REGION, METHOD, devices: index in lists */
	uint32_t stored_by;	/* method that stores to it, AML_ROOT: code of a table */
	uint32_t memo;		/* 0: not folded yet, else index in memos */
	uint32_t run;		/* local Name: the run of its method that made it */
};

enum aml_value_kind {
	AML_V_DYNAMIC,
	AML_V_INT,
	AML_V_STRING,  /* bytes, len */
	AML_V_BUFFER,  /* bytes, len; number: its size, what is behind len is 0 */
	AML_V_PACKAGE, /* number: elements; those that are there are in `at` */
	AML_V_OBJECT   /* a device, region ...: node */
};

struct aml_value {
	enum aml_value_kind kind;
	uint64_t number;
	const uint8_t *bytes;
	size_t len;
	struct aml_at at; /* PACKAGE: its elements; BUFFER: its bytes */
	uint32_t node;	  /* OBJECT; PACKAGE: scope of its names */
	const char *reason;
};

struct aml_method {
	uint32_t node;
	size_t mentions, mention_count; /* nodes in reader->mentions */
	size_t returns, return_count;	/* nodes in reader->returns */
};

struct aml_op_region {
	uint32_t node, scope, method; /* method: AML_NO_NODE if made at load time */
	uint32_t same;		      /* next one of this name in a method, or AML_NO_NODE */
	uint8_t space;
	unsigned int width;
	struct aml_at base, len; /* terms; DataTableRegion: empty */
	struct aml_value base_value, len_value;
	uint32_t boot; /* method, AML_NO_NODE: none, AML_ROOT: code of a table */
	size_t table, offset;
};

struct aml_chunk;

struct aml_reader {
	struct aml *out;
	const struct acpi_tables *tables;
	struct acpi_log *log;
	unsigned int *said; /* messages of each table */
	struct aml_chunk *chunks;
	VEC(struct aml_node) nodes;
	uint32_t *buckets;
	size_t bucket_count; /* a power of two */
	VEC(struct aml_method) methods;
	VEC(struct aml_op_region) regions;
	VEC(uint32_t) mentions;
	VEC(uint32_t) load_mentions; /* by code of tables */
	VEC(uint32_t) returns;	     /* Names and methods whose objects a method may return */
	VEC(struct aml_value) memos;
	VEC(uint32_t) stack;
	uint64_t steps, steps_max;
	unsigned int fold_depth;
	uint32_t runs;	/* of methods that were folded */
	bool narrow;	/* integers have 32 bits: the DSDT's revision is below 2 (5.2.11.1) */
	bool quiet;	/* nothing is said */
	bool no_locals; /* what methods make is not found */
	bool unread;	/* at a limit: what is behind it may store to anything */
	bool loading;	/* names may change yet */
	bool load_code; /* a table has code that was not run */
	int rc;		/* -ENOMEM */
};

/* aml_text.c: strings that live as long as the result; "" and rc set if there is no memory. */
const char *aml_printf(struct aml_reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *aml_path(struct aml_reader *r, uint32_t node);
const char *aml_name_text(struct aml_reader *r, const struct aml_name *name);
void aml_chunks_free(struct aml_chunk *chunks);
/* The first AML_MESSAGES_MAX of a table are said, then that there are more. */
void aml_say(struct aml_reader *r, enum acpi_level level, size_t table, size_t at,
	     const char *format, ...) __attribute__((format(printf, 5, 6)));

/* aml_stream.c: each reads at *c and moves it only past what it accepted. */
bool aml_number(struct aml_reader *r, struct aml_at *c, unsigned int bytes, uint64_t *value);
/* A number in the form of a package length. */
bool aml_length(struct aml_reader *r, struct aml_at *c, size_t *value);
/* The inside of a package whose length is at *c, which goes behind it (20.2.4). */
bool aml_package(struct aml_reader *r, struct aml_at *c, struct aml_at *inside);
bool aml_is_name(const struct aml_at *c);
bool aml_name(struct aml_reader *r, struct aml_at *c, struct aml_name *name);
bool aml_string(struct aml_reader *r, struct aml_at *c, size_t *len);
/* One or two bytes; false at the end. Not said: what it is may be anything. */
bool aml_opcode(struct aml_at *c, unsigned int *op);
/* Counts work done; false, and said once, if there was more than tables of this size can need. */
bool aml_step(struct aml_reader *r, const struct aml_at *c);
uint32_t aml_seg(const uint8_t *bytes);

/* aml_space.c: the namespace (5.3). */
bool aml_space_init(struct aml_reader *r);
struct aml_node *aml_node(struct aml_reader *r, uint32_t node);
uint32_t aml_child(struct aml_reader *r, uint32_t parent, uint32_t seg);
/* A loaded object by the search rules of 5.3, aliases followed; AML_NO_NODE if there is none. */
uint32_t aml_find(struct aml_reader *r, uint32_t scope, const struct aml_name *name);
/* The number of arguments of what has this name, loaded or not; -1 if nothing is known of it. */
int aml_args_of(struct aml_reader *r, uint32_t scope, const struct aml_name *name);
/* Notes the number of arguments of a method that is not loaded. */
void aml_declare(struct aml_reader *r, uint32_t scope, const struct aml_name *name, uint8_t args);
/* Like aml_declare() of a scope: its node, AML_NO_NODE at a limit. */
uint32_t aml_shadow(struct aml_reader *r, uint32_t scope, const struct aml_name *name);

struct aml_walk {
	struct aml_reader *r;
	uint32_t scope;
	uint32_t method; /* whose code it is, or AML_NO_NODE */
	bool record;	 /* note what is mentioned, stored to and declared */
	bool declare;	 /* with record: make the objects that it declares */
	unsigned int depth;
	unsigned int calls; /* calls of methods that were met */
	uint8_t locals;	    /* those that were written, a bit each */
	bool under_deref;   /* the term is all that a DerefOf has */
	bool hands_out;	    /* who gets the term's value may change the object that it is */
	bool returns;	    /* the term is what a method returns */
};

/*
 * Code of tables that is not run may make an object of this name, wherever; whether a name with
 * this last segment could mean that one.
 */
void aml_hide(struct aml_walk *w, const struct aml_at *c, const struct aml_name *name);
bool aml_hidden(struct aml_reader *r, const struct aml_name *name);
/* A name with this last segment may be changed or made by something that was not understood. */
void aml_distrust(struct aml_reader *r, const struct aml_name *name);

/* A new object at the opcode at `offset`; AML_NO_NODE and said if it cannot be. */
uint32_t aml_define(struct aml_walk *w, const struct aml_at *c, size_t offset,
		    const struct aml_name *name, enum aml_kind kind);

/* aml_scan.c */
void aml_scan(struct aml_reader *r, const struct aml_at *table);

/* aml_walk.c: parses code, and notes what it does (w->record). */
bool aml_term(struct aml_walk *w, struct aml_at *c);
bool aml_terms(struct aml_walk *w, struct aml_at *c);
void aml_stored(struct aml_walk *w, uint32_t node);
/* aml_stored() of all that a name that is all of the term at *c may stand for. */
void aml_stored_bare(struct aml_walk *w, const struct aml_at *c);
void aml_mention(struct aml_walk *w, uint32_t node);
/* What a name that is all of the term at *c stands for; AML_NO_NODE if it is something else. */
uint32_t aml_bare_name(struct aml_walk *w, const struct aml_at *c);
/* All methods that are loaded. */
void aml_walk_methods(struct aml_reader *r);

/* aml_declare.c: an object whose opcode was at `offset`; *handled if op is one. */
bool aml_object(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset,
		bool *handled);

/* aml_field.c: Field, IndexField and BankField; c is behind the opcode. */
bool aml_fields(struct aml_walk *w, struct aml_at *c, unsigned int op);

/* aml_load.c: the terms of a scope, in order. */
bool aml_load_terms(struct aml_walk *w, struct aml_at *c);
/* aml_region.c: a region whose opcode was at `offset`. */
bool aml_region_declare(struct aml_walk *w, struct aml_at *c, unsigned int op, size_t offset);
void aml_region_widen(struct aml_reader *r, uint32_t node, unsigned int bytes);

/* aml_fold.c */
struct aml_fold {
	struct aml_reader *r;
	uint32_t scope;
	const struct aml_value *locals; /* 8 of a method that runs, or NULL */
	bool once;			/* when it was evaluated is over: a Name's value */
	uint32_t run;			/* of a method, 0: none */
};

/* The Name at *start, in a run of the method it is in, is made. False: it cannot be. */
bool aml_fold_made(struct aml_fold *f, const struct aml_at *start);

/* Of the term at *c, which is behind it afterwards unless the value is dynamic. */
struct aml_value aml_fold(struct aml_fold *f, struct aml_at *c);
/* Of a Name, or of a method without arguments. */
struct aml_value aml_fold_node(struct aml_reader *r, uint32_t node);
/* The n-th element of a package, from 0; OBJECT for what is a reference. */
struct aml_value aml_element(struct aml_reader *r, const struct aml_value *package, uint64_t n);
/* Calls `visit` with each element that is there until it returns false. */
void aml_elements(struct aml_reader *r, const struct aml_value *package,
		  bool (*visit)(void *ctx, const struct aml_value *element), void *ctx);
struct aml_value aml_dynamic(const char *reason);
/* aml_fold_math.c: the value of a number's operation; false if `op` is none. */
bool aml_math(struct aml_fold *f, struct aml_at *c, unsigned int op, struct aml_value *value);
struct aml_value aml_int_value(const struct aml_reader *r, uint64_t number);
/* The next term as an integer; false and *value says why not. */
bool aml_fold_int(struct aml_fold *f, struct aml_at *c, struct aml_value *value);

/* aml_device.c, aml_region.c, aml_reach.c: the result, after all is loaded and walked. */
void aml_devices(struct aml_reader *r);
void aml_regions_fold(struct aml_reader *r);
void aml_regions(struct aml_reader *r);
void aml_reach(struct aml_reader *r);
/* True of a method that a device's driver evaluates, and nobody before it binds. */
bool aml_is_driver_method(struct aml_reader *r, uint32_t node);
void aml_dynamic_row(struct aml_reader *r, const char *path, const char *reason, size_t table,
		     size_t offset);
/* Stops at a limit: said once. */
void aml_truncated(struct aml_reader *r, const struct aml_at *c, const char *what);

#endif
