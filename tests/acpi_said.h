/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acpi_said.h: a struct acpi_log that keeps what was said, to be compared word for word.
 *
 *	struct said said;
 *	said_init(&said);
 *	acpidump_parse(&tables, text, len, &said.log);
 *	EXPECT_STR(said.text, "error APIC+9 line 1: checksum ...\n");
 */
#ifndef P2MLAB_TESTS_ACPI_SAID_H
#define P2MLAB_TESTS_ACPI_SAID_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acpi/acpi.h"
#include "tests/unit.h"

struct said {
	struct acpi_log log;
	size_t len;
	char text[4096]; /* what does not fit is dropped */
};

static void said_say(void *ctx, enum acpi_level level, const char *sig, size_t offset,
		     unsigned int line, const char *text)
{
	struct said *said = ctx;
	size_t room = sizeof(said->text) - said->len;
	int n = snprintf(said->text + said->len, room, "%s %s+%zu line %u: %s\n",
			 level == ACPI_ERROR ? "error" : "warning", sig, offset, line, text);

	if (n > 0 && (size_t)n < room)
		said->len += (size_t)n;
	else
		said->text[said->len] = '\0';
}

static inline void said_init(struct said *said)
{
	*said = (struct said){.log = {.say = said_say}};
	said->log.ctx = said;
}

/*
 * Zeroes *out and lets parse(out, copy, len, log) read an exact copy of the text on the heap: one
 * byte too far is seen by the sanitizer.
 */
#define PARSE_COPY(out, parse, text, len, said)                                                    \
	do {                                                                                       \
		char *copy_ = malloc((len) ? (len) : 1);                                           \
		said_init(said);                                                                   \
		memset((out), 0, sizeof(*(out)));                                                  \
		if (EXPECT(copy_ != NULL)) {                                                       \
			memcpy(copy_, (text), (len));                                              \
			EXPECT_I64(parse((out), copy_, (len), &(said)->log), 0);                   \
		}                                                                                  \
		free(copy_);                                                                       \
	} while (0)

#endif
