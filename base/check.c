// SPDX-License-Identifier: GPL-2.0-only
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: bug: %s\n", file, line, what);
	abort();
}
