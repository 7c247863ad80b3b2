/* SPDX-License-Identifier: EUPL-1.2 */
/* flat.c - see flat.h. */
#include "core/flat.h"

#include <stdlib.h>

#include "model/number.h"

_Static_assert(POLICY_ROLES_MAX <= 16, "a role is a bit");

struct following {
	struct plan *plan;
	const struct plan_input *in;
	uint8_t *going;    /* one a target member: its removal may go */
	uint16_t *stays;   /* one a target person: roles in which some role group keeps it */
	uint16_t *leaves;  /* the same: roles in which one of them lets it go in this plan */
	uint16_t *arrives; /* one a source person: roles that some role group is given */
};

static bool is_flat(const struct change *change)
{
	return change->number == NUMBER_EVERYWHERE;
}

static uint16_t bit_of(uint8_t role)
{
	return (uint16_t)(1u << role);
}

static void let_leave(struct following *f, const struct change *c)
{
	uint32_t person = f->in->target->members[c->member].person;
	f->going[c->member] = 1;
	if (person != NONE)
		f->leaves[person] |= bit_of(c->role);
}

static void look_at_changes(struct following *f)
{
	for (uint32_t i = 0; i < f->plan->change_count; i++) {
		const struct change *c = &f->plan->changes[i];
		if (is_flat(c) || c->verdict != VERDICT_GO)
			continue;
		if (c->kind == CHANGE_MEMBER_REMOVE)
			let_leave(f, c);
		else if (c->kind == CHANGE_MEMBER_ADD)
			f->arrives[c->person] |= bit_of(c->role);
	}
}

static bool is_role_group(const struct following *f, const struct target_group *group)
{
	return group->ours && group->number != 0 && group->number != NUMBER_EVERYWHERE &&
	       group->role < f->in->target->names->role_count;
}

static void look_at_groups(struct following *f)
{
	const struct target_snapshot *target = f->in->target;
	for (uint32_t g = 0; g < target->group_count; g++) {
		const struct target_group *group = &target->groups[g];
		for (uint32_t i = 0; is_role_group(f, group) && i < group->member_count; i++) {
			uint32_t at = group->first_member + i, person = target->members[at].person;
			if (person != NONE && !f->going[at])
				f->stays[person] |= bit_of(group->role);
		}
	}
}

/* A value that leads to no entry: nobody is known to have the role by it. */
static bool may_leave(const struct following *f, const struct change *c)
{
	uint32_t person = f->in->target->members[c->member].person;
	return person == NONE || (f->stays[person] & bit_of(c->role)) == 0;
}

/* Held by what holds the whole run, and not by what is known about this one. */
static bool is_swept_along(const struct following *f, const struct change *c)
{
	uint32_t person = c->kind == CHANGE_MEMBER_REMOVE ? f->in->target->members[c->member].person : NONE;
	bool general = c->rule == R_RULE_SOURCE_UNREAD || c->rule == R_RULE_SOURCE_WENT_BACK ||
		       c->rule == R_RULE_SCOPE || c->rule == R_RULE_SHRUNKEN || c->rule == R_RULE_LEDGER_OLD ||
		       c->rule == R_RULE_FROZEN;
	return c->verdict == VERDICT_HOLD && c->cause == R_CAUSE_FOLLOWS && general && person != NONE &&
	       (f->leaves[person] & bit_of(c->role)) != 0;
}

static void let_go(struct change *change, struct guard_verdict *verdict)
{
	change->verdict = VERDICT_GO;
	change->rule = R_RULE_NONE;
	change->hold = 0;
	verdict->go++;
	verdict->held--;
}

static bool may_come(const struct following *f, const struct change *c)
{
	const struct entry *entry = f->in->policy->source->people[c->person].entry;
	uint32_t there = target_person_by_vo_id(f->in->target, entry_value(entry, FIELD_VO_ID));
	uint16_t has = f->arrives[c->person] | (there != NONE ? f->stays[there] : 0);
	return (has & bit_of(c->role)) != 0;
}

static void hold(struct change *change, struct guard_verdict *verdict)
{
	change->verdict = VERDICT_HOLD;
	change->rule = R_RULE_FOLLOWS;
	verdict->go--;
	verdict->held++;
}

/* A group comes with its first member. */
static void hold_empty_groups(struct following *f, uint16_t filled, struct guard_verdict *verdict)
{
	for (uint32_t i = 0; i < f->plan->change_count; i++) {
		struct change *c = &f->plan->changes[i];
		if (is_flat(c) && c->kind == CHANGE_GROUP_ADD && c->verdict == VERDICT_GO &&
		    (filled & bit_of(c->role)) == 0)
			hold(c, verdict);
	}
}

static void follow(struct following *f, struct guard_verdict *verdict)
{
	uint16_t filled = 0;
	for (uint32_t i = 0; i < f->plan->change_count; i++) {
		struct change *c = &f->plan->changes[i];
		if (is_flat(c) && is_swept_along(f, c) && may_leave(f, c))
			let_go(c, verdict);
		if (!is_flat(c) || c->verdict != VERDICT_GO)
			continue;
		if (c->kind == CHANGE_MEMBER_REMOVE && !may_leave(f, c))
			hold(c, verdict);
		else if (c->kind == CHANGE_MEMBER_ADD && !may_come(f, c))
			hold(c, verdict);
		else if (c->kind == CHANGE_MEMBER_ADD)
			filled |= bit_of(c->role);
	}
	hold_empty_groups(f, filled, verdict);
}

int flat_follow(struct plan *plan, const struct plan_input *in, struct guard_verdict *verdict, struct err *err)
{
	struct following f = {.plan = plan, .in = in};
	struct arena scratch;
	if (!target_names_has_flat(in->target->names))
		return 0;
	arena_init(&scratch, 0);
	f.going = arena_array(&scratch, in->target->member_count, sizeof(*f.going));
	f.stays = arena_array(&scratch, in->target->people_count, sizeof(*f.stays));
	f.leaves = arena_array(&scratch, in->target->people_count, sizeof(*f.leaves));
	f.arrives = arena_array(&scratch, in->policy->source->people_count, sizeof(*f.arrives));
	bool made = f.going != NULL && f.stays != NULL && f.leaves != NULL && f.arrives != NULL;
	if (made) {
		look_at_changes(&f);
		look_at_groups(&f);
		follow(&f, verdict);
	}
	arena_done(&scratch);
	return made ? 0 : err_nomem(err);
}
