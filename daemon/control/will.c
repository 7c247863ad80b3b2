/* SPDX-License-Identifier: EUPL-1.2 */
/* will.c - see will.h. */
#include "control/will.h"

#include <stdio.h>

#include "base/language.h"
#include "base/clock.h"
#include "control/answers.h"

/* ---- the change that would mend it -------------------------------------------------------------------- */

/* The first change from here on, within a phase, that is of this institution or a later one. */
static uint32_t first_of(const struct plan *plan, uint32_t begin, uint32_t end, uint32_t number)
{
	while (begin < end) {
		uint32_t middle = begin + (end - begin) / 2;
		if (plan->changes[middle].number < number)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

/* The target entry that a change writes to, or NULL. */
static const struct entry *change_entry(const struct target_snapshot *target, const struct change *change)
{
	if (change->target == NONE)
		return NULL;
	switch ((enum change_kind)change->kind) {
	case CHANGE_INSTITUTION_ADD:
	case CHANGE_INSTITUTION_MODIFY:
	case CHANGE_INSTITUTION_DELETE: return target->institutions[change->target].entry;
	case CHANGE_PERSON_ADD:
	case CHANGE_PERSON_MODIFY:
	case CHANGE_PERSON_DELETE:
	case CHANGE_PERSON_RELEASE: return target->people[change->target].entry;
	default: return target->groups[change->target].entry;
	}
}

static bool mends(const struct view *view, const struct change *change, const struct remark *remark)
{
	if (change->reason != remark->reason || change->role != remark->role)
		return false;
	if (remark->member != NONE)
		return change->kind == CHANGE_MEMBER_REMOVE && change->member == remark->member;
	const struct entry *there = remark_entry(view, remark), *written = change_entry(view_target(view), change);
	return (remark->person == NONE || change->person == remark->person) &&
	       (there == NULL || written == NULL || there == written);
}

static const struct change *find_change(const struct view *view, const struct remark *remark)
{
	const struct plan *plan = view->explain->plan;
	uint32_t begin = 0;
	for (int phase = 0; phase < PHASES; phase++) {
		uint32_t end = begin + plan->by_phase[phase];
		for (uint32_t i = first_of(plan, begin, end, remark->number);
		     i < end && plan->changes[i].number == remark->number; i++)
			if (mends(view, &plan->changes[i], remark))
				return &plan->changes[i];
		begin = end;
	}
	return NULL;
}

/* ---- in words ----------------------------------------------------------------------------------------- */

static void say(struct will *will, const char *text)
{
	snprintf(will->text, sizeof(will->text), "%s", tr(text));
}

static void tell_grace(const struct view *view, const struct remark *remark, struct will *will)
{
	char time[CLOCK_TEXT_SIZE];
	const struct plan_input *in = view->explain->plan_input;
	const struct past_drift *drift = drift_of_remark(view, remark);
	int64_t first_s = drift != NULL ? drift_record(view, drift)->first_s : remark->at_s;
	if (in->source_stale) {
		say(will, "nothing while the source cannot be read; taken out again after that");
		return;
	}
	if (first_s + in->drift->grace_s <= in->policy->now_s) {
		say(will, "taken out again with the next complete read of the source that is clear about the person");
		return;
	}
	will->at_s = first_s + in->drift->grace_s;
	snprintf(will->text, sizeof(will->text),
		 tr("taken out again at %s, or with the first complete read of the source after that"),
		 clock_format(will->at_s, time));
}

/* What cannot be named cannot be decided either. */
static void tell_asked(const struct change *change, struct will *will)
{
	if (change->hold != 0)
		say(will, "nothing until somebody decides: duaalctl holds");
	else
		say(will,
		    "nothing until somebody decides; its hold gets the number for that with the next cycle that does "
		    "not fail");
}

static void tell_held(const struct view *view, const struct remark *remark, const struct change *change,
		      struct will *will)
{
	switch ((enum reason)change->rule) {
	case R_RULE_GRACE: tell_grace(view, remark, will); break;
	case R_RULE_FROZEN: say(will, "nothing while the institution is frozen; duaalctl status tells by whom"); break;
	case R_RULE_PAUSED: say(will, "nothing while the daemon is paused; duaalctl status tells by whom"); break;
	case R_RULE_LEDGER_FAILED: say(will, "nothing while the ledger cannot be used"); break;
	case R_RULE_SOURCE_UNREAD: say(will, "nothing while the source cannot be read"); break;
	case R_RULE_REJECTED: say(will, "nothing: putting it right was rejected"); break;
	default: tell_asked(change, will); break;
	}
}

/* What may go goes, unless the directory does not let it. */
static void tell_going(const struct view *view, const struct change *change, struct will *will)
{
	bool removal = change->kind == CHANGE_MEMBER_REMOVE;
	switch (explain_refusal(view->explain, (uint32_t)(change - view->explain->plan->changes))) {
	case REFUSAL_NONE:
		say(will, removal ? N_("taken out again with the next cycle") : N_("put right with the next cycle"));
		break;
	case REFUSAL_OF_CHANGE:
		say(will, "tried again with the next cycle: the directory refused it; duaalctl history tells why");
		break;
	case REFUSAL_OF_ALL:
		say(will, "tried again with the next cycle: the directory refuses every change; duaalctl history "
			  "tells why");
		break;
	}
}

static void tell_change(const struct view *view, const struct remark *remark, const struct change *change,
			struct will *will)
{
	if (change->verdict == VERDICT_HOLD)
		tell_held(view, remark, change, will);
	else if (change->verdict == VERDICT_GO)
		tell_going(view, change, will);
	else
		say(will, "nothing: the guard refuses to touch it");
}

static void tell_lapse(const struct remark *remark, struct will *will)
{
	char time[CLOCK_TEXT_SIZE];
	will->at_s = remark->at_s;
	snprintf(will->text, sizeof(will->text),
		 tr("it has no effect any more from %s on, unless its date is moved before"),
		 clock_format(remark->at_s, time));
}

/* Where no change would mend it. */
static void tell_reason(const struct remark *remark, struct will *will)
{
	switch ((enum reason)remark->reason) {
	case R_PERSON_NOT_IN_TARGET:
		say(will, "nothing until the directory administrators have made the person's entry");
		break;
	case R_DRIFT_RENAMED: say(will, "nothing: it is kept up to date under its new name"); break;
	case R_DIRECTIVE_ENDS_SOON: tell_lapse(remark, will); break;
	case R_OVERRIDE_MALFORMED:
	case R_OVERRIDE_TOO_LONG:
	case R_OVERRIDE_ROLE_UNKNOWN:
	case R_REQUEST_MALFORMED:
	case R_REQUEST_UNREADABLE: say(will, "nothing until the entry is put right"); break;
	case R_OVERRIDE_PERSON_UNKNOWN: say(will, "nothing until the source shows the person"); break;
	case R_OVERRIDE_NOT_ADMITTED: say(will, "nothing until the institution is admitted"); break;
	case R_OVERRIDE_NOBODY: say(will, "keeps out whoever comes to go by that key"); break;
	case R_OVERRIDE_NUMBER_UNKNOWN:
	case R_REQUEST_UNKNOWN: say(will, "nothing until the source shows the institution"); break;
	case R_DIRECTIVE_VANISHED: say(will, "nothing until somebody decides: duaalctl holds"); break;
	default: say(will, "nothing: it is reported and left alone"); break;
	}
}

void will_tell(const struct view *view, const struct remark *remark, struct will *ret)
{
	const struct change *change = find_change(view, remark);
	*ret = (struct will){0};
	if (change != NULL)
		tell_change(view, remark, change, ret);
	else
		tell_reason(remark, ret);
}
