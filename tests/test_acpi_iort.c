// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acpi_iort.c: SMMUs, mappings and lookups of IORT, and what is said of one with one thing
 * wrong.
 */
#include "base/check.h"
#include "tests/acpi_iort_samples.h"
#include "tests/acpi_reading.h"
#include "tests/acpi_samples.h"

static void test_iort(void)
{
	expect_read(iort, sizeof(iort), none,
		    "smmu v2 0x2b400000 0x10000 +260\nsmmu v3 0x2b500000 0x20000 +356\n"
		    "pmcg 0x2b520000 0x0 +444\n"
		    "its groups 0x1\nroot complexes 0x1\n"
		    "map named \\_SB.PCI0.DEV0 any -> 0x42 smmu 1 +184\n"
		    "map rc 0 0x0..0xffff -> 0x0 smmu 0 +240\n"
		    "map smmu 0 0x0..0xffff -> 0x10000 its +336\n",
		    "");
}

static void test_iort_models(void)
{
	static const unsigned int version[] = {1, 2, 1, 2, 1, 2, 2};

	for (size_t model = 0; model < ARRAY_SIZE(version); model++) {
		const struct patch patch[PATCHES_MAX] = {{260 + 32, 4, model}};
		struct reading r;

		read_patched(&r, iort, sizeof(iort), patch);
		EXPECT_U64(r.facts.smmus.count, 2);
		if (r.facts.smmus.count)
			EXPECT_U64(r.facts.smmus.items[0].version, version[model]);
		EXPECT_STR(r.said.text, model < 6 ? ""
						  : "warning IORT+292 line 7: SMMU of unknown "
						    "model 6 is taken for a v2\n");
		reading_fini(&r);
	}
}

static void test_iort_damage(void)
{
	static const struct damage damage[] = {
		{"error IORT+40 line 7: nodes at 47 overlap the table's header\n", {{40, 4, 47}}},
		{"error IORT+504 line 7: 6 of 6 IORT nodes are missing\n", {{40, 4, 504}}},
		{"error IORT+504 line 7: 1 of 7 IORT nodes are missing\n", {{36, 4, 7}}},
		{"error IORT+52 line 7: IORT node of type 0 has no valid length, the rest is not "
		 "read\n",
		 {{53, 2, 0}}},
		{"error IORT+52 line 7: IORT node of type 0 has no valid length, the rest is not "
		 "read\n",
		 {{53, 2, 15}}},
		{"error IORT+444 line 7: IORT node of type 5 is 61 bytes long, 60 are left\n",
		 {{445, 2, 61}}},
		{"error IORT+356 line 7: SMMUv3 node has 59 bytes, needs 60\n",
		 {{357, 2, 59}, {36, 4, 5}}},
		{"error IORT+260 line 7: SMMU node has 59 bytes, needs 60\n"
		 "error IORT+196 line 7: mapping leads to no node: none starts at 356\n",
		 {{261, 2, 59}, {36, 4, 4}}},
		{"error IORT+284 line 7: SMMU has span 0\n", {{284, 8, 0}}},
		{"error IORT+276 line 7: SMMU at 0x2b400000 of 0xffffffffffffffff bytes is past 52 "
		 "bits\n",
		 {{284, 8, UINT64_MAX}}},
		{"error IORT+372 line 7: SMMU is at address 0\n", {{372, 8, 0}}},
		{"warning IORT+372 line 7: SMMU at 0x2b400000 is described twice\n",
		 {{372, 8, 0x2b400000}}},
		{"", {{36, 4, 0}, {40, 4, 0}}},
	};

	expect_said(iort, sizeof(iort), damage, ARRAY_SIZE(damage));
}

static void test_maps(void)
{
	expect_read(iort_maps, sizeof(iort_maps), none,
		    "smmu v3 0x2b500000 0x20000 +72\nsmmu v2 0x2b400000 0x10000 +180\n"
		    "pmcg 0x2b520000 0x2b530000 +628\n"
		    "its groups 0x1\nroot complexes 0x2\n"
		    "map smmu 0 0x0..0xffff -> 0x10000 its +140\n"
		    "map smmu 1 0x40..0x7f -> 0x8000 smmu 0 +252\n"
		    "map rc 0 0x0..0x100 -> 0x200 smmu 0 +308\n"
		    "map rc 0 0x100..0x17f -> 0x1000 smmu 0 +328\n"
		    "map rc 0 0x200..0x2ff -> 0x5000 its +348\n"
		    "map rc 1 any -> 0x50 smmu 1 +404\n"
		    "map named \\_SB.NIC0 any -> 0x42 smmu 0 +472\n"
		    "map named \\_SB.NIC0 any -> 0x43 its +492\n"
		    "map named \\_SB.USB any -> 0x44 its +560\n"
		    "map named \\_SB.USB any -> 0x45 smmu 0 +580\n",
		    "warning IORT+328 line 7: ids from 0x100 on are mapped twice, first at +308\n");
}

#define TWICE "warning IORT+328 line 7: ids from 0x100 on are mapped twice, first at +308\n"

static void test_map_damage(void)
{
	static const struct damage damage[] = {
		{TWICE "error IORT+368 line 7: 2 of 5 id mappings are missing\n", {{280, 4, 5}}},
		{"error IORT+284 line 7: id mappings at 15 overlap their node\n", {{284, 4, 15}}},
		{"error IORT+368 line 7: 3 of 3 id mappings are missing\n", {{284, 4, UINT32_MAX}}},
		{"error IORT+320 line 7: mapping leads to no node: none starts at 49\n",
		 {{320, 4, 49}}},
		{"error IORT+320 line 7: mapping leads to no node: none starts at 0\n",
		 {{320, 4, 0}}},
		{"warning IORT+320 line 7: mapping leads to a node of type 2, which takes no ids\n",
		 {{320, 4, 368}}},
		{"error IORT+308 line 7: input ids from 0xffffff00 on, and 0x100 more, do not fit "
		 "in 32 bits\n",
		 {{308, 4, 0xffffff00}}},
		{"error IORT+316 line 7: output ids from 0xffffffff on, and 0x100 more, do not fit "
		 "in 32 bits\n",
		 {{316, 4, UINT32_MAX}}},
		{"error IORT+88 line 7: SMMU is at address 0\n", {{88, 8, 0}}},
	};

	expect_said(iort_maps, sizeof(iort_maps), damage, ARRAY_SIZE(damage));
}

static void test_node_damage(void)
{
	static const struct damage damage[] = {
		{TWICE "warning IORT+396 line 7: a second root complex of segment 0, its mappings "
		       "are not read\n",
		 {{396, 4, 0}}},
		{TWICE "error IORT+368 line 7: root complex node has 31 bytes, needs 32\n",
		 {{369, 2, 31}, {36, 4, 5}}},
		{TWICE "error IORT+453 line 7: device name has the byte 0x80\n", {{453, 1, 0x80}}},
		{TWICE "error IORT+453 line 7: device name is empty, has no end or is too long\n",
		 {{453, 1, 0}}},
		{TWICE "error IORT+453 line 7: device name is empty, has no end or is too long\n",
		 {{432, 4, 1}, {436, 4, 32}}},
		{"error IORT+136 line 7: mapping 2 is for the SMMU's interrupts, there are 2\n"
		 "warning IORT+176 line 7: an SMMU has no single mappings, it is not read\n" TWICE,
		 {{136, 4, 2}}},
		{"warning IORT+176 line 7: an SMMU has no single mappings, it is not read\n" TWICE,
		 {{75, 1, 0}}},
		{"error IORT+64 line 7: 2 ITS ids do not fit in a node of 24 bytes\n" TWICE,
		 {{64, 4, 2}}},
		{"error IORT+644 line 7: PMCG is at address 0\n" TWICE, {{644, 8, 0}}},
		{"warning IORT+600 line 7: IORT node of unknown type 7\n" TWICE, {{600, 1, 7}}},
	};

	expect_said(iort_maps, sizeof(iort_maps), damage, ARRAY_SIZE(damage));
}

/* Which mapping is for an SMMUv3's own interrupts depends on the node's revision. */
static void test_own_map(void)
{
	static const struct damage damage[] = {
		{TWICE, {{75, 1, 4}}},
		{TWICE, {{75, 1, 5}, {96, 4, 1u << 4}}},
		{"warning IORT+176 line 7: an SMMU has no single mappings, it is not read\n" TWICE,
		 {{75, 1, 5}}},
		{TWICE, {{75, 1, 4}, {116, 8, UINT64_C(0x2100000020)}, {124, 4, 0x22}}},
		{"warning IORT+176 line 7: an SMMU has no single mappings, it is not read\n" TWICE,
		 {{75, 1, 4}, {116, 8, UINT64_C(0x2100000020)}, {124, 8, UINT64_C(0x2300000022)}}},
	};

	expect_said(iort_maps, sizeof(iort_maps), damage, ARRAY_SIZE(damage));
}

/* "stream S smmu N, device D" of a function, "-" for what it has not. */
static void expect_function(const struct acpi_facts *facts, uint32_t segment, uint32_t rid,
			    const char *want)
{
	struct listing l = {.len = 0};
	uint32_t id;
	size_t smmu;

	list(&l, "%u:0x%x ", segment, rid);
	if (acpi_iort_stream(facts, segment, rid, &id, &smmu))
		list(&l, "stream 0x%x smmu %zu, ", id, smmu);
	else
		list(&l, "-, ");
	if (acpi_iort_device_id(facts, segment, rid, &id))
		list(&l, "device 0x%x", id);
	else
		list(&l, "-");
	EXPECT_STR(l.text, want);
}

static void test_functions(void)
{
	static const struct patch exact[PATCHES_MAX] = {{328, 4, 0x180}};
	struct reading r;

	read_bytes(&r, iort_maps, sizeof(iort_maps));
	expect_function(&r.facts, 0, 0, "0:0x0 stream 0x200 smmu 0, device 0x10200");
	expect_function(&r.facts, 0, 0xff, "0:0xff stream 0x2ff smmu 0, device 0x102ff");
	expect_function(&r.facts, 0, 0x100, "0:0x100 stream 0x1000 smmu 0, device 0x11000");
	expect_function(&r.facts, 0, 0x17f, "0:0x17f stream 0x107f smmu 0, device 0x1107f");
	expect_function(&r.facts, 0, 0x180, "0:0x180 -, -");
	expect_function(&r.facts, 0, 0x200, "0:0x200 -, device 0x5000");
	expect_function(&r.facts, 0, 0x300, "0:0x300 -, -");
	expect_function(&r.facts, 1, 0x1234, "1:0x1234 stream 0x50 smmu 1, device 0x18010");
	expect_function(&r.facts, 2, 0, "2:0x0 -, -");
	reading_fini(&r);
	read_patched(&r, iort_maps, sizeof(iort_maps), exact);
	expect_function(&r.facts, 0, 0x100, "0:0x100 stream 0x300 smmu 0, device 0x10300");
	reading_fini(&r);
}

static void expect_named(const struct acpi_facts *facts, const char *path, bool found,
			 uint32_t want_stream, size_t want_smmu)
{
	uint32_t stream = 0;
	size_t smmu = 99;

	EXPECT_U64(acpi_iort_named_stream(facts, path, &stream, &smmu), found);
	if (!found)
		return;
	EXPECT_U64(stream, want_stream);
	EXPECT_U64(smmu, want_smmu);
}

static void test_named(void)
{
	static const struct patch ranges[PATCHES_MAX] = {{488, 4, 0}};
	char deep[256];
	struct reading r;

	memset(deep, 'A', sizeof(deep));
	deep[255] = '\0';
	read_bytes(&r, iort_maps, sizeof(iort_maps));
	expect_named(&r.facts, "\\_SB.NIC0", true, 0x42, 0);
	expect_named(&r.facts, "\\_SB_.NIC0", true, 0x42, 0);
	expect_named(&r.facts, "\\_SB.NIC1", false, 0, 0);
	expect_named(&r.facts, "\\_SB.NIC", false, 0, 0);
	expect_named(&r.facts, "", false, 0, 0);
	expect_named(&r.facts, deep, false, 0, 0);
	/* The first mapping decides, and it leads to an ITS. */
	expect_named(&r.facts, "\\_SB.USB", false, 0, 0);
	reading_fini(&r);
	read_patched(&r, iort_maps, sizeof(iort_maps), ranges);
	expect_named(&r.facts, "\\_SB.NIC0", false, 0, 0);
	reading_fini(&r);
}

/* Two SMMUs that lead to each other, and one that leads to itself. */
static void test_cycles(void)
{
	static const struct patch pair[PATCHES_MAX] = {
		{140, 8, UINT64_C(0xffffffff00000000)}, {148, 4, 0}, {152, 4, 180}, {252, 4, 0}};
	static const struct patch self[PATCHES_MAX] = {{148, 4, 0}, {152, 4, 72}};
	struct reading r;

	read_patched(&r, iort_maps, sizeof(iort_maps), pair);
	expect_function(&r.facts, 1, 0, "1:0x0 stream 0x50 smmu 1, -");
	reading_fini(&r);
	read_patched(&r, iort_maps, sizeof(iort_maps), self);
	expect_function(&r.facts, 0, 0, "0:0x0 stream 0x200 smmu 0, -");
	reading_fini(&r);
}

static const struct unit_test tests[] = {
	{"an IORT gives its SMMUs, ITS groups and root complexes", test_iort},
	{"the model of an SMMU tells its version", test_iort_models},
	{"an IORT whose counts, offsets or lengths lie is told", test_iort_damage},
	{"mappings of root complexes, components and SMMUs are read in order", test_maps},
	{"a mapping that lies is told and left out", test_map_damage},
	{"a node that lies about itself is told", test_node_damage},
	{"the mapping of an SMMU's own interrupts is nobody's", test_own_map},
	{"a function's ids follow its root complex, SMMUs and ITS", test_functions},
	{"a component has the stream of its first mapping", test_named},
	{"mappings that go in circles lead nowhere", test_cycles},
};

int main(int argc, char **argv)
{
	return unit_main("acpi_iort", tests, ARRAY_SIZE(tests), argc, argv);
}
