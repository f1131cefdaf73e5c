/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * same_file.h: whether two paths mean one file, before one of them is written to.
 */
#ifndef P2MLAB_SAME_FILE_H
#define P2MLAB_SAME_FILE_H

#include <stdbool.h>

/*
 * True if both name the same regular file, through whatever links, or the same file that is yet to
 * be made. Devices and pipes may be written to twice.
 */
bool same_file(const char *a, const char *b);

#endif
