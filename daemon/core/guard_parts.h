/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_parts.h - the working set of guard_judge; seen by daemon/core only.
 *
 * Two sorts of rules. Rules of state look at one change or at the whole run; what they hold does not use up any allowance. Rules of
 * number count every other change, also those that another rule of number holds: so one more can only make a verdict harder,
 * never softer. What waits in a hold on record is not counted again, except where a group would lose it.
 *
 *   guard.c         the order of the rules, the verdict
 *   guard_hand.c    state: freezes and pauses, hand edits and the grace of one, what was adopted, directives that vanished
 *   guard_state.c   state: source not read, went back, first fill, ledger old, scope changed, doubtful, ambiguous, institution lost, shrunken
 *   guard_dates.c   state: end dates moved
 *   guard_window.c  removals of the rolling window, which rules of number count with
 *   guard_count.c   number: role groups emptied or halved, an institution's, all; flat groups and people's idle entries follow
 *   guard_grants.c  number: grants
 */
#ifndef DUAAL_CORE_GUARD_PARTS_H
#define DUAAL_CORE_GUARD_PARTS_H

#include "core/guard.h"
#include "core/hold_parts.h"

struct court {
	struct plan *plan;
	const struct plan_input *in;
	const struct guard_settings *set;
	const struct guard_past *about; /* what the source did */
	const struct past *past;
	int64_t now_s;
	struct arena scratch;
	uint64_t *recent; /* one a past removal of the window that its group feels, see guard_window.c; ascending */
	uint32_t recent_count;
	uint32_t recent_total;    /* removals of the window that count for the total */
	uint32_t recent_excludes; /* and those that overrides named */
	bool first_fill;
	struct guard_hold *holds; /* grows on the heap */
	size_t hold_count, hold_capacity;
};

#define ROLE_ALL UINT8_MAX /* of a finding: not about one role */

/* What one rule saw, for the list of holds. seen 0: as many as it holds. */
struct finding {
	enum reason rule;
	uint32_t number;
	uint8_t role;
	uint32_t seen, allowed;
};

/* Holds a change unless something holds it already or somebody let it go, and counts it for the finding. ERR_NOMEM. */
MUST_USE int court_hold(struct court *court, struct change *change, const struct finding *finding);
/* Calls judge for the removals of each institution: changes[first..end). */
MUST_USE int court_each_institution(struct court *court, int (*judge)(struct court *, uint32_t first, uint32_t end));

bool change_is_removal(const struct change *change);
bool change_is_by_date(const struct change *change); /* a removal that was announced */
bool change_is_counted(const struct change *change); /* a removal that no rule of state lets pass or holds */

/* ---- guard_state.c --------------------------------------------------------------------------------- */

MUST_USE int judge_run(struct court *court);     /* unread, went back, first fill */
MUST_USE int judge_covered(struct court *court); /* ledger old, scope changed */
MUST_USE int judge_doubtful(struct court *court, uint32_t first, uint32_t end);
MUST_USE int judge_lost(struct court *court, uint32_t first, uint32_t end);
MUST_USE int judge_shrunken(struct court *court);

/* ---- guard_hand.c ---------------------------------------------------------------------------------- */

MUST_USE int judge_frozen(struct court *court);
MUST_USE int judge_hand(struct court *court);

/* ---- guard_dates.c, guard_count.c, guard_grants.c -------------------------------------------------- */

MUST_USE int judge_dates(struct court *court);
MUST_USE int judge_groups(struct court *court, uint32_t first, uint32_t end);
MUST_USE int judge_counts(struct court *court);
MUST_USE int judge_flat(struct court *court); /* what flat groups follow with */
MUST_USE int judge_idle(struct court *court); /* people's entries that go */
MUST_USE int judge_grants(struct court *court);

/* ---- guard_window.c -------------------------------------------------------------------------------- */

MUST_USE int window_read(struct court *court);
/* Removals in the window that the role group felt. */
uint32_t window_at_group(const struct court *court, uint32_t number, uint8_t role);
/* Those that count for the institution: without what overrides named and what ended by date. */
uint32_t window_at_institution(const struct court *court, uint32_t number);

#endif
