/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard_count.c - the rules of number: role groups that are emptied or halved, and removals counted over the window.
 *
 * Counted are explicit removals and proven absences. Removals by date pass these rules, but a group
 * loses its members by them too.
 */
#include "core/guard_parts.h"

/* Removals of this number (role ROLE_ALL: all roles) in the window. */
static uint32_t recent_at(const struct court *court, uint32_t number, uint8_t role)
{
	uint32_t low = 0, high = court->recent_count, key = number << 8 | (role == ROLE_ALL ? 0 : role), sum = 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (court->recent[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < court->recent_count && court->recent[low] >> 8 == number; low++) {
		if (role != ROLE_ALL && court->recent[low] != key)
			break;
		sum++;
	}
	return sum;
}

/* ---- role groups ---------------------------------------------------------------------------------- */

/* The rule that a role group losing this many breaks, or R_RULE_NONE. */
static enum reason judge_group(const struct court *court, uint32_t target, uint32_t going, struct finding *finding)
{
	const struct target_group *group = &court->in->target->groups[target];
	uint32_t gone = recent_at(court, group->number, group->role);
	uint64_t before = (uint64_t)group->member_count + gone, lost = (uint64_t)going + gone;
	*finding = (struct finding){R_RULE_NONE, group->number, group->role, (uint32_t)lost, 0};
	if (before < 2)
		return R_RULE_NONE;
	finding->allowed = (uint32_t)(before * court->set->halved_percent / 100);
	if (going == group->member_count)
		finding->rule = R_RULE_GROUP_EMPTIED;
	else if (lost * 100 > before * court->set->halved_percent)
		finding->rule = R_RULE_GROUP_HALVED;
	if (finding->rule == R_RULE_GROUP_EMPTIED && finding->allowed >= before)
		finding->allowed = (uint32_t)before - 1;
	return finding->rule;
}

static bool leaves(const struct change *change)
{
	return change_is_counted(change) || (change->verdict == VERDICT_GO && change->cause == R_CAUSE_SCHEDULED);
}

int judge_groups(struct court *court, uint32_t first, uint32_t end)
{
	struct change *changes = court->plan->changes;
	struct finding worst = {.rule = R_RULE_NONE}, finding;
	for (uint32_t from = first, to; from < end; from = to) {
		uint32_t going = 0;
		for (to = from; to < end && changes[to].target == changes[from].target; to++)
			going += leaves(&changes[to]);
		if (going == 0 || judge_group(court, changes[from].target, going, &finding) == R_RULE_NONE)
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
	uint32_t institution; /* the same for the institution at hand */
	uint32_t number;
};

static void turn_to(const struct court *court, struct tally *tally, uint32_t number)
{
	if (tally->number == number)
		return;
	tally->number = number;
	tally->institution = recent_at(court, number, ROLE_ALL);
}

/* Those that pass by themselves: the first few of each institution, up to so many in all. */
static int judge_few(struct court *court, struct tally *tally, struct change *change)
{
	if (tally->institution++ >= court->set->institution_removals)
		return 0;
	struct finding finding = {R_RULE_COUNT, change->number, ROLE_ALL, ++tally->total, court->set->removals};
	return tally->total > court->set->removals ? court_hold(court, change, &finding) : 0;
}

static uint32_t allowance(const struct court *court)
{
	uint64_t share = (uint64_t)court->past->released_members * court->set->removals_percent / 100;
	return share < court->set->removals ? (uint32_t)share : court->set->removals;
}

/* Those beyond: as long as all removals of the window stay within the share of the released state. */
static int judge_rest(struct court *court, struct tally *tally, struct change *change)
{
	if (tally->institution++ < court->set->institution_removals)
		return 0;
	struct finding finding = {R_RULE_INSTITUTION_COUNT, change->number, ROLE_ALL, tally->institution,
				  court->set->institution_removals};
	return ++tally->total > allowance(court) ? court_hold(court, change, &finding) : 0;
}

static int judge_each(struct court *court, struct tally *tally,
		      int (*judge)(struct court *, struct tally *, struct change *))
{
	struct change *changes = court->plan->changes;
	tally->number = 0;
	for (uint32_t i = 0; i < court->plan->by_phase[PHASE_REVOKE]; i++) {
		if (!change_is_counted(&changes[i]))
			continue;
		turn_to(court, tally, changes[i].number);
		if (judge(court, tally, &changes[i]) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* Removals stand in one order, so which of them are the excess is always the same. */
int judge_counts(struct court *court)
{
	struct tally tally = {.total = court->recent_count};
	if (judge_each(court, &tally, judge_few) < 0)
		return ERR_NOMEM;
	return judge_each(court, &tally, judge_rest);
}
