/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * explain_target.c - the target's side of a path: group, membership, and what is planned. Why that waits, and what people did
 * by hand: explain_decided.c.
 */
#include "base/language.h"
#include "core/explain_parts.h"

static bool leads_there(const struct teller *t, const struct target_member *member)
{
	if (member->person != NONE)
		return member->person == t->target_person;
	return t->dangling != 0 && member->key == t->dangling;
}

uint32_t tell_member_of(const struct teller *t, uint32_t group)
{
	const struct target_group *g = &t->target->groups[group];
	for (uint32_t i = 0; i < g->member_count; i++)
		if (leads_there(t, &t->target->members[g->first_member + i]))
			return g->first_member + i;
	return NONE;
}

static const char *group_dn(struct teller *t, uint32_t group)
{
	struct buf dn;
	buf_init(&dn);
	target_group_dn(t->target, group, &dn);
	t->failed |= buf_failed(&dn);
	const char *text = tell_value(t, buf_text(&dn));
	buf_done(&dn);
	return text;
}

static void tell_membership(struct teller *t, struct path *path, uint32_t group, uint32_t member)
{
	const struct target_group *g = &t->target->groups[group];
	const struct owned_value *owned = NULL;
	if (member != NONE)
		owned = past_owned(t->policy->past, &g->entry->uuid, t->target->members[member].key);
	path->member = member != NONE;
	if (member == NONE)
		tell(t, path, "membership", false, R_NONE, tr("The person is not a member of that group now."));
	else if (owned == NULL)
		tell(t, path, "membership", true, R_NONE,
		     tr("The person is a member of that group; this service did not write it."));
	else if (owned->state == OWNED_ADOPTED)
		tell(t, path, "membership", true, R_DRIFT_ADOPTED,
		     tr("The person was a member of that group already when this service saw it first."));
	else
		tell(t, path, "membership", true, R_NONE,
		     tell_format(t, "The person is a member of that group; cycle %u wrote or confirmed it.",
				 owned->cycle));
}

static bool concerns(const struct teller *t, const struct change *change, const struct path *path, uint32_t member)
{
	if (change->number != path->number || change->role != path->role)
		return false;
	if (change->kind == CHANGE_MEMBER_ADD)
		return t->person != NONE && change->person == t->person;
	return change->kind == CHANGE_MEMBER_REMOVE && member != NONE && change->member == member;
}

/* What is planned, in words that promise nothing: whether it happens is for tell_verdict to say. */
static const char *what_is_planned(const struct change *change, bool goes)
{
	if (change->kind == CHANGE_MEMBER_ADD)
		return goes ? tr("The access will be given") : tr("The access would be given");
	return goes ? tr("The access will be taken away") : tr("The access would be taken away");
}

/* Of cause and finding the one that says more. */
static enum reason told_reason(const struct change *change)
{
	bool plain = change->reason == R_GRANTED || change->cause == R_CAUSE_SCHEDULED;
	bool decided = change->reason == R_INCLUDED || change->reason == R_EXCLUDED ||
		       change->reason == R_INCLUDE_LAPSED || change->reason == R_UNDONE_GIVEN ||
		       change->reason == R_UNDONE_TAKEN || change->reason == R_DIRECTIVE_VANISHED ||
		       change->reason == R_DRIFT_ADOPTED || change->cause == R_CAUSE_DRIFT;
	return (enum reason)(decided && !plain ? change->reason : change->cause);
}

static void tell_change(struct teller *t, struct path *path, uint32_t at)
{
	const struct change *change = &t->plan->changes[at];
	uint32_t fact = path->fact_count;
	enum reason reason = told_reason(change);
	tell(t, path, "change", false, reason, "");
	tell_verdict(t, path, at);
	if (fact == path->fact_count)
		return; /* no room */
	bool goes = path->waits == NULL;
	path->facts[fact].holds = goes && change->kind == CHANGE_MEMBER_ADD;
	path->facts[fact].text = tell_format(t, "%s: %s.", what_is_planned(change, goes), reason_sentence(reason));
}

static void tell_changes(struct teller *t, struct path *path, uint32_t member)
{
	for (uint32_t i = 0; i < t->plan->change_count; i++)
		if (concerns(t, &t->plan->changes[i], path, member))
			tell_change(t, path, i);
}

void tell_target(struct teller *t, struct path *path)
{
	uint32_t member = NONE;
	if (path->number == 0 || path->role == ROLE_NONE)
		return;
	uint32_t group = target_group_find(t->target, path->number, path->role);
	if (group != NONE) {
		member = tell_member_of(t, group);
		tell(t, path, "group", true, R_NONE,
		     tell_format(t, "The access is membership of %s.", group_dn(t, group)));
		tell_membership(t, path, group, member);
	} else if (path->granted) {
		tell(t, path, "group", false, R_NONE, tr("The role group of that institution is not there (yet)."));
	}
	tell_changes(t, path, member);
	tell_freeze(t, path);
	tell_drift(t, path, member);
}
