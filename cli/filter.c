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

/* Past the ']' of the bracket expression after '['; NULL if it has no end. */
static const char *bracket_end(const char *p)
{
	p += *p == '!' || *p == '^';
	p += *p == ']'; /* here it is a member */
	while (*p && *p != ']') {
		bool class = p[0] == '[' && p[1] && strchr(":.=", p[1]);
		char end[] = {p[1], ']', '\0'};
		const char *stop = class ? strstr(p + 2, end) : NULL;

		if (stop)
			p = stop + 2;
		else
			p += *p == '\\' && p[1] ? 2 : 1;
	}
	return *p ? p + 1 : NULL;
}

const char *filter_wrong(const char *filter)
{
	filter += *filter == '!';
	if (!*filter)
		return "there is nothing to match";
	if (filter_tag(filter))
		return NULL;
	while (*filter) {
		if (*filter == '\\' && !filter[1])
			return "nothing follows '\\'";
		if (*filter == '[') {
			filter = bracket_end(filter + 1);
			if (!filter)
				return "'[' has no ']'";
		} else {
			filter += *filter == '\\' ? 2 : 1;
		}
	}
	return NULL;
}

bool filter_keeps(const char *filter, const char *id, const struct scenario *sc)
{
	bool negated = *filter == '!';
	const char *tag = filter_tag(filter);
	bool match = tag ? has_tag(sc, tag) : fnmatch(filter + negated, id, 0) == 0;

	return match != negated;
}
