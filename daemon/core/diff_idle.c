/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_idle.c - people's entries of ours that nobody needs any more: since when, and those that have been so for long enough.
 *
 *   wanted in a role group, also where that waits for something       not idle
 *   member of a group of the tree, also of a stranger's                not idle
 *   protected, a stranger's, or not surely written last by us          left alone
 *   taken out by hand of a group where that is not decided             left alone
 *   something stands below it                                          left alone
 *   the rest                                                           idle; out when the retention has passed
 *
 * Since when is what the ledger says; an entry that it does not know as idle begins to be so now. Whoever gets access again in time has
 * the entry as it was.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "core/diff.h"

struct idling {
	struct diff *diff;
	uint8_t *busy; /* one a target person */
	bool asked;    /* the ledger's values were looked through */
};

static void mark_wanted(const struct idling *i)
{
	const struct diff *diff = i->diff;
	for (uint32_t person = 0; person < diff->source->people_count; person++) {
		const struct standing *standing = diff_standing(diff, person);
		if (standing->way != WAY_UNASKED && standing->target != NONE)
			i->busy[standing->target] = 1;
	}
}

static void mark_members(const struct idling *i)
{
	const struct target_snapshot *target = i->diff->target;
	for (uint32_t at = 0; at < target->member_count; at++)
		if (target->members[at].person != NONE)
			i->busy[target->members[at].person] = 1;
}

/* What people took out is remembered by its DN: without the entry it would look as if somebody had deleted that. */
static void mark_owned(struct idling *i)
{
	const struct past *past = i->diff->past;
	for (size_t at = 0; !i->asked && at < past->owned_count; at++) {
		uint8_t state = past->owned[at].state;
		if (state == 0 || state == OWNED_REMOVED)
			continue;
		uint32_t person = target_person_by_key(i->diff->target, past->owned[at].key);
		if (person != NONE)
			i->busy[person] = 1;
	}
	i->asked = true;
}

static bool is_left_alone(const struct idling *i, uint32_t at)
{
	const struct target_person *person = &i->diff->target->people[at];
	return i->busy[at] || !person->ours || person->protected || person->key == 0 ||
	       !diff_is_last_by_us(i->diff, person->entry) || diff_is_above_foreign(i->diff, person->key);
}

static int remember(struct diff *diff, const struct past_idle *idle)
{
	if (vec_reserve(&diff->idle, &diff->idle_capacity, diff->idle_count + 1, sizeof(*idle)) < 0)
		return ERR_NOMEM;
	diff->idle[diff->idle_count++] = *idle;
	return 0;
}

static int take_out(struct diff *diff, uint32_t at)
{
	const struct change change = {.kind = CHANGE_PERSON_DELETE,
				      .role = ROLE_NONE,
				      .cause = R_CAUSE_STRUCTURE,
				      .reason = R_PERSON_IDLE,
				      .person = NONE,
				      .target = at,
				      .member = NONE,
				      .desired = NONE};
	return diff_change(diff, PHASE_TIDY, &change);
}

static int meet_idle(struct idling *i, uint32_t at)
{
	struct diff *diff = i->diff;
	const uint32_t kept_s = diff->in->policy->settings->people_retention_s;
	const int64_t now_s = diff->in->policy->now_s;
	struct past_idle idle = {.entry = diff->target->people[at].entry->uuid, .since_s = now_s};
	const struct past_idle *known = past_idle(diff->past, &idle.entry);
	bool due = known != NULL && kept_s > 0 && now_s - known->since_s >= (int64_t)kept_s;
	if (due)
		mark_owned(i);
	if (i->busy[at])
		return 0;
	if (known != NULL)
		idle.since_s = known->since_s;
	if (remember(diff, &idle) < 0)
		return ERR_NOMEM;
	return due ? take_out(diff, at) : 0;
}

int diff_idle(struct diff *diff)
{
	struct idling i = {.diff = diff};
	int rc = 0;
	if (!diff->names->people_provisioned)
		return 0;
	i.busy = arena_array(&diff->scratch, diff->target->people_count, sizeof(*i.busy));
	if (i.busy == NULL)
		return ERR_NOMEM;
	mark_wanted(&i);
	mark_members(&i);
	for (uint32_t at = 0; rc == 0 && at < diff->target->people_count; at++)
		if (!is_left_alone(&i, at))
			rc = meet_idle(&i, at);
	return rc;
}
