// SPDX-License-Identifier: GPL-2.0-only
/*
 * iort_lookup.c: follows IORT's mappings as Linux does (drivers/acpi/arm64/iort.c:
 * iort_node_map_id, iort_id_map).
 */
#include <string.h>

#include "acpi/iort.h"

/* Whose mappings. */
struct requester {
	enum acpi_iort_from from;
	uint32_t segment;
	size_t smmu;
};

static bool is_of(const struct acpi_iort_map *map, const struct requester *who)
{
	if (map->from != who->from)
		return false;
	return who->from == ACPI_IORT_SMMU ? map->from_smmu == who->smmu
					   : map->segment == who->segment;
}

/*
 * The mapping that `id` takes and what it becomes, or NULL. Some firmware writes the number of ids
 * where their number less 1 belongs: a match of a range's last id is only taken if no other range
 * starts with it.
 */
static const struct acpi_iort_map *translate(const struct acpi_facts *facts,
					     const struct requester *who, uint32_t *id)
{
	const struct acpi_iort_map *at_end = NULL;
	const uint32_t in = *id;

	for (size_t i = 0; i < facts->iort_maps.count; i++) {
		const struct acpi_iort_map *map = &facts->iort_maps.items[i];

		if (!is_of(map, who))
			continue;
		if (map->single) {
			*id = map->output;
			return map;
		}
		if (in < map->first || in - map->first >= map->count ||
		    (at_end && in != map->first))
			continue;
		*id = map->output + (in - map->first);
		if (map->count == 1 || in - map->first != map->count - 1)
			return map;
		at_end = map;
	}
	return at_end;
}

static const struct acpi_iort_map *of_function(const struct acpi_facts *facts, uint32_t segment,
					       uint32_t *id)
{
	return translate(facts, &(struct requester){ACPI_IORT_ROOT_COMPLEX, segment, 0}, id);
}

bool acpi_iort_stream(const struct acpi_facts *facts, uint32_t segment, uint32_t rid,
		      uint32_t *stream, size_t *smmu)
{
	const struct acpi_iort_map *map = of_function(facts, segment, &rid);

	if (!map || !map->to_smmu)
		return false;
	*stream = rid;
	*smmu = map->smmu;
	return true;
}

/* Of a component only the first mapping counts, and it must be single (iort_node_get_id). */
bool acpi_iort_named_stream(const struct acpi_facts *facts, const char *path, uint32_t *stream,
			    size_t *smmu)
{
	char want[sizeof(facts->iort_maps.items->path)];

	if (!acpi_iort_path(want, sizeof(want), path, strlen(path)))
		return false;
	for (size_t i = 0; i < facts->iort_maps.count; i++) {
		const struct acpi_iort_map *map = &facts->iort_maps.items[i];

		if (map->from != ACPI_IORT_NAMED || strcmp(map->path, want) != 0)
			continue;
		*stream = map->output;
		*smmu = map->smmu;
		return map->single && map->to_smmu;
	}
	return false;
}

bool acpi_iort_device_id(const struct acpi_facts *facts, uint32_t segment, uint32_t rid,
			 uint32_t *device_id)
{
	const struct acpi_iort_map *map = of_function(facts, segment, &rid);

	/* A way that visits more SMMUs than there are is a cycle. */
	for (size_t hop = 0; map && map->to_smmu && hop < facts->smmus.count; hop++)
		map = translate(facts, &(struct requester){ACPI_IORT_SMMU, 0, map->smmu}, &rid);
	if (!map || map->to_smmu)
		return false;
	*device_id = rid;
	return true;
}
