/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_group.c - one role group as both sides know it: its entry, its name, whose it is, and whether it can be made.
 *
 * The values in it are the business of diff_member.c. A group of ours is known by its marker, number and role, wherever it stands.
 */
#include "core/diff_group.h"

#include "model/dn.h"

int pair_remark(struct diff *diff, const struct pair *pair, enum reason reason, uint32_t person, uint32_t member)
{
	const struct entry *entry = pair->group != NONE ? diff->target->groups[pair->group].entry : NULL;
	struct remark found = {(uint16_t)reason, pair->role, pair->number, person, pair->group, member, entry, 0, 0};
	return diff_remark(diff, &found);
}

struct change pair_change(const struct pair *pair, enum change_kind kind, enum reason cause, enum reason reason)
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

/* ---- a group of ours that is there ------------------------------------------------------------------ */

/* The uuid is another one: somebody deleted it and made it anew, and what is not in it any more was taken out. */
static void find_former(struct diff *diff, struct pair *pair)
{
	pair->former = NONE;
	for (uint32_t i = 0; diff_is_lost(diff, pair->number, pair->role) && i < diff->past->group_count; i++)
		if (diff->past->groups[i].number == pair->number && diff->past->groups[i].role == pair->role &&
		    !diff->past_there[i] && !past_group_is_deleted(&diff->past->groups[i]))
			pair->former = i;
}

static void find_past(struct diff *diff, struct pair *pair)
{
	uint32_t at = diff->past_of[pair->group];
	if (at == NONE) {
		find_former(diff, pair);
		return;
	}
	pair->past = &diff->past->groups[at];
	pair->owned_first = pair->owned_next = diff->owned_first[at];
	pair->owned_end = diff->owned_first[at + 1];
	pair->restored = diff_is_restored(pair->past, diff->target->groups[pair->group].entry);
}

static struct remark entry_remark(const struct diff *diff, const struct pair *pair, enum reason reason)
{
	return (struct remark){.reason = (uint16_t)reason,
			       .role = pair->role,
			       .number = pair->number,
			       .person = NONE,
			       .group = pair->group,
			       .member = NONE,
			       .entry = diff->target->groups[pair->group].entry};
}

/* Nearly always both DNs are spelt alike. */
static int compare_name(struct diff *diff, struct pair *pair)
{
	struct past_drift drift;
	buf_clear(&diff->left);
	buf_clear(&diff->right);
	target_group_dn(diff->target, pair->group, &diff->left);
	target_names_group_dn(diff->names, pair->number, pair->role, &diff->right);
	if (buf_failed(&diff->left) || buf_failed(&diff->right))
		return ERR_NOMEM;
	struct text there = buf_text(&diff->left), named = buf_text(&diff->right);
	if (text_equal(there, named) || diff_key(diff, there) == diff_key(diff, named))
		return 0;
	const struct remark renamed = entry_remark(diff, pair, R_DRIFT_RENAMED);
	return diff_drift(diff, &renamed, 0, &drift);
}

/* The placeholder leaves with the first member. Where somebody put one beside the other, it leaves alone. */
static int drop_spare_placeholder(struct diff *diff, const struct pair *pair)
{
	const struct target_group *group = &diff->target->groups[pair->group];
	const struct change change = pair_change(pair, CHANGE_GROUP_MODIFY, R_CAUSE_ATTRIBUTE, R_PLACEHOLDER);
	bool spare = group->member_count > 0 && !text_is_empty(group->placeholder);
	return spare ? diff_change(diff, PHASE_GROUP, &change) : 0;
}

static int compare_attributes(struct diff *diff, struct pair *pair)
{
	struct wanted wanted;
	wanted_fill_group(diff->in, pair->number, pair->role, &wanted);
	const struct entry *entry = diff->target->groups[pair->group].entry;
	struct change change = pair_change(pair, CHANGE_GROUP_MODIFY, R_CAUSE_ATTRIBUTE, R_NONE);
	if (!wanted_differs_from(&wanted, entry))
		return drop_spare_placeholder(diff, pair);
	if (diff_is_by_hand(diff, entry)) {
		const struct remark changed = entry_remark(diff, pair, R_DRIFT_ATTRIBUTE);
		struct past_drift drift;
		if (diff_drift(diff, &changed, 0, &drift) < 0)
			return ERR_NOMEM;
		uint8_t by_hand = by_hand_of(diff, &drift);
		if (by_hand == 0)
			return 0;
		change_by_hand(&change, by_hand, R_DRIFT_ATTRIBUTE);
	}
	return diff_change(diff, PHASE_GROUP, &change);
}

static int compare_group(struct diff *diff, struct pair *pair)
{
	find_past(diff, pair);
	if (compare_name(diff, pair) < 0 || compare_attributes(diff, pair) < 0)
		return ERR_NOMEM;
	return pair_walk_values(diff, pair);
}

static bool lacks_somebody(struct diff *diff, struct pair *pair)
{
	const struct target_group *group = &diff->target->groups[pair->group];
	uint32_t there = 0;
	pair_mark_wanted(diff, pair);
	for (uint32_t i = 0; i < group->member_count; i++) {
		uint32_t person = diff->target->members[group->first_member + i].person;
		uint32_t at = person != NONE ? diff->wanted_at[person] : NONE;
		there += at != NONE && at >= pair->first;
	}
	return there < pair->end - pair->first;
}

/* ---- a group that is not there ---------------------------------------------------------------------- */

/* R_NONE, or what stands where the group would be made. */
static int find_obstacle(struct diff *diff, const struct pair *pair, enum reason *ret)
{
	struct buf dn;
	bool displaced = false;
	buf_init(&dn);
	target_names_group_dn(diff->names, pair->number, pair->role, &dn);
	uint64_t key = diff_key(diff, buf_text(&dn));
	*ret = diff_in_the_way(diff, key);
	int rc = buf_failed(&dn) ? ERR_NOMEM : diff_is_displaced(diff, key, &displaced);
	buf_done(&dn);
	if (*ret == R_NONE && displaced)
		*ret = R_DRIFT_ENTRY_CHANGED;
	return rc;
}

/* We had one, and we did not delete it. With the institution above it, its story is told there. */
static int meet_gone(struct diff *diff, struct pair *pair, uint32_t institution, bool *reported)
{
	const struct remark remark = {R_DRIFT_ENTRY_GONE, pair->role, pair->number, NONE, NONE, NONE, NULL, 0, 0};
	struct past_drift drift;
	*reported = false;
	pair->gone = institution != NONE ? diff->gone[institution] : 0;
	if (pair->gone != 0 || !diff_is_lost(diff, pair->number, pair->role))
		return 0;
	if (diff_drift(diff, &remark, 0, &drift) < 0)
		return ERR_NOMEM;
	pair->gone = by_hand_of(diff, &drift);
	*reported = pair->gone == 0;
	return 0;
}

static int make_group(struct diff *diff, struct pair *pair)
{
	enum reason why;
	bool reported;
	uint32_t institution = desired_institution_find(diff->desired, pair->number);
	if (pair->number != NUMBER_EVERYWHERE && (institution == NONE || diff->blocked[institution]))
		return 0;
	if (find_obstacle(diff, pair, &why) < 0)
		return ERR_NOMEM;
	if (why != R_NONE)
		return pair_remark(diff, pair, why, NONE, NONE);
	if (meet_gone(diff, pair, institution, &reported) < 0)
		return ERR_NOMEM;
	if (reported)
		return 0;
	if (pair_walk_missing(diff, pair) < 0)
		return ERR_NOMEM;
	struct change change = pair_change(pair, CHANGE_GROUP_ADD, R_CAUSE_STRUCTURE, R_GRANTED);
	change_by_hand(&change, pair->gone, R_DRIFT_ENTRY_GONE);
	return pair->added > 0 ? diff_change(diff, PHASE_GROUP, &change) : 0;
}

/* A stranger's group. Where it stands in our place nothing can be made; elsewhere it only says what ours says. */
static int meet_foreign(struct diff *diff, struct pair *pair)
{
	struct buf dn;
	bool elsewhere = false;
	buf_init(&dn);
	target_group_dn(diff->target, pair->group, &dn);
	int rc = buf_failed(&dn) ? ERR_NOMEM : diff_is_displaced(diff, diff_key(diff, buf_text(&dn)), &elsewhere);
	buf_done(&dn);
	if (rc < 0 || pair_remark(diff, pair, R_FOREIGN_ENTRY, NONE, NONE) < 0)
		return ERR_NOMEM;
	pair->group = NONE;
	return elsewhere && pair->first < pair->end ? make_group(diff, pair) : 0;
}

int diff_pair(struct diff *diff, struct pair *pair)
{
	const struct target_group *group = pair->group != NONE ? &diff->target->groups[pair->group] : NULL;
	if (group == NULL)
		return make_group(diff, pair); /* a pair without a group is one of memberships */
	if (group->protected)
		return lacks_somebody(diff, pair) ? pair_remark(diff, pair, R_PROTECTED, NONE, NONE) : 0;
	if (!group->ours)
		return meet_foreign(diff, pair);
	return compare_group(diff, pair);
}
