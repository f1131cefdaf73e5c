// SPDX-License-Identifier: GPL-2.0-only
/* One JSON object per line: header, results, summary; schema p2mlab.results/1. */
#include "cli/report.h"

#include <inttypes.h>
#include <stdio.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "cli/json.h"

/* What was run, for whoever merges or compares files: a hash over the scenarios' texts. */
static uint64_t plan_hash(const struct plan *plan)
{
	XXH64_hash_t hash = 0;

	for (size_t i = 0; i < plan->files.count; i++) {
		const struct diag_file *f = &plan->files.items[i].scenario->file;

		hash = XXH3_64bits_withSeed(f->text, f->len, hash);
	}
	return hash;
}

static void put_hash(struct json *j, const char *key, uint64_t hash)
{
	char text[24];

	snprintf(text, sizeof(text), "xxh3:%016" PRIx64, hash);
	json_str(j, key, text);
}

static void jsonl_begin(struct report *r)
{
	struct json j;

	json_init(&j, &r->body);
	json_object(&j, NULL);
	json_str(&j, "type", "header");
	json_str(&j, "schema", "p2mlab.results/1");
	json_str(&j, "tool", "p2mlab " P2MLAB_VERSION);
	json_u64(&j, "selected", r->plan->perms.count);
	put_hash(&j, "scenarios", plan_hash(r->plan));
	json_end(&j);
	json_line(&j);
}

static void put_finding(struct json *j, const struct result_finding *f)
{
	json_object(j, NULL);
	json_str(j, "code", finding_name[f->code]);
	if (f->step >= 0)
		json_i64(j, "step", f->step);
	if (f->line)
		json_u64(j, "line", f->line);
	json_hex(j, "addr", f->addr);
	json_u64(j, "pages", f->pages);
	json_str(j, "region", f->region);
	json_str(j, "truth", truth_name[f->truth]);
	json_str(j, "by", f->by);
	if (*f->insn) {
		json_hex(j, "pc", f->pc);
		json_str(j, "insn", f->insn);
	}
	json_end(j);
}

static void put_measured(struct json *j, const struct result *res)
{
	json_u64(j, "cycles", res->metrics[METRIC_CYCLES]);
	put_hash(j, "digest", res->digest);
	json_array(j, "findings");
	for (size_t i = 0; i < res->findings.count; i++)
		put_finding(j, &res->findings.items[i]);
	json_end(j);
	json_object(j, "metrics");
	for (unsigned int i = 0; i < METRIC_COUNT; i++)
		json_u64(j, metric_name[i], res->metrics[i]);
	json_end(j);
}

static void jsonl_result(struct report *r, size_t index, const struct result *res)
{
	const struct permutation *p = &r->plan->perms.items[index].p;
	struct buf id = {0};
	struct json j;

	plan_id(p, &id);
	json_init(&j, &r->body);
	json_object(&j, NULL);
	json_str(&j, "type", "result");
	json_str(&j, "id", buf_cstr(&id));
	json_str(&j, "scenario", p->scenario->name);
	json_str(&j, "strategy", p->strategy->name);
	json_str(&j, "xen", p->xen->name);
	json_str(&j, "linux", p->lnx->name);
	json_str(&j, "outcome", result_infos[res->kind].name);
	if (*res->why)
		json_str(&j, "why", res->why);
	if (res->panicked) {
		json_str(&j, "panicked", boot_phase_name[res->panic_phase]);
		json_u64(&j, "unreached", res->unreached);
	}
	if (result_infos[res->kind].measured)
		put_measured(&j, res);
	json_end(&j);
	json_line(&j);
	buf_fini(&id);
}

static void jsonl_end(struct report *r, const struct tally *tally)
{
	struct json j;

	json_init(&j, &r->body);
	json_object(&j, NULL);
	json_str(&j, "type", "summary");
	json_u64(&j, "selected", tally->selected);
	json_u64(&j, "run", tally_run(tally));
	for (unsigned int i = 0; i < RESULT_KIND_COUNT; i++)
		json_u64(&j, result_infos[i].name, tally->counts[i]);
	json_bool(&j, "interrupted", tally->interrupted);
	json_end(&j);
	json_line(&j);
}

const struct report_ops report_jsonl = {"jsonl", jsonl_begin, jsonl_result, jsonl_end};
