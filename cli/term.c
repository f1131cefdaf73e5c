// SPDX-License-Identifier: GPL-2.0-only
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const color_name[COLOR_COUNT] = {"auto", "always", "never"};

static bool env_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* Set, and not to "0": how both variables are read elsewhere. */
static bool env_on(const char *name)
{
	return env_set(name) && strcmp(getenv(name), "0") != 0;
}

bool term_color(enum color_when when, int fd)
{
	const char *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	if (env_set("NO_COLOR"))
		return false;
	if (env_on("CLICOLOR_FORCE") || env_on("FORCE_COLOR"))
		return true;
	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}
