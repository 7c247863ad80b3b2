/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_cause.c - why a value of ours is no longer wanted: scheduled, explicit, absent or doubtful.
 *
 * Only what the source says or has proven counts. Whatever is not clear is doubtful, and the guard never
 * lets that go. Somebody whom the snapshot does not show becomes a question for the source.
 */
#include "core/diff.h"
#include "core/word.h"

/* The person for whom the value was written. */
static struct uuid owner_of(const struct diff *diff, const struct owned_value *owned, uint32_t target_person)
{
	struct uuid uuid = owned->source;
	if (uuid_is_null(&uuid) && target_person != NONE &&
	    !uuid_parse(entry_value(diff->target->people[target_person].entry, FIELD_SOURCE_UUID), &uuid))
		uuid = (struct uuid){0};
	return uuid;
}

/* Somebody who merely lost the right is not in a filtered read and may still claim the key: then there are two, and neither gains (R9). */
int diff_is_former_gone(struct diff *diff, const struct uuid *former, bool *ret)
{
	*ret = source_person_by_uuid(diff->source, former) != NONE || source_is_absent(diff->source, former);
	return *ret ? 0 : diff_ask(diff, former);
}

bool diff_is_excluded(const struct diff *diff, uint32_t target_person, uint32_t number, uint8_t role)
{
	if (target_person == NONE)
		return false;
	return word_find_unseen(diff->desired, diff->target->people[target_person].vo_id_key, number, role) != NULL;
}

static int cause_of_missing(struct diff *diff, const struct uuid *owner, struct ending *ret)
{
	*ret = (struct ending){R_CAUSE_DOUBTFUL, R_PERSON_UNKNOWN, NONE};
	if (uuid_is_null(owner))
		return 0;
	if (source_is_absent(diff->source, owner)) {
		ret->cause = R_CAUSE_ABSENT;
		return 0;
	}
	return diff_ask(diff, owner);
}

bool diff_was_announced(const struct diff *diff, const struct seen_entry *seen, int32_t end)
{
	const struct policy_input *in = diff->judge.in;
	return seen != NULL && seen->end_day != DAY_NONE && seen->end_day == end &&
	       zone_day_of(in->zone, seen->end_since_s) <= end &&
	       seen->end_since_s <= in->now_s - in->settings->scheduled_notice_s;
}

/* Of a membership that ends for R_INCLUDE_LAPSED: the word about it says so. */
static bool has_include_lapsed(const struct diff *diff, uint32_t person, uint32_t number, uint8_t role)
{
	const struct word *word = word_find(diff->desired, person, number, role);
	return directive_was_announced(diff->judge.in, word->since_s, word->until_s);
}

/* Did it end on a date that was known long enough: the person's, the institution's, or that of a directive? */
static bool is_scheduled(const struct diff *diff, uint32_t person, uint32_t number, uint8_t role, enum reason reason)
{
	struct seen_entry seen;
	int32_t end;
	const struct entry *entry = entry_ended(&diff->judge, person, number, role, reason, &end);
	if (entry != NULL)
		return diff_was_announced(diff, past_seen(diff->past, &entry->uuid, &seen), end);
	switch (reason) {
	case R_NO_REQUEST: /* somebody tidied the lapsed entry away */
	case R_REQUEST_LAPSED: return desired_institution_of(diff->desired, number)->request_lapsed;
	case R_INCLUDE_LAPSED: return has_include_lapsed(diff, person, number, role);
	default: return false;
	}
}

/* The policy grants it, yet it is not wanted here: under another name, or the way to it is blocked. */
static void cause_of_granted(const struct diff *diff, uint32_t person, struct ending *ret)
{
	const struct standing *standing = diff_standing(diff, person);
	if (standing->way == WAY_BLOCKED) {
		ret->cause = R_CAUSE_DOUBTFUL;
		ret->reason = standing->why;
	} else {
		ret->cause = R_CAUSE_EXPLICIT;
		ret->reason = R_NAME_REUSED;
	}
}

static bool is_doubtful(const struct diff *diff, uint32_t person, uint32_t number, enum reason reason)
{
	if (reason == R_PERSON_AMBIGUOUS) /* R9: both keep what they have, for a while */
		return diff->judge.in->now_s - person_ambiguous_since(diff->judge.in, person) <= AMBIGUITY_S;
	return finding_is_doubtful(diff->desired, number, reason);
}

/* ---- what gave it, and is not shown -------------------------------------------------------------- */

/* May the grants decide at all? Else it is the person, the institution or a word that ended it, whatever they say. */
static bool is_up_to_grants(const struct diff *diff, uint32_t person, uint32_t number, uint8_t role)
{
	int32_t begin, end;
	return !word_takes(word_find(diff->desired, person, number, role)) &&
	       desired_institution_of(diff->desired, number)->admitted &&
	       policy_judge_person(diff->judge.in, person, &begin, &end) == R_GRANTED;
}

/* Has this entry had its say: shown, and about somebody; or proven absent? Else why there is doubt. */
static int hear_entry(struct diff *diff, const struct past_grant *grant, enum reason *doubt, bool *gone)
{
	const struct source_question question = {grant->entry, grant->kind};
	if (source_is_absent(diff->source, &grant->entry)) {
		*gone |= grant->kind == ENTRY_RIGHT_GROUP;
		return 0;
	}
	if (!source_has(diff->source, &question)) {
		*doubt = R_GRANT_UNSEEN;
		return diff_ask_for(diff, &grant->entry, (enum entry_kind)grant->kind);
	}
	if (grant->kind == ENTRY_GRANT &&
	    diff->source->grants[source_grant_by_uuid(diff->source, &grant->entry)].person == NONE)
		*doubt = R_GRANT_PERSON_UNKNOWN;
	return 0;
}

/* A group of this role that was not read to its end may still hold the person, unless it is one that is proven to be gone that
 * it lists in vain. */
static bool is_in_unclear_group(const struct diff *diff, uint32_t number, uint8_t role)
{
	const struct source_snapshot *source = diff->source;
	for (uint32_t i = 0; source->unclear_groups > 0 && i < source->group_count; i++) {
		struct grant grant;
		if ((source->groups[i].open || source->groups[i].cut) &&
		    group_read(&diff->judge, source->groups[i].entry, &grant) == R_GRANTED && grant.number == number &&
		    grant.role == role)
			return true;
	}
	return false;
}

/* Every entry that gave it has its say before somebody loses it for that. Ours, nothing on record and no values to look at: it is
 * not known what gave it. */
static int hear_entries(struct diff *diff, bool ours, uint32_t person, uint32_t number, uint8_t role,
			struct ending *ret)
{
	const struct uuid *uuid = &diff->source->people[person].entry->uuid;
	uint32_t at = past_grant_first(diff->past, uuid, number, role);
	bool unknown = at == MAP_NONE && ours && !diff->judge.in->settings->has_values;
	enum reason doubt = unknown && ret->reason != R_INCLUDE_LAPSED ? R_GRANT_UNSEEN : R_NONE;
	bool gone = false;
	if (!is_up_to_grants(diff, person, number, role))
		return 0;
	for (; at != MAP_NONE; at = past_grant_next(diff->past, at))
		if (hear_entry(diff, &diff->past->grants[at], &doubt, &gone) < 0)
			return ERR_NOMEM;
	if (doubt == R_NONE && !gone && is_in_unclear_group(diff, number, role))
		doubt = R_GROUP_UNREAD;
	if (doubt != R_NONE)
		*ret = (struct ending){R_CAUSE_DOUBTFUL, (uint16_t)doubt, person};
	return 0;
}

int diff_cause(struct diff *diff, const struct owned_value *owned, uint32_t target_person, uint32_t number,
	       uint8_t role, struct ending *ret)
{
	struct uuid owner = owner_of(diff, owned, target_person);
	uint32_t person = uuid_is_null(&owner) ? NONE : source_person_by_uuid(diff->source, &owner);
	struct text value;
	if (person == NONE && diff_is_excluded(diff, target_person, number, role)) {
		*ret = (struct ending){R_CAUSE_EXPLICIT, R_EXCLUDED, NONE};
		return 0;
	}
	if (person == NONE)
		return cause_of_missing(diff, &owner, ret);
	enum reason reason = access_judge(&diff->judge, diff->desired, person, number, role, &value);
	*ret = (struct ending){R_CAUSE_EXPLICIT, (uint16_t)reason, person};
	if (membership_is_wanted(diff->judge.in, diff->desired, person, number, role))
		cause_of_granted(diff, person, ret);
	else if (is_doubtful(diff, person, number, reason))
		ret->cause = R_CAUSE_DOUBTFUL;
	else if (is_scheduled(diff, person, number, role, reason))
		ret->cause = R_CAUSE_SCHEDULED;
	return ret->cause == R_CAUSE_DOUBTFUL || ret->reason == R_NAME_REUSED
		       ? 0
		       : hear_entries(diff, owned->state != 0, person, number, role, ret);
}
