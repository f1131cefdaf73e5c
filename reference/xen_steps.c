// SPDX-License-Identifier: GPL-2.0-only
/*
 * The questions. Each changes little, so that a difference points at what made it: a request is
 * followed by its errs[] with a word behind them that must stay, and by a read of what it mapped.
 */
#include "reference/xen_steps.h"

#include <stdio.h>

/* Frames of the machine's devices. */
#define RTC	   UINT64_C(0x9010)    /* the PL031's identification begins with 0x31, */
#define BRIDGE	   UINT64_C(0x4010000) /* the PCI host bridge reads as ones there */
#define ID	   UINT64_C(0xfe0)
#define LINE	   UINT64_C(0x3c) /* of the bridge: eight bits that keep what is written */
#define FW_CFG	   UINT64_C(0x9020)
#define VIRTIO	   UINT64_C(0xa000)
#define UART	   UINT64_C(0x9000)
#define GICD	   UINT64_C(0x8000)
#define GICD_IIDR  UINT64_C(0x8)
#define FLASH_WORD UINT64_C(0x1000) /* behind firmware: frames from here on read as 0 */

/* Guest frames that hold nothing to begin with. */
#define WINDOW	   UINT64_C(0xc4000)
#define WINDOW_BIG UINT64_C(0x200000)

#define XEN_TEXT  UINT64_C(0) /* stands for r->text */
#define FREE_RAM  UINT64_C(0x50000)
#define UNTOUCHED UINT64_C(0x9000000) /* of Dom0's RAM: behind what Xen loads there */

#define FRAME_NONE (~UINT64_C(0))
#define TICK	   20000 /* CNTVCT ticks: a few hundred pages */

const struct xr_preset xr_presets[] = {
	{0xa000000, 0x74726976},    {0xa000004, 1},
	{0xa00000c, 0x554d4551},    {0xa003000, 0x74726976},
	{RTC << 12 | ID, 0x31},	    {RTC << 12 | (ID + 4), 0x10},
	{BRIDGE << 12, 0x00081b36}, {BRIDGE << 12 | ID, 0xffffffff},
	{0x8000000000, 0xffffffff}, {GICD << 12 | 8, 0x43b},
};
const size_t xr_preset_count = sizeof(xr_presets) / sizeof(xr_presets[0]);

static uint64_t at(const struct xr_request *r, uint64_t offset)
{
	return r->ram + offset;
}

static void read32(struct xr_request *r, const char *what, uint64_t addr)
{
	xr_access(r, what, addr, XR_LDR32, 0);
}

/* ---- calls of memory_op ---- */

/* XENMEM_add_to_physmap_batch: what is 0 is the usual. */
struct batch {
	uint16_t domid, space, size, res0;
	uint64_t extent;		    /* start_extent, in the command */
	uint64_t handle, idxs, gpfns, errs; /* places of the struct and the arrays */
	bool irqs;
};

static const struct batch usual = {XEN_DOMID_SELF, XENMAPSPACE_DEV_MMIO, 1, 0, 0, 0, 0, 0, 0,
				   false};

static uint64_t errs_of(const struct xr_request *r, const struct batch *b)
{
	return b->errs ? b->errs : at(r, XR_AT_ERRS);
}

static void issue(struct xr_request *r, const char *what, const struct batch *b)
{
	struct xen_add_to_physmap_batch arg = {
		b->domid,
		b->space,
		b->size,
		b->res0,
		b->idxs ? b->idxs : at(r, XR_AT_IDXS),
		b->gpfns ? b->gpfns : at(r, XR_AT_GPFNS),
		errs_of(r, b),
	};
	uint64_t handle = b->handle ? b->handle : at(r, XR_AT_STRUCT);
	struct xr_call call = {
		.nr = XEN_NR_MEMORY_OP,
		.args = {XENMEM_ADD_TO_PHYSMAP_BATCH | b->extent << XEN_MEMOP_EXTENT_SHIFT, handle},
		.irqs = b->irqs,
	};

	xr_store(r, handle, &arg, sizeof(arg) / sizeof(uint64_t));
	xr_call(r, what, &call);
}

/* The arrays: frames from `mfn` and to `gfn` on, errs with one word more. */
static void arrays(struct xr_request *r, uint64_t count, uint64_t mfn, uint64_t more, uint64_t gfn)
{
	xr_fill(r, at(r, XR_AT_IDXS), count, mfn, more, 8);
	xr_fill(r, at(r, XR_AT_GPFNS), count, gfn, 1, 8);
	xr_fill(r, at(r, XR_AT_ERRS), count + 1, XR_ERRS_BEFORE, 0, 4);
}

/* A call for one page; then errs and the page. */
static void one(struct xr_request *r, const char *what, const struct batch *b, uint64_t mfn,
		uint64_t gfn)
{
	arrays(r, 1, mfn, 0, gfn);
	issue(r, what, b);
	xr_runs(r, what, at(r, XR_AT_ERRS), 2);
}

/* The same as usual, and a read of `offset` behind it. */
static void map(struct xr_request *r, const char *what, uint64_t mfn, uint64_t gfn, uint64_t offset)
{
	one(r, what, &usual, mfn, gfn);
	read32(r, what, gfn << 12 | offset);
}

static void op7(struct xr_request *r, const char *what, uint16_t domid, uint32_t space,
		uint64_t idx, uint64_t gpfn)
{
	struct xen_add_to_physmap arg = {domid, 0, space, idx, gpfn};

	xr_add(r, what, &arg, false);
}

static void remove_page(struct xr_request *r, const char *what, uint16_t domid, uint64_t gpfn)
{
	struct xen_remove_from_physmap arg = {domid, {0}, gpfn};

	xr_remove(r, what, &arg, false);
}

static void raw(struct xr_request *r, const char *what, uint64_t nr, uint64_t a0, uint64_t a1)
{
	struct xr_call call = {.nr = nr, .args = {a0, a1}};

	xr_call(r, what, &call);
}

/* ---- what Dom0 starts with ---- */

static void first_touches(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint64_t addr;
	} first[] = {
		{"the first read of virtio", VIRTIO << 12},
		{"the first read of its last page", (VIRTIO + 3) << 12},
		{"the first read of the RTC", RTC << 12 | ID},
		{"the first read of flash", 0x1000000},
		{"the first read of ECAM", UINT64_C(0x4010000000)},
		{"the first read above 512 GiB", UINT64_C(0x8000000000)},
		{"the first read of GICv2m", 0x8020008},
	};

	/* Its translation has no valid bit yet where those are cleared: Xen walks in software. */
	raw(r, "size 0, the struct in RAM that nobody has touched", XEN_NR_MEMORY_OP,
	    XENMEM_ADD_TO_PHYSMAP_BATCH, at(r, UNTOUCHED));
	/* The first touches, which find valid bits cleared where Xen clears them. */
	for (size_t k = 0; k < sizeof(first) / sizeof(first[0]); k++) {
		read32(r, first[k].what, first[k].addr);
		xr_costed(r, 1, 0);
	}
}

void xr_steps_start(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint64_t addr;
		enum xr_access access;
	} rows[] = {
		{"virtio, mapped while Dom0 is built", VIRTIO << 12, XR_LDR32},
		{"the last page of virtio", 0xa003000, XR_LDR32},
		{"the RTC", RTC << 12 | ID, XR_LDR32},
		{"the PCI bridge, by byte", BRIDGE << 12, XR_LDR8},
		{"the PCI bridge, by halfword", BRIDGE << 12, XR_LDR16},
		{"flash", 0x1000000, XR_LDR32},
		{"nothing behind fw_cfg in its page", 0x9020100, XR_LDR32},
		{"nothing behind fw_cfg, store", 0x9020100, XR_STR32},
		{"the page behind fw_cfg, permitted and not mapped", 0x9021000, XR_LDR32},
		{"Xen's virtual UART", 0x9000000, XR_LDR32},
		{"the GIC's hypervisor interface", 0x8030000, XR_LDR32},
		{"the GIC's virtual CPU interface", 0x8040000, XR_LDR32},
		{"no device, byte", 0xb000000, XR_LDR8},
		{"no device, halfword", 0xb000002, XR_LDR16},
		{"no device, word", 0xb000004, XR_LDR32},
		{"no device, doubleword", 0xb000008, XR_LDR64},
		{"no device, byte store", 0xb000001, XR_STR8},
		{"no device, halfword store", 0xb000002, XR_STR16},
		{"no device, word store", 0xb000ffc, XR_STR32},
		{"no device, doubleword store", 0xb000ff8, XR_STR64},
		{"no device, pair", 0xb000010, XR_LDP64},
		{"no device, post-index", 0xb000020, XR_LDR64_POST},
		/* A page that no load has touched: a Xen that maps on faults does so for data. */
		{"no device, fetch", 0xb001100, XR_FETCH},
		{"behind all RAM", 0xc0000000, XR_LDR32},
		{"behind the PCI window", UINT64_C(0x10000000000), XR_LDR32},
		{"the last address of 44 bits", UINT64_C(0xffffffffff8), XR_LDR64},
		{"an address of 45 bits", UINT64_C(0x100000000000), XR_LDR32},
		{"Dom0's RAM", 0, XR_LDR64},
	};
	/* What is there nobody knows, or it is not said. */
	static const struct {
		const char *what;
		uint64_t addr;
	} unseen[] = {
		{"the GIC's CPU interface, behind its registers", 0x8010ffc},
		{"the third page of it, behind what ACPI knows", 0x8012ffc},
		{"the last page of what the device tree says", 0x801fffc},
		{"behind all of it", 0x8021000},
		{"RAM of Xen", 0x50000000},
	};

	first_touches(r);
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		uint64_t addr = rows[k].addr ? rows[k].addr : at(r, XR_AT_END);

		xr_access(r, rows[k].what, addr, rows[k].access, 0x5a);
	}
	for (size_t k = 0; k < sizeof(unseen) / sizeof(unseen[0]); k++) {
		read32(r, unseen[k].what, unseen[k].addr);
		xr_unseen(r);
	}
	read32(r, "the grant table's or the crafted tables' place", r->text);
	read32(r, "the page behind the crafted tables", r->text + 0x1000);
	/* Write, read back, and put back what was there. */
	xr_access(r, "the bridge's interrupt line, store", BRIDGE << 12 | LINE, XR_STR32, 0x5a);
	read32(r, "the bridge's interrupt line", BRIDGE << 12 | LINE);
	xr_bad_tag(r, "an HVC that is no hypercall");
}

/* ---- rights ---- */

static void rights(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint64_t mfn, offset;
	} rows[] = {
		{"a device", BRIDGE, ID},
		{"another, over it", RTC, ID},
		{"the same again", RTC, ID},
		{"the UART of Xen", UART, ID},
		{"GICD's frame, behind flash", GICD, GICD_IIDR},
		{"the RTC again", RTC, ID},
		{"behind GICD", GICD + 1, ID},
		{"GICC", 0x8010, ID},
		{"GICv2m", 0x8020, ID},
		{"GICH", 0x8030, ID},
		{"GICV", 0x8040, ID},
		{"Dom0's own RAM", 0x60000, ID},
		{"Xen's text", XEN_TEXT, ID},
		{"free RAM", FREE_RAM, ID},
		{"a hole", 0xb000, ID},
		{"a frame of 37 bits", UINT64_C(0x1000009010), ID},
		{"a frame of 53 bits", UINT64_C(0x10000000009010), ID},
		{"frame ~0", FRAME_NONE, ID},
		{"behind the RTC", RTC + 1, ID},
		{"the RTC once more", RTC, ID},
		{"two behind the RTC", RTC + 2, ID},
		{"before the RTC", RTC - 1, ID},
		{"behind fw_cfg", FW_CFG + 1, 0},
		{"two behind fw_cfg", FW_CFG + 2, 0},
		{"behind the GPIO", 0x9031, 0},
		{"the last of virtio", VIRTIO + 3, 0},
		{"behind virtio", VIRTIO + 4, 0},
		{"the bridge again", BRIDGE, ID},
		{"two behind virtio", VIRTIO + 5, ID},
		{"behind the I/O ports", 0x3f000, 0},
		{"behind ECAM", 0x4020000, 0},
		{"behind the last PCI window", 0x10000000, 0},
		{"and the bridge", BRIDGE, ID},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		uint64_t mfn = rows[k].mfn == XEN_TEXT ? r->text >> 12 : rows[k].mfn;

		one(r, rows[k].what, &usual, mfn, WINDOW);
		/* What is in RAM that is nobody's is told by nobody. */
		read32(r, rows[k].what, WINDOW << 12 | rows[k].offset);
		if (r->acpi && mfn == FREE_RAM)
			xr_unseen(r);
	}
}

/* ---- aliases and replacing ---- */

static void aliases(struct xr_request *r)
{
	uint64_t page = at(r, XR_AT_PAGE);

	map(r, "an alias of the bridge", BRIDGE, WINDOW + 1, ID);
	map(r, "a second alias", BRIDGE, WINDOW + 2, ID);
	xr_access(r, "store by one alias", (WINDOW + 1) << 12 | LINE, XR_STR32, 0xa5);
	read32(r, "what the other reads", (WINDOW + 2) << 12 | LINE);
	read32(r, "what the device itself reads", BRIDGE << 12 | LINE);
	map(r, "the RTC over the bridge's own page", RTC, BRIDGE, ID);
	map(r, "the bridge back", BRIDGE, BRIDGE, ID);
	map(r, "a device over the virtual UART", RTC, UART, ID);
	map(r, "a device over Xen's text", RTC, r->text >> 12, ID);
	map(r, "Xen's text over itself", r->text >> 12, r->text >> 12, ID);
	xr_fill(r, page, 512, 0x1234, 1, 8);
	read32(r, "a page of RAM", page);
	map(r, "a device over RAM", RTC, page >> 12, ID);
	remove_page(r, "removing that", XEN_DOMID_SELF, page >> 12);
	read32(r, "which is still there", page | ID);
	read32(r, "the next page of RAM", page + 0x1000);
}

/* ---- sizes, extents, domains, spaces ---- */

static void extents(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint16_t size;
		uint64_t extent;
	} rows[] = {
		{"size 0", 0, 0},
		{"size 0, extent 1", 0, 1},
		{"extent above size", 1, 2},
		{"extent equal to size", 2, 2},
		{"extent 65535 above size", 1, 0xffff},
		{"extent 65536", 1, 0x10000},
		{"extent of 58 bits", 1, (UINT64_C(1) << 58) - 1},
		{"the second of two", 2, 1},
		{"both of two", 2, 0},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		struct batch b = usual;

		b.size = rows[k].size;
		b.extent = rows[k].extent;
		arrays(r, 2, BRIDGE, 0, WINDOW + 0x10 + 2 * k);
		issue(r, rows[k].what, &b);
		xr_runs(r, rows[k].what, at(r, XR_AT_ERRS), 3);
		read32(r, "its first page", (WINDOW + 0x10 + 2 * k) << 12 | ID);
		read32(r, "its second page", (WINDOW + 0x11 + 2 * k) << 12 | ID);
	}
}

static void domains(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint16_t domid, space, res0;
	} rows[] = {
		{"domain 0 by its number", 0, 5, 0},
		{"a domain that is not there", 77, 5, 0},
		{"domain 0x7fef", 0x7fef, 5, 0},
		{"DOMID_IO", 0x7ff1, 5, 0},
		{"DOMID_XEN", 0x7ff2, 5, 0},
		{"DOMID_COW", 0x7ff3, 5, 0},
		{"DOMID_INVALID", 0x7ff4, 5, 0},
		{"DOMID_IDLE", 0x7fff, 5, 0},
		{"domain 0xffff", 0xffff, 5, 0},
		{"res0 = 1", 0x7ff0, 5, 1},
		{"res0 = 0x8000", 0x7ff0, 5, 0x8000},
		{"res0 and no domain", 77, 5, 1},
		{"space 1, index out of range", 0x7ff0, 1, 0},
		{"space 2: gmfn", 0x7ff0, 2, 0},
		{"space 3: gmfn_range", 0x7ff0, 3, 0},
		{"space 3 of no domain", 77, 3, 0},
		{"space 4 of no domain", 0x7ff0, 4, 77},
		{"space 4 of oneself", 0x7ff0, 4, 0x7ff0},
		{"space 6", 0x7ff0, 6, 0},
		{"space 6 with res0", 0x7ff0, 6, 1},
		{"space 7", 0x7ff0, 7, 0},
		{"space 0xffff", 0x7ff0, 0xffff, 0},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		struct batch b = usual;

		b.domid = rows[k].domid;
		b.space = rows[k].space;
		b.res0 = rows[k].res0;
		one(r, rows[k].what, &b, RTC, WINDOW + 0x40 + k);
		read32(r, rows[k].what, (WINDOW + 0x40 + k) << 12 | ID);
	}
}

/* ---- guest frames ---- */

static void guest_frames(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint64_t gfn;
	} rows[] = {
		{"gpfn ~0", FRAME_NONE},
		{"gpfn ~0 - 1", FRAME_NONE - 1},
		{"the last gpfn of 44 bits", UINT64_C(0xffffffff)},
		{"gpfn 2^32", UINT64_C(1) << 32},
		{"gpfn 2^35", UINT64_C(1) << 35},
		{"gpfn 2^36 - 1", (UINT64_C(1) << 36) - 1},
		{"gpfn 2^36", UINT64_C(1) << 36},
		{"gpfn 2^40", UINT64_C(1) << 40},
		{"gpfn 2^52", UINT64_C(1) << 52},
		{"gpfn 2^63", UINT64_C(1) << 63},
	};
	uint64_t bad = FRAME_NONE, big = UINT64_C(1) << 36;
	struct batch four = usual;

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
		one(r, rows[k].what, &usual, RTC, rows[k].gfn);
	read32(r, "the last page of 44 bits", UINT64_C(0xffffffff000) | ID);
	four.size = 4;
	arrays(r, 4, RTC, 0, WINDOW + 0x80);
	xr_store(r, at(r, XR_AT_GPFNS) + 16, &bad, 1);
	issue(r, "the third of four is ~0", &four);
	xr_runs(r, "the third of four is ~0", at(r, XR_AT_ERRS), 5);
	for (unsigned int k = 0; k < 4; k++)
		read32(r, "a page of four with ~0", (WINDOW + 0x80 + k) << 12 | ID);
	arrays(r, 4, RTC, 0, WINDOW + 0x88);
	xr_store(r, at(r, XR_AT_GPFNS) + 16, &big, 1);
	issue(r, "the third of four is 2^36", &four);
	xr_runs(r, "the third of four is 2^36", at(r, XR_AT_ERRS), 5);
	for (unsigned int k = 0; k < 4; k++)
		read32(r, "a page of four with 2^36", (WINDOW + 0x88 + k) << 12 | ID);
	four.domid = 77;
	arrays(r, 4, RTC, 0, WINDOW + 0x90);
	issue(r, "four of no domain", &four);
	xr_runs(r, "four of no domain", at(r, XR_AT_ERRS), 5);
}

/* ---- handles ---- */

/* Calls whose header or arrays are not in Dom0's RAM. */
static void handles(struct xr_request *r)
{
	static const struct {
		const char *what;
		uint64_t to;
	} rows[] = {
		{"flash", 8},
		{"a device", RTC << 12},
		{"no device", 0xb000000},
		{"Xen's RAM", 0x50000000},
		{"an address of 45 bits", UINT64_C(0x100000000000)},
		{"an address of the upper half", UINT64_C(0xffff000000000000)},
	};
	uint64_t gfn = WINDOW + 0xa0;

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++, gfn += 3) {
		struct xr_call call = {.nr = XEN_NR_MEMORY_OP,
				       .args = {XENMEM_ADD_TO_PHYSMAP_BATCH, rows[k].to}};
		struct batch b[3] = {usual, usual, usual};
		char what[64];

		snprintf(what, sizeof(what), "the struct in %s", rows[k].what);
		xr_call(r, what, &call);
		b[0].idxs = b[1].gpfns = b[2].errs = rows[k].to;
		for (unsigned int n = 0; n < 3; n++) {
			static const char *const part[] = {"idxs", "gpfns", "errs"};

			snprintf(what, sizeof(what), "%s in %s", part[n], rows[k].what);
			one(r, what, &b[n], RTC, gfn + n);
			read32(r, what, (gfn + n) << 12 | ID);
		}
	}
}

/* Structs and arrays that cross a page, the last bytes of RAM, pages that are gone. */
static void places(struct xr_request *r)
{
	uint64_t page = at(r, XR_AT_PAGE), gfn = WINDOW + 0xc0;
	struct batch b = usual;

	b.handle = page + 0x2ff0;
	one(r, "a struct across two pages", &b, RTC, gfn);
	read32(r, "a struct across two pages", gfn << 12 | ID);
	b = usual;
	b.size = 4;
	b.errs = page + 0x2ff8;
	arrays(r, 4, RTC, 0, gfn + 4);
	xr_fill(r, b.errs, 5, XR_ERRS_BEFORE, 0, 4);
	issue(r, "errs across two pages", &b);
	xr_runs(r, "errs across two pages", b.errs, 5);
	/* The page was replaced by a device in aliases(). */
	b = usual;
	b.errs = page + 0x10;
	one(r, "errs in RAM that became a device", &b, RTC, gfn + 8);
	read32(r, "errs in RAM that became a device", (gfn + 8) << 12 | ID);
	remove_page(r, "a page of RAM removed", XEN_DOMID_SELF, (page >> 12) + 4);
	read32(r, "it is gone", page + 0x4000);
	remove_page(r, "removed once more", XEN_DOMID_SELF, (page >> 12) + 4);
	b.errs = page + 0x4010;
	one(r, "errs in RAM that is gone", &b, RTC, gfn + 9);
	b.errs = page + 0x3ff8;
	b.size = 4;
	arrays(r, 4, RTC, 0, gfn + 12);
	xr_fill(r, b.errs, 2, XR_ERRS_BEFORE, 0, 4);
	issue(r, "errs that run into it", &b);
	xr_runs(r, "errs that run into it", b.errs, 2);
	for (unsigned int k = 0; k < 4; k++)
		read32(r, "pages whose errs run into it", (gfn + 12 + k) << 12 | ID);
	map(r, "a device where RAM is gone", RTC, (page >> 12) + 4, ID);
}

/* ---- other operations ---- */

static void op7_codes(struct xr_request *r)
{
	uint64_t gfn = WINDOW + 0x100;
	struct xr_call call = {.nr = XEN_NR_MEMORY_OP, .args = {XENMEM_ADD_TO_PHYSMAP, 0xb000000}};

	op7(r, "op 7, a device", XEN_DOMID_SELF, 5, RTC, gfn);
	read32(r, "op 7, a device", gfn << 12 | ID);
	op7(r, "op 7, another over it", XEN_DOMID_SELF, 5, BRIDGE, gfn);
	read32(r, "op 7, another over it", gfn << 12 | ID);
	op7(r, "op 7, denied", XEN_DOMID_SELF, 5, UART, gfn);
	read32(r, "op 7, denied", gfn << 12 | ID);
	op7(r, "op 7, domain 0", 0, 5, RTC, gfn + 1);
	read32(r, "op 7, domain 0", (gfn + 1) << 12 | ID);
	op7(r, "op 7, no such domain", 77, 5, RTC, gfn + 2);
	op7(r, "op 7, gpfn ~0", XEN_DOMID_SELF, 5, RTC, FRAME_NONE);
	op7(r, "op 7, gpfn ~0 of no domain", 77, 5, RTC, FRAME_NONE);
	op7(r, "op 7, gpfn 2^36", XEN_DOMID_SELF, 5, RTC, UINT64_C(1) << 36);
	op7(r, "op 7, denied at gpfn 2^36", XEN_DOMID_SELF, 5, UART, UINT64_C(1) << 36);
	op7(r, "op 7, space 1 out of range", XEN_DOMID_SELF, 1, RTC, gfn + 3);
	op7(r, "op 7, space 2", XEN_DOMID_SELF, 2, RTC, gfn + 3);
	op7(r, "op 7, space 3, size 0", XEN_DOMID_SELF, 3, RTC, gfn + 3);
	op7(r, "op 7, space 4", XEN_DOMID_SELF, 4, RTC, gfn + 3);
	op7(r, "op 7, space 4 of no domain", 77, 4, RTC, gfn + 3);
	op7(r, "op 7, space 6", XEN_DOMID_SELF, 6, RTC, gfn + 3);
	op7(r, "op 7, a space of 32 bits", XEN_DOMID_SELF, UINT32_C(0x10005), RTC, gfn + 3);
	read32(r, "what none of these mapped", (gfn + 3) << 12 | ID);
	xr_call(r, "op 7, the struct in no device", &call);
	call.args[0] |= UINT64_C(3) << XEN_MEMOP_EXTENT_SHIFT;
	call.args[1] = at(r, XR_AT_STRUCT);
	op7(r, "op 7", XEN_DOMID_SELF, 5, RTC, gfn + 4);
	xr_call(r, "op 7 with an extent", &call);
	call.args[0] = XENMEM_ADD_TO_PHYSMAP | UINT64_C(0x10000) << XEN_MEMOP_EXTENT_SHIFT;
	xr_call(r, "op 7, extent 65536", &call);
}

static void remove_codes(struct xr_request *r)
{
	struct xr_call call = {.nr = XEN_NR_MEMORY_OP,
			       .args = {XENMEM_REMOVE_FROM_PHYSMAP, 0xb000000}};

	map(r, "a page to remove", RTC, WINDOW + 0x140, ID);
	remove_page(r, "remove a device's page", XEN_DOMID_SELF, WINDOW + 0x140);
	read32(r, "which stays", (WINDOW + 0x140) << 12 | ID);
	remove_page(r, "remove what Xen mapped itself", XEN_DOMID_SELF, VIRTIO);
	remove_page(r, "remove what is not mapped", XEN_DOMID_SELF, 0xb000);
	remove_page(r, "remove an emulated page", XEN_DOMID_SELF, 0x8001);
	remove_page(r, "remove, no such domain", 77, WINDOW + 0x140);
	remove_page(r, "remove gpfn ~0", XEN_DOMID_SELF, FRAME_NONE);
	remove_page(r, "remove gpfn 2^36", XEN_DOMID_SELF, UINT64_C(1) << 36);
	xr_call(r, "remove, the struct in no device", &call);
	call.args[0] |= UINT64_C(1) << XEN_MEMOP_EXTENT_SHIFT;
	xr_call(r, "remove with an extent", &call);
}

static void unknown_codes(struct xr_request *r)
{
	raw(r, "hypercall 99", 99, 0, 0);
	raw(r, "hypercall 64", 64, 0, 0);
	raw(r, "hypercall 2^32", UINT64_C(1) << 32, 0, 0);
	raw(r, "physdev_op: pci_mmcfg_reserved", XEN_NR_PHYSDEV_OP, 24, 0);
	raw(r, "memory_op 63", XEN_NR_MEMORY_OP, 63, 0);
	raw(r, "memory_op 60 with an extent", XEN_NR_MEMORY_OP, 60 | 5 << 6, 0);
}

void xr_steps_codes(struct xr_request *r)
{
	rights(r);
	aliases(r);
	extents(r);
	domains(r);
	guest_frames(r);
	handles(r);
	places(r);
	op7_codes(r);
	remove_codes(r);
	unknown_codes(r);
}

/* ---- batches ---- */

/* `size` pages from `mfn` on (`more` apart); with one guest frame of its own at `odd` < size. */
static void batch(struct xr_request *r, const char *what, uint64_t gfn, uint16_t size, uint64_t mfn,
		  uint64_t more, uint16_t odd, uint64_t odd_gfn, bool irqs)
{
	struct batch b = usual;
	uint16_t seen[] = {0, (uint16_t)(size / 2), (uint16_t)(size - 1)};

	b.size = size;
	b.irqs = irqs;
	arrays(r, size, mfn, more, gfn);
	if (odd < size)
		xr_store(r, at(r, XR_AT_GPFNS) + 8 * (uint64_t)odd, &odd_gfn, 1);
	issue(r, what, &b);
	xr_runs(r, what, at(r, XR_AT_ERRS), (uint64_t)size + 1);
	for (unsigned int k = 0; k < 3; k++)
		read32(r, what, (gfn + seen[k]) << 12 | ID);
	read32(r, "the page behind the batch", (gfn + size) << 12 | ID);
}

void xr_steps_batches(struct xr_request *r)
{
	static const uint16_t sizes[] = {1,    2,    3,	   4,	 5,    7,    8,	   9,	 15,
					 16,   17,   31,   64,	 100,  127,  128,  255,	 256,
					 257,  511,  512,  513,	 777,  1000, 1024, 1025, 1500,
					 2047, 2048, 2049, 3000, 4095, 4096};
	uint64_t gfn = WINDOW_BIG;
	char what[64];

	for (unsigned int irqs = 0; irqs < 2; irqs++) {
		const char *how = irqs ? "under a tick" : "interrupts masked";

		xr_tick(r, irqs ? TICK : 0);
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			uint16_t n = sizes[k];

			snprintf(what, sizeof(what), "%u pages, %s", n, how);
			batch(r, what, gfn, n, RTC, 0, n, 0, irqs);
			gfn += (uint64_t)n + 3;
		}
		snprintf(what, sizeof(what), "4096 over 4096, %s", how);
		batch(r, what, gfn - 4099, 4096, BRIDGE, 0, 4096, 0, irqs);
		snprintf(what, sizeof(what), "1000 flash pages, %s", how);
		batch(r, what, gfn, 1000, FLASH_WORD, 1, 1000, 0, irqs);
		gfn += 1003;
		snprintf(what, sizeof(what), "200 frames 16 apart, %s", how);
		batch(r, what, gfn, 200, RTC, 0x10, 200, 0, irqs);
		gfn += 203;
		snprintf(what, sizeof(what), "3000 with 2^36 in it, %s", how);
		batch(r, what, gfn, 3000, RTC, 0, 2222, UINT64_C(1) << 36, irqs);
		gfn += 3003;
		snprintf(what, sizeof(what), "3000 with ~0 in it, %s", how);
		batch(r, what, gfn, 3000, RTC, 0, 2222, FRAME_NONE, irqs);
		gfn += 3003;
		snprintf(what, sizeof(what), "4096 over RAM, %s", how);
		batch(r, what, (r->ram + 0x4000000 + irqs * UINT64_C(0x2000000)) >> 12, 4096, RTC,
		      0, 4096, 0, irqs);
	}
	xr_tick(r, 0);
	r->ticked = true;
}

void xr_steps_all(struct xr_request *r)
{
	xr_steps_start(r);
	xr_steps_codes(r);
	xr_steps_batches(r);
	xr_steps_costs(r);
}
