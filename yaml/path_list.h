/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * yaml/path_list.h: the YAML files that a path names.
 */
#ifndef P2MLAB_YAML_PATH_LIST_H
#define P2MLAB_YAML_PATH_LIST_H

#include "base/vec.h"

struct path_list {
	VEC(char *) paths; /* malloc'ed */
};

/*
 * Appends a file as it is, a directory as its *.yaml files, recursively, bytewise by path; what
 * starts with a dot is not looked at. 0, -ENOENT, -EACCES, -ENOMEM.
 */
int path_list_add(struct path_list *out, const char *path);
void path_list_fini(struct path_list *out);

#endif
