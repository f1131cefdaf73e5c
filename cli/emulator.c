// SPDX-License-Identifier: GPL-2.0-only
#include "cli/emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/qemu.h"

void emulator_init(struct emulator *e)
{
	*e = (struct emulator){.program = REF_QEMU_PROGRAM};
}

bool emulator_path(char path[EMULATOR_PATH_BYTES], const char *text, bool may_be_name,
		   struct buf *err)
{
	char *real = may_be_name && !strchr(text, '/') ? NULL : realpath(text, NULL);
	int n = snprintf(path, EMULATOR_PATH_BYTES, "%s", real ? real : text);

	free(real);
	if (n >= 0 && n < EMULATOR_PATH_BYTES)
		return true;
	buf_str(err, "the path is too long");
	return false;
}

bool emulator_take(struct emulator *e, const struct opt_value *v, struct buf *err)
{
	e->named = true;
	return emulator_path(e->program, v->text, true, err);
}

enum ref_end emulator_version(const struct emulator *e, struct buf *text)
{
	return ref_qemu_version(e->program, text);
}

enum exit_code emulator_exit(const struct emulator *e, enum ref_end end)
{
	switch (end) {
	case REF_ANSWERED:
		return EXIT_OK;
	case REF_MISSING:
		return e->named ? EXIT_USAGE : EXIT_SKIPPED;
	case REF_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case REF_FAILED:
		break;
	}
	return EXIT_FAILED;
}
