// SPDX-License-Identifier: GPL-2.0-only
#include "sim/strategy.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"

/*
 * The proposals of the January 2017 thread as sets of mechanisms. `a` and `b` bring the notifier
 * with them: drivers/xen/arm-device.c is in every kernel that could have such a hook, and so it was
 * in the recorded run of b; "b-alone" is the hook without it. `c` is Xen's half only:
 * "notifier+c" is today's Linux on today's Xen.
 */
const struct strategy_info strategy_infos[] = {
	{"none", 0, "nobody maps: shows what breaks first"},
	{"notifier", MECH_NOTIFIER,
	 "Dom0 asks for the memory resources of each bus device it adds"},
	{"a", MECH_NOTIFIER | MECH_ACPI_HOOK, "the notifier, and a request per acpi_os_ioremap"},
	{"b", MECH_NOTIFIER | MECH_IOREMAP_HOOK,
	 "the notifier, and a request per ioremap, in calls of at most 65535 pages"},
	{"b-alone", MECH_IOREMAP_HOOK, "b without the notifier"},
	{"b-naive", MECH_NOTIFIER | MECH_IOREMAP_HOOK | MECH_HOOK_UNCHUNKED,
	 "b with one call per ioremap, whatever the 16-bit size field makes of it"},
	{"c", MECH_DEMAND, "Xen maps the page when Dom0's access to it aborts"},
	{"stall", MECH_STALL_MAP, "the SMMU stalls a faulting DMA until Xen has mapped its page"},
};
const unsigned int strategy_info_count = ARRAY_SIZE(strategy_infos);

static const struct strategy_info *strategy_info_find(const char *name, size_t len)
{
	for (unsigned int i = 0; i < strategy_info_count; i++) {
		const struct strategy_info *info = &strategy_infos[i];

		if (strlen(info->name) == len && memcmp(info->name, name, len) == 0)
			return info;
	}
	return NULL;
}

int strategy_parse(const char *text, struct strategy *out, const char **bad, size_t *bad_len)
{
	struct strategy sum = {0};
	size_t total = strlen(text);
	const char *part = text;

	for (;;) {
		size_t len = strcspn(part, "+");
		const struct strategy_info *info = strategy_info_find(part, len);

		if (!info) {
			*bad = part;
			*bad_len = len;
			return -EINVAL;
		}
		sum.mechanisms |= info->mechanisms;
		if (part[len] == '\0')
			break;
		part += len + 1;
	}
	/* Only a sum that repeats names can be this long: blame the whole of it. */
	if (total >= sizeof(sum.name)) {
		*bad = text;
		*bad_len = total;
		return -EINVAL;
	}
	memcpy(sum.name, text, total + 1);
	*out = sum;
	return 0;
}
