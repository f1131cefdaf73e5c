// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_reach.c: which regions may be accessed while Linux boots: by which of the methods that it
 * evaluates then, directly or through what they call.
 */
#include "acpi/aml_private.h"
#include "base/check.h"

/*
 * Linux 4.9 to 6.12: device enumeration (drivers/acpi/scan.c, bus.c, device_pm.c, power.c,
 * resource.c), ACPICA's own (_INI, _STA, _REG, _PIC), PCI roots and links, thermal zones and
 * processors.
 */
static const char scan_names[][5] = {
	"_INI", "_STA", "_REG", "_PIC", "_HID", "_CID", "_UID", "_CLS", "_SUB", "_HRV",
	"_ADR", "_CRS", "_PRS", "_SRS", "_DIS", "_DMA", "_CCA", "_DEP", "_DSD", "_OSC",
	"_PDC", "_CBA", "_SEG", "_BBN", "_PRT", "_PXM", "_MAT", "_AEI", "_PRW", "_PSW",
	"_DSW", "_S0W", "_PR0", "_PR1", "_PR2", "_PR3", "_PSC", "_PS0", "_PS3", "_ON_",
	"_OFF", "_TMP", "_CRT", "_HOT", "_PSV", "_TC1", "_TC2", "_TSP", "_TZP", "_TZD",
	"_AC0", "_AC1", "_AL0", "_CST", "_LPI", "_PCT", "_PPC", "_PSS", "_PSD", "_CPC",
	"_TPC", "_PTC", "_TSS", "_TSD", "_PLD", "_UPC", "_RMV", "_EJD", "_GLK", "_HMA",
};

/* What a driver asks its device when it binds: NVDIMMs (drivers/acpi/nfit), lids, batteries. */
static const char driver_names[][5] = {
	"_DSM", "_FIT", "_LSI", "_LSR", "_LID", "_BIF", "_BIX",
};

static bool is_among(uint32_t seg, const char (*names)[5], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seg == aml_seg((const uint8_t *)names[i]))
			return true;
	return false;
}

static void push(struct aml_reader *r, uint32_t node)
{
	if (node == AML_NO_NODE || aml_node(r, node)->reached)
		return;
	aml_node(r, node)->reached = true;
	if (vec_push(&r->stack, node))
		r->rc = -ENOMEM;
}

static void reach_region(struct aml_reader *r, uint32_t node, uint32_t by)
{
	uint32_t at = aml_node(r, node)->ref;

	for (; at != AML_NO_NODE; at = r->regions.items[at].same)
		r->regions.items[at].boot = by;
}

static void reach_node(struct aml_reader *r, uint32_t node, uint32_t by)
{
	const struct aml_node *n = aml_node(r, node);

	if (n->kind == AML_K_REGION) {
		reach_region(r, node, by);
	} else if (n->kind == AML_K_FIELD || n->kind == AML_K_INDEX_FIELD ||
		   n->kind == AML_K_BUFFER_FIELD) {
		uint32_t ref = n->ref, ref2 = n->ref2;

		push(r, ref);
		push(r, ref2);
	} else if (n->kind == AML_K_METHOD && n->ref != AML_NO_NODE) {
		const struct aml_method *method = &r->methods.items[n->ref];

		for (size_t i = 0; i < method->mention_count; i++)
			push(r, r->mentions.items[method->mentions + i]);
	}
}

/* Each object once: the first who reaches it is who is named. */
static void reach_from(struct aml_reader *r, uint32_t by)
{
	while (r->stack.count > 0 && r->rc == 0)
		reach_node(r, r->stack.items[--r->stack.count], by);
}

/* From each method of one of the names. */
static void reach_from_named(struct aml_reader *r, const char (*names)[5], size_t count)
{
	for (size_t i = 0; i < r->methods.count && r->rc == 0; i++) {
		uint32_t node = r->methods.items[i].node;

		if (!is_among(aml_node(r, node)->seg, names, count))
			continue;
		push(r, node);
		reach_from(r, node);
	}
}

bool aml_is_driver_method(struct aml_reader *r, uint32_t node)
{
	return is_among(aml_node(r, node)->seg, driver_names, ARRAY_SIZE(driver_names));
}

void aml_reach(struct aml_reader *r)
{
	for (size_t i = 0; i < r->load_mentions.count; i++)
		push(r, r->load_mentions.items[i]);
	reach_from(r, AML_ROOT);
	reach_from_named(r, scan_names, ARRAY_SIZE(scan_names));
	reach_from_named(r, driver_names, ARRAY_SIZE(driver_names));
}
