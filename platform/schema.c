// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of platform and machine files. Wording here is the reference: docs/SCENARIO.md.
 */
#include "platform/schema.h"

#include "base/check.h"

#define VALUES(array)	     .values = (array), .value_count = ARRAY_SIZE(array)
#define KEY(name, kind, ...) SCHEMA_KEY(name, kind, RAW, __VA_ARGS__)
#define KEYS(array)	     .keys = (array), .key_count = ARRAY_SIZE(array)

/* What `p2mlab import` writes and `p2mlab regions` prints. */
#define ORIGIN_HELP                                                                                \
	"where it is known from: `MCFG+0x2c`, `\\_SB.COM0._CRS`, `iomem:12`, `pci:0000:00:01.0`",  \
		.def = "(file and line)"

static const char *const widths[] = {"1", "2", "4", "8"};
static const char *const format_versions[] = {"1"};

/* --- ranges, GIC, SMMU --------------------------------------------------------------- */

#define RAW struct raw_range
static const struct schema_key range_keys[] = {
	KEY("base", NUMBER, base, "first address", .unit = "address", .required = true),
	KEY("size", NUMBER, size, "how many bytes", .unit = "bytes", .required = true, .min = 1),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_range = {
	.title = "range",
	.noun = "a range",
	.help = "A run of physical addresses.",
	KEYS(range_keys),
	.size = sizeof(struct raw_range),
};

#define RAW struct raw_range
static const struct schema_key resource_keys[] = {
	KEY("base", NUMBER, base, "first address", .unit = "address", .def = "0"),
	KEY("size", NUMBER, size, "how many bytes; 0: there is none", .unit = "bytes",
	    .required = true),
	KEY("io", BOOL, io, "I/O ports: `base` is where a bridge's I/O window puts them in memory",
	    .def = "false"),
};
#undef RAW
static const struct schema schema_resource = {
	.title = "resource",
	.noun = "a resource",
	.help = "A memory resource of a device, or a BAR.",
	KEYS(resource_keys),
	.size = sizeof(struct raw_range),
};

#define RAW struct raw_redist
static const struct schema_key redist_keys[] = {
	KEY("base", NUMBER, base, "first address", .unit = "address", .required = true),
	KEY("size", NUMBER, size, "how many bytes", .unit = "bytes", .def = "128K", .min = 1),
	KEY("per_cpu", BOOL, per_cpu, "it came with a GICC entry of the MADT, not a GICR entry",
	    .def = "false"),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_redist = {
	.title = "redistributor",
	.noun = "a redistributor",
	.help = "A run of GICv3 redistributors. Xen emulates it.",
	KEYS(redist_keys),
	.size = sizeof(struct raw_redist),
};

static const char *const gic_versions[] = {"2", "3"};

#define RAW struct raw_gic
static const struct schema_key gic_keys[] = {
	KEY("version", ENUM, version, "architecture version", .def = "3", VALUES(gic_versions)),
	KEY("gicd", MAP, gicd, "distributor; Xen emulates it", .sub = &schema_range),
	KEY("redists", MAPS, redists, "GICv3: redistributors; emulated", .sub = &schema_redist),
	KEY("its", NUMBERS, its,
	    "GICv3: ITS bases, 128 KiB each, doorbell at +0x10040; region `its0`, `its1` ...",
	    .unit = "address"),
	KEY("v2m", NUMBERS, v2m, "GICv2m frames, 4 KiB each: devices of Dom0; region `v2m0` ...",
	    .unit = "address"),
	KEY("gicc", MAP, gicc, "GICv2: CPU interface; Dom0 gets the GICV here",
	    .sub = &schema_range),
	KEY("gich", MAP, gich, "GICv2: hypervisor interface; Xen keeps it", .sub = &schema_range),
	KEY("gicv", MAP, gicv, "GICv2: virtual CPU interface; Xen keeps it", .sub = &schema_range),
};
#undef RAW
static const struct schema schema_gic = {
	.title = "gic",
	.noun = "'gic'",
	.help = "The interrupt controller, as the MADT describes it.",
	KEYS(gic_keys),
	.size = sizeof(struct raw_gic),
};

static const char *const boot_ways[] = {"acpi", "devicetree"};

#define RAW struct raw_smmu
static const struct schema_key smmu_keys[] = {
	KEY("stage2", BOOL, stage2,
	    "Xen programs the SMMU with Dom0's stage 2 (no release does on ACPI: a what-if)",
	    .def = "false"),
	KEY("coherent", BOOL, coherent, "its walks snoop the caches", .def = "true"),
};
#undef RAW
const struct schema schema_smmu = {
	.title = "smmu",
	.noun = "'smmu'",
	.help = "How the SMMUs are used. Which devices are behind one: `behind_smmu` of a device.",
	KEYS(smmu_keys),
	.size = sizeof(struct raw_smmu),
};

/* --- firmware ------------------------------------------------------------------------ */

#define RAW struct raw_table
static const struct schema_key table_keys[] = {
	KEY("sig", TEXT, sig, "signature, four characters", .required = true),
	KEY("at", NUMBER, at, "physical address, any alignment", .unit = "address",
	    .required = true),
	KEY("len", NUMBER, len, "length; an imported table of this signature gives it",
	    .unit = "bytes", .def = "(imported)", .min = 1),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_table = {
	.title = "table",
	.noun = "a table",
	.help = "An ACPI table as firmware placed it; region `table.SIG`, then `table.SIG.1` ... "
		"An acpidump that gives no addresses needs these rows. One in `dom0_ram` was "
		"brought by an initrd: only Dom0 knows it, and its region stays `dom0_ram`.",
	KEYS(table_keys),
	.size = sizeof(struct raw_table),
};

#define RAW struct raw_ecam
static const struct schema_key ecam_keys[] = {
	KEY("base", NUMBER, base, "address of bus 0, as in the MCFG", .unit = "address",
	    .required = true),
	KEY("segment", NUMBER, segment, "PCI segment", .def = "0"),
	KEY("buses", NUMBERS, buses, "first and last bus", .def = "([0, 255])", .max = 2),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_ecam = {
	.title = "ecam",
	.noun = "an ecam",
	.help = "A PCI configuration space, 1 MiB per bus; region `ecam0`, `ecam1` ...",
	KEYS(ecam_keys),
	.size = sizeof(struct raw_ecam),
};

#define RAW struct raw_opregion
static const struct schema_key opregion_keys[] = {
	KEY("path", TEXT, path, "name in the namespace, `\\_SB.GED0.REGN`: also the region's name",
	    .required = true),
	KEY("base", NUMBER, base, "first address", .unit = "address", .required = true),
	KEY("size", NUMBER, size, "how many bytes", .unit = "bytes", .required = true, .min = 1),
	KEY("width", ENUM, width, "of its accesses", .unit = "bytes", .def = "4", VALUES(widths)),
	KEY("touched_at_boot", BOOL, touched_at_boot, "AML reads it while devices are scanned",
	    .def = "false"),
	KEY("by_driver", BOOL, by_driver,
	    "with `touched_at_boot`: by methods that only a driver evaluates (_DSM, _FIT), so with "
	    "the modules",
	    .def = "false"),
	KEY("boot_accesses", NUMBER, boot_accesses,
	    "with `touched_at_boot`: how often, each time in an evaluation of its own", .def = "1",
	    .min = 1, .max = 1000000),
	KEY("dynamic", BOOL, dynamic,
	    "declared in a method: deactivated, and its window unmapped, after each evaluation",
	    .def = "false"),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_opregion = {
	.title = "opregion",
	.noun = "an opregion",
	.help = "A SystemMemory OperationRegion. One that lies in a region already known adds no "
		"region of its own.",
	KEYS(opregion_keys),
	.size = sizeof(struct raw_opregion),
};

/* --- devices and drivers ------------------------------------------------------------- */

static const char *const touch_apis[] = {[TOUCH_API_IOREMAP] = "ioremap",
					 [TOUCH_API_NP] = "ioremap_np",
					 [TOUCH_API_WC] = "ioremap_wc",
					 [TOUCH_API_CACHE] = "ioremap_cache",
					 [TOUCH_API_USER] = "user"};

#define RAW struct raw_access
#define TOUCH_RES                                                                                  \
	KEY("res", NUMBER, res, "which resource or BAR", .def = "0", .max = DEVICE_RES_MAX - 1)
#define TOUCH_OFFSET                                                                               \
	KEY("offset", NUMBER, offset, "from the start of the resource", .unit = "bytes", .def = "0")
#define TOUCH_BY KEY("by", TEXT, by, "kernel function, for the report", .def = "(the driver)")
static const struct schema_key touch_ioremap_keys[] = {
	TOUCH_RES,
	TOUCH_OFFSET,
	KEY("bytes", NUMBER, bytes, "how many; 0: the rest of the resource", .unit = "bytes",
	    .def = "0"),
	KEY("api", ENUM, api, "function of the family; `user`: into a process (no hook sees it)",
	    .def = "ioremap", VALUES(touch_apis)),
	TOUCH_BY,
};
static const struct schema_key touch_access_keys[] = {
	TOUCH_RES,
	TOUCH_OFFSET,
	KEY("width", ENUM, width, "of the access", .unit = "bytes", .def = "4", VALUES(widths)),
	TOUCH_BY,
};
#undef RAW
static const struct schema schema_touch_ioremap = {
	.title = "touch `ioremap`, `iounmap`",
	.noun = "an ioremap",
	.help = "The driver maps part of a resource, or unmaps what it so mapped.",
	KEYS(touch_ioremap_keys),
	.size = sizeof(struct raw_access),
};
static const struct schema schema_touch_access = {
	.title = "touch `read`, `write`, `msix`",
	.noun = "an access",
	.help = "The driver reads or writes a register, or writes an MSI-X table entry.",
	KEYS(touch_access_keys),
	.size = sizeof(struct raw_access),
};

static const char *const stages[] = {
	[STAGE_PROBE] = "probe", [STAGE_BIND] = "bind", [STAGE_MODULE] = "module",
	[STAGE_QUIRK] = "quirk", [STAGE_PORT] = "port", [STAGE_SLOT] = "slot",
	[STAGE_IRQ] = "irq"};

#define RAW struct raw_touch
static const struct schema_key touch_keys[] = {
	KEY("ioremap", MAP, access[TOUCH_IOREMAP], "map", .sub = &schema_touch_ioremap),
	KEY("read", MAP, access[TOUCH_READ], "read a register", .sub = &schema_touch_access),
	KEY("write", MAP, access[TOUCH_WRITE], "write a register", .sub = &schema_touch_access),
	KEY("msix", MAP, access[TOUCH_MSIX], "write an MSI-X entry", .sub = &schema_touch_access),
	KEY("iounmap", MAP, access[TOUCH_IOUNMAP], "unmap", .sub = &schema_touch_ioremap),
	KEY("stage", ENUM, stage,
	    "when: stages run one after the other, each over all devices: `quirk` (fs phase, "
	    "without a driver too), `port`, `slot`, `probe` (device phase), `module`, `bind`, "
	    "`irq` (module phase)",
	    .def = "probe", VALUES(stages)),
	KEY("intx", BOOL, intx, "only where MSI-X cannot be had", .def = "false"),
};
#undef RAW
const struct schema schema_touch = {
	.title = "touch",
	.noun = "a touch",
	.help = "One thing a driver does to its device; exactly one of the keys but `stage` and "
		"`intx`: "
		"`{read: {res: 4, offset: 0x10, width: 1}, stage: bind}`.",
	KEYS(touch_keys),
	.size = sizeof(struct raw_touch),
};

#define RAW struct raw_msix
static const struct schema_key msix_keys[] = {
	KEY("bar", NUMBER, bar, "BAR of the table", .required = true, .max = 5),
	KEY("offset", NUMBER, offset, "in that BAR", .unit = "bytes", .def = "0"),
	KEY("vectors", NUMBER, vectors, "entries of 16 bytes", .def = "1", .min = 1, .max = 2048),
};
#undef RAW
static const struct schema schema_msix = {
	.title = "msix",
	.noun = "'msix'",
	.help = "Where a PCI function's MSI-X table is.",
	KEYS(msix_keys),
	.size = sizeof(struct raw_msix),
};

static const char *const buses[] = {[BUS_PLATFORM] = "platform",
				    [BUS_AMBA] = "amba",
				    [BUS_PNP] = "pnp",
				    [BUS_PCI] = "pci",
				    [BUS_PCI_ROOT] = "pci-root"};

static const char *const ports[] = {[PORT_BY_PLACE] = "by_place",
				    [PORT_ROOT] = "root",
				    [PORT_UPSTREAM] = "upstream",
				    [PORT_DOWNSTREAM] = "downstream",
				    [PORT_CONVENTIONAL] = "conventional"};

#define RAW struct raw_device
static const struct schema_key device_keys[] = {
	KEY("name", TEXT, name, "`LNRO0005:00`, `0000:00:01.0`, `nic`; no blanks, no '+'",
	    .required = true),
	KEY("hid", TEXT, hid, "ACPI id", .def = "(the name up to ':', if that is an ACPI id)"),
	KEY("cid", TEXT, cid, "its first compatible ACPI id", .def = "(none)"),
	KEY("path", TEXT, path, "in the namespace, `\\_SB.COM0`", .def = "(not known)"),
	KEY("bus", ENUM, bus,
	    "Linux bus that the device is on; the n-th `pci-root` is the host bridge of the n-th "
	    "ecam, which is mapped and scanned at its place in this list (those without one: at "
	    "the end)",
	    .def = "(`pci` if `pci` is given, else what Linux's release makes of `hid`)",
	    VALUES(buses)),
	KEY("res", MAPS, res,
	    "memory resources in order of _CRS; of a PCI function: its BARs, `{size: 0}` for one "
	    "that is missing",
	    .sub = &schema_resource),
	KEY("stream", NUMBER, stream, "StreamID of its DMA", .def = "0"),
	KEY("behind_smmu", BOOL, behind_smmu, "an SMMU sees its DMA", .def = "false"),
	KEY("pci", TEXT, pci, "segment:bus:device.function", .def = "(from the name)"),
	KEY("vendor", NUMBER, vendor, "PCI vendor", .def = "0"),
	KEY("device", NUMBER, device, "PCI device", .def = "0"),
	KEY("class", NUMBER, class_code, "PCI class, 24 bits", .def = "0", .max = 0xffffff),
	KEY("secondary_bus", NUMBER, secondary_bus, "bridge: the bus below; 0: no bridge",
	    .def = "0"),
	KEY("port", ENUM, port,
	    "bridge: what it is. Below a root or downstream port only device 0 is looked for. By "
	    "place: on a root bus a root port, below that an upstream port, then downstream ports",
	    .def = "by_place", VALUES(ports)),
	KEY("msix", MAP, msix, "MSI-X table", .sub = &schema_msix),
	KEY("hotplug", BOOL, hotplug, "absent at boot: a `plug` step brings it", .def = "false"),
	KEY("driver", TEXT, driver, "name of a driver profile",
	    .def = "(the first driver that matches)"),
	KEY("bound", TEXT, bound,
	    "the kernel's driver that was bound where the machine was recorded, as an import "
	    "tells; "
	    "`none`: none was, so that nothing matches",
	    .def = "(not known)"),
	KEY("touches", MAPS, touches, "what its driver does; instead of a driver profile",
	    .sub = &schema_touch),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_device = {
	.title = "device",
	.noun = "a device",
	.help = "A device. One whose name is already known (imported, or of the platform) is that "
		"device: the keys given replace its own. Resource n is `NAME.resN` or `NAME.barN`.",
	KEYS(device_keys),
	.size = sizeof(struct raw_device),
};

#define RAW struct raw_match
static const struct schema_key match_keys[] = {
	KEY("hid", TEXT, hid, "ACPI id"),
	KEY("vendor", NUMBER, vendor, "PCI vendor"),
	KEY("device", NUMBER, device, "PCI device"),
	KEY("class", NUMBER, class_code, "PCI class, 24 bits", .max = 0xffffff),
	KEY("driver", TEXT, driver,
	    "name of the kernel's driver, where an import says which was bound"),
};
#undef RAW
static const struct schema schema_match = {
	.title = "match",
	.noun = "'match'",
	.help = "All keys given must agree; at least one is needed.",
	KEYS(match_keys),
	.size = sizeof(struct raw_match),
};

#define RAW struct raw_driver
static const struct schema_key driver_keys[] = {
	KEY("name", TEXT, name, "for `driver` of a device", .required = true),
	KEY("about", TEXT, about, "one sentence"),
	KEY("driver", TEXT, driver,
	    "the kernel's driver, if the profile is not called like it: a module probes all its "
	    "devices at once"),
	KEY("child_driver", TEXT, child_driver,
	    "the driver of what that makes, whose the touches of stage `bind` are"),
	KEY("touches_unbound", BOOL, touches_unbound,
	    "its probe fails behind the touches where nothing is: also for devices of `bound: "
	    "none`",
	    .def = "false"),
	KEY("match", MAP, match, "devices it binds to by itself", .sub = &schema_match),
	KEY("msix", MAP, msix, "where such a device's MSI-X table is, if the device does not say",
	    .sub = &schema_msix),
	KEY("touches", MAPS, touches, "what it does, in order", .required = true,
	    .sub = &schema_touch),
};
#undef RAW
const struct schema schema_driver = {
	.title = "driver",
	.noun = "a driver",
	.help = "What a driver does to each of its devices. A device that had no driver (`bound: "
		"none`) gets none by `match`; one that had gets the profile of that name first.",
	KEYS(driver_keys),
	.size = sizeof(struct raw_driver),
};

/* --- the platform -------------------------------------------------------------------- */

#define RAW struct raw_region
static const struct schema_key region_keys[] = {
	KEY("name", TEXT, name, "unique; no blanks, no '+'", .required = true),
	KEY("base", NUMBER, base, "first address", .unit = "address", .required = true),
	KEY("size", NUMBER, size, "how many bytes", .unit = "bytes", .required = true, .min = 1),
	KEY("is", ENUM, is,
	    "what is there: `mmio` a device Dom0 may use, `emulated` one that Xen emulates, "
	    "`xen_mmio` one that Xen keeps, `xen` Xen's image or heap, `table` an ACPI table, "
	    "`firmware` RAM that firmware reserved, `other_ram` RAM of others, `hole` nothing",
	    .required = true, .values = truth_name, .value_count = TRUTH_COUNT),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_region = {
	.title = "region",
	.noun = "a region",
	.help = "What a run of physical addresses is. Regions never overlap; one that repeats a "
		"derived region exactly replaces it.",
	KEYS(region_keys),
	.size = sizeof(struct raw_region),
};

#define RAW struct raw_area
static const struct schema_key area_keys[] = {
	KEY("use", ENUM, use, "what it is to Linux", .required = true, .values = area_use_name,
	    .value_count = AREA_USE_COUNT),
	KEY("base", NUMBER, base, "first address", .unit = "address", .required = true),
	KEY("size", NUMBER, size, "how many bytes", .unit = "bytes", .required = true, .min = 1),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_area = {
	.title = "area",
	.noun = "an area",
	.help = "Memory that a static table names and that Linux maps without a device: region "
		"`USE0`, `USE1` ... One that lies in a region already known adds none of its own.",
	KEYS(area_keys),
	.size = sizeof(struct raw_area),
};

#define RAW struct raw_io_window
static const struct schema_key io_window_keys[] = {
	KEY("base", NUMBER, base, "where the ports are in memory", .unit = "address",
	    .required = true),
	KEY("size", NUMBER, size, "how many ports", .unit = "bytes", .required = true, .min = 1),
	KEY("segment", NUMBER, segment, "PCI segment", .def = "0"),
	KEY("origin", TEXT, origin, ORIGIN_HELP),
};
#undef RAW
const struct schema schema_io_window = {
	.title = "io_window",
	.noun = "an I/O window",
	.help = "A host bridge's window on I/O ports; region `io0`, `io1` ...",
	KEYS(io_window_keys),
	.size = sizeof(struct raw_io_window),
};

#define RAW struct raw_import
static const struct schema_key import_keys[] = {
	KEY("acpidump", TEXT, acpidump,
	    "output of acpidump: GIC, SPCR, GTDT, MCFG, BERT, HEST, IORT and the tables"),
	KEY("iomem", TEXT, iomem,
	    "/proc/iomem as root: ACPI devices in file order; the largest System RAM is Dom0's"),
	KEY("pci", TEXT, pci, "PCI functions: ids, driver and the sysfs `resource` lines"),
	KEY("pci_config", TEXT, pci_config, "their configuration spaces in hex"),
	KEY("xen_build", TEXT, xen_build,
	    "what Xen mapped while it built Dom0: `dom0_ram`, `xen_text`, `xen_heap`, and pages of "
	    "tables whose address nothing tells"),
	KEY("tables", TEXTS, tables, "ACPI tables as raw bytes"),
	KEY("collection", TEXT, collection,
	    "a folder or tar with all of these, as `p2mlab import` takes it; what it does not tell "
	    "of memory is made up"),
};
#undef RAW
static const struct schema schema_import = {
	.title = "import",
	.noun = "'import'",
	.help = "Files of a real machine, relative to this file. Keys beside `import` replace what "
		"they say, devices with the same name are completed.",
	KEYS(import_keys),
	.size = sizeof(struct raw_import),
};

static const char *const platform_kinds[] = {"platform"};

#define RAW struct raw_platform
static const struct schema_key platform_keys[] = {
	KEY("p2mlab", ENUM, p2mlab, "format version", .def = "1", VALUES(format_versions)),
	KEY("kind", ENUM, kind, "says that this is a platform", .def = "platform",
	    VALUES(platform_kinds)),
	KEY("name", NAME, name, "lower-case letters, digits, '-', '.'", .def = "(file stem)"),
	KEY("about", TEXT, about, "one sentence"),
	KEY("cpu", TEXT, cpu, "core", .def = "cortex-a57"),
	KEY("pa_bits", NUMBER, pa_bits,
	    "size of the physical address space: 32, 36, 40, 42, 44, 48", .unit = "bits",
	    .def = "44", .max = 48),
	KEY("import", MAP, import, "files of a real machine", .sub = &schema_import),
	KEY("dom0_ram", MAP, dom0_ram, "Dom0's RAM: one bank, mapped 1:1; region `dom0_ram`",
	    .sub = &schema_range),
	KEY("xen_text", MAP, xen_text,
	    "Xen's text; also where Dom0 sees the crafted tables: region `xen_text`, address "
	    "`crafted`",
	    .sub = &schema_range),
	KEY("xen_heap", MAP, xen_heap, "where Xen takes table pages from; region `xen_heap`",
	    .sub = &schema_range),
	KEY("heap_dirty", NUMBER, heap_dirty, "table pages handed out first that need scrubbing",
	    .unit = "pages", .def = "0"),
	KEY("heap_phase", NUMBER, heap_phase,
	    "pages that Xen took one by one before Dom0's first request: which table pages split "
	    "larger blocks",
	    .unit = "pages", .def = "0"),
	KEY("boot", ENUM, boot,
	    "how Xen and Dom0 learn of the machine; devicetree: Xen maps the devices itself",
	    .def = "acpi", VALUES(boot_ways)),
	KEY("gic", MAP, gic, "interrupt controller", .sub = &schema_gic),
	KEY("spcr", NUMBER, spcr,
	    "console UART that Xen keeps, one page; 0: no SPCR; region `spcr`", .unit = "address",
	    .def = "0"),
	KEY("gtdt_frames", NUMBERS, gtdt_frames,
	    "memory-mapped timer frames, 4 KiB each; region `gtdt0` ...", .unit = "address"),
	KEY("modules", TEXTS, modules,
	    "drivers of stages `module` and `bind` that the initramfs loads before udev's "
	    "coldplug, "
	    "in order, by the name of the module, the driver or the profile",
	    .def = "(virtio_mmio, virtio_pci, virtio_blk, virtio_net)"),
	KEY("bert", MAP, bert, "boot error region; region `bert`", .sub = &schema_range),
	KEY("smmu", MAP, smmu, "SMMUs", .sub = &schema_smmu),
	KEY("tables", MAPS, tables, "ACPI tables in memory", .sub = &schema_table),
	KEY("ecams", MAPS, ecams, "PCI configuration spaces", .sub = &schema_ecam),
	KEY("opregions", MAPS, opregions, "OperationRegions", .sub = &schema_opregion),
	KEY("areas", MAPS, areas, "memory that static tables name", .sub = &schema_area),
	KEY("io_windows", MAPS, io_windows, "bridges' windows on I/O ports",
	    .sub = &schema_io_window),
	KEY("devices", MAPS, devices, "in namespace order", .sub = &schema_device),
	KEY("drivers", MAPS, drivers, "what drivers do to their devices", .sub = &schema_driver),
	KEY("regions", MAPS, regions, "what other addresses are; the rest is a hole",
	    .sub = &schema_region),
};
#undef RAW
const struct schema schema_platform = {
	.title = "platform",
	.noun = "a platform",
	.help = "A machine: `platforms/NAME.yaml`, or inline in a scenario. `dom0_ram`, `xen_text` "
		"and "
		"`xen_heap` are needed, unless `import` tells them.",
	KEYS(platform_keys),
	.size = sizeof(struct raw_platform),
};

/* --- machines ------------------------------------------------------------------------ */

#define RAW struct raw_param
static const struct schema_key param_keys[] = {
	KEY("value", NUMBER, value, "in the parameter's unit", .required = true),
	KEY("range", NUMBERS, range, "lowest and highest plausible value: `[lo, hi]`",
	    .required = true, .max = 2),
	KEY("basis", ENUM, basis, "how it is known", .required = true, .values = basis_name,
	    .value_count = BASIS_COUNT),
	KEY("source", TEXT, source, "document, measurement or formula", .required = true),
};
#undef RAW
const struct schema schema_param = {
	.title = "parameter",
	.noun = "a parameter",
	.help = "One number of a machine with where it comes from.",
	KEYS(param_keys),
	.size = sizeof(struct raw_param),
};

static const char *const machine_kinds[] = {"machine"};

#define RAW struct raw_machine
static const struct schema_key machine_keys[] = {
	KEY("p2mlab", ENUM, p2mlab, "format version", .def = "1", VALUES(format_versions)),
	KEY("kind", ENUM, kind, "says that this is a machine", .def = "machine",
	    VALUES(machine_kinds)),
	KEY("name", NAME, name, "lower-case letters, digits, '-', '.'", .def = "(file stem)"),
	KEY("about", TEXT, about, "one sentence"),
	KEY("params", NODE, params, "a map of parameters by dotted name; all are needed",
	    .required = true),
};
#undef RAW
const struct schema schema_machine = {
	.title = "machine",
	.noun = "a machine",
	.help = "What things cost on one core: `machines/NAME.yaml`.",
	KEYS(machine_keys),
	.size = sizeof(struct raw_machine),
};

/* --- drivers ------------------------------------------------------------------------- */

static const char *const driver_file_kinds[] = {"drivers"};

#define RAW struct raw_driver_file
static const struct schema_key driver_file_keys[] = {
	KEY("p2mlab", ENUM, p2mlab, "format version", .def = "1", VALUES(format_versions)),
	KEY("kind", ENUM, kind, "says that these are drivers", .required = true,
	    VALUES(driver_file_kinds)),
	KEY("about", TEXT, about, "one sentence"),
	KEY("drivers", MAPS, drivers, "profiles, tried in order", .required = true,
	    .sub = &schema_driver),
};
#undef RAW
const struct schema schema_driver_file = {
	.title = "driver file",
	.noun = "a driver file",
	.help = "Driver profiles for every platform: `drivers/NAME.yaml`. Those of a scenario come "
		"first, then those of the platform, then these files in order of their names.",
	KEYS(driver_file_keys),
	.size = sizeof(struct raw_driver_file),
};
