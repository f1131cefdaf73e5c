/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.h: one scenario step, carried out on Dom0.
 */
#ifndef P2MLAB_REPLAY_H
#define P2MLAB_REPLAY_H

#include "sim/dom0_model.h"
#include "sim/world.h"

struct replay {
	struct dom0 *dom0;
	int booted; /* last phase that ran, -1: none */
	bool panicked;
	enum boot_phase panic_phase;
};

/* Does the step and says what it came to. Steps after a panic are not carried out. */
void replay_step(struct replay *r, const struct step *st, struct step_result *out);

#endif
