/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_count.c - the rules of number: role groups that are emptied or halved, and removals counted over the window.
 *
 * Counted are explicit removals and proven absences. Removals by date and by override pass these rules, but a group
 * loses its members by them too. Values added by hand and taken out again are no loss to a group; they only count in all.
 */
#include "core/guard_parts.h"

/* ---- role groups ---------------------------------------------------------------------------------- */

/* What would happen to one role group. */
struct losses {
	uint32_t going;   /* members that would leave */
	uint32_t by_hand; /* values that never were members of ours, to be taken out */
};

/* The rule that a role group losing this many breaks, or R_RULE_NONE. */
static enum reason judge_group(const struct court *court, uint32_t target, const struct losses *losses,
			       struct finding *finding)
{
	const struct target_group *group = &court->in->target->groups[target];
	uint32_t gone = window_at_group(court, group->number, group->role);
	uint32_t members = group->member_count - losses->by_hand;
	uint64_t before = (uint64_t)members + gone, lost = (uint64_t)losses->going + gone;
	*finding = (struct finding){R_RULE_NONE, group->number, group->role, (uint32_t)lost, 0};
	if (before < 2)
		return R_RULE_NONE;
	finding->allowed = (uint32_t)(before * court->set->halved_percent / 100);
	if (losses->going == members)
		finding->rule = R_RULE_GROUP_EMPTIED;
	else if (lost * 100 > before * court->set->halved_percent)
		finding->rule = R_RULE_GROUP_HALVED;
	if (finding->rule == R_RULE_GROUP_EMPTIED && finding->allowed >= before)
		finding->allowed = (uint32_t)before - 1;
	return finding->rule;
}

/* What somebody rejected stays; what waits for a word, or has one, is what the group is about to lose. */
static bool leaves(const struct court *court, const struct change *change)
{
	enum hold_say word = hold_word(court->past, change, court->now_s);
	bool settled = change->verdict == VERDICT_GO || rule_is_decided((enum reason)change->rule);
	if (word == WORD_REJECTED || change->cause == R_CAUSE_DRIFT)
		return false;
	return change_is_counted(change) || (word == WORD_APPROVED && settled) ||
	       (change->verdict == VERDICT_GO && (change_is_by_date(change) || change_is_exclude(change)));
}

static uint32_t count_losses(const struct court *court, uint32_t from, uint32_t end, struct losses *ret)
{
	const struct change *changes = court->plan->changes;
	uint32_t to = from;
	*ret = (struct losses){0};
	for (; to < end && changes[to].target == changes[from].target; to++) {
		ret->going += leaves(court, &changes[to]);
		ret->by_hand += changes[to].cause == R_CAUSE_DRIFT;
	}
	return to;
}

int judge_groups(struct court *court, uint32_t first, uint32_t end)
{
	struct change *changes = court->plan->changes;
	struct finding worst = {.rule = R_RULE_NONE}, finding;
	struct losses losses;
	for (uint32_t from = first, to; from < end; from = to) {
		to = count_losses(court, from, end, &losses);
		if (losses.going == 0 || judge_group(court, changes[from].target, &losses, &finding) == R_RULE_NONE)
			continue;
		if (worst.rule == R_RULE_NONE || finding.rule < worst.rule)
			worst = finding;
	}
	for (uint32_t i = first; worst.rule != R_RULE_NONE && i < end; i++)
		if (change_is_counted(&changes[i]) && court_hold(court, &changes[i], &worst) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- counts --------------------------------------------------------------------------------------- */

struct tally {
	uint32_t total;       /* removals in the window so far, planned ones included */
	uint32_t institution; /* the same for the institution at hand, approved ones included */
	uint32_t number;
};

/* Those that somebody approved and that will have gone when the next ones are looked at. */
static uint32_t approved_at(const struct court *court, uint32_t first)
{
	const struct change *changes = court->plan->changes;
	uint32_t sum = 0;
	for (uint32_t i = first; i < court->plan->by_phase[PHASE_REVOKE] && changes[i].number == changes[first].number;
	     i++)
		sum += changes[i].cause != R_CAUSE_DRIFT &&
		       hold_word(court->past, &changes[i], court->now_s) == WORD_APPROVED;
	return sum;
}

static void turn_to(const struct court *court, struct tally *tally, uint32_t change)
{
	uint32_t number = court->plan->changes[change].number;
	if (tally->number == number)
		return;
	tally->number = number;
	tally->institution = window_at_institution(court, number) + approved_at(court, change);
}

static int hold_excess(struct court *court, const struct tally *tally, struct change *change)
{
	const struct finding finding = {R_RULE_COUNT, 0, ROLE_ALL, tally->total, court->set->removals};
	return tally->total > court->set->removals ? court_hold(court, change, &finding) : 0;
}

/* Those that pass by themselves: the first few of each institution, and what was added by hand; up to so many in all. */
static int judge_few(struct court *court, struct tally *tally, struct change *change)
{
	if (change->cause != R_CAUSE_DRIFT && tally->institution++ >= court->set->institution_removals)
		return 0;
	tally->total++;
	return hold_excess(court, tally, change);
}

static uint32_t allowance(const struct court *court)
{
	uint64_t share = (uint64_t)court->past->released_members * court->set->removals_percent / 100;
	return share < court->set->removals ? (uint32_t)share : court->set->removals;
}

/* Those beyond: as long as all removals of the window stay within the share of the released state. */
static int judge_rest(struct court *court, struct tally *tally, struct change *change)
{
	if (change->cause == R_CAUSE_DRIFT || tally->institution++ < court->set->institution_removals)
		return 0;
	struct finding finding = {R_RULE_INSTITUTION_COUNT, change->number, ROLE_ALL, tally->institution,
				  court->set->institution_removals};
	return ++tally->total > allowance(court) ? court_hold(court, change, &finding) : 0;
}

/* Not what a hold on record keeps or lets go: neither uses up what others may. */
static bool is_tallied(const struct court *court, const struct change *change)
{
	bool drifted = change->cause == R_CAUSE_DRIFT && change->rule != R_RULE_APPROVED &&
		       (change->verdict == VERDICT_GO || change->rule == R_RULE_COUNT);
	return (change_is_counted(change) || drifted) && !change_waits(court->past, change, court->now_s) &&
	       hold_word(court->past, change, court->now_s) != WORD_APPROVED;
}

static int judge_each(struct court *court, struct tally *tally,
		      int (*judge)(struct court *, struct tally *, struct change *))
{
	struct change *changes = court->plan->changes;
	tally->number = 0;
	for (uint32_t i = 0; i < court->plan->by_phase[PHASE_REVOKE]; i++) {
		turn_to(court, tally, i);
		if (is_tallied(court, &changes[i]) && judge(court, tally, &changes[i]) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* Overrides name each person, and still so many at once may be one mistake. */
static int judge_excludes(struct court *court)
{
	struct tally tally = {.total = court->recent_excludes};
	for (uint32_t i = 0; i < court->plan->by_phase[PHASE_REVOKE]; i++) {
		struct change *change = &court->plan->changes[i];
		if (!change_is_exclude(change) || change->verdict != VERDICT_GO ||
		    change_waits(court->past, change, court->now_s) ||
		    hold_word(court->past, change, court->now_s) == WORD_APPROVED)
			continue;
		tally.total++;
		if (hold_excess(court, &tally, change) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* Removals stand in one order, so which of them are the excess is always the same. */
int judge_counts(struct court *court)
{
	struct tally tally = {.total = court->recent_total};
	if (judge_each(court, &tally, judge_few) < 0 || judge_each(court, &tally, judge_rest) < 0)
		return ERR_NOMEM;
	return judge_excludes(court);
}

/* ---- people's entries ----------------------------------------------------------------------------- */

/* Their access went long ago and through every rule; so many entries at once are a clock or a setting that is wrong. All of them
 * wait then: a part would go in each round. */
int judge_idle(struct court *court)
{
	struct finding finding = {R_RULE_COUNT, 0, ROLE_ALL, 0, court->set->removals};
	const struct change *changes = court->plan->changes;
	for (uint32_t i = 0; i < court->plan->change_count; i++)
		finding.seen += changes[i].kind == CHANGE_PERSON_DELETE && changes[i].verdict == VERDICT_GO;
	for (uint32_t i = 0; finding.seen > finding.allowed && i < court->plan->change_count; i++)
		if (changes[i].kind == CHANGE_PERSON_DELETE &&
		    court_hold(court, &court->plan->changes[i], &finding) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- flat groups ---------------------------------------------------------------------------------- */

/* They are not counted: what they follow is. But what no role group of this plan says, a hand edit said, or one that we did not see: so
 * many of those at once wait. */
int judge_flat(struct court *court)
{
	const struct plan *plan = court->plan;
	struct finding finding = {R_RULE_COUNT, 0, ROLE_ALL, 0, plan->removals + court->set->removals};
	for (uint32_t i = 0; i < plan->by_phase[PHASE_REVOKE]; i++)
		finding.seen += plan->changes[i].cause == R_CAUSE_FOLLOWS && plan->changes[i].verdict == VERDICT_GO;
	for (uint32_t i = 0; finding.seen > finding.allowed && i < plan->by_phase[PHASE_REVOKE]; i++)
		if (plan->changes[i].cause == R_CAUSE_FOLLOWS &&
		    court_hold(court, &court->plan->changes[i], &finding) < 0)
			return ERR_NOMEM;
	return 0;
}
