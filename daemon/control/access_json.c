/* SPDX-License-Identifier: EUPL-1.2 */
/* access_json.c - the answer of AccessAt: who had access at a moment, and what the ledger does not know. */
#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"
#include "model/dn.h"

static const char *state_name(enum past_state state)
{
	switch (state) {
	case PAST_PRESENT: return "had";
	case PAST_UNSURE: return "unsure";
	case PAST_ABSENT: break;
	}
	return "not";
}

static const char *doubt_sentence(enum past_doubt doubt)
{
	switch (doubt) {
	case PAST_SURE: break;
	case PAST_BEGIN_UNKNOWN: return tr("it was there when it was taken out; since when is not on record");
	case PAST_END_UNKNOWN:
		return tr("it was given before and is gone now; who took it out, and when, is not on record");
	case PAST_OUT_BETWEEN:
		return tr("it was given before and once more later: somebody else had taken it out in between");
	case PAST_OUTCOME_LOST: return tr("what the directory said to the write is not on record");
	case PAST_OTHER_ENTRY:
		return tr(
			"it was given to this vo-id under another entryUUID: somebody else, or the same person entered "
			"anew");
	}
	return NULL;
}

static void answer_turn(struct answer *a, const char *key, const struct past_turn *turn)
{
	const bool found = turn->cause == R_NONE && turn->reason == R_NONE;
	if (turn->cycle == 0) {
		answer_null(a, key);
		return;
	}
	struct answer part = answer_object();
	answer_int(&part, "cycle", turn->cycle);
	answer_int(&part, "at", turn->at_s);
	answer_word(&part, "cause", found ? NULL : reason_code((enum reason)turn->cause));
	answer_word(&part, "reason", found ? NULL : reason_code((enum reason)turn->reason));
	answer_word(&part, "sentence",
		    found ? tr("it was found in the application's directory, and taken over")
			  : reason_sentence((enum reason)turn->reason));
	answer_add(a, key, part);
}

/* Whose value it is now: the source's entry, else the application's; NULL: nobody's. */
static const struct entry *entry_now(const struct view *view, const struct past_member *member)
{
	const struct entry *entry = source_entry_of(view, &member->source);
	uint64_t key;
	if (entry != NULL || view->explain == NULL || text_is_empty(member->value) ||
	    dn_key_of(member->value, &key) < 0 || key == 0)
		return entry;
	const uint32_t person = target_person_by_key(view_target(view), key);
	return person != NONE ? view_target(view)->people[person].entry : NULL;
}

/* As the ledger names them; else as the directories do now; else the value is all that is known. */
static void answer_somebody(struct answer *a, const struct view *view, const struct past_member *member)
{
	struct text vo_id = member->person, name = member->name;
	const struct entry *entry = text_is_empty(name) && text_is_empty(vo_id) ? entry_now(view, member) : NULL;
	if (entry != NULL) {
		vo_id = entry_value(entry, FIELD_VO_ID);
		name = entry_value(entry, FIELD_CN);
	}
	answer_named(a, "person", vo_id, text_is_empty(name) ? member->value : name);
}

static struct answer membership_part(const struct view *view, const struct past_member *member)
{
	struct answer a = answer_object();
	answer_number_if(&a, "institution", member->number);
	answer_text_if(&a, "institution_name", institution_name(view, member->number));
	answer_role(&a, "role", view, member->role);
	answer_somebody(&a, view, member);
	answer_word(&a, "state", state_name(member->state));
	answer_word(&a, "sentence", doubt_sentence(member->doubt));
	answer_turn(&a, "began", &member->began);
	answer_turn(&a, "ended", &member->ended);
	return a;
}

json_t *answer_access(const struct view *view, const struct ledger_answer *ledger)
{
	struct answer a = answer_object(), list = answer_list();
	const struct past_extent *extent = &ledger->extent;
	struct past_member member;
	bool access = false, unsure = false;
	for (uint32_t i = 0; i < ledger->line_count; i++) {
		if (past_member_decode(ledger->lines[i].at, ledger->lines[i].len, &member, NULL) < 0)
			continue;
		access |= member.state == PAST_PRESENT;
		unsure |= member.state == PAST_UNSURE;
		answer_add(&list, NULL, membership_part(view, &member));
	}
	answer_int(&a, "now", clock_wall_s());
	answer_int(&a, "at", extent->at_s);
	answer_bool(&a, "known", extent->begins_s != 0 && extent->begins_s <= extent->at_s);
	answer_int_if(&a, "begins", extent->begins_s);
	answer_bool(&a, "access", access);
	answer_bool(&a, "unsure", unsure);
	answer_int(&a, "erased", extent->erased);
	answer_add(&a, "memberships", list);
	answer_bool(&a, "more", ledger->next == PAST_MORE);
	return answer_end(&a);
}
