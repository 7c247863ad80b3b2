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

/* What it is about: everything is borrowed. */
struct thought_about {
	const struct run_config *config;
	const struct past *past;
	const struct source_snapshot
		*source; /* NULL: none was read since the start; then parts are what was read of several */
	const struct source_snapshot *parts[SOURCES_MAX];
	uint32_t part_count;
	const struct target_snapshot *target;
	bool stale_source; /* an earlier source snapshot: only what needs no word of the source now may go */
	bool no_ledger; /* it cannot be used: nothing may go (I19), and what it said last, if ever, is all that is known */
	bool ledger_old;  /* see ledger_is_old */
	bool first_fill;  /* an earlier round of this cycle began to fill an empty target */
	uint32_t cycle;   /* that thinks */
	uint32_t granted; /* by it, in its earlier rounds */
	int64_t now_s;
};

struct thought {
	bool made;
	uint64_t
		number; /* another one for each that was made: what was begun with one is not gone on with in another */
	bool stale_source;
	bool unread_source; /* only to be applied: what is asked about it would be answered from nothing (thought_is_whole) */
	const struct source_snapshot *parts[SOURCES_MAX];
	struct arena arena;
	struct policy_input policy;
	struct plan_input plan_input;
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
	struct guard_past guard_past;
	struct timeline timeline;
	struct explain_input explain;
	uint32_t duration_ms;
};

MUST_USE int thought_make(struct thought *t, const struct thought_about *about, struct err *err);
void thought_drop(struct thought *t);
bool thought_is_whole(const struct thought *t); /* made, and of a source that was read: it may be shown and asked */

/* Does the target show writes of ours that the ledger does not know, as after yesterday's ledger was copied back (95)? Asked of the
 * first target read of a cycle. unlearnt: writes were made since a cycle last closed whole, so that newer entries prove nothing.
 * ERR_NOMEM: not known. */
MUST_USE int ledger_is_old(const struct past *past, const struct target_snapshot *target, bool unlearnt, bool *ret);
uint64_t target_generation(const struct target_snapshot *target); /* as cn=sync says; 0: none */

#endif
