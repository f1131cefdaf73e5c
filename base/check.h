/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h: CHECK and BUG for our own mistakes only.
 *
 * The user's mistakes are diagnostics (yaml/diag.h), the machine's are -errno; what can only
 * be a bug of p2mlab aborts here with its place, whatever the build type.
 */
#ifndef P2MLAB_CHECK_H
#define P2MLAB_CHECK_H

/* Prints "file:line: bug: what" to stderr and calls abort(); the CLI's parent maps it to 70. */
_Noreturn void check_failed(const char *file, int line, const char *what);

/* clang-format off */
#define CHECK(x) do { if (!(x)) check_failed(__FILE__, __LINE__, #x); } while (0) /* GCOV_EXCL_BR_LINE */
/* clang-format on */
#define BUG(what) check_failed(__FILE__, __LINE__, what)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
