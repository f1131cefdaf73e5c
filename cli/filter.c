// SPDX-License-Identifier: GPL-2.0-only
#include "cli/filter.h"

#include <fnmatch.h>
#include <string.h>

static bool has_tag(const struct scenario *sc, const char *tag)
{
	for (size_t i = 0; i < sc->tags.count; i++)
		if (strcmp(sc->tags.items[i], tag) == 0)
			return true;
	return false;
}

const char *filter_tag(const char *filter)
{
	filter += *filter == '!';
	return strncmp(filter, "tag:", 4) == 0 ? filter + 4 : NULL;
}

bool filter_keeps(const char *filter, const char *id, const struct scenario *sc)
{
	bool negated = *filter == '!';
	const char *tag = filter_tag(filter);
	bool match = tag ? has_tag(sc, tag) : fnmatch(filter + negated, id, 0) == 0;

	return match != negated;
}
