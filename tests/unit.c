// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit.h"

#include <CUnit/Basic.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tests make allocations fail on purpose: AddressSanitizer shall then return NULL, not end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

bool unit_check(bool ok, const char *file, int line, const char *what)
{
	CU_assertImplementation(ok, (unsigned int)line, what, file, "", CU_FALSE);
	return ok;
}

bool unit_u64(uint64_t got, uint64_t want, const char *file, int line, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: got 0x%" PRIx64 ", want 0x%" PRIx64, what, got, want);
	return unit_check(got == want, file, line, text);
}

bool unit_i64(int64_t got, int64_t want, const char *file, int line, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: got %" PRId64 ", want %" PRId64, what, got, want);
	return unit_check(got == want, file, line, text);
}

bool unit_str(const char *got, const char *want, const char *file, int line, const char *what)
{
	char text[4096];
	bool same = got && want ? strcmp(got, want) == 0 : got == want;

	snprintf(text, sizeof(text), "%s: got \"%s\", want \"%s\"", what, got ? got : "(null)",
		 want ? want : "(null)");
	return unit_check(same, file, line, text);
}

char *unit_read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (!EXPECT(f != NULL))
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		text = malloc((size_t)size + 1);
		if (text && fread(text, 1, (size_t)size, f) == (size_t)size) {
			text[size] = '\0';
			if (len)
				*len = (size_t)size;
		} else {
			free(text);
			text = NULL;
		}
	}
	fclose(f);
	EXPECT(text != NULL);
	return text;
}

uint64_t unit_rand(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int unit_main(const char *suite, const struct unit_test *tests, size_t count, int argc, char **argv)
{
	unsigned int failures;
	CU_pSuite s;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	s = CU_add_suite(suite, NULL, NULL);
	for (size_t i = 0; s && i < count; i++)
		if (argc < 2 || strstr(tests[i].name, argv[1]))
			CU_add_test(s, tests[i].name, tests[i].fn);
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed() +
		   (CU_get_number_of_tests_run() == 0);
	CU_cleanup_registry();
	return failures ? 1 : 0;
}
