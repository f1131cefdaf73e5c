// SPDX-License-Identifier: GPL-2.0-only
/* The ABI by its bytes: every recorded return code (FACTS R4), older releases, preemption. */
#include "tests/machine.h"

#define FRAME(addr) ((addr) >> PAGE_SHIFT)
#define TICK_NEVER  UINT64_MAX

/* ---- what a recorded 4.22 returned ---- */

struct request_case {
	const char *what;
	uint64_t idx, gpfn;
	int32_t err;
	uint32_t denied;
	uint64_t maps; /* PA found at the GPA afterwards */
};

static void test_items(void)
{
	static const struct request_case cases[] = {
		{"fresh", FRAME(M_FWCFG), FRAME(M_FWCFG), 0, 0, M_FWCFG},
		{"repeated", FRAME(M_FWCFG), FRAME(M_FWCFG), 0, 0, M_FWCFG},
		{"another mfn over it", FRAME(M_VIRTIO), FRAME(M_FWCFG), 0, 0, M_VIRTIO},
		{"frame ~0 over it", INVALID_FRAME, FRAME(M_FWCFG), 0, 0, INVALID_FRAME},
		{"frame ~0 where nothing is", INVALID_FRAME, 0xb003, 0, 0, INVALID_FRAME},
		{"over Dom0's own RAM", FRAME(M_VIRTIO), FRAME(M_RAM) + 0x3000, 0, 0, M_VIRTIO},
		{"the console", FRAME(M_UART), FRAME(M_UART), 0, 1, INVALID_FRAME},
		{"the distributor", FRAME(M_GICD), FRAME(M_GICD), 0, 1, INVALID_FRAME},
		{"gpfn 2^36", FRAME(M_FWCFG), UINT64_C(1) << 36, -XEN_EINVAL, 0, INVALID_FRAME},
		{"gpfn 2^52", FRAME(M_FWCFG), UINT64_C(1) << 52, -XEN_EINVAL, 0, INVALID_FRAME},
		{"gpfn 2^32, beyond 44 bits", FRAME(M_FWCFG), UINT64_C(1) << 32, 0, 0, M_FWCFG},
		{"idx beyond the PA size", UINT64_C(1) << 34, 0xb001, 0, 0, UINT64_C(1) << 46},
		{"idx beyond the descriptor", (UINT64_C(1) << 40) + 7, 0xb002, 0, 0, 0x7000},
		{"an alias", FRAME(M_FWCFG), 0xb000, 0, 0, M_FWCFG},
		{"RAM of others", FRAME(M_OTHER_RAM), FRAME(M_OTHER_RAM), 0, 0, M_OTHER_RAM},
	};
	struct machine m;

	m_init(&m, "4.22", "notifier");
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		const struct request_case *c = &cases[k];
		const struct event *ev;
		uint64_t gpa = c->gpfn << PAGE_SHIFT;

		if (!EXPECT_I64(m_batch(&m, c->idx, c->gpfn, 1), 0) ||
		    !EXPECT_I64(m_err(&m, 0), c->err))
			printf("    in: %s\n", c->what);
		ev = m_last(&m);
		EXPECT_U64(ev->kind, EV_ADD_TO_PHYSMAP_RANGE);
		EXPECT_U64(ev->gpa, gpa);
		EXPECT_U64(ev->pages, 1);
		EXPECT_I64(ev->errs[0], c->err);
		EXPECT_U64(ev->denied, c->denied);
		EXPECT_U64(c->gpfn >> 36 ? INVALID_FRAME : m_lookup(&m, gpa), c->maps);
		m_sound(&m);
	}
	m_fini(&m);
}

struct call_case {
	const char *what;
	struct xen_add_to_physmap_batch b; /* handles 0: null */
	int64_t rc;
	int32_t err; /* M_UNTOUCHED_ERR: not written */
};

#define HANDLES .idxs = M_IDXS, .gpfns = M_GPFNS, .errs = M_ERRS

static void run_calls(const char *version, const struct call_case *cases, size_t count)
{
	struct machine m;

	m_init(&m, version, "notifier");
	for (size_t k = 0; k < count; k++) {
		m_request(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 1);
		if (!EXPECT_I64(m_issue(&m, &cases[k].b), cases[k].rc) ||
		    !EXPECT_I64(m_err(&m, 0), cases[k].err))
			printf("    in: %s, %s\n", version, cases[k].what);
		EXPECT_I64(m_last(&m)->rc, cases[k].rc);
		EXPECT_U64(m_lookup(&m, M_FWCFG), INVALID_FRAME);
		EXPECT_U64(m.cpu.pc, M_PC + 4);
	}
	m_sound(&m);
	m_fini(&m);
}

static const struct call_case common_calls[] = {
	{"size 0", {XEN_DOMID_SELF, 5, 0, 0, HANDLES}, 0, M_UNTOUCHED_ERR},
	{"absent domid", {7, 5, 1, 0, HANDLES}, -XEN_ESRCH, M_UNTOUCHED_ERR},
	{"space 3", {XEN_DOMID_SELF, 3, 1, 0, HANDLES}, -XEN_EOPNOTSUPP, M_UNTOUCHED_ERR},
	{"unknown space 6", {XEN_DOMID_SELF, 6, 1, 0, HANDLES}, 0, -XEN_ENOSYS},
	{"gmfn", {XEN_DOMID_SELF, 2, 1, 0, HANDLES}, 0, -XEN_ENOSYS},
	{"unknown space with res0", {XEN_DOMID_SELF, 6, 1, 9, HANDLES}, 0, -XEN_ENOSYS},
	{"shared_info", {XEN_DOMID_SELF, 0, 1, 0, HANDLES}, 0, -XEN_EINVAL},
	{"grant_table", {XEN_DOMID_SELF, 1, 1, 0, HANDLES}, 0, -XEN_EINVAL},
	{"foreign self", {0, 4, 1, XEN_DOMID_SELF, HANDLES}, 0, -XEN_EINVAL},
	{"foreign absent", {0, 4, 1, 3, HANDLES}, 0, -XEN_ESRCH},
	{"null idxs", {XEN_DOMID_SELF, 5, 1, 0, 0, M_GPFNS, M_ERRS}, -XEN_EFAULT, M_UNTOUCHED_ERR},
	{"null gpfns", {XEN_DOMID_SELF, 5, 1, 0, M_IDXS, 0, M_ERRS}, -XEN_EFAULT, M_UNTOUCHED_ERR},
};

static void test_whole_calls(void)
{
	static const struct call_case only_4_22[] = {
		{"res0", {XEN_DOMID_SELF, 5, 1, 1, HANDLES}, -XEN_EOPNOTSUPP, M_UNTOUCHED_ERR},
	};

	run_calls("4.22", common_calls, ARRAY_SIZE(common_calls));
	run_calls("4.22", only_4_22, ARRAY_SIZE(only_4_22));
}

static void test_whole_calls_old(void)
{
	static const struct call_case old[] = {
		{"res0", {XEN_DOMID_SELF, 5, 1, 1, HANDLES}, 0, -XEN_EOPNOTSUPP},
	};

	run_calls("4.8", common_calls, ARRAY_SIZE(common_calls));
	run_calls("4.8", old, ARRAY_SIZE(old));
	run_calls("4.9", old, ARRAY_SIZE(old));
}

static void test_null_errs(void)
{
	struct machine m;
	struct xen_add_to_physmap_batch b;

	m_init(&m, "4.22", "notifier");
	b = m_request(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 3);
	b.errs = 0;
	EXPECT_I64(m_issue(&m, &b), -XEN_EFAULT);
	EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
	EXPECT_U64(m_lookup(&m, M_FWCFG + PAGE_SIZE), INVALID_FRAME);
	EXPECT_U64(m_last(&m)->pages, 1);
	EXPECT_U64(m_last(&m)->size, 3);
	m_sound(&m);
	m_fini(&m);
}

static void test_65536_pages(void)
{
	struct machine m;
	struct xen_add_to_physmap_batch b;

	m_init(&m, "4.22", "b");
	b = m_request(&m, FRAME(M_ECAM), FRAME(M_ECAM), 1);
	b.size = (uint16_t)M_ECAM_PAGES;
	EXPECT_I64(m_issue(&m, &b), 0);
	EXPECT_U64(m_lookup(&m, M_ECAM), INVALID_FRAME);
	EXPECT_U64(m_last(&m)->size, 0);
	EXPECT_U64(m_last(&m)->pages, 0);
	EXPECT(!m_last(&m)->has_gpa);
	m_fini(&m);
}

/* Two items: the second's gpfn is ~0. */
static void run_invalid_gfn(const char *version, int64_t rc, int32_t err)
{
	struct machine m;
	struct xen_add_to_physmap_batch b;

	m_init(&m, version, "notifier");
	b = m_request(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 2);
	((uint64_t *)m_host(&m, M_GPFNS, 16))[1] = INVALID_FRAME;
	EXPECT_I64(m_issue(&m, &b), rc);
	EXPECT_I64(m_err(&m, 0), 0);
	EXPECT_I64(m_err(&m, 1), err);
	EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
	m_sound(&m);
	m_fini(&m);
}

static void test_invalid_gfn(void)
{
	run_invalid_gfn("4.22", -XEN_EINVAL, M_UNTOUCHED_ERR);
}

/* 44-bit IPAs have a single root page: before XSA-301 the bits above it were dropped. */
static void test_invalid_gfn_old(void)
{
	run_invalid_gfn("4.9", 0, 0);
}

static void test_gfn_alias_old(void)
{
	struct machine m;

	m_init(&m, "4.9", "notifier");
	EXPECT_I64(m_batch(&m, FRAME(M_FWCFG), (UINT64_C(1) << 36) + 0xb000, 1), 0);
	EXPECT_I64(m_err(&m, 0), 0);
	EXPECT_U64(m_lookup(&m, M_HOLE), M_FWCFG);
	m_fini(&m);
}

static void run_gfn_range_concatenated(const char *version)
{
	struct machine m;

	m_prepare(&m, version, "notifier", 3);
	m.plat.pa_bits = 40;
	m.plat.regions.count--; /* the ECAM lies at 256 GiB: keep it out, 40 bits hold it anyway */
	EXPECT_I64(m_build(&m, 0), 0);
	m_touch_buffers(&m);
	EXPECT_I64(m_batch(&m, FRAME(M_FWCFG), UINT64_C(1) << 28, 1), 0);
	EXPECT_I64(m_err(&m, 0), -XEN_EINVAL);
	m_sound(&m);
	m_fini(&m);
}

static void test_gfn_range_concatenated(void)
{
	run_gfn_range_concatenated("4.8");
	run_gfn_range_concatenated("4.22");
}

static void test_extents(void)
{
	static const struct {
		const char *version;
		uint64_t extent;
		int64_t rc;
		uint64_t pages;
	} cases[] = {
		{"4.22", 0, 0, 4},
		{"4.22", 3, 0, 1},
		{"4.22", 4, -XEN_EILSEQ, 0},
		{"4.22", 5, -XEN_EILSEQ, 0},
		{"4.22", 0xffff, -XEN_EILSEQ, 0},
		{"4.22", 0x10000, -XEN_EDOM, 0},
		{"4.22", UINT64_MAX >> 6, -XEN_EDOM, 0},
		{"4.9", 4, 0, 0},
		{"4.9", 5, -XEN_EILSEQ, 0},
		{"4.9", 0x10000, -XEN_EDOM, 0},
	};

	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct machine m;
		struct xen_add_to_physmap_batch b;

		m_init(&m, cases[k].version, "notifier");
		b = m_request(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 4);
		memcpy(m_host(&m, M_ARG, sizeof(b)), &b, sizeof(b));
		EXPECT_I64(m_hvc(&m, 12, 23 | cases[k].extent << 6, M_ARG), cases[k].rc);
		EXPECT_U64(m_last(&m)->pages, cases[k].pages);
		if (cases[k].pages)
			EXPECT_U64(m_last(&m)->start_extent, cases[k].extent);
		m_fini(&m);
	}
}

static void test_no_table_pages(void)
{
	struct machine m;

	m_prepare(&m, "4.22", "notifier", 3);
	EXPECT_I64(m_build(&m, 0), 0);
	m_touch_buffers(&m);
	m.xen.heap.limit = m.xen.heap.used;
	EXPECT_I64(m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 1), 0);
	EXPECT_I64(m_err(&m, 0), -XEN_ENOENT);
	/* Over RAM a block must be split first. */
	EXPECT_I64(m_batch(&m, FRAME(M_VIRTIO), FRAME(M_RAM) + 0x3000, 1), 0);
	EXPECT_I64(m_err(&m, 0), -XEN_ENOMEM);
	EXPECT_U64(m_lookup(&m, M_RAM + 0x3000000), M_RAM + 0x3000000);
	m_sound(&m);
	m_fini(&m);
}

static void test_4_8_type(void)
{
	static const struct {
		const char *version;
		enum p2m_type type;
	} cases[] = {{"4.8", P2M_MMIO_DIRECT_DEV},
		     {"4.9", P2M_MMIO_DIRECT_C},
		     {"4.22", P2M_MMIO_DIRECT_C}};

	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct machine m;

		m_init(&m, cases[k].version, "notifier");
		m_batch(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 1);
		EXPECT_U64(m_type(&m, M_FWCFG), cases[k].type);
		m_fini(&m);
	}
}

/* ---- op 7, op 15, the rest ---- */

static void test_add_one(void)
{
	static const struct {
		uint32_t space;
		uint64_t idx, gpfn;
		int64_t rc;
		uint64_t pages;
	} cases[] = {
		{5, FRAME(M_FWCFG), FRAME(M_FWCFG), 0, 1},
		{5, FRAME(M_UART), FRAME(M_UART), 0, 1},
		{5, FRAME(M_FWCFG), UINT64_C(1) << 36, -XEN_EINVAL, 1},
		{5, FRAME(M_FWCFG), INVALID_FRAME, -XEN_EINVAL, 0},
		{0, 0, 0xb000, -XEN_EINVAL, 1},
		{2, 0, 0xb000, -XEN_ENOSYS, 1},
		{3, 0, 0xb000, 0, 0}, /* size 0: nothing to do */
		{4, 0, 0xb000, -XEN_ENOSYS, 0},
		{0x10005, 0, 0xb000, -XEN_ENOSYS, 1}, /* 32 bits of space count */
	};
	struct machine m;

	m_init(&m, "4.22", "notifier");
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		int64_t rc = m_add_one(&m, cases[k].space, cases[k].idx, cases[k].gpfn);

		if (!EXPECT_I64(rc, cases[k].rc))
			printf("    in: case %zu\n", k);
		EXPECT_U64(m_last(&m)->kind, EV_ADD_TO_PHYSMAP);
		EXPECT_U64(m_last(&m)->pages, cases[k].pages);
	}
	EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
	EXPECT_U64(m_lookup(&m, M_UART), INVALID_FRAME);
	EXPECT_U64(m_last(&m)->space, UINT16_MAX);
	m_sound(&m);
	m_fini(&m);
}

static int64_t add_range(struct machine *m, uint16_t size, uint64_t extent, uint16_t domid)
{
	struct xen_add_to_physmap a = {.domid = domid, .size = size, .space = 3, .gpfn = 0xb000};

	memcpy(m_host(m, M_ARG, sizeof(a)), &a, sizeof(a));
	return m_hvc(m, 12, 7 | extent << 6, M_ARG);
}

static void test_add_one_range(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	EXPECT_I64(add_range(&m, 2, 0, 0), -XEN_ENOSYS);
	EXPECT_I64(add_range(&m, 2, 2, 0), 0);
	EXPECT_I64(add_range(&m, 2, 3, 0), -XEN_EILSEQ);
	EXPECT_I64(add_range(&m, 2, 0x10000, 0), -XEN_EDOM);
	EXPECT_I64(add_range(&m, 2, 0, 5), -XEN_ESRCH);
	EXPECT_I64(m_hvc(&m, 12, 7, M_HOLE), -XEN_EFAULT);
	EXPECT_U64(m_last(&m)->size, 0);
	m_fini(&m);
}

static void run_remove(const char *version)
{
	struct machine m;
	uint64_t ram = M_RAM + 0x2001000;

	m_init(&m, version, "notifier");
	m_batch(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 1);
	EXPECT_I64(m_remove(&m, FRAME(M_FWCFG)), -XEN_ENOENT);
	EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
	EXPECT_I64(m_remove(&m, FRAME(M_HOLE)), -XEN_ENOENT);
	EXPECT_U64(m_last(&m)->kind, EV_REMOVE_FROM_PHYSMAP);
	EXPECT_U64(m_last(&m)->gpa, M_HOLE);
	m_touch(&m, ram);
	EXPECT_I64(m_remove(&m, FRAME(ram)), 0);
	EXPECT_U64(m_lookup(&m, ram), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, ram + PAGE_SIZE), ram + PAGE_SIZE);
	/* The flush of the split block, and the one at unlock. */
	EXPECT_U64(m_last(&m)->tlbi, 2);
	EXPECT_I64(m_remove(&m, FRAME(ram)), -XEN_ENOENT);
	m_sound(&m);
	m_fini(&m);
}

static void test_remove(void)
{
	run_remove("4.8");
	run_remove("4.22");
}

static void test_remove_errors(void)
{
	struct xen_remove_from_physmap r = {.domid = 9, .gpfn = FRAME(M_RAM)};
	struct machine m;

	m_init(&m, "4.22", "notifier");
	EXPECT_I64(m_hvc(&m, 12, 15, M_HOLE), -XEN_EFAULT);
	memcpy(m_host(&m, M_ARG, sizeof(r)), &r, sizeof(r));
	EXPECT_I64(m_hvc(&m, 12, 15, M_ARG), -XEN_ESRCH);
	EXPECT_I64(m_hvc(&m, 12, 15 | 1 << 6, M_ARG), -XEN_EINVAL);
	EXPECT_I64(m_remove(&m, UINT64_C(1) << 52), -XEN_ENOENT);
	EXPECT_I64(m_remove(&m, INVALID_FRAME), -XEN_ENOENT);
	EXPECT_U64(m_lookup(&m, M_RAM), M_RAM);
	m_fini(&m);
}

static void test_unknown(void)
{
	static const struct {
		uint64_t nr, x0;
		uint32_t size;
	} cases[] = {
		{XEN_NR_PHYSDEV_OP, 24, XEN_NR_PHYSDEV_OP},
		{XEN_NR_MEMORY_OP, 6, XEN_NR_MEMORY_OP},
		{13, 0, 13},
		{UINT64_C(0x10000000c), 23, UINT32_MAX},
		{UINT64_MAX, UINT64_MAX, UINT32_MAX},
	};
	struct machine m;

	m_init(&m, "4.22", "notifier");
	for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
		struct cpu before;

		m.cpu.x[5] = 0x1234;
		EXPECT_I64(m_hvc(&m, cases[k].nr, cases[k].x0, M_ARG), -XEN_ENOSYS);
		before = m.cpu;
		EXPECT_U64(m_last(&m)->kind, EV_HYPERCALL_OTHER);
		EXPECT_U64(m_last(&m)->size, cases[k].size);
		EXPECT_I64(m_last(&m)->rc, -XEN_ENOSYS);
		EXPECT_U64(m_last(&m)->pc, M_PC);
		EXPECT_U64(before.x[1], M_ARG);
		EXPECT_U64(before.x[5], 0x1234);
		EXPECT_U64(before.x[16], cases[k].nr);
	}
	EXPECT_U64(m.record.events.items[0].insns, 346);
	m_fini(&m);
}

/* ---- preemption ---- */

static void test_continuation(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	m.xen.virq_pending = true;
	EXPECT_I64(m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 4), 23 | 1 << 6);
	EXPECT_U64(m.cpu.pc, M_PC);
	EXPECT_U64(m.cpu.x[16], 12);
	EXPECT_U64(m.cpu.x[1], M_ARG);
	EXPECT(m_last(&m)->preempted);
	EXPECT_U64(m_last(&m)->pages, 1);
	EXPECT_I64(m_last(&m)->rc, 23 | 1 << 6);
	EXPECT_U64(m_lookup(&m, M_VIRTIO), M_VIRTIO);
	EXPECT_U64(m_lookup(&m, M_VIRTIO + PAGE_SIZE), INVALID_FRAME);
	EXPECT_I64(m_err(&m, 1), M_UNTOUCHED_ERR);
	/* Dom0 takes the interrupt and executes the HVC again. */
	m.xen.virq_pending = false;
	m.cpu.pc += 4;
	hypercall_handle(&m.xen, &m.cpu);
	EXPECT_I64((int64_t)m.cpu.x[0], 0);
	EXPECT_U64(m.cpu.pc, M_PC + 4);
	EXPECT(!m_last(&m)->preempted);
	EXPECT_U64(m_last(&m)->start_extent, 1);
	EXPECT_U64(m_last(&m)->pages, 3);
	EXPECT_U64(m_last(&m)->gpa, M_VIRTIO + PAGE_SIZE);
	EXPECT_U64(m_last(&m)->err_count, 3);
	EXPECT_U64(m_lookup(&m, M_VIRTIO + 3 * PAGE_SIZE), M_VIRTIO + 3 * PAGE_SIZE);
	m_fini(&m);
}

static void test_masked(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	m.xen.virq_pending = true;
	m.cpu.pstate |= PSTATE_I;
	EXPECT_I64(m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 4), 0);
	EXPECT_U64(m.record.events.count, 1);
	EXPECT(!m_last(&m)->preempted);
	EXPECT_U64(m_last(&m)->pages, 4);
	m_fini(&m);
}

static void test_last_item(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	m.xen.virq_pending = true;
	EXPECT_I64(m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 1), 0);
	EXPECT(!m_last(&m)->preempted);
	m_fini(&m);
}

static void test_timer(void)
{
	struct machine m;

	m_init(&m, "4.22", "notifier");
	m_batch(&m, FRAME(M_ECAM), FRAME(M_ECAM), 1); /* its tables exist now */
	m.xen.timer_at = m.charge.cycle + 10000;
	EXPECT_I64(m_batch(&m, FRAME(M_ECAM) + 1, FRAME(M_ECAM) + 1, 100), 23 | 6 << 6);
	EXPECT(m.xen.virq_pending);
	EXPECT_U64(m_last(&m)->pages, 6);
	m.xen.virq_pending = false;
	m.xen.timer_at = TICK_NEVER;
	m.cpu.pc += 4;
	hypercall_handle(&m.xen, &m.cpu);
	EXPECT_U64(m_last(&m)->pages, 94);
	m_fini(&m);
}

static void test_event(void)
{
	struct machine m;
	const struct event *ev;

	m_init(&m, "4.22", "notifier");
	m.xen.by = "probe";
	m.xen.step = 3;
	m.charge.cycle = 777;
	m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 10);
	ev = m_last(&m);
	EXPECT_U64(ev->cycle, 777);
	EXPECT_U64(ev->cycles, m.charge.cycle - 777);
	EXPECT_U64(ev->insns, ev->cycles);
	EXPECT_STR(ev->by, "probe");
	EXPECT_I64(ev->step, 3);
	EXPECT_U64(ev->pc, M_PC);
	EXPECT_U64(ev->err_count, EVENT_ERRS);
	EXPECT_U64(ev->space, XENMAPSPACE_DEV_MMIO);
	EXPECT_U64(ev->size, 10);
	EXPECT_U64(ev->pages, 10);
	m.xen.by = NULL;
	m_batch(&m, FRAME(M_VIRTIO), FRAME(M_VIRTIO), 1);
	EXPECT_STR(m_last(&m)->by, "");
	m_fini(&m);
}

static void test_crafted_replaced(void)
{
	struct machine m;

	m_init(&m, "4.22", "b");
	EXPECT_U64(m_lookup(&m, M_XEN_TEXT), m.xen.crafted_mfn << PAGE_SHIFT);
	EXPECT_I64(m_batch(&m, FRAME(M_XEN_TEXT), FRAME(M_XEN_TEXT), 1), 0);
	EXPECT_I64(m_err(&m, 0), 0);
	EXPECT_U64(m_lookup(&m, M_XEN_TEXT), M_XEN_TEXT);
	m_fini(&m);
}

/* Each item maps a device over the page that the next number comes from or the next err goes to. */
static void test_arrays_replaced(void)
{
	static const uint64_t arrays[] = {M_IDXS, M_GPFNS, M_ERRS};

	for (size_t k = 0; k < ARRAY_SIZE(arrays); k++) {
		struct machine m;
		struct xen_add_to_physmap_batch b;

		m_init(&m, "4.22", "b");
		/* Twice: over a block, then over a page that was split off before. */
		m_batch(&m, FRAME(M_VIRTIO), FRAME(arrays[k]) + 1, 1);
		b = m_request(&m, FRAME(M_FWCFG), FRAME(M_FWCFG), 4);
		((uint64_t *)m_host(&m, M_GPFNS, 32))[1] = FRAME(arrays[k]);
		EXPECT_I64(m_issue(&m, &b), -XEN_EFAULT);
		EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
		EXPECT_U64(m_lookup(&m, arrays[k]), M_FWCFG + PAGE_SIZE);
		EXPECT_U64(m_last(&m)->pages, 2);
		m_sound(&m);
		m_fini(&m);
	}
}

static const struct unit_test tests[] = {
	{"4.22: each frame asked for gets the recorded error and mapping", test_items},
	{"4.22: calls that fail as a whole touch nothing", test_whole_calls},
	{"4.8 and 4.9: the same, but res0 is an item's error", test_whole_calls_old},
	{"unwritable errs end the call behind the first mapping", test_null_errs},
	{"65536 pages are 0: success and nothing mapped", test_65536_pages},
	{"4.22: gpfn ~0 ends the call without its err", test_invalid_gfn},
	{"4.9: gpfn ~0 is mapped like any other", test_invalid_gfn_old},
	{"4.9: high gfn bits alias on a single-page root", test_gfn_alias_old},
	{"a gfn beyond a concatenated root is an item's -EINVAL", test_gfn_range_concatenated},
	{"extents out of range are -EDOM or -EILSEQ by release", test_extents},
	{"no table page is -ENOENT, no page for a split -ENOMEM", test_no_table_pages},
	{"dev_mmio maps with the release's type", test_4_8_type},
	{"op 7 returns the item's error", test_add_one},
	{"op 7 with gmfn_range does nothing or fails", test_add_one_range},
	{"op 15 unmaps RAM and no MMIO", test_remove},
	{"op 15 refuses bad calls", test_remove_errors},
	{"any other hypercall is -ENOSYS and an event", test_unknown},
	{"a preempted call goes on where it stopped", test_continuation},
	{"a masked Dom0 is never preempted", test_masked},
	{"nothing is asked behind the last item", test_last_item},
	{"the timer that goes off inside a call preempts it", test_timer},
	{"an event carries everything that is known", test_event},
	{"a call that maps over its own arrays ends there", test_arrays_replaced},
	{"a request over a crafted table shows Xen's text there", test_crafted_replaced},
};

int main(int argc, char **argv)
{
	return unit_main("hypercall", tests, ARRAY_SIZE(tests), argc, argv);
}
