/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h: one message to a struct acpi_log. Private to acpi/.
 */
#ifndef P2MLAB_ACPI_LOG_H
#define P2MLAB_ACPI_LOG_H

#include <stdarg.h>

#include "acpi/acpi.h"

/* Counts the message and hands it to log->say, if there is one; longer ones are cut at 255. */
void acpi_log_say(struct acpi_log *log, enum acpi_level level, const char *sig, size_t offset,
		  unsigned int line, const char *format, va_list args)
	__attribute__((format(printf, 6, 0)));

/* The same of a finished text. */
void acpi_log_text(struct acpi_log *log, enum acpi_level level, const char *sig, size_t offset,
		   unsigned int line, const char *text);

#endif
