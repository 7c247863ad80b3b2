/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_unknown.c - values that are there and are neither ours nor wanted: adopted at first contact, else added by hand.
 *
 *   excluded by a directive    out, whatever the mode: the directive is the word of the directory's own administrators
 *   first contact, old ledger  adopted: it may be ours; kept until somebody decides
 *   else                       added by hand (diff_drift.c)
 *
 * Added by hand, a value is taken out only after a grace and a complete read of the source that began after it was seen, and
 * never while the source is not clear about whom it leads to: somebody had a reason (I25).
 */
#include "core/diff_group.h"

/* What the source says about whom the value leads to. Somebody whom it does not show with the right has no access: that is clear. */
static int ask_source(struct diff *diff, const struct pair *pair, uint32_t member, struct ending *ret)
{
	uint32_t there = diff->target->members[member].person;
	*ret = (struct ending){R_CAUSE_EXPLICIT, R_NO_RIGHT, NONE};
	if (there == NONE || pair->number == NUMBER_EVERYWHERE)
		return 0;
	uint32_t person =
		source_person_by_vo_id(diff->source, entry_value(diff->target->people[there].entry, FIELD_VO_ID));
	if (person == NONE && diff_is_excluded(diff, there, pair->number, pair->role))
		ret->reason = R_EXCLUDED;
	if (person == NONE)
		return 0;
	const struct owned_value as_if = {.source = diff->source->people[person].entry->uuid};
	return diff_cause(diff, &as_if, there, pair->number, pair->role, ret);
}

/* ---- adopted ------------------------------------------------------------------------------------- */

static int adopt(struct diff *diff, const struct pair *pair, uint32_t member, const struct owned_value *owned)
{
	const struct confirmation confirmation = {pair->group, member, NONE, OWNED_ADOPTED};
	const struct ending ending = {R_CAUSE_DOUBTFUL, R_DRIFT_ADOPTED, NONE};
	bool known = owned != NULL && owned->state == OWNED_ADOPTED;
	if (pair_remark(diff, pair, R_DRIFT_ADOPTED, NONE, member) < 0 ||
	    (!known && diff_confirm(diff, &confirmation) < 0))
		return ERR_NOMEM;
	return pair_remove_value(diff, pair, member, &ending);
}

/* ---- added by hand ------------------------------------------------------------------------------- */

static bool is_in_grace(struct diff *diff, const struct past_drift *drift, bool unclear)
{
	const struct plan_input *in = diff->in;
	int64_t until_s = drift->first_s + in->drift->grace_s;
	if (in->drift->mode != DRIFT_REPAIR || drift->decision == DRIFT_UNDO)
		return false;
	if (until_s > in->policy->now_s && until_s < diff->next_s)
		diff->next_s = until_s;
	return unclear || in->source_stale || drift->first_cycle >= in->cycle || until_s > in->policy->now_s;
}

static int meet_added(struct diff *diff, const struct pair *pair, uint32_t member, bool unclear)
{
	const struct remark remark = {R_DRIFT_ADDED,
				      pair->role,
				      pair->number,
				      NONE,
				      pair->group,
				      member,
				      diff->target->groups[pair->group].entry,
				      0,
				      0};
	uint64_t key = diff->target->members[member].key;
	struct past_drift drift;
	if (diff_drift(diff, &remark, key, &drift) < 0)
		return ERR_NOMEM;
	struct change change = pair_change(pair, CHANGE_MEMBER_REMOVE, R_CAUSE_DRIFT, R_DRIFT_ADDED);
	uint8_t by_hand = by_hand_of(diff, &drift);
	if (by_hand == 0)
		return 0;
	change_by_hand(&change, by_hand, R_DRIFT_ADDED);
	change.member = member;
	change.in_grace = is_in_grace(diff, &drift, unclear);
	return diff_change(diff, PHASE_REVOKE, &change);
}

int pair_meet_unknown(struct diff *diff, struct pair *pair, uint32_t member, const struct owned_value *owned)
{
	struct ending ending;
	if (diff->target->members[member].key == 0) /* no DN: it gives nothing, and nothing would know it again */
		return pair_remark(diff, pair, R_DRIFT_ADDED, NONE, member);
	if (ask_source(diff, pair, member, &ending) < 0)
		return ERR_NOMEM;
	if (ending.reason == R_EXCLUDED)
		return pair_remove_value(diff, pair, member, &ending);
	bool adopted = owned != NULL && owned->state == OWNED_ADOPTED;
	if (adopted || diff->past->first_contact || diff->in->adopts)
		return adopt(diff, pair, member, owned);
	return meet_added(diff, pair, member, ending.cause == R_CAUSE_DOUBTFUL);
}
