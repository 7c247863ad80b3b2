/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_grants.c - more grants in one cycle than pass by themselves.
 *
 * Not counted: those whose begin day came, as long announced (1 September), those that somebody approved, and a first fill
 * that may go. What waits in a hold is not counted again, so new grants never wait for a decision about others.
 */
#include "core/guard_parts.h"
#include "core/judge.h"

#define BEGAN_DAYS 7 /* so long after the day a grant is one of that day */

static bool is_by_date(const struct plan_input *in, const struct change *change)
{
	const struct policy_input *policy = in->policy;
	const int64_t notice_s = policy->settings->scheduled_notice_s;
	int32_t begin, end, today = zone_day_of(policy->zone, policy->now_s);
	(void)policy_judge_person(policy, change->person, &begin, &end);
	struct seen_entry row;
	const struct seen_entry *seen =
		past_seen(policy->past, &policy->source->people[change->person].entry->uuid, &row);
	return begin != DAY_NONE && begin <= today && begin > today - BEGAN_DAYS && seen != NULL &&
	       seen->begin_day == begin && seen->begin_since_s <= policy->now_s - notice_s;
}

bool change_is_granted(const struct change *change)
{
	return change->kind == CHANGE_MEMBER_ADD && change->number != NUMBER_EVERYWHERE &&
	       change->rule != R_RULE_APPROVED && !change->by_date;
}

static uint32_t allowed_grants(const struct court *court)
{
	uint64_t share = (uint64_t)court->past->released_members * court->set->grants_percent / 100;
	return share > court->set->grants ? (uint32_t)share : court->set->grants;
}

/* Grants stand in one order, so which of them are the excess is always the same. */
int judge_grants(struct court *court)
{
	struct finding finding = {R_RULE_GRANTS, 0, ROLE_ALL, court->about->granted, allowed_grants(court)};
	if (court->first_fill && court->set->first_fill_go)
		return 0;
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		enum hold_say word = hold_word(court->past, change, court->now_s);
		change->by_date = change->kind == CHANGE_MEMBER_ADD && is_by_date(court->in, change);
		if (change->verdict != VERDICT_GO || word == WORD_APPROVED ||
		    change_waits(court->past, change, court->now_s) || !change_is_granted(change))
			continue;
		if (++finding.seen > finding.allowed && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
