/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_turn.c - the long steps of a cycle (sealing a read, thinking, remembering) have a turn of the loop each, so that a client waits
 * for one of them and not for all. A step is due or it is not: what ends or fails the cycle meanwhile drops it.
 */
#include "control/priority.h"
#include "run/cycle_parts.h"

static void take_turn(struct run *run)
{
	void (*step)(struct run *) = run->turn.step;
	cycle_drop_next(run);
	step(run);
}

static int on_turn(sd_event_source *source, void *ctx)
{
	(void)source;
	take_turn(ctx);
	return 0;
}

void cycle_next(struct run *run, void (*step)(struct run *run))
{
	struct turn *turn = &run->turn;
	turn->step = step;
	if (turn->source != NULL)
		return;
	if (sd_event_add_defer(run->loop, &turn->source, on_turn, run) < 0 ||
	    sd_event_source_set_priority(turn->source, PRIORITY_HELPER) < 0)
		take_turn(run); /* without memory for it: at once */
}

void cycle_drop_next(struct run *run)
{
	run->turn.source = sd_event_source_disable_unref(run->turn.source);
	run->turn.step = NULL;
}
