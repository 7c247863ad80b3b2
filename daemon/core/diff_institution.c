/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_institution.c - entries of institutions: wanted against there, and what may be tidied away.
 *
 * Every admitted institution has an entry, also without members, so that the application sees that it is
 * admitted. Role groups come with their first member and stay while the institution is admitted.
 */
#include "core/diff.h"

#include "base/search.h"
#include "model/dn.h"

static struct change entry_change(enum change_kind kind, enum reason cause, uint32_t number)
{
	return (struct change){.kind = (uint8_t)kind,
			       .role = ROLE_NONE,
			       .cause = (uint16_t)cause,
			       .number = number,
			       .person = NONE,
			       .target = NONE,
			       .member = NONE,
			       .desired = NONE};
}

static int obstacle(struct diff *diff, uint32_t at, enum reason why, const struct entry *entry)
{
	struct remark remark = {
		(uint16_t)why, ROLE_NONE, diff->desired->institutions[at].number, NONE, NONE, NONE, entry, 0, 0};
	diff->blocked[at] = 1;
	return diff_remark(diff, &remark);
}

static int tell_by_hand(struct diff *diff, uint32_t at, enum reason reason, const struct entry *entry, uint8_t *by_hand)
{
	const struct remark remark = {
		(uint16_t)reason, ROLE_NONE, diff->desired->institutions[at].number, NONE, NONE, NONE, entry, 0, 0};
	struct past_drift drift;
	if (diff_drift(diff, &remark, 0, &drift) < 0)
		return ERR_NOMEM;
	*by_hand = by_hand_of(diff, &drift);
	return 0;
}

static int compare_entry(struct diff *diff, uint32_t at, uint32_t there)
{
	const struct target_institution *institution = &diff->target->institutions[there];
	const struct desired_institution *desired = &diff->desired->institutions[at];
	struct wanted wanted;
	if (institution->protected)
		return 0;
	if (!institution->ours)
		return obstacle(diff, at, R_FOREIGN_ENTRY, institution->entry);
	wanted_fill_institution(diff->in, at, &wanted);
	if (!wanted_differs_from(&wanted, institution->entry))
		return 0;
	struct change change = entry_change(CHANGE_INSTITUTION_MODIFY, R_CAUSE_ATTRIBUTE, desired->number);
	change.reason = (uint16_t)desired->reason;
	change.target = there;
	change.desired = at;
	if (diff_is_by_hand(diff, institution->entry)) {
		uint8_t by_hand;
		if (tell_by_hand(diff, at, R_DRIFT_ATTRIBUTE, institution->entry, &by_hand) < 0)
			return ERR_NOMEM;
		if (by_hand == 0)
			return 0;
		change_by_hand(&change, by_hand, R_DRIFT_ATTRIBUTE);
	}
	return diff_change(diff, PHASE_INSTITUTION, &change);
}

/* Groups of ours were below it. Its own story tells theirs. */
static int meet_gone(struct diff *diff, uint32_t at)
{
	if (!diff_is_lost(diff, diff->desired->institutions[at].number, ROLE_NONE))
		return 0;
	if (tell_by_hand(diff, at, R_DRIFT_ENTRY_GONE, NULL, &diff->gone[at]) < 0)
		return ERR_NOMEM;
	diff->blocked[at] = diff->gone[at] == 0;
	return 0;
}

static int make_entry(struct diff *diff, uint32_t at, struct buf *dn)
{
	const struct desired_institution *desired = &diff->desired->institutions[at];
	buf_clear(dn);
	target_names_institution_dn(diff->names, desired->number, dn);
	if (buf_failed(dn))
		return ERR_NOMEM;
	enum reason why = diff_in_the_way(diff, diff_key(diff, buf_text(dn)));
	if (why != R_NONE)
		return obstacle(diff, at, why, NULL);
	if (meet_gone(diff, at) < 0)
		return ERR_NOMEM;
	if (diff->blocked[at])
		return 0;
	struct change change = entry_change(CHANGE_INSTITUTION_ADD, R_CAUSE_STRUCTURE, desired->number);
	change.reason = (uint16_t)desired->reason;
	change.desired = at;
	change_by_hand(&change, diff->gone[at], R_DRIFT_ENTRY_GONE);
	return diff_change(diff, PHASE_INSTITUTION, &change);
}

int diff_institutions(struct diff *diff)
{
	struct buf dn;
	int rc = 0;
	buf_init(&dn);
	for (uint32_t i = 0; rc == 0 && i < diff->desired->institution_count; i++) {
		if (!diff->desired->institutions[i].admitted && !diff->desired->institutions[i].kept)
			continue;
		uint32_t there = target_institution_by_number(diff->target, diff->desired->institutions[i].number);
		rc = there == NONE ? make_entry(diff, i, &dn) : compare_entry(diff, i, there);
	}
	buf_done(&dn);
	return rc;
}

/* ---- tidying ------------------------------------------------------------------------------------- */

/* Clearly not admitted: the source shows it and says no. What is in doubt or not shown keeps its entries. */
static bool is_refused(const struct diff *diff, uint32_t number, enum reason *reason)
{
	uint32_t at = number == 0 ? NONE : desired_institution_find(diff->desired, number);
	if (at == NONE || diff->desired->institutions[at].kept)
		return false;
	*reason = diff->desired->institutions[at].reason;
	return reason_kind(*reason) == REASON_REFUSED;
}

static int may_delete(struct diff *diff, struct buf *dn, bool *ret)
{
	if (buf_failed(dn))
		return ERR_NOMEM;
	*ret = !diff_is_above_foreign(diff, diff_key(diff, buf_text(dn)));
	return 0;
}

/* Is the group one that this plan deletes? */
static bool is_idle_group(const struct target_group *group)
{
	return group->ours && !group->protected && group->member_count == 0;
}

/* Nobody wanted in it, and nobody remembered as taken out of it by hand. */
static bool is_of_nobody(const struct diff *diff, uint32_t at)
{
	const struct target_group *group = &diff->target->groups[at];
	bool flat = group->number == NUMBER_EVERYWHERE;
	const struct desired_membership *wanted = flat ? diff->flat : diff->desired->memberships;
	uint32_t count = flat ? diff->flat_count : diff->desired->membership_count;
	uint32_t key = group->number << 8 | group->role, place;
	if (group->number == 0 || group->role >= diff->names->role_count ||
	    (diff->past_of[at] != NONE && diff_holds_values(diff, diff->past_of[at])))
		return false;
	LOWER_BOUND(place, 0, count, (wanted[place].number << 8 | wanted[place].role) < key);
	return place == count || wanted[place].number != group->number || wanted[place].role != group->role;
}

static bool is_to_go(const struct diff *diff, uint32_t at, enum reason *reason)
{
	if (is_refused(diff, diff->target->groups[at].number, reason))
		return true;
	*reason = R_GROUP_EMPTY;
	return diff->names->empty_group == EMPTY_DELETE && is_of_nobody(diff, at);
}

static int tidy_group(struct diff *diff, uint32_t at, struct buf *dn)
{
	const struct target_group *group = &diff->target->groups[at];
	enum reason reason;
	bool free = false;
	if (!is_idle_group(group) || !is_to_go(diff, at, &reason))
		return 0;
	buf_clear(dn);
	target_group_dn(diff->target, at, dn);
	if (may_delete(diff, dn, &free) < 0)
		return ERR_NOMEM;
	/* With a placeholder in it only the entryCSN tells that nobody came in meanwhile. */
	if (!free || (!text_is_empty(group->placeholder) && !csn_is_exact(&group->entry->csn)))
		return 0;
	struct change change = entry_change(CHANGE_GROUP_DELETE, R_CAUSE_STRUCTURE, group->number);
	change.reason = (uint16_t)reason;
	change.role = group->role;
	change.target = at;
	return diff_change(diff, PHASE_TIDY, &change);
}

/* Groups stand ascending by number. */
static bool has_busy_group(const struct target_snapshot *target, uint32_t number, uint32_t *next)
{
	bool busy = false;
	while (*next < target->group_count && target->groups[*next].number < number)
		(*next)++;
	for (; *next < target->group_count && target->groups[*next].number == number; (*next)++)
		busy |= !is_idle_group(&target->groups[*next]);
	return busy;
}

static int tidy_institution(struct diff *diff, uint32_t at, uint32_t *next, struct buf *dn)
{
	const struct target_institution *institution = &diff->target->institutions[at];
	enum reason reason;
	bool free = false;
	if (has_busy_group(diff->target, institution->number, next) || !institution->ours || institution->protected ||
	    !is_refused(diff, institution->number, &reason))
		return 0;
	buf_clear(dn);
	entry_dn(institution->entry, target_names_base(diff->names, ENTRY_INSTITUTION), dn);
	if (may_delete(diff, dn, &free) < 0)
		return ERR_NOMEM;
	if (!free)
		return 0;
	struct change change = entry_change(CHANGE_INSTITUTION_DELETE, R_CAUSE_STRUCTURE, institution->number);
	change.reason = (uint16_t)reason;
	change.target = at;
	return diff_change(diff, PHASE_TIDY, &change);
}

int diff_tidy(struct diff *diff)
{
	struct buf dn;
	int rc = 0;
	uint32_t next = 0;
	buf_init(&dn);
	for (uint32_t i = 0; rc == 0 && i < diff->target->group_count; i++)
		rc = tidy_group(diff, i, &dn);
	for (uint32_t i = 0; rc == 0 && i < diff->target->institution_count; i++)
		rc = tidy_institution(diff, i, &next, &dn);
	buf_done(&dn);
	return rc;
}
