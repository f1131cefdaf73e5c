// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places of a scenario: "0x9000000", "uart", "nvme.bar4 + 0x1000".
 */
#include <inttypes.h>
#include <string.h>

#include "scenario/scenario_build.h"

static char *trimmed(struct arena *a, const char *text, size_t len)
{
	while (len && *text == ' ') {
		text++;
		len--;
	}
	while (len && text[len - 1] == ' ')
		len--;
	return arena_strndup(a, text, len);
}

static bool is_number(const char *word)
{
	return (word[0] >= '0' && word[0] <= '9') || word[0] == '-';
}

static bool number(const struct scenario_builder *sb, const struct node *node, const char *word,
		   uint64_t *value)
{
	const char *wrong = parse_u64(word, value);

	if (wrong)
		schema_error(&sb->ctx, node, "'%s' is no number: %s", word, wrong);
	return !wrong;
}

static bool unknown(const struct scenario_builder *sb, const struct node *node, const char *name,
		    const struct device *owner)
{
	const char *const *names;
	size_t count;

	if (!sb->named || sb->ctx.diag->errors > DIAG_MAX)
		return false;
	if (owner) {
		schema_error(&sb->ctx, node, "device '%s' has no '%s'", owner->name,
			     name + strlen(owner->name) + 1);
		return false;
	}
	for (size_t i = 0; i < sb->plat->plat->devices.count; i++) {
		const struct device *d = &sb->plat->plat->devices.items[i];

		if (strcmp(d->name, name) == 0) {
			schema_error(&sb->ctx, node, "'%s' is a device: say which part, '%s.%s0'",
				     name, name, d->bus == BUS_PCI ? "bar" : "res");
			return false;
		}
	}
	names = builder_names(sb->plat, &count);
	schema_error(&sb->ctx, node, "no region or device is called '%s'%s", name,
		     schema_hint(sb->ctx.arena, name, names, count));
	return false;
}

/* What stands before the '+': *named tells whether it is a name. */
static bool start_of(const struct scenario_builder *sb, const struct node *node, const char *word,
		     uint64_t *value, bool *named)
{
	const struct device *owner = NULL;

	*named = true;
	if (builder_address(sb->plat, word, value, &owner))
		return true;
	*named = !is_number(word) || strchr(word, ':');
	return *named ? unknown(sb, node, word, owner) : number(sb, node, word, value);
}

/* NAME, NUMBER, or one of them + OFFSET; the offset apart. */
static bool parse(const struct scenario_builder *sb, const struct node *node, uint64_t *start,
		  uint64_t *offset, bool *named)
{
	const char *plus = strchr(node->text, '+');
	size_t len = plus ? (size_t)(plus - node->text) : strlen(node->text);
	const char *word = trimmed(sb->ctx.arena, node->text, len);
	const char *rest = plus ? trimmed(sb->ctx.arena, plus + 1, strlen(plus + 1)) : NULL;
	bool ok;

	if (!word || (plus && !rest))
		return false;
	*offset = 0;
	ok = start_of(sb, node, word, start, named);
	if (rest)
		ok &= number(sb, node, rest, offset);
	return ok;
}

bool place_fits(const struct scenario_builder *sb, const struct node *node, uint64_t addr,
		uint64_t bytes)
{
	unsigned int bits = sb->plat->plat->pa_bits;
	uint64_t last = addr + (bytes ? bytes - 1 : 0);

	if (!sb->named || (last >= addr && !(last >> bits)))
		return true;
	schema_error(&sb->ctx, node, "0x%" PRIx64 " is outside the %u-bit physical address space",
		     addr >> bits ? addr : last, bits);
	return false;
}

bool place_address(const struct scenario_builder *sb, const struct node *node, uint64_t *addr)
{
	uint64_t start, offset;
	bool named;

	if (!node || !parse(sb, node, &start, &offset, &named))
		return false;
	if (start + offset < start) {
		schema_error(&sb->ctx, node, "more than 64 bits");
		return false;
	}
	*addr = start + offset;
	return place_fits(sb, node, *addr, 1);
}

bool place_frame(const struct scenario_builder *sb, const struct node *node, uint64_t *frame)
{
	uint64_t start, offset;
	bool named;

	if (!node || !parse(sb, node, &start, &offset, &named))
		return false;
	*frame = named ? (start + offset) >> PAGE_SHIFT : start + offset;
	return true;
}

const struct device *place_device(const struct scenario_builder *sb, const struct node *node)
{
	const struct device *dev = node ? platform_device_named(sb->plat->plat, node->text) : NULL;
	const char *const *names;
	size_t count;

	if (dev || !node || !sb->named || sb->ctx.diag->errors > DIAG_MAX)
		return dev;
	names = builder_device_names(sb->plat, &count);
	schema_error(&sb->ctx, node, "no device is called '%s'%s", node->text,
		     schema_hint(sb->ctx.arena, node->text, names, count));
	return NULL;
}
