/* SPDX-License-Identifier: EUPL-1.2 */
/* waiting_json.c - what is not done by itself: holds of the guard, and remarks on what no change mends. */
#include "control/answers.h"

struct answer hold_part(const struct view *view, const struct guard_hold *hold)
{
	struct answer a = answer_object();
	answer_word(&a, "rule", reason_code(hold->rule));
	answer_word(&a, "sentence", reason_sentence(hold->rule));
	answer_int_if(&a, "institution", hold->number);
	answer_text_if(&a, "institution_name", institution_name(view, hold->number));
	answer_role(&a, "role", view, hold->role);
	answer_int(&a, "changes", hold->changes);
	answer_int(&a, "seen", hold->seen);
	answer_int(&a, "allowed", hold->allowed);
	return a;
}

void answer_holds(struct answer *a, const struct view *view)
{
	const struct guard_verdict *verdict = view->explain != NULL ? view->explain->verdict : NULL;
	uint32_t count = verdict != NULL ? verdict->hold_count : 0;
	uint32_t shown = count < HOLDS_MAX ? count : HOLDS_MAX;
	struct answer list = answer_list();
	for (uint32_t i = 0; i < shown; i++)
		answer_add(&list, NULL, hold_part(view, &verdict->holds[i]));
	answer_add(a, "holds", list);
	answer_int(a, "holds_omitted", count - shown);
}

/* The target entry that a remark is about, or NULL. */
static const struct entry *remark_entry(const struct view *view, const struct remark *remark)
{
	if (remark->entry != NULL)
		return remark->entry;
	return remark->group != NONE ? view_target(view)->groups[remark->group].entry : NULL;
}

static void answer_writer(struct answer *a, const struct view *view, const struct entry *entry)
{
	int64_t written_s = 0;
	struct buf dn;
	buf_init(&dn);
	if (entry != NULL) {
		entry_dn(entry, target_names_base(view_target(view)->names, entry->kind), &dn);
		if (!instant_parse(entry_value(entry, FIELD_MODIFY_TIMESTAMP), &written_s))
			written_s = 0;
	}
	a->failed = a->failed || buf_failed(&dn);
	answer_text_if(a, "entry", buf_text(&dn));
	answer_text_if(a, "writer", entry != NULL ? entry_value(entry, FIELD_MODIFIERS_NAME) : text_of(NULL));
	answer_int_if(a, "written", written_s);
	buf_done(&dn);
}

static void answer_value(struct answer *a, const struct view *view, uint32_t member)
{
	struct buf value;
	buf_init(&value);
	if (member != NONE)
		target_member_value(view_target(view), member, &value);
	a->failed = a->failed || buf_failed(&value);
	answer_text_if(a, "value", buf_text(&value));
	buf_done(&value);
}

struct answer remark_part(const struct view *view, const struct remark *remark)
{
	struct answer a = answer_object();
	answer_reason(&a, remark->reason);
	answer_int_if(&a, "institution", remark->number);
	answer_role(&a, "role", view, remark->role);
	answer_person(&a, "person", view, remark->person, remark->member);
	answer_value(&a, view, remark->member);
	answer_writer(&a, view, remark_entry(view, remark));
	answer_word(&a, "will_do",
		    remark->reason == R_PERSON_NOT_IN_TARGET ? "nothing until the person's entry is there"
							     : "nothing: it is reported and left alone");
	return a;
}
