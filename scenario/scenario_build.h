/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scenario_build.h: a scenario in the making. Private to scenario/.
 */
#ifndef P2MLAB_SCENARIO_BUILD_H
#define P2MLAB_SCENARIO_BUILD_H

#include "platform/build.h"
#include "scenario/scenario.h"
#include "scenario/scenario_schema.h"

#define SCENARIO_MAX_STEPS 4096

struct scenario_builder {
	struct schema_ctx ctx;
	struct scenario *sc;
	struct raw_scenario raw;
	struct platform_builder *plat;
	bool named; /* the platform was read: a name it does not have is a mistake */
};

/* step.c: raw.steps to sc->script. */
void scenario_take_steps(struct scenario_builder *sb);
/* expect.c: raw.expect to sc->expects. The matrix must be there. */
void scenario_take_expects(struct scenario_builder *sb);
/* matrix.c: raw.matrix to the lists of sc. */
void scenario_take_matrix(struct scenario_builder *sb);

/*
 * place.c: the address that a scalar means. False: reported, or not known because the platform is
 * not.
 */
bool place_address(const struct scenario_builder *sb, const struct node *node, uint64_t *addr);
/* The same for a frame: a number is one, a name's address lies in one. */
bool place_frame(const struct scenario_builder *sb, const struct node *node, uint64_t *frame);
/* The device of that name, at the key's node. NULL likewise. */
const struct device *place_device(const struct scenario_builder *sb, const struct node *node);
/* Reports a range that leaves the physical address space. */
bool place_fits(const struct scenario_builder *sb, const struct node *node, uint64_t addr,
		uint64_t bytes);

#endif
