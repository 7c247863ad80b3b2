/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_rules.c - see hold.h: which rules people end, which of them stay until they do, and which keep the baselines where they are. */
#include "core/hold.h"

bool rule_is_sticky(enum reason rule)
{
	switch (rule) {
	case R_RULE_COUNT:
	case R_RULE_INSTITUTION_COUNT:
	case R_RULE_GROUP_EMPTIED:
	case R_RULE_GROUP_HALVED:
	case R_RULE_INSTITUTION_LOST:
	case R_RULE_SHRUNKEN:
	case R_RULE_SCOPE:
	case R_RULE_GRANTS:
	case R_RULE_DATES:
	case R_RULE_LEDGER_OLD: return true;
	default: return false;
	}
}

bool rule_is_decided(enum reason rule)
{
	switch (rule) {
	case R_RULE_FIRST_FILL:
	case R_RULE_DOUBTFUL:
	case R_RULE_AMBIGUOUS:
	case R_RULE_ADOPTED:
	case R_RULE_BY_HAND:
	case R_RULE_DIRECTIVE: return true;
	default: return rule_is_sticky(rule);
	}
}

/* Whoever rejects what a shrunken source would do keeps the larger one as the measure. */
static bool is_braked(const struct change *change, const struct past *past)
{
	const struct past_hold *hold = change->rule == R_RULE_REJECTED ? past_hold(past, change->hold) : NULL;
	if (change->verdict != VERDICT_HOLD)
		return false;
	return rule_is_sticky((enum reason)change->rule) || change->rule == R_RULE_SOURCE_WENT_BACK ||
	       change->rule == R_RULE_FIRST_FILL || change->rule == R_RULE_SOURCE_UNREAD ||
	       (hold != NULL && hold->rule == R_RULE_SHRUNKEN);
}

bool plan_is_released(const struct plan *plan, const struct past *past)
{
	for (uint32_t i = 0; i < plan->change_count; i++)
		if (is_braked(&plan->changes[i], past))
			return false;
	return true;
}
