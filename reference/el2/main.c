// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload: answers each job of the request. Runs with the MMU off at EL2, so any physical
 * address can be stored to.
 */
#include "reference/el2/payload.h"

#define MDCR_TDE (UINT64_C(1) << 8) /* debug exceptions of EL1 go to EL2 */

void el2_main(uint64_t el); /* for start.S */

/* Both kinds of job begin with their magic and their length. */
static void run_job(const uint64_t *words)
{
	if (words[0] == EL2_MAGIC_JOB)
		el2_probe_job((const struct el2_job *)words);
	else if (words[0] == EL2_MAGIC_RUN)
		el2_run_job((const struct el2_run *)words);
	else
		el2_stop("bad job at", (uint64_t)words);
}

void el2_main(uint64_t el)
{
	const struct el2_request *req = (const struct el2_request *)EL2_REQUEST;
	const uint64_t *words = (const uint64_t *)(req + 1);

	el2_say("el2: started\n");
	if (el != 2)
		el2_stop("started at exception level", el);
	if (req->magic != EL2_MAGIC_REQUEST)
		el2_stop("no request in memory but", req->magic);
	if (el2_sum(words, req->words) != req->checksum)
		el2_stop("the request is damaged:", req->words);
	SYSREG_WRITE(oslar_el1, UINT64_C(0));
	SYSREG_WRITE(mdcr_el2, MDCR_TDE);
	el2_answers_begin();
	for (uint64_t k = 0; k < req->jobs; k++) {
		run_job(words);
		el2_answers_next();
		words += words[1];
	}
	el2_answers_end();
	el2_say("el2: done\n");
}
