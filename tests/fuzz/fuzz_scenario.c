// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as a scenario: it loads, or it is refused with at least one message; nothing leaks and
 * what was loaded can be enumerated.
 */
#include <stdint.h>

#include "base/check.h"
#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct scenario_paths paths = {.data_dir = SOURCE_DIR "/tests/data/scenarios"};
	struct scenario *sc;
	struct diag d;
	char id[256];

	diag_init(&d);
	sc = scenario_parse("fuzz.yaml", (const char *)data, size, &paths, NULL, &d);
	CHECK((sc != NULL) == (d.errors == 0));
	CHECK(sc || d.len);
	for (size_t i = 0; sc && i < scenario_permutations(sc); i++) {
		struct permutation p = scenario_permutation(sc, i);

		CHECK(permutation_id(&p, id, sizeof(id)) > 0);
	}
	scenario_free(sc);
	diag_fini(&d);
	return 0;
}
