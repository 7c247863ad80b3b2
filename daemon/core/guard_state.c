/* SPDX-License-Identifier: EUPL-1.2 */
/* guard_state.c - see guard_parts.h: rules that look at the whole run, and at removals that are not clear. */
#include <stdio.h>

#include "base/language.h"
#include "core/diff.h"
#include "core/guard_parts.h"

/* ---- the whole run -------------------------------------------------------------------------------- */

/* Without any read since the start there is no evidence to look at, from which it would be seen whether a rejection still stands, or what was
 * asked is still the same: what a hold lists counts as it was left. */
static bool is_left_waiting(const struct court *court, const struct change *change)
{
	if (!court->in->source_unread || change->hold == 0)
		return false;
	const struct past_hold *hold = past_hold(court->past, change->hold);
	return hold->state != HOLD_APPROVED;
}

/* Everything but what overrides name; with except_dates, but what was announced to end too. */
static int hold_all(struct court *court, enum reason rule, uint32_t seen, bool except_dates)
{
	const struct finding finding = {rule, 0, ROLE_ALL, seen, 0};
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		bool passes = change_is_exclude(change) || (except_dates && change_is_by_date(change));
		if (passes && !is_left_waiting(court, change))
			continue;
		if (court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* A filled target is not filled for the first time; a cycle that began to fill it goes on in its later rounds. */
static bool is_filled_first(const struct court *court)
{
	const struct target_snapshot *target = court->in->target;
	if (court->plan->grants == 0)
		return false;
	if (court->about->first_fill)
		return true;
	if (!(court->past->first_contact || court->past->group_count == 0))
		return false;
	for (uint32_t i = 0; i < target->group_count; i++)
		if (target->groups[i].ours)
			return false;
	return true;
}

int judge_run(struct court *court)
{
	court->first_fill = is_filled_first(court);
	if (court->in->source_stale && hold_all(court, R_RULE_SOURCE_UNREAD, 0, true) < 0)
		return ERR_NOMEM;
	if (court->about->source_went_back)
		return hold_all(court, R_RULE_SOURCE_WENT_BACK, court->plan->change_count, false);
	if (court->first_fill && !court->set->first_fill_go)
		return hold_all(court, R_RULE_FIRST_FILL, court->plan->grants, false);
	return 0;
}

/* ---- what is covered, and what is known ----------------------------------------------------------- */

/* Members or whole entries. */
static bool takes_away(const struct change *change)
{
	return change_is_removal(change) || change->phase == PHASE_TIDY;
}

/* Would the members of a role group be allowed less? */
static bool takes_actions(const struct plan_input *in, const struct change *change)
{
	return change->kind == CHANGE_GROUP_MODIFY &&
	       wanted_takes_actions(in, change->number, change->role, in->target->groups[change->target].entry);
}

/* An old ledger does not know which end dates it had announced either. */
enum reason rule_covering(const struct plan_input *in, const struct guard_past *about, const struct change *change)
{
	if (change_is_exclude(change))
		return R_RULE_NONE;
	if (about->ledger_old && takes_away(change))
		return R_RULE_LEDGER_OLD;
	if (about->scope_changed && !change_is_by_date(change) && (takes_away(change) || takes_actions(in, change)))
		return R_RULE_SCOPE;
	return R_RULE_NONE;
}

int judge_covered(struct court *court)
{
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		const struct finding finding = {rule_covering(court->in, court->about, change), 0, ROLE_ALL, 0, 0};
		if (finding.rule != R_RULE_NONE && court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- a source that shrank ------------------------------------------------------------------------- */

/* As few as may leave one institution by themselves are not a shrunken source, or no small source could ever lose
 * anybody. */
bool source_is_shrunken(const struct guard_settings *set, uint32_t before, uint32_t now)
{
	return now < before && before - now > set->institution_removals &&
	       (uint64_t)(before - now) * 100 > (uint64_t)before * set->shrink_percent;
}

static uint32_t floor_of(uint32_t before, uint32_t percent)
{
	return before - (uint32_t)((uint64_t)before * (percent < 100 ? percent : 100) / 100);
}

static int hold_takers(struct court *court, const struct finding *finding)
{
	for (uint32_t i = 0; i < court->plan->change_count; i++) {
		struct change *change = &court->plan->changes[i];
		if (!takes_away(change) || change_is_exclude(change) || change_is_by_date(change))
			continue;
		if (court_hold(court, change, finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static bool has_shrunk(const struct guard_settings *set, uint32_t before, uint32_t now, struct finding *ret)
{
	if (!source_is_shrunken(set, before, now))
		return false;
	*ret = (struct finding){R_RULE_SHRUNKEN, 0, ROLE_ALL, now, floor_of(before, set->shrink_percent)};
	return true;
}

/* A small one among several may vanish without the whole becoming much smaller. NONE: each is as large as it was, or there is only one. */
static uint32_t shrunken_alone(const struct guard_settings *set, const struct past *past,
			       const struct source_snapshot *source, struct finding *ret)
{
	for (uint32_t i = 0; source->sources != NULL && i < source->source_count; i++) {
		const struct source_position *before =
			source_position_of(&past->positions, source->sources[i].bases.name);
		const struct source_size now = source_size_of(source, i);
		if (before != NULL && (has_shrunk(set, before->people, now.shown, ret) ||
				       has_shrunk(set, before->institutions, now.institutions, ret)))
			return i;
	}
	return NONE;
}

const char *rule_sentence(enum reason rule, const struct guard_settings *set, const struct past *past,
			  const struct source_snapshot *source, char out[RULE_SENTENCE_SIZE])
{
	struct finding finding;
	uint32_t one = rule == R_RULE_SHRUNKEN ? shrunken_alone(set, past, source, &finding) : NONE;
	if (one == NONE)
		return reason_sentence(rule);
	snprintf(out, RULE_SENTENCE_SIZE, tr("the source %s is much smaller than the last one that was accepted"),
		 source->sources[one].bases.name);
	return out;
}

/* Removals by date stand on their own: the person's entry is there and its end date was announced. People whom the
 * filtered read no longer brings, and who were found when asked for, are not missing: their entries say why they lost
 * the right. Those asked for by an override were never part of it. */
int judge_shrunken(struct court *court)
{
	const struct source_snapshot *source = court->in->policy->source;
	const struct guard_settings *set = court->set;
	const struct past *past = court->past;
	struct finding finding;
	if (!has_shrunk(set, past->source_people, source->people_count - source->invited_count, &finding) &&
	    !has_shrunk(set, past->source_institutions, source->institution_count, &finding) &&
	    shrunken_alone(set, past, source, &finding) == NONE)
		return 0;
	return hold_takers(court, &finding);
}

/* ---- removals in doubt ---------------------------------------------------------------------------- */

static bool is_ambiguous(const struct change *change)
{
	return change->reason == R_PERSON_AMBIGUOUS || change->reason == R_INSTITUTION_AMBIGUOUS;
}

/* Total: whatever is no known cause of a removal is doubtful. */
static bool is_clear(const struct change *change)
{
	return change->cause == R_CAUSE_SCHEDULED || change->cause == R_CAUSE_EXPLICIT ||
	       change->cause == R_CAUSE_ABSENT || change->cause == R_CAUSE_FOLLOWS || change->cause == R_CAUSE_DRIFT;
}

int judge_doubtful(struct court *court, uint32_t first, uint32_t end)
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

/* ---- institutions that are lost ------------------------------------------------------------------- */

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

/* An end that the institution, or the request that admits it, had announced is no loss: those removals are by date. */
int judge_lost(struct court *court, uint32_t first, uint32_t end)
{
	uint32_t number = court->plan->changes[first].number;
	if (number == NUMBER_EVERYWHERE || desired_institution_of(court->in->desired, number)->admitted)
		return 0;
	const struct finding finding = {R_RULE_INSTITUTION_LOST, number, ROLE_ALL, members_at(court, number), 0};
	for (uint32_t i = first; i < end; i++) {
		struct change *change = &court->plan->changes[i];
		if (change_is_by_date(change) || change_is_exclude(change) || change->cause == R_CAUSE_DRIFT)
			continue;
		if (court_hold(court, change, &finding) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
