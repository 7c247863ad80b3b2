/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_group.c - the walk over the role groups of both sides, ascending by number and role.
 *
 *   a value of ours       wanted     not wanted
 *   is there, owned       nothing    remove, with its cause
 *   is there, was removed confirm    remove again when the target was restored, else drift
 *   is there, not owned   confirm    adopted at first contact, else drift
 *   is not there, owned   drift, or put back when the target was restored; not wanted: forget it
 *   is not there          add
 *
 * No hashing where both sides stand together: a desired member is found through its position in the
 * target's people, an owned value among those of its group.
 */
#include "core/diff.h"
#include "core/diff_group.h"

#include <stdlib.h>

#include "model/dn.h"

#define FEW_OWNED 64 /* up to here a look along the group's values beats a hash */

static const struct standing *standing_of(const struct diff *diff, uint32_t desired)
{
	return &diff->standings[diff->desired->memberships[desired].person];
}

static int remark(struct diff *diff, const struct pair *pair, enum reason reason, uint32_t person, uint32_t member)
{
	const struct entry *entry = pair->group != NONE ? diff->target->groups[pair->group].entry : NULL;
	struct remark found = {(uint16_t)reason, pair->role, pair->number, person, pair->group, member, entry, 0, 0};
	return diff_remark(diff, &found);
}

static struct change member_change(const struct pair *pair, enum change_kind kind, enum reason cause,
				   enum reason reason)
{
	return (struct change){.kind = (uint8_t)kind,
			       .role = pair->role,
			       .cause = (uint16_t)cause,
			       .reason = (uint16_t)reason,
			       .number = pair->number,
			       .person = NONE,
			       .target = pair->group,
			       .member = NONE,
			       .desired = NONE};
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

static void find_past(struct diff *diff, struct pair *pair)
{
	const struct entry *entry = diff->target->groups[pair->group].entry;
	pair->past = past_group(diff->past, &entry->uuid);
	if (pair->past == NULL)
		return;
	size_t at = (size_t)(pair->past - diff->past->groups);
	pair->owned_first = pair->owned_next = diff->owned_first[at];
	pair->owned_end = diff->owned_first[at + 1];
	pair->restored = !csn_is_none(&pair->past->csn) && !csn_is_none(&entry->csn) &&
			 csn_compare(&entry->csn, &pair->past->csn) < 0;
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

static void mark_wanted(struct diff *diff, const struct pair *pair)
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
		if (at != NONE && at >= pair->first && at < pair->end)
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

static int remove_value(struct diff *diff, struct pair *pair, uint32_t at, const struct ending *ending)
{
	struct change change =
		member_change(pair, CHANGE_MEMBER_REMOVE, (enum reason)ending->cause, (enum reason)ending->reason);
	change.person = ending->person;
	change.member = at;
	return diff_change(diff, PHASE_REVOKE, &change);
}

static bool is_former(const struct owned_value *owned, const struct uuid *person)
{
	return owned != NULL && owned_is_ours(owned) && !uuid_is_null(&owned->source) &&
	       !uuid_equal(&owned->source, person);
}

/* The value is there and leads nowhere: somebody removed the person's entry. */
static int tell_gone(struct diff *diff, const struct pair *pair, uint32_t person)
{
	struct standing *standing = &diff->standings[person];
	if (standing->told)
		return 0;
	standing->told = true;
	return remark(diff, pair, R_DRIFT_ENTRY_GONE, person, NONE);
}

static int keep_wanted(struct diff *diff, struct pair *pair, uint32_t at, uint32_t desired,
		       const struct owned_value *owned)
{
	uint32_t person = diff->desired->memberships[desired].person;
	diff->present[desired] = 1;
	if (diff->standings[person].way == WAY_NEW && tell_gone(diff, pair, person) < 0)
		return ERR_NOMEM;
	if (is_former(owned, &diff->standings[person].uuid)) {
		struct ending ending = {R_CAUSE_EXPLICIT, R_NAME_REUSED, NONE};
		bool gone;
		if (diff_is_former_gone(diff, &owned->source, &gone) < 0)
			return ERR_NOMEM;
		if (!gone)
			ending.cause = R_CAUSE_DOUBTFUL;
		return remove_value(diff, pair, at, &ending);
	}
	if (owned != NULL && owned->state == OWNED_HELD)
		return 0;
	if (diff->standings[person].way == WAY_REUSED)
		return 0; /* whose it is shows when the name has been handed over */
	const struct confirmation confirmation = {pair->group, at, person, OWNED_HELD};
	return diff_confirm(diff, &confirmation);
}

static int report_unknown(struct diff *diff, struct pair *pair, uint32_t at)
{
	if (!diff->past->first_contact)
		return remark(diff, pair, R_DRIFT_ADDED, NONE, at);
	const struct confirmation confirmation = {pair->group, at, NONE, OWNED_ADOPTED};
	if (diff_confirm(diff, &confirmation) < 0)
		return ERR_NOMEM;
	return remark(diff, pair, R_DRIFT_ADOPTED, NONE, at);
}

static int is_protected_value(struct diff *diff, uint32_t at, bool *ret)
{
	const struct target_member *member = &diff->target->members[at];
	if (member->person != NONE) {
		*ret = diff->target->people[member->person].protected;
		return 0;
	}
	struct buf dn;
	buf_init(&dn);
	target_member_value(diff->target, at, &dn);
	*ret = diff_in_the_way(diff, member->key, buf_text(&dn)) == R_PROTECTED;
	int rc = buf_failed(&dn) ? ERR_NOMEM : 0;
	buf_done(&dn);
	return rc;
}

static int end_unwanted(struct diff *diff, struct pair *pair, uint32_t at, const struct owned_value *owned)
{
	bool protected = false;
	struct ending ending;
	if (is_protected_value(diff, at, &protected) < 0)
		return ERR_NOMEM;
	if (protected)
		return remark(diff, pair, R_PROTECTED, NONE, at);
	if (owned == NULL || (owned->state == OWNED_REMOVED && !pair->restored))
		return report_unknown(diff, pair, at);
	if (owned->state == OWNED_ADOPTED)
		return remark(diff, pair, R_DRIFT_ADOPTED, NONE, at);
	if (diff_cause(diff, owned, diff->target->members[at].person, pair->number, pair->role, &ending) < 0)
		return ERR_NOMEM;
	return remove_value(diff, pair, at, &ending);
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

static int tell_blocked(struct diff *diff, struct pair *pair, uint32_t person)
{
	struct standing *standing = &diff->standings[person];
	if (standing->way != WAY_BLOCKED || standing->told)
		return 0;
	standing->told = true;
	return remark(diff, pair, (enum reason)standing->why, person, NONE);
}

static int add_missing(struct diff *diff, struct pair *pair, uint32_t desired)
{
	uint32_t person = diff->desired->memberships[desired].person;
	struct standing *standing = &diff->standings[person];
	const struct owned_value *owned = standing->key != 0 ? owned_of(diff, pair, standing->key) : NULL;
	bool held = owned != NULL && owned->state == OWNED_HELD && !is_former(owned, &diff->standings[person].uuid);
	if (standing->way == WAY_BLOCKED || standing->way == WAY_REUSED)
		return tell_blocked(diff, pair, person);
	if (held && !pair->restored)
		return remark(diff, pair, R_DRIFT_REMOVED, person, NONE);
	struct change change =
		member_change(pair, CHANGE_MEMBER_ADD, held ? R_CAUSE_RESTORED : R_CAUSE_GRANT, R_GRANTED);
	change.person = person;
	change.desired = desired;
	standing->needed = true;
	pair->added++;
	return diff_change(diff, PHASE_GRANT, &change);
}

static int walk_missing(struct diff *diff, struct pair *pair)
{
	for (uint32_t i = pair->first; i < pair->end; i++)
		if (!diff->present[i] && add_missing(diff, pair, i) < 0)
			return ERR_NOMEM;
	return 0;
}

/* Neither there nor wanted: the ledger need not hold it any longer. */
static int forget_ended(struct diff *diff, const struct pair *pair)
{
	for (uint32_t i = pair->owned_first; i < pair->owned_end; i++)
		if (!diff->owned_seen[diff->owned_order[i]] &&
		    diff->past->owned[diff->owned_order[i]].state != OWNED_REMOVED &&
		    diff_forget(diff, diff->owned_order[i]) < 0)
			return ERR_NOMEM;
	return 0;
}

/* ---- groups --------------------------------------------------------------------------------------- */

static int compare_attributes(struct diff *diff, struct pair *pair)
{
	struct wanted wanted;
	wanted_fill_group(diff->in, pair->number, pair->role, &wanted);
	if (!wanted_differs_from(&wanted, diff->target->groups[pair->group].entry))
		return 0;
	struct change change = member_change(pair, CHANGE_GROUP_MODIFY, R_CAUSE_ATTRIBUTE, R_NONE);
	return diff_change(diff, PHASE_GROUP, &change);
}

static int compare_group(struct diff *diff, struct pair *pair)
{
	find_past(diff, pair);
	mark_wanted(diff, pair);
	if (compare_attributes(diff, pair) < 0 || walk_present(diff, pair) < 0 || walk_missing(diff, pair) < 0)
		return ERR_NOMEM;
	return forget_ended(diff, pair);
}

static bool lacks_somebody(struct diff *diff, struct pair *pair)
{
	const struct target_group *group = &diff->target->groups[pair->group];
	uint32_t there = 0;
	mark_wanted(diff, pair);
	for (uint32_t i = 0; i < group->member_count; i++) {
		uint32_t person = diff->target->members[group->first_member + i].person;
		uint32_t at = person != NONE ? diff->wanted_at[person] : NONE;
		there += at != NONE && at >= pair->first && at < pair->end;
	}
	return there < pair->end - pair->first;
}

/* R_NONE, or what stands where the group would be made. */
static int find_obstacle(struct diff *diff, const struct pair *pair, enum reason *ret)
{
	struct buf dn;
	bool displaced = false;
	buf_init(&dn);
	target_names_group_dn(diff->names, pair->number, pair->role, &dn);
	uint64_t key = dn_key(buf_text(&dn));
	*ret = diff_in_the_way(diff, key, buf_text(&dn));
	int rc = buf_failed(&dn) ? ERR_NOMEM : diff_is_displaced(diff, key, &displaced);
	buf_done(&dn);
	if (*ret == R_NONE && displaced)
		*ret = R_DRIFT_ENTRY_CHANGED;
	return rc;
}

static int make_group(struct diff *diff, struct pair *pair)
{
	enum reason why;
	uint32_t institution = desired_institution_find(diff->desired, pair->number);
	if (institution == NONE || diff->blocked[institution])
		return 0;
	if (diff_is_lost(diff, pair->number, pair->role))
		return remark(diff, pair, R_DRIFT_ENTRY_GONE, NONE, NONE);
	if (find_obstacle(diff, pair, &why) < 0)
		return ERR_NOMEM;
	if (why != R_NONE)
		return remark(diff, pair, why, NONE, NONE);
	if (walk_missing(diff, pair) < 0)
		return ERR_NOMEM;
	struct change change = member_change(pair, CHANGE_GROUP_ADD, R_CAUSE_STRUCTURE, R_GRANTED);
	return pair->added > 0 ? diff_change(diff, PHASE_GROUP, &change) : 0;
}

/* A stranger's group. Where it stands in our place nothing can be made; elsewhere it only says what ours says. */
static int meet_foreign(struct diff *diff, struct pair *pair)
{
	struct buf dn;
	bool elsewhere = false;
	buf_init(&dn);
	target_group_dn(diff->target, pair->group, &dn);
	int rc = buf_failed(&dn) ? ERR_NOMEM : diff_is_displaced(diff, dn_key(buf_text(&dn)), &elsewhere);
	buf_done(&dn);
	if (rc < 0 || remark(diff, pair, R_FOREIGN_ENTRY, NONE, NONE) < 0)
		return ERR_NOMEM;
	pair->group = NONE;
	return elsewhere && pair->first < pair->end ? make_group(diff, pair) : 0;
}

int diff_pair(struct diff *diff, struct pair *pair)
{
	const struct target_group *group = pair->group != NONE ? &diff->target->groups[pair->group] : NULL;
	bool wanted = pair->first < pair->end;
	if (group == NULL)
		return wanted ? make_group(diff, pair) : 0;
	if (group->protected)
		return lacks_somebody(diff, pair) ? remark(diff, pair, R_PROTECTED, NONE, NONE) : 0;
	if (!group->ours)
		return meet_foreign(diff, pair);
	return compare_group(diff, pair);
}
