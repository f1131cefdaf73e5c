// SPDX-License-Identifier: GPL-2.0-only
#include "acpi/log.h"

#include <stdio.h>

void acpi_log_say(struct acpi_log *log, enum acpi_level level, const char *sig, size_t offset,
		  unsigned int line, const char *format, va_list args)
{
	char text[256];

	if (level == ACPI_ERROR)
		log->errors++;
	else
		log->warnings++;
	vsnprintf(text, sizeof(text), format, args);
	if (log->say)
		log->say(log->ctx, level, sig, offset, line, text);
}
