/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plan_needs.c - what cannot be without something that waits, waits too.
 *
 *   institution <- group <- member -> person       an entry is needed by what stands below it and by who leads to it
 *   group, person <- member                        and is made for its members only
 *
 * The guard judges each change by itself and people decide about what a hold lists; this is what follows from it, so it
 * needs no decision of its own. Phases stand in order, so each need is judged before what needs it.
 */
#include "core/guard.h"

#include <stdlib.h>

/* What is known of one entry while its members are looked at. */
struct need {
	const struct change *entry; /* that makes it; NULL: it is there */
	const struct change *held;  /* the first member that waits; NULL: none */
	bool goes;                  /* somebody comes in who goes */
};

struct needs {
	struct plan *plan;
	struct need *people; /* one a source person */
	uint32_t held;
};

static bool waits(const struct change *change)
{
	return change != NULL && change->verdict != VERDICT_GO;
}

static void hold_with(struct needs *needs, struct change *change, const struct change *other)
{
	if (waits(change) || !waits(other))
		return;
	change->verdict = VERDICT_HOLD;
	change->rule = other->rule;
	change->hold = other->hold;
	needs->held++;
}

/* Moves on to the change of this kind with this number (and role, where the kind has one); both lists ascend. */
static struct change *find(struct plan *plan, uint32_t *at, enum change_kind kind, uint32_t number, uint8_t role)
{
	for (; *at < plan->change_count; (*at)++) {
		struct change *change = &plan->changes[*at];
		if (change->kind != kind)
			continue;
		if (change->number > number || (change->number == number && change->role > role))
			return NULL;
		if (change->number == number && change->role == role)
			return change;
	}
	return NULL;
}

static void follow_institutions(struct needs *needs)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < needs->plan->change_count; i++) {
		struct change *group = &needs->plan->changes[i];
		if (group->kind == CHANGE_GROUP_ADD)
			hold_with(needs, group,
				  find(needs->plan, &at, CHANGE_INSTITUTION_ADD, group->number, UINT8_MAX));
	}
}

static void note(struct need *need, const struct change *member)
{
	need->goes |= !waits(member);
	if (waits(member) && need->held == NULL)
		need->held = member;
}

/* All members of one new group, changes[first..end). */
static void follow_group(struct needs *needs, struct change *group, uint32_t first, uint32_t end)
{
	struct need here = {.entry = group};
	for (uint32_t i = first; i < end; i++) {
		struct change *member = &needs->plan->changes[i];
		hold_with(needs, member, needs->people[member->person].entry);
		if (member->target == NONE)
			hold_with(needs, member, group);
		note(&here, member);
		note(&needs->people[member->person], member);
	}
	if (group != NULL && !here.goes)
		hold_with(needs, group, here.held);
}

static void follow_members(struct needs *needs)
{
	struct plan *plan = needs->plan;
	uint32_t at = 0;
	for (uint32_t first = 0, end; first < plan->change_count; first = end) {
		const struct change *one = &plan->changes[first];
		end = first + 1;
		if (one->kind != CHANGE_MEMBER_ADD)
			continue;
		while (end < plan->change_count && plan->changes[end].kind == CHANGE_MEMBER_ADD &&
		       plan->changes[end].number == one->number && plan->changes[end].role == one->role)
			end++;
		follow_group(needs, find(plan, &at, CHANGE_GROUP_ADD, one->number, one->role), first, end);
	}
}

static void follow_people(struct needs *needs)
{
	for (uint32_t i = 0; i < needs->plan->change_count; i++) {
		struct change *person = &needs->plan->changes[i];
		if (person->kind == CHANGE_PERSON_ADD && !needs->people[person->person].goes)
			hold_with(needs, person, needs->people[person->person].held);
	}
}

int plan_follow_needs(struct plan *plan, const struct plan_input *in, uint32_t *ret_held, struct err *err)
{
	struct needs needs = {.plan = plan};
	bool any = false;
	*ret_held = 0;
	for (uint32_t i = 0; i < plan->change_count && !any; i++)
		any = waits(&plan->changes[i]) && plan->changes[i].phase != PHASE_REVOKE;
	if (!any)
		return 0;
	needs.people = calloc((size_t)in->policy->source->people_count + 1, sizeof(*needs.people));
	if (needs.people == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < plan->change_count; i++)
		if (plan->changes[i].kind == CHANGE_PERSON_ADD)
			needs.people[plan->changes[i].person].entry = &plan->changes[i];
	follow_institutions(&needs);
	follow_members(&needs);
	follow_people(&needs);
	free(needs.people);
	*ret_held = needs.held;
	return 0;
}
