/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * collection_parts.h: what the readers of folders and tars share. Private to collection*.c.
 */
#ifndef P2MLAB_COLLECTION_PARTS_H
#define P2MLAB_COLLECTION_PARTS_H

#include "platform/collection.h"

/* A collection being read. */
struct collecting {
	struct collection *out;
	struct arena *arena;
	struct diag *diag;
	size_t bytes;	      /* of all files kept */
	unsigned int entries; /* looked at */
	VEC(char) buf;	      /* the file being read; grows as bytes come, not as a header says */
};

/* Counts an entry; false, and it is said, if there are too many. `path` is for the message. */
bool collecting_entry(struct collecting *c, const char *path);

/*
 * True if a file of this name is one of a collection. `name` is the end of its path: all of a
 * file's, what follows the ':' of a tar's.
 */
bool collection_knows(const char *name);

/* Appends to c->buf: 0, -ENOMEM, or -EFBIG over COLLECTION_FILE_MAX or, with what is kept, _MAX. */
int collecting_bytes(struct collecting *c, const void *bytes, size_t len);

/* Keeps c->buf as the file `path`, which is copied; it must be known by `name`, the end of it. */
void collecting_keep(struct collecting *c, const char *path, const char *name);

/* Says why a file was not read: -errno of any reader here. */
void collecting_failed(struct collecting *c, const char *path, int rc);

/* The file into c->buf. 0 or -errno; -EINVAL if it is not a regular one. Never waits. */
int collecting_file(struct collecting *c, const char *path);

/* Errors are in c->diag. */
void collecting_folder(struct collecting *c, const char *path);
void collecting_tar(struct collecting *c, const char *path);

#endif
