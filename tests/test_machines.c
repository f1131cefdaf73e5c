// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines that booted: what tools/collect.sh took of them (tests/data/machines) is imported, and
 * a boot of what comes out is compared with what their kernel had mapped.
 */
#include <stdlib.h>

#include "tests/import_fixture.h"
#include "tests/replay_fixture.h"

#define MACHINES TEST_DATA "/machines/"
#define GUARD	 UINT64_C(4096) /* vmalloc's, counted in /proc/vmallocinfo */

struct machine {
	const char *name;
	size_t tables, devices, functions, opregions, ecams, io_windows;
	unsigned int warnings;
	const char *said; /* part of them */
};

static const struct machine machines[] = {
	{"gicv3", 9, 35, 4, 1, 1, 1, 0, ""},
	{"gicv2", 9, 35, 4, 1, 1, 1, 0, ""},
	/* QEMU 7.2 writes a number of ids where IORT has that number less 1 */
	{"smmuv3", 9, 36, 4, 1, 1, 1, 1, "tables/IORT: warning: IORT at +216: ids from 0x100 on"},
	{"bridges", 9, 35, 11, 1, 1, 1, 0, ""},
	{"nvdimm", 12, 35, 3, 4, 1, 1, 0, ""},
	{"amba", 8, 38, 5, 0, 1, 1, 0, ""},
	{"ras", 12, 35, 2, 1, 1, 1, 0, ""},
	{"two-bridges", 9, 36, 6, 1, 2, 2, 1,
	 "tables/DSDT: warning: \\_SB.PCI0._CRS: the window on I/O ports at 0x3eff0000"},
	{"smmuv3-two-bridges", 9, 37, 7, 1, 2, 2, 3, "IORT at +256: ids from 0x4200 on"},
	{"virtio", 10, 35, 10, 1, 1, 1, 0, ""},
	{"usb", 9, 35, 7, 1, 1, 1, 0, ""},
	{"nics", 9, 35, 10, 1, 1, 1, 0, ""},
};

struct imported_machine {
	struct arena *arena;
	struct collection files;
	struct import_run run;
	const struct platform *plat; /* never NULL after begin() was true */
};

static bool begin(struct imported_machine *m, const char *name)
{
	char path[512];
	struct diag d;

	*m = (struct imported_machine){.arena = arena_new()};
	diag_init(&d);
	snprintf(path, sizeof(path), MACHINES "%s", name);
	EXPECT(collection_read(&m->files, path, m->arena, &d));
	EXPECT_STR(d.text ? d.text : "", "");
	diag_fini(&d);
	import_begin(&m->run, &m->files, 1);
	m->plat = m->run.got.plat;
	return EXPECT(m->run.ok) && m->plat;
}

static void end(struct imported_machine *m)
{
	import_end(&m->run);
	collection_fini(&m->files);
	arena_free(m->arena);
}

static void test_imports(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *want = &machines[i];
		struct imported_machine m;

		if (begin(&m, want->name)) {
			EXPECT_U64(m.run.got.tables, want->tables);
			EXPECT_U64(m.run.got.devices, want->devices);
			EXPECT_U64(m.run.got.functions, want->functions);
			EXPECT_U64(m.run.got.opregions, want->opregions);
			EXPECT_U64(m.run.got.dynamic, 0);
			EXPECT_U64(m.plat->ecams.count, want->ecams);
			EXPECT_U64(m.plat->io_windows.count, want->io_windows);
			EXPECT_U64(m.run.diag.warnings, want->warnings);
			EXPECT(strstr(import_said(&m.run), want->said));
			EXPECT(platform_device_named(m.plat, "LNRO0005:1f"));
			EXPECT(!platform_device_named(m.plat, "ARMH0011:00")); /* the console */
			EXPECT_U64(m.plat->spcr, 0x9000000);
			expect_same_when_read(&m.run.got.written);
		}
		end(&m);
	}
}

static void test_gic(void)
{
	struct imported_machine m;

	if (begin(&m, "gicv3")) {
		EXPECT_U64(m.plat->gic_version, 3);
		EXPECT(m.plat->gicd == 0x8000000 && m.plat->gicd_size == 0x10000);
		if (EXPECT_U64(m.plat->redists.count, 1))
			EXPECT(m.plat->redists.items[0].base == 0x80a0000 &&
			       m.plat->redists.items[0].size == 0xf60000);
		if (EXPECT_U64(m.plat->its.count, 1))
			EXPECT_U64(m.plat->its.items[0], 0x8080000);
		EXPECT_U64(m.plat->v2m.count, 0);
	}
	end(&m);
	if (begin(&m, "gicv2")) {
		EXPECT_U64(m.plat->gic_version, 2);
		EXPECT(m.plat->gicd == 0x8000000 && m.plat->gicd_size == 0x1000);
		EXPECT(m.plat->gicc == 0x8010000 && m.plat->gicc_size == 0x2000);
		EXPECT(m.plat->gich == 0x8030000 && m.plat->gicv == 0x8040000);
		if (EXPECT_U64(m.plat->v2m.count, 1))
			EXPECT_U64(m.plat->v2m.items[0], 0x8020000);
		EXPECT(!m.plat->redists.count && !m.plat->its.count);
	}
	end(&m);
}

static void expect_streams(const struct platform *p)
{
	for (size_t i = 0; i < p->devices.count; i++) {
		const struct device *d = &p->devices.items[i];

		if (d->bus != BUS_PCI)
			continue;
		EXPECT(d->behind_smmu);
		EXPECT_U64(d->stream, (uint32_t)d->pci_bus << 8 | (uint32_t)d->pci_dev << 3 |
					      (uint32_t)d->pci_fn);
	}
}

static void test_smmu(void)
{
	static const char *const with[] = {"smmuv3", "smmuv3-two-bridges"};
	struct imported_machine m;

	for (size_t i = 0; i < ARRAY_SIZE(with); i++) {
		if (begin(&m, with[i])) {
			const struct device *smmu = &m.plat->devices.items[0];

			EXPECT_STR(smmu->name, "arm-smmu-v3.0.auto");
			EXPECT(smmu->res[0].base == 0x9050000 && smmu->res[0].size == 0x20000);
			expect_streams(m.plat);
		}
		end(&m);
	}
}

static void test_bridges(void)
{
	static const struct {
		const char *name;
		unsigned int below;
		enum pci_port port;
	} want[] = {
		{"0000:00:01.0", 1, PORT_ROOT},		{"0000:00:02.0", 2, PORT_CONVENTIONAL},
		{"0000:02:01.0", 3, PORT_CONVENTIONAL}, {"0000:00:04.0", 4, PORT_ROOT},
		{"0000:04:00.0", 5, PORT_UPSTREAM},	{"0000:05:00.0", 6, PORT_DOWNSTREAM},
	};
	struct imported_machine m;

	if (begin(&m, "bridges"))
		for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
			const struct device *d = platform_device_named(m.plat, want[i].name);

			if (!EXPECT(d != NULL))
				continue;
			EXPECT_U64(d->secondary_bus, want[i].below);
			EXPECT(d->port == want[i].port);
		}
	end(&m);
}

static void test_msix(void)
{
	static const struct {
		const char *machine, *name;
		unsigned int bar;
		uint64_t offset;
		unsigned int vectors;
	} want[] = {
		{"smmuv3", "0000:00:00.0", DEVICE_RES_MAX, 0, 0},
		{"smmuv3", "0000:00:01.0", 0, 0x2000, 65}, /* nvme */
		{"smmuv3", "0000:00:02.0", 0, 0x3000, 16}, /* xHCI */
		{"smmuv3", "0000:00:03.0", 3, 0, 5},	   /* e1000e */
		{"bridges", "0000:00:03.0", DEVICE_RES_MAX, 0, 0},
		{"bridges", "0000:03:03.0", 1, 0, 3}, /* virtio */
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct imported_machine m;

		if (begin(&m, want[i].machine)) {
			const struct device *d = platform_device_named(m.plat, want[i].name);

			if (EXPECT(d != NULL)) {
				EXPECT_U64(d->msix_bar, want[i].bar);
				EXPECT_U64(d->msix_offset, want[i].offset);
				EXPECT_U64(d->msix_vectors, want[i].vectors);
			}
		}
		end(&m);
	}
}

static void test_host_bridges(void)
{
	struct imported_machine m;
	const struct device *d;

	if (begin(&m, "two-bridges")) {
		const struct ecam *e = m.plat->ecams.items;
		const struct io_window *w = m.plat->io_windows.items;

		EXPECT(e[0].base == 0x4018000000 && e[0].bus_first == 128 && e[0].bus_last == 129);
		EXPECT(e[1].base == 0x4010000000 && e[1].bus_first == 0 && e[1].bus_last == 127);
		EXPECT(w[0].base == 0x3eff1000 && w[0].size == 0x1000);
		EXPECT(w[1].base == 0x3eff2000 && w[1].size == 0xe000);
		/* port 0x1000, which is 0x2000 on the bus */
		d = platform_device_named(m.plat, "0000:00:02.0");
		if (EXPECT(d != NULL))
			EXPECT(d->res[0].io && d->res[0].base == 0x3eff2000);
	}
	end(&m);
}

static const struct opregion *opregion(const struct platform *p, const char *path)
{
	static const struct opregion none;

	for (size_t i = 0; i < p->opregions.count; i++)
		if (!strcmp(p->opregions.items[i].path, path))
			return &p->opregions.items[i];
	EXPECT_STR("no such OperationRegion", path);
	return &none;
}

static void test_opregions(void)
{
	struct imported_machine m;
	const struct opregion *r;

	if (begin(&m, "nvdimm")) {
		r = opregion(m.plat, "\\_SB.GED.EREG");
		EXPECT(r->base == 0x9080000 && r->size == 4 && !r->touched_at_boot && !r->dynamic);
		r = opregion(m.plat, "\\_SB.MHPD.HPMR");
		EXPECT(r->base == 0x9070000 && r->size == 0x18 && r->touched_at_boot &&
		       !r->by_driver);
		r = opregion(m.plat, "\\_SB.NVDR.NCAL.NPIO");
		EXPECT(r->base == 0x9090000 && r->touched_at_boot && r->by_driver && r->dynamic);
		/* its address is a local that has the value of a Name */
		r = opregion(m.plat, "\\_SB.NVDR.NCAL.NRAM");
		EXPECT(r->base == 0xbc410000 && r->size == 0x1000 && r->dynamic);
		if (EXPECT_U64(m.plat->areas.count, 2))
			EXPECT(m.plat->areas.items[1].use == AREA_PMEM &&
			       m.plat->areas.items[1].base == 0xc0000000 &&
			       m.plat->areas.items[1].size == 0x10000000);
	}
	end(&m);
}

/* A boot of the machine until its modules are loaded. */
static bool boot(struct played *p, const char *name, const char *strategy)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "survey: true\nplatform: {import: {collection: " MACHINES "%s}}\n"
		 "steps:\n  - boot: {until: module, keep_going: true}\n",
		 name);
	return play(p, text, strategy, "4.22", "6.1");
}

static bool was_mapped(const struct played *p, uint64_t phys, uint64_t bytes)
{
	for (size_t i = 0; i < p->res.maps.count; i++) {
		const struct dom0_map_event *e = &p->res.maps.items[i];
		uint64_t first = e->phys & ~(GUARD - 1);

		if (!e->notified && first == phys && e->phys + e->bytes > phys + bytes - GUARD &&
		    e->phys + e->bytes <= phys + bytes)
			return true;
	}
	return false;
}

/* memremap(), which is ioremap_cache() if what is there is no RAM to Linux. */
static bool is_memremap(const char *line)
{
	const char *caller = line + strspn(line, "0123456789 ");

	return !strncmp(caller, "memremap", 8) || !strncmp(caller, "ioremap_cache", 13);
}

/*
 * Lines are "SIZE CALLER phys=ADDRESS KIND". Not expected: the console, which a STAO hides, and
 * memory that firmware reserved for what no ACPI table names (DMI, EFI's framebuffer).
 */
static void expect_mapped(const struct played *p, const char *name, const char *line, size_t *seen)
{
	const char *at = strstr(line, " phys=0x"), *eol = line + strcspn(line, "\n");
	uint64_t bytes = strtoull(line, NULL, 10), phys;

	if (!at || at > eol || eol - line < 8 || memcmp(eol - 8, " ioremap", 8) != 0)
		return;
	phys = strtoull(at + 6, NULL, 16);
	if (phys == p->sc->platform->spcr ||
	    (is_memremap(line) && !platform_region(p->sc->platform, phys)))
		return;
	++*seen;
	if (!EXPECT(was_mapped(p, phys, bytes - GUARD)))
		printf("%s: %.*s\n", name, (int)(eol - line), line);
}

static void test_vmallocinfo(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct played p;
		char path[512], *text;
		size_t seen = 0;

		snprintf(path, sizeof(path), MACHINES "%s/vmallocinfo", machines[i].name);
		text = unit_read_file(path, NULL);
		if (text && boot(&p, machines[i].name, "notifier+c")) {
			for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
				expect_mapped(&p, machines[i].name, line, &seen);
			EXPECT(seen >= 10);
		}
		if (text)
			played_end(&p);
		free(text);
	}
}

static void test_boots(void)
{
	static const struct {
		const char *name;
		bool aborts;
	} strategies[] = {
		{"none", true}, {"notifier", true}, {"a", true},
		{"b", false},	{"c", false},	    {"notifier+c", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		for (size_t s = 0; s < ARRAY_SIZE(strategies); s++) {
			/* persistent memory and I/O ports, of UHCI, are in no ioremap */
			bool aborts =
				strategies[s].aborts || (!strcmp(strategies[s].name, "b") &&
							 (!strcmp(machines[i].name, "nvdimm") ||
							  !strcmp(machines[i].name, "nics")));
			struct played p;

			if (boot(&p, machines[i].name, strategies[s].name)) {
				EXPECT(p.res.status == RUN_DONE && !p.res.panicked);
				EXPECT_U64(p.res.steps.count, 1);
				EXPECT(played_step(&p, 0)->outcome == OUTCOME_OK);
				EXPECT((played_count(&p, EV_ABORT_INJECT) > 0) == aborts);
			}
			played_end(&p);
		}
}

static const struct unit_test tests[] = {
	{"each machine is imported whole, with few warnings, and can be read back", test_imports},
	{"the interrupt controllers of a GICv3 and of a GICv2 have their parts", test_gic},
	{"an SMMU comes first, and streams are requester ids", test_smmu},
	{"bridges have the buses and kinds that configuration space says", test_bridges},
	{"MSI-X tables are where configuration space says", test_msix},
	{"each host bridge has its buses and the I/O window that Linux numbered",
	 test_host_bridges},
	{"OperationRegions of memory hotplug and of an NVDIMM are known", test_opregions},
	{"whatever the machine's Linux kept mapped, its simulated boot maps", test_vmallocinfo},
	{"the boot of each machine runs to its end with every strategy", test_boots},
};

int main(int argc, char **argv)
{
	return unit_main("machines", tests, ARRAY_SIZE(tests), argc, argv);
}
