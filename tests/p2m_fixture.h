/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * p2m_fixture.h: a p2m in a small machine, and what it told its sink, as words.
 *
 * fx_ops() gives the ops since the last fx_forget() as one line: "lock set:0 next*3 write unlock".
 * Repeats are folded; write is a store to a linked table (write0 clears), store one out of reach.
 */
#ifndef P2MLAB_TESTS_P2M_FIXTURE_H
#define P2MLAB_TESTS_P2M_FIXTURE_H

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "sim/p2m_model.h"
#include "tests/unit.h"

#define FX_HEAP_BASE  UINT64_C(0x40000000)
#define FX_HEAP_PAGES 8192

/* The releases that differ: 4.8.0, 4.9, 4.12 and 4.22 (FACTS X11 to X13). */
static const struct p2m_rules fx_rules_4_8 = {
	.remove_needs_valid_bit = true,
	.dev_mmio_type = P2M_MMIO_DIRECT_DEV,
};
static const struct p2m_rules fx_rules_4_9 = {
	.remove_needs_superpage_mask = true,
	.remove_needs_valid_bit = true,
	.dev_mmio_type = P2M_MMIO_DIRECT_C,
};
static const struct p2m_rules fx_rules_4_12 = {
	.table_is_ram = true,
	.iotlb_flush_modified = true,
	.resolve_valid_bits = true,
	.remove_needs_superpage_mask = true,
	.remove_needs_valid_bit = true,
	.invalidate_by_level = true,
	.dev_mmio_type = P2M_MMIO_DIRECT_C,
};
static const struct p2m_rules fx_rules_4_22 = {
	.table_is_ram = true,
	.wide42 = true,
	.gfn_range_checked = true,
	.max_gfn_inclusive = true,
	.iotlb_flush_modified = true,
	.resolve_valid_bits = true,
	.remove_needs_superpage_mask = true,
	.flush_dsb_ishst = true,
	.dev_mmio_type = P2M_MMIO_DIRECT_C,
};

struct fx {
	struct memory mem;
	struct heap heap;
	struct p2m p2m;
	char ops[4096];
	char last[32];
	unsigned int repeat;
	uint64_t count[P2M_OP_COUNT];
	struct p2m_op last_write;
};

static inline void fx_token(const struct p2m_op *op, char *buf, size_t len)
{
	static const char *const names[P2M_OP_COUNT] = {
		[P2M_OP_LOCK_READ] = "lock-read",
		[P2M_OP_UNLOCK_READ] = "unlock-read",
		[P2M_OP_LOCK_WRITE] = "lock",
		[P2M_OP_UNLOCK_WRITE] = "unlock",
		[P2M_OP_SET_ENTRY] = "set",
		[P2M_OP_NEXT_LEVEL] = "next",
		[P2M_OP_TABLE_NEW] = "new",
		[P2M_OP_TABLE_SPLIT_ORDERS] = "orders",
		[P2M_OP_TABLE_SCRUB] = "scrub",
		[P2M_OP_TABLE_FREE] = "free",
		[P2M_OP_WRITE] = "write",
		[P2M_OP_CLEAN] = "clean",
		[P2M_OP_REPLACE] = "replace",
		[P2M_OP_SHATTER] = "shatter",
		[P2M_OP_TLBI] = "tlbi",
		[P2M_OP_IOTLB_FLUSH] = "iotlb",
		[P2M_OP_RESOLVE] = "resolve",
		[P2M_OP_RESOLVE_EARLY] = "early",
		[P2M_OP_RESOLVE_SET] = "set-valid",
		[P2M_OP_INVALIDATE_TABLE] = "inval-table",
		[P2M_OP_INVALIDATE_ENTRY] = "inval",
		[P2M_OP_LOOKUP] = "lookup",
	};

	switch (op->kind) {
	case P2M_OP_SET_ENTRY:
	case P2M_OP_TABLE_SPLIT_ORDERS:
	case P2M_OP_CLEAN:
	case P2M_OP_SHATTER:
		snprintf(buf, len, "%s:%" PRIu64, names[op->kind], op->value);
		break;
	case P2M_OP_WRITE:
		snprintf(buf, len, "%s%s", op->linked ? "write" : "store", op->value ? "" : "0");
		break;
	default:
		snprintf(buf, len, "%s", names[op->kind]);
	}
}

static inline void fx_flush_token(struct fx *fx)
{
	size_t used = strlen(fx->ops);
	char times[16] = "";

	if (fx->repeat > 1)
		snprintf(times, sizeof(times), "*%u", fx->repeat);
	if (fx->repeat)
		snprintf(fx->ops + used, sizeof(fx->ops) - used, "%s%s%s", used ? " " : "",
			 fx->last, times);
	fx->repeat = 0;
}

static inline void fx_sink(void *ctx, const struct p2m_op *op)
{
	struct fx *fx = ctx;
	char token[32];

	fx->count[op->kind]++;
	if (op->kind == P2M_OP_WRITE)
		fx->last_write = *op;
	fx_token(op, token, sizeof(token));
	if (fx->repeat == 0 || strcmp(token, fx->last)) {
		fx_flush_token(fx);
		strcpy(fx->last, token);
	}
	fx->repeat++;
}

static inline void fx_forget(struct fx *fx)
{
	fx->repeat = 0;
	fx->ops[0] = '\0';
	memset(fx->count, 0, sizeof(fx->count));
}

static inline const char *fx_ops(struct fx *fx)
{
	fx_flush_token(fx);
	return fx->ops;
}

static inline void fx_init_pages(struct fx *fx, const struct p2m_rules *rules, unsigned int pa_bits,
				 uint64_t pages)
{
	memset(fx, 0, sizeof(*fx));
	memory_init(&fx->mem);
	CHECK(memory_add_bank(&fx->mem, pa(FX_HEAP_BASE), pages << PAGE_SHIFT) == 0);
	heap_init(&fx->heap, &fx->mem, pa(FX_HEAP_BASE), pages);
	CHECK(p2m_init(&fx->p2m, rules, pa_bits, &fx->mem, &fx->heap,
		       (struct p2m_sink){.op = fx_sink, .ctx = fx}) == 0);
}

static inline void fx_init(struct fx *fx, const struct p2m_rules *rules, unsigned int pa_bits)
{
	fx_init_pages(fx, rules, pa_bits, FX_HEAP_PAGES);
}

/* Checks the tables once more and gives everything back. */
static inline void fx_fini(struct fx *fx)
{
	char why[256] = "";

	EXPECT(p2m_check(&fx->p2m, why, sizeof(why)));
	EXPECT_STR(why, "");
	EXPECT_U64(fx->heap.used, fx->p2m.tables + (UINT64_C(1) << fx->p2m.geo->root_order));
	heap_fini(&fx->heap);
	memory_fini(&fx->mem);
}

/* Maps nr frames as RAM and forgets the ops. */
static inline void fx_ram(struct fx *fx, uint64_t g, uint64_t nr, uint64_t m)
{
	EXPECT_I64(p2m_set_entry(&fx->p2m, gfn(g), nr, mfn(m), P2M_RAM_RW), 0);
	fx_forget(fx);
}

static inline int fx_mmio(struct fx *fx, uint64_t g, uint64_t nr, uint64_t m)
{
	return p2m_set_entry(&fx->p2m, gfn(g), nr, mfn(m), P2M_MMIO_DIRECT_C);
}

static inline int fx_remove(struct fx *fx, uint64_t g, uint64_t nr)
{
	return p2m_set_entry(&fx->p2m, gfn(g), nr, mfn(INVALID_FRAME), P2M_INVALID);
}

/* The frame that software finds behind g, INVALID_FRAME if none. */
static inline uint64_t fx_frame(const struct fx *fx, uint64_t g)
{
	ipa_t i = ipa_from_gfn(gfn(g));
	struct p2m_slot slot = p2m_walk(&fx->p2m, i);

	return p2m_slot_mapped(&fx->p2m, &slot) ? mfn_from_pa(p2m_slot_pa(&slot, i)).v
						: INVALID_FRAME;
}

/* True if fn(ctx) ends in abort(): a CHECK. */
static inline bool fx_aborts(void (*fn)(void *ctx), void *ctx)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		fn(ctx);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
