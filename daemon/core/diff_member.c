/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_member.c - the values of one role group against the memberships wanted.
 *
 *   a value of ours       wanted     not wanted
 *   is there, owned       nothing    remove, with its cause
 *   is there, was removed confirm    remove again when the target was restored, else as one not owned
 *   is there, not owned   confirm    adopted or added by hand (diff_unknown.c)
 *   is not there, owned   taken out by hand, or put back when the target was restored; not wanted: forget it
 *   is not there          add
 *
 * No hashing where both sides stand together: a desired member is found through its position in the
 * target's people, an owned value among those of its group.
 */
#include "core/diff_group.h"

#include <stdlib.h>

#define FEW_OWNED 64 /* up to here a look along the group's values beats a hash */

static const struct standing *standing_of(const struct diff *diff, uint32_t desired)
{
	return diff_standing(diff, diff->desired->memberships[desired].person);
}

/* ---- what the ledger says about this group -------------------------------------------------------- */

/* Begins behind the last one found: both lists usually stand in one order. */
static const struct owned_value *owned_of(struct diff *diff, struct pair *pair, uint64_t key)
{
	const struct owned_value *all = diff->past->owned;
	uint32_t count = pair->owned_end - pair->owned_first;
	if (count > FEW_OWNED) {
		const struct owned_value *owned = past_owned(diff->past, &pair->past->uuid, key);
		if (owned != NULL)
			diff->owned_seen[owned - all] = 1;
		return owned;
	}
	for (uint32_t i = 0, at = pair->owned_next; i < count; i++, at++) {
		if (at == pair->owned_end)
			at = pair->owned_first;
		if (all[diff->owned_order[at]].key != key)
			continue;
		pair->owned_next = at + 1 < pair->owned_end ? at + 1 : pair->owned_first;
		diff->owned_seen[diff->owned_order[at]] = 1;
		return &all[diff->owned_order[at]];
	}
	return NULL;
}

/* ---- which membership is this value? -------------------------------------------------------------- */

struct keyed {
	uint64_t key;
	uint32_t desired;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	return left->key < right->key ? -1 : left->key > right->key;
}

void pair_mark_wanted(struct diff *diff, const struct pair *pair)
{
	for (uint32_t i = pair->first; i < pair->end; i++) {
		const struct standing *standing = standing_of(diff, i);
		if (standing->target != NONE)
			diff->wanted_at[standing->target] = i;
	}
}

/* Values that lead to no entry may still be the DN of somebody whose entry is to be made. */
static int index_dangling(struct diff *diff, struct pair *pair)
{
	pair->keyed = arena_array(&diff->scratch, pair->end - pair->first, sizeof(*pair->keyed));
	if (pair->keyed == NULL)
		return ERR_NOMEM;
	for (uint32_t i = pair->first; i < pair->end; i++) {
		const struct standing *standing = standing_of(diff, i);
		if (standing->target == NONE && standing->key != 0)
			pair->keyed[pair->keyed_count++] = (struct keyed){standing->key, i};
	}
	if (pair->keyed_count > 1)
		qsort(pair->keyed, pair->keyed_count, sizeof(*pair->keyed), compare_keyed);
	return 0;
}

static int find_wanted(struct diff *diff, struct pair *pair, const struct target_member *member, uint32_t *ret)
{
	*ret = NONE;
	if (member->person != NONE) {
		uint32_t at = diff->wanted_at[member->person];
		if (at != NONE && at >= pair->first) /* marks of later groups come later */
			*ret = at;
		return 0;
	}
	if (member->key == 0 || pair->first == pair->end)
		return 0;
	if (pair->keyed == NULL && index_dangling(diff, pair) < 0)
		return ERR_NOMEM;
	const struct keyed key = {member->key, NONE};
	const struct keyed *found = NULL;
	if (pair->keyed_count > 0)
		found = bsearch(&key, pair->keyed, pair->keyed_count, sizeof(key), compare_keyed);
	if (found != NULL)
		*ret = found->desired;
	return 0;
}

/* ---- values that are there ------------------------------------------------------------------------ */

int pair_remove_value(struct diff *diff, const struct pair *pair, uint32_t at, const struct ending *ending)
{
	bool follows = pair->number == NUMBER_EVERYWHERE && ending->cause == R_CAUSE_EXPLICIT;
	struct change change =
		pair_change(pair, CHANGE_MEMBER_REMOVE, follows ? R_CAUSE_FOLLOWS : (enum reason)ending->cause,
			    (enum reason)ending->reason);
	change.person = ending->person;
	change.member = at;
	return diff_change(diff, PHASE_REVOKE, &change);
}

static bool is_former(const struct owned_value *owned, const struct uuid *person)
{
	return owned != NULL && owned_is_ours(owned) && !uuid_is_null(&owned->source) &&
	       !uuid_equal(&owned->source, person);
}

static int keep_wanted(struct diff *diff, struct pair *pair, uint32_t at, uint32_t desired,
		       const struct owned_value *owned)
{
	uint32_t person = diff->desired->memberships[desired].person;
	diff->present[desired] = 1;
	if (is_former(owned, &diff_standing(diff, person)->uuid)) {
		struct ending ending = {R_CAUSE_EXPLICIT, R_NAME_REUSED, NONE};
		bool gone;
		if (diff_is_former_gone(diff, &owned->source, &gone) < 0)
			return ERR_NOMEM;
		if (!gone)
			ending.cause = R_CAUSE_DOUBTFUL;
		return pair_remove_value(diff, pair, at, &ending);
	}
	diff_standing(diff, person)->needed |=
		diff_standing(diff, person)->way == WAY_NEW; /* put in without an entry to lead to */
	if (owned != NULL && owned->state == OWNED_HELD)
		return 0;
	if (diff_standing(diff, person)->way == WAY_REUSED)
		return 0; /* whose it is shows when the name has been handed over */
	const struct confirmation confirmation = {pair->group, at, person, OWNED_HELD};
	return diff_confirm(diff, &confirmation);
}

bool diff_is_protected_value(const struct diff *diff, uint32_t at)
{
	const struct target_member *member = &diff->target->members[at];
	if (member->person != NONE)
		return diff->target->people[member->person].protected;
	return diff_in_the_way(diff, member->key) == R_PROTECTED;
}

/* Was it never ours, or is it no longer? What we took out is ours again when a backup of the target brings it back (58). */
static bool is_unknown(const struct pair *pair, const struct owned_value *owned)
{
	if (owned == NULL || owned->state == OWNED_ADOPTED)
		return true;
	bool of_nobody = uuid_is_null(&owned->source); /* it was not ours either when we took it out */
	return (owned->state == OWNED_REMOVED && (!pair->restored || of_nobody)) ||
	       (owned->state == OWNED_REMOVING && of_nobody);
}

static int end_unwanted(struct diff *diff, struct pair *pair, uint32_t at, const struct owned_value *owned)
{
	struct ending ending;
	if (diff_is_protected_value(diff, at))
		return pair_remark(diff, pair, R_PROTECTED, NONE, at);
	if (is_unknown(pair, owned))
		return pair_meet_unknown(diff, pair, at, owned);
	if (pair->number == NUMBER_EVERYWHERE)
		ending = (struct ending){R_CAUSE_EXPLICIT, R_NOWHERE,
					 source_person_by_uuid(diff->source, &owned->source)};
	else if (diff_cause(diff, owned, diff->target->members[at].person, pair->number, pair->role, &ending) < 0)
		return ERR_NOMEM;
	return pair_remove_value(diff, pair, at, &ending);
}

static int walk_present(struct diff *diff, struct pair *pair)
{
	const struct target_group *group = &diff->target->groups[pair->group];
	for (uint32_t i = 0; i < group->member_count; i++) {
		uint32_t at = group->first_member + i, desired;
		const struct target_member *member = &diff->target->members[at];
		if (find_wanted(diff, pair, member, &desired) < 0)
			return ERR_NOMEM;
		const struct owned_value *owned = member->key != 0 ? owned_of(diff, pair, member->key) : NULL;
		if ((desired != NONE ? keep_wanted(diff, pair, at, desired, owned)
				     : end_unwanted(diff, pair, at, owned)) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- values that are not there -------------------------------------------------------------------- */

/* Once for each person: why they wait. */
static int tell_waiting(struct diff *diff, struct pair *pair, uint32_t person)
{
	struct standing *standing = diff_standing(diff, person);
	enum reason why = standing->way == WAY_REUSED ? R_NAME_REUSED : (enum reason)standing->why;
	if (standing->told)
		return 0;
	standing->told = true;
	return pair_remark(diff, pair, why, person, NONE);
}

static bool is_held_in(const struct diff *diff, const struct past_group *group, uint64_t key)
{
	const struct owned_value *owned = past_owned(diff->past, &group->uuid, key);
	return owned != NULL && owned->state == OWNED_HELD;
}

/* Somebody had taken it out before we deleted the group, with its last member. */
static bool was_out_of_deleted(const struct diff *diff, const struct pair *pair, uint64_t key)
{
	for (size_t i = 0; diff->emptied && i < diff->past->group_count; i++) {
		const struct past_group *group = &diff->past->groups[i];
		if (group->number == pair->number && group->role == pair->role && past_group_is_deleted(group) &&
		    !diff->past_there[i] && is_held_in(diff, group, key))
			return true;
	}
	return false;
}

static bool was_in_former(const struct diff *diff, const struct pair *pair, uint64_t key)
{
	if (pair->former == NONE)
		return false;
	return is_held_in(diff, &diff->past->groups[pair->former], key);
}

/* Ours, wanted, and not there any more: somebody took it out. On record it stays so, whatever else happens to the group. */
static bool is_taken_out(const struct diff *diff, const struct pair *pair, const struct standing *standing, bool held)
{
	if (was_out_of_deleted(diff, pair, standing->key))
		return true;
	if (pair->group == NONE)
		return false;
	if (diff_is_taken_out(diff, diff->target->groups[pair->group].entry, &standing->uuid))
		return true;
	return (held && !pair->restored) || was_in_former(diff, pair, standing->key);
}

static int tell_taken_out(struct diff *diff, const struct pair *pair, uint32_t person, uint8_t *by_hand)
{
	const struct remark remark = {R_DRIFT_REMOVED,
				      pair->role,
				      pair->number,
				      person,
				      pair->group,
				      NONE,
				      pair->group != NONE ? diff->target->groups[pair->group].entry : NULL,
				      0,
				      0};
	struct past_drift drift;
	if (diff_drift(diff, &remark, diff_standing(diff, person)->key, &drift) < 0)
		return ERR_NOMEM;
	*by_hand = by_hand_of(diff, &drift);
	return 0;
}

static int add_value(struct diff *diff, struct pair *pair, uint32_t desired, struct change *change)
{
	change->person = diff->desired->memberships[desired].person;
	change->desired = pair->number != NUMBER_EVERYWHERE ? desired : NONE;
	/* Whose entry, group or institution was deleted by hand did not lose the role by it. */
	diff->present[desired] |= change->cause != R_CAUSE_DRIFT || change->drift_decision == DRIFT_UNDO ||
				  change->reason == R_DRIFT_ENTRY_GONE;
	diff_standing(diff, change->person)->needed = true;
	pair->added++;
	return diff_change(diff, PHASE_GRANT, change);
}

/* Whoever was taken out together with an entry that is gone comes back with it, and only with it: that is one story. */
static int add_missing(struct diff *diff, struct pair *pair, uint32_t desired)
{
	const struct desired_membership *membership = &diff->desired->memberships[desired];
	const struct standing *standing = diff_standing(diff, membership->person);
	const struct owned_value *owned = standing->key != 0 ? owned_of(diff, pair, standing->key) : NULL;
	bool held = owned != NULL && owned->state == OWNED_HELD && !is_former(owned, &standing->uuid);
	uint8_t by_hand = by_hand_both(pair->gone, standing->gone);
	enum reason reason = R_DRIFT_ENTRY_GONE;
	if (standing->way == WAY_BLOCKED || standing->way == WAY_REUSED)
		return tell_waiting(diff, pair, membership->person);
	if (by_hand == 0 && is_taken_out(diff, pair, standing, held)) {
		reason = R_DRIFT_REMOVED;
		if (tell_taken_out(diff, pair, membership->person, &by_hand) < 0)
			return ERR_NOMEM;
		if (by_hand == 0)
			return 0;
	}
	enum reason cause = pair->number == NUMBER_EVERYWHERE ? R_CAUSE_FOLLOWS : R_CAUSE_GRANT;
	struct change change =
		pair_change(pair, CHANGE_MEMBER_ADD, held ? R_CAUSE_RESTORED : cause, (enum reason)membership->reason);
	change_by_hand(&change, by_hand, reason);
	return add_value(diff, pair, desired, &change);
}

int pair_walk_missing(struct diff *diff, struct pair *pair)
{
	for (uint32_t i = pair->first; i < pair->end; i++)
		if (!diff->present[i] && add_missing(diff, pair, i) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- what is over --------------------------------------------------------------------------------- */

/* Taken out by hand, and out of it for now for a reason that says nothing about the person: the institution's, or an undo's. When
 * that has passed the value is wanted again, and would be put back by itself had the ledger forgotten it. pair: see forget. */
static bool waits_for_a_word(const struct diff *diff, const struct pair *pair, const struct owned_value *owned,
			     const struct ending *ending)
{
	uint32_t number = diff->past->groups[owned->group].number;
	bool admitted = desired_institution_of(diff->desired, number)->admitted;
	return pair != NULL && owned->state == OWNED_HELD && ending->person != NONE && ending->reason != R_EXCLUDED &&
	       (!admitted || ending->reason == R_UNDONE_TAKEN);
}

/* So that whoever asks hears that it is out, and since when. */
static int tell_out_meanwhile(struct diff *diff, const struct pair *pair, const struct owned_value *owned,
			      const struct ending *ending)
{
	const struct remark remark = {R_DRIFT_REMOVED,
				      pair->role,
				      pair->number,
				      ending->person,
				      pair->group,
				      NONE,
				      diff->target->groups[pair->group].entry,
				      0,
				      0};
	struct past_drift drift;
	return diff_drift(diff, &remark, owned->key, &drift);
}

/* Neither there nor wanted, and the source is not in doubt about it: the ledger need not hold it any longer. pair: NULL of a group that is not
 * there, whose values wait for no word. */
static int forget(struct diff *diff, const struct pair *pair, uint32_t at)
{
	const struct owned_value *owned = &diff->past->owned[at];
	const struct past_group *group = &diff->past->groups[owned->group];
	struct ending ending = {.cause = R_CAUSE_EXPLICIT, .person = NONE};
	if (group->number == NUMBER_EVERYWHERE)
		return diff_forget(diff, at);
	if (owned->state == OWNED_HELD && !uuid_is_null(&owned->source) &&
	    source_person_by_uuid(diff->source, &owned->source) != NONE &&
	    diff_cause(diff, owned, NONE, group->number, group->role, &ending) < 0)
		return ERR_NOMEM;
	if (ending.cause == R_CAUSE_DOUBTFUL)
		return 0;
	return waits_for_a_word(diff, pair, owned, &ending) ? tell_out_meanwhile(diff, pair, owned, &ending)
							    : diff_forget(diff, at);
}

static int forget_ended(struct diff *diff, const struct pair *pair)
{
	for (uint32_t i = pair->owned_first; i < pair->owned_end; i++)
		if (!diff->owned_seen[diff->owned_order[i]] &&
		    diff->past->owned[diff->owned_order[i]].state != OWNED_REMOVED &&
		    forget(diff, pair, diff->owned_order[i]) < 0)
			return ERR_NOMEM;
	return 0;
}

/* It was taken out of a group that we deleted since, and is back in the one that we made after that. */
static bool is_back(const struct diff *diff, const struct past_group *group, uint64_t key)
{
	uint32_t there = target_group_find(diff->target, group->number, group->role);
	uint32_t known = there != NONE ? diff->past_of[there] : NONE;
	return past_group_is_deleted(group) && known != NONE && is_held_in(diff, &diff->past->groups[known], key);
}

static int forget_lost_values(struct diff *diff, uint32_t at)
{
	const struct past_group *group = &diff->past->groups[at];
	for (uint32_t i = diff->owned_first[at]; i < diff->owned_first[at + 1]; i++) {
		const struct owned_value *owned = &diff->past->owned[diff->owned_order[i]];
		bool wanted = !uuid_is_null(&owned->source) &&
			      desired_membership_find(diff->desired, diff->source, group->number, group->role,
						      &owned->source) != NONE;
		bool over = owned->state == OWNED_HELD && is_back(diff, group, owned->key);
		if (owned->state == OWNED_REMOVED || (wanted && !over))
			continue;
		if ((over ? diff_forget(diff, diff->owned_order[i]) : forget(diff, NULL, diff->owned_order[i])) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

int diff_forget_lost(struct diff *diff)
{
	bool turn = diff->flat != NULL, any = target_names_has_flat(diff->names);
	for (uint32_t i = 0; i < diff->past->group_count; i++) {
		bool flat = any && diff->past->groups[i].number == NUMBER_EVERYWHERE;
		if (!diff->past_there[i] && flat == turn && forget_lost_values(diff, i) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

int pair_walk_values(struct diff *diff, struct pair *pair)
{
	pair_mark_wanted(diff, pair);
	if (walk_present(diff, pair) < 0 || pair_walk_missing(diff, pair) < 0)
		return ERR_NOMEM;
	return forget_ended(diff, pair);
}
