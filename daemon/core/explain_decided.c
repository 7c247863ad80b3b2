/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * explain_decided.c - what people decided, as facts of an explanation: overrides and undone cycles, freezes, holds, and
 * what was changed by hand.
 *
 * Never says that something will happen that does not happen by itself: what waits says for what, and who can end that.
 */
#include "base/language.h"
#include "core/explain_parts.h"
#include "core/hold.h"
#include "core/identity.h"
#include "core/word.h"

/* Quoted after a colon, or nothing where nobody gave a reason. */
static const char *quote(struct teller *t, struct text said)
{
	return text_is_empty(said) ? "" : tell_format(t, ": \"%s\"", tell_value(t, said));
}

static const char *until(struct teller *t, int64_t until_s)
{
	return until_s == INT64_MAX ? tr("until somebody ends it") : tell_format(t, "until %s", tell_time(t, until_s));
}

/* ---- overrides and undone cycles ------------------------------------------------------------------ */

static const char *entry_told(struct teller *t, const struct entry *entry)
{
	return tell_format(t, "%s%s", tell_dn(t, entry), quote(t, entry_value(entry, FIELD_REASON)));
}

static void tell_override(struct teller *t, struct path *path, const struct word *word)
{
	bool exclude = word->reason == R_EXCLUDED, works = exclude || word->reason == R_INCLUDED;
	const char *what = tell_format(t,
				       exclude ? N_("An override excludes the person %s (%s)")
					       : N_("An override includes the person %s (%s)"),
				       until(t, word->until_s), entry_told(t, word->entry));
	if (works)
		tell(t, path, "override", !exclude, (enum reason)word->reason, tell_format(t, "%s.", what));
	else
		tell(t, path, "override", false, (enum reason)word->reason,
		     tell_format(t, "%s, and has no effect: %s.", what, reason_sentence((enum reason)word->reason)));
}

static void tell_undo(struct teller *t, struct path *path, const struct word *word)
{
	bool given = word->reason == R_UNDONE_GIVEN;
	tell(t, path, "undo", given, (enum reason)word->reason,
	     tell_format(t,
			 given ? N_("Cycle %u, which took away this access, was undone: the person has it %s, whatever "
				    "the source says.")
			       : N_("Cycle %u, which gave this access, was undone: the person does not have it %s, "
				    "whatever the source says."),
			 word->cycle, until(t, word->until_s)));
}

/* One that is not in force any more, or is gone. */
static void tell_former(struct teller *t, struct path *path, const struct word *word)
{
	if (word->reason == R_INCLUDE_LAPSED)
		tell(t, path, "override", false, R_INCLUDE_LAPSED,
		     tell_format(t, "The override that included the person lapsed at %s.",
				 tell_time(t, word->until_s)));
	else if (word->reason == R_DIRECTIVE_VANISHED)
		tell(t, path, "override", false, R_DIRECTIVE_VANISHED,
		     tell_format(t, "The override that included the person %s vanished without a trace.",
				 until(t, word->until_s)));
	if (word->returns)
		tell(t, path, "override", false, R_DIRECTIVE_VANISHED,
		     tr("An override that excluded the person vanished without a trace before its time."));
}

/* Overrides for this person and place that cannot be read, or say what may not be: they decide nothing. */
static void tell_void(struct teller *t, struct path *path, struct text vo_id, const struct word *word)
{
	for (uint32_t i = 0; i < t->desired->directive_remark_count; i++) {
		const struct directive_remark *remark = &t->desired->directive_remarks[i];
		bool here = (remark->number == path->number || remark->number == 0) &&
			    (remark->role == path->role || remark->role == ROLE_NONE);
		bool told = (word != NULL && word->entry == remark->entry) || remark->reason == R_DIRECTIVE_ENDS_SOON;
		if (here && !told && remark->entry->kind == ENTRY_OVERRIDE &&
		    text_equal_nocase(text_trim(entry_value(remark->entry, FIELD_VO_ID)), vo_id))
			tell(t, path, "override", false, (enum reason)remark->reason,
			     tell_format(t, "An override for the person (%s) does not count: %s.",
					 entry_told(t, remark->entry), reason_sentence((enum reason)remark->reason)));
	}
}

static const struct word *word_about(const struct teller *t, const struct path *path)
{
	if (t->person != NONE)
		return word_find(t->desired, t->person, path->number, path->role);
	return word_find_unseen(t->desired, t->target->people[t->target_person].vo_id_key, path->number, path->role);
}

void tell_words(struct teller *t, struct path *path)
{
	const struct word *word = word_about(t, path);
	if (word != NULL && word->entry != NULL && word->reason != R_INCLUDE_LAPSED)
		tell_override(t, path, word);
	else if (word != NULL && (word->reason == R_UNDONE_GIVEN || word->reason == R_UNDONE_TAKEN))
		tell_undo(t, path, word);
	if (word != NULL)
		tell_former(t, path, word);
	if (t->person != NONE)
		tell_void(t, path, text_trim(t->facts.vo_id), word);
}

/* ---- freezes -------------------------------------------------------------------------------------- */

static bool is_stopped(const struct path *path)
{
	return path->planned && path->waits != NULL;
}

void tell_freeze(struct teller *t, struct path *path)
{
	const struct past_freeze *freeze = past_frozen(t->policy->past, path->number, t->policy->now_s);
	if (freeze == NULL)
		return;
	const char *what = freeze->pause         ? tr("The daemon is paused")
			   : freeze->number == 0 ? tr("Every institution is frozen")
						 : tell_format(t, "Institution %u is frozen", freeze->number);
	tell(t, path, "freeze", !is_stopped(path), freeze->pause ? R_RULE_PAUSED : R_RULE_FROZEN,
	     tell_format(t, "%s by uid %u since %s, %s%s.", what, freeze->by, tell_time(t, freeze->since_s),
			 until(t, freeze->until_s), quote(t, text_of(freeze->said))));
}

static void wait_for_thaw(struct teller *t, struct path *path)
{
	const struct past_freeze *freeze = past_frozen(t->policy->past, path->number, t->policy->now_s);
	bool pause = freeze != NULL && freeze->pause, all = freeze != NULL && freeze->number == 0;
	const char *command = pause ? "resume" : all ? "thaw all" : tell_format(t, "thaw %u", path->number);
	path->waits = pause ? tr("it waits until the daemon goes on")
		      : all ? tr("it waits until the freeze of all institutions has ended")
			    : tell_format(t, "it waits until institution %u is not frozen any more", path->number);
	path->step = tell_format(t, "%s duaalctl %s ends that.", reason_contact_text(CONTACT_SYSTEM), command);
}

/* ---- holds ---------------------------------------------------------------------------------------- */

/* The hold on record that lists the change; also one that was opened by the cycle that made this plan. */
static const struct past_hold *hold_of(struct teller *t, const struct change *change)
{
	const struct past *past = t->policy->past;
	struct change_id id;
	if (change->hold != 0 || change->verdict != VERDICT_HOLD)
		return past_hold(past, change->hold);
	if (change_identify(t->in->plan_input, change, &id) < 0)
		t->failed = true;
	for (size_t i = past->hold_count; i-- > 0 && !t->failed;)
		if (past->holds[i].state == HOLD_OPEN && hold_op_find(&past->holds[i], &id) != NULL)
			return &past->holds[i];
	return NULL;
}

static const char *decision(struct teller *t, const struct past_hold *hold)
{
	char name[HOLD_NAME_SIZE];
	return tell_format(t,
			   hold->state == HOLD_APPROVED ? N_("uid %u approved it at %s (hold %s)%s")
							: N_("uid %u rejected it at %s (hold %s)%s"),
			   hold->decided_by, tell_time(t, hold->decided_s), hold_name(hold, name),
			   quote(t, text_of(hold->said)));
}

static void wait_for_word(struct teller *t, struct path *path, const struct change *change,
			  const struct past_hold *hold)
{
	char name[HOLD_NAME_SIZE];
	enum reason rule = (enum reason)change->rule;
	const char *whom = reason_contact_text(reason_contact(rule));
	hold_name(hold, name);
	path->waits = tell_format(t, "it waits for a decision in hold %s, until %s: %s", name,
				  tell_time(t, hold->expires_s), reason_sentence(rule));
	if (hold->rule == R_RULE_SOURCE_WENT_BACK)
		path->step = tell_format(
			t,
			"%s It ends when the source has caught up, or with: duaalctl accept-source %s --reason \"WHY\"",
			whom, name);
	else
		path->step = tell_format(t,
					 "%s It is decided with: duaalctl approve %s --reason \"WHY\", or duaalctl "
					 "reject %s --reason \"WHY\"",
					 whom, name, name);
}

static void wait_for_rule(struct teller *t, struct path *path, const struct change *change)
{
	const struct past_hold *hold = hold_of(t, change);
	enum reason rule = (enum reason)change->rule;
	if (rule == R_RULE_REJECTED && hold != NULL) {
		path->waits = tell_format(t, "%s; it stays so until its source changes", decision(t, hold));
		path->step = reason_contact_text(CONTACT_SYSTEM);
	} else if (hold != NULL) {
		wait_for_word(t, path, change, hold);
	} else {
		path->waits = reason_sentence(rule);
		path->step = reason_contact_text(reason_contact(rule));
	}
	tell(t, path, "hold", false, rule, tell_format(t, "That does not happen now: %s.", path->waits));
}

/* ---- by hand -------------------------------------------------------------------------------------- */

static const struct remark *remark_about(const struct teller *t, const struct change *change)
{
	for (uint32_t i = 0; change->member != NONE && i < t->plan->remark_count; i++)
		if (t->plan->remarks[i].member == change->member)
			return &t->plan->remarks[i];
	return NULL;
}

static const char *adopt_step(struct teller *t, uint32_t drift)
{
	if (drift == 0)
		return reason_contact_text(CONTACT_DIRECTORY);
	return tell_format(t, "%s duaalctl drift adopt %u keeps it as it is now, duaalctl drift undo %u puts it right.",
			   reason_contact_text(CONTACT_DIRECTORY), drift, drift);
}

static void wait_for_grace(struct teller *t, struct path *path, const struct change *change)
{
	const struct remark *remark = remark_about(t, change);
	int64_t first_s = remark != NULL ? remark->at_s : t->policy->now_s;
	int64_t end_s = first_s + t->in->plan_input->drift->grace_s;
	const char *when = end_s > t->policy->now_s ? tell_format(t, "until %s and ", tell_time(t, end_s)) : "";
	path->waits = tell_format(
		t, "it waits %sfor a later complete read of the source that is clear about the person", when);
	path->step = adopt_step(t, remark != NULL ? remark->drift : 0);
	tell(t, path, "grace", false, R_RULE_GRACE, tell_format(t, "That does not happen now: %s.", path->waits));
}

/* What stands against a person is told of one place where they wait, and true of all; what was taken out of a group is about that. */
static bool is_about(const struct teller *t, const struct remark *remark, const struct path *path, uint32_t member)
{
	if (remark->member != NONE)
		return remark->member == member;
	if (remark->person != NONE)
		return remark->person == t->person && (remark->reason != R_DRIFT_REMOVED ||
						       (remark->role == path->role && remark->number == path->number));
	return remark->number == path->number && (remark->role == path->role || remark->role == ROLE_NONE);
}

/* Who, since when, and what was decided; as far as it is on record. */
static const char *drift_record(struct teller *t, const struct remark *remark)
{
	const struct past_drift *drift = remark->drift != 0 ? past_drift(t->policy->past, remark->drift) : NULL;
	if (drift == NULL)
		return "";
	const char *author =
		drift->author == NULL ? "" : tell_format(t, ", by %s", tell_value(t, text_of(drift->author)));
	return tell_format(t, " (hand edit %u, first seen at %s%s%s)", drift->id, tell_time(t, drift->first_s), author,
			   drift->decision == DRIFT_UNDO ? tr("; somebody decided to put it right") : "");
}

static bool is_by_hand(const struct remark *remark)
{
	return remark->reason == R_DRIFT_ADDED || remark->reason == R_DRIFT_REMOVED ||
	       remark->reason == R_DRIFT_ENTRY_GONE || remark->reason == R_DRIFT_ATTRIBUTE;
}

static void tell_remark(struct teller *t, struct path *path, const struct remark *remark)
{
	enum reason reason = (enum reason)remark->reason;
	tell(t, path, "drift", false, reason,
	     tell_format(t, "In the application's directory: %s%s.", reason_sentence(reason), drift_record(t, remark)));
	if (path->step == NULL && !path->planned)
		path->step =
			is_by_hand(remark) ? adopt_step(t, remark->drift) : reason_contact_text(reason_contact(reason));
}

void tell_drift(struct teller *t, struct path *path, uint32_t member)
{
	for (uint32_t i = 0; i < t->plan->remark_count; i++)
		if (is_about(t, &t->plan->remarks[i], path, member))
			tell_remark(t, path, &t->plan->remarks[i]);
}

/* ---- one planned change --------------------------------------------------------------------------- */

enum target_refusal explain_refusal(const struct explain_input *in, uint32_t change)
{
	if (in->refuses_all)
		return REFUSAL_OF_ALL;
	bool refused = in->was_refused != NULL && in->was_refused(in->refusals, change);
	return refused ? REFUSAL_OF_CHANGE : REFUSAL_NONE;
}

static void tell_going(struct teller *t, struct path *path, uint32_t at)
{
	const struct change *change = &t->plan->changes[at];
	const struct past_hold *hold = change->rule == R_RULE_APPROVED ? hold_of(t, change) : NULL;
	if (hold != NULL && hold->state == HOLD_APPROVED)
		tell(t, path, "hold", true, R_RULE_APPROVED, tell_format(t, "%s.", decision(t, hold)));
	const enum target_refusal refusal = explain_refusal(t->in, at);
	if (refusal == REFUSAL_NONE)
		return;
	path->waits = refusal == REFUSAL_OF_ALL
			      ? tr("the application's directory refuses every change; it is tried again")
			      : tr("the application's directory refused it when it was tried; it is tried again");
	path->step = tell_format(t, "%s duaalctl history shows what the directory answered.",
				 reason_contact_text(CONTACT_SYSTEM));
	tell(t, path, "refusal", false, R_NONE, tell_format(t, "That does not happen now: %s.", path->waits));
}

void tell_verdict(struct teller *t, struct path *path, uint32_t at)
{
	const struct change *change = &t->plan->changes[at];
	enum reason rule = (enum reason)change->rule;
	path->planned = true;
	if (change->verdict == VERDICT_GO) {
		tell_going(t, path, at);
	} else if (change->verdict == VERDICT_REFUSE) {
		path->waits = tell_format(t, "it is never done: %s", reason_sentence(rule));
		path->step = reason_contact_text(reason_contact(rule));
		tell(t, path, "hold", false, rule, tell_format(t, "That does not happen: %s.", path->waits));
	} else if (rule == R_RULE_FROZEN || rule == R_RULE_PAUSED) {
		wait_for_thaw(t, path);
		tell(t, path, "hold", false, rule, tell_format(t, "That does not happen now: %s.", path->waits));
	} else if (rule == R_RULE_GRACE) {
		wait_for_grace(t, path, change);
	} else {
		wait_for_rule(t, path, change);
	}
}
