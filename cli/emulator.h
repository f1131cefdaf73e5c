/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * emulator.h: which QEMU is asked, for the verbs that ask one.
 */
#ifndef P2MLAB_EMULATOR_H
#define P2MLAB_EMULATOR_H

#include "cli/exit_codes.h"
#include "cli/opt.h"
#include "reference/boot.h"

/* The row of --qemu, with the verb's id of it. */
#define OPT_QEMU(id)                                                                               \
	{                                                                                          \
		id, 0, "qemu", OPT_REQUIRED, "PROGRAM", "P2MLAB_QEMU",                             \
			"the emulator (default qemu-system-aarch64)"                               \
	}

#define EMULATOR_PATH_BYTES 4096

struct emulator {
	char program[EMULATOR_PATH_BYTES];
	bool named; /* by the user, who wants that one and no other */
};

void emulator_init(struct emulator *e);

/* Takes a value of the option over; false with a sentence in `err`. */
bool emulator_take(struct emulator *e, const struct opt_value *v, struct buf *err);

/*
 * A path as it is from any folder, since QEMU runs in one of its own; where `may_be_name`, a word
 * without '/' is looked up in PATH and stays. False with a sentence in `err`.
 */
bool emulator_path(char path[EMULATOR_PATH_BYTES], const char *text, bool may_be_name,
		   struct buf *err);

/* The first line of its --version, or what is wrong, in `text`. */
enum ref_end emulator_version(const struct emulator *e, struct buf *text);

/* An end of it as an exit status: without any, comparisons are skipped, but not without the one
 * that was named. */
enum exit_code emulator_exit(const struct emulator *e, enum ref_end end);

#endif
