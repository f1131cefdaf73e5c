/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base/src.h: a place in a user's file.
 */
#ifndef P2MLAB_BASE_SRC_H
#define P2MLAB_BASE_SRC_H

/* Line and column count from 1; a line of 0: nowhere. */
struct src {
	unsigned int line, col;
};

#endif
