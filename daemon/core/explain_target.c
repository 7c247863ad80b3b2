/* SPDX-License-Identifier: EUPL-1.2 */
/* explain_target.c - the target's side of a path: group, membership, and what is planned, held or changed by hand. */
#include "core/explain_parts.h"

static uint32_t member_of(const struct teller *t, uint32_t group)
{
	const struct target_group *g = &t->target->groups[group];
	for (uint32_t i = 0; t->target_person != NONE && i < g->member_count; i++)
		if (t->target->members[g->first_member + i].person == t->target_person)
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
		tell(t, path, "membership", false, R_NONE, "The person is not a member of that group now.");
	else if (owned == NULL)
		tell(t, path, "membership", true, R_NONE,
		     "The person is a member of that group; this service did not write it.");
	else if (owned->state == OWNED_ADOPTED)
		tell(t, path, "membership", true, R_DRIFT_ADOPTED,
		     "The person was a member of that group already when this service saw it first.");
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

static void tell_change(struct teller *t, struct path *path, const struct change *change)
{
	const char *what =
		change->kind == CHANGE_MEMBER_ADD ? "The access will be given" : "The access will be taken away";
	tell(t, path, "change", change->kind == CHANGE_MEMBER_ADD, (enum reason)change->cause,
	     tell_format(t, "%s: %s.", what, reason_sentence((enum reason)change->cause)));
	if (change->verdict != VERDICT_GO)
		tell(t, path, "hold", false, (enum reason)change->rule,
		     tell_format(t, "That change waits: %s.", reason_sentence((enum reason)change->rule)));
}

static void tell_changes(struct teller *t, struct path *path, uint32_t member)
{
	for (uint32_t i = 0; i < t->plan->change_count; i++)
		if (concerns(t, &t->plan->changes[i], path, member))
			tell_change(t, path, &t->plan->changes[i]);
}

static bool is_about(const struct teller *t, const struct remark *remark, const struct path *path, uint32_t member)
{
	if (remark->member != NONE)
		return remark->member == member;
	if (remark->person != NONE)
		return remark->person == t->person && (remark->role != path->role || remark->number == path->number);
	return remark->number == path->number && (remark->role == path->role || remark->role == ROLE_NONE);
}

static void tell_drift(struct teller *t, struct path *path, uint32_t member)
{
	for (uint32_t i = 0; i < t->plan->remark_count; i++) {
		const struct remark *remark = &t->plan->remarks[i];
		if (is_about(t, remark, path, member))
			tell(t, path, "drift", false, (enum reason)remark->reason,
			     tell_format(t, "In the application's directory: %s.",
					 reason_sentence((enum reason)remark->reason)));
	}
}

void tell_target(struct teller *t, struct path *path)
{
	uint32_t member = NONE;
	if (path->number == 0 || path->role == ROLE_NONE)
		return;
	uint32_t group = target_group_find(t->target, path->number, path->role);
	if (group != NONE) {
		member = member_of(t, group);
		tell(t, path, "group", true, R_NONE,
		     tell_format(t, "The access is membership of %s.", group_dn(t, group)));
		tell_membership(t, path, group, member);
	} else if (path->granted) {
		tell(t, path, "group", false, R_NONE, "The role group of that institution does not exist yet.");
	}
	tell_changes(t, path, member);
	tell_drift(t, path, member);
}
