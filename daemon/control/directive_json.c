/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * directive_json.c - the answer of Directives: what vanished first, then requests and overrides as they stand in the
 * directory, each with the effect that the policy gives it.
 */
#include "base/clock.h"
#include "control/answers.h"
#include "model/number.h"

struct effect {
	const char *word;
	enum reason reason; /* R_NONE: nothing to say */
};

struct directives {
	const struct view *view;
	struct answer list;
	uint32_t count;
};

/* Has the list room for one more? Counts it in any case. */
static bool has_room(struct directives *d)
{
	return d->count++ < DIRECTIVES_MAX;
}

/* ---- what became of it -------------------------------------------------------------------------------- */

static bool is_in_force(const struct desired *desired, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < desired->directive_count; i++)
		if (uuid_equal(&desired->directives[i].uuid, uuid))
			return true;
	return false;
}

static enum reason remark_on(const struct desired *desired, const struct entry *entry)
{
	for (uint32_t i = 0; i < desired->directive_remark_count; i++)
		if (uuid_equal(&desired->directive_remarks[i].entry->uuid, &entry->uuid))
			return (enum reason)desired->directive_remarks[i].reason;
	return R_NONE;
}

static bool is_include(const struct entry *entry)
{
	return text_equal_nocase(text_trim(entry_value(entry, FIELD_EFFECT)), text_of("include"));
}

static bool is_exclude(const struct entry *entry)
{
	return text_equal_nocase(text_trim(entry_value(entry, FIELD_EFFECT)), text_of("exclude"));
}

static enum reason lapse_of(const struct entry *entry)
{
	if (entry->kind == ENTRY_REQUEST)
		return R_REQUEST_LAPSED;
	return is_include(entry) ? R_INCLUDE_LAPSED : R_NONE;
}

static struct effect effect_of(const struct view *view, const struct entry *entry, int64_t until_s)
{
	const struct desired *desired = view->explain->plan_input->desired;
	enum reason remark = remark_on(desired, entry);
	bool works = remark == R_NONE || remark == R_DIRECTIVE_ENDS_SOON || remark == R_OVERRIDE_NOBODY;
	if (works && until_s != 0 && until_s <= view->explain->plan_input->policy->now_s)
		return (struct effect){"lapsed", lapse_of(entry)};
	if (works && is_in_force(desired, &entry->uuid)) /* what past knows of one without effect stays there too */
		return (struct effect){"in-force", remark};
	return (struct effect){"none", remark};
}

static void answer_effect(struct answer *a, struct effect effect)
{
	answer_word(a, "effect", effect.word);
	answer_word(a, "code", effect.reason != R_NONE ? reason_code(effect.reason) : NULL);
	answer_word(a, "sentence", effect.reason != R_NONE ? reason_sentence(effect.reason) : NULL);
}

/* ---- one that stands there ---------------------------------------------------------------------------- */

static const char *kind_of(const struct entry *entry)
{
	if (entry->kind == ENTRY_REQUEST)
		return "request";
	return is_include(entry) ? "include" : is_exclude(entry) ? "exclude" : "override";
}

static void answer_place(struct answer *a, const struct view *view, uint32_t number)
{
	answer_number_if(a, "institution", number);
	answer_text_if(a, "institution_name", institution_name(view, number));
}

/* Somebody that two entries claim to be is nobody in particular (R9). */
static uint32_t person_of(const struct view *view, struct text vo_id)
{
	const struct source_snapshot *source = view_source(view);
	uint32_t at = text_is_empty(vo_id) ? NONE : source_person_by_vo_id(source, vo_id);
	return at != NONE && source->people[at].same_as == NONE ? at : NONE;
}

static int64_t until_of(const struct entry *entry)
{
	int64_t until_s = 0;
	struct text value = entry_value(entry, FIELD_VALID_UNTIL);
	return !text_is_empty(value) && instant_parse(value, &until_s) ? until_s : 0;
}

static struct answer directive_part(const struct view *view, const struct entry *entry)
{
	struct answer a = answer_object();
	uint32_t number = 0;
	int64_t until_s = until_of(entry);
	struct text vo_id = entry_value(entry, FIELD_VO_ID);
	if (!number_parse(entry_value(entry, FIELD_NUMBER), &number))
		number = 0;
	answer_word(&a, "kind", kind_of(entry));
	answer_place(&a, view, number);
	answer_role(&a, "role", view, role_find(view->policy, text_trim(entry_value(entry, FIELD_ROLE))));
	answer_person(&a, "person", view, person_of(view, text_trim(vo_id)), NONE);
	answer_words(&a, "vo_id", vo_id);
	answer_int_if(&a, "until", until_s);
	answer_words(&a, "reason", entry_value(entry, FIELD_REASON));
	answer_words(&a, "owner", entry_value(entry, FIELD_OWNER));
	answer_target_entry(&a, "entry", view, entry);
	answer_effect(&a, effect_of(view, entry, until_s));
	return a;
}

static void list_entries(struct directives *d, struct entry *const *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (has_room(d))
			answer_add(&d->list, NULL, directive_part(d->view, entries[i]));
}

/* ---- one that vanished -------------------------------------------------------------------------------- */

static bool stands_there(struct entry *const *entries, uint32_t count, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < count; i++)
		if (uuid_equal(&entries[i]->uuid, uuid))
			return true;
	return false;
}

static bool has_vanished(const struct view *view, const struct past_directive *directive)
{
	const struct target_snapshot *target = view_target(view);
	return directive->until_s > view->explain->plan_input->policy->now_s &&
	       !stands_there(target->requests, target->request_count, &directive->uuid) &&
	       !stands_there(target->overrides, target->override_count, &directive->uuid);
}

static const char *kind_name(uint8_t kind)
{
	switch ((enum directive_kind)kind) {
	case DIRECTIVE_REQUEST: return "request";
	case DIRECTIVE_INCLUDE: return "include";
	case DIRECTIVE_EXCLUDE: break;
	}
	return "exclude";
}

static struct answer vanished_part(const struct view *view, const struct past_directive *directive)
{
	struct answer a = answer_object();
	const struct source_snapshot *source = view_source(view);
	uint32_t at = uuid_is_null(&directive->person) ? NONE : source_person_by_uuid(source, &directive->person);
	answer_word(&a, "kind", kind_name(directive->kind));
	answer_place(&a, view, directive->number);
	answer_role(&a, "role", view, directive->role);
	answer_person(&a, "person", view, at, NONE);
	answer_text_if(&a, "vo_id", at != NONE ? entry_value(source->people[at].entry, FIELD_VO_ID) : text_of(NULL));
	answer_int_if(&a, "until", directive->until_s == INT64_MAX ? 0 : directive->until_s);
	answer_null(&a, "reason");
	answer_null(&a, "owner");
	answer_null(&a, "entry");
	answer_effect(&a, (struct effect){"vanished", R_DIRECTIVE_VANISHED});
	return a;
}

static void list_vanished(struct directives *d)
{
	const struct past *past = d->view->past;
	for (size_t i = 0; i < past->directive_count; i++)
		if (has_vanished(d->view, &past->directives[i]) && has_room(d))
			answer_add(&d->list, NULL, vanished_part(d->view, &past->directives[i]));
}

json_t *answer_directives(const struct view *view)
{
	const struct target_snapshot *target = view_target(view);
	struct answer a = answer_object();
	struct directives d = {.view = view, .list = answer_list()};
	list_vanished(&d);
	list_entries(&d, target->requests, target->request_count);
	list_entries(&d, target->overrides, target->override_count);
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_add(&a, "directives", d.list);
	answer_int(&a, "directives_omitted", d.count > DIRECTIVES_MAX ? d.count - DIRECTIVES_MAX : 0);
	return answer_end(&a);
}
