// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any console, halved: an answer is read or refused with a sentence; two that were read are
 * compared, and one agrees with itself.
 */
#include <stdint.h>

#include "base/check.h"
#include "reference/xen_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_answer(struct xr_answer *a, const uint8_t *data, size_t size)
{
	struct buf why = {0};
	bool ok = xr_answer_parse(a, (const char *)data, size, &why);

	CHECK(ok == (why.len == 0));
	buf_fini(&why);
	return ok;
}

static size_t differences(const struct xr_request *r, const struct xr_answer *a,
			  const struct xr_answer *b)
{
	struct xr_counts c = {0};
	struct buf text = {0};

	xr_compare(r, a, b, 20, &c, &text);
	xr_costs(r, a, b, &text);
	buf_fini(&text);
	return c.differences;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xr_request r = {.pa_bits = 44};
	struct xr_answer a = {.others = 0}, b = {.others = 0};
	bool has_a = read_answer(&a, data, size / 2);
	bool has_b = read_answer(&b, data + size / 2, size - size / 2);

	xr_access(&r, "access", 0, XR_LDR32, 0);
	xr_costed(&r, 2, 1);
	xr_runs(&r, "runs", 0, 4);
	if (has_a)
		CHECK(differences(&r, &a, &a) == 0);
	if (has_a && has_b)
		differences(&r, &a, &b);
	xr_request_fini(&r);
	xr_answer_fini(&a);
	xr_answer_fini(&b);
	return 0;
}
