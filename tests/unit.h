/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h: CUnit with assertions that print values.
 *
 * A test file lists its tests in one table and calls unit_main():
 *
 *	static const struct unit_test tests[] = {
 *		{"a fresh page costs one descriptor store", test_fresh},
 *	};
 *	int main(int argc, char **argv) { return unit_main("p2m_model", tests, ARRAY_SIZE(tests),
 *argc, argv); }
 *
 * Each name is the behaviour in one sentence. A failed check ends nothing: the test goes on.
 */
#ifndef P2MLAB_UNIT_H
#define P2MLAB_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit_test {
	const char *name;
	void (*fn)(void);
};

/* Runs the tests whose name contains argv[1] (all without it); 0 if all passed, else 1. */
int unit_main(const char *suite, const struct unit_test *tests, size_t count, int argc,
	      char **argv);

bool unit_check(bool ok, const char *file, int line, const char *what);
bool unit_u64(uint64_t got, uint64_t want, const char *file, int line, const char *what);
bool unit_i64(int64_t got, int64_t want, const char *file, int line, const char *what);
bool unit_str(const char *got, const char *want, const char *file, int line, const char *what);

/* "expr: got 0x4003, want 0x4001"; each yields true if it held. */
#define EXPECT(x)	      unit_check((x), __FILE__, __LINE__, #x)
#define EXPECT_U64(got, want) unit_u64((got), (want), __FILE__, __LINE__, #got)
#define EXPECT_I64(got, want) unit_i64((got), (want), __FILE__, __LINE__, #got)
#define EXPECT_STR(got, want) unit_str((got), (want), __FILE__, __LINE__, #got)

/* A whole file as a malloc'ed NUL-terminated string; the test fails and NULL if it cannot be read.
 */
char *unit_read_file(const char *path, size_t *len);

/* splitmix64: the state is the caller's, so a failure is replayed by its seed. */
uint64_t unit_rand(uint64_t *state);

#endif
