/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scenario_fixture.h: files of tests/data/scenarios, and what they must be answered with.
 *
 * Tests run in that directory, so that messages name files the same way everywhere. What a bad
 * file is answered with stands beside it: x.yaml and x.err; P2MLAB_BLESS=1 rewrites those.
 */
#ifndef P2MLAB_SCENARIO_FIXTURE_H
#define P2MLAB_SCENARIO_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/file.h"
#include "scenario/scenario.h"
#include "tests/unit.h"
#include "yaml/path_list.h"

static const struct scenario_paths test_paths = {.data_dir = "."};

static inline void enter_test_data(void)
{
	EXPECT(chdir(TEST_DATA "/scenarios") == 0);
}

static inline bool blessing(void)
{
	return getenv("P2MLAB_BLESS") != NULL;
}

/* "bad/x.yaml" gave these messages. */
static inline void expect_messages(const char *yaml, const char *got)
{
	char path[256];
	char *want;
	FILE *f;

	snprintf(path, sizeof(path), "%.*s.err", (int)strlen(yaml) - 5, yaml);
	if (blessing()) {
		f = fopen(path, "w");
		if (EXPECT(f != NULL)) {
			fputs(got, f);
			fclose(f);
		}
	}
	want = unit_read_file(path, NULL);
	if (want && !EXPECT(strcmp(got, want) == 0))
		printf("%s gives:\n%s", yaml, got);
	free(want);
}

/* Each *.yaml of a directory through `load`, which tells whether it was accepted. */
static inline void expect_refused(const char *dir, bool (*load)(const char *path, struct diag *d))
{
	struct path_list list = {0};

	enter_test_data();
	EXPECT_I64(path_list_add(&list, dir), 0);
	EXPECT(list.paths.count > 0);
	for (size_t i = 0; i < list.paths.count; i++) {
		struct diag d;

		diag_init(&d);
		if (!EXPECT(!load(list.paths.items[i], &d)))
			printf("%s was accepted\n", list.paths.items[i]);
		EXPECT(d.errors > 0);
		expect_messages(list.paths.items[i], d.text ? d.text : "");
		diag_fini(&d);
	}
	path_list_fini(&list);
}

#endif
