/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * driver_files.h: the driver profiles that every platform may use: the files of `drivers/`.
 *
 * They are read once and serve any number of platforms. A profile says what a kernel driver
 * touches on a kind of device; docs/DRIVERS.md tells how to write one.
 */
#ifndef P2MLAB_DRIVER_FILES_H
#define P2MLAB_DRIVER_FILES_H

#include "yaml/diag.h"

/* Read-only once loaded. Platforms that used it borrow its strings: free it after them. */
struct driver_files;

/*
 * Reads <data_dir>/drivers: *.yaml in bytewise order of their paths. A directory that is not there
 * is an empty one. Every mistake is in d with its place, each once; profiles with a mistake are
 * left out. NULL without memory (reported).
 */
struct driver_files *driver_files_load(const char *data_dir, struct diag *d);
void driver_files_free(struct driver_files *files); /* accepts NULL */

/* Checks one such file wherever it is: false with errors in d. */
bool driver_file_check(const char *path, struct diag *d);

#endif
