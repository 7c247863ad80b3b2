/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * thought.h - one run of the whole line in memory: policy, plan, guard. Built whole at every wake-up, dropped whole.
 *
 * Borrows the snapshots, the past and the settings; drop it before any of them changes or goes.
 */
#ifndef DUAAL_RUN_THOUGHT_H
#define DUAAL_RUN_THOUGHT_H

#include "core/explain.h"
#include "core/timeline.h"
#include "run/run.h"

struct thought {
	bool made;
	bool stale_source; /* made with an earlier source snapshot: only scheduled removals may go */
	struct arena arena;
	struct policy_input policy;
	struct plan_input plan_input;
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
	struct timeline timeline;
	struct explain_input explain;
	uint32_t duration_ms;
};

MUST_USE int thought_make(struct thought *t, const struct run_config *config, const struct past *past,
			  const struct source_snapshot *source, bool stale_source, const struct target_snapshot *target,
			  int64_t now_s, struct err *err);
void thought_drop(struct thought *t);

#endif
