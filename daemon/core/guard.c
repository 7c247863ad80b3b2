/* SPDX-License-Identifier: EUPL-1.2 */
/* guard.c - see guard.h and guard_parts.h: what may be touched at all, the order of the rules, and the verdict. */
#include "core/guard.h"

#include <stdlib.h>

#include "base/vec.h"
#include "core/guard_parts.h"

bool change_is_removal(const struct change *change)
{
	return change->kind == CHANGE_MEMBER_REMOVE;
}

bool change_is_by_date(const struct change *change)
{
	return change_is_removal(change) && change->cause == R_CAUSE_SCHEDULED;
}

static bool is_rule_of_number(uint16_t rule)
{
	return rule == R_RULE_GROUP_EMPTIED || rule == R_RULE_GROUP_HALVED || rule == R_RULE_INSTITUTION_COUNT ||
	       rule == R_RULE_COUNT;
}

bool change_is_counted(const struct change *change)
{
	return change_is_removal(change) && (change->cause == R_CAUSE_EXPLICIT || change->cause == R_CAUSE_ABSENT) &&
	       !change_is_exclude(change) &&
	       (change->verdict == VERDICT_GO || (change->verdict == VERDICT_HOLD && is_rule_of_number(change->rule)));
}

uint8_t change_removal_sort(const struct change *change)
{
	if (!change_is_removal(change) || change->cause == R_CAUSE_FOLLOWS)
		return 0;
	if (change_is_by_date(change))
		return REMOVAL_BY_DATE;
	if (change->cause == R_CAUSE_DRIFT)
		return change->rule == R_RULE_APPROVED ? 0 : REMOVAL_DRIFT;
	if (change->rule == R_RULE_APPROVED)
		return REMOVAL_APPROVED;
	return change_is_exclude(change) ? REMOVAL_EXCLUDED : REMOVAL_ORDINARY;
}

/* ---- holding -------------------------------------------------------------------------------------- */

int court_hold(struct court *court, struct change *change, const struct finding *finding)
{
	if (change->verdict != VERDICT_GO || change->rule == R_RULE_APPROVED)
		return 0;
	change->verdict = VERDICT_HOLD;
	change->rule = (uint16_t)finding->rule;
	struct guard_hold *last = court->hold_count > 0 ? &court->holds[court->hold_count - 1] : NULL;
	if (last != NULL && last->rule == finding->rule && last->number == finding->number) {
		last->changes++;
		last->seen = finding->seen;
		return 0;
	}
	if (vec_reserve(&court->holds, &court->hold_capacity, court->hold_count + 1, sizeof(*court->holds)) < 0)
		return ERR_NOMEM;
	court->holds[court->hold_count++] = (struct guard_hold){.rule = (uint16_t)finding->rule,
								.number = finding->number,
								.role = finding->role,
								.changes = 1,
								.seen = finding->seen,
								.allowed = finding->allowed};
	return 0;
}

int court_each_institution(struct court *court, int (*judge)(struct court *, uint32_t first, uint32_t end))
{
	const struct change *changes = court->plan->changes;
	for (uint32_t first = 0, end; first < court->plan->by_phase[PHASE_REVOKE]; first = end) {
		for (end = first;
		     end < court->plan->by_phase[PHASE_REVOKE] && changes[end].number == changes[first].number; end++)
			;
		if (judge(court, first, end) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- what a plan may never hold ------------------------------------------------------------------- */

static enum reason why_untouchable(bool is_protected, bool is_ours)
{
	return is_protected ? R_PROTECTED : is_ours ? R_NONE : R_FOREIGN_ENTRY;
}

/* plan_build makes no such change; the guard does not take its word for it (I5, I6). R_NONE: it may be made. */
static enum reason judge_untouchable(const struct plan_input *in, const struct change *change)
{
	const struct target_snapshot *t = in->target;
	uint32_t at = change->target;
	if (at == NONE)
		return R_NONE;
	switch (change->kind) {
	case CHANGE_INSTITUTION_MODIFY:
	case CHANGE_INSTITUTION_DELETE: return why_untouchable(t->institutions[at].protected, t->institutions[at].ours);
	case CHANGE_PERSON_RELEASE:
	case CHANGE_PERSON_DELETE:
	case CHANGE_PERSON_MODIFY: return why_untouchable(t->people[at].protected, t->people[at].ours);
	case CHANGE_GROUP_MODIFY:
	case CHANGE_GROUP_DELETE:
	case CHANGE_MEMBER_ADD:
	case CHANGE_MEMBER_REMOVE: return why_untouchable(t->groups[at].protected, t->groups[at].ours);
	default: return R_NONE;
	}
}

static void begin_verdicts(struct court *court)
{
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		enum reason why = judge_untouchable(court->in, change);
		change->verdict = why == R_NONE ? VERDICT_GO : VERDICT_REFUSE;
		change->rule = (uint16_t)(why == R_NONE ? R_RULE_NONE : why);
	}
}

/* ---- the verdict ---------------------------------------------------------------------------------- */

void verdict_count(const struct plan *plan, const struct plan_input *in, struct guard_verdict *verdict)
{
	verdict->go = verdict->held = verdict->refused = verdict->notices = 0;
	for (uint32_t i = 0; i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		bool goes = change->verdict == VERDICT_GO;
		verdict->go += goes;
		verdict->held += change->verdict == VERDICT_HOLD;
		verdict->refused += change->verdict == VERDICT_REFUSE;
		verdict->notices +=
			goes && change_is_removal(change) && in->target->groups[change->target].member_count == 1;
	}
}

int guard_hold_compare(const struct guard_hold *a, const struct guard_hold *b)
{
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->role != b->role)
		return a->role - b->role;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int compare_holds(const void *a, const void *b)
{
	return guard_hold_compare(a, b);
}

static bool is_one_hold(const struct guard_hold *a, const struct guard_hold *b)
{
	return a->rule == b->rule && a->number == b->number;
}

static void join(struct guard_hold *into, const struct guard_hold *other)
{
	into->changes += other->changes;
	if (into->seen < other->seen)
		into->seen = other->seen;
}

static int keep_holds(struct court *court, struct arena *arena, struct guard_verdict *ret)
{
	ret->holds = arena_array(arena, court->hold_count, sizeof(*ret->holds));
	if (ret->holds == NULL)
		return ERR_NOMEM;
	if (court->hold_count > 1)
		qsort(court->holds, court->hold_count, sizeof(*court->holds), compare_holds);
	for (size_t i = 0; i < court->hold_count; i++) {
		struct guard_hold *last = ret->hold_count > 0 ? &ret->holds[ret->hold_count - 1] : NULL;
		if (last != NULL && is_one_hold(last, &court->holds[i]))
			join(last, &court->holds[i]);
		else
			ret->holds[ret->hold_count++] = court->holds[i];
	}
	for (uint32_t i = 0; i < ret->hold_count; i++)
		if (ret->holds[i].seen == 0)
			ret->holds[i].seen = ret->holds[i].changes;
	return 0;
}

/* Freezes come first, so that what they hold uses up no allowance; rules of state before rules of number. */
static int judge_all(struct court *court)
{
	begin_verdicts(court);
	if (holds_find(court->plan, court->in, court->now_s) < 0 || judge_frozen(court) < 0 || judge_run(court) < 0 ||
	    judge_hand(court) < 0 || judge_covered(court) < 0 || court_each_institution(court, judge_doubtful) < 0 ||
	    court_each_institution(court, judge_lost) < 0 || judge_shrunken(court) < 0 || judge_dates(court) < 0 ||
	    court_each_institution(court, judge_groups) < 0 || judge_counts(court) < 0)
		return ERR_NOMEM;
	return judge_flat(court) < 0 || judge_idle(court) < 0 ? ERR_NOMEM : judge_grants(court);
}

int guard_judge(struct plan *plan, const struct plan_input *in, const struct guard_settings *set,
		const struct guard_past *past, int64_t now_s, struct arena *arena, struct guard_verdict *ret,
		struct err *err)
{
	struct court court = {.plan = plan, .in = in, .set = set, .about = past, .past = past->past, .now_s = now_s};
	struct guard_verdict verdict = {0};
	arena_init(&court.scratch, 0);
	int rc = window_read(&court);
	if (rc == 0)
		rc = judge_all(&court);
	if (rc == 0)
		rc = keep_holds(&court, arena, &verdict);
	arena_done(&court.scratch);
	free(court.holds);
	if (rc < 0)
		return err_nomem(err);
	verdict.first_fill = court.first_fill;
	verdict.next_s = INT64_MAX;
	verdict_count(plan, in, &verdict);
	*ret = verdict;
	return 0;
}
