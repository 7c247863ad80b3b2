/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_hand.c - rules about what people did by hand, or decided: freezes, drift, directives that vanished.
 *
 * A freeze lets through what was announced to end and what an override names; a pause lets nothing through. What somebody put
 * right with "drift undo" goes at once, unless the whole run is held. Where no source was read since the start a freeze also keeps what was
 * announced: it may have kept somebody whom the last read did not show, and whose date on record is therefore an old one.
 */
#include "core/guard_parts.h"

/* ---- freezes -------------------------------------------------------------------------------------- */

bool freeze_holds(const struct past_freeze *freeze, const struct change *change, bool unread)
{
	bool passes = change_is_by_date(change) && !unread;
	return freeze->pause || (!passes && !change_is_exclude(change));
}

/* R_RULE_NONE, or what stops this change; number: 0 where it stops everything. */
static enum reason frozen_by(const struct court *court, const struct change *change, uint32_t *number)
{
	const struct past_freeze *freeze = past_frozen(court->past, change->number, court->now_s);
	if (freeze == NULL || !freeze_holds(freeze, change, court->in->source_unread))
		return R_RULE_NONE;
	*number = freeze->pause ? 0 : freeze->number;
	return freeze->pause ? R_RULE_PAUSED : R_RULE_FROZEN;
}

int judge_frozen(struct court *court)
{
	for (uint32_t i = 0; court->past->freeze_count > 0 && i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		uint32_t number = 0;
		enum reason rule = frozen_by(court, change, &number);
		const struct finding finding = {rule, number, ROLE_ALL, 0, 0};
		if (rule != R_RULE_NONE && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- what was changed by hand --------------------------------------------------------------------- */

static bool is_held_mode(const struct court *court)
{
	return court->in->drift->mode == DRIFT_HOLD;
}

/* A value added by hand, to be taken out again. */
static enum reason judge_added(const struct court *court, const struct change *change)
{
	if (is_held_mode(court))
		return R_RULE_BY_HAND;
	return change->in_grace ? R_RULE_GRACE : R_RULE_NONE;
}

static bool lost_its_directive(const struct change *change)
{
	return change->reason == R_DIRECTIVE_VANISHED ||
	       (change->cause == R_CAUSE_DOUBTFUL && change->reason == R_NO_REQUEST);
}

static enum reason hand_rule(const struct court *court, const struct change *change)
{
	if (change->reason == R_DRIFT_ADOPTED)
		return R_RULE_ADOPTED;
	if (change_is_removal(change) && change->cause == R_CAUSE_DRIFT)
		return judge_added(court, change);
	if (change->reason == R_DRIFT_REMOVED || change->reason == R_DRIFT_ENTRY_GONE)
		return R_RULE_BY_HAND;
	if (change->reason == R_DRIFT_ATTRIBUTE)
		return is_held_mode(court) ? R_RULE_BY_HAND : R_RULE_NONE;
	return lost_its_directive(change) ? R_RULE_DIRECTIVE : R_RULE_NONE;
}

/* First contact is one decision about everything that was found. */
static uint32_t number_of(enum reason rule, const struct change *change)
{
	return rule == R_RULE_ADOPTED ? 0 : change->number;
}

int judge_hand(struct court *court)
{
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		enum reason rule = hand_rule(court, change);
		const struct finding finding = {rule, number_of(rule, change), ROLE_ALL, 0, 0};
		if (change->drift_decision == DRIFT_UNDO && change->verdict == VERDICT_GO)
			change->rule = R_RULE_APPROVED;
		else if (rule != R_RULE_NONE && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
