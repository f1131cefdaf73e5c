// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts.c: finds the reader of each table.
 */
#include <assert.h>
#include <string.h>

#include "acpi/readers.h"
#include "base/check.h"

/* need: bytes up to the last fixed field that is read. */
static const struct row {
	const char *sig;
	size_t need;
	acpi_reader *read;
} rows[] = {
	{"APIC", 44, acpi_read_madt}, {"GTDT", 96, acpi_read_gtdt}, {"SPCR", 52, acpi_read_spcr},
	{"MCFG", 44, acpi_read_mcfg}, {"BERT", 48, acpi_read_bert}, {"HEST", 40, acpi_read_hest},
	{"IORT", 48, acpi_read_iort}, {"STAO", 37, acpi_read_stao}, {"FACP", 268, acpi_read_facp},
	{"ERST", 48, acpi_read_erst}, {"EINJ", 48, acpi_read_einj}, {"PCCT", 48, acpi_read_pcct},
	{"TPM2", 52, acpi_read_tpm2}, {"NFIT", 40, acpi_read_nfit}, {"BGRT", 48, acpi_read_bgrt},
	{"DBG2", 44, acpi_read_dbg2},
};

static_assert(ARRAY_SIZE(rows) <= 32, "one bit of `seen` per row");

/* Tables that name no memory, or are read elsewhere; RSDP's sums were checked with its bytes. */
static const char *const without_facts[] = {
	"DSDT", "SSDT", "PSDT", "FACS", "PPTT", "SRAT", "SLIT", "FPDT", "XSDT", "RSDT", "RSD ",
};

static int carry(struct acpi_facts *facts, const struct acpi_span *table)
{
	struct acpi_sig sig = {.len = table->blob->len};

	memcpy(sig.text, table->blob->sig, sizeof(sig.text));
	for (size_t i = 0; i < ARRAY_SIZE(without_facts); i++)
		if (strcmp(without_facts[i], sig.text) == 0)
			return 0;
	for (size_t i = 0; i < facts->unknown.count; i++)
		if (strcmp(facts->unknown.items[i].text, sig.text) == 0)
			return 0;
	acpi_say(table, ACPI_WARN, 0, "no reader knows this table: it is carried, not read");
	return acpi_append(table, 0, &facts->unknown, sig);
}

static int read_table(struct acpi_facts *facts, const struct acpi_span *table, uint32_t *seen)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].sig, table->blob->sig) != 0)
			continue;
		if (*seen & UINT32_C(1) << i) {
			acpi_say(table, ACPI_WARN, 0, "a second %s, only the first one is read",
				 rows[i].sig);
			return 0;
		}
		*seen |= UINT32_C(1) << i;
		if (!acpi_span_has(table, rows[i].need, "table"))
			return 0;
		return rows[i].read(facts, table);
	}
	return carry(facts, table);
}

int acpi_facts(struct acpi_facts *facts, const struct acpi_tables *tables, struct acpi_log *log)
{
	uint32_t seen = 0;

	memset(facts, 0, sizeof(*facts));
	for (size_t i = 0; i < tables->tables.count; i++) {
		struct acpi_span table = acpi_span_of(&tables->tables.items[i], log);
		int rc;

		if (strcmp(table.blob->sig, "XSDT") == 0)
			acpi_check_xsdt(tables, &table);
		rc = read_table(facts, &table, &seen);
		if (rc < 0) {
			acpi_facts_fini(facts);
			return rc;
		}
	}
	return 0;
}

void acpi_facts_fini(struct acpi_facts *facts)
{
	vec_fini(&facts->redists);
	vec_fini(&facts->its);
	vec_fini(&facts->v2m);
	vec_fini(&facts->mcfg);
	vec_fini(&facts->gtdt_frames);
	vec_fini(&facts->watchdogs);
	vec_fini(&facts->smmus);
	vec_fini(&facts->areas);
	vec_fini(&facts->pmcgs);
	vec_fini(&facts->iort_maps);
	vec_fini(&facts->unknown);
}
