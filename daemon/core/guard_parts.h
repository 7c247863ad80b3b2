/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_parts.h - the working set of guard_judge; seen by daemon/core only.
 *
 * Two sorts of rules. Rules of state look at one removal or at the whole run (went back, first fill, shrunken,
 * doubtful, institution lost); what they hold does not use up any allowance. Rules of number (groups, counts) count
 * every other removal, also those that another rule of number holds: so one removal more can only make a verdict
 * harder, never softer.
 */
#ifndef DUAAL_CORE_GUARD_PARTS_H
#define DUAAL_CORE_GUARD_PARTS_H

#include "core/guard.h"

struct court {
	struct plan *plan;
	const struct plan_input *in;
	const struct guard_settings *set;
	const struct past *past;
	struct arena scratch;
	uint32_t *recent; /* number << 8 | role of each past removal in the window, ascending */
	uint32_t recent_count;
	struct guard_hold *holds; /* grows on the heap */
	size_t hold_count, hold_capacity;
};

/* What one rule saw, for the list of holds. */
struct finding {
	enum reason rule;
	uint32_t number;
	uint8_t role;
	uint32_t seen, allowed;
};

/* Holds a change unless something holds it already, and counts it for the finding. ERR_NOMEM. */
MUST_USE int court_hold(struct court *court, struct change *change, const struct finding *finding);

bool change_is_counted(const struct change *change); /* a removal that no rule of state lets pass or holds */

#define ROLE_ALL UINT8_MAX /* of a finding: not about one role */

/* Rules of number over the removals of one institution: changes[first..end). */
MUST_USE int judge_groups(struct court *court, uint32_t first, uint32_t end);
/* Rules of number over all removals. */
MUST_USE int judge_counts(struct court *court);

#endif
