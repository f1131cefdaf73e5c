// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of scenario files. Wording here is the reference: docs/SCENARIO.md.
 */
#include "scenario/scenario_schema.h"

#include "base/check.h"
#include "sim/verdict.h"

#define VALUES(array)	     .values = (array), .value_count = ARRAY_SIZE(array)
#define KEY(name, kind, ...) SCHEMA_KEY(name, kind, RAW, __VA_ARGS__)
#define KEYS(array)	     .keys = (array), .key_count = ARRAY_SIZE(array)

static const char *const widths[] = {"1", "2", "4", "8"};

static const char *const apis[] = {
	[DOM0_API_IOREMAP] = "ioremap",
	[DOM0_API_IOREMAP_NP] = "ioremap_np",
	[DOM0_API_IOREMAP_WC] = "ioremap_wc",
	[DOM0_API_IOREMAP_CACHE] = "ioremap_cache",
	[DOM0_API_ACPI] = "acpi",
	[DOM0_API_FIXMAP] = "fixmap",
	[DOM0_API_REMAP_IOSPACE] = "remap_iospace",
	[DOM0_API_USER_MMAP] = "user_mmap",
	[DOM0_API_LINEAR] = "linear",
};

#define NO DOM0_ACCESS_COUNT
static const char *const read_hows[READ_HOW_COUNT] = {"ldr", "ldp", "ldxr", "post", "ldrsw"};
const struct access_how read_how[READ_HOW_COUNT] = {
	{{DOM0_LDR8, DOM0_LDR16, DOM0_LDR32, DOM0_LDR64}, 2},
	{{NO, NO, NO, DOM0_LDP64}, 3},
	{{NO, NO, NO, DOM0_LDXR64}, 3},
	{{NO, NO, NO, DOM0_LDR64_POST}, 3},
	{{NO, NO, DOM0_LDRSW, NO}, 2},
};
static const char *const write_hows[WRITE_HOW_COUNT] = {"str", "stp", "cas"};
const struct access_how write_how[WRITE_HOW_COUNT] = {
	{{DOM0_STR8, DOM0_STR16, DOM0_STR32, DOM0_STR64}, 2},
	{{NO, NO, NO, DOM0_STP64}, 3},
	{{NO, NO, NO, DOM0_CAS64}, 3},
};
#undef NO

/* --- want ---------------------------------------------------------------------------- */

#define RAW struct raw_want
static const struct schema_key want_keys[] = {
	KEY("outcome", ENUM, outcome, "how it ends", .values = outcome_name,
	    .value_count = OUTCOME_COUNT),
	KEY("rc", INTEGER, rc, "what the hypercall returns"),
	KEY("err", INTEGER, err, "every item of `errs[]`"),
	KEY("value", NUMBER, value, "what is read"),
	KEY("esr", NUMBER, esr, "ESR_EL1 that Dom0's vector sees"),
	KEY("mapped", NUMBER, mapped, "pages of the request that stage 2 then maps as asked",
	    .unit = "pages"),
};
#undef RAW
static const struct schema schema_want = {
	.title = "want",
	.noun = "'want'",
	.help = "What a step must come to in every permutation that reaches it. Differences "
		"between permutations belong under `expect`.",
	KEYS(want_keys),
	.size = sizeof(struct raw_want),
};

/* --- steps --------------------------------------------------------------------------- */

#define RAW   struct raw_step
#define WANT  KEY("want", MAP, want, "what it must come to", .sub = &schema_want)
#define AT    KEY("at", PLACE, at, "where", .unit = "address", .required = true)
#define BYTES KEY("bytes", NUMBER, bytes, "how many", .unit = "bytes", .required = true, .min = 1)
#define WIDTH                                                                                      \
	KEY("width", ENUM, width, "of the access", .unit = "bytes",                                \
	    .def = "(4, or what `how` allows)", VALUES(widths))
#define API                                                                                        \
	KEY("api", ENUM, api, "how Linux maps it if no mapping covers it", .def = "ioremap",       \
	    VALUES(apis))
#define MASKED KEY("irqs_off", BOOL, irqs_off, "with Dom0's interrupts masked", .def = "false")
#define DEVICE KEY("device", TEXT, device, "which", .required = true)
#define FROM   KEY("from", TEXT, device, "the device that does it", .required = true)
#define STEP(word, about, array)                                                                   \
	{                                                                                          \
		.title = "step `" word "`", .noun = "'" word "'", .help = (about), KEYS(array),    \
		.size = sizeof(struct raw_step)                                                    \
	}

static const struct schema_key boot_keys[] = {
	KEY("until", ENUM, until, "last phase to run", .def = "module", .values = boot_phase_name,
	    .value_count = PHASE_COUNT),
	KEY("keep_going", BOOL, keep_going, "go on after an abort where Linux would panic",
	    .def = "false"),
	KEY("earlycon", BOOL, earlycon,
	    "Dom0's command line has it: the SPCR console is used early", .def = "false"),
	WANT,
};
static const struct schema_key ioremap_keys[] = {
	AT,
	BYTES,
	KEY("api", ENUM, api, "which of Linux's ways", .def = "ioremap", VALUES(apis)),
	MASKED,
	WANT,
};
static const char *const ops[] = {"read", "write"};
static const struct schema_key read_keys[] = {
	AT, WIDTH, KEY("how", ENUM, how, "instruction", .def = "ldr", VALUES(read_hows)), API, WANT,
};
static const struct schema_key write_keys[] = {
	AT,
	WIDTH,
	KEY("value", NUMBER, value, "what to write", .def = "0"),
	KEY("how", ENUM, how, "instruction", .def = "str", VALUES(write_hows)),
	API,
	WANT,
};
static const struct schema_key fetch_keys[] = {AT, WANT};
static const char *const request_ops[] = {"23", "7"};
/* In the order of the ABI: the index is the number. */
static const char *const spaces[] = {
	[XENMAPSPACE_SHARED_INFO] = "shared_info",
	[XENMAPSPACE_GRANT_TABLE] = "grant_table",
	[XENMAPSPACE_GMFN] = "gmfn",
	[XENMAPSPACE_GMFN_RANGE] = "gmfn_range",
	[XENMAPSPACE_GMFN_FOREIGN] = "gmfn_foreign",
	[XENMAPSPACE_DEV_MMIO] = "dev_mmio",
};
static const struct schema_key request_keys[] = {
	KEY("at", PLACE, at, "first address: gfn and mfn are its frame", .unit = "address"),
	KEY("gfn", PLACE, gfn, "first guest frame: a frame number, or the frame of a NAME",
	    .unit = "frame", .def = "(that of `at`)"),
	KEY("mfn", PLACE, mfn, "first machine frame, likewise", .unit = "frame",
	    .def = "(that of `at`)"),
	KEY("pages", NUMBER, pages, "how many", .unit = "pages", .def = "1", .max = 1u << 24),
	KEY("bytes", NUMBER, bytes, "instead of `pages`: all pages that so many bytes touch",
	    .unit = "bytes", .min = 1, .max = UINT64_C(1) << 36),
	KEY("op", ENUM, op, "23: XENMEM_add_to_physmap_batch; 7: add_to_physmap, once per page",
	    .def = "23", VALUES(request_ops)),
	KEY("space", ENUM_OR_NUMBER, space, "XENMAPSPACE", .def = "dev_mmio", .max = UINT16_MAX,
	    VALUES(spaces)),
	KEY("domid", NUMBER, domid, "domain; 0x7ff0: itself", .def = "0x7ff0"),
	KEY("res0", NUMBER, res0, "the reserved field (foreign_domid)", .def = "0"),
	KEY("null_handles", BOOL, null_handles, "idxs, gpfns and errs are NULL", .def = "false"),
	MASKED,
	WANT,
};
static const struct schema_key remove_keys[] = {
	KEY("at", PLACE, at, "address of the page", .unit = "address"),
	KEY("gfn", PLACE, gfn, "instead of `at`: a frame number, or the frame of a NAME",
	    .unit = "frame"),
	WANT,
};
static const struct schema_key hypercall_keys[] = {
	KEY("nr", NUMBER, nr, "number: x16", .required = true),
	KEY("args", NUMBERS, args, "x0 to x4", .def = "(zeros)", .max = 5),
	MASKED,
	WANT,
};
static const struct schema_key plug_keys[] = {DEVICE, WANT};
static const struct schema_key dma_keys[] = {
	FROM,
	KEY("to", PLACE, to, "where it writes", .unit = "address"),
	KEY("at", PLACE, at, "the same, reads better with `op: read`", .unit = "address"),
	BYTES,
	KEY("op", ENUM, op, "direction", .def = "write", VALUES(ops)),
	KEY("delay", NUMBER, delay, "from now until it starts", .unit = "cycles", .def = "0"),
	KEY("background", BOOL, background, "the next step does not wait for it", .def = "false"),
	WANT,
};
static const struct schema_key msi_keys[] = {
	FROM,
	KEY("to", PLACE, to, "the doorbell", .unit = "address", .required = true),
	WANT,
};
static const struct schema_key wait_keys[] = {
	KEY("cycles", NUMBER, cycles, "how long", .unit = "cycles", .required = true),
	WANT,
};
static const struct schema_key acpi_keys[] = {
	AT,
	KEY("width", ENUM, width, "of the field", .unit = "bytes", .def = "4", VALUES(widths)),
	KEY("op", ENUM, op, "direction", .def = "read", VALUES(ops)),
	WANT,
};

static const struct schema kind_boot =
	STEP("boot", "Dom0 boots: each mapper of each phase, up to and with `until`.", boot_keys);
static const struct schema kind_ioremap =
	STEP("ioremap", "Dom0 maps device memory in its stage 1.", ioremap_keys);
static const struct schema kind_read = STEP("read", "Dom0's CPU reads.", read_keys);
static const struct schema kind_write = STEP("write", "Dom0's CPU writes.", write_keys);
static const struct schema kind_fetch =
	STEP("fetch", "Dom0's CPU executes from an address.", fetch_keys);
static const struct schema kind_request =
	STEP("request", "Dom0 asks Xen to map; needs `at`, or `gfn` and `mfn`.", request_keys);
static const struct schema kind_remove =
	STEP("remove", "XENMEM_remove_from_physmap of one page.", remove_keys);
static const struct schema kind_hypercall =
	STEP("hypercall", "A raw hypercall: any numbers are legal.", hypercall_keys);
static const struct schema kind_plug =
	STEP("plug", "A device appears: notifier, then its driver.", plug_keys);
static const struct schema kind_unplug =
	STEP("unplug", "A device disappears: driver, then notifier.", plug_keys);
static const struct schema kind_dma =
	STEP("dma", "A device moves bytes; exactly one of `to` and `at`.", dma_keys);
static const struct schema kind_msi = STEP("msi", "A device writes its MSI.", msi_keys);
static const struct schema kind_wait = STEP("wait", "Simulated time passes.", wait_keys);
static const struct schema kind_acpi =
	STEP("acpi", "AML touches an OperationRegion through the ACPI map cache.", acpi_keys);

#define KIND(word, row, about)                                                                     \
	{                                                                                          \
		.key = (word), .type = SCHEMA_MAP, .sub = &(row), .help = (about),                 \
		.size = sizeof(struct raw_step)                                                    \
	}
static const struct schema_key step_keys[RAW_STEP_COUNT] = {
	[RAW_BOOT] = KIND("boot", kind_boot, "Dom0 boots"),
	[RAW_IOREMAP] = KIND("ioremap", kind_ioremap, "Dom0 maps device memory"),
	[RAW_READ] = KIND("read", kind_read, "Dom0's CPU reads"),
	[RAW_WRITE] = KIND("write", kind_write, "Dom0's CPU writes"),
	[RAW_FETCH] = KIND("fetch", kind_fetch, "Dom0's CPU executes"),
	[RAW_REQUEST] = KIND("request", kind_request, "Dom0 asks Xen to map"),
	[RAW_REMOVE] = KIND("remove", kind_remove, "Dom0 asks Xen to unmap"),
	[RAW_HYPERCALL] = KIND("hypercall", kind_hypercall, "a raw hypercall"),
	[RAW_PLUG] = KIND("plug", kind_plug, "a device appears"),
	[RAW_UNPLUG] = KIND("unplug", kind_unplug, "a device disappears"),
	[RAW_DMA] = KIND("dma", kind_dma, "a device moves bytes"),
	[RAW_MSI] = KIND("msi", kind_msi, "a device writes its MSI"),
	[RAW_WAIT] = KIND("wait", kind_wait, "time passes"),
	[RAW_ACPI] = KIND("acpi", kind_acpi, "AML touches an OperationRegion"),
};
#undef RAW
const struct schema schema_steps = {
	.title = "step",
	.noun = "a step",
	.help = "A map with one key, the kind: `- read: {at: uart + 0x18, width: 4}`.",
	KEYS(step_keys),
	.size = sizeof(struct raw_step),
};

/* --- expect, the scenario ------------------------------------------------------------ */

#define RAW struct raw_matrix
static const struct schema_key matrix_keys[] = {
	KEY("strategy", TEXTS, strategy, "names or sums of names, `notifier+c`; or `all`",
	    .def = "(all)"),
	KEY("xen", TEXTS, xen, "Xen releases, quoted or not; or `all`", .def = "(all)"),
	KEY("linux", TEXTS, lnx, "Dom0 kernels, quoted or not; or `all`", .def = "(all)"),
};
static const struct schema_key when_keys[] = {
	KEY("strategy", TEXTS, strategy, "one of these", .def = "(any)"),
	KEY("xen", TEXTS, xen, "one of these", .def = "(any)"),
	KEY("linux", TEXTS, lnx, "one of these", .def = "(any)"),
};
#undef RAW
static const struct schema schema_matrix = {
	.title = "matrix",
	.noun = "'matrix'",
	.help = "The permutations: every strategy with every Xen and every Linux.",
	KEYS(matrix_keys),
	.size = sizeof(struct raw_matrix),
};
static const struct schema schema_when = {
	.title = "when",
	.noun = "'when'",
	.help = "Which permutations an entry is for; each word must be in the matrix.",
	KEYS(when_keys),
	.size = sizeof(struct raw_matrix),
};

#define RAW struct raw_limits
static const struct schema_key limits_keys[] = {
	KEY("min", NUMBER, min, "inclusive", .def = "0"),
	KEY("max", NUMBER, max, "inclusive", .def = "(no limit)"),
};
#undef RAW
const struct schema schema_limits = {
	.title = "limits",
	.noun = "limits",
	.help = "For a metric that need not be exact.",
	KEYS(limits_keys),
	.size = sizeof(struct raw_limits),
};

#define RAW struct raw_expect
static const struct schema_key expect_keys[] = {
	KEY("when", MAP, when, "which permutations; without it: all", .sub = &schema_when),
	KEY("findings", ENUMS, findings, "what must be found; `[]`: nothing",
	    .values = finding_name, .value_count = FIND_COUNT),
	KEY("metrics", NODE, metrics,
	    "a map of metrics: each a number, or limits `{min: 1, max: 9}`"),
	KEY("no_dom0", BOOL, no_dom0, "Xen refuses to build Dom0", .def = "false"),
};
#undef RAW
const struct schema schema_expect = {
	.title = "expect",
	.noun = "an expectation",
	.help = "All entries that match a permutation hold together: each finding they name must "
		"be "
		"there, and no other may. A permutation that none matches must have no finding.",
	KEYS(expect_keys),
	.size = sizeof(struct raw_expect),
};

static const char *const format_versions[] = {"1"};

#define RAW struct raw_scenario
static const struct schema_key scenario_keys[] = {
	KEY("p2mlab", ENUM, p2mlab, "format version", .required = true, VALUES(format_versions)),
	KEY("name", NAME, name, "lower-case letters, digits, '-', '.'", .def = "(file stem)"),
	KEY("about", TEXT, about, "one sentence"),
	KEY("claim", TEXT, claim, "the claim it tests, quoted from its source"),
	KEY("tags", TEXTS, tags, "for `--filter tag:NAME`"),
	KEY("platform", NODE, platform,
	    "a name (`platforms/NAME.yaml`), a *.yaml path relative to this file, or a platform "
	    "map",
	    .required = true),
	KEY("machine", TEXT, machine, "a name (`machines/NAME.yaml`) or a *.yaml path",
	    .def = "cortex-a57"),
	KEY("matrix", MAP, matrix, "strategies and versions", .sub = &schema_matrix),
	KEY("survey", BOOL, survey,
	    "findings are the answer, not a failure: the report lists them by region; `expect` "
	    "then need not name them",
	    .def = "false"),
	KEY("heap_limit", NUMBER, heap_limit,
	    "p2m table pages that may exist; 0: what the heap has", .unit = "pages", .def = "0"),
	KEY("max_cycles", NUMBER, max_cycles, "the run ends there; 0: 20 000 000 000",
	    .unit = "cycles", .def = "0"),
	KEY("heap_dirty", NUMBER, heap_dirty, "instead of the platform's", .unit = "pages",
	    .def = "(the platform's)"),
	KEY("smmu", MAP, smmu, "instead of the platform's", .sub = &schema_smmu),
	KEY("devices", MAPS, devices, "added to the platform's", .sub = &schema_device),
	KEY("drivers", MAPS, drivers, "tried before the platform's", .sub = &schema_driver),
	KEY("tables", MAPS, tables, "added to the platform's", .sub = &schema_table),
	KEY("opregions", MAPS, opregions, "added to the platform's", .sub = &schema_opregion),
	KEY("regions", MAPS, regions, "added to the platform's", .sub = &schema_region),
	KEY("areas", MAPS, areas, "added to the platform's", .sub = &schema_area),
	KEY("steps", CHOICES, steps, "what happens, in order; at most 4096", .required = true,
	    .sub = &schema_steps),
	KEY("expect", MAPS, expect, "what must come of it", .sub = &schema_expect),
};
#undef RAW
const struct schema schema_scenario = {
	.title = "scenario",
	.noun = "a scenario",
	.help = "A file under `scenarios/`.",
	KEYS(scenario_keys),
	.size = sizeof(struct raw_scenario),
};
