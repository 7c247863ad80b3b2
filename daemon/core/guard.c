/* SPDX-License-Identifier: EUPL-1.2 */
/* guard.c - see guard.h and guard_parts.h: the rules of state, the order of the rules, and the verdict. */
#include "core/guard.h"

#include <stdlib.h>

#include "base/vec.h"
#include "core/guard_parts.h"

static bool is_removal(const struct change *change)
{
	return change->kind == CHANGE_MEMBER_REMOVE;
}

static bool is_rule_of_number(uint16_t rule)
{
	return rule == R_RULE_GROUP_EMPTIED || rule == R_RULE_GROUP_HALVED || rule == R_RULE_INSTITUTION_COUNT ||
	       rule == R_RULE_COUNT;
}

bool change_is_counted(const struct change *change)
{
	return is_removal(change) && (change->cause == R_CAUSE_EXPLICIT || change->cause == R_CAUSE_ABSENT) &&
	       (change->verdict == VERDICT_GO || (change->verdict == VERDICT_HOLD && is_rule_of_number(change->rule)));
}

/* ---- holding -------------------------------------------------------------------------------------- */

int court_hold(struct court *court, struct change *change, const struct finding *finding)
{
	if (change->verdict != VERDICT_GO)
		return 0;
	change->verdict = VERDICT_HOLD;
	change->rule = (uint16_t)finding->rule;
	struct guard_hold *last = court->hold_count > 0 ? &court->holds[court->hold_count - 1] : NULL;
	if (last != NULL && last->rule == finding->rule && last->number == finding->number &&
	    last->role == finding->role) {
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

static int hold_all(struct court *court, enum reason rule, uint32_t seen, uint32_t allowed)
{
	const struct finding finding = {rule, 0, ROLE_ALL, seen, allowed};
	for (uint32_t i = 0; i < court->plan->change_count; i++)
		if (court_hold(court, &court->plan->changes[i], &finding) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- rules of state: the whole run ---------------------------------------------------------------- */

static bool is_filled_first(const struct court *court)
{
	const struct target_snapshot *target = court->in->target;
	if (court->plan->grants == 0 || !(court->past->first_contact || court->past->group_count == 0))
		return false;
	for (uint32_t i = 0; i < target->group_count; i++)
		if (target->groups[i].ours)
			return false;
	return true;
}

/* As few as may leave one institution by themselves are not a shrunken source, or no small source could ever lose
 * anybody. */
static bool is_smaller(const struct court *court, uint32_t before, uint32_t now)
{
	const struct guard_settings *set = court->set;
	return now < before && before - now > set->institution_removals &&
	       (uint64_t)(before - now) * 100 > (uint64_t)before * set->shrink_percent;
}

static uint32_t floor_of(uint32_t before, uint32_t percent)
{
	return before - (uint32_t)((uint64_t)before * (percent < 100 ? percent : 100) / 100);
}

/* Removals by date stand on their own: the person's entry is there and its end date was announced. People whom the
 * filtered read no longer brings, and who were found when asked for, are not missing: their entries say why they lost
 * the right. */
static int judge_shrunken(struct court *court)
{
	const struct source_snapshot *source = court->in->policy->source;
	uint32_t percent = court->set->shrink_percent, people = source->people_count - source->invited_count;
	struct finding finding = {R_RULE_SHRUNKEN, 0, ROLE_ALL, people, floor_of(court->past->source_people, percent)};
	if (!is_smaller(court, court->past->source_people, people)) {
		if (!is_smaller(court, court->past->source_institutions, source->institution_count))
			return 0;
		finding.seen = source->institution_count;
		finding.allowed = floor_of(court->past->source_institutions, percent);
	}
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		bool takes = is_removal(change) || change->phase == PHASE_TIDY;
		if (takes && change->cause != R_CAUSE_SCHEDULED && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- rules of state: one removal ------------------------------------------------------------------ */

static bool is_ambiguous(const struct change *change)
{
	return change->reason == R_PERSON_AMBIGUOUS || change->reason == R_INSTITUTION_AMBIGUOUS;
}

/* Total: whatever is no known cause of a removal is doubtful. */
static bool is_clear(const struct change *change)
{
	return change->cause == R_CAUSE_SCHEDULED || change->cause == R_CAUSE_EXPLICIT ||
	       change->cause == R_CAUSE_ABSENT;
}

static int judge_doubtful(struct court *court, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		struct change *change = &court->plan->changes[i];
		struct finding finding = {is_ambiguous(change) ? R_RULE_AMBIGUOUS : R_RULE_DOUBTFUL, change->number,
					  ROLE_ALL, end - first, 0};
		if (!is_clear(change) && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static uint32_t members_at(const struct court *court, uint32_t number)
{
	const struct target_snapshot *target = court->in->target;
	uint32_t members = 0;
	for (uint8_t role = 0; role < target->names->role_count; role++) {
		uint32_t at = target_group_find(target, number, role);
		members += at != NONE ? target->groups[at].member_count : 0;
	}
	return members;
}

static int judge_lost(struct court *court, uint32_t first, uint32_t end)
{
	uint32_t number = court->plan->changes[first].number;
	uint32_t at = desired_institution_find(court->in->desired, number);
	if (at != NONE && court->in->desired->institutions[at].admitted)
		return 0;
	const struct finding finding = {R_RULE_INSTITUTION_LOST, number, ROLE_ALL, members_at(court, number), 0};
	for (uint32_t i = first; i < end; i++) {
		struct change *change = &court->plan->changes[i];
		if (change->cause != R_CAUSE_SCHEDULED && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int judge_institutions(struct court *court, int (*judge)(struct court *, uint32_t first, uint32_t end))
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

/* ---- the window ----------------------------------------------------------------------------------- */

static int compare_recent(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return left < right ? -1 : left > right;
}

static int read_recent(struct court *court, int64_t since_s)
{
	const struct past *past = court->past;
	court->recent = arena_array(&court->scratch, past->removal_count, sizeof(*court->recent));
	if (court->recent == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < past->removal_count; i++)
		if (past->removals[i].at_s > since_s)
			court->recent[court->recent_count++] = past->removals[i].number << 8 | past->removals[i].role;
	if (court->recent_count > 1)
		qsort(court->recent, court->recent_count, sizeof(*court->recent), compare_recent);
	return 0;
}

/* ---- the verdict ---------------------------------------------------------------------------------- */

static void count_verdicts(const struct court *court, struct guard_verdict *ret)
{
	const struct plan *plan = court->plan;
	for (uint32_t i = 0; i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		bool goes = change->verdict == VERDICT_GO;
		ret->go += goes;
		ret->held += change->verdict == VERDICT_HOLD;
		ret->refused += change->verdict == VERDICT_REFUSE;
		ret->notices +=
			goes && is_removal(change) && court->in->target->groups[change->target].member_count == 1;
	}
}

static int compare_holds(const void *a, const void *b)
{
	const struct guard_hold *left = a, *right = b;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return left->role - right->role;
}

static bool is_one_hold(const struct guard_hold *a, const struct guard_hold *b)
{
	return a->rule == b->rule && a->number == b->number && a->role == b->role;
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
			last->changes += court->holds[i].changes;
		else
			ret->holds[ret->hold_count++] = court->holds[i];
	}
	return 0;
}

static int judge_all(struct court *court, const struct guard_past *past, struct guard_verdict *ret)
{
	begin_verdicts(court);
	ret->first_fill = is_filled_first(court);
	int rc = 0;
	if (past->source_went_back)
		rc = hold_all(court, R_RULE_SOURCE_WENT_BACK, court->plan->change_count, 0);
	else if (ret->first_fill && !court->set->first_fill_go)
		rc = hold_all(court, R_RULE_FIRST_FILL, court->plan->grants, 0);
	if (rc < 0 || judge_institutions(court, judge_doubtful) < 0 || judge_institutions(court, judge_lost) < 0 ||
	    judge_shrunken(court) < 0 || judge_institutions(court, judge_groups) < 0 || judge_counts(court) < 0)
		return ERR_NOMEM;
	count_verdicts(court, ret);
	return 0;
}

int guard_judge(struct plan *plan, const struct plan_input *in, const struct guard_settings *set,
		const struct guard_past *past, int64_t now_s, struct arena *arena, struct guard_verdict *ret,
		struct err *err)
{
	struct court court = {.plan = plan, .in = in, .set = set, .past = past->past};
	struct guard_verdict verdict = {0};
	arena_init(&court.scratch, 0);
	int rc = read_recent(&court, now_s - set->window_s);
	if (rc == 0)
		rc = judge_all(&court, past, &verdict);
	if (rc == 0)
		rc = keep_holds(&court, arena, &verdict);
	arena_done(&court.scratch);
	free(court.holds);
	if (rc < 0)
		return err_nomem(err);
	*ret = verdict;
	return 0;
}
