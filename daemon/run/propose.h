/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * propose.h - what another policy would do with what is known now: one more thought beside the one in force, made, shown and dropped
 * within one event of the loop. Nothing else moves: no state, no fact, no record, no number of a hold.
 */
#ifndef DUAAL_RUN_PROPOSE_H
#define DUAAL_RUN_PROPOSE_H

#include "run/run.h"

/* For control_host: see there. */
MUST_USE int propose(struct run *run, const struct proposal_asked *asked,
		     void (*tell)(void *ctx, const struct proposal_told *told), void *ctx, struct err *err);

#endif
