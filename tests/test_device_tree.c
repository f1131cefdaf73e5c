// SPDX-License-Identifier: GPL-2.0-only
/* test_device_tree.c: what Dom0 starts with where Xen boots by a device tree (FACTS X22). */
#include "tests/machine.h"

#define FRAME(addr) ((addr) >> PAGE_SHIFT)

static void build(struct machine *m, const char *version, const char *strategy, unsigned int gic)
{
	m_prepare(m, version, strategy, gic);
	m->plat.device_tree = true;
	EXPECT_I64(m_build(m, 0), 0);
}

static void test_devices(void)
{
	struct machine m;

	build(&m, "4.17", "c", 3);
	EXPECT_U64(m_lookup(&m, M_FWCFG), M_FWCFG);
	EXPECT_U64(m_type(&m, M_FWCFG), P2M_MMIO_DIRECT_C);
	EXPECT_U64(m_lookup(&m, M_VIRTIO + 0x3000), M_VIRTIO + 0x3000);
	EXPECT_U64(m_lookup(&m, M_ECAM), M_ECAM);
	EXPECT_U64(m_lookup(&m, M_RAM), M_RAM);
	EXPECT_U64(m_type(&m, M_RAM), P2M_RAM_RW);
	/* nothing behind, no table, no crafted one, nothing of Xen's */
	EXPECT_U64(m_lookup(&m, M_FWCFG + 0x1000), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, M_TABLES + 0x7000), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, M_XEN_TEXT), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, M_UART), INVALID_FRAME);
	EXPECT_U64(m.xen.crafted_count, 0);
	EXPECT(!xen_is_crafted(&m.xen, M_XEN_TEXT));
	m_sound(&m);
	m_fini(&m);
}

static bool permitted(const struct machine *m, uint64_t addr)
{
	return iomem_permitted(&m->xen.iomem, FRAME(addr), FRAME(addr), NULL);
}

static void test_rights(void)
{
	struct machine m;

	build(&m, "4.17", "none", 3);
	EXPECT(!permitted(&m, M_FWCFG - PAGE_SIZE));
	EXPECT(permitted(&m, M_FWCFG) && permitted(&m, M_FWCFG + PAGE_SIZE));
	EXPECT(!permitted(&m, M_FWCFG + 2 * PAGE_SIZE));
	EXPECT(permitted(&m, M_VIRTIO + 0x4000) && !permitted(&m, M_VIRTIO + 0x5000));
	EXPECT(!permitted(&m, M_RAM) && !permitted(&m, M_UART) && !permitted(&m, M_GICD));
	EXPECT(!permitted(&m, M_XEN_TEXT) && !permitted(&m, M_HOLE));
	m_fini(&m);
	/* a register window of a few bytes is a page, and the next one */
	m_prepare(&m, "4.17", "none", 3);
	m.plat.device_tree = true;
	m_region(&m.plat, "small", M_HOLE + 8, 24, TRUTH_MMIO);
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT(permitted(&m, M_HOLE + 0x1000) && !permitted(&m, M_HOLE + 0x2000));
	EXPECT_U64(m_lookup(&m, M_HOLE), M_HOLE);
	EXPECT_U64(m_lookup(&m, M_HOLE + 0x1000), INVALID_FRAME);
	m_fini(&m);
}

static void test_gicv2(void)
{
	struct machine m;

	build(&m, "4.17", "none", 2);
	EXPECT_U64(m_lookup(&m, M_GICC), M_GICV);
	EXPECT_U64(m_type(&m, M_GICC), P2M_MMIO_DIRECT_DEV);
	EXPECT_U64(m_lookup(&m, M_GICV), INVALID_FRAME);
	EXPECT_U64(m_lookup(&m, M_V2M), M_V2M);
	EXPECT(!permitted(&m, M_GICC) && !permitted(&m, M_GICV) && !permitted(&m, M_V2M));
	m_fini(&m);
}

static void test_no_demand_mapping(void)
{
	struct machine m;

	build(&m, "4.17", "c", 3);
	EXPECT(!xen_try_map_mmio(&m.xen, gfn(FRAME(M_FWCFG + PAGE_SIZE))));
	m_fini(&m);
	m_prepare(&m, "4.17", "c", 3);
	EXPECT_I64(m_build(&m, 0), 0);
	EXPECT(xen_try_map_mmio(&m.xen, gfn(FRAME(M_FWCFG + PAGE_SIZE))));
	m_fini(&m);
}

static void test_vuart(void)
{
	struct machine m;

	build(&m, "4.17", "none", 3);
	EXPECT_STR(xen_find_handler(&m.xen, M_UART + 0xfff)->name, "vuart");
	EXPECT_STR(xen_find_handler(&m.xen, M_GICD)->name, "gicd");
	EXPECT(xen_find_handler(&m.xen, M_UART + 0x1000) == NULL);
	m_fini(&m);
}

/* With ACPI, too: its page is denied, and answers what has a valid syndrome (FACTS X23). */
static void test_vuart_acpi(void)
{
	static const char *const versions[] = {"4.8", "4.9", "4.17", "4.22"};

	for (size_t k = 0; k < ARRAY_SIZE(versions); k++) {
		struct machine m;

		m_init(&m, versions[k], "none");
		EXPECT(!permitted(&m, M_UART));
		EXPECT_U64(m_abort(&m, M_UART + 0x18, M_LDR, MMU_READ), TRAP_RESUME);
		EXPECT_U64(m_last(&m)->kind, EV_ABORT_EMULATE);
		EXPECT_U64(m_abort(&m, M_UART, M_STR, MMU_WRITE), TRAP_RESUME);
		EXPECT_U64(m_last(&m)->kind, EV_ABORT_EMULATE);
		EXPECT_U64(m_abort(&m, M_UART, M_LDP, MMU_READ), TRAP_INJECTED);
		EXPECT_U64(m_lookup(&m, M_UART), INVALID_FRAME);
		m_fini(&m);
	}
}

/* No SPCR is no reason to refuse where ACPI is not asked. */
static void test_no_console(void)
{
	struct machine m;

	m_prepare(&m, "4.9", "none", 3);
	m.plat.device_tree = true;
	m.plat.spcr = 0;
	EXPECT_I64(m_build(&m, 0), 0);
	m_fini(&m);
}

static const struct unit_test tests[] = {
	{"each device is mapped while Dom0 is built, and no table", test_devices},
	{"rights are those of the devices, with one frame too many", test_rights},
	{"the GIC's windows are mapped and not permitted", test_gicv2},
	{"nothing is mapped on a fault", test_no_demand_mapping},
	{"Dom0 has a virtual UART where the console is", test_vuart},
	{"and with ACPI, in every release", test_vuart_acpi},
	{"Dom0 is built without a console", test_no_console},
};

int main(int argc, char **argv)
{
	return unit_main("device_tree", tests, ARRAY_SIZE(tests), argc, argv);
}
