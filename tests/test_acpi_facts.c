// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acpi_facts.c: facts of a whole dump and of one table at a time, but for the MADT, and what
 * is said of a table with one thing wrong.
 */
#include "base/check.h"
#include "tests/acpi_area_samples.h"
#include "tests/acpi_iort_samples.h"
#include "tests/acpi_reading.h"
#include "tests/acpi_samples.h"

#define RECORDED SOURCE_DIR "/platforms/qemu-virt-gicv3/acpidump.dat"

static void test_recorded(void)
{
	struct acpi_tables tables;
	struct reading r;
	size_t len;
	char *text = unit_read_file(RECORDED, &len);

	if (!text)
		return;
	said_init(&r.said);
	EXPECT_I64(acpidump_parse(&tables, text, len, &r.said.log), 0);
	EXPECT_I64(acpi_facts(&r.facts, &tables, &r.said.log), 0);
	acpi_tables_fini(&tables);
	free(text);
	EXPECT_STR(r.said.text, "");
	expect_facts(&r.facts, "gic 0x3\ngicd 0x8000000\ncpus 0x1\n"
			       "redist 0x80a0000 0xf60000 +148\nits 0x8080000\n"
			       "ecam 0x4010000000 0 0..255 +44\n"
			       "area DBG2 15 0x9000000 4096 +66\nspcr 0x9000000\n"
			       "its groups 0x1\nroot complexes 0x1\nstao ignores uart 0x1\n"
			       "map rc 0 0x0..0xffff -> 0x0 its +108\n");
	reading_fini(&r);
}

static void test_gtdt(void)
{
	expect_read(gtdt, sizeof(gtdt), none,
		    "frame 0x2a810000\nframe 0x2a820000\nframe 0x2a830000\n"
		    "watchdog 0x2a450000\nwatchdog 0x2a440000\n",
		    "");
}

static void test_gtdt_damage(void)
{
	static const struct damage damage[] = {
		{"error GTDT+92 line 7: platform timers at 95 overlap the table\n", {{92, 4, 95}}},
		{"error GTDT+232 line 7: 2 of 2 platform timers are missing\n", {{92, 4, 232}}},
		{"error GTDT+232 line 7: 2 of 2 platform timers are missing\n",
		 {{92, 4, UINT32_MAX}}},
		{"error GTDT+232 line 7: 1 of 3 platform timers are missing\n", {{88, 4, 3}}},
		{"error GTDT+232 line 7: 4294967292 of 4294967294 platform timers are missing\n",
		 {{88, 4, 0xfffffffe}}},
		{"error GTDT+104 line 7: platform timer of type 0 has no valid length, the rest is "
		 "not read\n",
		 {{105, 2, 0}}},
		{"error GTDT+104 line 7: platform timer of type 0 has no valid length, the rest is "
		 "not read\n",
		 {{105, 2, 3}}},
		{"error GTDT+104 line 7: platform timer of type 0 is 65535 bytes long, 128 are "
		 "left\n",
		 {{105, 2, 65535}}},
		{"error GTDT+104 line 7: timer block has 19 bytes, needs 20\n"
		 "error GTDT+123 line 7: platform timer of type 0 has no valid length, the rest is "
		 "not read\n",
		 {{105, 2, 19}}},
		{"error GTDT+204 line 7: watchdog has 27 bytes, needs 28\n", {{205, 2, 27}}},
		{"warning GTDT+204 line 7: platform timer of unknown type 2\n", {{204, 1, 2}}},
		{"error GTDT+208 line 7: watchdog refresh frame is at address 0\n", {{208, 8, 0}}},
		{"error GTDT+216 line 7: watchdog control frame is at address 0\n", {{216, 8, 0}}},
		{"", {{88, 4, 0}, {92, 4, 0}}},
		{"", {{88, 4, 1}}},
	};

	expect_said(gtdt, sizeof(gtdt), damage, ARRAY_SIZE(damage));
}

static void test_timer_frames(void)
{
	static const struct damage damage[] = {
		{"error GTDT+116 line 7: timer block has 9 frames, at most 8 can be\n"
		 "error GTDT+204 line 7: timer frame has 0 bytes, needs 40\n",
		 {{116, 4, 9}}},
		{"error GTDT+120 line 7: timer frames at 19 overlap their block\n", {{120, 4, 19}}},
		{"error GTDT+165 line 7: timer frame has 39 bytes, needs 40\n",
		 {{120, 4, 21}, {125, 1, 0}, {129, 8, 0x2a820000}}},
		{"error GTDT+204 line 7: timer frame has 0 bytes, needs 40\n",
		 {{120, 4, UINT32_MAX}}},
		{"error GTDT+164 line 7: timer frame number 8 is above 7\n", {{164, 1, 8}}},
		{"error GTDT+128 line 7: CNTBase frame is at address 0\n", {{128, 8, 0}}},
		{"warning GTDT+168 line 7: CNTBase frame at 0x2a810000 is described twice\n",
		 {{168, 8, 0x2a810000}}},
		{"error GTDT+108 line 7: CNTCTLBase frame is at address 0\n", {{108, 8, 0}}},
		{"", {{116, 4, 0}, {120, 4, 0}}},
	};

	expect_said(gtdt, sizeof(gtdt), damage, ARRAY_SIZE(damage));
}

static void test_hest(void)
{
	expect_read(hest, sizeof(hest), none,
		    "area HEST 2 0x9ffe0000 8 +360\narea HEST 2 0x9ffe0010 8 +488\n"
		    "area HEST 3 0x9ffe0018 8 +532\n",
		    "");
}

static void test_hest_damage(void)
{
	static const struct damage damage[] = {
		{"error HEST+636 line 7: 1 of 9 error sources are missing\n", {{36, 4, 9}}},
		{"error HEST+240 line 7: error source of type 3 has no valid length, the rest is "
		 "not read\n",
		 {{240, 2, 3}}},
		{"error HEST+240 line 7: error source of type 12 has no valid length, the rest is "
		 "not read\n",
		 {{240, 2, 12}}},
		{"error HEST+240 line 7: error source of type 65535 has no valid length, the rest "
		 "is not read\n",
		 {{240, 2, 65535}}},
		{"error HEST+40 line 7: error source of type 0 is 7180 bytes long, 596 are left\n",
		 {{72, 1, 255}}},
		{"warning HEST+360 line 7: error status address is in address space 1, not in "
		 "memory\n",
		 {{360, 1, 1}}},
		{"error HEST+364 line 7: error status address is at address 0\n", {{364, 8, 0}}},
		{"error HEST+363 line 7: error status address has access size 5, at most 4 is "
		 "defined\n",
		 {{363, 1, 5}}},
		{"error HEST+536 line 7: read ack register at 0xfffffffffffff of 0x8 bytes is past "
		 "52 bits\n",
		 {{536, 8, 0xfffffffffffff}}},
		{"", {{36, 4, 0}}},
	};

	expect_said(hest, sizeof(hest), damage, ARRAY_SIZE(damage));
}

static void test_bert(void)
{
	static const struct damage damage[] = {
		{"error BERT+36 line 7: boot error region has 19 bytes, needs 20\n", {{36, 4, 19}}},
		{"error BERT+40 line 7: boot error region is at address 0\n", {{40, 8, 0}}},
		{"error BERT+40 line 7: boot error region at 0xfffffffff0000 of 0x20000 bytes is "
		 "past 52 bits\n",
		 {{40, 8, 0xfffffffff0000}}},
		{"warning BERT+40 line 7: boot error region at 0x88200040 is not page aligned\n",
		 {{40, 8, 0x88200040}}},
	};

	expect_read(bert, sizeof(bert), none, "bert 0x88200000\nbert size 0x20000\n", "");
	expect_said(bert, sizeof(bert), damage, ARRAY_SIZE(damage));
}

static void test_mcfg(void)
{
	static const struct damage damage[] = {
		{"error MCFG+70 line 7: first bus 64 is above the last one, 63\n", {{70, 1, 64}}},
		{"error MCFG+60 line 7: ECAM is at address 0\n", {{60, 8, 0}}},
		{"error MCFG+44 line 7: ECAM at 0xffffffff00000 of 0xa000000 bytes is past 52 "
		 "bits\n",
		 {{44, 8, 0xffffffff00000}}},
		{"error MCFG+68 line 7: buses 63..128 of segment 2 are described twice\n",
		 {{68, 2, 2}, {70, 1, 63}, {71, 1, 128}}},
		{"error MCFG+68 line 7: buses 159..255 of segment 2 are described twice\n",
		 {{68, 2, 2}, {70, 1, 159}, {71, 1, 255}}},
		{"", {{68, 2, 2}, {70, 1, 160}, {71, 1, 255}}},
		{"", {{68, 2, 2}, {70, 1, 0}, {71, 1, 127}}},
	};
	static uint8_t longer[sizeof(mcfg) + 15];

	expect_read(mcfg, sizeof(mcfg), none,
		    "ecam 0x7f000000000 2 128..159 +44\necam 0xe0000000 0 0..63 +60\n", "");
	expect_said(mcfg, sizeof(mcfg), damage, ARRAY_SIZE(damage));
	memcpy(longer, mcfg, sizeof(mcfg));
	expect_read(longer, sizeof(longer), none,
		    "ecam 0x7f000000000 2 128..159 +44\necam 0xe0000000 0 0..63 +60\n",
		    "error MCFG+76 line 7: 15 bytes follow the last entry\n");
	expect_read(mcfg, 44, none, "", "");
}

static void test_spcr(void)
{
	static const struct damage damage[] = {
		{"warning SPCR+40 line 7: serial port is in address space 1, not in memory\n",
		 {{40, 1, 1}}},
		{"warning SPCR+44 line 7: console redirection is off: serial port at 0\n",
		 {{44, 8, 0}}},
		{"error SPCR+44 line 7: serial port at 0xffffffffffffffff of 0x1 bytes is past 52 "
		 "bits\n",
		 {{44, 8, UINT64_MAX}}},
	};

	expect_read(spcr, sizeof(spcr), none, "spcr 0x87e024000000\n", "");
	expect_said(spcr, sizeof(spcr), damage, ARRAY_SIZE(damage));
}

static void test_stao(void)
{
	static const struct patch off[PATCHES_MAX] = {{36, 1, 0}};

	expect_read(stao, sizeof(stao), none, "stao ignores uart 0x1\n", "");
	expect_read(stao, sizeof(stao), off, "", "");
	expect_read(stao, 36, none, "", "error STAO+0 line 7: table has 36 bytes, needs 37\n");
}

static void test_facp(void)
{
	static const struct patch no_reset[PATCHES_MAX] = {{112, 4, 1u << 20}};
	static const struct patch full[PATCHES_MAX] = {{112, 4, 1u << 10}};
	static const struct patch port[PATCHES_MAX] = {{116, 1, 1}, {248, 8, 0}, {260, 8, 0}};

	expect_read(facp, sizeof(facp), none,
		    "area FACP 15 0x1c020010 1 +116\narea FACP 15 0x10580000 1 +244\n"
		    "area FACP 15 0x10580008 1 +256\n",
		    "");
	expect_read(facp, sizeof(facp), no_reset,
		    "area FACP 15 0x10580000 1 +244\narea FACP 15 0x10580008 1 +256\n", "");
	expect_read(facp, sizeof(facp), full, "area FACP 15 0x1c020010 1 +116\n",
		    "warning FACP+112 line 7: not a hardware-reduced machine\n");
	expect_read(facp, sizeof(facp), port, "",
		    "warning FACP+116 line 7: reset register is in address space 1, not in "
		    "memory\n");
}

#define SAMPLE(name)                                                                               \
	{                                                                                          \
		name, sizeof(name)                                                                 \
	}
static const struct {
	const uint8_t *bytes;
	size_t len;
} samples[] = {
	SAMPLE(madt_gicv2), SAMPLE(madt_gicv3), SAMPLE(madt_gicv4), SAMPLE(gtdt), SAMPLE(hest),
	SAMPLE(bert),	    SAMPLE(mcfg),	SAMPLE(spcr),	    SAMPLE(stao), SAMPLE(facp),
	SAMPLE(iort),	    SAMPLE(iort_maps),	SAMPLE(tpm2),	    SAMPLE(bgrt), SAMPLE(nfit),
	SAMPLE(pcct),	    SAMPLE(erst),	SAMPLE(einj),	    SAMPLE(dbg2),
};

static void test_truncated(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		for (size_t len = 0; len < 36; len++) {
			uint8_t head[36] = {0};
			struct reading r;

			memcpy(head, samples[i].bytes, 36);
			read_bytes(&r, head, len);
			EXPECT_U64(r.said.log.errors, 1);
			expect_facts(&r.facts, "");
			reading_fini(&r);
		}
		for (size_t len = 36; len <= samples[i].len; len++) {
			struct reading r;

			read_bytes(&r, samples[i].bytes, len);
			EXPECT(r.said.log.errors <= 4);
			reading_fini(&r);
		}
	}
}

/* No byte, whatever it is, makes a reader leave the table or loop. */
static void test_any_byte(void)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		for (size_t n = 4 * ARRAY_SIZE(values); n < samples[i].len * ARRAY_SIZE(values);
		     n++) {
			const struct patch patch[PATCHES_MAX] = {
				{n / ARRAY_SIZE(values), 1, values[n % ARRAY_SIZE(values)]}};
			struct reading r;

			read_patched(&r, samples[i].bytes, samples[i].len, patch);
			EXPECT(r.said.log.errors + r.said.log.warnings <= 16);
			reading_fini(&r);
		}
	}
}

static struct acpi_blob blob_of(const char *sig, uint64_t addr, const uint8_t *bytes, size_t len)
{
	struct acpi_blob blob = {.addr = addr, .bytes = bytes, .len = len, .line = 3};

	memcpy(blob.sig, sig, 4);
	return blob;
}

static void test_first_counts(void)
{
	struct acpi_blob blobs[] = {
		blob_of("OEM1", 0, bert, sizeof(bert)),
		blob_of("APIC", 0, madt_gicv2, sizeof(madt_gicv2)),
		blob_of("SPCR", 0, spcr, sizeof(spcr)),
		blob_of("APIC", 0, madt_gicv3, sizeof(madt_gicv3)),
	};
	struct reading r;

	read_tables(&r, blobs, ARRAY_SIZE(blobs));
	EXPECT_STR(r.said.text, "warning OEM1+0 line 3: no reader knows this table: it is carried, "
				"not read\n"
				"warning APIC+0 line 3: a second APIC, only the first one is "
				"read\n");
	expect_facts(&r.facts, "gic 0x2\ngicd 0xe1110000\ngicc 0xe112f000\ngich 0xe1140000\n"
			       "gicv 0xe116f000\ncpus 0x2\nv2m 0xe1180000\n"
			       "spcr 0x87e024000000\nunknown OEM1 48\n");
	reading_fini(&r);
}

static void test_unknown(void)
{
	struct acpi_blob blobs[] = {
		blob_of("OEM1", 0, bert, sizeof(bert)),
		blob_of("DSDT", 0, mcfg, sizeof(mcfg)),
		blob_of("WSMT", 0, mcfg, sizeof(mcfg)),
		blob_of("OEM1", 0, mcfg, sizeof(mcfg)),
	};
	struct reading r;

	read_tables(&r, blobs, ARRAY_SIZE(blobs));
	EXPECT_STR(r.said.text,
		   "warning OEM1+0 line 3: no reader knows this table: it is carried, not read\n"
		   "warning WSMT+0 line 3: no reader knows this table: it is carried, not read\n");
	expect_facts(&r.facts, "unknown OEM1 48\nunknown WSMT 76\n");
	reading_fini(&r);
}

static void test_without_facts(void)
{
	static const char *const sigs[] = {"DSDT", "SSDT", "PSDT", "FACS", "PPTT",
					   "SRAT", "SLIT", "FPDT", "RSDT", "RSD "};

	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++) {
		struct acpi_blob blob = blob_of(sigs[i], 0, bert, 36);
		struct reading r;

		read_tables(&r, &blob, 1);
		EXPECT_STR(r.said.text, "");
		expect_facts(&r.facts, "");
		reading_fini(&r);
	}
}

static void put_u64(uint8_t *bytes, uint64_t value)
{
	apply(bytes, 8, (const struct patch[PATCHES_MAX]){{0, 8, value}});
}

static void expect_xsdt(const uint64_t *entries, size_t count, size_t tail, uint64_t addr,
			const char *want)
{
	uint8_t *bytes = calloc(1, 36 + 8 * count + tail);
	struct acpi_blob blobs[2];
	struct reading r;

	EXPECT(bytes != NULL);
	if (!bytes)
		return;
	for (size_t i = 0; i < count; i++)
		put_u64(bytes + 36 + 8 * i, entries[i]);
	blobs[0] = blob_of("XSDT", addr ? 0x9000 : 0, bytes, 36 + 8 * count + tail);
	blobs[1] = blob_of("SPCR", addr, spcr, sizeof(spcr));
	read_tables(&r, blobs, 2);
	EXPECT_STR(r.said.text, want);
	expect_facts(&r.facts, "spcr 0x87e024000000\n");
	reading_fini(&r);
	free(bytes);
}

static void test_xsdt(void)
{
	static const uint64_t entries[] = {0x1000, 0, 0x2000, 0x1000};
	static uint64_t many[513];

	expect_xsdt(entries, 1, 0, 0x1000, "");
	expect_xsdt(entries, 0, 0, 0x1000, "");
	expect_xsdt(entries, 4, 0, 0x1000,
		    "error XSDT+44 line 3: entry points at address 0\n"
		    "warning XSDT+52 line 3: entry 0x2000 points at no table of the dump\n"
		    "warning XSDT+60 line 3: entry 0x1000 is listed twice\n");
	expect_xsdt(entries, 4, 7, 0,
		    "error XSDT+68 line 3: 7 bytes follow the last entry\n"
		    "error XSDT+44 line 3: entry points at address 0\n"
		    "warning XSDT+60 line 3: entry 0x1000 is listed twice\n");
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = 0x1000 * (i + 1);
	expect_xsdt(many, ARRAY_SIZE(many), 0, 0,
		    "error XSDT+4132 line 3: more than 512 entries, the rest is not read\n");
}

static void test_short_xsdt(void)
{
	uint8_t bytes[36] = "XSDT";
	struct reading r;

	read_bytes(&r, bytes, 35);
	EXPECT_STR(r.said.text, "error XSDT+0 line 7: table has 35 bytes, needs 36\n");
	reading_fini(&r);
}

static const struct unit_test tests[] = {
	{"the recorded machine's tables hold the facts that were observed", test_recorded},
	{"a GTDT gives its timer block, frames and watchdog", test_gtdt},
	{"a GTDT whose counts, offsets or lengths lie is told", test_gtdt_damage},
	{"timer frames outside of their block are not read", test_timer_frames},
	{"a HEST gives registers of its enabled generic sources", test_hest},
	{"a HEST with a source of unknown length is read up to it", test_hest_damage},
	{"a BERT gives its region if that can be one", test_bert},
	{"a MCFG gives each bus once", test_mcfg},
	{"a SPCR gives the port if it is in memory", test_spcr},
	{"a STAO says whether the UART is hidden", test_stao},
	{"a FADT gives reset and sleep registers in memory", test_facp},
	{"tables cut at any byte are read up to there", test_truncated},
	{"any byte may be anything", test_any_byte},
	{"the first table of a signature counts, unknown ones are told", test_first_counts},
	{"a signature without a reader is listed once, however many have it", test_unknown},
	{"tables that name no memory are known and say nothing", test_without_facts},
	{"XSDT entries are checked against the dump", test_xsdt},
	{"a XSDT without a whole header is told", test_short_xsdt},
};

int main(int argc, char **argv)
{
	return unit_main("acpi_facts", tests, ARRAY_SIZE(tests), argc, argv);
}
