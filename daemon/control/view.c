/* SPDX-License-Identifier: EUPL-1.2 */
/* view.c - see view.h: words for states and phases, and the rule that the whole is never greener than its worst part. */
#include "control/view.h"

enum part_state view_worst(const struct view *view)
{
	enum part_state worst = PART_OK;
	for (uint32_t i = 0; i < view->part_count; i++)
		if (view->parts[i].state > worst)
			worst = view->parts[i].state;
	return worst;
}

const char *part_state_name(enum part_state state)
{
	switch (state) {
	case PART_OK: return "ok";
	case PART_NOTICE: return "notice";
	case PART_WARNING: return "warning";
	case PART_CRITICAL: return "critical";
	}
	return "critical";
}

const char *run_phase_name(enum run_phase phase)
{
	static const char *const names[] = {
		[RUN_IDLE] = "idle",         [RUN_STARTING] = "starting", [RUN_READING] = "reading",
		[RUN_ASKING] = "asking",     [RUN_THINKING] = "thinking", [RUN_RECORDING] = "recording",
		[RUN_APPLYING] = "applying", [RUN_STOPPING] = "stopping",
	};
	return names[phase];
}
