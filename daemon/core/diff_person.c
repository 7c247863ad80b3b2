/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_person.c - where each person with a membership stands in the target, and the entries that grants need.
 *
 * A person is the source's entryUUID and vo-id (I8). An entry of ours under that vo-id which was made for
 * another entryUUID is a re-used name: as long as it holds memberships that are ours for the former
 * person, those go first and nothing else happens; only then is the entry handed over.
 */
#include "core/diff.h"

#include "model/dn.h"

static void block(struct standing *standing, enum reason why)
{
	standing->way = WAY_BLOCKED;
	standing->why = (uint16_t)why;
}

/* ---- an entry that is there ---------------------------------------------------------------------- */

/* Was our entry made for somebody else than this person? For whom? */
static bool is_made_for_another(const struct diff *diff, const struct standing *standing, struct uuid *former)
{
	return uuid_parse(entry_value(diff->target->people[standing->target].entry, FIELD_SOURCE_UUID), former) &&
	       !uuid_equal(former, &standing->uuid);
}

static int stand_on_reused(struct diff *diff, struct standing *standing, const struct uuid *former)
{
	bool gone;
	if (diff_is_former_gone(diff, former, &gone) < 0)
		return ERR_NOMEM;
	standing->way = WAY_REUSED;
	standing->claimed = !gone;
	return 0;
}

/* What is only reported is not put right. */
static int meet_changed(struct diff *diff, uint32_t person, struct standing *standing)
{
	const struct entry *entry = diff->target->people[standing->target].entry;
	const struct remark remark = {R_DRIFT_ATTRIBUTE, ROLE_NONE, 0, person, NONE, NONE, entry, 0, 0};
	struct past_drift drift;
	if (diff_drift(diff, &remark, 0, &drift) < 0)
		return ERR_NOMEM;
	standing->changed = by_hand_of(diff, &drift);
	standing->differs = standing->changed != 0;
	return 0;
}

static int stand_on_entry(struct diff *diff, uint32_t person, struct standing *standing)
{
	const struct target_person *entry = &diff->target->people[standing->target];
	standing->key = entry->key;
	standing->way = WAY_THERE;
	if (entry->protected)
		block(standing, R_PROTECTED);
	else if (diff->names->people_provisioned && !entry->ours)
		block(standing, R_FOREIGN_ENTRY);
	/* The policy has worked out the key while it had the person at hand: only where it is another one are the two
	 * visited. */
	if (standing->way != WAY_THERE || !diff->names->people_provisioned ||
	    diff->desired->person_keys[person] == entry->values_key)
		return 0;
	struct uuid former;
	wanted_fill_person(diff->in, person, &diff->wanted);
	standing->differs = wanted_differs_from(&diff->wanted, entry->entry);
	if (!standing->differs)
		return 0;
	if (is_made_for_another(diff, standing, &former))
		return stand_on_reused(diff, standing, &former);
	return diff_is_by_hand(diff, entry->entry) ? meet_changed(diff, person, standing) : 0;
}

/* ---- an entry that will be made ------------------------------------------------------------------ */

static int stand_on_new(struct diff *diff, struct text vo_id, struct standing *standing, struct buf *dn)
{
	buf_clear(dn);
	target_names_person_dn(diff->names, vo_id, dn);
	if (buf_failed(dn))
		return ERR_NOMEM;
	standing->key = diff_key(diff, buf_text(dn));
	standing->way = WAY_NEW;
	enum reason why = diff_in_the_way(diff, standing->key);
	if (why == R_NONE && target_person_by_key(diff->target, standing->key) != NONE)
		why = R_FOREIGN_ENTRY;
	if (why != R_NONE)
		block(standing, why);
	return 0;
}

static int stand(struct diff *diff, uint32_t person, struct buf *dn)
{
	struct standing *standing = diff_standing(diff, person);
	const struct entry *entry = diff->source->people[person].entry;
	standing->uuid = entry->uuid;
	if (standing->target != NONE)
		return stand_on_entry(diff, person, standing);
	if (diff->names->people_provisioned)
		return stand_on_new(diff, entry_value(entry, FIELD_VO_ID), standing, dn);
	block(standing, R_PERSON_NOT_IN_TARGET);
	return 0;
}

/* ---- one key, two entries (40) ------------------------------------------------------------------- */

static void block_twice(struct diff *diff, const uint8_t *twice)
{
	for (uint32_t i = 0; i < diff->source->people_count; i++) {
		struct standing *standing = diff_standing(diff, i);
		if (standing->way != WAY_UNASKED && standing->target != NONE && twice[standing->target])
			block(standing, R_PERSON_TWICE_IN_TARGET);
	}
}

/* The index of keys keeps the first of equals, so without equals it is as long as the list. */
static int find_twice(struct diff *diff)
{
	const struct target_snapshot *target = diff->target;
	if (target->people_by_vo_id.count == target->people_count)
		return 0;
	uint8_t *twice = arena_array(&diff->scratch, target->people_count, sizeof(*twice));
	if (twice == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < target->people_count; i++) {
		uint32_t first =
			target_person_by_vo_id(target, text_trim(entry_value(target->people[i].entry, FIELD_VO_ID)));
		if (first != NONE && first != i)
			twice[first] = 1;
	}
	block_twice(diff, twice);
	return 0;
}

/* ---- names that are used again ------------------------------------------------------------------- */

static bool is_of_former(const struct diff *diff, const struct target_group *group, const struct target_member *member,
			 uint32_t person)
{
	const struct owned_value *owned = past_owned(diff->past, &group->entry->uuid, member->key);
	return owned != NULL && owned_is_ours(owned) && !uuid_is_null(&owned->source) &&
	       !uuid_equal(&owned->source, &diff->source->people[person].entry->uuid);
}

static void find_former_members(struct diff *diff, const uint32_t *person_of, uint8_t *holds)
{
	const struct target_snapshot *target = diff->target;
	for (uint32_t g = 0; g < target->group_count; g++) {
		const struct target_group *group = &target->groups[g];
		for (uint32_t i = 0; group->ours && !group->protected && i < group->member_count; i++) {
			const struct target_member *member = &target->members[group->first_member + i];
			if (member->person != NONE && person_of[member->person] != 0 &&
			    is_of_former(diff, group, member, person_of[member->person] - 1))
				holds[person_of[member->person] - 1] = 1;
		}
	}
}

/* A re-used entry without memberships of the former person is simply there, with attributes to mend. */
static int settle_reused(struct diff *diff)
{
	uint32_t reused = 0, count = diff->source->people_count;
	for (uint32_t i = 0; i < count; i++)
		reused += diff_standing(diff, i)->way == WAY_REUSED;
	if (reused == 0)
		return 0;
	uint32_t *person_of = arena_array(&diff->scratch, diff->target->people_count, sizeof(*person_of));
	uint8_t *holds = arena_array(&diff->scratch, count, sizeof(*holds));
	if (person_of == NULL || holds == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		if (diff_standing(diff, i)->way == WAY_REUSED)
			person_of[diff_standing(diff, i)->target] = i + 1;
	find_former_members(diff, person_of, holds);
	for (uint32_t i = 0; i < count; i++)
		if (diff_standing(diff, i)->way == WAY_REUSED && !holds[i] && !diff_standing(diff, i)->claimed)
			diff_standing(diff, i)->way = WAY_THERE;
	return 0;
}

/* ---- source entries that stand in two places ----------------------------------------------------- */

/* Will this person's entryUUID be written into an entry that does not hold it yet? */
static bool is_to_be_written(const struct diff *diff, const struct standing *standing)
{
	struct uuid there;
	if (standing->way == WAY_NEW)
		return true;
	return standing->way == WAY_THERE && standing->differs &&
	       (!uuid_parse(entry_value(diff->target->people[standing->target].entry, FIELD_SOURCE_UUID), &there) ||
		!uuid_equal(&there, &standing->uuid));
}

/* Where the entry is somebody's already, that one's data is mended in the next round too: one change an entry. */
static void wait_for_release(struct diff *diff, uint32_t entry)
{
	struct text vo_id = text_trim(entry_value(diff->target->people[entry].entry, FIELD_VO_ID));
	uint32_t owner = source_person_by_vo_id(diff->source, vo_id);
	if (owner != NONE && diff_standing(diff, owner)->target == entry &&
	    diff_standing(diff, owner)->way == WAY_THERE)
		diff_standing(diff, owner)->way = WAY_REUSED;
}

static int release(struct diff *diff, const uint8_t *written, uint32_t entry)
{
	const struct target_person *there = &diff->target->people[entry];
	struct uuid uuid;
	if (!there->ours || there->protected || !uuid_parse(entry_value(there->entry, FIELD_SOURCE_UUID), &uuid))
		return 0;
	uint32_t person = source_person_by_uuid(diff->source, &uuid);
	if (person == NONE || !written[person])
		return 0;
	const struct change change = {.kind = CHANGE_PERSON_RELEASE,
				      .role = ROLE_NONE,
				      .cause = R_CAUSE_ATTRIBUTE,
				      .reason = R_NAME_REUSED,
				      .person = person,
				      .target = entry,
				      .member = NONE,
				      .desired = NONE};
	diff_standing(diff, person)->way = WAY_REUSED;
	wait_for_release(diff, entry);
	return diff_change(diff, PHASE_PERSON, &change);
}

/* Somebody's vo-id changed: the entry under the former one gives up the source entry before the new one names it, since no two may. */
static int release_former_entries(struct diff *diff)
{
	uint32_t count = diff->source->people_count, any = 0;
	uint8_t *written = arena_array(&diff->scratch, count, sizeof(*written));
	if (written == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		written[i] = is_to_be_written(diff, diff_standing(diff, i));
		any += written[i];
	}
	for (uint32_t i = 0; any > 0 && i < diff->target->people_count; i++)
		if (release(diff, written, i) < 0)
			return ERR_NOMEM;
	return 0;
}

/* A loop of its own that does nothing else: the look-ups, each a walk through memory, overlap. */
static void find_entries(struct diff *diff)
{
	for (uint32_t i = 0; i < diff->source->people_count; i++)
		if (diff_standing(diff, i)->way != WAY_UNASKED)
			diff_standing(diff, i)->target =
				target_person_by_vo_id_key(diff->target, diff->source->people[i].entry->vo_id_key);
}

int diff_standings(struct diff *diff)
{
	const struct desired *desired = diff->desired;
	struct buf dn;
	int rc = 0;
	for (uint32_t i = 0; i < desired->membership_count; i++)
		diff_standing(diff, desired->memberships[i].person)->way = WAY_THERE;
	find_entries(diff);
	buf_init(&dn);
	for (uint32_t i = 0; rc == 0 && i < diff->source->people_count; i++)
		if (diff_standing(diff, i)->way != WAY_UNASKED)
			rc = stand(diff, i, &dn);
	buf_done(&dn);
	if (rc == 0)
		rc = find_twice(diff);
	if (rc == 0)
		rc = settle_reused(diff);
	return rc < 0 ? rc : release_former_entries(diff);
}

/* ---- entries ------------------------------------------------------------------------------------- */

int diff_people(struct diff *diff)
{
	for (uint32_t i = 0; i < diff->source->people_count; i++) {
		const struct standing *standing = diff_standing(diff, i);
		struct change change = {.kind = CHANGE_PERSON_ADD,
					.role = ROLE_NONE,
					.cause = R_CAUSE_STRUCTURE,
					.reason = R_GRANTED,
					.person = i,
					.target = standing->target,
					.member = NONE,
					.desired = NONE};
		if (standing->way == WAY_THERE && standing->differs) {
			change.kind = CHANGE_PERSON_MODIFY;
			change.cause = R_CAUSE_ATTRIBUTE;
			change_by_hand(&change, standing->changed, R_DRIFT_ATTRIBUTE);
		} else if (standing->way == WAY_NEW && standing->needed) {
			change_by_hand(&change, standing->gone, R_DRIFT_ENTRY_GONE);
		} else {
			continue;
		}
		if (diff_change(diff, PHASE_PERSON, &change) < 0)
			return ERR_NOMEM;
	}
	return 0;
}
