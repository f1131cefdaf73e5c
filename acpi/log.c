// SPDX-License-Identifier: GPL-2.0-only
#include "acpi/log.h"

#include <stdio.h>

void acpi_log_say(struct acpi_log *log, enum acpi_level level, const char *sig, size_t offset,
		  unsigned int line, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, args);
	acpi_log_text(log, level, sig, offset, line, text);
}

void acpi_log_text(struct acpi_log *log, enum acpi_level level, const char *sig, size_t offset,
		   unsigned int line, const char *text)
{
	if (level == ACPI_ERROR)
		log->errors++;
	else
		log->warnings++;
	if (log->say)
		log->say(log->ctx, level, sig, offset, line, text);
}
