/* SPDX-License-Identifier: EUPL-1.2 */
/* remarks.c - see remarks.h. */
#include "control/remarks.h"

#include "control/answers.h"

uint32_t remarks_count(const struct view *view)
{
	if (view->explain == NULL)
		return 0;
	return view->explain->plan_input->desired->directive_remark_count + view->explain->plan->remark_count;
}

struct remark remark_at(const struct view *view, uint32_t position)
{
	const struct desired *desired = view->explain->plan_input->desired;
	if (position >= desired->directive_remark_count)
		return view->explain->plan->remarks[position - desired->directive_remark_count];
	const struct directive_remark *d = &desired->directive_remarks[position];
	return (struct remark){.reason = d->reason,
			       .role = d->role,
			       .number = d->number,
			       .person = d->person,
			       .group = NONE,
			       .member = NONE,
			       .entry = d->entry,
			       .at_s = d->at_s};
}

const struct entry *remark_entry(const struct view *view, const struct remark *remark)
{
	if (remark->entry != NULL)
		return remark->entry;
	return remark->group != NONE ? view_target(view)->groups[remark->group].entry : NULL;
}

static bool is_about_person(const struct view *view, uint32_t person, const struct uuid *uuid)
{
	return person == NONE || uuid_is_null(uuid) || uuid_equal(&view_source(view)->people[person].entry->uuid, uuid);
}

static bool is_about_entry(const struct entry *entry, const struct uuid *uuid)
{
	return entry == NULL || uuid_is_null(uuid) || uuid_equal(&entry->uuid, uuid);
}

static bool is_about(const struct view *view, const struct remark *remark, const struct past_drift *drift)
{
	if (remark->drift != 0 && drift->id != 0)
		return remark->drift == drift->id;
	if (remark->reason != drift->reason || remark->number != drift->number || remark->role != drift->role)
		return false;
	if (remark->member != NONE && drift->key != 0 && view_target(view)->members[remark->member].key != drift->key)
		return false;
	return is_about_person(view, remark->person, &drift->person) &&
	       is_about_entry(remark_entry(view, remark), &drift->entry);
}

const struct past_drift *drift_of_remark(const struct view *view, const struct remark *remark)
{
	const struct plan *plan = view->explain->plan;
	for (uint32_t i = 0; i < plan->drift_count; i++)
		if (is_about(view, remark, &plan->drifts[i]))
			return &plan->drifts[i];
	return NULL;
}

const struct remark *remark_of_drift(const struct view *view, const struct past_drift *drift)
{
	const struct plan *plan = view->explain->plan;
	for (uint32_t i = 0; i < plan->remark_count; i++)
		if (is_about(view, &plan->remarks[i], drift))
			return &plan->remarks[i];
	return NULL;
}

static bool is_same(const struct past_drift *a, const struct past_drift *b)
{
	return a->reason == b->reason && a->number == b->number && a->role == b->role && a->key == b->key &&
	       uuid_equal(&a->entry, &b->entry) && uuid_equal(&a->person, &b->person);
}

const struct past_drift *drift_record(const struct view *view, const struct past_drift *drift)
{
	const struct past *past = view->past;
	const struct past_drift *record = drift->id != 0 ? past_drift(past, drift->id) : NULL;
	for (size_t i = 0; record == NULL && i < past->drift_count; i++)
		if (is_same(&past->drifts[i], drift))
			record = &past->drifts[i];
	return record != NULL ? record : drift;
}

uint32_t drift_number(const struct view *view, const struct past_drift *drift)
{
	return drift_record(view, drift)->id;
}
