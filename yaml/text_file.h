/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text_file.h: reading whole files, and names of files.
 */
#ifndef P2MLAB_TEXT_FILE_H
#define P2MLAB_TEXT_FILE_H

#include <stdint.h>

#include "yaml/arena.h"
#include "yaml/diag.h"

/*
 * Reads a regular file of at most `max` bytes into the arena, NUL-terminated. 0, or a negative
 * errno: -EFBIG if it is longer, -EISDIR, -EINVAL for a pipe or device, -ENOENT ...
 */
int text_file_read(struct arena *a, const char *path, size_t max, struct diag_file *out);

/* What text_file_read()'s error means, in the user's words. */
const char *text_file_why(int rc);

/* "scenarios/dma.yaml" -> "scenarios", "dma.yaml" -> "." */
const char *path_dir(struct arena *a, const char *path);
/* "scenarios/dma.yaml" -> "dma" */
const char *path_stem(struct arena *a, const char *path);
/* name if it is absolute or dir is ".", else dir/name */
const char *path_join(struct arena *a, const char *dir, const char *name);

#endif
