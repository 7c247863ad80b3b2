/* SPDX-License-Identifier: EUPL-1.2 */
/* drift_json.c - the answer of Drift: what people changed by hand, who, what is done about it, and the commands. */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"
#include "control/will.h"
#include "model/number.h"

/* One hand edit with all that is known of it. */
struct edit {
	const struct view *view;
	const struct past_drift *drift; /* as on record, where it is */
	struct remark remark;           /* with positions where the plan gives them */
	uint32_t person;                /* position in the source people, or NONE */
};

static void edit_find(struct edit *edit, const struct view *view, const struct past_drift *drift)
{
	const struct remark *remark = remark_of_drift(view, drift);
	*edit = (struct edit){.view = view, .drift = drift_record(view, drift), .person = NONE};
	if (!uuid_is_null(&drift->person))
		edit->person = source_person_by_uuid(view_source(view), &drift->person);
	edit->remark = (struct remark){.reason = drift->reason,
				       .role = drift->role,
				       .number = drift->number,
				       .person = edit->person,
				       .group = NONE,
				       .member = NONE,
				       .at_s = drift->first_s};
	if (remark != NULL)
		edit->remark = *remark;
}

static const char *mode_name(enum drift_mode mode)
{
	switch (mode) {
	case DRIFT_REPAIR: return "repair";
	case DRIFT_REPORT: return "report";
	case DRIFT_HOLD: return "hold";
	}
	return "report";
}

/* Has whoever the value leads, or led, to a name that an override can carry? */
static bool leads_to_somebody(const struct edit *edit)
{
	const struct target_snapshot *target = view_target(edit->view);
	uint32_t there = target_person_by_key(target, edit->drift->key);
	return edit->person != NONE || (there != NONE && entry_has(target->people[there].entry, FIELD_VO_ID));
}

/* An override says it better: it needs a person, an institution and a role. */
static bool can_be_adopted(const struct edit *edit)
{
	bool membership = edit->drift->reason == R_DRIFT_ADDED || edit->drift->reason == R_DRIFT_REMOVED;
	bool institution = edit->drift->number != 0 && edit->drift->number != NUMBER_EVERYWHERE;
	return membership && institution && edit->drift->role != UINT8_MAX && leads_to_somebody(edit);
}

/* What was taken out is put back only where it is wanted now: the order would be refused. */
static bool is_wanted(const struct edit *edit)
{
	const struct past_drift *drift = edit->drift;
	return drift->number == NUMBER_EVERYWHERE ||
	       desired_membership_find(edit->view->explain->plan_input->desired, view_source(edit->view), drift->number,
				       drift->role, &drift->person) != NONE;
}

static bool can_be_undone(const struct edit *edit)
{
	switch ((enum reason)edit->drift->reason) {
	case R_DRIFT_REMOVED: return edit->drift->decision == DRIFT_UNDECIDED && is_wanted(edit);
	case R_DRIFT_ADDED:
	case R_DRIFT_ENTRY_GONE:
	case R_DRIFT_ATTRIBUTE: return edit->drift->decision == DRIFT_UNDECIDED;
	default: return false;
	}
}

static void answer_command(struct answer *a, const char *key, const struct edit *edit, bool possible)
{
	char command[80];
	snprintf(command, sizeof(command), "duaalctl drift %s %u%s", key, edit->drift->id, tr(" --reason \"WHY\""));
	answer_word(a, key, possible && edit->drift->id != 0 ? command : NULL);
}

static struct text vo_id_of(const struct edit *edit)
{
	return edit->person != NONE ? entry_value(view_source(edit->view)->people[edit->person].entry, FIELD_VO_ID)
				    : text_of(NULL);
}

/* Of a value that is gone: the entry of the person whose it was. */
static void add_gone_value(const struct edit *edit, struct buf *dn)
{
	const struct target_snapshot *target = view_target(edit->view);
	uint32_t there = target_person_by_key(target, edit->drift->key);
	if (there == NONE && edit->person != NONE)
		there = target_person_by_vo_id(target, vo_id_of(edit));
	if (there != NONE)
		target_person_dn(target, there, dn);
}

static void answer_value(struct answer *a, const struct edit *edit)
{
	struct buf dn;
	buf_init(&dn);
	if (edit->remark.member != NONE)
		target_member_value(view_target(edit->view), edit->remark.member, &dn);
	else if (edit->drift->reason == R_DRIFT_REMOVED)
		add_gone_value(edit, &dn);
	a->failed = a->failed || buf_failed(&dn);
	answer_text_if(a, "value", buf_text(&dn));
	buf_done(&dn);
}

/* Where an entry of ours stood that is gone. */
static void answer_gone_entry(struct answer *a, const struct edit *edit)
{
	const struct target_names *names = view_target(edit->view)->names;
	const struct past_drift *drift = edit->drift;
	struct text vo_id = vo_id_of(edit);
	struct buf dn;
	buf_init(&dn);
	if (drift->number != 0 && drift->role < names->role_count)
		target_names_group_dn(names, drift->number, drift->role, &dn);
	else if (drift->number != 0)
		target_names_institution_dn(names, drift->number, &dn);
	else if (!text_is_empty(vo_id))
		target_names_person_dn(names, vo_id, &dn);
	a->failed = a->failed || buf_failed(&dn);
	answer_text_if(a, "entry", buf_text(&dn));
	buf_done(&dn);
}

static void answer_hands(struct answer *a, const struct edit *edit)
{
	const struct past_drift *drift = edit->drift;
	const struct entry *entry = remark_entry(edit->view, &edit->remark);
	if (entry != NULL)
		answer_target_entry(a, "entry", edit->view, entry);
	else
		answer_gone_entry(a, edit);
	answer_value(a, edit);
	answer_int_if(a, "known", drift->first_s);
	answer_hand(a, edit->view, entry);
	answer_string(a, "author", drift->author);
	answer_int_if(a, "authored", drift->author != NULL ? drift->author_s : 0);
	answer_word(a, "decided", drift->decision == DRIFT_UNDO ? "undo" : NULL);
}

static void answer_will(struct answer *a, const struct edit *edit)
{
	struct will will;
	will_tell(edit->view, &edit->remark, &will);
	answer_word(a, "will", will.text);
	answer_int_if(a, "will_at", will.at_s);
	answer_command(a, "adopt", edit, can_be_adopted(edit));
	answer_command(a, "undo", edit, can_be_undone(edit));
}

static struct answer drift_part(const struct view *view, const struct past_drift *drift)
{
	struct edit edit;
	struct answer a = answer_object();
	edit_find(&edit, view, drift);
	answer_int_if(&a, "id", edit.drift->id);
	answer_word(&a, "code", reason_code((enum reason)drift->reason));
	answer_word(&a, "sentence", reason_sentence((enum reason)drift->reason));
	answer_number_if(&a, "institution", drift->number);
	answer_text_if(&a, "institution_name", institution_name(view, drift->number));
	answer_role(&a, "role", view, drift->role);
	answer_person(&a, "person", view, edit.person, edit.remark.member);
	answer_hands(&a, &edit);
	answer_will(&a, &edit);
	return a;
}

json_t *answer_drift(const struct view *view)
{
	const struct plan *plan = view->explain->plan;
	const struct drift_settings *set = view->explain->plan_input->drift;
	uint32_t shown = plan->drift_count < DRIFTS_MAX ? plan->drift_count : DRIFTS_MAX;
	struct answer a = answer_object(), list = answer_list();
	for (uint32_t i = 0; i < shown; i++)
		answer_add(&list, NULL, drift_part(view, &plan->drifts[i]));
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_word(&a, "mode", mode_name(set->mode));
	answer_int(&a, "grace", set->grace_s);
	answer_add(&a, "drift", list);
	answer_int(&a, "drift_omitted", plan->drift_count - shown);
	return answer_end(&a);
}
