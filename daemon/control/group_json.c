/* SPDX-License-Identifier: EUPL-1.2 */
/* group_json.c - one role group of the target with its members, for the answer of Institution. */
#include "control/answers.h"

/* Whose value it is, from what the ledger remembers. */
static const char *member_state(const struct owned_value *owned)
{
	if (owned == NULL)
		return "by-hand";
	switch ((enum owned_state)owned->state) {
	case OWNED_HELD: return "ours";
	case OWNED_INTENDED: return "being-added";
	case OWNED_REMOVING: return "being-removed";
	case OWNED_ADOPTED: return "adopted";
	case OWNED_REMOVED: break; /* somebody put it in again */
	}
	return "by-hand";
}

static struct answer member_part(const struct view *view, const struct target_group *group, uint32_t member)
{
	const struct target_snapshot *target = view_target(view);
	const struct past *past = view->explain->plan_input->policy->past;
	const struct owned_value *owned = past_owned(past, &group->entry->uuid, target->members[member].key);
	struct answer a = answer_object();
	struct buf value;
	buf_init(&value);
	target_member_value(target, member, &value);
	a.failed = a.failed || buf_failed(&value);
	answer_person(&a, "person", view, NONE, member);
	answer_text(&a, "entry", buf_text(&value));
	answer_word(&a, "state", member_state(owned));
	answer_int_if(&a, "since_cycle", owned != NULL ? owned->cycle : 0);
	buf_done(&value);
	return a;
}

static void answer_actions(struct answer *a, const struct entry *entry)
{
	struct answer list = answer_list();
	struct entry_cursor cursor = entry_values(entry);
	struct text action;
	while (entry_next_of(&cursor, FIELD_ACTION, &action))
		answer_text(&list, NULL, action);
	answer_add(a, "actions", list);
}

static void answer_members(struct answer *a, const struct view *view, const struct target_group *group)
{
	struct answer list = answer_list();
	uint32_t shown = group->member_count < PLACE_LIST_MAX ? group->member_count : PLACE_LIST_MAX;
	for (uint32_t i = 0; i < shown; i++)
		answer_add(&list, NULL, member_part(view, group, group->first_member + i));
	answer_add(a, "members", list);
	answer_int(a, "members_omitted", group->member_count - shown);
}

struct answer group_part(const struct view *view, const struct target_group *group)
{
	const struct target_snapshot *target = view_target(view);
	struct answer a = answer_object();
	struct buf dn;
	buf_init(&dn);
	target_group_dn(target, (uint32_t)(group - target->groups), &dn);
	a.failed = a.failed || buf_failed(&dn);
	answer_role(&a, "role", view, group->role);
	answer_text(&a, "entry", buf_text(&dn));
	answer_bool(&a, "ours", group->ours);
	answer_bool(&a, "protected", group->protected);
	answer_actions(&a, group->entry);
	answer_members(&a, view, group);
	buf_done(&dn);
	return a;
}
