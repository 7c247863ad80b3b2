/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * institution_json.c - the answer of Institution: admission and why, administrators, groups with members, and what
 * concerns this number in plan, holds, remarks and refusals.
 */
#include "base/clock.h"
#include "control/answers.h"

/* One question about one institution. */
struct place {
	const struct view *view;
	uint32_t number;
	const struct entry *source;                /* the first entry with this number, or NULL */
	const struct desired_institution *desired; /* or NULL */
};

static void place_find(struct place *place, const struct view *view, uint32_t number)
{
	const struct source_snapshot *source = view_source(view);
	const struct desired *desired = view->explain->plan_input->desired;
	uint32_t at = source_institution_by_number(source, number);
	*place = (struct place){.view = view, .number = number};
	if (at != NONE)
		place->source = source->institutions[at].entry;
	at = desired_institution_find(desired, number);
	if (at != NONE)
		place->desired = &desired->institutions[at];
}

bool institution_is_known(const struct view *view, uint32_t number)
{
	const struct target_snapshot *target = view_target(view);
	return source_institution_by_number(view_source(view), number) != NONE ||
	       target_institution_by_number(target, number) != NONE;
}

bool institution_is_frozen(const struct view *view, uint32_t number)
{
	const int64_t now_s = clock_wall_s();
	for (size_t i = 0; i < view->past->freeze_count; i++)
		if (view->past->freezes[i].number == number && view->past->freezes[i].until_s > now_s)
			return true;
	return false;
}

static struct text value_of(const struct entry *entry, enum field field)
{
	return entry != NULL ? entry_value(entry, field) : text_of(NULL);
}

static void answer_admission(struct answer *a, const struct place *place)
{
	const struct desired_institution *desired = place->desired;
	const struct entry *request = desired != NULL ? desired->request : NULL;
	struct text requests = target_names_base(view_target(place->view)->names, ENTRY_REQUEST);
	answer_bool(a, "admitted", desired != NULL && desired->admitted);
	answer_bool(a, "ambiguous", desired != NULL && desired->ambiguous);
	answer_reason(a, desired != NULL ? desired->reason : R_INSTITUTION_UNKNOWN);
	answer_source_entry(a, "entry", place->view, place->source);
	answer_entry(a, "request", request, requests);
}

/* id is a vo-id, or a DN, as the source has it. */
static struct answer administrator_part(const struct view *view, struct text id)
{
	struct answer a = answer_object();
	const struct source_snapshot *source = view_source(view);
	uint32_t at = source_person_by_vo_id(source, id);
	answer_text(&a, "id", id);
	answer_text_if(&a, "name", at != NONE ? entry_value(source->people[at].entry, FIELD_CN) : text_of(NULL));
	return a;
}

static void answer_administrators(struct answer *a, const char *key, const struct place *place, enum field field)
{
	struct answer list = answer_list();
	struct text id;
	if (place->source != NULL) {
		struct entry_cursor cursor = entry_values(place->source);
		for (uint32_t i = 0; i < PLACE_LIST_MAX && entry_next_of(&cursor, field, &id); i++)
			answer_add(&list, NULL, administrator_part(place->view, id));
	}
	answer_add(a, key, list);
}

static void answer_groups(struct answer *a, const struct place *place)
{
	const struct target_snapshot *target = view_target(place->view);
	struct answer list = answer_list();
	for (uint8_t role = 0; role < place->view->policy->role_count; role++) {
		uint32_t at = target_group_find(target, place->number, role);
		if (at != NONE)
			answer_add(&list, NULL, group_part(place->view, &target->groups[at]));
	}
	answer_add(a, "groups", list);
}

static void answer_changes(struct answer *a, const struct place *place)
{
	const struct plan *plan = place->view->explain->plan;
	struct answer list = answer_list();
	uint32_t count = 0;
	for (uint32_t i = 0; i < plan->change_count; i++)
		if (plan->changes[i].number == place->number && count++ < PLACE_LIST_MAX)
			answer_add(&list, NULL, change_part(place->view, &plan->changes[i]));
	answer_add(a, "changes", list);
	answer_int(a, "changes_omitted", count > PLACE_LIST_MAX ? count - PLACE_LIST_MAX : 0);
}

static struct answer refusal_part(const struct view *view, const struct refusal *refusal)
{
	struct answer a = answer_object();
	answer_reason(&a, refusal->reason);
	answer_role(&a, "role", view, refusal->role);
	answer_person(&a, "person", view, refusal->person, NONE);
	if (text_is_empty(refusal->value))
		answer_word(&a, "value", "");
	else
		answer_found(&a, "value", refusal->value);
	return a;
}

static void answer_refusals(struct answer *a, const struct place *place)
{
	const struct desired *desired = place->view->explain->plan_input->desired;
	struct answer list = answer_list();
	uint32_t count = 0;
	for (uint32_t i = 0; i < desired->refusals_kept; i++)
		if (desired->refusals[i].number == place->number && count++ < PLACE_LIST_MAX)
			answer_add(&list, NULL, refusal_part(place->view, &desired->refusals[i]));
	answer_add(a, "refusals", list);
	answer_int(a, "refusals_omitted", count > PLACE_LIST_MAX ? count - PLACE_LIST_MAX : 0);
}

json_t *answer_institution(const struct view *view, uint32_t number)
{
	struct place place;
	place_find(&place, view, number);
	struct answer a = answer_object();
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_int(&a, "number", number);
	answer_text_if(&a, "received", value_of(place.source, FIELD_NUMBER));
	answer_text_if(&a, "name", institution_name(view, number));
	answer_text_if(&a, "kind", value_of(place.source, FIELD_KIND));
	answer_admission(&a, &place);
	answer_administrators(&a, "head_administrators", &place, FIELD_HEAD_ADMIN);
	answer_administrators(&a, "local_administrators", &place, FIELD_LOCAL_ADMIN);
	answer_groups(&a, &place);
	answer_changes(&a, &place);
	answer_holds_of(&a, view, number);
	answer_freezes_of(&a, view, number, clock_wall_s());
	answer_remarks_of(&a, view, number);
	answer_refusals(&a, &place);
	return answer_end(&a);
}
