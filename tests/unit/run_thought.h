/* SPDX-License-Identifier: EUPL-1.2 */
/* run_thought.h - a thought over a world of core_world.h, as run/thought.c would make it. */
#ifndef DUAAL_TESTS_RUN_THOUGHT_H
#define DUAAL_TESTS_RUN_THOUGHT_H

#include "core_world.h"
#include "run/thought.h"

/* Thinks first. Borrows everything from the world; nothing to free. */
static inline struct thought thought_of(struct world *w)
{
	world_think(w);
	return (struct thought){.made = true,
				.policy = w->policy_input,
				.plan_input = w->plan_input,
				.desired = w->desired,
				.plan = w->plan,
				.verdict = w->verdict};
}

#endif
