/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aml_reading.h: tables of a test, what the AML reader made of them and what it said.
 *
 *	struct aml_reading *r = aml_reading_new();
 *	aml_add_file(r, "aml-d05");
 *	aml_read_tables(r);
 *	EXPECT_STR(r->text.text, "...");
 *	aml_reading_free(r);
 */
#ifndef P2MLAB_TESTS_AML_READING_H
#define P2MLAB_TESTS_AML_READING_H

#include <string.h>

#include "base/check.h"
#include "tests/acpi_said.h"
#include "tests/aml_text.h"
#include "tests/unit.h"

#define AML_HEADER 36u

struct aml_reading {
	struct acpi_tables tables;
	struct said said;
	struct aml aml;
	struct aml_text text;
};

static inline struct aml_reading *aml_reading_new(void)
{
	struct aml_reading *r = calloc(1, sizeof(*r));

	CHECK(r != NULL);
	said_init(&r->said);
	return r;
}

static inline void aml_add_table(struct aml_reading *r, uint8_t *bytes, size_t len)
{
	struct acpi_blob blob = {.bytes = bytes, .len = len};

	memcpy(blob.sig, bytes, 4);
	CHECK(vec_push(&r->tables.storage, bytes) == 0);
	CHECK(vec_push(&r->tables.tables, blob) == 0);
}

/* A table of this body; its sum is not looked at any more. */
static inline void aml_add_body(struct aml_reading *r, const char *sig, uint8_t revision,
				const void *body, size_t len)
{
	uint8_t *bytes = calloc(1, AML_HEADER + len);

	CHECK(bytes != NULL);
	memcpy(bytes, sig, 4);
	bytes[8] = revision;
	memcpy(bytes + AML_HEADER, body, len);
	aml_add_table(r, bytes, AML_HEADER + len);
}

/* tests/data/acpi/NAME.aml */
static inline void aml_add_file(struct aml_reading *r, const char *name)
{
	char path[512];
	char *bytes;
	size_t len;

	snprintf(path, sizeof(path), "%s/acpi/%s.aml", TEST_DATA, name);
	bytes = unit_read_file(path, &len);
	if (bytes)
		aml_add_table(r, (uint8_t *)bytes, len);
}

static inline void aml_read_tables(struct aml_reading *r)
{
	EXPECT_I64(aml_read(&r->aml, &r->tables, &r->said.log), 0);
	aml_put_all(&r->text, &r->aml);
}

static inline void aml_reading_free(struct aml_reading *r)
{
	aml_fini(&r->aml);
	acpi_tables_fini(&r->tables);
	free(r);
}

/* Of one DSDT of revision 2 with this body. */
static inline void aml_expect_body(const void *body, size_t len, const char *text, const char *said)
{
	struct aml_reading *r = aml_reading_new();

	aml_add_body(r, "DSDT", 2, body, len);
	aml_read_tables(r);
	EXPECT_STR(r->text.text, text);
	EXPECT_STR(r->said.text, said);
	aml_reading_free(r);
}

#endif
