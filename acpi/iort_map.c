// SPDX-License-Identifier: GPL-2.0-only
/*
 * iort_map.c: id mappings of IORT (DEN0049E, 3.1): which id of a node becomes which at the next.
 */
#include <inttypes.h>

#include "acpi/iort.h"

#define MAP_LEN	   20u
#define MAP_SINGLE 1u

#define NAMED_PATH	 29u
#define ROOT_COMPLEX_LEN 32u
#define SEGMENT		 28u

/* SMMUv3 (DEN0049E, 3.1.1.2): which of its mappings is for its own interrupts. */
#define V3_FLAGS	  24u
#define V3_FLAG_DEVICE_ID (1u << 4)
#define V3_INTERRUPTS	  44u
#define V3_OWN_MAP	  64u
#define V3_OWN_MAP_LEN	  68u

struct maps {
	struct iort *iort;
	const struct iort_node *node;
	struct acpi_iort_map like; /* what all mappings of the node have */
	size_t first;		   /* of the node's in facts->iort_maps */
	uint32_t index, own;	   /* own: leads the node's own interrupts, no requester's */
};

static const struct iort_node *node_at(const struct iort *iort, size_t offset)
{
	size_t low = 0, high = iort->nodes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (iort->nodes.items[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == iort->nodes.count || iort->nodes.items[low].offset != offset)
		return NULL;
	return &iort->nodes.items[low];
}

bool acpi_iort_path(char *out, size_t room, const char *path, size_t len)
{
	size_t used = 0, name = 0; /* name: characters since the last separator */

	for (size_t i = 0; i <= len; i++) {
		bool ends = i == len || path[i] == '.';

		while (ends && name > 1 && out[used - 1] == '_') {
			used--;
			name--;
		}
		if (used + 1 >= room)
			return false;
		if (i == len)
			break;
		out[used++] = path[i];
		name = ends || path[i] == '\\' || path[i] == '^' ? 0 : name + 1;
	}
	out[used] = '\0';
	return true;
}

/* The path ends with a NUL in front of the mappings. */
static bool read_path(const struct acpi_span *node, size_t maps_at, char *path, size_t room)
{
	char text[256];
	size_t end = maps_at < node->len ? maps_at : node->len, len = 0;

	while (NAMED_PATH + len < end && len < sizeof(text)) {
		text[len] = (char)acpi_u8(node, NAMED_PATH + len);
		if (text[len] == '\0')
			break;
		if (text[len] <= ' ' || text[len] > '~') {
			acpi_say(node, ACPI_ERROR, NAMED_PATH + len,
				 "device name has the byte 0x%02x", (uint8_t)text[len]);
			return false;
		}
		len++;
	}
	if (NAMED_PATH + len < end && len > 0 && len < sizeof(text) &&
	    acpi_iort_path(path, room, text, len))
		return true;
	acpi_say(node, ACPI_ERROR, NAMED_PATH, "device name is empty, has no end or is too long");
	return false;
}

/* Linux takes the first root complex of a segment for all of it (iort_match_node_callback). */
static int take_segment(struct iort *iort, const struct acpi_span *node, uint32_t segment)
{
	for (size_t i = 0; i < iort->segments.count; i++) {
		if (iort->segments.items[i] != segment)
			continue;
		acpi_say(node, ACPI_WARN, SEGMENT,
			 "a second root complex of segment %" PRIu32 ", its mappings are not read",
			 segment);
		return ACPI_STOP;
	}
	return acpi_append(node, SEGMENT, &iort->segments, segment);
}

/* As Linux's iort_get_id_mapping_index() finds it; UINT32_MAX if there is none. */
static uint32_t own_map(const struct acpi_span *node, uint32_t count)
{
	unsigned int revision = acpi_u8(node, 3);
	uint32_t own = acpi_u32(node, V3_OWN_MAP);
	bool wired = true;

	for (size_t i = 0; i < 4; i++)
		wired &= acpi_u32(node, V3_INTERRUPTS + 4 * i) != 0;
	if (revision < 1 || node->len < V3_OWN_MAP_LEN)
		return UINT32_MAX;
	if (revision < 5 ? wired : !(acpi_u32(node, V3_FLAGS) & V3_FLAG_DEVICE_ID))
		return UINT32_MAX;
	if (own < count)
		return own;
	acpi_say(node, ACPI_ERROR, V3_OWN_MAP,
		 "mapping %" PRIu32 " is for the SMMU's interrupts, there are %" PRIu32, own,
		 count);
	return UINT32_MAX;
}

static bool range_fits(const struct acpi_span *entry, size_t at, const char *what, uint32_t first,
		       uint32_t more)
{
	if (more <= UINT32_MAX - first)
		return true;
	acpi_say(entry, ACPI_ERROR, at,
		 "%s ids from 0x%" PRIx32 " on, and 0x%" PRIx32 " more, do not fit in 32 bits",
		 what, first, more);
	return false;
}

/* Where it leads to; false, and said why, if nobody is there who takes ids. */
static bool read_output(const struct maps *maps, const struct acpi_span *entry,
			struct acpi_iort_map *map)
{
	uint32_t to = acpi_u32(entry, 12);
	const struct iort_node *node = node_at(maps->iort, to);

	if (!node) {
		acpi_say(entry, ACPI_ERROR, 12, "mapping leads to no node: none starts at %" PRIu32,
			 to);
		return false;
	}
	map->to_smmu = node->type == NODE_SMMU || node->type == NODE_SMMUV3;
	map->smmu = map->to_smmu ? node->smmu : 0;
	if (map->to_smmu)
		return node->smmu != NO_SMMU; /* a damaged one: said already */
	if (node->type == NODE_ITS_GROUP)
		return true;
	acpi_say(entry, ACPI_WARN, 12, "mapping leads to a node of type %u, which takes no ids",
		 node->type);
	return false;
}

static bool read_input(const struct maps *maps, const struct acpi_span *entry,
		       struct acpi_iort_map *map)
{
	uint32_t more = acpi_u32(entry, 4);

	map->single = acpi_u32(entry, 16) & MAP_SINGLE;
	map->first = acpi_u32(entry, 0);
	map->output = acpi_u32(entry, 8);
	map->count = 1;
	if (map->single && map->from == ACPI_IORT_SMMU) {
		acpi_say(entry, ACPI_WARN, 16, "an SMMU has no single mappings, it is not read");
		return false;
	}
	if (map->single)
		return true;
	if (!range_fits(entry, 0, "input", map->first, more) ||
	    !range_fits(entry, 8, "output", map->output, more))
		return false;
	map->count = more == UINT32_MAX ? more : more + 1;
	for (size_t i = maps->first; i < maps->iort->facts->iort_maps.count; i++) {
		const struct acpi_iort_map *other = &maps->iort->facts->iort_maps.items[i];

		if (other->single || map->first > other->first + (other->count - 1) ||
		    other->first > map->first + (map->count - 1))
			continue;
		acpi_say(entry, ACPI_WARN, 0,
			 "ids from 0x%" PRIx32 " on are mapped twice, first at +%zu", map->first,
			 other->offset);
		break;
	}
	return true;
}

static int visit_map(void *ctx, const struct acpi_span *entry)
{
	struct maps *maps = ctx;
	struct acpi_iort_map map = maps->like;

	map.offset = entry->offset;
	if (maps->index++ == maps->own || !read_output(maps, entry, &map) ||
	    !read_input(maps, entry, &map))
		return 0;
	return acpi_append(entry, 0, &maps->iort->facts->iort_maps, map);
}

static size_t map_length(const struct acpi_span *rest)
{
	(void)rest;
	return MAP_LEN;
}

/* Fills maps->like and ->own: 0 if the node's mappings are to be read. */
static int begin(struct maps *maps, const struct acpi_span *node, uint32_t count, uint32_t at)
{
	struct acpi_iort_map *like = &maps->like;

	maps->own = UINT32_MAX;
	switch (maps->node->type) {
	case NODE_NAMED:
		like->from = ACPI_IORT_NAMED;
		return read_path(node, at, like->path, sizeof(like->path)) ? 0 : ACPI_STOP;
	case NODE_ROOT_COMPLEX:
		like->from = ACPI_IORT_ROOT_COMPLEX;
		like->segment = acpi_u32(node, SEGMENT);
		if (!acpi_span_has(node, ROOT_COMPLEX_LEN, "root complex node"))
			return ACPI_STOP;
		return take_segment(maps->iort, node, like->segment);
	case NODE_SMMUV3:
		maps->own = own_map(node, count);
		/* fall through */
	case NODE_SMMU:
		like->from = ACPI_IORT_SMMU;
		like->from_smmu = maps->node->smmu;
		return maps->node->smmu == NO_SMMU ? ACPI_STOP : 0;
	default:
		return ACPI_STOP;
	}
}

static int read_node_maps(struct maps *maps, const struct acpi_span *node)
{
	static const struct acpi_walk walk = {
		.what = "id mapping",
		.header = MAP_LEN,
		.length = map_length,
		.visit = visit_map,
	};
	uint32_t count = acpi_u32(node, 8), at = acpi_u32(node, 12);
	struct acpi_span list = acpi_span_cut(node, at, node->len);
	int rc;

	if (count == 0)
		return 0;
	if (at < NODE_HEADER) {
		acpi_say(node, ACPI_ERROR, 12, "id mappings at %" PRIu32 " overlap their node", at);
		return 0;
	}
	rc = begin(maps, node, count, at);
	if (rc)
		return rc < 0 ? rc : 0;
	return acpi_walk(&walk, &list, count, maps);
}

int acpi_iort_read_maps(struct iort *iort, const struct acpi_span *table)
{
	int rc = 0;

	for (size_t i = 0; i < iort->nodes.count && rc == 0; i++) {
		const struct iort_node *node = &iort->nodes.items[i];
		struct acpi_span span = acpi_span_cut(table, node->offset, node->len);
		struct maps maps = {
			.iort = iort,
			.node = node,
			.first = iort->facts->iort_maps.count,
		};

		rc = read_node_maps(&maps, &span);
	}
	return rc;
}
