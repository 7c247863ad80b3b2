/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_unread.c - what may end although no source was read since the start: whom an exclude names, and whose own end date has passed.
 *
 * Without the source's last word the ledger's record of it has to do (past_seen): the person's own end date, as the last complete cycle saw it. It
 * counts where it is that last word (past.source_on_record, judged by run/last_word.c): a daemon that kept running would go by none newer. It
 * closes every membership of that person, whatever gave it; nothing else on record does: of a grant that ends nobody knows whether another one
 * follows it, and of an institution not which entry it is. Of somebody whom that cycle was not shown the record is older: what held such a
 * removal then holds this one, a hold that lists it for another cause (hold_find.c) and a freeze (guard_hand.c).
 *
 * Not where a word may stand above it (an include, in force or not; an undo), where two claim the person, where the ledger does not know what
 * the last complete cycle made of the value, and not where a source that was read now shows another end.
 */
#include "core/diff_group.h"
#include "model/number.h"

/* ---- what stands above a date ---------------------------------------------------------------------- */

static bool has_pin(const struct diff *diff, const struct uuid *person, const struct pair *pair)
{
	for (size_t i = 0; i < diff->past->pin_count; i++) {
		const struct past_pin *pin = &diff->past->pins[i];
		if (pin->number == pair->number && pin->role == pair->role && uuid_equal(&pin->person, person))
			return true;
	}
	return false;
}

/* An include that the ledger knows: it may have lapsed or vanished, and that is not for now to judge. */
static bool had_include(const struct diff *diff, const struct uuid *person, const struct pair *pair)
{
	for (size_t i = 0; i < diff->past->directive_count; i++) {
		const struct past_directive *known = &diff->past->directives[i];
		if (known->kind == DIRECTIVE_INCLUDE && known->number == pair->number && known->role == pair->role &&
		    uuid_equal(&known->person, person))
			return true;
	}
	return false;
}

static bool has_include(const struct diff *diff, uint32_t target_person, const struct pair *pair)
{
	for (uint32_t i = 0; i < diff->target->override_count; i++) {
		struct override override;
		override_read(diff->judge.in, diff->target->overrides[i], &override);
		if (override.reason == R_INCLUDED && override.number == pair->number && override.role == pair->role &&
		    snapshot_vo_id_key(override.vo_id) == diff->target->people[target_person].vo_id_key)
			return true;
	}
	return false;
}

/* ---- what was read beside the source that failed ----------------------------------------------------- */

/* Does it say anything else about this person than the ledger does: another end, or another entry of that name? */
static bool says_otherwise(const struct diff *diff, const struct source_snapshot *part, uint32_t target_person,
			   const struct seen_entry *seen)
{
	struct policy_input about = *diff->judge.in;
	struct text vo_id = entry_value(diff->target->people[target_person].entry, FIELD_VO_ID);
	uint32_t named = source_person_by_vo_id(part, vo_id), person = source_person_by_uuid(part, &seen->uuid);
	int32_t begin, end;
	if (named != person)
		return true;
	if (person == NONE)
		return false;
	about.source = part;
	(void)policy_judge_person(&about, person, &begin, &end);
	return end != seen->end_day || part->people[person].same_as != NONE;
}

static bool is_put_off(const struct diff *diff, uint32_t target_person, const struct seen_entry *seen)
{
	for (uint32_t i = 0; i < diff->in->part_count; i++)
		if (says_otherwise(diff, diff->in->parts[i], target_person, seen))
			return true;
	return false;
}

/* ---- one value ------------------------------------------------------------------------------------- */

/* Written or confirmed by a cycle behind which everything was remembered: else its person's date may have been another one then. */
static bool is_on_record(const struct diff *diff, const struct owned_value *owned)
{
	return diff->past->source_on_record && owned != NULL && owned_is_ours(owned) && !uuid_is_null(&owned->source) &&
	       owned->cycle <= diff->past->last_complete;
}

/* The value leads to an entry that was made for somebody else meanwhile: whose access it is has to be seen first. */
static bool leads_to_another(const struct diff *diff, const struct owned_value *owned, uint32_t target_person)
{
	struct uuid source;
	return uuid_parse(entry_value(diff->target->people[target_person].entry, FIELD_SOURCE_UUID), &source) &&
	       !uuid_equal(&source, &owned->source);
}

static bool has_ended(const struct diff *diff, const struct owned_value *owned, uint32_t target_person,
		      const struct pair *pair)
{
	if (target_person == NONE || !is_on_record(diff, owned) || leads_to_another(diff, owned, target_person))
		return false;
	struct seen_entry row;
	const struct seen_entry *seen = past_seen(diff->past, &owned->source, &row);
	return seen != NULL && seen->end_day != DAY_NONE && seen->end_day < diff->judge.today &&
	       diff_was_announced(diff, seen, seen->end_day) && !has_pin(diff, &owned->source, pair) &&
	       !had_include(diff, &owned->source, pair) && !has_include(diff, target_person, pair) &&
	       past_ambiguity(diff->past, &owned->source) == NULL && !is_put_off(diff, target_person, seen);
}

static bool has_no_access(const struct diff *diff, const struct pair *pair, uint32_t member, struct ending *ret)
{
	uint32_t person = diff->target->members[member].person;
	const struct uuid *group = &diff->target->groups[pair->group].entry->uuid;
	const struct owned_value *owned = past_owned(diff->past, group, diff->target->members[member].key);
	*ret = (struct ending){R_CAUSE_EXPLICIT, R_EXCLUDED, NONE};
	if (diff_is_excluded(diff, person, pair->number, pair->role))
		return true;
	*ret = (struct ending){R_CAUSE_SCHEDULED, R_ENDED, NONE};
	return has_ended(diff, owned, person, pair);
}

/* ---- all of them ----------------------------------------------------------------------------------- */

/* Who leaves a role group leaves the flat one; whether another role group keeps the person there is seen by flat_follow. */
static bool follows(const struct diff *diff, const struct pair *pair, uint32_t member, const uint16_t *leaves,
		    struct ending *ret)
{
	uint32_t person = diff->target->members[member].person;
	const struct uuid *group = &diff->target->groups[pair->group].entry->uuid;
	const struct owned_value *owned = past_owned(diff->past, group, diff->target->members[member].key);
	*ret = (struct ending){R_CAUSE_EXPLICIT, R_NOWHERE, NONE};
	return person != NONE && (leaves[person] >> pair->role & 1u) != 0 && owned != NULL && owned_is_ours(owned);
}

static int walk_group(struct diff *diff, const struct pair *pair, uint16_t *leaves)
{
	const struct target_group *group = &diff->target->groups[pair->group];
	for (uint32_t i = group->first_member; i < group->first_member + group->member_count; i++) {
		struct ending ending;
		uint32_t person = diff->target->members[i].person;
		bool goes = pair->number == NUMBER_EVERYWHERE ? follows(diff, pair, i, leaves, &ending)
							      : has_no_access(diff, pair, i, &ending);
		if (!goes || diff_is_protected_value(diff, i))
			continue;
		leaves[person] |= (uint16_t)(1u << pair->role);
		if (pair_remove_value(diff, pair, i, &ending) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

/* Flat groups come behind those of every institution. */
int diff_unread(struct diff *diff)
{
	const struct target_snapshot *target = diff->target;
	uint16_t *leaves = arena_array(&diff->scratch, target->people_count, sizeof(*leaves));
	if (leaves == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < target->group_count; i++) {
		const struct target_group *group = &target->groups[i];
		const struct pair pair = {.number = group->number, .role = group->role, .group = i};
		if (group->ours && !group->protected && group->number != 0 && group->role < diff->names->role_count &&
		    walk_group(diff, &pair, leaves) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
