/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_json.c - what the guard keeps from happening, in the answers of Status, Plan, Institution and Holds. */
#include "base/clock.h"
#include "control/answers.h"
#include "control/hold_list.h"

static const char *state_name(uint8_t state)
{
	switch ((enum hold_state)state) {
	case HOLD_OPEN: return "open";
	case HOLD_APPROVED: return "approved";
	case HOLD_REJECTED: return "rejected";
	case HOLD_ACCEPTED: return "accepted";
	case HOLD_EXPIRED: return "expired";
	case HOLD_OVER: break;
	}
	return "over";
}

static const char *decision_of(const struct past_hold *record)
{
	if (record == NULL || record->state != HOLD_OPEN)
		return NULL;
	if (record->rule == R_RULE_SOURCE_WENT_BACK)
		return "accept-source";
	return rule_is_decided((enum reason)record->rule) ? "approve" : NULL;
}

/* A rejection lasts until the source changes. */
static int64_t expiry_of(const struct past_hold *hold)
{
	return hold->state == HOLD_REJECTED || hold->expires_s == INT64_MAX ? 0 : hold->expires_s;
}

/* Null all through where it is not on record. */
static void answer_record(struct answer *a, const struct past_hold *record)
{
	static const struct past_hold none;
	char name[HOLD_NAME_SIZE];
	const struct past_hold *hold = record != NULL ? record : &none;
	answer_word(a, "id", record != NULL ? hold_name(record, name) : NULL);
	answer_word(a, "state", record != NULL ? state_name(record->state) : NULL);
	answer_word(a, "decide", decision_of(record));
	answer_int_if(a, "opened", hold->opened_s);
	answer_int_if(a, "expires", expiry_of(hold));
	answer_int_if(a, "decided", hold->decided_s);
	if (hold->decided_s != 0)
		answer_int(a, "decided_by", hold->decided_by);
	else
		answer_null(a, "decided_by");
	answer_string(a, "reason", hold->said);
}

/* Lines of the list that are changes: a source that went back also lists entries. */
static uint32_t changes_of(const struct past_hold *record)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < record->op_count; i++)
		count += record->ops[i].kind != 0;
	return count;
}

static const char *sentence_of(const struct view *view, enum reason rule, char out[RULE_SENTENCE_SIZE])
{
	return view->explain != NULL ? rule_sentence(rule, view->guard, view->past, view_source(view), out)
				     : reason_sentence(rule);
}

static bool is_decided(enum reason rule)
{
	return rule == R_RULE_SOURCE_WENT_BACK || rule_is_decided(rule);
}

/* What a first look would hold may be gone when the source has answered for those who were missing: it is no hold yet. */
static bool is_unnumbered(const struct view *view, const struct hold_row *row)
{
	return row->record == NULL && !view->supposed && view->phase != RUN_ASKING &&
	       is_decided((enum reason)row->now->rule);
}

struct answer hold_part(const struct view *view, const struct hold_row *row)
{
	const struct past_hold *record = row->record;
	const struct guard_hold *now = row->now;
	struct answer a = answer_object();
	char sentence[RULE_SENTENCE_SIZE];
	answer_record(&a, record);
	answer_bool(&a, "unnumbered", is_unnumbered(view, row));
	answer_word(&a, "rule", reason_code(hold_row_rule(row)));
	answer_word(&a, "sentence", sentence_of(view, hold_row_rule(row), sentence));
	answer_number_if(&a, "institution", hold_row_number(row));
	answer_text_if(&a, "institution_name", institution_name(view, hold_row_number(row)));
	answer_role(&a, "role", view, record != NULL ? record->role : now->role);
	answer_int(&a, "changes", record != NULL ? changes_of(record) : now->changes);
	answer_int(&a, "seen", record != NULL ? record->seen : now->seen);
	answer_int(&a, "allowed", record != NULL ? record->allowed : now->allowed);
	return a;
}

static bool is_held_back(const struct hold_row *row)
{
	return row->record == NULL || row->record->state == HOLD_OPEN || row->record->state == HOLD_REJECTED;
}

static bool is_for_people(const struct hold_row *row)
{
	return row->record != NULL || is_decided((enum reason)row->now->rule);
}

/* Lists those that fit, of this institution (0: all); ret: how many are too many. */
static uint32_t list_holds(struct answer *a, const struct view *view, bool (*fits)(const struct hold_row *),
			   uint32_t number)
{
	struct answer list = answer_list();
	struct hold_list holds;
	uint32_t count = 0;
	if (!hold_list_make(view, &holds)) {
		list.failed = true;
		answer_add(a, "holds", list);
		return 0;
	}
	for (uint32_t i = 0; i < holds.count; i++) {
		const struct hold_row *row = &holds.rows[i];
		if (fits(row) && (number == 0 || hold_row_number(row) == number) && count++ < HOLDS_MAX)
			answer_add(&list, NULL, hold_part(view, row));
	}
	answer_add(a, "holds", list);
	hold_list_done(&holds);
	return count > HOLDS_MAX ? count - HOLDS_MAX : 0;
}

void answer_holds(struct answer *a, const struct view *view)
{
	answer_int(a, "holds_omitted", list_holds(a, view, is_held_back, 0));
}

void answer_holds_of(struct answer *a, const struct view *view, uint32_t number)
{
	list_holds(a, view, is_held_back, number);
}

static bool is_on_record(const struct hold_row *row)
{
	return row->record != NULL;
}

json_t *answer_all_holds(const struct view *view)
{
	struct answer a = answer_object();
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_int(&a, "holds_omitted",
		   list_holds(&a, view, view->phase == RUN_ASKING ? is_on_record : is_for_people, 0));
	return answer_end(&a);
}
